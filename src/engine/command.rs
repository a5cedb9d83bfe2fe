//! Everything that can be asked of the engine: a closed enum of plain data, first in, first out.
//! A command never holds a closure, a channel or anything of egui.

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use super::{house_order::HouseOrder, setting::Setting};
pub use crate::sources::Choice;

use crate::diagnosis::EvidenceFormat;
use crate::domain::{
    directory::DirectoryLog,
    export::ExportFormat,
    mapping::{MappingRow, MappingSet},
    profile::{Profile, ProfileId},
    query::{GroupBy, Query},
    secret::Secret,
    sorting::Sorting,
    trial::{Dialect, SampleUser, StepName},
};

/// Identifies one job. Whoever asks chooses it, so that a late answer can be told from a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// A command with the id of its job and why it was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The id that every answer will carry.
    pub job: JobId,
    /// Why, for the log: "filter changed".
    pub cause: &'static str,
    /// What.
    pub command: Command,
}

/// What to do with a profile's token.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenChange {
    /// Leave the saved one as it is.
    Keep,
    /// Save this one instead.
    Set(Secret),
    /// Save what another profile has.
    CopyFrom(ProfileId),
    /// Remove it.
    Forget,
}

/// A test provision to run.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialOrder {
    /// How requests are shaped.
    pub dialect: Dialect,
    /// Whom to create.
    pub user: SampleUser,
    /// The mappings to compare with.
    pub mappings: Vec<MappingRow>,
    /// Which steps to run; connect always runs.
    pub steps: Vec<StepName>,
    /// Whether to leave the user in place.
    pub keep: bool,
}

/// What somebody pasted or piped in. It may hold a token, so it never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Pasted(pub Vec<u8>);

impl std::fmt::Debug for Pasted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pasted({} bytes)", self.0.len())
    }
}

/// What a file is picked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A directory's log to import.
    Import,
    /// A certificate authority for the Connect dialog.
    CertificateAuthority,
    /// A mapping file to open as a draft.
    MappingFile,
}

/// Which requests to forget.
#[derive(Debug, Clone, PartialEq)]
pub enum Forgetting {
    /// Those of a profile from before a moment.
    Before(ProfileId, Timestamp),
    /// Those of one person in a profile's journal: by a userName, an id or an address, and by all that these lead to.
    Person(ProfileId, String),
    /// The oldest of all profiles, until the journal's file is no larger than so many bytes.
    Beyond(u64),
}

/// What to do. Each variant says what it answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Opens the data directory. Answers `Opened`. Must come first.
    Open,
    /// Renames a damaged database so that a new one can be made. Answers `SetAside`; then send `Open` again.
    SetAsideDamaged,
    /// Starts the practice tenant, playing its day of traffic on the first start. Answers `Progress`…, `SandboxReady`.
    StartSandbox,
    /// Does something with the practice tenants. Answers `House`, `TokenIssued` or `ScriptPlayed`.
    House(HouseOrder),
    /// Saves a profile and its token. Answers `ProfileSaved`.
    SaveProfile {
        /// The profile.
        profile: Box<Profile>,
        /// What to do with its token.
        token: TokenChange,
    },
    /// Removes a profile so that it can still be restored. Answers `ProfilesChanged`.
    RemoveProfile(ProfileId),
    /// Puts a removed profile back, token included. Answers `ProfilesChanged`.
    RestoreProfile(ProfileId),
    /// Runs the connection checklist; read-only. Answers `Checked`…, `ChecksDone`. Supersedes an earlier one.
    TestConnection {
        /// The profile as typed.
        profile: Box<Profile>,
        /// The token as typed, or where to find it.
        token: TokenChange,
    },
    /// Reads what is new from the tenant into the journal; with `follow`, stays connected until cancelled.
    /// At most one a profile. Answers `Progress`…, `JournalChanged`…, `Live`…, `Synced`.
    Sync {
        /// Whose.
        profile: ProfileId,
        /// Whether to stay connected.
        follow: bool,
    },
    /// Writes the lines that a query finds to a file, redacted unless that is switched off. Answers `Progress`…,
    /// `Exported`, or `Saved(None)` when the dialog was closed.
    Export {
        /// Whose.
        profile: ProfileId,
        /// Which lines.
        query: Box<Query>,
        /// How they stand.
        sorting: Sorting,
        /// As what.
        format: ExportFormat,
        /// Whether people are given aliases.
        redacts: bool,
        /// Where; a dialog asks when `None`.
        to: Option<PathBuf>,
    },
    /// Writes the evidence of the requests that a query finds to a file, newest first, 500 at most. Answers `Progress`…,
    /// `Exported`; `Saved(None)` when nobody chose one.
    Report {
        /// Whose.
        profile: ProfileId,
        /// The tenant's name, as the file says it.
        tenant: String,
        /// Which requests.
        query: Box<Query>,
        /// As what.
        format: EvidenceFormat,
        /// Whether people are given aliases.
        redacts: bool,
        /// Where; a dialog asks when `None`.
        to: Option<PathBuf>,
    },
    /// Connects a directory's own log to a profile, or takes it off with its secret. Answers `DirectoryLog`.
    SaveDirectoryLog {
        /// Whose.
        profile: ProfileId,
        /// Which log; `None` takes it off.
        log: Option<Box<DirectoryLog>>,
        /// What to do with its secret.
        secret: TokenChange,
    },
    /// How the directory's log of a profile is set up. Answers `DirectoryLog`.
    LookAtDirectoryLog(ProfileId),
    /// Reads what is new from the directory's log into the journal; with `follow`, goes on until cancelled.
    /// At most one a profile. Answers `Progress`…, `JournalChanged`…, `Live`…, `Synced`.
    ReadDirectoryLog {
        /// Whose.
        profile: ProfileId,
        /// Whether to stay and ask every minute.
        follow: bool,
    },
    /// Runs a query over the journal. Answers `Listed`. Supersedes an earlier one, whose SQL is interrupted.
    List {
        /// Whose.
        profile: ProfileId,
        /// What.
        query: Box<Query>,
        /// How they stand.
        sorting: Sorting,
    },
    /// Finds the failed lines among what a query finds. Answers `FailuresFound`. Supersedes an earlier one.
    Failures {
        /// Whose.
        profile: ProfileId,
        /// The query whose failures are meant.
        query: Box<Query>,
    },
    /// Counts what a query finds by one property. Answers `Grouped`.
    Group {
        /// Whose.
        profile: ProfileId,
        /// What.
        query: Box<Query>,
        /// By what.
        by: GroupBy,
    },
    /// Fetches lines by key. Answers `RowsRead`. Supersedes an earlier one.
    Rows {
        /// Whose.
        profile: ProfileId,
        /// The keys, in order.
        keys: Vec<i64>,
    },
    /// Fetches everything about one line, from the tenant where the journal has only the line. Answers `DetailRead`.
    Detail {
        /// Whose.
        profile: ProfileId,
        /// Which.
        key: i64,
    },
    /// Counts the attributes received lately. Answers `AttributesCounted`.
    CountAttributes(ProfileId),
    /// Reads recent creates and updates with bodies, for the mapping preview. Answers `PayloadsRead`.
    Payloads(ProfileId),
    /// Counts what the newest creates and updates carried, attribute by attribute. Answers `Progress`…, `ReceivedRead`.
    /// Supersedes an earlier one.
    ReadReceived {
        /// Whose.
        profile: ProfileId,
        /// Which requests.
        query: Box<Query>,
        /// How many of them at most.
        last: usize,
        /// Whether to read bodies from the tenant that the journal does not have; nothing is sent otherwise.
        fetching: bool,
    },
    /// Works the figures of a query's requests out. Answers `Progress`…, `OverviewRead`. Supersedes an earlier one.
    Overview {
        /// Whose.
        profile: ProfileId,
        /// Of which requests.
        query: Box<Query>,
    },
    /// Says what is known to be wrong with lines in view. Answers `Marked`. Supersedes an earlier one.
    Mark {
        /// Whose.
        profile: ProfileId,
        /// The keys.
        keys: Vec<i64>,
    },
    /// Finds the causes behind a query's requests. Answers `Progress`…, `CausesSoFar`…, `CausesFound`. Supersedes an earlier one.
    Diagnose {
        /// Whose.
        profile: ProfileId,
        /// Which requests.
        query: Box<Query>,
    },
    /// Gathers all that the journal has of one person. Answers `Progress`…, `StoryRead`. Supersedes an earlier one.
    Story {
        /// Whose journal.
        profile: ProfileId,
        /// Whom: a userName, an id, an address.
        of: String,
    },
    /// Forgets requests for good, or only says how many it would. Answers `Forgotten`.
    Forget {
        /// Which.
        which: Forgetting,
        /// Whether to do it.
        really: bool,
    },
    /// Reads the draft of a profile. Answers `DraftRead`.
    LoadDraft(ProfileId),
    /// Saves the draft, unless another window saved meanwhile. Answers `DraftSaved` or `DraftOutdated`.
    SaveDraft {
        /// Whose.
        profile: ProfileId,
        /// The draft.
        draft: Box<DraftContent>,
        /// The revision it was edited from.
        revision: u64,
    },
    /// Reads the tenant's mappings and custom fields. Answers `MappingsPulled`.
    PullMappings(ProfileId),
    /// Writes the mappings with If-Match. Answers `MappingsApplied`, `MappingsLost` or `MappingsRejected`.
    ApplyMappings {
        /// Whose.
        profile: ProfileId,
        /// The whole set.
        mappings: MappingSet,
        /// The entity tag that the user saw.
        if_match: String,
    },
    /// Works out the exact requests of a trial; sends nothing. Answers `TrialPlanned`. Supersedes an earlier one.
    PlanTrial {
        /// Whose.
        profile: ProfileId,
        /// Which.
        trial: Box<TrialOrder>,
    },
    /// Runs a trial. Answers `StepDone`…, `TrialDone`.
    RunTrial {
        /// Whose.
        profile: ProfileId,
        /// Which.
        trial: Box<TrialOrder>,
    },
    /// Deletes a user that a trial left behind. Answers `CleanedUp`.
    CleanUp {
        /// Whose.
        profile: ProfileId,
        /// The SCIM id that the trial created.
        id: String,
    },
    /// Imports a text that somebody pasted. Answers `Imported`.
    ImportPasted {
        /// Into whose journal.
        profile: ProfileId,
        /// The text.
        pasted: Pasted,
        /// What the columns of a table hold, as far as the user has said so; the others are recognised.
        columns: Vec<Choice>,
    },
    /// Imports logs; tables that belong together find each other. Answers `Progress`…, `Imported`.
    Import {
        /// Into whose journal.
        profile: ProfileId,
        /// Which files.
        files: Vec<PathBuf>,
        /// What the columns of a table hold, as far as the user has said so; the others are recognised.
        columns: Vec<Choice>,
    },
    /// Shows the system's file dialog. Answers `Picked`.
    Pick(Purpose),
    /// Asks where to save and writes the text. Answers `Saved`.
    SaveAs {
        /// The suggested file name.
        name: String,
        /// The text.
        text: String,
    },
    /// Keeps a setting. Answers `Done`.
    SaveSetting {
        /// Which.
        setting: Setting,
        /// Its value.
        value: Value,
    },
    /// Stops a job. The job answers for itself.
    Cancel(JobId),
}

/// A draft as the store keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftContent {
    /// Its name.
    pub name: String,
    /// Its rows as typed.
    pub rows: Vec<MappingRow>,
    /// The tenant's rows it began from.
    pub base: Vec<MappingRow>,
    /// The tenant's entity tag it began from.
    pub base_etag: Option<String>,
}
