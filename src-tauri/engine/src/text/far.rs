//! How far a page is behind, and where one that is too far begins anew, where actions hide events: what nobody should see
//! is neither text that waits nor text that was skipped.

use super::{ANSWER_PENDING, Cursor, MISSES, READ_BYTES, READ_ENTRIES, RUN_BYTES, over_back};
use crate::log::{Kind, Log};

/// Entries that are looked at to tell how many of those skipped were to be seen; of more it is an estimate.
const COUNTED: u64 = 4 * READ_ENTRIES as u64;

/// What can be seen of a stretch.
#[derive(Default)]
struct Look {
    /// Events.
    events: u64,
    /// Bytes of their data.
    bytes: u64,
    /// Where it ended.
    pos: u64,
}

/// Looks from `from` on until `end`, until more than `most` bytes are seen, or the bounds of a tick's reading.
fn look(log: &dyn Log, from: u64, end: u64, most: u64, entries: u64) -> Look {
    let mut look = Look {
        pos: from,
        ..Look::default()
    };
    let start = log.data_bytes_before(from.max(log.span().first));
    while look.pos < end && look.pos - from < entries && look.bytes <= most {
        let mut see = |seen: crate::log::Seen<'_>| {
            if seen.pos >= end {
                return std::ops::ControlFlow::Break(());
            }
            if let Some(event) = seen.event {
                look.events += 1;
                look.bytes = look.bytes.saturating_add(event.data.len() as u64);
            }
            std::ops::ControlFlow::Continue(())
        };
        let next = log.visit(look.pos, &mut see).min(end);
        if next <= look.pos {
            break;
        }
        look.pos = next;
        if log.data_bytes_before(look.pos).saturating_sub(start) > READ_BYTES as u64 {
            break;
        }
    }
    look
}

/// Whether more than `pending` bytes of data wait from `pos` on. Where events are hidden only the others count, unless so
/// much is hidden that reading it would take longer than it may wait.
pub(super) fn is_far(log: &dyn Log, pos: u64, pending: u64) -> bool {
    let end = log.span().end;
    let data = log
        .data_bytes_before(end)
        .saturating_sub(log.data_bytes_before(pos));
    if data <= pending || !log.hides() {
        return data > pending;
    }
    data > ANSWER_PENDING || look(log, pos, end, pending, READ_ENTRIES as u64).bytes > pending
}

/// How many are skipped from `from` on and before `to`: all entries, or where events are hidden the events that are not.
pub(super) fn seen_between(log: &dyn Log, from: u64, to: u64) -> u64 {
    let all = to.saturating_sub(from);
    if !log.hides() || all == 0 {
        return all;
    }
    let first = from.max(log.span().first).min(to);
    let look = look(log, first, to, u64::MAX, COUNTED);
    let looked = look.pos - first;
    if looked == 0 {
        return all;
    }
    let rest = u128::from(all - looked) * u128::from(look.events) / u128::from(looked);
    look.events
        .saturating_add(u64::try_from(rest).unwrap_or(u64::MAX))
}

/// A cursor from which about `bytes` of what can be seen follow, or what is found of it within the bounds of a tick's
/// reading.
pub(super) fn newest_seen(log: &dyn Log, bytes: u64) -> Cursor {
    let span = log.span();
    let end = log.data_bytes_before(span.end);
    let (mut pos, mut text, mut entries, mut misses) = (span.end, 0_u64, 0, 0);
    while pos > span.first && entries < READ_ENTRIES && misses < MISSES {
        let Some(entry) = log.get(pos - 1) else {
            misses += 1;
            pos = over_back(log, pos);
            continue;
        };
        entries += 1;
        let len = match &entry.kind {
            Kind::Event(event) => event.data.len() as u64,
            _ => 0,
        };
        let read = end.saturating_sub(log.data_bytes_before(pos - 1));
        let room = bytes.saturating_sub(text);
        if len > room && text == 0 {
            // The newest that is seen is longer by itself: its end is what can be shown.
            let Kind::Event(event) = &entry.kind else { break };
            let offset = super::floor(&event.data, event.data.len().saturating_sub(bytes as usize));
            return Cursor { pos: pos - 1, offset };
        }
        if len > room || read > READ_BYTES as u64 {
            break;
        }
        text += len + if len > 0 { RUN_BYTES as u64 } else { 0 };
        pos -= 1;
    }
    Cursor { pos, offset: 0 }
}
