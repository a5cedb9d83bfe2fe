//! The demo day held against the real tenant: every mishap gets the answer and the landing that it is an example of.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::sandbox::Policy;

const END: &str = "2026-11-23T14:42:30Z";

fn day(exchanges: usize) -> DemoDay {
    DemoDay { seed: 7, exchanges, end: END.parse().unwrap() }
}

fn tenant(policy: Policy) -> Tenant {
    Tenant::open(None, policy, Arc::new(|| END.parse().unwrap())).unwrap()
}

/// One exchange as the tenant's own log tells it, with the mark of the request that caused it.
struct Logged {
    failure: Option<&'static str>,
    entry: Value,
}

impl Logged {
    fn text(&self, member: &str) -> &str {
        self.entry[member].as_str().unwrap_or_default()
    }
}

async fn ask(tenant: &Tenant, token: &Secret, path: &str) -> Value {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
    let response = tenant.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
}

/// Plays a day and reads the whole log back over the support API, oldest first.
async fn played(policy: Policy, exchanges: usize) -> Vec<Logged> {
    let tenant = tenant(policy);
    let mut marks = Vec::new();
    let observe = |call: &Call, status: StatusCode, _: &Value| marks.push((call.failure, status.as_u16()));
    let sent = perform(&tenant, &day(exchanges), |_, _| {}, || false, observe).await.unwrap();
    assert_eq!(sent, marks.len());
    let (_, token) = tenant.issue_token("Support", None).unwrap();
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ask(&tenant, &token, &format!("/support/v1/requests?limit=500&cursor={cursor}")).await;
        entries.extend(page["requests"].as_array().unwrap().iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    entries.reverse();
    assert_eq!(entries.len(), sent);
    let logged = |((failure, status), entry): ((_, u16), Value)| {
        assert_eq!(entry["status"], status, "{entry}");
        Logged { failure, entry }
    };
    marks.into_iter().zip(entries).map(logged).collect()
}

/// What Thrive's rules make of each kind: status, outcome, and a part of the log's detail.
const EXPECTED: [(&str, u16, &str, &str); FAILURES.len()] = [
    ("anchor-lost-404", 404, "failure", "was not found"),
    ("attribute-not-in-target-schema", 200, "warning", "locality"),
    ("auth-scheme-or-prefix-wrong", 401, "failure", "token"),
    ("boolean-as-string", 200, "success", ""),
    ("british-american-spelling", 200, "warning", "organi"),
    ("conflict-existing-user", 409, "failure", "userName"),
    ("content-type-request-rejected", 415, "failure", "media type"),
    ("core-vs-extension-namespace", 200, "success", ""),
    ("date-format-start-date", 200, "warning", "startDate"),
    ("dot-vs-colon-extension-path", 400, "failure", ""),
    ("email-domain-not-allowed", 201, "success", ""),
    ("empty-string", 200, "success", ""),
    ("extension-attribute-not-allowed", 200, "warning", "startDate"),
    ("filter-unsupported-attribute", 400, "failure", "userName"),
    ("gateway-html-instead-of-json", 503, "failure", "web page"),
    ("groups-unsupported-by-service", 501, "failure", "Groups"),
    ("hard-delete-data-loss", 204, "success", ""),
    ("manager-as-string", 200, "success", ""),
    ("manager-empty-or-removal", 200, "success", ""),
    ("manager-unresolved", 200, "success", ""),
    ("mapping-absent-silently-dropped", 200, "warning", "dropped"),
    ("method-not-supported", 405, "failure", "PUT"),
    ("multiple-primary-or-none", 201, "warning", "emails"),
    ("namespace-urn-misspelt", 200, "success", ""),
    ("null-values", 200, "success", ""),
    ("patch-empty-path-or-trailing-dot", 400, "failure", ""),
    ("patch-without-path", 200, "success", ""),
    ("preferred-language-format", 200, "success", ""),
    ("put-replaces-and-wipes", 200, "success", ""),
    ("rate-limited", 429, "failure", "Too many"),
    ("required-attribute-missing", 400, "failure", "userName"),
    ("schemas-missing-or-wrong", 400, "failure", "schemas"),
    ("server-error-5xx", 500, "failure", ""),
    ("soft-delete-recreate-conflict", 409, "failure", "userName"),
    ("special-characters-in-lookup", 200, "success", ""),
    ("timeout-slow-response", 504, "failure", "web page"),
    ("timezone-windows-vs-iana", 200, "success", ""),
    ("token-invalid-or-expired", 401, "failure", "token"),
    ("whitespace-or-unicode", 201, "success", ""),
    ("wrong-base-url", 404, "failure", "path"),
    ("wrong-casing-attribute", 200, "warning", "costcenter"),
];

#[tokio::test]
async fn every_failure_is_answered_as_the_catalogue_says() {
    let log = played(Policy::Thrive, 2_000).await;
    let mut wrong = BTreeMap::new();
    for (failure, status, outcome, detail) in EXPECTED {
        let examples = log.iter().filter(|logged| logged.failure == Some(failure)).collect::<Vec<_>>();
        assert!(!examples.is_empty(), "{failure} never occurs");
        for logged in examples {
            let as_said = logged.entry["status"] == status || (logged.entry["status"] == 201 && status == 200);
            if !as_said || logged.text("outcome") != outcome || !logged.text("detail").contains(detail) {
                wrong.insert(failure, logged.entry.to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn nothing_else_fails_and_failures_are_few() {
    let log = played(Policy::Thrive, 2_000).await;
    for logged in log.iter().filter(|logged| logged.failure.is_none()) {
        assert_eq!(logged.text("outcome"), "success", "{}", logged.entry);
    }
    let percent = |outcome: &str| {
        let count = log.iter().filter(|logged| logged.text("outcome") == outcome).count();
        count as f64 * 100.0 / log.len() as f64
    };
    assert!((2.0..6.0).contains(&percent("failure")), "{} % failures", percent("failure"));
    assert!((2.0..8.0).contains(&percent("warning")), "{} % warnings", percent("warning"));
}

#[tokio::test]
async fn the_log_tells_the_two_directories_apart_and_names_the_people() {
    let log = played(Policy::Thrive, 600).await;
    let of = |client: &str| log.iter().filter(|logged| logged.text("client") == client).collect::<Vec<_>>();
    assert_eq!(of("Entra").len() + of("Okta").len(), log.len());
    assert!(of("Entra").iter().any(|logged| logged.text("user") == "amelia.hart@northwind.co"));
    assert!(of("Okta").iter().all(|logged| !logged.text("user").ends_with("@northwind.co")));
    for operation in ["create", "match", "read", "list", "update", "set-manager", "deactivate", "activate", "delete"] {
        assert!(log.iter().any(|logged| logged.text("operation") == operation), "{operation}");
    }
}

#[tokio::test]
async fn a_tenant_that_keeps_to_the_standard_takes_the_same_day() {
    assert!(played(Policy::Rfc, 600).await.len() >= 600);
}

#[tokio::test]
async fn a_second_day_links_to_the_people_of_the_first() {
    let tenant = tenant(Policy::Thrive);
    let first = play(&tenant, &day(600), |_, _| {}, || false).await.unwrap();
    let mut collisions = 0;
    let observe = |call: &Call, status: StatusCode, _: &Value| {
        collisions += usize::from(status == StatusCode::CONFLICT && call.failure.is_none());
    };
    let again = perform(&tenant, &day(600), |_, _| {}, || false, observe).await.unwrap();
    assert!(again < first && again > first / 2, "{again} after {first}");
    assert!(collisions <= 1, "{collisions}");
    assert_eq!(tenant.exchange_count().unwrap(), (first + again) as u64);
}

#[tokio::test]
async fn progress_is_told_often_and_a_cancelled_day_keeps_what_was_sent() {
    let tenant = tenant(Policy::Thrive);
    let mut reports = Vec::new();
    let cancelled = || tenant.exchange_count().unwrap() >= 120;
    let failure = play(&tenant, &day(600), |done, total| reports.push((done, total)), cancelled).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Cancelled);
    assert_eq!(tenant.exchange_count().unwrap(), 120);
    assert_eq!(reports.iter().map(|(done, _)| *done).collect::<Vec<_>>(), [0, 50, 100]);
    assert!(reports.iter().all(|(_, total)| *total >= 600));
}

#[test]
fn a_day_can_be_played_on_any_thread() {
    fn is_send(_: impl Send) {}
    let tenant = tenant(Policy::Thrive);
    is_send(play(&tenant, &day(600), |_, _| {}, || false));
}

fn script(day: &DemoDay) -> Vec<String> {
    let line = |call: &Call| format!("{} {} {} {} {}", call.at, call.took, call.method, call.path, call.body);
    day::calls(day).iter().map(line).collect()
}

#[test]
fn the_same_seed_and_end_give_the_same_requests() {
    assert_eq!(script(&day(2_000)), script(&day(2_000)));
    assert_ne!(script(&day(2_000)), script(&DemoDay { seed: 8, ..day(2_000) }));
}

#[test]
fn a_day_has_at_least_what_was_asked_for_and_stays_within_it() {
    for (exchanges, hour) in [(0, 0), (500, 5), (2_000, 9), (2_000, 14), (20_000, 22)] {
        let end = Timestamp::from_second(1_795_000_000 + hour * 3600).unwrap();
        let calls = day::calls(&DemoDay { seed: 1, exchanges, end });
        assert!(calls.len() >= exchanges, "{} of {exchanges}", calls.len());
        assert!(calls.len() < exchanges.max(600) * 11 / 10, "{} of {exchanges}", calls.len());
        assert!(calls.is_sorted_by_key(|call| call.at));
        assert!(calls.iter().all(|call| call.at < day::LENGTH && call.took > 0));
        let last = calls.last().map_or(0, |call| day::LENGTH - call.at);
        assert!((20_000..60_000).contains(&last), "the last request is {last} ms before the end");
    }
}

#[test]
fn every_mark_is_in_the_list() {
    let calls = day::calls(&day(600));
    for failure in calls.iter().filter_map(|call| call.failure) {
        assert!(FAILURES.contains(&failure), "{failure}");
    }
    for (expected, listed) in EXPECTED.iter().zip(FAILURES) {
        assert_eq!(expected.0, listed);
    }
}

#[test]
fn what_the_page_of_a_mapping_without_a_source_maps_is_never_sent() {
    let pages = include_str!("../../../assets/diagnoses/examples.jsonl").lines();
    let page = pages.map(|line| serde_json::from_str::<Value>(line).unwrap()).find(|page| page.get("unsent").is_some());
    let rows = page.unwrap()["unsent"].as_array().unwrap().clone();
    assert!(!rows.is_empty());
    for row in rows {
        let name = row["attribute"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        let sent = day::calls(&day(2_000)).iter().any(|call| call.body.to_string().contains(&name));
        assert!(!sent, "{name}");
    }
}
