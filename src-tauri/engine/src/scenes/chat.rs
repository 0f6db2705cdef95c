//! Events as chat. Which events are rows is a view's bitmap; what a row says is read from its entry when it is shown.

use std::collections::VecDeque;

use serde_json::Value;

use super::fields::{ChatFields, cut, document};
use super::kind::{self, Kind};
use crate::actions::Actions;
use crate::contract::{BUBBLE_CHARS, Bubble, BubbleKind, ChatRule};
use crate::log::{Entry, Log, Seen, SeenEvent};
use crate::view::scan;

/// How long somebody types who says nothing more of it: what such events are sent anew within.
const TYPING_US: u64 = 6_000_000;
/// Entries that are looked back at for who is typing.
const TYPING_ENTRIES: u64 = 256;
/// Bytes of an event that says so.
const TYPING_BYTES: usize = 16 << 10;
/// Names that are told as typing.
const TYPISTS: usize = 8;
/// Characters of a name; what is longer is no name.
const NAME_CHARS: usize = 256;
/// Characters of data that is a name alone.
const BARE_NAME_CHARS: usize = 64;
/// Whose messages are the user's own where the rule does not say.
const ME: &str = "You";

/// What an event says.
struct Said<'a> {
    kind: BubbleKind,
    value: Option<Value>,
    data: &'a str,
}

/// Whether an event is a row.
pub fn is_row(event: &SeenEvent<'_>, fields: &ChatFields, actions: &Actions) -> bool {
    said(event, fields).is_some() && !actions.is_hidden(event)
}

/// What an event says; none of one that is no row.
fn said<'a>(event: &SeenEvent<'a>, fields: &ChatFields) -> Option<Said<'a>> {
    if kind::is_housekeeping(event.event_type) {
        return None;
    }
    let value = document(event.data);
    let kind = match kind::of(event.event_type, value.as_ref()) {
        Kind::Typing | Kind::TypingEnd => return None,
        Kind::Join => BubbleKind::Join,
        Kind::Leave => BubbleKind::Leave,
        // An object without a text is for the program that reads the room, not for its people.
        Kind::Message if value.as_ref().is_some_and(|value| fields.text(value).is_none()) => return None,
        Kind::Message => BubbleKind::Message,
    };
    Some(Said {
        kind,
        value,
        data: event.data,
    })
}

/// An entry as a row, its text cut at so many characters; none where it is no row.
pub fn bubble(entry: &Entry, fields: &ChatFields, actions: &Actions, chars: usize) -> Option<Bubble> {
    let event = Seen::of(entry).event?;
    let said = said(&event, fields)?;
    let is_message = said.kind == BubbleKind::Message;
    let mut bubble = Bubble {
        pos: entry.pos,
        at_us: entry.at_us,
        said_us: None,
        kind: said.kind,
        sender: String::new(),
        text: String::new(),
        cut: false,
        id: String::new(),
        own: false,
        colour: actions.colour(&event),
    };
    match &said.value {
        Some(value) => {
            let sender = fields.sender(value, is_message).unwrap_or_default();
            (bubble.sender, _) = cut(&sender, NAME_CHARS);
            (bubble.text, bubble.cut) = cut(&fields.text(value).unwrap_or_default(), chars);
            bubble.said_us = fields.said_us(value);
            (bubble.id, _) = cut(&fields.id(value).unwrap_or_default(), NAME_CHARS);
        }
        None if !is_message && is_name(said.data) => said.data.trim().clone_into(&mut bubble.sender),
        None => (bubble.text, bubble.cut) = cut(said.data, chars),
    }
    bubble.own = is_message && !bubble.sender.is_empty() && bubble.sender == me(&fields.rule);
    Some(bubble)
}

/// Stands for a row whose entry can no longer be read, so that the rows after it keep their numbers.
pub const fn missing(pos: u64) -> Bubble {
    Bubble {
        pos,
        at_us: 0,
        said_us: None,
        kind: BubbleKind::Message,
        sender: String::new(),
        text: String::new(),
        cut: false,
        id: String::new(),
        own: false,
        colour: None,
    }
}

/// The user's name in the room.
fn me(rule: &ChatRule) -> &str {
    if rule.me.is_empty() { ME } else { &rule.me }
}

fn is_name(data: &str) -> bool {
    let data = data.trim();
    !data.is_empty() && !data.contains('\n') && data.chars().nth(BARE_NAME_CHARS).is_none()
}

/// Who is typing at a time, longest first: those of whom an event said so within the last six seconds, and none since
/// that they stopped, said something or went. The user is not among them.
pub fn typing(log: &dyn Log, now_us: u64, fields: &ChatFields, actions: &Actions) -> Vec<String> {
    /// Slices of time that the look back may take.
    const SLICES: usize = 4;
    let span = log.span();
    let since = now_us.saturating_sub(TYPING_US);
    let mut at = span.end.saturating_sub(TYPING_ENTRIES).max(span.first);
    let mut typing: VecDeque<String> = VecDeque::new();
    for _ in 0..SLICES {
        let next = scan(log, at, span.end, |seen| {
            let Some(event) = seen
                .event
                .as_ref()
                .filter(|event| seen.at_us >= since && event.data.len() <= TYPING_BYTES)
            else {
                return;
            };
            let value = document(event.data);
            let kind = kind::of(event.event_type, value.as_ref());
            let sender = match &value {
                Some(value) => fields.sender(value, kind == Kind::Message).unwrap_or_default(),
                None if is_name(event.data) && kind != Kind::Message => event.data.trim().into(),
                None => return,
            };
            if sender.is_empty() || sender.chars().nth(NAME_CHARS).is_some() || sender == me(&fields.rule) {
                return;
            }
            if kind != Kind::Typing {
                typing.retain(|name| *name != sender);
            } else if !typing.iter().any(|name| *name == sender) && !actions.is_hidden(event) {
                if typing.len() == TYPISTS {
                    typing.pop_front();
                }
                typing.push_back(sender.into_owned());
            }
        });
        if next <= at || next >= span.end {
            break;
        }
        at = next;
    }
    typing.into()
}

/// How much of a text a page carries.
pub const CHARS: usize = BUBBLE_CHARS;
