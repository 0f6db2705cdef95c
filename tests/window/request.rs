//! The request panel: what is typed there is what is sent, and what cannot be is said with what to do about it.

use std::io::{Read, Write};
use std::net::TcpStream;

use fantoccini::key::Key;
use serde_json::json;

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers;

/// What a mirror says last: then all before it has been typed.
const LAST: &str = "that was all";

/// A server that streams back what it was asked: each line of the request is an event.
fn mirror() -> String {
    servers::scripted(|_, head, connection| {
        let body = body_of(head, connection);
        let events: String = head
            .lines()
            .chain(body.lines())
            .filter(|line| !line.is_empty())
            .chain([LAST])
            .map(|line| format!("data: {line}\n\n"))
            .collect();
        // It asks for a long wait, so that a test has its one answer in peace.
        servers::event_stream(connection, &format!("retry: 60000\n\n{events}"));
    })
}

fn body_of(head: &str, connection: &mut TcpStream) -> String {
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = connection.read_exact(&mut body);
    String::from_utf8_lossy(&body).into_owned()
}

/// The `n`th of the rows of one kind, from 1, and a field in it.
fn in_row(row: &str, n: usize, field: &str) -> String {
    format!("{}:nth-of-type({n}) {}", handle(row), handle(field))
}

fn value(desk: &Desk, selector: &str) -> String {
    let value = desk.js(
        "return document.querySelector(arguments[0])?.value ?? ''",
        &[json!(selector)],
    );
    value.as_str().unwrap_or_default().to_owned()
}

fn rows(desk: &Desk, row: &str) -> usize {
    let count = desk.js(
        "return document.querySelectorAll(arguments[0]).length",
        &[json!(handle(row))],
    );
    usize::try_from(count.as_u64().unwrap_or(0)).expect("few")
}

/// Chooses from a list, as a person does who knows the word.
fn choose(desk: &Desk, list: &str, option: &str) {
    desk.element(&handle(list));
    let script = "const list = document.querySelector(arguments[0]);
        list.value = arguments[1]; list.dispatchEvent(new Event('change', { bubbles: true }))";
    desk.js(script, &[json!(handle(list)), json!(option)]);
}

/// Opens an empty stream at an address, and its request.
fn begin(desk: &Desk, address: &str) {
    desk.click("new-stream");
    desk.fill(&handle("url"), address);
    desk.click("request");
    desk.element(&handle("add-header"));
}

/// Connects, and answers with the lines that the mirror saw, names in lower case.
fn seen(desk: &Desk) -> Vec<String> {
    // The lines of the session before stay until the new one is there.
    desk.js(
        "document.querySelectorAll('.tw-line').forEach(e => { e.dataset.old = 'true' })",
        &[],
    );
    desk.click("connect");
    desk.until("a new page", SOON, |d| {
        (!d.has(".tw-line[data-old]")).then_some(())
    });
    desk.until("the mirror's last word", SOON, |d| {
        matches!(d.state().as_str(), "waiting" | "closed" | "failed").then_some(())
    });
    let mut lines = desk.until("its lines", SOON, |d| {
        Some(d.typed()).filter(|lines| lines.last().is_some_and(|line| line == LAST))
    });
    lines.pop();
    end(desk);
    lines.iter().map(|line| line.to_lowercase()).collect()
}

/// Ends the session on show, if it goes on.
fn end(desk: &Desk) {
    if desk.attribute("connect", "data-action").as_deref() == Some("stop") {
        desk.stop();
    }
}

#[test]
fn the_query_and_the_address_are_one() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    begin(&desk, "http://127.0.0.1:9/s?room=a&room=b&flag#end");
    assert_eq!(rows(&desk, "query-row"), 3);
    assert_eq!(value(&desk, &in_row("query-row", 2, "query-value")), "b");

    desk.fill(&in_row("query-row", 2, "query-value"), "b & c");
    assert_eq!(
        value(&desk, &handle("url")),
        "http://127.0.0.1:9/s?room=a&room=b%20%26%20c&flag#end"
    );
    // A row that is off is not in the address, and not lost.
    desk.click_at(&in_row("query-row", 1, "query-on"));
    assert_eq!(
        value(&desk, &handle("url")),
        "http://127.0.0.1:9/s?room=b%20%26%20c&flag#end"
    );
    assert_eq!(rows(&desk, "query-row"), 3);
    desk.click_at(&in_row("query-row", 1, "query-on"));
    assert_eq!(
        value(&desk, &handle("url")),
        "http://127.0.0.1:9/s?room=a&room=b%20%26%20c&flag#end"
    );
    // And the other way round.
    desk.fill(&handle("url"), "http://127.0.0.1:9/s?n=1");
    assert_eq!(rows(&desk, "query-row"), 1);
    assert_eq!(value(&desk, &in_row("query-row", 1, "query-name")), "n");
    // A new row has the focus, and is typed into at once.
    desk.click("add-query");
    desk.type_keys("size");
    desk.press(Key::Tab);
    desk.type_keys("20");
    assert_eq!(value(&desk, &handle("url")), "http://127.0.0.1:9/s?n=1&size=20");
}

#[test]
fn headers_are_sent_unless_they_are_off_and_saved_either_way() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    begin(&desk, &mirror());
    for (n, (name, text)) in [("X-One", "first"), ("X-Two", "second")].into_iter().enumerate() {
        desk.click("add-header");
        desk.fill(&in_row("header-row", n + 1, "header-name"), name);
        desk.fill(&in_row("header-row", n + 1, "header-value"), text);
    }
    desk.click_at(&in_row("header-row", 2, "header-on"));
    let lines = seen(&desk);
    assert!(lines.contains(&"x-one: first".to_owned()), "{lines:?}");
    assert!(!lines.iter().any(|line| line.starts_with("x-two")), "{lines:?}");

    desk.click("save-stream");
    desk.until("nothing left to save", SOON, |d| {
        (!d.has(&handle("save-stream"))).then_some(())
    });
    drop(desk);

    let desk = Start::at(&home).open();
    desk.click_at(&format!("{}[data-demo=\"false\"] .open", handle("stream-item")));
    desk.click("request");
    desk.element(&in_row("header-row", 2, "header-value"));
    assert_eq!(
        value(&desk, &in_row("header-row", 2, "header-value")),
        "second",
        "one that is off is kept"
    );
}

#[test]
fn a_body_is_checked_as_it_is_typed_and_sent_as_what_it_is() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    begin(&desk, &mirror());
    choose(&desk, "method", "POST");
    desk.click_at(&format!("{} [value=json]", handle("body-kind")));
    desk.fill(&handle("body"), "{\"a\": 1,}");
    let note = desk.text("body-note");
    assert!(note.contains("line 1, column 9"), "{note}");
    desk.fill(&handle("body"), "{\"a\": 1}");
    assert!(desk.text("body-note").contains("Valid JSON"));
    let lines = seen(&desk);
    assert!(
        lines.contains(&"content-type: application/json".to_owned()),
        "{lines:?}"
    );
    assert!(lines.contains(&"{\"a\": 1}".to_owned()), "{lines:?}");

    desk.click("request");
    desk.click_at(&format!("{} [value=form]", handle("body-kind")));
    desk.click("add-form");
    desk.fill(&in_row("form-row", 1, "form-name"), "q");
    desk.fill(&in_row("form-row", 1, "form-value"), "a b&c");
    let lines = seen(&desk);
    assert!(
        lines.contains(&"content-type: application/x-www-form-urlencoded".to_owned()),
        "{lines:?}"
    );
    assert!(lines.contains(&"q=a+b%26c".to_owned()), "{lines:?}");

    // What another kind held is there again when it is chosen again.
    desk.click("request");
    desk.click_at(&format!("{} [value=json]", handle("body-kind")));
    desk.until("the JSON again", SOON, |d| {
        (value(d, &handle("body")) == "{\"a\": 1}").then_some(())
    });
}

#[test]
fn a_variable_has_the_value_of_the_active_environment() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    begin(&desk, &format!("{}/?room={{{{room}}}}", mirror()));
    desk.click("connect");
    desk.wait_for_error("url");
    // It leads to where the value can be given.
    desk.click("give-variable");
    desk.element(&handle("environment-name"));
    desk.until("a row for it", SOON, |d| {
        (value(d, &handle("variable-name")) == "room").then_some(())
    });
    desk.fill(&handle("variable-value"), "kitchen");
    desk.click("environments-done");
    desk.until("the sheet to close", SOON, |d| {
        (!d.has(&format!("{}[open]", handle("environments")))).then_some(())
    });
    let lines = seen(&desk);
    assert!(lines[0].starts_with("get /?room=kitchen "), "{lines:?}");
    // Where an environment has it that is not active, that one is made so.
    desk.click("request");
    choose(&desk, "environment", "");
    desk.until("no environment to be active", SOON, |d| {
        d.text_of(&handle("variables"))
            .filter(|words| words.contains("no environment is active"))
    });
    desk.click("connect");
    desk.wait_for_error("url");
    desk.click("give-variable");
    desk.until("the value it has", SOON, |d| {
        (value(d, &handle("variable-value")) == "kitchen").then_some(())
    });
    desk.fill(&handle("variable-value"), "cellar");
    desk.click("environments-done");
    desk.until("the sheet to close", SOON, |d| {
        (!d.has(&format!("{}[open]", handle("environments")))).then_some(())
    });
    desk.click("connect");
    desk.until("the new value to be sent", SOON, |d| {
        d.typed()
            .first()
            .filter(|line| line.starts_with("GET /?room=cellar "))
            .map(|_| ())
    });
    end(&desk);
}

#[test]
fn a_command_line_of_curl_fills_the_request() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let address = mirror();
    begin(&desk, "http://127.0.0.1:9/");
    choose(&desk, "proxy", "through");
    desk.fill(&handle("proxy-address"), "http://127.0.0.1:9");
    desk.click("paste-curl");
    let line = format!("curl -N --parallel '{address}/v1?n=1' -H 'X-One: first' -d '{{\"a\":1}}'");
    desk.fill(&handle("curl-text"), &line);
    desk.click("curl-fill");
    desk.until("the address", SOON, |d| {
        (value(d, &handle("url")) == format!("{address}/v1?n=1")).then_some(())
    });
    // What has no meaning here is said.
    let notice = desk.until("a word on it", SOON, |d| d.text_of(&handle("notice")));
    assert!(notice.contains("--parallel"), "{notice}");
    // What the line does not speak of stays.
    assert_eq!(value(&desk, &handle("proxy-address")), "http://127.0.0.1:9");
    choose(&desk, "proxy", "none");
    let lines = seen(&desk);
    assert!(lines[0].starts_with("post /v1?n=1 "), "{lines:?}");
    assert!(lines.contains(&"x-one: first".to_owned()), "{lines:?}");
}

#[test]
fn an_answer_of_another_type_can_be_read_all_the_same() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        let _ = connection.write_all(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nretry: 60000\ndata: a stream after all\n\n",
        );
    });
    desk.connect_anew(&origin);
    desk.wait_for_error("content-type");
    desk.click("read-anyway");
    desk.wait_for_count(1, SOON);
    desk.until("its text", SOON, |d| {
        (d.typed() == ["a stream after all"]).then_some(())
    });
    end(&desk);
    desk.click("request");
    desk.until("what it is read as", SOON, |d| {
        (value(d, &handle("framing")) == "sse").then_some(())
    });
}

#[test]
fn a_certificate_that_is_not_checked_is_said_as_long_as_it_is_so() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    begin(&desk, "https://127.0.0.1:9/");
    assert!(!desk.has(&handle("insecure-warning")));
    desk.click("insecure");
    desk.element(&handle("insecure-warning"));
    desk.click("request");
    desk.until("the panel to close", SOON, |d| {
        (!d.has(&handle("insecure"))).then_some(())
    });
    assert!(
        desk.has(&handle("insecure-warning")),
        "also where the request is not open"
    );
}

#[test]
fn a_wait_says_why_it_is_that_long() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "retry: 60000\nid: 7\ndata: one\n\n");
    });
    desk.connect_anew(&origin);
    desk.wait_for_state("waiting", SOON);
    let reason = desk.until("the reason", SOON, |d| d.text_of(&handle("wait-reason")));
    assert!(reason.contains("as the server asked"), "{reason}");
    assert!(
        desk.text("error").contains("event id 7"),
        "what the next attempt will send"
    );
    desk.click("tab-events");
    desk.until("the mark in the table", SOON, |d| {
        d.texts(&handle("mark-row"))
            .iter()
            .any(|words| words.contains("as the server asked") && words.contains("Last-Event-ID 7"))
            .then_some(())
    });
    desk.stop();
}
