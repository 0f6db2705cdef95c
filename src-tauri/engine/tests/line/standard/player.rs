//! Plays bodies through an `Attempt`, without a runtime: nothing in it waits for anything but itself.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use tapewriter_engine::attempt::{Attempt, Happening};
use tapewriter_engine::contract::{Code, Failure, Framing};
use tapewriter_engine::lenient::Limits;
use tapewriter_engine::source::{Head, Opening, Piece, Pieces, Request, Source};

use super::naive::Seen;

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// A body that is known beforehand, in these chunks.
struct Body {
    chunks: Vec<Bytes>,
    framing: Framing,
}

impl Source for Body {
    fn open(&self, _: Request) -> Opening {
        let chunks = self.chunks.clone().into_iter();
        let pieces: Pieces = Box::pin(futures_util::stream::iter(chunks.map(|bytes| {
            Ok(Piece::Chunk {
                at: Instant::now(),
                bytes,
                raw: None,
            })
        })));
        let head = Head {
            status: 200,
            framing: self.framing,
            ..Head::default()
        };
        Box::pin(async move { Ok((head, pieces)) })
    }
}

/// What an attempt told.
pub struct Played {
    pub seen: Vec<Seen>,
    pub last_event_id: String,
    pub ended: Failure,
    /// Events that the chunks were said to complete.
    pub completed: u64,
    pub unfinished: u64,
}

/// Plays a body to its end. Everything that holds for every body is asserted here.
pub fn play(framing: Framing, limits: Limits, last_event_id: &str, chunks: Vec<Bytes>) -> Played {
    let request = Request {
        last_event_id: last_event_id.to_owned(),
        ..Request::get("http://body.invalid/".parse().expect("an address"))
    };
    let count = chunks.len();
    let source = Arc::new(Body { chunks, framing });
    let mut attempt = Attempt::new(source, request, limits).expect("an attempt");
    let (mut seen, mut ended, mut told, mut completed, mut unfinished) = (Vec::new(), None, 0, 0, 0);
    let (mut end_byte, mut events) = (0, 0);
    run(async {
        while let Some(happening) = attempt.next().await {
            match happening {
                Happening::Event {
                    event_type,
                    id,
                    data,
                    place,
                } => {
                    assert!(place.first_byte >= end_byte && place.end_byte > place.first_byte);
                    assert!(place.first_chunk <= place.last_chunk && place.last_chunk < told);
                    end_byte = place.end_byte;
                    events += 1;
                    // The end of a body of lines completes one that no chunk did.
                    let by_end = u64::from(matches!(framing, Framing::Ndjson | Framing::Lines));
                    assert!(events <= completed + by_end, "an event before its chunk");
                    seen.push(Seen::Event(event_type, id, data));
                }
                Happening::Comment { text, .. } => seen.push(Seen::Comment(text)),
                Happening::Retry { ms, .. } => seen.push(Seen::Retry(ms)),
                Happening::Opened { .. } => assert_eq!(told, 0, "the head comes first"),
                Happening::Chunk(chunk) => {
                    told += 1;
                    completed += chunk.events;
                    unfinished = chunk.unfinished;
                }
                Happening::Ended(failure) => ended = Some(failure),
            }
        }
    });
    let ended = ended.expect("every attempt ends");
    if ended.code == Code::Eof {
        assert_eq!(told, count as u64, "every chunk is told");
    }
    assert_eq!(attempt.mismatches(), 0);
    Played {
        seen,
        last_event_id: attempt.last_event_id().unwrap_or_default(),
        ended,
        completed,
        unfinished,
    }
}

/// The body in parts, cut at these places.
pub fn cut(body: &[u8], at: impl IntoIterator<Item = usize>) -> Vec<Bytes> {
    let mut at: Vec<usize> = at.into_iter().map(|cut| cut.min(body.len())).collect();
    at.sort_unstable();
    at.push(body.len());
    let mut from = 0;
    at.into_iter()
        .map(|to| Bytes::copy_from_slice(&body[std::mem::replace(&mut from, to)..to]))
        .collect()
}

/// Cuts that only a number decides (a linear congruential generator): the same in every run.
pub fn random_cuts(len: usize, mut seed: u64) -> Vec<usize> {
    let mut next = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    (0..2 + next() % 6).map(|_| next() % (len + 1)).collect()
}
