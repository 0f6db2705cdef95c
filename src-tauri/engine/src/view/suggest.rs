//! Finds JSON paths by which the events of a stream can be told apart where their types do not do it: members with few
//! values that most events have.

use serde_json::{Map, Value};

use super::path::Node;
use crate::log::SeenEvent;

/// Events that are looked into, every one of the first and then every so many: enough to know a stream by, little enough
/// to cost nothing beside the counting.
const SAMPLE: u32 = 4_096;
const EVERY_ONE: u64 = 256;
const STEP: u64 = 61;
/// Bytes of an event that is looked into.
const SAMPLE_BYTES: usize = 64 << 10;
/// Members that are followed, those that come first.
const MEMBERS: usize = 128;
/// Values that a member may have to be suggested; more is too much to choose from, and fewer than two no choice.
const VALUES: usize = 24;
/// Bytes of such a value.
const VALUE_BYTES: usize = 48;
/// Paths suggested.
const SUGGESTED: usize = 6;
/// Names that say that they tell kinds apart, best first.
const TELLING: [&str; 14] = [
    "type", "event", "kind", "op", "action", "topic", "channel", "status", "state", "level", "severity",
    "category", "object", "name",
];

/// What is known of the members of one stream's events.
#[derive(Debug, Default)]
pub struct Suggest {
    event_type: Option<Box<str>>,
    /// Whether there is more than one type: nothing is suggested then.
    mixed: bool,
    seen: u64,
    sampled: u32,
    objects: u32,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    /// One name, or two.
    outer: Box<str>,
    inner: Option<Box<str>>,
    present: u32,
    /// Values it had, while they are few.
    values: Vec<Box<str>>,
    many: bool,
    /// Whether all were numbers.
    numbers: bool,
}

impl Suggest {
    /// Looks into an event, if it is one of the sample.
    pub fn see(&mut self, event: &SeenEvent<'_>) {
        if self.mixed {
            return;
        }
        match &self.event_type {
            None => self.event_type = Some(event.event_type.into()),
            Some(only) if **only != *event.event_type => {
                self.mixed = true;
                self.members = Vec::new();
                return;
            }
            Some(_) => {}
        }
        self.seen += 1;
        if self.sampled == SAMPLE || (self.seen > EVERY_ONE && !self.seen.is_multiple_of(STEP)) {
            return;
        }
        self.sampled += 1;
        if event.data.len() > SAMPLE_BYTES || !event.data.trim_start().starts_with('{') {
            return;
        }
        if let Ok(object) = serde_json::from_str::<Map<String, Value>>(event.data) {
            self.objects += 1;
            for (outer, value) in &object {
                match value {
                    Value::Object(members) => {
                        for (inner, value) in members {
                            self.note(outer, Some(inner), value);
                        }
                    }
                    value => self.note(outer, None, value),
                }
            }
        }
    }

    fn note(&mut self, outer: &str, inner: Option<&str>, value: &Value) {
        let node = Node::of(value);
        let Some(text) = node.text() else { return };
        let known = self
            .members
            .iter()
            .position(|member| *member.outer == *outer && member.inner.as_deref() == inner);
        let at = match known {
            Some(at) => at,
            None if self.members.len() < MEMBERS
                && outer.len() + inner.map_or(0, str::len) <= VALUE_BYTES =>
            {
                self.members.push(Member {
                    outer: outer.into(),
                    inner: inner.map(Into::into),
                    present: 0,
                    values: Vec::new(),
                    many: false,
                    numbers: true,
                });
                self.members.len() - 1
            }
            None => return,
        };
        let member = &mut self.members[at];
        member.present += 1;
        member.numbers &= matches!(node, Node::Int(_) | Node::Float(_));
        if member.many || member.values.iter().any(|value| **value == *text) {
            return;
        }
        if member.values.len() == VALUES || text.len() > VALUE_BYTES {
            member.many = true;
            member.values = Vec::new();
        } else {
            member.values.push((&*text).into());
        }
    }

    /// The paths, best first.
    pub fn paths(&self) -> Vec<String> {
        // A stream of objects may end with a word.
        if self.mixed || self.objects == 0 || self.objects + 1 + self.sampled / 20 < self.sampled {
            return Vec::new();
        }
        let mut good: Vec<&Member> = self
            .members
            .iter()
            .filter(|member| {
                let values = u32::try_from(member.values.len()).unwrap_or(u32::MAX);
                !member.many
                    && values >= 2
                    // Most have it, and its values come again.
                    && u64::from(member.present) * 10 >= u64::from(self.objects) * 8
                    && member.present >= 2 * values
            })
            .collect();
        good.sort_by_key(|member| {
            let name = member.inner.as_ref().unwrap_or(&member.outer);
            let telling = TELLING.iter().position(|known| name.eq_ignore_ascii_case(known));
            (
                telling.unwrap_or(TELLING.len()),
                member.numbers,
                member.inner.is_some(),
                member.values.len(),
            )
        });
        good.iter().take(SUGGESTED).map(|member| member.path()).collect()
    }
}

impl Member {
    fn path(&self) -> String {
        let mut path = String::from("$");
        for name in [Some(&self.outer), self.inner.as_ref()].into_iter().flatten() {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c >= '\u{80}';
            if name.starts_with(|c: char| !c.is_ascii_digit()) && name.chars().all(plain) {
                path.push('.');
                path.push_str(name);
            } else {
                // A JSON string is a string of a JSON path too.
                path.push('[');
                path.push_str(&Value::from(&**name).to_string());
                path.push(']');
            }
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(events: impl IntoIterator<Item = (&'static str, String)>) -> Vec<String> {
        let mut suggest = Suggest::default();
        for (seq, (event_type, data)) in (1..).zip(events) {
            suggest.see(&SeenEvent {
                seq,
                event_type,
                id: "",
                data: &data,
            });
        }
        suggest.paths()
    }

    fn job(n: usize) -> (&'static str, String) {
        let kind = ["edit", "new", "log"][n % 3];
        let data = format!(
            r#"{{"title":"page {n}","bot":{},"type":"{kind}","server":{{"name":"s{}","load":{n}}},"a b":"{}","n":{}}}"#,
            n.is_multiple_of(2),
            n % 20,
            n % 2,
            n % 5
        );
        ("message", data)
    }

    #[test]
    fn suggests_members_that_tell_events_apart() {
        let paths = suggested((0..1_000).map(job));
        assert_eq!(paths, ["$.type", "$.server.name", "$[\"a b\"]", "$.bot", "$.n"]);
        for path in paths {
            super::super::path::Path::parse(&path).expect("a path");
        }
    }

    #[test]
    fn suggests_nothing_where_types_do_it_or_nothing_would() {
        let mixed = (0..100).map(|n| (["a", "b"][n % 2], job(n).1));
        assert!(suggested(mixed).is_empty());
        assert!(suggested((0..100).map(|n| ("message", format!("line {n}")))).is_empty());
        assert!(suggested((0..10).map(|n| ("message", format!(r#"{{"n":{n}}}"#)))).is_empty());
        assert!(suggested([]).is_empty());
        assert!(suggested((0..50).map(|n| ("message", format!(r#"{{"n":{}"#, n % 2)))).is_empty());
    }

    #[test]
    fn a_last_word_does_no_harm_and_members_are_bounded() {
        let done = [("message", "[DONE]".to_owned())];
        assert!(!suggested((0..10).map(job).chain(done)).is_empty());
        let mut suggest = Suggest::default();
        for n in 0..1_000 {
            let data = format!(r#"{{"m{n}":1,"long":"{}"}}"#, "x".repeat(n));
            suggest.see(&SeenEvent {
                seq: n as u64,
                event_type: "message",
                id: "",
                data: &data,
            });
        }
        assert_eq!(suggest.members.len(), MEMBERS);
        assert!(suggest.members.iter().all(|member| member.values.len() <= VALUES));
    }
}
