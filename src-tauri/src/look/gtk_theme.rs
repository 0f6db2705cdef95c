//! Light and dark where GTK draws: the page's `prefers-color-scheme`, the menu and the frame all follow GTK's own settings.
//!
//! The toolkit's way (`set_theme`) cannot go back to the desktop's choice: without one it takes light. So the settings are
//! set here, and *reset* where the desktop is to be followed: that gives them back to the desktop (XSettings,
//! `settings.ini`), and the portal is asked beside it, as the toolkit does for a new window.

use std::sync::Arc;

use gtk::prelude::GtkSettingsExt;
use tapewriter_engine::contract::Theme;
use tauri::{AppHandle, Manager};

use crate::App;

const PREFERS_DARK: &str = "gtk-application-prefer-dark-theme";
const THEME_NAME: &str = "gtk-theme-name";
/// By these endings WebKit and GTK's own themes tell a dark one.
const DARK_NAMES: [&str; 3] = ["-dark", "-Dark", ":dark"];

/// Makes the program light or dark, or has it follow the desktop.
pub(super) fn choose(app: &AppHandle, theme: Theme) {
    // It fails where the program ends.
    let _ = app.run_on_main_thread(move || put(theme));
    if theme == Theme::System {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            if !portal_prefers_dark().await {
                return;
            }
            let asked = app.clone();
            let _ = app.run_on_main_thread(move || {
                // The user may have chosen in the meantime.
                let state = asked.state::<Arc<App>>();
                if state.settings.lock().theme == Theme::System
                    && let Some(settings) = gtk::Settings::default()
                {
                    settings.set_gtk_application_prefer_dark_theme(true);
                }
            });
        });
    }
}

fn put(theme: Theme) {
    let Some(settings) = gtk::Settings::default() else {
        return;
    };
    match theme {
        Theme::System => {
            settings.reset_property(THEME_NAME);
            settings.reset_property(PREFERS_DARK);
        }
        Theme::Dark => settings.set_gtk_application_prefer_dark_theme(true),
        Theme::Light => {
            settings.set_gtk_application_prefer_dark_theme(false);
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

/// What the desktop's portal says; without one nobody prefers anything.
async fn portal_prefers_dark() -> bool {
    let asked = async {
        let bus = zbus::Connection::session().await?;
        let answer = bus
            .call_method(
                Some("org.freedesktop.portal.Desktop"),
                "/org/freedesktop/portal/desktop",
                Some("org.freedesktop.portal.Settings"),
                "Read",
                &("org.freedesktop.appearance", "color-scheme"),
            )
            .await?;
        // A variant in a variant: as the portal has always answered to `Read`.
        let value: zbus::zvariant::OwnedValue = answer.body().deserialize()?;
        let inner: zbus::zvariant::Value<'_> = value.into();
        let scheme = match inner {
            zbus::zvariant::Value::Value(inner) => u32::try_from(*inner)?,
            plain => u32::try_from(plain)?,
        };
        zbus::Result::Ok(scheme == 1)
    };
    // A portal that does not answer at once is not waited for.
    let limit = std::time::Duration::from_secs(3);
    matches!(tokio::time::timeout(limit, asked).await, Ok(Ok(true)))
}
