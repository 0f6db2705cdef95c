//! The faults of bytes, of time and of compression, as clients meet them.

mod support;

use support::{Answer, End, FAILURE, Server, events};
use tokio::time::timeout;

/// The times at which events say they were made, milliseconds.
fn made(answer: &Answer) -> Vec<u64> {
    let number = |data: String| {
        let digits = data.rsplit(':').next().unwrap().trim_end_matches('}').to_owned();
        digits.parse().unwrap()
    };
    events(&answer.body())
        .into_iter()
        .map(|event| number(event.data))
        .collect()
}

#[tokio::test]
async fn chunks_end_inside_characters() {
    let server = Server::start().await;
    let answer = server.get("/faults/split-utf8?ms=1").await;
    assert_eq!(answer.chunks.len(), 2 * tapewriter_demo::SPLIT.len());
    let texts: Vec<_> = events(&answer.body())
        .into_iter()
        .map(|event| event.data)
        .collect();
    assert_eq!(texts, tapewriter_demo::SPLIT);
    assert!(
        answer
            .chunks
            .iter()
            .step_by(2)
            .all(|chunk| std::str::from_utf8(chunk).is_err())
    );
    server.stop().await;
}

#[tokio::test]
async fn line_ends_and_marks_are_as_they_should_not_be() {
    let server = Server::start().await;
    let answer = server.get("/faults/crlf?ms=1").await;
    assert_eq!(answer.body(), tapewriter_demo::CRLF.concat());
    assert_eq!(answer.chunks.len(), tapewriter_demo::CRLF.len());
    assert!(answer.chunks[1].ends_with(b"\r") && answer.chunks[2].starts_with(b"\n"));
    let answer = server.get("/faults/bom?ms=0").await;
    assert!(
        answer.chunks[0].starts_with(b"\xEF\xBB\xBFdata: ") && answer.chunks[1].starts_with(b"\xEF\xBB\xBF")
    );
    let answer = server.get("/faults/bad-retry?ms=0").await;
    assert_eq!(answer.body(), tapewriter_demo::BAD_RETRY.concat());
    assert!(answer.body().contains("id: 8\0\n"));
    server.stop().await;
}

#[tokio::test]
async fn a_line_without_end_ends_where_it_was_asked_to() {
    let server = Server::start().await;
    let answer = server.get("/faults/endless-line?mib=2").await;
    assert_eq!(answer.body().len(), (2 << 20) + "data: ".len());
    assert!(!answer.body().contains('\n'));
    let mut line = server.open("/faults/endless-line", &[]).await;
    for _ in 0..100 {
        timeout(FAILURE, line.chunk())
            .await
            .expect("more")
            .unwrap()
            .expect("more");
    }
    server.stop().await;
}

#[tokio::test]
async fn heartbeats_come_more_often_than_events() {
    let server = Server::start().await;
    let answer = server.get("/faults/heartbeat?ms=1&n=9").await;
    assert_eq!(answer.body().matches(":hb\n\n").count(), 9);
    assert_eq!(events(&answer.body()).len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_slow_answer_comes() {
    let server = Server::start().await;
    let began = std::time::Instant::now();
    let answer = server.get("/faults/slow?ms=60").await;
    assert!(began.elapsed().as_millis() >= 60);
    assert_eq!(events(&answer.body()).len(), 3);
    server.stop().await;
}

#[tokio::test]
async fn held_events_were_made_one_by_one() {
    let server = Server::start().await;
    let answer = server.get("/faults/buffered?ms=20&n=10&every=4").await;
    assert_eq!(answer.header("server"), Some("nginx"));
    assert_eq!(answer.chunks.len(), 3);
    let made = made(&answer);
    assert_eq!(made.len(), 10);
    assert!(made.windows(2).all(|pair| pair[1] - pair[0] >= 19), "{made:?}");
    server.stop().await;
}

#[tokio::test]
async fn compressed_bodies_come_in_frames() {
    let server = Server::start().await;
    for (path, encoding, chunks) in [
        ("gzip", "gzip", 6),
        ("deflate", "deflate", 6),
        ("br", "br", 6),
        ("zstd", "zstd", 6),
        ("gzip-unflushed", "gzip", 2),
    ] {
        let answer = server.get(&format!("/faults/{path}?ms=1&n=5")).await;
        assert_eq!(answer.header("content-encoding"), Some(encoding), "{path}");
        assert_eq!(
            answer.chunks.len(),
            chunks,
            "{path}: one a flush, and the codec's own end"
        );
        assert_eq!(answer.end, End::Clean, "{path}");
    }
    let answer = server.get("/faults/gzip?ms=1&n=5").await;
    assert_eq!(answer.chunks.len(), 6);
    assert!(
        answer.chunks[..5]
            .iter()
            .all(|chunk| chunk.ends_with(b"\0\0\xFF\xFF")),
        "flushed each"
    );
    server.stop().await;
}

#[tokio::test]
async fn pages_other_origins_and_json_lines() {
    let server = Server::start().await;
    let answer = server.get("/faults/html").await;
    assert_eq!((answer.status, answer.header("server")), (502, Some("nginx")));
    assert!(answer.body().contains("<title>502 Bad Gateway</title>"));
    assert_eq!(server.get("/faults/html?status=200").await.status, 200);
    let answer = server.get("/faults/cors?ms=0&n=2").await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://page.example")
    );
    assert_eq!(events(&answer.body()).len(), 2);
    let answer = server.get("/faults/ndjson?ms=0").await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(answer.body().lines().count(), 10);
    assert!(answer.body().starts_with("{\"n\":1,"));
    server.stop().await;
}

#[tokio::test]
async fn everything_breaks_once_and_goes_on() {
    let server = Server::start().await;
    let answer = server.get("/faults/everything?ms=1").await;
    assert_eq!(answer.body(), tapewriter_demo::EVERYTHING.concat());
    assert_eq!(answer.end, End::Reset);
    let resumed = server
        .get_with("/faults/everything?ms=1", &[("Last-Event-ID", "4411")])
        .await;
    assert_eq!(events(&resumed.body())[0].id, Some(4_412));
    let done = server
        .get_with("/faults/everything?ms=1", &[("Last-Event-ID", "4412")])
        .await;
    assert_eq!(done.status, 204);
    server.stop().await;
}
