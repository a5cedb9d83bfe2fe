//! Everything the engine can answer: a closed enum of plain data. Each job ends with exactly one ending piece of news.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::command::{DraftContent, JobId, Purpose};
use crate::diagnosis::{Causes, Finding, Mark};
use crate::domain::{
    connection::Check,
    coverage::Received,
    directory::DirectoryLog,
    exchange::Exchange,
    failure::Failure,
    house::HouseState,
    journal::{Count, Listing, Record, Row, Source},
    mapping::{MappedSince, MappingRow},
    overview::Figures,
    problem::Problem,
    profile::{Profile, ProfileId},
    script::Played,
    secret::Secret,
    story::{Gathered, Story},
    tenant::{CustomField, TenantMappings, TokenInfo},
    trial::{PlannedStep, StepReport, TrialReport},
};

/// News of one job.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Which job.
    pub job: JobId,
    /// What happened.
    pub news: News,
}

/// Where a profile's token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPlace {
    /// In the system credential store.
    Keychain,
    /// In memory only, until the window closes: there is no credential store.
    Session,
    /// Nowhere.
    Absent,
}

/// What a session begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// The saved profiles by name; the practice tenant is not among them.
    pub profiles: Vec<Profile>,
    /// Where each one's token is.
    pub tokens: BTreeMap<ProfileId, TokenPlace>,
    /// Whether the system has a credential store.
    pub keychain: bool,
    /// The settings.
    pub settings: BTreeMap<String, Value>,
    /// The data directory.
    pub data_dir: PathBuf,
}

/// How the live connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Live {
    /// Reading what was missed.
    CatchingUp,
    /// Connected, following the stream or asking again every few seconds.
    Following,
    /// The connection broke; trying again at this time.
    Waiting {
        /// When.
        until: Timestamp,
        /// Why.
        failure: Failure,
    },
    /// The tenant does not offer its log.
    NotOffered,
    /// Switched off.
    Off,
}

/// A draft as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDraft {
    /// The draft.
    pub content: DraftContent,
    /// Its revision.
    pub revision: u64,
    /// When it was saved.
    pub saved_at: Timestamp,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ImportReport {
    /// Records read.
    pub read: u64,
    /// Records added.
    pub imported: u64,
    /// Records that were there already.
    pub duplicates: u64,
    /// What could not be read.
    pub rejected: Vec<RejectedRecord>,
    /// What each file was recognised as.
    pub files: Vec<ImportedFile>,
    /// Where in the list what was read stands, whether it was new or not; `None` where nothing was read. For the window
    /// only: whoever works headless names a query.
    #[serde(skip)]
    pub whereabouts: Option<Whereabouts>,
    /// How long it took.
    pub seconds: f64,
}

/// Where in the list the records of an import stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// When the oldest was received.
    pub from: Timestamp,
    /// When the newest was.
    pub to: Timestamp,
    /// Who saw them, where one did.
    pub source: Option<Source>,
    /// How many failed.
    pub failed: u64,
    /// The key of the only one.
    pub key: Option<i64>,
    /// The keys of the one that was read first and of the one that was read last, where there are few.
    pub ends: Option<(i64, i64)>,
}

/// What became of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportedFile {
    /// The file.
    pub file: String,
    /// What it was recognised as; an archive may hold several, an unknown file is nothing.
    pub formats: Vec<&'static str>,
    /// Records read.
    pub read: u64,
    /// Entries that are not about provisioning.
    pub passed: u64,
    /// Rows joined to the records of another file.
    pub joined: u64,
    /// Sequences of bytes that were no text, and stand as U+FFFD in the records.
    pub replaced: u64,
    /// Columns that are not known; they are kept under their own names.
    pub unknown_columns: Vec<String>,
    /// What a column of a table that could not be read may be said to hold.
    #[serde(skip)]
    pub fields: Vec<&'static str>,
}

/// Something in a file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectedRecord {
    /// The file.
    pub file: String,
    /// The place in it.
    pub at: String,
    /// Why.
    pub why: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Work goes on: `done` of `total`, in the words of `what`.
    Progress {
        /// What is being done: "Playing a day of traffic".
        what: &'static str,
        /// How much is done.
        done: u64,
        /// How much there is, where it is known.
        total: Option<u64>,
    },
    /// Ends `Open`.
    Opened(Box<Workspace>),
    /// Ends `SetAsideDamaged`: where the damaged file is now.
    SetAside(PathBuf),
    /// Ends `StartSandbox`.
    SandboxReady(Box<Profile>),
    /// Ends `House`: how the practice tenants stand.
    House(Box<HouseState>),
    /// Ends `House` with a new token. Its value is told this once.
    TokenIssued {
        /// The token.
        token: Box<TokenInfo>,
        /// Its value.
        value: Secret,
        /// How the practice tenants stand.
        house: Box<HouseState>,
    },
    /// Ends `House` with a script that was played.
    ScriptPlayed {
        /// What was played.
        played: Box<Played>,
        /// How the practice tenants stand.
        house: Box<HouseState>,
    },
    /// Ends `SaveProfile`.
    ProfileSaved {
        /// The profile.
        profile: Box<Profile>,
        /// Where its token is now.
        token: TokenPlace,
    },
    /// Ends `RemoveProfile` and `RestoreProfile`.
    ProfilesChanged(Box<Workspace>),
    /// One check of `TestConnection` began or ended.
    Checked(Check),
    /// Ends `TestConnection`.
    ChecksDone,
    /// The live connection of `Sync` changed.
    Live(Live),
    /// New lines are in the journal, or known ones have their bodies now. Of no job ([`JobId`] 0) where another window wrote them.
    JournalChanged {
        /// Whose.
        profile: ProfileId,
        /// How many.
        added: u64,
    },
    /// Ends `Sync`.
    Synced {
        /// How many lines were new.
        added: u64,
    },
    /// Ends `Export`.
    Exported {
        /// The file.
        path: PathBuf,
        /// How many lines it has.
        lines: u64,
    },
    /// Ends `SaveDirectoryLog` and `LookAtDirectoryLog`.
    DirectoryLog {
        /// Which log is connected, if one is.
        log: Option<Box<DirectoryLog>>,
        /// Where its secret is.
        secret: TokenPlace,
        /// When it was last read to its end.
        read: Option<Timestamp>,
    },
    /// Ends `List`.
    Listed(Box<Listing>),
    /// Ends `Failures`: the keys, newest first.
    FailuresFound(crate::domain::keys::Keys),
    /// Ends `Group`.
    Grouped(Vec<Count>),
    /// Ends `Rows`.
    RowsRead(Vec<Row>),
    /// Ends `Detail`.
    DetailRead {
        /// Everything about the line.
        record: Box<Record>,
        /// What is known to be wrong with it, best first.
        findings: Vec<Finding>,
    },
    /// Ends `CountAttributes`.
    AttributesCounted(Vec<Count>),
    /// Ends `Payloads`.
    PayloadsRead(Vec<(Row, Exchange)>),
    /// Ends `ReadReceived`.
    ReceivedRead(Box<Received>),
    /// Ends `Overview`.
    OverviewRead(Box<Figures>),
    /// Ends `Mark`: the best finding of each line that has one above info.
    Marked(Vec<(i64, Mark)>),
    /// Another window has forgotten lines of a profile. Of no job.
    ForgottenElsewhere(ProfileId),
    /// The causes among what `Diagnose` has looked at so far.
    CausesSoFar(Box<Causes>),
    /// Ends `Diagnose`.
    CausesFound(Box<Causes>),
    /// Ends `Story`.
    StoryRead {
        /// The story.
        story: Box<Story>,
        /// The best finding of each line that has one above info.
        marks: Vec<(i64, Mark)>,
        /// What it was told from, for a redacted copy.
        gathered: Box<Gathered>,
    },
    /// Ends `Forget`.
    Forgotten {
        /// How many requests were forgotten, or would be; `None` where only forgetting tells.
        requests: Option<u64>,
        /// Whether there are more, which only forgetting counts.
        more: bool,
        /// How large the journal's file is now, bytes.
        size: u64,
    },
    /// Ends `LoadDraft`; `None` when there is none yet.
    DraftRead(Option<Box<StoredDraft>>),
    /// Ends `SaveDraft`.
    DraftSaved {
        /// The new revision.
        revision: u64,
        /// When.
        saved_at: Timestamp,
    },
    /// Ends `SaveDraft`: another window saved this one meanwhile; nothing was overwritten.
    DraftOutdated(Box<StoredDraft>),
    /// Ends `PullMappings`.
    MappingsPulled {
        /// The mappings.
        mappings: TenantMappings,
        /// The custom fields, where the tenant tells them.
        fields: Option<Vec<CustomField>>,
        /// Since when each of them is there, as far as was seen.
        since: MappedSince,
        /// When.
        at: Timestamp,
    },
    /// Ends `ApplyMappings`.
    MappingsApplied(TenantMappings),
    /// Ends `ApplyMappings`: the tenant changed meanwhile; nothing was written.
    MappingsLost(TenantMappings),
    /// Ends `ApplyMappings`: the tenant named problems; nothing was written.
    MappingsRejected(Vec<Problem>),
    /// Ends `PlanTrial`.
    TrialPlanned(Vec<PlannedStep>),
    /// A step of `RunTrial` ended.
    StepDone(Box<StepReport>),
    /// Ends `RunTrial`.
    TrialDone(Box<TrialReport>),
    /// Ends `CleanUp`.
    CleanedUp(Box<StepReport>),
    /// Ends `Import`.
    Imported(Box<ImportReport>),
    /// Ends `Pick`; `None` when the dialog was closed.
    Picked {
        /// What for.
        purpose: Purpose,
        /// The files.
        files: Vec<PathBuf>,
        /// The text of a mapping file.
        rows: Option<Vec<MappingRow>>,
    },
    /// Ends `SaveAs`; `None` when the dialog was closed.
    Saved(Option<PathBuf>),
    /// Ends a job that has nothing to tell.
    Done,
    /// Ends any job that could not do its work.
    Failed(Failure),
}

impl News {
    /// Whether the job is over with this.
    #[must_use]
    pub const fn ends_job(&self) -> bool {
        !matches!(
            self,
            Self::Progress { .. }
                | Self::Checked(_)
                | Self::Live(_)
                | Self::JournalChanged { .. }
                | Self::ForgottenElsewhere(_)
                | Self::StepDone(_)
                | Self::CausesSoFar(_)
        )
    }
}
