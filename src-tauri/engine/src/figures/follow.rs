//! Figures at a playhead that moves both ways through a log that does not change.

use super::Counter;
use crate::contract::Figures;
use crate::log::{Log, last_before};
use crate::text::Reading;

/// Entries that are counted at once, and bytes of their data: some 4 ms of work, for whoever asks waits for it. A playhead
/// that is further ahead is caught up with in several goes.
const STEP: u64 = 2 << 10;
/// See [`STEP`].
const STEP_BYTES: usize = 512 << 10;
/// Entries between two states that are kept for going back.
const KEPT_EVERY: u64 = 4 << 10;
/// States that are kept; of a longer turn every other one goes.
const KEPT: usize = 64;

/// A prompt stands right before what was opened for it, or a wait and its end later.
const ASKED: u64 = 4;

/// Counts up to a playhead.
#[derive(Debug)]
pub(crate) struct Follow {
    state: Counter,
    /// Entries before it have been counted.
    at: u64,
    /// States by the entry before which they stood, in order, of the turn at hand.
    kept: Vec<(u64, Counter)>,
    every: u64,
    /// The playhead whose turn was looked for last.
    sought: Option<u64>,
    started_us: u64,
}

impl Follow {
    pub(crate) fn new(reading: Reading, first: u64, started_us: u64) -> Self {
        Self {
            state: Counter::new(reading, started_us),
            at: first,
            kept: Vec::new(),
            every: KEPT_EVERY,
            sought: None,
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
            self.sought = None;
        }
        // Only the newest turn counts: what is far ahead begins with it.
        if head - self.at > STEP && self.sought.replace(head) != Some(head) {
            let from = turn_of(log, head).filter(|from| *from > self.at);
            from.into_iter().for_each(|from| self.begin(from));
        }
        let mut data = 0;
        let end = head.min(self.at.saturating_add(STEP));
        while self.at < end && data < STEP_BYTES {
            let Some(entry) = log.get(self.at) else {
                let next = log.next_from(self.at).unwrap_or(head);
                self.at = next.clamp(self.at + 1, head);
                continue;
            };
            data += crate::event_of(&entry).map_or(0, |event| event.data.len());
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

/// Where counting begins that takes in as many of the turns before `end` as have begun within `most` entries, and the
/// turn up to which others are not whole; none where not even the newest has.
pub(super) fn whole_turns(log: &dyn Log, end: u64, most: u64) -> Option<(u64, u32)> {
    let first = log.span().first;
    if end.saturating_sub(first) <= most {
        return Some((first, 0));
    }
    let low = end - most;
    let attempt = |pos: u64| {
        let next = log.next_from(pos).and_then(|pos| log.get(pos));
        next.map(|entry| entry.attempt)
    };
    let partial = match low.checked_sub(1).and_then(|pos| log.get(pos)) {
        Some(before) => before.attempt,
        None => attempt(low)?,
    };
    let (mut from, mut to) = (low, end);
    while from < to {
        let middle = from + (to - from) / 2;
        if attempt(middle).is_none_or(|attempt| attempt > partial) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    (from < end).then(|| (from.saturating_sub(ASKED).max(first), partial))
}

/// The first entry of the turn that the last entry before `head` belongs to, its prompt included.
fn turn_of(log: &dyn Log, head: u64) -> Option<u64> {
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
