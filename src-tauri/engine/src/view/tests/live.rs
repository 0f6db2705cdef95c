//! Views against a plain look at every entry, while the log grows, loses its oldest, and goes back.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::log::Mark;

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
        (state.rows - state.gone, state.end),
        (expected.len() as u64, span.end - span.first)
    );
    assert_eq!(shown(&views, view), expected);
    let first = Some(Located {
        pos: span.first,
        row: state.gone,
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
fn rows_keep_their_numbers_when_the_oldest_go() {
    let cost = 150;
    let log = Memory::within(
        Budget::new(1 << 30, 2_000 * cost, 1),
        (0..1_000).map(numbered),
        BTreeSet::new(),
    );
    let (views, _) = views(&log);
    let filtered = views.open(&query("$.n == 3")).expect("a filter").view;
    let all = views.open(&query("")).expect("a filter").view;
    done(&views, filtered);
    let mut seen = 0;
    for pos in 1_000..9_000 {
        log.ring.lock().append(numbered(pos));
        views.grown();
        if pos % 500 != 0 {
            continue;
        }
        // Whether the dropped matches have been taken out of the view or not, nothing moves.
        let state = done(&views, filtered);
        let first = log.span().first;
        assert_eq!((state.gone, state.rows), ((first + 6) / 10, (pos + 7) / 10));
        let page = views.page(filtered, 0, 3).expect("a view");
        assert_eq!((page.from, page.end), (state.gone, state.rows));
        assert!(
            page.rows
                .iter()
                .zip(state.gone..)
                .all(|(row, at)| row.pos == at * 10 + 3)
        );
        let target = Target::Pos {
            pos: page.rows[2].pos,
        };
        assert_eq!(
            views.locate(Some(filtered), target).map(|found| found.row),
            Some(state.gone + 2)
        );
        let state = done(&views, all);
        assert_eq!((state.gone, state.rows), (first, pos + 1));
        let page = views.page(all, 0, 2).expect("a view");
        assert_eq!((page.from, page.rows[0].pos), (first, first));
        assert_eq!(
            views
                .locate(Some(all), Target::Pos { pos: 0 })
                .map(|found| found.row),
            Some(first)
        );
        seen += u64::from(first > 0);
    }
    assert!(seen > 5);
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
