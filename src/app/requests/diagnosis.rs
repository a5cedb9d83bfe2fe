//! What is known to be wrong with the open line, and the answer to its ticket. The engine works it out once, when it reads the line.

use super::Requests;
use crate::{
    app::{context::Context, orders::Orders},
    diagnosis::{Audience, Case, Causes, Finding, InOrder, Mark, Markup, Reply, Setting, diagnose, with_order},
    domain::{exchange::Outcome, journal::Record, problem::Severity, profile::ProfileId, redaction::Redactor},
    engine::{Command, JobId},
};

/// Marks that are kept of lines that were in view.
const MOST_MARKS: usize = 5_000;

/// What a person does with a diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Fold a finding out or in.
    Fold(usize),
    /// Open the answer; `when` is the time of the request in the reader's zone.
    OpenReply {
        /// In words.
        when: String,
    },
    /// Close it.
    CloseReply,
    /// Write it for somebody else.
    Audience(Audience),
    /// Write it down another way.
    Markup(Markup),
    /// Change its words.
    Text(String),
    /// Put it on the clipboard. Without an open answer, the customer's as plain text.
    Copy {
        /// In words.
        when: String,
    },
}

/// The answer that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who reads it.
    pub audience: Audience,
    /// How it is written down.
    pub markup: Markup,
    /// Its words.
    pub text: String,
    /// Whether they were changed by hand; another reader or form starts afresh.
    pub edited: bool,
    /// How many values of people were replaced.
    pub redacted: Option<usize>,
    when: String,
}

/// The diagnosis of the open line.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// Best first.
    pub findings: Vec<Finding>,
    /// What the line shows by itself, and what its place among the others shows.
    alone: Vec<Finding>,
    in_order: Vec<InOrder>,
    /// Which are folded the other way round than they begin.
    turned: Vec<usize>,
    /// The answer, where it is open.
    pub reply: Option<Draft>,
}

impl Requests {
    /// What is known to be wrong with a line.
    #[must_use]
    pub fn mark(&self, key: i64) -> Option<&Mark> {
        self.marks.get(&key)?.as_ref()
    }

    /// Whether there is something to answer about the open line: it has a finding, or it failed without one.
    #[must_use]
    pub fn has_reply(&self) -> bool {
        let failed = self.detail.value().is_some_and(|record| record.summary.outcome == Outcome::Failure);
        failed || !self.diagnosis.findings.is_empty()
    }

    /// The causes are known: what the order of requests shows of the open line is said with what it shows by itself.
    pub(crate) fn order_known(&mut self, causes: &Causes) {
        // While another line is read, the old one is still there.
        let read = self.detail.value().filter(|_| self.detail.loading().is_none());
        if let (Some(key), Some(record)) = (self.selected, read) {
            self.diagnosis.order(record, causes.in_order_of(key));
            self.marks.insert(key, Mark::of(&self.diagnosis.findings));
        }
    }

    /// Asks what is wrong with the failed lines in view, once each.
    pub(crate) fn mark_visible(&mut self, profile: &ProfileId, orders: &mut Orders) {
        if self.marks.len() > MOST_MARKS {
            self.marks.clear();
        }
        if self.unmarked().is_empty() {
            return;
        }
        // Those of a question that this one supersedes are asked again, now where they are in view, else when they are.
        for key in self.marking.take().into_iter().flat_map(|(_, keys)| keys) {
            self.marks.remove(&key);
        }
        let keys = self.unmarked();
        self.marks.extend(keys.iter().map(|key| (*key, None)));
        let command = Command::Mark { profile: profile.clone(), keys: keys.clone() };
        self.marking = Some((orders.ask("lines in view", command), keys));
    }

    /// The failed lines in view of which nobody asked what is wrong.
    fn unmarked(&self) -> Vec<i64> {
        let rows = self.visible.clone().filter_map(|at| self.rows.get(&at));
        let failed = rows.filter(|row| matches!(row.summary.outcome, Outcome::Failure | Outcome::Warning));
        failed.map(|row| row.key).filter(|key| !self.marks.contains_key(key)).collect()
    }

    /// They were looked at.
    pub(crate) fn marked(&mut self, job: JobId, marks: Vec<(i64, Mark)>) {
        if self.marking.take_if(|(expected, _)| *expected == job).is_some() {
            self.marks.extend(marks.into_iter().map(|(key, mark)| (key, Some(mark))));
        }
    }
}

fn redacted_words(values: usize) -> String {
    if values == 1 { ", 1 value redacted".to_owned() } else { format!(", {values} values redacted") }
}

impl Diagnosis {
    /// Of a line that was just read.
    pub(super) fn of(alone: Vec<Finding>) -> Self {
        Self { findings: alone.clone(), alone, ..Self::default() }
    }

    /// Takes in what the order of requests shows of the line. An answer that is being written stays.
    pub(super) fn order(&mut self, record: &Record, in_order: &[InOrder]) {
        if self.in_order == in_order {
            return;
        }
        self.in_order = in_order.to_vec();
        self.findings = with_order(self.alone.clone(), record, in_order);
        self.turned.clear();
    }

    /// The key of the other request that a place of the evidence stands for.
    #[must_use]
    pub fn request_at(&self, place: &str) -> Option<i64> {
        let others = self.in_order.iter().filter_map(|shown| shown.other.filter(|other| other.at != shown.seen.at));
        others.into_iter().find(|other| other.place() == place).map(|other| other.key)
    }

    /// Whether a finding shows whole. What did no harm begins folded.
    #[must_use]
    pub fn is_open(&self, finding: usize) -> bool {
        let begins_open = finding == 0 && self.findings.first().is_some_and(|first| first.severity > Severity::Info);
        begins_open != self.turned.contains(&finding)
    }

    /// Carries an action out for the line that is open.
    pub(super) fn update(&mut self, action: Do, record: Option<&Record>, cx: &mut Context<'_>) {
        let Some(record) = record else { return };
        match action {
            Do::Fold(finding) => match self.turned.iter().position(|turned| *turned == finding) {
                Some(at) => drop(self.turned.remove(at)),
                None => self.turned.push(finding),
            },
            Do::OpenReply { when } => {
                self.reply = Some(self.draft(record, Audience::Customer, Markup::Plain, when, cx));
            }
            Do::CloseReply => self.reply = None,
            Do::Audience(audience) => self.rewrite(record, cx, |draft| draft.audience = audience),
            Do::Markup(markup) => self.rewrite(record, cx, |draft| draft.markup = markup),
            Do::Text(text) => {
                if let Some(draft) = &mut self.reply {
                    draft.edited |= draft.text != text;
                    draft.text = text;
                }
            }
            Do::Copy { when } => {
                let written = self.reply.take();
                let draft = written.unwrap_or_else(|| self.draft(record, Audience::Customer, Markup::Plain, when, cx));
                let redacted = draft.redacted.map(redacted_words).unwrap_or_default();
                cx.clipboard.push(draft.text);
                cx.notices.say(cx.now, format!("Reply copied{redacted}"));
            }
        }
    }

    fn rewrite(&mut self, record: &Record, cx: &Context<'_>, change: impl FnOnce(&mut Draft)) {
        let Some(mut draft) = self.reply.take() else { return };
        change(&mut draft);
        self.reply = Some(self.draft(record, draft.audience, draft.markup, draft.when, cx));
    }

    /// The answer as the findings have it. Redacted, its findings are those of the redacted line, so that no value slips by.
    fn draft(&self, record: &Record, audience: Audience, markup: Markup, when: String, cx: &Context<'_>) -> Draft {
        let mut redactor = cx.redacts.then(Redactor::new);
        let at = || record.summary.at.strftime("%a %-d %b %Y, %H:%M UTC").to_string();
        let when = if when.is_empty() { at() } else { when };
        let setting = Setting { tenant: cx.tenant_of(record.source), when: &when };
        let text = match &mut redactor {
            Some(redactor) => {
                let record = redactor.record(record);
                let findings = with_order(diagnose(&Case::of(&record)), &record, &self.in_order);
                Reply::of(&record, &findings, audience, setting).text(markup)
            }
            None => Reply::of(record, &self.findings, audience, setting).text(markup),
        };
        Draft { audience, markup, text, edited: false, redacted: redactor.map(|redactor| redactor.redacted()), when }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        app::{
            Action,
            requests::Do as Requests,
            script::{Script, job, row},
        },
        diagnosis::{Causes, Seen},
        engine::News,
    };

    fn refused() -> Record {
        serde_json::from_value(json!({
            "source": "tenant",
            "summary": {"id": "r1", "at": "2026-11-24T11:59:00Z", "method": "POST", "path": "/scim/v2/Users", "status": 409,
                "outcome": "failure", "operation": "create", "user": "jane.doe@acme.com", "resourceId": null,
                "scimType": "uniqueness", "detail": "userName jane.doe@acme.com is already used.", "durationMs": 9, "client": "Entra"},
            "exchange": {"request": {"method": "POST", "url": "/scim/v2/Users", "headers": {}, "body": {
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "jane.doe@acme.com", "active": true}},
                "response": {"status": 409, "headers": {"content-type": "application/scim+json"}, "body": {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409", "scimType": "uniqueness",
                    "detail": "userName jane.doe@acme.com is already used."}},
                "error": null, "at": null, "duration_ms": 9},
            "landing": null, "event": null,
        }))
        .unwrap()
    }

    /// The screen with a refused create open in the detail pane.
    fn opened() -> Script {
        let mut script = Script::listed(&[1], vec![row(1, Outcome::Failure)]);
        script.orders();
        let orders = script.requests(Requests::OpenAt(0));
        let detail = job(&orders, |command| matches!(command, Command::Detail { .. }));
        let findings = diagnose(&Case::of(&refused()));
        script.answer(detail, News::DetailRead { record: Box::new(refused()), findings });
        script
    }

    fn act(script: &mut Script, action: Do) {
        script.act(Action::Diagnosis(action));
    }

    #[test]
    fn a_line_is_diagnosed_when_it_is_read_and_the_others_of_its_cause_are_counted() {
        let mut script = opened();
        let best = script.model.requests.diagnosis.findings.first().map(|finding| finding.id.clone());
        assert_eq!(best.as_deref(), Some("conflict-existing-user"));
        assert!(script.model.requests.diagnosis.is_open(0), "the first is open");
        act(&mut script, Do::Fold(0));
        assert!(!script.model.requests.diagnosis.is_open(0));
        assert!(script.model.requests.mark(1).is_some());
        let causes = script.model.overview.causes.loading().expect("causes are looked for");
        script.answer(causes, News::CausesFound(Box::default()));
        assert_eq!(script.model.overview.causes.value(), Some(&Causes::default()));
    }

    /// The causes, with a leaver's return shown by the order of the open line and another.
    fn causes_in_order(script: &mut Script) -> (JobId, News) {
        let at = |minute: i64| refused().summary.at - jiff::SignedDuration::from_mins(minute);
        let (id, severity) = ("soft-delete-recreate-conflict", Severity::Error);
        let (seen, other) = (Seen { key: 1, at: at(0) }, Some(Seen { key: 0, at: at(50) }));
        let in_order = [InOrder { id, severity, seen, other, attribute: None }].into();
        let job = script.model.overview.causes.loading().expect("causes are looked for");
        (job, News::CausesFound(Box::new(Causes { in_order, last_key: 1, ..Causes::default() })))
    }

    #[test]
    fn what_only_the_order_of_requests_shows_is_said_first_with_a_way_to_the_other_request() {
        let mut script = opened();
        act(&mut script, Do::OpenReply { when: "noon".to_owned() });
        act(&mut script, Do::Text("Dear Jane".to_owned()));
        let (job, news) = causes_in_order(&mut script);
        script.answer(job, news);
        let diagnosis = &script.model.requests.diagnosis;
        let ids: Vec<&str> = diagnosis.findings.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(ids, ["soft-delete-recreate-conflict", "conflict-existing-user"]);
        let keys = diagnosis.findings[0].evidence.iter().map(|evidence| diagnosis.request_at(&evidence.place));
        assert_eq!(keys.collect::<Vec<_>>(), [None, Some(0)], "this line leads nowhere");
        assert!(script.model.requests.mark(1).is_some_and(|mark| mark.title == diagnosis.findings[0].title));
        assert_eq!(diagnosis.reply.as_ref().map(|draft| draft.text.as_str()), Some("Dear Jane"), "no draft is lost");
        act(&mut script, Do::CloseReply);
        act(&mut script, Do::Copy { when: "noon".to_owned() });
        let copied = script.model.take_clipboard().concat();
        assert!(copied.contains("inactive") && !copied.contains("jane.doe"), "{copied}");
        let orders = script.requests(Requests::OpenKey(0));
        job_of_key(&orders, 0);
    }

    fn job_of_key(orders: &[crate::engine::Order], wanted: i64) -> JobId {
        job(orders, |command| matches!(command, Command::Detail { key, .. } if *key == wanted))
    }

    #[test]
    fn a_line_that_came_after_the_causes_were_found_is_looked_at() {
        let mut script = opened();
        let (job, news) = causes_in_order(&mut script);
        script.answer(job, news);
        for (key, looks) in [(1, false), (2, true)] {
            let orders = script.requests(Requests::OpenKey(key));
            let read = News::DetailRead { record: Box::new(refused()), findings: Vec::new() };
            script.answer(job_of_key(&orders, key), read);
            let is_search = |order: &crate::engine::Order| matches!(order.command, Command::Diagnose { .. });
            assert_eq!(script.orders().iter().any(is_search), looks, "{key}");
        }
    }

    #[test]
    fn a_reply_is_copied_in_one_key_without_names() {
        let mut script = opened();
        act(&mut script, Do::Copy { when: String::new() });
        let copied = script.model.take_clipboard().concat();
        assert!(copied.starts_with("Hello,") && copied.contains("24 Nov 2026, 11:59 UTC"), "{copied}");
        assert!(!copied.contains("jane.doe") && copied.contains("user1@domain1.example"), "{copied}");
        assert!(script.said()[0].starts_with("Reply copied, "), "{:?}", script.said());
    }

    #[test]
    fn a_reply_is_changed_before_it_is_copied_and_another_reader_starts_afresh() {
        let mut script = opened();
        act(&mut script, Do::OpenReply { when: "noon".to_owned() });
        let draft = |script: &Script| script.model.requests.diagnosis.reply.clone().unwrap();
        let first = draft(&script).text;
        act(&mut script, Do::Text(format!("{first}\nBest wishes")));
        assert!(draft(&script).edited);
        act(&mut script, Do::Copy { when: String::new() });
        assert!(script.model.take_clipboard().concat().ends_with("Best wishes"));
        assert_eq!(script.model.requests.diagnosis.reply, None, "what was copied is done with");
        act(&mut script, Do::OpenReply { when: "noon".to_owned() });
        act(&mut script, Do::Audience(Audience::SecondLine));
        act(&mut script, Do::Markup(Markup::Markdown));
        let second = draft(&script);
        assert!(second.text.contains("Another account already has") && second.text.contains("**") && !second.edited);
        act(&mut script, Do::CloseReply);
        assert_eq!(script.model.requests.diagnosis.reply, None);
    }

    #[test]
    fn lines_in_view_are_looked_at_once_and_a_superseded_question_is_asked_again() {
        let rows = (1..=4).map(|key| row(key, if key % 2 == 0 { Outcome::Failure } else { Outcome::Success }));
        let mut script = Script::listed(&[1, 2, 3, 4], rows.collect());
        script.orders();
        let marks = |command: &Command| matches!(command, Command::Mark { .. });
        let keys = |orders: &[crate::engine::Order]| {
            orders.iter().find_map(|order| match &order.command {
                Command::Mark { keys, .. } => Some(keys.clone()),
                _ => None,
            })
        };
        assert_eq!(keys(&script.requests(Requests::Visible(0..2))), Some(vec![2]));
        let both = script.requests(Requests::Visible(0..4));
        assert_eq!(keys(&both), Some(vec![2, 4]), "the first question was superseded");
        let job = job(&both, marks);
        script.answer(job, News::Marked(vec![(4, Mark { title: "x".to_owned(), severity: Severity::Error })]));
        assert!(script.model.requests.mark(4).is_some() && script.model.requests.mark(2).is_none());
        assert_eq!(keys(&script.requests(Requests::Visible(0..4))), None, "each is looked at once");
    }
}
