//! What is written on a tape: the statements, and blocks that are filled before they are written.

use rusqlite::{Connection, params};

use super::block::{BlockWriter, Running};
use super::{Summary, TapeHead};
use crate::contract::Bookmark;
use crate::log::Entry;
use crate::wire::stored::Stored;

/// A block that is smaller goes on with the next batch, and is written over: a slow stream must not make a block of
/// each event, nor write a large one again and again.
const GOES_ON_BYTES: usize = 16 << 10;

/// Fills blocks and writes them. Works within a transaction of its caller.
#[derive(Debug)]
pub struct Pen {
    block: BlockWriter,
    /// The block as it was last written, should the transaction fail.
    running: Running,
}

impl Pen {
    /// For a tape on which nothing is yet.
    pub fn new() -> Self {
        let running = Running::default();
        Self {
            block: BlockWriter::new(running),
            running,
        }
    }

    /// Figures after all that was pushed.
    pub const fn running(&self) -> Running {
        self.block.running()
    }

    /// Bytes of event data that have been committed.
    pub const fn data_bytes_written(&self) -> u64 {
        self.running.data_bytes
    }

    /// Begins a new block after a batch that could not be written: the next entries come after it.
    pub fn begin_anew(&mut self) {
        self.block = BlockWriter::new(self.running);
    }

    /// Adds entries, writing each block that is full.
    pub fn entries(&mut self, db: &Connection, entries: &[Entry]) -> rusqlite::Result<()> {
        for entry in entries {
            if self.block.is_full(entry.pos) {
                self.turn(db)?;
            }
            self.block.push(entry);
        }
        Ok(())
    }

    fn turn(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.write(db)?;
        self.block = BlockWriter::new(self.block.running());
        Ok(())
    }

    /// Writes the block that is not full; a small one goes on afterwards.
    pub fn flush(&mut self, db: &Connection) -> rusqlite::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        if self.block.body().len() < GOES_ON_BYTES {
            self.write(db)
        } else {
            self.turn(db)
        }
    }

    /// What was written has been committed.
    pub const fn committed(&mut self) {
        self.running = self.block.running();
    }

    fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        let head = self.block.head();
        db.prepare_cached(
            "INSERT OR REPLACE INTO block
             (first, len, events, comments, data_bytes, at_us, until_us, event_us, sum, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            head.first,
            head.len,
            head.events,
            head.comments,
            head.data_bytes,
            head.at_us,
            head.until_us,
            head.event_us,
            head.sum,
            self.block.body(),
        ])?;
        Ok(())
    }
}

/// Writes what is recorded.
pub fn head(db: &Connection, head: &TapeHead) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO tape (only, head) VALUES (1, ?1)",
        params![json(head)],
    )?;
    Ok(())
}

/// Writes the figures of the whole and the strip's picture.
pub fn summary(db: &Connection, summary: &Summary, strip: Option<&[u8]>) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE tape SET summary = ?1, strip = ?2",
        params![json(summary), strip],
    )?;
    Ok(())
}

/// Writes a row of the wire, or writes it again.
pub fn wire(db: &Connection, row: &Stored) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO wire (no, at_us, attempt, facts, bytes, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        row.no,
        row.at_us,
        row.attempt,
        json(&row.facts),
        row.bytes,
        row.raw
    ])?;
    Ok(())
}

/// Lets the rows of the wire go that fell out of its budget, but for one.
pub fn drop_wire(db: &Connection, before: u64, but: Option<u64>) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM wire WHERE no < ?1 AND no IS NOT ?2")?
        .execute(params![before, but])?;
    Ok(())
}

/// Writes the bookmarks anew.
pub fn bookmarks(db: &Connection, all: &[Bookmark]) -> rusqlite::Result<()> {
    db.execute("DELETE FROM bookmark", [])?;
    let mut insert = db.prepare_cached("INSERT INTO bookmark (pos, at_us, note) VALUES (?1, ?2, ?3)")?;
    for bookmark in all {
        insert.execute(params![bookmark.pos, bookmark.at_us, bookmark.note])?;
    }
    Ok(())
}

/// Names it, and protects it or gives it up.
pub fn name(db: &Connection, name: &str, kept: bool) -> rusqlite::Result<()> {
    db.execute("UPDATE tape SET name = ?1, kept = ?2", params![name, kept])?;
    Ok(())
}

/// Bytes of the file that hold something.
pub fn used_bytes(db: &Connection) -> rusqlite::Result<u64> {
    let pragma = |name: &str| db.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, u64>(0));
    Ok((pragma("page_count")? - pragma("freelist_count")?) * pragma("page_size")?)
}

/// Lets the oldest blocks go until about `bytes` are free; says where the tape begins now.
pub fn drop_oldest(db: &Connection, bytes: u64) -> rusqlite::Result<Option<u64>> {
    let mut freed = 0;
    let mut last = None;
    {
        let mut oldest = db.prepare_cached("SELECT first, length(body) FROM block ORDER BY first")?;
        let mut rows = oldest.query([])?;
        while let Some(row) = rows.next()? {
            if freed >= bytes {
                break;
            }
            freed += row.get::<_, u64>(1)?;
            last = Some(row.get::<_, u64>(0)?);
        }
    }
    // The newest always stays.
    db.execute(
        "DELETE FROM block WHERE first <= ?1 AND first < (SELECT max(first) FROM block)",
        params![last],
    )?;
    db.query_row("SELECT min(first) FROM block", [], |row| row.get(0))
}

/// Plain data always has a JSON form.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
