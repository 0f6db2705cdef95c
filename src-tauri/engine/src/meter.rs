//! Events and bytes a second, over the last seconds. Reads no clock: the time is an argument.

use std::time::{Duration, Instant};

/// Width of a bucket, and how many of them the rate looks back over: 3 s, long enough for a steady
/// figure at one event a second, short enough to follow a burst.
const BUCKET: Duration = Duration::from_millis(250);
const BUCKETS: usize = 12;

/// A sliding count.
#[derive(Clone, Debug)]
pub struct Meter {
    start: Instant,
    /// Index of the newest bucket since `start`.
    newest: u64,
    events: [u64; BUCKETS],
    bytes: [u64; BUCKETS],
}

impl Meter {
    /// Nothing counted yet.
    pub const fn new(now: Instant) -> Self {
        Self {
            start: now,
            newest: 0,
            events: [0; BUCKETS],
            bytes: [0; BUCKETS],
        }
    }

    fn turn(&mut self, now: Instant) {
        let bucket = now.saturating_duration_since(self.start).as_millis() as u64 / BUCKET.as_millis() as u64;
        let empty = bucket.saturating_sub(self.newest).min(BUCKETS as u64);
        for step in 1..=empty {
            let at = ((self.newest + step) % BUCKETS as u64) as usize;
            self.events[at] = 0;
            self.bytes[at] = 0;
        }
        if empty == BUCKETS as u64 {
            self.events = [0; BUCKETS];
            self.bytes = [0; BUCKETS];
        }
        self.newest = self.newest.max(bucket);
    }

    /// Counts.
    pub fn add(&mut self, now: Instant, events: u64, bytes: u64) {
        self.turn(now);
        let at = (self.newest % BUCKETS as u64) as usize;
        self.events[at] += events;
        self.bytes[at] += bytes;
    }

    /// Events and bytes a second as of `now`.
    pub fn rates(&mut self, now: Instant) -> (f64, f64) {
        self.turn(now);
        let bucket = BUCKET.as_secs_f64();
        let age = now.saturating_duration_since(self.start).as_secs_f64();
        // The newest bucket is only as full as time has filled it; the first second counts as one, so
        // that a single event does not show as hundreds a second.
        let into_newest = (age - self.newest as f64 * bucket).clamp(0.0, bucket);
        let span = (bucket * (BUCKETS as f64 - 1.0) + into_newest).min(age).max(1.0);
        let events: u64 = self.events.iter().sum();
        let bytes: u64 = self.bytes.iter().sum();
        (events as f64 / span, bytes as f64 / span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_a_steady_stream_and_its_end() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        let mut now = start;
        for _ in 0..100 {
            now += Duration::from_millis(100);
            meter.add(now, 1, 50);
        }
        let (events, bytes) = meter.rates(now);
        assert!((events - 10.0).abs() < 1.0, "{events}");
        assert!((bytes - 500.0).abs() < 50.0, "{bytes}");
        assert_eq!(meter.rates(now + Duration::from_secs(4)), (0.0, 0.0));
    }

    #[test]
    fn one_event_is_at_most_one_a_second() {
        let start = Instant::now();
        let mut meter = Meter::new(start);
        meter.add(start, 1, 1);
        assert_eq!(meter.rates(start).0, 1.0);
    }
}
