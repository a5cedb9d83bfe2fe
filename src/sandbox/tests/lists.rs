//! Look-ups, pages, filters and discovery.

use super::*;

async fn look_up(tenant: &Tenant, query: &str) -> Reply {
    ask("GET", &format!("/scim/v2/Users?{query}")).to(tenant).await
}

fn names(reply: &Reply) -> Vec<&str> {
    reply.body["Resources"].as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_unknown_user_is_an_empty_list() {
    // Entra's connection test looks up a random GUID and takes anything but 200 for a broken tenant.
    let reply = look_up(&thrive(), "filter=userName+eq+%223e59e27b-0000%22").await.expect(200);
    let expected = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [],
    });
    assert_eq!(reply.body, expected);
}

#[tokio::test]
async fn a_user_is_found_by_name_in_every_spelling_of_the_filter() {
    let tenant = thrive();
    create(&tenant, &entra_user("b.jensen+a@x.com")).await;
    create(&tenant, &entra_user("other@x.com")).await;
    for filter in [
        "userName+eq+%22b.jensen%2Ba%40x.com%22",
        "userName%20eq%20%22b.jensen%2Ba@x.com%22",
        "username%20EQ%20%22B.JENSEN%2BA@X.COM%22",
        "UserName+Eq+%22b.jensen%2Ba@x.com%22&startIndex=1&count=100",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName+eq+%22b.jensen%2Ba@x.com%22",
    ] {
        let reply = look_up(&tenant, &format!("filter={filter}")).await.expect(200);
        assert_eq!(names(&reply), ["b.jensen+a@x.com"], "{filter}");
        assert_eq!(reply.body["totalResults"], 1);
    }
}

#[tokio::test]
async fn the_guide_allows_user_name_alone_and_the_refusal_says_so() {
    let tenant = thrive();
    create(&tenant, &entra_user("a@x")).await;
    for (filter, detail) in [
        ("externalId+eq+%22a%22", "Only userName can be filtered on; the filter asks for externalId."),
        ("emails%5Btype+eq+%22work%22%5D.value+eq+%22a%22", ""),
        ("emails.value+eq+%22a%22", "emails.value"),
        ("userName+eq+%22a%22+and+active+eq+true", "active"),
        ("userName+sw+%22a%22", "Only userName eq"),
        ("userName+eq+bob", "cannot be read"),
        ("userName+eq", "cannot be read"),
        ("", "cannot be read"),
    ] {
        look_up(&tenant, &format!("filter={filter}")).await.expect_error(400, Some("invalidFilter"), detail);
    }
}

#[tokio::test]
async fn the_rfc_policy_evaluates_every_filter() {
    let tenant = tenant(Policy::Rfc);
    for (name, title, active) in [("ann@x", "Nurse", true), ("bob@x", "Porter", false), ("cat@y", "", true)] {
        let mut user = entra_user(name);
        user["title"] = title.into();
        user["active"] = active.into();
        user["externalId"] = name.to_uppercase().into();
        create(&tenant, &user).await;
    }
    for (filter, expected) in [
        (r#"title eq "nurse""#, &["ann@x"][..]),
        (r#"title ne "nurse""#, &["bob@x", "cat@y"]),
        (r#"userName ew "@X" and active eq true"#, &["ann@x"]),
        (r#"userName sw "ann" or userName sw "cat""#, &["ann@x", "cat@y"]),
        ("not (active eq true)", &["bob@x"]),
        ("title pr", &["ann@x", "bob@x"]),
        (r#"externalId eq "ann@x""#, &[]),
        (r#"externalId eq "ANN@X""#, &["ann@x"]),
        (r#"name.familyName eq "jensen" and userName co "b@""#, &["bob@x"]),
        (r#"emails[type eq "work" and value co "@y"]"#, &["cat@y"]),
        (r#"emails eq "bob@x""#, &["bob@x"]),
        (r#"emails.value eq "bob@x""#, &["bob@x"]),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "sales" and userName ew "y""#,
            &["cat@y"],
        ),
        (r#"meta.created gt "2026-03-02T11:00:00Z" and title eq "porter""#, &["bob@x"]),
        (r#"meta.created lt "2026-03-02T12:00:00+01:00""#, &[]),
        (r#"userName gt "ann@x""#, &["bob@x", "cat@y"]),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let reply = look_up(&tenant, &format!("filter={query}")).await.expect(200);
        assert_eq!(names(&reply), expected, "{filter}");
    }
    look_up(&tenant, "filter=title+is+%22x%22").await.expect_error(400, Some("invalidFilter"), "title is");
}

#[tokio::test]
async fn pages_are_stable_and_counted_from_one() {
    let tenant = thrive();
    for number in 1..=5 {
        create(&tenant, &entra_user(&format!("user{number}@x"))).await;
    }
    for (query, start, expected) in [
        ("startIndex=1&count=2", 1, &["user1@x", "user2@x"][..]),
        ("startIndex=3&count=2", 3, &["user3@x", "user4@x"]),
        ("startIndex=5&count=2", 5, &["user5@x"]),
        ("startIndex=9&count=2", 9, &[]),
        ("startIndex=0&count=1", 1, &["user1@x"]),
        ("startIndex=-3&count=1", 1, &["user1@x"]),
        ("count=0", 1, &[]),
        ("count=-1", 1, &[]),
        ("startindex=4", 4, &["user4@x", "user5@x"]),
        ("aadOptscim062020&count=1", 1, &["user1@x"]),
    ] {
        let reply = look_up(&tenant, query).await.expect(200);
        assert_eq!(names(&reply), expected, "{query}");
        assert_eq!(reply.body["totalResults"], 5, "{query}");
        assert_eq!(reply.body["startIndex"], start, "{query}");
        assert_eq!(reply.body["itemsPerPage"], expected.len(), "{query}");
    }
    look_up(&tenant, "count=many").await.expect_error(400, Some("invalidValue"), "count");
}

#[tokio::test]
async fn a_search_by_post_is_the_same_list() {
    let tenant = thrive();
    create(&tenant, &entra_user("a@x")).await;
    let search = json!({ "filter": "userName eq \"A@x\"", "attributes": ["userName"], "startIndex": 1, "count": 10 });
    for path in ["/scim/v2/Users/.search", "/scim/v2/.search"] {
        let reply = ask("POST", path).json(&search).to(&tenant).await.expect(200);
        let keys: Vec<&String> = reply.body["Resources"][0].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["schemas", "id", "userName"]);
    }
    let wrong = ask("POST", "/scim/v2/.search").json(&json!({ "count": "ten" })).to(&tenant).await;
    wrong.expect_error(400, Some("invalidValue"), "count");
}

#[tokio::test]
async fn attributes_choose_what_is_shown() {
    let tenant = thrive();
    let user = create(&tenant, &entra_user("a@x")).await;
    let sub = format!("{ENTERPRISE_USER}:department");
    for (query, expected) in [
        ("attributes=userName,NAME.givenname", json!({ "userName": "a@x", "name": { "givenName": "Barbara" } })),
        ("attributes=emails.value", json!({ "emails": [{ "value": "a@x" }] })),
        (&format!("attributes={sub}"), json!({ ENTERPRISE_USER: { "department": "Sales" } })),
        (
            &format!("excludedAttributes=id,meta,emails,name.givenName,externalId,active,{ENTERPRISE_USER}"),
            json!({ "userName": "a@x", "name": { "familyName": "Jensen" } }),
        ),
    ] {
        let mut read = ask("GET", &format!("{}?{query}", path_of(&user))).to(&tenant).await.expect(200).body;
        let members = read.as_object_mut().unwrap();
        assert!(members.remove("schemas").is_some() && members.remove("id").is_some(), "{query}");
        assert_eq!(read, expected, "{query}");
    }
}

#[tokio::test]
async fn discovery_is_true_to_what_the_tenant_does() {
    let tenant = thrive();
    let config = ask("GET", "/scim/v2/ServiceProviderConfig").to(&tenant).await.expect(200).body;
    for (feature, supported) in
        [("patch", true), ("filter", true), ("etag", true), ("bulk", false), ("sort", false), ("changePassword", false)]
    {
        assert_eq!(config[feature]["supported"], supported, "{feature}");
    }
    let types = ask("GET", "/scim/v2/ResourceTypes").to(&tenant).await.expect(200).body;
    assert_eq!(types["totalResults"], 1);
    let one = ask("GET", "/scim/v2/ResourceTypes/User").to(&tenant).await.expect(200).body;
    assert_eq!(types["Resources"][0], one);
    assert_eq!(one["schemaExtensions"][0]["schema"], ENTERPRISE_USER);
    ask("GET", "/scim/v2/ResourceTypes/Group").to(&tenant).await.expect_error(404, None, "Group");
    ask("GET", "/scim/v2/Schemas/urn:x").to(&tenant).await.expect_error(404, None, "urn:x");
    ask("GET", "/scim/v2/Schemas?filter=id+eq+%22x%22").to(&tenant).await.expect_error(403, None, "filtered");
}

#[tokio::test]
async fn the_schemas_list_what_lands() {
    let attributes = |schema: &Value| -> Vec<String> {
        let list = schema["attributes"].as_array().unwrap().iter();
        list.map(|attribute| attribute["name"].as_str().unwrap().to_owned()).collect()
    };
    let core = "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User";
    let tenant = thrive();
    map(
        &tenant,
        &[
            ("urn:ietf:params:scim:schemas:core:2.0:User:contractType", "contracttype"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:nickName", "team"),
        ],
    )
    .await;
    let schema = ask("GET", core).to(&tenant).await.expect(200).body;
    assert_eq!(
        attributes(&schema),
        ["userName", "name", "nickName", "title", "preferredLanguage", "timezone", "active", "emails", "contractType"]
    );
    assert_eq!(schema["meta"]["location"], format!("http://tenant.test{core}"));
    let enterprise = format!("/scim/v2/Schemas/{}", ENTERPRISE_USER.replace(':', "%3A"));
    assert_eq!(attributes(&ask("GET", &enterprise).to(&tenant).await.expect(200).body), ["manager"]);
    let everything = ask("GET", core).to(&super::tenant(Policy::Rfc)).await.expect(200).body;
    assert!(attributes(&everything).contains(&"displayName".to_owned()));
    assert!(!attributes(&everything).contains(&"password".to_owned()));
}
