use std::sync::Arc;

use super::*;
use crate::log::tests::event;
use crate::log::{Budget, Ring};

fn sample<'a>(events: impl IntoIterator<Item = (&'a str, &'a str)>) -> Sample {
    let mut ring = Ring::new(Arc::new(Budget::default()));
    for (pos, (event_type, data)) in (0..).zip(events) {
        ring.append(event(pos, event_type, data));
    }
    Sample::of(&ring)
}

fn chat(data: &str) -> [String; 4] {
    let rule = ChatFields::find(&ChatRule::default(), &sample([("message", data)])).rule;
    [rule.sender, rule.text, rule.time, rule.id]
}

#[test]
fn chat_is_found_under_the_names_that_rooms_use() {
    for (data, paths) in [
        (
            r#"{"id":"m1","sender":"Mira","text":"hi","time":"2026-11-26T12:01:05Z"}"#,
            ["$.sender", "$.text", "$.time", "$.id"],
        ),
        (
            r#"{"user":{"id":7,"name":"Mira"},"content":"hi","ts":1795692065.25}"#,
            ["$.user.name", "$.content", "$.ts", ""],
        ),
        (
            r#"{"type":"message","data":{"from":"Mira","body":"hi","sent_at":1795692065000,"uuid":"u"}}"#,
            ["$.data.from", "$.data.body", "$.data.sent_at", "$.data.uuid"],
        ),
        (
            r#"{"message":{"author":{"username":"mira"},"text":"hi"}}"#,
            ["$.message.author.username", "$.message.text", "", ""],
        ),
        // A number may be an id; a name is better.
        (
            r#"{"user":17,"nick":"Mira","msg":"hi","time":3}"#,
            ["$.nick", "$.msg", "", ""],
        ),
        (r#"{"user":17,"msg":"hi"}"#, ["$.user", "$.msg", "", ""]),
        (r#"{"a":1,"b":["x"]}"#, ["", "", "", ""]),
        ("hi", ["", "", "", ""]),
    ] {
        assert_eq!(chat(data), paths.map(str::to_owned), "{data}");
    }
}

#[test]
fn the_name_that_most_events_hold_wins_and_the_rules_own_paths_go_first() {
    let many = [
        ("join", r#"{"name":"Ann"}"#),
        ("message", r#"{"user":"A","text":"x"}"#),
        ("message", r#"{"user":"A","message":"y"}"#),
        ("message", r#"{"user":"A","message":"z"}"#),
    ];
    let found = ChatFields::find(&ChatRule::default(), &sample(many));
    assert_eq!((&*found.rule.text, &*found.rule.sender), ("$.message", "$.user"));
    let join = serde_json::from_str(many[0].1).expect("JSON");
    assert_eq!(found.sender(&join, false).as_deref(), Some("Ann"));
    let rule = ChatRule {
        text: "$.text".into(),
        sender: "$[".into(),
        ..ChatRule::default()
    };
    let found = ChatFields::find(&rule, &sample(many));
    // What cannot be read is as if it were not there.
    assert_eq!((&*found.rule.text, &*found.rule.sender), ("$.text", "$.user"));
}

#[test]
fn cards_are_found_under_the_names_that_news_use() {
    let find = |data: &str| {
        let rule = FeedFields::find(&FeedRule::default(), &sample([("headline", data)])).rule;
        [rule.title, rule.summary, rule.source, rule.time, rule.link]
    };
    for (data, paths) in [
        (
            r#"{"title":"t","summary":"s","source":"p","time":"2026-11-26T12:01:05Z","link":"https://x"}"#,
            ["$.title", "$.summary", "$.source", "$.time", "$.link"],
        ),
        (
            r#"{"headline":"t","description":"s","publisher":{"name":"p"},"publishedAt":1795692065,"url":"u"}"#,
            [
                "$.headline",
                "$.description",
                "$.publisher.name",
                "$.publishedAt",
                "$.url",
            ],
        ),
        (
            r#"{"item":{"subject":"t","href":"u"}}"#,
            ["$.item.subject", "", "", "", "$.item.href"],
        ),
    ] {
        assert_eq!(find(data), paths.map(str::to_owned), "{data}");
    }
}

#[test]
fn a_sample_is_the_first_events_and_bounded() {
    let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(LOOK_BYTES));
    let small = r#"{"text":"x"}"#;
    let few = sample((0..10).map(|_| ("message", small)));
    assert_eq!((few.events.len(), few.settled), (10, false));
    let many = sample((0..5_000).map(|n| ("message", if n % 2 == 0 { &*long } else { small })));
    assert_eq!((many.events.len(), many.settled), (LOOK, true));
    let plain = sample((0..5_000).map(|_| ("message", "text")));
    assert_eq!((plain.events.len(), plain.settled), (0, true));
}

#[test]
fn what_is_too_large_for_a_message_is_text() {
    let of = |bytes: usize| format!(r#"{{"text":"{}"}}"#, "x".repeat(bytes - 11));
    let (most, more) = (of(READ_BYTES), of(READ_BYTES + 1));
    assert_eq!(most.len(), READ_BYTES);
    assert!(document(&most).is_some() && document(&more).is_none());
}

#[test]
fn a_gist_is_one_line() {
    assert_eq!(gist("a\r\n\tb\u{7}c", 100), "a b c");
    assert_eq!(gist("abc def", 5), "abc d");
    assert_eq!(gist(r#"{"n":[1,2]}"#, 100), r#"{"n":[1,2]}"#);
    assert_eq!(gist("", 5), "");
}
