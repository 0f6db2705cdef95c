//! How fast the line is read, in one process: the whole of `Attempt` against the crate that it drives, two other
//! parsers, and a bare search for line ends. `cargo bench -p tapewriter-engine`.
//!
//! `llm` is a stream of 174-byte events as language models send them, in chunks of 16 KiB, so that nearly every
//! chunk ends in the middle of an event. `line` is one event with one line of 1 to 64 MiB: its throughput must
//! not fall with its length.

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use eventsource_client::{Client, ClientBuilder, ReconnectOptions, SSE};
use eventsource_stream::Eventsource;
use futures_util::{StreamExt, stream};
use launchdarkly_sdk_transport::{ByteStream, HttpTransport, ResponseFuture};
use tapewriter_engine::attempt::{Attempt, Happening};
use tapewriter_engine::lenient::{Lenient, Limits, Out};
use tapewriter_engine::source::{Head, Opening, Piece, Pieces, Request, Source};
use tokio::runtime::Runtime;

const CHUNK: usize = 16 << 10;
const EVENT: usize = 174;
const LIMITS: Limits = Limits {
    line: 128 << 20,
    event: 256 << 20,
};

/// A body in memory.
#[derive(Clone)]
struct Chunks(Arc<Vec<Bytes>>);

impl Chunks {
    fn cut(body: Vec<u8>) -> Self {
        let body = Bytes::from(body);
        let starts = (0..body.len()).step_by(CHUNK);
        Self(Arc::new(
            starts
                .map(|start| body.slice(start..body.len().min(start + CHUNK)))
                .collect(),
        ))
    }

    fn iter(&self) -> impl Iterator<Item = Bytes> + Send + Sync + 'static {
        let chunks = Arc::clone(&self.0);
        (0..chunks.len()).map(move |no| chunks[no].clone())
    }
}

impl Source for Chunks {
    fn open(&self, _: Request) -> Opening {
        let pieces = self.iter().map(|bytes| {
            let at = Instant::now();
            Ok(Piece::Chunk { at, bytes, raw: None })
        });
        let pieces: Pieces = Box::pin(stream::iter(pieces));
        Box::pin(async move { Ok((Head::default(), pieces)) })
    }
}

impl HttpTransport for Chunks {
    fn request(&self, _: http::Request<Option<Bytes>>) -> ResponseFuture {
        let body: ByteStream = Box::pin(stream::iter(self.iter().map(Ok)));
        Box::pin(async move { Ok(http::Response::new(body)) })
    }
}

/// 16 MiB of them.
fn llm() -> Vec<u8> {
    let (head, tail) = (
        r#"data: {"id":"chatcmpl-9fKQ2Zp7","object":"chat.completion.chunk","created":1732233600,"choices":[{"index":0,"delta":{"content":""#,
        "\"},\"finish_reason\":null}]}\n\n",
    );
    let token = " typewriter".repeat(4);
    let event = format!("{head}{}{tail}", &token[..EVENT - head.len() - tail.len()]);
    assert_eq!(event.len(), EVENT);
    event.repeat((16 << 20) / EVENT).into_bytes()
}

fn line(mib: usize) -> Vec<u8> {
    let mut body = b"data: ".to_vec();
    body.resize(mib << 20, b'x');
    body.extend_from_slice(b"\n\n");
    body
}

async fn attempt(chunks: &Chunks) -> usize {
    let request = Request::get("http://body.invalid/".parse().expect("an address"));
    let mut attempt = Attempt::new(Arc::new(chunks.clone()), request, LIMITS).expect("an attempt");
    let mut events = 0;
    while let Some(happening) = attempt.next().await {
        events += usize::from(matches!(black_box(happening), Happening::Event { .. }));
    }
    assert_eq!(attempt.mismatches(), 0);
    events
}

async fn bare(chunks: &Chunks) -> usize {
    let client = ClientBuilder::for_url("http://body.invalid/")
        .expect("an address")
        .reconnect(ReconnectOptions::reconnect(false).build())
        .build_with_transport(chunks.clone());
    let mut items = client.stream();
    let mut events = 0;
    while let Some(Ok(item)) = items.next().await {
        events += usize::from(matches!(black_box(item), SSE::Event(_)));
    }
    events
}

async fn eventsource_stream(chunks: &Chunks) -> usize {
    let mut items = stream::iter(chunks.iter().map(Ok::<_, Infallible>)).eventsource();
    let mut events = 0;
    while let Some(Ok(item)) = items.next().await {
        black_box(item);
        events += 1;
    }
    events
}

async fn sse_stream(chunks: &Chunks) -> usize {
    let body = stream::iter(chunks.iter().map(Ok::<_, Infallible>));
    let mut items = sse_stream::SseByteStream::new(body);
    let mut events = 0;
    while let Some(Ok(item)) = items.next().await {
        black_box(item);
        events += 1;
    }
    events
}

fn lenient(chunks: &Chunks) -> usize {
    let (mut out, mut notes) = (Out::default(), std::collections::VecDeque::new());
    let mut lenient = Lenient::new(LIMITS, "");
    let mut events = 0;
    for (no, bytes) in chunks.iter().enumerate() {
        let fed = lenient.feed(&bytes, no as u64, Instant::now(), &mut out, &mut notes);
        assert!(fed.is_ok());
        events += notes.len();
        notes.clear();
        while let Some(piece) = out.pop() {
            black_box(piece);
        }
    }
    events
}

fn memchr_scan(chunks: &Chunks) -> usize {
    let ends = |bytes: Bytes| memchr::memchr_iter(b'\n', &bytes).map(black_box).count();
    chunks.iter().map(ends).sum()
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a thread")
}

fn llm_events(c: &mut Criterion) {
    let body = llm();
    let (events, bytes) = (body.len() / EVENT, body.len() as u64);
    let chunks = Chunks::cut(body);
    let runtime = runtime();
    let mut group = c.benchmark_group("llm");
    group.throughput(Throughput::Bytes(bytes)).sample_size(20);
    group.bench_function("attempt", |b| {
        b.iter(|| assert_eq!(runtime.block_on(attempt(&chunks)), events));
    });
    group.bench_function("eventsource-client", |b| {
        b.iter(|| assert_eq!(runtime.block_on(bare(&chunks)), events));
    });
    group.bench_function("eventsource-stream", |b| {
        b.iter(|| assert_eq!(runtime.block_on(eventsource_stream(&chunks)), events));
    });
    group.bench_function("sse-stream", |b| {
        b.iter(|| assert_eq!(runtime.block_on(sse_stream(&chunks)), events));
    });
    group.bench_function("lenient", |b| b.iter(|| assert_eq!(lenient(&chunks), events)));
    group.bench_function("memchr", |b| {
        b.iter(|| assert_eq!(memchr_scan(&chunks), events * 2));
    });
    group.finish();
}

fn long_line(c: &mut Criterion) {
    let runtime = runtime();
    let mut group = c.benchmark_group("line");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    for mib in [1, 4, 16, 64] {
        let body = line(mib);
        group.throughput(Throughput::Bytes(body.len() as u64));
        let chunks = Chunks::cut(body);
        group.bench_with_input(BenchmarkId::new("attempt", mib), &chunks, |b, chunks| {
            b.iter(|| assert_eq!(runtime.block_on(attempt(chunks)), 1));
        });
        group.bench_with_input(
            BenchmarkId::new("eventsource-client", mib),
            &chunks,
            |b, chunks| {
                b.iter(|| assert_eq!(runtime.block_on(bare(chunks)), 1));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, llm_events, long_line);
criterion_main!(benches);
