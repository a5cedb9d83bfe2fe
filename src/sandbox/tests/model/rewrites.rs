//! One change, said in two ways: a PATCH of a copy comes to what a PUT of the result does, and a PUT to what a PATCH of
//! the difference does.

use proptest::option::of;

use super::acts::{Team, any_edits, any_team, any_team_edits, any_user};
use super::*;

/// Fields that two copies cannot share.
const OWN: [&str; 3] = ["id", "meta", "userName"];

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_patch_comes_to_what_a_put_of_its_answer_does(
        policy in any_policy(),
        user in any_user(Policy::Thrive),
        edits in any_edits(),
        group in of((any_team(), any_team_edits())),
    ) {
        within(async {
            let tenant = tenant(policy);
            let (one, two) = copies(&tenant, "Users", &user).await;
            let operations: Vec<Value> = edits.iter().filter(|edit| !edit.renames()).map(Edit::operation).collect();
            one_way_and_the_other(&tenant, "Users", &one, &two, operations).await?;
            if let (Some((team, edits)), Policy::Rfc) = (group, policy) {
                let (world, body) = (world_of([&one, &two]), team_of([&one, &two], &team));
                let (one, two) = copies(&tenant, "Groups", &body).await;
                let operations = edits.iter().map(|edit| team_operation(&world, edit)).collect();
                one_way_and_the_other(&tenant, "Groups", &one, &two, operations).await?;
            }
            Ok::<_, TestCaseError>(())
        })?;
    }

    #[test]
    fn a_put_comes_to_what_a_patch_of_the_difference_does(
        policy in any_policy(),
        before in any_user(Policy::Thrive),
        after in any_user(Policy::Thrive),
        teams in of((any_team(), any_team())),
        at_once in any::<bool>(),
    ) {
        within(async {
            let tenant = tenant(policy);
            let (one, two) = copies(&tenant, "Users", &before).await;
            difference(&tenant, "Users", (&one, &two), (&before, &after), at_once).await?;
            if let (Some((before, after)), Policy::Rfc) = (teams, policy) {
                let (before, after) = (team_of([&one, &two], &before), team_of([&one, &two], &after));
                let (first, second) = copies(&tenant, "Groups", &before).await;
                difference(&tenant, "Groups", (&first, &second), (&before, &after), at_once).await?;
            }
            Ok::<_, TestCaseError>(())
        })?;
    }
}

fn any_policy() -> impl Strategy<Value = Policy> {
    prop_oneof![Just(Policy::Rfc), Just(Policy::Thrive)]
}

async fn copies(tenant: &Tenant, endpoint: &str, resource: &Value) -> (Value, Value) {
    let mut made = Vec::new();
    for name in ["one@copy", "two@copy"] {
        let mut copy = resource.clone();
        if endpoint == "Users" {
            copy["userName"] = name.into();
        }
        made.push(ask("POST", &format!("/scim/v2/{endpoint}")).json(&copy).to(tenant).await.expect(201).body);
    }
    (made[0].clone(), made[1].clone())
}

/// The world with two users in it, who can be members.
fn world_of(users: [&Value; 2]) -> World {
    let mut world = World::new(Policy::Rfc);
    world.users.extend(users.map(|user| Resource {
        id: user["id"].as_str().unwrap().to_owned(),
        body: Value::Null,
        version: 0,
        seen: Value::Null,
    }));
    world
}

fn team_of(users: [&Value; 2], team: &Team) -> Value {
    let members = world_of(users).picked(&team.members);
    let there = members.as_array().into_iter().flatten().filter(|member| member["value"] != "nobody").cloned();
    let mut body = json!({ "displayName": team.name, "members": there.collect::<Vec<_>>() });
    if let Some(external) = team.external {
        body["externalId"] = external.into();
    }
    body
}

async fn one_way_and_the_other(
    tenant: &Tenant,
    endpoint: &str,
    one: &Value,
    two: &Value,
    operations: Vec<Value>,
) -> Result<(), TestCaseError> {
    if operations.is_empty() {
        return Ok(());
    }
    let [one_at, two_at] = [one, two].map(|copy| at(endpoint, copy));
    let operations = Value::from(operations);
    let patched = ask("PATCH", &one_at).json(&patch_op(&operations)).to(tenant).await;
    if patched.status != 200 {
        let read = ask("GET", &one_at).to(tenant).await.body;
        prop_assert_eq!(&read, one, "a refused patch changes nothing: {}", operations);
        return Ok(());
    }
    let mut put = patched.body.clone();
    if endpoint == "Users" {
        put["userName"] = two["userName"].clone();
    }
    let put = ask("PUT", &two_at).json(&put).to(tenant).await.expect(200).body;
    let [one, two] = [ask("GET", &one_at).to(tenant).await.body, ask("GET", &two_at).to(tenant).await.body];
    prop_assert_eq!(&one, &patched.body, "{}", operations);
    prop_assert_eq!(&two, &put, "{}", operations);
    prop_assert_eq!(shared(one), shared(two), "{}", operations);
    Ok(())
}

async fn difference(
    tenant: &Tenant,
    endpoint: &str,
    (one, two): (&Value, &Value),
    (before, after): (&Value, &Value),
    at_once: bool,
) -> Result<(), TestCaseError> {
    let [one_at, two_at] = [one, two].map(|copy| at(endpoint, copy));
    let mut put = after.clone();
    if endpoint == "Users" {
        put["userName"] = one["userName"].clone();
    }
    ask("PUT", &one_at).json(&put).to(tenant).await.expect(200);
    let fields = |resource: &Value| -> Vec<(String, Value)> {
        let ignored = ["id", "meta", "userName", "groups", "password"];
        let all = resource.as_object().unwrap().iter().filter(|(name, _)| !ignored.contains(&name.as_str()));
        all.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    // What is complex is merged where it is replaced, so it is taken away first.
    let mut operations: Vec<Value> =
        fields(before).into_iter().map(|(path, _)| json!({ "op": "remove", "path": path })).collect();
    operations.retain(|operation| operation["path"] != "displayName" || endpoint == "Users");
    let set = fields(after);
    if at_once {
        operations.push(json!({ "op": "replace", "value": set.into_iter().collect::<serde_json::Map<_, _>>() }));
    } else {
        operations.extend(set.into_iter().map(|(path, value)| json!({ "op": "add", "path": path, "value": value })));
    }
    let operations = Value::from(operations);
    if operations.as_array().is_some_and(|operations| !operations.is_empty()) {
        let patched = ask("PATCH", &two_at).json(&patch_op(&operations)).to(tenant).await;
        prop_assert_eq!(patched.status.as_u16(), 200, "{} {}", operations, patched.body);
    }
    let [one, two] = [ask("GET", &one_at).to(tenant).await.body, ask("GET", &two_at).to(tenant).await.body];
    prop_assert_eq!(shared(one), shared(two), "{}", operations);
    Ok(())
}

fn at(endpoint: &str, resource: &Value) -> String {
    format!("/scim/v2/{endpoint}/{}", resource["id"].as_str().unwrap())
}

fn shared(resource: Value) -> Value {
    let mut resource = plain(resource);
    resource.as_object_mut().unwrap().retain(|name, _| !OWN.contains(&name.as_str()));
    resource
}
