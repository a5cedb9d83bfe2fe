//! How the base URL was typed: slashes too many, and Entra's compliance flag in the wrong place or not there.

use super::{
    super::super::{
        facts::{Asked, Facts, Form, Target},
        finding::Confidence::{Certain, Likely, Possible},
        found::{Found, Layer},
    },
    told::Told,
};

const SLASH: &str = "trailing-slash-double-slash";
const FLAG: &str = "entra-flag-in-url";
/// Entra's flags, lower case.
const FLAGS: [&str; 2] = ["aadoptscim062020", "azureadscimpatch2017"];

/// `//Users` and `/Users/`.
pub(super) fn slashes(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    if !asked.is_known() {
        return;
    }
    let is_doubled = asked.path.contains("//");
    let ends_so = asked.target != Target::Other && asked.path.len() > 1 && asked.path.ends_with('/');
    let status = facts.reply.status.unwrap_or_default();
    let returns_it_without = matches!(status, 301..=303 | 307 | 308) && is_the_same_but_for_slashes(facts);
    if !is_doubled && !ends_so && !returns_it_without {
        return;
    }
    let is_of_a_resource = facts.reply.is_scim_error() && asked.id.is_some();
    let confidence = match status {
        _ if returns_it_without => Certain,
        301..=303 | 307 | 308 if found.explains(super::gateway::ID) => return,
        301..=303 | 307 | 308 => Likely,
        404 | 405 if is_of_a_resource => Possible,
        404 | 405 if is_doubled => Certain,
        404 | 405 => Likely,
        400 if is_doubled && facts.reply.form != Form::Html && facts.says(&["path", "url", "uri", "route"]) => Likely,
        200..=299 if is_doubled => {
            found.habit(SLASH, Layer::Address).at("request.url", &asked.path);
            return;
        }
        _ => return,
    };
    let draft = found.add(SLASH, confidence, Layer::Address);
    draft.at("request.url", asked.url).at("response.status", status.to_string());
    if let Some(location) = facts.reply.header("location") {
        draft.at("response.headers.location", location);
    }
}

/// The flag within the path, where it was meant to stand at the end; or requests of a shape that it would mend.
pub(super) fn flag(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_failed() || !facts.asked.is_known() {
        return;
    }
    let Some(told) = Told::of(facts).filter(|told| !matches!(told.status, 401 | 403 | 429)) else { return };
    if is_misplaced(&facts.asked) {
        let draft = found.add(FLAG, Certain, Layer::Address);
        draft.at("request.url", facts.asked.url);
        told.quote(facts, draft);
        return;
    }
    let speaks_of_it = facts.words.trim().is_empty()
        || facts.says(&["boolean", "bool", "active", "operation", "\"op\"", "'op'", "invalid data", "syntax"]);
    if !facts.was_refused_or_broke() || !speaks_of_it {
        return;
    }
    let off = facts.asked.ops.iter().find(|op| {
        let is_capital = op.op.starts_with(|first: char| first.is_ascii_uppercase());
        let is_text = op.value.and_then(|value| value.as_str()).is_some_and(|text| matches!(text, "True" | "False"));
        is_capital && is_text && op.path.is_some_and(|path| path.eq_ignore_ascii_case("active"))
    });
    if let Some(op) = off {
        let draft = found.add(FLAG, Possible, Layer::Shape);
        draft.at(op.at("op"), op.op);
        if let Some(value) = op.value {
            draft.at_value(op.at("value"), value);
        }
    }
}

fn is_misplaced(asked: &Asked<'_>) -> bool {
    let holds = |text: &str| {
        let lower = text.to_ascii_lowercase();
        FLAGS.iter().any(|flag| lower.contains(flag))
    };
    holds(&asked.path)
        || asked.query.iter().any(|(name, value)| [name, value].iter().any(|part| holds(part) && part.contains('/')))
}

fn is_the_same_but_for_slashes(facts: &Facts<'_>) -> bool {
    let Some(location) = facts.reply.header("location") else { return false };
    let below = location
        .split_once("://")
        .map_or(location, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default());
    let bare = |path: &str| {
        path.split('?')
            .next()
            .unwrap_or_default()
            .split('/')
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("/")
    };
    let path = below.split('?').next().unwrap_or_default();
    path != facts.asked.path && bare(path) == bare(&facts.asked.path)
}
