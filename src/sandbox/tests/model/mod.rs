//! Whatever is asked of a tenant, in whatever order: it answers as a plain map of JSON documents would (`world`), and a
//! PATCH comes to the same as a PUT.

mod acts;
mod edits;
mod found;
mod list;
mod rewrites;
mod world;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError};
use tokio::runtime::Runtime;

use super::*;
use acts::{Act, Edit, Guard, TeamEdit, any_act};
use world::{Resource, World};

/// Runs requests on a runtime of this thread.
fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .as_ref()
        .map(|runtime: &Runtime| runtime.block_on(work))
        .unwrap()
}

/// So many cases, or as many as PROPTEST_CASES says.
fn cases(number: u32) -> Config {
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { number };
    Config { cases, max_shrink_iters: 2_000, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn by_the_rfcs_rules_the_tenant_is_a_map_of_resources(acts in vec(any_act(Policy::Rfc), 1..40)) {
        within(play(Policy::Rfc, &acts))?;
    }

    #[test]
    fn by_the_guide_the_tenant_is_a_map_of_profiles(acts in vec(any_act(Policy::Thrive), 1..40)) {
        within(play(Policy::Thrive, &acts))?;
    }
}

/// Asks one thing after another; each answer, and all that is there afterwards, is what the model says.
async fn play(policy: Policy, acts: &[Act]) -> Result<(), TestCaseError> {
    let (router, mut world) = (tenant(policy).router(), World::new(policy));
    for (number, act) in acts.iter().enumerate() {
        let reply = request(&world, act).through(router.clone()).await;
        let made = reply.body["id"].as_str().map(str::to_owned);
        let expected = world.apply(act, made.as_deref());
        let about = format!("request {number}, {act:?}, was answered with {reply:?}");
        let version = reply.header("etag").to_owned();
        match expected {
            Ok((status, body)) => {
                prop_assert_eq!(reply.status.as_u16(), status, "{}", about);
                if let Some(body) = body {
                    if !matches!(act, Act::List(_)) {
                        prop_assert_eq!(&reply.body["meta"]["version"], version.as_str(), "{}", about);
                    }
                    prop_assert_eq!(plain(reply.body), plain(body), "{}", about);
                } else {
                    prop_assert_eq!(reply.body, Value::Null, "{}", about);
                }
            }
            Err((status, scim_type)) => {
                let told = reply.body.get("scimType").and_then(Value::as_str);
                prop_assert_eq!((reply.status.as_u16(), told), (status, scim_type), "{}", about);
                prop_assert_eq!(&reply.body["status"], &Value::from(status.to_string()), "{}", about);
            }
        }
        look_around(&router, &mut world, &about).await?;
    }
    Ok(())
}

/// Everything is as the model has it. A version is another one exactly where the resource is another.
async fn look_around(router: &Router, world: &mut World, about: &str) -> Result<(), TestCaseError> {
    for (groups, path) in [(false, "/scim/v2/Users?count=200"), (true, "/scim/v2/Groups?count=200")] {
        if groups && world.policy == Policy::Thrive {
            continue;
        }
        let page = ask("GET", path).through(router.clone()).await;
        prop_assert_eq!(page.status.as_u16(), 200, "{}", about);
        let found = page.body["Resources"].as_array().unwrap().clone();
        let wanted = world.all(groups);
        prop_assert_eq!(found.len(), wanted.len(), "{}", about);
        let known = if groups { &mut world.groups } else { &mut world.users };
        for ((found, wanted), known) in found.into_iter().zip(wanted).zip(known) {
            let version = found["meta"]["version"].as_str().unwrap();
            let version: i64 = version.trim_start_matches("W/").trim_matches('"').parse().unwrap();
            let found = plain(found);
            prop_assert_eq!(&found, &plain(wanted), "{}", about);
            let Resource { version: last, seen, body, .. } = known;
            // The guide's tenant keeps more than it shows.
            let found = if world.policy == Policy::Thrive { json!([found, body]) } else { found };
            if *seen == found {
                prop_assert_eq!(version, *last, "nothing of {} is new after {}", found, about);
            } else {
                prop_assert!(version > *last, "{found} is new and still at version {version} after {about}");
            }
            (*last, *seen) = (version, found);
        }
    }
    Ok(())
}

/// Without versions and times, and lists whose order says nothing in one order.
fn plain(mut body: Value) -> Value {
    if let Some(resources) = body.get_mut("Resources").and_then(Value::as_array_mut) {
        resources.iter_mut().for_each(|resource| *resource = plain(resource.take()));
        return body;
    }
    if let Some(meta) = body.get_mut("meta").and_then(Value::as_object_mut) {
        meta.retain(|name, _| !["created", "lastModified", "version"].contains(&name.as_str()));
    }
    for list in ["members", "groups"] {
        if let Some(items) = body.get_mut(list).and_then(Value::as_array_mut) {
            items.sort_by_key(|item| item["value"].as_str().map(str::to_owned));
        }
    }
    body
}

/// The request of an act.
fn request(world: &World, act: &Act) -> Ask {
    let to = |method: &str, groups: bool, at: usize, guard: Guard| {
        let (endpoint, all) = if groups { ("Groups", &world.groups) } else { ("Users", &world.users) };
        let one = all.get(at % (all.len() + 1));
        let asked = ask(method, &format!("/scim/v2/{endpoint}/{}", one.map_or("nobody", |one| one.id.as_str())));
        let header = if method == "GET" { "if-none-match" } else { "if-match" };
        let version = one.map_or(0, |one| one.version);
        match guard {
            Guard::None => asked,
            Guard::Any => asked.header(header, "*"),
            Guard::Current => asked.header(header, &format!("W/\"{version}\"")),
            Guard::Stale => asked.header(header, &format!("W/\"{}\"", version + 1)),
        }
    };
    let team = |team: &acts::Team| {
        let mut body = json!({ "displayName": team.name, "members": world.picked(&team.members) });
        if let Some(external) = team.external {
            body["externalId"] = external.into();
        }
        body
    };
    match act {
        Act::AddUser(user) => ask("POST", "/scim/v2/Users").json(user),
        Act::PutUser(at, user, guard) => to("PUT", false, *at, *guard).json(user),
        Act::PatchUser(at, edits, guard) => {
            let operations: Vec<Value> = edits.iter().map(Edit::operation).collect();
            to("PATCH", false, *at, *guard).json(&patch_op(&operations.into()))
        }
        Act::DropUser(at, guard) => to("DELETE", false, *at, *guard),
        Act::ReadUser(at, guard) => to("GET", false, *at, *guard),
        Act::AddGroup(group) => ask("POST", "/scim/v2/Groups").json(&team(group)),
        Act::PutGroup(at, group, guard) => to("PUT", true, *at, *guard).json(&team(group)),
        Act::PatchGroup(at, edits, guard) => {
            let operations: Vec<Value> = edits.iter().map(|edit| team_operation(world, edit)).collect();
            to("PATCH", true, *at, *guard).json(&patch_op(&operations.into()))
        }
        Act::DropGroup(at, guard) => to("DELETE", true, *at, *guard),
        Act::ReadGroup(at, guard) => to("GET", true, *at, *guard),
        Act::List(question) => ask("GET", &question.path()),
    }
}

fn team_operation(world: &World, edit: &TeamEdit) -> Value {
    let members = |op: &str, picks| json!({ "op": op, "path": "members", "value": world.picked(picks) });
    match edit {
        TeamEdit::Rename(name) => json!({ "op": "replace", "path": "displayName", "value": name }),
        TeamEdit::Know(Some(external)) => json!({ "op": "add", "path": "externalId", "value": external }),
        TeamEdit::Know(None) => json!({ "op": "remove", "path": "externalId" }),
        TeamEdit::Join(picks) => members("Add", picks),
        TeamEdit::Replace(picks) => members("replace", picks),
        TeamEdit::Whole(op, name, picks) => {
            json!({ "op": op, "value": { "displayName": name, "members": world.picked(picks) } })
        }
        TeamEdit::Leave(at) => {
            json!({ "op": "remove", "path": format!("members[value eq \"{}\"]", world.member(*at)) })
        }
        TeamEdit::LeaveByValue(all) => {
            let all: Vec<Value> = all.iter().map(|at| json!({ "value": world.member(*at) })).collect();
            json!({ "op": "Remove", "path": "members", "value": all })
        }
        TeamEdit::Empty => json!({ "op": "remove", "path": "members" }),
    }
}
