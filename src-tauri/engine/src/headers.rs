//! What goes out with a request and what of a response may be shown: headers, and which of them are secret.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::address;
use crate::contract::{Code, Failure, Framing, Header};
use crate::redact::{REDACTED, Redactor, names_secret};
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

/// The headers of a request: our own, and the user's in their place. What depends on the connection
/// (host, cookies, the body's length, a proxy's password) is not among them.
pub(crate) fn headers(request: &Request) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::ACCEPT,
        HeaderValue::from_static(accepted(request.framing)),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let encodings = if request.network.compression {
        COMPRESSED
    } else {
        "identity"
    };
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    if let Some(body) = &request.body {
        let value = request.content_type.unwrap_or_else(|| guessed_type(body));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
    }
    if !request.last_event_id.is_empty() {
        // An id may hold characters that a header cannot; then it is not sent rather than altered.
        if let Ok(value) = HeaderValue::from_bytes(request.last_event_id.as_bytes()) {
            headers.insert(HeaderName::from_static("last-event-id"), value);
        }
    }
    if let Some(basic) = basic(&request.url) {
        headers.insert(header::AUTHORIZATION, basic);
    }
    let own = own_headers(&request.headers)?;
    let mut all = HeaderMap::with_capacity(headers.len() + own.len());
    // The user's word replaces ours, all lines of it. Built anew, as taking out of a map changes its order.
    for (name, value) in headers.iter().filter(|(name, _)| !own.contains_key(*name)) {
        all.append(name.clone(), value.clone());
    }
    // How long a body is, and how it is sent, is known only here.
    for (name, value) in own
        .iter()
        .filter(|(name, _)| !matches!(**name, header::CONTENT_LENGTH | header::TRANSFER_ENCODING))
    {
        all.append(name.clone(), value.clone());
    }
    Ok(all)
}

/// What can be decoded, as `Accept-Encoding` lists it.
const COMPRESSED: &str = "gzip, deflate, br, zstd";

/// What an `EventSource` asks for (HTML standard 9.2.2), or what the framing means to read.
const fn accepted(framing: Framing) -> &'static str {
    match framing {
        Framing::Auto | Framing::Sse => "text/event-stream",
        Framing::Ndjson => "application/x-ndjson, */*;q=0.5",
        Framing::Lines => "*/*",
    }
}

fn guessed_type(body: &[u8]) -> &'static str {
    // A body that means to be JSON and is not yet goes as JSON: the server's complaint is then the true one.
    let json = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
        || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
    if json {
        "application/json"
    } else {
        "text/plain;charset=utf-8"
    }
}

/// User name and password of an address as RFC 7617 sends them.
pub(crate) fn basic(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut pair = address::decoded(url.username());
    pair.push(b':');
    pair.extend(address::decoded(url.password().unwrap_or_default()));
    HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(pair))).ok()
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

/// Leaves only what may go to another origin: not what speaks for the user by its name, by the user's mark or
/// by a secret in its value.
pub(crate) fn without_secrets(headers: &HeaderMap, marked: &[Header], redactor: &Redactor) -> HeaderMap {
    let secret = |name: &HeaderName, value: &HeaderValue| {
        is_secret(name.as_str()) || is_marked(marked, name) || redactor.finds(value.as_bytes())
    };
    let open = headers.iter().filter(|(name, value)| !secret(name, value));
    open.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn is_marked(marked: &[Header], name: &HeaderName) -> bool {
    marked
        .iter()
        .any(|header| header.secret && header.name.trim().eq_ignore_ascii_case(name.as_str()))
}

/// The values of a request that must not be shown again, whoever repeats them: of headers that are secret, and of
/// the address. Short ones are left: taking each `1` out of a text hides nothing and spoils the text.
pub(crate) fn secret_values(request: &Request) -> Vec<String> {
    const LEAST: usize = 4;
    // Most cookies only keep a choice: `true`, `stream`.
    const LEAST_OF_COOKIE: usize = 8;
    let mut values = address::secrets(&request.url);
    for header in &request.headers {
        if !header.secret && !is_secret(&header.name) {
            continue;
        }
        let value = header.value.trim();
        values.push(value.to_owned());
        // The scheme says nothing; what follows it may stand alone elsewhere. A cookie's name likewise.
        if header.name.trim().eq_ignore_ascii_case("cookie") {
            let pairs = value.split(';').filter_map(|pair| pair.split_once('='));
            let long = pairs
                .map(|(_, value)| value.trim())
                .filter(|value| value.len() >= LEAST_OF_COOKIE);
            values.extend(long.map(str::to_owned));
        } else if let Some((_, credentials)) = value.split_once(' ') {
            values.push(credentials.trim().to_owned());
        }
    }
    values.retain(|value| value.len() >= LEAST);
    values
}

/// Bytes of one head's values that are shown; what is longer ends in `…`.
const SHOWN_HEAD: usize = 64 << 10;

/// Headers as they are shown: in order, values of secret ones replaced.
pub(crate) fn shown(headers: &HeaderMap, marked: &[Header], redactor: &Redactor) -> Vec<Header> {
    let mut room = SHOWN_HEAD;
    let shown = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let (shown, secret) = if is_secret(name.as_str()) || is_marked(marked, name) {
            (REDACTED.to_owned(), true)
        } else {
            let mut shown = redactor.text(&value);
            if matches!(
                *name,
                header::LOCATION | header::CONTENT_LOCATION | header::REFERER | header::LINK
            ) {
                shown = address::redacted_text(&address::without_userinfo(&shown));
            }
            let secret = shown != value;
            (shown, secret)
        };
        let shown = cut(shown, room);
        room = room.saturating_sub(shown.len());
        Header {
            secret,
            ..Header::new(name.as_str(), shown)
        }
    };
    headers.iter().map(shown).collect()
}

/// A failure's words and facts may repeat what a server or a library said: without secrets, and each cut.
pub(crate) fn clean(mut failure: Failure, redactor: &Redactor) -> Failure {
    /// Bytes of the message and of each fact, at most.
    const MOST: usize = 4 << 10;
    /// What is read by programs, and is of our own making.
    const OURS: [&str; 8] = [
        "bound",
        "certificate",
        "count",
        "detail",
        "retry_after",
        "seconds",
        "status",
        "what",
    ];
    failure.message = cut(redactor.text(&failure.message), MOST);
    for (name, value) in &mut failure.args {
        if !OURS.contains(&name.as_str()) {
            *value = cut(redactor.text(value), MOST);
        }
    }
    failure
}

fn cut(mut text: String, room: usize) -> String {
    if text.len() > room {
        text.truncate(text.floor_char_boundary(room));
        text.push('…');
    }
    text
}

/// Whether a header speaks for the user: it is not kept on disk, not shown, and not sent to another origin.
///
/// `Authorization`, `Proxy-Authorization`, `Cookie`, `Set-Cookie`; names that end in `key` or `token`; names with
/// the words auth, secret, password, session, signature and their like. Not those that only name a thing
/// (`Idempotency-Key`), ask (`WWW-Authenticate`) or count (`x-ratelimit-remaining-tokens`).
pub fn is_secret(name: &str) -> bool {
    // Their case says nothing.
    let name = name.to_ascii_lowercase();
    // CORS's own only say what is allowed: `Access-Control-Allow-Credentials`.
    !name.starts_with("access-control-") && names_secret(&name)
}

/// Response headers without secrets, as the log keeps them.
pub fn public_headers(head: &Head) -> Vec<(String, String)> {
    let public = |(name, value): &(String, String)| {
        let value = if is_secret(name) { REDACTED } else { value };
        (name.clone(), value.to_owned())
    };
    head.headers.iter().map(public).collect()
}
