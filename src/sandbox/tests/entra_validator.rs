//! What Microsoft's SCIM validator (scimvalidator.microsoft.com, linked from Entra's provisioning tutorial) checks, by the
//! names and bodies in public reports of its results, 2026-02. It runs only as a web service, so its checks are rows here.

use super::*;

/// The validator's user, shortened: `primary` of a role is text.
fn validators_user(name: &str) -> Value {
    json!({
        "userName": name,
        "active": true,
        "displayName": "NDSQQTECVAAC",
        "title": "CJSGUNOAAMMQ",
        "emails": [{ "type": "work", "value": "work@hammes.info", "primary": true }],
        "preferredLanguage": "hi",
        "name": { "givenName": "Elfrieda", "familyName": "Urban", "formatted": "Myah" },
        "addresses": [{ "type": "work", "streetAddress": "25928 Katlyn Row", "locality": "YRAK", "primary": true }],
        "phoneNumbers": [{ "type": "work", "value": "10-040-1308", "primary": true }, { "type": "fax", "value": "10" }],
        ENTERPRISE_USER: { "employeeNumber": "OXYY", "department": "ZYWT", "manager": { "value": "XYMK" } },
        "roles": [{ "primary": "True", "display": "MRON", "value": "WDEI", "type": "XVTU" }],
        "timezone": "America/Guayaquil",
        "schemas": [USER, ENTERPRISE_USER],
    })
}

fn validators_group() -> Value {
    json!({ "displayName": "UHYYWKURUTZS", "externalId": "6d1ca7c2-09f0-4be1-bba9-a7a2668d5540", "schemas": [GROUP] })
}

#[tokio::test]
async fn users_are_created_found_and_deleted() {
    let tenant = rfc();
    let user = create(&tenant, &validators_user("ford_purdy@abernathypadberg.uk")).await;
    assert_eq!(user["roles"][0]["primary"], true, "Boolean serialization");
    let twice =
        ask("POST", "/scim/v2/Users").json(&validators_user("Ford_Purdy@abernathypadberg.uk")).to(&tenant).await;
    twice.expect_error(409, Some("uniqueness"), "userName");
    for (test, name, hits) in [
        ("Filter for an existing user", "ford_purdy@abernathypadberg.uk", 1),
        ("Filter for a non-existing user", "8f4c3a3e-nobody", 0),
        ("Filter for an existing user with a different case", "FORD_PURDY@ABERNATHYPADBERG.UK", 1),
    ] {
        let path = format!("/scim/v2/Users?filter=userName+eq+%22{name}%22");
        assert_eq!(ask("GET", &path).to(&tenant).await.expect(200).body["totalResults"], hits, "{test}");
    }
    ask("DELETE", place_of(&user)).to(&tenant).await.expect(204);
    ask("GET", place_of(&user)).to(&tenant).await.expect_error(404, None, "was not found");
    ask("DELETE", place_of(&user)).to(&tenant).await.expect_error(404, None, "was not found");
    ask("DELETE", "/scim/v2/Users/d950a5ce").to(&tenant).await.expect_error(404, None, "was not found");
}

#[tokio::test]
async fn users_are_patched() {
    let tenant = rfc();
    let user = create(&tenant, &validators_user("ford_purdy@abernathypadberg.uk")).await;
    let manager = format!("{ENTERPRISE_USER}:manager");
    let manager_at = format!("/{ENTERPRISE_USER}/manager");
    let replace = |path: &str, value: &str| json!({ "op": "replace", "path": path, "value": value });
    for (test, operations, pointer, expected) in [
        (
            "Patch User - Replace Attributes",
            json!([
                replace("emails[type eq \"work\"].value", "lilian@mills.ca"),
                replace("phoneNumbers[type eq \"work\"].value", "07-272-0828"),
                replace("addresses[type eq \"work\"].streetAddress", "2809 Johns Walk"),
                replace("addresses[type eq \"work\"].locality", "KMYV"),
            ]),
            "/addresses/0",
            json!({ "type": "work", "streetAddress": "2809 Johns Walk", "locality": "KMYV", "primary": true }),
        ),
        (
            "Patch User - Replace Attributes Verbose",
            json!([{ "op": "replace", "value": { "displayName": "NEW", "name.givenName": "Babs", "title": "T" } }]),
            "/name/givenName",
            json!("Babs"),
        ),
        (
            "Update User userName",
            json!([{ "op": "replace", "value": { "userName": "emilio@hermann.uk" } }]),
            "/userName",
            json!("emilio@hermann.uk"),
        ),
        (
            "Patch User - Disable User",
            json!([{ "op": "replace", "value": { "active": false } }]),
            "/active",
            json!(false),
        ),
        ("Patch User - Disable User, as text", json!([replace("active", "False")]), "/active", json!(false)),
        (
            "Patch User - Add Manager",
            json!([{ "op": "add", "path": manager, "value": { "value": "AXTK" } }]),
            &manager_at,
            json!({ "value": "AXTK" }),
        ),
        (
            "Patch User - Replace Manager",
            json!([{ "op": "replace", "path": manager, "value": { "value": "CBEQ" } }]),
            &manager_at,
            json!({ "value": "CBEQ" }),
        ),
        ("Patch User - Remove Manager", json!([{ "op": "remove", "path": manager }]), &manager_at, Value::Null),
        (
            "Patch User - Multiple Ops on different attributes",
            json!([{ "op": "remove", "path": "title" }, { "op": "add", "path": "nickName", "value": "N" }]),
            "/title",
            Value::Null,
        ),
        (
            "Patch User - Multiple Ops on same attribute",
            json!([{ "op": "remove", "path": "displayName" }, { "op": "add", "path": "displayName", "value": "A" }, replace("displayName", "B")]),
            "/displayName",
            json!("B"),
        ),
    ] {
        let reply = patched(&tenant, &user, &operations).await.expect(200);
        assert_eq!(reply.body.pointer(pointer).unwrap_or(&Value::Null), &expected, "{test}");
        assert_eq!(read(&tenant, &user).await, reply.body, "{test}");
    }
}

#[tokio::test]
async fn groups_are_created_found_changed_and_deleted() {
    let tenant = rfc();
    let user = create(&tenant, &validators_user("a@x")).await;
    let group = ask("POST", "/scim/v2/Groups").json(&validators_group()).to(&tenant).await.expect(201).body;
    for (test, name, hits) in [
        ("Filter for an existing group", "UHYYWKURUTZS", 1),
        ("Filter for a non-existing group", "nobodys", 0),
        ("Filter for an existing group with a different case", "uhyywkurutzs", 1),
    ] {
        let path = format!("/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22{name}%22");
        assert_eq!(ask("GET", &path).to(&tenant).await.expect(200).body["totalResults"], hits, "{test}");
    }
    let member = json!([{ "value": user["id"] }]);
    for (test, operations, pointer, expected) in [
        (
            "Patch Group - Replace Attributes",
            json!([{ "op": "replace", "value": { "externalId": "c3b9" } }]),
            "/externalId",
            json!("c3b9"),
        ),
        (
            "Update Group displayName",
            json!([{ "op": "replace", "value": { "displayName": "NEW" } }]),
            "/displayName",
            json!("NEW"),
        ),
        (
            "Patch Group - Add Member",
            json!([{ "op": "add", "path": "members", "value": member }]),
            "/members/0/value",
            user["id"].clone(),
        ),
        (
            "Patch Group - Remove Member",
            json!([{ "op": "remove", "path": "members", "value": member }]),
            "/members",
            Value::Null,
        ),
        (
            "Patch Group - Multiple Ops on same attribute",
            json!([
                { "op": "add", "path": "members", "value": member },
                { "op": "remove", "path": format!("members[value eq \"{}\"]", id_of(&user)) },
                { "op": "add", "path": "members", "value": member },
            ]),
            "/members/0/value",
            user["id"].clone(),
        ),
    ] {
        let reply = patched(&tenant, &group, &operations).await.expect(200);
        assert_eq!(reply.body.pointer(pointer).unwrap_or(&Value::Null), &expected, "{test}");
        assert_eq!(read(&tenant, &group).await, reply.body, "{test}");
    }
    let path = format!("{}?excludedAttributes=members", place_of(&group));
    let without = ask("GET", &path).to(&tenant).await.expect(200).body;
    assert_eq!(without.get("members"), None, "Get group by id excluding members");
    ask("DELETE", place_of(&group)).to(&tenant).await.expect(204);
    ask("GET", place_of(&group)).to(&tenant).await.expect_error(404, None, "was not found");
    ask("DELETE", place_of(&group)).to(&tenant).await.expect_error(404, None, "was not found");
    ask("DELETE", "/scim/v2/Groups/d950a5ce").to(&tenant).await.expect_error(404, None, "was not found");
}

#[tokio::test]
async fn two_groups_may_have_one_name() {
    // The validator wants 409 for "Create a duplicate Group". RFC 7643 §8.7.1 says of displayName that its uniqueness is
    // "none", and so does this tenant's /Schemas; directories have groups of one name.
    let tenant = rfc();
    let schema = ask("GET", &format!("/scim/v2/Schemas/{GROUP}")).to(&tenant).await.expect(200).body;
    let name = schema["attributes"].as_array().unwrap().iter().find(|one| one["name"] == "displayName").unwrap();
    assert_eq!(name["uniqueness"], "none");
    for _ in 0..2 {
        ask("POST", "/scim/v2/Groups").json(&validators_group()).to(&tenant).await.expect(201);
    }
}
