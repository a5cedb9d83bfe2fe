//! Lists (RFC 7644 §3.4.2 and §3.4.3, RFC 9865): what is asked for, and the page that answers it. A page without filter
//! and order comes from the database as a page; nothing here holds every resource at once.

mod cursor;
mod gather;
mod order;

use serde_json::{Value, json};

use super::answer::Answer;
use super::error::ScimError;
use super::filter::{self, Query};
use super::resource::{Selection, check_message, field};
use super::schema::ResourceKind;
use super::service::Call;
use super::{Policy, groups, habits, users};
use cursor::{Cursor, Place};
use gather::Found;
use order::Order;

pub(super) use cursor::TIMEOUT;

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// The largest page.
pub(super) const PAGE_LIMIT: u64 = 200;
/// The page when no size is asked for.
pub(super) const PAGE: u64 = 100;

/// What a list is asked for, from the address or from a search body.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) filter: Option<String>,
    start_index: u64,
    /// As asked for.
    wanted: Option<i64>,
    count: u64,
    cursor: Option<String>,
    sort_by: Option<String>,
    descending: bool,
    pub(super) selection: Selection,
}

/// One page, and where the next one begins.
struct Page {
    total: u64,
    found: Vec<Found>,
    next: Option<Place>,
}

/// `GET` of an endpoint, or of the root (RFC 7644 §3.4.2.1).
pub(super) fn list(call: &mut Call<'_>, kinds: &[ResourceKind]) -> Result<Answer, ScimError> {
    let listing = Listing::from_query(call.parts.uri.query().unwrap_or_default())?;
    answer(call, kinds, &listing)
}

/// `POST` of a search request (RFC 7644 §3.4.3)
pub(super) fn search(call: &mut Call<'_>, kinds: &[ResourceKind]) -> Result<Answer, ScimError> {
    let body = call.body()?;
    check_message(body, SEARCH)?;
    let listing = Listing::from_search(body)?;
    answer(call, kinds, &listing)
}

fn answer(call: &mut Call<'_>, kinds: &[ResourceKind], listing: &Listing) -> Result<Answer, ScimError> {
    // The guide knows neither order nor cursors. A service that has no order ignores one (RFC 7644 §3.4.2.3), and so
    // does one that was made before RFC 9865 with a cursor.
    let free = call.policy == Policy::Rfc;
    let order = match listing.sort_by.as_deref().filter(|_| free) {
        Some(path) => Some(Order::read(path, listing.descending)?),
        None => None,
    };
    let cursor = match listing.cursor.as_deref().filter(|_| free) {
        Some(text) => Some(Cursor::read(text, listing.question(kinds), call.now)?),
        None => None,
    };
    if cursor.is_some()
        && listing.wanted.is_some_and(|count| !(1..=PAGE_LIMIT).contains(&count.unsigned_abs()) || count < 0)
    {
        let detail = format!("count must be between 1 and {PAGE_LIMIT}.");
        return Err(ScimError::paging("invalidCount", detail));
    }
    let page = match listing.filter.as_deref().map(|text| filter::read(text, call.policy)).transpose()? {
        None if order.is_none() => match &cursor {
            Some(cursor) => gather::after(call, kinds, cursor.place, listing.count)?,
            None => gather::stretch(call, kinds, listing.start_index - 1, listing.count)?,
        },
        Some(Query::UserName(name)) if kinds == [ResourceKind::User] => one_user(call, listing, &name)?,
        query => {
            let filter = query.map(Query::into_filter);
            let found = gather::matching(call, kinds, filter.as_ref(), order.as_ref())?;
            let first = cursor.as_ref().map_or(listing.start_index - 1, |cursor| cursor.place.number.unsigned_abs());
            gather::window(call, &found, first, listing.count)?
        }
    };
    if page.total == 0 && listing.filter.is_some() {
        habits::check_empty(call.refused)?;
    }
    let mut resources = Vec::with_capacity(page.found.len());
    for found in &page.found {
        let shown = match found {
            Found::User(user) => users::present(call, user, &listing.selection)?,
            Found::Group(group) => groups::present(call, group, listing.selection.shows("members"))?,
        };
        resources.push(listing.selection.of(shown));
    }
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": page.total,
        "startIndex": listing.start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    });
    if let (Some(_), Some(members)) = (cursor, body.as_object_mut()) {
        members.shift_remove("startIndex");
        if let Some(place) = page.next {
            let next = Cursor { place, at: call.now }.write(listing.question(kinds));
            members.insert("nextCursor".to_owned(), next.into());
        }
    }
    Ok(Answer::ok(body))
}

/// The look-up that directories send all day.
fn one_user(call: &mut Call<'_>, listing: &Listing, name: &str) -> Result<Page, ScimError> {
    let user = call.session.user_named(name)?;
    match &user {
        Some(user) => users::note(call, user),
        None => call.trace.user = Some(name.to_owned()),
    }
    let total = u64::from(user.is_some());
    let shown = listing.start_index == 1 && listing.count > 0;
    Ok(Page { total, found: user.filter(|_| shown).map(Found::User).into_iter().collect(), next: None })
}

impl Listing {
    pub(super) fn from_query(query: &str) -> Result<Self, ScimError> {
        let mut listing = Self::sized(None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let number = || {
                value.trim().parse().map_err(|_| ScimError::invalid_value(format!("{name} must be a whole number.")))
            };
            match name.to_ascii_lowercase().as_str() {
                "filter" => listing.filter = Some(value.into_owned()),
                "startindex" => listing.start_index = Self::sized(Some(number()?), None).start_index,
                "count" => {
                    let wanted = number()?;
                    listing.wanted = Some(wanted);
                    listing.count = Self::sized(None, Some(wanted)).count;
                }
                "cursor" => listing.cursor = Some(value.into_owned()),
                "sortby" => listing.sort_by = Some(value.into_owned()),
                "sortorder" => listing.descending = value.trim().eq_ignore_ascii_case("descending"),
                _ => {}
            }
        }
        listing.selection = Selection::from_query(query);
        Ok(listing)
    }

    fn from_search(body: &Value) -> Result<Self, ScimError> {
        let number = |name: &str| match field(body, name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(ScimError::invalid_value(format!("{name} must be a whole number."))),
            },
        };
        let names = |name: &str| {
            let strings = match field(body, name) {
                None | Some(Value::Null) => Some(Vec::new()),
                Some(Value::Array(names)) => names.iter().map(Value::as_str).collect(),
                Some(_) => None,
            };
            strings.ok_or_else(|| ScimError::invalid_value(format!("{name} must be a list of strings.")))
        };
        let text = |name: &str| match field(body, name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(ScimError::invalid_value(format!("{name} must be a string."))),
        };
        let wanted = number("count")?;
        Ok(Self {
            filter: text("filter")?,
            cursor: text("cursor")?,
            sort_by: text("sortBy")?,
            descending: text("sortOrder")?.is_some_and(|order| order.eq_ignore_ascii_case("descending")),
            selection: Selection::new(names("attributes")?.into_iter(), names("excludedAttributes")?.into_iter()),
            wanted,
            ..Self::sized(number("startIndex")?, wanted)
        })
    }

    /// RFC 7644 §3.4.2.4: an index below 1 means 1, a negative count means 0.
    fn sized(start_index: Option<i64>, count: Option<i64>) -> Self {
        let natural = |number: i64| u64::try_from(number).unwrap_or(0);
        Self {
            start_index: start_index.map_or(1, natural).max(1),
            count: count.map_or(PAGE, natural).min(PAGE_LIMIT),
            ..Self::default()
        }
    }

    /// What a cursor belongs to: it leads on through this list and no other.
    fn question(&self, kinds: &[ResourceKind]) -> String {
        format!("{kinds:?} {:?} {:?} {}", self.filter, self.sort_by, self.descending)
    }
}
