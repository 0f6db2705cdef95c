//! Actions: tried on what came, then done to what comes and to what is shown.

use std::sync::mpsc;

use crate::desk::{Desk, Home, Start};
use crate::hands::event_row;
use crate::page::{SOON, handle};
use crate::servers;

/// Sixty numbered events of three types, and one more each time that it is told to.
fn counted() -> (String, mpsc::Sender<()>) {
    let (go, gate) = mpsc::channel::<()>();
    let origin = servers::scripted(move |_, _, connection| {
        let event = |n: u32| format!("event: kind{}\nid: {n}\ndata: {{\"n\":{n}}}\n\n", n % 3);
        servers::event_stream(connection, &(1..=60).map(event).collect::<String>());
        for n in 61.. {
            if gate.recv().is_err() || std::io::Write::write_all(connection, event(n).as_bytes()).is_err() {
                return;
            }
        }
    });
    (origin, go)
}

fn opened(desk: &Desk) -> mpsc::Sender<()> {
    let (origin, go) = counted();
    desk.connect_anew(&origin);
    desk.wait_for_count(60, SOON);
    desk.click("tab-events");
    go
}

/// Adds an action and opens its fields; those of the others close.
fn add(desk: &Desk, event_type: &str, query: &str) {
    desk.click("action-add");
    desk.element(&handle("action-query"));
    if !event_type.is_empty() {
        desk.overwrite(&handle("action-type"), event_type);
    }
    if !query.is_empty() {
        desk.overwrite(&handle("action-query"), query);
    }
}

fn tried(desk: &Desk, words: &str) {
    desk.until(words, SOON, |d| (d.text("action-trial") == words).then_some(()));
}

fn apply(desk: &Desk) {
    desk.click("actions-apply");
    desk.until("no sheet", SOON, |d| {
        (!d.has(&handle("actions-apply"))).then_some(())
    });
}

#[test]
fn an_action_is_tried_and_then_marks_counts_and_hides() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let _go = opened(&desk);
    desk.click("actions");
    add(&desk, "", "$.n > 46");
    tried(&desk, "would have matched 14 of 60 events");
    // One that cannot be read is said, and not applied.
    desk.overwrite(&handle("action-query"), "/(/");
    desk.until("what is wrong", SOON, |d| {
        d.has(&format!("{}[aria-invalid=\"true\"]", handle("action-query")))
            .then_some(())
    });
    desk.click("actions-apply");
    assert!(desk.has(&handle("actions-sheet")) && desk.has(&handle("action-query")));
    desk.overwrite(&handle("action-query"), "$.n > 46");
    tried(&desk, "would have matched 14 of 60 events");
    desk.click("action-count");
    apply(&desk);
    desk.until("marked rows", SOON, |d| {
        (d.has(&format!("{}[data-colour=\"blue\"]", event_row(60)))).then_some(())
    });
    assert_eq!(desk.text("actions"), "Actions 1");
    desk.go_to_first_row();
    assert!(!desk.has(&format!("{}[data-colour]", event_row(1))));
    // What is counted is a tile of the chart.
    desk.click("tab-chart");
    desk.until("its tile", SOON, |d| {
        let name = format!("{}[data-name=\"$.n > 46\"] b", handle("chart-tile"));
        (d.text_of(&name)? == "14").then_some(())
    });

    // Another hides.
    desk.click("tab-events");
    desk.click("actions");
    add(&desk, "kind1", "");
    tried(&desk, "would have matched 20 of 60 events");
    desk.click("action-hide");
    apply(&desk);
    let chip = format!("{}:not([hidden])", handle("hidden-chip"));
    // The first that matches is done: of the fourteen that are marked none is hidden.
    let hidden = desk.until("the chip", SOON, |d| d.text_of(&chip));
    assert!(hidden.contains("hidden"), "{hidden}");
    desk.js("document.querySelector('.ev-table').focus()", &[]);
    desk.press(fantoccini::key::Key::Home);
    desk.until("the first that is left", SOON, |d| {
        (!d.has(&event_row(1)) && d.has(&event_row(2))).then_some(())
    });
    desk.click_at(&chip);
    desk.go_to_first_row();
    desk.click_at(&chip);
    desk.until("hidden again", SOON, |d| (!d.has(&event_row(1))).then_some(()));
    // On tape they are all the same.
    assert_eq!(desk.count(), 60);
    desk.stop();
}

#[test]
fn an_action_stops_the_session_at_its_event() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let go = opened(&desk);
    desk.click("actions");
    add(&desk, "", "$.n == 62");
    tried(&desk, "would have matched 0 of 60 events");
    desk.click("action-stop");
    desk.click("action-bookmark");
    desk.fill(&handle("action-name"), "Sixty-two");
    apply(&desk);
    go.send(()).expect("a reader");
    desk.wait_for_count(61, SOON);
    assert_eq!(desk.state(), "open");
    go.send(()).expect("a reader");
    desk.wait_for_state("closed", SOON);
    assert_eq!(desk.count(), 62);
    desk.until("its bookmark", SOON, |d| {
        d.has(&format!("{}.bookmarked", event_row(62))).then_some(())
    });
    // The next session begins as any other.
    drop(go);
    desk.click("connect");
    desk.until("sixty events of it", SOON, |d| (d.count() == 60).then_some(()));
    desk.stop();
}

#[test]
fn an_action_that_is_off_or_cancelled_does_nothing() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let _go = opened(&desk);
    desk.click("actions");
    add(&desk, "kind2", "");
    tried(&desk, "would have matched 20 of 60 events");
    desk.click("actions-cancel");
    desk.until("no sheet", SOON, |d| {
        (!d.has(&handle("action-query"))).then_some(())
    });
    assert_eq!(desk.text("actions"), "Actions");
    assert!(!desk.has(&format!("{}[data-colour]", handle("event-row"))));

    // From an event, with its own value to begin with.
    desk.click_at(&event_row(59));
    desk.element(&handle("inspector"));
    desk.click("make-action");
    desk.until("its type", SOON, |d| {
        (d.value("action-type") == "kind2").then_some(())
    });
    apply(&desk);
    let marked = format!("{}[data-colour]", event_row(59));
    desk.until("a marked row", SOON, |d| d.has(&marked).then_some(()));
    desk.click("actions");
    desk.click_at(&format!("{} .switch", handle("action")));
    apply(&desk);
    desk.until("no mark", SOON, |d| (!d.has(&marked)).then_some(()));
    desk.stop();
}
