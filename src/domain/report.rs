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
        if let Some(id) = &self.left_behind {
            let _ = write!(text, "\n\nThe test user {id} is still in the tenant.");
        }
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        exchange::{Exchange, Request, Response},
        trial::{StepName, StepReport, Verification},
    };

    #[test]
    fn a_ticket_says_what_was_sent_what_did_not_land_and_what_is_left() {
        let request =
            Request { method: "POST".to_owned(), url: "https://t.example/Users".to_owned(), ..Request::default() };
        let response = Some(Response { status: 201, ..Response::default() });
        let exchange = Some(Exchange { request, response, error: None, at: None, duration_ms: Some(12) });
        let step = |name, status, exchange, notes: &[&str]| StepReport {
            name,
            status,
            duration_ms: 12,
            exchange,
            earlier: Vec::new(),
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
        };
        let line = Verification {
            attribute: "organization".to_owned(),
            field: None,
            sent: "Example Ltd".to_owned(),
            landed: None,
            verdict: Verdict::Missing,
            why: Some("No mapping.".to_owned()),
        };
        let report = TrialReport {
            outcome: TrialOutcome::Failed,
            steps: vec![
                step(StepName::Create, StepStatus::Passed, exchange, &[]),
                step(StepName::Update, StepStatus::Skipped, None, &["Stopped before it was sent."]),
            ],
            verification: vec![line],
            left_behind: Some("c8e1".to_owned()),
        };
        assert_eq!(
            report.to_ticket("Northwind", Dialect::Okta),
            "Test provision on Northwind, sent as Okta: failed\n\n\
             Create: passed, POST https://t.example/Users → 201, 12 ms\n\
             Update: not sent\n  Stopped before it was sent.\n\n\
             organization: sent Example Ltd, landed nothing. No mapping.\n\n\
             The test user c8e1 is still in the tenant.\n"
        );
    }
}
