//! Values that somebody else has: a login, an address or an external id.

use super::super::super::{
    facts::{Facts, Member, has_any_word, members, says, texts, words},
    finding::Confidence::{Certain, Likely, Possible},
    found::{Found, Layer},
};
use super::{
    super::value_format::has_hidden,
    keys::{EXTERNAL_ID, is_login, names_login},
    refusal::{TAKEN, clash, quote},
};
use crate::domain::exchange::{Operation, truth};

/// The one who exists is switched off: then it is a matter of the life cycle.
const SWITCHED_OFF: [&str; 11] = [
    "deleted",
    "deletion",
    "inactive",
    "deactivated",
    "disabled",
    "suspended",
    "archived",
    "deprovisioned",
    "reactivate",
    "restore",
    "undelete",
];

/// A person, or an externalId, that is taken.
pub(super) fn taken(facts: &Facts<'_>, found: &mut Found) {
    let asked = &facts.asked;
    let is_look_up = asked.method == "GET" || facts.operation() == Operation::Match;
    // Entra's own words for two that match, or for one that is gone.
    let is_of_match =
        facts.event.code(&["DuplicateSourceEntries", "DuplicateTargetEntries", "InvalidAnchor"]).is_some();
    // Okta puts the name of the status before what was said of a leaver.
    let is_of_leaver = matches!(facts.operation(), Operation::Deactivate | Operation::Delete)
        && !says(&facts.said, &["exist", "taken", "in use", "duplicate", "unique"]);
    if is_look_up || is_of_match || is_of_leaver || asked.method == "DELETE" || found.explains("license-limit") {
        return;
    }
    let said = &facts.said;
    let Some(strength) = clash(facts, said) else { return };
    // A value that cannot change is no twin's.
    let strength =
        if says(said, &["immutable", "cannot be changed", "can't be changed"]) { Possible } else { strength };
    if strength == Possible && !asked.creates() && facts.operation() != Operation::Create {
        return;
    }
    let written = &facts.asked.written;
    let quotes = |name: &str| {
        let mut values = written.iter().filter(|part| part.name == name).flat_map(|part| texts(part.value));
        values.any(|value| value.len() > 3 && said.contains(&value.to_lowercase()))
    };
    let quotes_login = quotes("username") || quotes("emails");
    let writes_login = written.iter().any(|part| is_login(&part.name));
    let writes_external = written.iter().find(|part| part.name == "externalid");
    let names_login = names_login(said);
    // It is the only one that can clash, or its value is quoted.
    let is_alone = asked.changes() && !writes_login && written.iter().all(|part| part.name != "displayname");
    let is_quoted = quotes("externalid") && !quotes_login && !names_login;
    let is_external = says(said, &EXTERNAL_ID) || writes_external.is_some() && (is_alone || is_quoted);
    if is_external {
        let confidence = if names_login { strength.min(Likely) } else { strength };
        let draft = quote(found.add("conflict-external-id", confidence, Layer::Told), facts);
        draft.with("kind", if facts.is_about_group() { "group" } else { "person" });
        if let Some(part) = writes_external {
            draft.at_value(part.at.clone(), part.value);
        }
    }
    if facts.is_about_group() || is_external && !names_login {
        return;
    }
    let names_other = says(said, &["employeenumber", "employee number", "phone", "displayname", "nickname"]);
    let is_person =
        names_login || quotes_login || has_any_word(said, &["user", "users", "account", "person", "member"]);
    let is_update = asked.changes() || matches!(facts.operation(), Operation::Update | Operation::SetManager);
    let most = match () {
        () if is_switched_off(facts, said) || names_other && !names_login => Possible,
        () if is_about_domain(said) => Possible,
        () if asked.changes() && !writes_login && !names_login => return,
        () if is_update || is_external => Likely,
        // What differs from the account that is there may be the space alone.
        () if written.iter().any(|part| part.name == "username" && part.value.as_str().is_some_and(is_padded)) => {
            Likely
        }
        () if asked.creates() || facts.operation() == Operation::Create => {
            if is_person {
                Certain
            } else {
                Likely
            }
        }
        // Only the answer is known.
        () => {
            if is_person {
                Likely
            } else {
                Possible
            }
        }
    };
    let draft = quote(found.add("conflict-existing-user", strength.min(most), Layer::Told), facts);
    for part in written.iter().filter(|part| is_login(&part.name)) {
        draft.at_value(part.at.clone(), part.value);
    }
}

/// A refusal of where a person comes from, whatever its status.
fn is_about_domain(said: &str) -> bool {
    const STARTS: [&str; 5] = ["domain", "whitelist", "allowlist", "blacklist", "blocklist"];
    words(said).any(|word| STARTS.iter().any(|start| word.starts_with(start))) && !says(said, &TAKEN)
}

/// Whether a value has a space around it, or a character that nobody sees.
fn is_padded(text: &str) -> bool {
    text.trim() != text || has_hidden(text)
}

/// Whether the account in the way is said, or shown, to be switched off.
fn is_switched_off(facts: &Facts<'_>, said: &str) -> bool {
    let mut before = "";
    let is_told = words(said).any(|word| {
        let is_denied = matches!(before, "not" | "non" | "never" | "t");
        before = word;
        !is_denied && SWITCHED_OFF.contains(&word)
    });
    let is_shown =
        |part: Member<'_>| part.name.eq_ignore_ascii_case("active") && truth(Some(part.value)) == Some(false);
    is_told || members(facts.reply.body()).into_iter().any(is_shown)
}
