//! One run of a stream, from Connect to Stop, as others see it. Its task (`task`) owns what happens; readers
//! look under a lock that is never held across an await.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::actions::alerts::Alerts;
use crate::actions::unhidden::Unhidden;
use crate::actions::{Actions, Armed, trial};
use crate::awake::{Machine, Surroundings};
use crate::bookmarks::Bookmarks;
use crate::compose::{Ask, Talk};
use crate::contract::{
    Action, Bookmark, Brief, Detail, Failure, Finding, Page, ReplayCommand, Scenes, State, Status, Stream,
    Strip, TextPage, TextRule, TextTick, Trial, WireBytes, WireForm, WirePage, WireRaw,
};
use crate::core::Core;
use crate::figures::Recount;
use crate::log::{Budget, Entry, Event, Kind, Log, Seen, Span};
use crate::recording::Live;
use crate::replay::{Played, Player};
use crate::scenes::{Projections, Rules};
use crate::source::{Cookies, Source};
use crate::tape::Tape;
use crate::tape::recorder::{Feed, Track};
use crate::task::{Commands, Task};
use crate::template::{Filled, Values};
use crate::text::{Cursor, Reading};
use crate::view::Views;
use crate::wire::taped;
use crate::{read, scenes, send, text};

mod conversation;

pub(crate) use conversation::Means;

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
    /// What stands for `{{prompt}}` in the first request; none or blank where the definition's own does.
    pub prompt: Option<String>,
    /// Whether a session whose stream asks ([`Stream::asks`]) waits for the next prompt when an answer is over. Without
    /// it the session ends with its first answer (`tape tail`).
    pub wait_for_prompts: bool,
    /// Where `demo:/…` addresses lead; the engine says it.
    pub demo_origin: Option<String>,
    /// Where it is recorded; none where it is not.
    pub track: Option<Arc<Track>>,
    /// Every entry, in order, before it counts as handled: a slow reader slows the line.
    pub outlet: Option<mpsc::Sender<Entry>>,
    /// Where actions tell of events; none for nowhere.
    pub alerts: Option<Arc<Alerts>>,
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
            prompt: None,
            wait_for_prompts: true,
            demo_origin: None,
            track: None,
            outlet: None,
            alerts: None,
        }
    }
}

/// 512 MiB of the wire for the program; 64 sessions at 1 MiB each are the worst over that. What one session may
/// hold, its definition says ([`crate::contract::Bounds::wire_mib`]).
pub const fn wire_budget() -> Budget {
    Budget::new(512 << 20, usize::MAX, 1 << 20)
}

/// A session as others see it: a run of a stream, or a tape that plays again.
pub struct Session {
    id: u32,
    stream: Stream,
    log: Arc<dyn Log + Send + Sync>,
    body: Body,
    /// Ends it for good.
    close: CancellationToken,
    bookmarks: Arc<Bookmarks>,
    views: Arc<Views>,
    scenes: Projections,
    actions: Arc<Armed>,
}

enum Body {
    Live {
        shared: Arc<Shared>,
        reconnect_now: Arc<Notify>,
        /// Ends the answer that comes, or where the stream does not ask the session.
        stop: Mutex<CancellationToken>,
        asks: Option<mpsc::Sender<Ask>>,
        means: Box<Means>,
    },
    Replay(Arc<Player>),
}

/// What the task and the session's readers share.
pub(crate) struct Shared {
    pub(crate) session: u32,
    pub(crate) core: Mutex<Core>,
    generation: AtomicU64,
    changed: Arc<Notify>,
    pub(crate) bookmarks: Arc<Bookmarks>,
    /// What was asked so far.
    pub(crate) talk: Mutex<Talk>,
    pub(crate) actions: Arc<Armed>,
}

impl Shared {
    /// Changes the session's state and wakes whoever shows it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Core) -> T) -> T {
        let result = change(&mut self.core.lock());
        self.generation.fetch_add(1, Ordering::Release);
        self.changed.notify_waiters();
        result
    }

    /// Marks an entry that has just come. Where there are too many marks it stays unmarked; says so.
    pub(crate) fn bookmark(&self, entry: &Entry, note: &str) -> bool {
        if self.bookmarks.contains(entry.pos) {
            return true;
        }
        // Asked first: a refusal is put into words, which nobody reads of each event of a flood.
        if self.bookmarks.is_full() || self.bookmarks.set(entry.pos, entry.at_us, Some(note)).is_err() {
            return false;
        }
        self.change(|core| {
            if let Some(reel) = &core.reel {
                reel.track.bell.ring(false);
            }
        });
        true
    }

    /// Does what the stream's actions say of an event that has just come. Says which of them stops the session.
    pub(crate) fn act(
        &self,
        actions: Option<&Actions>,
        entry: &Entry,
        tell: impl FnOnce(&Action),
    ) -> Option<String> {
        let actions = actions?;
        let effects = actions.effects(&Seen::of(entry).event?);
        if let Some(action) = effects.bookmark
            && !self.bookmark(entry, &action.name)
        {
            actions.miss_mark(action);
        }
        if let Some(action) = effects.notify {
            tell(action);
        }
        effects.stop.map(|action| action.id.clone())
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
        let bookmarks: Arc<Bookmarks> = Arc::default();
        let actions = Arc::new(Armed::new(Actions::of_stored(&stream.actions)));
        let shared = Arc::new(Shared {
            session: id,
            core: Mutex::new(core),
            generation: AtomicU64::new(1),
            changed,
            bookmarks: Arc::clone(&bookmarks),
            talk: Mutex::default(),
            actions: Arc::clone(&actions),
        });
        if let Some(track) = &options.track {
            shared.written(0, 0);
            track.feed(Arc::clone(&shared) as Arc<dyn Feed>);
        }
        let close = CancellationToken::new();
        let stop = close.child_token();
        let reconnect_now = Arc::new(Notify::new());
        let cookies = filled.network.cookies.then(Cookies::default);
        let means = Box::new(Means {
            source: Arc::clone(&source),
            values: Mutex::new(options.values.clone()),
            demo_origin: options.demo_origin.clone(),
            cookies: cookies.clone(),
            sending: Semaphore::new(send::AT_ONCE),
        });
        let (asks, asked) = (options.wait_for_prompts && stream.asks())
            .then(|| mpsc::channel(1))
            .unzip();
        let task = Task::new(
            &stream,
            filled,
            source,
            options,
            Arc::clone(&shared),
            cookies,
            Commands {
                stop: stop.clone(),
                close: close.clone(),
                asks: asked,
                reconnect_now: Arc::clone(&reconnect_now),
            },
        );
        spawn(Box::pin(task.run()));
        let log: Arc<dyn Log + Send + Sync> = Arc::new(Live(Arc::clone(&shared)));
        let told = Arc::clone(&shared);
        let wake = Arc::new(move || told.change(|_| ()));
        let own = Arc::clone(&shared);
        let breaks = Arc::new(move |from, to| own.core.lock().strips.breaks(from, to));
        let views = views_of(&log, &bookmarks, &actions, wake);
        Self {
            id,
            scenes: Projections::new(Arc::clone(&log), Arc::clone(&log), rules_of(&stream))
                .with_breaks(breaks)
                .beside(&views, &actions, Arc::new(now_us)),
            stream,
            views,
            log,
            bookmarks,
            actions,
            body: Body::Live {
                shared,
                reconnect_now,
                stop: Mutex::new(stop),
                asks,
                means,
            },
            close,
        }
    }

    /// Plays a tape again, from its start.
    pub fn replay(
        id: u32,
        tape_id: &str,
        tape: Arc<Tape>,
        changed: Arc<Notify>,
        spawn: impl FnOnce(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>),
    ) -> Self {
        let player = Arc::new(Player::new(id, tape_id, tape, changed));
        let close = CancellationToken::new();
        spawn(Box::pin(Arc::clone(&player).run(close.clone())));
        let bookmarks = Arc::new(Bookmarks::new(player.tape().bookmarks()));
        let log: Arc<dyn Log + Send + Sync> = Arc::new(Played(Arc::clone(&player)));
        let told = Arc::clone(&player);
        let wake = Arc::new(move || told.tell());
        let own = Arc::clone(&player);
        let breaks = Arc::new(move |from, to| own.strips().breaks(from, to));
        let whole = Arc::clone(player.tape()) as Arc<dyn Log + Send + Sync>;
        let actions = Arc::new(Armed::new(Actions::of_stored(&player.stream().actions)));
        let views = views_of(&log, &bookmarks, &actions, wake);
        let playhead = Arc::clone(&player);
        Self {
            id,
            scenes: Projections::new(Arc::clone(&log), whole, rules_of(player.stream()))
                .with_breaks(breaks)
                .beside(&views, &actions, Arc::new(move || playhead.at_us())),
            stream: player.stream().clone(),
            views,
            log,
            bookmarks,
            actions,
            body: Body::Replay(player),
            close,
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

    /// Its entries, in memory or on tape; a replay's end at its playhead.
    pub fn log(&self) -> &Arc<dyn Log + Send + Sync> {
        &self.log
    }

    /// All that can be read of it, wherever a replay's playhead stands.
    pub fn whole_log(&self) -> Arc<dyn Log + Send + Sync> {
        match &self.body {
            Body::Live { .. } => Arc::clone(&self.log),
            Body::Replay(player) => Arc::clone(player.tape()) as Arc<dyn Log + Send + Sync>,
        }
    }

    /// The tape that it is recorded on or replays.
    pub fn tape(&self) -> Option<Arc<Tape>> {
        match &self.body {
            Body::Live { shared, .. } => {
                let core = shared.core.lock();
                core.reel.as_ref().map(|reel| Arc::clone(reel.track.tape()))
            }
            Body::Replay(player) => Some(Arc::clone(player.tape())),
        }
    }

    /// The id of that tape, once it has one.
    pub fn tape_id(&self) -> Option<String> {
        match &self.body {
            Body::Live { shared, .. } => shared.core.lock().recording().tape,
            Body::Replay(player) => Some(player.tape_id().to_owned()),
        }
    }

    /// Whether it plays a tape again.
    pub const fn is_replay(&self) -> bool {
        matches!(self.body, Body::Replay(_))
    }

    /// Ends it: the connection closes at once, a wait ends. Where the stream asks, that ends the answer, and the
    /// conversation can go on ([`Session::ask`]). A replay is held.
    pub fn stop(&self) {
        match &self.body {
            Body::Live { stop, .. } => stop.lock().cancel(),
            Body::Replay(player) => player.command(&ReplayCommand::Pause),
        }
    }

    /// Ends it for good, also one that waits for a prompt; its tape becomes one closed file. Dropping it does the same.
    pub fn close(&self) {
        self.close.cancel();
    }

    /// Ends a wait and connects. Without effect in any other state.
    pub fn reconnect_now(&self) {
        if let Body::Live { reconnect_now, .. } = &self.body {
            reconnect_now.notify_waiters();
        }
    }

    /// Moves a replay; without effect on a live session.
    pub fn play(&self, command: &ReplayCommand) {
        if let Body::Replay(player) = &self.body {
            player.command(command);
        }
    }

    /// Grows when what is shown begins anew, by the user's hand on a replay.
    pub fn seeks(&self) -> u32 {
        match &self.body {
            Body::Live { .. } => 0,
            Body::Replay(player) => player.seeks(),
        }
    }

    /// What the scenes read into its entries.
    pub const fn scenes(&self) -> &Projections {
        &self.scenes
    }

    /// Changes how the scenes read its events and what is done when one matches.
    ///
    /// # Errors
    /// [`Code::Filter`] with `what` = `regex`, `path` or `value` for what cannot be read, and `action` or `field` = the id
    /// of the action or the name of the rule's field; [`Code::Limit`] for too many actions. Nothing is changed then.
    pub fn set_scenes(&self, scenes: Scenes, actions: Vec<Action>) -> Result<(), Failure> {
        scenes::check(&scenes)?;
        let read = Actions::read(&actions)?;
        let (before, rules) = (self.scenes.rules(), Rules { scenes, actions });
        if *before == rules {
            return Ok(());
        }
        // What costs a pass over all entries begins anew only where it would find something else.
        if before.actions != rules.actions && self.actions.set(read) {
            self.views.hide_anew();
        }
        self.scenes.set_rules(rules);
        match &self.body {
            Body::Live { shared, .. } => shared.change(|_| ()),
            Body::Replay(player) => player.tell(),
        }
        Ok(())
    }

    /// What is done when one of its events matches, as it is now.
    pub fn actions(&self) -> Arc<Actions> {
        self.actions.now()
    }

    /// What an action would have found so far, looking at what is there for a short while ([`trial::LOOK`]): the newest
    /// events first; of a replay all that is on the tape.
    ///
    /// # Errors
    /// [`Code::Filter`] for a query that cannot be read.
    pub fn try_action(&self, action: &Action) -> Result<Trial, Failure> {
        trial::run(&*self.whole_log(), action, trial::LOOK)
    }

    /// Changes how events become text; the page of text starts anew. `path` counts under [`TextRule::Path`].
    ///
    /// # Errors
    /// [`Code::Filter`] with `what` = `path` for a path that cannot be read.
    pub fn set_text_rule(&self, rule: TextRule, path: &str) -> Result<(), Failure> {
        let reading = Reading::new(rule, path)?;
        match &self.body {
            Body::Live { shared, .. } => {
                if let Some(counter) = shared.change(|core| core.counter.reread(reading)) {
                    // What is there is read without the lock, the last few entries under it.
                    let mut recount = Recount::new(&*self.log, counter);
                    loop {
                        recount.catch_up();
                        if shared.change(|core| recount.finish(&core.log, &mut core.counter)) {
                            break;
                        }
                    }
                }
            }
            Body::Replay(player) => player.set_reading(reading),
        }
        Ok(())
    }

    /// How its events become text.
    pub fn reading(&self) -> Reading {
        match &self.body {
            Body::Live { shared, .. } => shared.core.lock().counter.reading().clone(),
            Body::Replay(player) => player.reading(),
        }
    }

    /// The same with all that is known of its turns: what an export reads by.
    pub fn whole_reading(&self) -> Reading {
        match &self.body {
            Body::Live { shared, .. } => {
                let core = shared.core.lock();
                core.counter.reading().clone().with_times(&core.counter.turns())
            }
            Body::Replay(player) => player.reading(),
        }
    }

    /// Grows with every change.
    pub fn generation(&self) -> u64 {
        match &self.body {
            Body::Live { shared, .. } => shared.generation.load(Ordering::Acquire),
            Body::Replay(player) => player.generation(),
        }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        match &self.body {
            Body::Live { shared, .. } => shared.core.lock().state,
            Body::Replay(player) => player.state(),
        }
    }

    /// What the sidebar shows.
    pub fn brief(&self) -> Brief {
        match &self.body {
            Body::Live { shared, .. } => shared.core.lock().brief(Instant::now()),
            Body::Replay(player) => player.brief(),
        }
    }

    /// What the status strip shows.
    pub fn status(&self) -> Status {
        // Whoever looks wants to see what filters find in what is new; nobody else does.
        self.views.grown();
        let bookmarks = self.bookmarks.len() as u64;
        let actions = self.scenes.found();
        match &self.body {
            Body::Live { shared, .. } => Status {
                bookmarks,
                actions,
                ..shared.core.lock().status(Instant::now(), now_us())
            },
            Body::Replay(player) => Status {
                actions,
                ..player.status(bookmarks)
            },
        }
    }

    /// The entries that can be read.
    pub fn span(&self) -> Span {
        self.log.span()
    }

    /// At most `len` (and at most [`crate::contract::PAGE_ROWS`]) entries from `from` on.
    pub fn page(&self, from: u64, len: u64) -> Page {
        let mut page = read::page(&*self.log, from, len, &self.actions.now());
        if !self.bookmarks.is_empty() {
            for row in &mut page.rows {
                row.bookmarked = self.bookmarks.contains(row.pos);
            }
        }
        page
    }

    /// One entry, with at most 1 MiB of its data from byte `from` on.
    pub fn detail(&self, pos: u64, from: u64) -> Option<Detail> {
        let entry = self.log.get(pos)?;
        let mut detail = read::detail(&entry, from);
        detail.row.colour = self.actions.now().colour_of(&entry);
        Some(detail)
    }

    /// The text since a cursor, bounded, under the session's rule.
    pub fn text_since(&self, cursor: Cursor) -> Option<(TextTick, Cursor)> {
        let actions = self.actions.now();
        text::since(&Unhidden::new(&*self.log, &actions), cursor, &self.reading())
    }

    /// Where a page that opens now begins.
    pub fn text_newest(&self, bytes: u64) -> Cursor {
        let actions = self.actions.now();
        text::newest(&Unhidden::new(&*self.log, &actions), bytes, &self.reading())
    }

    /// The text before an entry, or the newest.
    pub fn text_before(&self, before: Option<u64>, max_bytes: usize) -> TextPage {
        let actions = self.actions.now();
        let log = Unhidden::new(&*self.log, &actions);
        text::before(&log, before, max_bytes, &self.reading())
    }

    /// At most `len` (and at most [`crate::contract::WIRE_ROWS`]) rows of the wire from `from` on.
    pub fn wire(&self, from: u64, len: u64, form: WireForm) -> WirePage {
        match &self.body {
            Body::Live { shared, .. } => {
                let (tape, reach) = {
                    let core = shared.core.lock();
                    let taped = from.max(core.wire.span().first) < core.wire.memory_first();
                    match core.reel.as_ref().filter(|_| taped) {
                        Some(reel) => (Arc::clone(reel.track.tape()), core.wire.reach()),
                        None => return core.wire.page(from, len, form),
                    }
                };
                taped::page(&tape, reach, from, len, form)
            }
            Body::Replay(player) => taped::page(player.tape(), player.wire_reach(), from, len, form),
        }
    }

    /// Bytes of a chunk of the wire from an offset on.
    pub fn wire_bytes(&self, no: u64, from: u64, form: WireForm) -> Option<WireBytes> {
        match &self.body {
            Body::Live { shared, .. } => {
                let tape = {
                    let core = shared.core.lock();
                    if let Some(bytes) = core.wire.bytes(no, from, form) {
                        return Some(bytes);
                    }
                    Arc::clone(core.reel.as_ref()?.track.tape())
                };
                taped::bytes(&tape, no, from, form)
            }
            Body::Replay(player) => taped::bytes(player.tape(), no, from, form),
        }
    }

    /// The newest bytes of the newest body as text.
    pub fn wire_raw(&self) -> WireRaw {
        let bytes = match &self.body {
            Body::Live { shared, .. } => shared.core.lock().wire.raw(),
            Body::Replay(player) => taped::raw(player.tape(), player.wire_reach()),
        };
        bytes.text()
    }

    /// What the facts of the wire tell.
    pub fn findings(&self) -> Vec<Finding> {
        self.findings_after(Duration::ZERO)
    }

    /// What they will tell after a time, if nothing more comes until then.
    pub fn findings_after(&self, after: Duration) -> Vec<Finding> {
        let now = Instant::now();
        match &self.body {
            Body::Live { shared, .. } => shared.core.lock().findings(now.checked_add(after).unwrap_or(now)),
            Body::Replay(player) => player.findings(),
        }
    }

    /// The tape strip's picture of the whole (a replay's too, wherever its playhead stands), or of the part between two
    /// times, in at most `bins` steps.
    pub fn strip(&self, from_us: Option<u64>, to_us: Option<u64>, bins: u32) -> Strip {
        let sketch = match &self.body {
            Body::Live { shared, .. } => shared.core.lock().strips.sketch(from_us, to_us, bins),
            Body::Replay(player) => player.strips().sketch(from_us, to_us, bins),
        };
        // Read without the lock: counting again may take the disk some milliseconds.
        sketch.finish(Some(&*self.whole_log()), &self.bookmarks.all())
    }

    /// Its filters and what they find.
    pub fn views(&self) -> &Views {
        &self.views
    }

    /// What the user marked, in order.
    pub fn bookmarks(&self) -> Vec<Bookmark> {
        self.bookmarks.all()
    }

    /// Marks an entry, changes its note, or takes the mark away. It is on tape when this answers, or soon after while the
    /// session is recorded.
    ///
    /// # Errors
    /// [`crate::contract::Code::Limit`] for too many, [`crate::contract::Code::Tape`] where the tape cannot be written.
    pub fn bookmark(&self, pos: u64, note: Option<&str>) -> Result<Vec<Bookmark>, Failure> {
        let at_us = self.log.get(pos).map_or(0, |entry| entry.at_us);
        self.bookmarks.set(pos, at_us, note)?;
        let all = self.bookmarks.all();
        self.views.grown();
        match &self.body {
            Body::Live { shared, .. } => {
                let track = shared.change(|core| core.reel.as_ref().map(|reel| Arc::clone(&reel.track)));
                if let Some(track) = track {
                    if track.is_closed() {
                        track.tape().set_bookmarks(&all)?;
                    } else {
                        track.bell.ring(false);
                    }
                }
            }
            Body::Replay(player) => {
                player.tell();
                player.tape().set_bookmarks(&all)?;
            }
        }
        Ok(all)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.close.cancel();
    }
}

fn views_of(
    log: &Arc<dyn Log + Send + Sync>,
    bookmarks: &Arc<Bookmarks>,
    actions: &Arc<Armed>,
    wake: Arc<dyn Fn() + Send + Sync>,
) -> Arc<Views> {
    Arc::new(Views::beside(
        Arc::clone(log),
        Arc::clone(bookmarks),
        Arc::clone(actions),
        wake,
    ))
}

fn rules_of(stream: &Stream) -> Rules {
    Rules {
        scenes: stream.scenes.clone(),
        actions: stream.actions.clone(),
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
