//! PATCH to the letter of RFC 7644 §3.5.2, by the RFC's own examples where it has them.

use super::*;

/// RFC 7643 §8.2, shortened: a user with something of everything.
fn full_user() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE_USER],
        "userName": "bjensen@example.com",
        "title": "Tour Guide",
        "name": { "familyName": "Jensen", "givenName": "Barbara" },
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@jensen.org", "type": "home" },
        ],
        "addresses": [
            { "type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "country": "USA" },
            { "type": "home", "streetAddress": "456 Hollywood Blvd" },
        ],
        ENTERPRISE_USER: { "employeeNumber": "701984", "department": "Tour Operations" },
    })
}

fn work() -> Value {
    json!({ "value": "bjensen@example.com", "type": "work", "primary": true })
}

fn home() -> Value {
    json!({ "value": "babs@jensen.org", "type": "home" })
}

fn urn(name: &str) -> String {
    format!("{ENTERPRISE_USER}:{name}")
}

/// Each of the operations on a user of its own, where it shows, and what is there then.
async fn check(rows: &[(Value, &str, Value)]) {
    for (operations, pointer, expected) in rows {
        let tenant = rfc();
        let user = create(&tenant, &full_user()).await;
        let reply = patched(&tenant, &user, operations).await.expect(200);
        let pointer = pointer.replace("{e}", ENTERPRISE_USER);
        assert_eq!(reply.body.pointer(&pointer).unwrap_or(&Value::Null), expected, "{operations}");
        assert_eq!(read(&tenant, &user).await, reply.body, "{operations}");
        assert_eq!(reply.header("etag"), reply.body["meta"]["version"], "{operations}");
        assert_eq!(reply.header("location"), reply.body["meta"]["location"], "{operations}");
    }
}

#[tokio::test]
async fn an_addition_does_what_section_3_5_2_1_says() {
    let core = format!("{USER}:name.givenName");
    let (work, home) = (work(), home());
    let not_first = json!({ "value": "bjensen@example.com", "type": "work", "primary": false });
    check(&[
        (
            json!([{ "op": "add", "value": { "emails": [{ "value": "b@x", "type": "other" }], "nickName": "Babs" } }]),
            "/emails",
            json!([work, home, { "value": "b@x", "type": "other" }]),
        ),
        (json!([{ "op": "add", "path": "title", "value": "Guide" }]), "/title", json!("Guide")),
        (json!([{ "op": "add", "path": "nickName", "value": "Babs" }]), "/nickName", json!("Babs")),
        (
            json!([{ "op": "add", "path": "name", "value": { "middleName": "J" } }]),
            "/name",
            json!({ "familyName": "Jensen", "givenName": "Barbara", "middleName": "J" }),
        ),
        (json!([{ "op": "add", "path": "emails", "value": work }]), "/emails", json!([work, home])),
        (
            json!([{ "op": "add", "path": ENTERPRISE_USER, "value": { "division": "Theme Park" } }]),
            "/{e}",
            json!({ "employeeNumber": "701984", "department": "Tour Operations", "division": "Theme Park" }),
        ),
        (json!([{ "op": "add", "path": urn("manager.value"), "value": "5" }]), "/{e}/manager", json!({ "value": "5" })),
        (json!([{ "op": "add", "path": core, "value": "Bee" }]), "/name/givenName", json!("Bee")),
        // §3.5.2: a new primary value takes the place of the old one.
        (
            json!([{ "op": "add", "path": "emails", "value": [{ "value": "b@x", "primary": true }] }]),
            "/emails",
            json!([not_first, home, { "value": "b@x", "primary": true }]),
        ),
        (
            json!([{ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true }]),
            "/emails",
            json!([not_first, { "value": "babs@jensen.org", "type": "home", "primary": true }]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn removals_and_replacements_do_what_sections_3_5_2_2_and_3_5_2_3_say() {
    let (work, home) = (work(), home());
    check(&[
        // §3.5.2.2: "remove"
        (json!([{ "op": "remove", "path": "title" }]), "/title", Value::Null),
        (json!([{ "op": "remove", "path": "emails[type eq \"work\"]" }]), "/emails", json!([home])),
        (
            json!([{ "op": "remove", "path": "emails[type eq \"work\" and value ew \"example.com\"]" }]),
            "/emails",
            json!([home]),
        ),
        (json!([{ "op": "remove", "path": "emails[value pr]" }]), "/emails", Value::Null),
        (json!([{ "op": "remove", "path": "emails[not(type eq \"work\")]" }]), "/emails", json!([work])),
        (
            json!([{ "op": "remove", "path": "addresses[type eq \"work\"].locality" }]),
            "/addresses/0",
            json!({ "type": "work", "streetAddress": "100 Universal City Plaza", "country": "USA" }),
        ),
        (json!([{ "op": "remove", "path": ENTERPRISE_USER }]), "/{e}", Value::Null),
        (json!([{ "op": "remove", "path": ENTERPRISE_USER }]), "/schemas", json!([USER])),
        (json!([{ "op": "remove", "path": urn("department") }]), "/{e}", json!({ "employeeNumber": "701984" })),
        // §3.5.2.3: "replace"
        (json!([{ "op": "replace", "value": { "emails": [home], "title": "Guide" } }]), "/emails", json!([home])),
        (
            json!([{ "op": "replace", "path": "name", "value": { "givenName": "Bee" } }]),
            "/name",
            json!({ "familyName": "Jensen", "givenName": "Bee" }),
        ),
        (
            json!([{ "op": "replace", "path": "addresses[type eq \"work\"]", "value":
                { "type": "work", "streetAddress": "911 Universal City Plaza", "locality": "Hollywood" } }]),
            "/addresses/0",
            json!({ "type": "work", "streetAddress": "911 Universal City Plaza", "locality": "Hollywood" }),
        ),
        (
            json!([{ "op": "replace", "path": "addresses[type eq \"work\"].streetAddress", "value": "1010 Broadway" }]),
            "/addresses/0/streetAddress",
            json!("1010 Broadway"),
        ),
        (json!([{ "op": "replace", "path": "nickName", "value": "Babs" }]), "/nickName", json!("Babs")),
        (json!([{ "op": "replace", "path": "title", "value": null }]), "/title", Value::Null),
        // §3.5.2: one after another, each on what the one before left.
        (
            json!([
                { "op": "remove", "path": "emails" },
                { "op": "add", "path": "emails", "value": [home] },
                { "op": "replace", "path": "emails[type eq \"home\"].value", "value": "last@x" },
            ]),
            "/emails",
            json!([{ "value": "last@x", "type": "home" }]),
        ),
        // §3.5.2: a read-only value that comes back as it is changes nothing.
        (json!([{ "op": "replace", "value": { "schemas": [USER], "groups": [] } }]), "/groups", Value::Null),
    ])
    .await;
}

#[tokio::test]
async fn a_patch_that_cannot_be_meant_is_refused_whole_with_its_scim_type() {
    let tenant = rfc();
    let user = create(&tenant, &full_user()).await;
    for (operation, scim_type, detail) in [
        // RFC 7644 §3.5.2.2 and table 9
        (json!({ "op": "remove" }), "noTarget", "needs the path"),
        (json!({ "op": "remove", "path": "userName" }), "mutability", "userName"),
        (json!({ "op": "replace", "path": "userName", "value": null }), "mutability", "userName"),
        (json!({ "op": "remove", "path": "emails[type eq \"fax\"]" }), "noTarget", "emails[type eq"),
        // §3.5.2.3: no match, and no element that the filter describes either
        (
            json!({ "op": "replace", "path": "emails[type ne \"work\" and type ne \"home\"].value", "value": "x" }),
            "noTarget",
            "emails",
        ),
        (json!({ "op": "add", "path": "id", "value": "7" }), "mutability", "id"),
        (json!({ "op": "replace", "path": "meta.created", "value": "x" }), "mutability", "meta.created"),
        (json!({ "op": "add", "path": "groups", "value": [{ "value": "1" }] }), "mutability", "groups"),
        (
            json!({ "op": "replace", "path": urn("manager.displayName"), "value": "x" }),
            "mutability",
            "manager.displayName",
        ),
        // RFC 7643 §2.4
        (
            json!({ "op": "add", "path": "emails", "value": [
                { "value": "a", "primary": true }, { "value": "b", "primary": "True" },
            ] }),
            "invalidValue",
            "emails",
        ),
        (json!({ "op": "add", "path": "shoeSize", "value": "44" }), "invalidPath", "shoeSize"),
        (json!({ "op": "add", "path": "name.shoeSize", "value": "44" }), "invalidPath", "name.shoeSize"),
        (json!({ "op": "add", "path": "emails[type eq \"work\"", "value": "x" }), "invalidPath", "emails[type"),
        (json!({ "op": "add", "path": "urn:x:User:title", "value": "x" }), "invalidPath", "urn:x:User:title"),
        (json!({ "op": "add", "path": 7, "value": "x" }), "invalidPath", "path"),
        (json!({ "op": "add", "path": "title" }), "invalidValue", "title"),
        (json!({ "op": "add", "path": "title", "value": 7 }), "invalidValue", "title"),
        (json!({ "op": "add", "path": "name", "value": "x" }), "invalidValue", "name"),
        (json!({ "op": "add", "path": "name.givenName", "value": [1] }), "invalidValue", "name.givenName"),
        (json!({ "op": "replace", "path": "active", "value": "maybe" }), "invalidValue", "active"),
        (json!({ "op": "add", "value": "x" }), "invalidValue", "Without the path"),
        (json!({ "op": "move", "path": "title", "value": "x" }), "invalidSyntax", "add, replace or remove"),
        (json!({ "path": "title", "value": "x" }), "invalidSyntax", "no op"),
        (json!("remove"), "invalidSyntax", "not a JSON object"),
    ] {
        // §3.5.2: all of it or nothing.
        let operations = json!([{ "op": "replace", "path": "title", "value": "x" }, operation]);
        patched(&tenant, &user, &operations).await.expect_error(400, Some(scim_type), detail);
        assert_eq!(read(&tenant, &user).await, user, "{operations}");
    }
}

#[tokio::test]
async fn a_patch_is_a_patch_by_its_own_schema() {
    let title = json!([{ "op": "replace", "path": "title", "value": "x" }]);
    for tenant in [rfc(), thrive()] {
        let user = create(&tenant, &full_user()).await;
        let send = async |body: Value| ask("PATCH", place_of(&user)).json(&body).to(&tenant).await;
        let detail = "schemas must name urn:ietf:params:scim:api:messages:2.0:PatchOp";
        for schemas in [json!([USER]), json!([]), json!("urn:ietf:params:scim:api:messages:2.0:PatchOp")] {
            let reply = send(json!({ "schemas": schemas, "Operations": title })).await;
            reply.expect_error(400, Some("invalidSyntax"), detail);
        }
        for operations in [json!([]), Value::Null, json!({ "op": "remove" })] {
            let reply = send(patch_op(&operations)).await;
            reply.expect_error(400, Some("invalidSyntax"), "no Operations");
        }
        send(json!({ "schemas": ["URN:ietf:params:scim:api:messages:2.0:patchop"], "operations": title }))
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn a_change_of_nothing_leaves_version_and_time_alone() {
    // RFC 7644 §3.5.2.1: the modify timestamp SHOULD NOT change where the value is there already.
    let tenant = rfc();
    let user = create(&tenant, &full_user()).await;
    let later: Timestamp = "2026-03-02T13:00:00Z".parse().unwrap();
    for (operations, version) in [
        (json!([{ "op": "add", "path": "title", "value": "Tour Guide" }]), "W/\"1\""),
        (json!([{ "op": "add", "path": "emails", "value": user["emails"] }]), "W/\"1\""),
        (json!([{ "op": "replace", "value": user }]), "W/\"1\""),
        (json!([{ "op": "add", "path": "title", "value": "Guide" }]), "W/\"2\""),
    ] {
        let asked = ask("PATCH", place_of(&user)).json(&patch_op(&operations)).with(At(later));
        let reply = asked.to(&tenant).await.expect(200);
        assert_eq!(reply.header("etag"), version, "{operations}");
        let modified = if version == "W/\"1\"" { "2026-03-02T12:00:00Z" } else { "2026-03-02T13:00:00Z" };
        assert_eq!(reply.body["meta"]["lastModified"], modified, "{operations}");
    }
}
