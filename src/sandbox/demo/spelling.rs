//! The day's mishaps about attributes: misspelt names and paths, values in a form that the tenant does not keep, and
//! attributes it has no place for.

use serde_json::{Value, json};

use super::{
    call::Call,
    day::Day,
    entra::{self, enterprise, operation},
    okta,
    people::Directory,
};
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

/// The morning's story: `costCenter` was renamed `costcenter` in the attribute list, and every change with it fails.
pub(super) fn wrong_casing(day: &mut Day, numbers: &[usize]) {
    for &number in numbers {
        if let Some(person) = day.people.get_mut(number) {
            person.promote(&mut day.chance);
        }
        let Some(person) = day.people.get(number).cloned() else { continue };
        day.send(entra::look_up(&person));
        let operations = vec![
            operation("Replace", "title", person.title.as_str()),
            operation("Replace", &enterprise("costcenter"), person.cost_centre.as_str()),
        ];
        day.send(entra::patch(&person, operations).shows("wrong-casing-attribute"));
        day.pause(4);
    }
}

/// The standard spells it organization, the vendor's guide organisation.
pub(super) fn british_spelling(day: &mut Day) {
    for attribute in ["organization", "organization", "organisation"] {
        change(day, &enterprise(attribute), "Northwind Trading", "british-american-spelling");
    }
}

/// The right name under the wrong schema.
pub(super) fn core_department(day: &mut Day) {
    for _ in 0..2 {
        change(day, &format!("{CORE_USER}:department"), "Store Operations", "core-vs-extension-namespace");
    }
}

/// Users where the schema says User.
pub(super) fn urn_misspelt(day: &mut Day) {
    let path = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:Users:department";
    change(day, path, "Logistics", "namespace-urn-misspelt");
}

/// A joiner sent by a connector that still speaks SCIM 1.
pub(super) fn version_one(day: &mut Day) {
    let person = day.newcomer(Directory::Contoso);
    let mut body = okta::user(&person);
    body["schemas"] = json!(["urn:scim:schemas:core:1.0"]);
    day.send(okta::look_up(&person));
    day.send(okta::create(&person).body(body).shows("schemas-missing-or-wrong"));
}

/// A dot between the schema and the attribute.
pub(super) fn dot_for_colon(day: &mut Day) {
    change(day, &format!("{ENTERPRISE_USER}.division"), "Supply chain", "dot-vs-colon-extension-path");
}

/// An extension attribute outside the guide's short list, then its date in two orders as a core attribute.
pub(super) fn start_date(day: &mut Day) {
    change(day, &enterprise("startDate"), "2026-02-01", "extension-attribute-not-allowed");
    change(day, &format!("{CORE_USER}:startDate"), "01/02/2026", "date-format-start-date");
}

/// A path that ends in a dot, as an unfinished entry of the attribute list sends it.
pub(super) fn empty_path(day: &mut Day) {
    change(day, "name.", "Robin", "patch-empty-path-or-trailing-dot");
}

/// The language as Java writes it.
pub(super) fn underscore_in_language(day: &mut Day) {
    change(day, "preferredLanguage", "en_GB", "preferred-language-format");
    change(day, "preferredLanguage", "English", "preferred-language-format");
}

/// The time zone as Windows names it.
pub(super) fn windows_time_zone(day: &mut Day) {
    change(day, "timezone", "GMT Standard Time", "timezone-windows-vs-iana");
    change(day, "timezone", "W. Europe Standard Time", "timezone-windows-vs-iana");
}

/// A title cleared with null, and one with empty text.
pub(super) fn null_title(day: &mut Day) {
    change(day, "title", Value::Null, "null-values");
    change(day, "title", "", "empty-string");
}

/// An address, which the standard mapping sends and this tenant has no place for.
pub(super) fn locality(day: &mut Day) {
    change(day, "addresses[type eq \"work\"].locality", "Leeds", "attribute-not-in-target-schema");
}

/// A joiner with two primary addresses.
pub(super) fn two_primaries(day: &mut Day) {
    let person = day.newcomer(Directory::Contoso);
    let mut body = okta::user(&person);
    body["emails"] = json!([
        {"primary": true, "value": person.user_name, "type": "work"},
        {"primary": true, "value": person.user_name.replace("contoso-retail.com", "mail.example"), "type": "home"},
    ]);
    day.send(okta::look_up(&person));
    let create = okta::create(&person).body(body);
    day.send(create.shows("multiple-primary-or-none"));
}

/// Okta's replacement lacks what the app's profile lost overnight: title, language and time zone go blank.
pub(super) fn half_a_user(day: &mut Day) {
    for _ in 0..2 {
        let Some(person) = day.anyone(Directory::Contoso) else { return };
        day.send(okta::read(&person));
        let mut body = okta::user(&person);
        if let Some(resource) = body.as_object_mut() {
            for lost in ["title", "preferredLanguage", "timezone"] {
                resource.remove(lost);
            }
        }
        day.send(okta::replace(&person, body).shows("put-replaces-and-wipes"));
    }
}

/// Entra finds somebody of Northwind and changes one attribute.
fn change(day: &mut Day, path: &str, value: impl Into<Value>, failure: &'static str) {
    let Some(person) = day.anyone(Directory::Northwind) else { return };
    day.send(entra::look_up(&person));
    let patch: Call = entra::patch(&person, vec![operation("Replace", path, value)]);
    day.send(patch.shows(failure));
}
