//! Microsoft Entra provisioning: Graph's and the portal's logs, Log Analytics, provision on demand, error texts.
//! Nothing is made up: what a record does not say stays empty, and a record without a time or an action is rejected.

mod answer;
pub(super) mod on_demand;
mod record;
pub(super) mod tables;
#[cfg(test)]
mod tests;
mod tree;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::answer::Answer;
pub(super) use self::tree::Layout;
use super::seen;
use crate::domain::{
    exchange::{Exchange, Operation, Outcome, Request, Response},
    journal::{Record, Source, Summary},
};

/// Codes of the errors that Entra has with a SCIM service begin so (`idp-facts.md` §1.4).
const CODE: &str = "SystemForCrossDomainIdentityManagement";

/// Whether a JSON value looks like a record of a provisioning log.
pub(super) fn is_one(value: &Value) -> bool {
    record::is_one(value)
}

/// One record, as the journal keeps it.
///
/// # Errors
/// Why it is no provisioning record, in one sentence.
pub(super) fn read(value: Value, now: Timestamp) -> Result<Record, String> {
    record::read(value, now)
}

/// One record from its JSON, without its event, which is that JSON as it stands; `None` where it has to be read as a value.
pub(super) fn read_text<'b>(json: &'b str, layout: &mut Layout<'b>, now: Timestamp) -> Option<Result<Record, String>> {
    record::read_text(json, layout, now)
}

/// Whether a text is an error as Entra words it.
pub(super) fn is_text(text: &str) -> bool {
    let words =
        [CODE, "Web Response:", "StatusCode:", "customappsso", "Failed to match an entry in the source and target"];
    words.iter().any(|words| text.contains(words))
}

/// The line of such a text: `Failed to create User 'ann' in customappsso; Error: StatusCode: … Web Response: …`.
pub(super) fn text(text: &str, now: Timestamp) -> Record {
    let text = text.trim();
    let answer = Answer::of(text);
    let quoted = |marker: &str| {
        let (_, rest) = text.split_once(marker)?;
        rest.split_once('\'').map(|(inside, _)| inside.to_owned())
    };
    let code = text.find(CODE).map(|at| text[at..].chars().take_while(char::is_ascii_alphanumeric).collect());
    let operation = match () {
        () if text.contains("Failed to create") => Operation::Create,
        () if text.contains("Failed to match") => Operation::Match,
        () if text.contains("Failed to update") => Operation::Update,
        () if text.contains("Failed to delete") => Operation::Delete,
        () if text.contains("Failed to disable") => Operation::Deactivate,
        () => Operation::Other,
    };
    let own = |key: &str| answer.body.as_ref()?.get(key)?.as_str().map(str::to_owned);
    let summary = Summary {
        id: seen::content_id("entra", &text, None),
        at: now,
        method: String::new(),
        path: String::new(),
        status: answer.status,
        outcome: Outcome::Failure,
        operation,
        user: quoted("User '"),
        resource_id: None,
        scim_type: code.or_else(|| own("scimType")),
        detail: Some(seen::short(text)),
        duration_ms: None,
        client: Some("Entra".to_owned()),
    };
    let exchange = answer.status.zip(answer.body).map(|(status, body)| Exchange {
        request: Request::default(),
        response: Some(Response { status, body, ..Response::default() }),
        error: None,
        at: None,
        duration_ms: None,
    });
    Record { source: Source::Entra, summary, exchange, landing: None, event: Some(json!({ "text": text })) }
}
