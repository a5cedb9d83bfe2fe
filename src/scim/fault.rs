//! Why nothing usable came back, in words: what failed, what it means, what to do and who.
//! Every sentence is made here from the kind of error; the raw text goes to the folded detail only.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::CertificateError;
use url::Url;

use super::client::Limits;
use crate::domain::failure::{Failure, FailureKind};

/// A failure below HTTP.
pub(super) fn of(error: &reqwest::Error, host: &str, proxy: Option<&str>, limits: &Limits) -> Failure {
    let detail = chain(error);
    let failure = match tls_fault(error) {
        Some(rustls::Error::InvalidCertificate(why)) => certificate_untrusted(host, why),
        Some(_) => no_tls(host),
        None if error.is_dns() => host_not_found(host, proxy),
        None if error.is_timeout() && error.is_connect() => connect_timed_out(host, proxy, limits.connect),
        None if error.is_timeout() => timed_out(host, limits.total),
        None if error.is_connect() => unreachable(host, proxy),
        None => broken_off(host),
    };
    failure.with_detail(detail)
}

pub(super) fn timed_out(host: &str, after: Duration) -> Failure {
    Failure::new(
        FailureKind::TimedOut,
        format!("No answer from {host} within {} s", seconds(after)),
        "The tenant is slow or stuck; a directory would give up and try again later.",
        "Try again, and ask the tenant's operator if it stays slow.",
    )
}

pub(super) fn circle(host: &str) -> Failure {
    Failure::new(
        FailureKind::EndpointNotFound,
        format!("{host} redirects in a circle"),
        "The address never leads to an answer.",
        "Check the path of the SCIM endpoint against the address that support issued.",
    )
}

pub(super) fn redirected(next: &Url, host: &str) -> Failure {
    let to = next.origin().ascii_serialization();
    Failure::new(
        FailureKind::RedirectedElsewhere,
        format!("{host} points to {to}"),
        "The token belongs to the saved address only, so the redirect was not followed and nothing was sent there; \
         most often it is a sign-in page.",
        "Check the SCIM endpoint, and save the new address only if the tenant's operator confirms it.",
    )
}

pub(super) fn moved(next: &Url) -> Failure {
    Failure::new(
        FailureKind::EndpointNotFound,
        "The tenant answered a write with a redirect",
        format!("The address has moved to {next}; a write is never sent twice, so it was not followed."),
        "Save the new address in the profile, without a slash at the end, and try again.",
    )
}

pub(super) fn other_origin(url: &Url, host: &str) -> Failure {
    Failure::new(
        FailureKind::AddressInvalid,
        format!("The request is for {}, not for {host}", url.host_str().unwrap_or("another host")),
        "The token belongs to the saved address only, so nothing was sent.",
        "Send it with the profile of that tenant.",
    )
}

pub(super) fn too_large(limit: usize) -> Failure {
    Failure::new(
        FailureKind::AnswerTooLarge,
        format!("The answer is larger than {} MiB", limit >> 20),
        "The console stopped reading; a directory would struggle with it too.",
        "Ask for a smaller page, and ask the tenant's operator whether paging works.",
    )
}

pub(super) fn address_invalid() -> Failure {
    Failure::new(
        FailureKind::AddressInvalid,
        "The address cannot be used",
        "It must be a full web address such as https://example.learn.link/scim/v2.",
        "Paste the SCIM endpoint exactly as support issued it.",
    )
}

pub(super) fn not_encrypted(host: &str) -> Failure {
    Failure::new(
        FailureKind::AddressInvalid,
        format!("http://{host} is not encrypted"),
        "Anyone on the way could read the token, so nothing was sent.",
        "Use the https address of the tenant.",
    )
}

pub(super) fn password_in_address() -> Failure {
    Failure::new(
        FailureKind::AddressInvalid,
        "The address holds a user name or password",
        "Addresses are shown and stored in clear, so a secret does not belong there.",
        "Remove everything before the @ and put the token in its own field.",
    )
}

pub(super) fn token_unsendable() -> Failure {
    Failure::new(
        FailureKind::Invalid,
        "The token cannot be sent",
        "It holds a blank, a line break or a character that no token has, so it was probably not copied cleanly.",
        "Copy the token again, without quotes and without the word Bearer.",
    )
}

pub(super) fn method_invalid() -> Failure {
    Failure::new(
        FailureKind::Invalid,
        "The request has no valid HTTP method",
        "Nothing was sent.",
        "Use GET, POST, PUT, PATCH or DELETE.",
    )
}

pub(super) fn proxy_invalid() -> Failure {
    Failure::new(
        FailureKind::AddressInvalid,
        "The proxy address cannot be used",
        "It must look like http://proxy.example.com:3128.",
        "Correct it under Advanced, or clear it to use the system's proxy.",
    )
}

pub(super) fn not_built(error: &reqwest::Error) -> Failure {
    Failure::new(
        FailureKind::Internal,
        "No secure connection can be prepared",
        "This computer offers no trusted certificates, or the chosen certificate file does not fit.",
        "Install the system's CA certificates, or choose another certificate file under Advanced.",
    )
    .with_detail(chain(error))
}

pub(super) fn no_stream() -> Failure {
    Failure::new(
        FailureKind::NotScim,
        "The tenant does not answer with an event stream",
        "Live updates cannot be read.",
        "The list can still be read page by page.",
    )
}

pub(super) fn silent_stream(after: Duration) -> Failure {
    Failure::new(
        FailureKind::TimedOut,
        format!("The tenant's live log was silent for {} s", seconds(after)),
        "The connection is probably dead.",
        "Connect again; nothing is lost, since the log is read from the last event on.",
    )
}

fn host_not_found(host: &str, proxy: Option<&str>) -> Failure {
    match proxy {
        Some(proxy) => Failure::new(
            FailureKind::HostNotFound,
            format!("The proxy {proxy} cannot be found"),
            "Its name does not resolve, so no request leaves this computer.",
            "Check the proxy address under Advanced, and whether you are on the company network.",
        ),
        None => Failure::new(
            FailureKind::HostNotFound,
            format!("The host {host} cannot be found"),
            "Its name does not resolve, so it is misspelt, or this computer is offline.",
            "Check the spelling of the address and the network connection.",
        ),
    }
}

fn unreachable(host: &str, proxy: Option<&str>) -> Failure {
    match proxy {
        Some(proxy) => Failure::new(
            FailureKind::Unreachable,
            format!("No connection to {host} through the proxy {proxy}"),
            "The proxy does not answer, or refuses to connect to this host.",
            "Check the proxy address, and ask your network team whether the host is allowed.",
        ),
        None => Failure::new(
            FailureKind::Unreachable,
            format!("Nothing answers at {host}"),
            "The host exists, but refuses the connection: the port is wrong, the service is down or a firewall is in the way.",
            "Check the address and port, then ask the tenant's operator whether the service runs.",
        ),
    }
}

fn connect_timed_out(host: &str, proxy: Option<&str>, after: Duration) -> Failure {
    let target = proxy.map_or_else(|| host.to_owned(), |proxy| format!("the proxy {proxy}"));
    Failure::new(
        FailureKind::TimedOut,
        format!("No connection to {target} within {} s", seconds(after)),
        "Nothing comes back at all, which is most often a firewall or a missing VPN or proxy.",
        "Check whether this computer may reach the host, and set the proxy under Advanced if you need one.",
    )
}

fn broken_off(host: &str) -> Failure {
    Failure::new(
        FailureKind::Unreachable,
        format!("{host} broke the connection off"),
        "The request was sent and no answer came; whether the tenant acted on it is not known.",
        "Try again; for a write, look first whether it was done.",
    )
}

fn no_tls(host: &str) -> Failure {
    Failure::new(
        FailureKind::Unreachable,
        format!("{host} agrees to no secure connection"),
        "It does not speak TLS 1.2 or 1.3 at this port, so directories cannot connect either.",
        "Check the port and that the address begins with https, then ask the tenant's operator about its TLS set-up.",
    )
}

fn certificate_untrusted(host: &str, why: &CertificateError) -> Failure {
    let meaning = match why {
        CertificateError::UnknownIssuer => {
            "It was issued by an authority that this computer does not know: self-signed, an incomplete chain, or a \
             company proxy that re-signs traffic."
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "It has expired, so directories refuse it too."
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "It is not valid yet; the clock of this computer may be wrong."
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "It belongs to another host name, so the address may be wrong."
        }
        CertificateError::Revoked => "It was revoked by its issuer.",
        _ => "It does not pass the checks of this computer.",
    };
    Failure::new(
        FailureKind::CertificateUntrusted,
        format!("The certificate of {host} is not trusted"),
        format!("{meaning} Nothing was sent."),
        "Ask the tenant's operator to mend the certificate, or add your company's authority as a PEM file under Advanced.",
    )
}

fn tls_fault(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // An io::Error hides the error it wraps from `source`.
        let wrapped = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => current.source(),
        };
    }
    None
}

fn chain(error: &reqwest::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(current) = next {
        let text = current.to_string();
        if texts.last().is_none_or(|last| !last.contains(&text)) {
            texts.push(text);
        }
        next = current.source();
    }
    if texts.is_empty() { "no further detail".to_owned() } else { texts.join(": ") }
}

fn seconds(duration: Duration) -> String {
    let tenths = duration.as_millis() / 100;
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}
