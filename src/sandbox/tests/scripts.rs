//! The scripts of a bad day: what the tenant's log shows after each, cycle by cycle, and what is left of the run.

use super::*;
use crate::domain::failure::FailureKind;
use crate::domain::practice::FaultRule;
use crate::domain::script::{Played, Script};
use crate::domain::tenant::TokenInfo;
use crate::sandbox::demo::play_script;

const TOKEN_EXPIRY: [&str; 7] = [
    "0 imogen rafi petra kwame elin tobias: GET 200, POST 201",
    "40 imogen rafi: GET 200, PATCH 200; nobody: GET 401, GET 401, GET 401, GET 401",
    "80 nobody: GET 401, GET 401, GET 401, GET 401",
    "120 nobody: GET 401, GET 401, GET 401, GET 401",
    "145 nobody: GET 200",
    "147 petra kwame elin tobias: GET 200, PATCH 200",
    "187 imogen: GET 200, PATCH 200",
];

const MAPPING_CASING: [&str; 4] = [
    "0 nadia owen suki: GET 200, POST 201",
    "40 nadia owen: GET 200, PATCH 200 1 dropped: costCenter",
    "80 suki: GET 200, PATCH 200 1 dropped: costCenter",
    "120 nadia: GET 200, PATCH 200 1 dropped: costCenter",
];

const QUARANTINE: [&str; 10] = [
    "0 marco ines theo greta hugo: GET 200, POST 201",
    "40 marco: GET 200, PATCH 400 invalidPath; ines theo greta hugo: GET 200, PATCH 200",
    "80 marco ines theo: GET 200, PATCH 400 invalidPath; greta hugo: GET 200, PATCH 200",
    "120 marco ines theo greta hugo: GET 200, PATCH 400 invalidPath",
    "480 marco ines theo greta hugo: GET 200, PATCH 400 invalidPath",
    "1200 marco ines theo greta hugo: GET 200, PATCH 400 invalidPath",
    "2640 marco ines theo greta hugo: GET 200, PATCH 400 invalidPath",
    "4080 marco ines theo greta hugo: GET 200, PATCH 400 invalidPath",
    "4110 marco ines theo greta hugo: GET 200, PATCH 200",
    "4150 marco: GET 200, PATCH 200",
];

const DUPLICATE: [&str; 6] = [
    "0 riley: POST 201",
    "40 riley: GET 200, POST 409 uniqueness",
    "80 riley: GET 200, POST 409 uniqueness",
    "120 riley: GET 200, POST 409 uniqueness",
    "140 riley: PATCH 200",
    "160 riley: GET 200, PATCH 200",
];

const RETURNING_LEAVER: [&str; 8] = [
    "0 dana: GET 200, POST 201",
    "9 kit: GET 200, POST 201",
    "40 dana: GET 200, PATCH 200",
    "47 kit: PATCH 200",
    "160 dana: GET 200, PATCH 200",
    "171 kit: POST 409 uniqueness",
    "185 kit: POST 409 uniqueness",
    "191 kit: GET 200, PATCH 200, GET 200, PUT 200",
];

const BAD_DAY: [&str; 34] = [
    "0 vera basil joan nadia owen suki: GET 200, POST 201",
    "40 nadia owen: GET 200, PATCH 200 1 dropped: costCenter",
    "80 suki: GET 200, PATCH 200 1 dropped: costCenter",
    "120 nadia: GET 200, PATCH 200 1 dropped: costCenter",
    "135 nadia owen suki: GET 200, PATCH 200",
    "175 vera basil joan: GET 200, PATCH 200; riley: POST 201",
    "215 riley: GET 200, POST 409 uniqueness",
    "255 riley: GET 200, POST 409 uniqueness",
    "295 riley: GET 200, POST 409 uniqueness",
    "315 riley: PATCH 200",
    "335 riley: GET 200, PATCH 200",
    "375 vera basil joan: GET 200, PATCH 200; imogen rafi petra kwame elin tobias: GET 200, POST 201",
    "415 imogen rafi: GET 200, PATCH 200; nobody: GET 401, GET 401, GET 401, GET 401",
    "455 nobody: GET 401, GET 401, GET 401, GET 401",
    "495 nobody: GET 401, GET 401, GET 401, GET 401",
    "520 nobody: GET 200",
    "522 petra kwame elin tobias: GET 200, PATCH 200",
    "562 imogen: GET 200, PATCH 200",
    "602 vera basil joan: GET 200, PATCH 200; dana: GET 200, POST 201",
    "611 kit: GET 200, POST 201",
    "642 dana: GET 200, PATCH 200",
    "649 kit: PATCH 200",
    "762 dana: GET 200, PATCH 200",
    "773 kit: POST 409 uniqueness",
    "787 kit: POST 409 uniqueness",
    "793 kit: GET 200, PATCH 200, GET 200, PUT 200",
    "802 vera basil joan: GET 200, PATCH 200; marco ines theo greta hugo: GET 200, POST 201",
    "842 marco: GET 200, PATCH 400 invalidPath; ines theo greta hugo: GET 200, PATCH 200",
    "882 marco ines theo: GET 200, PATCH 400 invalidPath; greta hugo: GET 200, PATCH 200",
    "922 marco ines theo greta hugo: GET 200, PATCH 400 invalidPath",
    "1282 marco ines theo greta hugo: GET 200, PATCH 400 invalidPath",
    "1312 marco ines theo greta hugo: GET 200, PATCH 200",
    "1352 marco: GET 200, PATCH 200",
    "1392 vera basil joan: GET 200, PATCH 200",
];

async fn play(tenant: &Tenant, script: Script) -> Played {
    play_script(tenant, script, noon(), |_, _| {}, || false).await.unwrap()
}

/// The log of a run, oldest first.
async fn log(tenant: &Tenant, played: &Played) -> Vec<Value> {
    let page = ask("GET", "/support/v1/requests?limit=500").to(tenant).await.expect(200).body;
    let mut entries: Vec<Value> = page["requests"].as_array().unwrap().clone();
    entries.retain(|entry| (played.first.as_str()..=played.last.as_str()).contains(&entry["id"].as_str().unwrap()));
    entries.reverse();
    entries
}

fn text<'e>(entry: &'e Value, member: &str) -> &'e str {
    entry[member].as_str().unwrap_or("")
}

/// Method, status, and the type of error or what was dropped.
fn line(entry: &Value) -> String {
    let why = text(entry, if entry["outcome"] == "warning" { "detail" } else { "scimType" });
    let status = entry["status"].to_string();
    [text(entry, "method"), &status, why].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The log as rows, a new one after each pause of a minute: when it began, in minutes, then who met what, in order.
/// Those of whom one after the other the same is said stand together; of a refused token nobody is known.
fn table(log: &[Value]) -> Vec<String> {
    let at = |entry: &Value| text(entry, "at").parse::<Timestamp>().unwrap().as_second();
    let (start, mut last) = (at(&log[0]), i64::MIN / 2);
    let mut rows = Vec::<(i64, Vec<(String, String)>)>::new();
    for entry in log {
        if at(entry) - last >= 60 {
            rows.push(((at(entry) - start) / 60, Vec::new()));
        }
        last = at(entry);
        let who = text(entry, "user").split_once('.').map_or("nobody", |(given, _)| given);
        let row = &mut rows.last_mut().unwrap().1;
        match row.last_mut() {
            Some((same, lines)) if same == who => *lines += &format!(", {}", line(entry)),
            _ => row.push((who.to_owned(), line(entry))),
        }
    }
    let said = |(minute, row): (i64, Vec<(String, String)>)| {
        let together = row.chunk_by(|one, next| one.1 == next.1).map(|group| {
            let names: Vec<&str> = group.iter().map(|(who, _)| who.as_str()).collect();
            format!("{}: {}", names.join(" "), group[0].1)
        });
        format!("{minute} {}", together.collect::<Vec<_>>().join("; "))
    };
    rows.into_iter().map(said).collect()
}

/// One exchange of a log with its bodies and what landed.
async fn whole(tenant: &Tenant, entry: &Value) -> Value {
    let path = format!("/support/v1/requests/{}", text(entry, "id"));
    ask("GET", &path).to(tenant).await.expect(200).body
}

fn rows(tenant: &Tenant) -> Vec<String> {
    let mappings = tenant.data().look(|session| session.mappings()).unwrap().mappings;
    mappings.iter().map(|row| row.attribute.rsplit(':').next().unwrap().to_owned()).collect()
}

fn tokens(tenant: &Tenant) -> Vec<TokenInfo> {
    tenant.standing().unwrap().tokens
}

#[tokio::test]
async fn each_script_leaves_its_log_by_either_rules() {
    let expected: [(Script, &[&str]); 6] = [
        (Script::TokenExpiry, &TOKEN_EXPIRY),
        (Script::MappingCasing, &MAPPING_CASING),
        (Script::Quarantine, &QUARANTINE),
        (Script::Duplicate, &DUPLICATE),
        (Script::ReturningLeaver, &RETURNING_LEAVER),
        (Script::BadDay, &BAD_DAY),
    ];
    for policy in [Policy::Thrive, Policy::Rfc] {
        for (script, expected) in expected {
            let tenant = tenant(policy);
            let played = play(&tenant, script).await;
            let log = log(&tenant, &played).await;
            assert_eq!(table(&log), expected, "{script:?}, {policy:?}");
            assert_eq!((log.len() as u64, tenant.exchange_count().unwrap()), (played.requests, played.requests));
            assert!(log.is_sorted_by_key(|entry| text(entry, "at").parse::<Timestamp>().unwrap()));
            let times = [&log[0], log.last().unwrap()].map(|entry| text(entry, "at").parse::<Timestamp>().unwrap());
            assert_eq!(times, [played.from, played.to]);
            assert!(noon().duration_since(played.to).as_secs() < 60);
        }
    }
}

#[tokio::test]
async fn a_run_is_found_by_its_mark_and_by_its_people() {
    let tenant = thrive();
    let played = play(&tenant, Script::BadDay).await;
    let log = log(&tenant, &played).await;
    for entry in &log {
        let marked = ["path", "user"].iter().any(|member| text(entry, member).contains(&played.mark));
        assert!(marked, "{entry}");
    }
    assert_eq!(played.people.len(), 20);
    assert!(played.people.iter().all(|name| name.ends_with(&format!(".{}@rehearsal.example", played.mark))));
    let clients: std::collections::BTreeSet<&str> = log.iter().map(|entry| text(entry, "client")).collect();
    assert_eq!(clients.into_iter().collect::<Vec<_>>(), ["Entra", "Okta", "csv-upload"]);
}

#[tokio::test]
async fn the_token_is_refused_as_expired_and_stays_as_evidence() {
    let tenant = thrive();
    let before: Vec<String> = tokens(&tenant).into_iter().map(|token| token.id).collect();
    for run in 0..2 {
        let played = play(&tenant, Script::TokenExpiry).await;
        let log = log(&tenant, &played).await;
        let refused: Vec<&Value> = log.iter().filter(|entry| entry["status"] == 401).collect();
        let first = whole(&tenant, refused[0]).await;
        let challenge = first["response"]["headers"]["www-authenticate"].as_str().unwrap();
        assert!(challenge.contains("invalid_token") && challenge.contains("expired"), "{challenge}");
        assert!(refused.iter().all(|entry| text(entry, "detail") == "The bearer token has expired."));
        let left: Vec<TokenInfo> = tokens(&tenant).into_iter().filter(|token| !before.contains(&token.id)).collect();
        let [expired] = <[TokenInfo; 1]>::try_from(left).unwrap();
        assert_eq!(expired.name, format!("Rehearsal {}, Entra", played.mark), "run {run}");
        let ended = expired.expires_at.unwrap();
        assert!(played.from < ended && ended <= text(refused[0], "at").parse().unwrap());
        assert!(expired.last_used_at.unwrap() < ended);
    }
}

#[tokio::test]
async fn cost_centres_land_until_the_row_is_retyped_and_the_row_stays() {
    let tenant = thrive();
    assert_eq!(rows(&tenant), ["employeeNumber", "costCenter", "department", "division"]);
    for _ in 0..2 {
        let played = play(&tenant, Script::MappingCasing).await;
        let log = log(&tenant, &played).await;
        let created = whole(&tenant, &log[1]).await;
        let landed = created["mapping"]["landed"].as_array().unwrap();
        assert!(landed.iter().any(|one| one["field"] == "costcentre"), "{landed:?}");
        let patched = whole(&tenant, log.last().unwrap()).await;
        let reason = patched["mapping"]["dropped"][0]["reason"].as_str().unwrap();
        assert!(reason.contains("Only the case differs"), "{reason}");
        assert_eq!(rows(&tenant), ["employeeNumber", "costcenter", "department", "division"]);
    }
    map(&tenant, &[]).await;
    play(&tenant, Script::MappingCasing).await;
    assert_eq!(rows(&tenant), ["costcenter"], "where there was none, there is one to mend");
}

#[tokio::test]
async fn the_look_up_finds_nobody_before_the_create_collides() {
    let tenant = thrive();
    let played = play(&tenant, Script::Duplicate).await;
    let log = log(&tenant, &played).await;
    let mut found = Vec::new();
    for entry in log.iter().filter(|entry| entry["method"] == "GET") {
        found.push(whole(&tenant, entry).await["response"]["body"]["totalResults"].clone());
    }
    assert_eq!(found, [0, 0, 0, 1]);
    assert_eq!(text(&log[0], "client"), "csv-upload", "the account was there first");
}

#[tokio::test]
async fn entra_finds_the_inactive_account_and_okta_collides_with_it() {
    let tenant = thrive();
    let played = play(&tenant, Script::ReturningLeaver).await;
    let log = log(&tenant, &played).await;
    for (place, client) in [(7, "Entra"), (11, "Okta")] {
        let look_up = whole(&tenant, &log[place]).await;
        assert_eq!((text(&log[place], "client"), text(&log[place], "operation")), (client, "match"));
        assert_eq!(look_up["response"]["body"]["Resources"][0]["active"], false);
    }
    let operations: Vec<&str> = log.iter().map(|entry| text(entry, "operation")).collect();
    assert_eq!(operations[5..7], ["deactivate", "deactivate"]);
    assert_eq!((operations[8], operations[12]), ("activate", "activate"));
}

#[tokio::test]
async fn whatever_was_there_stays_as_it_was() {
    let tenant = thrive();
    create(&tenant, &entra_user("jane@x")).await;
    map(&tenant, &[(&format!("{ENTERPRISE_USER}:department"), "department")]).await;
    let rule = tenant.add_fault_rule(FaultRule::of(Fault::ServerError)).unwrap();
    let (tokens_before, rows_before) = (tokens(&tenant), rows(&tenant));
    for script in [Script::Quarantine, Script::Duplicate, Script::ReturningLeaver, Script::BadDay, Script::BadDay] {
        let played = play(&tenant, script).await;
        assert!(log(&tenant, &played).await.iter().all(|entry| entry["status"] != 500), "{script:?}");
    }
    assert_eq!(rows(&tenant), rows_before);
    assert_eq!(tenant.fault_rules().unwrap(), [rule], "a rehearsal neither meets nor counts a fault");
    let own = |tokens: Vec<TokenInfo>| tokens.into_iter().map(|token| token.id).collect::<Vec<_>>();
    let left = own(tokens(&tenant));
    assert_eq!(left[..left.len() - 1], own(tokens_before), "only the expired token of the last run is new");
    tenant.clear_fault_rules().unwrap();
    let jane = "/scim/v2/Users?filter=userName%20eq%20%22jane@x%22";
    assert_eq!(ask("GET", jane).to(&tenant).await.expect(200).body["totalResults"], 1);
}

#[tokio::test]
async fn a_stop_in_the_middle_leaves_nothing() {
    let tenant = thrive();
    let before = (tokens(&tenant), rows(&tenant));
    let left = std::cell::Cell::new(30);
    let stop = || {
        left.set(left.get() - 1);
        left.get() == 0
    };
    let mut told = Vec::new();
    let stopped = play_script(&tenant, Script::BadDay, noon(), |done, total| told.push((done, total)), stop).await;
    assert_eq!(stopped.unwrap_err().kind, FailureKind::Cancelled);
    assert!(told.last().unwrap().0 > 20 && told.is_sorted(), "{told:?}");
    let standing = tenant.standing().unwrap();
    assert_eq!((standing.users, standing.requests), (0, 0));
    assert_eq!((tokens(&tenant), rows(&tenant)), before);
    play(&tenant, Script::BadDay).await;
}

#[tokio::test]
async fn two_at_a_time_take_turns() {
    let tenant = thrive();
    let both = tokio::join!(play(&tenant, Script::Duplicate), play(&tenant, Script::Duplicate));
    assert_ne!(both.0.mark, both.1.mark);
    assert_eq!(tenant.exchange_count().unwrap(), both.0.requests + both.1.requests);
    for played in [both.0, both.1] {
        assert_eq!(table(&log(&tenant, &played).await), DUPLICATE);
    }
}

#[tokio::test]
async fn a_directory_waits_for_a_script_so_that_it_loses_nothing_with_it() {
    let tenant = thrive();
    let jane = entra_user("jane@x");
    let (played, jane) = tokio::join!(play(&tenant, Script::BadDay), create(&tenant, &jane));
    assert_eq!(jane["userName"], "jane@x");
    assert!(text(&last_exchange(&tenant).await, "id") > played.last.as_str(), "it came after the whole script");
    assert_eq!(log(&tenant, &played).await.len() as u64, played.requests);
}

#[tokio::test]
async fn scripts_are_listed_and_played_over_the_support_api() {
    let tenant = thrive();
    let listed = ask("GET", "/support/v1/scripts").to(&tenant).await.expect(200).body;
    let keys: Vec<&str> = listed["scripts"].as_array().unwrap().iter().map(|script| text(script, "key")).collect();
    assert_eq!(keys, Script::ALL.map(Script::key));
    assert_eq!(listed["scripts"][0]["failures"], json!(["token-invalid-or-expired"]));
    let played = ask("POST", "/support/v1/scripts/returning-leaver").to(&tenant).await.expect(200).body;
    assert_eq!((&played["key"], &played["requests"]), (&json!("returning-leaver"), &json!(15)));
    assert_eq!((text(&played, "first"), text(&played, "last")), ("000000000001", "000000000015"));
    assert_eq!(played["people"].as_array().unwrap().len(), 2);
    let unknown = ask("POST", "/support/v1/scripts/good-day").to(&tenant).await.expect(404);
    assert_eq!(unknown.header("content-type"), "application/problem+json");
    assert!(text(&unknown.body, "detail").contains("bad-day"), "{}", unknown.body);
    anonymous("POST", "/support/v1/scripts/bad-day").to(&tenant).await.expect(401);
}
