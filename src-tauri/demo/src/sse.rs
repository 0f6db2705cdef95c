//! Event bodies: the wire form of an event, and bodies that keep a pace and end when the server stops.

use std::fmt::Write;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http::HeaderMap;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How long a line rests before it is broken. A reset makes some systems throw away what the client has not read yet;
/// after this pause it has been read, so that what arrives is the same everywhere.
const REST_BEFORE_CUT: Duration = Duration::from_millis(50);

/// The longest pace that a query may ask for: ten minutes, in milliseconds.
pub const MAX_MS: u64 = 600_000;

/// A piece of a body, sent as a chunk of its own, and the silence after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub bytes: Bytes,
    pub gap: Duration,
}

impl Piece {
    pub fn new(bytes: impl Into<Bytes>, gap: Duration) -> Self {
        Self {
            bytes: bytes.into(),
            gap,
        }
    }
}

/// An event as it goes over the wire. A newline in the data makes another `data:` line, as the standard says.
pub fn event(id: Option<u64>, data: &str) -> String {
    let mut wire = String::with_capacity(data.len() + 32);
    if let Some(id) = id {
        // Writing to a String cannot fail.
        let _ = writeln!(wire, "id: {id}");
    }
    for line in data.split('\n') {
        wire.push_str("data: ");
        wire.push_str(line);
        wire.push('\n');
    }
    wire.push('\n');
    wire
}

/// The number of the last event that the client has seen; 0 for a fresh client, and for an id that is not ours.
pub fn last_event_id(headers: &HeaderMap) -> u64 {
    headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok())
        .unwrap_or(0)
}

/// Sends each piece and keeps silent for its gap, also after the last one.
pub fn paced(
    pieces: impl Iterator<Item = Piece> + Send + 'static,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold((pieces, Duration::ZERO), |(mut pieces, gap)| async move {
        if !gap.is_zero() {
            sleep(gap).await;
        }
        let piece = pieces.next()?;
        Some((Ok(piece.bytes), (pieces, piece.gap)))
    })
}

/// Breaks the line when it is polled: the chunked body is left unfinished and the connection reset.
pub fn cut() -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::once(async {
        sleep(REST_BEFORE_CUT).await;
        Err(io::ErrorKind::ConnectionReset.into())
    })
}

/// Answers 200 with an event stream that also ends, in good order, when the server is told to stop.
pub fn respond(
    body: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    shutdown: CancellationToken,
) -> Response {
    let body = Body::from_stream(body.take_until(shutdown.cancelled_owned()));
    let head = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    (head, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newline_makes_another_data_line() {
        assert_eq!(event(None, "one"), "data: one\n\n");
        assert_eq!(event(Some(7), "one\n\n"), "id: 7\ndata: one\ndata: \ndata: \n\n");
        assert_eq!(event(None, " one"), "data:  one\n\n");
    }

    #[test]
    fn only_numbers_resume() {
        let seen = |id: &'static str| {
            last_event_id(&HeaderMap::from_iter([(
                http::HeaderName::from_static("last-event-id"),
                id.parse().unwrap(),
            )]))
        };
        assert_eq!(seen("12"), 12);
        assert_eq!(seen("-1"), 0);
        assert_eq!(seen("twelve"), 0);
        assert_eq!(seen(""), 0);
        assert_eq!(last_event_id(&HeaderMap::new()), 0);
    }
}
