//! No HTTP came about: TLS, names that do not resolve, hosts that do not answer, answers that come too late.

use super::{
    super::super::{
        facts::{Facts, Form},
        finding::Confidence::{Certain, Likely, Possible},
        found::{Draft, Found, Layer},
    },
    told::{Told, heard},
};

/// As .NET, Java, OpenSSL, Go and browsers word it.
const TLS: [&str; 58] = [
    "pkix",
    "certification path",
    "certificate verify failed",
    "verify the first certificate",
    "unable_to_verify",
    "local issuer",
    "self-signed",
    "self signed",
    "self_signed",
    "certificate has expired",
    "certificate expired",
    "expired certificate",
    "certificate is expired",
    "certificate is not yet valid",
    "has expired or is not yet valid",
    "remote certificate",
    "certificate chain",
    "certificate authority",
    "certificate signed by",
    "certificate is not trusted",
    "untrusted certificate",
    "certificate is valid for",
    "certificate name mismatch",
    "certificate doesn't match",
    "certificate does not match",
    "certificate for <",
    "certificateexception",
    "certificate_unknown",
    "certificate_expired",
    "bad_certificate",
    "invalid certificate",
    "certificate error",
    "cert_has_expired",
    "cert_untrusted",
    "err_cert",
    "err_tls",
    "err_ssl",
    "unknown_ca",
    "unknown ca",
    "x509: ",
    "altnames",
    "subject alternative",
    "hostname mismatch",
    "trust relationship",
    "secure channel",
    "sslhandshake",
    "ssl handshake",
    "tls handshake",
    "handshake failure",
    "handshake_failure",
    "terminated the handshake",
    "during handshake",
    "ssl connection could not be established",
    "protocol_version",
    "unsupported protocol",
    "wrong version number",
    "ssl routines",
    "sslexception",
];

const LATE: [&str; 14] = [
    "timed out",
    "timed-out",
    "timeout",
    "time-out",
    "time out",
    "timedout",
    "deadline exceeded",
    "deadline has elapsed",
    "took too long",
    "a task was canceled",
    "operation was canceled",
    "task was cancelled",
    "operation was cancelled",
    "did not properly respond after a period of time",
];

/// What a service says of a part of itself that was late.
const LATE_INSIDE: [&str; 8] = [
    "timed out",
    "request timeout",
    "gateway timeout",
    "query timeout",
    "statement timeout",
    "wait timeout",
    "timeout exceeded",
    "deadline exceeded",
];

/// The connection did not even come about.
const CONNECT_LATE: [&str; 6] = [
    "connect timed out",
    "connection timed out",
    "connecttimeout",
    "connect timeout",
    "connection attempt failed",
    "timeout while connecting",
];

const NAME: [&str; 13] = [
    "could not be resolved",
    "could not resolve",
    "failed to resolve",
    "name resolution",
    "unknownhost",
    "unknown host",
    "enotfound",
    "eai_again",
    "no such host",
    "name or service not known",
    "nodename nor servname",
    "nxdomain",
    "dns error",
];

const REFUSED: [&str; 9] = [
    "connection refused",
    "econnrefused",
    "actively refused",
    "refused the connection",
    "unable to connect to the remote server",
    "network is unreachable",
    "no route to host",
    "ehostunreach",
    "failed to connect",
];

const BROKEN_OFF: [&str; 14] = [
    "connection reset",
    "econnreset",
    "socket hang up",
    "forcibly closed",
    "unexpected eof",
    "unexpected end of file",
    "connection was closed",
    "closed unexpectedly",
    "ended prematurely",
    "connection aborted",
    "failed to respond",
    "nohttpresponse",
    "broken pipe",
    "error occurred while sending the request",
];

/// From here on an answer is slow; directories wait longer, but not for ever.
const SLOW_MS: u64 = 10_000;
/// Beyond this the caller has likely given up.
const TOO_SLOW_MS: u64 = 30_000;

/// TLS: by the words of whoever tried, or by the status with which an edge says it.
pub(super) fn certificate(facts: &Facts<'_>, found: &mut Found) {
    const ID: &str = "tls-untrusted-or-weak";
    if let Some(status @ (495 | 496 | 525 | 526)) = facts.reply.status {
        found.add(ID, Certain, Layer::Transport).at("response.status", status.to_string());
    }
    if !nothing_came(facts) {
        return;
    }
    if let Some((place, text)) = heard(facts, &TLS) {
        let confidence = if place == "error" { Certain } else { Likely };
        found.add(ID, confidence, Layer::Transport).at(place, text);
    }
}

/// No answer in time.
pub(super) fn silence(facts: &Facts<'_>, found: &mut Found) {
    const ID: &str = "timeout-slow-response";
    if found.explains("tls-untrusted-or-weak") {
        return;
    }
    let told = Told::of(facts);
    if let Some(told) = &told {
        let confidence = match told.status {
            408 | 598 | 599 => Some(Certain),
            504 | 522 | 524 if facts.reply.form == Form::Html => Some(Likely),
            504 | 522 | 524 => Some(Certain),
            499 => Some(Likely),
            500.. if facts.reply.form != Form::Html && facts.says(&LATE_INSIDE) => Some(Likely),
            500.. if facts.reply.duration_ms.is_some_and(|took| took >= TOO_SLOW_MS) => Some(Possible),
            _ => None,
        };
        if let Some(confidence) = confidence {
            let draft = found.add(ID, told.at_most(confidence), Layer::Transport);
            told.quote(facts, draft);
            quote_words(facts, draft);
            quote_duration(facts, draft);
        }
    }
    if let Some(code) = facts.event.code(&["Timeout", "RequestTimeout"]) {
        let draft = found.add(ID, Certain, Layer::Transport);
        draft.at(code.place.clone(), code.text);
        quote_duration(facts, draft);
        return;
    }
    if told.is_none() && nothing_came(facts) {
        unanswered(facts, found, ID);
    }
    if facts.has_succeeded() {
        slow(facts, found, ID);
    }
}

fn unanswered(facts: &Facts<'_>, found: &mut Found, id: &'static str) {
    let took_long = facts.reply.duration_ms.is_some_and(|took| took >= SLOW_MS);
    if let Some((place, text)) = heard(facts, &LATE) {
        let is_connect = facts.says(&CONNECT_LATE);
        let confidence = if place == "error" && !is_connect { Certain } else { Likely };
        let draft = found.add(id, confidence, Layer::Transport);
        draft.at(place.clone(), &text);
        quote_duration(facts, draft);
        if is_connect {
            found.add("wrong-base-url", Possible, Layer::Transport).at(place, text);
        }
    } else if took_long && facts.reply.error.is_none() && facts.event.source.is_none() {
        quote_duration(facts, found.add(id, Likely, Layer::Transport));
    }
}

fn slow(facts: &Facts<'_>, found: &mut Found, id: &'static str) {
    // A directory's own duration counts all of its steps, not one answer.
    let took = facts.reply.duration_ms.filter(|_| facts.event.source.is_none()).unwrap_or_default();
    match took {
        TOO_SLOW_MS.. => quote_duration(facts, found.add(id, Likely, Layer::Transport)),
        SLOW_MS.. => quote_duration(facts, found.habit(id, Layer::Transport)),
        _ => {}
    }
}

/// The host is not found, or nobody listens there, or the line broke.
pub(super) fn unreachable(facts: &Facts<'_>, found: &mut Found) {
    let settled = ["tls-untrusted-or-weak", "timeout-slow-response"].iter().any(|id| found.explains(id));
    // "Not found", and "unable to resolve", of an attribute.
    let is_of_schema = facts.has_code(&["SchemaAttributeNotFound"]);
    if settled || is_of_schema || !nothing_came(facts) || Told::of(facts).is_some() {
        return;
    }
    if let Some((place, text)) = heard(facts, &NAME) {
        found.add("wrong-base-url", Likely, Layer::Transport).at(place, text);
    } else if let Some((place, text)) = heard(facts, &REFUSED) {
        for id in ["wrong-base-url", "server-error-5xx"] {
            found.add(id, Possible, Layer::Transport).at(place.clone(), &text);
        }
    } else if let Some((place, text)) = heard(facts, &BROKEN_OFF) {
        for id in ["tls-untrusted-or-weak", "server-error-5xx"] {
            found.add(id, Possible, Layer::Transport).at(place.clone(), &text);
        }
    } else if let Some(code) = facts.event.code(&["WebExceptionProtocolError"]) {
        found.add("tls-untrusted-or-weak", Possible, Layer::Transport).at(code.place.clone(), code.text);
    }
}

fn nothing_came(facts: &Facts<'_>) -> bool {
    let is_open = facts.reply.response.is_none() && facts.asked.is_known() && facts.reply.duration_ms.is_some();
    facts.reply.status.is_none() && !facts.is_skipped() && (facts.has_failed() || is_open)
}

fn quote_words(facts: &Facts<'_>, draft: &mut Draft) {
    if let Some((place, text)) = heard(facts, &LATE) {
        draft.at(place, text);
    }
}

fn quote_duration(facts: &Facts<'_>, draft: &mut Draft) {
    if let Some(took) = facts.reply.duration_ms.filter(|took| *took >= 1_000) {
        draft.at("duration", format!("{took} ms")).with("took", format!("{} s", took / 1_000));
    }
}
