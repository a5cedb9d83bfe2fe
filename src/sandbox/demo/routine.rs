//! The everyday traffic: look-ups, joiners, changes and leavers, nearly all of which succeed.
//! What goes wrong on purpose is in `failures`.

use serde_json::{Value, json};

use super::{
    call::Call,
    day::{Day, Presence, before_end},
    entra::{self, enterprise, operation},
    failures::{self, WRONG_CASING_SINCE},
    okta,
    people::{Directory, Person},
};

/// A directory's first word about somebody: look-up, then create. One in twenty-five carries attributes nobody mapped.
pub(super) fn join(day: &mut Day, number: usize) {
    let Some(person) = day.people.get(number).cloned() else { return };
    let surplus = day.chance.percent(4);
    let (look_up, mut create) = match person.directory {
        Directory::Northwind => (entra::look_up(&person), entra::create(&person)),
        Directory::Contoso => (okta::look_up(&person), okta::create(&person)),
    };
    if surplus {
        create = with_unmapped(create, &person);
    }
    day.send(look_up);
    day.send(create);
    day.presence[number] = Presence::Active(day.clock);
}

/// Attributes that the directory's standard mapping sends and this tenant has no field for.
fn with_unmapped(mut create: Call, person: &Person) -> Call {
    if let Some(body) = create.body.as_object_mut() {
        body.insert("displayName".to_owned(), Value::String(person.full_name()));
        body.insert("phoneNumbers".to_owned(), json!([{"type": "work", "value": person.phone}]));
    }
    create.shows("mapping-absent-silently-dropped")
}

/// Tells the tenant whom somebody reports to.
pub(super) fn set_manager(day: &mut Day, number: usize) {
    let Some(person) = day.people.get(number).cloned() else { return };
    if let Some(manager) = person.manager {
        day.send(entra::set_manager(&person, manager).shows("manager-as-string"));
    }
}

/// Suspends or reinstates somebody.
pub(super) fn set_active(day: &mut Day, number: usize, active: bool) {
    let Some(person) = day.people.get(number).cloned() else { return };
    match person.directory {
        Directory::Northwind => {
            day.send(entra::look_up(&person));
            day.send(entra::set_active(&person, active).shows("boolean-as-string"));
        }
        Directory::Contoso => day.send(okta::set_active(&person, active).shows("patch-without-path")),
    }
    day.presence[number] = if active { Presence::Active(day.clock) } else { Presence::Suspended };
}

/// An administrator tries one person by hand: probe, look-up, change.
pub(super) fn on_demand(day: &mut Day) {
    let guid = day.chance.uuid();
    let Some(person) = day.anyone(Directory::Northwind) else { return };
    day.send(entra::probe(&guid));
    day.send(entra::look_up(&person));
    let operations = change(day, person.number);
    day.send(entra::patch(&person, operations));
}

/// Entra compares one person with the tenant, and changes what differs.
pub(super) fn northwind(day: &mut Day) {
    let Some(person) = day.anyone(Directory::Northwind) else { return };
    let look_up = if day.chance.percent(22) { entra::read(&person) } else { entra::look_up(&person) };
    if day.chance.percent(1) {
        failures::hiccup(day, &look_up);
    }
    match day.chance.below(100) {
        0..34 => day.send(look_up),
        34..40 => {
            day.send(look_up);
            let surplus = surplus(&person, &mut day.chance);
            day.send(surplus);
        }
        40..47 => set_manager(day, person.number),
        _ => {
            day.send(look_up);
            let operations = change(day, person.number);
            day.send(entra::patch(&person, operations));
        }
    }
}

/// A change of attributes that this tenant has no field for.
fn surplus(person: &Person, chance: &mut super::chance::Chance) -> Call {
    let display_name = operation("Replace", "displayName", person.full_name());
    let phone = operation("Add", "phoneNumbers[type eq \"work\"].value", person.phone.clone());
    let operations = match chance.below(3) {
        0 => vec![display_name],
        1 => vec![phone],
        _ => vec![display_name, phone],
    };
    entra::patch(person, operations).shows("mapping-absent-silently-dropped")
}

/// Something happens to a person of Northwind, and this is how Entra says it: one operation an attribute.
fn change(day: &mut Day, number: usize) -> Vec<Value> {
    let correct_cost_centre = day.clock < before_end(WRONG_CASING_SINCE);
    let draw = day.chance.below(100);
    let Some(person) = day.people.get_mut(number) else { return Vec::new() };
    match draw {
        0..45 => {
            person.promote(&mut day.chance);
            vec![operation("Replace", "title", person.title.as_str())]
        }
        45..70 => {
            person.transfer(&mut day.chance);
            let mut operations = vec![
                operation("Replace", &enterprise("department"), person.department),
                operation("Replace", &enterprise("division"), person.division),
            ];
            if correct_cost_centre {
                operations.push(operation("Replace", &enterprise("costCenter"), person.cost_centre.as_str()));
            }
            operations
        }
        70..80 => vec![operation("Replace", "emails[type eq \"work\"].value", person.user_name.as_str())],
        80..88 => vec![operation("Replace", "timezone", person.zone)],
        88..95 => vec![operation("Add", "preferredLanguage", person.language)],
        _ => {
            let (given, family) = (person.given.as_str(), person.family.as_str());
            vec![operation("Replace", "name.givenName", given), operation("Replace", "name.familyName", family)]
        }
    }
}

/// Okta checks or replaces one person.
pub(super) fn contoso(day: &mut Day) {
    let Some(person) = day.anyone(Directory::Contoso) else { return };
    if day.chance.percent(1) {
        failures::hiccup(day, &okta::read(&person));
    }
    match day.chance.below(100) {
        0..30 => day.send(okta::look_up(&person)),
        30..36 => {
            day.send(okta::read(&person));
            let mut body = okta::user(&person);
            body["displayName"] = Value::String(person.full_name());
            day.send(okta::replace(&person, body).shows("mapping-absent-silently-dropped"));
        }
        draw => {
            day.send(okta::read(&person));
            if let Some(person) = day.people.get_mut(person.number) {
                if draw % 3 == 0 { person.transfer(&mut day.chance) } else { person.promote(&mut day.chance) }
            }
            if let Some(person) = day.people.get(person.number) {
                let replace = okta::replace(person, okta::user(person));
                day.send(replace);
            }
        }
    }
}
