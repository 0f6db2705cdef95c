//! The cases of the HTML standard (9.2.5, 9.2.6) through the whole of the line, eventsource-client
//! included, at every two-way cut; and any bytes at any cuts: where a stream is cut changes nothing.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use proptest::prelude::*;
use tapewriter_engine::attempt::{Attempt, Happening};
use tapewriter_engine::contract::Code;
use tapewriter_engine::lenient::Limits;
use tapewriter_engine::source::{Head, Opening, Piece, Pieces, Request, Source};

/// A body that is known beforehand, in these chunks.
struct Body(Vec<Bytes>);

impl Source for Body {
    fn open(&self, _: Request) -> Opening {
        let pieces: Vec<_> = self
            .0
            .iter()
            .map(|bytes| {
                Ok(Piece::Chunk {
                    at: Instant::now(),
                    bytes: bytes.clone(),
                    raw: None,
                })
            })
            .collect();
        let pieces: Pieces = Box::pin(futures_util::stream::iter(pieces));
        Box::pin(async move {
            Ok((
                Head {
                    status: 200,
                    ..Head::default()
                },
                pieces,
            ))
        })
    }
}

/// Type, id and data of each event, `:` and the text of each comment, `retry` and its time.
fn play(chunks: Vec<Bytes>) -> Vec<(String, String, String)> {
    let request = Request::get("http://body.invalid/".parse().expect("an address"));
    let mut attempt = Attempt::new(Arc::new(Body(chunks)), request, Limits::default()).expect("an attempt");
    let mut seen = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a thread");
    runtime.block_on(async {
        while let Some(happening) = attempt.next().await {
            match happening {
                Happening::Event {
                    event_type, id, data, ..
                } => seen.push((event_type, id, data)),
                Happening::Comment { text, .. } => seen.push((":".to_owned(), String::new(), text)),
                Happening::Retry { ms, .. } => seen.push(("retry".to_owned(), String::new(), ms.to_string())),
                Happening::Opened { .. } | Happening::Chunk(_) => {}
                Happening::Ended(failure) => assert_eq!(failure.code, Code::Eof),
            }
        }
    });
    assert_eq!(attempt.mismatches(), 0);
    seen
}

type Case = (
    &'static [u8],
    &'static [(&'static str, &'static str, &'static str)],
);

const CASES: &[Case] = &[
    (b"data: a\n\n", &[("message", "", "a")]),
    (
        b"data:a\r\rdata:b\r\n\r\n",
        &[("message", "", "a"), ("message", "", "b")],
    ),
    (
        b"\xEF\xBB\xBFdata: a\n\n\xEF\xBB\xBFdata: b\n\n",
        &[("message", "", "a")],
    ),
    (
        b"data\n\ndata\ndata\n\ndata:\n",
        &[("message", "", ""), ("message", "", "\n")],
    ),
    (
        b"data:test\n\ndata: test\n\n",
        &[("message", "", "test"), ("message", "", "test")],
    ),
    (b"data:  two\n\n", &[("message", "", " two")]),
    (
        b": c\n\ndata: a\nid: 1\n\n",
        &[(":", "", "c"), ("message", "1", "a")],
    ),
    (
        b"data: 1\nid: 1\n\ndata: 2\nid\n\ndata: 3\n\n",
        &[("message", "1", "1"), ("message", "", "2"), ("message", "", "3")],
    ),
    (b"id: 1\n\ndata: a\n\n", &[("message", "1", "a")]),
    (b"id: 1\0\ndata: a\n\n", &[("message", "", "a")]),
    (b"event: x\n\ndata: a\n\n", &[("message", "", "a")]),
    (b"event: x\nevent: y\ndata: a\n\n", &[("y", "", "a")]),
    (b"event: x\nevent\ndata: a\n\n", &[("message", "", "a")]),
    (
        b"comment: x\ncomment\nDATA: x\n data: x\ndata : x\ndata: a\n\n",
        &[("message", "", "a")],
    ),
    (
        b"retry: 0400\nretry: +1\nretry: 1.5\nretry:\ndata: a\n\n",
        &[("retry", "", "400"), ("message", "", "a")],
    ),
    (
        b"data: \xff\xe6\xb5\n\n: \xfe\n",
        &[("message", "", "\u{FFFD}\u{FFFD}"), (":", "", "\u{FFFD}")],
    ),
    (
        "data: 流式\ndata: 🧵\n\n".as_bytes(),
        &[("message", "", "流式\n🧵")],
    ),
    (b"data: a\0b\n\n", &[("message", "", "a\0b")]),
    (b"data: never finished\n", &[]),
    (b"\n\n\n", &[]),
];

#[test]
fn the_standards_cases_at_every_cut() {
    for (input, expected) in CASES {
        let expected: Vec<_> = expected
            .iter()
            .map(|(t, i, d)| ((*t).to_owned(), (*i).to_owned(), (*d).to_owned()))
            .collect();
        for cut in 0..=input.len() {
            let chunks = vec![
                Bytes::from_static(&input[..cut]),
                Bytes::from_static(&input[cut..]),
            ];
            assert_eq!(play(chunks), expected, "{} cut at {cut}", input.escape_ascii());
        }
        let bytes = input
            .iter()
            .map(|byte| Bytes::copy_from_slice(&[*byte]))
            .collect();
        assert_eq!(play(bytes), expected, "{} byte by byte", input.escape_ascii());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn where_a_stream_is_cut_changes_nothing(
        parts in proptest::collection::vec(
            prop_oneof![
                Just(&b"data: "[..]), Just(&b"data"[..]), Just(&b"event: "[..]), Just(&b"id: "[..]), Just(&b"id"[..]),
                Just(&b"retry: 12"[..]), Just(&b": "[..]), Just(&b":"[..]), Just(&b"x"[..]), Just("流".as_bytes()),
                Just(&b"\xff"[..]), Just(&b"\0"[..]), Just(&b"\xEF\xBB\xBF"[..]),
                Just(&b"\n"[..]), Just(&b"\r"[..]), Just(&b"\r\n"[..]), Just(&b"\n\n"[..]),
            ],
            0..40,
        ),
        cuts in proptest::collection::vec(0usize..200, 0..8),
    ) {
        let whole = parts.concat();
        let mut at: Vec<usize> = cuts.into_iter().map(|cut| cut.min(whole.len())).collect();
        at.sort_unstable();
        let mut chunks = Vec::new();
        let mut from = 0;
        for cut in at {
            chunks.push(Bytes::copy_from_slice(&whole[from..cut]));
            from = cut;
        }
        chunks.push(Bytes::copy_from_slice(&whole[from..]));
        prop_assert_eq!(play(chunks), play(vec![Bytes::from(whole)]));
    }
}
