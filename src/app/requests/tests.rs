//! The screen as scripts: what is asked of the journal, and what late answers may not change.

use super::*;
use crate::domain::exchange::Outcome;
use crate::{
    app::{
        Action,
        script::{Script, acme, failed, fine, found, is_list, job, row},
    },
    engine::News,
};

fn is_rows(command: &Command) -> bool {
    matches!(command, Command::Rows { .. })
}

fn is_failures(command: &Command) -> bool {
    matches!(command, Command::Failures { .. })
}

fn keys(requests: &Requests) -> Vec<i64> {
    requests.listing.value().unwrap().keys.to_vec()
}

fn changed(added: u64) -> News {
    News::JournalChanged { profile: ProfileId::sandbox(), added }
}

#[test]
fn a_list_that_was_asked_anew_is_answered_once() {
    let mut script = Script::listed(&[1], fine([1]));
    script.orders();
    let first = job(&script.requests(Do::SetQuery("jane".to_owned())), is_list);
    let second = job(&script.requests(Do::SetQuery("joel".to_owned())), is_list);
    script.answer(first, News::Listed(Box::new(found(&[7, 8], fine([7, 8])))));
    assert_eq!(keys(&script.model.requests), [1], "a late answer changes nothing, and the screen is not blank");
    script.answer(second, News::Listed(Box::new(found(&[9], fine([9])))));
    script.answer(first, failed());
    assert_eq!(keys(&script.model.requests), [9]);
    assert_eq!(script.model.requests.listing.failure(), None);
}

#[test]
fn new_lines_show_at_the_top_and_are_counted_below_it() {
    let mut script = Script::listed(&[2, 1], fine([2, 1]));
    let sync = job(&script.orders(), |command| matches!(command, Command::Sync { follow: true, .. }));
    script.answer(sync, changed(1));
    job(&script.orders(), is_list);
    script.list(&[3, 2, 1], fine([3, 2, 1]));

    script.requests(Do::AtTop(false));
    script.answer(sync, changed(2));
    script.answer(sync, changed(3));
    assert_eq!((script.orders().len(), script.model.requests.unseen), (0, 5));
    job(&script.requests(Do::ShowNew), is_list);
    assert_eq!(script.model.requests.unseen, 0);
    script.list(&[8, 3, 2, 1], fine([8, 3, 2, 1]));

    script.answer(sync, changed(1));
    job(&script.requests(Do::AtTop(true)), is_list);
    let of_another = News::JournalChanged { profile: acme().id, added: 4 };
    script.answer(sync, of_another);
    assert_eq!((script.orders().len(), script.model.requests.unseen), (0, 0), "another tenant's lines stay there");
}

#[test]
fn a_list_under_way_is_not_restarted_by_each_new_line() {
    let mut script = Script::listed(&[1], fine([1]));
    let sync = job(&script.orders(), |command| matches!(command, Command::Sync { .. }));
    script.answer(sync, changed(1));
    let listing = job(&script.orders(), is_list);
    for _ in 0..5 {
        script.answer(sync, changed(1));
    }
    assert_eq!(script.orders(), []);
    script.answer(listing, News::Listed(Box::new(found(&[2, 1], fine([2, 1])))));
    assert_eq!(keys(&script.model.requests), [2, 1], "it comes to its end");
    job(&script.orders(), is_list);
    script.list(&[3, 2, 1], fine([3, 2, 1]));
    assert_eq!(script.orders(), [], "and what came meanwhile is listed once");
}

#[test]
fn the_lines_in_view_are_fetched_once_with_a_margin() {
    let all: Vec<i64> = (0..5_000).collect();
    let mut script = Script::listed(&all, fine(0..200));
    script.orders();
    assert_eq!(script.requests(Do::Visible(0..40)), []);
    let orders = script.requests(Do::Visible(1_000..1_040));
    let fetch = job(&orders, is_rows);
    let Command::Rows { keys, .. } = &orders[0].command else { panic!() };
    assert_eq!((keys[0], keys.len()), (900, 240));
    assert_eq!(script.requests(Do::Visible(1_010..1_050)), [], "they are on their way");
    assert!(!script.model.requests.is_missing(&(1_010..1_050)));
    // One of them has gone from the journal: it is not asked for again and again.
    script.answer(fetch, News::RowsRead(fine((900..1_140).filter(|key| *key != 1_020))));
    assert!(script.model.requests.row(1_000).is_some() && script.model.requests.row(1_020).is_none());
    assert_eq!(script.requests(Do::Visible(1_000..1_040)), []);

    let far = job(&script.requests(Do::Visible(3_000..3_040)), is_rows);
    let farther = job(&script.requests(Do::Visible(4_000..4_040)), is_rows);
    script.answer(far, News::RowsRead(fine(2_900..3_140)));
    assert!(script.model.requests.row(3_000).is_none(), "a late answer is dropped");
    script.answer(farther, News::RowsRead(fine(3_900..4_140)));
    assert!(script.model.requests.row(4_000).is_some());
    assert_eq!(script.requests(Do::Visible(4_990..5_040)).len(), 1, "the end of the list is no obstacle");
}

#[test]
fn lines_that_cannot_be_read_are_told_once_and_not_asked_for_every_frame() {
    let all: Vec<i64> = (0..5_000).collect();
    let mut script = Script::listed(&all, fine(0..200));
    script.orders();
    let fetch = job(&script.requests(Do::Visible(1_000..1_040)), is_rows);
    script.answer(fetch, failed());
    assert_eq!(script.requests(Do::Visible(1_000..1_040)), []);
    assert_eq!(script.said().len(), 1);
    assert_eq!(script.requests(Do::Visible(2_000..2_040)).len(), 1, "elsewhere it is tried");
}

#[test]
fn only_so_many_lines_are_kept() {
    let all: Vec<i64> = (0..50_000).collect();
    let mut script = Script::listed(&all, fine(0..200));
    for start in (0..50_000).step_by(200) {
        let orders = script.requests(Do::Visible(start..start + 200));
        if let Some(fetch) = orders.iter().find(|order| is_rows(&order.command)) {
            let Command::Rows { keys, .. } = &fetch.command else { panic!() };
            script.answer(fetch.job, News::RowsRead(fine(keys.clone())));
        }
        assert!(script.model.requests.row(start + 100).is_some());
        assert!(script.model.requests.rows.len() <= KEPT + 400);
    }
}

#[test]
fn the_next_failure_is_found_beyond_the_loaded_lines() {
    let all: Vec<i64> = (0..5_000).collect();
    let mut first = fine(0..200);
    first[5] = row(5, Outcome::Failure);
    let mut script = Script::listed(&all, first);
    script.orders();
    let next = Do::NextFailure { backwards: false };
    job(&script.requests(next.clone()), |command| matches!(command, Command::Detail { key: 5, .. }));
    assert_eq!((script.model.requests.selected_at, script.model.requests.detail_open), (Some(5), true));

    let seek = job(&script.requests(next.clone()), is_failures);
    let newer = job(&script.requests(next.clone()), is_failures);
    let failures = || News::FailuresFound([5, 1_200, 4_000].into());
    script.answer(seek, failures());
    assert_eq!(script.model.requests.selected_at, Some(5), "a late answer moves nothing");
    script.answer(newer, failures());
    assert_eq!(script.model.requests.selected_at, Some(1_200));
    let seek = job(&script.requests(next.clone()), is_failures);
    script.answer(seek, failures());
    assert_eq!(script.model.requests.selected_at, Some(4_000));
    let seek = job(&script.requests(next), is_failures);
    script.answer(seek, failures());
    assert_eq!(script.model.requests.selected_at, Some(4_000), "there is none further down");
    let back = job(&script.requests(Do::NextFailure { backwards: true }), is_failures);
    script.answer(back, failures());
    assert_eq!(script.model.requests.selected_at, Some(1_200));
}

#[test]
fn the_selection_stays_with_its_line_and_moves_within_the_list() {
    let mut script = Script::listed(&[3, 2, 1], fine([3, 2, 1]));
    script.orders();
    script.requests(Do::OpenAt(1));
    let detail = script.model.requests.detail.loading().unwrap();
    script.requests(Do::ShowNew);
    script.list(&[5, 4, 3, 2, 1], fine([5, 4, 3, 2, 1]));
    assert_eq!((script.model.requests.selected, script.model.requests.selected_at), (Some(2), Some(3)));
    script.requests(Do::Move(-1));
    script.answer(detail, failed());
    assert_eq!(script.model.requests.detail.failure(), None, "the open line is another by now");
    for (by, wanted) in [(10, 4), (-10, 0), (1, 1)] {
        script.requests(Do::Move(by));
        assert_eq!(script.model.requests.selected_at, Some(wanted));
    }
}

#[test]
fn what_is_typed_narrows_the_query_and_a_chip_turns_back_into_text() {
    let mut script = Script::listed(&[1], fine([1]));
    let printed = |script: &Script| script.model.requests.query.to_string();
    script.requests(Do::SetQuery("jane or joel".to_owned()));
    script.requests(Do::Text("outcome:failure".to_owned()));
    job(&script.requests(Do::Submit), is_list);
    assert_eq!(printed(&script), "(jane or joel) outcome:failure", "typed words narrow the whole query");
    assert_eq!(script.model.requests.text, "");
    script.requests(Do::AddTerm { term: "user:\"Jane Doe\"".to_owned(), negate: true });
    assert_eq!(printed(&script), "(jane or joel) outcome:failure -user:\"Jane Doe\"");

    script.requests(Do::Text("half".to_owned()));
    assert_eq!(script.model.requests.effective().terms().len(), 4);
    script.requests(Do::EditChip(1));
    assert_eq!(script.model.requests.text, "outcome:failure half", "nothing typed is lost");
    assert_eq!(printed(&script), "(jane or joel) -user:\"Jane Doe\"");
    script.requests(Do::RemoveChip(0));
    assert_eq!(printed(&script), "-user:\"Jane Doe\"");

    script.requests(Do::Text("status:often".to_owned()));
    assert_eq!(script.requests(Do::Submit), [], "a slip asks for nothing");
    assert!(script.model.requests.problem.is_some());
    assert_eq!(script.model.requests.text, "status:often");
    script.requests(Do::Text("status:4xx".to_owned()));
    assert_eq!(script.model.requests.problem, None, "typing on takes the problem away");
    script.requests(Do::SetQuery("since:24h until:1h jane".to_owned()));
    script.requests(Do::ClearTime);
    assert_eq!(printed(&script), "jane");
}

#[test]
fn words_narrow_the_list_while_they_are_typed() {
    let mut script = Script::listed(&[1], fine([1]));
    script.requests(Do::SetQuery("outcome:failure".to_owned()));
    for (text, wanted) in [
        ("am", Some("outcome:failure am")),
        ("ame", Some("outcome:failure ame")),
        ("ame ", None),
        ("ame sta", None),
        ("ame status:4", None),
        ("ame status:4xx ", Some("outcome:failure ame status:4xx")),
        ("ame", Some("outcome:failure ame")),
        ("us", Some("outcome:failure")),
        ("us ", Some("outcome:failure us")),
        ("\"half", Some("outcome:failure")),
        ("", None),
    ] {
        let orders = script.requests(Do::Text(text.to_owned()));
        let asked = orders.iter().find_map(|order| match &order.command {
            Command::List { query, .. } => Some(query.to_string()),
            _ => None,
        });
        assert_eq!(asked.as_deref(), wanted, "{text:?}");
    }
    assert_eq!(script.model.requests.query.to_string(), "outcome:failure", "only Enter settles what was typed");
}

#[test]
fn a_column_asked_for_twice_stands_the_other_way_round() {
    let mut script = Script::listed(&[1], fine([1]));
    for (by, descending) in [
        (SortBy::User, false),
        (SortBy::User, true),
        (SortBy::Duration, true),
        (SortBy::Time, true),
        (SortBy::Time, false),
    ] {
        let orders = script.requests(Do::Sort(by));
        let wanted = Sorting { by, descending };
        job(&orders, |command| matches!(command, Command::List { sorting, .. } if *sorting == wanted));
    }
}

#[test]
fn another_tenant_ends_the_catch_up_of_this_one() {
    let mut script = Script::listed(&[1], fine([1]));
    let sync = job(&script.orders(), |command| matches!(command, Command::Sync { .. }));
    let orders = script.act(Action::Switch(acme().id));
    job(&orders, |command| *command == Command::Cancel(sync));
    job(&orders, |command| matches!(command, Command::Sync { profile, .. } if *profile == acme().id));
    job(&orders, |command| matches!(command, Command::List { profile, .. } if *profile == acme().id));
    assert_eq!(script.model.requests.listing.value(), None, "the other tenant's lines are gone");
    script.answer(sync, News::Live(Live::Following));
    script.answer(sync, News::Progress { what: "", done: 3, total: None });
    script.answer(sync, News::Synced { added: 3 });
    assert_eq!((script.model.requests.live.clone(), script.model.requests.progress), (None, None));
}

#[test]
fn live_goes_off_and_on() {
    let mut script = Script::listed(&[1], fine([1]));
    let sync = job(&script.orders(), |command| matches!(command, Command::Sync { .. }));
    script.answer(sync, News::Progress { what: "", done: 3, total: None });
    let orders = script.requests(Do::Live(false));
    job(&orders, |command| *command == Command::Cancel(sync));
    assert_eq!((orders.len(), script.model.requests.progress), (1, None));
    script.answer(sync, News::Synced { added: 0 });
    assert_eq!(script.model.requests.live, Some(Live::Off));
    let again = job(&script.requests(Do::Live(true)), |command| matches!(command, Command::Sync { follow: true, .. }));
    script.answer(again, News::Live(Live::Following));
    assert_eq!(script.model.requests.live, Some(Live::Following));
    script.answer(again, failed());
    assert!(script.model.requests.sync_failure.is_some());
    job(&script.requests(Do::Retry), |command| matches!(command, Command::Sync { .. }));
    assert_eq!(script.model.requests.sync_failure, None);
}

#[test]
fn trying_again_repeats_only_what_failed() {
    let mut script = Script::listed(&[1], fine([1]));
    script.orders();
    assert_eq!(script.requests(Do::Retry), []);
    let listing = job(&script.requests(Do::SetQuery("jane".to_owned())), is_list);
    script.answer(listing, failed());
    assert_eq!(keys(&script.model.requests), [1], "the last good list stays");
    let orders = script.requests(Do::Retry);
    job(&orders, is_list);
    assert_eq!(orders.len(), 1);
}
