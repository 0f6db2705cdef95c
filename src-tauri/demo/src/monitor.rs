//! `/monitor`: figures of a small machine and of a small market, ten events a second. What an event says is a function
//! of its id, so that a client that comes back goes on in the middle of every line.

use std::fmt::Write;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::random::unit;
use crate::scenarios::{due_after, due_by};
use crate::sse;

/// Events a second, if nothing else is asked for.
const RATE: u32 = 10;

/// The fastest pace in events a second: past it the stream would be a flood, which `/flood` is for.
const MAX_RATE: u32 = 100_000;

/// The longest stream, where an end is asked for.
const MAX_EVENTS: u64 = 100_000_000;

/// Events in one chunk at most: some 16 KiB.
const PER_CHUNK: u64 = 128;

/// The day that is shown where no other is asked for; a price that crosses 104 within its first minute.
const SEED: u64 = 16;

#[derive(Deserialize)]
pub struct MonitorQuery {
    rate: Option<u32>,
    seed: Option<u64>,
    n: Option<u64>,
}

/// Streams `cpu`, `memory` and `price`, from after the last event that the client has seen.
pub async fn monitor(
    State(shutdown): State<CancellationToken>,
    Query(query): Query<MonitorQuery>,
    headers: HeaderMap,
) -> Response {
    let rate = query.rate.unwrap_or(RATE);
    if !(1..=MAX_RATE).contains(&rate) || query.n.is_some_and(|n| n > MAX_EVENTS) {
        let bounds = format!("rate is 1 to {MAX_RATE} events a second, and n at most {MAX_EVENTS}.\n");
        return (StatusCode::BAD_REQUEST, bounds).into_response();
    }
    let seen = sse::last_event_id(&headers);
    let last = query.n.unwrap_or(u64::MAX);
    if seen >= last {
        return StatusCode::NO_CONTENT.into_response();
    }
    let seed = query.seed.unwrap_or(SEED);
    // The pace counts from the moment the body is first asked for. A chunk holds what has fallen due; what a slow
    // reader held up is made good as fast as it reads.
    let body = stream::unfold(
        (seen + 1, None),
        move |(next, started): (u64, Option<Instant>)| async move {
            if next > last {
                return None;
            }
            let started = started.unwrap_or_else(Instant::now);
            sleep_until(started + due_after(next - seen, rate)).await;
            let due = due_by(started.elapsed(), rate).saturating_add(seen);
            let end = due.max(next).min(last).min(next.saturating_add(PER_CHUNK - 1));
            let mut chunk = String::new();
            for id in next..=end {
                event(&mut chunk, seed, id);
            }
            Some((Ok(Bytes::from(chunk)), (end.saturating_add(1), Some(started))))
        },
    );
    sse::respond(body, shutdown)
}

/// The event of this id. Of every five, two are of the processor, two of the market and one of the memory.
fn event(wire: &mut String, seed: u64, id: u64) {
    // A tenth of a second of the figures' own time, whatever the pace.
    let at = id as f64 / 10.0;
    let lane = |n: u64| seed.wrapping_mul(31).wrapping_add(n);
    // Writing to a String cannot fail.
    let _ = match id % 5 {
        1 | 4 => {
            let load = load(lane(1), at);
            let core = |n: u64| within(load + 34.0 * (wave(lane(10 + n), at, 4.0) - 0.5));
            let cores = [core(0), core(1), core(2), core(3)];
            write!(
                wire,
                "event: cpu\nid: {id}\ndata: {{\"load\":{load:.1},\"cores\":[{:.1},{:.1},{:.1},{:.1}],\"errors\":{}}}\n\n",
                cores[0],
                cores[1],
                cores[2],
                cores[3],
                errors(lane(2), at)
            )
        }
        3 => {
            let used = within(58.0 + 14.0 * wave(lane(3), at, 90.0) + 2.4 * wave(lane(4), at, 5.0));
            let cached = within(17.0 + 9.0 * wave(lane(5), at, 60.0));
            write!(
                wire,
                "event: memory\nid: {id}\ndata: {{\"used\":{used:.1},\"cached\":{cached:.1},\"total\":100,\"unit\":\"%\"}}\n\n"
            )
        }
        _ => {
            let last = price(lane(6), at);
            let half = 0.01 + 0.03 * unit(lane(7), id);
            let volume = 200 + (1800.0 * wave(lane(8), at, 7.0) * unit(lane(9), id)) as u64;
            write!(
                wire,
                "event: price\nid: {id}\ndata: {{\"symbol\":\"TIDE\",\"last\":{last:.2},\"bid\":{:.2},\"ask\":{:.2},\"volume\":{volume}}}\n\n",
                last - half,
                last + half
            )
        }
    };
}

/// Load in percent: slow swells, a nervous surface, and now and then a job that takes all there is.
fn load(seed: u64, at: f64) -> f64 {
    let calm =
        12.0 + 46.0 * wave(seed, at, 24.0) + 9.0 * wave(seed ^ 1, at, 3.0) + 5.0 * wave(seed ^ 2, at, 0.6);
    within(calm + 44.0 * spike(seed ^ 3, at, 75.0, 6.0))
}

/// A price about 103, which a rally carries over 104 once in a while.
fn price(seed: u64, at: f64) -> f64 {
    101.6
        + 2.1 * wave(seed, at, 55.0)
        + 0.9 * wave(seed ^ 1, at, 12.0)
        + 0.5 * wave(seed ^ 2, at, 2.5)
        + 0.16 * wave(seed ^ 3, at, 0.5)
        + 1.3 * spike(seed ^ 4, at, 60.0, 14.0)
}

/// Errors so far: one in each 40 seconds, at some moment of it.
fn errors(seed: u64, at: f64) -> u64 {
    let period = (at / 40.0) as u64;
    let since = at - period as f64 * 40.0;
    period + u64::from(since >= 40.0 * unit(seed, period))
}

/// A smooth line between 0 and 1 with a turn about every `length` seconds: chance at whole steps, eased between them.
fn wave(seed: u64, at: f64, length: f64) -> f64 {
    let step = at / length;
    let whole = step as u64;
    let part = step - whole as f64;
    let eased = part * part * (3.0 - 2.0 * part);
    let (from, to) = (unit(seed, whole), unit(seed, whole + 1));
    from + (to - from) * eased
}

/// From 0 to 1 and back within `width` seconds, somewhere in each period of `period` seconds.
fn spike(seed: u64, at: f64, period: f64, width: f64) -> f64 {
    let number = (at / period) as u64;
    let start = number as f64 * period + (period - width) * unit(seed, number);
    let part = (at - start) / width;
    if !(0.0..=1.0).contains(&part) {
        return 0.0;
    }
    // A steep rise and a slower fall.
    let rise = (part * 5.0).min(1.0);
    let fall = ((1.0 - part) * 1.6).min(1.0);
    rise * fall
}

fn within(percent: f64) -> f64 {
    percent.clamp(0.0, 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(seed: u64, ids: std::ops::RangeInclusive<u64>) -> String {
        let mut wire = String::new();
        for id in ids {
            event(&mut wire, seed, id);
        }
        wire
    }

    /// The numbers after this name, in order.
    fn numbers(wire: &str, name: &str) -> Vec<f64> {
        let name = format!("\"{name}\":");
        wire.split(&name)
            .skip(1)
            .map(|rest| {
                let end = rest.find([',', '}']).unwrap();
                rest[..end].parse().unwrap()
            })
            .collect()
    }

    #[test]
    fn percents_are_percents_and_lines_do_not_jump() {
        for seed in [SEED, 0, 1, u64::MAX] {
            let wire = wire(seed, 1..=20_000);
            for name in ["load", "used", "cached"] {
                let found = numbers(&wire, name);
                assert!(found.iter().all(|value| (0.0..=100.0).contains(value)), "{name}");
                let farthest = found.windows(2).map(|pair| (pair[1] - pair[0]).abs());
                assert!(farthest.fold(0.0, f64::max) < 20.0, "{name} of {seed}");
            }
            let errors = numbers(&wire, "errors");
            assert!(
                errors.windows(2).all(|pair| pair[0] <= pair[1]),
                "a count only grows"
            );
            let (last, bid, ask) = (
                numbers(&wire, "last"),
                numbers(&wire, "bid"),
                numbers(&wire, "ask"),
            );
            assert!((0..last.len()).all(|i| bid[i] < last[i] && last[i] < ask[i]));
        }
    }

    #[test]
    fn the_price_crosses_its_threshold_both_ways_within_a_minute() {
        let last = numbers(&wire(SEED, 1..=600), "last");
        let first_over = last.iter().position(|value| *value > 104.0).expect("over");
        assert!(first_over > 20, "and begins below");
        assert!(
            last[first_over..].iter().any(|value| *value < 103.9),
            "and under again"
        );
        assert!(last.iter().all(|value| (100.0..107.0).contains(value)));
    }

    #[test]
    fn chance_has_a_seed() {
        assert_eq!(wire(3, 1..=50), wire(3, 1..=50));
        assert_ne!(wire(3, 1..=50), wire(4, 1..=50));
    }
}
