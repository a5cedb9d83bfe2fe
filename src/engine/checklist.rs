//! "Test connection": the checks as they come; nothing is written to the tenant.

use super::{Bench, News, TokenChange, jobs::Job, tenants::endpoint};
use crate::{
    domain::{failure::Failure, profile::Profile, secret::Secret},
    scim::{
        client::{Endpoint, Limits},
        probe,
    },
};

pub(super) async fn run(bench: &Bench, job: &Job, profile: Profile, token: TokenChange) -> Result<News, Failure> {
    let token = bench.token_for(&profile, &token).await?.unwrap_or_else(|| Secret::new(""));
    let scim = endpoint(&profile, token);
    let id = job.job();
    let on_check = |check| bench.outbox.send(id, News::Checked(check));
    let support = profile.support_url.clone().map(|base| Endpoint { base, ..scim.clone() });
    Box::pin(probe::test_connection(&scim, support.as_ref(), Limits::default(), on_check, job.cancel())).await;
    Ok(News::ChecksDone)
}
