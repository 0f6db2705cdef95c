//! The windows: made hidden, shown when their page has painted, and kept on it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tapewriter_engine::say;
use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use crate::{look, place};

#[cfg(target_os = "linux")]
mod linux;

/// The first window's label. The capability of tauri.conf.json names it, and those of sessions.
pub const LABEL: &str = "main";
/// The size of a window that has not been given another, and the least that its page has room in.
pub const SIZE: (f64, f64) = (1240.0, 800.0);
pub const LEAST: (f64, f64) = (900.0, 600.0);

/// The embedded page loads in well under a second on a slow machine.
const SHOW_ANYWAY: Duration = Duration::from_secs(5);

/// There is nowhere to open a window.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no display to open a window on (neither WAYLAND_DISPLAY nor DISPLAY is set). \
     Start it from a desktop, or watch a stream in this terminal: tape tail URL"
)]
pub struct NoDisplay;

/// Whether a window can be opened, so that the answer is a sentence and not the toolkit's abort.
///
/// # Errors
/// [`NoDisplay`].
pub fn display() -> Result<(), NoDisplay> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        return Err(NoDisplay);
    }
    Ok(())
}

/// Where the web view keeps its files, for windows that open later.
struct DataDirectory(PathBuf);

/// The windows that there are.
#[derive(Default)]
struct Windows(Mutex<Those>);

/// What is known of the windows, by a number that none has twice: a label is given again where its window has gone.
#[derive(Default)]
struct Those {
    last: u32,
    there: Vec<There>,
}

struct There {
    no: u32,
    label: String,
    shown: bool,
}

impl Those {
    /// One is about to open; answers its number.
    fn opens(&mut self, label: &str) -> u32 {
        self.last += 1;
        self.there.push(There {
            no: self.last,
            label: label.to_owned(),
            shown: false,
        });
        self.last
    }

    /// One is gone.
    fn forget(&mut self, no: u32) {
        self.there.retain(|there| there.no != no);
    }

    /// The one that has a label.
    fn labelled(&self, label: &str) -> Option<&There> {
        self.there.iter().rev().find(|there| there.label == label)
    }

    /// Whether one is to be shown now: it is there, and has not been. A page that is loaded again does not raise its window.
    fn show(&mut self, no: u32) -> bool {
        let there = self.there.iter_mut().find(|there| there.no == no);
        there.is_some_and(|there| !std::mem::replace(&mut there.shown, true))
    }
}

/// Opens the window.
pub fn open(app: &App, data_directory: &Path) -> tauri::Result<()> {
    app.manage(DataDirectory(data_directory.to_owned()));
    app.manage(Windows::default());
    let state = app.state::<Arc<crate::App>>();
    state.drawing.opens();
    let window = open_page(
        app.handle(),
        LABEL,
        WebviewUrl::default(),
        "Tapewriter",
        data_directory,
    )?;
    place::restore(&state, &window);
    Ok(())
}

/// Shows a window whose page has painted in its theme, or is not going to. The same again changes nothing.
pub fn show(window: &WebviewWindow) {
    let windows = window.state::<Windows>();
    let no = windows.0.lock().labelled(window.label()).map(|there| there.no);
    if let Some(no) = no {
        show_this(window, no);
    }
}

fn show_this(window: &WebviewWindow, no: u32) {
    if !window.state::<Windows>().0.lock().show(no) {
        return;
    }
    if let Err(error) = window.show() {
        say!("the window cannot be shown: {error}");
        return;
    }
    #[cfg(target_os = "linux")]
    if window.label() == LABEL {
        let state = Arc::clone(&window.state::<Arc<crate::App>>());
        state.drawing.shown();
        if let Err(error) = linux::when_it_has_drawn(window, move || state.drawing.drawn()) {
            say!("nobody will know whether the window was drawn: {error}");
        }
    }
}

/// Brings the main window to the front; one that has not been shown yet will come by itself. `token` is the desktop's
/// leave to do so.
pub fn present(app: &AppHandle, token: Option<&str>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let windows = app.state::<Windows>();
    if !windows.0.lock().labelled(LABEL).is_some_and(|there| there.shown) {
        return;
    }
    #[cfg(target_os = "linux")]
    let presented = linux::present(&window, token);
    #[cfg(not(target_os = "linux"))]
    let presented = {
        let _ = token;
        window
            .show()
            .and_then(|()| window.unminimize())
            .and_then(|()| window.set_focus())
    };
    if let Err(error) = presented {
        say!("the window cannot be brought to the front: {error}");
    }
}

/// Opens a window that shows one session, or brings it to the front.
pub fn open_session(app: &AppHandle, session: u32, title: &str) -> tauri::Result<()> {
    let label = format!("session-{session}");
    if let Some(there) = app.get_webview_window(&label) {
        return there.set_focus();
    }
    let title = if title.is_empty() { "Tapewriter" } else { title };
    let page = WebviewUrl::App(format!("index.html?session={session}").into());
    let data_directory = app.state::<DataDirectory>().0.clone();
    open_page(app, &label, page, title, &data_directory)?;
    Ok(())
}

fn open_page(
    app: &AppHandle,
    label: &str,
    page: WebviewUrl,
    title: &str,
    data_directory: &Path,
) -> tauri::Result<WebviewWindow> {
    let builder = WebviewWindowBuilder::new(app, label, page)
        .title(title)
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .data_directory(data_directory.to_owned())
        // The webview would take a dropped file for an address and leave the page.
        .disable_drag_drop_handler()
        .visible(false)
        .on_navigation(is_our_page)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    let state = app.state::<Arc<crate::App>>();
    #[cfg(target_os = "linux")]
    let builder = builder.initialization_script(UNDO_BY_KEYS);
    #[cfg(target_os = "linux")]
    let builder = if state.drawing.on_processor && std::env::var_os("TAURI_AUTOMATION").is_some() {
        builder.initialization_script(KEEP_DRAWING)
    } else {
        builder
    };
    // Before it is made: its page may have painted before this goes on.
    let no = app.state::<Windows>().0.lock().opens(label);
    let window = builder
        .build()
        .inspect_err(|_| app.state::<Windows>().0.lock().forget(no))?;
    let handle = app.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            handle.state::<Windows>().0.lock().forget(no);
        }
    });
    // A page that never paints must not leave a program without a window.
    let late = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOW_ANYWAY).await;
        show_this(&late, no);
    });
    #[cfg(target_os = "linux")]
    {
        if state.drawing.on_processor {
            linux::draw_on_the_processor(&window)?;
        }
        linux::compose_inline(&window)?;
        linux::close_with_its_page(&window)?;
    }
    let settings = state.settings.lock().clone();
    look::dress(&window, &settings);
    Ok(window)
}

/// A driver's screenshot waits for the page to be drawn once more. Drawn on the processor, a page on which
/// nothing changes never is; under a driver one pixel changes by a shade that nobody can see.
#[cfg(target_os = "linux")]
const KEEP_DRAWING: &str = "addEventListener('DOMContentLoaded', () => {
    const pixel = document.body.appendChild(document.createElement('i'));
    pixel.setAttribute('aria-hidden', 'true');
    Object.assign(pixel.style, { position: 'fixed', left: 0, bottom: 0, width: '1px', height: '1px' });
    let odd = false;
    setInterval(() => {
        odd = !odd;
        pixel.style.background = odd ? 'rgb(128 128 128 / 0.01)' : 'rgb(128 128 128 / 0.02)';
    }, 250);
});";

/// Other web views know the keys by which a field takes back what was typed; WebKitGTK does it only when it is told to. What
/// the page has done with such a key stays its own, so this is heard after it; and on the document, for a sheet lets no key
/// go further.
#[cfg(target_os = "linux")]
const UNDO_BY_KEYS: &str = "addEventListener('DOMContentLoaded', () => document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || !event.ctrlKey || event.altKey || event.metaKey) return;
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field.isContentEditable)) return;
    const key = event.key.toLowerCase();
    if (key === 'z') document.execCommand(event.shiftKey ? 'redo' : 'undo');
    else if (key === 'y' && !event.shiftKey) document.execCommand('redo');
    else return;
    event.preventDefault();
}));";

/// The window stays on the app's own page; whatever a stream's text leads to opens elsewhere or not at all.
fn is_our_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // The same page, as WebView2 names it.
        "http" | "https" if cfg!(windows) => {
            url.host_str() == Some("tauri.localhost") && url.port().is_none()
        }
        // `make dev` serves the page with live reload.
        "http" => cfg!(dev) && url.host_str() == Some("127.0.0.1") && url.port() == Some(1420),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_shown_once_and_its_label_can_be_given_again() {
        let mut those = Those::default();
        let first = those.opens("session-1");
        let other = those.opens("session-2");
        assert!(those.show(first));
        assert!(!those.show(first), "its page was loaded again");
        those.forget(first);
        assert!(those.labelled("session-1").is_none());
        // The first one's time runs out after it has gone, before another has its label and after.
        assert!(!those.show(first));
        let again = those.opens("session-1");
        assert!(!those.show(first));
        assert_eq!(
            those.labelled("session-1").map(|there| (there.no, there.shown)),
            Some((again, false))
        );
        assert!(those.show(again) && those.show(other));
        // That the first has gone may be heard late.
        those.forget(first);
        assert!(those.labelled("session-1").is_some_and(|there| there.shown));
    }

    #[test]
    fn only_our_own_page_may_be_gone_to() {
        for (url, ours) in [
            ("tauri://localhost/", true),
            ("tauri://localhost/index.html#x", true),
            ("http://tauri.localhost:8000/", false),
            ("https://example.com/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("tauri://elsewhere/", false),
            ("http://127.0.0.1:4737/", false),
        ] {
            assert_eq!(is_our_page(&url.parse().expect(url)), ours, "{url}");
        }
    }
}
