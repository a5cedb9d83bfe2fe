//! The OpenAPI description, against what is really answered: anybody can read it, it names every route, and each body
//! that comes back has the members that its schema promises.

use super::*;

const DESCRIPTION: &str = "/support/v1/openapi.json";

async fn description(tenant: &Tenant) -> Value {
    anonymous("GET", DESCRIPTION).to(tenant).await.expect(200).body
}

/// The schema that a reference leads to.
fn resolve<'d>(whole: &'d Value, schema: &'d Value) -> &'d Value {
    match schema["$ref"].as_str() {
        Some(place) => whole.pointer(place.trim_start_matches('#')).unwrap_or_else(|| panic!("{place} leads nowhere")),
        None => schema,
    }
}

fn each_reference(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| each_reference(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| each_reference(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn anybody_can_read_what_the_support_api_offers() {
    let tenant = thrive();
    let whole = description(&tenant).await;
    assert_eq!(whole["openapi"], "3.1.0");
    let routes: Vec<String> = whole["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect();
    for route in [
        "get /tenant",
        "get /requests",
        "get /requests/{id}",
        "get /requests/stream",
        "get /mappings",
        "put /mappings",
        "get /custom-fields",
        "post /custom-fields",
        "get /tokens",
        "post /tokens",
        "delete /tokens/{id}",
        "get /scripts",
        "post /scripts/{key}",
    ] {
        assert!(routes.iter().any(|known| known == route), "{route} is not in {routes:?}");
    }
    assert_eq!(whole["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let mut references = Vec::new();
    each_reference(&whole, &mut references);
    for place in references {
        assert!(whole.pointer(place.trim_start_matches('#')).is_some(), "{place} leads nowhere");
    }
    assert!(!whole.to_string().contains(TOKEN));
}

#[tokio::test]
async fn answers_have_the_members_that_their_schemas_promise() {
    let tenant = thrive();
    create(&tenant, &entra_user("a@x")).await;
    let whole = description(&tenant).await;
    let newest = last_exchange(&tenant).await;
    let one = format!("/requests/{}", newest["id"].as_str().unwrap());
    for (path, described) in [
        ("/tenant", "/tenant"),
        ("/requests", "/requests"),
        (one.as_str(), "/requests/{id}"),
        ("/mappings", "/mappings"),
        ("/custom-fields", "/custom-fields"),
        ("/tokens", "/tokens"),
        ("/habits", "/habits"),
        ("/scripts", "/scripts"),
    ] {
        let body = ask("GET", &format!("/support/v1{path}")).to(&tenant).await.expect(200).body;
        let answer = &whole["paths"][described]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let schema = resolve(&whole, answer);
        let parts: Vec<&Value> = match schema["allOf"].as_array() {
            Some(parts) => parts.iter().map(|part| resolve(&whole, part)).collect(),
            None => vec![schema],
        };
        let promised = parts.iter().filter_map(|part| part["required"].as_array()).flatten();
        let mut promised: Vec<&str> = promised.map(|name| name.as_str().unwrap()).collect();
        let mut seen: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        promised.sort_unstable();
        seen.sort_unstable();
        assert_eq!(seen, promised, "{described}");
    }
}

#[tokio::test]
async fn habits_are_refused_over_the_support_api() {
    let tenant = thrive();
    let put = |body: Value| ask("PUT", "/support/v1/habits").json(&body).to(&tenant);
    let refused = put(json!({ "refused": ["capital-ops", "shouting"] })).await.expect(422);
    assert_eq!(refused.body["problems"][0]["code"], "habit-unknown");
    put(json!({ "refused": ["capital-ops"] })).await.expect(200);
    let habits = ask("GET", "/support/v1/habits").to(&tenant).await.expect(200).body;
    let refused: Vec<&Value> =
        habits["habits"].as_array().unwrap().iter().filter(|habit| habit["refused"] == true).collect();
    assert_eq!((refused.len(), &refused[0]["habit"]), (1, &json!("capital-ops")));
}

#[tokio::test]
async fn a_method_that_is_not_offered_is_refused_with_those_that_are() {
    let tenant = thrive();
    let refused = ask("DELETE", "/support/v1/mappings").to(&tenant).await.expect(405);
    assert_eq!(refused.header("allow"), "GET,HEAD,PUT");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let refused = ask("POST", DESCRIPTION).to(&tenant).await.expect(405);
    assert_eq!(refused.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn what_cannot_be_read_is_a_problem_document_too() {
    let tenant = thrive();
    for (path, status) in [
        ("requests?limit=1&limit=2", 400),
        ("requests?limit=%2B5", 400),
        ("requests?limit=9223372036854775808", 400),
        ("requests?cursor=-1", 400),
        ("requests?user=", 400),
        ("requests/%FF", 404),
        ("requests/+1", 404),
    ] {
        let reply = ask("GET", &format!("/support/v1/{path}")).to(&tenant).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (status, "application/problem+json"),
            "{path}"
        );
    }
    for (body, status) in [("[\"Name\",null]", 422), ("[]", 422), ("{\"name\":5}", 422), ("{\"name\":", 400)] {
        let asked = ask("POST", "/support/v1/tokens").header("content-type", "application/json");
        assert_eq!(asked.text(body).to(&tenant).await.status.as_u16(), status, "{body}");
    }
    let rows = ask("PUT", "/support/v1/mappings").header("if-match", "*").header("content-type", "application/json");
    assert_eq!(rows.text("{\"mappings\":[[\"a\",\"b\"]]}").to(&tenant).await.status.as_u16(), 422);
}
