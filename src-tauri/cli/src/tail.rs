//! `tape tail`: one session, its entries on standard output as they happen.
//!
//! A thread of its own writes, because whoever reads the other end may stop reading: then the line waits
//! as well, nothing is dropped, and signals and limits still end the program.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use tapewriter_engine::contract::{
    Auth, Code, Failure, RecordingState, State, Stream, TapeOrigin, Wait, WaitWhy,
};
use tapewriter_engine::log::{Entry, Kind, Mark};
use tapewriter_engine::tape::recorder::Track;
use tapewriter_engine::tape::{Limits, Recorder, TapeHead};
use tapewriter_engine::template::{Part, Values, parts};
use tapewriter_engine::text::Reading;
use tapewriter_engine::{Engine, Options, Session};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::args::TailArgs;
use crate::interrupted;
use crate::print::{Printer, brief, complain};

/// Entries between the line and the output.
const OUTLET: usize = 1_024;
/// Chunks between the line and the output, under --raw.
const CHUNKS: usize = 16;
/// How often a silent line is looked at.
const SILENCE: Duration = Duration::from_secs(1);
/// Closing a connection and writing what has come take no longer on any healthy machine.
const CLOSE: Duration = Duration::from_secs(1);

/// Why the tail ended.
#[derive(Clone, Copy)]
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
    let tape = match args.tape.as_deref().map(Taping::begin).transpose() {
        Ok(tape) => tape,
        Err(failure) => {
            complain(&failure);
            return ExitCode::from(2);
        }
    };
    let mut end = follow(&engine, &args, tape.as_ref()).await;
    engine.shutdown(CLOSE).await;
    if let Some(tape) = tape
        && let Err(failure) = tape.end().await
    {
        complain(&failure);
        if matches!(end, End::Clean) {
            end = End::Failed;
        }
    }
    match end {
        End::Clean => ExitCode::SUCCESS,
        End::Failed => ExitCode::from(1),
        End::Usage => ExitCode::from(2),
    }
}

/// The tape that a session is recorded on.
struct Taping {
    recorder: Arc<Recorder>,
    path: PathBuf,
    track: OnceLock<Arc<Track>>,
}

/// What stays free on the disk, bytes: whoever names the file wants all of it, but not the last byte.
const FREE: u64 = 16 << 20;
/// Writing what is left and making one file of it takes no longer on any healthy disk.
const SETTLE: Duration = Duration::from_secs(30);

impl Taping {
    fn begin(path: &Path) -> Result<Self, Failure> {
        let refused = |what: &str, why: &str| {
            let message = format!("{} {why}", path.display());
            Failure::new(Code::Tape, message).with("what", what)
        };
        if path.exists() {
            return Err(refused("exists", "is there already; name a new file"));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(refused("missing", "would lie in a folder that is not there"));
        }
        let limits = Limits {
            session_bytes: u64::MAX,
            unsaved_bytes: u64::MAX,
            free_bytes: FREE,
        };
        let recorder = Recorder::start(limits).map_err(|error| refused("unreadable", &error.to_string()))?;
        Ok(Self {
            recorder,
            path: path.to_owned(),
            track: OnceLock::new(),
        })
    }

    fn track(&self, stream: &Stream) -> Arc<Track> {
        let head = || TapeHead::new(stream, tapewriter_engine::now_us(), TapeOrigin::Recorded);
        let track = self.track.get_or_init(|| self.recorder.track(&self.path, head()));
        Arc::clone(track)
    }

    /// Waits until the tape is one closed file.
    async fn end(self) -> Result<(), Failure> {
        let Some(track) = self.track.into_inner() else {
            return Ok(());
        };
        let recorder = self.recorder;
        let settled = tokio::task::spawn_blocking(move || recorder.settle(SETTLE)).await;
        let recording = track.recording();
        // A tape begins with the first entry. Where none came there is none, and nothing is wrong with that.
        if recording.state == RecordingState::Off
            && recording.lost == 0
            && settled.as_ref().is_ok_and(|all| *all)
        {
            eprintln!(
                "tape: nothing came that could be kept; {} was not made",
                self.path.display()
            );
            return Ok(());
        }
        if recording.state == RecordingState::Done && recording.lost == 0 && settled.unwrap_or(false) {
            return Ok(());
        }
        let what = if recording.state == RecordingState::NoRoom {
            "full"
        } else {
            "unreadable"
        };
        let message = format!(
            "{} is not whole: {} entries could not be written {}",
            self.path.display(),
            recording.lost,
            recording.detail
        );
        Err(Failure::new(Code::Tape, message.trim_end()).with("what", what))
    }
}

async fn follow(engine: &Engine, args: &TailArgs, tape: Option<&Taping>) -> End {
    let (outlet, entries) = mpsc::channel(OUTLET);
    let (raw_outlet, chunks) = mpsc::channel(CHUNKS);
    let options = Options {
        reconnect: !args.no_reconnect,
        last_event_id: args.last_event_id.clone(),
        outlet: Some(outlet),
        raw_outlet: args.raw.then_some(raw_outlet),
        ..Options::default()
    };
    let stream = args.stream();
    if args.prompt.is_some() != stream.asks() {
        let message = match args.prompt {
            Some(_) => "there is a --prompt, and the data holds no {{prompt}} where it would go",
            None => "the data holds {{prompt}}; say with --prompt what stands for it",
        };
        complain(&Failure::new(Code::Url, message));
        return End::Usage;
    }
    let options = Options {
        prompt: args.prompt.clone(),
        wait_for_prompts: false,
        values: verbatim(&stream),
        track: tape.map(|tape| tape.track(&stream)),
        ..options
    };
    let form = match (args.json, args.raw) {
        (true, _) => Form::Json,
        (_, true) => Form::Raw,
        _ => match Reading::new(stream.text_rule, &stream.text_path) {
            Ok(reading) => Form::Text(reading),
            Err(failure) => {
                complain(&failure);
                return End::Usage;
            }
        },
    };
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
    let writer = Writer {
        session: session.clone(),
        form,
        max_events: args.max_events,
    };
    let (done, mut written) = oneshot::channel();
    std::thread::spawn(move || {
        // Nobody waits for the answer any more once a signal has ended the program.
        let _ = done.send(writer.write(entries, chunks));
    });
    let deadline = args
        .max_time
        .map(|seconds| Instant::now() + Duration::from_secs_f64(seconds));
    let mut looks = tokio::time::interval(SILENCE);
    let mut said_at = None;
    let interrupt = interrupted();
    tokio::pin!(interrupt);
    loop {
        tokio::select! {
            biased;
            () = &mut interrupt => break,
            () = until(deadline) => break,
            end = &mut written => return end.unwrap_or(End::Failed),
            _ = looks.tick() => {
                let since = session.as_ref().and_then(|session| {
                    let status = session.status();
                    (status.state != State::Waiting).then_some(status.silent_since_us).flatten()
                });
                if since.is_some() && said_at.is_none() {
                    say_silent(since.unwrap_or_default());
                }
                said_at = since;
            }
        }
    }
    if let Some(session) = session {
        session.stop();
    }
    // What has come is still written, unless nobody reads it.
    let _ = tokio::time::timeout(CLOSE, written).await;
    End::Clean
}

/// There are no environments here: what looks like a variable goes out as it stands.
fn verbatim(stream: &Stream) -> Values {
    let mut texts = vec![&stream.url];
    texts.extend(stream.headers.iter().map(|header| &header.value));
    texts.extend(&stream.body);
    if let Auth::Basic { user, password } = &stream.auth {
        texts.extend([user, password]);
    }
    let mut values = Values::default();
    for part in texts.into_iter().flat_map(|text| parts(text)) {
        if let Part::Variable(name) = part {
            values
                .variables
                .insert(name.to_owned(), format!("{{{{{name}}}}}"));
        }
    }
    values
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

fn say_silent(since_us: u64) {
    let seconds = tapewriter_engine::now_us().saturating_sub(since_us) / 1_000_000;
    let message = format!(
        "nothing has arrived for {seconds} s; the connection is still open. Wait, or stop with Ctrl-C"
    );
    complain(&Failure::new(Code::Idle, message));
}

fn seq(entry: &Entry) -> Option<u64> {
    tapewriter_engine::event_of(entry).map(|event| event.seq)
}

/// What is written.
#[derive(Clone, PartialEq, Eq)]
enum Form {
    Json,
    Text(Reading),
    Raw,
}

/// Writes until the session ends, the reader goes, or there are enough events.
struct Writer {
    form: Form,
    max_events: Option<u64>,
    session: Option<Arc<Session>>,
}

impl Writer {
    fn write(self, entries: mpsc::Receiver<Entry>, chunks: mpsc::Receiver<Bytes>) -> End {
        let out = BufWriter::with_capacity(64 << 10, io::stdout());
        let terminal = io::stdout().is_terminal();
        let written = match self.form.clone() {
            Form::Raw => self.write_raw(entries, chunks),
            Form::Json => self.write_all(entries, &mut Printer::new(out, true, Reading::default(), false)),
            Form::Text(reading) => self.write_all(entries, &mut Printer::new(out, false, reading, terminal)),
        };
        match written {
            Ok(end) => end,
            // A reader that has gone has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => End::Clean,
            Err(error) => {
                eprintln!("tape: the output cannot be written: {error}");
                End::Failed
            }
        }
    }

    fn write_all(
        &self,
        mut entries: mpsc::Receiver<Entry>,
        printer: &mut Printer<impl io::Write>,
    ) -> io::Result<End> {
        let mut said = Said::new(self.form.clone());
        while let Some(entry) = entries.blocking_recv() {
            let mut next = Some(entry);
            // What has come in one go is written in one go, and handed on before anything is waited for.
            while let Some(entry) = next {
                said.about(&entry);
                printer.entry(&entry)?;
                if self
                    .max_events
                    .is_some_and(|max| seq(&entry).is_some_and(|seq| seq >= max))
                {
                    printer.finish()?;
                    return Ok(End::Clean);
                }
                next = entries.try_recv().ok();
            }
            printer.flush()?;
        }
        printer.finish()?;
        Ok(said.end())
    }

    /// The bytes on this thread, what is said about the line on another: neither waits for the other. The line's
    /// end closes both ways.
    fn write_raw(
        self,
        mut entries: mpsc::Receiver<Entry>,
        mut chunks: mpsc::Receiver<Bytes>,
    ) -> io::Result<End> {
        let (form, max_events, session) = (self.form, self.max_events, self.session);
        let talk = std::thread::spawn(move || {
            let mut said = Said::new(form);
            while let Some(entry) = entries.blocking_recv() {
                said.about(&entry);
                if max_events.is_some_and(|max| seq(&entry).is_some_and(|seq| seq >= max)) {
                    // The chunk that held it has been handed on before it; the line may say nothing more.
                    if let Some(session) = session {
                        session.stop();
                    }
                    return End::Clean;
                }
            }
            said.end()
        });
        let mut out = io::stdout().lock();
        while let Some(chunk) = chunks.blocking_recv() {
            out.write_all(&chunk)?;
            if chunks.is_empty() {
                out.flush()?;
            }
        }
        out.flush()?;
        Ok(talk.join().unwrap_or(End::Failed))
    }
}

/// Why a wait is as long as it is, where that is not plain.
fn because(wait: Wait) -> String {
    match (wait.why, wait.asked_ms) {
        (WaitWhy::Floor, Some(asked)) => {
            format!("; the server asked for {asked} ms, which is below the least")
        }
        (WaitWhy::RetryAfter, _) => "; the server asked for that".to_owned(),
        (WaitWhy::Backoff, _) => format!("; {} attempts in a row brought nothing", wait.failures),
        _ => String::new(),
    }
}

/// How the newest attempt ended, if it has.
enum Last {
    None,
    Closed,
    Failed,
}

/// What is said on standard error: every failure, and under `--text` what happens to the line, which
/// the text itself does not show.
struct Said {
    form: Form,
    last: Last,
}

impl Said {
    const fn new(form: Form) -> Self {
        Self {
            form,
            last: Last::None,
        }
    }

    fn end(&self) -> End {
        match self.last {
            Last::Closed => End::Clean,
            Last::Failed => End::Failed,
            // A session that ends without a word has died.
            Last::None => {
                eprintln!("tape: the session ended by a fault of tape itself");
                End::Failed
            }
        }
    }

    fn about(&mut self, entry: &Entry) {
        self.last = Last::None;
        let Kind::Mark(mark) = &entry.kind else { return };
        match &**mark {
            Mark::Failed { failure } => {
                self.last = Last::Failed;
                complain(failure);
            }
            Mark::Closed { failure, .. } => {
                self.last = Last::Closed;
                if self.form != Form::Json && failure.code != Code::Stopped {
                    complain(failure);
                }
            }
            Mark::Waiting {
                ms,
                last_event_id,
                wait,
            } if self.form != Form::Json => {
                let from = if last_event_id.is_empty() {
                    String::new()
                } else {
                    format!(", after event id {}", brief(last_event_id))
                };
                eprintln!("tape: again in {:.1} s{from}{}", *ms as f64 / 1e3, because(*wait));
            }
            Mark::Resumed {
                lost: Some(lost),
                repeated: Some(repeated),
                ..
            } if self.form != Form::Json => {
                eprintln!("tape: resumed; {lost} lost, {repeated} repeated");
            }
            Mark::Resumed { .. } if self.form != Form::Json => {
                eprintln!("tape: resumed; whether events were lost, their ids do not tell");
            }
            _ => {}
        }
    }
}
