//! The questions that a ticket asks of a whole log, over the practice tenant's day: what is received and not mapped, and
//! all that ever happened to one person.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop where its ground is missing"
)]

mod desk;

use std::sync::Arc;

use scim_console::{
    diagnosis::EvidenceFormat,
    domain::{
        coverage::{Received, Standing, coverage},
        exchange::Operation,
        failure::FailureKind,
        journal::{Record, Source, Summary},
        profile::ProfileId,
        query::{GroupBy, Query},
        story::{Account, Gap, Gathered, tell},
    },
    engine::{Command, Forgetting, News, TokenChange, credentials::MemoryCredentials},
};
use tempfile::tempdir;

use self::desk::{Desk, HandClock, profile};

fn with_a_day(dir: &std::path::Path) -> (Desk, ProfileId) {
    let clock = HandClock::noon();
    let desk = Desk::start(dir, move || clock.now(), Arc::new(MemoryCredentials::default()), 900);
    desk.opened();
    let id = desk.sandbox().id;
    desk.ask(Command::Sync { profile: id.clone(), follow: false });
    (desk, id)
}

fn received(desk: &Desk, profile: &ProfileId, query: &str, last: usize, fetching: bool) -> Received {
    let query = Box::new(Query::parse(query).unwrap());
    match desk.ask(Command::ReadReceived { profile: profile.clone(), query, last, fetching }) {
        News::ReceivedRead(received) => *received,
        other => panic!("not counted: {other:?}"),
    }
}

fn gathered(desk: &Desk, profile: &ProfileId, of: &str) -> Gathered {
    match desk.ask(Command::Story { profile: profile.clone(), of: of.to_owned() }) {
        News::StoryRead { gathered, .. } => *gathered,
        other => panic!("not gathered: {other:?}"),
    }
}

#[test]
fn coverage_of_a_day_finds_what_is_dropped_and_bodies_are_read_only_when_asked() {
    let dir = tempdir().unwrap();
    let (desk, id) = with_a_day(dir.path());
    let first = received(&desk, &id, "", 10_000, false);
    assert!(first.requests > 50, "{}", first.requests);
    assert!(first.without_body > 0, "only the newest lines come with their bodies");
    let whole = received(&desk, &id, "", 10_000, true);
    assert_eq!((whole.without_body, whole.requests), (0, first.requests + first.without_body));
    assert_eq!(received(&desk, &id, "", 20, false).requests, 20);
    let News::MappingsPulled { mappings, .. } = desk.ask(Command::PullMappings(id.clone())) else {
        panic!("no mappings")
    };
    let rows = coverage(&whole, &mappings.mappings);
    assert!(rows.is_sorted_by_key(|row| row.standing));
    let unmapped = rows.iter().find(|row| row.standing == Standing::Unmapped).expect("something is not mapped");
    assert!(unmapped.seen > 0 && unmapped.landed == 0 && unmapped.last_seen.is_some());
    let name = rows.iter().find(|row| row.attribute.ends_with(":userName")).expect("a built-in one");
    assert_eq!((name.standing, name.built_in), (Standing::Lands, true));
    desk.is_tidy();
}

#[test]
fn a_newer_count_supersedes_the_older() {
    let dir = tempdir().unwrap();
    let (desk, id) = with_a_day(dir.path());
    let order = || Command::ReadReceived { profile: id.clone(), query: Box::default(), last: 10_000, fetching: false };
    let (older, newer) = (desk.send(order()), desk.send(order()));
    assert!(matches!(desk.end(newer), News::ReceivedRead(_)));
    match desk.end(older) {
        News::Failed(failure) => assert_eq!(failure.kind, FailureKind::Cancelled),
        other => assert!(matches!(other, News::ReceivedRead(_)), "{other:?}"),
    }
}

#[test]
fn a_persons_story_is_the_same_from_every_name_and_a_silent_tenant_is_told() {
    let dir = tempdir().unwrap();
    let (desk, id) = with_a_day(dir.path());
    let created = desk.rows(&id, "operation:create outcome:success");
    let person = created.last().expect("somebody was created").summary.clone();
    let name = person.user.clone().expect("with a name");
    let by_name = tell(&gathered(&desk, &id, &name.to_uppercase()));
    let by_id = tell(&gathered(&desk, &id, person.resource_id.as_deref().expect("with an id")));
    assert_eq!(by_name.steps, by_id.steps);
    let birth = by_name.steps.iter().find(|step| step.operation == Operation::Create && !step.changes.is_empty());
    let birth = birth.expect("the creation is a step");
    assert_eq!(birth.state.account, Account::Exists);
    assert_eq!(birth.state.get("userName").and_then(|value| value.as_str()), Some(name.as_str()));
    assert!(by_name.steps.iter().all(|step| step.gap.is_none()), "no directory's log was read");

    // The directory says that it changed her title between two requests that the tenant's log has.
    let at = person.at + jiff::SignedDuration::from_mins(7);
    let event = serde_json::json!({
        "sourceIdentity": {"id": "obj-1"},
        "modifiedProperties": [{"displayName": "title", "oldValue": null, "newValue": "Lead"}],
    });
    let summary = Summary { id: "event-1".to_owned(), at, operation: Operation::Update, status: None, ..person };
    let record = Record { source: Source::Entra, summary, exchange: None, landing: None, event: Some(event) };
    let mut story = gathered(&desk, &id, &name);
    story.records.push((i64::MAX, record));
    story.records.sort_by_key(|(_, record)| record.summary.at);
    let told = tell(&story);
    let step = told.steps.iter().find(|step| step.sender.is_some()).expect("the directory's step");
    assert!(step.tenant.is_some() || step.gap == Some(Gap::NotReceived), "{step:?}");
    let nobody = gathered(&desk, &id, "nobody-of-this-name");
    assert_eq!((nobody.records.len(), nobody.candidates.len()), (0, 0));
    desk.is_tidy();
}

#[test]
fn the_figures_of_a_day_are_those_of_its_lines_and_each_error_leads_to_its_requests() {
    let dir = tempdir().unwrap();
    let (desk, id) = with_a_day(dir.path());
    let ask = |query: &str| {
        let query = Box::new(Query::parse(query).unwrap());
        match desk.ask(Command::Overview { profile: id.clone(), query }) {
            News::OverviewRead(figures) => *figures,
            other => panic!("no figures: {other:?}"),
        }
    };
    let figures = ask("");
    let overview = &figures.overview;
    assert_eq!(overview.requests, desk.list(&id, "").total);
    assert_eq!(overview.failed as usize, desk.list(&id, "outcome:failure").keys.len());
    assert!(figures.tenant_only && overview.latency.is_some() && overview.last_push.is_some());
    for line in &overview.errors {
        assert_eq!(desk.list(&id, &line.query).keys.len() as u64, line.requests, "{}", line.query);
    }
    let shape: u64 = figures.histogram.bars.iter().flat_map(|bar| bar.counts).map(u64::from).sum();
    assert_eq!(shape, overview.requests);
    assert_eq!(ask("user:nobody").overview.requests, 0);
    desk.is_tidy();
}

#[test]
fn figures_of_many_requests_are_of_all_of_them() {
    let dir = tempdir().unwrap();
    let desk = Desk::open(dir.path());
    let id = ProfileId("acme".to_owned());
    desk.save(&profile("acme", "https://acme.example/scim/v2"), TokenChange::Keep);
    // More than are counted at a time.
    let lines: Vec<String> = (0..20_000_u32)
        .map(|number| {
            let status = if number % 10 == 0 { "failure" } else { "success" };
            let code = if number % 20 == 0 { "InvalidA" } else { "invalida" };
            serde_json::json!({
                "id": format!("record-{number}"), "activityDateTime": "2026-11-20T08:00:00Z",
                "provisioningAction": "update", "sourceIdentity": {"id": format!("object-{}", number % 500)},
                "provisioningStatusInfo": {"status": status, "errorInformation": {"errorCode": code}},
            })
            .to_string()
        })
        .collect();
    let file = dir.path().join("log.jsonl");
    std::fs::write(&file, lines.join("\n")).unwrap();
    desk.ask(Command::Import { profile: id.clone(), files: vec![file], columns: Vec::new() });
    let News::OverviewRead(figures) = desk.ask(Command::Overview { profile: id.clone(), query: Box::default() }) else {
        panic!("no figures")
    };
    let overview = &figures.overview;
    assert_eq!((overview.requests, overview.failed, overview.error_kinds), (20_000, 2_000, 1));
    for line in &overview.errors {
        assert_eq!(desk.list(&id, &line.query).keys.len() as u64, line.requests, "{}", line.query);
    }
    desk.is_tidy();
}

#[test]
fn the_causes_of_a_day_are_known_and_each_leads_to_a_request_that_shows_it() {
    let dir = tempdir().unwrap();
    let (desk, id) = with_a_day(dir.path());
    let News::CausesFound(causes) =
        desk.ask(Command::Diagnose { profile: id.clone(), query: Box::new(Query::everything()) })
    else {
        panic!("no causes")
    };
    let failed = desk.rows(&id, "outcome:failure");
    assert!(causes.requests >= 900 && !failed.is_empty(), "{causes:?}");
    let explained: u64 = causes.causes.iter().map(|cause| cause.requests).sum();
    assert!(causes.unexplained * 5 <= failed.len() as u64, "few failures have no cause: {causes:?}");
    assert!(explained >= failed.len() as u64 - causes.unexplained, "{causes:?}");
    for cause in &causes.causes {
        assert!(cause.people <= cause.requests && cause.first <= cause.last, "{cause:?}");
        assert!(desk.rows(&id, "").iter().any(|row| row.key == cause.newest), "{cause:?} leads to a request");
    }
    for cause in &causes.causes {
        let found = desk.rows(&id, &format!("cause:{}", cause.id));
        assert_eq!(found.len() as u64, cause.requests, "{cause:?}");
        assert_eq!(found[0].key, cause.newest, "{cause:?}");
    }
    let without = desk.rows(&id, "outcome:failure cause:\"\"");
    assert_eq!(without.len() as u64, causes.unexplained);
    assert!(desk.rows(&id, "cause:there-is-none-of-this-name").is_empty());
    let some = &causes.causes[0];
    let narrower = desk.rows(&id, &format!("since:6h cause:{}", some.id));
    assert!(narrower.len() as u64 <= some.requests, "only those of the span");
    let by_user = desk.ask(Command::Group {
        profile: id.clone(),
        query: Box::new(Query::parse(&format!("cause:{}", some.id)).unwrap()),
        by: GroupBy::User,
    });
    let News::Grouped(people) = by_user else { panic!("not grouped") };
    assert!(people.len() as u64 >= some.people, "{people:?} of {some:?}");
    let file = dir.path().join("recorded.jsonl");
    std::fs::write(&file, taken(1).to_string()).unwrap();
    desk.ask(Command::Import { profile: id.clone(), files: vec![file], columns: Vec::new() });
    let recorded = desk.rows(&id, "source:recording cause:conflict-existing-user");
    assert_eq!(recorded.len(), 1, "what somebody else tells of is known, and not counted twice");
    let conflicts = causes.of("conflict-existing-user").map_or(0, |cause| cause.requests);
    for (query, expected) in [("", conflicts), ("cause:conflict*", conflicts), ("source:recording cause:conflict*", 1)]
    {
        let query = Box::new(Query::parse(query).unwrap());
        let News::CausesFound(found) = desk.ask(Command::Diagnose { profile: id.clone(), query: query.clone() }) else {
            panic!("no causes")
        };
        assert_eq!(found.of("conflict-existing-user").map_or(0, |cause| cause.requests), expected, "{query}");
    }
    let keys: Vec<i64> = failed.iter().map(|row| row.key).collect();
    let News::Marked(marks) = desk.ask(Command::Mark { profile: id, keys }) else { panic!("not marked") };
    assert!(marks.len() as u64 + causes.unexplained >= failed.len() as u64, "{} of {}", marks.len(), failed.len());
}

#[test]
fn a_log_that_grows_is_looked_at_where_it_grew() {
    let dir = tempdir().unwrap();
    let desk = Desk::open(dir.path());
    let id = ProfileId("acme".to_owned());
    desk.save(&profile("acme", "https://acme.example/scim/v2"), TokenChange::Keep);
    let import = |name: &str, days: std::ops::Range<u32>| {
        let lines: Vec<String> = days.map(|day| taken(day).to_string()).collect();
        let file = dir.path().join(name);
        std::fs::write(&file, lines.join("\n")).unwrap();
        desk.ask(Command::Import { profile: id.clone(), files: vec![file], columns: Vec::new() });
    };
    let count = |query: &str| {
        let whole = Command::Diagnose { profile: id.clone(), query: Box::new(Query::parse(query).unwrap()) };
        let News::CausesFound(causes) = desk.ask(whole) else { panic!("no causes") };
        (causes.requests, causes.of("conflict-existing-user").map_or(0, |cause| cause.requests))
    };
    let listed = |query: &str| desk.rows(&id, query).len() as u64;
    import("first.jsonl", 1..5);
    assert_eq!(listed("cause:conflict*"), 4, "asked before anybody looked for causes");
    assert_eq!(count(""), (4, 4));
    import("later.jsonl", 5..8);
    assert_eq!(listed("cause:conflict*"), 7, "those that came later");
    assert_eq!(count(""), (7, 7));
    let last_days = "since:2026-03-03";
    assert_eq!((count(last_days), listed(&format!("{last_days} cause:*"))), ((6, 6), 6), "a narrower span");
    assert_eq!(listed("-cause:conflict*"), 0, "a wider one again");
    import("earlier.jsonl", 0..1);
    assert_eq!((listed("cause:conflict*"), count("")), (8, (8, 8)), "what came later and is older");
    desk.ask(Command::Forget { which: Forgetting::Person(id.clone(), "user3@acme.example".to_owned()), really: true });
    assert_eq!((listed("cause:conflict*"), count("")), (7, (7, 7)), "what is forgotten");
}

#[test]
fn what_another_window_imports_shows_here() {
    let dir = tempdir().unwrap();
    let (here, there) = (Desk::open(dir.path()), Desk::open(dir.path()));
    let id = ProfileId("acme".to_owned());
    here.save(&profile("acme", "https://acme.example/scim/v2"), TokenChange::Keep);
    assert_eq!(here.rows(&id, "").len(), 0, "nothing is there, and somebody looks at it");
    let file = dir.path().join("log.jsonl");
    let lines: Vec<String> = (0..4).map(|day| taken(day).to_string()).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    there.ask(Command::Import { profile: id.clone(), files: vec![file], columns: Vec::new() });
    let (profile, added) = loop {
        if let News::JournalChanged { profile, added } = here.next().news {
            break (profile, added);
        }
    };
    assert_eq!((profile, added), (id.clone(), 4));
    assert_eq!(here.rows(&id, "").len(), 4);
    here.is_tidy();
    there.is_tidy();
}

/// A refused create of one day.
fn taken(day: u32) -> serde_json::Value {
    let name = format!("user{day}@acme.example");
    serde_json::json!({
        "at": format!("2026-03-0{}T08:00:00Z", day + 1),
        "request": {"method": "POST", "url": "https://acme.example/scim/v2/Users",
            "headers": {"content-type": "application/scim+json"},
            "body": {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": true}},
        "response": {"status": 409, "headers": {"content-type": "application/scim+json"},
            "body": {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "409",
                "scimType": "uniqueness", "detail": format!("userName {name} is already taken")}},
    })
}

#[test]
fn evidence_is_a_file_without_people_that_is_diagnosed_alike() {
    let dir = tempdir().unwrap();
    let (desk, id) = with_a_day(dir.path());
    desk.ask(Command::Diagnose { profile: id.clone(), query: Box::new(Query::everything()) });
    let failed = desk.rows(&id, "outcome:failure");
    let out = tempdir().unwrap();
    for (name, redacts) in [("e.md", true), ("e.html", true), ("e.zip", true), ("named.md", false)] {
        let wanted = Command::Report {
            profile: id.clone(),
            tenant: "Acme".to_owned(),
            query: Box::new(Query::parse("outcome:failure").unwrap()),
            format: EvidenceFormat::of_name(name).unwrap(),
            redacts,
            to: Some(out.path().join(name)),
        };
        let News::Exported { path, lines } = desk.ask(wanted) else { panic!("not written") };
        assert_eq!(lines, failed.len() as u64);
        let bytes = std::fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let named = failed.iter().filter_map(|row| row.summary.user.as_deref()).any(|user| text.contains(user));
        assert_eq!(named, !redacts, "{name}");
        assert_eq!(text.contains("Redaction was switched off"), !redacts, "{name}");
        // One request alone does not show it.
        assert!(name.ends_with("zip") || text.contains("meets their own inactive account"), "{name}");
    }
    let nowhere = Command::Report {
        profile: id,
        tenant: "Acme".to_owned(),
        query: Box::default(),
        format: EvidenceFormat::Html,
        redacts: true,
        to: Some(out.path().join("not-there/e.html")),
    };
    assert_eq!(desk.failure(nowhere).kind, FailureKind::FileUnreadable);
}
