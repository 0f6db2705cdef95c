//! What one line of an event stream is (HTML standard 9.2.6 "Interpreting an event stream").

use crate::contract::Ignored;

/// A line without its end, interpreted. Values are as they came, without the one space after the colon; they
/// need not be UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// Empty: ends a block.
    Blank,
    /// Begins with a colon: its text.
    Comment(&'a [u8]),
    /// `data`: a line of the event's data.
    Data(&'a [u8]),
    /// `event`: the event's type.
    Event(&'a [u8]),
    /// `id` without a NUL: the last event id from the end of this block on.
    Id(&'a [u8]),
    /// `retry` with digits alone: the new reconnection time, milliseconds; saturates.
    Retry(u64),
    /// Changes nothing.
    Ignored(Ignored),
}

/// Interprets a line, without its end and, if it is the first of a body, without a byte order mark.
pub fn field(line: &[u8]) -> Field<'_> {
    // By far the most lines of a stream are these; the rest of the function says the same of them.
    if let Some(value) = line.strip_prefix(b"data:") {
        return Field::Data(unspaced(value));
    }
    if line.is_empty() {
        return Field::Blank;
    }
    let (name, value) = match memchr::memchr(b':', line) {
        Some(0) => return Field::Comment(unspaced(&line[1..])),
        Some(colon) => (&line[..colon], unspaced(&line[colon + 1..])),
        None => (line, &[][..]),
    };
    match name {
        b"data" => Field::Data(value),
        b"event" => Field::Event(value),
        b"id" if memchr::memchr(0, value).is_some() => Field::Ignored(Ignored::IdWithNul),
        b"id" => Field::Id(value),
        b"retry" => milliseconds(value).map_or(Field::Ignored(Ignored::RetryNotNumber), Field::Retry),
        _ => Field::Ignored(Ignored::UnknownField),
    }
}

fn unspaced(value: &[u8]) -> &[u8] {
    value.strip_prefix(b" ").unwrap_or(value)
}

/// Base ten, ASCII digits alone, at least one.
fn milliseconds(value: &[u8]) -> Option<u64> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    digits.then(|| {
        value.iter().fold(0u64, |ms, digit| {
            ms.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_the_standard_says() {
        use Field::{Blank, Comment, Data, Event, Id, Retry};
        use Ignored as Why;
        let cases: &[(&[u8], Field<'_>)] = &[
            (b"", Blank),
            (b":", Comment(b"")),
            (b": :a", Comment(b":a")),
            (b"data", Data(b"")),
            (b"data:", Data(b"")),
            (b"data: a", Data(b"a")),
            (b"data:  a", Data(b" a")),
            (b"data:\ta", Data(b"\ta")),
            (b"data: a:b", Data(b"a:b")),
            (b"event:x", Event(b"x")),
            (b"event", Event(b"")),
            (b"id: 7", Id(b"7")),
            (b"id", Id(b"")),
            (b"id: a\0b", Field::Ignored(Why::IdWithNul)),
            (b"retry: 0400", Retry(400)),
            (b"retry:99999999999999999999999", Retry(u64::MAX)),
            (b"retry", Field::Ignored(Why::RetryNotNumber)),
            (b"retry:  1", Field::Ignored(Why::RetryNotNumber)),
            (b"retry:+1", Field::Ignored(Why::RetryNotNumber)),
            (b"Data: a", Field::Ignored(Why::UnknownField)),
            (b" data: a", Field::Ignored(Why::UnknownField)),
            (b"data : a", Field::Ignored(Why::UnknownField)),
            (b"comment: a", Field::Ignored(Why::UnknownField)),
        ];
        for (line, expected) in cases {
            assert_eq!(field(line), *expected, "{}", line.escape_ascii());
        }
    }
}
