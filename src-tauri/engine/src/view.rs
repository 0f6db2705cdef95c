//! Filters of one session's entries. A view holds which entries match as a compressed bitmap; a thread of its own fills
//! it in short slices, so that the first page is there at once, the line is never held up, and new entries join as they
//! come. The same thread counts values for the window to choose from.
//!
//! The lock of the views is never held while entries are read, and is held for microseconds otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::actions::{Actions, Armed};
use crate::bookmarks::Bookmarks;
use crate::contract::{
    Code, Facets, Failure, Filter, Located, PAGE_ROWS, Page, Row, RowKind, Target, ViewState,
};
use crate::log::{Log, Span};
use crate::read;
use facets::Count;
pub use filter::Compiled;
pub(crate) use path::Path;
use rows::View;
pub(crate) use worker::scan;

mod compare;
mod facets;
mod filter;
mod locate;
pub(crate) mod own;
pub(crate) mod path;
pub mod query;
mod rows;
mod span;
mod suggest;
mod worker;

/// Views of one session, at most: each costs a pass over the log, and as much as a bit for each entry.
pub const MAX_VIEWS: usize = 8;
/// Counts that go on at once: one by type and a few paths that were looked at last.
const MAX_COUNTS: usize = 4;
/// How long a count goes on after it was last asked for.
const COUNT_KEPT: Duration = Duration::from_secs(30);

/// The log as views read it.
pub type SharedLog = Arc<dyn Log + Send + Sync>;

/// The views of one session.
pub struct Views {
    shared: Arc<Shared>,
}

/// What the views' readers and their thread share.
struct Shared {
    log: SharedLog,
    bookmarks: Arc<Bookmarks>,
    actions: Arc<Armed>,
    wake: Arc<dyn Fn() + Send + Sync>,
    /// Views and counts that are open.
    open: AtomicUsize,
    /// Whether something may have come since the thread looked last.
    stale: AtomicBool,
    /// Whether someone waits for what it finds.
    urgent: AtomicBool,
    /// Whether the session is gone.
    stopped: AtomicBool,
    /// The thread, while there is one. Locked on its own, for an instant.
    worker: Mutex<Option<Thread>>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    views: Vec<View>,
    counts: Vec<Counting>,
    /// Number of the newest view or count.
    newest: u32,
    /// Whose turn it is.
    turn: usize,
}

struct Counting {
    id: u32,
    path: Option<String>,
    /// Away while the thread counts.
    count: Option<Box<Count>>,
    told: Facets,
    asked: Instant,
}

impl Views {
    /// None yet. `wake` is called after what [`Views::state`] says has changed: from the views' thread, at most once in
    /// 16 ms and when a search is done, and by [`Views::cancel`].
    pub fn new(log: SharedLog, bookmarks: Arc<Bookmarks>, wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self::beside(log, bookmarks, Arc::default(), wake)
    }

    /// The same for a session that has actions: some hide events from filters, some give rows a colour.
    pub fn beside(
        log: SharedLog,
        bookmarks: Arc<Bookmarks>,
        actions: Arc<Armed>,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                log,
                bookmarks,
                actions,
                wake,
                open: AtomicUsize::new(0),
                stale: AtomicBool::new(false),
                urgent: AtomicBool::new(false),
                stopped: AtomicBool::new(false),
                worker: Mutex::new(None),
                inner: Mutex::default(),
            }),
        }
    }

    /// Opens a view and begins its search.
    ///
    /// # Errors
    /// [`Code::Filter`] where the filter cannot be read; [`Code::Limit`] with `what` = `views` where [`MAX_VIEWS`] are
    /// open.
    pub fn open(&self, filter: &Filter) -> Result<ViewState, Failure> {
        let compile = || {
            let (hiding, actions) = self.shared.actions.hiding();
            Ok((hiding, Arc::new(Compiled::beside(filter, &actions)?)))
        };
        let mut compiled = compile()?;
        let span = self.shared.log.span();
        // A search from a time on begins there: what is asked for is then found at once, wherever it is.
        let begin = match filter.from_us {
            Some(from_us) if !filter.bookmarked => {
                locate::at(&*self.shared.log, span.first, span.end, from_us).unwrap_or(span.end)
            }
            _ => span.first,
        };
        let id = {
            let mut inner = self.shared.inner.lock();
            // Other events may be hidden since, and whoever hid them may have looked at the views already.
            while self.shared.actions.hiding().0 != compiled.0 {
                drop(inner);
                compiled = compile()?;
                inner = self.shared.inner.lock();
            }
            if inner.views.iter().filter(|view| view.own.is_none()).count() >= MAX_VIEWS {
                return Err(Failure::new(
                    Code::Limit,
                    format!("{MAX_VIEWS} filters of this session are open already; close one of them"),
                )
                .with("what", "views")
                .with("bound", MAX_VIEWS));
            }
            inner.newest += 1;
            let id = inner.newest;
            let mut view = View::new(id, compiled.1, span, begin);
            view.asked = filter.unhidden.then(|| filter.clone());
            inner.views.push(view);
            self.shared.count_open(&inner);
            id
        };
        self.shared.run_worker();
        Ok(self.state(id).unwrap_or_default())
    }

    /// How far a view's search has come; none where there is no such view.
    pub fn state(&self, view: u32) -> Option<ViewState> {
        let span = self.shared.log.span();
        let generation = self.shared.bookmarks.generation();
        let inner = self.shared.inner.lock();
        Some(inner.view(view)?.state(span, generation))
    }

    /// Ends a view's search where it is; new entries join all the same. Without effect once it is done.
    pub fn cancel(&self, view: u32) {
        let span = self.shared.log.span();
        let mut inner = self.shared.inner.lock();
        if let Some(view) = inner.views.iter_mut().find(|each| each.id == view) {
            view.cancel(span);
        }
        drop(inner);
        (self.shared.wake)();
    }

    /// Closes a view.
    pub fn close(&self, view: u32) {
        let mut inner = self.shared.inner.lock();
        inner.views.retain(|each| each.id != view);
        self.shared.count_open(&inner);
    }

    /// At most `len` (and at most [`PAGE_ROWS`]) rows of a view from its row `from` on; none where there is no such
    /// view. Rows whose entries have been dropped keep their numbers: a page from one of them begins with the first row
    /// that there is. Rows past the end of the log, where a replay went back, are not among them.
    pub fn page(&self, view: u32, from: u64, len: u64) -> Option<Page> {
        let len = len.min(PAGE_ROWS);
        let log = &*self.shared.log;
        let span = log.span();
        let (filter, from, end, chosen) = {
            let inner = self.shared.inner.lock();
            let view = inner.view(view)?;
            let rows = view.rows(span);
            let from = from.clamp(view.gone(span), rows);
            (Arc::clone(&view.filter), from, rows, view.chosen(span, from, len))
        };
        let mut rows = rows(log, &chosen, &self.shared.actions.now());
        for row in &mut rows {
            row.bookmarked = self.shared.bookmarks.contains(row.pos);
            if let RowKind::Event { data, .. } = &row.kind {
                row.hits = filter.query.hits(data);
            }
        }
        Some(Page {
            first_pos: span.first,
            end_pos: span.end,
            from,
            end,
            rows,
        })
    }

    /// Positions of a view's entries from an entry on, in order, at most `len`: for an export, which goes on after the
    /// last. None where there is no such view.
    pub fn positions(&self, view: u32, from: u64, len: usize) -> Option<Vec<u64>> {
        let span = self.shared.log.span();
        let inner = self.shared.inner.lock();
        let view = inner.view(view)?;
        let from = from.max(span.first);
        if view.filter.is_nothing() {
            return Some((from..span.end).take(len).collect());
        }
        let mut matches = view.matches.iter();
        matches.advance_to(from);
        Some(matches.take_while(|pos| *pos < span.end).take(len).collect())
    }

    /// Where a target is, as a row of a view, or among all entries. Where the view does not show it: its first row
    /// after it, else its last. None in an empty log or view, or where there is no such view.
    pub fn locate(&self, view: Option<u32>, target: Target) -> Option<Located> {
        let pos = locate::entry(&*self.shared.log, target)?;
        let Some(view) = view else {
            return Some(Located { pos, row: pos });
        };
        let span = self.shared.log.span();
        let inner = self.shared.inner.lock();
        let row = inner.view(view)?.row(span, pos)?;
        Some(Located { pos, row })
    }

    /// How many events have which type, or which value at a JSON path: as far as it is known now, for it is counted from
    /// when it is first asked for until half a minute after it was last asked for. Entries that are dropped later stay
    /// counted.
    ///
    /// # Errors
    /// [`Code::Filter`] with `what` = `path`.
    pub fn facets(&self, path: Option<&str>) -> Result<Facets, Failure> {
        let parsed = path.map(filter::facet).transpose()?;
        let span = self.shared.log.span();
        let told = {
            let mut inner = self.shared.inner.lock();
            let told = inner.facets(path, parsed, span);
            self.shared.count_open(&inner);
            told
        };
        self.shared.run_worker();
        Ok(told)
    }

    /// Tells that the log or the bookmarks have changed. One relaxed load where nothing is open; at most one wake-up of
    /// the thread for each time that it looks otherwise.
    pub fn grown(&self) {
        if self.shared.open.load(Ordering::Relaxed) == 0 {
            return;
        }
        if !self.shared.stale.swap(true, Ordering::AcqRel) {
            self.shared.unpark();
        }
    }
}

impl Drop for Views {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        self.shared.unpark();
    }
}

impl std::fmt::Debug for Views {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Views")
            .field("open", &self.shared.open)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn count_open(&self, inner: &Inner) {
        self.open
            .store(inner.views.len() + inner.counts.len(), Ordering::Release);
    }

    fn unpark(&self) {
        if let Some(thread) = &*self.worker.lock() {
            thread.unpark();
        }
    }

    /// Sees to it that the thread runs, and looks now.
    fn run_worker(self: &Arc<Self>) {
        self.urgent.store(true, Ordering::Release);
        let mut worker = self.worker.lock();
        if let Some(thread) = &*worker {
            thread.unpark();
            return;
        }
        let shared = Arc::clone(self);
        // Without a thread nothing is found, and the window shows a search that stands still; the next call tries anew.
        *worker = std::thread::Builder::new()
            .name("views".into())
            .spawn(move || worker::run(&shared))
            .ok()
            .map(|handle| handle.thread().clone());
    }
}

impl Inner {
    fn view(&self, id: u32) -> Option<&View> {
        self.views.iter().find(|view| view.id == id)
    }

    fn facets(&mut self, path: Option<&str>, parsed: Option<path::Path>, span: Span) -> Facets {
        let now = Instant::now();
        if let Some(counting) = self.counts.iter_mut().find(|each| each.path.as_deref() == path) {
            counting.asked = now;
            let end = span.end.saturating_sub(span.first);
            return Facets {
                end,
                scanned: counting.told.scanned.min(end),
                ..counting.told.clone()
            };
        }
        if self.counts.len() == MAX_COUNTS
            && let Some(oldest) = (0..MAX_COUNTS).min_by_key(|&at| self.counts[at].asked)
        {
            self.counts.swap_remove(oldest);
        }
        self.newest += 1;
        let count = Count::new(parsed);
        let told = count.facets(path, span.first, span.end);
        self.counts.push(Counting {
            id: self.newest,
            path: path.map(ToOwned::to_owned),
            count: Some(Box::new(count)),
            told: told.clone(),
            asked: now,
        });
        told
    }
}

/// The rows of entries, in order. Neighbours are read together.
fn rows(log: &dyn Log, chosen: &[u64], actions: &Actions) -> Vec<Row> {
    chosen
        .chunk_by(|a, b| a + 1 == *b)
        .flat_map(|run| read::rows(log, run[0], run[run.len() - 1] + 1, actions))
        .collect()
}

#[cfg(test)]
mod tests;
