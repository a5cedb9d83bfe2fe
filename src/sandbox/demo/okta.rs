//! How Okta shapes its requests: an existence check with paging, whole-resource updates after a read, and path-less
//! PATCHes that switch a user on and off (Okta, "SCIM 2.0 protocol reference"). What goes wrong is in `failures`.

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::{
    call::{Call, id_of},
    entra::{PATCH_OP, USERS},
    people::{Directory, Person},
};
use crate::domain::attribute::{CORE_USER, ENTERPRISE_USER};

/// What Okta calls itself.
pub(super) const USER_AGENT: &str = "Okta SCIM Client 1.0.0";

/// The test of the connection: the first two users.
pub(super) fn test_connection() -> Call {
    Call::new(Directory::Contoso, "GET", format!("{USERS}?startIndex=1&count=2"))
}

/// Does the user exist?
pub(super) fn look_up(person: &Person) -> Call {
    look_up_as(&person.user_name).about(person.number)
}

/// The existence check for a name as somebody typed it.
pub(super) fn look_up_as(user_name: &str) -> Call {
    let filter = format!("userName eq \"{user_name}\"");
    let filter = byte_serialize(filter.as_bytes()).collect::<String>().replace('+', "%20");
    Call::new(Directory::Contoso, "GET", format!("{USERS}?filter={filter}&startIndex=1&count=100"))
}

/// Reads the user, always before a replacement.
pub(super) fn read(person: &Person) -> Call {
    Call::new(Directory::Contoso, "GET", path(person)).about(person.number)
}

/// Creates the user.
pub(super) fn create(person: &Person) -> Call {
    let mut call = Call::new(Directory::Contoso, "POST", USERS).body(user(person)).about(person.number);
    call.only_if_absent = true;
    call
}

/// The body of a create and of a replacement, with the attributes of Contoso's app profile.
pub(super) fn user(person: &Person) -> Value {
    json!({
        "schemas": [CORE_USER, ENTERPRISE_USER],
        "userName": person.user_name,
        "name": {"givenName": person.given, "familyName": person.family},
        "emails": [{"primary": true, "value": person.user_name, "type": "work"}],
        "title": person.title,
        "preferredLanguage": person.language,
        "timezone": person.zone,
        "externalId": person.external_id,
        "groups": [],
        "active": true,
        ENTERPRISE_USER: {
            "employeeNumber": person.employee_number,
            "costCenter": person.cost_centre,
            "department": person.department,
        },
    })
}

/// Replaces the whole user.
pub(super) fn replace(person: &Person, body: Value) -> Call {
    let mut body = body;
    if let Some(resource) = body.as_object_mut() {
        resource.insert("id".to_owned(), Value::String(id_of(person.number)));
    }
    Call::new(Directory::Contoso, "PUT", path(person)).body(body).about(person.number)
}

/// Switches the user on or off: one operation without a path.
pub(super) fn set_active(person: &Person, active: bool) -> Call {
    patch(person, &json!({"op": "replace", "value": {"active": active}}))
}

/// A PATCH of one operation.
pub(super) fn patch(person: &Person, operation: &Value) -> Call {
    let body = json!({"schemas": [PATCH_OP], "Operations": [operation]});
    Call::new(Directory::Contoso, "PATCH", path(person)).body(body).about(person.number)
}

fn path(person: &Person) -> String {
    format!("{USERS}/{}", id_of(person.number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::demo::{chance::Chance, people::hire};

    #[test]
    fn requests_have_oktas_exact_shape() {
        let people = hire(40, &mut Chance::new(1));
        let person = &people[24];
        assert_eq!(person.directory, Directory::Contoso);
        let check = look_up_as("k.marchetti@contoso-retail.com");
        assert_eq!(
            check.path,
            "/scim/v2/Users?filter=userName%20eq%20%22k.marchetti%40contoso-retail.com%22&startIndex=1&count=100"
        );
        let leave = set_active(person, false);
        assert_eq!(leave.body["Operations"], json!([{"op": "replace", "value": {"active": false}}]));
        assert_eq!(replace(person, user(person)).body["id"], "{id:24}");
    }
}
