//! Saved streams and environments, settings, the window's place, and what is known of secrets without their values, in
//! one SQLite file. A definition is one JSON value: its fields grow with the contract, and a default stands in for what
//! an older version did not know.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use serde::Serialize;
use tapewriter_engine::contract::{Notice, Settings, Stream};
use tapewriter_engine::said::place_in_json;
use tapewriter_engine::{say, seal};

use crate::home::{private_file, private_folder};
use crate::notice;
use crate::place::Place;

mod secrets;
#[cfg(test)]
mod tests;

pub use secrets::Known;
use secrets::There;

/// `TwSt`, so that `file` and other programs do not take it for something else.
const APPLICATION_ID: i32 = 0x5477_5374;
/// Each step brings a file from the version of its index to the next. Never edit one that was released.
const MIGRATIONS: &[&str] = &[
    "CREATE TABLE stream (
        id TEXT PRIMARY KEY NOT NULL,
        place INTEGER NOT NULL,
        definition TEXT NOT NULL,
        deleted_at INTEGER
    ) STRICT;
    CREATE INDEX stream_by_place ON stream (place);",
    "CREATE TABLE environments (
        only INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
        definition TEXT NOT NULL
    ) STRICT;
    CREATE TABLE secret (
        id TEXT PRIMARY KEY NOT NULL,
        origins TEXT NOT NULL,
        kept INTEGER NOT NULL
    ) STRICT;",
    "CREATE TABLE settings (
        only INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
        definition TEXT NOT NULL
    ) STRICT;",
    "CREATE TABLE place (
        only INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
        definition TEXT NOT NULL
    ) STRICT;",
];
/// How long another process that has the file may take.
const BUSY: Duration = Duration::from_secs(2);

/// What went wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is not ours, or its pages are damaged.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A later version of the app wrote it.
    #[error("a newer Tapewriter wrote this file (version {0}); use that one, or move the file away")]
    Newer(i32),
    /// It cannot be read or written.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The saved environments are not what this version understands.
    #[error("the saved environments cannot be read, and are left as they are: the definition {}", place_in_json(.0))]
    Environments(serde_json::Error),
    /// Another process reads it.
    #[error("another process has the file open")]
    Busy,
    /// Its folder cannot be made or its rights not set.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// The saved streams and environments.
pub struct Store {
    db: Connection,
    /// What is saved lasts longer than the program.
    lasting: bool,
}

impl Store {
    /// Opens the file, or makes it. A damaged one is set aside beside it, whole, and a new one begun; one
    /// that cannot be used at all is left alone, and nothing will be saved. Either way the notice says so.
    pub fn open(path: &Path) -> (Self, Option<Notice>) {
        match Self::open_file(path) {
            Ok(store) => (store, None),
            Err(StoreError::Damaged(why)) => match set_aside(path) {
                Ok(aside) => {
                    say!(
                        "{} is damaged ({why}); moved to {}",
                        path.display(),
                        aside.display()
                    );
                    let said = notice("store-set-aside", &[("path", &aside.display().to_string())]);
                    match Self::open_file(path) {
                        Ok(store) => (store, Some(said)),
                        Err(error) => Self::unsaved(path, &error),
                    }
                }
                Err(error) => Self::unsaved(path, &error.into()),
            },
            Err(error) => Self::unsaved(path, &error),
        }
    }

    /// A store that lasts as long as the program.
    fn unsaved(path: &Path, error: &StoreError) -> (Self, Option<Notice>) {
        say!("streams cannot be saved in {}: {error}", path.display());
        let said = notice(
            "store-read-only",
            &[
                ("detail", &error.to_string()),
                ("path", &path.display().to_string()),
            ],
        );
        let db = Connection::open_in_memory().expect("SQLite has memory for an empty database");
        let store = Self { db, lasting: false };
        store.migrate().expect("an empty database takes the schema");
        // What is there can still be used, though nothing can be added to it.
        if let Ok(there) = readable(path)
            && let Err(error) = store.take_over(there)
        {
            say!("what was saved cannot be shown: {error}");
        }
        (store, Some(said))
    }

    fn open_file(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            private_folder(folder)?;
        }
        // Made before SQLite does, whose journals take over its rights.
        private_file(path)?;
        let db = Connection::open(path)?;
        let store = Self { db, lasting: true };
        match store.prepare() {
            Err(StoreError::Sqlite(error)) if is_damage(&error) => {
                Err(StoreError::Damaged(error.to_string()))
            }
            Err(error) => Err(error),
            Ok(()) => Ok(store),
        }
    }

    fn prepare(&self) -> Result<(), StoreError> {
        self.db.busy_timeout(BUSY)?;
        let id: i32 = self.db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let tables: i32 = self
            .db
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if id != APPLICATION_ID && (id != 0 || tables != 0) {
            return Err(StoreError::Damaged("it is another program's database".to_owned()));
        }
        let check: String = self.db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if check != "ok" {
            return Err(StoreError::Damaged(check));
        }
        // A stream that was saved is on disk when the command answers: FULL also outlives a power cut.
        self.db.pragma_update(None, "journal_mode", "WAL")?;
        self.db.pragma_update(None, "synchronous", "FULL")?;
        // What is written over is gone: an earlier version kept keys within addresses.
        self.db.pragma_update(None, "secure_delete", true)?;
        self.migrate()?;
        // What was deleted in an earlier run can no longer be undone.
        self.db
            .execute("DELETE FROM stream WHERE deleted_at IS NOT NULL", [])?;
        Ok(())
    }

    fn migrate(&self) -> Result<(), StoreError> {
        let version: i32 = self.db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let known = MIGRATIONS.len() as i32;
        if version > known {
            return Err(StoreError::Newer(version));
        }
        for (step, sql) in MIGRATIONS.iter().enumerate().skip(version.max(0) as usize) {
            self.db.execute_batch(&format!(
                "BEGIN IMMEDIATE; {sql} PRAGMA user_version = {}; PRAGMA application_id = {APPLICATION_ID}; COMMIT;",
                step + 1
            ))?;
        }
        Ok(())
    }

    /// All saved streams, in order. One whose definition cannot be read is left in the file and skipped.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn streams(&self) -> Result<Vec<Stream>, StoreError> {
        streams_of(&self.db)
    }

    /// Creates a stream (its id is empty) at the end, or replaces the one with its id. Answers with it as
    /// it was stored. It is to be sealed; a secret that is plain in it is lost, for it has no place in a file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, stream: Stream) -> Result<Stream, StoreError> {
        let (mut stream, _) = seal::seal(&stream, new_id);
        if stream.id.is_empty() {
            stream.id = new_id();
        }
        let definition = serde_json::to_string(&stream).expect("a stream is plain data");
        let before: Option<String> = self
            .db
            .query_row(
                "SELECT definition FROM stream WHERE id = ?1",
                [&stream.id],
                |row| row.get(0),
            )
            .optional()?;
        self.db.execute(
            "INSERT INTO stream (id, place, definition)
             VALUES (?1, (SELECT coalesce(max(place), 0) + 1 FROM stream), ?2)
             ON CONFLICT (id) DO UPDATE SET definition = ?2, deleted_at = NULL",
            params![stream.id, definition],
        )?;
        self.tidy_after(before.as_deref(), &definition);
        Ok(stream)
    }

    /// Adds streams at the end, all of them or none. They are to be sealed, as for [`Store::save`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&self, streams: Vec<Stream>) -> Result<(), StoreError> {
        let all = self.db.unchecked_transaction()?;
        for stream in streams {
            self.save(Stream {
                id: String::new(),
                ..stream
            })?;
        }
        all.commit()?;
        Ok(())
    }

    /// What the user has set; the defaults where nothing is stored. What cannot be read of it is as it is by default,
    /// and the notice says so.
    pub fn settings(&self) -> (Settings, Option<Notice>) {
        let stored = self
            .db
            .query_row("SELECT definition FROM settings", [], |row| row.get(0))
            .optional();
        let unread = match stored {
            Ok(None) => return (Settings::default(), None),
            Ok(Some(stored)) => {
                let stored: String = stored;
                let (settings, unread) = settings_in(&stored);
                if unread.is_empty() {
                    return (settings, None);
                }
                (settings, unread)
            }
            Err(error) => (Settings::default(), error.to_string()),
        };
        let (settings, detail) = unread;
        say!("settings cannot be read and are as they are by default: {detail}");
        (
            settings,
            Some(notice("settings-unreadable", &[("detail", &detail)])),
        )
    }

    /// Stores what the user has set.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        self.put_only("settings", settings).map(drop)
    }

    /// Where the main window was; none where that is not known.
    pub fn place(&self) -> Option<Place> {
        let stored: Option<String> = self
            .db
            .query_row("SELECT definition FROM place", [], |row| row.get(0))
            .optional()
            .unwrap_or_default();
        serde_json::from_str(&stored?).ok()
    }

    /// Stores where the main window is.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_place(&self, place: &Place) -> Result<(), StoreError> {
        self.put_only("place", place).map(drop)
    }

    /// Stores what there is one of, in its table; answers with what was written.
    fn put_only(&self, table: &'static str, value: &impl Serialize) -> Result<String, StoreError> {
        let definition = serde_json::to_string(value).expect("what is stored is plain data");
        self.db.execute(
            &format!(
                "INSERT INTO {table} (only, definition) VALUES (1, ?1)
                 ON CONFLICT (only) DO UPDATE SET definition = ?1"
            ),
            [&definition],
        )?;
        Ok(definition)
    }

    /// Deletes a stream; it can be restored until the program ends.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delete(&self, id: &str) -> Result<(), StoreError> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs() as i64);
        self.db.execute(
            "UPDATE stream SET deleted_at = ?2 WHERE id = ?1",
            params![id, now],
        )?;
        Ok(())
    }

    /// Undoes a deletion.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn restore(&self, id: &str) -> Result<Vec<Stream>, StoreError> {
        self.db
            .execute("UPDATE stream SET deleted_at = NULL WHERE id = ?1", [id])?;
        self.streams()
    }
}

fn streams_of(db: &Connection) -> Result<Vec<Stream>, StoreError> {
    let mut query =
        db.prepare_cached("SELECT id, definition FROM stream WHERE deleted_at IS NULL ORDER BY place, id")?;
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut streams = Vec::new();
    for row in rows {
        let (id, definition) = row?;
        match serde_json::from_str::<Stream>(&definition) {
            Ok(stream) => streams.push(Stream { id, ..stream }),
            Err(error) => say!(
                "a saved stream cannot be read: its definition {}",
                place_in_json(&error)
            ),
        }
    }
    Ok(streams)
}

/// Settings as they are stored, each by itself: one that this version does not understand takes no other with it. What an
/// older version did not know is as it is by default, what a newer one knows is passed over. Answers with what could not be
/// read, too.
fn settings_in(stored: &str) -> (Settings, String) {
    use serde_json::{Map, Value};
    let fields: Map<String, Value> = match serde_json::from_str(stored) {
        Ok(fields) => fields,
        Err(error) => {
            return (
                Settings::default(),
                format!("all of them: {}", place_in_json(&error)),
            );
        }
    };
    let mut read = Map::new();
    let mut unread = Vec::new();
    for (name, value) in fields {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        if serde_json::from_value::<Settings>(Value::Object(alone)).is_ok() {
            read.insert(name, value);
        } else {
            unread.push(name);
        }
    }
    let settings: Settings = serde_json::from_value(Value::Object(read)).unwrap_or_default();
    (settings.within_reason(), unread.join(", "))
}

/// What a file holds that cannot be written: an older or our own version's, read without a trace.
fn readable(path: &Path) -> Result<There, StoreError> {
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let plain = Connection::open_with_flags(path, read_only)?;
    let from = |db: Connection| -> Result<There, StoreError> {
        let version: i32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version > MIGRATIONS.len() as i32 {
            return Err(StoreError::Newer(version));
        }
        There::read(&db, version)
    };
    from(plain).or_else(|_| {
        // In a folder that cannot be written a file in WAL mode opens only as one that nobody changes.
        let name = path
            .to_string_lossy()
            .replace('%', "%25")
            .replace('?', "%3f")
            .replace('#', "%23");
        let uri = read_only | OpenFlags::SQLITE_OPEN_URI;
        from(Connection::open_with_flags(
            format!("file:{name}?immutable=1"),
            uri,
        )?)
    })
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

/// Moves a file and its journals out of the way, under a name that is free.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let aside = (0..)
        .map(|n| {
            with_suffix(
                path,
                &format!(
                    ".damaged-{seconds}{}",
                    if n == 0 { String::new() } else { format!("-{n}") }
                ),
            )
        })
        .find(|aside| !aside.exists())
        .expect("some name is free");
    fs::rename(path, &aside)?;
    for journal in ["-wal", "-shm"] {
        let from = with_suffix(path, journal);
        if from.exists() {
            fs::rename(from, with_suffix(&aside, journal))?;
        }
    }
    Ok(aside)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// An id that nothing else has.
pub fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
