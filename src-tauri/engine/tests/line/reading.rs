//! What comes out of a healthy line.

use std::sync::Arc;
use std::time::Instant;

use tapewriter_engine::contract::{RowKind, State, TextRule};
use tapewriter_engine::source::{Head, Opening, Piece, Request, Source};
use tapewriter_engine::{Engine, Options};

use crate::support::{OK, data, demo, ended, once, open, raw, rows, until};

#[tokio::test]
async fn ten_messages_and_a_clean_end() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(&engine, once(format!("{}/stream?ms=5", demo.origin)));
    ended(&engine, &session).await;
    let expected: Vec<String> = (1..=10).map(|n| format!("Message {n}")).collect();
    assert_eq!(data(&session), expected);
    let status = session.status();
    assert_eq!(
        (status.state, status.events, status.reconnects, status.mismatches),
        (State::Closed, 10, 0, 0)
    );
    assert!(status.first_event_us.is_some());
    assert_eq!(
        status.bytes,
        (1..=10)
            .map(|n| format!("data: Message {n}\n\n").len() as u64)
            .sum::<u64>()
    );
    assert!(matches!(
        rows(&session)[0].kind,
        RowKind::Opened { status: 200, .. }
    ));
    let page = session.text_before(None, 10_000);
    let text: String = page.runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(text, expected.join("\n") + "\n");
}

#[tokio::test]
async fn named_events_comments_ids_and_places() {
    let body = ": hi\nevent: tick\nid: 7\ndata: a\ndata: b\n\nretry: 250\ndata: 流\n\n";
    let server = raw([&format!("{OK}{body}")]).await;
    let engine = Engine::default();
    let session = open(&engine, once(&server.origin));
    ended(&engine, &session).await;
    let kinds: Vec<RowKind> = rows(&session).into_iter().map(|row| row.kind).collect();
    assert!(matches!(&kinds[1], RowKind::Comment { text } if text == "hi"));
    assert!(
        matches!(&kinds[2], RowKind::Event { seq: 1, event_type, id, data, .. }
        if event_type == "tick" && id == "7" && data == "a\nb")
    );
    assert!(matches!(&kinds[3], RowKind::Retry { ms: 250 }));
    assert!(
        matches!(&kinds[4], RowKind::Event { seq: 2, event_type, id, data, .. }
        if event_type == "message" && id == "7" && data == "流")
    );
    let detail = session.detail(2, 0).expect("the event");
    assert_eq!(
        (detail.wire_bytes, detail.chunks),
        ("event: tick\nid: 7\ndata: a\ndata: b\n\n".len() as u64, 1)
    );
}

#[tokio::test]
async fn a_long_text_joins_to_the_whole() {
    let (engine, demo) = (Engine::default(), demo().await);
    let mut stream = once(format!("{}/typewriter?ms=0", demo.origin));
    stream.text_rule = TextRule::Joined;
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    let (mut text, mut before) = (String::new(), None);
    loop {
        let page = session.text_before(before, 700);
        text = page.runs.iter().map(|run| run.text.as_str()).collect::<String>() + &text;
        before = Some(page.pos);
        if !page.more {
            break;
        }
    }
    assert_eq!(text.trim_end(), tapewriter_demo::TYPEWRITER_TEXT.trim_end());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_counted_exactly_and_held_within_its_budget() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(&engine, once(format!("{}/flood?n=300000&size=200", demo.origin)));
    ended(&engine, &session).await;
    let status = session.status();
    assert_eq!((status.events, status.mismatches), (300_000, 0));
    assert!(status.dropped > 0 && status.first_pos == status.dropped);
    // The log's share and the wire's, both full.
    assert!(engine.memory() <= (48 + 64) << 20, "{}", engine.memory());
    let last = session.page(status.end_pos - 2, 1);
    assert!(matches!(&last.rows[0].kind, RowKind::Event { seq: 300_000, .. }));
    let counted: u64 = session
        .strip(None, None, 2_048)
        .bins
        .iter()
        .map(|bin| u64::from(bin.count))
        .sum();
    assert_eq!(counted, 300_000);
}

/// A source with its own framing, as WebSocket will be.
struct Messages;

impl Source for Messages {
    fn open(&self, _: Request) -> Opening {
        let texts = ["one", "two\r\nlines", ""].map(|text| {
            Ok(Piece::Message {
                at: Instant::now(),
                text: text.to_owned(),
            })
        });
        let pieces: tapewriter_engine::source::Pieces = Box::pin(futures_util::stream::iter(texts));
        Box::pin(async move {
            Ok((
                Head {
                    status: 101,
                    ..Head::default()
                },
                pieces,
            ))
        })
    }
}

#[tokio::test]
async fn messages_pass_whole() {
    let engine = Engine::new(Arc::new(Messages));
    let session = open(&engine, once("http://anything.invalid/"));
    ended(&engine, &session).await;
    assert_eq!(data(&session), ["one", "two\r\nlines", ""]);
    assert_eq!(session.status().mismatches, 0);
}

#[tokio::test]
async fn a_slow_reader_slows_the_line_and_loses_nothing() {
    let (engine, demo) = (Engine::default(), demo().await);
    let (outlet, mut entries) = tokio::sync::mpsc::channel(4);
    let options = Options {
        outlet: Some(outlet),
        ..Options::default()
    };
    let id = engine
        .connect(
            "k",
            once(format!("{}/flood?n=20000&size=100", demo.origin)),
            options,
        )
        .expect("a session");
    let session = engine.session(id).expect("there");
    until(&engine, "the first events", || session.status().events > 0).await;
    let (mut seen, mut next) = (0, 0);
    while let Some(entry) = entries.recv().await {
        assert_eq!(entry.pos, next);
        next += 1;
        seen += u64::from(tapewriter_engine::event_of(&entry).is_some());
        // The line is never further ahead than what waits between it and this reader.
        assert!(session.span().end <= next + 8);
    }
    assert_eq!(seen, 20_000);
}
