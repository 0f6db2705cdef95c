//! The thread that looks for numbers. It goes on while somebody asks, a slice of time each, and follows a live log for a
//! while after that; later it lets go of all that it found, where that can be read again, and ends.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::book::{Book, Found};
use super::find::Finder;
use super::store::Point;
use super::{Reader, Shared};
use crate::log::Log;

/// A slice: short enough for an answer to be there within a frame.
const SLICE: Duration = Duration::from_millis(4);
/// Bytes of data that are looked at in one go: the log may hold something back meanwhile.
const STRETCH_BYTES: usize = 128 << 10;
/// Entries between two looks at the clock.
const CLOCK: u32 = 16;
/// What an entry counts beside its data.
const ENTRY_BYTES: usize = 64;
/// A look without being asked.
const LOOK: Duration = Duration::from_millis(500);
/// How long the log is followed after somebody asked: while one looks at another scene for a moment.
const FOLLOWED: Duration = Duration::from_secs(30);
/// How long what was found is kept after somebody asked.
const KEPT: Duration = Duration::from_secs(300);

/// Works until the session is gone, or nobody has asked for a while.
pub fn run(shared: &Shared) {
    let Some(mut reader) = shared.state.lock().reader.take() else {
        return;
    };
    let mut found = Vec::new();
    loop {
        let asked = {
            let state = shared.state.lock();
            if state.stopped {
                return;
            }
            state.asked.elapsed()
        };
        if asked < FOLLOWED && slice(&*shared.log, &mut reader, &mut found, shared) {
            continue;
        }
        let mut state = shared.state.lock();
        // Whoever asks does so under this lock, or finds that there is no thread.
        if state.stopped {
            return;
        }
        if state.goal > reader.at && state.asked.elapsed() < FOLLOWED {
            // Something should be there and could not be read; no reason to spin.
            shared.asked.wait_for(&mut state, Duration::from_millis(8));
        } else if state.asked.elapsed() < FOLLOWED {
            shared.asked.wait_for(&mut state, LOOK);
        } else if state.asked.elapsed() < KEPT {
            shared.asked.wait_for(&mut state, KEPT);
        } else {
            if state.first.is_none_or(|first| shared.log.span().first <= first) {
                state.book = Book::new(shared.room);
                (state.at, state.first) = (0, None);
                reader = Box::default();
            }
            state.reader = Some(reader);
            state.is_running = false;
            return;
        }
    }
}

/// Looks at entries for a slice of time; says whether there were any.
fn slice(log: &dyn Log, reader: &mut Reader, found: &mut Vec<Found>, shared: &Shared) -> bool {
    let span = log.span();
    let from = reader.at.max(span.first);
    if from >= span.end {
        return false;
    }
    found.clear();
    let (mut first, began, mut at) = (None, Instant::now(), from);
    while at < span.end && began.elapsed() < SLICE {
        let next = stretch(log, at, &mut reader.finder, found, &mut first, began);
        if next <= at {
            // Nothing follows what is missing here, up to where the log ended.
            if log.next_from(at).is_none() {
                at = span.end;
            }
            break;
        }
        at = next;
    }
    let came_on = at > reader.at;
    reader.at = at.max(reader.at);
    let mut state = shared.state.lock();
    if let Some((pos, at_us)) = first {
        state.first.get_or_insert(pos);
        state.book.begin(at_us);
    }
    state.book.take(&reader.finder.keys, found);
    state.at = reader.at;
    drop(state);
    shared.came.notify_all();
    came_on
}

fn stretch(
    log: &dyn Log,
    from: u64,
    finder: &mut Finder,
    found: &mut Vec<Found>,
    first: &mut Option<(u64, u64)>,
    began: Instant,
) -> u64 {
    let (mut bytes, mut entries) = (0, 0_u32);
    log.visit(from, &mut |seen| {
        first.get_or_insert((seen.pos, seen.at_us));
        bytes += ENTRY_BYTES;
        if let Some(event) = seen.event {
            bytes += event.data.len();
            for (id, value) in finder.values(event.event_type, event.data) {
                found.push(Found {
                    id: *id,
                    point: Point {
                        at_us: seen.at_us,
                        pos: seen.pos,
                        value: *value,
                    },
                });
            }
        }
        entries += 1;
        let is_late = entries.is_multiple_of(CLOCK) && began.elapsed() >= SLICE;
        if bytes < STRETCH_BYTES && !is_late {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })
}
