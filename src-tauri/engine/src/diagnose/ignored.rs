//! Lines that change nothing, counted. A flood is looked at in samples, so that counting costs it nothing to speak of.

use super::Args;
use crate::attempt::Chunk;
use crate::contract::{Ignored, LineKind};
use crate::lenient::MID_HEAD;
use crate::wire::classify;

/// Bytes that are looked at in a second.
const LOOKED: usize = 1 << 20;
/// Characters of the first one that are told.
const SHOWN: usize = 80;

/// The ignored lines of a session.
#[derive(Debug, Default)]
pub struct IgnoredLines {
    /// How many were seen.
    pub lines: u64,
    /// The row of the first.
    pub no: u64,
    first: String,
    why: Option<Ignored>,
    /// The body's first line, before which a BOM may stand, has not ended.
    at_first: bool,
    second: u64,
    looked: usize,
    /// Not every chunk was looked at.
    sampled: bool,
}

impl IgnoredLines {
    /// Reads the lines that end in a chunk.
    pub fn read(&mut self, no: u64, at_us: u64, chunk: &Chunk) {
        let at_first = self.at_first || chunk.before.at_start;
        self.at_first = at_first && memchr::memchr2(b'\n', b'\r', &chunk.bytes).is_none();
        let second = at_us / 1_000_000;
        if self.second != second {
            (self.second, self.looked) = (second, 0);
        }
        if self.looked >= LOOKED {
            self.sampled = true;
            return;
        }
        self.looked += chunk.bytes.len();
        let (mut rest, before) = (&chunk.bytes[..], &chunk.before);
        if before.after_cr {
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        // Of a line that began earlier, its beginning and what is here: enough but for a NUL far into an id.
        let mut carried = Vec::new();
        if before.line > 0 {
            carried.extend_from_slice(&before.head);
        }
        let mut first = at_first;
        while let Some(end) = memchr::memchr2(b'\n', b'\r', rest) {
            let crlf = rest[end] == b'\r' && rest.get(end + 1) == Some(&b'\n');
            let mut line = &rest[..end];
            if !carried.is_empty() {
                carried.extend_from_slice(&line[..line.len().min(4 * MID_HEAD)]);
                line = &carried;
            }
            if std::mem::take(&mut first) {
                line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
            }
            if let (LineKind::Ignored, Some(why)) = classify(line, true) {
                if self.lines == 0 {
                    self.no = no;
                    self.why = Some(why);
                    let some = &line[..line.len().min(4 * SHOWN)];
                    self.first = String::from_utf8_lossy(some).chars().take(SHOWN).collect();
                }
                self.lines += 1;
            }
            carried.clear();
            rest = &rest[end + 1 + usize::from(crlf)..];
        }
    }

    /// The evidence: `least` = yes where there may be more.
    pub fn tell(&self, args: &mut Args) {
        let why = match self.why {
            Some(Ignored::RetryNotNumber) => "retry-not-number",
            Some(Ignored::IdWithNul) => "id-with-nul",
            Some(Ignored::UnknownField) | None => "unknown-field",
        };
        args.put("lines", self.lines)
            .put("first", &self.first)
            .put("why", why)
            .put("least", if self.sampled { "yes" } else { "no" });
    }
}
