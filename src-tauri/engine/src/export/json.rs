//! JSON lines: one object a line, a contract that scripts rely on ([`Line`] is all of it). `tape tail --json` prints
//! the same, flushed as each entry happens.

use std::io::{self, Write};

use serde::Serialize;

use super::Form;
use crate::log::{Entry, Kind, Mark};

/// One line. Times are microseconds since the Unix epoch.
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
    Asked {
        attempt: u32,
        at_us: u64,
        prompt: &'a str,
    },
    Failed {
        at_us: u64,
        code: &'static str,
        message: &'a str,
    },
}

fn line(entry: &Entry) -> Line<'_> {
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
            Mark::Asked { prompt } => Line::Asked {
                attempt,
                at_us,
                prompt,
            },
            Mark::Failed { failure } => Line::Failed {
                at_us,
                code: failure.code.as_str(),
                message: &failure.message,
            },
        },
    }
}

/// Writes one entry as a line.
///
/// # Errors
/// When the output is closed or full.
pub fn json_line(entry: &Entry, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut out, &line(entry))?;
    out.write_all(b"\n")
}

/// All entries as lines.
pub(super) struct Lines;

impl Form for Lines {
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        json_line(entry, out)
    }
}
