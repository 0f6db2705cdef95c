//! Files as tapes: another tape, event-stream text (`.sse`), JSON lines (`.jsonl`, `.ndjson`).
//!
//! What a file is, its content says first and its name second. Every file is a stranger's: each reader is bounded by
//! the stream's limits, fails with a [`Failure`] that says where, and leaves nothing behind.
//!
//! - A tape is read by the hostile-safe reader and written anew, entry by entry: no page of the stranger's file is
//!   taken over.
//! - Event-stream text goes the same way as a line's body (`body`). It has no times, so its events lie
//!   [`STEP_US`] apart, from the moment of the import on, and its blocks become the chunks. By the standard a last
//!   block without a blank line behind it is no event.
//! - JSON lines of our own export (`own`) come back with all their kinds and times; events are numbered anew. Other
//!   JSON lines are read like a line's NDJSON body: each is an event of the type `message`, with times as above.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::attempt::Chunk;
use crate::contract::{Code, Failure, Framing};
use crate::export::{Watch, disk_failure};
use crate::lenient::{BOM, Limits};
use crate::log::Entry;

mod body;
mod made;
mod own;

pub use made::import;

/// Between two events of a file that has no times, microseconds: a pace at which a replay can be watched.
pub const STEP_US: u64 = 50_000;
/// Bytes at a file's beginning that tell what it is.
const SNIFF: usize = 4 << 10;
/// How an SQLite file begins (<https://sqlite.org/fileformat.html>, 1.2).
const SQLITE: &[u8] = b"SQLite format 3\0";

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A tape.
    Tape,
    /// JSON lines, our own or others.
    Jsonl,
    /// Event-stream text.
    Sse,
}

/// Where what is read goes, in order: a chunk before what it completed.
pub trait Sink {
    /// An entry, positions from 0 without gaps.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn entry(&mut self, entry: Entry) -> Result<(), Failure>;
    /// A part of the body; told only of files that are one.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn chunk(&mut self, at_us: u64, attempt: u32, chunk: &Chunk) -> Result<(), Failure>;
}

/// What is known of a file before its entries are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// Address, where the file names one; else empty.
    pub url: String,
    /// Time of the first entry.
    pub started_us: u64,
    /// How its chunks are cut into events.
    pub framing: Framing,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Entries.
    pub entries: u64,
    /// Events among them.
    pub events: u64,
    /// Time of the last entry.
    pub ended_us: u64,
}

/// The bounds that a file's lines and events have.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Of a line and an event.
    pub limits: Limits,
    /// The time from which a file without times begins.
    pub now_us: u64,
}

/// A failure about the file as such.
fn refused(what: &str, message: &str) -> Failure {
    Failure::new(Code::Tape, message).with("what", what)
}

fn damaged(line: u64, detail: impl std::fmt::Display) -> Failure {
    let message = format!("line {line} of the file cannot be read; nothing was imported");
    refused("damaged", &message)
        .with("line", line)
        .with("detail", detail)
}

/// What a file is read as, by its first bytes and its name.
///
/// # Errors
/// `empty`, or `foreign` where it is nothing that can be read, or what the disk says.
pub fn kind_of(path: &Path) -> Result<FileKind, Failure> {
    let failed = |error: io::Error| disk_failure(&error);
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let mut start = Vec::new();
    file.take(SNIFF as u64).read_to_end(&mut start).map_err(failed)?;
    let name = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    sniff(
        &start,
        name.as_ref().and_then(|name| name.to_str()).unwrap_or_default(),
    )
}

fn sniff(start: &[u8], name: &str) -> Result<FileKind, Failure> {
    if start.starts_with(SQLITE) {
        return Ok(FileKind::Tape);
    }
    let text = start.strip_prefix(BOM).unwrap_or(start);
    let Some(first) = text.iter().find(|byte| !byte.is_ascii_whitespace()) else {
        // A beginning of blank lines tells nothing, unless it is all there is.
        return if start.len() < SNIFF {
            Err(refused("empty", "the file is empty"))
        } else {
            Ok(FileKind::Sse)
        };
    };
    match (name, first) {
        ("tape", _) => Err(refused("foreign", "the file is not a tape")),
        ("jsonl" | "ndjson", _) => Ok(FileKind::Jsonl),
        // No field's name begins like this, nor does a comment.
        (_, b'{' | b'[') => Ok(FileKind::Jsonl),
        _ => Ok(FileKind::Sse),
    }
}

/// Reads a file of text into what `make` makes of its beginning. Progress is in bytes.
///
/// # Errors
/// [`Code::Stopped`] when `watch` breaks, [`Code::Limit`] for a line or an event over its bound, [`Code::Tape`] for
/// a file that cannot be read, with what is the matter (`empty`, `foreign`, `damaged` with the `line`).
pub fn read_text<S: Sink>(
    path: &Path,
    kind: FileKind,
    terms: Terms,
    make: impl FnOnce(Beginning) -> Result<S, Failure>,
    watch: &mut Watch<'_>,
) -> Result<(S, Imported), Failure> {
    let failed = |error: io::Error| disk_failure(&error);
    let mut file = File::open(path).map_err(failed)?;
    let framing = match kind {
        FileKind::Tape => return Err(refused("foreign", "a tape is not text")),
        FileKind::Sse => Framing::Sse,
        FileKind::Jsonl => {
            if let Some(beginning) = own::beginning(&mut file, terms.limits)? {
                file.rewind().map_err(failed)?;
                let mut sink = make(beginning)?;
                let imported = own::read(file, terms.limits, &mut sink, watch)?;
                return Ok((sink, imported));
            }
            file.rewind().map_err(failed)?;
            Framing::Ndjson
        }
    };
    let mut sink = make(Beginning {
        url: String::new(),
        started_us: terms.now_us,
        framing,
    })?;
    let imported = body::read(file, framing, terms, &mut sink, watch)?;
    Ok((sink, imported))
}

#[cfg(test)]
mod tests;
