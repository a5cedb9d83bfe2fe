//! The Test provision screen: a sample user, the exact requests before anything is sent, and the run step by step.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Context, Remote, orders::Orders};
use crate::{
    domain::{
        failure::Failure,
        mapping::MappingRow,
        trial::{Dialect, PlannedStep, SampleUser, StepName, StepReport, StepStatus, TrialReport, Verdict},
    },
    engine::{Command, JobId, TrialOrder},
};

/// What of a step's exchange shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// The request's body.
    #[default]
    Request,
    /// The response's body.
    Response,
    /// Both sides' headers.
    Headers,
    /// As a cURL command.
    Curl,
}

impl Tab {
    /// Every part, in order.
    pub const ALL: [Self; 4] = [Self::Request, Self::Response, Self::Headers, Self::Curl];

    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Request => "Request",
            Self::Response => "Response",
            Self::Headers => "Headers",
            Self::Curl => "cURL",
        }
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    /// Choose a dialect.
    Dialect(Dialect),
    /// Type a value.
    Value(String, String),
    /// Make another sample user.
    NewSample,
    /// Leave the user in place at the end, or not.
    Keep(bool),
    /// Run; asks first where the tenant is not a practice one.
    Run,
    /// Send after the question.
    Confirm,
    /// Close the question.
    CloseConfirm,
    /// Type the tenant's name to confirm.
    TypeName(String),
    /// Stop the run.
    Stop,
    /// Remove a user that a run left behind, by SCIM id.
    CleanUp(String),
    /// Work the requests out again after that failed.
    PlanAgain,
    /// Show the requests of the next run instead of the newest run, or that run again.
    ShowNext(bool),
    /// Open or close a step.
    Toggle(StepName),
    /// Show a part of a step.
    Show(Tab),
    /// Copy the result for a ticket.
    CopyResult,
}

/// The question before sending: every request stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confirm {
    /// What is typed to confirm on production.
    pub typed: String,
}

/// A run, under way or over.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its number in this session.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// The dialect it used.
    pub dialect: Dialect,
    /// The userName it sent.
    pub user_name: String,
    /// Whether its user was to stay.
    pub kept: bool,
    /// Whether it was told to stop.
    pub stopped: bool,
    /// The steps that ended.
    pub steps: Vec<StepReport>,
    /// The whole report, once it is over.
    pub report: Option<TrialReport>,
    /// Why it could not run at all.
    pub failure: Option<Failure>,
    /// The job, while it runs.
    pub job: Option<JobId>,
}

/// A user that a run created and that is still in the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    /// The SCIM id.
    pub id: String,
    /// The userName.
    pub user_name: String,
    /// Whether it stayed because that was asked for.
    pub kept: bool,
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct Trial {
    /// How requests are shaped.
    pub dialect: Dialect,
    /// Whom to create.
    pub user: SampleUser,
    /// The mapped attributes of the form.
    pub mappings: Vec<MappingRow>,
    /// Whether the user stays.
    pub keep: bool,
    /// The exact requests.
    pub plan: Remote<Vec<PlannedStep>>,
    /// The newest run.
    pub run: Option<Run>,
    runs: u32,
    samples: u64,
    /// The question, while it is open.
    pub confirm: Option<Confirm>,
    /// Which steps are open.
    pub open: BTreeSet<StepName>,
    /// Which part of them shows.
    pub tab: Tab,
    /// Whether the requests of the next run show in place of the newest run.
    pub next_shown: bool,
    /// The users that runs left behind, oldest first.
    pub left_behind: Vec<LeftBehind>,
    /// The newest clean-up.
    pub clean_up: Remote<StepReport>,
    /// Whom it removes, by SCIM id.
    pub cleaning: Option<String>,
}

impl Trial {
    /// Begins with a tenant.
    pub fn open(&mut self, cx: &mut Context<'_>) {
        self.dialect = Dialect::of(cx.identity_provider);
        self.new_sample(cx);
    }

    /// The tenant is at work again, or its profile was changed: the form begins anew; what was sent, and whom it left
    /// behind, stays.
    pub fn reopen(&mut self) {
        self.user = SampleUser::default();
        self.mappings.clear();
        self.plan = Remote::default();
        self.confirm = None;
        self.next_shown = false;
    }

    /// The tenant's mappings are known: the form has a field for each.
    pub fn mappings_known(&mut self, mappings: &[MappingRow], cx: &mut Context<'_>) {
        let mut seen = BTreeSet::new();
        let mut fields = Vec::new();
        for row in mappings.iter().filter(|row| !row.attribute.trim().is_empty()) {
            if seen.insert(row.attribute.as_str()) {
                fields.push(row.clone());
            }
        }
        for gone in self.mappings.iter().filter(|row| !seen.contains(row.attribute.as_str())) {
            self.user.0.remove(&gone.attribute);
        }
        self.mappings = fields;
        let sample = SampleUser::invent(self.samples, cx.now, &self.mappings);
        for row in &self.mappings {
            self.user.0.entry(row.attribute.clone()).or_insert_with(|| sample.get(&row.attribute).to_owned());
        }
        self.make_plan(cx);
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, cx: &mut Context<'_>) {
        match action {
            Do::Dialect(dialect) => self.choose_dialect(dialect, cx),
            Do::Value(attribute, value) => self.type_value(attribute, value, cx),
            Do::NewSample => self.new_sample(cx),
            Do::Keep(keep) => self.keep = keep,
            Do::Run => self.ask_or_run(cx),
            Do::Confirm => self.confirmed(cx),
            Do::CloseConfirm => self.confirm = None,
            Do::TypeName(text) => self.confirm = Some(Confirm { typed: text }),
            Do::Stop => self.stop(cx.orders),
            Do::CleanUp(id) => self.start_clean_up(id, cx),
            Do::PlanAgain => self.make_plan(cx),
            Do::ShowNext(next) => self.next_shown = next,
            Do::Toggle(step) => self.toggle(step),
            Do::Show(tab) => self.tab = tab,
            Do::CopyResult => self.copy_result(cx),
        }
    }

    /// The steps that the next run will send, with their exact requests.
    pub fn planned_steps(&self) -> impl Iterator<Item = &PlannedStep> {
        let steps = self.plan.value().into_iter().flatten();
        steps.filter(|step| !self.keep || step.name != StepName::CleanUp)
    }

    /// Whether the planned steps are those of the form as it stands.
    #[must_use]
    pub const fn is_plan_current(&self) -> bool {
        self.plan.value().is_some() && self.plan.loading().is_none() && self.plan.failure().is_none()
    }

    /// Why a run cannot begin, one sentence with the next step.
    #[must_use]
    pub fn hindrance(&self, locked: bool) -> Option<&'static str> {
        if locked {
            return Some("Production is read-only. Unlock sending in the top bar to run.");
        }
        self.user.get("userName").trim().is_empty().then_some("Fill in userName to run.")
    }

    /// Whether a run is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.job.is_some())
    }

    fn choose_dialect(&mut self, dialect: Dialect, cx: &mut Context<'_>) {
        self.dialect = dialect;
        self.make_plan(cx);
    }

    fn type_value(&mut self, attribute: String, value: String, cx: &mut Context<'_>) {
        self.user.0.insert(attribute, value);
        self.make_plan(cx);
    }

    fn new_sample(&mut self, cx: &mut Context<'_>) {
        self.samples += 1;
        self.user = SampleUser::invent(self.samples, cx.now, &self.mappings);
        self.make_plan(cx);
    }

    fn order(&self) -> Box<TrialOrder> {
        Box::new(TrialOrder {
            dialect: self.dialect,
            user: self.user.clone(),
            mappings: self.mappings.clone(),
            steps: StepName::ALL.to_vec(),
            keep: self.keep,
        })
    }

    fn make_plan(&mut self, cx: &mut Context<'_>) {
        let command = Command::PlanTrial { profile: cx.profile.clone(), trial: self.order() };
        self.plan.start(cx.orders.ask("sample changed", command));
    }

    fn ask_or_run(&mut self, cx: &mut Context<'_>) {
        if self.hindrance(cx.locked).is_some() || self.is_running() || self.confirm.is_some() {
            return;
        }
        if cx.confirms {
            self.confirm = Some(Confirm::default());
        } else {
            self.start(cx);
        }
    }

    fn confirmed(&mut self, cx: &mut Context<'_>) {
        let named = |confirm: &Confirm| !cx.confirms_by_name || confirm.typed.trim() == cx.name;
        if self.confirm.as_ref().is_some_and(named) && !cx.locked && self.is_plan_current() && !self.is_running() {
            self.confirm = None;
            self.start(cx);
        }
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        self.runs += 1;
        self.open.clear();
        self.next_shown = false;
        if self.clean_up.loading().is_none() {
            self.clean_up = Remote::default();
        }
        let command = Command::RunTrial { profile: cx.profile.clone(), trial: self.order() };
        let job = cx.orders.ask("trial run by the user", command);
        self.run = Some(Run {
            number: self.runs,
            started: cx.now,
            dialect: self.dialect,
            user_name: self.user.get("userName").to_owned(),
            kept: self.keep,
            stopped: false,
            steps: Vec::new(),
            report: None,
            failure: None,
            job: Some(job),
        });
    }

    fn stop(&mut self, orders: &mut Orders) {
        let Some(run) = self.run.as_mut().filter(|run| !run.stopped) else { return };
        if let Some(job) = run.job {
            run.stopped = true;
            orders.cancel(job);
        }
    }

    /// Only a user that a run of this window created can be removed, one at a time.
    fn start_clean_up(&mut self, id: String, cx: &mut Context<'_>) {
        let ours = self.left_behind.iter().any(|left| left.id == id);
        if ours && !cx.locked && self.clean_up.loading().is_none() {
            let command = Command::CleanUp { profile: cx.profile.clone(), id: id.clone() };
            self.clean_up = Remote::default();
            self.clean_up.start(cx.orders.ask("clean-up asked for", command));
            self.cleaning = Some(id);
        }
    }

    fn toggle(&mut self, step: StepName) {
        if !self.open.remove(&step) {
            self.open.insert(step);
        }
    }

    /// The plan was made.
    pub fn planned(&mut self, job: JobId, result: Result<Vec<PlannedStep>, Failure>) {
        self.plan.resolve(job, result);
    }

    /// A step ended. The first one that failed opens itself.
    pub fn step_done(&mut self, job: JobId, step: &StepReport) {
        let Some(run) = self.run.as_mut().filter(|run| run.job == Some(job)) else { return };
        let failed = |step: &StepReport| step.status == StepStatus::Failed;
        if failed(step) && !run.steps.iter().any(failed) {
            self.open.insert(step.name);
            self.tab = Tab::Response;
        }
        run.steps.push(step.clone());
    }

    /// The run is over.
    pub fn done(&mut self, job: JobId, report: &TrialReport) {
        let Some(run) = self.run.as_mut().filter(|run| run.job == Some(job)) else { return };
        run.job = None;
        run.steps.clone_from(&report.steps);
        if let Some(id) = report.left_behind.clone() {
            self.left_behind.retain(|left| left.id != id);
            let kept = run.kept && !run.stopped;
            self.left_behind.push(LeftBehind { id, user_name: run.user_name.clone(), kept });
        }
        let differs = |verdict| matches!(verdict, Verdict::Differs | Verdict::Missing);
        if self.open.is_empty() && report.verification.iter().any(|line| differs(line.verdict)) {
            self.open.insert(StepName::ReadBack);
            self.tab = Tab::Response;
        }
        run.report = Some(report.clone());
    }

    /// The run could not be carried out.
    pub fn failed(&mut self, job: JobId, failure: &Failure) {
        if let Some(run) = self.run.as_mut().filter(|run| run.job == Some(job)) {
            run.job = None;
            run.failure = Some(failure.clone());
        }
    }

    /// The clean-up ended.
    pub fn cleaned_up(&mut self, job: JobId, result: Result<&StepReport, &Failure>) {
        let removed = result.is_ok_and(|step| step.status == StepStatus::Passed);
        if self.clean_up.resolve(job, result.cloned().map_err(Clone::clone))
            && let Some(id) = self.cleaning.take().filter(|_| removed)
        {
            self.left_behind.retain(|left| left.id != id);
        }
    }

    fn copy_result(&self, cx: &mut Context<'_>) {
        let Some(run) = &self.run else { return };
        let Some(report) = &run.report else { return };
        let text = report.to_ticket(cx.name, run.dialect);
        cx.copy(text, "Result copied");
    }
}

#[cfg(test)]
pub(crate) mod tests;
