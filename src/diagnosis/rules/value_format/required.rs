//! Attributes that the service wants and did not get.

use super::{Certain, Draft, Found, Layer, Likely, Phrases, Possible, Sent, Target, View};
use crate::domain::exchange::Operation;

const ID: &str = "required-attribute-missing";
const CODES: &[&str] = &["MandatoryFieldsMissing", "MissingValues", "MandatoryFieldMissing", "MissingValue"];
/// Entra's reason to skip somebody whose mapped value is missing or of no use.
const SKIPPED_FOR: &str = "AttributeValidationFailed";
static PHRASES: Phrases = Phrases::of(&[
    "can't be blank",
    "cannot be blank",
    "can not be blank",
    "can’t be blank",
    "cannot be empty",
    "can't be empty",
    "can not be empty",
    "cannot be null",
    "can't be null",
    "must not be null",
    "must not be blank",
    "must not be empty",
    "may not be null",
    "may not be blank",
    "may not be empty",
    "should not be empty",
    "should not be null",
    "is required",
    "is a required field",
    "is a required string",
    "is a required part",
    "is a required param",
    "is a required attribute",
    "is a required property",
    "is a required value",
    "are required",
    "required attribute",
    "required field",
    "required property",
    "required value",
    "required param",
    "is missing",
    "are missing",
    "missing required",
    "missing mandatory",
    "missing value",
    "missing attribute",
    "missing field",
    "missing property",
    "missing data for required",
    "must be provided",
    "must be supplied",
    "must be specified",
    "must be present",
    "must be set",
    "must be filled",
    "must have a ",
    "must contain a ",
    "is mandatory",
    "are mandatory",
    "mandatory attribute",
    "mandatory field",
    "field required",
    "not provided",
    "was not provided",
    "not supplied",
    "no value for",
    "has no value",
    "not-null constraint",
    "null value in column",
    "not null constraint",
    "cannot insert null",
    "doesn't have a default value",
    "is undefined",
    "received undefined",
    "received: undefined",
    "got undefined",
    "is null",
    "is empty",
    "is blank",
    "was null",
    "lacks",
    "of undefined",
    "nullpointer",
    "nonetype",
    "requires a ",
    "requires an ",
    "does not have a value",
    "without a value",
    "without an email",
    "no email",
]);
/// What may be missing besides an attribute of a person.
static OTHER: Phrases = Phrases::of(&[
    "schemas",
    "schema ",
    "token",
    "header",
    "authorization",
    "operations",
    "content-type",
    "content type",
    "'op'",
    "\"op\"",
    "'path'",
    "\"path\"",
    "filter",
    "members",
    "permission",
    "licen",
    "scope",
    "body is",
    "request body",
    "payload",
    "tenant",
]);

/// An attribute: its name, as it is sent, and the words that errors have for it.
struct Known {
    name: &'static str,
    written: &'static str,
    words: &'static [&'static str],
}

const fn known(name: &'static str, written: &'static str, words: &'static [&'static str]) -> Known {
    Known { name, written, words }
}

const ATTRIBUTES: &[Known] = &[
    known(
        "name.familyname",
        "name.familyName",
        &["familyname", "family name", "lastname", "last name", "surname", "sn"],
    ),
    known("name.givenname", "name.givenName", &["givenname", "given name", "firstname", "first name", "forename"]),
    known("emails.value", "emails[type eq \"work\"].value", &["email", "emails", "e mail", "mail", "emailaddress"]),
    known("username", "userName", &["username", "user name", "login"]),
    known("displayname", "displayName", &["displayname", "display name"]),
    known("externalid", "externalId", &["externalid", "external id"]),
    known("employeenumber", "employeeNumber", &["employeenumber", "employee number", "employeeid", "employee id"]),
    known("department", "department", &["department"]),
    known("title", "title", &["jobtitle", "job title", "title"]),
    known("manager", "manager", &["manager"]),
    known("preferredlanguage", "preferredLanguage", &["preferredlanguage", "preferred language", "language"]),
    known("locale", "locale", &["locale"]),
    known("timezone", "timezone", &["timezone", "time zone"]),
    known("phonenumbers.value", "phoneNumbers", &["phonenumber", "phone number", "phone", "telephone"]),
    known("costcenter", "costCenter", &["costcenter", "cost center", "cost centre"]),
    known("division", "division", &["division"]),
    known("organization", "organization", &["organization", "organisation"]),
    known("active", "active", &["active"]),
    known("roles.value", "roles", &["role"]),
    known("password", "password", &["password"]),
    known("name.formatted", "name.formatted", &["formatted", "full name", "fullname"]),
    known("startdate", "startDate", &["startdate", "start date", "hiredate", "hire date"]),
];

/// The words say that something is missing, and the request bears it out.
pub(super) fn required(view: &View<'_>, found: &mut Found) {
    if let Some(told) = view.facts.event.names_code(SKIPPED_FOR) {
        let named = told.text.split_once("value of the property ").and_then(|(_, rest)| rest.split_once(" is "));
        let draft = found.add(ID, Likely, Layer::Told).at(told.place.clone(), told.text);
        draft.with("attribute", named.map_or("", |(name, _)| name));
        return;
    }
    if let Some(code) = view.facts.event.code(CODES) {
        let draft = found.add(ID, Certain, Layer::Told);
        draft.at(code.place.clone(), code.text);
        if let Some(named) = ATTRIBUTES.iter().find(|attribute| view.said.names(attribute.words)) {
            draft.with("attribute", named.written);
        }
        view.quote(draft);
        return;
    }
    // A code of its own, which some send with 409.
    if view.said.says(&["required_field_missing"]) {
        view.explain(found, (ID, Likely, Layer::Mapping), &[]);
        return;
    }
    // What a value has to hold is not what a person has to have.
    let is_of_letters = ["digit", "number", "letter", "symbol", "special", "upper", "lower"];
    let is_of_letters = is_of_letters.iter().any(|what| view.said.says(&[&format!("must contain a {what}")]));
    if !is_write(view) || !view.is_blamed_for_a_value() || is_of_letters {
        return;
    }
    let is_said = view.said.has(&PHRASES) || view.said.names(&["blank", "mandatory", "missing", "empty"]);
    if !is_said {
        unsaid(view, found);
        return;
    }
    let named: Vec<&Known> = ATTRIBUTES.iter().filter(|attribute| view.said.names(attribute.words)).collect();
    if named.is_empty() {
        match without_value(view) {
            Some(list) => {
                let draft = view.explain(found, (ID, Likely, Layer::Mapping), &[list]);
                draft.with("attribute", format!("{}.value", list.root()));
            }
            None => unnamed(view, found),
        }
        return;
    }
    if !view.has_request() {
        let confidence = if view.said.says(&["schemas"]) { Possible } else { Likely };
        let draft = view.explain(found, (ID, confidence, Layer::Mapping), &[]);
        if let Some(first) = named.first() {
            draft.with("attribute", first.written);
        }
        return;
    }
    let missing: Vec<&&Known> = named.iter().filter(|attribute| is_missing(view, attribute)).collect();
    let Some(first) = missing.first() else { return };
    // An empty value that was sent on purpose has patterns of its own, beside that of a person who lacks one.
    let is_sent_empty = view.sent.iter().any(|sent| {
        (sent.name == first.name || first.name.split_once('.').is_some_and(|(root, _)| sent.name == root))
            && sent.is_empty()
    });
    let is_clear =
        !is_sent_empty || view.facts.asked.method != "PATCH" && ATTRIBUTES.iter().take(5).any(|a| a.name == first.name);
    let confidence = match () {
        () if is_cleared_manager(found, first.name) => Possible,
        () if is_sent_otherwise(view, first) || !is_clear => Likely,
        () => Certain,
    };
    let draft = view.explain(found, (ID, confidence, Layer::Mapping), &[]);
    draft.with("attribute", first.written);
    quote_what_was_sent(view, draft, first);
}

/// A part of an entry that has no value beside it, where the service misses a `value`.
fn without_value<'v>(view: &'v View<'_>) -> Option<&'v Sent<'v>> {
    let is_named = view.said.names(&["value"])
        && !view.said.says(&["extension", "value of", "value for", "null value", "required value"]);
    let is_entry = |sent: &&Sent<'_>| matches!(sent.root(), "emails" | "phonenumbers");
    let has_value =
        |root: &str| view.sent.iter().any(|sent| sent.root() == root && sent.leaf() == "value" && !sent.is_empty());
    let is_bare = |sent: &&Sent<'_>| sent.leaf() == "type" && !has_value(sent.root());
    view.sent.iter().filter(is_entry).find(is_bare).filter(|sent| is_named && !sent.is_told)
}

/// The service says that something is missing, and names nothing that is known here.
fn unnamed(view: &View<'_>, found: &mut Found) {
    let is_crash = view.said.says(&["of undefined", "of null", "nullpointer", "nonetype", "is undefined", "is null"]);
    if is_crash || view.facts.asked.target == Target::Groups {
        return;
    }
    let lacking = view
        .sent
        .iter()
        .find(|sent| !sent.is_told && sent.is_empty() && sent.leaf().len() > 3 && view.said.names(&[sent.leaf()]));
    if let Some(sent) = lacking.filter(|sent| !matches!(sent.root(), "groups" | "roles" | "members")) {
        let confidence = if is_cleared_manager(found, sent.root()) { Possible } else { Likely };
        view.explain(found, (ID, confidence, Layer::Mapping), &[sent]);
        return;
    }
    let names_sent = view.sent.iter().any(|sent| {
        !sent.is_empty() && sent.leaf().len() > 3 && sent.leaf() != "value" && view.said.names(&[sent.leaf()])
    });
    if names_sent || OTHER.are_in(&without_urns(&view.said.lower)) || view.said.names(&["op", "operation", "path"]) {
        return;
    }
    let words = ["required", "mandatory", "missing", "blank"];
    let confidence = if view.said.names(&words) && view.said.says(&["attribute", "field", "propert", "value"]) {
        Likely
    } else {
        Possible
    };
    view.explain(found, (ID, confidence, Layer::Mapping), &[]);
}

/// The words without URNs, in which "schemas" is only a part of a name.
fn without_urns(said: &str) -> String {
    said.split_whitespace().filter(|word| !word.contains("urn:")).collect::<Vec<_>>().join(" ")
}

/// Nothing was said, and a person without a name or an address was to be created.
fn unsaid(view: &View<'_>, found: &mut Found) {
    if found.is_settled_at(&[Layer::Told, Layer::Shape, Layer::Mapping, Layer::Reply]) {
        return;
    }
    // What AWS IAM Identity Center says of a person who lacks what it wants; it documents the four.
    let is_strict = view.said.says(&["unparsable, syntactically incorrect, or violates schema"]);
    if is_strict && !view.has_request() && !view.facts.is_about_group() {
        view.explain(found, (ID, Possible, Layer::Mapping), &[]);
        return;
    }
    let creates = view.facts.asked.creates() && view.facts.operation() == Operation::Create && view.has_request();
    let is_user = view.sent.iter().any(|sent| sent.name == "username");
    if !creates || !is_user || view.verdict(&[]) != Some(super::Verdict::Open) {
        return;
    }
    let of_aws = ["name.familyname", "name.givenname", "username", "displayname"];
    let of_most = ["name.familyname", "name.givenname", "emails.value"];
    let wanted = |attribute: &&Known| {
        if is_strict { of_aws.contains(&attribute.name) } else { of_most.contains(&attribute.name) }
    };
    if let Some(missing) = ATTRIBUTES.iter().filter(wanted).find(|attribute| is_missing(view, attribute)) {
        let confidence = if is_strict { Likely } else { Possible };
        let draft = view.explain(found, (ID, confidence, Layer::Mapping), &[]);
        draft.with("attribute", missing.written);
        quote_what_was_sent(view, draft, missing);
    }
}

/// The manager was taken away on purpose, which has a pattern of its own.
fn is_cleared_manager(found: &Found, name: &str) -> bool {
    name == "manager" && found.explains("manager-empty-or-removal")
}

/// A create or a change of a person.
fn is_write(view: &View<'_>) -> bool {
    let operation = view.facts.operation();
    !matches!(view.facts.asked.method, "GET" | "DELETE")
        && !matches!(
            operation,
            Operation::Match | Operation::Read | Operation::List | Operation::Discover | Operation::Delete
        )
}

fn is_missing(view: &View<'_>, attribute: &Known) -> bool {
    let is_it = |sent: &&Sent<'_>| {
        sent.name == attribute.name
            || sent.root() == attribute.name
            || attribute.name.split_once('.').is_some_and(|(root, leaf)| {
                root != "name" && sent.root() == root || sent.name == root && sent.leaf() == leaf
            })
    };
    let mut all = view.sent.iter().filter(is_it).peekable();
    let is_patch = view.facts.asked.method == "PATCH";
    if all.peek().is_none() {
        // What a PATCH does not send stays as it is.
        return !is_patch;
    }
    let has_value = |sent: &Sent<'_>| {
        let is_part = attribute.name.ends_with(".value") && matches!(sent.leaf(), "type" | "primary" | "display");
        !sent.is_empty() && !sent.is_removed && !is_part
    };
    !all.any(has_value)
}

/// The same thing under another name: then the name is at fault rather than the person's data.
fn is_sent_otherwise(view: &View<'_>, attribute: &Known) -> bool {
    let is_word = |sent: &Sent<'_>| {
        attribute.words.iter().any(|word| word.replace(' ', "") == sent.leaf().replace(['_', '-'], ""))
    };
    view.sent.iter().any(|sent| !sent.is_empty() && is_word(sent))
}

/// The empty value, or the part of the body where it is not.
fn quote_what_was_sent(view: &View<'_>, draft: &mut Draft, attribute: &Known) {
    let root = attribute.name.split('.').next().unwrap_or_default();
    let empty = view.sent.iter().find(|sent| sent.name == attribute.name);
    if let Some(sent) = empty.or_else(|| view.sent.iter().find(|sent| sent.name == root)) {
        draft.at_value(sent.place.clone(), sent.value);
    } else {
        let names: Vec<&str> =
            view.sent.iter().filter(|sent| !sent.name.contains('.')).map(|sent| sent.written).take(12).collect();
        draft.at("request.body", format!("only {}", names.join(", ")));
    }
}

/// Whether the words that something is missing are there, for rules that must not take it for a matter of form.
pub(super) fn is_said(view: &View<'_>) -> bool {
    view.said.has(&PHRASES)
}
