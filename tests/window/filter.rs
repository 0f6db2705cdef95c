//! The Events scene at work: filters, chips, going to an event, bookmarks, and new events that join.

use std::io::Write;
use std::time::Duration;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::hands::{event_row, tape_item};
use crate::page::{SOON, handle};
use crate::servers;

/// Two thousand events: every tenth an `alarm`, every other one a `step`, JSON in all of them.
fn orders() -> String {
    servers::scripted(|_, _, connection| {
        let mut body = String::from("retry: 600000\n\n");
        for n in 1..=2_000 {
            let kind = match n {
                n if n % 10 == 0 => "alarm",
                n if n % 2 == 0 => "step",
                _ => "message",
            };
            let town = ["Lübeck", "Kiel", "上海"][n % 3];
            body += &format!(
                "event: {kind}\nid: {n}\ndata: {{\"no\":{n},\"town\":\"{town}\",\"ms\":{}}}\n\n",
                n * 3
            );
        }
        servers::event_stream(connection, &body);
    })
}

fn open(origin: &str, events: u64) -> (Home, Desk) {
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(origin);
    desk.wait_for_count(events, SOON);
    desk.stop();
    desk.click("tab-events");
    desk.until("the newest row", SOON, |d| {
        d.has(&event_row(events)).then_some(())
    });
    (home, desk)
}

/// Waits for the words of the filter, like "7 of 2,000 events".
fn found(desk: &Desk, words: &str) {
    desk.until(&format!("found: {words}"), SOON, |d| {
        (d.text("found") == words).then_some(())
    });
}

/// The numbers of the rows that are drawn, in order.
fn rows(desk: &Desk) -> Vec<u64> {
    let script = "return [...document.querySelectorAll('[data-testid=event-row]')].filter(e => !e.hidden)
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top).map(e => Number(e.dataset.seq))";
    serde_json::from_value(desk.js(script, &[])).expect("numbers")
}

/// The words that are marked in the rows, each once.
fn marked(desk: &Desk) -> Vec<String> {
    let mut words = desk.texts(&format!("{} mark", handle("event-row")));
    words.sort();
    words.dedup();
    words
}

fn chip(value: &str) -> String {
    format!("{}[data-value=\"{value}\"]", handle("chip"))
}

fn ask(desk: &Desk, query: &str) {
    desk.overwrite(&handle("filter"), query);
}

#[test]
fn a_query_shows_what_matches_and_marks_it() {
    let (_home, desk) = open(&orders(), 2_000);
    // Text, in any case.
    ask(&desk, "lübeck");
    found(&desk, "666 of 2,000 events");
    desk.until("only those rows", SOON, |d| {
        let rows = rows(d);
        (rows.len() > 5 && rows.iter().all(|n| n % 3 == 0)).then_some(())
    });
    assert_eq!(marked(&desk), ["Lübeck"]);

    // A regular expression.
    ask(&desk, "/\"no\":19[0-4]\\b/");
    found(&desk, "5 of 2,000 events");
    desk.until("five rows", SOON, |d| {
        (rows(d) == [190, 191, 192, 193, 194]).then_some(())
    });
    assert_eq!(marked(&desk).len(), 5);

    // A JSON path, alone and compared.
    ask(&desk, "$.ms >= 5991");
    found(&desk, "4 of 2,000 events");
    desk.until("four rows", SOON, |d| {
        (rows(d) == [1_997, 1_998, 1_999, 2_000]).then_some(())
    });
    ask(&desk, "$.town == \"上海\"");
    found(&desk, "667 of 2,000 events");

    // What cannot be read is said where it stands, and what was on stays.
    ask(&desk, "/un(closed/");
    let said = desk.until("what is wrong with it", SOON, |d| {
        d.text_of(".ev-bad").filter(|words| !words.is_empty())
    });
    assert!(said.contains("not a regular expression"), "{said}");
    assert_eq!(desk.text("found"), "667 of 2,000 events");

    // Nothing matches: one sentence and the way out.
    ask(&desk, "nowhere");
    found(&desk, "0 of 2,000 events");
    let words = desk.until("a word of it", SOON, |d| {
        d.text_of(".ev-empty")
            .filter(|words| words.contains("No event matches"))
    });
    assert!(words.contains("Clear filter"), "{words}");
    desk.click_at(".ev-empty button");
    desk.until("all rows", SOON, |d| {
        (d.has(".ev-said[hidden]") && rows(d).len() > 5).then_some(())
    });
    assert_eq!(
        desk.js(
            "return document.querySelector(arguments[0]).value",
            &[json!(handle("filter"))]
        ),
        ""
    );
}

#[test]
fn chips_count_and_choose_and_go_with_a_query() {
    let (_home, desk) = open(&orders(), 2_000);
    for (kind, count) in [("message", "1,000"), ("step", "800"), ("alarm", "200")] {
        desk.until("a chip with its count", SOON, |d| {
            (d.text_of(&chip(kind))? == format!("{kind} {count}")).then_some(())
        });
    }
    assert_eq!(desk.text("chip-all"), "All 2,000");
    desk.click_at(&chip("alarm"));
    found(&desk, "200 of 2,000 events");
    desk.click_at(&chip("step"));
    found(&desk, "1,000 of 2,000 events");
    ask(&desk, "Kiel");
    // Of the even numbers every third.
    found(&desk, "333 of 2,000 events");
    desk.click_at(&chip("step"));
    found(&desk, "67 of 2,000 events");
    desk.click("chip-all");
    found(&desk, "667 of 2,000 events");

    // The inspector's own way: a value of the JSON becomes the filter.
    desk.until("rows", SOON, |d| (rows(d).len() > 3).then_some(()));
    let row = rows(&desk)[1];
    desk.click_at(&event_row(row));
    desk.until("the inspector", SOON, |d| {
        d.text("inspector").contains("town").then_some(())
    });
    assert_eq!(desk.texts(&format!("{} mark", handle("inspector"))), ["Kiel"]);
}

#[test]
fn chips_go_by_what_tells_events_apart() {
    let origin = servers::scripted(|_, _, connection| {
        let mut body = String::from("retry: 600000\n\n");
        for n in 1..=300 {
            let kind = ["start", "delta", "delta", "delta", "stop"][n % 5];
            body += &format!("data: {{\"type\":\"{kind}\",\"n\":{n}}}\n\n");
        }
        servers::event_stream(connection, &body);
    });
    let (_home, desk) = open(&origin, 300);
    // All are `message`: by type nothing could be told apart.
    desk.until("chips by a path", SOON, |d| {
        (d.text_of(&chip("delta"))? == "delta 180").then_some(())
    });
    desk.click_at(&chip("stop"));
    found(&desk, "60 of 300 events");
    desk.until("those rows", SOON, |d| {
        let rows = rows(d);
        (rows.len() > 5 && rows.iter().all(|n| n % 5 == 4)).then_some(())
    });
}

#[test]
fn goes_to_an_event_and_to_a_time() {
    let (_home, desk) = open(&orders(), 2_000);
    let go = |words: &str| {
        desk.js(
            "dispatchEvent(new KeyboardEvent('keydown', { key: 'g', ctrlKey: true, cancelable: true }))",
            &[],
        );
        desk.overwrite(&handle("go-to"), words);
        desk.press(Key::Enter);
    };
    let selected = |n: u64| {
        let row = format!("{}[aria-selected=\"true\"]", event_row(n));
        desk.until(&format!("event {n} selected"), SOON, |d| {
            d.has(&row).then_some(())
        });
    };
    go("#4");
    selected(4);
    go("1,444");
    selected(1_444);
    desk.until("it opens", SOON, |d| {
        d.text("inspector").contains("1444").then_some(())
    });
    go("+0");
    desk.until("the first entry", SOON, |d| d.has(&event_row(1)).then_some(()));
    go("2001");
    let said = desk.until("that it is not there", SOON, |d| {
        d.text_of(".ev-goto-said").filter(|words| !words.is_empty())
    });
    assert!(
        said.contains("no event 2001") || said.contains("no event 2,001"),
        "{said}"
    );
    desk.press(Key::Escape);

    // Under a filter to the nearest that it shows.
    ask(&desk, "$.no >= 1000");
    found(&desk, "1,001 of 2,000 events");
    go("#1500");
    selected(1_500);
    go("#20");
    desk.until("the nearest", SOON, |d| {
        d.text_of(".ev-goto-said")?.contains("nearest").then_some(())
    });
}

#[test]
fn bookmarks_are_set_found_and_kept_on_the_tape() {
    let (home, desk) = open(&orders(), 2_000);
    desk.click_at(&event_row(2_000));
    desk.press(Key::Home);
    desk.until("the oldest row", SOON, |d| d.has(&event_row(1)).then_some(()));
    for n in [3, 7] {
        desk.click_at(&event_row(n));
        desk.press('b');
        desk.until("a bookmark", SOON, |d| {
            d.has(&format!("{}.bookmarked", event_row(n))).then_some(())
        });
    }
    // With words.
    desk.fill(&handle("bookmark-note"), "hier beginnt es");
    desk.press(Key::Enter);
    desk.until("the note is kept", SOON, |d| {
        let marks = d.ask("bookmarks", &json!({ "session": session(d) })).ok()?;
        (marks[1]["note"] == "hier beginnt es").then_some(())
    });

    desk.click("only-bookmarked");
    found(&desk, "2 of 2,000 events");
    desk.until("two rows", SOON, |d| (rows(d) == [3, 7]).then_some(()));
    desk.click("only-bookmarked");
    desk.until("all rows again", SOON, |d| (rows(d).len() > 5).then_some(()));

    // The same session from its tape, in the next run.
    desk.until("the tape is closed", SOON, |d| {
        (d.recording() == "done").then_some(())
    });
    let tape = desk.tapes()[0].clone();
    drop(desk);
    let desk = Start::at(&home).open();
    desk.element(&tape_item(&tape));
    desk.play(&tape);
    desk.click("tab-events");
    desk.click("replay-end");
    desk.wait_for_count(2_000, SOON);
    // The chips take their room from the field, and its button moves with its end.
    desk.element(&chip("alarm"));
    desk.click("only-bookmarked");
    found(&desk, "2 of 2,000 events");
    desk.until("two rows", SOON, |d| (rows(d) == [3, 7]).then_some(()));
    desk.click_at(&event_row(7));
    desk.until("its note", SOON, |d| {
        let value = d.js(
            "return document.querySelector(arguments[0])?.value ?? ''",
            &[json!(handle("bookmark-note"))],
        );
        (value == "hier beginnt es").then_some(())
    });
    // One that is taken away joins the rest.
    desk.click("bookmark");
    found(&desk, "1 of 2,000 events");
}

/// The session on show, as the backend numbers it.
fn session(desk: &Desk) -> Value {
    let hello = desk.ask("hello", &json!({ "epoch": 1 })).expect("an answer");
    hello["sessions"][0]["session"].clone()
}

#[test]
fn new_events_join_a_filter_as_they_come() {
    let origin = servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "");
        for n in 1.. {
            let kind = if n % 4 == 0 { "fourth" } else { "other" };
            if write!(connection, "event: {kind}\ndata: number {n}\n\n").is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&origin);
    desk.wait_for_count(20, SOON);
    desk.click("tab-events");
    desk.click_at(&chip("fourth"));
    desk.until("rows of the filter", SOON, |d| {
        let rows = rows(d);
        (!rows.is_empty() && rows.iter().all(|n| n % 4 == 0)).then_some(())
    });
    let last = *rows(&desk).last().expect("rows");
    // It follows the newest of them.
    desk.until("newer ones", SOON, |d| {
        let rows = rows(d);
        (rows.iter().all(|n| n % 4 == 0) && *rows.last()? > last + 100).then_some(())
    });
    // The counts of the chips grow as well.
    let count = |d: &Desk| {
        let words = d.text_of(&chip("fourth"))?;
        words.rsplit(' ').next()?.replace(',', "").parse::<u64>().ok()
    };
    let before = desk.until("a count", SOON, |d| count(d));
    desk.until("a higher count", SOON, |d| {
        (count(d)? > before + 20).then_some(())
    });
    // A filter belongs to its session: a reload finds the session, and no filter.
    desk.reload();
    desk.wait_for_state("open", SOON);
    desk.click("tab-events");
    desk.until("rows of all kinds", SOON, |d| {
        rows(d).iter().any(|n| n % 4 != 0).then_some(())
    });
    let views = desk.ask(
        "entries",
        &json!({ "session": session(&desk), "view": 1, "from": 0, "len": 1 }),
    );
    assert_eq!(views.expect_err("the filter is closed")["args"]["what"], "view");
    desk.reload();
    desk.wait_for_state("open", SOON);
    desk.stop();
}

#[test]
fn a_long_search_shows_its_first_page() {
    let demo = servers::Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/flood?n=400000&size=100"));
    desk.wait_for_count(400_000, Duration::from_secs(120));
    desk.click("tab-events");
    // One that has to look at everything.
    ask(&desk, "/x.*[0-9]7/");
    let rows = desk.until("its first rows", SOON, |d| {
        let rows = rows(d);
        (rows.len() > 5 && d.has(&handle("found"))).then_some(rows)
    });
    assert!(rows[0] < 400_000);
    let words = desk.until("its end", Duration::from_secs(60), |d| {
        Some(d.text("found")).filter(|words| words.contains("of 400,000 events"))
    });
    assert!(!words.contains('%'), "{words}");
}
