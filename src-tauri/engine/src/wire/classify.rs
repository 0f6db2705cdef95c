//! What a line is, by the HTML standard, 9.2.6. Pure.

use crate::contract::{Ignored, LineKind};

const NAMES: [(&[u8], LineKind); 4] = [
    (b"data", LineKind::Data),
    (b"event", LineKind::Event),
    (b"id", LineKind::Id),
    (b"retry", LineKind::Retry),
];

/// What a line is, without its end and without a BOM. Of an unfinished one (`whole` is false) what is already sure:
/// a name that is not complete is [`LineKind::Open`], and a value is taken for good as long as it is.
pub fn classify(line: &[u8], whole: bool) -> (LineKind, Option<Ignored>) {
    const UNKNOWN: (LineKind, Option<Ignored>) = (LineKind::Ignored, Some(Ignored::UnknownField));
    if line.is_empty() {
        return (if whole { LineKind::Blank } else { LineKind::Open }, None);
    }
    let colon = memchr::memchr(b':', line);
    if colon == Some(0) {
        return (LineKind::Comment, None);
    }
    let (name, value) = match colon {
        Some(colon) => (&line[..colon], &line[colon + 1..]),
        None if !whole => {
            let begins = NAMES.iter().any(|(name, _)| name.starts_with(line));
            return if begins { (LineKind::Open, None) } else { UNKNOWN };
        }
        None => (line, &[][..]),
    };
    let value = value.strip_prefix(b" ").unwrap_or(value);
    let Some((_, kind)) = NAMES.iter().find(|(known, _)| *known == name) else {
        return UNKNOWN;
    };
    let ignored = match kind {
        LineKind::Id if value.contains(&0) => Some(Ignored::IdWithNul),
        LineKind::Retry if !value.iter().all(u8::is_ascii_digit) || (whole && value.is_empty()) => {
            Some(Ignored::RetryNotNumber)
        }
        _ => None,
    };
    match ignored {
        Some(_) => (LineKind::Ignored, ignored),
        None => (*kind, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_the_standard_names() {
        let ignored = |why| (LineKind::Ignored, Some(why));
        for (line, kind) in [
            (&b"data"[..], LineKind::Data),
            (b"data:x", LineKind::Data),
            (b"event: x", LineKind::Event),
            (b"id", LineKind::Id),
            (b"id: 7", LineKind::Id),
            (b"retry: 0400", LineKind::Retry),
            (b": hb", LineKind::Comment),
            (b":", LineKind::Comment),
            (b"", LineKind::Blank),
        ] {
            assert_eq!(classify(line, true), (kind, None), "{}", line.escape_ascii());
        }
        for line in [
            &b"Data: x"[..],
            b"data : x",
            b" data: x",
            b"priority: high",
            b"comment",
            b"\xEF\xBB\xBFdata:",
        ] {
            assert_eq!(
                classify(line, true),
                ignored(Ignored::UnknownField),
                "{}",
                line.escape_ascii()
            );
        }
        for line in [
            &b"retry"[..],
            b"retry:",
            b"retry: ",
            b"retry: 3s",
            b"retry: +10",
            b"retry:  1",
        ] {
            assert_eq!(
                classify(line, true),
                ignored(Ignored::RetryNotNumber),
                "{}",
                line.escape_ascii()
            );
        }
        assert_eq!(classify(b"id: 1\0", true), ignored(Ignored::IdWithNul));
    }

    #[test]
    fn says_of_an_unfinished_line_what_is_sure() {
        for (line, kind) in [
            (&b""[..], LineKind::Open),
            (b"da", LineKind::Open),
            (b"data", LineKind::Open),
            (b"data:", LineKind::Data),
            (b"retry: ", LineKind::Retry),
            (b"retry: 3", LineKind::Retry),
            (b":", LineKind::Comment),
            (b"dat:", LineKind::Ignored),
            (b"datum", LineKind::Ignored),
        ] {
            assert_eq!(classify(line, false).0, kind, "{}", line.escape_ascii());
        }
    }
}
