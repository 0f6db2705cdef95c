//! What an event is in a room: by its type, or by a member of its data that names one.

use serde_json::Value;

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody says something, if there is a text in it.
    Message,
    /// Somebody came.
    Join,
    /// Somebody went.
    Leave,
    /// Somebody types.
    Typing,
    /// Somebody types no more.
    TypingEnd,
}

/// Members that name what an object is.
const TELLING: [&str; 5] = ["type", "event", "kind", "action", "op"];
/// Members that say whether somebody types.
const IS_TYPING: [&str; 4] = ["typing", "is_typing", "isTyping", "active"];
/// Words of a type that say nothing of what it is.
const NOISE: [&str; 17] = [
    "user",
    "member",
    "participant",
    "peer",
    "client",
    "guest",
    "person",
    "someone",
    "room",
    "chat",
    "channel",
    "presence",
    "has",
    "is",
    "start",
    "started",
    "event",
];
const JOIN: [&str; 7] = ["join", "joins", "joined", "enter", "enters", "entered", "arrived"];
const LEAVE: [&str; 10] = [
    "leave", "leaves", "left", "part", "parts", "parted", "quit", "quits", "exit", "exited",
];
const TYPING: [&str; 2] = ["typing", "composing"];
const END: [&str; 6] = ["stop", "stops", "stopped", "end", "ended", "off"];
/// Words of a type that is long are not looked at: no such name has more.
const WORDS: usize = 4;

/// What an event is.
pub fn of(event_type: &str, value: Option<&Value>) -> Kind {
    let told = |name: &&str| named(value?.as_object()?.get(*name)?.as_str()?);
    let kind = named(event_type).or_else(|| TELLING.iter().find_map(told));
    match kind {
        Some(Kind::Typing) => {
            let off = |name: &&str| value?.as_object()?.get(*name)?.as_bool();
            match IS_TYPING.iter().find_map(off) {
                Some(false) => Kind::TypingEnd,
                _ => Kind::Typing,
            }
        }
        Some(kind) => kind,
        None => Kind::Message,
    }
}

/// Whether a type is the server's own way to keep the line open.
pub fn is_housekeeping(event_type: &str) -> bool {
    let plain: String = event_type
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(16)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    matches!(plain.as_str(), "ping" | "pong" | "heartbeat" | "keepalive")
}

/// What a name says, if all of its words are known: `user_joined`, `memberLeft`, `typing`.
fn named(name: &str) -> Option<Kind> {
    // Longer than all the words that could be in it.
    if name.len() > 64 {
        return None;
    }
    let (mut kind, mut end, mut count) = (None, false, 0);
    for word in words(name) {
        count += 1;
        let is = |list: &[&str]| list.contains(&word.as_str());
        if is(&JOIN) {
            kind = Some(Kind::Join);
        } else if is(&LEAVE) {
            kind = Some(Kind::Leave);
        } else if is(&TYPING) {
            kind = Some(Kind::Typing);
        } else if is(&END) {
            end = true;
        } else if !is(&NOISE) {
            return None;
        }
    }
    match kind {
        _ if count > WORDS => None,
        Some(Kind::Typing) if end => Some(Kind::TypingEnd),
        // `join_stopped` is neither.
        Some(_) if end => None,
        kind => kind,
    }
}

/// The words of a name in lower case: cut at signs, and before a capital that follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut open, mut small) = (false, false);
    for c in name.chars() {
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        if !open || (small && c.is_uppercase()) {
            words.push(String::new());
        }
        open = true;
        small = c.is_lowercase();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_says_what_it_is_only_if_all_of_it_is_known() {
        for (name, kind) in [
            ("join", Kind::Join),
            ("user_joined", Kind::Join),
            ("memberLeft", Kind::Leave),
            ("room.leave", Kind::Leave),
            ("typing", Kind::Typing),
            ("user-typing-stopped", Kind::TypingEnd),
            ("typing_start", Kind::Typing),
            ("message", Kind::Message),
            ("", Kind::Message),
            ("content.part.added", Kind::Message),
            ("join_stopped", Kind::Message),
            ("left_align", Kind::Message),
            ("加入", Kind::Message),
        ] {
            assert_eq!(of(name, None), kind, "{name}");
        }
        assert_eq!(of(&"join".repeat(1_000), None), Kind::Message);
    }

    #[test]
    fn the_data_says_it_where_the_type_does_not() {
        let of = |data: &str| super::of("message", serde_json::from_str(data).ok().as_ref());
        assert_eq!(of(r#"{"type":"join","user":"Mira"}"#), Kind::Join);
        assert_eq!(of(r#"{"kind":"user_left"}"#), Kind::Leave);
        assert_eq!(of(r#"{"event":"typing","typing":false}"#), Kind::TypingEnd);
        assert_eq!(of(r#"{"type":7,"event":"typing"}"#), Kind::Typing);
        assert_eq!(of(r#"{"type":"message","text":"join"}"#), Kind::Message);
        assert_eq!(of(r#"["join"]"#), Kind::Message);
    }

    #[test]
    fn heartbeats_are_no_news() {
        assert!(is_housekeeping("keep-alive") && is_housekeeping("Heartbeat") && is_housekeeping("ping"));
        assert!(!is_housekeeping("message") && !is_housekeeping("") && !is_housekeeping("shipping"));
    }
}
