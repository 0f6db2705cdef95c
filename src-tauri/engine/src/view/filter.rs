//! A filter that has been read: what an entry must be to be a row of its view.

use std::collections::HashSet;

use super::path::{BadPath, Path};
use super::query::{Query, bad};
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
}

impl Compiled {
    /// Reads a filter. Its failures are those of [`Query::parse`].
    pub fn new(filter: &Filter) -> Result<Self, Failure> {
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
        })
    }

    /// Whether it asks for nothing, and so shows every entry.
    pub fn is_nothing(&self) -> bool {
        self.query.is_nothing()
            && !self.bookmarked
            && self.from_us.is_none()
            && self.to_us.is_none()
            && self.values.is_empty()
    }

    /// Whether an entry is what is asked for, bookmarks aside. The cheap is asked first.
    pub fn matches(&self, seen: &Seen<'_>) -> bool {
        let Some(event) = &seen.event else { return false };
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
