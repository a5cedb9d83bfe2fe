//! Whether a list is paged as it should be: a later page holds others than the one before (RFC 7644 §3.4.2.4).

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde_json::Value;

use super::{Seen, Step};

/// The last page that was read.
#[derive(Debug, Default)]
pub(super) struct Pages(Option<Page>);

#[derive(Debug)]
struct Page {
    /// The address without the place where the page begins.
    list: u64,
    start: u64,
    ids: HashSet<u64>,
    seen: Seen,
}

impl Pages {
    /// Takes the next request in; where it is a later page of the same list with most of the same resources, the page
    /// before. Whoever is created in between pushes some of it on; so a page that is shorter has to repeat whole.
    pub(super) fn repeated_by(&mut self, step: &Step<'_>) -> Option<Seen> {
        let page = Page::of(step)?;
        let repeats = |last: &Page| {
            let same = page.ids.intersection(&last.ids).count();
            let most = if page.ids.len() < last.ids.len() { same == page.ids.len() } else { same * 2 > page.ids.len() };
            page.list == last.list && page.start > last.start && most
        };
        let before = self.0.as_ref().filter(|last| repeats(last)).map(|last| last.seen);
        self.0 = Some(page);
        before
    }
}

impl Page {
    fn of(step: &Step<'_>) -> Option<Self> {
        let summary = &step.record.summary;
        let (path, query) = summary.path.split_once('?').filter(|_| summary.method == "GET" && step.done)?;
        let (mut list, mut start) = (DefaultHasher::new(), None);
        path.hash(&mut list);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if name.eq_ignore_ascii_case("startIndex") {
                start = value.parse().ok();
            } else {
                (name, value).hash(&mut list);
            }
        }
        let resources = step.answer()?.get("Resources")?.as_array().filter(|resources| !resources.is_empty())?;
        let ids =
            resources.iter().filter_map(|resource| resource.get("id").and_then(Value::as_str)).map(hash).collect();
        Some(Self { list: list.finish(), start: start?, ids, seen: step.seen })
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
