//! The demo server's page in an ordinary browser: the same stream without the app.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::first_start::{TEN_SECONDS, ten_messages};
use crate::processes::Marked;
use crate::servers::Demo;

/// chromedriver at a port of its own.
struct Driver {
    process: Child,
    address: String,
    _browser: Marked,
    /// Outlives the browser, which is ended with its mark.
    profiles: tempfile::TempDir,
}

impl Driver {
    fn start() -> Self {
        let browser = Marked::new();
        let mut command = Command::new("chromedriver");
        let mut process = browser
            .on(&mut command)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is needed: `make setup` installs it");
        // "ChromeDriver was started successfully on port 40133."
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("successfully on port ")
                    .map(|(_, port)| port.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver's port");
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            address: format!("http://127.0.0.1:{port}"),
            profiles: tempfile::tempdir().expect("a folder for profiles"),
            _browser: browser,
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A new browser. Whether it starts at all is no matter of ours, so it is asked for more than once.
async fn browser(driver: &Driver) -> Client {
    let mut refused = None;
    let profiles = driver.profiles.path();
    for n in 0..3 {
        let profile = profiles.join(n.to_string());
        // No sandbox: the tests may run as root, and the page is our own. Shared memory may be small where
        // the tests run, and nothing is asked of any network.
        let arguments = json!([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-proxy-server",
            format!("--user-data-dir={}", profile.display()),
        ]);
        let wanted = json!({ "goog:chromeOptions": { "args": arguments } });
        let Value::Object(capabilities) = wanted else {
            unreachable!("an object")
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        match builder.capabilities(capabilities).connect(&driver.address).await {
            Ok(client) => return client,
            Err(error) => refused = Some(error),
        }
    }
    panic!("no browser: {refused:?}");
}

#[tokio::test]
async fn chromium_shows_the_same_ten_messages() {
    let demo = Demo::start();
    let driver = Driver::start();
    let client = browser(&driver).await;

    client.goto(&demo.url("/")).await.expect("the page");
    let started = Instant::now();
    let script = "return [...document.querySelectorAll('#messages p')].map(e => e.textContent)";
    let messages = loop {
        let shown = client.execute(script, vec![]).await.expect("a script");
        let shown: Vec<String> = serde_json::from_value(shown).expect("a list of texts");
        if shown.len() >= 10 && shown[9] == "Message 10" {
            break shown;
        }
        assert!(started.elapsed() < TEN_SECONDS, "only these came: {shown:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(messages[..10], ten_messages());

    // The tutorial's notice of a lost connection, while the browser tries again.
    let notice =
        "const e = document.querySelector('#notice'); return !e.hidden && e.textContent.trim() !== ''";
    while client.execute(notice, vec![]).await.expect("a script") != Value::Bool(true) {
        assert!(
            started.elapsed() < TEN_SECONDS,
            "no notice of the lost connection"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    client.close().await.expect("the browser closes");
}
