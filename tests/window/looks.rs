//! Language and colours follow the system.

use serde_json::json;

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};

fn colour(desk: &Desk, selector: &str) -> String {
    let script = "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor";
    desk.js(script, &[json!(selector)])
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn language(desk: &Desk) -> String {
    desk.js("return document.documentElement.lang", &[])
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The first page's text once it is there.
fn words(desk: &Desk) -> String {
    desk.element(&handle("first-message"));
    desk.text_of("body").unwrap_or_default()
}

#[test]
fn english_on_light_paper() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let words = words(&desk);
    assert!(words.contains("Message 1 to 10"), "{words}");
    assert!(
        !words.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)),
        "{words}"
    );
    assert_eq!(language(&desk), "en");
    assert_eq!(
        desk.js("return matchMedia('(prefers-color-scheme: dark)').matches", &[]),
        json!(false)
    );
    assert_eq!(colour(&desk, "body"), "rgb(241, 238, 232)");
    // The fonts of the design are in the program.
    let loaded = "const done = arguments[arguments.length - 1];
        document.fonts.ready.then(() => done([...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)))";
    let loaded = desk.js_async(loaded, &[]).to_string();
    assert!(
        loaded.contains("Inter") && loaded.contains("Source Serif"),
        "{loaded}"
    );
}

#[test]
fn chinese_on_dark_paper() {
    let home = Home::new();
    let desk = Start::at(&home).chinese().dark().open();
    let words = words(&desk);
    assert!(words.contains("打字机") && words.contains("事件"), "{words}");
    for english in ["Connect", "Demo", "Saved", "Typewriter\n", "Events", "Request"] {
        assert!(!words.contains(english), "{english} in: {words}");
    }
    assert_eq!(language(&desk), "zh-CN");
    assert_eq!(colour(&desk, "body"), "rgb(22, 21, 20)");
    // The widest page of all still has nothing that must be scrolled sideways.
    desk.resize((900, 600));
    let fits = "return document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth";
    desk.until("a page that fits", SOON, |d| {
        (d.js(fits, &[]) == json!(true)).then_some(())
    });
}
