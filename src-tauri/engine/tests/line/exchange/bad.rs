//! Servers that do wrong: each ends with its code, in time, and keeps what had arrived.

use std::time::{Duration, Instant};

use tapewriter_engine::contract::{Bounds, Code, Network, State, Stream};
use tapewriter_engine::source::Request;
use tapewriter_engine::{Engine, Session};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::{answer, came, failed, server};
use crate::support::{OK, data, ended, get, head, once, open, until};

fn impatient(url: url::Url) -> Request {
    Request {
        network: Network {
            head_s: 1,
            ..Network::default()
        },
        ..Request::get(url)
    }
}

/// A server that writes this and then neither says more nor closes.
async fn stuck(bytes: &'static [u8]) -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        head(&mut socket).await;
        let _ = socket.write_all(bytes).await;
        // Until the client goes.
        head(&mut socket).await;
    });
    url.parse().expect("an address")
}

#[tokio::test]
async fn a_head_that_does_not_come_or_not_whole_is_waited_for_no_longer_than_was_said() {
    for bytes in [b"".as_slice(), b"HTTP/1.1 200 OK\r\ncontent-ty"] {
        let began = Instant::now();
        let (failure, traced) = failed(impatient(stuck(bytes).await)).await;
        assert_eq!(failure.code, Code::Timeout);
        assert_eq!(
            (failure.args["seconds"].as_str(), failure.args["detail"].as_str()),
            ("1", "head")
        );
        assert!(began.elapsed() >= Duration::from_secs(1));
        assert_eq!(traced.exchange.hops[0].response, None);
    }
    // A body may be silent for as long as it likes.
    let body = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let engine = Engine::default();
    let mut stream = once(stuck(body).await);
    stream.network.head_s = 1;
    stream.idle_s = 2;
    let session = open(&engine, stream);
    until(&engine, "silence is told", || {
        session.status().silent_since_us.is_some()
    })
    .await;
    assert_eq!(session.state(), State::Open);
}

#[tokio::test]
async fn half_a_head_no_head_and_what_is_no_head() {
    for bytes in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-ty",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header: x\r\n\r\n",
    ] {
        let server = server([bytes]).await;
        let (failure, _) = failed(Request::get(server.url("/"))).await;
        assert_eq!(failure.code, Code::Reset, "{bytes}: {failure:?}");
        assert_eq!(failure.args["host"], server.authority());
        assert_eq!(
            failure.message.contains("not HTTP"),
            bytes.len() > 30 || bytes.starts_with("SSH"),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn a_head_without_end_is_refused_by_its_bound() {
    let long = format!("x-long: {}", "x".repeat(1 << 20));
    let many: Vec<String> = (0..60_000).map(|n| format!("x-{n}: some value")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for lines in [&[long.as_str()][..], &many] {
        let server = server([answer("200 OK", lines, b"")]).await;
        let (failure, _) = failed(Request::get(server.url("/"))).await;
        assert_eq!(failure.code, Code::Limit, "{failure:?}");
        assert_eq!(
            (failure.args["what"].as_str(), failure.args["bound"].as_str()),
            ("head", "400 KiB")
        );
    }
}

#[tokio::test]
async fn chunks_that_lie_break_it_and_what_came_before_is_kept() {
    for (tail, broken) in [
        ("5\r\nlonger than five\r\n0\r\n\r\n", true),
        ("ffffffffffffffffff\r\nx", true),
        ("zz\r\nx", true),
        ("ff\r\ntoo short", true),
        ("", true),
        ("0\r\n\r\n", false),
    ] {
        let lines = ["content-type: text/event-stream", "transfer-encoding: chunked"];
        let body = format!("c\r\ndata: kept\n\n\r\n{tail}");
        let server = server([answer("200 OK", &lines, body.as_bytes())]).await;
        let came = came(Request::get(server.url("/"))).await;
        assert!(
            came.text().starts_with("data: kept\n\n"),
            "{tail}: {}",
            came.text()
        );
        assert_eq!(
            came.failure.map(|failure| failure.code),
            broken.then_some(Code::Reset),
            "{tail}"
        );
    }
    let lines = ["content-type: text/event-stream", "content-length: 100"];
    let server = server([answer("200 OK", &lines, b"data: kept\n\n")]).await;
    let came = came(Request::get(server.url("/"))).await;
    assert_eq!(came.text(), "data: kept\n\n");
    let failure = came.failure.expect("short");
    assert_eq!(failure.code, Code::Reset);
    assert!(failure.message.contains("announced"), "{failure:?}");
}

#[tokio::test]
async fn a_reset_in_the_middle_of_a_character_keeps_what_had_arrived() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (read, told) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        head(&mut socket).await;
        let mut bytes = format!("{OK}data: kept\n\ndata: \u{1f600}").into_bytes();
        bytes.truncate(bytes.len() - 2);
        let _ = socket.write_all(&bytes).await;
        // A reset takes what the client has not read with it.
        let _ = told.await;
        socket.set_zero_linger().expect("can be reset");
    });
    let engine = Engine::default();
    let session = open(&engine, get(url));
    until(&engine, "the half event has come", || {
        data(&session) == ["kept"] && session.status().bytes == 20
    })
    .await;
    read.send(()).expect("there");
    until(&engine, "it waits", || session.state() == State::Waiting).await;
    assert_eq!(
        session.status().failure.map(|failure| failure.code),
        Some(Code::Reset)
    );
    session.stop();
    ended(&engine, &session).await;
    assert_eq!(data(&session), ["kept"]);
}

fn code(session: &Session) -> Option<Code> {
    session.status().failure.map(|failure| failure.code)
}

#[tokio::test]
async fn a_bomb_ends_at_the_bound_of_a_line() {
    let bomb = super::coded::bomb();
    let lines = ["content-type: text/event-stream", "content-encoding: gzip"];
    let server = server([answer("200 OK", &lines, &bomb)]).await;
    let engine = Engine::default();
    let session = open(
        &engine,
        Stream {
            bounds: Bounds {
                line_mib: 1,
                ..Bounds::default()
            },
            ..get(&server.origin)
        },
    );
    ended(&engine, &session).await;
    assert_eq!(
        (session.state(), code(&session)),
        (State::Failed, Some(Code::Limit))
    );
    assert_eq!(data(&session), ["kept"]);
}
