//! The demo server within the app, and its streams as the sidebar lists them.

use std::time::Duration;

use parking_lot::Mutex;
use tapewriter_demo::{PORT, Scenario};
use tapewriter_engine::contract::{BodyKind, Demo, OnEnd, SceneKind, Stream, TextRule};
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
                eprintln!("tapewriter: the demo server stopped: {error}");
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

/// The demo streams, in the sidebar's order.
pub fn catalog() -> Vec<Demo> {
    tapewriter_demo::catalog().into_iter().map(demo).collect()
}

fn demo(scenario: Scenario) -> Demo {
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
        prompt: scenario.prompt.to_owned(),
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
    scenario.send.clone_into(&mut stream.scenes.chat.send_url);
    Demo {
        key: scenario.key.to_owned(),
        stream,
    }
}
