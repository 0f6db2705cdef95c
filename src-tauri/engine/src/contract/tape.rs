//! Tapes as the window sees them: recording, the list of tapes, replay, and what leaves and enters as files.

use serde::{Deserialize, Serialize};
#[cfg(feature = "ts")]
use ts_rs::TS;

use super::Failure;

/// Where the recording of a session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum RecordingState {
    /// Not recorded: its stream says so, or nothing here records.
    #[default]
    Off,
    /// On tape, at most a quarter of a second behind.
    On,
    /// Stopped for want of room on the disk; goes on when there is room.
    NoRoom,
    /// Stopped because the file cannot be written; tried again every few seconds.
    Failed,
    /// The session is over and its tape is one closed file.
    Done,
}

/// The recording of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Recording {
    /// Where it stands.
    pub state: RecordingState,
    /// The tape's id, once there is one.
    pub tape: Option<String>,
    /// Bytes of the file.
    pub bytes: u64,
    /// Entries that went by while nothing could be written: neither on tape nor in memory any more.
    pub lost: u64,
    /// What the machine said when it failed, in its own words.
    pub detail: String,
}

/// How a tape came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum TapeOrigin {
    /// A session was recorded.
    #[default]
    Recorded,
    /// Read from another file.
    Imported,
    /// What was readable of a damaged tape.
    Recovered,
}

/// A tape in the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct TapeInfo {
    /// The file's name without `.tape`.
    pub id: String,
    /// The user's name for it, else the stream's, else host and path.
    pub name: String,
    /// Address, secrets redacted; `demo:/…` for a demo stream.
    pub url: String,
    /// Protected: never dropped to make room.
    pub kept: bool,
    /// How it came to be.
    pub origin: TapeOrigin,
    /// When the session began.
    pub started_us: u64,
    /// When it ended; none while it is recorded.
    pub ended_us: Option<u64>,
    /// Events on it.
    pub events: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// The session that records it now.
    pub session: Option<u32>,
    /// Why it cannot be opened, if it cannot.
    pub failure: Option<Failure>,
}

/// The list of tapes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Tapes {
    /// Newest first.
    pub tapes: Vec<TapeInfo>,
    /// Bytes of all files.
    pub bytes: u64,
    /// Grows with every change of the list; also in [`super::Tick::tapes`].
    pub generation: u64,
    /// The folder.
    pub folder: String,
}

/// Where a replay stands. The session's `end_pos` is its playhead.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Replay {
    /// The tape.
    pub tape: String,
    /// Whether the playhead moves.
    pub playing: bool,
    /// Times the original speed; 0 for as fast as possible.
    pub speed: f64,
    /// Gaps longer than this are skipped, microseconds; none to wait them out.
    pub skip_us: Option<u64>,
    /// The playhead in the tape's own time.
    pub at_us: u64,
    /// The tape's first moment.
    pub start_us: u64,
    /// Its last.
    pub end_us: u64,
    /// Entries of the whole tape.
    pub entries: u64,
    /// Events of the whole tape.
    pub events: u64,
    /// Grows with each seek: what is shown begins anew.
    pub seeks: u32,
}

/// What a replay is told.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum ReplayCommand {
    /// Let the playhead move; from the start if it stands at the end.
    Play,
    /// Hold it.
    Pause,
    /// Times the original speed; 0 for as fast as possible.
    Speed {
        /// 0, or 0.1 to 100.
        speed: f64,
    },
    /// Skip gaps longer than this, microseconds; none to wait them out.
    Skip {
        /// The limit.
        longer_us: Option<u64>,
    },
    /// Put the playhead at a time; everything up to it is shown.
    Seek {
        /// In the tape's own time.
        at_us: u64,
    },
    /// Put the playhead right after an entry.
    SeekPos {
        /// The entry.
        pos: u64,
    },
    /// Hold it, and go by events: forwards, or backwards where negative.
    Step {
        /// How many.
        events: i32,
    },
}

/// The formats that a session, a selection or a filter's result is exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// One JSON object a line, as `tape tail --json` prints them.
    Jsonl,
    /// RFC 4180: seq, time, type, id, data.
    Csv,
    /// Event-stream text (HTML standard, 9.2.5).
    Sse,
    /// The typed text, under the session's text rule.
    Text,
    /// A tape.
    Tape,
    /// One JSON object: the turns of an answer, assembled by channel, with their figures.
    Answer,
    /// RFC 4180: time, type, path, value; a row for each value of the lines that are shown.
    Series,
    /// Chat as text: time, sender, text.
    Chat,
    /// Cards, one JSON object a line.
    Feed,
}

/// What to export.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct ExportRequest {
    /// The session: live, ended, or a replay (its whole tape, wherever the playhead stands).
    pub session: u32,
    /// Only what this view shows.
    pub view: Option<u32>,
    /// As what.
    pub format: ExportFormat,
    /// The file; one that is there is replaced once the new one is whole.
    pub path: String,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum JobKind {
    /// Writes a file.
    Export,
    /// Reads one into a tape.
    Import,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// It works.
    Running,
    /// It is done.
    Done,
    /// It was cancelled; nothing is left of it.
    Cancelled,
    /// It failed; nothing is left of it.
    Failed,
}

/// Work on a file that takes a while.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Job {
    /// Its number.
    pub job: u32,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// Entries (export) or bytes (import) done.
    pub done: u64,
    /// Of how many.
    pub total: u64,
    /// Bytes of the file written or read.
    pub bytes: u64,
    /// The file.
    pub path: String,
    /// The tape that an import made.
    pub tape: Option<String>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// What to serve again.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct ServeRequest {
    /// The tape.
    pub tape: String,
    /// Times the original speed; 0 for as fast as possible.
    pub speed: f64,
    /// From the start again at its end.
    pub repeat: bool,
    /// Whether pages of other origins may read it.
    pub cors: bool,
}

/// A tape that is served as a local SSE endpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Served {
    /// Its number.
    pub id: u32,
    /// The tape.
    pub tape: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// A line of curl that reads it.
    pub curl: String,
    /// Times the original speed; 0 for as fast as possible.
    pub speed: f64,
    /// From the start again at its end.
    pub repeat: bool,
    /// Whether pages of other origins may read it.
    pub cors: bool,
    /// Whether the body is cut into chunks as it came; else each event is one.
    pub chunks: bool,
    /// Who reads it now.
    pub clients: u32,
    /// Requests so far.
    pub requests: u64,
}
