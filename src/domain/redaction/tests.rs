//! One canary in every place where a personal value or a secret can stand.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Redactor, alias::canonical};
use crate::domain::{
    exchange::{Exchange, Operation, Outcome, Request, Response},
    journal::{Record, Source, Summary},
    landing::{Dropped, Landed, Landing},
};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ID: &str = "7f3c0000-0000-4000-8000-0000000091b2";

/// What must never be seen again, in any case.
const PERSONAL: [&str; 17] = [
    "jane",
    "contoso",
    "quillfeather",
    "janey",
    "+44 7700",
    "900123",
    "elm street",
    "aa11bb22",
    "e-4711",
    "bigboss",
    "beatrix",
    "s3cr3t",
    "hunter2",
    "eyjhbg",
    "thornbury",
    "ab1 2cd",
    "jq.home",
];

fn jane() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "id": ID, "externalId": "aa11bb22-0000-4000-8000-000000000001",
        "userName": "Jane.Quillfeather@Contoso.com", "displayName": "Jane Quillfeather", "nickName": "Janey",
        "name": {"givenName": "Jane", "familyName": "Quillfeather", "formatted": "Quillfeather, Jane"},
        "emails": [
            {"type": "work", "primary": true, "value": "jane.quillfeather@contoso.com", "display": "Jane Quillfeather"},
            {"type": "home", "value": "jq.home@mail.example"},
        ],
        "phoneNumbers": [{"type": "mobile", "value": "+44 7700 900123"}],
        "addresses": [{"type": "work", "streetAddress": "1 Elm Street", "locality": "Thornbury", "postalCode": "AB1 2CD", "country": "GB"}],
        "title": "Nurse", "active": true, "preferredLanguage": "en-GB", "password": "hunter2hunter2",
        ENTERPRISE: {
            "employeeNumber": "E-4711", "department": "Wards", "costCenter": "C100",
            "manager": {"value": "11112222", "$ref": "../Users/11112222", "displayName": "Beatrix Bigboss"},
        },
        "meta": {"resourceType": "User", "location": format!("https://t.example/scim/v2/Users/{ID}")},
    })
}

fn exchange(method: &str, url: &str, body: Value, status: u16, answer: Value) -> Exchange {
    let headers = [("x-note", "for jane.quillfeather@contoso.com"), ("x-debug", "Bearer s3cr3t")].into_iter().collect();
    let answered = [("location", format!("https://t.example/scim/v2/Users/{ID}"))].into_iter().collect();
    Exchange {
        request: Request { method: method.to_owned(), url: url.to_owned(), headers, body },
        response: Some(Response { status, headers: answered, body: answer }),
        error: Some("Gave up on Jane Quillfeather".to_owned()),
        at: None,
        duration_ms: None,
    }
}

fn leaks(text: &str) -> Vec<&'static str> {
    let lower = text.to_lowercase();
    PERSONAL.into_iter().filter(|value| lower.contains(value)).collect()
}

fn text_of(exchange: &Exchange) -> String {
    serde_json::to_string_pretty(exchange).unwrap()
}

#[test]
fn a_user_keeps_its_shape_and_loses_the_person() {
    let mut redactor = Redactor::new();
    let create = exchange("POST", "https://t.example/scim/v2/Users", jane(), 201, jane());
    let redacted = redactor.exchange(&create);
    let text = text_of(&redacted);
    assert_eq!(leaks(&text), Vec::<&str>::new(), "{text}");
    let body = &redacted.request.body;
    assert_eq!(body["userName"], "User1@domain1.example");
    assert_eq!(body["emails"][0]["value"], "user1@domain1.example");
    assert_eq!(body["emails"][1]["value"], "user1@domain2.example");
    assert_eq!(body["name"], json!({"givenName": "Given1", "familyName": "Family1", "formatted": "Family1, Given1"}));
    assert_eq!(body["displayName"], "Person 1");
    assert_eq!(body["nickName"], "Nick1");
    assert_eq!(body["externalId"], "00000000-0000-4000-8000-000000000001".replace('4', "0").replace("8000", "0000"));
    assert_eq!(body["phoneNumbers"][0]["value"], "+10 0000 000001");
    assert_eq!(body["addresses"][0]["postalCode"], "XX0 1XX");
    assert_eq!(body["addresses"][0]["country"], "GB");
    assert_eq!(body["password"], "•••");
    assert_eq!(body["id"], ID);
    assert_eq!(body["title"], "Nurse");
    let enterprise = &body[ENTERPRISE];
    assert_eq!(enterprise["employeeNumber"], "X-0001");
    assert_eq!(enterprise["department"], "Wards");
    assert_eq!(
        enterprise["manager"],
        json!({"value": "11112222", "$ref": "../Users/11112222", "displayName": "Person 2"})
    );
    assert_eq!(redacted.response.unwrap().body, *body);
    assert_eq!(redacted.error.as_deref(), Some("Gave up on Person 1"));
    assert_eq!(redacted.request.headers.get("x-note"), Some("for user1@domain1.example"));
    assert_eq!(redacted.request.headers.get("x-debug"), Some("Bearer •••"));
    assert_eq!(redactor.redacted(), 16);
}

#[test]
fn every_place_of_a_canary() {
    let user_path = format!("/scim/v2/Users/{ID}");
    let op = |path: &str, value: Value| json!({"Operations": [{"op": "Replace", "path": path, "value": value}]});
    let detail = json!({"detail": "userName Jane.Quillfeather@contoso.com is taken", "status": "409"});
    let list = json!({"totalResults": 1, "Resources": [jane()]});
    let nested = format!(
        "StatusCode: Conflict Web Response: {} . Retried",
        json!({"detail": "jane", "inner": jane().to_string()})
    );
    for (method, url, body, answer) in [
        ("GET", "/Users?filter=userName eq \"jane.quillfeather@contoso.com\"", Value::Null, list.clone()),
        ("GET", "/Users?filter=userName+eq+%22jane.quillfeather%40contoso.com%22&count=1", Value::Null, list),
        ("GET", "/Users?filter=userName%20eq%20jane.quillfeather@contoso.com", Value::Null, Value::Null),
        (
            "GET",
            "/Users?filter=emails[type eq \"work\" and value eq \"jane.quillfeather@contoso.com\"]",
            Value::Null,
            Value::Null,
        ),
        ("GET", "/Users?filter=externalId eq \"aa11bb22-0000-4000-8000-000000000001\"", Value::Null, Value::Null),
        ("GET", "/Users?filter=displayName co \"Jane Quill\\\"feather\"", Value::Null, Value::Null),
        (
            "GET",
            "/Users?filter=name.familyName sw \"Quillfeather\"&access_token=s3cr3ts3cr3t",
            Value::Null,
            Value::Null,
        ),
        ("GET", "/Users/jane.quillfeather%40contoso.com", Value::Null, Value::Null),
        (
            "GET",
            "https://jane:s3cr3t@t.example/rest/v1/users/ref/jane.quillfeather@contoso.com",
            Value::Null,
            Value::Null,
        ),
        ("PATCH", &user_path, op("userName", json!("jane.quillfeather@contoso.com")), detail),
        (
            "PATCH",
            &user_path,
            op("emails[type eq \"work\"].value", json!("jane.quillfeather@contoso.com")),
            Value::Null,
        ),
        ("PATCH", &user_path, op("emails[value eq \"jane.quillfeather@contoso.com\"]", json!(null)), Value::Null),
        ("PATCH", &user_path, op("name", json!({"givenName": "Jane", "familyName": "Quillfeather"})), Value::Null),
        ("PATCH", &user_path, op(&format!("{ENTERPRISE}:employeeNumber"), json!("E-4711")), Value::Null),
        ("PATCH", &user_path, op(&format!("{ENTERPRISE}:manager"), json!("bigboss@contoso.com")), Value::Null),
        (
            "PATCH",
            &user_path,
            json!({"Operations": [{"op": "add", "value": {
                "name.givenName": "Jane", "emails[type eq \"work\"].value": "jane@contoso.com",
                format!("{ENTERPRISE}:employeeNumber"): "E-4711", "urn:ietf:params:scim:schemas:core:2.0:User:userName": "jane@contoso.com",
            }}]}),
            Value::Null,
        ),
        (
            "POST",
            "/Users",
            json!({"userName": "jane", "emails": ["jane@contoso.com"], "members": [{"display": "Jane Q", "value": "jane"}]}),
            Value::Null,
        ),
        (
            "POST",
            "/Users",
            json!(jane().to_string()),
            json!("<p>jane.quillfeather@contoso.com</p> Authorization: Bearer eyJhbGciOi.eyJzdWIi.abc"),
        ),
        ("POST", "/Users", jane(), json!({"text": nested})),
        ("POST", "/Users", json!({"custom": "s3cr3tS3CR3T0123456789abcdefghij", "note": "token=s3cr3t"}), Value::Null),
    ] {
        // Only a document that holds her name can tell that the error text repeats it.
        let exchange = Exchange { error: None, ..exchange(method, url, body, 400, answer) };
        let redacted = text_of(&Redactor::new().exchange(&exchange));
        let found = leaks(&redacted);
        assert_eq!(found, Vec::<&str>::new(), "{method} {url} {redacted}");
    }
}

#[test]
fn what_a_diagnosis_rests_on_survives() {
    for (value, alias) in [
        (" jane@contoso.com\u{a0}", " user1@domain1.example\u{a0}"),
        ("ja\u{200b}ne@contoso.com", "u\u{200b}ser1@domain1.example"),
        ("JANE@CONTOSO.COM", "USER1@DOMAIN1.EXAMPLE"),
        ("Jane@contoso.com", "User1@domain1.example"),
        ("o'jane+x@contoso.com", "user'+1@domain1.example"),
        ("jane_x#EXT#@contoso.onmicrosoft.com", "user1#EXT#@tenant1.onmicrosoft.com"),
        ("jané@contoso.com", "useré1@domain1.example"),
        ("jane", "user1"),
        ("jane@", "user1@"),
        ("", ""),
        ("  ", "  "),
    ] {
        let redacted = Redactor::new().value(&json!({"userName": value}));
        assert_eq!(redacted["userName"], alias, "{value:?}");
    }
}

#[test]
fn an_address_stays_encoded_as_it_was() {
    for (url, expected) in [
        (
            "/Users?filter=userName+eq+%22jane@contoso.com%22&startIndex=1",
            "/Users?filter=userName+eq+%22user1@domain1.example%22&startIndex=1",
        ),
        ("/Users?filter=userName+eq+%22ja+ne@contoso.com%22", "/Users?filter=userName+eq+%22user+1@domain1.example%22"),
        (
            "/Users?filter=userName%20eq%20%22ja%2Bne%40contoso.com%22",
            "/Users?filter=userName%20eq%20%22user%2B1%40domain1.example%22",
        ),
        ("/Users?filter=userName eq \"jane@contoso.com\"", "/Users?filter=userName eq \"user1@domain1.example\""),
        ("/Users?filter=title+eq+%22Nurse%22", "/Users?filter=title+eq+%22Nurse%22"),
        ("/Users?filter=active%20eq%20true", "/Users?filter=active%20eq%20true"),
        (&format!("/Users/{ID}"), &format!("/Users/{ID}")),
        ("/ServiceProviderConfig", "/ServiceProviderConfig"),
        ("/@/://x", "/@/://x"),
        (
            "https://t.example/scim/v2/Users?startIndex=1&count=100",
            "https://t.example/scim/v2/Users?startIndex=1&count=100",
        ),
    ] {
        let redacted = Redactor::new().exchange(&exchange("GET", url, Value::Null, 200, Value::Null));
        assert_eq!(redacted.request.url, expected);
    }
}

#[test]
fn one_person_has_one_alias_in_every_document() {
    let mut redactor = Redactor::new();
    let other = json!({"userName": "zoe@contoso.com", "name": {"givenName": "Zoe"}});
    assert_eq!(redactor.value(&other)["userName"], "user1@domain1.example");
    assert_eq!(redactor.value(&jane())["userName"], "User2@domain1.example");
    let patch = exchange(
        "PATCH",
        &format!("/Users/{ID}"),
        json!({"Operations": [{"op": "add", "path": "nickName", "value": "JJ"}]}),
        200,
        Value::Null,
    );
    assert_eq!(redactor.exchange(&patch).request.body["Operations"][0]["value"], "NICK2-2");
    assert_eq!(redactor.value(&other)["name"]["givenName"], "Given1");
    assert_eq!(
        redactor.text("Failed to create User 'Zoe@contoso.com'; Jane Quillfeather"),
        "Failed to create User 'User1@domain1.example'; Person 2"
    );
    let once = redactor.value(&jane());
    assert_eq!(redactor.value(&once), once);
}

#[test]
fn a_list_tells_its_people_apart() {
    let redacted = Redactor::new().value(&json!({"Resources": [
        {"id": "1", "userName": "ann@contoso.com", "name": {"givenName": "Ann"}},
        {"id": "2", "userName": "bob@contoso.com", "name": {"givenName": "Bob"}},
    ]}));
    let people: Vec<_> = redacted["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| (&user["userName"], &user["name"]["givenName"]))
        .collect();
    let [a, b, c, d] = ["user1@domain1.example", "Given1", "user2@domain1.example", "Given2"].map(Value::from);
    assert_eq!(people, [(&a, &b), (&c, &d)]);
}

#[test]
fn secrets_in_text_become_dots_and_words_stay() {
    for (text, expected) in [
        ("Authorization: Bearer xyz", "Authorization: Bearer •••"),
        ("The bearer token was not accepted.", "The bearer token was not accepted."),
        ("Basic YWxhZGRpbjpvcGVu is", "Basic ••• is"),
        ("see eyJhbGciOi.eyJzdWIiOiI.c2ln here", "see ••• here"),
        ("?access_token=abcd1234&x=1", "?access_token=•••&x=1"),
        (
            "SystemForCrossDomainIdentityManagementServiceIncompatible",
            "SystemForCrossDomainIdentityManagementServiceIncompatible",
        ),
        (
            "scim.5f0b1c8e3f8f4a5c9e6baaaaaaaaaaaa.9d5f7c42-71a2-4a6b-8d1e-bbbbbbbbbbbb",
            "scim.5f0b1c8e3f8f4a5c9e6baaaaaaaaaaaa.9d5f7c42-71a2-4a6b-8d1e-bbbbbbbbbbbb",
        ),
        ("key Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg==", "key •••"),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
        ),
        ("{\"schemas\": [ 1 ], \"detail\": \"x\"}", "{\"schemas\": [ 1 ], \"detail\": \"x\"}"),
    ] {
        assert_eq!(Redactor::new().text(text), expected);
    }
}

#[test]
fn an_entra_record_is_redacted_with_its_event() {
    let name = "Jane Quillfeather";
    let upn = "jane.quillfeather@contoso.com";
    let reason = format!(
        "Failed to create User '{upn}' in customappsso; Web Response: {} . retried",
        json!({"detail": format!("{name} exists"), "status": "409"})
    );
    let event = json!({
        "id": "0c1a1f3e-8a52-4e5b-9f4b-1d7f6f2b0001", "tenantId": "5f0b1c8e-3f8f-4a5c-9e6b-aaaaaaaaaaaa",
        "initiatedBy": {"displayName": "Azure AD Provisioning Service", "initiatorType": "system"},
        "servicePrincipal": {"id": "2a6a8b0e", "displayName": "Thrive SCIM"}, "targetSystem": {"displayName": "customappsso"},
        "sourceIdentity": {"id": "aa11bb22-0000-4000-8000-000000000001", "displayName": name, "identityType": "User", "details": {"UserPrincipalName": upn}},
        "targetIdentity": {"id": ID, "displayName": name},
        "modifiedProperties": [
            {"displayName": "name.givenName", "oldValue": null, "newValue": "\"Jane\""},
            {"displayName": "emails[type eq \"work\"].value", "oldValue": upn, "newValue": upn},
            {"displayName": "department", "oldValue": "Wards", "newValue": "Clinics"},
        ],
        "provisioningSteps": [{"description": format!("Received User '{upn}' change"), "details": {"ReportableIdentifier": upn}}],
        "provisioningStatusInfo": {"status": "failure", "errorInformation": {"errorCode": "Conflict", "reason": reason}},
    });
    let record = Record {
        source: Source::Entra,
        summary: Summary {
            id: "0c1a1f3e-8a52-4e5b-9f4b-1d7f6f2b0001".to_owned(),
            at: "2026-01-01T00:00:00Z".parse().unwrap(),
            method: String::new(),
            path: format!("/Users?filter=userName eq \"{upn}\""),
            status: Some(409),
            outcome: Outcome::Failure,
            operation: Operation::Create,
            user: Some(upn.to_owned()),
            resource_id: Some(ID.to_owned()),
            scim_type: Some("Conflict".to_owned()),
            detail: Some(reason),
            duration_ms: None,
            client: Some("Entra".to_owned()),
        },
        exchange: Some(exchange("POST", "", Value::Null, 409, json!({"detail": format!("{name} exists")}))),
        landing: Some(Landing {
            landed: vec![Landed {
                attribute: "name.givenName".to_owned(),
                field: "firstName".to_owned(),
                value: json!("Jane"),
            }],
            dropped: vec![Dropped {
                attribute: "nickName".to_owned(),
                value: json!("Janey"),
                reason: "No mapping.".to_owned(),
            }],
        }),
        event: Some(event),
    };
    let redacted = Redactor::new().record(&record);
    let text = serde_json::to_string_pretty(&redacted).unwrap();
    assert_eq!(leaks(&text), Vec::<&str>::new(), "{text}");
    let event = redacted.event.unwrap();
    assert_eq!(event["servicePrincipal"]["displayName"], "Thrive SCIM");
    assert_eq!(event["initiatedBy"]["displayName"], "Azure AD Provisioning Service");
    assert_eq!(event["tenantId"], "5f0b1c8e-3f8f-4a5c-9e6b-aaaaaaaaaaaa");
    assert_eq!(
        event["modifiedProperties"][0],
        json!({"displayName": "name.givenName", "oldValue": null, "newValue": "\"Given1\""})
    );
    assert_eq!(event["modifiedProperties"][2]["newValue"], "Clinics");
    assert_eq!(redacted.summary.user.as_deref(), Some("user1@domain1.example"));
    assert_eq!(
        redacted.summary.detail.as_deref(),
        Some(
            "Failed to create User 'user1@domain1.example' in customappsso; Web Response: {\"detail\":\"Person 1 exists\",\"status\":\"409\"} . retried"
        )
    );
}

#[test]
fn the_name_of_a_group_is_no_personal_value() {
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Nurses", "members": [{"value": "11112222", "display": "Ann Lee"}]});
    let redacted = Redactor::new().value(&group);
    assert_eq!(redacted["displayName"], "Nurses");
}

proptest! {
    #[test]
    fn no_original_value_is_left(
        local in "[a-z]{4,10}[.][a-z]{3,8}", given in "[A-Z][a-z]{4,9}", family in "[A-Z][a-zé']{5,9}", number in "[A-Z]{2}[0-9]{5,7}",
        padding in "[ .,;:'()-]{1,3}",
    ) {
        prop_assume!(!["value", "schemas", "detail", "status", "display"].contains(&given.to_lowercase().as_str()));
        let mail = format!("{local}@mail.test");
        let user = json!({"userName": mail, "name": {"givenName": given, "familyName": family}, ENTERPRISE: {"employeeNumber": number}});
        let detail = format!("{padding}{mail}{padding}{given}{padding}{family}{padding}{number}{padding}{}", json!({"userName": mail, "of": given}));
        let redacted = Redactor::new().exchange(&exchange("POST", &format!("/Users?filter=name.familyName eq {}", json!(family)), user, 409, json!({"detail": detail})));
        let text = serde_json::to_string(&redacted).unwrap().to_lowercase();
        for value in [&mail, &local, &given, &family, &number] {
            let value = canonical(value);
            prop_assert!(!text.contains(&value), "{} in {}", value, text);
        }
    }

    #[test]
    fn any_text_is_survived(text in ".{0,80}", url in "[/a-z?=&%+\"\\[\\]{} 0-9@:.]{0,60}") {
        let mut redactor = Redactor::new();
        let _ = redactor.value(&json!({"userName": text, "displayName": text, "externalId": text, "x": text}));
        let _ = redactor.text(&text);
        let _ = redactor.exchange(&exchange("GET", &url, Value::Null, 200, Value::Null));
    }
}
