//! What a tenant should hold: lists of plain JSON, changed the obvious way. It knows nothing of the tenant's own code.

use serde_json::{Value, json};

use super::acts::{Act, Edit, Guard, Pick, Team, TeamEdit};
use super::edits::{apply, is_empty, object};
use super::{ENTERPRISE_USER, Policy};
use crate::domain::attribute::CORE_USER;

const BASE: &str = "http://tenant.test/scim/v2";
const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// A user or a group. The members of a group stand in it as `{ value, display }`.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) body: Value,
    /// As it was last told, with what was shown then.
    pub(super) version: i64,
    pub(super) seen: Value,
}

pub(super) struct World {
    pub(super) policy: Policy,
    pub(super) users: Vec<Resource>,
    pub(super) groups: Vec<Resource>,
}

/// Status and `scimType` of a refusal.
pub(super) type Refusal = (u16, Option<&'static str>);
/// The status and the body, where there is one; the version is that of the header.
pub(super) type Outcome = Result<(u16, Option<Value>), Refusal>;

impl World {
    pub(super) fn new(policy: Policy) -> Self {
        Self { policy, users: Vec::new(), groups: Vec::new() }
    }

    fn is_rfc(&self) -> bool {
        self.policy == Policy::Rfc
    }

    /// Does what was asked for; `made` is the id that the tenant gave to what it made.
    pub(super) fn apply(&mut self, act: &Act, made: Option<&str>) -> Outcome {
        match act {
            Act::AddUser(sent) => {
                let body = accepted(sent)?;
                self.check_unique(&body, None)?;
                self.users.push(Resource::new(made, body));
                Ok((201, Some(self.show_user(self.users.len() - 1))))
            }
            Act::PutUser(at, sent, guard) => {
                let at = find(&self.users, *at)?;
                allow(*guard)?;
                self.keep_user(at, accepted(sent)?)
            }
            Act::PatchUser(at, edits, guard) => {
                let at = find(&self.users, *at)?;
                allow(*guard)?;
                // By the RFC the message is held against the schema before anything is tried; by the guide it has none.
                let needed = |edit: &Edit| matches!(edit, Edit::Remove(path) if path == "userName");
                if self.is_rfc() && edits.iter().any(needed) {
                    return Err((400, Some("mutability")));
                }
                let mut body = self.users[at].body.clone();
                edits.iter().try_for_each(|edit| apply(&mut body, edit))?;
                self.keep_user(at, accepted(&body)?)
            }
            Act::DropUser(at, guard) => {
                let at = find(&self.users, *at)?;
                allow(*guard)?;
                let gone = self.users.remove(at);
                self.forget(&gone.id);
                Ok((204, None))
            }
            Act::ReadUser(at, guard) => {
                let at = find(&self.users, *at)?;
                Ok(if is_known(*guard) { (304, None) } else { (200, Some(self.show_user(at))) })
            }
            Act::AddGroup(team) => {
                let body = self.team(team);
                self.groups.push(Resource::new(made, body));
                Ok((201, Some(self.show_group(self.groups.len() - 1))))
            }
            Act::PutGroup(at, team, guard) => {
                let at = find(&self.groups, *at)?;
                allow(*guard)?;
                let mut body = self.team(team);
                // Whoever stays keeps the place.
                settle_members(&mut body, &self.groups[at].body);
                self.keep_group(at, body)
            }
            Act::PatchGroup(at, edits, guard) => {
                let at = find(&self.groups, *at)?;
                allow(*guard)?;
                let mut body = self.groups[at].body.clone();
                edits.iter().try_for_each(|edit| self.apply_team(&mut body, edit))?;
                settle_members(&mut body, &self.groups[at].body);
                self.keep_group(at, body)
            }
            Act::DropGroup(at, guard) => {
                let at = find(&self.groups, *at)?;
                allow(*guard)?;
                let gone = self.groups.remove(at);
                self.forget(&gone.id);
                Ok((204, None))
            }
            Act::ReadGroup(at, guard) => {
                let at = find(&self.groups, *at)?;
                Ok(if is_known(*guard) { (304, None) } else { (200, Some(self.show_group(at))) })
            }
            Act::List(question) => {
                let filter = question.filter.as_ref();
                if !self.is_rfc() && filter.is_some_and(|filter| question.groups || !filter.is_look_up()) {
                    return Err(if question.groups { (501, None) } else { (400, Some("invalidFilter")) });
                }
                if question.groups && !self.is_rfc() {
                    return Err((501, None));
                }
                Ok((200, Some(question.answer(self.all(question.groups), self.is_rfc()))))
            }
        }
    }

    /// Everything of a type as it is shown, in the order of creation.
    pub(super) fn all(&self, groups: bool) -> Vec<Value> {
        if groups {
            (0..self.groups.len()).map(|at| self.show_group(at)).collect()
        } else {
            (0..self.users.len()).map(|at| self.show_user(at)).collect()
        }
    }

    /// The id of one who is there; one too high is nobody.
    pub(super) fn member(&self, at: usize) -> &str {
        let all: Vec<&str> = self.users.iter().chain(&self.groups).map(|one| one.id.as_str()).collect();
        all.get(at % (all.len() + 1)).copied().unwrap_or("nobody")
    }

    fn keep_user(&mut self, at: usize, body: Value) -> Outcome {
        self.check_unique(&body, Some(at))?;
        self.users[at].body = body;
        Ok((200, Some(self.show_user(at))))
    }

    fn keep_group(&mut self, at: usize, body: Value) -> Outcome {
        if members(&body).iter().any(|member| member["value"] == self.groups[at].id.as_str()) {
            return Err((400, Some("invalidValue")));
        }
        self.groups[at].body = body;
        Ok((200, Some(self.show_group(at))))
    }

    /// RFC 7643 §4.1.1: whatever its case, a userName is there once.
    fn check_unique(&self, body: &Value, own: Option<usize>) -> Result<(), Refusal> {
        let name = |body: &Value| body["userName"].as_str().unwrap_or_default().to_lowercase();
        let taken = |(at, user): (usize, &Resource)| Some(at) != own && name(&user.body) == name(body);
        if self.users.iter().enumerate().any(taken) { Err((409, Some("uniqueness"))) } else { Ok(()) }
    }

    /// Nobody is in a group any more after being deleted.
    fn forget(&mut self, id: &str) {
        for group in &mut self.groups {
            group.body["members"] = members(&group.body).into_iter().filter(|member| member["value"] != id).collect();
        }
    }

    fn team(&self, team: &Team) -> Value {
        let mut body = json!({ "displayName": team.name, "members": self.picked(&team.members) });
        if let Some(external) = team.external {
            body["externalId"] = external.into();
        }
        body["members"] = once(members(&body)).into();
        body
    }

    pub(super) fn picked(&self, picks: &[Pick]) -> Value {
        let pick = |(at, display): &Pick| {
            let mut member = json!({ "value": self.member(*at) });
            if let Some(display) = display {
                member["display"] = (*display).into();
            }
            member
        };
        once(picks.iter().map(pick).collect()).into()
    }

    fn apply_team(&self, body: &mut Value, edit: &TeamEdit) -> Result<(), Refusal> {
        match edit {
            TeamEdit::Rename(name) => body["displayName"] = (*name).into(),
            TeamEdit::Know(Some(external)) => body["externalId"] = (*external).into(),
            TeamEdit::Know(None) => drop(object(body).shift_remove("externalId")),
            TeamEdit::Join(picks) => join(body, self.picked(picks)),
            TeamEdit::Replace(picks) => body["members"] = self.picked(picks),
            TeamEdit::Whole(op, name, picks) => {
                body["displayName"] = (*name).into();
                if op.eq_ignore_ascii_case("add") {
                    join(body, self.picked(picks));
                } else {
                    body["members"] = self.picked(picks);
                }
            }
            TeamEdit::Leave(at) => {
                let before = members(body);
                let after: Vec<Value> =
                    before.iter().filter(|member| member["value"] != self.member(*at)).cloned().collect();
                if after.len() == before.len() {
                    return Err((400, Some("noTarget")));
                }
                body["members"] = after.into();
            }
            TeamEdit::LeaveByValue(all) => {
                let gone = |member: &Value| all.iter().any(|at| member["value"] == self.member(*at));
                body["members"] = members(body).into_iter().filter(|member| !gone(member)).collect();
            }
            TeamEdit::Empty => body["members"] = json!([]),
        }
        Ok(())
    }

    /// As the tenant shows it, without versions and times.
    fn show_user(&self, at: usize) -> Value {
        let Resource { id, body, .. } = &self.users[at];
        let mut shown = if self.is_rfc() { body.clone() } else { landed(body) };
        let mut schemas = vec![CORE_USER];
        schemas.extend(shown.get(ENTERPRISE_USER).map(|_| ENTERPRISE_USER));
        shown["schemas"] = schemas.into();
        let groups: Vec<Value> = self
            .groups
            .iter()
            .filter(|group| members(&group.body).iter().any(|member| member["value"] == id.as_str()))
            .map(|group| {
                let (id, display) = (&group.id, &group.body["displayName"]);
                json!({ "value": id, "$ref": format!("{BASE}/Groups/{id}"), "display": display, "type": "direct" })
            })
            .collect();
        if !groups.is_empty() {
            shown["groups"] = groups.into();
        }
        enveloped(shown, "User", id)
    }

    fn show_group(&self, at: usize) -> Value {
        let Resource { id, body, .. } = &self.groups[at];
        let mut shown = body.clone();
        let show = |mut member: Value| {
            let is = |one: &Resource| member["value"] == one.id.as_str();
            // Somebody whom the tenant does not know yet is neither.
            let kind = match (self.users.iter().any(is), self.groups.iter().any(is)) {
                (true, _) => "User",
                (_, true) => "Group",
                _ => return member,
            };
            member["type"] = kind.into();
            member["$ref"] = format!("{BASE}/{kind}s/{}", member["value"].as_str().unwrap()).into();
            member
        };
        let members: Vec<Value> = members(body).into_iter().map(show).collect();
        if members.is_empty() {
            object(&mut shown).shift_remove("members");
        } else {
            shown["members"] = members.into();
        }
        shown["schemas"] = json!([CORE_GROUP]);
        enveloped(shown, "Group", id)
    }
}

impl Resource {
    fn new(id: Option<&str>, body: Value) -> Self {
        Self { id: id.unwrap_or("none was given").to_owned(), body, version: 0, seen: Value::Null }
    }
}

fn enveloped(mut shown: Value, kind: &str, id: &str) -> Value {
    shown["id"] = id.into();
    shown["meta"] = json!({ "resourceType": kind, "location": format!("{BASE}/{kind}s/{id}") });
    shown
}

fn find(all: &[Resource], at: usize) -> Result<usize, Refusal> {
    let at = at % (all.len() + 1);
    if at < all.len() { Ok(at) } else { Err((404, None)) }
}

fn allow(guard: Guard) -> Result<(), Refusal> {
    if guard == Guard::Stale { Err((412, None)) } else { Ok(()) }
}

fn is_known(guard: Guard) -> bool {
    matches!(guard, Guard::Any | Guard::Current)
}

/// What is kept of a user: without what is the tenant's own, nothing that is empty, no value twice.
fn accepted(sent: &Value) -> Result<Value, Refusal> {
    let mut body = sent.clone();
    for own in ["id", "meta", "groups", "password", "schemas"] {
        object(&mut body).shift_remove(own);
    }
    let mut emails: Vec<Value> = Vec::new();
    for email in body["emails"].as_array().into_iter().flatten() {
        if !email["value"].is_string() {
            return Err((400, Some("invalidValue")));
        }
        if !emails.contains(email) {
            emails.push(email.clone());
        }
    }
    body["emails"] = emails.into();
    object(&mut body).retain(|_, value| !is_empty(value));
    Ok(body)
}

/// What Thrive shows: its nine defaults and what is mapped, where they have a value.
fn landed(body: &Value) -> Value {
    let mut shown = json!({});
    for name in ["userName", "title", "active", "externalId"] {
        shown[name] = body[name].clone();
    }
    shown["name"] = body["name"].clone();
    let is_work = |email: &&Value| email["type"] == "work";
    let work = body["emails"].as_array().into_iter().flatten().find(is_work);
    shown["emails"] = work.map(|email| json!({ "type": "work", "value": email["value"] })).into_iter().collect();
    shown[ENTERPRISE_USER] = body[ENTERPRISE_USER].clone();
    without_blanks(&mut shown);
    shown
}

fn without_blanks(value: &mut Value) {
    if let Value::Object(members) = value {
        members.values_mut().for_each(without_blanks);
        members.retain(|_, value| !is_empty(value) && value != "");
    }
}

pub(super) fn members(group: &Value) -> Vec<Value> {
    group["members"].as_array().cloned().unwrap_or_default()
}

fn join(body: &mut Value, more: Value) {
    let mut all = members(body);
    all.extend(more.as_array().unwrap().clone());
    body["members"] = once(all).into();
}

/// Nobody twice; the first word on somebody holds.
fn once(all: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for member in all {
        if !kept.iter().any(|known| known["value"] == member["value"]) {
            kept.push(member);
        }
    }
    kept
}

/// Those who stay stand where they stood; whoever is new or has another display comes after them.
fn settle_members(body: &mut Value, before: &Value) {
    let after = once(members(body));
    let stay = members(before).into_iter().filter(|member| after.contains(member));
    let stay: Vec<Value> = stay.collect();
    let new = after.into_iter().filter(|member| !stay.contains(member)).collect::<Vec<_>>();
    body["members"] = [stay, new].concat().into();
}
