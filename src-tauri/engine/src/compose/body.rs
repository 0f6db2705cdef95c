//! A body with the earlier turns in it. Only the list of messages is touched: all around it, and each message in it,
//! stays byte for byte as it was typed.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::Turn;

/// The members that may hold a conversation.
#[derive(Deserialize)]
struct Top<'a> {
    /// OpenAI's chat completions, Anthropic's messages, Ollama's chat.
    #[serde(borrow, default)]
    messages: Option<&'a RawValue>,
    /// Gemini's.
    #[serde(borrow, default)]
    contents: Option<&'a RawValue>,
    /// OpenAI's responses.
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
}

/// What of a message tells where it belongs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    role: String,
}

/// How a turn is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `{"role":"assistant","content":"…"}`.
    Messages,
    /// `{"role":"model","parts":[{"text":"…"}]}`.
    Contents,
}

impl Shape {
    fn write(self, turn: &Turn) -> String {
        let Turn { prompt, answer } = turn;
        match self {
            Self::Messages => format!("{},{}", message("user", prompt), message("assistant", answer)),
            Self::Contents => format!("{},{}", content("user", prompt), content("model", answer)),
        }
    }
}

/// Members in the order in which the services' own examples have them; a map would sort them.
fn message(role: &str, text: &str) -> String {
    format!(r#"{{"role":"{role}","content":{}}}"#, json!(text))
}

fn content(role: &str, text: &str) -> String {
    format!(r#"{{"role":"{role}","parts":[{{"text":{}}}]}}"#, json!(text))
}

/// A filled body with earlier turns put before the message that holds the new prompt, or after the leading system
/// messages where it stands in one of these. `asked_at` are the bytes at which the prompt begins: one in such a list
/// counts, wherever else it stands as well, a title for one. Without any the new prompt is taken to be in the last message
/// of a user. None where there are no turns, or where the body is not JSON
/// with a conversation in `messages`, `contents` or `input`: then it goes as it is.
pub fn body(body: &[u8], asked_at: &[usize], turns: &[Turn]) -> Option<Bytes> {
    let text = std::str::from_utf8(body).ok()?;
    if turns.is_empty() {
        return None;
    }
    let top: Top<'_> = serde_json::from_str(text).ok()?;
    let lists = [
        (top.messages, Shape::Messages),
        (top.contents, Shape::Contents),
        (top.input, Shape::Messages),
    ];
    let lists = lists
        .into_iter()
        .filter_map(|(raw, shape)| Some((raw?.get(), shape)));
    // Of several, the one that the prompt stands in.
    let holds = |(raw, _): &(&str, Shape)| asked_at.is_empty() || holds_any(&range(text, raw), asked_at);
    let (raw, shape) = lists.clone().find(holds)?;
    let history: Vec<String> = turns.iter().map(|turn| shape.write(turn)).collect();
    let history = history.join(",");
    let range = range(text, raw);
    if shape == Shape::Messages && raw.starts_with('"') && top.input.is_some_and(|input| input.get() == raw) {
        let asked = format!(r#"{{"role":"user","content":{raw}}}"#);
        let list = format!("[{history},{asked}]");
        return Some([&text[..range.start], &list, &text[range.end..]].concat().into());
    }
    let all: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
    let before = before(text, &all, asked_at)?;
    let at = self::range(text, all[before].get()).start;
    Some([&text[..at], &history, ",", &text[at..]].concat().into())
}

/// Where a part of a text stands in it.
fn range(whole: &str, part: &str) -> std::ops::Range<usize> {
    let start = part.as_ptr() as usize - whole.as_ptr() as usize;
    start..start + part.len()
}

fn holds_any(range: &std::ops::Range<usize>, places: &[usize]) -> bool {
    places.iter().any(|at| range.contains(at))
}

/// Number of the message before which the earlier turns belong.
fn before(text: &str, all: &[&RawValue], asked_at: &[usize]) -> Option<usize> {
    let roles: Vec<String> = all
        .iter()
        .map(|raw| {
            serde_json::from_str::<Message>(raw.get())
                .unwrap_or_default()
                .role
        })
        .collect();
    let asked = if asked_at.is_empty() {
        roles
            .iter()
            .rposition(|role| matches!(role.as_str(), "user" | ""))
    } else {
        all.iter()
            .position(|raw| holds_any(&range(text, raw.get()), asked_at))
    };
    let system = roles
        .iter()
        .take_while(|role| matches!(role.as_str(), "system" | "developer"))
        .count();
    let before = asked?.max(system);
    (before < all.len()).then_some(before)
}
