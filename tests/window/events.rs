//! The Events scene: every event a row, the keyboard, and one event whole.

use fantoccini::key::Key;

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers;

fn row(seq: u32) -> String {
    format!("{}[data-seq=\"{seq}\"]", handle("event-row"))
}

fn open() -> (Home, Desk) {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        let mut body = String::from(": a comment\n\nretry: 60000\n\n");
        for n in 1..=500 {
            body += &match n {
                3 => format!(
                    "event: step\nid: a{n}\ndata: {{\"build\":918,\"step\":\"test\",\"of\":[1,null]}}\n\n"
                ),
                4 => "event: 说明\ndata: 第一行\ndata: <b>第二行</b>\n\n".to_owned(),
                _ => format!("data: row {n}\n\n"),
            };
        }
        servers::event_stream(connection, &body);
    });
    desk.connect_anew(&origin);
    desk.wait_for_count(500, SOON);
    desk.click("tab-events");
    (home, desk)
}

#[test]
fn every_event_is_a_row_and_opens_whole() {
    let (_home, desk) = open();
    // It follows the newest.
    desk.until("the newest row", SOON, |d| d.has(&row(500)).then_some(()));
    desk.click_at(&row(500));
    desk.press(Key::Home);
    desk.until("the oldest row", SOON, |d| d.has(&row(1)).then_some(()));

    desk.click_at(&row(3));
    let words = desk.until("the event", SOON, |d| {
        d.text_of(&handle("inspector"))
            .filter(|words| words.contains("918"))
    });
    assert!(
        words.contains("step") && words.contains("a3"),
        "its type and its id: {words}"
    );
    assert!(
        words.contains("\"build\": 918,\n"),
        "its JSON set out over lines: {words}"
    );

    // The keyboard goes on from there.
    desk.press(Key::Down);
    let words = desk.until("the next", SOON, |d| {
        d.text_of(&handle("inspector"))
            .filter(|words| words.contains("第二行"))
    });
    assert!(
        words.contains("说明") && words.contains("<b>第二行</b>"),
        "data is text: {words}"
    );
    desk.press(Key::Up);
    desk.until("the one before", SOON, |d| {
        d.text("inspector").contains("918").then_some(())
    });
    assert!(desk.text_of(&row(3)).expect("a row").contains("\"build\":918"));

    desk.press(Key::End);
    desk.until("the newest row", SOON, |d| d.has(&row(500)).then_some(()));
    desk.stop();
}

#[test]
fn marks_are_rows_without_a_number() {
    let (_home, desk) = open();
    desk.wait_for_state("waiting", SOON);
    // The wait is the newest entry.
    desk.until("marks", SOON, |d| d.has(&handle("mark-row")).then_some(()));
    let marks = desk.texts(&handle("mark-row")).join("\n");
    assert!(marks.contains("server closed"), "{marks}");
    assert!(
        marks.contains("waiting 1 min 0 s") && marks.contains("a3"),
        "how long, and from where: {marks}"
    );
    desk.stop();
}
