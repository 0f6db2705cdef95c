//! How WebKitGTK is to draw: as it would, on the processor where there is no graphics device, or the safe way after a
//! start whose window never painted.
//!
//! Some graphics drivers and WebKit's buffers do not get on: the window stays empty, or its process ends. Nothing can
//! tell so beforehand, so a start writes down that it has opened a window, and strikes it out once the window has drawn
//! two frames. The start that finds it still there draws the safe way, which is slower and works everywhere, and says
//! so. It stays so for a number of starts, twice as many each time the usual way has failed again, or until the app or
//! WebKit is another version. What the user has set in the environment always wins.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tapewriter_engine::say;

use crate::home::private_file;

/// Starts that draw the safe way before the usual way is tried again.
const SAFE_STARTS: u32 = 10;
/// No more than this: a driver may have been mended meanwhile.
const SAFE_STARTS_MOST: u32 = 320;
/// Makes WebKit draw without the buffers that it shares with the graphics device.
const WITHOUT_BUFFERS: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
/// Keeps NVIDIA's driver from a protocol on Wayland that ends the app's connection.
const WITHOUT_EXPLICIT_SYNC: &str = "__NV_DISABLE_EXPLICIT_SYNC";

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Record {
    /// The versions that it speaks of.
    versions: String,
    /// A window was opened and has not drawn yet.
    opened: bool,
    /// Starts that are still to draw the safe way.
    safe: u32,
    /// How many there were to be when the usual way failed last.
    span: u32,
}

impl Record {
    /// What a start makes of the one before.
    fn next(mut self, versions: &str) -> Self {
        if self.versions != versions {
            return Self {
                versions: versions.to_owned(),
                ..Self::default()
            };
        }
        // The safe way failing too has another cause: it is not kept for longer.
        if self.opened && self.safe == 0 {
            self.span = (2 * self.span).clamp(SAFE_STARTS, SAFE_STARTS_MOST);
            self.safe = self.span;
        }
        self.opened = false;
        self
    }

    fn drawn(&mut self) {
        if self.opened {
            self.opened = false;
            self.safe = self.safe.saturating_sub(1);
        }
    }
}

/// How the windows of this run are drawn.
pub struct Drawing {
    /// No graphics device is used.
    #[cfg_attr(
        not(target_os = "linux"),
        allow(dead_code, reason = "other web views choose it themselves")
    )]
    pub on_processor: bool,
    /// The safe way, because the last window never painted.
    pub fallback: bool,
    file: PathBuf,
    /// None where another process keeps it.
    record: Option<Mutex<Record>>,
}

impl Drawing {
    /// Finds the way; `alone` is whether no other process uses the home. Variables must still be unread: nothing of the
    /// toolkit, and no thread, may have started.
    pub fn choose(file: PathBuf, alone: bool) -> Self {
        let record = read(&file).next(&versions());
        let chosen = chosen_by_the_user();
        let fallback = cfg!(target_os = "linux") && record.safe > 0 && !chosen;
        let on_processor = fallback || (cfg!(target_os = "linux") && !graphics_device() && !chosen);
        if fallback {
            set(WITHOUT_BUFFERS);
        }
        if cfg!(target_os = "linux")
            && nvidia_on_wayland()
            && std::env::var_os(WITHOUT_EXPLICIT_SYNC).is_none()
        {
            set(WITHOUT_EXPLICIT_SYNC);
        }
        Self {
            on_processor,
            fallback,
            file,
            record: (alone && cfg!(target_os = "linux")).then(|| Mutex::new(record)),
        }
    }

    /// A window is about to open.
    pub fn opens(&self) {
        self.note(|record| record.opened = true);
    }

    /// It has drawn.
    #[cfg_attr(
        not(target_os = "linux"),
        allow(dead_code, reason = "nothing is written down of other web views")
    )]
    pub fn drawn(&self) {
        self.note(Record::drawn);
    }

    /// It was closed before that could be known.
    pub fn closed_early(&self) {
        self.note(|record| record.opened = false);
    }

    fn note(&self, change: impl FnOnce(&mut Record)) {
        let Some(record) = &self.record else { return };
        let mut record = record.lock();
        let before = record.clone();
        change(&mut record);
        if *record != before
            && let Err(error) = write(&self.file, &record)
        {
            say!("{} cannot be written: {error}", self.file.display());
        }
    }
}

/// What cannot be read says nothing.
fn read(file: &Path) -> Record {
    fs::read(file)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

fn write(file: &Path, record: &Record) -> io::Result<()> {
    private_file(file)?;
    fs::write(file, serde_json::to_vec(record)?)
}

/// The app's version and WebKit's: with either, what failed may work.
fn versions() -> String {
    let view = tauri::webview_version().unwrap_or_default();
    format!("{} {view}", env!("CARGO_PKG_VERSION"))
}

/// A user who has set one of WebKit's own variables has chosen.
fn chosen_by_the_user() -> bool {
    std::env::vars_os().any(|(name, _)| {
        let name = name.to_string_lossy();
        name.starts_with("WEBKIT_DISABLE_") || name.starts_with("WEBKIT_SKIA_")
    })
}

/// Without a graphics device (a virtual machine, a remote desktop) WebKitGTK composes the page through an OpenGL made in
/// software, which takes three times as long as drawing on the processor directly.
fn graphics_device() -> bool {
    fs::read_dir("/dev/dri").is_ok_and(|mut entries| {
        entries
            .any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("render")))
    })
}

fn nvidia_on_wayland() -> bool {
    let wayland = std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty());
    wayland && Path::new("/proc/driver/nvidia/version").exists()
}

#[allow(
    unsafe_code,
    reason = "WebKit reads no other setting, and its processes inherit this one"
)]
fn set(name: &str) {
    // SAFETY: `choose` is called by the program's first thread before there is another.
    unsafe { std::env::set_var(name, "1") };
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One start: what it drew by, and what it left.
    fn start(record: Record, paints: bool) -> (bool, Record) {
        let mut record = record.next("1");
        let safe = record.safe > 0;
        record.opened = true;
        if paints {
            record.drawn();
        }
        (safe, record)
    }

    #[test]
    fn a_window_that_never_painted_makes_the_next_start_safe() {
        let (safe, record) = start(Record::default(), true);
        assert!(!safe);
        let (safe, record) = start(record, false);
        assert!(!safe);
        let (safe, mut record) = start(record, true);
        assert!(safe);
        // As many starts as were said, then the usual way again.
        for _ in 1..SAFE_STARTS {
            let (safe, next) = start(record, true);
            assert!(safe);
            record = next;
        }
        let (safe, record) = start(record, true);
        assert!(!safe);
        assert!(!start(record, true).0);
    }

    #[test]
    fn the_usual_way_is_tried_more_seldom_each_time_that_it_fails() {
        let mut record = Record::default();
        let mut spans = Vec::new();
        for _ in 0..8 {
            (_, record) = start(Record { safe: 0, ..record }, false);
            record = record.next("1");
            spans.push(record.safe);
        }
        assert_eq!(spans, [10, 20, 40, 80, 160, 320, 320, 320]);
    }

    #[test]
    fn the_safe_way_failing_too_does_not_make_it_last() {
        let record = Record {
            versions: "1".to_owned(),
            opened: true,
            safe: 3,
            span: 10,
        };
        assert_eq!(record.next("1").safe, 3);
    }

    #[test]
    fn another_version_begins_anew() {
        let record = Record {
            versions: "1".to_owned(),
            opened: true,
            safe: 5,
            span: 40,
        };
        let next = record.next("2");
        assert_eq!((next.safe, next.span, next.opened), (0, 0, false));
    }

    #[test]
    fn what_is_noted_is_there_for_the_next_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("drawing.json");
        let drawing = |record| Drawing {
            on_processor: false,
            fallback: false,
            file: file.clone(),
            record,
        };
        let of_versions = Record::default().next("1");
        let first = drawing(Some(Mutex::new(of_versions.clone())));
        first.opens();
        assert!(read(&file).opened);
        first.drawn();
        assert_eq!(read(&file), of_versions);
        first.opens();
        first.closed_early();
        assert_eq!(read(&file), of_versions);
        // Another process' file is left to it.
        drawing(None).opens();
        assert!(!read(&file).opened);
        fs::write(&file, "{").expect("written");
        assert_eq!(read(&file), Record::default());
    }
}
