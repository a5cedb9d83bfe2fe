//! The answer, taken apart: what form it has, what it says of an error, which resources are in it.

use serde_json::Value;

use super::saying::{Saying, sayings};
use crate::domain::{exchange::Response, journal::Record};

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:error";
const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:listresponse";

/// What an answer is, by its content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::diagnosis) enum Form {
    /// Nothing came back, or it was not seen.
    #[default]
    Unknown,
    /// An answer without a body.
    Empty,
    Html,
    /// Text that is neither HTML nor JSON.
    Text,
    /// A SCIM error, or JSON that is meant as one.
    Error,
    List,
    /// One resource.
    Resource,
    /// Other JSON.
    Json,
}

/// The answer.
#[derive(Debug, Default)]
pub(in crate::diagnosis) struct Reply<'c> {
    pub(in crate::diagnosis) response: Option<&'c Response>,
    /// Of the answer, or of the line, or by the words of a directory.
    pub(in crate::diagnosis) status: Option<u16>,
    /// Nothing but a directory's words tells it.
    pub(in crate::diagnosis) is_status_told: bool,
    pub(in crate::diagnosis) form: Form,
    /// Without parameters, lower case.
    pub(in crate::diagnosis) content_type: Option<String>,
    pub(in crate::diagnosis) scim_type: Option<&'c str>,
    /// What the error says, from `detail` or what stands in its place.
    pub(in crate::diagnosis) detail: Option<String>,
    /// Where that stands: `response.body/detail`.
    pub(in crate::diagnosis) detail_at: String,
    /// All that an error says, its nested texts too.
    pub(in crate::diagnosis) sayings: Vec<Saying<'c>>,
    /// Why nothing came back.
    pub(in crate::diagnosis) error: Option<&'c str>,
    pub(in crate::diagnosis) duration_ms: Option<u64>,
}

impl<'c> Reply<'c> {
    pub(super) fn of(record: &'c Record) -> Self {
        let exchange = record.exchange.as_ref();
        let response = exchange.and_then(|exchange| exchange.response.as_ref());
        let status = response.map(|response| response.status).filter(|status| *status > 0).or(record.summary.status);
        let content_type = response.and_then(|response| response.headers.get("content-type"));
        let content_type = content_type.map(|media| media.split(';').next().unwrap_or_default().trim().to_lowercase());
        let mut reply = Self {
            response,
            status,
            content_type,
            error: exchange.and_then(|exchange| exchange.error.as_deref()).filter(|error| !error.trim().is_empty()),
            duration_ms: exchange.and_then(|exchange| exchange.duration_ms).or(record.summary.duration_ms),
            ..Self::default()
        };
        let Some(response) = response else { return reply };
        reply.form = form(&response.body, reply.content_type.as_deref(), status);
        reply.scim_type = response.body.get("scimType").and_then(Value::as_str).filter(|kind| !kind.is_empty());
        if matches!(reply.form, Form::Error | Form::Json | Form::Text) {
            reply.sayings = sayings(&response.body);
        }
        if matches!(reply.form, Form::Error | Form::Json) {
            for name in ["detail", "message", "error_description", "error", "description", "title", "errors", "Message"]
            {
                if let Some(said) = response.body.get(name).and_then(words) {
                    reply.detail = Some(said);
                    reply.detail_at = format!("response.body/{name}");
                    break;
                }
            }
            // Words that stand deeper: `{"detail": {"userName": ["…"]}}`.
            let is_sentence = |said: &&Saying<'_>| said.text.trim().contains(' ');
            if reply.detail.is_none()
                && let Some(said) = reply.sayings.iter().find(is_sentence)
            {
                (reply.detail, reply.detail_at) = (Some(said.text.to_owned()), said.place.clone());
            }
        }
        reply
    }

    /// The body; null where there is none.
    pub(in crate::diagnosis) fn body(&self) -> &'c Value {
        self.response.map_or(&Value::Null, |response| &response.body)
    }

    /// A header of the answer.
    pub(in crate::diagnosis) fn header(&self, name: &str) -> Option<&'c str> {
        self.response.and_then(|response| response.headers.get(name))
    }

    /// Whether it is an error in the RFC's form (RFC 7644 §3.12).
    pub(in crate::diagnosis) fn is_scim_error(&self) -> bool {
        has_schema(self.body(), ERROR)
    }

    /// The body where it is text.
    pub(in crate::diagnosis) fn text(&self) -> Option<&'c str> {
        self.body().as_str()
    }

    /// The service's own words about an error, with their place: what its body says, or the body where it is text.
    pub(in crate::diagnosis) fn quoted(&self) -> Option<(&str, &str)> {
        let detail = self.detail.as_deref().map(|detail| (self.detail_at.as_str(), detail));
        detail.or_else(|| Some(("response.body", self.text()?)))
    }

    /// The resources of a list.
    pub(in crate::diagnosis) fn resources(&self) -> Option<&'c Vec<Value>> {
        let body = self.body();
        body.get("Resources").or_else(|| body.get("resources")).and_then(Value::as_array)
    }

    /// How many a list says there are in all.
    pub(in crate::diagnosis) fn total(&self) -> Option<u64> {
        self.body().get("totalResults").and_then(|total| total.as_u64().or_else(|| total.as_str()?.trim().parse().ok()))
    }
}

fn has_schema(body: &Value, urn: &str) -> bool {
    let schemas = body.get("schemas").and_then(Value::as_array);
    schemas.is_some_and(|schemas| schemas.iter().any(|s| s.as_str().is_some_and(|s| s.eq_ignore_ascii_case(urn))))
}

fn form(body: &Value, content_type: Option<&str>, status: Option<u16>) -> Form {
    match body {
        Value::Null => Form::Empty,
        Value::String(text) => {
            let start = text.trim_start().get(..1).unwrap_or_default();
            let lower = text.trim_start().chars().take(200).collect::<String>().to_lowercase();
            let is_markup = lower.starts_with("<!doctype") || lower.starts_with("<html") || lower.contains("<head");
            if text.trim().is_empty() {
                Form::Empty
            } else if is_markup || start == "<" || content_type == Some("text/html") {
                Form::Html
            } else {
                Form::Text
            }
        }
        Value::Object(object) => {
            let is_list =
                has_schema(body, LIST) || object.contains_key("totalResults") || object.contains_key("Resources");
            let has_failed = status.is_some_and(|status| status >= 400);
            if has_schema(body, ERROR) || has_failed || object.contains_key("scimType") {
                Form::Error
            } else if is_list {
                Form::List
            } else if object.contains_key("id") || object.contains_key("userName") || object.contains_key("schemas") {
                Form::Resource
            } else {
                Form::Json
            }
        }
        _ => Form::Json,
    }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => {
            let said: Vec<String> = all.iter().take(4).filter_map(words).collect();
            (!said.is_empty()).then(|| said.join("; "))
        }
        Value::Object(object) => ["detail", "message", "msg", "description", "errorSummary", "title"]
            .iter()
            .find_map(|name| object.get(*name))
            .and_then(words),
        _ => None,
    }
    .filter(|text| !text.trim().is_empty())
}
