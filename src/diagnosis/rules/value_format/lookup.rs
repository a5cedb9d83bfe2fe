//! Look-ups for values with signs that a URL or a filter has its own use for.

use super::{
    Certain, Confidence, Filter, Found, Layer, Likely, Phrases, Possible, Sent, Target, View, sent::canonical,
};

use crate::domain::exchange::Operation;

const ID: &str = "special-characters-in-lookup";
/// Signs of which a URL, a filter, SQL or a pattern makes something else.
const SIGNS: &[char] = &['\'', '+', '&', '#', '$', '/', '%', '\\', '"', '?', ';', '(', ')', '*'];
/// Words of a filter that was cut or could not be read.
static UNREAD: Phrases = Phrases::of(&[
    "token recognition",
    "unterminated",
    "unclosed",
    "unexpected",
    "syntax",
    "escape",
    "quote",
    "parse",
    "parsing",
    "illegal character",
    "invalid character",
    "mismatched",
    "extraneous",
    "malformed",
    "end of",
    "near",
    "group reference",
    "sql",
    "decode",
    "unbalanced",
    "lexical",
    "special character",
]);

/// Words of a router that took a part of the value for a part of the address.
static ROUTE: Phrases = Phrases::of(&[
    "http method",
    "method not allowed",
    "endpoint",
    "route",
    "no handler",
    "cannot get",
    "bad request",
    "invalid uri",
    "invalid url",
    "encoded slash",
    "ambiguous",
]);

/// A filter that the service could not read, or answered for another value.
pub(super) fn lookup(view: &View<'_>, found: &mut Found) {
    let facts = view.facts;
    let Some(wanted) = &facts.asked.filter else {
        told(view, found);
        return;
    };
    let is_spaced = is_plus_lost(facts.asked.url, &wanted.value);
    let is_special = wanted.is_cut || is_spaced || wanted.value.contains(SIGNS) || !wanted.value.is_ascii();
    if !is_special {
        return;
    }
    let confidence = match facts.reply.status {
        Some(200..=299) => answered_for_another(view, wanted, is_spaced),
        Some(400 | 500) if facts.was_refused_or_broke() => refused(view, wanted),
        // Nobody of that name is a rightful 404 for many services.
        Some(404) if wanted.is_cut || is_spaced || wanted.value.contains(['/', '%', '#', '&']) => Some(Possible),
        _ => None,
    };
    let Some(confidence) = confidence else { return };
    let sign = wanted.value.chars().find(|letter| SIGNS.contains(letter));
    let sign = if is_spaced { Some('+') } else { sign };
    // Names of groups have a pattern of their own for this.
    let confidence = if facts.asked.target == Target::Groups { confidence.min(Likely) } else { confidence };
    let draft = found.add(ID, confidence, Layer::Shape);
    draft.at(wanted.place, facts.asked.quoted_filter()).with("attribute", wanted.head());
    if !wanted.value.contains(['{', '}']) {
        draft.with("value", &wanted.value);
    }
    if let Some(sign) = sign {
        draft.with("sign", sign.to_string());
    }
    if facts.has_succeeded() {
        if let Some(total) = facts.reply.total() {
            draft.at("response.body/totalResults", total.to_string());
        }
    } else {
        view.quote(draft);
    }
}

fn refused(view: &View<'_>, wanted: &Filter) -> Option<Confidence> {
    let (value, attribute, is_cut) = (wanted.value.as_str(), wanted.head(), wanted.is_cut);
    let is_of_attribute = view.said.names(&[attribute.to_ascii_lowercase().as_str()])
        && view.said.says(&["attribute", "not supported", "unsupported"]);
    let is_of_operator = view.said.says(&["operator", "only eq", "not implemented"]);
    let is_sure = is_cut || view.said.has(&UNREAD);
    match () {
        () if is_sure => Some(if is_cut || view.said.quotes(first_part(value)) { Certain } else { Likely }),
        () if is_of_attribute || is_of_operator => None,
        () if !value.is_ascii() && !value.contains(SIGNS) => Some(Possible),
        () => Some(Likely),
    }
}

/// Somebody came back whose value is not the one asked for, though the filter had one.
fn answered_for_another(view: &View<'_>, wanted: &Filter, is_spaced: bool) -> Option<Confidence> {
    let (value, is_cut) = (wanted.value.as_str(), wanted.is_cut);
    let resources = view.facts.reply.resources()?;
    let name = canonical(&wanted.attribute);
    let Some(first) = resources.first() else { return (is_cut || is_spaced).then_some(Likely) };
    if resources.len() > 3 {
        // The filter was not heard at all, which has its own pattern, unless it was cut.
        return is_cut.then_some(Likely);
    }
    let all = Sent::of_resource(first, "response.body/Resources/0");
    let is_it = |member: &&Sent<'_>| member.name == name || member.root() == name && member.leaf() == "value";
    let kept: Vec<&str> = all.iter().filter(is_it).filter_map(Sent::text).collect();
    let is_same = kept.iter().any(|kept| kept.to_lowercase() == value.to_lowercase());
    if kept.is_empty() || is_same {
        return None;
    }
    let start = first_part(value);
    let is_start = start.len() < value.len() && kept.iter().any(|kept| kept.eq_ignore_ascii_case(start));
    // One alone, and another: the filter was heard, as something else than it says.
    let is_quote = value.contains(['\'', '\\', '&']) && resources.len() == 1 && view.facts.reply.total() == Some(1);
    let is_asked = kept.iter().any(|kept| kept.replace('+', " ").eq_ignore_ascii_case(value));
    Some(if is_start || is_quote || is_asked && is_spaced { Certain } else { Likely })
}

/// What is left of a value where it is cut at its first sign.
fn first_part(value: &str) -> &str {
    value.split(SIGNS).next().unwrap_or(value)
}

/// A plus within an address, sent as it is: the service reads a space.
fn is_plus_lost(url: &str, value: &str) -> bool {
    let is_address = value.contains('@') && value.trim().contains(' ');
    is_address
        && url
            .split_once('?')
            .is_some_and(|(_, query)| query.contains('+') && !query.contains("%2B") && !query.contains("%2b"))
}

/// Signs at which an address is taken apart.
const fn cuts_address(sign: char) -> bool {
    matches!(sign, '/' | '%' | '&')
}

/// A directory that says a look-up failed, of a person whose name has such a sign.
fn told(view: &View<'_>, found: &mut Found) {
    let facts = view.facts;
    if facts.event.source.is_none() || !facts.has_failed() {
        return;
    }
    let user = facts.record.summary.user.as_deref().unwrap_or_default();
    let signs = ['\'', '+', '&', '$', '/', '%'];
    let Some(sign) = user.chars().find(|letter| signs.contains(letter)) else { return };
    let is_of_filter = facts.has_code(&["invalidFilter"]) || view.said.says(&["filter"]);
    let is_misrouted = facts.operation() == Operation::Match && cuts_address(sign) && view.said.has(&ROUTE);
    if !is_of_filter && !is_misrouted || view.said.says(&["not supported", "unsupported"]) {
        return;
    }
    // The service quotes what is left from the sign on: it stopped there.
    let is_quoted = user.find(sign).and_then(|at| user.get(at..)).is_some_and(|rest| view.said.quotes(rest));
    let confidence = match view.said.has(&UNREAD) {
        true if is_quoted => Certain,
        true => Likely,
        false if is_misrouted => Likely,
        false => Possible,
    };
    let draft = found.add(ID, confidence, Layer::Shape);
    draft.with("value", user).with("sign", sign.to_string());
    view.quote(draft);
}
