//! `/chat` and `POST /chat/send`: a room of the server, in which people of a harbour town talk, and answer a guest.
//!
//! All who listen hear the same. With `?seed=` or `?speed=` a room of its own is meant, by both addresses.

mod room;
mod script;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::body::{self, Refused};
use crate::random::scatter;
use crate::sse;

use room::{Message, Room};

/// Bytes of a message's text, at most.
const MAX_TEXT: usize = 8 * 1024;

/// Bytes of its body, at most: the text with every character escaped, and the rest.
const MAX_BODY: usize = 64 * 1024;

/// Characters of a name or an id, at most.
const MAX_NAME: usize = 128;

/// Rooms beside the one for all; those without a listener make room for others.
const MAX_ROOMS: usize = 16;

/// Speeds that can be asked for: life at a tenth of its pace to a thousand times as fast.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.1..=1000.0;

/// Events in one chunk at most.
const PER_CHUNK: usize = 32;

/// A comment after this much silence, as the HTML standard advises (9.2.7), so that a line can be told from a dead one.
const HEARTBEAT: Duration = Duration::from_secs(15);

#[derive(Clone, Copy, Deserialize, PartialEq)]
pub struct RoomQuery {
    seed: Option<u64>,
    speed: Option<f64>,
}

/// A room and the bell that rings when a guest says something in it.
struct Shared {
    room: std::sync::Mutex<Room>,
    bell: watch::Sender<u64>,
}

impl Shared {
    fn new(query: RoomQuery) -> Self {
        Self {
            room: Room::new(query.seed.unwrap_or(0), query.speed.unwrap_or(1.0)).into(),
            bell: watch::Sender::new(0),
        }
    }

    fn room(&self) -> std::sync::MutexGuard<'_, Room> {
        // A panic while it was held would have left whole entries: nothing of it is half done.
        self.room
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The rooms of a server.
#[derive(Clone, Default)]
pub struct Rooms(Arc<std::sync::Mutex<Vec<Open>>>);

/// A room, and how it is asked for.
type Open = (RoomQuery, Arc<Shared>);

impl Rooms {
    /// The room that is meant; made if it is not there.
    fn find(&self, query: RoomQuery) -> Result<Arc<Shared>, Fault> {
        if query.speed.is_some_and(|speed| !SPEEDS.contains(&speed)) {
            return Err(Fault(StatusCode::BAD_REQUEST, "speed is 0.1 to 1000."));
        }
        let mut rooms = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, room)) = rooms.iter().find(|(of, _)| *of == query) {
            return Ok(Arc::clone(room));
        }
        let everybodys = RoomQuery {
            seed: None,
            speed: None,
        };
        if rooms.len() > MAX_ROOMS {
            let empty = rooms
                .iter()
                .position(|(of, room)| *of != everybodys && Arc::strong_count(room) == 1);
            let Some(empty) = empty else {
                return Err(Fault(StatusCode::SERVICE_UNAVAILABLE, "Too many rooms are open."));
            };
            rooms.remove(empty);
        }
        let room = Arc::new(Shared::new(query));
        rooms.push((query, Arc::clone(&room)));
        Ok(room)
    }
}

/// Why a message or a reader was not taken, as JSON.
struct Fault(StatusCode, &'static str);

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let Self(status, words) = self;
        let text = format!("{{\"error\":{}}}", Value::from(words));
        (status, [(CONTENT_TYPE, "application/json")], text).into_response()
    }
}

/// Streams `message`, `typing`, `join` and `leave`: to a new reader from the newest messages on, to one who comes back
/// from after the last that it has seen.
pub async fn chat(
    State(shutdown): State<CancellationToken>,
    State(rooms): State<Rooms>,
    Query(query): Query<RoomQuery>,
    headers: HeaderMap,
) -> Response {
    match rooms.find(query) {
        Ok(shared) => sse::respond(heard(shared, sse::last_event_id(&headers)), shutdown),
        Err(fault) => fault.into_response(),
    }
}

/// What a reader hears. Nothing waits for a reader that is slow: it goes on with what the room still remembers.
fn heard(shared: Arc<Shared>, last_id: u64) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    let (pos, entered) = {
        let room = shared.room();
        let (begin, newest) = (room.begin(last_id), room.newest());
        // With nothing to catch up on, a reader hears all that comes.
        let caught_up = room.after(begin, 1, true).is_empty();
        (if caught_up { newest } else { begin }, newest)
    };
    let bell = shared.bell.subscribe();
    stream::unfold((shared, bell, pos), move |(shared, mut bell, pos)| async move {
        let silent_until = Instant::now() + HEARTBEAT;
        loop {
            bell.borrow_and_update();
            let (due, entries) = {
                let mut room = shared.room();
                let due = room.advance(Instant::now());
                // Who was typing before somebody came in is of no matter any more.
                (due, room.after(pos, PER_CHUNK, pos < entered))
            };
            if let Some(last) = entries.last() {
                let pos = last.pos;
                let mut chunk = BytesMut::new();
                entries
                    .iter()
                    .for_each(|entry| chunk.extend_from_slice(&entry.wire));
                return Some((Ok(chunk.freeze()), (shared, bell, pos)));
            }
            if Instant::now() >= silent_until {
                return Some((Ok(Bytes::from_static(b":\n\n")), (shared, bell, pos)));
            }
            tokio::select! {
                () = sleep_until(due.min(silent_until)) => {}
                _ = bell.changed() => {}
            }
        }
    })
}

/// Takes a message `{id, sender, text}`; answers 202 with its id. `fail` is refused, `fail once` the first time.
pub async fn send(
    State(rooms): State<Rooms>,
    query: Result<Query<RoomQuery>, QueryRejection>,
    request: axum::extract::Request,
) -> Response {
    let Ok(Query(query)) = query else {
        return Fault(StatusCode::BAD_REQUEST, "seed and speed are numbers.").into_response();
    };
    match taken(&rooms, query, request.into_body()).await {
        Ok(id) => {
            let text = format!("{{\"id\":{}}}", Value::from(id));
            (StatusCode::ACCEPTED, [(CONTENT_TYPE, "application/json")], text).into_response()
        }
        Err(fault) => fault.into_response(),
    }
}

async fn taken(rooms: &Rooms, query: RoomQuery, posted: axum::body::Body) -> Result<String, Fault> {
    let posted = body::read(posted, MAX_BODY)
        .await
        .map_err(|refused| match refused {
            Refused::TooLarge => Fault(StatusCode::PAYLOAD_TOO_LARGE, "A message has at most 8 KiB."),
            Refused::TooSlow => Fault(StatusCode::REQUEST_TIMEOUT, "The message did not arrive in time."),
            Refused::Broken => Fault(StatusCode::BAD_REQUEST, "The message broke off."),
        })?;
    let shared = rooms.find(query)?;
    let now = Instant::now();
    let mut message = read(&posted)?;
    let mut room = shared.room();
    let fails = match message.text.trim().to_lowercase().as_str() {
        "fail" | "失败" => true,
        "fail once" | "失败一次" => room.fails_once(),
        _ => false,
    };
    if fails {
        let words = "The room did not take this message, as asked. Try it again.";
        return Err(Fault(StatusCode::SERVICE_UNAVAILABLE, words));
    }
    if message.id.is_empty() {
        message.id = format!(
            "g{:012x}",
            scatter(room.newest(), message.text.len() as u64) >> 16
        );
    }
    room.hear(&message, now);
    let newest = room.newest();
    drop(room);
    shared.bell.send_replace(newest);
    Ok(message.id)
}

fn read(posted: &[u8]) -> Result<Message, Fault> {
    let bad = |words| Fault(StatusCode::BAD_REQUEST, words);
    let posted: Value = serde_json::from_slice(posted).map_err(|_| bad("A message is a JSON object."))?;
    let field = |names: &[&str]| names.iter().find_map(|name| posted.get(name));
    let text = match field(&["text", "message"]) {
        Some(Value::String(text)) if !text.trim().is_empty() => text.clone(),
        Some(Value::String(_)) => return Err(bad("text is empty.")),
        Some(_) => return Err(bad("text is a string.")),
        None => return Err(bad("text is missing.")),
    };
    if text.len() > MAX_TEXT {
        return Err(Fault(
            StatusCode::PAYLOAD_TOO_LARGE,
            "A message has at most 8 KiB.",
        ));
    }
    let sender = match field(&["sender", "me", "user", "name"]) {
        Some(Value::String(name)) if !name.trim().is_empty() => name.trim().to_owned(),
        None | Some(Value::Null | Value::String(_)) => "Guest".to_owned(),
        Some(_) => return Err(bad("sender is a string.")),
    };
    let id = match field(&["id"]) {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        None | Some(Value::Null) => String::new(),
        Some(_) => return Err(bad("id is a string.")),
    };
    if sender.chars().count() > MAX_NAME || id.chars().count() > MAX_NAME {
        return Err(bad("sender and id have at most 128 characters."));
    }
    Ok(Message { id, sender, text })
}
