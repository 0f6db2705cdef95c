//! What views, counts and jumps show of a log.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicU64;

use super::*;
use crate::log::tests::event;
use crate::log::{Budget, Entry, Kind, Ring, Seen};

mod live;
mod unhidden;

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

/// All rows of a view that there are, page by page.
fn shown(views: &Views, view: u32) -> Vec<u64> {
    let mut shown = Vec::new();
    let gone = views.state(view).expect("a view").gone;
    loop {
        let from = gone + shown.len() as u64;
        let page = views.page(view, from, 73).expect("a view");
        assert_eq!(page.from, from);
        if page.rows.is_empty() {
            assert_eq!(page.end, from);
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
    let shows = |pos: &u64| pos % 10 == 7 && !pos.is_multiple_of(3) && !(3_000..3_500).contains(pos);
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
