//! The service that sse-contract-tests drives (`examples/contract-service`), driven here as the harness would.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

#[path = "../../examples/contract-service/service.rs"]
mod service;

/// Only a fault makes anything here take as long.
const NEVER: Duration = Duration::from_secs(30);
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

/// A request as it came, and its open connection.
struct Asked {
    head: String,
    body: String,
    socket: TcpStream,
}

async fn asked(listener: &TcpListener) -> Asked {
    let asked = async {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let mut text = String::new();
        loop {
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let head = head.to_ascii_lowercase();
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "));
                if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
                    let body = body.to_owned();
                    return Asked { head, body, socket };
                }
            }
            let mut buffer = [0; 4096];
            let read = socket.read(&mut buffer).await.expect("a request");
            assert!(read > 0, "the request broke off: {text}");
            text.push_str(std::str::from_utf8(&buffer[..read]).expect("text"));
        }
    };
    timeout(NEVER, asked).await.expect("never asked")
}

impl Asked {
    async fn send(&mut self, text: impl AsRef<[u8]>) {
        self.socket
            .write_all(text.as_ref())
            .await
            .expect("the client listens");
    }
}

/// The service, a stream server and a place for callbacks.
struct Harness {
    service: String,
    server: TcpListener,
    callback: String,
    told: mpsc::UnboundedReceiver<(u64, Value)>,
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, origin)
}

async fn harness() -> Harness {
    let (listening, service) = listener().await;
    tokio::spawn(service::serve(listening));
    let (server, _) = listener().await;
    let (callbacks, callback) = listener().await;
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let mut call = asked(&callbacks).await;
            call.send("HTTP/1.1 202 Accepted\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
                .await;
            let number = call.head.split(['/', ' ']).find_map(|part| part.parse().ok());
            let message = serde_json::from_str(&call.body).expect("a message");
            if tell.send((number.expect("a number"), message)).is_err() {
                return;
            }
        }
    });
    Harness {
        service,
        server,
        callback,
        told,
    }
}

impl Harness {
    /// Status, `location` and body of an answer of the service.
    async fn call(&self, method: &str, path: &str, body: &Value) -> (u16, String, String) {
        let address = self.service.strip_prefix("http://").expect("an origin");
        let mut socket = TcpStream::connect(address).await.expect("the service");
        let body = body.to_string();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        socket.write_all(request.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let location = head.lines().find_map(|line| line.strip_prefix("location: "));
        (
            status.expect("a status"),
            location.unwrap_or("").to_owned(),
            body.to_owned(),
        )
    }

    /// Creates a stream and waits for its request.
    async fn create(&self, more: Value) -> (String, Asked) {
        let url = format!("http://{}/stream", self.server.local_addr().expect("an address"));
        let mut params =
            json!({ "streamUrl": url, "callbackUrl": self.callback, "tag": "t", "initialDelayMs": 0 });
        let all = params.as_object_mut().expect("an object");
        all.extend(more.as_object().expect("an object").clone());
        let (status, location, _) = self.call("POST", "/", &params).await;
        assert_eq!(status, 201);
        let mut asked = asked(&self.server).await;
        asked.send(OK).await;
        (location, asked)
    }

    /// The next message; they are numbered from 1 without gaps.
    async fn told(&mut self, number: u64) -> Value {
        let (got, message) = timeout(NEVER, self.told.recv())
            .await
            .expect("never told")
            .expect("open");
        assert_eq!(got, number);
        message
    }
}

fn event(data: &str, id: &str) -> Value {
    json!({ "kind": "event", "event": { "type": "message", "data": data, "id": id } })
}

#[tokio::test]
async fn it_names_its_capabilities_and_quits_when_told() {
    let harness = harness().await;
    let (status, _, body) = harness.call("GET", "/", &Value::Null).await;
    assert_eq!(status, 200);
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["capabilities"].as_array().map(Vec::len), Some(9));
    assert_eq!(harness.call("POST", "/", &json!({})).await.0, 400);
    assert_eq!(
        harness
            .call("POST", "/", &json!({ "streamUrl": "::", "callbackUrl": "x" }))
            .await
            .0,
        400
    );
    assert_eq!(
        harness
            .call("POST", "/streams/9", &json!({ "command": "restart" }))
            .await
            .0,
        404
    );
    assert_eq!(harness.call("DELETE", "/streams/9", &Value::Null).await.0, 404);
    assert_eq!(harness.call("DELETE", "/", &Value::Null).await.0, 204);
}

#[tokio::test]
async fn events_and_comments_come_in_order() {
    let mut harness = harness().await;
    let (stream, mut server) = harness.create(json!({})).await;
    assert!(server.head.starts_with("get /stream http/1.1"));
    for header in ["accept: text/event-stream", "cache-control: no-cache"] {
        assert!(server.head.contains(header), "{}", server.head);
    }
    assert!(!server.head.contains("last-event-id"));
    server.send(b"\xEF\xBB\xBF:hello\nevent: greet").await;
    server
        .send("ing\nid: abc\ndata: €豆\r\ndata:腐\n\ndata: 2\n\n")
        .await;
    assert_eq!(
        harness.told(1).await,
        json!({ "kind": "comment", "comment": "hello" })
    );
    let greeting =
        json!({ "kind": "event", "event": { "type": "greeting", "data": "€豆\n腐", "id": "abc" } });
    assert_eq!(harness.told(2).await, greeting);
    assert_eq!(harness.told(3).await, event("2", "abc"));
    assert_eq!(
        harness
            .call(
                "POST",
                &stream,
                &json!({ "command": "listen", "listen": { "type": "x" } })
            )
            .await
            .0,
        202
    );
    assert_eq!(
        harness
            .call("POST", &stream, &json!({ "command": "dance" }))
            .await
            .0,
        400
    );
    assert_eq!(harness.call("DELETE", &stream, &Value::Null).await.0, 204);
    let gone = timeout(NEVER, server.socket.read(&mut [0; 1]))
        .await
        .expect("never closed");
    assert!(matches!(gone, Ok(0) | Err(_)));
}

#[tokio::test]
async fn the_request_is_what_the_harness_asked_for() {
    let harness = harness().await;
    for method in ["POST", "REPORT"] {
        let body = "{\"hello\": \"world\"}";
        let params = json!({
            "method": method,
            "body": body,
            "lastEventId": "abc",
            "headers": { "content-type": "application/json; charset=utf-8", "header-name-1": "value-1" },
        });
        let (stream, server) = harness.create(params.clone()).await;
        assert!(
            server.head.starts_with(&method.to_ascii_lowercase()),
            "{}",
            server.head
        );
        for header in [
            "content-type: application/json; charset=utf-8",
            "header-name-1: value-1",
            "last-event-id: abc",
        ] {
            assert!(server.head.contains(header), "{}", server.head);
        }
        assert_eq!(server.body, body);
        drop(server);
        let again = asked(&harness.server).await;
        assert_eq!(again.body, body, "the body is sent again");
        // It would go on asking, and the next one's server would hear it.
        harness.call("DELETE", &stream, &Value::Null).await;
    }
}

#[tokio::test]
async fn it_reconnects_with_the_last_event_id() {
    let mut harness = harness().await;
    let (stream, mut server) = harness.create(json!({})).await;
    server.send("id: abc\ndata: 1\n\ndata: 2\n\n").await;
    drop(server);
    let mut server = asked(&harness.server).await;
    assert!(server.head.contains("last-event-id: abc"), "{}", server.head);
    server.send(OK).await;
    server.send("data: 3\n\n").await;
    assert_eq!(harness.told(1).await, event("1", "abc"));
    assert_eq!(harness.told(2).await, event("2", "abc"));
    assert_eq!(harness.told(3).await["kind"], "error");
    assert_eq!(harness.told(4).await, event("3", "abc"));
    assert_eq!(
        harness
            .call("POST", &stream, &json!({ "command": "restart" }))
            .await
            .0,
        202
    );
    let mut server = asked(&harness.server).await;
    assert!(server.head.contains("last-event-id: abc"), "{}", server.head);
    server.send(OK).await;
    server.send("data: 4\n\n").await;
    // A restart is no error.
    assert_eq!(harness.told(5).await, event("4", "abc"));
}

#[tokio::test]
async fn a_silent_line_is_dropped_and_opened_again() {
    let mut harness = harness().await;
    let (_, mut server) = harness.create(json!({ "readTimeoutMs": 500 })).await;
    server.send("data: 1\n\n").await;
    assert_eq!(harness.told(1).await, event("1", ""));
    let mut server = asked(&harness.server).await;
    server.send(OK).await;
    assert_eq!(harness.told(2).await["kind"], "error");
}
