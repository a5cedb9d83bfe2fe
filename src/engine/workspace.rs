//! Opening the data directory; saving, removing and restoring profiles; settings.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use super::{Bench, News, TokenChange, Workspace};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::{Profile, ProfileId},
    },
    store::{self, DatabaseName, console::Console, journal::Journal},
};

/// The settings that the window keeps.
const SETTINGS: [&str; 3] = ["theme", "redaction", "profile"];

pub(super) async fn open(bench: &Bench) -> Result<News, Failure> {
    bench.stores.open().await?;
    // Profiles that were removed in an earlier session are past undoing; their tokens go with them.
    for gone in bench.stores.console(|console| console.purge_removed(jiff::Timestamp::MAX)).await? {
        if let Err(failure) = bench.tenants.change(&gone, &TokenChange::Forget).await {
            tracing::warn!(%failure, "the token of a removed profile could not be removed");
        }
    }
    Ok(News::Opened(Box::new(read(bench).await?)))
}

async fn read(bench: &Bench) -> Result<Workspace, Failure> {
    let (profiles, settings) =
        bench.stores.console(|console| Ok((console.list_profiles()?, settings(console)?))).await?;
    let mut tokens = BTreeMap::new();
    for profile in &profiles {
        tokens.insert(profile.id.clone(), bench.tenants.place(&profile.id).await);
    }
    let keychain = bench.tenants.keychain().await;
    Ok(Workspace { profiles, tokens, keychain, settings, data_dir: bench.stores.dir().to_owned() })
}

fn settings(console: &Console) -> Result<BTreeMap<String, Value>, Failure> {
    let mut all = BTreeMap::new();
    for key in SETTINGS {
        if let Some(value) = console.setting(key)? {
            all.insert(key.to_owned(), value);
        }
    }
    Ok(all)
}

/// Puts whichever database is damaged aside.
fn set_aside_damaged(dir: &Path) -> Result<PathBuf, Failure> {
    let damaged = |failure: &Failure| failure.kind == FailureKind::DatabaseDamaged;
    if Console::open(dir).err().as_ref().is_some_and(damaged) {
        return store::set_aside_damaged(dir, DatabaseName::Console);
    }
    if Journal::open(dir).err().as_ref().is_some_and(damaged) {
        return store::set_aside_damaged(dir, DatabaseName::Journal);
    }
    Err(Failure::new(
        FailureKind::Invalid,
        "Neither database is damaged",
        "Nothing was put aside.",
        "Try to open the data directory again.",
    ))
}

pub(super) async fn set_aside(bench: &Bench) -> Result<News, Failure> {
    let dir = bench.stores.dir().to_owned();
    let moved = tokio::task::spawn_blocking(move || set_aside_damaged(&dir))
        .await
        .map_err(|error| super::stores::internal("The damaged database could not be put aside", error))??;
    Ok(News::SetAside(moved))
}

pub(super) async fn save_setting(bench: &Bench, key: &'static str, value: Value) -> Result<News, Failure> {
    bench.stores.console(move |console| console.set_setting(key, &value)).await?;
    Ok(News::Done)
}

pub(super) async fn save_profile(bench: &Arc<Bench>, profile: Profile, token: TokenChange) -> Result<News, Failure> {
    let saved = profile.clone();
    bench.stores.console(move |console| console.save_profile(&saved)).await?;
    let token = bench.tenants.change(&profile.id, &token).await?;
    Ok(News::ProfileSaved { profile: Box::new(profile), token })
}

pub(super) async fn remove_profile(bench: &Bench, profile: ProfileId) -> Result<News, Failure> {
    let now = bench.now();
    bench.stores.console(move |console| console.remove_profile(&profile, now)).await?;
    Ok(News::ProfilesChanged(Box::new(read(bench).await?)))
}

pub(super) async fn restore_profile(bench: &Bench, profile: ProfileId) -> Result<News, Failure> {
    bench.stores.console(move |console| console.restore_profile(&profile)).await?;
    Ok(News::ProfilesChanged(Box::new(read(bench).await?)))
}
