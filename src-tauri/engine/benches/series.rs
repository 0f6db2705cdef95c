//! How long it takes until the numbers of a million events are known, four in each; and to answer for 16 lines of a
//! million values each, whole and near. `cargo bench -p tapewriter-engine --bench series`.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tapewriter_engine::contract::{SERIES_POINTS, SeriesPage, SeriesQuery};
use tapewriter_engine::log::{Entry, Event, Kind, Log, Seen, SeenEvent, Span};
use tapewriter_engine::scenes::{Projections, Rules};
use tapewriter_engine::view::SharedLog;

const EVENTS: u64 = 1_000_000;
const START_US: u64 = 1_795_300_000_000_000;
/// Between two events.
const GAP_US: u64 = 100;

/// Events as a block of the tape holds them: one text after the other.
struct Text {
    text: String,
    ends: Vec<usize>,
}

impl Text {
    fn new(lines: usize) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for pos in 0..EVENTS {
            text.push('{');
            for line in 0..lines {
                let value = ((pos * 7 + line as u64 * 131) % 1_000) as f64 / 10.0;
                text.push_str(&format!(
                    "{}\"load{line}\":{value}",
                    if line > 0 { "," } else { "" }
                ));
            }
            text.push('}');
            ends.push(text.len());
        }
        Self { text, ends }
    }

    fn data(&self, pos: u64) -> &str {
        let at = pos as usize;
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[from..self.ends[at]]
    }
}

impl Log for Text {
    fn span(&self) -> Span {
        Span {
            first: 0,
            end: EVENTS,
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        let event = Event {
            seq: pos + 1,
            event_type: "message".into(),
            id: "".into(),
            data: self.data(pos).into(),
            wire_bytes: 0,
            chunks: 1,
        };
        Some(Entry {
            pos,
            at_us: START_US + pos * GAP_US,
            gap_us: None,
            attempt: 1,
            kind: Kind::Event(event),
        })
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        pos.checked_sub(1)
            .map_or(0, |before| self.ends[before as usize] as u64)
    }

    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        let to = (from + 512).min(EVENTS);
        for pos in from..to {
            let event = SeenEvent {
                seq: pos + 1,
                event_type: "message",
                id: "",
                data: self.data(pos),
            };
            let seen = Seen {
                pos,
                at_us: START_US + pos * GAP_US,
                event: Some(event),
            };
            if see(seen).is_break() {
                return pos + 1;
            }
        }
        to
    }
}

/// The log up to a playhead.
struct Headed(Arc<Text>, u64);

impl Log for Headed {
    fn span(&self) -> Span {
        Span {
            first: 0,
            end: self.1,
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        self.0.get(pos)
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        self.0.data_bytes_before(pos)
    }
}

fn whole(scenes: &Projections, query: &SeriesQuery) -> SeriesPage {
    loop {
        let page = scenes.series(query);
        if page.done {
            return page;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn series(c: &mut Criterion) {
    let mut group = c.benchmark_group("series");
    group.sample_size(10);
    let query = SeriesQuery {
        points: 1_000,
        ..SeriesQuery::default()
    };

    let four = Arc::new(Text::new(4)) as SharedLog;
    group.throughput(Throughput::Elements(EVENTS));
    group.bench_function("project", |b| {
        b.iter(|| {
            let scenes = Projections::new(Arc::clone(&four), Arc::clone(&four), Rules::default());
            let page = whole(&scenes, &query);
            assert!(page.series.len() == 4 && page.series.iter().all(|line| line.points == EVENTS));
        });
    });
    group.bench_function("first-answer", |b| {
        b.iter(|| {
            let scenes = Projections::new(Arc::clone(&four), Arc::clone(&four), Rules::default());
            while scenes.series(&query).series.len() < 4 {}
        });
    });

    let text = Arc::new(Text::new(16));
    let sixteen = Arc::clone(&text) as SharedLog;
    let scenes = Projections::new(Arc::clone(&sixteen), Arc::clone(&sixteen), Rules::default());
    assert_eq!(whole(&scenes, &query).series.len(), 16);
    group.throughput(Throughput::Elements(16));
    for (name, points) in [("whole", 1_000), ("whole-finest", SERIES_POINTS)] {
        let query = SeriesQuery {
            points,
            ..SeriesQuery::default()
        };
        group.bench_function(name, |b| b.iter(|| black_box(scenes.series(&query))));
    }
    // Two seconds in the middle: 20,000 entries are read again.
    let middle = START_US + EVENTS / 2 * GAP_US;
    let near = SeriesQuery {
        from_us: Some(middle),
        to_us: Some(middle + 2_000_000),
        points: SERIES_POINTS,
        ..SeriesQuery::default()
    };
    group.bench_function("near", |b| b.iter(|| black_box(scenes.series(&near))));
    // A playhead within a step.
    let log = Arc::new(Headed(text, EVENTS / 2 + 7)) as SharedLog;
    let replayed = Projections::new(log, sixteen, Rules::default());
    whole(&replayed, &query);
    group.bench_function("replayed", |b| b.iter(|| black_box(replayed.series(&query))));
    group.finish();
}

criterion_group!(benches, series);
criterion_main!(benches);
