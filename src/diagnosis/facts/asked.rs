//! The request, taken apart: where it goes, what it looks for, what a PATCH does.

use serde_json::Value;

use super::{Filter, Members, Written};
use crate::domain::{exchange::Headers, journal::Record, sent};

/// Most operations of a PATCH that are looked at.
const MOST_OPS: usize = 200;

/// What a request is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::diagnosis) enum Target {
    Users,
    Groups,
    /// ServiceProviderConfig, ResourceTypes, Schemas, or a misspelling of them.
    Discovery,
    Bulk,
    /// Something else, or not known.
    #[default]
    Other,
}

/// One operation of a PATCH.
#[derive(Debug, Clone, Copy)]
pub(in crate::diagnosis) struct Op<'c> {
    /// Its place among the others.
    pub(in crate::diagnosis) place: usize,
    /// As it was written: `Replace`.
    pub(in crate::diagnosis) op: &'c str,
    /// `None` where there is none, or it is null.
    pub(in crate::diagnosis) path: Option<&'c str>,
    pub(in crate::diagnosis) value: Option<&'c Value>,
}

/// The request.
#[derive(Debug)]
pub(in crate::diagnosis) struct Asked<'c> {
    /// Upper case; empty where it is not known.
    pub(in crate::diagnosis) method: &'c str,
    /// The whole address as it was seen.
    pub(in crate::diagnosis) url: &'c str,
    pub(in crate::diagnosis) host: Option<&'c str>,
    /// Without host and query, unescaped; empty where it is not known.
    pub(in crate::diagnosis) path: String,
    /// The part of the path before `/Users` or its like; the whole path where nothing of that kind is in it.
    pub(in crate::diagnosis) base: String,
    pub(in crate::diagnosis) target: Target,
    /// The id in the path.
    pub(in crate::diagnosis) id: Option<String>,
    /// Names and values of the query, unescaped.
    pub(in crate::diagnosis) query: Vec<(String, String)>,
    /// What it looks for, by GET or by POST to `.search` (RFC 7644 §3.4.3).
    pub(in crate::diagnosis) filter: Option<Filter>,
    pub(in crate::diagnosis) headers: Option<&'c Headers>,
    /// Null where there is none.
    pub(in crate::diagnosis) body: &'c Value,
    /// The operations of a PATCH.
    pub(in crate::diagnosis) ops: Vec<Op<'c>>,
    /// The attributes that it writes.
    pub(in crate::diagnosis) written: Vec<Written<'c>>,
    /// What it does to the members of a group.
    pub(in crate::diagnosis) members: Members<'c>,
}

impl<'c> Asked<'c> {
    pub(super) fn of(record: &'c Record) -> Self {
        let request = record.exchange.as_ref().map(|exchange| &exchange.request);
        let seen = request.filter(|request| !request.method.is_empty() || !request.url.is_empty());
        let (method, url) = match seen {
            Some(request) => (request.method.as_str(), request.url.as_str()),
            None => (record.summary.method.as_str(), record.summary.path.as_str()),
        };
        let (host, rest) = split_host(url);
        let (raw, query) = rest.split_once('?').unwrap_or((rest, ""));
        let query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let path = unescaped(raw);
        let (base, target, id) = split_path(&path);
        let body = seen.map_or(&Value::Null, |request| &request.body);
        let headers = seen.map(|request| &request.headers);
        let mut asked = Self {
            method,
            url,
            host,
            base,
            target,
            id,
            query,
            filter: None,
            headers,
            body,
            ops: operations(body),
            written: Vec::new(),
            members: Members::default(),
            path,
        };
        asked.filter = asked.written_filter().and_then(|(text, place)| Filter::read(text, place));
        asked.written = Written::all(&asked);
        asked.members = Members::of(&asked);
        asked
    }

    /// Whether the request was seen at all.
    pub(in crate::diagnosis) const fn is_known(&self) -> bool {
        !self.method.is_empty()
    }

    /// A parameter of the query, its name in any case.
    pub(in crate::diagnosis) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn written_filter(&self) -> Option<(&str, &'static str)> {
        if self.method == "POST" && self.path.ends_with(".search") {
            return Some((self.body.get("filter")?.as_str()?, "request.body/filter"));
        }
        Some((self.parameter("filter")?, "request.url"))
    }

    /// What is quoted of the filter: the address that it stands in, or the filter itself.
    pub(in crate::diagnosis) fn quoted_filter(&self) -> &str {
        match &self.filter {
            Some(filter) if filter.place != "request.url" => &filter.text,
            _ => self.url,
        }
    }

    /// Whether it is a POST that creates.
    pub(in crate::diagnosis) fn creates(&self) -> bool {
        self.method == "POST" && self.id.is_none() && matches!(self.target, Target::Users | Target::Groups)
    }

    /// Whether it changes something that is there.
    pub(in crate::diagnosis) fn changes(&self) -> bool {
        matches!(self.method, "PATCH" | "PUT")
    }

    /// Whether it looks for somebody.
    pub(in crate::diagnosis) fn looks_up(&self) -> bool {
        self.method == "GET" && self.filter.is_some()
    }

    /// A header of the request.
    pub(in crate::diagnosis) fn header(&self, name: &str) -> Option<&str> {
        self.headers.and_then(|headers| headers.get(name))
    }
}

impl Op<'_> {
    /// Where a part of it stands: `request.body/Operations/0/op`.
    pub(in crate::diagnosis) fn at(&self, part: &str) -> String {
        format!("request.body/Operations/{}/{part}", self.place)
    }

    /// Whether it is this operation, in any case.
    pub(in crate::diagnosis) fn is(&self, op: &str) -> bool {
        self.op.eq_ignore_ascii_case(op)
    }
}

fn split_host(url: &str) -> (Option<&str>, &str) {
    let Some((_, rest)) = url.split_once("://") else { return (None, url) };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    (Some(&rest[..end]), &rest[end..])
}

fn unescaped(path: &str) -> String {
    if !path.contains('%') {
        return path.to_owned();
    }
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn split_path(path: &str) -> (String, Target, Option<String>) {
    const KNOWN: [(&str, Target); 6] = [
        ("users", Target::Users),
        ("groups", Target::Groups),
        ("serviceproviderconfig", Target::Discovery),
        ("resourcetypes", Target::Discovery),
        ("schemas", Target::Discovery),
        ("bulk", Target::Bulk),
    ];
    let mut from = 0;
    for part in path.split('/') {
        let end = from + part.len();
        let lower = part.to_ascii_lowercase();
        let target = KNOWN.iter().find(|(name, _)| *name == lower).map(|(_, target)| *target);
        let alike = || {
            ["serviceconfiguration", "serviceproviderconfigs", "serviceproviderconfiguration"].contains(&lower.as_str())
        };
        if let Some(target) = target.or_else(|| alike().then_some(Target::Discovery)) {
            let rest = path.get(end..).unwrap_or_default().trim_start_matches('/');
            let id = rest.split('/').next().filter(|id| !id.is_empty()).map(str::to_owned);
            return (path[..from].trim_end_matches('/').to_owned(), target, id);
        }
        from = end + 1;
    }
    (path.trim_end_matches('/').to_owned(), Target::Other, None)
}

fn operations(body: &Value) -> Vec<Op<'_>> {
    let all = sent::operations(body);
    all.into_iter()
        .flatten()
        .take(MOST_OPS)
        .enumerate()
        .filter(|(_, op)| op.is_object())
        .map(|(place, op)| Op {
            place,
            op: op.get("op").and_then(Value::as_str).unwrap_or_default(),
            path: op.get("path").and_then(Value::as_str),
            value: op.get("value"),
        })
        .collect()
}
