//! Rows of the wire that are on tape alone: those that a page shows and some around them are read back as a record of
//! their own, and looked at as any.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Wire;
use super::page::RawBytes;
use super::stored::Stored;
use crate::contract::{WIRE_RAW_BYTES, WIRE_ROWS, WireBytes, WireForm, WirePage};
use crate::log::Budget;
use crate::tape::Tape;

/// Rows before and after a page's that say what its first and its last line are.
const BEFORE: u64 = 2;
const AFTER: u64 = 64;
/// Bytes that are read for a page, about: far more than it carries.
const PAGE_BYTES: usize = 8 << 20;

/// Which rows can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The oldest, but for `fallen`.
    pub first: u64,
    /// One past the newest.
    pub end: u64,
    /// The exchange that outlived the rows after it.
    pub fallen: Option<u64>,
}

/// A record of the rows of a tape from one on, about `bytes` of them, before it the exchange that outlived others.
fn record(tape: &Tape, fallen: Option<u64>, from: u64, to: u64, bytes: usize) -> Wire {
    let mut rows: Vec<Stored> = Vec::new();
    let mut take = |from: u64, to: u64, mut room: usize| {
        tape.wire_from(from, &mut |row| {
            if row.no >= to || room == 0 {
                return ControlFlow::Break(());
            }
            room = room.saturating_sub(row.bytes.len() + row.raw.as_ref().map_or(0, Vec::len) + 1);
            rows.push(row);
            ControlFlow::Continue(())
        });
    };
    if let Some(no) = fallen.filter(|no| *no < from) {
        take(no, no + 1, bytes);
    }
    take(from, to, bytes);
    // Of this page alone, and gone with it.
    Wire::from_stored(rows, Arc::new(Budget::new(usize::MAX, usize::MAX, usize::MAX)))
}

/// At most `len` rows from `from` on.
pub fn page(tape: &Tape, reach: Reach, from: u64, len: u64, form: WireForm) -> WirePage {
    let from = from.clamp(reach.first, reach.end);
    let len = len.min(WIRE_ROWS);
    let begin = from.saturating_sub(BEFORE).max(reach.first);
    let end = from.saturating_add(len).saturating_add(AFTER);
    let wire = record(tape, reach.fallen, begin, end, PAGE_BYTES);
    let mut page = wire.page_to(reach.end, from, len, form);
    (page.first, page.end) = (reach.first, reach.end);
    page
}

/// Bytes of one chunk.
pub fn bytes(tape: &Tape, no: u64, from: u64, form: WireForm) -> Option<WireBytes> {
    record(tape, None, no, no.saturating_add(1), PAGE_BYTES).bytes(no, from, form)
}

/// Number of the last row from `low` on and before `high`; none where there is none. Numbers may be missing, and a
/// stranger's any number of them: it asks once for each bit.
fn last_before(tape: &Tape, low: u64, high: u64) -> Option<u64> {
    let follows = |from: u64| {
        let mut found = None;
        tape.wire_from(from, &mut |row| {
            found = (row.no < high).then_some(row.no);
            ControlFlow::Break(())
        });
        found
    };
    let (mut found, mut end) = (follows(low)?, high);
    while found + 1 < end {
        let middle = found + 1 + (end - found - 1) / 2;
        match follows(middle) {
            Some(no) => found = no,
            None => end = middle,
        }
    }
    Some(found)
}

/// The newest bytes of the newest body.
pub fn raw(tape: &Tape, reach: Reach) -> RawBytes {
    /// Rows that are read at once, from the end backwards.
    const STEP: u64 = 256;
    let mut from = reach.end;
    let mut rows: Vec<Stored> = Vec::new();
    let mut held = 0;
    while from > reach.first && held < 2 * WIRE_RAW_BYTES {
        let begin = from.saturating_sub(STEP).max(reach.first);
        let mut step = Vec::new();
        tape.wire_from(begin, &mut |row| {
            if row.no >= from {
                return ControlFlow::Break(());
            }
            held += row.bytes.len();
            step.push(Stored { raw: None, ..row });
            ControlFlow::Continue(())
        });
        from = if step.is_empty() {
            // Nothing is here: on before whatever is missing.
            match last_before(tape, reach.first, begin) {
                Some(no) => no.saturating_add(1),
                None => reach.first,
            }
        } else {
            begin
        };
        step.append(&mut rows);
        rows = step;
    }
    let mut wire = Wire::from_stored(rows, Arc::new(Budget::new(usize::MAX, usize::MAX, usize::MAX)));
    wire.body = tape.wire_body_bytes();
    wire.raw()
}
