//! All sessions of the program: opening, finding, ending, and their bound.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use crate::actions::alerts::Alerts;
use crate::contract::{Code, Failure, RecordingState, Stream};
use crate::headers;
use crate::http::Http;
use crate::log::Budget;
use crate::route::Everywhere;
use crate::session::{Options, Session, now_us, wire_budget};
use crate::source::Source;
use crate::tape::{Deck, Tape};
use crate::template;

/// Sessions at once. Each may hold a connection and some megabytes; nobody watches more than this.
pub const MAX_SESSIONS: usize = 64;

/// The sessions of one program. Methods that open sessions must be called within a Tokio runtime.
pub struct Engine {
    source: Arc<dyn Source>,
    budget: Arc<Budget>,
    wire_budget: Arc<Budget>,
    changed: Arc<Notify>,
    sessions: Mutex<Vec<Held>>,
    next_id: AtomicU32,
    tasks: TaskTracker,
    demo_origin: RwLock<Option<String>>,
    deck: RwLock<Option<Arc<Deck>>>,
    alerts: Arc<Alerts>,
}

struct Held {
    key: String,
    session: Arc<Session>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Arc::new(Http::new()))
    }
}

impl Engine {
    /// No sessions yet; they will connect through `source`.
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self {
            source,
            budget: Arc::default(),
            wire_budget: Arc::new(wire_budget()),
            changed: Arc::default(),
            sessions: Mutex::default(),
            next_id: AtomicU32::new(1),
            tasks: TaskTracker::new(),
            demo_origin: RwLock::default(),
            deck: RwLock::default(),
            alerts: Arc::default(),
        }
    }

    /// Where `demo:/…` addresses lead: `http://127.0.0.1:4737`.
    pub fn set_demo_origin(&self, origin: Option<String>) {
        *self.demo_origin.write() = origin;
    }

    /// How connections are made that begin from now on, where their stream leaves it to the app.
    pub fn set_network(&self, everywhere: Everywhere) {
        self.source.set_network(everywhere);
    }

    /// Where sessions are recorded from now on; none for nowhere.
    pub fn set_deck(&self, deck: Option<Arc<Deck>>) {
        if let Some(deck) = &deck {
            deck.tell(Arc::clone(&self.changed));
        }
        *self.deck.write() = deck;
    }

    /// Told of every change of any session.
    pub fn changed(&self) -> &Arc<Notify> {
        &self.changed
    }

    /// What actions of live sessions tell on the desktop, for one reader.
    pub const fn alerts(&self) -> &Arc<Alerts> {
        &self.alerts
    }

    /// Opens a session; a session that the same stream had is ended and forgotten. The same `key` again
    /// answers with the session that it opened.
    ///
    /// # Errors
    /// [`Code::Url`] for an address that cannot be opened, [`Code::Limit`] when [`MAX_SESSIONS`] are live.
    pub fn connect(&self, key: &str, stream: Stream, options: Options) -> Result<u32, Failure> {
        let opened = |sessions: &[Held]| {
            let held = sessions.iter().find(|held| held.key == key)?;
            Some(held.session.id())
        };
        if let Some(id) = opened(&self.sessions.lock()) {
            return Ok(id);
        }
        // A body is read from its file meanwhile; nobody else is to wait for that.
        let demo_origin = self.demo_origin.read().clone();
        let filled = template::fill_asking(
            &stream,
            &options.values,
            options.prompt.as_deref(),
            demo_origin.as_deref(),
        )?;
        headers::check(&stream.method, &filled.headers)?;
        let mut sessions = self.sessions.lock();
        if let Some(id) = opened(&sessions) {
            return Ok(id);
        }
        forget(&mut sessions, |session| session.stream().id == stream.id);
        self.make_room(&mut sessions)?;
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let track = options.track.clone().or_else(|| {
            let deck = self.deck.read().clone().filter(|_| stream.record)?;
            Some(deck.track(&stream, now_us()))
        });
        let options = Options {
            track,
            budget: Arc::clone(&self.budget),
            wire_budget: Arc::clone(&self.wire_budget),
            demo_origin,
            alerts: Some(Arc::clone(&self.alerts)),
            ..options
        };
        let session = Session::start(
            id,
            stream,
            filled,
            Arc::clone(&self.source),
            options,
            Arc::clone(&self.changed),
            |task| drop(self.tasks.spawn(task)),
        );
        sessions.push(Held {
            key: key.to_owned(),
            session: Arc::new(session),
        });
        Ok(id)
    }

    /// Opens a tape as a session that replays it. A replay that is there already is answered again, and so is the session
    /// that still records it; one that is over is not, since it would not play.
    ///
    /// # Errors
    /// [`Code::Tape`] for a tape that cannot be read, [`Code::Limit`] when [`MAX_SESSIONS`] are there.
    pub fn open_tape(
        &self,
        id: &str,
        open: impl FnOnce() -> Result<Arc<Tape>, Failure>,
    ) -> Result<u32, Failure> {
        let there = || {
            self.sessions()
                .into_iter()
                .find(|session| session.tape_id().as_deref() == Some(id) && has_its_tape(session))
                .map(|session| session.id())
        };
        if let Some(session) = there() {
            return Ok(session);
        }
        let tape = open()?;
        let key = format!("tape:{id}");
        let mut sessions = self.sessions.lock();
        // Another window may have opened it meanwhile.
        if let Some(held) = sessions.iter().find(|held| held.key == key) {
            return Ok(held.session.id());
        }
        self.make_room(&mut sessions)?;
        let number = self.next_id.fetch_add(1, Ordering::Relaxed);
        let session = Session::replay(number, id, tape, Arc::clone(&self.changed), |task| {
            drop(self.tasks.spawn(task));
        });
        sessions.push(Held {
            key,
            session: Arc::new(session),
        });
        Ok(number)
    }

    /// One that has ended goes where there are too many.
    fn make_room(&self, sessions: &mut Vec<Held>) -> Result<(), Failure> {
        if sessions.len() < MAX_SESSIONS {
            return Ok(());
        }
        let over = |held: &Held| !held.session.state().is_live();
        // One that waits for a prompt may be asked on, and goes last.
        let ended = sessions
            .iter()
            .position(|held| over(held) && !held.session.asks());
        let Some(ended) = ended.or_else(|| sessions.iter().position(over)) else {
            let message = format!("{MAX_SESSIONS} sessions are running; stop one of them first");
            return Err(Failure::new(Code::Limit, message)
                .with("what", "sessions")
                .with("bound", MAX_SESSIONS));
        };
        sessions.remove(ended).session.close();
        Ok(())
    }

    /// A session by its number.
    pub fn session(&self, id: u32) -> Option<Arc<Session>> {
        self.sessions
            .lock()
            .iter()
            .find(|held| held.session.id() == id)
            .map(|held| Arc::clone(&held.session))
    }

    /// Ends a session and forgets it; one that is gone is no error.
    pub fn close(&self, id: u32) {
        forget(&mut self.sessions.lock(), |session| session.id() == id);
    }

    /// All sessions, oldest first.
    pub fn sessions(&self) -> Vec<Arc<Session>> {
        self.sessions
            .lock()
            .iter()
            .map(|held| Arc::clone(&held.session))
            .collect()
    }

    /// Session tasks that still run, those that wait for a prompt among them.
    pub fn running(&self) -> usize {
        self.tasks.len()
    }

    /// Sessions that wait for a prompt.
    pub fn asking(&self) -> usize {
        self.sessions
            .lock()
            .iter()
            .filter(|held| held.session.asks())
            .count()
    }

    /// Bytes that all logs and records of the wire hold.
    pub fn memory(&self) -> usize {
        self.budget.used() + self.wire_budget.used()
    }

    /// Ends all sessions and waits until their tasks are gone, or for `limit`.
    pub async fn shutdown(&self, limit: Duration) {
        forget(&mut self.sessions.lock(), |_| true);
        self.tasks.close();
        // Past the limit the runtime's own end drops what is left.
        let end = std::time::Instant::now() + limit;
        let _ = tokio::time::timeout(limit, self.tasks.wait()).await;
        // The tapes of those sessions become files that are whole; what is not done by then, the next start does.
        let deck = self.deck.write().take();
        if let Some(deck) = deck {
            let left = end.saturating_duration_since(std::time::Instant::now());
            let _ = tokio::task::spawn_blocking(move || deck.settle(left.max(limit / 2))).await;
        }
    }
}

/// Ends sessions for good, whoever still looks at them.
fn forget(sessions: &mut Vec<Held>, which: impl Fn(&Session) -> bool) {
    sessions.retain(|held| {
        let gone = which(&held.session);
        if gone {
            held.session.close();
        }
        !gone
    });
}

/// Whether a session plays its tape, or still writes it.
fn has_its_tape(session: &Session) -> bool {
    session.is_replay()
        || session.state().is_live()
        || session.asks()
        || session.status().recording.state == RecordingState::On
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("running", &self.running())
            .finish_non_exhaustive()
    }
}
