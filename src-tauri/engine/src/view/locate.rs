//! Finds an entry by number or time, in the logarithm of the log's length.

use std::ops::ControlFlow;

use crate::contract::Target;
use crate::log::{Log, Seen};

/// The entry that a target means; the last one where the target is past it, none in an empty log.
///
/// Arrival times may step back between attempts, by as much as the wall clock was set: a time is then found in one of
/// the places where it was passed.
pub fn entry(log: &dyn Log, target: Target) -> Option<u64> {
    let span = log.span();
    let last = span.end.checked_sub(1).filter(|last| *last >= span.first)?;
    let found = match target {
        Target::Pos { pos } => Some(pos.clamp(span.first, last)),
        Target::Seq { seq } => first(log, span.first, span.end, |seen| {
            seen.event.map(|event| event.seq >= seq)
        }),
        Target::Time { at_us } => at(log, span.first, span.end, at_us),
    };
    Some(found.unwrap_or(last))
}

/// The first entry in a stretch that arrived at a time or later.
pub fn at(log: &dyn Log, from: u64, to: u64, at_us: u64) -> Option<u64> {
    first(log, from, to, |seen| Some(seen.at_us >= at_us))
}

/// The first entry in a stretch for which `is` says yes, where it says no before and yes from there on; it may have
/// nothing to say of some.
fn first(log: &dyn Log, from: u64, to: u64, is: impl Fn(&Seen<'_>) -> Option<bool>) -> Option<u64> {
    let (mut low, mut high, mut found) = (from, to, None);
    while low < high {
        let middle = low + (high - low) / 2;
        match next(log, middle, high, &is) {
            Some((pos, false)) => low = pos + 1,
            Some((pos, true)) => {
                found = Some(pos);
                high = middle;
            }
            None => high = middle,
        }
    }
    found
}

/// The next entry in a stretch of which there is something to say.
fn next(log: &dyn Log, from: u64, to: u64, is: impl Fn(&Seen<'_>) -> Option<bool>) -> Option<(u64, bool)> {
    let mut at = from;
    while at < to {
        let mut found = None;
        let after = log.visit(at, &mut |seen| {
            if seen.pos >= to {
                return ControlFlow::Break(());
            }
            match is(&seen) {
                Some(said) => {
                    found = Some((seen.pos, said));
                    ControlFlow::Break(())
                }
                None => ControlFlow::Continue(()),
            }
        });
        if found.is_some() || after <= at {
            return found;
        }
        at = after;
    }
    None
}
