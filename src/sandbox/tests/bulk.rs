//! Bulk requests (RFC 7644 §3.7): what each operation comes to, references between them, and where they stop.

use super::*;

async fn bulk(tenant: &Tenant, operations: Value) -> Value {
    send(tenant, json!({ "Operations": operations })).await.expect(200).body
}

async fn send(tenant: &Tenant, mut body: Value) -> Reply {
    body["schemas"] = json!(["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]);
    ask("POST", "/scim/v2/Bulk").json(&body).to(tenant).await
}

fn user(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": name })
}

fn named_group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": [GROUP], "displayName": name, "members": members })
}

fn post(path: &str, bulk_id: &str, data: &Value) -> Value {
    json!({ "method": "POST", "path": path, "bulkId": bulk_id, "data": data })
}

fn statuses(reply: &Value) -> Vec<&str> {
    reply["Operations"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect()
}

/// How many users and groups there are.
async fn count(tenant: &Tenant) -> u64 {
    ask("GET", "/scim/v2?count=0").to(tenant).await.expect(200).body["totalResults"].as_u64().unwrap()
}

#[tokio::test]
async fn every_method_answers_as_section_3_7_3_says() {
    let tenant = rfc();
    let (put, patched, deleted) = (
        create(&tenant, &user("put")).await,
        create(&tenant, &user("patched")).await,
        create(&tenant, &user("deleted")).await,
    );
    let path = |user: &Value| format!("/Users/{}", id_of(user));
    let reply = bulk(
        &tenant,
        json!([
            post("/Users", "qwerty", &user("Alice")),
            { "method": "PUT", "path": path(&put), "version": "W/\"1\"", "data": user("Bob") },
            { "method": "PATCH", "path": path(&patched), "version": "W/\"1\"",
              "data": patch_op(&json!([{ "op": "replace", "path": "title", "value": "x" }])) },
            { "method": "DELETE", "path": path(&deleted), "version": "W/\"1\"" },
        ]),
    )
    .await;
    let alice =
        ask("GET", "/scim/v2/Users?filter=userName+eq+%22Alice%22").to(&tenant).await.body["Resources"][0].clone();
    let expected = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
        "Operations": [
            { "method": "POST", "bulkId": "qwerty", "location": alice["meta"]["location"], "version": "W/\"1\"", "status": "201" },
            { "method": "PUT", "location": put["meta"]["location"], "version": "W/\"2\"", "status": "200" },
            { "method": "PATCH", "location": patched["meta"]["location"], "version": "W/\"2\"", "status": "200" },
            { "method": "DELETE", "location": deleted["meta"]["location"], "status": "204" },
        ],
    });
    assert_eq!(reply, expected);
    ask("GET", place_of(&deleted)).to(&tenant).await.expect(404);
}

#[tokio::test]
async fn an_operation_that_fails_says_why_and_leaves_the_others_alone() {
    let tenant = rfc();
    let known = create(&tenant, &user("known")).await;
    let path = format!("/Users/{}", id_of(&known));
    let patch = patch_op(&json!([{ "op": "remove" }]));
    let rows = [
        (post("/Users", "a", &user("KNOWN")), "409", Some("uniqueness")),
        (post("/Users", "b", &json!({ "schemas": [USER] })), "400", Some("invalidValue")),
        (json!({ "method": "POST", "path": "/Users", "data": user("x") }), "400", Some("invalidSyntax")),
        (json!({ "method": "POST", "path": "/Users", "bulkId": "c" }), "400", Some("invalidSyntax")),
        (post("/Machines", "d", &user("x")), "400", Some("invalidPath")),
        (post("Users", "e", &user("x")), "400", Some("invalidPath")),
        (post(&path, "f", &user("x")), "400", Some("invalidPath")),
        (json!({ "method": "DELETE", "path": "/Users" }), "400", Some("invalidPath")),
        (json!({ "method": "DELETE", "path": "/Users/.search" }), "400", Some("invalidPath")),
        (json!({ "method": "GET", "path": path }), "400", Some("invalidSyntax")),
        (json!({ "path": path }), "400", Some("invalidSyntax")),
        (json!("x"), "400", Some("invalidSyntax")),
        (json!({ "method": "PUT", "path": "/Users/nobody", "data": user("x") }), "404", None),
        (json!({ "method": "DELETE", "path": "/Groups/nobody" }), "404", None),
        (json!({ "method": "PATCH", "path": path, "data": patch }), "400", Some("noTarget")),
        (json!({ "method": "DELETE", "path": path, "version": "W/\"9\"" }), "412", None),
        (post("/Groups", "g", &named_group("G", &["bulkId:nowhere"])), "400", Some("invalidValue")),
        (post("/Groups", "h", &named_group("H", &["bulkId:a"])), "400", Some("invalidValue")),
        (json!({ "method": "DELETE", "path": "/Users/bulkId:a" }), "400", Some("invalidValue")),
    ];
    let mut operations: Vec<Value> = rows.iter().map(|(operation, ..)| operation.clone()).collect();
    operations.push(json!({ "method": "delete", "path": path }));
    operations.push(json!({ "method": "DELETE", "path": path }));
    let reply = bulk(&tenant, json!(operations)).await;
    for ((operation, status, scim_type), said) in rows.iter().zip(reply["Operations"].as_array().unwrap()) {
        assert_eq!(said["status"], *status, "{said}");
        assert_eq!(said["response"]["status"], *status, "{said}");
        assert_eq!(said["response"].get("scimType").and_then(Value::as_str), *scim_type, "{said}");
        assert_eq!(
            (said.get("method"), said.get("bulkId")),
            (operation.get("method"), operation.get("bulkId")),
            "{said}"
        );
        // §3.7.3: where it is, except for what could not be made.
        let found = ["404", "412"].contains(status) || *scim_type == Some("noTarget");
        assert_eq!(said.get("location").is_some(), found, "{said}");
    }
    let last = statuses(&reply);
    assert_eq!(last[rows.len()..], ["204", "404"], "whoever is deleted twice is not there the second time");
    assert_eq!(count(&tenant).await, 0);
}

#[tokio::test]
async fn references_are_looked_up_however_they_are_ordered() {
    // RFC 7644 §3.7.2: the group comes first and names a user that is made after it.
    let tenant = rfc();
    let title = patch_op(&json!([{ "op": "add", "path": "title", "value": "Guide" }]));
    let boss =
        json!({ "schemas": [USER], "userName": "Carol", ENTERPRISE_USER: { "manager": { "value": "bulkId:qwerty" } } });
    let reply = bulk(
        &tenant,
        json!([
            post("/Groups", "ytrewq", &named_group("Tour Guides", &["bulkId:qwerty"])),
            { "method": "PATCH", "path": "/Users/bulkId:qwerty", "data": title },
            post("/Users", "carol", &boss),
            post("/Users", "qwerty", &user("Alice")),
        ]),
    )
    .await;
    assert_eq!(statuses(&reply), ["201", "200", "201", "201"]);
    let made = |at: usize| reply["Operations"][at]["location"].as_str().unwrap().replace("http://tenant.test", "");
    let alice = ask("GET", &made(3)).to(&tenant).await.expect(200).body;
    assert_eq!((&alice["title"], &alice["groups"][0]["display"]), (&json!("Guide"), &json!("Tour Guides")));
    let group = ask("GET", &made(0)).to(&tenant).await.expect(200).body;
    assert_eq!(group["members"][0]["value"], alice["id"]);
    let carol = ask("GET", &made(2)).to(&tenant).await.expect(200).body;
    assert_eq!(carol[ENTERPRISE_USER]["manager"]["value"], alice["id"]);
}

#[tokio::test]
async fn a_circle_of_references_is_closed_or_undone() {
    // RFC 7644 §3.7.1 has this example.
    let tenant = rfc();
    let (a, b) = (named_group("Group A", &["bulkId:ytrewq"]), named_group("Group B", &["bulkId:qwerty"]));
    let reply = bulk(&tenant, json!([post("/Groups", "qwerty", &a), post("/Groups", "ytrewq", &b)])).await;
    assert_eq!(statuses(&reply), ["201", "201"]);
    let groups = ask("GET", "/scim/v2/Groups").to(&tenant).await.expect(200).body["Resources"].clone();
    for (at, other) in [(0, 1), (1, 0)] {
        assert_eq!(groups[at]["members"][0]["value"], groups[other]["id"]);
        assert_eq!(reply["Operations"][at]["location"], groups[at]["meta"]["location"]);
        assert_eq!(reply["Operations"][at]["version"], groups[at]["meta"]["version"]);
    }
    // Where it cannot be closed, what was made of it goes again.
    let nameless = json!({ "schemas": [GROUP], "members": [{ "value": "bulkId:qwerty" }] });
    let reply = bulk(&tenant, json!([post("/Groups", "qwerty", &a), post("/Groups", "ytrewq", &nameless)])).await;
    assert_eq!(statuses(&reply), ["409", "400"]);
    assert_eq!(reply["Operations"][0].get("location"), None);
    assert_eq!(count(&tenant).await, 2);
}

#[tokio::test]
async fn it_stops_at_as_many_errors_as_it_may_have() {
    let wrong = json!({ "method": "DELETE", "path": "/Users/nobody" });
    let operations = json!([
        post("/Users", "a", &user("a")),
        wrong,
        post("/Users", "b", &user("b")),
        wrong,
        post("/Users", "c", &user("c"))
    ]);
    for (most, expected, left) in [
        (json!(1), &["201", "404"][..], 1),
        (json!(2), &["201", "404", "201", "404"], 2),
        (json!(3), &["201", "404", "201", "404", "201"], 3),
        (Value::Null, &["201", "404", "201", "404", "201"], 3),
    ] {
        let tenant = rfc();
        let reply = send(&tenant, json!({ "failOnErrors": most, "Operations": operations })).await.expect(200).body;
        assert_eq!(statuses(&reply), expected, "failOnErrors {most}");
        assert_eq!(count(&tenant).await, left, "failOnErrors {most}");
    }
    // A circle that is open when it stops is not left open.
    let tenant = rfc();
    let circle = [
        post("/Groups", "a", &named_group("A", &["bulkId:b"])),
        post("/Groups", "b", &named_group("B", &["bulkId:c"])),
        post("/Groups", "c", &json!({ "schemas": [GROUP], "members": [{ "value": "bulkId:a" }] })),
    ];
    let reply = send(&tenant, json!({ "failOnErrors": 1, "Operations": circle })).await.expect(200).body;
    assert_eq!((statuses(&reply), count(&tenant).await), (vec!["409", "400"], 0));
}

#[tokio::test]
async fn a_request_that_is_none_is_refused_whole() {
    let tenant = rfc();
    let one = post("/Users", "a", &user("a"));
    for (body, status, scim_type, detail) in [
        (json!({}), 400, Some("invalidSyntax"), "Operations"),
        (json!({ "Operations": {} }), 400, Some("invalidSyntax"), "Operations"),
        (json!({ "Operations": [one, one] }), 400, Some("invalidValue"), "bulkId a"),
        (json!({ "Operations": [one], "failOnErrors": 0 }), 400, Some("invalidValue"), "failOnErrors"),
        (json!({ "Operations": [one], "failOnErrors": "1" }), 400, Some("invalidValue"), "failOnErrors"),
        // §3.7.4: more than ServiceProviderConfig says is 413.
        (json!({ "Operations": vec![json!({}); 1001] }), 413, None, "maxOperations is 1000"),
        (json!({ "Operations": ["x".repeat(1024 * 1024)] }), 413, None, "1048576 bytes"),
    ] {
        send(&tenant, body).await.expect_error(status, scim_type, detail);
    }
    let unnamed = ask("POST", "/scim/v2/Bulk").json(&json!({ "Operations": [one] })).to(&tenant).await;
    unnamed.expect_error(400, Some("invalidSyntax"), "BulkRequest");
    assert_eq!(count(&tenant).await, 0);
    let config = ask("GET", "/scim/v2/ServiceProviderConfig").to(&tenant).await.body["bulk"].clone();
    assert_eq!(config, json!({ "supported": true, "maxOperations": 1000, "maxPayloadSize": 1_048_576 }));
    ask("GET", "/scim/v2/Bulk").to(&tenant).await.expect_error(405, None, "POST");
    ask("POST", "/scim/v2/Bulk").json(&json!({})).to(&thrive()).await.expect_error(501, None, "Bulk is not supported");
}

#[tokio::test]
async fn a_chain_of_as_many_references_as_fit_is_done() {
    let tenant = rfc();
    let link = |at: usize| {
        let next = format!("bulkId:k{}", at + 1);
        let members: &[&str] = if at < 999 { &[&next] } else { &[] };
        post("/Groups", &format!("k{at}"), &named_group(&format!("k{at}"), members))
    };
    let reply = bulk(&tenant, (0..1000).map(link).collect()).await;
    assert!(statuses(&reply).iter().all(|status| *status == "201"));
    assert_eq!(count(&tenant).await, 1000);
}
