//! Cards, one JSON object a line, with all that a card has; texts are whole. Repeats are left out, as in the scene.

use std::io::{self, Write};
use std::sync::Arc;

use super::Form;
use crate::actions::Actions;
use crate::contract::FeedRule;
use crate::log::{Entry, Log, Seen};
use crate::scenes::feed::{Reading, Repeats, is_card};
use crate::scenes::fields::{FeedFields, Sample};

/// Cards as lines.
pub(super) struct Lines {
    reading: Reading,
    actions: Arc<Actions>,
    repeats: Repeats,
}

impl Lines {
    /// By a rule; what it leaves open is found in the log's first events.
    pub(super) fn new(rule: &FeedRule, actions: Arc<Actions>, log: &dyn Log) -> Self {
        Self {
            reading: Reading::new(FeedFields::find(rule, &Sample::of(log))),
            actions,
            repeats: Repeats::default(),
        }
    }
}

impl Form for Lines {
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        let is_new = Seen::of(entry)
            .event
            .is_some_and(|event| is_card(&event) && self.repeats.is_new(&event));
        if !is_new || self.actions.hides(entry) {
            return Ok(());
        }
        if let Some(card) = self.reading.card(entry, &self.actions, usize::MAX) {
            serde_json::to_writer(&mut *out, &card)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}
