//! Ways in which service providers have been seen to break RFC 7643 and RFC 7644, each named by its id in the list of
//! failures. A violation turns the right answer, or the request, into the wrong one and changes nothing else.

use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use serde_json::{Map, Value, json};

use super::super::answer::{Answer, Said};
use super::super::error::ScimError;

/// A way to break the RFC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Violation {
    ListMalformed,
    NotFoundForEmpty,
    CreateWrong,
    ErrorNotScim,
    BooleanAsText,
    NumberForText,
    ManagerAsText,
    FilterIgnored,
    FilterByCase,
    ExcludedIgnored,
    PagingIgnored,
    PlainJson,
    ScimJsonRefused,
    PatchRefused,
    OnlyActive,
    CapitalOpsRefused,
    PatchWithoutPathRefused,
    FilteredPathRefused,
    NoDiscovery,
}

impl Violation {
    pub(in crate::sandbox) const ALL: [Self; 19] = [
        Self::ListMalformed,
        Self::NotFoundForEmpty,
        Self::CreateWrong,
        Self::ErrorNotScim,
        Self::BooleanAsText,
        Self::NumberForText,
        Self::ManagerAsText,
        Self::FilterIgnored,
        Self::FilterByCase,
        Self::ExcludedIgnored,
        Self::PagingIgnored,
        Self::PlainJson,
        Self::ScimJsonRefused,
        Self::PatchRefused,
        Self::OnlyActive,
        Self::CapitalOpsRefused,
        Self::PatchWithoutPathRefused,
        Self::FilteredPathRefused,
        Self::NoDiscovery,
    ];

    /// Its id in the list of failures.
    pub(in crate::sandbox) const fn pattern(self) -> &'static str {
        match self {
            Self::ListMalformed => "list-response-malformed",
            Self::NotFoundForEmpty => "missing-resource-returns-not-empty",
            Self::CreateWrong => "create-response-wrong",
            Self::ErrorNotScim => "error-body-not-scim",
            Self::BooleanAsText => "boolean-in-response-wrong-type",
            Self::NumberForText => "type-mismatch-number-string",
            Self::ManagerAsText => "manager-as-string",
            Self::FilterIgnored => "filter-returns-unfiltered",
            Self::FilterByCase => "filter-case-sensitivity",
            Self::ExcludedIgnored => "excluded-attributes-ignored",
            Self::PagingIgnored => "pagination-wrong",
            Self::PlainJson => "content-type-response-wrong",
            Self::ScimJsonRefused => "content-type-request-rejected",
            Self::PatchRefused => "method-not-supported",
            Self::OnlyActive => "patch-only-active-supported",
            Self::CapitalOpsRefused => "op-casing",
            Self::PatchWithoutPathRefused => "patch-without-path",
            Self::FilteredPathRefused => "valuepath-no-match",
            Self::NoDiscovery => "discovery-endpoint-missing",
        }
    }

    pub(in crate::sandbox) fn from_pattern(pattern: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|violation| violation.pattern() == pattern)
    }

    /// What the service refuses although it should not; `None` where it goes on.
    pub(in crate::sandbox) fn refusal(self, parts: &Parts, body: Option<&Value>) -> Option<ScimError> {
        let patches = parts.method == Method::PATCH;
        let operations =
            || body.and_then(|body| body.get("Operations")).and_then(Value::as_array).into_iter().flatten();
        let path_of = |operation: &Value| operation.get("path").and_then(Value::as_str).map(str::to_owned);
        match self {
            Self::ScimJsonRefused => {
                let sent = parts.headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                sent.contains("scim+json").then(|| ScimError::new(status, "Only application/json is supported."))
            }
            Self::PatchRefused if patches => Some(ScimError::method_not_allowed(&parts.method, "GET, PUT, DELETE")),
            Self::OnlyActive if patches => {
                let active = |operation: &Value| {
                    path_of(operation).is_some_and(|path| path == "active")
                        || operation.get("value").and_then(Value::as_object).is_some_and(|v| v.keys().eq(["active"]))
                };
                let detail = "Only active can be patched.";
                (!operations().all(active)).then(|| ScimError::patch("invalidPath", detail))
            }
            Self::CapitalOpsRefused if patches => {
                let op = |operation: &Value| operation.get("op").and_then(Value::as_str).map(str::to_owned);
                let capital = operations().filter_map(op).find(|op| op.chars().any(char::is_uppercase))?;
                Some(ScimError::invalid_syntax(format!("The op {capital} is not add, replace or remove.")))
            }
            Self::PatchWithoutPathRefused if patches => {
                let detail = "Every operation needs a path.";
                operations().any(|operation| path_of(operation).is_none()).then(|| ScimError::patch("noTarget", detail))
            }
            Self::FilteredPathRefused if patches => {
                let path = operations().filter_map(path_of).find(|path| path.contains('['))?;
                Some(ScimError::patch("noTarget", format!("The path {path} matches no value.")))
            }
            Self::NoDiscovery => {
                let discovers = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];
                let path = parts.uri.path();
                discovers
                    .iter()
                    .any(|part| path.contains(part))
                    .then(|| ScimError::not_found(&format!("The path {path}")))
            }
            _ => None,
        }
    }

    /// The address without what the service does not look at; `None` where it looks at everything.
    pub(in crate::sandbox) fn address(self, uri: &Uri) -> Option<Uri> {
        let ignored: &[&str] = match self {
            Self::FilterIgnored => &["filter"],
            Self::ExcludedIgnored => &["excludedattributes"],
            Self::PagingIgnored => &["startindex", "count"],
            _ => return None,
        };
        let looked_at = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
            !ignored.contains(&name.as_str())
        };
        let query: Vec<&str> = uri.query()?.split('&').filter(looked_at).collect();
        let path = if query.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), query.join("&")) };
        path.parse().ok()
    }

    /// Makes the right answer the wrong one.
    pub(in crate::sandbox) fn spoil(self, parts: &Parts, said: &mut Said) {
        match self {
            Self::PlainJson => {
                said.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            Self::CreateWrong if said.status == StatusCode::CREATED => {
                said.status = StatusCode::OK;
                edit(said, |body| drop(body.remove("id")));
            }
            Self::ErrorNotScim if said.status.is_client_error() || said.status.is_server_error() => {
                let detail = said.detail.clone().unwrap_or_default();
                said.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                said.text = json!({ "error": detail, "code": said.status.as_u16() }).to_string();
            }
            Self::NotFoundForEmpty if is_empty_list(said) => {
                *said = Said::from(Answer::from(ScimError::not_found("The user")));
            }
            Self::ListMalformed => edit(said, |body| {
                if body.contains_key("totalResults") {
                    body.remove("schemas");
                    for count in ["totalResults", "startIndex", "itemsPerPage"] {
                        if let Some(number) = body.get(count).and_then(Value::as_u64) {
                            body.insert(count.to_owned(), number.to_string().into());
                        }
                    }
                }
            }),
            Self::BooleanAsText => each_member(said, &mut |name, value| {
                if let (true, Some(active)) = (name == "active", value.as_bool()) {
                    *value = if active { "True" } else { "False" }.into();
                }
            }),
            Self::NumberForText => each_member(said, &mut |_, value| {
                if let Some(number) = value.as_str().and_then(|text| text.parse::<u64>().ok()) {
                    *value = number.into();
                }
            }),
            Self::ManagerAsText => each_member(said, &mut |name, value| {
                if name == "manager"
                    && let Some(id) = value.get("value").cloned()
                {
                    *value = id;
                }
            }),
            Self::FilterByCase => only_exact(parts, said),
            _ => {}
        }
    }
}

fn edit(said: &mut Said, change: impl FnOnce(&mut Map<String, Value>)) {
    if let Ok(Value::Object(mut body)) = serde_json::from_str(&said.text) {
        change(&mut body);
        said.text = Value::Object(body).to_string();
    }
}

fn is_empty_list(said: &Said) -> bool {
    let body: Option<Value> = serde_json::from_str(&said.text).ok();
    said.status == StatusCode::OK && body.is_some_and(|body| body.get("totalResults") == Some(&json!(0)))
}

/// Every member of the body that is not a count or a version, however deep.
fn each_member(said: &mut Said, change: &mut dyn FnMut(&str, &mut Value)) {
    fn walk(value: &mut Value, change: &mut dyn FnMut(&str, &mut Value)) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut().filter(|(name, _)| *name != "meta") {
                    change(name, value);
                    walk(value, change);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
            _ => {}
        }
    }
    if let Ok(mut body) = serde_json::from_str::<Value>(&said.text) {
        walk(&mut body, change);
        said.text = body.to_string();
    }
}

/// A look-up that compares userName letter by letter.
fn only_exact(parts: &Parts, said: &mut Said) {
    let query = parts.uri.query().unwrap_or_default();
    let filter = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name.eq_ignore_ascii_case("filter"));
    let Some((_, filter)) = filter else { return };
    let Some(wanted) = filter.split('"').nth(1).map(str::to_owned) else { return };
    edit(said, |body| {
        let Some(Value::Array(found)) = body.get_mut("Resources") else { return };
        found.retain(|user| user.get("userName").and_then(Value::as_str) == Some(&wanted));
        let count = found.len();
        body.insert("totalResults".to_owned(), count.into());
        body.insert("itemsPerPage".to_owned(), count.into());
    });
}
