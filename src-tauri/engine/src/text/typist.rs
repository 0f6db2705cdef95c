//! Typed text without a page: entries in order, as a terminal or a file takes them.

use super::answer::{block_of, shown};
use super::plain;
use super::reading::Reading;
use crate::contract::{Channel, Dialect, TextRule};
use crate::dialect::LOOKED_AT;
use crate::log::{Entry, Event, Kind};

/// Turns entries into text, one after another. Of an answer only [`Channel::Answer`] is text.
#[derive(Debug)]
pub struct Typist {
    reading: Reading,
    /// Events that may still tell the dialect.
    looks: u32,
    /// Type of the event before.
    before: Option<String>,
    last: Option<Last>,
    /// What was typed ends with a line's end.
    at_line: bool,
}

/// The piece of an answer that was typed last.
#[derive(Debug)]
struct Last {
    turn: u32,
    block: String,
    /// Half of a character at its end.
    half: Option<u16>,
    /// Something of another channel has stood after it.
    interrupted: bool,
}

impl Typist {
    /// One that has typed nothing. Under [`TextRule::Auto`] events are lines until one of the first is recognised.
    pub const fn new(reading: Reading) -> Self {
        Self {
            reading,
            looks: LOOKED_AT,
            before: None,
            last: None,
            at_line: true,
        }
    }

    /// What an entry adds; empty for what is no text.
    pub fn entry(&mut self, entry: &Entry) -> String {
        let Kind::Event(event) = &entry.kind else {
            return String::new();
        };
        if self.looks > 0 && self.reading.looks() {
            self.looks -= 1;
            self.reading.look(event);
        }
        let text = if self.reading.is_answer() {
            self.answer(entry.attempt, event)
        } else {
            self.plain(event)
        };
        if !text.is_empty() {
            self.at_line = text.ends_with('\n');
        }
        text
    }

    /// Whether what was typed so far ends with a line's end, or is nothing.
    pub const fn is_at_line(&self) -> bool {
        self.at_line
    }

    fn plain(&mut self, event: &Event) -> String {
        let rule = self.reading.rule();
        let before = self.before.as_deref();
        let piece = plain::piece(event, before, rule);
        let text = match piece.name {
            None => piece.text,
            Some(name) => match piece.text.strip_prefix('\n') {
                // The line that a change of name begins in running text.
                Some(text) if rule == TextRule::Joined && before.is_some() => format!("\n{name}: {text}"),
                _ => format!("{name}: {}", piece.text),
            },
        };
        if before != Some(&*event.event_type) {
            self.before = Some(event.event_type.to_string());
        }
        text
    }

    fn answer(&mut self, turn: u32, event: &Event) -> String {
        let mut text = String::new();
        let Some(said) = self.reading.read(&event.event_type, &event.data) else {
            return text;
        };
        for delta in said.deltas {
            if delta.channel != Channel::Answer {
                if let Some(last) = &mut self.last {
                    last.interrupted |= !matches!(delta.channel, Channel::Citation);
                }
                continue;
            }
            let block = block_of(&delta, event.seq);
            let mut lead = None;
            let mut apart = !self.at_line && self.last.is_none();
            if let Some(last) = &self.last {
                let same = last.turn == turn && last.block == block;
                if same {
                    lead = last.half;
                }
                // Anthropic breaks a sentence into blocks where it cites; others begin another message.
                let flows = self.reading.dialect() == Some(Dialect::Anthropic) && !last.interrupted;
                apart = last.turn != turn || (!same && !flows);
            }
            let at_line = if text.is_empty() {
                self.at_line
            } else {
                text.ends_with('\n')
            };
            if apart && !at_line {
                text.push('\n');
            }
            text.push_str(&shown(&delta.text, lead));
            self.last = Some(Last {
                turn,
                block,
                half: delta.text.tail,
                interrupted: false,
            });
        }
        text
    }
}
