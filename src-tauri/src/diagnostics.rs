//! What helps to find a fault, as text to copy: the machine, the program, what is set, how much there is, and the newest of the
//! log. No address, no name, no header, no secret, nothing that tells who the user is.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::Arc;

use tapewriter_engine::contract::{Language, LanguageChoice, Proxy, Settings};
use tauri::{AppHandle, Manager};

use crate::drawing::Drawing;
use crate::store::Store;
use crate::{App, commands, log, scrub, window};

/// Lines of the log.
const LINES: usize = 100;
/// Characters of a value that the environment has.
const VALUE_CHARS: usize = 80;
/// Variables whose values tell which display and which desktop there is.
const OF_THE_DESKTOP: [&str; 5] = [
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "GDK_BACKEND",
    "GDK_SCALE",
    "GTK_THEME",
];
/// And which language.
const OF_THE_LANGUAGE: [&str; 4] = ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"];

/// What only the windows know.
pub fn windows(app: &AppHandle) -> Vec<String> {
    let mut windows: Vec<_> = app.webview_windows().into_iter().collect();
    windows.sort_by(|(a, _), (b, _)| a.cmp(b));
    let of = |(label, window): (String, tauri::WebviewWindow)| {
        let scale = window.scale_factor().unwrap_or(1.0);
        let size = window.inner_size().unwrap_or_default().to_logical::<f64>(scale);
        let visible = if window.is_visible().unwrap_or(false) {
            ""
        } else {
            ", hidden"
        };
        let kind = if label == window::LABEL { "main" } else { "session" };
        format!("{kind} {:.0}×{:.0} at {scale}{visible}", size.width, size.height)
    };
    windows.into_iter().map(of).collect()
}

/// The text.
pub async fn text(app: &Arc<App>, windows: Vec<String>) -> String {
    let settings = app.settings.lock().clone();
    let mut text = Text::default();
    text.line(
        "Tapewriter",
        format_args!(
            "{}, {} build",
            env!("CARGO_PKG_VERSION"),
            if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            }
        ),
    );
    text.line("System", system());
    text.line("Desktop", desktop());
    text.line("Web view", webview(&app.drawing));
    text.line("Locale", variables(&OF_THE_LANGUAGE));
    text.line("Interface", interface(&settings, app.language()));
    text.line("Windows", list(windows));
    text.line("Network", network(&settings));
    text.line("Limits", limits(&settings));
    text.line(
        "Demo server",
        match app.demo_origin() {
            None => "off".to_owned(),
            Some(origin) if origin.ends_with(&format!(":{}", tapewriter_demo::PORT)) => {
                "at its usual port".to_owned()
            }
            Some(_) => "at another port".to_owned(),
        },
    );
    text.line(
        "Keychain",
        if app.vault.is_there().await {
            "there"
        } else {
            "not there"
        },
    );
    text.line(
        "Folder",
        if app.alone.is_some() {
            "its own"
        } else {
            "shared with another process"
        },
    );
    let streams = commands::in_store(app, Store::streams).await;
    text.line(
        "Streams",
        streams.map_or_else(
            |_| "cannot be read".to_owned(),
            |streams| streams.len().to_string(),
        ),
    );
    text.line("Sessions", sessions(app));
    text.line("Tapes", tapes(app).await);
    text.line(
        "Said at the start",
        list(app.notices.iter().map(|notice| notice.code.clone()).collect()),
    );
    text.log(&log::newest(LINES));
    // What the parts above took care of, once more: what comes from the environment is anybody's.
    scrub::scrubbed(&text.text)
}

#[derive(Default)]
struct Text {
    text: String,
}

impl Text {
    fn line(&mut self, name: &str, value: impl Display) {
        let value: String = value
            .to_string()
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let _ = writeln!(self.text, "{name}: {value}");
    }

    fn log(&mut self, lines: &[String]) {
        let _ = writeln!(self.text, "Log, newest last:");
        for line in lines {
            let _ = writeln!(self.text, "  {line}");
        }
        if lines.is_empty() {
            self.text.push_str("  nothing\n");
        }
    }
}

fn list(all: Vec<String>) -> String {
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join("; ")
    }
}

fn system() -> String {
    let named = |path: &str, before: &str, after: &str| -> Option<String> {
        let text = std::fs::read_to_string(path).ok()?;
        let (_, rest) = text.split_once(before)?;
        Some(rest.split_once(after)?.0.trim().to_owned())
    };
    let name = if cfg!(target_os = "linux") {
        named("/etc/os-release", "PRETTY_NAME=\"", "\"")
    } else if cfg!(target_os = "macos") {
        let plist = "/System/Library/CoreServices/SystemVersion.plist";
        named(plist, "<key>ProductVersion</key>\n\t<string>", "</string>")
    } else {
        None
    };
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let parts = [
        name.unwrap_or_default(),
        format!("{} {}", std::env::consts::OS, kernel.trim())
            .trim()
            .to_owned(),
        std::env::consts::ARCH.to_owned(),
    ];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn desktop() -> String {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let mut parts = vec![variables(&OF_THE_DESKTOP)];
    for name in ["WAYLAND_DISPLAY", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
        if set(name) {
            parts.push(format!("{name} set"));
        }
    }
    parts.join(", ")
}

/// Variables that are set, with their values.
fn variables(names: &[&str]) -> String {
    let set: Vec<String> = names
        .iter()
        .filter_map(|name| {
            let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
            Some(format!(
                "{name}={}",
                value.chars().take(VALUE_CHARS).collect::<String>()
            ))
        })
        .collect();
    if set.is_empty() {
        "nothing set".to_owned()
    } else {
        set.join(" ")
    }
}

fn webview(drawing: &Drawing) -> String {
    let version = tauri::webview_version().unwrap_or_else(|_| "of an unknown version".to_owned());
    #[cfg(target_os = "linux")]
    {
        // A user's own choice goes before ours, and is the first thing to ask about.
        let mut chosen: Vec<String> = std::env::vars_os()
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .filter(|name| {
                name.starts_with("WEBKIT_") || name.starts_with("GSK_") || name.starts_with("__NV_")
            })
            .collect();
        chosen.sort();
        format!(
            "WebKitGTK {version}, GTK {}.{}.{}, {}, set: {}",
            gtk::major_version(),
            gtk::minor_version(),
            gtk::micro_version(),
            if drawing.fallback {
                "drawn the safe way, for the last window never painted"
            } else if drawing.on_processor {
                "drawn on the processor"
            } else {
                "drawn as WebKit chooses"
            },
            list(chosen),
        )
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = drawing;
        version
    }
}

fn interface(settings: &Settings, language: Language) -> String {
    let chosen = match settings.language {
        LanguageChoice::System => "as the system",
        LanguageChoice::English | LanguageChoice::Chinese => "chosen",
    };
    format!(
        "language {language:?} ({chosen}), theme {:?}, zoom {} %, reading {:?} {} px, pace {:?}, notifications {}",
        settings.theme,
        settings.zoom,
        settings.face,
        settings.face_px,
        settings.pace,
        on(settings.notifications)
    )
}

fn network(settings: &Settings) -> String {
    let proxy = match settings.proxy {
        Proxy::System => "the system's",
        Proxy::None => "none",
        Proxy::Through { .. } => "one that is set",
    };
    let own = if settings.ca_file.is_empty() {
        "none of its own"
    } else {
        "a file that is set"
    };
    format!("proxy {proxy}, authorities {own}")
}

fn limits(settings: &Settings) -> String {
    let bounds = settings.bounds;
    format!(
        "line {} MiB, event {} MiB, wire {} MiB; recording {}, a tape {} MiB, all {} MiB, free {} MiB",
        bounds.line_mib,
        bounds.event_mib,
        bounds.wire_mib,
        on(settings.record),
        settings.session_mib,
        settings.unsaved_mib,
        settings.free_mib
    )
}

fn sessions(app: &App) -> String {
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    let mut replays = 0;
    for session in app.engine.sessions() {
        if session.is_replay() {
            replays += 1;
        } else {
            *states
                .entry(format!("{:?}", session.state()).to_lowercase())
                .or_default() += 1;
        }
    }
    let mut parts: Vec<String> = states
        .into_iter()
        .map(|(state, n)| format!("{n} {state}"))
        .collect();
    if replays > 0 {
        parts.push(format!("{replays} replayed"));
    }
    format!("{}; {} MiB in memory", list(parts), app.engine.memory() >> 20)
}

async fn tapes(app: &Arc<App>) -> String {
    let Some(deck) = app.deck.clone() else {
        return "off".to_owned();
    };
    if !deck.is_listed() {
        return "still being looked at".to_owned();
    }
    let looked = tauri::async_runtime::spawn_blocking(move || {
        let list = deck.list(|_| None);
        let damaged = list.tapes.iter().filter(|tape| tape.failure.is_some()).count();
        let free = deck
            .free()
            .map_or_else(|| "unknown".to_owned(), |free| format!("{} MiB", free >> 20));
        format!(
            "{} of {} MiB, {damaged} cannot be read; free on the disk: {free}",
            list.tapes.len(),
            list.bytes >> 20
        )
    });
    looked.await.unwrap_or_else(|_| "cannot be listed".to_owned())
}

const fn on(set: bool) -> &'static str {
    if set { "on" } else { "off" }
}

#[cfg(test)]
mod tests;
