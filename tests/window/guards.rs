//! The window's walls: nothing runs that is not the app's own, nothing remote is loaded, nothing leads away.

use std::time::Duration;

use serde_json::{Value, json};

use crate::desk::{Home, Start};
use crate::page::SOON;
use crate::servers::{self, Demo};

#[test]
fn no_foreign_script_runs_and_nothing_remote_is_loaded() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let remote = demo.url("/");

    // An inline script, and one by an attribute, as markup that slipped in would bring them.
    desk.js(
        "window.ran = []; window.refused = [];
         addEventListener('securitypolicyviolation', e => window.refused.push(e.effectiveDirective));
         const script = document.createElement('script');
         script.textContent = \"window.ran.push('inline')\";
         document.body.append(script);
         const box = document.createElement('div');
         box.innerHTML = '<img src=\"x:\" onerror=\"window.ran.push(1)\"><p style=\"color: red\">x</p>';
         document.body.append(box);",
        &[],
    );
    let fetched = "const done = arguments[arguments.length - 1];
        fetch(arguments[0]).then(() => done('loaded'), () => done('refused'))";
    assert_eq!(desk.js_async(fetched, &[json!(remote)]), "refused");
    let pictured = "const done = arguments[arguments.length - 1]; const image = new Image();
        image.onload = () => done('loaded'); image.onerror = () => done('refused'); image.src = arguments[0]";
    assert_eq!(desk.js_async(pictured, &[json!(remote)]), "refused");
    let framed = "const frame = document.createElement('iframe'); frame.src = arguments[0]; document.body.append(frame)";
    desk.js(framed, &[json!(remote)]);

    let refused = desk.until("the policy's words", SOON, |d| {
        let refused: Vec<String> =
            serde_json::from_value(d.js("return window.refused", &[])).expect("a list");
        let seen = |start: &str| refused.iter().any(|directive| directive.starts_with(start));
        ["script-src", "style-src", "connect-src", "img-src", "frame-src"]
            .iter()
            .all(|d| seen(d))
            .then_some(refused.clone())
    });
    assert_eq!(desk.js("return window.ran", &[]), json!([]), "{refused:?}");
}

#[test]
fn the_window_cannot_be_led_away() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let here = desk.address();
    for leave in [
        "window.location.href = arguments[0]",
        "const a = document.createElement('a'); a.href = arguments[0]; document.body.append(a); a.click()",
        "window.open(arguments[0], '_blank')",
        "const f = document.createElement('form'); f.action = arguments[0]; document.body.append(f); f.submit()",
    ] {
        desk.js("window.stayed = true", &[]);
        desk.js(leave, &[json!(demo.url("/"))]);
        // An answer from the app itself lies behind the refused way out.
        desk.click("new-stream");
        assert_eq!(desk.address(), here, "{leave}");
        assert_eq!(desk.js("return window.stayed", &[]), Value::Bool(true), "{leave}");
    }
    // What the window may ask of the program is the app's own commands: none of tauri's.
    let asked = "const done = arguments[arguments.length - 1];
        window.__TAURI_INTERNALS__.invoke('plugin:window|close').then(() => done('done'), () => done('refused'))";
    assert_eq!(desk.js_async(asked, &[]), "refused");
}

#[test]
fn markup_in_an_event_stays_text() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let markup = "<img src=x onerror=alert(1)><script>alert(2)</script> & &lt;b&gt;";
    let origin = servers::scripted(move |_, _, connection| {
        servers::event_stream(connection, &format!("event: <i>name</i>\ndata: {markup}\n\n"));
    });
    desk.connect_anew(&origin);
    desk.wait_for_count(1, SOON);
    desk.until("its text", SOON, |d| {
        d.typed().iter().any(|line| line.contains(markup)).then_some(())
    });
    assert!(!desk.has("#root img, #root script, #root i"));
    desk.stop();
}

#[test]
fn a_reload_keeps_the_sessions() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_anew(&demo.url("/stream?n=100000&ms=20"));
    desk.wait_for_count(20, SOON);
    desk.reload();
    desk.wait_for_state("open", SOON);
    desk.wait_for_count(20, SOON);
    let count = desk.count();
    desk.wait_for_count(count + 20, SOON);
    let typed = desk.until("all of the text", Duration::from_secs(5), |d| {
        Some(d.typed()).filter(|lines| lines.len() > 20)
    });
    // The last line is still being typed.
    for (line, n) in typed[..typed.len() - 1].iter().zip(1..) {
        assert_eq!(*line, format!("Message {n}"), "once each, in order");
    }
    desk.stop();
}
