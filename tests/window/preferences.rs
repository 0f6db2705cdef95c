//! What is set for the whole app holds in every window; streams leave and come in as a file; what helps to find a fault.

use std::fs;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};

/// Asks for what is not refused.
fn ask(desk: &Desk, command: &str, arguments: &Value) -> Value {
    desk.ask(command, arguments).expect(command)
}

/// Stores a change of what is set.
fn set(desk: &Desk, change: &Value) -> Value {
    ask(desk, "save_settings", &json!({ "settings": change }))
}

fn looks(desk: &Desk) -> (bool, u64) {
    let dark = desk.js("return matchMedia('(prefers-color-scheme: dark)').matches", &[]);
    let width = desk.js("return innerWidth", &[]);
    (
        dark.as_bool().expect("a switch"),
        width.as_u64().expect("a width"),
    )
}

#[test]
fn what_is_set_holds_in_every_window_and_from_the_first_paint_on() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let main = desk.window();
    // A window is laid out anew when it is shown.
    let (dark, width) = desk.until("the window's size", SOON, |d| {
        Some(looks(d)).filter(|(_, width)| *width == 1240)
    });
    assert!(!dark);
    desk.choose_demo("/stream", "");
    desk.click("connect");
    desk.wait_for_count(1, SOON);
    desk.click_at(".stream-item.selected .more");
    desk.click("menu-window");
    let own = desk.until("another window", SOON, |d| {
        d.windows().into_iter().find(|window| *window != main)
    });
    let settled = set(
        &desk,
        &json!({ "theme": "dark", "zoom": 125, "language": "zh-CN" }),
    );
    assert_eq!(settled["language"], "zh-CN");
    for window in [&main, &own] {
        desk.turn_to(window);
        desk.until("dark and larger", SOON, |d| {
            let (dark, now) = looks(d);
            (dark && now < width).then_some(())
        });
    }
    // The other window is told.
    desk.until("the language", SOON, |d| {
        (d.js("return document.documentElement.lang", &[]) == "zh-CN").then_some(())
    });
    // What cannot be is refused, and changes nothing.
    let proxy = json!({ "kind": "through", "url": "http://me:hunter2@proxy.test:8080" });
    let refused = desk
        .ask(
            "save_settings",
            &json!({ "settings": { "theme": "light", "proxy": proxy } }),
        )
        .expect_err("a password");
    assert_eq!(
        (&refused["code"], &refused["args"]["what"]),
        (&json!("url"), &json!("password"))
    );
    assert!(looks(&desk).0);
    // The desktop is followed again.
    set(&desk, &json!({ "theme": "system", "zoom": 125 }));
    desk.until("light", SOON, |d| (!looks(d).0).then_some(()));
    set(
        &desk,
        &json!({ "theme": "dark", "zoom": 125, "language": "zh-CN" }),
    );
    drop(desk);

    let desk = Start::at(&home).open();
    let (dark, now) = looks(&desk);
    assert!(dark && now < width, "{dark} {now}");
    desk.until("the language", SOON, |d| {
        (d.js("return document.documentElement.lang", &[]) == "zh-CN").then_some(())
    });
}

#[test]
fn streams_go_to_another_home_without_their_secrets() {
    let (here, there) = (Home::new(), Home::new());
    let file = here.folder().join("streams.json");
    let desk = Start::at(&here).open();
    let stream = json!({
        "id": "", "name": "Room", "url": "https://api.example.com/v1?token=hunter2", "method": "GET", "headers": [],
        "network": { "insecure": true },
    });
    ask(&desk, "save_stream", &json!({ "stream": stream }));
    let written = ask(&desk, "export_streams", &json!({ "path": file, "ids": null }));
    assert_eq!(written, 1);
    let text = fs::read_to_string(&file).expect("a file");
    assert!(
        !text.contains("hunter2") && text.contains("{{secret:1}}"),
        "{text}"
    );
    // Here it is already.
    let again = ask(&desk, "import_streams", &json!({ "path": file }));
    assert_eq!((&again["added"], &again["same"]), (&json!(0), &json!(1)));
    let told = ask(&desk, "diagnostics", &json!({}));
    let told = told.as_str().expect("a text");
    assert!(told.contains("Streams: 1\n"), "{told}");
    for gone in ["hunter2", "example.com", "Room"] {
        assert!(!told.contains(gone), "{gone} is told: {told}");
    }
    drop(desk);

    let desk = Start::at(&there).open();
    let brought = ask(&desk, "import_streams", &json!({ "path": file }));
    assert_eq!(
        (
            &brought["added"],
            &brought["secrets"],
            &brought["withheld"],
            &brought["streams"][0]["network"]["insecure"]
        ),
        (&json!(1), &json!(1), &json!(1), &json!(false))
    );
    desk.reload();
    desk.until("the stream in the list", SOON, |d| {
        d.has("[data-testid=\"stream-item\"][data-name=\"Room\"]")
            .then_some(())
    });
}

#[test]
fn a_field_takes_back_what_was_typed() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let field = handle("url");
    let before = desk.until("an address", SOON, |d| {
        Some(d.value("url")).filter(|address| address.ends_with("/stream"))
    });
    desk.overwrite(&field, "http://x");
    assert_eq!(desk.value("url"), "http://x");
    desk.chord(&[Key::Control.into(), 'z']);
    desk.until("as it was", SOON, |d| (d.value("url") == before).then_some(()));

    // In a sheet as well, which keeps its keys to itself.
    desk.overwrite(&field, "http://x/{{room}}");
    desk.click("connect");
    desk.wait_for_error("url");
    desk.click("give-variable");
    desk.element(&handle("variable-value"));
    desk.overwrite(&handle("variable-value"), "kitchen");
    assert_eq!(desk.value("variable-value"), "kitchen");
    desk.chord(&[Key::Control.into(), 'z']);
    desk.until("nothing again", SOON, |d| {
        d.value("variable-value").is_empty().then_some(())
    });
    desk.chord(&[Key::Control.into(), 'y']);
    desk.until("what was typed", SOON, |d| {
        (d.value("variable-value") == "kitchen").then_some(())
    });
}
