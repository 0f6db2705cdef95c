//! A tape that is served again: its timing, its rounds, who may read it and who may not.

mod support;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use support::{End, FAILURE, Server};
use tapewriter_demo::reserve::{BATCH_PIECES, Counts, Open, Piece, Program, Start, TapeServer};
use tokio::time::{Instant, timeout};

/// A tape with an event each `step_us`: its id is its number, from 1.
fn tape(events: u64, step_us: u64) -> Open {
    Arc::new(move |after| {
        let seen = after.and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
        if seen >= events {
            return Ok(None);
        }
        Ok(Some(Start {
            origin_us: 1_000_000 + seen * step_us,
            pieces: Box::new((seen + 1..=events).map(move |n| Ok(piece(n, step_us)))),
        }))
    })
}

fn piece(n: u64, step_us: u64) -> Piece {
    (1_000_000 + n * step_us, Bytes::from(block(n)))
}

fn block(n: u64) -> String {
    format!("id: {n}\ndata: {n}\n\n")
}

fn program(open: Open) -> Program {
    Program {
        open,
        speed: 0.0,
        repeat: false,
        cors: false,
    }
}

async fn serve(program: Program) -> (Server, TapeServer) {
    let tape = TapeServer::new(program).unwrap();
    let running = tape.clone();
    (
        Server::of(|listener, shutdown| running.run(listener, shutdown)).await,
        tape,
    )
}

fn texts(chunks: &[Vec<u8>]) -> Vec<String> {
    chunks
        .iter()
        .map(|chunk| String::from_utf8(chunk.clone()).unwrap())
        .collect()
}

#[tokio::test]
async fn each_piece_is_a_chunk_of_its_own() {
    let (server, tape) = serve(program(tape(100, 0))).await;
    let answer = server.get(tape.path()).await;
    assert_eq!((answer.status, answer.end), (200, End::Clean));
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(texts(&answer.chunks), (1..=100).map(block).collect::<Vec<_>>());
    assert_eq!(tape.counts().requests, 1);
    server.stop().await;
}

#[tokio::test]
async fn it_goes_on_after_the_last_event_id_and_says_when_there_is_no_more() {
    let (server, tape) = serve(program(tape(10, 0))).await;
    let from = async |id: &str| server.get_with(tape.path(), &[("Last-Event-ID", id)]).await;
    assert_eq!(texts(&from("7").await.chunks), [block(8), block(9), block(10)]);
    assert_eq!(from("unknown").await.chunks.len(), 10);
    assert_eq!(from("").await.chunks.len(), 10);
    assert_eq!(from("10").await.status, 204);
    assert_eq!(tape.counts().requests, 4);
    server.stop().await;
}

/// How long a whole answer takes.
async fn length(speed: f64) -> std::time::Duration {
    let (server, tape) = serve(Program {
        speed,
        ..program(tape(20, 30_000))
    })
    .await;
    let begun = Instant::now();
    let answer = server.get(tape.path()).await;
    assert_eq!(answer.chunks.len(), 20);
    let taken = begun.elapsed();
    server.stop().await;
    taken
}

#[tokio::test]
async fn it_keeps_its_time_or_a_part_of_it() {
    let (original, fast, at_once) = (length(1.0).await, length(10.0).await, length(0.0).await);
    // It cannot be early, and ten times the speed is clearly faster; how late it is depends on the machine.
    assert!(original.as_millis() >= 600, "{original:?}");
    assert!(
        fast.as_millis() >= 60 && fast < original / 2,
        "{fast:?} of {original:?}"
    );
    assert!(at_once < original / 2, "{at_once:?} of {original:?}");
}

#[tokio::test]
async fn sleeps_do_not_add_up() {
    // A piece each 100 µs: sleeps, which are never shorter than a millisecond, would make one second ten or more. A
    // body that falls behind its deadlines catches up.
    let (server, tape) = serve(Program {
        speed: 1.0,
        ..program(tape(10_000, 100))
    })
    .await;
    let begun = Instant::now();
    let mut line = server.open(tape.path(), &[]).await;
    while line.chunk().await.unwrap().is_some() {}
    let taken = begun.elapsed().as_millis();
    assert!((1_000..6_000).contains(&taken), "{taken}");
    server.stop().await;
}

#[tokio::test]
async fn it_is_repeated_from_the_start_and_also_from_its_end() {
    let (server, tape) = serve(Program {
        repeat: true,
        ..program(tape(3, 0))
    })
    .await;
    for (id, first) in [("", 1), ("2", 3), ("3", 1)] {
        let mut line = server.open(tape.path(), &[("Last-Event-ID", id)]).await;
        let mut n = first;
        for _ in 0..20 {
            let chunk = timeout(FAILURE, line.chunk()).await.unwrap().unwrap().unwrap();
            assert_eq!(String::from_utf8(chunk).unwrap(), block(n));
            n = n % 3 + 1;
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn an_empty_tape_is_not_repeated_for_ever() {
    let empty: Open = Arc::new(|_| {
        Ok(Some(Start {
            origin_us: 0,
            pieces: Box::new(std::iter::empty()),
        }))
    });
    let (server, tape) = serve(Program {
        repeat: true,
        ..program(empty)
    })
    .await;
    let answer = server.get(tape.path()).await;
    assert_eq!(
        (answer.status, answer.end, answer.chunks.len()),
        (200, End::Clean, 0)
    );
    server.stop().await;
}

#[tokio::test]
async fn only_its_own_path_is_there() {
    let (server, tape) = serve(program(tape(3, 0))).await;
    let path = tape.path().to_owned();
    assert!(
        path.starts_with("/t/") && path.ends_with("/stream") && path.len() == 42,
        "{path}"
    );
    let mut near = path.clone().into_bytes();
    near[10] = if near[10] == b'0' { b'1' } else { b'0' };
    let near = String::from_utf8(near).unwrap();
    for other in [
        "/",
        "/stream",
        "/t/",
        "/t/0/stream",
        &near,
        &path[..path.len() - 1],
        &format!("{path}/"),
    ] {
        assert_eq!(server.get(other).await.status, 404, "{other}");
    }
    let (again, other) = serve(program(self::tape(3, 0))).await;
    assert_ne!(other.path(), path);
    assert_eq!(tape.counts(), Counts::default());
    again.stop().await;
    server.stop().await;
}

#[tokio::test]
async fn pages_of_other_origins_may_not_read_it_unless_they_may() {
    let (server, closed) = serve(program(tape(3, 0))).await;
    let foreign = [("Origin", "https://example.org")];
    assert_eq!(server.get_with(closed.path(), &foreign).await.status, 403);
    let own = format!("http://127.0.0.1:{}", server.port);
    assert_eq!(
        server
            .get_with(closed.path(), &[("Origin", own.as_str())])
            .await
            .status,
        200
    );
    let host = format!("GET {} HTTP/1.1\r\nHost: example.org\r\n\r\n", closed.path());
    assert_eq!(server.send(&host).await.rest().await.status, 421);
    assert_eq!(closed.counts().requests, 1);
    server.stop().await;

    let (server, open) = serve(Program {
        cors: true,
        ..program(tape(3, 0))
    })
    .await;
    let answer = server.get_with(open.path(), &foreign).await;
    assert_eq!((answer.status, answer.chunks.len()), (200, 3));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let host = format!("GET {} HTTP/1.1\r\nHost: example.org\r\n\r\n", open.path());
    assert_eq!(server.send(&host).await.rest().await.status, 421);
    let preflight = format!(
        "OPTIONS {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: https://example.org\r\n\
         Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: last-event-id\r\n\r\n",
        open.path(),
        server.port
    );
    let answer = server.send(&preflight).await.rest().await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        answer.header("access-control-allow-headers"),
        Some("Last-Event-ID, Cache-Control")
    );
    assert_eq!(open.counts().requests, 1, "asking first is no request");
    let post = format!(
        "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 0\r\n\r\n",
        open.path(),
        server.port
    );
    assert_eq!(server.send(&post).await.rest().await.status, 405);
    server.stop().await;
}

#[tokio::test]
async fn a_reader_that_does_not_read_holds_little() {
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    let open: Open = Arc::new(move |_| {
        let count = Arc::clone(&count);
        Ok(Some(Start {
            origin_us: 0,
            pieces: Box::new((0..1_000_000u64).map(move |n| {
                count.fetch_add(1, Ordering::Relaxed);
                Ok((n, Bytes::from(vec![b'x'; 64 << 10])))
            })),
        }))
    });
    let (server, tape) = serve(program(open)).await;
    let line = server.open(tape.path(), &[]).await;
    // The buffers of the two sockets fill up, and then nothing more is read from the tape.
    let mut before = usize::MAX;
    while read.load(Ordering::Relaxed) != before {
        before = read.load(Ordering::Relaxed);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert!(before < 1_000, "{before} pieces of 64 KiB");
    assert_eq!(
        tape.counts(),
        Counts {
            clients: 1,
            requests: 1
        }
    );
    drop(line);
    let gone = async {
        while tape.counts().clients > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(FAILURE, gone)
        .await
        .expect("a reader that has gone is no client");
    server.stop().await;
}

#[tokio::test]
async fn the_next_piece_waits_and_stopping_ends_the_body() {
    let (server, tape) = serve(Program {
        speed: 1.0,
        ..program(Arc::new(|_| {
            Ok(Some(Start {
                origin_us: 0,
                // The last is due at the end of all time.
                pieces: Box::new(
                    [
                        Ok((0, Bytes::from("data: a\n\n"))),
                        Ok((u64::MAX, Bytes::from("never"))),
                    ]
                    .into_iter(),
                ),
            }))
        }))
    })
    .await;
    let mut line = server.open(tape.path(), &[]).await;
    let first = timeout(FAILURE, line.chunk()).await.unwrap();
    assert_eq!(first.unwrap().unwrap(), b"data: a\n\n");
    let next = tokio::spawn(async move { line.chunk().await });
    server.stop().await;
    assert_eq!(next.await.unwrap().unwrap(), None);
}

#[tokio::test]
async fn a_tape_that_cannot_be_read_breaks_the_line() {
    let (server, tape) = serve(program(Arc::new(|after| {
        if after.is_some() {
            return Err(io::Error::other("no such tape"));
        }
        let fine = (0..BATCH_PIECES as u64 + 5).map(|n| Ok(piece(n, 0)));
        let bad = std::iter::once(Err(io::Error::other("damaged")));
        Ok(Some(Start {
            origin_us: 0,
            pieces: Box::new(fine.chain(bad)),
        }))
    })))
    .await;
    let answer = server.get(tape.path()).await;
    assert_ne!(answer.end, End::Clean);
    assert!(answer.chunks.len() <= BATCH_PIECES + 5);
    let answer = server.get_with(tape.path(), &[("Last-Event-ID", "1")]).await;
    assert_eq!(answer.status, 500);
    server.stop().await;
}
