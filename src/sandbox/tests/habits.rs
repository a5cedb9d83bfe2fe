//! The habits of directories: each is let pass, and does what the directory means, until the tenant is told to refuse it;
//! then it is refused as a stricter service would, and nothing is changed.

use super::*;
use crate::domain::practice::Habit;

/// One request that shows a habit.
struct Row {
    habit: Habit,
    /// Where it is told that directories do this.
    source: &'static str,
    method: &'static str,
    /// `{user}` and `{group}` are their addresses.
    path: &'static str,
    /// `{id}` is the user's.
    body: Value,
    /// What the answer then holds, and where.
    lands: (&'static str, Value),
    refused: (u16, Option<&'static str>),
}

fn rows() -> Vec<Row> {
    let mut rows = in_patches_of_a_user();
    rows.extend(elsewhere());
    rows
}

fn row(
    habit: Habit,
    source: &'static str,
    (method, path): (&'static str, &'static str),
    body: Value,
    lands: (&'static str, Value),
    refused: (u16, Option<&'static str>),
) -> Row {
    Row { habit, source, method, path, body, lands, refused }
}

fn in_patches_of_a_user() -> Vec<Row> {
    let on_user = |habit, source, operation: Value, lands, scim_type| {
        row(habit, source, ("PATCH", "{user}"), patch_op(&json!([operation])), lands, (400, Some(scim_type)))
    };
    let department = format!("{ENTERPRISE_USER}:department");
    let manager = format!("{ENTERPRISE_USER}:manager");
    vec![
        on_user(
            Habit::CapitalOps,
            "idp-facts.md §2.1: op values capitalised",
            json!({ "op": "Replace", "path": "title", "value": "Nurse" }),
            ("/title", json!("Nurse")),
            "invalidSyntax",
        ),
        on_user(
            Habit::QuotedBooleans,
            "idp-facts.md §2.1: disable without the flag",
            json!({ "op": "replace", "path": "active", "value": "False" }),
            ("/active", json!(false)),
            "invalidValue",
        ),
        on_user(
            Habit::ManagerAsText,
            "idp-facts.md §2.1: manager as a plain string",
            json!({ "op": "add", "path": manager, "value": "26118915" }),
            ("/{enterprise}/manager", json!({ "value": "26118915" })),
            "invalidValue",
        ),
        on_user(
            Habit::DottedKeys,
            "idp-facts.md §2.1: aadOptscim062020 merges into one value with dotted keys",
            json!({ "op": "replace", "value": { "name.givenName": "Babs" } }),
            ("/name/givenName", json!("Babs")),
            "invalidPath",
        ),
        on_user(
            Habit::UrnKeys,
            "idp-facts.md §2.1: and full-URN keys",
            json!({ "op": "replace", "value": { department: "Support" } }),
            ("/{enterprise}/department", json!("Support")),
            "invalidPath",
        ),
        on_user(
            Habit::AddOnMissingElement,
            "idp-facts.md §2.1: filtered paths are sent even when the server holds no such element",
            json!({ "op": "add", "path": "emails[type eq \"work\"].value", "value": "a@work" }),
            ("/emails", json!([{ "type": "work", "value": "a@work" }])),
            "noTarget",
        ),
        on_user(
            Habit::PatchWithoutPath,
            "idp-facts.md §3.3: Okta deactivates without a path",
            json!({ "op": "replace", "value": { "active": false } }),
            ("/active", json!(false)),
            "noTarget",
        ),
    ]
}

fn elsewhere() -> Vec<Row> {
    let known = "/scim/v2/Users?filter=userName+Eq+%22a%40x%22";
    let nobody = "/scim/v2/Users?filter=userName+eq+%223e59e27b-0000%22";
    let managed = json!({ "schemas": [USER], "userName": "b@x", ENTERPRISE_USER: { "manager": "26118915" } });
    vec![
        row(
            Habit::QuotedBooleans,
            "idp-facts.md §5.7: string booleans",
            ("POST", "/scim/v2/Users"),
            json!({ "schemas": [USER], "userName": "b@x", "active": "true" }),
            ("/active", json!(true)),
            (400, Some("invalidValue")),
        ),
        row(
            Habit::ManagerAsText,
            "idp-facts.md §2.1: and in POST",
            ("POST", "/scim/v2/Users"),
            managed,
            ("/{enterprise}/manager", json!({ "value": "26118915" })),
            (400, Some("invalidValue")),
        ),
        row(
            Habit::CapitalOperators,
            "idp-facts.md §5.7: `Eq`",
            ("GET", known),
            Value::Null,
            ("/totalResults", json!(1)),
            (400, Some("invalidFilter")),
        ),
        row(
            Habit::MembersByValue,
            "idp-facts.md §5.7: Remove with value list instead of filter",
            ("PATCH", "{group}"),
            patch_op(&json!([{ "op": "remove", "path": "members", "value": [{ "value": "{id}" }] }])),
            ("/members", Value::Null),
            (400, Some("invalidValue")),
        ),
        row(
            Habit::EmptyLookUp,
            "idp-facts.md §2.1: a random GUID is looked for; 404 ends in quarantine",
            ("GET", nobody),
            Value::Null,
            ("/totalResults", json!(0)),
            (404, None),
        ),
    ]
}

/// A tenant with a user who has no email, and by the RFC a group of that user alone.
async fn ground(policy: Policy) -> (Tenant, Value, Option<Value>) {
    let tenant = tenant(policy);
    let user =
        create(&tenant, &json!({ "schemas": [USER], "userName": "a@x", "active": true, "title": "Porter" })).await;
    let group = match policy {
        Policy::Rfc => Some(group(&tenant, "Everyone", &[&user]).await),
        Policy::Thrive => None,
    };
    (tenant, user, group)
}

/// Sends the request of a row; `None` where it asks for a group and there are none.
async fn send(row: &Row, (tenant, user, group): &(Tenant, Value, Option<Value>)) -> Option<Reply> {
    let path = match row.path {
        "{user}" => place_of(user),
        "{group}" => place_of(group.as_ref()?),
        path => path,
    };
    let body = row.body.to_string().replace("{id}", id_of(user));
    let asked =
        if row.body.is_null() { ask(row.method, path) } else { ask(row.method, path).json(&body.parse().unwrap()) };
    Some(asked.to(tenant).await)
}

/// All that a tenant holds.
async fn all(tenant: &Tenant) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["/scim/v2/Users", "/scim/v2/Groups"] {
        all.push(ask("GET", path).to(tenant).await.body);
    }
    all
}

#[tokio::test]
async fn every_habit_is_let_pass_and_lands_as_it_is_meant() {
    let rows = rows();
    assert!(Habit::ALL.iter().all(|habit| rows.iter().any(|row| row.habit == *habit)));
    for policy in [Policy::Rfc, Policy::Thrive] {
        for row in &rows {
            let ground = ground(policy).await;
            assert_eq!(ground.0.refused_habits(), [].into(), "none is refused unless told otherwise");
            let Some(reply) = send(row, &ground).await else { continue };
            assert!(reply.status.is_success(), "{}: {}", row.source, reply.body);
            let pointer = row.lands.0.replace("{enterprise}", ENTERPRISE_USER);
            let landed = reply.body.pointer(&pointer).unwrap_or(&Value::Null);
            assert_eq!(landed, &row.lands.1, "{policy:?}, {}: {}", row.source, reply.body);
        }
    }
}

#[tokio::test]
async fn every_habit_can_be_refused_and_then_changes_nothing() {
    for policy in [Policy::Rfc, Policy::Thrive] {
        for row in rows() {
            let ground = ground(policy).await;
            let tenant = &ground.0;
            let before = all(tenant).await;
            tenant.refuse_habits([row.habit].into()).unwrap();
            let Some(reply) = send(&row, &ground).await else { continue };
            let (status, scim_type) = row.refused;
            reply.expect_error(status, scim_type, "");
            assert_eq!(all(tenant).await, before, "{}", row.source);
            tenant.refuse_habits([].into()).unwrap();
            assert!(send(&row, &ground).await.unwrap().status.is_success(), "{}: let pass again", row.source);
        }
    }
}

#[tokio::test]
async fn a_refused_habit_is_refused_within_a_bulk_request_too() {
    let ground = ground(Policy::Rfc).await;
    ground.0.refuse_habits([Habit::CapitalOps].into()).unwrap();
    let operation = |op: &str, value: &str| {
        let data = patch_op(&json!([{ "op": op, "path": "title", "value": value }]));
        json!({ "method": "PATCH", "path": format!("/Users/{}", id_of(&ground.1)), "data": data })
    };
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [operation("Replace", "Nurse"), operation("replace", "Matron")],
    });
    let reply = ask("POST", "/scim/v2/Bulk").json(&body).to(&ground.0).await.expect(200).body;
    assert_eq!(reply["Operations"][0]["response"]["scimType"], "invalidSyntax");
    assert_eq!(reply["Operations"][1]["status"], "200");
}

#[tokio::test]
async fn requests_to_the_letter_pass_where_every_habit_is_refused() {
    let (tenant, user, group) = ground(Policy::Rfc).await;
    let group = group.unwrap();
    tenant.refuse_habits(Habit::ALL.into()).unwrap();
    let manager = format!("{ENTERPRISE_USER}:manager");
    for operations in [
        json!([{ "op": "replace", "path": "active", "value": false }]),
        json!([{ "op": "add", "path": manager, "value": { "value": "9", "displayName": "False" } }]),
        json!([{ "op": "add", "path": "emails", "value": [{ "type": "work", "value": "True", "primary": true }] }]),
        json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@x" }]),
        json!([{ "op": "replace", "path": "title", "value": "Eq And Not" }]),
        json!([{ "op": "remove", "path": "title" }]),
    ] {
        patched(&tenant, &user, &operations).await.expect(200);
    }
    let by_filter = format!("members[value eq \"{}\"]", id_of(&user));
    patched(&tenant, &group, &json!([{ "op": "remove", "path": by_filter }])).await.expect(200);
    let again = json!({ "schemas": [USER], "userName": "a@x", "active": true, "roles": [{ "value": "True" }] });
    ask("PUT", place_of(&user)).json(&again).to(&tenant).await.expect(200);
    for filter in [r#"userName eq "a@x""#, r#"roles.value eq "True" or userName eq "Eq AND \"OR\" Not""#] {
        let path = format!("/scim/v2/Users?filter={}", encoded(filter));
        assert_eq!(ask("GET", &path).to(&tenant).await.expect(200).body["totalResults"], 1, "{filter}");
    }
    ask("GET", "/scim/v2/Users?startIndex=9").to(&tenant).await.expect(200);
}

#[tokio::test]
async fn what_has_no_switch_is_let_pass_as_well() {
    for policy in [Policy::Rfc, Policy::Thrive] {
        let (tenant, user, _) = ground(policy).await;
        // idp-facts.md §3.3: Okta reads the user and puts the whole of it back, with what is the tenant's own.
        let mut whole = read(&tenant, &user).await;
        whole["active"] = false.into();
        whole["groups"] = json!([]);
        whole["password"] = "dummy".into();
        let put = ask("PUT", place_of(&user)).json(&whole).to(&tenant).await.expect(200).body;
        assert_eq!((&put["active"], &put["title"], put.get("password")), (&json!(false), &json!("Porter"), None));
        // idp-facts.md §2.1: Entra's reference to a manager is a list of one.
        let manager = format!("{ENTERPRISE_USER}:manager");
        let listed = json!([{ "op": "Add", "path": manager, "value": [{ "$ref": "../Users/9", "value": "9" }] }]);
        let reply = patched(&tenant, &user, &listed).await.expect(200).body;
        assert_eq!(reply[ENTERPRISE_USER]["manager"]["value"], "9");
        // idp-facts.md §5.7: filters with `+` for a space; §3.3: with a page that nobody needs.
        let path = "/scim/v2/Users?filter=userName+eq+%22a@x%22&startIndex=1&count=100";
        assert_eq!(ask("GET", path).to(&tenant).await.expect(200).body["totalResults"], 1);
        // idp-facts.md §2.1: roles as JSON in a string; they stay one.
        let roles = json!([{ "op": "Add", "path": "roles", "value": [{ "value": "{\"id\":\"1\"}" }] }]);
        let reply = patched(&tenant, &user, &roles).await.expect(200).body;
        if policy == Policy::Rfc {
            assert_eq!(reply["roles"], json!([{ "value": "{\"id\":\"1\"}" }]));
        }
    }
}

#[tokio::test]
async fn what_is_refused_is_remembered_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.sqlite3");
    let open = || Tenant::open(Some(&file), Policy::Thrive, Arc::new(noon)).unwrap();
    for habits in [vec![Habit::CapitalOps, Habit::EmptyLookUp], Habit::ALL.to_vec(), vec![Habit::UrnKeys], vec![]] {
        open().refuse_habits(habits.iter().copied().collect()).unwrap();
        assert_eq!(open().refused_habits(), habits.into_iter().collect());
    }
    let tenant = open();
    tenant.issue_token("Test", Some(Secret::new(TOKEN))).unwrap();
    tenant.refuse_habits([Habit::EmptyLookUp].into()).unwrap();
    drop(tenant);
    let reply = ask("GET", "/scim/v2/Users?filter=userName+eq+%22nobody%22").to(&open()).await;
    reply.expect_error(404, None, "was not found");
}
