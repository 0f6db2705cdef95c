//! The app among others on a desktop: how it is started, asked to open things, brought back, closed and killed.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use std::process::{Child, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start, app};
use crate::frame::Place;
use crate::page::{SOON, handle};
use crate::processes::Process;
use crate::servers::{self, Demo};

/// Until a window is there: it loads the web view first.
const WINDOW: Duration = Duration::from_secs(30);

/// Asks until there is an answer, where no page is driven.
fn until<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < limit, "waited {limit:?} for: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The code that a program ends with.
fn ended(what: &str, child: &mut Child, limit: Duration) -> Option<i32> {
    until(&format!("the end of {what}"), limit, || {
        child.try_wait().expect("a child")
    })
    .code()
}

/// What waits to be answered.
fn openings(desk: &Desk) -> Vec<Value> {
    let hello = desk.ask("hello", &json!({ "epoch": 1 })).expect("an answer");
    let all = hello["openings"].as_array().expect("a list");
    all.iter().map(|opening| opening["what"].clone()).collect()
}

/// Nothing of the app runs any more, and it has left no socket behind.
fn is_gone(desk: &Desk, home: &Home) {
    until("the end of every process", SOON, || {
        let left = ["tapewriter", "WebKitWebPro", "WebKitNetwork"].map(|name| desk.processes(name).len());
        (left == [0; 3]).then_some(())
    });
    assert!(!home.data().join("instance.socket").exists());
}

#[test]
fn questions_are_answered_without_a_display() {
    let home = Home::new();
    let ask = |argument: &str| {
        Command::new(app())
            .arg(argument)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env("TAPEWRITER_HOME", home.data())
            .output()
            .expect("the app")
    };
    let help = ask("--help");
    let words = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(
        help.status.success() && words.contains("Usage: tapewriter"),
        "{words}"
    );
    let version = ask("--version");
    assert!(version.status.success());
    assert_eq!(
        String::from_utf8_lossy(&version.stdout),
        concat!("tapewriter ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let unknown = ask("--wach");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("--wach"));
    assert!(!home.data().exists(), "a question makes no files");
}

#[test]
fn an_address_is_asked_about_as_it_stands_and_nothing_is_connected() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("bound"));
    let (count, heads) = (Arc::new(AtomicU32::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (counted, kept) = (Arc::clone(&count), Arc::clone(&heads));
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            let Ok(mut connection) = connection else { break };
            kept.lock()
                .expect("not poisoned")
                .push(servers::read_head(&mut connection));
            servers::event_stream(&mut connection, "data: hello\n\n");
        }
    });
    let home = Home::new();
    let desk = Start::at(&home).open();
    let variables = json!({ "all": [{ "name": "test", "variables": [
        { "name": "name", "value": "EXPANDED", "secret": false },
    ] }] });
    let sealed = desk
        .ask("save_environments", &json!({ "environments": variables }))
        .expect("saved");
    let mut variables = sealed["environments"].clone();
    variables["active"] = variables["all"][0]["id"].clone();
    desk.ask("save_environments", &json!({ "environments": variables }))
        .expect("active");
    drop(desk);

    let asked = format!("{origin}/x?q={{{{name}}}}&s={{{{secret:abc}}}}");
    let desk = Start::at(&home).opening(&[&asked, "ftp://example.com/"]).open();
    let url = format!("{origin}/x?q=%7B%7Bname%7D%7D&s=%7B%7Bsecret:abc%7D%7D");
    assert_eq!(
        openings(&desk),
        [
            json!({ "kind": "stream", "url": url }),
            json!({ "kind": "refused", "given": "ftp://example.com/", "code": "scheme" }),
        ]
    );
    // A page that is loaded again asks the same, once each.
    desk.reload();
    desk.until("the whole address", SOON, |d| {
        (d.text("opening-url") == url).then_some(())
    });
    assert_eq!(desk.text("opening-count"), "1 of 2");
    assert_eq!(openings(&desk).len(), 2);
    assert_eq!(count.load(Ordering::SeqCst), 0, "nothing is connected");
    // As it stands it goes out, when the user says so.
    desk.click("opening-connect");
    desk.wait_for_count(1, SOON);
    let head = heads.lock().expect("not poisoned").remove(0);
    assert!(
        head.to_lowercase()
            .starts_with("get /x?q=%7b%7bname%7d%7d&s=%7b%7bsecret:abc%7d%7d "),
        "{head}"
    );
    desk.element(&handle("opening-refused"));
    desk.click("opening-cancel");
    desk.until("no more to be asked", SOON, |d| {
        (openings(d).is_empty() && !d.has(&handle("opening-sheet"))).then_some(())
    });
    assert_eq!(count.load(Ordering::SeqCst), 1, "connected once");
}

#[test]
fn a_second_start_hands_over_what_it_was_given_and_ends() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.element(&handle("new-stream"));
    let files = home.folder().join("elsewhere");
    fs::create_dir(&files).expect("made");
    fs::write(files.join("one.sse"), "data: x\n\n").expect("written");
    let arguments = [
        "one.sse",
        "tapewriter://open?url=https%3A%2F%2Fexample.com%2F",
        "no.tape",
    ];
    let mut second = desk.launch(&Start::at(&home).opening(&arguments), &files);
    assert_eq!(
        ended("the second start", &mut second, SOON),
        Some(0),
        "{}",
        desk.words()
    );
    let path = files.join("one.sse");
    let there = desk.until("what was handed over", SOON, |d| {
        Some(openings(d)).filter(|all| all.len() == 3)
    });
    assert_eq!(
        there,
        [
            json!({ "kind": "tape", "path": path }),
            json!({ "kind": "stream", "url": "https://example.com/" }),
            json!({ "kind": "refused", "given": files.join("no.tape"), "code": "missing" }),
        ]
    );
    assert_eq!(desk.processes("tapewriter").len(), 1);
    assert_eq!(desk.windows().len(), 1);
    desk.until("the file's name", SOON, |d| {
        (Path::new(&d.text("opening-path")) == path).then_some(())
    });
    // One with nothing to say comes to the front, and ends as well.
    let mut third = desk.launch(&Start::at(&home), &files);
    assert_eq!(ended("the third start", &mut third, SOON), Some(0));
    // Another home is another app.
    let other = Home::new();
    let mut beside = desk.launch(&Start::at(&other), &files);
    until("a second window", WINDOW, || {
        (desk.frames().windows().len() == 2).then_some(())
    });
    assert_eq!(beside.try_wait().expect("a child"), None);
    assert_eq!(openings(&desk).len(), 3);
}

#[test]
fn a_tape_of_the_list_is_not_taken_for_a_file() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let tape = desk.record(&demo.url("/stream?n=3&ms=5"), 3);
    drop(desk);
    let path = home.tape(&tape);
    let desk = Start::at(&home).opening(&[path.to_str().expect("a name")]).open();
    // It is played at once: that connects to nothing, and reads nothing in.
    desk.element(&handle("replay-bar"));
    desk.until("no question", SOON, |d| openings(d).is_empty().then_some(()));
    assert!(!desk.has(&handle("opening-sheet")));
    assert_eq!(home.tape_files().len(), 1);
}

#[test]
fn one_that_hangs_keeps_no_other_from_starting() {
    let home = Home::new();
    let desk = Start::at(&home).screen();
    let start = Start::at(&home);
    let mut first = desk.launch(&start, home.folder());
    let frames = desk.frames();
    until("a window", WINDOW, || (frames.windows().len() == 1).then_some(()));
    for process in desk.processes("tapewriter") {
        process.signal("STOP");
    }
    let mut second = desk.launch(&start, home.folder());
    until("a window of its own", WINDOW, || {
        (frames.windows().len() == 2).then_some(())
    });
    assert!(desk.words().contains("does not answer"), "{}", desk.words());
    for process in desk.processes("tapewriter") {
        process.signal("CONT");
    }
    // The first still has the home, and hears the next start.
    let mut third = desk.launch(&start, home.folder());
    assert_eq!(ended("the third start", &mut third, SOON), Some(0));
    for process in desk.processes("tapewriter") {
        process.signal("TERM");
    }
    assert_eq!(ended("the first", &mut first, SOON), Some(0));
    assert_eq!(ended("the second", &mut second, SOON), Some(0));
    is_gone(&desk, &home);
}

#[test]
fn the_window_comes_back_to_its_place_even_after_a_kill() {
    let home = Home::new();
    let desk = Start::at(&home).screen();
    let start = Start::at(&home);
    let frames = desk.frames();
    let window = || until("a window", WINDOW, || frames.windows().first().copied());
    let mut first = desk.launch(&start, home.folder());
    let there = window();
    let place = Place {
        x: 130,
        y: 70,
        width: 1010,
        height: 720,
    };
    frames.put(there, place);
    until("its place on disk", SOON, || {
        stored(&home).filter(|stored| {
            (stored["x"] == 130 && stored["y"] == 70) && (stored["width"] == 1010 && stored["height"] == 720)
        })
    });
    for process in desk.processes("tapewriter") {
        process.kill();
    }
    first.wait().expect("killed");
    until("the window to go", SOON, || {
        frames.windows().is_empty().then_some(())
    });

    // The socket that it left is in nobody's way.
    assert!(home.data().join("instance.socket").exists());
    let mut second = desk.launch(&start, home.folder());
    let there = window();
    until("the same place", SOON, || {
        (frames.place(there) == Some(place)).then_some(())
    });
    // Moved at the last moment, and closed by its frame.
    let last = Place { x: 90, ..place };
    frames.put(there, last);
    until("it to be there", SOON, || {
        (frames.place(there) == Some(last)).then_some(())
    });
    frames.close(there);
    assert_eq!(ended("the second start", &mut second, SOON), Some(0));
    is_gone(&desk, &home);
    assert_eq!(stored(&home).expect("a place")["x"], 90);

    // Too far away to be taken hold of: somewhere on the screen, as large as it was.
    store(
        &home,
        &json!({ "x": 5000, "y": 10, "width": 1010, "height": 720, "maximized": false }),
    );
    let mut third = desk.launch(&start, home.folder());
    let there = window();
    until("a window that can be seen", SOON, || {
        let place = frames.place(there)?;
        (place.x < 1300 && (place.width, place.height) == (1010, 720)).then_some(())
    });
    frames.close(there);
    assert_eq!(ended("the third start", &mut third, SOON), Some(0));
}

fn database(home: &Home) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(home.data().join("streams.db"), flags).ok()
}

/// The place that is stored.
fn stored(home: &Home) -> Option<Value> {
    let text: String = database(home)?
        .query_row("SELECT definition FROM place", [], |row| row.get(0))
        .ok()?;
    serde_json::from_str(&text).ok()
}

fn store(home: &Home, place: &Value) {
    database(home)
        .expect("a file")
        .execute("UPDATE place SET definition = ?1", [place.to_string()])
        .expect("written");
}

#[test]
fn a_window_without_live_streams_closes_at_once_and_leaves_nothing() {
    let home = Home::new();
    let desk = Start::at(&home).screen();
    let mut app = desk.launch(&Start::at(&home), home.folder());
    let frames = desk.frames();
    let window = until("a window", WINDOW, || frames.windows().first().copied());
    assert!(home.data().join("instance.socket").exists());
    frames.close(window);
    assert_eq!(ended("the app", &mut app, SOON), Some(0));
    is_gone(&desk, &home);
}

#[test]
fn a_terminal_that_closes_ends_it_unless_it_was_told_to_go_on() {
    let home = Home::new();
    let desk = Start::at(&home).screen();
    let start = Start::at(&home);
    let window = || {
        let frames = desk.frames();
        until("a window", WINDOW, || frames.windows().first().copied());
    };
    let all = |signal: &str| {
        for process in desk.processes("tapewriter") {
            process.signal(signal);
        }
    };
    let mut usual = desk.launch(&start, home.folder());
    window();
    all("HUP");
    assert_eq!(ended("the usual start", &mut usual, SOON), Some(0));
    let mut kept = desk.launch_ignoring("HUP", &start, home.folder());
    window();
    all("HUP");
    // It is heard after that.
    let mut later = desk.launch(&start, home.folder());
    assert_eq!(ended("the later start", &mut later, SOON), Some(0));
    assert_eq!(kept.try_wait().expect("a child"), None);
    all("TERM");
    assert_eq!(ended("the one that was kept", &mut kept, SOON), Some(0));
    is_gone(&desk, &home);
}

#[test]
fn closing_with_a_live_stream_asks_once() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_count(10, SOON);
    let frames = desk.frames();
    let window = frames.windows()[0];
    let asks = |desk: &Desk| {
        frames.close(window);
        desk.element(&format!("{}[open]", handle("quit-sheet")));
    };
    // It goes on while it is asked, and after.
    asks(&desk);
    let count = desk.count();
    desk.wait_for_count(count + 20, SOON);
    desk.click("quit-stay");
    desk.until("the sheet to close", SOON, |d| {
        (!d.has(&format!("{}[open]", handle("quit-sheet")))).then_some(())
    });
    // Each closing asks anew, also on a page that was loaded meanwhile; closed while it is asked, it closes.
    asks(&desk);
    desk.reload();
    desk.wait_for_state("open", SOON);
    asks(&desk);
    frames.close(window);
    is_gone(&desk, &home);
}

#[test]
fn quitting_ends_what_is_live() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_count(10, SOON);
    let frames = desk.frames();
    frames.close(frames.windows()[0]);
    desk.element(&format!("{}[open]", handle("quit-sheet")));
    // Not by the driver, which would wait for an answer of the page that goes.
    let go = "setTimeout(() => document.querySelector(arguments[0]).click())";
    desk.js(go, &[json!(handle("quit-go"))]);
    is_gone(&desk, &home);
    assert_eq!(home.tape_files().len(), 1, "the tape is one file");
}

#[test]
fn a_page_that_hangs_cannot_keep_the_window_open_when_it_is_closed_again() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_count(10, SOON);
    for process in desk.processes("WebKitWebPro") {
        process.signal("STOP");
    }
    let frames = desk.frames();
    let window = frames.windows()[0];
    let started = Instant::now();
    until("the end of the app", SOON, || {
        frames.close(window);
        desk.processes("tapewriter").is_empty().then_some(())
    });
    assert!(
        started.elapsed() > Duration::from_secs(2),
        "it was given time to answer"
    );
    assert!(!home.data().join("instance.socket").exists());
}

#[test]
fn nothing_white_is_seen_before_a_dark_page() {
    let home = Home::new();
    let desk = Start::at(&home).dark().screen();
    let start = Start::at(&home).dark();
    let mut app = desk.launch(&start, home.folder());
    // A part of it is read more often than the whole.
    desk.size.set((400, 400));
    let mut seen = 0;
    let started = Instant::now();
    // Until the page's own text is on the screen: the lightest of the page is no part of its ground.
    loop {
        let picture = desk.picture().expect("the screen");
        let light = picture.share(|[red, green, blue]| red.min(green).min(blue) > 0xc0);
        assert!(
            light < 0.2,
            "{light} of the window is white after {seen} pictures"
        );
        seen += 1;
        if light > 0.001 {
            break;
        }
        assert!(started.elapsed() < WINDOW, "no page");
    }
    assert!(seen > 10, "{seen} pictures on the way to the page");
    desk.processes("tapewriter").iter().for_each(Process::kill);
    app.wait().expect("killed");
}

#[test]
fn a_window_that_never_painted_makes_the_next_start_draw_the_safe_way() {
    let home = Home::new();
    let desk = Start::at(&home).screen();
    let mut first = desk.launch(&Start::at(&home), home.folder());
    // The page's process hangs before it can draw; the window is shown all the same.
    until("the page's process", WINDOW, || {
        let page = desk.processes("WebKitWebPro");
        page.iter().for_each(|process| process.signal("STOP"));
        (!page.is_empty()).then_some(())
    });
    let frames = desk.frames();
    until("the window", WINDOW, || {
        (!frames.windows().is_empty()).then_some(())
    });
    for process in desk.processes("tapewriter") {
        process.kill();
    }
    first.wait().expect("killed");
    drop(desk);

    let desk = Start::at(&home).open();
    let safe = |desk: &Desk| {
        let page = desk.processes("WebKitWebPro");
        page.iter()
            .any(|process| process.variable("WEBKIT_DISABLE_DMABUF_RENDERER").as_deref() == Some("1"))
    };
    assert!(safe(&desk), "drawn the safe way");
    desk.until("that it is said", SOON, |d| {
        d.text_of(&handle("notice"))
            .filter(|words| words.contains("simpler way"))
    });
    let record = home.data().join("drawing.json");
    desk.until("that this one has painted", SOON, |_| {
        let record: Value = serde_json::from_slice(&fs::read(&record).ok()?).ok()?;
        (record["opened"] == false && record["safe"] == 9).then_some(())
    });
    drop(desk);
    // It stays so.
    let desk = Start::at(&home).open();
    assert!(safe(&desk));
}
