//! Several sessions at once: each goes on when another is shown.

use std::time::Duration;

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle, item};
use crate::servers::Demo;

fn state_of(desk: &Desk, name: &str) -> String {
    desk.attribute_of(&item(name), "data-state").unwrap_or_default()
}

#[test]
fn one_goes_on_while_another_is_shown() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=100000&ms=10"));
    desk.wait_for_count(20, SOON);
    let first = desk.until("its name", SOON, |d| {
        d.attribute_of(".stream-item.selected", "data-name")
    });
    let before = desk.count();

    desk.click_at(&format!("{} .open", item("Flaky line")));
    desk.until("the other stream's page", SOON, |d| {
        (d.state() == "idle").then_some(())
    });
    desk.click("connect");
    desk.wait_for_state("open", SOON);
    assert_eq!(
        state_of(&desk, &first),
        "open",
        "the sidebar tells of the one that is not shown"
    );
    desk.until("its rate", SOON, |d| {
        d.text_of(&item(&first))?.contains("/s").then_some(())
    });
    desk.wait_for_state("waiting", SOON);
    desk.until("a dot that waits", SOON, |d| {
        (state_of(d, "Flaky line") == "waiting").then_some(())
    });

    desk.click_at(&format!("{} .open", item(&first)));
    desk.wait_for_count(before + 100, SOON);
    assert_eq!(desk.state(), "open");
    let typed = desk.until("its text", SOON, |d| {
        Some(d.typed()).filter(|lines| lines.len() > 20)
    });
    // The last line is still being typed.
    let whole = &typed[..typed.len() - 1];
    let other = whole.iter().find(|line| !line.starts_with("Message "));
    assert_eq!(other, None, "the other's lines are not among them");

    assert!(desk.stop() < Duration::from_secs(5));
    assert_ne!(
        state_of(&desk, "Flaky line"),
        "closed",
        "Stop stops the one that is shown"
    );
    assert!(!desk.has(&handle("notice")));
}
