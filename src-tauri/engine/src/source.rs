//! Where a session's bytes come from. HTTP is the first source; WebSocket and HTTP/3 can join as
//! others without touching what follows.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::Stream as PieceStream;
use parking_lot::Mutex;
use url::Url;

use crate::contract::{Exchange, Failure, Framing, Header, Network};
use crate::redact::Redactor;
use crate::route::Everywhere;

/// What one attempt asks for.
#[derive(Clone)]
pub struct Request {
    /// Absolute `http` or `https` address.
    pub url: Url,
    /// Method, upper case.
    pub method: String,
    /// The user's headers, placeholders filled in; `Authorization` of [`crate::contract::Auth`] among them.
    pub headers: Vec<Header>,
    /// The body, if the method carries one.
    pub body: Option<Bytes>,
    /// Sent as `Content-Type` unless the user's headers name one; none for what the body reads like.
    pub content_type: Option<&'static str>,
    /// Sent as `Last-Event-ID` if not empty (HTML standard 9.2.3).
    pub last_event_id: String,
    /// How the response's body is to be cut into events.
    pub framing: Framing,
    /// Whether a redirect is followed that makes a GET of another method (the fetch standard: 301 and 302 of a POST,
    /// 303). Where it is not, its status is the answer.
    pub may_become_get: bool,
    /// How the connection is made.
    pub network: Network,
    /// The session's cookies; none where it keeps none.
    pub cookies: Option<Cookies>,
    /// What is kept out of everything that is shown or recorded.
    pub redactor: Arc<Redactor>,
    /// Learns what is sent and answered while the exchange opens, also one that fails.
    pub trace: Trace,
}

impl Request {
    /// A plain GET.
    pub fn get(url: Url) -> Self {
        Self {
            url,
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: None,
            content_type: None,
            last_event_id: String::new(),
            framing: Framing::Auto,
            may_become_get: true,
            network: Network::default(),
            cookies: None,
            redactor: Arc::default(),
            trace: Trace::default(),
        }
    }
}

/// Never shows what secrets may have been written into.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|header| header.name.as_str()).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("origin", &self.url.origin().ascii_serialization())
            .field("headers", &headers)
            .field("body", &self.body.as_ref().map(Bytes::len))
            .field("framing", &self.framing)
            .finish_non_exhaustive()
    }
}

/// The cookies of one session, shared by its attempts.
pub type Cookies = Arc<Mutex<cookie_store::CookieStore>>;

/// What is known of an exchange so far, secrets redacted. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    inner: Arc<Mutex<Traced>>,
}

/// What a [`Trace`] holds.
#[derive(Clone, Debug, Default)]
pub struct Traced {
    /// Requests and answers.
    pub exchange: Exchange,
    /// The beginning of the body of a response that was refused.
    pub refused: Vec<u8>,
}

impl Trace {
    /// Adds what became known.
    pub fn learn(&self, learn: impl FnOnce(&mut Traced)) {
        learn(&mut self.inner.lock());
    }

    /// What is known now.
    pub fn get(&self) -> Traced {
        self.inner.lock().clone()
    }
}

/// The head of an accepted response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// `HTTP/1.1`, `HTTP/2.0` …
    pub http: String,
    /// Address after redirects, without userinfo.
    pub url: String,
    /// Response headers in order, names in lower case, values as UTF-8 with replacements.
    pub headers: Vec<(String, String)>,
    /// How the body is cut into events: what the request said, or what the content type says. Never
    /// [`Framing::Auto`] in an accepted head; that reads as an event stream.
    pub framing: Framing,
}

impl Head {
    /// First value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A timed piece of what a source yields.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Bytes of an event stream, as one body frame delivered them.
    Chunk {
        /// Arrival.
        at: Instant,
        /// The bytes, decoded.
        bytes: Bytes,
        /// The bytes as they came, where they were compressed; empty for a further piece of the same frame's
        /// decoded bytes, which are handed on in parts of bounded size.
        raw: Option<Bytes>,
    },
    /// A whole message, from a source that has its own framing.
    Message {
        /// Arrival.
        at: Instant,
        /// The message's text.
        text: String,
    },
}

/// The pieces of one attempt, in order. After an error nothing follows.
pub type Pieces = Pin<Box<dyn PieceStream<Item = Result<Piece, Failure>> + Send>>;

/// The future of [`Source::open`].
pub type Opening = Pin<Box<dyn Future<Output = Result<(Head, Pieces), Failure>> + Send>>;

/// Opens exchanges. Dropping the future or the pieces closes the connection.
pub trait Source: Send + Sync + 'static {
    /// Sends the request and waits for an acceptable response head.
    ///
    /// # Errors
    /// The future fails with the code of what went wrong; a status or type that is not an event
    /// stream's is a failure too.
    fn open(&self, request: Request) -> Opening;

    /// What holds from now on where a stream leaves it to the app; a source without a network has no use for it.
    fn set_network(&self, everywhere: Everywhere) {
        let _ = everywhere;
    }
}
