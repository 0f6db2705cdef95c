//! A line that drops: it comes back by itself, where it was, with nothing lost and nothing twice.

use std::time::{Duration, Instant};

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers::Demo;

/// The number in each of the demo's lines, in the order in which they stand on the page.
fn numbers(desk: &Desk) -> Vec<u32> {
    let number = |line: &String| {
        line.split(|c: char| !c.is_ascii_digit())
            .find(|part| !part.is_empty())?
            .parse()
            .ok()
    };
    desk.typed().iter().filter_map(number).collect()
}

#[test]
fn all_lines_come_once_each_in_order() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/flaky?ms=20&retry=400"));
    desk.wait_for_state("waiting", SOON);
    assert_eq!(desk.text("connect"), "Stop", "it can be stopped while it waits");
    // The demo server ends it with 204 once the client has the last line.
    desk.until("the end", Duration::from_secs(40), |d| {
        (d.state() == "closed").then_some(())
    });
    assert_eq!(desk.count(), 40);
    assert_eq!(desk.error(), None, "204 is an end and not a failure");
    desk.until("all of the text", SOON, |d| {
        (numbers(d).len() >= 40).then_some(())
    });
    assert_eq!(numbers(&desk), (1..=40).collect::<Vec<_>>());
    assert_eq!(desk.attribute("reconnects", "data-value").as_deref(), Some("7"));
}

#[test]
fn stop_and_reconnect_do_not_wait() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/flaky?ms=10&retry=60000"));
    desk.wait_for_state("waiting", SOON);
    assert_eq!(desk.count(), 5);
    // It counts down.
    let before = desk.text_of(&handle("error")).expect("what the line has to say");
    desk.until("another number", Duration::from_secs(5), |d| {
        (d.text_of(&handle("error"))? != before).then_some(())
    });

    let pressed = Instant::now();
    desk.click("reconnect-now");
    desk.wait_for_count(10, SOON);
    // The wait would have been a minute.
    assert!(pressed.elapsed() < Duration::from_secs(30), "it waited");
    desk.wait_for_state("waiting", SOON);
    let stopped = desk.stop();
    assert!(stopped < Duration::from_secs(30), "Stop took {stopped:?}");
    // What had arrived is kept; what of it was not typed yet comes with the next frame.
    desk.until("all ten lines", SOON, |d| {
        (numbers(d) == (1..=10).collect::<Vec<_>>()).then_some(())
    });
}
