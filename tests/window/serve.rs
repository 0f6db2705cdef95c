//! Serving a tape again: the address, who may read it, from where on, and its end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers;

/// Ten events a tenth of a second apart, two of them in one chunk, one in two.
fn steps() -> String {
    servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "retry: 600000\n\n");
        let mut send = |bytes: &str| {
            let _ = connection.write_all(bytes.as_bytes());
            std::thread::sleep(Duration::from_millis(100));
        };
        send("id: 1\ndata: one\n\nid: 2\ndata: two\n\n");
        send("id: 3\ndata: thr");
        send("ee\n\n");
        for n in 4..=10 {
            send(&format!("id: {n}\nevent: step\ndata: number {n}\n\n"));
        }
    })
}

/// Asks over a bare socket and answers with all that came until the end.
fn ask(url: &str, method: &str, more: &str) -> String {
    let (host, path) = url.trim_start_matches("http://").split_once('/').expect("a path");
    let mut socket = TcpStream::connect(host).expect("a server");
    socket.set_read_timeout(Some(SOON)).expect("a limit");
    write!(
        socket,
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{more}\r\n"
    )
    .expect("asked");
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).expect("an answer");
    String::from_utf8(bytes).expect("UTF-8")
}

/// The data of all events in an answer.
fn data(answer: &str) -> Vec<String> {
    // Chunks of the transfer may cut a line; their sizes are lines of their own.
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    let mut whole = String::new();
    let mut rest = body;
    while let Some((size, more)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a size");
        whole += &more[..size];
        rest = &more[(size + 2).min(more.len())..];
    }
    whole
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(str::to_owned)
        .collect()
}

fn served(desk: &Desk, tape: &str, speed: &str) -> String {
    desk.choose_of_tape(tape, "tape-serve");
    desk.click_at(&format!(
        "{} label:has(input[value=\"{speed}\"])",
        handle("serve-speed")
    ));
    desk.click("serve-start");
    desk.until("an address", SOON, |d| d.text_of(&handle("serve-url")))
}

#[test]
fn a_tape_is_served_to_any_client() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let tape = desk.record(&steps(), 10);
    let url = served(&desk, &tape, "0");
    let all: Vec<_> = ["one", "two", "three"]
        .map(str::to_owned)
        .into_iter()
        .chain((4..=10).map(|n| format!("number {n}")))
        .collect();

    // The line of curl that the window shows, in a shell.
    let curl = desk.text("serve-curl");
    assert!(curl.starts_with("curl -N ") && curl.contains(&url), "{curl}");
    let told = Command::new("sh")
        .args(["-c", &format!("{curl} --silent --max-time 15")])
        .output()
        .expect("a shell");
    let body = String::from_utf8(told.stdout).expect("UTF-8");
    let lines: Vec<_> = body
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .collect();
    assert_eq!(lines, all);

    // From behind the last one that a client has seen.
    let answer = ask(&url, "GET", "last-event-id: 8\r\n");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.to_lowercase().contains("content-type: text/event-stream"),
        "{answer}"
    );
    assert_eq!(data(&answer), ["number 9", "number 10"]);
    assert_eq!(
        desk.attribute("serve-chunks", "data-chunks").as_deref(),
        Some("true")
    );

    // Pages of other origins, other hosts and other paths get nothing.
    let foreign = ask(&url, "GET", "origin: https://elsewhere.test\r\n");
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
    let other = ask(&format!("{url}x"), "GET", "");
    assert!(other.starts_with("HTTP/1.1 404"), "{other}");
    desk.until("its requests", SOON, |d| {
        d.text("serve-clients").contains("requests so far").then_some(())
    });

    // It ends when it is stopped.
    desk.click("serve-stop");
    desk.element(&handle("serve-start"));
    let host = url
        .trim_start_matches("http://")
        .split_once('/')
        .expect("a path")
        .0
        .to_owned();
    desk.until("nobody listens", SOON, |_| {
        TcpStream::connect(&host).is_err().then_some(())
    });
}

#[test]
fn a_tape_is_served_with_its_own_timing_and_this_app_can_watch_it() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let tape = desk.record(&steps(), 10);
    let url = served(&desk, &tape, "1");
    let started = Instant::now();
    assert_eq!(data(&ask(&url, "GET", "")).len(), 10);
    let took = started.elapsed();
    assert!(
        took > Duration::from_millis(700),
        "a tenth of a second each: {took:?}"
    );
    desk.js("document.querySelector('dialog[open]').close()", &[]);

    // The app is a client as any other.
    desk.connect_anew(&url);
    desk.wait_for_count(10, SOON);
    desk.until("its text", SOON, |d| {
        let typed = d.typed();
        (typed.first()? == "one" && typed.last()? == "number 10").then_some(())
    });
    desk.stop();
    // Served tapes are marked, and go with their tape.
    desk.until("the mark", SOON, |d| {
        d.text_of(&crate::hands::tape_item(&tape))?
            .contains("served")
            .then_some(())
    });
    desk.choose_of_tape(&tape, "tape-delete");
    desk.click("tape-delete-yes");
    let host = url
        .trim_start_matches("http://")
        .split_once('/')
        .expect("a path")
        .0
        .to_owned();
    desk.until("nobody listens", SOON, |_| {
        TcpStream::connect(&host).is_err().then_some(())
    });
}
