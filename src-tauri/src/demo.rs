//! The demo server within the app, and its streams as the sidebar lists them.

use std::time::Duration;

use parking_lot::Mutex;
use tapewriter_demo::{PORT, Scenario};
use tapewriter_engine::contract::{
    BodyKind, Demo, Language, OnEnd, SceneKind, SeriesKey, SeriesRule, Stream, TextRule,
};
use tapewriter_engine::say;
use tauri::async_runtime::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running demo server.
pub struct DemoServer {
    origin: String,
    shutdown: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl DemoServer {
    /// Listens at the usual port, or any free one if that is taken.
    pub async fn start() -> std::io::Result<Self> {
        let listener = tapewriter_demo::bind(Some(PORT), false).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let shutdown = CancellationToken::new();
        let token = shutdown.clone();
        let task = tauri::async_runtime::spawn(async move {
            if let Err(error) = tapewriter_demo::run(listener, token).await {
                say!("the demo server stopped: {error}");
            }
        });
        Ok(Self {
            origin,
            shutdown,
            task: Mutex::new(Some(task)),
        })
    }

    /// `http://127.0.0.1:4737`, without a slash.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Ends all its streams and waits for that, at most `limit`.
    pub async fn stop(&self, limit: Duration) {
        self.shutdown.cancel();
        let task = self.task.lock().take();
        if let Some(task) = task {
            // Past the limit the process ends, and its sockets with it.
            let _ = tokio::time::timeout(limit, task).await;
        }
    }
}

/// The demo streams, in the sidebar's order, with a first question in the interface's language.
pub fn catalog(language: Language) -> Vec<Demo> {
    let of = |scenario| demo(scenario, language);
    tapewriter_demo::catalog().into_iter().map(of).collect()
}

/// The four lines of the monitor that tell its story; the others are found and can be added.
fn monitor_lines() -> Vec<SeriesRule> {
    let line = |event_type: &str, path: &str, unit: &str, above| SeriesRule {
        key: SeriesKey {
            event_type: event_type.to_owned(),
            path: path.to_owned(),
        },
        unit: unit.to_owned(),
        above,
        below: None,
        hysteresis: above.map_or(0.0, |_| 0.05),
    };
    vec![
        line("cpu", "$.load", "%", None),
        line("memory", "$.used", "%", None),
        line("price", "$.last", "", Some(104.0)),
        line("cpu", "$.errors", "", None),
    ]
}

fn demo(scenario: Scenario, language: Language) -> Demo {
    let url = format!("demo:{}", scenario.path);
    let mut stream = Stream {
        id: url.clone(),
        url,
        scene: match scenario.scene {
            "chart" => SceneKind::Chart,
            "chat" => SceneKind::Chat,
            "feed" => SceneKind::Feed,
            _ => SceneKind::Typewriter,
        },
        prompt: scenario.prompt[usize::from(language == Language::Chinese)].to_owned(),
        text_rule: if scenario.joined {
            TextRule::Joined
        } else {
            TextRule::Lines
        },
        on_end: if scenario.stop_on_end {
            OnEnd::Stop
        } else {
            OnEnd::Reconnect
        },
        ..Stream::default()
    };
    if let Some(body) = scenario.body {
        "POST".clone_into(&mut stream.method);
        stream.body = Some(body.to_owned());
        stream.body_kind = BodyKind::Json;
        stream.text_rule = TextRule::Auto;
    }
    if scenario.key == "monitor" {
        stream.scenes.chart.series = monitor_lines();
    }
    scenario.send.clone_into(&mut stream.scenes.chat.send_url);
    Demo {
        key: scenario.key.to_owned(),
        stream,
    }
}
