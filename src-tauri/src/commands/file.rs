//! What the window asks about files: exports, imports, and tapes that are served again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tapewriter_engine::contract::{
    Code, ExportFormat, ExportRequest, Failure, Job, JobKind, ServeRequest, Served,
};
use tapewriter_engine::export::{self, Progress, Which, to_file, to_tape};
use tapewriter_engine::import::{Terms, import};
use tapewriter_engine::jobs::{JobHandle, Made};
use tapewriter_engine::lenient::Limits;
use tapewriter_engine::tape::{EXTENSION, recover};
use tapewriter_engine::{Session, now_us};
use tauri::WebviewWindow;
use tauri::ipc::{InvokeBody, Request};

use super::tape::{deck, off_thread};
use super::{Shared, find};
use crate::{App, chooser, drops};

/// Positions that are taken from a filter at once.
const POSITIONS: usize = 4_096;
/// Between two looks at a filter that is still searching: shorter than anyone sees.
const SEARCHING: Duration = Duration::from_millis(20);

#[tauri::command]
pub async fn choose_path(window: WebviewWindow, name: String) -> Result<Option<String>, Failure> {
    // The name is a proposal for a file in a folder that the user chooses.
    let name: String = name
        .chars()
        .filter(|c| !c.is_control() && !"/\\:*?\"<>|".contains(*c))
        .take(120)
        .collect();
    Ok(chooser::choose_new(&window, name).await)
}

#[tauri::command]
pub async fn export_to(app: Shared<'_>, request: ExportRequest) -> Result<Job, Failure> {
    let session = find(&app, request.session)?;
    let total = match request.view {
        Some(view) => {
            let state = session.views().state(view);
            state
                .ok_or_else(|| Failure::new(Code::Limit, "this filter is closed").with("what", "view"))?
                .rows
        }
        None => {
            let span = session.whole_log().span();
            span.end - span.first
        }
    };
    let path = PathBuf::from(&request.path);
    app.jobs.start(JobKind::Export, &path.clone(), total, move |job| {
        write(&session, &request, &path, job)
    })
}

fn write(session: &Session, request: &ExportRequest, path: &Path, job: &JobHandle) -> Result<Made, Failure> {
    if let Some(view) = request.view {
        searched(session, view, job)?;
    }
    let span = session.span();
    let mut positions = request.view.map(|view| Positions {
        session,
        view,
        next: span.first,
        end: span.end,
        held: Vec::new().into_iter(),
    });
    let which = match &mut positions {
        Some(positions) => Which::At(positions),
        None => Which::All,
    };
    let mut watch = |progress| job.watch(progress);
    if request.format == ExportFormat::Tape {
        let tape = session.tape().ok_or_else(|| {
            Failure::new(Code::Tape, "this session is not on tape; choose another format")
                .with("what", "empty")
        })?;
        to_tape(&tape, which, path, |_| {}, &mut watch)?;
    } else {
        let log = session.whole_log();
        to_file(path, |out| match request.format {
            ExportFormat::Chat | ExportFormat::Feed => {
                let rules = session.scenes().rules();
                export::write_scene(request.format, &rules, &*log, which, out, &mut watch)
            }
            format => export::write(format, session.text_rule(), &*log, which, out, &mut watch),
        })?;
    }
    Ok(Made::default())
}

/// Waits until a filter has looked at all that was there, or its search was cancelled: what it has not found yet would
/// be missing without a word. It searches what is before the time that the window shows last, so nothing can be
/// written before that. In a replay what is there ends at the playhead.
fn searched(session: &Session, view: u32, job: &JobHandle) -> Result<(), Failure> {
    loop {
        let closed = || Failure::new(Code::Limit, "this filter is closed").with("what", "view");
        let state = session.views().state(view).ok_or_else(closed)?;
        if state.done || state.cancelled {
            job.set_total(state.rows);
            return Ok(());
        }
        // Told nothing new; asked whether to stop.
        if job.watch(Progress::default()).is_break() {
            return Err(Failure::new(Code::Stopped, "cancelled; nothing was left behind"));
        }
        std::thread::sleep(SEARCHING);
    }
}

/// What a filter shows, a stretch at a time, up to where the log ended when that began: what comes meanwhile is not
/// part of it.
struct Positions<'a> {
    session: &'a Session,
    view: u32,
    next: u64,
    end: u64,
    held: std::vec::IntoIter<u64>,
}

impl Iterator for Positions<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if let Some(pos) = self.held.next() {
            return (pos < self.end).then_some(pos);
        }
        if self.next >= self.end {
            return None;
        }
        let found = self
            .session
            .views()
            .positions(self.view, self.next, POSITIONS)
            .unwrap_or_default();
        self.next = found.last()? + 1;
        self.held = found.into_iter();
        self.held.next().filter(|pos| *pos < self.end)
    }
}

#[tauri::command]
pub async fn import_file(app: Shared<'_>, path: String) -> Result<Job, Failure> {
    start_import(&app, PathBuf::from(path), None)
}

/// Reads a file into a new tape. `then` is done with the file afterwards, however it went.
fn start_import(app: &Arc<App>, path: PathBuf, then: Option<fn(&Path)>) -> Result<Job, Failure> {
    let deck = deck(app)?;
    let total = std::fs::metadata(&path).map_or(0, |meta| meta.len());
    app.jobs.start(JobKind::Import, &path.clone(), total, move |job| {
        let to = deck.new_path(now_us());
        let terms = Terms {
            limits: Limits::default(),
            now_us: now_us(),
        };
        let read = deck
            .room_for(total)
            .and_then(|()| import(&path, &to, terms, &mut |progress| job.watch(progress)))
            .map(|_| ());
        // Of a damaged tape, what can still be read.
        let read = read.or_else(|failure| match failure.args.get("what").map(String::as_str) {
            Some("damaged") if is_tape(&path) => recover(&path, &to),
            _ => Err(failure),
        });
        if let Some(then) = then {
            then(&path);
        }
        read?;
        deck.keep_within_soon();
        deck.changed();
        Ok(Made {
            tape: to.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
        })
    })
}

fn is_tape(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case(EXTENSION))
}

#[tauri::command]
pub async fn drop_begin(app: Shared<'_>, window: WebviewWindow, name: String) -> Result<u32, Failure> {
    let app = Arc::clone(&app);
    off_thread(move || app.drops.begin(window.label(), &name)).await
}

#[tauri::command]
pub async fn drop_abandon(app: Shared<'_>, drop: u32) -> Result<(), Failure> {
    let app = Arc::clone(&app);
    off_thread(move || {
        app.drops.abandon(drop);
        Ok(())
    })
    .await
}

/// The part is the body of the request as it is; the header `drop` says whose it is.
#[tauri::command(async)]
pub fn drop_part(app: Shared<'_>, request: Request<'_>) -> Result<(), Failure> {
    let no = request
        .headers()
        .get("drop")
        .and_then(|no| no.to_str().ok()?.parse().ok())
        .ok_or_else(|| Failure::new(Code::Limit, "a part of no file"))?;
    match request.body() {
        InvokeBody::Raw(bytes) => app.drops.part(no, bytes),
        // Where the web view cannot send bytes they come as numbers.
        InvokeBody::Json(json) => {
            let bytes: Vec<u8> = serde_json::from_value(json.clone())
                .map_err(|error| Failure::new(Code::Limit, format!("a part that is no bytes: {error}")))?;
            app.drops.part(no, &bytes)
        }
    }
}

#[tauri::command]
pub async fn drop_end(app: Shared<'_>, drop: u32) -> Result<Job, Failure> {
    let taken = Arc::clone(&app);
    let path = off_thread(move || taken.drops.end(drop)).await?;
    start_import(&app, path, Some(drops::discard))
}

#[tauri::command]
pub async fn job(app: Shared<'_>, job: u32) -> Result<Job, Failure> {
    app.jobs
        .get(job)
        .ok_or_else(|| Failure::new(Code::Limit, "this work is long over").with("what", "job"))
}

#[tauri::command]
pub async fn cancel_job(app: Shared<'_>, job: u32) -> Result<(), Failure> {
    app.jobs.cancel(job);
    Ok(())
}

#[tauri::command]
pub async fn serve(app: Shared<'_>, request: ServeRequest) -> Result<Served, Failure> {
    let deck = deck(&app)?;
    let id = request.tape.clone();
    let (tape, name) = off_thread(move || {
        let tape = deck.tape(&id)?;
        let info = tapewriter_engine::tape::deck::info_of(&id, &tape, 0);
        Ok((tape, info.name))
    })
    .await?;
    app.serving.start(&request, tape, name).await
}

#[tauri::command]
pub async fn served(app: Shared<'_>) -> Result<Vec<Served>, Failure> {
    Ok(app.serving.list())
}

#[tauri::command]
pub async fn stop_serving(app: Shared<'_>, id: u32) -> Result<(), Failure> {
    app.serving.stop(id);
    Ok(())
}
