use super::*;
use crate::contract::{Run, TextRule};
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
    let page = before(&ring, None, 1_000, &TextRule::Lines.into());
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
    let page = before(&ring, None, 1_000, &TextRule::Lines.into());
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
    let page = before(&ring, None, 1_000, &TextRule::Joined.into());
    assert_eq!(text(&page.runs), "Hello[note]\nxy\n!");
    // A page that begins in the middle agrees with the whole.
    let (tick, _) = since(&ring, Cursor { pos: 3, offset: 0 }, &TextRule::Joined.into()).expect("text");
    assert_eq!(text(&tick.runs), "y\n!");
}

#[test]
fn a_tick_is_bounded_and_the_next_goes_on() {
    let ring = ring([("message", "é".repeat(12_000)), ("message", "end".into())]);
    let (mut cursor, mut all, mut ticks) = (Cursor::default(), String::new(), 0);
    while let Some((tick, next)) = since(&ring, cursor, &TextRule::Joined.into()) {
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
    let (tick, cursor) = since(&ring, Cursor::default(), &TextRule::Lines.into()).expect("text");
    assert_eq!(cursor.pos, 5_000);
    assert_eq!(tick.skipped, tick.pos);
    assert!(tick.pos > 4_800);
    assert!(text(&tick.runs).ends_with(&format!("{:0>100}\n", 4_999)));
    assert!(since(&ring, cursor, &TextRule::Lines.into()).is_none());
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
    while let Some((tick, next)) = since(&log, cursor, &TextRule::Lines.into()) {
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
    assert_eq!(newest(&log, 1_000, &TextRule::Lines.into()).pos, 0);
}

#[test]
fn scrollback_goes_on_before_a_hole_of_any_length() {
    const FAR: u64 = 1 << 50;
    let at: Vec<u64> = (0..100).chain(FAR..FAR + 100).chain([FAR + 500]).collect();
    let log = Holed::new(at.clone(), FAR + 600);
    let (mut from, mut pages) = (None, Vec::new());
    loop {
        let page = before(&log, from, 2_000, &TextRule::Lines.into());
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
        let page = before(&ring, at, 2_000, &TextRule::Lines.into());
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
