//! The Users endpoint (RFC 7644 §3): create, read, replace, patch, delete and look up.
//! Every write works out what lands by the mappings in force at that moment, as the real tenant does.

use axum::http::StatusCode;
use axum::http::header::{ETAG, LOCATION};
use serde_json::{Map, Value, json};

use super::Policy;
use super::answer::{Answer, Content};
use super::data::User;
use super::error::ScimError;
use super::filter::{self, Query};
use super::listing::{self, Listing};
use super::resource::{self, Selection};
use super::schema::{self, ResourceKind};
use super::service::Call;
use super::version::etag;
use crate::domain::attribute::AttributeName;
use crate::domain::landing::{Landing, flatten, land};
use crate::scim::patch;

/// `POST /Users`
pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, ScimError> {
    let body = call.body()?;
    call.trace.user = user_name(body);
    let kept = accept(call, body)?;
    let landing = landing(call, &flatten(body))?;
    let user = User {
        id: resource::new_id(),
        profile: resource::settle(&Map::new(), &Map::new(), &kept, &landing),
        resource: kept,
        created: call.now,
        modified: call.now,
        version: 1,
    };
    check_unique(call, &user)?;
    let answer = Answer { status: StatusCode::CREATED, ..one(call, &user)? };
    call.session.add_user(&user)?;
    call.trace.resource_id = Some(user.id);
    call.trace.landing = landing;
    Ok(answer)
}

/// `GET /Users/{id}`
pub(super) fn read(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let user = find(call, id)?;
    call.check_match("user", user.version)?;
    if call.has_version(user.version) {
        let headers = vec![(ETAG, etag(user.version))];
        return Ok(Answer { headers, ..Answer::new(StatusCode::NOT_MODIFIED) });
    }
    one(call, &user)
}

/// `PUT /Users/{id}`: what is left out is cleared (RFC 7644 §3.5.1).
pub(super) fn replace(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let before = find(call, id)?;
    let body = call.body()?;
    call.check_version("user", before.version)?;
    let kept = accept(call, body)?;
    let landing = landing(call, &flatten(body))?;
    keep(call, &before, kept, landing, &Map::new())
}

/// `PATCH /Users/{id}`: answers 200 with the whole user.
pub(super) fn patch(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let before = find(call, id)?;
    let body = call.body()?;
    call.check_version("user", before.version)?;
    resource::check_message(body, patch::MESSAGE)?;
    if call.policy == Policy::Rfc {
        schema::check_patch(ResourceKind::User, body)?;
    }
    let mut patched = resource::with_envelope(&before, &call.base());
    let changes = patch::apply_with(&mut patched, body, call.missing())
        .map_err(|error| ScimError::patch(error.scim_type, error.detail))?;
    let touched = changes.iter().map(|change| json!({ change.name.as_str(): change.value }));
    let sent = touched.flat_map(|change| flatten(&change)).collect::<Vec<_>>();
    let kept = accept(call, &patched)?;
    let landing = landing(call, &sent)?;
    keep(call, &before, kept, landing, &before.profile)
}

/// `DELETE /Users/{id}`
pub(super) fn delete(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let user = find(call, id)?;
    call.check_version("user", user.version)?;
    call.session.leave_all(&user.id, call.now)?;
    call.session.remove_user(&user.id)?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

/// `GET /Users`
pub(super) fn list(call: &mut Call<'_>) -> Result<Answer, ScimError> {
    listing::list(call, &[ResourceKind::User])
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

fn find(call: &mut Call<'_>, id: &str) -> Result<User, ScimError> {
    let user = call.session.user(id)?.ok_or_else(|| ScimError::not_found(&format!("The user {id}")))?;
    note(call, &user);
    Ok(user)
}

pub(super) fn note(call: &mut Call<'_>, user: &User) {
    call.trace.user = Some(user.user_name().to_owned());
    call.trace.resource_id = Some(user.id.clone());
}

/// What the tenant keeps of a user: by the guide all that was sent, so that a later mapping can be shown what it would
/// have done; by the RFC what the schema has.
fn accept(call: &Call<'_>, body: &Value) -> Result<Map<String, Value>, ScimError> {
    let kept = resource::accept(body)?;
    match call.policy {
        Policy::Thrive => Ok(kept),
        Policy::Rfc => schema::conform(ResourceKind::User, &kept),
    }
}

/// What the tenant answers for a user; by the RFC with its groups (RFC 7643 §4.1.2), those that it is in itself.
pub(super) fn present(call: &Call<'_>, user: &User, selection: &Selection) -> Result<Value, ScimError> {
    let base = call.base();
    let mut shown = resource::present(user, call.policy, &base);
    if call.policy == Policy::Thrive || !selection.shows("groups") {
        return Ok(shown);
    }
    let groups = call.session.groups_of(&user.id)?;
    if let (false, Some(members)) = (groups.is_empty(), shown.as_object_mut()) {
        let show = |(id, display): (String, Option<String>)| {
            let reference = resource::location(ResourceKind::Group, &id, &base);
            json!({ "value": id, "$ref": reference, "display": display, "type": "direct" })
        };
        members.insert("groups".to_owned(), groups.into_iter().map(show).collect());
    }
    Ok(shown)
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
    let profile = resource::settle(profile, &before.resource, &kept, &landing);
    let mut user = User { resource: kept, profile, ..before.clone() };
    let changed = user != *before;
    if changed {
        user.version += 1;
        user.modified = call.now;
        check_unique(call, &user)?;
    }
    let answer = one(call, &user)?;
    if changed {
        call.session.keep_user(&user)?;
    }
    note(call, &user);
    call.trace.landing = landing;
    Ok(answer)
}

fn check_unique(call: &Call<'_>, user: &User) -> Result<(), ScimError> {
    match call.session.user_named(user.user_name())? {
        Some(other) if other.id != user.id => Err(ScimError::uniqueness(user.user_name())),
        _ => Ok(()),
    }
}

fn one(call: &Call<'_>, user: &User) -> Result<Answer, ScimError> {
    let selection = Selection::from_query(call.parts.uri.query().unwrap_or_default());
    let body = selection.of(present(call, user, &selection)?);
    let location = resource::location(ResourceKind::User, &user.id, &call.base());
    let headers = vec![(ETAG, etag(user.version)), (LOCATION, location)];
    Ok(Answer { headers, body: Content::Json(body), ..Answer::new(StatusCode::OK) })
}

fn user_name(body: &Value) -> Option<String> {
    let is_name = |(key, _): &(&String, &Value)| key.eq_ignore_ascii_case("userName");
    let (_, name) = body.as_object()?.iter().find(is_name)?;
    name.as_str().map(str::to_owned)
}

/// Whether a tenant of this policy can filter on more than userName.
pub(super) const fn filters_freely(policy: Policy) -> bool {
    matches!(policy, Policy::Rfc)
}
