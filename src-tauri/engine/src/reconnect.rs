//! What follows the end of an attempt: pure rules, without a clock and without chance.
//!
//! The frame is the HTML standard, 9.2.3 "Server-sent events: processing model": a network error or the
//! end of the body opens the connection again after the reconnection time; other statuses and types
//! fail it. Where we differ, the rule says so.

use std::time::Duration;

use crate::contract::{Code, Failure, OnEnd, OnStatus, Stream, Wait, WaitWhy};

/// The reconnection time until the server sets one: what browsers commonly use.
pub const DEFAULT_RETRY: Duration = Duration::from_secs(3);
/// Keeps `retry: 0` from spinning.
pub const LEAST_RETRY: Duration = Duration::from_millis(100);
/// Backoff grows to this and no further, unless the server's own time is longer.
const MOST_BACKOFF: Duration = Duration::from_secs(30);
/// As long as this a line is worth its connection though it brought nothing: most proxies have given up by then.
const HEALTHY: Duration = Duration::from_secs(10);
/// A server that asks for more than a day is heard as asking for a day.
const MOST_RETRY: Duration = Duration::from_secs(24 * 60 * 60);

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The session ends, and that is no failure.
    Close,
    /// The session ends by a failure.
    Fail,
    /// Another attempt follows.
    Again,
}

/// Whether a request only asks (the safe methods of RFC 9110, 9.2.1 that name a resource). PUT and DELETE
/// may be repeated by the letter of 9.2.2; doing so every three seconds by itself is nobody's wish.
fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD")
}

/// Whether a stream's request may be sent again by itself.
pub fn repeats(stream: &Stream) -> bool {
    is_safe(&stream.method) || stream.repeat_unsafe
}

/// What follows an attempt that ended with `failure`. `opened` tells whether any attempt of the
/// session, or since the newest prompt, had been open; `over` whether the answer had been told to its end.
pub fn next(stream: &Stream, reconnect: bool, opened: bool, over: bool, failure: &Failure) -> Next {
    let again = reconnect && repeats(stream);
    let status = failure
        .args
        .get("status")
        .and_then(|status| status.parse::<u16>().ok());
    match failure.code {
        Code::Stopped => Next::Close,
        // The standard fails the connection on 204 as well; there it is the server's way to say stop,
        // and nobody has failed.
        Code::Status if status == Some(204) => Next::Close,
        Code::Status if again && stream.on_status == OnStatus::Retry && retryable(status) => Next::Again,
        // An answer that is over is not asked for again, however its body ended.
        Code::Eof if stream.asks() => Next::Close,
        Code::Reset | Code::Timeout | Code::Idle if over && stream.asks() => Next::Close,
        Code::Eof if again && stream.on_end == OnEnd::Reconnect => Next::Again,
        Code::Eof => Next::Close,
        Code::Reset | Code::Refused | Code::Timeout | Code::Idle if again => Next::Again,
        // A name without an address, or a certificate that is not trusted, is futile to try again, which the
        // standard leaves to us. Where it had worked, it is the network or a server that restarts.
        Code::Dns | Code::Tls if again && opened => Next::Again,
        _ => Next::Fail,
    }
}

fn retryable(status: Option<u16>) -> bool {
    matches!(status, Some(429 | 500..=599))
}

/// How the attempts before a wait went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Past {
    /// The server's reconnection time, if it has set one.
    pub retry: Option<Duration>,
    /// The `Retry-After` of the response that was refused.
    pub retry_after: Option<Duration>,
    /// Whether the newest attempt was open.
    pub was_open: bool,
    /// Attempts in a row without a healthy stretch ([`is_healthy`]).
    pub failures: u32,
}

/// An attempt that brought something, or stayed open for a while, ends a row of failures. A server that
/// accepts and closes at once does not.
pub fn is_healthy(brought_something: bool, open: Duration) -> bool {
    brought_something || open >= HEALTHY
}

/// How long to wait, and why. `chance` in 0..1 spreads clients apart.
///
/// The first wait is exactly the reconnection time; then it doubles, with jitter, as the standard
/// allows ("possibly using an exponential backoff delay"). A server that set the time itself and can be
/// reached is taken at its word, however often it closes.
pub fn delay(past: Past, chance: f64) -> (Duration, Wait) {
    let base = past.retry.unwrap_or(DEFAULT_RETRY).clamp(LEAST_RETRY, MOST_RETRY);
    let doublings = if past.was_open && past.retry.is_some() {
        0
    } else {
        past.failures.saturating_sub(1).min(16)
    };
    let asked = past.retry_after.filter(|after| *after > base);
    let (wait, why) = if doublings > 0 {
        let grown = base.saturating_mul(1 << doublings).min(MOST_BACKOFF.max(base));
        // Never less than the reconnection time: the standard lets a client wait longer only.
        (grown.mul_f64(0.8 + 0.4 * chance).max(base), WaitWhy::Backoff)
    } else {
        let why = match past.retry {
            Some(retry) if retry < LEAST_RETRY => WaitWhy::Floor,
            Some(_) => WaitWhy::Retry,
            None => WaitWhy::Default,
        };
        (base, why)
    };
    let (wait, why) = match asked {
        Some(after) if after >= wait => (after, WaitWhy::RetryAfter),
        _ => (wait, why),
    };
    let asked = if why == WaitWhy::RetryAfter {
        past.retry_after
    } else {
        past.retry
    };
    let why = Wait {
        why,
        asked_ms: asked.map(|asked| u64::try_from(asked.as_millis()).unwrap_or(u64::MAX)),
        failures: past.failures,
    };
    (wait.min(MOST_RETRY), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: Code) -> Failure {
        Failure::new(code, "")
    }

    #[test]
    fn a_get_is_opened_again_as_browsers_do() {
        let get = Stream::default();
        for code in [Code::Eof, Code::Reset, Code::Refused, Code::Timeout] {
            assert_eq!(
                next(&get, true, false, false, &failed(code)),
                Next::Again,
                "{code}"
            );
        }
        for code in [
            Code::ContentType,
            Code::Tls,
            Code::Redirect,
            Code::Limit,
            Code::Url,
            Code::Encoding,
            Code::Dns,
        ] {
            assert_eq!(
                next(&get, true, false, false, &failed(code)),
                Next::Fail,
                "{code}"
            );
        }
        for code in [Code::Dns, Code::Tls] {
            assert_eq!(
                next(&get, true, true, false, &failed(code)),
                Next::Again,
                "{code}"
            );
        }
        assert_eq!(next(&get, true, true, false, &failed(Code::Stopped)), Next::Close);
    }

    #[test]
    fn without_reconnect_only_a_clean_end_is_no_failure() {
        let get = Stream::default();
        assert_eq!(next(&get, false, true, false, &failed(Code::Eof)), Next::Close);
        for code in [Code::Reset, Code::Refused, Code::Timeout, Code::Dns] {
            assert_eq!(
                next(&get, false, true, false, &failed(code)),
                Next::Fail,
                "{code}"
            );
        }
    }

    #[test]
    fn only_what_asks_is_repeated_unless_allowed() {
        for method in ["PUT", "DELETE", "PATCH", "POST"] {
            let stream = Stream {
                method: method.into(),
                ..Stream::default()
            };
            assert_eq!(
                next(&stream, true, true, false, &failed(Code::Eof)),
                Next::Close,
                "{method}"
            );
        }
        let mut post = Stream {
            method: "POST".into(),
            on_status: OnStatus::Retry,
            ..Stream::default()
        };
        let unavailable = failed(Code::Status).with("status", 503);
        assert_eq!(next(&post, true, true, false, &failed(Code::Eof)), Next::Close);
        assert_eq!(next(&post, true, true, false, &failed(Code::Reset)), Next::Fail);
        assert_eq!(next(&post, true, true, false, &unavailable), Next::Fail);
        post.repeat_unsafe = true;
        assert_eq!(next(&post, true, true, false, &failed(Code::Reset)), Next::Again);
        assert_eq!(next(&post, true, true, false, &unavailable), Next::Again);
        assert_eq!(next(&post, true, true, false, &failed(Code::Eof)), Next::Again);
        post.body = Some(r#"{"q":"{{prompt}}"}"#.into());
        assert_eq!(next(&post, true, true, false, &failed(Code::Eof)), Next::Close);
        assert_eq!(next(&post, true, true, false, &failed(Code::Reset)), Next::Again);
    }

    #[test]
    fn an_answer_that_is_over_is_not_asked_for_again() {
        let mut asking = Stream {
            method: "POST".into(),
            body: Some(r#"{"q":"{{prompt}}"}"#.into()),
            repeat_unsafe: true,
            ..Stream::default()
        };
        for code in [Code::Eof, Code::Reset, Code::Timeout, Code::Idle] {
            let failure = failed(code);
            assert_eq!(next(&asking, true, true, true, &failure), Next::Close, "{code}");
            let again = if code == Code::Eof {
                Next::Close
            } else {
                Next::Again
            };
            assert_eq!(next(&asking, true, true, false, &failure), again, "{code}");
        }
        asking.body = None;
        // A feed has no answer that could be over.
        let reset = failed(Code::Reset);
        assert_eq!(next(&asking, true, true, true, &reset), Next::Again);
    }

    #[test]
    fn statuses_follow_the_stream() {
        let mut get = Stream::default();
        let status = |status: u16| failed(Code::Status).with("status", status);
        assert_eq!(next(&get, true, false, false, &status(204)), Next::Close);
        assert_eq!(next(&get, true, false, false, &status(503)), Next::Fail);
        get.on_status = OnStatus::Retry;
        assert_eq!(next(&get, true, false, false, &status(503)), Next::Again);
        assert_eq!(next(&get, true, false, false, &status(429)), Next::Again);
        assert_eq!(next(&get, true, false, false, &status(404)), Next::Fail);
        get.on_end = OnEnd::Stop;
        assert_eq!(next(&get, true, false, false, &failed(Code::Eof)), Next::Close);
    }

    #[test]
    fn the_wait_is_the_servers_then_grows() {
        let ms = Duration::from_millis;
        let past = Past::default();
        let wait = |past: Past, chance| {
            let (wait, why) = delay(past, chance);
            (wait, why.why, why.asked_ms)
        };
        let retry = |retry, failures| Past {
            retry: Some(retry),
            failures,
            ..past
        };
        assert_eq!(wait(past, 0.5), (DEFAULT_RETRY, WaitWhy::Default, None));
        assert_eq!(
            wait(retry(ms(1500), 1), 0.0),
            (ms(1500), WaitWhy::Retry, Some(1500))
        );
        assert_eq!(wait(retry(ms(0), 0), 0.0), (LEAST_RETRY, WaitWhy::Floor, Some(0)));
        assert_eq!(
            wait(retry(ms(1000), 3), 0.5),
            (ms(4000), WaitWhy::Backoff, Some(1000))
        );
        assert!(wait(Past { failures: 40, ..past }, 1.0).0 <= MOST_BACKOFF.mul_f64(1.2));
        assert_eq!(
            wait(retry(Duration::from_secs(60), 9), 0.5).0,
            Duration::from_secs(60)
        );
        assert_eq!(wait(retry(Duration::MAX, 5), 1.0).0, MOST_RETRY);
        assert_eq!(
            wait(retry(Duration::from_secs(60), 2), 0.0).0,
            Duration::from_secs(60)
        );
        let after = Past {
            retry_after: Some(Duration::from_secs(7)),
            failures: 1,
            ..past
        };
        assert_eq!(
            wait(after, 0.0),
            (Duration::from_secs(7), WaitWhy::RetryAfter, Some(7000))
        );
    }

    #[test]
    fn a_server_that_can_be_reached_is_taken_at_its_word() {
        let past = Past {
            retry: Some(Duration::from_millis(500)),
            was_open: true,
            failures: 9,
            ..Past::default()
        };
        assert_eq!(delay(past, 0.5).0, Duration::from_millis(500));
        let without = Past { retry: None, ..past };
        let (wait, why) = delay(without, 0.5);
        assert_eq!((wait, why.why, why.failures), (MOST_BACKOFF, WaitWhy::Backoff, 9));
    }

    #[test]
    fn a_stretch_is_healthy_when_it_brings_something_or_lasts() {
        assert!(is_healthy(true, Duration::ZERO) && is_healthy(false, HEALTHY));
        assert!(!is_healthy(false, Duration::from_secs(1)));
    }
}
