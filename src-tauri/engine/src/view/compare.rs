//! What may stand behind a JSON path: a comparison of what it finds with a value.

use std::cmp::Ordering;

use serde_json::Value;

use super::path::Node;
use super::query::Text;

/// A comparison. It holds for an event where it holds for any value that the path finds; also `!=`, so that a path that
/// finds nothing matches nothing.
#[derive(Debug)]
pub struct Test {
    sign: Sign,
    value: Node<'static>,
    /// Of `~` alone.
    part: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Holds,
}

/// Longer signs before those that begin them.
const SIGNS: [(&str, Sign); 8] = [
    ("==", Sign::Equal),
    ("!=", Sign::Unequal),
    ("<=", Sign::AtMost),
    (">=", Sign::AtLeast),
    ("=", Sign::Equal),
    ("<", Sign::Less),
    (">", Sign::Greater),
    ("~", Sign::Holds),
];

impl Test {
    /// Reads a sign and a value: a JSON scalar, or a bare word, which stands for the string. Words for what is wrong
    /// otherwise.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (sign, value) = SIGNS
            .iter()
            .find_map(|(written, sign)| text.strip_prefix(written).map(|value| (*sign, value.trim())))
            .ok_or("expected ==, !=, <, <=, >, >= or ~")?;
        if value.is_empty() {
            return Err("expected a value".into());
        }
        let value = match serde_json::from_str::<Value>(value) {
            Ok(value) => value,
            // What begins as JSON should have been JSON.
            Err(error) if value.starts_with(['"', '{', '[']) => return Err(error.to_string()),
            Err(_) => match value.strip_prefix('\'').map(|rest| rest.strip_suffix('\'')) {
                Some(Some(inner)) => inner.into(),
                Some(None) => return Err("expected a closing '".into()),
                None if value.starts_with(['=', '<', '>', '!', '~']) => {
                    return Err("expected a value".into());
                }
                None => value.into(),
            },
        };
        let value = match value {
            Value::String(text) => Node::Text(text.into()),
            other => match Node::of(&other) {
                Node::Other => {
                    return Err("only a string, a number, true, false or null can be compared".into());
                }
                Node::Null => Node::Null,
                Node::Bool(value) => Node::Bool(value),
                Node::Int(value) => Node::Int(value),
                Node::Float(value) => Node::Float(value),
                Node::Text(text) => Node::Text(text.into_owned().into()),
            },
        };
        let part = match (sign, value.text()) {
            (Sign::Holds, Some(text)) if !text.is_empty() => {
                Some(Text::new(&text).map_err(|failure| failure.message)?)
            }
            _ => None,
        };
        Ok(Self { sign, value, part })
    }

    /// Whether it holds for a value: numbers are compared with numbers, strings with strings by their code points, and
    /// nothing else has an order. `~` is told by the text of any scalar.
    pub fn holds(&self, node: &Node<'_>) -> bool {
        let order = || order(node, &self.value);
        match self.sign {
            Sign::Equal => is_same(node, &self.value),
            Sign::Unequal => !is_same(node, &self.value),
            Sign::Less => order() == Some(Ordering::Less),
            Sign::AtMost => order().is_some_and(Ordering::is_le) || is_same(node, &self.value),
            Sign::Greater => order() == Some(Ordering::Greater),
            Sign::AtLeast => order().is_some_and(Ordering::is_ge) || is_same(node, &self.value),
            Sign::Holds => node
                .text()
                .is_some_and(|text| self.part.as_ref().is_none_or(|part| part.is_in(&text))),
        }
    }
}

fn is_same(a: &Node<'_>, b: &Node<'_>) -> bool {
    match (a, b) {
        (Node::Null, Node::Null) => true,
        (Node::Bool(a), Node::Bool(b)) => a == b,
        _ => order(a, b) == Some(Ordering::Equal),
    }
}

fn order(a: &Node<'_>, b: &Node<'_>) -> Option<Ordering> {
    match (a, b) {
        (Node::Text(a), Node::Text(b)) => Some(a.cmp(b)),
        (Node::Int(a), Node::Int(b)) => Some(a.cmp(b)),
        (Node::Float(a), Node::Float(b)) => a.partial_cmp(b),
        (Node::Int(a), Node::Float(b)) => (*a as f64).partial_cmp(b),
        (Node::Float(a), Node::Int(b)) => a.partial_cmp(&(*b as f64)),
        _ => None,
    }
}
