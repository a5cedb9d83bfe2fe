//! Every rule for a profile as typed, all problems at once and in form order. A problem never repeats a token, and never
//! offers one as its fix: [`mend_token`] gives the mended token as a [`Secret`] instead.
//!
//! | code | fields | severity | certain fix |
//! |---|---|---|---|
//! | `name-empty` | name | error | – |
//! | `name-invisible-character` | name | error | without them |
//! | `url-empty` | scim_url | error | – |
//! | `url-whitespace` | addresses | warning around it (stored without), error inside | without |
//! | `url-invisible-character` | addresses | error | without |
//! | `url-scheme-missing` | addresses | error | with https:// (proxy: http://) |
//! | `url-scheme`, `url-invalid` | addresses | error | – |
//! | `url-credentials` | addresses | error: they are stored in clear text | without |
//! | `url-query` | addresses | error: Entra's flags belong into Entra; also a # part | without |
//! | `url-double-slash`, `url-trailing-slash`, `url-repeated` | endpoints | warning | once |
//! | `url-resource` | endpoints | error: `/Users` is no base | the base |
//! | `url-version-missing` | endpoints | warning: other services use other paths | with `/scim/v2` or `/support/v1` |
//! | `url-not-https` | endpoints | error on a public host and in production, warning on a private network, nothing on this computer | https, on a public host |
//! | `url-underscore` | scim_url | warning, Okta only | – |
//! | `support-host-differs` | support_url | warning: the token goes to both | – |
//! | `token-empty` | token | warning: only imported logs work without | – |
//! | `token-whitespace`, `token-bearer-prefix`, `token-quotes` | token | error | by [`mend_token`] |
//! | `token-invalid-character`, `token-is-address` | token | error | – |
//! | `date-invalid` | token_issued_on | error | year first, where the order is certain |
//!
//! A `ca_file` is not looked at here: whether it is a certificate shows when it is read.

use jiff::civil::Date;

use super::{
    Environment, Profile, ProfileDraft, ProfileId,
    address::{self, Role},
};
use crate::domain::{
    mapping::{is_invisible, is_quote},
    problem::{
        Problem,
        Severity::{Error, Warning},
    },
    secret::Secret,
};

impl ProfileDraft {
    /// Every problem at once, in form order; fields `name`, `scim_url`, `support_url`, `token`, `proxy`, `ca_file`,
    /// `token_issued_on`. `token` is what stands in the token field, `None` when a saved one is kept.
    #[must_use]
    pub fn check(&self, token: Option<&str>) -> Vec<Problem> {
        let mut problems: Vec<Problem> = check_name(&self.name).into_iter().collect();
        let read = |role, typed: &str| address::read(role, typed, self.environment, self.identity_provider);
        let (found, scim) = read(Role::Scim, &self.scim_url);
        problems.extend(found);
        let (found, support) = read(Role::Support, &self.support_url);
        problems.extend(found);
        if let (Some(scim), Some(support)) = (scim, support)
            && scim.host() != support.host()
        {
            let message = format!(
                "The support endpoint is on another host than the SCIM endpoint, {}. The token is sent to both.",
                support.host_str().unwrap_or_default()
            );
            problems.push(Problem::new("support_url", "support-host-differs", Warning, message));
        }
        problems.extend(token.and_then(|token| check_token(token, self.environment)));
        problems.extend(read(Role::Proxy, &self.proxy).0);
        problems.extend(check_date(&self.token_issued_on));
        problems
    }

    /// The profile, or every problem when one of them blocks. Blanks around a value and an endpoint's trailing slash
    /// are not stored.
    ///
    /// # Errors
    /// All problems, when one of them blocks.
    pub fn validate(&self, id: ProfileId, token: Option<&str>) -> Result<Profile, Vec<Problem>> {
        let problems = self.check(token);
        let Some(scim_url) = address::stored(&self.scim_url).filter(|_| !problems.iter().any(Problem::blocks)) else {
            return Err(problems);
        };
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(Profile {
            id,
            name: self.name.trim().to_owned(),
            environment: self.environment,
            scim_url,
            support_url: address::stored(&self.support_url),
            identity_provider: self.identity_provider,
            proxy: address::stored(&self.proxy),
            ca_file: given(&self.ca_file).map(Into::into),
            token_issued_on: self.token_issued_on.trim().parse().ok(),
        })
    }
}

/// The token that was certainly meant by a paste: without blanks and line breaks, quotes, and a leading `Bearer`.
/// `None` when the paste is right as it is, or when nothing certain is left.
#[must_use]
pub fn mend_token(pasted: &str) -> Option<Secret> {
    let mended: String = bare_token(pasted).chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    (mended != pasted && !mended.is_empty() && mended.is_ascii() && !has_scheme(&mended)).then(|| Secret::new(&mended))
}

/// Without what stands around a token: blanks, quotes, `Authorization:`, `Bearer`.
fn bare_token(pasted: &str) -> &str {
    let around = |c: char| c.is_whitespace() || is_invisible(c) || is_quote(c);
    let mut token = pasted.trim_matches(around);
    for word in ["authorization:", "bearer"] {
        token = after_word(token, word).unwrap_or(token).trim_matches(around);
    }
    token
}

fn after_word<'a>(token: &'a str, word: &str) -> Option<&'a str> {
    let rest = token.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word)).map(|_| &token[word.len()..])?;
    (word.ends_with(':') || rest.starts_with(|c: char| c.is_whitespace() || c == ':'))
        .then(|| rest.trim_start_matches(':'))
}

fn has_scheme(token: &str) -> bool {
    let token = token.to_ascii_lowercase();
    token.starts_with("https://") || token.starts_with("http://")
}

/// The first thing wrong with a token; a second one would only say the same of the same paste.
fn check_token(pasted: &str, environment: Environment) -> Option<Problem> {
    // A paste nearly always has a line break at its end, and `Secret` takes it off.
    let token = pasted.trim();
    let bare = token.trim_matches(|c: char| c.is_whitespace() || is_quote(c));
    let (code, severity, message) = if token.is_empty() {
        // The built-in practice tenant makes its own.
        if environment == Environment::Sandbox {
            return None;
        }
        let message = "Without a token the console shows imported logs only. Support or your implementation specialist issues one.";
        ("token-empty", Warning, message)
    } else if has_scheme(token) {
        let message = "This is an address, not a token. The token is the long secret that came with it.";
        ("token-is-address", Error, message)
    } else if after_word(bare, "bearer").is_some() || after_word(bare, "authorization:").is_some() {
        ("token-bearer-prefix", Error, "Leave out the word Bearer. The console adds it, and twice is refused.")
    } else if bare != token {
        ("token-quotes", Error, "Quotes around the token came along with the copy, and the tenant refuses them.")
    } else if token.chars().any(char::is_whitespace) {
        let message = "A blank or line break stands inside the token. Copy it again in one piece.";
        ("token-whitespace", Error, message)
    } else if token.chars().any(is_invisible) {
        let message = "An invisible character hides in the token. Copy it again from where it was issued.";
        ("token-invalid-character", Error, message)
    } else if !token.chars().all(|c| c.is_ascii_graphic()) {
        let message = "A token has plain letters, digits and signs only, and this one has others. Copy it again from where it was issued.";
        ("token-invalid-character", Error, message)
    } else {
        return None;
    };
    Some(Problem::new("token", code, severity, message))
}

fn check_name(name: &str) -> Option<Problem> {
    let seen: String = name.chars().filter(|c| !is_invisible(*c)).collect();
    if seen.trim().is_empty() {
        return Some(Problem::new("name", "name-empty", Error, "No name yet. The tenant's name will do."));
    }
    let hidden = Problem::new(
        "name",
        "name-invisible-character",
        Error,
        "An invisible character hides in this name, so it could pass for another.",
    );
    (seen != name).then(|| hidden.fixed_by(seen.trim()))
}

fn check_date(typed: &str) -> Option<Problem> {
    let typed = typed.trim();
    if typed.is_empty() || typed.parse::<Date>().is_ok() && typed.len() == 10 {
        return None;
    }
    let problem = Problem::new(
        "token_issued_on",
        "date-invalid",
        Error,
        "This is not a date. Write year, month and day, as in 2026-11-23.",
    );
    let numbers: Vec<&str> = typed.split(|c: char| !c.is_ascii_digit()).take(3).collect();
    let meant = match numbers.as_slice() {
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => return Some(problem),
    };
    Some(if meant.parse::<Date>().is_ok() { problem.fixed_by(meant) } else { problem })
}

#[cfg(test)]
mod tests;
