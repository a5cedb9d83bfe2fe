//! The Overview found by name, in each state and at the smallest window; every figure leads to its requests.

use egui::accesskit::Role;
use jiff::Timestamp;

use super::{View, overview_ui};
use crate::{
    app::{Action, Cause, Causes, Owner, Screen, mappings::stage::Stage, overview::Do, requests, story},
    domain::{
        exchange::{Operation, Outcome},
        failure::{Failure, FailureKind},
        journal::{Bar, Histogram, Row, Source, Summary},
        overview::{Figures, Overview, Reckoning},
        problem::Severity,
        profile::Environment,
    },
    ui::stage::{self, click, shows},
};

type Window = stage::Window<Stage>;

fn window(script: Stage, size: [f32; 2]) -> Window {
    let view = View::default();
    stage::window(script, size, move |ui, model, actions| overview_ui(ui, model, &view, actions))
}

fn noon() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn row(key: i64, outcome: Outcome) -> Row {
    let failed = outcome == Outcome::Failure;
    let summary = Summary {
        id: key.to_string(),
        at: noon() + jiff::SignedDuration::from_secs(key),
        method: "PATCH".to_owned(),
        path: "/Users/1".to_owned(),
        status: Some(if failed { 409 } else { 200 }),
        outcome,
        operation: Operation::Update,
        user: Some("jane@x.com".to_owned()),
        resource_id: None,
        scim_type: failed.then(|| "uniqueness".to_owned()),
        detail: None,
        duration_ms: Some(40),
        client: Some("Entra".to_owned()),
    };
    Row { key, source: Source::Tenant, summary }
}

fn overview(rows: &[Row]) -> Overview {
    let mut reckoning = Reckoning::default();
    rows.iter().for_each(|row| reckoning.take((&row.summary).into()));
    reckoning.figures()
}

fn opened() -> Stage {
    let mut stage = Stage::begun(Environment::Staging, &[]);
    stage.act(Action::Go(Screen::Overview));
    stage
}

fn figured(rows: &[Row]) -> Stage {
    let bars = vec![Bar { counts: [3, 0, 1, 0] }; 4];
    let histogram = Histogram { start: noon(), bar_seconds: 900, bars };
    let mut stage = opened();
    stage.figured(Ok(Figures { overview: overview(rows), histogram, tenant_only: false, left_out: 0 }));
    stage
}

fn query(text: &str) -> Vec<Action> {
    vec![Action::Requests(requests::Do::SetQuery(text.to_owned()))]
}

#[test]
fn every_figure_and_row_leads_on_at_both_sizes() {
    let rows = [row(2, Outcome::Failure), row(1, Outcome::Success)];
    for size in [[1240.0, 832.0], [972.0, 632.0]] {
        let mut window = window(figured(&rows), size);
        assert_eq!(click(&mut window, Role::Button, "Failed: 1, 50.0% of requests"), query("since:7d outcome:failure"));
        assert_eq!(
            click(&mut window, Role::Button, "uniqueness, Update, 1 request, 1 user"),
            query("since:7d outcome:failure error:uniqueness")
        );
        let opened = click(&mut window, Role::Button, "Story of jane@x.com, 1 failure, the last uniqueness");
        assert_eq!(opened, [Action::Story(story::Do::Open("jane@x.com".to_owned()))]);
        for name in ["Requests over time, 16 in all", "Failures over time, 4"] {
            assert!(shows(&window, Role::Slider, name), "{name} at {size:?}");
        }
        assert!(shows(&window, Role::ComboBox, "Over which span"));
    }
}

#[test]
fn loading_empty_and_failed_are_three_things() {
    assert!(shows(&window(opened(), [1240.0, 832.0]), Role::ProgressIndicator, "Working out the figures"));
    let mut empty = window(figured(&[]), [1240.0, 832.0]);
    assert_eq!(
        click(&mut empty, Role::Button, "Count all requests"),
        [Action::Overview(Do::Span(crate::app::mappings::coverage::Span::All))]
    );
    let mut stage = opened();
    let failure = Failure::new(FailureKind::DatabaseBusy, "The journal is busy", "Nothing was read.", "Try again.");
    stage.figured(Err(failure));
    let mut failed = window(stage, [972.0, 632.0]);
    assert_eq!(click(&mut failed, Role::Button, "Try again"), [Action::Overview(Do::Again)]);
}

fn cause(number: i64) -> Cause {
    Cause {
        id: format!("cause-{number}"),
        title: format!("Cause {number}"),
        owner: Owner::Token,
        severity: Severity::Error,
        requests: 17,
        people: 15,
        first: noon(),
        last: noon(),
        newest: number,
    }
}

#[test]
fn causes_lead_to_the_requests_that_show_them_and_their_states_are_told_apart() {
    let rows = [row(2, Outcome::Failure), row(1, Outcome::Success)];
    for size in [[1240.0, 832.0], [972.0, 632.0]] {
        let figures = || figured(&rows);
        assert!(shows(&window(figures(), size), Role::ProgressIndicator, "Looking for causes"));
        let mut stage = figures();
        stage.caused(Ok(Causes {
            causes: (1..=10).map(cause).collect(),
            unexplained: 2,
            requests: 200,
            ..Causes::default()
        }));
        let mut found = window(stage, size);
        let ago = crate::domain::overview::ago(noon(), found.state().script.model.now);
        let name = format!("Cause 3: 17 requests, 15 people, latest {ago} ago");
        let query = |terms: &str| {
            let overview = &found.state().script.model.overview;
            Action::Requests(requests::Do::SetQuery(overview.query_of(terms)))
        };
        let (of_three, without) = (query("cause:cause-3"), query("outcome:failure cause:\"\""));
        assert_eq!(click(&mut found, Role::Button, &name), [of_three, Action::Story(story::Do::OpenRequest(3))]);
        let rest = "Show 2 failures without a known cause";
        assert_eq!(click(&mut found, Role::Button, rest), [without]);
        assert_eq!(click(&mut found, Role::Button, "Show all 10 causes"), [Action::Overview(Do::AllCauses(true))]);
        let mut stage = figures();
        stage.caused(Ok(Causes::default()));
        assert!(shows(&window(stage, size), Role::Label, "Nothing wrong is known in this span."));
        let mut stage = figures();
        stage.caused(Err(Failure::new(
            FailureKind::DatabaseBusy,
            "The journal is busy",
            "Nothing was read.",
            "Try again.",
        )));
        let mut failed = window(stage, size);
        assert_eq!(click(&mut failed, Role::Button, "Try again"), [Action::Overview(Do::Causes)]);
    }
}

#[test]
fn the_name_of_a_day_stands_where_it_begins_and_what_was_left_out_is_told() {
    let from = "2026-11-20T17:40:00Z".parse().unwrap();
    let histogram = Histogram { start: from, bar_seconds: 13_000, bars: vec![Bar::default(); 48] };
    let zone = super::Zone::new(jiff::tz::TimeZone::UTC);
    let ticks = super::midnights(&histogram, &zone);
    assert_eq!(ticks.iter().map(|(_, day)| day.as_str()).collect::<Vec<_>>()[..3], ["Sat 21", "Sun 22", "Mon 23"]);
    for (bar, day) in ticks {
        let midnight = |at: Timestamp| zone.minute(at) == "00:00" && zone.day(at) == day;
        let within = (0..13_000)
            .step_by(60)
            .map(|second| super::bar_start(&histogram, bar) + jiff::SignedDuration::from_secs(second));
        assert!(within.into_iter().any(midnight), "{day}");
    }
    let mut stage = opened();
    let rows = [row(1, Outcome::Success)];
    stage.figured(Ok(Figures { overview: overview(&rows), histogram, tenant_only: true, left_out: 3_002 }));
    let words = "Counted from the tenant’s own log. 3,002 requests of imported logs and of the console are left out, so that \
                 nothing counts twice.";
    assert!(shows(&window(stage, [1240.0, 832.0]), Role::Label, words));
}
