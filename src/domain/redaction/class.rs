//! Which members of a document are personal, and how each is aliased. A new personal attribute is added here.
//! It only classifies by names and shapes around a value; it never looks at the value itself.

use serde_json::{Map, Value};

/// How a personal value is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Class {
    /// A user name or e-mail address.
    Login,
    /// A whole name.
    FullName,
    /// A given or middle name.
    GivenName,
    /// A family name.
    FamilyName,
    /// A nickname.
    NickName,
    /// A telephone number.
    Phone,
    /// A street, town or whole address.
    Address,
    /// A postal code, IP address or other thing whose shape matters.
    Shape,
    /// An id that leads to a person outside the tenant.
    Identifier,
    /// An id of the tenant: kept when opaque.
    Opaque,
    /// An address on the web.
    Link,
    /// A secret: only dots are left.
    Secret,
}

impl Class {
    /// Whether a value of this class tells one person from all others.
    pub(super) const fn identifies(self) -> bool {
        matches!(self, Self::Login | Self::Identifier | Self::Opaque)
    }
}

/// Where in a document a value stands: the attribute around it, and its own name, both lower-case.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    parent: String,
    name: String,
    /// Within something that is no person: a group, an application.
    thing: bool,
}

/// A value that is named by a sibling.
pub(super) struct Named<'m> {
    /// The member that holds the attribute's name.
    pub(super) name: &'static str,
    /// The attribute.
    pub(super) attribute: &'m str,
    /// The members that hold its values, lower-case.
    pub(super) values: &'static [&'static str],
}

const THINGS: [&str; 12] = [
    "serviceprincipal",
    "sourcesystem",
    "targetsystem",
    "initiatedby",
    "groups",
    "roles",
    "entitlements",
    "group",
    "application",
    "fields",
    "mappings",
    "schemas",
];

impl Place {
    /// The document itself.
    pub(super) fn root() -> Self {
        Self::default()
    }

    /// A member by its name, which may be a path: `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:manager`.
    pub(super) fn member(&self, name: &str) -> Self {
        let head = name.find('[').unwrap_or(name.len());
        let (stem, after) = (&name[..head], name[head..].rsplit_once(']').map_or("", |(_, after)| after));
        let stem = stem.rsplit(':').next().unwrap_or(stem).to_ascii_lowercase();
        let after = after.trim_start_matches('.').to_ascii_lowercase();
        let (parent, name) = match (stem.rsplit_once('.'), after.is_empty()) {
            (_, false) => (stem, after),
            (Some((parent, sub)), true) => (parent.to_owned(), sub.to_owned()),
            (None, true) => (self.name.clone(), stem),
        };
        let thing = self.thing || THINGS.contains(&parent.as_str()) || THINGS.contains(&name.as_str());
        Self { parent, name, thing }
    }

    /// The same place for values that name their attribute themselves.
    pub(super) fn element(&self) -> Self {
        Self { thing: self.thing, ..Self::default() }
    }

    /// The place as the object in it shows it: a group or an application is no person.
    pub(super) fn of_object(&self, members: &Map<String, Value>) -> Self {
        let get = |name: &str| members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let says = |name: &str, words: &[&str]| {
            let text = get(name).and_then(Value::as_str).map(str::to_ascii_lowercase);
            text.is_some_and(|text| words.iter().any(|word| text.contains(word)))
        };
        let group = get("schemas").is_some_and(|schemas| schemas.to_string().to_ascii_lowercase().contains(":group\""));
        let thing = group
            || says("identityType", &["group", "serviceprincipal", "role"])
            || get("alternateId").is_some()
                && says("type", &["app", "group", "system", "rule"])
                && !says("type", &["appuser"]);
        let person = says("initiatorType", &["user"]) || says("initiatingType", &["user"]);
        Self { thing: thing || self.thing && !person, ..self.clone() }
    }

    /// Whether each element of the list here is a person of its own.
    pub(super) fn holds_people(&self) -> bool {
        matches!(self.name.as_str(), "resources" | "members" | "value" | "records" | "requests") || self.name.is_empty()
    }

    /// Whether what stands here is someone else than the person around it.
    pub(super) fn is_another_person(&self) -> bool {
        matches!(self.name.as_str(), "manager" | "actor" | "initiatedby")
    }

    /// What tells who stands here: a manager or actor, apart from the person around them.
    pub(super) fn identifiers(&self, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        collect(self, value, 0, &mut found);
        found
    }

    /// How the value here is replaced, if it is personal.
    pub(super) fn class(&self) -> Option<Class> {
        let (parent, name) = (self.parent.as_str(), self.name.as_str());
        if is_secret(name) {
            return Some(Class::Secret);
        }
        if self.thing {
            return None;
        }
        if matches!(name, "value" | "display" | "formatted" | "")
            && let Some(class) = element(parent)
        {
            return Some(class);
        }
        Some(match (parent, name) {
            ("name", "formatted") => Class::FullName,
            ("addresses", "formatted" | "locality" | "region") => Class::Address,
            ("manager" | "members", "value") => Class::Opaque,
            ("manager" | "members" | "actor", "display" | "displayname") => Class::FullName,
            ("sourceidentity", "id") => Class::Identifier,
            ("" | "targetidentity" | "resources" | "query", "id") => Class::Opaque,
            (_, name) => return single(name),
        })
    }
}

fn element(parent: &str) -> Option<Class> {
    Some(match parent {
        "emails" => Class::Login,
        "phonenumbers" => Class::Phone,
        "ims" | "photos" | "x509certificates" => Class::Link,
        _ => return None,
    })
}

fn single(name: &str) -> Option<Class> {
    Some(match name {
        "username"
        | "userprincipalname"
        | "originaluserprincipalname"
        | "upn"
        | "mail"
        | "email"
        | "emails"
        | "othermails"
        | "proxyaddresses"
        | "login"
        | "alternateid"
        | "reportableidentifier"
        | "samaccountname"
        | "onpremisessamaccountname"
        | "mailnickname"
        | "user"
        | "personalemail"
        | "secondemail"
        | "ref"
        | "managerref" => Class::Login,
        "displayname" | "fullname" | "legalname" | "preferredname" | "cn" | "managername" => Class::FullName,
        "givenname" | "firstname" | "middlename" => Class::GivenName,
        "familyname" | "lastname" | "surname" | "sn" => Class::FamilyName,
        "nickname" => Class::NickName,
        "phone"
        | "mobile"
        | "mobilephone"
        | "primaryphone"
        | "telephonenumber"
        | "businessphones"
        | "phonenumber"
        | "phonenumbers"
        | "facsimiletelephonenumber"
        | "fax" => Class::Phone,
        "streetaddress" | "street" | "city" | "locality" | "address" | "addresses" | "physicaldeliveryofficename" => {
            Class::Address
        }
        "postalcode" | "zipcode" | "ipaddress" | "ip" => Class::Shape,
        "externalid"
        | "employeenumber"
        | "employeeid"
        | "immutableid"
        | "onpremisesimmutableid"
        | "objectid"
        | "anchor"
        | "staffid"
        | "personnelnumber" => Class::Identifier,
        "resourceid" | "manager" => Class::Opaque,
        "profileurl" | "photos" | "ims" | "$ref" | "location" => Class::Link,
        name if ["birth", "passport", "nationalid", "nationalinsurance", "ssn"]
            .iter()
            .any(|part| name.contains(part)) =>
        {
            Class::Secret
        }
        _ => return None,
    })
}

fn is_secret(name: &str) -> bool {
    let ids = ["tokenid", "token_id", "tokenissuedon", "tokentype", "token_type"];
    let parts = ["password", "secret", "authorization", "apikey", "api_key", "cookie", "credential"];
    !ids.contains(&name) && (name.ends_with("token") || parts.iter().any(|part| name.contains(part)))
}

/// The attribute that a PATCH operation, an Entra property or a landing names beside its value.
pub(super) fn named_values<'m>(place: &Place, members: &'m Map<String, Value>) -> Option<Named<'m>> {
    let text = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(attribute) = text("path").filter(|_| members.contains_key("op") || place.name == "operations") {
        return Some(Named { name: "path", attribute, values: &["value"] });
    }
    if let Some(attribute) = text("displayName").filter(|_| place.name == "modifiedproperties") {
        return Some(Named { name: "displayName", attribute, values: &["oldvalue", "newvalue"] });
    }
    let attribute = text("attribute").filter(|_| members.contains_key("value") || members.contains_key("sent"))?;
    Some(Named { name: "attribute", attribute, values: &["value", "sent", "landed"] })
}

/// What tells whom a document is about: its own ids, user name and addresses, not those of a manager or member.
pub(super) fn identifiers(value: &Value) -> Vec<String> {
    Place::root().identifiers(value)
}

fn collect(place: &Place, value: &Value, depth: usize, found: &mut Vec<String>) {
    match value {
        Value::Object(members) if depth < 8 => {
            let place = place.of_object(members);
            let named = named_values(&place, members);
            for (name, value) in members {
                let inner = match &named {
                    Some(named) if named.values.contains(&name.to_ascii_lowercase().as_str()) => {
                        place.element().member(named.attribute)
                    }
                    _ => place.member(name),
                };
                let other =
                    inner.is_another_person() || matches!(inner.name.as_str(), "resources" | "members" | "meta");
                if !other && !inner.thing {
                    collect(&inner, value, depth + 1, found);
                }
            }
        }
        Value::Array(items) if !place.name.is_empty() => {
            items.iter().for_each(|item| collect(place, item, depth + 1, found));
        }
        Value::String(text) => {
            // "ref" and "user" may be anyone's.
            let identifies = place.class().is_some_and(Class::identifies) && place.name != "managerref";
            if identifies && !text.trim().is_empty() {
                found.push(text.clone());
            }
        }
        _ => {}
    }
}
