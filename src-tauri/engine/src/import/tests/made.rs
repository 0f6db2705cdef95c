//! What is imported as a tape.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::contract::TapeOrigin;
use crate::log::Log as _;
use crate::rerun::Rerun;
use crate::tape::Tape;

/// Imports a file of this name; the folder, and how it went.
fn tape(name: &str, bytes: &[u8], watch: &mut Watch<'_>) -> (TempDir, PathBuf, Result<Imported, Failure>) {
    let (folder, path) = file(name, bytes);
    let made = folder.path().join("made.tape");
    let imported = import(&path, &made, TERMS, watch);
    (folder, made, imported)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

const TEXT: &str = ": c\n\nid: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: half";

#[test]
fn event_stream_text_becomes_a_tape_that_can_be_served() {
    let (_folder, made, imported) = tape("my stream.sse", TEXT.as_bytes(), &mut on);
    assert_eq!(imported.expect("it reads").events, 2);
    let tape = Tape::open(&made).expect("a tape");
    assert_eq!(tape.name().0, "my stream");
    assert_eq!(tape.head().origin, TapeOrigin::Imported);
    let summary = tape.summary().expect("closed");
    assert_eq!((summary.events, summary.comments, summary.attempts), (2, 1, 1));
    assert_eq!((tape.head().started_us, summary.ended_us), (1_000_000, 1_050_000));
    assert_eq!(summary.body_bytes, TEXT.len() as u64);
    let rerun = Rerun::new(tape);
    assert!(rerun.has_chunks());
    let text: Vec<u8> = rerun
        .begin(None)
        .expect("it reads")
        .expect("events")
        .flat_map(|piece| piece.expect("it reads").1.to_vec())
        .collect();
    assert_eq!(text, TEXT.trim_end_matches("data: half").as_bytes());
}

#[test]
fn a_failure_or_a_cancel_leaves_nothing_behind() {
    let good = TEXT.repeat(5_000);
    let mut looks = 0;
    let mut stop = |_: Progress| {
        looks += 1;
        if looks == 4 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let (folder, _, imported) = tape("a.sse", good.as_bytes(), &mut stop);
    assert_eq!(imported.expect_err("cancelled").code, Code::Stopped);
    assert_eq!(names(folder.path()), ["a.sse"]);
    for (name, bytes) in [
        ("a.sse", "no event\n\n"),
        ("a.jsonl", "{\"a\":1}\n{\"b\""),
        ("a.tape", "SQLite format 3\0 and no more of it"),
    ] {
        let (folder, _, imported) = tape(name, bytes.as_bytes(), &mut on);
        let failure = imported.expect_err(name);
        assert_eq!(failure.code, Code::Tape, "{name}");
        assert!(failure.args["path"].ends_with(name), "{name}: {failure:?}");
        assert_eq!(names(folder.path()), [name]);
    }
}

#[test]
fn a_tape_is_written_anew_with_nothing_of_the_stranger_in_it() {
    let (folder, made, imported) = tape("a.sse", TEXT.as_bytes(), &mut on);
    imported.expect("it reads");
    let again = folder.path().join("again.tape");
    let second = import(&made, &again, TERMS, &mut on).expect("a tape");
    assert_eq!((second.entries, second.events), (3, 2));
    let (first, second) = (
        Tape::open(&made).expect("a tape"),
        Tape::open(&again).expect("a tape"),
    );
    assert_eq!(first.run(0, 10), second.run(0, 10));
    assert_eq!(first.summary(), second.summary());
    assert_eq!(second.name().0, "a");
    assert!(Rerun::new(Arc::clone(&second)).has_chunks());
    assert_eq!(second.head().origin, TapeOrigin::Imported);
    assert_eq!(names(folder.path()), ["a.sse", "again.tape", "made.tape"]);
    // A file with a trigger in it is no tape of ours, and is not read at all.
    drop(first);
    let db = rusqlite::Connection::open(&made).expect("it opens");
    db.execute_batch("CREATE TABLE x (y); CREATE TRIGGER z AFTER INSERT ON x BEGIN DELETE FROM x; END")
        .expect("it writes");
    drop(db);
    let hostile = folder.path().join("hostile.tape");
    let failure = import(&made, &hostile, TERMS, &mut on).expect_err("hostile");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Tape, "foreign"),
        "{failure:?}"
    );
    assert!(!hostile.exists());
}
