//! The thread that looks for numbers. It goes on while somebody asks, a slice of time each, and follows a live log for a
//! while after that; later it lets go of all that it found, where that can be read again, and ends.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::book::Found;
use super::find::Finder;
use super::store::Point;
use super::{Reader, Shared};
use crate::actions::Actions;
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

/// Says that the thread is gone, also where it panicked: the next call begins anew.
struct Running<'a>(&'a Shared);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.is_running = false;
        if state.reader.is_none() {
            state.begin_anew(self.0.room);
            state.reader = Some(state.new_reader());
        }
    }
}

/// Works until the session is gone, or nobody has asked for a while.
pub fn run(shared: &Shared) {
    let _running = Running(shared);
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
                state.begin_anew(shared.room);
                reader = state.new_reader();
            }
            state.reader = Some(reader);
            // Under the lock: whoever asks next finds no thread.
            state.is_running = false;
            return;
        }
    }
}

/// Looks at entries for a slice of time; says whether there were any.
fn slice(log: &dyn Log, reader: &mut Box<Reader>, found: &mut Vec<Found>, shared: &Shared) -> bool {
    let actions = {
        let state = shared.state.lock();
        if state.hiding.0 != reader.hiding {
            *reader = state.new_reader();
        }
        Arc::clone(&state.hiding.1)
    };
    let span = log.span();
    let from = reader.at.max(span.first);
    if from >= span.end {
        return false;
    }
    found.clear();
    let (mut first, began, mut at) = (None, Instant::now(), from);
    while at < span.end && began.elapsed() < SLICE {
        let next = stretch(log, at, (&mut reader.finder, &actions), found, &mut first, began);
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
    if state.hiding.0 != reader.hiding {
        // What was found meanwhile may be hidden now.
        return true;
    }
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
    (finder, actions): (&mut Finder, &Actions),
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
            // Looked at, and not read.
            let is_hidden = actions.is_hidden(&event);
            let values = if is_hidden {
                &[][..]
            } else {
                finder.values(event.event_type, event.data)
            };
            for (id, value) in values {
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
