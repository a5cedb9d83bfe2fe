//! Okta's System Log: an endless polling query whose next page is always the one that `Link` names (RFC 8288), never one
//! made up here (`research`: idp-facts §3.1).

use std::time::Duration;

use jiff::Timestamp;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{LogPage, Part, Reach, Trouble, bounded, in_words, records, retry_after};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::secret::Secret;
use crate::scim::client::{Client, Scheme, Sent};

/// Records a page.
const PAGE: u32 = 100;

pub(super) struct Okta {
    client: Client,
    app: Option<String>,
}

impl Okta {
    pub(super) fn new(reach: &Reach, base: &Url, app: Option<String>, secret: Secret) -> Result<Self, Failure> {
        Ok(Self { client: Client::new(&reach.endpoint(base, secret, Scheme::Ssws), reach.limits)?, app })
    }

    pub(super) async fn page(&mut self, part: &Part) -> Result<LogPage, Trouble> {
        let sent = self.client.get(&self.address(part)).await;
        if let Err(failure) = &sent.result {
            return Err(refused(&sent, failure));
        }
        let next = sent.header("link").and_then(next_of);
        let spent = sent.header("x-rate-limit-remaining").is_some_and(|left| left.trim() == "0");
        let pause = if spent { bounded(until_reset(&sent)) } else { Duration::ZERO };
        Ok(LogPage { records: records(Some(sent.body()), "Okta")?, next, pause })
    }

    fn address(&self, part: &Part) -> String {
        let since = match part {
            Part::At(next) => return next.clone(),
            Part::Between(since, _) => since,
        };
        let mut query = Serializer::new(String::new());
        query.append_pair("since", &since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        query.append_pair("sortOrder", "ASCENDING").append_pair("limit", &PAGE.to_string());
        if let Some(app) = &self.app {
            query.append_pair("filter", &format!("target.id eq \"{app}\""));
        }
        format!("/api/v1/logs?{}", query.finish())
    }
}

/// The address of `rel="next"` in a Link header.
fn next_of(link: &str) -> Option<String> {
    link.split('<').skip(1).find_map(|one| {
        let (address, parameters) = one.split_once('>')?;
        let parameters = parameters.to_ascii_lowercase();
        let next = parameters.contains("rel=\"next\"") || parameters.contains("rel=next");
        next.then(|| address.to_owned())
    })
}

/// How long until the limit is fresh: `X-Rate-Limit-Reset`, seconds since 1970.
fn until_reset(sent: &Sent) -> Option<Duration> {
    let reset: i64 = sent.header("x-rate-limit-reset")?.trim().parse().ok()?;
    let wait = reset.saturating_sub(Timestamp::now().as_second());
    Some(Duration::from_secs(wait.max(0).unsigned_abs()))
}

fn refused(sent: &Sent, failure: &Failure) -> Trouble {
    match sent.status() {
        Some(401 | 403) => Trouble::Failed(Failure::new(
            FailureKind::TokenRefused,
            "Okta does not accept the API token",
            "It is mistyped, expired, revoked, or its owner may not read the System Log.",
            "Ask the Okta admin for a token of an account with the read-only or report admin role, and paste it.",
        )),
        Some(404) => Trouble::Failed(Failure::new(
            FailureKind::EndpointNotFound,
            "There is no Okta System Log at this address",
            "The address is not that of an Okta org.",
            "Type the org’s own address, such as https://company.okta.com, without -admin.",
        )),
        _ => match Trouble::from(failure.clone()) {
            Trouble::Wait(_, failure) => {
                let asked = retry_after(sent).or_else(|| until_reset(sent));
                Trouble::Wait(bounded(asked), in_words(failure, "Okta"))
            }
            failed @ Trouble::Failed(_) => failed,
        },
    }
}
