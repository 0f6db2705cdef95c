//! The folder of tapes: its list, names, what is kept, and what goes when they outgrow their room.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::reader::Tape;
use super::recorder::{self, Change, Limits, Recorder, Track};
use super::{EXTENSION, Summary, TapeHead, file, pen, recover};
use crate::contract::{Code, Failure, Stream, TapeInfo, TapeOrigin, Tapes};
use crate::log::{Log, Span};
use crate::say;

/// Tapes that are listed; the newest and those that are kept come first. Nobody reads more, and each is a file to open.
const LISTED: usize = 2_000;

/// Tapes that are not kept, at most: each is a file to look at when the program starts, and nobody finds his way among
/// more. The oldest go first.
const LOOSE: usize = 500;

/// The tapes of one folder.
pub struct Deck {
    folder: PathBuf,
    recorder: Arc<Recorder>,
    /// What was read of each file, as long as it has not changed.
    known: Mutex<HashMap<String, (Stamp, TapeInfo)>>,
    generation: AtomicU64,
    /// Tapes that were opened here and may still be in use: replayed, served, exported.
    opened: Mutex<HashMap<String, Weak<Tape>>>,
    /// A thread looks after the room.
    tidying: AtomicBool,
    /// Whether each file has been looked at once.
    listed: AtomicBool,
    /// Told of every change of the list.
    told: OnceLock<Arc<Notify>>,
    /// Only one process tidies a folder.
    alone: bool,
}

type Stamp = (u64, Option<SystemTime>);

impl Deck {
    /// The tapes of a folder, made when the first one is recorded. `alone` says that no other process uses it.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn open(folder: &Path, limits: Limits, alone: bool) -> std::io::Result<Arc<Self>> {
        let recorder = Recorder::start(limits)?;
        let deck = Arc::new(Self {
            folder: folder.to_owned(),
            recorder,
            known: Mutex::default(),
            generation: AtomicU64::new(1),
            opened: Mutex::default(),
            tidying: AtomicBool::new(false),
            listed: AtomicBool::new(false),
            told: OnceLock::new(),
            alone,
        });
        let weak = Arc::downgrade(&deck);
        deck.recorder.listen(move |change| {
            if let Some(deck) = weak.upgrade() {
                if matches!(change, Change::Closed | Change::Grown) {
                    deck.keep_within_soon();
                }
                deck.changed();
            }
        });
        Ok(deck)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The thread that writes.
    pub const fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// Grows with every change of the list.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Who is told of every change of the list; the first one stays.
    pub fn tell(&self, told: Arc<Notify>) {
        self.told.get_or_init(|| told);
    }

    /// The list has changed.
    pub fn changed(&self) {
        self.generation.fetch_add(1, Ordering::Release);
        if let Some(told) = self.told.get() {
            told.notify_waiters();
        }
    }

    /// Where a tape of this id is.
    ///
    /// # Errors
    /// For what is no id: nothing outside the folder is touched.
    pub fn path(&self, id: &str) -> Result<PathBuf, Failure> {
        let plain = !id.is_empty()
            && id.len() <= 128
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !plain {
            return Err(file::foreign(Path::new(id), "not the name of a tape"));
        }
        Ok(self.folder.join(id).with_extension(EXTENSION))
    }

    /// A path for a new tape of a session that began then. The folder is made where it is missing.
    pub fn new_path(&self, started_us: u64) -> PathBuf {
        if let Err(error) = private_folder(&self.folder) {
            // Writing will say so in its turn.
            say!("{} cannot be used: {error}", self.folder.display());
        }
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let name = format!("{}-{}", stamp(started_us), &unique[..6]);
        self.folder.join(name).with_extension(EXTENSION)
    }

    /// A track for a session that is about to begin.
    pub fn track(&self, stream: &Stream, started_us: u64) -> Arc<Track> {
        let head = TapeHead::new(stream, started_us, TapeOrigin::Recorded);
        self.recorder.track(&self.new_path(started_us), head)
    }

    /// Whether the list is quick to make: after [`Deck::tidy`], which looks at each file once.
    pub fn is_listed(&self) -> bool {
        self.listed.load(Ordering::Acquire)
    }

    /// The list, newest first. `session` says which session a tape that is written now is of.
    pub fn list(&self, session: impl Fn(&str) -> Option<u32>) -> Tapes {
        let generation = self.generation();
        let live: HashMap<String, Arc<Track>> = self
            .recorder
            .tracks()
            .into_iter()
            .map(|track| (track.id().to_owned(), track))
            .collect();
        let mut tapes = Vec::new();
        let mut bytes = 0;
        let mut there = HashSet::new();
        for (path, stamp) in self.files() {
            let id = id_of(&path);
            let size = sizes(&path);
            bytes += size;
            let mut info = match live.get(&id) {
                Some(track) => info_of(&id, track.tape(), size),
                None => self.known(&id, &path, stamp, size),
            };
            // A session that is over, or that plays the tape again, does not record it.
            info.session = live.get(&id).and_then(|_| session(&id));
            if info.session.is_some() {
                info.ended_us = None;
            }
            there.insert(id);
            tapes.push(info);
        }
        self.known.lock().retain(|id, _| there.contains(id));
        tapes.sort_by(|a, b| (b.started_us, &b.id).cmp(&(a.started_us, &a.id)));
        tapes.truncate(LISTED);
        Tapes {
            tapes,
            bytes,
            generation,
            folder: self.folder.display().to_string(),
        }
    }

    fn known(&self, id: &str, path: &Path, stamp: Stamp, size: u64) -> TapeInfo {
        if let Some((_, info)) = self.known.lock().get(id).filter(|(known, _)| *known == stamp) {
            return info.clone();
        }
        let info = match Tape::open(path) {
            Ok(tape) => info_of(id, &tape, size),
            Err(failure) => TapeInfo {
                id: id.to_owned(),
                name: id.to_owned(),
                bytes: size,
                started_us: stamp.1.map_or(0, since_epoch),
                failure: Some(failure),
                ..TapeInfo::default()
            },
        };
        self.known.lock().insert(id.to_owned(), (stamp, info.clone()));
        info
    }

    fn files(&self) -> Vec<(PathBuf, Stamp)> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let mut files: Vec<_> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION))
            .filter_map(|path| {
                let meta = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
                Some((path, (meta.len(), meta.modified().ok())))
            })
            .collect();
        files.sort();
        files
    }

    /// Opens a tape: the one that is written now, or the file.
    ///
    /// # Errors
    /// [`Code::Tape`].
    pub fn tape(&self, id: &str) -> Result<Arc<Tape>, Failure> {
        let path = self.path(id)?;
        if let Some(track) = self.live(id) {
            return Ok(Arc::clone(track.tape()));
        }
        let tape = Tape::open(&path)?;
        let mut opened = self.opened.lock();
        opened.retain(|_, tape| tape.strong_count() > 0);
        opened.insert(id.to_owned(), Arc::downgrade(&tape));
        Ok(tape)
    }

    /// Whether a tape is written, replayed, served or exported.
    fn is_in_use(&self, id: &str) -> bool {
        let opened = self
            .opened
            .lock()
            .get(id)
            .is_some_and(|tape| tape.strong_count() > 0);
        opened || self.live(id).is_some()
    }

    fn live(&self, id: &str) -> Option<Arc<Track>> {
        self.recorder.tracks().into_iter().find(|track| track.id() == id)
    }

    /// Names a tape and protects it, or with `kept` false gives it up to the budget.
    ///
    /// # Errors
    /// [`Code::Tape`].
    pub fn keep(&self, id: &str, name: &str, kept: bool) -> Result<(), Failure> {
        /// Characters of a name.
        const NAME: usize = 200;
        let name: String = name.trim().chars().take(NAME).collect();
        let path = self.path(id)?;
        let taken = self.live(id).is_some_and(|track| track.name(&name, kept));
        if !taken {
            let db = file::open_for_editing(&path)?;
            pen::name(&db, &name, kept).map_err(|error| file::failure(&path, &error))?;
        }
        self.changed();
        Ok(())
    }

    /// Removes a tape.
    ///
    /// # Errors
    /// [`Code::Tape`] while it is recorded, or where it cannot be removed.
    pub fn delete(&self, id: &str) -> Result<(), Failure> {
        let path = self.path(id)?;
        if self.live(id).is_some() {
            let message = format!("{} is being recorded; stop its session first", path.display());
            return Err(Failure::new(Code::Tape, message).with("what", "busy"));
        }
        fs::remove_file(&path).map_err(|error| file::io(&path, &error))?;
        recorder::remove(&path);
        self.changed();
        Ok(())
    }

    /// Looks at each file, and closes what a killed process left open. Takes a while: off the caller's thread.
    pub fn tidy(&self) {
        if self.alone {
            self.sweep();
            for tape in self.list(|_| None).tapes {
                let Ok(path) = self.path(&tape.id) else { continue };
                let left_open = tape.failure.is_none() && (tape.ended_us.is_none() || has_wal(&path));
                if !left_open || self.live(&tape.id).is_some() {
                    continue;
                }
                if let Err(failure) = recover::complete(&path) {
                    say!("{}: {failure}", path.display());
                }
            }
            self.keep_within();
        }
        self.listed.store(true, Ordering::Release);
        self.changed();
    }

    /// The same on a thread of its own, so that nothing waits to be written meanwhile.
    pub fn keep_within_soon(self: &Arc<Self>) {
        if self.tidying.swap(true, Ordering::AcqRel) {
            return;
        }
        let deck = Arc::clone(self);
        let started = std::thread::Builder::new()
            .name("tapes".to_owned())
            .spawn(move || {
                deck.tidying.store(false, Ordering::Release);
                deck.keep_within();
            });
        if started.is_err() {
            // The next change tries again.
            self.tidying.store(false, Ordering::Release);
        }
    }

    /// Lets tapes that are not kept go, those first that came here first, until the rest fits. One that is in use stays.
    pub fn keep_within(&self) {
        if !self.alone {
            return;
        }
        let most = self.recorder.limits().unsaved_bytes;
        let list = self.list(|_| None);
        let mut loose: Vec<_> = list
            .tapes
            .iter()
            // One that cannot be opened may be a kept one: it is not ours to throw away.
            .filter(|tape| !tape.kept && tape.failure.is_none())
            .collect();
        // By the second in the name, which is when the file was made: an import of an old tape is no old file. Within a
        // second, by when the session began.
        let made = |tape: &TapeInfo| (tape.id.get(..19).map(str::to_owned), tape.started_us);
        loose.sort_by_key(|tape| std::cmp::Reverse(made(tape)));
        let mut total: u64 = loose.iter().map(|tape| tape.bytes).sum();
        while (total > most || loose.len() > LOOSE)
            && let Some(oldest) = loose.pop()
        {
            if self.is_in_use(&oldest.id) {
                continue;
            }
            let Ok(path) = self.path(&oldest.id) else { continue };
            recorder::remove(&path);
            if !path.exists() {
                total = total.saturating_sub(oldest.bytes);
                self.changed();
            }
        }
    }

    /// Bytes that the disk has free; none where that cannot be known.
    pub fn free(&self) -> Option<u64> {
        // The folder is made with the first tape; until then what it will be in tells.
        let there = self.folder.ancestors().find(|folder| folder.exists())?;
        fs4::available_space(there).ok()
    }

    /// Whether so many bytes more may be written here.
    ///
    /// # Errors
    /// [`Code::Tape`] with `full` where less would stay free than is to.
    pub fn room_for(&self, bytes: u64) -> Result<(), Failure> {
        // Where it cannot be known, writing will tell.
        let Some(free) = self.free() else {
            return Ok(());
        };
        let wanted = self.recorder.limits().free_bytes.saturating_add(bytes);
        if free >= wanted {
            return Ok(());
        }
        let message = format!(
            "{} MiB are free in {}; {} MiB are needed with what is to stay free",
            free >> 20,
            self.folder.display(),
            wanted >> 20
        );
        Err(Failure::new(Code::Tape, message).with("what", "full"))
    }

    /// Removes what a killed process left half made.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            let half = name.contains(".part") && name.contains(EXTENSION);
            let empty = name.ends_with(".tape")
                && fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() == 0);
            let id = name.split('.').next().unwrap_or_default();
            if (half || empty) && self.live(id).is_none() {
                let _ = fs::remove_file(&path);
            }
        }
    }

    /// Waits until the tapes of sessions that are over are closed, or for `limit`.
    pub fn settle(&self, limit: Duration) -> bool {
        self.recorder.settle(limit)
    }
}

/// A name and an id that read as the time: `2026-11-26T12-04-31`, UTC.
fn stamp(us: u64) -> String {
    let time = SystemTime::UNIX_EPOCH + Duration::from_micros(us);
    // `Sun, 06 Nov 1994 08:49:37 GMT`, whose parts are all that is needed.
    let date = httpdate::fmt_http_date(time);
    let mut parts = date.split([' ', ',']).filter(|part| !part.is_empty()).skip(1);
    let (day, month, year, clock) = (
        parts.next().unwrap_or("01"),
        parts.next().unwrap_or("Jan"),
        parts.next().unwrap_or("1970"),
        parts.next().unwrap_or("00:00:00"),
    );
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = MONTHS.iter().position(|name| *name == month).unwrap_or(0) + 1;
    format!("{year}-{month:02}-{day}T{}", clock.replace(':', "-"))
}

fn since_epoch(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, crate::session::micros)
}

fn id_of(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Whether a process left a tape before it was one file.
fn has_wal(path: &Path) -> bool {
    let mut name = path.to_owned().into_os_string();
    name.push("-wal");
    Path::new(&name).exists()
}

/// Bytes of a tape's files.
fn sizes(path: &Path) -> u64 {
    ["", "-wal"]
        .iter()
        .map(|suffix| {
            let mut name = path.to_owned().into_os_string();
            name.push(suffix);
            fs::metadata(name).map_or(0, |meta| meta.len())
        })
        .sum()
}

/// What the list shows of a tape.
pub fn info_of(id: &str, tape: &Tape, bytes: u64) -> TapeInfo {
    let head = tape.head();
    let summary: Option<Summary> = tape.summary();
    let (name, kept) = tape.name();
    let events = match &summary {
        Some(summary) => summary.events,
        None => {
            let Span { end, .. } = tape.span();
            tape.running(end).events
        }
    };
    let named = [name, head.stream.name.clone(), host_and_path(&head.stream.url)]
        .into_iter()
        .find(|name| !name.trim().is_empty());
    TapeInfo {
        id: id.to_owned(),
        name: named.unwrap_or_default(),
        url: head.stream.url.clone(),
        kept,
        origin: head.origin,
        started_us: head.started_us,
        ended_us: summary.map(|summary| summary.ended_us),
        events,
        bytes,
        session: None,
        failure: None,
    }
}

/// What a stream without a name is called; nothing for a demo stream, whose name is the window's.
fn host_and_path(address: &str) -> String {
    /// Characters of it.
    const NAME: usize = 80;
    match address.split_once("://") {
        Some((_, rest)) => {
            let end = rest.find(['?', '#']).unwrap_or(rest.len());
            rest[..end].trim_end_matches('/').chars().take(NAME).collect()
        }
        None => String::new(),
    }
}

/// Makes a folder that only its owner can enter.
pub(super) fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_its_time() {
        assert_eq!(stamp(1_763_870_400_000_000), "2025-11-23T04-00-00");
    }

    #[test]
    fn a_tape_without_a_name_is_called_by_host_and_path() {
        for (address, name) in [
            ("https://api.test/v1/events?n=1#x", "api.test/v1/events"),
            ("http://127.0.0.1:4737/", "127.0.0.1:4737"),
            ("demo:/stream?n=10", ""),
            ("", ""),
        ] {
            assert_eq!(host_and_path(address), name, "{address}");
        }
    }

    #[test]
    fn nothing_outside_the_folder_has_an_id() {
        let folder = tempfile::tempdir().expect("a folder");
        let deck = Deck::open(folder.path(), Limits::default(), true).expect("a thread");
        for id in ["", "../x", "a/b", "a.b", "a\\b", &"x".repeat(200)] {
            assert!(deck.path(id).is_err(), "{id}");
        }
        assert!(deck.path("2025-11-23T04-00-00-abcdef").is_ok());
    }
}
