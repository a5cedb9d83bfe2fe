//! Drafts: read, and saved with each change, unless another window saved meanwhile.

use super::{Bench, DraftContent, News, StoredDraft};
use crate::{
    domain::{failure::Failure, profile::ProfileId},
    store::console::{Draft, SavedDraft},
};

pub(super) async fn load(bench: &Bench, profile: ProfileId) -> Result<News, Failure> {
    let stored = bench.stores.console(move |console| console.load_draft(&profile)).await?;
    Ok(News::DraftRead(stored.map(|draft| Box::new(from_store(draft)))))
}

pub(super) async fn save(
    bench: &Bench,
    profile: ProfileId,
    content: DraftContent,
    revision: u64,
) -> Result<News, Failure> {
    let now = bench.now();
    let saved = bench
        .stores
        .console(move |console| {
            let DraftContent { name, rows, base, base_etag } = content;
            let draft = Draft { name, rows, base_rows: base, base_etag, revision, saved_at: now };
            console.save_draft(&profile, &draft)
        })
        .await?;
    Ok(match saved {
        SavedDraft::Saved { revision } => News::DraftSaved { revision, saved_at: now },
        SavedDraft::Outdated(other) => News::DraftOutdated(Box::new(from_store(*other))),
    })
}

fn from_store(draft: Draft) -> StoredDraft {
    let Draft { name, rows, base_rows, base_etag, revision, saved_at } = draft;
    StoredDraft { content: DraftContent { name, rows, base: base_rows, base_etag }, revision, saved_at }
}
