//! The diagnosis of a short log as a whole: what its requests show one by one, and what only their order shows.

use super::{
    Case, Confidence, Finding, InOrder, Seen, diagnose,
    sequence::{Sequences, finds_nobody},
};
use crate::domain::{journal::Record, problem::Severity};

/// Most places that one finding quotes.
const MOST_EVIDENCE: usize = 6;
/// So many people that are not found and not created either are no accident.
const LOOK_UPS: usize = 10;

/// What is wrong in these requests, best first: what the order of requests shows, then what single ones show. Each pattern once.
#[must_use]
pub fn diagnose_log(records: &[Record]) -> Vec<Finding> {
    let mut in_time: Vec<&Record> = records.iter().collect();
    in_time.sort_by_key(|record| record.summary.at);
    let mut sequences = Sequences::default();
    let mut found: Vec<Finding> = Vec::new();
    let mut alone: Vec<Finding> = Vec::new();
    for (place, record) in (0..).zip(&in_time) {
        for shown in sequences.take(place, record) {
            note(&mut found, &shown, record);
        }
        for finding in diagnose(&Case::of(record)) {
            match alone.iter_mut().find(|known| known.id == finding.id) {
                Some(known) if weight(known) < weight(&finding) => *known = finding,
                Some(_) => {}
                None => alone.push(finding),
            }
        }
    }
    for shown in sequences.waiting().map(|waiting| waiting.shown) {
        if let Some(record) = usize::try_from(shown.seen.key).ok().and_then(|place| in_time.get(place)) {
            note(&mut found, &shown, record);
        }
    }
    if let Some(last) = in_time.last().filter(|_| only_looks_up(&in_time)) {
        let (id, seen) = ("provisioning-feature-not-enabled", Seen { key: 0, at: last.summary.at });
        let shown = InOrder { id, severity: Severity::Warning, seen, other: None, attribute: None };
        note(&mut found, &shown, last);
    }
    alone.sort_by_key(|finding| std::cmp::Reverse(weight(finding)));
    alone.retain(|finding| !found.iter().any(|known| known.id == finding.id));
    found.extend(alone);
    found
}

fn weight(finding: &Finding) -> (Severity, Confidence) {
    (finding.severity, finding.confidence)
}

/// Whether people were looked for, not found, and never created.
fn only_looks_up(records: &[&Record]) -> bool {
    let reads = records.iter().all(|record| record.summary.method == "GET");
    reads && records.iter().filter(|record| finds_nobody(record)).count() >= LOOK_UPS
}

/// Adds what the order of requests shows, with the requests that show it.
fn note(found: &mut Vec<Finding>, shown: &InOrder, record: &Record) {
    match found.iter_mut().find(|known| known.id == shown.id) {
        Some(known) => {
            known.severity = known.severity.max(shown.severity);
            let room = MOST_EVIDENCE.saturating_sub(known.evidence.len());
            known.evidence.extend(shown.evidence(record).take(room));
        }
        None => found.extend(shown.finding(record)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn line(minute: u32, method: &str, path: &str, status: u16, answer: &Value) -> Record {
        let outcome = if status < 400 { "success" } else { "failure" };
        let operation = match (method, path.contains("filter")) {
            ("GET", true) => "match",
            ("GET", false) => "read",
            ("POST", _) => "create",
            ("PATCH", _) => "deactivate",
            _ => "delete",
        };
        serde_json::from_value(json!({
            "source": "tenant",
            "summary": {"id": minute.to_string(), "at": format!("2026-11-19T08:{minute:02}:00Z"), "method": method, "path": path,
                "status": status, "outcome": outcome, "operation": operation, "user": "ann@acme.example", "resourceId": "7",
                "scimType": (status == 409).then_some("uniqueness"), "detail": null, "durationMs": 5, "client": "Entra"},
            "exchange": {"request": {"method": method, "url": path, "headers": {}, "body": null},
                "response": {"status": status, "headers": {}, "body": answer}, "error": null, "at": null, "duration_ms": 5},
            "landing": null, "event": null,
        }))
        .unwrap()
    }

    #[test]
    fn the_order_of_requests_shows_what_none_of_them_does() {
        let nobody = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []});
        let look = |minute| line(minute, "GET", "/scim/v2/Users?filter=userName eq \"ann@acme.example\"", 200, &nobody);
        let one = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 1, "startIndex": 1,
            "itemsPerPage": 1, "Resources": [{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "7",
                "userName": "ann@acme.example"}]});
        let there = |minute| line(minute, "GET", "/scim/v2/Users?filter=userName eq \"ann@acme.example\"", 200, &one);
        let conflict = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "scimType": "uniqueness"});
        let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "7", "userName": "ann@acme.example",
            "meta": {"resourceType": "User", "location": "/scim/v2/Users/7"}});
        let create = |minute, status, answer| line(minute, "POST", "/scim/v2/Users", status, answer);
        let leave = line(3, "PATCH", "/scim/v2/Users/7", 204, &Value::Null);
        for (records, wanted) in [
            (vec![look(1), create(2, 409, &conflict)], Some("filter-case-sensitivity")),
            (vec![create(1, 201, &user), leave, create(9, 409, &conflict)], Some("soft-delete-recreate-conflict")),
            (vec![look(1), create(2, 201, &user)], None),
            ((0..12).map(look).collect(), Some("provisioning-feature-not-enabled")),
            ((0..12).map(there).collect(), None),
        ] {
            let found = diagnose_log(&records);
            let first =
                found.iter().find(|finding| finding.severity > Severity::Info).map(|finding| finding.id.as_str());
            assert_eq!(first, wanted, "{:?}", found.iter().map(|finding| &finding.id).collect::<Vec<_>>());
        }
    }
}
