//! A tape served again: one recording as a local endpoint, with its own timing.
//!
//! This server knows no tapes. Whoever starts it hands it [`Open`], which begins a reading at the start or after an
//! event id and yields pieces of an event stream with their times; each piece goes out as a chunk of its own.
//!
//! - The path holds 128 random bits; every other path is 404. The host must be loopback with our port. A page of
//!   another origin gets 403 unless [`Program::cors`] is on.
//! - A piece goes out at its time, counted from the beginning of its body and not from the piece before, so that
//!   sleeps do not add up. A reader that falls behind gets what is due at once. At speed 0 the socket sets the pace.
//! - At most one batch of pieces ([`BATCH_PIECES`], [`BATCH_BYTES`]) is read ahead of the socket.
//! - `Last-Event-ID` goes on after that event. Where nothing follows it and the tape is not repeated, the answer is
//!   204, which tells browsers to stop.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL, CONTENT_TYPE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::{guard, serve};

/// Pieces that are read ahead of the socket, at most. Reading a batch costs a change of threads, some 20 µs: 32 pieces
/// of a common event make that small.
pub const BATCH_PIECES: usize = 32;
/// Bytes after which a batch is full. One piece may be larger, and is then alone in it.
pub const BATCH_BYTES: usize = 64 << 10;
/// From the last piece of a round to the beginning of the next, in the tape's own time. Without it a tape of a single
/// event would become a flood when it is repeated.
const REPEAT_PAUSE: Duration = Duration::from_secs(1);
/// The longest wait that is kept, in microseconds: some thirty years. A tape's times may be anything.
const LONGEST_US: f64 = 1e15;

/// A part of the body: its time, microseconds since the Unix epoch, and its bytes.
pub type Piece = (u64, Bytes);
/// The pieces of one reading, in order. Read on a blocking thread; after an error nothing follows.
pub type Pieces = Box<dyn Iterator<Item = io::Result<Piece>> + Send>;

/// A reading that has begun.
pub struct Start {
    /// The time at which the body begins: a piece of this time goes out at once.
    pub origin_us: u64,
    /// What follows.
    pub pieces: Pieces,
}

/// Begins a reading after the last event with this id, or at the start: without one, or where it is not on the tape.
/// `None` where nothing follows. Called on a blocking thread, once for each request and each round.
pub type Open = Arc<dyn Fn(Option<&str>) -> io::Result<Option<Start>> + Send + Sync>;

/// What is served, and how.
#[derive(Clone)]
pub struct Program {
    /// Where its pieces come from.
    pub open: Open,
    /// Times the original speed; 0 for as fast as the socket takes it.
    pub speed: f64,
    /// From the start again at its end.
    pub repeat: bool,
    /// Whether pages of other origins may read it.
    pub cors: bool,
}

/// Who has asked, and who is being answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bodies that are open now.
    pub clients: u32,
    /// Requests that were answered with the tape, or with 204.
    pub requests: u64,
}

#[derive(Debug, Default)]
struct Counters {
    clients: AtomicU32,
    requests: AtomicU64,
}

/// A tape's endpoint. Clones share its counts.
#[derive(Clone)]
pub struct TapeServer {
    program: Arc<Program>,
    path: String,
    counters: Arc<Counters>,
}

impl TapeServer {
    /// An endpoint at a path that nobody can guess.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn new(program: Program) -> io::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        Ok(Self {
            program: Arc::new(program),
            path: format!("/t/{:032x}/stream", u128::from_be_bytes(random)),
            counters: Arc::default(),
        })
    }

    /// The only path that is answered.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its address behind this listener.
    ///
    /// # Errors
    /// When the listener has no address of its own.
    pub fn url(&self, listener: &TcpListener) -> io::Result<String> {
        Ok(format!("http://{}{}", listener.local_addr()?, self.path))
    }

    /// Who reads it.
    pub fn counts(&self) -> Counts {
        Counts {
            clients: self.counters.clients.load(Ordering::Relaxed),
            requests: self.counters.requests.load(Ordering::Relaxed),
        }
    }

    /// Serves until `shutdown` is cancelled, then ends every open body and returns within a second.
    ///
    /// # Errors
    /// When the listener has no address of its own.
    pub async fn run(self, listener: TcpListener, shutdown: CancellationToken) -> io::Result<()> {
        let port = listener.local_addr()?.port();
        let router = self.router(port, &shutdown);
        serve::run_router(listener, shutdown, router).await;
        Ok(())
    }

    fn router(self, port: u16, shutdown: &CancellationToken) -> Router {
        let cors = self.program.cors;
        let router = Router::new()
            .route(&self.path.clone(), get(answer))
            .with_state((self, shutdown.clone()))
            .fallback(async || (StatusCode::NOT_FOUND, "There is nothing at this path.\n"));
        if cors {
            router
                .layer(from_fn(allow_all))
                .layer(from_fn_with_state(port, guard::own_host))
        } else {
            router
                .layer(from_fn(guard::get_only))
                .layer(from_fn_with_state(port, guard::own_host_and_origin))
        }
    }
}

/// Browsers ask first before a page of another origin may send `Last-Event-ID`, or reach this machine at all.
async fn allow_all(request: Request, next: Next) -> Response {
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key("access-control-request-method");
    let mut response = if asks {
        let head = [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "Last-Event-ID, Cache-Control"),
            (ACCESS_CONTROL_MAX_AGE, "600"),
            (
                HeaderName::from_static("access-control-allow-private-network"),
                "true",
            ),
        ];
        (StatusCode::NO_CONTENT, head).into_response()
    } else if request.method() == Method::GET {
        next.run(request).await
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, OPTIONS")]).into_response()
    };
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn answer(
    State((server, shutdown)): State<(TapeServer, CancellationToken)>,
    headers: HeaderMap,
) -> Response {
    server.counters.requests.fetch_add(1, Ordering::Relaxed);
    let seen = headers
        .get("last-event-id")
        .map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned())
        .filter(|id| !id.is_empty());
    let begun = Instant::now();
    let mut start = begin(&server.program, seen).await;
    if server.program.repeat && matches!(start, Ok(None)) {
        start = begin(&server.program, None).await;
    }
    let start = match start {
        Ok(Some(start)) => start,
        Ok(None) => return StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            let explanation = format!("The tape cannot be read: {error}\n");
            return (StatusCode::INTERNAL_SERVER_ERROR, explanation).into_response();
        }
    };
    let player = Player {
        client: Client::new(Arc::clone(&server.counters)),
        program: Arc::clone(&server.program),
        pieces: Some(start.pieces),
        ready: VecDeque::new(),
        ended: false,
        played: false,
        origin_us: start.origin_us,
        begun,
        due: begun,
    };
    let body = Body::from_stream(player.play().take_until(shutdown.cancelled_owned()));
    let head = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    (head, body).into_response()
}

async fn begin(program: &Arc<Program>, after: Option<String>) -> io::Result<Option<Start>> {
    let open = Arc::clone(&program.open);
    let opened = tokio::task::spawn_blocking(move || open(after.as_deref())).await;
    opened.map_err(io::Error::other)?
}

/// Counts as a client while it lives.
struct Client(Arc<Counters>);

impl Client {
    fn new(counters: Arc<Counters>) -> Self {
        counters.clients.fetch_add(1, Ordering::Relaxed);
        Self(counters)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.0.clients.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One body.
struct Player {
    #[expect(dead_code, reason = "counts while it lives")]
    client: Client,
    program: Arc<Program>,
    /// The rest of this round; away while a batch is being read.
    pieces: Option<Pieces>,
    /// The batch that was read.
    ready: VecDeque<Piece>,
    /// The round has no more.
    ended: bool,
    /// The round had any.
    played: bool,
    /// Where the round's clock begins on the tape …
    origin_us: u64,
    /// … and on ours.
    begun: Instant,
    /// When the newest piece was due.
    due: Instant,
}

impl Player {
    fn play(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(Some(self), |player| async {
            let mut player = player?;
            match player.next().await {
                Ok(Some(bytes)) => Some((Ok(bytes), Some(player))),
                Ok(None) => None,
                // Breaks the line: what follows is not there, and a polite end would say that nothing does.
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some((at_us, bytes)) = self.ready.pop_front() {
                if self.program.speed > 0.0 {
                    self.due = self.begun + self.scaled(at_us.saturating_sub(self.origin_us));
                    sleep_until(self.due).await;
                }
                self.played = true;
                return Ok(Some(bytes));
            }
            if self.ended {
                // A round without a single piece would spin.
                if !self.program.repeat || !self.played {
                    return Ok(None);
                }
                let Some(start) = begin(&self.program, None).await? else {
                    return Ok(None);
                };
                self.begun = self.due + self.scaled(REPEAT_PAUSE.as_micros() as u64);
                self.due = self.begun;
                self.origin_us = start.origin_us;
                self.pieces = Some(start.pieces);
                (self.ended, self.played) = (false, false);
            }
            self.read().await?;
        }
    }

    /// A span of the tape's time as it passes here.
    fn scaled(&self, us: u64) -> Duration {
        if self.program.speed > 0.0 {
            Duration::from_micros((us as f64 / self.program.speed).min(LONGEST_US) as u64)
        } else {
            Duration::ZERO
        }
    }

    async fn read(&mut self) -> io::Result<()> {
        let Some(mut pieces) = self.pieces.take() else {
            self.ended = true;
            return Ok(());
        };
        let read = tokio::task::spawn_blocking(move || {
            let (mut batch, mut bytes) = (VecDeque::new(), 0);
            while batch.len() < BATCH_PIECES && bytes < BATCH_BYTES {
                match pieces.next() {
                    None => return (batch, None, Ok(())),
                    Some(Err(error)) => return (batch, None, Err(error)),
                    // An empty chunk would be the end of the body.
                    Some(Ok((_, part))) if part.is_empty() => {}
                    Some(Ok((at_us, part))) => {
                        bytes += part.len();
                        batch.push_back((at_us, part));
                    }
                }
            }
            (batch, Some(pieces), Ok(()))
        });
        let (batch, pieces, failed) = read.await.map_err(io::Error::other)?;
        self.ready = batch;
        self.ended = pieces.is_none();
        self.pieces = pieces;
        // What was read before the error is still good; but the line breaks all the same.
        if self.ready.is_empty() {
            failed?;
        } else if let Err(error) = failed {
            self.ended = false;
            self.pieces = Some(Box::new(std::iter::once(Err(error))));
        }
        Ok(())
    }
}
