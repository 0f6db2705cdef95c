//! `/v1/chat/completions` and `/v1/messages`: the offline [responder](crate::responder) in the shapes of OpenAI's chat
//! completions and Anthropic's messages, as a stream or whole.
//!
//! Pieces and pauses are seeded by the conversation, so that a question has the same answer, ids and rhythm every time;
//! only `created` is the clock's.

mod anthropic;
mod openai;
mod request;

use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::random::{SplitMix, seed_of};
use crate::responder::{Call, End, Reply, Turn, reply, tokens};
use crate::{body, clock, sse};

use request::{Asked, Fault};

/// Bytes of a request's body, at most: a long conversation, and no image.
const MAX_BODY: usize = 1024 * 1024;

/// Tokens a second if nothing else is asked for: what a good hosted model does.
const RATE: u32 = 45;

/// The fastest pace in tokens a second. It is kept on the average: what falls due within a timer's grain is sent at once.
const MAX_RATE: u32 = 100_000;

/// Tokens after which a failing answer fails, at most.
const FAILS_AFTER: usize = 24;

/// One of the two shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    OpenAi,
    Anthropic,
}

#[derive(Deserialize)]
pub struct AnswerQuery {
    rate: Option<u32>,
}

/// `POST /v1/chat/completions`.
pub async fn completions(
    State(shutdown): State<CancellationToken>,
    query: Result<Query<AnswerQuery>, QueryRejection>,
    request: axum::extract::Request,
) -> Response {
    answer(Shape::OpenAi, shutdown, query, request.into_body()).await
}

/// `POST /v1/messages`.
pub async fn messages(
    State(shutdown): State<CancellationToken>,
    query: Result<Query<AnswerQuery>, QueryRejection>,
    request: axum::extract::Request,
) -> Response {
    answer(Shape::Anthropic, shutdown, query, request.into_body()).await
}

async fn answer(
    shape: Shape,
    shutdown: CancellationToken,
    query: Result<Query<AnswerQuery>, QueryRejection>,
    posted: axum::body::Body,
) -> Response {
    // What is no number is outside of the bounds too.
    let rate = query.map_or(0, |Query(query)| query.rate.unwrap_or(RATE));
    if !(1..=MAX_RATE).contains(&rate) {
        let bounds = Fault::bad(format!("rate is 1 to {MAX_RATE} tokens a second."), "rate");
        return refuse(shape, &bounds);
    }
    let posted = tokio::select! {
        posted = body::read(posted, MAX_BODY) => posted,
        // Nobody is owed an answer to what has not been asked when the server stops.
        () = shutdown.cancelled() => Err(body::Refused::Broken),
    };
    let asked = posted
        .map_err(Fault::from)
        .and_then(|bytes| Asked::read(shape, &bytes));
    let asked = match asked {
        Ok(asked) => asked,
        Err(fault) => return refuse(shape, &fault),
    };
    let whole = Whole::of(&asked);
    if !asked.stream {
        if whole.end == End::Failed {
            return refuse(shape, &Fault::failed());
        }
        let text = match shape {
            Shape::OpenAi => openai::whole(&whole),
            Shape::Anthropic => anthropic::whole(&whole),
        };
        return json(StatusCode::OK, text);
    }
    let pieces = match shape {
        Shape::OpenAi => openai::pieces(whole, asked.usage),
        Shape::Anthropic => anthropic::pieces(whole),
    };
    sse::respond(at_pace(pieces, rate), shutdown)
}

fn refuse(shape: Shape, fault: &Fault) -> Response {
    let text = match shape {
        Shape::OpenAi => openai::error(fault),
        Shape::Anthropic => anthropic::error(fault),
    };
    json(fault.status, text)
}

fn json(status: StatusCode, text: String) -> Response {
    let head = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, head, text).into_response()
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An answer cut into tokens, with its figures.
struct Whole {
    /// Of the conversation: ids and pauses follow from it.
    seed: u64,
    /// Seconds since the Unix epoch.
    created: u64,
    thinking: Vec<String>,
    text: Vec<String>,
    call: Option<(Call, Vec<String>)>,
    end: End,
    /// Whether it was cut at the number of tokens that the client allows.
    cut: bool,
    prompt_tokens: usize,
}

impl Whole {
    fn of(asked: &Asked) -> Self {
        let seed = asked.turns.iter().fold(0u64, |seed, Turn { text, .. }| {
            seed_of(text) ^ seed.rotate_left(7)
        });
        let mut random = SplitMix(seed);
        let Reply {
            thinking,
            text,
            call,
            end,
        } = reply(&asked.turns);
        let mut whole = Self {
            seed,
            created: clock::unix_s(),
            thinking: tokens(&thinking, &mut random),
            text: tokens(&text, &mut random),
            call: call.map(|call| {
                let pieces = tokens(&call.arguments, &mut random);
                (call, pieces)
            }),
            end,
            cut: false,
            prompt_tokens: asked
                .turns
                .iter()
                .map(|turn| tokens(&turn.text, &mut SplitMix(0)).len() + 4)
                .sum(),
        };
        if whole.end == End::Failed {
            whole.text.truncate(FAILS_AFTER);
        }
        whole.limit(asked.max_tokens);
        whole
    }

    /// Cuts it as a server does that was asked for no more than this: what is thought counts too.
    fn limit(&mut self, most: usize) {
        let arguments = self.call.as_ref().map_or(0, |(_, pieces)| pieces.len());
        if self.output_tokens() <= most {
            return;
        }
        self.cut = true;
        self.thinking.truncate(most);
        let left = most - self.thinking.len();
        self.text.truncate(left);
        let left = left - self.text.len();
        if left == 0 {
            self.call = None;
        } else if let Some((_, pieces)) = &mut self.call {
            pieces.truncate(left.min(arguments));
        }
    }

    fn output_tokens(&self) -> usize {
        self.thinking.len() + self.text.len() + self.call.as_ref().map_or(0, |(_, pieces)| pieces.len())
    }

    /// An id as servers give them: a name and 24 letters and digits, which follow from the conversation.
    fn id(&self, name: &str, which: u64) -> String {
        const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut random = SplitMix(self.seed ^ which);
        let letters = (0..24).map(|_| char::from(LETTERS[random.between(0, 61) as usize]));
        letters.fold(name.to_owned(), |mut id, letter| {
            id.push(letter);
            id
        })
    }
}

/// A piece of a body and how long it takes to make, in hundredths of a token's time.
struct Timed {
    bytes: String,
    takes: u64,
}

impl Timed {
    /// Something that comes with what follows.
    fn now(bytes: String) -> Self {
        Self { bytes, takes: 0 }
    }

    /// A token, which takes half to one and a half of the usual time.
    fn token(bytes: String, random: &mut SplitMix) -> Self {
        Self {
            bytes,
            takes: random.between(50, 150),
        }
    }

    /// The same after a pause of so many tokens.
    fn after(mut self, tokens: u64) -> Self {
        self.takes += tokens * 100;
        self
    }
}

/// Sends each piece when it falls due. What a slow reader or a coarse timer held up is made good at once, so that a rate
/// is kept on the average, and one piece at a time is in hand.
fn at_pace(
    pieces: impl Iterator<Item = Timed> + Send + 'static,
    rate: u32,
) -> impl stream::Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    let token_ns = 1_000_000_000 / u64::from(rate);
    stream::unfold(
        (pieces, None),
        move |(mut pieces, due): (_, Option<Instant>)| async move {
            let piece: Timed = pieces.next()?;
            let takes = Duration::from_nanos(token_ns / 100 * piece.takes);
            let due = due.unwrap_or_else(Instant::now) + takes;
            sleep_until(due).await;
            Some((Ok(Bytes::from(piece.bytes)), (pieces, Some(due))))
        },
    )
    .boxed()
}
