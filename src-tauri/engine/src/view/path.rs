//! JSON paths (RFC 9535) over the data of events. Most paths that people type name a member (`$.a.b`); those are read
//! without building the document, and most events that cannot match are told by their bytes alone.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use memchr::memmem::{self, Finder};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json_path::JsonPath;

/// Brackets within brackets that a path may have: the parser of paths tries each anew within the one around it.
const NESTING: usize = 12;
/// `..` that a path may have: each multiplies what is found by the depth of the document.
const DESCENTS: usize = 3;

/// Bytes of data that are built as a document, which takes some thirty times as much memory. In what is larger nothing is
/// found but by paths of members alone (`$.a.b`), which need none.
pub const DOCUMENT_BYTES: usize = 4 << 20;

/// A path that has been read.
#[derive(Debug)]
pub struct Path {
    shape: Shape,
    /// Names that a document must hold for anything to be found.
    needles: Vec<Finder<'static>>,
}

#[derive(Debug)]
enum Shape {
    /// Member after member from the root on.
    Members(Vec<String>),
    /// Anything else.
    Full(Box<JsonPath>),
}

/// The data of an event, built as a document at most once however many paths are asked of it, and not before the first
/// that needs it.
pub struct Document<'a> {
    data: &'a str,
    value: OnceCell<Option<Value>>,
}

impl<'a> Document<'a> {
    /// Nothing is read yet.
    pub const fn new(data: &'a str) -> Self {
        Self {
            data,
            value: OnceCell::new(),
        }
    }

    /// The data as JSON; none where it is not one document, or longer than [`DOCUMENT_BYTES`].
    pub fn value(&self) -> Option<&Value> {
        self.value.get_or_init(|| built(self.data)).as_ref()
    }
}

fn built(data: &str) -> Option<Value> {
    if data.len() > DOCUMENT_BYTES {
        return None;
    }
    serde_json::from_str(data).ok()
}

/// Why a path cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct BadPath {
    /// In the library's words, or our own for what only we refuse.
    pub detail: String,
    /// Byte of the path.
    pub at: usize,
}

/// A value in a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(Cow<'a, str>),
    /// An array or an object.
    Other,
}

impl<'a> Node<'a> {
    /// As JSON has it.
    pub fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => number
                .as_i128()
                .map_or_else(|| Self::Float(number.as_f64().unwrap_or(f64::NAN)), Self::Int),
            Value::String(text) => Self::Text(Cow::Borrowed(text)),
            Value::Array(_) | Value::Object(_) => Self::Other,
        }
    }

    /// As text: a string as it is, another scalar as JSON writes it; none for arrays and objects.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Int(number) => Cow::Owned(number.to_string()),
            Self::Float(number) => Cow::Owned(
                serde_json::Number::from_f64(*number).map_or_else(|| number.to_string(), |n| n.to_string()),
            ),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Other => return None,
        })
    }
}

impl Node<'_> {
    /// As running text: a string as it is, a number as JSON writes it; none for anything else.
    pub fn string_or_number(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Int(_) | Self::Float(_) | Self::Text(_) => self.text(),
            Self::Null | Self::Bool(_) | Self::Other => None,
        }
    }
}

impl Path {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        bounded(text)?;
        let full = JsonPath::parse(text).map_err(|error| BadPath {
            detail: error.message().to_owned(),
            at: error.position(),
        })?;
        let outline = Outline::of(text);
        let needles = outline
            .names
            .iter()
            .filter(|name| is_written_plainly(name))
            .map(|name| Finder::new(name.as_bytes()).into_owned())
            .collect();
        let shape = if outline.members_alone {
            Shape::Members(outline.names)
        } else {
            Shape::Full(Box::new(full))
        };
        Ok(Self { shape, needles })
    }

    /// The members from the root on, where the path is nothing else.
    pub fn members(&self) -> Option<&[String]> {
        match &self.shape {
            Shape::Members(names) => Some(names),
            Shape::Full(_) => None,
        }
    }

    /// Shows what the path finds in a document, in order, until `see` says that it is enough; says whether it did.
    /// Nothing is found where the data is not one JSON document, or is nested more than 127 deep; nor in data of more than
    /// [`DOCUMENT_BYTES`], but by a path of members alone.
    pub fn find(&self, data: &str, mut see: impl FnMut(&Node<'_>) -> bool) -> bool {
        if !self.may_hold(data) {
            return false;
        }
        match &self.shape {
            Shape::Members(names) => member(data, names).is_some_and(|node| see(&node)),
            Shape::Full(path) => {
                let Some(document) = built(data) else {
                    return false;
                };
                path.query(&document).iter().any(|value| see(&Node::of(value)))
            }
        }
    }

    /// The same in a document that other paths are asked of as well.
    pub fn find_in(&self, document: &Document<'_>, mut see: impl FnMut(&Node<'_>) -> bool) -> bool {
        if document.data.len() > DOCUMENT_BYTES {
            return self.find(document.data, see);
        }
        if !self.may_hold(document.data) {
            return false;
        }
        let Some(value) = document.value() else {
            return false;
        };
        match &self.shape {
            Shape::Members(_) => self.first(value).is_some_and(|value| see(&Node::of(value))),
            Shape::Full(path) => path.query(value).iter().any(|value| see(&Node::of(value))),
        }
    }

    /// The first value that the path finds in a document.
    pub fn first<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        match &self.shape {
            Shape::Members(names) => names
                .iter()
                .try_fold(document, |value, name| value.as_object()?.get(name)),
            Shape::Full(path) => path.query(document).first(),
        }
    }

    /// The text of the first scalar that the path finds in a document.
    pub fn first_scalar<T>(&self, data: &str, with: impl FnOnce(&str) -> T) -> Option<T> {
        let mut with = Some(with);
        let mut result = None;
        self.find(data, |node| {
            let Some(text) = node.text() else { return false };
            if let Some(with) = with.take() {
                result = Some(with(&text));
            }
            true
        });
        result
    }

    /// Whether the names are there at all. A name can also be written with `\u` escapes.
    fn may_hold(&self, data: &str) -> bool {
        let data = data.as_bytes();
        self.needles.iter().all(|name| name.find(data).is_some()) || memmem::find(data, b"\\u").is_some()
    }
}

/// Reads a path of a rule.
///
/// # Errors
/// [`crate::contract::Code::Filter`] with `what` = `path`.
pub fn of_rule(text: &str) -> Result<Path, crate::contract::Failure> {
    super::filter::facet(text)
}

/// Refuses what the parser or a search would take too long for.
fn bounded(text: &str) -> Result<(), BadPath> {
    let (mut depth, mut descents, mut quote) = (0_usize, 0, None);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
            (None, b'(' | b'[') => depth += 1,
            (None, b')' | b']') => depth = depth.saturating_sub(1),
            (None, b'.') if bytes.get(at + 1) == Some(&b'.') => {
                descents += 1;
                at += 1;
            }
            _ => {}
        }
        let refuse = |detail: String| {
            Err(BadPath {
                detail,
                at: at.min(bytes.len()),
            })
        };
        if depth > NESTING {
            return refuse(format!("more than {NESTING} brackets within each other"));
        }
        if descents > DESCENTS {
            return refuse(format!("more than {DESCENTS} descendant segments"));
        }
        at += 1;
    }
    Ok(())
}

/// Whether a name has but one spelling in JSON, escapes by `\u` aside.
fn is_written_plainly(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | '/'))
}

/// What the text of a valid path says by itself.
struct Outline {
    /// Names of the segments that have one name alone.
    names: Vec<String>,
    /// Whether all segments are such, and children of each other.
    members_alone: bool,
}

impl Outline {
    fn of(path: &str) -> Self {
        let mut outline = Self {
            names: Vec::new(),
            members_alone: true,
        };
        let mut rest = path.trim_start_matches('$').trim_start();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let after = match after.strip_prefix('.') {
                    Some(after) => {
                        outline.members_alone = false;
                        after
                    }
                    None => after,
                };
                if after.starts_with('[') {
                    rest = after;
                    continue;
                }
                let end = after
                    .find(|c: char| c == '.' || c == '[' || c.is_ascii_whitespace())
                    .unwrap_or(after.len());
                match &after[..end] {
                    "*" => outline.members_alone = false,
                    name => outline.names.push(name.to_owned()),
                }
                rest = after[end..].trim_start();
            } else {
                let end = closing(rest).unwrap_or(rest.len());
                let inner = rest[..end].trim_start_matches('[').trim_end_matches(']').trim();
                match quoted(inner) {
                    Some(name) => outline.names.push(name.to_owned()),
                    None => outline.members_alone = false,
                }
                rest = rest[end..].trim_start();
            }
        }
        outline
    }
}

/// One past the bracket that closes the one at the start.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// A single name in quotes, without escapes.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text.get(1..)?.strip_suffix(quote)?;
    (!inner.contains([quote, '\\'])).then_some(inner)
}

/// The member of a document, read without building it. Of members with one name the last counts.
fn member<'a>(data: &'a str, names: &[String]) -> Option<Node<'a>> {
    let mut reader = serde_json::Deserializer::from_str(data);
    let found = Walk(names).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    found
}

/// Goes from member to member.
struct Walk<'p>(&'p [String]);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Option<Node<'de>>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl Walk<'_> {
    fn scalar<'de, E>(&self, node: Node<'de>) -> Result<Option<Node<'de>>, E> {
        Ok(self.0.is_empty().then_some(node))
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Option<Node<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        self.scalar(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        self.scalar(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        self.scalar(Node::Int(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        self.scalar(Node::Int(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        self.scalar(Node::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        // Only a string with escapes comes here.
        if self.0.is_empty() {
            return Ok(Some(Node::Text(Cow::Owned(value.to_owned()))));
        }
        Ok(None)
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        self.scalar(Node::Text(Cow::Borrowed(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        self.scalar(Node::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let Some((name, rest)) = self.0.split_first() else {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Some(Node::Other));
        };
        let mut found = None;
        while let Some(is_it) = members.next_key_seed(Is(name))? {
            if is_it {
                found = members.next_value_seed(Walk(rest))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Whether a key is the one looked for, without copying it.
struct Is<'p>(&'p str);

impl<'de> DeserializeSeed<'de> for Is<'_> {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<bool, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Is<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}
