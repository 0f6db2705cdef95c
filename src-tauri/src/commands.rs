//! What the window may ask. Each command is a thin, idempotent step into the engine or the store: a page
//! that reloads may send one twice.

mod desktop;
mod file;
mod home;
mod scene;
mod tape;
mod view;

use std::sync::Arc;

use tapewriter_engine::contract::{
    Code, Detail, Environments, Failure, Finding, Found, Hello, JobState, Page, Sealed, SealedEnvironments,
    SecretInfo, Stream, Strip, TextPage, TextRule, Tick, WireBytes, WireForm, WirePage, WireRaw,
};
use tapewriter_engine::{Options, Session, curl, say, seal};
use tauri::ipc::{Channel, Invoke};
use tauri::{State, WebviewWindow, Wry};

use crate::store::{Store, StoreError};
use crate::{App, chooser, demo, notice, secrets, store, window};

/// Text that one pull may ask for, bytes: the page keeps 200,000 characters and pulls a part at a time.
const TEXT_BYTES: usize = 128 << 10;

type Shared<'a> = State<'a, Arc<App>>;

/// All commands, for the builder.
pub fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        hello,
        ack,
        watch,
        connect,
        stop,
        close_session,
        reconnect_now,
        set_text_rule,
        entries,
        entry,
        text,
        strip,
        wire,
        wire_bytes,
        wire_raw,
        findings,
        seal_stream,
        paste_curl,
        copy_curl,
        allow_secrets,
        save_environments,
        choose_file,
        save_stream,
        delete_stream,
        restore_stream,
        view::open_view,
        view::cancel_view,
        view::close_view,
        view::facets,
        view::locate,
        view::bookmarks,
        view::bookmark,
        tape::tapes,
        tape::open_tape,
        tape::keep_tape,
        tape::delete_tape,
        tape::replay,
        tape::open_window,
        tape::set_title,
        home::save_settings,
        home::export_streams,
        home::import_streams,
        home::diagnostics,
        desktop::painted,
        desktop::set_menu,
        desktop::settle_opening,
        desktop::stay,
        desktop::quit,
        scene::ask,
        scene::send,
        scene::chat,
        scene::feed,
        scene::series,
        scene::set_scenes,
        scene::try_action,
        scene::open_url,
        file::choose_path,
        file::export_to,
        file::import_file,
        file::drop_begin,
        file::drop_part,
        file::drop_end,
        file::drop_abandon,
        file::job,
        file::cancel_job,
        file::serve,
        file::served,
        file::stop_serving,
    ]
}

#[tauri::command]
async fn hello(
    app: Shared<'_>,
    window: WebviewWindow,
    epoch: u32,
    on_tick: Channel<Tick>,
) -> Result<Hello, Failure> {
    app.pumps
        .hello(window.label(), epoch, move |tick| on_tick.send(tick).is_ok());
    app.drops.forget(window.label());
    let mut notices = app.notices.clone();
    let streams = match in_store(&app, Store::streams).await {
        Ok(streams) => secrets::seal_saved(&app, streams).await,
        Err(failure) => {
            notices.push(notice("store-read-only", &[("detail", &failure.message)]));
            Vec::new()
        }
    };
    let environments = match in_store(&app, Store::environments).await {
        Ok(environments) => environments,
        Err(failure) => {
            notices.push(notice("environments-unreadable", &[("detail", &failure.message)]));
            Environments::default()
        }
    };
    let settings = app.settings.lock().clone();
    // Other windows do not ask the user anything.
    let openings = if window.label() == window::LABEL {
        // A page that asked is gone, and its question with it.
        app.leaving.stay();
        app.openings.waiting()
    } else {
        Vec::new()
    };
    let tapes = tape::list_at_hello(&app).await?;
    let sessions = app.engine.sessions();
    let mut named = secrets::ids_of_environments(&environments);
    let definitions = streams
        .iter()
        .chain(sessions.iter().map(|session| session.stream()));
    named.extend(definitions.flat_map(seal::ids));
    let keychain = app.vault.is_there().await;
    let secrets = secrets::infos(&app, named).await?;
    // Worth a word only to someone who has given the keychain something.
    if !keychain && secrets.iter().any(|secret| secret.kept) {
        notices.push(notice("keychain-off", &[]));
    }
    Ok(Hello {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        language: app.language(),
        demo_origin: app.demo_origin().map(str::to_owned),
        demos: demo::catalog(app.language()),
        streams,
        environments,
        secrets,
        keychain,
        sessions: sessions
            .iter()
            .map(|session| Found {
                session: session.id(),
                stream: session.stream().clone(),
            })
            .collect(),
        settings,
        tapes,
        jobs: app
            .jobs
            .all()
            .into_iter()
            .filter(|job| job.state == JobState::Running)
            .collect(),
        openings,
        notices,
    })
}

#[tauri::command]
async fn ack(app: Shared<'_>, window: WebviewWindow, epoch: u32, no: u32) -> Result<(), Failure> {
    app.pumps.ack(window.label(), epoch, no);
    Ok(())
}

#[tauri::command]
async fn watch(
    app: Shared<'_>,
    window: WebviewWindow,
    epoch: u32,
    session: Option<u32>,
    view: Option<u32>,
    visible: bool,
) -> Result<(), Failure> {
    app.pumps.watch(window.label(), epoch, session, view, visible);
    Ok(())
}

#[tauri::command]
async fn connect(
    app: Shared<'_>,
    key: String,
    stream: Stream,
    prompt: Option<String>,
) -> Result<u32, Failure> {
    let opened = connect_sealed(&app, key, stream, prompt).await;
    if let Err(failure) = &opened {
        // The message may hold what was typed into the address; the log gets what kind of thing it was.
        say!(
            "connect: {} ({})",
            failure.code,
            failure.args.get("detail").map_or("", String::as_str)
        );
    }
    opened
}

async fn connect_sealed(
    app: &Arc<App>,
    key: String,
    stream: Stream,
    prompt: Option<String>,
) -> Result<u32, Failure> {
    let Sealed { stream, .. } = secrets::seal(app, &stream).await?;
    let values = secrets::values(app, &stream).await?;
    let app = Arc::clone(app);
    // Off the runtime's threads: the body may be a file.
    let opened = tauri::async_runtime::spawn_blocking(move || {
        let options = Options {
            values,
            prompt,
            ..Options::default()
        };
        app.engine.connect(&key, stream, options)
    });
    match opened.await {
        Ok(opened) => opened,
        Err(error) => Err(Failure::new(Code::Limit, format!("connect: {error}"))),
    }
}

#[tauri::command]
async fn stop(app: Shared<'_>, session: u32) -> Result<(), Failure> {
    // One that is gone has stopped.
    if let Some(session) = app.engine.session(session) {
        session.stop();
    }
    Ok(())
}

#[tauri::command]
async fn close_session(app: Shared<'_>, session: u32) -> Result<(), Failure> {
    app.engine.close(session);
    Ok(())
}

#[tauri::command]
async fn reconnect_now(app: Shared<'_>, session: u32) -> Result<(), Failure> {
    find(&app, session)?.reconnect_now();
    Ok(())
}

#[tauri::command]
async fn set_text_rule(app: Shared<'_>, session: u32, rule: TextRule, path: String) -> Result<(), Failure> {
    find(&app, session)?.set_text_rule(rule, &path)
}

#[tauri::command]
async fn entries(
    app: Shared<'_>,
    session: u32,
    view: Option<u32>,
    from: u64,
    len: u64,
) -> Result<Page, Failure> {
    let session = find(&app, session)?;
    // Older entries come from the disk: the runtime's threads are the lines'.
    tape::off_thread(move || match view {
        None => Ok(session.page(from, len)),
        Some(view) => session
            .views()
            .page(view, from, len)
            .ok_or_else(|| Failure::new(Code::Limit, "this filter is closed").with("what", "view")),
    })
    .await
}

#[tauri::command]
async fn entry(app: Shared<'_>, session: u32, pos: u64, from: u64) -> Result<Option<Detail>, Failure> {
    let session = find(&app, session)?;
    tape::off_thread(move || Ok(session.detail(pos, from))).await
}

#[tauri::command]
async fn text(
    app: Shared<'_>,
    session: u32,
    before_pos: Option<u64>,
    max_chars: usize,
) -> Result<TextPage, Failure> {
    let session = find(&app, session)?;
    tape::off_thread(move || Ok(session.text_before(before_pos, max_chars.min(TEXT_BYTES)))).await
}

#[tauri::command]
async fn strip(
    app: Shared<'_>,
    session: u32,
    from_us: Option<u64>,
    to_us: Option<u64>,
    bins: u32,
) -> Result<Strip, Failure> {
    let session = find(&app, session)?;
    tape::off_thread(move || Ok(session.strip(from_us, to_us, bins))).await
}

#[tauri::command]
async fn wire(
    app: Shared<'_>,
    session: u32,
    from: u64,
    len: u64,
    form: WireForm,
) -> Result<WirePage, Failure> {
    let session = find(&app, session)?;
    tape::off_thread(move || Ok(session.wire(from, len, form))).await
}

#[tauri::command]
async fn wire_bytes(
    app: Shared<'_>,
    session: u32,
    no: u64,
    from: u64,
    form: WireForm,
) -> Result<Option<WireBytes>, Failure> {
    let session = find(&app, session)?;
    tape::off_thread(move || Ok(session.wire_bytes(no, from, form))).await
}

#[tauri::command]
async fn wire_raw(app: Shared<'_>, session: u32) -> Result<WireRaw, Failure> {
    let session = find(&app, session)?;
    tape::off_thread(move || Ok(session.wire_raw())).await
}

#[tauri::command]
async fn findings(app: Shared<'_>, session: u32) -> Result<Vec<Finding>, Failure> {
    Ok(find(&app, session)?.findings())
}

#[tauri::command]
async fn seal_stream(app: Shared<'_>, stream: Stream) -> Result<Sealed, Failure> {
    secrets::seal(&app, &stream).await
}

#[tauri::command]
async fn paste_curl(app: Shared<'_>, text: String) -> Result<Sealed, Failure> {
    let pasted = curl::parse(&text)?;
    // It was copied from somewhere.
    let stream = Stream {
        foreign: true,
        ..pasted.stream
    };
    let sealed = secrets::seal(&app, &stream).await?;
    Ok(Sealed {
        ignored: secrets::shown(pasted.ignored),
        ..sealed
    })
}

#[tauri::command]
async fn copy_curl(app: Shared<'_>, stream: Stream) -> Result<String, Failure> {
    let (sealed, _) = seal::seal(&stream, store::new_id);
    Ok(curl::print(&sealed, app.demo_origin()))
}

#[tauri::command]
async fn allow_secrets(app: Shared<'_>, stream: Stream, origin: String) -> Result<Vec<SecretInfo>, Failure> {
    secrets::allow(&app, &stream, &origin).await
}

#[tauri::command]
async fn save_environments(
    app: Shared<'_>,
    environments: Environments,
) -> Result<SealedEnvironments, Failure> {
    secrets::save_environments(&app, environments).await
}

#[tauri::command]
async fn choose_file(window: WebviewWindow) -> Result<Option<String>, Failure> {
    Ok(chooser::choose(&window).await)
}

#[tauri::command]
async fn save_stream(app: Shared<'_>, stream: Stream) -> Result<Stream, Failure> {
    let Sealed { stream, .. } = secrets::seal(&app, &stream).await?;
    in_store(&app, move |store| store.save(stream)).await
}

#[tauri::command]
async fn delete_stream(app: Shared<'_>, id: String) -> Result<(), Failure> {
    in_store(&app, move |store| store.delete(&id)).await
}

#[tauri::command]
async fn restore_stream(app: Shared<'_>, id: String) -> Result<Vec<Stream>, Failure> {
    in_store(&app, move |store| store.restore(&id)).await
}

fn find(app: &App, session: u32) -> Result<Arc<Session>, Failure> {
    app.engine
        .session(session)
        .ok_or_else(|| Failure::new(Code::Stopped, format!("session {session} is no longer there")))
}

/// Works on the store off the runtime's threads: a slow disk must not hold up the sessions.
pub async fn in_store<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Failure> {
    let app = Arc::clone(app);
    match tauri::async_runtime::spawn_blocking(move || work(&app.store.lock())).await {
        Ok(done) => done.map_err(|error| stored(&error)),
        Err(error) => Err(Failure::new(Code::Limit, format!("saved streams: {error}"))),
    }
}

fn stored(error: &StoreError) -> Failure {
    say!("the saved streams: {error}");
    Failure::new(Code::Limit, format!("saved streams: {error}"))
        .with("what", "store")
        .with("detail", error)
}
