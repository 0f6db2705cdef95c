//! What the tape strip shows: events counted in equal steps of time, in bounded memory at any length. When the session
//! outgrows the steps they double in width. A picture merges them to as many as the window has pixels for; where it is
//! closer than the steps are wide, the log itself is counted.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use crate::contract::{Bin, Bookmark, Break, STRIP_BINS, Strip};
use crate::export::each;
use crate::log::{Entry, Kind, Log, Mark};

mod bytes;

/// Steps over the whole session: 32 screens of them, so that most closer looks need not read the log. 1.5 MiB when all
/// hold events.
const BINS: u64 = 65_536;
/// The first step's width: finer than a frame, and a power of two, so that steps can be halved down to one.
const FIRST_BIN_US: u64 = 1_024;
/// Breaks kept, newest first to stay: more than a strip has pixels for.
const BREAKS: usize = 512;
/// Events that are counted again for a picture closer than the steps: some tens of milliseconds.
const CLOSE: u64 = 200_000;

/// The counts of one session.
#[derive(Clone, Debug, PartialEq)]
pub struct Strips {
    start_us: u64,
    bin_us: u64,
    bins: Vec<Bin>,
    breaks: VecDeque<Break>,
    /// The newest event's entry.
    last_pos: u64,
}

/// A picture as far as the counts alone can draw it. Taken under whatever lock guards them, finished without it.
#[derive(Clone, Debug)]
pub struct Sketch {
    strip: Strip,
    span: (u64, u64),
    close: Option<Close>,
}

/// What would be counted again.
#[derive(Clone, Debug)]
struct Close {
    /// Entries, from the first event of the first step on.
    first: u64,
    /// One past the last event of the last step.
    end: u64,
    /// Events that must be among them; a log that has fewer has lost some.
    events: u64,
    /// Start of the first step: no event of them counts as earlier.
    from_us: u64,
    bin_us: u64,
    start_us: u64,
}

impl Strips {
    /// Nothing yet, from `start_us` on.
    pub const fn new(start_us: u64) -> Self {
        Self {
            start_us,
            bin_us: FIRST_BIN_US,
            bins: Vec::new(),
            breaks: VecDeque::new(),
            last_pos: 0,
        }
    }

    /// The counts of a log, read whole, a bounded stretch at a time: for a tape that has none. Begins at `start_us`, or with the first entry.
    pub fn rebuild(log: &dyn Log, start_us: Option<u64>) -> Self {
        let mut strips = start_us.map(Self::new);
        // What a line was closed by, until what follows says whether it was a break.
        let mut closed = None;
        let mut count = |entry: &Entry| {
            let strips = strips.get_or_insert_with(|| Self::new(entry.at_us));
            let mark = match &entry.kind {
                Kind::Event(event) => {
                    let named = &*event.event_type != "message";
                    strips.event(entry.pos, entry.at_us, event.data.len(), named);
                    return;
                }
                Kind::Comment(_) => return,
                Kind::Mark(mark) => mark,
            };
            match &**mark {
                Mark::Closed { failure, .. } => closed = Some((entry.at_us, failure.code)),
                Mark::Waiting { .. } => {
                    if let Some((from_us, code)) = closed.take() {
                        strips.down(Break {
                            from_us,
                            to_us: None,
                            code,
                            lost: None,
                            repeated: None,
                        });
                    }
                }
                Mark::Opened { .. } | Mark::Failed { .. } => strips.up(entry.at_us),
                Mark::Resumed { lost, repeated, .. } => strips.resumed(*lost, *repeated),
                Mark::Retry { .. } | Mark::Asked { .. } => {}
            }
        };
        // Nothing ends it early.
        let _ = each(log, None, &mut |entry| {
            entry.into_iter().for_each(&mut count);
            Ok(())
        });
        strips.unwrap_or(Self::new(0))
    }

    /// Counts one event of `size` bytes.
    pub fn event(&mut self, pos: u64, at_us: u64, size: usize, named: bool) {
        let since = at_us.saturating_sub(self.start_us);
        if since / self.bin_us >= BINS {
            self.widen(since);
        }
        self.last_pos = pos;
        // The wall clock may step back between attempts; the strip goes only forward.
        let at = u32::try_from(since / self.bin_us).unwrap_or(u32::MAX);
        let bin = Bin {
            at,
            pos,
            count: 1,
            size: u32::try_from(size).unwrap_or(u32::MAX),
            named,
        };
        match self.bins.last_mut() {
            Some(last) if last.at >= at => join(last, &bin),
            _ => self.bins.push(bin),
        }
    }

    /// Doubles the width until a time fits.
    fn widen(&mut self, since: u64) {
        let mut doublings = 0;
        while since / (self.bin_us << doublings) >= BINS {
            doublings += 1;
        }
        self.bin_us <<= doublings;
        let halved = |at: u32| at.checked_shr(doublings).unwrap_or(0);
        self.bins.dedup_by(|bin, last| {
            let same = halved(bin.at) == halved(last.at);
            if same {
                join(last, bin);
            }
            same
        });
        for bin in &mut self.bins {
            bin.at = halved(bin.at);
        }
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

    /// The breaks that overlap the time from `from` on and before `to`.
    pub fn breaks(&self, from: u64, to: u64) -> Vec<Break> {
        let overlaps = |gap: &&Break| gap.from_us < to && gap.to_us.is_none_or(|up| up > from);
        self.breaks.iter().filter(overlaps).cloned().collect()
    }

    /// The picture of the session, or of what arrived from `from` on and before `to`, in at most `bins` steps (and at
    /// most [`STRIP_BINS`]); closer than the steps that are kept only with a log. It reads the log: where the counts
    /// are behind a lock, [`Strips::sketch`] is for within and [`Sketch::finish`] for without.
    pub fn picture(
        &self,
        from: Option<u64>,
        to: Option<u64>,
        bins: u32,
        log: Option<&dyn Log>,
        bookmarks: &[Bookmark],
    ) -> Strip {
        self.sketch(from, to, bins).finish(log, bookmarks)
    }

    /// What the counts alone can draw of a picture.
    ///
    /// The steps of a picture are those kept, or twice, four times … as wide, and stand where they would in the picture
    /// of the whole: a picture that moves does not flicker.
    pub fn sketch(&self, from: Option<u64>, to: Option<u64>, bins: u32) -> Sketch {
        let most = u64::from(bins.clamp(1, STRIP_BINS));
        let span = (from.unwrap_or(0), to.unwrap_or(u64::MAX));
        let len = self.bins.last().map_or(0, |last| u64::from(last.at) + 1);
        // The asked span, in time since the start, within what there is.
        let since = |us: u64| {
            us.saturating_sub(self.start_us)
                .min(len.saturating_mul(self.bin_us))
        };
        let (begin, end) = (since(span.0), since(span.1));
        let (begin, end) = (begin, end.max(begin));

        // The first width, from the kept one or from 1 µs on, at which the span is few enough steps.
        let fit = |narrowest: u64| {
            let mut width = narrowest;
            while end.div_ceil(width) - begin / width > most && width < 1 << 62 {
                width *= 2;
            }
            width
        };
        let width = fit(self.bin_us);
        let low = self
            .bins
            .partition_point(|bin| u64::from(bin.at) < begin / self.bin_us);
        let high = self
            .bins
            .partition_point(|bin| u64::from(bin.at) < end.div_ceil(self.bin_us));
        let kept = &self.bins[low..high.max(low)];

        let first = begin / width;
        let mut merged: Vec<Bin> = Vec::new();
        for bin in kept {
            let at = u64::from(bin.at) / (width / self.bin_us) - first;
            let bin = Bin {
                at: u32::try_from(at).unwrap_or(u32::MAX),
                ..bin.clone()
            };
            match merged.last_mut() {
                Some(last) if last.at == bin.at => join(last, &bin),
                _ => merged.push(bin),
            }
        }

        let closer = fit(1);
        let events = kept.iter().map(|bin| u64::from(bin.count)).sum();
        let close = kept
            .first()
            .filter(|_| closer < width && events <= CLOSE)
            .map(|bin| Close {
                first: bin.pos,
                end: self.bins.get(high).map_or(self.last_pos + 1, |after| after.pos),
                events,
                from_us: u64::from(bin.at) * self.bin_us + self.start_us,
                bin_us: closer,
                start_us: self.start_us + begin / closer * closer,
            });
        Sketch {
            strip: Strip {
                start_us: self.start_us + first * width,
                bin_us: width,
                bins: merged,
                breaks: self.breaks(span.0, span.1),
                bookmarks: Vec::new(),
            },
            span,
            close,
        }
    }
}

impl Sketch {
    /// The picture, with those of the bookmarks that are in it. With a log, and where it still holds all that is to be
    /// seen, it is exact to the step that was asked for.
    pub fn finish(self, log: Option<&dyn Log>, bookmarks: &[Bookmark]) -> Strip {
        let mut strip = self.strip;
        if let (Some(close), Some(log)) = (&self.close, log)
            && let Some(bins) = close.count(log, self.span)
        {
            (strip.start_us, strip.bin_us, strip.bins) = (close.start_us, close.bin_us, bins);
        }
        strip.bookmarks = bookmarks
            .iter()
            .filter(|mark| mark.at_us >= self.span.0 && mark.at_us < self.span.1)
            .cloned()
            .collect();
        strip
    }
}

impl Close {
    /// Counts the entries again; none where some are missing.
    fn count(&self, log: &dyn Log, (from, to): (u64, u64)) -> Option<Vec<Bin>> {
        if log.span().first > self.first {
            return None;
        }
        let (mut events, mut now_us, mut at) = (0, self.from_us, self.first);
        let mut bins: Vec<Bin> = Vec::new();
        while at < self.end {
            let next = log.visit(at, &mut |seen| {
                if seen.pos >= self.end {
                    return ControlFlow::Break(());
                }
                let Some(event) = &seen.event else {
                    return ControlFlow::Continue(());
                };
                events += 1;
                // As in the steps that are kept, time does not step back.
                now_us = now_us.max(seen.at_us);
                // What is at the edge of a step is in the picture where its step is.
                if now_us >= from.max(self.start_us) && now_us < to {
                    let bin = Bin {
                        at: u32::try_from((now_us - self.start_us) / self.bin_us).unwrap_or(u32::MAX),
                        pos: seen.pos,
                        count: 1,
                        size: u32::try_from(event.data.len()).unwrap_or(u32::MAX),
                        named: event.event_type != "message",
                    };
                    match bins.last_mut() {
                        Some(last) if last.at == bin.at => join(last, &bin),
                        _ => bins.push(bin),
                    }
                }
                ControlFlow::Continue(())
            });
            if next <= at {
                break;
            }
            at = next;
        }
        (events == self.events).then_some(bins)
    }
}

/// Adds a bin to the one before it.
fn join(bin: &mut Bin, next: &Bin) {
    bin.count = bin.count.saturating_add(next.count);
    bin.size = bin.size.max(next.size);
    bin.named |= next.named;
}

#[cfg(test)]
mod tests;
