//! Records on their way out, a batch at a time, so that whoever takes them can work on a batch in the thread that read it.

use std::mem;

use crate::domain::journal::Record;

/// Records that come one by one are handed over so many at a time.
const TOGETHER: usize = 256;

/// A record that was read.
#[derive(Debug, Clone)]
pub struct Arrival<'b> {
    /// The record; without its event where that is below.
    pub record: Record,
    /// The directory's own record as the JSON that it was written in, without secrets. To make a value of it would take
    /// longer than all the rest.
    pub event: Option<&'b str>,
}

impl Arrival<'_> {
    /// The whole record.
    #[must_use]
    pub fn into_record(self) -> Record {
        let Self { record, event } = self;
        // It was read a moment ago, so it is JSON.
        let event = event.and_then(|json| serde_json::from_str(json).ok());
        Record { event: record.event.or(event), ..record }
    }
}

impl From<Record> for Arrival<'_> {
    fn from(record: Record) -> Self {
        Self { record, event: None }
    }
}

/// What is made of a batch of records, in whatever thread read them.
pub type Make<'m, T> = &'m (dyn Fn(Vec<Arrival<'_>>) -> T + Sync);

/// Where records go.
pub(super) struct Out<'o, T> {
    pub(super) make: Make<'o, T>,
    sink: &'o mut dyn FnMut(T),
    waiting: Vec<Record>,
}

impl<'o, T> Out<'o, T> {
    pub(super) fn new(make: Make<'o, T>, sink: &'o mut dyn FnMut(T)) -> Self {
        Self { make, sink, waiting: Vec::new() }
    }

    /// Takes one record.
    pub(super) fn take(&mut self, record: Record) {
        self.waiting.push(record);
        if self.waiting.len() == TOGETHER {
            self.flush();
        }
    }

    /// Hands over what was made of a batch, after what came before it.
    pub(super) fn hand_over(&mut self, made: T) {
        self.flush();
        (self.sink)(made);
    }

    /// Hands over what waits.
    pub(super) fn flush(&mut self) {
        if !self.waiting.is_empty() {
            let batch = mem::take(&mut self.waiting).into_iter().map(Arrival::from).collect();
            (self.sink)((self.make)(batch));
        }
    }
}
