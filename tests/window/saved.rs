//! Saved streams: kept at once, kept through a kill, and never lost in silence.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fantoccini::key::Key;
use serde_json::json;

use crate::desk::{Desk, Home, Start};
use crate::first_start::{TEN_SECONDS, ten_messages};
use crate::page::{SOON, handle, item};
use crate::servers::Demo;

/// Makes a stream of this name and address, and saves it.
fn save(desk: &Desk, name: &str, url: &str) {
    desk.click("new-stream");
    desk.fill(&handle("url"), url);
    desk.click("save-stream");
    // Named from host and path, and renamed in place.
    rename(desk, name);
}

/// Types a name where one is open for renaming, all of it selected.
fn rename(desk: &Desk, name: &str) {
    desk.element(&format!("{} input", handle("stream-item")));
    desk.type_keys(name);
    desk.press(Key::Enter);
    desk.element(&item(name));
}

fn choose(desk: &Desk, name: &str) {
    desk.click_at(&format!("{} .open", item(name)));
}

/// Opens a stream's menu and presses the entry of this name.
fn menu(desk: &Desk, name: &str, entry: &str) {
    choose(desk, name);
    desk.click_at(&format!("{} .more", item(name)));
    let script = "const found = [...document.querySelectorAll('[role=menuitem]')]
        .find(e => e.innerText.startsWith(arguments[0])); found?.click(); return !!found";
    desk.until(&format!("{entry} in the menu"), SOON, |d| {
        (d.js(script, &[json!(entry)]) == json!(true)).then_some(())
    });
}

fn url(desk: &Desk) -> String {
    let value = desk.js(
        "return document.querySelector(arguments[0]).value",
        &[json!(handle("url"))],
    );
    value.as_str().unwrap_or_default().to_owned()
}

/// Names of the saved streams, in order.
fn names(desk: &Desk) -> Vec<String> {
    let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.dataset.name)";
    let own = format!("{}[data-demo=\"false\"]", handle("stream-item"));
    serde_json::from_value(desk.js(script, &[json!(own)])).expect("a list of names")
}

fn wait_for_names(desk: &Desk, expected: &[&str]) {
    desk.until(&format!("the streams {expected:?}"), SOON, |d| {
        (names(d) == expected).then_some(())
    });
}

#[test]
fn a_saved_stream_survives_kill_9() {
    let demo = Demo::start();
    let address = demo.url("/stream?ms=20");
    let home = Home::new();
    let desk = Start::at(&home).open();
    save(&desk, "Build events", &address);
    desk.kill_app();
    drop(desk);

    let desk = Start::at(&home).open();
    desk.element(&item("Build events"));
    assert!(!desk.has(&handle("notice")), "nothing to complain about");
    choose(&desk, "Build events");
    assert_eq!(url(&desk), address);
    assert!(!desk.has(&handle("save-stream")), "nothing to save");
    desk.click("connect");
    desk.wait_for_count(10, TEN_SECONDS);
    desk.until("its text", SOON, |d| (d.typed() == ten_messages()).then_some(()));
}

#[test]
fn streams_are_renamed_edited_duplicated_and_deleted() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    save(&desk, "one", &demo.url("/stream?n=1"));
    save(&desk, "two", &demo.url("/stream?n=2"));

    menu(&desk, "one", "Rename");
    rename(&desk, "first");

    // An edit is kept apart until it is saved.
    choose(&desk, "first");
    let edited = demo.url("/stream?n=3");
    desk.fill(&handle("url"), &edited);
    choose(&desk, "two");
    choose(&desk, "first");
    assert_eq!(url(&desk), edited, "going elsewhere loses nothing");
    desk.click("save-stream");
    desk.until("nothing left to save", SOON, |d| {
        (!d.has(&handle("save-stream"))).then_some(())
    });

    menu(&desk, "first", "Duplicate");
    rename(&desk, "third");
    assert_eq!(url(&desk), edited);
    wait_for_names(&desk, &["first", "two", "third"]);

    menu(&desk, "two", "Delete");
    wait_for_names(&desk, &["first", "third"]);
    desk.click("undo");
    wait_for_names(&desk, &["first", "two", "third"]);
    menu(&desk, "third", "Delete");
    wait_for_names(&desk, &["first", "two"]);
    drop(desk);

    let desk = Start::at(&home).open();
    wait_for_names(&desk, &["first", "two"]);
    choose(&desk, "first");
    assert_eq!(url(&desk), edited);
}

#[test]
fn a_damaged_file_is_set_aside_and_said() {
    let damage = "These are not the saved streams that you are looking for. ".repeat(40);
    let home = Home::new();
    fs::create_dir(home.data()).expect("the app's folder");
    fs::write(home.data().join("streams.db"), &damage).expect("a damaged file");

    let desk = Start::at(&home).open();
    let notice = desk.until("a notice", SOON, |d| d.text_of(&handle("notice")));
    let aside = files(&home.data())
        .into_iter()
        .find(|name| name.contains("damaged"))
        .expect("a file set aside");
    assert!(notice.contains(&aside), "{notice}");
    assert_eq!(
        fs::read_to_string(home.data().join(&aside)).expect("readable"),
        damage
    );
    save(&desk, "new", "http://127.0.0.1:9/x");
    drop(desk);

    let desk = Start::at(&home).open();
    desk.element(&item("new"));
    assert!(!desk.has(&handle("notice")), "said once");
    assert_eq!(
        files(&home.data())
            .iter()
            .filter(|name| name.contains("damaged"))
            .count(),
        1
    );
}

#[test]
fn what_is_stored_is_the_users_alone() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    save(&desk, "mine", "http://127.0.0.1:9/x");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&home.data()), 0o700);
    let stored: Vec<_> = files(&home.data())
        .into_iter()
        .filter(|name| name.starts_with("streams.db"))
        .collect();
    assert!(!stored.is_empty());
    for name in stored {
        assert_eq!(mode(&home.data().join(&name)), 0o600, "{name}");
    }
    // The web view's own folder stands in it too, and nothing of the app elsewhere.
    let elsewhere = home.outside();
    assert!(
        elsewhere.is_empty(),
        "written outside TAPEWRITER_HOME: {elsewhere:?}"
    );
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}
