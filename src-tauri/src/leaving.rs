//! Closing the main window while streams are live: the page asks once, and nothing that hangs can keep it open.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tapewriter_engine::say;
use tauri::{AppHandle, Manager};

use crate::{App, window};

/// What the page is told to ask; a command as those of the menu are.
const ASK: &str = "ask-quit";
/// A page that is well acknowledges within a second, even where nobody can see it.
const HEARD: Duration = Duration::from_secs(3);

/// Whether the user is being asked.
#[derive(Default)]
pub struct Leaving {
    asked: AtomicBool,
}

impl Leaving {
    /// The user stays, or the page that asked is gone: closing asks again.
    pub fn stay(&self) {
        self.asked.store(false, Ordering::Relaxed);
    }

    fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Whether the main window may close now. Where it may not, its page has been told to ask.
pub fn may_close(app: &AppHandle) -> bool {
    let state = Arc::clone(&app.state::<Arc<App>>());
    if !state.is_live() || state.leaving.asked.swap(true, Ordering::Relaxed) {
        return true;
    }
    if !state
        .pumps
        .tell(window::LABEL, |told| told.commands.push(ASK.to_owned()))
    {
        return true;
    }
    window::present(app, None);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(HEARD).await;
        if state.leaving.is_asked() && !state.pumps.has_heard(window::LABEL) {
            say!("the page does not answer, and is closed without being asked");
            app.exit(0);
        }
    });
    false
}

/// Ends the app as its last window would when the system asks it to: sessions are closed, and their tapes with them.
#[cfg(unix)]
pub async fn when_the_system_asks(app: AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ];
    let [Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)] = kinds.map(signal) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
    }
    app.exit(0);
}
