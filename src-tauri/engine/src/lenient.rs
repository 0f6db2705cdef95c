//! The canonicaliser between the wire and eventsource-client: it reads a body by the rules of the
//! HTML standard (9.2.5 "Parsing an event stream", 9.2.6 "Interpreting an event stream") and writes an
//! equivalent one that the crate cannot misread. Whole blocks that it reads rightly pass as they came
//! (`clean`); the others are written anew.
//!
//! For each thing that happens it hands on exactly one thing that makes the crate yield an item, and
//! queues one [`Note`] about it: a block for a dispatched block, a comment line for a comment, an empty
//! comment line for a reconnection time. The attempt pairs the k-th note with the k-th item.
//!
//! No I/O and no clock: bytes, chunk number and arrival time are arguments. Memory is bounded by
//! [`Limits`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use memchr::memchr2;

mod clean;
mod field;
mod out;

use clean::{Checked, Terms};
pub use field::{Field, field};
pub use out::{Out, PIECE};

/// Bounds on what one line and one event may hold. Without them a body that never ends a line would
/// be held in memory whole.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes in a line, without its end.
    pub line: usize,
    /// Bytes in an event's canonical block.
    pub event: usize,
}

impl Default for Limits {
    /// 16 MiB a line, 64 MiB an event: an order of magnitude over the largest events seen in the
    /// field (base64 images), and still small beside a machine's memory.
    fn default() -> Self {
        Self {
            line: 16 << 20,
            event: 64 << 20,
        }
    }
}

/// Bytes of a last event id, at most. Every event that follows carries it, so one of megabytes would make a body
/// of bytes cost gigabytes; and no server takes a header as long as this one back.
pub const MAX_ID: usize = 16 << 10;

/// Which bound was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// [`Limits::line`].
    Line,
    /// [`Limits::event`].
    Event,
    /// [`MAX_ID`].
    Id,
}

/// What happened on the line, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A block was dispatched.
    Block(Place),
    /// A comment line; its text goes through the crate.
    Comment {
        /// Arrival of the chunk that completed the line.
        at: Instant,
    },
    /// A message of another framing than an event stream's; it passes around the crate, whole.
    Message {
        /// Its text.
        text: String,
        /// Where it stood.
        place: Place,
    },
    /// A valid `retry` field.
    Retry {
        /// The new reconnection time, milliseconds; saturates.
        ms: u64,
        /// Arrival of the chunk that completed the line.
        at: Instant,
    },
}

/// Where a dispatched block, or a message, stood in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Offset of its first byte in the decoded body.
    pub first_byte: u64,
    /// One past the offset of its last byte, the blank line (or the message's line end) included.
    pub end_byte: u64,
    /// Number of the chunk that holds its first byte, from 0.
    pub first_chunk: u64,
    /// Number of the chunk that holds its last byte.
    pub last_chunk: u64,
    /// Arrival of that last chunk: the event's arrival.
    pub at: Instant,
}

impl Place {
    /// Of an event that did not come as a block: nothing is known but its arrival.
    pub const fn message(at: Instant) -> Self {
        Self {
            first_byte: 0,
            end_byte: 0,
            first_chunk: 0,
            last_chunk: 0,
            at,
        }
    }
}

/// Where a reading stands between two chunks: what the Wire scene needs to read the next one by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mid {
    /// Nothing has been read yet: a BOM may follow.
    pub at_start: bool,
    /// The chunk before ended with CR: an LF that follows belongs to it.
    pub after_cr: bool,
    /// Bytes of the unfinished line.
    pub line: u64,
    /// Its beginning, at most [`MID_HEAD`] bytes.
    pub head: Box<[u8]>,
    /// A block has begun.
    pub begun: bool,
}

/// Bytes of an unfinished line that [`Mid`] keeps: more than any field's name and a number.
pub const MID_HEAD: usize = 64;

/// A chunk of the body.
struct Chunk<'a> {
    /// Its bytes, decoded.
    bytes: &'a Bytes,
    /// Offset of its first byte in the decoded body.
    offset: u64,
    /// Its number, from 0.
    no: u64,
    /// Its arrival.
    at: Instant,
}

/// The state of one body's reading.
#[derive(Debug)]
pub struct Lenient {
    limits: Limits,
    /// The unfinished line at the end of the chunk before.
    line: Vec<u8>,
    /// Number of the chunk in which `line` began.
    line_chunk: u64,
    /// The chunk before ended with CR: an LF at the start of the next one belongs to it.
    after_cr: bool,
    /// No line has been read yet: a BOM may stand here.
    at_start: bool,
    /// Offset of the next byte to be read.
    offset: u64,
    /// Data lines of the current block, in canonical form.
    data: Vec<u8>,
    event_type: Vec<u8>,
    /// The standard's last event ID buffer.
    id: Vec<u8>,
    /// The standard's last event ID string: the buffer as of the newest blank line.
    id_set: Arc<str>,
    /// The id that eventsource-client holds now.
    id_there: Vec<u8>,
    /// First byte and chunk of the current block, if it has begun.
    begun: Option<(u64, u64)>,
}

impl Lenient {
    /// A reading that begins with the session's last event id (the standard's last event ID buffer is
    /// kept over reconnects, as browsers do).
    pub fn new(limits: Limits, last_event_id: &str) -> Self {
        Self {
            limits,
            line: Vec::new(),
            line_chunk: 0,
            after_cr: false,
            at_start: true,
            offset: 0,
            data: Vec::new(),
            event_type: Vec::new(),
            id: last_event_id.as_bytes().to_vec(),
            id_set: last_event_id.into(),
            id_there: Vec::new(),
            begun: None,
        }
    }

    /// Bytes of an unfinished line or block: what a body that ends here leaves behind.
    pub fn unfinished(&self) -> u64 {
        match self.begun {
            Some((first, _)) => self.offset - first,
            None => self.line.len() as u64,
        }
    }

    /// Bytes of memory that it holds, at most.
    pub fn memory(&self) -> usize {
        let id = self.id.capacity() + self.id_there.capacity() + self.id_set.len();
        self.line.capacity() + self.data.capacity() + self.event_type.capacity() + id
    }

    /// Where the reading stands.
    pub fn mid(&self) -> Mid {
        Mid {
            at_start: self.at_start && self.line.is_empty(),
            after_cr: self.after_cr,
            line: self.line.len() as u64,
            head: self.line[..self.line.len().min(MID_HEAD)].into(),
            begun: self.begun.is_some(),
        }
    }

    /// The last event ID string: what a reconnect sends. An id in a block that never ended does not count.
    pub fn last_event_id(&self) -> &Arc<str> {
        &self.id_set
    }

    /// Reads one chunk: hands canonical bytes to `out`, and queues notes.
    ///
    /// # Errors
    /// When a line or an event passes its bound; what came before it has been handed on.
    pub fn feed(
        &mut self,
        bytes: &Bytes,
        no: u64,
        at: Instant,
        out: &mut Out,
        notes: &mut VecDeque<Note>,
    ) -> Result<(), Over> {
        let offset = self.offset;
        let chunk = Chunk {
            bytes,
            offset,
            no,
            at,
        };
        let mut checked = Checked::default();
        let mut from = 0;
        if let Some(first) = bytes.first() {
            from = usize::from(std::mem::take(&mut self.after_cr) && *first == b'\n');
            // What does not begin like a BOM has none.
            self.at_start &= !self.line.is_empty() || *first == 0xEF;
        }
        loop {
            if self.line.is_empty() && self.begun.is_none() && !self.at_start {
                from = self.pass(&chunk, from, &mut checked, out, notes);
            }
            let rest = &bytes[from..];
            let Some(end) = memchr2(b'\n', b'\r', rest) else {
                break;
            };
            let crlf = rest[end] == b'\r' && rest.get(end + 1) == Some(&b'\n');
            self.after_cr = rest[end] == b'\r' && end + 1 == rest.len();
            let start = offset + from as u64 - self.line.len() as u64;
            from += end + 1 + usize::from(crlf);
            self.offset = offset + from as u64;
            self.check_line(self.line.len() + end)?;
            if self.line.is_empty() {
                self.line_chunk = no;
                self.read_line(&rest[..end], start, &chunk, out, notes)?;
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(&rest[..end]);
                self.read_line(&line, start, &chunk, out, notes)?;
                line.clear();
                line.shrink_to(KEPT);
                self.line = line;
            }
        }
        let rest = &bytes[from..];
        self.check_line(self.line.len() + rest.len())?;
        if self.line.is_empty() {
            self.line_chunk = no;
        }
        self.line.extend_from_slice(rest);
        self.offset = offset + bytes.len() as u64;
        Ok(())
    }

    /// Hands on what is clean from `from` on; says where that ends.
    fn pass(
        &mut self,
        chunk: &Chunk<'_>,
        from: usize,
        checked: &mut Checked,
        out: &mut Out,
        notes: &mut VecDeque<Note>,
    ) -> usize {
        let terms = Terms {
            // A canonical block is less than twice as long.
            most: self.limits.line.min(self.limits.event / 2),
            same_id: self.id_there == self.id,
            id_len: self.id.len(),
        };
        let passed = clean::pass(chunk, from, &terms, checked, out, notes);
        if let Some(id) = passed.id {
            self.id.clear();
            self.id.extend_from_slice(&chunk.bytes[id]);
            self.id_there.clone_from(&self.id);
            self.set_id();
        }
        passed.end
    }

    fn check_line(&self, len: usize) -> Result<(), Over> {
        if len > self.limits.line {
            Err(Over::Line)
        } else {
            Ok(())
        }
    }

    fn read_line(
        &mut self,
        mut line: &[u8],
        start: u64,
        chunk: &Chunk<'_>,
        out: &mut Out,
        notes: &mut VecDeque<Note>,
    ) -> Result<(), Over> {
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(BOM).unwrap_or(line);
        }
        let field = field(line);
        if !matches!(field, Field::Blank | Field::Comment(_)) {
            self.begun.get_or_insert((start, self.line_chunk));
        }
        match field {
            Field::Blank => self.dispatch(chunk, out, notes),
            Field::Comment(text) => {
                let out = out.text();
                out.extend_from_slice(b": ");
                push_utf8(out, text);
                out.push(b'\n');
                notes.push_back(Note::Comment { at: chunk.at });
            }
            Field::Data(value) => {
                self.data.extend_from_slice(b"data: ");
                push_utf8(&mut self.data, value);
                self.data.push(b'\n');
                if self.data.len() > self.limits.event {
                    return Err(Over::Event);
                }
            }
            Field::Event(value) => {
                self.event_type.clear();
                push_utf8(&mut self.event_type, value);
            }
            Field::Id(value) => {
                self.id.clear();
                push_utf8(&mut self.id, value);
                if self.id.len() > MAX_ID {
                    return Err(Over::Id);
                }
            }
            Field::Retry(ms) => {
                out.stand_in(1);
                notes.push_back(Note::Retry { ms, at: chunk.at });
            }
            Field::Ignored(_) => {}
        }
        Ok(())
    }

    /// 9.2.6 "dispatch the event": a block without data resets the type and dispatches nothing.
    fn dispatch(&mut self, chunk: &Chunk<'_>, out: &mut Out, notes: &mut VecDeque<Note>) {
        let begun = self.begun.take();
        self.set_id();
        if let (false, Some((first_byte, first_chunk))) = (self.data.is_empty(), begun) {
            let text = out.text();
            if !self.event_type.is_empty() {
                text.extend_from_slice(b"event: ");
                text.extend_from_slice(&self.event_type);
                text.push(b'\n');
            }
            if self.id_there != self.id {
                text.extend_from_slice(b"id: ");
                text.extend_from_slice(&self.id);
                text.push(b'\n');
                self.id_there.clone_from(&self.id);
            }
            self.data.push(b'\n');
            if self.data.len() < PIECE {
                text.extend_from_slice(&self.data);
            } else {
                out.piece(std::mem::take(&mut self.data).into());
            }
            out.carry(self.id.len());
            notes.push_back(Note::Block(Place {
                first_byte,
                end_byte: self.offset,
                first_chunk,
                last_chunk: chunk.no,
                at: chunk.at,
            }));
        }
        self.event_type.clear();
        self.event_type.shrink_to(KEPT);
        self.data.clear();
        self.data.shrink_to(KEPT);
    }

    fn set_id(&mut self) {
        if self.id_set.as_bytes() != self.id {
            self.id_set = String::from_utf8_lossy(&self.id).into();
        }
    }
}

/// A byte order mark.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Bytes that a buffer keeps for the next line or event: one of megabytes must not hold its room for the rest
/// of the session.
pub(crate) const KEPT: usize = 64 << 10;

/// Appends a value with each maximal ill-formed sequence as one U+FFFD, as the Encoding standard's
/// UTF-8 decoder does. Line ends are ASCII, so decoding line by line equals decoding the whole.
fn push_utf8(to: &mut Vec<u8>, value: &[u8]) {
    for part in value.utf8_chunks() {
        to.extend_from_slice(part.valid().as_bytes());
        if !part.invalid().is_empty() {
            to.extend_from_slice("\u{FFFD}".as_bytes());
        }
    }
}

#[cfg(test)]
mod tests;
