//! Profiles, drafts, settings and audit, as one window and as two.

use std::{fs, path::Path};

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::domain::{
    audit::AuditEntry,
    draft::{DraftRefused, DraftToSave},
    failure::FailureKind,
    mapping::MappingRow,
    profile::{Environment, IdentityProvider, Profile, ProfileId},
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_000_000 + second).unwrap()
}

fn profile(id: &str, name: &str) -> Profile {
    Profile {
        id: ProfileId(id.to_owned()),
        name: name.to_owned(),
        environment: Environment::Production,
        scim_url: "https://tenant.example/scim/v2".parse().unwrap(),
        support_url: None,
        identity_provider: IdentityProvider::Okta,
        proxy: None,
        ca_file: Some("/etc/ca.pem".into()),
        token_issued_on: Some(jiff::civil::date(2026, 3, 1)),
    }
}

fn rows(fields: &[&str]) -> Vec<MappingRow> {
    let row = |field: &&str| MappingRow { attribute: format!("urn:x:User:{field}"), field: (*field).to_owned() };
    fields.iter().map(row).collect()
}

fn draft(fields: &[&str]) -> DraftToSave {
    DraftToSave {
        name: "Spring".to_owned(),
        rows: rows(fields),
        base_rows: rows(&["costcentre"]),
        base_version: Some(7),
        base_etag: Some("\"7\"".to_owned()),
    }
}

fn names(console: &Console) -> Vec<String> {
    console.list_profiles().unwrap().into_iter().map(|profile| profile.name).collect()
}

#[test]
fn can_move_to_a_thread() {
    fn is_send<T: Send>() {}
    is_send::<Console>();
}

#[test]
fn profiles_are_kept_removed_restored_and_purged() {
    let dir = tempfile::tempdir().unwrap();
    let mut console = Console::open(dir.path()).unwrap();
    let (acme, zoo) = (profile("1", "acme"), profile("2", "Zoo"));
    console.save_profile(&zoo).unwrap();
    console.save_profile(&acme).unwrap();
    assert_eq!(console.list_profiles().unwrap(), [acme.clone(), zoo.clone()]);

    for taken in ["ZOO", " zoo "] {
        let refused = console.save_profile(&profile("3", taken)).expect_err("taken");
        assert_eq!(refused.kind, FailureKind::Invalid);
    }
    console.save_profile(&profile("2", "ZOO")).unwrap();
    assert_eq!(names(&console), ["acme", "ZOO"]);

    console.remove_profile(&acme.id, at(1)).unwrap();
    assert_eq!(names(&console), ["ZOO"]);
    assert_eq!(console.restore_profile(&acme.id).unwrap(), Some(acme.clone()));
    assert_eq!(names(&console), ["acme", "ZOO"]);

    console.remove_profile(&acme.id, at(1)).unwrap();
    console.save_profile(&profile("4", "Acme")).unwrap();
    assert_eq!(console.restore_profile(&acme.id).expect_err("taken").kind, FailureKind::Invalid);
    console.save_draft(&acme.id, &draft(&["a"]), 0, at(2)).unwrap();
    console.note_mappings(&acme.id, &["a".to_owned()], at(2)).unwrap();
    assert_eq!(console.purge_removed(at(1)).unwrap(), []);
    assert_eq!(console.purge_removed(at(2)).unwrap(), std::slice::from_ref(&acme.id));
    assert_eq!(console.restore_profile(&acme.id).unwrap(), None);
    assert_eq!(console.load_draft(&acme.id).unwrap(), None);
    let since = console.note_mappings(&acme.id, &["a".to_owned()], at(3)).unwrap();
    assert_eq!(since.of("a").map(|arrival| (arrival.seen, arrival.lacked)), Some((at(3), None)), "it begins anew");
}

#[test]
fn each_save_of_a_draft_is_a_revision() {
    let dir = tempfile::tempdir().unwrap();
    let mut console = Console::open(dir.path()).unwrap();
    let id = ProfileId::sandbox();
    assert_eq!(console.load_draft(&id).unwrap(), None);
    let first = console.save_draft(&id, &draft(&["a"]), 0, at(1)).unwrap();
    let second = console.save_draft(&id, &draft(&["a", "b"]), first.revision, at(2)).unwrap();
    let unchanged = console.save_draft(&id, &draft(&["a", "b"]), second.revision, at(3)).unwrap();
    assert_eq!((first.revision, second.revision, second.undo_depth), (1, 2, 1));
    assert_eq!(unchanged, second);
    drop(console);

    let console = Console::open(dir.path()).unwrap();
    let stored = console.load_draft(&id).unwrap().unwrap();
    assert_eq!((stored.name.as_str(), stored.rows, stored.revision), ("Spring", rows(&["a", "b"]), 2));
    assert_eq!((stored.base_rows, stored.base_version), (rows(&["costcentre"]), Some(7)));
    assert_eq!((stored.base_etag.as_deref(), stored.saved_at, stored.undo_depth), (Some("\"7\""), at(2), 1));
    assert_eq!(console.draft_at(&id, 1).unwrap().unwrap().rows, rows(&["a"]));
    assert_eq!(console.draft_at(&id, 3).unwrap(), None);
    let history = console.draft_history(&id).unwrap();
    assert_eq!(history.iter().map(|line| (line.revision, line.rows)).collect::<Vec<_>>(), [(2, 2), (1, 1)]);
}

#[test]
fn a_window_cannot_overwrite_what_another_saved() {
    let dir = tempfile::tempdir().unwrap();
    let id = ProfileId::sandbox();
    let (mut mine, mut theirs) = (Console::open(dir.path()).unwrap(), Console::open(dir.path()).unwrap());
    mine.save_draft(&id, &draft(&["a"]), 0, at(1)).unwrap();
    theirs.save_draft(&id, &draft(&["theirs"]), 1, at(2)).unwrap();
    let refused = mine.save_draft(&id, &draft(&["mine"]), 1, at(3)).expect_err("outdated");
    let DraftRefused::Outdated { failure, theirs: Some(other) } = refused else { panic!("{refused:?}") };
    assert_eq!(failure.kind, FailureKind::Outdated);
    assert_eq!((other.rows, other.revision), (rows(&["theirs"]), 2));
    // Both came to the same: nothing to refuse. Having seen the other's, the own can be saved on top.
    assert_eq!(mine.save_draft(&id, &draft(&["theirs"]), 1, at(3)).unwrap().revision, 2);
    assert_eq!(mine.save_draft(&id, &draft(&["mine"]), 2, at(4)).unwrap().revision, 3);
}

#[test]
fn the_history_keeps_the_last_five_hundred() {
    let dir = tempfile::tempdir().unwrap();
    let mut console = Console::open(dir.path()).unwrap();
    console.connection().pragma_update(None, "synchronous", "off").unwrap();
    let id = ProfileId::sandbox();
    for revision in 0..MOST_REVISIONS + 5 {
        let mut draft = draft(&[&format!("f{revision}")]);
        draft.base_version = Some(revision / 3);
        console.save_draft(&id, &draft, revision, at(0)).unwrap();
    }
    let history = console.draft_history(&id).unwrap();
    assert_eq!((history.len(), history[0].revision, history[499].revision), (500, 505, 6));
    assert_eq!(console.load_draft(&id).unwrap().unwrap().undo_depth, 499);
    let bases: i64 = console.connection().query_row("SELECT count(*) FROM draft_bases", [], |row| row.get(0)).unwrap();
    assert_eq!(bases, 168);
}

#[test]
fn settings_and_audit_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut console = Console::open(dir.path()).unwrap();
    assert_eq!(console.setting("theme").unwrap(), None);
    console.set_setting("theme", &json!("dark")).unwrap();
    console.set_setting("theme", &json!({"name": "light"})).unwrap();
    assert_eq!(console.setting("theme").unwrap(), Some(json!({"name": "light"})));

    let entry = |second, profile: &str, summary: &str| AuditEntry {
        at: at(second),
        profile: ProfileId(profile.to_owned()),
        action: "mappings applied".to_owned(),
        summary: summary.to_owned(),
    };
    let all = [entry(1, "a", "one"), entry(2, "b", "two"), entry(2, "a", "three")];
    for one in &all {
        console.append_audit(one).unwrap();
    }
    let [one, two, three] = all;
    assert_eq!(console.list_audit(None, 9).unwrap(), [three.clone(), two, one.clone()]);
    assert_eq!(console.list_audit(Some(&one.profile), 9).unwrap(), [three.clone(), one]);
    assert_eq!(console.list_audit(None, 1).unwrap(), [three]);
}

#[test]
fn two_windows_write_at_once() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for window in 0..4 {
            let dir = dir.path();
            scope.spawn(move || {
                let mut console = Console::open(dir).unwrap();
                for number in 0..10 {
                    let id = format!("{window}-{number}");
                    console.save_profile(&profile(&id, &id)).unwrap();
                }
            });
        }
    });
    assert_eq!(names(&Console::open(dir.path()).unwrap()).len(), 40);
}

#[test]
fn a_full_disk_keeps_what_was_saved() {
    let dir = tempfile::tempdir().unwrap();
    let mut console = Console::open(dir.path()).unwrap();
    let id = ProfileId::sandbox();
    console.save_draft(&id, &draft(&["a"]), 0, at(1)).unwrap();
    let pages: i64 = console.connection().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    console.connection().pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    let long = "x".repeat(50_000);
    let refused = Failure::from(console.save_draft(&id, &draft(&[&long]), 1, at(2)).expect_err("full"));
    assert_eq!(refused.kind, FailureKind::DiskFull);
    assert_eq!(console.load_draft(&id).unwrap().unwrap().revision, 1);
}

/// What the released databases in `tests/data/store` hold.
fn fill(console: &mut Console) {
    console.save_profile(&profile("p1", "Acme")).unwrap();
    console.save_profile(&profile("p2", "Gone")).unwrap();
    console.remove_profile(&ProfileId("p2".to_owned()), at(1)).unwrap();
    console.save_draft(&ProfileId::sandbox(), &draft(&["a"]), 0, at(1)).unwrap();
    console.save_draft(&ProfileId::sandbox(), &draft(&["a", "b"]), 1, at(2)).unwrap();
    console.set_setting("theme", &json!("dark")).unwrap();
    let (action, summary) = ("user created".to_owned(), "jane@acme.example".to_owned());
    console.append_audit(&AuditEntry { at: at(3), profile: ProfileId("p1".to_owned()), action, summary }).unwrap();
}

#[test]
fn released_databases_still_open() {
    let expected = tempfile::tempdir().unwrap();
    let mut expected = Console::open(expected.path()).unwrap();
    fill(&mut expected);
    let mut seen = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/store")).unwrap() {
        let released = entry.unwrap();
        if !released.file_name().to_string_lossy().starts_with("console-schema-") {
            continue;
        }
        seen += 1;
        let dir = tempfile::tempdir().unwrap();
        fs::copy(released.path(), dir.path().join("console.sqlite3")).unwrap();
        let mut console = Console::open(dir.path()).unwrap();
        let id = ProfileId::sandbox();
        assert_eq!(console.list_profiles().unwrap(), expected.list_profiles().unwrap());
        assert_eq!(console.load_draft(&id).unwrap(), expected.load_draft(&id).unwrap());
        assert_eq!(console.draft_history(&id).unwrap(), expected.draft_history(&id).unwrap());
        assert_eq!(console.setting("theme").unwrap(), expected.setting("theme").unwrap());
        assert_eq!(console.list_audit(None, 9).unwrap(), expected.list_audit(None, 9).unwrap());
        assert_eq!(console.restore_profile(&ProfileId("p2".to_owned())).unwrap().unwrap().name, "Gone");
        console.save_draft(&id, &draft(&["c"]), 2, at(9)).unwrap();
    }
    assert!(seen > 0);
}
