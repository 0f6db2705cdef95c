//! Tapes that are read before they are there, and what is kept of them.

use super::*;
use crate::contract::{Stream, TapeOrigin};
use crate::log::tests::event;

fn what(tape: &Tape) -> Option<String> {
    tape.fault()?.args.get("what").cloned()
}

#[test]
fn blocks_of_one_large_entry_each_are_not_all_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.tape");
    let head = TapeHead::new(&Stream::default(), 1, TapeOrigin::Recorded);
    let mut maker = crate::tape::Maker::create(&path, &head).expect("room");
    let data = "x".repeat(CACHED_BYTES / 3 + 1);
    for pos in 0..4 {
        maker.push(event(pos, "message", &data)).expect("written");
    }
    maker.finish(None, |_| {}).expect("written");
    let tape = Tape::open(&path).expect("readable");
    for pos in 0..4 {
        assert!(tape.get(pos).is_some());
        assert!(tape.cache.lock().last().is_some_and(|block| block.holds(pos)));
        assert!(tape.cache.lock().len() <= 2);
    }
}

#[test]
fn a_tape_that_is_not_there_yet_is_a_fault_until_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("live.tape");
    let head = TapeHead::new(&Stream::default(), 1, TapeOrigin::Recorded);
    let tape = Tape::recording(&path, head.clone(), Arc::default());
    assert_eq!(tape.bookmarks(), []);
    assert_eq!(what(&tape).as_deref(), Some("missing"));
    // Made, and nothing is on it.
    std::fs::write(&path, "").expect("written");
    assert_eq!(tape.bookmarks(), []);
    assert_eq!(what(&tape).as_deref(), Some("foreign"));
    std::fs::remove_file(&path).expect("removed");
    let db = file::create(&path).expect("made");
    pen::head(&db, &head).expect("written");
    assert_eq!(tape.name(), (String::new(), false));
    assert_eq!(what(&tape), None);

    // What is damaged stays so, whatever can be read afterwards.
    let mut pen = pen::Pen::new();
    pen.entries(&db, &[event(0, "message", "one")]).expect("written");
    pen.flush(&db).expect("written");
    db.execute("UPDATE block SET sum = sum + 1", []).expect("changed");
    tape.progress().end.store(1, Ordering::Release);
    assert!(tape.get(0).is_some());
    tape.release(|| ());
    assert_eq!(tape.name(), (String::new(), false));
    assert_eq!(what(&tape).as_deref(), Some("damaged"));
}
