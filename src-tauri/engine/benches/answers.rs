//! How fast answers are read: one of 100,000 characters put together by ticks, as a page that opens does; and what an
//! event of each dialect costs at its arrival. `cargo bench -p tapewriter-engine --bench answers`.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tapewriter_engine::contract::{Dialect, TextRule};
use tapewriter_engine::dialect;
use tapewriter_engine::figures::Counter;
use tapewriter_engine::log::{Budget, Entry, Event, Kind, Ring};
use tapewriter_engine::text::{self, Cursor, Reading};

const CHAT: &str = r#"{"id":"chatcmpl-9fKQ2Zp7","object":"chat.completion.chunk","created":1732233600,"model":"m","choices":[{"index":0,"delta":{"content":"type"},"finish_reason":null}],"usage":null}"#;

fn entry(pos: u64, data: &str) -> Entry {
    let event = Event {
        seq: pos + 1,
        event_type: "message".into(),
        id: "".into(),
        data: data.into(),
        wire_bytes: 0,
        chunks: 1,
    };
    Entry {
        pos,
        at_us: 1_764_000_000_000_000 + pos * 1_000,
        gap_us: None,
        attempt: 1,
        kind: Kind::Event(event),
    }
}

/// 25,000 events of four characters, a thousand a second.
fn assembled(c: &mut Criterion) {
    let mut ring = Ring::new(Arc::new(Budget::default()));
    (0..25_000).for_each(|pos| ring.append(entry(pos, CHAT)));
    let reading = Reading::from(TextRule::OpenaiChat);
    let mut group = c.benchmark_group("answer");
    group.throughput(Throughput::Elements(100_000));
    group.bench_function("100000-characters", |b| {
        b.iter(|| {
            let (mut cursor, mut bytes) = (Cursor::default(), 0);
            while let Some((tick, next)) = text::since(&ring, cursor, &reading) {
                bytes += tick.runs.iter().map(|run| run.text.len()).sum::<usize>();
                cursor = next;
            }
            assert_eq!(bytes, 100_000);
        });
    });
    group.finish();
}

fn event(c: &mut Criterion) {
    let cases = [
        (Dialect::OpenaiChat, CHAT),
        (
            Dialect::OpenaiResponses,
            r#"{"type":"response.output_text.delta","sequence_number":26,"item_id":"msg_0c72b1","output_index":6,"content_index":0,"delta":"type","logprobs":[],"obfuscation":"sAGZGlKzHscrV"}"#,
        ),
        (
            Dialect::Anthropic,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"type"}}"#,
        ),
        (
            Dialect::Gemini,
            r#"{"candidates":[{"content":{"parts":[{"text":"type"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":10,"totalTokenCount":80},"modelVersion":"m"}"#,
        ),
        (
            Dialect::Ollama,
            r#"{"model":"m","created_at":"2025-10-26T17:15:24.097767Z","message":{"role":"assistant","content":"type"},"done":false}"#,
        ),
    ];
    let mut group = c.benchmark_group("event");
    for (spoken, data) in cases {
        let name = format!("{spoken:?}");
        group.bench_function(BenchmarkId::new("read", name), |b| {
            b.iter(|| dialect::read(spoken, true, "message", black_box(data)));
        });
    }
    // What a flood pays for being looked at: nothing but its times.
    for (name, rule) in [("plain", TextRule::Auto), ("chat", TextRule::OpenaiChat)] {
        let data = if rule == TextRule::Auto { "x" } else { CHAT };
        let mut counter = Counter::new(rule.into(), 0);
        (0..64).for_each(|pos| counter.entry(&entry(pos, data)));
        let one = entry(64, data);
        group.bench_function(BenchmarkId::new("count", name), |b| {
            b.iter(|| counter.entry(black_box(&one)));
        });
    }
    group.finish();
}

criterion_group!(benches, assembled, event);
criterion_main!(benches);
