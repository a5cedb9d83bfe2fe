//! Work on many lines or texts, shared out among the processors. It only reads, and gives what each share came to, in
//! order.

use std::ops::Range;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

/// Shares for each processor: one that is busy with an import takes fewer of them, and nobody waits for it.
const SHARES: usize = 4;

/// What `work` makes of each share of `0..count`; of one share where there is less than `enough` for two.
pub(super) fn shared_out<T: Send>(count: usize, enough: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let processors = rayon::current_num_threads();
    if count < enough || processors == 1 {
        return vec![work(0..count)];
    }
    let share = count.div_ceil(processors * SHARES);
    let range = |number: usize| number * share..count.min((number + 1) * share);
    (0..count.div_ceil(share)).into_par_iter().map(|number| work(range(number))).collect()
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
