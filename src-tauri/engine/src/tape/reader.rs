//! A tape as it is read: by position, in blocks that are kept for a while, also while another thread writes it.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::block::{self, BlockHead, BlockReader};
use super::{Summary, TapeHead, file, pen};
use crate::contract::{Bookmark, Failure};
use crate::log::{Entry, Kind, Log, Seen, Span};
use crate::wire::stored::{Facts, Stored};
use crate::wire::taped::Reach;

/// Blocks that are kept read: a window of rows on either side of where a reader scrolls, 2 MiB at the most but for
/// single entries that are larger.
const CACHED: usize = 6;

/// How far a tape reaches; its writer tells, its readers look.
#[derive(Debug, Default)]
pub struct Progress {
    /// Oldest entry on it.
    pub first: AtomicU64,
    /// One past the newest entry on it.
    pub end: AtomicU64,
    /// Bytes of event data before `end`, dropped ones included.
    pub data_bytes: AtomicU64,
    /// Bytes of the file.
    pub bytes: AtomicU64,
}

/// A tape, open for reading. Its connection is made when it is first needed, and again after [`Tape::release`].
pub struct Tape {
    path: PathBuf,
    head: TapeHead,
    summary: Mutex<Option<Summary>>,
    progress: Arc<Progress>,
    db: Mutex<Option<Connection>>,
    cache: Mutex<Vec<Arc<Block>>>,
    fault: Mutex<Option<Failure>>,
}

struct Block {
    head: BlockHead,
    entries: Vec<Entry>,
}

impl Block {
    const fn holds(&self, pos: u64) -> bool {
        pos >= self.head.first && pos - self.head.first < self.head.len
    }

    fn get(&self, pos: u64) -> Option<&Entry> {
        self.entries
            .get(usize::try_from(pos.checked_sub(self.head.first)?).ok()?)
    }
}

const COLUMNS: &str = "first, len, events, comments, data_bytes, at_us, until_us, event_us, sum";

fn head_of(row: &Row<'_>) -> rusqlite::Result<BlockHead> {
    Ok(BlockHead {
        first: row.get(0)?,
        len: row.get(1)?,
        events: row.get(2)?,
        comments: row.get(3)?,
        data_bytes: row.get(4)?,
        at_us: row.get(5)?,
        until_us: row.get(6)?,
        event_us: row.get(7)?,
        sum: row.get(8)?,
    })
}

impl Tape {
    /// Opens a closed tape, or one that a killed process left.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] with what is the matter with it.
    pub fn open(path: &Path) -> Result<Arc<Self>, Failure> {
        let db = file::open_for_reading(path)?;
        let told = |error: rusqlite::Error| file::failure(path, &error);
        let (head, summary): (String, Option<String>) = db
            .query_row("SELECT head, summary FROM tape", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(told)?;
        let head = serde_json::from_str(&head).map_err(|error| file::damaged(path, &error.to_string()))?;
        let summary = summary.and_then(|summary| serde_json::from_str(&summary).ok());
        let progress = Progress::default();
        let newest = db
            .query_row(
                &format!("SELECT {COLUMNS}, body FROM block ORDER BY first DESC LIMIT 1"),
                [],
                |row| Ok((head_of(row)?, row.get::<_, Vec<u8>>(9)?)),
            )
            .optional()
            .map_err(told)?;
        let first: Option<u64> = db
            .query_row("SELECT min(first) FROM block", [], |row| row.get(0))
            .map_err(told)?;
        if let (Some((newest, body)), Some(first)) = (newest, first) {
            let data: usize = block::readable(&newest, &body)
                .iter()
                .map(|entry| match &entry.kind {
                    Kind::Event(event) => event.data.len(),
                    _ => 0,
                })
                .sum();
            progress.first.store(first, Ordering::Relaxed);
            progress
                .end
                .store(newest.first.saturating_add(newest.len), Ordering::Relaxed);
            progress
                .data_bytes
                .store(newest.data_bytes.saturating_add(data as u64), Ordering::Relaxed);
        }
        let bytes = std::fs::metadata(path).map_or(0, |meta| meta.len());
        progress.bytes.store(bytes, Ordering::Relaxed);
        Ok(Arc::new(Self {
            path: path.to_owned(),
            head,
            summary: Mutex::new(summary),
            progress: Arc::new(progress),
            db: Mutex::new(Some(db)),
            cache: Mutex::default(),
            fault: Mutex::default(),
        }))
    }

    /// A tape that is being written.
    pub(crate) fn recording(path: &Path, head: TapeHead, progress: Arc<Progress>) -> Self {
        Self {
            path: path.to_owned(),
            head,
            summary: Mutex::default(),
            progress,
            db: Mutex::default(),
            cache: Mutex::default(),
            fault: Mutex::default(),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was recorded.
    pub const fn head(&self) -> &TapeHead {
        &self.head
    }

    /// Its figures; none where it was never closed.
    pub fn summary(&self) -> Option<Summary> {
        self.summary.lock().clone()
    }

    pub(crate) fn set_summary(&self, summary: Summary) {
        *self.summary.lock() = Some(summary);
    }

    /// How far it reaches.
    pub const fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// What was the matter when it could not be read, if that was so.
    pub fn fault(&self) -> Option<Failure> {
        self.fault.lock().clone()
    }

    /// Lets go of the file, so that the writer can close it whole; whoever reads next opens it again. `while_closed`
    /// runs in between.
    pub(crate) fn release<T>(&self, while_closed: impl FnOnce() -> T) -> T {
        let mut db = self.db.lock();
        *db = None;
        while_closed()
    }

    /// Asks the file. A failure is kept for [`Tape::fault`] and answers none.
    fn ask<T>(&self, ask: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        let mut db = self.db.lock();
        if db.is_none() {
            match file::open_for_reading(&self.path) {
                Ok(opened) => *db = Some(opened),
                Err(failure) => {
                    *self.fault.lock() = Some(failure);
                    return None;
                }
            }
        }
        match ask(db.as_ref()?) {
            Ok(answer) => Some(answer),
            Err(error) => {
                *self.fault.lock() = Some(file::failure(&self.path, &error));
                None
            }
        }
    }

    /// The block that holds an entry, or the first after it.
    fn block_bytes(&self, pos: u64, or_after: bool) -> Option<(BlockHead, Vec<u8>)> {
        self.ask(|db| {
            let mut before = db.prepare_cached(&format!(
                "SELECT {COLUMNS}, body FROM block WHERE first <= ?1 ORDER BY first DESC LIMIT 1"
            ))?;
            let read = |row: &Row<'_>| Ok((head_of(row)?, row.get::<_, Vec<u8>>(9)?));
            let found = before.query_row(params![pos], read).optional()?;
            if let Some((head, body)) = found
                && pos - head.first < head.len
            {
                return Ok(Some((head, body)));
            }
            if !or_after {
                return Ok(None);
            }
            let mut after = db.prepare_cached(&format!(
                "SELECT {COLUMNS}, body FROM block WHERE first > ?1 ORDER BY first LIMIT 1"
            ))?;
            after.query_row(params![pos], read).optional()
        })
        .flatten()
    }

    fn block(&self, pos: u64) -> Option<Arc<Block>> {
        {
            let mut cache = self.cache.lock();
            if let Some(at) = cache.iter().position(|block| block.holds(pos)) {
                let block = cache.remove(at);
                cache.push(Arc::clone(&block));
                return Some(block);
            }
        }
        let (head, body) = self.block_bytes(pos, false)?;
        let whole = head.fits(&body).then(|| block::read(&head, &body).ok()).flatten();
        let entries = whole.unwrap_or_else(|| {
            *self.fault.lock() = Some(file::damaged(&self.path, &block::Damaged.to_string()));
            block::readable(&head, &body)
        });
        let block = Arc::new(Block { head, entries });
        let mut cache = self.cache.lock();
        // The newest block grows while it is written: what was read of it before is the same block.
        cache.retain(|held| held.head.first != head.first);
        if cache.len() >= CACHED {
            cache.remove(0);
        }
        cache.push(Arc::clone(&block));
        Some(block)
    }

    /// The heads of all blocks from the one that holds `pos` on, in order, until `see` breaks.
    pub fn heads(&self, pos: u64, see: &mut dyn FnMut(BlockHead) -> ControlFlow<()>) {
        /// Heads of one question: a read transaction of about a millisecond.
        const AT_ONCE: u64 = 1_024;
        let mut from = self
            .ask(|db| {
                db.prepare_cached("SELECT max(first) FROM block WHERE first <= ?1")?
                    .query_row(params![pos], |row| row.get::<_, Option<u64>>(0))
            })
            .flatten()
            .unwrap_or(0);
        loop {
            let heads = self.ask(|db| {
                db.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM block WHERE first >= ?1 ORDER BY first LIMIT ?2"
                ))?
                .query_map(params![from, AT_ONCE], head_of)?
                .collect::<rusqlite::Result<Vec<_>>>()
            });
            let Some(heads) = heads.filter(|heads| !heads.is_empty()) else {
                return;
            };
            for head in &heads {
                if see(*head).is_break() {
                    return;
                }
                from = head.first.saturating_add(1);
            }
        }
    }

    /// The head of the block that holds an entry.
    pub fn head_at(&self, pos: u64) -> Option<BlockHead> {
        self.block(pos).map(|block| block.head)
    }

    /// The first entry that arrived after a time: how far a replay that stands there has come. Blocks are in order of
    /// time but where the clock was set back between attempts.
    pub fn after(&self, at_us: u64) -> u64 {
        let span = self.span();
        let found = self
            .ask(|db| {
                db.prepare_cached(
                    "SELECT first FROM block WHERE at_us <= ?1 ORDER BY at_us DESC, first DESC LIMIT 1",
                )?
                .query_row(params![at_us], |row| row.get::<_, u64>(0))
                .optional()
            })
            .flatten();
        let Some(block) = found.and_then(|first| self.block(first)) else {
            return span.first;
        };
        let within = block.entries.iter().rposition(|entry| entry.at_us <= at_us);
        let after = within.map_or(block.head.first, |index| block.head.first + index as u64 + 1);
        after.clamp(span.first, span.end)
    }

    /// Events, comments and bytes of data before an entry, and the arrival of the newest event before it.
    pub fn running(&self, pos: u64) -> block::Running {
        let span = self.span();
        let Some(last) = pos
            .min(span.end)
            .checked_sub(1)
            .filter(|last| *last >= span.first)
        else {
            return block::Running::default();
        };
        // A hole has no block: what came before it is what the block before it ends with.
        let Some(block) = self.block(last).or_else(|| self.block_before(last)) else {
            return block::Running::default();
        };
        let mut running = block::Running {
            events: block.head.events,
            comments: block.head.comments,
            data_bytes: block.head.data_bytes,
            event_us: block.head.event_us,
        };
        for entry in block.entries.iter().take_while(|entry| entry.pos <= last) {
            match &entry.kind {
                Kind::Event(event) => {
                    running.events = event.seq;
                    running.data_bytes += event.data.len() as u64;
                    running.event_us = Some(entry.at_us);
                }
                Kind::Comment(_) => running.comments += 1,
                Kind::Mark(_) => {}
            }
        }
        running
    }

    fn block_before(&self, pos: u64) -> Option<Arc<Block>> {
        let first = self
            .ask(|db| {
                db.prepare_cached("SELECT max(first) FROM block WHERE first <= ?1")?
                    .query_row(params![pos], |row| row.get::<_, Option<u64>>(0))
            })
            .flatten()?;
        self.block(first)
    }

    /// The first entry of the event with this number or the first after it.
    pub fn event_pos(&self, seq: u64) -> Option<u64> {
        let first = self
            .ask(|db| {
                db.prepare_cached(
                    "SELECT first FROM block WHERE events < ?1 ORDER BY events DESC, first DESC LIMIT 1",
                )?
                .query_row(params![seq], |row| row.get::<_, u64>(0))
                .optional()
            })
            .flatten()?;
        let mut found = None;
        let mut from = first;
        let end = self.span().end;
        while found.is_none() && from < end {
            let next = self.visit(from, &mut |seen| {
                if seen.event.is_some_and(|event| event.seq >= seq) {
                    found = Some(seen.pos);
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            });
            if next <= from {
                break;
            }
            from = next;
        }
        found
    }

    /// Rows of the wire that are kept, in order, until `see` breaks. A row that cannot be read is left out.
    pub fn wire(&self, see: &mut dyn FnMut(Stored) -> ControlFlow<()>) {
        self.wire_from(0, see);
    }

    /// The same from a row on.
    pub fn wire_from(&self, from: u64, see: &mut dyn FnMut(Stored) -> ControlFlow<()>) {
        /// Rows of one question: some hundred KiB.
        const AT_ONCE: u64 = 16;
        let mut from = from;
        loop {
            let rows = self.ask(|db| {
                db.prepare_cached(
                    "SELECT no, at_us, attempt, facts, bytes, raw FROM wire WHERE no >= ?1 ORDER BY no LIMIT ?2",
                )?
                .query_map(params![from, AT_ONCE], |row| {
                    let facts: String = row.get(3)?;
                    let facts: Option<Facts> = serde_json::from_str(&facts).ok();
                    Ok((
                        row.get::<_, u64>(0)?,
                        facts.map(|facts| {
                            Ok::<_, rusqlite::Error>(Stored {
                                no: row.get(0)?,
                                at_us: row.get(1)?,
                                attempt: row.get(2)?,
                                facts,
                                bytes: row.get(4)?,
                                raw: row.get(5)?,
                            })
                        }),
                    ))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()
            });
            let Some(rows) = rows.filter(|rows| !rows.is_empty()) else {
                return;
            };
            for (no, stored) in rows {
                from = no.saturating_add(1);
                if let Some(Ok(stored)) = stored
                    && see(stored).is_break()
                {
                    return;
                }
            }
        }
    }

    /// Which rows of the wire are kept.
    pub fn wire_reach(&self) -> Reach {
        self.ask(|db| {
            let mut oldest = db.prepare_cached("SELECT no FROM wire ORDER BY no LIMIT 2")?;
            let oldest = oldest
                .query_map([], |row| row.get::<_, u64>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let newest: Option<u64> = db.query_row("SELECT max(no) FROM wire", [], |row| row.get(0))?;
            let end = newest.map_or(0, |newest| newest.saturating_add(1));
            Ok(match oldest[..] {
                // The exchange that outlived the rows after it stands alone.
                [alone, first] if first > alone.saturating_add(1) => Reach {
                    first,
                    end,
                    fallen: Some(alone),
                },
                [first, ..] => Reach {
                    first,
                    end,
                    fallen: None,
                },
                [] => Reach::default(),
            })
        })
        .unwrap_or_default()
    }

    /// One past the last row of the wire that had come by a time; rows are in the order of their times but where the
    /// clock was set back between attempts.
    pub fn wire_at(&self, reach: Reach, at_us: u64) -> u64 {
        let (mut low, mut high) = (reach.first, reach.end);
        while low < high {
            let middle = low + (high - low) / 2;
            let came = self
                .ask(|db| {
                    db.prepare_cached("SELECT at_us FROM wire WHERE no >= ?1 ORDER BY no LIMIT 1")?
                        .query_row(params![middle], |row| row.get::<_, u64>(0))
                        .optional()
                })
                .flatten();
            match came {
                Some(came) if came <= at_us => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// What the rows of the wire are, without their bytes.
    pub fn wire_facts(&self) -> Vec<Facts> {
        self.ask(|db| {
            db.prepare("SELECT facts FROM wire ORDER BY no")?
                .query_map([], |row| row.get::<_, String>(0))?
                .map(|facts| Ok(serde_json::from_str(&facts?).ok()))
                .filter_map(Result::transpose)
                .collect()
        })
        .unwrap_or_default()
    }

    /// Whether chunks are kept.
    pub fn has_wire(&self) -> bool {
        self.ask(|db| db.query_row("SELECT EXISTS (SELECT 1 FROM wire)", [], |row| row.get(0)))
            .unwrap_or(false)
    }

    /// Bookmarks, in order.
    pub fn bookmarks(&self) -> Vec<Bookmark> {
        self.ask(|db| {
            db.prepare("SELECT pos, at_us, note FROM bookmark ORDER BY pos LIMIT 10000")?
                .query_map([], |row| {
                    Ok(Bookmark {
                        pos: row.get(0)?,
                        at_us: row.get(1)?,
                        note: row.get(2)?,
                    })
                })?
                .collect()
        })
        .unwrap_or_default()
    }

    /// Writes the bookmarks of a closed tape.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] where the file cannot be written.
    pub fn set_bookmarks(&self, all: &[Bookmark]) -> Result<(), Failure> {
        let told = |error: rusqlite::Error| file::failure(&self.path, &error);
        let mut db = file::open_for_editing(&self.path)?;
        let transaction = db.transaction().map_err(told)?;
        pen::bookmarks(&transaction, all).map_err(told)?;
        transaction.commit().map_err(told)
    }

    /// The stored picture of the tape strip.
    pub fn strip_bytes(&self) -> Option<Vec<u8>> {
        self.ask(|db| db.query_row("SELECT strip FROM tape", [], |row| row.get(0)))
            .flatten()
    }

    /// The user's name for it, and whether it is kept.
    pub fn name(&self) -> (String, bool) {
        self.ask(|db| {
            db.query_row("SELECT name, kept FROM tape", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        })
        .unwrap_or_default()
    }
}

impl Log for Tape {
    fn span(&self) -> Span {
        let first = self.progress.first.load(Ordering::Acquire);
        Span {
            first,
            end: self.progress.end.load(Ordering::Acquire).max(first),
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        let span = self.span();
        if pos < span.first || pos >= span.end {
            return None;
        }
        self.block(pos)?.get(pos).cloned()
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        if pos >= self.span().end {
            return self.progress.data_bytes.load(Ordering::Acquire);
        }
        self.running(pos).data_bytes
    }

    fn run(&self, from: u64, len: usize) -> Vec<Entry> {
        let span = self.span();
        let from = from.max(span.first);
        let to = from.saturating_add(len as u64).min(span.end);
        let mut entries =
            Vec::with_capacity(usize::try_from(to.saturating_sub(from)).unwrap_or(0).min(1_024));
        let mut pos = from;
        while pos < to {
            let Some(block) = self.block(pos) else {
                // A hole: on to the block after it.
                match self.block_bytes(pos, true) {
                    Some((head, _)) if head.first > pos => pos = head.first,
                    _ => break,
                }
                continue;
            };
            let end = block.head.first + block.head.len;
            entries.extend(
                block
                    .entries
                    .iter()
                    .filter(|entry| entry.pos >= pos && entry.pos < to)
                    .cloned(),
            );
            pos = end;
        }
        entries
    }

    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        let span = self.span();
        let from = from.max(span.first);
        if from >= span.end {
            return from;
        }
        let Some((head, body)) = self.block_bytes(from, true) else {
            return span.end;
        };
        if !head.fits(&body) {
            *self.fault.lock() = Some(file::damaged(&self.path, &block::Damaged.to_string()));
        }
        let Ok(reader) = BlockReader::new(&head, &body) else {
            *self.fault.lock() = Some(file::damaged(&self.path, &block::Damaged.to_string()));
            return head.first.saturating_add(head.len).max(from + 1);
        };
        for lying in reader {
            let Ok(lying) = lying else {
                *self.fault.lock() = Some(file::damaged(&self.path, &block::Damaged.to_string()));
                break;
            };
            if lying.pos < from {
                continue;
            }
            if lying.pos >= span.end {
                return span.end;
            }
            if see(lying.seen()).is_break() {
                return lying.pos + 1;
            }
        }
        head.first.saturating_add(head.len).max(from + 1)
    }
}

impl std::fmt::Debug for Tape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tape")
            .field("path", &self.path)
            .field("span", &self.span())
            .finish_non_exhaustive()
    }
}
