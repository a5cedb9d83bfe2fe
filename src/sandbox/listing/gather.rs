//! Finds the resources of a page: by the database's own order, by an index where the filter names one, else by looking
//! at one resource after another. What is looked at is let go at once; only places in the list are kept.

use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter};
use serde_json::Value;

use super::super::data::{Group, User};
use super::super::error::ScimError;
use super::super::filter;
use super::super::resource::Selection;
use super::super::schema::ResourceKind;
use super::super::service::Call;
use super::super::{groups, users};
use super::Page;
use super::cursor::Place;
use super::order::{Key, Order};

/// How many resources are looked at in one go.
const STEP: u64 = 500;

/// A resource of a page.
pub(super) enum Found {
    User(User),
    Group(Group),
}

/// Where a resource that matches stands.
pub(super) struct Spot {
    kind: ResourceKind,
    seq: i64,
    key: Key,
}

/// A page by index, of everything.
pub(super) fn stretch(call: &Call<'_>, kinds: &[ResourceKind], offset: u64, count: u64) -> Result<Page, ScimError> {
    let (mut total, mut ahead, mut found) = (0, offset, Vec::new());
    for kind in kinds {
        let here = count_of(call, *kind)?;
        total += here;
        let left = count.saturating_sub(found.len() as u64);
        if left > 0 && ahead < here {
            match kind {
                ResourceKind::User => found.extend(call.session.users(ahead, left)?.into_iter().map(Found::User)),
                ResourceKind::Group => {
                    let groups = call.session.groups_after(0, ahead, left)?;
                    found.extend(groups.into_iter().map(|(_, group)| Found::Group(group)));
                }
            }
        }
        ahead = ahead.saturating_sub(here);
    }
    // The first page by cursor is one by index as well.
    Ok(Page { total, found, next: None })
}

/// A page by cursor, of everything: it goes on after a resource, whatever was added or removed since.
pub(super) fn after(call: &Call<'_>, kinds: &[ResourceKind], place: Place, count: u64) -> Result<Page, ScimError> {
    let (mut total, mut found, mut last, mut more) = (0, Vec::new(), place, false);
    for (position, kind) in kinds.iter().enumerate() {
        total += count_of(call, *kind)?;
        if position < place.kind || more {
            continue;
        }
        let after = if position == place.kind { place.number } else { 0 };
        let left = count - found.len() as u64;
        let here = some_after(call, *kind, after, left + 1)?;
        more = here.len() as u64 > left;
        for (seq, resource) in here.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            last = Place { kind: position, number: seq };
            found.push(resource);
        }
    }
    Ok(Page { total, found, next: more.then_some(last) })
}

fn count_of(call: &Call<'_>, kind: ResourceKind) -> Result<u64, ScimError> {
    Ok(match kind {
        ResourceKind::User => call.session.count_users()?,
        ResourceKind::Group => call.session.count_groups()?,
    })
}

fn some_after(call: &Call<'_>, kind: ResourceKind, after: i64, limit: u64) -> Result<Vec<(i64, Found)>, ScimError> {
    Ok(match kind {
        ResourceKind::User => {
            call.session.users_after(after, limit)?.into_iter().map(|(seq, user)| (seq, Found::User(user))).collect()
        }
        ResourceKind::Group => {
            let groups = call.session.groups_after(after, 0, limit)?;
            groups.into_iter().map(|(seq, group)| (seq, Found::Group(group))).collect()
        }
    })
}

/// Every resource that matches, in order.
pub(super) fn matching(
    call: &Call<'_>,
    kinds: &[ResourceKind],
    filter: Option<&Filter>,
    order: Option<&Order>,
) -> Result<Vec<Spot>, ScimError> {
    let mut spots = Vec::new();
    for kind in kinds {
        if let Some(filter) = filter {
            filter::check(filter, *kind)?;
        }
        // What costs a look elsewhere is shown only to a filter or an order that asks for it.
        let asks = |name: &str| {
            filter.is_some_and(|filter| filter::mentions(filter, name))
                || order.is_some_and(|order| order.path().name.eq_ignore_ascii_case(name))
        };
        let unasked = ["groups", "members"].into_iter().filter(|name| !asks(name));
        let selection = Selection::new(std::iter::empty(), unasked);
        let mut look_at = |some: Vec<(i64, Found)>| -> Result<(), ScimError> {
            for (seq, resource) in some {
                let shown: Value = match &resource {
                    Found::User(user) => users::present(call, user, &selection)?,
                    Found::Group(group) => groups::present(call, group, selection.shows("members"))?,
                };
                if filter.is_none_or(|filter| filter::matches(filter, *kind, &shown)) {
                    let key = order.map_or(Key::Nothing, |order| order.key(*kind, &shown));
                    spots.push(Spot { kind: *kind, seq, key });
                }
            }
            Ok(())
        };
        if let Some(few) = filter.and_then(|filter| named(call, *kind, filter)) {
            look_at(few?)?;
            continue;
        }
        let mut last = 0;
        loop {
            let some = some_after(call, *kind, last, STEP)?;
            let Some((seq, _)) = some.last() else { break };
            last = *seq;
            look_at(some)?;
        }
    }
    if let Some(order) = order {
        spots.sort_by(|left, right| order.compare(&left.key, &right.key));
    }
    Ok(spots)
}

/// The few that a filter can match at all, where it compares an attribute that has an index.
fn named(call: &Call<'_>, kind: ResourceKind, filter: &Filter) -> Option<Result<Vec<(i64, Found)>, ScimError>> {
    match filter {
        Filter::And(operands) => operands.iter().find_map(|operand| named(call, kind, operand)),
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(text)))
            if path.sub_attr.is_none()
                && path.uri.as_deref().is_none_or(|uri| uri.eq_ignore_ascii_case(kind.urn())) =>
        {
            let is = |name: &str| path.name.eq_ignore_ascii_case(name);
            match kind {
                ResourceKind::User if is("userName") => Some(numbered(call, call.session.user_named(text))),
                ResourceKind::User if is("id") => Some(numbered(call, call.session.user(text))),
                ResourceKind::User if is("externalId") => {
                    let known = call.session.users_known_as(text).map_err(ScimError::from);
                    Some(known.map(|users| users.into_iter().map(|(seq, user)| (seq, Found::User(user))).collect()))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn numbered(call: &Call<'_>, user: rusqlite::Result<Option<User>>) -> Result<Vec<(i64, Found)>, ScimError> {
    let Some(user) = user? else { return Ok(Vec::new()) };
    let seq = call.session.user_seq(&user.id)?.unwrap_or_default();
    Ok(vec![(seq, Found::User(user))])
}

/// The part of a list that a page shows.
pub(super) fn window(call: &Call<'_>, spots: &[Spot], first: u64, count: u64) -> Result<Page, ScimError> {
    let total = spots.len() as u64;
    let bound = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for spot in spots.iter().skip(bound(first)).take(bound(count)) {
        found.extend(some_after(call, spot.kind, spot.seq - 1, 1)?.into_iter().map(|(_, resource)| resource));
    }
    let end = first.saturating_add(found.len() as u64);
    let next = Place { kind: 0, number: i64::try_from(end).unwrap_or(i64::MAX) };
    Ok(Page { total, found, next: (end < total).then_some(next) })
}
