//! Where a live session and its tape meet: what the recorder takes from the session, and the session's entries as one
//! log, whether they are still in memory or only on tape.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::contract::{Bookmark, Recording};
use crate::core::Core;
use crate::log::{Entry, Log, Seen, Span};
use crate::session::Shared;
use crate::tape::recorder::{BACKLOG, Batch, Closing, Feed, Track, URGENT, WireBatch};

/// Entries that are taken under one lock: some ten microseconds for which the line waits.
const SLICE: usize = 512;
/// Bytes of the wire that are copied under one lock.
const WIRE_SLICE: usize = 256 << 10;
/// Bytes that wait to be written after which the line waits, while all sessions together hold more than they should.
const TIGHT: usize = 4 << 20;

/// A session's side of its recording.
#[derive(Debug)]
pub(crate) struct Reel {
    pub(crate) track: Arc<Track>,
    /// The recorder knows that there is something new, and that it is urgent.
    told: bool,
    urged: bool,
}

impl Reel {
    pub(crate) const fn new(track: Arc<Track>) -> Self {
        Self {
            track,
            told: false,
            urged: false,
        }
    }
}

impl Core {
    /// Something new is to be written.
    pub(crate) fn ring(&mut self) {
        let urgent = self.log.unwritten() > URGENT;
        if let Some(reel) = &mut self.reel
            && (!reel.told || (urgent && !reel.urged))
        {
            reel.told = true;
            reel.urged |= urgent;
            reel.track.bell.ring(urgent);
        }
    }

    /// The session is over: the recorder closes the tape.
    pub(crate) fn ring_out(&self) {
        if let Some(reel) = &self.reel {
            reel.track.bell.ring(true);
        }
    }

    /// Whether the line has to wait for the disk.
    pub(crate) fn is_behind(&self) -> Option<Arc<Track>> {
        let unwritten = self.log.unwritten();
        let most = if self.log.is_tight() { TIGHT } else { BACKLOG };
        (unwritten > most).then(|| self.reel.as_ref().map(|reel| Arc::clone(&reel.track)))?
    }

    /// Which entries can be read, in memory or on tape.
    pub(crate) fn span(&self) -> Span {
        let span = self.log.span();
        match &self.reel {
            Some(reel) => {
                let taped = reel.track.tape().span();
                let first = if taped.end > taped.first {
                    taped.first.min(span.first)
                } else {
                    span.first
                };
                Span { first, end: span.end }
            }
            None => span,
        }
    }

    /// What is said of the recording.
    pub(crate) fn recording(&self) -> Recording {
        let Some(reel) = &self.reel else {
            return Recording::default();
        };
        let mut recording = reel.track.recording();
        // What has gone from memory since nothing is written any more is lost as well.
        let taped = reel.track.tape().progress().end.load(Ordering::Acquire);
        recording.lost += self.log.span().first.saturating_sub(taped);
        recording
    }
}

impl Feed for Shared {
    fn entries(&self, from: u64, most: usize, bytes: usize) -> Batch {
        let mut batch = Batch::default();
        let (mut next, mut room) = (from, bytes);
        loop {
            let mut core = self.core.lock();
            let span = core.log.span();
            // A hole ends the batch: what comes after it is another.
            if next < span.first {
                if !batch.entries.is_empty() {
                    batch.more = true;
                    return batch;
                }
                next = span.first;
            }
            let to = span.end.min(next + SLICE.min(most - batch.entries.len()) as u64);
            while next < to && room > 0 {
                let Some(entry) = core.log.get(next) else { break };
                room = room.saturating_sub(crate::log::weight(&entry));
                batch.entries.push(entry);
                next += 1;
            }
            if next >= span.end {
                if let Some(reel) = &mut core.reel {
                    (reel.told, reel.urged) = (false, false);
                }
                return batch;
            }
            if room == 0 || batch.entries.len() >= most {
                batch.more = true;
                return batch;
            }
        }
    }

    fn wire(&self, from: u64, bytes: usize) -> WireBatch {
        let mut batch = WireBatch::default();
        let (mut next, mut room) = (from, bytes);
        loop {
            let mut core = self.core.lock();
            if let Some(grown) = core.wire.take_grown() {
                // Rows that were taken already are taken again.
                batch.rows.retain(|row| row.no < grown);
                next = next.min(grown);
            }
            let span = core.wire.span();
            batch.first = span.first;
            next = next.max(span.first);
            let rows = core.wire.stored(next, WIRE_SLICE.min(room));
            if room == bytes {
                batch.fallen = core.wire.stored_fallen();
            }
            drop(core);
            for row in rows {
                room = room.saturating_sub(row.bytes.len() + row.raw.as_ref().map_or(0, Vec::len) + 256);
                next = row.no + 1;
                batch.rows.push(row);
            }
            if next >= span.end {
                return batch;
            }
            if room == 0 {
                batch.more = true;
                return batch;
            }
        }
    }

    fn bookmarks(&self, generation: u64) -> Option<(u64, Vec<Bookmark>)> {
        let now = self.bookmarks.generation();
        (now != generation).then(|| (now, self.bookmarks.all()))
    }

    fn written(&self, end: u64, wire_end: u64) {
        let mut core = self.core.lock();
        core.log.set_written(end);
        core.wire.set_written(wire_end);
    }

    fn stopped(&self) {
        let mut core = self.core.lock();
        core.log.set_unwritten();
        core.wire.set_unwritten();
    }

    fn changed(&self) {
        self.change(|_| ());
    }

    fn closing(&self) -> Option<Closing> {
        self.core.lock().closing()
    }
}

/// A live session's entries: those in memory, else those on tape. Its lock is held for a moment at a time.
pub(crate) struct Live(pub(crate) Arc<Shared>);

impl Live {
    fn track(&self) -> Option<Arc<Track>> {
        let core = self.0.core.lock();
        core.reel.as_ref().map(|reel| Arc::clone(&reel.track))
    }

    /// At most a slice of entries that are in memory, from `from` on.
    fn in_memory(&self, from: u64, len: usize) -> Vec<Entry> {
        let core = self.0.core.lock();
        if !core.log.holds(from) {
            return Vec::new();
        }
        core.log.run(from, len.min(SLICE))
    }
}

impl Log for Live {
    fn span(&self) -> Span {
        self.0.core.lock().span()
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        let track = {
            let core = self.0.core.lock();
            if let Some(entry) = core.log.get(pos) {
                return Some(entry);
            }
            core.reel.as_ref().map(|reel| Arc::clone(&reel.track))
        };
        track?.tape().get(pos)
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        let track = {
            let core = self.0.core.lock();
            if core.log.holds(pos) || pos >= core.log.span().end {
                return core.log.data_bytes_before(pos);
            }
            core.reel.as_ref().map(|reel| Arc::clone(&reel.track))
        };
        track.map_or(0, |track| track.tape().data_bytes_before(pos))
    }

    fn run(&self, from: u64, len: usize) -> Vec<Entry> {
        let span = self.span();
        let from = from.max(span.first);
        let to = from.saturating_add(len as u64).min(span.end);
        let mut entries = Vec::new();
        let mut pos = from;
        while pos < to {
            let left = usize::try_from(to - pos).unwrap_or(usize::MAX);
            let mut found = self.in_memory(pos, left);
            if found.is_empty() {
                let Some(track) = self.track() else { break };
                found = track.tape().run(pos, left.min(4 * SLICE));
                if found.is_empty() {
                    match self.next_from(pos.saturating_add(1)) {
                        Some(next) => pos = next,
                        None => break,
                    }
                    continue;
                }
            }
            pos = found.last().map_or(to, |entry| entry.pos + 1);
            entries.append(&mut found);
        }
        entries
    }

    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        let span = self.span();
        let from = from.max(span.first);
        if from >= span.end {
            return from;
        }
        let entries = self.in_memory(from, SLICE);
        if !entries.is_empty() {
            for entry in &entries {
                if see(Seen::of(entry)).is_break() {
                    return entry.pos + 1;
                }
            }
            return entries.last().map_or(from, |entry| entry.pos + 1);
        }
        if let Some(track) = self.track()
            && from < track.tape().span().end
        {
            return track.tape().visit(from, see).max(from + 1);
        }
        // A hole between the tape and memory.
        self.0.core.lock().log.span().first.max(from + 1)
    }

    fn next_from(&self, pos: u64) -> Option<u64> {
        if let Some(next) = self.track().and_then(|track| track.tape().next_from(pos)) {
            // Memory may hold some of what the tape has not.
            let memory = self.0.core.lock().log.span();
            return Some(if memory.first <= pos && pos < memory.end {
                pos
            } else {
                next
            });
        }
        let memory = self.0.core.lock().log.span();
        let next = pos.max(memory.first);
        (next < memory.end).then_some(next)
    }
}
