//! The tape as a SQLite file: its schema, how it is opened for writing and for reading, and what errors mean.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::contract::{Code, Failure};

/// `TwTp`, so that `file` and other programs do not take it for something else.
pub const APPLICATION_ID: i32 = 0x5477_5470;
/// Bytes of a page: blocks and chunks are tens of KiB, so larger pages than SQLite's own spare it the chains; a tape of
/// ten events stays small.
const PAGE_BYTES: u32 = 8_192;
/// Each step brings a file from the version of its index to the next. Never edit one that was released.
const MIGRATIONS: &[&str] = &["
    -- What was recorded; one row.
    CREATE TABLE tape (
        only INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
        -- JSON: the definition without secrets, when, how it came to be.
        head TEXT NOT NULL,
        -- JSON: figures of the whole; none while it is recorded.
        summary TEXT,
        -- The tape strip's picture.
        strip BLOB,
        -- The user's name for it, and whether it is protected.
        name TEXT NOT NULL DEFAULT '',
        kept INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    -- Entries, some hundred in a row.
    CREATE TABLE block (
        first INTEGER PRIMARY KEY NOT NULL,
        len INTEGER NOT NULL,
        events INTEGER NOT NULL,
        comments INTEGER NOT NULL,
        data_bytes INTEGER NOT NULL,
        at_us INTEGER NOT NULL,
        until_us INTEGER NOT NULL,
        event_us INTEGER,
        -- CRC-32 of the body.
        sum INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX block_by_time ON block (at_us);
    CREATE INDEX block_by_event ON block (events);
    -- What came over the wire, newest within its budget.
    CREATE TABLE wire (
        no INTEGER PRIMARY KEY NOT NULL,
        at_us INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        facts TEXT NOT NULL,
        bytes BLOB NOT NULL,
        raw BLOB
    ) STRICT;
    CREATE TABLE bookmark (
        pos INTEGER PRIMARY KEY NOT NULL,
        at_us INTEGER NOT NULL,
        note TEXT NOT NULL
    ) STRICT;
"];
/// Bytes of a block that is read, and of any value: four of the longest events that a stream allows unless it is told
/// otherwise. What is longer cannot be read.
pub const BODY_MOST: u32 = 256 << 20;
/// Bytes of a row of the wire: the facts of one, its bytes, and as they came. A chunk keeps 1 MiB of either at the most;
/// an exchange has a request's body in its facts.
pub const FACTS_MOST: u32 = 16 << 20;
/// See [`FACTS_MOST`].
pub const CHUNK_MOST: u32 = 2 << 20;
/// Bytes of what is said of the tape itself, its figures and findings.
pub const HEAD_MOST: u32 = 16 << 20;
/// Bytes of the strip's picture: it has 65,536 steps of some tens of bytes at the most.
pub const STRIP_MOST: u32 = 8 << 20;
/// Bytes of a name and of a bookmark's note, which is cut at 1,000 characters.
pub const TEXT_MOST: u32 = 4 << 10;
/// How long the writer waits for a reader that holds a page.
const BUSY: Duration = Duration::from_secs(2);

fn tape_failure(what: &str, path: &Path, message: String, detail: &str) -> Failure {
    Failure::new(Code::Tape, message)
        .with("what", what)
        .with("path", path.display())
        .with("detail", detail)
}

/// The failure that an error of the file is.
pub fn failure(path: &Path, error: &rusqlite::Error) -> Failure {
    let detail = error.to_string();
    let file = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => damaged(path, &detail),
        Some(ErrorCode::NotADatabase) => foreign(path, &detail),
        Some(ErrorCode::DiskFull) => tape_failure(
            "full",
            path,
            format!("there is no room on the disk for {file}; make room and try again"),
            &detail,
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => tape_failure(
            "busy",
            path,
            format!("{file} is in use; close what uses it and try again"),
            &detail,
        ),
        _ => unreadable(path, &detail),
    }
}

/// A tape whose pages or blocks are broken.
pub fn damaged(path: &Path, detail: &str) -> Failure {
    let message = format!("{} is damaged; what is readable can be recovered", path.display());
    tape_failure("damaged", path, message, detail)
}

/// A file that is no tape.
pub fn foreign(path: &Path, detail: &str) -> Failure {
    tape_failure(
        "foreign",
        path,
        format!("{} is not a tape", path.display()),
        detail,
    )
}

/// A file that cannot be read.
pub fn unreadable(path: &Path, detail: &str) -> Failure {
    let message = format!("{} cannot be read or written: {detail}", path.display());
    tape_failure("unreadable", path, message, detail)
}

/// Makes a file for writing. One that is there already is an error.
pub fn create(path: &Path) -> Result<Connection, Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Only its owner may read it; SQLite's own files beside it take over its rights.
        options.mode(0o600);
    }
    options.open(path).map_err(|error| io(path, &error))?;
    let made = || -> rusqlite::Result<Connection> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        db.pragma_update(None, "page_size", PAGE_BYTES)?;
        for (step, sql) in MIGRATIONS.iter().enumerate() {
            db.execute_batch(&format!(
                "BEGIN IMMEDIATE; {sql} PRAGMA user_version = {}; PRAGMA application_id = {APPLICATION_ID}; COMMIT;",
                step + 1
            ))?;
        }
        for_writing(&db)?;
        Ok(db)
    };
    made().map_err(|error| {
        // Empty or half made: nothing of anybody's is in it.
        let _ = fs::remove_file(path);
        failure(path, &error)
    })
}

/// The failure that an error of the file system is.
pub fn io(path: &Path, error: &std::io::Error) -> Failure {
    let detail = error.to_string();
    match error.kind() {
        std::io::ErrorKind::NotFound => tape_failure(
            "missing",
            path,
            format!("{} is not there; check the name and the folder", path.display()),
            &detail,
        ),
        std::io::ErrorKind::AlreadyExists => tape_failure(
            "exists",
            path,
            format!("{} is there already; choose another name", path.display()),
            &detail,
        ),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => tape_failure(
            "full",
            path,
            format!("there is no room on the disk for {}", path.display()),
            &detail,
        ),
        _ => unreadable(path, &detail),
    }
}

/// Opens one of our own files for writing.
pub fn open_for_writing(path: &Path) -> Result<Connection, Failure> {
    let db = open_checked(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    for_writing(&db).map_err(|error| failure(path, &error))?;
    Ok(db)
}

/// Opens a closed tape for a small change that is made in one transaction; it stays one file.
pub fn open_for_editing(path: &Path) -> Result<Connection, Failure> {
    open_checked(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn for_writing(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // A commit then costs no wait for the disk; a killed process loses nothing of it, a power cut the newest.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    // The writer moves the pages over itself, between batches (`Writer::checkpoint`).
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    db.set_prepared_statement_cache_capacity(16);
    Ok(())
}

/// Opens a file for reading, whoever made it: nothing in it is run, and nothing in it is believed.
pub fn open_for_reading(path: &Path) -> Result<Connection, Failure> {
    open_checked(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Opens a file that is known to be damaged, to recover what can be read.
pub fn open_damaged(path: &Path) -> Result<Connection, Failure> {
    let db = open_guarded(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    // SQLite refuses a file that is shorter than its header says, unless its schema may be written to: which nobody can
    // do where the file is opened for reading alone.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)
        .and_then(|_| db.pragma_update(None, "writable_schema", true))
        .map_err(|error| failure(path, &error))?;
    // What of its schema is readable must be a tape's all the same.
    if let (Ok(found), Ok(ours)) = (schema(&db), own_schema(MIGRATIONS.len())) {
        known(&found, &ours, path)?;
    }
    Ok(db)
}

fn open_checked(path: &Path, flags: OpenFlags) -> Result<Connection, Failure> {
    let db = open_guarded(path, flags)?;
    check(&db, path)?;
    Ok(db)
}

fn open_guarded(path: &Path, flags: OpenFlags) -> Result<Connection, Failure> {
    if let Err(error) = fs::metadata(path) {
        return Err(io(path, &error));
    }
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| failure(path, &error))?;
    let guarded = || -> rusqlite::Result<()> {
        // A stranger's file (https://sqlite.org/security.html).
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        db.pragma_update(None, "cell_size_check", true)?;
        db.pragma_update(None, "mmap_size", 0)?;
        db.set_limit(Limit::SQLITE_LIMIT_LENGTH, BODY_MOST as i32)?;
        db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        db.busy_timeout(BUSY)?;
        Ok(())
    };
    guarded().map_err(|error| failure(path, &error))?;
    Ok(db)
}

/// Whether it is a tape of a version that is known, with what a tape has, made as a tape's is, and nothing else.
fn check(db: &Connection, path: &Path) -> Result<(), Failure> {
    let number = |pragma: &str| -> rusqlite::Result<i32> {
        db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
    };
    let told = |error: rusqlite::Error| failure(path, &error);
    if number("application_id").map_err(told)? != APPLICATION_ID {
        return Err(foreign(path, "it carries another program's mark"));
    }
    let version = number("user_version").map_err(told)?;
    if version > MIGRATIONS.len() as i32 {
        let message = format!(
            "a newer Tapewriter made {} (version {version}); update and open it again",
            path.display()
        );
        return Err(tape_failure("newer", path, message, &version.to_string()).with("version", version));
    }
    if version < 1 {
        return Err(foreign(path, "it is of no version"));
    }
    let found = schema(db).map_err(told)?;
    let ours = own_schema(version as usize).map_err(told)?;
    known(&found, &ours, path)?;
    if let Some(missing) = ours
        .iter()
        .find(|own| !found.iter().any(|one| one.name == own.name))
    {
        return Err(damaged(
            path,
            &format!("the {} {} is missing", missing.kind, missing.name),
        ));
    }
    Ok(())
}

/// A table or an index, as SQLite wrote down how it was made.
#[derive(Debug, PartialEq, Eq)]
struct Made {
    kind: String,
    name: String,
    sql: Option<String>,
}

fn schema(db: &Connection) -> rusqlite::Result<Vec<Made>> {
    // More than any tape has: one more than is wanted is refused already.
    db.prepare("SELECT type, name, sql FROM sqlite_schema LIMIT 64")?
        .query_map([], |row| {
            Ok(Made {
                kind: row.get(0)?,
                name: row.get(1)?,
                sql: row.get(2)?,
            })
        })?
        .collect()
}

/// What a file of a version holds, found by making one in memory.
fn own_schema(version: usize) -> rusqlite::Result<Vec<Made>> {
    let db = Connection::open_in_memory()?;
    for sql in &MIGRATIONS[..version.min(MIGRATIONS.len())] {
        db.execute_batch(sql)?;
    }
    schema(&db)
}

/// Refuses what no tape has, and what it has under a tape's names but made otherwise: a column that is computed gives
/// values of any size from a file of a few KiB.
fn known(found: &[Made], ours: &[Made], path: &Path) -> Result<(), Failure> {
    for one in found {
        let Made { kind, name, .. } = one;
        match ours.iter().find(|own| own.name == *name) {
            Some(own) if own == one => {}
            Some(_) => {
                return Err(foreign(
                    path,
                    &format!("its {kind} {name} is not made as a tape's is"),
                ));
            }
            None => {
                return Err(foreign(
                    path,
                    &format!("it has a {kind}, {name}, which no tape has"),
                ));
            }
        }
    }
    Ok(())
}

/// A column that is read only where it is no longer than that, else NULL; SQLite knows the length without reading it.
pub fn bounded(column: &str, most: u32) -> String {
    format!("CASE WHEN octet_length({column}) <= {most} THEN {column} END")
}

/// Makes one file of it that any SQLite can open anywhere, a medium that cannot be written to included.
pub fn close(db: Connection) -> rusqlite::Result<()> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    db.pragma_update(None, "journal_mode", "DELETE")?;
    db.close().map_err(|(_, error)| error)
}
