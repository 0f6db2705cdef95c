//! A tape as it is read: by position, in blocks that are kept for a while, also while another thread writes it.

mod wire;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::block::{self, BlockHead, BlockReader};
use super::{Summary, TapeHead, file, pen};
use crate::contract::{BOOKMARKS, Bookmark, Failure};
use crate::log::{Entry, Kind, Log, Seen, Span};

/// Blocks that are kept read: a window of rows on either side of where a reader scrolls, 2 MiB at the most but for
/// single entries that are larger.
const CACHED: usize = 6;
/// Bytes of them, where single entries are larger; the newest stays whatever it has.
const CACHED_BYTES: usize = 64 << 20;

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
    fault: Mutex<Fault>,
    times: Mutex<Option<(Span, Arc<Vec<Until>>)>>,
}

/// What was the matter with the file.
#[derive(Default)]
struct Fault {
    /// It could not be opened: so it is between its making and the first thing written on it, and over once it opens.
    opening: Option<Failure>,
    /// It is damaged, which stays.
    lasting: Option<Failure>,
}

/// Where a block ends, and the latest arrival in it and in all before it.
struct Until {
    first: u64,
    end: u64,
    at_us: u64,
}

/// The last of the entries before a position that is on the tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Came {
    /// Its position.
    pub pos: u64,
    /// When it had come, by a clock that is never set back: the latest arrival up to it.
    pub at_us: u64,
    /// Its attempt.
    pub attempt: u32,
}

struct Block {
    head: BlockHead,
    /// Of its body, which the texts of its entries take again.
    bytes: usize,
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

const COLUMNS: &str =
    "first, len, events, comments, data_bytes, at_us, until_us, event_us, sum, octet_length(body)";

/// The head of a block; none where its figures cannot be.
fn head_of(row: &Row<'_>) -> rusqlite::Result<Option<BlockHead>> {
    let figure = |column: usize| row.get::<_, i64>(column).map(|figure| u64::try_from(figure).ok());
    let head = || -> rusqlite::Result<Option<(BlockHead, u64)>> {
        let [
            Some(first),
            Some(len),
            Some(events),
            Some(comments),
            Some(data_bytes),
            Some(at_us),
            Some(until_us),
            Some(sum),
            Some(body_bytes),
        ] = [
            figure(0)?,
            figure(1)?,
            figure(2)?,
            figure(3)?,
            figure(4)?,
            figure(5)?,
            figure(6)?,
            figure(8)?,
            figure(9)?,
        ]
        else {
            return Ok(None);
        };
        let event_us: Option<i64> = row.get(7)?;
        let head = BlockHead {
            first,
            len,
            events,
            comments,
            data_bytes,
            at_us,
            until_us,
            event_us: event_us.and_then(|at| u64::try_from(at).ok()),
            sum: u32::try_from(sum).unwrap_or(0),
        };
        Ok(Some((head, body_bytes)))
    };
    Ok(head()?
        .filter(|(head, bytes)| head.is_possible(*bytes) && *bytes <= u64::from(file::BODY_MOST))
        .map(|(head, _)| head))
}

/// A block that is asked for with its body; none where its figures cannot be.
fn block_of(row: &Row<'_>) -> rusqlite::Result<Option<(BlockHead, Vec<u8>)>> {
    let Some(head) = head_of(row)? else {
        return Ok(None);
    };
    Ok(row.get::<_, Option<Vec<u8>>>(10)?.map(|body| (head, body)))
}

/// Blocks that `rest` names, with their bodies.
fn blocks(rest: &str) -> String {
    let body = file::bounded("body", file::BODY_MOST);
    format!("SELECT {COLUMNS}, {body} FROM block {rest}")
}

impl Tape {
    /// Opens a closed tape, or one that a killed process left.
    ///
    /// # Errors
    /// [`crate::contract::Code::Tape`] with what is the matter with it.
    pub fn open(path: &Path) -> Result<Arc<Self>, Failure> {
        let db = file::open_for_reading(path)?;
        let told = |error: rusqlite::Error| file::failure(path, &error);
        let sql = format!(
            "SELECT {}, {} FROM tape",
            file::bounded("head", file::HEAD_MOST),
            file::bounded("summary", file::HEAD_MOST)
        );
        let (head, summary): (Option<String>, Option<String>) = db
            .query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(told)?;
        let head = serde_json::from_str(&head.unwrap_or_default())
            .map_err(|error| file::damaged(path, &error.to_string()))?;
        let summary = summary.and_then(|summary| serde_json::from_str(&summary).ok());
        let progress = Progress::default();
        let newest = db
            .query_row(&blocks("ORDER BY first DESC LIMIT 1"), [], block_of)
            .optional()
            .map_err(told)?;
        let first: Option<i64> = db
            .query_row("SELECT min(first) FROM block", [], |row| row.get(0))
            .map_err(told)?;
        if let (Some(newest), Some(first)) = (newest, first) {
            let impossible = || file::damaged(path, &block::Damaged.to_string());
            let (newest, body) = newest.ok_or_else(impossible)?;
            let first = u64::try_from(first).map_err(|_| impossible())?;
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
            times: Mutex::default(),
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
            times: Mutex::default(),
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
        let fault = self.fault.lock();
        fault.lasting.clone().or_else(|| fault.opening.clone())
    }

    /// Lets go of the file, so that the writer can close it whole; whoever reads next opens it again. `while_closed`
    /// runs in between.
    pub(crate) fn release<T>(&self, while_closed: impl FnOnce() -> T) -> T {
        let mut db = self.db.lock();
        *db = None;
        while_closed()
    }

    /// Asks the file. A failure is kept for [`Tape::fault`] and answers none; one of opening until it opens.
    fn ask<T>(&self, ask: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
        let mut db = self.db.lock();
        if db.is_none() {
            match file::open_for_reading(&self.path) {
                Ok(opened) => {
                    *db = Some(opened);
                    self.fault.lock().opening = None;
                }
                Err(failure) => {
                    self.fault.lock().opening = Some(failure);
                    return None;
                }
            }
        }
        match ask(db.as_ref()?) {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.fault.lock().lasting = Some(file::failure(&self.path, &error));
                None
            }
        }
    }

    /// A block whose figures cannot be, or that is not what was written.
    fn is_damaged(&self) {
        self.fault.lock().lasting = Some(file::damaged(&self.path, &block::Damaged.to_string()));
    }

    /// The block that holds an entry, or the first after it. One whose figures cannot be counts as not there.
    fn block_bytes(&self, pos: u64, or_after: bool) -> Option<(BlockHead, Vec<u8>)> {
        let mut impossible = false;
        let found = self.ask(|db| {
            let mut before = db.prepare_cached(&blocks("WHERE first <= ?1 ORDER BY first DESC LIMIT 1"))?;
            let found = before.query_row(params![pos], block_of).optional()?;
            impossible |= found == Some(None);
            if let Some(Some((head, body))) = found
                && pos - head.first < head.len
            {
                return Ok(Some((head, body)));
            }
            if !or_after {
                return Ok(None);
            }
            let mut after = db.prepare_cached(&blocks("WHERE first > ?1 ORDER BY first"))?;
            let mut rows = after.query(params![pos])?;
            while let Some(row) = rows.next()? {
                match block_of(row)? {
                    Some(found) => return Ok(Some(found)),
                    None => impossible = true,
                }
            }
            Ok(None)
        });
        if impossible {
            self.is_damaged();
        }
        found.flatten()
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
            self.is_damaged();
            block::readable(&head, &body)
        });
        let bytes = body.len();
        let block = Arc::new(Block { head, bytes, entries });
        let mut cache = self.cache.lock();
        // The newest block grows while it is written: what was read of it before is the same block.
        cache.retain(|held| held.head.first != head.first);
        let mut held: usize = cache.iter().map(|held| held.bytes).sum();
        while cache.len() >= CACHED || (!cache.is_empty() && held + bytes > CACHED_BYTES) {
            held -= cache.remove(0).bytes;
        }
        cache.push(Arc::clone(&block));
        Some(block)
    }

    /// The heads of all blocks from the one that holds `pos` on, in order, until `see` breaks.
    pub fn heads(&self, pos: u64, see: &mut dyn FnMut(BlockHead) -> ControlFlow<()>) {
        /// Heads of one question: a read transaction of about a millisecond.
        const AT_ONCE: u64 = 1_024;
        let pos = pos.min(i64::MAX as u64);
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
                .query_map(params![from, AT_ONCE], |row| {
                    Ok((row.get::<_, u64>(0)?, head_of(row)?))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()
            });
            let Some(heads) = heads.filter(|heads| !heads.is_empty()) else {
                return;
            };
            for (first, head) in heads {
                from = first.saturating_add(1);
                match head {
                    Some(head) if see(head).is_break() => return,
                    Some(_) => {}
                    None => self.is_damaged(),
                }
            }
        }
    }

    /// The head of the block that holds an entry.
    pub fn head_at(&self, pos: u64) -> Option<BlockHead> {
        self.block(pos).map(|block| block.head)
    }

    /// Where each block ends, and when all up to there had come. Read once for a closed tape.
    fn times(&self) -> Arc<Vec<Until>> {
        let span = self.span();
        if let Some((of, times)) = &*self.times.lock()
            && *of == span
        {
            return Arc::clone(times);
        }
        let mut times = Vec::new();
        let mut at_us = 0;
        self.heads(span.first, &mut |head| {
            at_us = at_us.max(head.until_us);
            times.push(Until {
                first: head.first,
                end: head.first + head.len,
                at_us,
            });
            ControlFlow::Continue(())
        });
        let times = Arc::new(times);
        *self.times.lock() = Some((span, Arc::clone(&times)));
        times
    }

    /// One past the last entry that had come by a time: how far a replay that stands there has come. The time is that
    /// of [`Came`]: where the clock was set back, what follows comes when all before it has.
    pub fn after(&self, at_us: u64) -> u64 {
        let span = self.span();
        let times = self.times();
        let whole = times.partition_point(|until| until.at_us <= at_us);
        let Some(next) = times.get(whole) else {
            return span.end;
        };
        let before = whole.checked_sub(1).map_or(span.first, |last| times[last].end);
        let after = self.block(next.first).map_or(before, |block| {
            match block.entries.iter().position(|entry| entry.at_us > at_us) {
                Some(0) => before,
                Some(index) => block.head.first + index as u64,
                None => next.end,
            }
        });
        after.clamp(span.first, span.end)
    }

    /// The last entry before a position, over whatever is missing in between.
    pub fn came_before(&self, pos: u64) -> Option<Came> {
        let times = self.times();
        let mut at = times.partition_point(|until| until.first < pos);
        // Almost always the first that is looked at; one of which nothing is readable has nothing to say.
        while let Some(index) = at.checked_sub(1) {
            at = index;
            let Some(block) = self.block(times[index].first) else {
                continue;
            };
            let before = || block.entries.iter().take_while(|entry| entry.pos < pos);
            if let Some(last) = before().last() {
                let earlier = index.checked_sub(1).map_or(0, |index| times[index].at_us);
                let latest = before().map(|entry| entry.at_us).fold(earlier, u64::max);
                return Some(Came {
                    pos: last.pos,
                    at_us: latest,
                    attempt: last.attempt,
                });
            }
        }
        None
    }

    /// Events, comments and bytes of data before an entry, and the arrival of the newest event before it.
    pub fn running(&self, pos: u64) -> block::Running {
        let span = self.span();
        let Some(last) = pos
            .min(span.end)
            .checked_sub(1)
            .filter(|last| *last >= span.first)
        else {
            // What was let go of before it counted all the same.
            return self
                .block(span.first)
                .map(|block| block.head.running())
                .unwrap_or_default();
        };
        // A hole has no block: what came before it is what the block before it ends with.
        let Some(block) = self.block(last).or_else(|| self.block_before(last)) else {
            return block::Running::default();
        };
        let mut running = block.head.running();
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
                .query_row(params![seq.min(i64::MAX as u64)], |row| row.get::<_, u64>(0))
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

    /// Bookmarks, in order.
    pub fn bookmarks(&self) -> Vec<Bookmark> {
        self.ask(|db| {
            let note = file::bounded("note", file::TEXT_MOST);
            db.prepare(&format!(
                "SELECT pos, at_us, ifnull({note}, '') FROM bookmark ORDER BY pos LIMIT {BOOKMARKS}"
            ))?
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
        let sql = format!("SELECT {} FROM tape", file::bounded("strip", file::STRIP_MOST));
        self.ask(|db| db.query_row(&sql, [], |row| row.get(0))).flatten()
    }

    /// The user's name for it, and whether it is kept.
    pub fn name(&self) -> (String, bool) {
        self.ask(|db| {
            let name = file::bounded("name", file::TEXT_MOST);
            db.query_row(&format!("SELECT ifnull({name}, ''), kept FROM tape"), [], |row| {
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
            self.is_damaged();
        }
        let Ok(reader) = BlockReader::new(&head, &body) else {
            self.is_damaged();
            return head.first.saturating_add(head.len).max(from + 1);
        };
        for lying in reader {
            let Ok(lying) = lying else {
                self.is_damaged();
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

    fn next_from(&self, pos: u64) -> Option<u64> {
        let span = self.span();
        let mut pos = pos.max(span.first);
        while pos < span.end {
            if let Some(block) = self.block(pos) {
                if let Some(entry) = block.entries.iter().find(|entry| entry.pos >= pos) {
                    return Some(entry.pos).filter(|pos| *pos < span.end);
                }
                // What follows in it cannot be read.
                pos = block.head.first + block.head.len;
                continue;
            }
            let (head, _) = self.block_bytes(pos, true)?;
            pos = head.first.max(pos + 1);
        }
        None
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

#[cfg(test)]
mod tests;
