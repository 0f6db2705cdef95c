//! Pages, bytes and the body as text, read out of the record.

use std::fmt::Write;

use super::annotate::{Look, Part};
use super::{Kept, Kind, Wire};
use crate::contract::{
    Exchange, WIRE_BYTES, WIRE_HEX_BYTES, WIRE_LINE_CHARS, WIRE_LINES, WIRE_PAGE_BYTES, WIRE_RAW_BYTES,
    WIRE_ROWS, WireBytes, WireForm, WireKind, WireLine, WirePage, WireRaw, WireRow,
};

impl Wire {
    /// At most `len` rows from `from` on.
    pub fn page(&self, from: u64, len: u64, form: WireForm) -> WirePage {
        self.page_to(self.span().end, from, len, form)
    }

    /// The same of the rows before `limit`, as a replay shows them.
    pub fn page_to(&self, limit: u64, from: u64, len: u64, form: WireForm) -> WirePage {
        let mut span = self.span();
        span.end = span.end.min(limit);
        let from = from.max(span.first);
        let end = from.saturating_add(len.min(WIRE_ROWS)).min(span.end);
        let mut rows = Vec::new();
        let (mut room, mut look) = (WIRE_PAGE_BYTES, Look::default());
        for no in from..end {
            let Some(row) = self
                .index(no)
                .and_then(|index| self.row(no, index, form, &mut look))
            else {
                break;
            };
            let bytes = weight(&row.kind);
            if bytes > room && !rows.is_empty() {
                break;
            }
            room = room.saturating_sub(bytes);
            rows.push(row);
        }
        WirePage {
            first: span.first,
            end: span.end,
            exchange: self.fallen_exchange(rows.first()),
            rows,
        }
    }

    /// The exchange of a row's attempt, where its own row fell out.
    fn fallen_exchange(&self, of: Option<&WireRow>) -> Option<Box<WireRow>> {
        let (no, row) = self.fallen.as_ref()?;
        let row = row.as_ref()?;
        let Kind::Exchange(exchange) = &row.kind else {
            return None;
        };
        (of?.attempt == row.attempt).then(|| {
            Box::new(WireRow {
                no: *no,
                at_us: row.at_us,
                gap_us: None,
                attempt: row.attempt,
                kind: WireKind::Exchange {
                    exchange: (**exchange).clone(),
                },
            })
        })
    }

    fn row(&self, no: u64, index: usize, form: WireForm, look: &mut Look) -> Option<WireRow> {
        let row = self.rows.get(index)?;
        let before = match index.checked_sub(1).and_then(|index| self.rows.get(index)) {
            Some(before) => Some((before.at_us, before.attempt)),
            None => self.before,
        };
        let kind = match &row.kind {
            Kind::Exchange(exchange) => WireKind::Exchange {
                exchange: (**exchange).clone(),
            },
            Kind::End(end) => WireKind::End {
                failure: end.0.clone(),
                unfinished: end.1,
            },
            Kind::Chunk(kept) => self.chunk_row(index, kept, form, look),
        };
        Some(WireRow {
            no,
            at_us: row.at_us,
            gap_us: before
                .filter(|(_, attempt)| *attempt == row.attempt)
                .map(|(at_us, _)| row.at_us.saturating_sub(at_us)),
            attempt: row.attempt,
            kind,
        })
    }

    fn chunk_row(&self, index: usize, kept: &Kept, form: WireForm, look: &mut Look) -> WireKind {
        let (mut lines, mut text, mut cut) = (Vec::new(), String::new(), kept.is_cut());
        match form {
            WireForm::Text => {
                let parts = self.parts(index, WIRE_LINES, false, look);
                lines.extend(parts.parts.into_iter().map(|part| line(&kept.bytes, part)));
                cut |= parts.more || lines.iter().any(|line| line.cut);
            }
            WireForm::Hex => {
                let raw = kept.raw();
                text = hex(&raw[..raw.len().min(WIRE_HEX_BYTES)]);
                cut |= raw.len() > WIRE_HEX_BYTES;
            }
        }
        WireKind::Chunk {
            raw_bytes: kept.raw_came,
            bytes: kept.bytes_came,
            lines,
            hex: text,
            cut,
            events: kept.events,
            refused: kept.refused,
        }
    }

    /// Bytes of one chunk, from an offset on. Text begins and ends between characters, where the bytes are UTF-8:
    /// parts that are asked for at any offsets that follow each other make up the whole.
    pub fn bytes(&self, no: u64, from: u64, form: WireForm) -> Option<WireBytes> {
        let kept = self.rows.get(self.index(no)?)?.chunk()?;
        let bytes = match form {
            WireForm::Text => &kept.bytes[..],
            WireForm::Hex => kept.raw(),
        };
        let total = bytes.len() as u64;
        let end = from.saturating_add(WIRE_BYTES).min(total);
        let [from, end] = [from.min(total), end].map(|at| usize::try_from(at).unwrap_or(bytes.len()));
        let (from, text) = match form {
            WireForm::Text => {
                let from = between(bytes, from);
                (
                    from,
                    String::from_utf8_lossy(&bytes[from..between(bytes, end)]).into_owned(),
                )
            }
            WireForm::Hex => (from, hex(&bytes[from..end])),
        };
        Some(WireBytes {
            no,
            from: from as u64,
            total,
            text,
        })
    }

    /// The newest bytes of the newest body, decoded: one piece of it without a hole, refused bodies left out. Copied,
    /// so that they become text outside the session's lock.
    pub fn raw(&self) -> RawBytes {
        let (mut pieces, mut room) = (Vec::new(), WIRE_RAW_BYTES);
        let mut newest = None;
        let mut cut = false;
        for (row, kept) in self
            .rows
            .iter()
            .rev()
            .filter_map(|row| Some((row, row.chunk()?)))
            .filter(|(_, kept)| !kept.refused)
        {
            let hole = kept.bytes_came > kept.bytes.len() as u64;
            let attempt = *newest.get_or_insert(row.attempt);
            if attempt != row.attempt || room == 0 || (hole && !pieces.is_empty()) {
                break;
            }
            let from = kept.bytes.len().saturating_sub(room);
            room -= kept.bytes.len() - from;
            pieces.push(&kept.bytes[from..]);
            cut = kept.offset > 0 || from > 0;
            if hole {
                break;
            }
        }
        pieces.reverse();
        RawBytes {
            bytes: pieces.concat(),
            cut,
            body: self.body,
        }
    }
}

/// The newest bytes of a body, on their way to text.
#[derive(Debug)]
pub struct RawBytes {
    bytes: Vec<u8>,
    /// Bytes of the same body went before them.
    cut: bool,
    /// Bytes of all bodies of the session.
    body: u64,
}

impl RawBytes {
    /// As text, invalid UTF-8 as U+FFFD. A character whose beginning is left out is left out whole.
    pub fn text(&self) -> WireRaw {
        let skipped = if self.cut {
            let some = self.bytes.iter().take(3);
            some.take_while(|byte| **byte & 0xC0 == 0x80).count()
        } else {
            0
        };
        let mut text = String::from_utf8_lossy(&self.bytes[skipped..]).into_owned();
        // Replacement characters are longer than what they replace.
        let over = text.len().saturating_sub(WIRE_RAW_BYTES);
        text.drain(..text.ceil_char_boundary(over));
        WireRaw {
            bytes: text.len() as u64,
            left_out: self.body - (self.bytes.len() - skipped) as u64,
            text,
        }
    }
}

fn line(bytes: &[u8], part: Part) -> WireLine {
    let whole = &bytes[part.start..part.end];
    // No character is longer than four bytes.
    let some = &whole[..whole.len().min(4 * WIRE_LINE_CHARS + 4)];
    let mut text = String::from_utf8_lossy(some).into_owned();
    let cut = text.char_indices().nth(WIRE_LINE_CHARS).map(|(at, _)| at);
    if let Some(at) = cut {
        text.truncate(at);
    }
    WireLine {
        text,
        cut: cut.is_some(),
        end: part.line_end.to_owned(),
        continued: part.continued,
        kind: part.kind,
        ignored: part.ignored,
        seq: part.seq,
        since_comment_us: part.since_comment_us,
        bom: part.bom,
    }
}

/// The beginning of the character that `at` falls into, if it falls into one.
fn between(bytes: &[u8], at: usize) -> usize {
    if at >= bytes.len() {
        return bytes.len();
    }
    (at.saturating_sub(3)..at)
        .find(|start| {
            let character = &bytes[*start..bytes.len().min(start + 4)];
            let valid = character.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            valid
                .chars()
                .next()
                .is_some_and(|first| start + first.len_utf8() > at)
        })
        .unwrap_or(at)
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Bytes of what a row carries.
fn weight(kind: &WireKind) -> usize {
    match kind {
        WireKind::Exchange { exchange } => exchange_bytes(exchange),
        WireKind::Chunk { lines, hex, .. } => {
            hex.len() + lines.iter().map(|line| line.text.len()).sum::<usize>()
        }
        WireKind::End { failure, .. } => {
            failure.message.len() + failure.args.values().map(String::len).sum::<usize>()
        }
    }
}

/// Bytes of an exchange's text, headers with what they cost beside it.
pub(super) fn exchange_bytes(exchange: &Exchange) -> usize {
    let headers = |headers: &[crate::contract::Header]| {
        headers
            .iter()
            .map(|header| header.name.len() + header.value.len() + 64)
            .sum::<usize>()
    };
    let hops = exchange.hops.iter().map(|hop| {
        let answer = hop
            .response
            .as_ref()
            .map_or(0, |answer| 128 + headers(&answer.headers));
        256 + hop.url.len() + hop.target.len() + hop.body.len() + headers(&hop.headers) + answer
    });
    let tls = exchange.tls.as_ref().map_or(0, |tls| {
        256 + tls.subject.len()
            + tls.issuer.len()
            + tls.names.iter().map(|name| name.len() + 32).sum::<usize>()
    });
    hops.sum::<usize>() + tls
}
