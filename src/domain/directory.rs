//! Where a directory keeps the log of its own provisioning: Microsoft Graph or an Okta org, to be read and never written.
//! What is typed is a [`DirectoryLogDraft`]; only [`DirectoryLogDraft::validate`] makes a [`DirectoryLog`]. No secret here.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    journal::Source,
    problem::{Problem, Severity::Error},
};

/// Graph in the public cloud (<https://learn.microsoft.com/graph/api/provisioningobjectsummary-list>).
pub const GRAPH: &str = "https://graph.microsoft.com/v1.0";
/// Where Graph's access tokens come from in the public cloud.
pub const LOGIN: &str = "https://login.microsoftonline.com";

/// Which kind of log it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DirectoryKind {
    /// Microsoft Graph, `auditLogs/provisioning`.
    #[default]
    Entra,
    /// Okta's System Log, `/api/v1/logs`.
    Okta,
}

impl DirectoryKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Entra, Self::Okta];

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Entra => "Microsoft Entra, through Graph",
            Self::Okta => "Okta System Log",
        }
    }

    /// Who saw what such a log holds.
    #[must_use]
    pub const fn source(self) -> Source {
        match self {
            Self::Entra => Source::Entra,
            Self::Okta => Source::Okta,
        }
    }
}

/// A directory's log that can be read. Its secret lives in the system's credential store, beside the profile's token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum DirectoryLog {
    /// Microsoft Graph, with an app's client secret.
    Entra {
        /// Base of Graph: [`GRAPH`] unless a national cloud is used.
        base: Url,
        /// Base of the sign-in service: [`LOGIN`] unless a national cloud is used.
        login: Url,
        /// The directory's tenant id or domain.
        tenant: String,
        /// The app's client id.
        client: String,
        /// Only this provisioning job, where one is named.
        job: Option<String>,
    },
    /// Okta, with an API token.
    Okta {
        /// The org: `https://company.okta.com`.
        base: Url,
        /// Only this application's events, where one is named.
        app: Option<String>,
    },
}

impl DirectoryLog {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> DirectoryKind {
        match self {
            Self::Entra { .. } => DirectoryKind::Entra,
            Self::Okta { .. } => DirectoryKind::Okta,
        }
    }

    /// The address that is read.
    #[must_use]
    pub const fn base(&self) -> &Url {
        match self {
            Self::Entra { base, .. } | Self::Okta { base, .. } => base,
        }
    }

    /// The log as typed, to edit it.
    #[must_use]
    pub fn draft(&self) -> DirectoryLogDraft {
        let typed = |url: &Url, default: &str| {
            let text = url.as_str().trim_end_matches('/');
            if text == default { String::new() } else { text.to_owned() }
        };
        match self {
            Self::Entra { base, login, tenant, client, job } => DirectoryLogDraft {
                kind: DirectoryKind::Entra,
                base: typed(base, GRAPH),
                login: typed(login, LOGIN),
                tenant: tenant.clone(),
                client: client.clone(),
                only: job.clone().unwrap_or_default(),
            },
            Self::Okta { base, app } => DirectoryLogDraft {
                kind: DirectoryKind::Okta,
                base: typed(base, ""),
                only: app.clone().unwrap_or_default(),
                ..DirectoryLogDraft::default()
            },
        }
    }

    /// Whether a secret that was saved for `saved` may go where this leads: only to the origins it was saved for.
    #[must_use]
    pub fn keeps_secret_of(&self, saved: &Self) -> bool {
        match (self, saved) {
            (Self::Entra { base, login, .. }, Self::Entra { base: old_base, login: old_login, .. }) => {
                base.origin() == old_base.origin() && login.origin() == old_login.origin()
            }
            (Self::Okta { base, .. }, Self::Okta { base: old, .. }) => base.origin() == old.origin(),
            _ => false,
        }
    }
}

/// A directory's log as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryLogDraft {
    /// Which kind.
    pub kind: DirectoryKind,
    /// The address; for Graph empty means the public cloud.
    pub base: String,
    /// Graph's sign-in address; empty means the public cloud.
    pub login: String,
    /// Graph: the directory's tenant id.
    pub tenant: String,
    /// Graph: the app's client id.
    pub client: String,
    /// Only this job (Graph) or application (Okta); may stay empty.
    pub only: String,
}

impl DirectoryLogDraft {
    /// What is typed as a log that can be read.
    ///
    /// # Errors
    /// Every problem, in form order.
    pub fn validate(&self) -> Result<DirectoryLog, Vec<Problem>> {
        let mut problems = Vec::new();
        let only = Some(self.only.trim()).filter(|only| !only.is_empty()).map(str::to_owned);
        if self.only.contains(['\'', '"']) {
            let words = "A quotation mark cannot be part of an id; paste the id alone.";
            problems.push(Problem::new("only", "id-quoted", Error, words));
        }
        let log = match self.kind {
            DirectoryKind::Entra => {
                let base = address("base", &self.base, Some(GRAPH), &mut problems);
                let login = address("login", &self.login, Some(LOGIN), &mut problems);
                let tenant = identifier("tenant", "the directory’s tenant id", &self.tenant, &mut problems);
                let client = identifier("client", "the app’s client id", &self.client, &mut problems);
                base.zip(login).map(|(base, login)| DirectoryLog::Entra { base, login, tenant, client, job: only })
            }
            DirectoryKind::Okta => {
                address("base", &self.base, None, &mut problems).map(|base| DirectoryLog::Okta { base, app: only })
            }
        };
        log.filter(|_| problems.is_empty()).ok_or(problems)
    }
}

/// An address that can carry a secret: https, or this computer's own.
fn address(field: &'static str, typed: &str, default: Option<&str>, problems: &mut Vec<Problem>) -> Option<Url> {
    let typed = Some(typed.trim().trim_end_matches('/')).filter(|typed| !typed.is_empty()).or(default);
    let Some(typed) = typed else {
        problems.push(Problem::new(
            field,
            "address-empty",
            Error,
            "Type the org’s address, such as https://company.okta.com.",
        ));
        return None;
    };
    let Some(url) = Url::parse(typed).ok().filter(Url::has_host) else {
        problems.push(Problem::new(
            field,
            "address-invalid",
            Error,
            "This is not a web address; it begins with https://.",
        ));
        return None;
    };
    let own = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !(own && url.scheme() == "http") {
        problems.push(Problem::new(
            field,
            "address-insecure",
            Error,
            "A secret is sent over https only; correct the address.",
        ));
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        let words = "Leave out names, passwords and everything after a question mark.";
        problems.push(Problem::new(field, "address-invalid", Error, words));
        return None;
    }
    Some(url)
}

fn identifier(field: &'static str, what: &str, typed: &str, problems: &mut Vec<Problem>) -> String {
    let typed = typed.trim();
    if typed.is_empty() {
        problems.push(Problem::new(field, "id-empty", Error, format!("Type {what}; the Entra admin centre shows it.")));
    } else if !typed.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')) {
        problems.push(Problem::new(field, "id-invalid", Error, "An id has only letters, digits, dots and dashes."));
    }
    typed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entra() -> DirectoryLogDraft {
        DirectoryLogDraft { tenant: "contoso.com".into(), client: "11-22".into(), ..Default::default() }
    }

    fn codes(draft: &DirectoryLogDraft) -> Vec<String> {
        let problems = draft.validate().err().unwrap_or_default();
        problems.iter().map(|problem| format!("{}:{}", problem.field, problem.code)).collect()
    }

    #[test]
    fn what_is_typed_is_checked_all_at_once() {
        let okta =
            |base: &str| DirectoryLogDraft { kind: DirectoryKind::Okta, base: base.into(), ..Default::default() };
        for (draft, wanted) in [
            (entra(), &[][..]),
            (DirectoryLogDraft::default(), &["tenant:id-empty", "client:id-empty"]),
            (DirectoryLogDraft { tenant: "a/../b".into(), ..entra() }, &["tenant:id-invalid"]),
            (DirectoryLogDraft { only: "x' or '1".into(), ..entra() }, &["only:id-quoted"]),
            (DirectoryLogDraft { base: "http://graph.example".into(), ..entra() }, &["base:address-insecure"]),
            (DirectoryLogDraft { base: "http://127.0.0.1:8080/v1.0/".into(), ..entra() }, &[]),
            (okta(""), &["base:address-empty"]),
            (okta("company.okta.com"), &["base:address-invalid"]),
            (okta("https://me:pw@company.okta.com"), &["base:address-invalid"]),
            (okta("https://company.okta.com"), &[]),
        ] {
            assert_eq!(codes(&draft), wanted, "{draft:?}");
        }
    }

    #[test]
    fn a_secret_goes_nowhere_else() {
        let at = |base: &str| DirectoryLogDraft { base: base.into(), ..entra() }.validate().unwrap();
        assert!(at("https://graph.microsoft.com/beta").keeps_secret_of(&at("")));
        assert!(!at("https://graph.example").keeps_secret_of(&at("")));
        let okta = DirectoryLog::Okta { base: Url::parse(GRAPH).unwrap(), app: None };
        assert!(!okta.keeps_secret_of(&at("")), "another kind of secret");
    }

    #[test]
    fn it_is_kept_without_a_secret_and_read_back() {
        let log = entra().validate().unwrap();
        assert_eq!(log.draft(), entra(), "it is edited as it was typed");
        let text = serde_json::to_string(&log).unwrap();
        assert_eq!(serde_json::from_str::<DirectoryLog>(&text).unwrap(), log);
        assert_eq!(text.matches("secret").count(), 0);
    }
}
