//! The typed text, as `tape tail --text` prints it where no terminal reads it: UTF-8, a newline at the end. Of an answer
//! its text alone: no thinking, no tools.

use std::io::{self, Write};

use super::Form;
use crate::log::Entry;
use crate::text::{Reading, Typist};

/// Events as text.
pub(super) struct Text(Typist);

impl Text {
    pub(super) fn new(reading: &Reading) -> Self {
        Self(Typist::new(reading.clone()))
    }
}

impl Form for Text {
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.0.entry(entry).as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.0.is_at_line() {
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}
