//! The Wire scene: heads and chunks as they came, and what they tell.

use std::io::Write;

use fantoccini::key::Key;

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers::{self, Demo};

fn rows(kind: &str) -> String {
    format!("{}[data-kind=\"{kind}\"]", handle("wire-row"))
}

fn finding(kind: &str) -> String {
    format!("{}[data-kind=\"{kind}\"]", handle("finding"))
}

fn form(name: &str) -> String {
    format!("{}[data-value=\"{name}\"]", handle("wire-form"))
}

/// The words of all rows of a kind that are in view.
fn words(desk: &Desk, kind: &str) -> String {
    desk.texts(&rows(kind)).join("\n")
}

/// Waits for words in the rows of a kind.
fn until_said(desk: &Desk, kind: &str, what: &str) -> String {
    desk.until(what, SOON, |d| {
        Some(words(d, kind)).filter(|words| words.contains(what))
    })
}

/// Goes to the first row, where the exchange is.
fn home(desk: &Desk) {
    desk.js(
        "document.querySelector(arguments[0]).focus()",
        &[handle("wire-list").into()],
    );
    desk.press(Key::Home);
}

#[test]
fn what_was_sent_and_every_chunk_can_be_read() {
    let demo = Demo::start();
    let home_folder = Home::new();
    let desk = Start::at(&home_folder).open();
    desk.connect_anew(&demo.url("/faults/everything?ms=100"));
    desk.click("tab-wire");
    until_said(&desk, "end", "The connection broke.");
    desk.click("connect");
    desk.wait_for_state("closed", SOON);
    let ends = words(&desk, "end");
    assert!(
        ends.contains("unfinished: the connection closed before the blank line"),
        "{ends}"
    );

    home(&desk);
    let exchange = desk.until("the exchange", SOON, |d| d.text_of(&handle("wire-exchange")));
    assert!(
        exchange.contains("GET /faults/everything?ms=100") && exchange.contains("200 OK"),
        "both first lines: {exchange}"
    );
    assert!(
        exchange.contains("accept: text/event-stream")
            && exchange.contains("content-type: text/event-stream"),
        "headers of both: {exchange}"
    );

    let first = until_said(&desk, "chunk", "Harbour bridge reopens");
    assert!(
        first.contains("\\n\\n") && first.contains("潮汐发电站并网"),
        "{first}"
    );
    // An event that goes on in the next chunk has one bar across both.
    desk.until("the bar that goes on", SOON, |d| {
        (d.has(".wl.bar.below") && d.has(".wl.bar.above")).then_some(())
    });
    let ignored = until_said(&desk, "chunk", "ignored: unknown field");
    assert!(ignored.contains("ignored: retry is not a number"), "{ignored}");
    assert!(ignored.contains("\\r\\n\\r\\n"), "the line ends: {ignored}");
    until_said(&desk, "chunk", "heartbeat");
}

#[test]
fn bytes_can_be_read_as_hexadecimal_and_copied() {
    let desk_home = Home::new();
    let desk = Start::at(&desk_home).open();
    let origin = servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "retry: 60000\n\ndata: tab\there\0\n\n");
    });
    desk.connect_anew(&origin);
    desk.wait_for_count(1, SOON);
    desk.click("tab-wire");
    let text = until_said(&desk, "chunk", "data: tab");
    assert!(text.contains("tab\\there\\0"), "what cannot be seen: {text}");

    desk.click_at(&form("hex"));
    let hex = until_said(&desk, "chunk", "72 65 74 72 79 3a");
    assert!(hex.contains("retry: 60000"), "beside it as ASCII: {hex}");
    assert_eq!(
        desk.attribute_of(&form("hex"), "aria-pressed").as_deref(),
        Some("true")
    );
    desk.click_at(&form("text"));
    until_said(&desk, "chunk", "data: tab");

    desk.click("wire-copy");
    desk.until("what was copied", SOON, |d| {
        d.text("wire-copy").contains("Copied").then_some(())
    });
    desk.stop();
}

#[test]
fn what_holds_bytes_back_is_said() {
    let demo = Demo::start();
    let home_folder = Home::new();
    let desk = Start::at(&home_folder).open();
    desk.connect_anew(&demo.url("/faults/buffered?ms=120&n=60&every=10"));
    desk.click("tab-wire");
    let card = desk.until("the finding", SOON, |d| d.text_of(&finding("buffered")));
    assert!(card.contains("Something holds bytes back"), "{card}");
    assert!(card.contains("X-Accel-Buffering: no"), "what to do: {card}");
    desk.until("the tab to say so from anywhere", SOON, |d| {
        d.has(".tab-badge").then_some(())
    });
    home(&desk);
    let exchange = desk.until("the missing header", SOON, |d| {
        d.text_of(&handle("wire-exchange"))
            .filter(|words| words.contains("x-accel-buffering"))
    });
    assert!(exchange.contains("(missing)"), "{exchange}");
    desk.stop();
}

#[test]
fn a_stream_with_a_wrong_type_can_be_read_anyway() {
    let home_folder = Home::new();
    let desk = Start::at(&home_folder).open();
    let origin = servers::scripted(|_, _, connection| {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n";
        let body = "retry: 60000\n\ndata: read all the same\n\n";
        let _ = connection
            .write_all(head.as_bytes())
            .and_then(|()| connection.write_all(body.as_bytes()));
    });
    desk.connect_anew(&origin);
    desk.wait_for_error("content-type");
    desk.click("tab-wire");
    let card = desk.until("the finding", SOON, |d| d.text_of(&finding("content-type")));
    assert!(card.contains("text/plain"), "{card}");
    desk.click_at(&format!("{} .button", finding("content-type")));
    desk.wait_for_count(1, SOON);
    until_said(&desk, "chunk", "read all the same");
    desk.stop();
}

#[test]
fn a_long_wire_is_followed_and_can_be_gone_through_by_keys() {
    let demo = Demo::start();
    let home_folder = Home::new();
    let desk = Start::at(&home_folder).open();
    desk.connect_anew(&demo.url("/flood?n=50000&size=100"));
    desk.click("tab-wire");
    desk.wait_for_count(50_000, SOON);
    // It follows the newest row, which says why the line ended.
    desk.until("the end", SOON, |d| d.has(&rows("end")).then_some(()));
    desk.click("connect");
    desk.wait_for_state("closed", SOON);
    home(&desk);
    desk.until("the exchange", SOON, |d| {
        d.has(&handle("wire-exchange")).then_some(())
    });
    let first = words(&desk, "chunk");
    // One chunk is higher than the page.
    desk.until("further down", SOON, |d| {
        d.press(Key::PageDown);
        (words(d, "chunk") != first).then_some(())
    });
    desk.press(Key::End);
    desk.until("the end", SOON, |d| d.has(&rows("end")).then_some(()));
}
