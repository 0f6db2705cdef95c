//! Messages to a room: what is sent, to whom, and what comes of it, against real sockets.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tapewriter_engine::contract::{Auth, ChatRule, Code, Failure, Header, Scenes, State, Stream};
use tapewriter_engine::template::{Secret, Values};
use tapewriter_engine::{Engine, Options, Session};
use tokio::net::TcpListener;

use crate::support::{OK, Raw, body_of, ended, head, once, open, raw, until};

const SENT: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

fn chat(origin: &str, rule: ChatRule) -> Stream {
    Stream {
        headers: vec![
            Header::new("x-room", "blue"),
            Header::new("Accept", "text/event-stream"),
        ],
        auth: Auth::Bearer {
            token: "hunter2token".to_owned(),
        },
        scenes: Scenes {
            chat: rule,
            ..Scenes::default()
        },
        ..once(format!("{origin}/rooms/1/stream?after=3"))
    }
}

/// A session whose stream is over; its room can still be spoken to.
async fn session(engine: &Engine, stream: Stream, options: Options) -> Arc<Session> {
    let id = engine
        .connect(&format!("{stream:?}"), stream, options)
        .expect("a session");
    let session = engine.session(id).expect("there");
    ended(engine, &session).await;
    session
}

fn asked(server: &Raw, number: usize) -> String {
    server.requests.lock()[number].clone()
}

fn json_of(request: &str) -> Value {
    serde_json::from_str(body_of(request)).expect("JSON")
}

fn has(request: &str, line: &str) -> bool {
    let head = request.split("\r\n\r\n").next().unwrap_or_default();
    head.lines().any(|found| found.eq_ignore_ascii_case(line))
}

fn refused(failure: Failure, detail: &str) {
    let found = failure.args.get("detail").or(failure.args.get("what"));
    assert_eq!(found.map(String::as_str), Some(detail), "{failure:?}");
}

#[tokio::test]
async fn a_message_goes_to_the_rooms_own_server_as_the_streams_user() {
    let engine = Engine::default();
    let cookie = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nset-cookie: who=me1; Path=/\r\nconnection: close\r\n\r\n";
    let server = raw([cookie, SENT, "HTTP/1.1 204 No Content\r\n\r\n"]).await;
    let rule = ChatRule {
        send_url: "../send?kind=text".to_owned(),
        ..ChatRule::default()
    };
    let session = session(&engine, chat(&server.origin, rule), Options::default()).await;
    let typed = "quotes \" and \\ and\nlines, {{secret:x}} {{me}} {{id}} 你好 👋🏽";
    assert_eq!(session.send("m-1", typed).await.expect("sent").status, 200);
    let request = asked(&server, 1);
    assert!(
        request.starts_with("POST /rooms/send?kind=text HTTP/1.1\r\n"),
        "{request}"
    );
    for line in [
        "content-type: application/json",
        "authorization: Bearer hunter2token",
        "x-room: blue",
        "accept: */*",
        "cookie: who=me1",
    ] {
        assert!(has(&request, line), "{line} in {request}");
    }
    assert_eq!(
        json_of(&request),
        json!({"id": "m-1", "sender": "You", "text": typed})
    );
    // The rule is the session's as it is now, and any status of success is one.
    let rule = ChatRule {
        me: "A\"da".to_owned(),
        send_url: format!("{}/x", server.origin),
        send_body: r#"{"from":{"name":"{{me}}"},"said":{{text}},"ref":"<{{id}}>"}"#.to_owned(),
        ..ChatRule::default()
    };
    let scenes = Scenes {
        chat: rule,
        ..Scenes::default()
    };
    session.set_scenes(scenes, Vec::new()).expect("a rule");
    assert_eq!(session.send("7", "x\"y").await.expect("sent").status, 204);
    assert_eq!(
        json_of(&asked(&server, 2)),
        json!({"from": {"name": "A\"da"}, "said": "x\"y", "ref": "<7>"})
    );
    assert!(session.page(0, 50).rows.iter().all(|row| row.attempt == 1));
}

#[tokio::test]
async fn to_another_origin_nothing_goes_that_is_the_streams() {
    let engine = Engine::default();
    let (home, other) = (raw([OK]).await, raw([SENT]).await);
    let rule = ChatRule {
        send_url: format!("{}/send", other.origin),
        ..ChatRule::default()
    };
    let session = session(&engine, chat(&home.origin, rule), Options::default()).await;
    session.send("1", "hi").await.expect("sent");
    let request = asked(&other, 0);
    assert!(
        !request.contains("hunter2") && !request.contains("x-room"),
        "{request}"
    );
    assert!(!request.to_lowercase().contains("authorization"), "{request}");
}

#[tokio::test]
async fn a_secret_goes_only_where_it_was_given_for() {
    let engine = Engine::default();
    let (home, other) = (raw([OK, SENT]).await, raw([SENT, SENT]).await);
    let secret = |origin: &str| Secret {
        value: Arc::from("hunter2secret"),
        origins: vec![origin.to_owned()],
    };
    let values = |secret: Secret| Values {
        variables: [("room".to_owned(), "blue".to_owned())].into(),
        secrets: [("k".to_owned(), secret)].into(),
    };
    let rule = ChatRule {
        send_url: format!("{}/send/{{{{room}}}}", other.origin),
        send_body: r#"{"key":"{{secret:k}}","room":"{{room}}","text":"{{text}}"}"#.to_owned(),
        ..ChatRule::default()
    };
    let mut stream = chat(&home.origin, rule.clone());
    stream.auth = Auth::Bearer {
        token: "{{secret:k}}".to_owned(),
    };
    let options = Options {
        values: values(secret(&home.origin)),
        ..Options::default()
    };
    // Connecting does not need it there; the message does.
    let session = session(&engine, stream, options).await;
    let failure = session.send("1", "hi").await.expect_err("not there");
    assert_eq!(failure.args["origin"], other.origin);
    refused(failure, "secret-origin");
    assert_eq!(other.requests.lock().len(), 0);
    // Home it may go.
    let scenes = |send_url: &str| Scenes {
        chat: ChatRule {
            send_url: send_url.to_owned(),
            ..rule.clone()
        },
        ..Scenes::default()
    };
    session.set_scenes(scenes("/send"), Vec::new()).expect("a rule");
    session.send("2", "hi").await.expect("sent");
    assert_eq!(
        json_of(&asked(&home, 1)),
        json!({"key": "hunter2secret", "room": "blue", "text": "hi"})
    );
    // The user allowed it.
    session.give(values(secret(&other.origin)));
    session
        .set_scenes(scenes(&format!("{}/send/{{{{room}}}}", other.origin)), Vec::new())
        .expect("a rule");
    session.send("3", "hi").await.expect("sent");
    assert!(asked(&other, 0).starts_with("POST /send/blue "));
}

#[tokio::test]
async fn a_refusal_says_what_the_server_said_and_no_secret() {
    let engine = Engine::default();
    let no = "HTTP/1.1 422 No\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nno: hunter2token is too long";
    let server = raw([
        OK,
        no,
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: ftp://x/\r\nconnection: close\r\n\r\n",
    ])
    .await;
    let rule = ChatRule {
        send_url: "/send".to_owned(),
        ..ChatRule::default()
    };
    let session = session(&engine, chat(&server.origin, rule), Options::default()).await;
    let failure = session.send("1", "hi").await.expect_err("refused");
    assert_eq!(
        (failure.code, failure.args["status"].as_str()),
        (Code::Status, "422")
    );
    assert_eq!(failure.args["body"], "no: ●●●●●● is too long");
    assert!(!format!("{failure:?}").contains("hunter2"));
    assert_eq!(
        session.send("1", "hi").await.expect_err("refused").code,
        Code::Redirect
    );
    // Nobody listens any more, and nothing was sent twice.
    assert_eq!(
        session.send("1", "hi").await.expect_err("refused").code,
        Code::Refused
    );
    assert_eq!(server.requests.lock().len(), 3);
    refused(session.send("1", " \n").await.expect_err("blank"), "text-missing");
    let long = "x".repeat((1 << 20) + 1);
    refused(session.send("1", &long).await.expect_err("long"), "message");
    session.set_scenes(Scenes::default(), Vec::new()).expect("a rule");
    refused(session.send("1", "hi").await.expect_err("nowhere"), "send-url");
}

#[tokio::test]
async fn a_message_that_is_sent_to_a_page_instead_was_not_sent() {
    const PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 7\r\n\r\nsign in";
    let engine = Engine::default();
    let rule = ChatRule {
        send_url: "/send?token=hunter2token".to_owned(),
        ..ChatRule::default()
    };
    for status in ["301 Moved Permanently", "302 Found", "303 See Other"] {
        let elsewhere = format!(
            "HTTP/1.1 {status}\r\nlocation: ../login?token=hunter2token&next=1\r\ncontent-length: 0\r\n\r\n"
        );
        let server = raw([OK, &elsewhere, PAGE]).await;
        let session = session(&engine, chat(&server.origin, rule.clone()), Options::default()).await;
        let sent = session.send("1", "hi").await;
        // Nobody asked for the page.
        assert_eq!(server.requests.lock().len(), 2, "{status}");
        if status.starts_with("303") {
            // By which the server says that it has it.
            assert_eq!(sent.expect("sent").status, 303);
            continue;
        }
        let failure = sent.expect_err("nobody took it");
        assert_eq!(
            (failure.code, &*failure.args["status"]),
            (Code::Status, &status[..3])
        );
        let location = &failure.args["location"];
        assert!(
            location.starts_with(&format!("{}/login?", server.origin)) && location.ends_with("next=1"),
            "{location}"
        );
        assert!(!format!("{failure:?}").contains("hunter2"), "{failure:?}");
    }
    // These send the message on, as it is.
    for status in ["307 Temporary Redirect", "308 Permanent Redirect"] {
        let on = format!("HTTP/1.1 {status}\r\nlocation: /new\r\ncontent-length: 0\r\n\r\n");
        let server = raw([OK, &on, SENT]).await;
        let session = session(&engine, chat(&server.origin, rule.clone()), Options::default()).await;
        assert_eq!(session.send("1", "hi").await.expect("sent").status, 200);
        let (first, second) = (asked(&server, 1), asked(&server, 2));
        assert!(second.starts_with("POST /new HTTP/1.1\r\n"), "{second}");
        assert_eq!(body_of(&second), body_of(&first));
    }
}

#[tokio::test]
async fn a_message_on_its_way_ends_with_its_session_and_after_a_while() {
    let engine = Engine::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let home = raw([OK]).await;
    let rule = ChatRule {
        send_url: format!("{origin}/send"),
        ..ChatRule::default()
    };
    let mut stream = chat(&home.origin, rule);
    stream.network.head_s = 1;
    let session = session(&engine, stream, Options::default()).await;
    // Takes every message and answers none.
    let (told, mut asked) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            head(&mut socket).await;
            held.push(socket);
            let _ = told.send(());
        }
    });
    let failure = session.send("1", "hi").await.expect_err("silence");
    assert_eq!(failure.code, Code::Timeout);
    asked.recv().await;
    let sending = {
        let session = Arc::clone(&session);
        tokio::spawn(async move { session.send("2", "hi").await })
    };
    asked.recv().await;
    engine.close(session.id());
    let failure = sending.await.expect("it ends").expect_err("the session is gone");
    assert_eq!(failure.code, Code::Stopped);
}

#[tokio::test]
async fn an_endless_answer_is_let_go() {
    let engine = Engine::default();
    let home = raw([OK]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let gone = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let (mut socket, _) = listener.accept().await.expect("a client");
        head(&mut socket).await;
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        // Until nobody takes it any more.
        while socket.write_all(&[b'x'; 16 << 10]).await.is_ok() {}
    });
    let rule = ChatRule {
        send_url: format!("{origin}/send"),
        ..ChatRule::default()
    };
    let session = session(&engine, chat(&home.origin, rule), Options::default()).await;
    assert_eq!(session.send("1", "hi").await.expect("sent").status, 200);
    tokio::time::timeout(Duration::from_secs(30), gone)
        .await
        .expect("it was let go")
        .expect("no panic");
}

#[tokio::test]
async fn a_live_stream_goes_on_while_a_message_is_sent() {
    let engine = Engine::default();
    let demo = crate::support::demo().await;
    let server = raw([SENT]).await;
    let rule = ChatRule {
        send_url: format!("{}/send", server.origin),
        ..ChatRule::default()
    };
    let stream = Stream {
        scenes: Scenes {
            chat: rule,
            ..Scenes::default()
        },
        ..once(format!("{}/stream?ms=20", demo.origin))
    };
    let session = open(&engine, stream);
    until(&engine, "it is open", || session.state() == State::Open).await;
    session.send("1", "hi").await.expect("sent");
    ended(&engine, &session).await;
    assert_eq!(session.status().events, 10);
    assert_eq!(session.status().attempt, 1);
}
