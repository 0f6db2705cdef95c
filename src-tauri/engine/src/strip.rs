//! What the tape strip shows: events counted in equal steps of time, in bounded memory at any length.
//! When the session outgrows the steps they double in width.

use std::collections::VecDeque;

use crate::contract::{Bin, Break, Strip};

/// Steps over the whole session: twice the widest strip's pixels on a common display, so that every
/// notch of a short session stands alone.
const BINS: u64 = 2_048;
/// The first step's width: finer than a frame.
const FIRST_BIN_US: u64 = 1_000;
/// Breaks kept, newest first to stay: more than a strip has pixels for.
const BREAKS: usize = 512;

/// The counts of one session.
#[derive(Clone, Debug)]
pub struct Strips {
    start_us: u64,
    bin_us: u64,
    bins: Vec<Bin>,
    breaks: VecDeque<Break>,
}

impl Strips {
    /// Nothing yet, from `start_us` on.
    pub const fn new(start_us: u64) -> Self {
        Self {
            start_us,
            bin_us: FIRST_BIN_US,
            bins: Vec::new(),
            breaks: VecDeque::new(),
        }
    }

    /// Counts one event of `size` bytes.
    pub fn event(&mut self, pos: u64, at_us: u64, size: usize, named: bool) {
        let since = at_us.saturating_sub(self.start_us);
        while since / self.bin_us >= BINS {
            self.widen();
        }
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        // The wall clock may step back between attempts; the strip goes only forward.
        let at = u32::try_from(since / self.bin_us).unwrap_or(u32::MAX);
        match self.bins.last_mut() {
            Some(bin) if bin.at >= at => {
                bin.count = bin.count.saturating_add(1);
                bin.size = bin.size.max(size);
                bin.named |= named;
            }
            _ => self.bins.push(Bin {
                at,
                pos,
                count: 1,
                size,
                named,
            }),
        }
    }

    fn widen(&mut self) {
        self.bin_us *= 2;
        let mut merged: Vec<Bin> = Vec::with_capacity(self.bins.len());
        for mut bin in self.bins.drain(..) {
            bin.at /= 2;
            match merged.last_mut() {
                Some(last) if last.at == bin.at => {
                    last.count = last.count.saturating_add(bin.count);
                    last.size = last.size.max(bin.size);
                    last.named |= bin.named;
                }
                _ => merged.push(bin),
            }
        }
        self.bins = merged;
    }

    /// The line went down.
    pub fn down(&mut self, gap: Break) {
        if self.breaks.len() == BREAKS {
            self.breaks.pop_front();
        }
        self.breaks.push_back(gap);
    }

    /// The line came back.
    pub fn up(&mut self, to_us: u64) {
        if let Some(last) = self.breaks.back_mut()
            && last.to_us.is_none()
        {
            last.to_us = Some(to_us);
        }
    }

    /// Completes the newest break with what the ids told.
    pub fn resumed(&mut self, lost: Option<u64>, repeated: Option<u64>) {
        if let Some(last) = self.breaks.back_mut() {
            (last.lost, last.repeated) = (lost, repeated);
        }
    }

    /// The picture as it stands.
    pub fn picture(&self) -> Strip {
        Strip {
            start_us: self.start_us,
            bin_us: self.bin_us,
            bins: self.bins.clone(),
            breaks: self.breaks.iter().cloned().collect(),
            bookmarks: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_bounded_and_counts_every_event() {
        let mut strips = Strips::new(0);
        for n in 0..100_000u64 {
            strips.event(n, n * 3_700, (n % 100) as usize, n == 50_000);
        }
        let picture = strips.picture();
        assert!(picture.bins.len() as u64 <= BINS);
        assert_eq!(
            picture.bins.iter().map(|bin| u64::from(bin.count)).sum::<u64>(),
            100_000
        );
        assert!(
            picture
                .bins
                .windows(2)
                .all(|pair| pair[0].at < pair[1].at && pair[0].pos < pair[1].pos)
        );
        assert_eq!(picture.bins.iter().filter(|bin| bin.named).count(), 1);
        assert!(u64::from(picture.bins.last().expect("bins").at) >= BINS / 2);
    }

    #[test]
    fn a_clock_that_steps_back_does_not() {
        let mut strips = Strips::new(1_000_000);
        strips.event(0, 1_005_000, 1, false);
        strips.event(1, 900_000, 1, false);
        assert_eq!(strips.picture().bins.len(), 1);
    }
}
