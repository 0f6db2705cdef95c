//! A file as the body of a response: the same parser, the same bounds, the same chunks. Its blocks (or lines) are cut
//! into chunks of their own, so that a replay of the chunks has the events' pace.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use memchr::{memchr, memchr2};
use parking_lot::Mutex;
use serde::de::IgnoredAny;
use url::Url;

use super::{Imported, STEP_US, Sink, Terms, damaged, refused};
use crate::attempt::{Attempt, Happening};
use crate::contract::{Code, Failure, Framing};
use crate::export::{Progress, Watch, cancelled, disk_failure};
use crate::log::{Entry, Event, Kind, Mark};
use crate::source::{Head, Opening, Piece, Pieces, Request, Source};

/// Bytes that are read at once, and that a chunk holds at most.
const PART: usize = 64 << 10;
/// Happenings between two looks at whether to stop.
const CHECK: u64 = 256;
/// The only attempt there is.
const ATTEMPT: u32 = 1;

/// Reads it whole.
pub(super) fn read(
    file: File,
    framing: Framing,
    terms: Terms,
    sink: &mut dyn Sink,
    watch: &mut Watch<'_>,
) -> Result<Imported, Failure> {
    let source = Arc::new(FileSource {
        file: Mutex::new(Some(file)),
        framing,
    });
    let url =
        Url::parse("http://file.invalid/").map_err(|error| refused("unreadable", &error.to_string()))?;
    let mut attempt = Attempt::new(source, Request::get(url), terms.limits)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| disk_failure(&error))?;
    runtime.block_on(reading(&mut attempt, framing, terms.now_us, sink, watch))
}

async fn reading(
    attempt: &mut Attempt,
    framing: Framing,
    start_us: u64,
    sink: &mut dyn Sink,
    watch: &mut Watch<'_>,
) -> Result<Imported, Failure> {
    let mut imported = Imported {
        ended_us: start_us,
        ..Imported::default()
    };
    let (mut progress, mut looks) = (Progress::default(), 0u64);
    // The newest event's type and id, shared by the events that have the same.
    let (mut shared_type, mut shared_id): (Arc<str>, Arc<str>) = ("message".into(), "".into());
    while let Some(happening) = attempt.next().await {
        if looks.is_multiple_of(CHECK) && watch(progress).is_break() {
            return Err(cancelled());
        }
        looks += 1;
        // Of the event that comes next; it is that of all that stands before it.
        let at_us = start_us.saturating_add(imported.events.saturating_mul(STEP_US));
        let (kind, gap_us) = match happening {
            Happening::Opened { .. } => continue,
            Happening::Chunk(chunk) => {
                progress.bytes += chunk.bytes.len() as u64;
                progress.done = progress.bytes;
                sink.chunk(at_us, ATTEMPT, &chunk)?;
                continue;
            }
            Happening::Event {
                event_type,
                id,
                data,
                place,
            } => {
                imported.events += 1;
                if framing == Framing::Ndjson
                    && let Err(error) = serde_json::from_str::<IgnoredAny>(&data)
                {
                    return Err(damaged(imported.events, error));
                }
                if *shared_type != *event_type {
                    shared_type = event_type.into();
                }
                if *shared_id != *id {
                    shared_id = id.into();
                }
                let event = Event {
                    seq: imported.events,
                    event_type: Arc::clone(&shared_type),
                    id: Arc::clone(&shared_id),
                    data: data.into(),
                    wire_bytes: u32::try_from(place.end_byte - place.first_byte).unwrap_or(u32::MAX),
                    chunks: u32::try_from(place.last_chunk - place.first_chunk + 1).unwrap_or(u32::MAX),
                };
                (Kind::Event(event), (imported.events > 1).then_some(STEP_US))
            }
            Happening::Comment { text, .. } => (Kind::Comment(text.into()), None),
            Happening::Retry { ms, .. } => (Kind::Mark(Arc::new(Mark::Retry { ms })), None),
            Happening::Ended(failure) if failure.code == Code::Eof => break,
            Happening::Ended(failure) => return Err(failure),
        };
        imported.ended_us = at_us;
        sink.entry(Entry {
            pos: imported.entries,
            at_us,
            gap_us,
            attempt: ATTEMPT,
            kind,
        })?;
        imported.entries += 1;
    }
    if watch(progress).is_break() {
        return Err(cancelled());
    }
    if imported.events == 0 {
        let message = if attempt.unfinished() > 0 {
            "no event in the file is finished by a blank line"
        } else {
            "there is no event in the file"
        };
        return Err(refused("foreign", message));
    }
    Ok(imported)
}

/// Opens once.
struct FileSource {
    file: Mutex<Option<File>>,
    framing: Framing,
}

impl Source for FileSource {
    fn open(&self, _: Request) -> Opening {
        let file = self.file.lock().take();
        let framing = self.framing;
        Box::pin(async move {
            let file = file.ok_or_else(|| refused("unreadable", "the file is read only once"))?;
            let head = Head {
                status: 200,
                framing,
                ..Head::default()
            };
            let pieces: Pieces = Box::pin(futures_util::stream::iter(Cutter::new(file, framing)));
            Ok((head, pieces))
        })
    }
}

/// Cuts what it reads after each block, or each line.
struct Cutter<R> {
    file: R,
    lines: bool,
    /// What was read and not yet handed on.
    buffer: BytesMut,
    at: Instant,
    ended: bool,
    /// Whether the bytes handed on so far end within a line …
    within: bool,
    /// … or with a CR, to which an LF would belong …
    after_cr: bool,
    /// … and whether a line with something on it has come since the last cut.
    begun: bool,
}

impl<R: Read> Cutter<R> {
    fn new(file: R, framing: Framing) -> Self {
        Self {
            file,
            lines: framing != Framing::Sse,
            buffer: BytesMut::new(),
            at: Instant::now(),
            ended: false,
            within: false,
            after_cr: false,
            begun: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.resize(PART, 0);
        let mut have = 0;
        while have < PART {
            match self.file.read(&mut self.buffer[have..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(n) => have += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.buffer.truncate(have);
        Ok(())
    }

    /// Length of the next piece: to the end of a block, or all there is.
    fn cut(&mut self) -> usize {
        let bytes = &self.buffer[..];
        if self.lines {
            return memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
        }
        let mut at = usize::from(std::mem::take(&mut self.after_cr) && bytes.first() == Some(&b'\n'));
        while let Some(len) = memchr2(b'\n', b'\r', &bytes[at..]) {
            let blank = len == 0 && !self.within;
            self.within = false;
            self.begun |= !blank;
            at += len + 1;
            if bytes[at - 1] == b'\r' {
                match bytes.get(at) {
                    Some(b'\n') => at += 1,
                    Some(_) => {}
                    None => self.after_cr = true,
                }
            }
            if blank && std::mem::take(&mut self.begun) {
                return at;
            }
        }
        self.within |= at < bytes.len();
        bytes.len()
    }
}

impl<R: Read> Iterator for Cutter<R> {
    type Item = Result<Piece, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.buffer.is_empty() {
            if self.ended {
                return None;
            }
            if let Err(error) = self.fill() {
                self.ended = true;
                self.buffer.clear();
                return Some(Err(disk_failure(&error)));
            }
            if self.buffer.is_empty() {
                return None;
            }
        }
        let end = self.cut();
        let bytes: Bytes = self.buffer.split_to(end).freeze();
        Some(Ok(Piece::Chunk {
            at: self.at,
            bytes,
            raw: None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(body: &str) -> Vec<String> {
        Cutter::new(body.as_bytes(), Framing::Sse)
            .map(|piece| match piece {
                Ok(Piece::Chunk { bytes, .. }) => String::from_utf8(bytes.to_vec()).expect("text"),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn blocks_are_cut_at_every_kind_of_line_end() {
        assert_eq!(cut("data: a\n\ndata: b\n\n"), ["data: a\n\n", "data: b\n\n"]);
        assert_eq!(
            cut("a\r\n\r\nb\r\rc\n\r\nd"),
            ["a\r\n\r\n", "b\r\r", "c\n\r\n", "d"]
        );
        assert_eq!(cut("\n\n\na\n\n\n\nb"), ["\n\n\na\n\n", "\n\nb"]);
    }

    #[test]
    fn a_part_that_ends_anywhere_changes_no_cut() {
        for pad in PART - 6..PART + 2 {
            let first = format!("data: {}\r\n\r\n", "x".repeat(pad - 6));
            let body = format!("{first}data: y\r\n\r\n");
            let pieces = cut(&body);
            assert_eq!(pieces.concat(), body);
            // The blocks' ends are among the cuts, but for an LF that comes with the next part.
            let ends: Vec<usize> = pieces
                .iter()
                .scan(0, |end, piece| {
                    *end += piece.len();
                    Some(*end)
                })
                .collect();
            assert!(
                ends.contains(&first.len()) || ends.contains(&(first.len() - 1)),
                "{pad}"
            );
            assert_eq!(ends.last(), Some(&body.len()));
        }
    }
}
