//! The draft tried on what was really received: one request in full, the recent ones in figures. Nothing is sent.

use serde_json::Value;

use super::Mappings;
use crate::{
    app::orders::Orders,
    domain::{
        attribute::AttributeName,
        exchange::Exchange,
        failure::Failure,
        journal::{Count, Row},
        landing::{self, Landing, shown},
        mapping::MappingRow,
        profile::ProfileId,
        sent::{is_default, sent},
    },
    engine::{Command, JobId},
};

/// What one request set.
pub(super) type Sent = Vec<(AttributeName, Value)>;

/// The recent requests against the draft. Each counts once, at the first of the three that is true of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// In how many a mapped value would be dropped.
    pub dropped: usize,
    /// In how many at least one custom field would be filled.
    pub fills: usize,
    /// In how many no custom field is touched.
    pub empty: usize,
    /// How many the tenant's own mappings fill now, where they are known.
    pub tenant_fills: Option<usize>,
}

impl Replay {
    /// How many requests were tried.
    #[must_use]
    pub const fn requests(&self) -> usize {
        self.dropped + self.fills + self.empty
    }
}

impl Mappings {
    /// Counts what was received; while a count runs, the next waits for its end, so that a busy log starves none.
    pub fn count(&mut self, profile: &ProfileId, orders: &mut Orders) {
        if self.attributes.loading().is_some() || self.payloads.loading().is_some() {
            self.count_again = true;
            return;
        }
        self.count_again = false;
        self.attributes.start(orders.ask("mappings shown", Command::CountAttributes(profile.clone())));
        self.payloads.start(orders.ask("mappings shown", Command::Payloads(profile.clone())));
    }

    /// Counts again if something came in during the count that ended.
    pub fn count_rest(&mut self, profile: &ProfileId, orders: &mut Orders) {
        if self.count_again {
            self.count(profile, orders);
        }
    }

    /// What was received was counted.
    pub fn counted(&mut self, job: JobId, result: Result<Vec<Count>, Failure>) {
        self.attributes.resolve(job, result);
        self.leave_out_mapped();
    }

    /// Requests to preview were read. The one on show stays on show.
    pub fn payloads_read(&mut self, job: JobId, result: Result<Vec<(Row, Exchange)>, Failure>) {
        let chosen = self.chosen_key();
        if self.payloads.resolve(job, result) {
            let payloads = self.payloads.value().map_or(&[][..], Vec::as_slice);
            self.payload = payloads.iter().position(|(row, _)| Some(row.key) == chosen).unwrap_or(0);
            self.sent = payloads.iter().map(|(_, exchange)| sent(&exchange.request.body)).collect();
            self.preview_again();
        }
    }

    fn chosen_key(&self) -> Option<i64> {
        // The newest is on show until the user picks one.
        if self.payload == 0 {
            return None;
        }
        self.payloads.value().and_then(|payloads| payloads.get(self.payload)).map(|(row, _)| row.key)
    }

    pub(super) fn choose_payload(&mut self, index: usize) {
        self.payload = index;
        self.preview_again();
    }

    pub(super) fn preview_again(&mut self) {
        let rows = &self.content.rows;
        self.preview = self.sent.get(self.payload).map_or_else(Landing::default, |sent| landing::land(sent, rows));
        let tenant = self.tenant.value().map(|pulled| pulled.mappings.mappings.as_slice());
        self.replay = replay(&self.sent, rows, tenant);
        self.cover_again();
    }

    /// The mappings whose attribute the previewed request does not carry.
    pub fn absent(&self) -> impl Iterator<Item = &MappingRow> {
        let preview = &self.preview;
        let attributes =
            preview.landed.iter().map(|landed| &landed.attribute).chain(preview.dropped.iter().map(|d| &d.attribute));
        let carried: Vec<String> = attributes.map(|attribute| attribute.to_ascii_lowercase()).collect();
        self.content.rows.iter().filter(move |row| {
            AttributeName::parse(&row.attribute).is_ok_and(|name| !carried.contains(&shown(&name).to_ascii_lowercase()))
        })
    }
}

fn replay(payloads: &[Sent], rows: &[MappingRow], tenant: Option<&[MappingRow]>) -> Replay {
    let fills = |landing: &Landing| landing.landed.iter().any(|landed| !is_default(&landed.attribute));
    let mut replay = Replay { tenant_fills: tenant.map(|_| 0), ..Replay::default() };
    for sent in payloads {
        let landing = landing::land(sent, rows);
        if landing.dropped.iter().any(|dropped| is_loss(&dropped.attribute, rows)) {
            replay.dropped += 1;
        } else if fills(&landing) {
            replay.fills += 1;
        } else {
            replay.empty += 1;
        }
        if let (Some(count), Some(tenant)) = (&mut replay.tenant_fills, tenant) {
            *count += usize::from(fills(&landing::land(sent, tenant)));
        }
    }
    replay
}

/// Whether a dropped attribute is one that a row means, however it is spelt there.
fn is_loss(dropped: &str, rows: &[MappingRow]) -> bool {
    let plain = |name: &str| super::short_name(name).to_ascii_lowercase().replace("isation", "ization");
    rows.iter().any(|row| plain(&row.attribute) == plain(dropped))
}
