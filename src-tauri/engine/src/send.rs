//! Messages to a room: one POST each, beside the stream, by the session's chat rule.
//!
//! The stream's headers and who asks go along only where the message goes to the stream's own origin; cookies and
//! secrets have their own rules, which hold here as well. A message is never sent again by itself, and what is sent and
//! answered is not recorded.

use std::time::Duration;

use futures_util::StreamExt;

use crate::address;
use crate::compose::bounded;
use crate::contract::{BodyKind, ChatRule, Code, Failure, Framing, Header, Network, Sent, Stream};
use crate::headers;
use crate::session::Means;
use crate::source::{Piece, Request, Trace};
use crate::template::{self, Part, Use, Values, parts};

#[cfg(test)]
mod tests;

/// The name of a user who has not chosen one.
pub const DEFAULT_ME: &str = "You";
/// Messages of one session that are on their way at once; others wait for their turn.
pub(crate) const AT_ONCE: usize = 8;
/// What is sent where the rule says nothing.
const BODY: &str = r#"{"id":"{{id}}","sender":"{{me}}","text":"{{text}}"}"#;
/// Names in a message's body that are not the variables'.
const RESERVED: [&str; 3] = ["text", "me", "id"];
/// Seconds from the message to the head of the answer, at most: a person waits for it.
const HEAD_S: u32 = 10;
/// Bytes of the answer that are taken before the connection is closed, and how long that may take: a server that is cut
/// off in the middle of its answer may take the message for lost.
const ANSWER: usize = 64 << 10;
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// Stands for the demo server while an address is put together; no host can have this name (RFC 6761, 6.4).
const DEMO: &str = "demo.invalid";

/// What is to be sent.
pub(crate) struct Message<'a> {
    pub(crate) id: &'a str,
    pub(crate) text: &'a str,
}

/// The secrets that a message by a definition's chat rule would send, with where they would go; none where the rule
/// names no address.
///
/// # Errors
/// As [`template::uses`].
pub fn uses(stream: &Stream, values: &Values, demo_origin: Option<&str>) -> Result<Vec<Use>, Failure> {
    if stream.scenes.chat.send_url.trim().is_empty() {
        return Ok(Vec::new());
    }
    let outgoing = outgoing(stream, values, demo_origin)?;
    template::uses_but(&outgoing, values, demo_origin, &RESERVED)
}

/// Sends a message and waits for its answer.
pub(crate) async fn send(
    stream: &Stream,
    rule: &ChatRule,
    means: &Means,
    message: &Message<'_>,
) -> Result<Sent, Failure> {
    if message.text.trim().is_empty() {
        return Err(Failure::new(Code::Url, "there is no text to send").with("detail", "text-missing"));
    }
    bounded(message.text, "message")?;
    bounded(message.id, "message")?;
    let request = request(stream, rule, means, message)?;
    // Closed never: the semaphore lives as long as the session, and nobody closes it.
    let _turn = means.sending.acquire().await;
    let (status, pieces) = match means.source.open(request).await {
        Ok((head, pieces)) => (head.status, Some(pieces)),
        Err(failure) => (accepted(&failure).ok_or(failure)?, None),
    };
    if let Some(mut pieces) = pieces {
        let mut room = ANSWER;
        let read = async {
            while let Some(Ok(Piece::Chunk { bytes, .. })) = pieces.next().await {
                room = room.saturating_sub(bytes.len());
                if room == 0 {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(ANSWER_TIMEOUT, read).await;
    }
    Ok(Sent { status })
}

/// What a source calls a failure is none for a message: any status of 2xx; 303, by which a server that took it points at
/// what came of it (RFC 9110, 15.4.4), which nobody here reads; and a body that cannot be read, which follows a status
/// of 200. 301 and 302 are none of these: they send a browser elsewhere, to a page that says to sign in as well as to one
/// that thanks.
fn accepted(failure: &Failure) -> Option<u16> {
    match failure.code {
        Code::Status => {
            let status = failure.args.get("status")?.parse().ok()?;
            (status == 303 || (200..300).contains(&status)).then_some(status)
        }
        Code::Encoding => Some(200),
        _ => None,
    }
}

fn request(
    stream: &Stream,
    rule: &ChatRule,
    means: &Means,
    message: &Message<'_>,
) -> Result<Request, Failure> {
    if rule.send_url.trim().is_empty() {
        let text = "this stream names no address to send to";
        return Err(Failure::new(Code::Url, text).with("detail", "send-url"));
    }
    let mut stream = stream.clone();
    stream.scenes.chat = rule.clone();
    let values = means.values.lock().clone();
    // User and password of the stream's address become its auth, which may not go elsewhere.
    let (stream, values) = template::with_plain_sealed(&stream, &values);
    let demo_origin = means.demo_origin.as_deref();
    let outgoing = outgoing(&stream, &values, demo_origin)?;
    let me = Some(rule.me.as_str()).filter(|me| !me.trim().is_empty());
    let reserved = [
        ("text", message.text),
        ("me", me.unwrap_or(DEFAULT_ME)),
        ("id", message.id),
    ];
    let filled = template::fill_reserved(&outgoing, &values, &reserved, demo_origin)?;
    headers::check(&outgoing.method, &filled.headers)?;
    Ok(Request {
        url: filled.url,
        method: outgoing.method,
        headers: filled.headers,
        body: filled.body,
        content_type: filled.content_type,
        last_event_id: String::new(),
        // Takes an answer of any type.
        framing: Framing::Lines,
        // 307 and 308 send the message on; a GET sends none.
        may_become_get: false,
        network: filled.network,
        cookies: means.cookies.clone(),
        redactor: filled.redactor,
        trace: Trace::default(),
    })
}

/// A message as a definition of its own: what it sends, to where, as whom.
fn outgoing(stream: &Stream, values: &Values, demo_origin: Option<&str>) -> Result<Stream, Failure> {
    let rule = &stream.scenes.chat;
    let body = Some(rule.send_body.clone()).filter(|body| !body.trim().is_empty());
    let head_s = match stream.network.head_s {
        0 => HEAD_S,
        seconds => seconds.min(HEAD_S),
    };
    let mut outgoing = Stream {
        url: address(&stream.url, &rule.send_url, values)?,
        method: "POST".to_owned(),
        body: body.or_else(|| Some(BODY.to_owned())),
        body_kind: BodyKind::Json,
        network: Network {
            head_s,
            ..stream.network.clone()
        },
        ..Stream::default()
    };
    let own = template::origin(stream, values, demo_origin)?;
    if template::origin(&outgoing, values, demo_origin)? == own {
        outgoing.headers = stream
            .headers
            .iter()
            .filter(|header| !is_of_stream(header))
            .cloned()
            .collect();
        outgoing.auth = stream.auth.clone();
    } else {
        // Whoever may answer for the stream may not answer for others.
        outgoing.network.insecure = false;
    }
    Ok(outgoing)
}

/// Whether a header speaks of the stream's own request and what is to come of it.
fn is_of_stream(header: &Header) -> bool {
    ["accept", "content-type", "content-length", "last-event-id"]
        .iter()
        .any(|name| header.name.trim().eq_ignore_ascii_case(name))
}

/// Where messages go: an address as typed, or a relative one (RFC 3986, 5.2) resolved against the stream's, secrets
/// still to be filled in.
fn address(stream: &str, typed: &str, values: &Values) -> Result<String, Failure> {
    let typed = template::expanded(typed.trim(), values)?;
    if typed.starts_with("demo:") || has_scheme(&typed) {
        return Ok(typed);
    }
    let stream = template::expanded(stream.trim(), values)?;
    // Letters and digits stand for secrets while addresses are parsed, which would encode the braces.
    let mut marks = Marks::new(&[&typed, &stream]);
    let (typed, stream) = (marks.put(&typed), marks.put(&stream));
    let base = address::resolve(&stream, Some(&format!("http://{DEMO}")))?;
    let joined = base.join(&typed).map_err(|error| {
        let shown = address::without_userinfo(&typed);
        Failure::new(Code::Url, format!("“{shown}” is not an address: {error}"))
            .with("url", shown)
            .with("detail", error)
    })?;
    let text = match joined.host_str() {
        Some(DEMO) => format!(
            "demo:{}",
            &joined[url::Position::BeforePath..url::Position::AfterQuery]
        ),
        _ => joined[..url::Position::AfterQuery].to_owned(),
    };
    Ok(marks.take(text))
}

/// Whether a text begins with a scheme (RFC 3986, 3.1) and two slashes.
fn has_scheme(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// Words that stand for secrets.
struct Marks {
    word: String,
    ids: Vec<String>,
}

impl Marks {
    /// A word that stands in none of the texts.
    fn new(texts: &[&str]) -> Self {
        let mut word = "q".to_owned();
        while texts.iter().any(|text| text.to_ascii_lowercase().contains(&word)) {
            word.push_str("qx");
        }
        Self {
            word,
            ids: Vec::new(),
        }
    }

    fn mark(&self, number: usize) -> String {
        format!("{}{number}{}", self.word, self.word)
    }

    fn put(&mut self, text: &str) -> String {
        let mut whole = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => whole.push_str(text),
                // Filled in already.
                Part::Variable(name) => whole.push_str(name),
                Part::Secret(id) => {
                    whole.push_str(&self.mark(self.ids.len()));
                    self.ids.push(id.to_owned());
                }
            }
        }
        whole
    }

    fn take(&self, mut text: String) -> String {
        for (number, id) in self.ids.iter().enumerate() {
            text = text.replace(&self.mark(number), &template::secret(id));
        }
        text
    }
}
