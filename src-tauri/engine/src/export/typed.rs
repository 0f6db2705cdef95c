//! The typed text, as `tape tail --text` prints it where no terminal reads it: UTF-8, a newline at the end. Of an answer
//! its text alone: no thinking, no tools.

use std::io::{self, Write};
use std::sync::Arc;

use super::Form;
use crate::actions::Actions;
use crate::log::Entry;
use crate::text::{Reading, Typist};

/// Events as text.
pub(super) struct Text {
    typist: Typist,
    actions: Arc<Actions>,
}

impl Text {
    pub(super) fn new(reading: &Reading, actions: Arc<Actions>) -> Self {
        Self {
            typist: Typist::new(reading.clone()),
            actions,
        }
    }
}

impl Form for Text {
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        if self.actions.hides(entry) {
            return Ok(());
        }
        out.write_all(self.typist.entry(entry).as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.typist.is_at_line() {
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}
