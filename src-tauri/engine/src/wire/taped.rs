//! Rows of the wire that are on tape alone: those that a page shows and some around them are read back as a record of
//! their own, and looked at as any.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Wire;
use super::page::RawBytes;
use super::stored::{Facts, Stored};
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
        step.append(&mut rows);
        rows = step;
        from = begin;
    }
    let mut wire = Wire::from_stored(rows, Arc::new(Budget::new(usize::MAX, usize::MAX, usize::MAX)));
    wire.body = tape
        .wire_facts()
        .iter()
        .map(|facts| match facts {
            Facts::Chunk(chunk) if !chunk.refused => chunk.came,
            _ => 0,
        })
        .fold(0, u64::saturating_add);
    wire.raw()
}
