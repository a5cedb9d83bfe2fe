//! What became of a name: whether the service refused the request over it, and whether a full answer lacks it.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form},
    finding::Confidence::{self, Certain, Likely, Possible},
};
use super::super::protocol;
use super::{
    said::{Said, Sense},
    slip::{self, is_same_word, is_urn},
    used::Used,
};
use crate::domain::landing::{Dropped, is_empty, shown};

/// Kinds of error that are about a path, and about what a body says.
pub(super) const PATHS: [&str; 2] = ["invalidPath", "noTarget"];
const SHAPE: [&str; 2] = ["invalidSyntax", "invalidValue"];
/// Members of a resource that say nothing of how much of it is there.
const ENVELOPE: [&str; 7] = ["schemas", "id", "meta", "externalId", "userName", "groups", "active"];

/// Whether the service refused, or broke over, what the body says: not who asks, not what exists already.
pub(super) fn is_about_the_body(facts: &Facts<'_>) -> bool {
    const OTHER: [&str; 6] = ["uniqueness", "tooMany", "mutability", "sensitive", "invalidVers", "invalidFilter"];
    let judged = match facts.reply.status {
        Some(400 | 422) => facts.was_judged(),
        Some(404) => facts.was_judged() && facts.is_about_an_attribute(),
        Some(500 | 501) => facts.was_refused_or_broke(),
        // A directory says that it failed, and not how the service answered.
        None => facts.has_failed() && facts.event.codes.iter().all(|code| is_about_scim(code.text)),
        _ => false,
    };
    judged && !facts.reply.scim_type.is_some_and(|kind| OTHER.iter().any(|other| other.eq_ignore_ascii_case(kind)))
}

/// Whether a directory's code leaves the cause to the service's words.
fn is_about_scim(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    lower.starts_with("systemforcrossdomain") || lower == "schemaattributenotfound"
}

/// How surely a name is why the request was refused; `None` where what was said is about something else.
pub(super) fn blame(facts: &Facts<'_>, said: &Said<'_>, used: &Used<'_>) -> Option<Confidence> {
    if said.names(used) {
        return match said.sense {
            // What is there and empty is missing in any case.
            Sense::Missing if used.value.is_some() && !used.carries() => None,
            Sense::Unknown | Sense::Missing => Some(Certain),
            Sense::Open => Some(Likely),
            Sense::Value => None,
        };
    }
    let is_unseen = facts.reply.status.is_none();
    if is_unseen || said.names_any() || said.sense == Sense::Value || speaks_of_envelope(said) {
        return None;
    }
    let is_one_of = |kinds: &[&str]| {
        facts.reply.scim_type.is_some_and(|kind| kinds.iter().any(|one| one.eq_ignore_ascii_case(kind)))
    };
    let speaks_of_names = said.sense == Sense::Unknown || said.has(&["invalid path", "malformed", "urn", "namespace"]);
    if is_one_of(&PATHS) || speaks_of_names || is_one_of(&SHAPE) && said.sense == Sense::Missing {
        Some(Likely)
    } else {
        Some(Possible)
    }
}

/// Whether the words are about how a message is wrapped, and no attribute.
fn speaks_of_envelope(said: &Said<'_>) -> bool {
    const WORDS: [&str; 12] = [
        "operation",
        "content-type",
        "content type",
        "media type",
        "json",
        "filter",
        "\"op\"",
        "'op'",
        "op value",
        "no value",
        "timeout",
        "database",
    ];
    said.has(&WORDS) && said.sense != Sense::Unknown
}

/// What the tenant says that it dropped under this name.
pub(super) fn dropped<'c>(facts: &Facts<'c>, used: &Used<'_>) -> Option<&'c Dropped> {
    let landing = facts.landing?;
    let full = used.full();
    let bare = crate::domain::attribute::AttributeName::parse(&full).map(|name| shown(&name)).unwrap_or_default();
    landing.dropped.iter().find(|one| one.attribute == full || one.attribute == bare)
}

/// A full answer, against which what was sent can be held.
#[derive(Debug)]
pub(super) struct Echo<'c>(&'c Value);

impl<'c> Echo<'c> {
    /// The answer, where it is a full representation of the user: it has most of what was sent, or much else.
    pub(super) fn of(facts: &Facts<'c>, all: &[Used<'_>]) -> Option<Self> {
        if facts.reply.form != Form::Resource || facts.landing.is_some() {
            return None;
        }
        let echo = Self(facts.reply.body());
        let substance = echo.substance();
        if !facts.asked.ops.is_empty() {
            return (substance >= 3).then_some(echo);
        }
        let (kept, sent) = echo.kept_of(all);
        (substance >= 2 && kept >= 2 && kept * 2 >= sent).then_some(echo)
    }

    /// The answer to a create where it has several of the attributes that were sent, and yet not most of them.
    pub(super) fn in_short(facts: &Facts<'c>, all: &[Used<'_>]) -> Option<Self> {
        let is_resource = facts.reply.form == Form::Resource && facts.landing.is_none();
        let echo = Self(facts.reply.body());
        (is_resource && facts.asked.creates() && echo.substance() >= 2 && echo.kept_of(all).0 >= 3).then_some(echo)
    }

    /// How many attributes it has that say something of the person.
    fn substance(&self) -> usize {
        let is_of_person = |name: &str| !ENVELOPE.iter().any(|known| known.eq_ignore_ascii_case(name));
        let members = self.0.as_object().into_iter().flatten();
        members.filter(|(name, value)| !is_empty(value) && is_of_person(name)).count()
    }

    /// How many of the attributes sent it has, and of how many.
    fn kept_of(&self, all: &[Used<'_>]) -> (usize, usize) {
        let counted = all.iter().filter(|used| used.whole && used.carries() && !is_envelope(used.head()));
        counted.fold((0, 0), |(kept, sent), used| (kept + usize::from(self.has(used)), sent + 1))
    }

    /// Whether it has the attribute, in whatever case, spelling or schema.
    pub(super) fn has(&self, used: &Used<'_>) -> bool {
        if slip::shorthand(used).is_some() {
            return self.has_below(used);
        }
        let head = used.head();
        let stray = (used.flat || used.dot).then(|| used.full());
        self.members(stray.as_deref())
            .any(|(name, value)| (name.eq_ignore_ascii_case(head) || is_same_word(name, head)) && holds(value, used))
    }

    /// Whether it has anything of what was sent below a word in the place of a schema.
    fn has_below(&self, used: &Used<'_>) -> bool {
        let below = used.value.and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str());
        // The word itself may have come back, and so may the name after it.
        let mut names = below.chain(used.path.splitn(2, [':', '.']));
        names.any(|sent| self.members(None).any(|(name, value)| name.eq_ignore_ascii_case(sent) && !is_empty(value)))
    }

    /// Whether it shows another value where the attribute belongs.
    pub(super) fn shows_another(&self, used: &Used<'_>) -> bool {
        let plain = |value: &Value| value.as_str().map(|text| text.trim().to_lowercase());
        let now = protocol::shown(self.0, &used.path).and_then(|(value, _)| plain(value));
        used.value.and_then(plain).zip(now).is_some_and(|(sent, now)| sent != now)
    }

    /// A schema's URN that the service cut off at a dot, or that took the rest of the path for members.
    pub(super) fn cut(&self) -> Option<(&'c str, &'c Value)> {
        let start = "urn:ietf:params:scim:schemas:extension:enterprise:2";
        let is_cut = |name: &str| {
            let rest =
                name.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start)).and(name.get(start.len()..));
            rest.is_some_and(|rest| rest.is_empty() || rest == ".0")
        };
        self.0.as_object()?.iter().find(|(name, _)| is_cut(name)).map(|(name, value)| (name.as_str(), value))
    }

    /// Where the whole name, schema and all, came back as one stray key.
    pub(super) fn stray(&self, used: &Used<'_>) -> Option<(String, &'c Value)> {
        let full = used.full();
        self.0.get(&full).filter(|_| used.flat).map(|value| (full, value))
    }

    /// The attributes of the answer, whatever their schema, but for one stray key.
    fn members(&self, stray: Option<&str>) -> impl Iterator<Item = (&'c str, &'c Value)> {
        let all = self.0.as_object().into_iter().flatten().filter(move |(name, _)| Some(name.as_str()) != stray);
        all.flat_map(|(name, value)| {
            let block = value.as_object().filter(|_| is_urn(name)).into_iter().flatten();
            let block = block.map(|(name, value)| (name.as_str(), value));
            std::iter::once((slip::apart(name).2, value)).chain(block)
        })
    }
}

pub(super) fn is_envelope(name: &str) -> bool {
    ["schemas", "id", "meta", "externalId", "password", "groups"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn holds(value: &Value, used: &Used<'_>) -> bool {
    let Some(part) = used.part() else { return !is_empty(value) };
    let member = |value: &Value| {
        let found = value.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(part))?.1.clone();
        Some(found).filter(|found| !is_empty(found))
    };
    match value {
        Value::Array(items) => items.iter().take(100).any(|item| {
            let kind = item.get("type").and_then(Value::as_str).unwrap_or_default().to_lowercase();
            let is_meant = used.path.split_once('[').is_none_or(|(_, filter)| {
                filter.to_lowercase().contains(&format!("\"{kind}\"")) || !filter.to_lowercase().contains("type")
            });
            is_meant && member(item).is_some()
        }),
        value => member(value).is_some(),
    }
}
