//! "Test connection": the checks as they come; nothing is written to the tenant.

use super::{Bench, News, TokenChange, jobs::Job, tenants::endpoint};
use crate::{
    domain::{failure::Failure, profile::Profile, secret::Secret},
    scim::probe,
};

pub(super) async fn run(bench: &Bench, job: &Job, profile: Profile, token: TokenChange) -> Result<News, Failure> {
    let token = bench.tenants.resolve(&profile.id, &token).await?.unwrap_or_else(|| Secret::new(""));
    let scim = endpoint(&profile, token);
    let id = job.job();
    let on_check = |check| bench.outbox.send(id, News::Checked(check));
    probe::test_connection(&scim, profile.support_url.as_ref(), on_check, job.cancel()).await;
    Ok(News::ChecksDone)
}
