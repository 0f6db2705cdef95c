//! The truth of the wire, as the Wire scene shows it: exchanges, chunks, the lines in them, and what they tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
#[cfg(feature = "ts")]
use ts_rs::TS;

use super::{Failure, Header};

/// Rows in a page of the wire, at most.
pub const WIRE_ROWS: u64 = 100;
/// Bytes of body text in a page of the wire, at most; a page ends early when it is full.
pub const WIRE_PAGE_BYTES: usize = 256 << 10;
/// Lines that a chunk's row carries, at most.
pub const WIRE_LINES: usize = 48;
/// Characters that a line of it carries, at most.
pub const WIRE_LINE_CHARS: usize = 1_024;
/// Raw bytes that a chunk's row carries as hex, at most.
pub const WIRE_HEX_BYTES: usize = 512;
/// Bytes that [`WireBytes`] carries, at most.
pub const WIRE_BYTES: u64 = 16 << 10;
/// Bytes of the newest body that "Copy raw" copies, at most.
pub const WIRE_RAW_BYTES: usize = 8 << 20;

/// How the bytes of a chunk are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum WireForm {
    /// Decoded, as lines of text.
    #[default]
    Text,
    /// As they came, compressed if they were, in hexadecimal.
    Hex,
}

/// A page of the wire.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct WirePage {
    /// Oldest row that is still kept.
    pub first: u64,
    /// One past the newest row.
    pub end: u64,
    /// The rows, in order; fewer than asked for where the page is full.
    pub rows: Vec<WireRow>,
    /// The exchange of the first row's attempt where its own row is no longer kept, so that a flood of chunks does not
    /// take the request and the response head with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub exchange: Option<Box<WireRow>>,
}

/// A row of the wire: `no` numbers all rows of a session from 0 without gaps.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct WireRow {
    /// Its number.
    pub no: u64,
    /// When it came.
    pub at_us: u64,
    /// Microseconds since the row before it of the same attempt.
    pub gap_us: Option<u64>,
    /// Which attempt it belongs to, from 1.
    pub attempt: u32,
    /// What it is.
    #[serde(flatten)]
    pub kind: WireKind,
}

/// What a row of the wire is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum WireKind {
    /// Requests and the heads of their responses, redirects included: how an attempt began.
    Exchange {
        /// What was sent and what was answered.
        exchange: Exchange,
    },
    /// Bytes as one body frame of the HTTP library delivered them: neither a TCP segment nor an HTTP chunk.
    Chunk {
        /// Bytes as they came.
        raw_bytes: u64,
        /// Bytes decoded; the same where nothing was compressed.
        bytes: u64,
        /// Under [`WireForm::Text`], the decoded bytes as lines, at most [`WIRE_LINES`].
        lines: Vec<WireLine>,
        /// Under [`WireForm::Hex`], at most [`WIRE_HEX_BYTES`] of the bytes as they came, two digits each.
        hex: String,
        /// Whether the chunk holds more than is shown here.
        cut: bool,
        /// Events that this chunk completed.
        events: u64,
        /// Part of a response that was refused: shown, and not read as events.
        refused: bool,
    },
    /// The body or the attempt ended.
    End {
        /// Why.
        failure: Failure,
        /// Bytes of an event or a line that was never finished, and so never dispatched.
        unfinished: u64,
    },
}

/// Requests and answers of one attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Exchange {
    /// One for each redirect, and the last one.
    pub hops: Vec<Hop>,
    /// What is known of the secure connection of the last hop.
    pub tls: Option<Tls>,
    /// Address and port that answered the last hop, or the proxy's; empty if not known.
    pub remote: String,
    /// The proxy it went through, without its password; empty for none or where the system decides.
    pub proxy: String,
}

/// A request and the head of its response, as they were on the line, secrets redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Hop {
    /// When it was sent.
    pub at_us: u64,
    /// Method.
    pub method: String,
    /// The address whole.
    pub url: String,
    /// Path and query as the request line has them.
    pub target: String,
    /// Headers as sent, in order, those that the HTTP library adds included.
    pub headers: Vec<Header>,
    /// The body as text, at most 64 KiB of it; empty for none.
    pub body: String,
    /// Bytes of the whole body.
    pub body_bytes: u64,
    /// The answer; none if none came.
    pub response: Option<Answer>,
}

/// The head of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Answer {
    /// Microseconds from sending to the head.
    pub after_us: u64,
    /// `HTTP/1.1`, `HTTP/2.0` …
    pub http: String,
    /// Status.
    pub status: u16,
    /// The words that came with it; none over HTTP/2.
    pub reason: String,
    /// Headers in order, names in lower case.
    pub headers: Vec<Header>,
}

/// What is known of a secure connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Tls {
    /// Whom the certificate names.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names it is valid for.
    pub names: Vec<String>,
    /// Validity, microseconds since the Unix epoch.
    pub from_us: u64,
    /// Its end.
    pub until_us: u64,
    /// SHA-256 of the certificate, in hexadecimal.
    pub sha256: String,
    /// Whether the certificate was checked at all.
    pub checked: bool,
}

/// A line, or the part of one, within a chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct WireLine {
    /// Its text without its end, invalid UTF-8 as U+FFFD, at most [`WIRE_LINE_CHARS`] characters.
    pub text: String,
    /// Whether `text` is shorter than the line.
    pub cut: bool,
    /// `\n`, `\r`, `\r\n`; empty where the line goes on in the next chunk.
    pub end: String,
    /// Whether it began in an earlier chunk.
    pub continued: bool,
    /// What it is; that of the whole line also for a part of it.
    pub kind: LineKind,
    /// Why it was ignored.
    pub ignored: Option<Ignored>,
    /// Number of the event that its block dispatched or, where it is not finished, would dispatch.
    pub seq: Option<u64>,
    /// For a comment, microseconds since the comment before it in this attempt, if that is known.
    pub since_comment_us: Option<u64>,
    /// A byte order mark stood at its beginning.
    pub bom: bool,
}

/// What a line is, by the HTML standard, 9.2.6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// `data`, or a line of NDJSON or of plain lines.
    #[default]
    Data,
    /// `event`.
    Event,
    /// `id`.
    Id,
    /// `retry`.
    Retry,
    /// Begins with a colon.
    Comment,
    /// Empty: ends a block.
    Blank,
    /// Changes nothing.
    Ignored,
    /// Not yet known: the field name is not complete.
    Open,
}

/// Why a line was ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Ignored {
    /// Its name is none of the four, or is written otherwise.
    UnknownField,
    /// The value of `retry` is not made of digits alone.
    RetryNotNumber,
    /// The value of `id` holds a NUL.
    IdWithNul,
}

/// Bytes of a chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct WireBytes {
    /// The chunk's row.
    pub no: u64,
    /// Offset of the first byte here, in the form that was asked for.
    pub from: u64,
    /// Bytes in all, in that form, as far as they are kept.
    pub total: u64,
    /// At most [`WIRE_BYTES`] of them: text, cut at a character, or hexadecimal.
    pub text: String,
}

/// The body's bytes as text, for the clipboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct WireRaw {
    /// The newest bytes of the newest body, decoded, at most [`WIRE_RAW_BYTES`].
    pub text: String,
    /// Bytes in `text`.
    pub bytes: u64,
    /// Bytes of the session's bodies that are not in it, those of earlier attempts included.
    pub left_out: u64,
}

/// How far the record of the wire reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct WireSpan {
    /// Oldest row that is kept.
    pub first: u64,
    /// One past the newest row.
    pub end: u64,
    /// Chunks that came.
    pub chunks: u64,
    /// Chunks that fell out of the budget, oldest first.
    pub dropped_chunks: u64,
    /// Their decoded bytes, and those that were cut from very large chunks that are kept.
    pub dropped_bytes: u64,
    /// Findings that are not good news.
    pub findings: u32,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It works well.
    Good,
    /// It explains a pause or a surprise.
    Warn,
    /// It keeps the stream from being one.
    Bad,
}

/// What may be the matter. The words are the window's, by this name and [`Finding::args`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// Events come in bursts after long waits: something holds bytes back. `events`, `bursts`, `seconds`,
    /// `clock` = yes where the data's own times say they were made one by one, no where events left cut say so;
    /// `server` (what names itself; may be empty), `accel` = the value of `X-Accel-Buffering`, or missing.
    Buffered,
    /// Compressed chunks decode to nothing until a later one comes, or are flushed less often than there are events.
    /// `encoding`, `seconds`, `times` (how often).
    Unflushed,
    /// Not an event stream by its type. `type`.
    ContentType,
    /// A web page came instead of a stream. `title`, `status`.
    Html,
    /// Chunks end in the middle of events, and the rest comes late. `chunks` (how often), `seconds` (how late, on
    /// average).
    SplitEvents,
    /// Nothing was heard for a long time, and no heartbeat. `seconds`, `died` (lines that ended in such a silence; 0
    /// for one that is silent now).
    NoHeartbeat,
    /// A browser would refuse this response to a page of another origin. `what` = missing, other, credentials; `value`.
    /// [`Level::Good`] where it is only worth knowing.
    Cors,
    /// Lines were ignored. `lines`, `first` (one of them), `why` (as [`Ignored`] is written), `least` = yes where a
    /// flood was looked at in samples, so that there may be more.
    IgnoredLines,
    /// The wait for the first byte was long. `seconds`.
    SlowStart,
    /// The certificate was not checked.
    Insecure,
    /// After a reconnect nothing was lost and nothing came twice. `reconnects`.
    ResumesWell,
    /// After a reconnect events were lost or came twice. `lost`, `repeated`.
    ResumesBadly,
}

/// A diagnosis of the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// How grave.
    pub level: Level,
    /// The evidence, for the window's sentence.
    pub args: BTreeMap<String, String>,
    /// A row of the wire that shows it.
    pub no: Option<u64>,
}
