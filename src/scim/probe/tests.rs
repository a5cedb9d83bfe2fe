//! The checklist against good, odd and broken tenants.

use serde_json::{Value, json};

use super::*;
use crate::scim::rig::{self, Received, Reply, Rig, TOKEN, answer, authority, endpoint, scim};

async fn probe(scim: &Endpoint, support: Option<&Endpoint>) -> Vec<Check> {
    let mut live = Vec::new();
    let checks =
        test_connection(scim, support, Limits::default(), |check| live.push(check), &CancellationToken::new()).await;
    assert_eq!(checks.iter().map(|check| check.name).collect::<Vec<_>>(), CheckName::ALL);
    for check in &checks {
        assert!(live.contains(check), "{check:?} was not reported");
        assert!(!check.finding.is_empty() && !format!("{check:?}").contains(TOKEN), "{check:?}");
        assert!(check.status != CheckStatus::Failed || !check.next.is_empty(), "{check:?}");
    }
    checks
}

fn config() -> Value {
    let yes = json!({"supported": true});
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "patch": yes, "filter": yes,
        "bulk": {"supported": false}, "sort": yes, "etag": yes, "authenticationSchemes": []})
}

fn list(total: &Value, users: &Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": total, "Resources": users})
}

fn tenant(request: &Received, look_up: impl Fn() -> Reply) -> Reply {
    match request.line() {
        "GET /ServiceProviderConfig" => scim(200, &config()),
        "GET /tenant" => scim(
            200,
            &json!({"name": "Acme", "environment": "staging", "defaults": [],
            "filterable": [], "capabilities": ["requests", "stream"]}),
        ),
        line if line.starts_with("GET /Users?filter=userName+eq+%22") => look_up(),
        line => panic!("{line}"),
    }
}

fn statuses(checks: &[Check]) -> String {
    checks.iter().map(|check| format!("{:?}", check.status).chars().next().unwrap()).collect()
}

fn line(checks: &[Check], name: CheckName) -> &Check {
    checks.iter().find(|check| check.name == name).unwrap()
}

#[tokio::test]
async fn a_good_tenant_passes_every_check_without_a_write() {
    let rig = Rig::new(|request| tenant(request, || scim(200, &list(&json!(0), &json!([]))))).await;
    let checks = probe(&rig.endpoint(), Some(&rig.endpoint())).await;
    assert_eq!(statuses(&checks), "PPPPPPP", "{checks:#?}");
    assert!(line(&checks, CheckName::SecureConnection).finding.contains("stays on this computer"));
    assert!(line(&checks, CheckName::Token).finding.contains("8f2c"));
    assert_eq!(rig.received().len(), 3);
    assert!(rig.lines().iter().all(|line| line.starts_with("GET ")));
}

#[tokio::test]
async fn a_look_up_is_judged_as_a_directory_would_take_it() {
    for (status, body, expected, words) in [
        (404, json!({"detail": "no user"}), CheckStatus::Failed, "quarantine"),
        (200, list(&json!(2), &json!([{"userName": "a"}, {"userName": "b"}])), CheckStatus::Failed, "2 users"),
        (200, list(&json!("0"), &json!([])), CheckStatus::Warning, "totalResults is text"),
        (200, json!({"ok": true}), CheckStatus::Failed, "no list"),
        (400, json!({"detail": "bad filter"}), CheckStatus::Failed, "refused"),
    ] {
        let rig = Rig::new(move |request| tenant(request, || scim(status, &body))).await;
        let checks = probe(&rig.endpoint(), None).await;
        let found = line(&checks, CheckName::LookUp);
        assert_eq!(found.status, expected, "{found:?}");
        assert!(found.finding.contains(words), "{found:?}");
        assert_eq!(line(&checks, CheckName::SupportApi).status, CheckStatus::Warning);
    }
}

#[tokio::test]
async fn a_wrong_path_is_told_from_a_wrong_answer() {
    let rig = Rig::new(|_| answer(404, "", "")).await;
    let checks = probe(&rig.endpoint(), Some(&rig.endpoint())).await;
    assert_eq!(statuses(&checks), "PPPPWFW");
    assert!(line(&checks, CheckName::LookUp).finding.contains("path is probably wrong"));
    assert!(line(&checks, CheckName::ServiceDescription).finding.contains("Optional"));
    assert!(line(&checks, CheckName::SupportApi).finding.contains("Not offered"));
}

#[tokio::test]
async fn a_failed_check_skips_what_depends_on_it() {
    let refused = Rig::new(|_| answer(401, "", "")).await;
    assert_eq!(statuses(&probe(&refused.endpoint(), None).await), "PPPFSSS");
    let page = Rig::new(|_| answer(200, "", "<html><title>Sign in</title>")).await;
    assert_eq!(statuses(&probe(&page.endpoint(), None).await), "PPFSSSS");
    let elsewhere = Rig::new(|_| answer(302, "Location: https://login.example/x\r\n", "")).await;
    let checks = probe(&elsewhere.endpoint(), None).await;
    assert_eq!(statuses(&checks), "PPFSSSS");
    assert!(line(&checks, CheckName::Reachable).finding.contains("login.example"));
    assert_eq!(statuses(&probe(&endpoint("https://tenant.invalid"), None).await), "FSSSSSS");
    assert_eq!(statuses(&probe(&endpoint("http://tenant.example"), None).await), "FSSSSSS");
    let (issuer, _) = authority();
    let untrusted = Rig::secure(rig::tls(&["127.0.0.1"], &issuer), |_| answer(200, "", "{}")).await;
    assert_eq!(statuses(&probe(&untrusted.endpoint(), None).await), "PFSSSSS");
}

#[tokio::test]
async fn an_odd_description_is_named_and_never_fails() {
    let odd = json!({"patch": {"supported": "true"}, "filter": {"supported": false}});
    let rig = Rig::new(move |request| match request.line() {
        "GET /ServiceProviderConfig" => answer(200, "Content-Type: application/json\r\n", &odd.to_string()),
        _ => tenant(request, || scim(200, &list(&json!(0), &json!([])))),
    })
    .await;
    let checks = probe(&rig.endpoint(), None).await;
    let found = line(&checks, CheckName::ServiceDescription);
    assert_eq!(found.status, CheckStatus::Warning);
    for words in ["application/json", "patch.supported is not a boolean", "filters are not supported", "bulk.supported"]
    {
        assert!(found.finding.contains(words), "{found:?}");
    }
}

#[tokio::test]
async fn stopping_skips_what_is_left() {
    let rig = Rig::new(|_| Reply::Hang).await;
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let on_check = move |check: Check| {
        if check.name == CheckName::SecureConnection && check.status == CheckStatus::Running {
            stop.cancel();
        }
    };
    let checks = test_connection(&rig.endpoint(), None, Limits::default(), on_check, &cancel).await;
    assert_eq!(statuses(&checks), "PSSSSSS");
    assert!(checks[1].finding.contains("Stopped"));
}

#[test]
fn a_certificate_that_ends_soon_is_a_warning() {
    let now: Timestamp = "2027-03-01T00:00:00Z".parse().unwrap();
    for (end, status) in [("2027-03-14T00:00:00Z", CheckStatus::Warning), ("2027-06-01T00:00:00Z", CheckStatus::Passed)]
    {
        let known = Secured { version: Some("TLS 1.3"), valid_until: Some(end.parse().unwrap()) };
        let (found, finding, _) = secured(Some(&known), now);
        assert_eq!(found, status);
        assert!(finding.starts_with("TLS 1.3, certificate valid to "), "{finding}");
    }
}
