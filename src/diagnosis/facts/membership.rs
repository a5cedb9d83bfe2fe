//! What a request does to the members of a group, in both forms of a removal.

use std::rc::Rc;

use serde_json::Value;

use super::{
    Asked, Op, Target,
    written::{attribute, texts},
};

/// Most members of a request that are compared with the answer.
const MOST: usize = 10_000;

/// A member that a request names, and where.
#[derive(Debug)]
pub(in crate::diagnosis) struct Named<'c> {
    /// Where the list stands, or the member itself where there is none.
    pub(in crate::diagnosis) list: Rc<str>,
    /// Its place in the list.
    entry: Option<usize>,
    pub(in crate::diagnosis) id: &'c str,
}

impl Named<'_> {
    /// Where it stands: made for those few that are quoted.
    pub(in crate::diagnosis) fn at(&self) -> String {
        self.entry.map_or_else(|| self.list.to_string(), |entry| format!("{}/{entry}", self.list))
    }
}

/// What a request does to the members of a group.
#[derive(Debug, Default)]
pub(in crate::diagnosis) struct Members<'c> {
    pub(in crate::diagnosis) added: Vec<Named<'c>>,
    /// `remove` of `members` with a value: Entra's form.
    pub(in crate::diagnosis) removed_by_value: Vec<Named<'c>>,
    /// `remove` of `members[value eq "…"]`: the standard's form.
    pub(in crate::diagnosis) removed_by_filter: Vec<Named<'c>>,
}

impl<'c> Members<'c> {
    pub(super) fn of(asked: &Asked<'c>) -> Self {
        let mut all = Self::default();
        if asked.target != Target::Groups {
            return all;
        }
        for op in &asked.ops {
            all.read(op);
        }
        if asked.ops.is_empty() {
            let parts = asked.written.iter().filter(|part| part.name == "members");
            all.added.extend(parts.flat_map(|part| named(&part.at, part.value)));
        }
        all
    }

    fn read(&mut self, op: &Op<'c>) {
        let path = op.path.filter(|path| !path.is_empty());
        let (at, value) = match path {
            Some(path) if attribute(path) == "members" => (op.at("value"), op.value),
            Some(_) => return,
            None => (op.at("value/members"), op.value.and_then(|value| value.get("members"))),
        };
        let ids = value.map(|value| named(&at, value)).unwrap_or_default();
        match path.and_then(|path| path.split_once('[')) {
            Some((_, filter)) if op.is("remove") => {
                let id = filter.split('"').nth(1).unwrap_or_default();
                self.removed_by_filter.push(Named { list: op.at("path").into(), entry: None, id });
            }
            _ if op.is("remove") => self.removed_by_value.extend(ids),
            _ => self.added.extend(ids),
        }
    }

    pub(in crate::diagnosis) const fn count(&self) -> usize {
        self.added.len() + self.removed_by_value.len() + self.removed_by_filter.len()
    }

    pub(in crate::diagnosis) fn removed(&self) -> impl Iterator<Item = &Named<'c>> {
        self.removed_by_value.iter().chain(&self.removed_by_filter)
    }

    pub(in crate::diagnosis) fn all(&self) -> impl Iterator<Item = &Named<'c>> {
        self.added.iter().chain(self.removed())
    }
}

fn named<'c>(at: &str, value: &'c Value) -> Vec<Named<'c>> {
    let list: Rc<str> = at.into();
    let name = |entry, id| Named { list: Rc::clone(&list), entry, id };
    let Value::Array(items) = value else {
        return texts(value).map(|id| name(None, id)).collect();
    };
    let each = |(entry, item): (usize, &'c Value)| Some(name(Some(entry), texts(item).next()?));
    items.iter().take(MOST).enumerate().filter_map(each).collect()
}
