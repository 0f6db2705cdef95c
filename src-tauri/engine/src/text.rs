//! The text projection: entries, in order, as typed text under a rule. A pure reducer, shared by the
//! live window, the reader's scrollback and `tape tail --text`.
//!
//! - `reading`: the rule, and what was found to apply it
//! - `plain`: events as lines or as one running text
//! - `answer`: events in a dialect or by a path, as pieces of channels and blocks
//! - `runs`: pieces put together
//! - `typist`: the same for a terminal or a file
//!
//! Answers come in JSON that is ten times as long as their text. Bounds on what is read therefore count the data, those
//! on what is shown the text; and a page that opens begins with the newest turn, not with a screen of text.

use crate::contract::{Break, TICK_TEXT_BYTES, TextPage, TextTick};
use crate::log::{Entry, Kind, Log, Mark, last_before};

mod answer;
mod far;
mod plain;
mod reading;
mod runs;
mod typist;

use answer::Answers;
pub(crate) use answer::{asked_turn, block_of, shown};
use far::{is_far, newest_seen, seen_between};
use plain::name_before;
pub use reading::Reading;
use runs::{Piece, RUN_BYTES, RUN_US, Runs, floor, is_same};
pub use typist::Typist;

/// Text that may wait for the following ticks. Four ticks' worth arrives within a tenth of a second; a
/// page that is further behind starts anew at the newest.
const PENDING_BYTES: u64 = 4 * TICK_TEXT_BYTES as u64;
/// Text with which such a page starts anew: a screen of it, some forty lines. It is drawn once and gone with the next
/// frame; more of it would only cost the frame.
const ANEW_BYTES: u64 = TICK_TEXT_BYTES as u64 / 4;
/// Entries of a turn with which a page of answers begins at its start: an answer of a quarter of a million characters.
const TURN_ENTRIES: u64 = 64 << 10;
/// Bytes of their data.
const TURN_BYTES: u64 = 16 << 20;
/// Data that may wait for the following ticks, of answers: a whole turn, and what comes while it is typed.
const ANSWER_PENDING: u64 = 2 * TURN_BYTES;
/// Data with which a page of answers starts anew where the turn is longer than that: some 25 KiB of text.
const ANSWER_ANEW: u64 = 256 << 10;
/// Data, and entries, that are read for one tick or page, whatever text they hold: some milliseconds' work.
const READ_BYTES: usize = 4 << 20;
/// See [`READ_BYTES`].
const READ_ENTRIES: usize = 8 << 10;
/// How far back the name of the event before is looked for; past that it counts as unnamed.
const LOOK_BACK: u64 = 256;
/// Missing entries that are looked at one by one for one answer; the next goes on from there. Holes are stepped over
/// whole: these lie in blocks that are damaged.
const MISSES: usize = 4_096;

/// Where a reader of the text stands: in entry `pos`, after `offset` bytes of its text. Where an entry has several pieces
/// of text, each counts one more, so that a cursor can stand before one that is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Entry to be read next.
    pub pos: u64,
    /// Bytes of its text that have been read, and one for each piece.
    pub offset: usize,
}

/// Reads the entries of one tick or page, in order.
struct Pages<'a> {
    reading: &'a Reading,
    answers: Option<Answers<'a>>,
    /// Type of the event before.
    before: Option<String>,
}

impl<'a> Pages<'a> {
    /// From an entry on.
    fn at(log: &'a dyn Log, pos: u64, reading: &'a Reading) -> Self {
        let answers = reading.is_answer().then(|| Answers::new(log, reading));
        Self {
            before: answers.is_none().then(|| name_before(log, pos)).flatten(),
            reading,
            answers,
        }
    }

    /// The pieces of the next entry.
    fn pieces(&mut self, entry: &Entry) -> Vec<Piece> {
        if let Kind::Mark(mark) = &entry.kind
            && let Mark::Resumed {
                from_us,
                code,
                lost,
                repeated,
                ..
            } = &**mark
        {
            let gap = Break {
                from_us: *from_us,
                to_us: Some(entry.at_us),
                code: *code,
                lost: *lost,
                repeated: *repeated,
            };
            return vec![Piece {
                mark: Some(gap),
                ..Piece::default()
            }];
        }
        if let Some(answers) = &mut self.answers {
            return answers.pieces(entry);
        }
        let Kind::Event(event) = &entry.kind else {
            return Vec::new();
        };
        let piece = plain::piece(event, self.before.as_deref(), self.reading.rule());
        if self.before.as_deref() != Some(&*event.event_type) {
            self.before = Some(event.event_type.to_string());
        }
        vec![piece]
    }
}

/// Where the entries go on after one that is missing at `pos`.
fn over(log: &dyn Log, pos: u64) -> u64 {
    let end = log.span().end;
    let next = log.next_from(pos).unwrap_or(end);
    next.clamp(pos.saturating_add(1), end.max(pos.saturating_add(1)))
}

/// The same backwards: one past the last entry before the one that is missing before `end`.
fn over_back(log: &dyn Log, end: u64) -> u64 {
    let first = log.span().first;
    last_before(log, first, end - 1).map_or(first, |pos| pos + 1)
}

/// A cursor from which at most `bytes` of text follow: where a page that opens now begins. Of answers, the start of the
/// newest turn.
pub fn newest(log: &dyn Log, bytes: u64, reading: &Reading) -> Cursor {
    if !reading.is_answer() {
        return newest_bytes(log, bytes);
    }
    match newest_turn(log) {
        Some(pos) => Cursor { pos, offset: 0 },
        None => Cursor {
            offset: 0,
            ..newest_bytes(log, ANSWER_ANEW)
        },
    }
}

/// The first entry of the newest turn, its prompt included; none where that is too far back.
fn newest_turn(log: &dyn Log) -> Option<u64> {
    let span = log.span();
    let last = last_before(log, span.first, span.end).and_then(|pos| log.get(pos));
    let Some(last) = last else { return Some(span.end) };
    // Attempts do not fall: the first entry of the last one is found by halves.
    let is_of = |pos: u64| {
        let next = log.next_from(pos).and_then(|pos| log.get(pos));
        next.is_some_and(|entry| entry.attempt >= last.attempt)
    };
    let low = span.first.max(last.pos.saturating_sub(TURN_ENTRIES));
    let (mut from, mut to) = (low, last.pos);
    while from < to {
        let middle = from + (to - from) / 2;
        if is_of(middle) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    if from == low && low > span.first {
        return None;
    }
    // What the user asked stands before what was opened for it.
    let asked = from.checked_sub(1).filter(|pos| *pos >= span.first);
    if let Some(Kind::Mark(mark)) = asked.and_then(|pos| log.get(pos)).map(|entry| entry.kind)
        && matches!(*mark, Mark::Asked { .. })
    {
        from -= 1;
    }
    let data = log
        .data_bytes_before(span.end)
        .saturating_sub(log.data_bytes_before(from));
    (data <= TURN_BYTES).then_some(from)
}

fn newest_bytes(log: &dyn Log, bytes: u64) -> Cursor {
    let span = log.span();
    if log.hides() {
        return newest_seen(log, bytes);
    }
    let end = log.data_bytes_before(span.end);
    let mut pos = span.end;
    // Each entry of an empty or short text costs its run; the count bounds the walk as well. What the blocks of a
    // stranger's tape say may grow backwards.
    for _ in 0..(bytes as usize).max(TICK_TEXT_BYTES) / RUN_BYTES {
        if pos <= span.first || end.saturating_sub(log.data_bytes_before(pos - 1)) > bytes {
            break;
        }
        if log.get(pos - 1).is_some() {
            pos -= 1;
        } else {
            // A hole holds no text: what is before it does.
            pos = over_back(log, pos);
        }
    }
    if pos == span.end && pos > span.first {
        // The newest entry alone is longer: its end is what can be shown.
        let len = match log.get(pos - 1).map(|entry| entry.kind) {
            Some(Kind::Event(event)) => floor(&event.data, event.data.len().saturating_sub(bytes as usize)),
            _ => 0,
        };
        return Cursor {
            pos: pos - 1,
            offset: len,
        };
    }
    Cursor { pos, offset: 0 }
}

/// The text since `cursor`, at most [`TICK_TEXT_BYTES`] of it, and the cursor after it. `None` if there
/// is nothing new.
pub fn since(log: &dyn Log, cursor: Cursor, reading: &Reading) -> Option<(TextTick, Cursor)> {
    let span = log.span();
    if cursor.pos >= span.end {
        return None;
    }
    let pending = if reading.is_answer() {
        ANSWER_PENDING
    } else {
        PENDING_BYTES + cursor.offset as u64
    };
    let mut at = cursor;
    let mut skipped = 0;
    if cursor.pos < span.first || is_far(log, cursor.pos, pending) {
        at = newest(log, ANEW_BYTES, reading);
        skipped = seen_between(log, cursor.pos, at.pos);
    }
    let pos = at.pos;
    let mut runs = Runs::new(reading.rule());
    let mut pages = Pages::at(log, at.pos, reading);
    let (mut misses, mut read, mut entries) = (0, 0, 0);
    let start = log.data_bytes_before(at.pos);
    while at.pos < span.end
        && runs.bytes < TICK_TEXT_BYTES
        && misses < MISSES
        && read < READ_BYTES
        && entries < READ_ENTRIES
    {
        let Some(entry) = log.get(at.pos) else {
            misses += 1;
            at = Cursor {
                pos: over(log, at.pos).min(span.end),
                offset: 0,
            };
            continue;
        };
        entries += 1;
        if log.hides() {
            // What is hidden has been read to tell so.
            let before = log.data_bytes_before(at.pos).saturating_sub(start);
            read = usize::try_from(before).unwrap_or(usize::MAX);
        } else {
            read += crate::event_of(&entry).map_or(0, |event| event.data.len());
        }
        let taken = if reading.is_answer() {
            let pieces = reading.pieces(&entry, || pages.pieces(&entry));
            take(&mut runs, log, &entry, &pieces, at.offset)
        } else {
            take(&mut runs, log, &entry, &pages.pieces(&entry), at.offset)
        };
        if let Some(offset) = taken {
            at.offset = offset;
            break;
        }
        if at.offset > 0 {
            reading.told(at.pos);
        }
        at = Cursor {
            pos: at.pos + 1,
            offset: 0,
        };
    }
    Some((
        TextTick {
            runs: runs.runs,
            pos,
            end: at.pos,
            skipped,
        },
        at,
    ))
}

/// Takes an entry's pieces from `offset` on ([`Cursor::offset`]), as far as there is room; says where it ended if not all
/// of them went in. The first that is taken always finds some.
fn take(runs: &mut Runs, log: &dyn Log, entry: &Entry, pieces: &[Piece], offset: usize) -> Option<usize> {
    let colour = log.colour(entry);
    let mut start = 0;
    let mut is_first = true;
    for piece in pieces {
        let end = start + piece.text.len();
        if offset > end {
            start = end + 1;
            continue;
        }
        let room = TICK_TEXT_BYTES.saturating_sub(runs.bytes);
        if room == 0 && !is_first {
            return Some(start.max(offset));
        }
        is_first = false;
        let from = floor(&piece.text, offset.saturating_sub(start));
        let to = floor(&piece.text, from.saturating_add(room.max(4)));
        runs.push(
            entry,
            Piece {
                name: piece.name.clone().filter(|_| from == 0),
                text: piece.text[from..to].to_owned(),
                mark: piece.mark.clone(),
                part: piece.part.clone(),
            },
            colour,
        );
        if to < piece.text.len() {
            return Some(start + to);
        }
        start = end + 1;
    }
    None
}

/// The text before entry `before` (the end of the log if `None`), at most about `max_bytes` of it, cut
/// between entries; one entry longer than that is cut to its end.
pub fn before(log: &dyn Log, before: Option<u64>, max_bytes: usize, reading: &Reading) -> TextPage {
    let span = log.span();
    let end = before.unwrap_or(span.end).min(span.end);
    let first = if reading.is_answer() {
        first_of_answers(log, end, max_bytes, reading)
    } else {
        first_of_lines(log, end, max_bytes)
    };
    let mut runs = Runs::new(reading.rule());
    let mut pages = Pages::at(log, first, reading);
    let mut pos = first;
    while pos < end {
        let Some(entry) = log.get(pos) else {
            pos = over(log, pos);
            continue;
        };
        pos += 1;
        let pieces = pages.pieces(&entry);
        let mut over = pieces.iter().map(|piece| piece.text.len()).sum::<usize>();
        for mut piece in pieces {
            if over > max_bytes {
                let cut = (over - max_bytes).min(piece.text.len());
                over -= cut;
                let cut = floor(&piece.text, cut);
                piece.text.drain(..cut);
            }
            runs.push(&entry, piece, log.colour(&entry));
        }
    }
    TextPage {
        runs: runs.runs,
        pos: first,
        more: first > span.first,
        dropped: span.first,
    }
}

/// Where a page of lines that ends before `end` begins.
fn first_of_lines(log: &dyn Log, end: u64, max_bytes: usize) -> u64 {
    let span = log.span();
    let mut first = end;
    let (mut bytes, mut misses, mut entries) = (0, 0, 0);
    let last = log.data_bytes_before(end);
    while first > span.first && misses < MISSES && entries < READ_ENTRIES {
        let Some(entry) = log.get(first - 1) else {
            misses += 1;
            first = over_back(log, first);
            continue;
        };
        entries += 1;
        let len = match &entry.kind {
            Kind::Event(event) => RUN_BYTES + event.data.len(),
            Kind::Mark(_) => RUN_BYTES,
            Kind::Comment(_) => 0,
        };
        let read = last.saturating_sub(log.data_bytes_before(first - 1));
        if (bytes > 0 && bytes + len > max_bytes) || (first < end && read > READ_BYTES as u64) {
            break;
        }
        bytes += len;
        first -= 1;
    }
    first
}

/// The same of answers: by the text that they hold, and the runs that it makes.
fn first_of_answers(log: &dyn Log, end: u64, max_bytes: usize, reading: &Reading) -> u64 {
    let span = log.span();
    let mut pages = Pages::at(log, end, reading);
    let (mut first, mut bytes, mut misses) = (end, 0, 0);
    let (mut read, mut entries) = (0, 0);
    let mut later: Option<(u64, Piece)> = None;
    while first > span.first && misses < MISSES && read < READ_BYTES && entries < READ_ENTRIES {
        let Some(entry) = log.get(first - 1) else {
            misses += 1;
            first = over_back(log, first);
            continue;
        };
        entries += 1;
        read += crate::event_of(&entry).map_or(0, |event| event.data.len());
        let mut pieces = pages.pieces(&entry);
        let mut len = 0;
        for piece in &pieces {
            len += piece.text.len();
            let goes_on = later.as_ref().is_some_and(|(at_us, later)| {
                let same = piece.part.as_ref().zip(later.part.as_ref());
                same.is_some_and(|(one, other)| is_same(one, other))
                    && at_us.saturating_sub(entry.at_us) < RUN_US
            });
            len += if goes_on { 0 } else { piece.weight() };
        }
        if bytes > 0 && bytes + len > max_bytes {
            break;
        }
        bytes += len;
        first -= 1;
        if !pieces.is_empty() {
            later = Some((entry.at_us, pieces.swap_remove(0)));
        }
    }
    first
}

#[cfg(test)]
mod tests;
