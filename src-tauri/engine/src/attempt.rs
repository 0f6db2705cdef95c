//! One attempt: a source's pieces through the canonicaliser and eventsource-client, out as happenings
//! in order. The only module that names `eventsource_client`.
//!
//! The crate's own reconnection is off: it jitters where the standard does not, and hides what it
//! does. There is one client per attempt, and the session decides what follows.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use eventsource_client::{BoxStream, Client, ClientBuilder, Error, ReconnectOptions, SSE};
use futures_util::{Stream, StreamExt, ready};
use launchdarkly_sdk_transport::{ByteStream, HttpTransport, ResponseFuture, TransportError};
use parking_lot::Mutex;
use sync_wrapper::{SyncFuture, SyncStream};

use crate::contract::{Code, Failure};
use crate::lenient::{Lenient, Limits, Mid, Note, Over, Place};
use crate::source::{Head, Piece, Pieces, Request, Source};

/// What happens during an attempt.
#[derive(Debug)]
pub enum Happening {
    /// The response head was accepted.
    Opened {
        /// The head.
        head: Head,
        /// When it came.
        at: Instant,
    },
    /// An event was dispatched.
    Event {
        /// Its type.
        event_type: String,
        /// The last event id at dispatch.
        id: String,
        /// Its data.
        data: String,
        /// Where it stood in the body and when it arrived.
        place: Place,
    },
    /// A comment line.
    Comment {
        /// Its text.
        text: String,
        /// When it was complete.
        at: Instant,
    },
    /// The server set the reconnection time.
    Retry {
        /// Milliseconds.
        ms: u64,
        /// When the line was complete.
        at: Instant,
    },
    /// Bytes came. Told before what they completed.
    Chunk(Chunk),
    /// The attempt is over; nothing follows.
    Ended(Failure),
}

/// A chunk as the wire's record takes it.
#[derive(Debug)]
pub struct Chunk {
    /// Arrival.
    pub at: Instant,
    /// The bytes, decoded.
    pub bytes: Bytes,
    /// As they came, where they were compressed; see [`Piece::Chunk`].
    pub raw: Option<Bytes>,
    /// Where the reading stood before it.
    pub before: Mid,
    /// Events that it completed.
    pub events: u64,
    /// Bytes of an unfinished line or block after it.
    pub unfinished: u64,
}

/// What the transport learns while the body is read, shared with the attempt and the session.
#[derive(Debug, Default)]
pub struct Tap {
    inner: Mutex<TapInner>,
}

#[derive(Debug, Default)]
struct TapInner {
    head: Option<(Head, Instant)>,
    notes: VecDeque<Note>,
    /// Chunks that the attempt has not told yet; the body waits after each that completed nothing.
    seen: VecDeque<Chunk>,
    unfinished: u64,
    bytes: u64,
    chunks: u64,
    last_at: Option<Instant>,
    last_event_id: Option<String>,
}

/// Counts of the body so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flow {
    /// Bytes.
    pub bytes: u64,
    /// Arrival of the newest chunk.
    pub last_at: Option<Instant>,
}

impl Tap {
    /// The body's counts.
    pub fn flow(&self) -> Flow {
        let inner = self.inner.lock();
        Flow {
            bytes: inner.bytes,
            last_at: inner.last_at,
        }
    }
}

/// A running attempt. Dropping it closes the connection.
pub struct Attempt {
    client: BoxStream<eventsource_client::Result<SSE>>,
    tap: Arc<Tap>,
    /// What the crate yielded while chunks were to be told before it.
    held: Option<Option<eventsource_client::Result<SSE>>>,
    ended: bool,
    mismatches: u64,
}

impl Attempt {
    /// Starts an attempt; nothing is sent before the first [`Attempt::next`].
    ///
    /// # Errors
    /// Never in practice: the address given to the crate is a constant.
    pub fn new(source: Arc<dyn Source>, request: Request, limits: Limits) -> Result<Self, Failure> {
        let tap = Arc::new(Tap::default());
        // `http::Uri` refuses addresses that the web allows, so the crate is given a name that stands
        // for the request; the transport holds the real one.
        let builder = ClientBuilder::for_url("http://attempt.invalid/")
            .map_err(|error| Failure::new(Code::Url, error.to_string()))?
            .reconnect(ReconnectOptions::reconnect(false).retry_initial(false).build());
        let transport = Transport {
            source,
            request,
            limits,
            tap: Arc::clone(&tap),
        };
        let client = builder.build_with_transport(transport).stream();
        Ok(Self {
            client,
            tap,
            held: None,
            ended: false,
            mismatches: 0,
        })
    }

    /// The counts that go on between happenings.
    pub fn tap(&self) -> &Arc<Tap> {
        &self.tap
    }

    /// Blocks and events that did not pair, so far; a fault of this program if not 0.
    pub const fn mismatches(&self) -> u64 {
        self.mismatches
    }

    /// The last event id by the standard's own rule: of the newest blank line, whether or not it
    /// dispatched an event. `None` before a body was read.
    pub fn last_event_id(&self) -> Option<String> {
        self.tap.inner.lock().last_event_id.clone()
    }

    /// Bytes of a line or a block that the body has begun and not finished.
    pub fn unfinished(&self) -> u64 {
        self.tap.inner.lock().unfinished
    }

    /// The next chunk, or the next item of the crate.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Chunk, Option<eventsource_client::Result<SSE>>>> {
        let told = |tap: &Tap| {
            let mut inner = tap.inner.lock();
            // The head goes before the bytes that came with it.
            if inner.head.is_some() {
                None
            } else {
                inner.seen.pop_front()
            }
        };
        if let Some(chunk) = told(&self.tap) {
            return Poll::Ready(Ok(chunk));
        }
        if let Some(item) = self.held.take() {
            return Poll::Ready(Err(item));
        }
        let item = self.client.poll_next_unpin(cx);
        match (told(&self.tap), item) {
            (Some(chunk), Poll::Ready(item)) => {
                self.held = Some(item);
                Poll::Ready(Ok(chunk))
            }
            (Some(chunk), Poll::Pending) => Poll::Ready(Ok(chunk)),
            (None, Poll::Ready(item)) => Poll::Ready(Err(item)),
            (None, Poll::Pending) => Poll::Pending,
        }
    }

    /// The next happening; `None` after [`Happening::Ended`].
    pub async fn next(&mut self) -> Option<Happening> {
        loop {
            if self.ended {
                return None;
            }
            let item = match std::future::poll_fn(|cx| self.poll(cx)).await {
                Ok(chunk) => return Some(Happening::Chunk(chunk)),
                Err(item) => item,
            };
            let happening = match item {
                Some(Ok(SSE::Connected(_))) => {
                    let Some((head, at)) = self.tap.inner.lock().head.take() else {
                        continue;
                    };
                    Happening::Opened { head, at }
                }
                Some(Ok(SSE::Event(event))) => {
                    let place = if let Some(Note::Block(place)) = self.note() {
                        place
                    } else {
                        self.mismatches += 1;
                        Place::message(Instant::now())
                    };
                    Happening::Event {
                        event_type: event.event_type,
                        id: event.id.unwrap_or_default(),
                        data: event.data,
                        place,
                    }
                }
                Some(Ok(SSE::Comment(_))) => match self.note() {
                    Some(Note::Comment { text, at }) => Happening::Comment { text, at },
                    Some(Note::Retry { ms, at }) => Happening::Retry { ms, at },
                    Some(Note::Message { text, at }) => Happening::Event {
                        event_type: "message".to_owned(),
                        id: String::new(),
                        data: text,
                        place: Place::message(at),
                    },
                    _ => {
                        self.mismatches += 1;
                        continue;
                    }
                },
                Some(Err(error)) => {
                    self.ended = true;
                    Happening::Ended(failure(error))
                }
                None => {
                    self.ended = true;
                    Happening::Ended(eof())
                }
            };
            return Some(happening);
        }
    }

    fn note(&self) -> Option<Note> {
        self.tap.inner.lock().notes.pop_front()
    }
}

fn eof() -> Failure {
    Failure::new(Code::Eof, "the server ended the stream")
}

/// Our own failures come back out of the crate as they went in.
fn failure(error: Error) -> Failure {
    match error {
        Error::Eof | Error::UnexpectedEof => eof(),
        Error::Transport(error) => match error.inner().downcast_ref::<Failure>() {
            Some(failure) => failure.clone(),
            None => Failure::new(Code::Reset, error.to_string()),
        },
        Error::TimedOut => Failure::new(Code::Timeout, "the server did not answer in time"),
        other => {
            Failure::new(Code::Reset, format!("the stream could not be read: {other}")).with("detail", other)
        }
    }
}

/// A [`Source`] as the crate's transport.
#[derive(Clone)]
struct Transport {
    source: Arc<dyn Source>,
    request: Request,
    limits: Limits,
    tap: Arc<Tap>,
}

impl HttpTransport for Transport {
    fn request(&self, _: http::Request<Option<Bytes>>) -> ResponseFuture {
        let lenient = Lenient::new(self.limits, &self.request.last_event_id);
        let opening = self.source.open(self.request.clone());
        let tap = Arc::clone(&self.tap);
        Box::pin(SyncFuture::new(async move {
            let (head, pieces) = opening.await.map_err(TransportError::new)?;
            let at = Instant::now();
            {
                let mut inner = tap.inner.lock();
                inner.head = Some((head, at));
                inner.last_at = Some(at);
            }
            let body = Body {
                pieces: Some(pieces),
                failed: None,
                lenient,
                tap,
            };
            let body: ByteStream = Box::pin(SyncStream::new(body));
            Ok(http::Response::new(body))
        }))
    }
}

/// The body as the crate reads it: canonical text, made as the pieces come. Fused after an error.
struct Body {
    pieces: Option<Pieces>,
    failed: Option<Failure>,
    lenient: Lenient,
    tap: Arc<Tap>,
}

impl Body {
    /// Reads one piece into canonical bytes, which may be none.
    fn read(&mut self, piece: Piece) -> Bytes {
        let mut inner = self.tap.inner.lock();
        let inner = &mut *inner;
        let chunk = inner.chunks;
        inner.chunks += 1;
        match piece {
            Piece::Message { at, text } => {
                inner.bytes += text.len() as u64;
                inner.last_at = Some(at);
                inner.notes.push_back(Note::Message { text, at });
                // A comment line makes the crate yield the item that the note stands for.
                Bytes::from_static(b":\n")
            }
            Piece::Chunk { at, bytes, raw } => {
                inner.bytes += raw.as_ref().map_or(bytes.len(), Bytes::len) as u64;
                inner.last_at = Some(at);
                let before = self.lenient.mid();
                let noted = inner.notes.len();
                let mut out = Vec::with_capacity(bytes.len() + 16);
                if let Err(over) = self.lenient.feed(&bytes, chunk, at, &mut out, &mut inner.notes) {
                    // What came before the bound was passed is still delivered.
                    self.failed = Some(over_limit(over, self.lenient.limits()));
                    self.pieces = None;
                }
                inner.last_event_id = Some(self.lenient.last_event_id());
                inner.unfinished = self.lenient.unfinished();
                let events = inner
                    .notes
                    .range(noted..)
                    .filter(|note| matches!(note, Note::Block(_)));
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
                out.into()
            }
        }
    }
}

fn over_limit(over: Over, limits: Limits) -> Failure {
    let (what, bytes) = match over {
        Over::Line => ("line", limits.line),
        Over::Event => ("event", limits.event),
    };
    let bound = format!("{} MiB", bytes >> 20);
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
            let Some(pieces) = self.pieces.as_mut() else {
                return Poll::Ready(
                    self.failed
                        .take()
                        .map(|failure| Err(TransportError::new(failure))),
                );
            };
            match ready!(pieces.poll_next_unpin(cx)) {
                None => self.pieces = None,
                Some(Err(failure)) => {
                    self.failed = Some(failure);
                    self.pieces = None;
                }
                Some(Ok(piece)) => {
                    let bytes = self.read(piece);
                    if !bytes.is_empty() {
                        return Poll::Ready(Some(Ok(bytes)));
                    }
                    // Nothing for the crate to read, but a chunk to be told: the attempt looks, and comes back.
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        }
    }
}
