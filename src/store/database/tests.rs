//! Opening: owner-only, moved forward with a copy, and never touching what is damaged or newer.

use rusqlite::params;

use super::*;

const ONE: M<'_> = M::up("CREATE TABLE things (name TEXT NOT NULL)");
const TWO: M<'_> = M::up("ALTER TABLE things ADD COLUMN size INTEGER");

fn kind(result: Result<Database, Failure>) -> FailureKind {
    result.map(|_| ()).expect_err("refused").kind
}

fn things(database: &Database) -> Vec<String> {
    let mut select = database.connection.prepare("SELECT name FROM things ORDER BY name").unwrap();
    select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn add(database: &Database, name: &str) -> rusqlite::Result<usize> {
    database.connection.execute("INSERT INTO things (name) VALUES (?1)", [name])
}

#[cfg(unix)]
#[test]
fn files_and_folder_belong_to_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("deep/data");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let database = Database::open(&dir, DatabaseName::Console, &[ONE]).unwrap();
    add(&database, "a").unwrap();
    assert_eq!(mode(&dir), 0o700);
    let files: Vec<PathBuf> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
    drop(database);
    let file = dir.join("console.sqlite3");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    Database::open(&dir, DatabaseName::Console, &[ONE]).unwrap();
    assert_eq!(mode(&file), 0o600);
}

#[test]
fn what_makes_a_commit_durable_is_on() {
    let dir = tempfile::tempdir().unwrap();
    let database = Database::open(dir.path(), DatabaseName::Journal, &[ONE]).unwrap();
    let pragma = |name: &str| {
        let value = database.connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        format!("{:?}", value.unwrap())
    };
    assert_eq!(pragma("journal_mode"), r#"Text("wal")"#);
    for (name, value) in [("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5_000), ("user_version", 1)] {
        assert_eq!(pragma(name), format!("Integer({value})"), "{name}");
    }
}

#[test]
fn an_older_schema_is_copied_then_moved_forward() {
    let dir = tempfile::tempdir().unwrap();
    let old = Database::open(dir.path(), DatabaseName::Journal, &[ONE]).unwrap();
    add(&old, "kept").unwrap();
    // Still open: what stands only in the write-ahead log must reach the copy too.
    let new = Database::open(dir.path(), DatabaseName::Journal, &[ONE, TWO]).unwrap();
    new.connection.execute("UPDATE things SET size = 1", []).unwrap();
    drop((old, new));
    let backup = dir.path().join("journal.sqlite3.schema-1.backup");
    let copy = Connection::open(&backup).unwrap();
    assert_eq!(copy.query_row("SELECT name FROM things", [], |row| row.get::<_, String>(0)).unwrap(), "kept");
    assert!(copy.prepare("SELECT size FROM things").is_err());
    assert!(!dir.path().join("journal.sqlite3.backup-unfinished").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    drop(Database::open(dir.path(), DatabaseName::Journal, &[ONE, TWO]).unwrap());
    let before = fs::read(dir.path().join("journal.sqlite3")).unwrap();
    assert_eq!(kind(Database::open(dir.path(), DatabaseName::Journal, &[ONE])), FailureKind::DatabaseNewer);
    assert_eq!(fs::read(dir.path().join("journal.sqlite3")).unwrap(), before);
}

#[test]
fn a_damaged_file_is_left_as_it_is_until_it_is_set_aside() {
    for name in [DatabaseName::Console, DatabaseName::Journal] {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(name.file_name());
        for number in 1..=2 {
            fs::write(&file, b"this is not a database, however long one looks at it ".repeat(40)).unwrap();
            let before = fs::read(&file).unwrap();
            assert_eq!(kind(Database::open(dir.path(), name, &[ONE])), FailureKind::DatabaseDamaged);
            assert_eq!(fs::read(&file).unwrap(), before);
            let aside = set_aside_damaged(dir.path(), name).unwrap();
            assert_eq!(aside, dir.path().join(format!("{}.damaged-{number}", name.file_name())));
            assert_eq!(fs::read(&aside).unwrap(), before);
            drop(Database::open(dir.path(), name, &[ONE]).unwrap());
        }
    }
}

#[test]
fn damage_inside_the_console_file_is_found_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let database = Database::open(dir.path(), DatabaseName::Console, &[ONE]).unwrap();
    for number in 0..2_000 {
        add(&database, &format!("thing {number} of many")).unwrap();
    }
    drop(database);
    let file = dir.path().join("console.sqlite3");
    let mut bytes = fs::read(&file).unwrap();
    bytes[4_096 * 3..4_096 * 5].fill(0xA5);
    fs::write(&file, &bytes).unwrap();
    assert_eq!(kind(Database::open(dir.path(), DatabaseName::Console, &[ONE])), FailureKind::DatabaseDamaged);
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn what_cannot_be_written_is_said_so() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "x").unwrap();
    for dir in [file.clone(), file.join("below")] {
        assert_eq!(kind(Database::open(&dir, DatabaseName::Console, &[ONE])), FailureKind::DataReadOnly, "{dir:?}");
    }
    fs::create_dir(root.path().join("journal.sqlite3")).unwrap();
    assert_eq!(kind(Database::open(root.path(), DatabaseName::Journal, &[ONE])), FailureKind::DataReadOnly);
    assert_eq!(set_aside_damaged(&file, DatabaseName::Journal).expect_err("refused").kind, FailureKind::DataReadOnly);

    drop(Database::open(root.path(), DatabaseName::Console, &[ONE]).unwrap());
    let uri = format!("file:{}?mode=ro", root.path().join("console.sqlite3").display());
    let read_only = Connection::open(uri).unwrap();
    let error = read_only.execute("DELETE FROM things", []).expect_err("read-only");
    assert_eq!(fault::of_sqlite(DatabaseName::Console, "It failed", &error).kind, FailureKind::DataReadOnly);
}

#[test]
fn another_window_that_keeps_writing_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Database::open(dir.path(), DatabaseName::Console, &[ONE]).unwrap();
    let (mine, theirs) = (open(), open());
    mine.connection.busy_timeout(Duration::from_millis(1)).unwrap();
    theirs.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = add(&mine, "a").expect_err("busy");
    let failure = mine.failure("The profile could not be saved", &error);
    assert_eq!(failure.kind, FailureKind::DatabaseBusy);
    assert_eq!(
        failure.to_string(),
        "The profile could not be saved. Another window is writing to console.sqlite3 and did not finish in time; nothing \
         of this step was saved. Wait until the other window is done, then try again."
    );
    theirs.connection.execute_batch("ROLLBACK").unwrap();
    add(&mine, "a").unwrap();
}

#[test]
fn a_kill_in_the_middle_of_writing_leaves_what_was_committed() {
    let (dir, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let database = Database::open(dir.path(), DatabaseName::Journal, &[ONE]).unwrap();
    add(&database, "committed").unwrap();
    // A tiny cache makes SQLite write to the log before the commit.
    database.connection.pragma_update(None, "cache_size", 2).unwrap();
    database.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    for number in 0..500 {
        let name = format!("uncommitted {number} {}", "x".repeat(500));
        database.connection.execute("INSERT INTO things (name) VALUES (?1)", params![name]).unwrap();
    }
    assert!(fs::metadata(dir.path().join("journal.sqlite3-wal")).unwrap().len() > 100_000);
    for entry in fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let after_kill = Database::open(copy.path(), DatabaseName::Journal, &[ONE]).unwrap();
    assert_eq!(things(&after_kill), ["committed"]);
    drop(database);
    assert_eq!(things(&Database::open(dir.path(), DatabaseName::Journal, &[ONE]).unwrap()), ["committed"]);
}

#[test]
fn windows_that_start_together_all_open() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("data");
    std::thread::scope(|scope| {
        for window in 0..8 {
            let dir = &dir;
            scope.spawn(move || {
                let database = Database::open(dir, DatabaseName::Journal, &[ONE, TWO]).unwrap();
                add(&database, &format!("{window}")).unwrap();
            });
        }
    });
    let database = Database::open(&dir, DatabaseName::Journal, &[ONE, TWO]).unwrap();
    assert_eq!(things(&database).len(), 8);
}
