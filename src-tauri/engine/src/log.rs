//! The log of a session: its entries in order. [`Log`] is what readers read, wherever the entries are: the newest in
//! memory ([`Ring`], within a budget), older ones on tape.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use crate::contract::{Code, Colour, Failure, Wait};

/// One entry: an event, a comment or a mark. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Dense number over all entries, from 0.
    pub pos: u64,
    /// Arrival, microseconds since the Unix epoch.
    pub at_us: u64,
    /// Microseconds since the event before it; only for events after the first.
    pub gap_us: Option<u64>,
    /// Attempt, from 1.
    pub attempt: u32,
    /// What it is.
    pub kind: Kind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A dispatched event.
    Event(Event),
    /// A comment line's text.
    Comment(Arc<str>),
    /// Something that happened to the line.
    Mark(Arc<Mark>),
}

/// A dispatched event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Number among events, from 1.
    pub seq: u64,
    /// Type.
    pub event_type: Arc<str>,
    /// Last event id at dispatch.
    pub id: Arc<str>,
    /// Data.
    pub data: Arc<str>,
    /// Bytes on the line; 0 if not known.
    pub wire_bytes: u32,
    /// Chunks it came in; 0 if not known.
    pub chunks: u32,
}

/// Something that happened to the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// A response head was accepted.
    Opened {
        /// HTTP status.
        status: u16,
        /// `HTTP/1.1` …
        http: String,
        /// Address after redirects, secrets redacted.
        url: String,
        /// Response headers, secrets redacted.
        headers: Vec<(String, String)>,
    },
    /// An attempt ended.
    Closed {
        /// Why.
        failure: Failure,
        /// How long the body had been open, microseconds.
        after_us: u64,
    },
    /// A wait before the next attempt began.
    Waiting {
        /// Its length, milliseconds.
        ms: u64,
        /// What the next attempt will send.
        last_event_id: String,
        /// Why it is that long.
        wait: Wait,
    },
    /// The first event after a reconnect follows.
    Resumed {
        /// When the line had gone down.
        from_us: u64,
        /// Why it had gone down.
        code: Code,
        /// What was sent.
        last_event_id: String,
        /// Events lost, where ids tell.
        lost: Option<u64>,
        /// Events repeated, where ids tell.
        repeated: Option<u64>,
    },
    /// The server set the reconnection time.
    Retry {
        /// Milliseconds.
        ms: u64,
    },
    /// No further attempt will be made.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// The user asked; the next attempt sends it.
    Asked {
        /// The prompt.
        prompt: String,
    },
}

/// Which entries a log can read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The oldest.
    pub first: u64,
    /// One past the newest.
    pub end: u64,
}

/// A session's entries, read by position.
pub trait Log {
    /// What can be read now. Entries before `first` have been dropped, and that is their count.
    fn span(&self) -> Span;
    /// One entry; none where it is not in the span, or was lost.
    fn get(&self, pos: u64) -> Option<Entry>;
    /// Bytes of event data in all entries before `pos`, dropped ones included; `pos` within the span.
    fn data_bytes_before(&self, pos: u64) -> u64;

    /// At most `len` entries from `from` on, in order; lost ones are left out.
    fn run(&self, from: u64, len: usize) -> Vec<Entry> {
        let span = self.span();
        let from = from.max(span.first);
        let to = from.saturating_add(len as u64).min(span.end);
        (from..to).filter_map(|pos| self.get(pos)).collect()
    }

    /// Whether events may be hidden, which read as comments: [`Log::data_bytes_before`] then counts more than is shown.
    fn hides(&self) -> bool {
        false
    }

    /// The colour in which an entry is shown; a log by itself gives none.
    fn colour(&self, _: &Entry) -> Option<Colour> {
        None
    }

    /// Shows the entries from `from` on, in order and without copying them, until `see` breaks or a bounded stretch of
    /// them has been shown (a block of the tape, some hundred entries of memory): short enough to hold whatever must be
    /// held meanwhile. Says where to go on, which is after `from` unless there was nothing more to show.
    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        const STRETCH: usize = 512;
        let span = self.span();
        let from = from.max(span.first);
        let to = from.saturating_add(STRETCH as u64).min(span.end);
        for pos in from..to {
            if let Some(entry) = self.get(pos)
                && see(Seen::of(&entry)).is_break()
            {
                return pos + 1;
            }
        }
        to.max(from)
    }

    /// Position of the first entry at `pos` or after it, over whatever is missing in between; none where nothing
    /// follows. By itself it shows stretch after stretch, a bounded number of them: a log that can look up what comes
    /// after a hole does that instead.
    fn next_from(&self, pos: u64) -> Option<u64> {
        /// Stretches that are looked through: two million positions at least.
        const LOOKS: usize = 4_096;
        let mut at = pos;
        for _ in 0..LOOKS {
            let mut found = None;
            let next = self.visit(at, &mut |seen| {
                found = Some(seen.pos);
                ControlFlow::Break(())
            });
            if found.is_some() || next <= at || next >= self.span().end {
                return found;
            }
            at = next;
        }
        None
    }
}

/// Position of the last entry from `low` on and before `high`, over whatever is missing in between; none where there is
/// none. A logarithm of the hole's length in questions.
pub(crate) fn last_before(log: &dyn Log, low: u64, high: u64) -> Option<u64> {
    let follows = |from: u64| log.next_from(from).filter(|pos| *pos < high);
    // Steps back that double until something is found …
    let mut width = 1;
    let mut found = loop {
        let from = high.checked_sub(width).filter(|from| *from > low);
        if let Some(pos) = follows(from.unwrap_or(low)) {
            break pos;
        }
        from?;
        width = width.saturating_mul(2);
    };
    // … and then the last place from which something is.
    let mut end = high;
    while found + 1 < end {
        let middle = found + 1 + (end - found - 1) / 2;
        match follows(middle) {
            Some(pos) => found = pos,
            None => end = middle,
        }
    }
    Some(found)
}

/// An entry as a scan sees it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// [`Entry::pos`].
    pub pos: u64,
    /// [`Entry::at_us`].
    pub at_us: u64,
    /// The event, if it is one.
    pub event: Option<SeenEvent<'a>>,
}

/// An event as a scan sees it.
#[derive(Clone, Copy, Debug)]
pub struct SeenEvent<'a> {
    /// [`Event::seq`].
    pub seq: u64,
    /// [`Event::event_type`].
    pub event_type: &'a str,
    /// [`Event::id`].
    pub id: &'a str,
    /// [`Event::data`].
    pub data: &'a str,
}

impl<'a> Seen<'a> {
    /// As a scan sees an entry in memory.
    pub fn of(entry: &'a Entry) -> Self {
        let event = match &entry.kind {
            Kind::Event(event) => Some(SeenEvent {
                seq: event.seq,
                event_type: &event.event_type,
                id: &event.id,
                data: &event.data,
            }),
            _ => None,
        };
        Self {
            pos: entry.pos,
            at_us: entry.at_us,
            event,
        }
    }
}

/// Memory that all rings share, counted in bytes.
#[derive(Debug)]
pub struct Budget {
    /// Total over which each ring falls back to `least`.
    pub total: usize,
    /// What one ring may hold while the total allows it.
    pub most: usize,
    /// What one ring may always hold.
    pub least: usize,
    used: AtomicUsize,
}

impl Budget {
    /// A budget with nothing used.
    pub const fn new(total: usize, most: usize, least: usize) -> Self {
        Self {
            total,
            most,
            least,
            used: AtomicUsize::new(0),
        }
    }

    /// Bytes in use by all that share it.
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Takes bytes from it.
    pub(crate) fn take(&self, bytes: usize) {
        self.used.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Gives bytes back.
    pub(crate) fn give(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Default for Budget {
    /// 48 MiB hold a flood of 200,000 events of 100 bytes whole; 512 MiB bound the program, and 64
    /// sessions at 4 MiB each are the worst over that.
    fn default() -> Self {
        Self::new(512 << 20, 48 << 20, 4 << 20)
    }
}

/// What an entry costs beside its text: itself, its shared strings' headers, the allocator's rounding.
const ENTRY_COST: usize = size_of::<Slot>() + 48;

#[derive(Debug)]
struct Slot {
    entry: Entry,
    /// Bytes of event data before this entry.
    before: u64,
}

/// Entries that stay in memory though they are on tape: what a window shows and scrolls through at once.
const TAPED_ENTRIES: usize = 4_096;
/// Bytes of them.
const TAPED_BYTES: usize = 8 << 20;

/// The newest entries, in memory. While they are written to a tape, all that are not on it yet and some more; else as
/// many as the budget allows.
#[derive(Debug)]
pub struct Ring {
    slots: VecDeque<Slot>,
    end: u64,
    data_bytes: u64,
    held: usize,
    budget: Arc<Budget>,
    /// All before it is on tape; none while nothing is written.
    written: Option<u64>,
    /// Bytes of those that are not.
    unwritten: usize,
}

impl Ring {
    /// An empty ring.
    pub const fn new(budget: Arc<Budget>) -> Self {
        Self {
            slots: VecDeque::new(),
            end: 0,
            data_bytes: 0,
            held: 0,
            budget,
            written: None,
            unwritten: 0,
        }
    }

    /// All before `end` is on tape now.
    pub fn set_written(&mut self, end: u64) {
        let end = end.min(self.end);
        match self.written {
            Some(before) => {
                let newly = before.max(self.end - self.slots.len() as u64)..end;
                let bytes: usize = newly
                    .filter_map(|pos| self.slot(pos))
                    .map(|slot| cost(&slot.entry))
                    .sum();
                self.unwritten -= bytes.min(self.unwritten);
            }
            None => {
                let first = self.end - self.slots.len() as u64;
                self.unwritten = (end.max(first)..self.end)
                    .filter_map(|pos| self.slot(pos))
                    .map(|slot| cost(&slot.entry))
                    .sum();
            }
        }
        self.written = Some(end.max(self.written.unwrap_or(0)));
        self.fit();
    }

    /// Nothing is written any more.
    pub fn set_unwritten(&mut self) {
        self.written = None;
        self.unwritten = 0;
        self.fit();
    }

    /// Bytes of entries that wait to be written.
    pub const fn unwritten(&self) -> usize {
        self.unwritten
    }

    /// Whether memory runs short in all rings together.
    pub fn is_tight(&self) -> bool {
        self.budget.used() > self.budget.total
    }

    /// Whether an entry is here.
    pub fn holds(&self, pos: u64) -> bool {
        pos < self.end && pos >= self.end - self.slots.len() as u64
    }

    /// Appends an entry whose `pos` is [`Span::end`].
    pub fn append(&mut self, entry: Entry) {
        debug_assert_eq!(entry.pos, self.end, "entries are dense");
        let bytes = cost(&entry);
        let before = self.data_bytes;
        self.data_bytes += data_len(&entry);
        self.end += 1;
        self.held += bytes;
        self.budget.used.fetch_add(bytes, Ordering::Relaxed);
        self.slots.push_back(Slot { entry, before });
        if self.written.is_some() {
            self.unwritten += bytes;
        }
        self.fit();
    }

    /// Lets the oldest go until the rest fits. The newest entry always stays, however large.
    fn fit(&mut self) {
        while self.slots.len() > 1 && self.is_over() {
            if let Some(old) = self.slots.pop_front() {
                let freed = cost(&old.entry);
                self.held -= freed;
                self.budget.used.fetch_sub(freed, Ordering::Relaxed);
            }
        }
        // A ring that a flood has filled while the disk was slow does not stay as wide.
        if self.slots.capacity() > 4 * TAPED_ENTRIES && self.slots.len() < self.slots.capacity() / 8 {
            self.slots.shrink_to(2 * TAPED_ENTRIES);
        }
    }

    fn is_over(&self) -> bool {
        match self.written {
            Some(end) => {
                let first = self.end - self.slots.len() as u64;
                first < end && (self.slots.len() > TAPED_ENTRIES || self.held > TAPED_BYTES)
            }
            None => self.held > self.budget.most || (self.held > self.budget.least && self.is_tight()),
        }
    }

    fn slot(&self, pos: u64) -> Option<&Slot> {
        let first = self.end - self.slots.len() as u64;
        self.slots.get(usize::try_from(pos.checked_sub(first)?).ok()?)
    }
}

/// Bytes of memory that an entry takes, about.
pub(crate) fn weight(entry: &Entry) -> usize {
    cost(entry)
}

fn cost(entry: &Entry) -> usize {
    ENTRY_COST
        + match &entry.kind {
            // Types and ids are shared between events that have the same; they are counted all the same.
            Kind::Event(event) => event.data.len() + event.id.len() + event.event_type.len(),
            Kind::Comment(text) => text.len(),
            Kind::Mark(mark) => match &**mark {
                Mark::Opened { headers, url, .. } => {
                    url.len() + headers.iter().map(|(n, v)| n.len() + v.len() + 48).sum::<usize>()
                }
                Mark::Closed { failure, .. } | Mark::Failed { failure } => {
                    256 + failure.message.len()
                        + failure
                            .args
                            .iter()
                            .map(|(name, value)| name.len() + value.len() + 48)
                            .sum::<usize>()
                }
                Mark::Waiting { last_event_id, .. } | Mark::Resumed { last_event_id, .. } => {
                    128 + last_event_id.len()
                }
                Mark::Retry { .. } => 64,
                Mark::Asked { prompt } => 64 + prompt.len(),
            },
        }
}

fn data_len(entry: &Entry) -> u64 {
    match &entry.kind {
        Kind::Event(event) => event.data.len() as u64,
        _ => 0,
    }
}

impl Log for Ring {
    fn span(&self) -> Span {
        Span {
            first: self.end - self.slots.len() as u64,
            end: self.end,
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        self.slot(pos).map(|slot| slot.entry.clone())
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        self.slot(pos).map_or(self.data_bytes, |slot| slot.before)
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.held, Ordering::Relaxed);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::contract::WaitWhy;

    pub(crate) fn event(pos: u64, event_type: &str, data: &str) -> Entry {
        let event = Event {
            seq: pos + 1,
            event_type: event_type.into(),
            id: "".into(),
            data: data.into(),
            wire_bytes: 0,
            chunks: 1,
        };
        Entry {
            pos,
            at_us: 1_000_000 + pos * 1_000,
            gap_us: None,
            attempt: 1,
            kind: Kind::Event(event),
        }
    }

    #[test]
    fn drops_the_oldest_and_counts_them() {
        let budget = Arc::new(Budget::new(1 << 20, 40 * (ENTRY_COST + 17), 1 << 10));
        let mut ring = Ring::new(Arc::clone(&budget));
        for pos in 0..100 {
            ring.append(event(pos, "message", "0123456789"));
        }
        let span = ring.span();
        assert_eq!((span.first, span.end), (60, 100));
        assert_eq!(ring.get(59), None);
        assert_eq!(ring.get(60).map(|e| e.pos), Some(60));
        assert_eq!(ring.data_bytes_before(60), 600);
        assert_eq!(ring.data_bytes_before(100), 1_000);
        assert!(budget.used() <= budget.most);
        drop(ring);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn long_names_and_ids_count() {
        let budget = Arc::new(Budget::new(1 << 20, 1 << 20, 1 << 10));
        let mut ring = Ring::new(Arc::clone(&budget));
        for pos in 0..100 {
            ring.append(event(pos, &"n".repeat(100_000), ""));
        }
        assert!(ring.span().first >= 89, "{:?}", ring.span());
        for pos in 100..200 {
            let mark = Mark::Waiting {
                ms: 1,
                last_event_id: "i".repeat(100_000),
                wait: Wait {
                    why: WaitWhy::Default,
                    asked_ms: None,
                    failures: 0,
                },
            };
            ring.append(Entry {
                kind: Kind::Mark(Arc::new(mark)),
                ..event(pos, "", "")
            });
        }
        assert!(ring.span().first >= 189, "{:?}", ring.span());
    }

    #[test]
    fn shares_one_budget() {
        let least = 10 * (ENTRY_COST + 17);
        let budget = Arc::new(Budget::new(4 * least, 3 * least, least));
        let mut rings: Vec<_> = (0..6).map(|_| Ring::new(Arc::clone(&budget))).collect();
        for pos in 0..200 {
            for ring in &mut rings {
                ring.append(event(pos, "message", "0123456789"));
            }
        }
        assert!(
            budget.used() <= 6 * least.max(budget.total / 6),
            "{} of {}",
            budget.used(),
            budget.total
        );
        assert!(rings.iter().all(|ring| ring.span().end == 200));
    }

    #[test]
    fn keeps_an_entry_larger_than_its_budget() {
        let mut ring = Ring::new(Arc::new(Budget::new(100, 100, 100)));
        ring.append(event(0, "message", &"x".repeat(1_000)));
        assert_eq!(ring.span(), Span { first: 0, end: 1 });
    }
}
