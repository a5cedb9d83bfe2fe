//! How each directory shapes its requests (`idp-facts.md` §2 and §3), as a plan: the exact requests of every step.
//! Pure: nothing is sent here, and a plan holds no secret.

mod entra;
mod okta;
mod resource;
mod rfc;

use serde_json::{Map, Value, json};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::client::path_segment;
pub(super) use resource::{filtered, is_manager, name_of};

use crate::domain::exchange::Request;
use crate::domain::trial::{Dialect, PlannedStep, SampleUser, StepName};

/// Stands for the id that the tenant will give the user.
pub const ID: &str = "{id}";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Every step that a run in this dialect can take, with its exact requests; `{id}` stands for the id to come.
/// The whole-resource PUT of Okta is shown as predicted: the run sends what it has just read, with the new title.
#[must_use]
pub fn plan(dialect: Dialect, user: &SampleUser, updated_title: &str, base: &Url) -> Vec<PlannedStep> {
    let to =
        Addresses { dialect, base: base.as_str().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/') };
    let name = user.get("userName");
    let step = |name, effect: String, requests| PlannedStep { name, requests, effect };
    vec![
        step(
            StepName::Connect,
            "Reads the service description; nothing is written.".to_owned(),
            vec![to.get("/ServiceProviderConfig")],
        ),
        step(
            StepName::Match,
            format!("Looks for {name}; nothing is written, and the run stops if this user exists."),
            vec![to.look_up(name)],
        ),
        step(StepName::Create, format!("Creates the user {name} in the tenant."), to.create(user)),
        step(
            StepName::ReadBack,
            "Reads the user by id and by userName, to compare it with what was sent.".to_owned(),
            to.read_back(name),
        ),
        step(StepName::Update, update_effect(dialect, user, updated_title), to.update(user, updated_title)),
        step(
            StepName::Deactivate,
            format!("Sets active to false, which suspends {name}."),
            vec![to.write("PATCH", &format!("/Users/{ID}"), deactivation(dialect)), to.get(&format!("/Users/{ID}"))],
        ),
        step(
            StepName::CleanUp,
            format!("Deletes {name}, which this run created, and looks whether it is gone."),
            vec![to.bare("DELETE", &format!("/Users/{ID}")), to.get(&format!("/Users/{ID}"))],
        ),
    ]
}

/// The job title that the update step sends.
#[must_use]
pub fn updated_title(user: &SampleUser) -> String {
    match user.get("title") {
        "" => "Updated title".to_owned(),
        title => format!("{title}, updated"),
    }
}

/// The request for a user whose id is now known.
#[must_use]
pub fn with_id(request: &Request, id: &str) -> Request {
    Request { url: request.url.replace(ID, &path_segment(id)), ..request.clone() }
}

/// Whether an id can stand in an address: a dot segment would lead to all users.
#[must_use]
pub fn usable_id(id: &str) -> bool {
    !matches!(id.trim(), "" | "." | "..")
}

/// What Okta puts back after reading: the whole resource with the new title.
#[must_use]
pub fn replacement(read: &Value, title: &str) -> Value {
    okta::replacement(read, title)
}

/// The PATCH body that sets active to false.
#[must_use]
pub fn deactivation(dialect: Dialect) -> Value {
    match dialect {
        Dialect::Entra | Dialect::EntraFlag => entra::deactivation(dialect == Dialect::EntraFlag),
        Dialect::Okta => okta::deactivation(),
        Dialect::Rfc => rfc::deactivation(),
    }
}

struct Addresses<'a> {
    dialect: Dialect,
    base: &'a str,
}

impl Addresses<'_> {
    fn get(&self, path: &str) -> Request {
        self.bare("GET", path)
    }

    fn bare(&self, method: &str, path: &str) -> Request {
        let accept = match self.dialect {
            Dialect::Entra | Dialect::EntraFlag | Dialect::Okta => "application/scim+json",
            Dialect::Rfc => "application/scim+json, application/json",
        };
        let headers = [("accept", accept)].into_iter().collect();
        Request { method: method.to_owned(), url: format!("{}{path}", self.base), headers, body: Value::Null }
    }

    fn write(&self, method: &str, path: &str, body: Value) -> Request {
        let mut request = Request { body, ..self.bare(method, path) };
        let content_type = match self.dialect {
            Dialect::Entra | Dialect::EntraFlag => "application/scim+json; charset=utf-8",
            Dialect::Okta | Dialect::Rfc => "application/scim+json",
        };
        request.headers.insert("content-type", content_type);
        request
    }

    fn look_up(&self, user_name: &str) -> Request {
        let filter: String = byte_serialize(filter_by_name(user_name).as_bytes()).collect();
        // Entra sends a blank as +, the others as %20; a real + is encoded by now.
        self.get(&match self.dialect {
            Dialect::Entra | Dialect::EntraFlag => format!("/Users?filter={filter}"),
            Dialect::Okta => format!("/Users?filter={}&startIndex=1&count=100", filter.replace('+', "%20")),
            Dialect::Rfc => format!("/Users?filter={}", filter.replace('+', "%20")),
        })
    }

    fn create(&self, user: &SampleUser) -> Vec<Request> {
        let (body, manager) = match self.dialect {
            Dialect::Entra => (entra::creation(user), entra::manager(user, "Add")),
            Dialect::EntraFlag => (entra::creation(user), entra::manager(user, "add")),
            Dialect::Okta => (okta::creation(user), None),
            Dialect::Rfc => (rfc::creation(user), None),
        };
        let manager = manager.map(|body| self.write("PATCH", &format!("/Users/{ID}"), body));
        [self.write("POST", "/Users", body)].into_iter().chain(manager).collect()
    }

    fn read_back(&self, user_name: &str) -> Vec<Request> {
        let look_up = self.look_up(user_name);
        let counted = Request { url: format!("{}&startIndex=1&count=0", look_up.url), ..look_up.clone() };
        let mut requests = vec![self.get(&format!("/Users/{ID}")), look_up];
        if self.dialect == Dialect::Rfc {
            requests.push(counted);
        }
        requests
    }

    fn update(&self, user: &SampleUser, title: &str) -> Vec<Request> {
        let path = format!("/Users/{ID}");
        let write = match self.dialect {
            Dialect::Entra | Dialect::EntraFlag => {
                self.write("PATCH", &path, entra::update(user, title, self.dialect == Dialect::EntraFlag))
            }
            Dialect::Okta => self.write("PUT", &path, okta::predicted(user, title)),
            Dialect::Rfc => self.write("PATCH", &path, rfc::update(title)),
        };
        let before = (self.dialect == Dialect::Okta).then(|| self.get(&path));
        before.into_iter().chain([write, self.get(&path)]).collect()
    }
}

/// The filter of a look-up: RFC 7644 §3.4.2.2 takes a JSON string, so quotes and backslashes are escaped.
pub(super) fn filter_by_name(user_name: &str) -> String {
    format!("userName eq {}", Value::String(user_name.to_owned()))
}

fn update_effect(dialect: Dialect, user: &SampleUser, title: &str) -> String {
    let again = match dialect {
        Dialect::Entra | Dialect::EntraFlag if entra::resent(user).next().is_some() => {
            "; unchanged values are sent along, to show how Entra bundles changes"
        }
        Dialect::Okta => ", putting back the whole user as it was read",
        _ => "",
    };
    format!("Changes the job title to {title}{again}.")
}

fn patch(operations: &[Value]) -> Value {
    json!({ "schemas": [PATCH_OP], "Operations": operations })
}

fn object(members: impl IntoIterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests;
