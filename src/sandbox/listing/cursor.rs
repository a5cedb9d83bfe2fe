//! Cursors (RFC 9865): where a page ended, in a text that means nothing to whoever sends it back. A cursor belongs to the
//! list that it came from and lives for an hour; nothing is kept for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::super::error::ScimError;

/// How long a cursor is good for, seconds.
pub(in crate::sandbox) const TIMEOUT: i64 = 3600;

/// Where a page begins: after the resource with this number among those of the type at this position; in a list with
/// filter or order, after so many resources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) kind: usize,
    pub(super) number: i64,
}

/// A place in a list, and when it was told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    pub(super) place: Place,
    pub(super) at: Timestamp,
}

impl Cursor {
    /// An empty text is the beginning.
    pub(super) fn read(text: &str, question: String, now: Timestamp) -> Result<Self, ScimError> {
        if text.is_empty() {
            return Ok(Self { place: Place::default(), at: now });
        }
        let invalid = || ScimError::paging("invalidCursor", "cursor is not one of this list's.");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let plain = String::from_utf8(bytes).map_err(|_| invalid())?;
        let parts: Vec<&str> = plain.split('.').collect();
        let [kind, number, at, mark] = parts.as_slice() else { return Err(invalid()) };
        let (Ok(kind), Ok(number), Ok(at)) = (kind.parse(), number.parse::<i64>(), at.parse()) else {
            return Err(invalid());
        };
        let at = Timestamp::from_millisecond(at).map_err(|_| invalid())?;
        if *mark != mark_of(&question) || number < 0 {
            return Err(invalid());
        }
        if now.duration_since(at) > SignedDuration::from_secs(TIMEOUT) {
            let detail = format!("cursor is older than {TIMEOUT} seconds; begin again.");
            return Err(ScimError::paging("expiredCursor", detail));
        }
        Ok(Self { place: Place { kind, number }, at })
    }

    pub(super) fn write(self, question: String) -> String {
        let Place { kind, number } = self.place;
        let plain = format!("{kind}.{number}.{}.{}", self.at.as_millisecond(), mark_of(&question));
        URL_SAFE_NO_PAD.encode(plain)
    }
}

fn mark_of(question: &str) -> String {
    Sha256::digest(question).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_on_through_its_own_list_for_an_hour() {
        let noon: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let later = |seconds| noon + SignedDuration::from_secs(seconds);
        let place = Place { kind: 1, number: 42 };
        let text = Cursor { place, at: noon }.write("users".to_owned());
        let read = |text: &str, question: &str, now| {
            Cursor::read(text, question.to_owned(), now).map(|cursor| cursor.place).map_err(|error| error.scim_type)
        };
        assert_eq!(read(&text, "users", later(TIMEOUT)), Ok(place));
        assert_eq!(read(&text, "users", later(TIMEOUT + 1)), Err(Some("expiredCursor")));
        assert_eq!(read(&text, "groups", noon), Err(Some("invalidCursor")));
        assert_eq!(read("", "users", noon), Ok(Place::default()));
        for wrong in ["x", "%", "AAAA", &text[1..], &format!("{text}A")] {
            assert_eq!(read(wrong, "users", noon), Err(Some("invalidCursor")), "{wrong}");
        }
    }
}
