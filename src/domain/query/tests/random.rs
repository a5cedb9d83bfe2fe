//! Random queries and records for property tests: few distinct values, so that queries often hit.

use jiff::{
    Timestamp,
    civil::{date, time},
};
use proptest::prelude::*;

use crate::domain::query::{Comparison, Expression, Moment, Pattern, Query, StatusTest, Term, TimeSpan, TimeUnit};
use crate::domain::{
    attribute::{CORE_USER, ENTERPRISE_USER},
    exchange::{Exchange, Operation, Outcome, Request},
    journal::{Record, Source, Summary},
};

/// The clock of the random world.
pub(crate) fn now() -> Timestamp {
    "2026-03-03T14:30:00.123456789Z".parse().unwrap()
}

const TEXTS: [&str; 12] = [
    "jane@acme.example",
    "Jane@Acme.Example",
    "ZOË*",
    "zoë müller",
    "ΟΔΟΣ",
    "İstanbul",
    "a_b%c",
    "uniqueness",
    "Entra",
    "back\\slash",
    "",
    "or",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(&TEXTS[..]).prop_map(str::to_owned),
        1 => "[a-cA-C%_é*]{0,3}",
    ]
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let loose = "[^\u{0}-\u{8}]{0,8}";
    let piece = prop::sample::select(
        &["jane*", "*e", "a*m", "ja", "/Users", "/scim*/7", "-a", "\"q", "x:y", "user:z", "(p)", "*"][..],
    );
    prop_oneof![3 => text(), 2 => piece.prop_map(str::to_owned), 1 => loose].prop_map(Pattern)
}

/// A random line time within two days of [`now`], to the microsecond.
fn recent() -> impl Strategy<Value = Timestamp> {
    (0_i64..172_800, 0_i64..3).prop_map(|(seconds, micros)| {
        let at = now().as_microsecond() - seconds / 900 * 900 * 1_000_000 - micros;
        Timestamp::from_microsecond(at).unwrap()
    })
}

fn moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        (0_u32..60, prop::sample::select(&TimeUnit::ALL[..])).prop_map(|(n, unit)| Moment::Ago(n, unit)),
        (1_i8..=4).prop_map(|day| Moment::Day(date(2026, 3, day))),
        recent().prop_map(Moment::At),
    ]
}

fn time_span() -> impl Strategy<Value = TimeSpan> {
    let daily =
        (0_i8..24, 0_i8..60, 0_i8..24).prop_map(|(h, m, to)| TimeSpan::Daily(time(h, m, 0, 0), time(to, 30, 0, 0)));
    let between = (recent(), recent()).prop_filter_map("in order", |(a, b)| (a < b).then_some(TimeSpan::Between(a, b)));
    prop_oneof![daily, between]
}

fn term() -> impl Strategy<Value = Term> {
    let status = prop_oneof![
        (1_u16..=5).prop_map(StatusTest::Class),
        (prop::sample::select(&Comparison::ALL[..]), prop::sample::select(&[200_u16, 400, 409, 500][..]))
            .prop_map(|(comparison, code)| StatusTest::Code(comparison, code)),
    ];
    prop_oneof![
        pattern().prop_map(Term::Word),
        pattern().prop_map(Term::User),
        pattern().prop_map(Term::Error),
        pattern().prop_map(Term::Path),
        prop_oneof![
            pattern(),
            prop::sample::select(&["title", "USERNAME", "cost*", "urn:*"][..]).prop_map(Pattern::from)
        ]
        .prop_map(Term::Attr),
        prop_oneof![pattern(), prop::sample::select(&["1", "2*", "R1"][..]).prop_map(Pattern::from)].prop_map(Term::Id),
        pattern().prop_map(Term::Client),
        prop::sample::select(&["one", "TWO", "o*", "", "*", "three"][..]).prop_map(Pattern::from).prop_map(Term::Cause),
        status.prop_map(Term::Status),
        prop::sample::select(&Outcome::ALL[..]).prop_map(Term::Outcome),
        prop::sample::select(&Operation::ALL[..]).prop_map(Term::Operation),
        prop::sample::select(&Source::ALL[..]).prop_map(Term::Source),
        moment().prop_map(Term::Since),
        moment().prop_map(Term::Until),
        time_span().prop_map(Term::Time),
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    term().prop_map(Expression::Term).prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Expression::negated),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|members| Expression::all(members).unwrap()),
            prop::collection::vec(inner, 1..4).prop_map(|members| Expression::any(members).unwrap()),
        ]
    })
}

/// Any query, the empty one included.
pub(crate) fn query() -> impl Strategy<Value = Query> {
    prop::collection::vec(expression(), 0..4).prop_map(|members| Query::from(Expression::All(members)))
}

/// Any record; its attributes are those of its request's body.
pub(crate) fn record() -> impl Strategy<Value = Record> {
    let line = (
        (0_u32..40, recent(), prop::option::of(prop::sample::select(&[200_u16, 201, 399, 400, 409, 500][..]))),
        (prop::sample::select(&Outcome::ALL[..]), prop::sample::select(&Operation::ALL[..])),
        prop::sample::select(&["", "/scim/v2/Users", "/scim/v2/Users/7", "/SCIM/v2/Users?filter=a_b%25"][..]),
        (prop::option::of(text()), prop::option::of(text()), prop::option::of(text()), prop::option::of(text())),
        prop::option::of(prop::sample::select(&["r1", "R2", "2x"][..])),
    );
    let body = prop::collection::btree_map(
        prop::sample::select(&["title", "userName", "nickName", ENTERPRISE_USER][..]),
        Just(serde_json::json!({"costCenter": "x"})),
        0..4,
    );
    (line, prop::sample::select(&Source::ALL[..]), body).prop_map(|(line, source, body)| {
        let ((id, at, status), (outcome, operation), path, (user, error, detail, client), resource) = line;
        let summary = Summary {
            id: id.to_string(),
            at,
            method: "POST".to_owned(),
            path: path.to_owned(),
            status,
            outcome,
            operation,
            user,
            resource_id: resource.map(str::to_owned),
            scim_type: error,
            detail,
            duration_ms: Some(u64::from(id)),
            client,
        };
        let request = Request {
            method: "POST".to_owned(),
            url: format!("https://tenant.example/Users#{CORE_USER}"),
            body: serde_json::to_value(body).unwrap(),
            ..Request::default()
        };
        let exchange = Exchange { request, response: None, error: None, at: Some(at), duration_ms: None };
        Record { source, summary, exchange: Some(exchange), landing: None, event: None }
    })
}
