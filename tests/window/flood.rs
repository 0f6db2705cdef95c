//! Far more than anyone reads: the window answers all the time, and the counts are exact.

use std::time::{Duration, Instant};

use fantoccini::key::Key;
use serde_json::json;

use crate::desk::{Home, Start};
use crate::page::{SOON, handle, item};

/// The longest that the window may take for an answer or a frame while it is flooded. The tests run
/// an unoptimised build, in software drawing, with the server on the same two cores.
const ANSWER: Duration = Duration::from_millis(1500);

/// Collects the lengths of all frames from now on.
const FRAMES: &str = "window.frames_ = []; let last = performance.now();
    requestAnimationFrame(function next(now) { window.frames_.push(now - last); last = now; requestAnimationFrame(next) })";

#[test]
fn two_hundred_thousand_events_are_counted_exactly() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.click_at(&format!("{} .open", item("Flood")));
    desk.js(FRAMES, &[]);
    // The web view's first frames take seconds in software drawing; they are not the flood's.
    desk.until("frames", SOON, |d| {
        (d.js("return window.frames_.length", &[]).as_u64()? > 60).then_some(())
    });
    desk.js("window.frames_.length = 0", &[]);
    let started = Instant::now();
    desk.click("connect");
    let mut slowest = Duration::ZERO;
    while desk.state() != "closed" {
        let asked = Instant::now();
        assert_eq!(desk.js("return 1 + 1", &[]), json!(2));
        slowest = slowest.max(asked.elapsed());
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "{} events after a minute",
            desk.count()
        );
    }
    let took = started.elapsed();
    assert_eq!(desk.count(), 200_000);
    let mut frames: Vec<f64> =
        serde_json::from_value(desk.js("return window.frames_", &[])).expect("numbers");
    frames.sort_by(f64::total_cmp);
    let at = |share: f64| frames[((frames.len() - 1) as f64 * share) as usize];
    eprintln!(
        "flood: 200,000 events in {took:.1?}; answers within {slowest:.0?}; {} frames, p50 {:.0}, p99 {:.0}, worst {:.0} ms; {} MiB",
        frames.len(),
        at(0.5),
        at(0.99),
        at(1.0),
        desk.memory()
    );
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    assert!(
        at(1.0) < ANSWER.as_secs_f64() * 1000.0,
        "a frame took {} ms",
        at(1.0)
    );

    // The newest is on the page, as text and as a row.
    desk.until("the last event's text", SOON, |d| {
        d.typed().last()?.starts_with("200000").then_some(())
    });
    desk.click("tab-events");
    let last = format!("{}[data-seq=\"200000\"]", handle("event-row"));
    desk.until("the last event's row", SOON, |d| d.has(&last).then_some(()));
    let rows = desk.js(
        "return document.querySelectorAll(arguments[0]).length",
        &[json!(handle("event-row"))],
    );
    assert!(rows.as_u64().is_some_and(|n| n < 100), "{rows} rows are drawn");
    // And so is the oldest that is kept, at the other end.
    desk.click_at(&last);
    desk.press(Key::Home);
    desk.until("another end of the table", SOON, |d| {
        (!d.has(&last)).then_some(())
    });
}
