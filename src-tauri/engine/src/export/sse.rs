//! Event-stream text (HTML standard, 9.2.5) that reads back as the same events.
//!
//! - Each line of the data is a `data:` line. One space follows every colon, so that a value's own leading space is
//!   kept.
//! - `event:` stands only where the type is not `message`, `id:` only where the last event id changes.
//! - A carriage return ends a line in this format, so data that holds one (a line of NDJSON may) reads back with a
//!   newline in its place. A type's or id's line ends become spaces, and an id with a NUL, which readers ignore, is
//!   left out. Such events are counted.
//! - Comments and reconnection times are kept, each with a blank line behind it.

use std::io::{self, Write};

use super::Form;
use crate::log::{Entry, Event, Kind, Mark};

/// Entries as blocks. It remembers the id that a reader holds.
#[derive(Debug, Default)]
pub struct Blocks {
    /// What a reader of the text so far takes for the last event id.
    id: String,
    altered: u64,
}

impl Blocks {
    /// Blocks for a reader that holds this last event id.
    pub fn after(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            altered: 0,
        }
    }

    /// Writes one entry; nothing for marks other than the reconnection time.
    ///
    /// # Errors
    /// When the output is closed or full.
    pub fn block(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        match &entry.kind {
            Kind::Event(event) => self.event(event, out),
            Kind::Comment(text) => {
                lines(b":", text, out)?;
                out.write_all(b"\n")
            }
            Kind::Mark(mark) => match &**mark {
                Mark::Retry { ms } => write!(out, "retry: {ms}\n\n"),
                _ => Ok(()),
            },
        }
    }

    fn event(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let mut altered = event.data.contains('\r');
        if *event.event_type != *"message" && !event.event_type.is_empty() {
            altered |= field(b"event:", &event.event_type, out)?;
        }
        if *event.id != *self.id {
            if event.id.contains('\0') {
                altered = true;
            } else {
                altered |= field(b"id:", &event.id, out)?;
                self.id.clear();
                self.id.push_str(&event.id);
            }
        }
        self.altered += u64::from(altered);
        lines(b"data:", &event.data, out)?;
        out.write_all(b"\n")
    }
}

impl Form for Blocks {
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        self.block(entry, out)
    }

    fn altered(&self) -> u64 {
        self.altered
    }
}

/// A value of one line; says whether it was changed to fit.
fn field(name: &[u8], value: &str, out: &mut dyn Write) -> io::Result<bool> {
    out.write_all(name)?;
    if !value.is_empty() {
        out.write_all(b" ")?;
    }
    let altered = value.contains(['\n', '\r']);
    if altered {
        out.write_all(value.replace(['\n', '\r'], " ").as_bytes())?;
    } else {
        out.write_all(value.as_bytes())?;
    }
    out.write_all(b"\n")?;
    Ok(altered)
}

/// A value of any number of lines: CR, LF and CRLF all end one.
fn lines(name: &[u8], value: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = value.as_bytes();
    loop {
        let end = memchr::memchr2(b'\n', b'\r', rest);
        let line = &rest[..end.unwrap_or(rest.len())];
        out.write_all(name)?;
        if !line.is_empty() {
            out.write_all(b" ")?;
            out.write_all(line)?;
        }
        out.write_all(b"\n")?;
        let Some(end) = end else { return Ok(()) };
        rest = &rest[end..];
        rest = &rest[if rest.starts_with(b"\r\n") { 2 } else { 1 }..];
    }
}
