//! The engine as the window uses it: every order ends once, nothing speaks afterwards, tokens stay where they belong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop where its ground is missing"
)]

mod desk;

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use scim_console::{
    domain::{
        directory::{DirectoryKind, DirectoryLog, DirectoryLogDraft},
        exchange::Outcome,
        export::ExportFormat,
        failure::FailureKind,
        house::{HouseState, Policy},
        journal::Source,
        mapping::{MappingRow, MappingSet},
        profile::{Profile, ProfileId},
        query::{GroupBy, Query},
        script::Script,
        sorting::Sorting,
        trial::{Dialect, SampleUser, StepName, TrialOutcome},
    },
    engine::{
        Choice, Command, DraftContent, Forgetting, HouseOrder, JobId, Live, News, Pasted, Setting, TokenChange,
        TokenPlace, TrialOrder, credentials::MemoryCredentials,
    },
};
use serde_json::json;
use tempfile::tempdir;

use self::desk::{
    Desk, HandClock, Keyring, profile,
    server::{Elsewhere, Server, answer, json as answer_json},
    supported, token,
};

const COST_CENTER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter";

fn row(attribute: &str, field: &str) -> MappingRow {
    MappingRow { attribute: attribute.to_owned(), field: field.to_owned() }
}

fn order(number: u64, keep: bool) -> Box<TrialOrder> {
    Box::new(TrialOrder {
        dialect: Dialect::Entra,
        user: SampleUser::invent(number, HandClock::noon().now(), &[]),
        mappings: Vec::new(),
        steps: StepName::ALL.to_vec(),
        keep,
    })
}

fn desk_with_demo(dir: &std::path::Path, exchanges: usize) -> Desk {
    let clock = HandClock::noon();
    Desk::start(dir, move || clock.now(), Arc::new(MemoryCredentials::default()), exchanges)
}

/// A desk whose practice tenant was read, the tenant's id, and how many requests its journal holds.
fn desk_with_a_journal(dir: &std::path::Path) -> (Desk, ProfileId, u64) {
    let desk = desk_with_demo(dir, 1_500);
    desk.opened();
    let id = desk.sandbox().id;
    desk.ask(Command::Sync { profile: id.clone(), follow: false });
    let all = desk.list(&id, "").keys.len() as u64;
    (desk, id, all)
}

#[test]
fn the_whole_work_on_the_practice_tenant() {
    let dir = tempdir().unwrap();
    let desk = desk_with_demo(dir.path(), 600);
    desk.opened();
    let starting = desk.send(Command::StartSandbox);
    let News::SandboxReady(sandbox) = desk.end(starting) else { panic!("no practice tenant") };
    let progress = desk.told(starting).into_iter().filter(|news| matches!(news, News::Progress { .. })).count();
    assert!(progress > 3, "the day's progress is told");

    let id = sandbox.id;
    let News::Synced { added } = desk.ask(Command::Sync { profile: id.clone(), follow: false }) else {
        panic!("not synced")
    };
    assert!(added >= 600, "{added}");
    let listing = desk.list(&id, "");
    assert_eq!((listing.total, listing.keys.len() as u64), (added, added));
    let failed = desk.rows(&id, "outcome:failure operation:create");
    assert!(!failed.is_empty() && failed.iter().all(|row| row.summary.outcome == Outcome::Failure));
    let again = desk.ask(Command::Sync { profile: id.clone(), follow: false });
    assert_eq!(again, News::Synced { added: 0 });

    let created = desk.rows(&id, "operation:create outcome:success");
    let News::DetailRead { record, .. } = desk.ask(Command::Detail { profile: id.clone(), key: created[0].key }) else {
        panic!("no detail")
    };
    let exchange = record.exchange.expect("the bodies");
    assert!(exchange.request.body.get("userName").is_some());
    assert!(record.landing.is_some_and(|landing| !landing.landed.is_empty()), "what landed is known");

    let query = Box::new(Query::parse("").unwrap());
    let grouped = desk.ask(Command::Group { profile: id.clone(), query: query.clone(), by: GroupBy::Outcome });
    let News::Grouped(counts) = grouped else { panic!("not grouped: {grouped:?}") };
    assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), added);
    let found = desk.ask(Command::Failures { profile: id.clone(), query });
    let News::FailuresFound(keys) = found else { panic!("no failures: {found:?}") };
    assert_eq!(keys, desk.list(&id, "outcome:failure").keys);
    desk.is_tidy();
}

#[test]
fn mappings_are_applied_lost_or_rejected_and_a_trial_shows_what_landed() {
    let dir = tempdir().unwrap();
    let desk = desk_with_demo(dir.path(), 0);
    desk.opened();
    let id = desk.sandbox().id;
    let News::MappingsPulled { mappings, fields, since: before, .. } = desk.ask(Command::PullMappings(id.clone()))
    else {
        panic!("not pulled")
    };
    let tag = mappings.etag.clone().expect("an entity tag");
    let fields = fields.expect("the sandbox tells its fields");
    let field = fields.iter().find(|field| field.kind == "text").expect("a field for text").reference.clone();

    let rows = [row(COST_CENTER, &field)];
    let apply = |rows: &[MappingRow], tag: &str| {
        let mappings = MappingSet::of_tenant(rows);
        desk.ask(Command::ApplyMappings { profile: id.clone(), mappings, if_match: tag.to_owned() })
    };
    let News::MappingsApplied(applied) = apply(&rows, &tag) else { panic!("not applied") };
    assert_eq!(applied.mappings.len(), 1);
    let News::MappingsPulled { since, .. } = desk.ask(Command::PullMappings(id.clone())) else { panic!("not pulled") };
    assert!(since.of(COST_CENTER).is_some() && before.of(COST_CENTER).is_some(), "it was there all along");
    let gone = mappings.mappings.iter().filter(|row| row.attribute != COST_CENTER);
    assert!(gone.clone().count() > 0 && gone.clone().all(|row| since.of(&row.attribute).is_none()));
    let News::MappingsLost(theirs) = apply(&[], &tag) else { panic!("the race was not lost") };
    assert_eq!(theirs.mappings, applied.mappings);
    let wrong = [row(&COST_CENTER.replace("costCenter", "costcenter"), &field)];
    let News::MappingsRejected(problems) = apply(&wrong, theirs.etag.as_deref().unwrap()) else { panic!("taken") };
    assert!(!problems.is_empty());

    let mut trial = order(1, true);
    trial.user.0.insert(COST_CENTER.to_owned(), "CC-4410".to_owned());
    trial.mappings = applied.mappings;
    let planned = desk.ask(Command::PlanTrial { profile: id.clone(), trial: trial.clone() });
    assert!(matches!(&planned, News::TrialPlanned(steps) if !steps.is_empty()), "{planned:?}");
    let job = desk.send(Command::RunTrial { profile: id.clone(), trial });
    let News::TrialDone(report) = desk.end(job) else { panic!("no trial") };
    assert_eq!(report.outcome, TrialOutcome::Passed, "{report:?}");
    assert_eq!(desk.told(job).iter().filter(|news| matches!(news, News::StepDone(_))).count(), StepName::ALL.len());
    let landed = report.verification.iter().find(|line| line.attribute == COST_CENTER).expect("the mapped attribute");
    assert_eq!((landed.field.as_deref(), landed.landed.as_deref()), (Some(&*field), Some("CC-4410")));
    let left = report.left_behind.expect("it was kept");
    let News::CleanedUp(step) = desk.ask(Command::CleanUp { profile: id.clone(), id: left }) else { panic!("kept") };
    assert_eq!(step.exchange.unwrap().response.unwrap().status, 204);
    // The tenant shows its own log, so the trial is there once, not twice.
    desk.ask(Command::Sync { profile: id.clone(), follow: false });
    assert!(desk.rows(&id, "").iter().all(|row| row.source == Source::Tenant));
    desk.is_tidy();
}

#[test]
fn a_tenant_without_a_log_of_its_own_shows_what_the_console_sent() {
    let elsewhere = Elsewhere::new(|| HandClock::noon().now());
    let silent = Server::new(|_| answer_json(404, &json!({"title": "Not here"})));
    let none = profile("none", &format!("{}/scim/v2", elsewhere.base));
    let support_url = Some(format!("{}/support/v1", silent.base).parse().unwrap());
    let unanswered = Profile { support_url, ..profile("unanswered", none.scim_url.as_str()) };
    for (number, tenant) in [none, unanswered].iter().enumerate() {
        let dir = tempdir().unwrap();
        let desk = Desk::open(dir.path());
        desk.save(tenant, token());
        let syncing = desk.send(Command::Sync { profile: tenant.id.clone(), follow: true });
        assert_eq!(desk.end(syncing), News::Synced { added: 0 });
        assert!(desk.told(syncing).contains(&News::Live(Live::NotOffered)));

        let trial = order(10 + number as u64, false);
        let user = trial.user.get("userName").to_owned();
        let job = desk.send(Command::RunTrial { profile: tenant.id.clone(), trial });
        let News::TrialDone(report) = desk.end(job) else { panic!("no trial") };
        let exchanges: usize =
            report.steps.iter().map(|step| step.earlier.len() + usize::from(step.exchange.is_some())).sum();
        let told = desk.told(job).into_iter().find_map(|news| match news {
            News::JournalChanged { added, .. } => Some(added),
            _ => None,
        });
        assert_eq!(told, Some(exchanges as u64), "the list hears of it");
        let rows = desk.rows(&tenant.id, "source:console");
        assert_eq!(rows.len(), exchanges);
        assert!(rows.iter().any(|row| row.summary.user.as_deref() == Some(&user)));
        let creates = desk.rows(&tenant.id, "operation:create");
        let News::DetailRead { record, .. } =
            desk.ask(Command::Detail { profile: tenant.id.clone(), key: creates[0].key })
        else {
            panic!("no detail")
        };
        assert_eq!(record.exchange.unwrap().request.body["userName"], json!(user));
        desk.is_tidy();
        desk.keeps_the_token_off_the_disk();
    }
}

#[test]
fn a_newer_query_ends_the_older_and_leaves_other_work_alone() {
    let dir = tempdir().unwrap();
    let desk = desk_with_demo(dir.path(), 600);
    desk.opened();
    let id = desk.sandbox().id;
    desk.ask(Command::Sync { profile: id.clone(), follow: false });
    let keys = desk.list(&id, "").keys.to_vec();
    let list = |text: &str| {
        desk.send(Command::List {
            profile: id.clone(),
            query: Box::new(Query::parse(text).unwrap()),
            sorting: Sorting::default(),
        })
    };
    let mut jobs = Vec::new();
    for round in 0..20 {
        jobs.push(list(&format!("attr:*{round}* or user:*{round}*")));
        let rows = desk.send(Command::Rows { profile: id.clone(), keys: keys.clone() });
        let last = list("outcome:failure");
        jobs.push(last);
        assert!(matches!(desk.end(last), News::Listed(_)), "the newest query is answered");
        let read = desk.end(rows);
        assert!(matches!(&read, News::RowsRead(rows) if rows.len() == keys.len()), "interrupted: {read:?}");
    }
    for job in jobs {
        match desk.end(job) {
            News::Listed(_) => {}
            News::Failed(failure) => assert_eq!(failure.kind, FailureKind::Cancelled),
            other => panic!("{other:?}"),
        }
    }
    desk.is_tidy();
}

#[test]
fn live_lines_arrive_and_stopping_ends_the_catch_up() {
    let elsewhere = Elsewhere::new(|| HandClock::noon().now());
    let dir = tempdir().unwrap();
    let desk = Desk::open(dir.path());
    let tenant = supported("live", &elsewhere.base);
    desk.save(&tenant, token());
    let syncing = desk.send(Command::Sync { profile: tenant.id.clone(), follow: true });
    desk.until(syncing, |news| *news == News::Live(Live::Following));
    let trial = desk.send(Command::RunTrial { profile: tenant.id.clone(), trial: order(20, false) });
    desk.until(syncing, |news| matches!(news, News::JournalChanged { added, .. } if *added > 0));
    desk.end(trial);
    desk.send(Command::Cancel(syncing));
    assert!(matches!(desk.end(syncing), News::Synced { added } if added > 0));
    // A newer catch-up of the same profile takes the place of the older one.
    let first = desk.send(Command::Sync { profile: tenant.id.clone(), follow: true });
    desk.until(first, |news| *news == News::Live(Live::Following));
    let second = desk.send(Command::Sync { profile: tenant.id.clone(), follow: false });
    assert!(matches!(desk.end(first), News::Synced { .. }));
    assert!(matches!(desk.end(second), News::Synced { .. }));
    desk.is_tidy();
    desk.keeps_the_token_off_the_disk();
}

/// A log of three pages of which the second is refused while `broken`.
fn paged(broken: Arc<AtomicBool>) -> Server {
    Server::new(move |head| {
        let page = match head.split_once("cursor=") {
            Some((_, rest)) => {
                if rest.starts_with('3') {
                    3
                } else {
                    2
                }
            }
            None => 1,
        };
        if page == 2 && broken.load(Ordering::SeqCst) {
            return answer_json(500, &json!({"title": "Out of order"}));
        }
        let lines: Vec<_> = (0..3)
            .map(|line| {
                let number = 3 * page + line;
                json!({"id": format!("r{number}"), "at": format!("2026-11-24T11:{:02}:00Z", 59 - number), "method": "GET",
                    "path": "/scim/v2/Users", "status": 200, "outcome": "success", "operation": "read"})
            })
            .collect();
        let next = (page < 3).then(|| (page + 1).to_string());
        answer_json(200, &json!({"requests": lines, "nextCursor": next}))
    })
}

#[test]
fn a_catch_up_that_broke_off_leaves_no_gap() {
    let broken = Arc::new(AtomicBool::new(true));
    let server = paged(broken.clone());
    let dir = tempdir().unwrap();
    let tenant = supported("paged", &server.base);
    {
        let desk = Desk::open(dir.path());
        desk.save(&tenant, token());
        let failure = desk.failure(Command::Sync { profile: tenant.id.clone(), follow: false });
        assert_eq!(failure.kind, FailureKind::TenantFailed);
        assert_eq!(desk.list(&tenant.id, "").total, 3, "what came stays");
    }
    broken.store(false, Ordering::SeqCst);
    // The next window: the newest line is known, and the older ones are fetched all the same.
    let desk = Desk::open(dir.path());
    desk.save(&tenant, token());
    assert_eq!(desk.ask(Command::Sync { profile: tenant.id.clone(), follow: false }), News::Synced { added: 6 });
    assert_eq!(desk.list(&tenant.id, "").total, 9);
    let asked = server.received().len();
    desk.ask(Command::Sync { profile: tenant.id.clone(), follow: false });
    let lists = server.received()[asked..].iter().filter(|head| head.contains("/requests?")).count();
    assert_eq!(lists, 1, "once closed, the gap is not read again");
}

#[test]
fn two_windows_do_not_overwrite_each_other() {
    let dir = tempdir().unwrap();
    let keyring = Arc::new(Keyring::default());
    let clock = HandClock::noon();
    let window = || {
        let clock = clock.clone();
        let desk = Desk::start(dir.path(), move || clock.now(), keyring.clone(), 600);
        desk.opened();
        desk
    };
    let (one, two) = (window(), window());
    let tenant = profile("acme", "https://acme.example/scim/v2");
    one.save(&tenant, token());

    let save = |desk: &Desk, name: &str, revision: u64| {
        let draft =
            DraftContent { name: name.to_owned(), rows: vec![row(COST_CENTER, name)], ..DraftContent::default() };
        desk.ask(Command::SaveDraft { profile: tenant.id.clone(), draft: Box::new(draft), revision })
    };
    let News::DraftSaved { revision, .. } = save(&one, "mine", 0) else { panic!("not saved") };
    let News::DraftOutdated(theirs) = save(&two, "yours", 0) else { panic!("overwritten") };
    assert_eq!((theirs.content.name.as_str(), theirs.revision), ("mine", revision));
    assert!(matches!(save(&two, "both", revision), News::DraftSaved { .. }));
    let News::DraftRead(Some(stored)) = one.ask(Command::LoadDraft(tenant.id.clone())) else { panic!("no draft") };
    assert_eq!(stored.content.name, "both");

    // The other window sees the profile once it opens again, with its token.
    let workspace = two.opened();
    assert_eq!(workspace.profiles, std::slice::from_ref(&tenant));
    assert_eq!(workspace.tokens[&tenant.id], TokenPlace::Keychain);

    // Both start the practice tenant at once: its day is there once, and each reaches it.
    let (first, second) = (one.send(Command::StartSandbox), two.send(Command::StartSandbox));
    for (desk, job) in [(&one, first), (&two, second)] {
        assert!(matches!(desk.end(job), News::SandboxReady(_)));
    }
    let totals = [&one, &two].map(|desk| {
        let synced = desk.ask(Command::Sync { profile: ProfileId::sandbox(), follow: false });
        assert!(matches!(synced, News::Synced { .. }), "{synced:?}");
        desk.list(&ProfileId::sandbox(), "").total
    });
    assert_eq!(totals[0], totals[1]);
    one.is_tidy();
    two.is_tidy();
    one.keeps_the_token_off_the_disk();
}

#[test]
fn a_token_lives_in_the_credential_store_or_for_the_session_only() {
    let place = |saved: News| match saved {
        News::ProfileSaved { token, .. } => token,
        other => panic!("{other:?}"),
    };
    let tenant = profile("acme", "https://acme.example/scim/v2");
    let dir = tempdir().unwrap();
    let keyring = Arc::new(Keyring::default());
    let keychain = |keyring: &Arc<Keyring>| {
        let desk = Desk::start(dir.path(), || HandClock::noon().now(), keyring.clone(), 0);
        let workspace = desk.opened();
        (desk, workspace)
    };
    let (desk, workspace) = keychain(&keyring);
    assert!(workspace.keychain);
    assert_eq!(place(desk.save(&tenant, TokenChange::Keep)), TokenPlace::Absent);
    assert_eq!(place(desk.save(&tenant, token())), TokenPlace::Keychain);
    assert_eq!(place(desk.save(&tenant, TokenChange::Keep)), TokenPlace::Keychain);
    let copy = profile("copy", "https://acme.example/scim/v2");
    assert_eq!(place(desk.save(&copy, TokenChange::CopyFrom(tenant.id.clone()))), TokenPlace::Keychain);
    assert_eq!(place(desk.save(&copy, TokenChange::Forget)), TokenPlace::Absent);
    assert!(!keyring.holds(&copy.id));
    desk.is_tidy();
    drop(desk);
    let (desk, workspace) = keychain(&keyring);
    assert_eq!(workspace.tokens[&tenant.id], TokenPlace::Keychain, "it survives a restart");
    desk.keeps_the_token_off_the_disk();

    let dir = tempdir().unwrap();
    let session = || {
        let desk = Desk::start(dir.path(), || HandClock::noon().now(), Arc::new(MemoryCredentials::default()), 0);
        let workspace = desk.opened();
        (desk, workspace)
    };
    let (desk, workspace) = session();
    assert!(!workspace.keychain, "the window can say so");
    assert_eq!(place(desk.save(&tenant, token())), TokenPlace::Session);
    drop(desk);
    let (desk, workspace) = session();
    assert_eq!(workspace.tokens[&tenant.id], TokenPlace::Absent, "it was kept for the session only");
    let failure = desk.failure(Command::RunTrial { profile: tenant.id.clone(), trial: order(1, false) });
    assert_eq!(failure.kind, FailureKind::TokenRefused);
    desk.keeps_the_token_off_the_disk();
}

#[test]
fn a_removed_profile_comes_back_with_its_token_until_it_is_purged() {
    let dir = tempdir().unwrap();
    let keyring = Arc::new(Keyring::default());
    let clock = HandClock::noon();
    let window = || {
        let clock = clock.clone();
        Desk::start(dir.path(), move || clock.now(), keyring.clone(), 0)
    };
    let tenant = profile("acme", "https://acme.example/scim/v2");
    let desk = window();
    desk.opened();
    desk.save(&tenant, token());
    desk.ask(Command::Import {
        profile: tenant.id.clone(),
        files: vec!["tests/data/entra/graph-v1.json".into()],
        columns: Vec::new(),
    });
    let remove = |desk: &Desk| match desk.ask(Command::RemoveProfile(tenant.id.clone())) {
        News::ProfilesChanged(workspace) => assert_eq!(workspace.profiles, []),
        other => panic!("{other:?}"),
    };
    remove(&desk);
    // Another window that opens at this very moment does not end the undo.
    let other = window();
    assert_eq!(other.opened().profiles, []);
    let News::ProfilesChanged(back) = desk.ask(Command::RestoreProfile(tenant.id.clone())) else { panic!("gone") };
    assert_eq!(
        (back.profiles.as_slice(), back.tokens[&tenant.id]),
        ([tenant.clone()].as_slice(), TokenPlace::Keychain)
    );
    remove(&desk);
    drop((desk, other));
    clock.advance(SignedDuration::from_mins(5));
    let desk = window();
    desk.opened();
    assert!(!keyring.holds(&tenant.id), "the next session forgets the token");
    assert_eq!(desk.list(&tenant.id, "").total, 0, "and the requests");
}

#[test]
fn a_saved_token_stays_with_the_host_it_was_saved_for() {
    let elsewhere = Server::new(|_| answer_json(200, &json!({})));
    let dir = tempdir().unwrap();
    let desk = Desk::open(dir.path());
    let tenant = profile("acme", "https://acme.example/scim/v2");
    desk.save(&tenant, token());
    let moved = profile("acme", &format!("{}/scim/v2", elsewhere.base));
    let beside = Profile { support_url: moved.support_url.clone().or(Some(moved.scim_url.clone())), ..tenant.clone() };
    let copy = Profile { id: ProfileId("copy".to_owned()), ..moved.clone() };
    for (profile, token) in
        [(&moved, TokenChange::Keep), (&beside, TokenChange::Keep), (&copy, TokenChange::CopyFrom(tenant.id.clone()))]
    {
        let profile = Box::new(profile.clone());
        let test = desk.failure(Command::TestConnection { profile: profile.clone(), token: token.clone() });
        let save = desk.failure(Command::SaveProfile { profile, token });
        assert_eq!((test.kind, save.kind), (FailureKind::Invalid, FailureKind::Invalid));
    }
    assert_eq!(elsewhere.connections(), 0, "nothing was sent");
    let path = profile("acme", "https://acme.example/other/scim/v2");
    desk.save(&path, TokenChange::Keep);
    desk.save(&moved, TokenChange::Set(scim_console::domain::secret::Secret::new("another")));
    desk.is_tidy();
}

#[test]
fn logs_are_imported_once_and_what_cannot_be_read_is_named() {
    let dir = tempdir().unwrap();
    let desk = Desk::open(dir.path());
    let tenant = profile("acme", "https://acme.example/scim/v2");
    desk.save(&tenant, token());
    let import = |files: &[&str]| {
        desk.ask(Command::Import {
            profile: tenant.id.clone(),
            files: files.iter().map(Into::into).collect(),
            columns: Vec::new(),
        })
    };
    let good = "tests/data/entra/graph-v1.json";
    let News::Imported(first) = import(&[good]) else { panic!("not imported") };
    assert_eq!((first.read, first.imported, first.duplicates, first.rejected.len()), (3, 3, 0, 0));
    let News::Imported(again) = import(&[good]) else { panic!("not imported") };
    assert_eq!((again.read, again.imported, again.duplicates), (3, 0, 3));
    assert_eq!(desk.rows(&tenant.id, "source:entra").len(), 3);

    let empty = dir.path().join("empty.json");
    let picture = dir.path().join("picture.png");
    fs::write(&empty, "").unwrap();
    fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    for file in [&empty, &picture] {
        let News::Imported(report) = import(&[file.to_str().unwrap()]) else { panic!("not imported") };
        assert_eq!(report.imported, 0);
        assert!(report.rejected.iter().any(|one| file.ends_with(&one.file) && !one.why.is_empty()), "{report:?}");
    }
    let folder = dir.path().to_str().unwrap();
    for (file, name) in [(folder, folder), ("tests/data/entra/gone.json", "gone.json")] {
        let News::Failed(failure) = import(&[good, file]) else { panic!("{file} was imported") };
        assert_eq!(failure.kind, FailureKind::FileUnreadable);
        assert!(failure.what.contains(name), "{failure}");
    }
    desk.is_tidy();
}

#[test]
fn tables_that_belong_together_are_one_import_and_a_paste_is_another() {
    let dir = tempdir().unwrap();
    let desk = Desk::open(dir.path());
    let tenant = profile("acme", "https://acme.example/scim/v2");
    desk.save(&tenant, token());
    let at = |name: &str| PathBuf::from("tests/data/sources").join(name);
    let report = |command: Command| match desk.ask(command) {
        News::Imported(report) => *report,
        other => panic!("{other:?}"),
    };
    let trio = ["entra-graph-steps.csv", "entra-graph-log.csv", "entra-graph-properties.csv"].map(at).to_vec();
    for (imported, duplicates) in [(3, 0), (0, 3)] {
        let report = report(Command::Import { profile: tenant.id.clone(), files: trio.clone(), columns: Vec::new() });
        assert_eq!((report.imported, report.duplicates, report.rejected.len()), (imported, duplicates, 0));
        let joined: Vec<_> =
            report.files.iter().map(|file| (file.formats.join(", "), file.read, file.joined)).collect();
        let expected = [
            ("Entra provisioning steps (CSV)".to_owned(), 0, 4),
            ("Entra provisioning log (CSV)".to_owned(), 3, 0),
            ("Entra modified properties (CSV)".to_owned(), 0, 2),
        ];
        assert_eq!(joined, expected);
        assert_eq!(report.files[1].unknown_columns, ["Cost of it"]);
    }
    assert_eq!(desk.rows(&tenant.id, "user:bo.ek@contoso.com").len(), 1, "the steps name the person");

    let german = at("entra-german-log.csv");
    let named = [("Datum", "activityDateTime"), ("Vorgang", "provisioningAction"), ("ID", "changeId")];
    let columns = named.map(|(header, field)| Choice { header: header.to_owned(), field: field.to_owned() }).to_vec();
    let unknown =
        report(Command::Import { profile: tenant.id.clone(), files: vec![german.clone()], columns: Vec::new() });
    assert!(unknown.rejected[0].why.starts_with("No column is known to hold activityDateTime"), "{unknown:?}");
    let told = report(Command::Import { profile: tenant.id.clone(), files: vec![german], columns });
    assert_eq!((told.imported, told.rejected.len()), (3, 0), "{told:?}");

    let pasted = Pasted(fs::read(at("http.txt")).unwrap());
    assert!(!format!("{pasted:?}").contains("Bearer"));
    for (imported, duplicates) in [(2, 0), (0, 2)] {
        let report =
            report(Command::ImportPasted { profile: tenant.id.clone(), pasted: pasted.clone(), columns: Vec::new() });
        assert_eq!((report.imported, report.duplicates, report.rejected.len()), (imported, duplicates, 0));
    }
    assert_eq!(desk.rows(&tenant.id, "error:invalidValue").len(), 1);
    desk.is_tidy();
}

#[test]
fn live_lines_and_lists_go_on_during_an_import() {
    let dir = tempdir().unwrap();
    let log = dir.path().join("large.jsonl");
    let sample = fs::read_to_string("tests/data/entra/graph-v1.json").unwrap();
    let sample: serde_json::Value = serde_json::from_str(&sample).unwrap();
    let lines: String = (0..8_000)
        .map(|number| {
            let mut record = sample["value"][0].clone();
            record["id"] = json!(format!("record-{number}"));
            format!("{record}\n")
        })
        .collect();
    fs::write(&log, lines).unwrap();
    let elsewhere = Elsewhere::new(|| HandClock::noon().now());
    let desk = Desk::open(&dir.path().join("data"));
    let tenant = supported("live", &elsewhere.base);
    desk.save(&tenant, token());
    let importing = desk.send(Command::Import { profile: tenant.id.clone(), files: vec![log], columns: Vec::new() });
    desk.until(importing, |news| matches!(news, News::Progress { .. }));
    // The journal has one writer, and the import does not keep it to itself.
    let syncing = desk.ask(Command::Sync { profile: tenant.id.clone(), follow: false });
    assert!(matches!(syncing, News::Synced { .. }), "{syncing:?}");
    desk.list(&tenant.id, "outcome:failure");
    assert!(!desk.told(importing).iter().any(News::ends_job), "they waited for the import");
    let News::Imported(report) = desk.end(importing) else { panic!("not imported") };
    assert_eq!(report.imported, 8_000);
    desk.is_tidy();
}

#[test]
fn an_import_that_is_stopped_keeps_whole_batches_and_says_how_far_it_came() {
    let dir = tempdir().unwrap();
    let log = dir.path().join("large.jsonl");
    let record = fs::read_to_string("tests/data/entra/graph-v1.json").unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let lines: String = (0..8_000)
        .map(|number| {
            let mut record = record["value"][0].clone();
            record["id"] = json!(format!("record-{number}"));
            format!("{record}\n")
        })
        .collect();
    fs::write(&log, lines).unwrap();
    let desk = Desk::open(&dir.path().join("data"));
    let id = ProfileId("acme".to_owned());
    let importing = desk.send(Command::Import { profile: id.clone(), files: vec![log], columns: Vec::new() });
    desk.until(importing, |news| matches!(news, News::Progress { .. }));
    desk.send(Command::Cancel(importing));
    let News::Imported(report) = desk.end(importing) else { panic!("not ended") };
    assert_eq!(desk.list(&id, "").total, report.imported);
    desk.is_tidy();
}

#[test]
fn a_panic_is_a_failure_and_the_work_goes_on() {
    let dir = tempdir().unwrap();
    let broken = Arc::new(AtomicBool::new(false));
    let clock = {
        let broken = broken.clone();
        move || {
            assert!(!broken.load(Ordering::SeqCst), "the clock broke");
            HandClock::noon().now()
        }
    };
    let desk = Desk::start(dir.path(), clock, Arc::new(Keyring::default()), 0);
    desk.opened();
    broken.store(true, Ordering::SeqCst);
    let query = Box::new(Query::parse("").unwrap());
    let failure =
        desk.failure(Command::List { profile: ProfileId("acme".to_owned()), query, sorting: Sorting::default() });
    assert_eq!(failure.kind, FailureKind::Internal);
    broken.store(false, Ordering::SeqCst);
    assert_eq!(desk.list(&ProfileId("acme".to_owned()), "").total, 0);
    desk.is_tidy();
}

#[test]
fn orders_are_never_kept_waiting_however_many_answers_lie_unread() {
    let dir = tempdir().unwrap();
    let desk = Desk::open(dir.path());
    let jobs: Vec<JobId> = (0..6_000).map(|_| desk.send(Command::Cancel(JobId(u64::MAX)))).collect();
    for job in jobs {
        assert_eq!(desk.end(job), News::Done);
    }
    // A window that closes on a full queue closes all the same.
    for _ in 0..6_000 {
        desk.send(Command::Cancel(JobId(u64::MAX)));
    }
}

#[test]
fn opening_twice_and_starting_again_after_a_failure_work() {
    let dir = tempdir().unwrap();
    let desk = desk_with_demo(dir.path(), 0);
    let early = desk.failure(Command::List {
        profile: ProfileId::sandbox(),
        query: Box::default(),
        sorting: Sorting::default(),
    });
    assert_eq!(early.what, "The data directory is not open");
    desk.opened();
    desk.opened();
    let file = dir.path().join("sandbox.sqlite3");
    fs::create_dir(&file).unwrap();
    let failure = desk.failure(Command::StartSandbox);
    assert!(!failure.next.is_empty());
    let waiting = desk.failure(Command::PullMappings(ProfileId::sandbox()));
    assert_eq!(waiting.kind, FailureKind::Unreachable);
    fs::remove_dir(&file).unwrap();
    let ready = desk.sandbox();
    assert_eq!(desk.sandbox(), ready, "it runs once");
    desk.is_tidy();
}

#[test]
fn a_day_of_traffic_that_was_stopped_is_played_whole_the_next_time() {
    let dir = tempdir().unwrap();
    let desk = desk_with_demo(dir.path(), 600);
    desk.opened();
    let starting = desk.send(Command::StartSandbox);
    desk.until(starting, |news| matches!(news, News::Progress { done, .. } if *done > 0));
    desk.send(Command::Cancel(starting));
    if let News::Failed(failure) = desk.end(starting) {
        assert_eq!(failure.kind, FailureKind::Cancelled);
        assert!(!dir.path().join("sandbox.sqlite3").exists(), "no half of a day");
    }
    desk.sandbox();
    let synced = desk.ask(Command::Sync { profile: ProfileId::sandbox(), follow: false });
    assert!(matches!(synced, News::Synced { added } if added >= 600), "{synced:?}");
    assert!(
        !desk::files(dir.path()).iter().any(|file| file.to_string_lossy().contains("part")),
        "nothing is left over"
    );
    desk.is_tidy();
}

#[test]
fn a_script_is_played_into_the_tenant_and_found_by_its_mark() {
    let dir = tempdir().unwrap();
    let desk = desk_with_demo(dir.path(), 0);
    desk.opened();
    let id = desk.sandbox().id;
    let order = HouseOrder::PlayScript { tenant: id.clone(), script: Script::BadDay };
    let News::ScriptPlayed { played, house } = desk.ask(Command::House(order)) else { panic!("not played") };
    assert_eq!(house.tenant(&id).unwrap().standing.requests, played.requests);
    desk.ask(Command::House(HouseOrder::PlayScript { tenant: id.clone(), script: Script::Duplicate }));
    desk.ask(Command::Sync { profile: id.clone(), follow: false });
    let found = |query: &str| desk.list(&id, query).keys.len() as u64;
    assert_eq!(found(&played.mark), played.requests, "one query finds the whole run and no other");
    assert_eq!(found(&format!("{} status:401", played.mark)), 12);
    let gone = HouseOrder::PlayScript { tenant: ProfileId::practice("gone"), script: Script::Quarantine };
    assert_eq!(desk.failure(Command::House(gone)).kind, FailureKind::Invalid);
    desk.is_tidy();
}

fn house(desk: &Desk, order: HouseOrder) -> HouseState {
    match desk.ask(Command::House(order)) {
        News::House(state) => *state,
        other => panic!("not how the house stands: {other:?}"),
    }
}

#[test]
fn a_second_practice_tenant_is_apart_from_the_first_and_still_there_after_a_restart() {
    let dir = tempdir().unwrap();
    let acme = ProfileId::practice("acme");
    {
        let desk = desk_with_demo(dir.path(), 0);
        desk.opened();
        assert_eq!(house(&desk, HouseOrder::Look), HouseState::default(), "nothing before it was started");
        let first = desk.sandbox();
        let added = HouseOrder::Add { name: "Acme".to_owned(), policy: Policy::Rfc, with_a_day: false };
        let state = house(&desk, added.clone());
        assert_eq!((state.running, state.tenants.len()), (true, 2));
        assert!(desk.failure(Command::House(added)).to_string().contains("Another tenant is called Acme"));
        let profile = &state.tenant(&acme).unwrap().profile;
        assert_eq!(profile.scim_url.path(), "/acme/scim/v2");
        let trial = desk.ask(Command::RunTrial { profile: acme.clone(), trial: order(7, true) });
        let News::TrialDone(report) = trial else { panic!("no trial: {trial:?}") };
        assert_eq!(report.outcome, TrialOutcome::Passed);
        let state = house(&desk, HouseOrder::Look);
        let holds =
            |id: &ProfileId| state.tenant(id).map(|tenant| (tenant.standing.users, tenant.standing.requests > 0));
        assert_eq!((holds(&acme), holds(&first.id)), (Some((1, true)), Some((0, false))));

        let issue = HouseOrder::IssueToken { tenant: acme.clone(), name: "Okta".to_owned(), end: None };
        let News::TokenIssued { token, value, house: state } = desk.ask(Command::House(issue)) else {
            panic!("no token")
        };
        assert_eq!(state.tenant(&acme).unwrap().standing.tokens.len(), 2);
        assert!(!format!("{state:?}{token:?}").contains(value.expose()));
        let revoke = HouseOrder::RevokeToken { tenant: acme.clone(), token: token.id.clone() };
        assert_eq!(house(&desk, revoke).tenant(&acme).unwrap().standing.tokens.len(), 1);
        let restore = HouseOrder::RestoreToken { tenant: acme.clone(), token: token.id.clone() };
        assert_eq!(house(&desk, restore).tenant(&acme).unwrap().standing.tokens.len(), 2);

        assert!(!house(&desk, HouseOrder::Stop).running);
        let refused = desk.failure(Command::PullMappings(acme.clone()));
        assert_eq!(refused.kind, FailureKind::Unreachable);
        assert_eq!(desk.sandbox(), first, "the same address again");
        assert!(matches!(desk.ask(Command::PullMappings(acme.clone())), News::MappingsPulled { .. }));

        let emptied = house(&desk, HouseOrder::Reset { tenant: acme.clone(), with_a_day: false });
        assert_eq!(emptied.tenant(&acme).unwrap().standing.users, 0);
        assert!(house(&desk, HouseOrder::Remove(acme.clone())).tenant(&acme).is_none());
        assert!(house(&desk, HouseOrder::Restore(acme.clone())).tenant(&acme).is_some());
        desk.is_tidy();
    }
    let desk = desk_with_demo(dir.path(), 0);
    desk.opened();
    desk.sandbox();
    let state = house(&desk, HouseOrder::Look);
    let acme = state.tenant(&acme).expect("it is still there");
    let names: Vec<&str> = acme.standing.tokens.iter().map(|token| token.name.as_str()).collect();
    assert_eq!(names, ["Okta", "SCIM Console"], "the last window took its own token with it");
    assert_eq!(acme.standing.policy, Policy::Rfc);
}

/// Graph with one record an hour, in pages of ten, that asks once to slow down.
fn graph() -> Server {
    let slowed = AtomicBool::new(false);
    Server::new(move |head| {
        let path = head.split(' ').nth(1).unwrap();
        if path.starts_with("/contoso.com/oauth2") {
            return answer_json(200, &json!({"access_token": "access-1234", "expires_in": 3599}));
        }
        if !slowed.swap(true, Ordering::SeqCst) {
            return answer(429, "Retry-After: 0\r\n", "");
        }
        let url = url::Url::parse(&format!("http://graph{path}")).unwrap();
        let asked = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let (filter, skip) = (asked("$filter").unwrap(), asked("$skiptoken").map_or(0, |skip| skip.parse().unwrap()));
        let times: Vec<Timestamp> = filter.split(' ').filter_map(|word| word.parse().ok()).collect();
        let hour = |time: Timestamp| time.as_second().div_euclid(3600);
        let hours: Vec<i64> = (hour(times[0]) + 1..=hour(times[1])).collect();
        let records: Vec<_> = hours.iter().skip(skip).take(10).map(|hour| {
            let at = Timestamp::from_second(hour * 3600).unwrap();
            json!({"id": format!("record-{hour}"), "activityDateTime": at.to_string(), "provisioningAction": "update",
                "provisioningStatusInfo": {"status": "success"}, "sourceIdentity": {"displayName": "Ann"}})
        }).collect();
        let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let mut page = json!({"value": records});
        if skip + 10 < hours.len() {
            let mut next = url.clone();
            next.query_pairs_mut()
                .clear()
                .append_pair("$filter", &filter)
                .append_pair("$skiptoken", &(skip + 10).to_string());
            page["@odata.nextLink"] = format!("http://{host}{}?{}", next.path(), next.query().unwrap()).into();
        }
        answer_json(200, &page)
    })
}

fn connected(desk: &Desk, base: &str) -> DirectoryLog {
    let draft = DirectoryLogDraft {
        kind: DirectoryKind::Entra,
        base: format!("{base}/v1.0"),
        login: base.to_owned(),
        tenant: "contoso.com".into(),
        client: "app".into(),
        only: String::new(),
    };
    let log = draft.validate().unwrap();
    let order =
        Command::SaveDirectoryLog { profile: ProfileId("a".into()), log: Some(Box::new(log.clone())), secret: token() };
    let News::DirectoryLog { log: Some(_), secret: TokenPlace::Keychain, read: None } = desk.ask(order) else {
        panic!("not connected")
    };
    log
}

#[test]
fn a_directorys_own_log_is_read_once_and_gone_on_with() {
    let (dir, clock, server) = (tempdir().unwrap(), HandClock::noon(), graph());
    let told = clock.clone();
    let desk = Desk::start(dir.path(), move || told.now(), Arc::new(Keyring::default()), 0);
    desk.opened();
    desk.save(&profile("a", "https://tenant.example/scim/v2"), token());
    let id = ProfileId("a".to_owned());
    let read = || {
        let News::Synced { added } = desk.ask(Command::ReadDirectoryLog { profile: id.clone(), follow: false }) else {
            panic!("not read")
        };
        added
    };
    let refused = desk.failure(Command::ReadDirectoryLog { profile: id.clone(), follow: false });
    assert_eq!(refused.kind, FailureKind::NotOffered);
    let log = connected(&desk, &server.base);
    // Both ends of the thirty days are asked for.
    assert_eq!(read(), 30 * 24 + 1);
    assert_eq!(read(), 0, "each is kept once");
    let asked = server.received().len();
    clock.advance(SignedDuration::from_hours(3));
    assert_eq!(read(), 3);
    assert!(server.received().len() <= asked + 3, "it goes on where it ended");
    assert!(desk.rows(&id, "source:entra operation:update").len() >= 723);

    let News::DirectoryLog { log: found, .. } = desk.ask(Command::LookAtDirectoryLog(id.clone())) else {
        panic!("lost")
    };
    assert_eq!(found.as_deref(), Some(&log));
    let mut moved = log;
    if let DirectoryLog::Entra { login, .. } = &mut moved {
        *login = "https://elsewhere.example".parse().unwrap();
    }
    let order = |secret| Command::SaveDirectoryLog { profile: id.clone(), log: Some(Box::new(moved.clone())), secret };
    assert_eq!(desk.failure(order(TokenChange::Keep)).kind, FailureKind::Invalid, "a secret is sent nowhere else");
    let News::DirectoryLog { secret: TokenPlace::Keychain, read: None, .. } = desk.ask(order(token())) else {
        panic!("not moved")
    };
    let taken_off = Command::SaveDirectoryLog { profile: id.clone(), log: None, secret: TokenChange::Forget };
    assert_eq!(desk.ask(taken_off), News::DirectoryLog { log: None, secret: TokenPlace::Absent, read: None });
    desk.keeps_the_token_off_the_disk();
    desk.is_tidy();
}

#[test]
fn the_list_is_written_to_a_file_whole_or_not_at_all() {
    let dir = tempdir().unwrap();
    let (desk, id, all) = desk_with_a_journal(dir.path());
    let out = tempdir().unwrap();
    let export = |query: &str, name: &str, redacts| Command::Export {
        sorting: Sorting::default(),
        profile: id.clone(),
        query: Box::new(Query::parse(query).unwrap()),
        format: ExportFormat::of_name(name).unwrap(),
        redacts,
        to: Some(out.path().join(name)),
    };
    for (query, name, wanted) in [("", "all.csv", all), ("user:nobody-at-all", "none.jsonl", 0)] {
        let News::Exported { path, lines } = desk.ask(export(query, name, false)) else { panic!("not exported") };
        let text = fs::read_to_string(&path).unwrap();
        let head = u64::from(name == "all.csv");
        let records =
            if head == 1 { csv::Reader::from_reader(text.as_bytes()).records().count() } else { text.lines().count() };
        assert_eq!((lines, records as u64), (wanted, wanted), "{name}");
    }
    let News::Exported { path, .. } = desk.ask(export("outcome:failure", "aliases.jsonl", true)) else { panic!("no") };
    let text = fs::read_to_string(path).unwrap();
    let named = desk.rows(&id, "outcome:failure").into_iter().filter_map(|row| row.summary.user);
    assert!(named.filter(|user| user.contains('@')).all(|user| !text.contains(&user)));
    let mut nowhere = export("", "x.csv", true);
    if let Command::Export { to, .. } = &mut nowhere {
        *to = Some(out.path().join("missing/x.csv"));
    }
    assert_eq!(desk.failure(nowhere).kind, FailureKind::FileUnreadable);
    let left: Vec<_> = fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    desk.is_tidy();
}

#[test]
fn forgetting_says_how_many_before_it_takes_them_and_takes_no_others() {
    let dir = tempdir().unwrap();
    let (desk, id, all) = desk_with_a_journal(dir.path());
    let person = desk.rows(&id, "outcome:failure").into_iter().find_map(|row| row.summary.user).unwrap();
    let forget = |which: Forgetting, really| match desk.ask(Command::Forget { which, really }) {
        News::Forgotten { requests, more, .. } => (requests, more),
        other => panic!("{other:?}"),
    };
    let of_one = Forgetting::Person(id.clone(), person.clone());
    let (Some(of_person), false) = forget(of_one.clone(), false) else { panic!("not counted") };
    assert!(of_person > 0 && of_person < all);
    assert_eq!(desk.list(&id, "").keys.len() as u64, all, "asking forgets nothing");
    assert_eq!(forget(of_one.clone(), true), (Some(of_person), false));
    assert_eq!(desk.list(&id, "").keys.len() as u64, all - of_person);
    assert!(desk.rows(&id, "").into_iter().all(|row| row.summary.user.as_deref() != Some(&person)));
    assert_eq!(forget(of_one, true), (Some(0), false));

    let soon = Timestamp::now() + SignedDuration::from_hours(48);
    let of_another = ProfileId("another".to_owned());
    assert_eq!(forget(Forgetting::Before(of_another, soon), true), (Some(0), false));
    assert_eq!(forget(Forgetting::Beyond(u64::MAX), false), (Some(0), false));
    assert_eq!(forget(Forgetting::Beyond(1), false), (None, false));
    let old = Forgetting::Before(id.clone(), soon);
    assert_eq!(forget(old.clone(), false), (Some(all - of_person), false));
    assert_eq!(forget(old, true), (Some(all - of_person), false));
    assert!(desk.list(&id, "").keys.is_empty());
    desk.is_tidy();
}

#[test]
fn every_setting_that_the_window_keeps_is_there_when_it_opens_again() {
    let dir = tempdir().unwrap();
    let value = |setting: Setting| json!([setting.key()]);
    let desk = Desk::open(dir.path());
    for setting in Setting::ALL {
        desk.ask(Command::SaveSetting { setting, value: value(setting) });
    }
    drop(desk);
    let desk = Desk::open(dir.path());
    let News::Opened(workspace) = desk.ask(Command::Open) else { panic!("not opened") };
    for setting in Setting::ALL {
        assert_eq!(workspace.settings.get(setting.key()), Some(&value(setting)));
    }
    desk.is_tidy();
}
