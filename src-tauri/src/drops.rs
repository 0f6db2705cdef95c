//! Files that were dropped onto the window: the page hands them over a part at a time, and they are put together beside
//! the tapes until they have been read.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use tapewriter_engine::contract::{Code, Failure};

use crate::home::{private_file, private_folder};

/// Drops at once: a handful of files, each a part in memory at a time.
const MOST: usize = 16;
/// Bytes of one file. Larger ones are imported by their path.
const MOST_BYTES: u64 = 16 << 30;
/// Bytes of a part.
const PART_BYTES: usize = 8 << 20;

/// The drops of all windows.
pub struct Drops {
    folder: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    newest: u32,
    drops: HashMap<u32, Arc<Mutex<Drop>>>,
}

struct Drop {
    /// The window that hands it over.
    window: String,
    path: PathBuf,
    file: File,
    bytes: u64,
}

fn failed(what: &str, message: String, detail: impl ToString) -> Failure {
    Failure::new(Code::Tape, message)
        .with("what", what)
        .with("detail", detail)
}

fn disk(error: &std::io::Error) -> Failure {
    let what = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => "full",
        _ => "unreadable",
    };
    failed(what, format!("the dropped file cannot be taken: {error}"), error)
}

impl Drops {
    /// Drops are put together in this folder, which is made when it is needed. What an earlier run left there goes,
    /// unless another process may be filling it.
    pub fn new(folder: &Path, alone: bool) -> Self {
        let folder = folder.join("dropped");
        if alone {
            // Nothing there was ever more than a copy.
            let _ = fs::remove_dir_all(&folder);
        }
        Self {
            folder,
            inner: Mutex::default(),
        }
    }

    /// Begins a file. It keeps its name, which becomes the tape's, without any folder that it may speak of.
    pub fn begin(&self, window: &str, name: &str) -> Result<u32, Failure> {
        let ending = Path::new(name)
            .extension()
            .and_then(|ending| ending.to_str())
            .map(str::to_ascii_lowercase)
            .filter(|ending| ["tape", "sse", "jsonl", "ndjson", "txt"].contains(&ending.as_str()))
            .ok_or_else(|| {
                let message = "only .tape, .sse and .jsonl files can be imported".to_owned();
                failed("foreign", message, name)
            })?;
        let mut inner = self.inner.lock();
        if inner.drops.len() >= MOST {
            let message = format!("{MOST} files are being taken already; wait for one of them");
            return Err(Failure::new(Code::Limit, message)
                .with("what", "jobs")
                .with("bound", MOST));
        }
        inner.newest += 1;
        let no = inner.newest;
        // Another process of the same home numbers its own.
        let folder = self.folder.join(format!("{}-{no}", std::process::id()));
        let path = folder.join(file_name(name, &ending));
        let file = private_folder(&self.folder)
            .and_then(|()| private_folder(&folder))
            .and_then(|()| private_file(&path))
            .and_then(|()| fs::OpenOptions::new().write(true).truncate(true).open(&path))
            .map_err(|error| disk(&error))?;
        let drop = Drop {
            window: window.to_owned(),
            path,
            file,
            bytes: 0,
        };
        inner.drops.insert(no, Arc::new(Mutex::new(drop)));
        Ok(no)
    }

    fn get(&self, no: u32) -> Result<Arc<Mutex<Drop>>, Failure> {
        self.inner.lock().drops.get(&no).cloned().ok_or_else(unknown)
    }

    /// Gives a file up; one that is gone is no error.
    pub fn abandon(&self, no: u32) {
        let drop = self.inner.lock().drops.remove(&no);
        if let Some(drop) = drop {
            discard(&drop.lock().path);
        }
    }

    /// Gives up what a window hands over: its page was loaded again, or it is gone.
    pub fn forget(&self, window: &str) {
        let all: Vec<(u32, Arc<Mutex<Drop>>)> = {
            let inner = self.inner.lock();
            inner
                .drops
                .iter()
                .map(|(no, drop)| (*no, Arc::clone(drop)))
                .collect()
        };
        for (no, drop) in all {
            if drop.lock().window == window {
                self.abandon(no);
            }
        }
    }

    /// Adds a part. After an error the file is gone.
    pub fn part(&self, no: u32, bytes: &[u8]) -> Result<(), Failure> {
        let held = self.get(no)?;
        let taken = {
            let mut drop = held.lock();
            drop.bytes += bytes.len() as u64;
            if bytes.len() > PART_BYTES || drop.bytes > MOST_BYTES {
                let message = "the dropped file is too large; use Import for it".to_owned();
                Err(failed("full", message, drop.bytes))
            } else {
                drop.file.write_all(bytes).map_err(|error| disk(&error))
            }
        };
        if taken.is_err() {
            self.abandon(no);
        }
        taken
    }

    /// The whole file; whoever takes it removes it.
    pub fn end(&self, no: u32) -> Result<PathBuf, Failure> {
        let held = self.inner.lock().drops.remove(&no).ok_or_else(unknown)?;
        let drop = held.lock();
        drop.file.sync_data().map_err(|error| disk(&error))?;
        Ok(drop.path.clone())
    }
}

/// Removes a dropped file, and the folder that it was alone in. It is a copy of the user's own.
pub fn discard(path: &Path) {
    let _ = fs::remove_file(path);
    if let Some(folder) = path.parent() {
        let _ = fs::remove_dir(folder);
    }
}

/// A name for the file that every file system takes.
fn file_name(name: &str, ending: &str) -> String {
    /// Characters of a name; with four bytes each, and the ending, less than the 255 bytes that a name may have.
    const NAME: usize = 60;
    let stem = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or("", |(stem, _)| stem);
    let plain: String = stem
        .chars()
        .filter(|c| !c.is_control() && !":*?\"<>|".contains(*c))
        .take(NAME)
        .collect();
    let plain = plain.trim_matches([' ', '.']);
    format!("{}.{ending}", if plain.is_empty() { "dropped" } else { plain })
}

fn unknown() -> Failure {
    failed(
        "missing",
        "the dropped file was given up; drop it again".to_owned(),
        "",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere() {
        for (name, file) in [
            ("orders.sse", "orders.sse"),
            ("../../x.sse", "x.sse"),
            ("..\\a\\b.sse", "b.sse"),
            (".sse", "dropped.sse"),
            ("...sse", "dropped.sse"),
            ("a:b\n?.sse", "ab.sse"),
            ("订单.sse", "订单.sse"),
        ] {
            assert_eq!(file_name(name, "sse"), file, "{name}");
        }
        assert!(file_name(&"字".repeat(500), "jsonl").len() < 255);
    }

    #[test]
    fn parts_make_the_file_and_nothing_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let drops = Drops::new(folder.path(), true);
        assert_eq!(
            drops.begin("main", "../../evil.sh").expect_err("not a tape").args["what"],
            "foreign"
        );
        let no = drops.begin("main", "x/../Hafen 1.SSE").expect("begun");
        drops.part(no, b"data: 1\n").expect("taken");
        drops.part(no, b"\n").expect("taken");
        let path = drops.end(no).expect("whole");
        assert!(path.starts_with(folder.path().join("dropped")) && path.ends_with("Hafen 1.sse"));
        assert_eq!(fs::read(&path).expect("there"), b"data: 1\n\n");
        assert!(drops.part(no, b"x").is_err(), "it is over");
        discard(&path);
        assert!(
            fs::read_dir(folder.path().join("dropped"))
                .expect("there")
                .next()
                .is_none()
        );
        let no = drops.begin("main", "two.sse").expect("begun");
        let path = drops.end(no).expect("whole");
        // A page that is loaded again gives up what it was handing over.
        let left = drops.begin("main", "two.sse").expect("begun");
        let other = drops.begin("session-1", "three.sse").expect("begun");
        drops.forget("main");
        assert!(drops.end(left).is_err());
        let kept = drops.end(other).expect("another window's");
        assert!(kept.exists());
        drops.abandon(left);
        // Another start finds no leftovers.
        drop(drops);
        let _ = Drops::new(folder.path(), true);
        assert!(!path.exists());
    }
}
