//! The whole filter grammar (RFC 7644 §3.4.2.2): the RFC's own examples, then what suites and directories trip over.

use super::*;

/// Four users with something to tell them apart by.
async fn people() -> Tenant {
    let tenant = rfc();
    for user in [
        json!({ "userName": "bjensen", "title": "Guide", "userType": "Employee", "active": true, "externalId": "B1",
            "name": { "familyName": "O'Malley" },
            "emails": [{ "type": "work", "value": "b@example.com" }, { "type": "home", "value": "b@home.net" }],
            ENTERPRISE_USER: { "department": "Tours", "manager": { "value": "26118915" } } }),
        json!({ "userName": "Jim", "profileUrl": "https://x/Jim", "title": "Intern of the year", "userType": "Intern", "active": false,
            "emails": [{ "type": "home", "value": "j@example.org", "primary": true }],
            "ims": [{ "type": "xmpp", "value": "jim@foo.com" }] }),
        json!({ "userName": "Joan", "userType": "Contractor", "emails": [{ "type": "work", "value": "joan@other.net" }] }),
        json!({ "userName": "zoe", "title": "", "nickName": "say \"hi\" (now)" }),
    ] {
        create(&tenant, &user).await;
    }
    tenant
}

async fn find(tenant: &Tenant, path: &str, filter: &str) -> Reply {
    ask("GET", &format!("{path}?filter={}", encoded(filter))).to(tenant).await
}

fn found(reply: &Reply) -> Vec<&str> {
    let names = reply.body["Resources"].as_array().unwrap().iter();
    names.map(|one| one["userName"].as_str().or(one["displayName"].as_str()).unwrap()).collect()
}

const ALL: [&str; 4] = ["bjensen", "Jim", "Joan", "zoe"];

#[tokio::test]
async fn the_examples_of_rfc_7644_figure_2_find_whom_they_mean() {
    let tenant = people().await;
    let within = "emails co \"example.com\" or emails.value co \"example.org\"";
    for (filter, expected) in [
        (r#"userName eq "bjensen""#, &["bjensen"][..]),
        (r#"name.familyName co "O'Malley""#, &["bjensen"]),
        (r#"userName sw "J""#, &["Jim", "Joan"]),
        (&format!(r#"{USER}:userName sw "J""#), &["Jim", "Joan"]),
        ("title pr", &["bjensen", "Jim"]),
        (r#"meta.lastModified gt "2011-05-13T04:42:34Z""#, &ALL),
        (r#"meta.lastModified ge "2026-03-02T12:00:00Z""#, &ALL),
        (r#"meta.lastModified lt "2011-05-13T04:42:34Z""#, &[]),
        (r#"meta.lastModified le "2026-03-02T13:00:00+01:00""#, &ALL),
        (r#"title pr and userType eq "Employee""#, &["bjensen"]),
        (r#"title pr or userType eq "Contractor""#, &["bjensen", "Jim", "Joan"]),
        (&format!(r#"schemas eq "{ENTERPRISE_USER}""#), &["bjensen"]),
        (&format!(r#"userType eq "Employee" and ({within})"#), &["bjensen"]),
        (&format!(r#"userType ne "Employee" and not ({within})"#), &["Joan", "zoe"]),
        (r#"userType eq "Employee" and (emails.type eq "work")"#, &["bjensen"]),
        (r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#, &["bjensen"]),
        (
            r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
            &["bjensen", "Jim"],
        ),
    ] {
        assert_eq!(found(&find(&tenant, "/scim/v2/Users", filter).await.expect(200)), expected, "{filter}");
    }
}

#[tokio::test]
async fn grammar_case_and_values_are_as_the_rfc_says() {
    let tenant = people().await;
    for (filter, expected) in [
        // Operators, words and attribute names in any case; the space after `not` may be missing (figure 1).
        (r#"USERNAME Eq "JIM" OR username EQ "zoe""#, &["Jim", "zoe"][..]),
        ("not(title pr)", &["Joan", "zoe"]),
        (r#"NOT(emails[not(type eq "work")])"#, &["Joan", "zoe"]),
        // `and` before `or`, `not` before both.
        (r#"userName eq "zoe" or title pr and active eq true"#, &["bjensen", "zoe"]),
        (r#"(userName eq "zoe" or title pr) and active eq true"#, &["bjensen"]),
        (r#"not (title pr) and not (nickName pr)"#, &["Joan"]),
        (r#"((((userName eq "zoe"))))"#, &["zoe"]),
        // caseExact by the schema.
        (r#"externalId eq "b1""#, &[]),
        (r#"externalId eq "B1""#, &["bjensen"]),
        (r#"meta.resourceType eq "user""#, &[]),
        (r#"title co "INTERN""#, &["Jim"]),
        // References are exact by RFC 7643 §2.3.7.
        (r#"profileUrl eq "https://x/JIM""#, &[]),
        (r#"profileUrl eq "https://x/Jim""#, &["Jim"]),
        // JSON's own values and escapes.
        (r#"userName eq "\u006aim""#, &["Jim"]),
        (r#"nickName eq "say \"hi\" (now)""#, &["zoe"]),
        (r#"nickName co "not(now)""#, &[]),
        ("active eq false", &["Jim"]),
        ("active ne true", &["Jim", "Joan", "zoe"]),
        ("active pr", &["bjensen", "Jim"]),
        (r#"active eq "true""#, &[]),
        ("title eq null", &["Joan", "zoe"]),
        ("title ne null", &["bjensen", "Jim"]),
        // What is not there has no value; an empty one is none either (RFC 7643 §2.5).
        (r#"title ne "Guide""#, &["Jim", "Joan", "zoe"]),
        (r#"shoeSize eq "44""#, &[]),
        ("shoeSize pr", &[]),
        // Lists and complex values.
        (r#"emails eq "j@example.org""#, &["Jim"]),
        ("emails.primary eq true", &["Jim"]),
        (r#"emails[type eq "home" and (value sw "b" or value sw "j")]"#, &["bjensen", "Jim"]),
        (r#"emails[type eq "work"] and emails[type eq "home"]"#, &["bjensen"]),
        ("emails pr and name pr", &["bjensen"]),
        // Strings are ordered without case too.
        (r#"userName gt "jim""#, &["Joan", "zoe"]),
        (r#"userName le "JIM""#, &["bjensen", "Jim"]),
        // Extension URNs, dots and all.
        (&format!(r#"{ENTERPRISE_USER}:department sw "to""#), &["bjensen"]),
        (&format!(r#"{ENTERPRISE_USER}:manager eq "26118915""#), &["bjensen"]),
        (&format!(r#"{ENTERPRISE_USER}:manager.value eq "26118915""#), &["bjensen"]),
        (r#"department sw "to""#, &[]),
        (&format!(r#"{GROUP}:userName eq "Jim""#), &[]),
        // idp-facts.md §2.1: Entra may match by this, which the grammar does not have.
        (r#"emails[type eq "work"].value eq "joan@other.net""#, &["Joan"]),
    ] {
        assert_eq!(found(&find(&tenant, "/scim/v2/Users", filter).await.expect(200)), expected, "{filter}");
        let search = json!({ "filter": filter });
        let reply = ask("POST", "/scim/v2/Users/.search").json(&search).to(&tenant).await.expect(200);
        assert_eq!(found(&reply), expected, "{filter}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_meant_is_refused() {
    let tenant = people().await;
    for filter in [
        "",
        "userName",
        "userName eq",
        "userName eq bob",
        "userName is \"bob\"",
        "eq \"bob\"",
        "userName eq \"bob",
        "(userName eq \"bob\"",
        "userName eq \"bob\")",
        "userName eq \"bob\" and",
        "a.b.c eq \"bob\"",
        "emails[type eq \"work\"",
        "emails[emails[type pr]]",
        // RFC 7644 §3.4.2.2: booleans and bytes have no order.
        "active gt true",
        "active le false and title pr",
        "x509Certificates.value ge \"AA==\"",
        "emails[primary lt true]",
    ] {
        find(&tenant, "/scim/v2/Users", filter).await.expect_error(400, Some("invalidFilter"), "");
    }
    // Deep or long ones are refused before anything is made of them.
    for times in [200, 20_000] {
        let (open, close) = ("not(".repeat(times), ")".repeat(times));
        for filter in [format!("{open}title pr{close}"), format!("emails[{open}type pr{close}]"), open] {
            let reply = ask("POST", "/scim/v2/Users/.search").json(&json!({ "filter": filter })).to(&tenant).await;
            reply.expect_error(400, Some("invalidFilter"), "");
        }
    }
}

#[tokio::test]
async fn the_root_asks_every_type_of_resource() {
    // RFC 7644 §3.4.2.1
    let tenant = people().await;
    group(&tenant, "Joiners", &[]).await;
    for (filter, expected) in [
        (r#"meta.resourceType eq "Group""#, &["Joiners"][..]),
        (r#"userName sw "jo" or displayName sw "jo""#, &["Joan", "Joiners"]),
        (&format!(r#"{GROUP}:displayName pr"#), &["Joiners"]),
        (&format!(r#"{USER}:userName sw "jo""#), &["Joan"]),
    ] {
        assert_eq!(found(&find(&tenant, "/scim/v2", filter).await.expect(200)), expected, "{filter}");
        assert_eq!(found(&find(&tenant, "/scim/v2/", filter).await.expect(200)), expected, "{filter}");
        let reply = ask("POST", "/scim/v2/.search").json(&json!({ "filter": filter })).to(&tenant).await.expect(200);
        assert_eq!(found(&reply), expected, "{filter}");
    }
}
