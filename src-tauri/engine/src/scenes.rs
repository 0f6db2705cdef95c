//! What the scenes read into a session's entries: chat, feed and chart. They read the log of the session, which ends at
//! the playhead where it is a replay, and the whole of it where an answer needs what lies past that.

use std::sync::Arc;

use parking_lot::RwLock;

use crate::contract::{Action, ChatPage, FeedPage, Scenes, SeriesPage, SeriesQuery};
use crate::view::SharedLog;
use series::{Breaks, Series};

mod chat;
mod feed;
pub(crate) mod series;

/// The scenes of one session.
pub struct Projections {
    /// The entries, up to the playhead.
    log: SharedLog,
    rules: RwLock<Arc<Rules>>,
    breaks: Breaks,
    series: Series,
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
    /// Those of a session; nothing is read before somebody asks. `log` ends at the playhead, `whole` holds all entries that
    /// can be read.
    pub fn new(log: SharedLog, whole: SharedLog, rules: Rules) -> Self {
        Self {
            series: Series::new(whole),
            breaks: Arc::new(|_, _| Vec::new()),
            log,
            rules: RwLock::new(Arc::new(rules)),
        }
    }

    /// With the breaks of the line between two times, which lines of numbers are shown with.
    pub(crate) fn with_breaks(self, breaks: Breaks) -> Self {
        Self { breaks, ..self }
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

    /// Lines of numbers: what is known of them now, up to the playhead. The first call begins a search through all
    /// entries on a thread of its own; an answer waits for it for 8 ms at the most, and reads entries again for 20 ms.
    ///
    /// There is one [`SeriesPage::series`] for each line that is meant, without values where none has come. Times in the
    /// query are both included; [`SeriesQuery::points`] of 0 asks for figures alone.
    pub fn series(&self, query: &SeriesQuery) -> SeriesPage {
        let rules = self.rules();
        self.series
            .page(&*self.log, &rules.scenes.chart, &self.breaks, query)
    }
}
