//! A chunk's bytes as the lines they hold. What a chunk alone cannot tell (of what line it is a part, whether its
//! last block will dispatch) is looked up in its neighbours, boundedly.

use std::ops::Range;

use memchr::{memchr, memchr2};

use super::{Kept, Wire, classify};
use crate::contract::{Framing, Ignored, LineKind};
use crate::lenient::{BOM, MID_HEAD};

/// Bytes of a line that decide what it is: more is looked at only where the chunk itself holds it.
const DECIDING: usize = 256;
/// Rows and bytes after a chunk that are looked at for what became of its last block.
const LOOK_ROWS: usize = 256;
const LOOK_BYTES: usize = 16 << 10;

/// Lines and rows that a page looks at beyond those it shows, at most: about what its rows would ask for one by one.
const LOOK_STEPS: usize = 128 << 10;

/// How much looking around is left, shared by the rows of a page, for it is done under the session's lock. Without it
/// what is not known stays as far as it is known.
#[derive(Debug)]
pub(super) struct Look(usize);

impl Default for Look {
    fn default() -> Self {
        Self(LOOK_STEPS)
    }
}

impl Look {
    /// Takes a step, if one is left.
    pub(super) const fn step(&mut self) -> bool {
        let left = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        left
    }

    /// How many are left.
    #[cfg(test)]
    pub(super) const fn left(&self) -> usize {
        self.0
    }
}

/// A line within a chunk, without its text.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub start: usize,
    pub end: usize,
    pub line_end: &'static str,
    pub continued: bool,
    pub kind: LineKind,
    pub ignored: Option<Ignored>,
    pub seq: Option<u64>,
    pub since_comment_us: Option<u64>,
    pub bom: bool,
}

/// The lines of a chunk.
pub(super) struct Parts {
    pub parts: Vec<Part>,
    /// Whether there are more lines than were asked for.
    pub more: bool,
    /// The last line that was read, asked for or not.
    last: Option<Part>,
}

/// A line's end within `bytes`: where its text ends, where the next line begins, how it ends.
fn line_at(bytes: &[u8], from: usize, framing: Framing) -> (usize, usize, &'static str) {
    let rest = &bytes[from..];
    if matches!(framing, Framing::Ndjson | Framing::Lines) {
        return match memchr(b'\n', rest) {
            Some(end) if end > 0 && rest[end - 1] == b'\r' => (from + end - 1, from + end + 1, "\r\n"),
            Some(end) => (from + end, from + end + 1, "\n"),
            None => (bytes.len(), bytes.len(), ""),
        };
    }
    match memchr2(b'\n', b'\r', rest) {
        Some(end) if rest[end] == b'\n' => (from + end, from + end + 1, "\n"),
        Some(end) if rest.get(end + 1) == Some(&b'\n') => (from + end, from + end + 2, "\r\n"),
        Some(end) => (from + end, from + end + 1, "\r"),
        None => (bytes.len(), bytes.len(), ""),
    }
}

fn kind_of(line: &[u8], whole: bool, kept: &Kept) -> (LineKind, Option<Ignored>) {
    if kept.refused {
        return (LineKind::Data, None);
    }
    match kept.framing {
        Framing::Lines => (LineKind::Data, None),
        Framing::Ndjson if whole && line.trim_ascii().is_empty() => (LineKind::Blank, None),
        Framing::Ndjson => (LineKind::Data, None),
        _ => classify(line, whole),
    }
}

/// Whether each line is an event by itself.
fn by_line(kept: &Kept) -> bool {
    matches!(kept.framing, Framing::Ndjson | Framing::Lines)
}

impl Wire {
    /// The first `most` lines of the chunk in a row. `to_end` reads on for [`Parts::last`].
    pub(super) fn parts(&self, index: usize, most: usize, to_end: bool, look: &mut Look) -> Parts {
        let mut parts = Parts {
            parts: Vec::new(),
            more: false,
            last: None,
        };
        let Some((row, kept)) = self.rows.get(index).and_then(|row| Some((row, row.chunk()?))) else {
            return parts;
        };
        let bytes = &kept.bytes[..];
        let mut seq = kept.events_before + 1;
        // The lines of the block that is being read, and whether it holds data.
        let (mut block, mut data) = (0, false);
        let (mut begun, mut first_block) = (kept.before.begun, true);
        let mut comment_us = kept.comment_us;
        let mut pos = 0;
        if kept.before.after_cr && bytes.first() == Some(&b'\n') && !by_line(kept) && !kept.refused {
            parts.add(self.rest_of_crlf(index, kept, look), most);
            (pos, block) = (1, 1);
        }
        let start = pos;
        while pos < bytes.len() {
            if parts.more {
                if begun_is_settled(begun, data, parts.parts.len(), block) && !to_end {
                    break;
                }
                if !look.step() {
                    // The chunk's last line was not reached.
                    parts.last = None;
                    break;
                }
            }
            let (end, next, line_end) =
                line_at(bytes, pos, if kept.refused { Framing::Sse } else { kept.framing });
            let continued = pos == start && kept.before.line > 0;
            let whole = !line_end.is_empty();
            let (kind, ignored, bom) = self.kind_at((index, kept), pos..end, continued, whole, look);
            let mut part = Part {
                start: if bom && !continued && bytes[pos..end].starts_with(BOM) {
                    pos + BOM.len()
                } else {
                    pos
                },
                end,
                line_end,
                continued,
                kind,
                ignored,
                seq: None,
                since_comment_us: None,
                bom: bom && !continued,
            };
            pos = next;
            if kept.refused {
                parts.add(part, most);
                continue;
            }
            if by_line(kept) {
                part.seq = (kind == LineKind::Data).then_some(seq);
                seq += u64::from(kind == LineKind::Data && whole);
                parts.add(part, most);
                continue;
            }
            match kind {
                LineKind::Comment => {
                    if !continued {
                        part.since_comment_us = comment_us.map(|before| row.at_us.saturating_sub(before));
                    }
                    if whole {
                        comment_us = Some(row.at_us);
                    }
                }
                LineKind::Data => (begun, data) = (true, true),
                LineKind::Blank => {}
                _ => begun = true,
            }
            let ends = kind == LineKind::Blank;
            parts.add(part, most);
            if ends {
                let dispatched = data || (first_block && kept.before.begun && counted(kept, next, look));
                parts.settle(block, dispatched.then_some(seq));
                seq += u64::from(dispatched);
                (block, data, begun, first_block) = (parts.parts.len(), false, false, false);
            }
        }
        let would = data || (begun && (kept.is_cut() || self.will_dispatch(index, look)));
        parts.settle(block, would.then_some(seq));
        parts
    }

    /// What the line is of which `part` of a chunk's bytes is a part, and whether a BOM stands at its beginning.
    fn kind_at(
        &self,
        (index, kept): (usize, &Kept),
        part: Range<usize>,
        continued: bool,
        whole: bool,
        look: &mut Look,
    ) -> (LineKind, Option<Ignored>, bool) {
        let pos = part.start;
        let here = &kept.bytes[part];
        // Only the first line of a body can begin with a BOM, and only if no line ended before it.
        let first = kept.offset + pos as u64 == if continued { kept.before.line } else { 0 };
        let gathered;
        let (mut line, whole) = if !continued && whole {
            (here, true)
        } else {
            let mut line = Vec::with_capacity(DECIDING);
            if continued {
                line.extend_from_slice(&kept.before.head);
            }
            // Beyond what is known of the beginning, only the chunk's own bytes count: they may hold a NUL.
            line.extend_from_slice(here);
            let whole = whole || (!kept.is_cut() && self.rest_of_line(index, &mut line, look));
            gathered = line;
            (&gathered[..], whole)
        };
        let bom = first && line.starts_with(BOM);
        if bom {
            line = &line[BOM.len()..];
        }
        let (kind, ignored) = kind_of(line, whole, kept);
        (kind, ignored, bom)
    }

    /// Appends what follows a chunk's unfinished last line; whether the line's end was found.
    fn rest_of_line(&self, index: usize, line: &mut Vec<u8>, look: &mut Look) -> bool {
        let enough = line.len() + DECIDING;
        let Some(attempt) = self.rows.get(index).map(|row| row.attempt) else {
            return false;
        };
        for row in self.rows.range(index + 1..).take(LOOK_ROWS) {
            let Some(kept) = row.chunk().filter(|_| row.attempt == attempt && look.step()) else {
                return false;
            };
            let (end, _, line_end) = line_at(&kept.bytes, 0, kept.framing);
            line.extend_from_slice(&kept.bytes[..end.min(DECIDING)]);
            if !line_end.is_empty() {
                return true;
            }
            if line.len() >= enough || kept.is_cut() {
                return false;
            }
        }
        false
    }

    /// Whether the block that a chunk leaves unfinished dispatches an event, as far as the rows after it tell; one
    /// that has not ended yet would.
    fn will_dispatch(&self, index: usize, look: &mut Look) -> bool {
        let Some(attempt) = self.rows.get(index).map(|row| row.attempt) else {
            return true;
        };
        let mut looked = 0;
        for (index, row) in self.rows.iter().enumerate().skip(index + 1).take(LOOK_ROWS) {
            let Some(kept) = row.chunk().filter(|_| row.attempt == attempt && look.step()) else {
                return true;
            };
            let mut pos = usize::from(kept.before.after_cr && kept.bytes.first() == Some(&b'\n'));
            let start = pos;
            while pos < kept.bytes.len() {
                let (end, next, line_end) = line_at(&kept.bytes, pos, kept.framing);
                // A line that is not finished here is known where it is: looking ahead does not nest.
                if line_end.is_empty() {
                    break;
                }
                if !look.step() {
                    return true;
                }
                let continued = pos == start && kept.before.line > 0;
                match self.kind_at((index, kept), pos..end, continued, true, look).0 {
                    LineKind::Data => return true,
                    LineKind::Blank => return counted(kept, next, look),
                    _ => {}
                }
                pos = next;
            }
            looked += kept.bytes.len();
            if looked > LOOK_BYTES || kept.is_cut() {
                return true;
            }
        }
        true
    }

    /// The LF at the beginning of a chunk that belongs to the CR at the end of the one before.
    fn rest_of_crlf(&self, index: usize, kept: &Kept, look: &mut Look) -> Part {
        let mut part = Part {
            start: 0,
            end: 0,
            line_end: "\n",
            continued: true,
            kind: LineKind::Open,
            ignored: None,
            seq: None,
            since_comment_us: None,
            bom: false,
        };
        let before = index.checked_sub(1).and_then(|index| self.rows.get(index));
        let same = before.is_some_and(|row| {
            row.attempt == self.rows[index].attempt
                && row.chunk().is_some_and(|before| {
                    // Its own LF is skipped, or a chain of such chunks would be followed to its beginning.
                    !before.is_cut() && before.bytes != b"\n" && before.bytes.last() == Some(&b'\r')
                })
        });
        if same && let Some(last) = self.last_line(index - 1, look) {
            part.kind = last.kind;
            part.ignored = last.ignored;
            part.seq = last.seq;
        } else if kept.before.begun {
            part.seq = Some(kept.events_before + 1);
        }
        part
    }

    fn last_line(&self, index: usize, look: &mut Look) -> Option<Part> {
        let kept = self.rows.get(index)?.chunk()?;
        if kept.before.after_cr && kept.bytes.first() == Some(&b'\n') && kept.bytes.len() > 1 {
            // Only the kind is told then: what stood before is not followed further.
            let from = memchr::memrchr2(b'\n', b'\r', &kept.bytes[..kept.bytes.len() - 1])? + 1;
            let end = kept.bytes.len() - 1;
            let (kind, ignored, bom) = self.kind_at((index, kept), from..end, false, true, look);
            return Some(Part {
                start: from,
                end,
                line_end: "\r",
                continued: false,
                kind,
                ignored,
                seq: (kept.events > 0 && kind == LineKind::Blank).then_some(kept.events_before + kept.events),
                since_comment_us: None,
                bom,
            });
        }
        self.parts(index, 0, true, look).last
    }
}

/// Nothing that the lines asked for still depend on is open.
const fn begun_is_settled(begun: bool, data: bool, parts: usize, block: usize) -> bool {
    data || !begun || block >= parts
}

/// Whether the block that was begun before a chunk and ended in it at `after` dispatched an event: by the count of
/// the chunk's events, less those of the blocks that follow.
fn counted(kept: &Kept, after: usize, look: &mut Look) -> bool {
    if kept.is_cut() {
        return kept.events > 0;
    }
    let (mut pos, mut events, mut data) = (after, 0, false);
    while pos < kept.bytes.len() && events <= kept.events && look.step() {
        let (end, next, line_end) = line_at(&kept.bytes, pos, kept.framing);
        match classify(&kept.bytes[pos..end], !line_end.is_empty()).0 {
            LineKind::Data => data = true,
            LineKind::Blank => events += u64::from(std::mem::take(&mut data)),
            _ => {}
        }
        pos = next;
    }
    kept.events > events
}

impl Parts {
    fn add(&mut self, part: Part, most: usize) {
        self.last = Some(part.clone());
        if self.parts.len() < most {
            self.parts.push(part);
        } else {
            self.more = true;
        }
    }

    /// Gives the lines of a block from `from` on their event's number. Comments and ignored lines have none.
    fn settle(&mut self, from: usize, seq: Option<u64>) {
        let from = from.min(self.parts.len());
        for part in self.parts[from..].iter_mut().chain(&mut self.last) {
            let of_block = !matches!(part.kind, LineKind::Comment | LineKind::Ignored);
            if of_block && part.seq.is_none() {
                part.seq = seq;
            }
        }
    }
}

const _: () = assert!(
    MID_HEAD < DECIDING,
    "a line's known beginning is part of what decides"
);
