//! Tapes that were not closed, and damaged ones: what is readable of them.

use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::Connection;

use super::block::{self, BlockHead};
use super::reader::Tape;
use super::{Maker, Summary, TapeHead, file, pen};
use crate::contract::{Code, Failure, TapeOrigin};
use crate::export::each;
use crate::log::{Entry, Kind, Log as _, Mark};
use crate::strip::Strips;
use crate::wire::stored::Stored;

/// Closes a tape that a killed process left: its figures are counted, and it becomes one file.
///
/// # Errors
/// [`Code::Tape`] where it cannot be read or written.
pub fn complete(path: &Path) -> Result<(), Failure> {
    let db = file::open_for_writing(path)?;
    let tape = Tape::open(path)?;
    if tape.summary().is_none() {
        let summary = count(&tape);
        let strip = Strips::rebuild(&*tape, Some(tape.head().started_us)).to_bytes();
        pen::summary(&db, &summary, Some(&strip)).map_err(|error| file::failure(path, &error))?;
    }
    drop(tape);
    file::close(db).map_err(|error| file::failure(path, &error))
}

/// Figures of a tape that has none, read from its entries.
pub fn count(tape: &Tape) -> Summary {
    let span = tape.span();
    let running = tape.running(span.end);
    let mut summary = Summary {
        ended_us: tape.head().started_us,
        entries: span.end,
        events: running.events,
        comments: running.comments,
        lost: Some(0),
        repeated: Some(0),
        failure: Some(
            Failure::new(Code::Stopped, "Tapewriter ended while this was recorded").with("detail", "killed"),
        ),
        ..Summary::default()
    };
    let mut counter = super::maker::counter_of(tape.head());
    let mut next = span.first;
    let mut look = |entry: &Entry| {
        summary.missing = summary.missing.saturating_add(entry.pos.saturating_sub(next));
        next = entry.pos.saturating_add(1);
        summary.ended_us = summary.ended_us.max(entry.at_us);
        summary.attempts = summary.attempts.max(entry.attempt);
        counter.entry(entry);
        match &entry.kind {
            Kind::Event(event) => {
                summary.body_bytes = summary.body_bytes.saturating_add(u64::from(event.wire_bytes));
            }
            Kind::Comment(_) => {}
            Kind::Mark(mark) => match &**mark {
                Mark::Resumed { lost, repeated, .. } => {
                    summary.reconnects += 1;
                    let add = |sum: Option<u64>, more: &Option<u64>| Some(sum?.saturating_add((*more)?));
                    summary.lost = add(summary.lost, lost);
                    summary.repeated = add(summary.repeated, repeated);
                }
                Mark::Opened { headers, .. } => {
                    let found = headers.iter().find(|(name, _)| name == "content-type");
                    if let Some((_, value)) = found {
                        summary.content_type.clone_from(value);
                    }
                }
                _ => {}
            },
        }
    };
    // Nothing ends it early.
    let _ = each(tape, None, &mut |entry| {
        entry.into_iter().for_each(&mut look);
        Ok(())
    });
    summary.turns = counter.turns();
    summary
}

/// Reads what is readable of a damaged tape into a new one. Pages that are broken cost what is on them.
///
/// # Errors
/// [`Code::Tape`] where nothing of it can be read, or the new one cannot be written.
pub fn recover(from: &Path, to: &Path) -> Result<(), Failure> {
    let db = open(from)?;
    let head: Option<TapeHead> = db
        .query_row("SELECT head FROM tape", [], |row| row.get::<_, String>(0))
        .ok()
        .and_then(|head| serde_json::from_str(&head).ok());
    let mut head = head.unwrap_or_default();
    head.origin = TapeOrigin::Recovered;
    let (name, kept) = db
        .query_row("SELECT name, kept FROM tape", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap_or_else(|_| (String::new(), true));
    let mut maker = Maker::create(to, &head)?;
    maker.name(&name, kept)?;
    let mut some = false;
    let mut failed = None;
    let mut next = 0;
    each_block(&db, &mut |block, body| {
        for entry in block::readable(&block, body) {
            // A broken index may give a block twice.
            if entry.pos < next {
                continue;
            }
            next = entry.pos + 1;
            some = true;
            if let Err(failure) = maker.push(entry) {
                failed = Some(failure);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    if let Some(failure) = failed {
        return Err(failure);
    }
    if !some {
        return Err(file::damaged(from, "nothing of it can be read"));
    }
    // Entries are what matters: a wire that cannot be read is left out from there on.
    if let Ok(Err(failure)) = each_wire(&db, &mut |row| maker.wire(&row)) {
        return Err(failure);
    }
    maker.finish(None, |summary| {
        summary.failure = Some(Failure::new(Code::Stopped, "recovered from a damaged tape"));
    })
}

/// As for reading, but what is damaged is no reason to give up.
fn open(path: &Path) -> Result<Connection, Failure> {
    match file::open_for_reading(path) {
        Ok(db) => Ok(db),
        Err(failure) if failure.args.get("what").map(String::as_str) == Some("damaged") => {
            file::open_damaged(path)
        }
        Err(failure) => Err(failure),
    }
}

/// Each block by itself: an error in one page does not hide those behind it.
fn each_block(db: &Connection, see: &mut dyn FnMut(BlockHead, &[u8]) -> ControlFlow<()>) {
    let mut from = 0i64;
    let mut jump = 1i64;
    // Each error doubles the step that is tried over it, up to the end of any real tape.
    while jump < 1 << 40 {
        let found = db.query_row(
            "SELECT first, len, events, comments, data_bytes, at_us, until_us, event_us, sum, body
             FROM block WHERE first >= ?1 ORDER BY first LIMIT 1",
            [from],
            |row| {
                Ok((
                    BlockHead {
                        first: row.get(0)?,
                        len: row.get(1)?,
                        events: row.get(2)?,
                        comments: row.get(3)?,
                        data_bytes: row.get(4)?,
                        at_us: row.get(5)?,
                        until_us: row.get(6)?,
                        event_us: row.get(7)?,
                        sum: row.get(8)?,
                    },
                    row.get::<_, Vec<u8>>(9)?,
                ))
            },
        );
        match found {
            Ok((head, body)) => {
                from = i64::try_from(head.first)
                    .unwrap_or(i64::MAX - 1)
                    .saturating_add(1);
                jump = 1;
                if see(head, &body).is_break() {
                    return;
                }
            }
            Err(rusqlite::Error::QueryReturnedNoRows) => return,
            Err(_) => {
                from = from.saturating_add(jump);
                jump *= 2;
            }
        }
    }
}

fn each_wire(
    db: &Connection,
    see: &mut dyn FnMut(Stored) -> Result<(), Failure>,
) -> rusqlite::Result<Result<(), Failure>> {
    let mut rows = db.prepare("SELECT no, at_us, attempt, facts, bytes, raw FROM wire ORDER BY no")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let facts: String = row.get(3)?;
        let Ok(facts) = serde_json::from_str(&facts) else {
            continue;
        };
        let stored = Stored {
            no: row.get(0)?,
            at_us: row.get(1)?,
            attempt: row.get(2)?,
            facts,
            bytes: row.get(4)?,
            raw: row.get(5)?,
        };
        if let Err(failure) = see(stored) {
            return Ok(Err(failure));
        }
    }
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tests::event;

    #[test]
    fn what_a_kill_left_is_counted_over_its_holes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("it.tape");
        let mut maker = Maker::create(&path, &TapeHead::default()).expect("a file");
        // Two stretches that are missing: longer than any run, and as long as no run ever gets through.
        const FAR: u64 = 1 << 40;
        let at = (0..10).chain(9_000..9_010).chain(FAR..FAR + 10);
        for (seq, pos) in (1..).zip(at) {
            let mut entry = event(pos, "message", "x");
            if let Kind::Event(event) = &mut entry.kind {
                (event.seq, event.wire_bytes) = (seq, 3);
            }
            maker.push(entry).expect("room");
        }
        maker.finish(None, |_| ()).expect("room");
        let tape = Tape::open(&path).expect("readable");
        let counted = count(&tape);
        assert_eq!(counted.events, 30);
        assert_eq!(counted.body_bytes, 90);
        assert_eq!(counted.missing, FAR - 20);
        assert_eq!(counted.ended_us, event(FAR + 9, "", "").at_us);
        let strips = Strips::rebuild(&*tape, None);
        let picture = strips.picture(None, None, 100, None, &[]);
        assert_eq!(picture.bins.iter().map(|bin| bin.count).sum::<u32>(), 30);
    }
}
