//! The Overview screen: how the tenant's provisioning stands in figures, each of which leads to its requests. The figures
//! come from the engine; nothing here counts.

use jiff::Timestamp;

use super::{Remote, mappings::coverage::Span, orders::Orders};
use crate::{
    diagnosis::Causes,
    domain::{
        failure::Failure,
        overview::Figures,
        profile::{Environment, ProfileId},
    },
    engine::{Command, JobId},
};

/// What a person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Work the figures out again.
    Again,
    /// Over another span.
    Span(Span),
    /// Look for the causes of failures again.
    Causes,
    /// List all causes, or the first of them.
    AllCauses(bool),
    /// Stop working them out.
    Stop,
}

/// The state of the screen.
#[derive(Debug)]
pub struct Overview {
    /// The figures.
    pub figures: Remote<Figures>,
    /// The causes behind the failures.
    pub causes: Remote<Causes>,
    /// Those among the requests that were looked at so far, while none are known of all.
    pub causes_so_far: Option<Causes>,
    /// Whether all of them are listed.
    pub all_causes: bool,
    /// How far the search for them is: done, total.
    pub causes_progress: Option<(u64, Option<u64>)>,
    /// Over which span.
    pub span: Span,
    is_chosen: bool,
    /// How far the work is: done, total.
    pub progress: Option<(u64, Option<u64>)>,
    /// Requests that came in since.
    pub unseen: u64,
    /// When the figures were asked for.
    pub at: Option<Timestamp>,
}

impl Default for Overview {
    fn default() -> Self {
        Self {
            figures: Remote::default(),
            causes: Remote::default(),
            causes_so_far: None,
            all_causes: false,
            causes_progress: None,
            span: Span::Week,
            is_chosen: false,
            progress: None,
            unseen: 0,
            at: None,
        }
    }
}

impl Overview {
    /// Begins with a tenant: over the span that somebody chose, else over a week, or the day that a practice tenant holds.
    pub fn open(&mut self, environment: Environment) {
        let usual = if environment == Environment::Sandbox { Span::Day } else { Span::Week };
        let span = if self.is_chosen { self.span } else { usual };
        *self = Self { span, is_chosen: self.is_chosen, ..Self::default() };
    }

    /// The screen was opened: the figures are worked out unless they are there.
    pub fn show(&mut self, profile: &ProfileId, now: Timestamp, orders: &mut Orders) {
        if self.figures.is_idle() {
            self.read(profile, now, orders);
        }
    }

    /// Carries an action out.
    pub fn update(&mut self, action: &Do, profile: &ProfileId, now: Timestamp, orders: &mut Orders) {
        match action {
            Do::Again => self.read(profile, now, orders),
            Do::Span(span) => {
                (self.span, self.is_chosen) = (*span, true);
                // What is known of another span says nothing of this one.
                (self.figures, self.causes) = (Remote::default(), Remote::default());
                self.read(profile, now, orders);
            }
            Do::Causes => self.find_causes(profile, orders),
            Do::AllCauses(all) => self.all_causes = *all,
            Do::Stop => {
                for job in [self.figures.loading(), self.causes.loading()].into_iter().flatten() {
                    orders.cancel(job);
                }
            }
        }
    }

    fn read(&mut self, profile: &ProfileId, now: Timestamp, orders: &mut Orders) {
        self.unseen = 0;
        self.progress = None;
        self.at = Some(now);
        let query = Box::new(self.span.query());
        self.figures.start(orders.ask("overview shown", Command::Overview { profile: profile.clone(), query }));
        self.find_causes(profile, orders);
    }

    /// Looks for the causes behind the failures of the span.
    pub fn find_causes(&mut self, profile: &ProfileId, orders: &mut Orders) {
        (self.causes_progress, self.causes_so_far) = (None, None);
        let query = Box::new(self.span.query());
        self.causes.start(orders.ask("causes wanted", Command::Diagnose { profile: profile.clone(), query }));
    }

    /// The causes were found.
    pub fn causes_found(&mut self, job: JobId, result: Result<Causes, Failure>) {
        if self.causes.resolve(job, result) {
            (self.causes_progress, self.causes_so_far) = (None, None);
        }
    }

    /// Some of the causes were found.
    pub fn causes_come(&mut self, job: JobId, causes: Causes) {
        if self.causes.loading() == Some(job) && self.causes.value().is_none() {
            self.causes_so_far = Some(causes);
        }
    }

    /// The figures arrived.
    pub fn counted(&mut self, job: JobId, result: Result<Figures, Failure>) {
        if self.figures.resolve(job, result) {
            self.progress = None;
        }
    }

    /// How far the work is.
    pub fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.figures.loading() == Some(job) {
            self.progress = Some((done, total));
        }
        if self.causes.loading() == Some(job) {
            self.causes_progress = Some((done, total));
        }
    }

    /// The query of a figure: its own terms within the span, unless they say since when.
    #[must_use]
    pub fn query_of(&self, terms: &str) -> String {
        let tenant_only = self.figures.value().is_some_and(|figures| figures.tenant_only);
        let source = if tenant_only { "source:tenant" } else { "" };
        let span = if terms.contains("since:") { String::new() } else { self.span.query().to_string() };
        let parts = [span, source.to_owned(), terms.to_owned()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            Action, Screen, requests,
            script::{Script, failed, fine, job},
        },
        domain::journal::Histogram,
        engine::News,
    };

    fn is_overview(command: &Command) -> bool {
        matches!(command, Command::Overview { .. })
    }

    #[test]
    fn figures_are_worked_out_when_the_screen_opens_and_lead_to_their_requests() {
        let mut script = Script::listed(&[1], fine([1]));
        script.orders();
        let first = job(&script.act(Action::Go(Screen::Overview)), is_overview);
        let histogram = Histogram { start: script.model.now, bar_seconds: 60, bars: Vec::new() };
        let figures = Figures {
            overview: crate::domain::overview::Overview::default(),
            histogram,
            tenant_only: false,
            left_out: 0,
        };
        script.answer(first, News::OverviewRead(Box::new(figures)));
        assert!(script.model.overview.figures.value().is_some());
        assert!(script.act(Action::Go(Screen::Overview)).is_empty(), "they are there");
        let query = script.model.overview.query_of("outcome:failure");
        assert_eq!(query, "since:24h outcome:failure");
        assert_eq!(script.model.overview.query_of("since:2h"), "since:2h");
        script.act(Action::Requests(requests::Do::SetQuery(query)));
        assert_eq!(script.model.screen, Screen::Requests);
        let again = job(&script.act(Action::Overview(Do::Again)), is_overview);
        script.answer(again, failed());
        assert!(script.model.overview.figures.failure().is_some() && script.model.overview.figures.value().is_some());
        let other = job(&script.act(Action::Overview(Do::Span(Span::All))), is_overview);
        script.answer(other, failed());
        let overview = &script.model.overview;
        assert!(
            overview.figures.failure().is_some() && overview.figures.value().is_none(),
            "those were of another span"
        );
        assert_eq!(script.model.overview.query_of("outcome:failure"), "outcome:failure");
    }

    #[test]
    fn causes_show_while_more_are_looked_for_until_all_are_known() {
        let mut script = Script::listed(&[1], fine([1]));
        script.act(Action::Go(Screen::Overview));
        let some = |requests: u64| Box::new(Causes { requests, ..Causes::default() });
        let first = script.model.overview.causes.loading().unwrap();
        script.answer(first, News::CausesSoFar(some(5)));
        let so_far = |script: &Script| script.model.overview.causes_so_far.as_ref().map(|causes| causes.requests);
        assert_eq!((so_far(&script), script.model.overview.causes.value()), (Some(5), None), "those are not all");
        script.act(Action::Overview(Do::Span(Span::All)));
        let second = script.model.overview.causes.loading().unwrap();
        script.answer(first, News::CausesSoFar(some(6)));
        assert_eq!(so_far(&script), None, "those were of another span");
        script.answer(second, News::CausesSoFar(some(7)));
        script.answer(second, News::CausesFound(some(9)));
        assert_eq!((so_far(&script), script.model.overview.causes.value()), (None, Some(&*some(9))));
    }

    #[test]
    fn a_practice_tenant_shows_its_day_and_others_a_week_until_somebody_chooses() {
        let mut overview = Overview::default();
        let mut span_at = |chosen: Option<Span>, environment| {
            if let Some(span) = chosen {
                overview.update(&Do::Span(span), &ProfileId::sandbox(), Timestamp::UNIX_EPOCH, &mut Orders::default());
            }
            overview.open(environment);
            overview.span
        };
        assert_eq!(span_at(None, Environment::Sandbox), Span::Day);
        assert_eq!(span_at(None, Environment::Production), Span::Week);
        assert_eq!(span_at(Some(Span::Month), Environment::Sandbox), Span::Month);
    }
}
