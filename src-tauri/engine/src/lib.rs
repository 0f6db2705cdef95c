//! Tapewriter's engine: everything about a stream and its log. No window, no GUI types.
//!
//! The way of an event, and where each step lives:
//!
//! ```text
//! source ── http          opens the exchange, redirects included       (Source: the seam for other transports)
//!   │       ├ headers    what goes out, and what is secret
//!   │       ├ cookies    the session's own
//!   │       ├ route      through which proxy, and the client that goes it
//!   │       ├ tls        whom to trust, and what the other side showed
//!   │       ├ trail      requests and heads as they were on the line
//!   │       ├ answer     whether it is a stream; its body, each frame stamped
//!   │       ├ decode     content codings undone, in bounded pieces
//!   │       ├ redact     what is kept out of all that is shown
//!   │       └ blame      what an error of the transport was
//!   └─▶ lenient           what the crate reads rightly; notes where each block stood; bounds lines and events
//!     │  lines             bodies whose lines are their events; the same notes and bounds
//!     └─▶ attempt         eventsource-client, one client per attempt; happenings in order
//!       └─▶ session       what others see of a run; its one task (task): attempts, reconnection, Last-Event-ID, the
//!         │               wait for the next prompt
//!         ├─ compose      earlier turns in the body that asks on; what was asked, where answers stand
//!         ├─ send         messages to a room, beside the stream
//!         ├─ reconnect    what follows an end, and after how long      (pure)
//!         ├─ silence      when a silent line is taken for dead
//!         ├─ awake        whether the machine slept, and whether a network is there
//!         ├─ resume       what a reconnect cost, by ids                (pure)
//!         └─▶ core        the session's state: log, counts, rates      (no clock of its own)
//!           ├─ log        entries by position: the newest in memory, within a budget
//!           ├─ tape       all of them in a file of their own, written by one thread for all sessions
//!           ├─ recording  where the two meet
//!           ├─ text       entries as typed text, answers by channel    (projection)
//!           ├─ dialect    what an event of a language model says       (pure)
//!           ├─ figures    how fast an answer came, turn by turn        (pure)
//!           ├─ strip      entries as the tape strip                    (projection)
//!           ├─ meter      rates; gaps, how long one waits for the next event
//!           ├─ wire       exchanges and chunks, within a budget; read back as the lines they hold
//!           ├─ diagnose   what the facts of the wire tell
//!           └─ read       entries as rows and details
//! scenes                  what scenes read into entries: chat, feed and chart; where the parts stand in data  (projection)
//!   └ series              numbers as lines, in bounded memory; found by a thread of its own while one looks (projection)
//! actions                 what is done when an event matches, what was found, what the desktop is told
//! view                    filters as bitmaps over a log, and counts of values; searched by a thread of its own
//! bookmarks               entries that the user marked
//! export                  entries as files: JSON lines, CSV, event-stream text, typed text, answers, numbers, chat, cards
//! import                  files as tapes
//! rerun                   a tape as the timed pieces of a body, to be served again
//! jobs                    work on files that takes a while
//! engine                  all sessions of the program
//! template                placeholders in a definition, and what stands for them  (reads the file of a body)
//! seal                    what is secret in a definition, taken out of it         (pure)
//! curl                    a definition as a command line of curl, and back        (pure)
//! said                    what is told of faults: on stderr, and where the program keeps a log
//! contract                the types that cross to the window
//! ```

pub mod actions;
pub mod address;
mod answer;
pub mod attempt;
pub mod awake;
mod blame;
pub mod bookmarks;
pub mod compose;
pub mod contract;
mod cookies;
mod core;
pub mod curl;
mod decode;
mod diagnose;
pub mod dialect;
mod engine;
pub mod export;
pub mod figures;
mod gaps;
pub mod headers;
pub mod http;
pub mod import;
pub mod jobs;
pub mod lenient;
pub mod lines;
pub mod log;
mod meter;
mod read;
mod reconnect;
mod recording;
pub mod redact;
mod replay;
pub mod rerun;
mod resume;
mod route;
pub mod said;
pub mod scenes;
pub mod seal;
pub mod send;
mod session;
mod silence;
pub mod source;
pub mod strip;
pub mod tape;
mod task;
pub mod template;
pub mod text;
mod tls;
mod trail;
pub mod view;
mod wire;

pub use engine::{Engine, MAX_SESSIONS};
pub use read::row;
pub use route::Everywhere;
pub use session::{Options, Session, event_of, now_us};
