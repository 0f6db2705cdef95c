//! The local demo server: the app's offline mode, its manual test list and the fixtures of its tests.
//!
//! A request comes in through `serve` (the accept loop and the only code that sees sockets), passes `guard`
//! (loopback hosts and own origins only) and is routed by `routes` to one of
//!
//! - `scenarios`: `/stream`, `/flaky` and `/flood`,
//! - `typewriter`: `/typewriter`, the long text,
//! - `answers`: `/v1/chat/completions` and `/v1/messages`, in which the `responder` answers,
//! - `monitor`: `/monitor`, figures; `chat`: `/chat`, a room; `news`: `/news`, stories,
//! - `faults`: `/faults/…`, everything that a client should survive,
//! - `page`: `/`, the plain page that plays `/stream` in any browser.
//!
//! `reserve` is a server of its own beside it, behind the same guard: a tape as an endpoint, with its own timing.
//!
//! They build their bodies with `sse`: the wire form of an event, and bodies that keep a pace and end when the
//! server is told to stop. What is chance in them is `random`'s, of a seed. What is posted comes in through `body`.
//!
//! ```no_run
//! # async fn start() -> std::io::Result<()> {
//! let listener = tapewriter_demo::bind(Some(tapewriter_demo::PORT), false).await?;
//! let shutdown = tokio_util::sync::CancellationToken::new();
//! tapewriter_demo::run(listener, shutdown).await
//! # }
//! ```

mod answers;
mod body;
mod chat;
mod clock;
mod faults;
mod guard;
mod monitor;
mod news;
mod page;
mod random;
pub mod reserve;
mod responder;
mod routes;
mod scenarios;
mod serve;
mod sse;
mod typewriter;

pub use faults::{BAD_RETRY, COMMENTS, CRLF, EVERYTHING, SPLIT};
pub use serve::{bind, run};
pub use typewriter::TEXT as TYPEWRITER_TEXT;

/// The port that the app prefers, so that an address in a browser's history still works tomorrow.
pub const PORT: u16 = 4737;

/// One demo stream as a client should play it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// A stable key: the window finds the translated name and description by it.
    pub key: &'static str,
    /// Path and query on the demo server.
    pub path: &'static str,
    /// Whether events are pieces of one text (the text rule `joined`) rather than a line each.
    pub joined: bool,
    /// Whether the end of the body is the end of the stream. If not, the client opens it again, as browsers do.
    pub stop_on_end: bool,
    /// The scene that it is made for, by the name that the window has for it.
    pub scene: &'static str,
    /// Body of a POST, with `{{prompt}}` where a question goes; none for a GET.
    pub body: Option<&'static str>,
    /// A question to begin with, in English and in Chinese; empty for none.
    pub prompt: [&'static str; 2],
    /// Where messages of a room are sent; empty for nowhere.
    pub send: &'static str,
}

impl Scenario {
    /// A stream of lines that ends with its body.
    const fn lines(key: &'static str, path: &'static str) -> Self {
        Self {
            key,
            path,
            joined: false,
            stop_on_end: true,
            scene: "typewriter",
            body: None,
            prompt: ["", ""],
            send: "",
        }
    }
}

/// The demo streams in the order of the app's sidebar.
#[must_use]
pub fn catalog() -> Vec<Scenario> {
    vec![
        Scenario {
            body: Some(
                r#"{"model":"offline-responder","stream":true,"messages":[{"role":"user","content":"{{prompt}}"}]}"#,
            ),
            prompt: [
                "Why does a stream of tokens feel faster than one long answer?",
                "为什么流式输出比一次给出整段回答感觉更快？",
            ],
            ..Scenario::lines("answers", "/v1/chat/completions")
        },
        Scenario::lines("message", "/stream"),
        Scenario {
            stop_on_end: false,
            scene: "chart",
            ..Scenario::lines("monitor", "/monitor")
        },
        Scenario {
            stop_on_end: false,
            scene: "chat",
            send: "/chat/send",
            ..Scenario::lines("chat", "/chat")
        },
        Scenario {
            stop_on_end: false,
            scene: "feed",
            ..Scenario::lines("news", "/news")
        },
        Scenario {
            stop_on_end: false,
            ..Scenario::lines("flaky", "/flaky")
        },
        Scenario {
            joined: true,
            ..Scenario::lines("longread", "/typewriter")
        },
        Scenario::lines("flood", "/flood?n=200000&size=100"),
    ]
}
