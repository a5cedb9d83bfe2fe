//! Everything a person can do. The window collects actions while it draws and hands them over in order.

use std::path::PathBuf;

use super::{
    Screen, forgetting, help, imports, mappings, overview, profiles, requests, sandbox, settings, sources, story, trial,
};
use crate::{
    diagnosis::EvidenceFormat,
    domain::{exchange::Exchange, export::ExportFormat, profile::ProfileId},
    engine::Pasted,
};

/// One thing a person did.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Open a screen.
    Go(Screen),
    /// Work with another tenant.
    Switch(ProfileId),
    /// Try to open the data directory again.
    Reopen,
    /// Put a damaged database aside and begin a new one.
    SetAsideDamaged,
    /// Start the practice tenant again after it failed.
    StartSandbox,
    /// Allow writing to the current production tenant until the window closes.
    Unlock,
    /// Make the current production tenant read-only again.
    Lock,
    /// Undo what a notice offers.
    Undo(usize),
    /// Take a notice away.
    Dismiss(usize),
    /// Put a text on the clipboard and say so.
    Copy {
        /// The text.
        text: String,
        /// What it is: "Request copied".
        said: String,
    },
    /// Put an exchange on the clipboard, redacted unless that is switched off.
    CopyExchange {
        /// Which.
        exchange: Box<Exchange>,
        /// As a cURL command rather than as JSON.
        as_curl: bool,
    },
    /// Choose a log to import.
    ChooseImport,
    /// Import files that were dropped on the window.
    Import(Vec<PathBuf>),
    /// Import what is on the clipboard.
    Paste,
    /// There was no text on the clipboard.
    NothingToPaste,
    /// Import a text that was pasted.
    ImportPasted(Pasted),
    /// Write the list to a file.
    Export(ExportFormat),
    /// Something with the diagnosis of the line that is open.
    Diagnosis(requests::diagnosis::Do),
    /// Something with the pages of known causes.
    Help(help::Do),
    /// In the dialog that forgets requests.
    Forgetting(forgetting::Do),
    /// Write the evidence of the list to a file.
    Report(EvidenceFormat),
    /// Stop that.
    StopExport,
    /// Take away why it failed.
    CloseExport,
    /// Say what the columns of a table hold.
    Imports(imports::Do),
    /// Stop the import.
    StopImport,
    /// Take the import's report away.
    CloseImport,
    /// Take away why no file could be chosen.
    CloseUnpicked,
    /// Open or close the palette.
    TogglePalette,
    /// Type into the palette.
    PaletteText(String),
    /// On the Overview screen.
    Overview(overview::Do),
    /// On the Requests screen.
    Requests(requests::Do),
    /// In the story of one person.
    Story(story::Do),
    /// On the Mappings screen.
    Mappings(mappings::Do),
    /// On the Test provision screen.
    Trial(trial::Do),
    /// On the Sandbox screen.
    Sandbox(sandbox::Do),
    /// On the Sources screen.
    Sources(sources::Do),
    /// On the Profiles screen and in the Connect dialog.
    Profiles(profiles::Do),
    /// On the Settings screen.
    Settings(settings::Do),
}
