//! The client of a tenant's support API (design §6). A tenant without it is no fault: [`FailureKind::NotOffered`].
//! It never shows or keeps a token's value beyond the one answer that issues it.

mod record;
mod stream;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::answer;
use super::client::{Client, Endpoint, Limits, Sent, path_segment};
use crate::domain::exchange::{Headers, Outcome, Request};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::journal::{Record, Summary};
use crate::domain::mapping::{MappingRow, MappingSet};
use crate::domain::problem::{Problem, Severity};
use crate::domain::secret::Secret;
use crate::domain::tenant::{CustomField, TenantInfo, TenantMappings, TokenInfo};

pub use stream::{RequestStream, StreamEvent};

/// Which part of the tenant's request log to read; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestsQuery {
    /// Lines of a page; the tenant's own choice when `None`.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Not older.
    pub since: Option<Timestamp>,
    /// Not newer.
    pub until: Option<Timestamp>,
    /// How they ended.
    pub outcome: Option<Outcome>,
    /// Whom they are about.
    pub user: Option<String>,
    /// `409` or `4xx`.
    pub status: Option<String>,
}

impl RequestsQuery {
    fn path(&self) -> String {
        let texts = [
            ("limit", self.limit.map(|limit| limit.to_string())),
            ("cursor", self.cursor.clone()),
            ("since", self.since.map(|time| time.to_string())),
            ("until", self.until.map(|time| time.to_string())),
            ("outcome", self.outcome.map(|outcome| outcome.key().to_owned())),
            ("user", self.user.clone()),
            ("status", self.status.clone()),
        ];
        let mut query = Serializer::new(String::new());
        query.extend_pairs(texts.into_iter().filter_map(|(name, text)| Some((name, text?))));
        let query = query.finish();
        if query.is_empty() { "/requests".to_owned() } else { format!("/requests?{query}") }
    }
}

/// One page of the request log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestsPage {
    /// The lines, newest first.
    pub requests: Vec<Summary>,
    /// Where to go on; `None` at the end.
    pub next_cursor: Option<String>,
    /// Lines that could not be read.
    pub unreadable: usize,
}

/// What became of a set of mappings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PutMappings {
    /// The tenant has them now.
    Applied(TenantMappings),
    /// Somebody else was faster; this is what the tenant has.
    Lost(TenantMappings),
    /// The tenant refuses them; nothing was changed.
    Rejected(Vec<Problem>),
}

/// The client of one tenant's support API.
#[derive(Debug, Clone)]
pub struct SupportClient {
    client: Client,
}

impl SupportClient {
    /// A client; the endpoint's base is the support API's: `https://…/support/v1`.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn new(endpoint: &Endpoint, limits: Limits) -> Result<Self, Failure> {
        Ok(Self { client: Client::new(endpoint, limits)? })
    }

    /// What the tenant says of itself.
    ///
    /// # Errors
    /// Every failure of the wire; `NotOffered` where there is no support API.
    pub async fn tenant(&self) -> Result<TenantInfo, Failure> {
        decode(self.call("GET", "/tenant", Value::Null).await?.body())
    }

    /// A page of the request log. Lines that cannot be read are counted and left out.
    ///
    /// # Errors
    /// Every failure of the wire.
    pub async fn requests(&self, query: &RequestsQuery) -> Result<RequestsPage, Failure> {
        let sent = self.call("GET", &query.path(), Value::Null).await?;
        let lines = sent.body().get("requests").and_then(Value::as_array).ok_or_else(misunderstood)?;
        let requests: Vec<Summary> = lines.iter().filter_map(record::summary).collect();
        let cursor = sent.body().get("nextCursor").filter(|cursor| !cursor.is_null());
        Ok(RequestsPage {
            unreadable: lines.len() - requests.len(),
            requests,
            next_cursor: cursor.map(|cursor| cursor.as_str().map_or_else(|| cursor.to_string(), str::to_owned)),
        })
    }

    /// Everything that the tenant keeps of one request.
    ///
    /// # Errors
    /// `Refused` when the log does not hold it any more, and every failure of the wire.
    pub async fn request(&self, id: &str) -> Result<Record, Failure> {
        let sent = self.call("GET", &format!("/requests/{}", path_segment(id)), Value::Null).await?;
        record::record(sent.body()).ok_or_else(misunderstood)
    }

    /// Follows the request log from after the given event, or from now on. The caller reconnects with the last id.
    ///
    /// # Errors
    /// Every failure of the wire.
    pub async fn stream(&self, last_event_id: Option<&str>) -> Result<RequestStream, Failure> {
        let response = self.client.open_stream("/requests/stream", last_event_id).await.map_err(in_words)?;
        Ok(RequestStream::new(self.client.clone(), response, last_event_id))
    }

    /// The mappings with their ETag.
    ///
    /// # Errors
    /// Every failure of the wire.
    pub async fn mappings(&self) -> Result<TenantMappings, Failure> {
        mappings_of(&self.call("GET", "/mappings", Value::Null).await?)
    }

    /// Replaces the mappings, if the tenant still has those of the given ETag.
    ///
    /// # Errors
    /// Every failure of the wire; a lost race and a refused set are values.
    pub async fn put_mappings(&self, set: &MappingSet, if_match: &str) -> Result<PutMappings, Failure> {
        let rows: Vec<MappingRow> = set.to_rows();
        let headers = [("content-type", "application/json"), ("if-match", if_match)].into_iter().collect();
        let body = json!({ "mappings": rows });
        let sent = self.client.send(&Request { method: "PUT".into(), url: "/mappings".into(), headers, body }).await;
        match sent.status() {
            Some(412) => match mappings_of(&sent) {
                Ok(current) => Ok(PutMappings::Lost(current)),
                Err(_) => Ok(PutMappings::Lost(self.mappings().await?)),
            },
            Some(422) => Ok(PutMappings::Rejected(problems(sent.body()))),
            _ => {
                sent.result.clone().map_err(in_words)?;
                if sent.body().is_null() { self.mappings().await } else { mappings_of(&sent) }.map(PutMappings::Applied)
            }
        }
    }

    /// The tenant's custom fields.
    ///
    /// # Errors
    /// Every failure of the wire.
    pub async fn custom_fields(&self) -> Result<Vec<CustomField>, Failure> {
        let sent = self.call("GET", "/custom-fields", Value::Null).await?;
        decode(sent.body().get("fields").unwrap_or(sent.body()))
    }

    /// Adds a custom field.
    ///
    /// # Errors
    /// `Refused` when the tenant does not take it, and every failure of the wire.
    pub async fn create_custom_field(&self, field: &CustomField) -> Result<CustomField, Failure> {
        decode(self.call("POST", "/custom-fields", json!(field)).await?.body())
    }

    /// The tenant's tokens, without their values.
    ///
    /// # Errors
    /// Every failure of the wire.
    pub async fn tokens(&self) -> Result<Vec<TokenInfo>, Failure> {
        let sent = self.call("GET", "/tokens", Value::Null).await?;
        decode(sent.body().get("tokens").unwrap_or(sent.body()))
    }

    /// Issues a token. This is the only time its value is seen.
    ///
    /// # Errors
    /// `Refused` when the tenant does not issue it, and every failure of the wire.
    pub async fn create_token(&self, name: &str) -> Result<(TokenInfo, Secret), Failure> {
        let sent = self.call("POST", "/tokens", json!({ "name": name })).await?;
        let value = sent.body().get("value").and_then(Value::as_str).ok_or_else(misunderstood)?;
        Ok((decode(sent.body())?, Secret::new(value)))
    }

    /// Revokes a token: whoever uses it is refused from then on.
    ///
    /// # Errors
    /// `Refused` when there is none of this id or it is the one in use, and every failure of the wire.
    pub async fn revoke_token(&self, id: &str) -> Result<(), Failure> {
        self.call("DELETE", &format!("/tokens/{}", path_segment(id)), Value::Null).await.map(drop)
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Result<Sent, Failure> {
        let mut headers: Headers = [("accept", "application/json, application/problem+json")].into_iter().collect();
        if !body.is_null() {
            headers.insert("content-type", "application/json");
        }
        let sent = self.client.send(&Request { method: method.into(), url: path.into(), headers, body }).await;
        match &sent.result {
            Ok(()) => Ok(sent),
            Err(failure) => Err(in_words(failure.clone())),
        }
    }
}

/// The failure as the support API means it: what SCIM calls a wrong endpoint is an interface that is not offered.
fn in_words(failure: Failure) -> Failure {
    let words = |kind, what: &'static str, meaning: &'static str, next: &'static str| Failure {
        detail: failure.detail.clone(),
        ..Failure::new(kind, what, meaning, next)
    };
    match failure.kind {
        FailureKind::EndpointNotFound | FailureKind::NotOffered => words(
            FailureKind::NotOffered,
            "The tenant does not offer this part of the support API",
            "The console lists its own requests and imported logs instead, and mappings are applied by ticket.",
            "Check the support address if you expected it to be there.",
        ),
        FailureKind::NotScim => words(
            FailureKind::NotScim,
            "The support address answers with something other than the support API",
            "It leads to a web application, a sign-in page or a gateway.",
            "Check the support address, which usually ends in /support/v1.",
        ),
        FailureKind::Refused if failure.what.ends_with("(404)") => words(
            FailureKind::Refused,
            "The tenant does not have this any more (404)",
            "It was removed, or has aged out of the tenant's log.",
            "Load the list again.",
        ),
        _ => failure,
    }
}

fn misunderstood() -> Failure {
    Failure::new(
        FailureKind::AnswerBroken,
        "The support API answered with something the console does not understand",
        "A member that must be there is missing or of another type, so the tenant may run another version.",
        "Tell the tenant's operator which version of the console you use.",
    )
}

fn decode<T: DeserializeOwned>(body: &Value) -> Result<T, Failure> {
    serde_json::from_value(body.clone()).map_err(|error| misunderstood().with_detail(error))
}

fn mappings_of(sent: &Sent) -> Result<TenantMappings, Failure> {
    let mappings: TenantMappings = decode(sent.body())?;
    Ok(TenantMappings { etag: sent.header("etag").map(str::to_owned), ..mappings })
}

/// The problems of a 422; the tenant's own words as one problem where it lists none that can be read.
fn problems(body: &Value) -> Vec<Problem> {
    let listed = body.get("problems").and_then(Value::as_array).into_iter().flatten();
    let problems: Vec<Problem> = listed.filter_map(|one| serde_json::from_value(one.clone()).ok()).collect();
    if !problems.is_empty() {
        return problems;
    }
    let said =
        answer::refusal(body).unwrap_or_else(|| "The tenant refuses these mappings without a reason.".to_owned());
    vec![Problem::new("mappings", "refused-by-tenant", Severity::Error, said)]
}

#[cfg(test)]
mod tests;
