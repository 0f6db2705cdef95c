//! What a line is, by the HTML standard, 9.2.6, also while it is not finished. Pure.

use crate::contract::{Ignored, LineKind};
use crate::lenient::{Field, field};

const NAMES: [&[u8]; 4] = [b"data", b"event", b"id", b"retry"];

/// What a line is, without its end and without a BOM. Of an unfinished one (`whole` is false) what is already sure:
/// a name that is not complete is [`LineKind::Open`], and a value is taken for good as long as it is.
pub fn classify(line: &[u8], whole: bool) -> (LineKind, Option<Ignored>) {
    if !whole {
        let open = NAMES.iter().any(|name| name.starts_with(line));
        let empty_retry = matches!(line, b"retry:" | b"retry: ");
        if open || empty_retry {
            return (if open { LineKind::Open } else { LineKind::Retry }, None);
        }
    }
    match field(line) {
        Field::Blank => (LineKind::Blank, None),
        Field::Comment(_) => (LineKind::Comment, None),
        Field::Data(_) => (LineKind::Data, None),
        Field::Event(_) => (LineKind::Event, None),
        Field::Id(_) => (LineKind::Id, None),
        Field::Retry(_) => (LineKind::Retry, None),
        Field::Ignored(why) => (LineKind::Ignored, Some(why)),
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
