//! Tapes that are served again, each at an address of its own.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tapewriter_demo::reserve::{self, Program, TapeServer};
use tapewriter_engine::contract::{Code, Failure, ServeRequest, Served};
use tapewriter_engine::rerun::Rerun;
use tapewriter_engine::say;
use tapewriter_engine::tape::Tape;
use tauri::async_runtime::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Tapes served at once: each has a port.
const MOST: usize = 16;

/// What is served now.
#[derive(Default)]
pub struct Serving {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    newest: u32,
    served: Vec<Running>,
}

struct Running {
    told: Served,
    server: TapeServer,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn told(&self) -> Served {
        let counts = self.server.counts();
        Served {
            clients: counts.clients,
            requests: counts.requests,
            ..self.told.clone()
        }
    }
}

impl Serving {
    /// Serves a tape at a free port of 127.0.0.1, at a path that nobody can guess.
    pub async fn start(
        &self,
        request: &ServeRequest,
        tape: Arc<Tape>,
        name: String,
    ) -> Result<Served, Failure> {
        if self.inner.lock().served.len() >= MOST {
            let message = format!("{MOST} tapes are served already; stop one of them first");
            return Err(Failure::new(Code::Limit, message)
                .with("what", "served")
                .with("bound", MOST));
        }
        // Looks through the record of the wire once.
        let rerun = tauri::async_runtime::spawn_blocking(move || Rerun::new(tape))
            .await
            .map_err(failed)?;
        let chunks = rerun.has_chunks();
        let program = Program {
            open: Arc::new(move |after| {
                let reading = rerun.begin(after).map_err(std::io::Error::other)?;
                Ok(reading.map(|reading| reserve::Start {
                    origin_us: reading.origin_us,
                    pieces: Box::new(reading.map(|piece| piece.map_err(std::io::Error::other))),
                }))
            }),
            speed: request.speed.clamp(0.0, 1_000.0),
            repeat: request.repeat,
            cors: request.cors,
        };
        let server = TapeServer::new(program).map_err(failed)?;
        let listener = tapewriter_demo::bind(None, false).await.map_err(failed)?;
        let url = server.url(&listener).map_err(failed)?;
        let shutdown = CancellationToken::new();
        let (running, token) = (server.clone(), shutdown.clone());
        let task = tauri::async_runtime::spawn(async move {
            if let Err(error) = running.run(listener, token).await {
                say!("a tape is not served any more: {error}");
            }
        });
        let mut inner = self.inner.lock();
        inner.newest += 1;
        let told = Served {
            id: inner.newest,
            tape: request.tape.clone(),
            name,
            curl: format!("curl -N {url}"),
            url,
            speed: request.speed,
            repeat: request.repeat,
            cors: request.cors,
            chunks,
            clients: 0,
            requests: 0,
        };
        inner.served.push(Running {
            told: told.clone(),
            server,
            shutdown,
            task,
        });
        Ok(told)
    }

    /// What is served now.
    pub fn list(&self) -> Vec<Served> {
        self.inner.lock().served.iter().map(Running::told).collect()
    }

    /// Ends one; one that is gone is no error.
    pub fn stop(&self, id: u32) {
        self.stop_where(|served| served.id == id);
    }

    /// Ends those of a tape.
    pub fn stop_tape(&self, tape: &str) {
        self.stop_where(|served| served.tape == tape);
    }

    fn stop_where(&self, which: impl Fn(&Served) -> bool) {
        self.inner.lock().served.retain(|running| {
            let stops = which(&running.told);
            if stops {
                running.shutdown.cancel();
            }
            !stops
        });
    }

    /// Ends all and waits for that, at most `limit`.
    pub async fn stop_all(&self, limit: Duration) {
        let served = std::mem::take(&mut self.inner.lock().served);
        for running in &served {
            running.shutdown.cancel();
        }
        let ended = async {
            for running in served {
                let _ = running.task.await;
            }
        };
        // Past the limit the process ends, and its sockets with it.
        let _ = tokio::time::timeout(limit, ended).await;
    }
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Code::Limit, format!("the tape cannot be served: {error}"))
        .with("what", "served")
        .with("detail", error)
}
