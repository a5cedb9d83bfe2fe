//! What can be rehearsed on a practice tenant: habits of directories that a stricter service would refuse, faults by
//! rule, and scripts that play them. The field names are the wire's. Nothing here does anything.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A habit of directories that a practice tenant lets pass, and that a stricter service may refuse
/// (`idp-facts.md` §2, §3 and §5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Habit {
    /// `Add`, `Replace`, `Remove` (Entra without its compliance flag).
    CapitalOps,
    /// `"False"` for `false` (Entra without its compliance flag).
    QuotedBooleans,
    /// A manager as its id alone (Entra).
    ManagerAsText,
    /// `name.givenName` as a key of a value without path (Entra with its compliance flag).
    DottedKeys,
    /// `urn:…:User:department` as a key of a value without path (Entra with its compliance flag).
    UrnKeys,
    /// An add or replace on a filtered element that is not there yet (Entra).
    AddOnMissingElement,
    /// A PATCH operation without a path (Okta).
    PatchWithoutPath,
    /// Operators of a filter in capitals: `Eq` (PingOne).
    CapitalOperators,
    /// Removal of group members by a list of values instead of a value filter (Entra).
    MembersByValue,
    /// A look-up that finds nobody; refused, it is answered with 404 instead of an empty list.
    EmptyLookUp,
}

impl Habit {
    /// Every habit, in the order of the screen.
    pub const ALL: [Self; 10] = [
        Self::CapitalOps,
        Self::QuotedBooleans,
        Self::ManagerAsText,
        Self::DottedKeys,
        Self::UrnKeys,
        Self::AddOnMissingElement,
        Self::PatchWithoutPath,
        Self::CapitalOperators,
        Self::MembersByValue,
        Self::EmptyLookUp,
    ];

    /// Its word on the wire and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CapitalOps => "capital-ops",
            Self::QuotedBooleans => "quoted-booleans",
            Self::ManagerAsText => "manager-as-text",
            Self::DottedKeys => "dotted-keys",
            Self::UrnKeys => "urn-keys",
            Self::AddOnMissingElement => "add-on-missing-element",
            Self::PatchWithoutPath => "patch-without-path",
            Self::CapitalOperators => "capital-operators",
            Self::MembersByValue => "members-by-value",
            Self::EmptyLookUp => "empty-look-up",
        }
    }

    /// The habit of a word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|habit| habit.key() == key)
    }

    /// What it is, in a few words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::CapitalOps => "Capitalised PATCH operations",
            Self::QuotedBooleans => "Booleans as text",
            Self::ManagerAsText => "Manager as plain text",
            Self::DottedKeys => "Dotted keys without a path",
            Self::UrnKeys => "Full-URN keys without a path",
            Self::AddOnMissingElement => "Add on an element that is missing",
            Self::PatchWithoutPath => "PATCH without a path",
            Self::CapitalOperators => "Capitalised filter operators",
            Self::MembersByValue => "Group members removed by value",
            Self::EmptyLookUp => "Empty list for an unknown user",
        }
    }

    /// Who has it, and how it looks on the wire.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::CapitalOps => r#"Entra: "op": "Replace""#,
            Self::QuotedBooleans => r#"Entra: "active": "False""#,
            Self::ManagerAsText => r#"Entra: "manager": "9a3f…""#,
            Self::DottedKeys => r#"Entra: "name.givenName": "Ann""#,
            Self::UrnKeys => r#"Entra: "urn:…:User:department": "Sales""#,
            Self::AddOnMissingElement => r#"Entra: add emails[type eq "work"].value"#,
            Self::PatchWithoutPath => r#"Okta: "op": "replace", "value": {…}"#,
            Self::CapitalOperators => r#"PingOne: userName Eq "ann@example.com""#,
            Self::MembersByValue => r#"Entra: remove members, [{"value": …}]"#,
            Self::EmptyLookUp => "Any: totalResults 0; refused, 404",
        }
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Fault {
    /// The answer comes this much later.
    Latency {
        /// Milliseconds.
        millis: u64,
    },
    /// 401, as if the token had expired.
    ExpiredToken,
    /// 403.
    Forbidden,
    /// 404 with a web page, as where the base URL is wrong.
    NotFound,
    /// 409 uniqueness.
    Conflict,
    /// 429 with a Retry-After.
    TooManyRequests {
        /// Seconds.
        retry_after: u64,
    },
    /// 500 with a SCIM error.
    ServerError,
    /// 503 with the web page of a gateway.
    Gateway,
    /// 504 with the web page of a gateway.
    GatewayTimeout,
    /// The connection is closed without an answer. The request may have been carried out.
    DroppedConnection,
    /// The body ends in the middle.
    TruncatedBody,
    /// The body is not JSON.
    NotJson,
    /// The body comes a few bytes at a time over this long.
    SlowBody {
        /// Milliseconds.
        millis: u64,
    },
    /// `text/html` on a JSON body.
    WrongContentType,
    /// A way to break RFC 7643 or 7644 that a service provider has been seen to, by its id in the list of failures.
    Violation {
        /// The id, such as `list-response-malformed`.
        pattern: String,
    },
}

/// The violations that a practice tenant knows: the id in the list of failures, and what the tenant then does.
pub const VIOLATIONS: [(&str, &str); 19] = [
    ("list-response-malformed", "Lists with counts as text"),
    ("missing-resource-returns-not-empty", "404 for a look-up without a hit"),
    ("create-response-wrong", "Creates answered with 200 and no id"),
    ("error-body-not-scim", "Errors that are not SCIM"),
    ("boolean-in-response-wrong-type", "active as text in answers"),
    ("type-mismatch-number-string", "Numbers where text belongs"),
    ("manager-as-string", "Manager as plain text in answers"),
    ("filter-returns-unfiltered", "Filters ignored"),
    ("filter-case-sensitivity", "userName compared letter by letter"),
    ("excluded-attributes-ignored", "excludedAttributes ignored"),
    ("pagination-wrong", "startIndex and count ignored"),
    ("content-type-response-wrong", "Answers as application/json"),
    ("content-type-request-rejected", "application/scim+json refused"),
    ("method-not-supported", "PATCH refused"),
    ("patch-only-active-supported", "PATCH of active only"),
    ("op-casing", "Capitalised operations refused"),
    ("patch-without-path", "PATCH without a path refused"),
    ("valuepath-no-match", "Filtered paths refused"),
    ("discovery-endpoint-missing", "No service description"),
];

/// Which requests meet a fault, how often, and for how long.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FaultScope {
    /// Only this method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only paths that hold this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only about this userName, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Only every so manieth of them: 1 and 0 are every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// Not the first so many of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// At most so many times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Not after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A fault and whom it strikes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultRule {
    /// Its id; given by the tenant.
    #[serde(default)]
    pub id: String,
    /// What goes wrong.
    pub fault: Fault,
    /// For which requests.
    #[serde(default)]
    pub scope: FaultScope,
    /// How many requests were in its scope so far.
    #[serde(default)]
    pub seen: u64,
    /// How many of them it struck.
    #[serde(default)]
    pub struck: u64,
}

impl Fault {
    /// Whether the request is carried out all the same, and only its answer is spoilt.
    #[must_use]
    pub const fn spoils_the_answer(&self) -> bool {
        matches!(
            self,
            Self::Latency { .. }
                | Self::DroppedConnection
                | Self::TruncatedBody
                | Self::NotJson
                | Self::SlowBody { .. }
                | Self::WrongContentType
        )
    }

    /// Those that can be chosen, the common ones first.
    #[must_use]
    pub fn choices() -> Vec<Self> {
        let violations = VIOLATIONS.iter().map(|(id, _)| Self::Violation { pattern: (*id).to_owned() });
        let usual = [
            Self::ExpiredToken,
            Self::TooManyRequests { retry_after: 10 },
            Self::ServerError,
            Self::Gateway,
            Self::GatewayTimeout,
            Self::Latency { millis: 5_000 },
            Self::DroppedConnection,
            Self::Forbidden,
            Self::NotFound,
            Self::Conflict,
            Self::TruncatedBody,
            Self::NotJson,
            Self::SlowBody { millis: 10_000 },
            Self::WrongContentType,
        ];
        usual.into_iter().chain(violations).collect()
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Latency { millis } => format!("Answer {millis} ms late"),
            Self::ExpiredToken => "Token expired, 401".to_owned(),
            Self::Forbidden => "Forbidden, 403".to_owned(),
            Self::NotFound => "Not found, 404".to_owned(),
            Self::Conflict => "Already exists, 409".to_owned(),
            Self::TooManyRequests { retry_after } => format!("Too many requests, 429, again after {retry_after} s"),
            Self::ServerError => "Server error, 500".to_owned(),
            Self::Gateway => "Web page of a gateway, 503".to_owned(),
            Self::GatewayTimeout => "Web page of a gateway, 504".to_owned(),
            Self::DroppedConnection => "Connection closed without an answer".to_owned(),
            Self::TruncatedBody => "Body that ends in the middle".to_owned(),
            Self::NotJson => "Body that is not JSON".to_owned(),
            Self::SlowBody { millis } => format!("Body over {millis} ms"),
            Self::WrongContentType => "JSON declared as text/html".to_owned(),
            Self::Violation { pattern } => {
                let known = VIOLATIONS.iter().find(|(id, _)| id == pattern);
                known.map_or_else(|| pattern.clone(), |(_, words)| (*words).to_owned())
            }
        }
    }
}

/// A request as a rule sees it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a str,
    /// The path with its query, as sent.
    pub path: &'a str,
    /// Whom it is about, where that is known.
    pub user: Option<&'a str>,
    /// When it came.
    pub at: Timestamp,
}

/// The longest delay of a fault, milliseconds.
pub const MOST_MILLIS: u64 = 600_000;
/// The largest count of a rule, and the longest Retry-After, seconds.
pub const MOST_COUNT: u64 = 1_000_000;

impl FaultRule {
    /// What of it is larger than a rehearsal needs, with the bound.
    #[must_use]
    pub fn excess(&self) -> Option<(&'static str, u64)> {
        let millis = match self.fault {
            Fault::Latency { millis } | Fault::SlowBody { millis } => millis,
            _ => 0,
        };
        let retry_after = match self.fault {
            Fault::TooManyRequests { retry_after } => retry_after,
            _ => 0,
        };
        let count = |count: Option<u64>| count.unwrap_or(0);
        [
            ("millis", millis, MOST_MILLIS),
            ("retryAfter", retry_after, MOST_COUNT),
            ("every", count(self.scope.every), MOST_COUNT),
            ("after", count(self.scope.after), MOST_COUNT),
            ("times", count(self.scope.times), MOST_COUNT),
        ]
        .into_iter()
        .find(|(_, value, most)| value > most)
        .map(|(name, _, most)| (name, most))
    }

    /// A fault that strikes every request.
    #[must_use]
    pub fn of(fault: Fault) -> Self {
        Self { id: String::new(), fault, scope: FaultScope::default(), seen: 0, struck: 0 }
    }

    /// Counts a request that is in scope, and says whether the fault strikes it.
    pub fn meets(&mut self, asked: Asked<'_>) -> bool {
        if !self.scope.covers(asked) {
            return false;
        }
        self.seen += 1;
        let scope = &self.scope;
        let Some(counted) = self.seen.checked_sub(scope.after.unwrap_or(0).saturating_add(1)) else { return false };
        let strikes =
            counted % scope.every.unwrap_or(1).max(1) == 0 && scope.times.is_none_or(|times| self.struck < times);
        self.struck += u64::from(strikes);
        strikes
    }
}

impl FaultScope {
    /// Whom it covers, in a few words.
    #[must_use]
    pub fn label(&self) -> String {
        let mut words = vec![self.method.clone().unwrap_or_else(|| "All requests".to_owned())];
        words.extend(self.path.as_ref().map(|path| format!("path with {path}")));
        words.extend(self.user.clone());
        words.extend(self.after.filter(|after| *after > 0).map(|after| format!("after the first {after}")));
        words.extend(self.every.filter(|every| *every > 1).map(|every| format!("one in {every}")));
        words.extend(self.times.map(|times| if times == 1 { "once".to_owned() } else { format!("{times} times") }));
        words.join(", ")
    }

    fn covers(&self, asked: Asked<'_>) -> bool {
        let is = |wanted: &Option<String>, test: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(test);
        is(&self.method, &|method| method.eq_ignore_ascii_case(asked.method))
            && is(&self.path, &|path| asked.path.contains(path))
            && is(&self.user, &|user| asked.user.is_some_and(|of| of.to_lowercase() == user.to_lowercase()))
            && self.until.is_none_or(|until| asked.at <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_strikes_whom_how_often_and_how_long_it_says() {
        let asked = |method, path, user| Asked { method, path, user, at: "2026-03-02T12:00:00Z".parse().unwrap() };
        let any = || asked("GET", "/scim/v2/Users", None);
        let strikes = |scope: FaultScope, requests: &[Asked<'_>]| {
            let mut rule = FaultRule { id: String::new(), fault: Fault::ServerError, scope, seen: 0, struck: 0 };
            requests.iter().map(|asked| u8::from(rule.meets(*asked))).collect::<Vec<u8>>()
        };
        let text = |text: &str| Some(text.to_owned());
        let scope = FaultScope::default;
        assert_eq!(strikes(scope(), &[any(), any()]), [1, 1]);
        assert_eq!(strikes(FaultScope { every: Some(3), ..scope() }, &[any(); 7]), [1, 0, 0, 1, 0, 0, 1]);
        assert_eq!(strikes(FaultScope { after: Some(2), times: Some(2), ..scope() }, &[any(); 6]), [0, 0, 1, 1, 0, 0]);
        assert_eq!(strikes(FaultScope { every: Some(0), ..scope() }, &[any(); 2]), [1, 1]);
        let requests =
            [asked("patch", "/scim/v2/Users/7", Some("Ann@X")), asked("POST", "/scim/v2/Users", Some("bob@x"))];
        assert_eq!(strikes(FaultScope { method: text("PATCH"), ..scope() }, &requests), [1, 0]);
        assert_eq!(strikes(FaultScope { path: text("/Users/7"), ..scope() }, &requests), [1, 0]);
        assert_eq!(strikes(FaultScope { user: text("ann@x"), ..scope() }, &requests), [1, 0]);
        let large = FaultScope { after: Some(u64::MAX), ..scope() };
        assert_eq!(strikes(large.clone(), &requests), [0, 0]);
        assert_eq!(FaultRule { scope: large, ..FaultRule::of(Fault::Gateway) }.excess(), Some(("after", MOST_COUNT)));
        assert_eq!(FaultRule::of(Fault::Latency { millis: MOST_MILLIS + 1 }).excess(), Some(("millis", MOST_MILLIS)));
        assert_eq!(FaultRule::of(Fault::SlowBody { millis: MOST_MILLIS }).excess(), None);
        let over = FaultScope { until: Some("2026-03-02T11:59:59Z".parse().unwrap()), ..scope() };
        assert_eq!(strikes(over, &requests), [0, 0]);
    }

    #[test]
    fn a_habit_has_one_word_everywhere() {
        for habit in Habit::ALL {
            assert_eq!(serde_json::to_value(habit).unwrap(), habit.key());
            assert_eq!(Habit::from_key(habit.key()), Some(habit));
        }
        assert_eq!(Habit::from_key("good-manners"), None);
    }

    #[test]
    fn a_rule_is_as_short_as_what_it_says() {
        let rule: FaultRule = serde_json::from_str(
            r#"{"fault":{"kind":"too-many-requests","retryAfter":7},"scope":{"method":"PATCH","times":3}}"#,
        )
        .unwrap();
        assert_eq!(rule.fault, Fault::TooManyRequests { retry_after: 7 });
        assert_eq!(
            rule.scope,
            FaultScope { method: Some("PATCH".to_owned()), times: Some(3), ..FaultScope::default() }
        );
        assert_eq!(serde_json::to_value(&rule.scope).unwrap(), serde_json::json!({"method": "PATCH", "times": 3}));
    }
}
