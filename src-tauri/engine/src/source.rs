//! Where a session's bytes come from. HTTP is the first source; WebSocket and HTTP/3 can join as
//! others without touching what follows.

use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

use bytes::Bytes;
use futures_util::Stream as PieceStream;
use url::Url;

use crate::contract::{Failure, Header};

/// What one attempt asks for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Absolute `http` or `https` address.
    pub url: Url,
    /// Method, upper case.
    pub method: String,
    /// The user's headers.
    pub headers: Vec<Header>,
    /// The body, if the method carries one.
    pub body: Option<Bytes>,
    /// Sent as `Last-Event-ID` if not empty (HTML standard 9.2.3).
    pub last_event_id: String,
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
        /// The bytes.
        bytes: Bytes,
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
}
