//! The demo server's page in an ordinary browser: the same stream without the app.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::chromium::{Driver, browser};
use crate::first_start::{TEN_SECONDS, ten_messages};
use crate::servers::Demo;

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
