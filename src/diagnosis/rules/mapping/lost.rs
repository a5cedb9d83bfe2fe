//! A request that succeeded and lost something: by the tenant's own word, or because a full answer lacks it. An answer that
//! holds little says nothing.

use super::super::super::{
    facts::{Facts, Target},
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{
    fate::{Echo, dropped, is_envelope},
    names::{id, quote},
    slip::{self, Schema, Slip},
    used::{Used, is_enterprise, schema_of},
};
use crate::domain::{attribute::DEFAULTS, landing::Dropped};

/// Names that were lost.
pub(super) fn rule(facts: &Facts<'_>, all: &[Used<'_>], found: &mut Found) {
    if facts.asked.target == Target::Groups || !(facts.asked.creates() || facts.asked.changes()) {
        return;
    }
    let echo = Echo::of(facts, all);
    if echo.is_none() && facts.landing.is_none() {
        return in_short(facts, all, found);
    }
    let mut absent = Vec::new();
    for used in all.iter().filter(|used| used.carries() && (is_data(used) || is_asked_for(facts, used))) {
        let told = dropped(facts, used);
        if told.is_none() && echo.as_ref().is_none_or(|echo| echo.has(used)) {
            let is_stray = echo.as_ref().is_some_and(|echo| echo.stray(used).is_some());
            if is_stray || is_unread(used, all, echo.as_ref()) {
                flat(used, echo.as_ref(), found);
            }
            continue;
        }
        if !by_slip(facts, used, told, echo.as_ref(), found) && used.whole {
            absent.push((used, told));
        }
    }
    // Elements of lists are told by their type, and the list stands for them.
    for told in facts.landing.iter().flat_map(|landing| &landing.dropped) {
        let is_told = |used: &Used<'_>| dropped(facts, used).is_some_and(|one| one.attribute == told.attribute);
        let head = told.attribute.split(['.', '[']).next().unwrap_or_default();
        let list = all.iter().find(|used| used.whole && used.head().eq_ignore_ascii_case(head));
        if let Some(list) = list.filter(|_| !told.attribute.ends_with(".formatted") && !all.iter().any(is_told)) {
            absent.push((list, Some(told)));
        }
    }
    mapping_absent(facts, &absent, found);
}

/// An answer that holds some of what was sent and not most of it: it is short, or the service keeps no more. What is not in it
/// is named, and nothing is said to be lost.
fn in_short(facts: &Facts<'_>, all: &[Used<'_>], found: &mut Found) {
    let Some(echo) = Echo::in_short(facts, all) else { return };
    let is_missed = |used: &&Used<'_>| used.whole && used.carries() && is_data(used) && !echo.has(used);
    let missed: Vec<_> = all.iter().filter(is_missed).collect();
    let Some(first) = missed.iter().find(|used| used.urn.is_some()).or(missed.first()) else { return };
    let draft = found.habit("mapping-absent-silently-dropped", Layer::Mapping);
    for (used, value) in missed.iter().filter_map(|used| Some((used, used.value?))) {
        draft.at_value(used.place.clone(), value);
    }
    let names: Vec<String> = missed.iter().take(6).map(|used| used.full()).collect();
    draft.with("attribute", first.full()).with("attributes", names.join(", "));
}

/// Whether a dotted part of a name was not read for what it means: the value of before is still there, and so are those of
/// all other dotted keys.
fn is_unread(used: &Used<'_>, all: &[Used<'_>], echo: Option<&Echo<'_>>) -> bool {
    let Some(echo) = echo else { return false };
    let is_dotted = |used: &&Used<'_>| {
        let is_made = used.part().is_none_or(|part| part.eq_ignore_ascii_case("formatted"));
        used.flat && used.urn.is_none() && used.head().eq_ignore_ascii_case("name") && !is_made
    };
    is_dotted(&used) && all.iter().filter(is_dotted).all(|used| echo.shows_another(used))
}

/// Whether a PATCH is about the id of the directory itself, which services else often keep to themselves.
fn is_asked_for(facts: &Facts<'_>, used: &Used<'_>) -> bool {
    facts.asked.method == "PATCH" && used.head().eq_ignore_ascii_case("externalId")
}

/// Whether a name stands for something of the user's that can be missed: not what only selects, and not what a service
/// makes itself.
fn is_data(used: &Used<'_>) -> bool {
    let selects = |part: &str| {
        ["type", "primary", "display", "formatted", "$ref"].iter().any(|known| known.eq_ignore_ascii_case(part))
    };
    !is_envelope(used.head()) && !used.part().is_some_and(selects)
}

/// What is odd about a lost name explains the loss better than a mapping that is not there.
fn by_slip(
    facts: &Facts<'_>,
    used: &Used<'_>,
    told: Option<&Dropped>,
    echo: Option<&Echo<'_>>,
    found: &mut Found,
) -> bool {
    let slip = slip::of(used).filter(|slip| used.whole || matches!(slip, Slip::Case(_)));
    if let Some((key, value)) = echo.and_then(Echo::cut).filter(|_| is_enterprise(used)) {
        let draft = found.add("dot-vs-colon-extension-path", Certain, Layer::Mapping);
        draft.at(used.place.clone(), used.full()).at_value(format!("response.body/{key}"), value);
        draft.with("attribute", used.full());
        return true;
    }
    let is_worse =
        matches!(slip, Some(Slip::Dot(_) | Slip::Urn(_) | Slip::Case(_) | Slip::Spelling(_) | Slip::Namespace(_)));
    if told.is_none() && !is_worse && used.flat {
        flat(used, echo, found);
        return true;
    }
    if !is_worse && undeclared(facts, used) && told.is_none() {
        let draft = found.add("schemas-array-missing-extension", Likely, Layer::Mapping);
        draft.at(used.place.clone(), used.full()).with("schema", used.urn.unwrap_or_default());
        draft.at_value("request.body/schemas", facts.asked.body.get("schemas").unwrap_or_default());
        if slip == Some(Slip::NotListed) {
            quote(found.add("extension-attribute-not-allowed", Possible, Layer::Mapping), used, &Slip::NotListed);
        }
        return true;
    }
    if let Some((id, sure)) = told.and_then(|told| by_reason(&told.reason, slip.as_ref())) {
        let slip = slip.unwrap_or(Slip::NotListed);
        let draft = quote(found.add(id, sure, Layer::Mapping), used, &slip);
        if let Some(told) = told {
            draft.at("landing", &told.reason);
        }
        return true;
    }
    let Some(slip) = slip else { return false };
    let Some(pattern) = id(&slip, used) else { return false };
    // The RFC's own spelling, and a name in another schema, land where the tenant has them mapped so.
    if told.is_some() && matches!(slip, Slip::Guide(_) | Slip::NotListed) {
        return false;
    }
    let sure = if matches!(slip, Slip::Dot(_) | Slip::Urn(_)) { Certain } else { Likely };
    let draft = quote(found.add(pattern, sure, Layer::Mapping), used, &slip);
    match told {
        Some(told) => draft.at("landing", &told.reason),
        None => draft.at("response.body", "It is not in the answer."),
    };
    true
}

/// A name with dots or colons in one key.
fn flat(used: &Used<'_>, echo: Option<&Echo<'_>>, found: &mut Found) {
    let stray = echo.and_then(|echo| echo.stray(used));
    let sure = if stray.is_some() { Certain } else { Likely };
    let draft = found.add("extension-flat-key-in-value", sure, Layer::Mapping);
    draft.at(used.place.clone(), used.full()).with("attribute", used.full());
    if let Some((key, value)) = stray {
        draft.at_value(format!("response.body/{key}"), value);
    }
}

/// Whether the schema of a name is missing among those that the body declares.
fn undeclared(facts: &Facts<'_>, used: &Used<'_>) -> bool {
    let Some(urn) = used.urn.filter(|_| !matches!(schema_of(used), Schema::Misspelt(_))) else { return false };
    let schemas = facts.asked.body.get("schemas").and_then(serde_json::Value::as_array);
    facts.asked.ops.is_empty()
        && schemas
            .is_some_and(|all| !all.iter().any(|one| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(urn))))
}

/// What the tenant's own reason means.
fn by_reason(reason: &str, slip: Option<&Slip>) -> Option<(&'static str, Confidence)> {
    let lower = reason.to_lowercase();
    if lower.contains("only the case") {
        return Some(("wrong-casing-attribute", Certain));
    }
    if lower.contains("spelling") || matches!(slip, Some(Slip::Spelling(_))) {
        return Some(("british-american-spelling", Certain));
    }
    if lower.contains("allows only") {
        let id = if matches!(slip, Some(Slip::Namespace(_))) {
            "core-vs-extension-namespace"
        } else {
            "extension-attribute-not-allowed"
        };
        return Some((id, Certain));
    }
    None
}

/// Nothing is odd about the names: there is no rule that keeps their values.
fn mapping_absent(facts: &Facts<'_>, absent: &[(&Used<'_>, Option<&Dropped>)], found: &mut Found) {
    let is_default =
        |used: &Used<'_>| DEFAULTS.iter().any(|known| known.path.split(['.', '[']).next() == Some(used.head()));
    // A manager is kept only where that person is known: another pattern's.
    let lost: Vec<_> = absent.iter().filter(|(used, _)| !used.head().eq_ignore_ascii_case("manager")).collect();
    let Some((first, reason)) = lost.iter().find(|(used, _)| !is_default(used)).or(lost.first()) else { return };
    let sure = match () {
        () if lost.iter().any(|(_, told)| told.is_some()) => Certain,
        // What stands beside the defaults in the core schema is left out by many services, and missed by few.
        () if is_default(first) || lost.iter().all(|(used, _)| used.urn.is_none()) => Possible,
        () => Likely,
    };
    let draft = found.add("mapping-absent-silently-dropped", sure, Layer::Mapping);
    for (used, told) in &lost {
        match (told, used.value) {
            (Some(told), _) => draft.at(used.place.clone(), name(used, Some(told))).at("landing", &told.reason),
            (None, Some(value)) => draft.at_value(used.place.clone(), value),
            (None, None) => draft.at(used.place.clone(), used.full()),
        };
    }
    if let Some(status) = facts.reply.status {
        draft.at("response.status", status.to_string());
    }
    let names: Vec<String> = lost.iter().take(6).map(|(used, told)| name(used, *told)).collect();
    draft.with("attribute", name(first, *reason)).with("attributes", names.join(", "));
}

fn name(used: &Used<'_>, told: Option<&Dropped>) -> String {
    told.filter(|told| told.attribute.contains('[')).map_or_else(|| used.full(), |told| told.attribute.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::super::{Case, diagnose};
    use crate::domain::{attribute::ENTERPRISE_USER, journal::Record, landing::land, sent::sent};

    fn found(body: &Value) -> Vec<String> {
        let record: Record = serde_json::from_value(json!({
            "source": "tenant",
            "summary": {"id": "1", "at": "2026-11-19T08:00:00Z", "method": "POST", "path": "/scim/v2/Users", "status": 201,
                "outcome": "success", "operation": "create", "user": null, "resourceId": null, "scimType": null,
                "detail": null, "durationMs": null, "client": null},
            "exchange": {"request": {"method": "POST", "url": "/scim/v2/Users", "headers": {}, "body": body},
                "response": {"status": 201, "headers": {}, "body": {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "7", "userName": "ann",
                    "meta": {"resourceType": "User", "location": "/scim/v2/Users/7"}}},
                "error": null, "at": null, "duration_ms": null},
            "landing": land(&sent(body), &[]), "event": null,
        }))
        .unwrap();
        diagnose(&Case::of(&record))
            .into_iter()
            .map(|finding| format!("{} {:?}", finding.id, finding.confidence))
            .collect()
    }

    #[test]
    fn the_tenants_own_word_is_the_surest() {
        let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_USER]);
        let body = |name: &str, value: Value| json!({"schemas": schemas, "userName": "ann", name: value});
        for (body, wanted) in [
            (body("contractType", json!("x")), Some("mapping-absent-silently-dropped Certain")),
            (
                body("phoneNumbers", json!([{"type": "work", "value": "1"}])),
                Some("mapping-absent-silently-dropped Certain"),
            ),
            (body(ENTERPRISE_USER, json!({"costcenter": "1"})), Some("wrong-casing-attribute Certain")),
            (body(ENTERPRISE_USER, json!({"organization": "A"})), Some("british-american-spelling Certain")),
            (body(ENTERPRISE_USER, json!({"costCentre": "A"})), Some("british-american-spelling Certain")),
            (body(ENTERPRISE_USER, json!({"jobCode": "A"})), Some("extension-attribute-not-allowed Certain")),
            (body(ENTERPRISE_USER, json!({"title": "A"})), Some("core-vs-extension-namespace Certain")),
            (body("department", json!("A")), Some("core-vs-extension-namespace Likely")),
            (body("title", json!("Lead")), None),
        ] {
            let found = found(&body);
            assert_eq!(found.first().map(String::as_str), wanted, "{body}: {found:?}");
        }
    }
}
