//! Where the app keeps what it stores: the platform's own places, or all of it under `TAPEWRITER_HOME`.
//! Folders are the user's alone (0700), files as well (0600).

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

/// The app's folder.
pub struct Home {
    folder: PathBuf,
}

/// No folder could be found or made.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Neither `TAPEWRITER_HOME` nor the platform names one.
    #[error("no folder for the app's data is known; set TAPEWRITER_HOME to one")]
    Unknown,
}

impl Home {
    /// Finds the folder and makes it where it is missing. A folder that cannot be written to is found all
    /// the same: the app then runs without saving, and says so.
    ///
    /// # Errors
    /// [`HomeError::Unknown`].
    pub fn find() -> Result<Self, HomeError> {
        let folder = match std::env::var_os("TAPEWRITER_HOME") {
            // Made absolute now: nothing may move it when the working folder changes.
            Some(home) if !home.is_empty() => std::path::absolute(&home).unwrap_or_else(|_| home.into()),
            _ => dirs::data_dir().ok_or(HomeError::Unknown)?.join("tapewriter"),
        };
        if let Err(error) = private_folder(&folder) {
            eprintln!("tapewriter: {} cannot be used: {error}", folder.display());
        }
        Ok(Self { folder })
    }

    /// The file of saved streams.
    pub fn streams(&self) -> PathBuf {
        self.folder.join("streams.db")
    }

    /// The webview's own folder.
    pub fn webview(&self) -> PathBuf {
        self.folder.join("webview")
    }
}

/// Makes a folder that only its owner can enter, and takes others' rights from one that is there.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)?;
    set_mode(path, 0o700)
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
