//! Streaming answers on the command line.

#[expect(dead_code, reason = "shared with tests that need a demo server")]
mod support;

use std::io::{Read, Write};
use std::net::TcpListener;

use support::{json, run};

/// A server that answers one request with these bytes.
fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let origin = format!("http://{}/", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a client");
        let mut request = [0; 4_096];
        let _ = socket.read(&mut request);
        let _ = socket.write_all(answer.as_bytes());
    });
    origin
}

const ANSWER: &str = concat!(
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Good \"}}]}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"day\"},\"finish_reason\":\"stop\"}]}\n\n",
    "data: [DONE]\n\n",
);

#[test]
fn an_answer_is_printed_and_nothing_else() {
    let (code, out, err) = run(&["tail", "--no-reconnect", &server(ANSWER)]);
    assert_eq!((code, &*out), (0, "Good day\n"), "{err}");
    let (_, out, _) = run(&["tail", "--no-reconnect", "--dialect", "none", &server(ANSWER)]);
    assert_eq!(out.lines().count(), 4, "{out}");
    let (_, out, _) = run(&["tail", "--no-reconnect", "--dialect", "gemini", &server(ANSWER)]);
    assert_eq!(out, "");
    let path = "$.choices[0].delta.content";
    let (_, out, _) = run(&["tail", "--no-reconnect", "--text-path", path, &server(ANSWER)]);
    assert_eq!(out, "Good day\n");
    let (code, out, err) = run(&["tail", "--text-path", "choices", "http://127.0.0.1:1/"]);
    assert_eq!((code, &*out), (2, ""));
    assert!(err.contains("path"), "{err}");
    let (code, ..) = run(&["tail", "--dialect", "auto", "--joined", "http://127.0.0.1:1/"]);
    assert_eq!(code, 2);
}

#[test]
fn a_tape_is_exported_as_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let tape = folder.path().join("a.tape");
    let tape = tape.to_str().expect("a plain path");
    let (code, _, err) = run(&["tail", "--no-reconnect", "-o", tape, &server(ANSWER)]);
    assert_eq!(code, 0, "{err}");
    let (code, out, err) = run(&["export", tape, "--format", "answer"]);
    assert_eq!(code, 0, "{err}");
    let answer = &json(&out)[0];
    let turn = &answer["turns"][0];
    let blocks: Vec<_> = turn["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .map(|block| (block["channel"].as_str(), block["text"].as_str()))
        .collect();
    assert_eq!(
        blocks,
        [
            (Some("thinking"), Some("hm")),
            (Some("answer"), Some("Good day")),
            (Some("stop"), Some("stop"))
        ]
    );
    assert_eq!(
        (&turn["turn"], &turn["figures"]["answer_chars"]),
        (&1.into(), &8.into())
    );
    assert!(turn["figures"]["asked_at_us"].as_u64() > Some(0));
    let (_, out, _) = run(&["export", tape, "--format", "text"]);
    assert_eq!(out, "Good day\n");
    let (_, out, _) = run(&["export", tape, "--format", "answer", "--dialect", "none"]);
    assert_eq!(json(&out)[0]["turns"].as_array().map(Vec::len), Some(0));
    let (code, ..) = run(&["export", tape, "--format", "text", "--text-path", "x"]);
    assert_eq!(code, 2);
}
