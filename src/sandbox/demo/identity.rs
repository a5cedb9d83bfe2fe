//! The day's mishaps about who is who: people created twice, deleted, renamed, looked up by the wrong value, or led by
//! somebody whom the tenant does not know.

use serde_json::{Value, json};

use super::{
    call::Call,
    day::Day,
    entra::{self, USERS, enterprise, operation},
    okta,
    people::{Directory, Person},
};

/// The manager is not assigned to the app, so that the tenant has never given them an id.
pub(super) fn manager_out_of_scope(day: &mut Day) {
    let stranger = day.newcomer(Directory::Northwind);
    for _ in 0..2 {
        let Some(person) = day.anyone(Directory::Northwind) else { return };
        day.send(entra::look_up(&person));
        day.send(entra::set_manager(&person, stranger.number).shows("manager-unresolved"));
    }
}

/// Entra says nothing of a cleared manager or sends empty text, depending on the mapping's default.
pub(super) fn manager_cleared(day: &mut Day) {
    let Some(person) = day.anyone(Directory::Northwind) else { return };
    day.send(entra::look_up(&person));
    let empty = entra::patch(&person, vec![operation("Replace", &enterprise("manager"), "")]);
    day.send(empty.shows("manager-empty-or-removal"));
}

/// An administrator adds externalId as a second matching attribute; the tenant filters by userName alone.
pub(super) fn second_matching_attribute(day: &mut Day) {
    for _ in 0..3 {
        let Some(person) = day.anyone(Directory::Northwind) else { return };
        let look_up = entra::filtered("externalId", &person.external_id).about(person.number);
        day.send(look_up.shows("filter-unsupported-attribute"));
        day.pause(14);
    }
    let Some(person) = day.anyone(Directory::Northwind) else { return };
    let by_email = entra::filtered("emails[type eq \"work\"].value", &person.user_name);
    day.send(by_email.shows("filter-unsupported-attribute"));
}

/// A guest of another organisation, with the name that Entra gives to guests.
pub(super) fn guest(day: &mut Day) {
    let mut person = day.newcomer(Directory::Northwind);
    let local = person.user_name.split('@').next().unwrap_or_default().to_owned();
    person.user_name = format!("{local}_gmail.com#EXT#@northwind.onmicrosoft.com");
    person.title = "External Adviser".to_owned();
    day.send(entra::look_up(&person));
    day.send(entra::create(&person).shows("email-domain-not-allowed"));
}

/// A name copied from a spreadsheet ends in a no-break space.
pub(super) fn trailing_blank(day: &mut Day) {
    let mut person = day.newcomer(Directory::Northwind);
    person.user_name.push('\u{a0}');
    day.send(entra::look_up(&person));
    day.send(entra::create(&person).shows("whitespace-or-unicode"));
}

/// A source without a userPrincipalName, because the mapping's expression yields nothing; tried in two cycles.
pub(super) fn nobody_named(day: &mut Day) {
    let person = day.newcomer(Directory::Northwind);
    for _ in 0..2 {
        let mut body = entra::user(&person);
        if let Some(resource) = body.as_object_mut() {
            resource.remove("userName");
        }
        let create = Call::new(Directory::Northwind, "POST", USERS).body(body);
        day.send(create.shows("required-attribute-missing"));
        day.pause(40 * 60);
    }
}

/// A script of Contoso leaves the plus sign as it is: the tenant reads a blank, finds nobody, and the create collides.
pub(super) fn plus_address(day: &mut Day) {
    let mut person = day.newcomer(Directory::Contoso);
    person.user_name = person.user_name.replace('@', "+pos@");
    day.send(okta::look_up(&person));
    day.send(okta::create(&person));
    for minutes in [12, 55] {
        day.pause(minutes * 60);
        let path = okta::look_up(&person).path.replace("%2B", "+");
        day.send(Call::new(Directory::Contoso, "GET", path).shows("special-characters-in-lookup"));
        day.send(okta::create(&person).regardless().shows("conflict-existing-user"));
    }
}

/// A cycle and a provision on demand both find nobody; the slower create collides.
pub(super) fn both_at_once(day: &mut Day) {
    let person = day.newcomer(Directory::Northwind);
    let guid = day.chance.uuid();
    day.send(entra::probe(&guid));
    day.send(entra::look_up(&person));
    day.send(entra::look_up(&person));
    day.send(entra::create(&person));
    day.send(entra::create(&person).regardless().shows("conflict-existing-user"));
    if let Some(manager) = person.manager {
        day.send(entra::set_manager(&person, manager));
    }
}

/// Somebody leaves Contoso and comes back: Okta creates them again and meets the suspended account.
pub(super) fn returner(day: &mut Day) {
    let person = day.newcomer(Directory::Contoso);
    day.send(okta::look_up(&person));
    day.send(okta::create(&person));
    day.pause(45 * 60);
    day.send(okta::set_active(&person, false));
    for minutes in [80, 9] {
        day.pause(minutes * 60);
        day.send(okta::create(&person).regardless().shows("soft-delete-recreate-conflict"));
    }
    day.pause(30 * 60);
    day.send(okta::set_active(&person, true));
}

/// An account is deleted for good while Entra still holds its id; the person then comes back as somebody new.
pub(super) fn deleted_for_good(day: &mut Day) {
    let person = day.newcomer(Directory::Northwind);
    day.send(entra::look_up(&person));
    day.send(entra::create(&person));
    day.pause(9 * 60);
    day.send(entra::delete(&person).shows("hard-delete-data-loss"));
    for _ in 0..3 {
        day.pause(40 * 60);
        day.send(entra::patch(&person, vec![new_title(&person)]).shows("anchor-lost-404"));
    }
    day.pause(55 * 60);
    day.send(entra::look_up(&person));
    day.send(entra::create(&person).regardless());
}

fn new_title(person: &Person) -> Value {
    json!({"op": "Replace", "path": "title", "value": format!("Senior {}", person.title)})
}
