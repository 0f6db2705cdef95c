//! Answers: one JSON object, `{"turns":[{"turn", "prompt", "blocks":[{"channel", "block", "label", "text"}], "figures"}]}`,
//! with the texts whole. One turn is held at a time.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::Form;
use crate::actions::Actions;
use crate::contract::{Channel, Figures};
use crate::dialect::Delta;
use crate::figures::Counter;
use crate::log::{Entry, Kind, Mark};
use crate::text::{Reading, asked_turn, block_of, shown};

/// Bytes of one turn's texts and of its blocks' names; what is longer is cut, and `cut` says so. A hundred times the
/// longest answers there are.
const TURN_BYTES: usize = 64 << 20;
/// Blocks of one turn; likewise.
const BLOCKS: usize = 64 << 10;

/// Answers, turn by turn.
pub(super) struct Answers {
    reading: Reading,
    actions: Arc<Actions>,
    counter: Counter,
    turn: Option<Turn>,
    /// What was asked for the next turn.
    asked: Option<(u32, String)>,
    attempt: u32,
    any: bool,
}

#[derive(Default)]
struct Turn {
    no: u32,
    prompt: Option<String>,
    blocks: Vec<Block>,
    /// Where a block stands among them.
    places: HashMap<(Channel, String), usize>,
    bytes: usize,
    cut: bool,
}

#[derive(Serialize)]
struct Block {
    channel: Channel,
    block: String,
    label: String,
    text: String,
    /// Half of a character at its end.
    #[serde(skip)]
    half: Option<u16>,
}

/// A turn as it is written.
#[derive(Serialize)]
struct Whole<'a> {
    turn: u32,
    prompt: Option<&'a str>,
    blocks: &'a [Block],
    figures: Option<&'a Figures>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut: bool,
}

impl Answers {
    pub(super) fn new(reading: &Reading, actions: Arc<Actions>) -> Self {
        Self {
            reading: reading.clone(),
            actions,
            counter: Counter::new(reading.clone(), 0),
            turn: None,
            asked: None,
            attempt: 0,
            any: false,
        }
    }

    /// The turn of an attempt; the one before it is written.
    fn turn(&mut self, no: u32, out: &mut dyn Write) -> io::Result<&mut Turn> {
        if self.turn.as_ref().is_none_or(|turn| turn.no < no) {
            self.flush(out)?;
            let prompt = self.asked.take_if(|(of, _)| *of <= no).map(|(_, prompt)| prompt);
            self.turn = Some(Turn {
                no,
                prompt,
                ..Turn::default()
            });
        }
        Ok(self.turn.get_or_insert_default())
    }

    /// Writes the turn at hand, if anything came of it.
    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(turn) = self.turn.take() else {
            return Ok(());
        };
        if turn.prompt.is_none() && turn.blocks.is_empty() {
            return Ok(());
        }
        if std::mem::replace(&mut self.any, true) {
            out.write_all(b",")?;
        }
        let figures = self.counter.newest().filter(|figures| figures.turn == turn.no);
        let whole = Whole {
            turn: turn.no,
            prompt: turn.prompt.as_deref(),
            blocks: &turn.blocks,
            figures,
            cut: turn.cut,
        };
        serde_json::to_writer(out, &whole)?;
        Ok(())
    }
}

impl Turn {
    fn delta(&mut self, delta: &Delta<'_>, seq: u64) {
        let (channel, name) = (delta.channel, block_of(delta, seq));
        let known = self.places.get(&(channel, name.clone())).copied();
        if known.is_some() && matches!(channel, Channel::Citation | Channel::Stop) {
            return;
        }
        // Held twice: with its block, and to find it by.
        let named = if known.is_none() { 2 * name.len() } else { 0 };
        self.bytes = self.bytes.saturating_add(delta.text.text.len() + named);
        if self.bytes > TURN_BYTES || (known.is_none() && self.blocks.len() >= BLOCKS) {
            self.cut = true;
            return;
        }
        let at = known.unwrap_or_else(|| {
            self.places.insert((channel, name.clone()), self.blocks.len());
            self.blocks.push(Block {
                channel,
                block: name,
                label: String::new(),
                text: String::new(),
                half: None,
            });
            self.blocks.len() - 1
        });
        let block = &mut self.blocks[at];
        block.text.push_str(&shown(&delta.text, block.half));
        block.half = delta.text.tail;
        if block.label.is_empty() {
            block.label = crate::read::brief(&delta.label);
        }
    }

    fn error(&mut self, label: &str, message: &str) {
        let key = (Channel::Error, "end".to_owned());
        if self.places.insert(key, self.blocks.len()).is_none() {
            self.blocks.push(Block {
                channel: Channel::Error,
                block: "end".to_owned(),
                label: label.to_owned(),
                text: message.to_owned(),
                half: None,
            });
        }
    }
}

impl Form for Answers {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"turns\":[")
    }

    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        let before = self.attempt;
        self.attempt = before.max(entry.attempt);
        if let Kind::Mark(mark) = &entry.kind
            && let Mark::Asked { prompt } = &**mark
        {
            self.counter.entry(entry);
            let no = asked_turn(entry.attempt, before);
            self.asked = Some((no, prompt.clone()));
            return Ok(());
        }
        // The turn before is written with its own figures.
        self.turn(entry.attempt, out)?;
        self.counter.entry(entry);
        let reading = self.reading.clone();
        let is_hidden = self.actions.hides(entry);
        let turn = self.turn(entry.attempt, out)?;
        match &entry.kind {
            // Its figures tell of it all the same.
            Kind::Event(_) if is_hidden => {}
            Kind::Event(event) => {
                for delta in reading
                    .read(&event.event_type, &event.data)
                    .iter()
                    .flat_map(|said| &said.deltas)
                {
                    turn.delta(delta, event.seq);
                }
            }
            Kind::Mark(mark) => {
                if let Mark::Closed { failure, .. } | Mark::Failed { failure } = &**mark
                    && let Some(message) = failure.args.get("error")
                {
                    let label = failure.args.get("error_type").map_or("", String::as_str);
                    turn.error(label, message);
                }
            }
            Kind::Comment(_) => {}
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.flush(out)?;
        if let Some((no, prompt)) = self.asked.take() {
            // Asked, and never answered.
            self.turn = Some(Turn {
                no,
                prompt: Some(prompt),
                ..Turn::default()
            });
            self.flush(out)?;
        }
        out.write_all(b"]}\n")
    }
}
