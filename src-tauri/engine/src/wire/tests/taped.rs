//! Rows that are on tape alone read as they did in memory.

use super::*;
use crate::tape::{Maker, Tape, TapeHead};
use crate::wire::taped;

/// Lines of every kind, cut anywhere, in attempts.
fn fill(feed: &mut Feed, rows: usize) {
    let text =
        ": hi\nevent: tick\nid: 7\ndata: {\"n\":1}\r\n\r\ndata: 潮水\ndata: two\n\nretry: x\nnonsense\n\n"
            .repeat(40);
    let bytes = text.as_bytes();
    let mut at = 0;
    for n in 0..rows {
        feed.at_us += 1_000;
        if n % 97 == 96 {
            feed.wire.end(
                feed.attempt,
                feed.at_us,
                feed.events,
                &Failure::new(Code::Eof, "the server ended the stream"),
                3,
            );
            feed.attempt("");
        }
        let len = 1 + (n * 7_919) % 900;
        let end = (at + len).min(bytes.len());
        let piece = bytes[at..end].to_vec();
        feed.bytes(&piece);
        at = if end == bytes.len() { 0 } else { end };
    }
}

fn tape_of(feed: &Feed, folder: &std::path::Path) -> Arc<Tape> {
    let path = folder.join("wire.tape");
    let mut maker = Maker::create(&path, &TapeHead::default()).expect("a file");
    for row in feed.wire.stored(0, usize::MAX) {
        maker.wire(&row).expect("room");
    }
    maker.finish(None, |_| ()).expect("room");
    Tape::open(&path).expect("readable")
}

#[test]
fn pages_and_bytes_from_tape_are_those_from_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut feed = Feed::new(64 << 20);
    fill(&mut feed, 700);
    let tape = tape_of(&feed, folder.path());
    let reach = tape.wire_reach();
    assert_eq!(reach, feed.wire.reach());
    for from in (0..reach.end + 3).step_by(13) {
        for form in [WireForm::Text, WireForm::Hex] {
            assert_eq!(
                taped::page(&tape, reach, from, 40, form),
                feed.wire.page(from, 40, form),
                "from {from}"
            );
            assert_eq!(taped::bytes(&tape, from, 5, form), feed.wire.bytes(from, 5, form));
        }
    }
    assert_eq!(taped::raw(&tape, reach).text(), feed.wire.raw().text());
}

#[test]
fn rows_leave_memory_once_they_are_on_tape_and_stay_readable() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut feed = Feed::new(24 << 20);
    let piece = b"data: 0123456789\n\n".repeat(1_000);
    for _ in 0..1_200 {
        feed.bytes(&piece);
    }
    let whole = Feed {
        wire: Wire::from_stored(feed.wire.stored(0, usize::MAX), Arc::clone(&feed.wire.budget)),
        ..Feed::new(1)
    };
    let span = feed.wire.span();
    let tape = tape_of(&feed, folder.path());
    feed.wire.set_written(span.end);
    assert!(feed.wire.held <= TAPED_BYTES, "{}", feed.wire.held);
    assert_eq!(feed.wire.span(), span, "nothing has gone");
    let seam = feed.wire.memory_first();
    assert!(seam > span.first);
    assert!(feed.wire.bytes(seam - 1, 0, WireForm::Text).is_none());
    for from in [span.first, seam - 1, seam - 20] {
        let page = taped::page(&tape, feed.wire.reach(), from, 10, WireForm::Text);
        assert_eq!(page.rows, whole.wire.page(from, 10, WireForm::Text).rows);
    }
    // More comes: what is kept in all stays within its bytes, and is counted when it goes.
    for _ in 0..1_000 {
        feed.bytes(&piece);
        let end = feed.wire.span().end;
        feed.wire.set_written(end);
    }
    let span = feed.wire.span();
    assert!(feed.wire.held + feed.wire.away_held <= 24 << 20);
    assert_eq!(span.dropped_bytes, span.dropped_chunks * piece.len() as u64);
    assert_eq!(span.first, span.dropped_chunks + 1, "the exchange went with them");
    assert_eq!(feed.wire.reach().fallen, Some(0));
    // Without a tape that goes on, memory holds what it may.
    feed.wire.set_unwritten();
    for _ in 0..300 {
        feed.bytes(&piece);
    }
    assert!(feed.wire.held > TAPED_BYTES / 2);
    let budget = Arc::clone(&feed.wire.budget);
    drop((feed, whole));
    assert_eq!(budget.used(), 0);
}
