//! `/faults/…`: what real servers do to their clients, on demand and always in the same way.

mod bytes;
mod codec;
mod pace;

use std::time::Duration;

use ::bytes::Bytes;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use http::StatusCode;
use http::header::{LOCATION, SERVER};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::sse::{self, MAX_MS, Piece};

pub use bytes::{
    BAD_RETRY, CRLF, EVERYTHING, SPLIT, bad_retry, bom, crlf, endless_line, everything, split_utf8,
};
pub use pace::{br, buffered, cors, deflate, gzip, gzip_unflushed, heartbeat, ndjson, slow, zstd};

/// The longest chain of redirects; every client gives up earlier.
const MAX_REDIRECTS: u32 = 50;

/// The blocks of `/faults/comments`, in order: six events and four comments, with CRLF at the end of every line.
pub const COMMENTS: [&str; 9] = [
    ": heartbeat\r\n\r\n",
    "event: step\r\nid: 1\r\ndata: First step\r\n\r\n",
    "event: step\r\nid: 2\r\ndata: Second step,\r\ndata: on two lines\r\n\r\n",
    ": heartbeat\r\n: and a second comment right after it\r\n\r\n",
    "data: An unnamed event, without an id of its own\r\n\r\n",
    "event: step\r\nid: 3\r\ndata: 第三步\r\ndata:\r\ndata: 中间有一个空行\r\n\r\n",
    ":\r\n\r\n",
    "data:No space after the colon\r\n\r\n",
    "event: done\r\nid: 4\r\ndata: Done\r\n\r\n",
];

/// A server with nothing more to say: clients stop for good.
pub async fn status_204() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// A stream that is not there.
pub async fn status_404() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "No stream here, as asked.\n")
}

/// A server that failed.
pub async fn status_500() -> impl IntoResponse {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "The server failed, as asked.\n",
    )
}

/// An error page with status 200, as gateways and login walls send it.
pub async fn wrong_type() -> Html<&'static str> {
    Html(
        "<!doctype html>\n<html lang=\"en\">\n<title>Please sign in</title>\n<h1>Please sign in</h1>\n\
         <p>This is a web page with status 200, not an event stream.</p>\n</html>\n",
    )
}

#[derive(Deserialize)]
pub struct HtmlQuery {
    status: Option<u16>,
}

/// The page that a gateway answers with when the server behind it does not: 502, or whatever is asked for.
pub async fn html(Query(query): Query<HtmlQuery>) -> Response {
    let asked = query.status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = asked
        .filter(|status| status.as_u16() >= 200)
        .unwrap_or(StatusCode::BAD_GATEWAY);
    let page = Html(
        "<!doctype html>\n<html lang=\"en\">\n<title>502 Bad Gateway</title>\n<h1>502 Bad Gateway</h1>\n\
         <p>The server behind this gateway does not answer, as asked.</p>\n</html>\n",
    );
    (status, [(SERVER, "nginx")], page).into_response()
}

#[derive(Deserialize)]
pub struct RedirectQuery {
    n: Option<u32>,
    ms: Option<u64>,
}

/// `n` redirects, each relative to the last address, that end at `/stream`.
pub async fn redirect(Query(query): Query<RedirectQuery>) -> Response {
    let n = query.n.unwrap_or(3).clamp(1, MAX_REDIRECTS);
    let ms = query.ms.unwrap_or(100).min(MAX_MS);
    let target = if n > 1 {
        format!("redirect?n={}&ms={ms}", n - 1)
    } else {
        format!("../stream?ms={ms}")
    };
    (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, target)]).into_response()
}

#[derive(Deserialize)]
pub struct PaceQuery {
    ms: Option<u64>,
}

impl PaceQuery {
    /// The pace that was asked for, or the usual one.
    fn gap(&self, usual_ms: u64) -> Duration {
        Duration::from_millis(self.ms.unwrap_or(usual_ms).min(MAX_MS))
    }
}

/// Heartbeats, named events, ids, data on several lines, CRLF: all that a parser may meet on a good day.
pub async fn comments(State(shutdown): State<CancellationToken>, Query(query): Query<PaceQuery>) -> Response {
    let gap = query.gap(300);
    let pieces = COMMENTS.into_iter().map(move |block| Piece::new(block, gap));
    sse::respond(sse::paced(pieces), shutdown)
}

/// Two events and half of a third, then the connection is reset.
pub async fn reset(State(shutdown): State<CancellationToken>) -> Response {
    let pieces = [
        sse::event(None, "One of two"),
        sse::event(None, "Two of two"),
        "data: This event nev".to_owned(),
    ];
    let pieces = pieces.into_iter().map(|piece| Piece::new(piece, Duration::ZERO));
    sse::respond(sse::paced(pieces).chain(sse::cut()), shutdown)
}

/// A stream that opens and says nothing.
pub async fn silent(State(shutdown): State<CancellationToken>) -> Response {
    sse::respond(stream::pending::<std::io::Result<Bytes>>(), shutdown)
}
