//! One tenant's HTTP client. Whatever happens, [`Client::send`] gives back the exchange and how it is to be understood.
//! The token goes to the origin it was saved for and nowhere else: no redirect, proxy or absolute address changes that.

mod endpoint;

use std::fmt;
use std::sync::Once;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use reqwest::tls::{TlsInfo, Version};
use reqwest::{Method, Proxy, redirect};
use serde_json::Value;
use url::Url;

pub use self::endpoint::{Endpoint, Scheme};
use super::answer::{self, Asked, Raw};
use super::{certificate, fault};
use crate::domain::exchange::{Exchange, Headers, Request, Response};
use crate::domain::failure::Failure;
use crate::domain::secret::Secret;

/// RFC 7644 §8.1.
pub const SCIM_JSON: &str = "application/scim+json";
const AGENT: &str = concat!("scim-console/", env!("CARGO_PKG_VERSION"));
const SAME_ORIGIN_REDIRECTS: usize = 5;
/// The connection's own headers: a caller's copy of them would contradict what is really sent.
const OWN_HEADERS: [&str; 9] = [
    "host",
    "user-agent",
    "accept-encoding",
    "connection",
    "content-length",
    "keep-alive",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// How long to wait and how much to read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// To connect, TLS included.
    pub connect: Duration,
    /// From sending to the last byte.
    pub total: Duration,
    /// How long a write that is already under way may still take after the user stopped the run.
    pub grace: Duration,
    /// How long an event stream may stay silent.
    pub idle: Duration,
    /// Bytes of one answer, unpacked.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(60),
            grace: Duration::from_secs(5),
            idle: Duration::from_secs(120),
            body: 8 << 20,
        }
    }
}

/// What the TLS handshake showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secured {
    /// `TLS 1.3`.
    pub version: Option<&'static str>,
    /// When the certificate ends.
    pub valid_until: Option<Timestamp>,
}

/// A request that was made, whatever came of it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What was asked and answered, without Authorization.
    pub exchange: Exchange,
    /// `Ok` for a 2xx answer that could be read.
    pub result: Result<(), Failure>,
    /// The TLS handshake, where there was one.
    pub secured: Option<Secured>,
}

impl Sent {
    /// HTTP status, where there is an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.exchange.response.as_ref().map(|response| response.status)
    }

    /// The answer's body; null where there is none.
    #[must_use]
    pub fn body(&self) -> &Value {
        self.exchange.response.as_ref().map_or(&Value::Null, |response| &response.body)
    }

    /// A header of the answer.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.exchange.response.as_ref()?.headers.get(name)
    }

    /// Milliseconds from sending to the last byte.
    #[must_use]
    pub fn millis(&self) -> u64 {
        self.exchange.duration_ms.unwrap_or_default()
    }
}

/// The client of one endpoint. Dropping a call stops it.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    authorization: Option<HeaderValue>,
    token: Secret,
    proxy: Option<String>,
    limits: Limits,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.base)
    }
}

impl Client {
    /// A client for one endpoint.
    ///
    /// # Errors
    /// The address cannot carry a token (not https beyond this computer, no host, a password inside), the token cannot be
    /// sent, or the certificate or proxy cannot be used.
    pub fn new(endpoint: &Endpoint, limits: Limits) -> Result<Self, Failure> {
        install_provider();
        let base = endpoint.address()?;
        let authorization = endpoint.authorization()?;
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(limits.connect)
            .tcp_keepalive(Duration::from_secs(30))
            .tls_info(true);
        if let Some(path) = &endpoint.ca_file {
            builder = builder.tls_certs_merge(endpoint::certificates(path)?);
        }
        let proxy = endpoint.proxy.as_ref().filter(|_| !endpoint.is_loopback());
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
        } else if let Some(url) = proxy {
            builder = builder.proxy(Proxy::all(url.clone()).map_err(|_| fault::proxy_invalid())?);
        }
        let http = builder.build().map_err(|error| fault::not_built(&error))?;
        let proxy = proxy.map(|url| url.host_str().unwrap_or_default().to_owned());
        Ok(Self { http, base, authorization, token: endpoint.token.clone(), proxy, limits })
    }

    /// The base without query and trailing slash.
    #[must_use]
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// The limits it keeps to.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Reads a path below the base, such as `/Users?count=1`.
    pub async fn get(&self, path: &str) -> Sent {
        self.send(&Request { method: "GET".to_owned(), url: path.to_owned(), ..Request::default() }).await
    }

    /// Sends a request: a path below the base, or an absolute address of the same origin. Headers that belong to the
    /// connection are the client's own; a body that is a JSON string is sent as that text.
    pub async fn send(&self, request: &Request) -> Sent {
        let mut asked = Request { headers: self.headers(request), ..request.clone() };
        asked.method.make_ascii_uppercase();
        let at = Timestamp::now();
        let started = Instant::now();
        let (response, result, secured) = match self.resolve(&request.url) {
            Err(failure) => (None, Err(failure), None),
            Ok(url) => {
                asked.url = url.to_string();
                match tokio::time::timeout(self.limits.total, self.follow(&asked, url)).await {
                    Err(_) => (None, Err(fault::timed_out(self.host(), self.limits.total)), None),
                    Ok(Err(failure)) => (None, Err(failure), None),
                    Ok(Ok((response, result, secured))) => (Some(response), result, secured),
                }
            }
        };
        let result = result.map_err(|failure| answer::scrub_failure(failure, &self.token));
        let broken = result.as_ref().err().filter(|failure| response.is_none() || answer::is_cut(failure.kind));
        let body = answer::scrub_json(asked.body, &self.token);
        let request =
            Request { url: answer::scrub(&asked.url, &self.token), body, method: asked.method, headers: asked.headers };
        let exchange = Exchange {
            error: broken.map(ToString::to_string),
            request,
            response,
            at: Some(at),
            duration_ms: Some(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)),
        };
        Sent { exchange, result, secured }
    }

    /// Opens an event stream; the caller reads its body.
    pub(super) async fn open_stream(
        &self,
        path: &str,
        last_event_id: Option<&str>,
    ) -> Result<reqwest::Response, Failure> {
        let mut request = Request { method: "GET".to_owned(), url: path.to_owned(), ..Request::default() };
        request.headers.insert("accept", "text/event-stream");
        request.headers.insert("cache-control", "no-cache");
        if let Some(id) = last_event_id {
            request.headers.insert("last-event-id", id);
        }
        request.headers = self.headers(&request);
        let url = self.resolve(path)?;
        let opened = tokio::time::timeout(self.limits.total, self.transmit(&request, &url)).await;
        let response = opened.map_err(|_| fault::timed_out(self.host(), self.limits.total))??;
        if response.status().is_success() {
            return Ok(response);
        }
        let raw = tokio::time::timeout(self.limits.total, Raw::read(response, self.limits.body)).await;
        let raw = raw.map_err(|_| fault::timed_out(self.host(), self.limits.total))?;
        let (_, result) = answer::understand(&raw, &self.asked(&request), &self.token);
        Err(answer::scrub_failure(result.err().unwrap_or_else(fault::no_stream), &self.token))
    }

    pub(super) fn token(&self) -> &Secret {
        &self.token
    }

    pub(super) fn broken_stream(&self, error: &reqwest::Error) -> Failure {
        answer::scrub_failure(fault::of(error, self.host(), self.proxy.as_deref(), &self.limits), &self.token)
    }

    fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    fn asked<'a>(&'a self, request: &'a Request) -> Asked<'a> {
        let below = request.url.strip_prefix(self.base.as_str().trim_end_matches('/')).unwrap_or(&request.url);
        Asked { method: &request.method, path: below.split('?').next().unwrap_or_default(), host: self.host() }
    }

    /// The absolute address, or a refusal to carry the token elsewhere.
    fn resolve(&self, address: &str) -> Result<Url, Failure> {
        if !address.contains("://") {
            let base = self.base.as_str().trim_end_matches('/');
            let slash = if address.is_empty() || address.starts_with(['/', '?']) { "" } else { "/" };
            return Url::parse(&format!("{base}{slash}{address}")).map_err(|_| fault::address_invalid());
        }
        let url = Url::parse(address).map_err(|_| fault::address_invalid())?;
        if url.origin() == self.base.origin() { Ok(url) } else { Err(fault::other_origin(&url, self.host())) }
    }

    fn headers(&self, request: &Request) -> Headers {
        let mut headers = Headers::default();
        headers.insert(ACCEPT.as_str(), "application/scim+json, application/json");
        headers.insert(USER_AGENT.as_str(), AGENT);
        if !request.body.is_null() {
            headers.insert(CONTENT_TYPE.as_str(), SCIM_JSON);
        }
        for (name, value) in request.headers.iter().filter(|(name, _)| !OWN_HEADERS.contains(name)) {
            let clean = answer::scrub(value, &self.token);
            headers.insert(name, &clean);
        }
        headers
    }

    /// Follows redirects of a GET within the origin; anything else is the answer itself.
    async fn follow(
        &self,
        asked: &Request,
        mut url: Url,
    ) -> Result<(Response, Result<(), Failure>, Option<Secured>), Failure> {
        for _ in 0..=SAME_ORIGIN_REDIRECTS {
            let response = self.transmit(asked, &url).await?;
            if let Some(next) = redirection(&response, &url) {
                let answer = |failure| (answer::head(&response, &self.token), Err(failure), secured(&response));
                if next.origin() != self.base.origin() {
                    return Ok(answer(fault::redirected(&next, self.host())));
                }
                if asked.method != "GET" {
                    return Ok(answer(fault::moved(&next)));
                }
                url = next;
                continue;
            }
            let secured = secured(&response);
            let raw = Raw::read(response, self.limits.body).await;
            let (response, result) = answer::understand(&raw, &self.asked(asked), &self.token);
            return Ok((response, result, secured));
        }
        Err(fault::circle(self.host()))
    }

    async fn transmit(&self, request: &Request, url: &Url) -> Result<reqwest::Response, Failure> {
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| fault::method_invalid())?;
        let mut headers: HeaderMap = request
            .headers
            .iter()
            .filter_map(|(name, value)| Some((HeaderName::try_from(name).ok()?, HeaderValue::from_str(value).ok()?)))
            .collect();
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        let mut builder = self.http.request(method, url.clone()).headers(headers);
        builder = match &request.body {
            Value::Null => builder,
            Value::String(text) => builder.body(text.clone()),
            json => builder.body(json.to_string()),
        };
        builder.send().await.map_err(|error| fault::of(&error, self.host(), self.proxy.as_deref(), &self.limits))
    }
}

/// A text as one path segment of an address.
pub(super) fn path_segment(text: &str) -> String {
    let Ok(mut url) = Url::parse("https://x") else { return String::new() };
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(text);
    }
    url.path().trim_start_matches('/').to_owned()
}

fn install_provider() {
    static ONCE: Once = Once::new();
    // A provider that is there already is as good.
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

fn redirection(response: &reqwest::Response, from: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    from.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

fn secured(response: &reqwest::Response) -> Option<Secured> {
    let info = response.extensions().get::<TlsInfo>()?;
    let version = info.version().map(|version| match version {
        Version::TLS_1_0 => "TLS 1.0",
        Version::TLS_1_1 => "TLS 1.1",
        Version::TLS_1_2 => "TLS 1.2",
        Version::TLS_1_3 => "TLS 1.3",
        _ => "TLS",
    });
    Some(Secured { version, valid_until: info.peer_certificate().and_then(certificate::valid_until) })
}

#[cfg(test)]
mod tests;
