//! The program's log: what is said on stderr, and where it panicked, in a file of the home. It is small, it turns over, and
//! whatever happens to it never happens to the program. What it holds is scrubbed twice: what says a thing names no address
//! and no secret, and what looks like one is taken out here all the same.

use std::any::Any;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use tapewriter_engine::export::rfc3339;
use tapewriter_engine::{now_us, said, say};

use crate::home::{private_file, private_folder};
use crate::scrub;

const NAME: &str = "tapewriter.log";
/// Bytes of one file; some ten thousand lines.
const BYTES: u64 = 1 << 20;
/// Older files that stay beside the newest: `tapewriter.log.1`, `.2`.
const OLDER: u32 = 2;
/// Bytes of one line: a word about a fault, not what it was about.
const LINE: usize = 2_000;

/// The file in use. A `fn` tells it what is said, so it is the program's one.
static LOG: Mutex<Option<Log>> = Mutex::new(None);

/// Writes what is said from now on into a folder, and where the program panics. Without the folder it is said on stderr
/// alone.
pub fn open(folder: &Path) {
    match Log::open(folder) {
        Ok(log) => *LOG.lock() = Some(log),
        Err(error) => say!("there is no log: {error}"),
    }
    said::also(write);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        write(&format!("panicked at {place}: {}", reason(panic.payload())));
        before(panic);
    }));
    write(&format!(
        "Tapewriter {} begins, process {}",
        env!("CARGO_PKG_VERSION"),
        std::process::id()
    ));
}

/// The newest lines of the log, oldest first; none where there is no log.
pub fn newest(lines: usize) -> Vec<String> {
    let folder = LOG.lock().as_ref().map(|log| log.folder.clone());
    folder.map_or_else(Vec::new, |folder| newest_of(&folder, lines))
}

fn write(words: &str) {
    // A panic within the log itself must not wait for itself.
    if let Some(mut log) = LOG.try_lock_for(PATIENCE)
        && let Some(log) = log.as_mut()
    {
        log.write(words);
    }
}

/// How long a line waits for another to be written: a disk that takes longer has its own troubles.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(200);

struct Log {
    folder: PathBuf,
    file: File,
    bytes: u64,
}

impl Log {
    fn open(folder: &Path) -> io::Result<Self> {
        private_folder(folder)?;
        let path = folder.join(NAME);
        private_file(&path)?;
        let file = OpenOptions::new().append(true).open(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self {
            folder: folder.to_owned(),
            file,
            bytes,
        })
    }

    /// A disk that is full or gone loses the line.
    fn write(&mut self, words: &str) {
        if self.bytes >= BYTES {
            // The line goes on in the old file where it cannot be turned over.
            let _ = self.turn_over();
        }
        let line = line(words);
        // One write, so that two processes do not mix their lines.
        if self.file.write_all(line.as_bytes()).is_ok() {
            self.bytes += line.len() as u64;
        }
    }

    fn turn_over(&mut self) -> io::Result<()> {
        let path = |age: u32| match age {
            0 => self.folder.join(NAME),
            age => self.folder.join(format!("{NAME}.{age}")),
        };
        // Another process may have done it already: then its new file is gone on with.
        if fs::metadata(path(0)).is_ok_and(|there| there.len() >= BYTES) {
            for age in (0..OLDER).rev() {
                let from = path(age);
                if from.exists() {
                    fs::rename(from, path(age + 1))?;
                }
            }
        }
        *self = Self::open(&self.folder)?;
        Ok(())
    }
}

/// A line of the file: when, which thread, what.
fn line(words: &str) -> String {
    let thread = std::thread::current();
    let plain: String = scrub::scrubbed(words)
        .chars()
        // A line that brings a line end of its own would tell what was never said.
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let cut = plain.floor_char_boundary(LINE);
    let more = if cut < plain.len() { " …" } else { "" };
    format!(
        "{} {}: {}{more}\n",
        rfc3339(now_us()),
        thread.name().unwrap_or("-"),
        &plain[..cut]
    )
}

/// What a panic says, as far as it is the program's own words: behind a colon or a quotation mark stands what it was about.
fn reason(payload: &(dyn Any + Send)) -> String {
    let words = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(words), _) => words,
        (_, Some(words)) => words.as_str(),
        _ => return "-".to_owned(),
    };
    let end = words.find([':', '"', '\'', '`', '\n']).unwrap_or(words.len());
    words[..end].to_owned()
}

fn newest_of(folder: &Path, lines: usize) -> Vec<String> {
    let mut text = String::new();
    // What was turned over a moment ago is in the file before.
    for name in [format!("{NAME}.1"), NAME.to_owned()] {
        text.push_str(&tail(&folder.join(name), (lines * LINE / 8) as u64).unwrap_or_default());
    }
    let all: Vec<&str> = text.lines().collect();
    let from = all.len().saturating_sub(lines);
    all[from..].iter().map(|line| (*line).to_owned()).collect()
}

/// Whole lines of at most the last so many bytes of a file.
fn tail(path: &Path, bytes: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    let from = len.saturating_sub(bytes);
    file.seek(SeekFrom::Start(from))?;
    let mut read = Vec::new();
    file.take(bytes).read_to_end(&mut read)?;
    let text = String::from_utf8_lossy(&read).into_owned();
    Ok(match (from, text.split_once('\n')) {
        (0, _) => text,
        (_, Some((_, whole))) => whole.to_owned(),
        (_, None) => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_over_and_keeps_three_files_of_a_bounded_size() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("logs");
        let mut log = Log::open(&folder).expect("opened");
        for n in 0..40_000 {
            log.write(&format!("line {n} {}", "x".repeat(100)));
        }
        let mut files: Vec<_> = fs::read_dir(&folder)
            .expect("a folder")
            .map(|file| file.expect("a file"))
            .collect();
        files.sort_by_key(fs::DirEntry::file_name);
        let names: Vec<_> = files
            .iter()
            .map(|file| file.file_name().into_string().expect("a name"))
            .collect();
        assert_eq!(names, [NAME, "tapewriter.log.1", "tapewriter.log.2"]);
        for file in &files {
            let metadata = file.metadata().expect("there");
            assert!(metadata.len() < BYTES + LINE as u64, "{}", metadata.len());
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
            }
        }
        let newest = newest_of(&folder, 100);
        assert_eq!(newest.len(), 100);
        assert!(newest[99].contains("line 39999 "), "{}", newest[99]);
        assert!(newest[0].contains("line 39900 "), "{}", newest[0]);
        // Opened again it goes on where it was.
        drop(log);
        let mut log = Log::open(&folder).expect("opened");
        log.write("again");
        assert!(newest_of(&folder, 2)[0].contains("line 39999 "));
    }

    #[test]
    fn a_line_is_one_line_with_its_time_and_thread() {
        let line = line("a\nb\u{1b}[31m \u{2028} https://example.com/x?token=hunter2 \u{7f}");
        assert_eq!(line.matches('\n').count(), 1);
        assert!(
            !line.contains("hunter2") && !line.contains("example.com"),
            "{line}"
        );
        let (time, rest) = line.split_once(' ').expect("a time");
        assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
        let thread = std::thread::current();
        assert!(
            rest.starts_with(&format!("{}: a b", thread.name().expect("a test's"))),
            "{rest}"
        );
        let long = super::line(&"é".repeat(LINE));
        assert!(long.len() < LINE + 200 && long.ends_with(" …\n"));
    }

    #[test]
    fn a_panic_tells_where_and_not_about_what() {
        let secret = "hunter2".to_owned();
        for (payload, told) in [
            (Box::new("no such place") as Box<dyn Any + Send>, "no such place"),
            (
                Box::new(format!("a stream is plain data: {secret}")),
                "a stream is plain data",
            ),
            (
                Box::new(format!("byte index 3 is out of `{secret}`")),
                "byte index 3 is out of ",
            ),
            (Box::new(7), "-"),
        ] {
            assert_eq!(reason(payload.as_ref()), told);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_no_log_and_no_failure() {
        let folder = tempfile::tempdir().expect("a folder");
        let taken = folder.path().join("logs");
        fs::write(&taken, "not a folder").expect("written");
        assert!(Log::open(&taken).is_err());
        assert_eq!(newest_of(&taken, 10), Vec::<String>::new());
    }
}
