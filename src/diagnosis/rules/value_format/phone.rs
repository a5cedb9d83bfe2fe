//! Phone numbers that are not in the form of E.164, or come back in another.

use super::{Certain, Found, Layer, Likely, Phrases, Possible, Sent, Verdict, View};

const PHONE: &str = "phone-format";
const ABOUT_PHONE: &[&str] = &[
    "phonenumber",
    "phone number",
    "phone",
    "telephone",
    "telephonenumber",
    "mobile",
    "e164",
    "e 164",
    "calling code",
    "default region",
    "numbers after plus sign",
];
/// What libphonenumber says of a text that it cannot read.
static LIBRARY: Phrases = Phrases::of(&[
    "seem to be a phone number",
    "to be a phone number",
    "viable phone number",
    "valid phone number",
    "country calling code",
    "invalid default region",
    "after plus-sign",
]);
/// Words of a rule that a phone number breaks.
static FORM: Phrases = Phrases::of(&[
    "invalid",
    "format",
    "not valid",
    "not a valid",
    "e.164",
    "e164",
    "pattern",
    "regular expression",
    "constraint",
    "parse",
    "malformed",
    "must ",
    "should ",
    "rfc",
    "digits",
    "incorrect",
    "illegal",
    "does not match",
    "not a phone",
]);

/// A phone number that was refused, or stored in another form.
pub(super) fn phone(view: &View<'_>, found: &mut Found) {
    let is_phone = |sent: &&Sent<'_>| {
        sent.name == "phonenumbers.value"
            || matches!(sent.name.as_str(), "phonenumber" | "phone" | "mobile" | "telephonenumber")
    };
    let all = || {
        view.sent.iter().filter(is_phone).filter(|sent| !sent.is_removed && sent.text().is_some_and(|t| !t.is_empty()))
    };
    let odd = all().find(|sent| sent.text().is_some_and(|text| !is_e164(text)));
    match view.verdict(ABOUT_PHONE) {
        Some(Verdict::Named) if !view.said.has(&LIBRARY) && (view.said.is_of_presence_or_length()) => {}
        // The kind of the number, where the number itself is well-formed.
        Some(Verdict::Named) if odd.is_none() && view.said.says(&["/type", ".type", "'type'", "\"type\""]) => {}
        Some(Verdict::Named)
            if view.said.has(&FORM)
                || view.said.has(&LIBRARY)
                || odd.is_some_and(|odd| odd.text().is_some_and(|t| view.said.quotes(t))) =>
        {
            let blamed = all()
                .find(|sent| sent.text().is_some_and(|text| view.said.quotes(text)))
                .or(odd)
                .or_else(|| all().next());
            let confidence = if blamed.is_some() { Certain } else { Likely };
            if blamed.is_some() || !view.has_request() {
                let values: Vec<&Sent<'_>> = blamed.into_iter().collect();
                view.explain(found, (PHONE, confidence, Layer::Mapping), &values);
            }
        }
        Some(Verdict::Open) => {
            if let Some(odd) = odd.filter(|odd| !odd.is_told) {
                let is_uri = odd.text().is_some_and(|text| text.to_ascii_lowercase().starts_with("tel:"));
                let confidence = if view.is_alone("phonenumbers") || is_uri { Likely } else { Possible };
                view.explain(found, (PHONE, confidence, Layer::Mapping), &[odd]);
            }
        }
        Some(_) => {}
        None => reformatted(view, found, &all().collect::<Vec<_>>()),
    }
}

/// The same digits in another form: the directory will send its own again, every cycle.
fn reformatted(view: &View<'_>, found: &mut Found, sent: &[&Sent<'_>]) {
    if sent.is_empty() || !view.facts.has_succeeded() {
        return;
    }
    // The zero that is dialled at home only: `+44 (0)20`.
    let digits = |text: &str| text.replace("(0)", "").chars().filter(char::is_ascii_digit).collect::<String>();
    let kept: Vec<&Sent<'_>> = view.kept().iter().filter(|now| now.name == "phonenumbers.value").collect();
    for one in sent.iter().filter(|one| !one.is_told) {
        let Some(text) = one.text().map(str::trim) else { continue };
        let own = digits(text);
        let is_same = |now: &&&Sent<'_>| {
            let now = now.text().map(digits).unwrap_or_default();
            own.len() > 5
                && now.len() > 5
                && (now.ends_with(own.trim_start_matches('0')) || own.ends_with(now.trim_start_matches('0')))
        };
        if kept.iter().any(|now| now.text().is_some_and(|now| now.trim() == text)) {
            continue;
        }
        if let Some(now) = kept.iter().find(is_same) {
            view.explain(found, (PHONE, Certain, Layer::Mapping), &[one]).at_value(now.place.clone(), now.value);
            return;
        }
    }
}

/// `+442079460000`.
fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}
