//! What a tenant offers its own support staff: the log, the mappings, the custom fields and the tokens.

use super::*;

async fn get(tenant: &Tenant, path: &str) -> Reply {
    ask("GET", &format!("/support/v1/{path}")).to(tenant).await
}

async fn send(tenant: &Tenant, method: &str, path: &str, body: &Value) -> Reply {
    let asked = ask(method, &format!("/support/v1/{path}")).header("content-type", "application/json");
    asked.text(body.to_string()).to(tenant).await
}

fn ids(reply: &Reply) -> Vec<&str> {
    reply.body["requests"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[track_caller]
fn expect_problem(reply: &Reply, status: u16) {
    assert_eq!(reply.status.as_u16(), status, "{}", reply.body);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert_eq!(reply.body["status"], status);
    assert!(reply.body["title"].is_string() && reply.body["detail"].is_string(), "{}", reply.body);
}

#[tokio::test]
async fn the_tenant_says_what_the_guide_fixes() {
    let info = get(&thrive(), "tenant").await.expect(200).body;
    assert_eq!(info["filterable"], json!(["userName"]));
    assert_eq!(info["environment"], "sandbox");
    assert_eq!(info["defaults"].as_array().unwrap().len(), 9);
    assert_eq!(info["defaults"][8], format!("{ENTERPRISE_USER}:manager"));
    let parts = ["requests", "stream", "mappings", "custom-fields", "tokens", "faults", "habits", "scripts"];
    assert_eq!(info["capabilities"], json!(parts));
}

#[tokio::test]
async fn pages_of_the_log_stay_put_while_it_grows() {
    let tenant = thrive();
    for number in 0..5 {
        create(&tenant, &entra_user(&format!("user{number}@x"))).await;
    }
    let first = get(&tenant, "requests?limit=2").await.expect(200);
    create(&tenant, &entra_user("later@x")).await;
    let cursor = first.body["nextCursor"].as_str().unwrap();
    let second = get(&tenant, &format!("requests?limit=2&cursor={cursor}")).await.expect(200);
    let cursor = second.body["nextCursor"].as_str().unwrap();
    let third = get(&tenant, &format!("requests?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(third.body["nextCursor"], Value::Null);
    let all: Vec<&str> = [&first, &second, &third].into_iter().flat_map(ids).collect();
    assert_eq!(all.len(), 5);
    assert!(all.is_sorted_by(|newer, older| newer > older), "{all:?}");
}

#[tokio::test]
async fn the_log_is_filtered_by_every_field_of_the_contract() {
    let tenant = thrive();
    for (hour, name) in [(8, "ann@x"), (9, "bob@x"), (10, "ANN@x")] {
        let at: Timestamp = format!("2026-03-02T{hour:02}:00:00Z").parse().unwrap();
        ask("POST", "/scim/v2/Users").json(&entra_user(name)).with(At(at)).to(&tenant).await;
    }
    ask("GET", "/scim/v2/Groups").to(&tenant).await.expect(501);
    for (query, count) in [
        ("", 4),
        ("outcome=failure", 2),
        ("outcome=Success", 2),
        ("outcome=warning", 0),
        ("user=Ann@x", 2),
        ("user=ann", 0),
        ("status=409", 1),
        ("status=4xx", 1),
        ("status=2xx&user=bob@x", 1),
        ("since=2026-03-02T09:00:00Z", 3),
        ("until=2026-03-02T09:00:00Z", 1),
        ("since=2026-03-02T09:00:00Z&until=2026-03-02T10:00:00Z", 1),
        ("since=2026-03-02T10:00:00%2B01:00&outcome=success", 1),
        ("limit=1", 1),
        ("limit=9999", 4),
    ] {
        assert_eq!(ids(&get(&tenant, &format!("requests?{query}")).await.expect(200)).len(), count, "{query}");
    }
    for query in ["limit=0", "limit=x", "cursor=x", "since=yesterday", "outcome=bad", "status=9xx"] {
        expect_problem(&get(&tenant, &format!("requests?{query}")).await, 400);
    }
    for id in ["999999999999", "x"] {
        expect_problem(&get(&tenant, &format!("requests/{id}")).await, 404);
    }
}

#[tokio::test]
async fn a_summary_has_the_members_of_the_contract() {
    let tenant = thrive();
    create(&tenant, &entra_user("a@x")).await;
    let page = get(&tenant, "requests").await.expect(200).body;
    let keys: Vec<&String> = page["requests"][0].as_object().unwrap().keys().collect();
    let contract = [
        "id",
        "at",
        "method",
        "path",
        "status",
        "outcome",
        "operation",
        "user",
        "resourceId",
        "scimType",
        "detail",
        "durationMs",
        "client",
        "tokenId",
    ];
    assert_eq!(keys, contract);
}

#[tokio::test]
async fn mappings_change_only_against_the_version_that_was_read() {
    let tenant = thrive();
    let before = get(&tenant, "mappings").await.expect(200);
    assert_eq!(before.header("etag"), "\"1\"");
    assert_eq!(before.body["version"], 1);
    assert_eq!(before.body["mappings"].as_array().unwrap().len(), 4);
    assert_eq!(before.body["mappings"][1]["field"], "costcentre");
    let rows = json!({ "mappings": [{ "attribute": format!("{ENTERPRISE_USER}:division"), "field": "division" }] });
    expect_problem(&send(&tenant, "PUT", "mappings", &rows).await, 428);
    let put = |tag: &str, body: String| {
        let asked = ask("PUT", "/support/v1/mappings").header("if-match", tag);
        asked.header("content-type", "application/json").text(body)
    };
    let after = put("\"1\"", rows.to_string()).to(&tenant).await.expect(200);
    assert_eq!((after.header("etag"), &after.body["version"]), ("\"2\"", &json!(2)));
    assert_eq!(after.body["mappings"], rows["mappings"]);
    let lost = put("\"1\"", rows.to_string()).to(&tenant).await;
    expect_problem(&lost, 412);
    assert_eq!((lost.header("etag"), &lost.body["version"]), ("\"2\"", &json!(2)));
    assert_eq!(lost.body["mappings"], rows["mappings"]);
    expect_problem(&put("\"2\"", "{".to_owned()).to(&tenant).await, 400);
    assert_eq!(get(&tenant, "mappings").await.body, after.body);
}

#[tokio::test]
async fn custom_fields_are_listed_and_added() {
    let tenant = thrive();
    let fields = get(&tenant, "custom-fields").await.expect(200).body;
    let refs: Vec<&str> = fields["fields"].as_array().unwrap().iter().map(|f| f["ref"].as_str().unwrap()).collect();
    for known in ["costcentre", "department", "division", "employeenumber", "organisation", "contracttype", "team"] {
        assert!(refs.contains(&known), "{known}");
    }
    let field = |reference: &str, label: &str, kind: &str| json!({ "ref": reference, "label": label, "kind": kind });
    let added = send(&tenant, "POST", "custom-fields", &field("shift", "Shift", "text")).await.expect(201);
    assert_eq!(added.body, field("shift", "Shift", "text"));
    for (body, status, code) in [
        (field("shift", "Shift", "text"), 409, None),
        (field("Shift", "Shift", "text"), 422, Some("field-not-lowercase")),
        (field("", "Shift", "text"), 422, Some("field-empty")),
        (field("night shift", "Shift", "text"), 422, Some("field-invalid-character")),
        (field("night", " ", "text"), 422, Some("label-empty")),
        (field("night", "Night", "date"), 422, Some("kind-unknown")),
    ] {
        let reply = send(&tenant, "POST", "custom-fields", &body).await;
        expect_problem(&reply, status);
        assert_eq!(reply.body["problems"][0]["code"].as_str(), code, "{body}");
    }
    expect_problem(&send(&tenant, "POST", "custom-fields", &json!({ "ref": "x" })).await, 422);
}

#[tokio::test]
async fn a_token_is_shown_once_and_ends_when_it_should() {
    let tenant = thrive();
    let made = send(&tenant, "POST", "tokens", &json!({ "name": "Entra job" })).await.expect(201).body;
    let value = made["value"].as_str().unwrap().to_owned();
    let listed = get(&tenant, "tokens").await.expect(200).body;
    assert_eq!(listed["tokens"][1]["id"], made["id"]);
    assert_eq!(listed["tokens"][1]["lastUsedAt"], Value::Null);
    assert_eq!(listed["tokens"][0]["lastUsedAt"], "2026-03-02T12:00:00Z");
    assert!(!listed.to_string().contains(&value));
    let with = |value: &str| anonymous("GET", "/scim/v2/Users").header("authorization", &format!("Bearer {value}"));
    with(&value).to(&tenant).await.expect(200);
    ask("DELETE", &format!("/support/v1/tokens/{}", made["id"].as_str().unwrap())).to(&tenant).await.expect(204);
    with(&value).to(&tenant).await.expect_error(401, None, "not known");
    expect_problem(&ask("DELETE", "/support/v1/tokens/tok_none").to(&tenant).await, 404);
    let own = format!("/support/v1/tokens/{}", listed["tokens"][0]["id"].as_str().unwrap());
    expect_problem(&ask("DELETE", &own).to(&tenant).await, 409);
    let brief = json!({ "name": "Brief", "expiresAt": "2026-03-02T13:00:00Z" });
    let brief = send(&tenant, "POST", "tokens", &brief).await.expect(201).body;
    let value = brief["value"].as_str().unwrap();
    with(value).to(&tenant).await.expect(200);
    let late: Timestamp = "2026-03-02T13:00:00Z".parse().unwrap();
    with(value).with(At(late)).to(&tenant).await.expect_error(401, None, "expired");
    for body in [json!({ "name": " " }), json!({ "name": "x", "expiresAt": "2026-03-02T11:00:00Z" })] {
        expect_problem(&send(&tenant, "POST", "tokens", &body).await, 422);
    }
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_get_problems() {
    let tenant = thrive();
    expect_problem(&get(&tenant, "nowhere").await, 404);
    expect_problem(&send(&tenant, "DELETE", "mappings", &Value::Null).await, 405);
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(3 * 1024 * 1024));
    let asked = ask("POST", "/support/v1/tokens").header("content-type", "application/json").text(large);
    expect_problem(&asked.to(&tenant).await, 413);
}
