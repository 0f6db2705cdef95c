//! Which member of a stream's events is the sender, which the title: found by their names and by what they hold, in the
//! first events, so that it is the same live, in replay and after a reload. A rule's own paths go first.
//!
//! A name is looked for in the event itself and in one member that wraps it (`data`, `payload`, `message` …). Of the
//! names that a field may have, the one that the most events hold wins; of two that as many hold, the one named first.

use std::borrow::Cow;
use std::ops::ControlFlow;

use serde_json::Value;

use crate::contract::{ChatRule, FeedRule};
use crate::log::{Log, SeenEvent};
use crate::view::path::Path;

use super::kind::{self, Kind};
use super::time;
use names::{Field, HEADLINE, ID, LINK, PUBLISHED, SENDER, SOURCE, SUMMARY, TEXT, TIME, TITLE, name, word};

mod names;

/// Events by which fields are found: the first of the stream.
pub const LOOK: usize = 64;
/// Entries that are looked through for them.
const LOOK_ENTRIES: u64 = 4_096;
/// Bytes of an event that fields are found by.
const LOOK_BYTES: usize = 64 << 10;
/// Bytes of an event that is read as JSON: a page of rows is read within a fraction of a second, and no document costs
/// more than some megabytes. What is larger is text: a message of this size is no message.
pub const READ_BYTES: usize = 256 << 10;

/// Where chat stands in events.
#[derive(Debug, Default)]
pub struct ChatFields {
    /// The rule, with the paths that were found.
    pub rule: ChatRule,
    sender: Option<Path>,
    text: Option<Path>,
    time: Option<Path>,
    id: Option<Path>,
}

/// Where a card's parts stand in events.
#[derive(Debug, Default)]
pub struct FeedFields {
    /// The rule, with the paths that were found.
    pub rule: FeedRule,
    title: Option<Path>,
    summary: Option<Path>,
    source: Option<Path>,
    time: Option<Path>,
    link: Option<Path>,
}

/// The first events of a log, as JSON.
pub struct Sample {
    /// Types and documents.
    pub events: Vec<(Box<str>, Value)>,
    /// Whether more would change nothing.
    pub settled: bool,
}

impl Sample {
    /// Looks into the first events of a log.
    pub fn of(log: &dyn Log) -> Self {
        let span = log.span();
        let last = span.first.saturating_add(LOOK_ENTRIES);
        let (mut taken, mut at): (Vec<(Box<str>, Box<str>)>, _) = (Vec::new(), span.first);
        while at < last.min(span.end) && taken.len() < LOOK {
            // Copied here and read later: the log may hold something back meanwhile.
            let next = log.visit(at, &mut |seen| {
                if let Some(event) = &seen.event
                    && event.data.len() <= LOOK_BYTES
                {
                    taken.push((event.event_type.into(), event.data.into()));
                }
                if taken.len() < LOOK {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            });
            if next <= at {
                break;
            }
            at = next;
        }
        Self {
            settled: taken.len() >= LOOK || at >= last,
            events: taken
                .into_iter()
                .filter_map(|(event_type, data)| Some((event_type, document(&data)?)))
                .collect(),
        }
    }
}

/// The data of an event as JSON, where it is an object or an array of a size that is read.
pub fn document(data: &str) -> Option<Value> {
    if data.len() > READ_BYTES || !data.trim_start().starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(data).ok()
}

impl ChatFields {
    /// Finds what a rule leaves open.
    pub fn find(rule: &ChatRule, sample: &Sample) -> Self {
        let said: Vec<&Value> = sample
            .events
            .iter()
            .filter(|(event_type, value)| kind::of(event_type, Some(value)) == Kind::Message)
            .map(|(_, value)| value)
            .collect();
        let mut found = Self {
            rule: rule.clone(),
            ..Self::default()
        };
        found.text = TEXT.settle(&mut found.rule.text, &said);
        found.sender = SENDER.settle(&mut found.rule.sender, &said);
        found.time = TIME.settle(&mut found.rule.time, &said);
        found.id = ID.settle(&mut found.rule.id, &said);
        found
    }

    /// Who said it. Joins and the like may have another shape than messages.
    pub fn sender<'v>(&self, value: &'v Value, is_message: bool) -> Option<Cow<'v, str>> {
        let told = self
            .sender
            .as_ref()
            .and_then(|path| path.first(value))
            .and_then(name);
        if told.is_some() || is_message {
            return told;
        }
        let path = Path::parse(&SENDER.among(&[value])?).ok()?;
        path.first(value).and_then(name)
    }

    /// What was said.
    pub fn text<'v>(&self, value: &'v Value) -> Option<Cow<'v, str>> {
        self.text
            .as_ref()
            .and_then(|path| path.first(value))
            .and_then(word)
    }

    /// When it was said.
    pub fn said_us(&self, value: &Value) -> Option<u64> {
        self.time
            .as_ref()
            .and_then(|path| path.first(value))
            .and_then(time::of)
    }

    /// The message's own id.
    pub fn id<'v>(&self, value: &'v Value) -> Option<Cow<'v, str>> {
        self.id.as_ref().and_then(|path| path.first(value)).and_then(word)
    }
}

impl FeedFields {
    /// Finds what a rule leaves open.
    pub fn find(rule: &FeedRule, sample: &Sample) -> Self {
        let all: Vec<&Value> = sample
            .events
            .iter()
            .filter(|(event_type, _)| !kind::is_housekeeping(event_type))
            .map(|(_, value)| value)
            .collect();
        let mut found = Self {
            rule: rule.clone(),
            ..Self::default()
        };
        found.title = TITLE.settle(&mut found.rule.title, &all);
        found.summary = SUMMARY.settle(&mut found.rule.summary, &all);
        found.source = SOURCE.settle(&mut found.rule.source, &all);
        found.time = PUBLISHED.settle(&mut found.rule.time, &all);
        found.link = LINK.settle(&mut found.rule.link, &all);
        found
    }

    /// The title.
    pub fn title<'v>(&self, value: &'v Value) -> Option<Cow<'v, str>> {
        self.title
            .as_ref()
            .and_then(|path| path.first(value))
            .and_then(word)
    }

    /// The summary.
    pub fn summary<'v>(&self, value: &'v Value) -> Option<Cow<'v, str>> {
        self.summary
            .as_ref()
            .and_then(|path| path.first(value))
            .and_then(word)
    }

    /// Who published it.
    pub fn source<'v>(&self, value: &'v Value) -> Option<Cow<'v, str>> {
        self.source
            .as_ref()
            .and_then(|path| path.first(value))
            .and_then(name)
    }

    /// When it was published.
    pub fn said_us(&self, value: &Value) -> Option<u64> {
        self.time
            .as_ref()
            .and_then(|path| path.first(value))
            .and_then(time::of)
    }

    /// Its address.
    pub fn link<'v>(&self, value: &'v Value) -> Option<Cow<'v, str>> {
        self.link
            .as_ref()
            .and_then(|path| path.first(value))
            .and_then(word)
    }
}

/// What an event says in one line, at most so many characters: its title, or who said what, else its data.
pub fn gist(data: &str, chars: usize) -> String {
    let told = document(data).and_then(|value| {
        let at = |field: &Field| {
            let path = Path::parse(&field.among(&[&value])?).ok()?;
            path.first(&value).and_then(name).map(Cow::into_owned)
        };
        at(&HEADLINE).or_else(|| {
            let text = at(&TEXT)?;
            Some(match at(&SENDER) {
                Some(sender) => format!("{sender}: {text}"),
                None => text,
            })
        })
    });
    let text = told.as_deref().unwrap_or(data);
    let mut line = String::new();
    let mut count = 0;
    // One line, whatever stands in it.
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        for c in (count > 0).then_some(' ').into_iter().chain(word.chars()) {
            if count == chars {
                return line;
            }
            line.push(c);
            count += 1;
        }
    }
    line
}

/// Text cut to a number of characters, and whether it was.
pub fn cut(text: &str, chars: usize) -> (String, bool) {
    match text.char_indices().nth(chars) {
        Some((end, _)) => (text[..end].to_owned(), true),
        None => (text.to_owned(), false),
    }
}

/// The first line of an event's data that has anything on it.
pub fn first_line<'a>(event: &SeenEvent<'a>) -> &'a str {
    event
        .data
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("")
}

#[cfg(test)]
mod tests;
