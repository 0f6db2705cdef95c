//! Entries as the window's rows and inspector show them.

use crate::actions::Actions;
use crate::contract::{DETAIL_BYTES, Detail, PAGE_ROWS, Page, ROW_CHARS, Row, RowKind};
use crate::log::{Entry, Kind, Log, Mark};

/// At most `len` rows from `from` on; `from` before the oldest entry begins at the oldest.
pub fn page(log: &dyn Log, from: u64, len: u64, actions: &Actions) -> Page {
    let span = log.span();
    let from = from.clamp(span.first, span.end);
    let to = from.saturating_add(len.min(PAGE_ROWS)).min(span.end);
    Page {
        first_pos: span.first,
        end_pos: span.end,
        from,
        end: span.end,
        rows: rows(log, from, to, actions),
    }
}

/// The rows from `from` on and before `to`. Entries are read one by one, and each is let go once its row is made: a row
/// has some hundred characters, its entry many MiB.
pub(crate) fn rows(log: &dyn Log, from: u64, to: u64, actions: &Actions) -> Vec<Row> {
    let mut rows = Vec::with_capacity(usize::try_from(to.saturating_sub(from)).unwrap_or(0).min(1_024));
    let mut pos = from;
    while pos < to {
        if let Some(entry) = log.get(pos) {
            rows.push(Row {
                colour: actions.colour_of(&entry),
                ..row(&entry)
            });
            pos += 1;
        } else {
            // A hole is looked up once, not entry by entry.
            let next = log.next_from(pos).unwrap_or(to).clamp(pos + 1, to);
            rows.extend((pos..next).map(missing));
            pos = next;
        }
    }
    rows
}

/// The row of an entry that went by while nothing could be recorded.
pub fn missing(pos: u64) -> Row {
    Row {
        pos,
        at_us: 0,
        gap_us: None,
        attempt: 0,
        kind: RowKind::Missing,
        hits: Vec::new(),
        bookmarked: false,
        colour: None,
    }
}

/// The text cut at a character count, and whether it was.
fn cut(text: &str) -> (String, bool) {
    match text.char_indices().nth(ROW_CHARS) {
        Some((end, _)) => (text[..end].to_owned(), true),
        None => (text.to_owned(), false),
    }
}

/// Text of the stream's own making, cut to what a row or a figure shows.
pub fn brief(text: &str) -> String {
    cut(text).0
}

/// An entry as a row.
pub fn row(entry: &Entry) -> Row {
    let kind = match &entry.kind {
        Kind::Event(event) => {
            let (data, is_cut) = cut(&event.data);
            RowKind::Event {
                seq: event.seq,
                event_type: brief(&event.event_type),
                id: brief(&event.id),
                data,
                size: event.data.len() as u64,
                cut: is_cut,
            }
        }
        Kind::Comment(text) => RowKind::Comment { text: brief(text) },
        Kind::Mark(mark) => match &**mark {
            Mark::Opened {
                status, http, url, ..
            } => RowKind::Opened {
                status: *status,
                http: http.clone(),
                url: brief(url),
            },
            Mark::Closed { failure, after_us } => RowKind::Closed {
                failure: failure.clone(),
                after_us: *after_us,
            },
            Mark::Waiting {
                ms,
                last_event_id,
                wait,
            } => RowKind::Waiting {
                ms: *ms,
                last_event_id: brief(last_event_id),
                wait: *wait,
            },
            Mark::Resumed {
                from_us,
                last_event_id,
                lost,
                repeated,
                ..
            } => RowKind::Resumed {
                down_us: entry.at_us.saturating_sub(*from_us),
                last_event_id: brief(last_event_id),
                lost: *lost,
                repeated: *repeated,
            },
            Mark::Retry { ms } => RowKind::Retry { ms: *ms },
            Mark::Failed { failure } => RowKind::Failed {
                failure: failure.clone(),
            },
            Mark::Asked { prompt } => RowKind::Asked {
                prompt: brief(prompt),
            },
        },
    };
    Row {
        pos: entry.pos,
        at_us: entry.at_us,
        gap_us: entry.gap_us,
        attempt: entry.attempt,
        kind,
        hits: Vec::new(),
        bookmarked: false,
        colour: None,
    }
}

/// An entry whole, with at most [`DETAIL_BYTES`] of its data from byte `from` on.
pub fn detail(entry: &Entry, from: u64) -> Detail {
    let (text, chunks, wire_bytes): (&str, u32, u32) = match &entry.kind {
        Kind::Event(event) => (&event.data, event.chunks, event.wire_bytes),
        Kind::Comment(text) => (text, 0, 0),
        Kind::Mark(_) => ("", 0, 0),
    };
    let floor = |at: u64| {
        let mut at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(from);
    let end = floor(start as u64 + DETAIL_BYTES);
    Detail {
        row: row(entry),
        data: text[start..end].to_owned(),
        from: start as u64,
        total: text.len() as u64,
        chunks,
        wire_bytes: u64::from(wire_bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Wait, WaitWhy};
    use crate::log::tests::event;
    use crate::log::{Budget, Ring};
    use std::sync::Arc;

    #[test]
    fn pages_are_bounded_and_clamped() {
        let mut ring = Ring::new(Arc::new(Budget::default()));
        for pos in 0..500 {
            ring.append(event(pos, "message", "x"));
        }
        assert_eq!(
            page(&ring, 0, 10_000, &Actions::default()).rows.len() as u64,
            PAGE_ROWS
        );
        assert_eq!(page(&ring, 450, 200, &Actions::default()).rows.len(), 50);
        assert_eq!(page(&ring, 9_999, 200, &Actions::default()).rows.len(), 0);
    }

    /// Large entries that are made when they are asked for, with a hole of a hundred among them; counts how many are
    /// alive.
    struct Large(
        std::cell::RefCell<Vec<std::sync::Weak<str>>>,
        std::cell::Cell<usize>,
    );

    impl Log for Large {
        fn span(&self) -> crate::log::Span {
            crate::log::Span { first: 0, end: 500 }
        }

        fn get(&self, pos: u64) -> Option<Entry> {
            if (50..150).contains(&pos) || pos >= 500 {
                return None;
            }
            let entry = event(pos, "message", &"x".repeat(10_000));
            let mut held = self.0.borrow_mut();
            if let Kind::Event(event) = &entry.kind {
                held.push(Arc::downgrade(&event.data));
            }
            held.retain(|data| data.strong_count() > 0);
            self.1.set(self.1.get().max(held.len()));
            Some(entry)
        }

        fn data_bytes_before(&self, _: u64) -> u64 {
            0
        }
    }

    #[test]
    fn a_page_holds_one_entry_at_a_time() {
        let log = Large(std::cell::RefCell::default(), std::cell::Cell::new(0));
        let rows = page(&log, 0, PAGE_ROWS, &Actions::default()).rows;
        assert_eq!(rows.len() as u64, PAGE_ROWS);
        for (pos, row) in rows.iter().enumerate() {
            assert_eq!(row.pos, pos as u64);
            assert_eq!(row.kind == RowKind::Missing, (50..150).contains(&pos), "{pos}");
        }
        assert!(log.1.get() <= 2, "{} at once", log.1.get());
    }

    #[test]
    fn a_page_is_bounded_whatever_the_stream_calls_things() {
        let mut ring = Ring::new(Arc::new(Budget::default()));
        for pos in 0..200 {
            let long = "流".repeat(5_000);
            let entry = event(pos, &long, &long);
            let mark = Mark::Waiting {
                ms: 1,
                last_event_id: long,
                wait: Wait {
                    why: WaitWhy::Default,
                    asked_ms: None,
                    failures: 0,
                },
            };
            let kind = if pos % 2 == 0 {
                entry.kind
            } else {
                Kind::Mark(Arc::new(mark))
            };
            ring.append(Entry {
                kind,
                ..event(pos, "", "")
            });
        }
        let page = serde_json::to_vec(&page(&ring, 0, 200, &Actions::default())).expect("plain data");
        assert!(page.len() < 1 << 20, "{}", page.len());
    }

    #[test]
    fn rows_are_cut_at_characters_and_details_read_on() {
        let entry = event(0, "message", &"流".repeat(700_000));
        let RowKind::Event { data, cut, size, .. } = row(&entry).kind else {
            panic!("an event")
        };
        assert_eq!((data.chars().count(), cut, size), (ROW_CHARS, true, 2_100_000));
        let first = detail(&entry, 0);
        assert!(first.data.len() as u64 <= DETAIL_BYTES);
        let rest = detail(&entry, first.data.len() as u64);
        assert_eq!(rest.from, first.data.len() as u64);
        assert!(rest.data.starts_with('流'));
    }
}
