//! The types that cross from the engine to its readers: the window (through ts-rs, as
//! `ui/src/ipc/bindings.ts`), `tape --json`, and the store of saved streams.
//!
//! They live in this one place so that a change of the contract is seen as one: what a stream asks for in
//! `request`, pages of entries and of text in `pages`, the truth of the wire in `wire`, tapes, replay and files in
//! `tape`, filters in `view`, the app on its desktop in `desktop`, the rest here. Times are
//! microseconds since the Unix epoch (`*_us`, `at_us`) unless a name says otherwise; they fit a
//! JavaScript number until the year 2255. `pos` numbers all entries of a session from 0 without
//! gaps, `seq` numbers its events alone, from 1.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
#[cfg(feature = "ts")]
use ts_rs::TS;

mod desktop;
mod pages;
mod request;
mod scene;
mod tape;
mod view;
mod wire;

pub use desktop::*;
pub use pages::*;
pub use request::*;
pub use scene::*;
pub use tape::*;
pub use view::*;
pub use wire::*;

/// Why an attempt or a session ended. A closed set: the window's dictionary has a sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The server ended the body.
    Eof,
    /// The connection broke in the middle.
    Reset,
    /// No connection, or no response head, within the time allowed.
    Timeout,
    /// The line was silent for longer than the stream allows.
    Idle,
    /// Nothing listens there.
    Refused,
    /// The host name has no address.
    Dns,
    /// The secure connection could not be made.
    Tls,
    /// A status other than 200.
    Status,
    /// A content type other than `text/event-stream`.
    ContentType,
    /// Too many redirects, or one that cannot be followed.
    Redirect,
    /// A line, an event or the number of sessions over its bound.
    Limit,
    /// The address or the request cannot be used.
    Url,
    /// A content encoding that is not understood.
    Encoding,
    /// The user stopped it.
    Stopped,
    /// A tape or another file cannot be read or written; `what` says how: `damaged`, `newer`, `foreign`, `missing`,
    /// `unreadable`, `full`, `exists`, `busy`, `empty`.
    Tape,
    /// A filter that cannot be read; `what` is `regex`, `path` or `value`.
    Filter,
}

impl Code {
    /// The code as it stands in JSON, in `data-code` and on stderr.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eof => "eof",
            Self::Reset => "reset",
            Self::Timeout => "timeout",
            Self::Idle => "idle",
            Self::Refused => "refused",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Status => "status",
            Self::ContentType => "content-type",
            Self::Redirect => "redirect",
            Self::Limit => "limit",
            Self::Url => "url",
            Self::Encoding => "encoding",
            Self::Stopped => "stopped",
            Self::Tape => "tape",
            Self::Filter => "filter",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failure with its code; the window finds its own words by `code` and `args`, stderr and
/// `tape --json` print `message`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "ts", derive(TS))]
#[error("{message}")]
pub struct Failure {
    /// What kind of failure.
    pub code: Code,
    /// English words: what happened and what to try.
    pub message: String,
    /// Facts for the window's sentence: `status`, `host`, `type`, `seconds`, `detail` …
    pub args: BTreeMap<String, String>,
}

impl Failure {
    /// A failure without facts.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            args: BTreeMap::new(),
        }
    }

    /// Adds one fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Never connected.
    #[default]
    Idle,
    /// Request sent or being sent; no response head yet.
    Connecting,
    /// Response head accepted, body being read.
    Open,
    /// The line is down; another attempt will follow.
    Waiting,
    /// Ended without a failure: by the user, by 204, or by the end of the body under [`OnEnd::Stop`].
    Closed,
    /// Ended by a failure; no further attempt will be made.
    Failed,
}

impl State {
    /// Whether something comes or is waited for. The task of a session that waits for a prompt ([`Status::asks`])
    /// runs on in the two last states.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Connecting | Self::Open | Self::Waiting)
    }
}

/// What the sidebar shows of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Brief {
    /// The session.
    pub session: u32,
    /// [`Stream::id`] of its stream.
    pub stream: String,
    /// Where it stands.
    pub state: State,
    /// Events so far.
    pub events: u64,
    /// Events a second, over the last seconds.
    pub rate: f64,
    /// End of the wait, while [`State::Waiting`].
    pub waiting_until_us: Option<u64>,
    /// Whether it is on tape.
    pub recording: RecordingState,
    /// Its [`Recording::lost`].
    pub untaped: u64,
}

/// Everything the status strip and the page's notices show of one session.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Status {
    /// The session.
    pub session: u32,
    /// [`Stream::id`] of its stream.
    pub stream: String,
    /// Where it stands.
    pub state: State,
    /// Attempts so far.
    pub attempt: u32,
    /// When Connect was pressed.
    pub started_us: u64,
    /// When the session ended, if it has; while it waits for a prompt, when its last answer did.
    pub ended_us: Option<u64>,
    /// Events so far, exact.
    pub events: u64,
    /// Comments so far, exact.
    pub comments: u64,
    /// Events a second, over the last seconds.
    pub rate: f64,
    /// The gap between events that 95 of 100 of the newest 256 do not exceed, microseconds; none before the second
    /// event, and in a replay.
    pub gap_p95_us: Option<u64>,
    /// Body bytes so far.
    pub bytes: u64,
    /// Body bytes a second, over the last seconds.
    pub bytes_rate: f64,
    /// From sending the first request to the arrival of the first event, microseconds.
    pub first_event_us: Option<u64>,
    /// Times the line came back after it had gone down.
    pub reconnects: u32,
    /// Events known to be lost over all reconnects; none where ids cannot tell.
    pub lost: Option<u64>,
    /// Events known to be repeated over all reconnects; none where ids cannot tell.
    pub repeated: Option<u64>,
    /// Entries no longer kept, oldest first.
    pub dropped: u64,
    /// Dispatched blocks that did not pair with an event; a fault of this program if not 0.
    pub mismatches: u64,
    /// Oldest entry that can be read.
    pub first_pos: u64,
    /// One past the newest entry.
    pub end_pos: u64,
    /// End of the wait, while [`State::Waiting`].
    pub waiting_until_us: Option<u64>,
    /// Length of the wait, milliseconds, while [`State::Waiting`].
    pub waiting_ms: Option<u64>,
    /// The last event id, as the next attempt would send it.
    pub last_event_id: String,
    /// Why the newest attempt ended; none while connecting or open.
    pub failure: Option<Failure>,
    /// How long the newest attempt's body was open, microseconds.
    pub open_us: Option<u64>,
    /// Since when nothing has arrived, once that is longer than the stream's idle limit.
    pub silent_since_us: Option<u64>,
    /// Content type of the newest response; empty before one came.
    pub content_type: String,
    /// How events become text in this session.
    pub text_rule: TextRule,
    /// The path, under [`TextRule::Path`].
    pub text_path: String,
    /// The dialect that its events are read in: the rule's own, or under [`TextRule::Auto`] the one recognised.
    pub dialect: Option<Dialect>,
    /// Figures of the newest turn, where events are read in a dialect or by a path.
    pub figures: Option<Figures>,
    /// Whether it waits for the next prompt: its line is closed and its conversation goes on.
    pub asks: bool,
    /// What its actions have found, in their order.
    pub actions: Vec<ActionState>,
    /// How the body is cut into events; [`Framing::Auto`] before a response came.
    pub framing: Framing,
    /// Why the wait is as long as it is, while [`State::Waiting`].
    pub waiting_why: Option<Wait>,
    /// How far the record of the wire reaches.
    pub wire: WireSpan,
    /// Whether it is on tape.
    pub recording: Recording,
    /// Where it stands, if it is a replay.
    pub replay: Option<Replay>,
    /// Entries that are bookmarked.
    pub bookmarks: u64,
}

/// Why a wait before the next attempt is as long as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Wait {
    /// What set it.
    pub why: WaitWhy,
    /// What the server asked for, milliseconds, where it asked.
    pub asked_ms: Option<u64>,
    /// Attempts in a row that brought nothing.
    pub failures: u32,
}

/// What set the length of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum WaitWhy {
    /// Nobody: the usual time of browsers.
    Default,
    /// The server's `retry`.
    Retry,
    /// The server's `retry` was shorter than the least.
    Floor,
    /// Attempts that brought nothing: it grows with each.
    Backoff,
    /// The response's `Retry-After`.
    RetryAfter,
}

/// New text of the session on show.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct TextTick {
    /// The runs, in order; at most [`TICK_TEXT_BYTES`] of text.
    pub runs: Vec<Run>,
    /// Entry at which `runs` begins. If it is not where the page ended, the page starts anew here and
    /// pulls what is older when the reader scrolls up to it.
    pub pos: u64,
    /// Entry up to which the text is now known.
    pub end: u64,
    /// Events passed over since the tick before, because the page could not have kept up.
    pub skipped: u64,
}

/// Text in one tick, at most. 16 KiB a frame is a megabyte a second: far past what anyone reads, and
/// small enough for a frame.
pub const TICK_TEXT_BYTES: usize = 16 << 10;

/// The message that the backend sends a window at most once a frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Tick {
    /// Number to acknowledge, from 1.
    pub no: u32,
    /// The backend's clock.
    pub now_us: u64,
    /// The sessions whose brief has changed.
    pub sessions: Vec<Brief>,
    /// The session on show, if any.
    pub shown: Option<Status>,
    /// Its new text, if any.
    pub text: Option<TextTick>,
    /// The view that the window watches, if it has changed.
    pub view: Option<ViewState>,
    /// [`Tapes::generation`], if the list of tapes has changed.
    pub tapes: Option<u64>,
    /// What a notification led to, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub reveal: Option<Reveal>,
    /// Commands that were chosen in the menu, each once, by the ids that the window gave them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<String>>"))]
    pub commands: Vec<String>,
    /// What is asked to be opened and was not told of yet; the main window alone is asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<Opening>>"))]
    pub openings: Vec<Opening>,
    /// What another window has set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub settled: Option<Settled>,
}

/// An event that the window is to turn to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Reveal {
    /// The session.
    pub session: u32,
    /// The entry.
    pub pos: u64,
}

/// The tape strip's picture of a session, or of a part of it: counts of events in equal steps of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Strip {
    /// Start of the first bin.
    pub start_us: u64,
    /// Width of a bin, microseconds.
    pub bin_us: u64,
    /// The bins that hold events, in order.
    pub bins: Vec<Bin>,
    /// Breaks in the line, in order.
    pub breaks: Vec<Break>,
    /// Bookmarks, in order.
    pub bookmarks: Vec<Bookmark>,
}

/// Bins of a [`Strip`], at most: twice the widest strip's pixels on a common display, so that every notch of a short
/// session stands alone.
pub const STRIP_BINS: u32 = 2_048;

/// Events of one step of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Bin {
    /// Number of the bin, from [`Strip::start_us`].
    pub at: u32,
    /// First event's entry in it: what a click jumps to.
    pub pos: u64,
    /// Events.
    pub count: u32,
    /// Bytes of the largest event's data.
    pub size: u32,
    /// Whether a named event (not `message`) is among them.
    pub named: bool,
}

/// A demo stream, as the sidebar lists it. Names and notes are the window's, by `key`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Demo {
    /// Key of its name in the dictionary: `message`, `longread`, `flaky`, `flood`.
    pub key: String,
    /// Its definition; `url` is `demo:/path`.
    pub stream: Stream,
}

/// A session as a window finds it when it opens or reloads.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Found {
    /// The session.
    pub session: u32,
    /// The definition it runs by, which need not be a saved one.
    pub stream: Stream,
}

/// The interface languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// A word to the user at start: `store-set-aside` (a damaged file of saved streams was moved, `path`),
/// `store-read-only` (streams cannot be saved, `detail`), `demo-off` (the demo server did not start, `detail`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Notice {
    /// What it is about.
    pub code: String,
    /// Facts for the sentence.
    pub args: BTreeMap<String, String>,
}

/// The backend's answer to a window's hello.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Hello {
    /// The program's version.
    pub version: String,
    /// The interface language.
    pub language: Language,
    /// `http://127.0.0.1:4737` without a slash; none if the demo server did not start.
    pub demo_origin: Option<String>,
    /// The demo streams, in order.
    pub demos: Vec<Demo>,
    /// The saved streams, in order.
    pub streams: Vec<Stream>,
    /// Sessions that are already there.
    pub sessions: Vec<Found>,
    /// The environments.
    pub environments: Environments,
    /// The secrets that streams and environments name.
    pub secrets: Vec<SecretInfo>,
    /// Whether the system's keychain answers; without it secrets last for this run only.
    pub keychain: bool,
    /// What the user has set.
    pub settings: Settings,
    /// The tapes.
    pub tapes: Tapes,
    /// Work on files that goes on.
    pub jobs: Vec<Job>,
    /// What is asked to be opened and was not answered yet; the main window alone is asked.
    pub openings: Vec<Opening>,
    /// Words to the user.
    pub notices: Vec<Notice>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_the_same_everywhere() {
        for code in [
            Code::Eof,
            Code::Reset,
            Code::Timeout,
            Code::Idle,
            Code::Refused,
            Code::Dns,
            Code::Tls,
            Code::Status,
            Code::ContentType,
            Code::Redirect,
            Code::Limit,
            Code::Url,
            Code::Encoding,
            Code::Stopped,
            Code::Tape,
            Code::Filter,
        ] {
            assert_eq!(serde_json::to_value(code).expect("plain data"), code.as_str());
        }
    }

    #[test]
    fn an_older_definition_reads_with_defaults() {
        let stream: Stream =
            serde_json::from_str(r#"{"id":"1","name":"n","url":"http://x/"}"#).expect("readable");
        assert_eq!((stream.method.as_str(), stream.idle_s), ("GET", DEFAULT_IDLE_S));
    }
}
