use std::time::Duration;

use parking_lot::Mutex;
use proptest::prelude::*;
use url::Url;

use super::*;
use crate::attempt::{Attempt, Happening};
use crate::contract::{Code, Stream, TapeOrigin};
use crate::log::Event;
use crate::source::{Head, Opening, Piece as Came, Pieces as Coming, Request, Source};
use crate::tape::{Maker, TapeHead};

/// The body of one attempt, in chunks.
type Body = Vec<Vec<u8>>;

struct Script(Mutex<Option<(Body, Instant)>>);

impl Source for Script {
    fn open(&self, _: Request) -> Opening {
        let (body, began) = self.0.lock().take().expect("opened once");
        Box::pin(async move {
            let head = Head {
                status: 200,
                framing: Framing::Sse,
                ..Head::default()
            };
            let chunks = body.into_iter().enumerate().map(move |(n, bytes)| {
                Ok(Came::Chunk {
                    at: began + Duration::from_millis(n as u64),
                    bytes: bytes.into(),
                    raw: None,
                })
            });
            let pieces: Coming = Box::pin(futures_util::stream::iter(chunks));
            Ok((head, pieces))
        })
    }
}

/// What happens, the bytes at the end that are nothing, and the last event id.
fn happenings(body: Body, last_event_id: &str, began: Instant) -> (Vec<Happening>, u64, String) {
    let source = Arc::new(Script(Mutex::new(Some((body, began)))));
    let mut request = Request::get(Url::parse("http://x/").expect("an address"));
    request.last_event_id = last_event_id.to_owned();
    let mut attempt = Attempt::new(source, request, Limits::default()).expect("it starts");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut all = Vec::new();
        while let Some(happening) = attempt.next().await {
            all.push(happening);
        }
        let id = attempt
            .last_event_id()
            .unwrap_or_else(|| last_event_id.to_owned());
        (all, attempt.unfinished(), id)
    })
}

/// Milliseconds of the tape's clock at which an attempt begins.
const BETWEEN: u64 = 10_000;

/// A tape of these attempts, as a session records it; without the ends of bodies where it was killed.
fn record(path: &std::path::Path, bodies: &[Body], wire: bool, ends: bool) {
    let head = TapeHead::new(&Stream::default(), 0, TapeOrigin::Recorded);
    let mut maker = Maker::create(path, &head).expect("a tape");
    let began = Instant::now();
    let (mut pos, mut seq, mut no, mut last_id) = (0, 0, 0, String::new());
    for (attempt, body) in bodies.iter().enumerate() {
        let attempt = attempt as u32 + 1;
        let start_us = u64::from(attempt) * BETWEEN * 1_000;
        let us = |at: Instant| start_us + at.duration_since(began).as_micros() as u64;
        let (all, unfinished, id) = happenings(body.clone(), &last_id, began);
        last_id = id;
        let mut offset = 0;
        let mut put = |at_us, facts, bytes| {
            let row = Stored {
                no,
                at_us,
                attempt,
                facts,
                bytes,
                raw: None,
            };
            no += 1;
            if wire {
                maker.wire(&row).expect("room");
            }
        };
        let mut entries = Vec::new();
        for happening in all {
            let (at_us, kind) = match happening {
                Happening::Opened { .. } => (
                    start_us,
                    Kind::Mark(Arc::new(Mark::Opened {
                        status: 200,
                        http: String::new(),
                        url: String::new(),
                        headers: Vec::new(),
                    })),
                ),
                Happening::Chunk(chunk) => {
                    let came = chunk.bytes.len() as u64;
                    let facts = ChunkFacts {
                        came,
                        raw_came: came,
                        before: chunk.before,
                        offset,
                        events_before: seq,
                        events: chunk.events,
                        framing: Framing::Sse,
                        ..ChunkFacts::default()
                    };
                    offset += came;
                    put(us(chunk.at), Facts::Chunk(facts), chunk.bytes.to_vec());
                    continue;
                }
                Happening::Event {
                    event_type,
                    id,
                    data,
                    place,
                } => {
                    seq += 1;
                    let event = Event {
                        seq,
                        event_type: event_type.into(),
                        id: id.into(),
                        data: data.into(),
                        wire_bytes: 0,
                        chunks: 0,
                    };
                    (us(place.at), Kind::Event(event))
                }
                Happening::Comment { text, at } => (us(at), Kind::Comment(text.into())),
                Happening::Retry { ms, at } => (us(at), Kind::Mark(Arc::new(Mark::Retry { ms }))),
                Happening::Ended(_) => break,
            };
            entries.push(Entry {
                pos,
                at_us,
                gap_us: None,
                attempt,
                kind,
            });
            pos += 1;
        }
        // Only the last can be without an end: a new attempt follows upon one.
        if ends || attempt as usize != bodies.len() {
            let failure = Failure::new(Code::Eof, "");
            put(
                start_us + 9_000_000,
                Facts::End(Box::new(failure), unfinished),
                Vec::new(),
            );
        }
        for entry in entries {
            maker.push(entry).expect("room");
        }
    }
    maker.finish(None, |_| {}).expect("a whole tape");
}

fn rerun(bodies: &[Body], wire: bool, ends: bool) -> Rerun {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.tape");
    record(&path, bodies, wire, ends);
    let tape = Tape::open(&path).expect("it opens");
    let rerun = Rerun::new(tape);
    // The file may go once it is open; what is read later is read from the open file.
    rerun.tape.get(0);
    std::mem::forget(folder);
    rerun
}

fn pieces(rerun: &Rerun, after: Option<&str>) -> Option<Vec<Piece>> {
    let reading = rerun.begin(after).expect("it can be read")?;
    Some(reading.map(|piece| piece.expect("it can be read")).collect())
}

fn texts(pieces: &[Piece]) -> Vec<String> {
    let text = |(_, bytes): &Piece| String::from_utf8(bytes.to_vec()).expect("text");
    pieces.iter().map(text).collect()
}

type Triple = (String, String, String);

/// What a client makes of a body.
fn events(body: Body, last_event_id: &str) -> Vec<Triple> {
    let (all, ..) = happenings(body, last_event_id, Instant::now());
    let event = |happening| match happening {
        Happening::Event {
            event_type, id, data, ..
        } => Some((event_type, id, data)),
        _ => None,
    };
    all.into_iter().filter_map(event).collect()
}

fn body(chunks: &[&str]) -> Body {
    chunks.iter().map(|chunk| chunk.as_bytes().to_vec()).collect()
}

#[test]
fn chunks_come_as_they_came_and_their_times_with_them() {
    let bodies = [
        body(&[": hi\n\nda", "ta: 1\n\ndata: 2\n\n", "data: never fin"]),
        body(&["\u{feff}retry: 5\n\nid: 3\n", "data: 3\n\n: bye\n\n"]),
    ];
    let rerun = rerun(&bodies, true, true);
    assert!(rerun.has_chunks());
    let all = pieces(&rerun, None).expect("events");
    assert_eq!(
        texts(&all),
        [
            ": hi\n\nda",
            "ta: 1\n\ndata: 2\n\n",
            "retry: 5\n\nid: 3\n",
            "data: 3\n\n: bye\n\n"
        ]
    );
    let times: Vec<_> = all.iter().map(|(at_us, _)| *at_us).collect();
    assert_eq!(times, [10_000_000, 10_001_000, 20_000_000, 20_001_000]);
    assert_eq!(
        rerun.begin(None).expect("read").expect("events").origin_us,
        10_000_000
    );
    assert_eq!(pieces(&rerun, Some("3")), None, "nothing follows");
    assert_eq!(pieces(&rerun, Some("unknown")).expect("all").len(), 4);
}

#[test]
fn a_body_that_was_not_ended_is_cut_behind_its_last_event() {
    let bodies = [body(&["data: 1\n\ndata: 2", "\n\ndata: never", " finished"])];
    let rerun = rerun(&bodies, true, false);
    let all = pieces(&rerun, None).expect("events");
    assert_eq!(texts(&all), ["data: 1\n\ndata: 2", "\n\n"]);
}

#[test]
fn without_all_chunks_each_event_is_a_piece() {
    let bodies = [body(&[": hi\n\nretry: 5\n\nid: 1\ndata: 1\n\nda", "ta: 2\n\n"])];
    let rerun = rerun(&bodies, false, true);
    assert!(!rerun.has_chunks());
    let all = pieces(&rerun, None).expect("events");
    assert_eq!(
        texts(&all),
        [": hi\n\n", "retry: 5\n\n", "id: 1\ndata: 1\n\n", "data: 2\n\n"]
    );
}

#[test]
fn other_framings_and_cut_chunks_are_no_body() {
    let lines = ChunkFacts {
        came: 4,
        framing: Framing::Ndjson,
        events: 1,
        ..ChunkFacts::default()
    };
    let cut = ChunkFacts {
        came: 5,
        framing: Framing::Sse,
        events: 1,
        ..ChunkFacts::default()
    };
    let late = ChunkFacts {
        came: 4,
        offset: 7,
        framing: Framing::Sse,
        events: 1,
        ..ChunkFacts::default()
    };
    for facts in [lines, cut, late] {
        let mut check = Check::default();
        let row = Stored {
            no: 0,
            at_us: 0,
            attempt: 1,
            facts: Facts::Chunk(facts),
            bytes: b"data".to_vec(),
            raw: None,
        };
        assert!(check.row(row).is_break() && check.holes);
    }
}

/// A block of a body; `n` makes its id unlike all others.
fn block() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just("id: #\ndata: a\n\n"),
        2 => Just("data: b\ndata: c\n\n"),
        1 => Just("id: #\r\ndata: d\r\n\r\n"),
        1 => Just("data: e\rid: #\r\r"),
        1 => Just(": comment\n\n"),
        1 => Just("event: x\n\n"),
        1 => Just("id: #\n\n"),
        1 => Just("retry: 7\n"),
        1 => Just("\n"),
        1 => Just("event: y\ndata\n\n"),
        1 => Just("data: 三\u{feff}\n\n"),
    ]
}

/// Attempts, each a body cut anywhere.
fn attempts() -> impl Strategy<Value = Vec<Body>> {
    let blocks = prop::collection::vec(block(), 0..7);
    let tail = prop_oneof![
        Just(""),
        Just("data: lost"),
        Just("da"),
        Just("event: z\ndata: q\n"),
        Just("\u{feff}")
    ];
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 0..8);
    let one = (any::<bool>(), blocks, tail, cuts);
    prop::collection::vec(one, 1..4).prop_map(|all| {
        let mut number = 0;
        let mut bodies = Vec::new();
        for (bom, blocks, tail, cuts) in all {
            let mut text = String::from(if bom { "\u{feff}" } else { "" });
            for block in blocks {
                number += 1;
                text += &block.replace('#', &number.to_string());
            }
            text += tail;
            let bytes = text.into_bytes();
            let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            ends.extend([0, bytes.len()]);
            ends.sort_unstable();
            ends.dedup();
            bodies.push(
                ends.windows(2)
                    .map(|pair| bytes[pair[0]..pair[1]].to_vec())
                    .collect(),
            );
        }
        bodies
    })
}

proptest! {
    // Each case is a tape on the disk.
    #![proptest_config(ProptestConfig {
        cases: 60,
        max_shrink_iters: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_reader_that_comes_back_gets_what_it_has_not_seen(bodies in attempts(), wire in any::<bool>(), ends in any::<bool>()) {
        let rerun = rerun(&bodies, wire, ends);
        let events_of = |after: &str| {
            let body = pieces(&rerun, Some(after)).unwrap_or_default();
            events(body.into_iter().map(|(_, bytes)| bytes.to_vec()).collect(), after)
        };
        // What the session itself took for events.
        let mut recorded = Vec::new();
        let mut last = String::new();
        for body in &bodies {
            let more = events(body.clone(), &last);
            last = happenings(body.clone(), &last, Instant::now()).2;
            recorded.extend(more);
        }
        prop_assert_eq!(rerun.has_chunks(), wire && !recorded.is_empty());
        let whole = pieces(&rerun, None).unwrap_or_default();
        let whole: Body = whole.into_iter().map(|(_, bytes)| bytes.to_vec()).collect();
        prop_assert_eq!(events(whole, ""), recorded.clone());
        for (n, (_, id, _)) in recorded.iter().enumerate() {
            let is_last = recorded[n + 1..].iter().all(|(_, later, _)| later != id);
            if !id.is_empty() && is_last {
                prop_assert_eq!(events_of(id), recorded[n + 1..].to_vec(), "after {}", id);
            }
        }
    }
}
