//! What the scenes read into a session's entries: chat, feed and chart. They read the log of the session, which ends at
//! the playhead where it is a replay, and the whole of it where an answer needs what lies past that.

use std::sync::Arc;

use parking_lot::RwLock;

use crate::contract::{Action, ChatPage, FeedPage, Scenes, SeriesPage, SeriesQuery};
use crate::view::SharedLog;

mod chat;
mod feed;
mod series;

/// The scenes of one session.
pub struct Projections {
    /// The entries, up to the playhead.
    log: SharedLog,
    /// All entries that can be read.
    whole: SharedLog,
    rules: RwLock<Arc<Rules>>,
}

/// How a session's events are read now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// By the scenes.
    pub scenes: Scenes,
    /// What is done when one matches.
    pub actions: Vec<Action>,
}

impl Projections {
    /// Those of a session; nothing is read before somebody asks.
    pub fn new(log: SharedLog, whole: SharedLog, rules: Rules) -> Self {
        Self {
            log,
            whole,
            rules: RwLock::new(Arc::new(rules)),
        }
    }

    /// How events are read now.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read())
    }

    /// Reads events in another way from now on, all that came included.
    pub fn set_rules(&self, rules: Rules) {
        *self.rules.write() = Arc::new(rules);
    }

    /// At most `len` (and at most [`crate::contract::SCENE_ROWS`]) rows of chat from row `from` on, or the newest.
    pub fn chat(&self, from: Option<u64>, len: u64) -> ChatPage {
        chat::page(&*self.log, &self.rules().scenes.chat, from, len)
    }

    /// At most `len` (and at most [`crate::contract::SCENE_ROWS`]) cards from row `from` on, or the newest.
    pub fn feed(&self, from: Option<u64>, len: u64) -> FeedPage {
        feed::page(&*self.log, &self.rules().scenes.feed, from, len)
    }

    /// Lines of numbers.
    pub fn series(&self, query: &SeriesQuery) -> SeriesPage {
        series::page(&*self.log, &*self.whole, &self.rules().scenes.chart, query)
    }
}
