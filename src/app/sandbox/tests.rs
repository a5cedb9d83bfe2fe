//! Scripts of the screen without a window: actions and events go in, state and orders come out.

use super::*;
use crate::{
    app::{
        Screen,
        script::{self, job},
    },
    domain::{house::Standing, profile::Profile},
    engine::News,
};

pub(crate) use crate::app::script::Script as Window;

/// A tenant of the house; the first one without a key.
pub(crate) fn housed(key: &str, name: &str) -> HousedTenant {
    let id = if key.is_empty() { ProfileId::sandbox() } else { ProfileId::practice(key) };
    let token = |id: &str, name: &str| TokenInfo {
        id: id.to_owned(),
        name: name.to_owned(),
        created_at: script::noon(),
        expires_at: None,
        last_used_at: None,
    };
    HousedTenant {
        profile: Profile {
            id,
            name: name.to_owned(),
            support_url: Some(format!("http://127.0.0.1:4000/{key}/support/v1").parse().unwrap()),
            scim_url: format!("http://127.0.0.1:4000/{key}/scim/v2").parse().unwrap(),
            ..script::sandbox()
        },
        standing: Standing {
            users: 1_240,
            requests: 5_310,
            failures: 12,
            kept_days: 30,
            tokens: vec![token("tok_own", "SCIM Console"), token("tok_entra", "Entra")],
            ..Standing::default()
        },
        own_token: Some("tok_own".to_owned()),
    }
}

pub(crate) fn house(tenants: &[(&str, &str)]) -> HouseState {
    let tenants = tenants.iter().map(|(key, name)| housed(key, name)).collect();
    HouseState { running: true, left_out: Vec::new(), tenants }
}

/// The screen with two tenants.
pub(crate) fn opened() -> Window {
    let mut script = Window::new();
    let look = script.model.practice.house.loading().expect("the tenants are looked at as the sandbox starts");
    script.answer(look, News::House(Box::new(house(&[("", "Practice tenant"), ("acme", "Acme")]))));
    script.act(Action::Go(Screen::Sandbox));
    let look = script.model.practice.house.loading().unwrap();
    script.answer(look, News::House(Box::new(house(&[("", "Practice tenant"), ("acme", "Acme")]))));
    script
}

/// The same, stopped.
pub(crate) fn stopped() -> Window {
    let mut script = opened();
    let stopped = HouseState { running: false, ..house(&[("", "Practice tenant"), ("acme", "Acme")]) };
    done(&mut script, Do::Stop, stopped);
    script
}

fn act(script: &mut Window, action: Do) -> Vec<HouseOrder> {
    let orders = script.act(Action::Sandbox(action));
    orders
        .into_iter()
        .filter_map(|order| if let Command::House(order) = order.command { Some(order) } else { None })
        .collect()
}

/// Carries an action out and answers it with how the house stands then.
pub(crate) fn done(script: &mut Window, action: Do, state: HouseState) {
    let orders = script.act(Action::Sandbox(action));
    let asked = job(&orders, |command| matches!(command, Command::House(_)));
    script.answer(asked, News::House(Box::new(state)));
}

fn acme() -> ProfileId {
    ProfileId::practice("acme")
}

fn ask(dialog: Dialog) -> Do {
    Do::Ask(Box::new(dialog))
}

#[test]
fn every_practice_tenant_can_be_worked_with() {
    let mut script = opened();
    let names: Vec<&str> = script.model.all_profiles().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["Practice tenant", "Acme", "Acme"], "two of the house, one that was saved");
    script.act(Action::Switch(acme()));
    assert_eq!((script.model.tenant_name(), script.model.is_locked()), ("Acme", false));
    let orders = script.act(Action::Sandbox(Do::Remove(acme())));
    assert!(script.model.current == ProfileId::sandbox(), "another tenant is at work first");
    let removing = job(&orders, |command| *command == Command::House(HouseOrder::Remove(acme())));
    script.answer(removing, News::House(Box::new(house(&[("", "Practice tenant")]))));
    assert_eq!(script.said(), ["Acme removed"]);
    let orders = script.act(Action::Undo(0));
    job(&orders, |command| *command == Command::House(HouseOrder::Restore(acme())));
}

#[test]
fn a_habit_is_refused_beside_those_that_are() {
    let mut script = opened();
    let mut strict = house(&[("", "Practice tenant")]);
    strict.tenants[0].standing.refused = [Habit::CapitalOps].into();
    let refuse = |habits: &[Habit]| HouseOrder::Refuse {
        tenant: ProfileId::sandbox(),
        habits: habits.iter().copied().collect(),
    };
    assert_eq!(act(&mut script, Do::Refuse(Habit::CapitalOps, true)), [refuse(&[Habit::CapitalOps])]);
    assert_eq!(act(&mut script, Do::Refuse(Habit::UrnKeys, true)), [], "one thing at a time");
    let mut script = opened();
    done(&mut script, Do::Refuse(Habit::CapitalOps, true), strict);
    assert_eq!(script.said(), ["Capitalised PATCH operations: refused from now on"]);
    let both = refuse(&[Habit::CapitalOps, Habit::UrnKeys]);
    assert_eq!(act(&mut script, Do::Refuse(Habit::UrnKeys, true)), [both]);
}

#[test]
fn a_new_tenant_is_shown_once_it_is_there() {
    let mut script = opened();
    let dialog = Dialog::NewTenant { name: "Borealis".to_owned(), policy: Policy::Rfc, with_a_day: true };
    act(&mut script, ask(dialog));
    let orders = script.act(Action::Sandbox(Do::Submit));
    let added = job(&orders, |command| {
        let name = "Borealis".to_owned();
        *command == Command::House(HouseOrder::Add { name, policy: Policy::Rfc, with_a_day: true })
    });
    script.answer(added, News::Progress { what: "Playing a day of traffic", done: 5, total: Some(9) });
    assert_eq!(script.model.practice.progress, Some((5, Some(9))));
    assert_eq!(act(&mut script, Do::KeepDays(7)), [], "one thing at a time");
    let tenants = [("", "Practice tenant"), ("acme", "Acme"), ("borealis", "Borealis")];
    script.answer(added, News::House(Box::new(house(&tenants))));
    assert_eq!(script.model.practice.chosen().unwrap().profile.name, "Borealis");
    assert!(script.model.practice.dialog.is_none() && script.model.practice.progress.is_none());
}

#[test]
fn a_tokens_value_is_there_until_its_dialog_is_closed() {
    let mut script = opened();
    act(&mut script, Do::Choose(acme()));
    act(&mut script, ask(Dialog::NewToken { tenant: acme(), name: " Okta ".to_owned(), end: End::Week }));
    let orders = script.act(Action::Sandbox(Do::Submit));
    let asked = job(&orders, |command| {
        let end = Some("2026-12-01T12:00:00Z".parse().unwrap());
        *command == Command::House(HouseOrder::IssueToken { tenant: acme(), name: "Okta".to_owned(), end })
    });
    let token = Box::new(housed("", "").standing.tokens.remove(1));
    let state = Box::new(house(&[("", "Practice tenant"), ("acme", "Acme")]));
    script.answer(asked, News::TokenIssued { token, value: Secret::new("s3cret-value"), house: state });
    assert!(!format!("{:?}", script.model).contains("s3cret-value"));
    act(&mut script, Do::CopyToken);
    assert_eq!(script.model.take_clipboard(), ["s3cret-value"]);
    act(&mut script, Do::Close);
    act(&mut script, Do::CopyToken);
    assert!(script.model.take_clipboard().is_empty() && script.model.practice.dialog.is_none());
}

#[test]
fn a_revoked_token_can_be_taken_back() {
    let mut script = opened();
    act(&mut script, Do::Choose(acme()));
    let token = housed("", "").standing.tokens.remove(1);
    done(&mut script, Do::Revoke(Box::new(token)), house(&[("", "Practice tenant"), ("acme", "Acme")]));
    assert_eq!(script.said(), ["Entra revoked"]);
    let orders = script.act(Action::Undo(0));
    let restored = HouseOrder::RestoreToken { tenant: acme(), token: "tok_entra".to_owned() };
    job(&orders, |command| *command == Command::House(restored.clone()));
}

#[test]
fn what_fails_is_told_where_it_was_asked_and_the_form_stays() {
    let mut script = opened();
    act(&mut script, ask(Dialog::Rename { tenant: acme(), name: "Practice tenant".to_owned() }));
    let orders = script.act(Action::Sandbox(Do::Submit));
    let asked = job(&orders, |command| matches!(command, Command::House(HouseOrder::Rename { .. })));
    script.answer(asked, script::failed());
    let practice = &script.model.practice;
    assert!(practice.failure.is_some() && practice.dialog.is_some() && practice.busy().is_none());
    assert!(practice.house.value().is_some(), "what was known stays on screen");
    act(&mut script, Do::Close);
    assert!(script.model.practice.failure.is_none());
}

#[test]
fn a_stopped_sandbox_starts_again_and_is_looked_at() {
    let mut script = stopped();
    assert_eq!(script.said(), ["Sandbox stopped"]);
    let orders = script.act(Action::StartSandbox);
    let start = job(&orders, |command| *command == Command::StartSandbox);
    script.answer(start, News::SandboxReady(Box::new(script::sandbox())));
    assert!(script.model.practice.house.loading().is_some());
}

#[test]
fn a_tenant_that_is_gone_at_the_next_start_makes_room_for_the_first() {
    let mut script = opened();
    script.act(Action::Switch(acme()));
    act(&mut script, Do::Look);
    let look = script.model.practice.house.loading().unwrap();
    script.answer(look, News::House(Box::new(house(&[("", "Renamed")]))));
    assert_eq!((script.model.current.clone(), script.model.tenant_name()), (ProfileId::sandbox(), "Renamed"));
}

/// What the engine answers to a script.
pub(crate) fn played(script: Script) -> Played {
    Played {
        script,
        requests: 23,
        first: "000000000101".to_owned(),
        last: "000000000123".to_owned(),
        from: script::noon(),
        to: script::noon(),
        mark: "3f9a1c07".to_owned(),
        people: vec!["riley.moss.3f9a1c07@rehearsal.example".to_owned()],
    }
}

/// Acme with a script that was played into it.
pub(crate) fn rehearsed() -> Window {
    let mut script = opened();
    act(&mut script, Do::Choose(acme()));
    let orders = script.act(Action::Sandbox(Do::Play(Script::Duplicate)));
    let playing = job(&orders, |command| {
        *command == Command::House(HouseOrder::PlayScript { tenant: acme(), script: Script::Duplicate })
    });
    assert_eq!(script.model.practice.busy(), Some("Playing the script"));
    script.answer(playing, News::Progress { what: "Playing the script", done: 5, total: Some(23) });
    assert_eq!(script.model.practice.playing_words(), "Playing the script");
    let house = Box::new(house(&[("", "Practice tenant"), ("acme", "Acme")]));
    script.answer(playing, News::ScriptPlayed { played: Box::new(played(Script::Duplicate)), house });
    script
}

#[test]
fn a_script_is_played_into_the_tenant_that_is_shown_and_remembered_there() {
    let mut script = rehearsed();
    let practice = &script.model.practice;
    assert!(practice.busy().is_none() && practice.progress.is_none());
    assert_eq!(practice.last_played().unwrap().mark, "3f9a1c07");
    assert_eq!(practice.playing_words(), "Playing a day of traffic");
    assert_eq!(script.said(), ["Duplicate at every cycle played"]);
    act(&mut script, Do::Choose(ProfileId::sandbox()));
    assert!(script.model.practice.last_played().is_none(), "another tenant has its own");
}

#[test]
fn one_script_at_a_time_and_a_stopped_one_is_told() {
    let mut script = opened();
    let orders = script.act(Action::Sandbox(Do::Play(Script::Quarantine)));
    let playing = job(&orders, |command| matches!(command, Command::House(HouseOrder::PlayScript { .. })));
    assert_eq!(act(&mut script, Do::Play(Script::BadDay)), []);
    let orders = script.act(Action::Sandbox(Do::StopPlaying));
    job(&orders, |command| *command == Command::Cancel(playing));
    script.answer(playing, script::failed());
    let practice = &script.model.practice;
    assert!(practice.failure.is_some() && practice.busy().is_none() && practice.last_played().is_none());
}
