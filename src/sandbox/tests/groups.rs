//! Groups by the RFC's rules: who is in them, what a user shows of them, and what each change does to versions.

use jiff::SignedDuration;

use super::*;

fn in_groups(user: &Value) -> Vec<&str> {
    user["groups"].as_array().into_iter().flatten().map(|group| group["display"].as_str().unwrap()).collect()
}

fn members(group: &Value) -> Vec<&str> {
    group["members"].as_array().into_iter().flatten().map(|member| member["value"].as_str().unwrap()).collect()
}

async fn person(tenant: &Tenant, name: &str) -> Value {
    create(tenant, &json!({ "schemas": [USER], "userName": name })).await
}

#[tokio::test]
async fn a_group_is_created_read_and_deleted_as_rfc_7643_4_2_has_it() {
    let tenant = rfc();
    let ann = person(&tenant, "ann").await;
    // RFC 7643 §8.4, with a member of ours.
    let sent = json!({
        "schemas": [GROUP],
        "id": "e9e30dba-f08f-4109-8486-d5c6a331660a",
        "displayName": "Tour Guides",
        "externalId": "tg",
        "members": [{ "value": ann["id"], "$ref": "https://example.com/v2/Users/x", "type": "Group", "display": "Ann" }],
        "shoeSize": 44,
    });
    let reply = ask("POST", "/scim/v2/Groups").json(&sent).to(&tenant).await.expect(201);
    let id = id_of(&reply.body);
    let location = format!("{BASE}/Groups/{id}");
    assert_eq!((reply.header("location"), reply.header("etag")), (location.as_str(), "W/\"1\""));
    let expected = json!({
        "schemas": [GROUP],
        "id": id,
        "displayName": "Tour Guides",
        "externalId": "tg",
        "members": [{
            "value": ann["id"], "$ref": ann["meta"]["location"], "type": "User", "display": "Ann",
        }],
        "meta": {
            "resourceType": "Group",
            "created": "2026-03-02T12:00:00Z",
            "lastModified": "2026-03-02T12:00:00Z",
            "location": location,
            "version": "W/\"1\"",
        },
    });
    assert_eq!(reply.body, expected);
    assert_eq!(read(&tenant, &expected).await, expected);
    // RFC 7643 §4.1.2: a user tells its groups, which are read-only.
    let group = json!([{ "value": id, "$ref": location, "display": "Tour Guides", "type": "direct" }]);
    assert_eq!(read(&tenant, &ann).await["groups"], group);
    ask("DELETE", place_of(&expected)).to(&tenant).await.expect(204);
    for method in ["GET", "DELETE"] {
        ask(method, place_of(&expected)).to(&tenant).await.expect_error(404, None, id);
    }
    assert_eq!(read(&tenant, &ann).await.get("groups"), None);
}

#[tokio::test]
async fn a_group_that_cannot_be_meant_is_refused_by_attribute() {
    let tenant = rfc();
    let known = group(&tenant, "Known", &[]).await;
    let with = |name: &str, value: Value| {
        let mut body = json!({ "schemas": [GROUP], "displayName": "New" });
        body[name] = value;
        body
    };
    for (body, scim_type, detail) in [
        (with("displayName", Value::Null), "invalidValue", "displayName is required"),
        (with("displayName", json!(" ")), "invalidValue", "displayName is required"),
        (with("displayName", json!(7)), "invalidValue", "displayName must be a string"),
        (with("members", json!([{ "display": "Ann" }])), "invalidValue", "members must have a value"),
        (with("members", json!([7])), "invalidValue", "members must be an object"),
        (with("schemas", json!([USER])), "invalidValue", "schemas must name"),
        (json!("x"), "invalidSyntax", "not a JSON object"),
    ] {
        for (method, path) in [("POST", "/scim/v2/Groups"), ("PUT", place_of(&known))] {
            ask(method, path).json(&body).to(&tenant).await.expect_error(400, Some(scim_type), detail);
        }
    }
    assert_eq!(ask("GET", "/scim/v2/Groups").to(&tenant).await.body["Resources"], json!([known]));
}

#[tokio::test]
async fn members_come_and_go_by_patch() {
    let tenant = rfc();
    let (ann, bob) = (person(&tenant, "ann").await, person(&tenant, "bob").await);
    let (a, b) = (id_of(&ann), id_of(&bob));
    let by_filter = format!("members[value eq \"{a}\"]");
    let operation = |op: &str, path: &str, value: Value| json!([{ "op": op, "path": path, "value": value }]);
    // RFC 7644 §3.5.2.1 to §3.5.2.3 have these examples.
    for (before, operations, after) in [
        (vec![], operation("add", "members", json!([{ "value": a, "display": "Ann" }])), vec![a]),
        (vec![a], operation("add", "members", json!({ "value": b })), vec![a, b]),
        (vec![a], operation("add", "members", json!([{ "value": a }, { "value": b }, { "value": b }])), vec![a, b]),
        (vec![a, b], json!([{ "op": "remove", "path": by_filter }]), vec![b]),
        (vec![a, b], json!([{ "op": "remove", "path": "members" }]), vec![]),
        (vec![a, b], operation("remove", "members", json!([{ "value": a, "$ref": null }])), vec![b]),
        (vec![a, b], operation("replace", "members", json!([{ "value": b }])), vec![b]),
        (vec![a, b], operation("replace", "members", json!([])), vec![]),
        (
            vec![a],
            json!([{ "op": "remove", "path": by_filter }, { "op": "add", "path": "members", "value": [{ "value": b }] }]),
            vec![b],
        ),
        (
            vec![a],
            json!([{ "op": "replace", "value": { "displayName": "New", "members": [{ "value": b }] } }]),
            vec![b],
        ),
        (vec![a], json!([{ "op": "add", "value": { "members": [{ "value": b }] } }]), vec![a, b]),
    ] {
        let members_before: Vec<Value> = before.iter().map(|id| json!({ "id": id })).collect();
        let group = group(&tenant, "G", &members_before.iter().collect::<Vec<_>>()).await;
        let reply = patched(&tenant, &group, &operations).await.expect(200);
        assert_eq!(members(&reply.body), after, "{operations}");
        assert_eq!(read(&tenant, &group).await, reply.body, "{operations}");
        for (user, id) in [(&ann, a), (&bob, b)] {
            assert_eq!(!in_groups(&read(&tenant, user).await).is_empty(), after.contains(&id), "{operations}");
        }
        ask("DELETE", place_of(&group)).to(&tenant).await.expect(204);
    }
}

#[tokio::test]
async fn a_patch_of_a_group_is_refused_by_the_schema() {
    let tenant = rfc();
    let ann = person(&tenant, "ann").await;
    let group = group(&tenant, "G", &[&ann]).await;
    let within = |sub: &str| format!("members[value eq \"{}\"].{sub}", id_of(&ann));
    for (operation, scim_type, detail) in [
        (json!({ "op": "remove", "path": "displayName" }), "mutability", "displayName is required"),
        (json!({ "op": "replace", "path": "displayName", "value": null }), "mutability", "displayName is required"),
        (json!({ "op": "replace", "path": "displayName", "value": "" }), "invalidValue", "displayName is required"),
        // RFC 7643 §4.2: the sub-attributes of a member are immutable.
        (json!({ "op": "replace", "path": within("value"), "value": "x" }), "mutability", "immutable"),
        (json!({ "op": "replace", "path": within("$ref"), "value": "x" }), "mutability", "immutable"),
        (json!({ "op": "remove", "path": "members[value eq \"x\"]" }), "noTarget", "members[value eq"),
        (
            json!({ "op": "add", "path": "members", "value": [{ "value": group["id"] }] }),
            "invalidValue",
            "the group itself",
        ),
        (json!({ "op": "add", "path": "userName", "value": "x" }), "invalidPath", "userName"),
        (json!({ "op": "replace", "path": "id", "value": "x" }), "mutability", "id"),
    ] {
        let operations = json!([{ "op": "replace", "path": "displayName", "value": "H" }, operation]);
        patched(&tenant, &group, &operations).await.expect_error(400, Some(scim_type), detail);
        assert_eq!(read(&tenant, &group).await, group, "{operations}");
    }
}

#[tokio::test]
async fn a_member_need_not_be_known() {
    // No RFC asks that it be: a directory may send a group before those who are in it.
    let tenant = rfc();
    let ann = person(&tenant, "ann").await;
    let group = group(&tenant, "G", &[&json!({ "id": "not-yet" }), &ann]).await;
    assert_eq!(group["members"][0], json!({ "value": "not-yet" }), "nothing is made up");
    assert_eq!(group["members"][1]["type"], "User");
    let operations = json!([{ "op": "remove", "path": "members[value eq \"not-yet\"]" }]);
    assert_eq!(members(&patched(&tenant, &group, &operations).await.expect(200).body), [id_of(&ann)]);
}

#[tokio::test]
async fn put_replaces_a_group_and_versions_guard_it() {
    let tenant = rfc();
    let (ann, bob) = (person(&tenant, "ann").await, person(&tenant, "bob").await);
    let mut group = group(&tenant, "G", &[&ann]).await;
    group["externalId"] = "x".into();
    group["members"] = json!([{ "value": bob["id"] }]);
    let put = ask("PUT", place_of(&group)).json(&group).header("if-match", "W/\"1\"").to(&tenant).await.expect(200);
    assert_eq!((members(&put.body), put.header("etag")), (vec![id_of(&bob)], "W/\"2\""));
    let same = ask("PUT", place_of(&group)).json(&put.body).to(&tenant).await.expect(200);
    assert_eq!(same.header("etag"), "W/\"2\"", "a change of nothing is none");
    for method in ["PUT", "PATCH", "DELETE"] {
        let body =
            if method == "PATCH" { patch_op(&json!([{ "op": "remove", "path": "members" }])) } else { group.clone() };
        let stale = ask(method, place_of(&group)).json(&body).header("if-match", "W/\"1\"").to(&tenant).await;
        stale.expect_error(412, None, "W/\"2\"");
    }
    ask("GET", place_of(&group)).header("if-none-match", "W/\"2\"").to(&tenant).await.expect(304);
    let bare = json!({ "schemas": [GROUP], "displayName": "G" });
    let cleared = ask("PUT", place_of(&group)).json(&bare).to(&tenant).await.expect(200).body;
    assert_eq!((cleared.get("members"), cleared.get("externalId")), (None, None), "RFC 7644 §3.5.1");
}

#[tokio::test]
async fn whoever_shows_a_group_has_a_new_version_when_it_changes() {
    let tenant = rfc();
    let ann = person(&tenant, "ann").await;
    let inner = group(&tenant, "Inner", &[&ann]).await;
    let outer = group(&tenant, "Outer", &[&inner]).await;
    let version = async |resource: &Value| read(&tenant, resource).await["meta"]["version"].clone();
    assert_eq!(version(&ann).await, "W/\"2\"", "she came into a group");
    assert_eq!(in_groups(&read(&tenant, &ann).await), ["Inner"], "those that she is in herself");
    patched(&tenant, &inner, &json!([{ "op": "replace", "path": "displayName", "value": "Core" }])).await.expect(200);
    assert_eq!(version(&ann).await, "W/\"3\"", "it has another name");
    assert_eq!(in_groups(&read(&tenant, &ann).await), ["Core"]);
    // A circle of groups is no harm.
    patched(&tenant, &inner, &json!([{ "op": "add", "path": "members", "value": [{ "value": outer["id"] }] }]))
        .await
        .expect(200);
    assert_eq!(in_groups(&read(&tenant, &ann).await), ["Core"]);
    // Whoever is deleted is in no group any more (RFC 7644 §3.6).
    let before = version(&inner).await;
    ask("DELETE", place_of(&ann)).to(&tenant).await.expect(204);
    let inner = read(&tenant, &inner).await;
    assert_eq!(members(&inner), [id_of(&outer)]);
    assert_ne!(inner["meta"]["version"], before);
    ask("DELETE", place_of(&inner)).to(&tenant).await.expect(204);
    let outer = read(&tenant, &outer).await;
    assert_eq!((outer.get("members"), outer["meta"]["version"].as_str()), (None, Some("W/\"2\"")));
}

#[tokio::test]
async fn whoever_shows_a_group_was_changed_when_it_was() {
    // RFC 7643 §3.1: a directory that asks for what has changed since misses nobody.
    let tenant = rfc();
    let ann = person(&tenant, "ann").await;
    let later = noon() + SignedDuration::from_hours(1);
    let body = json!({ "schemas": [GROUP], "displayName": "Guides", "members": [{ "value": ann["id"] }] });
    ask("POST", "/scim/v2/Groups").json(&body).with(At(later)).to(&tenant).await.expect(201);
    assert_eq!(read(&tenant, &ann).await["meta"]["lastModified"], json!(later));
    let since = format!("meta.lastModified gt \"{}\"", noon());
    let found = ask("POST", "/scim/v2/Users/.search").json(&json!({ "filter": since })).to(&tenant).await;
    assert_eq!(found.body["totalResults"], 1);
}

#[tokio::test]
async fn groups_are_looked_for_as_directories_do() {
    let tenant = rfc();
    let ann = person(&tenant, "ann").await;
    let guides = group(&tenant, "Tour Guides", &[&ann]).await;
    group(&tenant, "Employees", &[&guides]).await;
    let by_member = format!("members.value eq \"{}\"", id_of(&ann));
    for (filter, expected) in [
        ("displayName eq \"tour guides\"", &["Tour Guides"][..]),
        ("members[type eq \"Group\"]", &["Employees"]),
        ("members pr and displayName sw \"T\"", &["Tour Guides"]),
        (&by_member, &["Tour Guides"]),
        ("userName pr", &[]),
        (&format!("{GROUP}:displayName sw \"emp\""), &["Employees"]),
        (&format!("{USER}:displayName pr"), &[]),
    ] {
        // idp-facts.md §2.1: Entra asks for groups without their members.
        let path = format!("/scim/v2/Groups?excludedAttributes=members&filter={}", encoded(filter));
        let reply = ask("GET", &path).to(&tenant).await.expect(200).body;
        let found: Vec<&Value> = reply["Resources"].as_array().unwrap().iter().collect();
        let names: Vec<&str> = found.iter().map(|group| group["displayName"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{filter}");
        assert!(found.iter().all(|group| group.get("members").is_none()), "{filter}");
    }
}

#[tokio::test]
async fn users_are_found_by_their_groups() {
    let tenant = rfc();
    let ann = person(&tenant, "ann").await;
    person(&tenant, "bob").await;
    let guides = group(&tenant, "Guides", &[&ann]).await;
    let by_id = format!("groups.value eq \"{}\"", id_of(&guides));
    for (filter, hits) in [
        (by_id.as_str(), 1),
        ("groups[display eq \"guides\"]", 1),
        ("groups.display sw \"N\"", 0),
        ("not (groups pr)", 1),
    ] {
        let path = format!("/scim/v2/Users?filter={}&attributes=groups.display", encoded(filter));
        let reply = ask("GET", &path).to(&tenant).await.expect(200).body;
        assert_eq!(reply["totalResults"], hits, "{filter}");
        if hits == 1 && !filter.starts_with("not") {
            assert_eq!(reply["Resources"][0]["groups"], json!([{ "display": "Guides" }]), "{filter}");
        }
    }
}

#[tokio::test]
async fn the_guide_knows_no_groups() {
    let tenant = thrive();
    for method in ["GET", "POST", "PATCH"] {
        ask(method, "/scim/v2/Groups").json(&json!({})).to(&tenant).await.expect_error(
            501,
            None,
            "Groups are not supported",
        );
    }
}
