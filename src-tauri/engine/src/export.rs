//! Entries as files: JSON lines, CSV, event-stream text, typed text, answers, and what scenes read into events. One more
//! format, a tape, is written by [`to_tape`].
//!
//! [`write`] is a pure writer over any [`Log`]: it goes through the entries in order, holds a bounded stretch of them at
//! a time, says how far it is and can be stopped. What the formats keep and lose:
//!
//! | format | entries | loses |
//! |---|---|---|
//! | JSON lines | all | nothing that `tape tail --json` shows |
//! | CSV | events | attempts, comments, marks |
//! | event stream | events, comments, retry | times, other marks |
//! | text | events | all but the text, under the text rule; of an answer, its own text alone; what actions hide |
//! | answer | events, prompts | all that its dialect does not tell; times but the figures; what actions hide, but for the figures |
//! | series | events | all but the numbers, under the chart's rule; what actions hide |
//! | chat | events that are rows of chat | all but time, sender and text; what actions hide |
//! | feed | events that are cards | repeats, what the rule does not name, what actions hide |
//!
//! The first three, and a tape, are records: they hold what is hidden as well. The others hold what a scene shows.
//!
//! `disk` puts what is written in a file's place, whole or not at all.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::actions::Actions;
use crate::contract::{Code, ExportFormat, Failure};
use crate::log::{Entry, Log, weight};
use crate::scenes::Rules;
use crate::text::Reading;

mod answer;
mod cells;
mod chat;
mod disk;
mod feed;
mod json;
mod series;
mod sse;
mod tape;
mod typed;

pub use cells::rfc3339;
pub(crate) use disk::{beside, sync_folder};
pub use disk::{disk_failure, to_file, to_private_file};
pub use json::json_line;
pub use sse::Blocks;
pub use tape::to_tape;

/// Entries between two looks at whether to stop.
const CHECK: u64 = 256;
/// Entries that are read at once, at most, and their bytes: what an export holds in memory beside a few entries of any
/// size.
const STRETCH: u64 = 256;
const STRETCH_BYTES: u64 = 4 << 20;
/// Entries that are read before their bytes are looked at: figures tell of events' data alone, and a stranger's tell
/// nothing.
const PIECE: u64 = 16;

/// Which entries are written.
pub enum Which<'a> {
    /// All of them.
    All,
    /// Those at these positions, ascending.
    At(&'a mut dyn Iterator<Item = u64>),
    /// Those that this lets pass.
    If(&'a mut dyn FnMut(&Entry) -> bool),
}

/// Lets an entry pass, or not.
type Keep<'a> = &'a mut dyn FnMut(&Entry) -> bool;

/// How far a piece of work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Entries looked at, or bytes read.
    pub done: u64,
    /// Bytes written or read.
    pub bytes: u64,
}

/// Told how far a piece of work is; ends it by breaking.
pub type Watch<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Entries.
    pub entries: u64,
    /// Events among them.
    pub events: u64,
    /// Bytes.
    pub bytes: u64,
    /// Events that could not be written as they are: in event-stream text, those whose data has a carriage return
    /// (it reads back as a newline) or whose type or id has a line's end or a NUL.
    pub altered: u64,
}

/// The work was cancelled.
pub(crate) fn cancelled() -> Failure {
    Failure::new(Code::Stopped, "cancelled; nothing was left behind")
}

/// Writes entries in one of the formats that are text, read as `rule` and `scenes` have it; [`ExportFormat::Tape`] is
/// none of them.
///
/// # Errors
/// [`Code::Stopped`] when `watch` breaks, [`Code::Tape`] when `out` cannot be written.
pub fn write(
    format: ExportFormat,
    reading: &Reading,
    rules: &Rules,
    log: &dyn Log,
    which: Which<'_>,
    out: &mut dyn Write,
    watch: &mut Watch<'_>,
) -> Result<Written, Failure> {
    let form: Box<dyn Form> = match format {
        ExportFormat::Jsonl => Box::new(json::Lines),
        ExportFormat::Csv => Box::new(cells::Rows::default()),
        ExportFormat::Sse => Box::new(sse::Blocks::default()),
        ExportFormat::Text => Box::new(typed::Text::new(reading, actions(rules))),
        ExportFormat::Answer => Box::new(answer::Answers::new(reading, actions(rules))),
        ExportFormat::Series => Box::new(series::Values::new(&rules.scenes.chart, actions(rules))),
        ExportFormat::Chat => Box::new(chat::Lines::new(&rules.scenes.chat, actions(rules), log)),
        ExportFormat::Feed => Box::new(feed::Lines::new(&rules.scenes.feed, actions(rules), log)),
        ExportFormat::Tape => {
            return Err(Failure::new(Code::Tape, "a tape is not text").with("what", "foreign"));
        }
    };
    fill(form, log, which, out, watch)
}

/// What is hidden.
fn actions(rules: &Rules) -> Arc<Actions> {
    Arc::new(Actions::of_stored(&rules.actions))
}

/// Writes entries in a form.
fn fill(
    mut form: Box<dyn Form>,
    log: &dyn Log,
    which: Which<'_>,
    out: &mut dyn Write,
    watch: &mut Watch<'_>,
) -> Result<Written, Failure> {
    let mut out = Counted { out, bytes: 0 };
    let mut written = Written::default();
    let failed = |error: io::Error| disk_failure(&error);
    form.begin(&mut out).map_err(failed)?;
    let (positions, mut keep): (_, Option<Keep<'_>>) = match which {
        Which::All => (None, None),
        Which::At(positions) => (Some(positions), None),
        Which::If(keep) => (None, Some(keep)),
    };
    let mut seen = 0;
    each(log, positions, &mut |entry| {
        if entry.is_none() || u64::is_multiple_of(seen, CHECK) {
            let progress = Progress {
                done: seen,
                bytes: out.bytes,
            };
            if watch(progress).is_break() {
                return Err(cancelled());
            }
        }
        let Some(entry) = entry else { return Ok(()) };
        seen += 1;
        if keep.as_mut().is_some_and(|keep| !keep(entry)) {
            return Ok(());
        }
        written.entries += 1;
        written.events += u64::from(crate::event_of(entry).is_some());
        form.entry(entry, &mut out).map_err(failed)
    })?;
    form.end(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    written.bytes = out.bytes;
    written.altered = form.altered();
    let progress = Progress {
        done: seen,
        bytes: written.bytes,
    };
    if watch(progress).is_break() {
        return Err(cancelled());
    }
    Ok(written)
}

/// Shows all entries, or those at ascending positions, in order; a bounded stretch of them is in memory. Before each
/// stretch, empty or not, it shows none: the time to look at whether to stop.
///
/// # Errors
/// Those of `see`.
pub(crate) fn each(
    log: &dyn Log,
    positions: Option<&mut dyn Iterator<Item = u64>>,
    see: &mut dyn FnMut(Option<&Entry>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if let Some(positions) = positions {
        for (n, pos) in positions.enumerate() {
            if (n as u64).is_multiple_of(CHECK) {
                see(None)?;
            }
            if let Some(entry) = log.get(pos) {
                see(Some(&entry))?;
            }
        }
        return Ok(());
    }
    // What comes meanwhile is not part of it.
    let span = log.span();
    let mut at = span.first;
    while at < span.end {
        see(None)?;
        let (entries, next) = stretch(log, at, span.end);
        for entry in &entries {
            see(Some(entry))?;
        }
        at = next;
    }
    Ok(())
}

/// Entries from `at` on, at most [`STRETCH`] of them and about [`STRETCH_BYTES`], at least one of any size unless none
/// is there; and where the next stretch begins, after `at` and `end` at the most. Holes of any length are passed at
/// once.
pub(crate) fn stretch(log: &dyn Log, at: u64, end: u64) -> (Vec<Entry>, u64) {
    let mut to = at.saturating_add(STRETCH).min(end);
    let data_bytes = |to: u64| {
        log.data_bytes_before(to)
            .saturating_sub(log.data_bytes_before(at))
    };
    while to > at + 1 && data_bytes(to) > STRETCH_BYTES {
        to = at + (to - at) / 2;
    }
    let (mut entries, mut bytes, mut pos) = (Vec::new(), 0, at);
    while pos < to && bytes < STRETCH_BYTES {
        let len = PIECE.min(to - pos);
        let piece = log.run(pos, len as usize);
        bytes += piece.iter().map(|entry| weight(entry) as u64).sum::<u64>();
        entries.extend(piece);
        pos += len;
    }
    if entries.is_empty() {
        // Nothing is here: on to what follows, or to the end.
        pos = log.next_from(pos).unwrap_or(end).clamp(pos, end);
    }
    (entries, pos)
}

/// A format's writer.
trait Form {
    /// What stands before the first entry.
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
    /// One entry; nothing where the format does not hold its kind.
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()>;
    /// What stands after the last entry.
    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
    /// [`Written::altered`].
    fn altered(&self) -> u64 {
        0
    }
}

/// Counts what goes through.
struct Counted<'a> {
    out: &'a mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.out.write(buf)?;
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
