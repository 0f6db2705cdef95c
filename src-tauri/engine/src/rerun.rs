//! A tape as the timed pieces of an event stream's body, to be served again.
//!
//! Where the tape has every byte of the bodies, a piece is a chunk as it came, decoded. Else each event, comment and
//! reconnection time is a piece, written anew; [`Rerun::has_chunks`] says which. All attempts are one body: the time
//! between them is a pause, and what an attempt left unfinished, which no reader took for an event, is left out.
//!
//! A reading can begin after an event id. Within a chunk it begins right behind that event.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use crate::contract::{Failure, Framing};
use crate::export::{Blocks, Progress, Watch, stretch};
use crate::lenient::{BOM, Lenient, Limits, Mid, Note, Out};
use crate::log::{Entry, Kind, Log, Mark};
use crate::tape::Tape;
use crate::wire::stored::{ChunkFacts, Facts, Stored};

/// Rows of the wire that are read at once, and the bytes after which it is enough.
const ROWS: usize = 16;
const ROWS_BYTES: usize = 256 << 10;
/// Entries among which the head of the first response is looked for.
const HEADS: usize = 64;

/// A tape that is served again. Clones are the same.
#[derive(Clone, Debug)]
pub struct Rerun {
    tape: Arc<Tape>,
    /// Each attempt's body; none where the chunks are not all there.
    bodies: Option<Arc<HashMap<u32, Span>>>,
}

/// What of an attempt's body is sent.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    /// It begins with a byte order mark.
    bom: bool,
    /// Bytes up to its last finished line.
    end: u64,
}

/// A piece: its time, microseconds since the Unix epoch, and its bytes.
pub type Piece = (u64, Bytes);

/// The pieces from one place on. Ends after the first failure.
pub struct Reading {
    /// The time at which the body begins: that of the first response's head, or of the event after which it begins.
    pub origin_us: u64,
    pieces: Pieces,
}

enum Pieces {
    Chunks(Chunks),
    Events(Events),
}

/// An event that a reader has seen.
#[derive(Clone, Copy)]
struct Seen {
    pos: u64,
    seq: u64,
    at_us: u64,
}

impl Rerun {
    /// Looks through the record of the wire once: whether it is whole.
    pub fn new(tape: Arc<Tape>) -> Self {
        let bodies = bodies(&tape).map(Arc::new);
        Self { tape, bodies }
    }

    /// Whether the body is cut into chunks as it came; else each event is one.
    pub const fn has_chunks(&self) -> bool {
        self.bodies.is_some()
    }

    /// The tape.
    pub const fn tape(&self) -> &Arc<Tape> {
        &self.tape
    }

    /// Begins after the last event with this id, or at the start: without one, or where it is not on the tape. `None`
    /// where no event follows.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] when the tape cannot be read.
    pub fn begin(&self, after: Option<&str>) -> Result<Option<Reading>, Failure> {
        let span = self.tape.span();
        let mut seen = None;
        if let Some(id) = after {
            let (found, newest) = self.find(id);
            if found.is_some_and(|seen| seen.seq >= newest) {
                return Ok(None);
            }
            seen = found;
        }
        if let Some(fault) = self.tape.fault() {
            return Err(fault);
        }
        if span.first == span.end {
            return Ok(None);
        }
        let pieces = match &self.bodies {
            Some(bodies) => Pieces::Chunks(Chunks {
                tape: Arc::clone(&self.tape),
                bodies: Arc::clone(bodies),
                next: 0,
                rows: VecDeque::new(),
                after: seen,
                lead: seen.map(|_| 0),
                failed: false,
            }),
            None => Pieces::Events(Events {
                tape: Arc::clone(&self.tape),
                entries: VecDeque::new(),
                next: seen.map_or(span.first, |seen| seen.pos + 1),
                end: span.end,
                blocks: Blocks::after(after.filter(|_| seen.is_some()).unwrap_or_default()),
                failed: false,
            }),
        };
        let origin_us = seen.map_or_else(|| self.origin(), |seen| seen.at_us);
        Ok(Some(Reading { origin_us, pieces }))
    }

    /// The last event with an id, and the newest event's number.
    fn find(&self, id: &str) -> (Option<Seen>, u64) {
        let (mut found, mut newest) = (None, 0);
        let end = self.tape.span().end;
        let mut from = self.tape.span().first;
        while from < end {
            let next = self.tape.visit(from, &mut |seen| {
                if let Some(event) = seen.event {
                    newest = event.seq;
                    if event.id == id {
                        found = Some(Seen {
                            pos: seen.pos,
                            seq: event.seq,
                            at_us: seen.at_us,
                        });
                    }
                }
                ControlFlow::Continue(())
            });
            if next <= from {
                break;
            }
            from = next;
        }
        (found, newest)
    }

    /// When the body began to be open, or the first entry came.
    fn origin(&self) -> u64 {
        let first = self.tape.run(self.tape.span().first, HEADS);
        let opened = first
            .iter()
            .take_while(|entry| !matches!(entry.kind, Kind::Event(_)))
            .find(|entry| matches!(&entry.kind, Kind::Mark(mark) if matches!(**mark, Mark::Opened { .. })));
        opened.or(first.first()).map_or(0, |entry| entry.at_us)
    }
}

impl Iterator for Reading {
    type Item = Result<Piece, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.pieces {
            Pieces::Chunks(chunks) => chunks.next(),
            Pieces::Events(events) => events.next(),
        }
    }
}

/// Chunks whose bytes are on a tape, and those bytes, decoded. None when `watch`, which is asked at each row, breaks.
pub fn chunks_kept(tape: &Tape, watch: &mut Watch<'_>) -> Option<(u64, u64)> {
    let (mut chunks, mut bytes, mut ended) = (0, 0, false);
    tape.wire(&mut |row| {
        let progress = Progress { done: chunks, bytes };
        if watch(progress).is_break() {
            ended = true;
            return ControlFlow::Break(());
        }
        if matches!(row.facts, Facts::Chunk(_)) {
            chunks += 1;
            bytes += row.bytes.len() as u64;
        }
        ControlFlow::Continue(())
    });
    (!ended).then_some((chunks, bytes))
}

/// Whether the record of the wire holds all bytes of all events, and how much of each body is finished.
fn bodies(tape: &Tape) -> Option<HashMap<u32, Span>> {
    let span = tape.span();
    let events = tape.running(span.end).events;
    let mut check = Check::default();
    tape.wire(&mut |row| check.row(row));
    check.close();
    let whole = !check.holes && check.events == events && !check.bodies.is_empty() && events > 0;
    whole.then_some(check.bodies)
}

#[derive(Default)]
struct Check {
    holes: bool,
    events: u64,
    bodies: HashMap<u32, Span>,
    attempt: u32,
    /// The first bytes of this attempt, as many as a byte order mark has.
    start: Vec<u8>,
    /// Bytes of this attempt so far.
    offset: u64,
    /// Its newest chunk that completed events.
    newest: Option<(ChunkFacts, Vec<u8>)>,
}

impl Check {
    fn row(&mut self, row: Stored) -> ControlFlow<()> {
        if row.attempt != self.attempt {
            self.close();
            self.attempt = row.attempt;
        }
        match row.facts {
            Facts::Exchange(_) => {}
            Facts::End(_, unfinished) => {
                if self.offset > 0 {
                    self.end(self.offset.saturating_sub(unfinished));
                }
            }
            Facts::Chunk(facts) if facts.refused => {}
            Facts::Chunk(facts) => {
                let sse = matches!(facts.framing, Framing::Auto | Framing::Sse);
                let whole = facts.came == row.bytes.len() as u64;
                // An attempt that comes up twice would be two bodies under one number.
                let first = self.offset > 0 || !self.bodies.contains_key(&row.attempt);
                if !sse || !whole || !first || facts.offset != self.offset {
                    self.holes = true;
                    return ControlFlow::Break(());
                }
                let missing = BOM.len().saturating_sub(self.start.len()).min(row.bytes.len());
                self.start.extend_from_slice(&row.bytes[..missing]);
                self.offset += facts.came;
                self.events += facts.events;
                if facts.events > 0 {
                    self.newest = Some((facts, row.bytes));
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The attempt ended without saying so: the program was killed while it was recorded.
    fn close(&mut self) {
        if self.offset > 0 {
            let end = self.newest.take().and_then(|(facts, bytes)| {
                let end = ends(&facts.before, &bytes).pop()?;
                Some(facts.offset + end as u64)
            });
            self.end(end.unwrap_or(0));
        }
    }

    fn end(&mut self, end: u64) {
        let bom = self.start == BOM;
        self.bodies.insert(self.attempt, Span { bom, end });
        self.start.clear();
        self.newest = None;
        self.offset = 0;
    }
}

/// Where the events end that a chunk completes, as offsets into it.
fn ends(before: &Mid, bytes: &[u8]) -> Vec<usize> {
    // What stood before it has no end here, but decides what the first line is: a line that has begun, or a block with
    // data in it.
    let lead: &[u8] = match (before.line > 0, before.begun, before.after_cr) {
        (true, ..) => b"data: x",
        (false, true, true) => b"data: x\r",
        (false, true, false) => b"data: x\n",
        (false, false, true) => b"\r",
        (false, false, false) => b"",
    };
    // The line kept its bounds when it was read.
    let unbounded = Limits {
        line: usize::MAX,
        event: usize::MAX,
    };
    let mut reading = Lenient::new(unbounded, "");
    let (mut out, mut notes) = (Out::default(), VecDeque::new());
    let at = Instant::now();
    for (no, part) in [lead, bytes].into_iter().enumerate() {
        // Only an id can still be too long: what came before it counts.
        let _ = reading.feed(&Bytes::copy_from_slice(part), no as u64, at, &mut out, &mut notes);
        while out.pop().is_some() {}
    }
    let blocks = notes.into_iter().filter_map(|note| match note {
        Note::Block(place) => usize::try_from(place.end_byte).ok()?.checked_sub(lead.len()),
        _ => None,
    });
    blocks.collect()
}

/// Bodies by their chunks.
struct Chunks {
    tape: Arc<Tape>,
    bodies: Arc<HashMap<u32, Span>>,
    /// Row to be read next.
    next: u64,
    rows: VecDeque<Stored>,
    /// The event behind which it begins, until that has been found.
    after: Option<Seen>,
    /// The attempt whose byte order mark would stand at the beginning, where it means nothing; none before anything
    /// was sent.
    lead: Option<u32>,
    failed: bool,
}

impl Chunks {
    fn read(&mut self) {
        let (rows, mut bytes) = (&mut self.rows, 0);
        self.tape.wire_from(self.next, &mut |row| {
            bytes += row.bytes.len();
            self.next = row.no.saturating_add(1);
            rows.push_back(row);
            if rows.len() >= ROWS || bytes >= ROWS_BYTES {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
    }

    /// What of a chunk goes out.
    fn part(&mut self, facts: &ChunkFacts, attempt: u32, bytes: Vec<u8>) -> Option<Bytes> {
        let span = self.bodies.get(&attempt).copied().unwrap_or_default();
        let most = usize::try_from(span.end.saturating_sub(facts.offset)).unwrap_or(usize::MAX);
        let mut bytes = Bytes::from(bytes);
        bytes.truncate(most);
        let mut offset = facts.offset;
        if let Some(seen) = self.after {
            let last = facts.events_before.saturating_add(facts.events);
            if seen.seq > last || facts.events == 0 {
                return None;
            }
            // Counted from the end: what completes first may have begun anywhere before.
            self.after = None;
            if seen.seq > facts.events_before {
                let behind = usize::try_from(last - seen.seq).unwrap_or(usize::MAX);
                let ends = ends(&facts.before, &bytes);
                let from = ends.iter().rev().nth(behind).copied().unwrap_or(0);
                bytes = bytes.slice(from.min(bytes.len())..);
                offset = offset.saturating_add(from as u64);
            }
        }
        if span.bom && self.lead.is_some_and(|lead| lead != attempt) {
            let left = (BOM.len() as u64).saturating_sub(offset) as usize;
            bytes = bytes.slice(left.min(bytes.len())..);
        }
        if !bytes.is_empty() {
            self.lead.get_or_insert(attempt);
        }
        (!bytes.is_empty()).then_some(bytes)
    }

    fn next(&mut self) -> Option<Result<Piece, Failure>> {
        while !self.failed {
            if self.rows.is_empty() {
                self.read();
            }
            let Some(row) = self.rows.pop_front() else {
                self.failed = true;
                return self.tape.fault().map(Err);
            };
            if let Facts::Chunk(facts) = &row.facts
                && !facts.refused
                && let Some(bytes) = self.part(facts, row.attempt, row.bytes)
            {
                return Some(Ok((row.at_us, bytes)));
            }
        }
        None
    }
}

/// Entries written anew.
struct Events {
    tape: Arc<Tape>,
    entries: VecDeque<Entry>,
    next: u64,
    end: u64,
    blocks: Blocks,
    failed: bool,
}

impl Events {
    fn next(&mut self) -> Option<Result<Piece, Failure>> {
        while !self.failed {
            if let Some(entry) = self.entries.pop_front() {
                let mut bytes = Vec::new();
                // Memory takes everything.
                let _ = self.blocks.block(&entry, &mut bytes);
                if !bytes.is_empty() {
                    return Some(Ok((entry.at_us, bytes.into())));
                }
            } else if self.next < self.end {
                let (entries, next) = stretch(&*self.tape, self.next, self.end);
                (self.entries, self.next) = (entries.into(), next);
            } else {
                self.failed = true;
                return self.tape.fault().map(Err);
            }
        }
        None
    }
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading")
            .field("origin_us", &self.origin_us)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
