//! Rows of the wire, read from a tape in short questions.

use std::ops::ControlFlow;

use rusqlite::{OptionalExtension as _, Row, params};

use super::Tape;
use crate::tape::file;
use crate::wire::stored::{Facts, Stored};
use crate::wire::taped::Reach;

impl Tape {
    /// Rows of the wire that are kept, in order, until `see` breaks. A row that cannot be read is left out.
    pub fn wire(&self, see: &mut dyn FnMut(Stored) -> ControlFlow<()>) {
        self.wire_from(0, see);
    }

    /// The same from a row on.
    pub fn wire_from(&self, from: u64, see: &mut dyn FnMut(Stored) -> ControlFlow<()>) {
        /// Bytes after which a question is over, and the rows it reads at the most.
        const AT_ONCE: (usize, u64) = (256 << 10, 64);
        let sql = format!(
            "SELECT no, at_us, attempt, {}, {}, {}, raw IS NULL FROM wire WHERE no >= ?1 ORDER BY no LIMIT ?2",
            file::bounded("facts", file::FACTS_MOST),
            file::bounded("bytes", file::CHUNK_MOST),
            file::bounded("raw", file::CHUNK_MOST),
        );
        let read = |row: &Row<'_>| -> rusqlite::Result<Option<Stored>> {
            let facts: Option<String> = row.get(3)?;
            let facts: Option<Facts> = facts.and_then(|facts| serde_json::from_str(&facts).ok());
            let (bytes, raw): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(4)?, row.get(5)?);
            let (Some(facts), Some(bytes)) = (facts, bytes) else {
                return Ok(None);
            };
            if raw.is_none() && !row.get::<_, bool>(6)? {
                return Ok(None);
            }
            Ok(Some(Stored {
                no: row.get(0)?,
                at_us: row.get(1)?,
                attempt: row.get(2)?,
                facts,
                bytes,
                raw,
            }))
        };
        let mut from = from.min(i64::MAX as u64);
        loop {
            let rows = self.ask(|db| {
                let mut statement = db.prepare_cached(&sql)?;
                let mut rows = statement.query(params![from, AT_ONCE.1])?;
                let (mut all, mut held) = (Vec::new(), 0);
                while held < AT_ONCE.0
                    && let Some(row) = rows.next()?
                {
                    // A figure that cannot be is no reason to leave out what follows.
                    let stored = read(row).unwrap_or(None);
                    held += stored.as_ref().map_or(0, |stored| {
                        stored.bytes.len() + stored.raw.as_ref().map_or(0, Vec::len)
                    });
                    all.push((row.get::<_, u64>(0)?, stored));
                }
                Ok(all)
            });
            let Some(rows) = rows.filter(|rows| !rows.is_empty()) else {
                return;
            };
            for (no, stored) in rows {
                from = no.saturating_add(1).min(i64::MAX as u64);
                if let Some(stored) = stored
                    && see(stored).is_break()
                {
                    return;
                }
                if no == i64::MAX as u64 {
                    return;
                }
            }
        }
    }

    /// Which rows of the wire are kept.
    pub fn wire_reach(&self) -> Reach {
        self.ask(|db| {
            let mut oldest = db.prepare_cached("SELECT no FROM wire ORDER BY no LIMIT 2")?;
            let oldest = oldest
                .query_map([], |row| row.get::<_, u64>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let newest: Option<u64> = db.query_row("SELECT max(no) FROM wire", [], |row| row.get(0))?;
            let end = newest.map_or(0, |newest| newest.saturating_add(1));
            Ok(match oldest[..] {
                // The exchange that outlived the rows after it stands alone.
                [alone, first] if first > alone.saturating_add(1) => Reach {
                    first,
                    end,
                    fallen: Some(alone),
                },
                [first, ..] => Reach {
                    first,
                    end,
                    fallen: None,
                },
                [] => Reach::default(),
            })
        })
        .unwrap_or_default()
    }

    /// One past the last row of the wire that had come by a time, in an attempt: those of the attempts before had, and
    /// those of later ones had not. Within an attempt the clock is never set back.
    pub fn wire_at(&self, reach: Reach, attempt: u32, at_us: u64) -> u64 {
        let (mut low, mut high) = (reach.first, reach.end);
        while low < high {
            let middle = low + (high - low) / 2;
            let came = self
                .ask(|db| {
                    db.prepare_cached("SELECT attempt, at_us FROM wire WHERE no >= ?1 ORDER BY no LIMIT 1")?
                        .query_row(params![middle], |row| {
                            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
                        })
                        .optional()
                })
                .flatten();
            let last = (i64::from(attempt), i64::try_from(at_us).unwrap_or(i64::MAX));
            match came {
                Some(came) if came <= last => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }

    /// Bytes of the bodies that rows of the wire brought, refused responses left out.
    pub fn wire_body_bytes(&self) -> u64 {
        /// Rows of one question: some hundred KiB of facts at the most but for an exchange.
        const AT_ONCE: u64 = 256;
        let sql = format!(
            "SELECT no, {} FROM wire WHERE no >= ?1 ORDER BY no LIMIT {AT_ONCE}",
            file::bounded("facts", file::CHUNK_MOST)
        );
        let (mut from, mut sum) = (0u64, 0u64);
        loop {
            let slice = self.ask(|db| {
                let (mut last, mut held) = (None, 0);
                let mut statement = db.prepare_cached(&sql)?;
                let mut rows = statement.query(params![from])?;
                while held < file::CHUNK_MOST as usize
                    && let Some(row) = rows.next()?
                {
                    last = Some(row.get::<_, u64>(0)?);
                    let facts: Option<String> = row.get(1)?;
                    let facts = facts.unwrap_or_default();
                    held += facts.len();
                    if let Ok(Facts::Chunk(chunk)) = serde_json::from_str(&facts)
                        && !chunk.refused
                    {
                        sum = sum.saturating_add(chunk.came);
                    }
                }
                Ok(last)
            });
            match slice.flatten() {
                Some(last) if last < i64::MAX as u64 => from = last + 1,
                _ => return sum,
            }
        }
    }

    /// Whether chunks are kept.
    pub fn has_wire(&self) -> bool {
        self.ask(|db| db.query_row("SELECT EXISTS (SELECT 1 FROM wire)", [], |row| row.get(0)))
            .unwrap_or(false)
    }
}
