//! Servers that stop when dropped, and waiting for facts.

use std::sync::Arc;
use std::time::Duration;

use tapewriter_engine::contract::{OnEnd, Row, RowKind, Stream};
use tapewriter_engine::{Engine, Options, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Only a fault makes anything here take as long.
const NEVER: Duration = Duration::from_secs(30);

/// A demo server of its own.
pub struct Demo {
    pub origin: String,
    _stop: DropGuard,
}

pub async fn demo() -> Demo {
    let listener = tapewriter_demo::bind(None, false).await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let stop = CancellationToken::new();
    tokio::spawn(tapewriter_demo::run(listener, stop.clone()));
    Demo {
        origin,
        _stop: stop.drop_guard(),
    }
}

/// A server that answers each connection with the next of these byte strings and closes it; it keeps
/// what was asked. After the last one it refuses.
pub struct Raw {
    pub origin: String,
    pub requests: Arc<parking_lot::Mutex<Vec<String>>>,
}

pub async fn raw<const N: usize>(answers: [&str; N]) -> Raw {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let requests = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let (answers, kept) = (answers.map(str::to_owned), Arc::clone(&requests));
    tokio::spawn(async move {
        for answer in answers {
            let Ok((mut socket, _)) = listener.accept().await else {
                return;
            };
            let request = head(&mut socket).await;
            kept.lock().push(request);
            // The client may have closed already: what it saw is what the test asserts.
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    });
    Raw { origin, requests }
}

/// Reads a request's head, and its body if it says how long that is.
pub async fn head(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse::<usize>()
                    .ok()
            });
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return text;
            }
        }
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return text,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

/// What stands after a request's head.
pub fn body_of(request: &str) -> &str {
    request.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

pub const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

pub fn get(url: impl Into<String>) -> Stream {
    Stream {
        id: "s".to_owned(),
        url: url.into(),
        ..Stream::default()
    }
}

pub fn once(url: impl Into<String>) -> Stream {
    Stream {
        on_end: OnEnd::Stop,
        ..get(url)
    }
}

pub fn open(engine: &Engine, stream: Stream) -> Arc<Session> {
    let id = engine
        .connect(&format!("{stream:?}"), stream, Options::default())
        .expect("a session");
    engine.session(id).expect("there")
}

/// Waits for a fact about the program.
pub async fn until(engine: &Engine, what: &str, mut fact: impl FnMut() -> bool) {
    let wait = async {
        loop {
            let changed = engine.changed().notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if fact() {
                return;
            }
            // A task's end is no change of a session; it is looked for as well.
            let _ = tokio::time::timeout(Duration::from_millis(20), changed).await;
        }
    };
    assert!(tokio::time::timeout(NEVER, wait).await.is_ok(), "never: {what}");
}

pub async fn ended(engine: &Engine, session: &Session) {
    until(engine, "the session ends", || !session.state().is_live()).await;
}

pub fn rows(session: &Session) -> Vec<Row> {
    let mut rows = Vec::new();
    loop {
        let page = session.page(rows.len() as u64, 200);
        if page.rows.is_empty() {
            return rows;
        }
        rows.extend(page.rows);
    }
}

/// The events' data, in order.
pub fn data(session: &Session) -> Vec<String> {
    rows(session)
        .into_iter()
        .filter_map(|row| match row.kind {
            RowKind::Event { data, .. } => Some(data),
            _ => None,
        })
        .collect()
}
