//! The language by example, and its round trip by property.

pub(crate) mod random;

use proptest::prelude::*;

use super::*;
use crate::domain::{
    exchange::{Operation, Outcome},
    journal::{Source, Summary},
};

fn summary() -> Summary {
    Summary {
        id: "a1".to_owned(),
        at: "2026-03-03T12:50:00Z".parse().unwrap(),
        method: "PATCH".to_owned(),
        path: "/scim/v2/Users/2819c223".to_owned(),
        status: Some(409),
        outcome: Outcome::Failure,
        operation: Operation::SetManager,
        user: Some("Jane.Doe@acme.example".to_owned()),
        resource_id: Some("2819c223".to_owned()),
        scim_type: Some("uniqueness".to_owned()),
        detail: Some("That userName is taken".to_owned()),
        duration_ms: Some(12),
        client: None,
    }
}

fn parsed(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn shows(text: &str) -> bool {
    let attributes = ["urn:ietf:params:scim:schemas:core:2.0:User:name.givenName".to_owned()];
    parsed(text).matches((&summary(), Source::Tenant), &attributes, &["op-casing", "anchor-lost-404"], random::now())
}

#[test]
fn a_known_value_is_written_as_its_chip() {
    for value in ["ada@x.com", "Azure AD", "a\"b", "a\\b c", "", "(x)", "a:b", "\u{a0}"] {
        let text = condition("user", value);
        let query = parsed(&text);
        assert_eq!(query.terms(), [Expression::Term(Term::User(Pattern::from(value)))]);
        assert_eq!(query.to_string(), text);
    }
}

#[test]
fn a_line_is_shown_or_not() {
    for (text, expected) in [
        ("", true),
        ("taken", true),
        ("TAKEN patch", false),
        ("jane.d*example", true),
        ("user:jane.doe@ACME.example", true),
        ("user:jane", false),
        ("user:jane*", true),
        ("-user:jane*", false),
        ("client:\"\"", true),
        ("client:*", true),
        ("-client:\"\"", false),
        ("status:409", true),
        ("status:=409", true),
        ("status:4xx", true),
        ("status:>=400 status:<500", true),
        ("status:>409", false),
        ("outcome:failure", true),
        ("outcome:Failed", true),
        ("outcome:success or outcome:failure", true),
        ("operation:set-manager -(error:x or error:uniqueness)", false),
        ("path:/users/*c223", true),
        ("attr:givenname", false),
        ("attr:name.givenname", true),
        ("attr:*:name.givenName", true),
        ("id:a1 id:2819C223", true),
        ("id:28", false),
        ("source:tenant", true),
        ("source:\"Okta log\"", false),
        ("since:2h", true),
        ("since:1h", false),
        ("since:2026-03-03", true),
        ("until:2026-03-03", true),
        ("until:2026-03-02", false),
        ("until:2026-03-03T12:50", false),
        ("since:2026-03-03T13:50+01:00", true),
        ("time:12:45-14:45", true),
        ("time:12:51-14:45", false),
        ("time:2026-03-02T23:00-13:00", true),
        ("time:2026-03-03T12:00/2026-03-03T13:00", true),
        ("\"userName is\"", true),
        ("a zz or taken", true),
        ("zz (b or taken)", false),
        ("taken and uniqueness", true),
        ("urn:ietf", false),
    ] {
        assert_eq!(shows(text), expected, "{text}");
    }
}

#[test]
fn a_query_prints_in_one_form() {
    for (text, printed) in [
        ("  ", ""),
        ("a  AND b", "a b"),
        ("a OR b", "a or b"),
        ("((a)) (b c)", "a b c"),
        ("--a", "a"),
        ("-(a b)", "-(a b)"),
        ("(a or b) c", "(a or b) c"),
        ("(a b) or c", "a b or c"),
        ("c (a b or d)", "c (a b or d)"),
        ("(a or b)", "a or b"),
        ("USER:\"Jane\"", "user:Jane"),
        ("user:\"Jane Doe\"", "user:\"Jane Doe\""),
        (r#"attr:"emails[type eq \"work\"].value""#, r#"attr:"emails[type eq \"work\"].value""#),
        ("\"or\"", "\"or\""),
        ("\"user:x\"", "\"user:x\""),
        ("https://x.example/a", "https://x.example/a"),
        ("status:=409 status:4XX", "status:409 status:4xx"),
        ("since:24H", "since:24h"),
        ("since:2026-03-03T13:50+01:00", "since:2026-03-03T12:50:00Z"),
        ("time:9:05-10:00", "time:09:05-10:00"),
        ("time:2026-03-03T23:00-01:00", "time:2026-03-03T23:00:00Z/2026-03-04T01:00:00Z"),
    ] {
        assert_eq!(parsed(text).to_string(), printed, "{text}");
        assert_eq!(parsed(printed), parsed(text), "{text}");
    }
}

#[test]
fn a_refusal_says_where_and_what() {
    for (text, at, part) in [
        ("user:", 5, "missing right after user:"),
        ("a user: b", 7, "missing right after user:"),
        ("stauts:400", 0, "no field stauts"),
        ("é status:abc", 9, "409, >=400 or 4xx"),
        ("status:+40", 7, "409"),
        ("outcome:bad", 8, "success, warning, failure, skipped"),
        ("since:yesterday", 6, "2026-03-31"),
        ("time:14:00", 5, "12:45-14:45"),
        ("time:2026-03-04/2026-03-03", 5, "earlier time first"),
        ("(a", 0, "not closed"),
        ("a)", 1, "no opening parenthesis"),
        ("()", 1, "missing"),
        ("a or", 4, "missing"),
        ("or a", 0, "missing"),
        ("a - b", 2, "minus"),
        ("\"a", 0, "not closed"),
        ("a \"b\\\"", 2, "not closed"),
        ("a and", 5, "missing"),
    ] {
        let error = Query::parse(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.message.contains(part), "{text}: {error}");
    }
}

#[test]
fn size_depth_and_number_are_bounded() {
    for text in ["(".repeat(3_000), "-".repeat(3_000) + "a", "a ".repeat(300), "a".repeat(5_000)] {
        let error = Query::parse(&text).expect_err("too much");
        assert!(error.message.contains("at most"), "{error}");
    }
    assert!(Query::parse(&("(".repeat(30) + "a" + &")".repeat(30))).is_ok());
}

#[test]
fn chips_can_be_taken_away_added_and_turned() {
    let query = parsed("jané -outcome:failure (user:a or user:b)");
    let chips = query.chips();
    assert_eq!(
        chips.iter().map(|chip| chip.text.as_str()).collect::<Vec<_>>(),
        ["jané", "-outcome:failure", "(user:a or user:b)"]
    );
    assert_eq!(chips.iter().map(|chip| chip.span.clone()).collect::<Vec<_>>(), [0..4, 5..21, 22..40]);
    assert_eq!(
        chips.iter().map(|chip| chip.field).collect::<Vec<_>>(),
        [None, Some(Field::Outcome), Some(Field::User)]
    );
    assert_eq!(chips.iter().map(|chip| chip.negated).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(query.without(0).without(0).to_string(), "user:a or user:b");
    assert_eq!(query.without(9), query);
    assert_eq!(query.negated(1).to_string(), "jané outcome:failure (user:a or user:b)");
    assert_eq!(query.without_field(Field::User).to_string(), "jané -outcome:failure");
    let failure = Term::Outcome(Outcome::Failure);
    assert_eq!(parsed("a").with(failure.clone()).with(failure).to_string(), "a outcome:failure");
    assert_eq!(parsed("since:24h a").with(Term::Since(Moment::Ago(7, TimeUnit::Days))).to_string(), "a since:7d");
    assert_eq!(parsed("a or b").with(Term::Word(Pattern::from("c"))).to_string(), "(a or b) c");
    assert_eq!(parsed("a or b").negated(0).to_string(), "-(a or b)");
}

#[test]
fn the_span_is_what_all_chips_allow() {
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let span = |text: &str| parsed(text).span(random::now());
    assert_eq!(span("a"), (None, None));
    assert_eq!(span("since:2026-03-01 since:2026-03-02 a"), (at("2026-03-02T00:00Z"), None));
    assert_eq!(span("until:2026-03-02 time:12:45-14:45"), (at("2026-03-03T12:45Z"), at("2026-03-03T00:00Z")));
    assert_eq!(span("-since:2026-03-01 or a"), (None, None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn printing_and_reading_give_the_same_query(query in random::query()) {
        let text = query.to_string();
        prop_assert_eq!(Query::parse(&text), Ok(query.clone()), "{}", text);
        prop_assert_eq!(serde_json::from_str::<Query>(&serde_json::to_string(&query).unwrap()).unwrap(), query.clone());
        let printed: Vec<char> = text.chars().collect();
        for chip in query.chips() {
            prop_assert_eq!(printed[chip.span.clone()].iter().collect::<String>(), chip.text);
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in "[-a-z:*\"()\\\\ 0-9/]{0,40}|\\PC{0,40}") {
        if let Ok(query) = Query::parse(&text) {
            prop_assert_eq!(Query::parse(&query.to_string()), Ok(query));
        }
    }
}
