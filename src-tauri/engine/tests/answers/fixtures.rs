//! Every dialect's own fixture, put together.

use tapewriter_engine::contract::{Channel, Dialect, ExportFormat, TextRule};
use tapewriter_engine::export::{self, Which};
use tapewriter_engine::text::Reading;

use crate::support::{by_pages, by_ticks, events, fixture, of, taped};

struct Case {
    file: &'static str,
    dialect: Dialect,
    holds: &'static [(Channel, &'static [&'static str])],
}

const CASES: &[Case] = &[
    Case {
        file: "openai-chat.sse",
        dialect: Dialect::OpenaiChat,
        holds: &[
            (Channel::Answer, &["Good morning, 早安。"]),
            (Channel::Thinking, &["The reader wants two words."]),
            (Channel::Stop, &["stop"]),
        ],
    },
    Case {
        file: "openai-chat-tools.sse",
        dialect: Dialect::OpenaiChat,
        holds: &[
            (Channel::Tool, &["tide: {\"port\":\"Brest\"}", "moon: {}"]),
            (Channel::Stop, &["tool_calls"]),
        ],
    },
    Case {
        file: "openai-chat-function.sse",
        dialect: Dialect::OpenaiChat,
        holds: &[
            (Channel::Tool, &["tide: {\"port\":\"Brest\"}"]),
            (Channel::Stop, &["function_call"]),
        ],
    },
    Case {
        file: "openai-chat-refusal.sse",
        dialect: Dialect::OpenaiChat,
        holds: &[
            (Channel::Refusal, &["I would rather not."]),
            (Channel::Stop, &["content_filter"]),
            (Channel::Error, &["server_error: The upstream went away."]),
        ],
    },
    Case {
        file: "openai-responses.sse",
        dialect: Dialect::OpenaiResponses,
        holds: &[
            (Channel::Answer, &["High water at six."]),
            (Channel::Thinking, &["Look it up."]),
            (
                Channel::Tool,
                &[
                    "web_search: {\"type\":\"search\",\"query\":\"tides\"}",
                    "tide: {\"port\":\"Brest\"}",
                ],
            ),
            (
                Channel::Citation,
                &["https://tides.example/brest?a=1&b=2: Tides at Brest"],
            ),
            (Channel::Stop, &["completed"]),
        ],
    },
    Case {
        file: "openai-responses-incomplete.sse",
        dialect: Dialect::OpenaiResponses,
        holds: &[
            (Channel::Refusal, &["No."]),
            (Channel::Stop, &["max_output_tokens"]),
            (Channel::Error, &["rate_limit: Too fast."]),
        ],
    },
    Case {
        file: "anthropic.sse",
        dialect: Dialect::Anthropic,
        holds: &[
            (Channel::Answer, &["At six, it is."]),
            (Channel::Thinking, &["Is it high?"]),
            (
                Channel::Tool,
                &["web_search: {\"query\":\"tides\"}", "tide: {\"port\":\"Brest\"}"],
            ),
            (Channel::Citation, &["Almanac", "https://tides.example/: Tides"]),
            (Channel::Stop, &["tool_use"]),
        ],
    },
    Case {
        file: "anthropic-error.sse",
        dialect: Dialect::Anthropic,
        holds: &[
            (Channel::Answer, &["Half a"]),
            (Channel::Error, &["overloaded_error: Overloaded"]),
        ],
    },
    Case {
        file: "gemini.sse",
        dialect: Dialect::Gemini,
        holds: &[
            (Channel::Answer, &["早上 好。"]),
            (Channel::Thinking, &["Weighing it."]),
            (
                Channel::Tool,
                &[
                    "tide: {\"port\":\"Brest\"}",
                    "moon: {}",
                    "tide: {\"port\":\"Faro\"}",
                ],
            ),
            (
                Channel::Citation,
                &["https://sea.example/: The sea", "https://tides.example/gemini: "],
            ),
            (Channel::Stop, &["STOP"]),
        ],
    },
    Case {
        file: "gemini-blocked.sse",
        dialect: Dialect::Gemini,
        holds: &[(Channel::Refusal, &["SAFETY"]), (Channel::Stop, &["SAFETY"])],
    },
    Case {
        file: "ollama-chat.ndjson",
        dialect: Dialect::Ollama,
        holds: &[
            (Channel::Answer, &["Good day."]),
            (Channel::Thinking, &["Well then."]),
            (Channel::Tool, &["tide: {\"port\":\"Brest\"}", "moon: {}"]),
            (Channel::Stop, &["stop"]),
        ],
    },
    Case {
        file: "ollama-generate.ndjson",
        dialect: Dialect::Ollama,
        holds: &[
            (Channel::Answer, &["One two."]),
            (Channel::Stop, &["length"]),
            (Channel::Error, &["the model was unloaded"]),
        ],
    },
    Case {
        file: "halves.sse",
        dialect: Dialect::OpenaiChat,
        holds: &[
            (Channel::Answer, &["Vive la 🇫🇷 \u{FFFD}!\u{FFFD}"]),
            (Channel::Thinking, &["?"]),
            (Channel::Stop, &["stop"]),
        ],
    },
];

const CHANNELS: [Channel; 7] = [
    Channel::Answer,
    Channel::Thinking,
    Channel::Tool,
    Channel::Refusal,
    Channel::Citation,
    Channel::Stop,
    Channel::Error,
];

#[test]
fn every_dialect_is_recognised_and_put_together_by_channel() {
    for case in CASES {
        let tape = taped(&events(case.file, &fixture(case.file)), 20_000);
        let reading = Reading::default().recognised(&tape.ring);
        assert_eq!(reading.dialect(), Some(case.dialect), "{}", case.file);
        let blocks = by_ticks(&tape.ring, &reading);
        for channel in CHANNELS {
            let holds = case.holds.iter().find(|(of, _)| *of == channel);
            let holds = holds.map_or(&[][..], |(_, holds)| holds);
            assert_eq!(of(&blocks, channel), holds, "{} {channel:?}", case.file);
        }
        assert_eq!(by_pages(&tape.ring, &reading, 200), blocks, "{}", case.file);
    }
}

fn exported(format: ExportFormat, file: &str) -> String {
    let tape = taped(&events(file, &fixture(file)), 20_000);
    let reading = Reading::default().recognised(&tape.ring);
    let mut out = Vec::new();
    let mut on = |_| std::ops::ControlFlow::Continue(());
    export::write(
        format,
        &reading,
        &tapewriter_engine::scenes::Rules::default(),
        &tape.ring,
        Which::All,
        &mut out,
        &mut on,
    )
    .expect("memory takes it");
    String::from_utf8(out).expect("text")
}

#[test]
fn an_answer_is_exported_whole_with_its_figures() {
    for case in CASES {
        let json: serde_json::Value =
            serde_json::from_str(&exported(ExportFormat::Answer, case.file)).expect("one JSON object");
        let turn = &json["turns"][0];
        assert_eq!(turn["turn"], 1, "{}", case.file);
        for (channel, holds) in case.holds {
            let channel = serde_json::to_value(channel).expect("plain");
            let mut texts: Vec<_> = turn["blocks"]
                .as_array()
                .expect("blocks")
                .iter()
                .filter(|block| block["channel"] == channel)
                .map(|block| match (block["label"].as_str(), block["text"].as_str()) {
                    (Some(""), Some(text)) => text.to_owned(),
                    (Some(label), Some(text)) => format!("{label}: {text}"),
                    other => panic!("{other:?}"),
                })
                .collect();
            let mut holds = holds.to_vec();
            texts.sort();
            holds.sort_unstable();
            assert_eq!(texts, holds, "{} {channel}", case.file);
        }
        assert_eq!(turn["figures"]["turn"], 1);
    }
}

#[test]
fn text_is_the_answer_alone() {
    assert_eq!(
        exported(ExportFormat::Text, "openai-chat.sse"),
        "Good morning, 早安。\n"
    );
    assert_eq!(exported(ExportFormat::Text, "anthropic.sse"), "At six, it is.\n");
    assert_eq!(
        exported(ExportFormat::Text, "halves.sse"),
        "Vive la 🇫🇷 \u{FFFD}!\u{FFFD}\n"
    );
}

#[test]
fn a_path_is_running_text_of_strings_and_numbers() {
    let all: Vec<_> = [
        r#"{"m":{"t":"a"}}"#,
        r#"{"m":{"t":7}}"#,
        "{",
        r#"{"m":{"t":null}}"#,
        r#"{"m":{"t":"!"}}"#,
    ]
    .map(|data| ("message".to_owned(), data.to_owned()))
    .to_vec();
    let tape = taped(&all, 20_000);
    let reading = Reading::new(TextRule::Path, "$.m.t").expect("a path");
    assert_eq!(of(&by_ticks(&tape.ring, &reading), Channel::Answer), ["a7!"]);
    let bad = Reading::new(TextRule::Path, "m.t").expect_err("no path");
    assert_eq!(bad.args["what"], "path");
}

#[test]
fn plain_streams_stay_lines() {
    let plain: Vec<_> = [
        r#"{"choices":["red","blue"]}"#,
        r#"{"type":"ping"}"#,
        r#"{"done":false,"model":"x"}"#,
        r#"{"error":"no"}"#,
        r#"{"type":"message","content":"hello"}"#,
        r#"{"candidates":["Ada","Bob"]}"#,
        r#"{"type":"response.time","ms":3}"#,
        "Message 1",
        "[1,2]",
    ]
    .map(|data| ("message".to_owned(), data.to_owned()))
    .to_vec();
    let tape = taped(&plain, 20_000);
    let reading = Reading::default().recognised(&tape.ring);
    assert_eq!(reading.dialect(), None);
    let page = tapewriter_engine::text::before(&tape.ring, None, 10_000, &reading);
    let text: String = page.runs.iter().map(|run| run.text.as_str()).collect();
    let lines: String = plain.iter().map(|(_, data)| format!("{data}\n")).collect();
    assert_eq!(text, lines);
    assert!(page.runs.iter().all(|run| run.part.is_none()));
}

#[test]
fn a_dialect_that_comes_late_is_not_looked_for() {
    let chunk = r#"{"choices":[{"index":0,"delta":{"content":"x"}}]}"#;
    let mut all = vec![("message".to_owned(), "note".to_owned()); 31];
    all.push(("message".to_owned(), chunk.to_owned()));
    let found = |all: &[(String, String)]| Reading::default().recognised(&taped(all, 1_000).ring).dialect();
    assert_eq!(found(&all), Some(Dialect::OpenaiChat));
    all.insert(0, ("message".to_owned(), "note".to_owned()));
    assert_eq!(found(&all), None);
}
