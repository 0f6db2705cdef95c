//! Figures of answers: how long a turn took to its first event, its first thinking, its first word, how long it stalled,
//! what the server counted. A pure reducer over entries in order; it reads no clock.
//!
//! A turn is an attempt. Its time begins when its request was sent. A live session knows that ([`Counter::sent`]); on a
//! tape it is the time of the prompt, of the session's start for the first attempt, else of the response head.

use std::collections::{HashSet, VecDeque};

use crate::contract::{Channel, Dialect, Figures, TURNS_KEPT};
use crate::dialect::{LOOKED_AT, RESULT, Said, Usage};
use crate::log::{Entry, Kind, Mark};
use crate::read::brief;
use crate::text::{Reading, asked_turn, block_of};

mod follow;
mod heard;
mod recount;

pub(crate) use follow::Follow;
pub use heard::{Heard, Reader};
use heard::{ends, is_text};
pub(crate) use recount::Recount;

/// Tool calls of a turn that are told apart; more than these are counted by their names.
const TOOLS: usize = 1_024;

/// Counts figures as entries come. Where events are read neither in a dialect nor by a path it only watches the first
/// for one, and keeps times: an event costs a few comparisons.
#[derive(Clone, Debug)]
pub struct Counter {
    reading: Reading,
    looked: u32,
    /// What the first events were recognised to be in, under any rule.
    found: Option<Dialect>,
    now: Figures,
    /// Turns that are over, oldest first; at most [`TURNS_KEPT`].
    past: VecDeque<Figures>,
    /// When the request of the next attempt was sent.
    sent: Option<(u32, u64)>,
    started_us: u64,
    /// The newest piece of text or arguments.
    last_us: Option<u64>,
    tools: HashSet<String>,
}

impl Counter {
    /// One that has counted nothing, of a session that began at `started_us`.
    pub fn new(reading: Reading, started_us: u64) -> Self {
        Self {
            reading,
            looked: 0,
            found: None,
            now: Figures::default(),
            past: VecDeque::new(),
            sent: None,
            started_us,
            last_us: None,
            tools: HashSet::new(),
        }
    }

    /// Reads on in another way. None where what has been counted stays true; else one that has to count the session anew
    /// before it takes this one's place.
    #[must_use]
    pub fn reread(&mut self, mut reading: Reading) -> Option<Self> {
        let turns: Vec<_> = self.past.iter().chain([&self.now]).cloned().collect();
        reading.find(self.found);
        let reading = reading.with_times_of(&self.reading).with_times(&turns);
        let how = |reading: &Reading| (reading.is_answer(), reading.dialect(), reading.path().to_owned());
        if how(&reading) == how(&self.reading) {
            self.reading = reading;
            return None;
        }
        Some(Self {
            looked: self.looked,
            found: self.found,
            ..Self::new(reading, self.started_us)
        })
    }

    /// Whether it reads events at all. One that has looked at the first of them and found nothing it could read only counts.
    pub fn reads(&self) -> bool {
        self.looked < LOOKED_AT || self.reading.is_answer()
    }

    /// Reads events as this one does, without it: [`Counter::heard`] then takes no longer than counting does.
    pub fn reader(&self) -> Reader {
        Reader {
            reading: self.reading.clone(),
            looks: self.looked < LOOKED_AT && self.found.is_none(),
            found: self.found,
        }
    }

    /// How events are read; under [`crate::contract::TextRule::Auto`] with the dialect that has been found.
    pub const fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The figures of the newest turn, where events are read in a dialect or by a path.
    pub fn newest(&self) -> Option<&Figures> {
        (self.reading.is_answer() && self.now.turn > 0).then_some(&self.now)
    }

    /// The figures of the newest [`TURNS_KEPT`] turns that brought anything, in order.
    pub fn turns(&self) -> Vec<Figures> {
        if !self.reading.is_answer() {
            return Vec::new();
        }
        let all = self.past.iter().chain(brought(&self.now).then_some(&self.now));
        let left_out = (self.past.len() + usize::from(brought(&self.now))).saturating_sub(TURNS_KEPT);
        all.skip(left_out).cloned().collect()
    }

    /// An attempt's request was sent.
    pub fn sent(&mut self, attempt: u32, at_us: u64) {
        self.begin(attempt, at_us);
        self.now.asked_at_us = at_us;
    }

    fn begin(&mut self, turn: u32, at_us: u64) {
        if turn <= self.now.turn {
            return;
        }
        let sent = self.sent.take().filter(|(of, _)| *of == turn);
        let asked_at_us = match self.reading.sent_us(turn).or(sent.map(|(_, at_us)| at_us)) {
            Some(sent_us) => sent_us,
            None if turn == 1 && self.started_us > 0 => self.started_us,
            None => at_us,
        };
        let over = std::mem::replace(
            &mut self.now,
            Figures {
                turn,
                asked_at_us: asked_at_us.min(at_us),
                ..Figures::default()
            },
        );
        if brought(&over) {
            self.past.push_back(over);
            if self.past.len() > TURNS_KEPT {
                self.past.pop_front();
            }
        }
        self.last_us = None;
        self.tools.clear();
    }

    /// Counts an entry; each once, in order.
    pub fn entry(&mut self, entry: &Entry) {
        self.heard(entry, None);
    }

    /// The same of one that has been read, where it is an event. It is read anew if the reading has changed meanwhile.
    pub fn heard(&mut self, entry: &Entry, heard: Option<Heard<'_>>) {
        if let Kind::Mark(mark) = &entry.kind
            && matches!(**mark, Mark::Asked { .. })
        {
            let turn = asked_turn(entry.attempt, self.now.turn);
            self.sent = Some((turn, entry.at_us));
            return;
        }
        self.begin(entry.attempt, entry.at_us);
        match &entry.kind {
            Kind::Event(event) => self.event(entry, event, heard),
            Kind::Mark(mark) => self.mark(mark),
            Kind::Comment(_) => {}
        }
    }

    fn mark(&mut self, mark: &Mark) {
        let (Mark::Closed { failure, .. } | Mark::Failed { failure }) = mark else {
            return;
        };
        self.now.done |= brought(&self.now);
        if self.now.error.is_empty()
            && let Some(error) = failure.args.get("error")
        {
            self.now.error = brief(error);
            self.now.done = true;
        }
    }

    fn event(&mut self, entry: &Entry, event: &crate::log::Event, heard: Option<Heard<'_>>) {
        let since_us = entry.at_us.saturating_sub(self.now.asked_at_us);
        self.now.first_event_us.get_or_insert(since_us);
        self.now.newest_us = self.now.newest_us.max(since_us);
        if !self.reads() {
            return;
        }
        let reader = self.reader();
        let heard = heard
            .filter(|heard| heard.is_by(&reader))
            .unwrap_or_else(|| reader.read(&event.event_type, &event.data));
        if self.looked < LOOKED_AT {
            self.looked += 1;
            self.found = heard.found;
            self.reading.find(self.found);
        }
        if !self.reading.is_answer() {
            return;
        }
        self.now.dialect = self.reading.dialect();
        if let Some(said) = heard.said {
            self.said(&said, event.seq, entry.at_us, since_us);
        }
    }

    fn said(&mut self, said: &Said<'_>, seq: u64, at_us: u64, since_us: u64) {
        let now = &mut self.now;
        for delta in &said.deltas {
            let chars = delta.text.chars();
            let grows = chars > 0 || delta.text.tail.is_some();
            match delta.channel {
                Channel::Answer => {
                    now.answer_chars = now.answer_chars.saturating_add(chars);
                    if grows {
                        now.first_answer_us.get_or_insert(since_us);
                    }
                }
                Channel::Thinking => {
                    now.thinking_chars = now.thinking_chars.saturating_add(chars);
                    if grows {
                        now.first_thinking_us.get_or_insert(since_us);
                    }
                }
                Channel::Tool if delta.label == RESULT => {}
                Channel::Tool => {
                    let new = if self.tools.len() < TOOLS {
                        self.tools.insert(block_of(delta, seq))
                    } else {
                        !delta.label.is_empty()
                    };
                    now.tools = now.tools.saturating_add(u32::from(new));
                }
                Channel::Stop => {
                    if !delta.text.text.is_empty() {
                        now.stop = brief(&delta.text.text);
                    }
                }
                Channel::Error => now.error = brief(&delta.text.text),
                Channel::Prompt | Channel::Refusal | Channel::Citation => {}
            }
        }
        if said.deltas.iter().any(is_text)
            && let Some(last_us) = self.last_us.replace(at_us)
        {
            now.longest_stall_us = now.longest_stall_us.max(at_us.saturating_sub(last_us));
        }
        now.done = ends(said).unwrap_or(now.done);
        if let Some(model) = said.model.as_deref().filter(|model| !model.is_empty())
            && now.model.is_empty()
        {
            now.model = brief(model);
        }
        let Usage {
            input,
            output,
            thinking,
            cached,
        } = said.usage;
        now.input_tokens = input.or(now.input_tokens);
        now.output_tokens = output.or(now.output_tokens);
        now.thinking_tokens = thinking.or(now.thinking_tokens);
        now.cached_tokens = cached.or(now.cached_tokens);
    }

    /// Without the turns before this one.
    fn without_past(mut self) -> Self {
        self.past.clear();
        self
    }
}

/// Whether anything came in a turn.
fn brought(figures: &Figures) -> bool {
    figures.turn > 0 && (figures.first_event_us.is_some() || !figures.error.is_empty())
}

/// Figures of a stranger's tape: in order, one of each turn, texts and times within their bounds.
pub(crate) fn checked(mut turns: Vec<Figures>) -> Vec<Figures> {
    let left_out = turns.len().saturating_sub(TURNS_KEPT);
    turns.drain(..left_out);
    let mut last = 0;
    turns.retain_mut(|figures| {
        let follows = figures.turn > last && brought(figures);
        last = last.max(figures.turn);
        for text in [&mut figures.model, &mut figures.stop, &mut figures.error] {
            *text = brief(text);
        }
        let newest_us = figures.newest_us;
        let within = |us: &mut Option<u64>| *us = us.filter(|us| *us <= newest_us);
        within(&mut figures.first_event_us);
        within(&mut figures.first_thinking_us);
        within(&mut figures.first_answer_us);
        figures.longest_stall_us = figures.longest_stall_us.min(newest_us);
        follows
    });
    turns
}
