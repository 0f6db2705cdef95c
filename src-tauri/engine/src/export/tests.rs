use std::io::Cursor;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::contract::{TextRule, Wait};
use crate::import::{FileKind, Sink, Terms, read_text};
use crate::lenient::Limits;
use crate::log::{Budget, Event, Kind, Mark, Ring, Span};

mod full;
mod lies;
mod scenes;
mod series;

fn event(pos: u64, seq: u64, event_type: &str, id: &str, data: &str) -> Entry {
    let event = Event {
        seq,
        event_type: event_type.into(),
        id: id.into(),
        data: data.into(),
        wire_bytes: 0,
        chunks: 0,
    };
    Entry {
        pos,
        at_us: 1_795_300_000_000_000 + pos * 1_000,
        gap_us: (seq > 1).then_some(1_000),
        attempt: 1,
        kind: Kind::Event(event),
    }
}

fn ring(entries: impl IntoIterator<Item = Entry>) -> Ring {
    let mut ring = Ring::new(Arc::new(Budget::default()));
    for entry in entries {
        ring.append(entry);
    }
    ring
}

fn events<T: AsRef<str>>(all: &[(T, T, T)]) -> Ring {
    let entry = |(n, (event_type, id, data)): (usize, &(T, T, T))| {
        event(
            n as u64,
            n as u64 + 1,
            event_type.as_ref(),
            id.as_ref(),
            data.as_ref(),
        )
    };
    ring(all.iter().enumerate().map(entry))
}

fn on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn text(format: ExportFormat, rule: TextRule, log: &dyn Log, which: Which<'_>) -> (String, Written) {
    let mut out = Vec::new();
    let written = write(
        format,
        &rule.into(),
        &Rules::default(),
        log,
        which,
        &mut out,
        &mut on,
    )
    .expect("memory takes it");
    assert_eq!(written.bytes, out.len() as u64);
    (String::from_utf8(out).expect("text"), written)
}

fn all(format: ExportFormat, log: &dyn Log) -> String {
    text(format, TextRule::Lines, log, Which::All).0
}

/// A log of everything that can happen.
fn session() -> Ring {
    let marks = |pos: u64, attempt: u32, mark: Mark| Entry {
        pos,
        at_us: 1_795_300_000_000_000 + pos * 1_000,
        gap_us: None,
        attempt,
        kind: Kind::Mark(Arc::new(mark)),
    };
    ring([
        marks(
            0,
            1,
            Mark::Opened {
                status: 200,
                http: "HTTP/1.1".to_owned(),
                url: "http://x/".to_owned(),
                headers: vec![("content-type".to_owned(), "text/event-stream".to_owned())],
            },
        ),
        marks(1, 1, Mark::Retry { ms: 1_500 }),
        event(2, 1, "message", "", "one\ntwo, \"three\""),
        Entry {
            kind: Kind::Comment(" ping".into()),
            ..event(3, 1, "", "", "")
        },
        event(4, 2, "price", "7", "=1+1"),
        marks(
            5,
            1,
            Mark::Closed {
                failure: Failure::new(Code::Reset, "the connection broke"),
                after_us: 5_000,
            },
        ),
        marks(
            6,
            1,
            Mark::Waiting {
                ms: 1_500,
                last_event_id: "7".to_owned(),
                wait: Wait {
                    why: crate::contract::WaitWhy::Default,
                    asked_ms: None,
                    failures: 0,
                },
            },
        ),
        marks(
            7,
            2,
            Mark::Resumed {
                from_us: 1_795_300_000_005_000,
                code: Code::Reset,
                last_event_id: "7".to_owned(),
                lost: Some(0),
                repeated: None,
            },
        ),
        Entry {
            attempt: 2,
            ..event(8, 3, "message", "", "三")
        },
        marks(
            9,
            2,
            Mark::Failed {
                failure: Failure::new(Code::Status, "500"),
            },
        ),
    ])
}

/// What an import hands over.
#[derive(Default)]
struct Read(Vec<Entry>);

impl Sink for Read {
    fn entry(&mut self, entry: Entry) -> Result<(), Failure> {
        self.0.push(entry);
        Ok(())
    }

    fn chunk(&mut self, _: u64, _: u32, _: &crate::attempt::Chunk) -> Result<(), Failure> {
        Ok(())
    }
}

fn read_back(kind: FileKind, text: &[u8]) -> Result<Vec<Entry>, Failure> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("written");
    let terms = Terms {
        limits: Limits::default(),
        now_us: 0,
    };
    let read = read_text(file.path(), kind, terms, |_| Ok(Read::default()), &mut on)?;
    Ok(read.0.0)
}

fn triples(entries: &[Entry]) -> Vec<(String, String, String)> {
    entries
        .iter()
        .filter_map(crate::event_of)
        .map(|event| {
            (
                event.event_type.to_string(),
                event.id.to_string(),
                event.data.to_string(),
            )
        })
        .collect()
}

/// Text with what is special to any of the formats, often.
fn odd() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("\n"),
        Just("\r"),
        Just("\r\n"),
        Just(" "),
        Just(":"),
        Just(","),
        Just("\""),
        Just("data: x"),
        Just("\u{feff}"),
        Just("\0"),
        Just("é三"),
        Just("id"),
        Just(""),
        Just("a"),
        Just("{\"a\":1}"),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

/// What a name or an id may be on a line: anything but a line's end, and no NUL.
fn word() -> impl Strategy<Value = String> {
    odd().prop_map(|text| text.replace(['\r', '\n', '\0'], ""))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn event_stream_text_reads_back_through_the_lines_own_parser(
        all in prop::collection::vec((word(), word(), odd()), 1..12)
    ) {
        let log = events(&all);
        let (text, written) = text(ExportFormat::Sse, TextRule::Lines, &log, Which::All);
        let read = read_back(FileKind::Sse, text.as_bytes()).expect("it reads");
        // A carriage return is a line's end there, and says so; the type of an event without one is `message`.
        let altered = all.iter().filter(|(.., data)| data.contains('\r')).count() as u64;
        let expected: Vec<_> = all.into_iter().map(|(event_type, id, data)| {
            let event_type = if event_type.is_empty() { "message".to_owned() } else { event_type };
            (event_type, id, data.replace("\r\n", "\n").replace('\r', "\n"))
        }).collect();
        prop_assert_eq!(triples(&read), expected);
        prop_assert_eq!(written.altered, altered);
    }

    #[test]
    fn csv_reads_back(all in prop::collection::vec((odd(), odd(), odd()), 0..12)) {
        let text = super::tests::all(ExportFormat::Csv, &events(&all));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        prop_assert_eq!(reader.headers().expect("a header"), vec!["seq", "arrived", "type", "id", "data"]);
        let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
        prop_assert_eq!(rows.len(), all.len());
        for (n, (row, (event_type, id, data))) in rows.iter().zip(&all).enumerate() {
            prop_assert_eq!(&row[0], (n + 1).to_string());
            prop_assert_eq!(&row[1], rfc3339(1_795_300_000_000_000 + n as u64 * 1_000));
            prop_assert_eq!((&row[2], &row[3], &row[4]), (&**event_type, &**id, &**data));
        }
    }

    #[test]
    fn json_lines_read_back(all in prop::collection::vec((odd(), odd(), odd()), 1..12)) {
        let log = events(&all);
        let text = super::tests::all(ExportFormat::Jsonl, &log);
        prop_assert_eq!(text.lines().count(), all.len());
        let read = read_back(FileKind::Jsonl, text.as_bytes()).expect("it reads");
        let expected: Vec<_> = log.run(0, all.len()).into_iter().map(|mut entry| {
            if let Kind::Event(event) = &mut entry.kind && event.event_type.is_empty() {
                event.event_type = "message".into();
            }
            entry
        }).collect();
        prop_assert_eq!(read, expected);
    }
}

#[test]
fn csv_is_rfc_4180() {
    assert_eq!(
        all(ExportFormat::Csv, &session()),
        "seq,arrived,type,id,data\r\n\
         1,2026-11-21T22:26:40.002000Z,message,,\"one\ntwo, \"\"three\"\"\"\r\n\
         2,2026-11-21T22:26:40.004000Z,price,7,=1+1\r\n\
         3,2026-11-21T22:26:40.008000Z,message,,三\r\n"
    );
}

#[test]
fn event_stream_text_says_no_more_than_it_must() {
    assert_eq!(
        all(ExportFormat::Sse, &session()),
        "retry: 1500\n\ndata: one\ndata: two, \"three\"\n\n:  ping\n\nevent: price\nid: 7\ndata: =1+1\n\nid:\ndata: 三\n\n"
    );
    // The same id again is not said again; a leading space and an empty line are kept.
    let log = events(&[("message", "a", " x\n"), ("message", "a", "")]);
    assert_eq!(
        all(ExportFormat::Sse, &log),
        "id: a\ndata:  x\ndata:\n\ndata:\n\n"
    );
}

#[test]
fn what_event_stream_text_cannot_hold_is_counted() {
    let log = events(&[
        ("a\nb", "", "x"),
        ("message", "a\0b", "y"),
        ("message", "c\r", "z"),
    ]);
    let (text, written) = text(ExportFormat::Sse, TextRule::Lines, &log, Which::All);
    assert_eq!(text, "event: a b\ndata: x\n\ndata: y\n\nid: c \ndata: z\n\n");
    assert_eq!(written.altered, 3);
}

#[test]
fn json_lines_hold_everything_that_happened() {
    let text = all(ExportFormat::Jsonl, &session());
    let first = text.lines().next().expect("a line");
    assert_eq!(
        first,
        r#"{"kind":"opened","attempt":1,"at_us":1795300000000000,"status":200,"http":"HTTP/1.1","url":"http://x/","headers":[["content-type","text/event-stream"]]}"#
    );
    let read = read_back(FileKind::Jsonl, text.as_bytes()).expect("it reads");
    let log = session();
    // Gaps are those between events; all else is as it was.
    assert_eq!(read.len(), 10);
    for (pos, read) in read.iter().enumerate() {
        let written = log.get(pos as u64).expect("it is there");
        assert_eq!(
            (&read.kind, read.at_us, read.attempt),
            (&written.kind, written.at_us, written.attempt)
        );
    }
    assert_eq!(read[4].gap_us, Some(2_000));
}

#[test]
fn typed_text_ends_with_a_newline() {
    let log = session();
    let lines = text(ExportFormat::Text, TextRule::Lines, &log, Which::All).0;
    assert_eq!(lines, "one\ntwo, \"three\"\nprice: =1+1\n三\n");
    let joined = text(ExportFormat::Text, TextRule::Joined, &log, Which::All).0;
    assert_eq!(joined, "one\ntwo, \"three\"\nprice: =1+1\n三\n");
    let empty = text(ExportFormat::Text, TextRule::Joined, &ring([]), Which::All).0;
    assert_eq!(empty, "");
}

#[test]
fn a_part_can_be_written() {
    let log = events(&[("message", "", "a"), ("tick", "", "b"), ("message", "", "c")]);
    let mut positions = [0, 2].into_iter();
    let (at, written) = text(
        ExportFormat::Text,
        TextRule::Lines,
        &log,
        Which::At(&mut positions),
    );
    assert_eq!((at.as_str(), written.events), ("a\nc\n", 2));
    let mut ticks = |entry: &Entry| crate::event_of(entry).is_some_and(|event| &*event.event_type == "tick");
    let (some, written) = text(ExportFormat::Text, TextRule::Lines, &log, Which::If(&mut ticks));
    assert_eq!((some.as_str(), written.entries), ("tick: b\n", 1));
}

#[test]
fn progress_is_told_and_a_cancel_ends_it_soon() {
    let log = ring((0..10_000).map(|n| event(n, n + 1, "message", "", "0123456789")));
    let mut told = Vec::new();
    let mut out = Vec::new();
    let mut watch = |progress: Progress| {
        told.push(progress);
        ControlFlow::Continue(())
    };
    write(
        ExportFormat::Text,
        &TextRule::Lines.into(),
        &Rules::default(),
        &log,
        Which::All,
        &mut out,
        &mut watch,
    )
    .expect("memory");
    assert_eq!(
        told.last(),
        Some(&Progress {
            done: 10_000,
            bytes: 110_000
        })
    );
    assert!(told.windows(2).all(|pair| pair[1].done - pair[0].done <= 1_000));
    // Also where nothing passes.
    let mut looks = 0;
    let mut stop = |_: Progress| {
        looks += 1;
        if looks == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let failure = write(
        ExportFormat::Text,
        &TextRule::Lines.into(),
        &Rules::default(),
        &log,
        Which::If(&mut |_| false),
        &mut out,
        &mut stop,
    );
    assert_eq!(failure.map_err(|failure| failure.code), Err(Code::Stopped));
    assert_eq!(looks, 3);
}

/// A log that says how many bytes were asked for at once.
struct Heavy {
    most: parking_lot::Mutex<usize>,
}

impl Log for Heavy {
    fn span(&self) -> Span {
        Span { first: 0, end: 300 }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        Some(event(pos, pos + 1, "message", "", &"x".repeat(1 << 20)))
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        pos << 20
    }

    fn run(&self, from: u64, len: usize) -> Vec<Entry> {
        let mut most = self.most.lock();
        *most = (*most).max(len);
        (from..from + len as u64)
            .filter_map(|pos| self.get(pos))
            .collect()
    }
}

#[test]
fn large_events_are_held_a_few_at_a_time() {
    let log = Heavy {
        most: parking_lot::Mutex::new(0),
    };
    let mut sink = io::sink();
    let written = write(
        ExportFormat::Sse,
        &TextRule::Lines.into(),
        &Rules::default(),
        &log,
        Which::All,
        &mut sink,
        &mut on,
    );
    assert_eq!(written.expect("nothing refuses it").events, 300);
    assert!(*log.most.lock() <= 4, "{}", log.most.lock());
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "old").expect("written");
    let failure = to_file(&path, |out| {
        out.write_all(b"half").expect("room");
        Err::<(), _>(cancelled())
    });
    assert_eq!(failure.map_err(|failure| failure.code), Err(Code::Stopped));
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "old");
    assert_eq!(files(folder.path()), ["a.csv"]);
    to_file(&path, |out| {
        out.write_all(b"new").map_err(|error| disk_failure(&error))
    })
    .expect("written");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "new");
    assert_eq!(files(folder.path()), ["a.csv"]);
    // A folder that is not there, and one in the file's place.
    for (path, what) in [
        (folder.path().join("none/a.csv"), "missing"),
        (folder.path().to_owned(), "unreadable"),
    ] {
        let failure = to_file(&path, |_| Ok(())).expect_err("it cannot be");
        assert_eq!((failure.code, failure.args["what"].as_str()), (Code::Tape, what));
        assert_eq!(failure.args["path"], path.display().to_string());
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_permissions_and_devices_left() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let (path, link) = (folder.path().join("a"), folder.path().join("link"));
    std::fs::write(&path, "old").expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("ours");
    symlink(&path, &link).expect("a link");
    to_file(&link, |out| {
        out.write_all(b"new").map_err(|error| disk_failure(&error))
    })
    .expect("written");
    assert!(link.symlink_metadata().expect("it is there").is_symlink());
    let mode = path.metadata().expect("it is there").permissions().mode();
    assert_eq!(
        (
            std::fs::read_to_string(&path).expect("read").as_str(),
            mode & 0o777
        ),
        ("new", 0o640)
    );
    to_file(std::path::Path::new("/dev/null"), |out| {
        out.write_all(b"x").map_err(|error| disk_failure(&error))
    })
    .expect("it takes anything");
    assert!(
        !std::path::Path::new("/dev/null")
            .metadata()
            .expect("still")
            .is_file()
    );
}

#[test]
fn json_lines_are_flushed_by_nobody_but_the_caller() {
    let mut out = Cursor::new(Vec::new());
    json_line(&event(0, 1, "message", "", "x"), &mut out).expect("memory");
    assert!(out.into_inner().ends_with(b"\"data\":\"x\"}\n"));
}

#[test]
fn a_stretch_is_bounded_by_what_its_entries_weigh() {
    // Comments are no data, of which the figures tell.
    let comment = |pos: u64| Entry {
        pos,
        at_us: pos,
        gap_us: None,
        attempt: 1,
        kind: Kind::Comment("x".repeat(1 << 20).into()),
    };
    let log = ring((0..40).map(comment));
    let (entries, next) = stretch(&log, 0, 40);
    assert!(entries.len() as u64 <= PIECE, "{}", entries.len());
    assert_eq!(next, entries.len() as u64);
}

#[test]
fn a_prompt_is_a_line_of_the_attempt_that_carries_it_and_is_read_back() {
    let mark = |pos, attempt, mark| Entry {
        attempt,
        kind: Kind::Mark(Arc::new(mark)),
        ..event(pos, 0, "", "", "")
    };
    let asked = |prompt: &str| Mark::Asked {
        prompt: prompt.to_owned(),
    };
    let all = [
        mark(0, 1, asked("why?\n\"so\"")),
        event(1, 1, "message", "", "because"),
        mark(2, 2, asked("and then?")),
    ];
    let (text, _) = text(
        ExportFormat::Jsonl,
        TextRule::Lines,
        &ring(all.clone()),
        Which::All,
    );
    let first = text.lines().next();
    assert_eq!(
        first,
        Some(r#"{"kind":"asked","attempt":1,"at_us":1795300000000000,"prompt":"why?\n\"so\""}"#)
    );
    let back = read_back(FileKind::Jsonl, text.as_bytes()).expect("readable");
    let kinds = |entries: &[Entry]| {
        entries
            .iter()
            .map(|entry| (entry.attempt, entry.kind.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(&back), kinds(&all));
}
