//! What Entra answers to provision on demand: `{"key":"…","value":"…"}`, both JSON within a text (`idp-facts.md` §2.3).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::record;
use crate::domain::journal::Record;

/// Whether a JSON value is one.
pub(in crate::sources) fn is_one(value: &Value) -> bool {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::trim_start);
    let (Some(key), Some(inner)) = (text("key"), text("value")) else { return false };
    let told = inner.contains("provisioningSteps") || inner.contains("statusInfo") || key.contains("\"result\"");
    // The key is the result, or only the name of what the value is (learn.microsoft.com, provisionOnDemand).
    told && (key.starts_with('{') || inner.starts_with(['{', '[']))
}

/// Reads one. Where the log of it is missing, the result alone is the record.
///
/// # Errors
/// When neither half can be read.
pub(in crate::sources) fn read(value: &Value, now: Timestamp) -> Result<Record, String> {
    let inner = |key: &str| -> Option<Map<String, Value>> {
        match value.get(key).and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok())? {
            Value::Object(object) => Some(object),
            // One for each object: the one that went worst is told.
            Value::Array(all) => {
                let objects = all.into_iter().filter_map(|one| match one {
                    Value::Object(object) => Some(object),
                    _ => None,
                });
                objects.min_by_key(|object| {
                    let status = object.get("status").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
                    ["failure", "skipped"].iter().position(|bad| *bad == status).unwrap_or(usize::MAX)
                })
            }
            _ => None,
        }
    };
    let result = inner("key");
    let mut object = match (inner("value"), &result) {
        (Some(object), _) => object,
        (None, Some(_)) => Map::new(),
        (None, None) => return Err("Neither its key nor its value holds JSON.".to_owned()),
    };
    // An object of a list says how it went by its own status.
    if let Some(status) = object.get("status").filter(|status| status.is_string()).cloned() {
        object.entry("statusInfo").or_insert_with(|| json!({ "status": status }));
    }
    if let Some(result) = result {
        let details = result.get("details").cloned().unwrap_or_default();
        object.entry("statusInfo").or_insert_with(|| {
            json!({
                "status": result.get("result"), "errorCode": details.get("errorCode"), "reason": details.get("errorMessage"),
            })
        });
        object.insert("onDemandResult".to_owned(), Value::Object(result));
    }
    let is_dated = ["startTime", "activityDateTime"].iter().any(|name| object.get(*name).is_some_and(Value::is_string));
    if !is_dated {
        object.insert("activityDateTime".to_owned(), now.to_string().into());
    }
    let content = super::super::seen::content_id("on-demand", value, None);
    let mut read = record::read(Value::Object(object), now)?;
    if !is_dated {
        read.summary.id = content;
    }
    Ok(read)
}
