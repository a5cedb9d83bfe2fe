//! Order (RFC 7644 §3.4.2.3) and cursors (RFC 9865): through all there is, each once, in the order asked for.

use super::*;

/// Three users with something to sort by and something missing.
async fn three() -> Tenant {
    let tenant = rfc();
    let sales = json!({ "department": "Sales" });
    for user in [
        json!({ "userName": "ann", "title": "nurse", "active": true, "name": { "familyName": "Zed" },
            "emails": [{ "value": "z@x" }, { "value": "a@x", "primary": true }] }),
        json!({ "userName": "Bob", "active": false, "name": { "familyName": "Abe" }, "emails": [{ "value": "m@x" }],
            "externalId": "b", ENTERPRISE_USER: sales }),
        json!({ "userName": "cat", "title": "Doctor", "externalId": "A" }),
    ] {
        create(&tenant, &user).await;
    }
    tenant
}

fn user_names(body: &Value) -> Vec<&str> {
    body["Resources"].as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn lists_are_sorted_by_any_attribute() {
    let tenant = three().await;
    let department = format!("{ENTERPRISE_USER}:department");
    let core = format!("{USER}:userName");
    for (by, ascending) in [
        ("userName", ["ann", "Bob", "cat"]),
        (core.as_str(), ["ann", "Bob", "cat"]),
        // Without regard to case, unless the schema says otherwise; whoever has no value comes last.
        ("title", ["cat", "ann", "Bob"]),
        ("externalId", ["cat", "Bob", "ann"]),
        (department.as_str(), ["Bob", "ann", "cat"]),
        // The primary value, else the first.
        ("emails", ["ann", "Bob", "cat"]),
        ("emails.value", ["ann", "Bob", "cat"]),
        ("name.familyName", ["Bob", "ann", "cat"]),
        ("NAME.FAMILYNAME", ["Bob", "ann", "cat"]),
        ("active", ["Bob", "ann", "cat"]),
        ("meta.created", ["ann", "Bob", "cat"]),
        ("shoeSize", ["ann", "Bob", "cat"]),
    ] {
        let path = format!("/scim/v2/Users?sortBy={by}");
        assert_eq!(user_names(&ask("GET", &path).to(&tenant).await.expect(200).body), ascending, "{by}");
        let search = json!({ "sortBy": by, "sortOrder": "ascending" });
        let reply = ask("POST", "/scim/v2/Users/.search").json(&search).to(&tenant).await.expect(200).body;
        assert_eq!(user_names(&reply), ascending, "{by}");
        if !["meta.created", "shoeSize"].contains(&by) {
            let down = ask("GET", &format!("{path}&sortOrder=descending")).to(&tenant).await.expect(200).body;
            let descending: Vec<&str> = ascending.into_iter().rev().collect();
            // Whoever has no value comes first then; two of them stay in the order of creation.
            let both: Vec<&str> = if by == department { vec!["ann", "cat", "Bob"] } else { descending };
            assert_eq!(user_names(&down), both, "{by}, descending");
        }
    }
    let page = ask("GET", "/scim/v2/Users?sortBy=title&startIndex=2&count=1").to(&tenant).await.expect(200).body;
    assert_eq!((user_names(&page), &page["totalResults"]), (vec!["ann"], &json!(3)));
    for wrong in ["a.b.c", "emails%5Btype+eq+%22work%22%5D", "x+y"] {
        let reply = ask("GET", &format!("/scim/v2/Users?sortBy={wrong}")).to(&tenant).await;
        reply.expect_error(400, Some("invalidPath"), "sortBy");
    }
}

/// Goes on to the last page, and gives what was on each.
async fn walk(tenant: &Tenant, path: &str, count: u64) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let reply = ask("GET", &format!("{path}cursor={cursor}&count={count}")).to(tenant).await.expect(200).body;
        let resources = reply["Resources"].as_array().unwrap();
        assert_eq!(reply["itemsPerPage"], resources.len());
        assert_eq!(reply.get("startIndex"), None);
        let name =
            |resource: &Value| resource["userName"].as_str().or(resource["displayName"].as_str()).unwrap().to_owned();
        pages.push(resources.iter().map(name).collect());
        match reply.get("nextCursor") {
            Some(next) => cursor = next.as_str().unwrap().to_owned(),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn a_cursor_leads_through_every_list_to_its_end() {
    let tenant = three().await;
    group(&tenant, "Guides", &[]).await;
    group(&tenant, "Nurses", &[]).await;
    for (path, count, expected) in [
        ("/scim/v2/Users?", 2, json!([["ann", "Bob"], ["cat"]])),
        ("/scim/v2/Users?", 3, json!([["ann", "Bob", "cat"]])),
        ("/scim/v2/Users?", 200, json!([["ann", "Bob", "cat"]])),
        ("/scim/v2/Groups?", 1, json!([["Guides"], ["Nurses"]])),
        ("/scim/v2?", 2, json!([["ann", "Bob"], ["cat", "Guides"], ["Nurses"]])),
        ("/scim/v2/Users?filter=title+pr&", 1, json!([["ann"], ["cat"]])),
        ("/scim/v2/Users?filter=userName+eq+%22bob%22&", 1, json!([["Bob"]])),
        ("/scim/v2/Users?filter=title+eq+%22x%22&", 1, json!([[]])),
        ("/scim/v2/Users?sortBy=userName&sortOrder=descending&", 2, json!([["cat", "Bob"], ["ann"]])),
        ("/scim/v2?sortBy=displayName&filter=displayName+pr&", 1, json!([["Guides"], ["Nurses"]])),
    ] {
        assert_eq!(json!(walk(&tenant, path, count).await), expected, "{path}");
    }
}

#[tokio::test]
async fn pages_by_cursor_neither_repeat_nor_skip_while_others_write() {
    let tenant = three().await;
    let first = ask("GET", "/scim/v2/Users?cursor&count=2").to(&tenant).await.expect(200).body;
    ask("DELETE", place_of(&first["Resources"][0])).to(&tenant).await.expect(204);
    create(&tenant, &json!({ "userName": "dan" })).await;
    let path = format!("/scim/v2/Users?cursor={}&count=2", first["nextCursor"].as_str().unwrap());
    let next = ask("GET", &path).to(&tenant).await.expect(200).body;
    assert_eq!((user_names(&next), next.get("nextCursor")), (vec!["cat", "dan"], None));
}

#[tokio::test]
async fn a_search_by_post_has_cursors_too() {
    // RFC 9865 §3
    let tenant = three().await;
    let search = |cursor: &Value| {
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": "userName pr", "cursor": cursor, "count": 2, "attributes": ["userName"] })
    };
    let send = async |cursor: &Value| {
        ask("POST", "/scim/v2/Users/.search").json(&search(cursor)).to(&tenant).await.expect(200).body
    };
    let first = send(&json!("")).await;
    let second = send(&first["nextCursor"]).await;
    assert_eq!((user_names(&first), user_names(&second)), (vec!["ann", "Bob"], vec!["cat"]));
    assert_eq!(second.get("nextCursor"), None);
}

#[tokio::test]
async fn what_is_wrong_with_a_page_is_said_as_rfc_9865_2_1_says() {
    let tenant = three().await;
    let first = ask("GET", "/scim/v2/Users?cursor=&count=1").to(&tenant).await.expect(200).body;
    let next = first["nextCursor"].as_str().unwrap();
    for (query, scim_type) in [
        ("cursor=nonsense", "invalidCursor"),
        (&format!("cursor={next}&filter=title+pr"), "invalidCursor"),
        (&format!("cursor={next}&sortBy=title"), "invalidCursor"),
        ("cursor&count=0", "invalidCount"),
        ("cursor&count=-1", "invalidCount"),
        ("cursor&count=201", "invalidCount"),
        (&format!("cursor={next}&count=201"), "invalidCount"),
    ] {
        let reply = ask("GET", &format!("/scim/v2/Users?{query}")).to(&tenant).await;
        reply.expect_error(400, Some(scim_type), if scim_type == "invalidCount" { "count" } else { "cursor" });
    }
    ask("GET", &format!("/scim/v2/Groups?cursor={next}")).to(&tenant).await.expect_error(
        400,
        Some("invalidCursor"),
        "",
    );
    let late: Timestamp = "2026-03-02T13:00:01Z".parse().unwrap();
    let reply = ask("GET", &format!("/scim/v2/Users?cursor={next}")).with(At(late)).to(&tenant).await;
    reply.expect_error(400, Some("expiredCursor"), "3600 seconds");
    let said = ask("GET", "/scim/v2/ServiceProviderConfig").to(&tenant).await.body["pagination"].clone();
    let expected = json!({ "cursor": true, "index": true, "defaultPaginationMethod": "index",
        "defaultPageSize": 100, "maxPageSize": 200, "cursorTimeout": 3600 });
    assert_eq!(said, expected);
}

#[tokio::test]
async fn the_guide_knows_neither_order_nor_cursors() {
    let tenant = thrive();
    for name in ["b@x", "a@x"] {
        create(&tenant, &json!({ "userName": name })).await;
    }
    let reply = ask("GET", "/scim/v2/Users?sortBy=userName&cursor&count=1").to(&tenant).await.expect(200).body;
    assert_eq!((user_names(&reply), &reply["startIndex"]), (vec!["b@x"], &json!(1)));
    assert_eq!(reply.get("nextCursor"), None);
}
