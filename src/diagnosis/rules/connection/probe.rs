//! The test of the connection: Entra looks for a random GUID and wants an empty list. Whatever else it gets, the portal calls
//! the credentials invalid.

use super::{
    super::super::{
        facts::{Facts, Filter, Form},
        finding::Confidence::{Certain, Likely, Possible},
        found::{Found, Layer},
    },
    told::{Told, heard, quote_detail},
};
use crate::domain::profile::IdentityProvider;

const ID: &str = "test-connection-misleading";

/// The request of the test.
pub(super) fn look_up(facts: &Facts<'_>, found: &mut Found) {
    let Some(filter) = facts.asked.filter.as_ref().filter(|filter| is_probe(facts, filter)) else { return };
    let Some(told) = Told::of(facts) else { return };
    let is_user_name = filter.attribute.eq_ignore_ascii_case("userName");
    let has_better =
        ["wrong-base-url", "trailing-slash-double-slash", super::gateway::ID, "content-type-request-rejected"]
            .iter()
            .any(|id| found.explains(id));
    let confidence = match told.status {
        _ if super::is_doubled(&facts.asked) => Possible,
        401 | 403 | 407 | 429 => return,
        // The address is of nobody, whatever is looked for.
        _ if super::names_place(facts) => Possible,
        200..=299 if is_as_wanted(facts, filter) => return,
        200..=299 => Likely,
        502..=599 => Possible,
        300..=399 | 405 | 406 | 415 | 501 => Likely,
        400 if facts.reply.scim_type.is_some_and(|kind| kind.eq_ignore_ascii_case("invalidFilter")) => Likely,
        _ if has_better && facts.reply.form == Form::Html => Likely,
        _ if is_user_name && !found.is_settled_at(&[Layer::Address, Layer::Gateway]) => Certain,
        _ => Likely,
    };
    let draft = found.add(ID, confidence, Layer::Address);
    draft.at("request.url", facts.asked.url).with("probe", &filter.value);
    told.quote(facts, draft);
    quote_detail(facts, draft);
}

/// What the portal shows of it.
pub(super) fn portal(facts: &Facts<'_>, found: &mut Found) {
    if !facts.has_failed()
        || facts.asked.is_known()
        || Told::of(facts).is_some_and(|told| matches!(told.status, 401 | 403))
    {
        return;
    }
    let unavailable = ["credentialvalidationunavailable", "no results for users returned"];
    if let Some((place, text)) = heard(facts, &unavailable) {
        found.add(ID, Likely, Layer::Address).at(place, text);
    } else if let Some((place, text)) = heard(facts, &["entered invalid credentials"]) {
        found.add(ID, Possible, Layer::Auth).at(place.clone(), &text);
        found.add("token-invalid-or-expired", Possible, Layer::Auth).at(place, text);
    } else if let Some((place, text)) = heard(facts, &["rather than the expected http/200"]) {
        found.add(ID, Possible, Layer::Address).at(place, text);
    }
}

fn is_probe(facts: &Facts<'_>, filter: &Filter) -> bool {
    let is_okta = facts.record.directory() == IdentityProvider::Okta;
    facts.asked.looks_up() && !is_okta && filter.is_eq() && is_guid(&filter.value)
}

/// An empty list, or the one who really bears that value.
fn is_as_wanted(facts: &Facts<'_>, filter: &Filter) -> bool {
    let reply = &facts.reply;
    let bears_it = |resource: &serde_json::Value| {
        let object = resource.as_object();
        object.is_some_and(|object| object.values().any(|value| value.as_str() == Some(filter.value.as_str())))
    };
    match reply.resources() {
        Some(all) if !all.is_empty() => all.iter().any(bears_it),
        Some(_) => reply.form == Form::List,
        None => reply.form == Form::List && reply.total() == Some(0),
    }
}

fn is_guid(value: &str) -> bool {
    let parts: Vec<&str> = value.trim_matches(['{', '}']).split('-').collect();
    let is_hex = |part: &&str| part.chars().all(|c| c.is_ascii_hexdigit());
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(is_hex)
}
