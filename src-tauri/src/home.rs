//! Where the app keeps what it stores: the platform's own places, or all of it under `TAPEWRITER_HOME`.
//! Folders are the user's alone (0700), files as well (0600).

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tapewriter_engine::say;

const STREAMS: &str = "streams.db";
const WEBVIEW: &str = "webview";
const RUNNING: &str = "running.lock";
const TAPES: &str = "tapes";
const INSTANCE: &str = "instance.socket";
const DRAWING: &str = "drawing.json";
const LOGS: &str = "logs";

/// The app's folder.
pub struct Home {
    folder: PathBuf,
    /// Named by `TAPEWRITER_HOME`, and so one of several.
    moved: bool,
}

#[cfg(test)]
impl Home {
    /// A folder of a test's own.
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            moved: true,
        }
    }
}

/// No folder could be found or made.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Neither `TAPEWRITER_HOME` nor the platform names one.
    #[error("no folder for the app's data is known; set TAPEWRITER_HOME to one")]
    Unknown,
}

/// Why a process does not have the folder to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAlone {
    /// Another process uses it.
    Taken,
    /// Nothing can be locked in it.
    Unknown,
}

impl Home {
    /// Finds the folder and makes it where it is missing. A folder that cannot be written to is found all
    /// the same: the app then runs without saving, and says so.
    ///
    /// # Errors
    /// [`HomeError::Unknown`].
    pub fn find() -> Result<Self, HomeError> {
        let named = std::env::var_os("TAPEWRITER_HOME").filter(|home| !home.is_empty());
        let moved = named.is_some();
        let folder = match named {
            // Made absolute now: nothing may move it when the working folder changes.
            Some(home) => std::path::absolute(&home).unwrap_or_else(|_| home.into()),
            None => dirs::data_dir().ok_or(HomeError::Unknown)?.join("tapewriter"),
        };
        let home = Self { folder, moved };
        // The webview's files carry the user's usual rights; the folder around them keeps others out.
        for folder in [home.folder.clone(), home.webview()] {
            if let Err(error) = private_folder(&folder) {
                say!("{} cannot be used: {error}", folder.display());
            }
        }
        Ok(home)
    }

    /// The file of saved streams.
    pub fn streams(&self) -> PathBuf {
        self.folder.join(STREAMS)
    }

    /// The name that items of the system's keychain carry; one of its own for each `TAPEWRITER_HOME`.
    pub fn keychain(&self) -> String {
        if !self.moved {
            return "Tapewriter".to_owned();
        }
        format!("Tapewriter {}", self.short())
    }

    /// The folder's path, as a few letters.
    fn short(&self) -> String {
        let hash = Sha256::digest(self.folder.as_os_str().as_encoded_bytes());
        hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Says that this process uses the folder, for as long as the file is held.
    ///
    /// # Errors
    /// [`NotAlone`].
    pub fn alone(&self) -> Result<File, NotAlone> {
        let path = self.folder.join(RUNNING);
        private_file(&path).map_err(|_| NotAlone::Unknown)?;
        let file = File::open(&path).map_err(|_| NotAlone::Unknown)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(NotAlone::Taken),
            Err(TryLockError::Error(_)) => Err(NotAlone::Unknown),
        }
    }

    /// Where later starts hand over what they were given.
    #[cfg_attr(windows, allow(dead_code, reason = "a pipe has a name and no path"))]
    pub fn instance(&self) -> PathBuf {
        self.folder.join(INSTANCE)
    }

    /// A name for that where it is no file: the same for each start in this folder, and another in any other.
    #[cfg(windows)]
    pub fn instance_name(&self) -> String {
        format!("tapewriter-{}", self.short())
    }

    /// What is known of how windows were drawn.
    pub fn drawing(&self) -> PathBuf {
        self.folder.join(DRAWING)
    }

    /// The folder of tapes.
    pub fn tapes(&self) -> PathBuf {
        self.folder.join(TAPES)
    }

    /// The folder of the program's log.
    pub fn logs(&self) -> PathBuf {
        self.folder.join(LOGS)
    }

    /// The webview's own folder.
    pub fn webview(&self) -> PathBuf {
        self.folder.join(WEBVIEW)
    }
}

/// Makes a folder that only its owner can enter. One that is there already and holds other things as well
/// is left as it is: it may be shared with others for a reason.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let new = !path.exists();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)?;
    if new || is_ours(path)? {
        set_mode(path, 0o700)
    } else {
        Ok(())
    }
}

/// Whether a folder holds nothing but what the app put there.
fn is_ours(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let ours = [WEBVIEW, RUNNING, TAPES, INSTANCE, DRAWING, LOGS].contains(&&*name);
        if !ours && !name.starts_with(STREAMS) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes a file that only its owner can read, empty if it is new.
pub fn private_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?;
    set_mode(path, 0o600)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path)?.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o7777
    }

    #[test]
    fn only_one_process_is_alone_in_a_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path());
        let first = home.alone().expect("nobody else is there");
        assert_eq!(home.alone().err(), Some(NotAlone::Taken));
        drop(first);
        assert!(home.alone().is_ok());
        assert_eq!(mode(&folder.path().join(RUNNING)), 0o600);
    }

    #[test]
    fn closes_its_own_folders_and_leaves_shared_ones_alone() {
        let parent = tempfile::tempdir().expect("a folder");
        let new = parent.path().join("a").join("b");
        private_folder(&new).expect("made");
        assert_eq!(mode(&new), 0o700);

        set_mode(&new, 0o755).expect("set");
        fs::write(new.join("streams.db-wal"), "").expect("written");
        private_folder(&new).expect("closed");
        assert_eq!(mode(&new), 0o700);

        fs::write(new.join("thesis.tex"), "").expect("written");
        set_mode(&new, 0o1777).expect("set");
        private_folder(&new).expect("left alone");
        assert_eq!(mode(&new), 0o1777);
    }
}
