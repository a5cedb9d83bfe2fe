//! Which line of a sender's log (a directory, or this console) and which line of the tenant's log are the same change: the
//! same kind of work, close in time, by a client that can be that sender. Each line stands in one pair at most.

use jiff::SignedDuration;

use super::Sight;
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::Source,
};

/// How far apart the two clocks and the work between them may stand.
pub(super) const WINDOW: SignedDuration = SignedDuration::from_secs(120);

/// What kind of work an operation is, as far as two logs agree on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Create,
    Change,
    Delete,
    LookUp,
}

/// The kind of work.
pub(super) const fn work(operation: Operation) -> Work {
    match operation {
        Operation::Create => Work::Create,
        Operation::Update | Operation::SetManager | Operation::Deactivate | Operation::Activate => Work::Change,
        Operation::Delete => Work::Delete,
        Operation::Match | Operation::Read | Operation::List | Operation::Discover | Operation::Other => Work::LookUp,
    }
}

/// Pairs of places: sender's, tenant's. The same operation goes before the same ending, and that before the nearest in time.
/// `sights` stand in the order of time.
pub(super) fn pairs(sights: &[Sight]) -> Vec<(usize, usize)> {
    let mut possible = Vec::new();
    for (from, sender) in sights.iter().enumerate().filter(|(_, sight)| sight.source != Source::Tenant) {
        let start = sights.partition_point(|sight| sight.at < sender.at - WINDOW);
        let near = sights.iter().enumerate().skip(start).take_while(|(_, sight)| sight.at <= sender.at + WINDOW);
        for (to, tenant) in near.filter(|(_, sight)| sight.source == Source::Tenant) {
            if fits(sender, tenant) {
                let apart = tenant.at.duration_since(sender.at).abs();
                let agree = succeeded(tenant) == succeeded(sender);
                possible.push((tenant.operation != sender.operation, !agree, apart, from, to));
            }
        }
    }
    possible.sort_unstable();
    let mut taken = vec![false; sights.len()];
    let mut pairs = Vec::new();
    for (.., from, to) in possible {
        if !taken[from] && !taken[to] {
            taken[from] = true;
            taken[to] = true;
            pairs.push((from, to));
        }
    }
    pairs
}

/// Whether a log calls it done.
pub(super) const fn succeeded(sight: &Sight) -> bool {
    matches!(sight.outcome, Outcome::Success | Outcome::Warning)
}

fn fits(sender: &Sight, tenant: &Sight) -> bool {
    let by_console = tenant.client.as_deref() == Some("Console");
    if sender.source == Source::Console {
        return by_console && sender.method == tenant.method && sender.operation == tenant.operation;
    }
    if sender.source == Source::Recording {
        return sender.method == tenant.method && sender.operation == tenant.operation;
    }
    // A directory's log tells of changes alone.
    let sent = work(sender.operation);
    sent != Work::LookUp && sent == work(tenant.operation) && may_be(tenant, sender.source)
}

/// Whether a tenant's line can be what this directory sent, by the client that the tenant saw.
pub(super) fn may_be(tenant: &Sight, source: Source) -> bool {
    match (tenant.client.as_deref(), source) {
        (Some("Okta"), Source::Entra) | (Some("Entra"), Source::Okta) | (Some("Console"), _) => false,
        (_, source) => matches!(source, Source::Entra | Source::Okta),
    }
}
