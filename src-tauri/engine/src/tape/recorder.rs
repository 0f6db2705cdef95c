//! The one thread that writes the tapes of all sessions, in batches. It pulls: a session rings the bell when there is
//! something new, and the thread takes what has come since. So an event costs its session nothing more than being in
//! memory, and what could not be written yet stays there.
//!
//! A disk that is slow slows the line ([`BACKLOG`]); one that is full or fails stops the recording, never the line: the
//! newest entries stay in memory, the older ones are counted as lost, and it is tried again.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, RwLock};
use tokio::sync::Notify;

use super::reader::{Progress, Tape};
use super::work::{Turn, Work};
use super::{Summary, TapeHead};
use crate::contract::{Bookmark, Recording, RecordingState};
use crate::log::Entry;
use crate::wire::stored::Stored;

/// Arrivals wait in memory for at most so long before they are written: with the time that writing takes, less than the
/// quarter of a second that a killed process may lose.
pub const RHYTHM: Duration = Duration::from_millis(150);
/// Bytes of entries in memory that are not written yet, after which the line waits for the disk. A third of a second of
/// the fastest flood.
pub const BACKLOG: usize = 32 << 20;
/// Bytes after which the thread begins to write before the rhythm says so.
pub const URGENT: usize = 2 << 20;
/// Between two looks at the free space.
pub(super) const LOOK: Duration = Duration::from_millis(500);

/// Bounds on what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one tape; its oldest entries go first.
    pub session_bytes: u64,
    /// Bytes of all tapes that are not kept; the oldest tape goes first.
    pub unsaved_bytes: u64,
    /// Bytes that stay free on the disk.
    pub free_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            session_bytes: 4 << 30,
            unsaved_bytes: 10 << 30,
            free_bytes: 1 << 30,
        }
    }
}

/// Entries to be written.
#[derive(Debug, Default)]
pub struct Batch {
    /// Dense, from the position that was asked for or, where entries have gone from memory, from a later one.
    pub entries: Vec<Entry>,
    /// Whether there are more.
    pub more: bool,
}

/// Rows of the wire to be written.
#[derive(Debug, Default)]
pub struct WireBatch {
    /// In order.
    pub rows: Vec<Stored>,
    /// The oldest that is still kept in memory: what is older goes from the tape as well.
    pub first: u64,
    /// The exchange that outlives the rows after it: its number, and the row where the tape may not have it.
    pub fallen: Option<(u64, Option<Stored>)>,
    /// Whether there are more.
    pub more: bool,
}

/// What is known at a session's end.
#[derive(Debug, Default)]
pub struct Closing {
    /// Figures of the whole.
    pub summary: Summary,
    /// The tape strip's picture.
    pub strip: Vec<u8>,
}

/// A session as the recorder sees it.
pub trait Feed: Send + Sync {
    /// At most `most` entries (about `bytes` of them) from `from` on.
    fn entries(&self, from: u64, most: usize, bytes: usize) -> Batch;
    /// About `bytes` of the wire from row `from` on, and rows before it that have changed.
    fn wire(&self, from: u64, bytes: usize) -> WireBatch;
    /// The bookmarks, if they are not those of this generation any more.
    fn bookmarks(&self, generation: u64) -> Option<(u64, Vec<Bookmark>)>;
    /// All entries before `end` and all rows of the wire before `wire_end` are on tape: memory need not hold them.
    fn written(&self, end: u64, wire_end: u64);
    /// Nothing is written any more for now: memory holds what it may, and lets the oldest go.
    fn stopped(&self);
    /// Something that is shown has changed.
    fn changed(&self);
    /// What to close with, once the session is over.
    fn closing(&self) -> Option<Closing>;
}

/// Wakes the thread.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Mutex<Rung>,
    wake: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
struct Rung {
    new: bool,
    urgent: bool,
    end: bool,
}

impl Bell {
    /// Something new is there; `urgent` if it should be written at once.
    pub fn ring(&self, urgent: bool) {
        let mut rung = self.rung.lock();
        rung.new = true;
        rung.urgent |= urgent;
        self.wake.notify_one();
    }
}

/// The recording of one session.
pub struct Track {
    pub(super) tape: Arc<Tape>,
    id: String,
    pub(super) state: Mutex<Recording>,
    /// A name and protection that are to be written.
    pub(super) naming: Mutex<Option<(String, bool)>>,
    /// Told when the disk has caught up.
    pub(crate) room: Notify,
    pub(crate) bell: Arc<Bell>,
    pub(super) recorder: Weak<Recorder>,
}

impl std::fmt::Debug for Track {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Track")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Track {
    /// The tape, readable as far as it is written.
    pub const fn tape(&self) -> &Arc<Tape> {
        &self.tape
    }

    /// The tape's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it stands.
    pub fn recording(&self) -> Recording {
        let mut recording = self.state.lock().clone();
        recording.bytes = self.tape.progress().bytes.load(Ordering::Relaxed);
        recording
    }

    /// Names the tape and protects it, or gives it up; written with the next batch. False where the tape is closed: its
    /// file takes the name then.
    pub fn name(&self, name: &str, kept: bool) -> bool {
        // Held while the tape is closed.
        let mut naming = self.naming.lock();
        if self.is(RecordingState::Done) {
            return false;
        }
        *naming = Some((name.to_owned(), kept));
        self.bell.ring(true);
        true
    }

    /// Begins to write it from a session.
    pub fn feed(self: &Arc<Self>, feed: Arc<dyn Feed>) {
        let mut work = Work::new(Arc::clone(self), feed);
        match self.recorder.upgrade() {
            Some(recorder) if !recorder.dead.load(Ordering::Acquire) => {
                recorder.open.lock().push(Arc::clone(self));
                recorder.new.lock().push(work);
                self.bell.ring(false);
            }
            // Nobody writes: memory holds what it may.
            _ => work.give_up(),
        }
    }

    /// Has what is new written at once.
    pub fn ring(&self) {
        self.bell.ring(true);
    }

    /// Bytes of the wire that the tape has room for beside its entries.
    pub fn wire_most(&self) -> u64 {
        self.recorder
            .upgrade()
            .map_or(u64::MAX, |recorder| recorder.limits().session_bytes / 2)
    }

    /// Whether the tape is one closed file, which the recorder does not write any more.
    pub fn is_closed(&self) -> bool {
        self.is(RecordingState::Done)
    }

    pub(super) fn is(&self, state: RecordingState) -> bool {
        self.state.lock().state == state
    }
}

/// What became of a tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Its file is there.
    Begun,
    /// It has another name, or is kept or not.
    Named,
    /// It is one closed file, or was given up.
    Closed,
    /// It has grown by much.
    Grown,
}

type Listener = Box<dyn Fn(Change) + Send + Sync>;

/// The thread, and what it is told.
pub struct Recorder {
    bell: Arc<Bell>,
    new: Mutex<Vec<Work>>,
    /// Tapes that are not closed yet, by id.
    open: Mutex<Vec<Arc<Track>>>,
    closed: Condvar,
    limits: RwLock<Limits>,
    /// The thread has died.
    dead: AtomicBool,
    /// Told of what changes the list of tapes, on the thread.
    listener: RwLock<Option<Listener>>,
}

impl Recorder {
    /// Starts the thread. It ends when the recorder is dropped and all tapes are closed.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(limits: Limits) -> std::io::Result<Arc<Self>> {
        let recorder = Arc::new(Self {
            bell: Arc::default(),
            new: Mutex::default(),
            open: Mutex::default(),
            closed: Condvar::new(),
            limits: RwLock::new(limits),
            dead: AtomicBool::new(false),
            listener: RwLock::default(),
        });
        let weak = Arc::downgrade(&recorder);
        let bell = Arc::clone(&recorder.bell);
        std::thread::Builder::new()
            .name("tape".to_owned())
            .spawn(move || {
                run(&weak, &bell);
            })?;
        Ok(recorder)
    }

    /// The bounds in force.
    pub fn limits(&self) -> Limits {
        *self.limits.read()
    }

    /// Changes the bounds.
    pub fn set_limits(&self, limits: Limits) {
        *self.limits.write() = limits;
        self.bell.ring(true);
    }

    /// Who is told of what changes the list of tapes, on the recorder's thread.
    pub fn listen(&self, listener: impl Fn(Change) + Send + Sync + 'static) {
        *self.listener.write() = Some(Box::new(listener));
    }

    pub(super) fn tell(&self, change: Change) {
        if let Some(listener) = &*self.listener.read() {
            listener(change);
        }
    }

    /// A track for a session at a path where no file is yet. Nothing is written before [`Track::feed`].
    pub fn track(self: &Arc<Self>, path: &Path, head: TapeHead) -> Arc<Track> {
        let id = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let tape = Tape::recording(path, head, Arc::new(Progress::default()));
        Arc::new(Track {
            tape: Arc::new(tape),
            state: Mutex::new(Recording {
                state: RecordingState::On,
                tape: Some(id.clone()),
                ..Recording::default()
            }),
            id,
            naming: Mutex::default(),
            room: Notify::new(),
            bell: Arc::clone(&self.bell),
            recorder: Arc::downgrade(self),
        })
    }

    /// Tapes that are being written.
    pub fn tracks(&self) -> Vec<Arc<Track>> {
        let open = self.open.lock();
        let written = open.iter().filter(|track| !track.is(RecordingState::Done));
        written.cloned().collect()
    }

    /// Waits until all tapes of sessions that are over are closed, or for `limit`; says whether they are.
    pub fn settle(&self, limit: Duration) -> bool {
        self.bell.ring(true);
        let end = Instant::now() + limit;
        let mut open = self.open.lock();
        while !open.is_empty() {
            if self.closed.wait_until(&mut open, end).timed_out() {
                return open.is_empty();
            }
        }
        true
    }

    fn forget(&self, track: &Arc<Track>) {
        self.open.lock().retain(|other| !Arc::ptr_eq(other, track));
        self.closed.notify_all();
        self.tell(Change::Closed);
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.bell.rung.lock().end = true;
        self.bell.wake.notify_one();
    }
}

/// The tapes that the thread writes. Should it die, by a fault of this program, no line waits for it.
#[derive(Default)]
struct Works {
    all: Vec<Work>,
    recorder: Weak<Recorder>,
}

impl Drop for Works {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        if let Some(recorder) = self.recorder.upgrade() {
            recorder.dead.store(true, Ordering::Release);
            self.all.append(&mut recorder.new.lock());
            recorder.open.lock().clear();
            recorder.closed.notify_all();
        }
        for work in &mut self.all {
            work.give_up();
        }
    }
}

fn run(recorder: &Weak<Recorder>, bell: &Bell) {
    let mut works = Works {
        all: Vec::new(),
        recorder: Weak::clone(recorder),
    };
    let mut limits = Limits::default();
    let mut more = false;
    loop {
        let end = wait(bell, more, works.all.iter().any(Work::tries_again));
        let held = recorder.upgrade();
        if let Some(recorder) = &held {
            limits = recorder.limits();
            works.all.append(&mut recorder.new.lock());
        }
        more = false;
        // One batch of each, and again: a flood does not keep the others waiting.
        works.all.retain_mut(|work| match work.turn(&limits) {
            Turn::More => {
                more = true;
                true
            }
            Turn::Written => true,
            Turn::Over => {
                if let Some(recorder) = &held {
                    recorder.forget(&work.track);
                }
                false
            }
        });
        // Without a recorder nobody waits for what cannot be written.
        if end && !more && (works.all.is_empty() || held.is_none()) {
            return;
        }
    }
}

/// Waits for the bell, then for the rhythm unless it is urgent; not at all where there is `more`. Says whether the program ends.
fn wait(bell: &Bell, more: bool, again: bool) -> bool {
    let mut rung = bell.rung.lock();
    while !more && !rung.new && !rung.end {
        if again {
            if bell.wake.wait_for(&mut rung, LOOK).timed_out() {
                break;
            }
        } else {
            bell.wake.wait(&mut rung);
        }
    }
    let end = Instant::now() + RHYTHM;
    while !more && !rung.urgent && !rung.end && !bell.wake.wait_until(&mut rung, end).timed_out() {}
    let ending = rung.end;
    *rung = Rung {
        end: ending,
        ..Rung::default()
    };
    ending
}

/// Removes a tape's files; those that are not there are no trouble.
pub fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.to_owned().into_os_string();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
}
