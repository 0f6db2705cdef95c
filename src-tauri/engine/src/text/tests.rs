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

/// Tells a log tick by tick from `cursor` on; no tick is longer than `most` in JSON.
fn ticks(log: &dyn Log, mut cursor: Cursor, reading: &Reading, most: usize) -> Vec<TextTick> {
    let mut all = Vec::new();
    while let Some((tick, next)) = since(log, cursor, reading) {
        let json = serde_json::to_string(&tick).expect("JSON").len();
        assert!(json <= most, "{json} bytes in a tick");
        assert_ne!(next, cursor, "it goes on");
        cursor = next;
        all.push(tick);
    }
    all
}

#[test]
fn a_tick_of_calls_without_text_is_bounded_too() {
    let call = |event: u64, n: u64| {
        let name = "n".repeat(512);
        format!(
            r#"{{"index":{},"function":{{"name":"{name}"}}}}"#,
            event * 256 + n
        )
    };
    let ring = ring((0..20).map(|event| {
        let calls: Vec<_> = (0..256).map(|n| call(event, n)).collect();
        let data = format!(
            r#"{{"choices":[{{"delta":{{"tool_calls":[{}]}}}}]}}"#,
            calls.join(",")
        );
        ("message", data)
    }));
    // A run is some 200 bytes in JSON beside its texts, and costs 96.
    let all = ticks(
        &ring,
        Cursor::default(),
        &TextRule::OpenaiChat.into(),
        3 * TICK_TEXT_BYTES,
    );
    let blocks: Vec<u32> = all
        .iter()
        .flat_map(|tick| &tick.runs)
        .map(|run| {
            run.part
                .as_ref()
                .expect("a part")
                .block
                .parse()
                .expect("a number")
        })
        .collect();
    assert_eq!(blocks, (0..20 * 256).collect::<Vec<_>>(), "each once, in order");
}

#[test]
fn a_tick_of_escapes_is_bounded() {
    let data = format!(
        r#"{{"choices":[{{"delta":{{"content":"{}","tool_calls":[{{"index":0,"function":{{"arguments":""}}}},{{"index":1,"function":{{"name":"f","arguments":"x"}}}}]}}}}]}}"#,
        r"\u0001".repeat(40_000)
    );
    let ring = ring([("message", data)]);
    // A control character is six bytes of JSON.
    let all = ticks(
        &ring,
        Cursor::default(),
        &TextRule::OpenaiChat.into(),
        7 * TICK_TEXT_BYTES,
    );
    let runs = all.iter().flat_map(|tick| &tick.runs);
    let whole: String = runs.map(|run| run.text.as_str()).collect();
    assert_eq!(whole, "\u{1}".repeat(40_000) + "x");
}

#[test]
fn what_shows_nothing_is_walked_in_bounded_steps() {
    let mut ring = Ring::new(Arc::new(Budget::default()));
    for pos in 0..20_000 {
        let comment = Entry {
            kind: Kind::Comment("".into()),
            ..event(pos, "message", "")
        };
        ring.append(comment);
    }
    let all = ticks(&ring, Cursor::default(), &TextRule::Lines.into(), TICK_TEXT_BYTES);
    assert!(all.iter().all(|tick| tick.end - tick.pos <= READ_ENTRIES as u64));
    assert_eq!(all.last().map(|tick| tick.end), Some(20_000));
}

#[test]
fn hidden_data_is_neither_pending_nor_skipped() {
    let hiding = crate::contract::Action {
        id: "noise".to_owned(),
        query: "noise".to_owned(),
        hide: true,
        ..Default::default()
    };
    let actions = crate::actions::Actions::read(&[hiding]).expect("a query");
    let noise = "noise".repeat(200);
    let ring = ring((0..30_000).map(|n| {
        let data = if n % 1_000 == 500 {
            format!("seen {n}")
        } else {
            noise.clone()
        };
        ("message", data)
    }));
    let log = crate::actions::unhidden::Unhidden::new(&ring, &actions);
    let all = ticks(&log, Cursor::default(), &TextRule::Lines.into(), TICK_TEXT_BYTES);
    let whole: String = all.iter().map(|tick| text(&tick.runs)).collect();
    let wanted: String = (0..30).map(|n| format!("seen {}\n", n * 1_000 + 500)).collect();
    assert_eq!(whole, wanted);
    assert_eq!(all.iter().map(|tick| tick.skipped).sum::<u64>(), 0);
    // A page that opens now begins with the newest that can be seen.
    let begin = newest(&log, 60, &TextRule::Lines.into());
    let opened: String = ticks(&log, begin, &TextRule::Lines.into(), TICK_TEXT_BYTES)
        .iter()
        .map(|tick| text(&tick.runs))
        .collect();
    assert_eq!(opened, "seen 29500\n");
    let scrolled = before(&log, None, 1_000, &TextRule::Lines.into());
    assert!(text(&scrolled.runs).ends_with("seen 29500\n"));
}

#[test]
fn of_what_is_skipped_only_the_visible_is_counted() {
    let hiding = crate::contract::Action {
        id: "noise".to_owned(),
        query: "noise".to_owned(),
        hide: true,
        ..Default::default()
    };
    let actions = crate::actions::Actions::read(&[hiding]).expect("a query");
    let ring = ring((0..4_000).map(|n| {
        let word = if n % 4 == 0 { "loud" } else { "noise" };
        ("message", format!("{word}{n:0>95}"))
    }));
    let log = crate::actions::unhidden::Unhidden::new(&ring, &actions);
    let (tick, _) = since(&log, Cursor::default(), &TextRule::Lines.into()).expect("text");
    assert!(tick.pos > 3_800, "{}", tick.pos);
    assert_eq!(tick.skipped, tick.pos.div_ceil(4));
}
