//! Bodies as the lines of the record.

mod bounds;
mod taped;

use std::collections::VecDeque;
use std::time::Instant;

use bytes::Bytes;

use super::*;
use crate::contract::{
    Code, Header, Hop, Ignored, LineKind, WIRE_BYTES, WIRE_LINES, WIRE_PAGE_BYTES, WIRE_RAW_BYTES, WIRE_ROWS,
    WireForm, WireKind, WireLine, WirePage,
};
use crate::lenient::{Lenient, Limits, Note, Out};

/// A body's way into the record, as the attempt and the core make it.
struct Feed {
    wire: Wire,
    lenient: Lenient,
    attempt: u32,
    at_us: u64,
    events: u64,
    chunks: u64,
}

impl Feed {
    fn new(most: usize) -> Self {
        let budget = Arc::new(Budget::new(512 << 20, usize::MAX, 1 << 20));
        let mut feed = Self {
            wire: Wire::new(most, budget),
            lenient: Lenient::new(Limits::default(), ""),
            attempt: 0,
            at_us: 0,
            events: 0,
            chunks: 0,
        };
        feed.attempt("");
        feed
    }

    fn attempt(&mut self, refused: &str) {
        self.attempt += 1;
        self.lenient = Lenient::new(Limits::default(), "");
        let mut traced = Traced::default();
        traced.exchange.hops.push(Hop {
            url: format!("http://127.0.0.1/{}", self.attempt),
            headers: vec![Header::new("accept", "text/event-stream")],
            ..Hop::default()
        });
        traced.refused = refused.as_bytes().to_vec();
        self.wire.exchange(self.attempt, self.at_us, Framing::Sse, traced);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.coded(bytes, None);
    }

    fn coded(&mut self, bytes: &[u8], raw: Option<&[u8]>) {
        let (mut out, mut notes) = (Out::default(), VecDeque::new());
        let before = self.lenient.mid();
        let bytes = Bytes::copy_from_slice(bytes);
        let at = Instant::now();
        self.lenient
            .feed(&bytes, self.chunks, at, &mut out, &mut notes)
            .expect("within limits");
        let events = notes.iter().filter(|note| matches!(note, Note::Block(_))).count() as u64;
        let chunk = Chunk {
            at,
            bytes,
            raw: raw.map(Bytes::copy_from_slice),
            before,
            events,
            unfinished: self.lenient.unfinished(),
        };
        self.wire.chunk(self.attempt, self.at_us, self.events, &chunk);
        self.chunks += 1;
        self.events += events;
        if notes.iter().any(|note| matches!(note, Note::Comment { .. })) {
            self.wire.comment(self.at_us);
        }
    }

    fn read(pieces: &[&[u8]]) -> Self {
        let mut feed = Self::new(64 << 20);
        for piece in pieces {
            feed.at_us += 1_000_000;
            feed.bytes(piece);
        }
        feed
    }

    fn all(&self, form: WireForm) -> WirePage {
        self.wire.page(0, WIRE_ROWS, form)
    }

    /// The lines of each chunk.
    fn lines(&self) -> Vec<Vec<WireLine>> {
        let rows = self.all(WireForm::Text).rows.into_iter();
        rows.filter_map(|row| match row.kind {
            WireKind::Chunk { lines, .. } => Some(lines),
            _ => None,
        })
        .collect()
    }
}

/// A line put together from its parts: text, end, kind, why ignored, event.
type Whole = (String, String, LineKind, Option<Ignored>, Option<u64>);

/// Puts the parts of lines together; every part must say the same of the whole line.
fn joined(chunks: &[Vec<WireLine>], case: &str) -> Vec<Whole> {
    let mut whole: Vec<Whole> = Vec::new();
    for line in chunks.iter().flatten() {
        match whole.last_mut() {
            Some(last) if line.continued => {
                assert_eq!(
                    (last.2, last.3, last.4),
                    (line.kind, line.ignored, line.seq),
                    "{case}: {line:?}"
                );
                last.0.push_str(&line.text);
                last.1.push_str(&line.end);
            }
            _ => {
                assert!(!line.continued, "{case}");
                whole.push((
                    line.text.clone(),
                    line.end.clone(),
                    line.kind,
                    line.ignored,
                    line.seq,
                ));
            }
        }
    }
    whole
}

const BODY: &str = "event: a\nid: 1\ndata: one\n\n: hb\n\nretry: 3s\r\npriority: high\r\ndata: two\r\ndata\r\n\r\n\
                    id: 7\n\nretry: 150\n\ndata: x\rid: 1\0\r\rretry: 10\ndata: last\nid: 9\n\n\nda";

#[test]
fn reads_a_body_as_lines_with_what_they_are() {
    use LineKind::{Blank, Comment, Data, Event, Id, Open, Retry};
    let lines = joined(&Feed::read(&[BODY.as_bytes()]).lines(), "whole");
    let said: Vec<_> = lines
        .iter()
        .map(|line| (line.0.as_str(), line.1.as_str(), line.2, line.4))
        .collect();
    let ignored = LineKind::Ignored;
    assert_eq!(
        said,
        [
            ("event: a", "\n", Event, Some(1)),
            ("id: 1", "\n", Id, Some(1)),
            ("data: one", "\n", Data, Some(1)),
            ("", "\n", Blank, Some(1)),
            (": hb", "\n", Comment, None),
            ("", "\n", Blank, None),
            ("retry: 3s", "\r\n", ignored, None),
            ("priority: high", "\r\n", ignored, None),
            ("data: two", "\r\n", Data, Some(2)),
            ("data", "\r\n", Data, Some(2)),
            ("", "\r\n", Blank, Some(2)),
            ("id: 7", "\n", Id, None),
            ("", "\n", Blank, None),
            ("retry: 150", "\n", Retry, None),
            ("", "\n", Blank, None),
            ("data: x", "\r", Data, Some(3)),
            ("id: 1\0", "\r", ignored, None),
            ("", "\r", Blank, Some(3)),
            ("retry: 10", "\n", Retry, Some(4)),
            ("data: last", "\n", Data, Some(4)),
            ("id: 9", "\n", Id, Some(4)),
            ("", "\n", Blank, Some(4)),
            ("", "\n", Blank, None),
            ("da", "", Open, Some(5)),
        ]
    );
    let whys: Vec<_> = lines.iter().filter_map(|line| line.3).collect();
    assert_eq!(
        whys,
        [Ignored::RetryNotNumber, Ignored::UnknownField, Ignored::IdWithNul]
    );
}

#[test]
fn a_cut_anywhere_changes_nothing_of_what_the_lines_are() {
    let body = BODY.as_bytes();
    let whole = joined(&Feed::read(&[body]).lines(), "whole");
    for cut in 0..=body.len() {
        let case = format!("cut at {cut}");
        assert_eq!(
            joined(&Feed::read(&[&body[..cut], &body[cut..]]).lines(), &case),
            whole,
            "{case}"
        );
        for second in [1, 2, 3, 7] {
            let second = (cut + second).min(body.len());
            let case = format!("cut at {cut} and {second}");
            let feed = Feed::read(&[&body[..cut], &body[cut..second], &body[second..]]);
            assert_eq!(joined(&feed.lines(), &case), whole, "{case}");
        }
    }
}

#[test]
fn a_drip_of_single_bytes_reads_as_the_whole_does() {
    let body = &BODY.as_bytes()[..90];
    let whole = joined(&Feed::read(&[body]).lines(), "whole");
    let bytes: Vec<&[u8]> = body.chunks(1).collect();
    assert_eq!(joined(&Feed::read(&bytes).lines(), "byte by byte"), whole);
}

#[test]
fn a_bom_counts_at_the_very_beginning_only() {
    let body = "\u{FEFF}data: a\n\u{FEFF}data: b\n\n".as_bytes();
    let lines = Feed::read(&[body]).lines();
    assert!(lines[0][0].bom && !lines[0][1].bom);
    assert_eq!(
        (lines[0][0].text.as_str(), lines[0][0].kind),
        ("data: a", LineKind::Data)
    );
    assert_eq!(lines[0][1].ignored, Some(Ignored::UnknownField));
    for cut in 1..12 {
        let lines = Feed::read(&[&body[..cut], &body[cut..]]).lines();
        let first = &lines[0][0];
        assert_eq!(
            (first.bom, first.kind, first.seq),
            (true, LineKind::Data, Some(1)),
            "{cut}"
        );
        assert!(lines[1].iter().all(|line| !line.bom), "{cut}");
    }
    let mut feed = Feed::read(&[b"data: a\n\n"]);
    feed.attempt("");
    feed.bytes(body);
    assert!(feed.lines()[1][0].bom, "each body has a beginning");
}

#[test]
fn a_character_cut_by_the_chunks_end_shows_as_that() {
    let lines = Feed::read(&[b"data: \xE6\xBD", b"\xAE\n\n\xFF\n"]).lines();
    assert_eq!(lines[0][0].text, "data: \u{FFFD}");
    assert_eq!(lines[1][0].text, "\u{FFFD}");
    assert_eq!(lines[1][2].text, "\u{FFFD}");
}

#[test]
fn says_how_long_after_the_comment_before_a_comment_came() {
    let feed = Feed::read(&[b": a\n\n", b"data: x\n\n", b": b\n: c\n", b":", b"d\n"]);
    let since: Vec<_> = feed
        .lines()
        .concat()
        .into_iter()
        .map(|line| line.since_comment_us)
        .collect();
    assert_eq!(
        since.into_iter().flatten().collect::<Vec<_>>(),
        [2_000_000, 0, 1_000_000],
        "from the first of a chunk to the one before, and of a cut one by its beginning"
    );
}

#[test]
fn a_refused_body_is_shown_and_not_read_as_events() {
    let mut feed = Feed::read(&[b"data: a\n\n"]);
    feed.attempt("<title>No</title>\ndata: x\n\n");
    let failure = Failure::new(Code::Status, "no");
    feed.wire.end(2, feed.at_us, feed.events, &failure, 0);
    let page = feed.all(WireForm::Text);
    let WireKind::Chunk {
        refused,
        lines,
        events,
        ..
    } = &page.rows[3].kind
    else {
        panic!("{:?}", page.rows[3]);
    };
    assert!(*refused);
    assert_eq!(*events, 0);
    assert!(
        lines
            .iter()
            .all(|line| line.seq.is_none() && line.kind == LineKind::Data)
    );
    assert!(matches!(&page.rows[4].kind, WireKind::End { failure, .. } if failure.code == Code::Status));
    assert_eq!(page.rows[3].gap_us, Some(0));
    assert_eq!(page.rows[2].gap_us, None, "of the same attempt only");
    assert_eq!(feed.wire.raw().text().text, "data: a\n\n");
}

#[test]
fn lines_and_ndjson_are_data_line_by_line() {
    for (framing, seqs) in [
        (Framing::Ndjson, [Some(1), None, Some(2), Some(3)]),
        (Framing::Lines, [Some(1), Some(2), Some(3), Some(4)]),
    ] {
        let mut wire = Wire::new(1 << 20, Arc::default());
        wire.exchange(1, 0, framing, Traced::default());
        let chunk = Chunk {
            at: Instant::now(),
            bytes: Bytes::from_static(b"{\"a\":1}\n\n:x\r\nda"),
            raw: None,
            before: Mid::default(),
            events: 0,
            unfinished: 2,
        };
        wire.chunk(1, 0, 0, &chunk);
        let page = wire.page(1, 1, WireForm::Text);
        let WireKind::Chunk { lines, .. } = &page.rows[0].kind else {
            panic!("a chunk");
        };
        assert_eq!(
            lines.iter().map(|line| line.seq).collect::<Vec<_>>(),
            seqs,
            "{framing:?}"
        );
        assert_eq!((lines[2].text.as_str(), lines[2].end.as_str()), (":x", "\r\n"));
        assert_eq!(lines[3].kind, LineKind::Data);
        // The body's end completes the last line, which lies in the newest chunk that holds bytes.
        let nothing = Chunk {
            bytes: Bytes::new(),
            raw: Some(Bytes::from_static(b"\0")),
            ..chunk
        };
        let last = seqs[3].expect("an event");
        wire.chunk(1, 0, last - 1, &nothing);
        wire.end(1, 0, last, &Failure::new(Code::Eof, "over"), 0);
        let counts = wire
            .page(1, 2, WireForm::Text)
            .rows
            .into_iter()
            .map(|row| match row.kind {
                WireKind::Chunk { events, .. } => events,
                other => panic!("a chunk, not {other:?}"),
            });
        assert_eq!(counts.collect::<Vec<_>>(), [last, 0], "{framing:?}");
    }
}

#[test]
fn parts_of_a_compressed_frame_share_its_row() {
    let mut feed = Feed::new(64 << 20);
    feed.coded(b"data: a\n\nda", Some(b"\x1f\x8bxyz"));
    feed.coded(b"ta: b\n\n", Some(b""));
    feed.coded(b"", Some(b"\x00\x01"));
    assert_eq!(feed.wire.span().chunks, 2);
    let page = feed.all(WireForm::Hex);
    let WireKind::Chunk {
        raw_bytes,
        bytes,
        hex,
        events,
        cut,
        ..
    } = &page.rows[1].kind
    else {
        panic!("a chunk");
    };
    assert_eq!((*raw_bytes, *bytes, *events, *cut), (5, 18, 2, false));
    assert_eq!(hex, "1f8b78797a");
    assert_eq!(feed.lines()[0].len(), 4);
    let WireKind::Chunk {
        raw_bytes,
        bytes,
        lines,
        ..
    } = &feed.all(WireForm::Text).rows[2].kind
    else {
        panic!("a chunk");
    };
    assert_eq!((*raw_bytes, *bytes, lines.len()), (2, 0, 0));
    assert_eq!(feed.wire.raw().text().text, "data: a\n\ndata: b\n\n");
}
