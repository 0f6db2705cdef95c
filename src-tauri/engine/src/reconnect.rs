//! What follows the end of an attempt: pure rules, without a clock and without chance.
//!
//! The frame is the HTML standard, 9.2.3 "Server-sent events: processing model": a network error or the
//! end of the body opens the connection again after the reconnection time; other statuses and types
//! fail it. Where we differ, the rule says so.

use std::time::Duration;

use crate::contract::{Code, Failure, OnEnd, OnStatus, Stream};

/// The reconnection time until the server sets one: what browsers commonly use.
pub const DEFAULT_RETRY: Duration = Duration::from_secs(3);
/// Keeps `retry: 0` from spinning.
pub const LEAST_RETRY: Duration = Duration::from_millis(100);
/// Backoff grows to this and no further, unless the server's own time is longer.
const MOST_BACKOFF: Duration = Duration::from_secs(30);
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

/// What follows an attempt that ended with `failure`. `opened` tells whether any attempt of the
/// session had been open.
pub fn next(stream: &Stream, reconnect: bool, opened: bool, failure: &Failure) -> Next {
    let again = reconnect && (is_safe(&stream.method) || stream.repeat_unsafe);
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
        Code::Eof if again && stream.on_end == OnEnd::Reconnect => Next::Again,
        Code::Eof => Next::Close,
        Code::Reset | Code::Refused | Code::Timeout if again => Next::Again,
        // A name without an address, or a certificate that is not trusted, is futile to try again, which the
        // standard leaves to us. Where it had worked, it is the network or a server that restarts.
        Code::Dns | Code::Tls if again && opened => Next::Again,
        _ => Next::Fail,
    }
}

fn retryable(status: Option<u16>) -> bool {
    matches!(status, Some(429 | 500..=599))
}

/// How long to wait. `retry` is the server's reconnection time if it set one, `failures` how many
/// attempts in a row did not open (0 after one that did), `chance` in 0..1 spreads clients apart.
///
/// The first wait is exactly the reconnection time; then it doubles, with jitter, as the standard
/// allows ("possibly using an exponential backoff delay").
pub fn delay(retry: Option<Duration>, failures: u32, retry_after: Option<Duration>, chance: f64) -> Duration {
    let base = retry.unwrap_or(DEFAULT_RETRY).clamp(LEAST_RETRY, MOST_RETRY);
    let doublings = failures.saturating_sub(1).min(16);
    let wait = if doublings == 0 {
        base
    } else {
        let grown = base.saturating_mul(1 << doublings).min(MOST_BACKOFF.max(base));
        grown.mul_f64(0.8 + 0.4 * chance)
    };
    wait.max(retry_after.unwrap_or_default()).min(MOST_RETRY)
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
            assert_eq!(next(&get, true, false, &failed(code)), Next::Again, "{code}");
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
            assert_eq!(next(&get, true, false, &failed(code)), Next::Fail, "{code}");
        }
        for code in [Code::Dns, Code::Tls] {
            assert_eq!(next(&get, true, true, &failed(code)), Next::Again, "{code}");
        }
        assert_eq!(next(&get, true, true, &failed(Code::Stopped)), Next::Close);
    }

    #[test]
    fn without_reconnect_only_a_clean_end_is_no_failure() {
        let get = Stream::default();
        assert_eq!(next(&get, false, true, &failed(Code::Eof)), Next::Close);
        for code in [Code::Reset, Code::Refused, Code::Timeout, Code::Dns] {
            assert_eq!(next(&get, false, true, &failed(code)), Next::Fail, "{code}");
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
                next(&stream, true, true, &failed(Code::Eof)),
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
        assert_eq!(next(&post, true, true, &failed(Code::Eof)), Next::Close);
        assert_eq!(next(&post, true, true, &failed(Code::Reset)), Next::Fail);
        assert_eq!(next(&post, true, true, &unavailable), Next::Fail);
        post.repeat_unsafe = true;
        assert_eq!(next(&post, true, true, &failed(Code::Reset)), Next::Again);
        assert_eq!(next(&post, true, true, &unavailable), Next::Again);
    }

    #[test]
    fn statuses_follow_the_stream() {
        let mut get = Stream::default();
        let status = |status: u16| failed(Code::Status).with("status", status);
        assert_eq!(next(&get, true, false, &status(204)), Next::Close);
        assert_eq!(next(&get, true, false, &status(503)), Next::Fail);
        get.on_status = OnStatus::Retry;
        assert_eq!(next(&get, true, false, &status(503)), Next::Again);
        assert_eq!(next(&get, true, false, &status(429)), Next::Again);
        assert_eq!(next(&get, true, false, &status(404)), Next::Fail);
        get.on_end = OnEnd::Stop;
        assert_eq!(next(&get, true, false, &failed(Code::Eof)), Next::Close);
    }

    #[test]
    fn the_wait_is_the_servers_then_grows() {
        let ms = Duration::from_millis;
        assert_eq!(delay(None, 0, None, 0.5), DEFAULT_RETRY);
        assert_eq!(delay(Some(ms(1500)), 1, None, 0.0), ms(1500));
        assert_eq!(delay(Some(ms(0)), 0, None, 0.0), LEAST_RETRY);
        assert_eq!(delay(Some(ms(1000)), 3, None, 0.5), ms(4000));
        assert!(delay(None, 40, None, 1.0) <= MOST_BACKOFF.mul_f64(1.2));
        assert_eq!(
            delay(Some(Duration::from_secs(60)), 9, None, 0.5),
            Duration::from_secs(60)
        );
        assert_eq!(
            delay(None, 1, Some(Duration::from_secs(7)), 0.0),
            Duration::from_secs(7)
        );
        assert_eq!(delay(Some(Duration::MAX), 5, None, 1.0), MOST_RETRY);
    }
}
