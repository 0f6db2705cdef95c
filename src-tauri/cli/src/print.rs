//! Entries on standard output: as JSON lines (a contract: [`Line`] is all of it, and scripts rely on it) or as typed text.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use tapewriter_engine::contract::{Failure, TextRule};
use tapewriter_engine::log::{Entry, Kind, Mark};
use tapewriter_engine::text::typed;

/// One line of `--json`. Times are microseconds since the Unix epoch.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Opened {
        attempt: u32,
        at_us: u64,
        status: u16,
        http: &'a str,
        url: &'a str,
        headers: &'a [(String, String)],
    },
    Event {
        seq: u64,
        attempt: u32,
        at_us: u64,
        r#type: &'a str,
        id: &'a str,
        data: &'a str,
    },
    Comment {
        attempt: u32,
        at_us: u64,
        text: &'a str,
    },
    Retry {
        attempt: u32,
        at_us: u64,
        ms: u64,
    },
    Closed {
        attempt: u32,
        at_us: u64,
        code: &'static str,
        message: &'a str,
    },
    Waiting {
        at_us: u64,
        ms: u64,
        last_event_id: &'a str,
    },
    Resumed {
        attempt: u32,
        at_us: u64,
        lost: Option<u64>,
        repeated: Option<u64>,
    },
    Failed {
        at_us: u64,
        code: &'static str,
        message: &'a str,
    },
}

fn json_line(entry: &Entry) -> Line<'_> {
    let (attempt, at_us) = (entry.attempt, entry.at_us);
    match &entry.kind {
        Kind::Event(event) => Line::Event {
            seq: event.seq,
            attempt,
            at_us,
            r#type: &event.event_type,
            id: &event.id,
            data: &event.data,
        },
        Kind::Comment(text) => Line::Comment { attempt, at_us, text },
        Kind::Mark(mark) => match &**mark {
            Mark::Opened {
                status,
                http,
                url,
                headers,
            } => Line::Opened {
                attempt,
                at_us,
                status: *status,
                http,
                url,
                headers,
            },
            Mark::Closed { failure, .. } => Line::Closed {
                attempt,
                at_us,
                code: failure.code.as_str(),
                message: &failure.message,
            },
            Mark::Waiting {
                ms, last_event_id, ..
            } => Line::Waiting {
                at_us,
                ms: *ms,
                last_event_id,
            },
            Mark::Resumed { lost, repeated, .. } => Line::Resumed {
                attempt,
                at_us,
                lost: *lost,
                repeated: *repeated,
            },
            Mark::Retry { ms } => Line::Retry {
                attempt,
                at_us,
                ms: *ms,
            },
            Mark::Failed { failure } => Line::Failed {
                at_us,
                code: failure.code.as_str(),
                message: &failure.message,
            },
        },
    }
}

/// Writes entries in the chosen form.
pub struct Printer<W> {
    out: W,
    json: bool,
    rule: TextRule,
    /// Whether what is written acts on a terminal.
    terminal: bool,
    /// Type of the event before, for the joined text.
    before: Option<String>,
    /// The text so far does not end with a line's end.
    open_line: bool,
}

impl<W: Write> Printer<W> {
    /// A printer that has written nothing.
    pub const fn new(out: W, json: bool, rule: TextRule, terminal: bool) -> Self {
        Self {
            out,
            json,
            rule,
            terminal,
            before: None,
            open_line: false,
        }
    }

    /// Writes one entry.
    ///
    /// # Errors
    /// When the output is closed or full.
    pub fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut self.out, &json_line(entry))?;
            self.out.write_all(b"\n")?;
        } else {
            let text = typed(entry, self.before.as_deref(), self.rule);
            if let Kind::Event(event) = &entry.kind {
                self.before = Some(event.event_type.to_string());
            }
            if text.is_empty() {
                return Ok(());
            }
            let shown = if self.terminal {
                harmless(&text)
            } else {
                Cow::Borrowed(&*text)
            };
            self.out.write_all(shown.as_bytes())?;
            self.open_line = !text.ends_with('\n');
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
        if std::mem::take(&mut self.open_line) {
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
