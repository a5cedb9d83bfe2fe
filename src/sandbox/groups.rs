//! The Groups endpoint (RFC 7644 §3), only by the RFC's rules: the vendor's guide knows no groups. A member may
//! be anybody, as no RFC asks that it be known yet; the `type` and `$ref` of one who is of this tenant are worked out, its
//! `display` is what the directory sent and never made up.

use std::collections::HashSet;

use axum::http::StatusCode;
use axum::http::header::{ETAG, LOCATION};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Content};
use super::data::{Group, Member};
use super::error::ScimError;
use super::resource::{self, Selection};
use super::schema::{self, CORE_GROUP, ResourceKind};
use super::service::Call;
use super::version;
use crate::scim::patch;

/// `POST /Groups`
pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, ScimError> {
    let (resource, members) = accept(call.body()?)?;
    let id = resource::new_id();
    let group = Group { id, resource, created: call.now, modified: call.now, version: 1 };
    call.session.add_group(&group)?;
    settle_members(call, &group, &[], &members, false)?;
    call.trace.resource_id = Some(group.id.clone());
    let mut answer = one(call, &group)?;
    answer.status = StatusCode::CREATED;
    Ok(answer)
}

/// `GET /Groups/{id}`
pub(super) fn read(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let group = find(call, id)?;
    call.check_match("group", group.version)?;
    if call.has_version(group.version) {
        let headers = vec![(ETAG, version::etag(group.version))];
        return Ok(Answer { headers, ..Answer::new(StatusCode::NOT_MODIFIED) });
    }
    one(call, &group)
}

/// `PUT /Groups/{id}`: what is left out is cleared (RFC 7644 §3.5.1).
pub(super) fn replace(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let before = find(call, id)?;
    let body = call.body()?;
    call.check_version("group", before.version)?;
    let (resource, members) = accept(body)?;
    keep(call, &before, resource, &members)
}

/// `PATCH /Groups/{id}`: answers 200 with the whole group.
pub(super) fn patch(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let before = find(call, id)?;
    let body = call.body()?;
    call.check_version("group", before.version)?;
    resource::check_message(body, patch::MESSAGE)?;
    schema::check_patch(ResourceKind::Group, body)?;
    let mut patched = present(call, &before, true)?;
    patch::apply_with(&mut patched, body, call.missing())
        .map_err(|error| ScimError::patch(error.scim_type, error.detail))?;
    let (resource, members) = accept(&patched)?;
    keep(call, &before, resource, &members)
}

/// `DELETE /Groups/{id}`
pub(super) fn delete(call: &mut Call<'_>, id: &str) -> Result<Answer, ScimError> {
    let group = find(call, id)?;
    call.check_version("group", group.version)?;
    for (member, _) in call.session.members(id)? {
        call.session.touch_user(&member.id, call.now)?;
    }
    call.session.leave_all(id, call.now)?;
    call.session.remove_group(id)?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

/// What the tenant answers for a group.
pub(super) fn present(call: &Call<'_>, group: &Group, with_members: bool) -> Result<Value, ScimError> {
    let base = call.base();
    let mut body = Map::new();
    body.insert("schemas".to_owned(), json!([CORE_GROUP]));
    body.insert("id".to_owned(), json!(group.id));
    body.extend(group.resource.clone());
    let members = if with_members { call.session.members(&group.id)? } else { Vec::new() };
    if !members.is_empty() {
        let show = |(member, kind): (Member, Option<String>)| {
            let mut shown = json!({ "value": member.id });
            if let Some(kind) = ResourceKind::ALL.into_iter().find(|known| Some(known.name()) == kind.as_deref()) {
                shown["$ref"] = resource::location(kind, &member.id, &base).into();
                shown["type"] = kind.name().into();
            }
            if let Some(display) = member.display {
                shown["display"] = display.into();
            }
            shown
        };
        body.insert("members".to_owned(), members.into_iter().map(show).collect());
    }
    let times = (group.created, group.modified);
    body.insert("meta".to_owned(), resource::meta(ResourceKind::Group, &group.id, times, group.version, &base));
    Ok(Value::Object(body))
}

fn find(call: &mut Call<'_>, id: &str) -> Result<Group, ScimError> {
    let group = call.session.group(id)?.ok_or_else(|| ScimError::not_found(&format!("The group {id}")))?;
    call.trace.resource_id = Some(group.id.clone());
    Ok(group)
}

fn one(call: &Call<'_>, group: &Group) -> Result<Answer, ScimError> {
    let selection = Selection::from_query(call.parts.uri.query().unwrap_or_default());
    let body = selection.of(present(call, group, selection.shows("members"))?);
    let location = resource::location(ResourceKind::Group, &group.id, &call.base());
    let headers = vec![(ETAG, version::etag(group.version)), (LOCATION, location)];
    Ok(Answer { headers, body: Content::Json(body), ..Answer::new(StatusCode::OK) })
}

/// A group as the tenant keeps it, and its members.
fn accept(body: &Value) -> Result<(Map<String, Value>, Vec<Member>), ScimError> {
    let sent = body.as_object().ok_or_else(|| ScimError::invalid_syntax("The body is not a JSON object."))?;
    resource::check_schemas(sent.get("schemas"), ResourceKind::Group)?;
    let mut resource = schema::conform(ResourceKind::Group, sent)?;
    match resource.get("displayName").and_then(Value::as_str) {
        Some(name) if !name.trim().is_empty() => {}
        _ => return Err(ScimError::invalid_value("displayName is required and may not be empty.")),
    }
    let (mut members, mut seen) = (Vec::new(), HashSet::new());
    for member in resource.shift_remove("members").as_ref().and_then(Value::as_array).into_iter().flatten() {
        let Some(id) = member["value"].as_str() else {
            return Err(ScimError::invalid_value("Each of members must have a value, the id of a user or group."));
        };
        if seen.insert(id.to_owned()) {
            let display = member["display"].as_str().map(str::to_owned);
            members.push(Member { id: id.to_owned(), display });
        }
    }
    Ok((resource, members))
}

fn keep(
    call: &mut Call<'_>,
    before: &Group,
    resource: Map<String, Value>,
    members: &[Member],
) -> Result<Answer, ScimError> {
    let known: Vec<Member> = call.session.members(&before.id)?.into_iter().map(|(member, _)| member).collect();
    let same = {
        let known: HashSet<&Member> = known.iter().collect();
        known.len() == members.len() && members.iter().all(|member| known.contains(member))
    };
    let mut group = Group { resource, ..before.clone() };
    if group == *before && same {
        return one(call, &group);
    }
    if members.iter().any(|member| member.id == group.id) {
        return Err(ScimError::invalid_value("members names the group itself."));
    }
    group.version += 1;
    group.modified = call.now;
    call.session.keep_group(&group)?;
    let renamed = group.resource.get("displayName") != before.resource.get("displayName");
    settle_members(call, &group, &known, members, renamed)?;
    one(call, &group)
}

/// Puts in whoever is new and takes out whoever is gone. Those whose `groups` look different now have a new version, and
/// only those: what a member is called in the group is not shown there.
fn settle_members<'m>(
    call: &Call<'_>,
    group: &Group,
    known: &'m [Member],
    members: &'m [Member],
    renamed: bool,
) -> Result<(), ScimError> {
    let before: HashSet<&Member> = known.iter().collect();
    let after: HashSet<&Member> = members.iter().collect();
    let ids = |members: &HashSet<&'m Member>| members.iter().map(|member| member.id.as_str()).collect();
    let (was, is): (HashSet<&str>, HashSet<&str>) = (ids(&before), ids(&after));
    for gone in before.difference(&after) {
        call.session.leave(&group.id, &gone.id)?;
        if !is.contains(gone.id.as_str()) {
            call.session.touch_user(&gone.id, call.now)?;
        }
    }
    for member in members {
        let stays = before.contains(member);
        if !stays {
            call.session.join(&group.id, member)?;
        }
        if renamed || !was.contains(member.id.as_str()) {
            call.session.touch_user(&member.id, call.now)?;
        }
    }
    Ok(())
}
