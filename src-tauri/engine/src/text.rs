//! The text projection: entries, in order, as typed text under a rule. A pure reducer, shared by the
//! live window, the reader's scrollback and `tape tail --text`.

use crate::contract::{Break, Colour, Run, TICK_TEXT_BYTES, TextPage, TextRule, TextTick};
use crate::log::{Entry, Event, Kind, Log, Mark, last_before};
use crate::read::brief;

/// Runs whose entries arrived within this time of each other are one: finer than a frame, so that the
/// typewriter's pacing sees every gap that a reader could.
const RUN_US: u64 = 8_000;
/// What a run costs in a tick beside its text, in JSON.
const RUN_BYTES: usize = 96;
/// Text that may wait for the following ticks. Four ticks' worth arrives within a tenth of a second; a
/// page that is further behind starts anew at the newest.
const PENDING_BYTES: u64 = 4 * TICK_TEXT_BYTES as u64;
/// Text with which such a page starts anew: a screen of it, some forty lines. It is drawn once and gone with the next
/// frame; more of it would only cost the frame.
const ANEW_BYTES: u64 = TICK_TEXT_BYTES as u64 / 4;
/// How far back the name of the event before is looked for; past that it counts as unnamed.
const LOOK_BACK: u64 = 256;
/// Missing entries that are looked at one by one for one answer; the next goes on from there. Holes are stepped over
/// whole: these lie in blocks that are damaged.
const MISSES: usize = 4_096;
/// The name of events that the stream did not name.
const UNNAMED: &str = "message";

/// Where a reader of the text stands: before byte `offset` of the text of entry `pos`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Entry to be read next.
    pub pos: u64,
    /// Bytes of its text that have been read.
    pub offset: usize,
}

/// One entry's part of the text.
struct Part {
    name: Option<String>,
    text: String,
    mark: Option<Break>,
}

/// The text of one entry, given the type of the event before it (`None` at the start).
fn part(entry: &Entry, before: Option<&str>, rule: TextRule) -> Option<Part> {
    match &entry.kind {
        Kind::Event(event) => Some(event_part(event, before, rule)),
        Kind::Mark(mark) => match &**mark {
            Mark::Resumed {
                from_us,
                code,
                lost,
                repeated,
                ..
            } => Some(Part {
                name: None,
                text: String::new(),
                mark: Some(Break {
                    from_us: *from_us,
                    to_us: Some(entry.at_us),
                    code: *code,
                    lost: *lost,
                    repeated: *repeated,
                }),
            }),
            _ => None,
        },
        Kind::Comment(_) => None,
    }
}

fn event_part(event: &Event, before: Option<&str>, rule: TextRule) -> Part {
    let named = &*event.event_type != UNNAMED;
    match rule {
        TextRule::Joined => {
            // Only a change of name is worth a word in running text; it begins a line of its own.
            let changed = before.unwrap_or(UNNAMED) != &*event.event_type;
            let mut text = String::with_capacity(event.data.len() + 1);
            if changed && before.is_some() {
                text.push('\n');
            }
            text.push_str(&event.data);
            Part {
                name: (changed && named).then(|| brief(&event.event_type)),
                text,
                mark: None,
            }
        }
        _ => {
            let mut text = String::with_capacity(event.data.len() + 1);
            text.push_str(&event.data);
            text.push('\n');
            Part {
                name: named.then(|| brief(&event.event_type)),
                text,
                mark: None,
            }
        }
    }
}

/// The type of the newest event before `pos`.
fn name_before(log: &dyn Log, pos: u64) -> Option<String> {
    let first = log.span().first;
    let mut end = pos;
    for _ in 0..LOOK_BACK {
        if end <= first {
            break;
        }
        match log.get(end - 1).map(|entry| entry.kind) {
            Some(Kind::Event(event)) => return Some(event.event_type.to_string()),
            Some(_) => end -= 1,
            None => end = over_back(log, end),
        }
    }
    None
}

/// Where the entries go on after one that is missing at `pos`.
fn over(log: &dyn Log, pos: u64) -> u64 {
    let end = log.span().end;
    let next = log.next_from(pos).unwrap_or(end);
    next.clamp(pos.saturating_add(1), end.max(pos.saturating_add(1)))
}

/// The same backwards: one past the last entry before the one that is missing before `end`.
fn over_back(log: &dyn Log, end: u64) -> u64 {
    let first = log.span().first;
    last_before(log, first, end - 1).map_or(first, |pos| pos + 1)
}

/// Puts parts together into runs.
struct Runs {
    rule: TextRule,
    runs: Vec<Run>,
    bytes: usize,
}

impl Runs {
    const fn new(rule: TextRule) -> Self {
        Self {
            rule,
            runs: Vec::new(),
            bytes: 0,
        }
    }

    fn push(&mut self, entry: &Entry, part: Part, colour: Option<Colour>) {
        self.bytes += part.text.len();
        if part.name.is_none()
            && part.mark.is_none()
            && let Some(last) = self.runs.last_mut()
            && last.mark.is_none()
            && last.colour == colour
            // A name stands for all of its run, so a line without one is not part of it.
            && (self.rule == TextRule::Joined || last.name.is_none())
            && entry.at_us.saturating_sub(last.at_us) < RUN_US
        {
            last.text.push_str(&part.text);
            last.end = entry.pos + 1;
            return;
        }
        self.bytes += RUN_BYTES + part.name.as_ref().map_or(0, String::len);
        self.runs.push(Run {
            pos: entry.pos,
            end: entry.pos + 1,
            at_us: entry.at_us,
            name: part.name,
            text: part.text,
            mark: part.mark,
            part: None,
            colour,
        });
    }
}

/// Largest boundary of `text` that is not after `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A cursor from which at most `bytes` of text follow: where a page that opens now begins.
pub fn newest(log: &dyn Log, bytes: u64) -> Cursor {
    let span = log.span();
    let end = log.data_bytes_before(span.end);
    let mut pos = span.end;
    // Each entry of an empty or short text costs its run; the count bounds the walk as well. What the blocks of a
    // stranger's tape say may grow backwards.
    for _ in 0..TICK_TEXT_BYTES / RUN_BYTES {
        if pos <= span.first || end.saturating_sub(log.data_bytes_before(pos - 1)) > bytes {
            break;
        }
        if log.get(pos - 1).is_some() {
            pos -= 1;
        } else {
            // A hole holds no text: what is before it does.
            pos = over_back(log, pos);
        }
    }
    if pos == span.end && pos > span.first {
        // The newest entry alone is longer: its end is what can be shown.
        let len = match log.get(pos - 1).map(|entry| entry.kind) {
            Some(Kind::Event(event)) => floor(&event.data, event.data.len().saturating_sub(bytes as usize)),
            _ => 0,
        };
        return Cursor {
            pos: pos - 1,
            offset: len,
        };
    }
    Cursor { pos, offset: 0 }
}

/// The text since `cursor`, at most [`TICK_TEXT_BYTES`] of it, and the cursor after it. `None` if there
/// is nothing new.
pub fn since(log: &dyn Log, cursor: Cursor, rule: TextRule) -> Option<(TextTick, Cursor)> {
    let span = log.span();
    if cursor.pos >= span.end {
        return None;
    }
    let mut at = cursor;
    let mut skipped = 0;
    let lost = cursor.pos < span.first;
    if lost
        || log
            .data_bytes_before(span.end)
            .saturating_sub(log.data_bytes_before(cursor.pos))
            > PENDING_BYTES + cursor.offset as u64
    {
        at = newest(log, ANEW_BYTES);
        skipped = at.pos.saturating_sub(cursor.pos);
    }
    let pos = at.pos;
    let mut runs = Runs::new(rule);
    let mut before = name_before(log, at.pos);
    let mut misses = 0;
    while at.pos < span.end && runs.bytes < TICK_TEXT_BYTES && misses < MISSES {
        let Some(entry) = log.get(at.pos) else {
            misses += 1;
            at = Cursor {
                pos: over(log, at.pos).min(span.end),
                offset: 0,
            };
            continue;
        };
        if let Some(mut part) = part(&entry, before.as_deref(), rule) {
            let room = (TICK_TEXT_BYTES - runs.bytes).max(4);
            let from = floor(&part.text, at.offset);
            let to = floor(&part.text, from.saturating_add(room));
            let whole = to == part.text.len();
            if from > 0 {
                part.name = None;
            }
            part.text = part.text[from..to].to_owned();
            runs.push(&entry, part, log.colour(&entry));
            if !whole {
                at.offset = to;
                break;
            }
        }
        if let Kind::Event(event) = &entry.kind {
            before = Some(event.event_type.to_string());
        }
        at = Cursor {
            pos: at.pos + 1,
            offset: 0,
        };
    }
    Some((
        TextTick {
            runs: runs.runs,
            pos,
            end: at.pos,
            skipped,
        },
        at,
    ))
}

/// The text before entry `before` (the end of the log if `None`), at most about `max_bytes` of it, cut
/// between entries; one entry longer than that is cut to its end.
pub fn before(log: &dyn Log, before: Option<u64>, max_bytes: usize, rule: TextRule) -> TextPage {
    let span = log.span();
    let end = before.unwrap_or(span.end).min(span.end);
    let mut first = end;
    let mut bytes = 0;
    let mut misses = 0;
    while first > span.first && misses < MISSES {
        let Some(entry) = log.get(first - 1) else {
            misses += 1;
            first = over_back(log, first);
            continue;
        };
        let len = RUN_BYTES
            + if let Kind::Event(event) = &entry.kind {
                event.data.len()
            } else {
                0
            };
        if bytes > 0 && bytes + len > max_bytes {
            break;
        }
        bytes += len;
        first -= 1;
    }
    let mut runs = Runs::new(rule);
    let mut name = name_before(log, first);
    let mut pos = first;
    while pos < end {
        let Some(entry) = log.get(pos) else {
            pos = over(log, pos);
            continue;
        };
        pos += 1;
        if let Some(mut part) = part(&entry, name.as_deref(), rule) {
            if part.text.len() > max_bytes {
                let cut = floor(&part.text, part.text.len() - max_bytes);
                part.text.drain(..cut);
            }
            runs.push(&entry, part, log.colour(&entry));
        }
        if let Kind::Event(event) = &entry.kind {
            name = Some(event.event_type.to_string());
        }
    }
    TextPage {
        runs: runs.runs,
        pos: first,
        more: first > span.first,
        dropped: span.first,
    }
}

/// What one entry adds to the typed text of a terminal; empty for what is no text.
pub fn typed(entry: &Entry, before: Option<&str>, rule: TextRule) -> String {
    match part(entry, before, rule) {
        Some(Part {
            mark: None,
            name: Some(name),
            text,
        }) => match text.strip_prefix('\n') {
            // The line that a change of name begins in running text.
            Some(text) if rule == TextRule::Joined && before.is_some() => format!("\n{name}: {text}"),
            _ => format!("{name}: {text}"),
        },
        Some(Part {
            mark: None,
            name: None,
            text,
        }) => text,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tests::event;
    use crate::log::{Budget, Ring};
    use std::sync::Arc;

    fn ring(entries: impl IntoIterator<Item = (&'static str, String)>) -> Ring {
        let mut ring = Ring::new(Arc::new(Budget::default()));
        for (pos, (name, data)) in entries.into_iter().enumerate() {
            ring.append(event(pos as u64, name, &data));
        }
        ring
    }

    fn text(runs: &[Run]) -> String {
        runs.iter()
            .map(|run| run.name.as_ref().map_or(String::new(), |n| format!("[{n}]")) + &run.text)
            .collect()
    }

    #[test]
    fn lines_end_each_event_and_name_the_named() {
        let ring = ring([
            ("message", "a".into()),
            ("tick", "b\nc".into()),
            ("message", "d".into()),
        ]);
        let page = before(&ring, None, 1_000, TextRule::Lines);
        assert_eq!(text(&page.runs), "a\n[tick]b\nc\nd\n");
        assert!(!page.more);
    }

    #[test]
    fn a_name_stands_for_its_own_line_alone() {
        let mut ring = Ring::new(Arc::new(Budget::default()));
        for (pos, name) in ["tick", "message", "message"].into_iter().enumerate() {
            // Within one run's time of each other.
            let entry = event(pos as u64, name, "x");
            ring.append(Entry {
                at_us: 1_000,
                ..entry
            });
        }
        let page = before(&ring, None, 1_000, TextRule::Lines);
        let runs: Vec<_> = page
            .runs
            .iter()
            .map(|run| (run.name.as_deref(), run.text.as_str()))
            .collect();
        assert_eq!(runs, [(Some("tick"), "x\n"), (None, "x\nx\n")]);
    }

    #[test]
    fn joined_breaks_only_where_the_name_changes() {
        let ring = ring([
            ("message", "He".into()),
            ("message", "llo".into()),
            ("note", "x".into()),
            ("note", "y".into()),
            ("message", "!".into()),
        ]);
        let page = before(&ring, None, 1_000, TextRule::Joined);
        assert_eq!(text(&page.runs), "Hello[note]\nxy\n!");
        // A page that begins in the middle agrees with the whole.
        let (tick, _) = since(&ring, Cursor { pos: 3, offset: 0 }, TextRule::Joined).expect("text");
        assert_eq!(text(&tick.runs), "y\n!");
    }

    #[test]
    fn a_tick_is_bounded_and_the_next_goes_on() {
        let ring = ring([("message", "é".repeat(12_000)), ("message", "end".into())]);
        let (mut cursor, mut all, mut ticks) = (Cursor::default(), String::new(), 0);
        while let Some((tick, next)) = since(&ring, cursor, TextRule::Joined) {
            assert!(tick.runs.iter().map(|run| run.text.len()).sum::<usize>() <= TICK_TEXT_BYTES);
            assert_eq!(tick.pos, cursor.pos);
            assert_eq!(tick.skipped, 0);
            all += &text(&tick.runs);
            cursor = next;
            ticks += 1;
        }
        assert_eq!(all, "é".repeat(12_000) + "end");
        assert_eq!(ticks, 2);
    }

    #[test]
    fn a_page_far_behind_starts_anew_at_the_newest() {
        let ring = ring((0..5_000).map(|n| ("message", format!("{n:0>100}"))));
        let (tick, cursor) = since(&ring, Cursor::default(), TextRule::Lines).expect("text");
        assert_eq!(cursor.pos, 5_000);
        assert_eq!(tick.skipped, tick.pos);
        assert!(tick.pos > 4_800);
        assert!(text(&tick.runs).ends_with(&format!("{:0>100}\n", 4_999)));
        assert!(since(&ring, cursor, TextRule::Lines).is_none());
    }

    /// Entries with holes between them.
    struct Holed {
        entries: std::collections::BTreeMap<u64, Entry>,
        end: u64,
    }

    impl Holed {
        /// Entries at these positions; the last before `end`.
        fn new(at: impl IntoIterator<Item = u64>, end: u64) -> Self {
            let entry = |pos| (pos, event(pos, "message", &format!("line {pos}")));
            Self {
                entries: at.into_iter().map(entry).collect(),
                end,
            }
        }
    }

    impl Log for Holed {
        fn span(&self) -> crate::log::Span {
            crate::log::Span {
                first: 0,
                end: self.end,
            }
        }

        fn get(&self, pos: u64) -> Option<Entry> {
            self.entries.get(&pos).cloned()
        }

        /// A stranger's: they fall.
        fn data_bytes_before(&self, pos: u64) -> u64 {
            u64::MAX - pos
        }

        fn next_from(&self, pos: u64) -> Option<u64> {
            self.entries.range(pos..).next().map(|(pos, _)| *pos)
        }
    }

    #[test]
    fn text_goes_on_after_a_hole_of_any_length() {
        const FAR: u64 = 1 << 50;
        let log = Holed::new([0, 1, 5, 6, FAR, FAR + 1], FAR + 3);
        let (mut cursor, mut all, mut ticks) = (Cursor::default(), String::new(), 0);
        while let Some((tick, next)) = since(&log, cursor, TextRule::Lines) {
            assert_ne!(next, cursor, "it goes on");
            all += &text(&tick.runs);
            cursor = next;
            ticks += 1;
            assert!(ticks < 10);
        }
        let whole = [0, 1, 5, 6, FAR, FAR + 1]
            .map(|pos| format!("line {pos}\n"))
            .concat();
        assert_eq!((all, cursor.pos), (whole, log.end));
        // A page that opens now begins before the holes, for they hold no text.
        assert_eq!(newest(&log, 1_000).pos, 0);
    }

    #[test]
    fn scrollback_goes_on_before_a_hole_of_any_length() {
        const FAR: u64 = 1 << 50;
        let at: Vec<u64> = (0..100).chain(FAR..FAR + 100).chain([FAR + 500]).collect();
        let log = Holed::new(at.clone(), FAR + 600);
        let (mut from, mut pages) = (None, Vec::new());
        loop {
            let page = before(&log, from, 2_000, TextRule::Lines);
            assert!(from.is_none_or(|from| page.pos < from), "it goes on");
            pages.push(text(&page.runs));
            from = Some(page.pos);
            if !page.more {
                break;
            }
        }
        pages.reverse();
        let whole: String = at.iter().map(|pos| format!("line {pos}\n")).collect();
        assert_eq!(pages.concat(), whole);
        assert!(pages.len() > 5);
    }

    #[test]
    fn pages_backwards_join_up() {
        let ring = ring((0..400).map(|n| ("message", format!("line {n}"))));
        let (mut at, mut pages) = (None, Vec::new());
        loop {
            let page = before(&ring, at, 2_000, TextRule::Lines);
            pages.push(text(&page.runs));
            at = Some(page.pos);
            if !page.more {
                break;
            }
        }
        pages.reverse();
        let whole: String = (0..400).map(|n| format!("line {n}\n")).collect();
        assert_eq!(pages.concat(), whole);
        assert!(pages.len() > 5);
    }
}
