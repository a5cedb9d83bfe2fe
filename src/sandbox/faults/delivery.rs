//! How an answer gets to the caller when it does not simply get there: late, slowly, cut, as something else, or not at
//! all. It changes what is said, and the log says so too.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};

use super::super::answer::Said;
use crate::domain::practice::{Fault, MOST_MILLIS};

/// In how many pieces a slow body comes.
const PIECES: usize = 20;
/// How long the first half of a cut body has to leave.
const FLUSH: Duration = Duration::from_millis(50);
const NOT_JSON: &str = "upstream connect error or disconnect/reset before headers";

/// Mark on a response that must not be sent: the connection is closed instead. A caller in this process, which has no
/// connection, gets the response with its mark.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) struct Undelivered;

/// How an answer is delivered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::sandbox) enum Delivery {
    /// At once and whole.
    #[default]
    Plain,
    /// This much later.
    Late(Duration),
    /// Its body over this long.
    Slowly(Duration),
    /// Its body only half.
    Half,
    /// Not at all.
    Never,
}

impl Delivery {
    /// Spoils an answer as a fault wants it, and says what the log tells of it.
    pub(in crate::sandbox) fn spoil(fault: &Fault, said: &mut Said) -> (Self, &'static str) {
        let time = |millis: u64| Duration::from_millis(millis.min(MOST_MILLIS));
        match fault {
            Fault::Latency { millis } => (Self::Late(time(*millis)), "The answer came late."),
            Fault::SlowBody { millis } => (Self::Slowly(time(*millis)), "The body came slowly."),
            Fault::TruncatedBody => (Self::Half, "The body ended in the middle."),
            Fault::DroppedConnection => (Self::Never, "The connection was closed before the answer was sent."),
            Fault::NotJson => {
                NOT_JSON.clone_into(&mut said.text);
                (Self::Plain, "The body was not JSON.")
            }
            Fault::WrongContentType => {
                said.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
                (Self::Plain, "The body was declared as text/html.")
            }
            _ => (Self::Plain, ""),
        }
    }

    /// The response, once it is time for it.
    pub(in crate::sandbox) async fn of(self, said: Said) -> Response {
        match self {
            Self::Plain => said.into_response(),
            Self::Late(time) => {
                tokio::time::sleep(time).await;
                said.into_response()
            }
            Self::Slowly(time) => {
                let Said { status, headers, text, .. } = said;
                (status, headers, slow(text, time)).into_response()
            }
            Self::Half => {
                let Said { status, mut headers, text, .. } = said;
                announce(&mut headers, text.len());
                (status, headers, half(text)).into_response()
            }
            Self::Never => {
                let mut response = said.into_response();
                response.extensions_mut().insert(Undelivered);
                response
            }
        }
    }
}

fn announce(headers: &mut HeaderMap, length: usize) {
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
}

fn slow(text: String, time: Duration) -> Body {
    let bytes = Bytes::from(text);
    let pause = time / u32::try_from(PIECES).unwrap_or(1);
    let size = bytes.len().div_ceil(PIECES).max(1);
    Body::from_stream(stream::unfold(bytes, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, Infallible>(piece), rest))
    }))
}

fn half(text: String) -> Body {
    let mut bytes = Bytes::from(text);
    bytes.truncate(bytes.len() / 2);
    // What is still in the server's buffer when the body breaks off is never sent: the first half needs a moment.
    let end = stream::once(async {
        tokio::time::sleep(FLUSH).await;
        Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the rest is withheld"))
    });
    Body::from_stream(stream::once(async { Ok(bytes) }).chain(end))
}
