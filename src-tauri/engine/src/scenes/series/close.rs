//! Reads a stretch of entries again, for what the steps of a store leave out.

use std::ops::{ControlFlow, Range};
use std::time::Instant;

use super::find::Numbers;
use super::store::{Close, Point};
use crate::actions::Actions;
use crate::contract::SeriesKey;
use crate::log::Log;

/// Entries that are read again for one answer, at most.
pub const ENTRIES: u64 = 100_000;
/// Entries between two looks at the clock.
const CLOCK: u64 = 64;

/// The values of some series in a range of entries, but for those of events that are hidden. None where there are more
/// than [`ENTRIES`], where the first have been dropped, or where it is not done by `until`.
pub fn read(
    log: &dyn Log,
    actions: &Actions,
    Range { start: from, end: to }: Range<u64>,
    keys: &[&SeriesKey],
    until: Instant,
) -> Option<Vec<Close>> {
    if to.saturating_sub(from) > ENTRIES || log.span().first > from {
        return None;
    }
    let mut read = vec![
        Close {
            from,
            to,
            points: Vec::new(),
        };
        keys.len()
    ];
    let (mut numbers, mut at, mut seen_entries) = (Numbers::default(), from, 0_u64);
    while at < to {
        let mut is_late = false;
        let next = log.visit(at, &mut |seen| {
            if seen.pos >= to {
                return ControlFlow::Break(());
            }
            seen_entries += 1;
            is_late = seen_entries.is_multiple_of(CLOCK) && Instant::now() >= until;
            if is_late {
                return ControlFlow::Break(());
            }
            let Some(event) = seen.event else {
                return ControlFlow::Continue(());
            };
            if keys.iter().all(|key| key.event_type != event.event_type) || actions.is_hidden(&event) {
                return ControlFlow::Continue(());
            }
            numbers.read(event.data);
            for (path, value) in numbers.iter() {
                let is_it = |key: &&SeriesKey| key.path == path && key.event_type == event.event_type;
                let Some(line) = keys.iter().position(is_it) else {
                    continue;
                };
                let points = &mut read[line].points;
                match points.last_mut() {
                    // Of members with one name the last counts.
                    Some(last) if last.pos == seen.pos => last.value = value,
                    before => {
                        // Time does not go back, as in the store.
                        let at_us = before.map_or(seen.at_us, |before| before.at_us.max(seen.at_us));
                        points.push(Point {
                            at_us,
                            pos: seen.pos,
                            value,
                        });
                    }
                }
            }
            ControlFlow::Continue(())
        });
        if is_late {
            return None;
        }
        if next <= at {
            break;
        }
        at = next;
    }
    Some(read)
}
