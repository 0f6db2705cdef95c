//! What other programs and the command line ask the app to open: read without opening anything, and kept until the user
//! has answered, for a page may be loaded again in between.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tapewriter_engine::contract::{Opening, OpeningKind};
use url::Url;

/// Openings that wait: more than this and somebody is playing with the app.
pub const WAITING: usize = 32;
/// Why something is refused: more was asked for than may wait.
const MANY: &str = "many";
/// What is shown of something that cannot be opened, characters.
const GIVEN_CHARS: usize = 2_000;
/// An address longer than this is nobody's: servers refuse a head of 8 KiB.
pub const ADDRESS_BYTES: usize = 8 << 10;
/// The app's own scheme.
const SCHEME: &str = "tapewriter";
/// Files that are a tape or become one, by the end of their names.
const ENDINGS: [&str; 3] = ["tape", "sse", "jsonl"];

/// One thing that was asked for, wherever its words came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// What reads like an address, of whatever scheme.
    Address(String),
    /// A file, absolute.
    File(String),
}

impl Given {
    /// Reads an argument of a program that was started in `folder`. Of one that is too long so much is kept that it still is.
    pub fn argument(argument: &OsStr, folder: &Path) -> Self {
        let words = argument.to_string_lossy();
        let path = folder.join(argument);
        if has_scheme(&words) && !path.exists() {
            return Self::Address(cut(&words));
        }
        // Links are left as they are: the user is shown the name that was given.
        let path = std::path::absolute(&path).unwrap_or(path);
        Self::File(cut(&path.to_string_lossy()))
    }

    /// What is to be opened. Nothing is connected, read or written; `tapes` is the folder of those in the list.
    pub fn read(&self, tapes: Option<&Path>) -> OpeningKind {
        match self {
            Self::Address(address) => of_address(address, tapes),
            // It may have been cut, and then is another's name.
            Self::File(path) if path.len() > ADDRESS_BYTES => refused(path, "missing"),
            Self::File(path) => of_file(Path::new(path), path, tapes),
        }
    }
}

/// A text that is too long, up to the character that makes it so.
fn cut(text: &str) -> String {
    text[..text.ceil_char_boundary(ADDRESS_BYTES + 1)].to_owned()
}

/// A letter alone is a drive of Windows.
fn has_scheme(words: &str) -> bool {
    words.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

fn of_address(address: &str, tapes: Option<&Path>) -> OpeningKind {
    if address.len() > ADDRESS_BYTES {
        return refused(address, "url");
    }
    let Ok(url) = Url::parse(address) else {
        return refused(address, "url");
    };
    match url.scheme() {
        "http" | "https" => stream(&url).unwrap_or_else(|| refused(address, "url")),
        SCHEME => link(&url)
            .and_then(|inner| stream(&inner))
            .unwrap_or_else(|| refused(address, "url")),
        // Windows would ask another machine for it, and tell that who the user is.
        "file" if url.host().is_some() => refused(address, "url"),
        "file" => match url.to_file_path() {
            Ok(path) => of_file(&path, address, tapes),
            Err(()) => refused(address, "missing"),
        },
        _ => refused(address, "scheme"),
    }
}

/// The address within `tapewriter://open?url=…`.
fn link(url: &Url) -> Option<Url> {
    let opens = url
        .host_str()
        .is_some_and(|host| host.eq_ignore_ascii_case("open"))
        && matches!(url.path(), "" | "/");
    let address = url
        .query_pairs()
        .find(|(name, _)| name == "url")
        .filter(|_| opens)?;
    Url::parse(&address.1).ok()
}

/// An address to connect to. What would be a placeholder is escaped; in the name of a host it cannot be.
fn stream(url: &Url) -> Option<OpeningKind> {
    let plain = url.host_str().is_some_and(|host| !host.contains(['{', '}']));
    if !matches!(url.scheme(), "http" | "https") || !plain {
        return None;
    }
    let url = url.as_str().replace("{{", "%7B%7B").replace("}}", "%7D%7D");
    (url.len() <= ADDRESS_BYTES).then_some(OpeningKind::Stream { url })
}

fn of_file(path: &Path, given: &str, tapes: Option<&Path>) -> OpeningKind {
    if !path.exists() {
        return refused(given, "missing");
    }
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    // A name that is no text cannot be handed to the window and back.
    let Some(name) = path
        .to_str()
        .filter(|_| path.is_file() && ENDINGS.contains(&&*ending))
    else {
        return refused(given, "kind");
    };
    if let Some(tape) = listed(path, tapes) {
        return OpeningKind::Listed { tape };
    }
    OpeningKind::Tape {
        path: name.to_owned(),
    }
}

/// The id of a tape that is in the list already.
fn listed(path: &Path, tapes: Option<&Path>) -> Option<String> {
    let real = |path: &Path| path.canonicalize().ok();
    let (path, tapes): (PathBuf, PathBuf) = (real(path)?, real(tapes?)?);
    let tape = path.extension()? == "tape" && path.parent()? == tapes;
    tape.then(|| path.file_stem()?.to_str().map(str::to_owned))
        .flatten()
}

fn refused(given: &str, code: &str) -> OpeningKind {
    OpeningKind::Refused {
        given: given.chars().take(GIVEN_CHARS).collect(),
        code: code.to_owned(),
    }
}

fn is_many(what: &OpeningKind) -> bool {
    matches!(what, OpeningKind::Refused { code, .. } if code == MANY)
}

/// What was asked for, as far as it is still known.
fn words_of(what: OpeningKind) -> String {
    match what {
        OpeningKind::Stream { url } => url,
        OpeningKind::Tape { path } => path,
        OpeningKind::Listed { tape } => tape,
        OpeningKind::Refused { given, .. } => given,
    }
}

/// What waits for an answer.
#[derive(Default)]
pub struct Openings {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    last: u32,
    waiting: Vec<Opening>,
}

impl Openings {
    /// Adds one. The first for which there is no room is refused, which is told last of all; none where that waits already.
    pub fn add(&self, what: OpeningKind) -> Option<Opening> {
        let mut inner = self.inner.lock();
        let many = inner
            .waiting
            .iter()
            .filter(|opening| is_many(&opening.what))
            .count();
        let what = match inner.waiting.len() - many {
            ..WAITING => what,
            _ if many > 0 => return None,
            _ => refused(&words_of(what), MANY),
        };
        inner.last += 1;
        let opening = Opening { id: inner.last, what };
        inner.waiting.push(opening.clone());
        Some(opening)
    }

    /// All that wait, oldest first.
    pub fn waiting(&self) -> Vec<Opening> {
        self.inner.lock().waiting.clone()
    }

    /// The user has answered; one that is gone is no error.
    pub fn settle(&self, id: u32) {
        self.inner.lock().waiting.retain(|opening| opening.id != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tapewriter_engine::template::{Part, parts};

    fn of(address: &str) -> OpeningKind {
        Given::Address(address.to_owned()).read(None)
    }

    fn url(address: &str) -> String {
        match of(address) {
            OpeningKind::Stream { url } => url,
            other => panic!("{address}: {other:?}"),
        }
    }

    fn code(kind: OpeningKind) -> String {
        match kind {
            OpeningKind::Refused { code, .. } => code,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn an_address_is_read_as_a_browser_reads_it() {
        assert_eq!(url("https://example.com"), "https://example.com/");
        assert_eq!(
            url("HTTP://Example.COM:80/a b?q=ü#f"),
            "http://example.com/a%20b?q=%C3%BC#f"
        );
        assert_eq!(url("https://例え.jp/"), "https://xn--r8jz45g.jp/");
        assert_eq!(
            url("tapewriter://open?url=https%3A%2F%2Fexample.com%2Fa%3Fb%3D1%26c%3D2"),
            "https://example.com/a?b=1&c=2"
        );
        assert_eq!(
            url("TapeWriter://OPEN/?url=http://example.com/"),
            "http://example.com/"
        );
    }

    #[test]
    fn nothing_in_an_address_is_a_placeholder() {
        for address in [
            "https://example.com/{{path}}/x",
            "https://example.com/?key={{secret:abc}}",
            "https://example.com/#{{name}}",
            "https://{{user}}:{{secret:abc}}@example.com/",
            "https://example.com/?q={{{name}}}",
            "https://example.com/?q={\n{name}\t}",
            "tapewriter://open?url=https%3A%2F%2Fexample.com%2F%3Fq%3D%7B%7Bname%7D%7D",
        ] {
            let url = url(address);
            assert!(!url.contains("{{") && !url.contains("}}"), "{address}: {url}");
            assert_eq!(parts(&url), [Part::Text(&url)]);
        }
        assert_eq!(
            url("https://example.com/?q={{name}}&r={x}"),
            "https://example.com/?q=%7B%7Bname%7D%7D&r={x}"
        );
        assert_eq!(code(of("https://{{host}}/")), "url");
        assert_eq!(code(of("tapewriter://open?url=https://{{host}}/")), "url");
    }

    #[test]
    fn refuses_what_is_no_address_of_a_stream() {
        for (address, why) in [
            ("ftp://example.com/", "scheme"),
            ("javascript:alert(1)", "scheme"),
            ("demo:/hello", "scheme"),
            ("https://", "url"),
            ("https:///", "url"),
            ("tapewriter://open", "url"),
            ("tapewriter://open?url=", "url"),
            ("tapewriter://open?url=file:///etc/passwd", "url"),
            ("tapewriter://open?url=tapewriter://open?url=http://a/", "url"),
            ("tapewriter://delete?url=https://example.com/", "url"),
            ("tapewriter:open?url=https://example.com/", "url"),
            ("file:///nowhere/at/all.tape", "missing"),
            ("file://localhost/nowhere/at/all.tape", "missing"),
            ("file://server/share/a.tape", "url"),
            ("file:////server/share/a.tape", "missing"),
        ] {
            assert_eq!(code(of(address)), why, "{address}");
        }
        let long = format!("https://example.com/{}", "a".repeat(ADDRESS_BYTES));
        match of(&long) {
            OpeningKind::Refused { given, code } => {
                assert_eq!(code, "url");
                assert_eq!(given.chars().count(), GIVEN_CHARS);
            }
            other => panic!("{other:?}"),
        }
        // Escapes make an address longer.
        let grows = format!("https://example.com/?{}", "ü".repeat(ADDRESS_BYTES / 2 - 20));
        assert_eq!(code(of(&grows)), "url");
    }

    #[test]
    fn a_file_is_known_by_its_ending_and_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let tapes = folder.path().join("tapes");
        fs::create_dir(&tapes).expect("made");
        fs::create_dir(folder.path().join("folder.tape")).expect("made");
        for name in [
            "a b.tape",
            "two.SSE",
            "three.jsonl",
            "four.txt",
            "tapes/id-1.tape",
            "tapes/x.sse",
        ] {
            fs::write(folder.path().join(name), "").expect("written");
        }
        let read = |name: &str| Given::argument(OsStr::new(name), folder.path()).read(Some(&tapes));
        for name in [
            "a b.tape",
            "two.SSE",
            "three.jsonl",
            "./three.jsonl",
            "tapes/x.sse",
        ] {
            match read(name) {
                OpeningKind::Tape { path } => assert!(Path::new(&path).is_absolute(), "{path}"),
                other => panic!("{name}: {other:?}"),
            }
        }
        assert_eq!(
            read("tapes/../tapes/id-1.tape"),
            OpeningKind::Listed {
                tape: "id-1".to_owned()
            }
        );
        assert_eq!(code(read("four.txt")), "kind");
        assert_eq!(code(read("folder.tape")), "kind");
        assert_eq!(code(read("five.tape")), "missing");
        assert_eq!(code(read("example.com/events")), "missing");
        let address = Url::from_file_path(folder.path().join("a b.tape")).expect("absolute");
        assert!(matches!(read(address.as_str()), OpeningKind::Tape { path } if path.ends_with("/a b.tape")));
    }

    #[test]
    fn a_file_with_a_colon_is_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("at:noon.tape"), "").expect("written");
        let given = Given::argument(OsStr::new("at:noon.tape"), folder.path());
        assert!(matches!(given, Given::File(_)), "{given:?}");
        assert!(matches!(
            Given::argument(OsStr::new("at:night.tape"), folder.path()),
            Given::Address(_)
        ));
        assert!(!has_scheme("C:\\x.tape") && !has_scheme("1a:b") && has_scheme("web+x:y"));
    }

    #[test]
    fn what_is_too_long_is_cut_and_still_too_long() {
        let folder = tempfile::tempdir().expect("a folder");
        for long in ["https://example.com/", "", "a\u{1}:"] {
            let long = format!("{long}{}", "ü".repeat(ADDRESS_BYTES));
            let given = Given::argument(OsStr::new(&long), folder.path());
            let (Given::Address(words) | Given::File(words)) = &given;
            assert!(
                words.len() > ADDRESS_BYTES && words.len() < ADDRESS_BYTES + 4,
                "{}",
                words.len()
            );
            let why = code(given.read(None));
            assert_eq!(
                why,
                if long.starts_with("https") {
                    "url"
                } else {
                    "missing"
                }
            );
        }
        let whole = format!("https://example.com/{}", "a".repeat(ADDRESS_BYTES - 20));
        assert_eq!(
            Given::argument(OsStr::new(&whole), folder.path()),
            Given::Address(whole)
        );
    }

    #[test]
    fn so_many_wait_and_no_more() {
        let openings = Openings::default();
        for _ in 0..WAITING {
            openings.add(of("https://example.com/")).expect("there is room");
        }
        // The first that is left out is said to be, once.
        let many = openings.add(of("https://example.com/left-out")).expect("told");
        assert_eq!(
            many.what,
            OpeningKind::Refused {
                given: "https://example.com/left-out".to_owned(),
                code: MANY.to_owned()
            }
        );
        assert_eq!(openings.add(of("https://example.com/")), None);
        assert_eq!(openings.waiting().last(), Some(&many));
        openings.settle(1);
        openings.settle(1);
        assert_eq!(openings.waiting().len(), WAITING);
        let next = openings.add(of("https://example.com/")).expect("room again");
        assert_eq!(next.id, WAITING as u32 + 2, "a number is given once");
        assert!(!is_many(&next.what));
        assert_eq!(openings.add(of("https://example.com/")), None);
        // Answered, it can be said again.
        openings.settle(many.id);
        let again = openings.add(of("https://example.com/")).expect("told again");
        assert!(is_many(&again.what));
    }
}
