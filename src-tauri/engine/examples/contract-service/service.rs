//! The test service of sse-contract-tests (`docs/service_spec.md` there), on the product's own engine: its
//! sessions, reconnection, requests and last event ids. What the harness is told comes through a session's outlet.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::{Value, json};
use tapewriter_engine::contract::{Code, Failure, Header, OnIdle, Stream, Wait, WaitWhy};
use tapewriter_engine::log::{Entry, Kind, Mark};
use tapewriter_engine::{Engine, Options, Session};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// All that the harness knows of. `event-type-listeners` costs nothing: every type is listened for.
const CAPABILITIES: [&str; 9] = [
    "bom",
    "comments",
    "event-type-listeners",
    "headers",
    "last-event-id",
    "post",
    "read-timeout",
    "report",
    "restart",
];

/// Entries that wait for the harness to take their callbacks; then the line waits.
const WAITING: usize = 64;

/// What a stream is created with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    stream_url: String,
    callback_url: String,
    initial_delay_ms: Option<u64>,
    read_timeout_ms: Option<u64>,
    #[serde(default)]
    last_event_id: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    method: Option<String>,
    body: Option<String>,
}

impl Create {
    fn stream(&self, id: u64) -> Stream {
        let headers = self.headers.iter();
        Stream {
            id: id.to_string(),
            url: self.stream_url.clone(),
            method: self.method.clone().unwrap_or_else(|| "GET".to_owned()),
            headers: headers.map(|(name, value)| Header::new(name, value)).collect(),
            body: self.body.clone().filter(|body| !body.is_empty()),
            // The harness asks for POST to be sent again.
            repeat_unsafe: true,
            // Whole seconds are the least.
            idle_s: self
                .read_timeout_ms
                .map_or(0, |ms| u32::try_from(ms.div_ceil(1_000)).unwrap_or(u32::MAX)),
            on_idle: OnIdle::Reconnect,
            ..Stream::default()
        }
    }
}

/// A command to a stream.
#[derive(Debug, Deserialize)]
struct Command {
    command: String,
}

/// A stream of the harness: one session after another, its callbacks numbered through.
struct Running {
    create: Create,
    callbacks: AtomicU64,
    session: Mutex<Option<Arc<Session>>>,
}

struct Service {
    engine: Engine,
    client: reqwest::Client,
    streams: Mutex<HashMap<u64, Arc<Running>>>,
    /// Numbers of streams, and of sessions among them.
    next: AtomicU64,
    quit: CancellationToken,
}

/// Serves until the harness says that it is done.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let engine = Engine::default();
    let client = reqwest::Client::builder().no_proxy().build();
    let quit = CancellationToken::new();
    let service = Arc::new(Service {
        engine,
        client: client.map_err(std::io::Error::other)?,
        streams: Mutex::default(),
        next: AtomicU64::new(1),
        quit: quit.clone(),
    });
    let routes = Router::new()
        .route("/", get(status).post(create).delete(stop))
        .route("/streams/{id}", axum::routing::post(command).delete(close))
        .with_state(service);
    axum::serve(listener, routes)
        .with_graceful_shutdown(quit.cancelled_owned())
        .await
}

async fn status() -> Response {
    let body = json!({ "name": "tapewriter-engine", "capabilities": CAPABILITIES });
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn stop(State(service): State<Arc<Service>>) -> StatusCode {
    service.quit.cancel();
    StatusCode::NO_CONTENT
}

async fn create(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    let create = match serde_json::from_slice::<Create>(&body) {
        Ok(create) => create,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    };
    let id = service.next.fetch_add(1, Ordering::Relaxed);
    let running = Arc::new(Running {
        create,
        callbacks: AtomicU64::new(1),
        session: Mutex::default(),
    });
    let last_event_id = running.create.last_event_id.clone();
    if let Err(failure) = service.open(&running, last_event_id) {
        return (StatusCode::BAD_REQUEST, failure.message).into_response();
    }
    service.streams.lock().insert(id, running);
    (
        StatusCode::CREATED,
        [(header::LOCATION, format!("/streams/{id}"))],
    )
        .into_response()
}

async fn command(State(service): State<Arc<Service>>, Path(id): Path<u64>, body: Bytes) -> StatusCode {
    let Some(running) = service.streams.lock().get(&id).map(Arc::clone) else {
        return StatusCode::NOT_FOUND;
    };
    match serde_json::from_slice::<Command>(&body) {
        Ok(Command { command }) if command == "listen" => StatusCode::ACCEPTED,
        Ok(Command { command }) if command == "restart" => {
            let before = running.session.lock().take();
            let last_event_id = before.map(|session| {
                session.stop();
                session.status().last_event_id
            });
            match service.open(&running, last_event_id.unwrap_or_default()) {
                Ok(()) => StatusCode::ACCEPTED,
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
        _ => StatusCode::BAD_REQUEST,
    }
}

async fn close(State(service): State<Arc<Service>>, Path(id): Path<u64>) -> StatusCode {
    let Some(running) = service.streams.lock().remove(&id) else {
        return StatusCode::NOT_FOUND;
    };
    if let Some(session) = running.session.lock().take() {
        session.stop();
        service.engine.close(session.id());
    }
    StatusCode::NO_CONTENT
}

impl Service {
    /// Opens a session for a stream and tells the harness what comes of it.
    fn open(self: &Arc<Self>, running: &Arc<Running>, last_event_id: String) -> Result<(), Failure> {
        let (outlet, entries) = mpsc::channel(WAITING);
        let options = Options {
            last_event_id,
            outlet: Some(outlet),
            ..Options::default()
        };
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let stream = running.create.stream(number);
        let id = self.engine.connect(&number.to_string(), stream, options)?;
        let session = self.engine.session(id);
        if let Some(before) = std::mem::replace(&mut *running.session.lock(), session.clone()) {
            self.engine.close(before.id());
        }
        if let Some(session) = session {
            tokio::spawn(Arc::clone(self).tell(Arc::clone(running), session, entries));
        }
        Ok(())
    }

    async fn tell(
        self: Arc<Self>,
        running: Arc<Running>,
        session: Arc<Session>,
        mut entries: mpsc::Receiver<Entry>,
    ) {
        while let Some(entry) = entries.recv().await {
            if let Kind::Mark(mark) = &entry.kind
                && let Mark::Waiting { wait, .. } = &**mark
            {
                hurry(&running.create, *wait, &session);
            }
            let Some(message) = message(&entry.kind) else {
                continue;
            };
            let number = running.callbacks.fetch_add(1, Ordering::Relaxed);
            let url = format!("{}/{number}", running.create.callback_url);
            let request = self
                .client
                .post(url)
                .header(header::CONTENT_TYPE, "application/json");
            // A harness that is gone asks for nothing more.
            if request.body(message.to_string()).send().await.is_err() {
                session.stop();
            }
        }
    }
}

/// The harness sets the first reconnection delay, which this engine leaves at a browser's: "Reconnect now" is
/// pressed for it, unless the server asked for a wait.
fn hurry(create: &Create, wait: Wait, session: &Arc<Session>) {
    let ours = matches!(wait.why, WaitWhy::Default | WaitWhy::Backoff);
    if let (Some(ms), true) = (create.initial_delay_ms, ours) {
        let session = Arc::clone(session);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            session.reconnect_now();
        });
    }
}

/// What the harness is told of an entry.
fn message(kind: &Kind) -> Option<Value> {
    let error = |failure: &Failure| {
        let said = (failure.code != Code::Stopped).then_some(&failure.message)?;
        Some(json!({ "kind": "error", "error": said, "comment": said }))
    };
    match kind {
        Kind::Event(event) => Some(json!({
            "kind": "event",
            "event": { "type": *event.event_type, "data": *event.data, "id": *event.id },
        })),
        Kind::Comment(text) => Some(json!({ "kind": "comment", "comment": **text })),
        Kind::Mark(mark) => match &**mark {
            Mark::Closed { failure, .. } | Mark::Failed { failure } => error(failure),
            _ => None,
        },
    }
}
