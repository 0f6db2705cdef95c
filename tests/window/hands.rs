//! What a hand does beyond clicks and keys: drags, a file that is dropped or chosen, and tapes that are made with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::desk::{Desk, Home};
use crate::page::{SOON, handle};

impl Desk {
    /// Asks the backend as the window does; an error is what it was refused with.
    pub fn ask(&self, command: &str, arguments: &Value) -> Result<Value, Value> {
        let script = "const [command, args, done] = arguments;
            if (command === 'hello') {
                const { transformCallback } = window.__TAURI_INTERNALS__;
                args.onTick = '__CHANNEL__:' + transformCallback(() => {});
            }
            window.__TAURI_INTERNALS__.invoke(command, args).then(ok => done({ ok }), error => done({ error }))";
        let mut answer = self.js_async(script, &[json!(command), arguments.clone()]);
        match answer.get_mut("error").map(Value::take) {
            Some(error) => Err(error),
            None => Ok(answer["ok"].take()),
        }
    }

    /// Presses an element at one part of its width, draws to another and lets go; 0 is its left edge, 1 its right one.
    pub fn drag(&self, selector: &str, from: f64, to: f64) {
        let (x, y) = self.place(selector, from);
        let (end, _) = self.place(selector, to);
        let mut actions =
            MouseActions::new("mouse".to_owned())
                .then(move_to(x, y))
                .then(PointerAction::Down {
                    button: MOUSE_BUTTON_LEFT,
                });
        for step in 1..=8 {
            actions = actions.then(move_to(x + (end - x) * step / 8, y));
        }
        let actions = actions.then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
        self.act(&format!("drag on {selector}"), actions);
    }

    /// Clicks an element at one part of its width.
    pub fn click_within(&self, selector: &str, at: f64) {
        let (x, y) = self.place(selector, at);
        let actions = MouseActions::new("mouse".to_owned())
            .then(move_to(x, y))
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        self.act(&format!("click on {selector}"), actions);
    }

    /// Lets the pointer rest on an element, at one part of its width.
    pub fn rest_on(&self, selector: &str, at: f64) {
        let (x, y) = self.place(selector, at);
        let actions = MouseActions::new("mouse".to_owned()).then(move_to(x, y));
        self.act(&format!("rest on {selector}"), actions);
    }

    /// Turns the wheel over an element, at one part of its width.
    pub fn wheel(&self, selector: &str, at: f64, by: i32) {
        self.element(selector);
        // The driver has no wheel for this web view; the page sees what a wheel would tell it.
        let script = "const [selector, at, deltaY] = arguments;
            const element = document.querySelector(selector);
            const box = element.getBoundingClientRect();
            element.dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true,
                clientX: box.left + at * box.width, clientY: box.top + box.height / 2 }))";
        self.js(script, &[json!(selector), json!(at), json!(by)]);
    }

    /// Where a part of an element's width is in the window, at half of its height.
    fn place(&self, selector: &str, at: f64) -> (i64, i64) {
        self.element(selector);
        let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
            return [Math.round(box.left + 1 + arguments[1] * (box.width - 2)), Math.round(box.top + box.height / 2)]";
        serde_json::from_value(self.js(script, &[json!(selector), json!(at)])).expect("a place")
    }

    /// Drops a file onto the window, as a file manager does: the page gets it as a `File`.
    pub fn drop_file(&self, name: &str, bytes: &[u8]) {
        let script = "const [name, bytes] = arguments;
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
            const target = document.querySelector('main');
            for (const type of ['dragenter', 'dragover', 'drop'])
                target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))";
        self.js(script, &[json!(name), json!(bytes)]);
    }

    /// Has the next dialogs answer with this path. A driver cannot reach the toolkit's own dialogs; everything before
    /// and after them is as it always is.
    pub fn will_choose(&self, path: &Path) {
        let script = "const [path] = arguments;
            window.chosen = path;
            if (window.asked) return;
            window.asked = [];
            const fetch = window.fetch;
            window.fetch = (address, options) => {
                const asked = /\\/(choose_path|choose_file)$/.exec(String(address));
                if (!asked) return fetch(address, options);
                window.asked.push(String(options?.body ?? ''));
                const headers = { 'Tauri-Response': 'ok', 'content-type': 'application/json' };
                return Promise.resolve(new Response(JSON.stringify(window.chosen), { headers }));
            }";
        self.js(script, &[json!(path)]);
    }

    /// What the stand-in of the dialogs was asked with.
    pub fn asked_for(&self) -> String {
        self.js("return JSON.stringify(window.asked)", &[])
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Where the recording of the session on show stands: off, on, no-room, failed, done.
    pub fn recording(&self) -> String {
        self.attribute("recording", "data-state").unwrap_or_default()
    }

    pub fn wait_for_recording(&self, state: &str) {
        self.until(&format!("a recording that is {state}"), SOON, |desk| {
            (desk.recording() == state).then_some(())
        });
    }

    /// The ids of the tapes in the sidebar, newest first.
    pub fn tapes(&self) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll('[data-testid=tape-item]')].map(e => e.dataset.tape)";
        serde_json::from_value(self.js(script, &[])).expect("a list of tapes")
    }

    /// Records a stream until it has brought so many events, stops it, and answers with its tape.
    pub fn record(&self, url: &str, events: u64) -> String {
        let before = self.tapes();
        self.connect_anew(url);
        self.wait_for_count(events, Duration::from_secs(60));
        if self.state() != "closed" {
            self.stop();
        }
        self.wait_for_recording("done");
        self.until("its tape in the list", SOON, |desk| {
            desk.tapes().into_iter().find(|tape| !before.contains(tape))
        })
    }

    /// Plays a tape of the sidebar.
    pub fn play(&self, tape: &str) {
        self.click_at(&format!("{} .open", tape_item(tape)));
        self.element(&handle("replay-bar"));
    }

    /// Chooses from the menu of a tape in the sidebar.
    pub fn choose_of_tape(&self, tape: &str, what: &str) {
        self.click_at(&format!("{} .more", tape_item(tape)));
        self.click(what);
    }

    /// Takes the table of events to its first row.
    pub fn go_to_first_row(&self) {
        self.element(".ev-table");
        self.js("document.querySelector('.ev-table').focus()", &[]);
        self.press(Key::Home);
        self.until("the first row", SOON, |desk| {
            desk.has(&event_row(1)).then_some(())
        });
    }

    /// A number that an element of this handle tells in an attribute.
    pub fn number(&self, id: &str, attribute: &str) -> Option<f64> {
        self.attribute(id, attribute)?.parse().ok()
    }
}

fn move_to(x: i64, y: i64) -> PointerAction {
    PointerAction::MoveTo {
        duration: None,
        x: x as f64,
        y: y as f64,
    }
}

/// The item of a tape in the sidebar.
pub fn tape_item(tape: &str) -> String {
    format!("[data-testid=\"tape-item\"][data-tape=\"{tape}\"]")
}

/// The row of a tape in the list of all.
pub fn tape_row(tape: &str) -> String {
    format!("[data-testid=\"tape-row\"][data-tape=\"{tape}\"]")
}

/// The row of an event.
pub fn event_row(seq: u64) -> String {
    format!("{}[data-seq=\"{seq}\"]", handle("event-row"))
}

impl Home {
    /// The folder of tapes.
    pub fn tapes(&self) -> PathBuf {
        self.data().join("tapes")
    }

    /// The file of a tape.
    pub fn tape(&self, id: &str) -> PathBuf {
        self.tapes().join(format!("{id}.tape"))
    }

    /// The names of all that lies in the folder of tapes, in order.
    pub fn tape_files(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.tapes())
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}
