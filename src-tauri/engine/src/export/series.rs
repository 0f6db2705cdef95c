//! Numbers in events as CSV by RFC 4180: a row for each value of the chart's lines, or of all that are found where none
//! have been chosen, in the order they came. Every value is written, whatever the chart keeps of it, that can be a line at
//! all: within the bounds of [`find`](crate::scenes::series::find), and of events that no action hides.

use std::io::{self, Write};
use std::sync::Arc;

use csv::{Terminator, WriterBuilder};

use super::{Form, rfc3339};
use crate::actions::Actions;
use crate::contract::{ChartRule, SeriesKey};
use crate::log::Entry;
use crate::scenes::series::find::{Finder, Numbers, canonical};

const HEADER: [&str; 4] = ["time", "type", "path", "value"];

/// Numbers as rows.
pub(super) struct Values {
    lines: Lines,
    actions: Arc<Actions>,
    /// The rows of one event being made.
    rows: Vec<u8>,
}

enum Lines {
    /// Those that were chosen.
    Chosen(Vec<SeriesKey>, Numbers),
    /// The first that are found.
    Found(Box<Finder>),
}

impl Values {
    pub(super) fn new(rule: &ChartRule, actions: Arc<Actions>) -> Self {
        let keys: Vec<SeriesKey> = rule
            .series
            .iter()
            .map(|line| SeriesKey {
                event_type: line.key.event_type.clone(),
                path: canonical(&line.key.path).into_owned(),
            })
            .collect();
        let lines = if keys.is_empty() {
            Lines::Found(Box::default())
        } else {
            Lines::Chosen(keys, Numbers::default())
        };
        Self {
            lines,
            actions,
            rows: Vec::new(),
        }
    }
}

fn write_rows<'a>(
    buffer: &mut Vec<u8>,
    rows: impl IntoIterator<Item = [&'a str; 4]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    buffer.clear();
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .buffer_capacity(1 << 10)
        .from_writer(&mut *buffer);
    for row in rows {
        writer.write_record(row).map_err(io::Error::other)?;
    }
    writer.flush()?;
    drop(writer);
    out.write_all(buffer)
}

impl Form for Values {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write_rows(&mut self.rows, [HEADER], out)
    }

    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        let Some(event) = crate::event_of(entry) else {
            return Ok(());
        };
        if self.actions.hides(entry) {
            return Ok(());
        }
        // At most 64 of them; of members with one name the last counts.
        let mut values: Vec<(&SeriesKey, f64)> = Vec::new();
        match &mut self.lines {
            Lines::Chosen(keys, numbers) => {
                if keys.iter().all(|key| *key.event_type != *event.event_type) {
                    return Ok(());
                }
                numbers.read(&event.data);
                for (path, value) in numbers.iter() {
                    let is_it = |key: &&SeriesKey| key.path == path && *key.event_type == *event.event_type;
                    let Some(key) = keys.iter().find(is_it) else {
                        continue;
                    };
                    match values.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, known)) => *known = value,
                        None => values.push((key, value)),
                    }
                }
            }
            Lines::Found(finder) => {
                let found = finder.values(&event.event_type, &event.data).to_vec();
                let keys = &finder.keys;
                values.extend(
                    found
                        .into_iter()
                        .map(|(id, value)| (&keys[usize::from(id)], value)),
                );
            }
        }
        if values.is_empty() {
            return Ok(());
        }
        let time = rfc3339(entry.at_us);
        let texts: Vec<String> = values.iter().map(|(_, value)| number(*value)).collect();
        let rows = values
            .iter()
            .zip(&texts)
            .map(|((key, _), text)| [&*time, &*key.event_type, &*key.path, &**text]);
        write_rows(&mut self.rows, rows, out)
    }
}

/// As JSON writes it, in the fewest digits that read back as the same; whole numbers without a point.
fn number(value: f64) -> String {
    /// Whole numbers below it are all held.
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < WHOLE {
        return (value as i64).to_string();
    }
    serde_json::Number::from_f64(value).map_or_else(|| value.to_string(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_as_they_were() {
        for (value, text) in [
            (0.0, "0"),
            (-3.0, "-3"),
            (0.1, "0.1"),
            (1e300, "1e+300"),
            (-2.5e-7, "-2.5e-7"),
            (9_007_199_254_740_991.0, "9007199254740991"),
        ] {
            assert_eq!(number(value), text);
            assert_eq!(text.parse::<f64>(), Ok(value));
        }
    }
}
