//! Text of answers: entries as pieces of channels and blocks, under a dialect or a path.
//!
//! An event is read by itself. What it does not tell is looked for in the entries before it, within bounds, so that a
//! page that begins anywhere holds what the whole text holds there: the name of a tool in the middle of its arguments,
//! the first half of a character, and whether a source or a reason to stop has been told before.

use memchr::memmem;

use super::LOOK_BACK;
use super::over_back;
use super::reading::Reading;
use super::runs::{Piece, is_same};
use crate::contract::{Channel, Part};
use crate::dialect::{Delta, Text};
use crate::log::{Entry, Event, Kind, Log, Mark};
use crate::read::brief;

/// Entries in which a source, or a reason to stop, is looked for: servers repeat them from one chunk to the next, or
/// cite one source in several sentences.
const TOLD_BACK: u32 = 4_096;
/// What all looking back may cost for one page or tick: an entry that is passed over is 1, one that is read 8. A tick's
/// frame bounds it; real streams take some hundred.
const COST: u32 = 128 << 10;
/// See [`COST`].
const READ_COST: u32 = 8;
/// Tools whose name was looked for, on one page.
const TOOLS: usize = 64;

/// Characters of a name or type that a piece carries. The longest that a server allows are Anthropic's of tools, 128.
const NAME: usize = 128;

/// Reads entries as pieces.
pub(super) struct Answers<'a> {
    log: &'a dyn Log,
    reading: &'a Reading,
    left: u32,
    /// Tools that have been met on this page.
    tools: Vec<(u32, String)>,
}

impl<'a> Answers<'a> {
    pub(super) const fn new(log: &'a dyn Log, reading: &'a Reading) -> Self {
        Self {
            log,
            reading,
            left: COST,
            tools: Vec::new(),
        }
    }

    /// The pieces of one entry, in order.
    pub(super) fn pieces(&mut self, entry: &Entry) -> Vec<Piece> {
        match &entry.kind {
            Kind::Event(event) => self.of_event(entry, event),
            Kind::Mark(mark) => self.of_mark(entry, mark).into_iter().collect(),
            Kind::Comment(_) => Vec::new(),
        }
    }

    fn of_event(&mut self, entry: &Entry, event: &Event) -> Vec<Piece> {
        let Some(said) = self.reading.read(&event.event_type, &event.data) else {
            return Vec::new();
        };
        let mut pieces: Vec<Piece> = Vec::with_capacity(said.deltas.len());
        let mut halves: Vec<(usize, u16)> = Vec::new();
        for delta in said.deltas {
            let Delta {
                channel, label, text, ..
            } = &delta;
            let mut part = Part {
                turn: entry.attempt,
                channel: *channel,
                block: block_of(&delta, event.seq),
                label: label_of(*channel, label),
            };
            let before = pieces
                .iter()
                .rposition(|piece| piece.part.as_ref().is_some_and(|known| is_same(known, &part)));
            if matches!(channel, Channel::Citation | Channel::Stop)
                && (before.is_some() || self.was_told(entry, &part, &text.text))
            {
                continue;
            }
            if *channel == Channel::Tool {
                self.name(entry, &mut part);
            }
            let mut whole = String::with_capacity(text.text.len() + 4);
            if let Some(half) = text.head {
                let lead = match before {
                    Some(n) => halves.iter().find(|(at, _)| *at == n).map(|(_, half)| *half),
                    None => self.half_before(entry, &part),
                };
                whole.push(crate::dialect::joined(lead, half));
            }
            whole.push_str(&text.text);
            if let Some(half) = text.tail {
                halves.push((pieces.len(), half));
            }
            let Part {
                turn,
                channel,
                block,
                label,
            } = part;
            pieces.push(Piece::of(turn, channel, block, label, whole));
        }
        pieces
    }

    fn of_mark(&self, entry: &Entry, mark: &Mark) -> Option<Piece> {
        let failure = match mark {
            Mark::Asked { prompt } => {
                let before = self.attempt_before(entry.pos);
                let turn = asked_turn(entry.attempt, before);
                return Some(Piece::of(
                    turn,
                    Channel::Prompt,
                    String::new(),
                    String::new(),
                    prompt.clone(),
                ));
            }
            Mark::Closed { failure, .. } => failure,
            // Where a body was open its end has told it.
            Mark::Failed { failure } if !self.has_closed(entry) => failure,
            _ => return None,
        };
        let message = failure.args.get("error").filter(|message| !message.is_empty())?;
        let label = failure.args.get("error_type").cloned().unwrap_or_default();
        let block = "end".to_owned();
        Some(Piece::of(
            entry.attempt,
            Channel::Error,
            block,
            label_of(Channel::Error, &label),
            message.clone(),
        ))
    }

    fn attempt_before(&self, pos: u64) -> u32 {
        let first = self.log.span().first;
        if pos <= first {
            return 0;
        }
        let end = match self.log.get(pos - 1) {
            Some(entry) => return entry.attempt,
            None => over_back(self.log, pos),
        };
        let last = end.checked_sub(1).filter(|pos| *pos >= first);
        last.and_then(|pos| self.log.get(pos))
            .map_or(0, |entry| entry.attempt)
    }

    fn has_closed(&self, entry: &Entry) -> bool {
        let before = entry.pos.checked_sub(1).and_then(|pos| self.log.get(pos));
        before.is_some_and(|before| {
            before.attempt == entry.attempt
                && matches!(&before.kind, Kind::Mark(mark) if matches!(**mark, Mark::Closed { .. }))
        })
    }

    /// Shows what the events of this turn before an entry say, newest first, where their data holds `needle`; until
    /// `see` knows enough.
    fn back(&mut self, entry: &Entry, most: u32, needle: &str, mut see: impl FnMut(&Delta<'_>, u64) -> bool) {
        let finder = memmem::Finder::new(needle.as_bytes());
        let first = self.log.span().first;
        let mut end = entry.pos;
        for _ in 0..most {
            if end <= first || self.left == 0 {
                return;
            }
            self.left -= 1;
            let Some(before) = self.log.get(end - 1) else {
                end = over_back(self.log, end);
                continue;
            };
            end -= 1;
            if before.attempt != entry.attempt {
                return;
            }
            let Kind::Event(event) = &before.kind else {
                continue;
            };
            if finder.find(event.data.as_bytes()).is_none() {
                continue;
            }
            self.left = self.left.saturating_sub(READ_COST);
            let Some(said) = self.reading.read(&event.event_type, &event.data) else {
                continue;
            };
            if said.deltas.iter().rev().any(|delta| see(delta, event.seq)) {
                return;
            }
        }
    }

    /// Whether a source or a reason to stop stood in an event before.
    fn was_told(&mut self, entry: &Entry, part: &Part, text: &str) -> bool {
        let needle = needle(if part.channel == Channel::Stop {
            text
        } else {
            &part.block
        });
        let mut told = false;
        self.back(entry, TOLD_BACK, needle, |delta, seq| {
            told = is_of(delta, seq, part);
            told
        });
        told
    }

    /// Puts the tool's name to the first piece of its arguments that stands on this page.
    fn name(&mut self, entry: &Entry, part: &mut Part) {
        let key = (part.turn, &part.block);
        if self.tools.iter().any(|(turn, block)| (*turn, block) == key) {
            return;
        }
        if self.tools.len() < TOOLS {
            self.tools.push((part.turn, part.block.clone()));
        }
        if !part.label.is_empty() {
            return;
        }
        let mut name = String::new();
        self.back(entry, LOOK_BACK as u32, "\"", |delta, seq| {
            if is_of(delta, seq, part) && !delta.label.is_empty() {
                name = label_of(Channel::Tool, &delta.label);
            }
            !name.is_empty()
        });
        part.label = name;
    }

    /// The first half of a character whose second begins this piece.
    fn half_before(&mut self, entry: &Entry, part: &Part) -> Option<u16> {
        let mut lead = None;
        self.back(entry, LOOK_BACK as u32, "\"", |delta, seq| {
            let found = is_of(delta, seq, part);
            if found {
                lead = delta.text.tail;
            }
            found
        });
        lead
    }
}

/// The label of a piece: a source's address as rows show it, a name or type shorter.
fn label_of(channel: Channel, label: &str) -> String {
    if channel == Channel::Citation {
        return brief(label);
    }
    match label.char_indices().nth(NAME) {
        Some((end, _)) => label[..end].to_owned(),
        None => label.to_owned(),
    }
}

/// The turn of a prompt: the one that follows, unless the mark is the first that carries a new one.
pub(crate) const fn asked_turn(attempt: u32, before: u32) -> u32 {
    if attempt > before {
        attempt
    } else {
        attempt.saturating_add(1)
    }
}

/// The block of a piece of the event with this number.
pub(crate) fn block_of(delta: &Delta<'_>, seq: u64) -> String {
    if delta.alone {
        return format!("{seq}-{}", delta.block);
    }
    brief(&delta.block)
}

fn is_of(delta: &Delta<'_>, seq: u64, part: &Part) -> bool {
    delta.channel == part.channel && block_of(delta, seq) == part.block
}

/// What of a text stands in JSON as it is: its longest stretch of letters, digits and the like.
fn needle(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'))
        .max_by_key(|part| part.len())
        .unwrap_or_default()
}

/// The text of a piece whose halves have been joined elsewhere.
pub(crate) fn shown(text: &Text<'_>, lead: Option<u16>) -> String {
    let mut shown = String::with_capacity(text.text.len() + 4);
    if let Some(half) = text.head {
        shown.push(crate::dialect::joined(lead, half));
    }
    shown.push_str(&text.text);
    shown
}
