//! `tape` as a program: its output, its words and its exit codes.

mod support;

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use support::{demo, json, run, tape};

#[test]
fn text_is_the_typed_text() {
    let demo = demo();
    let (code, out, err) = run(&["tail", "--no-reconnect", &format!("{}/stream?ms=5", demo.origin)]);
    let expected: String = (1..=10).map(|n| format!("Message {n}\n")).collect();
    assert_eq!((code, out), (0, expected), "{err}");
}

#[test]
fn json_lines_keep_their_contract() {
    let demo = demo();
    let url = format!("{}/stream?n=2&ms=5", demo.origin);
    let (code, out, err) = run(&["tail", "--json", "--no-reconnect", &url]);
    assert_eq!(code, 0, "{err}");
    let lines = json(&out);
    let kinds: Vec<_> = lines
        .iter()
        .map(|line| line["kind"].as_str().expect("a kind"))
        .collect();
    assert_eq!(kinds, ["opened", "event", "event", "closed"]);
    assert_eq!(
        (&lines[0]["status"], &lines[0]["http"]),
        (&200.into(), &"HTTP/1.1".into())
    );
    assert_eq!(lines[0]["url"], url.as_str());
    assert_eq!(lines[0]["headers"][0][0], "content-type");
    let event = &lines[2];
    assert_eq!((&event["seq"], &event["attempt"]), (&2.into(), &1.into()));
    assert_eq!(
        (&event["type"], &event["id"], &event["data"]),
        (&"message".into(), &"".into(), &"Message 2".into())
    );
    assert!(event["at_us"].as_u64() > lines[1]["at_us"].as_u64());
    assert_eq!(lines[3]["code"], "eof");
}

#[test]
fn a_reconnect_is_told_and_204_ends_cleanly() {
    let demo = demo();
    let (code, out, err) = run(&[
        "tail",
        "--json",
        &format!("{}/flaky?n=8&ms=2&retry=100", demo.origin),
    ]);
    assert_eq!(code, 0, "{err}");
    let lines = json(&out);
    let seqs: Vec<u64> = lines.iter().filter_map(|line| line["seq"].as_u64()).collect();
    assert_eq!(seqs, (1..=8).collect::<Vec<_>>());
    let at = |kind: &str| lines.iter().position(|line| line["kind"] == kind).expect(kind);
    let (closed, waiting, resumed) = (at("closed"), at("waiting"), at("resumed"));
    assert!(closed < waiting && waiting < resumed);
    assert_eq!(
        (&lines[waiting]["ms"], &lines[waiting]["last_event_id"]),
        (&100.into(), &"5".into())
    );
    assert_eq!(
        (&lines[resumed]["lost"], &lines[resumed]["repeated"]),
        (&0.into(), &0.into())
    );
    assert_eq!(lines[resumed + 1]["kind"], "event");
}

#[test]
fn limits_end_cleanly() {
    let demo = demo();
    let url = format!("{}/stream?n=1000&ms=5", demo.origin);
    let (code, out, err) = run(&["tail", "--max-events", "3", &url]);
    assert_eq!(
        (code, out.as_str()),
        (0, "Message 1\nMessage 2\nMessage 3\n"),
        "{err}"
    );
    let (code, out, err) = run(&[
        "tail",
        "--max-time",
        "0.3",
        &format!("{}/faults/silent", demo.origin),
    ]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
}

#[test]
fn failures_have_a_code_and_exit_with_one() {
    let demo = demo();
    for (url, code) in [
        (format!("{}/faults/status-500", demo.origin), "status"),
        (format!("{}/nowhere", demo.origin), "status"),
        (format!("{}/faults/wrong-type", demo.origin), "content-type"),
        ("http://127.0.0.1:1/".to_owned(), "refused"),
        ("http://no-such-host.invalid/".to_owned(), "dns"),
        (format!("{}/", demo.origin.replace("http:", "https:")), "tls"),
        (format!("{}/faults/reset", demo.origin), "reset"),
    ] {
        let (exit, out, err) = run(&["tail", "--json", "--no-reconnect", &url]);
        assert_eq!(exit, 1, "{url}: {err}");
        let last = json(&out).pop().expect("a line");
        assert_eq!(
            (&last["kind"], &last["code"]),
            (&"failed".into(), &code.into()),
            "{url}"
        );
        assert!(err.starts_with(&format!("tape: {code}: ")), "{url}: {err}");
    }
}

#[test]
fn usage_exits_with_two() {
    for args in [
        &[][..],
        &["tail"][..],
        &["tail", "--max-events", "0", "http://x/"][..],
        &["tail", "-H", "no colon", "http://x/"][..],
        &["tail", "--json", "--text", "http://x/"][..],
        &["tail", "ftp://x/"][..],
        &["tail", "--prompt", "x", "http://x/"][..],
        &["tail", "--prompt", "x", "-d", "{}", "http://x/"][..],
        &["tail", "--prompt", " ", "-d", "{{prompt}}", "http://x/"][..],
        &["tail", "-d", "{{prompt}}", "http://x/"][..],
        &["tail", "-X", "BAD METHOD", "http://x/"][..],
        &["tail", "-H", "Bad Name: x", "http://x/"][..],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(!err.is_empty(), "{args:?}");
    }
}

#[test]
fn a_silent_server_is_said_to_be() {
    let demo = demo();
    let url = format!("{}/faults/silent", demo.origin);
    let (code, _, err) = run(&["tail", "--idle-notice", "1", "--max-time", "4", &url]);
    assert_eq!(code, 0);
    assert_eq!(err.matches("tape: idle: ").count(), 1, "{err}");
}

#[test]
fn an_output_that_is_closed_ends_it() {
    let demo = demo();
    let url = format!("{}/flood?n=10000000&size=100", demo.origin);
    let mut process = tape(&["tail", &url])
        .stdout(Stdio::piped())
        .spawn()
        .expect("tape runs");
    let mut some = [0; 1000];
    process
        .stdout
        .take()
        .expect("piped")
        .read_exact(&mut some)
        .expect("text");
    assert_eq!(process.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_an_error_and_a_signal_ends_the_demo() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let (code, _, err) = run(&["demo", "--port", &port]);
    assert_eq!(code, 1);
    assert!(err.contains(&port), "{err}");

    let mut demo = demo();
    let stream = TcpStream::connect(demo.origin.trim_start_matches("http://")).expect("connects");
    let ended = Command::new("kill")
        .arg(demo.process.id().to_string())
        .status()
        .expect("kill");
    assert!(ended.success());
    assert!(demo.process.wait().expect("it ends").success());
    drop(stream);
}

#[test]
fn a_reader_that_does_not_read_holds_nothing_back() {
    let demo = demo();
    let url = format!("{}/flood?n=10000000&size=100", demo.origin);
    let mut process = tape(&["tail", "--max-time", "0.5", &url])
        .stdout(Stdio::piped())
        .spawn()
        .expect("tape runs");
    let unread = process.stdout.take().expect("piped");
    assert_eq!(process.wait().expect("it ends").code(), Some(0));
    drop(unread);
}

#[test]
fn a_body_can_come_from_a_file() {
    let (code, _, err) = run(&["tail", "-d", "@/no/such/file", "http://x/"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot be read"), "{err}");
}

#[test]
fn raw_is_the_body_as_it_came() {
    let demo = demo();
    let url = format!("{}/faults/comments?ms=1", demo.origin);
    let (code, out, err) = run(&["tail", "--raw", "--no-reconnect", &url]);
    assert_eq!((code, out), (0, tapewriter_demo::COMMENTS.concat()), "{err}");
    let flood = format!("{}/flood?n=100000&size=100", demo.origin);
    let (code, out, _) = run(&["tail", "--raw", "--max-events", "10", &flood]);
    assert_eq!(code, 0);
    assert!(
        out.starts_with("data: 1 ") && out.len() < 10_000_000,
        "{}",
        out.len()
    );
}

#[test]
fn says_why_it_waits() {
    let demo = demo();
    let url = format!("{}/flaky?ms=1&retry=0", demo.origin);
    let (code, _, err) = run(&["tail", "--max-events", "6", &url]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("again in 0.1 s, after event id"), "{err}");
    assert!(
        err.contains("the server asked for 0 ms, which is below the least"),
        "{err}"
    );
    assert!(err.contains("resumed; 0 lost, 0 repeated"), "{err}");
}

/// A server that answers one request with these bytes, keeps the line open, and hands over what it was asked.
fn held(answer: &'static str) -> (String, std::thread::JoinHandle<(String, TcpStream)>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let served = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let mut asked = Vec::new();
        let mut buffer = [0; 4096];
        while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = socket.read(&mut buffer).expect("a request");
            asked.extend_from_slice(&buffer[..read]);
        }
        std::io::Write::write_all(&mut socket, answer.as_bytes()).expect("an answer");
        (String::from_utf8_lossy(&asked).into_owned(), socket)
    });
    (origin, served)
}

const TWO: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\ndata: 2\n\n";

#[test]
fn raw_ends_after_enough_events_though_the_line_goes_on() {
    let (origin, served) = held(TWO);
    let (code, out, err) = run(&["tail", "--raw", "--max-events", "2", &origin]);
    assert_eq!((code, out.as_str()), (0, "data: 1\n\ndata: 2\n\n"), "{err}");
    drop(served.join().expect("served"));
}

#[test]
fn what_looks_like_a_variable_goes_out_as_it_stands() {
    let (origin, served) = held(TWO);
    let url = format!("{origin}/{{{{path}}}}");
    let (code, _, err) = run(&["tail", "--max-events", "1", "-H", "X-Say: {{word}}", &url]);
    assert_eq!(code, 0, "{err}");
    let (asked, _line) = served.join().expect("served");
    assert!(asked.contains("x-say: {{word}}\r\n"), "{asked}");
    assert!(asked.starts_with("GET /%7B%7Bpath%7D%7D HTTP/1.1"), "{asked}");
}

#[test]
fn what_a_stream_says_does_not_act_on_standard_error() {
    let (origin, served) = held(concat!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 32\r\n\r\n",
        "retry: 0\nid: a\u{1b}[31mb\ndata: one\n\n",
    ));
    let (_, _, err) = run(&["tail", "--max-time", "3", &origin]);
    assert!(
        err.contains("after event id a\\x1b[31mb") && !err.contains('\u{1b}'),
        "{err}"
    );
    drop(served.join().expect("served"));
}

#[test]
fn a_prompt_is_asked_once_and_told() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let mut bodies = Vec::new();
        for _ in 0..2 {
            let (mut socket, _) = listener.accept().expect("a client");
            let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
            // The body ends it: both hold the prompt at their end.
            while !String::from_utf8_lossy(&bytes).contains("END") {
                let read = socket.read(&mut buffer).expect("readable");
                bytes.extend_from_slice(&buffer[..read]);
            }
            let text = String::from_utf8(bytes).expect("text");
            bodies.push(text.split_once("\r\n\r\n").expect("a head").1.to_owned());
            let answer =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: ok\n\n";
            socket.write_all(answer.as_bytes()).expect("writable");
        }
        bodies
    });
    let (code, out, err) = run(&[
        "tail",
        "--json",
        "--prompt",
        "say \"hi\" END",
        "-d",
        r#"{"v":"{{v}}","q":"{{prompt}}"}"#,
        &url,
    ]);
    assert_eq!(code, 0, "{err}");
    let lines = json(&out);
    assert_eq!(
        (&lines[0]["kind"], &lines[0]["attempt"], &lines[0]["prompt"]),
        (&"asked".into(), &1.into(), &"say \"hi\" END".into())
    );
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["kind"].as_str()).collect();
    assert_eq!(kinds, ["asked", "opened", "event", "closed"]);
    let (code, _, err) = run(&["tail", "--prompt", "a&b END", "-d", "q={{prompt}}", &url]);
    assert_eq!(code, 0, "{err}");
    let bodies = server.join().expect("it ends");
    assert_eq!(bodies, [r#"{"v":"{{v}}","q":"say \"hi\" END"}"#, "q=a%26b%20END"]);
}
