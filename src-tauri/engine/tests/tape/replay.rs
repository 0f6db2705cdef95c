//! A tape that plays again: what is shown at each playhead is what was shown then, both ways.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tapewriter_engine::contract::{ReplayCommand, State, TextRule, WireForm};
use tapewriter_engine::tape::Deck;
use tapewriter_engine::text::Cursor;
use tapewriter_engine::{Engine, Session};

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
    replay.set_text_rule(TextRule::Joined);
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
