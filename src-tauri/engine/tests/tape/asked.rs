//! Conversations on tape: both prompts, one file at the end, and the way back.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tapewriter_engine::Engine;
use tapewriter_engine::Session;
use tapewriter_engine::contract::{Code, RecordingState, ReplayCommand, RowKind, Stream, TextRule};
use tapewriter_engine::log::{Entry, Kind, Log as _, Mark};
use tapewriter_engine::rerun::Rerun;
use tapewriter_engine::tape::{Deck, Tape};

use crate::support::{OK, get, raw, rows, until};
use crate::{LITTLE, LONG, all, closed, connect, files, recording};

fn answer(events: &[&str]) -> String {
    let body: String = events.iter().map(|data| format!("data: {data}\n\n")).collect();
    format!("{OK}{body}")
}

fn stream(origin: &str) -> Stream {
    Stream {
        method: "POST".to_owned(),
        body: Some(r#"{"messages":[{"role":"user","content":"{{prompt}}"}]}"#.to_owned()),
        prompt: "first".to_owned(),
        text_rule: TextRule::Joined,
        ..get(origin)
    }
}

async fn rests(engine: &Engine, session: &Session) {
    until(engine, "it waits for a prompt", || session.status().asks).await;
}

fn prompts(entries: &[Entry]) -> Vec<(u32, String)> {
    let mark = |entry: &Entry| match &entry.kind {
        Kind::Mark(mark) => match &**mark {
            Mark::Asked { prompt } => Some((entry.attempt, prompt.clone())),
            _ => None,
        },
        _ => None,
    };
    entries.iter().filter_map(mark).collect()
}

/// Records a conversation of two turns.
async fn conversation(engine: &Engine) -> Arc<Session> {
    let server = raw([&*answer(&["Hel", "lo"]), &*answer(&["Bye"])]).await;
    let session = connect(engine, stream(&server.origin));
    rests(engine, &session).await;
    session.ask("second").expect("it waits");
    rests(engine, &session).await;
    assert!(server.requests.lock()[1].contains("Hello"));
    session
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_one_tape_that_stays_open_until_it_is_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let (engine, deck) = recording(folder.path(), LITTLE);
    let session = conversation(&engine).await;
    let path = session.tape().expect("a tape").path().to_owned();
    // All that came is on tape while it waits, and it is the session's still.
    until(&engine, "it is written", || {
        let tape = Tape::open(&path);
        tape.is_ok_and(|tape| tape.span().end == session.span().end)
    })
    .await;
    assert_eq!(session.status().recording.state, RecordingState::On);
    let id = session.tape_id().expect("a tape");
    let open = engine.open_tape(&id, || deck.tape(&id)).expect("there");
    assert_eq!(open, session.id());
    assert!(!deck.settle(Duration::from_millis(50)));
    // Naming it now is written, too.
    deck.keep(&id, "talk", true).expect("named");
    engine.close(session.id());
    let tape = closed(&engine, &session).await;
    assert_eq!(
        files(folder.path())
            .iter()
            .filter(|name| name.contains(".tape"))
            .count(),
        1
    );
    let entries = all(&*tape);
    assert_eq!(entries, all(&**session.log()));
    assert_eq!(prompts(&entries), [(1, "first".into()), (2, "second".into())]);
    let summary = tape.summary().expect("closed");
    assert_eq!((summary.attempts, summary.events, summary.reconnects), (2, 3, 0));
    assert_eq!(
        summary.failure.as_ref().map(|failure| failure.code),
        Some(Code::Eof)
    );
    // It ended when its last answer did.
    let last = entries.last().expect("some");
    assert!(summary.ended_us >= last.at_us && summary.ended_us < last.at_us + 5_000_000);
    assert_eq!(deck.list(|_| None).tapes[0].name, "talk");

    let replay = engine.open_tape(&id, || deck.tape(&id)).expect("opened");
    let replay = engine.session(replay).expect("there");
    replay.play(&ReplayCommand::Play);
    until(&engine, "all of it", || {
        replay.status().end_pos == entries.len() as u64
    })
    .await;
    let asked = rows(&replay);
    let asked = asked
        .iter()
        .filter(|row| matches!(row.kind, RowKind::Asked { .. }));
    assert_eq!(asked.count(), 2);
    assert!(!replay.status().asks);
    let failure = replay.ask("third").expect_err("it is over");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Limit, "asks")
    );
    assert!(replay.send("1", "hi").await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn served_again_it_is_both_answers_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (engine, _deck) = recording(folder.path(), LITTLE);
    let session = conversation(&engine).await;
    engine.close(session.id());
    let tape = closed(&engine, &session).await;
    let rerun = Rerun::new(tape);
    assert!(rerun.has_chunks());
    let pieces = rerun.begin(None).expect("readable").expect("some");
    let body: Vec<u8> = pieces.flat_map(|piece| piece.expect("a piece").1).collect();
    assert_eq!(
        String::from_utf8_lossy(&body),
        "data: Hel\n\ndata: lo\n\ndata: Bye\n\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quitting_and_making_room_close_the_tape_of_one_that_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let (engine, deck) = recording(folder.path(), LITTLE);
    let session = conversation(&engine).await;
    let path = session.tape().expect("a tape").path().to_owned();
    // Somebody still looks at it.
    engine.shutdown(Duration::from_secs(10)).await;
    assert!(deck.settle(Duration::from_secs(10)));
    assert!(!session.status().asks);
    let tape = Tape::open(&path).expect("readable");
    assert_eq!(tape.summary().map(|summary| summary.events), Some(3));

    // As many as there may be, all waiting: the next one is let in.
    let (engine, deck) = recording(folder.path(), LITTLE);
    let text = answer(&["x"]);
    let server = raw([&*text; tapewriter_engine::MAX_SESSIONS + 1]).await;
    let mut first = None;
    for n in 0..=tapewriter_engine::MAX_SESSIONS {
        let session = connect(
            &engine,
            Stream {
                id: n.to_string(),
                ..stream(&server.origin)
            },
        );
        rests(&engine, &session).await;
        first.get_or_insert(session);
    }
    assert_eq!(engine.sessions().len(), tapewriter_engine::MAX_SESSIONS);
    assert_eq!(engine.asking(), tapewriter_engine::MAX_SESSIONS);
    let tape = closed(&engine, &first.expect("some")).await;
    assert_eq!(tape.summary().map(|summary| summary.events), Some(1));
    engine.shutdown(LONG).await;
    assert!(deck.settle(LONG));
}

#[test]
fn a_killed_process_leaves_the_tape_of_one_that_waits() {
    const INSIDE: &str = "TAPEWRITER_TEST_ASKED";
    if let Some(folder) = std::env::var_os(INSIDE) {
        let runtime = tokio::runtime::Runtime::new().expect("threads");
        return runtime.block_on(async {
            let folder = std::path::PathBuf::from(folder);
            let (engine, _deck) = recording(&folder, LITTLE);
            let session = conversation(&engine).await;
            let path = session.tape().expect("a tape").path().to_owned();
            until(&engine, "it is written", || {
                Tape::open(&path).is_ok_and(|tape| tape.span().end == session.span().end)
            })
            .await;
            std::fs::write(folder.join("told"), "").expect("written");
            tokio::time::sleep(LONG).await;
        });
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(std::env::current_exe().expect("a test binary"))
        .args([
            "--exact",
            "asked::a_killed_process_leaves_the_tape_of_one_that_waits",
        ])
        .env(INSIDE, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let until = Instant::now() + LONG;
    while !folder.path().join("told").exists() {
        assert!(Instant::now() < until, "it never waited");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    let deck = Deck::open(folder.path(), LITTLE, true).expect("a thread");
    deck.tidy();
    let list = deck.list(|_| None);
    let tape = deck.tape(&list.tapes[0].id).expect("readable");
    assert_eq!(
        tape.summary().map(|summary| (summary.events, summary.attempts)),
        Some((3, 2))
    );
    assert_eq!(prompts(&all(&*tape)).len(), 2);
}
