//! What the canonicaliser hands on: pieces of the chunk as it came, and text written anew, in order.

use std::collections::VecDeque;

use bytes::Bytes;

/// Bytes of a piece after which the next one begins: eventsource-client parses a piece whole before it yields
/// the first of it, so a piece's length bounds what it holds.
pub const PIECE: usize = 64 << 10;

/// Bytes of last event ids after which the next piece begins: the crate gives each event of a piece its own copy.
pub(super) const CARRIED: usize = 1 << 20;

/// What makes the crate yield an item and carries nothing: an empty comment.
const STAND_IN: &[u8] = b":\n";

/// A queue of canonical bytes.
#[derive(Debug, Default)]
pub struct Out {
    pieces: VecDeque<Bytes>,
    text: Vec<u8>,
    /// Bytes of last event ids that the events of `text` carry.
    carried: usize,
}

impl Out {
    /// The next piece; never an empty one.
    pub fn pop(&mut self) -> Option<Bytes> {
        if self.pieces.is_empty() {
            self.flush();
        }
        self.pieces.pop_front()
    }

    /// Bytes that were written and not yet taken.
    pub fn len(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum::<usize>() + self.text.len()
    }

    /// Whether nothing is to be taken.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.text.is_empty()
    }

    /// Where text is written.
    pub(crate) fn text(&mut self) -> &mut Vec<u8> {
        if self.text.len() >= PIECE || self.carried >= CARRIED {
            self.flush();
        }
        &mut self.text
    }

    /// The event that was just written carries an id of so many bytes.
    pub(crate) fn carry(&mut self, id: usize) {
        self.carried += id;
    }

    /// Hands on a piece as it is.
    pub(crate) fn piece(&mut self, piece: Bytes) {
        self.flush();
        self.pieces.push_back(piece);
    }

    /// Makes the crate yield an item for each of as many notes, whose text goes around it.
    pub(crate) fn stand_in(&mut self, notes: usize) {
        for _ in 0..notes {
            self.text().extend_from_slice(STAND_IN);
        }
    }

    fn flush(&mut self) {
        self.carried = 0;
        if !self.text.is_empty() {
            self.pieces.push_back(std::mem::take(&mut self.text).into());
        }
    }
}
