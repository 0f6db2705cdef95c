//! `tape`: Tapewriter's engine without a window.
//!
//! `tail` follows a stream on standard output (`tail`, `args` its options, `print` its output), `demo` runs the demo
//! server; `serve`, `export` and `info` (both in `files`) work on tapes and on what can be read as one. Exit codes are a contract: 0 a clean end, 1 the stream failed, 2 usage.

mod args;
mod files;
mod print;
mod serve;
mod tail;

use std::process::ExitCode;
use std::task::Poll;

use clap::Parser;
use tapewriter_demo::PORT;
use tokio_util::sync::CancellationToken;

use crate::args::{Cli, Command, DemoArgs};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // clap prints its own message and exits with 2.
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("tape: no threads could be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(async {
        match cli.command {
            Command::Tail(args) => tail::run(*args).await,
            Command::Demo(args) => demo(args).await,
            Command::Serve(args) => serve::run(args).await,
            Command::Export(args) => files::export(args).await,
            Command::Info(args) => files::info(args).await,
        }
    });
    // A reader that is blocked on standard output must not hold the exit back.
    runtime.shutdown_background();
    code
}

async fn demo(args: DemoArgs) -> ExitCode {
    let exact = args.port.is_some();
    let listener = match tapewriter_demo::bind(Some(args.port.unwrap_or(PORT)), exact).await {
        Ok(listener) => listener,
        Err(error) => {
            let port = args.port.unwrap_or(PORT);
            eprintln!("tape: port {port} cannot be used: {error}; choose another with --port, or 0 for any");
            return ExitCode::FAILURE;
        }
    };
    let interrupt = interrupted();
    match listener.local_addr() {
        Ok(address) => print::line(&format!("http://{address}")),
        Err(error) => eprintln!("tape: {error}"),
    }
    let shutdown = CancellationToken::new();
    let on_signal = shutdown.clone();
    tokio::spawn(async move {
        interrupt.await;
        on_signal.cancel();
    });
    match tapewriter_demo::run(listener, shutdown).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tape: the demo server stopped: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Ctrl-C, or the signal that asks a program to end. The handlers are there when this returns, and not only once the
/// answer is awaited: whoever has read an address may send the signal at once.
fn interrupted() -> impl Future<Output = ()> + Send + 'static {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        [SignalKind::terminate(), SignalKind::interrupt()].map(signal)
    };
    #[cfg(windows)]
    let signals = [tokio::signal::windows::ctrl_c()];
    async move {
        // Without a handler the signal's own effect, ending the program, remains.
        let mut signals: Vec<_> = signals.into_iter().flatten().collect();
        std::future::poll_fn(|context| {
            let came = signals
                .iter_mut()
                .any(|signal| signal.poll_recv(context).is_ready());
            if came { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}
