//! Lines that hold events back, and lines that are healthy.

mod single;

use std::collections::VecDeque;
use std::time::Instant;

use bytes::Bytes;

use super::*;
use crate::contract::{Answer, Header, Hop, Tls};
use crate::lenient::{Lenient, Limits, Note, Out};

const MS: u64 = 1_000;
const S: u64 = 1_000_000;
/// Some day.
const DAY_MS: u64 = 1_763_870_400_000;

/// What comes over a line.
type Play = fn(&mut Line);

/// A line in a time of its own.
struct Line {
    doctor: Doctor,
    lenient: Lenient,
    at_us: u64,
    no: u64,
}

impl Line {
    /// An open line whose response has these headers.
    fn open(headers: &[(&str, &str)]) -> Self {
        let mut line = Self {
            doctor: Doctor::default(),
            lenient: Lenient::new(Limits::default(), ""),
            at_us: DAY_MS * MS,
            no: 0,
        };
        line.answer(200, headers, b"", 20 * MS);
        line
    }

    fn answer(&mut self, status: u16, headers: &[(&str, &str)], refused: &[u8], after_us: u64) {
        let mut traced = Traced {
            refused: refused.to_vec(),
            ..Traced::default()
        };
        traced.exchange.hops.push(Hop {
            at_us: self.at_us,
            url: "http://127.0.0.1:4737/s".to_owned(),
            response: Some(Answer {
                after_us,
                status,
                headers: headers
                    .iter()
                    .map(|(name, value)| Header::new(*name, *value))
                    .collect(),
                ..Answer::default()
            }),
            ..Hop::default()
        });
        self.lenient = Lenient::new(Limits::default(), "");
        self.no += 1;
        self.doctor
            .exchange(self.no, self.at_us + after_us, Framing::Sse, &traced);
    }

    fn wait(&mut self, us: u64) {
        self.at_us += us;
    }

    /// A chunk; `data` is of the events that it completes.
    fn chunk(&mut self, bytes: &[u8], raw: Option<&[u8]>, data: &[String]) {
        let (mut out, mut notes) = (Out::default(), VecDeque::new());
        let (before, at) = (self.lenient.mid(), Instant::now());
        let bytes = Bytes::copy_from_slice(bytes);
        self.lenient
            .feed(&bytes, 0, at, &mut out, &mut notes)
            .expect("within limits");
        let events = notes.iter().filter(|note| matches!(note, Note::Block(_))).count();
        assert_eq!(events, data.len());
        self.no += 1;
        let chunk = Chunk {
            at,
            bytes,
            raw: raw.map(Bytes::copy_from_slice),
            before,
            events: events as u64,
            unfinished: self.lenient.unfinished(),
        };
        self.doctor.chunk(self.no, self.at_us, &chunk);
        for data in data {
            self.doctor.event(self.at_us, data);
        }
        for _ in notes.iter().filter(|note| matches!(note, Note::Comment { .. })) {
            self.doctor.comment();
        }
    }

    fn events(&mut self, data: &[String], raw: Option<&[u8]>) {
        let body: String = data.iter().map(|data| format!("data: {data}\n\n")).collect();
        self.chunk(body.as_bytes(), raw, data);
    }

    fn event(&mut self, data: &str) {
        self.events(&[data.to_owned()], None);
    }

    fn heartbeat(&mut self) {
        self.chunk(b":hb\n\n", None, &[]);
    }

    /// Events made one by one, every so often, and held back until there are `many`.
    fn held(&mut self, many: u64, every_us: u64, raw: Option<&[u8]>) {
        let made = (0..many).map(|_| {
            self.at_us += every_us;
            format!("{{\"at\":{}}}", self.at_us / MS)
        });
        let made: Vec<_> = made.collect();
        self.events(&made, raw);
    }

    fn findings(&self) -> Vec<Finding> {
        let findings = self.doctor.findings(self.at_us);
        let bad = findings
            .iter()
            .filter(|finding| finding.level != Level::Good)
            .count();
        assert_eq!(self.doctor.concerns(self.at_us) as usize, bad);
        findings
    }

    fn kinds(&self) -> Vec<FindingKind> {
        self.findings().into_iter().map(|finding| finding.kind).collect()
    }
}

fn arg<'a>(finding: &'a Finding, name: &str) -> &'a str {
    finding.args.get(name).map_or("", String::as_str)
}

#[test]
fn events_held_back_are_told_by_their_own_clock() {
    let mut line = Line::open(&[("server", "nginx"), ("via", "1.1 varnish")]);
    for _ in 0..4 {
        line.held(9, 1_650 * MS, None);
    }
    let findings = line.findings();
    assert_eq!(line.kinds(), [FindingKind::Buffered]);
    let found = &findings[0];
    assert_eq!(
        (arg(found, "events"), arg(found, "bursts"), arg(found, "clock")),
        ("36", "4", "yes")
    );
    assert_eq!(arg(found, "seconds"), "15");
    assert_eq!(
        (arg(found, "server"), arg(found, "accel")),
        ("nginx, 1.1 varnish", "missing")
    );
    assert_eq!((found.level, found.no), (Level::Warn, Some(5)));
}

#[test]
fn every_way_to_write_a_time_is_a_witness() {
    let forms: [fn(u64) -> String; 5] = [
        |us| format!("{{\"id\":7,\"t\":{}}}", us / S),
        |us| format!("{us}"),
        |us| format!("[12:{:02}:{:02}] up", us / S / 60 % 60, us / S % 60),
        |us| {
            format!(
                "{{\"made\":\"2026-11-23T04:{:02}:{:02}.{:06}Z\"}}",
                us / S / 60 % 60,
                us / S % 60,
                us % S
            )
        },
        |us| format!("{}.{:03}", us / S, us / MS % S),
    ];
    for (i, form) in forms.iter().enumerate() {
        let mut line = Line::open(&[]);
        for _ in 0..3 {
            let made = (0..6).map(|_| {
                line.at_us += S;
                form(line.at_us)
            });
            let made: Vec<_> = made.collect();
            line.events(&made, None);
        }
        assert_eq!(line.kinds(), [FindingKind::Buffered], "form {i}");
    }
}

#[test]
fn events_held_back_without_a_clock_are_told_by_their_cuts() {
    let mut line = Line::open(&[]);
    let event = "data: 0123456789 0123456789 0123456789\n\n".repeat(110);
    let body = event.repeat(4);
    let mut sent = 0;
    for block in body.as_bytes().chunks(4_096).take(4) {
        line.wait(3 * S);
        sent += block.len();
        let events = sent / 40 - (sent - block.len()) / 40;
        line.chunk(
            block,
            None,
            &vec!["0123456789 0123456789 0123456789".to_owned(); events],
        );
    }
    assert_eq!(line.kinds(), [FindingKind::Buffered]);
    assert_eq!(arg(&line.findings()[0], "clock"), "no");
}

#[test]
fn a_healthy_line_raises_nothing() {
    let cases: [(&str, Play); 10] = [
        ("several events a tick", |line| {
            for _ in 0..30 {
                line.wait(2 * S);
                line.events(&vec!["tick".to_owned(); 5], None);
            }
        }),
        ("several events a tick, with the tick's time", |line| {
            for _ in 0..30 {
                line.wait(15 * S);
                let now = format!("{{\"at\":{},\"price\":1}}", line.at_us / MS);
                line.events(&vec![now; 5], None);
            }
        }),
        ("pairs", |line| {
            for _ in 0..30 {
                line.wait(2 * S);
                let now = line.at_us / MS;
                line.events(&[now.to_string(), (now + 1).to_string()], None);
            }
        }),
        ("a model that thinks, writes, thinks and writes", |line| {
            for _ in 0..4 {
                line.wait(25 * S);
                for _ in 0..200 {
                    line.wait(30 * MS);
                    line.event("{\"created\":1763870400,\"delta\":\"潮\"}");
                }
            }
        }),
        ("a model whose first tokens come together", |line| {
            for _ in 0..4 {
                line.wait(25 * S);
                line.events(&vec!["{\"created\":1763870400}".to_owned(); 5], None);
                for _ in 0..100 {
                    line.wait(20 * MS);
                    line.event("a");
                }
            }
        }),
        ("one event a minute with heartbeats", |line| {
            for _ in 0..20 {
                for _ in 0..4 {
                    line.wait(15 * S);
                    line.heartbeat();
                }
                line.event("minute");
            }
            line.wait(40 * S);
        }),
        ("a flood in chunks that cut events anywhere", |line| {
            let body = "data: 0123456789 0123456789 0123456789\n\n".repeat(5_000);
            let mut sent = 0;
            for block in body.as_bytes().chunks(16 << 10) {
                line.wait(3 * MS);
                sent += block.len();
                let events = sent / 40 - (sent - block.len()) / 40;
                line.chunk(
                    block,
                    None,
                    &vec!["0123456789 0123456789 0123456789".to_owned(); events],
                );
            }
        }),
        ("a replay at the beginning", |line| {
            let made: Vec<_> = (0..50)
                .map(|i| format!("{{\"at\":{}}}", DAY_MS + i * 1_000))
                .collect();
            line.wait(2 * S);
            line.events(&made, None);
            for _ in 0..20 {
                line.wait(S);
                line.event("live");
            }
        }),
        ("a line that is silent by habit", |line| {
            for _ in 0..3 {
                line.wait(29 * S);
                line.event("x");
            }
            line.wait(29 * S);
        }),
        ("compressed and flushed, its head first", |line| {
            line.chunk(b"", Some(&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]), &[]);
            for _ in 0..10 {
                line.wait(3 * S);
                line.events(&["x".to_owned()], Some(b"abc\0\0\xFF\xFF"));
            }
        }),
    ];
    for (name, play) in cases {
        let mut line = Line::open(&[("content-encoding", "gzip")]);
        play(&mut line);
        assert_eq!(line.kinds(), [], "{name}");
        let failure = Failure::new(Code::Eof, "over");
        line.doctor.end(line.at_us, &failure);
        assert_eq!(line.kinds(), [], "{name}, when it has ended");
    }
}

#[test]
fn compressed_events_that_were_not_flushed_are_told_by_the_flushes() {
    let mut line = Line::open(&[("content-encoding", "gzip")]);
    for _ in 0..3 {
        line.held(8, 400 * MS, Some(b"packed\0\0\xFF\xFF"));
    }
    assert_eq!(line.kinds(), [FindingKind::Unflushed]);
    assert_eq!(arg(&line.findings()[0], "encoding"), "gzip");
    // Flushed one by one, it is something on the way that holds them.
    let mut line = Line::open(&[("content-encoding", "gzip")]);
    for _ in 0..3 {
        line.held(8, 400 * MS, Some(&b"packed\0\0\xFF\xFF".repeat(8)));
    }
    assert_eq!(line.kinds(), [FindingKind::Buffered]);
}

#[test]
fn compressed_frames_that_wait_for_the_next_are_told() {
    let mut line = Line::open(&[("content-encoding", "br")]);
    for _ in 0..3 {
        line.wait(S);
        line.chunk(b"", Some(&[7; 60]), &[]);
        line.wait(15 * S);
        line.events(&["x".to_owned()], Some(&[7; 20]));
    }
    assert_eq!(line.kinds(), [FindingKind::Unflushed]);
    let found = &line.findings()[0];
    assert_eq!(
        (arg(found, "encoding"), arg(found, "seconds"), arg(found, "times")),
        ("br", "15", "3")
    );
}
