//! What is known to be wrong with the open line, and the answer to its ticket. It is worked out once, when the line is read.

use super::Requests;
use crate::{
    app::{context::Context, orders::Orders},
    diagnosis::{Audience, Case, Finding, Mark, Markup, Reply, Setting, diagnose},
    domain::{exchange::Outcome, journal::Record, profile::ProfileId, redaction::Redactor},
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
    /// Which are folded the other way round than they begin: the first is open, the others are not.
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

    /// Asks what is wrong with the failed lines in view, once each.
    pub(crate) fn mark_visible(&mut self, profile: &ProfileId, orders: &mut Orders) {
        if self.marks.len() > MOST_MARKS {
            self.marks.clear();
        }
        let rows = self.visible.clone().filter_map(|at| self.rows.get(&at));
        let failed = rows.filter(|row| matches!(row.summary.outcome, Outcome::Failure | Outcome::Warning));
        let keys: Vec<i64> = failed.map(|row| row.key).filter(|key| !self.marks.contains_key(key)).collect();
        if keys.is_empty() {
            return;
        }
        // Those of a question that this one supersedes are asked again when they are in view.
        for key in self.marking.take().into_iter().flat_map(|(_, keys)| keys) {
            self.marks.remove(&key);
        }
        self.marks.extend(keys.iter().map(|key| (*key, None)));
        let command = Command::Mark { profile: profile.clone(), keys: keys.clone() };
        self.marking = Some((orders.ask("lines in view", command), keys));
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
    /// The line was read.
    pub(super) fn read(&mut self, record: Option<&Record>) {
        *self =
            Self { findings: record.map(|record| diagnose(&Case::of(record))).unwrap_or_default(), ..Self::default() };
    }

    /// Whether a finding shows whole.
    #[must_use]
    pub fn is_open(&self, finding: usize) -> bool {
        (finding == 0) != self.turned.contains(&finding)
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
        let setting = Setting { tenant: cx.name, when: &when };
        let text = match &mut redactor {
            Some(redactor) => {
                let record = redactor.record(record);
                Reply::of(&record, &diagnose(&Case::of(&record)), audience, setting).text(markup)
            }
            None => Reply::of(record, &self.findings, audience, setting).text(markup),
        };
        Draft { audience, markup, text, edited: false, redacted: redactor.map(|redactor| redactor.redacted()), when }
    }
}
