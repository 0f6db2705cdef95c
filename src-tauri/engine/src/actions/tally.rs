//! What each of a session's actions has found: a bitmap for each, filled in one pass by the views' thread, ranked at the
//! playhead.

use parking_lot::Mutex;
use roaring::RoaringTreemap;

use super::Actions;
use crate::contract::ActionState;
use crate::log::{Seen, Span};

/// Matches of one version of a session's actions.
#[derive(Debug, Default)]
pub struct Tally {
    found: Mutex<Vec<Found>>,
}

#[derive(Clone, Debug, Default)]
struct Found {
    matches: RoaringTreemap,
    /// Matches whose entries have been dropped.
    pruned: u64,
    /// The newest of these.
    pruned_last: Option<u64>,
}

impl Tally {
    /// Looks at an entry; says whether anything matches it.
    pub fn see(&self, actions: &Actions, seen: &Seen<'_>) -> bool {
        let Some(event) = &seen.event else { return false };
        let matched = actions.matching(event);
        if matched == 0 {
            return false;
        }
        let mut found = self.found.lock();
        if found.len() < actions.len() {
            found.resize(actions.len(), Found::default());
        }
        for (n, each) in found.iter_mut().enumerate() {
            if matched & (1 << n) != 0 {
                each.matches.insert(seen.pos);
            }
        }
        true
    }

    /// What was found before the end of a span. Entries that have been dropped stay counted.
    pub fn states(&self, actions: &Actions, span: Span) -> Vec<ActionState> {
        let mut found = self.found.lock();
        found.resize(actions.len(), Found::default());
        let before = |each: &mut Found| {
            if each.matches.min().is_some_and(|first| first < span.first) {
                each.pruned_last = span
                    .first
                    .checked_sub(1)
                    .map(|last| each.matches.rank(last))
                    .and_then(|rank| each.matches.select(rank.checked_sub(1)?));
                each.pruned += each.matches.remove_range(..span.first);
            }
            let rank = span.end.checked_sub(1).map_or(0, |last| each.matches.rank(last));
            let newest = rank.checked_sub(1).and_then(|newest| each.matches.select(newest));
            (each.pruned + rank, newest.or(each.pruned_last))
        };
        actions
            .ids()
            .zip(actions.unmarked())
            .zip(found.iter_mut())
            .map(|((id, unmarked), each)| {
                let (matched, pos) = before(each);
                ActionState {
                    id: id.to_owned(),
                    matched,
                    pos,
                    unmarked,
                }
            })
            .collect()
    }
}
