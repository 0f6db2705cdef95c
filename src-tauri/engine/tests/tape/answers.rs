//! Figures of answers on tape, and at a playhead.

use tapewriter_engine::contract::{Channel, Figures, ReplayCommand, TURNS_KEPT, TapeOrigin};
use tapewriter_engine::log::{Entry, Event, Kind};
use tapewriter_engine::tape::{Maker, Summary, Tape, TapeHead};
use tapewriter_engine::{Engine, Session};

use crate::support::{OK, ended, once, raw, until};
use crate::{LITTLE, closed, connect, recording};

const START_US: u64 = 1_764_000_000_000_000;

fn chunk(text: &str) -> String {
    format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"{text}"}}}}]}}"#)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_measured_live_is_on_the_tape() {
    let folder = tempfile::tempdir().expect("a folder");
    let (engine, deck) = recording(folder.path(), LITTLE);
    let server = raw([format!("{OK}data: {}\n\ndata: {}\n\n", chunk("ab"), chunk("c")).as_str()]).await;
    let session = connect(&engine, once(&server.origin));
    ended(&engine, &session).await;
    let live = session.status().figures.expect("live");
    let tape = closed(&engine, &session).await;
    assert_eq!(tape.summary().expect("closed").turns, std::slice::from_ref(&live));
    let id = session.tape_id().expect("a tape");
    let replay = engine.open_tape(&id, || deck.tape(&id)).expect("opened");
    let replay = engine.session(replay).expect("there");
    assert_eq!(replay.status().figures, None, "nothing has come yet");
    replay.play(&ReplayCommand::Seek { at_us: u64::MAX });
    assert_eq!(replay.status().figures, Some(live));
    let copy = folder.path().join("copy.tape");
    let mut on = |_| std::ops::ControlFlow::Continue(());
    tapewriter_engine::export::to_tape(
        &tape,
        tapewriter_engine::export::Which::All,
        &copy,
        |_| {},
        &mut on,
    )
    .expect("written");
    let copied = Tape::open(&copy).expect("readable").summary().expect("closed");
    assert_eq!(copied.turns, tape.summary().expect("closed").turns);
}

#[test]
fn an_older_tape_and_a_strangers_figures_read() {
    let old: Summary = serde_json::from_str(r#"{"ended_us":1,"events":2}"#).expect("readable");
    assert_eq!(old.turns, []);
    let long = "x".repeat(100_000);
    let turns: Vec<_> = (0..1_000_u32)
        .map(|n| serde_json::json!({"turn": n % 600, "first_event_us": 5, "newest_us": 3, "error": long, "longest_stall_us": u64::MAX}))
        .collect();
    let hostile: Summary = serde_json::from_value(serde_json::json!({ "turns": turns })).expect("readable");
    assert!(hostile.turns.len() <= TURNS_KEPT);
    assert!(hostile.turns.is_sorted_by_key(|figures| figures.turn));
    for figures in &hostile.turns {
        assert!(figures.error.len() < 10_000 && figures.longest_stall_us <= figures.newest_us);
        assert_eq!(figures.first_event_us, None);
    }
}

/// A tape of two turns of `each` events, a millisecond apart.
fn long(folder: &std::path::Path, each: u64) -> (Engine, std::sync::Arc<Session>) {
    let path = folder.join("long.tape");
    let head = TapeHead {
        started_us: START_US,
        origin: TapeOrigin::Imported,
        ..TapeHead::default()
    };
    let mut maker = Maker::create(&path, &head).expect("a file");
    for pos in 0..2 * each {
        let event = Event {
            seq: pos + 1,
            event_type: "message".into(),
            id: "".into(),
            data: chunk("xyz").into(),
            wire_bytes: 0,
            chunks: 1,
        };
        let entry = Entry {
            pos,
            at_us: START_US + (pos + 1) * 1_000,
            gap_us: None,
            attempt: if pos < each { 1 } else { 2 },
            kind: Kind::Event(event),
        };
        maker.push(entry).expect("room");
    }
    maker.finish(None, |_| ()).expect("room");
    let engine = Engine::default();
    let id = engine.open_tape("long", || Tape::open(&path)).expect("opened");
    let session = engine.session(id).expect("there");
    (engine, session)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_follow_a_playhead_both_ways_in_bounded_steps() {
    const EACH: u64 = 40_000;
    /// Entries that one look counts.
    const STEP: u64 = 2 << 10;
    let folder = tempfile::tempdir().expect("a folder");
    let (engine, replay) = long(folder.path(), EACH);
    let expected = |head: u64| {
        let (turn, within) = if head <= EACH { (1, head) } else { (2, head - EACH) };
        (turn, within * 3)
    };
    // Forwards, backwards, from one turn into the other.
    for head in [
        2 * EACH,
        2 * EACH - 1,
        EACH + 7,
        EACH,
        3,
        EACH - 2,
        2 * EACH - 30_000,
    ] {
        replay.play(&ReplayCommand::SeekPos { pos: head - 1 });
        let mut looks = 0;
        let mut found: Option<Figures> = None;
        until(&engine, "it is counted", || {
            looks += 1;
            found = replay.status().figures;
            found.is_some()
        })
        .await;
        let figures = found.expect("figures");
        assert_eq!((figures.turn, figures.answer_chars), expected(head), "at {head}");
        assert!(looks <= 2 + EACH / STEP, "{looks} looks at {head}");
        if figures.turn == 1 {
            assert_eq!(figures.newest_us, head * 1_000);
        }
    }
    let runs = replay.text_before(None, 1_000).runs;
    assert!(runs.iter().all(|run| {
        run.part
            .as_ref()
            .is_some_and(|part| part.channel == Channel::Answer)
    }));
}
