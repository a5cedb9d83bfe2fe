//! Looks again and again whether another window, or a command, has written to the same journal, and tells what came, so that
//! no list shows what was. It asks nothing of anyone but the file, and wakes the window only for something new.

use std::{sync::Arc, time::Duration};

use super::{Bench, JobId, News};
use crate::store::journal::Elsewhere;

/// How long something new may stay unseen.
const EVERY: Duration = Duration::from_secs(1);
/// Of no job: nobody asked.
const NOBODY: JobId = JobId(0);

pub(super) async fn watch(bench: Arc<Bench>) {
    loop {
        tokio::time::sleep(EVERY).await;
        // Where the journal is not open or cannot be read, whoever asks something of it is told.
        let changed = bench.stores.read(|journal| journal.changed_elsewhere()).await.unwrap_or_default();
        for Elsewhere { profile, added, forgot } in changed {
            let news = if forgot { News::ForgottenElsewhere(profile) } else { News::JournalChanged { profile, added } };
            bench.outbox.send(NOBODY, news);
        }
    }
}
