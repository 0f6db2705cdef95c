//! What a person does and sees at the window, by its handles.

use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::actions::{Actions, InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use crate::desk::Desk;

/// How long a fact of the window may take on a busy machine before it counts as not coming.
pub const SOON: Duration = Duration::from_secs(15);

/// The selector of a handle.
pub fn handle(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}

/// How long the driver may take for one command. A page that hangs would hold it for ever.
const COMMAND: Duration = Duration::from_secs(60);

impl Desk {
    /// Runs one command of the driver.
    pub(crate) fn drive<T>(&self, what: &str, command: impl Future<Output = Result<T, CmdError>>) -> T {
        match self
            .runtime
            .block_on(async { tokio::time::timeout(COMMAND, command).await })
        {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => panic!("{what}: {error:?}"),
            Err(_) => panic!("{what}: the window did not answer within {COMMAND:?}"),
        }
    }

    pub(crate) fn client(&self) -> &fantoccini::Client {
        self.client.as_ref().expect("a running app")
    }

    /// Runs a script in the page; `arguments` as in WebDriver.
    pub fn js(&self, script: &str, arguments: &[Value]) -> Value {
        self.drive(script, self.client().execute(script, arguments.to_vec()))
    }

    /// Runs a script whose last argument is to be called with its result.
    pub fn js_async(&self, script: &str, arguments: &[Value]) -> Value {
        self.drive(script, self.client().execute_async(script, arguments.to_vec()))
    }

    /// Asks until there is an answer.
    pub fn until<T>(&self, what: &str, limit: Duration, mut ask: impl FnMut(&Self) -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(answer) = ask(self) {
                return answer;
            }
            assert!(
                started.elapsed() < limit,
                "waited {limit:?} for: {what}\nstate {:?}, {} events\n{}",
                self.state(),
                self.count(),
                self.text_of("body").unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// The element of a selector, once it is there.
    pub fn element(&self, selector: &str) -> Element {
        self.until(&format!("an element {selector}"), SOON, |desk| {
            desk.has(selector).then_some(())
        });
        self.drive(selector, self.client().find(Locator::Css(selector)))
    }

    pub fn click(&self, id: &str) {
        self.click_at(&handle(id));
    }

    pub fn click_at(&self, selector: &str) {
        let element = self.element(selector);
        self.drive(&format!("click {selector}"), element.click());
    }

    /// Replaces what a field holds.
    pub fn fill(&self, selector: &str, text: &str) {
        let field = self.element(selector);
        self.drive(&format!("type into {selector}"), async {
            field.clear().await?;
            field.send_keys(text).await
        });
    }

    /// Writes over what a field holds, as one who has marked all of it: it is never empty in between.
    pub fn overwrite(&self, selector: &str, text: &str) {
        self.element(selector);
        self.js(
            "const field = document.querySelector(arguments[0]); field.focus(); field.select()",
            &[json!(selector)],
        );
        self.type_keys(text);
    }

    /// Types where the focus is.
    pub fn type_keys(&self, text: &str) {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.drive("type", self.client().perform_actions(keys));
    }

    /// Performs what an input device does.
    pub fn act(&self, what: &str, actions: impl Into<Actions>) {
        self.drive(what, self.client().perform_actions(actions));
    }

    /// Presses one key, wherever the focus is. Named keys are WebDriver's code points (`fantoccini::key::Key`).
    pub fn press(&self, key: impl Into<char>) {
        let value = key.into();
        let keys = KeyActions::new("keyboard".to_owned());
        let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.drive("press a key", self.client().perform_actions(keys));
    }

    /// Holds keys down one after another, and lets them go again.
    pub fn chord(&self, held: &[char]) {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for value in held {
            keys = keys.then(KeyAction::Down { value: *value });
        }
        for value in held.iter().rev() {
            keys = keys.then(KeyAction::Up { value: *value });
        }
        self.drive("press keys", self.client().perform_actions(keys));
    }

    /// Whether something of this selector is in the page.
    pub fn has(&self, selector: &str) -> bool {
        self.js(
            "return !!document.querySelector(arguments[0])",
            &[json!(selector)],
        ) == Value::Bool(true)
    }

    /// The text of the first element, as it is laid out.
    /// What a person reads there: a space that keeps a figure and its unit on one line is a space.
    pub fn text_of(&self, selector: &str) -> Option<String> {
        let script = "const e = document.querySelector(arguments[0]);
            return e ? e.innerText.replaceAll('\u{a0}', ' ') : null";
        self.js(script, &[json!(selector)]).as_str().map(str::to_owned)
    }

    pub fn text(&self, id: &str) -> String {
        self.text_of(&handle(id)).unwrap_or_default()
    }

    pub fn attribute_of(&self, selector: &str, name: &str) -> Option<String> {
        let script =
            "const e = document.querySelector(arguments[0]); return e ? e.getAttribute(arguments[1]) : null";
        self.js(script, &[json!(selector), json!(name)])
            .as_str()
            .map(str::to_owned)
    }

    pub fn attribute(&self, id: &str, name: &str) -> Option<String> {
        self.attribute_of(&handle(id), name)
    }

    /// Texts of all elements of a selector.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.replaceAll('\u{a0}', ' '))";
        serde_json::from_value(self.js(script, &[json!(selector)])).expect("a list of texts")
    }

    /// Where the session on show stands: idle, connecting, open, waiting, closed, failed.
    pub fn state(&self) -> String {
        self.attribute("status", "data-state").unwrap_or_default()
    }

    /// Exact number of events of the session on show.
    pub fn count(&self) -> u64 {
        self.attribute("event-count", "data-value")
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0)
    }

    /// The code of the failure on show.
    pub fn error(&self) -> Option<String> {
        self.attribute("error", "data-code")
    }

    /// The typed lines, without what is not text of the stream.
    pub fn typed(&self) -> Vec<String> {
        let lines = self.text("typewriter");
        lines
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    pub fn wait_for_state(&self, state: &str, limit: Duration) {
        self.until(&format!("state {state}"), limit, |desk| {
            (desk.state() == state).then_some(())
        });
    }

    pub fn wait_for_count(&self, at_least: u64, limit: Duration) {
        self.until(&format!("{at_least} events"), limit, |desk| {
            (desk.count() >= at_least).then_some(())
        });
    }

    pub fn wait_for_error(&self, code: &str) {
        self.until(&format!("the error {code}"), SOON, |desk| {
            (desk.error()? == code).then_some(())
        });
    }

    /// Connects to an address as a stream of its own.
    pub fn connect_anew(&self, url: &str) {
        self.click("new-stream");
        self.connect_to(url);
    }

    /// Types an address over the one that is there and presses Connect.
    pub fn connect_to(&self, url: &str) {
        self.fill(&handle("url"), url);
        self.click("connect");
    }

    /// Presses Stop and answers with the time until the window says so.
    pub fn stop(&self) -> Duration {
        let started = Instant::now();
        self.click("connect");
        self.wait_for_state("closed", SOON);
        started.elapsed()
    }

    /// Turns to a demo stream, and adds a query to its address.
    pub fn choose_demo(&self, path: &str, query: &str) {
        self.click_at(&demo_item(path));
        let shown = self.until("the demo's address", SOON, |desk| {
            Some(desk.value("url")).filter(|url| url.ends_with(path))
        });
        self.overwrite(&handle("url"), &format!("{shown}{query}"));
    }

    /// What a field holds.
    pub fn value(&self, id: &str) -> String {
        let script = "const e = document.querySelector(arguments[0]); return e ? e.value : ''";
        self.js(script, &[json!(handle(id))])
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Writes into the composer and sends it.
    pub fn say(&self, text: &str) {
        self.overwrite(&handle("composer-field"), text);
        self.press(fantoccini::key::Key::Enter);
    }

    /// Waits until a scene is the one on show.
    pub fn wait_for_scene(&self, name: &str) {
        self.element(&format!(
            "{}[aria-selected=\"true\"]",
            handle(&format!("tab-{name}"))
        ));
    }

    /// How many elements there are of a selector.
    pub fn many(&self, selector: &str) -> usize {
        let found = self.js(
            "return document.querySelectorAll(arguments[0]).length",
            &[json!(selector)],
        );
        found.as_u64().unwrap_or(0) as usize
    }

    /// The windows of the app, in no order.
    pub fn windows(&self) -> Vec<WindowHandle> {
        self.drive("the windows", self.client().windows())
    }

    /// The window that is driven now.
    pub fn window(&self) -> WindowHandle {
        self.drive("the window", self.client().window())
    }

    /// Drives another window from now on.
    pub fn turn_to(&self, window: &WindowHandle) {
        self.drive("turn to a window", self.client().switch_to_window(window.clone()));
    }

    /// Closes the window that is driven now; another has to be turned to.
    pub fn close_window(&self) {
        self.drive("close the window", self.client().close_window());
    }

    pub fn reload(&self) {
        self.drive("reload the page", self.client().refresh());
    }

    pub fn address(&self) -> String {
        self.drive("the page's address", self.client().current_url())
            .to_string()
    }

    /// Gives the window a size, its menu bar included; what the page has of it depends on that and on its zoom.
    /// Until it has been laid out anew it has another shape: it is as wide as its window, lower by the menu bar, and at
    /// any zoom in proportion.
    pub fn resize(&self, (width, height): (u32, u32)) {
        self.size.set((width, height));
        self.drive(
            "resize the window",
            self.client().set_window_rect(0, 0, width, height),
        );
        let fits = "const [width, height] = arguments;
            const zoom = width / innerWidth;
            return outerWidth === width && outerHeight === height && innerWidth <= width &&
                innerHeight * zoom <= height + 1 && innerHeight * zoom > height - 64";
        self.until("the window's size", SOON, |desk| {
            (desk.js(fits, &[json!(width), json!(height)]) == Value::Bool(true)).then_some(())
        });
    }
}

/// The item of a stream in the sidebar, by its name.
pub fn item(name: &str) -> String {
    format!("[data-testid=\"stream-item\"][data-name=\"{name}\"]")
}

/// What a demo stream is opened with in the sidebar, by its path.
pub fn demo_item(path: &str) -> String {
    format!("{}[data-id=\"demo:{path}\"] .open", handle("stream-item"))
}
