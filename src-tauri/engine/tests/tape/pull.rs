//! The recorder's thread by itself, with sessions that are made up: one batch of each in turn, and a WAL that stays small.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tapewriter_engine::contract::{Bookmark, Stream, TapeOrigin};
use tapewriter_engine::log::{Entry, Event, Kind, Log};
use tapewriter_engine::tape::recorder::{Batch, Closing, Feed, WireBatch};
use tapewriter_engine::tape::{Recorder, Summary, TapeHead};

use crate::{LITTLE, LONG};

/// A session that has as many entries as it is told, or without end.
#[derive(Default)]
struct Made {
    end: AtomicU64,
    endless: bool,
    written: AtomicU64,
    over: AtomicBool,
}

fn entry(pos: u64) -> Entry {
    Entry {
        pos,
        at_us: 1_763_870_400_000_000 + pos,
        gap_us: None,
        attempt: 1,
        kind: Kind::Event(Event {
            seq: pos + 1,
            event_type: "message".into(),
            id: "".into(),
            data: format!("{pos:.<100}").into(),
            wire_bytes: 100,
            chunks: 1,
        }),
    }
}

impl Feed for Made {
    fn entries(&self, from: u64, most: usize, _bytes: usize) -> Batch {
        let end = if self.endless {
            from + 500
        } else {
            self.end.load(Ordering::Acquire)
        };
        let to = end.min(from + most as u64);
        Batch {
            entries: (from..to).map(entry).collect(),
            more: self.endless && !self.over.load(Ordering::Acquire),
        }
    }

    fn wire(&self, from: u64, _bytes: usize) -> WireBatch {
        WireBatch {
            first: from,
            ..WireBatch::default()
        }
    }

    fn bookmarks(&self, _generation: u64) -> Option<(u64, Vec<Bookmark>)> {
        None
    }

    fn written(&self, end: u64, _wire_end: u64) {
        self.written.store(end, Ordering::Release);
    }

    fn stopped(&self) {}

    fn changed(&self) {}

    fn closing(&self) -> Option<Closing> {
        let summary = Summary {
            events: self.written.load(Ordering::Acquire),
            ..Summary::default()
        };
        self.over.load(Ordering::Acquire).then(|| Closing {
            summary,
            ..Closing::default()
        })
    }
}

fn until(what: &str, fact: impl Fn() -> bool) {
    let end = Instant::now() + LONG;
    while !fact() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn head() -> TapeHead {
    TapeHead::new(&Stream::default(), 1, TapeOrigin::Recorded)
}

#[test]
fn a_flood_without_end_does_not_keep_others_from_their_tape() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = Recorder::start(LITTLE).expect("a thread");
    let (flood, slow) = (
        Arc::new(Made {
            endless: true,
            ..Made::default()
        }),
        Arc::new(Made::default()),
    );
    let flooded = recorder.track(&folder.path().join("flood.tape"), head());
    flooded.feed(Arc::clone(&flood) as Arc<dyn Feed>);
    until("the flood is written", || {
        flood.written.load(Ordering::Acquire) > 5_000
    });
    let track = recorder.track(&folder.path().join("slow.tape"), head());
    slow.end.store(3, Ordering::Release);
    track.feed(Arc::clone(&slow) as Arc<dyn Feed>);
    until("the other is written", || {
        slow.written.load(Ordering::Acquire) == 3
    });
    let then = flood.written.load(Ordering::Acquire);
    until("the flood goes on", || {
        flood.written.load(Ordering::Acquire) > then
    });
    slow.over.store(true, Ordering::Release);
    until("the other is closed", || track.is_closed());
    flood.over.store(true, Ordering::Release);
    assert!(recorder.settle(LONG));
    assert_eq!(track.tape().span().end, 3);
}

#[test]
fn the_wal_of_a_slow_stream_stays_small_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = Recorder::start(LITTLE).expect("a thread");
    let slow = Arc::new(Made::default());
    let path = folder.path().join("slow.tape");
    let track = recorder.track(&path, head());
    track.feed(Arc::clone(&slow) as Arc<dyn Feed>);
    let mut most = 0;
    // A commit for each entry: 1,800 of them write some 80 MiB of pages.
    for n in 1..=1_800 {
        slow.end.store(n, Ordering::Release);
        track.ring();
        until("it is written", || slow.written.load(Ordering::Acquire) == n);
        most = most.max(std::fs::metadata(path.with_extension("tape-wal")).map_or(0, |meta| meta.len()));
    }
    slow.over.store(true, Ordering::Release);
    assert!(recorder.settle(LONG));
    assert!(most > 1 << 20, "it was in WAL mode");
    assert!(most < 64 << 20, "the WAL grew to {most} bytes");
}
