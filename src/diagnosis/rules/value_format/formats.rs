//! Languages and time zones: values that have a standard form, which directories often do not keep.

use super::{Certain, Confidence, Found, Layer, Likely, Phrases, Possible, Sent, Verdict, View};

const LANGUAGE: &str = "preferred-language-format";
const ZONE: &str = "timezone-windows-vs-iana";
const ABOUT_LANGUAGE: &[&str] =
    &["preferredlanguage", "preferred language", "language", "languagecode", "locale", "language tag"];
const ABOUT_ZONE: &[&str] = &["timezone", "time zone", "zoneinfo", "zone", "tz", "zoneid"];
/// Words of a value that is not in its form.
static FORM: Phrases =
    Phrases::of(&["invalid", "not a valid", "not valid", "unsupported", "format", "parse", "unknown", "must be"]);
/// Words of a value that is none of those the service takes.
static CHOICE: Phrases = Phrases::of(&[
    "not available",
    "allowed",
    "not configured",
    "not enabled",
    "one of",
    "not recognised",
    "not recognized",
    "no such",
    "not found",
    "malformed",
    "incorrect",
]);

/// A language that is no tag of the form `en-GB`.
pub(super) fn language(view: &View<'_>, found: &mut Found) {
    let is_language = |sent: &&Sent<'_>| matches!(sent.name.as_str(), "preferredlanguage" | "locale" | "language");
    let all = || view.sent.iter().filter(is_language).filter(|sent| !sent.is_removed && !sent.is_empty());
    let odd = all().find(|sent| sent.text().is_none_or(|text| !is_language_tag(text)));
    judge(view, found, &Format { id: LANGUAGE, about: ABOUT_LANGUAGE, name: "preferredlanguage" }, odd, all().next());
}

/// A time zone that is not of the IANA's list.
pub(super) fn timezone(view: &View<'_>, found: &mut Found) {
    let is_zone = |sent: &&Sent<'_>| matches!(sent.name.as_str(), "timezone" | "zoneinfo" | "time zone");
    let all = || view.sent.iter().filter(is_zone).filter(|sent| !sent.is_removed && !sent.is_empty());
    let odd = all().find(|sent| sent.text().is_none_or(|text| !is_iana_zone(text)));
    let windows = ["standard time", "daylight time"];
    if odd.is_none() && !view.has_request() && view.is_blamed_for_a_value() && view.said.says(&windows) {
        view.explain(found, (ZONE, Likely, Layer::Mapping), &[]);
        return;
    }
    judge(view, found, &Format { id: ZONE, about: ABOUT_ZONE, name: "timezone" }, odd, all().next());
}

struct Format {
    id: &'static str,
    about: &'static [&'static str],
    name: &'static str,
}

/// The same for both: an odd value that was blamed, may be meant, was lost or did no harm; a good one that was blamed.
fn judge(view: &View<'_>, found: &mut Found, format: &Format, odd: Option<&Sent<'_>>, any: Option<&Sent<'_>>) {
    let verdict = view.verdict(format.about);
    // A value that the error quotes is what it is about, also where it has another word for the attribute.
    let is_quoted = odd.and_then(Sent::text).is_some_and(|text| text.len() > 3 && view.said.quotes(text));
    let is_unwanted = view.said.is_of_presence_or_length();
    let named = verdict == Some(Verdict::Named) || verdict.is_some() && is_quoted;
    match (odd, any) {
        _ if named && is_unwanted => {}
        (Some(odd), _) if named => {
            view.explain(found, (format.id, Certain, Layer::Mapping), &[odd]);
        }
        (Some(odd), _) if verdict == Some(Verdict::Open) => {
            let confidence = open(view, odd);
            view.explain(found, (format.id, confidence, Layer::Mapping), &[odd]);
        }
        (Some(odd), _) if view.facts.has_succeeded() => lost_or_coped_with(view, found, format, odd),
        (None, Some(good)) if named && is_value_refused(view, format.about) => {
            let confidence = if good.text().is_some_and(|text| view.said.quotes(text)) { Likely } else { Possible };
            view.explain(found, (format.id, confidence, Layer::Mapping), &[good]);
        }
        (None, None) if named && !view.has_request() => {
            let must_match = |name: &&str| {
                let said = &view.said.lower;
                [format!("{name} must match"), format!("{name}: value must match")]
                    .iter()
                    .any(|words| said.contains(words))
            };
            let is_plain = view.said.has(&FORM)
                || format.about.iter().any(must_match)
                || view.said.says(&["is not a", "language tag"]);
            if is_plain || names_locale(&view.said.lower) || is_value_unsupported(view, format.about) {
                view.explain(found, (format.id, Likely, Layer::Mapping), &[]);
            }
        }
        _ => {}
    }
}

/// A language of the form `de_de`, in lower case, as no tag is written.
fn names_locale(said: &str) -> bool {
    let is_part = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase());
    let is_locale =
        |word: &str| word.split_once('_').is_some_and(|(language, region)| is_part(language) && is_part(region));
    said.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').any(is_locale)
}

/// Whether a good value is refused for what it is.
fn is_value_refused(view: &View<'_>, about: &[&str]) -> bool {
    view.said.has(&FORM) || view.said.has(&CHOICE) || is_value_unsupported(view, about)
}

/// A value, and not the attribute, is not supported: `Language … is not supported`, `… is not supported: …`.
fn is_value_unsupported(view: &View<'_>, about: &[&str]) -> bool {
    ["is not supported", "not available", "isn't supported"].iter().any(|words| {
        let Some((before, after)) = view.said.lower.split_once(words) else { return false };
        let has_value = |rest: &str| rest.chars().any(char::is_alphabetic);
        let line = before.rsplit(['\n', ':', '"']).next().unwrap_or_default();
        let is_named = |name: &&&str| line.contains(**name);
        let is_before =
            about.iter().filter(is_named).any(|name| line.split_once(name).is_some_and(|(_, value)| has_value(value)));
        is_before
            || about.iter().any(|name| before.trim_end().ends_with(name))
                && after.strip_prefix(':').is_some_and(has_value)
    })
}

fn lost_or_coped_with(view: &View<'_>, found: &mut Found, format: &Format, odd: &Sent<'_>) {
    let fold = |text: &str| text.to_ascii_lowercase().replace('_', "-");
    let sent = fold(odd.text().unwrap_or_default());
    let short = sent.split('-').next().unwrap_or_default().to_owned();
    let changed = view.answered(&odd.name).filter(|now| {
        let now = fold(now.text().unwrap_or_default());
        // `en_GB` kept as `en-gb` or `en` is what was meant; `GMT Standard Time` kept as a zone of a city may be.
        now.is_empty()
            || format.name == "timezone" && is_another_zone(&sent, &now)
            || format.name != "timezone" && now != sent && (sent.len() > 5 || !now.starts_with(&short))
    });
    let dropped = view.facts.landing.is_some_and(|landing| {
        landing
            .dropped
            .iter()
            .any(|lost| lost.attribute.eq_ignore_ascii_case(&odd.name) && lost.reason.contains("value"))
    });
    match changed {
        Some(now) if !odd.is_told => {
            let confidence = if now.is_empty() { Certain } else { Likely };
            view.explain(found, (format.id, confidence, Layer::Mapping), &[odd]).at_value(now.place.clone(), now.value);
        }
        _ if view.is_left_out(odd) => {
            view.explain(found, (format.id, Likely, Layer::Mapping), &[odd]);
        }
        _ if dropped => {
            view.explain(found, (format.id, Likely, Layer::Mapping), &[odd]).at("landing", odd.written);
        }
        _ => {
            view.habit(found, format.id, Layer::Mapping, &[odd]);
        }
    }
}

/// Whether a zone by Windows' name became one that it is not, mostly the service's own. Lower case, with `-` for `_`.
fn is_another_zone(sent: &str, now: &str) -> bool {
    let Some(zone) = sent.strip_suffix(" standard time").or_else(|| sent.strip_suffix(" daylight time")) else {
        return false;
    };
    let is_default = matches!(now, "utc" | "gmt" | "z" | "zulu" | "etc/utc" | "etc/gmt" | "etc/universal");
    let starts = |areas: &[&str]| areas.iter().any(|area| now.starts_with(area));
    match zone {
        "gmt" | "greenwich" => false,
        _ if is_default => true,
        "pacific" | "mountain" | "central" | "eastern" | "us mountain" | "us eastern" => {
            now.contains('/') && !starts(&["america/", "us/", "canada/", "mexico/", "etc/"])
        }
        "romance" | "w. europe" | "central europe" | "central european" | "fle" | "gtb" => {
            now.contains('/') && !starts(&["europe/", "africa/", "asia/", "atlantic/", "arctic/", "etc/"])
        }
        _ => false,
    }
}

fn open(view: &View<'_>, odd: &Sent<'_>) -> Confidence {
    if view.is_alone(odd.root()) && !odd.is_told { Likely } else { Possible }
}

/// `en`, `en-GB`, `zh-Hant-TW` (RFC 5646, its common part).
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_language =
        parts.next().is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    is_language && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `Area/City`, or one of the few names without an area.
fn is_iana_zone(text: &str) -> bool {
    const AREAS: [&str; 12] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Brazil",
        "Canada",
        "Etc",
        "Europe",
        "Indian",
    ];
    const MORE: [&str; 4] = ["Pacific", "US", "Mexico", "Chile"];
    const PLAIN: [&str; 14] = [
        "UTC",
        "GMT",
        "Zulu",
        "Universal",
        "CET",
        "EET",
        "WET",
        "MET",
        "Singapore",
        "Japan",
        "GB",
        "Eire",
        "Portugal",
        "Turkey",
    ];
    let is_city =
        |city: &str| !city.is_empty() && city.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+/".contains(&b));
    match text.split_once('/') {
        Some((area, city)) => (AREAS.contains(&area) || MORE.contains(&area)) && is_city(city),
        None => PLAIN.contains(&text),
    }
}
