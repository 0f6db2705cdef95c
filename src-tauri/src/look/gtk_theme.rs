//! Light and dark where GTK draws: the page's `prefers-color-scheme`, the menu and the frame all follow GTK's own settings.
//!
//! The toolkit's way (`set_theme`) cannot go back to the desktop's choice: without one it takes light. So the settings are
//! set here, and *reset* where the desktop is to be followed: that gives them back to the desktop (XSettings,
//! `settings.ini`). The portal goes before those; what it says is heard here as well (module `portal`), for the toolkit
//! would wait for it on the thread that draws, at each window that opens, and put its answer before the user's choice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gtk::prelude::GtkSettingsExt;
use tapewriter_engine::contract::Theme;
use tauri::{AppHandle, Manager};

use super::portal;
use crate::App;

const PREFERS_DARK: &str = "gtk-application-prefer-dark-theme";
const THEME_NAME: &str = "gtk-theme-name";
/// By these endings WebKit and GTK's own themes tell a dark one.
const DARK_NAMES: [&str; 3] = ["-dark", "-Dark", ":dark"];

/// What the portal said last. Before it has answered, and without one, nobody prefers anything.
static PORTAL_PREFERS_DARK: AtomicBool = AtomicBool::new(false);

/// Makes the program light or dark from now on, or has it follow the desktop. On the thread that draws.
pub(super) fn begin(app: &AppHandle) {
    put(chosen(app));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let heard = |dark| {
            PORTAL_PREFERS_DARK.store(dark, Ordering::Relaxed);
            let told = app.clone();
            // It fails where the program ends.
            let _ = app.run_on_main_thread(move || {
                if chosen(&told) == Theme::System {
                    put(Theme::System);
                }
            });
        };
        // Without a bus or a portal there is nothing to follow but GTK's own settings.
        let _ = portal::listen(None, heard).await;
    });
}

/// Makes the program light or dark, or has it follow the desktop.
pub(super) fn choose(app: &AppHandle, theme: Theme) {
    // It fails where the program ends.
    let _ = app.run_on_main_thread(move || put(theme));
}

/// Puts what the user has chosen before what the desktop has changed. Nothing is set that is so already: each setting calls
/// back here.
pub(super) fn hold(app: &AppHandle) {
    let theme = chosen(app);
    if theme != Theme::System && is_dark() != (theme == Theme::Dark) {
        put(theme);
    }
}

fn chosen(app: &AppHandle) -> Theme {
    app.state::<Arc<App>>().settings.lock().theme
}

fn put(theme: Theme) {
    let Some(settings) = gtk::Settings::default() else {
        return;
    };
    let prefer_dark = |dark| {
        if settings.is_gtk_application_prefer_dark_theme() != dark {
            settings.set_gtk_application_prefer_dark_theme(dark);
        }
    };
    match theme {
        Theme::System => {
            settings.reset_property(THEME_NAME);
            // Not by way of light: each step is drawn.
            if PORTAL_PREFERS_DARK.load(Ordering::Relaxed) {
                prefer_dark(true);
            } else {
                settings.reset_property(PREFERS_DARK);
            }
        }
        Theme::Dark => prefer_dark(true),
        Theme::Light => {
            prefer_dark(false);
            let name = settings.gtk_theme_name().unwrap_or_default();
            if let Some(light) = DARK_NAMES.iter().find_map(|dark| name.strip_suffix(dark)) {
                settings.set_gtk_theme_name(Some(light));
            }
        }
    }
}

/// Whether GTK draws dark now, by the rules by which WebKit decides what a page prefers.
pub fn is_dark() -> bool {
    let dark = |name: &str| DARK_NAMES.iter().any(|dark| name.ends_with(dark));
    let Some(settings) = gtk::Settings::default() else {
        return false;
    };
    if settings.is_gtk_application_prefer_dark_theme() {
        return true;
    }
    // A developer's variable; it goes before the desktop's name.
    match std::env::var("GTK_THEME") {
        Ok(name) if !name.is_empty() => dark(&name),
        _ => settings.gtk_theme_name().is_some_and(|name| dark(&name)),
    }
}

/// Calls back whenever GTK may have become light or dark.
pub fn on_change(told: impl Fn() + Clone + 'static) {
    let Some(settings) = gtk::Settings::default() else {
        return;
    };
    let by_name = told.clone();
    settings.connect_gtk_theme_name_notify(move |_| by_name());
    settings.connect_gtk_application_prefer_dark_theme_notify(move |_| told());
}
