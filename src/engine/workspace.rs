//! Opening the data directory; saving, removing and restoring profiles; settings.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use super::{Bench, News, TokenChange, Workspace};
use crate::{
    domain::{
        failure::Failure,
        profile::{Profile, ProfileId},
    },
    store,
};

pub(super) async fn open(bench: &Bench) -> Result<News, Failure> {
    bench.stores.open().await?;
    // Profiles that were removed in an earlier session are past undoing; their tokens go with them.
    for gone in bench.stores.console(|console| console.purge_removed()).await? {
        if let Err(failure) = bench.tenants.change(&gone, &TokenChange::Forget).await {
            tracing::warn!(%failure, "the token of a removed profile could not be removed");
        }
    }
    Ok(News::Opened(Box::new(read(bench).await?)))
}

async fn read(bench: &Bench) -> Result<Workspace, Failure> {
    let (profiles, settings) = bench
        .stores
        .console(|console| Ok((console.list_profiles()?, console.settings()?)))
        .await?;
    let mut tokens = BTreeMap::new();
    for profile in &profiles {
        tokens.insert(profile.id.clone(), bench.tenants.place(&profile.id).await);
    }
    let keychain = bench.tenants.keychain().await;
    Ok(Workspace { profiles, tokens, keychain, settings, data_dir: bench.stores.dir().to_owned() })
}

pub(super) async fn set_aside(bench: &Bench) -> Result<News, Failure> {
    let dir = bench.stores.dir().to_owned();
    let moved = tokio::task::spawn_blocking(move || store::set_aside_damaged(&dir))
        .await
        .map_err(|error| super::stores::internal("The damaged database could not be put aside", error))??;
    Ok(News::SetAside(moved))
}

pub(super) async fn save_setting(bench: &Bench, key: &'static str, value: Value) -> Result<News, Failure> {
    bench.stores.console(move |console| console.save_setting(key, &value)).await?;
    Ok(News::Done)
}

pub(super) async fn save_profile(
    bench: &Arc<Bench>,
    profile: Profile,
    token: TokenChange,
) -> Result<News, Failure> {
    let saved = profile.clone();
    bench.stores.console(move |console| console.save_profile(&saved)).await?;
    let token = bench.tenants.change(&profile.id, &token).await?;
    Ok(News::ProfileSaved { profile: Box::new(profile), token })
}

pub(super) async fn remove_profile(bench: &Bench, profile: ProfileId) -> Result<News, Failure> {
    bench.stores.console(move |console| console.remove_profile(&profile)).await?;
    Ok(News::ProfilesChanged(Box::new(read(bench).await?)))
}

pub(super) async fn restore_profile(bench: &Bench, profile: ProfileId) -> Result<News, Failure> {
    bench.stores.console(move |console| console.restore_profile(&profile)).await?;
    Ok(News::ProfilesChanged(Box::new(read(bench).await?)))
}
