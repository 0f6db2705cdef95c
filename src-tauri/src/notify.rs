//! Notifications on the desktop: what actions tell of while no window of the app is in front. The first of a stream
//! comes at once; what follows within [`REST`] is counted and told as one. A click shows the event.
//!
//! `bus` is the desktop where it is asked over D-Bus, `plain` elsewhere: there a notification cannot be clicked.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tapewriter_engine::actions::alerts::{Alert, Alerts};
use tapewriter_engine::contract::{Language, Reveal};
use tauri::{AppHandle, Manager};
use tokio::time::Instant;

use crate::{App, window};

#[cfg(target_os = "linux")]
mod bus;
mod names;
#[cfg(not(target_os = "linux"))]
mod plain;

#[cfg(target_os = "linux")]
use bus::Desktop;
#[cfg(not(target_os = "linux"))]
use plain::Desktop;

/// Between two notifications of one stream: fewer than a person would switch off.
const REST: Duration = Duration::from_secs(5);
/// Between two looks at what is told: in a flood of thousands a second the engine counts what is left out.
const PACE: Duration = Duration::from_millis(100);
/// Characters of a stream's or an action's name.
const NAME_CHARS: usize = 80;

/// What notifications must know of the app.
pub trait Around: Send + Sync + 'static {
    /// Whether the user wants to be told: not while a window of the app is before them, or where they have switched it
    /// off.
    fn wants_to_be_told(&self) -> bool;
    /// Which language the interface speaks now.
    fn language(&self) -> Language;
    /// What the stream of a session is called.
    fn stream_name(&self, session: u32) -> String;
    /// Brings the app to the front, at an event.
    fn reveal(&self, reveal: Reveal);
}

/// A notification, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Words {
    summary: String,
    body: String,
    /// What a click on it does.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "nothing is clicked elsewhere")
    )]
    open: &'static str,
}

/// Shows what actions tell of, until the app ends.
pub async fn run(alerts: Arc<Alerts>, around: impl Around) {
    serve(&alerts, &around, Desktop::default()).await;
}

async fn serve(alerts: &Alerts, around: &impl Around, mut desktop: Desktop) {
    let mut bursts = Bursts::default();
    loop {
        let due = bursts.due();
        let later = async {
            match due {
                Some(due) => tokio::time::sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        let (mut shows, mut told) = (Vec::new(), false);
        tokio::select! {
            taken = alerts.taken() => {
                told = true;
                // What the user sees happen, or does not want to hear of, is not told later, nor counted for it.
                if around.wants_to_be_told() {
                    let mut dropped = taken.dropped;
                    for alert in taken.alerts {
                        shows.extend(bursts.add(alert, std::mem::take(&mut dropped), Instant::now()));
                    }
                }
            }
            () = later => {
                let waited = bursts.take(Instant::now());
                if around.wants_to_be_told() {
                    shows = waited;
                }
            }
            reveal = desktop.clicked() => around.reveal(reveal),
        }
        for show in shows {
            let words = words(&show, &around.stream_name(show.alert.session), around.language());
            let reveal = Reveal {
                session: show.alert.session,
                pos: show.alert.pos,
            };
            desktop.show(&words, reveal).await;
        }
        if told {
            tokio::time::sleep(PACE).await;
        }
    }
}

/// What is shown as one notification.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Show {
    /// The event, or the newest of several.
    alert: Alert,
    /// How many; 1 for the event alone.
    count: u64,
    /// Whether they are all of one action.
    alike: bool,
}

/// Which streams have been told of lately, and what waits. No more streams than there are sessions.
#[derive(Default)]
struct Bursts {
    streams: HashMap<String, Burst>,
}

struct Burst {
    shown: Instant,
    waiting: Option<Show>,
}

impl Bursts {
    /// Something is told of; shown at once where its stream was quiet. `dropped` others went before it.
    fn add(&mut self, alert: Alert, dropped: u64, now: Instant) -> Option<Show> {
        self.streams
            .retain(|_, burst| burst.waiting.is_some() || now.duration_since(burst.shown) < REST);
        let show = Show {
            alert,
            count: 1 + dropped,
            alike: dropped == 0,
        };
        let Some(burst) = self.streams.get_mut(&show.alert.stream) else {
            let burst = Burst {
                shown: now,
                waiting: None,
            };
            self.streams.insert(show.alert.stream.clone(), burst);
            return Some(show);
        };
        burst.waiting = Some(match burst.waiting.take() {
            Some(before) => Show {
                count: before.count + show.count,
                alike: before.alike && show.alike && before.alert.action == show.alert.action,
                ..show
            },
            None => show,
        });
        None
    }

    /// When something that waits is due.
    fn due(&self) -> Option<Instant> {
        self.streams
            .values()
            .filter(|burst| burst.waiting.is_some())
            .map(|burst| burst.shown + REST)
            .min()
    }

    /// What is due.
    fn take(&mut self, now: Instant) -> Vec<Show> {
        let mut due = Vec::new();
        for burst in self.streams.values_mut() {
            if now.duration_since(burst.shown) >= REST
                && let Some(show) = burst.waiting.take()
            {
                burst.shown = now;
                due.push(show);
            }
        }
        due
    }
}

/// A notification's words.
fn words(show: &Show, stream: &str, language: Language) -> Words {
    let alert = &show.alert;
    let stream = line(stream);
    let name = line(&alert.name);
    let body = if show.count > 1 {
        // Of several actions, what they have in common is the stream.
        let of = if show.alike { name.as_str() } else { "" };
        let count = show.count;
        let more = match (language, of) {
            (Language::English, "") => format!("{count} more events"),
            (Language::English, of) => format!("{count} more of {of}"),
            (Language::Chinese, "") => format!("又有 {count} 个事件"),
            (Language::Chinese, of) => format!("“{of}”又有 {count} 条"),
        };
        if alert.text.is_empty() {
            more
        } else {
            format!("{more}\n{}", alert.text)
        }
    } else if name.is_empty() {
        alert.text.clone()
    } else if alert.text.is_empty() {
        name
    } else {
        match language {
            Language::English => format!("{name}: {}", alert.text),
            Language::Chinese => format!("{name}：{}", alert.text),
        }
    };
    Words {
        summary: if stream.is_empty() {
            "Tapewriter".to_owned()
        } else {
            stream
        },
        body,
        open: match language {
            Language::English => "Open",
            Language::Chinese => "打开",
        },
    }
}

/// A name in one line, without what a terminal or a daemon could take for more than text.
fn line(name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(NAME_CHARS).collect::<String>().trim().to_owned()
}

impl Around for AppHandle {
    fn wants_to_be_told(&self) -> bool {
        let set = self.state::<Arc<App>>().settings.lock().notifications;
        let mut windows = self.webview_windows().into_values();
        set && !windows.any(|window| window.is_focused().unwrap_or(false))
    }

    fn language(&self) -> Language {
        self.state::<Arc<App>>().language()
    }

    fn stream_name(&self, session: u32) -> String {
        let state = self.state::<Arc<App>>();
        let session = state.engine.session(session);
        session.map_or_else(String::new, |session| {
            names::of(session.stream(), state.language())
        })
    }

    fn reveal(&self, reveal: Reveal) {
        let Some(main) = self.get_webview_window(window::LABEL) else {
            return;
        };
        // One of these may be beyond a window system; the page turns to the event all the same.
        let _ = main.unminimize();
        let _ = main.show();
        let _ = main.set_focus();
        let state = self.state::<Arc<App>>();
        if state.engine.session(reveal.session).is_some() {
            state.pumps.reveal(window::LABEL, reveal);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
