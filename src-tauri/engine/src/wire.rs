//! The record of the wire: exchanges, chunks as they came, ends. Bytes are kept within a budget, newest first.
//!
//! Recording a chunk is a copy and little else, for a flood passes here. What a page shows beside the bytes (lines,
//! what they are, which event they belong to) is read out of them when somebody looks: [`Mid`] tells where the
//! reading stood before a chunk, so that a page among ten million chunks costs only itself.

mod annotate;
mod classify;
mod page;
pub mod stored;
pub mod taped;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::attempt::Chunk;
use crate::contract::{Exchange, Failure, Framing, WireSpan};
use crate::lenient::Mid;
use crate::log::Budget;
use crate::source::Traced;

pub use classify::classify;

/// What a row costs in the queue, with room for its growth.
const ROW_COST: usize = 2 * size_of::<Row>();
/// What the allocator adds to one allocation, about.
const ALLOC_COST: usize = 16;
/// Bytes of one chunk that are kept, decoded and as they came each: more than a frame of hyper holds, so that only
/// what was blown up by decoding is cut.
const CHUNK_MOST: usize = 1 << 20;
/// The same where the whole record may hold very little.
const CHUNK_LEAST: usize = 4 << 10;

#[derive(Debug)]
struct Row {
    at_us: u64,
    attempt: u32,
    kind: Kind,
}

/// Boxed, so that a row in the queue is small whatever it is.
#[derive(Debug)]
enum Kind {
    Exchange(Box<Exchange>),
    Chunk(Box<Kept>),
    End(Box<(Failure, u64)>),
}

/// A chunk and what is needed to read it by itself.
#[derive(Debug, Default)]
struct Kept {
    /// The decoded bytes, copied: a slice of hyper's would keep its whole buffer.
    bytes: Vec<u8>,
    /// As they came, where they were compressed.
    raw: Option<Vec<u8>>,
    /// Decoded bytes that came, and how many came over the wire: more than is kept of a very large chunk.
    bytes_came: u64,
    raw_came: u64,
    before: Mid,
    /// Decoded bytes of the attempt before this chunk.
    offset: u64,
    events_before: u64,
    events: u64,
    /// When the newest comment of the attempt before this chunk came.
    comment_us: Option<u64>,
    framing: Framing,
    refused: bool,
}

impl Kept {
    /// Whether bytes that came are not here any more.
    fn is_cut(&self) -> bool {
        self.bytes_came > self.bytes.len() as u64 || self.raw_lost() > 0
    }

    fn raw_lost(&self) -> u64 {
        match &self.raw {
            Some(raw) => self.raw_came - raw.len() as u64,
            None => self.raw_came - self.bytes.len() as u64,
        }
    }

    /// Bytes as they came that are kept.
    fn raw(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(&self.bytes)
    }

    fn cost(&self) -> usize {
        size_of::<Self>()
            + 4 * ALLOC_COST
            + self.bytes.capacity()
            + self.raw.as_ref().map_or(0, Vec::capacity)
            + self.before.head.len()
    }
}

impl Row {
    fn cost(&self) -> usize {
        ROW_COST
            + match &self.kind {
                Kind::Exchange(exchange) => page::exchange_bytes(exchange) + 512,
                Kind::Chunk(kept) => kept.cost(),
                Kind::End(end) => {
                    let args = end.0.args.iter();
                    256 + end.0.message.len()
                        + args
                            .map(|(name, value)| name.len() + value.len() + 64)
                            .sum::<usize>()
                }
            }
    }

    fn chunk(&self) -> Option<&Kept> {
        match &self.kind {
            Kind::Chunk(kept) => Some(kept),
            _ => None,
        }
    }

    fn chunk_mut(&mut self) -> Option<&mut Kept> {
        match &mut self.kind {
            Kind::Chunk(kept) => Some(kept),
            _ => None,
        }
    }
}

/// Bytes of rows that stay in memory though they are on tape: what "Copy raw" copies, and some pages.
const TAPED_BYTES: usize = 12 << 20;

/// A row that is on tape alone.
#[derive(Clone, Copy, Debug)]
struct Away {
    /// What it costs of what may be kept.
    cost: u32,
    /// Bytes of the chunk, if it is one.
    bytes: Option<u32>,
    exchange: bool,
}

/// What came over the wire of one session.
#[derive(Debug)]
pub struct Wire {
    /// The newest rows, in memory.
    rows: VecDeque<Row>,
    /// The rows before them, on tape alone.
    away: VecDeque<Away>,
    away_held: usize,
    /// All rows before it are on tape; none while nothing is written.
    written: Option<u64>,
    /// All that can be read, in memory or on tape.
    span: WireSpan,
    most: usize,
    budget: Arc<Budget>,
    held: usize,
    framing: Framing,
    /// Decoded bytes of this attempt, and of all that were read as a body.
    offset: u64,
    body: u64,
    comment_us: Option<u64>,
    /// The row before the oldest: when it came, and in which attempt.
    before: Option<(u64, u32)>,
    /// The newest exchange that fell out, with its number: of all rows the one that is missed most.
    /// None for the row where it is on tape alone.
    fallen: Option<(u64, Option<Row>)>,
    /// The oldest row that changed after it was made.
    grown: Option<u64>,
}

impl Wire {
    /// An empty record that keeps at most `most` bytes, and no more than `budget` allows all sessions together.
    pub fn new(most: usize, budget: Arc<Budget>) -> Self {
        Self {
            rows: VecDeque::new(),
            away: VecDeque::new(),
            away_held: 0,
            written: None,
            span: WireSpan::default(),
            most,
            budget,
            held: 0,
            framing: Framing::Auto,
            offset: 0,
            body: 0,
            comment_us: None,
            before: None,
            fallen: None,
            grown: None,
        }
    }

    /// An attempt's requests and answers are known, whether or not the response was accepted. What was read of a
    /// refused one becomes a chunk.
    pub fn exchange(&mut self, attempt: u32, at_us: u64, framing: Framing, traced: Traced) {
        self.framing = framing;
        self.offset = 0;
        self.comment_us = None;
        self.push(at_us, attempt, Kind::Exchange(Box::new(traced.exchange)));
        if !traced.refused.is_empty() {
            let most = self.chunk_most();
            let kept = Kept {
                bytes: traced.refused[..traced.refused.len().min(most)].to_vec(),
                bytes_came: traced.refused.len() as u64,
                raw_came: traced.refused.len() as u64,
                refused: true,
                ..Kept::default()
            };
            self.push_chunk(at_us, attempt, kept);
        }
    }

    /// Bytes came. `events_before` is the session's count of events before this chunk. A further part of a frame's
    /// decoded bytes joins the frame's row.
    pub fn chunk(&mut self, attempt: u32, at_us: u64, events_before: u64, chunk: &Chunk) {
        let most = self.chunk_most();
        let came = chunk.bytes.len() as u64;
        let offset = self.offset;
        self.offset += came;
        self.body += came;
        if chunk.raw.as_ref().is_some_and(bytes::Bytes::is_empty) && self.join(attempt, chunk, most) {
            return;
        }
        let kept = Kept {
            bytes: chunk.bytes[..chunk.bytes.len().min(most)].to_vec(),
            raw: chunk.raw.as_ref().map(|raw| raw[..raw.len().min(most)].to_vec()),
            bytes_came: came,
            raw_came: chunk.raw.as_ref().map_or(came, |raw| raw.len() as u64),
            before: chunk.before.clone(),
            offset,
            events_before,
            events: chunk.events,
            comment_us: self.comment_us,
            framing: self.framing,
            refused: false,
        };
        self.push_chunk(at_us, attempt, kept);
    }

    fn join(&mut self, attempt: u32, chunk: &Chunk, most: usize) -> bool {
        let Some(row) = self.rows.back_mut().filter(|row| row.attempt == attempt) else {
            return false;
        };
        let cost = row.cost();
        let Kind::Chunk(kept) = &mut row.kind else {
            return false;
        };
        let room = if kept.is_cut() {
            0
        } else {
            most - kept.bytes.len().min(most)
        };
        let taken = chunk.bytes.len().min(room);
        kept.bytes.extend_from_slice(&chunk.bytes[..taken]);
        kept.bytes_came += chunk.bytes.len() as u64;
        kept.events += chunk.events;
        self.span.dropped_bytes += (chunk.bytes.len() - taken) as u64;
        let no = self.span.end - 1;
        self.grown = Some(self.grown.map_or(no, |before| before.min(no)));
        let grown = row.cost() - cost;
        self.held += grown;
        self.budget.take(grown);
        self.fit();
        true
    }

    /// A comment came.
    pub const fn comment(&mut self, at_us: u64) {
        self.comment_us = Some(at_us);
    }

    /// The body or the attempt ended. `events` is the session's count of events then: of lines that are events, the
    /// last one counts only now if it has no end of its own.
    pub fn end(&mut self, attempt: u32, at_us: u64, events: u64, failure: &Failure, unfinished: u64) {
        if matches!(self.framing, Framing::Ndjson | Framing::Lines) {
            let of_attempt = self
                .rows
                .iter_mut()
                .rev()
                .take_while(|row| row.attempt == attempt);
            let newest = of_attempt
                .enumerate()
                .filter_map(|(back, row)| Some((back, row.chunk_mut()?)))
                .find(|(_, kept)| !kept.bytes.is_empty());
            if let Some((back, kept)) = newest.filter(|(_, kept)| !kept.refused) {
                kept.events = kept.events.max(events.saturating_sub(kept.events_before));
                let no = self.span.end - 1 - back as u64;
                self.grown = Some(self.grown.map_or(no, |before| before.min(no)));
            }
        }
        self.push(at_us, attempt, Kind::End(Box::new((failure.clone(), unfinished))));
    }

    /// How far it reaches.
    pub const fn span(&self) -> WireSpan {
        self.span
    }

    fn chunk_most(&self) -> usize {
        (self.most / 4).clamp(CHUNK_LEAST, CHUNK_MOST)
    }

    fn push_chunk(&mut self, at_us: u64, attempt: u32, kept: Kept) {
        self.span.chunks += 1;
        self.span.dropped_bytes += kept.bytes_came - kept.bytes.len() as u64;
        self.push(at_us, attempt, Kind::Chunk(Box::new(kept)));
    }

    fn push(&mut self, at_us: u64, attempt: u32, kind: Kind) {
        let row = Row { at_us, attempt, kind };
        let cost = row.cost();
        self.held += cost;
        self.budget.take(cost);
        self.rows.push_back(row);
        self.span.end += 1;
        self.fit();
    }

    /// All rows before `end` are on tape.
    pub fn set_written(&mut self, end: u64) {
        self.written = Some(end.min(self.span.end));
        self.fit();
    }

    /// Nothing is written any more: what is in memory stays there, and what is on tape alone stays readable.
    pub const fn set_unwritten(&mut self) {
        self.written = None;
    }

    /// The oldest row that is in memory.
    pub fn memory_first(&self) -> u64 {
        self.span.end - self.rows.len() as u64
    }

    /// Which rows can be read.
    pub fn reach(&self) -> taped::Reach {
        taped::Reach {
            first: self.span.first,
            end: self.span.end,
            fallen: self.fallen.as_ref().map(|(no, _)| *no),
        }
    }

    /// Lets the oldest rows go until the rest fits, from memory first where they are on tape; the newest always stays.
    fn fit(&mut self) {
        while self.rows.len() > 1
            && self.held > TAPED_BYTES.min(self.most)
            && self.written.is_some_and(|end| self.memory_first() < end)
        {
            let Some(row) = self.rows.pop_front() else { break };
            self.before = Some((row.at_us, row.attempt));
            let cost = row.cost();
            self.give(cost);
            self.away_held += cost;
            self.away.push_back(Away {
                cost: u32::try_from(cost).unwrap_or(u32::MAX),
                bytes: row
                    .chunk()
                    .map(|kept| u32::try_from(kept.bytes.len()).unwrap_or(u32::MAX)),
                exchange: matches!(row.kind, Kind::Exchange(_)),
            });
        }
        while self.is_over() {
            let no = self.span.first;
            if let Some(away) = self.away.pop_front() {
                self.span.first += 1;
                self.away_held = self.away_held.saturating_sub(away.cost as usize);
                self.gone(away.bytes.map(u64::from));
                if away.exchange {
                    self.fell(no, None);
                }
                continue;
            }
            if self.rows.len() <= 1 {
                break;
            }
            let Some(row) = self.rows.pop_front() else { break };
            self.span.first += 1;
            self.before = Some((row.at_us, row.attempt));
            self.gone(row.chunk().map(|kept| kept.bytes.len() as u64));
            self.give(row.cost());
            if matches!(row.kind, Kind::Exchange(_)) {
                self.held += row.cost();
                self.budget.take(row.cost());
                self.fell(no, Some(row));
            }
        }
        if self.rows.capacity() > 4_096 && self.rows.len() < self.rows.capacity() / 4 {
            self.rows.shrink_to(self.rows.len() * 2);
        }
    }

    fn is_over(&self) -> bool {
        let tight = self.held > self.budget.least && self.budget.used() > self.budget.total;
        // Rows on tape alone cost no memory: they do not go because that is short.
        self.held + self.away_held > self.most
            || (tight && self.away.is_empty())
            || self.held > self.budget.most
    }

    /// A row went; what did not fit into it was counted when it came.
    const fn gone(&mut self, chunk: Option<u64>) {
        if let Some(bytes) = chunk {
            self.span.dropped_chunks += 1;
            self.span.dropped_bytes += bytes;
        }
    }

    fn fell(&mut self, no: u64, row: Option<Row>) {
        if let Some((_, Some(older))) = self.fallen.replace((no, row)) {
            self.give(older.cost());
        }
    }

    fn give(&mut self, bytes: usize) {
        self.held -= bytes;
        self.budget.give(bytes);
    }

    /// Where a row stands in the queue.
    fn index(&self, no: u64) -> Option<usize> {
        let index = usize::try_from(no.checked_sub(self.memory_first())?).ok()?;
        (index < self.rows.len()).then_some(index)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.budget.give(self.held);
    }
}
