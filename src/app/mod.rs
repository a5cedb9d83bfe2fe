//! The window's state: what is on screen and what a person can do, without a pixel of it.
//! It never draws, never blocks and never reads a clock: actions and events come in, orders go out.

mod absorb;
pub mod action;
mod context;
pub mod exports;
pub mod forgetting;
pub mod help;
pub mod imports;
pub mod onboarding;
pub mod mappings;
pub mod notices;
pub mod orders;
pub mod overview;
pub mod palette;
pub mod profiles;
pub mod remote;
pub mod requests;
pub mod sandbox;
#[cfg(test)]
mod script;
pub mod settings;
pub mod sources;
pub mod story;
mod tenants;
pub mod trial;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use self::{action::Action, context::Context, remote::Remote};
use self::{notices::Notices, orders::Orders};
pub use crate::diagnosis::{
    Audience, CATALOGUE, Cause, Causes, Evidence, EvidenceFormat, Finding, Mark, Markup, Owner, Pattern,
};
pub use crate::engine::{ImportReport, ImportedFile, Live, Pasted, RejectedRecord, TokenPlace, Whereabouts};
use crate::{
    domain::profile::{Environment, IdentityProvider, Profile, ProfileId},
    engine::{Command, Order, Workspace},
};

/// The screens, in rail order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// How it stands, in figures.
    Overview,
    /// What was received.
    #[default]
    Requests,
    /// What is mapped.
    Mappings,
    /// A test provision.
    Trial,
    /// The practice tenants.
    Sandbox,
    /// Where the journal is fed from.
    Sources,
    /// The saved tenants.
    Profiles,
    /// Theme, redaction, where data lives.
    Settings,
}

impl Screen {
    /// Every screen, in rail order.
    pub const ALL: [Self; 8] = [
        Self::Overview,
        Self::Requests,
        Self::Mappings,
        Self::Trial,
        Self::Sandbox,
        Self::Sources,
        Self::Profiles,
        Self::Settings,
    ];

    /// The keys that open it.
    #[must_use]
    pub const fn keys(self) -> &'static str {
        match self {
            Self::Overview => "Ctrl 1",
            Self::Requests => "Ctrl 2",
            Self::Mappings => "Ctrl 3",
            Self::Trial => "Ctrl 4",
            Self::Sandbox => "Ctrl 5",
            Self::Sources => "Ctrl 6",
            Self::Profiles => "Ctrl 7",
            Self::Settings => "Ctrl 8",
        }
    }

    /// The words on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Requests => "Requests",
            Self::Mappings => "Mappings",
            Self::Trial => "Test provision",
            Self::Sandbox => "Sandbox",
            Self::Sources => "Sources",
            Self::Profiles => "Profiles",
            Self::Settings => "Settings",
        }
    }
}

const NOTHING_TO_PASTE: &str =
    "The clipboard holds no text: copy an error text, a cURL command, HTTP or rows of a log, then paste";

/// Everything on screen.
#[derive(Debug)]
pub struct Model {
    /// Which screen shows.
    pub screen: Screen,
    /// Now, as the window last told.
    pub now: Timestamp,
    /// The data directory's content.
    pub workspace: Remote<Workspace>,
    /// The practice tenant, once it runs.
    pub sandbox: Remote<Profile>,
    /// How far its day of traffic is: done, total.
    pub sandbox_progress: Option<(u64, Option<u64>)>,
    /// The tenant at work.
    pub current: ProfileId,
    unlocked: BTreeSet<ProfileId>,
    /// The Connect dialog.
    pub profiles: profiles::Profiles,
    /// The Overview screen.
    pub overview: overview::Overview,
    /// The Requests screen.
    pub requests: requests::Requests,
    /// The story of one person, while it stands in place of the list.
    pub story: Option<story::Story>,
    /// The Mappings screen.
    pub mappings: mappings::Mappings,
    /// The Test provision screen.
    pub trial: trial::Trial,
    /// The same screen of the other tenants: a run goes on while another tenant is at work, and what it left behind
    /// is still there on return.
    parked: BTreeMap<ProfileId, trial::Trial>,
    /// The Sandbox screen.
    pub practice: sandbox::Sandbox,
    /// The Sources screen.
    pub sources: sources::Sources,
    /// The export of the list.
    pub exports: exports::Exports,
    /// The import of logs.
    pub imports: imports::Imports,
    /// Whether the clipboard is to be read.
    wants_paste: bool,
    /// The settings.
    pub settings: settings::Settings,
    /// The palette, while it is open.
    pub palette: Option<palette::Palette>,
    /// The pages of known causes, while they are open.
    pub help: Option<help::Help>,
    /// The dialog that forgets requests, while it is open.
    pub forgetting: Option<forgetting::Forget>,
    /// The import of an example, and what of it is opened when it is there.
    example: Option<(crate::engine::JobId, help::Opens)>,
    /// Confirmations.
    pub notices: Notices,
    orders: Orders,
    clipboard: Vec<String>,
    fresh_ids: Box<dyn FreshIds>,
}

/// Where new profile ids come from: random in the window, counted in a test.
pub trait FreshIds: std::fmt::Debug + Send {
    /// An id that was never given before.
    fn next(&mut self) -> String;
}

/// Random ids (UUID version 4).
#[derive(Debug, Default)]
pub struct RandomIds;

impl FreshIds for RandomIds {
    fn next(&mut self) -> String {
        uuid::Uuid::new_v4().to_string()
    }
}

impl Model {
    /// A window that just opened; its first orders open the data directory and start the practice tenant.
    #[must_use]
    pub fn new(now: Timestamp, fresh_ids: Box<dyn FreshIds>) -> Self {
        let mut orders = Orders::default();
        let mut workspace = Remote::default();
        workspace.start(orders.ask("window opened", Command::Open));
        Self {
            screen: Screen::default(),
            now,
            workspace,
            sandbox: Remote::default(),
            sandbox_progress: None,
            current: ProfileId::sandbox(),
            unlocked: BTreeSet::new(),
            profiles: profiles::Profiles::default(),
            overview: overview::Overview::default(),
            requests: requests::Requests::default(),
            story: None,
            mappings: mappings::Mappings::default(),
            trial: trial::Trial::default(),
            parked: BTreeMap::new(),
            practice: sandbox::Sandbox::default(),
            sources: sources::Sources::default(),
            exports: exports::Exports::default(),
            imports: imports::Imports::default(),
            wants_paste: false,
            settings: settings::Settings::default(),
            palette: None,
            help: None,
            forgetting: None,
            example: None,
            notices: Notices::default(),
            orders,
            clipboard: Vec::new(),
            fresh_ids,
        }
    }

    /// What to send to the engine, first in, first out.
    pub fn take_orders(&mut self) -> Vec<Order> {
        self.orders.take()
    }

    /// Texts to put on the clipboard.
    pub fn take_clipboard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.clipboard)
    }

    /// Whether to read the clipboard, once.
    pub const fn take_paste(&mut self) -> bool {
        std::mem::replace(&mut self.wants_paste, false)
    }

    /// Time goes on. Says when to be told next.
    pub fn tick(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.now = now;
        let notice = self.notices.expire(now);
        let test = self.profiles.tick(now, &mut self.orders);
        [notice, test].into_iter().flatten().min()
    }

    /// Carries out what a person did.
    pub fn update(&mut self, action: Action) {
        match action {
            Action::Go(screen) => self.go(screen),
            Action::Switch(profile) => self.switch(profile),
            Action::Reopen => self.reopen(),
            Action::SetAsideDamaged => drop(self.orders.ask("asked by the user", Command::SetAsideDamaged)),
            Action::StartSandbox => self.start_sandbox(),
            Action::Unlock => drop(self.unlocked.insert(self.current.clone())),
            Action::Lock => drop(self.unlocked.remove(&self.current)),
            Action::Undo(index) => self.undo(index),
            Action::Dismiss(index) => self.notices.dismiss(index),
            Action::Copy { text, said } => self.with(|_, cx| cx.copy(text, &said)),
            Action::CopyExchange { exchange, as_curl } => self.with(|_, cx| cx.copy_exchange(*exchange, as_curl)),
            Action::ChooseImport => self.imports.pick(&mut self.orders),
            Action::Import(_) | Action::ImportPasted(_) if self.imports.report.loading().is_some() => {
                self.notices.say(self.now, "An import is running; stop it or wait for it first");
            }
            Action::Import(files) => {
                self.story = None;
                self.go(Screen::Requests);
                self.imports.start(files, &self.current, &mut self.orders);
            }
            Action::Paste => self.paste(),
            Action::NothingToPaste => self.notices.say(self.now, NOTHING_TO_PASTE),
            Action::ImportPasted(pasted) => {
                self.story = None;
                self.go(Screen::Requests);
                self.imports.start_pasted(pasted, &self.current, &mut self.orders);
            }
            Action::Export(format) => self.export(format),
            Action::Diagnosis(action) => self.with(|model, cx| model.requests.diagnose(action, cx)),
            Action::Help(action) => self.help_do(action),
            Action::Forgetting(action) => self.forget_do(action),
            Action::Report(format) => self.report(format),
            Action::StopExport => self.exports.stop(&mut self.orders),
            Action::CloseExport => self.exports.failure = None,
            Action::Imports(action) => self.imports.update(action, &mut self.orders),
            Action::StopImport => self.imports.stop(&mut self.orders),
            Action::CloseImport => self.imports.close(),
            Action::CloseUnpicked => self.imports.unpicked = None,
            Action::TogglePalette => {
                self.palette = self.palette.take().map_or_else(|| Some(Default::default()), |_| None);
            }
            Action::PaletteText(text) => self.palette_typed(text),
            Action::Overview(action) => {
                self.overview.update(&action, &self.current, self.now, &mut self.orders);
            }
            Action::Requests(action) => self.requests_do(action),
            Action::Story(action) => self.story_do(action),
            Action::Mappings(action) => self.mappings_do(action),
            Action::Trial(action) => self.with(|model, cx| model.trial.update(action, cx)),
            Action::Sandbox(action) => self.sandbox_do(action),
            Action::Sources(action) => self.sources_do(action),
            Action::Profiles(action) => self.profiles_do(action),
            Action::Settings(action) => self.settings.update(action, &mut self.orders),
        }
    }

    fn go(&mut self, screen: Screen) {
        if self.screen != screen {
            self.notices.withdraw(&Action::Mappings(mappings::Do::Undo));
        }
        self.screen = screen;
        if screen == Screen::Overview {
            self.overview.show(&self.current, self.now, &mut self.orders);
        }
        let shows_mappings = matches!(screen, Screen::Overview | Screen::Mappings | Screen::Trial);
        if shows_mappings && self.mappings.tenant.is_idle() {
            self.mappings.refresh(&self.current, &mut self.orders);
        }
        if screen == Screen::Mappings {
            self.mappings.show(&self.current, &mut self.orders);
        }
        if screen == Screen::Sandbox {
            self.practice.look(&mut self.orders);
        }
        if screen == Screen::Sources {
            self.sources.look(&self.current, &mut self.orders);
        }
        if screen == Screen::Trial && self.trial.user.0.is_empty() {
            self.with(|model, cx| model.trial.open(cx));
            self.offer_mappings_to_trial();
        }
    }

    /// What is pasted is read where logs are.
    fn paste(&mut self) {
        if !matches!(self.screen, Screen::Overview | Screen::Requests | Screen::Sources) {
            self.go(Screen::Requests);
        }
        self.wants_paste = true;
    }

    fn reopen(&mut self) {
        self.workspace.start(self.orders.ask("tried again", Command::Open));
    }

    fn start_sandbox(&mut self) {
        self.sandbox.start(self.orders.ask("practice tenant", Command::StartSandbox));
    }

    fn sources_do(&mut self, action: sources::Do) {
        // Whatever comes of a reading stands there.
        if matches!(action, sources::Do::Read { .. }) && self.screen != Screen::Sources {
            self.go(Screen::Sources);
        }
        self.with(|model, cx| model.sources.update(action, cx));
    }

    fn undo(&mut self, index: usize) {
        let undo = self.notices.shown().get(index).and_then(|notice| notice.undo.clone());
        self.notices.dismiss(index);
        if let Some(action) = undo {
            self.update(*action);
        }
    }

    fn mappings_do(&mut self, action: mappings::Do) {
        if matches!(action, mappings::Do::Review) {
            self.go(Screen::Mappings);
        }
        self.with(|model, cx| model.mappings.update(action, cx));
    }

    fn requests_do(&mut self, action: requests::Do) {
        if matches!(action, requests::Do::SetQuery(_)) {
            self.screen = Screen::Requests;
            self.story = None;
        }
        self.requests.update(action, &self.current, &mut self.orders);
    }

    fn story_do(&mut self, action: story::Do) {
        match action {
            story::Do::Open(of) => {
                self.screen = Screen::Requests;
                self.story = Some(story::Story::open(of, &self.current, &mut self.orders));
            }
            story::Do::Close => self.story = None,
            story::Do::OpenRequest(key) => {
                self.story = None;
                self.screen = Screen::Requests;
                self.requests.tab = requests::Tab::Diagnosis;
                self.requests.open_key(key, &self.current, &mut self.orders);
            }
            other => self.with(|model, cx| {
                if let Some(story) = &mut *model.story {
                    story.update(other, cx);
                }
            }),
        }
    }

    fn sandbox_do(&mut self, action: sandbox::Do) {
        if let sandbox::Do::Remove(id) = &action
            && *id == self.current
        {
            self.switch(ProfileId::sandbox());
        }
        self.with(|model, cx| model.practice.update(action, cx));
    }

    fn profiles_do(&mut self, action: profiles::Do) {
        let all: Vec<Profile> = self.all_profiles().cloned().collect();
        if let profiles::Do::Remove(id) = &action
            && *id == self.current
        {
            self.switch(ProfileId::sandbox());
        }
        self.with(|model, cx| model.profiles.update(action, &all, cx));
    }

    fn offer_mappings_to_trial(&mut self) {
        let rows = self.mappings.tenant.value().map(|pulled| pulled.mappings.mappings.clone());
        if let Some(rows) = rows.or_else(|| Some(self.mappings.rows().to_vec())).filter(|rows| !rows.is_empty()) {
            self.with(|model, cx| model.trial.mappings_known(&rows, cx));
        }
    }

    /// Runs a handler of one screen with the context it may reach.
    fn with(&mut self, run: impl FnOnce(&mut Screens<'_>, &mut Context<'_>)) {
        let (environment, locked) = (self.environment(), self.is_locked());
        let identity_provider = self.profile().map_or(IdentityProvider::Entra, |profile| profile.identity_provider);
        let name = self.tenant_name().to_owned();
        let fresh_id = self.fresh_ids.next();
        let mut cx = Context {
            profile: &self.current,
            name: &name,
            environment,
            identity_provider,
            locked,
            confirms: environment != Environment::Sandbox,
            confirms_by_name: environment == Environment::Production,
            now: self.now,
            redacts: self.settings.redaction,
            fresh_id: &fresh_id,
            orders: &mut self.orders,
            notices: &mut self.notices,
            clipboard: &mut self.clipboard,
        };
        let mut screens = Screens {
            requests: &mut self.requests,
            story: &mut self.story,
            mappings: &mut self.mappings,
            trial: &mut self.trial,
            practice: &mut self.practice,
            sources: &mut self.sources,
            profiles: &mut self.profiles,
        };
        run(&mut screens, &mut cx);
    }
}

/// The screens whose handlers need a context.
struct Screens<'a> {
    requests: &'a mut requests::Requests,
    story: &'a mut Option<story::Story>,
    mappings: &'a mut mappings::Mappings,
    trial: &'a mut trial::Trial,
    practice: &'a mut sandbox::Sandbox,
    sources: &'a mut sources::Sources,
    profiles: &'a mut profiles::Profiles,
}
