//! `tape serve`: a tape as a local event stream, until interrupted.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use tapewriter_demo::reserve::{Open, Program, Start, TapeServer};
use tapewriter_engine::rerun::Rerun;
use tokio_util::sync::CancellationToken;

use crate::args::ServeArgs;
use crate::files;
use crate::print::{complain, line};

/// Serves until interrupted.
pub async fn run(args: ServeArgs) -> ExitCode {
    let file = args.file.clone();
    let opened = files::interruptible(move |stop| {
        let opened = files::open(&file, stop)?;
        let rerun = Rerun::new(Arc::clone(&opened.tape));
        Ok((opened, rerun))
    });
    // Held while it is served: the file goes with it.
    let (_opened, rerun) = match opened.await {
        Ok(opened) => opened,
        Err(failure) => {
            complain(&failure);
            return ExitCode::FAILURE;
        }
    };
    let listener = match tapewriter_demo::bind(args.port, true).await {
        Ok(listener) => listener,
        Err(error) => {
            let port = args.port.unwrap_or_default();
            return failed(&format!(
                "port {port} cannot be used: {error}; choose another with --port, or 0 for any"
            ));
        }
    };
    let chunks = rerun.has_chunks();
    let server = TapeServer::new(Program {
        open: opener(rerun),
        speed: args.speed,
        repeat: args.repeat,
        cors: args.cors,
    });
    let server = match server {
        Ok(server) => server,
        Err(error) => return failed(&error.to_string()),
    };
    let url = match server.url(&listener) {
        Ok(url) => url,
        Err(error) => return failed(&error.to_string()),
    };
    let interrupt = crate::interrupted();
    line(&url);
    eprintln!("curl -N '{url}'");
    eprintln!(
        "tape: {}",
        if chunks {
            "in chunks as they came"
        } else {
            "each event is a chunk: the tape does not hold all of the body"
        }
    );
    let shutdown = CancellationToken::new();
    let on_signal = shutdown.clone();
    tokio::spawn(async move {
        interrupt.await;
        on_signal.cancel();
    });
    match server.run(listener, shutdown).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&format!("the server stopped: {error}")),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("tape: {why}");
    ExitCode::FAILURE
}

/// A tape as the server reads it.
fn opener(rerun: Rerun) -> Open {
    Arc::new(move |after| {
        let reading = rerun.begin(after).map_err(io::Error::other)?;
        Ok(reading.map(|reading| Start {
            origin_us: reading.origin_us,
            pieces: Box::new(reading.map(|piece| piece.map_err(io::Error::other))),
        }))
    })
}
