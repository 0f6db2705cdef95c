//! What the scenes read into a session's entries: chat, feed and chart. They read the log of the session, which ends at
//! the playhead where it is a replay, and the whole of it where an answer needs what lies past that.
//!
//! Chat and feed hold bitmaps of which events are their rows, filled by the views' thread from the first ask on. Where
//! the parts stand in the data is found once, by the first events of the whole ([`fields`]); what a row says is read
//! from its entry for each page.

use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use crate::actions::Armed;
use crate::actions::tally::Tally;
use crate::contract::{
    Action, ActionState, ChatPage, Code, Failure, FeedPage, SCENE_ROWS, Scenes, SeriesPage, SeriesQuery,
};
use crate::view::own::{Kind, Rows};
use crate::view::query::Query;
use crate::view::{Compiled, SharedLog, Views};
use fields::{ChatFields, FeedFields, Sample};

pub(crate) mod chat;
pub(crate) mod feed;
pub(crate) mod fields;
mod kind;
pub(crate) mod series;
mod time;

pub(crate) use fields::gist;
use series::{Breaks, Series};

/// The scenes of one session.
pub struct Projections {
    /// The entries, up to the playhead.
    log: SharedLog,
    rules: RwLock<Arc<Rules>>,
    /// All entries that can be read.
    whole: SharedLog,
    breaks: Breaks,
    series: Series,
    /// Where the bitmaps are.
    views: Arc<Views>,
    actions: Arc<Armed>,
    /// The moment that is shown: now, or the playhead's.
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    chat: Mutex<Reading<ChatFields>>,
    feed: Mutex<Reading<feed::Reading>>,
    tally: Mutex<Option<(u64, Arc<Tally>)>>,
}

/// How events are read now, as far as it has been found.
struct Reading<T> {
    fields: Option<Arc<T>>,
    /// Of the actions that hide.
    armed: u64,
    looked: Look,
    /// Grows when something else is a row.
    version: u64,
}

/// When the first events were looked at.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Look {
    /// Not since the rule is this one.
    #[default]
    Never,
    /// When the log ended there; more may tell more.
    At(u64),
    /// All of them.
    Settled,
}

impl<T> Default for Reading<T> {
    fn default() -> Self {
        Self {
            fields: None,
            armed: 0,
            looked: Look::Never,
            version: 0,
        }
    }
}

/// How a session's events are read now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// By the scenes.
    pub scenes: Scenes,
    /// What is done when one matches.
    pub actions: Vec<Action>,
}

/// Reads the paths and queries of rules.
///
/// # Errors
/// [`Code::Filter`] with `what` = `path`, or as [`Query::parse`], and `field` = the name of the rule's field.
pub fn check(scenes: &Scenes) -> Result<(), Failure> {
    let (chat, feed) = (&scenes.chat, &scenes.feed);
    for (field, path) in [
        ("chat.sender", &chat.sender),
        ("chat.text", &chat.text),
        ("chat.time", &chat.time),
        ("chat.id", &chat.id),
        ("feed.title", &feed.title),
        ("feed.summary", &feed.summary),
        ("feed.source", &feed.source),
        ("feed.time", &feed.time),
        ("feed.link", &feed.link),
    ] {
        if !path.trim().is_empty() {
            crate::view::path::of_rule(path).map_err(|failure| failure.with("field", field))?;
        }
    }
    Query::parse(&feed.breaking).map_err(|failure| failure.with("field", "feed.breaking"))?;
    for (field, length, most) in [
        ("chat.me", chat.me.len(), RULE_BYTES),
        ("chat.send_url", chat.send_url.len(), RULE_BYTES),
        ("chat.send_body", chat.send_body.len(), BODY_BYTES),
    ] {
        if length > most {
            return Err(
                Failure::new(Code::Limit, format!("{field} can be no longer than {most} bytes"))
                    .with("what", "rule")
                    .with("field", field)
                    .with("bound", most),
            );
        }
    }
    Ok(())
}

/// Bytes of a name or an address in a rule.
const RULE_BYTES: usize = 8 << 10;
/// Bytes of the body of a message.
const BODY_BYTES: usize = 256 << 10;

impl Projections {
    /// Those of a session; nothing is read before somebody asks. `log` ends at the playhead, `whole` holds all entries that
    /// can be read.
    pub fn new(log: SharedLog, whole: SharedLog, rules: Rules) -> Self {
        Self {
            series: Series::new(Arc::clone(&whole), Arc::default()),
            breaks: Arc::new(|_, _| Vec::new()),
            whole,
            views: Arc::new(Views::new(Arc::clone(&log), Arc::default(), Arc::new(|| ()))),
            log,
            rules: RwLock::new(Arc::new(rules)),
            actions: Arc::default(),
            clock: Arc::new(crate::now_us),
            chat: Mutex::default(),
            feed: Mutex::default(),
            tally: Mutex::default(),
        }
    }

    /// The same with the session's views, its actions, and the moment that is shown.
    #[must_use]
    pub fn beside(
        self,
        views: &Arc<Views>,
        actions: &Arc<Armed>,
        clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    ) -> Self {
        Self {
            views: Arc::clone(views),
            actions: Arc::clone(actions),
            series: Series::new(Arc::clone(&self.whole), Arc::clone(actions)),
            clock,
            ..self
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
        let before = std::mem::replace(&mut *self.rules.write(), Arc::new(rules.clone()));
        if before.scenes.chat != rules.scenes.chat {
            self.chat.lock().looked = Look::Never;
        }
        if before.scenes.feed != rules.scenes.feed {
            self.feed.lock().looked = Look::Never;
        }
    }

    /// At most `len` (and at most [`SCENE_ROWS`]) rows of chat from row `from` on, or the newest.
    pub fn chat(&self, from: Option<u64>, len: u64) -> ChatPage {
        let (armed, actions) = self.actions.hiding();
        let (fields, version) = self.chat.lock().now(
            &self.whole,
            armed,
            |sample| ChatFields::find(&self.rules().scenes.chat, sample),
            |a, b| a.rule.text == b.rule.text,
        );
        let (asked, hiding) = (Arc::clone(&fields), Arc::clone(&actions));
        self.views.keep(Kind::Chat, version, move || {
            Compiled::own(move |seen| {
                let event = seen.event.as_ref();
                event.is_some_and(|event| chat::is_row(event, &asked, &hiding))
            })
        });
        let Some(rows) = self.views.kept(Kind::Chat, from, len.min(SCENE_ROWS)) else {
            return ChatPage::default();
        };
        ChatPage {
            bubbles: self.read(&rows, chat::missing, |entry| {
                chat::bubble(entry, &fields, &actions, chat::CHARS)
            }),
            from: rows.from,
            gone: rows.state.gone,
            rows: rows.state.rows,
            typing: chat::typing(&*self.log, (self.clock)(), &fields, &actions),
            rule: fields.rule.clone(),
            done: rows.state.done,
        }
    }

    /// At most `len` (and at most [`SCENE_ROWS`]) cards from row `from` on, or the newest.
    pub fn feed(&self, from: Option<u64>, len: u64) -> FeedPage {
        let (armed, actions) = self.actions.hiding();
        let (reading, version) = self.feed.lock().now(
            &self.whole,
            armed,
            |sample| feed::Reading::new(FeedFields::find(&self.rules().scenes.feed, sample)),
            // What a card says does not make it one.
            |_, _| true,
        );
        let hiding = Arc::clone(&actions);
        self.views.keep(Kind::Feed, version, move || {
            let repeats = Mutex::new(feed::Repeats::default());
            Compiled::own(move |seen| {
                let event = seen.event.as_ref();
                event.is_some_and(|event| {
                    feed::is_card(event) && repeats.lock().is_new(event) && !hiding.is_hidden(event)
                })
            })
        });
        let Some(rows) = self.views.kept(Kind::Feed, from, len.min(SCENE_ROWS)) else {
            return FeedPage::default();
        };
        FeedPage {
            cards: self.read(&rows, feed::missing, |entry| {
                reading.card(entry, &actions, chat::CHARS)
            }),
            from: rows.from,
            gone: rows.state.gone,
            rows: rows.state.rows,
            rule: reading.fields.rule.clone(),
            done: rows.state.done,
        }
    }

    /// What the session's actions have found, in their order, up to the playhead. It is counted from the first ask on.
    pub fn found(&self) -> Vec<ActionState> {
        let (version, actions) = self.actions.finding();
        let mut held = self.tally.lock();
        if actions.is_empty() {
            if held.take().is_some() {
                self.views.let_go(Kind::Actions);
            }
            return Vec::new();
        }
        let tally = match &*held {
            Some((of, tally)) if *of == version => Arc::clone(tally),
            _ => {
                let tally = Arc::new(Tally::default());
                *held = Some((version, Arc::clone(&tally)));
                tally
            }
        };
        drop(held);
        let (counting, asked) = (Arc::clone(&tally), Arc::clone(&actions));
        self.views.keep(Kind::Actions, version, move || {
            Compiled::own(move |seen| counting.see(&asked, seen))
        });
        tally.states(&actions, self.views.span())
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

    /// The rows of a page. Entries are read one by one, and each is let go once its row is made.
    fn read<T>(
        &self,
        rows: &Rows,
        missing: fn(u64) -> T,
        row: impl Fn(&crate::log::Entry) -> Option<T>,
    ) -> Vec<T> {
        let read = |pos: &u64| {
            let entry = self.log.get(*pos);
            entry
                .and_then(|entry| row(&entry))
                .unwrap_or_else(|| missing(*pos))
        };
        rows.chosen.iter().map(read).collect()
    }
}

impl<T> Reading<T> {
    /// How events are read, found anew as long as the first of them are still coming; and the version of what is a row,
    /// which is the same while `same` says so.
    fn now(
        &mut self,
        whole: &SharedLog,
        armed: u64,
        find: impl FnOnce(&Sample) -> T,
        same: impl FnOnce(&T, &T) -> bool,
    ) -> (Arc<T>, u64) {
        if self.armed != armed {
            self.armed = armed;
            self.version += 1;
        }
        let end = whole.span().end;
        if let Some(fields) = &self.fields
            && (self.looked == Look::Settled || self.looked == Look::At(end))
        {
            return (Arc::clone(fields), self.version);
        }
        let sample = Sample::of(&**whole);
        let found = Arc::new(find(&sample));
        self.looked = if sample.settled {
            Look::Settled
        } else {
            Look::At(end)
        };
        if self.fields.as_ref().is_none_or(|known| !same(known, &found)) {
            self.version += 1;
        }
        self.fields = Some(Arc::clone(&found));
        (found, self.version)
    }
}

#[cfg(test)]
mod tests;
