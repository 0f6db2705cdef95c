//! What the tape costs: writing a flood in blocks beside a row for each event, and reading pages of it back. Compare
//! within one run only.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rusqlite::{Connection, params};
use tapewriter_engine::log::{Entry, Event, Kind, Log};
use tapewriter_engine::tape::{Maker, Tape, TapeHead};

const EVENTS: u64 = 200_000;

fn entries() -> Vec<Entry> {
    let (name, id): (Arc<str>, Arc<str>) = ("message".into(), "".into());
    (0..EVENTS)
        .map(|pos| Entry {
            pos,
            at_us: 1_763_870_400_000_000 + pos,
            gap_us: (pos > 0).then_some(1),
            attempt: 1,
            kind: Kind::Event(Event {
                seq: pos + 1,
                event_type: Arc::clone(&name),
                id: Arc::clone(&id),
                data: format!("{pos:.<92}").into(),
                wire_bytes: 100,
                chunks: 1,
            }),
        })
        .collect()
}

fn write(path: &Path, entries: &[Entry]) {
    let mut maker = Maker::create(path, &TapeHead::default()).expect("a file");
    for entry in entries {
        maker.push(entry.clone()).expect("room");
    }
    maker.finish(None, |_| ()).expect("room");
}

/// As simple as can be, with the same settings: a row for each event.
fn write_rows(path: &Path, entries: &[Entry]) {
    // A file of the run before.
    let _ = std::fs::remove_file(path);
    let mut db = Connection::open(path).expect("a file");
    db.pragma_update(None, "journal_mode", "WAL").expect("set");
    db.pragma_update(None, "synchronous", "NORMAL").expect("set");
    db.execute_batch("CREATE TABLE event (pos INTEGER PRIMARY KEY, at_us INTEGER, attempt INTEGER, type TEXT, id TEXT, data TEXT)")
        .expect("made");
    for batch in entries.chunks(8_192) {
        let transaction = db.transaction().expect("begun");
        {
            let mut insert = transaction
                .prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .expect("prepared");
            for entry in batch {
                let Kind::Event(event) = &entry.kind else { continue };
                insert
                    .execute(params![
                        entry.pos,
                        entry.at_us,
                        entry.attempt,
                        event.event_type,
                        event.id,
                        event.data
                    ])
                    .expect("room");
            }
        }
        transaction.commit().expect("room");
    }
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .expect("moved");
}

fn tape(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let entries = entries();
    let mut group = c.benchmark_group("tape");
    group.measurement_time(Duration::from_secs(8)).sample_size(10);
    group.throughput(Throughput::Elements(EVENTS));
    let path = folder.path().join("blocks.tape");
    group.bench_function("write/blocks", |b| b.iter(|| write(&path, &entries)));
    let rows = folder.path().join("rows.db");
    group.bench_function("write/rows", |b| b.iter(|| write_rows(&rows, &entries)));

    let tape = Tape::open(&path).expect("readable");
    group.bench_function("scan", |b| {
        b.iter(|| {
            let (mut pos, mut bytes) = (0, 0);
            while pos < EVENTS {
                pos = tape.visit(pos, &mut |seen| {
                    bytes += seen.event.map_or(0, |event| event.data.len());
                    ControlFlow::Continue(())
                });
            }
            black_box(bytes)
        });
    });
    group.throughput(Throughput::Elements(50));
    let mut from = 0;
    group.bench_function("page/elsewhere each time", |b| {
        b.iter(|| {
            from = (from + 77_777) % (EVENTS - 50);
            black_box(tape.run(from, 50))
        });
    });
    group.bench_function("page/scrolling", |b| {
        b.iter(|| {
            from = (from + 10) % (EVENTS - 50);
            black_box(tape.run(from, 50))
        });
    });
    group.finish();
}

criterion_group!(benches, tape);
criterion_main!(benches);
