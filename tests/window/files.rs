//! Files: a session exported in every format, files dropped onto the window, and what is left of a damaged tape.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::hands::{tape_item, tape_row};
use crate::page::{SOON, handle};
use crate::servers;

/// Forty events with ids, types, two lines, a comma and quotes, and a comment.
fn mixed() -> String {
    servers::scripted(|_, _, connection| {
        let mut body = String::from(": hello\n\nretry: 600000\n\n");
        for n in 1..=40 {
            body += &match n % 4 {
                0 => format!("event: pair\nid: {n}\ndata: eins {n}\ndata: zwei, \"drei\" {n}\n\n"),
                1 => format!("id: {n}\ndata: {{\"n\":{n},\"town\":\"上海\"}}\n\n"),
                _ => format!("data: plain {n}\n\n"),
            };
        }
        servers::event_stream(connection, &body);
    })
}

fn recorded() -> (Home, Desk, String) {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let tape = desk.record(&mixed(), 40);
    (home, desk, tape)
}

/// Exports what is on show as the user does, from the sheet that is open; answers with the file.
fn export(desk: &Desk, format: &str, path: &Path) -> Vec<u8> {
    desk.will_choose(path);
    desk.click(&format!("export-{format}"));
    desk.click("export-start");
    desk.until("the file", SOON, |d| {
        (d.attribute("export-state", "data-state")? == "done").then_some(())
    });
    assert_eq!(desk.text("export-path"), path.display().to_string());
    desk.click("export-done");
    fs::read(path).expect("the file")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    text(bytes)
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

#[test]
fn a_session_is_exported_in_every_format() {
    let (home, desk, _) = recorded();
    desk.click("tab-events");
    let file = |name: &str| home.folder().join(name);
    let open = || desk.click_at(".ev-tools button:last-child");

    open();
    let jsonl = lines(&export(&desk, "jsonl", &file("out.jsonl")));
    let events: Vec<_> = jsonl.iter().filter(|line| line["kind"] == "event").collect();
    assert_eq!(events.len(), 40);
    assert_eq!(events[3]["data"], "eins 4\nzwei, \"drei\" 4");
    assert_eq!(
        (&events[3]["type"], &events[3]["id"]),
        (&json!("pair"), &json!("4"))
    );
    assert_eq!(jsonl[0]["kind"], "opened");
    // The name that was offered.
    assert!(
        desk.asked_for().contains("127.0.0.1") && desk.asked_for().contains(".jsonl"),
        "{}",
        desk.asked_for()
    );

    open();
    let csv = export(&desk, "csv", &file("out.csv"));
    let csv = text(&csv);
    assert!(csv.starts_with("seq,arrived,type,id,data\r\n"), "{csv}");
    assert!(
        csv.contains(",pair,4,\"eins 4\nzwei, \"\"drei\"\" 4\"\r\n"),
        "{csv}"
    );

    open();
    let sse = export(&desk, "sse", &file("out.sse"));
    let sse = text(&sse);
    assert!(
        sse.contains("event: pair\n") && sse.contains("data: eins 4\ndata: zwei, \"drei\" 4\n\n"),
        "{sse}"
    );

    open();
    let typed = export(&desk, "text", &file("out.txt"));
    let typed = text(&typed);
    assert!(
        typed.contains("plain 2\n") && typed.contains("{\"n\":1,\"town\":\"上海\"}"),
        "{typed}"
    );

    open();
    let tape = export(&desk, "tape", &file("out.tape"));
    assert!(tape.starts_with(b"SQLite format 3\0"));

    // What the filter shows, and nothing else.
    desk.overwrite(&handle("filter"), "plain");
    desk.until("the filter", SOON, |d| {
        (d.text("found") == "20 of 40 events").then_some(())
    });
    open();
    desk.element(&handle("export-what"));
    let jsonl = lines(&export(&desk, "jsonl", &file("some.jsonl")));
    assert_eq!(jsonl.len(), 20);
    assert!(jsonl.iter().all(|line| {
        line["data"]
            .as_str()
            .is_some_and(|data| data.starts_with("plain"))
    }));
    // Or all of it all the same.
    open();
    desk.click_at(&format!(
        "{} label:has(input[value=\"all\"])",
        handle("export-what")
    ));
    let jsonl = lines(&export(&desk, "jsonl", &file("all.jsonl")));
    assert_eq!(jsonl.iter().filter(|line| line["kind"] == "event").count(), 40);
}

#[test]
fn a_file_that_cannot_be_written_is_said_and_nothing_is_left() {
    let (home, desk, tape) = recorded();
    desk.choose_of_tape(&tape, "tape-export");
    desk.will_choose(&home.folder().join("nowhere/out.jsonl"));
    desk.click("export-jsonl");
    desk.click("export-start");
    desk.until("that it failed", SOON, |d| {
        (d.attribute("export-state", "data-state")? == "failed").then_some(())
    });
    let said = desk.text("export-state");
    assert!(
        said.contains("no longer there") || said.contains("cannot be"),
        "{said}"
    );
    // Another place does.
    desk.click("export-again");
    export(&desk, "jsonl", &home.folder().join("out.jsonl"));
}

/// Drops a file and answers with the tape that is made of it, which is played at once.
fn dropped(desk: &Desk, name: &str, bytes: &[u8]) -> String {
    let before = desk.tapes();
    desk.drop_file(name, bytes);
    let tape = desk.until(&format!("a tape of {name}"), SOON, |d| {
        d.tapes().into_iter().find(|tape| !before.contains(tape))
    });
    desk.until("its replay", SOON, |d| {
        let selected = d.attribute_of(".tape-item.selected", "data-tape")?;
        (selected == tape && d.has(&handle("replay-bar"))).then_some(())
    });
    desk.click("replay-end");
    tape
}

#[test]
fn a_dropped_file_becomes_a_tape_that_plays() {
    let (home, desk, _) = recorded();
    // All that was exported comes back with the same events.
    desk.click("tab-events");
    for format in ["jsonl", "sse", "tape"] {
        desk.click_at(".ev-tools button:last-child");
        let bytes = export(
            &desk,
            format,
            &home.folder().join(format!("Harbour log.{format}")),
        );
        let tape = dropped(&desk, &format!("Harbour log.{format}"), &bytes);
        desk.until("forty events", SOON, |d| (d.count() == 40).then_some(()));
        let name = desk.attribute_of(&tape_item(&tape), "data-name").expect("a name");
        if format != "tape" {
            assert_eq!(name, "Harbour log", "it is called as its file was");
        }
        desk.click_at(&format!("{}[data-seq=\"40\"]", handle("event-row")));
        desk.until("its data", SOON, |d| {
            d.text("inspector").contains("zwei, \"drei\" 40").then_some(())
        });
    }
    assert_eq!(
        home.tape_files()
            .iter()
            .filter(|name| name.ends_with(".tape"))
            .count(),
        4
    );
    let left: Vec<_> = fs::read_dir(home.tapes().join("dropped"))
        .into_iter()
        .flatten()
        .collect();
    assert!(left.is_empty(), "the copies are gone: {left:?}");

    // A stranger's file is refused where it was dropped, and makes no tape.
    for (name, bytes) in [
        ("notes.md", b"# hello".as_slice()),
        ("not.tape", b"not a database".as_slice()),
    ] {
        desk.drop_file(name, bytes);
        let said = desk.until("why not", SOON, |d| {
            d.text_of(&format!("{}[data-state=failed]", handle("job")))
        });
        assert!(said.contains(name), "{said}");
        // Lines of what was read before may stand beside it.
        let failed = format!("{}[data-state=failed]", handle("job"));
        desk.click_within(&format!("{failed} {}", handle("job-dismiss")), 0.5);
        desk.until("nothing more of it", SOON, |d| (!d.has(&failed)).then_some(()));
    }
    assert_eq!(
        home.tape_files()
            .iter()
            .filter(|name| name.ends_with(".tape"))
            .count(),
        4
    );
}

#[test]
fn a_file_is_imported_from_the_list_of_tapes() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let path = home.folder().join("foreign.sse");
    let mut body = String::from("\u{feff}retry: 500\r\n\r\n");
    for n in 1..=25 {
        body += &format!("event: tick\r\nid: {n}\r\ndata: {n}\r\n\r\n");
    }
    fs::write(&path, body).expect("written");
    desk.click("all-tapes");
    desk.will_choose(&path);
    desk.click("tapes-import");
    desk.element(&handle("replay-bar"));
    desk.click("replay-end");
    desk.until("its events", SOON, |d| (d.count() == 25).then_some(()));
    let tape = desk.tapes()[0].clone();
    assert_eq!(
        desk.attribute_of(&tape_item(&tape), "data-name").as_deref(),
        Some("foreign")
    );
    desk.click("all-tapes");
    desk.until("that it was imported", SOON, |d| {
        d.text_of(&tape_row(&tape))?.contains("imported").then_some(())
    });
}

#[test]
fn what_is_readable_of_a_damaged_tape_is_recovered() {
    let origin = servers::scripted(|_, _, connection| {
        let mut body = String::from("retry: 600000\n\n");
        for n in 1..=4_000_u32 {
            body += &format!(
                "data: Line {n} {:08x}{:08x}\n\n",
                n.wrapping_mul(2_654_435_761),
                n.wrapping_mul(40_503)
            );
        }
        servers::event_stream(connection, &body);
    });
    let home = Home::new();
    let tape = {
        let desk = Start::at(&home).open();
        desk.record(&origin, 4_000)
    };
    // Its end is lost, as when a copy was broken off.
    let path = home.tape(&tape);
    let file = fs::File::options().write(true).open(&path).expect("the tape");
    let whole = file.metadata().expect("its size").len();
    file.set_len(whole / 5 * 4).expect("cut off");
    drop(file);

    let desk = Start::at(&home).open();
    assert_eq!(desk.tapes(), [] as [&str; 0], "nothing that cannot be played");
    desk.click("all-tapes");
    let said = desk.until("that it is damaged", SOON, |d| {
        d.text_of(&tape_row(&tape))
            .filter(|words| words.contains("damaged"))
    });
    assert!(said.contains("Recover"), "{said}");
    desk.click("tape-recover-row");
    let found = desk.until(
        "what was readable, or why nothing was",
        Duration::from_secs(30),
        |d| {
            let played = d.has(&handle("replay-bar")).then_some(true);
            played.or_else(|| {
                d.has(&format!("{}[data-state=failed]", handle("job")))
                    .then_some(false)
            })
        },
    );
    assert!(found, "{}", desk.text("job"));
    desk.click("replay-end");
    desk.wait_for_count(1, SOON);
    assert!(home.tape(&tape).exists(), "the damaged one is left as it is");
    let recovered = desk.until("its tape", SOON, |d| d.tapes().first().cloned());
    desk.click("all-tapes");
    desk.until("that it was recovered", SOON, |d| {
        d.text_of(&tape_row(&recovered))?
            .contains("recovered")
            .then_some(())
    });
}
