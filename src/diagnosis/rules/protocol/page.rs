//! Pages of a list: where a page begins, how much it holds, and how many there are in all.

use serde_json::Value;

use super::super::super::{
    facts::{Facts, Form},
    finding::Confidence::{self, Certain, Likely},
    found::{Found, Layer},
};
use super::list::asks_for_list;

/// Most resources of which the ids are compared.
const MOST: usize = 1_000;

/// A page, as it was asked for and as it came.
struct Page<'c> {
    asked_start: Option<u64>,
    asked_count: Option<u64>,
    start: Option<u64>,
    per_page: Option<u64>,
    total: u64,
    resources: &'c [Value],
}

impl<'c> Page<'c> {
    fn of(facts: &Facts<'c>) -> Option<Self> {
        let body = facts.reply.body();
        let asked = |name: &str| facts.asked.parameter(name).and_then(|value| value.trim().parse().ok());
        Some(Self {
            asked_start: asked("startIndex"),
            asked_count: asked("count"),
            start: body.get("startIndex").and_then(Value::as_u64),
            per_page: body.get("itemsPerPage").and_then(Value::as_u64),
            total: facts.reply.total()?,
            resources: facts.reply.resources().map_or(&[][..], Vec::as_slice),
        })
    }

    fn count(&self) -> u64 {
        u64::try_from(self.resources.len()).unwrap_or(u64::MAX)
    }

    /// What is wrong: where, what stands there, and how sure it is.
    fn fault(&self) -> Option<(&'static str, String, Confidence)> {
        let (count, total) = (self.count(), self.total);
        let from = self.asked_start.unwrap_or(1).max(1);
        let is_total_only = self.asked_count == Some(0);
        let said_start = self.start.map(|start| start.to_string()).unwrap_or_default();
        match () {
            () if total < count => Some(("response.body/totalResults", total.to_string(), Certain)),
            () if count > 0 && from > total => Some(("response.body/totalResults", total.to_string(), Certain)),
            () if count > 0 && self.start == Some(0) => Some(("response.body/startIndex", said_start, Likely)),
            () if count > 0 && from > 1 && self.start.is_some_and(|start| start != from) => {
                Some(("response.body/startIndex", said_start, Certain))
            }
            () if count == 0 && from <= total && !is_total_only => {
                Some(("response.body/Resources", "[]".to_owned(), Likely))
            }
            () if self.asked_count.is_some_and(|asked| asked > 0 && count > asked) => {
                Some(("response.body/Resources", format!("{count} resources"), Likely))
            }
            // A page that claims more than it holds, with more to come: the next page begins too late.
            () if self.per_page.is_some_and(|per_page| per_page > count) && from - 1 + count < total => {
                let per_page = self.per_page.map(|per_page| per_page.to_string()).unwrap_or_default();
                Some(("response.body/itemsPerPage", per_page, Likely))
            }
            () => None,
        }
    }

    /// The last page claims more than it holds: nobody is passed over, as nobody comes after it.
    fn overstates(&self) -> Option<u64> {
        self.per_page.filter(|per_page| self.total > 0 && *per_page > self.count())
    }

    /// An id that is on the page twice.
    fn doubled(&self) -> Option<(usize, &'c str)> {
        let mut known = std::collections::BTreeSet::new();
        let ids = self.resources.iter().take(MOST).map(|resource| resource.get("id").and_then(Value::as_str));
        ids.enumerate().find_map(|(at, id)| id.filter(|id| !id.is_empty() && !known.insert(*id)).map(|id| (at, id)))
    }
}

/// A page whose numbers hide people, double them, or never end.
pub(super) fn wrong(facts: &Facts<'_>, found: &mut Found) {
    if !asks_for_list(facts) || !facts.has_succeeded() || facts.reply.form != Form::List {
        return;
    }
    let Some(page) = Page::of(facts) else { return };
    let draft = if let Some((at, id)) = page.doubled() {
        found.add("pagination-wrong", Certain, Layer::Reply).at(format!("response.body/Resources/{at}/id"), id)
    } else if let Some((place, text, confidence)) = page.fault() {
        found.add("pagination-wrong", confidence, Layer::Reply).at(place, text)
    } else if let Some(per_page) = page.overstates() {
        found.habit("pagination-wrong", Layer::Reply).at("response.body/itemsPerPage", per_page.to_string())
    } else {
        return;
    };
    draft.at("response.body/totalResults", page.total.to_string());
    draft.at("response.body/Resources", format!("{} resources", page.count()));
    draft.with("total", page.total.to_string()).with("count", page.count().to_string());
    if let Some(start) = page.asked_start {
        draft.at("request.url", format!("startIndex={start}"));
    }
}
