//! What some bytes are, by their content alone: a file's name is never asked.

use serde_json::Value;

use super::{Format, columns, curl, entra, http, json, okta, plain, table};

/// The format of a log, a request or an answer; its first 64 KiB, as UTF-8, are enough.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Option<Format> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[' | 0x1e));
    if let Some(format) = is_json.then(|| json::recognise(bytes)).flatten() {
        return Some(format);
    }
    let text = String::from_utf8_lossy(bytes);
    // The body of a command may hold lines that look like a table's.
    if curl::is_one(&text) {
        return Some(Format::Curl);
    }
    // A cell may hold lines that look like anything.
    let columns = table::header(bytes).and_then(|header| columns::of(&header, &[]));
    let is_columned = columns.is_some();
    match columns {
        Some(columns) if columns.is_complete() => return Some(columns.format),
        // A table whose columns have to be named first.
        _ if table::is_one(bytes) => return None,
        _ => {}
    }
    if http::is_one(&text) {
        return Some(Format::Http);
    }
    // Counts by error code are no error: in JSON, only what a value says.
    let said = is_json.then(|| serde_json::from_slice(bytes).ok().map(values)).flatten();
    let said = said.as_deref().unwrap_or(&text);
    let error = entra::is_text(said).then_some(Format::EntraText);
    error
        .or_else(|| okta::is_text(said).then_some(Format::OktaText))
        .or_else(|| http::has_message(&text).then_some(Format::Scim))
        .or_else(|| (!is_json && !is_columned && plain::is_one(&text)).then_some(Format::Plain))
}

/// The values of a JSON document without their names, one a line.
fn values(document: Value) -> String {
    match document {
        Value::Object(members) => members.into_iter().map(|(_, value)| values(value) + "\n").collect(),
        Value::Array(elements) => elements.into_iter().map(|value| values(value) + "\n").collect(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}
