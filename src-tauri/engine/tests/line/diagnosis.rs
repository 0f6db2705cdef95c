//! "Why isn't it streaming?": each fault of the demo server is recognised, and what is healthy is left alone.

use std::sync::Arc;
use std::time::Duration;

use tapewriter_engine::contract::{Finding, FindingKind, Framing, Level, Stream};
use tapewriter_engine::{Engine, Session};

use crate::support::{OK, demo, ended, get, once, open, raw, until};

/// Waits until something is found.
async fn found(engine: &Engine, session: &Session, kind: FindingKind) -> Finding {
    let find = || {
        session
            .findings()
            .into_iter()
            .find(|finding| finding.kind == kind)
    };
    until(engine, &format!("{kind:?} is found"), || find().is_some()).await;
    find().expect("found")
}

fn arg<'a>(finding: &'a Finding, name: &str) -> &'a str {
    finding.args.get(name).map_or("", String::as_str)
}

/// The findings of a stream when it has ended.
async fn told(engine: &Engine, stream: Stream) -> (Arc<Session>, Vec<Finding>) {
    let session = open(engine, stream);
    ended(engine, &session).await;
    let findings = session.findings();
    (session, findings)
}

fn kinds(findings: &[Finding]) -> Vec<FindingKind> {
    findings.iter().map(|finding| finding.kind).collect()
}

#[tokio::test]
async fn a_proxy_that_holds_bytes_back() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(
        &engine,
        get(format!("{}/faults/buffered?ms=150&n=80&every=8", demo.origin)),
    );
    let finding = found(&engine, &session, FindingKind::Buffered).await;
    assert_eq!(
        (arg(&finding, "clock"), arg(&finding, "accel")),
        ("yes", "missing")
    );
    assert_eq!(arg(&finding, "server"), "nginx");
    assert_eq!(kinds(&session.findings()), [FindingKind::Buffered]);
    assert_eq!(session.status().wire.findings, 1);
}

#[tokio::test]
async fn compression_that_is_not_flushed() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(
        &engine,
        get(format!(
            "{}/faults/gzip-unflushed?ms=150&n=80&every=8",
            demo.origin
        )),
    );
    let finding = found(&engine, &session, FindingKind::Unflushed).await;
    assert_eq!(arg(&finding, "encoding"), "gzip");
    assert_eq!(kinds(&session.findings()), [FindingKind::Unflushed]);
}

#[tokio::test]
async fn pages_and_other_types() {
    let (engine, demo) = (Engine::default(), demo().await);
    for (path, title, status) in [
        ("/faults/wrong-type", "Please sign in", "200"),
        ("/faults/html", "502 Bad Gateway", "502"),
        ("/faults/html?status=200", "502 Bad Gateway", "200"),
    ] {
        let (_, findings) = told(&engine, get(format!("{}{path}", demo.origin))).await;
        assert_eq!(kinds(&findings), [FindingKind::Html], "{path}");
        assert_eq!(
            (arg(&findings[0], "title"), arg(&findings[0], "status")),
            (title, status)
        );
        assert_eq!((findings[0].level, findings[0].no), (Level::Bad, Some(1)));
    }
    let json =
        raw(["HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"]).await;
    let (_, findings) = told(&engine, get(json.origin)).await;
    assert_eq!(kinds(&findings), [FindingKind::ContentType]);
    assert_eq!(arg(&findings[0], "type"), "application/json");
}

#[tokio::test]
async fn chunks_that_cut_events_and_keep_them_waiting() {
    let (engine, demo) = (Engine::default(), demo().await);
    let session = open(&engine, get(format!("{}/faults/split-utf8?ms=500", demo.origin)));
    let finding = found(&engine, &session, FindingKind::SplitEvents).await;
    let times: u64 = arg(&finding, "chunks").parse().expect("a number");
    assert!(times >= 3, "{times}");
}

#[tokio::test]
async fn silence_without_heartbeats_and_with_them() {
    let (engine, demo) = (Engine::default(), demo().await);
    let silent = open(&engine, get(format!("{}/faults/silent", demo.origin)));
    // Another stream: a second Connect of one ends its session.
    let steady = open(
        &engine,
        Stream {
            id: "steady".to_owned(),
            ..get(format!("{}/faults/heartbeat?ms=50&n=100000", demo.origin))
        },
    );
    until(&engine, "both are open", || {
        silent.status().wire.end > 0 && steady.status().comments > 0
    })
    .await;
    let later = Duration::from_secs(31);
    assert_eq!(kinds(&silent.findings()), []);
    assert_eq!(kinds(&silent.findings_after(later)), [FindingKind::NoHeartbeat]);
    assert_eq!(kinds(&steady.findings_after(later)), []);
}

#[tokio::test]
async fn a_response_for_pages_of_another_origin() {
    let (engine, demo) = (Engine::default(), demo().await);
    let (_, findings) = told(&engine, once(format!("{}/faults/cors?ms=5&n=3", demo.origin))).await;
    assert_eq!(kinds(&findings), [FindingKind::Cors]);
    assert_eq!(
        (arg(&findings[0], "what"), arg(&findings[0], "value")),
        ("other", "https://page.example")
    );
}

#[tokio::test]
async fn lines_that_are_ignored() {
    let (engine, demo) = (Engine::default(), demo().await);
    let (_, findings) = told(&engine, once(format!("{}/faults/bad-retry?ms=5", demo.origin))).await;
    assert_eq!(kinds(&findings), [FindingKind::IgnoredLines]);
    let args = ["lines", "first", "why"].map(|name| arg(&findings[0], name));
    assert_eq!(args, ["7", "retry: 3s", "retry-not-number"]);
}

#[tokio::test]
async fn an_answer_that_takes_its_time() {
    let (engine, demo) = (Engine::default(), demo().await);
    let (_, findings) = told(&engine, once(format!("{}/faults/slow?ms=5050", demo.origin))).await;
    assert_eq!(kinds(&findings), [FindingKind::SlowStart]);
    let seconds: f64 = arg(&findings[0], "seconds").parse().expect("a number");
    assert!(seconds >= 5.0, "{seconds}");
}

#[tokio::test]
async fn what_reconnects_cost() {
    let (engine, demo) = (Engine::default(), demo().await);
    let (_, findings) = told(&engine, get(format!("{}/flaky?ms=1&n=15&retry=100", demo.origin))).await;
    assert_eq!(kinds(&findings), [FindingKind::ResumesWell]);
    assert_eq!(
        (findings[0].level, arg(&findings[0], "reconnects")),
        (Level::Good, "2")
    );
    let part = |ids: std::ops::Range<u32>| {
        let events = ids.map(|id| format!("id: {id}\ndata: x\n\n")).collect::<String>();
        format!("{OK}retry: 100\n\n{events}")
    };
    let (first, second) = (part(1..5), part(7..9));
    let lossy = raw([&first, &second, "HTTP/1.1 204 No Content\r\n\r\n"]).await;
    let (_, findings) = told(&engine, get(lossy.origin)).await;
    assert_eq!(kinds(&findings), [FindingKind::ResumesBadly]);
    assert_eq!(arg(&findings[0], "lost"), "2");
}

#[tokio::test]
async fn what_is_healthy_is_left_alone() {
    let (engine, demo) = (Engine::default(), demo().await);
    for path in [
        "/stream?ms=20",
        "/typewriter?ms=1",
        "/flood?n=100000&size=100",
        "/faults/comments?ms=20",
        "/faults/crlf?ms=20",
        "/faults/redirect?ms=5",
        "/faults/gzip?ms=50&n=10",
        "/faults/deflate?ms=50&n=10",
        "/faults/br?ms=50&n=10",
        "/faults/zstd?ms=50&n=10",
        "/faults/heartbeat?ms=20&n=20",
        "/faults/ndjson?ms=10",
    ] {
        let stream = Stream {
            framing: Framing::Auto,
            ..once(format!("{}{path}", demo.origin))
        };
        let (session, findings) = told(&engine, stream).await;
        assert!(
            session.status().events > 0,
            "{path}: {:?}",
            session.status().failure
        );
        assert_eq!(kinds(&findings), [], "{path}");
        assert_eq!(session.status().wire.findings, 0, "{path}");
    }
}
