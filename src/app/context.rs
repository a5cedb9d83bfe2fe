//! What the handler of one screen may reach besides its own state: the tenant at work, the time, the clipboard, and what
//! to ask of the engine. It never reaches another screen.

use jiff::Timestamp;

use super::{notices::Notices, orders::Orders};
use crate::domain::{
    curl::to_curl,
    exchange::Exchange,
    journal::Source,
    profile::{Environment, IdentityProvider, ProfileId},
    redaction::Redactor,
};

/// What a screen's handler may reach besides its own state.
#[derive(Debug)]
pub struct Context<'a> {
    /// The tenant at work.
    pub profile: &'a ProfileId,
    /// Its name.
    pub name: &'a str,
    /// Its environment.
    pub environment: Environment,
    /// Its directory.
    pub identity_provider: IdentityProvider,
    /// Whether writing is locked: production, not unlocked.
    pub locked: bool,
    /// Whether a write is confirmed first: staging and production.
    pub confirms: bool,
    /// Whether the tenant's name must be typed to confirm: production.
    pub confirms_by_name: bool,
    /// Now.
    pub now: Timestamp,
    /// Whether copies are redacted.
    pub redacts: bool,
    /// A fresh profile id's seed.
    pub fresh_id: &'a str,
    /// What to ask of the engine.
    pub orders: &'a mut Orders,
    /// Confirmations.
    pub notices: &'a mut Notices,
    /// Texts for the clipboard.
    pub clipboard: &'a mut Vec<String>,
}

impl Context<'_> {
    /// Puts a text on the clipboard, redacted unless that is switched off, and says so.
    pub fn copy(&mut self, text: String, said: &str) {
        let (text, said) = if self.redacts {
            let mut redactor = Redactor::new();
            let text = redactor.text(&text);
            (text, format!("{said}, {} values redacted", redactor.redacted()))
        } else {
            (text, said.to_owned())
        };
        self.clipboard.push(text);
        self.notices.say(self.now, said);
    }

    /// Puts an exchange on the clipboard as a cURL command or as JSON, redacted unless that is switched off.
    pub fn copy_exchange(&mut self, exchange: Exchange, as_curl: bool) {
        let (exchange, redacted) = if self.redacts {
            let mut redactor = Redactor::new();
            let exchange = redactor.exchange(&exchange);
            (exchange, format!(", {} values redacted", redactor.redacted()))
        } else {
            (exchange, String::new())
        };
        let (text, what) = if as_curl {
            (to_curl(&exchange), "cURL command")
        } else {
            (serde_json::to_string_pretty(&exchange).unwrap_or_default(), "Exchange")
        };
        self.clipboard.push(text);
        self.notices.say(self.now, format!("{what} copied{redacted}"));
    }

    /// The name of the tenant that a line is of. What was imported into a practice tenant's journal is of another, whose
    /// name nobody told.
    #[must_use]
    pub fn tenant_of(&self, source: Source) -> &str {
        let own = matches!(source, Source::Tenant | Source::Console);
        if own || !self.profile.is_sandbox() { self.name } else { "the tenant" }
    }

    /// An id that no profile has yet.
    #[must_use]
    pub fn new_profile_id(&self) -> ProfileId {
        ProfileId(self.fresh_id.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{
        Action,
        script::{Script, acme, fine},
    };

    #[test]
    fn what_was_imported_into_a_practice_tenant_is_not_called_by_its_name() {
        let mut script = Script::listed(&[1], fine([1]));
        let names = |script: &mut Script| {
            let mut names = Vec::new();
            let all = [Source::Tenant, Source::Console, Source::Recording, Source::Entra];
            script.model.with(|_, cx| names = all.map(|source| cx.tenant_of(source).to_owned()).to_vec());
            names
        };
        assert_eq!(names(&mut script), ["Practice tenant", "Practice tenant", "the tenant", "the tenant"]);
        assert!(script.model.is_practice(Source::Tenant));
        assert!(!script.model.is_practice(Source::Recording), "it may be a customer’s");
        script.act(Action::Switch(acme().id));
        assert_eq!(names(&mut script), ["Acme"; 4]);
        assert!(!script.model.is_practice(Source::Tenant));
    }
}
