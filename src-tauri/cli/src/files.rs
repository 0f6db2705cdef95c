//! `tape export` and `tape info`: a tape, or a file that can be read as one, in another form.

use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use tapewriter_engine::contract::{Code, ExportFormat, Failure, Filter, TapeOrigin, TextRule};
use tapewriter_engine::export::{self, Progress, Which, rfc3339};
use tapewriter_engine::import::{self, FileKind, Terms};
use tapewriter_engine::lenient::Limits;
use tapewriter_engine::log::{Entry, Log, Seen};
use tapewriter_engine::rerun::chunks_kept;
use tapewriter_engine::scenes::Rules;
use tapewriter_engine::tape::Tape;
use tapewriter_engine::text::Reading;
use tapewriter_engine::view::Compiled;
use tempfile::TempDir;

use crate::args::{ExportArgs, Format, InfoArgs, rule};
use crate::interrupted;
use crate::print::{brief, complain, line};

/// A file as a tape.
pub struct Opened {
    /// The tape.
    pub tape: Arc<Tape>,
    /// Where it lies if it was made for this run; goes with it.
    _folder: Option<TempDir>,
}

/// Told to end what is being done, by a signal.
pub type Stop = Arc<AtomicBool>;

fn look(stop: &AtomicBool) -> ControlFlow<()> {
    if stop.load(Ordering::Relaxed) {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

/// Does work that reads or makes files, on a thread of its own. Once a signal comes, from the first moment on, it is
/// told to stop, which it does at its next look, taking away what it has begun.
///
/// # Errors
/// Its own, and the interruption of work that was done regardless.
pub async fn interruptible<T: Send + 'static>(
    work: impl FnOnce(&Stop) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let interrupt = interrupted();
    tokio::pin!(interrupt);
    let stop = Stop::default();
    let stopping = Arc::clone(&stop);
    let mut work = tokio::task::spawn_blocking(move || work(&stopping));
    let done = tokio::select! {
        done = &mut work => done,
        () = &mut interrupt => {
            stop.store(true, Ordering::Relaxed);
            work.await.map(|done| done.and_then(|_| Err(stopped())))
        }
    };
    done.unwrap_or_else(|error| Err(Failure::new(Code::Stopped, error.to_string())))
}

fn stopped() -> Failure {
    Failure::new(Code::Stopped, "interrupted")
}

/// Opens a tape, or makes one of another file.
///
/// # Errors
/// What is the matter with the file, or [`Code::Stopped`] when `stop` was told.
pub fn open(path: &Path, stop: &AtomicBool) -> Result<Opened, Failure> {
    if import::kind_of(path)? == FileKind::Tape {
        return Ok(Opened {
            tape: Tape::open(path)?,
            _folder: None,
        });
    }
    let folder = tempfile::tempdir().map_err(|error| export::disk_failure(&error))?;
    // Its name is that of the file, which `import` takes from there.
    let made = folder.path().join("made.tape");
    let terms = Terms {
        limits: Limits::default(),
        now_us: tapewriter_engine::now_us(),
    };
    import::import(path, &made, terms, &mut |_| look(stop))?;
    Ok(Opened {
        tape: Tape::open(&made)?,
        _folder: Some(folder),
    })
}

/// Writes a file, or standard output.
pub async fn export(args: ExportArgs) -> ExitCode {
    if args.format == Format::Tape && args.out.is_none() {
        eprintln!("tape: a tape is not written to standard output; name a file with -o");
        return ExitCode::from(2);
    }
    let filter = Filter {
        query: args.filter.clone(),
        values: args.types.clone(),
        ..Filter::default()
    };
    let filter = match Compiled::new(&filter) {
        Ok(filter) => filter,
        Err(failure) => {
            complain(&failure);
            return ExitCode::from(2);
        }
    };
    // A path that cannot be read is the command line's fault.
    if let Some(path) = &args.text_path
        && let Err(failure) = Reading::new(TextRule::Path, path)
    {
        complain(&failure);
        return ExitCode::from(2);
    }
    match interruptible(move |stop| write(&args, &filter, stop)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn write(args: &ExportArgs, filter: &Compiled, stop: &AtomicBool) -> Result<(), Failure> {
    let opened = open(&args.file, stop)?;
    let tape = &opened.tape;
    let format = ExportFormat::from(args.format);
    let mut watch = |_: Progress| look(stop);
    let mut matching = |entry: &Entry| filter.matches(&Seen::of(entry));
    let which = if filter.is_nothing() {
        Which::All
    } else {
        Which::If(&mut matching)
    };
    if let (ExportFormat::Tape, Some(out)) = (format, &args.out) {
        export::to_tape(tape, which, out, |_| {}, &mut watch)?;
        return Ok(());
    }
    let stream = &tape.head().stream;
    let reading = match rule(args.text_path.as_deref(), args.dialect) {
        Some(rule) => Reading::new(rule, args.text_path.as_deref().unwrap_or_default())?,
        None => Reading::stored(stream.text_rule, &stream.text_path),
    };
    let rules = &Rules {
        scenes: stream.scenes.clone(),
        actions: stream.actions.clone(),
    };
    let turns = tape.summary().unwrap_or_default().turns;
    let reading = &reading.recognised(&**tape).with_times(&turns);
    let written = match &args.out {
        Some(out) => export::to_file(out, |file| {
            export::write(format, reading, rules, &**tape, which, file, &mut watch)
        })?,
        None => {
            let mut out = Outlet {
                out: io::BufWriter::with_capacity(64 << 10, io::stdout()),
                gone: false,
            };
            let written = export::write(format, reading, rules, &**tape, which, &mut out, &mut watch);
            // A reader that has gone has seen enough.
            if out.gone {
                return Ok(());
            }
            written?
        }
    };
    if written.altered > 0 {
        eprintln!(
            "tape: {} events hold what event-stream text cannot; they read back a little different",
            written.altered
        );
    }
    // What could not be read was left out of the file, and that is no success.
    tape.fault().map_or(Ok(()), Err)
}

/// Standard output that knows when nobody reads it any more.
struct Outlet<W> {
    out: W,
    gone: bool,
}

impl<W: Write> Outlet<W> {
    fn told<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        self.gone |= result
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::BrokenPipe);
        result
    }
}

impl<W: Write> Write for Outlet<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.out.write(buf);
        self.told(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.told(flushed)
    }
}

/// What `tape info --json` says: a contract, as the lines of `--json` are.
#[derive(Serialize)]
struct Info {
    name: String,
    url: String,
    origin: TapeOrigin,
    /// `complete`, or `open`: it is being recorded, or was when the program was killed.
    state: &'static str,
    started_us: u64,
    ended_us: Option<u64>,
    entries: u64,
    events: u64,
    comments: u64,
    missing: u64,
    attempts: Option<u32>,
    reconnects: Option<u32>,
    lost: Option<u64>,
    repeated: Option<u64>,
    body_bytes: Option<u64>,
    bytes: u64,
    chunks: u64,
    chunk_bytes: u64,
    bookmarks: usize,
    failure: Option<&'static str>,
}

/// Says what is on a tape.
pub async fn info(args: InfoArgs) -> ExitCode {
    let file = args.file.clone();
    match interruptible(move |stop| describe(&file, stop)).await {
        Ok(info) if args.json => match serde_json::to_string(&info) {
            Ok(json) => {
                line(&json);
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("tape: {error}");
                ExitCode::FAILURE
            }
        },
        Ok(info) => {
            line(&table(&info));
            ExitCode::SUCCESS
        }
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

fn describe(path: &Path, stop: &AtomicBool) -> Result<Info, Failure> {
    let opened = open(path, stop)?;
    let tape = &opened.tape;
    let (head, summary, span) = (tape.head(), tape.summary(), tape.span());
    let running = tape.running(span.end);
    let (chunks, chunk_bytes) = chunks_kept(tape, &mut |_| look(stop)).ok_or_else(stopped)?;
    let (given, _) = tape.name();
    let bytes = std::fs::metadata(path)
        .map_err(|error| export::disk_failure(&error))?
        .len();
    let info = Info {
        name: if given.trim().is_empty() {
            head.stream.name.clone()
        } else {
            given
        },
        url: head.stream.url.clone(),
        origin: head.origin,
        state: if summary.is_some() { "complete" } else { "open" },
        started_us: head.started_us,
        ended_us: summary.as_ref().map(|summary| summary.ended_us),
        entries: span.end,
        events: summary.as_ref().map_or(running.events, |summary| summary.events),
        comments: summary
            .as_ref()
            .map_or(running.comments, |summary| summary.comments),
        missing: summary.as_ref().map_or(0, |summary| summary.missing),
        attempts: summary.as_ref().map(|summary| summary.attempts),
        reconnects: summary.as_ref().map(|summary| summary.reconnects),
        lost: summary.as_ref().and_then(|summary| summary.lost),
        repeated: summary.as_ref().and_then(|summary| summary.repeated),
        body_bytes: summary.as_ref().map(|summary| summary.body_bytes),
        bytes,
        chunks,
        chunk_bytes,
        bookmarks: tape.bookmarks().len(),
        failure: summary
            .and_then(|summary| summary.failure)
            .map(|failure| Code::as_str(failure.code)),
    };
    tape.fault().map_or(Ok(info), Err)
}

fn table(info: &Info) -> String {
    let or = |number: Option<u64>| number.map_or_else(|| "unknown".to_owned(), |number| number.to_string());
    let ended = info.ended_us.map_or_else(|| "not ended".to_owned(), rfc3339);
    let failure = info.failure.map_or_else(String::new, |code| format!(" ({code})"));
    let rows = [
        ("name", brief(&info.name)),
        ("address", brief(&info.url)),
        ("when", format!("{} to {ended}", rfc3339(info.started_us))),
        ("state", format!("{}{failure}", info.state)),
        ("events", info.events.to_string()),
        ("comments", info.comments.to_string()),
        ("attempts", or(info.attempts.map(u64::from))),
        ("reconnects", or(info.reconnects.map(u64::from))),
        ("lost", or(info.lost)),
        ("bytes", info.bytes.to_string()),
        (
            "chunks kept",
            format!("{} ({} bytes)", info.chunks, info.chunk_bytes),
        ),
    ];
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, value)| format!("{name:<12}{value}").trim_end().to_owned())
        .collect();
    rows.join("\n")
}
