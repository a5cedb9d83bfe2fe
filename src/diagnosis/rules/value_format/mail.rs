//! E-mail addresses and domains that the service does not take.

use super::{Certain, Found, Layer, Likely, Phrases, Possible, Sent, Verdict, View, has_hidden};

const ID: &str = "email-domain-not-allowed";
static DOMAIN: Phrases = Phrases::of(&[
    "allowed",
    "permitted",
    "verified",
    "unverified",
    "verify",
    "not in",
    "blocked",
    "blocklist",
    "denied",
    "restricted",
    "outside",
    "owned",
    "belong",
    "must match",
    "does not match",
    "must be one of",
    "invalid domain",
    "unknown domain",
    "whitelist",
    "allowlist",
    "accepted",
    "not valid",
    "invalid",
    "not registered",
    "not associated",
    "not configured",
    "disallowed",
    "rejected",
    "claimed",
    "not part of",
    "not recognised",
    "not recognized",
    "must end",
    "not match",
    "n't match",
    "mismatch",
    "managed domain",
    "approved",
    "trusted",
    "not allow",
    "n't allow",
    "n’t allow",
    "not accept",
    "n't accept",
    "n’t accept",
]);
/// A list of domains that somebody keeps at the service.
static LIST: Phrases =
    Phrases::of(&["whitelist", "white list", "white-list", "allowlist", "allow list", "allow-list", "managed domain"]);
static FORM: Phrases = Phrases::of(&[
    "invalid",
    "not a valid",
    "not valid",
    "valid email",
    "valid e-mail",
    "well-formed",
    "well formed",
    "malformed",
    "format",
    "must be an email",
    "must be the person's email",
    "must be the person’s email",
    "must be the user's email",
    "must be the user’s email",
    "must be their email",
    "should be an email",
    "has to be an email",
    "must be a valid",
    "incorrect",
    "illegal",
    "not an email",
    "does not look",
    "bad email",
    "pattern",
    "special-use",
    "reserved name",
    "deliverable",
    "disposable",
    "must end",
    "must belong",
    "must match",
    "not allowed",
    "not permitted",
    "work email",
    "company email",
]);
const ABOUT: &[&str] = &["email", "e mail", "mail", "emailaddress", "email address"];

/// A domain that is not allowed, or an address that is no mailbox.
pub(super) fn mail(view: &View<'_>, found: &mut Found) {
    if let Some(code) = view.facts.event.code(&["InvalidDomain"]) {
        let draft = found.add(ID, Certain, Layer::Told);
        draft.at(code.place.clone(), code.text);
        view.quote(draft);
        return;
    }
    let all: Vec<&Sent<'_>> = view.sent.iter().filter(|sent| is_mail(sent)).collect();
    let quoted = all.iter().copied().find(|sent| sent.text().is_some_and(|text| is_quoted(view, text)));
    if is_about_domain(view) {
        let blamed = quoted.or_else(|| all.first().copied());
        let values: Vec<&Sent<'_>> = blamed.into_iter().collect();
        let confidence = if values.is_empty() && (!view.said.has(&LIST) || view.said.names(&["ip", "origin"])) {
            Likely
        } else {
            Certain
        };
        let draft = view.explain(found, (ID, confidence, Layer::Mapping), &values);
        if let Some(domain) =
            blamed.and_then(Sent::text).and_then(|text| text.rsplit_once('@')).map(|(_, domain)| domain)
        {
            draft.with("domain", domain);
        }
        return;
    }
    let odd = all.iter().copied().find(|sent| {
        let is_bare = |text: &str| sent.name != "username" && !text.contains('@');
        sent.text().is_some_and(|text| is_no_mailbox(text) || is_bare(text))
    });
    let is_of_form = (view.said.has(&FORM) || odd.is_some_and(is_guest) && is_about_mailbox(view))
        && !view.said.is_of_presence_or_length()
        && (odd.is_some() || !view.said.says(&["canonical", "one of the"]));
    match view.verdict(ABOUT) {
        Some(Verdict::Named) if is_of_form => {
            let blamed = odd.or(quoted).or_else(|| all.first().copied());
            let values: Vec<&Sent<'_>> = blamed.into_iter().collect();
            // What cannot be seen in it has a pattern of its own.
            let is_plain = odd.is_some_and(|odd| !odd.text().is_some_and(has_hidden));
            let confidence = if is_plain { Certain } else { Likely };
            if !values.is_empty() || !view.has_request() {
                view.explain(found, (ID, confidence, Layer::Mapping), &values);
            }
        }
        Some(Verdict::Open | Verdict::Elsewhere) => guest(view, found, odd),
        _ => {}
    }
}

/// A guest's name for sign-in, or one that is no address, where the service did not say what it minds.
fn guest(view: &View<'_>, found: &mut Found, odd: Option<&Sent<'_>>) {
    let Some(sent) = odd else { return };
    let is_guest = is_guest(sent);
    let of_name = view.verdict(&["username", "user name"]);
    let confidence = match of_name {
        Some(Verdict::Named)
            if is_guest && sent.name == "username" && view.said.has(&FORM) && !view.said.is_of_presence() =>
        {
            Certain
        }
        Some(Verdict::Open) if is_guest && !sent.is_told => view.open_confidence(sent.root()),
        Some(Verdict::Open) if !sent.is_told => Possible,
        _ => return,
    };
    view.explain(found, (ID, confidence, Layer::Mapping), &[sent]);
}

fn is_guest(sent: &Sent<'_>) -> bool {
    sent.text().is_some_and(|text| text.to_ascii_lowercase().contains("#ext#"))
}

/// Words of where mail arrives, or of people from elsewhere: enough where the address is a guest's.
fn is_about_mailbox(view: &View<'_>) -> bool {
    view.said.says(&["deliver", "mailbox", "mail address", "real address", "reachable", "guest", "#ext#", "external"])
        && !view.said.says(&["character", "exceed", "longer", "primary", "external id", "externalid"])
}

/// A refusal over a domain, also a 403 in which the service itself speaks of one; or over a list that an address is not on.
fn is_about_domain(view: &View<'_>) -> bool {
    let is_store = view.said.says(&["domain name system", "user store", "domain controller", "domain account"]);
    let is_named = view.said.names(&["domain", "domainaddress", "domainname", "emaildomain", "maildomain"]);
    let is_refused = matches!(view.facts.reply.status, None | Some(400 | 403 | 409 | 422)) && view.facts.has_failed();
    if is_refused && view.said.has(&LIST) && is_on_no_list(view) {
        return true;
    }
    let is_own_403 = view.facts.reply.status == Some(403)
        && (is_named || view.said.names(ABOUT) && view.said.says(&["not allowed", "not permitted", "disallowed"]));
    is_own_403 && !is_store && view.said.has(&DOMAIN)
        || is_named && view.is_blamed_for_a_value() && view.said.has(&DOMAIN) && !is_store
}

/// Whether a person's own address is on no list: `jane@acme.com is not whitelisted`.
fn is_on_no_list(view: &View<'_>) -> bool {
    let sent = view.sent.iter().filter(|sent| is_mail(sent)).filter_map(Sent::text);
    let mut own = sent.chain(view.facts.record.summary.user.as_deref()).filter(|text| text.contains('@'));
    own.any(|address| {
        let address = address.trim().to_lowercase();
        view.said.lower.match_indices(&address).any(|(at, _)| {
            let after = view.said.lower.get(at + address.len()..).unwrap_or_default();
            let after = after.trim_start_matches(['\'', '"', '`', '’', '”']).trim_start();
            let denied = ["is not", "isn't", "not on", "not in", "not white", "not allow", "has not been"];
            denied.iter().any(|words| after.starts_with(words))
        })
    })
}

fn is_mail(sent: &Sent<'_>) -> bool {
    let is_named = matches!(sent.name.as_str(), "emails.value" | "username" | "email" | "mail" | "emails");
    is_named && sent.text().is_some_and(|text| !text.trim().is_empty())
}

fn is_quoted(view: &View<'_>, text: &str) -> bool {
    let domain = text.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| domain.len() > 3);
    view.said.quotes(text) || domain.is_some_and(|domain| view.said.quotes(domain))
}

/// A guest, a tenant's first domain, an inner name, or no address at all.
fn is_no_mailbox(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let Some((local, domain)) = text.rsplit_once('@') else { return text.contains("#ext#") };
    let inner = [".onmicrosoft.com", ".local", ".internal", ".lan", ".test", ".invalid"];
    text.contains("#ext#")
        || local.is_empty()
        || !domain.contains('.')
        || text.contains(char::is_whitespace)
        || inner.iter().any(|end| domain.ends_with(end))
}
