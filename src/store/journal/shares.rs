//! Work on many lines or texts, shared out among the processors. It only reads, and gives what each share came to, in
//! order.

use std::{ops::Range, thread};

/// Most processors that one question takes.
const MOST: usize = 4;

/// What `work` makes of each share of `0..count`; of one share where there is less than `enough` for two.
pub(super) fn shared_out<T: Send>(count: usize, enough: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let processors = thread::available_parallelism().map_or(1, usize::from).min(MOST);
    if count < enough || processors == 1 {
        return vec![work(0..count)];
    }
    let share = count.div_ceil(processors);
    thread::scope(|scope| {
        let work = &work;
        let range = |start: usize| start..count.min(start + share);
        let others: Vec<_> =
            (share..count).step_by(share).map(|start| scope.spawn(move || work(range(start)))).collect();
        let mut parts = vec![work(0..count.min(share))];
        parts.extend(others.into_iter().map(|other| match other.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        }));
        parts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_share_in_order() {
        for (count, enough) in [(0, 1), (1, 1), (7, 2), (100, 1), (100, 1000)] {
            let all: Vec<usize> = shared_out(count, enough, Iterator::collect::<Vec<_>>).concat();
            assert_eq!(all, (0..count).collect::<Vec<_>>(), "{count} {enough}");
        }
    }
}
