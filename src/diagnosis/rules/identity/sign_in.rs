//! Single sign-on: an account that the sign-in does not find, because it looks for another identifier.

use super::super::super::{
    facts::{Facts, has_word},
    finding::Confidence::Likely,
    found::{Found, Layer},
};
use super::refusal::quote;

/// What services say of an account that provisioning knows and the sign-in does not.
const NOT_LINKED: [&str; 6] = [
    "not linked to a saml account",
    "no saml identity",
    "saml identity not found",
    "saml nameid does not match",
    "nameid does not match",
    "name id does not match",
];

/// Provisioning and single sign-on know the person by different values.
pub(super) fn sign_in(facts: &Facts<'_>, found: &mut Found) {
    // Which value of the assertion names the person is set on both sides.
    let is_of_assertion = !matches!(facts.reply.status, Some(401 | 403))
        && (facts.says(&["saml assertion", "saml response", "saml claim"]) || has_word(&facts.words, "id token"))
        && facts.says(&["identifier", "nameid", "name id", "subject"]);
    if facts.has_failed() && (facts.says(&NOT_LINKED) || is_of_assertion) {
        quote(found.add("sso-nameid-mismatch", Likely, Layer::Told), facts);
    }
}
