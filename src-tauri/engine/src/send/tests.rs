use std::sync::Arc;

use super::*;
use crate::template::Secret;

const ORIGIN: Option<&str> = Some("http://127.0.0.1:4737");

fn values() -> Values {
    let secret = |id: &str, origin: &str| {
        let secret = Secret {
            value: Arc::from("hunter2&"),
            origins: vec![origin.to_owned()],
        };
        (id.to_owned(), secret)
    };
    Values {
        variables: [
            ("room", "blue"),
            ("base", "https://api.test/v1"),
            ("key", "{{secret:a}}"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        secrets: [secret("a", "https://api.test"), secret("b", "https://other.test")].into(),
    }
}

#[test]
fn an_address_is_taken_from_the_streams_own() {
    for (stream, typed, whole) in [
        ("https://api.test/v1/room?x=1", "send", "https://api.test/v1/send"),
        (
            "https://api.test/v1/room?x=1",
            "/send?to=http://a/b",
            "https://api.test/send?to=http://a/b",
        ),
        ("api.test/v1/", "../send", "https://api.test/send"),
        ("localhost:9/a", "?x", "http://localhost:9/a?x"),
        ("demo:/chat", "/chat/send", "demo:/chat/send"),
        ("demo:/chat", "chat/send?a=b", "demo:/chat/send?a=b"),
        ("demo:/chat", "https://api.test/send", "https://api.test/send"),
        ("https://api.test/", "demo:/chat/send", "demo:/chat/send"),
        (
            "{{base}}/{{room}}/stream",
            "send",
            "https://api.test/v1/blue/send",
        ),
        (
            "{{base}}/{{secret:a}}/stream?k={{secret:b}}",
            "{{room}}?key={{key}}",
            "https://api.test/v1/{{secret:a}}/blue?key={{secret:a}}",
        ),
        (
            "https://api.test/",
            "{{base}}/q0q/{{secret:b}}",
            "https://api.test/v1/q0q/{{secret:b}}",
        ),
        (
            "https://api.test/q0q/q1q/x",
            "{{secret:b}}",
            "https://api.test/q0q/q1q/{{secret:b}}",
        ),
        ("https://api.test/", "//other.test/x", "https://other.test/x"),
    ] {
        assert_eq!(
            address(stream, typed, &values()).as_deref(),
            Ok(whole),
            "{stream} {typed}"
        );
    }
    let missing = address("https://api.test/", "{{nobody}}", &values()).expect_err("no value");
    assert_eq!(missing.args["detail"], "variable-missing");
    assert_eq!(
        address("ftp://x/", "send", &values())
            .expect_err("no scheme of ours")
            .code,
        Code::Url
    );
}

fn chat(url: &str, send_url: &str, send_body: &str) -> Stream {
    let mut stream = Stream {
        url: url.to_owned(),
        headers: vec![
            Header::new("x-key", "{{secret:a}}"),
            Header::new("Accept", "text/event-stream"),
            Header::new("Last-Event-ID", "9"),
        ],
        ..Stream::default()
    };
    stream.scenes.chat.send_url = send_url.to_owned();
    stream.scenes.chat.send_body = send_body.to_owned();
    stream
}

#[test]
fn secrets_of_a_message_are_told_with_where_they_would_go() {
    let uses = |stream: &Stream| {
        let uses = super::uses(stream, &values(), ORIGIN).expect("addresses");
        uses.into_iter()
            .map(|used| format!("{} {} {}", used.id, used.origin, used.place))
            .collect::<Vec<_>>()
    };
    assert_eq!(uses(&chat("https://api.test/s", "", "")), [""; 0]);
    assert_eq!(
        uses(&chat("https://api.test/s", "/send", "")),
        ["a https://api.test x-key"]
    );
    // Headers stay at home; the body's secret is the message's own. `{{text}}` is no variable.
    assert_eq!(
        uses(&chat(
            "https://api.test/s",
            "https://other.test/send",
            r#"{"t":"{{text}}","k":"{{secret:b}}"}"#
        )),
        ["b https://other.test body"]
    );
}

#[test]
fn a_status_of_success_is_none_of_failure() {
    let status = |status: u16| Failure::new(Code::Status, "").with("status", status);
    for (failure, sent) in [
        (status(201), Some(201)),
        (status(204), Some(204)),
        (status(299), Some(299)),
        (status(303), Some(303)),
        (status(302), None),
        (status(304), None),
        (status(422), None),
        (Failure::new(Code::Encoding, ""), Some(200)),
        (Failure::new(Code::Reset, ""), None),
    ] {
        assert_eq!(accepted(&failure), sent, "{failure:?}");
    }
}

#[test]
fn any_certificate_is_taken_at_the_streams_own_origin_alone() {
    for (send_url, insecure) in [
        ("/send", true),
        ("https://api.test:443/x", true),
        ("https://api.test:444/x", false),
        ("https://other.test/send", false),
    ] {
        let mut stream = chat("https://api.test/s", send_url, "");
        stream.network.insecure = true;
        stream.network.ca_file = "ours.pem".to_owned();
        let outgoing = outgoing(&stream, &values(), ORIGIN).expect("an address");
        assert_eq!(outgoing.network.insecure, insecure, "{send_url}");
        assert_eq!(outgoing.network.ca_file, "ours.pem");
    }
}

#[test]
fn a_person_does_not_wait_for_long() {
    for (head_s, waited) in [(0, HEAD_S), (120, HEAD_S), (3, 3)] {
        let mut stream = chat("https://api.test/s", "/send", "");
        stream.network.head_s = head_s;
        let outgoing = outgoing(&stream, &values(), ORIGIN).expect("an address");
        assert_eq!(outgoing.network.head_s, waited);
        let names: Vec<&str> = outgoing
            .headers
            .iter()
            .map(|header| header.name.as_str())
            .collect();
        assert_eq!(names, ["x-key"]);
    }
}
