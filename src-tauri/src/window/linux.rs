//! What WebKitGTK and GTK are to be told about a window, beyond what tauri tells them.

use gtk::gio;
use gtk::prelude::{GtkWindowExt, WidgetExt};
use tauri::WebviewWindow;
use webkit2gtk::{HardwareAccelerationPolicy, InputMethodContextExt, SettingsExt, WebViewExt};

/// Answers once two frames have been drawn, the second of which shows that the first was taken.
const TWO_FRAMES: &str =
    "await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))";
/// A name space that the page's own scripts do not share.
const WORLD: &str = "tapewriter";

/// Has the page drawn on the processor.
pub fn draw_on_the_processor(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|webview| {
        if let Some(settings) = WebViewExt::settings(&webview.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// A page that is closed takes its window with it; the toolkit would leave the frame with nothing in it. A driver closes
/// pages, and so do assistive tools. Nobody is left to be asked.
pub fn close_with_its_page(window: &WebviewWindow) -> tauri::Result<()> {
    let left = window.clone();
    window.with_webview(move |webview| {
        webview.inner().connect_destroy(move |_| {
            // It may be that the window is what was closed.
            let _ = left.destroy();
        });
    })
}

/// Lets an input method show what it composes within the field, where it is being typed. wry switches that off, and
/// Chinese would be typed in a box beside it.
pub fn compose_inline(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|webview| {
        if let Some(context) = webview.inner().input_method_context() {
            context.set_enable_preedit(true);
        }
    })
}

/// Calls once the page has drawn; never where its process ends before, or its frames go nowhere.
pub fn when_it_has_drawn(window: &WebviewWindow, then: impl FnOnce() + Send + 'static) -> tauri::Result<()> {
    window.with_webview(move |webview| {
        webview.inner().call_async_javascript_function(
            TWO_FRAMES,
            None,
            Some(WORLD),
            None,
            gio::Cancellable::NONE,
            move |drawn| {
                if drawn.is_ok() {
                    then();
                }
            },
        );
    })
}

/// Brings a window to the front, by the leave that the desktop gave to who asks for it. On the thread that draws.
pub fn present(window: &WebviewWindow, token: Option<&str>) -> tauri::Result<()> {
    let window = window.gtk_window()?;
    window.show();
    window.deiconify();
    // Its time tells a window manager that the user asked; one that GTK did not make raises nothing by itself.
    if let Some(token) = token {
        window.set_startup_id(token);
    }
    window.present();
    Ok(())
}
