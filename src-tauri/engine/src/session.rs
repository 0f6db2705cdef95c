//! One run of a stream, from Connect to Stop, as others see it. Its task (`task`) owns what happens; readers
//! look under a lock that is never held across an await.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::awake::{Machine, Surroundings};
use crate::contract::{
    Brief, Detail, Finding, Page, STRIP_BINS, State, Status, Stream, Strip, TextPage, TextRule, TextTick,
    WireBytes, WireForm, WirePage, WireRaw,
};
use crate::core::Core;
use crate::log::{Budget, Entry, Event, Kind, Log, Span};
use crate::source::Source;
use crate::task::Task;
use crate::template::{Filled, Values};
use crate::text::Cursor;
use crate::{read, text};

/// How a session runs, beside its stream's definition.
#[derive(Clone)]
pub struct Options {
    /// Memory for its log, shared with other sessions.
    pub budget: Arc<Budget>,
    /// Memory for its record of the wire, shared with other sessions.
    pub wire_budget: Arc<Budget>,
    /// What the placeholders of its definition stand for.
    pub values: Values,
    /// What can be seen of the machine.
    pub around: Arc<dyn Surroundings>,
    /// Bytes of the body, decoded, as they come (`tape tail --raw`): a slow reader slows the line.
    pub raw_outlet: Option<mpsc::Sender<Bytes>>,
    /// Whether it reconnects at all (`tape tail --no-reconnect`).
    pub reconnect: bool,
    /// Sent as `Last-Event-ID` by the first attempt.
    pub last_event_id: String,
    /// Every entry, in order, before it counts as handled: a slow reader slows the line.
    pub outlet: Option<mpsc::Sender<Entry>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            budget: Arc::default(),
            wire_budget: Arc::new(wire_budget()),
            values: Values::default(),
            around: Arc::new(Machine),
            raw_outlet: None,
            reconnect: true,
            last_event_id: String::new(),
            outlet: None,
        }
    }
}

/// 512 MiB of the wire for the program; 64 sessions at 1 MiB each are the worst over that. What one session may
/// hold, its definition says ([`crate::contract::Bounds::wire_mib`]).
pub const fn wire_budget() -> Budget {
    Budget::new(512 << 20, usize::MAX, 1 << 20)
}

/// A session as others see it.
pub struct Session {
    id: u32,
    stream: Stream,
    shared: Arc<Shared>,
    stop: CancellationToken,
    reconnect_now: Arc<Notify>,
}

/// What the task and the session's readers share.
pub(crate) struct Shared {
    pub(crate) core: Mutex<Core>,
    generation: AtomicU64,
    changed: Arc<Notify>,
}

impl Shared {
    /// Changes the session's state and wakes whoever shows it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Core) -> T) -> T {
        let result = change(&mut self.core.lock());
        self.generation.fetch_add(1, Ordering::Release);
        self.changed.notify_waiters();
        result
    }
}

impl Session {
    /// Starts a session's task. `changed` is told of every change; many sessions can share one.
    pub fn start(
        id: u32,
        stream: Stream,
        filled: Filled,
        source: Arc<dyn Source>,
        options: Options,
        changed: Arc<Notify>,
        spawn: impl FnOnce(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>),
    ) -> Self {
        let core = Core::new(id, &stream, now_us(), Instant::now(), &options);
        let shared = Arc::new(Shared {
            core: Mutex::new(core),
            generation: AtomicU64::new(1),
            changed,
        });
        let stop = CancellationToken::new();
        let reconnect_now = Arc::new(Notify::new());
        let task = Task::new(
            &stream,
            filled,
            source,
            options,
            Arc::clone(&shared),
            stop.clone(),
            Arc::clone(&reconnect_now),
        );
        spawn(Box::pin(task.run()));
        Self {
            id,
            stream,
            shared,
            stop,
            reconnect_now,
        }
    }

    /// Its number, unique within the program's run.
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The definition it runs by.
    pub const fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Ends it: the connection closes at once, a wait ends.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Ends a wait and connects. Without effect in any other state.
    pub fn reconnect_now(&self) {
        self.reconnect_now.notify_waiters();
    }

    /// Changes how events become text; the page of text starts anew.
    pub fn set_text_rule(&self, rule: TextRule) {
        self.shared.change(|core| core.text_rule = rule);
    }

    /// Grows with every change.
    pub fn generation(&self) -> u64 {
        self.shared.generation.load(Ordering::Acquire)
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.shared.core.lock().state
    }

    /// What the sidebar shows.
    pub fn brief(&self) -> Brief {
        self.shared.core.lock().brief(Instant::now())
    }

    /// What the status strip shows.
    pub fn status(&self) -> Status {
        self.shared.core.lock().status(Instant::now(), now_us())
    }

    /// The entries that can be read.
    pub fn span(&self) -> Span {
        self.shared.core.lock().log.span()
    }

    /// At most `len` (and at most [`crate::contract::PAGE_ROWS`]) entries from `from` on.
    pub fn page(&self, from: u64, len: u64) -> Page {
        read::page(&self.shared.core.lock().log, from, len)
    }

    /// One entry, with at most 1 MiB of its data from byte `from` on.
    pub fn detail(&self, pos: u64, from: u64) -> Option<Detail> {
        // The entry's text is shared, so that a megabyte is copied outside the lock.
        let entry = { self.shared.core.lock().log.get(pos) }?;
        Some(read::detail(&entry, from))
    }

    /// The text since a cursor, bounded, under the session's rule.
    pub fn text_since(&self, cursor: Cursor) -> Option<(TextTick, Cursor)> {
        let core = self.shared.core.lock();
        text::since(&core.log, cursor, core.text_rule)
    }

    /// Where a page that opens now begins.
    pub fn text_newest(&self, bytes: u64) -> Cursor {
        text::newest(&self.shared.core.lock().log, bytes)
    }

    /// The text before an entry, or the newest.
    pub fn text_before(&self, before: Option<u64>, max_bytes: usize) -> TextPage {
        let core = self.shared.core.lock();
        text::before(&core.log, before, max_bytes, core.text_rule)
    }

    /// At most `len` (and at most [`crate::contract::WIRE_ROWS`]) rows of the wire from `from` on.
    pub fn wire(&self, from: u64, len: u64, form: WireForm) -> WirePage {
        self.shared.core.lock().wire.page(from, len, form)
    }

    /// Bytes of a chunk of the wire from an offset on.
    pub fn wire_bytes(&self, no: u64, from: u64, form: WireForm) -> Option<WireBytes> {
        self.shared.core.lock().wire.bytes(no, from, form)
    }

    /// The newest bytes of the newest body as text.
    pub fn wire_raw(&self) -> WireRaw {
        let bytes = { self.shared.core.lock().wire.raw() };
        bytes.text()
    }

    /// What the facts of the wire tell.
    pub fn findings(&self) -> Vec<Finding> {
        self.findings_after(Duration::ZERO)
    }

    /// What they will tell after a time, if nothing more comes until then.
    pub fn findings_after(&self, after: Duration) -> Vec<Finding> {
        let now = Instant::now();
        self.shared
            .core
            .lock()
            .findings(now.checked_add(after).unwrap_or(now))
    }

    /// The tape strip's picture.
    pub fn strip(&self) -> Strip {
        { self.shared.core.lock().strips.sketch(None, None, STRIP_BINS) }.finish(None, &[])
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A duration in microseconds; saturates.
pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Microseconds since the Unix epoch, by the wall clock.
pub fn now_us() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, micros)
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("stream", &self.stream.id)
            .finish_non_exhaustive()
    }
}

/// The event of an entry, if it is one.
pub fn event_of(entry: &Entry) -> Option<&Event> {
    match &entry.kind {
        Kind::Event(event) => Some(event),
        _ => None,
    }
}
