//! The record of the wire: exchanges, chunks as they came, ends. Bytes are kept within a budget, newest first.

use std::sync::Arc;

use crate::attempt::Chunk;
use crate::contract::{Failure, Framing, WireBytes, WireForm, WirePage, WireRaw, WireSpan};
use crate::log::Budget;
use crate::source::Traced;

/// What came over the wire of one session.
#[derive(Debug)]
pub struct Wire {
    span: WireSpan,
}

impl Wire {
    /// An empty record that keeps at most `most` bytes, and no more than `budget` allows all sessions together.
    pub fn new(most: usize, budget: Arc<Budget>) -> Self {
        let _ = (most, budget);
        Self {
            span: WireSpan::default(),
        }
    }

    /// An attempt's requests and answers are known, whether or not the response was accepted.
    pub fn exchange(&mut self, attempt: u32, at_us: u64, framing: Framing, traced: Traced) {
        let _ = (attempt, at_us, framing, traced);
    }

    /// Bytes came. `events_before` is the session's count of events before this chunk.
    pub fn chunk(&mut self, attempt: u32, at_us: u64, events_before: u64, chunk: Chunk) {
        let _ = (attempt, at_us, events_before, chunk);
    }

    /// The body or the attempt ended.
    pub fn end(&mut self, attempt: u32, at_us: u64, failure: &Failure, unfinished: u64) {
        let _ = (attempt, at_us, failure, unfinished);
    }

    /// How far it reaches.
    pub const fn span(&self) -> WireSpan {
        self.span
    }

    /// At most `len` rows from `from` on.
    pub fn page(&self, from: u64, len: u64, form: WireForm) -> WirePage {
        let _ = (from, len, form);
        WirePage {
            first: self.span.first,
            end: self.span.end,
            rows: Vec::new(),
        }
    }

    /// Bytes of one chunk, from an offset on.
    pub fn bytes(&self, no: u64, from: u64, form: WireForm) -> Option<WireBytes> {
        let _ = (no, from, form);
        None
    }

    /// The newest bytes of the body, decoded, as text.
    pub fn raw(&self) -> WireRaw {
        WireRaw {
            text: String::new(),
            bytes: 0,
            left_out: 0,
        }
    }
}
