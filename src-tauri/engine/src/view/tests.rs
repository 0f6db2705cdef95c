//! Views against a plain look at every entry, while the log grows, loses its oldest, and goes back.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicU64;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::log::tests::event;
use crate::log::{Budget, Entry, Kind, Mark, Ring, Seen};

/// A ring behind a lock, with a playhead, a place beyond which nothing can be read yet, and entries that were lost.
struct Memory {
    ring: Mutex<Ring>,
    end: AtomicU64,
    readable: AtomicU64,
    lost: BTreeSet<u64>,
}

impl Memory {
    fn new(entries: impl IntoIterator<Item = Entry>) -> Arc<Self> {
        Self::within(Budget::default(), entries, BTreeSet::new())
    }

    fn within(budget: Budget, entries: impl IntoIterator<Item = Entry>, lost: BTreeSet<u64>) -> Arc<Self> {
        let mut ring = Ring::new(Arc::new(budget));
        entries.into_iter().for_each(|entry| ring.append(entry));
        Arc::new(Self {
            ring: Mutex::new(ring),
            end: AtomicU64::new(u64::MAX),
            readable: AtomicU64::new(u64::MAX),
            lost,
        })
    }
}

impl Log for Memory {
    fn span(&self) -> Span {
        let span = self.ring.lock().span();
        Span {
            end: span.end.min(self.end.load(Ordering::SeqCst)).max(span.first),
            ..span
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        let there = pos < self.end.load(Ordering::SeqCst) && !self.lost.contains(&pos);
        self.ring.lock().get(pos).filter(|_| there)
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        self.ring.lock().data_bytes_before(pos)
    }

    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        let span = self.span();
        let from = from.max(span.first);
        let to = (from + 100)
            .min(span.end)
            .min(self.readable.load(Ordering::SeqCst));
        for pos in from..to {
            if let Some(entry) = self.get(pos)
                && see(Seen::of(&entry)).is_break()
            {
                return pos + 1;
            }
        }
        to.max(from)
    }
}

fn views(log: &Arc<Memory>) -> (Views, Arc<Bookmarks>) {
    let marks = Arc::new(Bookmarks::default());
    let views = Views::new(Arc::clone(log) as SharedLog, Arc::clone(&marks), Arc::new(|| ()));
    (views, marks)
}

fn query(text: &str) -> Filter {
    Filter {
        query: text.into(),
        ..Filter::default()
    }
}

/// Waits for what the views' thread will bring about.
fn until<T>(mut there: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(value) = there() {
            return value;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it never came");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn done(views: &Views, view: u32) -> ViewState {
    until(|| {
        views
            .state(view)
            .filter(|state| state.done && state.scanned == state.end)
    })
}

/// All rows of a view, page by page.
fn shown(views: &Views, view: u32) -> Vec<u64> {
    let mut shown = Vec::new();
    loop {
        let page = views.page(view, shown.len() as u64, 73).expect("a view");
        assert_eq!(page.from, shown.len() as u64);
        if page.rows.is_empty() {
            assert_eq!(page.end, shown.len() as u64);
            return shown;
        }
        shown.extend(page.rows.iter().map(|row| row.pos));
    }
}

fn numbered(pos: u64) -> Entry {
    event(
        pos,
        ["message", "tick"][(pos % 2) as usize],
        &format!(r#"{{"n":{},"pos":{pos}}}"#, pos % 10),
    )
}

fn comment(pos: u64) -> Entry {
    Entry {
        kind: Kind::Comment("ping".into()),
        ..event(pos, "", "")
    }
}

#[test]
fn shows_what_matches_in_pages_with_hits() {
    let log = Memory::new((0..5_000).map(numbered));
    let (views, marks) = views(&log);
    marks.set(17, 0, Some("")).expect("room");
    let view = views.open(&query("$.n == 7")).expect("a filter").view;
    let state = done(&views, view);
    assert_eq!((state.rows, state.end, state.cancelled), (500, 5_000, false));
    let page = views.page(view, 1, 2).expect("a view");
    assert_eq!(
        (page.from, page.end, page.first_pos, page.end_pos),
        (1, 500, 0, 5_000)
    );
    assert_eq!(page.rows.iter().map(|row| row.pos).collect::<Vec<_>>(), [17, 27]);
    assert_eq!((page.rows[0].bookmarked, page.rows[1].bookmarked), (true, false));
    assert_eq!(page.rows[0].hits, [(5, 6)]);
    assert_eq!(views.page(view, 9_999, 10).expect("a view").rows.len(), 0);
    assert_eq!(
        views.page(view, 0, 10_000).expect("a view").rows.len() as u64,
        PAGE_ROWS
    );
    assert_eq!(views.positions(view, 18, 2), Some(vec![27, 37]));
    views.close(view);
    assert!(views.page(view, 0, 1).is_none() && views.state(view).is_none());
}

#[test]
fn a_filter_that_asks_for_nothing_shows_every_entry() {
    let entries = (0..300).map(|pos| if pos % 3 == 0 { comment(pos) } else { numbered(pos) });
    let log = Memory::within(Budget::default(), entries, [5, 6].into());
    let (views, _) = views(&log);
    let state = views.open(&query("  ")).expect("a filter");
    assert_eq!(
        (state.rows, state.done, state.scanned, state.end),
        (300, true, 300, 300)
    );
    assert_eq!(shown(&views, state.view), (0..300).collect::<Vec<_>>());
    let page = views.page(state.view, 5, 2).expect("a view");
    assert!(page.rows.iter().all(|row| row.kind == RowKind::Missing));
    // Any other shows events alone, and only those that are there.
    let from = Filter {
        from_us: Some(0),
        ..Filter::default()
    };
    let view = views.open(&from).expect("a filter").view;
    done(&views, view);
    let events: Vec<u64> = (0..300).filter(|pos| pos % 3 != 0 && *pos != 5).collect();
    assert_eq!(shown(&views, view), events);
}

#[test]
fn more_than_eight_are_refused_until_one_is_closed() {
    let (views, _) = views(&Memory::new([]));
    let open: Vec<u32> = (0..MAX_VIEWS)
        .map(|_| views.open(&query("x")).expect("room").view)
        .collect();
    let failure = views.open(&query("x")).expect_err("full");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Limit, "views")
    );
    assert_eq!(views.open(&query("/(/")).expect_err("bad").code, Code::Filter);
    views.close(open[3]);
    let again = views.open(&query("x")).expect("room");
    assert!(again.done && !open.contains(&again.view));
    assert_eq!(views.facets(Some("$[")).expect_err("bad").args["what"], "path");
}

#[test]
fn new_entries_join_and_the_dropped_leave() {
    let cost = 150;
    let log = Memory::within(
        Budget::new(1 << 30, 2_000 * cost, 1),
        (0..1_000).map(numbered),
        BTreeSet::new(),
    );
    let (views, _) = views(&log);
    let view = views.open(&query("$.n == 3")).expect("a filter").view;
    assert_eq!(done(&views, view).rows, 100);
    let facets = || views.facets(Some("$.n")).expect("a path");
    facets();
    for pos in 1_000..20_000 {
        log.ring.lock().append(numbered(pos));
        views.grown();
    }
    let span = log.span();
    assert!(span.first > 10_000, "{span:?}");
    let expected: Vec<u64> = (span.first..span.end).filter(|pos| pos % 10 == 3).collect();
    let state = done(&views, view);
    assert_eq!(
        (state.rows, state.end),
        (expected.len() as u64, span.end - span.first)
    );
    assert_eq!(shown(&views, view), expected);
    let first = Some(Located {
        pos: span.first,
        row: 0,
    });
    assert_eq!(views.locate(Some(view), Target::Pos { pos: 0 }), first);
    // What goes without being looked at takes no room either.
    until(|| {
        views.grown();
        let inner = views.shared.inner.lock();
        (inner.views[0].matches.len() == expected.len() as u64).then_some(())
    });
    until(|| (facets().scanned == facets().end).then_some(()));
}

#[test]
fn a_cancelled_search_stays_where_it_is_and_new_entries_join() {
    let log = Memory::new((0..10_000).map(numbered));
    log.readable.store(1_000, Ordering::SeqCst);
    let (views, _) = views(&log);
    let view = views.open(&query("$.n == 1")).expect("a filter").view;
    let state = until(|| views.state(view).filter(|state| state.scanned == 1_000));
    assert_eq!((state.rows, state.done, state.end), (100, false, 10_000));
    assert_eq!(views.page(view, 99, 5).expect("a view").rows.len(), 1);
    views.cancel(view);
    log.readable.store(u64::MAX, Ordering::SeqCst);
    for pos in 10_000..10_100 {
        log.ring.lock().append(numbered(pos));
    }
    views.grown();
    let state = until(|| views.state(view).filter(|state| state.rows == 110));
    assert_eq!((state.scanned, state.end), (1_100, 10_100));
    assert!(state.cancelled && !state.done);
    // One that is done cannot be cancelled.
    let other = views.open(&query("$.n == 2")).expect("a filter").view;
    done(&views, other);
    views.cancel(other);
    assert!(done(&views, other).rows == 1_010 && !done(&views, other).cancelled);
}

#[test]
fn a_replay_that_goes_back_hides_rows_and_brings_them_again() {
    let log = Memory::new((0..2_000).map(numbered));
    let (views, marks) = views(&log);
    for pos in [10, 1_500, 1_510] {
        marks.set(pos, 0, Some("")).expect("room");
    }
    let view = views.open(&query("$.n == 0")).expect("a filter").view;
    let marked = Filter {
        bookmarked: true,
        ..Filter::default()
    };
    let all = views.open(&Filter::default()).expect("a filter").view;
    let facets = || views.facets(None).expect("types");
    assert_eq!(done(&views, view).rows, 200);
    until(|| (facets().events == 2_000).then_some(()));

    log.end.store(1_005, Ordering::SeqCst);
    views.grown();
    let state = views.state(view).expect("a view");
    assert_eq!(
        (state.rows, state.end, state.scanned, state.done),
        (101, 1_005, 1_005, true)
    );
    assert_eq!(shown(&views, view).last(), Some(&1_000));
    assert_eq!(shown(&views, all).len(), 1_005);
    let end = Some(Located { pos: 1_004, row: 100 });
    assert_eq!(views.locate(Some(view), Target::Pos { pos: 1_900 }), end);
    let bookmarked = views.open(&marked).expect("a filter").view;
    done(&views, bookmarked);
    assert_eq!(shown(&views, bookmarked), [10]);
    // Values are counted again: what is past the playhead has not happened.
    let now = until(|| Some(facets()).filter(|facets| facets.events == 1_005));
    assert_eq!((now.scanned, now.end), (1_005, 1_005));

    log.end.store(u64::MAX, Ordering::SeqCst);
    views.grown();
    assert_eq!(done(&views, view).rows, 200);
    until(|| (shown(&views, bookmarked) == [10, 1_500, 1_510]).then_some(()));
}

#[test]
fn a_filter_by_bookmarks_follows_them() {
    let log = Memory::new((0..1_000).map(|pos| if pos == 4 { comment(pos) } else { numbered(pos) }));
    let (views, marks) = views(&log);
    for pos in [3, 4, 13, 500] {
        marks.set(pos, 0, Some("")).expect("room");
    }
    let filter = Filter {
        bookmarked: true,
        ..query("$.n == 3")
    };
    let view = views.open(&filter).expect("a filter").view;
    done(&views, view);
    assert_eq!(shown(&views, view), [3, 13]);
    marks.set(3, 0, None).expect("always");
    marks.set(993, 0, Some("last")).expect("room");
    views.grown();
    until(|| (shown(&views, view) == [13, 993]).then_some(()));
}

#[test]
fn a_search_from_a_time_on_begins_there() {
    let log = Memory::new((0..50_000).map(numbered));
    let (views, _) = views(&log);
    let filter = Filter {
        from_us: Some(1_000_000 + 40_000_000),
        to_us: Some(1_000_000 + 40_005_000),
        ..Filter::default()
    };
    let view = views.open(&filter).expect("a filter").view;
    until(|| (shown(&views, view) == (40_000..40_005).collect::<Vec<_>>()).then_some(()));
    assert_eq!(done(&views, view).scanned, 50_000);
    // A clock that was set back hides nothing.
    let late = Entry {
        at_us: 1_000_000 + 40_001_000,
        ..numbered(50_000)
    };
    log.ring.lock().append(late);
    views.grown();
    until(|| (shown(&views, view).last() == Some(&50_000)).then_some(()));
}

#[test]
fn counts_types_and_values_as_they_come() {
    let log = Memory::new((0..900).map(numbered));
    let (views, _) = views(&log);
    let told = |path: Option<&str>, events| {
        let facets =
            until(|| Some(views.facets(path).expect("a path")).filter(|facets| facets.events == events));
        let values: Vec<_> = facets
            .values
            .iter()
            .map(|each| (each.value.clone(), each.count))
            .collect();
        (values, facets.other, facets.suggested)
    };
    let (values, other, suggested) = told(None, 900);
    assert_eq!(values, [("message".to_owned(), 450), ("tick".to_owned(), 450)]);
    assert!(other == 0 && suggested.is_empty());
    let (values, other, _) = told(Some("$.n"), 900);
    assert!(values.len() == 10 && other == 0 && values.iter().all(|(_, count)| *count == 90));
    log.ring.lock().append(event(900, "tick", "plain"));
    views.grown();
    assert_eq!(told(None, 901).0[0], ("tick".to_owned(), 451));
    assert_eq!(told(Some("$.n"), 901).1, 1);
    // A chip's filter shows as many as the chip says.
    let chip = Filter {
        facet: Some("$.n".into()),
        values: vec!["3".into(), "4".into()],
        ..Filter::default()
    };
    let view = views.open(&chip).expect("a filter").view;
    assert_eq!(done(&views, view).rows, 180);
    let chip = Filter {
        values: vec!["tick".into()],
        ..query("plain")
    };
    let view = views.open(&chip).expect("a filter").view;
    assert_eq!(done(&views, view).rows, 1);
    for n in 0..20 {
        views.facets(Some(&format!("$.a{n}"))).expect("a path");
    }
    assert_eq!(views.shared.inner.lock().counts.len(), MAX_COUNTS);
}

#[test]
fn suggests_paths_where_types_tell_nothing() {
    let log =
        Memory::new((0..500).map(|pos| event(pos, "message", &format!(r#"{{"type":"t{}"}}"#, pos % 3))));
    let (views, _) = views(&log);
    let facets = until(|| Some(views.facets(None).expect("types")).filter(|facets| facets.events == 500));
    assert_eq!(facets.suggested, ["$.type"]);
}

#[test]
fn locates_numbers_times_and_entries() {
    // Every third is a comment, and a stretch is lost.
    let entries = (0..9_000).map(|pos| {
        let mut entry = if pos % 3 == 0 { comment(pos) } else { numbered(pos) };
        if let Kind::Event(event) = &mut entry.kind {
            event.seq = pos - pos / 3;
        }
        entry
    });
    let log = Memory::within(Budget::default(), entries, (3_000..3_500).collect());
    let (views, _) = views(&log);
    let at = |target| views.locate(None, target).map(|located| located.pos);
    for seq in [1, 2, 3, 100, 1_999, 2_400, 6_000] {
        let pos = at(Target::Seq { seq }).expect("an entry");
        let Some(Kind::Event(event)) = log.get(pos).map(|entry| entry.kind) else {
            panic!("an event")
        };
        assert_eq!(event.seq, seq);
    }
    // In the lost stretch: the first after it.
    assert_eq!(at(Target::Seq { seq: 2_100 }), Some(3_500));
    assert_eq!(at(Target::Seq { seq: 60_000 }), Some(8_999));
    assert_eq!(at(Target::Seq { seq: 0 }), Some(1));
    assert_eq!(at(Target::Time { at_us: 0 }), Some(0));
    assert_eq!(
        at(Target::Time {
            at_us: 1_000_000 + 77_000
        }),
        Some(77)
    );
    assert_eq!(
        at(Target::Time {
            at_us: 1_000_000 + 77_001
        }),
        Some(78)
    );
    assert_eq!(at(Target::Time { at_us: u64::MAX }), Some(8_999));
    assert_eq!(at(Target::Pos { pos: 12 }), Some(12));
    let view = views.open(&query("$.n == 7")).expect("a filter").view;
    done(&views, view);
    let row = |pos| {
        views
            .locate(Some(view), Target::Pos { pos })
            .map(|located| located.row)
    };
    // 7, 17, 37, 47 …: 27 is a comment.
    let shows = |pos: &u64| pos % 10 == 7 && pos % 3 != 0 && !(3_000..3_500).contains(pos);
    let last = (0..9_000).filter(shows).count() as u64 - 1;
    assert_eq!(
        [row(0), row(7), row(8), row(37), row(8_999)],
        [0, 0, 1, 2, last].map(Some)
    );
    let none = views.open(&query("nothing of the kind")).expect("a filter").view;
    done(&views, none);
    assert_eq!(views.locate(Some(none), Target::Pos { pos: 1 }), None);
    assert_eq!(views.locate(Some(99), Target::Pos { pos: 1 }), None);
    let (empty, _) = self::views(&Memory::new([]));
    assert_eq!(empty.locate(None, Target::Time { at_us: 1 }), None);
}

#[test]
fn the_window_is_woken_and_the_thread_ends_with_the_session() {
    let log = Memory::new((0..1_000).map(numbered));
    let woken = Arc::new(AtomicUsize::new(0));
    let wake = {
        let woken = Arc::clone(&woken);
        Arc::new(move || {
            woken.fetch_add(1, Ordering::SeqCst);
        })
    };
    let views = Views::new(Arc::clone(&log) as SharedLog, Arc::default(), wake);
    views.grown();
    assert!(
        views.shared.worker.lock().is_none(),
        "nothing is open, so nothing runs"
    );
    let view = views.open(&query("$.n == 1")).expect("a filter").view;
    done(&views, view);
    let before = until(|| Some(woken.load(Ordering::SeqCst)).filter(|woken| *woken > 0));
    log.ring.lock().append(numbered(1_000));
    views.grown();
    until(|| (woken.load(Ordering::SeqCst) > before).then_some(()));
    let held = Arc::downgrade(&views.shared);
    drop(views);
    until(|| (held.strong_count() == 0).then_some(()));
}

/// A filter, and what it means to one who looks at every entry.
fn filters() -> impl Strategy<Value = (Filter, fn(u64, &Filter) -> bool)> {
    let by = |query: &str, is: fn(u64, &Filter) -> bool| (self::query(query), is);
    prop_oneof![
        Just(by("tick", |pos, _| pos % 2 == 1)),
        Just(by("\"n\":4", |pos, _| pos % 10 == 4)),
        Just(by(r#"/"pos":\d*5\}/"#, |pos, _| pos % 10 == 5)),
        Just(by("$.n > 6", |pos, _| pos % 10 > 6)),
        Just(by("$..n != 0", |pos, _| pos % 10 != 0)),
        (0..3_000_u64, 0..3_000_u64).prop_map(|(from, length)| {
            let (from, to) = (1_000_000 + from * 1_000, 1_000_000 + (from + length) * 1_000);
            let filter = Filter {
                from_us: Some(from),
                to_us: Some(to),
                ..Filter::default()
            };
            let is: fn(u64, &Filter) -> bool = |pos, filter| {
                let at_us = 1_000_000 + pos * 1_000;
                filter.from_us.is_some_and(|from| at_us >= from) && filter.to_us.is_some_and(|to| at_us < to)
            };
            (filter, is)
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_view_shows_what_one_would_who_looked_at_every_entry(
        asked in vec(filters(), 1..4),
        events in vec(0..8_u8, 0..2_000),
        lost in vec(0..2_000_u64, 0..50),
        first in 0..2_000_usize,
        keep in 50..2_000_usize,
    ) {
        let lost: BTreeSet<u64> = lost.into_iter().collect();
        let entry = |(pos, kind): (u64, &u8)| match kind {
            0 => comment(pos),
            1 => Entry { kind: Kind::Mark(Arc::new(Mark::Retry { ms: 1 })), ..event(pos, "", "") },
            _ => numbered(pos),
        };
        let mut entries = (0..).zip(&events).map(entry);
        let first: Vec<Entry> = entries.by_ref().take(first).collect();
        let log = Memory::within(Budget::new(1 << 30, keep * 160, 1), first, lost.clone());
        let (views, _) = views(&log);
        let open: Vec<u32> = asked
            .iter()
            .map(|(filter, _)| views.open(filter).expect("a filter").view)
            .collect();
        for entry in entries {
            log.ring.lock().append(entry);
            views.grown();
        }
        let span = log.span();
        for (view, (filter, is)) in open.into_iter().zip(&asked) {
            done(&views, view);
            let expected: Vec<u64> = (span.first..span.end)
                .filter(|pos| events[*pos as usize] > 1 && !lost.contains(pos) && is(*pos, filter))
                .collect();
            prop_assert_eq!(shown(&views, view), expected, "{:?}", filter);
        }
    }
}
