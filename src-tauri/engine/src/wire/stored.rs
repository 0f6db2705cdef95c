//! Rows of the wire as a tape keeps them, and the record made of them again for a replay.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Kept, Kind, Row, Wire};
use crate::contract::{Exchange, Failure, Framing};
use crate::lenient::Mid;
use crate::log::Budget;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub no: u64,
    /// When it came.
    pub at_us: u64,
    /// Attempt.
    pub attempt: u32,
    /// What it is, beside the bytes.
    pub facts: Facts,
    /// A chunk's bytes, decoded.
    pub bytes: Vec<u8>,
    /// As they came, where they were compressed.
    pub raw: Option<Vec<u8>>,
}

/// What a row is, beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Facts {
    /// How an attempt began.
    Exchange(Box<Exchange>),
    /// Bytes.
    Chunk(ChunkFacts),
    /// How a body or an attempt ended, and bytes that were never finished.
    End(Box<Failure>, u64),
}

/// What is known of a chunk beside its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkFacts {
    /// Decoded bytes that came: more than are kept of a very large chunk.
    pub came: u64,
    /// The same as they came.
    pub raw_came: u64,
    /// Where the reading stood before it.
    pub before: Mid,
    /// Decoded bytes of the attempt before it.
    pub offset: u64,
    /// Events of the session before it.
    pub events_before: u64,
    /// Events that it completed.
    pub events: u64,
    /// When the newest comment before it came.
    pub comment_us: Option<u64>,
    /// How it is cut into events.
    pub framing: Framing,
    /// Part of a response that was refused.
    pub refused: bool,
}

impl ChunkFacts {
    /// The same with no figure so large that sums of them overflow: a tape may be a stranger's.
    fn within_reason(mut self) -> Self {
        /// A thousand times what a year of a fast line brings.
        const MOST: u64 = 1 << 50;
        for figure in [
            &mut self.came,
            &mut self.raw_came,
            &mut self.offset,
            &mut self.events_before,
            &mut self.events,
            &mut self.before.line,
        ] {
            *figure = (*figure).min(MOST);
        }
        self
    }
}

impl Wire {
    /// The rows from `from` on that are still kept, about `most` bytes of them and at least one.
    pub fn stored(&self, from: u64, most: usize) -> Vec<Stored> {
        let from = from.max(self.memory_first());
        let Some(begin) = self.index(from) else {
            return Vec::new();
        };
        let mut room = most;
        let mut rows = Vec::new();
        for (index, row) in self.rows.range(begin..).enumerate() {
            let cost = row.cost();
            if cost > room && !rows.is_empty() {
                break;
            }
            room = room.saturating_sub(cost);
            rows.push(store(from + index as u64, row));
        }
        rows
    }

    /// The exchange that outlived the rows after it, for a tape that lets the rest go: its number, and the row itself
    /// where the tape may not have it.
    pub fn stored_fallen(&self) -> Option<(u64, Option<Stored>)> {
        let (no, row) = self.fallen.as_ref()?;
        Some((*no, row.as_ref().map(|row| store(*no, row))))
    }

    /// The oldest row whose bytes grew after it had been told, since this was last asked.
    pub const fn take_grown(&mut self) -> Option<u64> {
        self.grown.take()
    }

    /// A record made of stored rows, in order; rows before the first that is dense are taken for what fell out.
    pub fn from_stored(rows: Vec<Stored>, budget: Arc<Budget>) -> Self {
        let mut wire = Self::new(usize::MAX, budget);
        for stored in rows {
            wire.put_back(stored);
        }
        wire
    }

    fn put_back(&mut self, stored: Stored) {
        let no = stored.no;
        let row = Row {
            at_us: stored.at_us,
            attempt: stored.attempt,
            kind: match stored.facts {
                Facts::Exchange(exchange) => Kind::Exchange(exchange),
                Facts::End(failure, unfinished) => Kind::End(Box::new((*failure, unfinished))),
                Facts::Chunk(facts) => {
                    let facts = facts.within_reason();
                    self.span.chunks += 1;
                    self.body = self.body.saturating_add(facts.came);
                    Kind::Chunk(Box::new(Kept {
                        // A hostile file may say less than it holds.
                        bytes_came: facts.came.max(stored.bytes.len() as u64),
                        raw_came: facts
                            .raw_came
                            .max(stored.raw.as_ref().unwrap_or(&stored.bytes).len() as u64),
                        bytes: stored.bytes,
                        raw: stored.raw,
                        before: facts.before,
                        offset: facts.offset,
                        events_before: facts.events_before,
                        events: facts.events,
                        comment_us: facts.comment_us,
                        framing: facts.framing,
                        refused: facts.refused,
                    }))
                }
            },
        };
        if self.rows.is_empty() {
            self.span.first = no;
            self.span.end = no;
        }
        if no != self.span.end {
            // What stood before a hole can only be the exchange that outlived the rest.
            self.let_go();
            self.span.first = no;
            self.span.end = no;
        }
        let cost = row.cost();
        self.held += cost;
        self.budget.take(cost);
        self.span.end += 1;
        self.rows.push_back(row);
    }

    fn let_go(&mut self) {
        let mut no = self.span.first;
        while let Some(row) = self.rows.pop_front() {
            if matches!(row.kind, Kind::Exchange(_)) {
                self.fell(no, Some(row));
            } else {
                self.give(row.cost());
            }
            no += 1;
        }
    }
}

fn store(no: u64, row: &Row) -> Stored {
    let (facts, bytes, raw) = match &row.kind {
        Kind::Exchange(exchange) => (Facts::Exchange(exchange.clone()), Vec::new(), None),
        Kind::End(end) => (Facts::End(Box::new(end.0.clone()), end.1), Vec::new(), None),
        Kind::Chunk(kept) => (
            Facts::Chunk(ChunkFacts {
                came: kept.bytes_came,
                raw_came: kept.raw_came,
                before: kept.before.clone(),
                offset: kept.offset,
                events_before: kept.events_before,
                events: kept.events,
                comment_us: kept.comment_us,
                framing: kept.framing,
                refused: kept.refused,
            }),
            kept.bytes.clone(),
            kept.raw.clone(),
        ),
    };
    Stored {
        no,
        at_us: row.at_us,
        attempt: row.attempt,
        facts,
        bytes,
        raw,
    }
}
