use std::ops::ControlFlow;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::event_of;
use crate::export::Progress;
use crate::log::Kind;

#[derive(Debug, Default)]
struct Kept {
    entries: Vec<Entry>,
    chunks: Vec<(u64, String, u64)>,
}

impl Sink for Kept {
    fn entry(&mut self, entry: Entry) -> Result<(), Failure> {
        self.entries.push(entry);
        Ok(())
    }

    fn chunk(&mut self, at_us: u64, _: u32, chunk: &Chunk) -> Result<(), Failure> {
        let text = String::from_utf8_lossy(&chunk.bytes).into_owned();
        self.chunks.push((at_us, text, chunk.events));
        Ok(())
    }
}

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    (folder, path)
}

const TERMS: Terms = Terms {
    limits: Limits {
        line: 1 << 20,
        event: 2 << 20,
    },
    now_us: 1_000_000,
};

fn on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Reads a file as the program does: what it is, its name and its content say.
fn read(name: &str, bytes: &[u8]) -> Result<(Kept, Imported), Failure> {
    let (_folder, path) = file(name, bytes);
    let kind = kind_of(&path)?;
    read_text(&path, kind, TERMS, |_| Ok(Kept::default()), &mut on)
}

fn data(kept: &Kept) -> Vec<&str> {
    let events = kept.entries.iter().filter_map(event_of);
    events.map(|event| &*event.data).collect()
}

fn what(failed: Result<(Kept, Imported), Failure>) -> (Code, String) {
    let failure = failed.expect_err("it cannot be read");
    assert!(!failure.message.is_empty());
    (failure.code, failure.args["what"].clone())
}

#[test]
fn event_stream_text_is_read_as_a_line_would_be() {
    let text = "\u{feff}retry: 10\n\n: hello\r\n\r\nid: 7\ndata: a\ndata: b\n\nevent: x\ndata: \u{4e09}\n\ndata: never ended";
    let (kept, imported) = read("a.sse", text.as_bytes()).expect("it reads");
    assert_eq!((imported.entries, imported.events), (4, 2));
    assert_eq!(data(&kept), ["a\nb", "三"]);
    let times: Vec<_> = kept.entries.iter().map(|entry| entry.at_us).collect();
    assert_eq!(times, [1_000_000, 1_000_000, 1_000_000, 1_050_000]);
    assert_eq!(imported.ended_us, 1_050_000);
    assert_eq!(kept.entries[3].gap_us, Some(50_000));
    let event = event_of(&kept.entries[3]).expect("an event");
    assert_eq!((&*event.event_type, &*event.id, event.chunks), ("x", "7", 1));
    // Each block is a chunk of its own, at the time of the event that it completes; nothing is left out.
    let whole: String = kept.chunks.iter().map(|(_, text, _)| text.as_str()).collect();
    assert_eq!(whole, text);
    assert_eq!(
        kept.chunks[2],
        (1_000_000, "id: 7\ndata: a\ndata: b\n\n".to_owned(), 1)
    );
    assert_eq!(
        kept.chunks[3],
        (1_050_000, "event: x\ndata: 三\n\n".to_owned(), 1)
    );
}

#[test]
fn json_lines_of_others_are_events() {
    let (kept, imported) = read("a.ndjson", b"{\"a\":1}\n\n[2]\n\"three\"").expect("it reads");
    assert_eq!(data(&kept), ["{\"a\":1}", "[2]", "\"three\""]);
    assert_eq!((imported.events, imported.ended_us), (3, 1_100_000));
    // By its content, whatever its name; a `kind` alone does not make it ours.
    let (kept, _) = read("a.txt", b"{\"kind\":\"event\"}\n{\"b\":2}\n").expect("it reads");
    assert_eq!(data(&kept), ["{\"kind\":\"event\"}", "{\"b\":2}"]);
}

#[test]
fn our_own_json_lines_come_back_with_their_times() {
    let own = concat!(
        "{\"kind\":\"event\",\"seq\":40,\"attempt\":2,\"at_us\":5,\"type\":\"x\",\"id\":\"i\",\"data\":\"d\"}\n\n",
        "{\"kind\":\"comment\",\"attempt\":2,\"at_us\":6,\"text\":\"c\"}\r\n",
        "{\"kind\":\"event\",\"seq\":50,\"attempt\":2,\"at_us\":9,\"type\":\"x\",\"id\":\"i\",\"data\":\"e\"}",
    );
    let (kept, imported) = read("a.jsonl", own.as_bytes()).expect("it reads");
    assert_eq!(data(&kept), ["d", "e"]);
    let event = event_of(&kept.entries[2]).expect("an event");
    assert_eq!(
        (event.seq, kept.entries[2].at_us, kept.entries[2].gap_us),
        (2, 9, Some(4))
    );
    assert_eq!(kept.entries[1].kind, Kind::Comment("c".into()));
    assert_eq!(
        (imported.entries, imported.ended_us, kept.chunks.len()),
        (3, 9, 0)
    );
}

#[test]
fn bad_files_say_what_is_the_matter() {
    let tape = |name: &str, bytes: &[u8]| what(read(name, bytes));
    let is = |what: &str| (Code::Tape, what.to_owned());
    assert_eq!(tape("a.sse", b""), is("empty"));
    assert_eq!(tape("a.jsonl", b" \n\n"), is("empty"));
    assert_eq!(tape("a.tape", b"no database"), is("foreign"));
    assert_eq!(tape("a.sse", b"<!doctype html>\n<p>\n\n"), is("foreign"));
    assert_eq!(tape("a.sse", b"data: half a block"), is("foreign"));
    let binary: Vec<u8> = (0..100_000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    assert_eq!(tape("a.sse", &binary), is("foreign"));
    assert_eq!(tape("a.jsonl", &binary), is("foreign"));
    assert_eq!(tape("a.jsonl", b"{\"a\":1}\n{\"b\":"), is("damaged"));
    let own = "{\"kind\":\"comment\",\"attempt\":1,\"at_us\":6,\"text\":\"c\"}\n";
    for bad in [
        "{\"kind\":\"comment\",\"attempt\":1,\"at_us\":6,\"te",
        "{\"kind\":\"comment\",\"attempt\":\"1\",\"at_us\":6,\"text\":\"c\"}\n",
        "{\"kind\":\"comment\",\"attempt\":0,\"at_us\":6,\"text\":\"c\"}\n",
        "{\"kind\":\"comment\",\"attempt\":1,\"at_us\":9007199254740992,\"text\":\"c\"}\n",
        "{\"kind\":\"comment\",\"attempt\":1,\"at_us\":-1,\"text\":\"c\"}\n",
        "{\"a\":1}\n",
        "\u{feff}",
    ] {
        let failure = read("a.jsonl", format!("{own}{bad}").as_bytes()).expect_err(bad);
        assert_eq!(
            (failure.code, failure.args["what"].as_str()),
            (Code::Tape, "damaged"),
            "{bad}"
        );
        assert_eq!(failure.args["line"], "2", "{bad}");
    }
    // Where the first line is ours but for its types, it is not taken for another's.
    let first = read(
        "a.jsonl",
        b"{\"kind\":\"comment\",\"attempt\":1,\"at_us\":\"6\",\"text\":\"c\"}\n",
    );
    assert_eq!(what(first), is("damaged"));
    let missing = kind_of(std::path::Path::new("/no/such/file.sse")).expect_err("it is not there");
    assert_eq!(missing.args["what"], "missing");
    assert_eq!(
        kind_of(&std::env::temp_dir()).expect_err("a folder").code,
        Code::Tape
    );
}

#[test]
fn lines_and_events_are_bounded() {
    let long = "x".repeat((1 << 20) + 1);
    for (name, text) in [
        ("a.sse", format!("data: a\n\ndata: {long}\n\n")),
        ("a.jsonl", format!("{{\"a\":1}}\n\"{long}\"\n")),
        ("b.jsonl", format!("\"{}", long.repeat(13))),
        (
            "c.jsonl",
            format!(
                "{{\"kind\":\"event\",\"seq\":1,\"attempt\":1,\"at_us\":1,\"type\":\"\",\"id\":\"\",\"data\":\"{}\"}}\n",
                long.repeat(2)
            ),
        ),
        (
            "d.jsonl",
            format!(
                "{{\"kind\":\"event\",\"seq\":1,\"attempt\":1,\"at_us\":1,\"type\":\"\",\"id\":\"{}\",\"data\":\"\"}}\n",
                &long[..20_000]
            ),
        ),
    ] {
        let failure = read(name, text.as_bytes()).expect_err(name);
        assert_eq!(failure.code, Code::Limit, "{name}: {failure}");
        assert!(failure.args.contains_key("bound"), "{name}");
    }
}

#[test]
fn a_line_may_be_as_long_as_an_event_of_control_characters_makes_it() {
    let own = format!(
        "{{\"kind\":\"event\",\"seq\":1,\"attempt\":1,\"at_us\":1,\"type\":\"\",\"id\":\"\",\"data\":\"{}\"}}\n",
        "\\u0001".repeat((2 << 20) - 100)
    );
    let (kept, _) = read("a.jsonl", own.as_bytes()).expect("it reads");
    assert_eq!(data(&kept)[0].len(), (2 << 20) - 100);
}

#[test]
fn progress_is_in_bytes_and_a_cancel_ends_it() {
    for (name, one) in [
        ("a.sse", "data: x\n\n"),
        ("a.jsonl", "{\"a\":1}\n"),
        (
            "b.jsonl",
            "{\"kind\":\"comment\",\"attempt\":1,\"at_us\":6,\"text\":\"c\"}\n",
        ),
    ] {
        let text = one.repeat(5_000);
        let (_folder, path) = file(name, text.as_bytes());
        let kind = kind_of(&path).expect("text");
        let mut told = Vec::new();
        let mut watch = |progress: Progress| {
            told.push(progress.done);
            ControlFlow::Continue(())
        };
        read_text(&path, kind, TERMS, |_| Ok(Kept::default()), &mut watch).expect("it reads");
        assert!(told.len() > 5 && told.is_sorted(), "{name}: {told:?}");
        assert_eq!(told.last(), Some(&(text.len() as u64)), "{name}");
        let mut looks = 0;
        let mut stop = |_: Progress| {
            looks += 1;
            if looks == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let failure = read_text(&path, kind, TERMS, |_| Ok(Kept::default()), &mut stop).expect_err(name);
        assert_eq!((failure.code, looks), (Code::Stopped, 3), "{name}");
    }
}

#[test]
fn the_beginning_is_known_before_the_entries() {
    let own = "{\"kind\":\"opened\",\"attempt\":1,\"at_us\":77,\"status\":200,\"http\":\"\",\"url\":\"http://x/\",\"headers\":[]}\n";
    let (_folder, path) = file("a.jsonl", own.as_bytes());
    let mut begun = None;
    let make = |beginning: Beginning| {
        begun = Some(beginning);
        Ok(Kept::default())
    };
    read_text(&path, FileKind::Jsonl, TERMS, make, &mut on).expect("it reads");
    let begun = begun.expect("it was told");
    assert_eq!((begun.url.as_str(), begun.started_us), ("http://x/", 77));
}

mod made;
