//! The SCIM answer that Entra wraps into its error text: `StatusCode: Conflict … Web Response: {…} . This operation was…`.
//! What the text does not say is left open, never made up.

use serde_json::Value;

/// What the tenant answered, as Entra quotes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// HTTP status.
    pub(super) status: Option<u16>,
    /// The body, where one is quoted: JSON, or a JSON string for other text.
    pub(super) body: Option<Value>,
}

/// Names of .NET's `HttpStatusCode`.
const NAMES: [(&str, u16); 37] = [
    ("OK", 200),
    ("Created", 201),
    ("Accepted", 202),
    ("NoContent", 204),
    ("MovedPermanently", 301),
    ("Moved", 301),
    ("Found", 302),
    ("Redirect", 302),
    ("NotModified", 304),
    ("TemporaryRedirect", 307),
    ("PermanentRedirect", 308),
    ("BadRequest", 400),
    ("Unauthorized", 401),
    ("PaymentRequired", 402),
    ("Forbidden", 403),
    ("NotFound", 404),
    ("MethodNotAllowed", 405),
    ("NotAcceptable", 406),
    ("ProxyAuthenticationRequired", 407),
    ("RequestTimeout", 408),
    ("Conflict", 409),
    ("Gone", 410),
    ("LengthRequired", 411),
    ("PreconditionFailed", 412),
    ("RequestEntityTooLarge", 413),
    ("RequestUriTooLong", 414),
    ("UnsupportedMediaType", 415),
    ("ExpectationFailed", 417),
    ("UnprocessableEntity", 422),
    ("Locked", 423),
    ("UpgradeRequired", 426),
    ("TooManyRequests", 429),
    ("InternalServerError", 500),
    ("NotImplemented", 501),
    ("BadGateway", 502),
    ("ServiceUnavailable", 503),
    ("GatewayTimeout", 504),
];

impl Answer {
    /// Reads an error text.
    pub(super) fn of(text: &str) -> Self {
        let body = after(text, "Web Response:").and_then(body);
        // Other services of Microsoft word it "Response Status Code: NotFound".
        let told = after(text, "StatusCode:").or_else(|| after(text, "Status Code:")).and_then(status);
        let own = || body.as_ref().and_then(|body| body.get("status")).and_then(own_status);
        Self { status: told.or_else(own), body }
    }
}

fn after<'t>(text: &'t str, marker: &str) -> Option<&'t str> {
    let at = text.as_bytes().windows(marker.len()).position(|part| part.eq_ignore_ascii_case(marker.as_bytes()))?;
    text.get(at + marker.len()..)
}

fn status(text: &str) -> Option<u16> {
    let word: String = text.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect();
    let named = || NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&word)).map(|(_, status)| *status);
    word.parse().ok().filter(|status| (100..600).contains(status)).or_else(named)
}

fn own_status(status: &Value) -> Option<u16> {
    match status {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64().and_then(|status| u16::try_from(status).ok()),
    }
    .filter(|status| (100..600).contains(status))
}

fn body(text: &str) -> Option<Value> {
    let text = text.trim_start();
    if text.starts_with(['{', '[']) {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        if let Some(Ok(value)) = values.next() {
            return Some(value);
        }
    }
    let end = text.find("This operation was retried").unwrap_or(text.len());
    let quoted = text[..end].trim_end().trim_end_matches('.').trim_end();
    (!quoted.is_empty()).then(|| Value::String(quoted.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_answer_is_what_the_text_says() {
        let conflict = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "scimType": "uniqueness"});
        let retry = " . This operation was retried 3 times. It will be retried again after this date: 2026-01-01 UTC";
        for (text, status, body) in [
            (
                format!("StatusCode: Conflict Message: Processing failed. Web Response: {conflict}{retry}"),
                Some(409),
                Some(conflict.clone()),
            ),
            (format!("Web Response: {conflict}"), Some(409), Some(conflict)),
            ("StatusCode: 404 Not Found. The resource".to_owned(), Some(404), None),
            ("statuscode:BadRequest web response: {\"broken\": ".to_owned(), Some(400), Some(json!("{\"broken\":"))),
            (
                format!("StatusCode: BadGateway Web Response: <html>x</html>{retry}"),
                Some(502),
                Some(json!("<html>x</html>")),
            ),
            (
                "Resource: Users?filter=… Operation: GET Response Status Code: NotFound Response Headers: …".to_owned(),
                Some(404),
                None,
            ),
            ("StatusCode: Odd Web Response: ".to_owned(), None, None),
            ("StatusCode: 99999".to_owned(), None, None),
            ("é StatusCode".to_owned(), None, None),
        ] {
            assert_eq!(Answer::of(&text), Answer { status, body }, "{text}");
        }
    }
}
