//! Microsoft Graph: an access token by client credentials, then `auditLogs/provisioning` by `@odata.nextLink`.
//! The client secret goes to the sign-in service only, the access token to Graph only (`research`: idp-facts §1.1).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{LogPage, Part, Reach, Trouble, bounded, in_words, records, retry_after};
use crate::domain::exchange::Request;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::secret::Secret;
use crate::scim::client::{Client, Scheme, Sent, path_segment};

/// Records a page; Graph may give fewer.
const PAGE: u32 = 500;

pub(super) struct Graph {
    reach: Reach,
    base: Url,
    sign_in: Client,
    tenant: String,
    job: Option<String>,
    /// With the access token, while it is accepted.
    reader: Option<Client>,
}

impl Graph {
    pub(super) fn new(
        reach: Reach,
        (base, login): (&Url, &Url),
        (tenant, client): (&str, &str),
        job: Option<String>,
        secret: Secret,
    ) -> Result<Self, Failure> {
        let endpoint = reach.endpoint(login, secret, Scheme::Basic(client.to_owned()));
        let sign_in = Client::new(&endpoint, reach.limits)?;
        Ok(Self { base: base.clone(), sign_in, tenant: tenant.to_owned(), job, reader: None, reach })
    }

    pub(super) async fn page(&mut self, part: &Part) -> Result<LogPage, Trouble> {
        let address = self.address(part);
        let mut sent = self.reader().await?.get(&address).await;
        if sent.status() == Some(401) {
            // Access tokens last an hour.
            self.reader = None;
            sent = self.reader().await?.get(&address).await;
        }
        if let Err(failure) = &sent.result {
            return Err(refused(&sent, failure));
        }
        let next = sent.body().get("@odata.nextLink").and_then(Value::as_str).map(str::to_owned);
        Ok(LogPage { records: records(sent.body().get("value"), "Microsoft Graph")?, next, pause: Duration::ZERO })
    }

    fn address(&self, part: &Part) -> String {
        let (from, until) = match part {
            Part::At(next) => return next.clone(),
            Part::Between(from, until) => (from, until),
        };
        let whole = |time: &Timestamp| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut filter = format!("activityDateTime gt {} and activityDateTime lt {}", whole(from), whole(until));
        if let Some(job) = &self.job {
            filter.push_str(&format!(" and jobId eq '{job}'"));
        }
        let mut query = Serializer::new(String::new());
        query.append_pair("$filter", &filter).append_pair("$top", &PAGE.to_string());
        format!("/auditLogs/provisioning?{}", query.finish())
    }

    /// The client with an access token, made where there is none.
    async fn reader(&mut self) -> Result<&Client, Trouble> {
        if self.reader.is_none() {
            let token = self.access_token().await?;
            let endpoint = self.reach.endpoint(&self.base, token, Scheme::Bearer);
            self.reader = Some(Client::new(&endpoint, self.reach.limits)?);
        }
        self.reader.as_ref().ok_or_else(|| Trouble::Failed(no_access(None)))
    }

    fn token_request(&self) -> Request {
        let scope = format!("{}/.default", self.base.origin().ascii_serialization());
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials").append_pair("scope", &scope);
        let url = format!("/{}/oauth2/v2.0/token", path_segment(&self.tenant));
        let mut request = Request { method: "POST".to_owned(), url, body: form.finish().into(), ..Request::default() };
        request.headers.insert("content-type", "application/x-www-form-urlencoded");
        request.headers.insert("accept", "application/json");
        request
    }

    /// RFC 6749 §4.4, as <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow> has it.
    async fn access_token(&self) -> Result<Secret, Trouble> {
        let sent = self.sign_in.send(&self.token_request()).await;
        if let Err(failure) = &sent.result {
            return Err(match sent.status() {
                Some(400 | 401 | 403) => Trouble::Failed(no_access(failure.detail.as_deref())),
                _ => waiting(&sent, failure),
            });
        }
        let token = sent.body().get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
        token.map(Secret::new).ok_or_else(|| Trouble::Failed(no_access(None)))
    }
}

fn refused(sent: &Sent, failure: &Failure) -> Trouble {
    match sent.status() {
        Some(401 | 403) => {
            let failure = Failure::new(
                FailureKind::NotAllowed,
                "Microsoft Graph does not let this app read the provisioning log",
                "It signed in, but it has no permission for the log, or the directory has no licence that includes it.",
                "Ask the directory’s admin to grant AuditLog.Read.All and Directory.Read.All as application permissions.",
            );
            Trouble::Failed(match failure.detail {
                None => failure.with_detail(sent.body()),
                Some(_) => failure,
            })
        }
        _ => waiting(sent, failure),
    }
}

/// A failure that passes, with the time the server asks for.
fn waiting(sent: &Sent, failure: &Failure) -> Trouble {
    match Trouble::from(failure.clone()) {
        Trouble::Wait(_, failure) => Trouble::Wait(bounded(retry_after(sent)), in_words(failure, "Microsoft Graph")),
        failed @ Trouble::Failed(_) => failed,
    }
}

fn no_access(said: Option<&str>) -> Failure {
    let failure = Failure::new(
        FailureKind::TokenRefused,
        "The directory does not accept the app’s sign-in",
        "The tenant id, the client id or the client secret is wrong, or the secret has expired.",
        "Compare all three with the app registration in the Entra admin centre, and paste a new secret.",
    );
    match said {
        Some(said) => failure.with_detail(said),
        None => failure,
    }
}
