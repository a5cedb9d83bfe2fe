//! What the rules found, before it is put in order: how much each explains, how sure it is, and its values.

use std::{cmp::Reverse, collections::BTreeMap, io};

use serde::Serialize;

use super::{
    catalogue::{CATALOGUE, Pattern, Weight, filled},
    facts::{Facts, Form},
    finding::{Confidence, Evidence, Finding, Owner},
};
use crate::domain::{mapping::can_be_mapped, pretty::visible, problem::Severity, profile::IdentityProvider};

/// What only says that something went wrong: it yields to whatever says what.
const GENERAL: [&str; 2] = ["response-parse-incompatible", "error-body-not-scim"];
/// Habits of nearly every request of a directory: a rarer one says more.
const USUAL: [&str; 2] = ["op-casing", "content-type-response-wrong"];
/// What is said of a habit in place of the harm that it may do.
const COPED_WITH: &str = "The request shows it, and the service coped with it: as far as its answer shows, nothing was lost here. A stricter service may not.";
/// The same where the answer shows nothing of what was changed.
const TAKEN: &str = "The request shows it, and the service answered with success. What became of it, the answer does not show: read the person or the group to know. A stricter service may refuse it.";
/// The same where the answer is the one that the standard has for it.
const GONE: &str = "The answer is the one that the standard has for what is not there. By itself it is no fault: directories ask whether somebody is still there, and what is deleted twice is gone once.";
/// What is said of another odd answer that the directory reads as it is meant.
const ODD: &str = "The directory reads this answer as it is meant and goes on. A stricter one may not.";
/// The same where the answer lacks something of it.
const SHORT: &str = "The request shows it, and the service answered with success. Not every value is in the answer as it was sent: read the person or the group to know what was kept. A stricter service may refuse it.";
/// What is said first of a cause that only the likeness to known errors speaks for.
const LIKE: &str = "The wording is closest to that of known errors with this cause; nothing else shows it.";
/// Most findings that one case gets.
const MOST: usize = 12;
/// Most places that one finding quotes.
const MOST_EVIDENCE: usize = 6;
/// Longest quotation, characters.
const QUOTED: usize = 160;

/// Most bytes of one character.
const MOST_BYTES: usize = 4;

/// What a finding has to do with how the case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bearing {
    /// Seen, and without harm here: a habit that this service coped with. Never above info.
    Habit,
    /// Seen; it may have to do with the failure, but the service's own words speak of something else.
    Aside,
    /// Why it failed, or what was lost although it succeeded.
    Explains,
}

/// The order in which causes are looked for: what stops a request earliest explains it best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// No HTTP at all: TLS, DNS, time-out.
    Transport,
    /// Something in front of the service answered.
    Gateway,
    /// Who may.
    Auth,
    /// Where.
    Address,
    /// What the service or the directory says of itself, by code.
    Told,
    /// How the request is shaped.
    Shape,
    /// Which attributes, by which names.
    Mapping,
    /// How the answer is shaped.
    Reply,
    /// What came before and after.
    Sequence,
    /// Nothing came.
    Silence,
    /// Only its words are like those of known errors.
    Likeness,
}

/// What stands in the places of a text, by name.
type Values = BTreeMap<&'static str, String>;

/// A finding in the making.
#[derive(Debug)]
pub(super) struct Draft {
    id: &'static str,
    confidence: Confidence,
    layer: Layer,
    bearing: Bearing,
    evidence: Vec<Evidence>,
    values: Values,
    /// The service answered so: nobody but its provider can act.
    is_answered: bool,
    /// Nothing but the likeness to known errors speaks for it.
    is_likeness: bool,
}

/// All that the rules found.
#[derive(Debug, Default)]
pub(super) struct Found(Vec<Draft>);

impl Found {
    /// Adds a finding that explains how the case ended. A pattern that is there already keeps the surer one.
    pub(super) fn add(&mut self, id: &'static str, confidence: Confidence, layer: Layer) -> &mut Draft {
        self.push(id, confidence, layer, Bearing::Explains)
    }

    /// Adds one that may have to do with it.
    pub(super) fn aside(&mut self, id: &'static str, layer: Layer) -> &mut Draft {
        self.push(id, Confidence::Possible, layer, Bearing::Aside)
    }

    /// Adds a habit that did no harm here.
    pub(super) fn habit(&mut self, id: &'static str, layer: Layer) -> &mut Draft {
        self.push(id, Confidence::Certain, layer, Bearing::Habit)
    }

    /// Whether a pattern was found, as an explanation.
    pub(super) fn explains(&self, id: &str) -> bool {
        self.0.iter().any(|draft| draft.id == id && draft.bearing == Bearing::Explains)
    }

    /// Whether anything was.
    pub(super) fn explains_anything(&self) -> bool {
        self.0.iter().any(|draft| draft.bearing == Bearing::Explains)
    }

    /// Whether anything was for certain.
    pub(super) fn is_certain(&self) -> bool {
        self.0.iter().any(|draft| draft.bearing == Bearing::Explains && draft.confidence == Confidence::Certain)
    }

    /// The same, more than possibly.
    pub(super) fn is_likely(&self, id: &str) -> bool {
        let fits = |draft: &Draft| draft.id == id && draft.bearing == Bearing::Explains;
        self.0.iter().any(|draft| fits(draft) && draft.confidence > Confidence::Possible)
    }

    /// Whether anything certain was found that explains the case at one of these layers.
    pub(super) fn is_settled_at(&self, layers: &[Layer]) -> bool {
        let settles = |draft: &Draft| draft.bearing == Bearing::Explains && draft.confidence == Confidence::Certain;
        self.0.iter().any(|draft| settles(draft) && layers.contains(&draft.layer))
    }

    fn push(&mut self, id: &'static str, confidence: Confidence, layer: Layer, bearing: Bearing) -> &mut Draft {
        let (evidence, values, is_answered, is_likeness) = Default::default();
        let draft = Draft { id, confidence, layer, bearing, evidence, values, is_answered, is_likeness };
        let at = match self.0.iter().position(|known| known.id == id) {
            Some(at) => {
                if (draft.bearing, draft.confidence) > (self.0[at].bearing, self.0[at].confidence) {
                    let known = std::mem::replace(&mut self.0[at], draft);
                    self.0[at].evidence = known.evidence;
                    self.0[at].values = known.values;
                }
                at
            }
            None => {
                self.0.push(draft);
                self.0.len() - 1
            }
        };
        &mut self.0[at]
    }

    /// Puts the drafts in order: those that explain first, the surest first, the earliest layer first.
    pub(super) fn ranked(mut self, facts: &Facts<'_>) -> Ranked {
        let is_general = |draft: &Draft| GENERAL.contains(&draft.id);
        let explains_well =
            |draft: &Draft| draft.bearing == Bearing::Explains && draft.confidence >= Confidence::Likely;
        let has_specific = self.0.iter().any(|draft| explains_well(draft) && !is_general(draft));
        let has_failed = facts.has_failed();
        // A service that breaks down over a request does so over what is wrong in it.
        let breaks = |draft: &Draft| draft.id == "server-error-5xx" && facts.reply.status == Some(500);
        let is_wrong = |draft: &Draft| {
            draft.bearing == Bearing::Explains
                && matches!(draft.layer, Layer::Shape | Layer::Mapping)
                && !USUAL.contains(&draft.id)
                && (draft.confidence >= Confidence::Likely || facts.said.trim().is_empty())
        };
        let has_other = self.0.iter().any(is_wrong);
        self.0.sort_by_cached_key(|draft| {
            let is_info = draft.severity(has_failed) == Severity::Info;
            let is_usual = draft.bearing == Bearing::Habit && USUAL.contains(&draft.id);
            let yields = has_specific && is_general(draft) || has_other && breaks(draft) || is_usual;
            (Reverse(draft.bearing), is_info, yields, Reverse(draft.confidence), draft.layer)
        });
        self.0.truncate(MOST);
        Ranked { drafts: self.0, has_failed }
    }
}

/// Drafts in order.
pub(super) struct Ranked {
    drafts: Vec<Draft>,
    has_failed: bool,
}

/// What all findings of a case have in common.
struct Told<'t> {
    has_failed: bool,
    /// What is said of a habit.
    coped: &'t str,
    directory: IdentityProvider,
    /// The directory's words that tell the status, where no answer bears it.
    status: Option<(&'t str, &'t str)>,
}

impl Ranked {
    /// All findings, their texts filled in with what they need of the case.
    pub(super) fn findings(&self, facts: &Facts<'_>) -> Vec<Finding> {
        let rivals = self.rivals();
        let values = facts.values().into_iter().map(|(name, value)| (name, visible(&value).into_owned())).collect();
        let coped = match facts.reply.form {
            Form::Empty | Form::Unknown if facts.asked.changes() => TAKEN,
            _ if self.drafts.iter().any(|draft| draft.bearing == Bearing::Habit) && facts.leaves_out() => SHORT,
            _ => COPED_WITH,
        };
        let status = facts.reply.is_status_told.then(|| facts.event.told()).flatten();
        let status = status.map(|said| (said.place.as_str(), said.text));
        let case = Told { has_failed: self.has_failed, coped, directory: facts.record.directory(), status };
        let finding = |draft: &Draft| draft.finding(&case, &values, rivals.contains(&draft.id));
        self.drafts.iter().filter_map(finding).collect()
    }

    /// The pattern of the best of them, and how bad it is.
    pub(super) fn best(&self) -> Option<(&'static str, Severity)> {
        self.drafts.first().map(|draft| (draft.id, draft.severity(self.has_failed)))
    }

    /// Two that explain the same failure as well as each other are told apart by what the reader can look up.
    fn rivals(&self) -> Vec<&'static str> {
        let mut explain = self.drafts.iter().filter(|draft| draft.bearing == Bearing::Explains);
        match (explain.next(), explain.next()) {
            (Some(first), Some(second))
                if first.confidence == second.confidence && first.confidence < Confidence::Certain =>
            {
                vec![first.id, second.id]
            }
            _ => Vec::new(),
        }
    }
}

impl Draft {
    /// Quotes a place.
    pub(super) fn at(&mut self, place: impl Into<String>, text: impl AsRef<str>) -> &mut Self {
        let evidence = Evidence { place: place.into(), text: shortened(text.as_ref()) };
        if self.evidence.len() < MOST_EVIDENCE && !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
        self
    }

    /// Quotes a JSON value.
    pub(super) fn at_value(&mut self, place: impl Into<String>, value: &(impl Serialize + ?Sized)) -> &mut Self {
        let mut written = Beginning(Vec::new());
        // It fails where enough is written.
        let _ = serde_json::to_writer(&mut written, value);
        self.at(place, String::from_utf8_lossy(&written.0))
    }

    /// Says that nothing but the likeness to known errors speaks for it.
    pub(super) const fn by_likeness(&mut self) -> &mut Self {
        self.is_likeness = true;
        self
    }

    /// Says that it is the service's answer that is wrong, whoever's side the pattern is mostly on.
    pub(super) const fn answered_so(&mut self) -> &mut Self {
        self.is_answered = true;
        self
    }

    /// Gives the catalogue's texts a value: `{name|…}`.
    pub(super) fn with(&mut self, name: &'static str, value: impl AsRef<str>) -> &mut Self {
        self.values.insert(name, visible(&shortened(value.as_ref())).into_owned());
        self
    }

    fn severity(&self, has_failed: bool) -> Severity {
        let weight = CATALOGUE.get(self.id).map_or(Weight::Low, |pattern| pattern.severity);
        match (self.bearing, weight, self.confidence) {
            // A guess at the cause is not as bad as the failure itself.
            (Bearing::Explains, ..) if has_failed && self.is_likeness => Severity::Warning,
            (Bearing::Explains, ..) if has_failed => Severity::Error,
            (Bearing::Habit, ..) | (_, Weight::Low, _) => Severity::Info,
            (Bearing::Aside, ..) if has_failed => Severity::Warning,
            (Bearing::Aside, ..) => Severity::Info,
            // It succeeded, or seemed to.
            (Bearing::Explains, Weight::Blocker, Confidence::Possible) => Severity::Warning,
            (Bearing::Explains, Weight::Blocker, _) => Severity::Error,
            (Bearing::Explains, _, Confidence::Possible) => Severity::Info,
            (Bearing::Explains, ..) => Severity::Warning,
        }
    }

    fn finding(&self, case: &Told<'_>, values: &Values, has_rival: bool) -> Option<Finding> {
        let Told { has_failed, coped, directory, status } = *case;
        let pattern = CATALOGUE.get(self.id)?;
        // Of what was asked for and is not there, there is nothing to do.
        let is_harmless = self.bearing == Bearing::Habit && has_failed && self.id == "anchor-lost-404";
        let fill =
            |text: &str| filled(text, |name| self.values.get(name).or_else(|| values.get(name)).map(String::as_str));
        Some(Finding {
            id: self.id.to_owned(),
            severity: self.severity(has_failed),
            confidence: self.confidence,
            owner: if self.is_answered { Owner::ServiceProvider } else { pattern.owner },
            title: fill(pattern.habit.as_ref().filter(|_| self.bearing == Bearing::Habit).unwrap_or(&pattern.title)),
            cause: match self.bearing {
                Bearing::Habit if has_failed && self.id == "anchor-lost-404" => GONE.to_owned(),
                Bearing::Habit if has_failed => ODD.to_owned(),
                Bearing::Habit => coped.to_owned(),
                _ if self.is_likeness => format!("{LIKE} {}", fill(&pattern.cause)),
                _ => fill(&pattern.cause),
            },
            evidence: self.evidence_with(status),
            fix_customer: match self.is_answered || is_harmless {
                true => Vec::new(),
                false => pattern.customer_steps(directory).into_iter().map(fill).collect(),
            },
            fix_support: pattern.fix_support.iter().filter(|_| !is_harmless).map(|step| fill(step)).collect(),
            tell_apart: (has_rival || self.is_likeness).then(|| fill(&pattern.tell_apart)),
            is_habit: self.bearing == Bearing::Habit,
            mapping_of: self.mapping_of(pattern),
        })
    }

    /// What it quotes; a status that words tell is quoted where they stand.
    fn evidence_with(&self, status: Option<(&str, &str)>) -> Vec<Evidence> {
        let mut all: Vec<Evidence> = Vec::new();
        for one in &self.evidence {
            let told = status.filter(|_| one.place == "response.status");
            let one = told.map_or_else(
                || one.clone(),
                |(place, text)| Evidence { place: place.to_owned(), text: shortened(text) },
            );
            if !all.iter().any(|known| known.place == one.place && (told.is_some() || known.text == one.text)) {
                all.push(one);
            }
        }
        all
    }

    fn mapping_of(&self, pattern: &Pattern) -> Option<String> {
        let name = self.values.get("meant").or_else(|| self.values.get("attribute"))?;
        (pattern.category == "mapping" && can_be_mapped(name)).then(|| name.clone())
    }
}

/// As much of a value's JSON as a quotation can hold: a group may have members by the thousand.
struct Beginning(Vec<u8>);

impl io::Write for Beginning {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if self.0.len() > (QUOTED + 1) * MOST_BYTES {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.0.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_as_long_as_it_may_be_however_large_the_value() {
        let mut found = Found::default();
        let draft = found.add("group-too-large", Confidence::Likely, Layer::Shape);
        draft.at_value("short", &["é"]).at_value("long", &vec!["🦀"; 10_000]);
        let quoted: Vec<&str> = draft.evidence.iter().map(|evidence| evidence.text.as_str()).collect();
        assert_eq!(quoted[0], r#"["é"]"#);
        assert_eq!((quoted[1].chars().count(), quoted[1].chars().last()), (QUOTED + 1, Some('…')));
    }
}
