//! What can be asked of the tenant, drawn at random from few names and few values, so that things meet.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::list::{Question, any_question};
use super::{ENTERPRISE_USER, Policy};

/// One request. A number picks one of those who are there; one too high picks nobody.
#[derive(Debug, Clone)]
pub(super) enum Act {
    AddUser(Value),
    PutUser(usize, Value, Guard),
    PatchUser(usize, Vec<Edit>, Guard),
    DropUser(usize, Guard),
    ReadUser(usize, Guard),
    AddGroup(Team),
    PutGroup(usize, Team, Guard),
    PatchGroup(usize, Vec<TeamEdit>, Guard),
    DropGroup(usize, Guard),
    ReadGroup(usize, Guard),
    List(Question),
}

/// The entity tag that a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    None,
    Any,
    Current,
    Stale,
}

/// One operation of a PATCH of a user.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    /// `op`, path and value; without path each member of the value is set.
    Set(&'static str, Option<String>, Value),
    Remove(String),
    /// `emails[type eq "…"]`, with a sub-attribute or without.
    SetEmail(&'static str, &'static str, Option<&'static str>, Value),
    RemoveEmail(&'static str, Option<&'static str>),
}

/// A group: what it is called, and its members as numbers of users and groups.
#[derive(Debug, Clone)]
pub(super) struct Team {
    pub(super) name: &'static str,
    pub(super) external: Option<&'static str>,
    pub(super) members: Vec<Pick>,
}

/// A member and what the directory calls it.
pub(super) type Pick = (usize, Option<&'static str>);

/// One operation of a PATCH of a group.
#[derive(Debug, Clone)]
pub(super) enum TeamEdit {
    Rename(&'static str),
    Know(Option<&'static str>),
    Join(Vec<Pick>),
    Replace(Vec<Pick>),
    /// Without path: a name and members.
    Whole(&'static str, &'static str, Vec<Pick>),
    Leave(usize),
    LeaveByValue(Vec<usize>),
    Empty,
}

const NAMES: [&str; 8] = ["ann@x", "ANN@x", "bob@x", "cat@y", "dan@y", "eve@z", "Åsa@z", "åsa@Z"];
const WORDS: [&str; 6] = ["Nurse", "nurse", "Porter", "Ärztin", "a \"b\"", ""];
const TEAMS: [&str; 4] = ["Sales", "sales", "Support", "Ops"];

pub(super) fn any_act(policy: Policy) -> BoxedStrategy<Act> {
    let at = || 0..7_usize;
    let users = prop_oneof![
        6 => any_user(policy).prop_map(Act::AddUser),
        2 => (at(), any_user(policy), any_guard()).prop_map(|(at, user, guard)| Act::PutUser(at, user, guard)),
        6 => (at(), vec(any_edit(policy), 1..4), any_guard()).prop_map(|(at, edits, guard)| Act::PatchUser(at, edits, guard)),
        1 => (at(), any_guard()).prop_map(|(at, guard)| Act::DropUser(at, guard)),
        2 => (at(), any_guard()).prop_map(|(at, guard)| Act::ReadUser(at, guard)),
        4 => any_question().prop_map(Act::List),
    ];
    let groups = prop_oneof![
        4 => any_team().prop_map(Act::AddGroup),
        2 => (at(), any_team(), any_guard()).prop_map(|(at, team, guard)| Act::PutGroup(at, team, guard)),
        5 => (at(), vec(any_team_edit(), 1..3), any_guard()).prop_map(|(at, edits, guard)| Act::PatchGroup(at, edits, guard)),
        1 => (at(), any_guard()).prop_map(|(at, guard)| Act::DropGroup(at, guard)),
        1 => (at(), any_guard()).prop_map(|(at, guard)| Act::ReadGroup(at, guard)),
    ];
    match policy {
        Policy::Thrive => users.boxed(),
        Policy::Rfc => prop_oneof![3 => users, 2 => groups].boxed(),
    }
}

fn any_guard() -> impl Strategy<Value = Guard> {
    prop_oneof![6 => Just(Guard::None), 1 => Just(Guard::Any), 2 => Just(Guard::Current), 1 => Just(Guard::Stale)]
}

fn any_op() -> impl Strategy<Value = &'static str> {
    select(&["add", "replace", "Add", "Replace"][..])
}

fn word() -> impl Strategy<Value = Value> {
    select(&WORDS[..]).prop_map(Value::from)
}

pub(super) fn any_edits() -> impl Strategy<Value = Vec<Edit>> {
    vec(any_edit(Policy::Thrive), 1..4)
}

pub(super) fn any_team_edits() -> impl Strategy<Value = Vec<TeamEdit>> {
    vec(any_team_edit(), 1..4)
}

/// A whole user; now and then with what is not the caller's to set.
pub(super) fn any_user(policy: Policy) -> impl Strategy<Value = Value> {
    let simple = (of(word()), of(word()), of(any::<bool>()), of(select(&["E1", "e1"][..])));
    let complex = (of(any_name()), of(any_emails(policy)), of(any_extension()));
    (select(&NAMES[..]), simple, complex, of(Just(())), 0..8_u8).prop_map(
        |(name, (title, display, active, external), (parts, emails, extension), noise, odd)| {
            let mut user = json!({ "userName": name });
            let fields = [
                ("title", title),
                ("displayName", display),
                ("active", active.map(Value::from)),
                ("externalId", external.map(Value::from)),
                ("name", parts),
                ("emails", emails),
                (ENTERPRISE_USER, extension),
            ];
            for (field, value) in fields.into_iter().filter_map(|(field, value)| Some((field, value?))) {
                user[field] = value;
            }
            if noise.is_some() && odd == 0 {
                user["id"] = "mine".into();
                user["password"] = "secret".into();
                user["groups"] = json!([{ "value": "nobody" }]);
                user["meta"] = json!({ "version": "W/\"99\"" });
            }
            user
        },
    )
}

fn any_name() -> impl Strategy<Value = Value> {
    (of(word()), of(word())).prop_map(|(given, family)| object([("givenName", given), ("familyName", family)]))
}

fn any_extension() -> impl Strategy<Value = Value> {
    let manager = select(&["7", "8"][..]).prop_map(|id| json!({ "value": id }));
    (of(word()), of(word()), of(manager)).prop_map(|(department, cost, manager)| {
        object([("department", department), ("costCenter", cost), ("manager", manager)])
    })
}

/// Emails that differ in value or type, at most one of them the primary. Thrive knows one of type work.
fn any_emails(policy: Policy) -> impl Strategy<Value = Value> {
    let kinds = if policy == Policy::Thrive { &["home", "other"][..] } else { &["work", "home", "other"] };
    let some = vec((select(&["a@x", "b@x", "c@y"][..]), select(kinds)), 0..4);
    (some, of(select(&["a@x", "b@x"][..])), of(0..4_usize)).prop_map(|(mut some, work, primary)| {
        some.extend(work.map(|value| (value, "work")));
        some.sort_unstable();
        some.dedup();
        let show = |(at, (value, kind))| {
            let mut email = json!({ "value": value, "type": kind });
            if primary == Some(at) {
                email["primary"] = true.into();
            }
            email
        };
        some.into_iter().enumerate().map(show).collect()
    })
}

fn any_edit(policy: Policy) -> impl Strategy<Value = Edit> {
    let extension = |name: &str| format!("{ENTERPRISE_USER}:{name}");
    let simple = vec![
        "title".to_owned(),
        "displayName".to_owned(),
        "name.givenName".to_owned(),
        "name.familyName".to_owned(),
        extension("department"),
        extension("costCenter"),
    ];
    let removable = [
        simple.clone(),
        ["active", "externalId", "name", "emails", ENTERPRISE_USER, "userName"].map(str::to_owned).to_vec(),
        vec![extension("manager")],
    ]
    .concat();
    let set = |path: String, value: BoxedStrategy<Value>| {
        (any_op(), value).prop_map(move |(op, value)| Edit::Set(op, Some(path.clone()), value)).boxed()
    };
    let manager = prop_oneof![Just(json!("7")), Just(json!({ "value": "8" }))];
    let mut sets = vec![
        (any_op(), select(simple), prop_oneof![4 => word(), 1 => Just(Value::Null)])
            .prop_map(|(op, path, value)| Edit::Set(op, Some(path), value))
            .boxed(),
        set("active".to_owned(), any::<bool>().prop_map(Value::from).boxed()),
        set("userName".to_owned(), select(&NAMES[..]).prop_map(Value::from).boxed()),
        set("externalId".to_owned(), select(&["E1", "e1"][..]).prop_map(Value::from).boxed()),
        set("name".to_owned(), any_name().boxed()),
        set(extension("manager"), manager.boxed()),
        set(ENTERPRISE_USER.to_owned(), any_extension().boxed()),
        (any_op(), any_part(policy)).prop_map(|(op, value)| Edit::Set(op, None, value)).boxed(),
        select(removable).prop_map(Edit::Remove).boxed(),
    ];
    sets.extend([any_email_edit(policy).boxed(), any_email_edit(policy).boxed()]);
    proptest::strategy::Union::new(sets)
}

fn any_email_edit(policy: Policy) -> impl Strategy<Value = Edit> {
    let kind = || select(&["work", "home"][..]);
    let value = || select(&["a@x", "b@x", "d@z"][..]).prop_map(Value::from);
    let whole = value().prop_map(|value| json!({ "value": value }));
    let list = move |op| any_emails(policy).prop_map(move |value| Edit::Set(op, Some("emails".to_owned()), value));
    // Two of type work are one too many for Thrive, whose profile has one email.
    let added = if policy == Policy::Thrive { list("replace").boxed() } else { list("add").boxed() };
    prop_oneof![
        list("replace"),
        added,
        (any_op(), kind(), value()).prop_map(|(op, kind, value)| Edit::SetEmail(op, kind, Some("value"), value)),
        (any_op(), kind()).prop_map(|(op, kind)| Edit::SetEmail(op, kind, Some("primary"), true.into())),
        (any_op(), kind(), whole).prop_map(|(op, kind, value)| Edit::SetEmail(op, kind, None, value)),
        (kind(), select(&[None, Some("value"), Some("primary")][..]))
            .prop_map(|(kind, sub)| Edit::RemoveEmail(kind, sub)),
    ]
}

/// The value of an operation without path, with keys as Entra and Okta write them.
fn any_part(policy: Policy) -> impl Strategy<Value = Value> {
    let department = format!("{ENTERPRISE_USER}:department");
    let emails = if policy == Policy::Thrive { Just(json!([])).boxed() } else { any_emails(policy).boxed() };
    (of(word()), of(any::<bool>()), of(any_name()), of(word()), of(any_extension()), of(word()), of(emails)).prop_map(
        move |(title, active, name, given, extension, dotted, emails)| {
            object([
                ("title", title),
                ("active", active.map(Value::from)),
                ("name", name),
                ("name.givenName", given),
                (ENTERPRISE_USER, extension),
                (department.as_str(), dotted),
                ("emails", emails),
            ])
        },
    )
}

pub(super) fn any_team() -> impl Strategy<Value = Team> {
    let external = of(select(&["G1", "g1"][..]));
    (select(&TEAMS[..]), external, any_picks()).prop_map(|(name, external, members)| Team { name, external, members })
}

fn any_picks() -> impl Strategy<Value = Vec<Pick>> {
    vec((0..9_usize, of(select(&["Ann", "Bob"][..]))), 0..4)
}

fn any_team_edit() -> impl Strategy<Value = TeamEdit> {
    prop_oneof![
        select(&TEAMS[..]).prop_map(TeamEdit::Rename),
        of(select(&["G1", "g2"][..])).prop_map(TeamEdit::Know),
        any_picks().prop_map(TeamEdit::Join),
        any_picks().prop_map(TeamEdit::Join),
        any_picks().prop_map(TeamEdit::Replace),
        (any_op(), select(&TEAMS[..]), any_picks()).prop_map(|(op, name, picks)| TeamEdit::Whole(op, name, picks)),
        (0..9_usize).prop_map(TeamEdit::Leave),
        vec(0..9_usize, 1..3).prop_map(TeamEdit::LeaveByValue),
        Just(TeamEdit::Empty),
    ]
}

fn object<'k>(fields: impl IntoIterator<Item = (&'k str, Option<Value>)>) -> Value {
    let held = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(held.collect::<Map<_, _>>())
}

impl Edit {
    /// Whether it sets the one name that two copies cannot share.
    pub(super) fn renames(&self) -> bool {
        matches!(self, Self::Set(_, Some(path), _) | Self::Remove(path) if path == "userName")
    }

    /// As it is sent.
    pub(super) fn operation(&self) -> Value {
        let email = |kind: &str, sub: &Option<&str>| {
            let sub = sub.map(|sub| format!(".{sub}")).unwrap_or_default();
            format!("emails[type eq \"{kind}\"]{sub}")
        };
        match self {
            Self::Set(op, Some(path), value) => json!({ "op": op, "path": path, "value": value }),
            Self::Set(op, None, value) => json!({ "op": op, "value": value }),
            Self::Remove(path) => json!({ "op": "remove", "path": path }),
            Self::SetEmail(op, kind, sub, value) => json!({ "op": op, "path": email(kind, sub), "value": value }),
            Self::RemoveEmail(kind, sub) => json!({ "op": "Remove", "path": email(kind, sub) }),
        }
    }
}
