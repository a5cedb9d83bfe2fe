//! By which values a person is known, and how requests and refusals call them: logins, addresses and external ids.

use super::super::super::facts::{has_any_word, says};

pub(super) const EXTERNAL_ID: [&str; 6] =
    ["externalid", "external id", "external_id", "external-id", "external identifier", "external user id"];

pub(super) fn names_login(said: &str) -> bool {
    has_any_word(said, &["username", "usernames", "login", "email", "emails", "mail", "upn", "userprincipalname"])
        || says(said, &["user name", "user_name"])
}

pub(super) const fn is_login(name: &str) -> bool {
    name.eq_ignore_ascii_case("username") || name.eq_ignore_ascii_case("emails")
}
