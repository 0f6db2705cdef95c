//! A socket in the home, which only the user's own processes can reach.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use crate::home::Home;

/// A socket's whole path has no more room than this, on the system that gives it least, its end included.
const PATH_BYTES: usize = 104;

/// The socket's file; it goes with the process that made it.
pub struct Place(PathBuf);

/// Where others come in.
pub struct Door(UnixListener);

impl Place {
    /// Must be called on a runtime.
    pub async fn take(home: &Home) -> io::Result<(Self, Door)> {
        let path = home.instance();
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = short(&path, |path| UnixListener::bind(path))?;
        let place = Self(path);
        fs::set_permissions(&place.0, Permissions::from_mode(0o600))?;
        Ok((place, Door(listener)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Door {
    /// The next who comes in, of this user's: rights of files are not all that keeps others out.
    pub async fn accept(&mut self) -> io::Result<UnixStream> {
        loop {
            let (connection, _) = self.0.accept().await?;
            if is_ours(&connection)? {
                return Ok(connection);
            }
        }
    }
}

/// Comes to the one that has the home.
pub async fn connect(home: &Home) -> io::Result<UnixStream> {
    let path = home.instance();
    let connection = if path.as_os_str().len() < PATH_BYTES {
        UnixStream::connect(&path).await?
    } else {
        let folder = folder_of(&path)?;
        UnixStream::connect(through(&folder, &path)).await?
    };
    // Somebody else's socket, in a folder that is shared.
    if is_ours(&connection)? {
        Ok(connection)
    } else {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

/// Calls with the path, or with a shorter one for the same file.
fn short<T>(path: &Path, call: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    if path.as_os_str().len() < PATH_BYTES {
        return call(path);
    }
    let folder = folder_of(path)?;
    call(&through(&folder, path))
}

fn folder_of(path: &Path) -> io::Result<File> {
    File::open(path.parent().unwrap_or(Path::new("/")))
}

/// The same file by a path that has room, as Linux has it. Elsewhere there is none, and no later start is heard.
fn through(folder: &File, path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(name)
}

/// Whether who is at the other end is the user that this process runs as.
fn is_ours(connection: &UnixStream) -> io::Result<bool> {
    let (own, _) = UnixStream::pair()?;
    Ok(connection.peer_cred()?.uid() == own.peer_cred()?.uid())
}
