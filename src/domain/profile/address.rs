//! The rules for an address as typed: SCIM endpoint, support endpoint, proxy. Certain slips get the mended address;
//! nothing here connects to one, and no problem repeats a password that stood in it.

use url::Url;

use super::{
    Environment, IdentityProvider,
    reach::{Reach, reach},
};
use crate::domain::{
    mapping::{is_invisible, is_quote},
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

    const fn example(self) -> &'static str {
        match self {
            Self::Scim => "https://company.example/scim/v2",
            Self::Support => "https://company.example/support/v1",
            Self::Proxy => "http://proxy.company.example:8080",
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

    /// Where a path goes on beyond the base: the first resource after the version, or, where there is none, a last
    /// word that can be nothing else. A word before the version may be a customer's name.
    fn resource_in(self, segments: &[String]) -> Option<usize> {
        let plain: Vec<String> = segments.iter().map(|s| s.to_ascii_lowercase()).collect();
        let versioned = |s: &String| {
            s.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
                || self.ending().split('/').nth(1) == Some(s)
        };
        match plain.iter().rposition(versioned) {
            Some(version) => {
                let after = &plain[version + 1..];
                after.iter().position(|s| self.resources().contains(&s.as_str())).map(|at| version + 1 + at)
            }
            None => plain.len().checked_sub(1).filter(|last| matches!(plain[*last].as_str(), "users" | "groups")),
        }
    }

    /// The path segments that belong to single requests, in lower case.
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
    let mut reading = Reading { role, mending: Mending::new(role.field(), typed) };
    let url = reading.shape().map(|url| {
        let url = reading.parts(url);
        let url = if role == Role::Proxy { url } else { reading.path(url) };
        reading.safety(url, environment, provider)
    });
    let mut problems = reading.mending.finish();
    if url.is_none() && typed.contains('@') {
        // It could not be taken apart, so a password may still stand in it.
        problems.iter_mut().for_each(|problem| problem.fix = None);
    }
    (problems, url)
}

/// An address as it is stored: without blanks or quotes around it and without the trailing slash.
/// Where there is no path at all a URL always ends with its slash.
pub(super) fn stored(typed: &str) -> Option<Url> {
    Url::parse(without_wrapping(typed).trim_end_matches('/')).ok()
}

fn without_wrapping(typed: &str) -> &str {
    typed.trim_matches(|c: char| c.is_whitespace() || is_quote(c) || matches!(c, '<' | '>'))
}

/// The URL as one would type it: without the slash that stands for an empty path.
fn written(url: &Url) -> &str {
    let text = url.as_str();
    text.strip_suffix('/').filter(|_| url.path() == "/" && url.query().is_none()).unwrap_or(text)
}

struct Reading {
    role: Role,
    mending: Mending,
}

impl Reading {
    fn tell(&mut self, code: &'static str, severity: Severity, message: impl Into<String>) {
        self.mending.tell(code, severity, message);
    }

    fn mend(&mut self, code: &'static str, severity: Severity, message: impl Into<String>, url: &Url) {
        self.mending.mend(code, severity, message, written(url));
    }

    /// Blanks, invisible characters and the scheme; then whether it is a URL at all.
    fn shape(&mut self) -> Option<Url> {
        let typed = self.mending.text().to_owned();
        let seen: String = typed.chars().filter(|c| !is_invisible(*c)).collect();
        let trimmed = without_wrapping(&seen);
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
            let message = "An invisible character hides in this address, so the host is not found.";
            self.mending.mend("url-invisible-character", Error, message, trimmed);
        } else if trimmed != typed {
            let message = "Blanks or quotes around this address came along with the copy.";
            self.mending.mend("url-whitespace", Warning, message, trimmed);
        }
        let address = self.scheme(trimmed)?;
        // The URL standard lets braces stand in a host; here they are a placeholder nobody filled in.
        let is_host = |host: &str| !host.is_empty() && !host.contains(['{', '}', '*', '$', '\'', '"']);
        let url = Url::parse(&address).ok().filter(|url| url.host_str().is_some_and(is_host));
        if url.is_none() {
            self.not_an_address();
        }
        url
    }

    fn scheme(&mut self, address: &str) -> Option<String> {
        if let Some((scheme, _)) = address.split_once("://") {
            match scheme.to_ascii_lowercase().as_str() {
                "https" | "http" => return Some(address.to_owned()),
                "" => self.not_an_address(),
                _ if self.role == Role::Proxy => {
                    self.tell("url-scheme", Error, "A proxy's address begins with http:// or https://.");
                }
                _ => self.tell("url-scheme", Error, "An address here begins with https://."),
            }
            return None;
        }
        let local = self.role == Role::Proxy || address.starts_with("localhost") || address.starts_with("127.");
        let scheme = if local { "http" } else { "https" };
        let full = format!("{scheme}://{}", address.trim_start_matches('/'));
        let is_host = |url: Url| {
            url.host_str().is_some_and(|h| h.contains(['.', ':']) || h == "localhost") || url.port().is_some()
        };
        if !Url::parse(&full).is_ok_and(is_host) {
            self.not_an_address();
            return None;
        }
        let message = format!("The {scheme}:// before this address is missing.");
        self.mending.mend("url-scheme-missing", Error, message, full.clone());
        Some(full)
    }

    fn not_an_address(&mut self) {
        let message = format!("This is not an address. It looks like {}.", self.role.example());
        self.tell("url-invalid", Error, message);
    }

    /// What a base address never has: credentials, a query, a fragment.
    fn parts(&mut self, mut url: Url) -> Url {
        if !url.username().is_empty() || url.password().is_some() {
            // Only URLs without a host refuse these, and this one has one.
            let _ = (url.set_username(""), url.set_password(None));
            self.mend(
                "url-credentials",
                Error,
                "A user name or password stands in this address, and addresses are stored in clear text. Leave it out.",
                &url,
            );
        }
        if let Some(query) = url.query().map(str::to_ascii_lowercase) {
            url.set_query(None);
            let message = if query.contains("aadoptscim") || query.contains("azureadscimpatch") {
                "This flag belongs into Entra's Tenant URL, where it changes what Entra sends. The console does not use it; choose the dialect in Test provision."
            } else {
                "A base address has nothing after a question mark. The console adds that for each request."
            };
            self.mend("url-query", Error, message, &url);
        }
        if url.fragment().is_some() {
            url.set_fragment(None);
            self.mend("url-query", Error, "A base address has nothing after a # sign; that part is never sent.", &url);
        }
        url
    }

    /// The path: slashes, a resource that is no base, a version that is missing or there twice.
    fn path(&mut self, mut url: Url) -> Url {
        let segments: Vec<String> = url.path().split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect();
        let plain = |segments: &[String]| segments.iter().map(|s| format!("/{s}")).collect::<String>();
        if url.path().trim_end_matches('/').contains("//") {
            url.set_path(&plain(&segments));
            self.mend(
                "url-double-slash",
                Warning,
                "Two slashes stand side by side in this address. Some services answer 404 to that.",
                &url,
            );
        } else if url.path().len() > 1 && url.path().ends_with('/')
            || (url.path() == "/" && self.mending.text().ends_with('/'))
        {
            url.set_path(&plain(&segments));
            self.mend(
                "url-trailing-slash",
                Warning,
                "A slash ends this address, and a directory that adds its own asks for //Users. It is stored without.",
                &url,
            );
        }
        let resource = self.role.resource_in(&segments);
        let mut base = segments.clone();
        if let Some(at) = resource {
            base.truncate(at);
            url.set_path(&plain(&base));
            self.mend(
                "url-resource",
                Error,
                format!("/{} is one of the service's resources. The base address ends before it.", segments[at]),
                &url,
            );
        }
        if base.len() > 1 && base[base.len() - 1].eq_ignore_ascii_case(&base[base.len() - 2]) {
            base.pop();
            url.set_path(&plain(&base));
            self.mend(
                "url-repeated",
                Warning,
                format!("/{0}/{0} stands at the end. Once is enough.", base[base.len() - 1]),
                &url,
            );
        }
        let last = base.last().map(|s| s.to_ascii_lowercase());
        let stem = self.role.ending().trim_start_matches('/').split('/').next().unwrap_or_default();
        if last.is_none() || last.as_deref() == Some(stem) {
            base.pop();
            url.set_path(&(plain(&base) + self.role.ending()));
            self.mend("url-version-missing", Warning, format!("Thrive's address ends with {}. Without it every request is answered 404, unless this service is another.", self.role.ending()), &url);
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
                        self.mend("url-not-https", Error, message, &url);
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
}
