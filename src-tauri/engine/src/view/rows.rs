//! What one view holds: which entries match, how far the search has come, and which rows that makes in the part of the
//! log that can be read now.

use std::sync::Arc;

use roaring::RoaringTreemap;

use super::filter::Compiled;
use super::own::Own;
use super::worker::Job;
use crate::contract::{Filter, ViewState};
use crate::log::Span;

/// Entries behind the end at which a search is no longer said to be done: the playhead jumped, or the line is faster.
const BACKLOG: u64 = 200_000;

/// A filter and what it has found.
pub struct View {
    /// Its number.
    pub id: u32,
    /// What is asked.
    pub filter: Arc<Compiled>,
    /// What it was read from, where that is to be read again when other events are hidden.
    pub asked: Option<Filter>,
    /// Of one that the program itself keeps: which.
    pub own: Option<Own>,
    /// The entries that match, as far as they are known; some may be dropped or past the end.
    pub matches: RoaringTreemap,
    /// Matches that were taken out of `matches` because their entries have been dropped. Their rows keep their numbers.
    pruned: u64,
    /// Entries before this one have been looked at, but for those in `early` and `skipped`.
    at: u64,
    /// A stretch that comes after the rest: what is before the time that is asked for.
    early: (u64, u64),
    /// What a cancelled search left out.
    skipped: [(u64, u64); 2],
    /// The end when the search began; there it is done.
    goal: u64,
    done: bool,
    cancelled: bool,
    /// Grows when what a slice in progress has found is no longer asked for.
    pub epoch: u32,
    /// Of a filter by bookmarks: those of a generation that were looked at.
    pub judged: RoaringTreemap,
    /// Which that is; none before the first.
    pub generation: Option<u64>,
    /// The first of them that is past the end, where a replay has not come yet.
    pub awaited: Option<u64>,
}

/// How many of a stretch are in a span.
fn overlap((from, to): (u64, u64), span: Span) -> u64 {
    to.min(span.end).saturating_sub(from.max(span.first))
}

impl View {
    /// Nothing looked at yet; the search begins at `begin` and comes to what is before it last.
    pub fn new(id: u32, filter: Arc<Compiled>, span: Span, begin: u64) -> Self {
        Self {
            id,
            filter,
            asked: None,
            own: None,
            matches: RoaringTreemap::new(),
            pruned: 0,
            at: begin,
            early: (span.first, begin),
            skipped: [(0, 0); 2],
            goal: span.end,
            done: span.first >= span.end,
            cancelled: false,
            epoch: 0,
            judged: RoaringTreemap::new(),
            generation: None,
            awaited: None,
        }
    }

    /// How far it has come, where bookmarks are of a generation.
    pub fn state(&self, span: Span, generation: u64) -> ViewState {
        let end = span.end.saturating_sub(span.first);
        let mut state = ViewState {
            view: self.id,
            scanned: end,
            end,
            gone: self.gone(span),
            rows: self.rows(span),
            done: true,
            cancelled: self.cancelled,
        };
        if self.filter.bookmarked {
            state.done = self.generation == Some(generation);
            state.scanned = if state.done { end } else { 0 };
        } else if !self.filter.is_nothing() {
            let left = overlap((self.at, u64::MAX), span)
                + overlap(self.early, span)
                + self
                    .skipped
                    .iter()
                    .map(|&skipped| overlap(skipped, span))
                    .sum::<u64>();
            state.scanned = end.saturating_sub(left);
            state.done = self.done;
        }
        state
    }

    /// Number of the first row that there is: rows whose entries have been dropped keep their numbers.
    pub fn gone(&self, span: Span) -> u64 {
        if self.filter.is_nothing() {
            return span.first;
        }
        self.pruned + self.before(span.first.min(span.end))
    }

    /// One past the number of the last row.
    pub fn rows(&self, span: Span) -> u64 {
        if self.filter.is_nothing() {
            return span.end.max(span.first);
        }
        self.pruned + self.before(span.end)
    }

    /// Matches before an entry.
    fn before(&self, pos: u64) -> u64 {
        pos.checked_sub(1).map_or(0, |last| self.matches.rank(last))
    }

    /// The entries of at most `len` rows from `from` on, which is no row that has gone.
    pub fn chosen(&self, span: Span, from: u64, len: u64) -> Vec<u64> {
        if self.filter.is_nothing() {
            return (from..from.saturating_add(len).min(span.end)).collect();
        }
        let Some(first) = self.matches.select(from.saturating_sub(self.pruned)) else {
            return Vec::new();
        };
        let mut matches = self.matches.iter();
        matches.advance_to(first);
        matches
            .take_while(|pos| *pos < span.end)
            .take(usize::try_from(len).unwrap_or(usize::MAX))
            .collect()
    }

    /// The row that shows an entry, or the nearest.
    pub fn row(&self, span: Span, pos: u64) -> Option<u64> {
        let gone = self.gone(span);
        let last = self.rows(span).checked_sub(1).filter(|last| *last >= gone)?;
        let row = if self.filter.is_nothing() {
            pos
        } else {
            self.pruned + self.before(pos)
        };
        Some(row.clamp(gone, last))
    }

    /// Ends the search where it is.
    pub fn cancel(&mut self, span: Span) {
        if self.done || self.filter.bookmarked || self.filter.is_nothing() {
            return;
        }
        self.skipped = [(self.at, span.end.max(self.at)), self.early];
        self.at = span.end.max(self.at);
        self.early = (0, 0);
        self.cancelled = true;
        self.epoch += 1;
    }

    /// What is to be done next, if anything.
    pub fn due(&mut self, span: Span, generation: u64) -> Option<Job> {
        // What was dropped is no longer held.
        if self.matches.min().is_some_and(|first| first < span.first) {
            self.pruned += self.matches.remove_range(..span.first);
        }
        let filter = || Arc::clone(&self.filter);
        if self.filter.is_nothing() {
            return None;
        }
        if self.filter.bookmarked {
            let due = self.generation != Some(generation) || self.awaited.is_some_and(|pos| pos < span.end);
            return due.then(|| Job::Judge {
                id: self.id,
                filter: filter(),
                judged: self.judged.clone(),
                generation,
            });
        }
        self.at = self.at.max(span.first);
        if span.end.saturating_sub(self.at) > BACKLOG && self.done {
            (self.goal, self.done) = (span.end, false);
        }
        let (from, to) = if self.at < span.end {
            (self.at, u64::MAX)
        } else {
            (self.early.0.max(span.first), self.early.1.min(span.end))
        };
        if from >= to {
            self.done = !self.cancelled;
            return None;
        }
        Some(Job::Search {
            id: self.id,
            epoch: self.epoch,
            filter: filter(),
            from,
            to,
        })
    }

    /// Takes what a slice has found.
    pub fn take(&mut self, from: u64, next: u64, end: u64, found: &[u64]) {
        for &pos in found {
            self.matches.insert(pos);
        }
        if from == self.at {
            self.at = next;
        } else {
            self.early.0 = next;
        }
        if !self.cancelled && self.at >= self.goal.min(end) && self.early.0 >= self.early.1 {
            self.done = true;
        }
    }
}
