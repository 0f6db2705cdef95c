//! One exchange at a time: the HTTP source against raw sockets, so that what it says went over the line can be
//! compared with what did.

mod bad;
mod coded;
mod cookies;
mod everywhere;
mod proxies;
mod redirects;
mod secrets;
mod secure;
mod sent;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use parking_lot::Mutex;
use tapewriter_engine::contract::{Failure, Header};
use tapewriter_engine::http::Http;
use tapewriter_engine::source::{Head, Piece, Request, Source, Traced};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use url::Url;

use crate::support::head;

/// A server that answers each connection with the next of these and closes it; it keeps what was asked.
struct Server {
    origin: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn requests(&self) -> Vec<String> {
        self.requests.lock().clone()
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.origin)).expect("an address")
    }

    fn authority(&self) -> &str {
        self.origin.trim_start_matches("http://")
    }
}

async fn server<T: Into<Vec<u8>>>(answers: impl IntoIterator<Item = T>) -> Server {
    server_of(|_| answers).await
}

/// A server whose answers name its own origin.
async fn server_of<T: Into<Vec<u8>>, A: IntoIterator<Item = T>>(answers: impl FnOnce(&str) -> A) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let requests = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&requests);
    let answers: Vec<Vec<u8>> = answers(&origin).into_iter().map(Into::into).collect();
    tokio::spawn(async move {
        for answer in answers {
            let Ok((mut socket, _)) = listener.accept().await else {
                return;
            };
            let request = head(&mut socket).await;
            kept.lock().push(request);
            // The client may have closed already: what it saw is what the test asserts.
            let _ = socket.write_all(&answer).await;
            let _ = socket.shutdown().await;
        }
    });
    Server { origin, requests }
}

/// A head with these lines.
fn answer(status: &str, lines: &[&str], body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\n");
    for line in lines.iter().chain(&["connection: close"]) {
        answer.push_str(line);
        answer.push_str("\r\n");
    }
    answer.push_str("\r\n");
    [answer.as_bytes(), body].concat()
}

fn stream(body: &[u8]) -> Vec<u8> {
    answer("200 OK", &["content-type: text/event-stream"], body)
}

fn redirect(status: &str, location: &str) -> Vec<u8> {
    answer(status, &[&format!("location: {location}")], b"")
}

/// What came of an exchange.
struct Came {
    head: Head,
    pieces: Vec<(Bytes, Option<Bytes>)>,
    /// Why the body ended, if not cleanly.
    failure: Option<Failure>,
    traced: Traced,
}

impl Came {
    fn text(&self) -> String {
        let bytes: Vec<u8> = self.pieces.iter().flat_map(|(bytes, _)| bytes.to_vec()).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

async fn fetch(request: Request) -> Result<Came, (Failure, Traced)> {
    fetch_from(&Http::new(), request).await
}

async fn fetch_from(http: &Http, request: Request) -> Result<Came, (Failure, Traced)> {
    let trace = request.trace.clone();
    let (head, mut body) = match http.open(request).await {
        Ok(opened) => opened,
        Err(failure) => return Err((failure, trace.get())),
    };
    let (mut pieces, mut failure) = (Vec::new(), None);
    while let Some(piece) = body.next().await {
        match piece {
            Ok(Piece::Chunk { bytes, raw, .. }) => pieces.push((bytes, raw)),
            Ok(Piece::Message { .. }) => unreachable!("HTTP has no messages"),
            Err(error) => failure = Some(error),
        }
    }
    Ok(Came {
        head,
        pieces,
        failure,
        traced: trace.get(),
    })
}

async fn came(request: Request) -> Came {
    match fetch(request).await {
        Ok(came) => came,
        Err((failure, _)) => panic!("{failure:?}"),
    }
}

async fn failed(request: Request) -> (Failure, Traced) {
    match fetch(request).await {
        Ok(came) => panic!("it opened: {:?}", came.head),
        Err(failed) => failed,
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::new(name, value)
}

/// The value of a header in a request as it came over the line.
fn line<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request
        .split("\r\n")
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
