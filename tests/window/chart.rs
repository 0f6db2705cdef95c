//! Monitoring: numbers in events as lines and figures, live, in replay, and over a gap in the line.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::hands::event_row;
use crate::page::{SOON, handle};
use crate::servers;

fn tile(name: &str) -> String {
    format!("{}[data-name=\"{name}\"]", handle("chart-tile"))
}

/// The figure on a tile.
fn figure(desk: &Desk, name: &str) -> Option<f64> {
    let words = desk.text_of(&format!("{} b", tile(name)))?;
    let digits: String = words
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
        .collect();
    digits.parse().ok()
}

/// Seconds that the chart shows.
fn span(desk: &Desk) -> Option<f64> {
    Some((desk.number("chart", "data-to-us")? - desk.number("chart", "data-from-us")?) / 1e6)
}

/// The demo's market and machine, at two hundred events a second.
fn monitored(desk: &Desk) {
    desk.choose_demo("/monitor", "?rate=200&seed=16");
    desk.wait_for_scene("chart");
    desk.click("connect");
    desk.until("tiles", SOON, |d| {
        (d.many(&handle("chart-tile")) >= 4 && d.many(".chart canvas") > 0).then_some(())
    });
}

#[test]
fn the_market_is_on_the_chart_at_once() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    monitored(&desk);
    let price = desk.until("a price", SOON, |d| figure(d, "price $.last"));
    assert!(price > 90.0 && price < 120.0, "{price}");
    desk.until("another price", SOON, |d| {
        (figure(d, "price $.last")? != price).then_some(())
    });
    let load = desk.until("a load", SOON, |d| figure(d, "cpu $.load"));
    assert!((0.0..=100.0).contains(&load), "{load}");
    assert!(desk.number("chart", "data-panels").expect("panels") >= 1.0);
    // Something is drawn: a canvas that is not of one colour.
    let drawn = "return [...document.querySelectorAll('.chart canvas')].some(canvas => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Set(new Uint32Array(data.buffer)); return seen.size > 3 })";
    desk.until("lines", SOON, |d| {
        (d.js(drawn, &[]) == Value::Bool(true)).then_some(())
    });

    // Held, its picture stands while the stream goes on.
    desk.click("chart-pause");
    desk.element(&format!("{}[aria-pressed=\"true\"]", handle("chart-pause")));
    let until = desk.until("where it stands", SOON, |d| d.number("chart", "data-to-us"));
    desk.wait_for_count(desk.count() + 300, SOON);
    assert_eq!(desk.number("chart", "data-to-us"), Some(until));
    desk.click("chart-live");
    desk.until("the present", SOON, |d| {
        (d.number("chart", "data-to-us")? > until + 1e6).then_some(())
    });
    desk.stop();
}

#[test]
fn a_threshold_that_is_crossed_is_told_on_its_tile() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    monitored(&desk);
    let price = tile("price $.last");
    desk.until("a price", SOON, |d| figure(d, "price $.last"));
    let alert = format!("{price}.alert");
    // No price of this market is above the one, and none below the other.
    desk.click_at(&price);
    desk.overwrite(&handle("limit-above"), "140");
    desk.press(fantoccini::key::Key::Enter);
    desk.until("no alert", SOON, |d| (!d.has(&alert)).then_some(()));
    desk.overwrite(&handle("limit-above"), "90");
    desk.press(fantoccini::key::Key::Enter);
    desk.element(&alert);
    desk.until("its words", SOON, |d| {
        let line = d.text_of(&format!("{price} .chart-line"))?;
        (line.contains("above 90") && line.contains("for")).then_some(())
    });
    // What is no number changes nothing and is said; taken away, the alert goes.
    desk.overwrite(&handle("limit-above"), "many");
    desk.press(fantoccini::key::Key::Enter);
    desk.until("what is wrong", SOON, |d| {
        d.text_of(".chart-bad")?.contains("not a number").then_some(())
    });
    assert!(desk.has(&alert));
    desk.overwrite(&handle("limit-above"), "140");
    desk.press(fantoccini::key::Key::Enter);
    desk.until("no alert", SOON, |d| (!d.has(&alert)).then_some(()));
    desk.fill(&handle("limit-unit"), "€");
    desk.press(fantoccini::key::Key::Enter);
    desk.until("its unit", SOON, |d| {
        d.text_of(&format!("{price} b"))?.contains('€').then_some(())
    });
    desk.stop();
}

#[test]
fn the_window_of_time_is_chosen_and_zoomed() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    monitored(&desk);
    let choose = |value: &str| {
        desk.click("chart-window");
        desk.click_at(&format!(".ev-menu [data-value=\"{value}\"]"));
    };
    // A session that is younger than the window fills it.
    for (value, words) in [("60", "1 min"), ("3600", "1 h"), ("0", "All")] {
        choose(value);
        desk.until(words, SOON, |d| {
            let span = span(d)?;
            (d.text("chart-window").contains(words) && span > 0.0 && span < 50.0).then_some(())
        });
    }
    // By keys at a tile it is a part, which stands until it is let go.
    let whole = desk.until("some seconds", SOON, |d| span(d).filter(|s| *s > 2.0));
    desk.js(
        "document.querySelector(arguments[0]).focus()",
        &[json!(tile("price $.last"))],
    );
    for _ in 0..3 {
        desk.press('+');
    }
    let part = desk.until("a part", SOON, |d| span(d).filter(|s| *s < whole * 0.3));
    desk.wait_for_count(desk.count() + 100, SOON);
    assert!((span(&desk).expect("a span") - part).abs() < 0.01);
    desk.press(fantoccini::key::Key::Escape);
    desk.until("all again", SOON, |d| (span(d)? > whole).then_some(()));
    desk.stop();
}

#[test]
fn a_value_of_an_event_becomes_a_line() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "retry: 600000\n\n");
        for n in 0..40 {
            let event = format!(
                "event: probe\ndata: {{\"id\":{n},\"deep\":[{{\"depth\":{}}}],\"name\":\"n{n}\"}}\n\n",
                n * 3
            );
            if connection.write_all(event.as_bytes()).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = std::io::Read::read(connection, &mut [0]);
    });
    desk.connect_anew(&origin);
    desk.wait_for_count(40, SOON);
    desk.click("tab-events");
    desk.click_at(&event_row(40));
    // The data's own numbers, by their letters.
    let choose = "const span = [...document.querySelectorAll('.in-data > span')].find(e => e.textContent === arguments[0]);
        if (span) span.click(); return !!span";
    desk.until("a word that can be chosen", SOON, |d| {
        (d.js(choose, &[json!("\"n39\"")]) == Value::Bool(true)).then_some(())
    });
    assert!(
        desk.has(&format!("{}:disabled", handle("chart-value"))),
        "a word is no line"
    );
    desk.js(choose, &[json!("117")]);
    desk.click_at(&format!("{}:not(:disabled)", handle("chart-value")));
    desk.wait_for_scene("chart");
    desk.until("its figure", SOON, |d| {
        (figure(d, "probe $.deep[0].depth")? == 117.0).then_some(())
    });
}

#[test]
fn a_replay_that_is_scrubbed_back_shows_the_figures_of_then() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "retry: 600000\n\n");
        for n in 1..=100 {
            let event = format!("event: tide\ndata: {{\"height\":{n}}}\n\n");
            if connection.write_all(event.as_bytes()).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let tape = desk.record(&origin, 100);
    desk.play(&tape);
    desk.click("tab-chart");
    desk.click("replay-end");
    desk.until("the last figure", SOON, |d| {
        (figure(d, "tide $.height")? == 100.0).then_some(())
    });
    desk.drag(&handle("tape-strip"), 0.9, 0.2);
    // The playhead follows the hand: where it stands is known when both say the same.
    desk.until("the figure of then", SOON, |d| {
        let events = d.count();
        (events > 0 && events < 60 && figure(d, "tide $.height")? == events as f64).then_some(())
    });
    desk.click("replay-start");
    desk.until("no figure", SOON, |d| {
        (d.count() == 0 && figure(d, "tide $.height").is_none()).then_some(())
    });
    desk.click("replay-end");
    desk.until("the last figure again", SOON, |d| {
        (figure(d, "tide $.height")? == 100.0).then_some(())
    });
}

#[test]
fn a_break_in_the_line_is_a_gap_in_the_lines() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|number, _, connection| {
        servers::event_stream(connection, "retry: 700\n\n");
        for n in 1..=20 {
            let event = format!("data: {{\"level\":{}}}\n\n", number * 100 + n);
            if connection.write_all(event.as_bytes()).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(15));
        }
        if number >= 2 {
            let _ = std::io::Read::read(connection, &mut [0]);
        }
    });
    desk.connect_anew(&origin);
    desk.click("tab-chart");
    desk.wait_for_count(60, SOON);
    desk.until("the newest", SOON, |d| {
        (figure(d, "$.level")? == 220.0).then_some(())
    });
    let query = json!({ "from_us": null, "to_us": null, "points": 400, "keys": [] });
    let page = desk.until("all of the lines", SOON, |d| {
        let page = d.ask("series", &json!({ "session": 1, "query": query })).ok()?;
        (page["done"] == true).then_some(page)
    });
    let gaps = page["gaps"].as_array().expect("gaps");
    assert_eq!(gaps.len(), 2, "{page}");
    let times: Vec<f64> = serde_json::from_value(page["series"][0]["at_us"].clone()).expect("times");
    for gap in gaps {
        let (from, to) = (
            gap["from_us"].as_f64().expect("a time"),
            gap["to_us"].as_f64().expect("a time"),
        );
        assert!(to - from > 500_000.0, "{gap}");
        assert!(
            times.iter().all(|at| *at <= from || *at >= to),
            "no value in {gap}"
        );
    }
    assert_eq!(page["series"][0]["points"], 60, "{page}");
    desk.stop();
}
