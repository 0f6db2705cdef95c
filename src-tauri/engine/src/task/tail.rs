//! What a body holds after its last event: servers that fail in the middle of a stream end it with a JSON error, which by
//! the standard is lines that are ignored.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::dialect::{self, Told};

/// Bytes after the last event that are kept; where more came they are no error's.
const MOST: u64 = 64 << 10;

/// The chunks after the last event; they are shared with the line, not copied.
#[derive(Default)]
pub(super) struct Tail {
    /// Each with the offset of its first byte.
    chunks: VecDeque<(u64, Bytes)>,
    /// Bytes of the body so far.
    len: u64,
    /// One past the last byte of the last event.
    told: u64,
}

impl Tail {
    /// A chunk came.
    pub(super) fn chunk(&mut self, bytes: &Bytes) {
        let offset = self.len;
        self.len += bytes.len() as u64;
        let keep = self.told.max(self.len.saturating_sub(MOST + 1));
        while let Some((first, old)) = self.chunks.front()
            && first + old.len() as u64 <= keep
        {
            self.chunks.pop_front();
        }
        self.chunks.push_back((offset, bytes.clone()));
    }

    /// An event ended there.
    pub(super) const fn event(&mut self, end: u64) {
        self.told = end;
    }

    /// The error that the rest tells.
    pub(super) fn error(&self) -> Option<Told> {
        if self.len - self.told.min(self.len) > MOST {
            return None;
        }
        let mut rest = Vec::new();
        for (first, bytes) in &self.chunks {
            let from = self.told.saturating_sub(*first).min(bytes.len() as u64);
            rest.extend_from_slice(&bytes[from as usize..]);
        }
        dialect::of_body(&rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pieces: &[&str], event_end: u64) -> Option<String> {
        let mut tail = Tail::default();
        for (n, piece) in pieces.iter().enumerate() {
            tail.chunk(&Bytes::copy_from_slice(piece.as_bytes()));
            if n == 0 {
                tail.event(event_end);
            }
        }
        tail.error().map(|told| told.message)
    }

    #[test]
    fn what_follows_the_last_event_is_the_error() {
        let error = "{\n \"error\": {\n  \"message\": \"Gone.\"\n }\n}\n";
        let whole = format!("data: x\n\n{error}");
        assert_eq!(told(&[&whole], 9).as_deref(), Some("Gone."));
        let (one, two) = whole.split_at(20);
        assert_eq!(told(&[one, two], 9).as_deref(), Some("Gone."));
        assert_eq!(told(&[error], 0).as_deref(), Some("Gone."));
        // An event that was begun and never ended.
        assert_eq!(
            told(&["data: x\n\n", "data: {\"error\":\"Cut.\"}"], 9).as_deref(),
            Some("Cut.")
        );
        assert_eq!(told(&["data: x\n\n", "id: 1\n"], 9), None);
        assert_eq!(told(&[&whole], whole.len() as u64), None);
        let long = format!("data: x\n\n{error}{}", " ".repeat(70 << 10));
        assert_eq!(told(&[&long], 9), None);
    }

    #[test]
    fn a_flood_without_events_is_not_kept() {
        let mut tail = Tail::default();
        for _ in 0..1_000 {
            tail.chunk(&Bytes::from_static(&[b'x'; 4_096]));
        }
        assert!(tail.chunks.len() <= 18);
        assert_eq!(tail.error(), None);
    }
}
