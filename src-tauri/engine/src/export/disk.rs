//! A file in its place, whole or not at all: written beside the target under a name of its own, brought to the disk,
//! and only then put in the target's place. Whatever goes wrong before leaves the old file as it was and nothing new.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::contract::{Code, Failure};

/// Bytes that are written at once: a few hundred events, or one large one.
const BUFFER: usize = 256 << 10;

/// What the disk said, as a failure without a path.
pub fn disk_failure(error: &io::Error) -> Failure {
    let (what, message) = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => (
            "full",
            "there is no room for the file; free some, or choose another place",
        ),
        ErrorKind::NotFound => ("missing", "the file or its folder is not there"),
        _ => ("unreadable", "the file cannot be read or written"),
    };
    Failure::new(Code::Tape, message)
        .with("what", what)
        .with("detail", error)
}

/// Writes a file through `fill` and puts it in the place of `path`. A device or a pipe is written to as it is, a
/// symbolic link is followed, the permissions of a file that is replaced stay.
///
/// # Errors
/// Those of `fill`, and [`Code::Tape`] when the disk refuses; with the `path` either way.
pub fn to_file<T>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    placed(path, false, fill)
}

/// The same for a file that is its owner's alone, where it is new.
///
/// # Errors
/// As those of [`to_file`].
pub fn to_private_file<T>(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    placed(path, true, fill)
}

fn placed<T>(
    path: &Path,
    private: bool,
    fill: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    place(path, private, fill).map_err(|failure| {
        if failure.code == Code::Tape {
            failure.with("path", path.display())
        } else {
            failure
        }
    })
}

fn place<T>(
    path: &Path,
    private: bool,
    fill: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let failed = |error: io::Error| disk_failure(&error);
    let old = fs::metadata(path).ok();
    if let Some(old) = &old
        && !old.is_file()
    {
        if old.is_dir() {
            return Err(failed(ErrorKind::IsADirectory.into()));
        }
        let mut device = OpenOptions::new().write(true).open(path).map_err(failed)?;
        return fill(&mut device);
    }
    let target = if old.is_some() {
        fs::canonicalize(path).map_err(failed)?
    } else {
        path.to_owned()
    };
    let mut partial = Partial::beside(&target, private).map_err(failed)?;
    let mut out = BufWriter::with_capacity(BUFFER, &partial.file);
    let filled = fill(&mut out)?;
    out.flush().map_err(failed)?;
    drop(out);
    if let Some(old) = old {
        partial.file.set_permissions(old.permissions()).map_err(failed)?;
    }
    partial.file.sync_all().map_err(failed)?;
    fs::rename(&partial.path, &target).map_err(failed)?;
    partial.placed = true;
    sync_folder(&target);
    Ok(filled)
}

/// A path for what becomes `target` once it is whole. Beside it, because only there it can be put in its place in one
/// step; a short name of its own, because the target's may already be as long as the file system takes.
///
/// # Errors
/// Where the target has no name.
pub(crate) fn beside(target: &Path) -> io::Result<PathBuf> {
    if target.file_name().is_none() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let name = format!(".tapewriter-{}.part", uuid::Uuid::new_v4().simple());
    Ok(target.with_file_name(name))
}

/// A file that is removed unless it has been put in its place.
struct Partial {
    file: File,
    path: PathBuf,
    placed: bool,
}

impl Partial {
    fn beside(target: &Path, private: bool) -> io::Result<Self> {
        let path = beside(target)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if private {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        #[cfg(not(unix))]
        let _ = private;
        let file = options.open(&path)?;
        Ok(Self {
            file,
            path,
            placed: false,
        })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.placed {
            // Nothing is left to say this to; the name says what it is.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Brings the new name to the disk where the system has a way; the file itself is there already.
pub(crate) fn sync_folder(target: &Path) {
    #[cfg(unix)]
    if let Some(folder) = target.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    #[cfg(not(unix))]
    let _ = target;
}
