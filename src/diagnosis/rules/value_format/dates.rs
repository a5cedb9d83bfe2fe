//! Dates in a form that the service does not read, or reads as another day.

use jiff::civil::Date;

use super::{Certain, Found, Layer, Likely, Phrases, Possible, Sent, Verdict, View};

const ID: &str = "date-format-start-date";
const ABOUT: &[&str] = &["date", "datetime", "date time", "localdate", "dateformat"];
/// Words that only an error about a date has.
static PLAIN: Phrases = Phrases::of(&[
    "invalid date",
    "not a valid date",
    "valid date",
    "date format",
    "parse date",
    "parsing date",
    "unparseable date",
    "unparsable date",
    "yyyy-mm-dd",
    "mm/dd/yyyy",
    "dd/mm/yyyy",
    "datetimeparse",
    "not a date",
    "iso 8601",
    "iso-8601",
    "iso8601",
    "malformed date",
    "as a date",
    "date string",
    "valid datetime",
    "type datetime",
    "type 'datetime'",
    "datetime format",
    "time data",
]);

/// The form that a date has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `2026-02-01`, with or without a time.
    Iso,
    /// Day and month can be told apart, though not in ISO's form.
    Clear,
    /// `01/02/2026`: two days.
    Ambiguous,
    /// Neither: `20260201000000.0Z`, a number of days, words.
    Other,
}

/// A value of an attribute that is a date by its name.
pub(super) fn dates(view: &View<'_>, found: &mut Found) {
    let dates: Vec<(&Sent<'_>, Form)> = view.sent.iter().filter(|sent| is_date_name(sent)).filter_map(form).collect();
    let odd = dates.iter().find(|(_, form)| *form != Form::Iso).or_else(|| dates.first());
    let named: Vec<&str> = odd.iter().map(|(sent, _)| sent.leaf()).chain(ABOUT.iter().copied()).collect();
    let verdict = view.verdict(&named);
    let is_said = view.said.has(&PLAIN) && view.is_blamed_for_a_value();
    if view.said.is_of_presence() && verdict == Some(Verdict::Named) && !is_said {
        return;
    }
    let Some((sent, form)) = odd else {
        if is_said && !view.has_request() {
            view.explain(found, (ID, Likely, Layer::Mapping), &[]);
        }
        return;
    };
    let confidence = match (verdict, form) {
        (Some(Verdict::Named), Form::Iso) if is_said => Likely,
        (Some(Verdict::Named), Form::Iso) => Possible,
        (Some(Verdict::Named), _) => Certain,
        (Some(_), _) if is_said => Likely,
        (Some(Verdict::Open), Form::Iso) => return,
        (Some(Verdict::Open), _) if sent.is_told => return,
        (Some(Verdict::Open), _) => {
            view.open_confidence(sent.root()).min(if view.is_alone(sent.root()) { Likely } else { Possible })
        }
        (Some(Verdict::Elsewhere), _) => return,
        (None, _) => return lost(view, found, sent, *form),
    };
    view.explain(found, (ID, confidence, Layer::Mapping), &[sent]);
}

/// Another day, or none, was stored.
fn lost(view: &View<'_>, found: &mut Found, sent: &Sent<'_>, form: Form) {
    if !view.facts.has_succeeded() || sent.is_told {
        return;
    }
    let days = days(sent.text().unwrap_or_default());
    let now = view.answered(&sent.name);
    let is_other_day = |now: &Sent<'_>| {
        let kept = now.text().and_then(iso_day);
        now.is_empty() || kept.is_some_and(|kept| !days.is_empty() && !days.contains(&kept))
    };
    match now {
        Some(now) if is_other_day(now) => {
            let confidence = if days.is_empty() { Likely } else { Certain };
            view.explain(found, (ID, confidence, Layer::Mapping), &[sent]).at_value(now.place.clone(), now.value);
        }
        Some(now) if form == Form::Ambiguous && is_swapped(sent, now) => {
            view.explain(found, (ID, Likely, Layer::Mapping), &[sent]).at_value(now.place.clone(), now.value);
        }
        _ if form != Form::Iso && view.is_left_out(sent) => {
            view.explain(found, (ID, Likely, Layer::Mapping), &[sent]);
        }
        _ if form != Form::Iso => {
            view.habit(found, ID, Layer::Mapping, &[sent]);
        }
        _ => {}
    }
}

/// Read against custom: the month stands first between slashes, the day before dots and dashes.
fn is_swapped(sent: &Sent<'_>, now: &Sent<'_>) -> bool {
    let text = sent.text().unwrap_or_default();
    let readings = days(text);
    let [by_day, by_month] = readings.as_slice() else { return false };
    let uncommon = if text.contains('/') { by_day } else { by_month };
    now.text().and_then(iso_day).is_some_and(|kept| kept == *uncommon)
}

fn is_date_name(sent: &Sent<'_>) -> bool {
    let leaf = sent.leaf();
    (leaf.ends_with("date") || leaf.starts_with("date") || leaf.ends_with("datetime"))
        && !leaf.contains("update")
        && !leaf.ends_with("candidate")
}

fn form<'s, 'f>(sent: &'s Sent<'f>) -> Option<(&'s Sent<'f>, Form)> {
    if sent.value.is_number() {
        return Some((sent, Form::Other));
    }
    let text = sent.text().map(str::trim).filter(|text| !text.is_empty())?;
    let form = if iso_day(text).is_some() {
        Form::Iso
    } else {
        match days(text).len() {
            0 => Form::Other,
            1 => Form::Clear,
            _ => Form::Ambiguous,
        }
    };
    Some((sent, form))
}

/// The day of `2026-02-01` or `2026-02-01T00:00:00Z`.
fn iso_day(text: &str) -> Option<Date> {
    let rest = text.get(10..)?;
    let is_whole =
        rest.is_empty() || rest.starts_with('T') && rest.get(1..3).is_some_and(|hour| hour.parse::<u8>().is_ok());
    text.get(..10).filter(|_| is_whole)?.parse().ok()
}

/// The days that a date may mean: two where day and month may be exchanged.
fn days(text: &str) -> Vec<Date> {
    if let Some(day) = iso_day(text) {
        return vec![day];
    }
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split(['/', '-', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return Vec::new() };
    let number = |part: &str| part.parse::<i16>().ok().filter(|_| part.len() <= 4);
    let (Some(first), Some(second), Some(third)) = (number(first), number(second), number(third)) else {
        return Vec::new();
    };
    let day = |year: i16, month: i16, day: i16| {
        let year = if year < 100 { year + 2000 } else { year };
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    let readings = if first > 31 {
        [day(first, second, third), None]
    } else {
        [day(third, second, first), day(third, first, second)]
    };
    let mut days: Vec<Date> = readings.into_iter().flatten().collect();
    days.dedup();
    days
}
