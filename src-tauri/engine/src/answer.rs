//! What came back: whether it is a stream, how it is to be read, and its body in timed pieces.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::header::{self, HeaderMap};
use url::Url;

use crate::address;
use crate::blame::classify_body;
use crate::contract::{Code, Failure, Framing};
use crate::decode::Decoder;
use crate::dialect;
use crate::headers::{clean, shown};
use crate::redact::Redactor;
use crate::source::{Head, Piece, Pieces, Trace};

/// Bytes of a refused response that are read for the record and for the message, and how long that may take.
const REFUSED: usize = 64 << 10;
const EXCERPT: usize = 2 << 10;
const REFUSED_TIMEOUT: Duration = Duration::from_millis(500);

/// To what a response came.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) url: Url,
    pub(crate) framing: Framing,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) trace: Trace,
}

/// HTML standard 9.2.3: a status other than 200, or another type, fails the connection; another framing that the
/// user chose reads whatever came.
pub(crate) async fn accept(
    response: reqwest::Response,
    answered: Answered,
) -> Result<(Head, Pieces), Failure> {
    let host = address::authority(&answered.url);
    let status = response.status();
    let essence = essence(response.headers());
    let codings: Vec<String> = values(response.headers(), &header::CONTENT_ENCODING);
    let decoder = Decoder::new(codings.iter().map(String::as_str));
    if status.as_u16() != 200 {
        let reason = status.canonical_reason().unwrap_or_default();
        let code = status.as_u16();
        let mut failure = Failure::new(
            Code::Status,
            format!(
                "{host} answered {code} {reason} instead of 200; {}",
                status_advice(code)
            ),
        )
        .with("status", code)
        .with("host", &host);
        if let Some(seconds) = retry_after(response.headers(), SystemTime::now()) {
            failure = failure.with("retry_after", seconds);
        }
        return Err(answered.refuse(failure, response, decoder).await);
    }
    let framing = match answered.framing {
        Framing::Auto => match framing_of(&essence) {
            Some(framing) => framing,
            None => {
                let shown = if essence.is_empty() {
                    "no type at all"
                } else {
                    &essence
                };
                let failure = Failure::new(
                    Code::ContentType,
                    format!("{host} sent {shown} instead of text/event-stream; check the path, or have the server name the type"),
                )
                .with("type", &essence)
                .with("host", &host);
                return Err(answered.refuse(failure, response, decoder).await);
            }
        },
        framing => framing,
    };
    let decoder = decoder.map_err(|coding| {
        Failure::new(
            Code::Encoding,
            format!("{host} compressed the stream in a way that is not understood ({coding}); ask for gzip, deflate, br or zstd"),
        )
        .with("encoding", coding)
        .with("host", &host)
        .with("detail", "unknown")
    })?;
    let head = Head {
        status: status.as_u16(),
        http: format!("{:?}", response.version()),
        url: answered.redactor.text(&address::redacted(&answered.url)),
        headers: shown(response.headers(), &[], &answered.redactor)
            .into_iter()
            .map(|header| (header.name, header.value))
            .collect(),
        framing,
    };
    let body = Body {
        frames: Box::pin(response.bytes_stream()),
        decoder,
        coding: codings.join(", "),
        frame: None,
        failed: None,
        ended: false,
        url: answered.url,
        redactor: answered.redactor,
    };
    Ok((head, Box::pin(body)))
}

/// Seconds that a server asks to wait (RFC 9110, 10.2.3): a count, or a date, which is read against the server's own
/// clock where it tells it. None left where the date has passed.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<u64> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(seconds);
    }
    let then = httpdate::parse_http_date(value).ok()?;
    let date = headers.get(header::DATE).and_then(|date| date.to_str().ok());
    let now = date
        .and_then(|date| httpdate::parse_http_date(date.trim()).ok())
        .unwrap_or(now);
    Some(then.duration_since(now).unwrap_or_default().as_secs())
}

fn values(headers: &HeaderMap, name: &header::HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter();
    values
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}

/// The type that a response names, without parameters and in lower case; empty for none. By the fetch standard's
/// "extract a MIME type": of several, the last that is one.
fn essence(headers: &HeaderMap) -> String {
    let token = |part: &str| !part.is_empty() && http::HeaderName::from_bytes(part.as_bytes()).is_ok();
    let mut found = String::new();
    for value in values(headers, &header::CONTENT_TYPE) {
        // A comma within a parameter's quotes is no end of a value, and no type either.
        for one in value.split(',') {
            let essence = one
                .split(';')
                .next()
                .unwrap_or_default()
                .trim_matches([' ', '\t', '\r', '\n']);
            let is_type = essence
                .split_once('/')
                .is_some_and(|(kind, sub)| token(kind) && token(sub));
            if is_type && essence != "*/*" {
                found = essence.to_ascii_lowercase();
            } else if found.is_empty() && values_len(headers) == 1 && !value.contains(',') {
                // Shown as it is where it is all there is.
                found = essence.to_owned();
            }
        }
    }
    found
}

fn values_len(headers: &HeaderMap) -> usize {
    headers.get_all(header::CONTENT_TYPE).iter().count()
}

fn framing_of(essence: &str) -> Option<Framing> {
    match essence {
        "text/event-stream" => Some(Framing::Sse),
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonlines"
        | "application/json-lines" => Some(Framing::Ndjson),
        _ => None,
    }
}

const fn status_advice(status: u16) -> &'static str {
    match status {
        204 => "it has nothing to send",
        401 | 403 => "it wants to know who asks",
        404 => "check the path",
        405 => "try another method",
        407 => "the proxy wants to know who asks",
        429 => "it asks for fewer requests; wait a little",
        500..=599 => "the fault is the server's; try again later or read its log",
        _ => "check the address and the method",
    }
}

impl Answered {
    /// Reads the beginning of a refused response into the record and the failure.
    async fn refuse(
        &self,
        failure: Failure,
        response: reqwest::Response,
        decoder: Result<Option<Decoder>, String>,
    ) -> Failure {
        // Compressed in an unknown way, it says nothing to anybody.
        let Ok(decoder) = decoder else {
            return failure;
        };
        let (bytes, cut) = beginning(response, decoder).await;
        let bytes = self.redactor.bytes(&bytes, cut);
        let mut text = String::from_utf8_lossy(&bytes[..bytes.len().min(EXCERPT)]).into_owned();
        if bytes.len() > EXCERPT {
            text = self.redactor.text(text.trim_end_matches('\u{fffd}'));
            text.push('…');
        }
        let failure = match dialect::of_body(&bytes) {
            Some(told) => told.put_to(failure),
            None => failure,
        };
        self.trace.learn(|traced| traced.refused = bytes);
        match text.trim() {
            "" => failure,
            text => failure.with("body", text),
        }
    }
}

/// The first [`REFUSED`] bytes of a body, and whether there was more, as far as it came in time.
async fn beginning(response: reqwest::Response, mut decoder: Option<Decoder>) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let mut body = response.bytes_stream();
    let mut cut = true;
    let read = async {
        loop {
            match body.next().await {
                Some(Ok(frame)) => {
                    let Some(decoder) = &mut decoder else {
                        bytes.extend_from_slice(&frame);
                        if bytes.len() > REFUSED {
                            return;
                        }
                        continue;
                    };
                    decoder.feed(frame);
                    while let Ok(Some(piece)) = decoder.pull() {
                        if piece.is_empty() {
                            tokio::task::yield_now().await;
                        }
                        bytes.extend_from_slice(&piece);
                        if bytes.len() > REFUSED {
                            return;
                        }
                    }
                }
                Some(Err(_)) => return,
                None => {
                    cut = false;
                    return;
                }
            }
        }
    };
    // What came in time is what is shown; a body without end must not hold the message back.
    let _ = tokio::time::timeout(REFUSED_TIMEOUT, read).await;
    let cut = cut || bytes.len() > REFUSED;
    bytes.truncate(REFUSED);
    (bytes, cut)
}

/// The body of an accepted response.
struct Body {
    frames: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>,
    decoder: Option<Decoder>,
    /// As `Content-Encoding` names it.
    coding: String,
    /// The frame that is being decoded: when it came, and its bytes until they were handed on.
    frame: Option<(Instant, Option<Bytes>)>,
    /// What is told next, and last.
    failed: Option<Failure>,
    ended: bool,
    url: Url,
    redactor: Arc<Redactor>,
}

impl Body {
    /// The next piece of the frame at hand; none once it is decoded whole. Pending where it takes another go.
    fn decoded(&mut self) -> Poll<Option<Result<Piece, Failure>>> {
        let (Some(decoder), Some((at, raw))) = (&mut self.decoder, &mut self.frame) else {
            return Poll::Ready(None);
        };
        let at = *at;
        Poll::Ready(match decoder.pull() {
            Ok(Some(bytes)) if bytes.is_empty() => return Poll::Pending,
            Ok(Some(bytes)) => {
                let raw = Some(raw.take().unwrap_or_default());
                Some(Ok(Piece::Chunk { at, bytes, raw }))
            }
            Ok(None) => {
                let raw = raw.take();
                self.frame = None;
                let bytes = Bytes::new();
                // It came, though it decodes to nothing yet.
                raw.map(|raw| {
                    Ok(Piece::Chunk {
                        at,
                        bytes,
                        raw: Some(raw),
                    })
                })
            }
            Err(error) => {
                let raw = raw.take();
                let failure = self.broken(&error);
                let Some(raw) = raw else {
                    self.ended = true;
                    return Poll::Ready(Some(Err(failure)));
                };
                // The bytes that are wrong are told before what is wrong with them.
                self.frame = None;
                self.failed = Some(failure);
                let bytes = Bytes::new();
                Some(Ok(Piece::Chunk {
                    at,
                    bytes,
                    raw: Some(raw),
                }))
            }
        })
    }

    fn broken(&self, error: &std::io::Error) -> Failure {
        let (host, coding) = (address::authority(&self.url), &self.coding);
        let failure = Failure::new(
            Code::Encoding,
            format!("{host} sent bytes that are not {coding}, which it said they are: {error}; the fault is the server's or a proxy's"),
        )
        .with("encoding", coding)
        .with("host", host)
        .with("detail", "broken")
        .with("why", error);
        clean(failure, &self.redactor)
    }

    /// The body ended. In the middle of something compressed that is an end like any other: what was decoded is all
    /// that a stream without compression would have brought by then, nothing that came is wrong, and servers that
    /// end a compressed stream often do it so. It is told.
    fn end(&mut self) -> Option<Result<Piece, Failure>> {
        self.ended = true;
        self.decoder.as_ref().filter(|decoder| decoder.is_inside())?;
        let coding = &self.coding;
        let message = format!("the server ended the stream in the middle of its {coding} data");
        let failure = Failure::new(Code::Eof, message)
            .with("detail", "encoding")
            .with("encoding", coding);
        Some(Err(clean(failure, &self.redactor)))
    }
}

impl Stream for Body {
    type Item = Result<Piece, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.ended {
                return Poll::Ready(None);
            }
            if let Some(failure) = self.failed.take() {
                self.ended = true;
                return Poll::Ready(Some(Err(failure)));
            }
            if self.frame.is_some() {
                // Decoding waits for nobody; a body that decodes to gigabytes lets others have their turn.
                let turn = ready!(tokio::task::coop::poll_proceed(cx));
                turn.made_progress();
                match self.decoded() {
                    Poll::Ready(None) => continue,
                    Poll::Ready(piece) => return Poll::Ready(piece),
                    Poll::Pending => {
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                }
            }
            let piece = match ready!(self.frames.poll_next_unpin(cx)) {
                None => return Poll::Ready(self.end()),
                Some(Err(error)) => {
                    self.ended = true;
                    Err(clean(classify_body(&error, &self.url), &self.redactor))
                }
                Some(Ok(frame)) => {
                    let at = Instant::now();
                    if let Some(decoder) = &mut self.decoder {
                        decoder.feed(frame.clone());
                        self.frame = Some((at, Some(frame)));
                        continue;
                    }
                    Ok(Piece::Chunk {
                        at,
                        bytes: frame,
                        raw: None,
                    })
                }
            };
            return Poll::Ready(Some(piece));
        }
    }
}

#[cfg(test)]
mod tests;
