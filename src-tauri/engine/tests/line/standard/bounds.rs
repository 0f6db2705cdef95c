//! Bodies without measure: what is bounded, and that what came before is kept.

use bytes::Bytes;
use tapewriter_engine::contract::{Code, Framing};
use tapewriter_engine::lenient::{Limits, MAX_ID};

use super::player::{cut, play};
use super::{Seen, comment, message};

const SMALL: Limits = Limits {
    line: 1 << 20,
    event: 2 << 20,
};

/// What is seen of `data: before`, a body, and what follows it, all in chunks of 16 KiB.
fn over(framing: Framing, body: &str) -> (Vec<Seen>, String) {
    let body = format!("data: before\n\n{body}data: after\n\n");
    let played = play(
        framing,
        SMALL,
        "",
        cut(body.as_bytes(), (0..body.len()).step_by(16 << 10)),
    );
    assert_eq!(played.ended.code, Code::Limit);
    assert_eq!(
        played.ended.args["bound"],
        format!("{} MiB", if played.ended.args["what"] == "line" { 1 } else { 2 })
    );
    (played.seen, played.ended.args["what"].clone())
}

#[test]
fn a_line_over_its_bound_ends_the_attempt_and_what_came_before_is_kept() {
    let long = "x".repeat(SMALL.line + 1);
    for body in [
        format!("data: {long}\n\n"),
        format!(":{long}\n"),
        long.clone(),
        format!("id: {long}\n\n"),
    ] {
        assert_eq!(
            over(Framing::Sse, &body),
            (vec![message("before")], "line".to_owned())
        );
    }
    let lines = over(Framing::Lines, &long);
    assert_eq!(
        lines,
        (vec![message("data: before"), message("")], "line".to_owned())
    );
    assert_eq!(
        over(Framing::Ndjson, &long),
        (vec![message("data: before")], "line".to_owned())
    );
}

#[test]
fn an_event_over_its_bound_ends_the_attempt_and_what_came_before_is_kept() {
    let line = format!("data: {}\n", "x".repeat(1000));
    let body = line.repeat(SMALL.event / line.len() + 1);
    assert_eq!(
        over(Framing::Sse, &body),
        (vec![message("before")], "event".to_owned())
    );
    // Empty lines of data count too.
    assert_eq!(
        over(Framing::Sse, &"data\n".repeat(SMALL.event / 7 + 1)).1,
        "event"
    );
}

#[test]
fn an_id_over_its_bound_ends_the_attempt_and_what_came_before_is_kept() {
    let body = format!("data: before\n\nid: {}\ndata: after\n\n", "7".repeat(MAX_ID + 1));
    let played = play(Framing::Sse, SMALL, "", vec![Bytes::from(body)]);
    assert_eq!(
        (played.ended.code, played.ended.args["what"].as_str()),
        (Code::Limit, "id")
    );
    assert_eq!(played.seen, [message("before")]);
    assert_eq!(played.last_event_id, "");
}

#[test]
fn a_line_and_an_event_at_their_bounds_pass() {
    let line = "x".repeat(SMALL.line - 6);
    let body = format!("data: {line}\n\n");
    for chunk in [16 << 10, body.len()] {
        let played = play(
            Framing::Sse,
            SMALL,
            "",
            cut(body.as_bytes(), (0..body.len()).step_by(chunk)),
        );
        assert_eq!(played.seen, [message(&line)]);
    }
    let line = format!("data: {}\n", "x".repeat(1000 - 7));
    let body = line.repeat(SMALL.event / 1000) + "\n";
    let played = play(Framing::Sse, SMALL, "", vec![Bytes::from(body)]);
    assert_eq!((played.seen.len(), played.ended.code), (1, Code::Eof));
}

#[test]
fn ten_thousand_events_in_one_chunk() {
    let body: String = (0..10_000).map(|n| format!("data: {n}\n\n")).collect();
    let expected: Vec<_> = (0..10_000).map(|n| message(&n.to_string())).collect();
    let played = play(Framing::Sse, Limits::default(), "", vec![Bytes::from(body)]);
    assert_eq!(played.seen, expected);
    assert_eq!(played.completed, 10_000);
}

#[test]
fn one_byte_at_a_time() {
    let body: String = (0..500).map(|n| format!("id: {n}\ndata: {n}\n: c\n\n")).collect();
    let played = play(
        Framing::Sse,
        Limits::default(),
        "",
        cut(body.as_bytes(), 1..body.len()),
    );
    assert_eq!(played.seen.len(), 1_000);
    assert_eq!(played.last_event_id, "499");
    assert_eq!(played.completed, 500);
}

#[test]
fn chunks_of_nothing() {
    let chunks = ["", "data: a\n", "", "", "\n", ""].map(Bytes::from).to_vec();
    assert_eq!(
        play(Framing::Sse, Limits::default(), "", chunks).seen,
        [message("a")]
    );
}

#[test]
fn nuls_and_control_characters_by_the_mebibyte() {
    let noise: String = (0..0x20u8)
        .filter(|byte| !b"\r\n".contains(byte))
        .map(char::from)
        .collect();
    let noise = noise.repeat((1 << 20) / noise.len());
    let body = format!(":{noise}\n{noise}\ndata:{noise}\n\n");
    let limits = Limits::default();
    let played = play(
        Framing::Sse,
        limits,
        "",
        cut(body.as_bytes(), (0..body.len()).step_by(1000)),
    );
    assert_eq!(played.seen, [comment(&noise), message(&noise)]);
}

#[test]
fn a_chunk_of_comments_and_blank_lines_alone() {
    let played = play(
        Framing::Sse,
        Limits::default(),
        "",
        vec![Bytes::from(":\n\n\r\n".repeat(5_000))],
    );
    assert_eq!(played.seen.len(), 5_000);
}
