//! The onboarding of a tenant as a checklist: what is proved by something that was seen, what is open, what is not known.
//! Nothing is ticked because somebody said so.

use super::{Action, Live, Model, Screen, mappings, requests};
use crate::domain::{pretty::grouped, query::condition, trial::TrialOutcome};

/// How a point stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It was seen.
    Proved,
    /// It was looked for and is not so.
    Open,
    /// Nothing here tells.
    Unknown,
}

/// One point of the checklist.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// What is to be so.
    pub title: &'static str,
    /// How it stands.
    pub proof: Proof,
    /// What that rests on.
    pub because: String,
    /// What leads on.
    pub leads: Vec<Action>,
}

/// The checklist of the tenant at work, in the order of the work.
#[must_use]
pub fn checklist(model: &Model) -> Vec<Point> {
    vec![connected(model), mapped(model), landing(model), tried(model), pushed(model), clean(model)]
}

fn connected(model: &Model) -> Point {
    let (proof, because) = match &model.requests.live {
        Some(Live::Following) => (Proof::Proved, "its log is read".to_owned()),
        Some(Live::NotOffered) => (Proof::Unknown, "it shows no log".to_owned()),
        Some(Live::Waiting { failure, .. }) => (Proof::Open, failure.what.to_string()),
        Some(Live::CatchingUp) => (Proof::Unknown, "reading its log".to_owned()),
        Some(Live::Off) | None => (Proof::Unknown, "not asked".to_owned()),
    };
    Point { title: "Connected", proof, because, leads: vec![Action::Go(Screen::Profiles)] }
}

fn mapped(model: &Model) -> Point {
    let drafted = model.mappings.rows().len();
    let (proof, because) = match model.mappings.tenant.value().map(|pulled| pulled.mappings.mappings.len()) {
        Some(0) if drafted > 0 => (Proof::Open, format!("{drafted} drafted, none applied")),
        Some(0) => (Proof::Open, "none on the tenant".to_owned()),
        Some(1) => (Proof::Proved, "1 on the tenant".to_owned()),
        Some(many) => (Proof::Proved, format!("{many} on the tenant")),
        None if drafted > 0 => (Proof::Unknown, format!("{drafted} drafted, the tenant’s not known")),
        None => (Proof::Unknown, "not known yet".to_owned()),
    };
    Point { title: "Custom fields mapped", proof, because, leads: vec![Action::Go(Screen::Mappings)] }
}

fn landing(model: &Model) -> Point {
    let coverage = &model.mappings.coverage;
    let (proof, because) = match (coverage.received.value(), coverage.open()) {
        (None, _) => (Proof::Unknown, "not counted yet".to_owned()),
        (Some(received), _) if received.requests == 0 => (Proof::Unknown, "no request with its body".to_owned()),
        (Some(_), 0) => (Proof::Proved, "nothing is dropped".to_owned()),
        (Some(_), 1) => (Proof::Open, "1 attribute to look at".to_owned()),
        (Some(_), many) => (Proof::Open, format!("{many} attributes to look at")),
    };
    let show = Action::Mappings(mappings::Do::Show(mappings::Tab::Coverage));
    let leads = vec![Action::Go(Screen::Mappings), show];
    Point { title: "What is received lands", proof, because, leads }
}

fn tried(model: &Model) -> Point {
    let report = model.trial.run.as_ref().and_then(|run| run.report.as_ref());
    let (proof, because) = match report.map(|report| report.outcome) {
        Some(TrialOutcome::Passed) => (Proof::Proved, "in this session".to_owned()),
        Some(TrialOutcome::Failed) => (Proof::Open, "the newest one failed".to_owned()),
        None => (Proof::Unknown, "none in this session".to_owned()),
    };
    Point { title: "Test provision passes", proof, because, leads: vec![Action::Go(Screen::Trial)] }
}

fn pushed(model: &Model) -> Point {
    let overview = model.overview.figures.value().map(|figures| &figures.overview);
    let (proof, because) = match overview.map(|overview| (overview.last_push, overview.users)) {
        Some((Some(_), 1)) => (Proof::Proved, "1 person in this span".to_owned()),
        Some((Some(_), people)) => (Proof::Proved, format!("{} people in this span", grouped(people))),
        Some((None, _)) => (Proof::Open, "no push in this span".to_owned()),
        None => (Proof::Unknown, "not counted yet".to_owned()),
    };
    let leads = vec![Action::Requests(requests::Do::SetQuery(String::new()))];
    Point { title: "Directory pushes", proof, because, leads }
}

fn clean(model: &Model) -> Point {
    let overview = model.overview.figures.value().map(|figures| &figures.overview);
    let (proof, because) = match overview.and_then(|overview| overview.last_cycle) {
        Some(cycle) => {
            let proof = if cycle.failed == 0 { Proof::Proved } else { Proof::Open };
            let failed = format!("{} of {} failed", grouped(cycle.failed), grouped(cycle.requests));
            let client = overview.and_then(|overview| overview.last_client.as_deref());
            (proof, client.map_or_else(|| failed.clone(), |client| format!("{client}: {failed}")))
        }
        None => (Proof::Unknown, "no push in this span".to_owned()),
    };
    let since =
        overview.and_then(|overview| overview.last_cycle).map(|cycle| cycle.from.strftime("%Y-%m-%dT%H:%M:%SZ"));
    let client = overview.and_then(|overview| overview.last_client.as_deref());
    let client = client.map(|client| format!("{} ", condition("client", client))).unwrap_or_default();
    let query = since.map(|since| format!("{client}outcome:failure since:{since}")).unwrap_or_default();
    Point {
        title: "Newest push went through",
        proof,
        because,
        leads: vec![Action::Requests(requests::Do::SetQuery(query))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::mappings::stage::{Stage, row},
        domain::profile::Environment,
    };

    fn points(model: &Model) -> Vec<(&'static str, Proof)> {
        checklist(model).into_iter().map(|point| (point.title, point.proof)).collect()
    }

    #[test]
    fn nothing_is_proved_by_a_draft_alone() {
        let mut stage = Stage::begun(Environment::Staging, &[row("costCenter", "costcentre")]);
        stage.model.mappings.tenant = crate::app::Remote::default();
        assert_eq!(checklist(&stage.model)[1].because, "1 drafted, the tenant’s not known");
        let points = points(&stage.model);
        assert!(points.iter().all(|(_, proof)| *proof != Proof::Proved), "{points:?}");
        assert_eq!(points.len(), 6);
    }

    #[test]
    fn each_point_rests_on_what_was_seen() {
        let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcentre")]);
        for (live, proof) in [
            (Some(Live::Following), Proof::Proved),
            (Some(Live::NotOffered), Proof::Unknown),
            (Some(Live::CatchingUp), Proof::Unknown),
            (None, Proof::Unknown),
        ] {
            stage.model.requests.live = live;
            assert_eq!(points(&stage.model)[0], ("Connected", proof));
        }
        assert_eq!(points(&stage.model)[1], ("Custom fields mapped", Proof::Proved));
        assert_eq!(checklist(&stage.model)[1].because, "1 on the tenant");
    }
}
