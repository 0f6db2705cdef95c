//! Entries on standard output: as JSON lines (a contract, see [`json_line`]) or as typed text.

use std::borrow::Cow;
use std::io::{self, Write};

use tapewriter_engine::contract::Failure;
use tapewriter_engine::export::json_line;
use tapewriter_engine::log::Entry;
use tapewriter_engine::text::{Reading, Typist};

/// Writes entries in the chosen form.
pub struct Printer<W> {
    out: W,
    json: bool,
    typist: Typist,
    /// Whether what is written acts on a terminal.
    terminal: bool,
}

impl<W: Write> Printer<W> {
    /// A printer that has written nothing.
    pub const fn new(out: W, json: bool, reading: Reading, terminal: bool) -> Self {
        Self {
            out,
            json,
            typist: Typist::new(reading),
            terminal,
        }
    }

    /// Writes one entry.
    ///
    /// # Errors
    /// When the output is closed or full.
    pub fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        if self.json {
            json_line(entry, &mut self.out)?;
        } else {
            let text = self.typist.entry(entry);
            if text.is_empty() {
                return Ok(());
            }
            let shown = if self.terminal {
                harmless(&text)
            } else {
                Cow::Borrowed(&*text)
            };
            self.out.write_all(shown.as_bytes())?;
        }
        Ok(())
    }

    /// Hands what was written to the reader.
    ///
    /// # Errors
    /// When the output is closed or full.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the last line of joined text, so that a prompt does not stand in it.
    ///
    /// # Errors
    /// When the output is closed or full.
    pub fn finish(&mut self) -> io::Result<()> {
        if !self.typist.is_at_line() {
            self.out.write_all(b"\n")?;
        }
        self.out.flush()
    }
}

/// A line on standard error, as all of `tape`'s are written.
pub fn complain(failure: &Failure) {
    eprintln!("tape: {}: {}", failure.code, harmless(&failure.message));
}

/// Text of the server's making, as one word in a line of ours.
pub fn brief(text: &str) -> String {
    let short: String = text.chars().take(BRIEF).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{}{more}", harmless(&short).replace(['\n', '\t'], " "))
}

/// Characters of it.
const BRIEF: usize = 80;

/// Control characters as `\x1b`: a terminal must not do what a stream says.
fn harmless(text: &str) -> Cow<'_, str> {
    let acts = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            plain.push_str(&format!("\\x{:02x}", c as u32));
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

/// A line on standard output; that nobody reads it is no matter.
pub fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
