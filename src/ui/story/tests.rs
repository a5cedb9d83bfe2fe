//! The story found by name and worked by pointer and key, in each state and at the smallest window.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::Queryable as _;
use serde_json::json;

use super::{View, story_ui};
use crate::{
    app::{Action, mappings::stage::Stage, story::Do},
    domain::{
        coverage::tests::request,
        exchange::Response,
        failure::{Failure, FailureKind},
        journal::{Count, Record, Source},
        profile::Environment,
        story::Gathered,
    },
    ui::{
        stage::{self, live_window, shows},
        when::Zone,
    },
};

type Window = stage::Window<Stage>;

fn window(script: Stage, size: [f32; 2]) -> Window {
    let (mut view, zone) = (View::default(), Zone::new(jiff::tz::TimeZone::UTC));
    live_window(script, size, move |ui, model, actions| {
        if let Some(story) = &model.story {
            story_ui(ui, model, story, (&mut view, &zone), actions);
        }
    })
}

fn opened() -> Stage {
    let mut stage = Stage::begun(Environment::Staging, &[]);
    stage.act(Action::Story(Do::Open("jane@x.com".to_owned())));
    stage
}

fn created(minute: i64, id: &str) -> Record {
    let mut record = request(minute, json!({"userName": "jane@x.com"}));
    record.summary.user = Some("jane@x.com".to_owned());
    record.summary.resource_id = Some(id.to_owned());
    let body = json!({"id": id, "userName": "jane@x.com", "title": "Lead"});
    if let Some(exchange) = &mut record.exchange {
        exchange.response = Some(Response { status: 201, body, ..Response::default() });
    }
    record
}

fn told() -> Stage {
    let mut stage = opened();
    let records = vec![(1, created(1, "A")), (2, created(2, "B"))];
    let gathered = Gathered { start: "jane@x.com".to_owned(), records, ..Gathered::default() };
    stage.gathered(Ok(gathered));
    stage
}

#[test]
fn every_control_has_a_name_at_both_sizes_and_a_reused_name_is_told() {
    for size in [[1240.0, 832.0], [972.0, 632.0]] {
        let window = window(told(), size);
        for name in ["Close the story (Esc)", "Read again", "Copy story", "Open this line of Tenant’s log"] {
            assert!(shows(&window, Role::Button, name), "{name} at {size:?}");
        }
        for name in ["Changes", "Everything"] {
            assert!(shows(&window, Role::RadioButton, name), "{name} at {size:?}");
        }
        assert!(shows(&window, Role::Grid, "Steps"));
        let caution =
            "The userName jane@x.com was used by 2 accounts: A, B. What stands here may be of different people.";
        assert!(shows(&window, Role::Label, caution), "at {size:?}");
    }
}

#[test]
fn a_step_is_chosen_by_key_and_leads_to_its_request() {
    let mut window = window(told(), [1240.0, 832.0]);
    window.key_press(Key::Home);
    window.run_steps(4);
    assert_eq!(window.state().actions, [Action::Story(Do::Select(0))]);
    window.get_by_role_and_label(Role::Button, "Open this line of Tenant’s log").click();
    window.run_steps(3);
    let model = &window.state().script.model;
    assert!(model.story.is_none() && model.requests.detail_open);
    assert_eq!(model.requests.selected, Some(1));
}

#[test]
fn what_was_not_kept_is_shown_with_its_finding_and_imported_people_are_not_called_invented() {
    let practice = "Practice data: these people are invented.";
    for (source, foreign) in [(Source::Tenant, false), (Source::Recording, true)] {
        let mut stage = Stage::begun(Environment::Sandbox, &[]);
        stage.model.current = crate::domain::profile::ProfileId::sandbox();
        stage.act(Action::Story(Do::Open("jane@x.com".to_owned())));
        let mut record = created(1, "A");
        record.source = source;
        if let Some(exchange) = &mut record.exchange {
            exchange.request.body["nickName"] = json!("Jay");
        }
        let gathered = Gathered { start: "jane@x.com".to_owned(), records: vec![(1, record)], ..Gathered::default() };
        stage.gathered(Ok(gathered));
        let window = window(stage, [1240.0, 832.0]);
        assert!(shows(&window, Role::Label, "Sent, not kept"));
        assert!(shows(&window, Role::Label, "nickName: Jay"), "name and value are said together");
        assert_eq!(shows(&window, Role::Label, practice), !foreign, "{source:?}");
    }
}

#[test]
fn a_copy_names_nobody() {
    let mut stage = told();
    stage.act(Action::Story(Do::Copy));
    let copied = stage.model.take_clipboard().join("\n");
    assert!(copied.contains("Create succeeded") && !copied.contains("jane"), "{copied}");
}

#[test]
fn loading_nobody_similar_and_failed_are_different_things() {
    let reading = window(opened(), [1240.0, 832.0]);
    assert!(shows(&reading, Role::ProgressIndicator, "Reading what is known of this person"));
    let answer = |candidates: Vec<Count>| {
        let mut stage = opened();
        let gathered = Gathered { start: "jane@x.com".to_owned(), candidates, ..Gathered::default() };
        stage.gathered(Ok(gathered));
        window(stage, [972.0, 632.0])
    };
    assert!(shows(&answer(Vec::new()), Role::Button, "Find requests"));
    let mut similar = answer(vec![Count { key: "jane.doe@x.com".to_owned(), count: 3 }]);
    similar.get_by_role_and_label(Role::Button, "jane.doe@x.com").click();
    similar.run_steps(3);
    assert_eq!(similar.state().actions, [Action::Story(Do::Open("jane.doe@x.com".to_owned()))]);
    let mut stage = opened();
    let failure = Failure::new(FailureKind::DatabaseBusy, "The journal is busy", "Nothing was read.", "Try again.");
    stage.gathered(Err(failure));
    assert!(shows(&window(stage, [1240.0, 832.0]), Role::Button, "Try again"));
}
