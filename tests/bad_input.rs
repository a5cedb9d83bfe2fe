//! What goes wrong outside: addresses, networks, tenants, disks and files. Each gets one clear sentence with a next step,
//! the engine answers on, nothing saved is lost, and the token reaches nobody else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop where its ground is missing"
)]
#![allow(clippy::print_stdout, reason = "a test that cannot have its ground says so")]

mod desk;

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process,
    sync::Arc,
};

use scim_console::{
    domain::{
        connection::{Check, CheckName, CheckStatus},
        failure::{Failure, FailureKind},
        mapping::MappingRow,
        profile::{Profile, ProfileId},
        sorting::Sorting,
        trial::{Dialect, SampleUser, StepName, StepStatus, TrialOutcome},
    },
    engine::{Command, DraftContent, Live, News, TrialOrder},
};
use serde_json::json;
use tempfile::tempdir;

use self::desk::{
    Desk, HandClock, Keyring, TOKEN, profile,
    server::{Reply, Server, answer, json as answer_json},
    supported, token,
};

/// One sentence that says what failed, what it means and what to do next, and nothing more.
#[track_caller]
fn is_clear(failure: &Failure) {
    let text = failure.to_string();
    assert!(!failure.what.is_empty() && !failure.meaning.is_empty() && !failure.next.is_empty(), "{failure:?}");
    assert!(!failure.what.ends_with('.') && failure.meaning.ends_with(['.', '?']), "{text}");
    assert!(failure.next.ends_with('.') || failure.next.contains("--data-dir"), "{text}");
    assert!(!text.contains("..") && !text.contains('!') && !text.contains("Error"), "{text}");
    assert!(text.len() < 400, "{text}");
    assert!(!format!("{failure:?}").contains(TOKEN), "the token is in it");
}

fn trial() -> Box<TrialOrder> {
    Box::new(TrialOrder {
        dialect: Dialect::Rfc,
        user: SampleUser::invent(1, HandClock::noon().now(), &[]),
        mappings: Vec::new(),
        steps: StepName::ALL.to_vec(),
        keep: false,
    })
}

/// The checklist of a profile, each check as it ended.
fn checks(desk: &Desk, profile: &Profile) -> Vec<Check> {
    let job = desk.send(Command::TestConnection { profile: Box::new(profile.clone()), token: token() });
    assert_eq!(desk.end(job), News::ChecksDone);
    let told = desk.told(job);
    let last = |name| {
        let mut all = told.iter().rev().filter_map(|news| match news {
            News::Checked(check) if check.name == name => Some(check.clone()),
            _ => None,
        });
        all.next().expect("every check is told")
    };
    CheckName::ALL.into_iter().map(last).collect()
}

/// What a tenant that answers so does to the whole path: the checklist, the catch-up, a trial and the mappings.
struct Case {
    name: &'static str,
    tenant: Profile,
    /// The check that fails first.
    check: CheckName,
    /// How the catch-up ends; `None` where it takes it for a tenant without a log.
    sync: Option<FailureKind>,
}

fn met_with_a_clear_sentence(case: &Case) {
    let Case { name, tenant, check, sync } = case;
    let dir = tempdir().unwrap();
    let desk = Desk::open(dir.path());
    desk.save(tenant, token());

    let checks = checks(&desk, tenant);
    let failed = checks.iter().find(|check| check.status == CheckStatus::Failed).expect("a check fails");
    assert_eq!(failed.name, *check, "{name}: {checks:?}");
    assert!(!failed.finding.is_empty() && !failed.next.is_empty(), "{name}: {failed:?}");
    assert!(checks.iter().all(|check| !matches!(check.status, CheckStatus::Running | CheckStatus::Waiting)), "{name}");

    let syncing = desk.send(Command::Sync { profile: tenant.id.clone(), follow: true });
    match (desk.end(syncing), sync) {
        (News::Failed(failure), Some(kind)) => {
            assert_eq!(failure.kind, *kind, "{name}: {failure}");
            is_clear(&failure);
        }
        (News::Synced { added: 0 }, None) => assert!(desk.told(syncing).contains(&News::Live(Live::NotOffered))),
        (other, _) => panic!("{name}: {other:?}"),
    }
    match desk.ask(Command::PullMappings(tenant.id.clone())) {
        News::Failed(failure) => is_clear(&failure),
        other => panic!("{name}: {other:?}"),
    }
    let News::TrialDone(report) = desk.ask(Command::RunTrial { profile: tenant.id.clone(), trial: trial() }) else {
        panic!("{name}: no trial")
    };
    assert_eq!((report.outcome, report.left_behind), (TrialOutcome::Failed, None), "{name}");
    let failed: Vec<_> = report.steps.iter().filter(|step| step.status == StepStatus::Failed).collect();
    assert!(!failed.is_empty() && failed.iter().all(|step| !step.notes.is_empty()), "{name}: {failed:?}");

    desk.list(&tenant.id, "outcome:failure");
    desk.is_tidy();
    desk.keeps_the_token_off_the_disk();
}

/// An address at which nothing listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port())
}

#[test]
fn a_wrong_address() {
    let server = Server::new(|_| answer_json(404, &json!({"message": "no such page"})));
    met_with_a_clear_sentence(&Case {
        name: "wrong path",
        tenant: supported("wrong", &server.base),
        check: CheckName::LookUp,
        sync: None,
    });
}

#[test]
fn a_dead_host() {
    met_with_a_clear_sentence(&Case {
        name: "nothing listens",
        tenant: supported("dead", &nowhere()),
        check: CheckName::Reachable,
        sync: Some(FailureKind::Unreachable),
    });
}

#[test]
fn a_host_that_does_not_exist() {
    met_with_a_clear_sentence(&Case {
        name: "no such host",
        tenant: supported("unknown", "https://no-such-host.invalid"),
        check: CheckName::Address,
        sync: Some(FailureKind::HostNotFound),
    });
}

#[test]
fn an_untrusted_certificate() {
    let server = Server::untrusted(|_| answer_json(200, &json!({})));
    met_with_a_clear_sentence(&Case {
        name: "untrusted certificate",
        tenant: supported("untrusted", &server.base),
        check: CheckName::SecureConnection,
        sync: Some(FailureKind::CertificateUntrusted),
    });
    assert_eq!(server.received(), Vec::<String>::new(), "nothing was said to it");
}

#[test]
fn a_web_page_where_json_belongs() {
    let server = Server::new(|_| answer(200, "Content-Type: text/html\r\n", "<!doctype html><title>Sign in</title>"));
    met_with_a_clear_sentence(&Case {
        name: "web page",
        tenant: supported("page", &server.base),
        check: CheckName::Reachable,
        sync: Some(FailureKind::NotScim),
    });
}

#[test]
fn a_truncated_answer() {
    let cut =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"Resources\":[{\"id\"";
    let server = Server::new(move |_| Reply::Bytes(cut.to_vec()));
    met_with_a_clear_sentence(&Case {
        name: "truncated",
        tenant: supported("truncated", &server.base),
        check: CheckName::LookUp,
        sync: Some(FailureKind::AnswerBroken),
    });
}

#[test]
fn an_answer_of_fifty_megabytes() {
    let server = Server::new(|_| Reply::Flood(50 << 20));
    met_with_a_clear_sentence(&Case {
        name: "50 MB",
        tenant: supported("flood", &server.base),
        check: CheckName::LookUp,
        sync: Some(FailureKind::AnswerTooLarge),
    });
}

#[test]
fn a_redirect_to_another_host() {
    let thief = Server::new(|_| answer_json(200, &json!({})));
    let location =
        format!("Location: {}/scim/v2/ServiceProviderConfig\r\n", thief.base.replace("127.0.0.1", "localhost"));
    let server = Server::new(move |_| answer(302, &location, ""));
    met_with_a_clear_sentence(&Case {
        name: "redirect",
        tenant: supported("redirect", &server.base),
        check: CheckName::Reachable,
        sync: Some(FailureKind::RedirectedElsewhere),
    });
    assert!(!server.received().is_empty());
    assert_eq!(thief.connections(), 0, "the other host was never spoken to");
}

#[test]
fn a_refused_token() {
    let server = Server::new(|_| answer_json(401, &json!({"detail": format!("{TOKEN} is not known")})));
    met_with_a_clear_sentence(&Case {
        name: "401",
        tenant: supported("refused", &server.base),
        check: CheckName::Token,
        sync: Some(FailureKind::TokenRefused),
    });
}

/// A directory with a profile, a draft and imported requests.
struct Kept {
    dir: tempfile::TempDir,
    keyring: Arc<Keyring>,
    tenant: Profile,
}

impl Kept {
    fn new() -> Self {
        let dir = tempdir().unwrap();
        let kept = Self { dir, keyring: Arc::default(), tenant: profile("acme", "https://acme.example/scim/v2") };
        fill(&kept.window(), &kept.tenant);
        kept
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A new window on the directory, which is not open yet.
    fn started(&self) -> Desk {
        Desk::start(self.path(), || HandClock::noon().now(), self.keyring.clone(), 0)
    }

    fn window(&self) -> Desk {
        let desk = self.started();
        desk.opened();
        desk
    }

    fn damage(&self, name: &str, from: usize) -> Vec<u8> {
        let log = self.path().join(format!("{name}-wal"));
        assert!(!log.exists(), "a window that closes leaves whole files");
        let file = self.path().join(name);
        let mut bytes = fs::read(&file).unwrap();
        bytes[from..].fill(0x5a);
        fs::write(&file, &bytes).unwrap();
        bytes
    }
}

/// Profile with token, draft and three requests.
fn fill(desk: &Desk, tenant: &Profile) {
    desk.save(tenant, token());
    let draft = Box::new(draft("kept"));
    let saved = desk.ask(Command::SaveDraft { profile: tenant.id.clone(), draft, revision: 0 });
    assert!(matches!(saved, News::DraftSaved { .. }), "{saved:?}");
    let files = vec![PathBuf::from("tests/data/entra/graph-v1.json")];
    let imported = desk.ask(Command::Import { profile: tenant.id.clone(), files, columns: Vec::new() });
    assert!(matches!(imported, News::Imported(_)), "{imported:?}");
}

fn draft(name: &str) -> DraftContent {
    let attribute = "urn:ietf:params:scim:schemas:core:2.0:User:userType".to_owned();
    let row = MappingRow { attribute, field: "usertype".to_owned() };
    DraftContent { name: name.to_owned(), rows: vec![row], ..DraftContent::default() }
}

#[track_caller]
fn has_draft(desk: &Desk, profile: &ProfileId, name: &str) {
    match desk.ask(Command::LoadDraft(profile.clone())) {
        News::DraftRead(Some(stored)) => assert_eq!(stored.content.name, name),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn does_not_open(desk: &Desk, kind: FailureKind) {
    let failure = desk.failure(Command::Open);
    assert_eq!(failure.kind, kind, "{failure}");
    is_clear(&failure);
    // The engine answers on, and says why it cannot.
    is_clear(&desk.failure(Command::List {
        profile: ProfileId::sandbox(),
        query: Box::default(),
        sorting: Sorting::default(),
    }));
}

#[track_caller]
fn puts_aside(desk: &Desk, bytes: &[u8]) {
    match desk.ask(Command::SetAsideDamaged) {
        News::SetAside(file) => assert_eq!(fs::read(file).unwrap(), bytes, "nothing of it is lost"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_damaged_console_database() {
    let kept = Kept::new();
    let bytes = kept.damage("console.sqlite3", 0);
    let desk = kept.started();
    does_not_open(&desk, FailureKind::DatabaseDamaged);
    puts_aside(&desk, &bytes);
    assert_eq!(desk.opened().profiles, []);
    assert_eq!(desk.list(&kept.tenant.id, "").total, 3, "the requests are still there");
    // The same profile again finds its requests and its token.
    desk.save(&kept.tenant, scim_console::engine::TokenChange::Keep);
    assert!(kept.keyring.holds(&kept.tenant.id));
    desk.is_tidy();
}

#[test]
fn a_damaged_journal() {
    let kept = Kept::new();
    let bytes = kept.damage("journal.sqlite3", 0);
    let desk = kept.started();
    does_not_open(&desk, FailureKind::DatabaseDamaged);
    puts_aside(&desk, &bytes);
    assert_eq!(desk.opened().profiles, std::slice::from_ref(&kept.tenant));
    has_draft(&desk, &kept.tenant.id, "kept");
    assert_eq!(desk.list(&kept.tenant.id, "").total, 0);
    desk.is_tidy();
}

#[test]
fn a_journal_whose_damage_shows_only_when_it_is_read() {
    let kept = Kept::new();
    let bytes = kept.damage("journal.sqlite3", 4096);
    let desk = kept.started();
    if let News::Failed(failure) = desk.ask(Command::Open) {
        assert_eq!(failure.kind, FailureKind::DatabaseDamaged);
    } else {
        let failure = desk.failure(Command::List {
            profile: kept.tenant.id.clone(),
            query: Box::default(),
            sorting: Sorting::default(),
        });
        assert_eq!(failure.kind, FailureKind::DatabaseDamaged, "{failure}");
        is_clear(&failure);
    }
    puts_aside(&desk, &bytes);
    assert_eq!(desk.opened().profiles, std::slice::from_ref(&kept.tenant));
    has_draft(&desk, &kept.tenant.id, "kept");
    desk.is_tidy();
}

#[test]
fn nothing_whole_is_put_aside() {
    let kept = Kept::new();
    let desk = kept.window();
    let failure = desk.failure(Command::SetAsideDamaged);
    is_clear(&failure);
    assert_eq!(desk.opened().profiles, std::slice::from_ref(&kept.tenant));
    assert_eq!(desk.list(&kept.tenant.id, "").total, 3);
}

#[test]
fn a_damaged_practice_tenant_begins_anew() {
    let kept = Kept::new();
    let desk = kept.window();
    desk.sandbox();
    drop(desk);
    let bytes = kept.damage("sandbox.sqlite3", 0);
    let desk = kept.window();
    desk.sandbox();
    assert_eq!(fs::read(kept.path().join("sandbox.sqlite3.damaged-1")).unwrap(), bytes);
    desk.is_tidy();
}

#[test]
fn a_database_of_a_newer_console() {
    for name in ["console.sqlite3", "journal.sqlite3"] {
        let kept = Kept::new();
        let file = kept.path().join(name);
        let newer = rusqlite::Connection::open(&file).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        drop(newer);
        let before = fs::read(&file).unwrap();
        let desk = kept.started();
        does_not_open(&desk, FailureKind::DatabaseNewer);
        is_clear(&desk.failure(Command::SetAsideDamaged));
        drop(desk);
        assert_eq!(fs::read(&file).unwrap(), before, "{name} was touched");
    }
}

#[test]
fn a_data_directory_that_cannot_be() {
    let dir = tempdir().unwrap();
    let file = dir.path().join("a file");
    fs::write(&file, "").unwrap();
    let desk = Desk::start(&file.join("data"), || HandClock::noon().now(), Arc::new(Keyring::default()), 0);
    does_not_open(&desk, FailureKind::DataReadOnly);
    is_clear(&desk.failure(Command::StartSandbox));
    desk.is_tidy();
}

/// A small file system of its own, where this computer lets a test mount one.
struct Volume(tempfile::TempDir);

impl Volume {
    fn mount(options: &str) -> Option<Self> {
        let volume = Self(tempdir().unwrap());
        let mount = |options: &str| run("mount", &["-t", "tmpfs", "-o", options, "none"], volume.path());
        if mount(options) {
            return Some(volume);
        }
        println!("skipped: this user may not mount a file system");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn lock(&self) {
        assert!(run("mount", &["-o", "remount,ro"], self.path()), "the volume is made read-only");
    }

    fn unlock(&self) {
        assert!(run("mount", &["-o", "remount,rw"], self.path()), "the volume is made writable");
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        run("umount", &["-l"], self.0.path());
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    let output = process::Command::new(program).args(arguments).arg(path).output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn a_data_directory_that_became_read_only() {
    let Some(volume) = Volume::mount("size=16m") else { return };
    let tenant = profile("acme", "https://acme.example/scim/v2");
    let keyring = Arc::new(Keyring::default());
    let window = || Desk::start(volume.path(), || HandClock::noon().now(), keyring.clone(), 0);
    let desk = window();
    desk.opened();
    fill(&desk, &tenant);
    drop(desk);
    volume.lock();
    let desk = window();
    does_not_open(&desk, FailureKind::DataReadOnly);
    volume.unlock();
    assert_eq!(desk.opened().profiles, std::slice::from_ref(&tenant), "once it can be written, all is there");
    has_draft(&desk, &tenant.id, "kept");
    assert_eq!(desk.list(&tenant.id, "").total, 3);
    desk.is_tidy();
}

#[test]
fn a_full_disk() {
    let Some(volume) = Volume::mount("size=4m") else { return };
    let tenant = profile("acme", "https://acme.example/scim/v2");
    let keyring = Arc::new(Keyring::default());
    let data = volume.path().join("data");
    let desk = Desk::start(&data, || HandClock::noon().now(), keyring.clone(), 0);
    desk.opened();
    fill(&desk, &tenant);
    let filler = volume.path().join("filler");
    let mut full = fs::File::create(&filler).unwrap();
    while full.write_all(&[0; 4096]).is_ok() {}

    let long = |name: &str| {
        let mut draft = draft(name);
        draft.rows = vec![draft.rows[0].clone(); 4_000];
        Box::new(draft)
    };
    let save = |revision| desk.ask(Command::SaveDraft { profile: tenant.id.clone(), draft: long("large"), revision });
    let News::Failed(failure) = save(1) else { panic!("saved on a full disk") };
    assert_eq!(failure.kind, FailureKind::DiskFull, "{failure}");
    is_clear(&failure);
    let log = tempdir().unwrap();
    let file = log.path().join("large.jsonl");
    let sample: serde_json::Value =
        serde_json::from_slice(&fs::read("tests/data/entra/graph-v1.json").unwrap()).unwrap();
    let lines: String = (0..3_000)
        .map(|number| {
            let mut record = sample["value"][0].clone();
            record["id"] = json!(format!("record-{number}"));
            // Nothing in it repeats, so that it takes the room it seems to.
            let noise = (0..8).map(|part| {
                let name = format!("{number} {part}");
                uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
            });
            record["cycleId"] = json!(noise.collect::<Vec<_>>().join(" "));
            format!("{record}\n")
        })
        .collect();
    fs::write(&file, lines).unwrap();
    let failure = desk.failure(Command::Import { profile: tenant.id.clone(), files: vec![file], columns: Vec::new() });
    assert_eq!(failure.kind, FailureKind::DiskFull, "{failure}");
    is_clear(&failure);
    is_clear(&desk.failure(Command::StartSandbox));

    // What was there still is, and goes on once there is room.
    assert_eq!(desk.list(&tenant.id, "").total, 3);
    has_draft(&desk, &tenant.id, "kept");
    drop(full);
    fs::remove_file(&filler).unwrap();
    assert!(matches!(save(1), News::DraftSaved { .. }));
    has_draft(&desk, &tenant.id, "large");
    desk.is_tidy();
    desk.keeps_the_token_off_the_disk();
}
