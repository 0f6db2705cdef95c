//! The entries of one session that the user marked, with a note or without. Few, so they are kept whole; where they
//! are stored is another's business.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::contract::{BOOKMARKS, Bookmark, Code, Failure};

/// Characters of a note: a paragraph. What is longer is cut, so that ten thousand notes stay a matter of megabytes.
pub const NOTE_CHARS: usize = 1_000;

/// The bookmarks of one session.
#[derive(Debug, Default)]
pub struct Bookmarks {
    marks: Mutex<BTreeMap<u64, Bookmark>>,
    generation: AtomicU64,
}

impl Bookmarks {
    /// Those that were stored. Of more than [`BOOKMARKS`] the first in the list stay; notes are cut.
    pub fn new(stored: impl IntoIterator<Item = Bookmark>) -> Self {
        let mut marks = BTreeMap::new();
        for mark in stored {
            if marks.len() == BOOKMARKS && !marks.contains_key(&mark.pos) {
                continue;
            }
            let note = cut(&mark.note);
            marks.insert(mark.pos, Bookmark { note, ..mark });
        }
        Self {
            marks: Mutex::new(marks),
            generation: AtomicU64::new(0),
        }
    }

    /// Marks an entry that arrived at `at_us`, or changes its note (cut at [`NOTE_CHARS`] characters); `None` takes the
    /// mark away. Refused with [`Code::Limit`] where there are [`BOOKMARKS`] already.
    pub fn set(&self, pos: u64, at_us: u64, note: Option<&str>) -> Result<(), Failure> {
        let mut marks = self.marks.lock();
        match note {
            None => {
                marks.remove(&pos);
            }
            Some(_) if marks.len() >= BOOKMARKS && !marks.contains_key(&pos) => {
                return Err(Failure::new(
                    Code::Limit,
                    format!("there are {BOOKMARKS} bookmarks already; take one away first"),
                )
                .with("what", "bookmarks")
                .with("bound", BOOKMARKS));
            }
            Some(note) => {
                let note = cut(note);
                marks.insert(pos, Bookmark { pos, at_us, note });
            }
        }
        // Within the lock, so that whoever reads a generation and then the marks never misses a change.
        self.generation.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// All of them, by position.
    pub fn all(&self) -> Vec<Bookmark> {
        self.marks.lock().values().cloned().collect()
    }

    /// Their positions, ascending.
    pub fn positions(&self) -> Vec<u64> {
        self.marks.lock().keys().copied().collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.marks.lock().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is room for none more.
    pub fn is_full(&self) -> bool {
        self.len() >= BOOKMARKS
    }

    /// Whether an entry is marked.
    pub fn contains(&self, pos: u64) -> bool {
        self.marks.lock().contains_key(&pos)
    }

    /// Grows with every change.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

fn cut(note: &str) -> String {
    let end = note
        .char_indices()
        .nth(NOTE_CHARS)
        .map_or(note.len(), |(at, _)| at);
    note[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_changes_and_takes_away() {
        let marks = Bookmarks::default();
        assert!(marks.is_empty());
        marks.set(9, 90, Some("b")).expect("room");
        marks.set(3, 30, Some("")).expect("room");
        marks.set(9, 90, Some(&"长".repeat(2_000))).expect("room");
        assert_eq!(marks.positions(), [3, 9]);
        assert_eq!(marks.all()[1].note.chars().count(), NOTE_CHARS);
        assert!(marks.contains(3) && !marks.contains(4));
        let before = marks.generation();
        marks.set(3, 30, None).expect("always");
        assert!(marks.generation() > before);
        assert_eq!(marks.len(), 1);
    }

    #[test]
    fn more_than_there_may_be_are_refused() {
        let mark = |pos| Bookmark {
            pos,
            at_us: pos,
            note: String::new(),
        };
        let marks = Bookmarks::new((0..BOOKMARKS as u64 + 5).map(mark));
        assert_eq!(marks.len(), BOOKMARKS);
        let failure = marks.set(u64::MAX, 0, Some("one more")).expect_err("full");
        assert_eq!(
            (failure.code, failure.args["what"].as_str()),
            (Code::Limit, "bookmarks")
        );
        // One that is there can still be changed, and taken away to make room.
        marks.set(7, 7, Some("changed")).expect("it is there");
        marks.set(7, 7, None).expect("always");
        marks.set(u64::MAX, 0, Some("one more")).expect("room");
    }
}
