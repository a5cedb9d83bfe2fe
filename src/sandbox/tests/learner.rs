//! What landed, read as the vendor's public API shows it: with Basic, with an access token, and not otherwise.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::domain::house::LEARNER_API_ID as TENANT_ID;

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn read(reference: &str, authorization: &str) -> Ask {
    anonymous("GET", &format!("/rest/v1/users/ref/{reference}")).header("authorization", authorization)
}

fn token(form: &str) -> Ask {
    let path = format!("/oauth2/token/{TENANT_ID}");
    anonymous("POST", &path).header("content-type", "application/x-www-form-urlencoded").text(form.to_owned())
}

#[tokio::test]
async fn what_landed_is_shown_by_field_and_a_leaver_is_suspended() {
    let tenant = thrive();
    let mut user = entra_user("ann@x");
    user["preferredLanguage"] = "en-GB".into();
    user["nickName"] = "dropped".into();
    user[ENTERPRISE_USER] = json!({ "costCenter": "CC-7", "manager": { "value": "boss" } });
    let id = create(&tenant, &user).await["id"].as_str().unwrap().to_owned();
    let learner = read("ann@x", &basic(TENANT_ID, TOKEN)).to(&tenant).await.expect(200).body;
    assert_eq!((&learner["id"], &learner["ref"], &learner["status"]), (&json!(id), &json!("ann@x"), &json!("active")));
    assert_eq!((&learner["languageCode"], &learner["role"]), (&json!("en-gb"), &json!("learner")));
    assert_eq!(learner["additionalFields"], json!({ "costcentre": "CC-7" }));
    assert_eq!(learner["positions"][0]["manager"]["id"], "boss");
    let off = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "Replace", "path": "active", "value": "False"}]});
    ask("PATCH", &format!("/scim/v2/Users/{id}")).json(&off).to(&tenant).await.expect(200);
    let learner = read("ann@x", &basic(TENANT_ID, TOKEN)).to(&tenant).await.expect(200).body;
    assert_eq!(learner["status"], "suspended");
    let missing = read("nobody", &basic(TENANT_ID, TOKEN)).to(&tenant).await.expect(404).body;
    assert_eq!((&missing["status"], &missing["error"]), (&json!(404), &json!("Not Found")));
}

#[tokio::test]
async fn of_two_work_emails_the_one_that_is_left_is_the_learners() {
    let tenant = thrive();
    let mut user = entra_user("ann@x");
    let work = |value: &str| json!({ "type": "work", "value": value });
    user["emails"] = json!([work("old@x"), work("new@x")]);
    let id = create(&tenant, &user).await["id"].as_str().unwrap().to_owned();
    let path = format!("/scim/v2/Users/{id}");
    let again = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "path": "emails", "value": [work("old@x")]}]});
    let shown = ask("PATCH", &path).json(&again).to(&tenant).await.expect(200).body;
    assert_eq!((&shown["emails"][0]["value"], &shown["meta"]["version"]), (&json!("new@x"), &json!("W/\"1\"")));
    for (path_of, left) in [("emails[value eq \"new@x\"]", json!("old@x")), ("emails", Value::Null)] {
        let gone = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "remove", "path": path_of}]});
        let shown = ask("PATCH", &path).json(&gone).to(&tenant).await.expect(200).body;
        assert_eq!(shown["emails"][0]["value"], left, "{path_of}");
    }
}

#[tokio::test]
async fn an_access_token_reads_profiles_and_nothing_else() {
    let tenant = thrive();
    create(&tenant, &entra_user("ann@x")).await;
    let credentials = format!("client_id={TENANT_ID}&client_secret={TOKEN}");
    let given = token(&format!("grant_type=client_credentials&scope=api/read&{credentials}")).to(&tenant).await;
    let given = given.expect(200).body;
    assert_eq!((&given["token_type"], &given["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let bearer = format!("Bearer {}", given["access_token"].as_str().unwrap());
    read("ann@x", &bearer).to(&tenant).await.expect(200);
    anonymous("GET", "/scim/v2/Users").header("authorization", &bearer).to(&tenant).await.expect(401);
    let by_header = token("grant_type=client_credentials").header("authorization", &basic(TENANT_ID, TOKEN));
    by_header.to(&tenant).await.expect(200);
}

#[tokio::test]
async fn the_token_endpoint_speaks_as_rfc_6749_says() {
    let tenant = thrive();
    create(&tenant, &entra_user("ann@x")).await;
    let (info, secret) = tenant.issue_token("Learner API", None).unwrap();
    let credentials = format!("client_id={TENANT_ID}&client_secret={}", secret.expose());
    let given = token(&format!("grant_type=client_credentials&{credentials}")).to(&tenant).await.expect(200);
    assert_eq!((given.header("cache-control"), given.header("pragma")), ("no-store", "no-cache"), "§5.1");
    for (form, status, error) in [
        (format!("grant_type=password&{credentials}"), 400, "unsupported_grant_type"),
        (format!("grant_type=client_credentials&scope=api/webhooks&{credentials}"), 400, "invalid_scope"),
        (format!("grant_type=client_credentials&client_id={TENANT_ID}&client_secret=wrong"), 401, "invalid_client"),
        ("grant_type=client_credentials".to_owned(), 401, "invalid_client"),
    ] {
        let refused = token(&form).to(&tenant).await.expect(status);
        assert_eq!((&refused.body["error"], refused.header("cache-control")), (&json!(error), "no-store"), "§5.2");
        assert!(refused.body["error_description"].is_string());
    }
    let bearer = format!("Bearer {}", given.body["access_token"].as_str().unwrap());
    read("ann@x", &bearer).to(&tenant).await.expect(200);
    tenant.revoke_token(&info.id).unwrap();
    read("ann@x", &bearer).to(&tenant).await.expect(401);
}

#[tokio::test]
async fn whoever_does_not_know_the_secret_is_refused() {
    let tenant = thrive();
    create(&tenant, &entra_user("ann@x")).await;
    for authorization in [
        basic(TENANT_ID, "wrong"),
        basic("eu-west-2_Other", TOKEN),
        format!("Bearer {TOKEN}"),
        "Basic !".to_owned(),
        String::new(),
    ] {
        let refused = read("ann@x", &authorization).to(&tenant).await.expect(401);
        assert!(refused.header("www-authenticate").starts_with("Basic"), "{authorization}");
    }
    let wrong = format!("client_id={TENANT_ID}&client_secret=wrong");
    token(&format!("grant_type=client_credentials&{wrong}")).to(&tenant).await.expect(401);
    token("grant_type=password").to(&tenant).await.expect(400);
    token("grant_type=client_credentials&scope=api/webhooks").to(&tenant).await.expect(400);
    token("grant_type=client_credentials").to(&tenant).await.expect(401);
}
