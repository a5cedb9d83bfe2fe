//! A request that was refused: which of its names the service cannot have known, and why.

use super::super::super::{
    facts::Facts,
    finding::Confidence::{self, Certain, Likely, Possible},
    found::{Draft, Found, Layer},
};
use super::{
    fate::{PATHS, blame, is_about_the_body},
    said::{Said, Sense},
    slip::{self, Slip},
    used::{Used, is_enterprise, named},
    words,
};
use crate::domain::attribute::{CORE_USER, DEFAULTS};

/// Names that are refused.
pub(super) fn rule(facts: &Facts<'_>, all: &[Used<'_>], found: &mut Found) {
    let not_known = facts.has_code(&["SchemaAttributeNotFound"]);
    if !is_about_the_body(facts) && !not_known {
        return;
    }
    let said = Said::of(facts);
    let told = if facts.asked.is_known() { Vec::new() } else { told(&said) };
    let mut explained = chopped(facts, &said, all, found)
        || words::misspelt(facts, &said, found)
        || words::flat(facts, &said, &told, found);
    let is_undeclared = words::undeclared(facts, &said, all, found);
    for used in all.iter().chain(&told) {
        let Some(slip) = slip::of(used) else { continue };
        let sure = if told.contains(used) { told_of(&said, not_known) } else { blame(facts, &said, used) };
        let sure = if not_known && said.names_any() == said.names(used) { sure.max(Some(Likely)) } else { sure };
        let Some(sure) = sure.and_then(|sure| fitting(&slip, sure, &said, used, facts)) else { continue };
        // What the words say is missing from `schemas` is not what is wrong with the name.
        let sure = if is_undeclared && slip == Slip::NotListed { Possible } else { sure };
        if let Some(id) = id(&slip, used) {
            add(found, id, sure, used, &slip, &said, facts);
            explained |= sure > Possible;
        }
    }
    explained |= is_undeclared || flattened(facts, &said, all, found);
    if !explained {
        not_in_schema(facts, &said, all, &told, found);
    }
}

/// The pattern of a slip.
pub(super) fn id(slip: &Slip, used: &Used<'_>) -> Option<&'static str> {
    Some(match slip {
        Slip::Case(_) => "wrong-casing-attribute",
        _ if !used.whole => return None,
        Slip::Dot(_) => "dot-vs-colon-extension-path",
        Slip::Urn(_) => "namespace-urn-misspelt",
        Slip::Spelling(_) | Slip::Guide(_) => "british-american-spelling",
        Slip::Namespace(_) => "core-vs-extension-namespace",
        Slip::NotListed => "extension-attribute-not-allowed",
    })
}

/// The name that was meant, for the texts.
pub(super) fn meant(slip: &Slip, used: &Used<'_>) -> String {
    match slip {
        Slip::Dot(meant)
        | Slip::Urn(meant)
        | Slip::Case(meant)
        | Slip::Spelling(meant)
        | Slip::Guide(meant)
        | Slip::Namespace(meant) => meant.clone(),
        Slip::NotListed => format!("{CORE_USER}:{}", used.path),
    }
}

/// How sure a slip can be of a refusal: a name that the RFC has is no sure cause, and one that many services accept is none
/// without their word.
fn fitting(slip: &Slip, sure: Confidence, said: &Said<'_>, used: &Used<'_>, facts: &Facts<'_>) -> Option<Confidence> {
    let is_named = said.names(used);
    match slip {
        Slip::Guide(_) if !is_named => None,
        Slip::Guide(_) | Slip::Spelling(_) if said.sense == Sense::Missing => Some(sure.min(Likely)),
        Slip::Guide(_) => Some(sure.min(Likely)),
        Slip::NotListed | Slip::Namespace(_) if !is_named => {
            Some(sure.min(if said.sense == Sense::Unknown { Likely } else { Possible }))
        }
        Slip::NotListed if !is_enterprise(used) => Some(sure),
        // "userName is required" beside `UserName` leaves no other reading.
        Slip::Case(_) if !is_named && said.sense == Sense::Missing && !said.names_any() => Some(Likely),
        Slip::Dot(_) | Slip::Urn(_) if facts.reply.status == Some(500) => Some(sure.max(Likely)),
        Slip::Urn(_) | Slip::Dot(_) if facts.has_code(&PATHS) => Some(Certain),
        Slip::Urn(_) | Slip::Dot(_) if said.text.is_empty() || sure == Possible => Some(Likely),
        _ => Some(sure),
    }
}

fn add(
    found: &mut Found,
    id: &'static str,
    sure: Confidence,
    used: &Used<'_>,
    slip: &Slip,
    said: &Said<'_>,
    facts: &Facts<'_>,
) {
    let draft = found.add(id, sure, Layer::Mapping);
    quote(draft, used, slip);
    if !said.text.is_empty() && said.place != used.place {
        draft.at(said.place.clone(), &said.text);
    } else if let Some(status) = facts.reply.status {
        draft.at("response.status", status.to_string());
    }
}

/// The name at its place, and what was meant.
pub(super) fn quote<'d>(draft: &'d mut Draft, used: &Used<'_>, slip: &Slip) -> &'d mut Draft {
    draft.at(used.place.clone(), used.full()).with("attribute", used.full()).with("meant", meant(slip, used))
}

/// The names that the words themselves give, where no request was seen: URNs, and what is spelled as no plain word is.
fn told<'s>(said: &'s Said<'_>) -> Vec<Used<'s>> {
    let ends = |c: char| c.is_whitespace() || "'\"`,;()<>{}“”‘’".contains(c);
    let tokens = said.text.split(ends).map(|token| token.trim_end_matches(['.', ':']).trim_end_matches('.'));
    let is_message = |token: &str| token.contains(":api:messages") || token.contains("PatchOp");
    let is_name = |token: &&str| slip::is_urn(token) && !is_message(token) && !slip::is_schema(token);
    // "organisation" is a word of any error text; `costCentre` is a name.
    let is_spelled = |token: &&str| {
        token.contains(|c: char| c.is_ascii_uppercase())
            && token.starts_with(|c: char| c.is_ascii_lowercase())
            && matches!(slip::of(&named(String::new(), token, None)), Some(Slip::Spelling(_)))
    };
    let names = tokens.take(400).filter(|token| is_name(token) || is_spelled(token));
    names.take(8).map(|token| named(said.place.clone(), token, None)).collect()
}

fn told_of(said: &Said<'_>, not_known: bool) -> Option<Confidence> {
    match said.sense {
        Sense::Unknown | Sense::Missing => Some(Likely),
        _ if not_known => Some(Likely),
        Sense::Open => Some(Possible),
        Sense::Value => None,
    }
}

/// An error that names a URN cut off at the dot in `2.0`: the service splits the path there.
fn chopped(facts: &Facts<'_>, said: &Said<'_>, all: &[Used<'_>], found: &mut Found) -> bool {
    let lower = said.text.to_lowercase();
    let cut = lower.match_indices("extension:enterprise:2").any(|(at, cut)| {
        lower
            .get(at + cut.len()..)
            .is_some_and(|rest| !rest.starts_with(".0") && !rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let rest = ["'0:user", "\"0:user", " 0:user", "`0:user", "“0:user"].iter().any(|rest| lower.contains(rest));
    if !cut && !rest {
        return false;
    }
    let path = all.iter().find(|used| is_enterprise(used) && used.whole);
    let sure = if path.is_some_and(|used| !used.place.contains("/urn:")) { Certain } else { Likely };
    let draft = found.add("dot-vs-colon-extension-path", sure, Layer::Mapping);
    draft.at(said.place.clone(), &said.text);
    if let Some(used) = path {
        draft.at(used.place.clone(), used.full()).with("attribute", used.full());
    }
    facts.has_failed()
}

/// A name without a slip that the service does not know.
fn not_in_schema(facts: &Facts<'_>, said: &Said<'_>, all: &[Used<'_>], told: &[Used<'_>], found: &mut Found) {
    const ID: &str = "attribute-not-in-target-schema";
    let by_code = facts.has_code(&["SchemaAttributeNotFound"]);
    // The attribute that a sub-attribute is of is known.
    let is_of_part = found.explains("sub-attribute-not-in-schema");
    let only = said.only().filter(|_| facts.asked.changes());
    if facts.asked.method == "GET" || is_of_part || said.sense != Sense::Unknown && !by_code && only.is_none() {
        return;
    }
    let is_match = said.has(&["match", "filter", "no target found"]);
    let is_blamed = |used: &&Used<'_>| match &only {
        Some(list) => list.iter().all(|known| !known.eq_ignore_ascii_case(used.head())),
        None => said.names(used),
    };
    let blamed = all.iter().filter(|used| used.whole).find(is_blamed);
    if only.is_some() && blamed.is_none() {
        return;
    }
    let part = all.iter().find(|used| !used.whole && said.names(used)).filter(|_| blamed.is_none());
    let used = blamed.or(part).or_else(|| told.first());
    let is_default =
        |used: &Used<'_>| DEFAULTS.iter().any(|known| known.path.split(['.', '[']).next() == Some(used.head()));
    let sure = match used {
        // What every tenant has is not unknown; a part of it may be, which is another pattern's.
        Some(used) if is_default(used) && !is_enterprise(used) => Possible,
        Some(_) if is_match => Possible,
        Some(used) if told.contains(used) => Likely,
        Some(_) if facts.reply.scim_type.is_some() || by_code => Certain,
        Some(_) => Likely,
        None if by_code => Likely,
        None if said.names_any() || said.has(&["attribute", "propert", "field"]) => {
            if facts.asked.is_known() {
                Possible
            } else {
                Likely
            }
        }
        None if said.has(&["schema"]) && all.iter().any(|used| used.urn.is_some()) => Likely,
        None => return,
    };
    let draft = found.add(ID, sure, Layer::Mapping);
    if let Some(used) = used {
        draft.at(used.place.clone(), used.full()).with("attribute", used.full());
    }
    match facts.event.code(&["SchemaAttributeNotFound"]) {
        Some(code) => draft.at(code.place.clone(), code.text),
        None => draft,
    };
    if !said.text.is_empty() {
        draft.at(said.place.clone(), &said.text);
    }
    alternatives(said, all, found);
}

/// A right name that is refused as if its schema were not there: the service may look for it under the core, or split it.
fn alternatives(said: &Said<'_>, all: &[Used<'_>], found: &mut Found) {
    if !said.has(&["schema"]) {
        return;
    }
    let Some(used) = all.iter().find(|used| is_enterprise(used) && used.whole && slip::of(used).is_none()) else {
        return;
    };
    let draft = found.add("dot-vs-colon-extension-path", Possible, Layer::Mapping);
    draft.at(used.place.clone(), used.full()).at(said.place.clone(), &said.text).with("attribute", used.full());
}

/// Names that are keys with dots and colons in them, where members belong into each other.
fn flattened(facts: &Facts<'_>, said: &Said<'_>, all: &[Used<'_>], found: &mut Found) -> bool {
    let sound = |used: &&Used<'_>| matches!(slip::of(used), None | Some(Slip::Guide(_) | Slip::NotListed));
    let keys: Vec<&Used<'_>> = all.iter().filter(|used| used.flat && used.whole).filter(sound).collect();
    let named = keys.iter().find(|used| said.names(used));
    let Some(used) = named.or(keys.first()) else { return false };
    let Some(sure) = blame(facts, said, used) else { return false };
    // The shape is rare enough to be suspected first where nothing else is named.
    let draft = found.add("extension-flat-key-in-value", sure.max(Likely), Layer::Mapping);
    draft.at(used.place.clone(), used.full()).with("attribute", used.full());
    if !said.text.is_empty() {
        draft.at(said.place.clone(), &said.text);
    }
    named.is_some()
}
