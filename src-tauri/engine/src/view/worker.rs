//! The thread that searches and counts. It takes the open views and counts in turn, a slice of time each, and sleeps
//! where there is nothing to do; a while after nothing is open it ends.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use roaring::RoaringTreemap;

use super::filter::Compiled;
use super::rows::View;
use super::{COUNT_KEPT, Count, Shared};
use crate::log::{Log, Seen, Span};

/// A slice: short enough for the first page to be there within a frame, long enough for its ends not to matter.
const SLICE: Duration = Duration::from_millis(4);
/// Bytes of data that are looked at in one go: the log may hold something back meanwhile, and half a millisecond is no
/// time for the line.
const STRETCH_BYTES: usize = 128 << 10;
/// Entries between two looks at the clock: a path with expressions of its own may take a millisecond for each.
const CLOCK: u32 = 16;
/// What an entry counts beside its data.
const ENTRY_BYTES: usize = 64;
/// Between two calls of `wake`: a frame.
const WAKE: Duration = Duration::from_millis(16);
/// Between two looks at a log that has been caught up with: at a thousand entries a second a look at each would cost
/// more than the search.
const PACE: Duration = Duration::from_millis(8);
/// A look without being told.
const LOOK: Duration = Duration::from_millis(500);
/// How long the thread stays when nothing is open: while one types, views come and go.
const LINGER: Duration = Duration::from_secs(5);
/// What is to be done next.
pub enum Job {
    /// Look at entries of a stretch.
    Search {
        id: u32,
        epoch: u32,
        filter: Arc<Compiled>,
        from: u64,
        to: u64,
    },
    /// Look at the entries that are bookmarked.
    Judge {
        id: u32,
        filter: Arc<Compiled>,
        judged: RoaringTreemap,
        generation: u64,
    },
    /// Go on counting.
    Count { id: u32, count: Box<Count> },
}

/// Works until the session is gone, or nothing has been open for a while.
pub fn run(shared: &Shared) {
    let (mut woken, mut changed) = (Instant::now(), false);
    let mut idle_since: Option<Instant> = None;
    while !shared.stopped.load(Ordering::Acquire) {
        // Before the look, so that what comes during it is looked at next time.
        shared.stale.store(false, Ordering::Release);
        let span = shared.log.span();
        if let Some(job) = next(shared, span) {
            idle_since = None;
            let came_on = work(shared, job, span);
            changed |= came_on;
            if changed && woken.elapsed() >= WAKE {
                (shared.wake)();
                (woken, changed) = (Instant::now(), false);
            }
            if !came_on {
                // Nothing could be read where something should be; no reason to spin.
                pause(shared, PACE, PACE);
            }
            continue;
        }
        if shared.open.load(Ordering::Acquire) > 0 {
            idle_since = None;
        } else {
            let since = *idle_since.get_or_insert_with(Instant::now);
            let mut worker = shared.worker.lock();
            // Whoever opens something does so before this lock, or finds that there is no thread.
            if since.elapsed() >= LINGER && shared.open.load(Ordering::Acquire) == 0 {
                *worker = None;
                return;
            }
        }
        if changed {
            pause(shared, WAKE.saturating_sub(woken.elapsed()), Duration::ZERO);
            if shared.stopped.load(Ordering::Acquire) {
                return;
            }
            (shared.wake)();
            (woken, changed) = (Instant::now(), false);
        } else {
            pause(shared, PACE, LOOK);
        }
    }
}

/// Sleeps for `least`, and then until something may have come, at most `most`. Someone who waits ends it at once.
fn pause(shared: &Shared, least: Duration, most: Duration) {
    let begun = Instant::now();
    loop {
        let slept = begun.elapsed();
        let urgent = shared.urgent.swap(false, Ordering::AcqRel) || shared.stopped.load(Ordering::Acquire);
        if urgent || (slept >= least && (slept >= most || shared.stale.load(Ordering::Acquire))) {
            return;
        }
        thread::park_timeout(if slept < least { least } else { most } - slept);
    }
}

/// What is due next, in turn; also lets go of counts that nobody asks for.
fn next(shared: &Shared, span: Span) -> Option<Job> {
    let mut inner = shared.inner.lock();
    let inner = &mut *inner;
    if inner.counts.iter().any(|each| each.asked.elapsed() > COUNT_KEPT) {
        inner.counts.retain(|each| each.asked.elapsed() <= COUNT_KEPT);
        shared.count_open(inner);
    }
    if inner.views.iter().any(View::has_lapsed) {
        inner.views.retain(|each| !each.has_lapsed());
        shared.count_open(inner);
    }
    let (views, all) = (inner.views.len(), inner.views.len() + inner.counts.len());
    for _ in 0..all {
        inner.turn = (inner.turn + 1) % all;
        let job = if inner.turn < views {
            inner.views[inner.turn].due(span, shared.bookmarks.generation())
        } else {
            let counting = &mut inner.counts[inner.turn - views];
            let id = counting.id;
            counting
                .count
                .take_if(|count| count.at != span.end.max(span.first))
                .map(|count| Job::Count { id, count })
        };
        if job.is_some() {
            return job;
        }
    }
    None
}

/// Does a slice; says whether it came on.
fn work(shared: &Shared, job: Job, span: Span) -> bool {
    match job {
        Job::Search {
            id,
            epoch,
            filter,
            from,
            to,
        } => {
            let mut found = Vec::new();
            let next = scan(&*shared.log, from, to, |seen| {
                if filter.matches(seen) {
                    found.push(seen.pos);
                }
            });
            let mut inner = shared.inner.lock();
            let view = inner
                .views
                .iter_mut()
                .find(|view| view.id == id && view.epoch == epoch);
            if let Some(view) = view {
                view.take(from, next, span.end, &found);
            }
            next > from
        }
        Job::Judge {
            id,
            filter,
            judged,
            generation,
        } => {
            let marked: RoaringTreemap = shared.bookmarks.positions().into_iter().collect();
            let began = Instant::now();
            let (mut whole, mut awaited) = (true, None);
            let (mut new, mut found) = (Vec::new(), Vec::new());
            for pos in &marked - &judged {
                if began.elapsed() >= SLICE {
                    whole = false;
                    break;
                }
                if pos >= span.end {
                    // Past the playhead of a replay: looked at when that is there.
                    awaited = Some(pos);
                    break;
                }
                new.push(pos);
                if let Some(entry) = shared.log.get(pos)
                    && filter.matches(&Seen::of(&entry))
                {
                    found.push(pos);
                }
            }
            let mut inner = shared.inner.lock();
            let Some(view) = inner.views.iter_mut().find(|view| view.id == id) else {
                return false;
            };
            view.judged &= &marked;
            view.judged.extend(new);
            view.matches &= &marked;
            view.matches.extend(found);
            view.awaited = awaited;
            if whole {
                view.generation = Some(generation);
            }
            true
        }
        Job::Count { id, mut count } => {
            if count.at > span.end {
                count.restart();
            }
            let from = count.at.max(span.first);
            let next = scan(&*shared.log, from, u64::MAX, |seen| count.see(seen));
            count.at = next;
            let came_on = next > from;
            let mut inner = shared.inner.lock();
            if let Some(counting) = inner.counts.iter_mut().find(|each| each.id == id) {
                counting.told = count.facets(counting.path.as_deref(), span.first, span.end.max(next));
                counting.count = Some(count);
            }
            came_on
        }
    }
}

/// Shows entries from `from` on and before `to`, for a slice of time. Says where to go on.
pub fn scan(log: &dyn Log, from: u64, to: u64, mut see: impl FnMut(&Seen<'_>)) -> u64 {
    let began = Instant::now();
    let mut at = from;
    loop {
        let (mut bytes, mut entries) = (0, 0_u32);
        let next = log.visit(at, &mut |seen| {
            if seen.pos >= to {
                return ControlFlow::Break(());
            }
            see(&seen);
            bytes += ENTRY_BYTES + seen.event.map_or(0, |event| event.data.len());
            entries += 1;
            let is_late = entries.is_multiple_of(CLOCK) && began.elapsed() >= SLICE;
            if bytes < STRETCH_BYTES && !is_late {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        let next = next.min(to);
        if next <= at || next >= to || began.elapsed() >= SLICE {
            return next.max(at);
        }
        at = next;
    }
}
