//! Of what a refusal speaks, seen from one attribute: of it, of nothing in particular, or of something else. Only the first
//! two let a shape explain a failure.

use super::{Facts, Sent, said::Said};

/// Of what an error speaks, seen from one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Of this attribute.
    Named,
    /// Of nothing in particular.
    Open,
    /// Of something else.
    Elsewhere,
}

/// What the refusal as a whole is about.
#[derive(Default)]
pub(super) struct Judgement {
    /// The service judged the values, and did not find them taken.
    pub(super) is_of_values: bool,
    /// The words are about an attribute that the service does not have.
    is_of_unknown: bool,
    /// The words leave open what is meant.
    is_open: bool,
}

impl Judgement {
    pub(super) fn of(facts: &Facts<'_>, said: &Said, sent: &[Sent<'_>]) -> Self {
        if !facts.has_failed() || !is_refusal(facts, said, sent) || said.is_of_taken_value() {
            return Self::default();
        }
        let is_strange = said.is_of_unknown_name();
        let quotes_sent = || sent.iter().any(|sent| sent.text().is_some_and(|text| said.quotes(text)));
        Self {
            is_of_values: true,
            is_of_unknown: is_strange && !quotes_sent(),
            is_open: matches!(facts.reply.status, Some(400 | 422 | 500))
                && !is_strange
                && !said.is_of_something_else()
                && !said.names_known()
                && !names_something_sent(said, sent)
                && !facts.has_code(&["noTarget", "invalidPath"]),
        }
    }

    /// For an attribute by its names; `None` where values were not judged.
    pub(super) fn verdict(&self, said: &Said, names: &[&str]) -> Option<Verdict> {
        self.is_of_values.then(|| match () {
            () if said.names(names) && !self.is_of_unknown => Verdict::Named,
            () if self.is_open => Verdict::Open,
            () => Verdict::Elsewhere,
        })
    }
}

/// The same, also by the name of a list in the singular.
fn names_any_of(said: &Said, sent: &[Sent<'_>]) -> bool {
    let is_list_named =
        |sent: &Sent<'_>| sent.root().strip_suffix('s').is_some_and(|root| root.len() > 3 && said.names(&[root]));
    names_something_sent(said, sent) || sent.iter().any(is_list_named)
}

fn names_something_sent(said: &Said, sent: &[Sent<'_>]) -> bool {
    const COMMON: [&str; 8] = ["value", "type", "display", "formatted", "name", "user", "operations", "path"];
    sent.iter().map(Sent::leaf).any(|leaf| leaf.len() > 3 && !COMMON.contains(&leaf) && said.names(&[leaf]))
}

/// Whether the service, or the directory for it, refused over the content of the request.
fn is_refusal(facts: &Facts<'_>, said: &Said, sent: &[Sent<'_>]) -> bool {
    let is_flawed = said.is_of_flaw();
    let is_other_kind =
        facts.has_code(&["uniqueness", "mutability", "tooMany", "invalidFilter", "invalidVers", "sensitive"]);
    let other_status = [405, 410, 413, 415, 502, 503, 504];
    match facts.reply.status {
        Some(406 | 412 | 501) if !is_flawed => false,
        Some(403) => !is_other_kind && said.is_of_constraint() && (sent.is_empty() || names_any_of(said, sent)),
        Some(409) if !is_flawed || facts.says(&["exist", "another user"]) => false,
        Some(status) => !is_other_kind && !other_status.contains(&status) && facts.was_refused_or_broke(),
        None => facts.event.source.is_some() && !is_other_kind,
    }
}
