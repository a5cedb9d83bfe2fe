//! A trial's result in words, to paste into a ticket.

use std::fmt::Write as _;

use super::trial::{Dialect, StepStatus, TrialOutcome, TrialReport, Verdict};

impl Verdict {
    /// The word on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Match => "Same",
            Self::Differs => "Differs",
            Self::Missing => "Dropped",
            Self::NotChecked => "Not checked",
        }
    }
}

impl TrialReport {
    /// The run as plain text: the outcome, each step with its request and status, and what did not land and why.
    #[must_use]
    pub fn to_ticket(&self, tenant: &str, dialect: Dialect) -> String {
        let outcome = match self.outcome {
            TrialOutcome::Passed => "passed",
            TrialOutcome::Failed => "failed",
        };
        let mut text = format!("Test provision on {tenant}, sent as {}: {outcome}\n", dialect.label());
        for step in &self.steps {
            let status = match step.status {
                StepStatus::Passed => "passed",
                StepStatus::Failed => "failed",
                StepStatus::Skipped => "not sent",
            };
            let _ = write!(text, "\n{}: {status}", step.name.label());
            if let Some(exchange) = &step.exchange {
                let answer =
                    exchange.response.as_ref().map_or_else(|| "no answer".to_owned(), |r| r.status.to_string());
                let _ = write!(
                    text,
                    ", {} {} → {answer}, {} ms",
                    exchange.request.method, exchange.request.url, step.duration_ms
                );
            }
            for note in &step.notes {
                let _ = write!(text, "\n  {note}");
            }
        }
        let trouble =
            self.verification.iter().filter(|line| matches!(line.verdict, Verdict::Differs | Verdict::Missing));
        for line in trouble {
            let landed = line.landed.as_deref().unwrap_or("nothing");
            let _ = write!(text, "\n\n{}: sent {}, landed {landed}.", line.attribute, line.sent);
            if let Some(why) = &line.why {
                let _ = write!(text, " {why}");
            }
        }
        text.push('\n');
        text
    }
}
