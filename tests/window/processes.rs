//! Ends everything that a test started. WebKit's processes are children of the app, the app is a child of
//! the driver, and no group or session holds them all: a variable in their environment does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A mark in the environment of processes; when it is dropped they are killed.
pub struct Marked {
    value: String,
}

impl Marked {
    const NAME: &'static str = "TAPEWRITER_TEST";

    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self {
            value: format!("{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed)),
        }
    }

    /// Has what this command starts, and all that comes of it, carry the mark.
    pub fn on<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env(Self::NAME, &self.value)
    }

    /// The processes that carry the mark.
    pub fn all(&self) -> Vec<Process> {
        let mark = format!("{}={}", Self::NAME, self.value);
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc").expect("/proc").flatten() {
            let folder = entry.path();
            // Not every entry is a process, not every process is ours to read, and each may end meanwhile.
            let Ok(environment) = fs::read(folder.join("environ")) else {
                continue;
            };
            if environment
                .split(|byte| *byte == 0)
                .any(|variable| variable == mark.as_bytes())
            {
                let name = fs::read_to_string(folder.join("comm"))
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                found.push(Process { folder, name });
            }
        }
        found
    }
}

impl Drop for Marked {
    fn drop(&mut self) {
        // Until none is left: a process may have started another one meanwhile.
        for _ in 0..200 {
            let left = self.all();
            if left.is_empty() {
                return;
            }
            left.iter().for_each(Process::kill);
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// One process, by its folder in `/proc`.
pub struct Process {
    folder: PathBuf,
    pub name: String,
}

impl Process {
    /// A variable of its environment, as it was when it was started.
    pub fn variable(&self, name: &str) -> Option<String> {
        let environment = fs::read(self.folder.join("environ")).ok()?;
        environment.split(|byte| *byte == 0).find_map(|variable| {
            let (key, value) = std::str::from_utf8(variable).ok()?.split_once('=')?;
            (key == name).then(|| value.to_owned())
        })
    }

    /// Ends it as a power failure would, without a word.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    /// Sends it a signal, by its name.
    pub fn signal(&self, name: &str) {
        // The shell's own `kill`: a signal is not worth a dependency.
        let pid = self.folder.file_name().expect("a number");
        let _ = Command::new("sh")
            .args(["-c", "kill -s \"$2\" \"$1\" 2>/dev/null", "sh"])
            .arg(pid)
            .arg(name)
            .status();
    }

    /// A path as this process sees it.
    pub fn inside(&self, path: &Path) -> PathBuf {
        let path = path.strip_prefix("/").expect("a whole path");
        self.folder.join("root").join(path)
    }

    /// Its memory as the kernel shares it out between processes, MiB.
    pub fn memory(&self) -> u64 {
        let rollup = fs::read_to_string(self.folder.join("smaps_rollup")).unwrap_or_default();
        let kib = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}
