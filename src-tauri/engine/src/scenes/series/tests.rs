use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::alert::{Limits, Watch};
use super::book::Found;
use super::store::{Close, Point, Store};
use super::thin::{self, Thin};
use super::*;
use crate::actions::Actions;
use crate::contract::{Action, Code, SeriesAlert, SeriesData, SeriesKey, SeriesRule};
use crate::log::{Budget, Entry, Event, Kind, Ring};

mod models;

/// Room for little: what a long session comes to is seen after some hundred values.
const SMALL: Room = Room { recent: 8, bins: 6 };
const START: u64 = 1_795_300_000_000_000;

fn event(pos: u64, at_us: u64, event_type: &str, data: &str) -> Entry {
    let event = Event {
        seq: pos + 1,
        event_type: event_type.into(),
        id: "".into(),
        data: data.into(),
        wire_bytes: 0,
        chunks: 1,
    };
    Entry {
        pos,
        at_us,
        gap_us: None,
        attempt: 1,
        kind: Kind::Event(event),
    }
}

fn ring(entries: impl IntoIterator<Item = Entry>) -> Ring {
    let mut ring = Ring::new(Arc::new(Budget::default()));
    for entry in entries {
        ring.append(entry);
    }
    ring
}

fn key(event_type: &str, path: &str) -> SeriesKey {
    SeriesKey {
        event_type: event_type.to_owned(),
        path: path.to_owned(),
    }
}

fn rule_of(key: SeriesKey, above: Option<f64>, below: Option<f64>, hysteresis: f64) -> SeriesRule {
    SeriesRule {
        key,
        unit: String::new(),
        above,
        below,
        hysteresis,
    }
}

/// A log with a playhead that can be put anywhere.
struct Headed {
    log: Arc<Ring>,
    head: AtomicU64,
}

impl Log for Headed {
    fn span(&self) -> Span {
        Span {
            end: self.head.load(Ordering::Relaxed),
            ..self.log.span()
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        (pos < self.span().end).then(|| self.log.get(pos))?
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        self.log.data_bytes_before(pos)
    }
}

fn no_breaks() -> Breaks {
    Arc::new(|_, _| Vec::new())
}

/// The answer once all has been looked at.
fn whole(series: &Series, log: &dyn Log, rule: &ChartRule, query: &SeriesQuery) -> SeriesPage {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let page = series.page(log, rule, &no_breaks(), query);
        if page.done {
            return page;
        }
        assert!(
            Instant::now() < until,
            "looked at {} of {}",
            page.scanned,
            page.end
        );
    }
}

fn points(most: u32) -> SeriesQuery {
    SeriesQuery {
        points: most,
        ..SeriesQuery::default()
    }
}

#[test]
fn a_session_is_shown_with_its_figures() {
    let values = [5.0, 9.0, -2.0, 7.5];
    let log = ring(values.iter().enumerate().map(|(n, value)| {
        let data = format!("{{\"load\":{value},\"id\":{n},\"name\":\"x\"}}");
        event(n as u64, START + n as u64 * 30_000_000, "status", &data)
    }));
    let log = Arc::new(log);
    let series = Series::new(Arc::clone(&log) as SharedLog, Arc::default());
    let page = whole(&series, &*log, &ChartRule::default(), &points(100));
    assert_eq!((page.from_us, page.to_us), (START, START + 90_000_000));
    assert_eq!((page.scanned, page.end), (4, 4));
    let found: Vec<_> = page
        .found
        .iter()
        .map(|found| (&*found.key.path, found.points))
        .collect();
    assert_eq!(found, [("$.load", 4), ("$.id", 4)]);
    assert_eq!(
        page.series,
        [SeriesData {
            key: key("status", "$.load"),
            at_us: (0..4).map(|n| START + n * 30_000_000).collect(),
            value: values.to_vec(),
            points: 4,
            newest: 7.5,
            newest_us: START + 90_000_000,
            pos: 3,
            least: -2.0,
            most: 9.0,
            // A minute before the newest it was 9.
            change: -1.5,
            alert: None,
        }]
    );

    // A part of it, of lines that are asked for, however their paths are typed.
    let query = SeriesQuery {
        from_us: Some(START + 30_000_000),
        to_us: Some(START + 60_000_000),
        points: 100,
        keys: vec![
            key("status", "$['load']"),
            key("status", "$.load"),
            key("status", "$.none"),
        ],
    };
    let page = whole(&series, &*log, &ChartRule::default(), &query);
    assert_eq!(
        (page.from_us, page.to_us),
        (START + 30_000_000, START + 60_000_000)
    );
    assert_eq!(page.series.len(), 2);
    assert_eq!(page.series[0].value, [9.0, -2.0]);
    assert_eq!((page.series[0].newest, page.series[0].most), (7.5, 9.0));
    assert_eq!(
        page.series[1],
        SeriesData {
            key: key("status", "$.none"),
            ..SeriesData::default()
        }
    );

    // Figures alone, and as few points as one likes.
    let page = whole(&series, &*log, &ChartRule::default(), &points(0));
    assert_eq!((page.series[0].value.len(), page.series[0].most), (0, 9.0));
    assert_eq!(
        whole(&series, &*log, &ChartRule::default(), &points(1)).series[0].value,
        [7.5]
    );
    assert_eq!(
        whole(&series, &*log, &ChartRule::default(), &points(2)).series[0].value,
        [5.0, 7.5]
    );
}

#[test]
fn an_empty_session_is_an_empty_picture() {
    let log = Arc::new(ring([]));
    let series = Series::new(Arc::clone(&log) as SharedLog, Arc::default());
    let page = series.page(&*log, &ChartRule::default(), &no_breaks(), &points(10));
    assert_eq!(
        page,
        SeriesPage {
            done: true,
            ..SeriesPage::default()
        }
    );
}

#[test]
fn rules_change_without_another_search() {
    let log = Arc::new(ring((0..1_000).map(|n| {
        event(
            n,
            START + n * 1_000,
            "m",
            &format!("{{\"a\":{},\"b\":{n}.5}}", n % 100),
        )
    })));
    let series = Series::with_room(Arc::clone(&log) as SharedLog, Arc::default(), SMALL).patient();
    let mut rule = ChartRule::default();
    assert_eq!(whole(&series, &*log, &rule, &points(10)).series.len(), 2);
    let read = Arc::clone(&log);
    rule.series = vec![rule_of(key("m", "$.b"), Some(500.0), None, 10.0)];
    let page = series.page(&*read, &rule, &no_breaks(), &points(10));
    assert!(page.done, "the first answer has it");
    assert_eq!(page.series.len(), 1);
    let alert = page.series[0].alert.expect("over");
    assert!(alert.over && alert.limit == 500.0 && alert.since_us > START + 500_000);
    rule.series[0].above = Some(1_000.0);
    let page = series.page(&*log, &rule, &no_breaks(), &points(10));
    assert_eq!(page.series[0].alert, None);
    rule.series[0].below = Some(f64::NAN);
    assert_eq!(
        series.page(&*log, &rule, &no_breaks(), &points(10)).series[0].alert,
        None
    );
}

#[test]
fn breaks_are_told_as_they_were_known_at_the_playhead() {
    let log = Arc::new(ring((0..10).map(|n| event(n, START + n, "m", "1"))));
    let headed = Headed {
        log: Arc::clone(&log),
        head: AtomicU64::new(10),
    };
    let breaks: Breaks = Arc::new(|from, to| {
        assert_eq!((from, to), (START + 1, START + 10));
        [(2, 4), (5, 8), (9, 9)]
            .map(|(from, to)| Break {
                from_us: START + from,
                to_us: Some(START + to),
                code: Code::Reset,
                lost: Some(1),
                repeated: None,
            })
            .to_vec()
    });
    let series = Series::new(Arc::clone(&log) as SharedLog, Arc::default());
    let query = SeriesQuery {
        from_us: Some(START + 1),
        to_us: Some(START + 9),
        ..points(10)
    };
    let gaps = |head: u64| {
        headed.head.store(head, Ordering::Relaxed);
        let page = series.page(&headed, &ChartRule::default(), &breaks, &query);
        let gap = |gap: &Break| (gap.from_us - START, gap.to_us.map(|to| to - START), gap.lost);
        page.gaps.iter().map(gap).collect::<Vec<_>>()
    };
    assert_eq!(
        gaps(10),
        [
            (2, Some(4), Some(1)),
            (5, Some(8), Some(1)),
            (9, Some(9), Some(1))
        ]
    );
    assert_eq!(gaps(7), [(2, Some(4), Some(1)), (5, None, None)]);
    assert_eq!(gaps(2), []);
}

#[test]
fn a_session_of_any_length_has_its_bound() {
    let mut book = Book::new(book::ROOM);
    let keys: Vec<SeriesKey> = (0..find::MOST).map(|n| key("m", &format!("$.k{n}"))).collect();
    book.begin(START);
    let mut pos = 0;
    let mut feed = |book: &mut Book, series: usize, events: u64| {
        for _ in 0..events {
            let found: Vec<Found> = (0..series)
                .map(|id| Found {
                    id: id as u16,
                    point: Point {
                        at_us: START + pos * 70_000,
                        pos,
                        value: (pos as f64).sin(),
                    },
                })
                .collect();
            book.take(&keys, &found);
            pos += 1;
        }
    };
    const BOUND: usize = 32 << 20;
    feed(&mut book, 32, 40_000);
    assert!(book.bytes() <= BOUND, "{}", book.bytes());
    assert!(book.bytes() > BOUND / 2, "the room is used: {}", book.bytes());
    feed(&mut book, 100, 3_000);
    assert!(book.bytes() <= BOUND, "{}", book.bytes());
    feed(&mut book, 256, 6_000);
    assert!(book.bytes() <= BOUND, "{}", book.bytes());
    assert_eq!(book.found(u64::MAX, &[]).len(), 64);
    assert_eq!(book.found(u64::MAX, &[])[0].points, 49_000);
}

#[test]
fn what_has_left_memory_stays_in_the_picture() {
    /// A log that lets its entries go.
    struct Short(parking_lot::Mutex<Ring>);
    impl Log for Short {
        fn span(&self) -> Span {
            self.0.lock().span()
        }
        fn get(&self, pos: u64) -> Option<Entry> {
            self.0.lock().get(pos)
        }
        fn data_bytes_before(&self, pos: u64) -> u64 {
            self.0.lock().data_bytes_before(pos)
        }
    }
    let budget = Arc::new(Budget::new(1 << 20, 40_000, 1_000));
    let log = Arc::new(Short(parking_lot::Mutex::new(Ring::new(budget))));
    let series = Series::with_room(Arc::clone(&log) as SharedLog, Arc::default(), SMALL).patient();
    for n in 0..2_000 {
        log.0.lock().append(event(
            n,
            START + n * 1_000,
            "m",
            if n == 3 { "1000" } else { "7" },
        ));
        if n % 50 == 0 {
            whole(&series, &*log, &ChartRule::default(), &points(0));
        }
    }
    let page = whole(&series, &*log, &ChartRule::default(), &points(20));
    assert!(log.span().first > 1_000);
    let line = &page.series[0];
    assert_eq!((line.points, line.most, line.at_us[0]), (2_000, 1_000.0, START));
    assert!(line.at_us.contains(&(START + 3_000)), "at its own time");
    assert_eq!((page.scanned, page.end, page.done), (page.end, page.end, true));
}

#[test]
fn events_that_are_hidden_have_no_numbers() {
    let hiding = |query: &str| {
        let action = Action {
            query: query.into(),
            hide: true,
            ..Action::default()
        };
        Actions::read(&[action]).expect("a query")
    };
    let is_noise = |n: u64| n % 7 == 3 || (20..32).contains(&n);
    let events = |with_noise: bool| {
        let event = move |n: u64| {
            let data = match is_noise(n) {
                true if with_noise => format!("{{\"noise\":1,\"a\":{},\"z\":{n}}}", 1_000 + n),
                true => "{}".to_owned(),
                false => format!("{{\"a\":{}}}", n % 13),
            };
            event(n, START + n * 1_000, "m", &data)
        };
        Arc::new(ring((0..60).map(event)))
    };
    let headed = |log: &Arc<Ring>, head| Headed {
        log: Arc::clone(log),
        head: AtomicU64::new(head),
    };
    let (noisy, quiet) = (events(true), events(false));
    let armed = Arc::new(Armed::new(hiding("$.noise")));
    let series = Series::with_room(Arc::clone(&noisy) as SharedLog, Arc::clone(&armed), SMALL).patient();
    let model = Series::with_room(Arc::clone(&quiet) as SharedLog, Arc::default(), SMALL).patient();
    let rule = ChartRule {
        series: vec![rule_of(key("m", "$.a"), Some(500.0), None, 0.0)],
        ..ChartRule::default()
    };
    let compared = || {
        // Wherever the playhead stands, and closer than steps are wide: entries are read again there.
        for head in [60, 59, 45, 33, 30, 5, 1] {
            for (from, to) in [(0, 60), (20, 36), (40, 44)] {
                let query = SeriesQuery {
                    from_us: Some(START + from * 1_000),
                    to_us: Some(START + to * 1_000),
                    ..points(40)
                };
                let shown = whole(&series, &headed(&noisy, head), &rule, &query);
                assert_eq!(
                    shown,
                    whole(&model, &headed(&quiet, head), &rule, &query),
                    "at {head} {from} {to}"
                );
            }
        }
    };
    compared();
    // Shown from now on, and hidden again: all that is there is read anew.
    armed.set(Actions::default());
    let page = whole(&series, &*noisy, &rule, &points(40));
    assert_eq!((page.series[0].most, page.found.len()), (1_059.0, 3));
    assert!(page.series[0].alert.is_some_and(|alert| alert.over));
    armed.set(hiding("/noise/"));
    compared();
}

#[test]
fn a_thread_that_panicked_is_followed_by_another() {
    struct Bad(Ring, AtomicU64);
    impl Log for Bad {
        fn span(&self) -> Span {
            self.0.span()
        }
        fn get(&self, pos: u64) -> Option<Entry> {
            self.0.get(pos)
        }
        fn data_bytes_before(&self, pos: u64) -> u64 {
            self.0.data_bytes_before(pos)
        }
        fn visit(
            &self,
            from: u64,
            see: &mut dyn FnMut(crate::log::Seen<'_>) -> std::ops::ControlFlow<()>,
        ) -> u64 {
            assert!(
                from < 50 || self.1.fetch_add(1, Ordering::SeqCst) > 0,
                "the test's own panic"
            );
            let entry = self.0.get(from).expect("there");
            let _ = see(crate::log::Seen::of(&entry));
            from + 1
        }
    }
    let entries = (0..100).map(|n| event(n, START + n, "m", &n.to_string()));
    let log = Arc::new(Bad(ring(entries), AtomicU64::new(0)));
    let series = Series::new(Arc::clone(&log) as SharedLog, Arc::default());
    let page = whole(&series, &*log, &ChartRule::default(), &points(10));
    assert!(log.1.load(Ordering::SeqCst) > 1, "it did panic");
    let line = &page.series[0];
    assert_eq!((line.points, line.least, line.most), (100, 0.0, 99.0));
}
