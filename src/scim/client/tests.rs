//! The client against servers that misbehave, each on a socket of its own.

use std::path::Path;

use serde_json::json;

use super::*;
use crate::domain::failure::FailureKind;
use crate::scim::rig::{self, Reply, Rig, TOKEN, answer, authority, endpoint, scim, short};

async fn ask(rig: &Rig) -> Sent {
    Client::new(&rig.endpoint(), Limits::default()).unwrap().get("/Users").await
}

async fn answered(status: u16, headers: &'static str, body: &'static str) -> Sent {
    ask(&Rig::new(move |_| answer(status, headers, body)).await).await
}

fn failure(sent: &Sent) -> &Failure {
    sent.result.as_ref().unwrap_err()
}

/// What failed, what it means and what to do are all there, and the token is nowhere.
fn in_plain_words(sent: &Sent) {
    let failure = failure(sent);
    let text = format!("{failure} {failure:?} {sent:?}");
    assert!(!text.contains(TOKEN), "{text}");
    for (words, end) in [(&failure.what, false), (&failure.meaning, true), (&failure.next, true)] {
        assert!(!words.is_empty() && words.ends_with('.') == end, "{words}");
    }
}

#[tokio::test]
async fn the_exchange_shows_what_was_sent_without_the_token() {
    let rig = Rig::new(|_| scim(201, &json!({"id": "1"}))).await;
    let client = Client::new(&endpoint(&format!("{}/scim/v2/?aadOptscim062020", rig.url)), Limits::default()).unwrap();
    let headers = [("content-type", "application/scim+json; charset=utf-8"), ("host", "evil"), ("user-agent", "Okta")];
    let headers = headers.into_iter().collect();
    let request = Request { method: "post".into(), url: "/Users".into(), headers, body: json!({"userName": "a"}) };
    let sent = client.send(&request).await;
    assert!(sent.result.is_ok());
    let head = rig.received()[0].head.to_lowercase();
    assert!(head.starts_with("post /scim/v2/users http/1.1"), "{head}");
    assert!(head.contains(&format!("authorization: bearer {TOKEN}")), "{head}");
    assert!(head.contains("content-type: application/scim+json; charset=utf-8"), "{head}");
    assert!(head.contains("user-agent: scim-console/") && !head.contains("evil"), "{head}");
    let asked = &sent.exchange.request;
    assert_eq!((asked.method.as_str(), asked.url.clone()), ("POST", format!("{}/scim/v2/Users", rig.url)));
    assert_eq!(asked.headers.get("authorization"), None);
    assert_eq!((sent.status(), sent.body()["id"].as_str()), (Some(201), Some("1")));
    assert!(sent.exchange.at.is_some() && sent.exchange.error.is_none());
    assert!(!format!("{client:?}{sent:?}").contains(TOKEN));
}

#[tokio::test]
async fn refusals_have_their_kind_and_the_tenant_s_own_words() {
    use FailureKind as Kind;
    let error = r#"{"schemas":[],"status":400,"scimType":"invalidValue","detail":"Not so."}"#;
    for (status, kind) in [
        (400, Kind::Refused),
        (401, Kind::TokenRefused),
        (403, Kind::NotAllowed),
        (404, Kind::EndpointNotFound),
        (405, Kind::NotOffered),
        (409, Kind::Refused),
        (412, Kind::Outdated),
        (415, Kind::Refused),
        (500, Kind::TenantFailed),
        (501, Kind::NotOffered),
        (503, Kind::TenantFailed),
    ] {
        let sent = answered(status, "", error).await;
        in_plain_words(&sent);
        assert_eq!((failure(&sent).kind, failure(&sent).detail.as_deref()), (kind, Some("Not so.")), "{status}");
        assert_eq!(sent.body()["detail"], "Not so.");
    }
}

#[tokio::test]
async fn a_refused_token_says_whom_to_ask() {
    let sent = answered(401, "", "").await;
    in_plain_words(&sent);
    assert_eq!(failure(&sent).kind, FailureKind::TokenRefused);
    assert!(failure(&sent).next.contains("support"));
}

#[tokio::test]
async fn a_missing_user_is_not_a_wrong_endpoint() {
    let rig = Rig::new(|_| scim(404, &json!({"detail": "gone"}))).await;
    let sent = Client::new(&rig.endpoint(), Limits::default()).unwrap().get("/Users/7").await;
    assert_eq!(failure(&sent).kind, FailureKind::Refused);
}

#[tokio::test]
async fn the_wait_that_a_tenant_asks_for_is_named() {
    let sent = answered(429, "Retry-After: 17\r\n", "").await;
    assert_eq!(failure(&sent).kind, FailureKind::RateLimited);
    assert!(failure(&sent).next.contains("17 s"), "{}", failure(&sent));
    let sent = answered(429, "Retry-After: Tue, 01 Jan 2019 00:00:00 GMT\r\n", "").await;
    assert!(failure(&sent).next.contains("0 s"), "{}", failure(&sent));
}

#[tokio::test]
async fn a_web_page_instead_of_json_is_named_by_its_title() {
    let page = "<!doctype html><html><head><title>\n Sign in to <b>Contoso</b></title></head></html>";
    for headers in ["Content-Type: text/html\r\n", "Content-Type: application/json\r\n"] {
        let sent = answered(200, headers, page).await;
        in_plain_words(&sent);
        assert_eq!(failure(&sent).kind, FailureKind::NotScim);
        assert!(failure(&sent).what.contains("Sign in to"), "{}", failure(&sent));
        assert_eq!(sent.body(), page);
    }
    assert_eq!(failure(&answered(200, "", "OK").await).kind, FailureKind::NotScim);
    let gateway = answered(502, "Content-Type: text/html\r\n", "<html><title>Bad gateway</title>").await;
    assert_eq!(failure(&gateway).kind, FailureKind::TenantFailed);
    assert!(failure(&gateway).detail.as_ref().unwrap().contains("Bad gateway"));
}

#[tokio::test]
async fn a_truncated_answer_is_broken_and_kept_as_evidence() {
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"totalResults\": 1, \"Reso";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n";
    let closed = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"totalResults\": 1, \"Reso";
    for text in [short, chunked, closed] {
        let rig = Rig::new(move |_| Reply::Bytes(text.as_bytes().to_vec())).await;
        let sent = ask(&rig).await;
        in_plain_words(&sent);
        assert_eq!(failure(&sent).kind, FailureKind::AnswerBroken);
        assert!(sent.exchange.error.is_some() && sent.body().as_str().is_some_and(|text| text.starts_with('{')));
    }
}

#[tokio::test]
async fn an_answer_of_fifty_megabytes_is_not_read_to_its_end() {
    for announced in [true, false] {
        let rig = Rig::new(move |_| Reply::Flood { announced, bytes: 50 << 20 }).await;
        let sent = ask(&rig).await;
        in_plain_words(&sent);
        assert_eq!((failure(&sent).kind, sent.body()), (FailureKind::AnswerTooLarge, &Value::Null));
    }
}

#[tokio::test]
async fn a_packed_answer_counts_unpacked() {
    // A megabyte of blanks, `gzip -9n`.
    let packed: &[u8] = include_bytes!("blanks.gz");
    let rig = Rig::new(move |_| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
        Reply::Bytes([head.as_bytes(), packed].concat())
    })
    .await;
    let limits = Limits { body: 4096, ..Limits::default() };
    let sent = Client::new(&rig.endpoint(), limits).unwrap().get("/Users").await;
    assert_eq!(failure(&sent).kind, FailureKind::AnswerTooLarge);
    assert!(ask(&rig).await.result.is_ok());
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed_and_gets_no_token() {
    let elsewhere = Rig::new(|_| scim(200, &json!({}))).await;
    let target = elsewhere.url.clone();
    for status in [301, 302, 307, 308] {
        let target = target.clone();
        let rig = Rig::new(move |_| answer(status, &format!("Location: {target}/login\r\n"), "")).await;
        let sent = ask(&rig).await;
        in_plain_words(&sent);
        assert_eq!(failure(&sent).kind, FailureKind::RedirectedElsewhere);
        assert!(failure(&sent).what.contains(&elsewhere.url), "{}", failure(&sent));
        assert_eq!(sent.status(), Some(status));
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn redirects_within_the_origin_are_followed_for_reading_only() {
    let rig = Rig::new(|request| match request.line() {
        "GET /Users" => answer(308, "Location: /v2/Users\r\n", ""),
        "GET /v2/Users" => scim(200, &json!({"totalResults": 0})),
        _ => answer(308, "Location: /again\r\n", ""),
    })
    .await;
    let client = Client::new(&rig.endpoint(), Limits::default()).unwrap();
    assert!(client.get("/Users").await.result.is_ok());
    let write = Request { method: "POST".into(), url: "/Users".into(), body: json!({}), ..Request::default() };
    assert_eq!(failure(&client.send(&write).await).kind, FailureKind::EndpointNotFound);
    assert_eq!(rig.received().len(), 3);
    assert!(failure(&client.get("/again").await).what.contains("circle"));
    assert_eq!(rig.received().len(), 3 + 1 + SAME_ORIGIN_REDIRECTS);
}

#[tokio::test]
async fn an_absolute_address_of_another_origin_is_refused() {
    let (rig, other) = (Rig::new(|_| scim(200, &json!({}))).await, Rig::new(|_| scim(200, &json!({}))).await);
    let sent = Client::new(&rig.endpoint(), Limits::default()).unwrap().get(&format!("{}/Users", other.url)).await;
    assert_eq!((failure(&sent).kind, other.connections()), (FailureKind::AddressInvalid, 0));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let rig = Rig::new(|_| Reply::Hang).await;
    let sent = Client::new(&rig.endpoint(), short()).unwrap().get("/Users").await;
    in_plain_words(&sent);
    assert_eq!(failure(&sent).kind, FailureKind::TimedOut);
}

#[tokio::test]
async fn a_dead_host_and_an_unknown_host_are_told_apart() {
    let port = {
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        free.local_addr().unwrap().port()
    };
    let dead = endpoint(&format!("http://127.0.0.1:{port}"));
    let sent = Client::new(&dead, Limits::default()).unwrap().get("/Users").await;
    in_plain_words(&sent);
    assert_eq!(failure(&sent).kind, FailureKind::Unreachable);
    // RFC 6761 §6.4: .invalid never resolves.
    let sent = Client::new(&endpoint("https://tenant.invalid/scim/v2"), Limits::default()).unwrap().get("/Users").await;
    in_plain_words(&sent);
    assert_eq!(failure(&sent).kind, FailureKind::HostNotFound);
}

#[tokio::test]
async fn an_untrusted_certificate_stops_everything_and_a_chosen_authority_is_trusted() {
    let (issuer, pem) = authority();
    let rig = Rig::secure(rig::tls(&["127.0.0.1"], &issuer), |_| scim(200, &json!({}))).await;
    let sent = ask(&rig).await;
    in_plain_words(&sent);
    assert_eq!(failure(&sent).kind, FailureKind::CertificateUntrusted);
    assert!(rig.received().is_empty());

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pem).unwrap();
    let trusting = |rig: &Rig| Endpoint { ca_file: Some(file.path().to_owned()), ..rig.endpoint() };
    let sent = Client::new(&trusting(&rig), Limits::default()).unwrap().get("/Users").await;
    assert!(sent.result.is_ok(), "{:?}", sent.result);
    let secured = sent.secured.unwrap();
    assert_eq!(secured.version, Some("TLS 1.3"));
    assert!(secured.valid_until.is_some());

    let other = Rig::secure(rig::tls(&["elsewhere.example"], &issuer), |_| scim(200, &json!({}))).await;
    let sent = Client::new(&trusting(&other), Limits::default()).unwrap().get("/Users").await;
    assert_eq!(failure(&sent).kind, FailureKind::CertificateUntrusted);
    assert!(failure(&sent).meaning.contains("another host name"), "{}", failure(&sent));
}

#[tokio::test]
async fn a_server_without_tls_is_not_mistaken_for_an_untrusted_one() {
    let rig = Rig::new(|_| scim(200, &json!({}))).await;
    let sent = Client::new(&endpoint(&rig.url.replace("http:", "https:")), short()).unwrap().get("/Users").await;
    in_plain_words(&sent);
    assert!(matches!(failure(&sent).kind, FailureKind::Unreachable | FailureKind::TimedOut));
    assert!(!rig.received().iter().any(|request| request.head.contains(TOKEN)));
}

#[test]
fn addresses_that_would_betray_the_token_are_refused() {
    use FailureKind as Kind;
    for (address, token, expected) in [
        ("http://tenant.example/scim", TOKEN, Err(Kind::AddressInvalid)),
        ("http://tenant.example/scim", "", Ok(())),
        ("http://127.0.0.1:9/scim", TOKEN, Ok(())),
        ("http://[::1]:9/scim", TOKEN, Ok(())),
        ("http://localhost:9/scim", TOKEN, Ok(())),
        ("http://localhost.example/scim", TOKEN, Err(Kind::AddressInvalid)),
        ("https://me:secret@tenant.example/scim", TOKEN, Err(Kind::AddressInvalid)),
        ("ftp://tenant.example/scim", TOKEN, Err(Kind::AddressInvalid)),
        ("https://tenant.example/scim", "two words", Err(Kind::Invalid)),
        ("https://tenant.example/scim", "to\nken", Err(Kind::Invalid)),
    ] {
        let endpoint = Endpoint { token: Secret::new(token), ..endpoint(address) };
        let made = Client::new(&endpoint, Limits::default()).map(drop).map_err(|failure| failure.kind);
        assert_eq!(made, expected, "{address}");
    }
}

#[tokio::test]
async fn loopback_never_goes_through_the_proxy() {
    let proxy = Rig::new(|_| answer(502, "", "")).await;
    let rig = Rig::new(|_| scim(200, &json!({}))).await;
    let endpoint = Endpoint { proxy: Some(Url::parse(&proxy.url).unwrap()), ..rig.endpoint() };
    assert!(Client::new(&endpoint, Limits::default()).unwrap().get("/Users").await.result.is_ok());
    assert_eq!(proxy.connections(), 0);
    let far = Endpoint { base: Url::parse("https://tenant.example/scim").unwrap(), ..endpoint };
    let sent = Client::new(&far, Limits::default()).unwrap().get("/Users").await;
    assert_eq!(failure(&sent).kind, FailureKind::Unreachable);
    assert!(failure(&sent).what.contains("proxy"), "{}", failure(&sent));
    let seen = proxy.received();
    assert!(seen[0].head.starts_with("CONNECT tenant.example:443") && !seen[0].head.contains(TOKEN));
}

#[tokio::test]
async fn an_echoed_token_never_reaches_the_exchange() {
    for body in [
        format!(r#"{{"detail":"Bearer {TOKEN} is unknown","{TOKEN}":["{TOKEN}"],"x":"\u00733cret-token-8f2c"}}"#),
        format!("token {TOKEN}"),
        format!("<html><title>{TOKEN}</title>"),
        format!("{{\"{TOKEN}"),
    ] {
        for status in [200, 400] {
            let body = body.clone();
            let rig = Rig::new(move |_| answer(status, &format!("X-Echo: {TOKEN}\r\n"), &body)).await;
            let sent = ask(&rig).await;
            let text = format!("{sent:?} {}", serde_json::to_string(&sent.exchange).unwrap());
            assert!(!text.contains(TOKEN), "{text}");
            assert!(text.contains("•••"));
        }
    }
}

#[tokio::test]
async fn a_token_pasted_into_a_request_is_not_recorded() {
    let rig = Rig::new(|_| scim(200, &json!({}))).await;
    let client = Client::new(&rig.endpoint(), Limits::default()).unwrap();
    let headers = [("x-note", TOKEN)].into_iter().collect();
    let request =
        Request { method: "POST".into(), url: format!("/Users?x={TOKEN}"), headers, body: json!({ "a": TOKEN }) };
    let sent = client.send(&request).await;
    assert!(!format!("{sent:?}").contains(TOKEN), "{sent:?}");
}

#[test]
fn a_certificate_file_that_holds_none_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for (path, text) in [(file.path(), "not a certificate"), (Path::new("/no/such/file.pem"), "")] {
        if !text.is_empty() {
            std::fs::write(path, text).unwrap();
        }
        let endpoint = Endpoint { ca_file: Some(path.to_owned()), ..endpoint("https://tenant.example") };
        let failure = Client::new(&endpoint, Limits::default()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::FileUnreadable);
        assert!(failure.what.contains(&path.display().to_string()));
    }
}
