//! Scripts of the screen without a window: actions and events go in, state and orders come out.

use std::collections::BTreeMap;

use super::*;
use crate::{
    app::{Action, FreshIds, Model, Screen},
    domain::{
        exchange::{Exchange, Request, Response},
        profile::{Environment, IdentityProvider, Profile, ProfileId},
        tenant::TenantMappings,
        trial::{TrialOutcome, Verification},
    },
    engine::{Event, News, Workspace},
};

#[derive(Debug, Default)]
struct Counted(u32);

impl FreshIds for Counted {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("id-{}", self.0)
    }
}

/// A model and what it asked of the engine.
pub(crate) struct Script {
    pub(crate) model: Model,
    asked: Vec<(JobId, Command)>,
}

impl Script {
    /// The screen on a tenant named Northwind, its mappings and the plan known.
    pub(crate) fn on(environment: Environment) -> Self {
        let now = "2026-11-23T14:38:00Z".parse().unwrap();
        let mut script = Self { model: Model::new(now, Box::<Counted>::default()), asked: Vec::new() };
        let sandbox = environment == Environment::Sandbox;
        let id = if sandbox { ProfileId::sandbox() } else { ProfileId("p1".to_owned()) };
        let profile = Profile {
            id: id.clone(),
            name: "Northwind".to_owned(),
            environment,
            scim_url: "https://t.example/scim/v2".parse().unwrap(),
            support_url: None,
            identity_provider: IdentityProvider::Okta,
            proxy: None,
            ca_file: None,
            token_issued_on: None,
        };
        let workspace = Workspace {
            profiles: if sandbox { Vec::new() } else { vec![profile.clone()] },
            tokens: BTreeMap::new(),
            keychain: true,
            settings: [("profile".to_owned(), serde_json::Value::from(id.0))].into(),
            data_dir: "/nowhere".into(),
        };
        script.answer(|command| matches!(command, Command::Open), News::Opened(Box::new(workspace)));
        if sandbox {
            let ready = News::SandboxReady(Box::new(profile));
            script.answer(|command| matches!(command, Command::StartSandbox), ready);
        }
        script.act(Action::Go(Screen::Trial));
        script.pull(&["costCenter"]);
        script.answer_plan();
        script
    }

    pub(crate) fn act(&mut self, action: Action) {
        self.model.update(action);
        self.collect();
    }

    pub(crate) fn do_it(&mut self, action: Do) {
        self.act(Action::Trial(action));
    }

    fn collect(&mut self) {
        self.asked.extend(self.model.take_orders().into_iter().map(|order| (order.job, order.command)));
    }

    /// The newest job of a kind.
    fn job(&mut self, is_it: impl Fn(&Command) -> bool) -> Option<JobId> {
        self.collect();
        self.asked.iter().rev().find(|(_, command)| is_it(command)).map(|(job, _)| *job)
    }

    fn tell(&mut self, job: JobId, news: News) {
        self.model.absorb(Event { job, news });
        self.collect();
    }

    fn answer(&mut self, is_it: impl Fn(&Command) -> bool, news: News) {
        let job = self.job(is_it).unwrap();
        self.tell(job, news);
    }

    fn pull(&mut self, shorts: &[&str]) {
        let row = |short: &&str| MappingRow { attribute: format!("{EXTENSION}:{short}"), field: "f".to_owned() };
        let mappings = TenantMappings { version: 1, mappings: shorts.iter().map(row).collect(), etag: None };
        let news = News::MappingsPulled { mappings, fields: None, since: Default::default(), at: self.model.now };
        self.answer(|command| matches!(command, Command::PullMappings(_)), news);
    }

    fn answer_plan(&mut self) {
        self.answer(|command| matches!(command, Command::PlanTrial { .. }), News::TrialPlanned(plan()));
    }

    /// The run ended well.
    pub(crate) fn run_ends(&mut self, left_behind: Option<&str>, verification: Vec<Verification>) {
        let job = self.run_job().unwrap();
        self.tell(job, report(left_behind, verification));
    }

    /// The run could not be carried out.
    pub(crate) fn run_breaks_off(&mut self) {
        let job = self.run_job().unwrap();
        self.tell(job, News::Failed(Failure::cancelled()));
    }

    /// A step of the run ended.
    pub(crate) fn step_ends(&mut self, step: StepReport) {
        let job = self.run_job().unwrap();
        self.tell(job, News::StepDone(Box::new(step)));
    }

    fn run_job(&mut self) -> Option<JobId> {
        self.job(|command| matches!(command, Command::RunTrial { .. }))
    }

    fn count(&mut self, is_it: impl Fn(&Command) -> bool) -> usize {
        self.collect();
        self.asked.iter().filter(|(_, command)| is_it(command)).count()
    }

    fn runs(&mut self) -> usize {
        self.count(|command| matches!(command, Command::RunTrial { .. }))
    }

    fn plans(&mut self) -> usize {
        self.count(|command| matches!(command, Command::PlanTrial { .. }))
    }
}

pub(crate) const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn plan() -> Vec<PlannedStep> {
    let request = |method: &str, path: &str, body| Request {
        method: method.to_owned(),
        url: format!("https://t.example/scim/v2{path}"),
        body,
        ..Request::default()
    };
    let step = |name: StepName, requests| PlannedStep { name, requests, effect: format!("{} it.", name.label()) };
    let none = serde_json::Value::Null;
    vec![
        step(StepName::Connect, vec![request("GET", "/ServiceProviderConfig", none.clone())]),
        step(StepName::Create, vec![request("POST", "/Users", serde_json::json!({"userName": "ann"}))]),
        step(StepName::CleanUp, vec![request("DELETE", "/Users/{id}", none)]),
    ]
}

pub(crate) fn step(name: StepName, status: StepStatus) -> StepReport {
    let request =
        Request { method: "GET".to_owned(), url: "https://t.example/scim/v2/Users/7".to_owned(), ..Request::default() };
    let body = serde_json::json!({"userName": "ann", "title": "Engineer"});
    let response =
        Some(Response { status: if status == StepStatus::Failed { 500 } else { 200 }, body, ..Response::default() });
    let exchange = Exchange { request, response, error: None, at: None, duration_ms: Some(90) };
    let sent = status != StepStatus::Skipped;
    StepReport {
        name,
        status,
        duration_ms: 90,
        exchange: sent.then_some(exchange),
        earlier: Vec::new(),
        notes: vec!["Noticed.".to_owned()],
    }
}

pub(crate) fn line(short: &str, verdict: Verdict) -> Verification {
    Verification {
        attribute: format!("{EXTENSION}:{short}"),
        field: None,
        sent: "Example Ltd".to_owned(),
        landed: (verdict == Verdict::Match).then(|| "Example Ltd".to_owned()),
        verdict,
        why: None,
    }
}

fn report(left_behind: Option<&str>, verification: Vec<Verification>) -> News {
    let steps = StepName::ALL.map(|name| step(name, StepStatus::Passed)).to_vec();
    let outcome = TrialOutcome::Passed;
    News::TrialDone(Box::new(TrialReport { outcome, steps, verification, left_behind: left_behind.map(str::to_owned) }))
}

#[test]
fn every_change_of_the_form_plans_anew_and_a_late_plan_is_dropped() {
    let mut script = Script::on(Environment::Sandbox);
    assert_eq!(script.model.trial.dialect, Dialect::Okta, "the tenant's directory");
    let before = script.plans();
    script.do_it(Do::Value("title".to_owned(), "Driver".to_owned()));
    let late = script.job(|command| matches!(command, Command::PlanTrial { .. })).unwrap();
    script.do_it(Do::Dialect(Dialect::Rfc));
    assert_eq!(script.plans(), before + 2);
    script.tell(late, News::TrialPlanned(Vec::new()));
    assert!(
        !script.model.trial.is_plan_current() && script.model.trial.plan.value().is_some_and(|plan| plan.len() == 3)
    );
    script.answer_plan();
    assert!(script.model.trial.is_plan_current());
    let Some((_, Command::PlanTrial { trial, .. })) = script.asked.last() else { panic!() };
    assert_eq!((trial.user.get("title"), trial.dialect), ("Driver", Dialect::Rfc));
}

#[test]
fn the_form_follows_the_mappings_and_keeps_what_was_typed() {
    let mut script = Script::on(Environment::Staging);
    let name = |short: &str| format!("{EXTENSION}:{short}");
    script.do_it(Do::Value(name("costCenter"), "CC-1".to_owned()));
    script.act(Action::Mappings(crate::app::mappings::Do::Pull));
    script.pull(&["costCenter", "department", "department"]);
    let user = &script.model.trial.user;
    assert_eq!((user.get(&name("costCenter")), user.get(&name("department"))), ("CC-1", "Sales EMEA"));
    assert_eq!(script.model.trial.mappings.len(), 2, "one field for each attribute");
    script.act(Action::Mappings(crate::app::mappings::Do::Pull));
    script.pull(&["department"]);
    assert_eq!(script.model.trial.user.get(&name("costCenter")), "", "what has no field is not sent");
}

#[test]
fn a_practice_tenant_runs_at_once_but_never_twice() {
    let mut script = Script::on(Environment::Sandbox);
    script.do_it(Do::Run);
    script.do_it(Do::Run);
    assert_eq!(script.runs(), 1);
    assert!(script.model.trial.is_running());
    script.do_it(Do::Value("userName".to_owned(), "  ".to_owned()));
    let job = script.run_job().unwrap();
    script.tell(job, report(None, Vec::new()));
    script.do_it(Do::Run);
    assert_eq!(script.runs(), 1, "nobody to create");
}

#[test]
fn staging_is_asked_once() {
    let mut script = Script::on(Environment::Staging);
    script.do_it(Do::Run);
    assert!(script.model.trial.confirm.is_some() && script.runs() == 0);
    script.do_it(Do::CloseConfirm);
    script.do_it(Do::Confirm);
    assert_eq!(script.runs(), 0, "the question was closed");
    script.do_it(Do::Run);
    script.do_it(Do::Confirm);
    assert!(script.model.trial.confirm.is_none() && script.runs() == 1);
}

#[test]
fn nothing_is_sent_before_its_requests_are_on_screen() {
    let mut script = Script::on(Environment::Staging);
    script.do_it(Do::NewSample);
    script.do_it(Do::Run);
    script.do_it(Do::Confirm);
    assert_eq!(script.runs(), 0, "the plan is still that of the sample before");
    script.answer_plan();
    script.do_it(Do::Confirm);
    assert_eq!(script.runs(), 1);
}

#[test]
fn production_is_locked_then_asks_for_its_name() {
    let mut script = Script::on(Environment::Production);
    script.do_it(Do::Run);
    assert!(script.model.trial.confirm.is_none(), "locked");
    assert!(script.model.trial.hindrance(script.model.is_locked()).is_some());
    script.act(Action::Unlock);
    script.do_it(Do::Run);
    for (typed, runs) in [("", 0), ("northwind", 0), (" Northwind ", 1)] {
        script.do_it(Do::TypeName(typed.to_owned()));
        script.do_it(Do::Confirm);
        assert_eq!(script.runs(), runs, "{typed:?}");
    }
}

#[test]
fn a_second_press_does_not_lose_the_typed_name() {
    let mut script = Script::on(Environment::Production);
    script.act(Action::Unlock);
    script.do_it(Do::Run);
    script.do_it(Do::TypeName("North".to_owned()));
    script.do_it(Do::Run);
    assert_eq!(script.model.trial.confirm.as_ref().map(|confirm| confirm.typed.as_str()), Some("North"));
}

#[test]
fn events_of_an_older_run_change_nothing() {
    let mut script = Script::on(Environment::Sandbox);
    script.do_it(Do::Run);
    let first = script.run_job().unwrap();
    script.tell(first, report(None, Vec::new()));
    script.do_it(Do::Run);
    let second = script.run_job().unwrap();
    script.tell(first, News::StepDone(Box::new(step(StepName::Connect, StepStatus::Failed))));
    script.tell(first, report(Some("7"), Vec::new()));
    script.tell(first, News::Failed(Failure::cancelled()));
    let trial = &script.model.trial;
    let run = trial.run.as_ref().unwrap();
    assert_eq!((run.number, run.job, run.steps.len()), (2, Some(second), 0));
    assert!(trial.left_behind.is_empty() && trial.open.is_empty() && run.failure.is_none());
}

#[test]
fn the_first_failure_opens_itself_beside_what_is_open() {
    let mut script = Script::on(Environment::Sandbox);
    script.do_it(Do::Run);
    let job = script.run_job().unwrap();
    script.tell(job, News::StepDone(Box::new(step(StepName::Connect, StepStatus::Passed))));
    script.do_it(Do::Toggle(StepName::Connect));
    for name in [StepName::Match, StepName::CleanUp] {
        script.tell(job, News::StepDone(Box::new(step(name, StepStatus::Failed))));
    }
    assert_eq!(script.model.trial.open, [StepName::Connect, StepName::Match].into());
    assert_eq!(script.model.trial.tab, Tab::Response);
}

#[test]
fn a_mismatch_opens_read_back() {
    let mut script = Script::on(Environment::Sandbox);
    script.do_it(Do::Run);
    let job = script.run_job().unwrap();
    script.tell(job, report(None, vec![line("organization", Verdict::Missing)]));
    assert_eq!(script.model.trial.open, [StepName::ReadBack].into());
}

#[test]
fn a_stopped_run_offers_to_clean_up_until_that_worked() {
    let mut script = Script::on(Environment::Sandbox);
    script.do_it(Do::Run);
    let job = script.run_job().unwrap();
    script.do_it(Do::Stop);
    script.do_it(Do::Stop);
    assert_eq!(script.count(|command| *command == Command::Cancel(job)), 1);
    script.tell(job, report(Some("7"), Vec::new()));
    let left = script.model.trial.left_behind.clone();
    assert_eq!(left.iter().map(|left| (left.id.as_str(), left.kept)).collect::<Vec<_>>(), [("7", false)]);

    script.do_it(Do::Run);
    let second = script.run_job().unwrap();
    script.tell(second, report(None, Vec::new()));
    assert_eq!(script.model.trial.left_behind, left, "another run does not hide it");

    let is_clean_up = |command: &Command| matches!(command, Command::CleanUp { .. });
    script.do_it(Do::CleanUp("8".to_owned()));
    assert_eq!(script.count(is_clean_up), 0, "only users of our own");
    script.do_it(Do::CleanUp("7".to_owned()));
    script.do_it(Do::CleanUp("7".to_owned()));
    assert_eq!(script.count(is_clean_up), 1);
    script.answer(is_clean_up, News::CleanedUp(Box::new(step(StepName::CleanUp, StepStatus::Failed))));
    assert_eq!(script.model.trial.left_behind, left, "it did not work");
    script.do_it(Do::CleanUp("7".to_owned()));
    script.answer(is_clean_up, News::Failed(Failure::cancelled()));
    assert_eq!((&script.model.trial.left_behind, &script.model.trial.cleaning), (&left, &None));
    script.do_it(Do::CleanUp("7".to_owned()));
    script.answer(is_clean_up, News::CleanedUp(Box::new(step(StepName::CleanUp, StepStatus::Passed))));
    assert!(script.model.trial.left_behind.is_empty());
}

#[test]
fn a_kept_user_is_planned_without_its_removal() {
    let mut script = Script::on(Environment::Sandbox);
    script.do_it(Do::Keep(true));
    let names: Vec<StepName> = script.model.trial.planned_steps().map(|step| step.name).collect();
    assert_eq!(names, [StepName::Connect, StepName::Create]);
    script.do_it(Do::Run);
    let job = script.run_job().unwrap();
    script.tell(job, report(Some("7"), Vec::new()));
    assert!(script.model.trial.left_behind[0].kept);
}

#[test]
fn the_ticket_names_the_dialect_of_the_run() {
    let mut script = Script::on(Environment::Sandbox);
    script.do_it(Do::Run);
    let job = script.run_job().unwrap();
    script.tell(job, report(None, Vec::new()));
    script.do_it(Do::Dialect(Dialect::Entra));
    script.do_it(Do::CopyResult);
    assert!(script.model.take_clipboard()[0].contains("sent as Okta: passed"));
}

#[test]
fn another_tenant_hides_a_run_but_does_not_forget_it() {
    let mut script = Script::on(Environment::Staging);
    script.do_it(Do::Run);
    script.do_it(Do::Confirm);
    let job = script.run_job().unwrap();
    let northwind = script.model.current.clone();
    let practice = Profile {
        id: ProfileId::sandbox(),
        environment: Environment::Sandbox,
        ..script.model.profile().unwrap().clone()
    };
    script.answer(|command| matches!(command, Command::StartSandbox), News::SandboxReady(Box::new(practice)));
    script.act(Action::Switch(ProfileId::sandbox()));
    assert!(script.model.trial.run.is_none(), "that is another tenant’s");
    script.tell(job, report(Some("7"), Vec::new()));
    assert!(script.model.trial.left_behind.is_empty());
    script.act(Action::Switch(northwind));
    let trial = &script.model.trial;
    assert!(trial.run.as_ref().is_some_and(|run| run.report.is_some() && run.job.is_none()));
    assert_eq!(trial.left_behind.iter().map(|left| left.id.as_str()).collect::<Vec<_>>(), ["7"]);
    script.do_it(Do::CleanUp("7".to_owned()));
    assert_eq!(script.count(|command| matches!(command, Command::CleanUp { .. })), 1);
}
