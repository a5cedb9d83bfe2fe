//! Importing logs from files and pastes: one at a time, with progress, a way to stop and a report that stays until it is
//! closed.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::{Remote, orders::Orders};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile::ProfileId,
    },
    engine::{Choice, Command, ImportReport, JobId, Pasted, Purpose},
};

/// The columns of a table that could not be read, and what the user says they hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matching {
    /// The names in the file, each with the member of a record that it holds.
    pub columns: Vec<(String, Option<&'static str>)>,
    /// The members that it may hold.
    pub fields: Vec<&'static str>,
}

/// What a person does about an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Do {
    /// Say what the columns hold.
    Match,
    /// A column holds this, or nothing that is known.
    Holds {
        /// Its place.
        column: usize,
        /// The member of a record.
        field: Option<&'static str>,
    },
    /// Import again, the columns understood so.
    Submit,
    /// Leave it.
    Close,
}

/// The import of logs.
#[derive(Debug, Default)]
pub struct Imports {
    /// The newest import: running, done or failed.
    pub report: Remote<ImportReport>,
    /// How far it is: bytes done, bytes in all.
    pub progress: Option<(u64, Option<u64>)>,
    /// Whether the strip is on show.
    pub shown: bool,
    /// The columns that are being matched.
    pub matching: Option<Matching>,
    /// What the newest import reads, as long as it may be read again.
    origin: Option<Origin>,
    /// How its columns are understood, as far as the user has said so.
    said: Vec<Choice>,
    target: Option<ProfileId>,
    /// The dialog that chooses files.
    picking: Option<JobId>,
    /// Why it could not be shown.
    pub unpicked: Option<Failure>,
}

/// Where records come from.
#[derive(Debug, Clone)]
enum Origin {
    Files(Vec<PathBuf>),
    Pasted(Pasted),
}

impl Origin {
    /// The command that reads it, its columns understood so.
    fn read(self, profile: ProfileId, columns: Vec<Choice>) -> Command {
        match self {
            Self::Files(files) => Command::Import { profile, files, columns },
            Self::Pasted(pasted) => Command::ImportPasted { profile, pasted, columns },
        }
    }
}

impl Imports {
    /// Into whose journal the newest import goes.
    #[must_use]
    pub const fn target(&self) -> Option<&ProfileId> {
        self.target.as_ref()
    }

    /// Lets files be chosen.
    pub fn pick(&mut self, orders: &mut Orders) {
        self.unpicked = None;
        self.picking = Some(orders.ask("import", Command::Pick(Purpose::Import)));
    }

    /// A job failed. Says whether it was the choice of files, and somebody has to be told.
    pub fn not_picked(&mut self, job: JobId, failure: &Failure) -> bool {
        if self.picking.take_if(|picking| *picking == job).is_none() || failure.kind == FailureKind::Cancelled {
            return false;
        }
        self.unpicked = Some(failure.clone());
        true
    }

    /// Starts an import, unless one runs.
    pub fn start(&mut self, files: Vec<PathBuf>, profile: &ProfileId, orders: &mut Orders) {
        if !files.is_empty() {
            self.begin(profile, Origin::Files(files), Vec::new(), orders);
        }
    }

    /// Starts an import of what was pasted, unless one runs.
    pub fn start_pasted(&mut self, pasted: Pasted, profile: &ProfileId, orders: &mut Orders) {
        self.begin(profile, Origin::Pasted(pasted), Vec::new(), orders);
    }

    fn begin(&mut self, target: &ProfileId, origin: Origin, columns: Vec<Choice>, orders: &mut Orders) {
        if self.report.loading().is_some() {
            return;
        }
        let command = origin.clone().read(target.clone(), columns.clone());
        self.origin = Some(origin);
        self.said = columns;
        self.target = Some(target.clone());
        self.shown = true;
        self.unpicked = None;
        self.progress = None;
        self.report = Remote::default();
        self.report.start(orders.ask("import asked by the user", command));
    }

    /// Carries an action out.
    pub fn update(&mut self, action: Do, orders: &mut Orders) {
        match (action, &mut self.matching) {
            (Do::Match, _) => self.matching = self.unmatched(),
            (Do::Holds { column, field }, Some(matching)) => {
                // A member stands in one column.
                for (_, other) in matching.columns.iter_mut().filter(|(_, other)| other.is_some() && *other == field) {
                    *other = None;
                }
                if let Some((_, held)) = matching.columns.get_mut(column) {
                    *held = field;
                }
            }
            (Do::Submit, Some(matching)) => {
                let said = |(header, field): &(String, Option<&str>)| {
                    Some(Choice { header: header.clone(), field: (*field)?.to_owned() })
                };
                let more: Vec<Choice> = matching.columns.iter().filter_map(said).collect();
                if !more.is_empty()
                    && let Some((profile, origin)) = self.target.clone().zip(self.origin.clone())
                {
                    self.matching = None;
                    // What was said before still holds.
                    let columns = self.said.drain(..).chain(more).collect();
                    self.begin(&profile, origin, columns, orders);
                }
            }
            (Do::Close, _) => self.matching = None,
            (Do::Holds { .. } | Do::Submit, None) => {}
        }
    }

    /// Whether saying what columns hold may help.
    #[must_use]
    pub fn can_match(&self) -> bool {
        let of_a_table = |report: &ImportReport| report.files.iter().any(|file| !file.fields.is_empty());
        self.origin.is_some() && self.report.value().is_some_and(of_a_table)
    }

    /// The columns of the tables that could not be read as they are.
    fn unmatched(&self) -> Option<Matching> {
        let report = self.report.value().filter(|_| self.can_match())?;
        let mut matching = Matching::default();
        for file in report.files.iter().filter(|file| !file.fields.is_empty()) {
            for header in &file.unknown_columns {
                if !matching.columns.iter().any(|(known, _)| known == header) {
                    matching.columns.push((header.clone(), None));
                }
            }
            matching.fields.extend(&file.fields);
        }
        matching.fields.sort_unstable();
        matching.fields.dedup();
        (!matching.columns.is_empty()).then_some(matching)
    }

    /// The query that finds what the newest import read, or only what failed of it: by who saw it and from when it is.
    #[must_use]
    pub fn query(&self, only_failed: bool) -> Option<String> {
        let whereabouts = self.report.value()?.whereabouts.as_ref()?;
        let second = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ");
        let end = whereabouts.to.checked_add(SignedDuration::from_secs(1)).unwrap_or(whereabouts.to);
        let source = whereabouts.source.map(|source| format!("source:{} ", source.key())).unwrap_or_default();
        let failed = if only_failed { "outcome:failure " } else { "" };
        Some(format!("{failed}{source}since:{} until:{}", second(whereabouts.from), second(end)))
    }

    /// Stops it; what was imported so far stays.
    pub fn stop(&self, orders: &mut Orders) {
        if let Some(job) = self.report.loading() {
            orders.cancel(job);
        }
    }

    /// Takes the report away.
    pub fn close(&mut self) {
        self.shown = self.report.loading().is_some();
        if !self.shown {
            // What was pasted is not kept longer than it may be read again.
            (self.origin, self.matching) = (None, None);
        }
    }

    /// It goes on.
    pub fn progressed(&mut self, job: JobId, done: u64, total: Option<u64>) {
        if self.report.loading() == Some(job) {
            self.progress = Some((done, total));
        }
    }

    /// It ended. Says whether it was this import.
    pub fn ended(&mut self, job: JobId, result: Result<ImportReport, Failure>) -> bool {
        let is_this = self.report.resolve(job, result);
        if is_this && !self.can_match() {
            self.origin = None;
        }
        is_this
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            Action,
            script::{Script, acme, fine, is_list, job},
        },
        domain::{journal::Source, query::Query},
        engine::{ImportedFile, News, Whereabouts},
    };

    #[test]
    fn columns_are_matched_once_each_and_imported_so() {
        let (mut imports, mut orders) = (Imports::default(), Orders::default());
        let profile = ProfileId("acme".to_owned());
        let mut act = |imports: &mut Imports, action| {
            imports.update(action, &mut orders);
            orders.take().into_iter().map(|order| (order.job, order.command)).next()
        };
        assert_eq!(act(&mut imports, Do::Submit), None);
        let mut orders_of_start = Orders::default();
        imports.start(vec!["log.csv".into()], &profile, &mut orders_of_start);
        let job = orders_of_start.take()[0].job;
        let file = ImportedFile {
            unknown_columns: vec!["Zeitpunkt".to_owned(), "Vorgang".to_owned()],
            fields: vec!["provisioningAction", "activityDateTime"],
            ..ImportedFile::default()
        };
        imports.ended(job, Ok(ImportReport { files: vec![file], ..ImportReport::default() }));
        act(&mut imports, Do::Match);
        let time = Some("activityDateTime");
        act(&mut imports, Do::Holds { column: 0, field: time });
        act(&mut imports, Do::Holds { column: 1, field: time });
        let columns = imports.matching.clone().unwrap().columns;
        assert_eq!(columns, [("Zeitpunkt".to_owned(), None), ("Vorgang".to_owned(), time)], "it stands in one column");
        act(&mut imports, Do::Holds { column: 0, field: time });
        act(&mut imports, Do::Holds { column: 1, field: Some("provisioningAction") });
        let Some((_, Command::Import { files, columns, .. })) = act(&mut imports, Do::Submit) else {
            panic!("not imported")
        };
        assert_eq!(files, [PathBuf::from("log.csv")]);
        let said: Vec<_> = columns.iter().map(|one| format!("{}={}", one.header, one.field)).collect();
        assert_eq!(said, ["Zeitpunkt=activityDateTime", "Vorgang=provisioningAction"]);
        assert!(imports.matching.is_none() && imports.shown);
    }

    fn report(imported: u64, whereabouts: Whereabouts) -> News {
        let read = imported.max(1);
        let report = ImportReport { read, imported, whereabouts: Some(whereabouts), ..ImportReport::default() };
        News::Imported(Box::new(report))
    }

    fn whereabouts(key: Option<i64>) -> Whereabouts {
        let at = |text: &str| text.parse().unwrap();
        let (from, to) = (at("2026-11-22T10:00:00.5Z"), at("2026-11-24T09:30:01.25Z"));
        Whereabouts { from, to, source: Some(Source::Entra), failed: 3, key, ends: key.zip(key) }
    }

    /// Pastes into a list that is scrolled down and holds these lines; the answer is what the engine says of it.
    fn pasted(news: News) -> (Script, Vec<crate::engine::Order>) {
        let mut script = Script::listed(&[2, 1], fine([2, 1]));
        script.requests(crate::app::requests::Do::AtTop(false));
        let orders = script.act(Action::ImportPasted(Pasted(b"x".to_vec())));
        let job = job(&orders, |command| matches!(command, Command::ImportPasted { .. }));
        script.answer(job, news);
        let orders = script.orders();
        (script, orders)
    }

    #[test]
    fn the_only_record_of_a_paste_opens_itself_wherever_it_stands() {
        let is_detail = |command: &Command| matches!(command, Command::Detail { key: 9, .. });
        let (mut script, orders) = pasted(report(1, whereabouts(Some(9))));
        job(&orders, is_list);
        job(&orders, is_detail);
        script.list(&[2, 9, 1], fine([2, 9, 1]));
        let requests = &script.model.requests;
        assert_eq!((requests.selected, requests.selected_at, requests.unseen), (Some(9), Some(1), 0));
        assert!(requests.detail_open && !requests.is_elsewhere());

        let (script, orders) = pasted(report(0, whereabouts(Some(9))));
        assert!(!orders.iter().any(|order| is_list(&order.command)), "it was there already");
        job(&orders, is_detail);
        assert!(script.model.requests.is_elsewhere(), "the filter leaves it out");
    }

    #[test]
    fn many_records_are_counted_at_once_and_one_query_away() {
        let (script, orders) = pasted(report(3_000, whereabouts(None)));
        job(&orders, is_list);
        assert_eq!((script.model.requests.unseen, script.model.requests.detail_open), (0, false));
        let span = "source:entra since:2026-11-22T10:00:00Z until:2026-11-24T09:30:02Z";
        assert_eq!(script.model.imports.query(false).as_deref(), Some(span));
        let failed = script.model.imports.query(true).unwrap();
        assert_eq!(failed, format!("outcome:failure {span}"));
        assert_eq!(Query::parse(&failed).unwrap().chips().len(), 4);
    }

    #[test]
    fn what_is_imported_again_goes_where_it_was_meant_for_and_one_goes_at_a_time() {
        let mut script = Script::listed(&[1], fine([1]));
        let begun = script.act(Action::Import(vec!["log.csv".into()]));
        let job = begun.iter().find(|order| matches!(order.command, Command::Import { .. })).unwrap().job;
        let again = script.act(Action::ImportPasted(Pasted(b"x".to_vec())));
        assert!(again.iter().all(|order| !matches!(order.command, Command::ImportPasted { .. })));
        assert!(script.model.notices.shown().iter().any(|notice| notice.text.starts_with("An import is running")));
        script.act(Action::Switch(acme().id));
        let file = ImportedFile {
            unknown_columns: vec!["Zeitpunkt".to_owned()],
            fields: vec!["activityDateTime"],
            ..ImportedFile::default()
        };
        script.answer(job, News::Imported(Box::new(ImportReport { files: vec![file], ..ImportReport::default() })));
        script.act(Action::Imports(Do::Match));
        script.act(Action::Imports(Do::Holds { column: 0, field: Some("activityDateTime") }));
        let orders = script.act(Action::Imports(Do::Submit));
        let into = orders.iter().find_map(|order| match &order.command {
            Command::Import { profile, .. } => Some(profile.clone()),
            _ => None,
        });
        assert_eq!(into, Some(ProfileId::sandbox()));
        assert_eq!(script.model.current, acme().id);
    }

    #[test]
    fn what_was_said_of_a_column_still_holds_when_another_one_is_matched() {
        let (mut imports, mut orders) = (Imports::default(), Orders::default());
        imports.start(vec!["log.csv".into()], &ProfileId::sandbox(), &mut orders);
        let mut columns = Vec::new();
        for (header, field) in [("Datum", "activityDateTime"), ("Vorgang", "provisioningAction")] {
            let file = ImportedFile {
                unknown_columns: vec![header.to_owned()],
                fields: vec![field],
                ..ImportedFile::default()
            };
            let order = orders.take().pop().expect("an import");
            imports.ended(order.job, Ok(ImportReport { files: vec![file], ..ImportReport::default() }));
            imports.update(Do::Match, &mut orders);
            imports.update(Do::Holds { column: 0, field: Some(field) }, &mut orders);
            imports.update(Do::Submit, &mut orders);
            columns.push(format!("{header}={field}"));
        }
        let Some(Command::Import { columns: said, .. }) = orders.take().pop().map(|order| order.command) else {
            panic!("not imported")
        };
        let said: Vec<_> = said.iter().map(|one| format!("{}={}", one.header, one.field)).collect();
        assert_eq!(said, columns);
        imports.start(vec!["other.csv".into()], &ProfileId::sandbox(), &mut orders);
        assert_eq!(imports.said.len(), 2, "one runs already");
    }

    #[test]
    fn a_pasted_table_is_matched_and_what_was_read_is_not_kept() {
        let (mut imports, mut orders) = (Imports::default(), Orders::default());
        let read = |imports: &mut Imports, orders: &mut Orders, fields: &[&'static str]| {
            imports.start_pasted(Pasted(b"A;B".to_vec()), &ProfileId::sandbox(), orders);
            let file = ImportedFile {
                unknown_columns: vec!["A".to_owned()],
                fields: fields.to_vec(),
                ..ImportedFile::default()
            };
            let job = orders.take()[0].job;
            imports.ended(job, Ok(ImportReport { files: vec![file], ..ImportReport::default() }));
        };
        read(&mut imports, &mut orders, &["id"]);
        imports.update(Do::Match, &mut orders);
        imports.update(Do::Holds { column: 0, field: Some("id") }, &mut orders);
        imports.update(Do::Submit, &mut orders);
        let Some(Command::ImportPasted { pasted, columns, .. }) = orders.take().pop().map(|order| order.command) else {
            panic!("not imported")
        };
        assert_eq!((pasted.0.as_slice(), columns.len()), (&b"A;B"[..], 1));
        let mut imports = Imports::default();
        read(&mut imports, &mut orders, &[]);
        assert!(imports.origin.is_none() && imports.unmatched().is_none());
    }
}
