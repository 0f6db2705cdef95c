//! One attempt: a source's pieces through the canonicaliser and eventsource-client, out as happenings
//! in order. The only module that names `eventsource_client`.
//!
//! The crate's own reconnection is off: it jitters where the standard does not, and hides what it
//! does. There is one client per attempt, and the session decides what follows.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use eventsource_client::{BoxStream, Client, ClientBuilder, Error, ReconnectOptions, SSE};
use futures_util::StreamExt;
use parking_lot::Mutex;

use crate::contract::{Code, Failure};
use crate::lenient::{Limits, Mid, Note, Place};
use crate::source::{Head, Request, Source};

mod body;

use body::Transport;

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
    /// Whether `seen` holds any: asked at each event, where a lock would cost a tenth of the whole.
    any_seen: AtomicBool,
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
    last_event_id: Option<Arc<str>>,
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

    /// The next chunk that was not told yet.
    fn told(&self) -> Option<Chunk> {
        if !self.any_seen.load(Ordering::Acquire) {
            return None;
        }
        let mut inner = self.inner.lock();
        // The head goes before the bytes that came with it.
        if inner.head.is_some() {
            return None;
        }
        let chunk = inner.seen.pop_front();
        self.any_seen.store(!inner.seen.is_empty(), Ordering::Release);
        chunk
    }
}

/// A running attempt. Dropping it closes the connection.
pub struct Attempt {
    client: BoxStream<eventsource_client::Result<SSE>>,
    tap: Arc<Tap>,
    /// Notes taken from the tap, oldest first.
    notes: VecDeque<Note>,
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
            notes: VecDeque::new(),
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
        self.tap.inner.lock().last_event_id.as_deref().map(str::to_owned)
    }

    /// Bytes of a line or a block that the body has begun and not finished.
    pub fn unfinished(&self) -> u64 {
        self.tap.inner.lock().unfinished
    }

    /// The next chunk, or the next item of the crate.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Chunk, Option<eventsource_client::Result<SSE>>>> {
        if let Some(chunk) = self.tap.told() {
            return Poll::Ready(Ok(chunk));
        }
        if let Some(item) = self.held.take() {
            return Poll::Ready(Err(item));
        }
        let item = self.client.poll_next_unpin(cx);
        match (self.tap.told(), item) {
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
                Some(Ok(SSE::Comment(mut text))) => match self.note() {
                    Some(Note::Comment { at }) => {
                        // The crate leaves the space that the standard takes for a part of the colon.
                        if text.starts_with(' ') {
                            text.remove(0);
                        }
                        Happening::Comment { text, at }
                    }
                    Some(Note::Retry { ms, at }) => Happening::Retry { ms, at },
                    Some(Note::Message { text, place }) => Happening::Event {
                        event_type: "message".to_owned(),
                        id: String::new(),
                        data: text,
                        place,
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

    fn note(&mut self) -> Option<Note> {
        if self.notes.is_empty() {
            std::mem::swap(&mut self.notes, &mut self.tap.inner.lock().notes);
        }
        self.notes.pop_front()
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
