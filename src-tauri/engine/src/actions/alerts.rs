//! What actions tell on the desktop, on its way out of the engine. The shell takes it; where nobody does, it is bounded
//! and the oldest go.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::contract::Action;
use crate::log::Entry;
use crate::redact::Redactor;
use crate::scenes::gist;

/// Alerts that wait to be taken: far more than anyone is told one by one.
pub const ALERTS: usize = 256;
/// Characters of an event that an alert carries.
pub const ALERT_CHARS: usize = 200;

/// An event that an action tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The session.
    pub session: u32,
    /// [`crate::contract::Stream::id`] of its stream.
    pub stream: String,
    /// [`Action::id`].
    pub action: String,
    /// [`Action::name`]; may be empty.
    pub name: String,
    /// The entry.
    pub pos: u64,
    /// What it says, in one line, at most [`ALERT_CHARS`] characters, without the secrets of its session.
    pub text: String,
    /// When it arrived.
    pub at_us: u64,
}

/// Alerts of all sessions, oldest first.
#[derive(Debug, Default)]
pub struct Alerts {
    inner: Mutex<Inner>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: VecDeque<Waiting>,
    dropped: u64,
}

/// What was taken at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// In order.
    pub alerts: Vec<Alert>,
    /// Alerts that went before these because nobody took them.
    pub dropped: u64,
}

impl Alerts {
    /// Puts one at the end; the oldest goes where there are [`ALERTS`].
    pub(crate) fn push(&self, alert: Waiting) {
        let mut inner = self.inner.lock();
        if inner.waiting.len() == ALERTS {
            inner.waiting.pop_front();
            inner.dropped += 1;
        }
        inner.waiting.push_back(alert);
        drop(inner);
        self.arrived.notify_one();
    }

    /// Waits for the next, and takes all that are there. For one reader.
    pub async fn taken(&self) -> Taken {
        loop {
            let arrived = self.arrived.notified();
            let (waiting, dropped) = {
                let mut inner = self.inner.lock();
                (
                    std::mem::take(&mut inner.waiting),
                    std::mem::take(&mut inner.dropped),
                )
            };
            if !waiting.is_empty() {
                return Taken {
                    alerts: waiting.into_iter().map(Waiting::told).collect(),
                    dropped,
                };
            }
            arrived.await;
        }
    }
}

/// Bytes of an event that wait with its alert: enough for what is told of it, and 4 MiB for all.
const KEPT_BYTES: usize = 16 << 10;

/// An alert whose words have not been read out of its event yet: in a flood most are counted and never read.
#[derive(Debug)]
pub(crate) struct Waiting {
    alert: Alert,
    data: Arc<str>,
    redactor: Arc<Redactor>,
}

impl Waiting {
    /// That of an entry that has arrived.
    pub(crate) fn new(
        (session, stream): (u32, &str),
        action: &Action,
        entry: &Entry,
        redactor: &Arc<Redactor>,
    ) -> Self {
        let data = crate::event_of(entry).map_or_else(Arc::default, |event| {
            if event.data.len() <= KEPT_BYTES {
                return Arc::clone(&event.data);
            }
            let end = (0..=KEPT_BYTES).rfind(|at| event.data.is_char_boundary(*at));
            event.data[..end.unwrap_or(0)].into()
        });
        Self {
            alert: Alert {
                session,
                stream: stream.to_owned(),
                action: action.id.clone(),
                name: action.name.clone(),
                pos: entry.pos,
                text: String::new(),
                at_us: entry.at_us,
            },
            data,
            redactor: Arc::clone(redactor),
        }
    }

    /// With its words.
    pub(crate) fn told(self) -> Alert {
        // Cut after the secrets are out: half of one would not be found.
        let text = self.redactor.text(&gist(&self.data, 16 * ALERT_CHARS));
        Alert {
            text: text.chars().take(ALERT_CHARS).collect(),
            ..self.alert
        }
    }
}
