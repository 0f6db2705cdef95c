//! Bodies whose lines are their events: NDJSON and plain lines. The sibling of `lenient`, with the same notes;
//! its messages pass around eventsource-client.
//!
//! A line ends with LF or CRLF. A last line without an end counts when the body ends as it should, and only
//! then. A byte order mark at the start is dropped; what is not UTF-8 becomes U+FFFD.
//!
//! No I/O and no clock. Memory is bounded by [`Limits::line`].

use std::collections::VecDeque;
use std::time::Instant;

use memchr::memchr_iter;

use crate::lenient::{BOM, KEPT, Limits, MID_HEAD, Mid, Note, Over, Place};

/// Which lines are events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// Blank ones are not: nothing in them but JSON's white space (NDJSON).
    Skipped,
    /// All are.
    Kept,
}

/// The state of one body's reading.
#[derive(Debug)]
pub struct Lines {
    limits: Limits,
    blank: Blank,
    /// The unfinished line.
    line: Vec<u8>,
    /// Number of the chunk in which it began.
    line_chunk: u64,
    /// No line has been read yet: a BOM may stand here.
    at_start: bool,
    /// Offset of the next byte to be read.
    offset: u64,
    /// Number and arrival of the newest chunk that held bytes.
    newest: Option<(u64, Instant)>,
}

impl Lines {
    /// A reading from a body's beginning.
    pub const fn new(limits: Limits, blank: Blank) -> Self {
        Self {
            limits,
            blank,
            line: Vec::new(),
            line_chunk: 0,
            at_start: true,
            offset: 0,
            newest: None,
        }
    }

    /// Bytes of an unfinished line.
    pub const fn unfinished(&self) -> u64 {
        self.line.len() as u64
    }

    /// Bytes of memory that it holds, at most.
    pub const fn memory(&self) -> usize {
        self.line.capacity()
    }

    /// Where the reading stands.
    pub fn mid(&self) -> Mid {
        Mid {
            at_start: self.at_start && self.line.is_empty(),
            after_cr: false,
            line: self.line.len() as u64,
            head: self.line[..self.line.len().min(MID_HEAD)].into(),
            begun: false,
        }
    }

    /// Reads one chunk: queues a [`Note::Message`] for each line that is an event.
    ///
    /// # Errors
    /// When a line passes its bound; what came before it has been noted.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        no: u64,
        at: Instant,
        notes: &mut VecDeque<Note>,
    ) -> Result<(), Over> {
        if !bytes.is_empty() {
            self.newest = Some((no, at));
        }
        let mut from = 0;
        for end in memchr_iter(b'\n', bytes) {
            let part = &bytes[from..end];
            let first_byte = self.offset - self.line.len() as u64;
            self.offset += (end + 1 - from) as u64;
            from = end + 1;
            if self.line.is_empty() {
                self.line_chunk = no;
                self.check_line(&[], part)?;
                self.read_line(ended(part), first_byte, (no, at), notes);
            } else {
                let mut line = std::mem::take(&mut self.line);
                self.check_line(&line, part)?;
                line.extend_from_slice(part);
                self.read_line(ended(&line), first_byte, (no, at), notes);
                line.clear();
                line.shrink_to(KEPT);
                self.line = line;
            }
        }
        let rest = &bytes[from..];
        self.check_line(&self.line, rest)?;
        if self.line.is_empty() {
            self.line_chunk = no;
        }
        self.line.extend_from_slice(rest);
        self.offset += rest.len() as u64;
        Ok(())
    }

    /// The body ended as it should: a line that was begun counts, with a CR at its end as any other.
    ///
    /// # Errors
    /// When it passes its bound.
    pub fn finish(&mut self, notes: &mut VecDeque<Note>) -> Result<(), Over> {
        let line = std::mem::take(&mut self.line);
        if line.len() > self.limits.line {
            return Err(Over::Line);
        }
        let nothing = line.is_empty() || self.at_start && line == BOM;
        if let (false, Some(newest)) = (nothing, self.newest) {
            self.read_line(&line, self.offset - line.len() as u64, newest, notes);
        }
        Ok(())
    }

    /// While a line goes on, a CR may still turn out to be its end, so it does not count.
    fn check_line(&self, begun: &[u8], part: &[u8]) -> Result<(), Over> {
        let tail = if part.is_empty() { begun } else { part };
        let len = begun.len() + part.len() - usize::from(tail.ends_with(b"\r"));
        if len > self.limits.line {
            Err(Over::Line)
        } else {
            Ok(())
        }
    }

    fn read_line(
        &mut self,
        mut line: &[u8],
        first_byte: u64,
        (no, at): (u64, Instant),
        notes: &mut VecDeque<Note>,
    ) {
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(BOM).unwrap_or(line);
        }
        let blank = || line.iter().all(|byte| b" \t\r".contains(byte));
        if self.blank == Blank::Skipped && blank() {
            return;
        }
        notes.push_back(Note::Message {
            text: String::from_utf8_lossy(line).into_owned(),
            place: Place {
                first_byte,
                end_byte: self.offset,
                first_chunk: self.line_chunk,
                last_chunk: no,
                at,
            },
        });
    }
}

/// A line without the CR of its CRLF.
fn ended(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = Vec<(String, (u64, u64, u64, u64))>;

    fn read(pieces: &[&[u8]], blank: Blank) -> Seen {
        let (mut lines, mut notes) = (Lines::new(Limits::default(), blank), VecDeque::new());
        for (no, piece) in pieces.iter().enumerate() {
            lines
                .feed(piece, no as u64, Instant::now(), &mut notes)
                .expect("within limits");
        }
        lines.finish(&mut notes).expect("within limits");
        let seen = notes.into_iter().map(|note| match note {
            Note::Message { text, place } => (
                text,
                (
                    place.first_byte,
                    place.end_byte,
                    place.first_chunk,
                    place.last_chunk,
                ),
            ),
            other => panic!("{other:?} from lines"),
        });
        seen.collect()
    }

    const CASES: &[(&[u8], &[&str], &[&str])] = &[
        (b"", &[], &[]),
        (b"\n", &[], &[""]),
        (
            b"{\"a\":1}\n{\"b\":2}\n",
            &["{\"a\":1}", "{\"b\":2}"],
            &["{\"a\":1}", "{\"b\":2}"],
        ),
        (b"1\r\n2\r\n", &["1", "2"], &["1", "2"]),
        (b"1\r2\n", &["1\r2"], &["1\r2"]),
        (b"1\r\r\n", &["1\r"], &["1\r"]),
        (b"1\n2", &["1", "2"], &["1", "2"]),
        (b"1\n2\r", &["1", "2\r"], &["1", "2\r"]),
        (b"1\n\n \t\n\r\n2\n", &["1", "2"], &["1", "", " \t", "", "2"]),
        (
            b"\xEF\xBB\xBF1\n\xEF\xBB\xBF2\n",
            &["1", "\u{FEFF}2"],
            &["1", "\u{FEFF}2"],
        ),
        (b"\xEF\xBB\xBF\n", &[], &[""]),
        (b"\xEF\xBB\xBF", &[], &[]),
        (
            b"a\xffb\n\xe6\xb5\n",
            &["a\u{FFFD}b", "\u{FFFD}"],
            &["a\u{FFFD}b", "\u{FFFD}"],
        ),
        (b"data: 1\n: 2\n", &["data: 1", ": 2"], &["data: 1", ": 2"]),
        (b"a\0b\n", &["a\0b"], &["a\0b"]),
    ];

    #[test]
    fn reads_lines_at_every_cut() {
        for (input, skipped, kept) in CASES {
            for (blank, expected) in [(Blank::Skipped, skipped), (Blank::Kept, kept)] {
                let text = |seen: Seen| seen.into_iter().map(|(text, _)| text).collect::<Vec<_>>();
                let name = input.escape_ascii();
                assert_eq!(text(read(&[input], blank)), *expected, "{name} {blank:?}");
                for cut in 0..=input.len() {
                    let seen = read(&[&input[..cut], &input[cut..]], blank);
                    assert_eq!(text(seen), *expected, "{name} {blank:?} cut at {cut}");
                }
                let bytes: Vec<&[u8]> = input.chunks(1).collect();
                assert_eq!(text(read(&bytes, blank)), *expected, "{name} byte by byte");
            }
        }
    }

    #[test]
    fn says_where_a_line_stood() {
        let seen = read(&[b"1\n\n2", b"", b"3\r", b"\n4"], Blank::Skipped);
        let expected = [("1", (0, 2, 0, 0)), ("23", (3, 7, 0, 3)), ("4", (7, 8, 3, 3))];
        assert_eq!(seen, expected.map(|(text, place)| (text.to_owned(), place)));
    }

    #[test]
    fn a_line_over_its_bound_ends_the_reading_after_what_came_before() {
        let limits = Limits { line: 4, event: 4 };
        for pieces in [
            &[&b"1\n1234\r\n12345\n"[..]][..],
            &[b"1\n123", b"4\r", b"\n1", b"2345"],
        ] {
            let (mut lines, mut notes) = (Lines::new(limits, Blank::Kept), VecDeque::new());
            let mut fed = Ok(());
            for piece in pieces {
                fed = fed.and_then(|()| lines.feed(piece, 0, Instant::now(), &mut notes));
            }
            assert_eq!((fed, notes.len()), (Err(Over::Line), 2));
        }
    }
}
