//! When a log says that something happened. A time that can be read two ways is refused, never guessed.

use jiff::{Timestamp, ToSpan as _, civil::DateTime, fmt::strtime::BrokenDownTime, tz::TimeZone};

/// Before this, 2010, there was no SCIM (RFC 7642 to 7644 are of 2015, the first drafts of 2010).
const FIRST: i64 = 1_262_304_000;
/// So far may a log be ahead of this machine's clock.
const LEAD_HOURS: i64 = 31 * 24;

/// Reads a time: ISO 8601 with or without a zone (downloads are in UTC, `idp-facts.md` §1.3), or the American form with
/// AM and PM that Log Analytics writes. `name` is the field's, for the sentence that says why not.
pub(super) fn read(text: &str, name: &str, now: Timestamp) -> Result<Timestamp, String> {
    let text = text.trim();
    let at = stamp(text).ok_or_else(|| {
        if text.contains('/') {
            return format!("Its {name} can be read as two days; save the file with dates such as 2026-01-31.");
        }
        format!("Its {name} is not a date and time.")
    })?;
    is_plausible(at, now).map_err(|when| format!("Its {name} lies {when}."))?;
    Ok(at)
}

/// Whether a log may be of this time; else where it lies.
pub(super) fn is_plausible(at: Timestamp, now: Timestamp) -> Result<(), &'static str> {
    // A clock may be wrong, here or there; a log that is about next year is about nothing.
    let latest = now.checked_add(LEAD_HOURS.hours()).unwrap_or(now);
    match () {
        () if at.as_second() < FIRST => Err("before there was any SCIM"),
        () if at > latest => Err("in the future"),
        () => Ok(()),
    }
}

fn stamp(text: &str) -> Option<Timestamp> {
    let utc = |civil: DateTime| TimeZone::UTC.to_timestamp(civil).ok();
    let bare = text.trim_end_matches("UTC").trim_end();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(civil) = bare.parse::<DateTime>() {
        return utc(civil);
    }
    let forms = ["%m/%d/%Y, %I:%M:%S%.f %p", "%m/%d/%Y %I:%M:%S%.f %p"];
    let read = |form: &&str| BrokenDownTime::parse(form, bare).and_then(|time| time.to_datetime()).ok();
    forms.iter().find_map(read).and_then(utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_meant_or_not_at_all() {
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("2026-11-18T09:14:03.412Z", Ok("2026-11-18T09:14:03.412Z")),
            ("2026-11-18T09:14:03.4120000Z", Ok("2026-11-18T09:14:03.412Z")),
            ("2026-11-18T10:14:03+01:00", Ok("2026-11-18T09:14:03Z")),
            ("2026-11-18T09:14:03", Ok("2026-11-18T09:14:03Z")),
            (" 2026-11-18 09:14:03 ", Ok("2026-11-18T09:14:03Z")),
            ("2026-11-18 09:14:03 UTC", Ok("2026-11-18T09:14:03Z")),
            ("11/18/2026, 9:14:03.412 PM", Ok("2026-11-18T21:14:03.412Z")),
            ("11/18/2026 09:14:03 AM", Ok("2026-11-18T09:14:03Z")),
            ("05/06/2026 09:14", Err("Its time can be read as two days; save the file with dates such as 2026-01-31.")),
            ("yesterday", Err("Its time is not a date and time.")),
            ("", Err("Its time is not a date and time.")),
            ("9998-12-31T23:59:59Z", Err("Its time lies in the future.")),
            ("0001-01-02T00:00:00Z", Err("Its time lies before there was any SCIM.")),
            ("1970-01-01T00:00:00Z", Err("Its time lies before there was any SCIM.")),
            // This machine's clock is three weeks behind.
            ("2026-12-11T00:00:00Z", Ok("2026-12-11T00:00:00Z")),
            ("2027-01-11T00:00:00Z", Err("Its time lies in the future.")),
        ] {
            let read = read(text, "time", now);
            let read = read.as_ref().map(Timestamp::to_string);
            assert_eq!(read.as_deref().map_err(|why| why.as_str()), expected, "{text}");
        }
    }
}
