//! Faults of the bytes themselves: where chunks are cut, how lines end, what a parser has to ignore.

use std::io;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::PaceQuery;
use crate::sse::{self, Piece};

/// A chunk of the line that never ends.
const LINE_CHUNK: usize = 32 << 10;

/// The texts of `/faults/split-utf8`, one an event.
pub const SPLIT: [&str; 4] = ["潮汐发电站并网", "Wellen 🌊 und Wörter", "第三个事件", "Ende, 完"];

/// The body of `/faults/crlf`: six events whose lines end in all three ways, cut between a CR and its LF.
pub const CRLF: [&str; 6] = [
    "data: CRLF ends this event\r\n\r\n",
    "data: and this one is cut between CR\r",
    "\n\r",
    "\ndata: only CR here\r\rdata: only LF here\n\n",
    "data: all of them\rdata: in one\ndata: event\r\n\r\n",
    "data: the end\n\r\n",
];

/// The body of `/faults/bad-retry`: three events among lines that a parser has to ignore.
pub const BAD_RETRY: [&str; 3] = [
    "retry: 3s\nretry: +10\nretry:\npriority: high\ndata: Four lines before this one are ignored\n\n",
    "id: 7\ndata: This one has an id\n\nid: 8\0\nData: names are case-sensitive\ndata: A NUL in an id is ignored, so it is still 7\n\n",
    ": the next line sets the time to reconnect\nretry: 250\nfoo\ndata: Done\n\n",
];

/// The body of `/faults/everything`, up to where the line breaks.
pub const EVERYTHING: [&str; 6] = [
    "event: headline\nid: 4410\ndata: {\"title\":\"Harbour bridge reopens\",\"at\":\"12:04\"}\n\n\
     event: headline\nid: 4411\ndata: {\"title\":\"潮汐发电站并网\"",
    ",\"at\":\"12:04\"}\n\n",
    ":hb\n",
    "priority: high\r\nretry: 3s\r\ndata: line ends change to CRLF here\r\n\r\n",
    ":hb\n",
    "id: 4412\ndata: {\"title\":\"Line drops in the mid",
];

/// Chunks that end inside code points.
pub async fn split_utf8(
    State(shutdown): State<CancellationToken>,
    Query(query): Query<PaceQuery>,
) -> Response {
    let gap = query.gap(300);
    let pieces = SPLIT.into_iter().flat_map(move |text| {
        let event = Bytes::from(sse::event(None, text));
        // One byte into the first character that has more than one.
        let cut = event
            .iter()
            .position(|byte| !byte.is_ascii())
            .map_or(0, |at| at + 1);
        [
            Piece::new(event.slice(..cut), gap),
            Piece::new(event.slice(cut..), gap),
        ]
    });
    sse::respond(sse::paced(pieces), shutdown)
}

/// A byte order mark before the first line, and one where it is part of a name.
pub async fn bom(State(shutdown): State<CancellationToken>, Query(query): Query<PaceQuery>) -> Response {
    let gap = query.gap(300);
    let pieces = [
        "\u{FEFF}data: A BOM stood before this line\n\n",
        "\u{FEFF}data: not here\ndata: A BOM anywhere else belongs to the name\n\n",
    ];
    sse::respond(
        sse::paced(pieces.into_iter().map(move |piece| Piece::new(piece, gap))),
        shutdown,
    )
}

/// Line ends of all three kinds.
pub async fn crlf(State(shutdown): State<CancellationToken>, Query(query): Query<PaceQuery>) -> Response {
    let gap = query.gap(100);
    sse::respond(
        sse::paced(CRLF.into_iter().map(move |piece| Piece::new(piece, gap))),
        shutdown,
    )
}

/// Lines that a parser has to ignore.
pub async fn bad_retry(
    State(shutdown): State<CancellationToken>,
    Query(query): Query<PaceQuery>,
) -> Response {
    let gap = query.gap(300);
    sse::respond(
        sse::paced(BAD_RETRY.into_iter().map(move |piece| Piece::new(piece, gap))),
        shutdown,
    )
}

#[derive(Deserialize)]
pub struct EndlessQuery {
    mib: Option<u64>,
}

/// One line that does not end, as fast as the socket takes it; `mib` bounds it.
pub async fn endless_line(
    State(shutdown): State<CancellationToken>,
    Query(query): Query<EndlessQuery>,
) -> Response {
    let chunk = Bytes::from(vec![b'x'; LINE_CHUNK]);
    let chunks = query.mib.map_or(usize::MAX, |mib| {
        usize::try_from(mib.saturating_mul((1 << 20) / LINE_CHUNK as u64)).unwrap_or(usize::MAX)
    });
    let line = stream::repeat_with(move || io::Result::Ok(chunk.clone())).take(chunks);
    let begin = stream::once(async { Ok(Bytes::from_static(b"data: ")) });
    sse::respond(begin.chain(line), shutdown)
}

/// What a Wire scene has to show, on one page: an event across two chunks, heartbeats, ignored lines, line ends that
/// change, and a line that breaks inside an event. A client that comes back gets that event whole.
pub async fn everything(
    State(shutdown): State<CancellationToken>,
    Query(query): Query<PaceQuery>,
    headers: HeaderMap,
) -> Response {
    match sse::last_event_id(&headers) {
        4_412.. => return StatusCode::NO_CONTENT.into_response(),
        4_411 => {
            let event = sse::event(Some(4_412), "{\"title\":\"Line drops in the middle of a word\"}");
            return sse::respond(
                sse::paced([Piece::new(event, Duration::ZERO)].into_iter()),
                shutdown,
            );
        }
        _ => {}
    }
    let gap = query.gap(1_500);
    let pieces = EVERYTHING.into_iter().enumerate();
    let pieces = pieces.map(move |(i, piece)| Piece::new(piece, if i == 0 { gap / 30 } else { gap }));
    sse::respond(sse::paced(pieces).chain(sse::cut()), shutdown)
}
