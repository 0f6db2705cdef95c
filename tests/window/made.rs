//! "How it's made": every server and every page that the sheet shows is run, as a reader would run it.

use std::time::{Duration, Instant};

use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use tapewriter_engine::contract::{BodyKind, OnEnd, Stream};
use tapewriter_engine::log::Kind;
use tapewriter_engine::{Engine, Options};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::chromium::{Driver, browser};
use crate::desk::{Home, Start};
use crate::first_start::{TEN_SECONDS, ten_messages};
use crate::page::{SOON, handle};
use crate::servers::Seed;

/// Only a bound on failures; the slowest recipe takes ten seconds.
const FAILURE: Duration = Duration::from_secs(30);

/// An event: its type, its id, its data.
type Said = (String, String, String);

/// The first `n` events that the engine reads from a stream, over as many connections as it takes.
async fn heard(stream: Stream, n: usize) -> Vec<Said> {
    let engine = Engine::default();
    let (outlet, mut entries) = mpsc::channel(64);
    let options = Options {
        outlet: Some(outlet),
        ..Options::default()
    };
    engine.connect("made", stream, options).expect("a session");
    let mut said = Vec::new();
    let reading = async {
        while said.len() < n {
            let entry = entries.recv().await.expect("the stream goes on");
            if let Kind::Event(event) = &entry.kind {
                said.push((
                    event.event_type.to_string(),
                    event.id.to_string(),
                    event.data.to_string(),
                ));
            }
        }
    };
    timeout(FAILURE, reading).await.expect("they all come");
    engine.shutdown(Duration::from_secs(1)).await;
    said
}

fn stream(url: String) -> Stream {
    Stream {
        url,
        on_end: OnEnd::Reconnect,
        ..Stream::default()
    }
}

/// Asks the page until it says what is waited for.
async fn until(page: &Client, what: &str, script: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let found = page.execute(script, vec![]).await.expect("a script");
        if wanted(&found) {
            return found;
        }
        assert!(started.elapsed() < TEN_SECONDS, "{what}: {found}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The page of a recipe in a browser.
async fn opened(server: &Seed, driver: &Driver) -> Client {
    let client = browser(driver).await;
    client.goto(&server.url("/")).await.expect("the page");
    client
}

/// Types into the page's one field and presses Enter.
async fn typed(page: &Client, text: &str) {
    let field = page.find(Locator::Css("input")).await.expect("a field");
    field.send_keys(&format!("{text}\n")).await.expect("typed");
}

#[tokio::test]
async fn messages_come_one_a_second() {
    let server = Seed::recipe("message");
    let data = |said: Vec<Said>| said.into_iter().map(|(_, _, data)| data).collect::<Vec<_>>();
    let driver = Driver::start();
    let page = opened(&server, &driver).await;
    let started = Instant::now();
    let script = "return [...document.querySelectorAll('#messages p')].map(e => e.textContent)";
    let (heard, shown) = tokio::join!(
        heard(stream(server.url("/stream")), 10),
        until(&page, "ten messages", script, |found| found
            .as_array()
            .is_some_and(|lines| lines.len() >= 10))
    );
    assert!(started.elapsed() > Duration::from_secs(7), "one a second");
    assert_eq!(data(heard), ten_messages());
    assert_eq!(shown, json!(ten_messages()));
    page.close().await.expect("the browser closes");
}

#[tokio::test]
async fn answers_are_typed_into_the_page() {
    let server = Seed::recipe("answers");
    let question = Stream {
        method: "POST".to_owned(),
        body: Some(
            json!({"stream": true, "messages": [{"role": "user", "content": "你好 there"}]}).to_string(),
        ),
        body_kind: BodyKind::Json,
        on_end: OnEnd::Stop,
        ..stream(server.url("/v1/chat/completions"))
    };
    let answer = "“你好 there” Put your model here. 把你的模型接在这里。";
    let pieces = 22;
    let said = heard(question, pieces).await;
    assert_eq!(said.last().expect("events").2, "[DONE]");
    let chunks = said[..pieces - 1].iter().map(|(_, _, data)| {
        let chunk: Value = serde_json::from_str(data).expect("JSON");
        chunk["choices"][0].clone()
    });
    let chunks: Vec<_> = chunks.collect();
    let text: String = chunks
        .iter()
        .filter_map(|choice| choice["delta"]["content"].as_str())
        .collect();
    assert_eq!(text, answer);
    assert_eq!(chunks.last().expect("a last one")["finish_reason"], "stop");

    let driver = Driver::start();
    let page = opened(&server, &driver).await;
    typed(&page, "<b>bold</b>?").await;
    let script = "return document.querySelector('#answer').textContent";
    until(&page, "the beginning", script, |found| {
        found.as_str().is_some_and(|text| text.starts_with('“'))
    })
    .await;
    let whole = answer.replace("你好 there", "<b>bold</b>?");
    until(&page, "the whole answer", script, |found| *found == whole).await;
    page.close().await.expect("the browser closes");
}

#[tokio::test]
async fn figures_have_names_and_stay_in_bounds() {
    let server = Seed::recipe("monitor");
    let said = heard(stream(server.url("/monitor")), 12).await;
    for (i, (event, id, data)) in said.iter().enumerate() {
        let figures: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(*id, (i + 1).to_string());
        if i % 2 == 0 {
            assert_eq!(event, "cpu");
            assert!((0.0..=100.0).contains(&figures["load"].as_f64().expect("a number")));
        } else {
            assert_eq!(event, "price");
            assert!(figures["last"].is_f64(), "{figures}");
        }
    }
    let driver = Driver::start();
    let page = opened(&server, &driver).await;
    let script = "return [document.querySelector('#load').value, document.querySelector('#percent').textContent, \
                  document.querySelector('#last').textContent]";
    let shown = until(&page, "figures", script, |found| found[1] != "" && found[2] != "").await;
    assert!(shown[1].as_str().expect("a text").ends_with(" %"), "{shown}");
    until(&page, "other figures", script, |found| *found != shown).await;
    page.close().await.expect("the browser closes");
}

#[tokio::test]
async fn two_pages_are_in_one_room() {
    let server = Seed::recipe("chat");
    let driver = Driver::start();
    let (ada, ben) = tokio::join!(opened(&server, &driver), opened(&server, &driver));
    let script = "return [...document.querySelectorAll('#room p')].map(e => e.textContent)";
    let listener = tokio::spawn(heard(stream(server.url("/chat")), 2));
    // Whoever has heard nothing yet may not be listening: said until both have it.
    let started = Instant::now();
    let lines = loop {
        typed(&ada, "大家好 <i>").await;
        let (first, second) = (
            ada.execute(script, vec![]).await,
            ben.execute(script, vec![]).await,
        );
        let (first, second) = (first.expect("a script"), second.expect("a script"));
        if first[0].is_string() && second[0].is_string() && listener.is_finished() {
            break second;
        }
        assert!(started.elapsed() < TEN_SECONDS, "{first} {second}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let line = lines[0].as_str().expect("a text");
    assert!(
        line.starts_with("Guest ") && line.ends_with(": 大家好 <i>"),
        "{line}"
    );
    let said = listener.await.expect("no panic");
    assert_eq!((said[0].0.as_str(), said[1].0.as_str()), ("join", "message"));
    let message: Value = serde_json::from_str(&said[1].2).expect("JSON");
    assert_eq!(message["text"], "大家好 <i>");
    for page in [ada, ben] {
        page.close().await.expect("the browser closes");
    }
}

#[tokio::test]
async fn news_goes_on_where_a_reader_was() {
    let server = Seed::recipe("news");
    let mut back = stream(server.url("/news"));
    back.headers = vec![tapewriter_engine::contract::Header::new("Last-Event-ID", "4")];
    let said = heard(back, 2).await;
    let ids: Vec<_> = said
        .iter()
        .map(|(event, id, _)| (event.as_str(), id.as_str()))
        .collect();
    assert_eq!(ids, [("headline", "5"), ("breaking", "6")]);

    let driver = Driver::start();
    let page = opened(&server, &driver).await;
    let script =
        "return [...document.querySelectorAll('#news li')].map(e => [e.textContent, e.style.fontWeight])";
    let shown = until(&page, "three stories", script, |found| {
        found.as_array().is_some_and(|stories| stories.len() == 3)
    })
    .await;
    let newest = shown[0][0].as_str().expect("a text");
    assert!(
        newest.ends_with("Harbour bridge reopens after nine days"),
        "{shown}"
    );
    assert_eq!((&shown[0][1], &shown[1][1]), (&json!("bold"), &json!("normal")));
    page.close().await.expect("the browser closes");
}

#[tokio::test]
async fn a_line_that_drops_loses_nothing() {
    let server = Seed::recipe("flaky");
    let expected: Vec<_> = (1..=12).map(|n| format!("Line {n}, still here")).collect();
    let driver = Driver::start();
    let page = opened(&server, &driver).await;
    let script = "return document.querySelector('#lines').textContent.trim().split('\\n')";
    let (said, shown) = tokio::join!(
        heard(stream(server.url("/flaky")), 12),
        until(&page, "twelve lines", script, |found| found
            .as_array()
            .is_some_and(|lines| lines.len() >= 12))
    );
    let said: Vec<_> = said.into_iter().map(|(_, _, data)| data).collect();
    assert_eq!(said, expected);
    let shown: Vec<String> = serde_json::from_value(shown).expect("texts");
    assert_eq!(shown[..12], expected);
    page.close().await.expect("the browser closes");
}

#[test]
fn the_sheet_shows_the_files_of_each_demo() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    for (id, recipe) in [
        ("demo:/news", "news"),
        ("demo:/v1/chat/completions", "answers"),
        ("demo:/stream", "message"),
    ] {
        desk.click_at(&format!("{}[data-id=\"{id}\"] .open", handle("stream-item")));
        desk.click("made-open");
        for file in ["server.py", "client.html"] {
            let path = format!("{}/ui/src/made/{recipe}/{file}", env!("CARGO_MANIFEST_DIR"));
            let code = std::fs::read_to_string(path).expect("the file");
            desk.until("the whole file", SOON, |d| {
                let script = "return document.querySelector(arguments[0])?.textContent";
                let shown = d.js(script, &[json!(handle(&format!("made-{file}")))]);
                (shown == json!(code)).then_some(())
            });
        }
        desk.press(Key::Escape);
        desk.until("the sheet is gone", SOON, |d| {
            (!d.has(&handle("made-server.py"))).then_some(())
        });
        assert_eq!(
            desk.js("return document.activeElement.dataset.testid", &[]),
            "made-open",
            "the keyboard is where it was"
        );
    }
}
