//! Events that come at once after a silence, and the witnesses that they were made one by one.

use super::Times;
use super::clock::{self, Stamps};

/// A silence that makes what follows it a burst.
pub const WAIT_US: u64 = 1_000_000;
/// Events of a burst, at least: pairs are too common.
const LEAST: u64 = 3;
/// Between two events of a burst, at most.
const STEP_US: u64 = 50_000;
/// Bursts, at least, before they are a rule.
const BURSTS: u64 = 2;
/// Events of a burst whose data is looked at for a clock.
const READ: u64 = 64;

/// What speaks for events having been made one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// Times in the data go on within a burst.
    Clock,
    /// Events were left cut through the silence.
    Cuts,
}

/// What bursts there were.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// The silences before them.
    pub waits: Times,
    /// Events in them.
    pub events: u64,
    /// Silences in all, also before a single event.
    silences: u64,
    /// Bursts whose clock went on, and whose clock stood still.
    went_on: u64,
    stood: u64,
    cuts: u64,
}

#[derive(Clone, Debug)]
struct Burst {
    wait_us: u64,
    start_us: u64,
    last_us: u64,
    events: u64,
    no: u64,
    cut: bool,
    /// Events went on coming after it: no burst, but a stream that had paused.
    steady: bool,
    first: Stamps,
    last: Stamps,
}

/// The bursts of one session's events.
#[derive(Debug, Default)]
pub struct Bursts {
    /// When the newest event came, or the body opened.
    heard_us: u64,
    events: u64,
    burst: Option<Burst>,
    /// The first times of the burst before, and when it came.
    before: Option<(Stamps, u64)>,
    closed: Tally,
}

impl Bursts {
    /// A body opened.
    pub fn open(&mut self, at_us: u64) {
        self.close();
        self.heard_us = at_us;
    }

    /// An event came, in the chunk of row `no`; `cut` where that chunk found it cut through a silence.
    pub fn event(&mut self, at_us: u64, data: &str, no: u64, cut: bool) {
        self.events += 1;
        let wait_us = at_us.saturating_sub(self.heard_us);
        self.heard_us = at_us;
        if wait_us >= WAIT_US {
            self.close();
            let first = clock::stamps(data);
            self.burst = Some(Burst {
                wait_us,
                start_us: at_us,
                last_us: at_us,
                events: 1,
                no,
                cut,
                steady: false,
                first,
                last: first,
            });
        } else if let Some(burst) = self.burst.as_mut().filter(|burst| !burst.steady) {
            let late_us = at_us.saturating_sub(burst.start_us);
            if at_us.saturating_sub(burst.last_us) > STEP_US
                || late_us > (burst.wait_us / 10).max(2 * STEP_US)
            {
                burst.steady = true;
                return;
            }
            burst.last_us = at_us;
            burst.events += 1;
            if burst.events <= READ {
                burst.last = clock::stamps(data);
            }
        }
    }

    /// The body ended: what was a burst until here is one.
    pub fn close(&mut self) {
        let Some(burst) = self.burst.take() else {
            return;
        };
        self.closed = self.with(&burst);
        self.before = Some((burst.first, burst.start_us));
    }

    /// What there was, the burst included that may still be going on.
    pub fn tally(&self) -> Tally {
        self.burst.as_ref().map_or(self.closed, |burst| self.with(burst))
    }

    fn with(&self, burst: &Burst) -> Tally {
        let mut tally = self.closed;
        tally.silences += 1;
        if burst.steady || burst.events < LEAST {
            return tally;
        }
        tally.waits.add(burst.wait_us, burst.no);
        tally.events += burst.events;
        tally.cuts += u64::from(burst.cut);
        if let Some((before, before_us)) = &self.before {
            let read = burst.events.min(READ);
            // The events of a burst were made throughout the wait; the last of those read, that far into it.
            let whole_us = burst.wait_us.saturating_mul(read - 1) / burst.events;
            let apart_us = burst.start_us.saturating_sub(*before_us);
            match clock::went_on(before, &burst.first, &burst.last, apart_us, whole_us) {
                Some(true) => tally.went_on += 1,
                Some(false) => tally.stood += 1,
                None => {}
            }
        }
        tally
    }

    /// Who says that bursts are made on the way, if anyone does and if they are the rule.
    pub fn witness(&self) -> Option<Witness> {
        let tally = self.tally();
        let rule = tally.waits.count >= BURSTS
            && tally.waits.count * 2 >= tally.silences
            && tally.events * 2 >= self.events;
        if !rule {
            None
        } else if tally.went_on > tally.stood {
            Some(Witness::Clock)
        } else if tally.cuts >= BURSTS && tally.cuts * 2 >= tally.waits.count && tally.stood == 0 {
            Some(Witness::Cuts)
        } else {
            None
        }
    }
}
