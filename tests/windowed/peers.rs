//! The story of a tenant that nobody here wrote: connect to it, send it a trial in each dialect, list what was sent.
//! `WINDOWED_PEERS` names the servers, one a line: name, SCIM address, token, and the dialects that it refuses.

use std::env;

use egui::{Key, Modifiers, Role};

use crate::{
    probe::{Outcome, holding, named},
    stage::{Chapter, PATIENCE, SOON, Stage, Tally, tell},
};

/// The segments of *Send as*.
const DIALECTS: [&str; 4] = ["Entra", "Entra flag", "Okta", "RFC 7644"];

#[derive(Debug, Clone)]
struct Peer {
    name: String,
    address: String,
    token: String,
    refuses: Vec<String>,
}

/// Tells it for each server; nothing where there are none.
pub fn peers() -> Option<Tally> {
    let list = env::var("WINDOWED_PEERS").ok()?;
    let all = list.lines().filter_map(read).map(|peer| story(&peer));
    Some(all.fold(Tally::default(), Tally::and))
}

fn read(line: &str) -> Option<Peer> {
    let mut words = line.split_whitespace().map(str::to_owned);
    Some(Peer { name: words.next()?, address: words.next()?, token: words.next()?, refuses: words.collect() })
}

fn story(peer: &Peer) -> Tally {
    let (name, connecting) = (&peer.name, peer.clone());
    let mut chapters = vec![Chapter::new(format!("{name}: the checklist holds and it opens"), move |stage| {
        connect(stage, &connecting)
    })];
    for dialect in DIALECTS {
        let refused = peer.refuses.iter().any(|refused| refused == dialect);
        let ends = if refused { "fails, says where, and cleans up" } else { "passes" };
        chapters.push(Chapter::new(format!("{name}: a trial as {dialect} {ends}"), move |stage| {
            trial(stage, dialect, refused)
        }));
        chapters.push(Chapter::new(format!("{name}: and its requests stand in the list"), listed));
    }
    tell(name, &chapters)
}

fn connect(stage: &mut Stage, peer: &Peer) -> Outcome {
    let probe = stage.open()?;
    probe.wait_for(&named("Filter requests"), PATIENCE)?;
    probe.press(Modifiers::COMMAND | Modifiers::CTRL, Key::N)?;
    probe.wait_for(&named("Connect a tenant").role(Role::Dialog), SOON)?;
    probe.fill("Name", &peer.name)?;
    probe.fill("SCIM endpoint", &peer.address)?;
    probe.click(&named("Staging").role(Role::RadioButton))?;
    probe.fill("Token", &peer.token)?;
    probe.click(&named("Test connection"))?;
    probe.wait_for(&holding("Works, with a remark").role(Role::ListItem), PATIENCE)?;
    probe.wait_gone(&named("Stop test"), PATIENCE)?;
    if probe.sees(&holding(", failed: ").role(Role::ListItem))? {
        return Err("a check failed".to_owned());
    }
    stage.keep_picture("01-checks");
    let probe = stage.probe()?;
    probe.click(&named("Save and open"))?;
    probe.wait_for(&named(format!("Tenant: {}", peer.name)), SOON).map(drop)
}

fn trial(stage: &mut Stage, dialect: &str, refused: bool) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&named("Test provision"))?;
    probe.click(&named("New sample"))?;
    probe.click(&named(dialect).role(Role::RadioButton))?;
    let user = probe.wait_for(&named("userName").role(Role::TextInput), SOON)?.value;
    probe.click(&holding("Run").role(Role::Button))?;
    probe.wait_for(&named("Send a test provision").role(Role::Dialog), SOON)?;
    probe.click(&holding("Send ").role(Role::Button))?;
    probe.wait_gone(&named("Send a test provision").role(Role::Dialog), SOON)?;
    probe.wait_for(&named("Clean up, passed"), PATIENCE)?;
    let failed = probe.sees(&holding(", failed").role(Role::DisclosureTriangle))?;
    stage.sample = user;
    match (refused, failed) {
        (true, true) | (false, false) => Ok(()),
        (true, false) => Err("no step failed".to_owned()),
        (false, true) => Err("a step failed".to_owned()),
    }
}

fn listed(stage: &mut Stage) -> Outcome {
    let row = holding(&stage.sample).role(Role::Row);
    let probe = stage.probe()?;
    probe.click(&named("Show its requests"))?;
    probe.until("fewer than three requests of the trial are listed", SOON, |probe| {
        Ok((probe.all(&row)?.len() >= 3).then_some(()))
    })
}
