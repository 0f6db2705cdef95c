//! `tape tail`: one session, its entries on standard output as they happen.

use std::io::{self, BufWriter};
use std::process::ExitCode;
use std::time::Duration;

use tapewriter_engine::contract::{Code, Failure, State};
use tapewriter_engine::log::{Entry, Kind, Mark};
use tapewriter_engine::{Engine, Options};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::args::TailArgs;
use crate::interrupted;
use crate::print::{Printer, complain};

/// Entries between the line and the output. When they are full the line waits: nothing is dropped.
const OUTLET: usize = 1_024;
/// How often a silent line is looked at.
const SILENCE: Duration = Duration::from_secs(1);
/// Closing a connection takes no longer on any healthy machine.
const CLOSE: Duration = Duration::from_secs(1);

/// Why the tail ended.
enum End {
    /// As asked, or cleanly.
    Clean,
    /// The stream failed; it has been said.
    Failed,
    /// The command line is wrong; it has been said.
    Usage,
}

/// Follows the stream to its end.
pub async fn run(args: TailArgs) -> ExitCode {
    let engine = Engine::default();
    let end = follow(&engine, args).await;
    engine.shutdown(CLOSE).await;
    match end {
        End::Clean => ExitCode::SUCCESS,
        End::Failed => ExitCode::from(1),
        End::Usage => ExitCode::from(2),
    }
}

async fn follow(engine: &Engine, args: TailArgs) -> End {
    let (outlet, mut entries) = mpsc::channel(OUTLET);
    let options = Options {
        reconnect: !args.no_reconnect,
        last_event_id: args.last_event_id.clone(),
        outlet: Some(outlet),
        ..Options::default()
    };
    let stream = args.stream();
    let rule = stream.text_rule;
    let session = match engine.connect("tail", stream, options) {
        Ok(id) => engine.session(id),
        Err(failure) => {
            complain(&failure);
            return if failure.code == Code::Url {
                End::Usage
            } else {
                End::Failed
            };
        }
    };
    let mut printer = Printer::new(BufWriter::with_capacity(64 << 10, io::stdout()), args.json, rule);
    let deadline = args
        .max_time
        .map(|seconds| Instant::now() + Duration::from_secs_f64(seconds));
    let mut looks = tokio::time::interval(SILENCE);
    let mut silent = false;
    let mut said = Said {
        json: args.json,
        failed: false,
    };
    let interrupt = interrupted();
    tokio::pin!(interrupt);
    let end = loop {
        tokio::select! {
            biased;
            () = &mut interrupt => break End::Clean,
            () = until(deadline) => break End::Clean,
            entry = entries.recv() => {
                let Some(entry) = entry else {
                    break if said.failed { End::Failed } else { End::Clean };
                };
                silent = false;
                let mut next = Some(entry);
                let mut written = Ok(());
                let mut enough = false;
                // What has come in one go is written in one go, and handed on before anything is awaited.
                while let Some(entry) = next {
                    said.about(&entry);
                    written = printer.entry(&entry);
                    enough = args.max_events.is_some_and(|max| seq(&entry).is_some_and(|seq| seq >= max));
                    if enough || written.is_err() {
                        break;
                    }
                    next = entries.try_recv().ok();
                }
                match written.and_then(|()| printer.flush()) {
                    // A reader that has gone has seen enough.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return End::Clean,
                    Err(error) => {
                        eprintln!("tape: the output cannot be written: {error}");
                        return End::Failed;
                    }
                    Ok(()) if enough => break End::Clean,
                    Ok(()) => {}
                }
            }
            _ = looks.tick() => {
                let since = session.as_ref().and_then(|session| {
                    let status = session.status();
                    (status.state != State::Waiting).then_some(status.silent_since_us).flatten()
                });
                if let Some(since_us) = since
                    && !std::mem::replace(&mut silent, true)
                {
                    let seconds = tapewriter_engine::now_us().saturating_sub(since_us) / 1_000_000;
                    complain(&Failure::new(
                        Code::Idle,
                        format!("nothing has arrived for {seconds} s; the connection is still open. Wait, or stop with Ctrl-C"),
                    ));
                }
            }
        }
    };
    if let Err(error) = printer.finish()
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        eprintln!("tape: the output cannot be written: {error}");
    }
    end
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

fn seq(entry: &Entry) -> Option<u64> {
    tapewriter_engine::event_of(entry).map(|event| event.seq)
}

/// What is said on standard error: every failure, and under `--text` what happens to the line, which
/// the text itself does not show.
struct Said {
    json: bool,
    failed: bool,
}

impl Said {
    fn about(&mut self, entry: &Entry) {
        let Kind::Mark(mark) = &entry.kind else { return };
        match &**mark {
            Mark::Failed { failure } => {
                self.failed = true;
                complain(failure);
            }
            Mark::Closed { failure, .. } if !self.json => complain(failure),
            Mark::Waiting {
                ms, last_event_id, ..
            } if !self.json => {
                let from = if last_event_id.is_empty() {
                    String::new()
                } else {
                    format!(", after event id {last_event_id}")
                };
                eprintln!("tape: again in {:.1} s{from}", *ms as f64 / 1e3);
            }
            Mark::Resumed {
                lost: Some(lost),
                repeated: Some(repeated),
                ..
            } if !self.json => {
                eprintln!("tape: resumed; {lost} lost, {repeated} repeated");
            }
            _ => {}
        }
    }
}
