//! The window: made hidden, shown when its page has loaded, and kept where it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tapewriter_engine::say;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{App, AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

use crate::look;

/// The first window's label. The capability of tauri.conf.json names it, and those of sessions.
pub const LABEL: &str = "main";

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

/// Opens the window.
pub fn open(app: &App, data_directory: &Path) -> tauri::Result<()> {
    app.manage(DataDirectory(data_directory.to_owned()));
    open_page(
        app.handle(),
        LABEL,
        WebviewUrl::default(),
        "Tapewriter",
        data_directory,
    )
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
    open_page(app, &label, page, title, &data_directory)
}

fn open_page(
    app: &AppHandle,
    label: &str,
    page: WebviewUrl,
    title: &str,
    data_directory: &Path,
) -> tauri::Result<()> {
    let builder = WebviewWindowBuilder::new(app, label, page)
        .title(title)
        .inner_size(1240.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .data_directory(data_directory.to_owned())
        // The webview would take a dropped file for an address and leave the page.
        .disable_drag_drop_handler()
        .visible(false)
        .on_navigation(is_our_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished
                && let Err(error) = window.show()
            {
                say!("the window cannot be shown: {error}");
            }
        });
    #[cfg(target_os = "linux")]
    let builder = builder.initialization_script(UNDO_BY_KEYS);
    #[cfg(target_os = "linux")]
    let on_processor = software_gl();
    #[cfg(target_os = "linux")]
    let builder = if on_processor && std::env::var_os("TAURI_AUTOMATION").is_some() {
        builder.initialization_script(KEEP_DRAWING)
    } else {
        builder
    };
    let window = builder.build()?;
    // A page that never finishes loading must not leave a program without a window.
    let late = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOW_ANYWAY).await;
        // By now it is visible, or cannot be.
        let _ = late.show();
    });
    #[cfg(target_os = "linux")]
    if on_processor {
        spare_software_gl(&window)?;
    }
    #[cfg(target_os = "linux")]
    close_with_its_page(&window)?;
    let settings = app.state::<Arc<crate::App>>().settings.lock().clone();
    look::dress(&window, &settings);
    Ok(())
}

/// Without a graphics device (a virtual machine, a remote desktop) WebKitGTK composes the page through an
/// OpenGL made in software, which takes three times as long as drawing on the processor directly. A user
/// who has set one of WebKit's own variables has chosen.
#[cfg(target_os = "linux")]
pub fn software_gl() -> bool {
    let device = std::fs::read_dir("/dev/dri").is_ok_and(|mut entries| {
        entries
            .any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("render")))
    });
    let chosen = std::env::vars_os().any(|(name, _)| {
        let name = name.to_string_lossy();
        name.starts_with("WEBKIT_DISABLE_") || name.starts_with("WEBKIT_SKIA_")
    });
    !device && !chosen
}

/// Has the page drawn on the processor.
#[cfg(target_os = "linux")]
fn spare_software_gl(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// A page that is closed takes its window with it; the toolkit would leave the frame with nothing in it. A driver closes
/// pages, and so do assistive tools.
#[cfg(target_os = "linux")]
fn close_with_its_page(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use gtk::prelude::WidgetExt;
    let left = window.clone();
    window.with_webview(move |webview| {
        webview.inner().connect_destroy(move |_| {
            // It may be that the window is what was closed.
            let _ = left.close();
        });
    })
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
/// the page has done with such a key stays its own.
#[cfg(target_os = "linux")]
const UNDO_BY_KEYS: &str = "addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || !event.ctrlKey || event.altKey || event.metaKey) return;
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field.isContentEditable)) return;
    const key = event.key.toLowerCase();
    if (key === 'z') document.execCommand(event.shiftKey ? 'redo' : 'undo');
    else if (key === 'y' && !event.shiftKey) document.execCommand('redo');
    else return;
    event.preventDefault();
});";

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
