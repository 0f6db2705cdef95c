//! Files that are damaged, or a stranger's.

use std::path::Path;

use rusqlite::Connection;
use tapewriter_engine::contract::{Code, Failure, TapeOrigin};
use tapewriter_engine::log::Log;
use tapewriter_engine::tape::{Tape, recover};

use crate::lies::LIES;
use crate::support::{demo, ended, once};
use crate::{LITTLE, all, closed, connect, files, recording};

/// A closed tape of some thousand events, and what is on it.
async fn tape(folder: &Path) -> (std::path::PathBuf, Vec<tapewriter_engine::log::Entry>) {
    let demo = demo().await;
    let (engine, _deck) = recording(folder, LITTLE);
    let session = connect(&engine, once(format!("{}/flood?n=20000&size=100", demo.origin)));
    ended(&engine, &session).await;
    let tape = closed(&engine, &session).await;
    (tape.path().to_owned(), all(&*tape))
}

fn what(failure: &Failure) -> (Code, &str) {
    (failure.code, failure.args.get("what").map_or("", String::as_str))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_readable_of_a_damaged_tape_is_recovered() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, entries) = tape(folder.path()).await;
    let bytes = std::fs::read(&path).expect("readable");
    // Pages in the middle are overwritten: of the entries, of the index, of the wire, whichever they hit.
    for at in [0.3, 0.5, 0.7] {
        let mut broken = bytes.clone();
        let from = (broken.len() as f64 * at) as usize & !8_191;
        broken[from..from + 16_384].fill(0xa5);
        let hurt = folder.path().join("hurt.tape");
        std::fs::write(&hurt, &broken).expect("written");
        let to = folder.path().join("mended.tape");
        recover(&hurt, &to).expect("something is readable");
        let mended = Tape::open(&to).expect("whole");
        let rest = all(&*mended);
        assert!(
            rest.len() > entries.len() / 4,
            "{at}: {} of {}",
            rest.len(),
            entries.len()
        );
        // What is there is what was there.
        for entry in &rest {
            assert_eq!(entry, &entries[usize::try_from(entry.pos).expect("small")]);
        }
        assert_eq!(mended.head().origin, TapeOrigin::Recovered);
        assert_eq!(mended.fault(), None);
        std::fs::remove_file(to).expect("removed");
    }
    // Cut short, as by a copy that was ended.
    let cut = folder.path().join("cut.tape");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("written");
    let to = folder.path().join("mended.tape");
    match recover(&cut, &to) {
        Ok(()) => assert!(!all(&*Tape::open(&to).expect("whole")).is_empty()),
        Err(failure) => assert_eq!(what(&failure), (Code::Tape, "damaged")),
    }
    // Nothing of it at all: an error, and nothing is left.
    std::fs::write(&cut, &bytes[..512]).expect("written");
    let to = folder.path().join("none.tape");
    assert!(recover(&cut, &to).is_err());
    assert!(!files(folder.path()).iter().any(|name| name.starts_with("none")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_a_damaged_tape_never_panics_and_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, entries) = tape(folder.path()).await;
    let bytes = std::fs::read(&path).expect("readable");
    let hurt = folder.path().join("hurt.tape");
    let mut said = 0;
    for step in 0..40 {
        let mut broken = bytes.clone();
        let at = broken.len() * step / 40;
        let end = (at + 3_000).min(broken.len());
        broken[at..end].fill(0xff);
        std::fs::write(&hurt, &broken).expect("written");
        let Ok(tape) = Tape::open(&hurt) else {
            said += 1;
            continue;
        };
        let span = tape.span();
        if span.end > 1_000_000 {
            continue;
        }
        let read = tape.run(span.first, 30_000);
        let mut pos = span.first;
        while pos < span.end {
            let next = tape.visit(pos, &mut |_| std::ops::ControlFlow::Continue(()));
            assert!(next > pos);
            pos = next;
        }
        tape.wire(&mut |_| std::ops::ControlFlow::Continue(()));
        if read.len() < entries.len() {
            assert!(
                tape.fault().is_some(),
                "{} entries are gone without a word",
                entries.len() - read.len()
            );
            said += 1;
        }
    }
    assert!(said > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strangers_file_is_not_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, entries) = tape(folder.path()).await;
    let changed = |name: &str, sql: &str| {
        let copy = folder.path().join(name);
        std::fs::copy(&path, &copy).expect("copied");
        let db = Connection::open(&copy).expect("opened");
        db.execute_batch(sql).expect("changed");
        drop(db);
        Tape::open(&copy)
    };
    // Something that acts.
    let trigger = changed(
        "trigger.tape",
        "CREATE TRIGGER t AFTER INSERT ON bookmark BEGIN DELETE FROM block; END",
    );
    assert_eq!(what(&trigger.expect_err("refused")), (Code::Tape, "foreign"));
    let view = changed(
        "view.tape",
        "ALTER TABLE tape RENAME TO hidden; CREATE VIEW tape AS SELECT * FROM hidden",
    );
    assert_eq!(what(&view.expect_err("refused")), (Code::Tape, "foreign"));
    // Of the future, of another program, without its tables.
    let newer = changed("newer.tape", "PRAGMA user_version = 99");
    assert_eq!(what(&newer.expect_err("refused")), (Code::Tape, "newer"));
    let other = changed("other.tape", "PRAGMA application_id = 7");
    assert_eq!(what(&other.expect_err("refused")), (Code::Tape, "foreign"));
    let fewer = changed("fewer.tape", "DROP TABLE wire");
    assert_eq!(what(&fewer.expect_err("refused")), (Code::Tape, "damaged"));
    let none = changed("none.tape", "PRAGMA user_version = 0");
    assert_eq!(what(&none.expect_err("refused")), (Code::Tape, "foreign"));
    // Tables of a tape's names that compute what they say, of any size; and what no tape has.
    for (name, sql) in [
        (
            "computed.tape",
            "DROP TABLE wire; CREATE TABLE wire (no INTEGER PRIMARY KEY NOT NULL, at_us INTEGER NOT NULL,
             attempt INTEGER NOT NULL, facts TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000))),
             bytes BLOB NOT NULL, raw BLOB) STRICT",
        ),
        ("more.tape", "CREATE TABLE more (x)"),
        ("index.tape", "CREATE INDEX more ON bookmark (hex(note))"),
        ("loose.tape", "ALTER TABLE bookmark ADD COLUMN more TEXT"),
    ] {
        let refused = changed(name, sql);
        assert_eq!(what(&refused.expect_err(name)), (Code::Tape, "foreign"), "{name}");
        // Nor is it a damaged tape of which something can be recovered.
        let copy = folder.path().join(name);
        let to = folder.path().join("mended.tape");
        assert_eq!(
            what(&recover(&copy, &to).expect_err(name)),
            (Code::Tape, "foreign"),
            "{name}"
        );
        Connection::open(&copy)
            .and_then(|db| db.execute_batch("DROP TABLE tape"))
            .expect("changed");
        assert_eq!(
            what(&recover(&copy, &to).expect_err(name)),
            (Code::Tape, "foreign"),
            "{name}, damaged"
        );
    }
    std::fs::write(folder.path().join("text.tape"), "data: x\n\n").expect("written");
    let text = Tape::open(&folder.path().join("text.tape"));
    assert_eq!(what(&text.expect_err("refused")), (Code::Tape, "foreign"));
    let gone = Tape::open(&folder.path().join("gone.tape"));
    assert_eq!(what(&gone.expect_err("refused")), (Code::Tape, "missing"));

    // A block that cannot be: the newest makes it a damaged tape, any other one is missing, and said.
    let newest = changed("newest.tape", "UPDATE block SET len = 9223372036854775807");
    assert_eq!(what(&newest.expect_err("refused")), (Code::Tape, "damaged"));
    for lie in [
        "len = 9223372036854775807",
        "len = 0",
        "len = 1025",
        "len = -1",
        "events = 9223372036854775807",
        "body = x'01'",
    ] {
        let copy = folder.path().join("lie.tape");
        let _ = std::fs::remove_file(&copy);
        let tape = changed(
            "lie.tape",
            &format!("UPDATE block SET {lie} WHERE first = (SELECT first FROM block ORDER BY first LIMIT 1 OFFSET 1)"),
        )
        .expect("opened");
        let (second, third) = {
            let db = Connection::open(&copy).expect("opened");
            let mut firsts = db
                .prepare("SELECT first FROM block ORDER BY first LIMIT 3")
                .expect("read");
            let firsts: Vec<u64> = firsts
                .query_map([], |row| row.get(0))
                .expect("read")
                .map(|first| first.expect("a figure"))
                .collect();
            (firsts[1], firsts[2])
        };
        assert_eq!(tape.get(second), None, "{lie}");
        assert_eq!(tape.next_from(second), Some(third), "{lie}");
        assert_eq!(tape.next_from(second - 1), Some(second - 1));
        let there = all(&*tape);
        assert_eq!(
            there.len() as u64,
            entries.len() as u64 - (third - second),
            "{lie}"
        );
        let mut heads = 0;
        tape.heads(0, &mut |head| {
            assert_ne!(head.first, second, "{lie}");
            heads += 1;
            std::ops::ControlFlow::Continue(())
        });
        assert!(heads > 2);
        assert_eq!(
            what(&tape.fault().expect("said")),
            (Code::Tape, "damaged"),
            "{lie}"
        );
    }
    // A hole as wide as positions go is passed at once.
    let wide = changed(
        "wide.tape",
        "UPDATE block SET first = first + 9000000000000000 WHERE first = (SELECT max(first) FROM block)",
    )
    .expect("opened");
    let far = wide.span().end;
    assert!(far > 9_000_000_000_000_000);
    let next = wide.next_from(entries.len() as u64).expect("further on");
    assert!(next >= 9_000_000_000_000_000);
    assert_eq!(wide.next_from(far), None);
    let engine = tapewriter_engine::Engine::default();
    let id = engine.open_tape("wide", || Ok(wide)).expect("opened");
    let replay = engine.session(id).expect("there");
    replay.play(&tapewriter_engine::contract::ReplayCommand::Speed { speed: 0.0 });
    replay.play(&tapewriter_engine::contract::ReplayCommand::Play);
    crate::support::until(&engine, "its end", || replay.status().end_pos == far).await;

    // Figures that lie are no way to make it read, allocate or loop without end.
    for sql in LIES {
        let copy = folder.path().join("lies.tape");
        let _ = std::fs::remove_file(&copy);
        let Ok(tape) = changed("lies.tape", sql) else {
            continue;
        };
        let span = tape.span();
        let _ = tape.get(span.first);
        let _ = tape.get(span.end.saturating_sub(1));
        let _ = tape.run(span.first, 100);
        let _ = tape.running(span.end);
        let _ = tape.after(u64::MAX);
        let _ = tape.after(0);
        let _ = tape.event_pos(u64::MAX);
        let _ = tape.visit(span.first, &mut |_| std::ops::ControlFlow::Continue(()));
        let mut rows = 0;
        tape.wire(&mut |_| {
            rows += 1;
            std::ops::ControlFlow::Continue(())
        });
        // As a session that replays it: pages, wire, strip and all.
        let engine = tapewriter_engine::Engine::default();
        let id = engine.open_tape("lies", || Ok(tape)).expect("opened");
        let replay = engine.session(id).expect("there");
        replay.play(&tapewriter_engine::contract::ReplayCommand::Seek { at_us: u64::MAX });
        let _ = (
            replay.status(),
            replay.page(0, 200),
            replay.text_before(None, 1_000),
        );
        let _ = replay.wire(0, 100, tapewriter_engine::contract::WireForm::Text);
        let _ = replay.wire_raw();
        let _ = replay.strip(None, None, 100);
        replay.play(&tapewriter_engine::contract::ReplayCommand::Step { events: -1 });
    }
}
