//! What is refused before it reaches a user, and the faults that a demonstration asks for.

use super::*;

#[tokio::test]
async fn every_path_needs_an_accepted_token() {
    let tenant = thrive();
    for path in ["/scim/v2/Users", "/scim/v2/ServiceProviderConfig", "/scim/v2/Schemas", "/scim/v2/nowhere"] {
        let reply = anonymous("GET", path).to(&tenant).await;
        reply.expect_error(401, None, "no bearer token");
        assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"scim\"");
        let reply = anonymous("GET", path).header("authorization", "Bearer wrong").to(&tenant).await;
        reply.expect_error(401, None, "not known");
        assert!(reply.header("www-authenticate").contains("invalid_token"));
    }
    for header in ["Basic dXNlcjpwYXNz", "Bearer", "Bearer ", TOKEN] {
        anonymous("GET", "/scim/v2/Users").header("authorization", header).to(&tenant).await.expect(401);
    }
    let lower = format!("bearer {TOKEN}");
    anonymous("GET", "/scim/v2/Users").header("authorization", &lower).to(&tenant).await.expect(200);
    for path in ["/support/v1/tenant", "/support/v1/nowhere", "/support/v1/requests/stream"] {
        let reply = anonymous("GET", path).to(&tenant).await.expect(401);
        assert_eq!(reply.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn bodies_are_checked_before_they_are_used() {
    let tenant = thrive();
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let large = format!("{{\"userName\":\"{}\"}}", "x".repeat(1024 * 1024));
    let fine = entra_user("fine@x").to_string();
    for (media, body, status, scim_type, detail) in [
        ("application/scim+json", "{\"userName\":", 400, Some("invalidSyntax"), "not valid JSON"),
        ("application/scim+json", "not json", 400, Some("invalidSyntax"), "not valid JSON"),
        ("application/scim+json", "", 400, Some("invalidSyntax"), "no body"),
        ("application/scim+json", "\n", 400, Some("invalidSyntax"), "no body"),
        ("application/scim+json", deep.as_str(), 400, Some("invalidSyntax"), "recursion"),
        ("application/scim+json", large.as_str(), 413, None, "1048576"),
        ("text/xml", fine.as_str(), 415, None, "text/xml"),
        ("application/x-www-form-urlencoded", fine.as_str(), 415, None, "application/scim+json"),
    ] {
        let asked = ask("POST", "/scim/v2/Users").header("content-type", media).text(body.to_owned());
        asked.to(&tenant).await.expect_error(status, scim_type, detail);
    }
    for (number, media) in ["application/json", "application/scim+json; charset=utf-8"].into_iter().enumerate() {
        let user = entra_user(&format!("user{number}@x")).to_string();
        ask("POST", "/scim/v2/Users").header("content-type", media).text(user).to(&tenant).await.expect(201);
    }
    let broken = ask("POST", "/scim/v2/Users").text(vec![0xff, 0xfe, b'{']).to(&tenant).await;
    broken.expect_error(400, Some("invalidSyntax"), "");
}

#[tokio::test]
async fn an_announced_length_over_the_limit_is_refused_unread() {
    let asked = ask("POST", "/scim/v2/Users").header("content-length", "99999999").text("{}");
    asked.to(&thrive()).await.expect_error(413, None, "larger");
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_get_scim_errors() {
    let tenant = thrive();
    for (method, path, status, detail) in [
        ("GET", "/scim/v2", 404, "was not found"),
        ("GET", "/scim/v2/", 404, "was not found"),
        ("GET", "/scim/v2/Nowhere", 404, "/Nowhere"),
        ("GET", "/scim/v2/Users/1/emails", 404, "/Users/1/emails"),
        ("GET", "/scim/v2/Groups", 501, "Groups are not supported"),
        ("POST", "/scim/v2/Groups", 501, "Groups are not supported"),
        ("PATCH", "/scim/v2/Groups/7", 501, "Groups are not supported"),
        ("GET", "/scim/v2/Me", 501, "/Me is not supported"),
        ("POST", "/scim/v2/Bulk", 501, "Bulk is not supported"),
        ("DELETE", "/scim/v2/Users", 405, "DELETE is not allowed"),
        ("POST", "/scim/v2/Users/7", 405, "GET, PUT, PATCH, DELETE"),
        ("GET", "/scim/v2/.search", 405, "POST"),
        ("PUT", "/scim/v2/ServiceProviderConfig", 405, "GET"),
        ("DELETE", "/scim/v2/Schemas/urn:x", 405, "GET"),
        ("POST", "/scim/v2/ResourceTypes", 405, "GET"),
    ] {
        let reply = ask(method, path).to(&tenant).await;
        reply.expect_error(status, None, detail);
        assert_eq!(reply.headers.contains_key("allow"), status == 405, "{method} {path}");
    }
    let outside = ask("GET", "/elsewhere").to(&tenant).await.expect(404);
    assert_eq!(outside.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_forced_fault_is_met_instead_of_the_service_and_logged() {
    let tenant = thrive();
    let user = create(&tenant, &entra_user("a@x")).await;
    for (fault, status, media, header, user_known) in [
        (Fault::TooManyRequests { retry_after: 30 }, 429, "application/scim+json", ("retry-after", "30"), true),
        (Fault::ServerError, 500, "application/scim+json", ("retry-after", ""), true),
        (Fault::Gateway, 503, "text/html", ("retry-after", ""), true),
        (Fault::GatewayTimeout, 504, "text/html", ("retry-after", ""), true),
        (Fault::ExpiredToken, 401, "application/scim+json", ("retry-after", ""), false),
    ] {
        let operations = json!([{ "op": "Replace", "path": "title", "value": "x" }]);
        let asked = ask("PATCH", &path_of(&user)).json(&patch_op(&operations)).with(fault.clone());
        let reply = asked.to(&tenant).await.expect(status);
        assert_eq!((reply.header("content-type"), reply.header(header.0)), (media, header.1), "{fault:?}");
        let logged = last_exchange(&tenant).await;
        assert_eq!((&logged["status"], &logged["outcome"]), (&json!(status), &json!("failure")), "{fault:?}");
        assert_eq!(logged["user"], if user_known { json!("a@x") } else { Value::Null }, "{fault:?}");
        assert!(logged["detail"].is_string(), "{fault:?}");
        assert!(logged["tokenId"].is_string(), "{fault:?}");
    }
    let read = ask("GET", &path_of(&user)).to(&tenant).await.expect(200);
    assert_eq!(read.body, user);
    for (method, path, body) in [
        ("POST", "/scim/v2/Users", entra_user("b@x")),
        ("GET", "/scim/v2/Users?filter=userName+eq+%22b@x%22", Value::Null),
    ] {
        ask(method, path).json(&body).with(Fault::ServerError).to(&tenant).await.expect(500);
        assert_eq!(last_exchange(&tenant).await["user"], "b@x");
    }
}
