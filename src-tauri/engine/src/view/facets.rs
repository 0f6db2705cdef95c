//! Counts the events of a session by type, or by what a JSON path finds in them, in a table of bounded size.

use std::collections::HashMap;

use super::path::Path;
use super::suggest::Suggest;
use crate::contract::{FACET_VALUES, FacetValue, Facets};
use crate::log::Seen;

/// Distinct values that are counted, those that come first: what has more is no facet, and 4,096 of [`VALUE_BYTES`] are
/// a megabyte.
const DISTINCT: usize = 4_096;
/// Bytes of a value that is counted by itself: what is longer is no word to choose by.
const VALUE_BYTES: usize = 200;

/// A count that goes on as entries come.
#[derive(Debug)]
pub struct Count {
    path: Option<Path>,
    /// Values in the order in which they came; most streams have few.
    counts: HashMap<Box<str>, u64>,
    /// Events whose value is not counted: none, too long, or one too many.
    other: u64,
    events: u64,
    suggest: Suggest,
    /// Entries before this one have been looked at.
    pub at: u64,
}

impl Count {
    /// Nothing counted yet; by type where there is no path.
    pub fn new(path: Option<Path>) -> Self {
        Self {
            path,
            counts: HashMap::new(),
            other: 0,
            events: 0,
            suggest: Suggest::default(),
            at: 0,
        }
    }

    /// From the start again: a replay went back.
    pub fn restart(&mut self) {
        *self = Self::new(self.path.take());
    }

    /// Counts an entry, if it is an event.
    pub fn see(&mut self, seen: &Seen<'_>) {
        let Some(event) = &seen.event else { return };
        self.events += 1;
        self.suggest.see(event);
        let (counts, other) = (&mut self.counts, &mut self.other);
        match &self.path {
            None => count(counts, other, event.event_type),
            Some(path) => {
                if path
                    .first_scalar(event.data, |value| count(counts, other, value))
                    .is_none()
                {
                    *other += 1;
                }
            }
        }
    }

    /// What is known, for the window.
    pub fn facets(&self, path: Option<&str>, first: u64, end: u64) -> Facets {
        let mut values: Vec<(&str, u64)> = self
            .counts
            .iter()
            .map(|(value, count)| (&**value, *count))
            .collect();
        // Equal counts by name, so that the list stands still.
        let order = |a: &(&str, u64), b: &(&str, u64)| b.1.cmp(&a.1).then(a.0.cmp(b.0));
        if values.len() > FACET_VALUES {
            values.select_nth_unstable_by(FACET_VALUES, order);
            values.truncate(FACET_VALUES);
        }
        values.sort_unstable_by(order);
        let listed: u64 = values.iter().map(|(_, count)| count).sum();
        Facets {
            path: path.map(ToOwned::to_owned),
            values: values
                .into_iter()
                .map(|(value, count)| FacetValue {
                    value: value.to_owned(),
                    count,
                })
                .collect(),
            other: self.events - listed,
            events: self.events,
            scanned: self.at.min(end).saturating_sub(first),
            end: end.saturating_sub(first),
            suggested: self.suggest.paths(),
        }
    }
}

fn count(counts: &mut HashMap<Box<str>, u64>, other: &mut u64, value: &str) {
    if let Some(count) = counts.get_mut(value) {
        *count += 1;
    } else if value.len() <= VALUE_BYTES && counts.len() < DISTINCT {
        counts.insert(value.into(), 1);
    } else {
        *other += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tests::event;

    fn counted(path: Option<&str>, data: impl IntoIterator<Item = String>) -> Facets {
        let mut count = Count::new(path.map(|path| Path::parse(path).expect("a path")));
        let mut end = 0;
        for (pos, data) in (0..).zip(data) {
            count.see(&Seen::of(&event(pos, "message", &data)));
            end = pos + 1;
        }
        count.at = end;
        count.facets(path, 0, end)
    }

    #[test]
    fn counts_the_most_frequent_and_the_rest() {
        let facets = counted(Some("$.n"), (0..1_000).map(|n| format!(r#"{{"n":{}}}"#, n % 40)));
        assert_eq!(facets.values.len(), FACET_VALUES);
        assert!(facets.values.iter().all(|value| value.count == 25));
        assert_eq!(facets.other, 1_000 - 25 * FACET_VALUES as u64);
        assert_eq!((facets.events, facets.scanned, facets.end), (1_000, 1_000, 1_000));
    }

    #[test]
    fn scalars_are_told_as_text_and_all_else_is_other() {
        let data = [
            r#"{"a":"x"}"#,
            r#"{"a":true}"#,
            r#"{"a":null}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1e21}"#,
            r#"{"a":"x"}"#,
            r#"{"a":[]}"#,
            r#"{"b":1}"#,
            "text",
            r#"{"a":"x""#,
        ];
        let facets = counted(Some("$.a"), data.map(ToOwned::to_owned));
        let told: Vec<_> = facets
            .values
            .iter()
            .map(|value| (value.value.as_str(), value.count))
            .collect();
        assert_eq!(
            told,
            [("x", 2), ("1.0", 1), ("1e+21", 1), ("null", 1), ("true", 1)]
        );
        assert_eq!(facets.other, 4);
        // By any path, the first scalar that it finds.
        let facets = counted(Some("$..a"), [r#"{"b":{"a":{}},"c":{"a":7}}"#.to_owned()]);
        assert_eq!(facets.values[0].value, "7");
    }

    #[test]
    fn the_table_is_bounded_and_every_event_counted() {
        let facets = counted(
            Some("$.n"),
            (0..10_000).map(|n| format!(r#"{{"n":"{n}{}"}}"#, "x".repeat(n % 400))),
        );
        let listed: u64 = facets.values.iter().map(|value| value.count).sum();
        assert_eq!(listed + facets.other, 10_000);
        assert!(facets.values.iter().all(|value| value.value.len() <= VALUE_BYTES));
        let mut count = Count::new(None);
        for pos in 0..10_000 {
            count.see(&Seen::of(&event(pos, &pos.to_string(), "")));
        }
        assert_eq!(count.counts.len(), DISTINCT);
    }
}
