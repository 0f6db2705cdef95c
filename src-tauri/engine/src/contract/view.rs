//! Filters of the Events scene: what is asked, what matches, and what could be asked.

use serde::{Deserialize, Serialize};
#[cfg(feature = "ts")]
use ts_rs::TS;

/// What an entry must be to be shown. All of it must hold. A filter that asks for nothing shows every entry; any other
/// shows events alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Filter {
    /// As typed: text (any case, unless it holds a capital), `/regex/` with the flags `i`, `m`, `s` behind it, or a JSON
    /// path (RFC 9535) with or without a comparison: `$.build`, `$.ms > 1000`, `$.status == "failed"`. In data of more than
    /// 4 MiB a path finds something only if it is of members alone (`$.a.b`).
    pub query: String,
    /// What `values` are values of: a JSON path, or the type where there is none.
    pub facet: Option<String>,
    /// Any of these; empty for all.
    pub values: Vec<String>,
    /// Arrived at or after.
    pub from_us: Option<u64>,
    /// Arrived before.
    pub to_us: Option<u64>,
    /// Only what is bookmarked.
    pub bookmarked: bool,
    /// Leaves out the events that the stream's actions hide. By itself it leaves marks and comments in.
    pub unhidden: bool,
}

/// A filter's result as far as it is known. Its rows are numbered from 0 without gaps, in the order of the entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct ViewState {
    /// The view.
    pub view: u32,
    /// Entries looked at.
    pub scanned: u64,
    /// Entries that there are.
    pub end: u64,
    /// Matches that have gone with the oldest entries: the number of the first row that there is.
    pub gone: u64,
    /// One past the number of the last row: those that match so far, and those that have gone.
    pub rows: u64,
    /// Whether all that was there has been looked at; new entries join as they come.
    pub done: bool,
    /// Whether the search was ended before it was done; new entries join all the same.
    pub cancelled: bool,
}

/// The values that events have, and how many have each.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Facets {
    /// The JSON path they are values of; none for the type.
    pub path: Option<String>,
    /// The most frequent, most frequent first; at most [`FACET_VALUES`].
    pub values: Vec<FacetValue>,
    /// Events whose value is not among them.
    pub other: u64,
    /// Events in all.
    pub events: u64,
    /// Entries looked at.
    pub scanned: u64,
    /// Entries that there are.
    pub end: u64,
    /// JSON paths by which the events can be told apart, best first. Empty where their types do that.
    pub suggested: Vec<String>,
}

/// Values that [`Facets`] lists.
pub const FACET_VALUES: usize = 24;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct FacetValue {
    /// A type, or a JSON string, number, `true`, `false` or `null` as text.
    pub value: String,
    /// Events that have it.
    pub count: u64,
}

/// What to jump to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Target {
    /// The event with this number, or the first after it.
    Seq {
        /// From 1.
        seq: u64,
    },
    /// The first entry that arrived at this time or later.
    Time {
        /// When.
        at_us: u64,
    },
    /// An entry.
    Pos {
        /// Its number.
        pos: u64,
    },
}

/// Where a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Located {
    /// The entry.
    pub pos: u64,
    /// Its row: its number in the view, or `pos` without one. The nearest row where the view does not show it.
    pub row: u64,
}

/// An entry that the user marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Bookmark {
    /// The entry.
    pub pos: u64,
    /// When it arrived.
    pub at_us: u64,
    /// The user's words; may be empty.
    pub note: String,
}

/// Bookmarks of one session. More are refused.
pub const BOOKMARKS: usize = 10_000;
