//! Opening the data directory; saving, removing and restoring profiles; settings.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use super::{Bench, News, Setting, TokenChange, Workspace, stores::blocking};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::{Profile, ProfileId},
    },
    store::{self, DatabaseName, console::Console, journal::Journal},
};

/// A removal can be undone this long by another window on the same data.
const UNDO: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

pub(super) async fn open(bench: &Bench) -> Result<News, Failure> {
    bench.stores.open().await?;
    purge(bench).await?;
    Ok(News::Opened(Box::new(read(bench).await?)))
}

/// Profiles that were removed in an earlier session are past undoing: their tokens and requests go with them.
async fn purge(bench: &Bench) -> Result<(), Failure> {
    let before = bench.now() - UNDO;
    for gone in bench.stores.console(move |console| console.purge_removed(before)).await? {
        for secret_of in [gone.clone(), gone.directory_secret()] {
            if let Err(failure) = bench.tenants.change(&secret_of, &TokenChange::Forget).await {
                tracing::warn!(%failure, "the token of a removed profile could not be removed");
            }
        }
        if let Err(failure) = bench.stores.write(move |journal| journal.remove_profile(&gone)).await {
            tracing::warn!(%failure, "the requests of a removed profile could not be removed");
        }
    }
    Ok(())
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
    for setting in Setting::ALL {
        if let Some(value) = console.setting(setting.key())? {
            all.insert(setting.key().to_owned(), value);
        }
    }
    Ok(all)
}

/// Puts whichever database is damaged aside.
fn set_aside_damaged(dir: &Path, found: Option<DatabaseName>) -> Result<PathBuf, Failure> {
    if let Some(name) = found {
        return store::set_aside_damaged(dir, name);
    }
    let is_damaged =
        |opened: Result<(), Failure>| opened.is_err_and(|failure| failure.kind == FailureKind::DatabaseDamaged);
    if is_damaged(Console::open(dir).map(drop)) {
        return store::set_aside_damaged(dir, DatabaseName::Console);
    }
    if is_damaged(Journal::open(dir).map(drop)) {
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
    let found = bench.stores.damaged();
    bench.stores.close().await?;
    Ok(News::SetAside(blocking(move || set_aside_damaged(&dir, found)).await?))
}

pub(super) async fn save_setting(bench: &Bench, setting: Setting, value: Value) -> Result<News, Failure> {
    bench.stores.console(move |console| console.set_setting(setting.key(), &value)).await?;
    Ok(News::Done)
}

pub(super) async fn save_profile(bench: &Arc<Bench>, profile: Profile, token: TokenChange) -> Result<News, Failure> {
    bench.token_for(&profile, &token).await?;
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
