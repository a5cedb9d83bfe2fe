//! Forgetting requests for good: what is too old, what is too much, and one person's. It sends nothing, and never
//! forgets more than it would have said.

use super::{Bench, Forgetting, News, jobs::Job, story};
use crate::domain::failure::Failure;

pub(super) async fn run(bench: &Bench, job: &Job, which: Forgetting, really: bool) -> Result<News, Failure> {
    let mut beyond = false;
    let requests = match which {
        Forgetting::Before(profile, moment) if really => {
            Some(bench.stores.write(move |journal| journal.forget_before(&profile, moment)).await?)
        }
        Forgetting::Before(profile, moment) => {
            Some(bench.stores.read(move |journal| journal.count_before(&profile, moment)).await?)
        }
        Forgetting::Person(profile, of) => {
            let (mut keys, mut more) = story::keys_of(bench, job, &profile, &of).await?;
            let mut requests = keys.len() as u64;
            beyond = more && !really;
            while really && !keys.is_empty() {
                let whose = profile.clone();
                bench.stores.write(move |journal| journal.forget_records(&whose, &keys)).await?;
                if !more {
                    break;
                }
                (keys, more) = story::keys_of(bench, job, &profile, &of).await?;
                requests += keys.len() as u64;
            }
            Some(requests)
        }
        Forgetting::Beyond(bytes) if really => Some(bench.stores.write(move |journal| journal.shrink_to(bytes)).await?),
        Forgetting::Beyond(bytes) => {
            let small = bench.stores.read(|journal| journal.size()).await? <= bytes;
            small.then_some(0)
        }
    };
    let size = bench.stores.read(|journal| journal.size()).await?;
    Ok(News::Forgotten { requests, more: beyond, size })
}
