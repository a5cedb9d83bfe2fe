//! The trial and the connection test against a real SCIM server: set SCIM_PEER_URL (and SCIM_PEER_TOKEN, by default
//! `peer-token`), for example `http://127.0.0.1:8901/v2` of scim2-server. Without it there is nothing to do here.
//! SCIM_PEER_REFUSES=entra tells of a server that refuses text for a boolean, as scimmy does.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test, whose output says what the server does")]

use std::collections::BTreeSet;

use scim_console::domain::connection::{CheckName, CheckStatus};
use scim_console::domain::secret::Secret;
use scim_console::domain::trial::{Dialect, SampleUser, StepName, StepStatus, TrialOutcome, TrialReport, Verdict};
use scim_console::scim::client::{Client, Endpoint, Limits, Scheme};
use scim_console::scim::probe::test_connection;
use scim_console::scim::trial::{TrialPlan, run};
use tokio_util::sync::CancellationToken;
use url::Url;

fn peer() -> Option<Endpoint> {
    let Ok(address) = std::env::var("SCIM_PEER_URL") else {
        println!("skipped: SCIM_PEER_URL is not set");
        return None;
    };
    let token = std::env::var("SCIM_PEER_TOKEN").unwrap_or_else(|_| "peer-token".to_owned());
    Some(Endpoint {
        base: Url::parse(&address).unwrap(),
        token: Secret::new(&token),
        scheme: Scheme::Bearer,
        proxy: None,
        ca_file: None,
    })
}

fn sample(dialect: Dialect) -> SampleUser {
    let unique = uuid::Uuid::new_v4().simple().to_string();
    let name = format!("scimtest-{}-{}@example.com", dialect.key(), &unique[..8]);
    let attributes = [
        ("userName", name.as_str()),
        ("name.givenName", "Sample"),
        ("name.familyName", "Person"),
        ("emails[type eq \"work\"].value", name.as_str()),
        ("title", "Field Engineer"),
        ("preferredLanguage", "en-GB"),
        ("timezone", "Europe/London"),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "Sales EMEA"),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", "CC-4410"),
    ];
    SampleUser(attributes.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
}

async fn tried(client: &Client, dialect: Dialect) -> TrialReport {
    let steps: BTreeSet<StepName> = StepName::ALL.into();
    let user = sample(dialect);
    let plan = TrialPlan { dialect, user: &user, mappings: &[], steps: &steps, keep: false };
    let report = run(client, None, plan, drop, &CancellationToken::new()).await;
    println!("\n{}: {:?}, left behind {:?}", dialect.label(), report.outcome, report.left_behind);
    for step in &report.steps {
        let status = step.exchange.as_ref().and_then(|exchange| exchange.response.as_ref()).map(|r| r.status);
        println!("  {:10} {:?} {}", step.name.label(), step.status, status.unwrap_or_default());
        step.notes.iter().for_each(|note| println!("             {note}"));
    }
    for line in &report.verification {
        println!("  {:?} {} -> {:?} {}", line.verdict, line.attribute, line.landed, line.why.as_deref().unwrap_or(""));
    }
    report
}

#[tokio::test]
async fn a_real_server_takes_every_dialect_or_is_told_why_not() {
    let Some(endpoint) = peer() else { return };
    let client = Client::new(&endpoint, Limits::default()).unwrap();
    let refuses = std::env::var("SCIM_PEER_REFUSES").unwrap_or_default();
    for dialect in Dialect::ALL {
        let report = tried(&client, dialect).await;
        assert_eq!(report.left_behind, None);
        let failed: Vec<_> = report.steps.iter().filter(|step| step.status == StepStatus::Failed).collect();
        assert!(failed.iter().all(|step| !step.notes.is_empty()));
        if refuses.split(',').any(|key| key == dialect.key()) {
            assert_eq!(failed.iter().map(|step| step.name).collect::<Vec<_>>(), [StepName::Deactivate]);
            assert!(failed[0].notes.iter().any(|note| note.contains("aadOptscim062020")));
            continue;
        }
        assert_eq!(report.outcome, TrialOutcome::Passed, "{dialect:?}");
        assert!(report.verification.iter().all(|line| line.verdict == Verdict::Match), "{dialect:?}");
    }
}

#[tokio::test]
async fn a_real_server_passes_the_connection_test() {
    let Some(endpoint) = peer() else { return };
    let checks = test_connection(&endpoint, None, Limits::default(), drop, &CancellationToken::new()).await;
    for check in &checks {
        println!("{:?} {} {} {}", check.status, check.name.label(), check.finding, check.next);
    }
    assert!(checks.iter().all(|check| check.status != CheckStatus::Failed));
    let wrong = Endpoint { token: Secret::new("not-the-token"), ..endpoint };
    let checks = test_connection(&wrong, None, Limits::default(), drop, &CancellationToken::new()).await;
    let token = checks.iter().find(|check| check.name == CheckName::Token).unwrap();
    assert_eq!(token.status, CheckStatus::Failed);
}
