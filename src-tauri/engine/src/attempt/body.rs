//! The body of a response on its way to the crate: read by its framing, told to the tap, and handed on as the
//! crate can read it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, ready};
use launchdarkly_sdk_transport::{ByteStream, HttpTransport, ResponseFuture, TransportError};
use sync_wrapper::{SyncFuture, SyncStream};

use super::{Chunk, Tap};
use crate::contract::{Code, Failure, Framing};
use crate::lenient::{Lenient, Limits, MAX_ID, Mid, Note, Out, Over, Place};
use crate::lines::{Blank, Lines};
use crate::source::{Piece, Pieces, Request, Source};

/// A [`Source`] as the crate's transport.
#[derive(Clone)]
pub(super) struct Transport {
    pub(super) source: Arc<dyn Source>,
    pub(super) request: Request,
    pub(super) limits: Limits,
    pub(super) tap: Arc<Tap>,
}

impl HttpTransport for Transport {
    fn request(&self, _: http::Request<Option<Bytes>>) -> ResponseFuture {
        let (limits, last_event_id) = (self.limits, self.request.last_event_id.clone());
        let opening = self.source.open(self.request.clone());
        let tap = Arc::clone(&self.tap);
        Box::pin(SyncFuture::new(async move {
            let (head, pieces) = opening.await.map_err(TransportError::new)?;
            let at = Instant::now();
            let reading = Reading::new(head.framing, limits, &last_event_id);
            {
                let mut inner = tap.inner.lock();
                inner.head = Some((head, at));
                inner.last_at = Some(at);
            }
            let body = Body {
                pieces: Some(pieces),
                failed: None,
                limits,
                reading,
                out: Out::default(),
                tap,
            };
            let body: ByteStream = Box::pin(SyncStream::new(body));
            Ok(http::Response::new(body))
        }))
    }
}

/// How the body is cut into events.
enum Reading {
    Events(Lenient),
    Lines(Lines),
}

impl Reading {
    fn new(framing: Framing, limits: Limits, last_event_id: &str) -> Self {
        match framing {
            Framing::Auto | Framing::Sse => Self::Events(Lenient::new(limits, last_event_id)),
            Framing::Ndjson => Self::Lines(Lines::new(limits, Blank::Skipped)),
            Framing::Lines => Self::Lines(Lines::new(limits, Blank::Kept)),
        }
    }

    fn mid(&self) -> Mid {
        match self {
            Self::Events(lenient) => lenient.mid(),
            Self::Lines(lines) => lines.mid(),
        }
    }

    fn unfinished(&self) -> u64 {
        match self {
            Self::Events(lenient) => lenient.unfinished(),
            Self::Lines(lines) => lines.unfinished(),
        }
    }

    /// The last event id, of a framing that has one.
    fn last_event_id(&self) -> Option<Arc<str>> {
        match self {
            Self::Events(lenient) => Some(Arc::clone(lenient.last_event_id())),
            Self::Lines(_) => None,
        }
    }
}

/// The body as the crate reads it: canonical bytes, made as the pieces come. Fused after an error.
struct Body {
    pieces: Option<Pieces>,
    failed: Option<Failure>,
    limits: Limits,
    reading: Reading,
    out: Out,
    tap: Arc<Tap>,
}

impl Body {
    /// Reads one piece into canonical bytes, which may be none.
    fn read(&mut self, piece: Piece) {
        let mut inner = self.tap.inner.lock();
        let inner = &mut *inner;
        let no = inner.chunks;
        inner.chunks += 1;
        let noted = inner.notes.len();
        match piece {
            Piece::Message { at, text } => {
                inner.bytes += text.len() as u64;
                inner.last_at = Some(at);
                let place = Place::message(at);
                inner.notes.push_back(Note::Message { text, place });
                self.out.stand_in(1);
            }
            Piece::Chunk { at, bytes, raw } => {
                inner.bytes += raw.as_ref().map_or(bytes.len(), Bytes::len) as u64;
                inner.last_at = Some(at);
                let before = self.reading.mid();
                let fed = match &mut self.reading {
                    Reading::Events(lenient) => lenient.feed(&bytes, no, at, &mut self.out, &mut inner.notes),
                    Reading::Lines(lines) => {
                        let fed = lines.feed(&bytes, no, at, &mut inner.notes);
                        self.out.stand_in(inner.notes.len() - noted);
                        fed
                    }
                };
                if let Err(over) = fed {
                    // What came before the bound was passed is still delivered.
                    self.failed = Some(over_limit(over, self.limits));
                    self.pieces = None;
                }
                if let Some(id) = self.reading.last_event_id() {
                    inner.last_event_id = Some(id);
                }
                inner.unfinished = self.reading.unfinished();
                let events = inner
                    .notes
                    .range(noted..)
                    .filter(|note| matches!(note, Note::Block(_) | Note::Message { .. }));
                let events = events.count() as u64;
                let unfinished = inner.unfinished;
                inner.seen.push_back(Chunk {
                    at,
                    bytes,
                    raw,
                    before,
                    events,
                    unfinished,
                });
                self.tap.any_seen.store(true, Ordering::Release);
            }
        }
    }

    /// The source ended the body as it should.
    fn finish(&mut self) {
        self.pieces = None;
        let Reading::Lines(lines) = &mut self.reading else {
            return;
        };
        let mut inner = self.tap.inner.lock();
        let noted = inner.notes.len();
        if let Err(over) = lines.finish(&mut inner.notes) {
            self.failed = Some(over_limit(over, self.limits));
        }
        self.out.stand_in(inner.notes.len() - noted);
        inner.unfinished = lines.unfinished();
    }
}

fn over_limit(over: Over, limits: Limits) -> Failure {
    let (what, bound) = match over {
        Over::Line => ("line", format!("{} MiB", limits.line >> 20)),
        Over::Event => ("event", format!("{} MiB", limits.event >> 20)),
        Over::Id => ("id", format!("{} KiB", MAX_ID >> 10)),
    };
    Failure::new(
        Code::Limit,
        format!("the server sent one {what} longer than {bound}; what came before it is kept"),
    )
    .with("what", what)
    .with("bound", bound)
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(bytes) = self.out.pop() {
                return Poll::Ready(Some(Ok(bytes)));
            }
            let Some(pieces) = self.pieces.as_mut() else {
                let failed = self.failed.take();
                return Poll::Ready(failed.map(|failure| Err(TransportError::new(failure))));
            };
            match ready!(pieces.poll_next_unpin(cx)) {
                None => self.finish(),
                Some(Err(failure)) => {
                    self.failed = Some(failure);
                    self.pieces = None;
                }
                Some(Ok(piece)) => {
                    self.read(piece);
                    if self.out.is_empty() {
                        // Nothing for the crate to read, but a chunk to be told: the attempt looks, and comes back.
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}
