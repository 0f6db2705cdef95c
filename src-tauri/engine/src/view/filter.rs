//! A filter that has been read: what an entry must be to be a row of its view.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::path::{BadPath, Path};
use super::query::{Query, bad};
use crate::actions::Actions;
use crate::contract::{Code, Failure, Filter};
use crate::log::Seen;

/// Values that a filter may name: many times what the window offers.
const VALUES: usize = 1_024;

/// A filter, ready to be asked of entries.
#[derive(Debug)]
pub struct Compiled {
    /// What was typed.
    pub query: Query,
    /// Only what is bookmarked; asked of the bookmarks, not of an entry.
    pub bookmarked: bool,
    /// Arrived at or after.
    pub from_us: Option<u64>,
    to_us: Option<u64>,
    facet: Option<Path>,
    values: HashSet<Box<str>>,
    /// Those whose hidden events are left out; none where nothing is.
    hiding: Option<Arc<Actions>>,
    /// What the program itself looks for, instead of all that.
    own: Option<Own>,
}

/// A question of the program's own. It is asked of each entry once, in order.
struct Own(Box<dyn Fn(&Seen<'_>) -> bool + Send + Sync>);

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Own")
    }
}

impl Compiled {
    /// Reads a filter where nothing is hidden. Its failures are those of [`Query::parse`].
    pub fn new(filter: &Filter) -> Result<Self, Failure> {
        Self::beside(filter, &Arc::default())
    }

    /// What the program itself looks for: `is` is asked of each entry once, in order.
    pub fn own(is: impl Fn(&Seen<'_>) -> bool + Send + Sync + 'static) -> Self {
        Self {
            query: Query::nothing(),
            bookmarked: false,
            from_us: None,
            to_us: None,
            facet: None,
            values: HashSet::new(),
            hiding: None,
            own: Some(Own(Box::new(is))),
        }
    }

    /// Reads a filter of a session that has actions, some of which may hide events.
    pub fn beside(filter: &Filter, actions: &Arc<Actions>) -> Result<Self, Failure> {
        if filter.values.len() > VALUES {
            return Err(Failure::new(
                Code::Limit,
                format!("a filter can name no more than {VALUES} values"),
            )
            .with("what", "values")
            .with("bound", VALUES));
        }
        Ok(Self {
            query: Query::parse(&filter.query)?,
            bookmarked: filter.bookmarked,
            from_us: filter.from_us,
            to_us: filter.to_us,
            facet: filter.facet.as_deref().map(facet).transpose()?,
            values: filter.values.iter().map(|value| value.as_str().into()).collect(),
            hiding: (filter.unhidden && actions.hide()).then(|| Arc::clone(actions)),
            own: None,
        })
    }

    /// Whether it asks for nothing, and so shows every entry.
    pub fn is_nothing(&self) -> bool {
        self.asks_nothing() && self.hiding.is_none() && self.own.is_none()
    }

    /// Whether nothing is asked of an event beside that it is not hidden.
    fn asks_nothing(&self) -> bool {
        self.query.is_nothing()
            && !self.bookmarked
            && self.from_us.is_none()
            && self.to_us.is_none()
            && self.values.is_empty()
    }

    /// Whether an entry is what is asked for, bookmarks aside. The cheap is asked first.
    pub fn matches(&self, seen: &Seen<'_>) -> bool {
        if let Some(own) = &self.own {
            return own.0(seen);
        }
        let Some(event) = &seen.event else {
            // What was hidden is left out, and all else stays.
            return self.hiding.is_some() && self.asks_nothing();
        };
        self.from_us.is_none_or(|from| seen.at_us >= from)
            && self.to_us.is_none_or(|to| seen.at_us < to)
            && (self.values.is_empty()
                || match &self.facet {
                    None => self.values.contains(event.event_type),
                    Some(path) => path
                        .first_scalar(event.data, |value| self.values.contains(value))
                        .unwrap_or(false),
                })
            && self.query.matches(event)
            && self
                .hiding
                .as_ref()
                .is_none_or(|actions| !actions.is_hidden(event))
    }
}

/// The path of a facet.
pub fn facet(path: &str) -> Result<Path, Failure> {
    if path.len() > super::query::QUERY_BYTES {
        return Err(bad("path", "too long".into(), None));
    }
    Path::parse(path.trim()).map_err(|BadPath { detail, at }| {
        let at = path.trim().get(..at).map(|before| before.encode_utf16().count());
        bad("path", detail, at.and_then(|at| u32::try_from(at).ok()))
    })
}
