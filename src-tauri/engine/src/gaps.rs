//! How long one waits for the next event: a high percentile of the newest gaps. Reads no clock.

/// Gaps that are looked at: some minutes of a slow stream, and an instant of a fast one.
const NEWEST: usize = 256;

/// The newest gaps between events, microseconds.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    newest: Vec<u64>,
    /// Where the next one goes, once there are [`NEWEST`].
    next: usize,
}

impl Gaps {
    /// Takes the gap before an event.
    pub fn add(&mut self, gap_us: u64) {
        if self.newest.len() < NEWEST {
            self.newest.push(gap_us);
        } else {
            self.newest[self.next] = gap_us;
            self.next = (self.next + 1) % NEWEST;
        }
    }

    /// The gap that 95 of 100 of the newest do not exceed, by the nearest rank; none before there was one.
    pub fn p95(&self) -> Option<u64> {
        let mut gaps = self.newest.clone();
        let rank = (gaps.len() * 95).div_ceil(100).checked_sub(1)?;
        Some(*gaps.select_nth_unstable(rank).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nineteen_of_twenty_do_not_exceed_it() {
        let mut gaps = Gaps::default();
        assert_eq!(gaps.p95(), None);
        gaps.add(7);
        assert_eq!(gaps.p95(), Some(7));
        let mut gaps = Gaps::default();
        (1..=100).rev().for_each(|gap| gaps.add(gap));
        assert_eq!(gaps.p95(), Some(95));
    }

    #[test]
    fn what_is_long_past_does_not_count() {
        let mut gaps = Gaps::default();
        (0..NEWEST).for_each(|_| gaps.add(1_000_000));
        (0..NEWEST).for_each(|_| gaps.add(10));
        assert_eq!(gaps.p95(), Some(10));
        assert_eq!(gaps.newest.len(), NEWEST);
    }
}
