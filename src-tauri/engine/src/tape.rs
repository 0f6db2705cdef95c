//! The tape: the recording of one session, one SQLite file.
//!
//! - `block`: how entries are kept, a stretch of them in one value                     (pure)
//! - `file`: the schema, opening for writing and for reading, what errors mean
//! - `pen`: what is written, and in which statements
//! - `recorder`: the one thread that writes the tapes of all sessions, `work` one of them as it sees it
//! - `reader`: a tape by position, also while it is written
//! - `maker`: a tape written in one go (import, export, recovery)
//! - `deck`: the folder of tapes: its list, what is kept, what goes when room is short
//! - `recover`: what is readable of a damaged one
//!
//! While it is recorded a tape is in SQLite's WAL mode and at most [`recorder::RHYTHM`] behind; closed, it is one file
//! that any SQLite reads anywhere. It never holds a secret: its definition is sealed.

pub mod block;
pub mod deck;
mod file;
pub mod maker;
mod pen;
pub mod reader;
pub mod recorder;
pub mod recover;
mod work;

use serde::{Deserialize, Serialize};

pub use deck::Deck;
pub use maker::Maker;
pub use reader::{Progress, Tape};
pub use recorder::{Limits, Recorder};
pub use recover::recover;

use crate::contract::{Failure, Figures, Finding, Framing, Stream, TapeOrigin};
use crate::figures;
use crate::seal;

/// What a file of a tape is called.
pub const EXTENSION: &str = "tape";

/// What was recorded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TapeHead {
    /// The definition, sealed.
    pub stream: Stream,
    /// When the session began, microseconds since the Unix epoch.
    pub started_us: u64,
    /// How the tape came to be.
    pub origin: TapeOrigin,
    /// The program that wrote it.
    pub program: String,
}

impl TapeHead {
    /// The head of a tape of a stream's session. What is secret in the definition is left out.
    pub fn new(stream: &Stream, started_us: u64, origin: TapeOrigin) -> Self {
        let (stream, _) = seal::seal(stream, || uuid::Uuid::new_v4().to_string());
        Self {
            stream,
            started_us,
            origin,
            program: concat!("Tapewriter ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Figures of a whole tape, written when it is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// When the session ended.
    pub ended_us: u64,
    /// Events.
    pub events: u64,
    /// Comments.
    pub comments: u64,
    /// Entries, those that are not on it included.
    pub entries: u64,
    /// Entries that could not be written.
    pub missing: u64,
    /// Attempts.
    pub attempts: u32,
    /// Times the line came back.
    pub reconnects: u32,
    /// Events lost, where ids tell.
    pub lost: Option<u64>,
    /// Events repeated, where ids tell.
    pub repeated: Option<u64>,
    /// Bytes of the bodies.
    pub body_bytes: u64,
    /// From sending to the first event.
    pub first_event_us: Option<u64>,
    /// Content type of the newest response.
    pub content_type: String,
    /// How the body was cut into events.
    pub framing: Framing,
    /// How it ended.
    pub failure: Option<Failure>,
    /// What the facts of the wire told.
    pub findings: Vec<Finding>,
    /// Of the newest [`crate::contract::TURNS_KEPT`] turns, where its events are answers.
    #[serde(deserialize_with = "turns")]
    pub turns: Vec<Figures>,
}

/// Anybody may have written them.
fn turns<'de, D: serde::Deserializer<'de>>(reader: D) -> Result<Vec<Figures>, D::Error> {
    Vec::deserialize(reader).map(figures::checked)
}
