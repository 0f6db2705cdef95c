//! What other programs and the command line ask the app to open: kept until the user has answered, for a page may be
//! loaded again in between.

use parking_lot::Mutex;
use tapewriter_engine::contract::{Opening, OpeningKind};

/// What waits for an answer.
#[derive(Default)]
pub struct Openings {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    last: u32,
    waiting: Vec<Opening>,
}

/// Openings that wait: more than this and somebody is playing with the app.
const WAITING: usize = 32;

impl Openings {
    /// Adds one; none where too many wait.
    pub fn add(&self, what: OpeningKind) -> Option<Opening> {
        let mut inner = self.inner.lock();
        if inner.waiting.len() >= WAITING {
            return None;
        }
        inner.last += 1;
        let opening = Opening { id: inner.last, what };
        inner.waiting.push(opening.clone());
        Some(opening)
    }

    /// All that wait, oldest first.
    pub fn waiting(&self) -> Vec<Opening> {
        self.inner.lock().waiting.clone()
    }

    /// The user has answered; one that is gone is no error.
    pub fn settle(&self, id: u32) {
        self.inner.lock().waiting.retain(|opening| opening.id != id);
    }
}
