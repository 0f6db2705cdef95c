//! A picture of every main state, for the documentation (`make screens`) and as proof that each can be reached.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::hands::{tape_item, tape_row};
use crate::page::{SOON, demo_item, handle};
use crate::servers::{self, Demo};

const LARGE: (u32, u32) = (1240, 800);
const SMALL: (u32, u32) = (900, 600);

/// What types or counts never holds still; it is drawn by then all the same.
const MOMENT: Duration = Duration::from_millis(300);

/// Where the pictures go: docs/screens when `make screens` asks for it.
fn folder() -> PathBuf {
    let asked = std::env::var_os("TAPEWRITER_SCREENS").map(PathBuf::from);
    let folder = asked.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screens"));
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    folder
}

fn take(desk: &Desk, name: &str) {
    // Where the pointer was last, a tip would stand over the picture.
    if desk.js("return document.querySelector('[title]:hover') !== null", &[]) == Value::Bool(true) {
        desk.rest_on(&handle("status"), 0.5);
    }
    // Fonts load lazily, the first frame after a change is not yet drawn, and the drawn is not yet on the screen.
    let drawn = "const done = arguments[arguments.length - 1];
        document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
    let started = Instant::now();
    let mut before = None;
    let picture = desk.until("a picture that holds still for a moment", SOON, |desk| {
        desk.js_async(drawn, &[]);
        let now = desk.picture().ok().filter(|picture| !picture.is_blank());
        let still = before.is_some() && now == before;
        before = now;
        if still || started.elapsed() > MOMENT {
            before.take()
        } else {
            None
        }
    });
    picture
        .write_png(&folder().join(format!("{name}.png")))
        .expect("written");
}

/// A picture, and where `small` one of the smallest window.
fn both(desk: &Desk, name: &str, look: &str, small: bool) {
    take(desk, &format!("{name}-{look}"));
    if small {
        desk.resize(SMALL);
        take(desk, &format!("{name}-small-{look}"));
        desk.resize(LARGE);
    }
}

/// An address as another program hands it over, with more in it than can be taken in at a glance.
const HANDED: &str = "https://api.example.com/v2/rooms/harbour/events?channels=arrivals,departures,weather&since=2026-11-14T08%3A00%3A00Z&format=sse&token=not-a-real-token-7f3a91c0de7f3a91c0de7f3a91c0de";

/// All states in one language and one set of colours.
fn tour(start: Start<'_>, look: &str, small: bool) {
    let demo = Demo::start();
    let events = servers::scripted(|number, _, connection| builds(number, connection));
    let home = start.home;
    let desk = start.open();
    desk.element(&handle("first-message"));
    take(&desk, &format!("first-run-{look}"));

    desk.click_at(&format!(
        "{}[data-id^=\"demo:/typewriter\"] .open",
        handle("stream-item")
    ));
    desk.click("connect");
    desk.until("a paragraph and a half", Duration::from_secs(60), |d| {
        (d.text("typewriter").chars().count() > 620).then_some(())
    });
    both(&desk, "typewriter", look, small);
    asked(&desk, home, look, small);
    desk.stop();
    program(&desk, look, small);

    desk.connect_anew(&demo.url("/flaky?ms=60&retry=4000"));
    desk.wait_for_state("waiting", SOON);
    desk.click("reconnect-now");
    desk.wait_for_count(10, SOON);
    desk.wait_for_state("waiting", SOON);
    desk.until("ten whole lines", SOON, |d| {
        d.typed().get(9)?.ends_with("一行不少").then_some(())
    });
    take(&desk, &format!("waiting-{look}"));
    desk.stop();

    desk.connect_anew(&demo.url("/faults/wrong-type"));
    desk.wait_for_state("failed", SOON);
    take(&desk, &format!("failed-{look}"));

    desk.connect_anew(&format!("{events}/v1/builds/events"));
    desk.wait_for_count(64, SOON);
    desk.click("tab-events");
    let row = format!("{}[data-seq=\"52\"]", handle("event-row"));
    desk.click_at(&row);
    desk.until("the inspector", SOON, |d| {
        d.text_of(&handle("inspector"))
            .filter(|words| words.contains("918"))
    });
    both(&desk, "events", look, small);
    taped(&desk, look, small);
    wire(&desk, &demo, look, small);
    request(&desk, look, small);
    scenes(&desk, look, small);
}

/// What the window asks when it is to close, or is handed an address, while a line is open.
fn asked(desk: &Desk, home: &Home, look: &str, small: bool) {
    let frames = desk.frames();
    frames.close(frames.windows()[0]);
    desk.element(&format!("{}[open]", handle("quit-sheet")));
    both(desk, "quit", look, small);
    desk.click("quit-stay");
    desk.until("no sheet", SOON, |d| (!d.has(&handle("quit-go"))).then_some(()));

    let mut second = desk.launch(&Start::at(home).opening(&[HANDED]), home.folder());
    second.wait().expect("the second start ends");
    desk.element(&handle("opening-connect"));
    both(desk, "opening", look, small);
    desk.click("opening-cancel");
    desk.until("no sheet", SOON, |d| {
        (!d.has(&handle("opening-sheet"))).then_some(())
    });
}

/// What belongs to the program and not to a stream: its settings, keys and words about itself, and how it looks with
/// other settings.
fn program(desk: &Desk, look: &str, small: bool) {
    let closed = |sheet: &str| {
        desk.press(Key::Escape);
        desk.until("no sheet", SOON, |d| {
            (!d.has(&format!("{}[open]", handle(sheet)))).then_some(())
        });
    };
    let settings = || {
        desk.chord(&[Key::Control.into(), ',']);
        desk.element(&format!("{}[open]", handle("settings-sheet")));
    };
    settings();
    both(desk, "settings", look, small);
    for (face, name) in [("mono", "mono"), ("typewriter", "courier")] {
        desk.click_at(&format!(
            "{} label[data-face=\"{face}\"]",
            handle("settings-face")
        ));
        desk.element(&format!("{}[data-value=\"{face}\"]", handle("settings-face")));
        closed("settings-sheet");
        desk.js("document.activeElement?.blur()", &[]);
        take(desk, &format!("typewriter-{name}-{look}"));
        settings();
    }
    desk.click("settings-reset");
    desk.element(&handle("settings-reset-yes"));
    take(desk, &format!("settings-reset-{look}"));
    desk.click("settings-reset-yes");
    desk.element(&format!("{}[data-value=\"serif\"]", handle("settings-face")));
    desk.click("settings-about");
    desk.until("what is told", SOON, |d| {
        d.text("diagnostics").contains("WebKit").then_some(())
    });
    // Which kernel the pictures were taken on is nobody's affair.
    let kernel = "const told = document.querySelector(arguments[0]).firstChild;
        told.data = told.data.replace(/(linux \\d+\\.\\d+)[^\\s,]*/, '$1')";
    desk.js(kernel, &[json!(handle("diagnostics"))]);
    both(desk, "about", look, small);
    closed("about-sheet");

    desk.chord(&[Key::Control.into(), 'k']);
    desk.element(&handle("palette-input"));
    desk.type_keys(if look.starts_with("zh") { "文" } else { "read" });
    desk.until("what it found", SOON, |d| {
        (d.many(&handle("palette-item")) > 1
            && d.has("[data-testid=palette-item] mark, [data-testid=palette-item] b"))
        .then_some(())
    });
    both(desk, "palette", look, small);
    closed("palette");
    desk.press(Key::F1);
    desk.element(&format!("{}[open]", handle("shortcuts")));
    both(desk, "shortcuts", look, small);
    closed("shortcuts");

    desk.click("toggle-sidebar");
    desk.element(&format!("{}[aria-expanded=\"false\"]", handle("toggle-sidebar")));
    take(desk, &format!("folded-{look}"));
    desk.click("toggle-sidebar");
    desk.element(&format!("{}[aria-expanded=\"true\"]", handle("toggle-sidebar")));

    // The smallest window as large as it goes.
    let zoom = |percent: u32| {
        desk.ask("save_settings", &json!({ "settings": { "zoom": percent } }))
            .expect("saved");
        desk.until("the zoom", SOON, |d| {
            let across = d.js("return outerWidth / innerWidth", &[]).as_f64()?;
            ((across * 100.0 - f64::from(percent)).abs() < 5.0).then_some(())
        });
    };
    // A pointer that rests on something tells what it is, over what else there is to see.
    desk.rest_on(&handle("status"), 0.5);
    desk.resize(SMALL);
    zoom(200);
    take(desk, &format!("zoomed-{look}"));
    desk.click("toggle-sidebar");
    desk.element(".sidebar-veil");
    take(desk, &format!("sidebar-{look}"));
    desk.press(Key::Escape);
    desk.until("no list", SOON, |d| (!d.has(".sidebar-veil")).then_some(()));
    zoom(100);
    desk.resize(LARGE);
}

/// The four scenes beside the page of lines, each with what can be opened over it.
fn scenes(desk: &Desk, look: &str, small: bool) {
    let both = |name: &str| both(desk, name, look, small);
    let closed = |sheet: &str| {
        desk.press(Key::Escape);
        desk.until("no sheet", SOON, |d| {
            (!d.has(&format!("{}[open]", handle(sheet)))).then_some(())
        });
    };
    let (question, next) = if look.starts_with("zh") {
        ("为什么逐字输出感觉更快？", "排版能做些什么？")
    } else {
        (
            "Why does a stream of tokens feel faster?",
            "And what can markdown do?",
        )
    };

    desk.click_at(&demo_item("/v1/chat/completions"));
    desk.click("tab-typewriter");
    desk.element(&handle("composer-field"));
    both("composer");
    desk.say(question);
    desk.until("a table that grows", Duration::from_secs(60), |d| {
        d.has(".an-answer tbody tr:nth-child(2)").then_some(())
    });
    both("answer-typing");
    desk.until("the end", Duration::from_secs(60), |d| {
        (d.state() == "closed").then_some(())
    });
    both("answer");
    desk.say(next);
    desk.until("its end", Duration::from_secs(60), |d| {
        (d.many(".an-turn") == 2 && d.state() == "closed" && d.has(".md-code")).then_some(())
    });
    desk.overwrite(&handle("composer-field"), question);
    both("conversation");
    desk.click("text-rule");
    desk.element(&handle("page-form-plain"));
    take(desk, &format!("text-menu-{look}"));
    desk.press(Key::Escape);
    desk.click("made-open");
    desk.element(&handle("made-server.py"));
    both("made");
    closed("made");

    desk.click_at(&demo_item("/monitor"));
    desk.click("connect");
    desk.wait_for_count(60, SOON);
    desk.until("lines", SOON, |d| {
        (d.many(&handle("chart-tile")) >= 4 && d.has(".chart canvas")).then_some(())
    });
    both("chart");
    desk.click("chart-series");
    take(desk, &format!("chart-series-{look}"));
    desk.press(Key::Escape);
    desk.click_at(&format!("{}[data-name=\"price $.last\"]", handle("chart-tile")));
    desk.overwrite(&handle("limit-above"), "90");
    desk.press(Key::Enter);
    desk.element(&format!("{}.alert", handle("chart-tile")));
    take(desk, &format!("chart-threshold-{look}"));
    desk.press(Key::Escape);
    desk.click("actions");
    desk.click("action-add");
    desk.overwrite(&handle("action-query"), "$.last > 103");
    desk.click("action-count");
    desk.until("what it would have matched", SOON, |d| {
        d.text("action-trial").contains(char::is_numeric).then_some(())
    });
    both("actions");
    closed("actions-sheet");
    desk.stop();

    desk.click_at(&demo_item("/chat"));
    desk.click("connect");
    desk.until("a talk", SOON, |d| (d.many(&handle("bubble")) >= 5).then_some(()));
    desk.say(next);
    desk.until("what was said", SOON, |d| {
        d.has(".chat-rows .chat-row.own").then_some(())
    });
    desk.say("fail");
    desk.element(&format!("{}[data-state=failed]", handle("pending")));
    both("chat");
    desk.click("pending-drop");
    desk.click("fields-chat");
    desk.element(&handle("fields"));
    take(desk, &format!("fields-{look}"));
    desk.press(Key::Escape);
    desk.stop();

    desk.click_at(&demo_item("/news"));
    desk.click("connect");
    desk.until("stories", SOON, |d| (d.many(&handle("card")) >= 4).then_some(()));
    both("feed");
    desk.click_at(&handle("card-link"));
    desk.element(&handle("link-address"));
    take(desk, &format!("link-{look}"));
    closed("link-sheet");
    desk.stop();
}

/// The events of a build server under a filter, their tape, and all that can be done with it.
fn taped(desk: &Desk, look: &str, small: bool) {
    let both = |desk: &Desk, name: &str| both(desk, name, look, small);
    let row = |seq: u64| format!("{}[data-seq=\"{seq}\"]", handle("event-row"));
    let marked = |desk: &Desk, seq: u64| {
        desk.click_at(&row(seq));
        desk.press('b');
        desk.until("a bookmark", SOON, |d| {
            d.has(&format!("{}.bookmarked", row(seq))).then_some(())
        });
    };
    // Recorded as it comes, and what is said of it.
    desk.click("recording");
    desk.until("its tape", SOON, |d| d.has(&handle("keep-tape")).then_some(()));
    both(desk, "recording");
    desk.click("recording");

    // A filter, its chips, and two bookmarks.
    marked(desk, 54);
    marked(desk, 51);
    desk.fill(&handle("bookmark-note"), "918");
    desk.press(Key::Enter);
    for value in ["log", "finished"] {
        desk.click_at(&format!("{}[data-value=\"{value}\"]", handle("chip")));
    }
    desk.overwrite(&handle("filter"), "/engine|passed/");
    desk.until("what it found", SOON, |d| {
        d.has(&format!("{} mark", row(51))).then_some(())
    });
    both(desk, "events-filter");
    desk.stop();
    desk.wait_for_recording("done");
    desk.click_at(".ev-said .link");
    desk.until("all rows", SOON, |d| d.has(&row(64)).then_some(()));

    // A part of the strip.
    desk.drag(&handle("tape-strip"), 0.25, 0.55);
    desk.until("a range", SOON, |d| {
        d.attribute("tape-strip", "data-selected-from")
    });
    both(desk, "strip-selection");
    desk.click("filter-range");

    // What leaves: a filter's result as a file.
    desk.overwrite(&handle("filter"), "$.build == 918");
    desk.until("what it found", SOON, |d| {
        (!d.has(".ev-said[hidden]") && d.text("found").contains("38")).then_some(())
    });
    desk.click_at(".ev-tools button:last-child");
    desk.element(&handle("export-what"));
    both(desk, "export");
    desk.press(Key::Escape);
    desk.click_at(".ev-said .link");

    // The list, kept and loose, and served again.
    let tape = desk.until("its tape", SOON, |d| d.tapes().first().cloned());
    desk.choose_of_tape(&tape, "tape-keep");
    desk.overwrite(&format!("{} input", tape_item(&tape)), "Build 918");
    desk.press(Key::Enter);
    desk.until("its name", SOON, |d| {
        (d.attribute_of(&tape_item(&tape), "data-name")? == "Build 918").then_some(())
    });
    desk.click("all-tapes");
    desk.element(&tape_row(&tape));
    desk.js("document.activeElement?.blur()", &[]);
    both(desk, "tapes");
    desk.click("tapes-settings");
    desk.element(&handle("settings-save"));
    both(desk, "recording-settings");
    desk.press(Key::Escape);
    desk.click("tapes-done");
    desk.choose_of_tape(&tape, "tape-serve");
    desk.element(&handle("serve-start"));
    take(desk, &format!("serve-{look}"));
    desk.click("serve-start");
    desk.element(&handle("serve-url"));
    both(desk, "served");
    desk.click("serve-stop");
    desk.element(&handle("serve-start"));
    desk.press(Key::Escape);

    // Played again, up to somewhere within.
    desk.play(&tape);
    desk.click("replay-play");
    // The line was quiet at its end for as long as the pictures took.
    desk.drag(&handle("tape-strip"), 0.4, 0.12);
    desk.until("the middle", SOON, |d| {
        (d.count() > 5 && d.count() < 64).then_some(())
    });
    both(desk, "replay");
    desk.click("tab-typewriter");
    take(desk, &format!("replay-typewriter-{look}"));

    // A file that is none.
    desk.drop_file("notes.md", b"# Notes");
    let failed = format!("{}[data-state=failed]", handle("job"));
    desk.element(&failed);
    both(desk, "import-failed");
    // The window has only just been given its size again, and a press may meet what stood there before.
    desk.until("no word of it", SOON, |d| {
        d.has(&failed)
            .then(|| d.click_at(&format!("{failed} {}", handle("job-dismiss"))));
        (!d.has(&failed)).then_some(())
    });

    exporting(desk, look);
    no_room(desk, look, small);
}

/// A flood, and its export on its way.
fn exporting(desk: &Desk, look: &str) {
    desk.click_at(&format!(
        "{}[data-id=\"demo:/flood?n=200000&size=100\"] .open",
        handle("stream-item")
    ));
    desk.until("the flood's page", SOON, |d| (d.state() == "idle").then_some(()));
    desk.click("connect");
    desk.wait_for_state("closed", Duration::from_secs(60));
    desk.wait_for_recording("done");
    take(desk, &format!("flood-{look}"));
    desk.click("tab-events");
    desk.click_at(".ev-tools button:last-child");
    desk.will_choose(&std::env::temp_dir().join(format!("tapewriter-screens-{}.jsonl", std::process::id())));
    desk.click("export-jsonl");
    desk.click("export-start");
    desk.until("some of it, or all", SOON, |d| {
        d.has(&format!(
            "{} progress[value]:not([value=\"0\"])",
            handle("export-state")
        ))
        .then_some(())
        .or_else(|| (d.attribute("export-state", "data-state")? == "done").then_some(()))
    });
    take(desk, &format!("exporting-{look}"));
    desk.until("the file", Duration::from_secs(60), |d| {
        (d.attribute("export-state", "data-state")? == "done").then_some(())
    });
    let path = desk.text("export-path");
    desk.click("export-done");
    let _ = fs::remove_file(path);
    desk.click("tab-typewriter");
}

/// A disk that has less room than is to stay free.
fn no_room(desk: &Desk, look: &str, small: bool) {
    let free = |mib: u32| {
        let settings = json!({ "record": true, "session_mib": 4096, "unsaved_mib": 10240, "free_mib": mib });
        desk.ask("save_settings", &json!({ "settings": settings }))
            .expect("saved");
    };
    free(16 << 20);
    desk.click_at(&format!(
        "{}[data-id^=\"demo:/typewriter\"] .open",
        handle("stream-item")
    ));
    desk.click("connect");
    desk.wait_for_recording("no-room");
    desk.until("some words", SOON, |d| {
        (d.text("typewriter").chars().count() > 120).then_some(())
    });
    desk.click("recording");
    desk.element(&handle("recording-popover"));
    both(desk, "no-room", look, small);
    desk.click("recording");
    desk.stop();
    free(1 << 10);
}

/// What a line that is not well looks like, byte by byte, and what is said about it.
fn wire(desk: &Desk, demo: &Demo, look: &str, small: bool) {
    desk.click("tab-wire");
    desk.connect_anew(&demo.url("/faults/everything?ms=60"));
    // It breaks, comes back and ends.
    desk.wait_for_state("closed", SOON);
    desk.element(&handle("finding"));
    let list = handle("wire-list");
    desk.js("document.querySelector(arguments[0]).focus()", &[json!(list)]);
    desk.press(Key::Home);
    desk.element(&handle("wire-exchange"));
    desk.js("document.activeElement?.blur()", &[]);
    both(desk, "wire", look, small);
    desk.click_at(&format!("{}[data-value=\"hex\"]", handle("wire-form")));
    take(desk, &format!("wire-hex-{look}"));
    desk.click_at(&format!("{}[data-value=\"text\"]", handle("wire-form")));

    desk.connect_anew(&demo.url("/faults/buffered?ms=120&n=30&every=10"));
    desk.element(&format!("{}[data-kind=\"buffered\"]", handle("finding")));
    take(desk, &format!("wire-buffered-{look}"));
    desk.stop();
    desk.click("tab-typewriter");
}

/// As a browser copies it.
const CURL: &str = r#"curl -N 'https://api.example.com/v1/chat/completions?stream=true' \
  -H 'Authorization: Bearer sk-not-a-real-key' \
  -H 'Accept-Language: zh-CN, en' \
  -H 'Content-Type: application/json' \
  --data-raw $'{\n  "model": "{{model}}",\n  "stream": true,\n  "messages": [\n    { "role": "user", "content": "{{prompt}}" }\n  ]\n}'"#;

/// A request with all that it can have, as a command line of curl gives it.
fn request(desk: &Desk, look: &str, small: bool) {
    desk.click("new-stream");
    desk.click("request");
    desk.click("paste-curl");
    desk.element(&handle("curl-text"));
    // Pasted, as it has several lines.
    let paste = "const field = document.querySelector(arguments[0]);
        field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true }))";
    desk.js(paste, &[json!(handle("curl-text")), json!(CURL)]);
    desk.click("curl-fill");
    desk.element(&handle("secret"));
    let top = "document.activeElement?.blur();
        for (const part of document.querySelectorAll('.request, .request > *')) part.scrollTop = 0";
    desk.js(top, &[]);
    both(desk, "request", look, small);
    desk.press(Key::Escape);
}

/// A build server's events: named, with ids and JSON, with one drop of the line in between.
fn builds(number: u32, connection: &mut std::net::TcpStream) {
    use std::io::Write;
    let (from, to) = if number == 0 { (1, 48) } else { (49, 64_u64) };
    servers::event_stream(connection, "retry: 300\n\n");
    for n in from..=to {
        let (name, data) = match n % 5 {
            0 => (
                "queued",
                json!({ "build": 918, "repo": "harbour/app", "by": "mira" }),
            ),
            1 => (
                "log",
                json!({ "build": 918, "line": format!("Compiling engine v0.4.{n}") }),
            ),
            2 => (
                "step",
                json!({ "build": 918, "step": "test", "of": 412, "done": n, "ok": true, "ms": 120 * n }),
            ),
            3 => ("log", json!({ "build": 917, "line": "下载依赖完成" })),
            _ => (
                "finished",
                json!({ "build": 917, "status": "passed", "ms": 184_220 }),
            ),
        };
        if write!(connection, "event: {name}\nid: {n}\ndata: {data}\n\n").is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(15 + n * 37 % 50));
    }
    if number > 0 {
        // Left open, as such servers do.
        let _ = std::io::Read::read(connection, &mut [0]);
    }
}

#[test]
fn light() {
    let home = Home::new();
    tour(Start::at(&home), "light", true);
}

#[test]
fn dark() {
    let home = Home::new();
    tour(Start::at(&home).dark(), "dark", true);
}

#[test]
fn chinese_light() {
    let home = Home::new();
    tour(Start::at(&home).chinese(), "zh-light", false);
}

#[test]
fn chinese_dark() {
    let home = Home::new();
    tour(Start::at(&home).chinese().dark(), "zh-dark", true);
}
