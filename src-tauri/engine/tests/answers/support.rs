//! Bodies as logs, and what pages of them put together.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tapewriter_engine::contract::{Channel, Run};
use tapewriter_engine::log::{Budget, Entry, Event, Kind, Log, Mark, Ring};
use tapewriter_engine::text::{self, Cursor, Reading};

/// A fixture's text.
pub fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/data")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The data of a body's events: a plain reading, enough for bodies that break no rule.
pub fn events(name: &str, body: &str) -> Vec<(String, String)> {
    if name.ends_with(".ndjson") {
        let lines = body.lines().filter(|line| !line.is_empty());
        return lines
            .map(|line| ("message".to_owned(), line.to_owned()))
            .collect();
    }
    let (mut events, mut data, mut kind) = (Vec::new(), Vec::new(), String::new());
    for line in body.lines() {
        if let Some(value) = line.strip_prefix("data:") {
            data.push(value.strip_prefix(' ').unwrap_or(value).to_owned());
        } else if let Some(value) = line.strip_prefix("event:") {
            kind = value.trim().to_owned();
        } else if line.is_empty() {
            if !data.is_empty() {
                let kind = if kind.is_empty() { "message" } else { &kind };
                events.push((kind.to_owned(), data.join("\n")));
            }
            data.clear();
            kind.clear();
        }
    }
    events
}

/// When the first entry of a log came.
pub const START_US: u64 = 1_764_000_000_000_000;

/// A log in memory that grows by hand.
pub struct Tape {
    pub ring: Ring,
    pub attempt: u32,
    pub at_us: u64,
    seq: u64,
}

impl Tape {
    pub fn new() -> Self {
        Self {
            ring: Ring::new(Arc::new(Budget::default())),
            attempt: 1,
            at_us: START_US,
            seq: 0,
        }
    }

    /// A mark at the time that is now.
    pub fn mark(&mut self, mark: Mark) {
        self.push(Kind::Mark(Arc::new(mark)));
    }

    /// An event `after_us` later.
    pub fn event(&mut self, after_us: u64, event_type: &str, data: &str) {
        self.at_us += after_us;
        self.seq += 1;
        let event = Event {
            seq: self.seq,
            event_type: event_type.into(),
            id: "".into(),
            data: data.into(),
            wire_bytes: 0,
            chunks: 1,
        };
        self.push(Kind::Event(event));
    }

    fn push(&mut self, kind: Kind) {
        self.ring.append(Entry {
            pos: self.ring.span().end,
            at_us: self.at_us,
            gap_us: None,
            attempt: self.attempt,
            kind,
        });
    }
}

pub fn opened() -> Mark {
    Mark::Opened {
        status: 200,
        http: "HTTP/1.1".to_owned(),
        url: "http://x/".to_owned(),
        headers: Vec::new(),
    }
}

/// A log of events, `after_us` apart.
pub fn taped(events: &[(String, String)], after_us: u64) -> Tape {
    let mut tape = Tape::new();
    tape.mark(opened());
    for (kind, data) in events {
        tape.event(after_us, kind, data);
    }
    tape
}

/// Which text a piece belongs to, and its label and text.
pub type Blocks = BTreeMap<(u32, String, String), (String, String)>;

/// Puts runs together as a page does.
pub fn add(blocks: &mut Blocks, runs: &[Run]) {
    for run in runs {
        let Some(part) = &run.part else { continue };
        let channel = serde_json::to_value(part.channel).expect("plain");
        let key = (
            part.turn,
            channel.as_str().unwrap_or_default().to_owned(),
            part.block.clone(),
        );
        let block = blocks.entry(key).or_default();
        if block.0.is_empty() {
            block.0.clone_from(&part.label);
        }
        block.1.push_str(&run.text);
    }
}

/// All of a log by ticks.
pub fn by_ticks(log: &dyn Log, reading: &Reading) -> Blocks {
    let (mut blocks, mut cursor) = (Blocks::new(), Cursor::default());
    while let Some((tick, next)) = text::since(log, cursor, reading) {
        assert_ne!(next, cursor, "it goes on");
        assert_eq!(tick.skipped, 0);
        add(&mut blocks, &tick.runs);
        cursor = next;
    }
    blocks
}

/// All of a log by pages backwards.
pub fn by_pages(log: &dyn Log, reading: &Reading, bytes: usize) -> Blocks {
    let (mut pages, mut at) = (Vec::new(), None);
    loop {
        let page = text::before(log, at, bytes, reading);
        assert!(at.is_none_or(|at| page.pos < at), "it goes on");
        at = Some(page.pos);
        pages.push(page.runs);
        if !page.more {
            break;
        }
    }
    let mut blocks = Blocks::new();
    pages.iter().rev().for_each(|runs| add(&mut blocks, runs));
    blocks
}

/// The texts of a channel in the order of their blocks, as `label: text`.
pub fn of(blocks: &Blocks, channel: Channel) -> Vec<String> {
    let channel = serde_json::to_value(channel).expect("plain");
    let of = blocks.iter().filter(|((_, of, _), _)| *of == channel);
    of.map(|(_, (label, text))| {
        if label.is_empty() {
            text.clone()
        } else {
            format!("{label}: {text}")
        }
    })
    .collect()
}
