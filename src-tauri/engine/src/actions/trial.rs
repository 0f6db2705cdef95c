//! What an action would have found: the newest events first, for a moment.

use std::time::{Duration, Instant};

use super::Actions;
use crate::contract::{Action, Failure, Trial};
use crate::log::Log;
use crate::view::scan;

/// How long it looks: an answer while one types, after some hundred thousand events.
pub const LOOK: Duration = Duration::from_millis(150);
/// Entries that are looked at from front to back before those in front of them: some blocks of a tape.
const STRETCH: u64 = 4_096;

/// Tries an action on what is in a log, whether it is off or not.
///
/// # Errors
/// Those of [`Actions::read`].
pub fn run(log: &dyn Log, action: &Action, most: Duration) -> Result<Trial, Failure> {
    let action = Action {
        off: false,
        ..action.clone()
    };
    let actions = Actions::read(std::slice::from_ref(&action))?;
    let began = Instant::now();
    let mut trial = Trial {
        matched: 0,
        events: 0,
        done: true,
    };
    let span = log.span();
    let mut to = span.end;
    while to > span.first {
        let mut at = to.saturating_sub(STRETCH).max(span.first);
        let from = at;
        while at < to {
            if began.elapsed() >= most {
                trial.done = false;
                return Ok(trial);
            }
            let next = scan(log, at, to, |seen| {
                if let Some(event) = &seen.event {
                    trial.events += 1;
                    trial.matched += u64::from(actions.matching(event) != 0);
                }
            });
            if next <= at {
                // Nothing can be read here: a hole, or a part of the tape that is damaged.
                break;
            }
            at = next;
        }
        to = from;
    }
    Ok(trial)
}
