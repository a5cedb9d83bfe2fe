//! A case as rules about values see it: what was sent, what was said of it and what was answered, drawn once.

use std::cell::OnceCell;

use super::{
    Confidence, Draft, Facts, Form, Found, Layer, Likely, Possible, Sent, Verdict, said::Said, verdict::Judgement,
};

/// What services seldom answer, though they were sent it. A locale is sent by default, and often of no use to them.
const UNANSWERED: &[&str] = &["password", "groups", "roles", "entitlements", "locale"];

/// The values sent, and the words about them.
pub(super) struct View<'f> {
    pub(super) facts: &'f Facts<'f>,
    pub(super) sent: Vec<Sent<'f>>,
    pub(super) said: Said,
    judgement: Judgement,
    kept: OnceCell<Vec<Sent<'f>>>,
}

impl<'f> View<'f> {
    pub(super) fn of(facts: &'f Facts<'f>) -> Self {
        let said = Said::of(facts);
        let sent = Sent::all(facts);
        let judgement = Judgement::of(facts, &said, &sent);
        Self { facts, sent, said, judgement, kept: OnceCell::new() }
    }

    /// Of what the refusal speaks, for an attribute by its names; `None` where there is no refusal.
    pub(super) fn verdict(&self, names: &[&str]) -> Option<Verdict> {
        self.judgement.verdict(&self.said, names)
    }

    /// Whether the refusal names another attribute that was sent.
    pub(super) fn names_another(&self, sent: &Sent<'_>) -> bool {
        let mut others = self.sent.iter().filter(|other| other.root() != sent.root() && other.leaf().len() > 4);
        others.any(|other| self.said.names(&[other.leaf()]))
    }

    /// Whether a value was refused, whichever it is.
    pub(super) const fn is_blamed_for_a_value(&self) -> bool {
        self.judgement.is_of_values
    }

    /// Whether the request was seen, with its values.
    pub(super) fn has_request(&self) -> bool {
        self.sent.iter().any(|sent| !sent.is_told)
    }

    /// Whether nothing but this attribute was sent.
    pub(super) fn is_alone(&self, root: &str) -> bool {
        self.sent.iter().all(|sent| sent.root() == root)
    }

    /// How sure a shape is where the service did not say what it minds.
    pub(super) fn open_confidence(&self, root: &str) -> Confidence {
        let is_about_values = self.facts.has_code(&["invalidValue", "invalidSyntax"])
            || self.said.says(&[
                "json",
                "parse",
                "parsing",
                "unparsable",
                "deserial",
                "unmarshal",
                "type mismatch",
                "cast",
            ]);
        if self.is_alone(root) || is_about_values { Likely } else { Possible }
    }

    /// What the answer holds, read when it is first asked for.
    pub(super) fn kept(&self) -> &[Sent<'f>] {
        self.kept.get_or_init(|| Sent::of_resource(self.facts.reply.body(), "response.body"))
    }

    /// What a resource in the answer holds by this name.
    pub(super) fn answered(&self, name: &str) -> Option<&Sent<'f>> {
        if !self.facts.has_succeeded() || self.facts.reply.form != Form::Resource {
            return None;
        }
        self.kept().iter().find(|member| member.name == name)
    }

    /// Whether the answer has no such attribute, though it is a whole person: what was sent did not stay.
    pub(super) fn is_left_out(&self, sent: &Sent<'_>) -> bool {
        let facts = self.facts;
        let is_whole =
            facts.has_succeeded() && facts.reply.form == Form::Resource && !facts.asked.url.contains("ttributes=");
        if !is_whole || sent.is_told || sent.is_removed || !matches!(facts.asked.method, "POST" | "PUT" | "PATCH") {
            return false;
        }
        let has = |root: &str| self.kept().iter().any(|member| member.root() == root);
        let is_kept = |other: &Sent<'_>| {
            other.is_removed || other.is_empty() || UNANSWERED.contains(&other.root()) || has(other.root())
        };
        // A service that leaves out other attributes too answers in short, and the value's form says nothing.
        let mut others = self.sent.iter().filter(|other| other.root() != sent.root());
        let is_person = has("username") && has("id") && (has("name") || has("emails"));
        is_person && !has(sent.root()) && sent.root() != "locale" && others.all(is_kept)
    }

    /// Adds an explanation with its evidence: the values, then what was said of them.
    pub(super) fn explain<'d>(
        &self,
        found: &'d mut Found,
        (id, confidence, layer): (&'static str, Confidence, Layer),
        values: &[&Sent<'_>],
    ) -> &'d mut Draft {
        let draft = found.add(id, confidence, layer);
        quote_values(draft, values);
        self.quote(draft);
        draft
    }

    /// Adds a habit with the values that show it.
    pub(super) fn habit<'d>(
        &self,
        found: &'d mut Found,
        id: &'static str,
        layer: Layer,
        values: &[&Sent<'_>],
    ) -> &'d mut Draft {
        let draft = found.habit(id, layer);
        quote_values(draft, values);
        draft
    }

    /// Quotes what the service or the directory said.
    pub(super) fn quote(&self, draft: &mut Draft) {
        let reply = &self.facts.reply;
        if let Some((place, text)) = self.facts.quoted() {
            draft.at(place, text);
        }
        if let Some(status) = reply.status.filter(|_| reply.response.is_some()) {
            draft.at("response.status", status.to_string());
        }
    }
}

fn quote_values(draft: &mut Draft, values: &[&Sent<'_>]) {
    for sent in values.iter().take(3) {
        if sent.place.ends_with("/path") {
            draft.at(sent.place.clone(), sent.written);
        } else {
            draft.at_value(sent.place.clone(), sent.value);
        }
    }
    if let Some(first) = values.first() {
        draft.with("attribute", first.written);
        let value = first.text().map_or_else(|| first.value.to_string(), str::to_owned);
        // A text with braces would be read as a place for a value; it stands in the evidence.
        if !first.is_empty() && !value.contains(['{', '}']) {
            draft.with("value", value);
        }
    }
}
