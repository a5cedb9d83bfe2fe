//! The stage on which a story is told: a display, a data directory, the window, and a picture of each chapter.
//! A chapter stands on the one before: the first that fails ends the story, with what was on screen.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{
    desk::{Console, Display},
    probe::{Outcome, Probe},
};

/// How long a click may take to show its effect.
pub const SOON: Duration = Duration::from_secs(10);
/// How long work may take: starting, playing a day of traffic, a trial.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How a story went.
#[derive(Debug, Default)]
pub struct Tally {
    /// Chapters that held.
    pub passed: usize,
    /// Chapters that did not.
    pub failed: usize,
    /// Chapters that were not reached.
    pub skipped: usize,
}

impl Tally {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// A chapter: what holds in it, and how to see that it does.
pub struct Chapter {
    title: String,
    look: Box<dyn Fn(&mut Stage) -> Outcome>,
}

impl Chapter {
    /// A chapter of a story.
    pub fn new(title: impl Into<String>, look: impl Fn(&mut Stage) -> Outcome + 'static) -> Self {
        Self { title: title.into(), look: Box::new(look) }
    }
}

/// What the chapters of a story share.
pub struct Stage {
    // The window closes before the display does.
    console: Option<Console>,
    display: Display,
    data: tempfile::TempDir,
    programs: tempfile::TempDir,
    pictures: PathBuf,
    /// The user of the last trial.
    pub sample: String,
}

/// Tells a story, from an empty data directory, and how each chapter went.
pub fn tell(story: &str, chapters: &[Chapter]) -> Tally {
    let mut tally = Tally::default();
    let mut stage = match Stage::set(story) {
        Ok(stage) => stage,
        Err(why) => {
            println!("FAILED {story}: {why}");
            return Tally { failed: 1, skipped: chapters.len(), ..tally };
        }
    };
    for (number, chapter) in chapters.iter().enumerate() {
        if tally.failed > 0 {
            println!("  --   {}", chapter.title);
            tally.skipped += 1;
            continue;
        }
        let started = Instant::now();
        let outcome = (chapter.look)(&mut stage);
        stage.keep_picture(&format!("{:02}", number + 1));
        match outcome {
            Ok(()) => {
                println!("  ok   {} ({:.1} s)", chapter.title, started.elapsed().as_secs_f64());
                tally.passed += 1;
            }
            Err(why) => {
                println!("FAILED {}: {why}", chapter.title);
                stage.tell_what_is_seen();
                tally.failed += 1;
            }
        }
    }
    tally
}

impl Stage {
    fn set(story: &str) -> Outcome<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let kept = env::var_os("WINDOWED_OUT").map_or_else(|| root.join(".ci/out/windowed"), PathBuf::from);
        let pictures = kept.join(story);
        fs::create_dir_all(&pictures).map_err(|why| format!("{}: {why}", pictures.display()))?;
        let folder = || tempfile::tempdir().map_err(|why| format!("no temporary directory: {why}"));
        let (data, programs) = (folder()?, folder()?);
        Ok(Self { console: None, display: Display::open()?, data, programs, pictures, sample: String::new() })
    }

    /// The data directory, where a story may keep files of its own.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Where programs stand that the console may start; at first there are none.
    pub fn programs(&self) -> &Path {
        self.programs.path()
    }

    /// The display's name.
    pub fn display(&self) -> &str {
        self.display.name()
    }

    /// Opens the window.
    pub fn open(&mut self) -> Outcome<&mut Probe> {
        let log = self.pictures.join("console.log");
        let console = Console::open(&self.display, self.data.path(), self.programs.path(), &log)?;
        Ok(&mut self.console.insert(console).probe)
    }

    /// Ends the console without warning, as a power cut would.
    pub fn kill(&mut self) {
        if let Some(console) = self.console.take() {
            console.kill();
        }
    }

    /// The window.
    pub fn probe(&mut self) -> Outcome<&mut Probe> {
        self.console.as_mut().map(|console| &mut console.probe).ok_or_else(|| "the window is closed".to_owned())
    }

    /// The console's private memory in MiB, where the system tells it.
    pub fn private_memory(&self) -> Option<u64> {
        self.console.as_ref().and_then(Console::private_memory)
    }

    /// Keeps a picture of the window as it is.
    pub fn keep_picture(&mut self, name: &str) {
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
