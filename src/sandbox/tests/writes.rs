//! Create, replace, patch and delete.

use super::*;

#[tokio::test]
async fn a_user_is_created_as_rfc_7644_3_3_says() {
    let tenant = thrive();
    let reply = ask("POST", "/scim/v2/Users").json(&entra_user("bjensen@example.com")).to(&tenant).await.expect(201);
    let id = reply.body["id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("content-type"), "application/scim+json");
    assert_eq!(reply.header("location"), format!("http://tenant.test/scim/v2/Users/{id}"));
    assert_eq!(reply.header("etag"), "W/\"1\"");
    assert_eq!(
        reply.body,
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_USER],
            "id": id,
            "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
            "userName": "bjensen@example.com",
            "active": true,
            "emails": [{ "type": "work", "value": "bjensen@example.com" }],
            "name": { "givenName": "Barbara", "familyName": "Jensen" },
            ENTERPRISE_USER: { "department": "Sales", "employeeNumber": "701984" },
            "meta": {
                "resourceType": "User",
                "created": "2026-03-02T12:00:00Z",
                "lastModified": "2026-03-02T12:00:00Z",
                "location": format!("http://tenant.test/scim/v2/Users/{id}"),
                "version": "W/\"1\"",
            },
        })
    );
    let read = ask("GET", &path_of(&reply.body)).to(&tenant).await.expect(200);
    assert_eq!(read.body, reply.body);
}

#[tokio::test]
async fn the_vendors_rules_keep_what_lands_and_the_rfc_keeps_everything() {
    let mut user = entra_user("a@x");
    user["displayName"] = "Barbara Jensen".into();
    user["password"] = "secret".into();
    user[ENTERPRISE_USER]["manager"] = "26118915".into();
    let kept = create(&thrive(), &user).await;
    assert_eq!(kept.get("displayName"), None);
    let all = create(&tenant(Policy::Rfc), &user).await;
    assert_eq!(all["displayName"], "Barbara Jensen");
    assert_eq!(all["emails"], user["emails"]);
    for shown in [kept, all] {
        assert_eq!(shown.get("password"), None);
        assert_eq!(shown[ENTERPRISE_USER]["manager"], json!({ "value": "26118915" }));
    }
}

#[tokio::test]
async fn a_manager_without_its_schema_is_the_manager() {
    // idp-facts.md §2.1: the sample of Entra's documentation.
    let sample = json!([{ "op": "Add", "path": "manager", "value": [{ "$ref": "http://x/Users/7", "value": "7" }] }]);
    for policy in [Policy::Thrive, Policy::Rfc] {
        let tenant = tenant(policy);
        let mut user = entra_user("a@x");
        user[ENTERPRISE_USER]["manager"] = "26118915".into();
        let user = create(&tenant, &user).await;
        let reply = patch(&tenant, &user, &sample).await.expect(200);
        assert_eq!(reply.body[ENTERPRISE_USER]["manager"]["value"], "7", "{policy:?}");
        assert_eq!(reply.body.get("manager"), None);
        let gone = patch(&tenant, &user, &json!([{ "op": "Remove", "path": "manager" }])).await.expect(200);
        assert_eq!(gone.body[ENTERPRISE_USER].get("manager"), None, "{policy:?}");
    }
}

#[tokio::test]
async fn a_user_that_cannot_be_meant_is_refused_by_attribute() {
    let tenant = thrive();
    create(&tenant, &entra_user("Taken@x")).await;
    let with = |name: &str, value: Value| {
        let mut user = entra_user("b@x");
        user[name] = value;
        user
    };
    for (user, status, scim_type, detail) in [
        (with("userName", Value::Null), 400, "invalidValue", "userName is required"),
        (with("userName", json!("  ")), 400, "invalidValue", "userName is required"),
        (with("userName", json!(7)), 400, "invalidValue", "userName must be a string"),
        (with("userName", json!("tAKEN@X")), 409, "uniqueness", "userName tAKEN@X"),
        (with("active", json!("maybe")), 400, "invalidValue", "active must be true or false"),
        (with("title", json!(["x"])), 400, "invalidValue", "title must be a string"),
        (with("name", json!("Barbara")), 400, "invalidValue", "name must be an object"),
        (with("name", json!({ "givenName": 1 })), 400, "invalidValue", "name.givenName must be a string"),
        (with("emails", json!("b@x")), 400, "invalidValue", "emails must be a list"),
        (
            with("emails", json!([{ "type": "work" }])),
            400,
            "invalidValue",
            "emails must be a list of objects with a value",
        ),
        (with("schemas", json!(["urn:x"])), 400, "invalidValue", "schemas must name urn:ietf"),
        (with(ENTERPRISE_USER, json!("x")), 400, "invalidValue", "enterprise:2.0:User must be an object"),
        (json!([]), 400, "invalidSyntax", "not a JSON object"),
    ] {
        let reply = ask("POST", "/scim/v2/Users").json(&user).to(&tenant).await;
        reply.expect_error(status, Some(scim_type), detail);
    }
    let page = ask("GET", "/scim/v2/Users?count=0").to(&tenant).await.expect(200).body;
    assert_eq!(page["totalResults"], 1);
}

#[tokio::test]
async fn what_directories_really_send_is_understood() {
    let flat = format!("{ENTERPRISE_USER}:department");
    let tenant = thrive();
    for (name, value, pointer, expected) in [
        ("active", json!("False"), "/active", json!(false)),
        ("active", json!("true"), "/active", json!(true)),
        (ENTERPRISE_USER, json!({ "manager": "9" }), "/urn:e/manager", json!({ "value": "9" })),
        (ENTERPRISE_USER, json!({ "manager": { "value": "9" } }), "/urn:e/manager", json!({ "value": "9" })),
        (ENTERPRISE_USER, json!({ "manager": [{ "value": "9" }] }), "/urn:e/manager", json!({ "value": "9" })),
        (ENTERPRISE_USER, json!({ "manager": "" }), "/urn:e/manager", Value::Null),
        (flat.as_str(), json!("Support"), "/urn:e/department", json!("Support")),
        ("name.givenName", json!("Babs"), "/name/givenName", json!("Babs")),
        ("TITLE", json!("Vice President"), "/title", json!("Vice President")),
        ("title", Value::Null, "/title", Value::Null),
    ] {
        let mut user = entra_user("a@x");
        user[name] = value.clone();
        let user = create(&tenant, &user).await;
        let pointer = pointer.replace("/urn:e", &format!("/{ENTERPRISE_USER}"));
        assert_eq!(user.pointer(&pointer).unwrap_or(&Value::Null), &expected, "{name}: {value}");
        ask("DELETE", &path_of(&user)).to(&tenant).await.expect(204);
    }
}

#[tokio::test]
async fn patches_of_both_directories_are_applied() {
    let department = format!("{ENTERPRISE_USER}:department");
    let manager = format!("{ENTERPRISE_USER}:manager");
    let tenant = thrive();
    let user = create(&tenant, &entra_user("a@x")).await;
    for (operations, pointer, expected) in [
        (json!([{ "op": "Replace", "path": "title", "value": "Nurse" }]), "/title", json!("Nurse")),
        (json!([{ "op": "Add", "path": "title", "value": "Matron" }]), "/title", json!("Matron")),
        (json!([{ "op": "Remove", "path": "title" }]), "/title", Value::Null),
        (json!([{ "op": "Replace", "path": "active", "value": "False" }]), "/active", json!(false)),
        (json!([{ "op": "replace", "value": { "active": true } }]), "/active", json!(true)),
        (json!([{ "op": "Replace", "path": "name.givenName", "value": "Babs" }]), "/name/givenName", json!("Babs")),
        (
            json!([{ "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "b@x" }]),
            "/emails",
            json!([{ "type": "work", "value": "b@x" }]),
        ),
        (json!([{ "op": "Add", "path": department, "value": "IT" }]), "/urn:e/department", json!("IT")),
        (json!([{ "op": "Add", "path": manager, "value": "9" }]), "/urn:e/manager", json!({ "value": "9" })),
        (
            json!([{ "op": "Add", "path": manager, "value": [{ "$ref": "../Users/8", "value": "8" }] }]),
            "/urn:e/manager/value",
            json!("8"),
        ),
        (json!([{ "op": "replace", "value": { "id": user["id"], "title": "Porter" } }]), "/title", json!("Porter")),
        (
            json!([{ "op": "replace", "value": { "name.familyName": "Lee", department.as_str(): "Legal" } }]),
            "/name/familyName",
            json!("Lee"),
        ),
        (json!([{ "op": "Remove", "path": department }]), "/urn:e/department", Value::Null),
    ] {
        let reply = patch(&tenant, &user, &operations).await.expect(200);
        let pointer = pointer.replace("/urn:e", &format!("/{ENTERPRISE_USER}"));
        assert_eq!(reply.body.pointer(&pointer).unwrap_or(&Value::Null), &expected, "{operations}");
        let read = ask("GET", &path_of(&user)).to(&tenant).await.expect(200);
        assert_eq!(read.body, reply.body, "{operations}");
    }
}

#[tokio::test]
async fn a_refused_patch_changes_nothing() {
    let tenant = thrive();
    create(&tenant, &entra_user("taken@x")).await;
    let user = create(&tenant, &entra_user("a@x")).await;
    for (operations, status, scim_type, detail) in [
        (json!([{ "op": "replace", "path": "id", "value": "7" }]), 400, "mutability", "id is read-only"),
        (json!([{ "op": "replace", "path": "userName", "value": "TAKEN@x" }]), 409, "uniqueness", "TAKEN@x"),
        (json!([{ "op": "replace", "path": "userName", "value": "" }]), 400, "invalidValue", "userName"),
        (json!([{ "op": "replace", "path": "active", "value": "maybe" }]), 400, "invalidValue", "active"),
        (json!([{ "op": "replace", "path": "title", "value": "x" }, { "op": "remove" }]), 400, "noTarget", ""),
    ] {
        let reply = patch(&tenant, &user, &operations).await;
        reply.expect_error(status, Some(scim_type), detail);
        let read = ask("GET", &path_of(&user)).to(&tenant).await.expect(200);
        assert_eq!(read.body, user, "{operations}");
    }
    ask("PATCH", &path_of(&user)).json(&json!({})).to(&tenant).await.expect(400);
    ask("PATCH", "/scim/v2/Users/none").json(&patch_op(&json!([]))).to(&tenant).await.expect_error(404, None, "none");
}

#[tokio::test]
async fn put_clears_what_is_left_out_and_keeps_the_externals() {
    let tenant = thrive();
    let mut user = create(&tenant, &entra_user("a@x")).await;
    // Okta reads, changes and puts the whole back, ids and all.
    user["title"] = "Nurse".into();
    user["active"] = false.into();
    user.as_object_mut().unwrap().remove(ENTERPRISE_USER);
    let put = ask("PUT", &path_of(&user)).json(&user).to(&tenant).await.expect(200);
    assert_eq!(put.body["title"], "Nurse");
    assert_eq!(put.body["active"], false);
    assert_eq!(put.body.get(ENTERPRISE_USER), None);
    assert_eq!(put.body["externalId"], user["externalId"]);
    assert_eq!(put.body["meta"]["version"], "W/\"2\"");
    let found = ask("GET", "/scim/v2/Users?filter=userName+eq+%22a%40x%22").to(&tenant).await.expect(200);
    assert_eq!(found.body["Resources"][0], put.body, "a suspended user is still found");
}

#[tokio::test]
async fn a_mapping_counts_from_when_it_was_there() {
    let tenant = thrive();
    let mut sent = entra_user("a@x");
    sent["contractType"] = "Permanent".into();
    let user = create(&tenant, &sent).await;
    assert_eq!(user.get("contractType"), None);
    map(&tenant, &[("urn:ietf:params:scim:schemas:core:2.0:User:contractType", "contracttype")]).await;
    let read = ask("GET", &path_of(&user)).to(&tenant).await.expect(200);
    assert_eq!(read.body.get("contractType"), None, "it has to be sent again");
    assert_eq!(read.body[ENTERPRISE_USER]["department"], "Sales", "what landed stays");
    let again = patch(&tenant, &user, &json!([{ "op": "Add", "path": "contractType", "value": "Permanent" }])).await;
    assert_eq!(again.expect(200).body["contractType"], "Permanent");
}

#[tokio::test]
async fn a_name_in_the_wrong_case_does_not_change_what_landed() {
    let tenant = thrive();
    let user = create(&tenant, &entra_user("a@x")).await;
    let path = format!("{ENTERPRISE_USER}:Department");
    let reply = patch(&tenant, &user, &json!([{ "op": "Replace", "path": path, "value": "IT" }])).await.expect(200);
    assert_eq!(reply.body[ENTERPRISE_USER]["department"], "Sales");
    assert_eq!(last_exchange(&tenant).await["outcome"], "warning");
}

#[tokio::test]
async fn versions_guard_writes() {
    let tenant = thrive();
    let user = create(&tenant, &entra_user("a@x")).await;
    let title = patch_op(&json!([{ "op": "replace", "path": "title", "value": "Nurse" }]));
    let path = path_of(&user);
    let fresh = ask("PATCH", &path).json(&title).header("if-match", "W/\"1\"").to(&tenant).await.expect(200);
    assert_eq!(fresh.header("etag"), "W/\"2\"");
    let same = ask("PATCH", &path).json(&title).header("if-match", "*").to(&tenant).await.expect(200);
    assert_eq!(same.header("etag"), "W/\"2\"", "a change of nothing is none");
    for (method, body) in [("PATCH", &title), ("PUT", &user), ("DELETE", &Value::Null)] {
        let stale = ask(method, &path).json(body).header("if-match", "W/\"1\"").to(&tenant).await;
        stale.expect_error(412, None, "W/\"2\"");
    }
    ask("GET", &path).header("if-none-match", "W/\"2\"").to(&tenant).await.expect(304);
    ask("GET", &path).header("if-none-match", "W/\"1\"").to(&tenant).await.expect(200);
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_its_name_free() {
    let tenant = thrive();
    let user = create(&tenant, &entra_user("a@x")).await;
    assert_eq!(ask("DELETE", &path_of(&user)).to(&tenant).await.expect(204).body, Value::Null);
    for method in ["GET", "DELETE"] {
        ask(method, &path_of(&user)).to(&tenant).await.expect_error(404, None, user["id"].as_str().unwrap());
    }
    create(&tenant, &entra_user("A@x")).await;
}
