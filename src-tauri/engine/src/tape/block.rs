//! Entries as the tape keeps them: a stretch of successive ones in one value, so that a flood costs SQLite a row for a
//! thousand events and a scan reads them where they lie. What is the same as before is not written again. Reading trusts
//! nothing: a tape may be a stranger's.
//!
//! ```text
//! block  = version, entry*
//! entry  = flags, [attempt], time, (event | comment | mark)
//! time   = zigzag varint, microseconds since the entry before it (the first: since the block's own time)
//! event  = [type], [id], wire bytes, [chunks], data     ; each in brackets only where its flag says so
//! ```
//!
//! Texts are a varint length and UTF-8. A type is a varint: 0 and a text for a new one, else its number among the
//! block's new ones, from 1. A mark is JSON.

use std::sync::Arc;

use crate::log::{Entry, Event, Kind, Mark, Seen, SeenEvent};

/// Entries of a block, at most: a page of rows is read out of one or two.
pub const BLOCK_ENTRIES: usize = 1_024;
/// Bytes after which a block is full. One entry may be longer; then it is alone.
pub const BLOCK_BYTES: usize = 256 << 10;
/// Positions, counts and sums of bytes of a session, at most: what every reader of them, a script too, holds exactly.
const FIGURES: u64 = 1 << 53;
/// Types that a block numbers; more are written out each time.
const TYPES: usize = 256;

const VERSION: u8 = 1;

const KIND: u8 = 0b11;
const EVENT: u8 = 0;
const COMMENT: u8 = 1;
const MARK: u8 = 2;
const SAME_ATTEMPT: u8 = 1 << 2;
const SAME_TYPE: u8 = 1 << 3;
const SAME_ID: u8 = 1 << 4;
const ONE_CHUNK: u8 = 1 << 5;

/// The bytes of a block are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a block of entries is damaged")]
pub struct Damaged;

/// What is known of a block without reading it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockHead {
    /// Position of its first entry.
    pub first: u64,
    /// Its entries.
    pub len: u64,
    /// Events of the session before it.
    pub events: u64,
    /// Comments of the session before it.
    pub comments: u64,
    /// Bytes of event data before it.
    pub data_bytes: u64,
    /// Arrival of its first entry.
    pub at_us: u64,
    /// The latest arrival in it.
    pub until_us: u64,
    /// Arrival of the newest event before it.
    pub event_us: Option<u64>,
    /// CRC-32 of its bytes, as it was written.
    pub sum: u32,
}

impl BlockHead {
    /// Whether its bytes are those that were written.
    pub fn fits(&self, body: &[u8]) -> bool {
        crc32fast::hash(body) == self.sum
    }

    /// What came before it.
    pub const fn running(&self) -> Running {
        Running {
            events: self.events,
            comments: self.comments,
            data_bytes: self.data_bytes,
            event_us: self.event_us,
        }
    }

    /// Whether a block of so many bytes may have such figures. A stranger's may say anything, and what is counted on from
    /// block to block must not overflow.
    pub const fn is_possible(&self, body_bytes: u64) -> bool {
        self.len > 0
            && self.len <= BLOCK_ENTRIES as u64
            // Each entry takes a byte at least, and the version one.
            && self.len < body_bytes
            && self.first <= FIGURES
            && self.events <= FIGURES
            && self.comments <= FIGURES
            && self.data_bytes <= FIGURES
    }
}

/// What follows a block begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// Events so far.
    pub events: u64,
    /// Comments so far.
    pub comments: u64,
    /// Bytes of event data so far.
    pub data_bytes: u64,
    /// Arrival of the newest event.
    pub event_us: Option<u64>,
}

/// Writes a block.
#[derive(Debug)]
pub struct BlockWriter {
    head: BlockHead,
    running: Running,
    body: Vec<u8>,
    at_us: u64,
    attempt: u32,
    event_type: Option<Arc<str>>,
    id: Option<Arc<str>>,
    types: Vec<Arc<str>>,
}

impl BlockWriter {
    /// An empty block that begins with what came before it.
    pub fn new(running: Running) -> Self {
        Self {
            head: BlockHead::default(),
            running,
            body: vec![VERSION],
            at_us: 0,
            attempt: 0,
            event_type: None,
            id: None,
            types: Vec::new(),
        }
    }

    /// Whether nothing is in it.
    pub const fn is_empty(&self) -> bool {
        self.head.len == 0
    }

    /// Whether another entry belongs into another block. `pos` is that entry's.
    pub const fn is_full(&self, pos: u64) -> bool {
        self.head.len as usize >= BLOCK_ENTRIES
            || self.body.len() >= BLOCK_BYTES
            || (self.head.len > 0 && self.head.first + self.head.len != pos)
    }

    /// Its head, as it would be read now.
    pub fn head(&self) -> BlockHead {
        BlockHead {
            sum: crc32fast::hash(&self.body),
            ..self.head
        }
    }

    /// Its bytes.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What comes after it.
    pub const fn running(&self) -> Running {
        self.running
    }

    /// Appends an entry that follows the one before.
    pub fn push(&mut self, entry: &Entry) {
        let first = self.head.len == 0;
        if first {
            self.head = BlockHead {
                first: entry.pos,
                len: 0,
                events: self.running.events,
                comments: self.running.comments,
                data_bytes: self.running.data_bytes,
                at_us: entry.at_us,
                until_us: entry.at_us,
                event_us: self.running.event_us,
                sum: 0,
            };
            // Entries that were lost before it counted all the same.
            if let Kind::Event(event) = &entry.kind {
                self.running.events = event.seq.saturating_sub(1);
                self.head.events = self.running.events;
                if let Some(gap) = entry.gap_us {
                    self.head.event_us = entry.at_us.checked_sub(gap);
                }
            }
            self.at_us = entry.at_us;
        }
        self.head.len += 1;
        self.head.until_us = self.head.until_us.max(entry.at_us);
        let flags_at = self.body.len();
        self.body.push(0);
        let mut flags = 0;
        if entry.attempt == self.attempt {
            flags |= SAME_ATTEMPT;
        } else {
            self.attempt = entry.attempt;
            varint(&mut self.body, u64::from(entry.attempt));
        }
        varint(
            &mut self.body,
            zigzag(entry.at_us.wrapping_sub(self.at_us) as i64),
        );
        self.at_us = entry.at_us;
        match &entry.kind {
            Kind::Event(event) => flags |= EVENT | self.event(event, entry.at_us),
            Kind::Comment(comment) => {
                flags |= COMMENT;
                text(&mut self.body, comment);
                self.running.comments += 1;
            }
            Kind::Mark(mark) => {
                flags |= MARK;
                // A mark is plain data: it always has a JSON form.
                let json = serde_json::to_string(&**mark).unwrap_or_default();
                text(&mut self.body, &json);
            }
        }
        self.body[flags_at] = flags;
    }

    fn event(&mut self, event: &Event, at_us: u64) -> u8 {
        let mut flags = 0;
        if self
            .event_type
            .as_ref()
            .is_some_and(|before| Arc::ptr_eq(before, &event.event_type) || **before == *event.event_type)
        {
            flags |= SAME_TYPE;
        } else {
            match self.types.iter().position(|known| **known == *event.event_type) {
                Some(known) => varint(&mut self.body, known as u64 + 1),
                None => {
                    varint(&mut self.body, 0);
                    text(&mut self.body, &event.event_type);
                    if self.types.len() < TYPES {
                        self.types.push(Arc::clone(&event.event_type));
                    }
                }
            }
            self.event_type = Some(Arc::clone(&event.event_type));
        }
        if self
            .id
            .as_ref()
            .is_some_and(|before| Arc::ptr_eq(before, &event.id) || **before == *event.id)
        {
            flags |= SAME_ID;
        } else {
            text(&mut self.body, &event.id);
            self.id = Some(Arc::clone(&event.id));
        }
        varint(&mut self.body, u64::from(event.wire_bytes));
        if event.chunks == 1 {
            flags |= ONE_CHUNK;
        } else {
            varint(&mut self.body, u64::from(event.chunks));
        }
        text(&mut self.body, &event.data);
        self.running.events = event.seq;
        self.running.data_bytes += event.data.len() as u64;
        self.running.event_us = Some(at_us);
        flags
    }
}

const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

const fn unzigzag(value: u64) -> i64 {
    ((value >> 1) as i64) ^ -((value & 1) as i64)
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn text(out: &mut Vec<u8>, text: &str) {
    varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// An entry where it lies in its block.
#[derive(Clone, Copy, Debug)]
pub struct Lying<'a> {
    /// Its position.
    pub pos: u64,
    /// Arrival.
    pub at_us: u64,
    /// Attempt.
    pub attempt: u32,
    /// Since the event before it; only for events.
    pub gap_us: Option<u64>,
    /// What it is.
    pub kind: LyingKind<'a>,
}

/// What an entry in a block is.
#[derive(Clone, Copy, Debug)]
pub enum LyingKind<'a> {
    /// An event.
    Event {
        /// As a scan sees it.
        event: SeenEvent<'a>,
        /// Bytes on the line.
        wire_bytes: u32,
        /// Chunks it came in.
        chunks: u32,
    },
    /// A comment's text.
    Comment(&'a str),
    /// A mark as JSON.
    Mark(&'a str),
}

impl<'a> Lying<'a> {
    /// As a scan sees it.
    pub const fn seen(&self) -> Seen<'a> {
        Seen {
            pos: self.pos,
            at_us: self.at_us,
            event: match self.kind {
                LyingKind::Event { event, .. } => Some(event),
                _ => None,
            },
        }
    }
}

/// Reads a block, entry by entry.
pub struct BlockReader<'a> {
    rest: &'a [u8],
    left: u64,
    pos: u64,
    at_us: u64,
    attempt: u32,
    event_us: Option<u64>,
    events: u64,
    event_type: Option<&'a str>,
    id: Option<&'a str>,
    types: Vec<&'a str>,
}

impl<'a> BlockReader<'a> {
    /// Begins to read.
    ///
    /// # Errors
    /// [`Damaged`] where it is of no version that is known.
    pub fn new(head: &BlockHead, body: &'a [u8]) -> Result<Self, Damaged> {
        let (&version, rest) = body.split_first().ok_or(Damaged)?;
        // Each entry takes a byte at least: a count past that is a lie.
        if version != VERSION || head.len > rest.len() as u64 {
            return Err(Damaged);
        }
        Ok(Self {
            rest,
            left: head.len,
            pos: head.first,
            at_us: head.at_us,
            attempt: 0,
            event_us: head.event_us,
            events: head.events,
            event_type: None,
            id: None,
            types: Vec::new(),
        })
    }

    fn byte(&mut self) -> Result<u8, Damaged> {
        let (&byte, rest) = self.rest.split_first().ok_or(Damaged)?;
        self.rest = rest;
        Ok(byte)
    }

    fn varint(&mut self) -> Result<u64, Damaged> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Damaged)
    }

    fn small(&mut self) -> Result<u32, Damaged> {
        u32::try_from(self.varint()?).map_err(|_| Damaged)
    }

    fn text(&mut self) -> Result<&'a str, Damaged> {
        let len = usize::try_from(self.varint()?).map_err(|_| Damaged)?;
        let (text, rest) = self.rest.split_at_checked(len).ok_or(Damaged)?;
        self.rest = rest;
        std::str::from_utf8(text).map_err(|_| Damaged)
    }

    fn entry(&mut self) -> Result<Lying<'a>, Damaged> {
        let flags = self.byte()?;
        if flags & SAME_ATTEMPT == 0 {
            self.attempt = self.small()?;
        }
        let since = unzigzag(self.varint()?);
        self.at_us = self.at_us.checked_add_signed(since).ok_or(Damaged)?;
        let mut gap_us = None;
        let kind = match flags & KIND {
            EVENT => {
                let kind = self.event(flags)?;
                gap_us = self
                    .event_us
                    .replace(self.at_us)
                    .map(|before| self.at_us.saturating_sub(before));
                kind
            }
            COMMENT => LyingKind::Comment(self.text()?),
            MARK => LyingKind::Mark(self.text()?),
            _ => return Err(Damaged),
        };
        let pos = self.pos;
        self.pos = pos.checked_add(1).ok_or(Damaged)?;
        Ok(Lying {
            pos,
            at_us: self.at_us,
            attempt: self.attempt,
            gap_us,
            kind,
        })
    }

    fn event(&mut self, flags: u8) -> Result<LyingKind<'a>, Damaged> {
        if flags & SAME_TYPE == 0 {
            let known = usize::try_from(self.varint()?).map_err(|_| Damaged)?;
            let name = match known.checked_sub(1) {
                Some(known) => self.types.get(known).copied().ok_or(Damaged)?,
                None => {
                    let name = self.text()?;
                    if self.types.len() < TYPES {
                        self.types.push(name);
                    }
                    name
                }
            };
            self.event_type = Some(name);
        }
        if flags & SAME_ID == 0 {
            self.id = Some(self.text()?);
        }
        let wire_bytes = self.small()?;
        let chunks = if flags & ONE_CHUNK == 0 { self.small()? } else { 1 };
        self.events = self.events.checked_add(1).ok_or(Damaged)?;
        Ok(LyingKind::Event {
            event: SeenEvent {
                seq: self.events,
                event_type: self.event_type.ok_or(Damaged)?,
                id: self.id.ok_or(Damaged)?,
                data: self.text()?,
            },
            wire_bytes,
            chunks,
        })
    }
}

impl<'a> Iterator for BlockReader<'a> {
    type Item = Result<Lying<'a>, Damaged>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let entry = self.entry();
        if entry.is_err() {
            self.left = 0;
        }
        Some(entry)
    }
}

/// Reads a block whole.
///
/// # Errors
/// [`Damaged`]; [`readable`] gives what stands before the damage.
pub fn read(head: &BlockHead, body: &[u8]) -> Result<Vec<Entry>, Damaged> {
    let mut shared = Shared::default();
    BlockReader::new(head, body)?
        .map(|lying| shared.entry(&lying?))
        .collect()
}

/// The entries of a block that stand before its damage.
pub fn readable(head: &BlockHead, body: &[u8]) -> Vec<Entry> {
    let mut shared = Shared::default();
    BlockReader::new(head, body)
        .into_iter()
        .flatten()
        .map_while(|lying| shared.entry(&lying.ok()?).ok())
        .collect()
}

/// Texts that successive entries have in common, held once.
#[derive(Default)]
struct Shared {
    event_type: Option<Arc<str>>,
    id: Option<Arc<str>>,
}

fn same(held: &mut Option<Arc<str>>, text: &str) -> Arc<str> {
    match held {
        Some(held) if **held == *text => Arc::clone(held),
        _ => Arc::clone(held.insert(text.into())),
    }
}

impl Shared {
    fn entry(&mut self, lying: &Lying<'_>) -> Result<Entry, Damaged> {
        let kind = match lying.kind {
            LyingKind::Event {
                event,
                wire_bytes,
                chunks,
            } => Kind::Event(Event {
                seq: event.seq,
                event_type: same(&mut self.event_type, event.event_type),
                id: same(&mut self.id, event.id),
                data: event.data.into(),
                wire_bytes,
                chunks,
            }),
            LyingKind::Comment(text) => Kind::Comment(text.into()),
            LyingKind::Mark(json) => {
                let mark: Mark = serde_json::from_str(json).map_err(|_| Damaged)?;
                Kind::Mark(Arc::new(mark))
            }
        };
        Ok(Entry {
            pos: lying.pos,
            at_us: lying.at_us,
            gap_us: lying.gap_us,
            attempt: lying.attempt,
            kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Code, Failure};
    use proptest::prelude::*;

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let event = (
            prop::sample::select(vec!["message", "tick", "流"]),
            prop::sample::select(vec!["", "7", "日"]),
            ".{0,40}",
            0..3u32,
        );
        let one = prop_oneof![
            8 => event.prop_map(|(name, id, data, chunks)| Kind::Event(Event {
                seq: 0,
                event_type: name.into(),
                id: id.into(),
                data: data.into(),
                wire_bytes: chunks * 7,
                chunks,
            })),
            1 => ".{0,20}".prop_map(|text| Kind::Comment(text.into())),
            1 => (0..u64::MAX).prop_map(|ms| Kind::Mark(Arc::new(Mark::Retry { ms }))),
            1 => ".{0,20}".prop_map(|text| Kind::Mark(Arc::new(Mark::Failed {
                failure: Failure::new(Code::Eof, text).with("host", "x"),
            }))),
        ];
        let timed = (one, -3_000_000i64..3_000_000, 1..4u32);
        (0..1u64 << 40, prop::collection::vec(timed, 1..200)).prop_map(|(first, kinds)| {
            let (mut at_us, mut seq, mut event_us) = (1_763_870_400_000_000u64, first / 2, None);
            kinds
                .into_iter()
                .enumerate()
                .map(|(index, (mut kind, step, attempt))| {
                    at_us = at_us.saturating_add_signed(step);
                    let mut gap_us = None;
                    if let Kind::Event(event) = &mut kind {
                        seq += 1;
                        event.seq = seq;
                        gap_us = event_us
                            .replace(at_us)
                            .map(|before: u64| at_us.saturating_sub(before));
                    }
                    Entry {
                        pos: first + index as u64,
                        at_us,
                        gap_us,
                        attempt,
                        kind,
                    }
                })
                .collect()
        })
    }

    fn write(entries: &[Entry]) -> (BlockHead, Vec<u8>, Running) {
        let mut block = BlockWriter::new(Running {
            events: entries[0].pos / 2,
            ..Running::default()
        });
        for entry in entries {
            block.push(entry);
        }
        (block.head(), block.body().to_vec(), block.running())
    }

    proptest! {
        #[test]
        fn reads_what_was_written(entries in entries()) {
            let (head, body, running) = write(&entries);
            prop_assert_eq!(read(&head, &body).expect("readable"), entries.clone());
            let events = entries.iter().filter(|entry| matches!(entry.kind, Kind::Event(_))).count();
            prop_assert_eq!(running.events, head.events + events as u64);
            let data: usize = entries.iter().map(|entry| match &entry.kind {
                Kind::Event(event) => event.data.len(),
                _ => 0,
            }).sum();
            prop_assert_eq!(running.data_bytes, data as u64);
        }

        #[test]
        fn damage_is_an_error_and_never_a_panic(entries in entries(), at in 0usize..4_000, bit in 0u8..8, cut in 0usize..4_000) {
            let (head, mut body, _) = write(&entries);
            let len = body.len();
            body[at % len] ^= 1 << bit;
            body.truncate(len - cut % len);
            let whole = read(&head, &body);
            let part = readable(&head, &body);
            if let Ok(whole) = whole {
                prop_assert_eq!(whole, part);
            }
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(len in 0..u64::MAX, body in prop::collection::vec(any::<u8>(), 0..300)) {
            let head = BlockHead { len, ..BlockHead::default() };
            let _ = read(&head, &body);
        }
    }

    #[test]
    fn what_repeats_is_not_written_again() {
        let entries: Vec<_> = (0..100)
            .map(|pos| crate::log::tests::event(pos, "message", "0123456789"))
            .collect();
        let (_, body, _) = write(&entries);
        // Flags, time (two bytes), wire bytes, length, data.
        assert!(body.len() <= 100 * 15 + 20, "{}", body.len());
    }
}
