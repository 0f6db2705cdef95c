//! All series of a session: what the thread has found in the entries, and what an answer is made of.

use std::time::Instant;

use super::alert::{Limits, Watch};
use super::choose::Choice;
use super::close;
use super::find::{MOST, canonical};
use super::store::{Close, Cut, Point, Room, Store};
use super::thin::{self, Thin};
use crate::actions::Actions;
use crate::contract::{
    ChartRule, SERIES, SERIES_FOUND, SERIES_POINTS, SeriesData, SeriesFound, SeriesKey, SeriesQuery,
};
use crate::log::Log;

/// Series that have full room; where there are more all have less, so that a session holds 27 MiB at the most.
const ROOMY: usize = 32;
/// What each of these may hold.
pub const ROOM: Room = Room {
    recent: 16_384,
    bins: 4_096,
};
/// A change is told against the value of a minute before.
const CHANGE_US: u64 = 60_000_000;

/// All series of a session.
#[derive(Debug)]
pub struct Book {
    room: Room,
    /// When the first entry came.
    origin_us: Option<u64>,
    lines: Vec<Line>,
    choice: Choice,
}

#[derive(Debug)]
struct Line {
    key: SeriesKey,
    store: Store,
    watch: Watch,
}

/// A value that was found in an entry.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Number of its series.
    pub id: u16,
    /// The value.
    pub point: Point,
}

/// What is asked for, as it can be answered.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Times, both included.
    pub from_us: u64,
    pub to_us: u64,
    /// Points of a line.
    pub points: usize,
    /// The playhead: one past the last entry that can be seen.
    pub head: u64,
}

/// What would have to be read again for an answer to be exact.
#[derive(Clone, Debug, Default)]
pub struct Missing {
    /// Where the playhead stands within a step.
    open: Option<(u64, u64)>,
    /// What steps leave out of a picture that is closer than they are wide.
    hidden: Option<(u64, u64)>,
}

impl Missing {
    /// Reads it, as far as the bounds allow; the answer is made of steps otherwise.
    pub fn read(
        &self,
        log: &dyn Log,
        actions: &Actions,
        keys: &[SeriesKey],
        until: Instant,
    ) -> Vec<Vec<Close>> {
        let keys: Vec<&SeriesKey> = keys.iter().collect();
        let mut read = vec![Vec::new(); keys.len()];
        for (from, to) in [self.open, self.hidden].into_iter().flatten() {
            let stretch = close::read(log, actions, from..to, &keys, until).unwrap_or_default();
            for (line, close) in stretch.into_iter().enumerate() {
                read[line].push(close);
            }
        }
        read
    }
}

impl Book {
    /// Nothing has been found yet.
    pub fn new(room: Room) -> Self {
        Self {
            room,
            origin_us: None,
            lines: Vec::new(),
            choice: Choice::default(),
        }
    }

    /// When the first entry came, as far as it has been looked at.
    pub const fn origin_us(&self) -> Option<u64> {
        self.origin_us
    }

    /// The first entry came.
    pub fn begin(&mut self, origin_us: u64) {
        self.origin_us.get_or_insert(origin_us);
    }

    /// Values came, in the order of their entries; `keys` names the series they are of.
    pub fn take(&mut self, keys: &[SeriesKey], found: &[Found]) {
        for event in found.chunk_by(|a, b| a.point.pos == b.point.pos) {
            for Found { id, point } in event {
                let at = usize::from(*id);
                while self.lines.len() <= at {
                    let key = keys[self.lines.len()].clone();
                    self.choice.found(&key.path, point.at_us, point.value);
                    self.add(key, point.at_us);
                }
                self.choice.value(*id, point.value);
                let line = &mut self.lines[at];
                let kept = line.store.push(*point);
                line.watch.see(kept);
            }
            self.choice.event();
        }
    }

    fn add(&mut self, key: SeriesKey, at_us: u64) {
        let origin_us = *self.origin_us.get_or_insert(at_us);
        let before = self.room();
        self.lines.push(Line {
            key,
            store: Store::new(origin_us, before),
            watch: Watch::default(),
        });
        let room = self.room();
        if room != before {
            for line in &mut self.lines {
                line.store.set_room(room);
            }
        }
    }

    /// What each series may hold.
    fn room(&self) -> Room {
        let share = self.lines.len().next_power_of_two().clamp(ROOMY, MOST) / ROOMY;
        Room {
            recent: (self.room.recent / share).max(2),
            bins: (self.room.bins / share).max(2),
        }
    }

    /// Bytes of memory in use.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.lines.iter().map(|line| line.store.bytes()).sum()
    }

    /// The lines that are meant: those that are asked for, or of the rule, or the first that are found.
    pub fn keys(&self, query: &SeriesQuery, rule: &ChartRule) -> Vec<SeriesKey> {
        let typed = |key: &SeriesKey| SeriesKey {
            event_type: key.event_type.clone(),
            path: canonical(&key.path).into_owned(),
        };
        let mut keys: Vec<SeriesKey> = if !query.keys.is_empty() {
            query.keys.iter().take(SERIES).map(typed).collect()
        } else if !rule.series.is_empty() {
            rule.series
                .iter()
                .take(SERIES)
                .map(|line| typed(&line.key))
                .collect()
        } else {
            let chosen = self.choice.chosen().iter();
            chosen
                .map(|id| self.lines[usize::from(*id)].key.clone())
                .collect()
        };
        let mut at = 0;
        while at < keys.len() {
            if keys[..at].contains(&keys[at]) {
                keys.remove(at);
            } else {
                at += 1;
            }
        }
        keys
    }

    fn line(&self, key: &SeriesKey) -> Option<usize> {
        self.lines.iter().position(|line| line.key == *key)
    }

    /// The width of the steps that a picture has.
    fn width_us(&self, ask: &Ask) -> u64 {
        let origin_us = self.origin_us.unwrap_or(0);
        thin::width(origin_us, ask.from_us.max(origin_us), ask.to_us, ask.points)
    }

    /// What an answer would have to read again.
    pub fn missing(&self, ask: &Ask, keys: &[SeriesKey]) -> Missing {
        let (width, mut missing) = (self.width_us(ask), Missing::default());
        let join = |all: &mut Option<(u64, u64)>, (from, to): (u64, u64)| {
            let (least, most) = all.unwrap_or((from, to));
            *all = Some((least.min(from), most.max(to)));
        };
        for store in keys
            .iter()
            .filter_map(|key| Some(&self.lines[self.line(key)?].store))
        {
            let cut = store.cut(ask.head, &[]);
            if let Some(open) = cut.open() {
                join(&mut missing.open, open);
            }
            if ask.points > 0
                && let Some(hidden) = cut.hidden(ask.from_us, ask.to_us, width, ask.points)
            {
                join(&mut missing.hidden, hidden);
            }
        }
        missing
    }

    /// A line's points and figures. `close` is what was read again for it.
    pub fn data(&mut self, ask: &Ask, key: &SeriesKey, rule: &ChartRule, close: &[Close]) -> SeriesData {
        let mut data = SeriesData {
            key: key.clone(),
            ..SeriesData::default()
        };
        let width = self.width_us(ask);
        let Some(at) = self.line(key) else { return data };
        let line = &mut self.lines[at];
        let limits = rule
            .series
            .iter()
            .find(|each| each.key.event_type == key.event_type && canonical(&each.key.path) == key.path);
        let limits = limits.map_or_else(Limits::default, Limits::of);
        if limits != line.watch.limits {
            line.watch = watched(limits, line.store.cut(u64::MAX, &[]));
        }
        let cut = line.store.cut(ask.head, close);
        let (Some(first), Some(newest)) = (cut.first(), cut.newest()) else {
            return data;
        };
        let mut thin = Thin::new(ask.points, self.origin_us.unwrap_or(0), width);
        cut.each(ask.from_us, ask.to_us, |point| thin.push(point));
        (data.least, data.most) = thin.range().unwrap_or_default();
        let points = thin.finish();
        data.at_us = points.iter().map(|point| point.at_us).collect();
        data.value = points.iter().map(|point| point.value).collect();
        data.points = cut.points();
        (data.newest, data.newest_us, data.pos) = (newest.value, newest.at_us, newest.pos);
        let minute_before = newest
            .at_us
            .checked_sub(CHANGE_US)
            .and_then(|at_us| cut.before(at_us));
        let change = newest.value - minute_before.unwrap_or(first).value;
        data.change = if change.is_finite() { change } else { 0.0 };
        data.alert = if cut.is_whole() {
            line.watch.alert
        } else {
            watched(limits, cut).alert
        };
        data
    }

    /// What could be lines at a playhead; to within a step, but for those that are shown.
    pub fn found(&self, head: u64, shown: &[SeriesData]) -> Vec<SeriesFound> {
        let found = |line: &Line| SeriesFound {
            points: match shown.iter().find(|data| data.key == line.key) {
                Some(data) => data.points,
                None => line.store.cut(head, &[]).points(),
            },
            key: line.key.clone(),
        };
        let mut found: Vec<SeriesFound> = self.lines.iter().map(found).collect();
        found.retain(|found| found.points > 0);
        found.sort_by_key(|found| std::cmp::Reverse(found.points));
        found.truncate(SERIES_FOUND);
        found
    }
}

/// A watch that has seen all that is known. Of a step these are the first, the last, the least and the greatest value:
/// an alert is found wherever there was one, and may seem to begin with the greatest value of a step instead of the
/// first that was past the limit.
fn watched(limits: Limits, cut: Cut<'_>) -> Watch {
    let mut watch = Watch::new(limits);
    if limits.is_some() {
        cut.each(0, u64::MAX, |point| watch.see(point));
    }
    watch
}

/// Points of a line in an answer.
pub fn points(query: &SeriesQuery) -> usize {
    query.points.min(SERIES_POINTS) as usize
}
