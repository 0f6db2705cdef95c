//! A tape that plays again: what is shown at each playhead is what was shown then, both ways.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tapewriter_engine::contract::{ReplayCommand, State, TextRule, WireForm};
use tapewriter_engine::tape::Deck;
use tapewriter_engine::text::Cursor;
use tapewriter_engine::{Engine, Session};

use tapewriter_engine::contract::{Stream, TapeOrigin};
use tapewriter_engine::log::{Entry, Event, Kind, Log as _};
use tapewriter_engine::tape::{Maker, Tape, TapeHead};

use crate::support::{demo, ended, once, rows, until};
use crate::{LITTLE, all, closed, connect, recording};

/// Records a stream and opens its tape in the same engine.
async fn recorded(engine: &Engine, deck: &Deck, url: String) -> (Arc<Session>, Arc<Session>) {
    let session = connect(engine, once(url));
    ended(engine, &session).await;
    closed(engine, &session).await;
    let id = session.tape_id().expect("a tape");
    // A session that is over leaves its tape to a replay.
    let replay = engine.open_tape(&id, || deck.tape(&id)).expect("opened");
    assert_ne!(replay, session.id());
    assert_eq!(
        engine.open_tape(&id, || deck.tape(&id)).expect("there"),
        replay,
        "once"
    );
    (session, engine.session(replay).expect("there"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_plays_to_the_end_and_shows_what_was_there() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, deck) = recording(folder.path(), LITTLE);
    let (session, replay) = recorded(&engine, &deck, format!("{}/stream?n=20&ms=20", demo.origin)).await;
    let status = replay.status();
    assert_eq!(
        (status.events, status.end_pos, status.state),
        (0, 0, State::Closed)
    );
    assert!(replay.is_replay() && replay.stream().id.starts_with("tape:"));
    let place = status.replay.expect("a replay");
    assert_eq!((place.playing, place.events), (false, 20));

    let began = Instant::now();
    replay.play(&ReplayCommand::Play);
    until(&engine, "half of it", || replay.status().events >= 10).await;
    // In order and with their own times: what is shown is always a beginning of what was there.
    let shown = all(&**replay.log());
    assert_eq!(shown, session.log().run(0, shown.len()));
    until(&engine, "all of it", || {
        let status = replay.status();
        status.events == 20 && status.state == State::Closed
    })
    .await;
    let took = began.elapsed();
    let original = Duration::from_micros(place.end_us - place.start_us);
    assert!(took >= original.mul_f64(0.8), "{took:?} of {original:?}");
    assert_eq!(rows(&replay), rows(&session));
    assert_eq!(
        replay.text_before(None, 10_000),
        session.text_before(None, 10_000)
    );
    assert_eq!(
        replay.wire(0, 100, WireForm::Text),
        session.wire(0, 100, WireForm::Text)
    );
    assert_eq!(replay.wire_raw(), session.wire_raw());
    assert_eq!(replay.findings(), session.findings());
    let (a, b) = (replay.strip(None, None, 2_048), session.strip(None, None, 2_048));
    assert_eq!((a.bins, a.breaks, a.start_us), (b.bins, b.breaks, b.start_us));

    // Ten times as fast is faster, in the same run.
    replay.play(&ReplayCommand::Speed { speed: 10.0 });
    let began = Instant::now();
    replay.play(&ReplayCommand::Play);
    until(&engine, "it began anew", || replay.status().events < 20).await;
    until(&engine, "its end", || replay.status().events == 20).await;
    assert!(began.elapsed() < took, "{:?} and {took:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_scrubs_both_ways() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, deck) = recording(folder.path(), LITTLE);
    let (session, replay) = recorded(&engine, &deck, format!("{}/stream?n=50&ms=2", demo.origin)).await;
    let entries = all(&**session.log());
    let before = replay.seeks();
    for at in [entries.len() / 2, 3, entries.len() - 1, 1] {
        replay.play(&ReplayCommand::Seek {
            at_us: entries[at].at_us,
        });
        let shown = all(&**replay.log());
        let expected = entries
            .iter()
            .take_while(|entry| entry.at_us <= entries[at].at_us)
            .count();
        assert_eq!(shown.len(), expected, "at {at}");
        assert_eq!(shown, entries[..expected]);
        assert_eq!(replay.status().end_pos, expected as u64);
        // No page, text or detail reaches past it.
        assert!(replay.page(0, 200).rows.len() <= expected);
        assert_eq!(replay.detail(expected as u64, 0), None);
        assert!(
            replay
                .text_since(Cursor {
                    pos: expected as u64,
                    offset: 0
                })
                .is_none()
        );
        let wire = replay.wire(0, 100, WireForm::Text);
        assert!(wire.rows.iter().all(|row| row.at_us <= entries[at].at_us));
    }
    assert_eq!(replay.seeks(), before + 4);
    // Step by step, both ways, from the start to the end.
    replay.play(&ReplayCommand::Seek { at_us: 0 });
    for n in 1..=50 {
        replay.play(&ReplayCommand::Step { events: 1 });
        assert_eq!(replay.status().events, n);
    }
    replay.play(&ReplayCommand::Step { events: 1 });
    assert_eq!(
        replay.status().end_pos,
        entries.len() as u64,
        "the marks of the end"
    );
    for n in (0..50).rev() {
        replay.play(&ReplayCommand::Step { events: -1 });
        assert_eq!(replay.status().events, n, "backwards");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_gaps_are_skipped_and_as_fast_as_possible_is() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, deck) = recording(folder.path(), LITTLE);
    let (_, replay) = recorded(&engine, &deck, format!("{}/stream?n=4&ms=700", demo.origin)).await;
    let place = replay.status().replay.expect("a replay");
    let original = Duration::from_micros(place.end_us - place.start_us);
    replay.play(&ReplayCommand::Skip {
        longer_us: Some(100_000),
    });
    let began = Instant::now();
    replay.play(&ReplayCommand::Play);
    until(&engine, "its end", || replay.status().events == 4).await;
    assert!(
        began.elapsed() < original.mul_f64(0.7),
        "{:?} of {original:?}",
        began.elapsed()
    );

    replay.play(&ReplayCommand::Skip { longer_us: None });
    replay.play(&ReplayCommand::Speed { speed: 0.0 });
    replay.play(&ReplayCommand::Seek { at_us: 0 });
    let began = Instant::now();
    replay.play(&ReplayCommand::Play);
    until(&engine, "its end", || replay.status().events == 4).await;
    assert!(began.elapsed() < original.mul_f64(0.5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_changes_its_text_rule_and_keeps_bookmarks_in_the_file() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, deck) = recording(folder.path(), LITTLE);
    let (_, replay) = recorded(&engine, &deck, format!("{}/stream?n=5&ms=1", demo.origin)).await;
    replay.play(&ReplayCommand::Seek { at_us: u64::MAX });
    replay.set_text_rule(TextRule::Joined, "").expect("a rule");
    assert!(
        replay
            .text_before(None, 1_000)
            .runs
            .iter()
            .any(|run| run.text.contains("Message 1Message 2"))
    );
    let marks = replay.bookmark(2, Some("here")).expect("marked");
    assert_eq!((marks.len(), marks[0].note.as_str()), (1, "here"));
    assert!(replay.page(0, 10).rows[2].bookmarked);
    let id = replay.tape_id().expect("a tape");
    assert_eq!(deck.tape(&id).expect("readable").bookmarks(), marks);
    assert_eq!(replay.strip(None, None, 100).bookmarks, marks);
    // The file is one file still.
    assert_eq!(crate::files(folder.path()).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bookmarks_of_a_live_session_are_on_its_tape() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, _deck) = recording(folder.path(), LITTLE);
    let session = connect(
        &engine,
        crate::support::get(format!("{}/stream?n=100000&ms=1", demo.origin)),
    );
    until(&engine, "some", || session.status().events > 5).await;
    session.bookmark(3, Some("live")).expect("marked");
    until(&engine, "it is written", || {
        session.tape().expect("a tape").bookmarks().len() == 1
    })
    .await;
    session.stop();
    let tape = closed(&engine, &session).await;
    // After the end as well, and away again.
    session.bookmark(4, Some("later")).expect("marked");
    session.bookmark(3, None).expect("taken away");
    let marks: Vec<u64> = tape.bookmarks().iter().map(|mark| mark.pos).collect();
    assert_eq!(marks, [4]);
}

const SECOND: u64 = 1_000_000;
const CHUNK: &str = r#"{"chunk":{"came":1,"raw_came":1,"before":{"at_start":true,"after_cr":false,"line":1,"head":[],"begun":false},"offset":0,"events_before":0,"events":1,"comment_us":null,"framing":"sse","refused":false}}"#;

fn event(pos: u64, seq: u64, at_us: u64, attempt: u32, data: &str) -> Entry {
    Entry {
        pos,
        at_us,
        gap_us: None,
        attempt,
        kind: Kind::Event(Event {
            seq,
            event_type: "message".into(),
            id: "".into(),
            data: data.into(),
            wire_bytes: data.len() as u32,
            chunks: 1,
        }),
    }
}

/// A replay of a tape of these entries, of a session that began at a time; a chunk of a byte came with each.
fn made(engine: &Engine, started_us: u64, entries: &[Entry]) -> (Arc<Session>, Arc<Tape>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made.tape");
    let head = TapeHead::new(&Stream::default(), started_us, TapeOrigin::Recorded);
    let mut maker = Maker::create(&path, &head).expect("room");
    for entry in entries {
        maker.push(entry.clone()).expect("written");
    }
    maker.finish(None, |_| {}).expect("written");
    let db = rusqlite::Connection::open(&path).expect("opened");
    for (no, entry) in entries.iter().enumerate() {
        db.execute(
            "INSERT INTO wire (no, at_us, attempt, facts, bytes) VALUES (?1, ?2, ?3, ?4, x'78')",
            rusqlite::params![no, entry.at_us, entry.attempt, CHUNK],
        )
        .expect("written");
    }
    drop(db);
    let tape = Tape::open(&path).expect("readable");
    let name = folder.path().display().to_string();
    let id = engine.open_tape(&name, || Ok(Arc::clone(&tape))).expect("opened");
    (engine.session(id).expect("there"), tape, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tape_whose_beginning_was_let_go_of_begins_with_what_is_left() {
    let engine = Engine::default();
    // An hour was recorded, and its last tenth of a second is left.
    let entries: Vec<Entry> = (0..10)
        .map(|n| event(1_000 + n, 500 + n, 3_601 * SECOND + n * 10_000, 1, "text"))
        .collect();
    let (replay, tape, _folder) = made(&engine, SECOND, &entries);
    let place = replay.status().replay.expect("a replay");
    assert_eq!(
        (place.start_us, place.at_us),
        (entries[0].at_us, entries[0].at_us)
    );
    assert_eq!((replay.status().first_pos, replay.status().events), (1_000, 499));
    assert_eq!(tape.running(1_000).events, 499);
    for n in 0..10 {
        replay.play(&ReplayCommand::Step { events: 1 });
        let status = replay.status();
        assert_eq!((status.events, status.end_pos), (500 + n, 1_001 + n));
    }
    // A reader that asks from further back sees no further.
    replay.play(&ReplayCommand::SeekPos { pos: 1_004 });
    assert_eq!(replay.log().run(0, 10), all(&*tape)[..5]);
    assert_eq!(replay.log().next_from(0), Some(1_000));
    assert_eq!(replay.log().next_from(1_005), None);
    for n in (0..5).rev() {
        replay.play(&ReplayCommand::Step { events: -1 });
        let status = replay.status();
        assert_eq!((status.events, status.end_pos), (499 + n, 1_000 + n));
    }
    replay.play(&ReplayCommand::Step { events: -1 });
    assert_eq!(replay.status().end_pos, 1_000);
    replay.play(&ReplayCommand::Play);
    until(&engine, "its end", || replay.status().events == 509).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hole_is_no_gap_in_time() {
    let engine = Engine::default();
    // Ten minutes, a hole of a moment with twenty events, and some more.
    let mut entries: Vec<Entry> = (0..10)
        .map(|n| event(n, 1 + n, (1 + n) * 60 * SECOND, 1, "a"))
        .collect();
    let second = 10 * 60 * SECOND + 50_000;
    entries.extend((0..3).map(|n| event(2_000 + n, 31 + n, second + n * 50_000, 1, "b")));
    let (replay, tape, _folder) = made(&engine, 60 * SECOND, &entries);
    assert_eq!(tape.next_from(10), Some(2_000));
    for pos in [9, 10, 500, 1_999] {
        replay.play(&ReplayCommand::SeekPos { pos });
        let status = replay.status();
        let place = status.replay.expect("a replay");
        assert_eq!((status.end_pos, status.events), (pos + 1, 10), "at {pos}");
        assert_eq!(place.at_us, entries[9].at_us, "at {pos}");
    }
    // The next event is the one after it, and the one before that the last before it.
    replay.play(&ReplayCommand::Step { events: 1 });
    assert_eq!((replay.status().events, replay.status().end_pos), (31, 2_001));
    replay.play(&ReplayCommand::Step { events: -1 });
    assert_eq!((replay.status().events, replay.status().end_pos), (10, 10));
    // From within it goes on at once, and skips nothing that is no gap.
    replay.play(&ReplayCommand::Skip {
        longer_us: Some(SECOND),
    });
    replay.play(&ReplayCommand::SeekPos { pos: 500 });
    let began = Instant::now();
    replay.play(&ReplayCommand::Play);
    until(&engine, "its end", || replay.status().events == 33).await;
    assert!(
        began.elapsed() >= Duration::from_millis(140),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_set_back_shows_nothing_before_its_turn() {
    let engine = Engine::default();
    // In one block, and three to a block.
    for size in [10, 100 << 10] {
        let data = "x".repeat(size);
        let entries: Vec<Entry> = (0..11)
            .map(|n| event(n, 1 + n, (1_000 + n * 100) * SECOND, 1, &data))
            .chain((0..21).map(|n| event(11 + n, 12 + n, (500 + n * 100) * SECOND, 2, &data)))
            .collect();
        let (replay, tape, _folder) = made(&engine, 1_000 * SECOND, &entries);
        assert_eq!(tape.wire_body_bytes(), 32);
        let mut latest = 0;
        let came: Vec<u64> = entries
            .iter()
            .map(|entry| {
                latest = entry.at_us.max(latest);
                latest
            })
            .collect();
        for at_us in (1_000..=2_500).step_by(50).map(|at| at * SECOND) {
            replay.play(&ReplayCommand::Seek { at_us });
            let status = replay.status();
            let expected = came.iter().take_while(|came| **came <= at_us).count() as u64;
            assert_eq!(status.end_pos, expected, "at {at_us}, {size} bytes each");
            assert_eq!(status.wire.end, expected, "at {at_us}, {size} bytes each");
        }
        for pos in 0..entries.len() as u64 {
            replay.play(&ReplayCommand::SeekPos { pos });
            let place = replay.status().replay.expect("a replay");
            assert_eq!(
                place.at_us,
                came[usize::try_from(pos).expect("small")],
                "at {pos}"
            );
        }
        // Half a second after its start, the first attempt is not over.
        replay.play(&ReplayCommand::Seek { at_us: 0 });
        replay.play(&ReplayCommand::Play);
        until(&engine, "it plays", || {
            let place = replay.status().replay.expect("a replay");
            place.at_us >= place.start_us + SECOND / 2
        })
        .await;
        assert_eq!(replay.status().end_pos, 1);
    }
}
