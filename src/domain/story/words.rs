//! A story in words: what each side says of a step, and what the step changed. For the screen, copies and the command line.

use serde_json::Value;

use super::{Change, Gap, Sight, Step, Story};
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::Source,
    pretty::visible,
};

/// A value on one line.
#[must_use]
pub fn value_words(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    visible(&text).into_owned()
}

impl Change {
    /// "title: Nurse → Lead", "nickName removed", "account created" where it is a create that shows the account, else
    /// "account first seen": a log may begin long after the account did.
    #[must_use]
    pub fn words(&self, operation: Operation) -> String {
        if self.attribute == "account" {
            let words = match (self.after.as_str(), operation, self.before == "deleted") {
                (Some("deleted"), ..) => "account deleted",
                (None, ..) => "account changed after it was deleted",
                (_, Operation::Create, false) => "account created",
                (_, Operation::Create, true) => "account created again",
                (_, _, false) => "account first seen",
                (_, _, true) => "account seen again",
            };
            return words.to_owned();
        }
        let name = short(&self.attribute);
        match (&self.before, &self.after) {
            (_, Value::Null) => format!("{name} removed"),
            (Value::Null, after) => format!("{name}: {}", value_words(after)),
            (before, after) => format!("{name}: {} → {}", value_words(before), value_words(after)),
        }
    }
}

/// An attribute without its URN; a colon inside a value filter is not the URN's.
#[must_use]
pub fn short(attribute: &str) -> &str {
    let end = attribute.find('[').unwrap_or(attribute.len());
    attribute[..end].rfind(':').map_or(attribute, |colon| &attribute[colon + 1..])
}

impl Sight {
    /// "201", "409 uniqueness", "2 found", "Failed, InvalidX".
    #[must_use]
    pub fn words(&self) -> String {
        if let (Some(found), Some(200..300)) = (self.found, self.status) {
            return match found {
                0 => "nobody found".to_owned(),
                1 => "found".to_owned(),
                many => format!("{many} found"),
            };
        }
        let ending = match self.status {
            Some(status) => status.to_string(),
            None => self.outcome.label().to_owned(),
        };
        match (&self.error, self.outcome) {
            (Some(error), _) => format!("{ending} {}", visible(error)),
            (None, Outcome::Warning) => match &self.detail {
                Some(detail) => format!("{ending}, {}", visible(detail)),
                None => ending,
            },
            (None, _) => ending,
        }
    }
}

/// "title, department and 3 more".
fn listed<'a>(attributes: impl ExactSizeIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 4;
    let more = attributes.len().saturating_sub(SHOWN);
    let names = attributes.take(SHOWN).map(|name| visible(short(name)).into_owned()).collect::<Vec<_>>().join(", ");
    if more == 0 { names } else { format!("{names} and {more} more") }
}

impl Step {
    /// What changed and what was not kept, in one line; where nothing shows a change, what was asked for.
    #[must_use]
    pub fn change_words(&self) -> String {
        let lost = listed(self.lost.iter().map(|lost| lost.attribute.as_str()));
        match (self.changed_words(), lost.is_empty()) {
            (changed, true) if changed.is_empty() => self.unchanged_words(),
            (changed, true) => changed,
            (changed, false) if changed.is_empty() => format!("sent, not kept: {lost}"),
            (changed, false) => format!("{changed}; sent, not kept: {lost}"),
        }
    }

    fn unchanged_words(&self) -> String {
        let taken = matches!(self.outcome, Outcome::Success | Outcome::Warning);
        match &self.asked {
            _ if !self.is_change() => String::new(),
            Some(asked) if asked.is_empty() => String::new(),
            Some(asked) if taken => format!("as it was: {}", listed(asked.iter().map(String::as_str))),
            Some(asked) => format!("asked for: {}", listed(asked.iter().map(String::as_str))),
            None if taken && self.tenant.is_some() && self.operation != Operation::Delete => {
                "not known: its body is not here".to_owned()
            }
            None => String::new(),
        }
    }

    /// What changed; what the directory says where nothing did.
    fn changed_words(&self) -> String {
        let words = |change: &Change| change.words(self.operation);
        if self.changes.is_empty() && !self.claimed.is_empty() {
            return format!("said: {}", self.claimed.iter().map(words).collect::<Vec<_>>().join(", "));
        }
        let begins = self.changes.first().filter(|first| first.attribute == "account" && first.after == "exists");
        match (begins, self.changes.len() - usize::from(begins.is_some())) {
            (Some(begins), 1) => format!("{} with 1 value", words(begins)),
            (Some(begins), values) if values > 0 => format!("{} with {values} values", words(begins)),
            _ => self.changes.iter().map(words).collect::<Vec<_>>().join(", "),
        }
    }

    /// What the tenant's side says.
    #[must_use]
    pub fn tenant_words(&self) -> String {
        match (&self.tenant, self.gap) {
            (Some(tenant), _) => tenant.words(),
            (None, Some(Gap::NotReceived)) => "nothing in its log".to_owned(),
            (None, _) => String::new(),
        }
    }

    /// What the sender's side says.
    #[must_use]
    pub fn sender_words(&self) -> String {
        match (&self.sender, self.gap) {
            (Some(sender), _) => format!("{}: {}", side(sender.source), sender.words()),
            (None, Some(Gap::NotInDirectoryLog)) => "nothing in its log".to_owned(),
            (None, _) => String::new(),
        }
    }
}

const fn side(source: Source) -> &'static str {
    match source {
        Source::Tenant => "Tenant",
        Source::Console => "Console",
        Source::Entra => "Entra",
        Source::Okta => "Okta",
        Source::Recording => "Recording",
    }
}

impl Story {
    /// The whole story as text, times in UTC: one line a step. `everything` keeps look-ups.
    #[must_use]
    pub fn text(&self, everything: bool) -> String {
        let mut lines = vec![format!("Story of {}", visible(&self.of))];
        let known = [
            ("userNames", &self.person.user_names),
            ("SCIM ids", &self.person.ids),
            ("external ids", &self.person.external_ids),
            ("e-mails", &self.person.emails),
        ];
        for (name, values) in known.into_iter().filter(|(_, values)| !values.is_empty()) {
            lines.push(format!("{name}: {}", values.iter().map(|v| visible(v)).collect::<Vec<_>>().join(", ")));
        }
        lines.extend(self.cautions.iter().map(|caution| caution.replace('`', "")));
        lines.push(String::new());
        for step in self.steps.iter().filter(|step| everything || step.is_change()) {
            let sides = [("tenant", step.tenant_words()), ("sender", step.sender_words())];
            let told: Vec<String> = sides
                .into_iter()
                .filter(|(_, w)| !w.is_empty())
                .map(|(side, words)| format!("{side}: {words}"))
                .collect();
            let mut line = format!(
                "{} {} {}; {}",
                step.at.strftime("%Y-%m-%d %H:%M:%SZ"),
                step.operation.label(),
                step.outcome.label().to_lowercase(),
                told.join("; ")
            );
            let changed = step.change_words();
            if !changed.is_empty() {
                line.push_str(&format!("; {changed}"));
            }
            lines.push(line);
        }
        lines.join("\n")
    }
}
