//! Figures at a playhead that moves both ways through a log that does not change.

use super::Counter;
use crate::contract::Figures;
use crate::log::{Log, last_before};
use crate::text::Reading;

/// Entries that are counted at once, and bytes of their data: some 30 ms of work. A playhead that is further ahead is
/// caught up with in several goes.
const STEP: u64 = 16 << 10;
/// See [`STEP`].
const STEP_BYTES: u64 = 4 << 20;
/// Entries between two states that are kept for going back.
const KEPT_EVERY: u64 = 4 << 10;
/// States that are kept; of a longer turn every other one goes.
const KEPT: usize = 64;

/// Counts up to a playhead.
#[derive(Debug)]
pub(crate) struct Follow {
    state: Counter,
    /// Entries before it have been counted.
    at: u64,
    /// States by the entry before which they stood, in order, of the turn at hand.
    kept: Vec<(u64, Counter)>,
    every: u64,
    started_us: u64,
}

impl Follow {
    pub(crate) fn new(reading: Reading, first: u64, started_us: u64) -> Self {
        Self {
            state: Counter::new(reading, started_us),
            at: first,
            kept: Vec::new(),
            every: KEPT_EVERY,
            started_us,
        }
    }

    /// Counts what stands before `head`, at most a step of it; the figures, or none while it is not there yet.
    pub(crate) fn upto(&mut self, log: &dyn Log, head: u64) -> Option<Option<&Figures>> {
        if !self.state.reading().is_answer() {
            return Some(None);
        }
        let first = log.span().first;
        let head = head.max(first);
        if head < self.at {
            self.back(head, first);
        }
        // Only the newest turn counts: what is far ahead begins with it.
        if head - self.at > STEP
            && let Some(from) = turn_of(log, head)
            && from > self.at
        {
            self.begin(from);
        }
        let data = log.data_bytes_before(self.at);
        let end = head.min(self.at.saturating_add(STEP));
        while self.at < end && log.data_bytes_before(self.at).saturating_sub(data) < STEP_BYTES {
            let Some(entry) = log.get(self.at) else {
                let next = log.next_from(self.at).unwrap_or(head);
                self.at = next.clamp(self.at + 1, head);
                continue;
            };
            let turn = self.state.now.turn;
            self.state.entry(&entry);
            self.at += 1;
            if self.state.now.turn != turn {
                self.kept.clear();
                self.every = KEPT_EVERY;
            }
            self.keep();
        }
        (self.at >= head).then(|| self.state.newest())
    }

    fn begin(&mut self, at: u64) {
        self.state = Counter::new(self.state.reading().clone(), self.started_us);
        self.at = at;
        self.kept.clear();
        self.every = KEPT_EVERY;
    }

    /// To the newest kept state at `head` or before it.
    fn back(&mut self, head: u64, first: u64) {
        while self.kept.last().is_some_and(|(at, _)| *at > head) {
            self.kept.pop();
        }
        match self.kept.last() {
            Some((at, state)) => {
                self.at = *at;
                self.state = state.clone();
            }
            None => self.begin(first),
        }
    }

    fn keep(&mut self) {
        let last = self.kept.last().map(|(at, _)| *at);
        // The first of a turn is kept, so that going back within it never begins with the turn before.
        if last.is_some_and(|last| self.at - last < self.every) {
            return;
        }
        self.kept.push((self.at, self.state.clone().without_past()));
        if self.kept.len() > KEPT {
            let mut even = false;
            self.kept.retain(|_| {
                even = !even;
                even
            });
            self.every *= 2;
        }
    }
}

/// The first entry of the turn that the last entry before `head` belongs to, its prompt included.
pub(crate) fn turn_of(log: &dyn Log, head: u64) -> Option<u64> {
    /// A prompt stands right before what was opened for it, or a wait and its end later.
    const ASKED: u64 = 4;
    let first = log.span().first;
    let last = log.get(last_before(log, first, head)?)?;
    let (mut from, mut to) = (first, last.pos);
    while from < to {
        let middle = from + (to - from) / 2;
        let next = log.next_from(middle).and_then(|pos| log.get(pos));
        if next.is_some_and(|entry| entry.attempt >= last.attempt) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    Some(from.saturating_sub(ASKED).max(first))
}
