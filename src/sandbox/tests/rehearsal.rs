//! Fault rules from outside: over the router what is answered, over a socket how it gets there, and what the log says.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::faults::Violation;
use super::super::serve;
use super::*;
use crate::domain::practice::{FaultRule, FaultScope, VIOLATIONS};

fn rule(fault: Fault) -> FaultRule {
    FaultRule::of(fault)
}

fn violation(pattern: &str) -> Fault {
    Fault::Violation { pattern: pattern.to_owned() }
}

#[tokio::test]
async fn rules_are_managed_over_the_support_api() {
    let tenant = thrive();
    let body =
        json!({"fault": {"kind": "too-many-requests", "retryAfter": 7}, "scope": {"method": "PATCH", "times": 1}});
    let added = ask("POST", "/support/v1/faults").json(&body).header("content-type", "application/json");
    let added = added.to(&tenant).await.expect(201);
    let listed = ask("GET", "/support/v1/faults").to(&tenant).await.expect(200).body;
    assert_eq!(listed["faults"], json!([added.body]));
    assert_eq!(added.body["scope"], body["scope"]);
    let wrong = json!({"fault": {"kind": "violation", "pattern": "bad-manners"}});
    let refused = ask("POST", "/support/v1/faults").json(&wrong).to(&tenant).await.expect(422);
    assert!(refused.body["problems"][0]["message"].as_str().unwrap().contains("bad-manners"));
    ask("DELETE", added.header("location")).to(&tenant).await.expect(204);
    ask("DELETE", added.header("location")).to(&tenant).await.expect(404);
    tenant.add_fault_rule(rule(Fault::Forbidden)).unwrap();
    ask("DELETE", "/support/v1/faults").to(&tenant).await.expect(204);
    assert_eq!(tenant.fault_rules().unwrap(), []);
}

#[tokio::test]
async fn a_rule_strikes_counts_and_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.sqlite3");
    let open = || Tenant::open(Some(&file), Policy::Thrive, Arc::new(noon)).unwrap();
    let tenant = open();
    tenant.issue_token("Test", Some(Secret::new(TOKEN))).unwrap();
    let scope = FaultScope { method: Some("POST".to_owned()), every: Some(2), ..FaultScope::default() };
    tenant.add_fault_rule(FaultRule { scope, ..rule(Fault::TooManyRequests { retry_after: 9 }) }).unwrap();
    ask("GET", "/scim/v2/Users").to(&tenant).await.expect(200);
    let struck = ask("POST", "/scim/v2/Users").json(&entra_user("a@x")).to(&tenant).await.expect(429);
    assert_eq!(struck.header("retry-after"), "9");
    create(&tenant, &entra_user("a@x")).await;
    drop(tenant);
    let tenant = open();
    let [rule] = <[FaultRule; 1]>::try_from(tenant.fault_rules().unwrap()).unwrap();
    assert_eq!((rule.seen, rule.struck), (2, 1));
    ask("POST", "/scim/v2/Users").json(&entra_user("b@x")).to(&tenant).await.expect(429);
}

#[tokio::test]
async fn a_rule_about_one_person_leaves_others_alone() {
    let tenant = thrive();
    let ann = create(&tenant, &entra_user("ann@x")).await;
    create(&tenant, &entra_user("bob@x")).await;
    let scope = FaultScope { user: Some("ANN@x".to_owned()), ..FaultScope::default() };
    tenant.add_fault_rule(FaultRule { scope, ..rule(Fault::Forbidden) }).unwrap();
    let id = ann["id"].as_str().unwrap();
    ask("GET", &format!("/scim/v2/Users/{id}")).to(&tenant).await.expect_error(403, None, "may not");
    let look_up = |name: &str| format!("/scim/v2/Users?filter=userName%20eq%20%22{name}%22");
    ask("GET", &look_up("ann@x")).to(&tenant).await.expect(403);
    ask("GET", &look_up("bob@x")).to(&tenant).await.expect(200);
}

#[tokio::test]
async fn each_refusing_fault_says_its_status_and_changes_nothing() {
    for (fault, status, media) in [
        (Fault::ExpiredToken, 401, "application/scim+json"),
        (Fault::Forbidden, 403, "application/scim+json"),
        (Fault::NotFound, 404, "text/html"),
        (Fault::Conflict, 409, "application/scim+json"),
        (Fault::TooManyRequests { retry_after: 1 }, 429, "application/scim+json"),
        (Fault::ServerError, 500, "application/scim+json"),
        (Fault::Gateway, 503, "text/html"),
        (Fault::GatewayTimeout, 504, "text/html"),
    ] {
        let tenant = thrive();
        tenant.add_fault_rule(rule(fault.clone())).unwrap();
        let struck = ask("POST", "/scim/v2/Users").json(&entra_user("a@x")).to(&tenant).await.expect(status);
        assert_eq!(struck.header("content-type"), media, "{fault:?}");
        tenant.clear_fault_rules().unwrap();
        let list = ask("GET", "/scim/v2/Users").to(&tenant).await.expect(200).body;
        assert_eq!(list["totalResults"], 0, "{fault:?}");
    }
}

#[tokio::test]
async fn each_violation_differs_from_the_right_answer_in_its_own_way() {
    let user = || entra_user("Ann@x");
    let look_up = "/scim/v2/Users?filter=userName%20eq%20%22nobody%22";
    let other_case = "/scim/v2/Users?filter=userName%20eq%20%22ann@X%22";
    let patch = |op: Value| json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [op]});
    type Check = fn(&Reply) -> bool;
    let cases: [(&str, (&str, &str, Value), Check); 15] = [
        ("list-response-malformed", ("GET", "/scim/v2/Users", Value::Null), |r| r.body["totalResults"] == "1"),
        ("missing-resource-returns-not-empty", ("GET", look_up, Value::Null), |r| r.status == 404),
        ("filter-returns-unfiltered", ("GET", look_up, Value::Null), |r| r.body["totalResults"] == 1),
        ("filter-case-sensitivity", ("GET", other_case, Value::Null), |r| r.body["totalResults"] == 0),
        ("pagination-wrong", ("GET", "/scim/v2/Users?startIndex=2", Value::Null), |r| r.body["startIndex"] == 1),
        ("create-response-wrong", ("POST", "/scim/v2/Users", entra_user("new@x")), |r| {
            r.status == 200 && r.body.get("id").is_none()
        }),
        ("error-body-not-scim", ("GET", "/scim/v2/Users/none", Value::Null), |r| {
            r.body.get("schemas").is_none() && r.body["error"].is_string()
        }),
        ("boolean-in-response-wrong-type", ("GET", "/scim/v2/Users", Value::Null), |r| {
            r.body["Resources"][0]["active"] == "True"
        }),
        ("content-type-response-wrong", ("GET", "/scim/v2/Users", Value::Null), |r| {
            r.header("content-type") == "application/json"
        }),
        ("content-type-request-rejected", ("POST", "/scim/v2/Users", entra_user("new@x")), |r| r.status == 415),
        ("method-not-supported", ("PATCH", "", patch(json!({"op": "replace", "path": "title", "value": "x"}))), |r| {
            r.status == 405
        }),
        (
            "patch-only-active-supported",
            ("PATCH", "", patch(json!({"op": "replace", "path": "title", "value": "x"}))),
            |r| r.body["scimType"] == "invalidPath",
        ),
        ("op-casing", ("PATCH", "", patch(json!({"op": "Replace", "path": "title", "value": "x"}))), |r| {
            r.body["scimType"] == "invalidSyntax"
        }),
        ("patch-without-path", ("PATCH", "", patch(json!({"op": "replace", "value": {"title": "x"}}))), |r| {
            r.body["scimType"] == "noTarget"
        }),
        ("discovery-endpoint-missing", ("GET", "/scim/v2/Schemas", Value::Null), |r| r.status == 404),
    ];
    for (pattern, (method, path, body), differs) in cases {
        let tenant = thrive();
        let id = create(&tenant, &user()).await["id"].as_str().unwrap().to_owned();
        let path = if path.is_empty() { format!("/scim/v2/Users/{id}") } else { path.to_owned() };
        let send = || async {
            let asked = ask(method, &path);
            let asked = if body.is_null() { asked } else { asked.json(&body) };
            asked.to(&tenant).await
        };
        tenant.add_fault_rule(rule(violation(pattern))).unwrap();
        let struck = send().await;
        assert!(differs(&struck), "{pattern}: {} {}", struck.status, struck.body);
        assert_eq!(last_exchange(&tenant).await["outcome"], "failure", "{pattern}");
        tenant.clear_fault_rules().unwrap();
        assert!(!differs(&send().await), "{pattern} is no violation without its rule");
    }
    let listed = VIOLATIONS.map(|(id, _)| id);
    assert_eq!(Violation::ALL.map(Violation::pattern), listed, "whatever can be chosen is known");
    for violation in Violation::ALL {
        assert_eq!(Violation::from_pattern(violation.pattern()), Some(violation));
    }
}

/// Everything that a server sends to one request before it closes.
async fn over_a_socket(fault: Fault) -> (String, Tenant) {
    let tenant = thrive();
    tenant.add_fault_rule(rule(fault)).unwrap();
    let running = serve(tenant.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let mut socket = TcpStream::connect(("127.0.0.1", running.scim.port().unwrap())).await.unwrap();
    let body = entra_user("a@x").to_string();
    let request = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\
         Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    drop(socket.read_to_end(&mut heard).await);
    running.stop().await;
    (String::from_utf8_lossy(&heard).into_owned(), tenant)
}

#[tokio::test]
async fn spoilt_answers_reach_the_caller_as_they_say_and_the_user_is_there_all_the_same() {
    type Check = fn(&str) -> bool;
    let body = |heard: &str| heard.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned());
    let announced = |heard: &str| -> usize {
        let line = heard
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
        line.map_or(0, |length| length.parse().unwrap())
    };
    let cases: [(Fault, Check); 5] = [
        (Fault::DroppedConnection, |heard| heard.is_empty()),
        (Fault::NotJson, |heard| heard.ends_with("before headers")),
        (Fault::WrongContentType, |heard| heard.contains("content-type: text/html") && heard.ends_with('}')),
        (Fault::Latency { millis: 1 }, |heard| heard.starts_with("HTTP/1.1 201") && heard.ends_with('}')),
        (Fault::SlowBody { millis: 20 }, |heard| heard.contains("chunked")),
    ];
    for (fault, as_said) in cases {
        let (heard, tenant) = over_a_socket(fault.clone()).await;
        assert!(as_said(&heard), "{fault:?}: {heard}");
        assert_eq!(last_exchange(&tenant).await["outcome"], "failure", "{fault:?}");
        tenant.clear_fault_rules().unwrap();
        let list = ask("GET", "/scim/v2/Users").to(&tenant).await.expect(200).body;
        assert_eq!(list["totalResults"], 1, "{fault:?}");
    }
    let (heard, _) = over_a_socket(Fault::TruncatedBody).await;
    assert!(announced(&heard) > body(&heard).len() && !body(&heard).is_empty(), "{heard}");
}
