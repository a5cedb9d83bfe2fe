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
            if !user.0.contains_key(&row.attribute) {
                user.0.insert(row.attribute.clone(), example(&row.attribute, &tag));
            }
        }
        user
    }
}

/// A value of the kind that an attribute's name promises. The telephone number is one that Ofcom keeps for drama.
fn example(attribute: &str, tag: &str) -> String {
    let short = match attribute.find('[') {
        Some(filter) => &attribute[..filter],
        None => attribute,
    };
    let short = short.rsplit(':').next().unwrap_or_default();
    match short {
        "employeeNumber" => format!("9{:05}", u32::from_str_radix(tag, 16).unwrap_or_default()),
        "costCenter" | "costCentre" => "CC-4410".to_owned(),
        "department" => "Sales EMEA".to_owned(),
        "division" => "Field Sales".to_owned(),
        "organization" | "organisation" => "Example Ltd".to_owned(),
        "userType" => "Permanent".to_owned(),
        "displayName" => format!("Sample Person {tag}"),
        "locale" => "en-GB".to_owned(),
        "emails" => format!("scimtest-{tag}@example.com"),
        "phoneNumbers" => "+44 20 7946 0123".to_owned(),
        "manager" => String::new(),
        other if other.to_ascii_lowercase().ends_with("date") => "2026-01-05".to_owned(),
        other if other.to_ascii_lowercase().ends_with("url") => "https://example.com/".to_owned(),
        other => format!("Test {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mapped_attribute_gets_a_value_of_its_kind() {
        let now = "2026-11-23T14:38:00Z".parse().unwrap();
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let row = |attribute: &str| MappingRow { attribute: attribute.to_owned(), field: "x".to_owned() };
        let shorts = ["costCenter", "manager", "employeeNumber", "startDate", "team"];
        let mut rows: Vec<MappingRow> = shorts.iter().map(|short| row(&format!("{enterprise}:{short}"))).collect();
        rows.extend([row("phoneNumbers[type eq \"work\"].value"), row("title")]);
        let user = SampleUser::invent(1, now, &rows);
        let values = shorts.map(|short| user.get(&format!("{enterprise}:{short}")));
        assert_eq!((values[0], values[1], values[3], values[4]), ("CC-4410", "", "2026-01-05", "Test team"));
        assert!(values[2].len() == 6 && values[2].chars().all(|c| c.is_ascii_digit()), "{}", values[2]);
        assert_eq!(user.get("phoneNumbers[type eq \"work\"].value"), "+44 20 7946 0123");
        assert_eq!(user.get("title"), "Field Engineer", "a default attribute keeps its own value");
        assert!(user.get("userName").ends_with("@example.com"));
    }

    #[test]
    fn the_next_sample_is_another_person() {
        let now = "2026-11-23T14:38:00Z".parse().unwrap();
        let names: Vec<String> =
            (1..4).map(|number| SampleUser::invent(number, now, &[]).get("userName").to_owned()).collect();
        assert!(names[0] != names[1] && names[1] != names[2], "{names:?}");
    }
}
