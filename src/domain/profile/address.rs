//! The rules for an address as typed: SCIM endpoint, support endpoint, proxy. Certain slips get the mended address;
//! nothing here connects to one, and no problem repeats a password that stood in it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::{Environment, IdentityProvider};
use crate::domain::{
    mapping::is_invisible,
    mending::Mending,
    problem::{
        Problem,
        Severity::{self, Error, Warning},
    },
};

/// Which of the profile's addresses it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The base of the SCIM service.
    Scim,
    /// The base of the support API.
    Support,
    /// An HTTP proxy.
    Proxy,
}

impl Role {
    const fn field(self) -> &'static str {
        match self {
            Self::Scim => "scim_url",
            Self::Support => "support_url",
            Self::Proxy => "proxy",
        }
    }

    /// The ending that the tenant's interface has (design §6).
    const fn ending(self) -> &'static str {
        match self {
            Self::Scim => "/scim/v2",
            Self::Support => "/support/v1",
            Self::Proxy => "",
        }
    }

    /// The first path segments that belong to single requests, in lower case.
    const fn resources(self) -> &'static [&'static str] {
        match self {
            Self::Scim => {
                &["users", "groups", "me", "bulk", "schemas", "resourcetypes", "serviceproviderconfig", ".search"]
            }
            Self::Support => &["tenant", "requests", "mappings", "custom-fields", "tokens"],
            Self::Proxy => &[],
        }
    }
}

/// Reads one address. The mended URL comes along even when a problem blocks, to compare it with others.
pub(super) fn read(
    role: Role,
    typed: &str,
    environment: Environment,
    provider: IdentityProvider,
) -> (Vec<Problem>, Option<Url>) {
    let mut reading = Reading { role, mending: Mending::new(typed) };
    let url = reading.shape().map(|url| {
        let url = reading.parts(url);
        let url = if role == Role::Proxy { url } else { reading.path(url) };
        reading.safety(url, environment, provider)
    });
    (reading.mending.finish(), url)
}

/// An address as it is stored: without blanks around it and without the trailing slash.
/// Where there is no path at all a URL always ends with its slash.
pub(super) fn stored(typed: &str) -> Option<Url> {
    let url = Url::parse(typed.trim().trim_end_matches('/')).ok()?;
    Some(url)
}

struct Reading {
    role: Role,
    mending: Mending,
}

impl Reading {
    fn problem(&self, code: &'static str, severity: Severity, message: impl Into<String>) -> Problem {
        Problem::new(self.role.field(), code, severity, message)
    }

    fn tell(&mut self, code: &'static str, severity: Severity, message: impl Into<String>) {
        let problem = self.problem(code, severity, message);
        self.mending.tell(problem);
    }

    fn mend(&mut self, code: &'static str, severity: Severity, message: impl Into<String>, mended: impl Into<String>) {
        let problem = self.problem(code, severity, message);
        self.mending.mend(problem, mended);
    }

    /// Blanks, invisible characters and the scheme; then whether it is a URL at all.
    fn shape(&mut self) -> Option<Url> {
        let typed = self.mending.text().to_owned();
        let seen: String = typed.chars().filter(|c| !is_invisible(*c)).collect();
        let trimmed = seen.trim().trim_matches(['"', '\'', '<', '>', '`']).trim();
        if trimmed.is_empty() {
            if self.role == Role::Scim {
                self.tell(
                    "url-empty",
                    Error,
                    "No address yet. Support or your implementation specialist gives you the tenant's SCIM endpoint.",
                );
            }
            return None;
        }
        if trimmed.chars().any(char::is_whitespace) {
            self.tell(
                "url-whitespace",
                Error,
                "A blank or line break stands inside this address. Copy it again in one piece.",
            );
            return None;
        }
        if seen != typed {
            self.mend(
                "url-invisible-character",
                Error,
                "An invisible character hides in this address, so the host is not found.",
                trimmed,
            );
        } else if trimmed != typed {
            self.mend(
                "url-whitespace",
                Warning,
                "Blanks or quotes around this address came along with the copy.",
                trimmed,
            );
        }
        let address = self.scheme(trimmed)?;
        match Url::parse(&address) {
            // The URL standard lets braces stand in a host; here they are a placeholder nobody filled in.
            Ok(url)
                if url.host_str().is_some_and(|h| !h.is_empty() && !h.contains(['{', '}', '*', '$', '\'', '"'])) =>
            {
                Some(url)
            }
            _ => {
                self.tell("url-invalid", Error, format!("This is not an address. It looks like {}.", self.example()));
                None
            }
        }
    }

    fn scheme(&mut self, address: &str) -> Option<String> {
        let scheme = address.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("https" | "http") => Some(address.to_owned()),
            Some("") => {
                self.tell("url-invalid", Error, format!("This is not an address. It looks like {}.", self.example()));
                None
            }
            Some(_) => {
                self.tell(
                    "url-scheme",
                    Error,
                    format!(
                        "An address here begins with {}.",
                        if self.role == Role::Proxy { "http:// or https://" } else { "https://" }
                    ),
                );
                None
            }
            None => {
                let scheme =
                    if self.role == Role::Proxy || address.starts_with("localhost") || address.starts_with("127.") {
                        "http"
                    } else {
                        "https"
                    };
                let full = format!("{scheme}://{}", address.trim_start_matches('/'));
                let is_host = Url::parse(&full).is_ok_and(|url| {
                    url.host_str().is_some_and(|h| h.contains(['.', ':']) || h == "localhost" || url.port().is_some())
                });
                if !is_host {
                    self.tell(
                        "url-invalid",
                        Error,
                        format!("This is not an address. It looks like {}.", self.example()),
                    );
                    return None;
                }
                self.mend(
                    "url-scheme-missing",
                    Error,
                    format!("The {scheme}:// before this address is missing."),
                    full.clone(),
                );
                Some(full)
            }
        }
    }

    const fn example(&self) -> &'static str {
        match self.role {
            Role::Scim => "https://company.example/scim/v2",
            Role::Support => "https://company.example/support/v1",
            Role::Proxy => "http://proxy.company.example:8080",
        }
    }

    /// What a base address never has: credentials, a query, a fragment.
    fn parts(&mut self, mut url: Url) -> Url {
        if !url.username().is_empty() || url.password().is_some() {
            // Only URLs without a host refuse these, and this one has one.
            let _ = (url.set_username(""), url.set_password(None));
            let mended = self.written(&url);
            self.mend(
                "url-credentials",
                Error,
                "A user name or password stands in this address, and addresses are stored in clear text. Leave it out.",
                mended,
            );
        }
        if let Some(query) = url.query().map(str::to_ascii_lowercase) {
            url.set_query(None);
            let mended = self.written(&url);
            let message = if query.contains("aadoptscim") || query.contains("azureadscimpatch") {
                "This flag belongs into Entra's Tenant URL, where it changes what Entra sends. The console does not use it; choose the dialect in Test provision."
            } else {
                "A base address has nothing after a question mark. The console adds that for each request."
            };
            self.mend("url-query", Error, message, mended);
        }
        if url.fragment().is_some() {
            url.set_fragment(None);
            let mended = self.written(&url);
            self.mend(
                "url-query",
                Error,
                "A base address has nothing after a # sign; that part is never sent.",
                mended,
            );
        }
        url
    }

    /// The path: slashes, a resource that is no base, a version that is missing or there twice.
    fn path(&mut self, mut url: Url) -> Url {
        let segments: Vec<String> = url.path().split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect();
        let plain = |segments: &[String]| segments.iter().map(|s| format!("/{s}")).collect::<String>();
        if url.path().trim_end_matches('/').contains("//") {
            url.set_path(&plain(&segments));
            let mended = self.written(&url);
            self.mend(
                "url-double-slash",
                Warning,
                "Two slashes stand side by side in this address. Some services answer 404 to that.",
                mended,
            );
        } else if url.path().len() > 1 && url.path().ends_with('/')
            || (url.path() == "/" && self.mending.text().ends_with('/'))
        {
            url.set_path(&plain(&segments));
            let mended = self.written(&url);
            self.mend(
                "url-trailing-slash",
                Warning,
                "A slash ends this address, and a directory that adds its own asks for //Users. It is stored without.",
                mended,
            );
        }
        let resource = segments.iter().position(|s| self.role.resources().contains(&s.to_ascii_lowercase().as_str()));
        let mut base = segments.clone();
        if let Some(at) = resource {
            base.truncate(at);
            url.set_path(&plain(&base));
            let mended = self.written(&url);
            self.mend(
                "url-resource",
                Error,
                format!("/{} is one of the service's resources. The base address ends before it.", segments[at]),
                mended,
            );
        }
        if base.len() > 1 && base[base.len() - 1].eq_ignore_ascii_case(&base[base.len() - 2]) {
            base.pop();
            url.set_path(&plain(&base));
            let mended = self.written(&url);
            self.mend(
                "url-repeated",
                Warning,
                format!("/{0}/{0} stands at the end. Once is enough.", base[base.len() - 1]),
                mended,
            );
        }
        let last = base.last().map(|s| s.to_ascii_lowercase());
        let stem = self.role.ending().trim_start_matches('/').split('/').next().unwrap_or_default();
        if last.is_none() || last.as_deref() == Some(stem) {
            base.pop();
            url.set_path(&(plain(&base) + self.role.ending()));
            let mended = self.written(&url);
            self.mend("url-version-missing", Warning, format!("Thrive's address ends with {}. Without it every request is answered 404, unless this service is another.", self.role.ending()), mended);
        }
        url
    }

    /// Whether the token is safe on the way, and whether the directory takes the address.
    fn safety(&mut self, mut url: Url, environment: Environment, provider: IdentityProvider) -> Url {
        if self.role != Role::Proxy && url.scheme() == "http" {
            let reach = url.host().map_or(Reach::Public, |host| reach(&host));
            let production = environment == Environment::Production;
            match reach {
                _ if production || reach == Reach::Public => {
                    let message = if production {
                        "Production takes https only. Over http anyone on the way can read the token."
                    } else {
                        "Over http anyone on the way can read the token. Use https."
                    };
                    if reach == Reach::Public {
                        // https is a special scheme like http, so the change is never refused.
                        let _ = url.set_scheme("https");
                        let mended = self.written(&url);
                        self.mend("url-not-https", Error, message, mended);
                    } else {
                        self.tell("url-not-https", Error, message);
                    }
                }
                Reach::Private => self.tell(
                    "url-not-https",
                    Warning,
                    "Over http anyone on this network can read the token. Use https where the service offers it.",
                ),
                Reach::Public | Reach::Loopback => {}
            }
        }
        if self.role == Role::Scim && provider == IdentityProvider::Okta && url.as_str().contains('_') {
            self.tell(
                "url-underscore",
                Warning,
                "Okta does not take a base address with an underscore. Ask support for one without.",
            );
        }
        url
    }

    /// The URL as one would type it: without the slash that stands for an empty path.
    fn written(&self, url: &Url) -> String {
        url.as_str()
            .strip_suffix('/')
            .filter(|_| url.path() == "/" && url.query().is_none())
            .unwrap_or(url.as_str())
            .to_owned()
    }
}

/// From where a host can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Loopback,
    Private,
    Public,
}

fn reach(host: &Host<&str>) -> Reach {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            if name == "localhost" || name.ends_with(".localhost") {
                Reach::Loopback
            } else if !name.contains('.')
                || [".local", ".internal", ".intranet", ".lan", ".home.arpa", ".corp", ".test"]
                    .iter()
                    .any(|end| name.ends_with(end))
            {
                Reach::Private
            } else {
                Reach::Public
            }
        }
        Host::Ipv4(address) => reach_v4(*address),
        Host::Ipv6(address) => address.to_ipv4_mapped().map_or_else(|| reach_v6(*address), reach_v4),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
    match IpAddr::V4(address) {
        ip if ip.is_loopback() => Reach::Loopback,
        _ if address.is_private() || address.is_link_local() || shared => Reach::Private,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if address.is_loopback() {
        Reach::Loopback
    } else if address.is_unique_local() || address.is_unicast_link_local() {
        Reach::Private
    } else {
        Reach::Public
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_their_reach() {
        for (host, wanted) in [
            ("localhost", Reach::Loopback),
            ("a.localhost", Reach::Loopback),
            ("127.8.0.1", Reach::Loopback),
            ("[::1]", Reach::Loopback),
            ("[::ffff:127.0.0.1]", Reach::Loopback),
            ("10.0.0.1", Reach::Private),
            ("172.31.0.1", Reach::Private),
            ("192.168.1.1", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("[fd00::1]", Reach::Private),
            ("scim-dev", Reach::Private),
            ("scim.corp", Reach::Private),
            ("172.32.0.1", Reach::Public),
            ("localhost.example.com", Reach::Public),
            ("scim.example.com", Reach::Public),
            ("[2001:db8::1]", Reach::Public),
        ] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert_eq!(reach(&url.host().unwrap()), wanted, "{host}");
        }
    }
}
