//! Invented people for trials: nobody's real data, and easy to recognise and remove.

use jiff::Timestamp;

use super::{
    mapping::MappingRow,
    profile::IdentityProvider,
    trial::{Dialect, SampleUser},
};

impl Dialect {
    /// The dialect that a directory speaks unless told otherwise.
    #[must_use]
    pub const fn of(identity_provider: IdentityProvider) -> Self {
        match identity_provider {
            IdentityProvider::Entra => Self::Entra,
            IdentityProvider::Okta => Self::Okta,
            IdentityProvider::Other => Self::Rfc,
        }
    }
}

impl SampleUser {
    /// The `number`-th sample person of this moment, with a value for each default attribute (the manager aside,
    /// who would have to exist) and each mapped one. The domain is reserved (RFC 2606), so no mail can go anywhere.
    #[must_use]
    pub fn invent(number: u64, now: Timestamp, mappings: &[MappingRow]) -> Self {
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let tag = format!("{:04x}", (seconds.wrapping_mul(31).wrapping_add(number * 7919)) & 0xffff);
        let user_name = format!("scimtest-{tag}@example.com");
        let mut user = Self::default();
        let defaults = [
            ("userName", user_name.clone()),
            ("name.givenName", "Sample".to_owned()),
            ("name.familyName", format!("Person {tag}")),
            ("emails[type eq \"work\"].value", user_name),
            ("title", "Field Engineer".to_owned()),
            ("preferredLanguage", "en-GB".to_owned()),
            ("timezone", "Europe/London".to_owned()),
            ("active", "true".to_owned()),
        ];
        for (attribute, value) in defaults {
            user.0.insert(attribute.to_owned(), value);
        }
        for row in mappings {
            let short = row.attribute.rsplit(':').next().unwrap_or_default();
            user.0.insert(row.attribute.clone(), example(short, &tag));
        }
        user
    }
}

fn example(short_name: &str, tag: &str) -> String {
    match short_name {
        "employeeNumber" => format!("9{tag}"),
        "costCenter" => "CC-4410".to_owned(),
        "department" => "Sales EMEA".to_owned(),
        "division" => "Field Sales".to_owned(),
        "organization" | "organisation" => "Example Ltd".to_owned(),
        "userType" => "Permanent".to_owned(),
        "startDate" => "2026-01-05".to_owned(),
        other => format!("Test {other}"),
    }
}
