//! What goes wrong has a code, stands in the page, and takes nothing away that had arrived.

use std::io::Write;
use std::time::Duration;

use fantoccini::key::Key;

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers::{self, Demo};

#[test]
fn each_failure_has_its_code() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let plain = demo.url("/stream").replace("http:", "https:");
    // An address that cannot be used, and an answer that is no stream, are final. A server that may be
    // back in a while is tried again, as browsers do.
    for (address, code, state) in [
        (demo.url("/faults/status-500"), "status", "failed"),
        (demo.url("/faults/status-404"), "status", "failed"),
        (demo.url("/faults/wrong-type"), "content-type", "failed"),
        (demo.url("/faults/redirect?n=50"), "redirect", "failed"),
        ("ftp://example.com/stream".to_owned(), "url", "failed"),
        ("http://".to_owned(), "url", "failed"),
        (servers::refused(), "refused", "waiting"),
        ("http://name.invalid/stream".to_owned(), "dns", "failed"),
        (plain, "tls", "failed"),
    ] {
        desk.connect_anew(&address);
        desk.wait_for_error(code);
        assert_eq!(desk.state(), state, "{address}");
        let words = desk.text("error");
        assert!(words.len() > 30 && !words.contains('{'), "{address}: {words}");
        if state == "waiting" {
            assert!(desk.stop() < Duration::from_secs(5), "{address}");
        }
    }
    // And 204 is none.
    desk.connect_anew(&demo.url("/faults/status-204"));
    desk.wait_for_state("closed", SOON);
    assert_eq!(desk.error(), None);
}

#[test]
fn a_broken_line_keeps_what_had_arrived() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|number, _, connection| {
        if number == 0 {
            servers::event_stream(connection, "retry: 200\ndata: kept\n\ndata: cut in the mid");
        } else {
            let _ = connection.write_all(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n");
        }
    });
    desk.connect_anew(&origin);
    desk.wait_for_error("status");
    desk.wait_for_state("failed", SOON);
    assert_eq!(desk.count(), 1, "half an event is none");
    assert_eq!(desk.typed(), ["kept"]);
}

#[test]
fn a_reset_is_told_apart_from_an_end() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/faults/reset"));
    desk.wait_for_error("reset");
    let count = desk.count();
    assert!(count > 0);
    let kept = |d: &Desk| (d.typed() == ["One of two", "Two of two"]).then_some(());
    desk.until("its text", SOON, kept);
    desk.stop();
    assert_eq!(desk.count(), count);
    assert!(kept(&desk).is_some(), "Stop takes nothing away");
}

#[test]
fn a_silent_server_is_said_to_be_silent() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.click("new-stream");
    desk.fill(&handle("url"), &demo.url("/faults/silent"));
    desk.click("request");
    desk.overwrite(&handle("idle-s"), "1");
    desk.press(Key::Tab);
    desk.click("connect");
    desk.wait_for_error("idle");
    assert_eq!(desk.state(), "open", "the line is left open");
    assert!(desk.stop() < Duration::from_secs(5));
}
