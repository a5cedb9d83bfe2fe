//! HTTP as SCIM uses it: methods, addresses, media types, versions, and the part of a resource that is asked for.

use super::*;

async fn someone(tenant: &Tenant) -> Value {
    create(tenant, &entra_user("a@x")).await
}

#[tokio::test]
async fn addresses_and_methods_are_read_as_http_has_them() {
    let tenant = rfc();
    let user = someone(&tenant).await;
    let path = place_of(&user).to_owned();
    let escaped = format!("/scim/v2/Users/%{:x}{}", id_of(&user).as_bytes()[0], &id_of(&user)[1..]);
    for (method, path, status, allow) in [
        ("GET", "/scim/v2/Users/", 200, ""),
        ("GET", &format!("{path}/"), 200, ""),
        // RFC 3986 §2.3: an escaped letter is the letter.
        ("GET", &escaped, 200, ""),
        ("GET", "/scim/v2/%55sers", 200, ""),
        ("GET", "/scim/v2/Schemas/urn%3Aietf%3Aparams%3Ascim%3Aschemas%3Acore%3A2.0%3AUser", 200, ""),
        // RFC 9110 §9.1: GET and HEAD are always there.
        ("HEAD", &path, 200, ""),
        ("HEAD", "/scim/v2/Users", 200, ""),
        ("HEAD", "/scim/v2/ServiceProviderConfig", 200, ""),
        ("HEAD", "/scim/v2/Users/none", 404, ""),
        ("OPTIONS", "/scim/v2/Users", 405, "GET, POST"),
        ("PUT", "/scim/v2/Users", 405, "GET, POST"),
        ("POST", &path, 405, "GET, PUT, PATCH, DELETE"),
        ("DELETE", "/scim/v2/Groups", 405, "GET, POST"),
        ("GET", "/scim/v2/Users/.search", 405, "POST"),
        ("GET", "/scim/v2/", 200, ""),
        ("POST", "/scim/v2/", 405, "GET"),
        ("POST", "/scim/v2/Schemas", 405, "GET"),
        ("DELETE", "/scim/v2/ResourceTypes/User", 405, "GET"),
        ("GET", "/scim/v2/Me", 501, ""),
        ("PATCH", "/scim/v2/Me", 501, ""),
        ("GET", "/scim/v2/users", 404, ""),
        ("GET", &format!("{path}/emails"), 404, ""),
        // RFC 7644 §4: discovery is not filtered.
        ("GET", "/scim/v2/ServiceProviderConfig?filter=x", 403, ""),
        ("GET", "/scim/v2/ResourceTypes?Filter=x", 403, ""),
        ("GET", "/scim/v2/Schemas?sortBy=id&startIndex=2&count=1", 200, ""),
    ] {
        let reply = ask(method, path).to(&tenant).await;
        assert_eq!((reply.status.as_u16(), reply.header("allow")), (status, allow), "{method} {path}: {}", reply.body);
        assert_eq!(reply.header("content-type"), "application/scim+json", "{method} {path}");
    }
}

#[tokio::test]
async fn both_media_types_are_taken_and_given() {
    // RFC 7644 §3.1 and §3.8
    let tenant = rfc();
    let user = someone(&tenant).await;
    for (accept, given) in [
        ("application/scim+json", "application/scim+json"),
        ("application/json", "application/json"),
        ("Application/JSON; q=0.9, text/html", "application/json"),
        ("application/json, application/scim+json", "application/scim+json"),
        ("application/json, */*;q=0.1", "application/scim+json"),
        ("*/*", "application/scim+json"),
        ("text/html", "application/scim+json"),
    ] {
        for path in [place_of(&user), "/scim/v2/Users/none"] {
            let reply = ask("GET", path).header("accept", accept).to(&tenant).await;
            assert_eq!(reply.header("content-type"), given, "{accept}");
        }
    }
    for (media, status) in [
        ("application/scim+json", 200),
        ("application/json; charset=utf-8", 200),
        ("APPLICATION/SCIM+JSON;charset=UTF-8", 200),
        ("text/plain", 415),
        ("application/xml", 415),
    ] {
        let asked = ask("PUT", place_of(&user)).header("content-type", media).text(user.to_string());
        asked.to(&tenant).await.expect(status);
    }
    ask("PUT", place_of(&user)).text(user.to_string()).to(&tenant).await.expect(200);
    for (body, detail) in
        [("", "no body"), ("{", "not valid JSON"), ("[]", "not a JSON object"), ("\u{feff}{}", "not valid JSON")]
    {
        let reply = ask("POST", "/scim/v2/Users").text(body).to(&tenant).await;
        reply.expect_error(400, Some("invalidSyntax"), detail);
    }
    // RFC 8259 §4 lets the last of two members of one name win.
    let twice = r#"{"userName":"first","userName":"last"}"#;
    let reply = ask("POST", "/scim/v2/Users").text(twice).to(&tenant).await.expect(201);
    assert_eq!(reply.body["userName"], "last");
}

#[tokio::test]
async fn every_answer_shows_what_was_asked_for_and_no_write_depends_on_it() {
    // RFC 7644 §3.9, on reads and writes alike
    let tenant = rfc();
    let keys = |body: &Value| body.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    for (query, expected) in [
        ("attributes=userName", "schemas id userName"),
        ("attributes=USERNAME,name.givenName", "schemas id userName name"),
        ("attributes=userName&attributes=active", "schemas id userName active"),
        (&format!("attributes={USER}:active"), "schemas id active"),
        (&format!("attributes={ENTERPRISE_USER}:department"), &format!("schemas id {ENTERPRISE_USER}")),
        ("attributes=shoeSize", "schemas id"),
        ("attributes=", "schemas id userName name active emails externalId {e} meta"),
        (
            "excludedAttributes=id,schemas,meta,emails,externalId",
            &format!("schemas id userName name active {ENTERPRISE_USER}"),
        ),
        // A word of paging means nothing here, and must not undo or half do the write.
        ("count=many&startIndex=x&attributes=userName", "schemas id userName"),
    ] {
        let body = json!({ "schemas": [USER, ENTERPRISE_USER], "userName": "a@x", "externalId": "7", "active": true,
            "name": { "givenName": "Ann" }, "emails": [{ "value": "a@x" }], ENTERPRISE_USER: { "department": "IT" } });
        let made = ask("POST", &format!("/scim/v2/Users?{query}")).json(&body).to(&tenant).await.expect(201);
        let path = format!("/scim/v2/Users/{}", id_of(&made.body));
        let title = patch_op(
            &json!([{ "op": "add", "path": "nickName", "value": "A" }, { "op": "remove", "path": "nickName" }]),
        );
        let answers = [
            ask("GET", &format!("{path}?{query}")).to(&tenant).await.expect(200).body,
            ask("PUT", &format!("{path}?{query}")).json(&body).to(&tenant).await.expect(200).body,
            ask("PATCH", &format!("{path}?{query}")).json(&title).to(&tenant).await.expect(200).body,
            made.body,
        ];
        let sorted = |text: &str| {
            let text = text.replace("{e}", ENTERPRISE_USER);
            let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            words.sort();
            words
        };
        for answer in answers {
            assert_eq!(sorted(&keys(&answer)), sorted(expected), "{query}");
        }
        ask("DELETE", &path).to(&tenant).await.expect(204);
    }
}

#[tokio::test]
async fn entity_tags_guard_reads_and_writes() {
    // RFC 7644 §3.14, RFC 9110 §13.1
    let tenant = rfc();
    let mut user = someone(&tenant).await;
    let path = place_of(&user).to_owned();
    for (tag, status) in [("W/\"1\"", 304), ("\"1\"", 304), ("W/\"9\", W/\"1\"", 304), ("*", 304), ("W/\"2\"", 200)] {
        let reply = ask("GET", &path).header("if-none-match", tag).to(&tenant).await.expect(status);
        assert_eq!(reply.header("etag"), "W/\"1\"", "{tag}");
    }
    // RFC 9110 §13.1.1: a read for another version is refused too.
    ask("GET", &path).header("if-match", "W/\"9\"").to(&tenant).await.expect_error(412, None, "W/\"1\"");
    ask("GET", &path).header("if-match", "W/\"1\"").to(&tenant).await.expect(200);
    for (header, tag, status) in [
        ("if-match", "W/\"9\"", 412),
        ("if-none-match", "*", 412),
        ("if-none-match", "W/\"1\"", 412),
        ("if-match", "W/\"9\", W/\"1\"", 200),
        ("if-match", "*", 200),
        ("if-none-match", "W/\"1\"", 200),
    ] {
        user["title"] = format!("{header} {tag}").into();
        let reply = ask("PUT", &path).json(&user).header(header, tag).to(&tenant).await;
        assert_eq!(reply.status.as_u16(), status, "{header} {tag}: {}", reply.body);
    }
    ask("DELETE", &path).header("if-match", "W/\"1\"").to(&tenant).await.expect_error(412, None, "W/\"4\"");
    ask("DELETE", &path).header("if-match", "W/\"4\"").to(&tenant).await.expect(204);
}

#[tokio::test]
async fn put_follows_mutability() {
    // RFC 7644 §3.5.1: what is read-only is ignored, what is left out is gone.
    let tenant = rfc();
    let user = someone(&tenant).await;
    let sent = json!({
        "schemas": [USER], "id": "7", "userName": "a@x", "groups": [{ "value": "g" }],
        "meta": { "version": "W/\"99\"", "created": "1999-01-01T00:00:00Z" }, "title": null, "nickName": "A",
        "emails": [], "phoneNumbers": [{ "value": "1", "type": "work" }], "shoeSize": 44, "password": "secret",
    });
    let reply = ask("PUT", place_of(&user)).json(&sent).to(&tenant).await.expect(200);
    let mut meta = user["meta"].clone();
    meta["version"] = "W/\"2\"".into();
    let expected = json!({
        "schemas": [USER], "id": user["id"], "userName": "a@x", "nickName": "A",
        "phoneNumbers": [{ "value": "1", "type": "work" }], "meta": meta,
    });
    assert_eq!(reply.body, expected);
    let two =
        json!({ "userName": "a@x", "emails": [{ "value": "a", "primary": true }, { "value": "b", "primary": true }] });
    ask("PUT", place_of(&user)).json(&two).to(&tenant).await.expect_error(400, Some("invalidValue"), "emails");
    ask("PUT", "/scim/v2/Users/none").json(&two).to(&tenant).await.expect_error(404, None, "none");
}

#[tokio::test]
async fn a_search_is_a_search_by_its_own_schema() {
    let tenant = rfc();
    someone(&tenant).await;
    let schema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
    for (body, status) in [
        (json!({ "schemas": [schema], "FILTER": "userName eq \"nobody\"", "startindex": 1 }), 200),
        (json!({}), 200),
        (json!({ "schemas": [USER] }), 400),
        // RFC 7644 §3.4.3: what cannot be meant is never taken for no filter at all.
        (json!({ "filter": 5 }), 400),
        (json!({ "filter": ["userName pr"] }), 400),
        (json!({ "attributes": "userName" }), 400),
        (json!({ "excludedAttributes": [7] }), 400),
        (json!({ "sortBy": 7 }), 400),
        (json!({ "cursor": 5 }), 400),
        (json!({ "count": "5" }), 400),
        (json!({ "filter": null, "attributes": null }), 200),
    ] {
        let reply = ask("POST", "/scim/v2/.search").json(&body).to(&tenant).await.expect(status);
        if body.get("FILTER").is_some() {
            assert_eq!(reply.body["totalResults"], 0);
        }
    }
}

#[tokio::test]
async fn pages_by_index_are_bounded_as_section_3_4_2_4_says() {
    let tenant = rfc();
    for number in 0..3 {
        create(&tenant, &json!({ "userName": format!("user{number}") })).await;
    }
    for (query, start, items) in [
        ("startIndex=0&count=2", 1, 2),
        ("startIndex=-7", 1, 3),
        ("startIndex=3", 3, 1),
        ("startIndex=4", 4, 0),
        ("count=0", 1, 0),
        ("count=-1", 1, 0),
        ("count=1000000", 1, 3),
        ("startIndex=2&count=1&filter=userName+pr", 2, 1),
        ("startIndex=2&filter=userName+eq+%22user1%22", 2, 0),
    ] {
        let reply = ask("GET", &format!("/scim/v2/Users?{query}")).to(&tenant).await.expect(200).body;
        assert_eq!((&reply["startIndex"], &reply["itemsPerPage"]), (&json!(start), &json!(items)), "{query}");
        let total = if query.contains("user1") { 1 } else { 3 };
        assert_eq!(reply["totalResults"], total, "{query}");
    }
}

#[tokio::test]
async fn a_user_with_everything_of_rfc_7643_8_3_comes_back_whole() {
    let tenant = rfc();
    let sent = json!({
        "schemas": [USER, ENTERPRISE_USER],
        "externalId": "701984",
        "userName": "bjensen@example.com",
        "name": { "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara",
            "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III" },
        "displayName": "Babs Jensen",
        "nickName": "Babs",
        "profileUrl": "https://login.example.com/bjensen",
        "emails": [{ "value": "bjensen@example.com", "type": "work", "primary": true }, { "value": "babs@jensen.org", "type": "home" }],
        "addresses": [{ "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA",
            "postalCode": "91608", "country": "USA", "formatted": "100 Universal City Plaza\nHollywood, CA 91608 USA",
            "type": "work", "primary": true }],
        "phoneNumbers": [{ "value": "555-555-5555", "type": "work" }, { "value": "555-555-4444", "type": "mobile" }],
        "ims": [{ "value": "someaimhandle", "type": "aim" }],
        "photos": [{ "value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo" }],
        "userType": "Employee",
        "title": "Tour Guide",
        "preferredLanguage": "en-US",
        "locale": "en-US",
        "timezone": "America/Los_Angeles",
        "active": true,
        "roles": [{ "value": "guide", "display": "Guide" }],
        "entitlements": [{ "value": "bus" }],
        "x509Certificates": [{ "value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVMx" }],
        ENTERPRISE_USER: { "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios",
            "division": "Theme Park", "department": "Tour Operations",
            "manager": { "value": "26118915-6090-4610-87e4-49d8ca9f808d", "$ref": "../Users/26118915-6090-4610-87e4-49d8ca9f808d" } },
    });
    let mut shown = ask("POST", "/scim/v2/Users").json(&sent).to(&tenant).await.expect(201).body;
    assert_eq!(read(&tenant, &shown).await, shown);
    let members = shown.as_object_mut().unwrap();
    assert!(members.remove("id").is_some() && members.remove("meta").is_some());
    assert_eq!(shown, sent);
}
