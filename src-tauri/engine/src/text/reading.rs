//! How a session's events are read as text: the rule, and what was found to apply it.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::runs::Piece;
use crate::contract::{Channel, Code, Dialect, Failure, Figures, TICK_TEXT_BYTES, TURNS_KEPT, TextRule};
use crate::dialect::{self, Delta, LOOKED_AT, Said, Text};
use crate::log::{Entry, Event, Kind, Log};
use crate::view::Path;

/// A text rule that can be applied. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    rule: TextRule,
    /// Under [`TextRule::Auto`], what the first events were recognised to be in.
    found: Option<Dialect>,
    path: Option<Arc<Compiled>>,
    /// When the requests of turns were sent, where that is known better than entries tell.
    sent: Arc<[(u32, u64)]>,
    held: Arc<Mutex<Option<Held>>>,
}

/// What a long event says, while it is told in several ticks: reading megabytes anew for each would cost the frame.
#[derive(Debug)]
struct Held {
    pos: u64,
    data: Arc<str>,
    pieces: Arc<Vec<Piece>>,
}

/// Turns whose time of sending is known: those whose figures are kept, and as many that were before they were counted anew.
const SENT: usize = 4 * TURNS_KEPT;
/// Bytes of an event that is held.
const LONG: usize = 4 * TICK_TEXT_BYTES;

#[derive(Debug)]
struct Compiled {
    text: String,
    path: Path,
}

impl PartialEq for Reading {
    fn eq(&self, other: &Self) -> bool {
        (self.rule, self.found, self.path()) == (other.rule, other.found, other.path())
    }
}

impl Eq for Reading {}

impl From<TextRule> for Reading {
    /// Under [`TextRule::Path`] without a path, nothing is text.
    fn from(rule: TextRule) -> Self {
        Self {
            rule,
            ..Self::default()
        }
    }
}

impl Reading {
    /// The reading that a rule names; `path` counts under [`TextRule::Path`].
    ///
    /// # Errors
    /// [`Code::Filter`] with `what` = `path` for a path that cannot be read.
    pub fn new(rule: TextRule, path: &str) -> Result<Self, Failure> {
        if rule != TextRule::Path {
            return Ok(Self::from(rule));
        }
        let compiled = Path::parse(path).map_err(|bad| {
            let message = format!("the path of the text cannot be read: {}", bad.detail);
            Failure::new(Code::Filter, message)
                .with("what", "path")
                .with("detail", bad.detail)
                .with("at", bad.at)
        })?;
        Ok(Self {
            rule,
            path: Some(Arc::new(Compiled {
                text: path.to_owned(),
                path: compiled,
            })),
            ..Self::default()
        })
    }

    /// As [`Reading::new`], but a path that cannot be read finds nothing: it was stored, and is said where it is edited.
    pub fn stored(rule: TextRule, path: &str) -> Self {
        Self::new(rule, path).unwrap_or_else(|_| Self::from(rule))
    }

    /// Looks for the dialect in the first events of a log, where the rule leaves it to them.
    #[must_use]
    pub fn recognised(mut self, log: &dyn Log) -> Self {
        if !self.looks() {
            return self;
        }
        let (mut at, mut looked) = (log.span().first, 0);
        // Marks and comments stand between events, but not for ever.
        for _ in 0..LOOKED_AT {
            let run = log.run(at, 32);
            let Some(last) = run.last() else {
                match log.next_from(at) {
                    Some(next) if next > at => {
                        at = next;
                        continue;
                    }
                    _ => break,
                }
            };
            at = last.pos + 1;
            for event in run.iter().filter_map(crate::event_of) {
                self.look(event);
                looked += 1;
                if self.found.is_some() || looked == LOOKED_AT {
                    return self;
                }
            }
        }
        self
    }

    /// With the times at which requests were sent, from figures that were counted live. Times that are known already
    /// stay; of more than [`SENT`] the oldest go.
    #[must_use]
    pub fn with_times(self, turns: &[Figures]) -> Self {
        let turns = turns.iter().filter(|figures| figures.turn > 0);
        self.with_sent(turns.map(|figures| (figures.turn, figures.asked_at_us)))
    }

    /// The same from another reading.
    #[must_use]
    pub(crate) fn with_times_of(self, other: &Self) -> Self {
        self.with_sent(other.sent.iter().copied())
    }

    fn with_sent(mut self, turns: impl Iterator<Item = (u32, u64)>) -> Self {
        let mut sent: BTreeMap<u32, u64> = self.sent.iter().copied().collect();
        for (turn, at_us) in turns {
            sent.entry(turn).or_insert(at_us);
        }
        let left_out = sent.len().saturating_sub(SENT);
        self.sent = sent.into_iter().skip(left_out).collect();
        self
    }

    /// When the request of a turn was sent.
    pub(crate) fn sent_us(&self, turn: u32) -> Option<u64> {
        let at = self.sent.binary_search_by_key(&turn, |(turn, _)| *turn).ok()?;
        Some(self.sent[at].1)
    }

    /// Whether events are still to be looked at for the dialect.
    pub(crate) const fn looks(&self) -> bool {
        matches!(self.rule, TextRule::Auto) && self.found.is_none()
    }

    /// Looks at one of the first events.
    pub(crate) fn look(&mut self, event: &Event) {
        self.find(dialect::recognise(&event.event_type, &event.data));
    }

    /// Says what the first events were found to be in.
    pub(crate) fn find(&mut self, found: Option<Dialect>) {
        if self.looks() {
            self.found = found;
        }
    }

    /// The rule.
    pub const fn rule(&self) -> TextRule {
        self.rule
    }

    /// The path, under [`TextRule::Path`]; else empty.
    pub fn path(&self) -> &str {
        self.path.as_ref().map_or("", |path| &path.text)
    }

    /// The dialect that events are read in.
    pub fn dialect(&self) -> Option<Dialect> {
        self.found.or_else(|| self.rule.dialect())
    }

    /// Whether events are read in a dialect or by a path, so that text has a [`crate::contract::Part`].
    pub fn is_answer(&self) -> bool {
        self.rule == TextRule::Path || self.dialect().is_some()
    }

    /// The pieces of an entry, by `read` unless it is a long one that has been read just now.
    pub(super) fn pieces(&self, entry: &Entry, read: impl FnOnce() -> Vec<Piece>) -> Arc<Vec<Piece>> {
        let Kind::Event(event) = &entry.kind else {
            return Arc::new(read());
        };
        if event.data.len() < LONG {
            return Arc::new(read());
        }
        if let Some(held) = &*self.held.lock()
            && held.pos == entry.pos
            && held.data == event.data
        {
            return Arc::clone(&held.pieces);
        }
        let pieces = Arc::new(read());
        *self.held.lock() = Some(Held {
            pos: entry.pos,
            data: Arc::clone(&event.data),
            pieces: Arc::clone(&pieces),
        });
        pieces
    }

    /// An entry has been told whole.
    pub(super) fn told(&self, pos: u64) {
        self.held.lock().take_if(|held| held.pos == pos);
    }

    /// What an event says; none where it says nothing in this reading.
    pub fn read<'a>(&self, event_type: &str, data: &'a str) -> Option<Said<'a>> {
        if let Some(dialect) = self.dialect() {
            return dialect::read(dialect, self.rule == TextRule::Auto, event_type, data);
        }
        let path = &self.path.as_ref()?.path;
        let mut said = Said::default();
        path.find(data, |node| {
            if let Some(text) = node.string_or_number() {
                said.deltas.push(Delta {
                    channel: Channel::Answer,
                    block: String::new(),
                    label: "".into(),
                    text: Text::from(text.into_owned()),
                    alone: false,
                });
            }
            said.deltas.len() == dialect::PIECES
        });
        Some(said)
    }
}
