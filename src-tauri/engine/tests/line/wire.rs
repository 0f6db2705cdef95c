//! The record of the wire, through real sessions.

use tapewriter_engine::contract::{
    Code, Exchange, Framing, Ignored, LineKind, State, Stream, WireForm, WireKind, WireLine, WireRow,
};
use tapewriter_engine::{Engine, Session};

use crate::support::{OK, Raw, demo, ended, get, once, open, raw, until};

/// All rows that are kept, page by page.
fn rows(session: &Session, form: WireForm) -> Vec<WireRow> {
    let mut rows: Vec<WireRow> = Vec::new();
    loop {
        let from = rows.last().map_or(0, |row| row.no + 1);
        let page = session.wire(from, 7, form);
        if page.rows.is_empty() {
            return rows;
        }
        rows.extend(page.rows);
    }
}

fn lines(session: &Session) -> Vec<WireLine> {
    let rows = rows(session, WireForm::Text).into_iter();
    rows.flat_map(|row| match row.kind {
        WireKind::Chunk { lines, .. } => lines,
        _ => Vec::new(),
    })
    .collect()
}

fn exchange(row: &WireRow) -> &Exchange {
    match &row.kind {
        WireKind::Exchange { exchange } => exchange,
        other => panic!("an exchange, not {other:?}"),
    }
}

#[tokio::test]
async fn everything_on_one_page() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(&engine, get(format!("{}/faults/everything?ms=60", demo.origin)));
    ended(&engine, &session).await;
    let rows = rows(&session, WireForm::Text);
    assert!(rows.iter().enumerate().all(|(no, row)| row.no == no as u64));
    let first = exchange(&rows[0]);
    let answer = first.hops[0].response.as_ref().expect("an answer");
    assert_eq!(
        (first.hops[0].target.as_str(), answer.status),
        ("/faults/everything?ms=60", 200)
    );
    let chunk = |no: usize| match &rows[no].kind {
        WireKind::Chunk { lines, events, .. } => (lines, *events),
        other => panic!("a chunk, not {other:?}"),
    };
    // An event across two chunks, cut in its data.
    let (begun, events) = chunk(1);
    assert_eq!(events, 1);
    let last = begun.last().expect("lines");
    assert_eq!(
        (last.text.as_str(), last.end.as_str()),
        ("data: {\"title\":\"潮汐发电站并网\"", "")
    );
    assert_eq!(
        (last.kind, last.seq, begun[0].seq),
        (LineKind::Data, Some(2), Some(1))
    );
    let (rest, events) = chunk(2);
    assert_eq!(events, 1);
    assert_eq!(
        (rest[0].text.as_str(), rest[0].continued, rest[0].seq),
        (",\"at\":\"12:04\"}", true, Some(2))
    );
    // Heartbeats, and how far apart.
    assert_eq!(
        (chunk(3).0[0].kind, chunk(3).0[0].since_comment_us),
        (LineKind::Comment, None)
    );
    let since_us = chunk(5).0[0].since_comment_us.expect("there was one before");
    assert_eq!(since_us, rows[5].at_us - rows[3].at_us);
    // Ignored lines, and line ends that change.
    let (changed, _) = chunk(4);
    let whys: Vec<_> = changed.iter().map(|line| line.ignored).collect();
    assert_eq!(
        whys,
        [
            Some(Ignored::UnknownField),
            Some(Ignored::RetryNotNumber),
            None,
            None
        ]
    );
    assert!(changed.iter().all(|line| line.end == "\r\n"));
    // The tail that was never finished.
    assert_eq!(chunk(6).0[1].text, "data: {\"title\":\"Line drops in the mid");
    let WireKind::End { failure, unfinished } = &rows[7].kind else {
        panic!("an end, not {:?}", rows[7]);
    };
    assert_eq!((failure.code, *unfinished), (Code::Reset, 46));
    assert_eq!((rows[8].attempt, rows[8].gap_us), (2, None));
    let resumed = exchange(&rows[8]);
    let id = resumed.hops[0]
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("last-event-id"));
    assert_eq!(id.map(|header| header.value.as_str()), Some("4411"));
    assert_eq!(chunk(9).0[0].seq, Some(4));
    let raw = session.wire_raw();
    let first = tapewriter_demo::EVERYTHING.concat();
    let resumed: String = chunk(9)
        .0
        .iter()
        .flat_map(|line| [&*line.text, &*line.end])
        .collect();
    assert!(raw.text.starts_with(&resumed), "{}", raw.text);
    assert_eq!(
        (raw.left_out, raw.bytes),
        (first.len() as u64, raw.text.len() as u64),
        "of the newest attempt only"
    );
    let span = session.status().wire;
    assert_eq!((span.first, span.dropped_chunks), (0, 0));
    assert_eq!(span.end, rows.len() as u64);
}

#[tokio::test]
async fn what_the_lines_say_is_what_came() {
    let (engine, demo) = (Engine::default(), demo().await);
    for (path, body) in [
        ("crlf", tapewriter_demo::CRLF.concat()),
        ("bad-retry", tapewriter_demo::BAD_RETRY.concat()),
        ("comments", tapewriter_demo::COMMENTS.concat()),
    ] {
        let session = open(&engine, once(format!("{}/faults/{path}?ms=5", demo.origin)));
        ended(&engine, &session).await;
        let lines = lines(&session);
        let read: String = lines.iter().flat_map(|line| [&*line.text, &*line.end]).collect();
        assert_eq!(read, body, "{path}");
        let events = session.status().events;
        assert_eq!(
            lines.iter().filter_map(|line| line.seq).max(),
            Some(events),
            "{path}"
        );
        for seq in 1..=events {
            let ends = lines
                .iter()
                .filter(|line| line.seq == Some(seq) && line.kind == LineKind::Blank);
            assert!(ends.count() >= 1, "{path}: event {seq} ends in a blank line");
        }
    }
}

#[tokio::test]
async fn compressed_bytes_are_shown_as_they_came_and_as_they_read() {
    let (engine, demo) = (Engine::default(), demo().await);
    for path in ["gzip", "deflate", "br", "zstd"] {
        let session = open(&engine, once(format!("{}/faults/{path}?ms=10&n=3", demo.origin)));
        ended(&engine, &session).await;
        assert_eq!(
            session.status().events,
            3,
            "{path}: {:?}",
            session.status().failure
        );
        let hex = rows(&session, WireForm::Hex);
        let WireKind::Chunk {
            raw_bytes,
            bytes,
            hex,
            lines,
            ..
        } = &hex[1].kind
        else {
            panic!("{path}: a chunk, not {:?}", hex[1]);
        };
        assert!(*raw_bytes > 0 && *bytes > 0 && lines.is_empty(), "{path}");
        assert_eq!(hex.len() as u64, 2 * raw_bytes, "{path}");
        let begins = match path {
            "gzip" => "1f8b",
            "deflate" => "78",
            "zstd" => "28b52ffd",
            _ => "",
        };
        assert!(hex.starts_with(begins), "{path}: {hex}");
        let text = session.wire_bytes(1, 0, WireForm::Text).expect("a chunk").text;
        assert!(text.starts_with("id: 1\ndata: {\"n\":1,"), "{path}: {text}");
        assert_eq!(
            session.wire_bytes(1, 0, WireForm::Hex).expect("a chunk").total,
            *raw_bytes
        );
    }
}

#[tokio::test]
async fn what_was_refused_is_shown() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(&engine, get(format!("{}/faults/wrong-type", demo.origin)));
    ended(&engine, &session).await;
    let rows = rows(&session, WireForm::Text);
    let answer = exchange(&rows[0]).hops[0].response.as_ref().expect("an answer");
    assert!(
        answer
            .headers
            .iter()
            .any(|header| header.value.starts_with("text/html"))
    );
    let WireKind::Chunk { refused, lines, .. } = &rows[1].kind else {
        panic!("a chunk, not {:?}", rows[1]);
    };
    assert!(*refused);
    assert_eq!(lines[0].text, "<!doctype html>");
    assert!(matches!(&rows[2].kind, WireKind::End { failure, .. } if failure.code == Code::ContentType));
    assert_eq!(session.wire_raw().text, "");
}

#[tokio::test]
async fn an_attempt_that_never_connected_has_its_rows_too() {
    let engine = Engine::default();
    let Raw { origin, .. } = raw([OK]).await;
    let session = open(&engine, get(origin));
    until(&engine, "it is refused", || {
        let ends = rows(&session, WireForm::Text);
        ends.iter()
            .any(|row| matches!(&row.kind, WireKind::End { failure, .. } if failure.code == Code::Refused))
    })
    .await;
    let rows = rows(&session, WireForm::Text);
    assert!(
        rows.iter()
            .any(|row| row.attempt == 2 && matches!(row.kind, WireKind::Exchange { .. }))
    );
}

#[tokio::test]
async fn a_flood_keeps_its_newest_chunks_and_its_request() {
    let (engine, demo) = (Engine::default(), demo().await);
    let mut stream = once(format!("{}/flood?n=100000&size=100", demo.origin));
    stream.bounds.wire_mib = 1;
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    let span = session.status().wire;
    assert!(
        span.dropped_chunks > 0 && span.dropped_bytes > 8 << 20,
        "{span:?}"
    );
    let page = session.wire(0, 1, WireForm::Text);
    assert_eq!(page.rows[0].no, span.first);
    assert!(
        exchange(&page.exchange.expect("still told")).hops[0]
            .target
            .starts_with("/flood")
    );
    let raw = session.wire_raw();
    assert_eq!(raw.bytes + raw.left_out, 10_000_000);
    assert!(raw.text.ends_with("\n\n") && raw.text.contains("data: 100000 "));
    // The numbers of events are right in the middle of it, whatever fell out.
    let numbered = lines(&session)
        .into_iter()
        .filter(|line| !line.continued && line.kind == LineKind::Data);
    let mut seen = 0;
    for line in numbered.filter(|line| !line.end.is_empty()) {
        let number = line
            .text
            .trim_start_matches("data: ")
            .split([' ', '.'])
            .next()
            .unwrap_or("")
            .parse()
            .ok();
        assert_eq!(number, line.seq, "{}", line.text);
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}

#[tokio::test]
async fn json_lines_are_events_line_by_line() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(
        &engine,
        Stream {
            framing: Framing::Auto,
            ..once(format!("{}/faults/ndjson?ms=5", demo.origin))
        },
    );
    ended(&engine, &session).await;
    assert_eq!(session.state(), State::Closed);
    let lines = lines(&session);
    let seqs: Vec<_> = lines.iter().filter_map(|line| line.seq).collect();
    assert_eq!(seqs, (1..=10).collect::<Vec<_>>());
    assert!(lines.iter().all(|line| line.kind == LineKind::Data));
    let unended = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ncontent-length: 15\r\n\r\n{\"a\":1}\n{\"a\":2}";
    let session = open(
        &engine,
        Stream {
            framing: Framing::Auto,
            ..once(raw([unended]).await.origin)
        },
    );
    ended(&engine, &session).await;
    let counts = rows(&session, WireForm::Text)
        .into_iter()
        .map(|row| match row.kind {
            WireKind::Chunk { events, .. } => events,
            _ => 0,
        });
    assert_eq!((counts.sum::<u64>(), session.status().events), (2, 2));
}
