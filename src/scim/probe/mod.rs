//! "Test connection": seven checks in order, live, that only read. Each says what was found, what it means and what to do.

mod description;

pub(super) use description::{content_type, service_notes};

use std::net::IpAddr;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::client::{Client, Endpoint, Limits, Secured, Sent};
use super::dialect;
use super::list::Page;
use super::support::SupportClient;
use crate::domain::connection::{Check, CheckName, CheckStatus};
use crate::domain::failure::{Failure, FailureKind};

/// A certificate that ends sooner than this is worth a warning.
const RENEWAL: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Runs every check against a tenant. Each is reported as running and then with its finding; the findings come back in
/// order. A failed one skips those that depend on it; cancelling skips what is left.
pub async fn test_connection(
    scim: &Endpoint,
    support: Option<&Endpoint>,
    limits: Limits,
    on_check: impl FnMut(Check),
    cancel: &CancellationToken,
) -> Vec<Check> {
    let mut board = Board { checks: Vec::new(), on_check, started: Instant::now() };
    let finished = cancel.run_until_cancelled(Box::pin(examine(&mut board, scim, support, limits))).await.is_some();
    let failed = board.checks.iter().find(|check| check.status == CheckStatus::Failed);
    let why = match failed {
        Some(check) if finished => format!("Not tried, since \"{}\" failed.", check.name.label()),
        _ => "Stopped before it was tried.".to_owned(),
    };
    for name in CheckName::ALL {
        if !board.checks.iter().any(|check| check.name == name) {
            board.end(name, CheckStatus::Skipped, why.clone(), "");
        }
    }
    board.checks.sort_by_key(|check| check.name);
    board.checks
}

struct Board<F> {
    checks: Vec<Check>,
    on_check: F,
    started: Instant,
}

impl<F: FnMut(Check)> Board<F> {
    fn start(&mut self, name: CheckName) {
        self.started = Instant::now();
        let (finding, next) = (String::new(), String::new());
        (self.on_check)(Check { name, status: CheckStatus::Running, finding, next, duration_ms: None });
    }

    fn end(&mut self, name: CheckName, status: CheckStatus, finding: impl Into<String>, next: impl Into<String>) {
        let spent = u64::try_from(self.started.elapsed().as_millis()).ok();
        let duration_ms = spent.filter(|_| status != CheckStatus::Skipped);
        let check = Check { name, status, finding: finding.into(), next: next.into(), duration_ms };
        self.checks.push(check.clone());
        (self.on_check)(check);
    }

    fn pass(&mut self, name: CheckName, finding: impl Into<String>) {
        self.end(name, CheckStatus::Passed, finding, "");
    }

    fn fail(&mut self, name: CheckName, failure: &Failure) {
        self.end(name, CheckStatus::Failed, words(failure), failure.next.clone());
    }
}

fn words(failure: &Failure) -> String {
    format!("{}. {}", failure.what, failure.meaning)
}

async fn examine<F: FnMut(Check)>(board: &mut Board<F>, scim: &Endpoint, support: Option<&Endpoint>, limits: Limits) {
    board.start(CheckName::Address);
    let client = match Client::new(scim, limits) {
        Ok(client) => client,
        Err(failure) => return board.fail(culprit(failure.kind), &failure),
    };
    let Some(early) = address(board, scim, &client).await else { return };
    board.start(CheckName::SecureConnection);
    let config = match early {
        Some(sent) => sent,
        None => client.get("/ServiceProviderConfig").await,
    };
    if !secure_connection(board, scim, &config) {
        return;
    }
    board.start(CheckName::Reachable);
    if !reachable(board, &config) {
        return;
    }
    board.start(CheckName::Token);
    let name = Uuid::new_v4().to_string();
    let filter: String = url::form_urlencoded::byte_serialize(dialect::filter_by_name(&name).as_bytes()).collect();
    let look_up = client.get(&format!("/Users?filter={filter}")).await;
    if !token(board, scim, &look_up) {
        return;
    }
    board.start(CheckName::ServiceDescription);
    let described = description::judge(&config);
    board.end(CheckName::ServiceDescription, described.status, described.finding, described.next);
    board.start(CheckName::LookUp);
    judge_look_up(board, &config, &look_up);
    board.start(CheckName::SupportApi);
    support_api(board, support, limits).await;
}

/// Which check a failure to prepare the client belongs to.
fn culprit(kind: FailureKind) -> CheckName {
    match kind {
        FailureKind::FileUnreadable | FailureKind::Internal => CheckName::SecureConnection,
        FailureKind::Invalid => CheckName::Token,
        _ => CheckName::Address,
    }
}

/// `None` when the address leads nowhere; otherwise the first answer, if it was needed to find that out.
async fn address<F: FnMut(Check)>(board: &mut Board<F>, scim: &Endpoint, client: &Client) -> Option<Option<Sent>> {
    let name = CheckName::Address;
    if scim.proxy.is_some() && !scim.is_loopback() {
        board.end(name, CheckStatus::Skipped, "Skipped behind a proxy: the proxy looks the address up.", "");
        return Some(None);
    }
    let host = scim.host().trim_matches(['[', ']']).to_owned();
    let port = scim.base.port_or_known_default().unwrap_or(443);
    let found = tokio::time::timeout(client.limits().connect, tokio::net::lookup_host((host.as_str(), port))).await;
    let addresses: Vec<IpAddr> =
        found.ok().and_then(Result::ok).into_iter().flatten().map(|socket| socket.ip()).collect();
    if let Some(first) = addresses.first() {
        board.pass(name, format!("{host}, {}", kind_of(*first)));
        return Some(None);
    }
    // The system may be set to a proxy, which then looks the name up.
    let sent = client.get("/ServiceProviderConfig").await;
    match &sent.result {
        Err(failure) if failure.kind == FailureKind::HostNotFound => {
            board.fail(name, failure);
            None
        }
        _ => {
            board.end(name, CheckStatus::Skipped, "Skipped behind the system's proxy: it looks the address up.", "");
            Some(Some(sent))
        }
    }
}

fn kind_of(address: IpAddr) -> &'static str {
    let private = match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    match private {
        _ if address.is_loopback() => "this computer",
        true => "private address",
        false => "public address",
    }
}

fn secure_connection<F: FnMut(Check)>(board: &mut Board<F>, scim: &Endpoint, config: &Sent) -> bool {
    let name = CheckName::SecureConnection;
    if scim.base.scheme() == "http" {
        if scim.is_loopback() {
            board.pass(name, "Not needed: this address stays on this computer.");
        } else {
            let next = "Use the https address; without it no token can be sent.";
            board.end(name, CheckStatus::Warning, "Not encrypted: anyone on the way can read along.", next);
        }
        return true;
    }
    match &config.result {
        Err(failure) if failure.kind == FailureKind::CertificateUntrusted => {
            board.fail(name, failure);
            false
        }
        Err(_) if config.exchange.response.is_none() => {
            board.end(name, CheckStatus::Skipped, "No connection came about; see the next line.", "");
            true
        }
        _ => {
            let (status, finding, next) = secured(config.secured.as_ref(), Timestamp::now());
            board.end(name, status, finding, next);
            true
        }
    }
}

fn secured(secured: Option<&Secured>, now: Timestamp) -> (CheckStatus, String, &'static str) {
    let version = secured.and_then(|secured| secured.version).unwrap_or("Encrypted");
    let Some(end) = secured.and_then(|secured| secured.valid_until) else {
        return (CheckStatus::Passed, format!("{version}, the certificate is trusted."), "");
    };
    let finding = format!("{version}, certificate valid to {}.", end.strftime("%-d %b %Y"));
    if end.duration_since(now) < RENEWAL {
        let next = "Ask the tenant's operator to renew the certificate before directories refuse it.";
        return (CheckStatus::Warning, finding, next);
    }
    (CheckStatus::Passed, finding, "")
}

fn reachable<F: FnMut(Check)>(board: &mut Board<F>, config: &Sent) -> bool {
    let unusable = |failure: &&Failure| {
        config.exchange.response.is_none()
            || matches!(failure.kind, FailureKind::RedirectedElsewhere | FailureKind::NotScim)
            || matches!(config.status(), Some(502..=504))
    };
    if let Some(failure) = config.result.as_ref().err().filter(unusable) {
        board.fail(CheckName::Reachable, failure);
        return false;
    }
    board.pass(CheckName::Reachable, format!("The endpoint answers in {} ms.", config.millis()));
    true
}

fn token<F: FnMut(Check)>(board: &mut Board<F>, scim: &Endpoint, look_up: &Sent) -> bool {
    let name = CheckName::Token;
    match &look_up.result {
        Err(failure) if matches!(failure.kind, FailureKind::TokenRefused | FailureKind::NotAllowed) => {
            board.fail(name, failure);
            return false;
        }
        Err(failure)
            if look_up.exchange.response.is_none()
                || matches!(failure.kind, FailureKind::RateLimited | FailureKind::TenantFailed) =>
        {
            let finding = format!("It cannot be told whether the token is accepted. {}", words(failure));
            board.end(name, CheckStatus::Warning, finding, failure.next.clone());
        }
        _ if scim.token.is_empty() => {
            let next = "Enter the token, unless this is a practice service that takes none.";
            board.end(name, CheckStatus::Warning, "No token is given, and the tenant answers without one.", next);
        }
        _ => board.pass(
            name,
            match scim.token.ending() {
                Some(ending) => format!("Accepted, ends in {ending}."),
                None => "Accepted.".to_owned(),
            },
        ),
    }
    true
}

fn judge_look_up<F: FnMut(Check)>(board: &mut Board<F>, config: &Sent, look_up: &Sent) {
    let name = CheckName::LookUp;
    let operator = "Give the tenant's operator this finding: the directory cannot mend it.";
    if let Err(failure) = &look_up.result {
        if look_up.status() != Some(404) {
            return board.fail(name, failure);
        }
        if config.status() == Some(404) {
            let finding = "Nothing is found below this address (404), so its path is probably wrong.";
            let next = "Compare the SCIM endpoint with the address that support issued; it usually ends in /scim/v2.";
            return board.end(name, CheckStatus::Failed, finding, next);
        }
        let finding = "An unknown user gives 404 where an empty list belongs (RFC 7644 §3.4.2). Entra reports that as wrong \
                       credentials and puts the job into quarantine.";
        return board.end(name, CheckStatus::Failed, finding, operator);
    }
    let Some(page) = Page::read(look_up.body()) else {
        let finding = "The answer to a look-up is no list (RFC 7644 §3.4.2), so no directory can match users.";
        return board.end(name, CheckStatus::Failed, finding, operator);
    };
    if !page.users.is_empty() || page.total > 0 {
        let found = page.total.max(page.users.len() as u64);
        let finding = format!(
            "A name that nobody has finds {found} users: the filter is ignored. A directory would take the first of them \
             for its own and overwrite it."
        );
        return board.end(name, CheckStatus::Failed, finding, operator);
    }
    let notes = [page.deviations, content_type(look_up).into_iter().collect()].concat();
    if notes.is_empty() {
        board.pass(name, "An unknown user gives an empty list.");
    } else {
        let finding = format!("An unknown user gives an empty list, with deviations: {}", notes.join(" "));
        board.end(name, CheckStatus::Warning, finding, operator);
    }
}

async fn support_api<F: FnMut(Check)>(board: &mut Board<F>, support: Option<&Endpoint>, limits: Limits) {
    let name = CheckName::SupportApi;
    let absent = "Not offered. The console lists its own requests and imported logs.";
    let Some(endpoint) = support else {
        return board.end(name, CheckStatus::Warning, absent, "");
    };
    let limits = Limits { total: limits.total.min(Duration::from_secs(20)), ..limits };
    let info = match SupportClient::new(endpoint, limits) {
        Ok(client) => client.tenant().await,
        Err(failure) => Err(failure),
    };
    match info {
        Ok(info) if info.capabilities.is_empty() => board.pass(name, format!("{} offers it.", info.name)),
        Ok(info) => board.pass(name, format!("{} offers {}.", info.name, info.capabilities.join(", "))),
        Err(failure) if failure.kind == FailureKind::NotOffered => {
            board.end(name, CheckStatus::Warning, absent, "Check the support address if you expected it to be there.");
        }
        Err(failure) => board.fail(name, &failure),
    }
}

#[cfg(test)]
mod tests;
