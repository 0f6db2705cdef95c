//! Scenes that read meaning into events: answers assembled by channel, chat, feed, chart, and actions.
//!
//! A rule names JSON paths (RFC 9535). An empty path is found by the shape of the data.

use serde::{Deserialize, Serialize};
#[cfg(feature = "ts")]
use ts_rs::TS;

use super::Break;

/// The ways to look at a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum SceneKind {
    /// Typed text.
    #[default]
    Typewriter,
    /// A table of entries.
    Events,
    /// Numbers as lines.
    Chart,
    /// Bubbles by sender.
    Chat,
    /// Cards, newest on top.
    Feed,
    /// Chunks as they came.
    Wire,
}

/// A known JSON shape of token streams. Recognised by the shape of the data, never by host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// `chat.completion.chunk` objects: `choices[].delta`.
    OpenaiChat,
    /// `response.*` events.
    OpenaiResponses,
    /// `message_start`, `content_block_delta` …
    Anthropic,
    /// `candidates[].content.parts[]`.
    Gemini,
    /// `/api/chat` and `/api/generate`: NDJSON with `done`.
    Ollama,
}

/// Whether typed text is set as markdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum PageForm {
    /// Markdown for a dialect and a path, plain for the others.
    #[default]
    Auto,
    /// As it is.
    Plain,
    /// As markdown.
    Markdown,
}

/// What a part of an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// What the user asked; text is the prompt.
    Prompt,
    /// The answer.
    Answer,
    /// What the model thought before it, or a summary of that.
    Thinking,
    /// Arguments of a tool call, as they grow; the label is the tool's name.
    Tool,
    /// Why it will not answer.
    Refusal,
    /// A source; the label is its address, the text its title or quote.
    Citation,
    /// The turn is over; the text is the reason as the server gave it.
    Stop,
    /// The server told of an error in the stream; the label is its type or code.
    Error,
}

/// Where a run of typed text belongs. Runs of one turn, channel and block are one text, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Part {
    /// The turn: the attempt it came by, from 1.
    pub turn: u32,
    /// What it is.
    pub channel: Channel,
    /// Which of the turn's: an index or an id, as the dialect has it; empty where there is one only.
    pub block: String,
    /// A name, an address, a type: see [`Channel`]. Empty where this run does not tell it.
    pub label: String,
}

/// Figures of one turn, measured at arrival. Times are microseconds since the request was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Figures {
    /// The turn: the attempt it came by, from 1.
    pub turn: u32,
    /// Its shape.
    pub dialect: Option<Dialect>,
    /// The model that answered, as the server names it.
    pub model: String,
    /// When the request was sent, since the Unix epoch.
    pub asked_at_us: u64,
    /// To the first event.
    pub first_event_us: Option<u64>,
    /// To the first thinking.
    pub first_thinking_us: Option<u64>,
    /// To the first text of the answer.
    pub first_answer_us: Option<u64>,
    /// To the newest event.
    pub newest_us: u64,
    /// Longest wait between two successive pieces of text or arguments.
    pub longest_stall_us: u64,
    /// Characters of the answer.
    pub answer_chars: u64,
    /// Characters of thinking.
    pub thinking_chars: u64,
    /// Tool calls begun.
    pub tools: u32,
    /// Tokens of the prompt, as the server counts.
    pub input_tokens: Option<u64>,
    /// Tokens of the output, as the server counts.
    pub output_tokens: Option<u64>,
    /// Of these, tokens of thinking.
    pub thinking_tokens: Option<u64>,
    /// Tokens of the prompt that the server had kept.
    pub cached_tokens: Option<u64>,
    /// Why it stopped, as the server gave it; empty before that.
    pub stop: String,
    /// What the server said of an error in the stream; empty for none.
    pub error: String,
    /// Whether the turn is over.
    pub done: bool,
}

/// Turns whose figures a tape keeps, newest.
pub const TURNS_KEPT: usize = 256;

/// How a session's events are read by the scenes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Scenes {
    /// As chat.
    pub chat: ChatRule,
    /// As cards.
    pub feed: FeedRule,
    /// As lines.
    pub chart: ChartRule,
}

/// How events are read as chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct ChatRule {
    /// Path of the sender's name.
    pub sender: String,
    /// Path of the text.
    pub text: String,
    /// Path of the time: RFC 3339, or a number of seconds, milli- or microseconds since the epoch.
    pub time: String,
    /// Path of the message's own id.
    pub id: String,
    /// The user's name in the room; its messages stand at the right. Empty for `You`
    /// ([`DEFAULT_ME`](crate::send::DEFAULT_ME)).
    pub me: String,
    /// Where messages are sent, by POST; empty for nowhere. `demo:/path`, or an address; one without a scheme is relative
    /// to the stream's own. The stream's headers go along only to its own origin.
    pub send_url: String,
    /// The body of a message: JSON with `{{text}}`, `{{me}}` and `{{id}}`, which are no variables here; empty for
    /// `{"id":…,"sender":…,"text":…}`.
    pub send_body: String,
}

/// How events are read as cards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct FeedRule {
    /// Path of the title.
    pub title: String,
    /// Path of the summary.
    pub summary: String,
    /// Path of the source's name.
    pub source: String,
    /// Path of the time; as [`ChatRule::time`].
    pub time: String,
    /// Path of the address.
    pub link: String,
    /// Which are breaking: a query as [`super::Filter::query`]; empty for those of type `breaking`.
    pub breaking: String,
}

/// How numbers in events become lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct ChartRule {
    /// The lines that were chosen, in order. Empty: the first that are found, at most [`SERIES`].
    pub series: Vec<SeriesRule>,
    /// Seconds that are shown; 0 for all.
    pub window_s: u32,
}

/// Lines at once.
pub const SERIES: usize = 16;

/// One line of numbers: what it is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct SeriesKey {
    /// Type of the events.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Path of the number in them, normalised (RFC 9535, 2.7) but with names as in `$.load`, `$.cores[0]`.
    pub path: String,
}

/// One line that was chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct SeriesRule {
    /// What it is of.
    pub key: SeriesKey,
    /// Written behind its figures: `%`, `ms` …
    pub unit: String,
    /// Alert when the value goes over this.
    pub above: Option<f64>,
    /// Alert when the value goes under this.
    pub below: Option<f64>,
    /// How far it must come back for the alert to end; not negative.
    pub hysteresis: f64,
}

/// What the chart asks for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct SeriesQuery {
    /// From this time on; none for the beginning.
    pub from_us: Option<u64>,
    /// Up to this time; none for the newest, or the playhead.
    pub to_us: Option<u64>,
    /// Points of each line, at most; each step of time gives its least and its most. At most [`SERIES_POINTS`].
    pub points: u32,
    /// Which lines; empty for those of the session's rule.
    pub keys: Vec<SeriesKey>,
}

/// Points of a line in one answer.
pub const SERIES_POINTS: u32 = 4_096;

/// The chart's picture of a session, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct SeriesPage {
    /// Start of what is shown.
    pub from_us: u64,
    /// Its end: the newest entry, the playhead, or what was asked for.
    pub to_us: u64,
    /// The lines.
    pub series: Vec<SeriesData>,
    /// All that could be lines, most points first; at most [`SERIES_FOUND`].
    pub found: Vec<SeriesFound>,
    /// Breaks in the line; no value is known in them.
    pub gaps: Vec<Break>,
    /// Entries looked at.
    pub scanned: u64,
    /// Entries that there are.
    pub end: u64,
    /// Whether all that was there has been looked at.
    pub done: bool,
}

/// Lines that are told as found.
pub const SERIES_FOUND: usize = 64;

/// A line that could be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct SeriesFound {
    /// What it is of.
    pub key: SeriesKey,
    /// Values so far.
    pub points: u64,
}

/// A line's points and figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct SeriesData {
    /// What it is of.
    pub key: SeriesKey,
    /// Times of the points, in order.
    pub at_us: Vec<u64>,
    /// Their values. Extremes are never left out.
    pub value: Vec<f64>,
    /// Values so far, up to the playhead.
    pub points: u64,
    /// The newest value.
    pub newest: f64,
    /// When it came.
    pub newest_us: u64,
    /// Its entry.
    pub pos: u64,
    /// Least value of what is shown.
    pub least: f64,
    /// Greatest value of what is shown.
    pub most: f64,
    /// The newest value less the one of a minute before, or of the beginning.
    pub change: f64,
    /// The threshold that it is past.
    pub alert: Option<SeriesAlert>,
}

/// A value that is past its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct SeriesAlert {
    /// Whether it is over; else it is under.
    pub over: bool,
    /// The threshold.
    pub limit: f64,
    /// Since when.
    pub since_us: u64,
}

/// A page of chat: rows are numbered from 0 in the order they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct ChatPage {
    /// The rows.
    pub bubbles: Vec<Bubble>,
    /// Number of the first of them.
    pub from: u64,
    /// First row that can be read.
    pub gone: u64,
    /// One past the last row.
    pub rows: u64,
    /// Who is typing now.
    pub typing: Vec<String>,
    /// The rule, with the paths that were found.
    pub rule: ChatRule,
    /// Whether all entries have been looked at.
    pub done: bool,
}

/// What a row of chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum BubbleKind {
    /// Somebody said something.
    Message,
    /// Somebody came.
    Join,
    /// Somebody went.
    Leave,
}

/// A row of chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Bubble {
    /// The entry.
    pub pos: u64,
    /// When it arrived.
    pub at_us: u64,
    /// When it was said, where the data tells.
    pub said_us: Option<u64>,
    /// What it is.
    pub kind: BubbleKind,
    /// Who; empty if nobody is named.
    pub sender: String,
    /// What, at most [`BUBBLE_CHARS`] characters.
    pub text: String,
    /// Whether `text` is shorter than the whole.
    pub cut: bool,
    /// The message's own id; empty for none.
    pub id: String,
    /// Whether it is the user's own.
    pub own: bool,
    /// Highlighted by an action.
    pub colour: Option<Colour>,
}

/// Characters of a bubble or a card's field that a page carries.
pub const BUBBLE_CHARS: usize = 8_192;
/// Rows in a page of chat or feed.
pub const SCENE_ROWS: u64 = 100;

/// A page of cards: rows are numbered from 0 in the order they came; the scene shows the last on top.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct FeedPage {
    /// The cards.
    pub cards: Vec<Card>,
    /// Number of the first of them.
    pub from: u64,
    /// First row that can be read.
    pub gone: u64,
    /// One past the last row.
    pub rows: u64,
    /// The rule, with the paths that were found.
    pub rule: FeedRule,
    /// Whether all entries have been looked at.
    pub done: bool,
}

/// A card.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Card {
    /// The entry.
    pub pos: u64,
    /// When it arrived.
    pub at_us: u64,
    /// When it was published, where the data tells.
    pub said_us: Option<u64>,
    /// Title; the data's first line where none is found.
    pub title: String,
    /// Summary; may be empty.
    pub summary: String,
    /// Who published it; may be empty.
    pub source: String,
    /// Address, as it stands in the data; may be empty, and may be anything.
    pub link: String,
    /// Whether it stands out.
    pub breaking: bool,
    /// Last event id at dispatch.
    pub id: String,
    /// Highlighted by an action.
    pub colour: Option<Colour>,
}

/// A colour that an action gives. The window has its shades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Carbon blue.
    #[default]
    Blue,
    /// Green.
    Green,
    /// Amber.
    Amber,
    /// Red.
    Red,
    /// Violet.
    Violet,
}

/// What a stream does when an event matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Action {
    /// Unique among the stream's actions.
    pub id: String,
    /// The user's name for it; may be empty.
    pub name: String,
    /// Kept and not done.
    pub off: bool,
    /// Only events of this type; empty for any.
    pub event_type: String,
    /// Only events that this matches: a query as [`super::Filter::query`]; empty for any.
    pub query: String,
    /// Shown in this colour.
    pub highlight: Option<Colour>,
    /// Told on the desktop, when no window of the app is in front.
    pub notify: bool,
    /// Bookmarked, with the action's name as its note.
    pub bookmark: bool,
    /// Left out of all scenes but Wire, and of Events until they are asked for; of the files that hold what a scene shows
    /// ([`super::ExportFormat`]). On tape all the same; [`Figures`] and the turns before a new prompt tell of all events.
    pub hide: bool,
    /// Counted into a tile.
    pub count: bool,
    /// The session stops.
    pub stop: bool,
}

/// Actions of one stream, at most.
pub const ACTIONS: usize = 32;

/// What an action has found in a session, up to the playhead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct ActionState {
    /// [`Action::id`].
    pub id: String,
    /// Events that matched.
    pub matched: u64,
    /// The newest of them.
    pub pos: Option<u64>,
    /// Events that it was to bookmark when they came and did not, for there were [`super::BOOKMARKS`] already.
    #[serde(skip_serializing_if = "is_none")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<u64>"))]
    pub unmarked: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What an action would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Trial {
    /// Events that match.
    pub matched: u64,
    /// Events looked at.
    pub events: u64,
    /// Whether these are all.
    pub done: bool,
}

/// How a message that was sent was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Sent {
    /// HTTP status, of 2xx; or 303, which points at what came of it.
    pub status: u16,
}
