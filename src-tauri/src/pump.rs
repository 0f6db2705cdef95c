//! The pump: tells each window what changed, at most once a frame and never with more than two ticks
//! unacknowledged. Tauri's channel has no back-pressure of its own: a window that is slow or hidden
//! gets fewer ticks, not a longer queue.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tapewriter_engine::contract::{
    Brief, Opening, Reveal, Settled, TICK_TEXT_BYTES, TextTick, Tick, ViewState,
};
use tapewriter_engine::tape::Deck;
use tapewriter_engine::text::{Cursor, Reading};
use tapewriter_engine::{Engine, now_us};
use tauri::async_runtime::JoinHandle;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A display's frame: a tick between two frames would never be seen.
const FRAME: Duration = Duration::from_millis(16);
/// Between the ticks of a window that cannot be seen: its timers run no faster either.
const HIDDEN: Duration = Duration::from_secs(1);
/// Rates fall and silences grow without anything arriving; so often that shows.
const BEAT: Duration = Duration::from_millis(500);
/// How often the sidebar's figures change: what a person can read.
const BRIEFS: Duration = Duration::from_millis(250);
/// Two: one on its way while the one before is drawn.
const UNACKNOWLEDGED: u32 = 2;
/// Commands that wait for a page that does not answer: as many as a person presses before they give up.
const COMMANDS: usize = 16;

/// The pumps of all windows, by label.
pub struct Pumps {
    engine: Arc<Engine>,
    deck: Option<Arc<Deck>>,
    windows: Mutex<HashMap<String, Pump>>,
}

struct Pump {
    epoch: u32,
    view: Arc<View>,
    /// Filters that the page has opened: session and view.
    filters: Vec<(u32, u32)>,
    task: JoinHandle<()>,
}

impl Drop for Pump {
    fn drop(&mut self) {
        // The task may be in the middle of a tick on another thread: it must not send it any more.
        self.view.inner.lock().closed = true;
        self.task.abort();
    }
}

/// What a window looks at, as it last said.
#[derive(Default)]
struct View {
    inner: Mutex<Inner>,
    wake: Notify,
}

#[derive(Default)]
struct Inner {
    session: Option<u32>,
    /// The filter that is on.
    filter: Option<u32>,
    /// How often the window has turned to another session: coming back to one is turning to it anew.
    turns: u32,
    visible: bool,
    /// What the next tick tells beside the sessions.
    told: Told,
    /// The last tick that told any of it.
    told_in: u32,
    sent: u32,
    acknowledged: u32,
    /// Another page has taken the window over.
    closed: bool,
}

/// What the desktop has for a window, until a tick takes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// What a notification led to.
    pub reveal: Option<Reveal>,
    /// Commands of the menu, at most [`COMMANDS`].
    pub commands: Vec<String>,
    /// What is asked to be opened.
    pub openings: Vec<Opening>,
    /// What another window has set.
    pub settled: Option<Settled>,
}

impl Told {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl View {
    /// Waits, or until the window turns to something else. An acknowledgement alone does not shorten a frame.
    async fn rest(&self, time: Duration) {
        let end = Instant::now() + time;
        let before = self.look();
        while tokio::time::timeout_at(end, self.wake.notified()).await.is_ok() {
            if self.look() != before {
                return;
            }
        }
    }

    fn look(&self) -> (Option<u32>, Option<u32>, bool, bool) {
        let inner = self.inner.lock();
        (inner.session, inner.filter, inner.visible, inner.told.is_empty())
    }
}

impl Pumps {
    /// No windows yet.
    pub fn new(engine: Arc<Engine>, deck: Option<Arc<Deck>>) -> Self {
        Self {
            engine,
            deck,
            windows: Mutex::default(),
        }
    }

    /// A page load says hello: its ticks go to `send`, the load before gets no more. An older epoch that
    /// arrives late changes nothing.
    pub fn hello(&self, label: &str, epoch: u32, send: impl Fn(Tick) -> bool + Send + Sync + 'static) {
        let mut windows = self.windows.lock();
        if windows.get(label).is_some_and(|pump| pump.epoch >= epoch) {
            return;
        }
        let view = Arc::new(View {
            inner: Mutex::new(Inner {
                visible: true,
                ..Inner::default()
            }),
            ..View::default()
        });
        let world = World {
            engine: Arc::clone(&self.engine),
            deck: self.deck.clone(),
        };
        let task = tauri::async_runtime::spawn(run(world, Arc::clone(&view), send));
        let pump = Pump {
            epoch,
            view,
            filters: Vec::new(),
            task,
        };
        if let Some(before) = windows.insert(label.to_owned(), pump) {
            drop(windows);
            self.close_filters(&before.filters);
        }
    }

    /// A page opened a filter: it is closed with the page.
    pub fn opened(&self, label: &str, session: u32, view: u32) {
        if let Some(pump) = self.windows.lock().get_mut(label) {
            pump.filters.push((session, view));
        }
    }

    /// A page closed a filter.
    pub fn closed(&self, label: &str, session: u32, view: u32) {
        if let Some(pump) = self.windows.lock().get_mut(label) {
            pump.filters.retain(|open| *open != (session, view));
        }
    }

    /// A window is gone.
    pub fn forget(&self, label: &str) {
        let gone = self.windows.lock().remove(label);
        if let Some(pump) = gone {
            self.close_filters(&pump.filters);
        }
    }

    fn close_filters(&self, filters: &[(u32, u32)]) {
        for (session, view) in filters {
            if let Some(session) = self.engine.session(*session) {
                session.views().close(*view);
            }
        }
    }

    /// A tick was handled.
    pub fn ack(&self, label: &str, epoch: u32, no: u32) {
        self.with(label, epoch, |inner| {
            inner.acknowledged = inner.acknowledged.max(no.min(inner.sent));
        });
    }

    /// What the window shows, and whether it can be seen.
    pub fn watch(&self, label: &str, epoch: u32, session: Option<u32>, filter: Option<u32>, visible: bool) {
        self.with(label, epoch, |inner| {
            inner.turns += u32::from(inner.session != session);
            inner.session = session;
            inner.filter = filter;
            inner.visible = visible;
        });
    }

    /// Turns a window to an event, with its next tick.
    pub fn reveal(&self, label: &str, reveal: Reveal) {
        self.tell(label, |told| told.reveal = Some(reveal));
    }

    /// Has a window's next tick tell more. Answers whether its page has said hello: without one nobody is told.
    pub fn tell(&self, label: &str, more: impl FnOnce(&mut Told)) -> bool {
        let windows = self.windows.lock();
        let Some(pump) = windows.get(label) else {
            return false;
        };
        {
            let told = &mut pump.view.inner.lock().told;
            more(told);
            told.commands.truncate(COMMANDS);
        }
        pump.view.wake.notify_one();
        true
    }

    /// Whether a window's page has handled all that it was to be told.
    pub fn has_heard(&self, label: &str) -> bool {
        self.windows.lock().get(label).is_some_and(|pump| {
            let inner = pump.view.inner.lock();
            inner.told.is_empty() && inner.acknowledged >= inner.told_in
        })
    }

    /// Has the next ticks of all windows but one tell what it has set.
    pub fn settled(&self, by: &str, settled: &Settled) {
        for (label, pump) in self.windows.lock().iter() {
            if label != by {
                pump.view.inner.lock().told.settled = Some(settled.clone());
                pump.view.wake.notify_one();
            }
        }
    }

    fn with(&self, label: &str, epoch: u32, change: impl FnOnce(&mut Inner)) {
        let windows = self.windows.lock();
        if let Some(pump) = windows.get(label).filter(|pump| pump.epoch == epoch) {
            change(&mut pump.view.inner.lock());
            pump.view.wake.notify_one();
        }
    }

    /// Ends all of them.
    pub fn close(&self) {
        self.windows.lock().clear();
    }
}

/// What ticks tell of.
struct World {
    engine: Arc<Engine>,
    deck: Option<Arc<Deck>>,
}

/// What a window looks at, as one tick takes it.
struct Look {
    session: Option<u32>,
    turns: u32,
    filter: Option<u32>,
    visible: bool,
    told: Told,
}

/// What a pump remembers between ticks.
#[derive(Default)]
struct Sent {
    briefs: HashMap<u32, Brief>,
    briefs_at: Option<Instant>,
    /// The session on show, and the window's turn at which it came there.
    shown: Option<(u32, u32)>,
    generation: u64,
    /// How text was read.
    reading: Reading,
    cursor: Cursor,
    status_at: Option<Instant>,
    /// How often a replay had been put elsewhere.
    seeks: u32,
    filter: Option<ViewState>,
    tapes: u64,
}

async fn run(world: World, view: Arc<View>, send: impl Fn(Tick) -> bool) {
    let mut sent = Sent::default();
    let engine = &world.engine;
    loop {
        let changed = engine.changed().notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        let (look, no) = {
            let mut inner = view.inner.lock();
            let free = inner.sent - inner.acknowledged < UNACKNOWLEDGED;
            if free && !inner.told.is_empty() {
                inner.told_in = inner.sent + 1;
            }
            let look = Look {
                session: inner.session,
                turns: inner.turns,
                filter: inner.filter,
                visible: inner.visible,
                told: if free {
                    std::mem::take(&mut inner.told)
                } else {
                    Told::default()
                },
            };
            (look, free.then_some(inner.sent + 1))
        };
        let Some(no) = no else {
            // Nothing is counted, read or copied until the window has caught up.
            view.wake.notified().await;
            continue;
        };
        let visible = look.visible;
        if let Some(tick) = sent.tick(&world, look, no) {
            let sent = {
                let mut inner = view.inner.lock();
                inner.sent = no;
                !inner.closed && send(tick)
            };
            if !sent {
                return;
            }
            view.rest(if visible { FRAME } else { HIDDEN }).await;
            continue;
        }
        // What waits for a prompt changes by the user's hand alone.
        let live = engine.running() > engine.asking();
        tokio::select! {
            // Sessions that are not on show change as often as events come; looking is worth it once a frame.
            () = &mut changed => view.rest(FRAME).await,
            () = view.wake.notified() => {}
            () = tokio::time::sleep(BEAT), if live => {}
        }
    }
}

impl Sent {
    /// The next tick; `None` if nothing changed.
    fn tick(&mut self, world: &World, look: Look, no: u32) -> Option<Tick> {
        let now = Instant::now();
        let engine = &world.engine;
        let sessions = self.briefs(engine, now);
        let held = look.session.and_then(|id| engine.session(id));
        let mut filter = None;
        let mut status = None;
        let mut text = None;
        if let Some(session) = &held {
            let generation = session.generation();
            let other = self.shown != Some((session.id(), look.turns));
            let seeks = session.seeks();
            // Told where the page can take it: until then it is owed.
            let sought = !other && look.visible && seeks != self.seeks;
            let due = self.status_at.is_none_or(|at| now - at >= BEAT);
            if other {
                self.shown = Some((session.id(), look.turns));
                self.filter = None;
                self.seeks = seeks;
                self.cursor = session.text_newest(TICK_TEXT_BYTES as u64);
            }
            if other || sought || generation != self.generation || (due && session.state().is_live()) {
                let new = session.status();
                let reading = session.reading();
                if !other && (reading != self.reading || sought) {
                    self.cursor = session.text_newest(TICK_TEXT_BYTES as u64);
                    if sought {
                        self.seeks = seeks;
                        // Where no text stands before the playhead, the page is told that it is empty.
                        text = Some(TextTick {
                            runs: Vec::new(),
                            pos: self.cursor.pos,
                            end: self.cursor.pos,
                            skipped: 0,
                        });
                    }
                }
                self.reading = reading;
                self.generation = generation;
                self.status_at = Some(now);
                status = Some(new);
            }
            if look.visible
                && let Some((new, cursor)) = session.text_since(self.cursor)
            {
                self.cursor = cursor;
                text = Some(new);
                // Text is read beside the status it belongs to.
                status.get_or_insert_with(|| session.status());
            }
            let state = look.filter.and_then(|view| session.views().state(view));
            if state != self.filter {
                self.filter = state;
                filter = state;
            }
        } else {
            self.shown = None;
            self.filter = None;
        }
        let listed = world.deck.as_ref().filter(|deck| deck.is_listed());
        let generation = listed.map_or(0, |deck| deck.generation());
        let tapes = (generation != self.tapes).then_some(generation);
        self.tapes = generation;
        let is_quiet = sessions.is_empty() && status.is_none() && text.is_none() && filter.is_none();
        if is_quiet && tapes.is_none() && look.told.is_empty() {
            return None;
        }
        Some(Tick {
            no,
            now_us: now_us(),
            sessions,
            shown: status,
            text,
            view: filter,
            tapes,
            reveal: look.told.reveal,
            commands: look.told.commands,
            openings: look.told.openings,
            settled: look.told.settled,
        })
    }

    /// The briefs that changed: a new state at once, figures at a readable pace.
    fn briefs(&mut self, engine: &Engine, now: Instant) -> Vec<Brief> {
        let due = self.briefs_at.is_none_or(|at| now - at >= BRIEFS);
        let mut changed = Vec::new();
        let all = engine.sessions();
        if self.briefs.len() > all.len() {
            self.briefs
                .retain(|id, _| all.iter().any(|session| session.id() == *id));
        }
        for session in all {
            let before = self.briefs.get(&session.id());
            if !due && before.is_some_and(|before| before.state == session.state()) {
                continue;
            }
            let brief = session.brief();
            if before != Some(&brief) {
                self.briefs.insert(brief.session, brief.clone());
                changed.push(brief);
            }
        }
        if due {
            self.briefs_at = Some(now);
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex as StdMutex;
    use tapewriter_engine::Options;
    use tapewriter_engine::contract::{OnEnd, State, Stream};
    use tokio_util::sync::CancellationToken;

    async fn demo() -> (String, CancellationToken) {
        let listener = tapewriter_demo::bind(None, false).await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let shutdown = CancellationToken::new();
        tokio::spawn(tapewriter_demo::run(listener, shutdown.clone()));
        (origin, shutdown)
    }

    fn stream(url: String) -> Stream {
        Stream {
            id: "s".to_owned(),
            url,
            on_end: OnEnd::Stop,
            ..Stream::default()
        }
    }

    async fn until(what: &str, mut fact: impl FnMut() -> bool) {
        let end = Instant::now() + Duration::from_secs(30);
        while !fact() {
            assert!(Instant::now() < end, "never: {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    type Ticks = Arc<StdMutex<Vec<Tick>>>;

    fn keep(ticks: &Ticks) -> impl Fn(Tick) -> bool + Send + Sync + 'static {
        let ticks = Arc::clone(ticks);
        move |tick| {
            ticks.lock().expect("not poisoned").push(tick);
            true
        }
    }

    fn len(ticks: &Ticks) -> usize {
        ticks.lock().expect("not poisoned").len()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_window_that_does_not_answer_gets_two_ticks_and_no_queue() {
        let (origin, shutdown) = demo().await;
        let engine = Arc::new(Engine::default());
        let pumps = Pumps::new(Arc::clone(&engine), None);
        let ticks = Ticks::default();
        pumps.hello("main", 1, keep(&ticks));
        let flood = stream(format!("{origin}/flood?n=50000&size=100"));
        let id = engine.connect("k", flood, Options::default()).expect("opened");
        pumps.watch("main", 1, Some(id), None, true);
        let session = engine.session(id).expect("there");
        until("the flood ends", || session.state() == State::Closed).await;
        assert_eq!(len(&ticks), 2);
        // An acknowledgement brings the newest, not what was missed.
        pumps.ack("main", 1, 2);
        until("the last tick", || len(&ticks) > 2).await;
        let last = ticks
            .lock()
            .expect("not poisoned")
            .last()
            .cloned()
            .expect("a tick");
        assert_eq!(last.shown.expect("the session on show").events, 50_000);
        assert!(last.text.expect("text").skipped > 0);
        shutdown.cancel();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_window_is_turned_to_an_event_once_and_when_it_can_take_it() {
        let pumps = Pumps::new(Arc::new(Engine::default()), None);
        let ticks = Ticks::default();
        // Nobody is there: nothing waits for them.
        pumps.reveal("main", Reveal { session: 1, pos: 1 });
        pumps.hello("main", 1, keep(&ticks));
        let reveal = |pos| pumps.reveal("main", Reveal { session: 3, pos });
        let told = || -> Vec<u64> {
            let ticks = ticks.lock().expect("not poisoned");
            ticks.iter().filter_map(|tick| Some(tick.reveal?.pos)).collect()
        };
        reveal(5);
        until("it is told", || told() == [5]).await;
        reveal(6);
        until("it is told", || told() == [5, 6]).await;
        // Two are on their way: the newest waits until the window has caught up.
        reveal(7);
        reveal(8);
        tokio::time::sleep(2 * FRAME).await;
        assert_eq!(told(), [5, 6]);
        pumps.ack("main", 1, 2);
        until("it is told", || told() == [5, 6, 8]).await;
        pumps.ack("main", 1, 3);
        tokio::time::sleep(2 * FRAME).await;
        assert_eq!(len(&ticks), 3);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_tick_is_bounded_whatever_comes() {
        let (origin, shutdown) = demo().await;
        let engine = Arc::new(Engine::default());
        let pumps = Arc::new(Pumps::new(Arc::clone(&engine), None));
        let largest = Arc::new(StdMutex::new(0));
        let seen = Arc::clone(&largest);
        let acker = Arc::downgrade(&pumps);
        pumps.hello("main", 1, move |tick| {
            let size = serde_json::to_vec(&tick).expect("plain data").len();
            let mut largest = seen.lock().expect("not poisoned");
            *largest = size.max(*largest);
            if let Some(pumps) = acker.upgrade() {
                tokio::spawn(async move { pumps.ack("main", 1, tick.no) });
            }
            true
        });
        // Many small events, events far longer than a tick, and two ticks' worth that no page is too slow for.
        for (key, path) in [
            ("a", "flood?n=100000&size=40"),
            ("b", "flood?n=400&size=65536"),
            ("c", "flood?n=16&size=2048"),
        ] {
            let id = engine
                .connect(key, stream(format!("{origin}/{path}")), Options::default())
                .expect("opened");
            pumps.watch("main", 1, Some(id), None, true);
            let session = engine.session(id).expect("there");
            until("the flood ends", || session.state() == State::Closed).await;
        }
        until("a full tick", || {
            *largest.lock().expect("not poisoned") > TICK_TEXT_BYTES
        })
        .await;
        let largest = *largest.lock().expect("not poisoned");
        assert!(largest < 4 * TICK_TEXT_BYTES, "{largest}");
        shutdown.cancel();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_session_that_is_not_on_show_costs_a_look_a_frame() {
        let (origin, shutdown) = demo().await;
        let engine = Arc::new(Engine::default());
        let pumps = Pumps::new(Arc::clone(&engine), None);
        let ticks = Ticks::default();
        pumps.hello("main", 1, keep(&ticks));
        let started = Instant::now();
        let flood = stream(format!("{origin}/flood?n=300000&size=60"));
        let id = engine.connect("k", flood, Options::default()).expect("opened");
        let session = engine.session(id).expect("there");
        let mut acknowledged = 0;
        until("the flood ends", || {
            let sent = ticks
                .lock()
                .expect("not poisoned")
                .last()
                .map_or(0, |tick| tick.no);
            if sent > acknowledged {
                acknowledged = sent;
                pumps.ack("main", 1, sent);
            }
            session.state() == State::Closed
        })
        .await;
        let frames = started.elapsed().as_millis() / BRIEFS.as_millis() + 3;
        assert!(
            len(&ticks) as u128 <= 2 * frames,
            "{} ticks in {frames} steps",
            len(&ticks)
        );
        shutdown.cancel();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_text_is_whole_at_a_readers_rate() {
        let (origin, shutdown) = demo().await;
        let engine = Arc::new(Engine::default());
        let pumps = Arc::new(Pumps::new(Arc::clone(&engine), None));
        let ticks = Ticks::default();
        let (keep, acker) = (keep(&ticks), Arc::downgrade(&pumps));
        pumps.hello("main", 1, move |tick| {
            let no = tick.no;
            keep(tick);
            if let Some(pumps) = acker.upgrade() {
                tokio::spawn(async move { pumps.ack("main", 1, no) });
            }
            true
        });
        let id = engine
            .connect(
                "k",
                stream(format!("{origin}/stream?n=50&ms=10")),
                Options::default(),
            )
            .expect("opened");
        pumps.watch("main", 1, Some(id), None, true);
        until("the end is shown", || {
            let ticks = ticks.lock().expect("not poisoned");
            ticks
                .iter()
                .rev()
                .find_map(|t| t.shown.as_ref())
                .is_some_and(|s| s.state == State::Closed)
        })
        .await;
        let text: String = ticks
            .lock()
            .expect("not poisoned")
            .iter()
            .filter_map(|tick| tick.text.as_ref())
            .flat_map(|text| text.runs.iter().map(|run| run.text.as_str()))
            .collect();
        let whole: String = (1..=50).map(|n| format!("Message {n}\n")).collect();
        assert_eq!(text, whole);
        shutdown.cancel();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn coming_back_to_a_session_tells_its_text_anew() {
        let (origin, shutdown) = demo().await;
        let engine = Arc::new(Engine::default());
        let pumps = Pumps::new(Arc::clone(&engine), None);
        let ticks = Ticks::default();
        let url = format!("{origin}/stream?n=3&ms=1");
        let id = engine
            .connect("k", stream(url), Options::default())
            .expect("opened");
        let session = engine.session(id).expect("there");
        until("it ends", || session.state() == State::Closed).await;
        pumps.hello("main", 1, keep(&ticks));
        let texts = || {
            let ticks = ticks.lock().expect("not poisoned");
            ticks
                .iter()
                .filter(|tick| tick.text.as_ref().is_some_and(|text| text.pos == 0))
                .count()
        };
        pumps.watch("main", 1, Some(id), None, true);
        until("its text", || texts() == 1).await;
        pumps.ack("main", 1, u32::MAX);
        // Away and back before the pump could look.
        pumps.watch("main", 1, None, None, true);
        pumps.watch("main", 1, Some(id), None, true);
        until("its text again", || texts() == 2).await;
        shutdown.cancel();
    }

    #[tokio::test]
    async fn a_reload_takes_over_and_the_old_page_is_heard_no_more() {
        let engine = Arc::new(Engine::default());
        let pumps = Pumps::new(Arc::clone(&engine), None);
        let (old, new) = (Ticks::default(), Ticks::default());
        pumps.hello("main", 5, keep(&old));
        pumps.hello("main", 6, keep(&new));
        pumps.hello("main", 5, keep(&old));
        pumps.watch("main", 5, Some(99), None, false);
        let id = engine
            .connect("k", stream("http://127.0.0.1:9/".to_owned()), Options::default())
            .expect("opened");
        pumps.watch("main", 6, Some(id), None, true);
        until("the new page hears", || len(&new) > 0).await;
        assert_eq!(len(&old), 0);
    }
}
