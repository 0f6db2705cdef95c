//! The one thread that writes the tapes of all sessions, in batches. It pulls: a session rings the bell when there is
//! something new, and the thread takes what has come since. So an event costs its session nothing more than being in
//! memory, and what could not be written yet stays there.
//!
//! A disk that is slow slows the line ([`BACKLOG`]); one that is full or fails stops the recording, never the line: the
//! newest entries stay in memory, the older ones are counted as lost, and it is tried again.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, RwLock};
use rusqlite::Connection;
use tokio::sync::Notify;

use super::deck::private_folder;
use super::pen::{self, Pen};
use super::reader::{Progress, Tape};
use super::{Summary, TapeHead, file};
use crate::contract::{Bookmark, Failure, Recording, RecordingState};
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
/// Entries of one transaction, and bytes of them and of the wire about: some ten milliseconds of work.
const BATCH: usize = 16_384;
const BATCH_BYTES: usize = 8 << 20;
/// Bytes that are written to the WAL before its pages are moved into the file. With the batches around it the WAL stays
/// under 64 MiB.
const CHECKPOINT_BYTES: u64 = 16 << 20;
/// Bytes of the WAL from which on readers are waited for. They never read for longer than some milliseconds.
const WAL_MOST: u64 = 32 << 20;
/// Between two looks at the free space.
const LOOK: Duration = Duration::from_millis(500);
/// Between two tries after a failure.
const AGAIN: Duration = Duration::from_secs(2);
/// So much more than the limit must be free before it goes on, lest it stop and go every second.
const FREE_AGAIN: u64 = 16 << 20;

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
    tape: Arc<Tape>,
    id: String,
    state: Mutex<Recording>,
    /// A name and protection that are to be written.
    naming: Mutex<Option<(String, bool)>>,
    /// Told when the disk has caught up.
    pub(crate) room: Notify,
    pub(crate) bell: Arc<Bell>,
    recorder: Weak<Recorder>,
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
        if let Some(recorder) = self.recorder.upgrade() {
            recorder.open.lock().push(Arc::clone(self));
            recorder.new.lock().push(Work::new(Arc::clone(self), feed));
            self.bell.ring(false);
        }
    }

    /// Whether the tape is one closed file, which the recorder does not write any more.
    pub fn is_closed(&self) -> bool {
        self.is(RecordingState::Done)
    }

    fn is(&self, state: RecordingState) -> bool {
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
            listener: RwLock::default(),
        });
        let weak = Arc::downgrade(&recorder);
        let bell = Arc::clone(&recorder.bell);
        std::thread::Builder::new()
            .name("tape".to_owned())
            .spawn(move || run(&weak, &bell))?;
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

    fn tell(&self, change: Change) {
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

fn run(recorder: &Weak<Recorder>, bell: &Bell) {
    let mut works: Vec<Work> = Vec::new();
    let mut limits = Limits::default();
    loop {
        let end = wait(bell, works.iter().any(|work| work.again_at.is_some()));
        let held = recorder.upgrade();
        if let Some(recorder) = &held {
            limits = recorder.limits();
            works.append(&mut recorder.new.lock());
        }
        works.retain_mut(|work| {
            let goes_on = work.turn(&limits);
            if !goes_on && let Some(recorder) = &held {
                recorder.forget(&work.track);
            }
            goes_on
        });
        // Without a recorder nobody waits for what cannot be written.
        if end && (works.is_empty() || held.is_none()) {
            return;
        }
    }
}

/// Waits for the bell, then for the rhythm unless it is urgent. Says whether the program ends.
fn wait(bell: &Bell, again: bool) -> bool {
    let mut rung = bell.rung.lock();
    while !rung.new && !rung.end {
        if again {
            if bell.wake.wait_for(&mut rung, LOOK).timed_out() {
                break;
            }
        } else {
            bell.wake.wait(&mut rung);
        }
    }
    let end = Instant::now() + RHYTHM;
    while !rung.urgent && !rung.end && !bell.wake.wait_until(&mut rung, end).timed_out() {}
    let ending = rung.end;
    *rung = Rung {
        end: ending,
        ..Rung::default()
    };
    ending
}

/// What the thread holds of one track.
struct Work {
    track: Arc<Track>,
    feed: Arc<dyn Feed>,
    db: Option<Connection>,
    pen: Pen,
    /// Next entry and next row of the wire to be written.
    next: u64,
    wire_next: u64,
    wire_first: u64,
    bookmarks: u64,
    /// Entries that went by while nothing could be written.
    missing: u64,
    again_at: Option<Instant>,
    looked_at: Option<Instant>,
    since_checkpoint: u64,
}

/// Why nothing can be written.
enum Trouble {
    NoRoom(String),
    Failed(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let detail = failure.args.get("detail").cloned().unwrap_or_default();
        match failure.args.get("what").map(String::as_str) {
            Some("full") => Self::NoRoom(detail),
            _ => Self::Failed(detail),
        }
    }
}

impl Work {
    fn new(track: Arc<Track>, feed: Arc<dyn Feed>) -> Self {
        Self {
            track,
            feed,
            db: None,
            pen: Pen::new(),
            next: 0,
            wire_next: 0,
            wire_first: 0,
            bookmarks: 0,
            missing: 0,
            again_at: None,
            looked_at: None,
            since_checkpoint: 0,
        }
    }

    fn path(&self) -> PathBuf {
        self.track.tape.path().to_owned()
    }

    fn trouble(&self, error: &rusqlite::Error) -> Trouble {
        file::failure(self.track.tape.path(), error).into()
    }

    /// Writes what has come; false once the tape is closed, or given up.
    fn turn(&mut self, limits: &Limits) -> bool {
        let over = self.feed.closing();
        if over.is_none() && self.again_at.is_some_and(|at| Instant::now() < at) {
            return true;
        }
        let written = self.write(limits, over.is_some());
        self.track.room.notify_waiters();
        match (written, over) {
            (Ok(()), None) => true,
            (Ok(()), Some(closing)) => {
                if let Err(trouble) = self.close(closing) {
                    self.stop(trouble);
                }
                false
            }
            (Err(trouble), over) => {
                self.stop(trouble);
                // What is on it stays readable, and is tidied up at the next start.
                over.is_none()
            }
        }
    }

    fn write(&mut self, limits: &Limits, last: bool) -> Result<(), Trouble> {
        self.look(limits)?;
        self.open()?;
        loop {
            let batch = self.feed.entries(self.next, BATCH, BATCH_BYTES);
            let wire = self.feed.wire(self.wire_next, BATCH_BYTES);
            let bookmarks = self.feed.bookmarks(self.bookmarks);
            let naming = self.track.naming.lock().take();
            let idle = batch.entries.is_empty()
                && wire.rows.is_empty()
                && wire.first == self.wire_first
                && bookmarks.is_none()
                && naming.is_none();
            if idle {
                break;
            }
            let more = batch.more || wire.more;
            if let Err(error) = self.commit(&batch, &wire, bookmarks.as_ref(), naming.as_ref()) {
                if let (Some(naming), slot) = (naming, &mut *self.track.naming.lock()) {
                    slot.get_or_insert(naming);
                }
                return Err(self.trouble(&error));
            }
            self.feed.written(self.next, self.wire_next);
            self.track.room.notify_waiters();
            if naming.is_some() {
                self.tell(Change::Named);
            }
            self.checkpoint().map_err(|error| self.trouble(&error))?;
            self.keep_within(limits).map_err(|error| self.trouble(&error))?;
            if !more {
                break;
            }
            self.look(limits)?;
        }
        self.resumed(last);
        Ok(())
    }

    /// Looks whether there is room.
    fn look(&mut self, limits: &Limits) -> Result<(), Trouble> {
        if self.looked_at.is_some_and(|at| at.elapsed() < LOOK) {
            return Ok(());
        }
        let path = self.path();
        let folder = path.parent().unwrap_or(Path::new("."));
        // Where it cannot be known, writing will tell.
        let Ok(free) = fs4::available_space(folder) else {
            return Ok(());
        };
        let again = if self.track.is(RecordingState::NoRoom) {
            FREE_AGAIN.min(limits.free_bytes / 16)
        } else {
            0
        };
        if free < limits.free_bytes.saturating_add(again) {
            let wanted = limits.free_bytes >> 20;
            return Err(Trouble::NoRoom(format!(
                "{} MiB are free, {wanted} MiB are to stay free",
                free >> 20
            )));
        }
        self.looked_at = Some(Instant::now());
        Ok(())
    }

    fn open(&mut self) -> Result<(), Trouble> {
        if self.db.is_some() {
            return Ok(());
        }
        let path = self.path();
        if let Some(folder) = path.parent() {
            // It may have gone, or been in nobody's power to make, when the session began. Creating tells if it still is.
            let _ = private_folder(folder);
        }
        let db = file::create(&path)?;
        if let Err(error) = pen::head(&db, self.track.tape.head()) {
            drop(db);
            // Nothing is on it; it is made anew when there is room.
            remove(&path);
            return Err(self.trouble(&error));
        }
        self.db = Some(db);
        self.tell(Change::Begun);
        Ok(())
    }

    fn tell(&self, change: Change) {
        if let Some(recorder) = self.track.recorder.upgrade() {
            recorder.tell(change);
        }
    }

    fn commit(
        &mut self,
        batch: &Batch,
        wire: &WireBatch,
        bookmarks: Option<&(u64, Vec<Bookmark>)>,
        naming: Option<&(String, bool)>,
    ) -> rusqlite::Result<()> {
        let Some(db) = &mut self.db else { return Ok(()) };
        let transaction = db.transaction()?;
        let pen = &mut self.pen;
        let mut bytes = 0;
        let written = (|| {
            pen.entries(&transaction, &batch.entries)?;
            if !batch.entries.is_empty() {
                pen.flush(&transaction)?;
            }
            let fallen = wire.fallen.as_ref().and_then(|(_, row)| row.as_ref());
            for row in fallen.into_iter().chain(&wire.rows) {
                pen::wire(&transaction, row)?;
                bytes += row.bytes.len() + row.raw.as_ref().map_or(0, Vec::len);
            }
            if wire.first > self.wire_first {
                pen::drop_wire(&transaction, wire.first, wire.fallen.as_ref().map(|(no, _)| *no))?;
            }
            if let Some((_, all)) = bookmarks {
                pen::bookmarks(&transaction, all)?;
            }
            if let Some((name, kept)) = naming {
                pen::name(&transaction, name, *kept)?;
            }
            Ok(())
        })();
        if let Err(error) = written.and_then(|()| transaction.commit()) {
            pen.begin_anew();
            return Err(error);
        }
        let data_before = pen.data_bytes_written();
        pen.committed();
        bytes += usize::try_from(pen.running().data_bytes.saturating_sub(data_before)).unwrap_or(0);
        self.since_checkpoint += bytes as u64 + 32 * batch.entries.len() as u64;
        let progress = self.track.tape.progress();
        if let (Some(first), Some(last)) = (batch.entries.first(), batch.entries.last()) {
            if self.next == 0 && progress.end.load(Ordering::Relaxed) == 0 {
                progress.first.store(first.pos, Ordering::Release);
            }
            self.missing += first.pos.saturating_sub(self.next);
            self.next = last.pos + 1;
            progress
                .data_bytes
                .store(pen.running().data_bytes, Ordering::Release);
            progress.end.store(self.next, Ordering::Release);
        }
        if let Some(last) = wire.rows.last() {
            self.wire_next = self.wire_next.max(last.no + 1);
        }
        self.wire_first = wire.first;
        if let Some((generation, _)) = bookmarks {
            self.bookmarks = *generation;
        }
        Ok(())
    }

    /// Moves the WAL's pages into the file before it grows.
    fn checkpoint(&mut self) -> rusqlite::Result<()> {
        if self.since_checkpoint < CHECKPOINT_BYTES {
            return Ok(());
        }
        let Some(db) = &self.db else { return Ok(()) };
        self.since_checkpoint = 0;
        let left = |mode: &str| {
            db.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
                row.get::<_, i64>(1)
            })
        };
        let frames = u64::try_from(left("PASSIVE")?).unwrap_or(0);
        let page: u64 = db.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        if frames * page > WAL_MOST {
            left("RESTART")?;
        }
        Ok(())
    }

    /// Keeps the tape within its bytes.
    fn keep_within(&mut self, limits: &Limits) -> rusqlite::Result<()> {
        let Some(db) = &mut self.db else { return Ok(()) };
        let used = pen::used_bytes(db)?;
        let progress = self.track.tape.progress();
        progress.bytes.store(used, Ordering::Relaxed);
        if used <= limits.session_bytes {
            return Ok(());
        }
        // A sixteenth more than is needed, so that it is not done again with each batch.
        let transaction = db.transaction()?;
        let first = pen::drop_oldest(
            &transaction,
            used - limits.session_bytes + limits.session_bytes / 16,
        )?;
        transaction.commit()?;
        if let Some(first) = first {
            progress.first.store(first, Ordering::Release);
        }
        progress.bytes.store(pen::used_bytes(db)?, Ordering::Relaxed);
        Ok(())
    }

    /// It goes well.
    fn resumed(&mut self, last: bool) {
        self.again_at = None;
        // A session asks for this state under its own lock, so it is never held while the session is told.
        let changed = {
            let mut state = self.track.state.lock();
            let changed = state.state != RecordingState::On || state.lost != self.missing;
            state.state = RecordingState::On;
            state.lost = self.missing;
            state.detail.clear();
            changed
        };
        if !last {
            self.feed.written(self.next, self.wire_next);
        }
        if changed {
            self.feed.changed();
        }
    }

    /// It does not.
    fn stop(&mut self, trouble: Trouble) {
        self.feed.stopped();
        self.again_at = Some(Instant::now() + AGAIN);
        self.looked_at = None;
        let (now, detail) = match trouble {
            Trouble::NoRoom(detail) => (RecordingState::NoRoom, detail),
            Trouble::Failed(detail) => (RecordingState::Failed, detail),
        };
        {
            let mut state = self.track.state.lock();
            if state.state == now && state.detail == detail {
                return;
            }
            state.state = now;
            state.detail.clone_from(&detail);
        }
        eprintln!(
            "tapewriter: {} is not written any more: {detail}",
            self.track.tape.path().display()
        );
        self.feed.changed();
    }

    fn close(&mut self, closing: Closing) -> Result<(), Trouble> {
        let path = self.path();
        let summary = Summary {
            missing: self.missing,
            ..closing.summary
        };
        // An address where nothing answered leaves no tape.
        let nothing = summary.events == 0 && summary.comments == 0 && summary.body_bytes == 0;
        let track = Arc::clone(&self.track);
        let mut naming = track.naming.lock();
        if let Some(db) = self.db.take() {
            let named = match naming.take() {
                Some((name, kept)) => pen::name(&db, &name, kept),
                None => Ok(()),
            };
            let written = named.and_then(|()| pen::summary(&db, &summary, Some(&closing.strip)));
            let closed = written.and_then(|()| self.track.tape.release(|| file::close(db)));
            if !nothing {
                closed.map_err(|error| self.trouble(&error))?;
            }
        }
        let mut state = self.track.state.lock();
        if nothing {
            remove(&path);
            *state = Recording::default();
        } else {
            self.track.tape.set_summary(summary);
            state.state = RecordingState::Done;
            state.lost = self.missing;
            state.detail.clear();
            let bytes = std::fs::metadata(&path).map_or(0, |meta| meta.len());
            self.track.tape.progress().bytes.store(bytes, Ordering::Relaxed);
        }
        drop(state);
        self.feed.changed();
        Ok(())
    }
}

/// Removes a tape's files; those that are not there are no trouble.
pub fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.to_owned().into_os_string();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
}
