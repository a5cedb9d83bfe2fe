//! Each dialect's requests against the literal JSON that its directory sends.

use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

fn ada() -> SampleUser {
    let attributes = [
        ("userName", "ada \"x\"@example.com"),
        ("name.givenName", "Ada"),
        ("name.familyName", "Byron"),
        ("emails[type eq \"work\"].value", "ada@example.com"),
        ("title", "Engineer"),
        ("timezone", ""),
        ("manager", "m-1"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:startDate", "2026-01-05"),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", "CC-1"),
        ("urn:ietf:params:scim:schemas:extension:acme:2.0:User:badge", "7"),
    ];
    SampleUser(attributes.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
}

fn planned(dialect: Dialect, name: StepName) -> Vec<Request> {
    let base = Url::parse("https://tenant.example/scim/v2/?aadOptscim062020").unwrap();
    let steps = plan(dialect, &ada(), "Lead", &base);
    steps.into_iter().find(|step| step.name == name).unwrap().requests
}

fn lines(requests: &[Request]) -> Vec<String> {
    requests.iter().map(|r| format!("{} {}", r.method, r.url.replace("https://tenant.example/scim/v2", ""))).collect()
}

#[test]
fn the_plan_has_every_step_in_order() {
    let base = Url::parse("https://tenant.example/scim/v2").unwrap();
    let steps = plan(Dialect::Rfc, &ada(), "Lead", &base);
    assert_eq!(steps.iter().map(|step| step.name).collect::<Vec<_>>(), StepName::ALL);
    assert!(steps.iter().all(|step| step.effect.ends_with('.') && !step.requests.is_empty()));
}

#[test]
fn look_ups_are_encoded_as_each_directory_encodes_them() {
    let entra = "GET /Users?filter=userName+eq+%22ada+%5C%22x%5C%22%40example.com%22";
    let spaced = "GET /Users?filter=userName%20eq%20%22ada%20%5C%22x%5C%22%40example.com%22";
    let okta = format!("{spaced}&startIndex=1&count=100");
    for (dialect, expected) in
        [(Dialect::Entra, entra), (Dialect::EntraFlag, entra), (Dialect::Okta, okta.as_str()), (Dialect::Rfc, spaced)]
    {
        assert_eq!(lines(&planned(dialect, StepName::Match)), [expected]);
    }
}

#[test]
fn entra_lists_the_enterprise_urn_always_and_sends_the_manager_apart() {
    let body = json!({
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "externalId": "ada \"x\"",
        "emails": [{"type": "work", "value": "ada@example.com", "primary": true}],
        "name": {"familyName": "Byron", "givenName": "Ada", "formatted": "Ada Byron"},
        "title": "Engineer",
        "startDate": "2026-01-05",
        "urn:ietf:params:scim:schemas:extension:acme:2.0:User": {"badge": "7"},
        ENTERPRISE_USER: {"costCenter": "CC-1"},
        "userName": "ada \"x\"@example.com",
        "active": true,
        "meta": {"resourceType": "User"},
        "roles": [],
    });
    for (dialect, op) in [(Dialect::Entra, "Add"), (Dialect::EntraFlag, "add")] {
        let requests = planned(dialect, StepName::Create);
        assert_eq!(lines(&requests), ["POST /Users", "PATCH /Users/{id}"]);
        assert_eq!(requests[0].body, body);
        let path = format!("{ENTERPRISE_USER}:manager");
        let manager = json!({"schemas": [PATCH_OP], "Operations": [{"op": op, "path": path, "value": "m-1"}]});
        assert_eq!(requests[1].body, manager);
        assert_eq!(requests[0].headers.get("content-type"), Some("application/scim+json; charset=utf-8"));
    }
}

#[test]
fn okta_and_the_rfc_list_only_the_extensions_they_use() {
    for dialect in [Dialect::Okta, Dialect::Rfc] {
        let requests = planned(dialect, StepName::Create);
        assert_eq!(lines(&requests), ["POST /Users"]);
        let body = &requests[0].body;
        assert_eq!(body["schemas"].as_array().unwrap().len(), 3, "{body}");
        assert_eq!(body[ENTERPRISE_USER], json!({"manager": {"value": "m-1"}, "costCenter": "CC-1"}));
        assert_eq!(body["startDate"], "2026-01-05");
        assert!(body.get("timezone").is_none() && body.get("password").is_none());
    }
    let plain = SampleUser([("userName".to_owned(), "b".to_owned())].into());
    for creation in [okta::creation(&plain), rfc::creation(&plain)] {
        assert_eq!(creation["schemas"], json!([CORE_USER]));
        assert_eq!(creation["active"], json!(true));
    }
    assert_eq!(entra::creation(&plain)["schemas"], json!([CORE_USER, ENTERPRISE_USER]));
}

#[test]
fn updates_and_deactivations_have_each_directory_s_shape() {
    let acme = "urn:ietf:params:scim:schemas:extension:acme:2.0:User:badge";
    let op = |operations: Value| json!({"schemas": [PATCH_OP], "Operations": operations});
    let entra = op(json!([
        {"op": "Replace", "path": "title", "value": "Lead"},
        {"op": "Replace", "path": "name.givenName", "value": "Ada"},
        {"op": "Replace", "path": acme, "value": "7"},
    ]));
    let flag = op(json!([{"op": "replace", "value": {"title": "Lead", "name.givenName": "Ada", acme: "7"}}]));
    let rfc = op(json!([{"op": "replace", "path": "title", "value": "Lead"}]));
    for (dialect, expected) in [(Dialect::Entra, entra), (Dialect::EntraFlag, flag), (Dialect::Rfc, rfc)] {
        let requests = planned(dialect, StepName::Update);
        assert_eq!(lines(&requests), ["PATCH /Users/{id}", "GET /Users/{id}"]);
        assert_eq!(requests[0].body, expected);
    }
    for (dialect, operation) in [
        (Dialect::Entra, json!({"op": "Replace", "path": "active", "value": "False"})),
        (Dialect::EntraFlag, json!({"op": "replace", "path": "active", "value": false})),
        (Dialect::Okta, json!({"op": "replace", "value": {"active": false}})),
        (Dialect::Rfc, json!({"op": "replace", "path": "active", "value": false})),
    ] {
        assert_eq!(planned(dialect, StepName::Deactivate)[0].body, op(json!([operation])));
    }
}

#[test]
fn okta_reads_before_it_puts_the_whole_user_back() {
    let requests = planned(Dialect::Okta, StepName::Update);
    assert_eq!(lines(&requests), ["GET /Users/{id}", "PUT /Users/{id}", "GET /Users/{id}"]);
    assert_eq!((&requests[1].body["id"], &requests[1].body["title"]), (&json!("{id}"), &json!("Lead")));
    let read = json!({"id": "7", "title": "Old", "meta": {"version": "1"}});
    assert_eq!(replacement(&read, "New"), json!({"id": "7", "title": "New", "meta": {"version": "1"}}));
}

#[test]
fn a_hostile_id_stays_one_path_segment() {
    let request = Request { url: "https://t/Users/{id}".to_owned(), ..Request::default() };
    assert_eq!(with_id(&request, "a/../b?x#y").url, "https://t/Users/a%2F..%2Fb%3Fx%23y");
    assert!(usable_id("7") && !usable_id("..") && !usable_id(" ") && !usable_id("."));
}
