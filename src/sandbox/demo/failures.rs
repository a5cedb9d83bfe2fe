//! What goes wrong during the day, and when. Each example is marked with its id in the failure catalogue, so that a
//! test can hold the tenant's answer against it. These are the connection's failures; whose and which attribute's
//! they are otherwise is in `identity` and `spelling`.

use serde_json::json;

use super::{
    call::{Call, Credential},
    day::{Day, before_end},
    entra, identity, okta,
    people::Directory,
    spelling,
};
use crate::domain::practice::Fault;

/// The catalogue entries that every day holds at least one example of.
pub const FAILURES: [&str; 41] = [
    "anchor-lost-404",
    "attribute-not-in-target-schema",
    "auth-scheme-or-prefix-wrong",
    "boolean-as-string",
    "british-american-spelling",
    "conflict-existing-user",
    "content-type-request-rejected",
    "core-vs-extension-namespace",
    "date-format-start-date",
    "dot-vs-colon-extension-path",
    "email-domain-not-allowed",
    "empty-string",
    "extension-attribute-not-allowed",
    "filter-unsupported-attribute",
    "gateway-html-instead-of-json",
    "groups-unsupported-by-service",
    "hard-delete-data-loss",
    "manager-as-string",
    "manager-empty-or-removal",
    "manager-unresolved",
    "mapping-absent-silently-dropped",
    "method-not-supported",
    "multiple-primary-or-none",
    "namespace-urn-misspelt",
    "null-values",
    "patch-empty-path-or-trailing-dot",
    "patch-without-path",
    "preferred-language-format",
    "put-replaces-and-wipes",
    "rate-limited",
    "required-attribute-missing",
    "schemas-missing-or-wrong",
    "server-error-5xx",
    "soft-delete-recreate-conflict",
    "special-characters-in-lookup",
    "timeout-slow-response",
    "timezone-windows-vs-iana",
    "token-invalid-or-expired",
    "whitespace-or-unicode",
    "wrong-base-url",
    "wrong-casing-attribute",
];

/// Tells the day one mishap from its beginning to its end.
pub(super) type Story = fn(&mut Day);

/// The thirteen minutes, counted from the day's begin, in which the tenant's gateway was down.
pub(super) const OUTAGE: std::ops::Range<u64> = before_end(432)..before_end(419);

/// How many minutes before the end Northwind's administrator renamed `costCenter` to `costcenter`.
pub(super) const WRONG_CASING_SINCE: u64 = 100;

/// How many minutes before the end each story begins. Contoso's only begin once its first import is done.
pub(super) const STORIES: [(u64, Story); 34] = [
    (1_205, spelling::british_spelling),
    (1_180, identity::manager_out_of_scope),
    (1_121, identity::second_matching_attribute),
    (1_049, spelling::underscore_in_language),
    (968, spelling::windows_time_zone),
    (930, identity::guest),
    (905, groups_pushed),
    (842, spelling::core_department),
    (801, identity::trailing_blank),
    (722, spelling::urn_misspelt),
    (688, spelling::dot_for_colon),
    (641, identity::manager_cleared),
    (605, identity::nobody_named),
    (521, spelling::start_date),
    (480, identity::plus_address),
    (472, spelling::two_primaries),
    (436, gateway_failing),
    (388, identity::deleted_for_good),
    (356, token_expired),
    (321, spelling::empty_path),
    (309, identity::returner),
    (281, identity::both_at_once),
    (243, too_fast),
    (222, spelling::half_a_user),
    (204, spelling::null_title),
    (187, spelling::locality),
    (171, slow_answers),
    (160, spelling::version_one),
    (152, wrong_media_type),
    (131, replace_by_group_rule),
    (112, identity::both_at_once),
    (87, |day| spelling::wrong_casing(day, &[8, 20, 21, 22, 23, 24])),
    (47, |day| spelling::wrong_casing(day, &[1, 8, 13, 14, 15, 16])),
    (9, |day| spelling::wrong_casing(day, &[4, 1, 17, 18, 19])),
];

/// Contoso's first attempts: a wrong address, the word Bearer pasted twice, another tenant's token, and then it works.
pub(super) fn onboarding(day: &mut Day) {
    for address in ["/scim/v2/v2/Users", "/scim/v2/scim/Users"] {
        let test = Call::new(Directory::Contoso, "GET", format!("{address}?startIndex=1&count=2"));
        day.send(test.shows("wrong-base-url"));
        day.pause(95);
    }
    for _ in 0..2 {
        let test = okta::test_connection().credential(Credential::BearerTwice);
        day.send(test.shows("auth-scheme-or-prefix-wrong"));
        day.pause(140);
    }
    day.send(okta::test_connection().credential(Credential::Foreign).shows("token-invalid-or-expired"));
    day.pause(310);
    day.send(okta::test_connection());
    day.pause(20);
    day.send(okta::test_connection());
}

/// What a directory meets during the outage: it gives up on the person after the first answer.
pub(super) fn outage(day: &mut Day, directory: Directory) {
    let Some(person) = day.anyone(directory) else { return };
    let look_up = match directory {
        Directory::Northwind => entra::look_up(&person),
        Directory::Contoso => okta::look_up(&person),
    };
    let call = match day.chance.below(10) {
        0..6 => look_up.fault(Fault::Gateway).shows("gateway-html-instead-of-json"),
        6..8 => look_up.fault(Fault::GatewayTimeout).shows("timeout-slow-response"),
        _ => look_up.fault(Fault::ServerError).shows("server-error-5xx"),
    };
    day.send(call);
}

/// Now and then a busy tenant turns one request away; the directory sends it again.
pub(super) fn hiccup(day: &mut Day, look_up: &Call) {
    let (fault, failure) = if day.chance.percent(70) {
        (Fault::TooManyRequests { retry_after: 10 }, "rate-limited")
    } else {
        (Fault::ServerError, "server-error-5xx")
    };
    day.send(look_up.clone().fault(fault).shows(failure));
    day.pause(10);
}

/// The outage is there even on a day with little traffic.
fn gateway_failing(day: &mut Day) {
    day.clock = OUTAGE.start;
    for minute in 0..8 {
        day.clock = OUTAGE.start + minute * 97_000;
        outage(day, if minute % 3 == 1 { Directory::Contoso } else { Directory::Northwind });
    }
    for (fault, failure) in [
        (Fault::Gateway, "gateway-html-instead-of-json"),
        (Fault::GatewayTimeout, "timeout-slow-response"),
        (Fault::ServerError, "server-error-5xx"),
    ] {
        let Some(person) = day.anyone(Directory::Northwind) else { return };
        day.send(entra::look_up(&person).fault(fault).shows(failure));
    }
}

/// Okta's token ran out; an administrator pastes the new one after some minutes.
fn token_expired(day: &mut Day) {
    for seconds in [0, 48, 61, 102, 75] {
        day.pause(seconds);
        let Some(person) = day.anyone(Directory::Contoso) else { return };
        day.send(okta::look_up(&person).fault(Fault::ExpiredToken).shows("token-invalid-or-expired"));
    }
    day.pause(240);
    day.send(okta::test_connection());
}

/// A bulk change in the HR system reaches the tenant faster than it lets in; each is sent again after the wait.
fn too_fast(day: &mut Day) {
    for _ in 0..6 {
        let Some(person) = day.anyone(Directory::Northwind) else { return };
        let division = entra::operation("Replace", &entra::enterprise("division"), person.division);
        let patch = entra::patch(&person, vec![division]);
        day.send(patch.clone().fault(Fault::TooManyRequests { retry_after: 30 }).shows("rate-limited"));
        let next = day.clock;
        day.pause(30);
        day.send(patch);
        day.clock = next + 700;
    }
}

/// The tenant answers too late, once to each directory.
fn slow_answers(day: &mut Day) {
    for directory in [Directory::Northwind, Directory::Contoso] {
        let Some(person) = day.anyone(directory) else { return };
        let read = match directory {
            Directory::Northwind => entra::read(&person),
            Directory::Contoso => okta::read(&person),
        };
        day.send(read.fault(Fault::GatewayTimeout).took(30_004).shows("timeout-slow-response"));
        day.pause(75);
    }
}

/// Northwind's administrator assigned groups too; the tenant has none.
fn groups_pushed(day: &mut Day) {
    for name in ["Store managers", "First aiders"] {
        let filter = name.replace(' ', "+");
        let path = format!("/scim/v2/Groups?excludedAttributes=members&filter=displayName+eq+%22{filter}%22");
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "externalId": day.chance.uuid(),
            "displayName": name,
            "meta": {"resourceType": "Group"},
        });
        day.send(Call::new(Directory::Northwind, "GET", path).shows("groups-unsupported-by-service"));
        let create = Call::new(Directory::Northwind, "POST", "/scim/v2/Groups").body(body);
        day.send(create.shows("groups-unsupported-by-service"));
    }
}

/// Contoso's home-made script replaces the whole list of users in place of one user.
fn replace_by_group_rule(day: &mut Day) {
    let Some(person) = day.anyone(Directory::Contoso) else { return };
    let body = okta::user(&person);
    day.send(Call::new(Directory::Contoso, "PUT", entra::USERS).body(body).shows("method-not-supported"));
}

/// The same script posts a form.
fn wrong_media_type(day: &mut Day) {
    let person = day.newcomer(Directory::Contoso);
    let mut create = okta::create(&person).shows("content-type-request-rejected");
    create.content_type = "text/plain; charset=utf-8";
    day.send(create);
}
