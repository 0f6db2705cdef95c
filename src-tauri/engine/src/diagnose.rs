//! "Why isn't it streaming?": what the facts of the wire tell. Counts as they come, bounded; reads no clock.

use crate::contract::{Failure, Finding};
use crate::source::Traced;

/// The facts of one session's line.
#[derive(Debug, Default)]
pub struct Doctor {}

impl Doctor {
    /// An attempt's requests and answers are known, whether or not the response was accepted.
    pub fn exchange(&mut self, attempt: u32, at_us: u64, traced: &Traced) {
        let _ = (attempt, at_us, traced);
    }

    /// Bytes came: as they came (`raw`), decoded, and how many events they completed. `unfinished` is what is left
    /// of a line or block after them. `no` is the chunk's row on the wire.
    pub fn chunk(&mut self, no: u64, at_us: u64, raw: u64, bytes: u64, events: u64, unfinished: u64) {
        let _ = (no, at_us, raw, bytes, events, unfinished);
    }

    /// An event was dispatched.
    pub fn event(&mut self, at_us: u64, data: &str) {
        let _ = (at_us, data);
    }

    /// A comment came.
    pub fn comment(&mut self, at_us: u64) {
        let _ = at_us;
    }

    /// The first event after a reconnect told what it cost.
    pub fn resumed(&mut self, lost: Option<u64>, repeated: Option<u64>) {
        let _ = (lost, repeated);
    }

    /// The body or the attempt ended.
    pub fn end(&mut self, at_us: u64, failure: &Failure, unfinished: u64) {
        let _ = (at_us, failure, unfinished);
    }

    /// How many of them are not good news; cheap enough for every frame.
    pub fn concerns(&self, now_us: u64) -> u32 {
        let _ = now_us;
        0
    }

    /// What they tell as of `now_us`.
    pub fn findings(&self, now_us: u64) -> Vec<Finding> {
        let _ = now_us;
        Vec::new()
    }
}
