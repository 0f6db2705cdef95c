//! Actions: what a stream does when an event matches. Read once, asked of events in three places: when one arrives
//! (notify, bookmark, stop: live only), when one is shown or its numbers are looked for (colour, hidden), and by the
//! views' thread (counts).
//!
//! A stream has at most [`ACTIONS`], so a set of them is the bits of one number. A session without actions pays one
//! relaxed load for each event.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::RwLock;

use crate::contract::{ACTIONS, Action, Code, Colour, Failure};
use crate::log::{Entry, Seen, SeenEvent};
use crate::view::path::Document;
use crate::view::query::{QUERY_BYTES, Query};

pub mod alerts;
pub(crate) mod tally;
pub(crate) mod trial;
pub(crate) mod unhidden;

/// Some of a stream's actions: bit `n` is the one at place `n`.
type Set = u32;

const _: () = assert!(ACTIONS <= Set::BITS as usize);

/// A stream's actions, read.
#[derive(Debug, Default)]
pub struct Actions {
    all: Vec<One>,
    /// Those that are done when an event arrives.
    arrival: Set,
    hiding: Set,
    colouring: Set,
    /// Those that read data as JSON.
    paths: Set,
}

#[derive(Debug)]
struct One {
    action: Action,
    /// None for an action that is off, or cannot be read.
    query: Option<Query>,
    /// Events that it could not bookmark, for there are too many marks.
    unmarked: AtomicU64,
}

/// What is to be done for an event that has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects<'a> {
    /// Told on the desktop, by the first action that does so: one event is one notice.
    pub notify: Option<&'a Action>,
    /// Bookmarked, by the first action that does so.
    pub bookmark: Option<&'a Action>,
    /// The session stops, by the first action that does so.
    pub stop: Option<&'a Action>,
}

impl Actions {
    /// Reads actions.
    ///
    /// # Errors
    /// [`Code::Limit`] with `what` = `actions` for more than [`ACTIONS`]; those of [`Query::parse`], with `action` = the
    /// id of the one that cannot be read.
    pub fn read(actions: &[Action]) -> Result<Self, Failure> {
        if actions.len() > ACTIONS {
            return Err(Failure::new(
                Code::Limit,
                format!("a stream can have no more than {ACTIONS} actions"),
            )
            .with("what", "actions")
            .with("bound", ACTIONS));
        }
        let mut read = Self::default();
        for action in actions {
            let query = query(action).map_err(|failure| failure.with("action", &action.id))?;
            read.push(action, Some(query));
        }
        Ok(read)
    }

    /// Reads actions that were stored, by anyone: those that cannot be read find nothing, and those over [`ACTIONS`]
    /// are left out.
    pub fn of_stored(actions: &[Action]) -> Self {
        let mut read = Self::default();
        for action in actions.iter().take(ACTIONS) {
            read.push(action, query(action).ok());
        }
        read
    }

    fn push(&mut self, action: &Action, query: Option<Query>) {
        let query = query.filter(|_| !action.off);
        if let Some(query) = &query {
            let bit = 1 << self.all.len();
            let put = |set: &mut Set, is: bool| *set |= if is { bit } else { 0 };
            put(&mut self.arrival, action.notify || action.bookmark || action.stop);
            put(&mut self.hiding, action.hide);
            put(&mut self.colouring, action.highlight.is_some());
            put(&mut self.paths, query.is_path());
        }
        self.all.push(One {
            action: action.clone(),
            query,
            unmarked: AtomicU64::new(0),
        });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Their ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|one| one.action.id.as_str())
    }

    /// Whether any hides events.
    pub const fn hide(&self) -> bool {
        self.hiding != 0
    }

    /// Whether any changes how events are shown.
    pub const fn show(&self) -> bool {
        self.hiding | self.colouring != 0
    }

    /// Whether these hide the same events as others.
    pub fn hide_as(&self, others: &Self) -> bool {
        let asked = |actions: &'_ Self| -> Vec<(String, String)> {
            let all = actions.all.iter().enumerate();
            all.filter(|(n, _)| actions.hiding & (1 << n) != 0)
                .map(|(_, one)| (one.action.event_type.clone(), one.action.query.clone()))
                .collect()
        };
        asked(self) == asked(others)
    }

    /// Whether these match the same events as others, each in its place.
    pub fn find_as(&self, others: &Self) -> bool {
        self.all.len() == others.all.len()
            && self.all.iter().zip(&others.all).all(|(one, other)| {
                one.query.is_some() == other.query.is_some()
                    && one.action.event_type == other.action.event_type
                    && one.action.query == other.action.query
            })
    }

    /// Counts an event that one of these could not bookmark.
    pub fn miss_mark(&self, action: &Action) {
        if let Some(one) = self.all.iter().find(|one| one.action.id == action.id) {
            one.unmarked.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Events that each could not bookmark, in their order.
    pub fn unmarked(&self) -> impl Iterator<Item = u64> {
        self.all.iter().map(|one| one.unmarked.load(Ordering::Relaxed))
    }

    /// Goes on counting where others of the same ids were.
    fn count_on(&self, before: &Self) {
        for one in &self.all {
            let mut others = before.all.iter();
            if let Some(other) = others.find(|other| other.action.id == one.action.id) {
                one.unmarked
                    .store(other.unmarked.load(Ordering::Relaxed), Ordering::Relaxed);
            }
        }
    }

    /// Which of all match an event.
    pub fn matching(&self, event: &SeenEvent<'_>) -> Set {
        self.among(event, Set::MAX)
    }

    /// Whether an event is hidden.
    pub fn is_hidden(&self, event: &SeenEvent<'_>) -> bool {
        self.first(event, self.hiding).is_some()
    }

    /// Whether an entry is an event that is hidden.
    pub fn hides(&self, entry: &Entry) -> bool {
        self.hide() && Seen::of(entry).event.is_some_and(|event| self.is_hidden(&event))
    }

    /// The colour that the first action to match gives an event.
    pub fn colour(&self, event: &SeenEvent<'_>) -> Option<Colour> {
        self.first(event, self.colouring)?.highlight
    }

    /// The same of an entry, which may be no event.
    pub fn colour_of(&self, entry: &Entry) -> Option<Colour> {
        if self.colouring == 0 {
            return None;
        }
        self.colour(&Seen::of(entry).event?)
    }

    /// What is to be done for an event that has arrived.
    pub fn effects(&self, event: &SeenEvent<'_>) -> Effects<'_> {
        let matched = self.among(event, self.arrival);
        let first = |does: fn(&Action) -> bool| {
            let mut matching = self.all.iter().enumerate();
            matching
                .find(|(n, one)| matched & (1 << n) != 0 && does(&one.action))
                .map(|(_, one)| &one.action)
        };
        if matched == 0 {
            return Effects::default();
        }
        Effects {
            notify: first(|action| action.notify),
            bookmark: first(|action| action.bookmark),
            stop: first(|action| action.stop),
        }
    }

    fn among(&self, event: &SeenEvent<'_>, set: Set) -> Set {
        let document = Document::new(event.data);
        let mut matched = 0;
        for (n, one) in self.all.iter().enumerate() {
            if set & (1 << n) != 0 && self.does_match(one, event, &document, set) {
                matched |= 1 << n;
            }
        }
        matched
    }

    fn first(&self, event: &SeenEvent<'_>, set: Set) -> Option<&Action> {
        if set == 0 {
            return None;
        }
        let document = Document::new(event.data);
        let mut all = self.all.iter().enumerate();
        all.find(|(n, one)| set & (1 << n) != 0 && self.does_match(one, event, &document, set))
            .map(|(_, one)| &one.action)
    }

    fn does_match(&self, one: &One, event: &SeenEvent<'_>, document: &Document<'_>, set: Set) -> bool {
        let Some(query) = &one.query else { return false };
        if !one.action.event_type.is_empty() && one.action.event_type != event.event_type {
            return false;
        }
        // A single path finds its member without building the document.
        if (self.paths & set).count_ones() > 1 {
            query.matches_in(event, document)
        } else {
            query.matches(event)
        }
    }
}

fn query(action: &Action) -> Result<Query, Failure> {
    if action.event_type.len() > QUERY_BYTES {
        return Err(Failure::new(
            Code::Limit,
            format!("a type can be no longer than {QUERY_BYTES} bytes"),
        )
        .with("what", "query")
        .with("bound", QUERY_BYTES));
    }
    Query::parse(&action.query)
}

/// The actions of one session as they are now: all that ask them share this.
#[derive(Debug, Default)]
pub struct Armed {
    actions: RwLock<Arc<Actions>>,
    /// Whether any is done when an event arrives.
    arrival: AtomicBool,
    /// Grows when other events are hidden.
    hiding: AtomicU64,
    /// Grows when other events match.
    finding: AtomicU64,
}

impl Armed {
    /// Those of a session that begins.
    pub fn new(actions: Actions) -> Self {
        let armed = Self::default();
        armed.set(actions);
        armed
    }

    /// Those of now.
    pub fn now(&self) -> Arc<Actions> {
        Arc::clone(&self.actions.read())
    }

    /// Those of now, if any is done when an event arrives.
    pub fn at_arrival(&self) -> Option<Arc<Actions>> {
        self.arrival.load(Ordering::Relaxed).then(|| self.now())
    }

    /// Others from now on; says whether they hide other events.
    pub fn set(&self, actions: Actions) -> bool {
        let mut held = self.actions.write();
        let (hide_others, find_others) = (!actions.hide_as(&held), !actions.find_as(&held));
        actions.count_on(&held);
        self.arrival.store(actions.arrival != 0, Ordering::Relaxed);
        *held = Arc::new(actions);
        self.hiding.fetch_add(hide_others.into(), Ordering::Release);
        self.finding.fetch_add(find_others.into(), Ordering::Release);
        hide_others
    }

    /// Those of now, with a number that grows when other events are hidden.
    pub fn hiding(&self) -> (u64, Arc<Actions>) {
        let held = self.actions.read();
        (self.hiding.load(Ordering::Acquire), Arc::clone(&held))
    }

    /// Those of now, with a number that grows when other events match.
    pub fn finding(&self) -> (u64, Arc<Actions>) {
        let held = self.actions.read();
        (self.finding.load(Ordering::Acquire), Arc::clone(&held))
    }
}

#[cfg(test)]
mod tests;
