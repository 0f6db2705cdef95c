//! The way of most bytes: whole blocks that eventsource-client reads as the standard does are found and
//! handed on as they came.

use std::collections::VecDeque;
use std::ops::Range;

use bytes::Bytes;
use memchr::memchr2_iter;

use super::field::{Field, field};
use super::out::{CARRIED, Out, PIECE};
use super::{Chunk, MAX_ID, Note, Place};

/// What was passed.
pub(super) struct Passed {
    /// One past the last byte of it, in the chunk.
    pub end: usize,
    /// Where the last `id` value of it stands, in the chunk.
    pub id: Option<Range<usize>>,
}

/// What is asked of a block, and of one that has no `id` of its own.
pub(super) struct Terms {
    /// Bytes of a block or a comment line, at most.
    pub most: usize,
    /// The crate's last event id is the standard's.
    pub same_id: bool,
    /// Bytes of the last event id.
    pub id_len: usize,
}

/// What is known of a block while its lines are read.
#[derive(Default)]
struct Block {
    /// First byte of its first field.
    begun: Option<usize>,
    data: bool,
    id: Option<Range<usize>>,
}

/// UTF-8 as far as it has been checked. A check goes on to the next fault, and the next check begins behind
/// it, so each byte is looked at once.
#[derive(Default)]
pub(super) struct Checked {
    until: usize,
}

impl Checked {
    fn reaches(&mut self, bytes: &[u8], from: usize, end: usize) -> bool {
        if self.until < end && self.until <= from {
            self.until = match std::str::from_utf8(&bytes[from..]) {
                Ok(_) => bytes.len(),
                Err(error) => from + error.valid_up_to(),
            };
        }
        self.until >= end
    }
}

/// Hands on as much of the chunk from `from` on, where no block is begun, as is clean: whole blocks with data,
/// comments outside of them and blank lines, all of them UTF-8 with line ends LF or CRLF, and no line in them
/// that the standard ignores or that sets the reconnection time.
pub(super) fn pass(
    chunk: &Chunk<'_>,
    from: usize,
    terms: &Terms,
    checked: &mut Checked,
    out: &mut Out,
    notes: &mut VecDeque<Note>,
) -> Passed {
    let bytes: &Bytes = chunk.bytes;
    let (mut same_id, mut id_len, mut carried) = (terms.same_id, terms.id_len, 0);
    let mut id = None;
    let mut block = Block::default();
    // What is clean ends here, and was noted so far; a piece of it began there.
    let (mut end, mut noted) = (from, notes.len());
    let (mut piece, mut noted_piece) = (from, noted);
    let mut line = from;
    for at in memchr2_iter(b'\n', b'\r', &bytes[from..]) {
        let at = from + at;
        if at < line {
            // The LF of a CRLF.
            continue;
        }
        let next = match (bytes[at], bytes.get(at + 1)) {
            (b'\n', _) => at + 1,
            (_, Some(b'\n')) => at + 2,
            _ => break,
        };
        let whole = match field(&bytes[line..at]) {
            Field::Blank => true,
            Field::Comment(_) => {
                notes.push_back(Note::Comment { at: chunk.at });
                block.begun.is_none()
            }
            Field::Data(_) => {
                block.begun.get_or_insert(line);
                block.data = true;
                false
            }
            Field::Event(_) => {
                block.begun.get_or_insert(line);
                false
            }
            Field::Id(value) if value.len() <= MAX_ID => {
                block.begun.get_or_insert(line);
                block.id = Some(at - value.len()..at);
                false
            }
            Field::Id(_) | Field::Retry(_) | Field::Ignored(_) => break,
        };
        line = next;
        if !whole {
            continue;
        }
        if next - end > terms.most || !checked.reaches(bytes, end, next) {
            break;
        }
        if let Some(begun) = block.begun {
            if !block.data || !(same_id || block.id.is_some()) {
                break;
            }
            notes.push_back(Note::Block(Place {
                first_byte: chunk.offset + begun as u64,
                end_byte: chunk.offset + next as u64,
                first_chunk: chunk.no,
                last_chunk: chunk.no,
                at: chunk.at,
            }));
            if let Some(new) = block.id {
                (id_len, same_id) = (new.len(), true);
                id = Some(new);
            }
            carried += id_len;
            block = Block::default();
        }
        (end, noted) = (next, notes.len());
        if (end - piece >= PIECE || carried >= CARRIED) && noted > noted_piece {
            out.piece(bytes.slice(piece..end));
            (piece, noted_piece, carried) = (end, noted, 0);
        }
    }
    notes.truncate(noted);
    // Blank lines alone make the crate yield nothing, so they are kept from it.
    if noted > noted_piece {
        out.piece(bytes.slice(piece..end));
    }
    Passed { end, id }
}
