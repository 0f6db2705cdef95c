//! Tapewriter's desktop shell: the only Rust that names tauri.
//!
//! ```text
//! window  creates the windows and keeps them where they are (no navigation, none that a page opens)
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

mod chooser;
mod commands;
mod demo;
mod diagnostics;
mod drops;
mod exchange;
mod home;
mod language;
mod log;
mod look;
mod menu;
mod notify;
mod opening;
mod pump;
mod scrub;
mod secrets;
mod serving;
mod store;
mod vault;
mod window;

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tapewriter_engine::contract::{Language, Notice, Settings};
use tapewriter_engine::jobs::Jobs;
use tapewriter_engine::tape::{Deck, Limits};
use tapewriter_engine::{Engine, Everywhere, say};
use tauri::{Manager, RunEvent, WindowEvent};

use crate::demo::DemoServer;
use crate::drops::Drops;
use crate::home::Home;
use crate::menu::Menus;
use crate::opening::Openings;
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
    menus: Menus,
    /// None where another process uses the same folder.
    alone: Option<File>,
    vault: Vault,
    demo: Option<DemoServer>,
    /// The user's system's language.
    system: Language,
    notices: Vec<Notice>,
}

/// Runs the app until its last window closes.
///
/// # Errors
/// When the window system cannot be reached; the message says how to go on.
pub fn run() -> Result<(), Box<dyn std::error::Error>> {
    window::display()?;
    let home = Home::find()?;
    log::open(&home.logs());
    let data_directory = home.webview();
    let app = tauri::Builder::default()
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let state = tauri::async_runtime::block_on(App::open(&home));
            let unnamed = state.unnamed();
            let state = Arc::new(state);
            tauri::async_runtime::spawn(secrets::sweep(Arc::clone(&state), unnamed));
            tauri::async_runtime::spawn(notify::run(
                Arc::clone(state.engine.alerts()),
                app.handle().clone(),
            ));
            app.manage(state);
            look::follow(app.handle());
            window::open(app, &data_directory)?;
            Ok(())
        })
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .on_window_event(|window, event| {
            if let WindowEvent::ThemeChanged(now) = event
                && let Some(state) = window.try_state::<Arc<App>>()
            {
                let settings = state.settings.lock().clone();
                look::desktop_changed(window, &settings, *now);
            }
            if let WindowEvent::Destroyed = event
                && let Some(state) = window.try_state::<Arc<App>>()
            {
                state.pumps.forget(window.label());
                state.drops.forget(window.label());
                // The other windows lead nowhere else: without the list the program would go on unseen.
                if window.label() == window::LABEL {
                    for other in window.app_handle().webview_windows().into_values() {
                        if let Err(error) = other.close() {
                            say!("a window cannot be closed: {error}");
                        }
                    }
                }
            }
        })
        .build(tauri::generate_context!())?;
    app.run(|handle, event| {
        if let RunEvent::Exit = event
            && let Some(state) = handle.try_state::<Arc<App>>()
        {
            tauri::async_runtime::block_on(state.close());
        }
    });
    Ok(())
}

impl App {
    /// Must be called on the runtime that will run the sessions.
    async fn open(home: &Home) -> Self {
        let mut notices = Vec::new();
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
        let alone = home.alone();
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

    async fn close(&self) {
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
