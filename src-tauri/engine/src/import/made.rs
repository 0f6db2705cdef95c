//! What is imported, as a new tape.

use std::path::Path;

use super::{Beginning, FileKind, Imported, Sink, Terms, kind_of, read_text, refused};
use crate::attempt::Chunk;
use crate::contract::{Code, Failure, Framing, Stream, TapeOrigin};
use crate::export::{Watch, Which, to_tape};
use crate::log::Entry;
use crate::tape::{Maker, Tape, TapeHead};
use crate::wire::stored::{ChunkFacts, Facts, Stored};

/// Writes what is read into a tape.
struct Making {
    maker: Maker,
    framing: Framing,
    row: u64,
    at_us: u64,
    attempt: u32,
    /// Decoded bytes so far.
    offset: u64,
    events: u64,
    /// Bytes at the end that are no event.
    unfinished: u64,
    comment_us: Option<u64>,
}

impl Making {
    fn put(&mut self, at_us: u64, attempt: u32, facts: Facts, bytes: Vec<u8>) -> Result<(), Failure> {
        let row = Stored {
            no: self.row,
            at_us,
            attempt,
            facts,
            bytes,
            raw: None,
        };
        self.row += 1;
        self.maker.wire(&row)
    }
}

impl Sink for Making {
    fn entry(&mut self, entry: Entry) -> Result<(), Failure> {
        if matches!(entry.kind, crate::log::Kind::Comment(_)) {
            self.comment_us = Some(entry.at_us);
        }
        self.maker.push(entry)
    }

    fn chunk(&mut self, at_us: u64, attempt: u32, chunk: &Chunk) -> Result<(), Failure> {
        let came = chunk.bytes.len() as u64;
        let facts = ChunkFacts {
            came,
            raw_came: came,
            before: chunk.before.clone(),
            offset: self.offset,
            events_before: self.events,
            events: chunk.events,
            comment_us: self.comment_us,
            framing: self.framing,
            refused: false,
        };
        self.offset += came;
        self.events += chunk.events;
        self.unfinished = chunk.unfinished;
        (self.at_us, self.attempt) = (at_us, attempt);
        self.put(at_us, attempt, Facts::Chunk(facts), chunk.bytes.to_vec())
    }
}

/// Reads a file into a new tape at `to`, which appears once it is whole. `limits` and `now_us` as in [`Terms`];
/// progress is in bytes, or in entries where the file is a tape.
///
/// # Errors
/// Those of [`read_text`], and [`Code::Tape`] for a tape that cannot be read; with the `path` of the file, and nothing
/// is left behind.
pub fn import(from: &Path, to: &Path, terms: Terms, watch: &mut Watch<'_>) -> Result<Imported, Failure> {
    make(from, to, terms, watch).map_err(|failure| match failure.code {
        Code::Tape | Code::Limit if !failure.args.contains_key("path") => {
            failure.with("path", from.display())
        }
        _ => failure,
    })
}

fn make(from: &Path, to: &Path, terms: Terms, watch: &mut Watch<'_>) -> Result<Imported, Failure> {
    let kind = kind_of(from)?;
    if kind == FileKind::Tape {
        let tape = Tape::open(from)?;
        let change = |head: &mut TapeHead| {
            // Its definition may hold anything; it is sealed as a new one is.
            let own = TapeHead::new(&head.stream, head.started_us, TapeOrigin::Imported);
            *head = TapeHead {
                program: std::mem::take(&mut head.program),
                ..own
            };
        };
        let written = to_tape(&tape, Which::All, to, change, watch)?;
        if written.entries == 0 {
            let _ = std::fs::remove_file(to);
            return Err(refused("empty", "there is nothing on the tape"));
        }
        return Ok(Imported {
            entries: written.entries,
            events: written.events,
            ended_us: tape.summary().map_or(0, |summary| summary.ended_us),
        });
    }
    let name = from
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let make = |beginning: Beginning| {
        let stream = Stream {
            name: name.clone(),
            url: beginning.url,
            framing: beginning.framing,
            ..Stream::default()
        };
        let head = TapeHead::new(&stream, beginning.started_us, TapeOrigin::Imported);
        let mut maker = Maker::create(to, &head)?;
        maker.name(&name, false)?;
        Ok(Making {
            maker,
            framing: beginning.framing,
            row: 0,
            at_us: beginning.started_us,
            attempt: 1,
            offset: 0,
            events: 0,
            unfinished: 0,
            comment_us: None,
        })
    };
    let (mut making, imported) = read_text(from, kind, terms, make, watch)?;
    if making.row > 0 {
        let failure = Failure::new(Code::Eof, "the end of the file");
        let (at_us, attempt, unfinished) = (making.at_us, making.attempt, making.unfinished);
        making.put(
            at_us,
            attempt,
            Facts::End(Box::new(failure), unfinished),
            Vec::new(),
        )?;
    }
    let (body_bytes, framing) = (making.offset, making.framing);
    making.maker.finish(None, |summary| {
        summary.body_bytes = body_bytes;
        summary.framing = framing;
        summary.ended_us = imported.ended_us;
    })?;
    Ok(imported)
}
