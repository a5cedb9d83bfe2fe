//! The whole router of a tenant in memory, by either policy, with up to eight requests after one another. Whatever is asked:
//! no 500 and no panic; what is JSON parses, an error says its own status, an answer is bounded; a refused write changes
//! nothing, and what a write answers is what is read afterwards.
#![no_main]

use std::sync::{Arc, LazyLock};

use arbitrary::{Arbitrary, Result, Unstructured};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use libfuzzer_sys::fuzz_target;
use scim_console::domain::secret::Secret;
use scim_console::sandbox::{Policy, Tenant};
use scim_console_fuzz::{filter, json_of, name, operations, path, resource, text};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

const TOKEN: &str = "fuzz-token-0123456789";
/// A short request cannot make a tenant say more.
const MOST: usize = 1024 * 1024;

/// One tenant for each policy, and its router. What a script does in it is undone: to open one takes longer than most
/// scripts.
static TENANTS: LazyLock<[(Tenant, Router); 2]> = LazyLock::new(|| {
    [Policy::Thrive, Policy::Rfc].map(|policy| {
        let tenant = Tenant::open(None, policy, Arc::new(|| "2026-03-02T12:00:00Z".parse().unwrap())).unwrap();
        tenant.issue_token("Fuzz", Some(Secret::new(TOKEN))).unwrap();
        let router = tenant.router();
        (tenant, router)
    })
});

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());

#[derive(Debug)]
struct Script {
    policy: Policy,
    requests: Vec<Sent>,
}

/// A request; `@0` to `@3` in it stand for the ids of what was made before.
#[derive(Debug)]
struct Sent {
    method: String,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl<'a> Arbitrary<'a> for Script {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let policy = if u.arbitrary()? { Policy::Rfc } else { Policy::Thrive };
        let requests = (0..u.int_in_range(1..=8)?).map(|_| sent(u)).collect::<Result<_>>()?;
        Ok(Self { policy, requests })
    }
}

fn sent(u: &mut Unstructured<'_>) -> Result<Sent> {
    let kind = *u.choose(&["Users", "Users", "Groups"])?;
    let one = format!("/scim/v2/{kind}/@{}", u.int_in_range(0..=3)?);
    let (method, path, body) = match u.int_in_range(0..=15)? {
        0..=3 => ("POST", format!("/scim/v2/{kind}"), resource(u, kind)?),
        4 | 5 => ("PUT", one, resource(u, kind)?),
        6..=8 => ("PATCH", one, operations(u)?),
        9 => ("DELETE", one, Value::Null),
        10 => ("GET", one, Value::Null),
        11 => ("GET", format!("/scim/v2/{kind}?{}", query(u)?), Value::Null),
        12 => ("POST", format!("/scim/v2/{kind}/.search"), search(u)?),
        13 => ("POST", "/scim/v2/Bulk".to_owned(), bulk(u)?),
        14 => {
            let method = *u.choose(&["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "BREW"])?;
            (method, elsewhere(u)?, json_of(u, 3)?)
        }
        _ => (*u.choose(&["GET", "PUT", "PATCH", "POST"])?, format!("{one}?{}", query(u)?), json_of(u, 3)?),
    };
    let mut headers = Vec::new();
    for header in ["if-match", "if-none-match", "content-type", "host"] {
        if u.ratio(1, 8)? {
            let own = [
                "*",
                "W/\"1\"",
                "\"1\"",
                "W/\"2\"",
                "application/json",
                "text/plain",
                "application/scim+json; charset=utf-8",
            ];
            headers.push((header, scim_console_fuzz::word(u, &own)?));
        }
    }
    let body = match u.int_in_range(0..=15)? {
        0 => u.arbitrary::<&str>()?.to_owned(),
        _ if body.is_null() => String::new(),
        _ => body.to_string(),
    };
    Ok(Sent { method: method.to_owned(), path, headers, body })
}

fn query(u: &mut Unstructured<'_>) -> Result<String> {
    let mut query = Vec::new();
    for _ in 0..u.int_in_range(0..=3)? {
        let number =
            |u: &mut Unstructured<'_>| Ok(if u.arbitrary()? { u.int_in_range(-1..=3)? } else { u.arbitrary::<i64>()? });
        let (key, value) = match u.int_in_range(0..=7)? {
            0 | 1 => ("filter", filter(u, 2)?),
            2 => ("startIndex", number(u)?.to_string()),
            3 => ("count", number(u)?.to_string()),
            4 => ("sortBy", path(u)?),
            5 => ("sortOrder", "descending".to_owned()),
            6 => (*u.choose(&["attributes", "excludedAttributes"])?, format!("{},{}", path(u)?, name(u)?)),
            _ => ("cursor", text(u)?),
        };
        query.push(format!("{key}={}", escaped(&value)));
    }
    Ok(query.join("&"))
}

fn search(u: &mut Unstructured<'_>) -> Result<Value> {
    let mut body = json!({ "filter": filter(u, 2)?, "attributes": [name(u)?] });
    for key in ["startIndex", "count", "cursor", "sortBy", "sortOrder", "excludedAttributes", "filter"] {
        if u.ratio(1, 4)? {
            body[key] = json_of(u, 1)?;
        }
    }
    Ok(body)
}

fn bulk(u: &mut Unstructured<'_>) -> Result<Value> {
    let mut all = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        let kind = *u.choose(&["Users", "Groups"])?;
        let id = *u.choose(&["@0", "@1", "bulkId:a", "bulkId:b", "?x", ""])?;
        let mut one = json!({ "method": u.choose(&["POST", "PUT", "PATCH", "DELETE", "get"])?, "bulkId": u.choose(&["a", "b", "c"])? });
        one["path"] = if one["method"] == "POST" { format!("/{kind}") } else { format!("/{kind}/{id}") }.into();
        one["data"] = if one["method"] == "PATCH" { operations(u)? } else { resource(u, kind)? };
        if one["data"].is_object() && u.ratio(1, 3)? {
            one["data"]["members"] = json!([{ "value": u.choose(&["bulkId:a", "bulkId:b", "bulkId:c", "@0"])? }]);
        }
        if u.ratio(1, 8)? {
            one["version"] = text(u)?.into();
        }
        all.push(one);
    }
    let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": all });
    if u.ratio(1, 4)? {
        body["failOnErrors"] = json_of(u, 0)?;
    }
    Ok(body)
}

/// Discovery, the support API, learners, and nowhere. Not what is meant to break answers or to stay open.
fn elsewhere(u: &mut Unstructured<'_>) -> Result<String> {
    let own = [
        "/scim/v2",
        "/scim/v2/",
        "/scim/v2/Schemas",
        "/scim/v2/ServiceProviderConfig",
        "/scim/v2/ResourceTypes/User",
        "/scim/v2/Me",
        "/scim/v2/.search",
        "/scim/v2//Users//",
        "/support/v1/requests",
        "/support/v1/requests/1",
        "/support/v1/mappings",
        "/support/v1/custom-fields",
        "/rest/v1/users",
        "/",
        "/scim/v2/Users/%00",
        "/scim/v2/Users/%ff",
    ];
    let path = format!("{}?{}", u.choose(&own)?, query(u)?);
    Ok(path)
}

/// Percent-encoded, for a query.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

struct Reply {
    status: StatusCode,
    body: Value,
}

async fn ask(router: &Router, sent: &Sent) -> Option<Reply> {
    let mut request = Request::builder().method(sent.method.as_str()).uri(&sent.path);
    request = request.header("authorization", format!("Bearer {TOKEN}"));
    for (name, value) in &sent.headers {
        request = request.header(*name, value);
    }
    // What is no request at all never comes past the server.
    let request = request.body(Body::from(sent.body.clone())).ok()?;
    let response: Response<Body> = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let media = parts.headers.get("content-type").map_or("", |media| media.to_str().unwrap());
    assert_ne!(parts.status, 500, "{sent:?}");
    assert!(bytes.len() < MOST, "{} bytes for {sent:?}", bytes.len());
    let body: Value = match media {
        "application/scim+json" | "application/json" | "application/problem+json" if !bytes.is_empty() => {
            serde_json::from_slice(&bytes).unwrap_or_else(|why| panic!("{why} in the answer to {sent:?}"))
        }
        _ => Value::Null,
    };
    if sent.path.starts_with("/scim/v2") && parts.status.as_u16() >= 400 && sent.method != "HEAD" {
        assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{sent:?}");
        assert_eq!(body["status"], parts.status.as_u16().to_string(), "{sent:?}");
        assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{sent:?}");
    }
    Some(Reply { status: parts.status, body })
}

async fn read(router: &Router, path: &str) -> Value {
    let sent = Sent { method: "GET".to_owned(), path: path.to_owned(), headers: Vec::new(), body: String::new() };
    ask(router, &sent).await.unwrap().body
}

/// All that is there.
async fn everything(router: &Router) -> [Value; 2] {
    [read(router, "/scim/v2/Users?count=200").await, read(router, "/scim/v2/Groups?count=200").await]
}

fn with_ids(text: &str, ids: &[String]) -> String {
    let mut text = text.to_owned();
    for (at, id) in ids.iter().enumerate().take(4) {
        text = text.replace(&format!("@{at}"), id);
    }
    text
}

async fn play(script: Script) {
    let [thrive, rfc] = &*TENANTS;
    let (tenant, router) = if script.policy == Policy::Rfc { rfc } else { thrive };
    let undone = tenant.batch().unwrap();
    let mut ids: Vec<String> = Vec::new();
    let mut before = everything(router).await;
    for mut sent in script.requests {
        sent.path = with_ids(&sent.path, &ids);
        sent.body = with_ids(&sent.body, &ids);
        let Some(Reply { status, body }) = ask(router, &sent).await else { continue };
        let after = everything(router).await;
        if !status.is_success() || matches!(sent.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            assert_eq!(before, after, "{sent:?} was answered with {status} {body}");
        } else if let (Some(location), false) = (body["meta"]["location"].as_str(), sent.path.contains('?')) {
            let at = location.find("/scim/v2").unwrap();
            assert_eq!(read(router, &location[at..]).await["meta"]["version"], body["meta"]["version"], "{sent:?}");
            if !sent.headers.iter().any(|(name, _)| *name == "host") {
                assert_eq!(read(router, &location[at..]).await, body, "{sent:?}");
            }
        }
        if status == StatusCode::CREATED {
            ids.extend(body["id"].as_str().map(str::to_owned));
        }
        before = after;
    }
    drop(undone);
}

fuzz_target!(|script: Script| RUNTIME.block_on(play(script)));
