//! The demo streams that have no text of their own: `/stream`, `/flaky` and `/flood`.

use std::io;
use std::iter;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::stream::{self, Stream, StreamExt};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::sse::{self, MAX_MS, Piece};

/// The longest paced stream; at one event a second it would last eleven days.
const MAX_EVENTS: u64 = 1_000_000;

/// The longest flood. Its numbers have up to nine digits.
const MAX_FLOOD: u64 = 100_000_000;

/// The fastest pace of a flood in events a second: above it there is no telling it from one without a pace.
const MAX_RATE: u32 = 1_000_000;

/// The smallest and the largest event of a flood, in bytes on the wire.
const FLOOD_SIZES: std::ops::RangeInclusive<usize> = 16..=65_536;

/// A body chunk of a flood in bytes: large enough that the cost of a chunk vanishes beside that of its events, small
/// enough to stay in a core's cache.
const FLOOD_CHUNK: usize = 32 * 1024;

/// What the tutorial's generator takes for granted.
#[derive(Deserialize)]
pub struct StreamQuery {
    n: Option<u64>,
    ms: Option<u64>,
}

/// `Message 1` to `Message 10`, one a second: the tutorial's generator to the byte, its last sleep included, with the
/// one header that its framework sends for `media_type="text/event-stream"`.
pub async fn stream(State(shutdown): State<CancellationToken>, Query(query): Query<StreamQuery>) -> Response {
    let n = query.n.unwrap_or(10).min(MAX_EVENTS);
    let gap = Duration::from_millis(query.ms.unwrap_or(1000).min(MAX_MS));
    let pieces = (1..=n).map(move |i| Piece::new(sse::event(None, &format!("Message {i}")), gap));
    let body = axum::body::Body::from_stream(sse::paced(pieces).take_until(shutdown.cancelled_owned()));
    ([(CONTENT_TYPE, "text/event-stream; charset=utf-8")], body).into_response()
}

#[derive(Deserialize)]
pub struct FlakyQuery {
    n: Option<u64>,
    ms: Option<u64>,
    every: Option<u64>,
    retry: Option<u64>,
}

/// A stream that drops after every few events and goes on after the last one that the client has seen. It drops in
/// turns by a clean end and by a broken line, and says 204 when there is nothing more to come.
pub async fn flaky(
    State(shutdown): State<CancellationToken>,
    Query(query): Query<FlakyQuery>,
    headers: HeaderMap,
) -> Response {
    let n = query.n.unwrap_or(40).min(MAX_EVENTS);
    let every = query.every.unwrap_or(5).clamp(1, MAX_EVENTS);
    let gap = Duration::from_millis(query.ms.unwrap_or(400).min(MAX_MS));
    let retry = query.retry.unwrap_or(1500).min(MAX_MS);

    let seen = sse::last_event_id(&headers);
    if seen >= n {
        return StatusCode::NO_CONTENT.into_response();
    }
    // Which way this part ends follows from its place alone: the server remembers nobody.
    let part = seen / every;
    let part_end = ((part + 1) * every).min(n);
    let opening = Piece::new(format!("retry: {retry}\n\n"), Duration::ZERO);
    let lines = (seen + 1..=part_end).map(move |i| Piece::new(sse::event(Some(i), &flaky_line(i, n)), gap));
    let body = sse::paced(iter::once(opening).chain(lines));
    if part.is_multiple_of(2) {
        sse::respond(body, shutdown)
    } else {
        sse::respond(body.chain(sse::cut()), shutdown)
    }
}

fn flaky_line(i: u64, n: u64) -> String {
    match i % 4 {
        1 => format!("Line {i} of {n}, still here"),
        2 => format!("第 {i} 行，共 {n} 行，一行不少"),
        3 => format!("Line {i} of {n}, nothing lost"),
        _ => format!("第 {i} 行，共 {n} 行，断了再续"),
    }
}

#[derive(Deserialize)]
pub struct FloodQuery {
    n: Option<u64>,
    size: Option<usize>,
    rate: Option<u32>,
}

/// `n` events of exactly `size` bytes each, numbered from 1, as fast as the socket takes them, or `rate` a second. What
/// cannot be had to the byte is refused, not rounded: benchmarks and tests count on the numbers.
pub async fn flood(State(shutdown): State<CancellationToken>, Query(query): Query<FloodQuery>) -> Response {
    let n = query.n.unwrap_or(200_000);
    let size = query.size.unwrap_or(100);
    let possible = query.rate.is_none_or(|rate| (1..=MAX_RATE).contains(&rate));
    if n > MAX_FLOOD || !FLOOD_SIZES.contains(&size) || !possible {
        let bounds = format!(
            "n is at most {MAX_FLOOD}, size {} to {} bytes, and rate 1 to {MAX_RATE} a second.\n",
            FLOOD_SIZES.start(),
            FLOOD_SIZES.end()
        );
        return (StatusCode::BAD_REQUEST, bounds).into_response();
    }
    if digits(n).len() > size - FLOOD_PREFIX.len() - FLOOD_SUFFIX.len() {
        let narrow = format!("An event of {size} bytes has no room for the number {n}.\n");
        return (StatusCode::BAD_REQUEST, narrow).into_response();
    }
    sse::respond(flood_body(n, size, query.rate), shutdown)
}

const FLOOD_PREFIX: &[u8] = b"data: ";
const FLOOD_SUFFIX: &[u8] = b"\n\n";

/// Makes one chunk at a time, and only when the socket has room for it. At a rate, a chunk holds what has fallen due
/// since the last one, and what a slow reader held up is made good as fast as it reads.
fn flood_body(
    n: u64,
    size: usize,
    rate: Option<u32>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let per_chunk = (FLOOD_CHUNK / size).max(1) as u64;
    // One event with its number still blank; each event is a copy of it with the digits written over the blanks.
    let mut template = vec![b'.'; size];
    template[..FLOOD_PREFIX.len()].copy_from_slice(FLOOD_PREFIX);
    template[size - FLOOD_SUFFIX.len()..].copy_from_slice(FLOOD_SUFFIX);
    let template = Bytes::from(template);
    // The pace counts from the moment the body is first asked for.
    stream::unfold((1, None), move |(next, started): (u64, Option<Instant>)| {
        let template = template.clone();
        async move {
            if next > n {
                return None;
            }
            let started = started.unwrap_or_else(Instant::now);
            let due = match rate {
                None => n,
                Some(rate) => {
                    sleep_until(started + due_after(next, rate)).await;
                    due_by(started.elapsed(), rate)
                }
            };
            // A clock and a timer of different grain must not make an empty chunk of the one that was waited for.
            let end = due.max(next).min(n).min(next + per_chunk - 1);
            Some((Ok(flood_chunk(next..=end, &template)), (end + 1, Some(started))))
        }
    })
}

/// How long after the first event the event of this number falls due.
pub fn due_after(number: u64, rate: u32) -> Duration {
    // In whole nanoseconds: a hundred million events at one a second fit 64 bits twice over.
    Duration::from_nanos((number - 1) * 1_000_000_000 / u64::from(rate))
}

/// The number of the last event that has fallen due after this time; the first is due at once.
pub fn due_by(elapsed: Duration, rate: u32) -> u64 {
    let due = elapsed.as_nanos() * u128::from(rate) / 1_000_000_000;
    u64::try_from(due).unwrap_or(u64::MAX).saturating_add(1)
}

fn flood_chunk(numbers: std::ops::RangeInclusive<u64>, template: &[u8]) -> Bytes {
    let room = (numbers.end() - numbers.start() + 1) as usize * template.len();
    let mut chunk = BytesMut::with_capacity(room);
    for number in numbers {
        let data = chunk.len() + FLOOD_PREFIX.len();
        chunk.put_slice(template);
        let digits = digits(number);
        chunk[data..data + digits.len()].copy_from_slice(&digits);
        // A space between number and filler, where there is room for one.
        if data + digits.len() < chunk.len() - FLOOD_SUFFIX.len() {
            chunk[data + digits.len()] = b' ';
        }
    }
    chunk.freeze()
}

/// A number's decimal digits without a heap allocation: the flood writes millions of them a second.
fn digits(number: u64) -> Digits {
    let mut bytes = [0; 20];
    let mut start = bytes.len();
    let mut rest = number;
    loop {
        start -= 1;
        bytes[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            return Digits { bytes, start };
        }
    }
}

struct Digits {
    bytes: [u8; 20],
    start: usize,
}

impl std::ops::Deref for Digits {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn flooded(n: u64, size: usize) -> Vec<u8> {
        let chunks: Vec<_> = flood_body(n, size, None).collect().await;
        chunks.into_iter().flat_map(Result::unwrap).collect()
    }

    #[tokio::test]
    async fn floods_are_exact_to_the_byte() {
        for (n, size) in [(0, 100), (1, 16), (999, 16), (3, 65_536), (1000, 100), (5000, 33)] {
            let body = flooded(n, size).await;
            assert_eq!(body.len() as u64, n * size as u64);
            for (i, event) in body.chunks(size).enumerate() {
                let text = std::str::from_utf8(event).unwrap();
                let data = text.strip_prefix("data: ").unwrap().strip_suffix("\n\n").unwrap();
                assert_eq!(data.split([' ', '.']).next().unwrap(), (i + 1).to_string());
                assert!(!data.contains('\n'));
            }
        }
    }

    #[tokio::test]
    async fn a_number_may_fill_its_event() {
        let chunk = flooded(12_345, 16).await;
        assert!(chunk.ends_with(b"data: 12345 ..\n\n"));
        assert_eq!(&*digits(99_999_999), b"99999999");
        assert_eq!(&*digits(0), b"0");
    }

    #[test]
    fn a_pace_is_exact_over_any_time() {
        for rate in [1, 3, 100, 50_000, MAX_RATE] {
            for number in [1, 2, 7, 99_999_999] {
                let at = due_after(number, rate);
                // Cut to whole nanoseconds, so that it can be one too early by the other's count.
                assert_eq!(due_by(at + Duration::from_nanos(1), rate), number);
                let before = at.checked_sub(Duration::from_nanos(1));
                assert!(before.is_none_or(|at| due_by(at, rate) < number));
            }
        }
    }

    #[tokio::test]
    async fn a_rate_sends_the_same_bytes_in_time() {
        let started = Instant::now();
        let chunks: Vec<_> = flood_body(301, 100, Some(1000)).collect().await;
        let took = started.elapsed();
        let body: Vec<u8> = chunks
            .iter()
            .flat_map(|chunk| chunk.as_ref().unwrap().to_vec())
            .collect();
        assert_eq!(body, flooded(301, 100).await);
        // The last falls due 300 ms after the first; how much later it is sent is the machine's affair.
        assert!(took >= Duration::from_millis(300), "{took:?}");
        assert!(chunks.iter().all(|chunk| !chunk.as_ref().unwrap().is_empty()));
        assert!(chunks.len() > 1);
    }

    #[tokio::test]
    async fn what_a_slow_reader_held_up_is_made_good() {
        let mut body = std::pin::pin!(flood_body(100_000, 100, Some(MAX_RATE)));
        let first = body.next().await.unwrap().unwrap();
        assert!(!first.is_empty());
        // The whole flood falls due while nobody reads.
        sleep_until(Instant::now() + Duration::from_millis(110)).await;
        let rest: Vec<_> = body.collect().await;
        assert!(
            rest.iter()
                .all(|chunk| chunk.as_ref().unwrap().len() <= FLOOD_CHUNK)
        );
        let events = rest
            .iter()
            .map(|chunk| chunk.as_ref().unwrap().len() / 100)
            .sum::<usize>();
        assert_eq!(events + first.len() / 100, 100_000);
        assert!(
            rest.len() <= 100_000 / (FLOOD_CHUNK / 100) + 2,
            "{} chunks",
            rest.len()
        );
    }
}
