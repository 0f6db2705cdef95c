//! One tape as the recorder's thread writes it: a batch at a time, within its bounds, until it is closed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::deck::private_folder;
use super::pen::{self, Pen};
use super::recorder::{Batch, Change, Closing, Feed, LOOK, Limits, Track, WireBatch, remove};
use super::{Summary, file};
use crate::contract::{Bookmark, Failure, Recording, RecordingState};
use crate::say;

/// Entries of one transaction, and bytes of them and of the wire about: some ten milliseconds of work.
const BATCH: usize = 16_384;
const BATCH_BYTES: usize = 8 << 20;
/// Bytes that are written to the WAL before its pages are moved into the file. With the batches around it the WAL stays
/// under 64 MiB.
const CHECKPOINT_BYTES: u64 = 16 << 20;
/// Bytes of the WAL from which on readers are waited for. They never read for longer than some milliseconds.
const WAL_MOST: u64 = 32 << 20;
/// Between two tries after a failure.
const AGAIN: Duration = Duration::from_secs(2);
/// So much more than the limit must be free before it goes on, lest it stop and go every second.
const FREE_AGAIN: u64 = 16 << 20;
/// What a commit writes to the WAL beside what is in it: a block and the two indexes over it, a row of the wire, each in
/// pages of 8 KiB; a slow stream's commits are little else.
const COMMIT_BYTES: u64 = 64 << 10;
/// Bytes of one tape after which the room for all of them is looked after.
const TOLD_BYTES: u64 = 256 << 20;
/// How long what an ended session has waits for a disk that is full.
const GRACE: Duration = Duration::from_secs(300);

/// What the thread holds of one track.
pub(super) struct Work {
    pub(super) track: Arc<Track>,
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
    /// Bytes written since the room for all tapes was looked after.
    since_told: u64,
    /// The user keeps it.
    kept: bool,
    /// Since when its session is over while it cannot be written.
    over_since: Option<Instant>,
}

/// How a turn went.
pub(super) enum Turn {
    /// There is more to write at once.
    More,
    /// All that there was is written, or nothing can be for now.
    Written,
    /// The tape is closed, or given up.
    Over,
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
    pub(super) fn new(track: Arc<Track>, feed: Arc<dyn Feed>) -> Self {
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
            since_told: 0,
            kept: false,
            over_since: None,
        }
    }

    /// Whether it waits to be tried again.
    pub(super) const fn tries_again(&self) -> bool {
        self.again_at.is_some()
    }

    /// Nobody writes any more, by a fault of this program.
    pub(super) fn give_up(&mut self) {
        self.stop(Trouble::Failed(
            "the recorder ended by a fault of Tapewriter itself".to_owned(),
        ));
    }

    fn path(&self) -> PathBuf {
        self.track.tape.path().to_owned()
    }

    fn trouble(&self, error: &rusqlite::Error) -> Trouble {
        file::failure(self.track.tape.path(), error).into()
    }

    /// Writes a batch of what has come.
    pub(super) fn turn(&mut self, limits: &Limits) -> Turn {
        if self.again_at.is_some_and(|at| Instant::now() < at) {
            return Turn::Written;
        }
        // Asked before the batch is taken: what a session that is over has, is then all in it.
        let over = self.feed.closing();
        let written = self.write(limits);
        self.track.room.notify_waiters();
        match (written, over) {
            (Ok(true), _) => Turn::More,
            (Ok(false), None) => {
                self.resumed();
                Turn::Written
            }
            (Ok(false), Some(closing)) => match self.close(closing) {
                Ok(()) => Turn::Over,
                Err(trouble) => self.over(trouble),
            },
            (Err(trouble), None) => {
                self.stop(trouble);
                Turn::Written
            }
            (Err(trouble), Some(_)) => self.over(trouble),
        }
    }

    /// What an ended session has waits in memory for room on the disk, for a while; after that the tape stays as it is,
    /// readable as far as it goes, and the next start tidies it up.
    fn over(&mut self, trouble: Trouble) -> Turn {
        self.stop(trouble);
        let since = *self.over_since.get_or_insert_with(Instant::now);
        if since.elapsed() < GRACE {
            Turn::Written
        } else {
            Turn::Over
        }
    }

    /// Writes one batch; says whether there is more.
    fn write(&mut self, limits: &Limits) -> Result<bool, Trouble> {
        self.look(limits)?;
        self.open()?;
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
            return Ok(false);
        }
        let more = batch.more || wire.more;
        if let Err(error) = self.commit(&batch, &wire, bookmarks.as_ref(), naming.as_ref()) {
            if let (Some(naming), slot) = (naming, &mut *self.track.naming.lock()) {
                slot.get_or_insert(naming);
            }
            // Rows that have changed since they were written are still to be written again.
            if let Some(row) = wire.rows.first() {
                self.wire_next = self.wire_next.min(row.no);
            }
            return Err(self.trouble(&error));
        }
        self.feed.written(self.next, self.wire_next);
        self.track.room.notify_waiters();
        if let Some((_, kept)) = naming {
            self.kept = kept;
            self.tell(Change::Named);
        }
        self.checkpoint().map_err(|error| self.trouble(&error))?;
        self.keep_within(limits).map_err(|error| self.trouble(&error))?;
        Ok(more)
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
        let written = bytes as u64 + 32 * batch.entries.len() as u64 + COMMIT_BYTES;
        self.since_checkpoint += written;
        self.since_told += written;
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
    fn resumed(&mut self) {
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
        self.feed.written(self.next, self.wire_next);
        if changed {
            self.feed.changed();
        }
        if self.since_told > TOLD_BYTES {
            self.since_told = 0;
            self.tell(Change::Grown);
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
        say!(
            "{} is not written any more: {detail}",
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
        let track = Arc::clone(&self.track);
        // Held until it is closed: a name that comes later goes into the file.
        let mut naming = track.naming.lock();
        if let Some(db) = &self.db {
            if let Some((name, kept)) = naming.clone() {
                pen::name(db, &name, kept).map_err(|error| self.trouble(&error))?;
                self.kept = kept;
                *naming = None;
            }
            pen::summary(db, &summary, Some(&closing.strip)).map_err(|error| self.trouble(&error))?;
            // Most of the way while readers go on; what is left takes no time.
            let moved = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            moved.map_err(|error| self.trouble(&error))?;
        }
        // An address where nothing answered leaves no tape, unless the user wants to have it.
        let nothing = !self.kept && summary.events == 0 && summary.comments == 0 && summary.body_bytes == 0;
        if let Some(db) = self.db.take()
            && let Err(error) = self.track.tape.release(|| file::close(db))
            && !nothing
        {
            // Another process may read it. All of it is on the disk, and the next start makes one file of it.
            say!("{} is not closed yet: {error}", path.display());
        }
        {
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
        }
        drop(naming);
        self.feed.changed();
        Ok(())
    }
}
