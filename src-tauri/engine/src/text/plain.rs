//! Text under `lines` and `joined`: the data of events as it is.

use super::runs::Piece;
use super::{LOOK_BACK, over_back};
use crate::contract::TextRule;
use crate::log::{Event, Kind, Log};
use crate::read::brief;

/// The name of events that the stream did not name.
const UNNAMED: &str = "message";

/// The text of one event, given the type of the event before it (`None` at the start).
pub(super) fn piece(event: &Event, before: Option<&str>, rule: TextRule) -> Piece {
    let named = &*event.event_type != UNNAMED;
    let mut text = String::with_capacity(event.data.len() + 1);
    if rule == TextRule::Joined {
        // Only a change of name is worth a word in running text; it begins a line of its own.
        let changed = before.unwrap_or(UNNAMED) != &*event.event_type;
        if changed && before.is_some() {
            text.push('\n');
        }
        text.push_str(&event.data);
        return Piece {
            name: (changed && named).then(|| brief(&event.event_type)),
            text,
            ..Piece::default()
        };
    }
    text.push_str(&event.data);
    text.push('\n');
    Piece {
        name: named.then(|| brief(&event.event_type)),
        text,
        ..Piece::default()
    }
}

/// The type of the newest event before `pos`.
pub(super) fn name_before(log: &dyn Log, pos: u64) -> Option<String> {
    let first = log.span().first;
    let mut end = pos;
    for _ in 0..LOOK_BACK {
        if end <= first {
            break;
        }
        match log.get(end - 1).map(|entry| entry.kind) {
            Some(Kind::Event(event)) => return Some(event.event_type.to_string()),
            Some(_) => end -= 1,
            None => end = over_back(log, end),
        }
    }
    None
}
