//! Tapes on the command line: recorded, described, exported, and served again.

mod support;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Demo, demo, json, run, tape};

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder
        .path()
        .join(name)
        .to_str()
        .expect("a plain path")
        .to_owned()
}

/// Records a stream of the demo server to its end.
fn record(demo: &Demo, stream: &str, to: &str) -> Vec<Value> {
    let url = format!("{}{stream}", demo.origin);
    let (code, out, err) = run(&["tail", "--json", "--no-reconnect", "-o", to, &url]);
    assert_eq!(code, 0, "{err}");
    json(&out)
}

fn events(lines: &[Value]) -> Vec<(String, String, String)> {
    let text = |line: &Value, name: &str| line[name].as_str().expect(name).to_owned();
    lines
        .iter()
        .filter(|line| line["kind"] == "event")
        .map(|line| (text(line, "type"), text(line, "id"), text(line, "data")))
        .collect()
}

/// A tape that is served.
struct Served {
    process: Child,
    url: String,
    said: String,
}

impl Served {
    fn new(args: &[&str]) -> Self {
        let args = [&["serve"], args].concat();
        let mut process = tape(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tape serve");
        let mut url = String::new();
        BufReader::new(process.stdout.take().expect("piped"))
            .read_line(&mut url)
            .expect("its address");
        let mut err = BufReader::new(process.stderr.take().expect("piped"));
        let mut said = String::new();
        for _ in 0..2 {
            err.read_line(&mut said).expect("its words");
        }
        Self {
            process,
            url: url.trim().to_owned(),
            said,
        }
    }

    fn tail(&self, args: &[&str]) -> Vec<Value> {
        let args = [&["tail", "--json", "--no-reconnect", &self.url], args].concat();
        let (code, out, err) = run(&args);
        assert_eq!(code, 0, "{err}");
        json(&out)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn left(folder: &tempfile::TempDir) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_session_is_recorded_described_and_exported() {
    let (demo, folder) = (demo(), tempfile::tempdir().expect("a folder"));
    let tape = path(&folder, "a.tape");
    let came = record(&demo, "/faults/comments?ms=1", &tape);
    assert_eq!(left(&folder), ["a.tape"], "one closed file");

    let (code, out, err) = run(&["info", "--json", &tape]);
    assert_eq!(code, 0, "{err}");
    let info = &json(&out)[0];
    assert_eq!(info["state"], "complete");
    assert_eq!(info["events"], events(&came).len());
    assert_eq!(
        info["comments"],
        came.iter().filter(|line| line["kind"] == "comment").count()
    );
    assert_eq!((&info["attempts"], &info["reconnects"]), (&1.into(), &0.into()));
    assert_eq!(info["chunks"], tapewriter_demo::COMMENTS.len());
    assert_eq!(info["bytes"], Path::new(&tape).metadata().expect("a file").len());
    assert_eq!(info["url"], format!("{}/faults/comments?ms=1", demo.origin));
    let (_, table, _) = run(&["info", &tape]);
    assert!(table.contains("state       complete (eof)\n"), "{table}");

    // JSON lines are what `tape tail --json` printed, byte for byte.
    let (code, out, err) = run(&["export", &tape, "--format", "jsonl"]);
    assert_eq!((code, json(&out)), (0, came.clone()), "{err}");

    let (_, csv, _) = run(&["export", &tape, "--format", "csv"]);
    assert!(csv.starts_with("seq,arrived,type,id,data\r\n1,20"), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), 1 + events(&came).len());

    // Into a file that is there, which is replaced; and nothing beside it.
    let text = path(&folder, "a.txt");
    std::fs::write(&text, "old").expect("written");
    let (code, out, err) = run(&["export", &tape, "--format", "text", "-o", &text]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let (_, tailed, _) = run(&[
        "tail",
        "--no-reconnect",
        &format!("{}/faults/comments?ms=1", demo.origin),
    ]);
    assert_eq!(std::fs::read_to_string(&text).expect("it is there"), tailed);

    // A tape of the tape says the same.
    let copy = path(&folder, "b.tape");
    let (code, _, err) = run(&["export", &tape, "--format", "tape", "-o", &copy]);
    assert_eq!(code, 0, "{err}");
    let (_, out, _) = run(&["export", &copy, "--format", "jsonl"]);
    assert_eq!(json(&out), came);
    let (_, out, _) = run(&["info", "--json", &copy]);
    assert_eq!(json(&out)[0]["chunk_bytes"], info["chunk_bytes"]);
    assert_eq!(left(&folder), ["a.tape", "a.txt", "b.tape"]);
}

#[test]
fn a_part_is_exported_by_type_and_by_filter() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = path(&folder, "a.sse");
    std::fs::write(
        &file,
        ": c\n\ndata: {\"ms\":5}\n\nevent: tick\ndata: {\"ms\":50}\n\nevent: tock\ndata: {\"ms\":500}\n\n",
    )
    .expect("written");
    let text = |args: &[&str]| run(&[&["export", &file, "--format", "text"], args].concat());
    assert_eq!(text(&["--type", "tick"]).1, "tick: {\"ms\":50}\n");
    assert_eq!(
        text(&["--type", "tick", "--type", "tock", "--filter", "$.ms > 100"]).1,
        "tock: {\"ms\":500}\n"
    );
    let (code, _, err) = text(&["--filter", "/(/"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.starts_with("tape: filter: "), "{err}");
    // A part as a tape is a tape of its own, numbered from 1.
    let part = path(&folder, "b.tape");
    let (code, _, err) = run(&["export", &file, "--format", "tape", "--type", "tock", "-o", &part]);
    assert_eq!(code, 0, "{err}");
    let (_, out, _) = run(&["export", &part, "--format", "jsonl"]);
    let lines = json(&out);
    assert_eq!(
        (lines.len(), &lines[0]["seq"], &lines[0]["type"]),
        (1, &1.into(), &"tock".into())
    );
}

#[test]
fn what_scenes_show_is_exported() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = path(&folder, "room.sse");
    let body = "event: join\ndata: Mira\n\nid: 1\n\
        data: {\"sender\":\"Mira\",\"text\":\"hi\\nyou\",\"time\":\"2026-11-26T12:01:05Z\"}\n\n\
        event: breaking\nid: 2\ndata: {\"title\":\"rain\"}\n\nevent: breaking\nid: 1\ndata: {\"title\":\"again\"}\n\n\
        event: breaking\nid: 2\ndata: {\"title\":\"rain\"}\n\n";
    std::fs::write(&file, body).expect("written");
    let (code, out, err) = run(&["export", &file, "--format", "chat"]);
    assert_eq!(code, 0, "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].ends_with(" * Mira joined"), "{out}");
    assert_eq!(lines[1..], ["2026-11-26 12:01:05 Mira: hi", "    you"]);
    let cards = path(&folder, "cards.jsonl");
    let args = [
        "export", &file, "--format", "feed", "--type", "breaking", "-o", &cards,
    ];
    assert_eq!(run(&args).0, 0);
    let cards = json(&std::fs::read_to_string(&cards).expect("written"));
    let told: Vec<_> = cards
        .iter()
        .map(|card| (&card["title"], &card["breaking"]))
        .collect();
    assert_eq!(
        told,
        [(&"rain".into(), &true.into()), (&"again".into(), &true.into())]
    );
    let (_, out, _) = run(&["export", &file, "--format", "feed"]);
    assert_eq!(json(&out).len(), 4, "the fifth repeats the third");
}

#[test]
fn what_was_exported_as_event_stream_text_is_served_as_it_was() {
    let (demo, folder) = (demo(), tempfile::tempdir().expect("a folder"));
    let tape = path(&folder, "a.tape");
    let came = events(&record(&demo, "/typewriter?ms=0", &tape));
    assert!(came.len() > 100);
    let sse = path(&folder, "a.sse");
    let (code, _, err) = run(&["export", &tape, "--format", "sse", "-o", &sse]);
    assert_eq!(code, 0, "{err}");
    for (file, speed) in [(&tape, "1"), (&tape, "max"), (&sse, "max")] {
        let served = Served::new(&[file, "--speed", speed]);
        assert!(
            served.said.contains(&format!("curl -N '{}'\n", served.url)),
            "{}",
            served.said
        );
        assert!(served.said.contains("in chunks as they came"), "{}", served.said);
        assert_eq!(events(&served.tail(&[])), came, "{file} at {speed}");
        let resumed = served.tail(&["--last-event-id", "100"]);
        assert_eq!(events(&resumed), came[100..], "{file} at {speed}");
        let again = served.tail(&["--last-event-id", "nobody's"]);
        assert_eq!(events(&again), came);
        let (code, out, err) = run(&[
            "tail",
            "--raw",
            "--last-event-id",
            &came[came.len() - 1].1,
            &served.url,
        ]);
        assert_eq!(
            (code, out.as_str()),
            (0, ""),
            "nothing follows, and that is said once for all: {err}"
        );
    }
}

#[test]
fn the_body_is_served_byte_for_byte() {
    let (demo, folder) = (demo(), tempfile::tempdir().expect("a folder"));
    let tape = path(&folder, "a.tape");
    record(&demo, "/faults/split-utf8?ms=1", &tape);
    let served = Served::new(&[&tape, "--speed", "max"]);
    let raw = |url: &str| run(&["tail", "--raw", "--no-reconnect", url]).1;
    let original = raw(&format!("{}/faults/split-utf8?ms=1", demo.origin));
    assert_eq!(raw(&served.url), original);
}

#[test]
fn reconnects_are_pauses_in_one_body() {
    let (demo, folder) = (demo(), tempfile::tempdir().expect("a folder"));
    let tape = path(&folder, "a.tape");
    let url = format!("{}/flaky?n=12&ms=1&retry=100", demo.origin);
    let (code, out, err) = run(&["tail", "--json", "-o", &tape, &url]);
    assert_eq!(code, 0, "{err}");
    let came = events(&json(&out));
    assert_eq!(came.len(), 12);
    let (_, info, _) = run(&["info", "--json", &tape]);
    assert_eq!(
        (&json(&info)[0]["reconnects"], &json(&info)[0]["lost"]),
        (&2.into(), &0.into())
    );
    let served = Served::new(&[&tape, "--speed", "10"]);
    let lines = served.tail(&[]);
    assert_eq!(events(&lines), came);
    assert!(lines.iter().all(|line| line["kind"] != "waiting"), "one body");
    assert_eq!(events(&served.tail(&["--last-event-id", "5"])), came[5..]);
}

#[test]
fn a_faster_replay_is_faster() {
    let (demo, folder) = (demo(), tempfile::tempdir().expect("a folder"));
    let tape = path(&folder, "a.tape");
    record(&demo, "/stream?n=20&ms=100", &tape);
    let length = |speed: &str| -> Duration {
        let served = Served::new(&[&tape, "--speed", speed]);
        let begun = Instant::now();
        assert_eq!(events(&served.tail(&[])).len(), 20);
        begun.elapsed()
    };
    let (original, tenfold) = (length("1"), length("10"));
    assert!(original >= Duration::from_millis(1_900), "{original:?}");
    assert!(tenfold * 2 < original, "{tenfold:?} and {original:?}");
}

#[test]
fn a_loop_begins_again_and_a_signal_ends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = path(&folder, "a.jsonl");
    std::fs::write(&file, "{\"n\":1}\n{\"n\":2}\n").expect("written");
    let mut served = Served::new(&[&file, "--speed", "max", "--loop"]);
    assert!(served.said.contains("each event is a chunk"), "{}", served.said);
    let lines = served.tail(&["--max-events", "5"]);
    let data: Vec<_> = events(&lines).into_iter().map(|(.., data)| data).collect();
    assert_eq!(
        data,
        ["{\"n\":1}", "{\"n\":2}", "{\"n\":1}", "{\"n\":2}", "{\"n\":1}"]
    );
    let ended = std::process::Command::new("kill")
        .arg(served.process.id().to_string())
        .status()
        .expect("kill");
    assert!(ended.success());
    assert!(served.process.wait().expect("it ends").success());
}

#[test]
fn where_nothing_comes_nothing_is_kept_and_that_is_no_failure() {
    let (demo, folder) = (demo(), tempfile::tempdir().expect("a folder"));
    let file = path(&folder, "a.tape");
    let none = format!("{}/faults/status-204", demo.origin);
    let silent = format!("{}/faults/silent", demo.origin);
    for args in [
        &["tail", "-o", &file, &none][..],
        &["tail", "-o", &file, "--max-time", "0.3", &silent][..],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (0, ""), "{args:?}: {err}");
        assert!(err.contains("nothing came that could be kept"), "{args:?}: {err}");
    }
    assert!(left(&folder).is_empty());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_an_import_and_leaves_nothing() {
    let (folder, temporary) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let file = path(&folder, "long.sse");
    // Far more than is read before the signal comes.
    std::fs::write(&file, "data: 0123456789\n\n".repeat(4_000_000)).expect("written");
    for command in ["info", "serve"] {
        let mut process = tape(&[command, &file])
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("tape runs");
        let begun = || {
            let made = std::fs::read_dir(temporary.path()).expect("a folder").next();
            let made = made.and_then(|made| std::fs::read_dir(made.ok()?.path()).ok()?.next());
            made.is_some()
        };
        while !begun() {
            assert_eq!(
                process.try_wait().expect("a process"),
                None,
                "{command} ended early"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        let told = std::process::Command::new("kill")
            .arg(process.id().to_string())
            .status()
            .expect("kill");
        assert!(told.success());
        let ended = process.wait().expect("it ends");
        assert_eq!(
            ended.code(),
            Some(1),
            "{command}: by itself, and not in the middle"
        );
        assert!(left(&temporary).is_empty(), "{command}");
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bad, none) = (path(&folder, "bad.tape"), path(&folder, "none.tape"));
    std::fs::write(&bad, "no tape").expect("written");
    for args in [
        &["info", &bad][..],
        &["info", &none][..],
        &["export", &bad, "--format", "csv"][..],
        &["serve", &none][..],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (1, ""), "{args:?}");
        assert!(err.starts_with("tape: tape: "), "{args:?}: {err}");
    }
    for args in [
        &["export", &bad][..],
        &["export", &bad, "--format", "tape"][..],
        &["serve", &bad, "--speed", "0"][..],
        &["serve", &bad, "--speed", "fast"][..],
        // What is there is not recorded over.
        &["tail", "-o", &bad, "http://127.0.0.1:1/"][..],
        &[
            "tail",
            "-o",
            &path(&folder, "no/such.tape"),
            "http://127.0.0.1:1/",
        ][..],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
    }
    assert_eq!(left(&folder), ["bad.tape"]);
    assert_eq!(std::fs::read_to_string(&bad).expect("it is there"), "no tape");
}

#[test]
fn an_export_to_a_reader_that_goes_ends_well() {
    let (demo, folder) = (demo(), tempfile::tempdir().expect("a folder"));
    let file = path(&folder, "a.tape");
    record(&demo, "/flood?n=20000&size=100", &file);
    let mut process = tape(&["export", &file, "--format", "jsonl"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("tape runs");
    let mut first = String::new();
    BufReader::with_capacity(100, process.stdout.take().expect("piped"))
        .read_line(&mut first)
        .expect("a line");
    assert!(first.starts_with("{\"kind\":\"opened\""), "{first}");
    assert_eq!(process.wait().expect("it ends").code(), Some(0));
}

#[test]
fn numbers_are_exported_as_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = path(&folder, "a.sse");
    let text =
        "event: load\ndata: {\"cpu\":0.5,\"name\":\"a\"}\n\nevent: load\ndata: {\"cpu\":2}\n\ndata: none\n\n";
    std::fs::write(&file, text).expect("written");
    let (code, out, err) = run(&["export", &file, "--format", "series"]);
    assert_eq!(code, 0, "{err}");
    let rows: Vec<&str> = out.split_terminator("\r\n").collect();
    assert_eq!(rows[0], "time,type,path,value");
    assert!(
        rows[1].ends_with("Z,load,$.cpu,0.5") && rows[2].ends_with("Z,load,$.cpu,2"),
        "{out}"
    );
    assert_eq!(rows.len(), 3);
}
