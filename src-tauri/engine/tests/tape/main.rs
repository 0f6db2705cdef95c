//! The tape against real sessions and real disks: what was recorded is what came, whatever happens to the process, the
//! disk or the file.

mod answers;
mod asked;
mod disk;
mod hostile;
mod lies;
mod pull;
mod record;
mod replay;
mod scenes;
mod series;
#[path = "../line/support.rs"]
#[expect(dead_code, reason = "shared with the tests of the line")]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tapewriter_engine::contract::{RecordingState, Stream};
use tapewriter_engine::log::{Entry, Log};
use tapewriter_engine::tape::{Deck, Limits, Tape};
use tapewriter_engine::{Engine, Options, Session};

/// Limits of a machine whose disk is nearly full already: tests need little.
const LITTLE: Limits = Limits {
    session_bytes: 1 << 30,
    unsaved_bytes: 1 << 30,
    free_bytes: 1 << 20,
};

/// An engine that records into a folder.
fn recording(folder: &Path, limits: Limits) -> (Engine, Arc<Deck>) {
    let deck = Deck::open(folder, limits, true).expect("a thread");
    let engine = Engine::default();
    engine.set_deck(Some(Arc::clone(&deck)));
    (engine, deck)
}

fn connect(engine: &Engine, stream: Stream) -> Arc<Session> {
    support::open(engine, stream)
}

/// Waits until the session's tape is one closed file, and opens it.
async fn closed(engine: &Engine, session: &Session) -> Arc<Tape> {
    support::until(engine, "the tape is closed", || {
        session.status().recording.state == RecordingState::Done
    })
    .await;
    let path = session.tape().expect("a tape").path().to_owned();
    Tape::open(&path).expect("readable")
}

fn all(log: &dyn Log) -> Vec<Entry> {
    let span = log.span();
    log.run(span.first, usize::try_from(span.end - span.first).expect("small"))
}

/// What is in a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Options of a test that cares for nothing in particular.
fn plain() -> Options {
    Options::default()
}

/// Long enough for anything that is not broken.
const LONG: Duration = Duration::from_secs(60);
