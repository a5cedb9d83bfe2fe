//! The list and what is around it: times and their days, facets, the filter and its slips, keys, low windows, imports.

use egui::{Key, Modifiers, accesskit::Role};
use jiff::tz::TimeZone;

use super::super::{View, requests_ui};
use crate::{
    app::{
        Action, ImportReport, Screen, Whereabouts,
        mappings::stage::Stage,
        requests::{Do, Tab, diagnosis::Do as Diagnose},
    },
    domain::{
        exchange::{Operation, Outcome},
        journal::{Bar, Count, Histogram, Listing, Row, Source, Summary},
        profile::Environment,
    },
    ui::{
        keys,
        stage::{self, click, shows},
        when::Zone,
    },
};

fn row(key: i64, at: &str, outcome: Outcome) -> Row {
    Row {
        key,
        source: Source::Tenant,
        summary: Summary {
            id: format!("r{key}"),
            at: at.parse().unwrap(),
            method: "PATCH".to_owned(),
            path: "/scim/v2/Users/7f3c52d0-91b2-4c11-8a55-0d7c6f0a91b2".to_owned(),
            status: Some(200),
            outcome,
            operation: Operation::Update,
            user: Some("ada@acme.example".to_owned()),
            resource_id: None,
            scim_type: None,
            detail: None,
            duration_ms: None,
            client: None,
        },
    }
}

/// Two requests of two days, with more kinds of operations than a column of the strip has room for.
fn listing() -> Listing {
    let count = |key: &str| Count { key: key.to_owned(), count: 1 };
    Listing {
        keys: [7, 3].into(),
        total: 2,
        first: vec![row(7, "2026-11-23T11:59:00Z", Outcome::Failure), row(3, "2026-11-22T09:30:00Z", Outcome::Success)],
        outcomes: ["failure", "success"].map(count).into(),
        operations: ["match", "update", "read", "create", "deactivate", "set-manager"].map(count).into(),
        errors: ["uniqueness"].map(count).into(),
        clients: ["Okta"].map(count).into(),
        histogram: Histogram {
            start: "2026-11-22T09:00:00Z".parse().unwrap(),
            bar_seconds: 1_800,
            bars: vec![Bar::default(); 55],
        },
    }
}

/// The screen with its keys, a refused create open beside the list.
fn window(size: [f32; 2], opened: bool) -> stage::Window<Stage> {
    let mut script = Stage::begun(Environment::Sandbox, &[]);
    script.act(Action::Go(Screen::Requests));
    script.lists(listing());
    if opened {
        script.opens_a_refusal();
    }
    let mut view = View { zone: Zone::new(TimeZone::UTC), ..View::default() };
    stage::live_window(script, size, move |ui, model, actions| {
        keys::collect(ui, model, actions);
        requests_ui(ui, model, &mut view, actions);
    })
}

fn press(window: &mut stage::Window<Stage>, modifiers: Modifiers, key: Key) -> Vec<Action> {
    window.state_mut().actions.clear();
    window.key_press_modifiers(modifiers, key);
    window.run_steps(4);
    let seen = |action: &&Action| !matches!(action, Action::Requests(Do::Visible(_)));
    window.state().actions.iter().filter(seen).cloned().collect()
}

fn focus(window: &mut stage::Window<Stage>, role: Role, name: &str) {
    use egui_kittest::kittest::Queryable as _;
    window.get_by_role_and_label(role, name).focus();
    window.run_steps(3);
}

#[test]
fn a_list_of_more_than_one_day_says_the_day_of_each_time() {
    let window = window([1440.0, 900.0], false);
    for day in ["23 Nov 11:59:00", "22 Nov 09:30:00"] {
        use egui_kittest::kittest::Queryable as _;
        assert_eq!(window.query_all_by_label_contains(day).count(), 1, "{day}");
    }
}

#[test]
fn whoever_points_at_a_time_reads_it_in_utc() {
    use egui_kittest::kittest::Queryable as _;
    let mut window = window([1440.0, 900.0], false);
    let row = window.get_by_label_contains("23 Nov 11:59:00").rect();
    window.event(egui::Event::PointerMoved(row.left_center() + egui::vec2(24.0, 0.0)));
    // What is pointed at tells after a moment.
    window.run_steps(60);
    assert_eq!(window.query_all_by_label_contains("UTC").count(), 1);
}

#[test]
fn a_reply_is_copied_by_its_key_while_the_table_has_the_keyboard() {
    let mut window = window([1440.0, 900.0], true);
    focus(&mut window, Role::Grid, "Requests");
    let copied = press(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    assert_eq!(copied, [Action::Diagnosis(Diagnose::Copy { when: String::new() })]);
    assert_eq!(window.state_mut().script.model.take_clipboard().len(), 1);
}

#[test]
fn esc_closes_what_lies_on_top_and_nothing_else() {
    let mut window = window([1440.0, 900.0], true);
    click(&mut window, Role::Button, "Export");
    assert!(shows(&window, Role::MenuItem, "CSV for a spreadsheet…"));
    assert_eq!(press(&mut window, Modifiers::NONE, Key::Escape), []);
    assert!(!shows(&window, Role::MenuItem, "CSV for a spreadsheet…"), "the menu is shut");
    focus(&mut window, Role::SearchInput, "Filter requests");
    assert_eq!(press(&mut window, Modifiers::NONE, Key::Escape), [], "the field is left");
    assert_eq!(press(&mut window, Modifiers::NONE, Key::Escape), [Action::Requests(Do::Close)]);
}

#[test]
fn a_filter_that_is_not_understood_is_told_and_so_is_what_is() {
    let mut window = window([1440.0, 900.0], false);
    for (typed, told) in [
        ("bogus:1", "There is no field bogus; use user, status, outcome"),
        ("status:>=abc", "status:>=abc is not understood. Write a status as 409, >=400 or 4xx."),
    ] {
        use egui_kittest::kittest::Queryable as _;
        window.state_mut().script.act(Action::Requests(Do::Text(String::new())));
        focus(&mut window, Role::SearchInput, "Filter requests");
        window.event(egui::Event::Text(typed.to_owned()));
        window.run_steps(3);
        press(&mut window, Modifiers::NONE, Key::Enter);
        assert!(window.query_all_by_label_contains(told).next().is_some(), "{typed}");
    }
}

#[test]
fn the_fields_are_offered_before_anything_is_typed_and_tab_goes_on_all_the_same() {
    let mut window = window([1440.0, 900.0], false);
    let offered = |window: &stage::Window<Stage>, words: &str| shows(window, Role::ListBoxOption, words);
    focus(&mut window, Role::SearchInput, "Filter requests");
    assert!(offered(&window, "outcome:failure only failed requests"));
    let went_on = press(&mut window, Modifiers::NONE, Key::Tab);
    assert_eq!((went_on, window.state().script.model.requests.text.as_str()), (Vec::new(), ""));
    focus(&mut window, Role::SearchInput, "Filter requests");
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().script.model.requests.query.to_string(), "outcome:failure");
    assert!(!offered(&window, "outcome:warning requests of which something was dropped"), "the rows can be read");
    window.event(egui::Event::Text("client:".to_owned()));
    window.run_steps(3);
    assert!(offered(&window, "client:Okta 1 request"));
}

#[test]
fn a_low_window_shows_the_detail_in_place_of_the_list_with_the_way_back() {
    for (size, whole) in
        [([960.0, 532.0], true), ([720.0, 382.0], true), ([1024.0, 632.0], false), ([1440.0, 500.0], false)]
    {
        let mut window = window(size, true);
        assert_eq!(shows(&window, Role::Button, "Back to the list"), whole, "{size:?}");
        assert_eq!(shows(&window, Role::Grid, "Requests"), !whole, "{size:?}");
        assert!(shows(&window, Role::Button, "Copy reply"));
        if whole {
            let next = press(&mut window, Modifiers::NONE, Key::J);
            assert_eq!(next, [Action::Requests(Do::Move(1))]);
            click(&mut window, Role::Button, "Back to the list");
            assert!(shows(&window, Role::Grid, "Requests"));
        }
    }
}

#[test]
fn an_open_request_that_the_list_does_not_hold_says_so() {
    let mut window = window([1440.0, 900.0], true);
    assert!(!shows(&window, Role::Label, "Not in this list"));
    window.state_mut().script.act(Action::Requests(Do::SetQuery("nobody".to_owned())));
    window.state_mut().script.lists(Listing { keys: [].into(), first: Vec::new(), ..listing() });
    window.run_steps(3);
    assert!(shows(&window, Role::Label, "Not in this list"));
}

#[test]
fn what_was_refused_is_not_said_to_have_landed_perhaps() {
    let mut window = window([1440.0, 900.0], true);
    window.state_mut().script.act(Action::Requests(Do::Show(Tab::Mapping)));
    window.run_steps(3);
    assert!(shows(&window, Role::Label, "Nothing landed: the request was refused with 409."));
    window.state_mut().script.act(Action::Requests(Do::Show(Tab::Diagnosis)));
    window.run_steps(3);
    assert!(shows(&window, Role::Label, "Status: 409"), "a fact is read with its name");
}

#[test]
fn every_value_of_a_facet_can_be_chosen_in_any_window_and_the_one_in_force_is_taken_away() {
    let mut wide = window([1440.0, 900.0], false);
    click(&mut wide, Role::Button, "2 more: Operation");
    let term = "operation:set-manager".to_owned();
    let only = |term: String| Action::Requests(Do::AddTerm { term, negate: false });
    let chosen = click(&mut wide, Role::Button, "Set manager, 1");
    assert!(chosen.contains(&only(term)), "{chosen:?}");
    assert!(!shows(&wide, Role::Button, "Deactivate, 1"), "the menu is shut");

    let mut narrow = window([1024.0, 632.0], false);
    assert!(!shows(&narrow, Role::Button, "uniqueness, 1"));
    click(&mut narrow, Role::Button, "More facets: Operation");
    assert!(click(&mut narrow, Role::Button, "uniqueness, 1").contains(&only("error:uniqueness".to_owned())));
    let dropped = click(&mut narrow, Role::Button, "Remove error:uniqueness");
    assert!(dropped.contains(&Action::Requests(Do::RemoveChip(0))));
    click(&mut narrow, Role::Button, "Failed, 1");
    assert!(click(&mut narrow, Role::Button, "Failed, 1").contains(&Action::Requests(Do::RemoveChip(0))));
    assert!(narrow.state().script.model.requests.query.is_empty());
}

#[test]
fn what_was_imported_is_one_click_away_and_so_is_what_failed_of_it() {
    let mut window = window([1440.0, 900.0], false);
    let at = |text: &str| text.parse().unwrap();
    let (from, to) = (at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z"));
    let whereabouts = Some(Whereabouts { from, to, source: Some(Source::Okta), failed: 290, key: None, ends: None });
    let report = ImportReport { read: 3_000, imported: 3_000, whereabouts, ..ImportReport::default() };
    window.state_mut().script.imports_pasted(report);
    window.run_steps(3);
    assert!(shows(
        &window,
        Role::Label,
        "3,000 records read, 290 of them failed requests. 3,000 new, 0 there already."
    ));
    let span = "source:okta since:2026-11-20T00:00:00Z until:2026-11-21T00:00:01Z";
    for (button, query) in [("Show them", span.to_owned()), ("Show what failed", format!("outcome:failure {span}"))] {
        assert!(click(&mut window, Role::Button, button).contains(&Action::Requests(Do::SetQuery(query))), "{button}");
    }
}

#[test]
fn the_list_of_another_query_is_read_from_its_top() {
    let mut window = window([1440.0, 900.0], false);
    let long = |end: i64| {
        let first = (0..200).map(|key| row(key, "2026-11-23T11:59:00Z", Outcome::Success)).collect();
        Listing { keys: (0..end).collect::<Vec<i64>>().as_slice().into(), first, ..listing() }
    };
    let top = |window: &stage::Window<Stage>| {
        use egui_kittest::kittest::Queryable as _;
        window.query_all_by_role(Role::Row).count() > 0
    };
    // The end of the first is not in the second, so that nothing chosen keeps its place.
    let set = |query: &str| Do::SetQuery(query.to_owned());
    for (asked, end) in [(set("update"), 500), (set("ada"), 499), (Do::Text("jane".to_owned()), 498)] {
        window.state_mut().script.act(Action::Requests(asked.clone()));
        window.state_mut().script.lists(long(end));
        window.run_steps(3);
        assert!(top(&window), "{asked:?}");
        focus(&mut window, Role::Grid, "Requests");
        press(&mut window, Modifiers::NONE, Key::End);
        assert!(!top(&window), "rows that are not read yet have no words");
    }
}
