//! The values of one series, in bounded memory at any length. The newest are kept one by one. What is older is kept in
//! steps of time, each with its first, last, least and greatest value and their times; when the steps become too many
//! they double in width.
//!
//! Times do not go back within a series: where the wall clock did, a value counts as come with the one before it.
//! Positions tell what a playhead has not reached.

use std::collections::VecDeque;

/// The first steps' width: a power of two, so that steps of any two widths nest.
const FIRST_WIDTH_US: u64 = 1_024;

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When it came.
    pub at_us: u64,
    /// Its entry.
    pub pos: u64,
    /// The value.
    pub value: f64,
}

/// What one series may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Values one by one, of 24 bytes.
    pub recent: usize,
    /// Steps, of 112 bytes.
    pub bins: usize,
}

/// Values of a step of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Bin {
    /// Number of the step.
    at: u64,
    /// Values in it.
    pub count: u64,
    /// The first.
    pub first: Point,
    /// The last.
    pub last: Point,
    least: Point,
    most: Point,
}

impl Bin {
    const fn of(at: u64, point: Point) -> Self {
        Self {
            at,
            count: 1,
            first: point,
            last: point,
            least: point,
            most: point,
        }
    }

    /// Takes what follows.
    fn join(&mut self, next: &Self) {
        self.count += next.count;
        self.last = next.last;
        if next.least.value < self.least.value {
            self.least = next.least;
        }
        if next.most.value > self.most.value {
            self.most = next.most;
        }
    }

    /// The values that are known, each once and in order.
    fn known(&self) -> impl Iterator<Item = Point> + use<> {
        let (mut a, mut b) = (self.least, self.most);
        if a.pos > b.pos {
            std::mem::swap(&mut a, &mut b);
        }
        let mut before = None;
        [self.first, a, b, self.last].into_iter().filter(move |point| {
            let is_new = before.is_none_or(|before| point.pos > before);
            before = Some(point.pos);
            is_new
        })
    }
}

/// The values of one series.
#[derive(Debug)]
pub struct Store {
    origin_us: u64,
    width_us: u64,
    room: Room,
    bins: Vec<Bin>,
    recent: VecDeque<Point>,
    points: u64,
    newest_us: u64,
}

/// Values that have been read again, one by one, of a stretch of entries.
#[derive(Clone, Debug, Default)]
pub struct Close {
    /// The first entry.
    pub from: u64,
    /// One past the last.
    pub to: u64,
    /// The values in it, in order.
    pub points: Vec<Point>,
}

/// What a store shows up to a playhead.
#[derive(Clone, Copy)]
pub struct Cut<'a> {
    store: &'a Store,
    head: u64,
    close: &'a [Close],
}

impl Store {
    /// Nothing yet. `origin_us` is where steps of time begin, the same for all series of a session.
    pub const fn new(origin_us: u64, room: Room) -> Self {
        Self {
            origin_us,
            width_us: FIRST_WIDTH_US,
            room,
            bins: Vec::new(),
            recent: VecDeque::new(),
            points: 0,
            newest_us: origin_us,
        }
    }

    /// Adds a value that came after all others; gives it back as it is kept.
    pub fn push(&mut self, point: Point) -> Point {
        self.newest_us = self.newest_us.max(point.at_us);
        let point = Point {
            at_us: self.newest_us,
            ..point
        };
        self.points += 1;
        while self.recent.len() >= self.room.recent {
            self.fold();
        }
        self.recent.push_back(point);
        point
    }

    /// Makes do with less room.
    pub fn set_room(&mut self, room: Room) {
        self.room = room;
        while self.recent.len() > room.recent {
            self.fold();
        }
        while self.bins.len() > room.bins {
            self.widen();
        }
        self.recent.shrink_to(room.recent);
        self.bins.shrink_to(room.bins);
    }

    /// Width of the steps in which older values are kept; none while there are no such.
    #[cfg(test)]
    pub fn width_us(&self) -> Option<u64> {
        (!self.bins.is_empty()).then_some(self.width_us)
    }

    /// Bytes of memory in use.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.bins.capacity() * size_of::<Bin>() + self.recent.capacity() * size_of::<Point>()
    }

    /// The oldest of the recent values joins the steps.
    fn fold(&mut self) {
        let Some(point) = self.recent.pop_front() else {
            return;
        };
        let at = |store: &Self| (point.at_us - store.origin_us) / store.width_us;
        let is_new = |store: &Self| store.bins.last().is_none_or(|last| last.at < at(store));
        while self.bins.len() >= self.room.bins && is_new(self) && self.bins.len() > 1 {
            self.widen();
        }
        let bin = Bin::of(at(self), point);
        match self.bins.last_mut() {
            Some(last) if last.at >= bin.at => last.join(&bin),
            _ => self.bins.push(bin),
        }
    }

    /// Doubles the steps' width until some have joined.
    fn widen(&mut self) {
        let before = self.bins.len();
        while self.bins.len() == before && before > 1 {
            self.width_us <<= 1;
            for bin in &mut self.bins {
                bin.at >>= 1;
            }
            self.bins.dedup_by(|bin, last| {
                let is_same = bin.at == last.at;
                if is_same {
                    last.join(bin);
                }
                is_same
            });
        }
    }

    /// What is known at a playhead: nothing of the entry `head` and those after it.
    pub const fn cut<'a>(&'a self, head: u64, close: &'a [Close]) -> Cut<'a> {
        Cut {
            store: self,
            head,
            close,
        }
    }
}

impl<'a> Cut<'a> {
    /// Steps that have values before the playhead.
    fn bins(&self) -> &'a [Bin] {
        let bins = &self.store.bins;
        &bins[..bins.partition_point(|bin| bin.first.pos < self.head)]
    }

    /// Recent values before the playhead.
    fn recent(&self) -> impl DoubleEndedIterator<Item = Point> + ExactSizeIterator + use<'a> {
        let recent = &self.store.recent;
        let len = recent.partition_point(|point| point.pos < self.head);
        recent.range(..len).copied()
    }

    /// The step in which the playhead stands, unless its values are known one by one: from its first entry up to the
    /// playhead they would have to be read again.
    pub fn open(&self) -> Option<(u64, u64)> {
        self.bins()
            .last()
            .filter(|bin| bin.last.pos >= self.head && bin.first.pos + 1 < self.head)
            .map(|bin| (bin.first.pos, self.head))
    }

    /// The entries that hold what the steps between two times leave out of a picture with steps of `width_us` and so many
    /// points, where they leave out anything.
    pub fn hidden(&self, from_us: u64, to_us: u64, width_us: u64, points: usize) -> Option<(u64, u64)> {
        let bins = self.within(from_us, to_us);
        let is_closer = width_us < self.store.width_us;
        if !is_closer && bins.iter().map(|bin| bin.count).sum::<u64>() > points as u64 {
            return None;
        }
        let is_closed = |bin: &&Bin| bin.count > 2;
        let (first, last) = (bins.iter().find(is_closed)?, bins.iter().rfind(is_closed)?);
        Some((first.first.pos, (last.last.pos + 1).min(self.head)))
    }

    /// Steps with values between two times, both included.
    fn within(&self, from_us: u64, to_us: u64) -> &'a [Bin] {
        let bins = self.bins();
        let from = bins.partition_point(|bin| bin.last.at_us < from_us);
        let to = bins.partition_point(|bin| bin.first.at_us <= to_us);
        &bins[from..to.max(from)]
    }

    /// What is known of a step.
    fn of<'b>(&'b self, bin: &'b Bin) -> impl Iterator<Item = Point> + use<'a, 'b> {
        let head = self.head;
        // Read again: the whole step, or all of it before the playhead.
        let covers =
            |close: &&Close| close.from <= bin.first.pos && (close.to > bin.last.pos || close.to >= head);
        let close = self.close.iter().find(covers);
        let read = close.map_or(&[][..], |close| {
            let points = &close.points;
            let from = points.partition_point(|point| point.pos < bin.first.pos);
            let to = points.partition_point(|point| point.pos <= bin.last.pos);
            &points[from..to.max(from)]
        });
        let known = (close.is_none()).then(|| bin.known());
        // As they are kept: not before the step's first.
        let since = bin.first.at_us;
        let kept = move |point: &Point| Point {
            at_us: point.at_us.max(since),
            ..*point
        };
        read.iter()
            .map(kept)
            .chain(known.into_iter().flatten())
            .filter(move |point| point.pos < head)
    }

    /// Shows what is known between two times, both included, in order.
    pub fn each(&self, from_us: u64, to_us: u64, mut see: impl FnMut(Point)) {
        let is_in = |point: &Point| point.at_us >= from_us && point.at_us <= to_us;
        for bin in self.within(from_us, to_us) {
            self.of(bin).filter(is_in).for_each(&mut see);
        }
        let recent = &self.store.recent;
        let from = recent.partition_point(|point| point.at_us < from_us);
        let to = recent.partition_point(|point| point.at_us <= to_us && point.pos < self.head);
        recent.range(from..to.max(from)).for_each(|point| see(*point));
    }

    /// Whether nothing is past the playhead.
    pub fn is_whole(&self) -> bool {
        let recent = self.store.recent.back().map(|point| point.pos);
        let last = recent.or_else(|| self.store.bins.last().map(|bin| bin.last.pos));
        last.is_none_or(|last| last < self.head)
    }

    /// Values up to the playhead.
    pub fn points(&self) -> u64 {
        if self.is_whole() {
            return self.store.points;
        }
        let Some((last, before)) = self.bins().split_last() else {
            return self.recent().len() as u64;
        };
        let last = if last.last.pos < self.head {
            last.count
        } else {
            self.of(last).count() as u64
        };
        before.iter().map(|bin| bin.count).sum::<u64>() + last + self.recent().len() as u64
    }

    /// The first value.
    pub fn first(&self) -> Option<Point> {
        let bin = self.bins().first().map(|bin| bin.first);
        bin.or_else(|| self.recent().next())
    }

    /// The newest value.
    pub fn newest(&self) -> Option<Point> {
        self.recent()
            .next_back()
            .or_else(|| self.bins().last().and_then(|bin| self.of(bin).last()))
    }

    /// The newest value that came at a time or before it; of those that are known.
    pub fn before(&self, at_us: u64) -> Option<Point> {
        let recent = &self.store.recent;
        let len = recent.partition_point(|point| point.at_us <= at_us && point.pos < self.head);
        if let Some(last) = len.checked_sub(1).and_then(|last| recent.get(last)) {
            return Some(*last);
        }
        let bins = self.bins();
        let bin = &bins[..bins.partition_point(|bin| bin.first.at_us <= at_us)].last()?;
        self.of(bin).take_while(|point| point.at_us <= at_us).last()
    }
}
