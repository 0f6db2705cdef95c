//! A tape as another tape: written anew entry by entry, so that nothing of the first file but what was read and
//! understood is in the second. An export of the whole, or of a part; an import of a stranger's.

use std::ops::ControlFlow;
use std::path::Path;

use super::{CHECK, Keep, Progress, Watch, Which, Written, cancelled, each};
use crate::contract::{Bookmark, Failure};
use crate::log::{Entry, Kind, Log};
use crate::tape::{Maker, Tape, TapeHead};

/// Writes a tape of a tape at a path where it appears once it is whole. The whole tape keeps its positions, its wire,
/// its bookmarks and its figures. A part of it has its entries numbered anew and the bookmarks on them; its wire, which
/// is not cut by entries, is left out.
///
/// # Errors
/// [`crate::contract::Code::Stopped`] when `watch` breaks, [`crate::contract::Code::Tape`] when one of the two cannot
/// be read or written; nothing is left behind then.
pub fn to_tape(
    tape: &Tape,
    which: Which<'_>,
    path: &Path,
    change: impl FnOnce(&mut TapeHead),
    watch: &mut Watch<'_>,
) -> Result<Written, Failure> {
    let mut head = tape.head().clone();
    change(&mut head);
    let mut maker = Maker::create(path, &head)?;
    let whole = matches!(which, Which::All);
    let (name, _) = tape.name();
    maker.name(&name, false)?;
    let written = if whole {
        copy_all(tape, &mut maker, watch)?
    } else {
        let log: &dyn Log = tape;
        let marked = tape.bookmarks();
        copy_part(log, which, &marked, &mut maker, watch)?
    };
    if let Some(fault) = tape.fault() {
        return Err(fault);
    }
    let (strip, summary) = if whole {
        (tape.strip_bytes(), tape.summary())
    } else {
        (None, None)
    };
    maker.finish(strip.as_deref(), |counted| {
        if let Some(summary) = summary {
            // What was counted here is true whatever the file says; the rest can only be taken over.
            let (events, comments, entries, missing) =
                (counted.events, counted.comments, counted.entries, counted.missing);
            let turns = std::mem::take(&mut counted.turns);
            *counted = summary;
            if counted.turns.is_empty() {
                counted.turns = turns;
            }
            if written.first == 0 {
                (counted.events, counted.comments) = (events, comments);
            }
            (counted.entries, counted.missing) = (entries, counted.missing.max(missing));
        }
    })?;
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    Ok(Written {
        bytes,
        ..written.written
    })
}

struct Copied {
    written: Written,
    first: u64,
}

fn copy_all(tape: &Tape, maker: &mut Maker, watch: &mut Watch<'_>) -> Result<Copied, Failure> {
    let mut copied = Copied {
        written: Written::default(),
        first: tape.span().first,
    };
    each(tape, None, &mut |entry| match entry {
        Some(entry) => put(entry.clone(), maker, &mut copied.written, watch),
        None => look(&copied.written, watch),
    })?;
    let (mut failed, mut rows) = (None, 0u64);
    tape.wire(&mut |row| {
        let mut put = || {
            if rows.is_multiple_of(CHECK) {
                look(&copied.written, watch)?;
            }
            rows += 1;
            maker.wire(&row)
        };
        match put() {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                failed = Some(failure);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(failure) = failed {
        return Err(failure);
    }
    maker.bookmarks(&tape.bookmarks())?;
    look(&copied.written, watch)?;
    Ok(copied)
}

fn copy_part(
    log: &dyn Log,
    which: Which<'_>,
    marked: &[Bookmark],
    maker: &mut Maker,
    watch: &mut Watch<'_>,
) -> Result<Copied, Failure> {
    let (positions, mut keep): (_, Option<Keep<'_>>) = match which {
        Which::All => (None, None),
        Which::At(positions) => (Some(positions), None),
        Which::If(keep) => (None, Some(keep)),
    };
    let mut copied = Copied {
        written: Written::default(),
        first: 0,
    };
    let (mut bookmarks, mut seen, mut event_us) = (Vec::new(), 0u64, None);
    each(log, positions, &mut |entry| {
        if entry.is_none() || seen.is_multiple_of(CHECK) {
            look(&copied.written, watch)?;
        }
        let Some(entry) = entry else { return Ok(()) };
        seen += 1;
        if keep.as_mut().is_some_and(|keep| !keep(entry)) {
            return Ok(());
        }
        let mut entry = entry.clone();
        if let Ok(at) = marked.binary_search_by_key(&entry.pos, |bookmark| bookmark.pos) {
            bookmarks.push(Bookmark {
                pos: copied.written.entries,
                ..marked[at].clone()
            });
        }
        entry.pos = copied.written.entries;
        if let Kind::Event(event) = &mut entry.kind {
            event.seq = copied.written.events + 1;
            entry.gap_us = event_us
                .replace(entry.at_us)
                .map(|before| entry.at_us.saturating_sub(before));
        }
        put(entry, maker, &mut copied.written, watch)
    })?;
    maker.bookmarks(&bookmarks)?;
    look(&copied.written, watch)?;
    Ok(copied)
}

fn put(entry: Entry, maker: &mut Maker, written: &mut Written, watch: &mut Watch<'_>) -> Result<(), Failure> {
    if written.entries.is_multiple_of(CHECK) {
        look(written, watch)?;
    }
    written.entries += 1;
    written.events += u64::from(crate::event_of(&entry).is_some());
    maker.push(entry)
}

fn look(written: &Written, watch: &mut Watch<'_>) -> Result<(), Failure> {
    let progress = Progress {
        done: written.entries,
        bytes: 0,
    };
    if watch(progress).is_break() {
        return Err(cancelled());
    }
    Ok(())
}
