//! Where a tenant answers, how to get there, and how the token is shown to it. What could carry a token in the clear, or
//! to somewhere else than the user named, is refused here, before anything is sent.

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use url::form_urlencoded::byte_serialize;
use url::{Host, Url};

use super::super::fault;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::secret::Secret;

const CA_FILE_LIMIT: u64 = 1 << 20;

/// How a secret is shown to a server (the schemes of `Authorization`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6750, as SCIM uses it.
    #[default]
    Bearer,
    /// RFC 7617 as OAuth clients use it (RFC 6749 §2.3.1), with this name; the secret is the password.
    Basic(String),
    /// Okta's API token.
    Ssws,
}

/// Where a tenant answers and how to get there.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Base of the service: `https://…/scim/v2`. A query (Entra's flag) and a trailing slash are left out of requests.
    pub base: Url,
    /// The token; empty sends none.
    pub token: Secret,
    /// How it is shown.
    pub scheme: Scheme,
    /// HTTP proxy; the system's own when `None`. Never used for this computer's own addresses.
    pub proxy: Option<Url>,
    /// PEM file of a certificate authority to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

impl Endpoint {
    /// Whether the host is this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.base.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost") || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// The host as words name it.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// The base that requests are made of, where the token may be sent to it.
    pub(super) fn address(&self) -> Result<Url, Failure> {
        let mut base = self.base.clone();
        let secure = match base.scheme() {
            "https" => true,
            "http" => self.is_loopback() || self.token.is_empty(),
            _ => return Err(fault::address_invalid()),
        };
        if !secure {
            return Err(fault::not_encrypted(self.host()));
        }
        if base.host_str().is_none_or(str::is_empty) {
            return Err(fault::address_invalid());
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(fault::password_in_address());
        }
        base.set_query(None);
        base.set_fragment(None);
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        Ok(base)
    }

    /// The header that shows the token; none without one.
    pub(super) fn authorization(&self) -> Result<Option<HeaderValue>, Failure> {
        let Self { token, scheme, .. } = self;
        if token.is_empty() {
            return Ok(None);
        }
        let invalid = || fault::token_unsendable();
        if !token.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(invalid());
        }
        let shown = match scheme {
            Scheme::Bearer => format!("Bearer {}", token.expose()),
            Scheme::Ssws => format!("SSWS {}", token.expose()),
            Scheme::Basic(name) => {
                let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(name), encoded(token.expose()))))
            }
        };
        let mut value = HeaderValue::from_str(&shown).map_err(|_| invalid())?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

/// The certificates of a file, at least one.
pub(super) fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, Failure> {
    let unreadable = |why: &dyn fmt::Display| {
        Failure::new(
            FailureKind::FileUnreadable,
            format!("The certificate file {} cannot be used", path.display()),
            "It must hold one or more certificates in PEM form, each beginning with BEGIN CERTIFICATE.",
            "Choose the PEM file that your network team gave you, or clear the field.",
        )
        .with_detail(why)
    };
    let size = std::fs::metadata(path).map_err(|error| unreadable(&error))?.len();
    if size > CA_FILE_LIMIT {
        return Err(unreadable(&"the file is larger than 1 MiB"));
    }
    let pem = std::fs::read(path).map_err(|error| unreadable(&error))?;
    let found = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| unreadable(&error))?;
    if found.is_empty() {
        return Err(unreadable(&"the file holds no certificate"));
    }
    Ok(found)
}
