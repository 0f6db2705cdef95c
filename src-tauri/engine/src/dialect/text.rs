//! Strings of JSON that need not be whole characters.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// Text of a JSON string. Escapes of half a character (RFC 8259, 8.2: `"\ud83c"`) in its middle are U+FFFD; one at its
/// beginning or end may belong to a half in another event and stands apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text<'a> {
    /// The whole characters.
    pub text: Cow<'a, str>,
    /// A trailing surrogate before them.
    pub head: Option<u16>,
    /// A leading surrogate after them.
    pub tail: Option<u16>,
}

impl<'a> Text<'a> {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.head.is_none() && self.tail.is_none()
    }

    /// Its characters, with halves as U+FFFD.
    pub fn plain(self) -> Cow<'a, str> {
        if self.head.is_none() && self.tail.is_none() {
            return self.text;
        }
        let half = |half: Option<u16>| half.map_or("", |_| "\u{FFFD}");
        Cow::Owned(format!("{}{}{}", half(self.head), self.text, half(self.tail)))
    }

    /// Characters that it shows: a leading half at its end is told with its other one.
    pub fn chars(&self) -> u64 {
        self.text.chars().count() as u64 + u64::from(self.head.is_some())
    }

    /// Appends another text of the same string.
    fn append(&mut self, other: Text<'_>) {
        if self.is_empty() {
            self.head = other.head;
        } else if let Some(head) = other.head {
            let joined = join(self.tail.take(), head);
            self.text.to_mut().push(joined);
        } else if self.tail.take().is_some() {
            self.text.to_mut().push('\u{FFFD}');
        }
        self.text.to_mut().push_str(&other.text);
        self.tail = other.tail;
    }

    /// Of bytes in WTF-8, as `serde_json` gives strings that are asked for as bytes.
    fn of_wtf8(bytes: &[u8]) -> Text<'static> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Text::from(text.to_owned());
        }
        let mut out = Text::default();
        let mut text = String::with_capacity(bytes.len());
        let mut plain = 0;
        let mut at = 0;
        while at < bytes.len() {
            let Some(half) = surrogate(&bytes[at..]) else {
                at += 1;
                continue;
            };
            text.push_str(&String::from_utf8_lossy(&bytes[plain..at]));
            if at == 0 && half >= TRAILING {
                out.head = Some(half);
            } else if at + 3 == bytes.len() && half < TRAILING {
                out.tail = Some(half);
            } else {
                text.push('\u{FFFD}');
            }
            at += 3;
            plain = at;
        }
        text.push_str(&String::from_utf8_lossy(&bytes[plain..]));
        out.text = Cow::Owned(text);
        out
    }
}

/// First of the trailing surrogates.
const TRAILING: u16 = 0xDC00;

/// The surrogate that begins here in WTF-8.
fn surrogate(bytes: &[u8]) -> Option<u16> {
    match bytes {
        [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF, ..] => {
            Some(0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F))
        }
        _ => None,
    }
}

/// The character of two halves; U+FFFD where there is but the second.
pub fn join(lead: Option<u16>, trail: u16) -> char {
    lead.and_then(|lead| char::decode_utf16([lead, trail]).next()?.ok())
        .unwrap_or('\u{FFFD}')
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self {
            text,
            head: None,
            tail: None,
        }
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self::from(Cow::Owned(text))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        /// A string; borrowed where it has no escapes.
        struct Whole;

        impl<'de> Visitor<'de> for Whole {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(borrowed(bytes))
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Text::of_wtf8(bytes))
            }
        }

        reader.deserialize_bytes(Whole)
    }
}

fn borrowed(bytes: &[u8]) -> Text<'_> {
    std::str::from_utf8(bytes).map_or_else(|_| Text::of_wtf8(bytes), |text| Text::from(Cow::Borrowed(text)))
}

/// What a message says: a string, or a list of parts that say which are thinking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content<'a> {
    /// The answer.
    pub answer: Text<'a>,
    /// Thinking.
    pub thinking: Text<'a>,
}

/// A part of a list.
#[derive(serde::Deserialize)]
struct One<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Content<'a>>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Content<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of parts")
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Content {
                    answer: borrowed(bytes),
                    ..Content::default()
                })
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Content {
                    answer: Text::of_wtf8(bytes),
                    ..Content::default()
                })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
                let mut content = Content::default();
                while let Some(part) = parts.next_element::<One<'de>>()? {
                    content.answer.append(part.text.unwrap_or_default());
                    if let Some(thinking) = part.thinking {
                        content.thinking.append(thinking.answer);
                    }
                }
                Ok(content)
            }
        }

        reader.deserialize_bytes(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Text<'_> {
        serde_json::from_str(json).expect("a string")
    }

    #[test]
    fn halves_stand_apart_only_at_the_ends() {
        let whole = of(r#""a\ud83c\udde9b""#);
        assert_eq!((&*whole.text, whole.head, whole.tail), ("a🇩b", None, None));
        let begun = of(r#""a\ud83c""#);
        assert_eq!((&*begun.text, begun.head, begun.tail), ("a", None, Some(0xD83C)));
        let ended = of(r#""\udde9b""#);
        assert_eq!((&*ended.text, ended.head, ended.tail), ("b", Some(0xDDE9), None));
        let lone = of(r#""a\ud83cb\udde9c""#);
        assert_eq!(&*lone.plain(), "a\u{FFFD}b\u{FFFD}c");
        assert_eq!(join(begun.tail, 0xDDE9), '🇩');
        assert_eq!(join(None, 0xDDE9), '\u{FFFD}');
        assert!(matches!(of(r#""plain""#).text, Cow::Borrowed("plain")));
    }

    #[test]
    fn content_is_a_string_or_parts() {
        let parts: Content<'_> = serde_json::from_str(
            r#"[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a\ud83c"},{"type":"text","text":"\udde9"}]"#,
        )
        .expect("content");
        assert_eq!((&*parts.answer.text, &*parts.thinking.text), ("a🇩", "hm"));
        assert!(serde_json::from_str::<Content<'_>>("7").is_err());
    }
}
