//! What is kept, what falls out, and how much is told at once.

use super::*;
use crate::wire::annotate::Look;

#[test]
fn pages_keep_their_bounds() {
    let mut feed = Feed::new(64 << 20);
    let long = format!("data: {}\n\n", "潮".repeat(5_000));
    for _ in 0..150 {
        feed.bytes(long.repeat(30).as_bytes());
    }
    let page = feed.all(WireForm::Text);
    let sizes = page.rows.iter().map(|row| match &row.kind {
        WireKind::Chunk { lines, cut, .. } => {
            assert!(*cut && lines.len() == WIRE_LINES);
            assert!(
                lines
                    .iter()
                    .all(|line| line.text.chars().count() <= crate::contract::WIRE_LINE_CHARS)
            );
            assert!(lines[0].cut && !lines[1].cut);
            lines.iter().map(|line| line.text.len()).sum()
        }
        _ => 0,
    });
    let sizes: Vec<usize> = sizes.collect();
    assert!(
        sizes.iter().sum::<usize>() <= WIRE_PAGE_BYTES && sizes.len() > 1,
        "{sizes:?}"
    );
    assert_eq!(feed.wire.page(140, 1_000, WireForm::Hex).rows.len(), 11);
    assert_eq!(feed.wire.page(1_000, 10, WireForm::Text).rows.len(), 0);
    let mut small = Feed::new(64 << 20);
    for _ in 0..150 {
        small.bytes(b"data: a\n\n");
    }
    assert_eq!(
        small.wire.page(0, u64::MAX, WireForm::Text).rows.len() as u64,
        WIRE_ROWS
    );
    assert_eq!(small.wire.page(149, u64::MAX, WireForm::Text).rows[0].no, 149);
    assert_eq!(small.lines()[98][0].seq, Some(99));
}

#[test]
fn the_oldest_rows_fall_out_and_are_counted() {
    let mut feed = Feed::new(1 << 20);
    let piece = b"data: 0123456789\n\n".repeat(500);
    for _ in 0..1_000 {
        feed.bytes(&piece);
    }
    let span = feed.wire.span();
    assert_eq!((span.end, span.chunks), (1_001, 1_000));
    assert_eq!(
        span.dropped_chunks,
        span.first - 1,
        "the exchange fell out before them"
    );
    assert_eq!(span.dropped_bytes, span.dropped_chunks * piece.len() as u64);
    assert!(feed.wire.held <= 1 << 20);
    assert_eq!(feed.wire.budget.used(), feed.wire.held);
    let page = feed.all(WireForm::Text);
    assert_eq!(page.rows[0].no, span.first);
    assert!(page.rows[0].gap_us.is_some(), "also to a row that is gone");
    let exchange = page.exchange.expect("what was asked is still told");
    assert!(matches!(exchange.kind, WireKind::Exchange { .. }));
    assert_eq!(exchange.no, 0);
    assert!(feed.wire.bytes(span.first - 1, 0, WireForm::Text).is_none());
    let budget = Arc::clone(&feed.wire.budget);
    drop(feed);
    assert_eq!(budget.used(), 0);
}

#[test]
fn single_bytes_by_the_hundred_thousand_stay_within_the_budget() {
    let mut feed = Feed::new(1 << 20);
    for _ in 0..200_000 / 8 {
        for byte in [&b"d"[..], b"a", b"t", b"a", b":", b"x", b"\n", b"\n"] {
            feed.bytes(byte);
        }
    }
    assert!(feed.wire.held <= 1 << 20);
    assert!(
        feed.wire.rows.len() < 8_000 && feed.wire.rows.len() > 1_000,
        "{}",
        feed.wire.rows.len()
    );
    assert!(feed.wire.rows.capacity() <= 16_384);
    let span = feed.wire.span();
    assert_eq!(span.first + feed.wire.rows.len() as u64, 200_001);
}

#[test]
fn a_page_of_a_drip_looks_around_once_for_each_of_its_rows() {
    let mut feed = Feed::new(64 << 20);
    let block = format!("id: {}\nid: 7\ndata: x\n\n", "7".repeat(300));
    let drip: Vec<u8> = block.bytes().cycle().take(10_000).collect();
    for byte in drip.chunks(1) {
        feed.bytes(byte);
    }
    for from in (1..10_000).step_by(97) {
        let mut look = Look::default();
        for index in from..(from + 100).min(feed.wire.rows.len()) {
            let part = &feed.wire.parts(index, WIRE_LINES, false, &mut look).parts[0];
            let (block_no, at) = ((index - 1) / block.len(), (index - 1) % block.len());
            let kind = match at {
                0..311 => LineKind::Id,
                311..319 => LineKind::Data,
                _ => LineKind::Blank,
            };
            let says = (part.kind, part.seq);
            assert_eq!(says, (kind, Some(block_no as u64 + 1)), "row {index}, byte {at}");
        }
        let steps = Look::default().left() - look.left();
        assert!(steps < 100 * 600, "{steps} steps");
    }
}

#[test]
fn a_page_that_has_looked_around_enough_still_tells_its_lines() {
    let mut feed = Feed::new(64 << 20);
    for _ in 0..4 {
        feed.bytes(&b"id: 1\n".repeat(100 << 10));
    }
    let mut look = Look::default();
    for index in 1..=4 {
        let parts = feed.wire.parts(index, WIRE_LINES, false, &mut look);
        assert!(parts.more);
        assert_eq!(parts.parts.len(), WIRE_LINES);
        assert!(
            parts
                .parts
                .iter()
                .all(|part| part.kind == LineKind::Id && part.seq == Some(1))
        );
    }
    assert_eq!(look.left(), 0);
}

#[test]
fn a_chunk_of_megabytes_is_cut_and_said() {
    let mut feed = Feed::new(64 << 20);
    feed.bytes(b"data: before\n\n");
    feed.coded(&vec![b'x'; 600 << 10], Some(b"bomb"));
    for _ in 0..30 {
        feed.coded(&vec![b'x'; 512 << 10], Some(b""));
    }
    let span = feed.wire.span();
    assert_eq!((span.chunks, span.end), (2, 3));
    assert_eq!(span.dropped_bytes, (600 << 10) + 30 * (512 << 10) - (1 << 20));
    assert!(feed.wire.held < 4 << 20, "{}", feed.wire.held);
    let WireKind::Chunk { cut, bytes, .. } = &feed.all(WireForm::Text).rows[2].kind else {
        panic!("a chunk");
    };
    assert!(*cut);
    assert_eq!(*bytes, (600 << 10) + 30 * (512 << 10));
    let raw = feed.wire.raw().text();
    assert_eq!(raw.bytes, 1 << 20);
    assert_eq!(raw.left_out, span.dropped_bytes + 14, "text without a hole");
}

#[test]
fn a_line_that_reconnects_for_ever_stays_within_the_budget() {
    let mut feed = Feed::new(1 << 20);
    let failure = Failure::new(Code::Refused, "nobody answered").with("host", "127.0.0.1:1");
    for _ in 0..20_000 {
        feed.attempt("");
        feed.wire.end(feed.attempt, feed.at_us, feed.events, &failure, 0);
    }
    assert!(feed.wire.held <= 1 << 20);
    let page = feed.wire.page(feed.wire.span().first, 10, WireForm::Text);
    assert_eq!(page.rows.len(), 10);
    assert!(
        page.exchange
            .is_none_or(|exchange| exchange.attempt == page.rows[0].attempt)
    );
}

#[test]
fn many_records_share_one_budget() {
    let budget = Arc::new(Budget::new(8 << 20, usize::MAX, 1 << 20));
    let mut wires: Vec<_> = (0..16)
        .map(|_| Wire::new(64 << 20, Arc::clone(&budget)))
        .collect();
    let chunk = Chunk {
        at: Instant::now(),
        bytes: Bytes::from(vec![b'x'; 64 << 10]),
        raw: None,
        before: Mid::default(),
        events: 0,
        unfinished: 0,
    };
    for _ in 0..100 {
        for wire in &mut wires {
            wire.chunk(1, 0, 0, &chunk);
        }
    }
    assert!(budget.used() <= 17 << 20, "{}", budget.used());
    assert!(
        wires.iter().all(|wire| wire.held >= 900 << 10),
        "each keeps its least"
    );
}

#[test]
fn bytes_are_told_in_parts_that_make_up_the_whole() {
    let text = "data: 潮汐发电站并网 🌊\n".repeat(2_000);
    let feed = Feed::read(&[text.as_bytes()]);
    for step in [WIRE_BYTES, 1_000, 7] {
        let (mut read, mut from) = (String::new(), 0);
        while from < text.len() as u64 {
            let part = feed.wire.bytes(1, from, WireForm::Text).expect("a chunk");
            assert_eq!(part.total, text.len() as u64);
            assert!(!part.text.contains('\u{FFFD}'));
            let already = read.len() - usize::try_from(part.from).expect("small");
            assert!(already <= read.len());
            read.push_str(&part.text[already..]);
            from += step;
        }
        assert_eq!(read, text, "asked for every {step} bytes");
    }
    let hex = feed.wire.bytes(1, 6, WireForm::Hex).expect("a chunk");
    assert!(hex.text.starts_with("e6bdae"));
    assert_eq!(hex.text.len() as u64, 2 * WIRE_BYTES);
    assert_eq!(
        feed.wire
            .bytes(1, u64::MAX, WireForm::Text)
            .expect("a chunk")
            .text,
        ""
    );
    assert!(feed.wire.bytes(0, 0, WireForm::Text).is_none(), "no chunk");
    let broken = Feed::read(&[b"\x80\x80\x80\x80\xFF"]);
    assert_eq!(broken.wire.bytes(1, 2, WireForm::Text).expect("a chunk").from, 2);
}

#[test]
fn the_newest_eight_mebibytes_are_copied() {
    let mut feed = Feed::new(64 << 20);
    let piece = format!("{}\n", "潮汐".repeat(50_000));
    for _ in 0..60 {
        feed.bytes(piece.as_bytes());
    }
    let raw = feed.wire.raw().text();
    assert!(raw.text.len() <= WIRE_RAW_BYTES && raw.text.len() > WIRE_RAW_BYTES - 4);
    assert!(!raw.text.contains('\u{FFFD}'));
    assert_eq!(raw.bytes + raw.left_out, 60 * piece.len() as u64);
    feed.attempt("");
    let raw = feed.wire.raw().text();
    assert!(
        raw.text.ends_with(&piece),
        "the newest body, though a new attempt has begun"
    );
    feed.bytes(b"\x80data: a\n\n");
    let raw = feed.wire.raw().text();
    assert_eq!(
        raw.text, "\u{FFFD}data: a\n\n",
        "one body, and its beginning is whole"
    );
    assert_eq!(raw.left_out, 60 * piece.len() as u64);
    let mut broken = Feed::new(64 << 20);
    for _ in 0..9 {
        broken.bytes(&vec![0xFF; 1 << 20]);
    }
    assert!(broken.wire.raw().text().text.len() <= WIRE_RAW_BYTES);
}
