//! axe-core finds nothing: the window in an ordinary browser, with the pretended backend, in every state that
//! [`states`] knows the way to. Beside axe's rules an audit of our own asks what those do not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::chromium::{Driver, browser};
use crate::page::SOON;
use crate::processes::Marked;

mod states;

use states::{Step, WALKS, Walk};

/// What was folded away in a narrow window is unfolded for what is to be done with it, as a person would: the list of
/// streams, the tools of a scene, the findings of the wire.
const UNFOLD: &str = "const e = document.querySelector(arguments[0]); if (!e) return;
    const press = (css) => document.querySelector(css)?.click();
    const inList = e.closest('.sidebar');
    if (inList?.hidden) press('[data-testid=toggle-sidebar]');
    else if (!inList && !e.closest('dialog, [role=menu]')) press('.sidebar-veil');
    const tools = e.closest('.tools');
    if (tools && !tools.checkVisibility() && !e.closest('[hidden]')) press('[data-testid=tools-more]');
    if (e.closest('.why:not(.open)') && !e.checkVisibility()) press('.why-fold')";

/// Waits until the text of an element has changed three times, and answers with what was read out meanwhile.
const LISTEN: &str = "const [css, done] = arguments;
    const live = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]';
    const text = () => document.querySelector(css)?.textContent ?? '';
    const texts = new Set([text()]);
    const said = [];
    const observer = new MutationObserver((records) => {
        for (const { target } of records) {
            const region = (target.closest ? target : target.parentElement)?.closest(live);
            if (region?.textContent.trim()) said.push(region.textContent);
        }
        texts.add(text());
        if (texts.size <= 3) return;
        observer.disconnect();
        done(said);
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })";

/// What the page is looked at with beside axe.
const AUDIT: &str = include_str!("axe/audit.js");

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

/// The UI as a development build, which holds the pretended backend, and a server of its files.
struct Site {
    process: Child,
    address: String,
    _processes: Marked,
    _files: tempfile::TempDir,
}

impl Site {
    fn start() -> Self {
        let files = tempfile::tempdir().expect("a folder for the build");
        let vite = ui().join("node_modules/.bin/vite");
        // Built and not served from its sources: a page of one file loads at once, has the policy of the real one,
        // and stays as it is while somebody edits.
        let built = Command::new(&vite)
            .args([
                "build",
                "--mode",
                "development",
                "--minify",
                "false",
                "--logLevel",
                "error",
            ])
            .arg("--outDir")
            .arg(files.path())
            .env("NODE_ENV", "development")
            .current_dir(ui())
            .stdin(Stdio::null())
            .status()
            .expect("the UI's packages are needed: `make ui` installs them");
        assert!(built.success(), "the UI was not built");
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|l| l.local_addr())
            .expect("a free port")
            .port();
        let processes = Marked::new();
        let mut command = Command::new(&vite);
        let process = processes
            .on(&mut command)
            .args([
                "preview",
                "--host",
                "127.0.0.1",
                "--port",
                &port.to_string(),
                "--strictPort",
            ])
            .arg("--outDir")
            .arg(files.path())
            .current_dir(ui())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("vite serves what it has built");
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "vite did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            process,
            address: format!("http://127.0.0.1:{port}/"),
            _processes: processes,
            _files: files,
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command of Chromium's own protocol, as chromedriver passes it on.
#[derive(Debug)]
struct Cdp(Value);

impl WebDriverCompatibleCommand for Cdp {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}

/// How a state is looked at.
pub struct Look {
    pub name: &'static str,
    pub language: &'static str,
    /// Width and height in pixels of the page's own, and how many of the screen's each has.
    pub size: (u32, u32, u32),
    /// What the system asks for, in turn, beside less motion: what fades has no contrast of its own while it does.
    pub media: &'static [&'static [(&'static str, &'static str)]],
}

/// In every state.
const LOOKS: &[Look] = &[
    Look {
        name: "English, light, 1240 by 800",
        language: "en",
        size: (1240, 800, 1),
        media: &[
            &[("prefers-color-scheme", "light")],
            &[("prefers-color-scheme", "dark"), ("forced-colors", "active")],
        ],
    },
    // 900 by 600 at 200 %.
    Look {
        name: "Chinese, dark, 900 by 600 at 200 %",
        language: "zh-CN",
        size: (450, 300, 2),
        media: &[&[("prefers-color-scheme", "dark")]],
    },
];

struct Page {
    client: Client,
    address: String,
    /// What every page is given first.
    axe: String,
    /// What it is looked at with: a script that answers with a list of faults.
    audit: &'static str,
    /// Each fault, and the states that have it.
    found: BTreeMap<String, Vec<String>>,
    looks: usize,
    /// The state that was looked at last.
    at: &'static str,
    /// The name of the look.
    look: &'static str,
}

impl Page {
    fn note(&mut self, fault: &str, state: &str) {
        let place = format!("{state} [{}]", self.look);
        self.found.entry(fault.to_owned()).or_default().push(place);
    }

    async fn cdp(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.client.issue_cmd(Cdp(body)).await.expect(command);
    }

    async fn js(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect(script)
    }

    async fn media(&self, features: &[(&str, &str)]) {
        let mut all = vec![json!({ "name": "prefers-reduced-motion", "value": "reduce" })];
        all.extend(
            features
                .iter()
                .map(|(name, value)| json!({ "name": name, "value": value })),
        );
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": all }))
            .await;
    }

    async fn load(&self, query: &str, language: &str) -> Result<(), String> {
        let address = format!("{}?fake&lang={language}&{query}", self.address);
        self.js("sessionStorage.clear(); localStorage.clear()", vec![])
            .await;
        self.client.goto(&address).await.expect("the page");
        self.until("document.querySelector('#root > *')").await?;
        self.js(&self.axe, vec![]).await;
        Ok(())
    }

    async fn until(&self, expression: &str) -> Result<(), String> {
        let started = Instant::now();
        let ask = format!("try {{ return !!({expression}) }} catch {{ return false }}");
        while self.js(&ask, vec![]).await != Value::Bool(true) {
            if started.elapsed() > SOON {
                return Err(format!("waited in vain for {expression}"));
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        Ok(())
    }

    /// Waits for an element, and for it to be drawn.
    async fn element(&self, selector: &str) -> Result<Value, String> {
        let css = handles(selector);
        let literal = Value::from(css.as_str());
        self.until(&format!("document.querySelector({literal})")).await?;
        self.js(UNFOLD, vec![literal]).await;
        let there = format!(
            "(() => {{ const e = document.querySelector({}); return e && e.getClientRects().length > 0 }})()",
            Value::from(css.as_str())
        );
        self.until(&there).await?;
        Ok(Value::from(css))
    }

    async fn step(&mut self, step: Step, look: &Look) -> Result<(), String> {
        match step {
            Step::Click(selector) => {
                let css = self.element(selector).await?;
                // By script: what is looked at is a state, and other tests are for the mouse.
                let click =
                    "const e = document.querySelector(arguments[0]); e.scrollIntoView({ block: 'nearest' });
                    const at = { bubbles: true, cancelable: true, button: 0, pointerId: 1 };
                    e.dispatchEvent(new PointerEvent('pointerdown', at)); e.focus({ preventScroll: true });
                    e.dispatchEvent(new PointerEvent('pointerup', at)); e.click()";
                self.js(click, vec![css]).await;
            }
            Step::Menu(selector) => {
                let css = self.element(selector).await?;
                let click = "const e = document.querySelector(arguments[0]); const box = e.getBoundingClientRect();
                    e.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: box.left + 20, clientY: box.top + 10 }))";
                self.js(click, vec![css]).await;
                self.until("document.querySelector('[role=menu]')").await?;
            }
            Step::Type(selector, text) => {
                let css = self.element(selector).await?;
                let fill = "const e = document.querySelector(arguments[0]); e.focus(); e.select();
                    if (arguments[1] === '') document.execCommand('delete');
                    else document.execCommand('insertText', false, arguments[1])";
                self.js(fill, vec![css, json!(text)]).await;
            }
            Step::Press(key) => self.press(key).await,
            Step::See(selector) => {
                self.element(selector).await?;
            }
            Step::Until(expression) => self.until(expression).await?,
            Step::Over(selector, at) => {
                let css = self.element(selector).await?;
                let over = "const e = document.querySelector(arguments[0]); const box = e.getBoundingClientRect();
                    const at = { bubbles: true, pointerId: 1, clientX: box.left + box.width * arguments[1] / 100, clientY: box.top + box.height / 2 };
                    for (const kind of ['pointerenter', 'pointermove']) e.dispatchEvent(new PointerEvent(kind, at))";
                self.js(over, vec![css, json!(at)]).await;
            }
            Step::Drop(name) => {
                let drop = "const data = new DataTransfer(); data.items.add(new File(['# Notes'], arguments[0]));
                    for (const kind of ['dragenter', 'dragover', 'drop'])
                        document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }))";
                self.js(drop, vec![json!(name)]).await;
            }
            Step::Silent(selector) => {
                let css = self.element(selector).await?;
                let said = self.client.execute_async(LISTEN, vec![css]).await;
                let said = said.map_err(|error| format!("{selector} does not change: {error}"))?;
                if said != json!([]) {
                    self.note(&format!("read out while {selector} changed: {said}"), self.at);
                }
            }
            Step::Look(name) => self.look(name, look).await,
        }
        Ok(())
    }

    async fn press(&self, key: &str) {
        let press = "const at = document.activeElement ?? document.body; const [key, mod] = arguments;
            const went = at.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: mod, bubbles: true, cancelable: true }));
            const open = [...document.querySelectorAll('dialog[open]')].at(-1);
            if (key === 'Escape' && went && open) { if (open.dispatchEvent(new Event('cancel', { cancelable: true }))) open.close(); }
            at.dispatchEvent(new KeyboardEvent('keyup', { key, ctrlKey: mod, bubbles: true, cancelable: true }))";
        let (key, modified) = key
            .strip_prefix("Mod+")
            .map_or((key, false), |plain| (plain, true));
        self.js(press, vec![json!(key), json!(modified)]).await;
    }

    /// Two frames on, what has changed is drawn.
    async fn drawn(&self) {
        let frames =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.client.execute_async(frames, vec![]).await.expect("a frame");
    }

    async fn look(&mut self, state: &'static str, look: &Look) {
        self.at = state;
        for features in look.media {
            self.media(features).await;
            self.drawn().await;
            let found = self
                .client
                .execute_async(self.audit, vec![])
                .await
                .unwrap_or_else(|error| panic!("{state}: {error}"));
            self.looks += 1;
            for fault in found.as_array().expect("a list of faults") {
                let fault = fault.as_str().expect("words");
                self.note(fault, &format!("{state} {features:?}"));
            }
        }
        self.media(look.media[0]).await;
    }

    async fn walk(&mut self, walk: &Walk, look: &Look) {
        self.media(look.media[0]).await;
        if let Err(why) = self.load(walk.query, look.language).await {
            self.note(&why, &format!("?{}", walk.query));
            return;
        }
        for step in walk.steps {
            if let Err(why) = self.step(*step, look).await {
                // The states behind it are not reached.
                self.note(&why, &format!("{step:?} after {:?}", self.at));
                return;
            }
        }
    }
}

/// A selector with handles as one that the page knows.
fn handles(selector: &str) -> String {
    let mut css = String::new();
    let mut rest = selector;
    while let Some((before, after)) = rest.split_once('@') {
        let end = after
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .unwrap_or(after.len());
        write!(css, "{before}[data-testid=\"{}\"]", &after[..end]).expect("a string");
        rest = &after[end..];
    }
    css + rest
}

async fn looked(page: &mut Page, look: &Look) {
    let (width, height, scale) = look.size;
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
    page.cdp("Emulation.setDeviceMetricsOverride", size).await;
    page.look = look.name;
    let before = page.looks;
    let picked = std::env::var("TAPEWRITER_STATES").unwrap_or_default();
    for walk in WALKS {
        let has = |step: &Step| matches!(step, Step::Look(name) if name.contains(&picked));
        if walk.steps.iter().any(has) {
            page.walk(walk, look).await;
        }
    }
    assert!(page.looks > before, "no state is called {picked:?}");
}

/// `TAPEWRITER_STATES`, a part of a state's name, picks the ways that lead to it.
#[tokio::test]
async fn axe_finds_nothing_in_any_state() {
    let axe = std::fs::read_to_string(ui().join("node_modules/axe-core/axe.min.js"))
        .expect("axe-core is needed: `make ui` installs it");
    every_state(axe, AUDIT, LOOKS).await;
}

/// Looks at every state in each way; `given` is run in each page first.
pub async fn every_state(given: String, audit: &'static str, looks: &[Look]) {
    let site = Site::start();
    let driver = Driver::start();
    let client = browser(&driver).await;
    client.goto(&site.address).await.expect("the page");
    let mut page = Page {
        client,
        address: site.address.clone(),
        axe: given,
        audit,
        found: BTreeMap::new(),
        looks: 0,
        at: "",
        look: "",
    };
    for look in looks {
        looked(&mut page, look).await;
    }
    let mut report = String::new();
    for (fault, states) in &page.found {
        writeln!(report, "{fault}\n        in: {}", states.join(" | ")).expect("a string");
    }
    page.client.close().await.expect("the browser closes");
    assert!(report.is_empty(), "\n{report}");
}
