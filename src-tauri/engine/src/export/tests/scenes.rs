//! What scenes show, as files.

use super::*;
use crate::contract::{Action, Scenes};

fn scene(format: ExportFormat, rules: &Rules, log: &dyn Log) -> String {
    let mut out = Vec::new();
    write(
        format,
        &TextRule::Lines.into(),
        rules,
        log,
        Which::All,
        &mut out,
        &mut on,
    )
    .expect("memory takes it");
    String::from_utf8(out).expect("UTF-8")
}

fn hiding(query: &str) -> Rules {
    let action = Action {
        query: query.into(),
        hide: true,
        ..Action::default()
    };
    Rules {
        actions: vec![action],
        scenes: Scenes::default(),
    }
}

#[test]
fn chat_is_a_line_a_row() {
    let log = events(&[
        ("join", "", r#"{"user":"Mira"}"#),
        (
            "message",
            "",
            r#"{"sender":"Mira","text":"hello\n2026-01-01 00:00:00 Ann: not she\r\u2028x","time":"2026-11-26T13:01:05+01:00"}"#,
        ),
        ("message", "", "plain words"),
        ("message", "", r#"{"sender":"bot","text":"hidden"}"#),
        ("message", "", r#"{"n":1}"#),
        ("typing", "", r#"{"user":"Mira"}"#),
        ("leave", "", "Mira left us\nfor good"),
        ("leave", "", "{}"),
    ]);
    let day = "2026-11-21 22:26:40";
    assert_eq!(
        scene(ExportFormat::Chat, &hiding("hidden"), &log),
        format!(
            "{day} * Mira joined\n\
             2026-11-26 12:01:05 Mira: hello\n    2026-01-01 00:00:00 Ann: not she  x\n\
             {day} plain words\n\
             {day} * Mira left us\n    for good\n\
             {day} * somebody left\n"
        )
    );
}

#[test]
fn cards_are_json_lines_without_repeats_and_whole() {
    let long = format!(r#"{{"title":"{}","link":"javascript:x"}}"#, "t".repeat(100_000));
    let log = events(&[
        ("headline", "1", long.as_str()),
        ("breaking", "2", r#"{"title":"two","link":""}"#),
        ("breaking", "2", r#"{"title":"two","link":""}"#),
        ("headline", "3", r#"{"title":"spam"}"#),
        ("breaking", "2", r#"{"title":"two, corrected"}"#),
    ]);
    let text = scene(ExportFormat::Feed, &hiding("spam"), &log);
    let cards: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a card"))
        .collect();
    assert_eq!(cards.len(), 3);
    assert_eq!(cards[2]["title"], "two, corrected");
    assert_eq!(cards[0]["title"].as_str().map(str::len), Some(100_000));
    assert_eq!(
        (&cards[0]["link"], &cards[0]["breaking"]),
        (&"javascript:x".into(), &false.into())
    );
    assert_eq!(
        (&cards[1]["title"], &cards[1]["breaking"], &cards[1]["id"]),
        (&"two".into(), &true.into(), &"2".into())
    );
}

#[test]
fn what_shows_a_scene_leaves_out_what_is_hidden_and_records_hold_it() {
    let log = events(&[
        (
            "message",
            "",
            r#"{"n":1,"choices":[{"delta":{"content":"one "}}]}"#,
        ),
        (
            "message",
            "",
            r#"{"n":2,"noise":true,"choices":[{"delta":{"content":"secret "}}]}"#,
        ),
        (
            "message",
            "",
            r#"{"n":3,"choices":[{"delta":{"content":"three"}}]}"#,
        ),
    ]);
    let told = |format, rule: TextRule| {
        let of = |rules: &Rules| {
            let mut out = Vec::new();
            write(format, &rule.into(), rules, &log, Which::All, &mut out, &mut on).expect("memory takes it");
            String::from_utf8(out).expect("UTF-8")
        };
        let (hidden, all) = (of(&hiding("noise")), of(&Rules::default()));
        assert!(all.contains("secret") || all.contains(",2\r\n"), "{all}");
        (hidden, all)
    };
    let dialect = TextRule::OpenaiChat;
    assert_eq!(told(ExportFormat::Text, dialect).0, "one three\n");
    let (answer, all) = told(ExportFormat::Answer, dialect);
    let (answer, all): (serde_json::Value, serde_json::Value) = (
        serde_json::from_str(&answer).expect("JSON"),
        serde_json::from_str(&all).expect("JSON"),
    );
    let turn = &answer["turns"][0];
    assert_eq!(turn["blocks"][0]["text"], "one three");
    // Its figures are of all events.
    assert_eq!(turn["figures"], all["turns"][0]["figures"]);
    assert_eq!(turn["figures"]["answer_chars"], 16);
    let (series, _) = told(ExportFormat::Series, TextRule::Lines);
    assert!(series.contains(",1\r\n") && series.contains(",3\r\n"), "{series}");
    assert!(!series.contains(",2\r\n"), "{series}");
    for format in [ExportFormat::Jsonl, ExportFormat::Csv, ExportFormat::Sse] {
        let (hidden, all) = told(format, TextRule::Lines);
        assert_eq!(hidden, all);
    }
}

#[test]
fn other_formats_are_as_ever() {
    let log = events(&[("message", "", "a")]);
    assert_eq!(scene(ExportFormat::Text, &Rules::default(), &log), "a\n");
    let plain = text(ExportFormat::Chat, TextRule::Auto, &log, Which::All).0;
    assert_eq!(plain, scene(ExportFormat::Chat, &Rules::default(), &log));
}
