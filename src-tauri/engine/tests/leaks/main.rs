//! Sessions leave nothing behind. A process of its own, so that its tasks and sockets can be counted.

#[path = "../line/support.rs"]
#[expect(dead_code, reason = "shared with the tests of the line")]
mod support;

use std::time::Duration;

use tapewriter_engine::Engine;
use tapewriter_engine::contract::{State, Stream};

use support::{OK, demo, get, open, raw, until};

/// Sockets and tasks are the process's: one test at a time.
static ALONE: parking_lot::Mutex<()> = parking_lot::Mutex::new(());

/// Sockets that this process has open.
#[cfg(target_os = "linux")]
fn sockets() -> usize {
    std::fs::read_dir("/proc/self/fd")
        .expect("readable")
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_sessions_leave_no_task_socket_or_memory_behind() {
    let _alone = ALONE.lock();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads");
    runtime.block_on(async {
        let (engine, demo) = (Engine::default(), demo().await);
        let metrics = tokio::runtime::Handle::current().metrics();
        // The first one makes the client, its name resolution and the like.
        let first = open(&engine, get(format!("{}/faults/silent?warm", demo.origin)));
        until(&engine, "it is open", || first.state() == State::Open).await;
        first.stop();
        until(&engine, "it is gone", || engine.running() == 0).await;
        drop(first);
        until(&engine, "the demo server has let go", || {
            metrics.num_alive_tasks() <= 2
        })
        .await;
        let (tasks, before) = (metrics.num_alive_tasks(), sockets());
        for round in 0..50 {
            let sessions: Vec<_> = (0..20)
                .map(|n| {
                    let path = [
                        "faults/silent",
                        "stream?ms=1",
                        "faults/status-500",
                        "flaky?ms=1&retry=100",
                    ][n % 4];
                    let url = format!("{}/{path}", demo.origin);
                    open(
                        &engine,
                        Stream {
                            id: format!("{n}"),
                            name: round.to_string(),
                            ..get(url)
                        },
                    )
                })
                .collect();
            // Every other round is stopped at any point of its connecting.
            if round % 2 == 0 {
                until(&engine, "something came", || {
                    sessions.iter().any(|s| s.status().events > 0)
                })
                .await;
            }
            for session in &sessions {
                session.stop();
            }
            until(&engine, "all tasks end", || engine.running() == 0).await;
        }
        engine.shutdown(Duration::from_secs(5)).await;
        assert_eq!(engine.sessions().len(), 0);
        assert_eq!(engine.memory(), 0);
        until(&engine, "no task is left", || metrics.num_alive_tasks() <= tasks).await;
        until(&engine, "no socket is left", || sockets() <= before).await;
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_sessions_that_wait_for_a_prompt_leave_nothing_behind() {
    let _alone = ALONE.lock();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads");
    runtime.block_on(async {
        let engine = Engine::default();
        let metrics = tokio::runtime::Handle::current().metrics();
        let answer = format!("{OK}data: some of an answer\n\n");
        let server = Box::pin(raw([&*answer; 1_021])).await;
        let stream = |id: String| Stream {
            id,
            method: "POST".to_owned(),
            body: Some(r#"{"messages":[{"role":"user","content":"{{prompt}}"}]}"#.to_owned()),
            prompt: "what?".to_owned(),
            ..get(&server.origin)
        };
        let first = open(&engine, stream("warm".to_owned()));
        until(&engine, "it waits", || first.asks()).await;
        engine.close(first.id());
        until(&engine, "it is gone", || engine.running() == 0).await;
        drop(first);
        // The server's.
        until(&engine, "nothing else runs", || metrics.num_alive_tasks() <= 1).await;
        let before = sockets();
        for round in 0..50 {
            let sessions: Vec<_> = (0..20)
                .map(|n| {
                    let mut stream = stream(n.to_string());
                    stream.name = round.to_string();
                    open(&engine, stream)
                })
                .collect();
            until(&engine, "all wait", || engine.asking() == 20).await;
            until(&engine, "those of the round before are gone", || {
                engine.running() == 20
            })
            .await;
            assert!(sockets() <= before + 1, "one that waits has no connection");
            match round {
                // Asked on.
                7 => {
                    for session in &sessions {
                        session.ask("and then?").expect("it waits");
                    }
                    until(&engine, "all wait", || engine.asking() == 20).await;
                    assert!(sessions.iter().all(|session| session.status().attempt == 2));
                }
                round if round % 2 == 0 => {
                    for session in &sessions {
                        engine.close(session.id());
                    }
                    until(&engine, "all tasks end", || engine.running() == 0).await;
                }
                // The next round's take their places.
                _ => {}
            }
        }
        engine.shutdown(Duration::from_secs(5)).await;
        assert_eq!((engine.sessions().len(), engine.memory()), (0, 0));
        until(&engine, "no task is left", || metrics.num_alive_tasks() == 0).await;
        until(&engine, "no socket is left", || sockets() <= before).await;
    });
}
