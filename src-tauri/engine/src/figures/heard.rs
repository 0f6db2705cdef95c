//! What an event says, read before whoever counts it is locked.

use crate::contract::{Channel, Dialect};
use crate::dialect::{self, Delta, Said};
use crate::text::Reading;

/// Reads events as a [`super::Counter`] does, without it. Cheap to make and to clone.
#[derive(Clone, Debug)]
pub struct Reader {
    pub(super) reading: Reading,
    /// The dialect is still looked for.
    pub(super) looks: bool,
    pub(super) found: Option<Dialect>,
}

/// What an event says to a counter.
#[derive(Debug)]
pub struct Heard<'a> {
    /// What it was read by.
    by: Reader,
    /// The dialect of the first events, this one included.
    pub(super) found: Option<Dialect>,
    pub(super) said: Option<Said<'a>>,
}

impl Reader {
    /// Reads an event.
    pub fn read<'a>(self, event_type: &str, data: &'a str) -> Heard<'a> {
        let mut found = self.found;
        if self.looks {
            found = dialect::recognise(event_type, data);
        }
        let said = if self.looks {
            let mut reading = self.reading.clone();
            reading.find(found);
            reading.read(event_type, data)
        } else {
            self.reading.read(event_type, data)
        };
        Heard {
            by: self,
            found,
            said,
        }
    }
}

impl Heard<'_> {
    /// Whether a counter that reads like this would have heard the same.
    pub(super) fn is_by(&self, reader: &Reader) -> bool {
        self.by.looks == reader.looks && self.by.found == reader.found && self.by.reading == reader.reading
    }

    /// Whether the answer is over with this event, or goes on with it; none where it tells neither. That is so whatever
    /// the rule: where the event was not read in a dialect, it is read here in any.
    pub fn ends(&self, event_type: &str, data: &str) -> Option<bool> {
        if let Some(said) = &self.said
            && self.by.reading.path().is_empty()
        {
            return ends(said);
        }
        let dialect = self.found.unwrap_or(Dialect::OpenaiChat);
        ends(&dialect::read(dialect, true, event_type, data)?)
    }
}

/// Whether an answer is over with what an event says. Some servers name a reason to stop in every chunk: the last counts.
pub(super) fn ends(said: &Said<'_>) -> Option<bool> {
    let stops = said.done || said.deltas.iter().any(|delta| delta.channel == Channel::Stop);
    (stops || said.deltas.iter().any(is_text)).then_some(stops)
}

/// Whether a piece is text or arguments that grow.
pub(super) fn is_text(delta: &Delta<'_>) -> bool {
    let grows = delta.text.chars() > 0 || delta.text.tail.is_some();
    grows
        && matches!(
            delta.channel,
            Channel::Answer | Channel::Thinking | Channel::Tool | Channel::Refusal
        )
}

#[cfg(test)]
mod tests {
    use super::super::Counter;
    use super::*;
    use crate::contract::TextRule;

    #[test]
    fn the_end_of_an_answer_is_heard_under_every_rule() {
        let chat = r#"{"object":"chat.completion.chunk","choices":[{"delta":{"content":"a"}}]}"#;
        let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
        let anthropic = r#"{"type":"message_stop"}"#;
        let error = r#"{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}"#;
        let path = Reading::new(TextRule::Path, "$.choices[0].delta.content").expect("a path");
        for reading in [
            Reading::from(TextRule::Auto),
            Reading::from(TextRule::Lines),
            Reading::from(TextRule::OpenaiChat),
            path,
        ] {
            let reader = Counter::new(reading, 0).reader();
            let ends = |data: &str| reader.clone().read("message", data).ends("message", data);
            assert_eq!(ends(chat), Some(false));
            assert_eq!(ends(stop), Some(true));
            assert_eq!(ends("[DONE]"), Some(true));
            assert_eq!(ends("hello"), None);
            assert_eq!(ends(error), None);
        }
        let lines = Counter::new(TextRule::Lines.into(), 0).reader();
        let ends = lines.read("message", anthropic).ends("message", anthropic);
        assert_eq!(ends, Some(true));
    }
}
