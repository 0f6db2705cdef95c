//! Reconnection: what is sent, what is waited for, what it cost.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tapewriter_engine::awake::Surroundings;
use tapewriter_engine::contract::{Code, Header, OnIdle, OnStatus, RowKind, State, Stream, WaitWhy};
use tapewriter_engine::template::Values;
use tapewriter_engine::{Engine, Options};

use crate::support::{OK, data, demo, ended, get, open, raw, rows, until};

#[tokio::test]
async fn the_flaky_line_loses_and_repeats_nothing() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(&engine, get(format!("{}/flaky?ms=2&retry=100", demo.origin)));
    ended(&engine, &session).await;
    let status = session.status();
    assert_eq!(
        (status.state, status.events, status.lost, status.repeated),
        (State::Closed, 40, Some(0), Some(0))
    );
    assert_eq!(status.reconnects, 7);
    let seqs: Vec<u64> = rows(&session)
        .iter()
        .filter_map(|row| match &row.kind {
            RowKind::Event { seq, id, .. } => {
                assert_eq!(seq.to_string(), *id);
                Some(*seq)
            }
            _ => None,
        })
        .collect();
    assert_eq!(seqs, (1..=40).collect::<Vec<_>>());
    // Each break is on the strip, closed, with what it cost.
    let breaks = session.strip(None, None, 2_048).breaks;
    assert!(
        breaks
            .iter()
            .filter(|gap| gap.to_us.is_some() && gap.lost == Some(0))
            .count()
            >= 7
    );
    let codes: Vec<Code> = breaks.iter().map(|gap| gap.code).collect();
    assert!(codes.contains(&Code::Eof) && codes.contains(&Code::Reset));
}

#[tokio::test]
async fn sends_the_last_event_id_of_the_last_whole_block() {
    let server = raw([
        &format!("{OK}retry: 100\nid: 5\ndata: a\n\nid: 6\n\nid: 7\ndata: never finished"),
        &format!("{OK}data: b\n\n"),
        "HTTP/1.1 204 No Content\r\n\r\n",
    ])
    .await;
    let engine = Engine::default();
    let session = open(&engine, get(&server.origin));
    ended(&engine, &session).await;
    let requests = server.requests.lock().clone();
    let sent = |n: usize| {
        requests[n]
            .lines()
            .find_map(|line| line.strip_prefix("last-event-id: ").map(str::to_owned))
    };
    assert_eq!(
        (sent(0), sent(1), sent(2)),
        (None, Some("6".to_owned()), Some("6".to_owned()))
    );
    assert!(
        requests[0].contains("accept: text/event-stream") && requests[0].contains("cache-control: no-cache")
    );
    assert!(requests[0].contains("user-agent: Tapewriter/"));
    assert_eq!(data(&session), ["a", "b"]);
    // The event after the reconnect carried no id of its own: what was lost cannot be told.
    assert_eq!((session.status().lost, session.status().repeated), (None, None));
}

#[tokio::test]
async fn order_of_what_is_said_about_a_reconnect() {
    let server = raw([
        &format!("{OK}retry: 100\ndata: a\n\n"),
        &format!("{OK}data: b\n\n"),
        "HTTP/1.1 204 No Content\r\n\r\n",
    ])
    .await;
    let engine = Engine::default();
    let session = open(&engine, get(&server.origin));
    ended(&engine, &session).await;
    let kinds: Vec<&str> = rows(&session)
        .iter()
        .map(|row| match &row.kind {
            RowKind::Event { .. } => "event",
            RowKind::Comment { .. } => "comment",
            RowKind::Opened { .. } => "opened",
            RowKind::Closed { failure, .. } => failure.code.as_str(),
            RowKind::Waiting { .. } => "waiting",
            RowKind::Resumed { .. } => "resumed",
            RowKind::Retry { .. } => "retry",
            RowKind::Failed { .. } => "failed",
            RowKind::Asked { .. } => "asked",
            RowKind::Missing => "missing",
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "opened", "retry", "event", "eof", "waiting", "opened", "resumed", "event", "eof", "waiting",
            "status"
        ]
    );
}

#[tokio::test]
async fn stop_ends_a_wait_at_once_and_reconnect_now_too() {
    let server = raw([
        &format!("{OK}retry: 600000\ndata: a\n\n"),
        &format!("{OK}data: b\n\n"),
    ])
    .await;
    let engine = Engine::default();
    let session = open(&engine, get(&server.origin));
    until(&engine, "it waits", || session.state() == State::Waiting).await;
    assert_eq!(session.status().waiting_ms, Some(600_000));
    session.reconnect_now();
    until(&engine, "the second event", || session.status().events == 2).await;
    until(&engine, "it waits again", || session.state() == State::Waiting).await;
    session.stop();
    ended(&engine, &session).await;
    assert_eq!(session.state(), State::Closed);
    assert_eq!(
        session.status().failure.map(|failure| failure.code),
        Some(Code::Stopped)
    );
}

#[tokio::test]
async fn a_refused_connection_is_said_and_tried_again() {
    let engine = Engine::default();
    let session = open(&engine, get("http://127.0.0.1:1/"));
    until(&engine, "it waits", || session.state() == State::Waiting).await;
    let status = session.status();
    assert_eq!(status.failure.map(|failure| failure.code), Some(Code::Refused));
    assert_eq!(status.reconnects, 0);
    session.stop();
    ended(&engine, &session).await;
}

#[tokio::test]
async fn a_post_is_sent_once() {
    let server = raw([&format!("{OK}data: a\n\n"), &format!("{OK}data: b\n\n")]).await;
    let engine = Engine::default();
    let mut post = get(&server.origin);
    post.method = "POST".to_owned();
    post.body = Some("{\"q\":1}".to_owned());
    let session = open(&engine, post);
    ended(&engine, &session).await;
    let requests = server.requests.lock().clone();
    assert_eq!((requests.len(), session.state()), (1, State::Closed));
    assert!(requests[0].contains("content-type: application/json") && requests[0].ends_with("{\"q\":1}"));
}

#[tokio::test]
async fn busy_servers_are_asked_again_where_the_stream_says_so() {
    let server = raw([
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\nretry-after: 0\r\n\r\nbusy",
        &format!("{OK}data: a\n\n"),
    ])
    .await;
    let engine = Engine::default();
    let mut stream = get(&server.origin);
    stream.on_status = OnStatus::Retry;
    let session = open(&engine, stream);
    until(&engine, "it waits", || session.state() == State::Waiting).await;
    let failure = session.status().failure.expect("why");
    assert_eq!(
        (failure.args["status"].as_str(), failure.args["body"].as_str()),
        ("503", "busy")
    );
    session.reconnect_now();
    until(&engine, "the event", || session.status().events == 1).await;
}

#[tokio::test]
async fn redirects_are_followed_and_secrets_stay_home() {
    let other = raw([&format!("{OK}data: there\n\n")]).await;
    let first = raw([
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: /here\r\nconnection: close\r\n\r\n",
        &format!(
            "HTTP/1.1 302 Found\r\nlocation: {}/there\r\nconnection: close\r\n\r\n",
            other.origin
        ),
    ])
    .await;
    let engine = Engine::default();
    let mut stream = crate::support::once(&first.origin);
    stream.headers = vec![
        Header::new("Authorization", "Bearer s"),
        Header::new("X-Api-Key", "s"),
        Header::new("X-Plain", "p"),
    ];
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    assert_eq!(data(&session), ["there"]);
    let (here, there) = (first.requests.lock()[1].clone(), other.requests.lock()[0].clone());
    assert!(here.starts_with("GET /here ") && here.contains("authorization: Bearer s"));
    assert!(there.starts_with("GET /there ") && there.contains("x-plain: p"));
    assert!(!there.contains("authorization") && !there.contains("x-api-key"));
}

#[tokio::test]
async fn a_redirect_turns_a_post_into_a_get_where_the_fetch_standard_says_so() {
    for (status, method) in [
        ("301", "GET"),
        ("302", "GET"),
        ("303", "GET"),
        ("307", "POST"),
        ("308", "POST"),
    ] {
        let server = raw([
            &format!("HTTP/1.1 {status} X\r\nlocation: /next\r\nconnection: close\r\n\r\n"),
            &format!("{OK}data: a\n\n"),
        ])
        .await;
        let engine = Engine::default();
        let mut post = get(&server.origin);
        post.method = "POST".to_owned();
        post.body = Some("x".to_owned());
        let session = open(&engine, post);
        ended(&engine, &session).await;
        let second = server.requests.lock()[1].clone();
        assert!(
            second.starts_with(&format!("{method} /next ")),
            "{status}: {second}"
        );
        assert_eq!(second.contains("content-type"), method == "POST", "{status}");
    }
}

#[tokio::test]
async fn a_time_of_zero_does_not_spin() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(&engine, get(format!("{}/flaky?ms=1&retry=0&n=10", demo.origin)));
    ended(&engine, &session).await;
    let waits: Vec<u64> = rows(&session)
        .iter()
        .filter_map(|row| match row.kind {
            RowKind::Waiting { ms, .. } => Some(ms),
            _ => None,
        })
        .collect();
    assert!(
        !waits.is_empty()
            && waits
                .iter()
                .all(|ms| *ms >= Duration::from_millis(100).as_millis() as u64)
    );
}

#[tokio::test]
async fn the_users_own_last_event_id_is_only_the_first() {
    let server = raw([
        &format!("{OK}retry: 100\nid: 10\ndata: a\n\n"),
        "HTTP/1.1 204 No Content\r\n\r\n",
    ])
    .await;
    let engine = Engine::default();
    let mut stream = get(&server.origin);
    stream.headers = vec![Header::new("Last-Event-ID", "5")];
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    let requests = server.requests.lock().clone();
    assert!(requests[0].contains("last-event-id: 5\r") && requests[1].contains("last-event-id: 10\r"));
}

/// A machine whose network and sleep a test decides.
struct Around(Mutex<(u64, Option<IpAddr>)>);

impl Surroundings for Around {
    fn wall_us(&self) -> u64 {
        self.0.lock().0
    }

    fn road(&self) -> Option<IpAddr> {
        self.0.lock().1
    }
}

#[tokio::test]
async fn a_network_that_is_back_or_a_machine_that_woke_ends_a_wait() {
    let server = raw([
        &format!("{OK}retry: 600000\ndata: a\n\n"),
        &format!("{OK}data: b\n\n"),
        &format!("{OK}data: c\n\n"),
    ])
    .await;
    let engine = Engine::default();
    let around = Arc::new(Around(Mutex::new((0, None))));
    let options = Options {
        around: around.clone(),
        ..Options::default()
    };
    let id = engine
        .connect("k", get(&server.origin), options)
        .expect("a session");
    let session = engine.session(id).expect("there");
    until(&engine, "it waits", || session.state() == State::Waiting).await;
    around.0.lock().1 = Some(Ipv4Addr::LOCALHOST.into());
    until(&engine, "the second event", || session.status().events == 2).await;
    until(&engine, "it waits again", || session.state() == State::Waiting).await;
    around.0.lock().0 += 3_600_000_000;
    until(&engine, "the third event", || session.status().events == 3).await;
}

#[tokio::test]
async fn a_stale_line_is_dropped_and_opened_again_where_the_stream_says_so() {
    let demo = demo().await;
    let engine = Engine::default();
    let stale = Stream {
        idle_s: 1,
        on_idle: OnIdle::Reconnect,
        ..get(format!("{}/faults/silent", demo.origin))
    };
    let began = Instant::now();
    let session = open(&engine, stale);
    until(&engine, "it waits", || session.state() == State::Waiting).await;
    assert!(began.elapsed() >= Duration::from_secs(1));
    let failure = session.status().failure.expect("a reason");
    assert_eq!(
        (failure.code, failure.args["seconds"].as_str()),
        (Code::Idle, "1")
    );
    session.reconnect_now();
    until(&engine, "a second attempt is open", || {
        let status = session.status();
        status.attempt == 2 && status.state == State::Open
    })
    .await;
}

#[tokio::test]
async fn a_line_that_slept_is_dropped_unless_something_arrives() {
    let demo = demo().await;
    let engine = Engine::default();
    let around = Arc::new(Around(Mutex::new((0, None))));
    let options = Options {
        around: around.clone(),
        ..Options::default()
    };
    let id = engine
        .connect("k", get(format!("{}/faults/silent", demo.origin)), options)
        .expect("a session");
    let session = engine.session(id).expect("there");
    until(&engine, "it is open", || session.state() == State::Open).await;
    around.0.lock().0 += 3_600_000_000;
    until(&engine, "it waits", || session.state() == State::Waiting).await;
    assert_eq!(
        session.status().failure.expect("a reason").args["detail"],
        "slept"
    );
}

#[tokio::test]
async fn a_wait_says_why_it_is_that_long() {
    let server = raw([
        &format!("{OK}retry: 0\ndata: a\n\n"),
        OK,
        "HTTP/1.1 204 No Content\r\n\r\n",
    ])
    .await;
    let engine = Engine::default();
    let session = open(&engine, get(&server.origin));
    ended(&engine, &session).await;
    let waits: Vec<_> = rows(&session)
        .iter()
        .filter_map(|row| match row.kind {
            RowKind::Waiting { ms, wait, .. } => Some((ms, wait.why, wait.asked_ms)),
            _ => None,
        })
        .collect();
    assert_eq!(
        waits,
        [(100, WaitWhy::Floor, Some(0)), (100, WaitWhy::Floor, Some(0))]
    );
}

#[tokio::test]
async fn a_server_that_accepts_and_closes_at_once_is_left_in_peace() {
    let server = raw([OK, OK, OK]).await;
    let engine = Engine::default();
    let session = open(&engine, get(&server.origin));
    for (attempt, why) in [(1, WaitWhy::Default), (2, WaitWhy::Backoff)] {
        until(&engine, "it waits", || {
            let status = session.status();
            status.attempt == attempt && status.state == State::Waiting
        })
        .await;
        let wait = session.status().waiting_why.expect("a reason");
        assert_eq!((wait.why, wait.failures), (why, attempt));
        session.reconnect_now();
    }
}

#[tokio::test]
async fn the_id_of_before_is_kept_over_attempts_that_bring_none() {
    let server = raw([
        &format!("{OK}retry: 100\ndata: a\n\n"),
        &format!("{OK}id: 流-7\n\n"),
        &format!("{OK}data: b\n\n"),
        &format!("{OK}id:\ndata: c\n\n"),
        "HTTP/1.1 204 No Content\r\n\r\n",
    ])
    .await;
    let engine = Engine::default();
    let options = Options {
        last_event_id: "first".to_owned(),
        ..Options::default()
    };
    let id = engine
        .connect("k", get(&server.origin), options)
        .expect("a session");
    let session = engine.session(id).expect("there");
    ended(&engine, &session).await;
    let sent: Vec<Option<String>> = server
        .requests
        .lock()
        .iter()
        .map(|request| {
            request
                .lines()
                .find_map(|line| line.strip_prefix("last-event-id: ").map(str::to_owned))
        })
        .collect();
    let some = |id: &str| Some(id.to_owned());
    // An id field without a value takes the id away; then no header is sent at all.
    assert_eq!(
        sent,
        [some("first"), some("first"), some("流-7"), some("流-7"), None]
    );
}

#[tokio::test]
async fn an_id_that_no_header_can_hold_reconnects_without_it() {
    let server = raw([
        &format!("{OK}retry: 100\nid: a\u{1}b\ndata: a\n\n"),
        &format!("{OK}data: b\n\n"),
        "HTTP/1.1 204 No Content\r\n\r\n",
    ])
    .await;
    let engine = Engine::default();
    let session = open(&engine, get(&server.origin));
    ended(&engine, &session).await;
    assert_eq!(data(&session), ["a", "b"]);
    assert!(!server.requests.lock()[1].contains("last-event-id"));
}

#[tokio::test]
async fn the_users_own_id_header_is_filled_in_and_counts_only_where_it_is_on() {
    let server = raw([
        &format!("{OK}retry: 600000\ndata: a\n\n"),
        &format!("{OK}retry: 600000\ndata: b\n\n"),
    ])
    .await;
    let engine = Engine::default();
    for (n, (off, sent)) in [(false, Some("41")), (true, None)].into_iter().enumerate() {
        let mut values = Values::default();
        values.variables.insert("cursor".to_owned(), "41".to_owned());
        let options = Options {
            values,
            ..Options::default()
        };
        let header = Header {
            off,
            ..Header::new("Last-Event-ID", "{{cursor}}")
        };
        let stream = Stream {
            headers: vec![header],
            ..get(&server.origin)
        };
        let id = engine
            .connect(&n.to_string(), stream, options)
            .expect("a session");
        let session = engine.session(id).expect("there");
        until(&engine, "it waits", || session.state() == State::Waiting).await;
        let request = server.requests.lock()[n].clone();
        let found = request
            .lines()
            .find_map(|line| line.strip_prefix("last-event-id: "));
        assert_eq!(found, sent);
    }
}
