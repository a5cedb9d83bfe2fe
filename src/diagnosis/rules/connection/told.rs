//! Which status was answered, also where only a directory's words say so, and where a word stands. A status that was
//! seen is sure; one that is read out of words is not.

use super::super::super::{
    facts::{Facts, beginning, status_of_phrase, status_of_word},
    finding::Confidence::{self, Likely},
    found::Draft,
};

/// What directories write before a status.
const BEFORE: [&str; 9] = [
    "returned an error: (",
    "does not indicate success: ",
    "an http/",
    "http status code ",
    "http status ",
    "http error ",
    "status code: ",
    "status code ",
    "http ",
];

/// Codes of Entra that stand for a status, for records whose words do not give it.
const CODES: [(&str, u16); 5] = [
    ("SystemForCrossDomainIdentityManagementBadRequest", 400),
    ("SystemForCrossDomainIdentityManagementUnauthorized", 401),
    ("SystemForCrossDomainIdentityManagementForbidden", 403),
    ("SystemForCrossDomainIdentityManagementNotFound", 404),
    ("SystemForCrossDomainIdentityManagementServerError", 500),
];

/// Characters that are quoted before the word that matters.
const LEAD: usize = 50;

/// A status, and where it is said.
pub(super) struct Told {
    pub(super) status: u16,
    /// Whether an answer bears it; else it is read out of a directory's words.
    pub(super) is_seen: bool,
}

impl Told {
    /// The status that the case speaks of.
    pub(super) fn of(facts: &Facts<'_>) -> Option<Self> {
        if let Some(status) = facts.reply.status {
            return Some(Self { status, is_seen: !facts.reply.is_status_told });
        }
        if !facts.has_failed() {
            return None;
        }
        let status = status_in(&facts.words).or_else(|| status_of_code(facts))?;
        Some(Self { status, is_seen: false })
    }

    /// Words are never surer than `Likely`.
    pub(super) fn at_most(&self, confidence: Confidence) -> Confidence {
        if self.is_seen { confidence } else { confidence.min(Likely) }
    }

    /// Quotes it where it is said.
    pub(super) fn quote(&self, facts: &Facts<'_>, draft: &mut Draft) {
        if self.is_seen {
            draft.at("response.status", self.status.to_string());
            return;
        }
        let error = facts.reply.error.map(|text| ("error", text));
        let said = facts.event.reasons.iter().map(|said| (said.place.as_str(), said.text));
        let mut all = error.into_iter().chain(said);
        if let Some((place, text)) =
            all.find(|(_, text)| status_in(&beginning(text).to_lowercase()) == Some(self.status))
        {
            draft.at(place, text);
        } else if let Some(code) = CODES.iter().find_map(|(code, _)| facts.event.code(&[code])) {
            draft.at(code.place.clone(), code.text);
        }
    }
}

/// Quotes what the service says of the error, where it says anything.
pub(super) fn quote_detail(facts: &Facts<'_>, draft: &mut Draft) {
    if let Some((place, text)) = facts.reply.quoted() {
        draft.at(place, text.trim());
    }
}

/// Where one of these words, in lower case, is said of the error, and what stands around it.
pub(super) fn heard(facts: &Facts<'_>, words: &[&str]) -> Option<(String, String)> {
    if !facts.says(words) {
        return None;
    }
    facts.texts().find_map(|(place, text)| around(text, words).map(|text| (place.to_owned(), text)))
}

fn around(text: &str, words: &[&str]) -> Option<String> {
    // Of the same length as the text, so that a place in one is a place in the other.
    let lower = beginning(text).to_ascii_lowercase();
    let at = words.iter().find_map(|word| lower.find(word))?;
    let mut starts = text.char_indices().map(|(start, _)| start);
    let start = starts.find(|start| at.saturating_sub(*start) <= LEAD).unwrap_or(0);
    let rest = text.get(start..).unwrap_or(text);
    Some(if start == 0 { rest.to_owned() } else { format!("…{rest}") })
}

/// The status that a text in lower case speaks of.
fn status_in(lower: &str) -> Option<u16> {
    let after =
        |marker: &'static str| lower.match_indices(marker).filter_map(move |(at, _)| lower.get(at + marker.len()..));
    let number = |marker: &&'static str| {
        after(marker).find_map(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok().filter(|status| (300..600).contains(status))
        })
    };
    // Entra writes the name of the status: `Response Status Code: NotFound`.
    let name =
        || after("status code: ").find_map(|rest| status_of_word(rest.split(|c: char| !c.is_alphabetic()).next()?));
    // `403 Forbidden` says no more than `Forbidden`.
    let plain =
        |part: &str| status_of_phrase(part.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace()));
    let phrase = || lower.split([':', '.', '\n']).find_map(plain);
    BEFORE.iter().find_map(number).or_else(name).or_else(phrase)
}

fn status_of_code(facts: &Facts<'_>) -> Option<u16> {
    CODES.iter().find(|(code, _)| facts.event.code(&[code]).is_some()).map(|(_, status)| *status)
}
