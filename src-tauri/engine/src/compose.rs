//! The composer's side of a session: what a prompt becomes in a request, and the conversation that goes with it.
//!
//! A stream whose body holds `{{prompt}}` *asks*. Each prompt is an attempt of one session, and where the body has a
//! list of messages the earlier turns are put before the new one. What has no such list goes as it is.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::contract::{BodyKind, Channel, Code, Failure, Run, Stream};
use crate::log::{Entry, Log, Seen, Span};
use crate::template::{Filled, Part, carries_body, parts};
use crate::text::{self, Reading};

mod body;
#[cfg(test)]
mod tests;

pub use body::body;

/// The placeholder's name. In a body it is reserved: a variable of this name does not stand for it.
pub const PROMPT: &str = "prompt";
/// Bytes of one prompt, or of one message to a room, at most. The longest context windows hold some megabytes of text;
/// what is longer was pasted by mistake.
pub const PROMPT_BYTES: usize = 1 << 20;
/// Bytes of earlier prompts and answers that go with a new prompt: the newest turns that are together no longer.
pub const HISTORY_BYTES: usize = 4 << 20;
/// Turns that are remembered, newest.
const TURNS: usize = 4_096;
/// Bytes of events that are read for one answer. Each token of a dialect comes in some 200 bytes of JSON.
const ANSWER_BYTES: usize = 64 << 20;
/// The same for all answers together: as much as [`HISTORY_BYTES`] of text come in, a token or two at a time.
const READ_BYTES: u64 = 256 << 20;
/// What an entry counts beside its data.
const ENTRY_BYTES: u64 = 64;

impl Stream {
    /// Whether its body asks for a prompt: it is sent, it is text, and it holds `{{prompt}}`.
    pub fn asks(&self) -> bool {
        carries_body(&self.method)
            && self.body_kind != BodyKind::File
            && self
                .body
                .as_deref()
                .is_some_and(|body| body.contains(PROMPT) && parts(body).contains(&Part::Variable(PROMPT)))
    }
}

/// One turn of a conversation that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// What was asked.
    pub prompt: String,
    /// What was answered, as far as it came.
    pub answer: String,
}

/// Refuses what is too long to be asked or sent.
///
/// # Errors
/// [`Code::Limit`] with `what` (the given word) and `bound`, in MiB.
pub(crate) fn bounded(text: &str, what: &str) -> Result<(), Failure> {
    if text.len() <= PROMPT_BYTES {
        return Ok(());
    }
    let bound = PROMPT_BYTES >> 20;
    let message = format!("this {what} is longer than {bound} MiB, the most that is sent");
    Err(Failure::new(Code::Limit, message)
        .with("what", what)
        .with("bound", bound))
}

/// A prompt that is to be asked in a session, with the request that asks it.
pub(crate) struct Ask {
    pub(crate) filled: Filled,
    /// Ends the answer, and not the conversation.
    pub(crate) stop: tokio_util::sync::CancellationToken,
}

/// What was asked in a session, and where the answers stand in its log. Prompts are kept as they were sent; on the
/// tape they are redacted.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    asked: VecDeque<Asked>,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Asked {
    prompt: Arc<str>,
    /// First entry that may belong to the answer.
    from: u64,
    /// One past the last; none while it comes.
    end: Option<u64>,
}

impl Talk {
    /// A prompt is sent; the log ends at `end`.
    pub(crate) fn ask(&mut self, prompt: Arc<str>, end: u64) {
        self.close(end);
        self.bytes += prompt.len();
        self.asked.push_back(Asked {
            prompt,
            from: end,
            end: None,
        });
        while self.asked.len() > TURNS || (self.bytes > HISTORY_BYTES && self.asked.len() > 1) {
            if let Some(oldest) = self.asked.pop_front() {
                self.bytes -= oldest.prompt.len();
            }
        }
    }

    /// A body begins at entry `from`: where a request was sent again, its answer begins anew.
    pub(crate) fn open(&mut self, from: u64) {
        if let Some(newest) = self.asked.back_mut().filter(|asked| asked.end.is_none()) {
            newest.from = from;
        }
    }

    /// The answer is over; the log ends at `end`.
    pub(crate) fn close(&mut self, end: u64) {
        if let Some(newest) = self.asked.back_mut() {
            newest.end.get_or_insert(end);
        }
    }

    /// What [`turns`] reads, newest first.
    pub(crate) fn places(&self) -> Places {
        let over = self.asked.iter().rev().filter_map(|asked| {
            let span = Span {
                first: asked.from,
                end: asked.end?,
            };
            Some((Arc::clone(&asked.prompt), span))
        });
        Places(over.collect())
    }
}

/// Prompts and where their answers stand, newest first.
pub(crate) struct Places(Vec<(Arc<str>, Span)>);

/// The newest turns that are together no longer than [`HISTORY_BYTES`], oldest first. Those without an answer, which
/// failed or whose entries are no longer kept, are left out. Reads the log, and so may take the disk a while: no more than
/// 256 MiB of it, whatever comes of them.
pub(crate) fn turns(log: &dyn Log, places: &Places, reading: &Reading) -> Vec<Turn> {
    let mut turns = VecDeque::new();
    let (mut room, mut unread) = (HISTORY_BYTES, READ_BYTES);
    for (prompt, span) in &places.0 {
        if span.first < log.span().first {
            break;
        }
        let Some(left) = unread.checked_sub(read_bytes(log, *span)) else {
            break;
        };
        unread = left;
        let answer = answer_of(log, *span, reading);
        if answer.trim().is_empty() {
            continue;
        }
        let Some(left) = room.checked_sub(prompt.len() + answer.len()) else {
            break;
        };
        room = left;
        turns.push_front(Turn {
            prompt: prompt.to_string(),
            answer,
        });
    }
    turns.into()
}

fn data_bytes(log: &dyn Log, span: Span) -> u64 {
    log.data_bytes_before(span.end)
        .saturating_sub(log.data_bytes_before(span.first))
}

/// What reading an answer costs; one that is too long is not read.
fn read_bytes(log: &dyn Log, span: Span) -> u64 {
    match data_bytes(log, span) {
        data if data > ANSWER_BYTES as u64 => 0,
        data => data + span.end.saturating_sub(span.first) * ENTRY_BYTES,
    }
}

/// The text of the answer that stands in these entries: what the text projection puts into the channel of the answer,
/// or all of it where nothing tells channels apart. Empty for one of more than 64 MiB of event data.
pub(crate) fn answer_of(log: &dyn Log, span: Span, reading: &Reading) -> String {
    if data_bytes(log, span) > ANSWER_BYTES as u64 {
        return String::new();
    }
    let within = Within { log, span };
    // A page of text has bounds of its own; it is the newest that is told first.
    let mut pages = Vec::new();
    let mut before = None;
    loop {
        let page = text::before(&within, before, usize::MAX, reading);
        let (pos, more) = (page.pos, page.more);
        pages.push(page.runs);
        if !more || before.is_some_and(|last| pos >= last) {
            break;
        }
        before = Some(pos);
    }
    let runs: Vec<Run> = pages.into_iter().rev().flatten().collect();
    let mut answer = answer_in(&runs);
    let end = answer.trim_end_matches('\n').len();
    answer.truncate(end);
    answer
}

fn answer_in(runs: &[Run]) -> String {
    let told = runs.iter().any(|run| run.part.is_some());
    let of_answer = runs.iter().filter(|run| match &run.part {
        Some(part) => part.channel == Channel::Answer,
        None => !told,
    });
    of_answer.map(|run| run.text.as_str()).collect()
}

/// A stretch of a log, as if there were no other.
struct Within<'a> {
    log: &'a dyn Log,
    span: Span,
}

impl Log for Within<'_> {
    fn span(&self) -> Span {
        let whole = self.log.span();
        let end = self.span.end.min(whole.end);
        Span {
            first: self.span.first.clamp(whole.first.min(end), end),
            end,
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        let span = self.span();
        (span.first..span.end)
            .contains(&pos)
            .then(|| self.log.get(pos))
            .flatten()
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        self.log.data_bytes_before(pos)
    }

    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        let span = self.span();
        let from = from.max(span.first);
        if from >= span.end {
            return from;
        }
        let next = self.log.visit(from, &mut |seen| {
            if seen.pos >= span.end {
                return ControlFlow::Break(());
            }
            see(seen)
        });
        next.min(span.end)
    }

    fn next_from(&self, pos: u64) -> Option<u64> {
        let span = self.span();
        self.log
            .next_from(pos.max(span.first))
            .filter(|next| *next < span.end)
    }
}
