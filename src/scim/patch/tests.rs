//! The witness is RFC 7644 §3.5.2 and what Entra and Okta are known to send.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{PatchError, PatchedAttribute, apply};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

fn user() -> Value {
    json!({
        "schemas": [CORE, ENTERPRISE],
        "id": "7", "userName": "ann@x.com", "active": true, "title": "Nurse",
        "name": {"givenName": "Ann", "familyName": "Lee"},
        "emails": [
            {"type": "work", "primary": true, "value": "ann@x.com"},
            {"type": "home", "value": "ann@home"},
        ],
        ENTERPRISE: {"department": "IT", "manager": {"value": "3", "displayName": "Boss"}},
        "meta": {"resourceType": "User"},
    })
}

fn patch(operations: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

fn run(operation: &Value) -> Result<(Value, Vec<PatchedAttribute>), PatchError> {
    let mut resource = user();
    let touched = apply(&mut resource, &patch(&json!([operation])))?;
    Ok((resource, touched))
}

fn check(operation: &Value, pointer: &str, expected: &Value, touched: &[(&str, Value)]) {
    let (resource, report) = run(operation).unwrap_or_else(|e| panic!("{operation}: {e}"));
    let found = resource.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(&found, expected, "{operation} at {pointer}");
    let report: Vec<_> = report.iter().map(|entry| (entry.name.as_str(), entry.value.clone())).collect();
    assert_eq!(report, touched, "{operation}");
}

#[test]
fn plain_attributes() {
    let department = format!("{ENTERPRISE}:department");
    let cost = format!("{ENTERPRISE}:costCenter");
    let at = |name: &str| format!("/{ENTERPRISE}/{name}");
    for (operation, pointer, expected, name) in [
        (json!({"op": "Replace", "path": "title", "value": "Doctor"}), "/title", json!("Doctor"), "title"),
        (json!({"op": "ADD", "path": "TITLE", "value": "Doctor"}), "/title", json!("Doctor"), "TITLE"),
        (json!({"op": "add", "path": "nickName", "value": "A"}), "/nickName", json!("A"), "nickName"),
        (json!({"op": "add", "path": "costCentre", "value": "9"}), "/costCentre", json!("9"), "costCentre"),
        (json!({"op": "add", "path": format!("{CORE}:shoeSize"), "value": 9}), "/shoeSize", json!(9), "shoeSize"),
        (json!({"op": "Add", "path": "title", "value": [{"value": "X"}]}), "/title", json!("X"), "title"),
        (json!({"op": "Replace", "path": "active", "value": "False"}), "/active", json!(false), "active"),
        (json!({"op": "replace", "path": "active", "value": false}), "/active", json!(false), "active"),
        (
            json!({"op": "replace", "path": "name.givenName", "value": "B"}),
            "/name/givenName",
            json!("B"),
            "name.givenName",
        ),
        (
            json!({"op": "add", "path": "name.middleName", "value": "B"}),
            "/name/middleName",
            json!("B"),
            "name.middleName",
        ),
        (json!({"op": "replace", "path": department, "value": "HR"}), &at("department"), json!("HR"), &department),
        (json!({"op": "add", "path": cost, "value": "1"}), &at("costCenter"), json!("1"), &cost),
        (json!({"op": "add", "path": cost, "value": [{"value": "1"}]}), &at("costCenter"), json!("1"), &cost),
        (
            json!({"op": "add", "path": "urn:x:hr:1.0:User:team", "value": "z"}),
            "/urn:x:hr:1.0:User/team",
            json!("z"),
            "urn:x:hr:1.0:User:team",
        ),
    ] {
        check(&operation, pointer, &expected, &[(name, expected.clone())]);
    }
}

#[test]
fn a_manager_in_any_form_becomes_an_object() {
    let path = format!("{ENTERPRISE}:manager");
    let pointer = format!("/{ENTERPRISE}/manager");
    for value in [json!("9"), json!({"value": "9"}), json!([{"value": "9"}]), json!(["9"])] {
        for operation in [
            json!({"op": "Add", "path": path, "value": value}),
            json!({"op": "replace", "value": {ENTERPRISE: {"manager": value}}}),
            json!({"op": "replace", "value": {path.as_str(): value}}),
        ] {
            check(&operation, &pointer, &json!({"value": "9"}), &[(&path, json!("9"))]);
        }
    }
    let sub = format!("{path}.value");
    check(
        &json!({"op": "replace", "path": sub, "value": "9"}),
        &pointer,
        &json!({"value": "9"}),
        &[(&sub, json!("9"))],
    );
    let linked = json!([{"$ref": "../Users/9", "value": "9"}]);
    check(&json!({"op": "Add", "path": path, "value": linked}), &pointer, &linked[0], &[(&path, json!("9"))]);
    for gone in [json!({"op": "remove", "path": path}), json!({"op": "replace", "path": path, "value": ""})] {
        check(&gone, &pointer, &Value::Null, &[(&path, Value::Null)]);
    }
}

#[test]
fn multi_valued_attributes() {
    let work = "emails[type eq \"work\"].value";
    let home = json!({"type": "home", "value": "ann@home"});
    let was = json!({"type": "work", "primary": true, "value": "ann@x.com"});
    let now = json!({"type": "work", "primary": true, "value": "b@x"});
    check(
        &json!({"op": "Replace", "path": work, "value": "b@x"}),
        "/emails",
        &json!([now, home]),
        &[(work, json!("b@x"))],
    );
    check(
        &json!({"op": "Replace", "path": "emails[type eq \"work\" and primary eq \"True\"].value", "value": "b@x"}),
        "/emails",
        &json!([now, home]),
        &[("emails[type eq \"work\" and primary eq \"True\"].value", json!("b@x"))],
    );
    check(
        &json!({"op": "replace", "path": "emails", "value": [now]}),
        "/emails",
        &json!([now]),
        &[(work, json!("b@x"))],
    );
    check(
        &json!({"op": "add", "path": "emails", "value": [was]}),
        "/emails",
        &json!([was, home]),
        &[(work, json!("ann@x.com"))],
    );
    check(
        &json!({"op": "add", "path": "emails", "value": {"type": "other", "value": "c", "primary": "True"}}),
        "/emails",
        &json!([
            {"type": "work", "primary": false, "value": "ann@x.com"}, home,
            {"type": "other", "value": "c", "primary": true},
        ]),
        &[("emails[type eq \"other\"].value", json!("c"))],
    );
    let phone = "phoneNumbers[type eq \"mobile\"].value";
    let phones = json!([{"type": "mobile", "value": "1"}]);
    check(&json!({"op": "Replace", "path": phone, "value": "1"}), "/phoneNumbers", &phones, &[(phone, json!("1"))]);
    let role = "roles[primary eq \"True\"].value";
    let roles = json!([{"primary": true, "value": "admin"}]);
    check(&json!({"op": "Add", "path": role, "value": "admin"}), "/roles", &roles, &[(role, json!("admin"))]);
    check(
        &json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "h", "display": "H"}}),
        "/emails/1",
        &json!({"type": "home", "value": "h", "display": "H"}),
        &[("emails[type eq \"home\"].value", json!("h")), ("emails[type eq \"home\"].display", json!("H"))],
    );
    check(
        &json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": "true"}),
        "/emails/0/primary",
        &json!(false),
        &[("emails[type eq \"home\"].primary", json!(true))],
    );
}

#[test]
fn removal() {
    let home = json!({"type": "home", "value": "ann@home"});
    let work = "emails[type eq \"work\"].value";
    for operation in [
        json!({"op": "Remove", "path": "emails[type eq \"work\"]"}),
        json!({"op": "Remove", "path": work}),
        json!({"op": "Remove", "path": "emails", "value": [{"value": "ann@x.com"}]}),
    ] {
        check(&operation, "/emails", &json!([home]), &[(work, Value::Null)]);
    }
    let both = [(work, Value::Null), ("emails[type eq \"home\"].value", Value::Null)];
    check(&json!({"op": "remove", "path": "emails"}), "/emails", &Value::Null, &both);
    check(&json!({"op": "remove", "path": "title"}), "/title", &Value::Null, &[("title", Value::Null)]);
    check(&json!({"op": "replace", "path": "title", "value": null}), "/title", &Value::Null, &[("title", Value::Null)]);
    check(&json!({"op": "remove", "path": "nickName"}), "/nickName", &Value::Null, &[("nickName", Value::Null)]);
    let names = [("name.givenName", Value::Null), ("name.familyName", Value::Null)];
    check(&json!({"op": "remove", "path": "name"}), "/name", &Value::Null, &names);
    let (resource, _) = run(&json!({"op": "remove", "path": ENTERPRISE})).unwrap();
    assert_eq!(resource.get(ENTERPRISE), None);
    assert_eq!(resource["schemas"], json!([CORE]));
}

#[test]
fn a_value_without_path_may_hold_dotted_filtered_and_urn_keys() {
    let cost = format!("{ENTERPRISE}:costCenter");
    let (resource, touched) = run(&json!({"op": "replace", "value": {
        "displayName": "Bo", "name.givenName": "Bo", "Title": "Dr", "active": "false",
        "emails[type eq \"work\"].value": "bo@x", cost.as_str(): "12",
        ENTERPRISE: {"division": "North"}, "name": {"familyName": "Ray"},
        "urn:x:hr:1.0:User": {"team": "z"}, "id": "7",
    }}))
    .unwrap();
    let mut expected = user();
    expected["displayName"] = json!("Bo");
    expected["name"] = json!({"givenName": "Bo", "familyName": "Ray"});
    expected["title"] = json!("Dr");
    expected["active"] = json!(false);
    expected["emails"][0]["value"] = json!("bo@x");
    expected[ENTERPRISE]["costCenter"] = json!("12");
    expected[ENTERPRISE]["division"] = json!("North");
    expected["urn:x:hr:1.0:User"] = json!({"team": "z"});
    expected["schemas"] = json!([CORE, ENTERPRISE, "urn:x:hr:1.0:User"]);
    assert_eq!(resource, expected);
    let division = format!("{ENTERPRISE}:division");
    let names: Vec<_> = touched.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "displayName",
            "name.givenName",
            "Title",
            "active",
            "emails[type eq \"work\"].value",
            &cost,
            &division,
            "name.familyName",
            "urn:x:hr:1.0:User:team",
        ]
    );
}

#[test]
fn refusals_name_their_kind_and_leave_the_resource_alone() {
    let dotted = format!("{ENTERPRISE}.costCenter");
    let manager = format!("{ENTERPRISE}:manager");
    for (operations, kind) in [
        (json!([]), "invalidSyntax"),
        (json!("x"), "invalidSyntax"),
        (json!(["x"]), "invalidSyntax"),
        (json!([{"path": "title", "value": "x"}]), "invalidSyntax"),
        (json!([{"op": "move", "path": "title", "value": "x"}]), "invalidSyntax"),
        (json!([{"op": "replace", "path": "", "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": "name.", "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": format!("{ENTERPRISE}:"), "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": "emails[type eq", "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": 7, "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": "a b", "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": dotted, "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": "title.x", "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": "title[type eq \"x\"]", "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "value": {"": "x"}}]), "invalidPath"),
        (json!([{"op": "replace", "path": "title"}]), "invalidValue"),
        (json!([{"op": "replace", "path": "title", "value": {"a": 1}}]), "invalidValue"),
        (json!([{"op": "replace", "path": "active", "value": "yes"}]), "invalidValue"),
        (json!([{"op": "replace", "path": "name", "value": "x"}]), "invalidValue"),
        (json!([{"op": "replace", "path": "userName", "value": ""}]), "invalidValue"),
        (json!([{"op": "replace", "value": "x"}]), "invalidValue"),
        (json!([{"op": "replace"}]), "invalidValue"),
        (json!([{"op": "replace", "path": manager, "value": 7}]), "invalidValue"),
        (json!([{"op": "remove"}]), "noTarget"),
        (json!([{"op": "remove", "path": "emails[type eq \"other\"]"}]), "noTarget"),
        (json!([{"op": "replace", "path": "emails[value co \"zz\"].value", "value": "x"}]), "noTarget"),
        (json!([{"op": "replace", "path": "id", "value": "x"}]), "mutability"),
        (json!([{"op": "remove", "path": "meta"}]), "mutability"),
        (json!([{"op": "remove", "path": "meta.created"}]), "mutability"),
        (json!([{"op": "remove", "path": "userName"}]), "mutability"),
        (json!([{"op": "replace", "path": "title", "value": "x"}, {"op": "remove"}]), "noTarget"),
    ] {
        let mut resource = user();
        let error = apply(&mut resource, &patch(&operations)).expect_err(&operations.to_string());
        assert_eq!(error.scim_type, kind, "{operations}: {error}");
        assert_eq!(resource, user(), "{operations}");
    }
    assert_eq!(apply(&mut user(), &json!({})).unwrap_err().scim_type, "invalidSyntax");
}

#[test]
fn the_rfc_example_of_adding_to_the_resource_itself() {
    let mut resource = json!({"userName": "babs"});
    let operations = json!([{"op": "add", "value": {
        "emails": [{"value": "babs@jensen.org", "type": "home"}], "nickname": "Babs",
    }}]);
    apply(&mut resource, &patch(&operations)).unwrap();
    let emails = json!([{"value": "babs@jensen.org", "type": "home"}]);
    assert_eq!(resource, json!({"userName": "babs", "emails": emails, "nickname": "Babs"}));
    apply(&mut resource, &patch(&operations)).unwrap();
    assert_eq!(resource["emails"], emails);
}

/// A user as a directory might PUT it; every optional attribute may be missing.
fn any_user() -> impl Strategy<Value = Value> {
    let text = "[a-zA-Z0-9 @.:\\[\\]\"]{1,8}";
    let email =
        (prop_oneof!["work", "home", "other"], text).prop_map(|(kind, value)| json!({"type": kind, "value": value}));
    let emails = proptest::collection::btree_map("[a-c]", email, 1..3).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(n, (_, mut email))| {
                email["value"] = json!(format!("{n}{}", email["value"]));
                email
            })
            .collect::<Value>()
    });
    use proptest::option::of;
    (text, of(text), any::<bool>(), of((text, text)), of(emails), of(text), of(text)).prop_map(
        |(user_name, title, active, name, emails, department, manager)| {
            let mut user = json!({"id": "7", "userName": format!("u{user_name}"), "active": active});
            let name = name.map(|(given, family)| json!({"givenName": given, "familyName": family}));
            let mut enterprise = serde_json::Map::new();
            enterprise.extend(department.map(|value| ("department".to_owned(), json!(value))));
            enterprise.extend(manager.map(|value| ("manager".to_owned(), json!({"value": value}))));
            let optional = [
                ("title", title.map(Value::from)),
                ("name", name),
                ("emails", emails),
                (ENTERPRISE, (!enterprise.is_empty()).then_some(Value::Object(enterprise))),
            ];
            for (key, value) in optional {
                if let Some(value) = value {
                    user[key] = value;
                }
            }
            user
        },
    )
}

proptest! {
    #[test]
    fn replacing_every_attribute_equals_a_put(before in any_user(), after in any_user()) {
        let mut operations = Vec::new();
        for key in before.as_object().unwrap().keys().filter(|key| after.get(key.as_str()).is_none() || *key == ENTERPRISE) {
            operations.push(json!({"op": "Remove", "path": key}));
        }
        for (key, value) in after.as_object().unwrap().iter().filter(|(key, _)| *key != "id") {
            operations.push(json!({"op": "Replace", "path": key, "value": value}));
        }
        let mut by_path = before.clone();
        apply(&mut by_path, &patch(&Value::Array(operations.clone()))).unwrap();
        prop_assert_eq!(&by_path, &after);

        operations.retain(|operation| operation["op"] == "Remove");
        operations.push(json!({"op": "replace", "value": after}));
        let mut at_once = before;
        apply(&mut at_once, &patch(&Value::Array(operations))).unwrap();
        prop_assert_eq!(&at_once, &after);
    }

    #[test]
    fn a_refused_patch_changes_nothing(
        before in any_user(),
        path in "[a-z]{0,5}(\\.[a-z]{0,4})?(\\[[a-z]{1,4} eq \"[a-z]\"\\])?[.:]?",
        op in "(?i:add|replace|remove)",
        value in prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), ".{0,6}".prop_map(Value::from)],
    ) {
        let mut resource = before.clone();
        let operations = json!([{"op": "replace", "path": "title", "value": "x"}, {"op": op, "path": path, "value": value}]);
        if apply(&mut resource, &patch(&operations)).is_err() {
            prop_assert_eq!(resource, before);
        }
    }
}
