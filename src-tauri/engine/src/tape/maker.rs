//! A tape that is written in one go: an import, an export, what was recovered. It becomes a file of its name only when
//! it is whole.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::pen::{self, Pen};
use super::{Summary, TapeHead, file};
use crate::contract::{Bookmark, Failure};
use crate::log::{Entry, Kind, Mark};
use crate::wire::stored::Stored;

/// Entries of one transaction.
const BATCH: usize = 8_192;
/// Bytes of the wire in one transaction.
const BATCH_BYTES: usize = 8 << 20;

/// Writes a new tape.
pub struct Maker {
    path: PathBuf,
    /// The file under another name, until it is whole.
    partial: PathBuf,
    db: Option<Connection>,
    pen: Pen,
    pending: Vec<Entry>,
    wire_bytes: usize,
    in_transaction: bool,
    summary: Summary,
    attempt: u32,
    at_us: u64,
}

impl Maker {
    /// Begins a tape at a path. What is there already is replaced in the end.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] where nothing can be written there.
    pub fn create(path: &Path, head: &TapeHead) -> Result<Self, Failure> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", uuid::Uuid::new_v4().simple()));
        let partial = path.with_file_name(name);
        let db = file::create(&partial)?;
        pen::head(&db, head).map_err(|error| file::failure(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            partial,
            db: Some(db),
            pen: Pen::new(),
            pending: Vec::new(),
            wire_bytes: 0,
            in_transaction: false,
            summary: Summary {
                lost: Some(0),
                repeated: Some(0),
                ..Summary::default()
            },
            attempt: 0,
            at_us: head.started_us,
        })
    }

    fn told(&self, error: &rusqlite::Error) -> Failure {
        file::failure(&self.path, error)
    }

    fn db(&self) -> Result<&Connection, Failure> {
        self.db
            .as_ref()
            .ok_or_else(|| file::unreadable(&self.path, "it was closed"))
    }

    /// Appends an entry; its position is one past the one before, or further on where entries are missing.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] where it cannot be written.
    pub fn push(&mut self, entry: Entry) -> Result<(), Failure> {
        let next = self.summary.entries;
        self.summary.missing += entry.pos.saturating_sub(next);
        self.summary.entries = entry.pos.saturating_add(1);
        self.at_us = self.at_us.max(entry.at_us);
        self.attempt = self.attempt.max(entry.attempt);
        match &entry.kind {
            Kind::Event(_) => self.summary.events += 1,
            Kind::Comment(_) => self.summary.comments += 1,
            Kind::Mark(mark) => match &**mark {
                Mark::Resumed { lost, repeated, .. } => {
                    self.summary.reconnects += 1;
                    let add = |sum: Option<u64>, more: &Option<u64>| Some(sum?.saturating_add((*more)?));
                    self.summary.lost = add(self.summary.lost, lost);
                    self.summary.repeated = add(self.summary.repeated, repeated);
                }
                Mark::Opened { headers, .. } => {
                    let found = headers.iter().find(|(name, _)| name == "content-type");
                    if let Some((_, value)) = found {
                        self.summary.content_type.clone_from(value);
                    }
                }
                Mark::Closed { failure, .. } | Mark::Failed { failure } => {
                    self.summary.failure = Some(failure.clone());
                }
                Mark::Waiting { .. } | Mark::Retry { .. } => {}
            },
        }
        self.pending.push(entry);
        if self.pending.len() >= BATCH {
            self.write()?;
        }
        Ok(())
    }

    /// Adds a row of the wire.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] where it cannot be written.
    pub fn wire(&mut self, row: &Stored) -> Result<(), Failure> {
        self.begin()?;
        pen::wire(self.db()?, row).map_err(|error| self.told(&error))?;
        self.wire_bytes += row.bytes.len() + row.raw.as_ref().map_or(0, Vec::len);
        if self.wire_bytes > BATCH_BYTES {
            self.commit()?;
        }
        Ok(())
    }

    /// Sets the bookmarks.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] where they cannot be written.
    pub fn bookmarks(&mut self, all: &[Bookmark]) -> Result<(), Failure> {
        self.begin()?;
        pen::bookmarks(self.db()?, all).map_err(|error| self.told(&error))
    }

    /// Names it, and protects it or not.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] where it cannot be written.
    pub fn name(&mut self, name: &str, kept: bool) -> Result<(), Failure> {
        self.begin()?;
        pen::name(self.db()?, name, kept).map_err(|error| self.told(&error))
    }

    fn begin(&mut self) -> Result<(), Failure> {
        if !self.in_transaction {
            self.db()?
                .execute_batch("BEGIN IMMEDIATE")
                .map_err(|error| self.told(&error))?;
            self.in_transaction = true;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), Failure> {
        self.begin()?;
        let entries = std::mem::take(&mut self.pending);
        let db = self
            .db
            .as_ref()
            .ok_or_else(|| file::unreadable(&self.path, "it was closed"))?;
        let written = self.pen.entries(db, &entries).and_then(|()| self.pen.flush(db));
        written.map_err(|error| self.told(&error))?;
        self.commit()
    }

    fn commit(&mut self) -> Result<(), Failure> {
        let told = |error| file::failure(&self.path, &error);
        let db = self.db()?;
        db.execute_batch("COMMIT").map_err(told)?;
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(told)?;
        self.in_transaction = false;
        self.wire_bytes = 0;
        self.pen.committed();
        Ok(())
    }

    /// Completes the tape under its name. `summary` changes the figures that were counted.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] where it cannot be written; nothing is left behind then.
    pub fn finish(mut self, strip: Option<&[u8]>, summary: impl FnOnce(&mut Summary)) -> Result<(), Failure> {
        self.write()?;
        self.summary.ended_us = self.at_us;
        self.summary.attempts = self.attempt;
        summary(&mut self.summary);
        pen::summary(self.db()?, &self.summary, strip).map_err(|error| self.told(&error))?;
        if let Some(db) = self.db.take() {
            file::close(db).map_err(|error| self.told(&error))?;
        }
        let moved = fs::File::open(&self.partial)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&self.partial, &self.path));
        moved.map_err(|error| file::io(&self.path, &error))
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        self.db = None;
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.partial.clone().into_os_string();
            name.push(suffix);
            // Gone already once it was finished.
            let _ = fs::remove_file(name);
        }
    }
}
