//! The five stories, each from a healthy beginning to its mending, and the day that tells them one after the other.
//! Requests are those that `research/idp-facts.md` §2 and §3 say each directory sends; what is wrong is marked with the
//! failure that it shows.

use serde_json::json;

use super::super::{
    call::{Call, id_of},
    entra::{self, PATCH_OP, USERS, enterprise, operation},
    okta,
};
use super::stage::{Beat, CYCLE, OKTAS, Sender, Spelling, Stage};
use crate::domain::{attribute::ENTERPRISE_USER, script::Script};

/// Hours between two attempts of a job in quarantine (`idp-facts.md` §2.4).
const QUARANTINE: [u64; 4] = [6, 12, 24, 24];

/// Whom each story is about, by their place in the cast.
const OF_THE_TOKEN: std::ops::Range<usize> = 0..6;
const OF_THE_MAPPING: std::ops::Range<usize> = 6..9;
const THE_DUPLICATE: usize = 9;
const THE_RETURNER: usize = 10;
const IN_QUARANTINE: std::ops::Range<usize> = 11..16;
const THE_OTHERS: std::ops::Range<usize> = 16..19;

/// The script as it unfolds for a run with this mark.
pub(super) fn tell(script: Script, mark: &str) -> Stage {
    let mut stage = Stage::new(mark);
    match script {
        Script::TokenExpiry => token_expiry(&mut stage),
        Script::MappingCasing => mapping_casing(&mut stage),
        Script::Quarantine => quarantine(&mut stage, &QUARANTINE),
        Script::Duplicate => duplicate(&mut stage),
        Script::ReturningLeaver => returning_leaver(&mut stage),
        Script::BadDay => bad_day(&mut stage),
    }
    stage
}

/// The mapping first, since its failures are the quiet ones; the quarantine last, since nothing comes for hours.
fn bad_day(stage: &mut Stage) {
    stage.cycle(CYCLE);
    THE_OTHERS.for_each(|number| stage.join(number));
    stage.go_on();
    mapping_casing(stage);
    mapping_mended(stage);
    everyday(stage);
    duplicate(stage);
    everyday(stage);
    token_expiry(stage);
    everyday(stage);
    returning_leaver(stage);
    everyday(stage);
    quarantine(stage, &QUARANTINE[..1]);
    everyday(stage);
}

/// Everyday changes, in the cycle in which the next story begins.
fn everyday(stage: &mut Stage) {
    stage.cycle(CYCLE);
    THE_OTHERS.for_each(|number| stage.promote(number));
    stage.go_on();
}

/// The token is accepted for the first two of a cycle and for nobody after them. Two more cycles pass before an
/// administrator pastes a new one, tests it, and restarts provisioning.
fn token_expiry(stage: &mut Stage) {
    stage.cycle(CYCLE);
    OF_THE_TOKEN.for_each(|number| stage.join(number));
    stage.cycle(CYCLE);
    stage.promote(0);
    stage.promote(1);
    stage.token_ends();
    for cycle in 0..3 {
        if cycle > 0 {
            stage.cycle(CYCLE);
        }
        for number in 2..OF_THE_TOKEN.end {
            let look_up = entra::look_up(&stage.person(number));
            stage.send(look_up.shows("token-invalid-or-expired"));
        }
    }
    stage.pause(25);
    stage.new_token();
    stage.test_connection();
    stage.pause(2);
    stage.restart();
    (2..OF_THE_TOKEN.end).for_each(|number| stage.promote(number));
    stage.cycle(CYCLE);
    stage.promote(0);
}

/// Cost centres land at first; then somebody retypes the mapping row, and those that follow are dropped.
fn mapping_casing(stage: &mut Stage) {
    stage.map(Spelling::Right);
    stage.cycle(CYCLE);
    OF_THE_MAPPING.for_each(|number| stage.join(number));
    stage.pause(12);
    stage.map(Spelling::Wrong);
    for moved in [&[6, 7][..], &[8], &[6]] {
        stage.cycle(CYCLE);
        for &number in moved {
            stage.people[number].transfer(&mut stage.chance);
            send_cost_centre(stage, number, Some("wrong-casing-attribute"));
        }
    }
}

/// The row is put right, and a restart sends again what was dropped.
fn mapping_mended(stage: &mut Stage) {
    stage.pause(15);
    stage.map(Spelling::Right);
    stage.restart();
    OF_THE_MAPPING.for_each(|number| send_cost_centre(stage, number, None));
    stage.map(Spelling::AsItWas);
}

fn send_cost_centre(stage: &mut Stage, number: usize, shows: Option<&'static str>) {
    send_team(stage, number, &enterprise("division"), shows);
}

/// Entra finds somebody and says in which team they are now.
fn send_team(stage: &mut Stage, number: usize, division: &str, shows: Option<&'static str>) {
    let person = stage.person(number);
    stage.send(entra::look_up(&person));
    let operations = vec![
        operation("Replace", &enterprise("department"), person.department),
        operation("Replace", division, person.division),
        operation("Replace", &enterprise("costCenter"), person.cost_centre.as_str()),
    ];
    let mut patch = entra::patch(&person, operations);
    patch.failure = shows;
    stage.send(patch);
}

/// A target attribute was typed with a dot in place of the colon, and Entra sends all changes of a person at once.
/// It retries whoever failed with whoever moves next, until most of what it sends fails. The real limit is far higher
/// (40 % of at least 5,000 failures), but the log reads the same.
fn quarantine(stage: &mut Stage, attempts: &[u64]) {
    let with_a_dot = format!("{ENTERPRISE_USER}.division");
    let fail = |stage: &mut Stage, number| send_team(stage, number, &with_a_dot, Some("dot-vs-colon-extension-path"));
    stage.cycle(CYCLE);
    IN_QUARANTINE.for_each(|number| stage.join(number));
    let mut moved = 0;
    for moving in [1, 3, IN_QUARANTINE.len()] {
        stage.cycle(CYCLE);
        for (place, number) in IN_QUARANTINE.enumerate() {
            if place >= moving {
                stage.promote(number);
                continue;
            }
            if place >= moved {
                stage.people[number].transfer(&mut stage.chance);
            }
            fail(stage, number);
        }
        moved = moving;
    }
    for &hours in attempts {
        stage.cycle(hours * 60);
        IN_QUARANTINE.for_each(|number| fail(stage, number));
    }
    stage.pause(30);
    stage.restart();
    IN_QUARANTINE.for_each(|number| send_team(stage, number, &enterprise("division"), None));
    stage.cycle(CYCLE);
    stage.promote(IN_QUARANTINE.start);
}

/// An account was uploaded by hand before. Entra matches by an address with a plus sign, which reaches the tenant as a
/// blank: nobody is found, and the create collides. Both sides then agree on the address without it.
fn duplicate(stage: &mut Stage) {
    stage.rename(THE_DUPLICATE, "@", "+stores@");
    let person = stage.person(THE_DUPLICATE);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": person.user_name,
        "name": {"givenName": person.given, "familyName": person.family},
        "emails": [{"value": person.user_name, "type": "work", "primary": true}],
        "active": true,
    });
    stage.cycle(CYCLE);
    stage.send_as(Sender::Upload, entra::create(&person).regardless().body(body));
    for _ in 0..3 {
        stage.cycle(CYCLE);
        stage.send(Stage::careless_look_up(&person).shows("special-characters-in-lookup"));
        stage.send(entra::create(&person).regardless().shows("conflict-existing-user"));
    }
    stage.pause(20);
    stage.rename(THE_DUPLICATE, "+stores@", "@");
    let person = stage.person(THE_DUPLICATE);
    let rename = json!({
        "schemas": [PATCH_OP],
        "Operations": [{"op": "replace", "path": "userName", "value": person.user_name}],
    });
    let path = format!("{USERS}/{}", id_of(person.number));
    let call = Call::new(person.directory, "PATCH", path).body(rename).about(person.number);
    stage.send_as(Sender::Upload, call);
    stage.cycle(CYCLE);
    stage.promote(THE_DUPLICATE);
}

/// Entra looks before it writes and finds the inactive account; Okta creates without looking when somebody is assigned
/// again, is refused twice, and only then links the account.
fn returning_leaver(stage: &mut Stage) {
    stage.cycle(CYCLE);
    stage.join(THE_RETURNER);
    let (entras, oktas) = (stage.person(THE_RETURNER), stage.person(OKTAS));
    stage.pause(9);
    stage.send(okta::look_up(&oktas));
    stage.send(okta::create(&oktas));
    stage.cycle(CYCLE);
    stage.send(entra::look_up(&entras));
    stage.send(entra::set_active(&entras, false));
    stage.pause(7);
    stage.send(okta::set_active(&oktas, false));
    stage.cycle(3 * CYCLE);
    stage.send(entra::look_up(&entras));
    stage.send(entra::set_active(&entras, true));
    for minutes in [11, 14] {
        stage.pause(minutes);
        stage.send(okta::create(&oktas).regardless().shows("soft-delete-recreate-conflict"));
    }
    stage.pause(6);
    stage.send(okta::look_up(&oktas));
    stage.send(okta::set_active(&oktas, true));
    stage.send(okta::read(&oktas));
    stage.send(okta::replace(&oktas, okta::user(&oktas)));
}

/// How long a script lasts, milliseconds, and how many requests it has.
pub(super) fn extent(stage: &Stage) -> (u64, usize) {
    let sent = stage.beats.iter().filter(|beat| matches!(beat, Beat::Send { .. })).count();
    (stage.clock, sent)
}
