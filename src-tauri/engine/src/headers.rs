//! What goes out with a request and what of a response may be shown: headers, and which of them are secret.

use http::Method;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::contract::{Code, Failure, Header};
use crate::source::{Head, Request};

/// Sent unless the user sets another; some services (Wikimedia's) refuse requests without one.
const USER_AGENT: &str = concat!("Tapewriter/", env!("CARGO_PKG_VERSION"));

/// Whether a method and headers can be sent at all.
///
/// # Errors
/// [`Code::Url`], naming the part that cannot.
pub fn check(method: &str, headers: &[Header]) -> Result<(), Failure> {
    method_of(method)?;
    own_headers(headers).map(drop)
}

pub(crate) fn method_of(method: &str) -> Result<Method, Failure> {
    // The fetch standard's forbidden methods.
    let forbidden = matches!(method, "CONNECT" | "TRACE" | "TRACK");
    Method::from_bytes(method.as_bytes())
        .ok()
        .filter(|_| !forbidden)
        .ok_or_else(|| {
            Failure::new(
                Code::Url,
                format!("“{method}” is not a method that a stream can be asked for with"),
            )
            .with("detail", "method")
            .with("url", method)
        })
}

/// The headers of a request: our own, and the user's in their place.
pub(crate) fn headers(request: &Request) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    if let Some(body) = &request.body {
        // A body that means to be JSON and is not yet goes as JSON: the server's complaint is then the true one.
        let json = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
            || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
        let value = if json {
            "application/json"
        } else {
            "text/plain;charset=utf-8"
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
    }
    if !request.last_event_id.is_empty() {
        // An id may hold characters that a header cannot; then it is not sent rather than altered.
        if let Ok(value) = HeaderValue::from_bytes(request.last_event_id.as_bytes()) {
            headers.insert(HeaderName::from_static("last-event-id"), value);
        }
    }
    let own = own_headers(&request.headers)?;
    // The user's word replaces ours, all lines of it.
    for name in own.keys() {
        headers.remove(name);
    }
    for (name, value) in &own {
        headers.append(name.clone(), value.clone());
    }
    Ok(headers)
}

fn own_headers(fields: &[Header]) -> Result<HeaderMap, Failure> {
    let mut own = HeaderMap::new();
    for field in fields {
        let bad = |what: &str| {
            Failure::new(
                Code::Url,
                format!("the header “{}” has {what} that HTTP does not allow", field.name),
            )
            .with("detail", "header")
            .with("url", &field.name)
        };
        let name = HeaderName::from_bytes(field.name.trim().as_bytes()).map_err(|_| bad("a name"))?;
        let value = HeaderValue::from_bytes(field.value.trim().as_bytes()).map_err(|_| bad("a value"))?;
        own.append(name, value);
    }
    Ok(own)
}

/// Headers that speak for the user go only to the origin they were given for.
pub(crate) fn strip_secrets(headers: &mut HeaderMap) {
    let secret: Vec<_> = headers
        .keys()
        .filter(|name| is_secret(name.as_str()))
        .cloned()
        .collect();
    for name in secret {
        headers.remove(name);
    }
}

/// Whether a header speaks for the user: it is not kept on disk, not shown, and not sent to another origin.
pub fn is_secret(name: &str) -> bool {
    const SECRET: [&str; 8] = [
        "auth",
        "cookie",
        "key",
        "token",
        "secret",
        "password",
        "session",
        "signature",
    ];
    let name = name.trim().to_ascii_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// Response headers without secrets, as the log keeps them.
pub fn public_headers(head: &Head) -> Vec<(String, String)> {
    let mut shown: Vec<(String, String)> = Vec::with_capacity(head.headers.len());
    for (name, value) in &head.headers {
        let secret = is_secret(name);
        let value = if secret {
            "(secret)".to_owned()
        } else {
            value.clone()
        };
        shown.push((name.clone(), value));
    }
    shown
}
