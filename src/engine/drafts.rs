//! Drafts: read, and saved with each change, unless another window saved meanwhile.

use super::{Bench, DraftContent, News, StoredDraft};
use crate::domain::{
    draft::{self, DraftRefused, DraftToSave},
    failure::Failure,
    profile::ProfileId,
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
            let draft = DraftToSave { name, rows, base_rows: base, base_version: None, base_etag };
            match console.save_draft(&profile, &draft, revision, now) {
                Ok(saved) => Ok(News::DraftSaved { revision: saved.revision, saved_at: saved.saved_at }),
                Err(DraftRefused::Outdated { theirs: Some(theirs), .. }) => {
                    Ok(News::DraftOutdated(Box::new(from_store(*theirs))))
                }
                Err(refused) => Err(Failure::from(refused)),
            }
        })
        .await?;
    Ok(saved)
}

fn from_store(draft: draft::StoredDraft) -> StoredDraft {
    let draft::StoredDraft { name, rows, base_rows, base_etag, revision, saved_at, .. } = draft;
    StoredDraft { content: DraftContent { name, rows, base: base_rows, base_etag }, revision, saved_at }
}
