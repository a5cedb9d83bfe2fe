//! Directories for tests: a Graph of two pages and an Okta org that asks to slow down, in the shapes of idp-facts §1.1, §3.1.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::*;
use crate::domain::directory::{DirectoryKind, DirectoryLogDraft};
use crate::scim::rig::{Received, Reply, Rig, answer, short};

fn json_answer(status: u16, headers: &str, body: &Value) -> Reply {
    answer(status, &format!("Content-Type: application/json\r\n{headers}"), &body.to_string())
}

fn client(kind: DirectoryKind, url: &str) -> DirectoryClient {
    let draft = DirectoryLogDraft {
        kind,
        base: format!("{url}{}", if kind == DirectoryKind::Entra { "/v1.0" } else { "" }),
        login: url.to_owned(),
        tenant: "contoso.com".into(),
        client: "app-1".into(),
        only: "scim.1".into(),
    };
    let secret = Secret::new(if kind == DirectoryKind::Entra { SECRET_ID } else { "00okta" });
    DirectoryClient::new(&draft.validate().unwrap(), secret, &Way::default(), short()).unwrap()
}

const SECRET_ID: &str = "cl1ent~secret";

fn day() -> Part {
    Part::Between("2026-11-01T00:00:00Z".parse().unwrap(), "2026-11-02T00:00:00Z".parse().unwrap())
}

/// A Graph of two pages, whose first access token is not accepted any more.
fn graph(request: &Received) -> Reply {
    static TOKENS: AtomicUsize = AtomicUsize::new(0);
    let (line, head) = (request.line().to_owned(), request.head.to_ascii_lowercase());
    if line.starts_with("POST /contoso.com/oauth2/v2.0/token") {
        let number = TOKENS.fetch_add(1, Ordering::SeqCst);
        return json_answer(200, "", &json!({"access_token": format!("access-{number}"), "expires_in": 3599}));
    }
    if head.contains("bearer access-0") {
        return json_answer(401, "", &json!({"error": {"code": "InvalidAuthenticationToken", "message": "expired"}}));
    }
    let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
    if line.contains("skiptoken") {
        return json_answer(200, "", &json!({"value": [{"id": "2"}]}));
    }
    let next = format!("http://{host}/v1.0/auditLogs/provisioning?$skiptoken=abc");
    json_answer(200, "", &json!({"value": [{"id": "1"}], "@odata.nextLink": next}))
}

#[tokio::test]
async fn graph_is_read_page_by_page_and_signed_in_to_again() {
    let rig = Rig::new(graph).await;
    let mut client = client(DirectoryKind::Entra, &rig.url);
    let first = client.page(&day()).await.unwrap();
    assert_eq!((first.len(), first.pause), (1, Duration::ZERO));
    let second = client.page(&Part::At(first.next.unwrap())).await.unwrap();
    assert_eq!((second.records, second.next), (json!([{"id": "2"}]), None));
    let asked = rig.received();
    let lines: Vec<&str> = asked.iter().map(Received::line).collect();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert!(
        lines[1].contains("activityDateTime+gt+2026-11-01T00%3A00%3A00Z") && lines[1].contains("jobId+eq+%27scim.1%27")
    );
    for request in &asked {
        let signs_in = request.line().starts_with("POST ");
        let head = request.head.to_ascii_lowercase();
        assert_eq!(
            head.contains("authorization: basic "),
            signs_in,
            "the client secret goes to the sign-in service only"
        );
        assert_eq!(head.contains("authorization: bearer access-"), !signs_in);
        assert!(!request.head.contains(SECRET_ID), "not as it is");
    }
}

#[tokio::test]
async fn okta_is_read_by_its_own_links_and_as_slowly_as_it_asks() {
    let rig = Rig::new(|request| {
        let host = request.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        let links = format!(
            "Link: <http://{host}/api/v1/logs?x=1>; rel=\"self\"\r\nLink: <http://{host}/api/v1/logs?after=7>; rel=\"next\"\r\n"
        );
        if request.line().contains("after=7") {
            return json_answer(200, &format!("{links}X-Rate-Limit-Remaining: 0\r\nX-Rate-Limit-Reset: 1\r\n"), &json!([]));
        }
        json_answer(200, &links, &json!([{"uuid": "1"}]))
    })
    .await;
    let mut client = client(DirectoryKind::Okta, &rig.url);
    let first = client.page(&day()).await.unwrap();
    assert_eq!(first.len(), 1);
    let next = first.next.unwrap();
    assert!(next.ends_with("/api/v1/logs?after=7"), "{next}");
    let second = client.page(&Part::At(next)).await.unwrap();
    assert!(second.is_empty() && second.next.is_some() && second.pause.is_zero(), "the limit is fresh already");
    let asked = rig.received();
    assert!(asked[0].line().contains("sortOrder=ASCENDING") && asked[0].line().contains("target.id+eq+%22scim.1%22"));
    assert!(asked.iter().all(|request| request.head.contains("authorization: SSWS 00okta")));
}

#[tokio::test]
async fn what_goes_wrong_is_told_in_the_directorys_own_terms() {
    for (kind, status, headers, words, wait) in [
        (DirectoryKind::Okta, 401, "", "Okta does not accept the API token", None),
        (DirectoryKind::Okta, 404, "", "There is no Okta System Log at this address", None),
        (DirectoryKind::Okta, 429, "Retry-After: 7\r\n", "Okta asks to slow down (429)", Some(7)),
        (DirectoryKind::Okta, 429, "X-Rate-Limit-Reset: 99999999999\r\n", "Okta asks to slow down (429)", Some(300)),
        (DirectoryKind::Okta, 503, "", "Okta failed on this request", Some(30)),
        (DirectoryKind::Entra, 401, "", "The directory does not accept the app’s sign-in", None),
        (DirectoryKind::Entra, 429, "Retry-After: 0\r\n", "Microsoft Graph asks to slow down (429)", Some(0)),
    ] {
        let rig = Rig::new(move |_| json_answer(status, headers, &json!({"error": "x"}))).await;
        let found = match client(kind, &rig.url).page(&day()).await.unwrap_err() {
            Trouble::Wait(wait, failure) => (failure.what.into_owned(), Some(wait.as_secs())),
            Trouble::Failed(failure) => (failure.what.into_owned(), None),
        };
        assert_eq!(found, (words.to_owned(), wait), "{status}");
    }
}

#[tokio::test]
async fn a_page_never_leads_elsewhere() {
    let rig = Rig::new(graph).await;
    let mut client = client(DirectoryKind::Okta, &rig.url);
    let elsewhere = client.page(&Part::At("https://evil.example/api/v1/logs".into())).await.unwrap_err();
    assert!(matches!(elsewhere, Trouble::Failed(_)), "{elsewhere:?}");
    assert_eq!(rig.received().len(), 0);
}
