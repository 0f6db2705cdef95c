//! A log as scenes show it: events that actions hide are none, and others have the colours that actions give them.

use std::ops::ControlFlow;

use super::Actions;
use crate::contract::Colour;
use crate::log::{Entry, Kind, Log, Seen, Span};

/// A log without its hidden events. They keep their positions and read as comments without a word.
pub struct Unhidden<'a> {
    log: &'a dyn Log,
    actions: &'a Actions,
}

impl<'a> Unhidden<'a> {
    /// A log as these actions show it.
    pub const fn new(log: &'a dyn Log, actions: &'a Actions) -> Self {
        Self { log, actions }
    }

    fn shown(&self, mut entry: Entry) -> Entry {
        if self.actions.hides(&entry) {
            entry.kind = Kind::Comment("".into());
        }
        entry
    }
}

impl Log for Unhidden<'_> {
    fn span(&self) -> Span {
        self.log.span()
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        self.log.get(pos).map(|entry| self.shown(entry))
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        self.log.data_bytes_before(pos)
    }

    fn run(&self, from: u64, len: usize) -> Vec<Entry> {
        let run = self.log.run(from, len);
        run.into_iter().map(|entry| self.shown(entry)).collect()
    }

    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        self.log.visit(from, &mut |mut seen| {
            if seen.event.is_some_and(|event| self.actions.is_hidden(&event)) {
                seen.event = None;
            }
            see(seen)
        })
    }

    fn next_from(&self, pos: u64) -> Option<u64> {
        self.log.next_from(pos)
    }

    fn hides(&self) -> bool {
        self.actions.hide()
    }

    fn colour(&self, entry: &Entry) -> Option<Colour> {
        self.actions.colour_of(entry)
    }
}
