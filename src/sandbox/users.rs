//! The Users endpoint (RFC 7644 §3): create, read, replace, patch, delete and look up.
//! Every write works out what lands by the mappings in force at that moment, as the real tenant does.

use axum::http::StatusCode;
use axum::http::header::{ETAG, LOCATION};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Policy;
use super::data::User;
use super::error::ScimError;
use super::filter::{self, Query};
use super::resource::{self, Selection};
use super::service::{Answer, Call, Content, etag};
use crate::domain::attribute::AttributeName;
use crate::domain::landing::{Landing, flatten, land};
use crate::scim::patch;

/// The largest page, and the page when no size is asked for.
pub(super) const PAGE_LIMIT: u64 = 200;
const PAGE: u64 = 100;

/// What a list is asked for, from the address or from a search body.
#[derive(Debug, Default)]
struct Listing {
    filter: Option<String>,
    start_index: u64,
    count: u64,
    selection: Selection,
}

/// `POST /Users`
pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, ScimError> {
    let body = call.body()?;
    call.trace.user = user_name(body);
    let kept = resource::accept(body)?;
    let landing = landing(call, &flatten(body))?;
    let user = User {
        id: Uuid::new_v4().to_string(),
        profile: resource::settle(&Map::new(), &kept, &landing),
        resource: kept,
        created: call.now,
        modified: call.now,
        version: 1,
    };
    check_unique(call, &user)?;
    call.session.add_user(&user)?;
    call.trace.resource_id = Some(user.id.clone());
    call.trace.landing = landing;
    let mut answer = one(call, &user)?;
    answer.status = StatusCode::CREATED;
    answer.headers.push((LOCATION, resource::location(&user, &call.base())));
    Ok(answer)
}

/// `GET /Users/{id}`
pub(super) fn read(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let user = find(call, id)?;
    if call.has_version(&user) {
        let headers = vec![(ETAG, etag(&user))];
        return Ok(Answer { headers, ..Answer::new(StatusCode::NOT_MODIFIED) });
    }
    one(call, &user)
}

/// `PUT /Users/{id}`: what is left out is cleared (RFC 7644 §3.5.1).
pub(super) fn replace(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let before = find(call, id)?;
    let body = call.body()?;
    call.check_version(&before)?;
    let kept = resource::accept(body)?;
    let landing = landing(call, &flatten(body))?;
    keep(call, &before, kept, landing, &Map::new())
}

/// `PATCH /Users/{id}`: answers 200 with the whole user.
pub(super) fn patch(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let before = find(call, id)?;
    let body = call.body()?;
    call.check_version(&before)?;
    let mut patched = resource::with_envelope(&before, &call.base());
    let changes = patch::apply(&mut patched, body).map_err(|error| ScimError::patch(error.scim_type, error.detail))?;
    let touched = changes.iter().map(|change| json!({ change.name.as_str(): change.value }));
    let sent = touched.flat_map(|change| flatten(&change)).collect::<Vec<_>>();
    let kept = resource::accept(&patched)?;
    let landing = landing(call, &sent)?;
    keep(call, &before, kept, landing, &before.profile)
}

/// `DELETE /Users/{id}`
pub(super) fn delete(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let user = find(call, id)?;
    call.check_version(&user)?;
    call.session.remove_user(&user.id)?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

/// `GET /Users`
pub(super) fn list(call: &mut Call<'_>) -> Result<Answer, ScimError> {
    let listing = Listing::from_query(call.parts.uri.query().unwrap_or_default())?;
    page(call, &listing)
}

/// `POST /Users/.search` and `POST /.search` (RFC 7644 §3.4.3)
pub(super) fn search(call: &mut Call<'_>) -> Result<Answer, ScimError> {
    let listing = Listing::from_search(call.body()?)?;
    page(call, &listing)
}

/// Notes for the log whom a request is about, without doing anything.
pub(super) fn identify(call: &mut Call<'_>) -> Result<(), ScimError> {
    if let Some(id) = call.parts.uri.path().strip_prefix("/scim/v2/Users/") {
        if let Some(user) = call.session.user(id)? {
            note(call, &user);
        }
        return Ok(());
    }
    let listing = Listing::from_query(call.parts.uri.query().unwrap_or_default()).unwrap_or_default();
    call.trace.user = match listing.filter.map(|text| filter::read(&text, call.policy)) {
        Some(Ok(Query::UserName(name))) => Some(name),
        _ => call.json().and_then(user_name),
    };
    Ok(())
}

fn page(call: &mut Call<'_>, listing: &Listing) -> Result<Answer, ScimError> {
    let offset = listing.start_index - 1;
    let query = listing.filter.as_deref().map(|text| filter::read(text, call.policy)).transpose()?;
    let (total, users) = match query {
        None => {
            let users = if listing.count == 0 { Vec::new() } else { call.session.users(offset, listing.count)? };
            (call.session.count_users()?, users)
        }
        Some(Query::UserName(name)) => {
            let user = call.session.user_named(&name)?;
            match &user {
                Some(user) => note(call, user),
                None => call.trace.user = Some(name),
            }
            (u64::from(user.is_some()), window(user.into_iter().collect(), offset, listing.count))
        }
        Some(Query::Where(wanted)) => {
            let base = call.base();
            let mut users = call.session.users(0, u64::MAX)?;
            users.retain(|user| filter::matches(&wanted, &resource::present(user, call.policy, &base)));
            (users.len() as u64, window(users, offset, listing.count))
        }
    };
    let base = call.base();
    let show = |user: &User| listing.selection.of(resource::present(user, call.policy, &base));
    let resources: Vec<Value> = users.iter().map(show).collect();
    Ok(Answer::ok(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": listing.start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })))
}

fn window(users: Vec<User>, offset: u64, count: u64) -> Vec<User> {
    let bound = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    users.into_iter().skip(bound(offset)).take(bound(count)).collect()
}

fn find(call: &mut Call<'_>, id: &str) -> Result<User, ScimError> {
    let user = call.session.user(id)?.ok_or_else(|| ScimError::not_found(&format!("The user {id}")))?;
    note(call, &user);
    Ok(user)
}

fn note(call: &mut Call<'_>, user: &User) {
    call.trace.user = Some(user.user_name().to_owned());
    call.trace.resource_id = Some(user.id.clone());
}

fn landing(call: &Call<'_>, sent: &[(AttributeName, Value)]) -> Result<Landing, ScimError> {
    Ok(land(sent, &call.session.mappings()?.mappings))
}

fn keep(
    call: &mut Call<'_>,
    before: &User,
    kept: Map<String, Value>,
    landing: Landing,
    profile: &Map<String, Value>,
) -> Result<Answer, ScimError> {
    let profile = resource::settle(profile, &kept, &landing);
    let mut user = User { resource: kept, profile, ..before.clone() };
    if user != *before {
        user.version += 1;
        user.modified = call.now;
        check_unique(call, &user)?;
        call.session.keep_user(&user)?;
    }
    note(call, &user);
    call.trace.landing = landing;
    one(call, &user)
}

fn check_unique(call: &Call<'_>, user: &User) -> Result<(), ScimError> {
    match call.session.user_named(user.user_name())? {
        Some(other) if other.id != user.id => Err(ScimError::uniqueness(user.user_name())),
        _ => Ok(()),
    }
}

fn one(call: &Call<'_>, user: &User) -> Result<Answer, ScimError> {
    let selection = Listing::from_query(call.parts.uri.query().unwrap_or_default())?.selection;
    let body = selection.of(resource::present(user, call.policy, &call.base()));
    let headers = vec![(ETAG, etag(user))];
    Ok(Answer { headers, body: Content::Json(body), ..Answer::new(StatusCode::OK) })
}

fn user_name(body: &Value) -> Option<String> {
    let is_name = |(key, _): &(&String, &Value)| key.eq_ignore_ascii_case("userName");
    let (_, name) = body.as_object()?.iter().find(is_name)?;
    name.as_str().map(str::to_owned)
}

impl Listing {
    fn from_query(query: &str) -> Result<Self, ScimError> {
        let mut listing = Self::sized(None, None);
        let (mut only, mut except) = (String::new(), String::new());
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let number = || {
                value.trim().parse().map_err(|_| ScimError::invalid_value(format!("{name} must be a whole number.")))
            };
            match name.to_ascii_lowercase().as_str() {
                "filter" => listing.filter = Some(value.into_owned()),
                "startindex" => listing.start_index = Self::sized(Some(number()?), None).start_index,
                "count" => listing.count = Self::sized(None, Some(number()?)).count,
                "attributes" => only = value.into_owned(),
                "excludedattributes" => except = value.into_owned(),
                _ => {}
            }
        }
        listing.selection = Selection::new(only.split(','), except.split(','));
        Ok(listing)
    }

    fn from_search(body: &Value) -> Result<Self, ScimError> {
        let number = |name: &str| match body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(Some(number)),
                None => Err(ScimError::invalid_value(format!("{name} must be a whole number."))),
            },
        };
        let names =
            |name: &str| body.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        Ok(Self {
            filter: body.get("filter").and_then(Value::as_str).map(str::to_owned),
            selection: Selection::new(names("attributes"), names("excludedAttributes")),
            ..Self::sized(number("startIndex")?, number("count")?)
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
}

/// Whether a tenant of this policy can filter on more than userName.
pub(super) const fn filters_freely(policy: Policy) -> bool {
    matches!(policy, Policy::Rfc)
}
