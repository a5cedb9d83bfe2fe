//! Runs against a tenant of one user in memory, made to misbehave one way at a time.

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::domain::attribute::ENTERPRISE_USER;
use crate::domain::trial::{Verdict, Verification};
use crate::scim::client::Limits;
use crate::scim::rig::{Received, Reply, Rig, answer, scim, short};

const NAME: &str = "scimtest-1@example.com";
type Store = Arc<Mutex<Option<Value>>>;

fn user() -> SampleUser {
    let attributes = [
        ("userName", NAME.to_owned()),
        ("name.givenName", "Sample".to_owned()),
        ("emails[type eq \"work\"].value", NAME.to_owned()),
        ("title", "Engineer".to_owned()),
        ("manager", "m-1".to_owned()),
        (ORGANIZATION, "Northwind".to_owned()),
    ];
    SampleUser(attributes.map(|(key, value)| (key.to_owned(), value)).into())
}

const ORGANIZATION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization";

fn list(users: &[Value]) -> Value {
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"];
    json!({"schemas": schemas, "totalResults": users.len(), "Resources": users})
}

/// A plain tenant: the one user, PATCH of what the dialects send, PUT, DELETE.
fn behave(request: &Received, store: &Store) -> Reply {
    let mut stored = store.lock().unwrap();
    let line = request.line();
    match (line.split_once(' ').unwrap(), stored.as_mut()) {
        (("GET", "/ServiceProviderConfig"), _) => answer(404, "", ""),
        (("GET", path), user) if path.starts_with("/Users?") => {
            let counted = path.ends_with("count=0");
            scim(200, &list(&user.filter(|_| !counted).map(|user| user.clone()).into_iter().collect::<Vec<_>>()))
        }
        (("POST", "/Users"), None) => {
            let mut user = request.body.clone();
            user["id"] = json!("u/1");
            user["meta"] = json!({"resourceType": "User"});
            *stored = Some(user.clone());
            answer(201, "Content-Type: application/scim+json\r\nLocation: /Users/u%2F1\r\n", &user.to_string())
        }
        (("GET", "/Users/u%2F1"), Some(user)) => scim(200, user),
        (("PUT", "/Users/u%2F1"), Some(user)) => {
            *user = request.body.clone();
            scim(200, user)
        }
        (("PATCH", "/Users/u%2F1"), Some(user)) => {
            for operation in request.body["Operations"].as_array().unwrap() {
                let value = &operation["value"];
                match operation["path"].as_str() {
                    Some("title") => user["title"] = value.clone(),
                    Some("active") => user["active"] = json!(truth(Some(value))),
                    Some(path) if path.ends_with(":manager") => {
                        user[ENTERPRISE_USER]["manager"] = json!({"value": value});
                    }
                    Some(_) => {}
                    None => {
                        let known = |name: &str| value.get(name).cloned();
                        user["title"] = known("title").unwrap_or_else(|| user["title"].clone());
                        user["active"] = known("active").unwrap_or_else(|| user["active"].clone());
                    }
                }
            }
            scim(200, user)
        }
        (("DELETE", "/Users/u%2F1"), Some(_)) => {
            *stored = None;
            answer(204, "", "")
        }
        _ => scim(404, &json!({"detail": "not there"})),
    }
}

/// A tenant that answers as `twist` says, and plainly where that says nothing.
async fn tenant(twist: impl Fn(&Received, &Store) -> Option<Reply> + Send + Sync + 'static) -> Rig {
    let store = Store::default();
    Rig::new(move |request| twist(request, &store).unwrap_or_else(|| behave(request, &store))).await
}

async fn plain() -> Rig {
    tenant(|_, _| None).await
}

struct Wanted {
    dialect: Dialect,
    steps: BTreeSet<StepName>,
    keep: bool,
    limits: Limits,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { dialect: Dialect::Rfc, steps: StepName::ALL.into(), keep: false, limits: Limits::default() }
    }
}

async fn try_out(rig: &Rig, wanted: Wanted) -> TrialReport {
    try_with(rig, wanted, &CancellationToken::new(), |_| ()).await
}

async fn try_with(
    rig: &Rig,
    wanted: Wanted,
    cancel: &CancellationToken,
    mut seen: impl FnMut(&StepReport),
) -> TrialReport {
    let client = Client::new(&rig.endpoint(), wanted.limits).unwrap();
    let user = user();
    let Wanted { dialect, steps, keep, .. } = wanted;
    let plan = TrialPlan { dialect, user: &user, mappings: &[], steps: &steps, keep };
    let mut names = Vec::new();
    let on_step = |report: StepReport| {
        names.push(report.name);
        seen(&report);
    };
    let report = run(&client, None, plan, on_step, cancel).await;
    assert_eq!(names, StepName::ALL);
    for step in &report.steps {
        assert!(step.status == StepStatus::Passed || !step.notes.is_empty(), "{step:?}");
    }
    report
}

fn statuses(report: &TrialReport) -> String {
    report.steps.iter().map(|step| format!("{:?}", step.status).chars().next().unwrap()).collect()
}

fn notes(report: &TrialReport, name: StepName) -> String {
    report.steps.iter().find(|step| step.name == name).unwrap().notes.join(" ")
}

fn verdict<'a>(report: &'a TrialReport, attribute: &str) -> &'a Verification {
    report.verification.iter().find(|line| line.attribute == attribute).unwrap()
}

fn writes(rig: &Rig) -> Vec<String> {
    rig.lines().into_iter().filter(|line| !line.starts_with("GET ")).collect()
}

#[tokio::test]
async fn every_dialect_goes_through_the_whole_life_cycle_and_leaves_nothing() {
    for dialect in Dialect::ALL {
        let rig = plain().await;
        let report = try_out(&rig, Wanted { dialect, ..Wanted::default() }).await;
        assert_eq!((statuses(&report).as_str(), report.outcome), ("PPPPPPP", TrialOutcome::Passed), "{report:#?}");
        assert_eq!(report.left_behind, None);
        assert!(report.verification.iter().all(|line| line.verdict == Verdict::Match), "{:#?}", report.verification);
        assert_eq!(verdict(&report, "title, updated").sent, "Engineer, updated");
        assert_eq!(verdict(&report, "active, updated").landed.as_deref(), Some("false"));
        assert_eq!(verdict(&report, "manager").field.as_deref(), Some("managerRef"));
        if dialect == Dialect::Entra {
            let added = ["externalId", "name.formatted"].map(|name| verdict(&report, name).verdict);
            assert_eq!(added, [Verdict::Match; 2], "what the directory adds is compared too");
        }
        let deciding: Vec<_> =
            report.steps.iter().map(|step| step.exchange.as_ref().unwrap().request.method.as_str()).collect();
        let update = if dialect == Dialect::Okta { "PUT" } else { "PATCH" };
        assert_eq!(deciding, ["GET", "GET", "POST", "GET", update, "PATCH", "DELETE"]);
        let planned = dialect::plan(dialect, &user(), "Engineer, updated", &rig.endpoint().base);
        let planned: usize = planned.iter().map(|step| step.requests.len()).sum();
        assert_eq!(rig.received().len(), planned, "the run sends what the plan shows");
    }
}

#[tokio::test]
async fn an_existing_user_is_never_touched() {
    let rig = tenant(|request, _| {
        let other = [json!({"id": "7", "userName": NAME.to_uppercase()})];
        request.line().starts_with("GET /Users?").then(|| scim(200, &list(&other)))
    })
    .await;
    let only_create = [StepName::Create, StepName::Deactivate, StepName::CleanUp].into();
    for steps in [StepName::ALL.into(), only_create] {
        let report = try_out(&rig, Wanted { steps, ..Wanted::default() }).await;
        assert!(notes(&report, StepName::Match).contains("exists already"));
        assert_eq!((report.outcome, report.left_behind), (TrialOutcome::Failed, None));
        assert!(report.verification.is_empty());
    }
    assert!(writes(&rig).is_empty());
}

#[tokio::test]
async fn a_look_up_that_cannot_be_trusted_stops_before_any_write() {
    let strangers = [json!({"id": "7", "userName": "somebody"})];
    for (status, body, dialect, words) in [
        (200, list(&strangers), Dialect::Rfc, "filter is ignored"),
        (200, json!({"ok": 1}), Dialect::Okta, "no list"),
        (404, json!({"detail": "none"}), Dialect::Entra, "quarantine"),
    ] {
        let rig =
            tenant(move |request, _| request.line().starts_with("GET /Users?").then(|| scim(status, &body))).await;
        let report = try_out(&rig, Wanted { dialect, ..Wanted::default() }).await;
        assert!(notes(&report, StepName::Match).contains(words), "{}", notes(&report, StepName::Match));
        assert!(writes(&rig).is_empty());
    }
}

#[tokio::test]
async fn okta_takes_a_404_for_not_found() {
    let rig = tenant(|request, store| {
        let empty = store.lock().unwrap().is_none();
        (empty && request.line().starts_with("GET /Users?")).then(|| scim(404, &json!({"detail": "none"})))
    })
    .await;
    let report = try_out(&rig, Wanted { dialect: Dialect::Okta, ..Wanted::default() }).await;
    assert_eq!(report.outcome, TrialOutcome::Passed, "{report:#?}");
    assert!(notes(&report, StepName::Match).contains("Okta accepts that"));
}

#[tokio::test]
async fn a_failure_stops_the_run_and_the_clean_up_still_runs() {
    let rig = tenant(|request, _| {
        let text = request.body["Operations"][0]["value"] == "False";
        text.then(|| scim(400, &json!({"scimType": "invalidValue", "detail": "active must be a boolean"})))
    })
    .await;
    let report = try_out(&rig, Wanted { dialect: Dialect::Entra, ..Wanted::default() }).await;
    assert_eq!((statuses(&report).as_str(), report.left_behind.as_deref()), ("PPPPPFP", None));
    let said = notes(&report, StepName::Deactivate);
    assert!(said.contains("active must be a boolean.") && said.contains("aadOptscim062020"), "{said}");
    assert!(notes(&report, StepName::CleanUp).contains("Ran although Deactivate failed"));
}

#[tokio::test]
async fn an_accepted_deactivation_that_changes_nothing_is_a_failure() {
    let rig = tenant(|request, _| {
        let deactivation = request.body["Operations"][0]["path"] == "active";
        deactivation.then(|| answer(204, "", ""))
    })
    .await;
    let report = try_out(&rig, Wanted::default()).await;
    assert_eq!(statuses(&report), "PPPPPFP");
    assert!(notes(&report, StepName::Deactivate).contains("still active"));
    assert_eq!(verdict(&report, "active, updated").verdict, Verdict::Differs);
}

#[tokio::test]
async fn a_user_created_behind_an_error_is_found_and_removed() {
    for status in [500, 504] {
        let rig = tenant(move |request, store| {
            (request.line() == "POST /Users").then(|| {
                behave(request, store);
                answer(status, "", "")
            })
        })
        .await;
        let report = try_out(&rig, Wanted::default()).await;
        assert_eq!(statuses(&report), "PPFSSSP", "{report:#?}");
        assert!(notes(&report, StepName::Create).contains("created the user all the same"));
        assert_eq!((writes(&rig).last().unwrap().as_str(), report.left_behind), ("DELETE /Users/u%2F1", None));
    }
}

#[tokio::test]
async fn an_id_that_the_answer_lacks_is_found_by_look_up() {
    for headers in ["Location: /v2/Users/9\r\n", ""] {
        let rig = tenant(move |request, store| {
            (request.line() == "POST /Users").then(|| {
                behave(request, store);
                answer(201, headers, "")
            })
        })
        .await;
        let report = try_out(&rig, Wanted::default()).await;
        assert_eq!(statuses(&report), "PPPPPPP", "{report:#?}");
        assert!(notes(&report, StepName::Create).contains("empty user"));
    }
}

#[tokio::test]
async fn without_delete_the_user_stays_suspended_and_the_report_says_so() {
    for (status, steps) in [(405, StepName::ALL.into()), (501, [StepName::Create, StepName::CleanUp].into())] {
        let rig = tenant(move |request, _| request.line().starts_with("DELETE").then(|| answer(status, "", ""))).await;
        let report = try_out(&rig, Wanted { steps, ..Wanted::default() }).await;
        assert!(notes(&report, StepName::CleanUp).contains("no DELETE"));
        assert_eq!((report.outcome, report.left_behind.as_deref()), (TrialOutcome::Passed, Some("u/1")));
        let suspended = rig.received().iter().any(|request| request.body["Operations"][0]["value"] == false);
        assert!(suspended);
    }
}

#[tokio::test]
async fn a_kept_user_is_left_behind_and_can_be_cleaned_up_later() {
    let rig = plain().await;
    let report = try_out(&rig, Wanted { keep: true, ..Wanted::default() }).await;
    assert_eq!((statuses(&report).as_str(), report.left_behind.as_deref()), ("PPPPPPS", Some("u/1")));
    let client = Client::new(&rig.endpoint(), Limits::default()).unwrap();
    let cleaned = clean_up(&client, "u/1").await;
    assert_eq!(cleaned.status, StepStatus::Passed, "{cleaned:?}");
    assert_eq!(clean_up(&client, "u/1").await.status, StepStatus::Passed, "a second time does no harm");
    let before = rig.received().len();
    assert_eq!(clean_up(&client, "..").await.status, StepStatus::Failed);
    assert_eq!(rig.received().len(), before);
}

#[tokio::test]
async fn stopping_leaves_the_user_and_says_which() {
    let rig = plain().await;
    let cancel = CancellationToken::new();
    let report = try_with(&rig, Wanted::default(), &cancel, |step| {
        if step.name == StepName::ReadBack {
            cancel.cancel();
        }
    })
    .await;
    assert_eq!((statuses(&report).as_str(), report.left_behind.as_deref()), ("PPPPSSS", Some("u/1")));
    assert_eq!(report.outcome, TrialOutcome::Failed);
    assert_eq!(writes(&rig), ["POST /Users"]);
}

#[tokio::test]
async fn stopping_while_the_user_is_created_finds_out_what_was_done() {
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let rig = tenant(move |request, store| {
        (request.line() == "POST /Users").then(|| {
            behave(request, store);
            stop.cancel();
            Reply::Hang
        })
    })
    .await;
    let limits = Limits { grace: short().grace, ..Limits::default() };
    let report = try_with(&rig, Wanted { limits, ..Wanted::default() }, &cancel, |_| ()).await;
    assert_eq!((statuses(&report).as_str(), report.left_behind.as_deref()), ("PPSSSSS", Some("u/1")));
}

#[tokio::test]
async fn a_user_that_cannot_be_found_by_name_fails_the_read_back() {
    let rig = tenant(|request, _| request.line().starts_with("GET /Users?").then(|| scim(200, &list(&[])))).await;
    let report = try_out(&rig, Wanted::default()).await;
    assert_eq!(statuses(&report), "PPPFSSP");
    assert!(notes(&report, StepName::ReadBack).contains("create it again"));
}

#[tokio::test]
async fn the_tenant_s_own_word_says_what_landed_where_and_why_not() {
    let at = "2026-11-24T10:00:00Z";
    let line = move |id: &str, operation: &str, resource: &str| json!({"id": id, "at": at, "operation": operation, "resourceId": resource});
    let support = Rig::new(move |request| match request.line() {
        "GET /requests/3" => {
            let mut record = line("3", "set-manager", "u/1");
            let landed =
                json!({"attribute": format!("{ENTERPRISE_USER}:manager"), "field": "managerRef", "value": "m-1"});
            record["mapping"] = json!({"landed": [landed], "dropped": []});
            scim(200, &record)
        }
        "GET /requests/2" => {
            let mut record = line("2", "create", "u/1");
            let landed = json!([{"attribute": "title", "field": "jobTitle", "value": "ENGINEER"},
                {"attribute": "userName", "field": "ref", "value": NAME}]);
            let dropped =
                json!([{"attribute": ORGANIZATION, "value": "x", "reason": "No mapping names organization."}]);
            record["mapping"] = json!({"landed": landed, "dropped": dropped});
            scim(200, &record)
        }
        path if path.starts_with("GET /requests?limit=50&user=scimtest") => {
            let lines = [
                line("4", "update", "u/1"),
                line("3", "set-manager", "u/1"),
                line("2", "create", "u/1"),
                line("1", "create", "u/0"),
            ];
            scim(200, &json!({"requests": lines, "nextCursor": null}))
        }
        path => panic!("{path}"),
    })
    .await;
    let rig = plain().await;
    let client = Client::new(&rig.endpoint(), Limits::default()).unwrap();
    let support = SupportClient::new(&support.endpoint(), Limits::default()).unwrap();
    let (user, steps) = (user(), StepName::ALL.into());
    let plan = TrialPlan { dialect: Dialect::Entra, user: &user, mappings: &[], steps: &steps, keep: false };
    let report = run(&client, Some(&support), plan, drop, &CancellationToken::new()).await;
    let organization = verdict(&report, ORGANIZATION);
    assert_eq!((organization.verdict, organization.landed.as_deref()), (Verdict::Missing, None));
    assert_eq!(organization.why.as_deref(), Some("No mapping names organization."));
    let title = verdict(&report, "title");
    assert_eq!((title.verdict, title.why.as_deref()), (Verdict::Differs, Some("Only the case differs.")));
    assert_eq!(verdict(&report, "manager").verdict, Verdict::Match);
    assert_eq!(verdict(&report, "name.givenName").verdict, Verdict::Match, "read back where the tenant says nothing");
}

#[tokio::test]
async fn a_missing_value_is_explained_by_the_nearest_mapping() {
    let rig = tenant(|request, store| {
        (request.line() == "POST /Users").then(|| {
            let mut request = request.clone();
            request.body.as_object_mut().unwrap().remove(ENTERPRISE_USER);
            behave(&request, store)
        })
    })
    .await;
    let client = Client::new(&rig.endpoint(), Limits::default()).unwrap();
    let mapping = |attribute: &str| MappingRow { attribute: attribute.to_owned(), field: "org".to_owned() };
    let british = mapping("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organisation");
    let core = mapping("urn:ietf:params:scim:schemas:core:2.0:User:organization");
    let exact = mapping(ORGANIZATION);
    for (rows, field, words) in [
        (&[british][..], None, "maps organisation; organization was sent"),
        (&[core], None, "this was sent under"),
        (&[exact], Some("org"), "It is mapped"),
        (&[], None, "No mapping"),
    ] {
        let (user, steps) = (user(), StepName::ALL.into());
        let plan = TrialPlan { dialect: Dialect::Rfc, user: &user, mappings: rows, steps: &steps, keep: false };
        let report = run(&client, None, plan, drop, &CancellationToken::new()).await;
        let line = verdict(&report, ORGANIZATION);
        assert_eq!((line.verdict, line.field.as_deref()), (Verdict::Missing, field), "{report:#?}");
        assert!(line.why.as_ref().unwrap().contains(words), "{line:?}");
    }
}

#[tokio::test]
async fn a_run_can_be_spawned() {
    let rig = plain().await;
    let client = Client::new(&rig.endpoint(), Limits::default()).unwrap();
    let support = SupportClient::new(&rig.endpoint(), Limits::default()).unwrap();
    let endpoint = rig.endpoint();
    let spawned = tokio::spawn(async move {
        let (user, steps, cancel) = (user(), [StepName::Connect].into(), CancellationToken::new());
        let plan = TrialPlan { dialect: Dialect::Okta, user: &user, mappings: &[], steps: &steps, keep: false };
        crate::scim::probe::test_connection(&endpoint, None, Limits::default(), drop, &cancel).await;
        run(&client, Some(&support), plan, drop, &cancel).await
    });
    assert_eq!(statuses(&spawned.await.unwrap()), "PSSSSSS");
}
