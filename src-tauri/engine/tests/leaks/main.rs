//! Sessions leave nothing behind. A process of its own, so that its tasks and sockets can be counted.

#[path = "../line/support.rs"]
#[expect(dead_code, reason = "shared with the tests of the line")]
mod support;

use std::time::Duration;

use tapewriter_engine::Engine;
use tapewriter_engine::contract::{State, Stream};

use support::{demo, get, open, until};

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
