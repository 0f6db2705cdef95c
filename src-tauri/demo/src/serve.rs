//! The accept loop: one task for each connection, all of them gone when [`run`] returns. Any router can stand behind
//! it ([`run_router`]): the demo's own, or that of a tape that is served again.

use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::routes;

/// Connections open at once; more wait in the system's backlog. The app plays up to 64 streams, a browser six, so
/// this is room enough, and it stays well below the usual limit of 1,024 open files.
const MAX_CONNECTIONS: usize = 512;

/// How long connections may take to end by themselves after the shutdown signal. Event bodies end at once; this is for
/// clients that do not read. Below the second that `run` promises, with room for a busy machine.
const GRACE: Duration = Duration::from_millis(500);

/// The pause after a failed accept. Without it a process that is out of file descriptors would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a client may take to send a request's head, so that idle connections do not pile up.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Binds 127.0.0.1, at the preferred port if there is one. If that port cannot be had, any free port is taken instead,
/// unless the caller wants exactly this one.
///
/// # Errors
/// When the exact port, or any port at all, cannot be bound.
pub async fn bind(preferred: Option<u16>, exact: bool) -> io::Result<TcpListener> {
    if let Some(port) = preferred {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(error) if exact => return Err(error),
            Err(_) => {}
            bound => return bound,
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

/// Serves until `shutdown` is cancelled, then ends every open stream and returns within a second. No task and no
/// socket outlives this future, also when it is dropped.
///
/// # Errors
/// When the listener has no address of its own.
pub async fn run(listener: TcpListener, shutdown: CancellationToken) -> io::Result<()> {
    let router = routes::router(listener.local_addr()?.port(), &shutdown);
    run_router(listener, shutdown, router).await;
    Ok(())
}

/// [`run`] with this router. Its bodies must end when `shutdown` is cancelled.
pub(crate) async fn run_router(listener: TcpListener, shutdown: CancellationToken, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), shutdown.clone()));
                }
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(GRACE, all_ended).await.is_err() {
        connections.shutdown().await;
    }
}

async fn connection(stream: TcpStream, router: Router, shutdown: CancellationToken) {
    // Events are small and far apart: Nagle's algorithm would hold them back.
    let _ = stream.set_nodelay(true);
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let ended = tokio::select! {
        ended = &mut connection => Some(ended),
        () = shutdown.cancelled() => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    // Only a body that fails makes a user error, and a body fails only to break the line (`sse::cut`): closing with
    // zero linger sends a reset where an ordinary close would look like a polite end to some clients.
    if ended.is_err_and(|error| error.is_user()) {
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}
