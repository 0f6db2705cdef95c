//! An ordinary browser, driven: Chromium by its own driver.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::processes::Marked;

/// chromedriver at a port of its own.
pub struct Driver {
    process: Child,
    address: String,
    _browser: Marked,
    /// Outlives the browser, which is ended with its mark.
    profiles: tempfile::TempDir,
}

impl Driver {
    pub fn start() -> Self {
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
pub async fn browser(driver: &Driver) -> Client {
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
