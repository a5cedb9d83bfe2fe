//! Redaction of what leaves the console: people become aliases, the same person the same alias throughout one redactor,
//! and anything that looks like a token becomes dots. It is structural: it knows which SCIM attributes name people.
//! Shapes that a diagnosis needs stay: an address stays an address, letter case outside names and all URNs, paths and
//! statuses stay as they were.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::{Captures, Regex};
use serde_json::{Map, Value};

use super::{
    exchange::{Exchange, Request, Response},
    journal::Record,
};

/// Attributes whose text names or reaches a person (RFC 7643 §4.1, Graph provisioning logs), lower-case.
const PERSONAL: [&str; 26] = [
    "username",
    "externalid",
    "displayname",
    "nickname",
    "formatted",
    "familyname",
    "givenname",
    "middlename",
    "employeenumber",
    "streetaddress",
    "postalcode",
    "profileurl",
    "password",
    "userprincipalname",
    "reportableidentifier",
    "mail",
    "mailnickname",
    "surname",
    "telephonenumber",
    "mobile",
    "employeeid",
    "user",
    "samaccountname",
    "proxyaddresses",
    "initiatedby",
    "identityname",
];
/// Attributes whose `value` or text is personal below them.
const HOLDERS: [&str; 7] = ["emails", "phonenumbers", "addresses", "ims", "photos", "manager", "x509certificates"];

static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+#'’-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+").ok());
static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:bearer|basic|ssws)\s+[A-Za-z0-9._~+/=-]{6,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?").ok()
});
static FILTER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?:%22|")(.*?)(?:%22|")"#).ok());

/// Replaces people by aliases, consistently for as long as it lives.
#[derive(Debug, Default)]
pub struct Redactor {
    aliases: BTreeMap<String, String>,
    domains: BTreeMap<String, String>,
    count: usize,
}

impl Redactor {
    /// A redactor that knows nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many different values were replaced so far.
    #[must_use]
    pub fn redacted(&self) -> usize {
        self.count
    }

    /// An exchange without people and tokens.
    pub fn exchange(&mut self, exchange: &Exchange) -> Exchange {
        self.learn(&exchange.request.body, None);
        if let Some(response) = &exchange.response {
            self.learn(&response.body, None);
        }
        let Exchange { request, response, error, at, duration_ms } = exchange;
        Exchange {
            request: Request {
                method: request.method.clone(),
                url: self.address(&request.url),
                headers: request.headers.iter().map(|(name, value)| (name.to_owned(), self.text(value))).collect(),
                body: self.value(&request.body, None),
            },
            response: response.as_ref().map(|response| Response {
                status: response.status,
                headers: response.headers.iter().map(|(name, value)| (name.to_owned(), self.text(value))).collect(),
                body: self.value(&response.body, None),
            }),
            error: error.as_deref().map(|error| self.text(error)),
            at: *at,
            duration_ms: *duration_ms,
        }
    }

    /// A journal record without people and tokens.
    pub fn record(&mut self, record: &Record) -> Record {
        let mut redacted = record.clone();
        if let Some(user) = &record.summary.user {
            redacted.summary.user = Some(self.alias(user));
        }
        if let Some(event) = &record.event {
            self.learn(event, None);
            redacted.event = Some(self.value(event, None));
        }
        redacted.exchange = record.exchange.as_ref().map(|exchange| self.exchange(exchange));
        redacted.summary.path = self.address(&record.summary.path);
        redacted.summary.detail = record.summary.detail.as_deref().map(|detail| self.text(detail));
        for landed in redacted.landing.iter_mut().flat_map(|landing| &mut landing.landed) {
            landed.value = self.value(&landed.value, Some(&landed.attribute.clone()));
        }
        for dropped in redacted.landing.iter_mut().flat_map(|landing| &mut landing.dropped) {
            dropped.value = self.value(&dropped.value, Some(&dropped.attribute.clone()));
        }
        redacted
    }

    /// A text without addresses, tokens and every name that was seen before.
    pub fn text(&mut self, text: &str) -> String {
        let embedded = self.embedded_json(text);
        let mut out = embedded.unwrap_or_else(|| text.to_owned());
        if let Some(tokens) = TOKEN.as_ref() {
            out = tokens.replace_all(&out, "•••").into_owned();
        }
        if let Some(addresses) = ADDRESS.as_ref() {
            out = addresses.replace_all(&out, |found: &Captures<'_>| self.mail(&found[0])).into_owned();
        }
        for (original, alias) in &self.aliases {
            if original.chars().count() >= 3 {
                out = replace_ignoring_case(&out, original, alias);
            }
        }
        out
    }

    /// Takes note of every person in a body, so that later texts about them are redacted too.
    fn learn(&mut self, value: &Value, key: Option<&str>) {
        match value {
            Value::String(text) if key.is_some_and(is_personal) && !text.is_empty() => {
                self.alias(text);
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item, key)),
            Value::Object(members) => {
                let path = path_of(members);
                for (name, value) in members {
                    self.learn(value, Some(&key_for(key, path, name)));
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, value: &Value, key: Option<&str>) -> Value {
        match value {
            Value::String(text) if key.is_some_and(is_personal) && !text.is_empty() => Value::String(self.alias(text)),
            Value::String(text) => Value::String(self.text(text)),
            Value::Number(_) if key.is_some_and(is_personal) => Value::String(self.alias(&value.to_string())),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.value(item, key)).collect()),
            Value::Object(members) => {
                let path = path_of(members);
                let redacted: Map<String, Value> = members
                    .iter()
                    .map(|(name, value)| (name.clone(), self.value(value, Some(&key_for(key, path, name)))))
                    .collect();
                Value::Object(redacted)
            }
            plain => plain.clone(),
        }
    }

    /// The address of a request: values of a filter name people.
    fn address(&mut self, url: &str) -> String {
        let Some((path, query)) = url.split_once('?') else { return self.text(url) };
        let Some(filter) = FILTER.as_ref() else { return self.text(url) };
        let query = filter.replace_all(query, |found: &Captures<'_>| {
            let plain = found[1].replace("%40", "@").replace("%2B", "+");
            if uuid::Uuid::parse_str(&plain).is_ok() || plain == "work" {
                return found[0].to_owned();
            }
            let quote = if found[0].starts_with('%') { "%22" } else { "\"" };
            format!("{quote}{}{quote}", self.alias(&plain).replace('@', "%40"))
        });
        format!("{path}?{query}")
    }

    /// JSON inside a text, as in Entra's `Web Response: {…}`.
    fn embedded_json(&mut self, text: &str) -> Option<String> {
        let (start, end) = (text.find('{')?, text.rfind('}')?);
        let inner: Value = serde_json::from_str(text.get(start..=end)?).ok()?;
        self.learn(&inner, None);
        let inner = self.value(&inner, None);
        Some(format!("{}{inner}{}", &text[..start], &text[end + 1..]))
    }

    fn alias(&mut self, value: &str) -> String {
        if value.contains('@') && ADDRESS.as_ref().is_some_and(|address| address.is_match(value)) {
            return self.mail(value);
        }
        let key = value.to_lowercase();
        if let Some(alias) = self.aliases.get(&key) {
            return alias.clone();
        }
        self.count += 1;
        let number = self.count;
        let digits = value.chars().filter(char::is_ascii_digit).count();
        let alias =
            if digits * 2 > value.chars().count() { format!("9{number:05}") } else { format!("Person{number}") };
        self.aliases.insert(key, alias.clone());
        alias
    }

    fn mail(&mut self, address: &str) -> String {
        let plain = address.replace("%40", "@");
        let key = plain.to_lowercase();
        let alias = self.aliases.get(&key).cloned().unwrap_or_else(|| {
            let domain = key.rsplit('@').next().unwrap_or_default().to_owned();
            let next = self.domains.len() + 1;
            let domain = self.domains.entry(domain).or_insert_with(|| format!("domain{next}.example")).clone();
            self.count += 1;
            let alias = format!("user{}@{domain}", self.count);
            self.aliases.insert(key, alias.clone());
            alias
        });
        if address.contains("%40") { alias.replace('@', "%40") } else { alias }
    }
}

fn is_personal(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let last = lower.rsplit([':', '.']).next().unwrap_or(&lower);
    PERSONAL.contains(&last)
        || HOLDERS.iter().any(|holder| {
            let below = lower.rsplit(':').next().unwrap_or(&lower);
            below.starts_with(holder) && (last == "value" || last == "display" || last == "$ref" || below == *holder)
        })
}

/// The attribute that a PATCH operation or a modified property is about.
fn path_of(members: &Map<String, Value>) -> Option<&str> {
    let named = ["path", "displayName"].iter().filter_map(|key| members.get(*key)).find_map(Value::as_str)?;
    let operation = members.contains_key("op") || members.contains_key("newValue");
    operation.then_some(named)
}

fn key_for(parent: Option<&str>, path: Option<&str>, name: &str) -> String {
    match (path, name) {
        (Some(path), "value" | "newValue" | "oldValue") => path.to_owned(),
        (Some(_), "displayName" | "path" | "op") => name.replace("displayName", "attribute"),
        _ => match parent.map(str::to_ascii_lowercase) {
            Some(parent) if HOLDERS.iter().any(|holder| parent.rsplit(':').next() == Some(holder)) => {
                format!("{parent}.{name}")
            }
            _ => name.to_owned(),
        },
    }
}

fn replace_ignoring_case(text: &str, original: &str, alias: &str) -> String {
    let lower = text.to_lowercase();
    if lower.len() != text.len() || !lower.contains(original) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (found, _) in lower.match_indices(original) {
        if text.is_char_boundary(found) && text.is_char_boundary(found + original.len()) {
            out.push_str(&text[at..found]);
            out.push_str(alias);
            at = found + original.len();
        }
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::curl::to_curl;

    fn exchange() -> Exchange {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        Exchange {
            request: Request {
                method: "POST".into(),
                url: "https://northwind.example/scim/v2/Users?filter=userName+eq+%22amelia.hart%40northwind.co%22"
                    .into(),
                headers: [("content-type", "application/scim+json")].into_iter().collect(),
                body: json!({
                    "userName": "Amelia.Hart@northwind.co",
                    "name": {"givenName": "Amelia", "familyName": "Hart"},
                    "emails": [{"type": "work", "value": "amelia.hart@northwind.co"}],
                    "title": "Lead",
                    enterprise: {"employeeNumber": "104482", "department": "Sales", "manager": {"value": "mgr-77", "displayName": "Tomás Ribeiro"}},
                }),
            },
            response: Some(Response {
                status: 409,
                headers: Default::default(),
                body: json!({"status": "409", "scimType": "uniqueness", "detail": "Amelia Hart (amelia.hart@northwind.co) is taken, seen by Bearer abcdef123456"}),
            }),
            error: None,
            at: None,
            duration_ms: Some(5),
        }
    }

    #[test]
    fn nobody_is_left_and_the_facts_stay() {
        let mut redactor = Redactor::new();
        let redacted = redactor.exchange(&exchange());
        let whole = format!("{} {}", serde_json::to_string(&redacted).unwrap(), to_curl(&redacted)).to_lowercase();
        for gone in ["amelia", "hart", "northwind.co\"", "104482", "tomás", "mgr-77", "abcdef123456"] {
            assert!(!whole.contains(gone), "{gone} is left in {whole}");
        }
        for kept in ["uniqueness", "lead", "sales", "\"type\":\"work\"", "enterprise:2.0:user", "$scim_token"] {
            assert!(whole.contains(kept), "{kept} is gone from {whole}");
        }
        assert!(redactor.redacted() >= 4);
    }

    #[test]
    fn the_same_person_is_the_same_alias_in_body_filter_and_text() {
        let mut redactor = Redactor::new();
        let redacted = redactor.exchange(&exchange());
        let name = redacted.request.body["userName"].as_str().unwrap().to_owned();
        assert_eq!(redacted.request.body["emails"][0]["value"], name.as_str());
        assert!(redacted.request.url.contains(&name.replace('@', "%40")));
        assert_eq!(redactor.text("about AMELIA.HART@northwind.co"), format!("about {name}"));
    }

    #[test]
    fn a_patch_operation_is_about_its_path() {
        let mut redactor = Redactor::new();
        let body = json!({"Operations": [
            {"op": "Replace", "path": "name.familyName", "value": "Sørensen"},
            {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "mgr-77"},
            {"op": "Replace", "path": "title", "value": "Lead"},
        ]});
        let redacted = redactor.value(&body, None).to_string();
        assert!(!redacted.contains("Sørensen") && !redacted.contains("mgr-77"), "{redacted}");
        assert!(redacted.contains("Lead") && redacted.contains("name.familyName"), "{redacted}");
    }

    #[test]
    fn json_inside_a_text_is_redacted_too() {
        let mut redactor = Redactor::new();
        let text =
            r#"StatusCode: Conflict Web Response: {"detail":"taken","userName":"j.doe@x.example","nickName":"Jay"} ."#;
        let redacted = redactor.text(text);
        assert!(!redacted.contains("j.doe") && !redacted.contains("Jay"), "{redacted}");
        assert!(redacted.contains("StatusCode: Conflict"), "{redacted}");
    }
}
