//! Tapewriter's desktop shell: the only Rust that names tauri.
//!
//! ```text
//! window  creates the window and keeps it where it is (no navigation, no second window)
//! commands  what the window may ask; thin, idempotent
//! pump    one tick a frame at most to each window, never more than two unacknowledged
//! store   saved streams and environments, in SQLite
//! vault   secret values: the system's keychain, and memory
//! secrets  sealing definitions, giving secrets out, and where each may go
//! chooser  asks for a file
//! home    where things are kept, and who may read them
//! language  which language the interface speaks
//! ```
//!
//! Everything about streams is in `tapewriter-engine`, the demo server in `tapewriter-demo`.

mod chooser;
mod commands;
mod demo;
mod home;
mod language;
mod pump;
mod secrets;
mod store;
mod vault;
mod window;

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tapewriter_engine::Engine;
use tapewriter_engine::contract::{Language, Notice};
use tauri::{Manager, RunEvent};

use crate::demo::DemoServer;
use crate::home::Home;
use crate::pump::Pumps;
use crate::store::Store;
use crate::vault::Vault;

/// How long quitting waits for connections to close; the runtime's end drops what is left.
const QUIT: Duration = Duration::from_secs(1);

/// What every command can reach.
struct App {
    engine: Arc<Engine>,
    pumps: Pumps,
    store: Mutex<Store>,
    /// None where another process uses the same folder.
    alone: Option<File>,
    vault: Vault,
    demo: Option<DemoServer>,
    language: Language,
    notices: Vec<Notice>,
}

/// Runs the app until its last window closes.
///
/// # Errors
/// When the window system cannot be reached; the message says how to go on.
pub fn run() -> Result<(), Box<dyn std::error::Error>> {
    window::display()?;
    let home = Home::find()?;
    let data_directory = home.webview();
    let app = tauri::Builder::default()
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let state = tauri::async_runtime::block_on(App::open(&home));
            let unnamed = state.unnamed();
            let state = Arc::new(state);
            tauri::async_runtime::spawn(secrets::sweep(Arc::clone(&state), unnamed));
            app.manage(state);
            window::open(app, &data_directory)?;
            Ok(())
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
                eprintln!("tapewriter: the demo server did not start: {error}");
                notices.push(notice("demo-off", &[("detail", &error.to_string())]));
                None
            }
        };
        Self {
            pumps: Pumps::new(Arc::clone(&engine)),
            engine,
            store: Mutex::new(store),
            alone: home.alone(),
            vault: Vault::open(home.keychain()),
            demo,
            language: language::of_the_system(),
            notices,
        }
    }

    /// Secrets that nothing names. None where another process may name some that are not saved yet.
    fn unnamed(&self) -> Vec<String> {
        if self.alone.is_none() {
            return Vec::new();
        }
        self.store.lock().unnamed().unwrap_or_else(|error| {
            eprintln!("tapewriter: secrets that nothing names are kept: {error}");
            Vec::new()
        })
    }

    /// Where `demo:/…` addresses lead.
    fn demo_origin(&self) -> Option<&str> {
        self.demo.as_ref().map(DemoServer::origin)
    }

    async fn close(&self) {
        self.pumps.close();
        self.engine.shutdown(QUIT).await;
        if let Some(demo) = &self.demo {
            demo.stop(QUIT).await;
        }
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
