//! The desktop as freedesktop.org's notifications ask it, over the session's bus
//! (Desktop Notifications Specification 1.3). One connection for all; the clicks on what was shown come back over it.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use futures_util::StreamExt;
use tapewriter_engine::contract::Reveal;
use tapewriter_engine::say;
use zbus::proxy::SignalStream;
use zbus::zvariant::Value;
use zbus::{Connection, Proxy};

use super::Words;

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// The action of a click on the notification itself.
const DEFAULT: &str = "default";
/// Notifications that can still be clicked; a daemon keeps older ones in a list at the most.
const SHOWN: usize = 64;
/// A daemon that does not answer within this time is none.
const ANSWER: Duration = Duration::from_secs(3);

/// The desktop. Nothing is asked of it before there is something to show.
#[derive(Default)]
pub(super) struct Desktop {
    /// The bus; none for the session's own.
    address: Option<String>,
    line: Option<Line>,
    /// It was said that there is no daemon.
    said: bool,
}

/// A connection to the bus.
struct Line {
    proxy: Proxy<'static>,
    clicks: SignalStream<'static>,
    /// Whether the body is read as markup.
    markup: bool,
    shown: VecDeque<(u32, Reveal)>,
}

impl Desktop {
    /// The desktop on another bus.
    #[cfg(test)]
    pub(super) fn at(address: &str) -> Self {
        Self {
            address: Some(address.to_owned()),
            ..Self::default()
        }
    }

    /// Whether anything could be shown the last time.
    #[cfg(test)]
    pub(super) const fn has_failed(&self) -> bool {
        self.said
    }

    /// Shows a notification; where nobody takes it, that is said once.
    pub(super) async fn show(&mut self, words: &Words, reveal: Reveal) {
        if let Err(error) = self.try_show(words, reveal).await {
            // The next one tries anew: a daemon may come later.
            self.line = None;
            if !std::mem::replace(&mut self.said, true) {
                say!("notifications cannot be shown: {error}");
            }
        }
    }

    async fn try_show(&mut self, words: &Words, reveal: Reveal) -> zbus::Result<()> {
        let line = match self.line.take() {
            Some(line) => line,
            None => within(Line::open(self.address.as_deref())).await?,
        };
        let line = self.line.insert(line);
        let body = if line.markup {
            escaped(&words.body)
        } else {
            words.body.clone()
        };
        let hints: HashMap<&str, Value<'_>> = HashMap::from([("desktop-entry", Value::from("tapewriter"))]);
        let actions = [DEFAULT, words.open];
        let asked = (
            "Tapewriter",
            0_u32,
            "tapewriter",
            words.summary.as_str(),
            body.as_str(),
            actions.as_slice(),
            hints,
            -1_i32,
        );
        let id: u32 = within(line.proxy.call("Notify", &asked)).await?;
        line.shown.retain(|(shown, _)| *shown != id);
        if line.shown.len() == SHOWN {
            line.shown.pop_front();
        }
        line.shown.push_back((id, reveal));
        Ok(())
    }

    /// Waits for a click on something that was shown.
    pub(super) async fn clicked(&mut self) -> Reveal {
        loop {
            let Some(line) = &mut self.line else {
                return std::future::pending().await;
            };
            let Some(signal) = line.clicks.next().await else {
                // The bus is gone.
                self.line = None;
                continue;
            };
            let Ok((id, action)) = signal.body().deserialize::<(u32, String)>() else {
                continue;
            };
            if action != DEFAULT {
                continue;
            }
            // Other programs' notifications are signalled as well.
            if let Some(at) = line.shown.iter().position(|(shown, _)| *shown == id)
                && let Some((_, reveal)) = line.shown.remove(at)
            {
                return reveal;
            }
        }
    }
}

impl Line {
    async fn open(address: Option<&str>) -> zbus::Result<Self> {
        let builder = match address {
            Some(address) => zbus::connection::Builder::address(address)?,
            None => zbus::connection::Builder::session()?,
        };
        let connection: Connection = builder.build().await?;
        let proxy = Proxy::new(&connection, SERVICE, PATH, SERVICE).await?;
        // Before the first is shown, so that no click is missed.
        let clicks = proxy.receive_signal("ActionInvoked").await?;
        let can: Vec<String> = proxy.call("GetCapabilities", &()).await?;
        Ok(Self {
            markup: can.iter().any(|can| can == "body-markup"),
            proxy,
            clicks,
            shown: VecDeque::new(),
        })
    }
}

async fn within<T>(asked: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    let late = || zbus::Error::Failure("no answer".to_owned());
    tokio::time::timeout(ANSWER, asked)
        .await
        .unwrap_or_else(|_| Err(late()))
}

/// Text as markup that shows it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
