//! A tape that is written in one go: an import, an export, what was recovered. It becomes a file of its name only when
//! it is whole.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::pen::{self, Pen};
use super::{Summary, TapeHead, file};
use crate::contract::{Bookmark, Failure};
use crate::export::{beside, sync_folder};
use crate::figures::Counter;
use crate::log::{Entry, Kind, Mark, weight};
use crate::text::Reading;
use crate::wire::stored::Stored;

/// Entries of one transaction.
const BATCH: usize = 8_192;
/// Bytes of entries, or of the wire, in one transaction: what is held in memory until it is written, but for one entry
/// of any size.
const BATCH_BYTES: usize = 8 << 20;
/// What SQLite calls the files that it puts beside one.
const SIDES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Counts the figures of the answers on a tape.
pub(super) fn counter_of(head: &TapeHead) -> Counter {
    let stream = &head.stream;
    Counter::new(
        Reading::stored(stream.text_rule, &stream.text_path),
        head.started_us,
    )
}

/// Writes a new tape.
pub struct Maker {
    path: PathBuf,
    /// Where it will lie: what a link at `path` leads to.
    target: PathBuf,
    /// The file under another name, until it is whole.
    partial: PathBuf,
    db: Option<Connection>,
    pen: Pen,
    pending: Vec<Entry>,
    pending_bytes: usize,
    wire_bytes: usize,
    in_transaction: bool,
    summary: Summary,
    counter: Counter,
    attempt: u32,
    at_us: u64,
}

impl Maker {
    /// Begins a tape at a path. What is there already is replaced in the end.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] where nothing can be written there.
    pub fn create(path: &Path, head: &TapeHead) -> Result<Self, Failure> {
        let told = |error: std::io::Error| file::io(path, &error);
        let target = match fs::metadata(path) {
            // A device or a folder is no place for a file.
            Ok(old) if !old.is_file() => return Err(told(std::io::ErrorKind::InvalidInput.into())),
            Ok(_) => fs::canonicalize(path).map_err(told)?,
            Err(_) => path.to_owned(),
        };
        let partial = beside(&target).map_err(told)?;
        let db = file::create(&partial)?;
        pen::head(&db, head).map_err(|error| file::failure(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            target,
            partial,
            db: Some(db),
            pen: Pen::new(),
            pending: Vec::new(),
            pending_bytes: 0,
            wire_bytes: 0,
            in_transaction: false,
            summary: Summary {
                lost: Some(0),
                repeated: Some(0),
                ..Summary::default()
            },
            counter: counter_of(head),
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
        self.summary.missing = self
            .summary
            .missing
            .saturating_add(entry.pos.saturating_sub(next));
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
                Mark::Waiting { .. } | Mark::Retry { .. } | Mark::Asked { .. } => {}
            },
        }
        self.counter.entry(&entry);
        self.pending_bytes += weight(&entry);
        self.pending.push(entry);
        if self.pending.len() >= BATCH || self.pending_bytes >= BATCH_BYTES {
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
        self.pending_bytes = 0;
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
        self.summary.turns = self.counter.turns();
        summary(&mut self.summary);
        pen::summary(self.db()?, &self.summary, strip).map_err(|error| self.told(&error))?;
        if let Some(db) = self.db.take() {
            file::close(db).map_err(|error| self.told(&error))?;
        }
        self.place().map_err(|error| file::io(&self.path, &error))
    }

    /// Brings the whole file to the disk and puts it in its place.
    fn place(&self) -> std::io::Result<()> {
        // Windows brings nothing to the disk through a handle that cannot write.
        fs::OpenOptions::new()
            .write(true)
            .open(&self.partial)?
            .sync_all()?;
        // What lies beside a tape that is replaced belongs to that one: the new file would be read with the old one's
        // log, that is as the old one. It stays until the new file is in its place, in case that fails.
        let mut aside = Vec::new();
        let mut placed = Ok(());
        for side in SIDES {
            let (old, kept) = (suffixed(&self.target, side), suffixed(&self.partial, side));
            match fs::rename(&old, &kept) {
                Ok(()) => aside.push((old, kept)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    placed = Err(error);
                    break;
                }
            }
        }
        placed = placed.and_then(|()| fs::rename(&self.partial, &self.target));
        for (old, kept) in aside {
            // Nothing is left to say a second failure to.
            let _ = match placed {
                Ok(()) => fs::remove_file(kept),
                Err(_) => fs::rename(kept, old),
            };
        }
        placed?;
        sync_folder(&self.target);
        Ok(())
    }
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(suffix);
    name.into()
}

impl Drop for Maker {
    fn drop(&mut self) {
        self.db = None;
        // Gone already once it was finished.
        let _ = fs::remove_file(&self.partial);
        for side in SIDES {
            let _ = fs::remove_file(suffixed(&self.partial, side));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Log as _;
    use crate::log::tests::event;
    use crate::tape::Tape;

    fn tape(path: &Path, texts: &[&str]) {
        let mut maker = Maker::create(path, &TapeHead::default()).expect("a file");
        for (pos, text) in texts.iter().enumerate() {
            maker.push(event(pos as u64, "message", text)).expect("room");
        }
        maker.finish(None, |_| ()).expect("room");
    }

    /// The data of the events.
    fn read(path: &Path) -> Vec<String> {
        let entries = Tape::open(path).expect("readable").run(0, 100);
        let data = entries.iter().filter_map(crate::event_of);
        data.map(|event| event.data.to_string()).collect()
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = names
            .map(|entry| {
                entry
                    .expect("readable")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_batch_is_bounded_by_its_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large.tape");
        let mut maker = Maker::create(&path, &TapeHead::default()).expect("a file");
        let large = "x".repeat(1 << 20);
        for pos in 0..40 {
            maker.push(event(pos, "message", &large)).expect("room");
            let held: usize = maker.pending.iter().map(weight).sum();
            assert!(held < BATCH_BYTES, "{held} bytes wait at {pos}");
        }
        maker.finish(None, |_| ()).expect("room");
        let tape = Tape::open(&path).expect("readable");
        assert_eq!(tape.span().end, 40);
        let last = tape.get(39).expect("there");
        assert!(matches!(&last.kind, Kind::Event(event) if *event.data == *large));
    }

    /// A tape at `to` as a kill leaves it: with its log beside it.
    fn killed(from: &Path, to: &Path) {
        let db = file::create(from).expect("a file");
        pen::head(&db, &TapeHead::default()).expect("room");
        let mut pen = Pen::new();
        pen.entries(&db, &[event(0, "message", "old"), event(1, "message", "older")])
            .and_then(|()| pen.flush(&db))
            .expect("room");
        for side in ["", "-wal", "-shm"] {
            fs::copy(suffixed(from, side), suffixed(to, side)).expect("copied");
        }
    }

    #[test]
    fn a_tape_over_a_killed_one_is_read_as_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("place");
        fs::create_dir(&place).expect("room");
        let path = place.join("it.tape");
        killed(&folder.path().join("recording.tape"), &path);
        assert_eq!(read(&path), ["old", "older"], "its log is read");
        killed(&folder.path().join("again.tape"), &path);
        tape(&path, &["new"]);
        assert_eq!(names(&place), ["it.tape"]);
        assert_eq!(read(&path), ["new"]);
    }

    #[test]
    fn a_killed_tape_stays_whole_where_it_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("place");
        fs::create_dir(&place).expect("room");
        let path = place.join("it.tape");
        let mut maker = Maker::create(&path, &TapeHead::default()).expect("a file");
        maker.push(event(0, "message", "new")).expect("room");
        // What no file replaces.
        fs::create_dir(&path).expect("room");
        fs::write(place.join("it.tape-wal"), "old").expect("room");
        maker.finish(None, |_| ()).expect_err("in the way");
        assert_eq!(names(&place), ["it.tape", "it.tape-wal"]);
        assert!(Maker::create(&path, &TapeHead::default()).is_err());
    }

    #[test]
    fn a_name_may_be_as_long_as_the_file_system_takes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(format!("{}.tape", "n".repeat(240)));
        tape(&path, &["a"]);
        assert_eq!(read(&path), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_what_it_leads_to_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("it.tape"), folder.path().join("link.tape"));
        tape(&path, &["old"]);
        std::os::unix::fs::symlink(&path, &link).expect("room");
        tape(&link, &["new"]);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(read(&path), ["new"]);
    }
}
