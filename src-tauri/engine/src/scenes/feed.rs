//! Events as cards. Which events are cards is a view's bitmap; what a card says is read from its entry when it is shown.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use super::fields::{FeedFields, cut, document, first_line};
use super::kind;
use crate::actions::Actions;
use crate::contract::Card;
use crate::log::{Entry, Seen, SeenEvent};
use crate::view::query::Query;

/// Events that are known as seen, newest: a server repeats what it sent last, not what it sent last week.
const SEEN: usize = 65_536;
/// The type of events that stand out where the rule says nothing.
const BREAKING: &str = "breaking";
/// Characters of a source and of an id.
const NAME_CHARS: usize = 256;
/// Characters of an address; browsers take no longer ones.
const LINK_CHARS: usize = 2_048;

/// What a feed's cards are read by.
#[derive(Debug)]
pub struct Reading {
    /// Where the parts stand.
    pub fields: FeedFields,
    /// Which stand out; none for those of type `breaking`.
    breaking: Option<Query>,
}

impl Reading {
    /// By these fields and their rule; a query that cannot be read finds nothing.
    pub fn new(fields: FeedFields) -> Self {
        let query = fields.rule.breaking.trim();
        let breaking = (!query.is_empty()).then(|| Query::parse(query).unwrap_or(Query::nothing()));
        Self { fields, breaking }
    }

    /// An entry as a card, each text cut at so many characters; none where it is no event.
    pub fn card(&self, entry: &Entry, actions: &Actions, chars: usize) -> Option<Card> {
        let event = Seen::of(entry).event?;
        let value = document(event.data);
        let found = value.as_ref();
        let fields = &self.fields;
        let title = found.and_then(|value| fields.title(value));
        let text = |text: &str, most: usize| cut(text, most).0;
        Some(Card {
            pos: entry.pos,
            at_us: entry.at_us,
            said_us: found.and_then(|value| fields.said_us(value)),
            title: match &title {
                Some(title) => text(title, chars),
                None => text(first_line(&event), chars),
            },
            summary: found
                .and_then(|value| fields.summary(value))
                .map_or_else(String::new, |summary| text(&summary, chars)),
            source: found
                .and_then(|value| fields.source(value))
                .map_or_else(String::new, |source| text(&source, NAME_CHARS)),
            link: found
                .and_then(|value| fields.link(value))
                .map_or_else(String::new, |link| text(&link, LINK_CHARS)),
            breaking: self.is_breaking(&event, found),
            id: text(event.id, NAME_CHARS),
            colour: actions.colour(&event),
        })
    }

    fn is_breaking(&self, event: &SeenEvent<'_>, value: Option<&serde_json::Value>) -> bool {
        if let Some(query) = &self.breaking {
            return !query.is_nothing() && query.matches(event);
        }
        let marked = value.and_then(|value| value.as_object()?.get(BREAKING));
        event.event_type.eq_ignore_ascii_case(BREAKING)
            || match marked {
                Some(serde_json::Value::Bool(is)) => *is,
                Some(serde_json::Value::Number(number)) => {
                    number.as_f64().is_some_and(|number| number != 0.0)
                }
                Some(serde_json::Value::String(text)) => {
                    !matches!(text.to_ascii_lowercase().as_str(), "" | "0" | "false" | "no")
                }
                _ => false,
            }
    }
}

/// Stands for a card whose entry can no longer be read, so that the cards after it keep their numbers.
pub const fn missing(pos: u64) -> Card {
    Card {
        pos,
        at_us: 0,
        said_us: None,
        title: String::new(),
        summary: String::new(),
        source: String::new(),
        link: String::new(),
        breaking: false,
        id: String::new(),
        colour: None,
    }
}

/// Tells new cards from repeated ones; it is shown all events, in order.
///
/// A repeat has the id, the type and the data of an event before it, as a server has it that was asked to go on from an id.
/// The id alone tells nothing: an event that sets none keeps the last, and a correction may have that of what it corrects.
#[derive(Debug, Default)]
pub struct Repeats {
    hasher: RandomState,
    said: Recent,
}

/// The newest of some hashes.
#[derive(Debug, Default)]
struct Recent {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Repeats {
    /// Whether an event is a card that was not there before.
    pub fn is_new(&mut self, event: &SeenEvent<'_>) -> bool {
        if event.id.is_empty() {
            return true;
        }
        let said = (event.id, event.event_type, event.data);
        self.said.add(self.hasher.hash_one(said))
    }
}

impl Recent {
    /// Adds one; says whether it was not there.
    fn add(&mut self, hash: u64) -> bool {
        if !self.known.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > SEEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

/// Whether an event is a card, repeats aside.
pub fn is_card(event: &SeenEvent<'_>) -> bool {
    !kind::is_housekeeping(event.event_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event<'a>(id: &'a str, data: &'a str) -> SeenEvent<'a> {
        SeenEvent {
            seq: 1,
            event_type: "headline",
            id,
            data,
        }
    }

    #[test]
    fn what_was_said_under_an_id_before_is_a_repeat_and_a_correction_is_none() {
        let mut repeats = Repeats::default();
        let new: Vec<bool> = [
            ("1", "a"),
            ("2", "b"),
            // Sets no id of its own.
            ("2", "c"),
            // The server began again at 2.
            ("2", "b"),
            ("2", "c"),
            ("3", "d"),
            ("3", "d"),
            ("1", "corrected"),
            ("1", "corrected"),
            ("1", "a"),
            ("", "x"),
            ("", "x"),
        ]
        .iter()
        .map(|(id, data)| repeats.is_new(&event(id, data)))
        .collect();
        assert_eq!(
            new,
            [
                true, true, true, false, false, true, false, true, false, false, true, true
            ]
        );
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut repeats = Repeats::default();
        for n in 0..2 * SEEN {
            let id = n.to_string();
            assert!(repeats.is_new(&event(&id, "x")));
        }
        assert!(repeats.said.known.len() <= SEEN && repeats.said.order.len() <= SEEN);
        // The newest are known, the oldest forgotten.
        assert!(!repeats.is_new(&event(&(2 * SEEN - 2).to_string(), "x")));
        assert!(repeats.is_new(&event("0", "x")));
    }
}
