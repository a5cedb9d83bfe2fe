//! The sandbox from outside: requests as directories send them, and what RFC 7644 and the vendor's guide say to them.

mod bulk;
mod cursors;
mod description;
mod entra_validator;
mod faults;
mod filters;
mod groups;
mod habits;
mod hostile;
mod house;
mod learner;
mod lists;
mod model;
mod patch_rfc;
mod protocol;
mod rehearsal;
mod request_log;
mod scripts;
mod staff;
mod streams;
mod writes;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{At, Policy, Tenant, Took};
use crate::domain::attribute::ENTERPRISE_USER;
use crate::domain::practice::Fault;
use crate::domain::secret::Secret;

const TOKEN: &str = "test-token-0123456789";

/// A tenant in memory whose clock stands still.
fn tenant(policy: Policy) -> Tenant {
    let tenant = Tenant::open(None, policy, Arc::new(noon)).unwrap();
    tenant.issue_token("Test", Some(Secret::new(TOKEN))).unwrap();
    tenant
}

fn thrive() -> Tenant {
    tenant(Policy::Thrive)
}

fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

/// What came back.
#[derive(Debug)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// An RFC 7644 §3.12 error with this type (or none) and a detail that holds this text.
    #[track_caller]
    fn expect_error(&self, status: u16, scim_type: Option<&str>, detail: &str) {
        let body = &self.body;
        assert_eq!(self.status.as_u16(), status, "{body}");
        assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{body}");
        assert_eq!(body["status"], status.to_string(), "{body}");
        assert_eq!(body.get("scimType").and_then(Value::as_str), scim_type, "{body}");
        assert!(body["detail"].as_str().unwrap().contains(detail), "{detail:?} is not in {body}");
        assert_eq!(self.header("content-type"), "application/scim+json");
    }
}

/// One request to prepare and send.
struct Ask {
    builder: axum::http::request::Builder,
    body: Body,
}

fn ask(method: &str, path: &str) -> Ask {
    let builder = Request::builder().method(method).uri(path).header("host", "tenant.test");
    Ask { builder: builder.header("authorization", format!("Bearer {TOKEN}")), body: Body::empty() }
}

fn anonymous(method: &str, path: &str) -> Ask {
    Ask { builder: Request::builder().method(method).uri(path), body: Body::empty() }
}

impl Ask {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    fn with<T: Clone + Send + Sync + 'static>(mut self, extension: T) -> Self {
        self.builder = self.builder.extension(extension);
        self
    }

    fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/scim+json").text(body.to_string())
    }

    fn text(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Body::from(body.into());
        self
    }

    async fn to(self, tenant: &Tenant) -> Reply {
        self.through(tenant.router()).await
    }

    async fn through(self, router: Router) -> Reply {
        let response = router.oneshot(self.builder.body(self.body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        };
        Reply { status: parts.status, headers: parts.headers, body }
    }
}

/// A user as Entra sends it.
fn entra_user(name: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_USER],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": name,
        "active": true,
        "emails": [{ "primary": true, "type": "work", "value": name }],
        "meta": { "resourceType": "User" },
        "name": { "givenName": "Barbara", "familyName": "Jensen" },
        "roles": [],
        ENTERPRISE_USER: { "department": "Sales", "employeeNumber": "701984" },
    })
}

async fn create(tenant: &Tenant, user: &Value) -> Value {
    ask("POST", "/scim/v2/Users").json(user).to(tenant).await.expect(201).body
}

fn patch_op(operations: &Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}

async fn patch(tenant: &Tenant, user: &Value, operations: &Value) -> Reply {
    ask("PATCH", &path_of(user)).json(&patch_op(operations)).to(tenant).await
}

fn path_of(user: &Value) -> String {
    format!("/scim/v2/Users/{}", user["id"].as_str().unwrap())
}

fn rfc() -> Tenant {
    tenant(Policy::Rfc)
}

const BASE: &str = "http://tenant.test/scim/v2";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// Where a user or group is, by its own word.
fn place_of(resource: &Value) -> &str {
    resource["meta"]["location"].as_str().unwrap().strip_prefix("http://tenant.test").unwrap()
}

fn id_of(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

async fn read(tenant: &Tenant, resource: &Value) -> Value {
    ask("GET", place_of(resource)).to(tenant).await.expect(200).body
}

async fn patched(tenant: &Tenant, resource: &Value, operations: &Value) -> Reply {
    ask("PATCH", place_of(resource)).json(&patch_op(operations)).to(tenant).await
}

/// A group with these members.
async fn group(tenant: &Tenant, name: &str, members: &[&Value]) -> Value {
    let members: Vec<Value> = members.iter().map(|member| json!({ "value": member["id"] })).collect();
    let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
    ask("POST", "/scim/v2/Groups").json(&body).to(tenant).await.expect(201).body
}

/// A text as part of an address.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The newest line of the request log, with its payloads.
async fn last_exchange(tenant: &Tenant) -> Value {
    let page = ask("GET", "/support/v1/requests?limit=1").to(tenant).await.expect(200).body;
    let id = page["requests"][0]["id"].as_str().unwrap().to_owned();
    ask("GET", &format!("/support/v1/requests/{id}")).to(tenant).await.expect(200).body
}

/// Puts other mappings in force, by attribute and field.
async fn map(tenant: &Tenant, rows: &[(&str, &str)]) {
    let rows: Vec<Value> = rows.iter().map(|(a, f)| json!({ "attribute": a, "field": f })).collect();
    let etag = ask("GET", "/support/v1/mappings").to(tenant).await.expect(200).header("etag").to_owned();
    let asked = ask("PUT", "/support/v1/mappings").header("if-match", &etag);
    let body = json!({ "mappings": rows }).to_string();
    asked.header("content-type", "application/json").text(body).to(tenant).await.expect(200);
}
