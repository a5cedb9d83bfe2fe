//! The story that a first user lives through: look at the practice tenant, open a failure, mend a mapping, prove it,
//! and find everything again after a restart.

use std::time::Duration;

use egui::Role;

use crate::{
    probe::{Outcome, Probe, holding, named},
    stage::{Chapter, PATIENCE, SOON, Stage, Tally, tell},
};

/// A name as somebody would misread it in a ticket, and what the quick fix makes of it.
const WRONG: &str = "urn:ietf:params:scim:schemas:core:2.0:User:usertype";
const RIGHT: &str = "urn:ietf:params:scim:schemas:core:2.0:User:userType";
const FIELD: &str = "contracttype";

/// Tells it.
pub fn first_use() -> Tally {
    let chapters = [
        Chapter::new("a fresh data directory opens on the practice tenant and its requests appear", requests_appear),
        Chapter::new("a failed request opens and says what was sent and answered", a_failure_opens),
        Chapter::new("a mapping with the wrong casing is told at its field, with one fix", wrong_casing_is_told),
        Chapter::new("the quick fix mends it", the_fix_mends_it),
        Chapter::new("the review shows the change and applies it", the_change_is_applied),
        Chapter::new("a trial is sent and every step passes", a_trial_is_sent),
        Chapter::new("the trial's requests stand in the list", the_trial_is_listed),
        Chapter::new("nothing is drawn while nothing happens", idle_is_still),
        Chapter::new("after a kill and a restart the requests are there", requests_survive),
        Chapter::new("and so are the mappings", mappings_survive),
    ];
    tell("first-use", &chapters)
}

fn requests_appear(stage: &mut Stage) -> Outcome {
    let probe = stage.open()?;
    probe.wait_for(&holding("Succeeded, ").role(Role::Row), PATIENCE)?;
    probe.wait_for(&holding("Failed, ").role(Role::Button), SOON).map(drop)
}

fn a_failure_opens(stage: &mut Stage) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&holding("Failed, ").role(Role::Button))?;
    probe.wait_gone(&holding("Succeeded, ").role(Role::Row), SOON)?;
    probe.click(&holding("Failed, ").role(Role::Row))?;
    probe.click(&named("Request").role(Role::Tab))?;
    probe.wait_for(&holding("/scim/v2/Users"), SOON)?;
    probe.click(&named("Response").role(Role::Tab))?;
    probe.wait_for(&holding("messages:2.0:Error"), SOON)?;
    probe.click(&holding("Diagnosis").role(Role::Tab)).map(drop)
}

fn wrong_casing_is_told(stage: &mut Stage) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&named("Mappings"))?;
    probe.wait_for(&named("Add mapping"), SOON)?;
    probe.click(&named("Add mapping"))?;
    let row = newest_row(probe)?;
    probe.fill(&format!("SCIM attribute, row {row}"), WRONG)?;
    probe.fill(&format!("Custom field ref, row {row}"), FIELD)?;
    probe.wait_for(&named("Use userType"), SOON).map(drop)
}

fn the_fix_mends_it(stage: &mut Stage) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&named("Use userType"))?;
    probe.wait_gone(&named("Use userType"), SOON)?;
    let row = newest_row(probe)?;
    let field = probe.wait_for(&named(format!("SCIM attribute, row {row}")), SOON)?;
    if field.value == RIGHT { Ok(()) } else { Err(format!("the field holds “{}”", field.value)) }
}

/// The number of the last row that can be edited.
fn newest_row(probe: &mut Probe) -> Outcome<usize> {
    let fields = probe.until("no row to edit", SOON, |probe| {
        Ok(Some(probe.all(&holding("SCIM attribute, row "))?).filter(|fields| !fields.is_empty()))
    })?;
    let numbers = fields.iter().filter_map(|field| field.name.rsplit(' ').next()?.parse().ok());
    numbers.max().ok_or_else(|| "the rows have no numbers".to_owned())
}

fn the_change_is_applied(stage: &mut Stage) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&named("Review & apply…"))?;
    probe.wait_for(&named("Apply 1 change"), SOON)?;
    stage.keep_picture("05-review");
    let probe = stage.probe()?;
    probe.click(&named("Apply 1 change"))?;
    probe.wait_for(&holding("Mappings applied"), SOON).map(drop)
}

fn a_trial_is_sent(stage: &mut Stage) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&named("Test provision"))?;
    let user = probe.until("no sample user", SOON, |probe| {
        Ok(probe.all(&holding("scimtest-"))?.into_iter().map(|field| field.value).find(|value| !value.is_empty()))
    })?;
    probe.click(&named("Run").role(Role::Button))?;
    for step in ["Connect", "Match", "Create", "Read back", "Update", "Deactivate", "Clean up"] {
        probe.wait_for(&named(format!("{step}, passed")), PATIENCE)?;
    }
    stage.sample = user;
    Ok(())
}

fn the_trial_is_listed(stage: &mut Stage) -> Outcome {
    let user = stage.sample.clone();
    let probe = stage.probe()?;
    probe.click(&named("Show its requests"))?;
    let row = holding(&user).role(Role::Row);
    probe.until("fewer than three requests of the trial are listed", SOON, |probe| {
        Ok((probe.all(&row)?.len() >= 3).then_some(()))
    })
}

fn idle_is_still(stage: &mut Stage) -> Outcome {
    let watched = Duration::from_secs(5);
    let probe = stage.probe()?;
    // A confirmation goes by itself, which takes a frame.
    probe.wait_gone(&holding("Mappings applied"), SOON)?;
    probe.rest()?;
    // The question itself draws: one frame to answer, one after it.
    let own = frames_during(probe, Duration::from_millis(300))?;
    let drawn = frames_during(probe, watched)?.saturating_sub(own);
    if let Some(memory) = stage.private_memory() {
        println!("       {drawn} frames in {} s, {memory} MiB of private memory", watched.as_secs());
    }
    if drawn == 0 { Ok(()) } else { Err(format!("{drawn} frames were drawn in {} s", watched.as_secs())) }
}

fn frames_during(probe: &mut Probe, time: Duration) -> Outcome<u64> {
    let before = probe.frames()?;
    std::thread::sleep(time);
    Ok(probe.frames()?.abs_diff(before))
}

fn requests_survive(stage: &mut Stage) -> Outcome {
    stage.kill();
    let row = holding(&stage.sample).role(Role::Row);
    let probe = stage.open()?;
    probe.until("the trial's requests are gone", PATIENCE, |probe| Ok((probe.all(&row)?.len() >= 3).then_some(())))
}

fn mappings_survive(stage: &mut Stage) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&named("Mappings"))?;
    probe.wait_for(&holding(RIGHT), SOON)?;
    probe.wait_gone(&named("Apply 1 change"), SOON)
}
