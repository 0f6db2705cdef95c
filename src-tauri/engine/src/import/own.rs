//! JSON lines of our own export. Lines are bounded, and everything that they say is checked: they may have been
//! written or changed by anyone.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{Beginning, Imported, Sink, damaged, refused};
use crate::contract::{Code, Failure, Framing, Wait, WaitWhy};
use crate::export::{Progress, Watch, cancelled, disk_failure};
use crate::lenient::{BOM, KEPT, Limits, MAX_ID};
use crate::log::{Entry, Event, Kind, Mark};

/// Lines between two looks at whether to stop.
const CHECK: u64 = 256;
/// The latest time that fits the contract, microseconds: a JavaScript number, until the year 2255.
const LATEST_US: u64 = (1 << 53) - 1;
/// Bytes that a line may have for each byte of an event's bound: JSON writes a control character as `\u0001`.
const ESCAPED: usize = 6;

/// What a line says; see `export::json`.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    Opened {
        attempt: u32,
        at_us: u64,
        status: u16,
        http: String,
        url: String,
        headers: Vec<(String, String)>,
    },
    Event {
        attempt: u32,
        at_us: u64,
        r#type: String,
        id: String,
        data: String,
    },
    Comment {
        attempt: u32,
        at_us: u64,
        text: String,
    },
    Retry {
        attempt: u32,
        at_us: u64,
        ms: u64,
    },
    Closed {
        attempt: u32,
        at_us: u64,
        code: Code,
        message: String,
    },
    Waiting {
        at_us: u64,
        ms: u64,
        last_event_id: String,
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
        prompt: String,
    },
    Failed {
        at_us: u64,
        code: Code,
        message: String,
    },
}

impl Line {
    const fn at_us(&self) -> u64 {
        match self {
            Self::Opened { at_us, .. }
            | Self::Event { at_us, .. }
            | Self::Comment { at_us, .. }
            | Self::Retry { at_us, .. }
            | Self::Closed { at_us, .. }
            | Self::Waiting { at_us, .. }
            | Self::Resumed { at_us, .. }
            | Self::Asked { at_us, .. }
            | Self::Failed { at_us, .. } => *at_us,
        }
    }
}

/// The kinds, as lines name them.
const KINDS: [&str; 9] = [
    "opened", "event", "comment", "retry", "closed", "waiting", "resumed", "asked", "failed",
];

/// The beginning, if the first line is one of ours; none for JSON lines of others.
pub(super) fn beginning(file: &mut File, limits: Limits) -> Result<Option<Beginning>, Failure> {
    let mut lines = Lines::new(file, limits);
    let Some(text) = lines.next()? else {
        return Err(refused("empty", "the file is empty"));
    };
    let value: Value = match serde_json::from_slice(text) {
        Ok(value) => value,
        Err(error) => {
            return Err(refused("foreign", "the file is not made of JSON lines").with("detail", error));
        }
    };
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    if !KINDS.contains(&kind) || value.get("at_us").is_none() {
        return Ok(None);
    }
    let line = Line::deserialize(value).map_err(|error| damaged(lines.no, error))?;
    Ok(Some(Beginning {
        started_us: line.at_us(),
        url: match line {
            Line::Opened { url, .. } => url,
            _ => String::new(),
        },
        framing: Framing::Auto,
    }))
}

/// Reads it whole.
pub(super) fn read(
    file: File,
    limits: Limits,
    sink: &mut dyn Sink,
    watch: &mut Watch<'_>,
) -> Result<Imported, Failure> {
    let mut lines = Lines::new(file, limits);
    let mut reading = Reading {
        limits,
        ..Reading::default()
    };
    loop {
        if reading.imported.entries.is_multiple_of(CHECK) {
            look(&lines, watch)?;
        }
        let Some(text) = lines.next()? else { break };
        let line = serde_json::from_slice::<Line>(text);
        let line = line.map_err(|error| damaged(lines.no, error))?;
        let entry = reading.entry(line).map_err(|wrong| match wrong {
            Wrong::Fact(what) => damaged(lines.no, what),
            Wrong::Bound(failure) => failure.with("line", lines.no),
        })?;
        sink.entry(entry)?;
    }
    look(&lines, watch)?;
    Ok(reading.imported)
}

fn look<R>(lines: &Lines<R>, watch: &mut Watch<'_>) -> Result<(), Failure> {
    let progress = Progress {
        done: lines.bytes,
        bytes: lines.bytes,
    };
    if watch(progress).is_break() {
        return Err(cancelled());
    }
    Ok(())
}

/// What is the matter with a line.
enum Wrong {
    /// It says what cannot be.
    Fact(&'static str),
    /// It holds more than may be.
    Bound(Failure),
}

/// What the lines so far have said.
#[derive(Default)]
struct Reading {
    imported: Imported,
    limits: Limits,
    attempt: u32,
    opened_us: Option<u64>,
    event_us: Option<u64>,
    down: Option<(u64, Code)>,
    last_event_id: String,
    event_type: Option<Arc<str>>,
    id: Option<Arc<str>>,
}

impl Reading {
    fn entry(&mut self, line: Line) -> Result<Entry, Wrong> {
        let at_us = line.at_us();
        if at_us > LATEST_US {
            return Err(Wrong::Fact("its time is not one"));
        }
        let mut gap_us = None;
        let (attempt, kind) = match line {
            Line::Event {
                attempt,
                r#type,
                id,
                data,
                ..
            } => {
                self.bounded(&r#type, &id, &data)?;
                self.imported.events += 1;
                gap_us = self
                    .event_us
                    .replace(at_us)
                    .map(|before| at_us.saturating_sub(before));
                let event_type = if r#type.is_empty() {
                    "message".to_owned()
                } else {
                    r#type
                };
                let event = Event {
                    seq: self.imported.events,
                    event_type: share(&mut self.event_type, event_type),
                    id: share(&mut self.id, id),
                    data: data.into(),
                    wire_bytes: 0,
                    chunks: 0,
                };
                (attempt, Kind::Event(event))
            }
            Line::Comment { attempt, text, .. } => (attempt, Kind::Comment(text.into())),
            Line::Opened {
                attempt,
                status,
                http,
                url,
                headers,
                ..
            } => {
                self.opened_us = Some(at_us);
                let mark = Mark::Opened {
                    status,
                    http,
                    url,
                    headers,
                };
                (attempt, Kind::Mark(Arc::new(mark)))
            }
            Line::Retry { attempt, ms, .. } => (attempt, Kind::Mark(Arc::new(Mark::Retry { ms }))),
            Line::Closed {
                attempt,
                code,
                message,
                ..
            } => {
                self.down = Some((at_us, code));
                let mark = Mark::Closed {
                    failure: Failure::new(code, message),
                    after_us: self.opened_us.take().map_or(0, |from| at_us.saturating_sub(from)),
                };
                (attempt, Kind::Mark(Arc::new(mark)))
            }
            Line::Waiting {
                ms, last_event_id, ..
            } => {
                self.last_event_id.clone_from(&last_event_id);
                let mark = Mark::Waiting {
                    ms,
                    last_event_id,
                    wait: Wait {
                        why: WaitWhy::Default,
                        asked_ms: None,
                        failures: 0,
                    },
                };
                (self.attempt.max(1), Kind::Mark(Arc::new(mark)))
            }
            Line::Resumed {
                attempt,
                lost,
                repeated,
                ..
            } => {
                let (from_us, code) = self.down.unwrap_or((at_us, Code::Eof));
                let mark = Mark::Resumed {
                    from_us,
                    code,
                    last_event_id: self.last_event_id.clone(),
                    lost,
                    repeated,
                };
                (attempt, Kind::Mark(Arc::new(mark)))
            }
            Line::Asked { attempt, prompt, .. } => (attempt, Kind::Mark(Arc::new(Mark::Asked { prompt }))),
            Line::Failed { code, message, .. } => {
                let failure = Failure::new(code, message);
                (
                    self.attempt.max(1),
                    Kind::Mark(Arc::new(Mark::Failed { failure })),
                )
            }
        };
        if attempt == 0 {
            return Err(Wrong::Fact("attempts are numbered from 1"));
        }
        self.attempt = attempt;
        let pos = self.imported.entries;
        self.imported.entries += 1;
        self.imported.ended_us = self.imported.ended_us.max(at_us);
        Ok(Entry {
            pos,
            at_us,
            gap_us,
            attempt,
            kind,
        })
    }

    fn bounded(&self, event_type: &str, id: &str, data: &str) -> Result<(), Wrong> {
        let over = |what: &str, bound: String| {
            let message = format!("one {what} in the file is longer than {bound}");
            Wrong::Bound(
                Failure::new(Code::Limit, message)
                    .with("what", what)
                    .with("bound", bound),
            )
        };
        if data.len() > self.limits.event {
            return Err(over("event", format!("{} MiB", self.limits.event >> 20)));
        }
        if event_type.len() > self.limits.line {
            return Err(over("line", format!("{} MiB", self.limits.line >> 20)));
        }
        if id.len() > MAX_ID {
            return Err(over("id", format!("{} KiB", MAX_ID >> 10)));
        }
        Ok(())
    }
}

/// The text before, if it is the same.
fn share(held: &mut Option<Arc<str>>, text: String) -> Arc<str> {
    match held {
        Some(held) if **held == *text => Arc::clone(held),
        _ => Arc::clone(held.insert(text.into())),
    }
}

/// Lines that are not blank, within a bound.
struct Lines<R> {
    file: BufReader<R>,
    most: usize,
    line: Vec<u8>,
    /// Number of the newest, from 1; blank ones count.
    no: u64,
    /// Bytes read.
    bytes: u64,
}

impl<R: std::io::Read> Lines<R> {
    fn new(file: R, limits: Limits) -> Self {
        Self {
            file: BufReader::with_capacity(64 << 10, file),
            most: limits.event.saturating_mul(ESCAPED),
            line: Vec::new(),
            no: 0,
            bytes: 0,
        }
    }

    fn next(&mut self) -> Result<Option<&[u8]>, Failure> {
        loop {
            self.line.clear();
            self.line.shrink_to(KEPT);
            let mut bounded = std::io::Read::take(&mut self.file, self.most as u64 + 1);
            let read = bounded
                .read_until(b'\n', &mut self.line)
                .map_err(|error| disk_failure(&error))?;
            if read == 0 {
                return Ok(None);
            }
            if read > self.most {
                let bound = format!("{} MiB", self.most >> 20);
                let message = format!("one line in the file is longer than {bound}");
                return Err(Failure::new(Code::Limit, message)
                    .with("what", "line")
                    .with("bound", bound)
                    .with("line", self.no + 1));
            }
            self.no += 1;
            self.bytes += read as u64;
            if self.no == 1 && self.line.starts_with(BOM) {
                self.line.drain(..BOM.len());
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some(&self.line));
            }
        }
    }
}
