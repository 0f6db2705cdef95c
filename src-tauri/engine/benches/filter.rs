//! How fast a million events of 100 bytes are filtered and counted, from the request to the end of the search, beside a
//! bare search for the same text in the same bytes; and how fast the tape strip of ten million events is drawn.
//! `cargo bench -p tapewriter-engine --bench filter`.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use memchr::memmem::Finder;
use tapewriter_engine::bookmarks::Bookmarks;
use tapewriter_engine::contract::{Filter, STRIP_BINS};
use tapewriter_engine::log::{Entry, Event, Kind, Log, Seen, SeenEvent, Span};
use tapewriter_engine::strip::Strips;
use tapewriter_engine::view::{SharedLog, Views};

const EVENTS: u64 = 1_000_000;
const SIZE: usize = 100;

/// Events as a block of the tape holds them: one text after the other.
struct Text(String);

impl Text {
    fn new() -> Self {
        let mut text = String::with_capacity(EVENTS as usize * SIZE);
        for pos in 0..EVENTS {
            let kind = ["edit", "new", "log", "categorize"][(pos % 4) as usize];
            let event = format!(r#"{{"type":"{kind}","ms":{},"title":"Page {pos} ","#, pos % 1_000);
            text.push_str(&format!(
                "{event}\"pad\":\"{}\"}}",
                "x".repeat(SIZE - event.len() - 9)
            ));
        }
        assert_eq!(text.len(), EVENTS as usize * SIZE);
        Self(text)
    }

    fn data(&self, pos: u64) -> &str {
        let at = pos as usize * SIZE;
        &self.0[at..at + SIZE]
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
            at_us: pos,
            gap_us: None,
            attempt: 1,
            kind: Kind::Event(event),
        })
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        pos * SIZE as u64
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
                at_us: pos,
                event: Some(event),
            };
            if see(seen).is_break() {
                return pos + 1;
            }
        }
        to
    }
}

/// One text for all runs.
fn text() -> Arc<Text> {
    static TEXT: OnceLock<Arc<Text>> = OnceLock::new();
    Arc::clone(TEXT.get_or_init(|| Arc::new(Text::new())))
}

fn views() -> Views {
    Views::new(
        text() as SharedLog,
        Arc::new(Bookmarks::default()),
        Arc::new(|| ()),
    )
}

/// From the request until all has been looked at.
fn search(views: &Views, query: &str) -> u64 {
    let filter = Filter {
        query: query.into(),
        ..Filter::default()
    };
    let view = views.open(&filter).expect("a filter").view;
    let state = loop {
        let state = views.state(view).expect("a view");
        if state.done {
            break state;
        }
        std::thread::sleep(Duration::from_micros(200));
    };
    views.close(view);
    state.rows
}

fn filters(c: &mut Criterion) {
    let mut group = c.benchmark_group("filter");
    group
        .throughput(Throughput::Bytes(EVENTS * SIZE as u64))
        .sample_size(10);
    let text = text();
    group.bench_function("memmem", |b| {
        let finder = Finder::new("Page 77777 ");
        b.iter(|| black_box(finder.find_iter(text.0.as_bytes()).count()));
    });
    for (name, query, rows) in [
        ("text", "Page 77777 ", 1),
        ("any-case", "page 77777 ", 1),
        ("any-case-many", "\"edit\"", EVENTS / 4),
        ("regex", r"/Page \d+77 /", EVENTS / 100 - 1),
        ("path", "$.ms > 989", EVENTS / 100),
        ("path-absent", "$.nothing", 0),
        ("path-deep", "$..ms", EVENTS),
    ] {
        let views = views();
        group.bench_function(name, |b| b.iter(|| assert_eq!(search(&views, query), rows)));
    }
    group.bench_function("first-page", |b| {
        let views = views();
        let filter = Filter {
            query: "$.ms >= 0".into(),
            ..Filter::default()
        };
        b.iter(|| {
            let view = views.open(&filter).expect("a filter").view;
            while views.page(view, 0, 50).expect("a view").rows.len() < 50 {
                std::thread::yield_now();
            }
            views.close(view);
        });
    });
    for (name, path) in [("facet-type", None), ("facet-path", Some("$.type"))] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let views = views();
                while views.facets(path).expect("a path").events < EVENTS {
                    std::thread::sleep(Duration::from_micros(200));
                }
            });
        });
    }
    group.finish();
}

fn strip(c: &mut Criterion) {
    let mut group = c.benchmark_group("strip");
    let mut strips = Strips::new(0);
    // Three hours, most steps full.
    for pos in 0..10_000_000 {
        strips.event(pos, pos * 1_080, 100, false);
    }
    let end = 10_000_000 * 1_080;
    group.bench_function("whole", |b| {
        b.iter(|| black_box(strips.picture(None, None, STRIP_BINS, None, &[])));
    });
    group.bench_function("half", |b| {
        b.iter(|| black_box(strips.picture(Some(end / 4), Some(end / 4 * 3), STRIP_BINS, None, &[])));
    });
    let log = text();
    let mut short = Strips::new(0);
    for pos in 0..EVENTS {
        short.event(pos, pos, SIZE, false);
    }
    group.bench_function("close", |b| {
        b.iter(|| black_box(short.picture(Some(400_000), Some(550_000), STRIP_BINS, Some(&*log), &[])));
    });
    group.bench_function("event", |b| {
        let (mut strips, mut pos) = (Strips::new(0), 0);
        b.iter(|| {
            strips.event(pos, pos, 100, false);
            pos += 1;
        });
    });
    let bytes = strips.to_bytes();
    group.bench_function("to-bytes", |b| b.iter(|| black_box(strips.to_bytes())));
    group.bench_function("from-bytes", |b| b.iter(|| black_box(Strips::from_bytes(&bytes))));
    group.finish();
}

criterion_group!(benches, filters, strip);
criterion_main!(benches);
