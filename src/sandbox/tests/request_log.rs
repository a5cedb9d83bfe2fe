//! What the log keeps of each exchange.

use super::*;

#[tokio::test]
async fn an_exchange_is_kept_whole_but_for_its_secrets() {
    let tenant = thrive();
    let mut user = entra_user("a@x");
    user["password"] = "hunter2".into();
    user["displayName"] = "Barbara".into();
    user[ENTERPRISE_USER]["costcenter"] = "4130".into();
    let asked = ask("POST", "/scim/v2/Users?aadOptscim062020").json(&user).header("cookie", "session=hunter2");
    let created = asked.header("x-request-id", "r1").to(&tenant).await.expect(201);
    let logged = last_exchange(&tenant).await;
    let text = logged.to_string();
    assert!(!text.contains("hunter2") && !text.contains(TOKEN), "{text}");
    let tokens = ask("GET", "/support/v1/tokens").to(&tenant).await.expect(200).body;
    user["password"] = "[not kept]".into();
    for (pointer, expected) in [
        ("/at", json!("2026-03-02T12:00:00Z")),
        ("/method", json!("POST")),
        ("/path", json!("/scim/v2/Users?aadOptscim062020")),
        ("/status", json!(201)),
        ("/outcome", json!("warning")),
        ("/operation", json!("create")),
        ("/user", json!("a@x")),
        ("/resourceId", created.body["id"].clone()),
        ("/scimType", Value::Null),
        ("/detail", json!("2 dropped: costcenter, displayName")),
        ("/client", json!("Entra")),
        ("/tokenId", tokens["tokens"][0]["id"].clone()),
        ("/request/body", user),
        ("/request/headers/x-request-id", json!("r1")),
        ("/response/body", created.body.clone()),
        ("/response/headers/etag", json!("W/\"1\"")),
        ("/response/headers/content-type", json!("application/scim+json")),
        ("/mapping/landed/0", json!({ "attribute": "userName", "field": "ref", "value": "a@x" })),
        ("/mapping/landed/1", json!({ "attribute": "active", "field": "status", "value": "active" })),
        ("/mapping/dropped/1", json!({ "attribute": "displayName", "value": "Barbara", "reason": "No mapping." })),
        ("/mapping/dropped/0/reason", json!("Only the case differs from the mapping costCenter.")),
    ] {
        assert_eq!(logged.pointer(pointer).unwrap_or(&Value::Null), &expected, "{pointer}");
    }
}

#[tokio::test]
async fn a_password_is_not_kept_in_any_form() {
    let tenant = thrive();
    let user = create(&tenant, &entra_user("a@x")).await;
    for body in [
        json!([{ "op": "Replace", "path": "password", "value": "hunter2" }]),
        json!([{ "op": "replace", "value": { "password": "hunter2" } }]),
        json!([{ "op": "Replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:PASSWORD", "value": "hunter2" }]),
    ] {
        let reply = patch(&tenant, &user, &body).await;
        let logged = last_exchange(&tenant).await;
        assert!(!format!("{reply:?}{logged}").contains("hunter2"), "{body}");
        assert_eq!(logged["mapping"]["dropped"], json!([]), "{body}");
    }
    ask("POST", "/scim/v2/Users").text("{\"pass\\u0077ord\":\"hunter2\"}").to(&tenant).await.expect(400);
    assert!(!last_exchange(&tenant).await.to_string().contains("hunter2"));
    ask("POST", "/scim/v2/Users").text("{\"password\":\"hunter2\"").to(&tenant).await.expect(400);
    assert!(!last_exchange(&tenant).await.to_string().contains("hunter2"));
}

#[tokio::test]
async fn a_password_in_a_filter_is_not_kept_either() {
    let escaped = "/scim/v2/Users?count=1&filter=pass%77ord%20eq%20%22hunter2%22&startIndex=1";
    for policy in [Policy::Thrive, Policy::Rfc] {
        let tenant = tenant(policy);
        for ask in [
            ask("GET", escaped),
            ask("GET", "/scim/v2/Users?filter=password+eq+%22hunter2"),
            ask("GET", "/scim/v2/Users?password=hunter2&filter=password+eq"),
            ask("POST", "/scim/v2/Users/.search").json(&json!({ "filter": "password eq \"hunter2\"" })),
            ask("POST", "/scim/v2/Users/.search").json(&json!({ "Filter": "not password eq \"hunter2\"" })),
        ] {
            let reply = ask.to(&tenant).await;
            let logged = last_exchange(&tenant).await;
            assert!(!format!("{reply:?}{logged}").contains("hunter2"), "{logged}");
        }
        ask("GET", escaped).to(&tenant).await;
        let kept = "/scim/v2/Users?count=1&filter=%5Bnot%20kept%5D&startIndex=1";
        assert_eq!(last_exchange(&tenant).await["path"], kept, "the rest stays as it was");
    }
}

#[tokio::test]
async fn outcomes_operations_and_users_are_named() {
    let tenant = thrive();
    let user = create(&tenant, &entra_user("a@x")).await;
    let path = path_of(&user);
    let manager = format!("{ENTERPRISE_USER}:manager");
    let op = |path: &str, value: Value| patch_op(&json!([{ "op": "Replace", "path": path, "value": value }]));
    let search = "/scim/v2/Users?filter=userName+eq+%22A@X%22";
    let nobody = "/scim/v2/Users?filter=userName+eq+%22nobody@x%22";
    for (method, path, body, outcome, operation, user) in [
        ("GET", path.as_str(), Value::Null, "success", "read", json!("a@x")),
        ("GET", search, Value::Null, "success", "match", json!("a@x")),
        ("GET", nobody, Value::Null, "success", "match", json!("nobody@x")),
        ("GET", "/scim/v2/Users", Value::Null, "success", "list", Value::Null),
        ("GET", "/scim/v2/Schemas", Value::Null, "success", "discover", Value::Null),
        ("POST", "/scim/v2/Users", entra_user("A@x"), "failure", "create", json!("A@x")),
        ("PATCH", &path, op("title", json!("x")), "success", "update", json!("a@x")),
        ("PATCH", &path, op("title", json!("")), "success", "update", json!("a@x")),
        ("PATCH", &path, op("displayName", json!("x")), "warning", "update", json!("a@x")),
        ("PATCH", &path, op("active", json!("False")), "success", "deactivate", json!("a@x")),
        ("PATCH", &path, op("active", json!(true)), "success", "activate", json!("a@x")),
        ("PATCH", &path, op(&manager, json!("7")), "success", "set-manager", json!("a@x")),
        ("PATCH", &path, op("userName", json!("b@x")), "success", "update", json!("b@x")),
        ("DELETE", &path, Value::Null, "success", "delete", json!("b@x")),
        ("GET", &path, Value::Null, "failure", "read", Value::Null),
        ("GET", "/scim/v2/Groups", Value::Null, "failure", "list", Value::Null),
    ] {
        let asked = ask(method, path);
        let asked = if body.is_null() { asked } else { asked.json(&body) };
        asked.to(&tenant).await;
        let logged = last_exchange(&tenant).await;
        assert_eq!(logged["outcome"], outcome, "{method} {path} {body}");
        assert_eq!(logged["operation"], operation, "{method} {path} {body}");
        assert_eq!(logged["user"], user, "{method} {path} {body}");
        assert_eq!(logged["detail"].is_null(), outcome == "success", "{method} {path} {body}");
    }
}

#[tokio::test]
async fn a_refused_token_is_logged_without_a_user() {
    let tenant = thrive();
    let asked = anonymous("POST", "/scim/v2/Users").header("authorization", "Bearer hunter2");
    asked.json(&entra_user("a@x")).to(&tenant).await.expect(401);
    let logged = last_exchange(&tenant).await;
    assert_eq!(logged["outcome"], "failure");
    assert_eq!((&logged["user"], &logged["tokenId"]), (&Value::Null, &Value::Null));
    assert_eq!(logged["response"]["headers"]["www-authenticate"].as_str().map(|text| &text[..6]), Some("Bearer"));
    assert!(!logged.to_string().contains("hunter2"));
}

#[tokio::test]
async fn clients_are_told_apart() {
    let tenant = thrive();
    for (agent, client) in [
        (Some("Okta SCIM Client 1.0.0"), "Okta"),
        (Some("scim-console/0.1.0"), "Console"),
        (None, "Entra"),
        (Some(""), "Entra"),
        (Some("curl/8.5.0"), "curl"),
        (Some("python-requests/2 x"), "python-requests"),
    ] {
        let asked = ask("GET", "/scim/v2/Users");
        let asked = if let Some(agent) = agent { asked.header("user-agent", agent) } else { asked };
        asked.to(&tenant).await.expect(200);
        assert_eq!(last_exchange(&tenant).await["client"], client, "{agent:?}");
    }
}

#[tokio::test]
async fn an_in_process_caller_sets_the_time_of_a_request() {
    let tenant = thrive();
    let at: Timestamp = "2026-03-01T08:30:00.25Z".parse().unwrap();
    let asked = ask("POST", "/scim/v2/Users").json(&entra_user("a@x")).with(At(at)).with(Took(1234));
    let user = asked.to(&tenant).await.expect(201).body;
    assert_eq!(user["meta"]["created"], "2026-03-01T08:30:00.25Z");
    let logged = last_exchange(&tenant).await;
    assert_eq!((&logged["at"], &logged["durationMs"]), (&json!("2026-03-01T08:30:00.25Z"), &json!(1234)));
}

#[tokio::test]
async fn a_batch_is_kept_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.sqlite3");
    let open = || Tenant::open(Some(&file), Policy::Thrive, Arc::new(noon)).unwrap();
    let tenant = open();
    tenant.issue_token("Test", Some(Secret::new(TOKEN))).unwrap();
    let batch = tenant.batch().unwrap();
    create(&tenant, &entra_user("a@x")).await;
    assert_eq!(open().exchange_count().unwrap(), 0, "nothing is there for others yet");
    batch.commit().unwrap();
    assert_eq!(open().exchange_count().unwrap(), 1);
    let batch = tenant.batch().unwrap();
    create(&tenant, &entra_user("b@x")).await;
    assert!(tenant.batch().is_err(), "one at a time");
    drop(batch);
    assert_eq!(tenant.exchange_count().unwrap(), 1);
    let reopened = open();
    let found = ask("GET", "/scim/v2/Users").to(&reopened).await.expect(200).body;
    assert_eq!((&found["totalResults"], &found["Resources"][0]["userName"]), (&json!(1), &json!("a@x")));
}

#[test]
fn the_file_is_private_and_holds_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.sqlite3");
    let tenant = Tenant::open(Some(&file), Policy::Thrive, Arc::new(noon)).unwrap();
    let (info, value) = tenant.issue_token("Test", Some(Secret::new(TOKEN))).unwrap();
    assert_eq!(value.expose(), TOKEN);
    assert_eq!(tenant.issue_token("Again", Some(Secret::new(TOKEN))).unwrap().0.id, info.id);
    let (_, random) = tenant.issue_token("Random", None).unwrap();
    assert_eq!(random.expose().len(), 64);
    assert!(tenant.issue_token("Empty", Some(Secret::new(" "))).is_err());
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for secret in [TOKEN, random.expose()] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{path:?}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{path:?}");
        }
    }
}

#[test]
fn a_file_that_is_not_ours_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.sqlite3");
    std::fs::write(&file, "this is not a database, whatever its name says").unwrap();
    let failure = Tenant::open(Some(&file), Policy::Thrive, Arc::new(noon)).unwrap_err();
    assert!(failure.to_string().contains("Start the sandbox again"), "{failure}");
    let newer = folder.path().join("newer.sqlite3");
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let failure = Tenant::open(Some(&newer), Policy::Thrive, Arc::new(noon)).unwrap_err();
    assert!(failure.to_string().contains("newer console"), "{failure}");
}
