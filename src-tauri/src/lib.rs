//! Tapewriter's desktop shell: the only Rust that names tauri.
//!
//! ```text
//! arguments  the command line
//! instance  one process for each home: a later start hands over what it was given
//! window  creates the windows and keeps them on their page (no navigation, none that a page opens)
//! place   where the main window is and how large, from one start to the next
//! drawing  how WebKitGTK draws, and the safe way after a window that never painted
//! leaving  asks once before live streams are closed with the window
//! commands  what the window may ask; thin, idempotent
//! pump    one tick a frame at most to each window, never more than two unacknowledged
//! store   saved streams and environments, in SQLite
//! vault   secret values: the system's keychain, and memory
//! secrets  sealing definitions, giving secrets out, and where each may go
//! chooser  asks for a file
//! exchange  streams as a file that leaves and comes in
//! drops   files that were dropped onto the window, a part at a time
//! serving  tapes that are served again
//! home    where things are kept, and who may read them
//! language  which language the interface speaks
//! look    light or dark, and how large, in every window
//! menu    the menu bar as the page wants it
//! log     what is said, in a file; scrub takes out of it what may not leave
//! diagnostics  what helps to find a fault, as text to copy
//! notify  what actions tell on the desktop, and the clicks on it
//! opening  what other programs and the command line ask to open
//! ```
//!
//! Everything about streams is in `tapewriter-engine`, the demo server in `tapewriter-demo`.

pub mod arguments;
mod chooser;
mod commands;
mod demo;
mod diagnostics;
mod drawing;
mod drops;
mod exchange;
mod home;
mod instance;
mod language;
mod leaving;
mod log;
mod look;
mod menu;
mod notify;
mod opening;
mod place;
mod pump;
mod scrub;
mod secrets;
mod serving;
mod store;
mod vault;
mod window;

use std::ffi::OsString;
use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tapewriter_engine::contract::{JobState, Language, Notice, Settings};
use tapewriter_engine::jobs::Jobs;
use tapewriter_engine::tape::{Deck, Limits};
use tapewriter_engine::{Engine, Everywhere, say};
use tauri::{Manager, RunEvent, WindowEvent};

use crate::demo::DemoServer;
use crate::drawing::Drawing;
use crate::drops::Drops;
use crate::home::Home;
use crate::instance::{Found, Listener, Message};
use crate::leaving::Leaving;
use crate::menu::Menus;
use crate::opening::{Given, Openings};
use crate::place::Places;
use crate::pump::Pumps;
use crate::serving::Serving;
use crate::store::Store;
use crate::vault::Vault;

/// How long quitting waits for connections to close; the runtime's end drops what is left.
const QUIT: Duration = Duration::from_secs(1);

/// What every command can reach.
struct App {
    engine: Arc<Engine>,
    pumps: Pumps,
    store: Mutex<Store>,
    settings: Mutex<Settings>,
    /// The tapes; none where no thread could be started for them.
    deck: Option<Arc<Deck>>,
    jobs: Jobs,
    drops: Drops,
    serving: Serving,
    openings: Openings,
    places: Places,
    leaving: Leaving,
    drawing: Drawing,
    menus: Menus,
    /// None where another process uses the same folder.
    alone: Option<File>,
    /// Hears later starts; none where they go on beside this one.
    listener: Mutex<Option<Listener>>,
    vault: Vault,
    demo: Option<DemoServer>,
    /// The user's system's language.
    system: Language,
    notices: Vec<Notice>,
}

/// Runs the app until its last window closes; `given` is what it is to open. Where another Tapewriter has the home, that
/// is handed to it, and this one ends at once.
///
/// # Errors
/// When the window system cannot be reached; the message says how to go on.
pub fn run(given: &[OsString]) -> Result<(), Box<dyn std::error::Error>> {
    let home = Home::find()?;
    let message = Message::of_this_start(given);
    let mut notices = Vec::new();
    let alone = match instance::find(&home, &message) {
        Found::Taken => return Ok(()),
        Found::Nobody(alone) => Some(alone),
        Found::Silent => {
            notices.push(notice("beside", &[]));
            None
        }
        Found::Unknown => None,
    };
    log::open(&home.logs());
    if !notices.is_empty() {
        say!("another Tapewriter has this home and does not answer; this one goes on beside it");
    }
    window::display()?;
    // Before the first thread: it may set variables.
    let drawing = Drawing::choose(home.drawing(), alone.is_some());
    if drawing.fallback {
        notices.push(notice("drawing-fallback", &[]));
    }
    let listener = alone.as_ref().and_then(|_| {
        Listener::start(&home)
            .inspect_err(|error| say!("later starts are not heard: {error}"))
            .ok()
    });
    let data_directory = home.webview();
    let app = tauri::Builder::default()
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let opened = App::open(&home, alone, drawing, notices);
            let state = tauri::async_runtime::block_on(opened);
            let unnamed = state.unnamed();
            let state = Arc::new(state);
            tauri::async_runtime::spawn(secrets::sweep(Arc::clone(&state), unnamed));
            tauri::async_runtime::spawn(notify::run(
                Arc::clone(state.engine.alerts()),
                app.handle().clone(),
            ));
            state.ask_to_open(message.given());
            app.manage(Arc::clone(&state));
            look::follow(app.handle());
            window::open(app, &data_directory)?;
            if let Some(listener) = &listener {
                listener.open(app.handle());
            }
            *state.listener.lock() = listener;
            tauri::async_runtime::spawn(place::keep(app.handle().clone()));
            #[cfg(unix)]
            tauri::async_runtime::spawn(leaving::when_the_system_asks(app.handle().clone()));
            Ok(())
        })
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .on_window_event(|window, event| {
            let app = window.app_handle();
            let Some(state) = window.try_state::<Arc<App>>() else {
                return;
            };
            let is_main = window.label() == window::LABEL;
            match event {
                WindowEvent::CloseRequested { api, .. } if is_main => {
                    if let Some(window) = app.get_webview_window(window::LABEL) {
                        state.places.look(&window);
                    }
                    if !leaving::may_close(app) {
                        api.prevent_close();
                    }
                }
                WindowEvent::Moved(_) | WindowEvent::Resized(_) if is_main => state.places.changed(),
                #[cfg(not(target_os = "linux"))]
                WindowEvent::ThemeChanged(now) => {
                    let settings = state.settings.lock().clone();
                    look::desktop_changed(window, &settings, *now);
                }
                WindowEvent::Destroyed => {
                    state.pumps.forget(window.label());
                    state.drops.forget(window.label());
                    state.menus.forget(window.label());
                    // The other windows lead nowhere else: without the list the program would go on unseen.
                    if is_main {
                        for other in app.webview_windows().into_values() {
                            if let Err(error) = other.close() {
                                say!("a window cannot be closed: {error}");
                            }
                        }
                    }
                }
                _ => {}
            }
        })
        .build(tauri::generate_context!())?;
    // A program that is started by a double-click may hear of its file before it is set up.
    #[cfg(target_os = "macos")]
    let mut early: Vec<Given> = Vec::new();
    app.run(move |handle, event| {
        let Some(state) = handle.try_state::<Arc<App>>() else {
            #[cfg(target_os = "macos")]
            if let RunEvent::Opened { urls } = event {
                early.extend(urls.into_iter().map(|url| Given::Address(url.into())));
            }
            return;
        };
        #[cfg(target_os = "macos")]
        if !early.is_empty() {
            state.ask_to_open(std::mem::take(&mut early));
        }
        match event {
            RunEvent::Exit => {
                state.drawing.ends(Instant::now());
                if let Some(window) = handle.get_webview_window(window::LABEL) {
                    state.places.look(&window);
                }
                leaving::end_within(leaving::END);
                tauri::async_runtime::block_on(state.close());
            }
            // The application's own Quit, which asks no window.
            RunEvent::ExitRequested { code: None, api, .. }
                if handle.get_webview_window(window::LABEL).is_some() && !leaving::may_close(handle) =>
            {
                api.prevent_exit();
            }
            #[cfg(target_os = "macos")]
            RunEvent::Opened { urls } => {
                let given: Vec<_> = urls.into_iter().map(|url| Given::Address(url.into())).collect();
                state.ask_to_open(given);
                window::present(handle, None);
            }
            #[cfg(target_os = "macos")]
            RunEvent::Reopen { .. } => window::present(handle, None),
            _ => {}
        }
    });
    Ok(())
}

impl App {
    /// Must be called on the runtime that will run the sessions.
    async fn open(home: &Home, alone: Option<File>, drawing: Drawing, mut notices: Vec<Notice>) -> Self {
        let (store, set_aside) = Store::open(&home.streams());
        notices.extend(set_aside);
        let engine = Arc::new(Engine::default());
        let demo = match DemoServer::start().await {
            Ok(server) => {
                engine.set_demo_origin(Some(server.origin().to_owned()));
                Some(server)
            }
            Err(error) => {
                say!("the demo server did not start: {error}");
                notices.push(notice("demo-off", &[("detail", &error.to_string())]));
                None
            }
        };
        let (settings, unread) = store.settings();
        notices.extend(unread);
        engine.set_network(everywhere(&settings));
        let deck = match Deck::open(&home.tapes(), limits(&settings), alone.is_some()) {
            Ok(deck) => {
                engine.set_deck(settings.record.then(|| Arc::clone(&deck)));
                // What a killed process left is closed while the window opens.
                let tidied = Arc::clone(&deck);
                tauri::async_runtime::spawn_blocking(move || tidied.tidy());
                Some(deck)
            }
            Err(error) => {
                say!("nothing is recorded: {error}");
                notices.push(notice("tapes-off", &[("detail", &error.to_string())]));
                None
            }
        };
        Self {
            pumps: Pumps::new(Arc::clone(&engine), deck.clone()),
            drops: Drops::new(&home.tapes(), alone.is_some()),
            jobs: Jobs::default(),
            serving: Serving::default(),
            openings: Openings::default(),
            places: Places::default(),
            leaving: Leaving::default(),
            drawing,
            listener: Mutex::default(),
            menus: Menus::default(),
            settings: Mutex::new(settings),
            deck,
            engine,
            store: Mutex::new(store),
            alone,
            vault: Vault::open(home.keychain()),
            demo,
            system: language::of_the_system(),
            notices,
        }
    }

    /// Secrets that nothing names. None where another process may name some that are not saved yet.
    fn unnamed(&self) -> Vec<String> {
        if self.alone.is_none() {
            return Vec::new();
        }
        self.store.lock().unnamed().unwrap_or_else(|error| {
            say!("secrets that nothing names are kept: {error}");
            Vec::new()
        })
    }

    /// Which language the interface speaks now.
    fn language(&self) -> Language {
        language::chosen(self.settings.lock().language, self.system)
    }

    /// Where `demo:/…` addresses lead.
    fn demo_origin(&self) -> Option<&str> {
        self.demo.as_ref().map(DemoServer::origin)
    }

    /// Puts what the user has set into force, for the sessions and connections that follow and the room that tapes take.
    fn apply(&self, settings: &Settings) {
        *self.settings.lock() = settings.clone();
        self.engine.set_network(everywhere(settings));
        if let Some(deck) = &self.deck {
            deck.recorder().set_limits(limits(settings));
            self.engine.set_deck(settings.record.then(|| Arc::clone(deck)));
            let deck = Arc::clone(deck);
            tauri::async_runtime::spawn_blocking(move || deck.keep_within());
        }
    }

    /// Has the main window ask the user about each; its page learns of those that come before its hello with that.
    fn ask_to_open(self: &Arc<Self>, given: Vec<Given>) {
        if given.is_empty() {
            return;
        }
        let app = Arc::clone(self);
        // Never on the thread that draws: a file may lie on a drive that does not answer.
        tauri::async_runtime::spawn_blocking(move || {
            let tapes = app.deck.as_ref().map(|deck| deck.folder());
            for each in given {
                let Some(opening) = app.openings.add(each.read(tapes)) else {
                    say!("too much waits to be opened; the rest is left out");
                    return;
                };
                app.pumps.tell(window::LABEL, |told| told.openings.push(opening));
            }
        });
    }

    /// Whether a stream is live, or a file is being read or written. What waits for a prompt has its tape, and what plays a
    /// tape again has nothing to lose.
    fn is_live(&self) -> bool {
        let sessions = self.engine.sessions();
        sessions
            .iter()
            .any(|session| !session.is_replay() && session.state().is_live())
            || self.jobs.all().iter().any(|job| job.state == JobState::Running)
    }

    async fn close(&self) {
        // First of all: a start that comes now waits for the end, and is not told that it was heard.
        drop(self.listener.lock().take());
        self.pumps.close();
        self.serving.stop_all(QUIT).await;
        self.engine.shutdown(QUIT).await;
        if let Some(deck) = self.deck.clone() {
            // What is not closed by then, the next start closes.
            let settled = tauri::async_runtime::spawn_blocking(move || deck.settle(QUIT));
            let _ = settled.await;
        }
        let jobs = self.jobs.clone();
        let _ = tauri::async_runtime::spawn_blocking(move || jobs.shutdown(QUIT)).await;
        if let Some(demo) = &self.demo {
            demo.stop(QUIT).await;
        }
        place::write(self);
    }
}

fn everywhere(settings: &Settings) -> Everywhere {
    Everywhere {
        proxy: settings.proxy.clone(),
        ca_file: settings.ca_file.clone(),
    }
}

fn limits(settings: &Settings) -> Limits {
    let bytes = |mib: u32| u64::from(mib) << 20;
    Limits {
        session_bytes: bytes(settings.session_mib),
        unsaved_bytes: bytes(settings.unsaved_mib),
        free_bytes: bytes(settings.free_mib),
    }
}

fn notice(code: &str, args: &[(&str, &str)]) -> Notice {
    Notice {
        code: code.to_owned(),
        args: args
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}
