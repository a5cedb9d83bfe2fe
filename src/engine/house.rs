//! What the owner of the sandbox does with its practice tenants: add, rename, reset and remove one, its tokens, and
//! stopping the whole. It never sees a token's value but the one that was just made.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Bench, HouseOrder, News, jobs::Job, practice, stores::blocking};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        house::{HouseState, HousedTenant},
        profile::{Environment, IdentityProvider, Profile, ProfileId},
        secret::Secret,
        tenant::TokenInfo,
    },
    sandbox::{House, Tenant},
};

/// Carries one order out; the answer is how the whole house stands then.
pub(super) async fn carry_out(bench: &Arc<Bench>, job: &Job, order: HouseOrder) -> Result<News, Failure> {
    match order {
        HouseOrder::Look => {}
        HouseOrder::Stop => practice::stop(bench).await,
        HouseOrder::Add { name, policy, with_a_day } => {
            let house = open(bench)?;
            let key = blocking(move || house.add(&name, policy)).await?;
            let id = id_of(&key);
            practice::let_the_window_in(bench, &id, &tenant(bench, &id)?).await?;
            if with_a_day {
                practice::play(bench, job, &tenant(bench, &id)?).await?;
            }
        }
        HouseOrder::Rename { tenant: id, name } => {
            let house = open(bench)?;
            blocking(move || house.rename(key_of(&id), &name)).await?;
        }
        HouseOrder::Follow { tenant: id, policy } => {
            let tenant = tenant(bench, &id)?;
            blocking(move || tenant.set_policy(policy)).await?;
        }
        HouseOrder::KeepDays { tenant: id, days } => {
            let tenant = tenant(bench, &id)?;
            blocking(move || tenant.keep_days(days)).await?;
        }
        HouseOrder::Reset { tenant: id, with_a_day } => {
            let tenant = tenant(bench, &id)?;
            let emptied = tenant.clone();
            blocking(move || emptied.empty()).await?;
            if with_a_day {
                practice::play(bench, job, &tenant).await?;
            }
        }
        HouseOrder::Remove(id) => {
            let house = open(bench)?;
            blocking(move || house.remove(key_of(&id))).await?;
        }
        HouseOrder::PutAside(file) => {
            let house = open(bench)?;
            blocking(move || house.put_aside(&file)).await?;
        }
        HouseOrder::Restore(id) => {
            let house = open(bench)?;
            blocking(move || house.restore(key_of(&id))).await?;
        }
        HouseOrder::IssueToken { tenant, name, end } => return issue(bench, &tenant, name, end).await,
        HouseOrder::RevokeToken { tenant: id, token } => {
            let tenant = tenant(bench, &id)?;
            if let Some(revoked) = blocking(move || tenant.revoke_token(&token)).await? {
                bench.practice.keep_revoked(id, revoked);
            }
        }
        HouseOrder::RestoreToken { tenant: id, token } => {
            let tenant = tenant(bench, &id)?;
            if let Some(revoked) = bench.practice.take_revoked(&id, &token) {
                blocking(move || tenant.restore_token(&revoked)).await?;
            }
        }
        HouseOrder::Refuse { tenant: id, habits } => {
            let tenant = tenant(bench, &id)?;
            blocking(move || tenant.refuse_habits(habits)).await?;
        }
        HouseOrder::AddFault { tenant: id, rule } => {
            let tenant = tenant(bench, &id)?;
            blocking(move || tenant.add_fault_rule(*rule)).await?;
        }
        HouseOrder::RemoveFault { tenant: id, rule } => {
            let tenant = tenant(bench, &id)?;
            blocking(move || tenant.remove_fault_rule(&rule)).await?;
        }
        HouseOrder::PlayScript { tenant: id, script } => {
            let played = Box::new(practice::play_script(bench, job, &tenant(bench, &id)?, script).await?);
            return look(bench).await.map(|state| News::ScriptPlayed { played, house: Box::new(state) });
        }
    }
    look(bench).await.map(|state| News::House(Box::new(state)))
}

async fn issue(bench: &Arc<Bench>, id: &ProfileId, name: String, end: Option<Timestamp>) -> Result<News, Failure> {
    let tenant = tenant(bench, id)?;
    let issued: (TokenInfo, Secret) = blocking(move || tenant.issue_token_until(&name, end)).await?;
    let state = look(bench).await?;
    Ok(News::TokenIssued { token: Box::new(issued.0), value: issued.1, house: Box::new(state) })
}

/// How the house stands; nothing is in it before it was opened.
async fn look(bench: &Arc<Bench>) -> Result<HouseState, Failure> {
    let Some(house) = bench.practice.house() else { return Ok(HouseState::default()) };
    let caught_up = house.clone();
    let tenants = blocking(move || {
        caught_up.catch_up();
        Ok(caught_up.tenants())
    });
    for (key, tenant) in tenants.await? {
        practice::let_the_window_in(bench, &id_of(&key), &tenant).await?;
    }
    let bench = bench.clone();
    blocking(move || {
        let mut tenants = Vec::new();
        for (key, tenant) in house.tenants() {
            let id = id_of(&key);
            let Some(profile) = bench.practice.profile_of(&id) else { continue };
            let standing = tenant.standing()?;
            tenants.push(HousedTenant { own_token: bench.practice.own_token(&id), profile, standing });
        }
        Ok(HouseState { running: bench.practice.is_running(), left_out: house.left_out(), tenants })
    })
    .await
}

/// The profile that a tenant has for the console.
pub(super) fn profile(key: &str, tenant: &Tenant, (scim_url, support_url): (url::Url, url::Url)) -> Profile {
    Profile {
        id: id_of(key),
        name: tenant.given_name().unwrap_or_else(|| "Practice tenant".to_owned()),
        environment: Environment::Sandbox,
        scim_url,
        support_url: Some(support_url),
        identity_provider: IdentityProvider::Entra,
        proxy: None,
        ca_file: None,
        token_issued_on: None,
    }
}

/// The profile id of the tenant with this key.
pub(super) fn id_of(key: &str) -> ProfileId {
    if key.is_empty() { ProfileId::sandbox() } else { ProfileId::practice(key) }
}

/// The key of a tenant by its profile id.
pub(super) fn key_of(id: &ProfileId) -> &str {
    id.practice_key().unwrap_or_default()
}

fn open(bench: &Bench) -> Result<House, Failure> {
    bench.practice.house().ok_or_else(|| {
        Failure::new(
            FailureKind::Unreachable,
            "The sandbox was not started yet",
            "Its tenants are known once it was.",
            "Start it, then try again.",
        )
    })
}

fn tenant(bench: &Bench, id: &ProfileId) -> Result<Tenant, Failure> {
    open(bench)?.tenant(key_of(id)).ok_or_else(|| {
        Failure::new(
            FailureKind::Invalid,
            "This practice tenant does not exist any more",
            "It was removed.",
            "Choose another tenant.",
        )
    })
}
