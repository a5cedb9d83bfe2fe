//! How Microsoft Entra ID shapes its requests for an app outside the gallery, without the compliance flag:
//! capital operations, one an attribute, quoted booleans, no User-Agent (Microsoft, "Use SCIM to provision users and groups"
//! and "SCIM 2.0 protocol compliance"). The shapes here are exact; what goes wrong is in `failures`.

use serde_json::{Map, Value, json};
use url::form_urlencoded::byte_serialize;

use super::{
    call::{Call, id_of},
    people::{Directory, Person},
};
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

pub(super) const USERS: &str = "/scim/v2/Users";
pub(super) const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The look-up of a user who cannot exist, which opens every test of the connection and every provision on demand.
pub(super) fn probe(guid: &str) -> Call {
    filtered("userName", guid)
}

/// Does the user exist?
pub(super) fn look_up(person: &Person) -> Call {
    filtered("userName", &person.user_name).about(person.number)
}

/// A look-up by any attribute; Entra only knows `eq`.
pub(super) fn filtered(attribute: &str, value: &str) -> Call {
    let filter = byte_serialize(format!("{attribute} eq \"{value}\"").as_bytes()).collect::<String>();
    Call::new(Directory::Northwind, "GET", format!("{USERS}?filter={filter}"))
}

/// Reads the user by the id that was linked earlier.
pub(super) fn read(person: &Person) -> Call {
    Call::new(Directory::Northwind, "GET", path(person)).about(person.number)
}

/// Creates the user with the attributes that Northwind maps.
pub(super) fn create(person: &Person) -> Call {
    let mut call = Call::new(Directory::Northwind, "POST", USERS).body(user(person)).about(person.number);
    call.only_if_absent = true;
    call
}

/// The body of a create: both schemas, then the mapped attributes.
pub(super) fn user(person: &Person) -> Value {
    json!({
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "externalId": person.external_id,
        "userName": person.user_name,
        "active": true,
        "emails": [{"primary": true, "type": "work", "value": person.user_name}],
        "meta": {"resourceType": "User"},
        "name": {"familyName": person.family, "givenName": person.given},
        "preferredLanguage": person.language,
        "timezone": person.zone,
        "title": person.title,
        ENTERPRISE_USER: {
            "employeeNumber": person.employee_number,
            "costCenter": person.cost_centre,
            "department": person.department,
            "division": person.division,
        },
        "roles": [],
    })
}

/// One operation of a PATCH.
pub(super) fn operation(op: &str, path: &str, value: impl Into<Value>) -> Value {
    json!({"op": op, "path": path, "value": value.into()})
}

/// A path into the enterprise extension, as Entra writes it.
pub(super) fn enterprise(attribute: &str) -> String {
    format!("{ENTERPRISE_USER}:{attribute}")
}

/// Changes the user.
pub(super) fn patch(person: &Person, operations: Vec<Value>) -> Call {
    let body = Map::from_iter([
        ("schemas".to_owned(), json!([PATCH_OP])),
        ("Operations".to_owned(), Value::Array(operations)),
    ]);
    Call::new(Directory::Northwind, "PATCH", path(person)).body(Value::Object(body)).about(person.number)
}

/// Sets the manager: a request of its own, with the bare id as text.
pub(super) fn set_manager(person: &Person, manager: usize) -> Call {
    patch(person, vec![operation("Add", &enterprise("manager"), id_of(manager))])
}

/// Switches the user on or off, with the boolean in quotes.
pub(super) fn set_active(person: &Person, active: bool) -> Call {
    patch(person, vec![operation("Replace", "active", if active { "True" } else { "False" })])
}

/// Thirty days after the soft deletion in Entra, the user is deleted for good.
pub(super) fn delete(person: &Person) -> Call {
    Call::new(Directory::Northwind, "DELETE", path(person))
}

fn path(person: &Person) -> String {
    format!("{USERS}/{}", id_of(person.number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::demo::{chance::Chance, people::hire};

    #[test]
    fn requests_have_entras_exact_shape() {
        let people = hire(40, &mut Chance::new(1));
        assert_eq!(look_up(&people[1]).path, "/scim/v2/Users?filter=userName+eq+%22amelia.hart%40northwind.co%22");
        let create = create(&people[1]).body;
        assert_eq!(create["schemas"].as_array().map(Vec::len), Some(2));
        assert_eq!(create["active"], json!(true));
        let leave = set_active(&people[1], false);
        assert_eq!(leave.path, "/scim/v2/Users/{id:1}");
        assert_eq!(
            leave.body,
            json!({"schemas": [PATCH_OP], "Operations": [{"op": "Replace", "path": "active", "value": "False"}]})
        );
        assert_eq!(set_manager(&people[1], 0).body["Operations"][0]["value"], "{id:0}");
    }
}
