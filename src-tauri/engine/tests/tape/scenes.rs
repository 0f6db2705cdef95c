//! Chat, feed and actions of a tape, at any playhead.

use tapewriter_engine::contract::{Action, ReplayCommand, Stream};
use tapewriter_engine::{Engine, Session};

use crate::support::{demo, ended, once, until};
use crate::{LITTLE, closed, connect, recording};

async fn settled(engine: &Engine, session: &Session, rows: u64, matched: u64) {
    until(engine, "what is shown at the playhead", || {
        let actions = session.status().actions;
        let (chat, feed) = (session.scenes().chat(None, 100), session.scenes().feed(None, 100));
        chat.done
            && feed.done
            && (chat.rows, feed.rows) == (rows, rows)
            && chat.bubbles.len() as u64 == rows
            && actions[0].matched == matched
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_and_counts_follow_the_playhead_both_ways() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, deck) = recording(folder.path(), LITTLE);
    let even = Action {
        id: "even".into(),
        query: "/[02468]$/".into(),
        count: true,
        bookmark: true,
        notify: true,
        stop: false,
        ..Action::default()
    };
    let stream = Stream {
        actions: vec![even],
        ..once(format!("{}/stream?n=40&ms=1", demo.origin))
    };
    let session = connect(&engine, stream);
    ended(&engine, &session).await;
    let tape = closed(&engine, &session).await;
    // What an action marked is on the tape.
    assert_eq!(tape.bookmarks().len(), 20);
    let id = session.tape_id().expect("a tape");
    let told = engine.alerts().taken().await;
    assert_eq!(told.alerts.len(), 20);
    let replay = engine.open_tape(&id, || deck.tape(&id)).expect("opened");
    let replay = engine.session(replay).expect("there");

    let first = (0..).find(|pos| {
        let entry = tapewriter_engine::log::Log::get(&*tape, *pos);
        entry.is_some_and(|entry| tapewriter_engine::event_of(&entry).is_some())
    });
    let first = first.expect("an event");
    settled(&engine, &replay, 0, 0).await;
    for shown in [40, 7, 23, 2, 40, 0] {
        // Right after the last event that is to be shown.
        let pos = (first + shown).saturating_sub(1);
        replay.play(&ReplayCommand::SeekPos { pos });
        settled(&engine, &replay, shown, shown / 2).await;
        let newest = replay.status().actions[0].pos;
        assert_eq!(newest, (shown >= 2).then(|| first + shown / 2 * 2 - 1));
    }
    // A replay does again what is shown, and nothing that was done.
    replay.play(&ReplayCommand::Speed { speed: 0.0 });
    replay.play(&ReplayCommand::Play);
    settled(&engine, &replay, 40, 20).await;
    assert_eq!(replay.bookmarks().len(), 20);
    let again = std::time::Duration::from_millis(50);
    let told = tokio::time::timeout(again, engine.alerts().taken()).await;
    assert!(told.is_err(), "{told:?}");
    let trial = replay.try_action(&Action::default()).expect("nothing is asked");
    assert_eq!((trial.matched, trial.events, trial.done), (40, 40, true));
}
