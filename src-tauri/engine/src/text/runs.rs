//! Pieces of text put together into runs.

use crate::contract::{Break, Channel, Colour, Part, Run, TextRule};
use crate::log::Entry;

/// Runs whose entries arrived within this time of each other are one: finer than a frame, so that the
/// typewriter's pacing sees every gap that a reader could.
pub(super) const RUN_US: u64 = 8_000;
/// What a run costs in a tick beside its text, in JSON.
pub(super) const RUN_BYTES: usize = 96;

/// One entry's piece of the text; most have but one.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) name: Option<String>,
    pub(super) text: String,
    pub(super) mark: Option<Break>,
    pub(super) part: Option<Part>,
}

impl Piece {
    /// Of an answer.
    pub(super) fn of(turn: u32, channel: Channel, block: String, label: String, text: String) -> Self {
        Self {
            text,
            part: Some(Part {
                turn,
                channel,
                block,
                label,
            }),
            ..Self::default()
        }
    }

    /// What it costs beside its text.
    pub(super) fn weight(&self) -> usize {
        let part = self.part.as_ref();
        RUN_BYTES
            + self.name.as_ref().map_or(0, String::len)
            + part.map_or(0, |part| part.block.len() + part.label.len())
    }
}

/// Whether two pieces belong to one text.
pub(super) fn is_same(one: &Part, other: &Part) -> bool {
    (one.turn, one.channel, &one.block) == (other.turn, other.channel, &other.block)
}

/// Puts pieces together into runs.
pub(super) struct Runs {
    rule: TextRule,
    pub(super) runs: Vec<Run>,
    pub(super) bytes: usize,
}

impl Runs {
    pub(super) const fn new(rule: TextRule) -> Self {
        Self {
            rule,
            runs: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn push(&mut self, entry: &Entry, piece: Piece, colour: Option<Colour>) {
        self.bytes += piece.text.len();
        if let Some(last) = self.runs.last_mut()
            && entry.at_us.saturating_sub(last.at_us) < RUN_US
            && last.colour == colour
            && goes_on(self.rule, last, &piece)
        {
            last.text.push_str(&piece.text);
            last.end = entry.pos + 1;
            if let (Some(known), Some(part)) = (&mut last.part, piece.part)
                && known.label.is_empty()
            {
                self.bytes += part.label.len();
                known.label = part.label;
            }
            return;
        }
        self.bytes += piece.weight();
        self.runs.push(Run {
            pos: entry.pos,
            end: entry.pos + 1,
            at_us: entry.at_us,
            name: piece.name,
            text: piece.text,
            mark: piece.mark,
            part: piece.part,
            colour,
        });
    }
}

/// Whether a piece continues a run.
fn goes_on(rule: TextRule, last: &Run, piece: &Piece) -> bool {
    if last.mark.is_some() || piece.mark.is_some() {
        return false;
    }
    match (&last.part, &piece.part) {
        (Some(one), Some(other)) => {
            is_same(one, other)
                && (other.label.is_empty() || one.label.is_empty() || one.label == other.label)
        }
        (None, None) => {
            // A name stands for all of its run, so a line without one is not part of it.
            piece.name.is_none() && (rule == TextRule::Joined || last.name.is_none())
        }
        _ => false,
    }
}

/// Largest boundary of `text` that is not after `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
