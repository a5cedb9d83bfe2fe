//! The story that a first user lives through: look at the practice tenant, open a failure, mend a mapping, prove it,
//! and find everything again after a restart. Each chapter stands on the one before; the first that fails ends it.

use std::{
    env, fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use egui::Role;

use crate::{
    desk::{Console, Display},
    probe::{Outcome, Probe, holding, named},
};

const SOON: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(60);
/// A name as somebody would misread it in a ticket, and what the quick fix makes of it.
const WRONG: &str = "urn:ietf:params:scim:schemas:core:2.0:User:usertype";
const RIGHT: &str = "urn:ietf:params:scim:schemas:core:2.0:User:userType";
const FIELD: &str = "contracttype";

/// How the story went.
#[derive(Debug, Default)]
pub struct Tally {
    /// Chapters that held.
    pub passed: usize,
    /// Chapters that did not.
    pub failed: usize,
    /// Chapters that were not reached.
    pub skipped: usize,
}

type Chapter = (&'static str, fn(&mut Stage) -> Outcome);

const CHAPTERS: [Chapter; 10] = [
    ("a fresh data directory opens on the practice tenant and its requests appear", requests_appear),
    ("a failed request opens and says what was sent and answered", a_failure_opens),
    ("a mapping with the wrong casing is told at its field, with one fix", wrong_casing_is_told),
    ("the quick fix mends it", the_fix_mends_it),
    ("the review shows the change and applies it", the_change_is_applied),
    ("a trial is sent and every step passes", a_trial_is_sent),
    ("the trial's requests stand in the list", the_trial_is_listed),
    ("nothing is drawn while nothing happens", idle_is_still),
    ("after a kill and a restart the requests are there", requests_survive),
    ("and so are the mappings", mappings_survive),
];

/// What the chapters share.
struct Stage {
    // The window closes before the display does.
    console: Option<Console>,
    display: Display,
    data: tempfile::TempDir,
    pictures: PathBuf,
    sample: String,
}

/// Tells the story and the outcome of each chapter.
pub fn tell() -> Tally {
    let mut tally = Tally::default();
    let mut stage = match Stage::set() {
        Ok(stage) => stage,
        Err(why) => {
            println!("FAILED: {why}");
            return Tally { failed: 1, skipped: CHAPTERS.len(), ..tally };
        }
    };
    for (number, (title, chapter)) in CHAPTERS.iter().enumerate() {
        if tally.failed > 0 {
            println!("  --   {title}");
            tally.skipped += 1;
            continue;
        }
        let started = Instant::now();
        let outcome = chapter(&mut stage);
        stage.keep_picture(&format!("{:02}", number + 1));
        match outcome {
            Ok(()) => {
                println!("  ok   {title} ({:.1} s)", started.elapsed().as_secs_f64());
                tally.passed += 1;
            }
            Err(why) => {
                println!("FAILED {title}: {why}");
                stage.tell_what_is_seen();
                tally.failed += 1;
            }
        }
    }
    tally
}

impl Stage {
    fn set() -> Outcome<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let pictures = env::var_os("WINDOWED_OUT").map_or_else(|| root.join(".ci/out/windowed"), PathBuf::from);
        fs::create_dir_all(&pictures).map_err(|why| format!("{}: {why}", pictures.display()))?;
        let data = tempfile::tempdir().map_err(|why| format!("no temporary directory: {why}"))?;
        Ok(Self { display: Display::open()?, data, pictures, console: None, sample: String::new() })
    }

    fn open(&mut self) -> Outcome<&mut Probe> {
        let log = self.pictures.join("console.log");
        let console = Console::open(&self.display, self.data.path(), &log)?;
        Ok(&mut self.console.insert(console).probe)
    }

    fn probe(&mut self) -> Outcome<&mut Probe> {
        self.console.as_mut().map(|console| &mut console.probe).ok_or_else(|| "the window is closed".to_owned())
    }

    fn keep_picture(&mut self, name: &str) {
        let file = self.pictures.join(format!("{name}.png"));
        if let Err(why) = self.probe().and_then(|probe| probe.picture(&file)) {
            println!("       no picture {name}: {why}");
        }
    }

    fn tell_what_is_seen(&mut self) {
        let Ok(widgets) = self.probe().and_then(Probe::widgets) else { return };
        for widget in widgets.iter().filter(|widget| !widget.name.is_empty() || !widget.value.is_empty()) {
            let off = if widget.enabled { "" } else { " (disabled)" };
            println!("       {:?} “{}” = “{}”{off}", widget.role, widget.name, widget.value);
        }
    }
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
    probe.click(&named("Summary").role(Role::Tab)).map(drop)
}

fn wrong_casing_is_told(stage: &mut Stage) -> Outcome {
    let probe = stage.probe()?;
    probe.click(&named("Mappings"))?;
    probe.wait_for(&named("Add mapping"), SOON)?;
    probe.click(&named("Add mapping"))?;
    let row = newest_row(probe)?;
    probe.fill(&named(format!("SCIM attribute, row {row}")), WRONG)?;
    probe.fill(&named(format!("Custom field ref, row {row}")), FIELD)?;
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
    let picture = stage.pictures.join("05-review.png");
    let probe = stage.probe()?;
    probe.picture(&picture)?;
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
    let done = probe.wait_for(&holding("Clean up, passed"), PATIENCE).map(drop);
    stage.sample = user;
    done
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
    if let Some(memory) = stage.console.as_ref().and_then(Console::private_memory) {
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
    if let Some(console) = stage.console.take() {
        console.kill();
    }
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
