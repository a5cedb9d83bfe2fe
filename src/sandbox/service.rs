//! The SCIM service: receives one request, finds who answers it, and records the exchange in the same session, so that
//! nothing is done that the log does not show. Nothing here awaits while the database is locked.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Method, StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;

use super::answer::{Answer, Content, JSON, SCIM_JSON, Said};
use super::data::Session;
use super::error::{ScimError, TokenFault};
use super::faults::{self, Delivery, Violation};
use super::house::MountedAt;
use super::payload::{BODY_LIMIT, Payload, receive};
use super::schema::ResourceKind;
use super::{
    At, PastFaults, Policy, Took, bulk, discovery, groups, habits, listing, log, tenant::Tenant, tokens, users,
};
use crate::domain::landing::Landing;
use crate::domain::practice::{Fault, Habit};
use crate::scim::patch::Missing;

/// What the log wants to know of a request besides its text.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) user: Option<String>,
    pub(super) resource_id: Option<String>,
    pub(super) token_id: Option<String>,
    pub(super) landing: Landing,
    /// What a fault did to the answer.
    pub(super) spoilt: Option<String>,
}

/// One request under way.
pub(super) struct Call<'r> {
    pub(super) session: &'r Session<'r>,
    pub(super) policy: Policy,
    /// What is not let pass.
    pub(super) refused: &'r BTreeSet<Habit>,
    pub(super) now: Timestamp,
    pub(super) parts: &'r Parts,
    payload: &'r Payload,
    pub(super) trace: Trace,
    /// What goes wrong with this request.
    fault: Option<Fault>,
}

/// Answers any request below `/scim/v2`.
pub(super) async fn answer(State(tenant): State<Tenant>, request: Request) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let payload = receive(&parts.headers, body).await;
    let from_a_script = parts.extensions.get::<PastFaults>().is_some();
    let between_scripts = if from_a_script { None } else { Some(tenant.between_scripts().await) };
    let now = parts.extensions.get::<At>().map_or_else(|| tenant.now(), |at| at.0);
    let done = tenant.data().open_session(|session| {
        let (policy, refused, trace) = (tenant.policy(), tenant.refused(), Trace::default());
        let refused = refused.as_ref();
        let mut call = Call { session, policy, refused, now, parts: &parts, payload: &payload, trace, fault: None };
        let mut said = Said::from(call.answer().unwrap_or_else(Answer::from)).accepted_by(&parts.headers);
        let delivery = call.spoil(&mut said);
        let took = parts.extensions.get::<Took>().map(|took| took.0);
        let took = took.unwrap_or_else(|| u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
        let number = session.record(&log::exchange(&call.trace, &parts, &payload, &said, (now, took)))?;
        Ok((said, number, delivery))
    });
    let done = match done {
        Ok((done, ticket)) if parts.method != Method::GET => tenant.data().settled(ticket).await.map(|()| done),
        other => other.map(|(done, _)| done),
    };
    drop(between_scripts);
    match done {
        Ok((said, number, delivery)) => {
            tenant.recorded(number);
            delivery.of(said).await
        }
        Err(error) => Said::from(Answer::from(ScimError::from(error))).into_response(),
    }
}

impl<'r> Call<'r> {
    fn answer(&mut self) -> Result<Answer, ScimError> {
        let token = tokens::recognise(self.session, &self.parts.headers, self.now)?.map_err(ScimError::unauthorised)?;
        self.trace.token_id = Some(token.id);
        self.fault = match self.parts.extensions.get::<Fault>() {
            Some(fault) => Some(fault.clone()),
            None if self.parts.extensions.get::<PastFaults>().is_some() => None,
            None => self.meet_rules()?,
        };
        match self.fault.clone() {
            Some(fault) => self.struck(&fault),
            None => self.dispatch(),
        }
    }

    fn meet_rules(&mut self) -> Result<Option<Fault>, ScimError> {
        let rules = faults::rules(self.session)?;
        if rules.is_empty() {
            return Ok(None);
        }
        if rules.iter().any(|rule| rule.scope.user.is_some()) {
            users::identify(self)?;
        }
        let user = self.trace.user.take();
        Ok(faults::meet(self.session, rules, faults::asked(self.parts, user.as_deref(), self.now))?)
    }

    /// What is refused has changed nothing, wherever it was refused. A user is written by one statement, the last thing
    /// that is done, so that nothing has to be undone there.
    fn dispatch(&mut self) -> Result<Answer, ScimError> {
        let of_users = self.parts.uri.path().starts_with("/scim/v2/Users");
        if self.parts.method.is_safe() || of_users && self.parts.method != Method::DELETE {
            return self.route();
        }
        let session = self.session;
        session.part(|| self.route())
    }

    fn route(&mut self) -> Result<Answer, ScimError> {
        if matches!(self.payload, Payload::TooLarge) {
            let detail = format!("The body is larger than {BODY_LIMIT} bytes.");
            return Err(ScimError::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
        }
        let path = self.parts.uri.path();
        let path = path.strip_prefix("/scim/v2").unwrap_or(path);
        let segments: Vec<Cow<'_, str>> = path.split('/').filter(|segment| !segment.is_empty()).map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(Cow::as_ref).collect();
        habits::check(self)?;
        let opens_everything = self.policy == Policy::Rfc;
        // RFC 9110 §9.3.2: HEAD is GET without the body, which the server leaves out.
        let method = if self.parts.method == Method::HEAD { &Method::GET } else { &self.parts.method };
        match (segments.as_slice(), method) {
            (["Users"], &Method::GET) => users::list(self),
            (["Users"], &Method::POST) => users::create(self),
            (["Users"], method) => Err(ScimError::method_not_allowed(method, "GET, POST")),
            (["Users", ".search"], &Method::POST) => listing::search(self, &[ResourceKind::User]),
            ([".search"], &Method::POST) => listing::search(self, self.kinds()),
            (["Users", ".search"] | [".search"], method) => Err(ScimError::method_not_allowed(method, "POST")),
            (["Users", id], &Method::GET) => users::read(self, id),
            (["Users", id], &Method::PUT) => users::replace(self, id),
            (["Users", id], &Method::PATCH) => users::patch(self, id),
            (["Users", id], &Method::DELETE) => users::delete(self, id),
            (["Users", _], method) => Err(ScimError::method_not_allowed(method, "GET, PUT, PATCH, DELETE")),
            // The guide provisions learners alone: it has no word about groups, so they are said to be unsupported
            // rather than taken and forgotten.
            (["Groups", ..], _) if !opens_everything => Err(ScimError::unsupported("Groups are")),
            (["Groups"], &Method::GET) => listing::list(self, &[ResourceKind::Group]),
            (["Groups"], &Method::POST) => groups::create(self),
            (["Groups"], method) => Err(ScimError::method_not_allowed(method, "GET, POST")),
            (["Groups", ".search"], &Method::POST) => listing::search(self, &[ResourceKind::Group]),
            (["Groups", ".search"], method) => Err(ScimError::method_not_allowed(method, "POST")),
            (["Groups", id], &Method::GET) => groups::read(self, id),
            (["Groups", id], &Method::PUT) => groups::replace(self, id),
            (["Groups", id], &Method::PATCH) => groups::patch(self, id),
            (["Groups", id], &Method::DELETE) => groups::delete(self, id),
            (["Groups", _], method) => Err(ScimError::method_not_allowed(method, "GET, PUT, PATCH, DELETE")),
            ([], &Method::GET) if opens_everything => listing::list(self, self.kinds()),
            ([], method) if opens_everything => Err(ScimError::method_not_allowed(method, "GET")),
            // No directory that the guide names sends bulk requests, and it does not mention them.
            (["Bulk"], _) if !opens_everything => Err(ScimError::unsupported("Bulk is")),
            (["Bulk"], &Method::POST) => bulk::answer(self),
            (["Bulk"], method) => Err(ScimError::method_not_allowed(method, "POST")),
            // RFC 7644 §3.11: a token stands for a directory, not for one of the users.
            (["Me", ..], _) => Err(ScimError::unsupported("/Me is")),
            (["ServiceProviderConfig"] | ["ResourceTypes" | "Schemas"] | ["ResourceTypes" | "Schemas", _], method)
                if *method != Method::GET =>
            {
                Err(ScimError::method_not_allowed(method, "GET"))
            }
            (["ServiceProviderConfig"], _) => discovery::service_provider_config(self),
            (["ResourceTypes", rest @ ..], _) => discovery::resource_types(self, rest.first().copied()),
            (["Schemas", rest @ ..], _) => discovery::schemas(self, rest.first().copied()),
            _ => Err(ScimError::not_found(&format!("The path {path}"))),
        }
    }

    /// The types of resources that the tenant has: by the guide only learners.
    pub(super) const fn kinds(&self) -> &'static [ResourceKind] {
        match self.policy {
            Policy::Thrive => &[ResourceKind::User],
            Policy::Rfc => &ResourceKind::ALL,
        }
    }

    /// What becomes of an element that a PATCH looks for in vain.
    pub(super) fn missing(&self) -> Missing {
        if self.refused.contains(&Habit::AddOnMissingElement) { Missing::Refused } else { Missing::Made }
    }

    /// Answers another request within this one, and says what it did to whom.
    pub(super) fn within(&self, parts: &Parts, payload: &Payload) -> (Result<Answer, ScimError>, Trace) {
        let trace = Trace { token_id: self.trace.token_id.clone(), ..Trace::default() };
        let mut inner = Call { parts, payload, trace, fault: None, ..*self };
        let answer = inner.dispatch();
        (answer, inner.trace)
    }

    /// The JSON body of a write (RFC 7644 §3.1), or why it cannot be read.
    pub(super) fn body(&self) -> Result<&'r Value, ScimError> {
        let media = self.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or(SCIM_JSON);
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !matches!(media.as_str(), SCIM_JSON | JSON) {
            let detail = format!("The media type {media} is not supported; send application/scim+json.");
            return Err(ScimError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        match self.payload {
            Payload::Json(value, _) => Ok(value),
            Payload::Broken(_, why) => Err(ScimError::invalid_syntax(format!("The body is not valid JSON: {why}."))),
            Payload::Empty | Payload::TooLarge => Err(ScimError::invalid_syntax("The request has no body.")),
        }
    }

    /// Base of the service as the caller addressed it.
    pub(super) fn base(&self) -> String {
        let host = self.parts.headers.get(HOST).and_then(|value| value.to_str().ok());
        let host = host.or_else(|| self.parts.uri.authority().map(axum::http::uri::Authority::as_str));
        let safe = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b));
        let mount = self.parts.extensions.get::<MountedAt>().map_or("", |mount| &mount.0);
        format!("http://{}{mount}/scim/v2", host.filter(safe).unwrap_or("localhost"))
    }

    /// The answer to a request that a fault strikes: the fault's own, or the right one, to be spoilt.
    fn struck(&mut self, fault: &Fault) -> Result<Answer, ScimError> {
        let violation = match fault {
            Fault::Violation { pattern } => Violation::from_pattern(pattern),
            fault if fault.spoils_the_answer() => None,
            fault => return self.fail(fault),
        };
        let Some(violation) = violation else { return self.dispatch() };
        if let Some(refusal) = violation.refusal(self.parts, self.json()) {
            users::identify(self)?;
            return Err(refusal);
        }
        let Some(uri) = violation.address(&self.parts.uri) else { return self.dispatch() };
        let mut parts = self.parts.clone();
        parts.uri = uri;
        let trace = std::mem::take(&mut self.trace);
        let mut seen = Call { parts: &parts, trace, fault: None, ..*self };
        let answer = seen.dispatch();
        self.trace = seen.trace;
        answer
    }

    fn fail(&mut self, fault: &Fault) -> Result<Answer, ScimError> {
        if !matches!(fault, Fault::ExpiredToken) {
            users::identify(self)?;
        }
        let page = |status, page| Ok(Answer { body: Content::Html(page), ..Answer::new(status) });
        match fault {
            Fault::TooManyRequests { retry_after } => Err(ScimError::too_many_requests(*retry_after)),
            Fault::ExpiredToken => Err(ScimError::unauthorised(TokenFault::Expired)),
            Fault::Forbidden => Err(ScimError::new(StatusCode::FORBIDDEN, "The token is valid, but may not do this.")),
            Fault::Conflict => Err(ScimError::uniqueness(self.trace.user.as_deref().unwrap_or("of this request"))),
            Fault::NotFound => page(StatusCode::NOT_FOUND, NOWHERE),
            Fault::Gateway => page(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE),
            Fault::GatewayTimeout => page(StatusCode::GATEWAY_TIMEOUT, TIMED_OUT),
            _ => Err(ScimError::internal()),
        }
    }

    /// Spoils the answer where the fault is in the answer, and notes it for the log.
    fn spoil(&mut self, said: &mut Said) -> Delivery {
        match &self.fault {
            Some(Fault::Violation { pattern }) => {
                if let Some(violation) = Violation::from_pattern(pattern) {
                    let (before, status) = (said.text.clone(), said.status);
                    let media = said.headers.get(CONTENT_TYPE).cloned();
                    violation.spoil(self.parts, said);
                    let same = before == said.text
                        && status == said.status
                        && media.as_ref() == said.headers.get(CONTENT_TYPE);
                    let seen = violation.address(&self.parts.uri).is_some();
                    self.trace.spoilt = (!same || seen).then(|| format!("Answered against the RFC: {pattern}."));
                }
                Delivery::Plain
            }
            Some(fault) if fault.spoils_the_answer() => {
                let (delivery, words) = Delivery::spoil(fault, said);
                self.trace.spoilt = Some(words.to_owned());
                delivery
            }
            _ => Delivery::Plain,
        }
    }

    /// What was sent as JSON, if it is JSON.
    pub(super) fn json(&self) -> Option<&'r Value> {
        match self.payload {
            Payload::Json(value, _) => Some(value),
            _ => None,
        }
    }
}

const NOWHERE: &str = "<html>\n<head><title>404 Not Found</title></head>\n<body>\n\
    <center><h1>404 Not Found</h1></center>\n</body>\n</html>\n";
const UNAVAILABLE: &str = "<html>\n<head><title>503 Service Temporarily Unavailable</title></head>\n<body>\n\
    <center><h1>503 Service Temporarily Unavailable</h1></center>\n</body>\n</html>\n";
const TIMED_OUT: &str = "<html>\n<head><title>504 Gateway Time-out</title></head>\n<body>\n\
    <center><h1>504 Gateway Time-out</h1></center>\n</body>\n</html>\n";

/// A segment of a path with its `%2D` as what they stand for (RFC 3986 §2.4).
fn decoded(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return segment.into();
    }
    let plain = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let name = url::form_urlencoded::parse(plain.as_bytes()).next().map(|(name, _)| name.into_owned());
    name.unwrap_or_default().into()
}
