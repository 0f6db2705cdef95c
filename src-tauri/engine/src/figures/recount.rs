//! Counting a session anew while it goes on.

use super::Counter;
use super::follow::whole_turns;
use crate::log::{Entry, Kind, Log, Mark, Ring};

/// Entries that are counted at once, and that may be missing when the last are counted under the session's lock.
const STEP: u64 = 512;
/// Bytes of data of those.
const STEP_BYTES: u64 = 256 << 10;
/// Entries that are looked back at: a second's work. Of turns that began before, there are no figures.
const BACK: u64 = 1 << 20;
/// Entries that are counted at all, what came meanwhile included. Where more comes than can be counted, the figures begin
/// with what follows.
const MOST: u64 = 2 * BACK;

/// Counts a log anew.
pub(crate) struct Recount<'a> {
    log: &'a dyn Log,
    counter: Counter,
    /// Entry to be counted next.
    at: u64,
    /// Turns up to this one are not whole.
    partial: u32,
    left: u64,
}

impl<'a> Recount<'a> {
    /// With a counter that has counted nothing.
    pub(crate) fn new(log: &'a dyn Log, counter: Counter) -> Self {
        let end = log.span().end;
        let (at, partial) = whole_turns(log, end, BACK).unwrap_or((end, 0));
        Self {
            log,
            counter,
            at,
            partial,
            left: MOST,
        }
    }

    /// Counts what is there by now. Without the session's lock.
    pub(crate) fn catch_up(&mut self) {
        let end = self.log.span().end;
        while self.at < end && self.left > 0 {
            let entries = self.log.run(self.at, STEP as usize);
            self.left = self.left.saturating_sub((entries.len() as u64).max(1));
            let next = match entries.last() {
                Some(last) => last.pos + 1,
                None => self.log.next_from(self.at).unwrap_or(end),
            };
            self.at = next.max(self.at + 1);
            entries.iter().for_each(|entry| self.count(entry));
        }
    }

    /// Counts the last few entries and puts the counter in the other's place. False where there are too many, or some
    /// have left memory: [`Recount::catch_up`] is due again. Under the session's lock.
    pub(crate) fn finish(&mut self, ring: &Ring, counter: &mut Counter) -> bool {
        let end = ring.span().end;
        if self.left > 0 && self.at < end {
            let data = ring
                .data_bytes_before(end)
                .saturating_sub(ring.data_bytes_before(self.at));
            if end - self.at > STEP || data > STEP_BYTES || !ring.holds(self.at) {
                return false;
            }
            for pos in self.at..end {
                if let Some(entry) = ring.get(pos) {
                    self.count(&entry);
                }
            }
        }
        std::mem::swap(&mut self.counter, counter);
        true
    }

    fn count(&mut self, entry: &Entry) {
        let is_prompt = matches!(&entry.kind, Kind::Mark(mark) if matches!(**mark, Mark::Asked { .. }));
        if entry.attempt > self.partial || is_prompt {
            self.counter.entry(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::contract::TextRule;
    use crate::log::Budget;
    use crate::log::tests::event;

    fn ring(events: impl IntoIterator<Item = u64>) -> Ring {
        let mut ring = Ring::new(Arc::new(Budget::default()));
        append(&mut ring, events);
        ring
    }

    fn append(ring: &mut Ring, events: impl IntoIterator<Item = u64>) {
        for pos in events {
            let data = r#"{"choices":[{"index":0,"delta":{"content":"ab"}}]}"#;
            ring.append(Entry {
                attempt: 1 + (pos / 2_000) as u32,
                ..event(pos, "message", data)
            });
        }
    }

    fn chars(counter: &Counter) -> Vec<(u32, u64)> {
        let turns = counter.turns();
        turns.iter().map(|turn| (turn.turn, turn.answer_chars)).collect()
    }

    #[test]
    fn what_came_meanwhile_is_counted_in_steps_and_each_once() {
        let before = ring(0..4_500);
        let mut recount = Recount::new(&before, Counter::new(TextRule::OpenaiChat.into(), 0));
        recount.catch_up();
        let mut shown = Counter::new(TextRule::Lines.into(), 0);
        // More than is counted under a lock has come.
        let mut now = ring(0..5_500);
        assert!(!recount.finish(&now, &mut shown));
        assert_eq!(chars(&shown), []);
        let mut recount = Recount { log: &now, ..recount };
        recount.catch_up();
        let (counter, at, left) = (recount.counter, recount.at, recount.left);
        append(&mut now, 5_500..5_900);
        let log = ring([]);
        let mut recount = Recount {
            log: &log,
            counter,
            at,
            partial: 0,
            left,
        };
        assert!(recount.finish(&now, &mut shown));
        assert_eq!(chars(&shown), [(1, 4_000), (2, 4_000), (3, 3_800)]);
    }

    #[test]
    fn a_flood_that_cannot_be_caught_up_with_ends_the_count() {
        let log = ring(0..4_500);
        let mut recount = Recount::new(&log, Counter::new(TextRule::OpenaiChat.into(), 0));
        recount.left = 1_024;
        recount.catch_up();
        let mut shown = Counter::new(TextRule::Lines.into(), 0);
        assert!(recount.finish(&log, &mut shown));
        assert_eq!(chars(&shown), [(1, 2_048)]);
    }

    #[test]
    fn turns_that_are_not_whole_are_left_out() {
        let log = ring(0..6_500);
        assert_eq!(whole_turns(&log, 6_500, 10_000), Some((0, 0)));
        assert_eq!(whole_turns(&log, 6_500, 4_000), Some((3_996, 2)));
        assert_eq!(whole_turns(&log, 6_500, 400), None);
        let mut recount = Recount::new(&log, Counter::new(TextRule::OpenaiChat.into(), 0));
        (recount.at, recount.partial) = whole_turns(&log, 6_500, 4_000).expect("two turns");
        recount.catch_up();
        assert_eq!(chars(&recount.counter), [(3, 4_000), (4, 1_000)]);
    }
}
