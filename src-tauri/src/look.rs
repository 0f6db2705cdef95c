//! How the windows look, as the user has set it: light or dark, and how large.

use tapewriter_engine::contract::{Settings, Theme};
use tapewriter_engine::say;
use tauri::window::Color;
use tauri::{AppHandle, Manager, WebviewWindow};

#[cfg(target_os = "linux")]
mod gtk_theme;
#[cfg(target_os = "linux")]
mod portal;
#[cfg(target_os = "linux")]
pub use gtk_theme::{is_dark as is_gtk_dark, on_change as on_gtk_change};

/// The desk in the design's two themes: what shows of a window where no page is drawn.
const LIGHT: Color = Color(0xf1, 0xee, 0xe8, 0xff);
const DARK: Color = Color(0x16, 0x15, 0x14, 0xff);

/// Has the windows, and their ground, follow the user's choice and the desktop from now on.
pub fn follow(app: &AppHandle) {
    #[cfg(target_os = "linux")]
    {
        let hearing = app.clone();
        on_gtk_change(move || {
            gtk_theme::hold(&hearing);
            for window in hearing.webview_windows().into_values() {
                ground(&window, is_gtk_dark());
            }
        });
        gtk_theme::begin(app);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = app;
}

/// Puts theme and size into force on every window; `before` is the theme that was.
pub fn apply(app: &AppHandle, before: Theme, settings: &Settings) {
    // The same again would be drawn, too.
    if settings.theme != before {
        theme(app, settings.theme);
    }
    for window in app.webview_windows().into_values() {
        on(&window, settings);
    }
}

/// Puts them into force on a window that is new, before it is shown.
pub fn dress(window: &WebviewWindow, settings: &Settings) {
    // GTK has one theme for all of the program.
    #[cfg(not(target_os = "linux"))]
    theme(window.app_handle(), settings.theme);
    on(window, settings);
}

/// The desktop has become light or dark, and the toolkit has followed it. GTK tells it itself ([`follow`]).
#[cfg(not(target_os = "linux"))]
pub fn desktop_changed(window: &tauri::Window, settings: &Settings, now: tauri::Theme) {
    if settings.theme == Theme::System
        && let Some(window) = window.get_webview_window(window.label())
    {
        ground(&window, now == tauri::Theme::Dark);
    }
}

fn on(window: &WebviewWindow, settings: &Settings) {
    if let Err(error) = window.set_zoom(f64::from(settings.zoom) / 100.0) {
        say!("a window's size cannot be set: {error}");
    }
    #[cfg(target_os = "linux")]
    {
        let dressed = window.clone();
        // It fails where the program ends.
        let _ = window.run_on_main_thread(move || ground(&dressed, is_gtk_dark()));
    }
    #[cfg(not(target_os = "linux"))]
    ground(
        window,
        match settings.theme {
            Theme::Light => false,
            Theme::Dark => true,
            Theme::System => window.theme().is_ok_and(|theme| theme == tauri::Theme::Dark),
        },
    );
}

/// Nothing white shows while a page loads, or where a window grows faster than its page.
fn ground(window: &WebviewWindow, dark: bool) {
    // It may have been closed a moment ago.
    let _ = window.set_background_color(Some(if dark { DARK } else { LIGHT }));
}

#[cfg(target_os = "linux")]
fn theme(app: &AppHandle, theme: Theme) {
    gtk_theme::choose(app, theme);
}

#[cfg(not(target_os = "linux"))]
fn theme(app: &AppHandle, theme: Theme) {
    app.set_theme(match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    });
}
