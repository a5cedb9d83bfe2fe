//! Tables of logs: what belongs to one person, which lines are the same change, and what the tenant should hold then.

use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::domain::{
    attribute::{CORE_USER, ENTERPRISE_USER},
    exchange::{Exchange, Request, Response},
    journal::Summary,
    landing::{Dropped, Landing},
};

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

/// A line of the tenant's log.
fn tenant(second: i64, method: &str, path: &str, status: u16, body: Value, answer: Value) -> Record {
    let outcome = if status < 400 { Outcome::Success } else { Outcome::Failure };
    let summary = Summary {
        id: format!("t{second}"),
        at: at(second),
        method: method.to_owned(),
        path: format!("/scim/v2{path}"),
        status: Some(status),
        outcome,
        operation: Operation::of(method, path, &body),
        user: None,
        resource_id: id_in_path(path).map(str::to_owned),
        scim_type: None,
        detail: None,
        duration_ms: None,
        client: Some("Entra".to_owned()),
    };
    let request = Request { method: method.to_owned(), url: path.to_owned(), body, ..Request::default() };
    let response = Some(Response { status, body: answer, ..Response::default() });
    let exchange = Some(Exchange { request, response, error: None, at: None, duration_ms: None });
    Record { source: Source::Tenant, summary, exchange, landing: None, event: None }
}

/// A line of Entra's log about the directory's object `obj`.
fn entra(second: i64, operation: Operation, outcome: Outcome, changed: Value) -> Record {
    let summary = Summary {
        id: format!("e{second}"),
        at: at(second),
        method: String::new(),
        path: String::new(),
        status: None,
        outcome,
        operation,
        user: Some("jane@x.com".to_owned()),
        resource_id: None,
        scim_type: None,
        detail: None,
        duration_ms: None,
        client: Some("Entra".to_owned()),
    };
    let properties: Vec<Value> = changed
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| json!({"displayName": name, "oldValue": null, "newValue": value}))
        .collect();
    let event =
        json!({"sourceIdentity": {"id": "obj"}, "targetIdentity": {"id": ""}, "modifiedProperties": properties});
    Record { source: Source::Entra, summary, exchange: None, landing: None, event: Some(event) }
}

fn user(id: &str, name: &str) -> Value {
    json!({"schemas": [CORE_USER], "id": id, "userName": name, "active": true})
}

fn create(second: i64, id: &str, name: &str) -> Record {
    tenant(second, "POST", "/Users", 201, json!({"userName": name}), user(id, name))
}

/// Gathers over a log as the engine does: every line is looked at for each identifier.
fn gather(start: &str, log: &[Record], spans: Spans) -> Gathered {
    let mut gathering = Gathering::of(start);
    while let Some((identifier, _)) = gathering.next_search() {
        let found = log.iter().enumerate().map(|(key, record)| (i64::try_from(key).unwrap(), record.clone()));
        let fresh: Vec<(i64, Record)> = found.filter(|(key, _)| !gathering.has(*key)).collect();
        gathering.take(&identifier, fresh);
    }
    gathering.done(spans)
}

fn story(start: &str, log: &[Record]) -> Story {
    tell(&gather(start, log, Spans::default()))
}

/// `operation outcome tenant+sender attribute=after…`
fn steps(story: &Story) -> Vec<String> {
    let line = |step: &Step| {
        let sides = [step.tenant.as_ref().map(|_| "tenant"), step.sender.as_ref().map(|s| s.source.key())];
        let sides: Vec<&str> = sides.into_iter().flatten().collect();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let changes: Vec<String> =
            step.changes.iter().map(|change| format!("{}={}", change.attribute, text(&change.after))).collect();
        format!("{} {} {}", step.operation.key(), sides.join("+"), changes.join(" ")).trim_end().to_owned()
    };
    story.steps.iter().map(line).collect()
}

#[test]
fn a_person_is_followed_through_ids_and_old_names_and_nobody_else_is() {
    let patch = json!({"Operations": [{"op": "Replace", "path": "userName", "value": "jane.smith@x.com"}]});
    let log = [
        create(1, "A", "Jane@x.com"),
        create(2, "B", "janet@x.com"),
        tenant(3, "PATCH", "/Users/A", 200, patch, user("A", "jane.smith@x.com")),
        tenant(
            4,
            "GET",
            "/Users?filter=userName%20eq%20%22jane.smith%40x.com%22",
            200,
            Value::Null,
            json!({"totalResults": 0, "Resources": []}),
        ),
        tenant(5, "DELETE", "/Users/A", 204, Value::Null, Value::Null),
    ];
    for start in ["jane@x.com", "JANE.SMITH@x.com", "A", " a "] {
        let story = story(start, &log);
        assert_eq!(
            steps(&story),
            [
                "create tenant account=exists active=true userName=Jane@x.com",
                "update tenant userName=jane.smith@x.com",
                "match tenant",
                "delete tenant account=deleted",
            ],
            "from {start}"
        );
        assert_eq!(story.person.user_names, ["Jane@x.com", "jane.smith@x.com"]);
        assert_eq!((story.person.ids, story.cautions), (vec!["A".to_owned()], Vec::<String>::new()));
        assert_eq!(story.steps[2].tenant.as_ref().unwrap().found, Some(0));
    }
}

#[test]
fn the_state_is_what_the_tenant_answered_or_else_what_was_sent_and_not_dropped() {
    let sent = json!({"Operations": [
        {"op": "Add", "path": "title", "value": "Lead"},
        {"op": "Add", "path": format!("{ENTERPRISE_USER}:costcenter"), "value": "1"},
        {"op": "Remove", "path": "nickName"},
    ]});
    let mut silent = tenant(2, "PATCH", "/Users/A", 204, sent.clone(), Value::Null);
    let attribute = format!("{ENTERPRISE_USER}:costcenter");
    let dropped = Dropped { attribute, value: json!("1"), reason: "No mapping.".to_owned() };
    silent.landing = Some(Landing { landed: Vec::new(), dropped: vec![dropped] });
    let mut created = create(1, "A", "jane");
    created.exchange.as_mut().unwrap().response.as_mut().unwrap().body["nickName"] = json!("J");
    let refused = tenant(3, "PATCH", "/Users/A", 400, sent, json!({"status": "400"}));
    let off = json!({"Operations": [{"op": "Replace", "path": "active", "value": "False"}]});
    let off = tenant(4, "PATCH", "/Users/A", 204, off, Value::Null);
    let same = json!({"Operations": [{"op": "Replace", "path": "active", "value": false}]});
    let same = tenant(5, "PATCH", "/Users/A", 204, same, Value::Null);
    let story = story("jane", &[created, silent, refused, off, same]);
    assert_eq!(
        steps(&story)[1..],
        [
            "update tenant title=Lead nickName=null",
            "update tenant",
            "deactivate tenant active=False",
            "deactivate tenant"
        ]
    );
    let last = &story.steps[4].state;
    assert_eq!((last.account, last.get("TITLE")), (Account::Exists, Some(&json!("Lead"))));
}

#[test]
fn what_was_sent_and_not_kept_is_told_and_no_change_is_blank() {
    let body =
        json!({"userName": "jane", "title": "Lead", ENTERPRISE_USER: {"department": "Care"}, "externalId": "e1"});
    let mut answer = user("A", "jane");
    answer["title"] = json!("Lead");
    let created = tenant(1, "POST", "/Users", 201, body, answer.clone());
    let again = json!({"Operations": [{"op": "Replace", "path": "title", "value": "Lead"}]});
    let same = tenant(2, "PATCH", "/Users/A", 200, again.clone(), answer.clone());
    let mut dropping = tenant(3, "PATCH", "/Users/A", 200, again.clone(), answer.clone());
    let dropped = Dropped { attribute: "nickName".to_owned(), value: json!("J"), reason: "No mapping.".to_owned() };
    dropping.landing = Some(Landing { landed: Vec::new(), dropped: vec![dropped] });
    let refused = tenant(4, "PATCH", "/Users/A", 400, again.clone(), json!({"status": "400"}));
    let mut bare = tenant(5, "PATCH", "/Users/A", 200, Value::Null, Value::Null);
    bare.exchange = None;
    let partial = tenant(6, "PATCH", "/Users/A?attributes=userName", 200, again, user("A", "jane"));
    let story = story("jane", &[created, same, dropping, refused, bare, partial]);
    let words: Vec<String> = story.steps.iter().map(Step::change_words).collect();
    assert_eq!(
        words[..5],
        [
            "account created with 3 values; sent, not kept: department",
            "as it was: title",
            "sent, not kept: nickName",
            "asked for: title",
            "not known: its body is not here",
        ]
    );
    assert_eq!(story.steps[5].lost, [], "the answer was asked to leave it out");
    let endings: Vec<Outcome> = story.steps.iter().take(4).map(Step::ending).collect();
    assert_eq!(endings, [Outcome::Warning, Outcome::Success, Outcome::Warning, Outcome::Failure]);
    assert!(story.text(false).contains("sent, not kept: department"));
}

#[test]
fn a_change_after_a_deletion_leaves_open_whether_there_is_an_account() {
    let log = [
        create(1, "A", "jane@x.com"),
        entra(2, Operation::Create, Outcome::Success, json!({"userName": "jane@x.com"})),
        entra(1_000, Operation::Delete, Outcome::Success, json!({})),
        entra(2_000, Operation::Update, Outcome::Failure, json!({"title": "Clerk"})),
        entra(3_000, Operation::Other, Outcome::Success, json!({})),
        entra(4_000, Operation::Update, Outcome::Success, json!({"title": "Lead"})),
    ];
    let story = story("jane@x.com", &log);
    let accounts: Vec<Account> = story.steps.iter().map(|step| step.state.account).collect();
    let [exists, deleted, unknown] = [Account::Exists, Account::Deleted, Account::Unknown];
    assert_eq!(accounts, [exists, deleted, deleted, deleted, unknown]);
    assert_eq!(story.steps[4].change_words(), "account changed after it was deleted, title: Lead");
}

#[test]
fn both_sides_of_one_change_stand_together() {
    let mut failed = tenant(10, "POST", "/Users", 409, json!({"userName": "jane@x.com"}), Value::Null);
    failed.summary.user = Some("jane@x.com".to_owned());
    let log = [
        failed,
        entra(40, Operation::Create, Outcome::Failure, json!({})),
        create(1_000, "A", "jane@x.com"),
        entra(1_005, Operation::Create, Outcome::Success, json!({"userName": "jane@x.com"})),
        // Too far apart, and of another kind.
        entra(1_300, Operation::Update, Outcome::Success, json!({"title": "Lead"})),
        tenant(1_310, "DELETE", "/Users/A", 204, Value::Null, Value::Null),
    ];
    let story = story("jane@x.com", &log);
    assert_eq!(
        steps(&story),
        [
            "create tenant+entra",
            "create tenant+entra account=exists active=true userName=jane@x.com",
            "update entra title=Lead",
            "delete tenant account=deleted",
        ]
    );
    assert_eq!(story.steps[0].at, at(10), "the tenant's time counts");
    assert_eq!(story.person.external_ids, ["obj"]);
    assert!(!story.steps[0].disagrees());
}

#[test]
fn the_nearest_line_is_the_partner_and_each_has_one() {
    let off = || json!({"Operations": [{"op": "Replace", "path": "active", "value": "False"}]});
    let title = json!({"Operations": [{"op": "Replace", "path": "title", "value": "x"}]});
    let log = [
        create(1, "A", "jane@x.com"),
        tenant(500, "PATCH", "/Users/A", 204, title, Value::Null),
        tenant(560, "PATCH", "/Users/A", 204, off(), Value::Null),
        entra(505, Operation::Deactivate, Outcome::Success, json!({})),
        entra(508, Operation::Update, Outcome::Success, json!({})),
    ];
    let told = story("jane@x.com", &log);
    let pairs: Vec<(i64, i64)> = told.steps[1..]
        .iter()
        .map(|step| (step.tenant.as_ref().unwrap().key, step.sender.as_ref().unwrap().key))
        .collect();
    assert_eq!(pairs, [(1, 4), (2, 3)], "the same kind goes before the nearest");
}

#[test]
fn the_same_ending_goes_before_the_nearest_in_time() {
    let refused = || {
        let mut refused = tenant(101, "POST", "/Users", 409, json!({"userName": "jane@x.com"}), Value::Null);
        refused.summary.user = Some("jane@x.com".to_owned());
        refused
    };
    let done = entra(102, Operation::Create, Outcome::Success, json!({"userName": "jane@x.com"}));
    let failed = entra(130, Operation::Create, Outcome::Failure, json!({}));
    let told = story("jane@x.com", &[create(100, "A", "jane@x.com"), refused(), done.clone(), failed]);
    let pairs: Vec<i64> = told.steps.iter().map(|step| step.sender.as_ref().unwrap().key).collect();
    assert_eq!(pairs, [2, 3]);
    let alone = story("jane@x.com", &[refused(), done]);
    assert!(alone.steps[0].disagrees(), "where there is no other, they are still the same change");
}

#[test]
fn what_the_tenant_never_saw_it_does_not_hold() {
    let log =
        [create(100, "A", "jane@x.com"), entra(500, Operation::Update, Outcome::Success, json!({"title": "Lead"}))];
    let whole = Spans { tenant: Some((at(0), at(1_000))), ..Spans::default() };
    let step = tell(&gather("jane@x.com", &log, whole)).steps.remove(1);
    assert_eq!((step.changes.len(), step.state.get("title")), (0, None));
    assert_eq!(step.claimed[0].after, json!("Lead"));
    assert_eq!(step.change_words(), "said: title: Lead");
    let unread = story("jane@x.com", &log).steps.remove(1);
    assert_eq!(
        unread.state.get("title"),
        Some(&json!("Lead")),
        "where its log was not read, the directory is believed"
    );
}

#[test]
fn silence_means_something_only_where_the_log_was_read() {
    let log = [
        create(100, "A", "jane@x.com"),
        entra(500, Operation::Update, Outcome::Success, json!({"title": "Lead"})),
        entra(600, Operation::Update, Outcome::Skipped, json!({})),
        entra(700, Operation::Update, Outcome::Failure, json!({})),
    ];
    let whole = Some((at(0), at(1_000)));
    let short = Some((at(0), at(300)));
    for (spans, wanted) in [
        (Spans::default(), [None; 4]),
        (Spans { tenant: whole, ..Spans::default() }, [None, Some(Gap::NotReceived), None, None]),
        (Spans { tenant: short, ..Spans::default() }, [None; 4]),
        (Spans { entra: whole, ..Spans::default() }, [Some(Gap::NotInDirectoryLog), None, None, None]),
        (Spans { okta: whole, ..Spans::default() }, [None; 4]),
    ] {
        let gaps: Vec<Option<Gap>> =
            tell(&gather("jane@x.com", &log, spans)).steps.iter().map(|step| step.gap).collect();
        assert_eq!(gaps, wanted, "{spans:?}");
    }
}

#[test]
fn what_began_before_the_log_is_seen_not_created_and_a_later_look_is_believed() {
    let patch = json!({"Operations": [{"op": "replace", "path": "title", "value": "Lead"}]});
    let mut off = user("A", "jane@x.com");
    off["active"] = false.into();
    let log = [
        tenant(1, "PATCH", "/Users/A", 204, patch, Value::Null),
        tenant(
            2,
            "GET",
            "/Users/A?attributes=userName",
            200,
            Value::Null,
            json!({"id": "A", "userName": "jane@x.com"}),
        ),
        tenant(3, "GET", "/Users/A", 200, Value::Null, off),
    ];
    let told = story("A", &log);
    let words: Vec<String> = told.steps.iter().map(Step::change_words).collect();
    assert_eq!(words, ["account first seen with 1 value", "userName: jane@x.com", "active: false, title removed"]);
    assert_eq!(told.steps[2].state.get("active"), Some(&json!(false)), "somebody else suspended them");
    let created = story("B", &[create(1, "B", "ben@x.com")]);
    assert!(created.steps[0].change_words().starts_with("account created with"));
}

#[test]
fn a_story_that_was_cut_tells_no_silence() {
    let log = [create(1, "A", "jane@x.com"), entra(50, Operation::Update, Outcome::Success, json!({"title": "Lead"}))];
    let spans = Spans { tenant: Some((at(0), at(100))), ..Spans::default() };
    let mut gathered = gather("jane@x.com", &log, spans);
    assert!(tell(&gathered).steps.iter().any(|step| step.gap == Some(Gap::NotReceived)));
    gathered.truncated = true;
    assert!(tell(&gathered).steps.iter().all(|step| step.gap.is_none()));
    gathered.without_bodies = 3;
    assert!(tell(&gathered).cautions.iter().any(|caution| caution.contains("bodies of 3 requests")));
}

#[test]
fn a_name_that_was_used_again_is_told() {
    let log = [
        create(1, "A", "jane@x.com"),
        tenant(2, "DELETE", "/Users/A", 204, Value::Null, Value::Null),
        create(3, "B", "jane@x.com"),
    ];
    let told = story("jane@x.com", &log);
    assert_eq!(told.cautions.len(), 1);
    assert!(told.cautions[0].contains("used by 2 accounts: `A`, `B`"), "{}", told.cautions[0]);
    assert_eq!(told.steps[2].changes.len(), 3, "the new account begins anew");
    assert_eq!(told.steps[2].account.as_deref(), Some("B"));
}

#[test]
fn a_shared_address_is_told_and_not_followed() {
    let shared = |second: i64, id: &str, name: &str| {
        let mut record = create(second, id, name);
        let body = &mut record.exchange.as_mut().unwrap().request.body;
        body["emails"] = json!([{"type": "work", "value": "reception@x.com"}]);
        record
    };
    let crowd: Vec<Record> = (0..6).map(|n| shared(n, &format!("id-{n}"), &format!("person{n}"))).collect();
    let told = story("person1", &crowd);
    assert_eq!(told.person.ids, ["id-1"]);
    assert!(told.cautions[0].contains("reception@x.com"), "{:?}", told.cautions);
    let two = story("person1", &crowd[..2]);
    assert_eq!(two.person.ids.len(), 2, "two accounts with one address may be one person");
    assert!(two.cautions[0].starts_with("2 accounts are linked"), "{:?}", two.cautions);
}

#[test]
fn where_nobody_is_called_so_similar_names_are_offered() {
    let mut log = vec![create(1, "A", "jane.doe@x.com"), create(2, "B", "bob@x.com")];
    for record in &mut log {
        record.summary.user = Some(if record.summary.at == at(1) { "jane.doe@x.com" } else { "bob@x.com" }.to_owned());
    }
    let told = story("Jane", &log);
    assert_eq!((told.steps.len(), told.candidates), (0, vec![Count { key: "jane.doe@x.com".to_owned(), count: 1 }]));
    assert_eq!(story("", &log), Story::default());
}

#[test]
fn identifiers_are_read_from_every_place_and_group_lines_have_none() {
    let patch = json!({"Operations": [
        {"op": "replace", "value": {"externalId": "ext", "emails[type eq \"work\"].value": "w@x.com"}},
        {"op": "Add", "path": "emails[type eq \"home\"].value", "value": "h@x.com"},
    ]});
    let record = tenant(1, "PATCH", "/Users/A?attributes=id", 200, patch, Value::Null);
    let found: Vec<String> = identifiers(&record).into_iter().map(|one| one.value).collect();
    assert_eq!(found, ["A?attributes=id", "A", "ext", "w@x.com", "h@x.com"].map(str::to_owned)[1..]);
    let group = tenant(1, "PATCH", "/Groups/A", 200, json!({"userName": "x"}), Value::Null);
    let list = tenant(1, "GET", "/Users?startIndex=1", 200, Value::Null, json!({"Resources": [user("A", "a")]}));
    assert_eq!((identifiers(&group), identifiers(&list)), (Vec::new(), Vec::new()));
    let mut named = create(1, "A", "a");
    named.summary.user = Some("Jane Doe".to_owned());
    assert!(!identifiers(&named).iter().any(|one| one.value == "Jane Doe"), "many may have this name");
}
