//! Several windows: a session in a window of its own, and what a reload or a closed window leaves.

use fantoccini::wd::WindowHandle;
use serde_json::json;

use crate::desk::{Desk, Home, Start};
use crate::hands::event_row;
use crate::page::{SOON, handle};
use crate::servers::Demo;

/// Opens the session of the stream on show in a window of its own, and answers with that window.
fn own_window(desk: &Desk) -> WindowHandle {
    let before = desk.windows();
    desk.click_at(".stream-item.selected .more");
    desk.click("menu-window");
    desk.until("another window", SOON, |d| {
        d.windows().into_iter().find(|window| !before.contains(window))
    })
}

#[test]
fn a_session_in_two_windows_is_one_session() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_count(10, SOON);
    let main = desk.window();
    let own = own_window(&desk);

    desk.turn_to(&own);
    desk.wait_for_state("open", SOON);
    let count = desk.count();
    desk.wait_for_count(count.max(10) + 20, SOON);
    assert!(!desk.has(".sidebar"), "one session, and no list");
    let title = desk.js("return document.title", &[]);
    assert!(
        title.as_str().is_some_and(|title| title.contains("127.0.0.1")),
        "{title}"
    );
    desk.until("its text", SOON, |d| {
        d.typed().contains(&"Message 10".to_owned()).then_some(())
    });

    // Each has its own scene; a bookmark is the session's.
    desk.click("tab-events");
    desk.go_to_first_row();
    desk.click_at(&event_row(2));
    desk.press('b');
    desk.until("a bookmark", SOON, |d| {
        d.has(&format!("{}.bookmarked", event_row(2))).then_some(())
    });
    desk.turn_to(&main);
    assert!(desk.has(&format!("{}[aria-selected=\"true\"]", handle("tab-typewriter"))));
    desk.click("tab-events");
    desk.go_to_first_row();
    desk.until("the same bookmark", SOON, |d| {
        d.has(&format!("{}.bookmarked", event_row(2))).then_some(())
    });

    // A reload of one leaves the other, and comes back to the same session.
    desk.turn_to(&own);
    desk.reload();
    desk.wait_for_state("open", SOON);
    let count = desk.count();
    desk.wait_for_count(count + 20, SOON);
    desk.turn_to(&main);
    let count = desk.count();
    desk.wait_for_count(count + 20, SOON);

    // So does closing it.
    desk.turn_to(&own);
    desk.close_window();
    desk.turn_to(&main);
    let count = desk.count();
    desk.wait_for_count(count + 20, SOON);
    assert_eq!(desk.windows().len(), 1);

    // It can be opened again; stopped in one it is stopped in both.
    let own = own_window(&desk);
    desk.turn_to(&own);
    desk.wait_for_state("open", SOON);
    desk.stop();
    desk.turn_to(&main);
    desk.wait_for_state("closed", SOON);
}

#[test]
fn a_replay_in_its_own_window_has_its_controls() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let tape = desk.record(&demo.url("/stream?n=30&ms=20"), 30);
    let before = desk.windows();
    let main = desk.window();
    desk.choose_of_tape(&tape, "tape-window");
    let own = desk.until("another window", SOON, |d| {
        d.windows().into_iter().find(|window| !before.contains(window))
    });
    desk.turn_to(&own);
    desk.element(&handle("replay-bar"));
    desk.click("replay-start");
    desk.click("replay-step");
    desk.until("one event", SOON, |d| (d.count() == 1).then_some(()));
    desk.click("replay-end");
    desk.until("all events", SOON, |d| (d.count() == 30).then_some(()));
    desk.turn_to(&main);
    desk.play(&tape);
    desk.until("the same playhead", SOON, |d| (d.count() == 30).then_some(()));
    // The session is gone with its tape, and its window says so.
    desk.choose_of_tape(&tape, "tape-delete");
    desk.click("tape-delete-yes");
    desk.until("no tape", SOON, |d| d.tapes().is_empty().then_some(()));
    desk.turn_to(&own);
    desk.reload();
    desk.until("that it is gone", SOON, |d| {
        d.text_of("body")?.contains("no longer there").then_some(())
    });
}

#[test]
fn a_reload_resumes_its_sessions_and_closes_their_filters() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=100000&ms=10"));
    desk.wait_for_count(30, SOON);
    desk.click("tab-events");
    desk.overwrite(&handle("filter"), "/Message .*7$/");
    let rows = desk.until("what it found", SOON, |d| {
        Some(d.text("found")).filter(|words| words.contains("of"))
    });
    assert!(!rows.starts_with("0 "), "{rows}");
    let session =
        desk.ask("hello", &json!({ "epoch": 1 })).expect("an answer")["sessions"][0]["session"].clone();
    let page = |desk: &Desk| {
        desk.ask(
            "entries",
            &json!({ "session": session, "view": 1, "from": 0, "len": 1 }),
        )
    };
    // The page that asks is not the page that listens; the sessions are the same after a reload.
    desk.reload();
    desk.wait_for_state("open", SOON);
    desk.wait_for_count(30, SOON);
    let count = desk.count();
    desk.wait_for_count(count + 30, SOON);
    let gone = desk.until("a closed filter", SOON, |d| page(d).err());
    assert_eq!(gone["args"]["what"], "view", "{gone}");
    let sessions = desk.ask("hello", &json!({ "epoch": 1 })).expect("an answer")["sessions"].clone();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1));
    assert_eq!(sessions[0]["session"], session);
    desk.stop();
}
