//! Server-Sent Events of the request log (WHATWG HTML §9.2). One connection; whoever reads it reconnects.
//! An event is bounded in size, and one that cannot be read is passed over.

use serde_json::Value;

use super::record;
use crate::domain::failure::Failure;
use crate::domain::journal::Summary;
use crate::scim::client::Client;
use crate::scim::{answer, fault};

const EVENT_LIMIT: usize = 1 << 20;

/// A line of the log as it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEvent {
    /// Where to resume.
    pub id: Option<String>,
    /// The line.
    pub summary: Summary,
}

/// An open stream.
#[derive(Debug)]
pub struct RequestStream {
    client: Client,
    response: reqwest::Response,
    decoder: Decoder,
    waiting: std::collections::VecDeque<StreamEvent>,
    last_id: Option<String>,
}

impl RequestStream {
    pub(super) fn new(client: Client, response: reqwest::Response, last_id: Option<&str>) -> Self {
        let last_id = last_id.map(str::to_owned);
        Self { client, response, decoder: Decoder::default(), waiting: std::collections::VecDeque::new(), last_id }
    }

    /// Where to resume when the stream ends.
    #[must_use]
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// The next line; `None` when the tenant ends the stream.
    ///
    /// # Errors
    /// The connection broke, fell silent, or an event is larger than 1 MiB.
    pub async fn next(&mut self) -> Result<Option<StreamEvent>, Failure> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                self.last_id.clone_from(&event.id);
                return Ok(Some(event));
            }
            let idle = self.client.limits().idle;
            let chunk = tokio::time::timeout(idle, self.response.chunk()).await;
            let chunk = chunk.map_err(|_| fault::silent_stream(idle))?;
            let Some(bytes) = chunk.map_err(|error| self.client.broken_stream(&error))? else { return Ok(None) };
            for (id, data) in self.decoder.push(&bytes).map_err(|TooLong| fault::too_large(EVENT_LIMIT))? {
                let data = answer::scrub(&data, self.client.token());
                let line: Option<Value> = serde_json::from_str(&data).ok();
                self.waiting.extend(line.as_ref().and_then(record::summary).map(|summary| StreamEvent { id, summary }));
            }
        }
    }
}

#[derive(Debug, Default)]
struct Decoder {
    line: Vec<u8>,
    data: String,
    id: Option<String>,
}

#[derive(Debug)]
struct TooLong;

impl Decoder {
    /// The events that are complete with these bytes.
    fn push(&mut self, bytes: &[u8]) -> Result<Vec<(Option<String>, String)>, TooLong> {
        let mut events = Vec::new();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if self.line.len() + self.data.len() > EVENT_LIMIT {
                return Err(TooLong);
            }
            if part.ends_with(b"\n") {
                let line =
                    String::from_utf8_lossy(&std::mem::take(&mut self.line)).trim_end_matches(['\r', '\n']).to_owned();
                events.extend(self.take(&line));
            }
        }
        Ok(events)
    }

    fn take(&mut self, line: &str) -> Option<(Option<String>, String)> {
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return (!data.is_empty()).then(|| (self.id.clone(), data));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" if self.data.is_empty() => value.clone_into(&mut self.data),
            "data" => self.data.extend(["\n", value]),
            "id" => self.id = Some(value.to_owned()),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_put_together_whatever_the_pieces() {
        let text = b": hello\r\nid: 7\ndata: {\"a\":\ndata: 1}\n\nretry: 5\n\ndata: x\r\n\r\n";
        for size in [1, 3, text.len()] {
            let mut decoder = Decoder::default();
            let events: Vec<_> = text.chunks(size).flat_map(|piece| decoder.push(piece).unwrap()).collect();
            let expected = [(Some("7".to_owned()), "{\"a\":\n1}".to_owned()), (Some("7".to_owned()), "x".to_owned())];
            assert_eq!(events, expected);
        }
    }

    #[test]
    fn an_endless_event_is_refused() {
        let mut decoder = Decoder::default();
        assert!((0..=EVENT_LIMIT / 1024).any(|_| decoder.push(&[b'x'; 1024]).is_err()));
    }
}
