//! Chat as text, a row a line: `2026-11-26 12:01:05 Mira: …`, joins and leaves as `* Mira joined`. Times are UTC, those
//! of the data where it tells them. Further lines of a text are indented, so that none can be taken for another row.

use std::io::{self, Write};
use std::sync::Arc;

use super::{Form, rfc3339};
use crate::actions::Actions;
use crate::contract::{BubbleKind, ChatRule};
use crate::log::{Entry, Log};
use crate::scenes::chat::bubble;
use crate::scenes::fields::{ChatFields, Sample};

/// Before each further line of a text.
const INDENT: &str = "    ";

/// Rows as lines.
pub(super) struct Lines {
    fields: ChatFields,
    actions: Arc<Actions>,
}

impl Lines {
    /// By a rule; what it leaves open is found in the log's first events.
    pub(super) fn new(rule: &ChatRule, actions: Arc<Actions>, log: &dyn Log) -> Self {
        Self {
            fields: ChatFields::find(rule, &Sample::of(log)),
            actions,
        }
    }
}

impl Form for Lines {
    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        if self.actions.hides(entry) {
            return Ok(());
        }
        let Some(bubble) = bubble(entry, &self.fields, &self.actions, usize::MAX) else {
            return Ok(());
        };
        // To the second: `2026-11-26T12:01:05.000000Z`.
        let at = rfc3339(bubble.said_us.unwrap_or(bubble.at_us));
        let at = at.split('.').next().unwrap_or_default().replace('T', " ");
        let sender = one_line(&bubble.sender);
        let did = match bubble.kind {
            BubbleKind::Message if sender.is_empty() => return text(&format!("{at} "), &bubble.text, out),
            BubbleKind::Message => return text(&format!("{at} {sender}: "), &bubble.text, out),
            BubbleKind::Join => "joined",
            BubbleKind::Leave => "left",
        };
        if sender.is_empty() && !bubble.text.is_empty() {
            return text(&format!("{at} * "), &bubble.text, out);
        }
        let sender = if sender.is_empty() {
            "somebody"
        } else {
            sender.as_str()
        };
        writeln!(out, "{at} * {sender} {did}")
    }
}

fn text(before: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(before.as_bytes())?;
    for (n, line) in text.lines().enumerate() {
        if n > 0 {
            write!(out, "\n{INDENT}")?;
        }
        // What is a line's end to some readers is none here.
        out.write_all(one_line(line).as_bytes())?;
    }
    out.write_all(b"\n")
}

/// Text without line ends of any kind.
fn one_line(text: &str) -> String {
    let is_end = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    text.replace(is_end, " ")
}
