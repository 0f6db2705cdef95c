//! Numbers in events as lines. A thread of its own goes through the entries from the first time that somebody asks
//! ([`worker`]), finds the numbers ([`find`]) and keeps them in bounded memory ([`store`]); an answer is what it knows by
//! then. It reads all entries, a replay's too, and an answer is cut at the playhead.
//!
//! Exact are the newest 16,384 values of a line (fewer where there are more than 32), and what an answer can read again
//! of older ones within [`close::ENTRIES`] and [`CLOSE`]. Elsewhere an answer tells the first, last, least and greatest
//! value of steps of time, at their own times: no extreme is ever left out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::actions::{Actions, Armed};
use crate::contract::{Break, ChartRule, SeriesPage, SeriesQuery};
use crate::log::{Log, Span, last_before};
use crate::view::SharedLog;
use book::{Ask, Book};
use find::Finder;
use store::Room;

mod alert;
mod book;
mod choose;
mod close;
pub(crate) mod find;
mod store;
mod thin;
mod worker;

/// How long an answer waits for what came last: half a frame.
const WAIT: Duration = Duration::from_millis(8);
/// How long an answer reads entries again.
const CLOSE: Duration = Duration::from_millis(20);

/// Breaks of the line that overlap two times.
pub type Breaks = Arc<dyn Fn(u64, u64) -> Vec<Break> + Send + Sync>;

/// The series of one session.
pub(super) struct Series {
    shared: Arc<Shared>,
    /// How long an answer reads entries again.
    close: Duration,
}

/// What the answers and the thread share.
struct Shared {
    log: SharedLog,
    /// Some hide events, whose numbers are none.
    actions: Arc<Armed>,
    room: Room,
    /// Held for a moment, never while entries are read.
    state: Mutex<State>,
    /// Told when somebody asks, or the session is gone.
    asked: Condvar,
    /// Told when a slice has been looked at.
    came: Condvar,
}

struct State {
    book: Book,
    /// Those that hide events from it, by their number in [`Armed::hiding`].
    hiding: (u64, Arc<Actions>),
    /// Entries before it have been looked at.
    at: u64,
    /// The first that was looked at.
    first: Option<u64>,
    /// How far one wants to be.
    goal: u64,
    asked: Instant,
    is_running: bool,
    stopped: bool,
    /// Away while the thread reads.
    reader: Option<Box<Reader>>,
}

/// What the thread needs to go on.
#[derive(Default)]
struct Reader {
    at: u64,
    /// The number of those that hide events from it.
    hiding: u64,
    finder: Finder,
}

impl Series {
    /// Nothing is read before somebody asks.
    pub fn new(log: SharedLog, actions: Arc<Armed>) -> Self {
        Self::with_room(log, actions, book::ROOM)
    }

    fn with_room(log: SharedLog, actions: Arc<Armed>, room: Room) -> Self {
        let state = State {
            book: Book::new(room),
            hiding: Default::default(),
            at: 0,
            first: None,
            goal: 0,
            asked: Instant::now(),
            is_running: false,
            stopped: false,
            reader: Some(Box::default()),
        };
        let shared = Shared {
            log,
            actions,
            room,
            state: Mutex::new(state),
            asked: Condvar::new(),
            came: Condvar::new(),
        };
        Self {
            shared: Arc::new(shared),
            close: CLOSE,
        }
    }

    /// One whose answers are exact however busy the machine is.
    #[cfg(test)]
    const fn patient(mut self) -> Self {
        self.close = Duration::from_secs(60);
        self
    }

    /// What is known of the lines now, up to where `log` ends.
    pub fn page(&self, log: &dyn Log, rule: &ChartRule, breaks: &Breaks, query: &SeriesQuery) -> SeriesPage {
        let span = log.span();
        let (hiding, actions) = self.shared.actions.hiding();
        self.ask(span.end, hiding, &actions);
        let newest_us = last_before(log, span.first, span.end)
            .and_then(|last| log.get(last))
            .map(|entry| entry.at_us);
        let (ask, keys, missing) = {
            let state = self.shared.state.lock();
            let start_us = state.book.origin_us().or(newest_us).unwrap_or(0);
            let from_us = query.from_us.unwrap_or(start_us);
            let newest_us = newest_us.unwrap_or(start_us).max(start_us);
            let ask = Ask {
                from_us,
                to_us: query.to_us.unwrap_or(newest_us),
                points: book::points(query),
                head: span.end,
            };
            let keys = state.book.keys(query, rule);
            let missing = state.book.missing(&ask, &keys);
            (ask, keys, missing)
        };
        // Read without the lock. What the steps are by then is looked at anew: what does not fit any more is not used.
        let mut close = missing.read(&*self.shared.log, &actions, &keys, Instant::now() + self.close);
        let mut state = self.shared.state.lock();
        if state.hiding.0 != hiding {
            close.iter_mut().for_each(Vec::clear);
        }
        let series = keys.iter().zip(&close);
        let series: Vec<_> = series
            .map(|(key, close)| state.book.data(&ask, key, rule, close))
            .collect();
        let found = state.book.found(span.end, &series);
        let at = state.at;
        drop(state);
        let Span { first, end } = span;
        SeriesPage {
            from_us: ask.from_us,
            to_us: ask.to_us,
            series,
            found,
            gaps: gaps(
                breaks,
                &ask,
                newest_us.filter(|_| end < self.shared.log.span().end),
            ),
            scanned: at.clamp(first, end.max(first)) - first,
            end: end.saturating_sub(first),
            done: at >= end,
        }
    }

    /// Sees to it that the thread goes on, and waits a moment for it. Where other events are hidden it begins anew.
    fn ask(&self, end: u64, hiding: u64, actions: &Arc<Actions>) {
        let shared = &self.shared;
        let goal = shared.log.span().end;
        let mut state = shared.state.lock();
        // Of two that ask at once one may not know yet.
        if state.hiding.0 < hiding {
            state.hiding = (hiding, Arc::clone(actions));
            state.begin_anew(shared.room);
        }
        state.asked = Instant::now();
        state.goal = state.goal.max(goal);
        if state.at >= end.max(goal) {
            return;
        }
        if state.is_running {
            shared.asked.notify_all();
        } else {
            let own = Arc::clone(shared);
            // Without a thread nothing is found, and the window shows that nothing comes; the next call tries anew.
            state.is_running = std::thread::Builder::new()
                .name("series".into())
                .spawn(move || worker::run(&own))
                .is_ok();
        }
        let until = Instant::now() + WAIT;
        while state.at < end && !shared.came.wait_until(&mut state, until).timed_out() {}
    }
}

impl State {
    /// Nothing has been found yet. A reader that is away begins anew when it comes back.
    fn begin_anew(&mut self, room: Room) {
        self.book = Book::new(room);
        (self.at, self.first) = (0, None);
        if self.reader.is_some() {
            self.reader = Some(self.new_reader());
        }
    }

    fn new_reader(&self) -> Box<Reader> {
        Box::new(Reader {
            hiding: self.hiding.0,
            ..Reader::default()
        })
    }
}

impl Drop for Series {
    fn drop(&mut self) {
        self.shared.state.lock().stopped = true;
        self.shared.asked.notify_all();
    }
}

/// The breaks that overlap what is shown, as they were known at the playhead, where that is not at the end.
fn gaps(breaks: &Breaks, ask: &Ask, head_us: Option<u64>) -> Vec<Break> {
    let mut gaps = breaks(ask.from_us, ask.to_us.saturating_add(1));
    let Some(newest_us) = head_us else { return gaps };
    gaps.retain(|gap| gap.from_us <= newest_us);
    for gap in &mut gaps {
        if gap.to_us.is_some_and(|to_us| to_us > newest_us) {
            (gap.to_us, gap.lost, gap.repeated) = (None, None, None);
        }
    }
    gaps
}

#[cfg(test)]
mod tests;
