//! Faults of time: what comes late, or all at once. And two streams that look odd and are healthy.

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, SERVER};
use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::PaceQuery;
use super::codec::Codec;
use crate::sse::{self, MAX_MS, Piece};

/// The longest of these streams.
const MAX_EVENTS: u64 = 1_000_000;
/// Events that are held back at once, at most.
const MAX_HELD: u64 = 10_000;

#[derive(Deserialize)]
pub struct MadeQuery {
    ms: Option<u64>,
    n: Option<u64>,
    every: Option<u64>,
}

/// Events with the time at which each was made: one every `ms`, `n` of them, handed on `every` so many.
#[derive(Clone, Copy)]
struct Made {
    gap: Duration,
    n: u64,
    every: u64,
}

impl MadeQuery {
    fn made(&self, ms: u64, every: u64) -> Made {
        Made {
            gap: Duration::from_millis(self.ms.unwrap_or(ms).min(MAX_MS)),
            n: self.n.unwrap_or(40).min(MAX_EVENTS),
            every: self.every.unwrap_or(every).clamp(1, MAX_HELD),
        }
    }
}

impl Made {
    /// Batches of events, made one by one and handed on together.
    fn batches(self) -> impl Stream<Item = Vec<String>> + Send + 'static {
        stream::unfold(1, move |next: u64| async move {
            let end = self.n.min(next + self.every - 1);
            if next > self.n {
                return None;
            }
            let mut batch = Vec::new();
            for number in next..=end {
                sleep(self.gap).await;
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let data = format!("{{\"n\":{number},\"made\":{}}}", now.as_millis());
                batch.push(sse::event(Some(number), &data));
            }
            Some((batch, end + 1))
        })
    }
}

/// Heartbeats every `ms`, and an event with every fourth.
pub async fn heartbeat(
    State(shutdown): State<CancellationToken>,
    Query(query): Query<MadeQuery>,
) -> Response {
    let made = query.made(5_000, 1);
    let pieces = (1..=made.n).map(move |i| {
        let event = if i % 4 == 0 {
            sse::event(Some(i / 4), &format!("Event {}", i / 4))
        } else {
            String::new()
        };
        Piece::new(format!(":hb\n\n{event}"), made.gap)
    });
    sse::respond(sse::paced(pieces), shutdown)
}

/// An answer that takes its time before the first byte, of its head too.
pub async fn slow(State(shutdown): State<CancellationToken>, Query(query): Query<PaceQuery>) -> Response {
    tokio::select! {
        () = sleep(query.gap(6_000)) => {}
        () = shutdown.cancelled() => {}
    }
    let pieces = (1..=3).map(|i| Piece::new(sse::event(None, &format!("At last {i}")), Duration::ZERO));
    sse::respond(sse::paced(pieces), shutdown)
}

/// Events made one by one and held back by something in between, which names itself.
pub async fn buffered(State(shutdown): State<CancellationToken>, Query(query): Query<MadeQuery>) -> Response {
    let body = query
        .made(500, 8)
        .batches()
        .map(|batch| Ok(batch.concat().into()));
    answer(body, shutdown, [(SERVER, "nginx")])
}

/// A healthy stream for pages of one other origin.
pub async fn cors(State(shutdown): State<CancellationToken>, Query(query): Query<MadeQuery>) -> Response {
    let body = query
        .made(300, 1)
        .batches()
        .map(|batch| Ok(batch.concat().into()));
    answer(
        body,
        shutdown,
        [(ACCESS_CONTROL_ALLOW_ORIGIN, "https://page.example")],
    )
}

/// A healthy stream of JSON lines.
pub async fn ndjson(State(shutdown): State<CancellationToken>, Query(query): Query<PaceQuery>) -> Response {
    let gap = query.gap(300);
    let pieces = (1..=10).map(move |i| Piece::new(format!("{{\"n\":{i},\"text\":\"第 {i} 行\"}}\n"), gap));
    answer(
        sse::paced(pieces),
        shutdown,
        [(CONTENT_TYPE, "application/x-ndjson")],
    )
}

/// Compressed, and flushed after each event: healthy.
pub async fn gzip(state: State<CancellationToken>, query: Query<MadeQuery>) -> Response {
    compressed(Codec::gzip(), "gzip", state, query, 1).await
}

/// The same with zlib.
pub async fn deflate(state: State<CancellationToken>, query: Query<MadeQuery>) -> Response {
    compressed(Codec::zlib(), "deflate", state, query, 1).await
}

/// The same with Brotli.
pub async fn br(state: State<CancellationToken>, query: Query<MadeQuery>) -> Response {
    compressed(Codec::brotli(), "br", state, query, 1).await
}

/// The same with Zstandard.
pub async fn zstd(state: State<CancellationToken>, query: Query<MadeQuery>) -> Response {
    compressed(Codec::zstd(), "zstd", state, query, 1).await
}

/// Compressed, and flushed only once in so many events.
pub async fn gzip_unflushed(state: State<CancellationToken>, query: Query<MadeQuery>) -> Response {
    compressed(Codec::gzip(), "gzip", state, query, 8).await
}

async fn compressed(
    codec: Codec,
    encoding: &'static str,
    State(shutdown): State<CancellationToken>,
    Query(query): Query<MadeQuery>,
    every: u64,
) -> Response {
    let batches = query
        .made(400, every)
        .batches()
        .map(Some)
        .chain(stream::once(async { None }));
    let body = batches.scan(codec, |codec, batch| {
        let bytes = match batch {
            Some(batch) => codec.flushed(batch.concat().as_bytes()),
            None => codec.finished(),
        };
        std::future::ready(Some(bytes))
    });
    answer(body, shutdown, [(CONTENT_ENCODING, encoding)])
}

/// As [`sse::respond`], with headers of its own.
fn answer<const N: usize>(
    body: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    shutdown: CancellationToken,
    headers: [(HeaderName, &'static str); N],
) -> Response {
    let body = Body::from_stream(body.take_until(shutdown.cancelled_owned()));
    let mut response = body.into_response();
    let own = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    for (name, value) in own.into_iter().chain(headers) {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
