//! Several tenants in one sandbox: kept apart, added, renamed, emptied and removed, and how long requests are kept.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;

use super::super::{House, serve_house};
use super::*;
use crate::domain::practice::Habit;

/// A house in memory with the first tenant, which accepts [`TOKEN`], and another one, whose token is given back.
fn two() -> (House, Tenant, Secret) {
    let house = House::open(thrive(), None, Arc::new(noon));
    assert_eq!(house.add("Acme Ltd", Policy::Rfc).unwrap(), "acme-ltd");
    let acme = house.tenant("acme-ltd").unwrap();
    let (_, token) = acme.issue_token("Acme", None).unwrap();
    (house, acme, token)
}

/// A request to a house, with a token.
async fn through(house: &House, method: &str, path: &str, token: &str, body: Option<Value>) -> Reply {
    let asked = Request::builder().method(method).uri(path).header("host", "house.test");
    let asked = asked.header("authorization", format!("Bearer {token}"));
    let asked = asked.header("content-type", "application/scim+json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let response = house.router().oneshot(asked.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Reply { status: parts.status, headers: parts.headers, body }
}

#[tokio::test]
async fn a_token_of_one_tenant_is_refused_by_another() {
    let (house, _, acme) = two();
    for (path, token) in [
        ("/scim/v2/Users", acme.expose()),
        ("/support/v1/requests", acme.expose()),
        ("/acme-ltd/scim/v2/Users", TOKEN),
        ("/acme-ltd/support/v1/requests", TOKEN),
    ] {
        through(&house, "GET", path, token, None).await.expect(401);
    }
    through(&house, "GET", "/scim/v2/Users", TOKEN, None).await.expect(200);
    through(&house, "GET", "/acme-ltd/scim/v2/Users", acme.expose(), None).await.expect(200);
    through(&house, "GET", "/nobody/scim/v2/Users", TOKEN, None).await.expect(404);
}

#[tokio::test]
async fn each_has_users_a_log_mappings_and_addresses_of_its_own() {
    let (house, acme, token) = two();
    let token = token.expose();
    let user = entra_user("jane@x");
    let made = through(&house, "POST", "/acme-ltd/scim/v2/Users", token, Some(user.clone())).await.expect(201);
    let location = made.header("location").to_owned();
    assert!(location.starts_with("http://house.test/acme-ltd/scim/v2/Users/"), "{location}");
    assert_eq!(made.body["meta"]["location"], location);
    let path = location.trim_start_matches("http://house.test");
    through(&house, "GET", path, token, None).await.expect(200);
    through(&house, "POST", "/scim/v2/Users", TOKEN, Some(user)).await.expect(201);
    let users = |reply: Reply| reply.expect(200).body["totalResults"].clone();
    assert_eq!(users(through(&house, "GET", "/scim/v2/Users", TOKEN, None).await), 1);
    let log = through(&house, "GET", "/acme-ltd/support/v1/requests", token, None).await.expect(200).body;
    assert_eq!(log["requests"].as_array().unwrap().len(), 2, "{log}");
    assert_eq!(log["requests"][1]["path"], "/scim/v2/Users", "as the tenant itself sees it");
    let named = json!({ "name": "Okta" });
    let issued = through(&house, "POST", "/acme-ltd/support/v1/tokens", token, Some(named)).await.expect(201);
    assert!(issued.header("location").starts_with("/acme-ltd/support/v1/tokens/"), "{:?}", issued.headers);
    let info = through(&house, "GET", "/acme-ltd/support/v1/tenant", token, None).await.expect(200).body;
    assert_eq!(info["name"], "Acme Ltd");
    let standing = acme.standing().unwrap();
    assert_eq!((standing.policy, standing.users, standing.requests), (Policy::Rfc, 1, 2));
    assert_eq!(house.tenant("").unwrap().standing().unwrap().policy, Policy::Thrive);
}

#[tokio::test]
async fn a_policy_is_followed_from_the_next_request_on() {
    let (house, acme, token) = two();
    let filtered = "/acme-ltd/scim/v2/Users?filter=title%20eq%20%22x%22";
    through(&house, "GET", filtered, token.expose(), None).await.expect(200);
    acme.set_policy(Policy::Thrive).unwrap();
    through(&house, "GET", filtered, token.expose(), None).await.expect(400);
}

#[tokio::test]
async fn tenants_come_back_and_removed_ones_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.sqlite3");
    let open = || {
        let first = Tenant::open(Some(&file), Policy::Thrive, Arc::new(noon)).unwrap();
        House::open(first, Some(&file), Arc::new(noon))
    };
    let names = |house: &House| house.tenants().into_iter().map(|(_, tenant)| tenant.name()).collect::<Vec<_>>();
    let house = open();
    house.add("Acme", Policy::Rfc).unwrap();
    house.add("Borealis", Policy::Thrive).unwrap();
    house.rename("borealis", "Boréal").unwrap();
    for (key, name) in [("acme", "BORÉAL"), ("acme", " "), ("acme", "Sandbox")] {
        assert!(house.rename(key, name).is_err(), "{name}");
    }
    house.rename("acme", "Acme").unwrap();
    assert!(house.remove("").is_err(), "the first one stays");
    house.remove("acme").unwrap();
    assert_eq!(names(&house), ["Sandbox", "Boréal"]);
    through(&house, "GET", "/acme/scim/v2/Users", TOKEN, None).await.expect(404);
    house.restore("acme").unwrap();
    drop(house);
    let house = open();
    assert_eq!(names(&house), ["Sandbox", "Acme", "Boréal"]);
    assert_eq!(house.tenant("acme").unwrap().policy(), Policy::Rfc);
    house.remove("acme").unwrap();
    drop(house);
    std::fs::write(folder.path().join("sandbox-torn.sqlite3"), "not a database").unwrap();
    assert_eq!(names(&open()), ["Sandbox", "Boréal"]);
    assert!(!folder.path().join("sandbox-acme.sqlite3").exists());
    assert!(folder.path().join("sandbox-borealis.sqlite3").exists());
}

#[tokio::test]
async fn what_is_emptied_keeps_its_tokens_and_never_reuses_a_number() {
    let tenant = thrive();
    for name in ["a@x", "b@x"] {
        create(&tenant, &entra_user(name)).await;
    }
    map(&tenant, &[]).await;
    let before = tenant.newest().borrow().to_owned();
    let version = |reply: Reply| reply.expect(200).body["version"].as_u64().unwrap();
    let earlier = version(ask("GET", "/support/v1/mappings").to(&tenant).await);
    tenant.empty().unwrap();
    let standing = tenant.standing().unwrap();
    assert_eq!((standing.users, standing.requests, standing.tokens.len()), (0, 0, 1));
    let mappings = ask("GET", "/support/v1/mappings").to(&tenant).await;
    assert_eq!(mappings.body["mappings"].as_array().unwrap().len(), 4, "those of a fresh tenant");
    assert!(version(mappings) > earlier);
    create(&tenant, &entra_user("a@x")).await;
    let log = ask("GET", "/support/v1/requests").to(&tenant).await.expect(200).body;
    let id: i64 = log["requests"][0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(id, before + 1);
    assert_eq!(tenant.standing().unwrap().requests, 1);
}

#[tokio::test]
async fn requests_are_kept_for_the_days_that_were_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenant.sqlite3");
    let days = Arc::new(AtomicI64::new(0));
    let clock: super::super::Clock = {
        let days = days.clone();
        Arc::new(move || noon() + SignedDuration::from_hours(24 * days.load(Ordering::Relaxed)))
    };
    let open = || Tenant::open(Some(&file), Policy::Thrive, clock.clone()).unwrap();
    let tenant = open();
    tenant.issue_token("Test", Some(Secret::new(TOKEN))).unwrap();
    create(&tenant, &entra_user("a@x")).await;
    days.store(20, Ordering::Relaxed);
    create(&tenant, &entra_user("b@x")).await;
    assert_eq!(tenant.standing().unwrap().kept_days, 30, "unless told otherwise");
    tenant.keep_days(7).unwrap();
    let count = |tenant: &Tenant| tenant.exchange_count().unwrap();
    assert_eq!(count(&tenant), 1);
    drop(tenant);
    let tenant = open();
    assert_eq!((count(&tenant), tenant.standing().unwrap().kept_days), (1, 7), "the log survives a restart");
    days.store(40, Ordering::Relaxed);
    drop(tenant);
    let tenant = open();
    assert_eq!(count(&tenant), 0, "it ages while nobody looks");
    create(&tenant, &entra_user("c@x")).await;
    let log = ask("GET", "/support/v1/requests").to(&tenant).await.expect(200).body;
    assert_eq!(log["requests"][0]["id"], "000000000003");
}

#[tokio::test]
async fn a_revoked_token_can_be_accepted_again_and_an_end_in_the_past_is_refused() {
    let tenant = thrive();
    let (info, value) = tenant.issue_token_until("Okta", Some(noon() + SignedDuration::from_hours(1))).unwrap();
    let look = || anonymous("GET", "/scim/v2/Users").header("authorization", &format!("Bearer {}", value.expose()));
    look().to(&tenant).await.expect(200);
    let revoked = tenant.revoke_token(&info.id).unwrap().unwrap();
    look().to(&tenant).await.expect(401);
    tenant.restore_token(&revoked).unwrap();
    look().to(&tenant).await.expect(200);
    let again = tenant.standing().unwrap().tokens.pop().unwrap();
    assert_eq!((again.expires_at, again.last_used_at.is_some()), (info.expires_at, true));
    assert!(tenant.revoke_token("tok_nobody").unwrap().is_none());
    assert!(tenant.issue_token_until("Late", Some(noon())).is_err());
}

#[tokio::test]
async fn pages_go_on_without_loss_or_repeat_while_others_write() {
    let tenant = thrive();
    for number in 0..40 {
        create(&tenant, &entra_user(&format!("before{number}@x"))).await;
    }
    let writer = tokio::spawn({
        let tenant = tenant.clone();
        async move {
            for number in 0..60 {
                create(&tenant, &entra_user(&format!("during{number}@x"))).await;
                tokio::task::yield_now().await;
            }
        }
    });
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/support/v1/requests?limit=7&cursor={cursor}");
        let page = ask("GET", &path).to(&tenant).await.expect(200).body;
        let ids = page["requests"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        seen.extend(ids);
        match page["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
    assert!(seen.is_sorted_by(|newer, older| newer > older), "newest first, each once");
    let newest: usize = seen[0].parse().unwrap();
    assert_eq!(seen.len(), newest, "none is missing");
}

#[tokio::test]
async fn tenants_that_are_added_while_it_listens_are_served() {
    let (house, _, token) = two();
    let running = serve_house(&house, ([127, 0, 0, 1], 0).into()).await.unwrap();
    let (scim, support) = running.addresses("acme-ltd");
    assert!(scim.as_str().ends_with("/acme-ltd/scim/v2") && support.as_str().ends_with("/acme-ltd/support/v1"));
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = |address: String, token: &str| client.get(address).bearer_auth(token).send();
    assert_eq!(get(format!("{scim}/Users"), token.expose()).await.unwrap().status().as_u16(), 200);
    house.add("Later", Policy::Thrive).unwrap();
    let (_, later) = house.tenant("later").unwrap().issue_token("Later", None).unwrap();
    let (scim, _) = running.addresses("later");
    assert_eq!(get(format!("{scim}/Users"), later.expose()).await.unwrap().status().as_u16(), 200);
    running.stop().await;
}

#[tokio::test]
async fn a_second_window_catches_up_and_a_damaged_file_is_put_aside() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sandbox.sqlite3");
    let clock: crate::sandbox::Clock = Arc::new(noon);
    let open = || {
        let first = Tenant::open(Some(&file), Policy::Thrive, clock.clone()).unwrap();
        House::open(first, Some(&file), clock.clone())
    };
    let (house, other) = (open(), open());
    let keys = |house: &House| house.tenants().into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    house.add("Acme", Policy::Rfc).unwrap();
    assert_eq!(keys(&other), [""]);
    other.catch_up();
    assert_eq!(keys(&other), ["", "acme"]);
    assert_eq!(other.tenant("acme").unwrap().policy(), Policy::Rfc);
    let (here, there) = (house.tenant("acme").unwrap(), other.tenant("acme").unwrap());
    here.refuse_habits([Habit::CapitalOps].into()).unwrap();
    here.set_policy(Policy::Thrive).unwrap();
    other.catch_up();
    assert_eq!((there.policy(), there.refused_habits()), (Policy::Thrive, [Habit::CapitalOps].into()));
    house.remove("acme").unwrap();
    other.catch_up();
    assert_eq!(keys(&other), [""]);
    house.restore("acme").unwrap();
    other.catch_up();
    assert_eq!(keys(&other), ["", "acme"]);

    let damaged = dir.path().join("sandbox-borealis.sqlite3");
    std::fs::write(&damaged, "no database, but long enough to be looked at as one").unwrap();
    other.catch_up();
    let left_out = other.left_out();
    assert_eq!((left_out.len(), left_out[0].file.as_str()), (1, "sandbox-borealis.sqlite3"));
    assert_eq!(keys(&other), ["", "acme"]);
    assert!(other.put_aside("sandbox-acme.sqlite3").is_err(), "only what is left out");
    other.put_aside("sandbox-borealis.sqlite3").unwrap();
    assert!(!damaged.exists() && dir.path().join("sandbox-borealis.sqlite3.damaged-1").exists());
    other.catch_up();
    assert_eq!(other.left_out(), []);
}
