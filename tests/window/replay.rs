//! Replay: the playhead moved by its controls, by hand on the strip, and what the scenes show of it.

use std::io::Write;
use std::time::Duration;

use serde_json::json;

use crate::desk::{Desk, Home, Start};
use crate::hands::event_row;
use crate::page::{SOON, handle};
use crate::servers;

/// Sixty events in some three seconds, with a pause of four in the middle.
fn paused() -> String {
    servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "retry: 600000\n\n");
        for n in 1..=60 {
            // In one piece: what is formatted into a socket leaves it in several.
            let event = format!("event: kind{}\ndata: Line {n}\n\n", n % 3);
            if connection.write_all(event.as_bytes()).is_err() {
                return;
            }
            let wait = if n == 30 { 4_000 } else { 50 };
            std::thread::sleep(Duration::from_millis(wait));
        }
    })
}

fn recorded() -> (Home, Desk, String) {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let tape = desk.record(&paused(), 60);
    (home, desk, tape)
}

fn playing(desk: &Desk, is: bool) {
    let wanted = is.to_string();
    desk.until(&format!("playing: {is}"), SOON, |d| {
        (d.attribute("replay-bar", "data-playing")? == wanted).then_some(())
    });
}

/// Waits until the playhead has shown exactly so many events.
fn count(desk: &Desk, events: u64) {
    desk.until(&format!("{events} events"), SOON, |d| {
        (d.count() == events).then_some(())
    });
}

fn typed(desk: &Desk, last: u64) {
    desk.until(&format!("lines up to {last}"), SOON, |d| {
        let lines: Vec<_> = (1..=last).map(|n| format!("Line {n}")).collect();
        (d.typed() == lines).then_some(())
    });
}

#[test]
fn a_tape_plays_with_its_own_timing_and_every_other() {
    let (_home, desk, tape) = recorded();
    desk.click("tab-typewriter");
    desk.play(&tape);
    playing(&desk, true);
    desk.wait_for_count(5, SOON);
    desk.click("replay-play");
    playing(&desk, false);
    let held = desk.count();
    let at = desk.number("replay-time", "data-at-us").expect("a time");
    assert!(held < 60, "its own timing: not all of it at once");

    // Step by step, both ways.
    desk.click("replay-start");
    count(&desk, 0);
    desk.click("replay-step");
    count(&desk, 1);
    desk.click("replay-step");
    count(&desk, 2);
    typed(&desk, 2);
    desk.click("replay-step-back");
    count(&desk, 1);
    typed(&desk, 1);
    assert!(desk.number("replay-time", "data-at-us").expect("a time") < at);

    // As fast as possible, to the end, where it stands.
    desk.click("replay-speed-max");
    desk.click("replay-play");
    count(&desk, 60);
    playing(&desk, false);
    typed(&desk, 60);

    // From the start again, ten times as fast, the pause skipped: less than a second and a half in all.
    desk.click("replay-speed-10");
    let skip = "const select = document.querySelector(arguments[0]); select.value = '1000000';
        select.dispatchEvent(new Event('change', { bubbles: true }))";
    desk.js(skip, &[json!(handle("replay-skip"))]);
    desk.click("replay-play");
    desk.until("the beginning", SOON, |d| (d.count() < 60).then_some(()));
    count(&desk, 60);
    typed(&desk, 60);
}

#[test]
fn every_scene_follows_the_playhead_both_ways() {
    let (_home, desk, tape) = recorded();
    desk.play(&tape);
    desk.click("replay-end");
    count(&desk, 60);

    desk.click("tab-events");
    desk.until("the newest row", SOON, |d| d.has(&event_row(60)).then_some(()));
    // Back, by hand on the strip: to somewhere before the pause in the middle.
    desk.drag(&handle("tape-strip"), 0.9, 0.10);
    // The playhead goes with the hand, and the last of its places is told a moment after the hand has let go.
    desk.until("an earlier place and its newest row", SOON, |d| {
        let early = d.count();
        (early < 30 && d.has(&event_row(early)) && !d.has(&event_row(early + 1))).then_some(())
    });
    playing(&desk, false);
    // And forth again.
    desk.drag(&handle("tape-strip"), 0.10, 0.95);
    let late = desk.until("a later place and its newest row", SOON, |d| {
        Some(d.count()).filter(|late| *late > 30 && d.has(&event_row(*late)) && !d.has(&event_row(late + 1)))
    });

    // The typewriter.
    desk.click("tab-typewriter");
    typed(&desk, late);
    desk.click("replay-start");
    count(&desk, 0);
    desk.until("an empty page", SOON, |d| d.typed().is_empty().then_some(()));
    desk.click_within(&handle("tape-strip"), 0.2);
    let some = desk.until("a place between", SOON, |d| {
        Some(d.count()).filter(|n| *n > 5 && *n < 60)
    });
    typed(&desk, some);

    // The wire, whose chunks are those of the line.
    desk.click("tab-wire");
    desk.until("chunks", SOON, |d| d.has(&handle("wire-row")).then_some(()));
    let words = |d: &Desk| d.texts(&handle("wire-row")).join("\n");
    // A line may be cut anywhere between two chunks: what is looked for stands whole in one.
    const END: &str = "The server ended the stream";
    desk.until("the chunks up to the playhead", SOON, |d| {
        let words = words(d);
        (words.contains("event: ") && !words.contains(END)).then_some(())
    });
    desk.click("replay-end");
    desk.until("the end of the line", SOON, |d| {
        words(d).contains(END).then_some(())
    });
    desk.click("replay-start");
    desk.until("no chunk of an event", SOON, |d| {
        (!words(d).contains("event: ")).then_some(())
    });
}

#[test]
fn a_filter_goes_with_the_playhead() {
    let (_home, desk, tape) = recorded();
    desk.play(&tape);
    desk.click("replay-end");
    count(&desk, 60);
    desk.click("tab-events");
    desk.click_at(&format!("{}[data-value=\"kind0\"]", handle("chip")));
    desk.until("all of them", SOON, |d| {
        (d.text("found") == "20 of 60 events").then_some(())
    });
    desk.click("replay-start");
    count(&desk, 0);
    for _ in 0..3 {
        desk.click("replay-step");
    }
    count(&desk, 3);
    desk.until("the first of them", SOON, |d| {
        (d.text("found") == "1 of 3 events").then_some(())
    });
    desk.until("its row", SOON, |d| {
        (d.has(&event_row(3)) && !d.has(&event_row(6))).then_some(())
    });
}

#[test]
fn a_replay_is_left_and_found_where_it_stood() {
    let (_home, desk, tape) = recorded();
    desk.play(&tape);
    desk.click("replay-play");
    playing(&desk, false);
    desk.click("replay-start");
    for _ in 0..4 {
        desk.click("replay-step");
    }
    count(&desk, 4);
    // Another stream, and back.
    desk.click_at(&format!("{} .open", crate::page::item("Message 1 to 10")));
    desk.until("no replay", SOON, |d| {
        (!d.has(&handle("replay-bar"))).then_some(())
    });
    desk.play(&tape);
    count(&desk, 4);
    playing(&desk, false);
    // A page that is loaded again too.
    desk.reload();
    desk.element(&handle("replay-bar"));
    count(&desk, 4);
    // From the replay to its stream.
    desk.click("open-original");
    desk.until("the stream's own page", SOON, |d| {
        (!d.has(&handle("replay-bar"))).then_some(())
    });
    let url = desk.js(
        "return document.querySelector(arguments[0]).value",
        &[json!(handle("url"))],
    );
    assert!(
        url.as_str()
            .is_some_and(|url| url.starts_with("http://127.0.0.1:")),
        "{url}"
    );
}

#[test]
fn a_range_of_the_strip_filters_the_table() {
    let (_home, desk, _) = recorded();
    let strip = handle("tape-strip");
    desk.until("notches", SOON, |d| {
        (d.number("tape-strip", "data-bins")? > 10.0).then_some(())
    });
    desk.drag(&strip, 0.02, 0.3);
    // The table comes forward, and shows that part.
    desk.until("a range", SOON, |d| {
        d.attribute("tape-strip", "data-selected-from")
    });
    assert!(desk.number("tape-strip", "data-selected-to") > desk.number("tape-strip", "data-selected-from"));
    let words = desk.until("the filter", SOON, |d| {
        Some(d.text("found")).filter(|words| words.ends_with("of 60 events"))
    });
    let shown: u64 = words
        .split(' ')
        .next()
        .expect("a number")
        .parse()
        .expect("a number");
    assert!(shown > 5 && shown < 45, "{words}");
    assert!(desk.text("filter-range").contains('–'), "its times");
    desk.until("the last of them", SOON, |d| {
        (d.has(&event_row(shown)) && !d.has(&event_row(60))).then_some(())
    });
    // Taken away at the table, it goes from the strip.
    desk.click("filter-range");
    desk.until("all rows", SOON, |d| d.has(&event_row(60)).then_some(()));
    desk.until("no range", SOON, |d| {
        d.attribute("tape-strip", "data-selected-from")
            .is_none()
            .then_some(())
    });
    // And the other way round, with Escape.
    desk.drag(&strip, 0.02, 0.3);
    desk.element(&format!("{}:not([hidden])", handle("filter-range")));
    desk.press(fantoccini::key::Key::Escape);
    desk.until("no filter", SOON, |d| {
        d.attribute("tape-strip", "data-selected-from")
            .is_none()
            .then_some(())
    });
    desk.until("all rows", SOON, |d| d.has(&event_row(60)).then_some(()));
}

#[test]
fn the_strip_zooms_pans_and_shows_all_again() {
    let (_home, desk, _) = recorded();
    let strip = handle("tape-strip");
    let span = |d: &Desk| {
        Some((
            d.number("tape-strip", "data-from-us")?,
            d.number("tape-strip", "data-to-us")?,
        ))
    };
    let whole = desk.until("the whole", SOON, |d| span(d));
    desk.wheel(&strip, 0.25, -120);
    desk.wheel(&strip, 0.25, -120);
    let near = desk.until("a part", SOON, |d| {
        span(d).filter(|(from, to)| to - from < 0.8 * (whole.1 - whole.0))
    });
    // What is under the pointer stays there.
    let at = |(from, to): (f64, f64)| from + 0.25 * (to - from);
    assert!((at(near) - at(whole)).abs() < 0.02 * (whole.1 - whole.0));
    // By keys.
    desk.js("document.querySelector(arguments[0]).focus()", &[json!(strip)]);
    desk.press('+');
    let nearer = desk.until("a smaller part", SOON, |d| {
        span(d).filter(|(from, to)| to - from < near.1 - near.0)
    });
    desk.press(fantoccini::key::Key::End);
    desk.until("its end", SOON, |d| {
        span(d).filter(|(_, to)| *to > nearer.1 && (to - whole.1).abs() < 1_000.0)
    });
    // A click goes to the notch that is nearest, in the scene on show.
    desk.click("tab-events");
    desk.click_within(&strip, 0.5);
    desk.until("an event", SOON, |d| {
        d.has(&format!("{}[aria-selected=\"true\"]", handle("event-row")))
            .then_some(())
    });
    desk.click("tape-whole");
    desk.until("the whole again", SOON, |d| (span(d)? == whole).then_some(()));
    assert!(desk.has("[data-testid=tape-whole][hidden]"));
}
