//! The support API's client against answers as tenants give them, the odd ones included.

use serde_json::json;

use super::*;
use crate::domain::exchange::Operation;
use crate::domain::mapping::MappingDraft;
use crate::scim::rig::{Received, Reply, Rig, answer, scim, short};

async fn tenant(reply: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> (Rig, SupportClient) {
    let rig = Rig::new(reply).await;
    let client = SupportClient::new(&rig.endpoint(), Limits::default()).unwrap();
    (rig, client)
}

fn draft() -> MappingSet {
    let row =
        MappingRow { attribute: "urn:ietf:params:scim:schemas:core:2.0:User:grade".into(), field: "grade".into() };
    MappingDraft { rows: vec![row] }.validate(None).unwrap()
}

#[tokio::test]
async fn the_log_is_read_page_by_page_and_odd_lines_are_completed() {
    let lines = json!({"nextCursor": 41, "requests": [
        {"id": 7, "at": "2026-11-24T10:00:00Z", "method": "PATCH", "path": "/scim/v2/Users/1", "status": "400"},
        {"id": "", "at": "2026-11-24T10:00:00Z"},
        {"id": "8", "at": "2026-11-24T10:00:01Z", "operation": "set-manager", "outcome": "warning", "client": "Entra"},
    ]});
    let (rig, client) = tenant(move |_| scim(200, &lines)).await;
    let query = RequestsQuery { limit: Some(50), user: Some("a b@x.co".into()), ..RequestsQuery::default() };
    let page = client.requests(&query).await.unwrap();
    assert_eq!(rig.lines(), ["GET /requests?limit=50&user=a+b%40x.co"]);
    assert_eq!((page.requests.len(), page.unreadable, page.next_cursor.as_deref()), (2, 1, Some("41")));
    let first = &page.requests[0];
    assert_eq!((first.outcome, first.operation, first.status), (Outcome::Failure, Operation::Update, Some(400)));
    assert_eq!(page.requests[1].operation, Operation::SetManager);
    client.requests(&RequestsQuery::default()).await.unwrap();
    assert_eq!(rig.lines()[1], "GET /requests");
}

#[tokio::test]
async fn a_record_has_its_exchange_and_landing_but_no_authorization() {
    let record = json!({
        "id": "7", "at": "2026-11-24T10:00:00Z", "method": "POST", "path": "/scim/v2/Users", "status": 201,
        "outcome": "warning", "operation": "create", "durationMs": 12,
        "request": {"headers": {"Authorization": "Bearer x", "accept": "*/*"}, "body": {"userName": "a"}},
        "response": {"headers": {}, "body": {"id": "1"}},
        "mapping": {"landed": [{"attribute": "userName", "field": "ref", "value": "a"}],
                    "dropped": [{"attribute": "x", "value": 1, "reason": "No mapping."}]},
    });
    let (rig, client) = tenant(move |_| scim(200, &record)).await;
    let record = client.request("7/8").await.unwrap();
    assert_eq!(rig.lines(), ["GET /requests/7%2F8"]);
    let exchange = record.exchange.unwrap();
    assert_eq!((exchange.request.method.as_str(), exchange.request.url.as_str()), ("POST", "/scim/v2/Users"));
    assert_eq!(exchange.request.headers.get("authorization"), None);
    assert_eq!(exchange.response.unwrap().status, 201);
    let landing = record.landing.unwrap();
    assert_eq!((landing.landed.len(), landing.dropped[0].reason.as_str()), (1, "No mapping."));
}

#[tokio::test]
async fn mappings_are_put_with_their_tag_and_every_end_is_a_value() {
    let current = r#"{"version":4,"mappings":[{"attribute":"a","field":"b"}]}"#;
    let problem = r#"{"detail":"No.","problems":[{"row":0,"field":"field","code":"field-unknown",
        "severity":"error","message":"There is no field grade."}]}"#;
    for (status, body) in [(200, current), (412, current), (422, problem), (422, r#"{"title":"No."}"#)] {
        let (rig, client) = tenant(move |_| answer(status, "ETag: \"4\"\r\n", body)).await;
        let outcome = client.put_mappings(&draft(), "\"3\"").await.unwrap();
        let request = &rig.received()[0];
        assert!(request.head.to_lowercase().contains("if-match: \"3\""), "{}", request.head);
        assert_eq!(request.body["mappings"][0]["field"], "grade");
        match (status, outcome) {
            (200, PutMappings::Applied(now)) | (412, PutMappings::Lost(now)) => {
                assert_eq!((now.version, now.etag.as_deref(), now.mappings.len()), (4, Some("\"4\""), 1));
            }
            (422, PutMappings::Rejected(problems)) => assert!(problems[0].blocks() && !problems[0].message.is_empty()),
            (status, outcome) => panic!("{status} gave {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn fields_and_tokens_are_listed_made_and_revoked() {
    let token = json!({"id": "t1", "name": "Entra", "createdAt": "2026-11-24T10:00:00Z", "expiresAt": null,
        "lastUsedAt": null, "value": "new-token-value"});
    let (rig, client) = tenant(move |request| match request.line() {
        "GET /tokens" => scim(200, &json!({"tokens": [token.clone()]})),
        "POST /tokens" => scim(201, &token),
        "DELETE /tokens/t1" => scim(204, &Value::Null),
        "GET /custom-fields" => scim(200, &json!({"fields": [{"ref": "grade", "label": "Grade", "kind": "text"}]})),
        "POST /custom-fields" => scim(201, &request.body),
        line => panic!("{line}"),
    })
    .await;
    assert_eq!(client.tokens().await.unwrap()[0].id, "t1");
    let (info, value) = client.create_token("Entra").await.unwrap();
    assert_eq!((info.name.as_str(), value.expose()), ("Entra", "new-token-value"));
    client.revoke_token("t1").await.unwrap();
    let field = client.custom_fields().await.unwrap().remove(0);
    assert_eq!(client.create_custom_field(&field).await.unwrap(), field);
    assert_eq!(rig.received().len(), 5);
}

#[tokio::test]
async fn a_tenant_without_the_support_api_says_so_without_blame() {
    for (status, expected) in
        [(404, FailureKind::NotOffered), (501, FailureKind::NotOffered), (401, FailureKind::TokenRefused)]
    {
        let (_rig, client) = tenant(move |_| answer(status, "", "")).await;
        assert_eq!(client.tenant().await.unwrap_err().kind, expected);
    }
    let (_rig, client) = tenant(|_| answer(404, "", "")).await;
    assert_eq!(client.request("9").await.unwrap_err().kind, FailureKind::Refused);
    let (_rig, client) = tenant(|_| answer(200, "", "<html>")).await;
    assert_eq!(client.tenant().await.unwrap_err().kind, FailureKind::NotScim);
    let (_rig, client) = tenant(|_| answer(200, "", "{}")).await;
    assert_eq!(client.requests(&RequestsQuery::default()).await.unwrap_err().kind, FailureKind::AnswerBroken);
}

#[tokio::test]
async fn the_stream_gives_lines_and_where_to_resume_and_ends_with_the_tenant() {
    let event = "id: 9\ndata: {\"id\":\"9\",\"at\":\"2026-11-24T10:00:00Z\",\"detail\":\"s3cret-token-8f2c\"}\n\n";
    let (rig, client) = tenant(move |_| answer(200, "Content-Type: text/event-stream\r\n", event)).await;
    let mut stream = client.stream(Some("8")).await.unwrap();
    assert!(rig.received()[0].head.to_lowercase().contains("last-event-id: 8"));
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!((first.id.as_deref(), first.summary.detail.as_deref()), (Some("9"), Some("•••")));
    assert_eq!(stream.last_event_id(), Some("9"));
    assert_eq!(stream.next().await.unwrap(), None);
}

#[tokio::test]
async fn a_silent_stream_is_given_up() {
    let rig = Rig::new(|_| Reply::Hang).await;
    let client = SupportClient::new(&rig.endpoint(), short()).unwrap();
    assert_eq!(client.stream(None).await.unwrap_err().kind, FailureKind::TimedOut);
}
