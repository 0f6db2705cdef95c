//! What is recorded, and read back while it is.

use std::sync::Arc;
use std::time::Duration;

use tapewriter_engine::contract::{OnEnd, RecordingState, Stream, TapeOrigin};
use tapewriter_engine::log::{Entry, Kind, Log};
use tapewriter_engine::tape::Tape;
use tapewriter_engine::tape::block::BLOCK_ENTRIES;
use tapewriter_engine::{Engine, Options};
use tokio::sync::mpsc;

use crate::support::{Demo, demo, ended, get, once, raw, until};
use crate::{LITTLE, LONG, all, closed, connect, files, plain, recording};

/// Opens a session and gathers every entry that it makes.
fn gathered(engine: &Engine, stream: Stream) -> (Arc<tapewriter_engine::Session>, mpsc::Receiver<Entry>) {
    let (outlet, entries) = mpsc::channel(1_000_000);
    let options = Options {
        outlet: Some(outlet),
        ..plain()
    };
    let id = engine.connect("k", stream, options).expect("opened");
    (engine.session(id).expect("there"), entries)
}

fn drained(mut entries: mpsc::Receiver<Entry>) -> Vec<Entry> {
    let mut all = Vec::new();
    while let Ok(entry) = entries.try_recv() {
        all.push(entry);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_is_on_tape_as_it_came() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, _deck) = recording(folder.path(), LITTLE);
    for path in [
        "flood?n=30000&size=100",
        "stream?n=20&ms=5",
        "faults/everything",
        "faults/comments",
    ] {
        let stream = Stream {
            id: path.to_owned(),
            ..once(format!("{}/{path}", demo.origin))
        };
        let (outlet, entries) = mpsc::channel(1_000_000);
        let options = Options {
            outlet: Some(outlet),
            ..plain()
        };
        let id = engine.connect(path, stream, options).expect("opened");
        let session = engine.session(id).expect("there");
        if path == "faults/comments" {
            until(&engine, "comments", || session.status().comments > 0).await;
            session.stop();
        }
        ended(&engine, &session).await;
        let tape = closed(&engine, &session).await;
        let came = drained(entries);
        assert!(!came.is_empty());
        assert_eq!(all(&*tape), came, "{path}");
        // And the session reads the same of it, page by page.
        assert_eq!(all(&**session.log()), came, "{path}");
        let summary = tape.summary().expect("closed");
        let events = came
            .iter()
            .filter(|entry| matches!(entry.kind, Kind::Event(_)))
            .count();
        assert_eq!(summary.events, events as u64);
        assert_eq!(summary.missing, 0);
        assert_eq!(session.status().recording.lost, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_holds_the_newest_and_the_tape_the_rest() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, _deck) = recording(folder.path(), LITTLE);
    let (session, entries) = gathered(&engine, once(format!("{}/flood?n=300000&size=100", demo.origin)));
    ended(&engine, &session).await;
    closed(&engine, &session).await;
    drop(entries);
    let status = session.status();
    assert_eq!((status.events, status.first_pos, status.dropped), (300_000, 0, 0));
    // Entries of memory alone: 8 MiB of them at the most, beside the wire.
    assert!(engine.memory() < (64 << 20) + (10 << 20), "{}", engine.memory());
    for from in [0, 1, 1_023, 150_000, 295_000, status.end_pos - 200] {
        let page = session.page(from, 200);
        assert_eq!(page.rows.len(), 200);
        assert!(
            page.rows
                .iter()
                .enumerate()
                .all(|(at, row)| row.pos == from + at as u64)
        );
    }
    // Text scrolls back over the seam between the two.
    let page = session.text_before(Some(status.end_pos - 4_096), 10_000);
    assert!(page.more && !page.runs.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tape_is_readable_while_it_is_written() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, _deck) = recording(folder.path(), LITTLE);
    let session = connect(&engine, get(format!("{}/stream?n=100000&ms=1", demo.origin)));
    until(&engine, "some are on tape", || {
        session.tape().is_some_and(|tape| tape.span().end > 20)
    })
    .await;
    // By others as well: another process would open the file.
    let path = session.tape().expect("a tape").path().to_owned();
    let other = Tape::open(&path).expect("readable");
    let there = all(&*other);
    assert!(there.len() > 20);
    assert_eq!(there, session.log().run(0, there.len()));
    assert!(other.summary().is_none());
    assert_eq!(session.status().recording.state, RecordingState::On);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_tape_is_one_file_that_anything_reads() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, deck) = recording(folder.path(), LITTLE);
    let session = connect(&engine, once(format!("{}/stream?n=5&ms=1", demo.origin)));
    ended(&engine, &session).await;
    closed(&engine, &session).await;
    let names = files(folder.path());
    assert_eq!(names.len(), 1, "{names:?}");
    let path = folder.path().join(&names[0]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&path).expect("there").permissions().mode() & 0o777,
            0o600
        );
    }
    // Bytes 18 and 19 of the header: 1 is a rollback journal, 2 a WAL (https://sqlite.org/fileformat.html, 1.3.3).
    let bytes = std::fs::read(&path).expect("readable");
    assert_eq!((&bytes[18..20], &bytes[68..72]), (&[1u8, 1][..], &b"TwTp"[..]));
    let list = deck.list(|_| None);
    assert_eq!(list.tapes.len(), 1);
    assert_eq!(
        (list.tapes[0].events, list.tapes[0].origin),
        (5, TapeOrigin::Recorded)
    );
    assert!(list.tapes[0].ended_us.is_some() && !list.tapes[0].kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeping_protects_and_names_a_live_tape_and_a_closed_one() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, deck) = recording(folder.path(), LITTLE);
    let session = connect(&engine, get(format!("{}/stream?n=100000&ms=1", demo.origin)));
    until(&engine, "it is on tape", || {
        session.tape().is_some_and(|tape| tape.span().end > 2)
    })
    .await;
    let id = session.tape_id().expect("a tape");
    deck.keep(&id, "Incident 14 Nov", true).expect("kept");
    until(&engine, "it is written", || {
        session.tape().expect("a tape").name() == ("Incident 14 Nov".to_owned(), true)
    })
    .await;
    assert!(deck.delete(&id).is_err(), "it is being recorded");
    session.stop();
    closed(&engine, &session).await;
    deck.keep(&id, " Two ", false).expect("given up");
    let info = deck.list(|_| None).tapes.remove(0);
    assert_eq!((info.name.as_str(), info.kept), ("Two", false));
    deck.delete(&id).expect("deleted");
    assert_eq!(files(folder.path()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_must_not_be_recorded_is_not() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, _deck) = recording(folder.path(), LITTLE);
    let stream = Stream {
        record: false,
        ..once(format!("{}/stream?n=5&ms=1", demo.origin))
    };
    let session = connect(&engine, stream);
    ended(&engine, &session).await;
    assert_eq!(session.status().recording.state, RecordingState::Off);
    assert_eq!(files(folder.path()), Vec::<String>::new());
    // Nor does an address where nothing answers leave a tape.
    let nobody = connect(&engine, once("http://127.0.0.1:9/"));
    until(&engine, "it waits", || {
        nobody.state() != tapewriter_engine::contract::State::Connecting
    })
    .await;
    nobody.stop();
    ended(&engine, &nobody).await;
    until(&engine, "the tape is given up", || {
        nobody.status().recording.tape.is_none()
    })
    .await;
    assert_eq!(files(folder.path()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_of_the_definition_is_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (engine, _deck) = recording(folder.path(), LITTLE);
    let server = raw([&format!("{}data: x\n\n", crate::support::OK)]).await;
    let mut stream = once(format!("{}/?api_key=sk-geheim-1", server.origin));
    stream.headers.push(tapewriter_engine::contract::Header::new(
        "Authorization",
        "Bearer geheim-2",
    ));
    let session = connect(&engine, stream);
    ended(&engine, &session).await;
    let path = closed(&engine, &session).await.path().to_owned();
    assert!(server.requests.lock()[0].contains("geheim-2"), "it was sent");
    let bytes = std::fs::read(path).expect("readable");
    assert!(memchr::memmem::find(&bytes, b"geheim").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tape_that_outgrows_its_bytes_lets_its_oldest_go() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let limits = tapewriter_engine::tape::Limits {
        session_bytes: 4 << 20,
        ..LITTLE
    };
    let (engine, _deck) = recording(folder.path(), limits);
    let mut stream = once(format!("{}/flood?n=200000&size=100", demo.origin));
    stream.bounds.wire_mib = 1;
    let session = connect(&engine, stream);
    ended(&engine, &session).await;
    let tape = closed(&engine, &session).await;
    let span = tape.span();
    assert!(span.first > 100_000, "{span:?}");
    let status = session.status();
    assert_eq!((status.dropped, status.events), (span.first, 200_000));
    assert_eq!(session.page(0, 1).rows[0].pos, span.first);
    let bytes = std::fs::metadata(tape.path()).expect("there").len();
    assert!(bytes < 24 << 20, "{bytes}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_tapes_that_are_not_kept_make_room() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let limits = tapewriter_engine::tape::Limits {
        unsaved_bytes: 6 << 20,
        ..LITTLE
    };
    let (engine, deck) = recording(folder.path(), limits);
    let mut ids = Vec::new();
    // A tape takes one to four MiB, as its wire came: not all fit, and the newest always does.
    for n in 0..7 {
        let mut stream = once(format!("{}/flood?n=10000&size=100&{n}", demo.origin));
        stream.id = n.to_string();
        stream.bounds.wire_mib = 1;
        let session = connect(&engine, stream);
        let id = session.tape_id().expect("a tape");
        if n == 0 {
            deck.keep(&id, "kept", true).expect("kept");
        }
        ended(&engine, &session).await;
        closed(&engine, &session).await;
        engine.close(session.id());
        ids.push(id);
    }
    // The budget is looked after once the last one has been closed.
    let until = std::time::Instant::now() + LONG;
    loop {
        let there: Vec<String> = deck
            .list(|_| None)
            .tapes
            .into_iter()
            .map(|tape| tape.id)
            .collect();
        assert!(there.contains(&ids[0]), "the kept one stays");
        if !there.contains(&ids[1]) && there.contains(&ids[6]) {
            break;
        }
        assert!(std::time::Instant::now() < until, "never: {there:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wal_stays_small_and_reads_short_while_a_flood_pours() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, _deck) = recording(folder.path(), LITTLE);
    let session = connect(&engine, once(format!("{}/flood?n=600000&size=100", demo.origin)));
    until(&engine, "it pours", || session.status().events > 10_000).await;
    let scanned = Arc::clone(&session);
    let scan = tokio::task::spawn_blocking(move || {
        let (mut most, mut took, mut rounds) = (0, Vec::new(), 0);
        while scanned.state().is_live() || rounds == 0 {
            let log = scanned.log();
            let (mut pos, mut seen) = (0, 0u64);
            while pos < log.span().end && seen < 200_000 {
                let began = std::time::Instant::now();
                let next = log.visit(pos, &mut |_| std::ops::ControlFlow::Continue(()));
                took.push(began.elapsed());
                // What is read while the file is held is one block, however much there is.
                assert!(
                    next - pos <= BLOCK_ENTRIES as u64,
                    "{} entries at once",
                    next - pos
                );
                seen += next - pos;
                pos = next;
                let wal = scanned.tape().expect("a tape").path().with_extension("tape-wal");
                most = most.max(std::fs::metadata(wal).map_or(0, |meta| meta.len()));
            }
            rounds += 1;
        }
        (most, took, rounds)
    });
    ended(&engine, &session).await;
    let (most, mut took, rounds) = scan.await.expect("scanned");
    closed(&engine, &session).await;
    assert_eq!(session.status().events, 600_000);
    assert!(most < 64 << 20, "the WAL grew to {most} bytes");
    assert!(rounds > 0);
    // A single question to the file, which is what a read transaction is here, is over in 50 ms. Of a busy machine any
    // one may be put off by others, so it is that of most of them; that each reads a block and no more is above.
    took.sort();
    let most_took = took[took.len() * 9 / 10];
    assert!(most_took < Duration::from_millis(50), "{most_took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reconnecting_session_is_one_tape() {
    let (folder, demo): (_, Demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, _deck) = recording(folder.path(), LITTLE);
    let stream = Stream {
        on_end: OnEnd::Reconnect,
        ..get(format!("{}/flaky", demo.origin))
    };
    let session = connect(&engine, stream);
    until(&engine, "it came back", || session.status().reconnects > 0).await;
    session.stop();
    let tape = closed(&engine, &session).await;
    assert_eq!(all(&*tape), all(&**session.log()));
    assert!(tape.summary().expect("closed").reconnects > 0);
    assert_eq!(files(folder.path()).len(), 1);
}
