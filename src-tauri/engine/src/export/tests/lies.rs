//! Tapes whose figures lie, and holes that never end: whatever reads a tape whole ends, and can be ended.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use rusqlite::Connection;

use super::*;
use crate::contract::TextRule;
use crate::import::import;
use crate::lenient::Mid;
use crate::rerun::{Rerun, chunks_kept};
use crate::strip::Strips;
use crate::tape::{Maker, Tape, TapeHead, recover};
use crate::wire::stored::{ChunkFacts, Facts, Stored};
use crate::wire::taped;

#[path = "../../../tests/tape/lies.rs"]
mod written;
use written::LIES;

/// What any of these takes, and far more; only what never ends takes longer.
const FOREVER: Duration = Duration::from_secs(120);
/// Events of the tape: several blocks.
const EVENTS: u64 = 2_500;
/// Looks that work on as many takes at most: one for each stretch of a few and some at the ends.
const LOOKS: u64 = EVENTS / 8;
const TEXTS: [ExportFormat; 4] = [
    ExportFormat::Jsonl,
    ExportFormat::Csv,
    ExportFormat::Sse,
    ExportFormat::Text,
];

/// A tape of a body in chunks, each an event.
fn tape(path: &Path) {
    let mut maker = Maker::create(path, &TapeHead::default()).expect("a file");
    let mut offset = 0;
    for n in 0..EVENTS {
        maker
            .push(event(n, n + 1, "message", "", "0123456789"))
            .expect("room");
        let bytes = b"data: 0123456789\n\n".to_vec();
        let came = bytes.len() as u64;
        let facts = ChunkFacts {
            came,
            raw_came: came,
            before: Mid::default(),
            offset,
            events_before: n,
            events: 1,
            comment_us: None,
            framing: crate::contract::Framing::Sse,
            refused: false,
        };
        offset += came;
        let row = Stored {
            no: n,
            at_us: n,
            attempt: 1,
            facts: Facts::Chunk(facts),
            bytes,
            raw: None,
        };
        maker.wire(&row).expect("room");
    }
    maker.finish(None, |_| ()).expect("room");
}

/// Reads a tape whole in every way. Panics where it takes more looks than its entries are worth.
fn everything(path: &Path, folder: &Path) {
    let Ok(tape) = Tape::open(path) else { return };
    let bounded = |doing: &'static str| {
        let mut looks = 0;
        move |_: Progress| {
            looks += 1;
            assert!(looks <= LOOKS, "{doing} goes on and on");
            ControlFlow::Continue(())
        }
    };
    for format in TEXTS {
        let watch = &mut bounded("an export");
        let _ = write(
            format,
            &TextRule::Lines.into(),
            &Rules::default(),
            &*tape,
            Which::All,
            &mut io::sink(),
            watch,
        );
    }
    let to = folder.join("copy.tape");
    let _ = to_tape(&tape, Which::All, &to, |_| (), &mut bounded("a copy"));
    let mut some = |entry: &Entry| entry.pos.is_multiple_of(2);
    let part = Which::If(&mut some);
    let _ = to_tape(&tape, part, &to, |_| (), &mut bounded("a part"));
    let terms = Terms {
        limits: Limits::default(),
        now_us: 0,
    };
    let _ = import(path, &to, terms, &mut bounded("an import"));
    let _ = recover::count(&tape);
    let _ = Strips::rebuild(&*tape, None);
    let _ = chunks_kept(&tape, &mut on);
    let reach = tape.wire_reach();
    let _ = taped::raw(&tape, reach);
    let _ = taped::page(&tape, reach, 0, 100, crate::contract::WireForm::Text);
    let _ = crate::read::page(
        &*tape,
        tape.span().first,
        200,
        &crate::actions::Actions::default(),
    );
    let _ = crate::text::before(&*tape, None, 100_000, &TextRule::Lines.into());
    let mut cursor = crate::text::newest(&*tape, 100_000, &TextRule::Lines.into());
    while let Some((_, next)) = crate::text::since(&*tape, cursor, &TextRule::Lines.into()) {
        assert_ne!(next, cursor, "the text stands");
        cursor = next;
    }
    let rerun = Rerun::new(tape);
    if let Ok(Some(reading)) = rerun.begin(None) {
        assert!(reading.count() as u64 <= EVENTS + 1);
    }
}

/// Does something that must end.
fn ends(what: &str, work: impl FnOnce() + Send + 'static) {
    let (done, end) = mpsc::channel();
    let worker = std::thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    match end.recv_timeout(FOREVER) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it does not end: {what}"),
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => {
            assert!(worker.join().is_ok(), "it fails: {what}");
        }
    }
}

fn lying(path: &Path, sql: &str) -> PathBuf {
    let copy = path.with_file_name("lies.tape");
    std::fs::copy(path, &copy).expect("copied");
    let db = Connection::open(&copy).expect("opened");
    db.execute_batch(sql).expect("changed");
    copy
}

#[test]
fn no_lie_makes_it_go_on_for_ever() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("it.tape");
    tape(&path);
    let whole = path.clone();
    let into = folder.path().to_owned();
    ends("the truth", move || everything(&whole, &into));
    for sql in LIES {
        let copy = lying(&path, sql);
        let into = folder.path().to_owned();
        ends(sql, move || everything(&copy, &into));
    }
}

/// A log of nothing but a hole, which it crawls through.
struct Hole;

impl Log for Hole {
    fn span(&self) -> Span {
        Span {
            first: 0,
            end: u64::MAX,
        }
    }

    fn get(&self, _: u64) -> Option<Entry> {
        None
    }

    fn data_bytes_before(&self, _: u64) -> u64 {
        0
    }

    fn next_from(&self, pos: u64) -> Option<u64> {
        pos.checked_add(1)
    }
}

#[test]
fn a_watch_that_breaks_ends_it_though_nothing_is_there() {
    for format in TEXTS {
        ends("a hole", move || {
            let mut looks = 0;
            let mut watch = |_: Progress| {
                looks += 1;
                if looks > 10 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let mut nothing = 0..u64::MAX;
            for which in [Which::All, Which::At(&mut nothing)] {
                let written = write(
                    format,
                    &TextRule::Lines.into(),
                    &Rules::default(),
                    &Hole,
                    which,
                    &mut io::sink(),
                    &mut watch,
                );
                assert_eq!(written.expect_err("ended").code, Code::Stopped);
            }
        });
    }
}
