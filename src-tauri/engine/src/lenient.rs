//! The canonicaliser between the wire and eventsource-client: it reads a body by the rules of the
//! HTML standard (9.2.5 "Parsing an event stream", 9.2.6 "Interpreting an event stream") and writes an
//! equivalent one that the crate cannot misread.
//!
//! For each thing that happens it writes exactly one thing that makes the crate yield an item, and
//! queues one [`Note`] about it: a dispatched block becomes a clean block, a comment a comment line, a
//! reconnection time an empty comment line. The attempt pairs the k-th note with the k-th item.
//!
//! No I/O and no clock: bytes, chunk number and arrival time are arguments. Memory is bounded by
//! [`Limits`].

use std::collections::VecDeque;
use std::time::Instant;

use memchr::memchr2;

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

/// Which bound was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// [`Limits::line`].
    Line,
    /// [`Limits::event`].
    Event,
}

/// What happened on the line, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A block was dispatched.
    Block(Place),
    /// A comment line: its text without the colon and one leading space.
    Comment {
        /// The text.
        text: String,
        /// Arrival of the chunk that completed the line.
        at: Instant,
    },
    /// A message of a source with its own framing; it passes around this reading, whole.
    Message {
        /// Its text.
        text: String,
        /// Its arrival.
        at: Instant,
    },
    /// A valid `retry` field.
    Retry {
        /// The new reconnection time, milliseconds; saturates.
        ms: u64,
        /// Arrival of the chunk that completed the line.
        at: Instant,
    },
}

/// Where a dispatched block stood in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Offset of its first byte in the decoded body.
    pub first_byte: u64,
    /// One past the offset of its last byte, the blank line included.
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    id_set: Vec<u8>,
    /// The id that eventsource-client holds now; `None` before the first block.
    id_there: Option<Vec<u8>>,
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
            id_set: last_event_id.as_bytes().to_vec(),
            id_there: None,
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
    pub fn last_event_id(&self) -> String {
        String::from_utf8_lossy(&self.id_set).into_owned()
    }

    /// The bounds this reading keeps.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Reads one chunk: appends canonical text to `out` and notes to `notes`.
    ///
    /// # Errors
    /// When a line or an event passes its bound; what came before it has been written.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        chunk: u64,
        at: Instant,
        out: &mut Vec<u8>,
        notes: &mut VecDeque<Note>,
    ) -> Result<(), Over> {
        let mut rest = bytes;
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            if rest[0] == b'\n' {
                rest = &rest[1..];
                self.offset += 1;
            }
        }
        while let Some(end) = memchr2(b'\n', b'\r', rest) {
            let crlf = rest[end] == b'\r' && rest.get(end + 1) == Some(&b'\n');
            self.after_cr = rest[end] == b'\r' && end + 1 == rest.len();
            let taken = end + 1 + usize::from(crlf);
            let start = self.offset - self.line.len() as u64;
            self.offset += taken as u64;
            if self.line.is_empty() {
                self.check_line(end)?;
                self.line_chunk = chunk;
                self.read_line(&rest[..end], start, chunk, at, out, notes)?;
            } else {
                self.check_line(self.line.len() + end)?;
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(&rest[..end]);
                self.read_line(&line, start, chunk, at, out, notes)?;
                line.clear();
                // A line of megabytes must not keep its room for the rest of the session.
                line.shrink_to(64 << 10);
                self.line = line;
            }
            rest = &rest[taken..];
        }
        self.check_line(self.line.len() + rest.len())?;
        if self.line.is_empty() {
            self.line_chunk = chunk;
        }
        self.line.extend_from_slice(rest);
        self.offset += rest.len() as u64;
        Ok(())
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
        chunk: u64,
        at: Instant,
        out: &mut Vec<u8>,
        notes: &mut VecDeque<Note>,
    ) -> Result<(), Over> {
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        if line.is_empty() {
            self.dispatch(chunk, at, out, notes);
            return Ok(());
        }
        let (name, value) = match memchr::memchr(b':', line) {
            Some(0) => {
                let text = line[1..].strip_prefix(b" ").unwrap_or(&line[1..]);
                out.extend_from_slice(b":\n");
                notes.push_back(Note::Comment {
                    text: String::from_utf8_lossy(text).into_owned(),
                    at,
                });
                return Ok(());
            }
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &[][..]),
        };
        if self.begun.is_none() {
            self.begun = Some((start, self.line_chunk));
        }
        match name {
            b"data" => {
                if self.data.len() + value.len() > self.limits.event {
                    return Err(Over::Event);
                }
                self.data.extend_from_slice(b"data: ");
                push_utf8(&mut self.data, value);
                self.data.push(b'\n');
            }
            b"event" => {
                self.event_type.clear();
                push_utf8(&mut self.event_type, value);
            }
            b"id" if !value.contains(&0) => {
                self.id.clear();
                push_utf8(&mut self.id, value);
            }
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let ms = value.iter().fold(0u64, |ms, digit| {
                    ms.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
                });
                out.extend_from_slice(b":\n");
                notes.push_back(Note::Retry { ms, at });
            }
            _ => {}
        }
        Ok(())
    }

    /// 9.2.6 "dispatch the event": a block without data resets the type and dispatches nothing.
    fn dispatch(&mut self, chunk: u64, at: Instant, out: &mut Vec<u8>, notes: &mut VecDeque<Note>) {
        let begun = self.begun.take();
        if self.id_set != self.id {
            self.id_set.clone_from(&self.id);
        }
        if let (false, Some((first_byte, first_chunk))) = (self.data.is_empty(), begun) {
            if !self.event_type.is_empty() {
                out.extend_from_slice(b"event: ");
                out.extend_from_slice(&self.event_type);
                out.push(b'\n');
            }
            if self.id_there.as_deref() != Some(&self.id[..]) {
                out.extend_from_slice(b"id: ");
                out.extend_from_slice(&self.id);
                out.push(b'\n');
                self.id_there = Some(self.id.clone());
            }
            out.extend_from_slice(&self.data);
            out.push(b'\n');
            notes.push_back(Note::Block(Place {
                first_byte,
                end_byte: self.offset,
                first_chunk,
                last_chunk: chunk,
                at,
            }));
        }
        self.event_type.clear();
        self.data.clear();
        self.data.shrink_to(64 << 10);
    }
}

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
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]], id: &str) -> (String, Vec<Note>) {
        let (mut out, mut notes) = (Vec::new(), VecDeque::new());
        let mut lenient = Lenient::new(Limits::default(), id);
        let at = Instant::now();
        for (chunk, piece) in pieces.iter().enumerate() {
            lenient
                .feed(piece, chunk as u64, at, &mut out, &mut notes)
                .expect("within limits");
        }
        (
            String::from_utf8(out).expect("canonical text is UTF-8"),
            notes.into(),
        )
    }

    const CASES: &[(&[u8], &str)] = &[
        (b"data: a\n\n", "id: \ndata: a\n\n"),
        (
            b"\xEF\xBB\xBFdata:a\r\rdata:b\r\n\r\n",
            "id: \ndata: a\n\ndata: b\n\n",
        ),
        (
            b"data\n\ndata\ndata\n\ndata:\n",
            "id: \ndata: \n\ndata: \ndata: \n\n",
        ),
        (b"event: x\n\ndata: a\n\n", "id: \ndata: a\n\n"),
        (
            b"event: x\nid: 7\ndata: a\n\ndata: b\n\n",
            "event: x\nid: 7\ndata: a\n\ndata: b\n\n",
        ),
        (b"id: 7\n\ndata: b\n\n", "id: 7\ndata: b\n\n"),
        (b"id: 1\0\ndata: b\n\n", "id: \ndata: b\n\n"),
        (
            b"id: 1\ndata: a\n\nid\ndata: b\n\n",
            "id: 1\ndata: a\n\nid: \ndata: b\n\n",
        ),
        (
            b"comment: x\nfoo: 1\nData: z\ndata:  two\n\n",
            "id: \ndata:  two\n\n",
        ),
        (
            b"data: \xff\xe4\xbd\n\n: \xff\n",
            "id: \ndata: \u{FFFD}\u{FFFD}\n\n:\n",
        ),
        (
            b"retry: 0400\nretry: +10\nretry: 1x\nretry:\ndata: a\n\n",
            ":\nid: \ndata: a\n\n",
        ),
        (b"data: never finished", ""),
    ];

    #[test]
    fn reads_the_standards_cases_at_every_split() {
        for (input, canonical) in CASES {
            assert_eq!(read(&[input], "").0, *canonical, "{}", input.escape_ascii());
            for cut in 0..=input.len() {
                let (text, _) = read(&[&input[..cut], &input[cut..]], "");
                assert_eq!(text, *canonical, "{} cut at {cut}", input.escape_ascii());
            }
            let bytes: Vec<&[u8]> = input.chunks(1).collect();
            assert_eq!(
                read(&bytes, "").0,
                *canonical,
                "{} byte by byte",
                input.escape_ascii()
            );
        }
    }

    #[test]
    fn notes_where_a_block_stood() {
        let (_, notes) = read(&[b"\n: hi\nda", b"ta: a\r\n\r", b"\ndata: b\n\n"], "");
        let places: Vec<_> = notes
            .iter()
            .filter_map(|note| match note {
                Note::Block(p) => Some((p.first_byte, p.end_byte, p.first_chunk, p.last_chunk)),
                _ => None,
            })
            .collect();
        // The LF that completes the CR came in the next chunk and belongs to neither block.
        assert_eq!(places, [(6, 16, 0, 1), (17, 26, 2, 2)]);
        assert!(matches!(&notes[0], Note::Comment { text, .. } if text == "hi"));
    }

    #[test]
    fn keeps_the_reconnection_time_and_the_id_of_before() {
        let (text, notes) = read(&[b"retry: 99999999999999999999999\n\ndata: a\n\n"], "41");
        assert_eq!(text, ":\nid: 41\ndata: a\n\n");
        assert!(matches!(notes[0], Note::Retry { ms: u64::MAX, .. }));
    }

    #[test]
    fn an_id_counts_once_its_block_has_ended() {
        let mut lenient = Lenient::new(Limits::default(), "1");
        let (mut out, mut notes) = (Vec::new(), VecDeque::new());
        let at = Instant::now();
        lenient
            .feed(b"id: 2\n\nid: 3\ndata: x\n", 0, at, &mut out, &mut notes)
            .expect("within limits");
        assert_eq!(lenient.last_event_id(), "2");
        assert_eq!(lenient.unfinished(), 14);
    }

    #[test]
    fn bounds_lines_and_events() {
        let limits = Limits { line: 10, event: 20 };
        let (mut out, mut notes) = (Vec::new(), VecDeque::new());
        let mut lenient = Lenient::new(limits, "");
        let at = Instant::now();
        assert_eq!(
            lenient.feed(b"data: 12345678", 0, at, &mut out, &mut notes),
            Err(Over::Line)
        );
        let mut lenient = Lenient::new(limits, "");
        let fed = lenient.feed(
            b"data:1234\ndata:1234\ndata:1234\n\n",
            0,
            at,
            &mut out,
            &mut notes,
        );
        assert_eq!(fed, Err(Over::Event));
    }
}
