use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::contract::Part as Told;
use crate::contract::TextRule;
use crate::log::tests::event;
use crate::log::{Budget, Ring};

fn turn(prompt: &str, answer: &str) -> Turn {
    Turn {
        prompt: prompt.to_owned(),
        answer: answer.to_owned(),
    }
}

fn places(text: &str) -> Vec<usize> {
    text.match_indices("now").map(|(at, _)| at).collect()
}

/// With the turns "a"/"b" and "c"/"d" before the prompt "now".
fn asked(text: &str) -> Option<String> {
    let turns = [turn("a", "b"), turn("c", "d")];
    let whole = body(text.as_bytes(), &places(text), &turns)?;
    Some(String::from_utf8(whole.to_vec()).expect("text"))
}

#[test]
fn a_stream_asks_where_its_body_is_sent_and_holds_the_placeholder() {
    let stream = |method: &str, body: Option<&str>, body_kind| Stream {
        method: method.to_owned(),
        body: body.map(str::to_owned),
        body_kind,
        ..Stream::default()
    };
    let holds = Some(r#"{"q":"{{prompt}}"}"#);
    assert!(stream("POST", holds, BodyKind::Auto).asks());
    assert!(stream("PUT", Some("q={{prompt}}"), BodyKind::Form).asks());
    assert!(!stream("GET", holds, BodyKind::Auto).asks());
    assert!(!stream("POST", holds, BodyKind::File).asks());
    assert!(!stream("POST", Some("{{prompts}} {{ prompt }} {prompt}"), BodyKind::Text).asks());
    assert!(!stream("POST", None, BodyKind::Text).asks());
}

#[test]
fn the_turns_of_openai_anthropic_and_ollama_stand_before_the_new_message() {
    // Spaces, order and numbers stay as they were typed.
    let typed = r#"{ "z": 1.50, "messages": [ {"role":"system","content":"be brief"}, {"role":"user","content":"now"} ], "a":1e2 }"#;
    let history = r#"{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"assistant","content":"d"},"#;
    let expected = typed.replacen(r#"{"role":"user""#, &format!(r#"{history}{{"role":"user""#), 1);
    assert_eq!(asked(typed).as_deref(), Some(expected.as_str()));
    // Anthropic's system prompt is no message, and its content may be in parts.
    let typed = r#"{"system":"brief","messages":[{"role":"user","content":[{"type":"text","text":"now"}]}]}"#;
    let whole: Value = serde_json::from_str(&asked(typed).expect("a list")).expect("JSON");
    assert_eq!(whole["system"], "brief");
    let roles: Vec<&str> = whole["messages"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| message["role"].as_str().expect("a role"))
        .collect();
    assert_eq!(roles, ["user", "assistant", "user", "assistant", "user"]);
    assert_eq!(whole["messages"][4]["content"][0]["text"], "now");
}

#[test]
fn the_turns_of_gemini_have_its_roles_and_parts() {
    let typed = r#"{"contents":[{"role":"user","parts":[{"text":"now"}]}],"generationConfig":{}}"#;
    assert_eq!(
        asked(typed).as_deref(),
        Some(concat!(
            r#"{"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]},"#,
            r#"{"role":"user","parts":[{"text":"c"}]},{"role":"model","parts":[{"text":"d"}]},"#,
            r#"{"role":"user","parts":[{"text":"now"}]}],"generationConfig":{}}"#
        ))
    );
    // It needs no role.
    let typed = r#"{"contents":[{"parts":[{"text":"now"}]}]}"#;
    let whole: Value = serde_json::from_str(&asked(typed).expect("a list")).expect("JSON");
    assert_eq!(whole["contents"].as_array().map(Vec::len), Some(5));
}

#[test]
fn the_input_of_openai_responses_becomes_a_list_or_stays_one() {
    let typed = r#"{"model":"m","input":"now \"x\"","stream":true}"#;
    let whole: Value = serde_json::from_str(&asked(typed).expect("a list")).expect("JSON");
    assert_eq!(
        whole["input"],
        json!([
            {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"},
            {"role": "user", "content": "now \"x\""},
        ])
    );
    assert_eq!((&whole["model"], &whole["stream"]), (&json!("m"), &json!(true)));
    let typed = r#"{"input":[{"role":"developer","content":"x"},{"role":"user","content":"now"}]}"#;
    let whole: Value = serde_json::from_str(&asked(typed).expect("a list")).expect("JSON");
    assert_eq!(whole["input"][0]["role"], "developer");
    assert_eq!(whole["input"][5]["content"], "now");
}

#[test]
fn examples_and_what_stands_behind_the_prompt_keep_their_places() {
    let typed = concat!(
        r#"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"2+2"},{"role":"assistant","content":"4"},"#,
        r#"{"role":"user","content":"now"},{"role":"user","content":"in French"},{"role":"assistant","content":"Voilà"}]}"#
    );
    let contents = |whole: &str| {
        let whole: Value = serde_json::from_str(whole).expect("JSON");
        let all = whole["messages"].as_array().expect("a list").iter();
        all.map(|message| message["content"].as_str().expect("text").to_owned())
            .collect::<Vec<_>>()
            .join("|")
    };
    assert_eq!(
        contents(&asked(typed).expect("a list")),
        "s|2+2|4|a|b|c|d|now|in French|Voilà"
    );
    // The prompt is a part of the system message: that stays first.
    let typed = r#"{"messages":[{"role":"system","content":"now"},{"role":"user","content":"go"}]}"#;
    assert_eq!(contents(&asked(typed).expect("a list")), "now|a|b|c|d|go");
    // Nobody says where the prompt is.
    let typed = r#"{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"{"}]}"#;
    let whole = body(typed.as_bytes(), &[], &[turn("a", "b")]).expect("a list");
    assert_eq!(contents(&String::from_utf8_lossy(&whole)), "a|b|x|{");
}

#[test]
fn a_prompt_that_stands_elsewhere_as_well_is_asked_where_the_conversation_is() {
    for (typed, sent) in [
        (
            r#"{"title":"now","messages":[{"role":"user","content":"now"}],"z":"now"}"#,
            r#"{"title":"now","messages":[…{"role":"user","content":"now"}],"z":"now"}"#,
        ),
        (
            r#"{"user":"now","messages":[{"role":"system","content":"about now"},{"role":"user","content":"say: now"}]}"#,
            r#"{"user":"now","messages":[{"role":"system","content":"about now"},…{"role":"user","content":"say: now"}]}"#,
        ),
        (
            r#"{"messages":[{"role":"user","content":"x"}],"title":"now","contents":[{"parts":[{"text":"now"}]}]}"#,
            r#"{"messages":[{"role":"user","content":"x"}],"title":"now","contents":[…{"parts":[{"text":"now"}]}]}"#,
        ),
    ] {
        let whole = asked(typed).expect("a list");
        let history = [
            concat!(
                r#"{"role":"user","content":"a"},{"role":"assistant","content":"b"},"#,
                r#"{"role":"user","content":"c"},{"role":"assistant","content":"d"},"#
            ),
            concat!(
                r#"{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]},"#,
                r#"{"role":"user","parts":[{"text":"c"}]},{"role":"model","parts":[{"text":"d"}]},"#
            ),
        ];
        assert!(
            history.iter().any(|history| sent.replace('…', history) == whole),
            "{whole}"
        );
    }
}

#[test]
fn a_body_without_a_conversation_goes_as_it_is() {
    for typed in [
        r#"{"prompt":"now"}"#,
        r#"{"messages":"now"}"#,
        r#"{"messages":[]}"#,
        r#"{"messages":null,"prompt":"now"}"#,
        r#"{"messages":[{"role":"system","content":"now"}]}"#,
        r#"{"messages":[{"role":"user","content":"x"}],"prompt":"now"}"#,
        r#"[{"role":"user","content":"now"}]"#,
        r#"{"messages":[{"role":"user","content":"now"}"#,
        "q=now",
        "now",
        "",
    ] {
        assert_eq!(asked(typed), None, "{typed}");
    }
    let fine = br#"{"messages":[{"role":"user","content":"now"}]}"#;
    assert_eq!(body(fine, &[40], &[]), None);
    assert_eq!(body(b"\xff\xfe", &[], &[turn("a", "b")]), None);
    // What is passed over may be as deep as it likes.
    let deep = format!("{{\"messages\":{}{}}}", "[".repeat(90_000), "]".repeat(90_000));
    let whole = body(deep.as_bytes(), &[], &[turn("a", "b")]).expect("a list");
    assert!(whole.starts_with(br#"{"messages":[{"role":"user","content":"a"},"#));
}

#[test]
fn quotes_and_braces_of_a_turn_break_out_of_nothing() {
    let turns = [turn("\"}],\"model\":\"x", "line\nline \u{2028} \\ {{secret:a}}")];
    let typed = r#"{"messages":[{"role":"user","content":"now"}]}"#;
    let whole = body(typed.as_bytes(), &places(typed), &turns).expect("a list");
    let whole: Value = serde_json::from_slice(&whole).expect("JSON");
    assert_eq!(whole.as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(whole["messages"][0]["content"], turns[0].prompt.as_str());
    assert_eq!(whole["messages"][1]["content"], turns[0].answer.as_str());
}

fn ring(data: &[String]) -> Ring {
    let mut ring = Ring::new(Arc::new(Budget::default()));
    for (pos, data) in data.iter().enumerate() {
        ring.append(event(pos as u64, "message", data));
    }
    ring
}

#[test]
fn turns_are_the_newest_that_fit_and_that_were_answered() {
    let long = "x".repeat(HISTORY_BYTES / 2);
    let data = [
        "one".to_owned(),
        long.clone(),
        "three".into(),
        long,
        "five".into(),
    ];
    let ring = ring(&data);
    let mut talk = Talk::default();
    for pos in 0..5 {
        talk.ask(format!("p{pos}").into(), pos);
        // The third one's body began behind its answer.
        if pos == 2 {
            talk.open(3);
        }
    }
    // The newest answer still comes.
    let prompts = |talk: &Talk| {
        let turns = turns(&ring, &talk.places(), &TextRule::Joined.into());
        turns.into_iter().map(|turn| turn.prompt).collect::<Vec<_>>()
    };
    assert_eq!(prompts(&talk), ["p3"]);
    talk.close(5);
    assert_eq!(prompts(&talk), ["p3", "p4"]);
    let found = turns(&ring, &talk.places(), &TextRule::Lines.into());
    assert_eq!(found.last(), Some(&turn("p4", "five")));
}

#[test]
fn answers_that_say_nothing_are_not_read_without_end() {
    /// A log of entries that are said to be large.
    struct Large(Ring, parking_lot::Mutex<Vec<u64>>);
    const EACH: u64 = 60 << 20;
    impl Log for Large {
        fn span(&self) -> Span {
            self.0.span()
        }
        fn get(&self, pos: u64) -> Option<Entry> {
            self.1.lock().push(pos);
            self.0.get(pos)
        }
        fn data_bytes_before(&self, pos: u64) -> u64 {
            pos * EACH
        }
    }
    let log = Large(ring(&vec![String::new(); 100]), parking_lot::Mutex::default());
    let mut talk = Talk::default();
    for pos in 0..100 {
        talk.ask("p".into(), pos);
    }
    talk.close(100);
    assert_eq!(turns(&log, &talk.places(), &TextRule::Lines.into()), []);
    let read = log.1.lock();
    // Four of them are 240 MiB.
    assert_eq!(read.iter().min(), Some(&96), "{read:?}");
}

#[test]
fn what_is_remembered_of_prompts_is_bounded() {
    let mut talk = Talk::default();
    let prompt: Arc<str> = "x".repeat(PROMPT_BYTES).into();
    for pos in 0..20 {
        talk.ask(Arc::clone(&prompt), pos);
    }
    assert_eq!(talk.asked.len(), HISTORY_BYTES / PROMPT_BYTES);
    for pos in 0..2 * TURNS as u64 {
        talk.ask("".into(), pos);
    }
    assert_eq!(talk.asked.len(), TURNS);
    assert!(bounded(&prompt, "prompt").is_ok());
    let failure = bounded(&"x".repeat(PROMPT_BYTES + 1), "prompt").expect_err("too long");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Limit, "prompt")
    );
}

#[test]
fn an_answer_is_its_channel_where_channels_are_told() {
    let run = |text: &str, channel: Option<Channel>| Run {
        pos: 0,
        end: 1,
        at_us: 0,
        name: None,
        text: text.to_owned(),
        mark: None,
        part: channel.map(|channel| Told {
            turn: 1,
            channel,
            block: String::new(),
            label: String::new(),
        }),
        colour: None,
    };
    let told = [
        run("hm", Some(Channel::Thinking)),
        run("Hel", Some(Channel::Answer)),
        run("noise", None),
        run("lo", Some(Channel::Answer)),
        run("end_turn", Some(Channel::Stop)),
    ];
    assert_eq!(answer_in(&told), "Hello");
    assert_eq!(answer_in(&[run("a", None), run("b", None)]), "ab");
}

#[test]
fn an_answer_is_read_from_its_own_entries() {
    let data = ["before", "Hel", "lo", "after"].map(str::to_owned);
    let ring = ring(&data);
    let span = Span { first: 1, end: 3 };
    assert_eq!(answer_of(&ring, span, &TextRule::Joined.into()), "Hello");
    assert_eq!(answer_of(&ring, span, &TextRule::Lines.into()), "Hel\nlo");
    assert_eq!(
        answer_of(&ring, Span { first: 4, end: 9 }, &TextRule::Joined.into()),
        ""
    );
}
