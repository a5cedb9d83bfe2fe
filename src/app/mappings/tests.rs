//! Scripts of actions and events: what a person does, what the engine answers, what is on screen and what was ordered.

use serde_json::json;

use super::{
    stage::{Stage, now, offline, payload, row, stored, tenant},
    *,
};
use crate::{
    app::{Action, Screen},
    domain::{attribute::ENTERPRISE_USER, mapping::MappingSet, profile::Environment},
    engine::{Event, News},
};

fn is_apply(command: &Command) -> bool {
    matches!(command, Command::ApplyMappings { .. })
}

fn is_pull(command: &Command) -> bool {
    matches!(command, Command::PullMappings(_))
}

#[test]
fn a_new_draft_begins_as_the_tenants_mappings() {
    for draft_first in [true, false] {
        let mut stage = Stage::new(Environment::Staging);
        let rows = [row("costCenter", "costcentre")];
        if draft_first {
            stage.read_draft(None);
            stage.pull(1, &rows);
        } else {
            stage.pull(1, &rows);
            stage.read_draft(None);
        }
        assert_eq!(stage.mappings().rows(), rows, "draft first: {draft_first}");
        assert_eq!(stage.mappings().name(), "acme Ltd fields");
        assert_eq!((stage.mappings().change_count(), stage.mappings().can_undo_redo()), (0, (false, false)));
    }
}

#[test]
fn a_saved_draft_stays_as_it_is_when_the_tenant_is_read() {
    let mut stage = Stage::new(Environment::Staging);
    stage.read_draft(Some(stored(&[row("division", "division")], &[], 7)));
    stage.pull(3, &[row("costCenter", "costcentre")]);
    assert_eq!(stage.mappings().rows(), [row("division", "division")]);
    assert_eq!(stage.saves(), []);
}

#[test]
fn every_change_is_saved_and_changes_during_a_save_are_saved_together() {
    let mut stage = Stage::new(Environment::Staging);
    stage.read_draft(Some(stored(&[row("division", "")], &[], 4)));
    for text in ["d", "di", "div"] {
        stage.act_here(Do::Field(0, text.to_owned()));
    }
    assert_eq!(stage.saves(), [(4, vec![row("division", "d")])], "one write at a time");
    assert_eq!(stage.mappings().save_state(), Saved::Saving);
    stage.saved(5);
    assert_eq!(stage.saves()[1..], [(5, vec![row("division", "div")])], "the rest in one");
    stage.saved(6);
    assert_eq!((stage.saves().len(), stage.mappings().save_state()), (2, Saved::At(now())));
}

#[test]
fn a_failed_save_says_so_and_can_be_tried_again() {
    let mut stage = Stage::new(Environment::Staging);
    stage.read_draft(Some(stored(&[], &[], 4)));
    stage.act_here(Do::Add(String::new()));
    stage.answer(|c| matches!(c, Command::SaveDraft { .. }), News::Failed(offline()));
    assert_eq!(stage.mappings().save_state(), Saved::Not);
    stage.act_here(Do::Save);
    stage.saved(5);
    assert_eq!((stage.saves().len(), stage.mappings().save_failure.is_none()), (2, true));
}

#[test]
fn letters_in_one_cell_are_undone_together() {
    let mut stage = Stage::begun(Environment::Staging, &[row("costCenter", "costcentre")]);
    for text in ["d", "di"] {
        stage.act_here(Do::Field(0, text.to_owned()));
    }
    stage.act_here(Do::Attribute(0, format!("{ENTERPRISE_USER}:division")));
    stage.act_here(Do::Undo);
    assert_eq!(stage.mappings().rows(), [row("costCenter", "di")]);
    stage.act_here(Do::Undo);
    assert_eq!(stage.mappings().rows(), [row("costCenter", "costcentre")]);
    stage.act_here(Do::Redo);
    assert_eq!(stage.mappings().rows(), [row("costCenter", "di")]);
    stage.act_here(Do::Field(0, "other".to_owned()));
    assert_eq!(stage.mappings().can_undo_redo(), (true, false), "a new change ends the redo");
}

#[test]
fn a_removed_row_comes_back_from_its_notice() {
    let mut stage = Stage::begun(Environment::Staging, &[row("costCenter", "costcentre")]);
    stage.act_here(Do::Remove(0));
    assert_eq!((stage.mappings().rows(), stage.said()), (&[][..], vec!["Mapping of costCenter removed"]));
    stage.act(Action::Undo(0));
    assert_eq!(stage.mappings().rows(), [row("costCenter", "costcentre")]);
    stage.act_here(Do::Remove(9));
    assert_eq!(stage.said(), [] as [&str; 0], "there is no such row");
}

#[test]
fn a_quick_fix_mends_its_row_and_nothing_else() {
    let mut stage = Stage::begun(Environment::Staging, &[]);
    stage.act_here(Do::AddRows(vec![row("costcenter", "costcentre"), row("division", "Division")]));
    let fixes: Vec<Problem> = stage.mappings().problems.clone();
    let codes: Vec<(&str, Option<usize>)> = fixes.iter().map(|problem| (&*problem.code, problem.row)).collect();
    assert_eq!(codes, [("casing-differs", Some(0)), ("field-not-lowercase", Some(1))]);
    assert_eq!(stage.mappings().problems_of(1).len(), 1);
    stage.act_here(Do::Fix(fixes[0].clone()));
    assert_eq!(stage.mappings().rows(), [row("costCenter", "costcentre"), row("division", "Division")]);
    stage.act_here(Do::Fix(fixes[0].clone()));
    stage.act_here(Do::Fix(fixes[1].clone()));
    assert_eq!(stage.mappings().rows(), [row("costCenter", "costcentre"), row("division", "division")]);
    assert_eq!(stage.mappings().problem_counts(), (0, 0));
}

#[test]
fn a_row_added_before_the_tenant_is_read_joins_its_mappings() {
    let mut stage = Stage::new(Environment::Staging);
    stage.act_here(Do::Add(format!("{ENTERPRISE_USER}:department")));
    stage.read_draft(None);
    assert_eq!(stage.mappings().rows(), []);
    stage.pull(1, &[row("costCenter", "costcentre")]);
    assert_eq!(stage.mappings().rows(), [row("costCenter", "costcentre"), row("department", "")]);
    assert_eq!((stage.mappings().focus_row, stage.mappings().change_count()), (Some(1), 1));
}

#[test]
fn a_draft_works_without_its_tenant() {
    let mut stage = Stage::new(Environment::Staging);
    stage.answer(is_pull, News::Failed(offline()));
    stage.read_draft(None);
    stage.act_here(Do::Add(format!("{ENTERPRISE_USER}:costcenter")));
    stage.act_here(Do::Field(0, "costcentre".to_owned()));
    assert_eq!(stage.mappings().problem_counts(), (1, 0));
    assert_eq!(stage.saves().len(), 1);
    assert_eq!(stage.mappings().review_hindrance(), Some("The tenant cannot be reached"));
    stage.act_here(Do::CopyExport(Export::Ticket));
    let ticket = stage.model.take_clipboard().remove(0);
    assert!(ticket.contains(&format!("{ENTERPRISE_USER}:costcenter")), "{ticket}");
    stage.act_here(Do::Pull);
    stage.pull(2, &[row("division", "division")]);
    assert_eq!(stage.mappings().rows(), [row("costcenter", "costcentre")], "what was typed stays");
}

#[test]
fn a_paste_becomes_rows_or_says_why_not() {
    let mut stage = Stage::begun(Environment::Staging, &[]);
    stage.act_here(Do::Paste(format!(
        "{ENTERPRISE_USER}:costCenter\tcostcentre\n{ENTERPRISE_USER}:division\tdivision\n"
    )));
    assert_eq!(stage.mappings().rows(), [row("costCenter", "costcentre"), row("division", "division")]);
    assert_eq!(stage.said(), ["2 rows pasted"]);
    stage.act_here(Do::Paste("\"never closed\n\n".to_owned()));
    assert!(stage.mappings().paste_failure.is_some() && stage.mappings().rows().len() == 2);
    stage.act_here(Do::DismissPaste);
    assert_eq!(stage.mappings().paste_failure, None);
}

#[test]
fn what_another_window_saved_is_never_overwritten_unasked() {
    let (mine, theirs) = ([row("division", "mine")], [row("division", "theirs")]);
    for keep in [true, false] {
        let mut stage = Stage::new(Environment::Staging);
        stage.read_draft(Some(stored(&[row("division", "")], &[], 4)));
        stage.act_here(Do::Field(0, "mine".to_owned()));
        let outdated = News::DraftOutdated(Box::new(stored(&theirs, &[], 9)));
        stage.answer(|c| matches!(c, Command::SaveDraft { .. }), outdated);
        assert_eq!((stage.mappings().rows(), stage.mappings().save_state()), (&mine[..], Saved::Not));
        stage.act_here(Do::Name("Renamed".to_owned()));
        assert_eq!(stage.saves().len(), 1, "nothing is written before the user chose");
        if keep {
            stage.act_here(Do::KeepMine);
            assert_eq!(stage.saves()[1..], [(9, mine.to_vec())]);
        } else {
            stage.act_here(Do::TakeOther);
            assert_eq!((stage.mappings().rows(), stage.mappings().name()), (&theirs[..], "HR fields"));
            stage.act_here(Do::Undo);
            assert_eq!(stage.mappings().rows(), mine, "mine is one undo away");
            assert_eq!(stage.saves()[1..], [(9, mine.to_vec())]);
        }
        assert_eq!(stage.mappings().other, None);
    }
}

#[test]
fn the_last_change_is_saved_though_the_tenant_was_left() {
    let mut stage = Stage::new(Environment::Staging);
    stage.read_draft(Some(stored(&[row("division", "")], &[], 4)));
    for text in ["d", "di"] {
        stage.act_here(Do::Field(0, text.to_owned()));
    }
    stage.act(Action::Switch(ProfileId("other".to_owned())));
    stage.saved(5);
    assert_eq!(stage.saves()[1..], [(5, vec![row("division", "di")])]);
    let last = stage.last(|c| matches!(c, Command::SaveDraft { .. })).unwrap();
    assert!(matches!(&last.command, Command::SaveDraft { profile, .. } if profile.0 == "acme"));
}

#[test]
fn a_draft_that_could_not_be_saved_is_there_when_its_tenant_is_opened_again() {
    let mut stage = Stage::new(Environment::Staging);
    stage.read_draft(Some(stored(&[row("division", "")], &[], 4)));
    stage.act_here(Do::Field(0, "mine".to_owned()));
    let outdated = News::DraftOutdated(Box::new(stored(&[row("division", "theirs")], &[], 9)));
    stage.answer(|c| matches!(c, Command::SaveDraft { .. }), outdated);
    stage.act(Action::Switch(ProfileId("other".to_owned())));
    stage.act(Action::Switch(ProfileId("acme".to_owned())));
    stage.read_draft(Some(stored(&[row("division", "theirs")], &[], 9)));
    assert_eq!(stage.mappings().rows(), [row("division", "mine")]);
    assert_eq!(stage.mappings().other.as_ref().map(|other| other.revision), Some(9));
}

#[test]
fn nothing_is_applied_before_every_hindrance_is_gone() {
    let mut stage = Stage::new(Environment::Production);
    let base = [row("costCenter", "costcode")];
    stage.read_draft(Some(stored(&[row("costCenter", "costcentre"), row("division", "Division")], &base, 4)));
    stage.pull(2, &[row("costCenter", "costcentrecode")]);
    stage.act_here(Do::Review);
    let attribute = base[0].attribute.clone();
    let hindrances = |stage: &mut Stage, wanted: &str| {
        assert_eq!(stage.hindrance().as_deref(), Some(wanted));
        stage.act_here(Do::Apply);
        assert_eq!(stage.applied_sets(), []);
    };
    hindrances(&mut stage, "This production tenant is read-only. Unlock it to apply.");
    stage.act(Action::Unlock);
    hindrances(&mut stage, "Settle 1 conflict to apply");
    stage.act_here(Do::Settle(attribute.clone(), Choice::Other("  ".to_owned())));
    hindrances(&mut stage, "Settle 1 conflict to apply");
    stage.act_here(Do::Settle(attribute, Choice::UseDraft));
    hindrances(&mut stage, "Mend 1 problem to apply");
    stage.act_here(Do::CloseReview);
    stage.act_here(Do::Field(1, "division".to_owned()));
    stage.act_here(Do::Review);
    stage.act_here(Do::Settle(base[0].attribute.clone(), Choice::UseDraft));
    hindrances(&mut stage, "Type the tenant’s name to confirm");
    stage.act_here(Do::TypeName("acme Ltd".to_owned()));
    assert_eq!(stage.hindrance(), None);
    stage.act_here(Do::Apply);
    let rows = vec![row("costCenter", "costcentre"), row("division", "division")];
    assert_eq!(stage.applied_sets(), [(rows, "\"2\"".to_owned())]);
    hindrances_while_writing(&mut stage);
}

fn hindrances_while_writing(stage: &mut Stage) {
    assert_eq!(stage.hindrance().as_deref(), Some("Being written to the tenant"));
    stage.act_here(Do::Apply);
    stage.act_here(Do::CloseReview);
    assert!(stage.applied_sets().len() == 1 && stage.mappings().review.is_some());
}

#[test]
fn what_was_applied_is_the_new_base_and_a_reminder_stays() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcentre")]);
    stage.act_here(Do::AddRows(vec![row("division", "division")]));
    stage.act_here(Do::Review);
    assert_eq!((stage.hindrance(), stage.mappings().review.as_ref().unwrap().change_count()), (None, 1));
    stage.act_here(Do::Apply);
    let rows = [row("costCenter", "costcentre"), row("division", "division")];
    let set = MappingSet::of_tenant(&rows);
    assert_eq!(stage.applied_sets(), [(set.to_rows(), "\"1\"".to_owned())]);
    stage.answer(is_apply, News::MappingsApplied(tenant(2, &rows)));
    assert_eq!((stage.mappings().change_count(), stage.mappings().review.is_none()), (0, true));
    assert!(stage.mappings().reminder.is_some() && stage.said().contains(&"Mappings applied"));
    // The read that the review had asked for comes too late and is older.
    stage.pull(1, &[row("costCenter", "costcentre")]);
    assert_eq!(stage.mappings().tenant.value().unwrap().mappings.version, 2);
    stage.act_here(Do::DismissReminder);
    assert_eq!(stage.mappings().reminder, None);
}

#[test]
fn a_lost_race_writes_nothing_and_shows_both_sides() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcode")]);
    stage.act_here(Do::Field(0, "costcentre".to_owned()));
    stage.act_here(Do::Review);
    stage.act_here(Do::Apply);
    stage.answer(is_apply, News::MappingsLost(tenant(2, &[row("costCenter", "costcentrecode")])));
    let review = stage.mappings().review.clone().unwrap();
    assert!(review.lost_race && review.applying.loading().is_none());
    let seen = &review.comparison.rows[0];
    assert_eq!(
        (seen.base.as_deref(), seen.tenant.as_deref(), seen.draft.as_deref(), seen.change),
        (Some("costcode"), Some("costcentrecode"), Some("costcentre"), Change::Conflict)
    );
    assert_eq!(stage.mappings().rows(), [row("costCenter", "costcentre")], "the draft is as it was");
    stage.act_here(Do::Settle(seen.attribute.clone(), Choice::KeepTenant));
    assert_eq!(stage.hindrance().as_deref(), Some("The tenant has exactly this already"));
    stage.act_here(Do::Settle(seen.attribute.clone(), Choice::Other("costs".to_owned())));
    stage.act_here(Do::Apply);
    assert_eq!(stage.applied_sets()[1..], [(vec![row("costCenter", "costs")], "\"2\"".to_owned())]);
}

#[test]
fn the_tenant_is_read_again_while_the_review_is_open() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcode"), row("division", "division")]);
    stage.act_here(Do::Field(0, "costcentre".to_owned()));
    stage.act_here(Do::Review);
    stage.pull(1, &[row("costCenter", "costcode"), row("division", "division")]);
    assert!(!stage.mappings().review.as_ref().unwrap().lost_race, "nothing changed");
    stage.act_here(Do::Pull);
    stage.pull(2, &[row("costCenter", "costcode"), row("division", "businessunit")]);
    let review = stage.mappings().review.as_ref().unwrap();
    assert!(review.lost_race && review.change_count() == 1);
    stage.act_here(Do::Apply);
    let rows = vec![row("costCenter", "costcentre"), row("division", "businessunit")];
    assert_eq!(stage.applied_sets(), [(rows, "\"2\"".to_owned())], "the tenant's change stays");
}

#[test]
fn what_the_tenant_says_when_the_review_opens_is_no_lost_race() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcode")]);
    stage.act_here(Do::Field(0, "costcentre".to_owned()));
    stage.act_here(Do::Review);
    stage.pull(2, &[row("costCenter", "costcentrecode")]);
    let review = stage.mappings().review.as_ref().unwrap();
    assert_eq!((review.lost_race, review.tenant_moved(), review.conflicts()), (false, true, (1, 1)));
}

#[test]
fn refusals_and_failures_leave_the_review_open() {
    let mut stage = Stage::begun(Environment::Sandbox, &[]);
    stage.act_here(Do::AddRows(vec![row("division", "division")]));
    stage.act_here(Do::Review);
    stage.act_here(Do::Apply);
    let problem = Problem::new("field", "field-unknown", Severity::Error, "There is no field division.").in_row(0);
    stage.answer(is_apply, News::MappingsRejected(vec![problem.clone()]));
    assert_eq!(stage.mappings().review.as_ref().unwrap().rejected, [problem]);
    stage.act_here(Do::Apply);
    stage.answer(is_apply, News::Failed(offline()));
    let review = stage.mappings().review.as_ref().unwrap();
    assert_eq!((review.applying.failure(), review.rejected.len()), (Some(&offline()), 0));
    assert_eq!(stage.hindrance(), None, "it can be tried again");
}

#[test]
fn a_tenant_without_versions_is_never_written() {
    let mut stage = Stage::new(Environment::Sandbox);
    stage.read_draft(Some(stored(&[row("division", "division")], &[], 4)));
    let mappings = TenantMappings { etag: None, ..tenant(1, &[]) };
    stage.answer(is_pull, News::MappingsPulled { mappings, fields: None, since: Default::default(), at: now() });
    stage.act_here(Do::Review);
    assert!(stage.hindrance().unwrap().contains("write a ticket instead"));
    stage.act_here(Do::Apply);
    assert_eq!(stage.applied_sets(), []);
}

#[test]
fn a_busy_log_does_not_starve_the_counts() {
    let mut stage = Stage::begun(Environment::Sandbox, &[]);
    let counts =
        |stage: &Stage| stage.ordered.iter().filter(|o| matches!(o.command, Command::CountAttributes(_))).count();
    let before = counts(&stage);
    let came = Event { job: JobId(0), news: News::JournalChanged { profile: ProfileId("acme".to_owned()), added: 3 } };
    stage.model.absorb(came.clone());
    stage.model.absorb(came);
    stage.collect();
    assert_eq!(counts(&stage), before, "one count at a time");
    stage.answer(|c| matches!(c, Command::CountAttributes(_)), News::AttributesCounted(Vec::new()));
    stage.answer(|c| matches!(c, Command::Payloads(_)), News::PayloadsRead(Vec::new()));
    assert_eq!(counts(&stage), before + 1, "and another for what came meanwhile");
}

#[test]
fn recent_requests_are_tried_on_the_draft() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcentre")]);
    let user = |extension: serde_json::Value| json!({"userName": "amelia.hart", ENTERPRISE_USER: extension});
    let payloads = vec![
        payload(3, user(json!({"costCenter": "CC-1"}))),
        payload(2, user(json!({"costcenter": "CC-2", "department": "Sales"}))),
        payload(1, json!({"userName": "joel.okafor", "displayName": "Joel"})),
    ];
    let is_payloads = |c: &Command| matches!(c, Command::Payloads(_));
    stage.answer(is_payloads, News::PayloadsRead(payloads.clone()));
    stage.act_here(Do::AddRows(vec![row("division", "division")]));
    let replay = stage.mappings().replay.clone();
    assert_eq!(replay, Replay { dropped: 1, fills: 1, empty: 1, tenant_fills: Some(1) });
    let absent: Vec<&str> = stage.mappings().absent().map(|row| short_name(&row.attribute)).collect();
    assert_eq!(absent, ["division"]);
    stage.act_here(Do::Payload(1));
    assert_eq!(stage.mappings().preview.dropped.len(), 2);
    stage.act(Action::Go(Screen::Requests));
    stage.act_here(Do::Pull);
    let more = [vec![payload(4, json!({"userName": "new"}))], payloads].concat();
    stage.answer(|c| matches!(c, Command::CountAttributes(_)), News::AttributesCounted(Vec::new()));
    stage.answer(is_payloads, News::PayloadsRead(more));
    assert_eq!(stage.mappings().payload, 2, "the request on show stays on show");
}

#[test]
fn an_attribute_is_unseen_only_when_others_were_seen() {
    let mut stage = Stage::begun(Environment::Sandbox, &[row("costCenter", "costcentre")]);
    let attribute = row("costCenter", "").attribute;
    assert_eq!(stage.mappings().is_received(&attribute), None);
    let counted = |key: &str| Count { key: key.to_owned(), count: 3 };
    let user_name = counted("urn:ietf:params:scim:schemas:core:2.0:User:userName");
    let counts = vec![user_name, counted("displayName"), counted("name."), counted("phoneNumbers[type eq")];
    stage.answer(|c| matches!(c, Command::CountAttributes(_)), News::AttributesCounted(counts));
    assert_eq!(stage.mappings().is_received(&attribute), Some(false));
    let unmapped: Vec<&str> = stage.mappings().unmapped().iter().map(|count| count.key.as_str()).collect();
    assert_eq!(
        unmapped,
        ["displayName"],
        "defaults are mapped already, and a path that is none can be mapped by nobody"
    );
}

#[test]
fn short_names_survive_colons_in_filters() {
    for (attribute, short) in [
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter", "costCenter"),
        ("emails[type eq \"a:b\"].value", "emails[type eq \"a:b\"].value"),
        ("costCenter", "costCenter"),
        ("urn:", ""),
    ] {
        assert_eq!(short_name(attribute), short);
    }
}
