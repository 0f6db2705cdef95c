//! The typed text, as `tape tail --text` prints it where no terminal reads it: UTF-8, a newline at the end.

use std::io::{self, Write};

use super::Form;
use crate::contract::TextRule;
use crate::log::Entry;
use crate::text::typed;

/// Events as text.
pub(super) struct Text {
    rule: TextRule,
    /// Type of the event before.
    before: Option<String>,
    /// The text so far does not end with a line's end.
    open_line: bool,
}

impl Text {
    pub(super) const fn new(rule: TextRule) -> Self {
        Self {
            rule,
            before: None,
            open_line: false,
        }
    }
}

impl Form for Text {
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        let text = typed(entry, self.before.as_deref(), self.rule);
        if let Some(event) = crate::event_of(entry)
            && self.before.as_deref() != Some(&*event.event_type)
        {
            self.before = Some(event.event_type.to_string());
        }
        if !text.is_empty() {
            self.open_line = !text.ends_with('\n');
        }
        out.write_all(text.as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.open_line {
            out.write_all(b"\n")?;
        }
        Ok(())
    }
}
