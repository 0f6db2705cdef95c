//! The first minute: nothing happens unasked, and one key plays the smallest stream there is.

use std::time::Duration;

use fantoccini::key::Key;

use crate::desk::{Home, Start};
use crate::page::{SOON, handle, item};

/// What the tutorial's page shows in the end.
pub fn ten_messages() -> Vec<String> {
    (1..=10).map(|n| format!("Message {n}")).collect()
}

/// Ten messages, one a second, and room for a slow machine.
pub const TEN_SECONDS: Duration = Duration::from_secs(30);

#[test]
fn enter_types_the_ten_messages() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.until("the first page", SOON, |d| {
        d.has(&handle("first-message")).then_some(())
    });
    assert_eq!(desk.state(), "idle");
    assert_eq!(desk.text("connect"), "Connect");
    assert!(!desk.has(&handle("event-count")), "nothing was connected");
    assert_eq!(
        desk.js("return document.activeElement.tagName", &[]),
        "BODY",
        "no field asks for attention"
    );

    desk.press(Key::Enter);

    desk.wait_for_state("open", SOON);
    assert_eq!(desk.text("connect"), "Stop");
    // It is typed as it comes, not shown at the end.
    desk.until("the third message while the line is open", TEN_SECONDS, |d| {
        (d.typed().get(2)? == "Message 3" && d.state() == "open").then_some(())
    });
    desk.wait_for_state("closed", TEN_SECONDS);
    desk.until("all of the text", SOON, |d| {
        (d.typed() == ten_messages()).then_some(())
    });
    assert_eq!(desk.count(), 10);
    assert_eq!(desk.error(), None);
    assert_eq!(desk.text("connect"), "Connect");
}

#[test]
fn digits_play_the_other_two() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.until("the first page", SOON, |d| {
        d.has(&handle("first-message")).then_some(())
    });
    desk.press('2');
    desk.wait_for_count(20, SOON);
    assert_eq!(
        desk.attribute_of(&item("Streaming Q&A"), "data-state").as_deref(),
        Some("open")
    );
    // One running text of the answer, not a line an event.
    desk.until("the beginning of the answer", SOON, |d| {
        d.text("typewriter")
            .contains("Because waiting is counted from the last sign of life")
            .then_some(())
    });
    assert!(desk.stop() < Duration::from_secs(5));
    // The first page was for the first start.
    desk.press('3');
    assert_eq!(
        desk.attribute_of(&item("Flaky line"), "data-state").as_deref(),
        Some("idle")
    );
}
