//! Tapes: recorded from the first byte, listed, kept, deleted; also those of an app that was killed.

use std::fs;
use std::time::Duration;

use fantoccini::key::Key;
use serde_json::json;

use crate::desk::{BALLAST, Desk, Disk, Home, Start};
use crate::hands::{tape_item, tape_row};
use crate::page::{SOON, handle};
use crate::servers::{self, Demo};

/// What the list of all tapes says of one.
fn listed(desk: &Desk, tape: &str) -> String {
    if !desk.has(&format!("{}[open]", handle("tapes"))) {
        desk.click("all-tapes");
    }
    let words = desk.until("the tape's row", SOON, |d| d.text_of(&tape_row(tape)));
    desk.click("tapes-done");
    words
}

/// The tape that is being written; the sidebar lists it once it is closed.
fn recorded_now(desk: &Desk) -> String {
    desk.until("a tape that is recorded", SOON, |d| {
        let list = d.ask("tapes", &json!({})).ok()?;
        let tape = list["tapes"]
            .as_array()?
            .iter()
            .find(|tape| tape["session"].is_u64())?;
        tape["id"].as_str().map(str::to_owned)
    })
}

#[test]
fn every_session_is_on_tape_and_closed_to_one_file() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    assert_eq!(desk.tapes(), [] as [&str; 0]);
    desk.connect_anew(&demo.url("/stream?n=100000&ms=5"));
    desk.wait_for_recording("on");
    desk.wait_for_count(100, SOON);
    let tape = recorded_now(&desk);
    assert!(
        listed(&desk, &tape).contains("recording"),
        "the list says that it is recorded"
    );

    // What is told of it grows with it.
    desk.click("recording");
    let name = desk.until("its file", SOON, |d| {
        Some(d.text("recording-popover")).filter(|words| words.contains(&format!("{tape}.tape")))
    });
    assert!(name.contains("Keep"), "{name}");
    desk.press(Key::Escape);

    desk.stop();
    desk.wait_for_recording("done");
    let events = desk.count();
    assert_eq!(
        home.tape_files(),
        [format!("{tape}.tape")],
        "one file that can be taken anywhere"
    );
    let words = desk.until("all of its events", SOON, |d| {
        let words = listed(d, &tape);
        words.contains(&events.to_string()).then_some(words)
    });
    assert!(!words.contains("recording"), "{words}");

    // The next run finds it, and plays all of it.
    drop(desk);
    let desk = Start::at(&home).open();
    desk.element(&tape_item(&tape));
    desk.play(&tape);
    desk.click("replay-end");
    desk.wait_for_count(events, SOON);
    assert_eq!(desk.count(), events);
    let typed = desk.until("its text", SOON, |d| {
        Some(d.typed()).filter(|lines| {
            lines
                .last()
                .is_some_and(|line| *line == format!("Message {events}"))
        })
    });
    assert!(typed.iter().all(|line| line.starts_with("Message ")));
}

#[test]
fn a_tape_is_kept_under_a_name_and_stays_where_it_is() {
    let demo = Demo::start();
    let home = Home::new();
    let tape = {
        let desk = Start::at(&home).open();
        desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
        desk.wait_for_count(5, SOON);
        let tape = recorded_now(&desk);
        // While it is recorded.
        desk.click("recording");
        desk.click("keep-tape");
        desk.overwrite(&format!("{} input", handle("recording-popover")), "下单的那一晚");
        desk.press(Key::Enter);
        desk.until("its name", SOON, |d| {
            let item = tape_item(&tape);
            let kept = d.attribute_of(&item, "data-kept")? == "true";
            (kept && d.attribute_of(&item, "data-name")? == "下单的那一晚").then_some(())
        });
        desk.click_at(&handle("event-count"));
        desk.stop();
        desk.wait_for_recording("done");
        assert_eq!(home.tape_files(), [format!("{tape}.tape")], "no file is renamed");
        tape
    };
    let desk = Start::at(&home).open();
    let item = tape_item(&tape);
    desk.element(&item);
    assert_eq!(desk.attribute_of(&item, "data-kept").as_deref(), Some("true"));
    assert_eq!(
        desk.attribute_of(&item, "data-name").as_deref(),
        Some("下单的那一晚")
    );
    assert!(listed(&desk, &tape).contains("kept"));

    // Given up again, and renamed, by its menu.
    desk.choose_of_tape(&tape, "tape-release");
    desk.until("it is given up", SOON, |d| {
        (d.attribute_of(&item, "data-kept")? == "false").then_some(())
    });
    desk.choose_of_tape(&tape, "tape-rename");
    desk.overwrite(&format!("{item} input"), "Orders");
    desk.press(Key::Enter);
    desk.until("its new name", SOON, |d| {
        (d.attribute_of(&item, "data-name")? == "Orders").then_some(())
    });
    assert_eq!(home.tape_files(), [format!("{tape}.tape")]);
}

#[test]
fn a_tape_is_deleted_when_it_is_said_twice() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let first = desk.record(&demo.url("/stream?n=3&ms=5"), 3);
    let second = desk.record(&demo.url("/stream?n=4&ms=5"), 4);
    desk.choose_of_tape(&first, "tape-delete");
    desk.click("tape-delete-no");
    assert_eq!(home.tape_files().len(), 2);
    desk.choose_of_tape(&first, "tape-delete");
    desk.click("tape-delete-yes");
    desk.until("one tape less", SOON, |d| {
        (d.tapes() == [second.as_str()]).then_some(())
    });
    assert_eq!(home.tape_files(), [format!("{second}.tape")]);

    // The same from the list of all, of one that is played.
    desk.play(&second);
    desk.click("all-tapes");
    desk.click_at(&format!("{} .more", tape_row(&second)));
    desk.click("tape-delete");
    desk.click("tape-delete-yes");
    desk.until("an empty list", SOON, |d| {
        (!d.has(&tape_row(&second))).then_some(())
    });
    desk.click("tapes-done");
    desk.until("no replay of it", SOON, |d| {
        (!d.has(&handle("replay-bar"))).then_some(())
    });
    assert_eq!(home.tape_files(), [] as [&str; 0]);

    // One that is being recorded cannot be.
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_count(3, SOON);
    let tape = recorded_now(&desk);
    desk.click("all-tapes");
    desk.click_at(&format!("{} .more", tape_row(&tape)));
    desk.element(&handle("tape-replay"));
    assert!(!desk.has(&handle("tape-delete")));
    desk.press(Key::Escape);
    desk.click("tapes-done");
    let refused = desk
        .ask("delete_tape", &json!({ "tape": tape }))
        .expect_err("it is recorded");
    assert_eq!(refused["args"]["what"], "busy");
    desk.stop();
}

#[test]
fn what_is_not_to_be_recorded_leaves_no_file() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    // One stream.
    desk.click("new-stream");
    desk.fill(&handle("url"), &demo.url("/stream?n=100000&ms=20"));
    desk.click("request");
    desk.click("record");
    desk.press(Key::Escape);
    desk.click("connect");
    desk.wait_for_count(10, SOON);
    assert_eq!(desk.recording(), "off");
    desk.stop();
    assert_eq!(desk.recording(), "off");

    // All of them.
    desk.click("all-tapes");
    desk.click("tapes-settings");
    desk.click("settings-record");
    desk.click("settings-save");
    desk.until("the settings", SOON, |d| {
        (!d.has(&format!("{}[open]", handle("recording-settings-sheet")))).then_some(())
    });
    desk.click("tapes-done");
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_count(10, SOON);
    assert_eq!(desk.recording(), "off");
    desk.stop();
    assert_eq!(home.tape_files(), [] as [&str; 0]);
    drop(desk);

    // It is remembered.
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=3&ms=20"));
    desk.wait_for_count(3, SOON);
    assert_eq!(desk.recording(), "off");
    assert_eq!(home.tape_files(), [] as [&str; 0]);
}

#[test]
fn a_killed_app_leaves_a_tape_that_plays() {
    let demo = Demo::start();
    let home = Home::new();
    let (tape, seen) = {
        let desk = Start::at(&home).open();
        desk.connect_anew(&demo.url("/stream?n=100000&ms=2"));
        desk.wait_for_count(1_000, Duration::from_secs(60));
        let tape = recorded_now(&desk);
        let seen = desk.count();
        desk.kill_app();
        (tape, seen)
    };
    let desk = Start::at(&home).open();
    desk.element(&tape_item(&tape));
    // Closed to one file while nobody waits for it.
    desk.until("one closed file", SOON, |_| {
        (home.tape_files() == [format!("{tape}.tape")]).then_some(())
    });
    desk.play(&tape);
    desk.click("replay-end");
    // A quarter of a second of 500 a second may be gone of what was seen, and more had come since.
    desk.wait_for_count(seen.saturating_sub(125), SOON);
    let count = desk.count();
    let typed = desk.until("its text", SOON, |d| {
        Some(d.typed()).filter(|lines| {
            lines
                .last()
                .is_some_and(|line| *line == format!("Message {count}"))
        })
    });
    for pair in typed.windows(2) {
        let number = |line: &str| line.trim_start_matches("Message ").parse::<u64>().expect(line);
        assert_eq!(
            number(&pair[1]),
            number(&pair[0]) + 1,
            "none is missing in between"
        );
    }
    // And the next session is recorded as if nothing had been.
    let other = desk.record(&demo.url("/stream?n=3&ms=5"), 3);
    assert_ne!(other, tape);
    assert_eq!(home.tape_files().len(), 2);
}

#[test]
fn a_folder_that_cannot_be_written_stops_the_recording_and_not_the_line() {
    let home = Home::new();
    // A file where the folder should be: nobody can write into it, whatever their rights.
    fs::create_dir_all(home.data()).expect("the app's folder");
    fs::write(home.tapes(), "in the way").expect("written");
    let demo = Demo::start();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_recording("failed");
    let count = desk.count();
    desk.wait_for_count(count + 50, SOON);
    desk.click("recording");
    let words = desk.until("why", SOON, |d| {
        Some(d.text("recording-popover")).filter(|words| words.contains("tried again"))
    });
    assert!(words.lines().count() > 3, "in the machine's words too: {words}");
    desk.click_at(&handle("event-count"));

    // Once it can be written, all that is still in memory goes onto the tape.
    fs::remove_file(home.tapes()).expect("removed");
    desk.wait_for_recording("on");
    desk.stop();
    desk.wait_for_recording("done");
    assert_eq!(desk.attribute("recording", "data-lost").as_deref(), Some("0"));
    let events = desk.count();
    let tape = desk.until("its tape", SOON, |d| d.tapes().first().cloned());
    desk.play(&tape);
    desk.click("replay-end");
    desk.wait_for_count(events, SOON);
}

#[test]
fn a_read_only_folder_still_shows_its_tapes() {
    let demo = Demo::start();
    let home = Home::new();
    let tape = {
        let desk = Start::at(&home).open();
        desk.record(&demo.url("/stream?n=20&ms=5"), 20)
    };
    let desk = Start::at(&home).with_tapes_on(Disk::ReadOnly).open();
    desk.element(&tape_item(&tape));
    desk.play(&tape);
    desk.click("replay-end");
    desk.wait_for_count(20, SOON);
    // Nothing can be changed, and that is said.
    desk.choose_of_tape(&tape, "tape-delete");
    desk.click("tape-delete-yes");
    let said = desk.until("that it could not", SOON, |d| d.text_of(&handle("notice")));
    assert!(said.contains("could not be deleted"), "{said}");
    assert_eq!(desk.tapes(), [tape.as_str()]);
    // Nothing new can be recorded; the session is there all the same.
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_recording("failed");
    let count = desk.count();
    desk.wait_for_count(count + 20, SOON);
    desk.stop();
}

#[test]
fn the_oldest_goes_when_there_are_too_many() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let kept = desk.record(&demo.url("/stream?n=5&ms=5"), 5);
    let item = tape_item(&kept);
    desk.choose_of_tape(&kept, "tape-keep");
    desk.overwrite(&format!("{item} input"), "Kept");
    desk.press(Key::Enter);
    desk.until("it is kept", SOON, |d| {
        (d.attribute_of(&item, "data-kept")? == "true").then_some(())
    });
    // 0.1 GiB, the least that can be set: two floods of some 60 MB are more.
    desk.click("recording");
    desk.click("recording-settings");
    desk.overwrite(&handle("settings-unsaved"), "0.1");
    desk.click("settings-save");
    desk.until("the settings", SOON, |d| {
        (!d.has(&format!("{}[open]", handle("recording-settings-sheet")))).then_some(())
    });
    let first = desk.record(&demo.url("/flood?n=30000&size=1000"), 30_000);
    assert!(desk.tapes().contains(&first));
    let second = desk.record(&demo.url("/flood?n=30000&size=1000"), 30_000);
    desk.until("the first flood is gone", SOON, |d| {
        (d.tapes() == [second.as_str(), kept.as_str()]).then_some(())
    });
    assert_eq!(home.tape_files().len(), 2);
}

/// A server that pours 1 KB events until so many have come, and then goes on slowly.
fn poured(fast: u32) -> String {
    use std::io::Write;
    servers::scripted(move |_, _, connection| {
        servers::event_stream(connection, "");
        let filler: String = (0..500_u32)
            .map(|n| format!("{:02x}", n.wrapping_mul(2_654_435_761) >> 24))
            .collect();
        for n in 1.. {
            if write!(connection, "data: {n} {filler}\n\n").is_err() {
                return;
            }
            if n > fast {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    })
}

#[test]
fn a_full_disk_stops_the_recording_until_there_is_room() {
    let origin = poured(28_000);
    let home = Home::new();
    // 128 MiB, of which the ballast takes 96: some 28 MB of events and as much of the wire do not fit into the rest.
    let desk = Start::at(&home).with_tapes_on(Disk::Small(128)).open();
    // The disk is smaller than what is left free by default.
    let settings = json!({ "record": true, "session_mib": 4096, "unsaved_mib": 10240, "free_mib": 0 });
    desk.ask("save_settings", &json!({ "settings": settings }))
        .expect("saved");
    desk.connect_anew(&origin);
    desk.until("a full disk", Duration::from_secs(60), |d| {
        (d.recording() == "no-room").then_some(())
    });
    desk.wait_for_count(28_000, Duration::from_secs(60));
    let words = desk.text("recording");
    assert!(words.contains("not recording"), "{words}");
    // The line goes on, and so does the page.
    let count = desk.count();
    desk.wait_for_count(count + 50, SOON);
    assert_eq!(desk.state(), "open");

    fs::remove_file(desk.inside(&home.tapes().join(BALLAST))).expect("room is made");
    desk.wait_for_recording("on");
    desk.stop();
    desk.wait_for_recording("done");
    // What went by meanwhile is counted, and the rest is there.
    let lost: u64 = desk.number("recording", "data-lost").expect("a number") as u64;
    let events = desk.count();
    let tape = desk.until("its tape", SOON, |d| d.tapes().first().cloned());
    desk.play(&tape);
    desk.click("replay-end");
    let played = desk.until("the end of the tape", SOON, |d| {
        let played = d.count();
        (played > 0 && d.number("replay-time", "data-at-us") > Some(0.0) && played + lost + 5 >= events)
            .then_some(played)
    });
    assert!(played <= events, "{played} of {events}, {lost} lost");
}

#[test]
fn no_room_is_said_while_the_line_goes_on() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let free = |desk: &Desk, gib: &str| {
        desk.click("recording");
        desk.click("recording-settings");
        desk.overwrite(&handle("settings-free"), gib);
        desk.click("settings-save");
        desk.until("the settings", SOON, |d| {
            (!d.has(&format!("{}[open]", handle("recording-settings-sheet")))).then_some(())
        });
    };
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_recording("on");
    desk.wait_for_count(10, SOON);
    // More than any disk here has.
    free(&desk, "15000");
    desk.wait_for_recording("no-room");
    let count = desk.count();
    desk.wait_for_count(count + 50, SOON);
    desk.click("recording");
    let words = desk.text("recording-popover");
    assert!(words.contains("as soon as there is room"), "{words}");
    desk.click_at(&handle("event-count"));

    free(&desk, "0.1");
    desk.wait_for_recording("on");
    desk.stop();
    desk.wait_for_recording("done");
    assert_eq!(desk.attribute("recording", "data-lost").as_deref(), Some("0"));
    let events = desk.count();
    let tape = desk.until("its tape", SOON, |d| d.tapes().first().cloned());
    desk.play(&tape);
    desk.click("replay-end");
    desk.wait_for_count(events, SOON);
}
