//! What stops a request before the service looks at it: network, gateway, token, address, media type, rate.

use super::super::{
    case::Scheme,
    facts::{Facts, Form},
    finding::Confidence::{Certain, Likely},
    found::{Found, Layer},
};

pub(super) const RULES: &[super::Rule] = &[gateway, token];

/// Something in front of the service answered.
fn gateway(facts: &Facts<'_>, found: &mut Found) {
    if facts.reply.form != Form::Html {
        return;
    }
    let draft = found.add("gateway-html-instead-of-json", Certain, Layer::Gateway);
    draft.at("response.body", facts.reply.text().unwrap_or_default());
    for name in ["content-type", "server", "cf-ray", "x-request-id"] {
        if let Some(value) = facts.reply.header(name) {
            draft.at(format!("response.headers.{name}"), value);
        }
    }
}

/// 401: the token, or how it was sent.
fn token(facts: &Facts<'_>, found: &mut Found) {
    if facts.reply.status != Some(401) {
        return;
    }
    let wrong = facts.scheme.filter(|scheme| *scheme != Scheme::Bearer);
    if let Some(scheme) = wrong {
        let draft = found.add("auth-scheme-or-prefix-wrong", Certain, Layer::Auth);
        draft.at("request.headers.authorization", format!("{scheme:?}"));
    } else {
        let draft = found.add("token-invalid-or-expired", Likely, Layer::Auth);
        draft.at("response.status", "401");
        if let Some(detail) = &facts.reply.detail {
            draft.at(facts.reply.detail_at.clone(), detail);
        }
    }
}
