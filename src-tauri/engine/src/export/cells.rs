//! CSV by RFC 4180: CRLF, a header, fields quoted where they must be, UTF-8 without a byte order mark. Events alone.
//!
//! Cells stand as they came. A spreadsheet may take data that begins with `=`, `+`, `-` or `@` for a formula; changing
//! it here would change what the file says to every other reader, so a spreadsheet is best told to import the column
//! as text.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use super::Form;
use crate::log::Entry;

const HEADER: [&str; 5] = ["seq", "arrived", "type", "id", "data"];

/// Events as rows.
#[derive(Default)]
pub(super) struct Rows {
    /// The row being made; it goes out at once, so that no second buffer holds rows back.
    row: Vec<u8>,
}

impl Rows {
    fn row(&mut self, fields: [&str; 5], out: &mut dyn Write) -> io::Result<()> {
        self.row.clear();
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .buffer_capacity(1 << 10)
            .from_writer(&mut self.row);
        writer.write_record(fields).map_err(io::Error::other)?;
        writer.flush()?;
        drop(writer);
        out.write_all(&self.row)?;
        // One event of megabytes must not hold its room for the rest of the file.
        self.row.clear();
        self.row.shrink_to(64 << 10);
        Ok(())
    }
}

impl Form for Rows {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.row(HEADER, out)
    }

    fn entry(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        let Some(event) = crate::event_of(entry) else {
            return Ok(());
        };
        let (seq, arrived) = (event.seq.to_string(), rfc3339(entry.at_us));
        self.row([&seq, &arrived, &event.event_type, &event.id, &event.data], out)
    }
}

/// A time as RFC 3339 in UTC with microseconds: `2026-11-22T09:03:00.000001Z`.
pub fn rfc3339(at_us: u64) -> String {
    let (seconds, us) = (at_us / 1_000_000, at_us % 1_000_000);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years that begin in March put the leap day last, where it moves nothing. 719,468 days lie between the first of
    // March of the year 0 and the Unix epoch; the Gregorian calendar repeats every 146,097 days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 {
        (era * 400 + year, month + 3)
    } else {
        (era * 400 + year + 1, month - 9)
    };
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{us:06}Z")
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_399, "2000-02-28T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (951_868_800, "2000-03-01T00:00:00"),
            (1_795_300_000, "2026-11-21T22:26:40"),
            (4_107_542_400, "2100-03-01T00:00:00"),
        ] {
            assert_eq!(rfc3339(seconds * 1_000_000 + 7), format!("{date}.000007Z"));
            let known =
                httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds));
            assert!(known.contains(&date[11..]), "{known}");
        }
    }
}
