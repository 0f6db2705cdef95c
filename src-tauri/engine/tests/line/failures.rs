//! Every failure has its code, its facts and a sentence, and what had arrived is kept.

use tapewriter_engine::contract::{Code, Failure, State, Stream};
use tapewriter_engine::{Engine, MAX_SESSIONS, Options};
use tokio::net::TcpListener;

use crate::support::{OK, data, demo, ended, get, head, once, open, raw, until};

async fn failure(url: String) -> (State, Failure) {
    let engine = Engine::default();
    let session = open(&engine, get(url));
    until(&engine, "it fails", || session.status().failure.is_some()).await;
    let status = session.status();
    (status.state, status.failure.expect("why"))
}

#[tokio::test]
async fn each_has_its_code() {
    let demo = demo().await;
    let tls = plain_http().await.replace("http://", "https://");
    let compressed =
        raw(["HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: compress\r\n\r\n"])
            .await;
    let endless =
        raw(["HTTP/1.1 302 Found\r\nlocation: ftp://elsewhere/\r\nconnection: close\r\n\r\n"]).await;
    for (url, state, code, fact) in [
        (
            format!("{}/faults/status-500", demo.origin),
            State::Failed,
            Code::Status,
            ("status", "500"),
        ),
        (
            format!("{}/nowhere", demo.origin),
            State::Failed,
            Code::Status,
            ("status", "404"),
        ),
        (
            format!("{}/faults/status-204", demo.origin),
            State::Closed,
            Code::Status,
            ("status", "204"),
        ),
        (
            format!("{}/faults/wrong-type", demo.origin),
            State::Failed,
            Code::ContentType,
            ("type", "text/html"),
        ),
        (
            "http://127.0.0.1:1/x".to_owned(),
            State::Waiting,
            Code::Refused,
            ("host", "127.0.0.1:1"),
        ),
        (
            "http://no-such-host.invalid/".to_owned(),
            State::Failed,
            Code::Dns,
            ("host", "no-such-host.invalid"),
        ),
        (
            tls.clone(),
            State::Failed,
            Code::Tls,
            ("host", tls.trim_start_matches("https://")),
        ),
        (
            compressed.origin.clone(),
            State::Failed,
            Code::Encoding,
            ("encoding", "compress"),
        ),
        (
            endless.origin.clone(),
            State::Failed,
            Code::Redirect,
            ("detail", "scheme"),
        ),
    ] {
        let (at, failure) = failure(url.clone()).await;
        assert_eq!((at, failure.code), (state, code), "{url}: {failure:?}");
        assert_eq!(
            failure.args.get(fact.0).map(String::as_str),
            Some(fact.1),
            "{url}: {failure:?}"
        );
        assert!(
            failure.message.len() > 20,
            "{url}: says too little: {}",
            failure.message
        );
    }
}

/// A server that speaks HTTP to whoever connects, without waiting for a request that it understands.
async fn plain_http() -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut hello = [0; 1024];
            // What the client makes of it is what the test asserts.
            let _ = socket.read(&mut hello).await;
            let _ = socket
                .write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
                .await;
        }
    });
    origin
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            head(&mut socket).await;
            let answer = b"HTTP/1.1 302 Found\r\nlocation: /again\r\nconnection: close\r\n\r\n";
            let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, answer).await;
        }
    });
    assert_eq!(failure(url).await.1.code, Code::Redirect);
}

#[tokio::test]
async fn a_reset_keeps_what_had_arrived() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(&engine, get(format!("{}/faults/reset", demo.origin)));
    until(&engine, "it waits", || session.state() == State::Waiting).await;
    assert_eq!(
        session.status().failure.map(|failure| failure.code),
        Some(Code::Reset)
    );
    assert_eq!(data(&session).len(), 2, "the half event is not an event");
    session.stop();
    ended(&engine, &session).await;
    assert_eq!(data(&session).len(), 2);
}

#[tokio::test]
async fn a_silent_line_says_so_and_stays_open() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(
        &engine,
        Stream {
            idle_s: 1,
            ..get(format!("{}/faults/silent", demo.origin))
        },
    );
    until(&engine, "silence is told", || {
        session.status().silent_since_us.is_some()
    })
    .await;
    assert_eq!(session.state(), State::Open);
    session.stop();
    ended(&engine, &session).await;
    assert_eq!(session.status().silent_since_us, None);
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_can_be_stopped() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let engine = Engine::default();
    let session = open(
        &engine,
        Stream {
            idle_s: 1,
            ..get(url)
        },
    );
    let (mut socket, _) = listener.accept().await.expect("a connection");
    head(&mut socket).await;
    until(&engine, "silence is told", || {
        session.status().silent_since_us.is_some()
    })
    .await;
    assert_eq!(session.state(), State::Connecting);
    session.stop();
    ended(&engine, &session).await;
    // The connection is closed, not left to a pool.
    let mut byte = [0];
    let read = tokio::io::AsyncReadExt::read(&mut socket, &mut byte).await;
    assert!(matches!(read, Ok(0) | Err(_)));
}

#[tokio::test]
async fn a_line_over_its_bound_ends_the_attempt_and_keeps_what_came_before() {
    let body = format!("data: kept\n\ndata: {}", "x".repeat(17 << 20));
    let server = raw([&format!("{OK}{body}")]).await;
    let engine = Engine::default();
    let session = open(&engine, get(&server.origin));
    ended(&engine, &session).await;
    let status = session.status();
    assert_eq!(
        (status.state, status.failure.map(|f| f.code)),
        (State::Failed, Some(Code::Limit))
    );
    assert_eq!(data(&session), ["kept"]);
}

#[tokio::test]
async fn bad_addresses_and_too_many_sessions_are_refused_with_a_reason() {
    let (engine, demo) = (Engine::default(), demo().await);
    for (n, url) in ["", "ftp://x/", "http://", "demo:/stream"]
        .into_iter()
        .enumerate()
    {
        let refused = engine
            .connect(&format!("bad {n}"), get(url), Options::default())
            .expect_err(url);
        assert_eq!(refused.code, Code::Url, "{url}");
    }
    let silent = format!("{}/faults/silent", demo.origin);
    let stream = |n: usize| Stream {
        id: n.to_string(),
        ..once(&silent)
    };
    for n in 0..MAX_SESSIONS {
        engine
            .connect(&n.to_string(), stream(n), Options::default())
            .expect("a session");
    }
    let refused = engine
        .connect("more", stream(MAX_SESSIONS), Options::default())
        .expect_err("one too many");
    assert_eq!(
        (refused.code, refused.args["bound"].as_str()),
        (Code::Limit, "64")
    );
    // The same key is the same session; the same stream again takes the place of its session.
    assert_eq!(
        engine.connect("3", stream(3), Options::default()),
        engine.connect("3", stream(3), Options::default())
    );
    engine
        .connect("3 again", stream(3), Options::default())
        .expect("its own place");
    assert_eq!(engine.sessions().len(), MAX_SESSIONS);
    // One that has ended makes room.
    let fifth = engine
        .sessions()
        .into_iter()
        .find(|session| session.stream().id == "5")
        .expect("there");
    fifth.stop();
    ended(&engine, &fifth).await;
    engine
        .connect("more", stream(MAX_SESSIONS), Options::default())
        .expect("room");
}
