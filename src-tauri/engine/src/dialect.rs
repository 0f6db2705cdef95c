//! Dialects: the JSON shapes in which servers of language models stream their answers. One event in, its pieces of text
//! out; nothing is carried from event to event, so a reader may begin anywhere.
//!
//! A dialect is told by the shape of the data, never by a host ([`recognise`]). What is not of a known shape, half a JSON
//! included, holds no text and is no error: it stands in Events. Where a shape repeats whole texts that its deltas
//! have told (`response.completed`, `…done`), the repetition is left out.
//!
//! A string may hold half of a character that JSON writes as two `\u` escapes, the other half in the next event's: such
//! halves are kept apart ([`Text`]) and joined by whoever reads both.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::contract::{Channel, Dialect};

mod anthropic;
mod error;
mod few;
mod gemini;
mod ollama;
mod openai_chat;
mod openai_responses;
mod shape;
mod text;

pub use error::{Told, of_body};
pub use gemini::RESULT;
pub use shape::recognise;
pub use text::Text;
pub(crate) use text::join as joined;

/// Events in which a dialect is looked for: no server sends more heartbeats or notes before its first piece of an answer.
pub const LOOKED_AT: u32 = 32;
/// Pieces that one event may hold; any that follow are left out. Real events hold one, whole answers some tens.
pub const PIECES: usize = 256;
/// Bytes of an event that is read; a longer one holds no text and stands in Events. Answers that are not streamed are a
/// tenth of it, and events may be as long as [`crate::contract::Bounds::event_mib`] allows.
pub const READ_BYTES: usize = 8 << 20;

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta<'a> {
    /// What it is of.
    pub channel: Channel,
    /// Which of the turn's; see [`crate::contract::Part::block`].
    pub block: String,
    /// See [`crate::contract::Part::label`]; empty where the event does not tell it.
    pub label: Cow<'a, str>,
    /// The text, which may be empty.
    pub text: Text<'a>,
    /// It is whole, and the dialect does not say which it is: its block is made of the event's number and `block`.
    pub alone: bool,
}

/// What one event tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said<'a> {
    /// Its pieces, in order, at most [`PIECES`].
    pub deltas: Vec<Delta<'a>>,
    /// The model that answers.
    pub model: Option<Cow<'a, str>>,
    /// What the server counted so far.
    pub usage: Usage,
    /// The turn is over.
    pub done: bool,
}

/// Tokens, as servers count them; none where the event does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of the prompt.
    pub input: Option<u64>,
    /// Of the output, thinking included.
    pub output: Option<u64>,
    /// Of thinking.
    pub thinking: Option<u64>,
    /// Of the prompt, kept by the server.
    pub cached: Option<u64>,
}

impl<'a> Said<'a> {
    fn push(&mut self, channel: Channel, block: impl Into<String>, text: Text<'a>) {
        self.add(channel, block.into(), Cow::Borrowed(""), text, false);
    }

    fn add(&mut self, channel: Channel, block: String, label: Cow<'a, str>, text: Text<'a>, alone: bool) {
        if self.deltas.len() < PIECES {
            self.deltas.push(Delta {
                channel,
                block,
                label,
                text,
                alone,
            });
        }
    }

    /// Text that need not be there; an empty one is no piece.
    fn some(&mut self, channel: Channel, block: &str, text: Option<Text<'a>>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.push(channel, block, text);
        }
    }

    /// A source. It is named once a turn, by its address or else its title.
    fn cite(&mut self, url: &str, title: &str, quote: &str) {
        let text = if title.is_empty() { quote } else { title };
        let block = if url.is_empty() { text } else { url };
        if block.is_empty() {
            return;
        }
        let text = Text::from(text.to_owned());
        self.add(
            Channel::Citation,
            block.to_owned(),
            Cow::Owned(url.to_owned()),
            text,
            false,
        );
    }

    fn stop(&mut self, block: &str, why: Text<'a>) {
        self.push(Channel::Stop, block, why);
    }

    fn fail(&mut self, told: Told) {
        self.add(
            Channel::Error,
            String::new(),
            Cow::Owned(told.label),
            Text::from(told.message),
            true,
        );
    }
}

/// What an event says in a dialect; none where it is not of its shape. With `any` the shapes of the other dialects are
/// tried too: a proxy may change from one to another in the middle of a stream. None too of more than [`READ_BYTES`].
pub fn read<'a>(dialect: Dialect, any: bool, event_type: &str, data: &'a str) -> Option<Said<'a>> {
    if data.len() > READ_BYTES {
        return None;
    }
    let trimmed = data.trim_start();
    if !trimmed.starts_with('{') {
        // OpenAI's and many others' last word.
        return (trimmed.trim_end() == "[DONE]").then(|| Said {
            done: true,
            ..Said::default()
        });
    }
    read_in(dialect, data).or_else(|| {
        let other = recognise(event_type, data).filter(|other| any && *other != dialect)?;
        read_in(other, data)
    })
}

fn read_in(dialect: Dialect, data: &str) -> Option<Said<'_>> {
    match dialect {
        Dialect::OpenaiChat => openai_chat::read(data),
        Dialect::OpenaiResponses => openai_responses::read(data),
        Dialect::Anthropic => anthropic::read(data),
        Dialect::Gemini => gemini::read(data),
        Dialect::Ollama => ollama::read(data),
    }
}

/// A value of another type than the one wanted is none.
fn lenient<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

/// A call's arguments: a string as it is, anything else as JSON writes it.
fn arguments(raw: Option<&RawValue>) -> Text<'_> {
    let Some(raw) = raw else { return Text::default() };
    let json = raw.get();
    if json.starts_with('"') {
        serde_json::from_str(json).unwrap_or_default()
    } else {
        Text::from(Cow::Borrowed(json))
    }
}

/// The block of a piece: empty for the first, which is most often the only one.
fn nth(index: Option<u32>) -> String {
    match index {
        None | Some(0) => String::new(),
        Some(index) => index.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event with as many `{}` in a list as there is room for.
    fn full(begin: &str, end: &str, bytes: usize) -> String {
        let many = (bytes - begin.len() - end.len() - 2) / 3;
        format!("{begin}{}{{}}{end}", "{},".repeat(many))
    }

    #[test]
    fn long_lists_become_no_more_pieces_than_the_bound() {
        let call = r#"{"function":{"name":"f","arguments":"{}"}},"#;
        let many = format!("{}{}", call.repeat(10_000), call.trim_end_matches(','));
        for (dialect, begin, end) in [
            (
                Dialect::OpenaiChat,
                r#"{"choices":[{"delta":{"tool_calls":["#,
                "]}}]}",
            ),
            (
                Dialect::Ollama,
                r#"{"done":false,"message":{"tool_calls":["#,
                "]}}",
            ),
        ] {
            let event = format!("{begin}{many}{end}");
            let said = read(dialect, false, "message", &event).expect("said");
            assert_eq!(said.deltas.len(), PIECES, "{dialect:?}");
        }
    }

    #[test]
    fn an_event_of_a_list_is_read_up_to_its_bound_and_no_longer_one_is() {
        for (dialect, begin, end) in [
            (
                Dialect::OpenaiChat,
                r#"{"choices":[{"delta":{"content":"a"}},"#,
                "]}",
            ),
            (
                Dialect::Gemini,
                r#"{"candidates":[{"content":{"parts":[{"text":"a"},"#,
                "]}}]}",
            ),
        ] {
            let within = full(begin, end, READ_BYTES);
            assert_eq!(recognise("message", &within), Some(dialect));
            let said = read(dialect, false, "message", &within).expect("said");
            assert_eq!(said.deltas.len(), 1, "{dialect:?}");
            let over = full(begin, end, READ_BYTES + 16);
            assert!(over.len() > READ_BYTES);
            assert_eq!(recognise("message", &over), None);
            assert_eq!(read(dialect, true, "message", &over), None);
        }
    }

    #[test]
    fn an_error_of_any_length_is_told_in_some_words() {
        let error = full(r#"{"error":{"all":["#, "]}}", READ_BYTES);
        let said = read(Dialect::OpenaiChat, false, "error", &error).expect("said");
        let text = &said.deltas[0].text.text;
        assert!(text.starts_with(r#"{"all":[{},"#) && text.len() < 5_000);
    }

    #[test]
    fn what_code_printed_is_shown_beside_the_code() {
        let data = r#"{"candidates":[{"content":{"parts":[{"executableCode":{"language":"PYTHON","code":"print(1)"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1\n"}},{"codeExecutionResult":{"outcome":"OUTCOME_FAILED"}}]}}]}"#;
        let said = read(Dialect::Gemini, false, "message", data).expect("said");
        let pieces: Vec<_> = said
            .deltas
            .iter()
            .map(|delta| (&*delta.label, &*delta.text.text))
            .collect();
        assert_eq!(
            pieces,
            [
                ("code_execution", "print(1)"),
                (RESULT, "1\n"),
                (RESULT, "OUTCOME_FAILED")
            ]
        );
        assert!(
            said.deltas
                .iter()
                .all(|delta| delta.alone && delta.channel == Channel::Tool)
        );
    }
}
