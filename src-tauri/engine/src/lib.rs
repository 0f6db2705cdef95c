//! Tapewriter's engine: everything about a stream and its log. No window, no GUI types.
//!
//! The way of an event, and where each step lives:
//!
//! ```text
//! source ── http          opens the exchange, stamps each chunk        (Source: the seam for other transports)
//!   │       ├ headers    what goes out, and what is secret
//!   │       └ blame      what an error of the transport was
//!   └─▶ lenient           canonical text; notes where each block stood; bounds lines and events
//!     └─▶ attempt         eventsource-client, one client per attempt; happenings in order
//!       └─▶ session       what others see of a run; its one task (task): attempts, reconnection, Last-Event-ID
//!         ├─ reconnect    what follows an end, and after how long      (pure)
//!         ├─ resume       what a reconnect cost, by ids                (pure)
//!         └─▶ core        the session's state: log, counts, rates      (no clock of its own)
//!           ├─ log        entries by position, within a budget
//!           ├─ text       entries as typed text                        (projection)
//!           ├─ strip      entries as the tape strip                    (projection)
//!           ├─ meter      rates
//!           └─ read       entries as rows and details
//! engine                  all sessions of the program
//! contract                the types that cross to the window
//! ```

pub mod address;
pub mod attempt;
mod blame;
pub mod contract;
mod core;
mod engine;
pub mod headers;
pub mod http;
pub mod lenient;
pub mod log;
mod meter;
mod read;
mod reconnect;
mod resume;
mod session;
pub mod source;
mod strip;
mod task;
pub mod text;

pub use engine::{Engine, MAX_SESSIONS};
pub use read::row;
pub use session::{Options, Session, event_of, now_us};
