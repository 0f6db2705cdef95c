//! Pages of what a session holds, as the window pulls them: entries as rows, one entry whole, typed text.

use serde::Serialize;
#[cfg(feature = "ts")]
use ts_rs::TS;

use super::{Code, Colour, Failure, Part, Wait};

/// One row of a page of entries.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Row {
    /// Number of the entry.
    pub pos: u64,
    /// When it arrived.
    pub at_us: u64,
    /// Microseconds since the event before it, for events after the first.
    pub gap_us: Option<u64>,
    /// Which attempt it belongs to, from 1.
    pub attempt: u32,
    /// What it is.
    #[serde(flatten)]
    pub kind: RowKind,
    /// What the view's query matched in `data`: begin and end in UTF-16 units, in order, at most [`ROW_HITS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<(u32, u32)>>"))]
    pub hits: Vec<(u32, u32)>,
    /// Whether the user marked it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub bookmarked: bool,
    /// The colour that an action gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub colour: Option<Colour>,
}

/// Matches that a row shows: past these a line is one block of colour.
pub const ROW_HITS: usize = 64;

/// What an entry is, as a row shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RowKind {
    /// A dispatched event.
    Event {
        /// Number among events, from 1.
        seq: u64,
        /// Event type, `message` if the stream named none.
        #[serde(rename = "type")]
        event_type: String,
        /// Last event id at dispatch.
        id: String,
        /// Data, at most [`ROW_CHARS`] characters of it.
        data: String,
        /// Bytes of the whole data, as UTF-8.
        size: u64,
        /// Whether `data` is shorter than the whole.
        cut: bool,
    },
    /// A comment line.
    Comment {
        /// Its text without the colon and one leading space.
        text: String,
    },
    /// A response head was accepted.
    Opened {
        /// HTTP status.
        status: u16,
        /// Protocol version, as `HTTP/1.1`.
        http: String,
        /// Address after redirects.
        url: String,
    },
    /// An attempt ended.
    Closed {
        /// Why.
        failure: Failure,
        /// How long the body had been open, microseconds.
        after_us: u64,
    },
    /// A wait before the next attempt began.
    Waiting {
        /// Its length, milliseconds.
        ms: u64,
        /// The id that the next attempt will send; empty if none.
        last_event_id: String,
        /// Why it is that long.
        wait: Wait,
    },
    /// The first event after a reconnect is about to follow.
    Resumed {
        /// From the end of the attempt before until now, microseconds.
        down_us: u64,
        /// The id that was sent; empty if none.
        last_event_id: String,
        /// Events lost, where integer ids of constant step tell.
        lost: Option<u64>,
        /// Events repeated, where integer ids of constant step tell.
        repeated: Option<u64>,
    },
    /// The server set the reconnection time.
    Retry {
        /// Milliseconds.
        ms: u64,
    },
    /// The user asked; the next attempt sends it.
    Asked {
        /// The prompt, at most [`ROW_CHARS`] characters of it.
        prompt: String,
    },
    /// The session ended by a failure.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// An entry that went by while nothing could be recorded.
    Missing,
}

/// Characters of data that a row carries: more than the widest window shows of one line.
pub const ROW_CHARS: usize = 512;
/// Rows in a page: about five windows of them, 100 KiB of JSON at worst.
pub const PAGE_ROWS: u64 = 200;
/// Bytes of data that [`Detail`] carries at once.
pub const DETAIL_BYTES: u64 = 1 << 20;

/// A page of entries.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Page {
    /// Oldest entry that can still be read.
    pub first_pos: u64,
    /// One past the newest entry.
    pub end_pos: u64,
    /// Number of the first row: its entry, or its place in the view.
    pub from: u64,
    /// Rows in all: `end_pos`, or those of the view.
    pub end: u64,
    /// The rows, in order; fewer than asked for where the log ends or begins.
    pub rows: Vec<Row>,
}

/// One entry whole, for the inspector.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Detail {
    /// The row.
    pub row: Row,
    /// The data (or the comment's text) from byte `from` on, at most [`DETAIL_BYTES`], cut at a character.
    pub data: String,
    /// Byte of the data at which `data` begins.
    pub from: u64,
    /// Bytes of the whole data.
    pub total: u64,
    /// In how many chunks it came; 0 if that is not known.
    pub chunks: u32,
    /// Bytes on the line, field names and line ends included; 0 if that is not known.
    pub wire_bytes: u64,
}

/// A run of typed text: the projection of one or more successive entries.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Run {
    /// First entry it comes from.
    pub pos: u64,
    /// One past the last entry it comes from.
    pub end: u64,
    /// Arrival of the oldest entry in it.
    pub at_us: u64,
    /// The event's name where it is not `message`; shown quietly before the text.
    pub name: Option<String>,
    /// The text; empty for a mark. Under `lines` every event ends with a newline.
    pub text: String,
    /// A reconnect to be drawn as a break in the page, instead of text.
    pub mark: Option<Break>,
    /// Where it belongs in an answer, where events are read in a dialect or by a path.
    pub part: Option<Part>,
    /// The colour that an action gives it.
    pub colour: Option<Colour>,
}

/// A break in the line, as the typewriter's page and the tape strip show it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Break {
    /// When the line went down.
    pub from_us: u64,
    /// When it came back; none while it is still down.
    pub to_us: Option<u64>,
    /// Why it went down.
    pub code: Code,
    /// Events lost, where known.
    pub lost: Option<u64>,
    /// Events repeated, where known.
    pub repeated: Option<u64>,
}

/// Typed text before a position.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct TextPage {
    /// The runs, in order.
    pub runs: Vec<Run>,
    /// Entry at which the page begins; ask for the text before it next.
    pub pos: u64,
    /// Whether older text can still be read.
    pub more: bool,
    /// Entries that are no longer kept, if there is no older text to read.
    pub dropped: u64,
}
