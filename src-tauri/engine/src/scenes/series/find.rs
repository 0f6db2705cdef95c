//! Numbers in a JSON document, each with its path. The document is read without being built.
//!
//! Numbers are numbers: no booleans, no strings that look like some. What is not one JSON document has none, and neither
//! has one with a number beyond what a double can hold (`1e400`), which serde_json refuses. Whole numbers past 2^53 are
//! rounded, and -0 is 0.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write};

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::contract::SeriesKey;

/// Names and indexes from the root down to a number, at most.
const DEPTH: usize = 8;
/// Numbers of one event.
const NUMBERS: usize = 64;
/// Elements of an array that are looked at.
const ITEMS: usize = 16;
/// Bytes of a path, and of an event's type.
const NAME_BYTES: usize = 256;
/// Series of a session; the first that are found.
pub const MOST: usize = 256;

/// The numbers of one document at a time; keeps its room from one to the next.
#[derive(Debug, Default)]
pub struct Numbers {
    /// Where the walk is.
    path: String,
    /// Paths of what was found, one behind the other.
    paths: String,
    /// Ends of the paths, and the numbers.
    found: Vec<(usize, f64)>,
}

impl Numbers {
    /// Reads a document; says how many numbers it has.
    pub fn read(&mut self, data: &str) -> usize {
        self.path.clear();
        self.path.push('$');
        self.paths.clear();
        self.found.clear();
        if may_hold(data.as_bytes()) {
            let mut reader = serde_json::Deserializer::from_str(data);
            let whole = Walk(self, 0).deserialize(&mut reader).and_then(|()| reader.end());
            if whole.is_err() {
                self.found.clear();
            }
        }
        self.found.len()
    }

    /// What the document read last holds, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        let mut from = 0;
        self.found.iter().map(move |&(end, value)| {
            let path = &self.paths[from..end];
            from = end;
            (path, value)
        })
    }

    const fn is_full(&self) -> bool {
        self.found.len() >= NUMBERS
    }

    fn add(&mut self, value: f64) {
        if !self.is_full() && value.is_finite() {
            self.paths.push_str(&self.path);
            self.found.push((self.paths.len(), value + 0.0));
        }
    }
}

/// Whether it is worth reading: it may be an object, an array or a number, and has a digit.
fn may_hold(data: &[u8]) -> bool {
    let begins = data.trim_ascii_start().first();
    begins.is_some_and(|byte| matches!(byte, b'{' | b'[' | b'-' | b'0'..=b'9'))
        && data.iter().any(u8::is_ascii_digit)
}

/// Goes through a value that is so many names deep.
struct Walk<'n>(&'n mut Numbers, usize);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.0.add(value as f64);
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.0.add(value as f64);
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.0.add(value);
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self(numbers, depth) = self;
        let path = numbers.path.len();
        if depth < DEPTH {
            for at in 0..ITEMS {
                // Nothing fails in writing to a string.
                let _ = write!(numbers.path, "[{at}]");
                let is_short = numbers.path.len() <= NAME_BYTES && !numbers.is_full();
                let is_there = if is_short {
                    items.next_element_seed(Walk(numbers, depth + 1))?.is_some()
                } else {
                    items.next_element::<IgnoredAny>()?.is_some()
                };
                numbers.path.truncate(path);
                if !is_there {
                    return Ok(());
                }
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(numbers, depth) = self;
        let path = numbers.path.len();
        if depth < DEPTH {
            while members.next_key_seed(Name(&mut numbers.path))?.is_some() {
                if numbers.path.len() <= NAME_BYTES && !numbers.is_full() {
                    members.next_value_seed(Walk(numbers, depth + 1))?;
                } else {
                    members.next_value::<IgnoredAny>()?;
                }
                numbers.path.truncate(path);
            }
        }
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Appends a member's name to a path.
struct Name<'p>(&'p mut String);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        push_name(self.0, name);
        Ok(())
    }
}

/// Appends a name: by a dot where RFC 9535 has a shorthand for it (2.5.1.1), else quoted as in a normalised path (2.7).
fn push_name(path: &mut String, name: &str) {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    if name.starts_with(is_first) && name.chars().all(|c| is_first(c) || c.is_ascii_digit()) {
        path.push('.');
        path.push_str(name);
        return;
    }
    path.push_str("['");
    for c in name.chars() {
        match c {
            '\'' => path.push_str("\\'"),
            '\\' => path.push_str("\\\\"),
            '\u{8}' => path.push_str("\\b"),
            '\t' => path.push_str("\\t"),
            '\n' => path.push_str("\\n"),
            '\u{c}' => path.push_str("\\f"),
            '\r' => path.push_str("\\r"),
            c if u32::from(c) < 0x20 => {
                // As above.
                let _ = write!(path, "\\u{:04x}", u32::from(c));
            }
            c => path.push(c),
        }
    }
    path.push_str("']");
}

/// A path as the walk writes it, however it was typed: `$["load"]` is `$.load`. What is more than names and indexes
/// stays as it is, and finds nothing.
pub fn canonical(path: &str) -> Cow<'_, str> {
    fn read(path: &str) -> Option<String> {
        let mut made = String::from("$");
        let mut rest = path.trim().strip_prefix('$')?;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                if end == 0 || &after[..end] == "*" {
                    return None;
                }
                push_name(&mut made, &after[..end]);
                rest = &after[end..];
                continue;
            }
            let inner = rest.strip_prefix('[')?.trim_start();
            let quote = inner.chars().next()?;
            if matches!(quote, '\'' | '"') {
                let (name, after) = unquoted(&inner[1..], quote)?;
                push_name(&mut made, &name);
                rest = after.trim_start().strip_prefix(']')?;
            } else {
                let (index, after) = inner.split_once(']')?;
                let index: u32 = index.trim().parse().ok()?;
                write!(made, "[{index}]").ok()?;
                rest = after;
            }
        }
        Some(made)
    }
    read(path).map_or(Cow::Borrowed(path), Cow::Owned)
}

/// A quoted name, its escapes undone, and what follows the quote.
fn unquoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((name, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'b' => name.push('\u{8}'),
                't' => name.push('\t'),
                'n' => name.push('\n'),
                'f' => name.push('\u{c}'),
                'r' => name.push('\r'),
                'u' => {
                    let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                    name.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                c @ ('\'' | '"' | '\\' | '/') => name.push(c),
                _ => return None,
            },
            c => name.push(c),
        }
    }
    None
}

/// Gives each series that it meets a number, from 0 in the order they are found.
#[derive(Debug, Default)]
pub struct Finder {
    numbers: Numbers,
    /// What has been found.
    pub keys: Vec<SeriesKey>,
    types: HashMap<String, Shape>,
    /// For each series, the event it was seen in last, and where that stands in `values`.
    seen: Vec<(u64, usize)>,
    events: u64,
    values: Vec<(u16, f64)>,
}

/// What events of a type have been like.
#[derive(Debug, Default)]
struct Shape {
    by_path: HashMap<String, u16>,
    /// The series of the newest event, in order: most events are like the one before.
    last: Vec<u16>,
}

impl Finder {
    /// The numbers of an event, by series. Of members with one name the last counts.
    pub fn values(&mut self, event_type: &str, data: &str) -> &[(u16, f64)] {
        self.values.clear();
        if event_type.len() > NAME_BYTES || self.numbers.read(data) == 0 {
            return &[];
        }
        if !self.types.contains_key(event_type) {
            if self.keys.len() >= MOST {
                return &[];
            }
            self.types.insert(event_type.to_owned(), Shape::default());
        }
        let Some(shape) = self.types.get_mut(event_type) else {
            return &[];
        };
        self.events += 1;
        for (at, (path, value)) in self.numbers.iter().enumerate() {
            let like_before = shape.last.get(at).copied();
            let known = like_before
                .filter(|&id| self.keys[usize::from(id)].path == path)
                .or_else(|| shape.by_path.get(path).copied());
            let id = match known {
                Some(id) => id,
                None if self.keys.len() < MOST => {
                    let id = self.keys.len() as u16;
                    self.keys.push(SeriesKey {
                        event_type: event_type.to_owned(),
                        path: path.to_owned(),
                    });
                    self.seen.push((0, 0));
                    shape.by_path.insert(path.to_owned(), id);
                    id
                }
                None => continue,
            };
            if like_before != Some(id) {
                shape.last.truncate(at);
                if shape.last.len() == at {
                    shape.last.push(id);
                }
            }
            let seen = &mut self.seen[usize::from(id)];
            if seen.0 == self.events {
                self.values[seen.1].1 = value;
            } else {
                *seen = (self.events, self.values.len());
                self.values.push((id, value));
            }
        }
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(data: &str) -> Vec<(String, f64)> {
        let mut numbers = Numbers::default();
        numbers.read(data);
        numbers
            .iter()
            .map(|(path, value)| (path.to_owned(), value))
            .collect()
    }

    fn paths(data: &str) -> Vec<String> {
        numbers(data).into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn numbers_are_found_with_their_paths() {
        let data = r#" {"load":0.5,"on":true,"text":"7","none":null,"cores":[{"user":1},{"user":-2}],"a b":{"é":3,"x-y":4,"9":5},"":6} "#;
        let expected = [
            ("$.load", 0.5),
            ("$.cores[0].user", 1.0),
            ("$.cores[1].user", -2.0),
            ("$['a b'].é", 3.0),
            ("$['a b']['x-y']", 4.0),
            ("$['a b']['9']", 5.0),
            ("$['']", 6.0),
        ];
        assert_eq!(
            numbers(data),
            expected.map(|(path, value)| (path.to_owned(), value))
        );
        assert_eq!(numbers("42"), [("$".to_owned(), 42.0)]);
        assert_eq!(
            numbers("[1,[2]]"),
            [("$[0]".to_owned(), 1.0), ("$[1][0]".to_owned(), 2.0)]
        );
    }

    #[test]
    fn a_path_finds_what_it_was_made_of() {
        let name = "it's \\ \"a\" \n\u{1} \u{1F3F3}";
        let data = serde_json::json!({ name: { "b": [0, 7.5] } }).to_string();
        let path = paths(&data).pop().expect("a number");
        let document: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        let found = serde_json_path::JsonPath::parse(&path)
            .expect("a path")
            .query(&document);
        assert_eq!(found.exactly_one().expect("one"), &serde_json::json!(7.5));
        assert_eq!(canonical(&path), path);
    }

    #[test]
    fn a_path_can_be_typed_in_other_ways() {
        for (typed, made) in [
            ("$", "$"),
            (" $.load ", "$.load"),
            (r#"$["load"]"#, "$.load"),
            ("$['a b'][ 0 ].c", "$['a b'][0].c"),
            (r#"$["it's"]"#, r"$['it\'s']"),
            (r"$['\u0041']", "$.A"),
            ("$.a-b", "$['a-b']"),
        ] {
            assert_eq!(canonical(typed), made, "{typed}");
        }
        for other in [
            "", "load", "$..load", "$.*", "$[*]", "$[0:2]", "$[", "$['a", "$['a'x", "$[-1]", "$.a.",
        ] {
            assert_eq!(canonical(other), other);
        }
    }

    #[test]
    fn what_is_no_document_of_doubles_has_no_numbers() {
        for data in [
            "",
            "hello 7",
            "{\"a\":1",
            "{\"a\":1}x",
            "{\"a\":1e400}",
            "\"5\"",
            "true",
            "1 2",
            "{a:1}",
            "NaN",
            "-",
            "[1,]",
        ] {
            assert_eq!(numbers(data), [], "{data}");
        }
        let zero = numbers("-0.0")[0].1;
        assert!(zero == 0.0 && zero.is_sign_positive());
        assert_eq!(numbers("1e-400"), [("$".to_owned(), 0.0)]);
        assert_eq!(numbers("18446744073709551616")[0].1, 2_f64.powi(64));
    }

    #[test]
    fn all_of_it_is_bounded() {
        let deep = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        assert_eq!(paths(&deep(8)), [format!("${}", ".a".repeat(8))]);
        assert_eq!(paths(&deep(9)), [""; 0]);
        assert_eq!(paths(&deep(5_000)), [""; 0]);
        let long = format!("[{}]", vec!["1"; 1_000].join(","));
        assert_eq!(paths(&long).len(), 16);
        let wide: Vec<String> = (0..1_000).map(|n| format!("\"k{n}\":{n}")).collect();
        let wide = paths(&format!("{{{}}}", wide.join(",")));
        assert_eq!((wide.len(), &*wide[63]), (64, "$.k63"));
        let name = "n".repeat(300);
        assert_eq!(paths(&format!("{{\"{name}\":1,\"b\":2}}")), ["$.b"]);
    }

    #[test]
    fn series_keep_their_numbers() {
        let mut finder = Finder::default();
        assert_eq!(finder.values("a", r#"{"x":1,"y":2}"#), [(0, 1.0), (1, 2.0)]);
        assert_eq!(finder.values("b", r#"{"x":3}"#), [(2, 3.0)]);
        assert_eq!(
            finder.values("a", r#"{"y":4,"x":5,"z":6}"#),
            [(1, 4.0), (0, 5.0), (3, 6.0)]
        );
        assert_eq!(finder.values("a", r#"{"x":1,"x":7}"#), [(0, 7.0)]);
        assert_eq!(finder.values("a", r#"{"q":{"x":1}"#), []);
        // The first that are found stay; the rest is not counted.
        for n in 0..1_000 {
            finder.values("many", &format!("{{\"k{n}\":1}}"));
        }
        assert_eq!(finder.keys.len(), MOST);
        assert_eq!(finder.values("new", "{\"x\":1}"), []);
        assert_eq!(finder.values("b", r#"{"new":1,"x":3}"#), [(2, 3.0)]);
        assert_eq!(finder.types.len(), 3);
    }
}
