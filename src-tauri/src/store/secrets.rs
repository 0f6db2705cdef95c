//! Environments, and what is known of secrets without their values.

use rusqlite::{Connection, OptionalExtension as _, params};
use tapewriter_engine::contract::{Environments, Stream};
use tapewriter_engine::{say, seal};

use super::{Store, StoreError, new_id, streams_of};

/// What the file knows of a secret; its value is in the keychain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Stands in `{{secret:ID}}`.
    pub id: String,
    /// Where it may go.
    pub origins: Vec<String>,
    /// Whether the keychain took it.
    pub kept: bool,
}

/// What a file holds that cannot be written.
pub struct There {
    streams: Vec<Stream>,
    environments: Environments,
    secrets: Vec<Known>,
    /// As they stand there.
    settings: Option<String>,
    place: Option<String>,
}

impl There {
    /// Reads a file of any earlier version, too.
    pub fn read(db: &Connection, version: i32) -> Result<Self, StoreError> {
        let newer = version >= 2;
        Ok(Self {
            streams: streams_of(db)?,
            // Without them the streams can still be used; nothing is written to the file.
            environments: if newer {
                environments_of(db).unwrap_or_default()
            } else {
                Environments::default()
            },
            secrets: if newer { secrets_of(db)? } else { Vec::new() },
            settings: one_of(db, version >= 3, "settings"),
            place: one_of(db, version >= 4, "place"),
        })
    }
}

impl Store {
    /// Fills a store that does not last with what a file holds.
    pub(super) fn take_over(&self, there: There) -> Result<(), StoreError> {
        for stream in there.streams {
            self.save(stream)?;
        }
        self.save_environments(there.environments)?;
        for known in there.secrets {
            self.know(&known)?;
        }
        for (table, definition) in [("settings", there.settings), ("place", there.place)] {
            if let Some(definition) = definition {
                self.db.execute(
                    &format!("INSERT INTO {table} (only, definition) VALUES (1, ?1)"),
                    [definition],
                )?;
            }
        }
        Ok(())
    }

    /// All environments; none before any was saved.
    ///
    /// # Errors
    /// When the file cannot be read, or [`StoreError::Environments`].
    pub fn environments(&self) -> Result<Environments, StoreError> {
        environments_of(&self.db)
    }

    /// Stores all environments, which are to be sealed. New ones get an id; an active one that is not among
    /// them is none. Answers with them as stored.
    ///
    /// # Errors
    /// When the file cannot be written; [`StoreError::Environments`] where it has some that would be lost.
    pub fn save_environments(&self, environments: Environments) -> Result<Environments, StoreError> {
        let (mut environments, _) = seal::seal_environments(&environments, new_id);
        for environment in &mut environments.all {
            if environment.id.is_empty() {
                environment.id = new_id();
            }
        }
        if !environments.all.iter().any(|one| one.id == environments.active) {
            environments.active.clear();
        }
        let before = environments_text(&self.db)?;
        environments_in(before.as_deref())?;
        let definition = self.put_only("environments", &environments)?;
        self.tidy_after(before.as_deref(), &definition);
        Ok(environments)
    }

    /// What is known of all secrets.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn known(&self) -> Result<Vec<Known>, StoreError> {
        secrets_of(&self.db)
    }

    /// Notes what is known of a secret.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn know(&self, known: &Known) -> Result<(), StoreError> {
        let origins = serde_json::to_string(&known.origins).expect("texts are plain data");
        self.db.execute(
            "INSERT INTO secret (id, origins, kept) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET origins = ?2, kept = ?3",
            params![known.id, origins, known.kept],
        )?;
        Ok(())
    }

    /// Forgets a secret.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, id: &str) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM secret WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Secrets that nothing in the file names any more, deleted streams that can be restored included; none
    /// where the file is not the one that is used.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unnamed(&self) -> Result<Vec<String>, StoreError> {
        if !self.lasting {
            return Ok(Vec::new());
        }
        // The definitions as they stand there: one that cannot be read names its secrets all the same.
        let mut query = self
            .db
            .prepare("SELECT definition FROM stream UNION ALL SELECT definition FROM environments")?;
        let mut named = Vec::new();
        for definition in query.query_map([], |row| row.get::<_, String>(0))? {
            named.extend(seal::ids_in(&definition?));
        }
        let mut unnamed = secrets_of(&self.db)?;
        unnamed.retain(|known| !named.contains(&known.id));
        Ok(unnamed.into_iter().map(|known| known.id).collect())
    }

    /// Has nothing of a definition stay in the journal that was written over by one with a new secret: the secret
    /// may have stood there in plain.
    pub(super) fn tidy_after(&self, before: Option<&str>, now: &str) {
        let Some(before) = before else {
            return;
        };
        let known = seal::ids_in(before);
        if seal::ids_in(now).iter().any(|id| !known.contains(id))
            && let Err(error) = self.tidy()
        {
            say!("the file's journal keeps what was written over: {error}");
        }
    }

    /// Writes the journal into the file and empties it: what was written over does not stay there.
    ///
    /// # Errors
    /// When the file cannot be written, or [`StoreError::Busy`].
    pub(super) fn tidy(&self) -> Result<(), StoreError> {
        let busy: bool = self
            .db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy { Err(StoreError::Busy) } else { Ok(()) }
    }
}

fn environments_of(db: &Connection) -> Result<Environments, StoreError> {
    environments_in(environments_text(db)?.as_deref())
}

/// The definition of all environments as it stands in the file.
fn environments_text(db: &Connection) -> Result<Option<String>, StoreError> {
    let mut query = db.prepare_cached("SELECT definition FROM environments")?;
    Ok(query.query_row([], |row| row.get(0)).optional()?)
}

fn environments_in(definition: Option<&str>) -> Result<Environments, StoreError> {
    definition.map_or_else(
        || Ok(Environments::default()),
        |definition| serde_json::from_str(definition).map_err(StoreError::Environments),
    )
}

fn secrets_of(db: &Connection) -> Result<Vec<Known>, StoreError> {
    let mut query = db.prepare_cached("SELECT id, origins, kept FROM secret ORDER BY id")?;
    let rows = query.query_map([], |row| {
        let origins: String = row.get(1)?;
        Ok(Known {
            id: row.get(0)?,
            origins: serde_json::from_str(&origins).unwrap_or_default(),
            kept: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The definition of a table that has one at the most. None where it cannot be read: the rest can still be used.
fn one_of(db: &Connection, is_there: bool, table: &str) -> Option<String> {
    if !is_there {
        return None;
    }
    db.query_row(&format!("SELECT definition FROM {table}"), [], |row| row.get(0))
        .optional()
        .unwrap_or_default()
}
