//! What breaks nothing: halves of JSON, changing dialects, unknown indexes, huge and strange texts.

use std::time::Instant;

use proptest::prelude::*;
use tapewriter_engine::contract::{Channel, Dialect, TICK_TEXT_BYTES, TextRule};
use tapewriter_engine::dialect;
use tapewriter_engine::text::{self, Cursor, Reading};

use crate::figures::counted;
use crate::support::{Tape, add, by_pages, by_ticks, events, fixture, of, taped};

const DIALECTS: [Dialect; 5] = [
    Dialect::OpenaiChat,
    Dialect::OpenaiResponses,
    Dialect::Anthropic,
    Dialect::Gemini,
    Dialect::Ollama,
];

fn chat(text: &str) -> String {
    let text = serde_json::to_string(text).expect("a string");
    format!(r#"{{"choices":[{{"index":0,"delta":{{"content":{text}}}}}]}}"#)
}

#[test]
fn half_a_json_and_shapes_gone_wrong_hold_no_text() {
    for data in [
        "",
        "{",
        "null",
        "[]",
        "[DONE]",
        r#"{"choices":[{"index":0,"delta":{"content":"half"#,
        r#"{"choices":[{"index":-1,"delta":{"content":"x"}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":5}}]}"#,
        r#"{"choices":{"a":1}}"#,
        r#"{"choices":[],"choices":[]}"#,
        r#"{"choices":[{"delta":{"tool_calls":[{"index":99999999999}]}}]}"#,
        r#"{"type":"content_block_delta","index":1e99,"delta":{"text":"x"}}"#,
        r#"{"type":"content_block_delta","delta":{"type":"text_delta","text":"x"}}"#,
        r#"{"type":"response.output_text.delta","delta":{"a":1}}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":{}}]}}]}"#,
        r#"{"model":"m","done":"yes","response":"x"}"#,
        r#"{"error":{}}"#,
    ] {
        for spoken in DIALECTS {
            let said = dialect::read(spoken, true, "message", data);
            assert!(
                said.is_none_or(|said| said.deltas.is_empty()),
                "{spoken:?} {data}"
            );
        }
    }
    let deep = format!(r#"{{"choices":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(dialect::read(Dialect::OpenaiChat, true, "message", &deep), None);
}

#[test]
fn indexes_that_nothing_began_are_blocks_all_the_same() {
    let all = [
        (r#"{"type":"message_start","message":{"model":"m"}}"#, "message_start"),
        (r#"{"type":"content_block_delta","index":4000000000,"delta":{"type":"text_delta","text":"far"}}"#, "content_block_delta"),
        (r#"{"type":"content_block_delta","index":7,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#, "content_block_delta"),
    ]
    .map(|(data, kind)| (kind.to_owned(), data.to_owned()));
    let tape = taped(&all, 1_000);
    let blocks = by_ticks(&tape.ring, &Reading::default().recognised(&tape.ring));
    assert_eq!(of(&blocks, Channel::Answer), ["far"]);
    assert_eq!(of(&blocks, Channel::Tool), ["{}"]);
}

#[test]
fn a_dialect_may_change_in_mid_stream_unless_it_was_named() {
    let mut all = events("openai-chat.sse", &fixture("openai-chat.sse"));
    all.truncate(3);
    all.extend(events(
        "ollama-generate.ndjson",
        &fixture("ollama-generate.ndjson"),
    ));
    all.extend(events("anthropic-error.sse", &fixture("anthropic-error.sse")));
    let tape = taped(&all, 1_000);
    let auto = by_ticks(&tape.ring, &Reading::default().recognised(&tape.ring));
    assert_eq!(of(&auto, Channel::Answer), ["Good One two.", "Half a"]);
    let named = by_ticks(&tape.ring, &TextRule::OpenaiChat.into());
    assert_eq!(of(&named, Channel::Answer), ["Good "]);
}

#[test]
fn a_code_block_of_megabytes_goes_through_in_ticks() {
    let code = "let x = \"é\";\n".repeat(5 << 16);
    for pieces in [1, 64] {
        let mut tape = Tape::new();
        let chars: Vec<char> = code.chars().collect();
        for part in chars.chunks(chars.len().div_ceil(pieces)) {
            tape.event(1_000, "message", &chat(&part.iter().collect::<String>()));
        }
        let reading = Reading::default().recognised(&tape.ring);
        let (mut cursor, mut blocks) = (Cursor::default(), Default::default());
        while let Some((tick, next)) = text::since(&tape.ring, cursor, &reading) {
            assert!(tick.runs.iter().map(|run| run.text.len()).sum::<usize>() <= TICK_TEXT_BYTES);
            assert_eq!(tick.skipped, 0);
            add(&mut blocks, &tick.runs);
            cursor = next;
        }
        assert!(of(&blocks, Channel::Answer) == [code.as_str()], "{pieces} pieces");
        assert_eq!(counted(&tape.ring, &reading).answer_chars, chars.len() as u64);
        // A page backwards is cut to its end.
        let page = text::before(&tape.ring, None, 10_000, &reading);
        let tail: String = page.runs.iter().map(|run| run.text.as_str()).collect();
        assert!(
            code.ends_with(&tail) && (1_000..200_000).contains(&tail.len()),
            "{}",
            tail.len()
        );
    }
}

#[test]
fn strange_text_comes_through_as_it_is() {
    let strange = [
        "مرحبا \u{202E}abc\u{202C}",
        "<script>alert(1)</script><img src=http://x/>",
        "[x](javascript:alert(1))",
        "\u{0}\u{1b}[31m\u{85}",
        "👩‍👩‍👧‍👦",
    ];
    let mut tape = Tape::new();
    for text in strange {
        tape.event(1_000, "message", &chat(text));
    }
    // A flag over three events, by whole characters and by halves.
    tape.event(1_000, "message", r#"{"choices":[{"delta":{"content":"🇨"}}]}"#);
    tape.event(
        1_000,
        "message",
        r#"{"choices":[{"delta":{"content":"\ud83c"}}]}"#,
    );
    tape.event(
        1_000,
        "message",
        r#"{"choices":[{"delta":{"content":"\uddf3"}}]}"#,
    );
    let long = "y".repeat(200_000);
    tape.event(1_000, "message", &chat(&long));
    let reading = Reading::default().recognised(&tape.ring);
    let whole = format!("{}🇨🇳{long}", strange.concat());
    assert_eq!(
        of(&by_ticks(&tape.ring, &reading), Channel::Answer),
        [whole.as_str()]
    );
    assert_eq!(
        counted(&tape.ring, &reading).answer_chars,
        whole.chars().count() as u64
    );
}

#[test]
fn looking_back_is_bounded_whatever_is_sent() {
    let mut tape = Tape::new();
    tape.event(0, "message", &chat("x"));
    for n in 0..6_000 {
        // Each begins with half a character in a block of its own, names a source of its own and repeats a stop.
        let data = format!(
            r#"{{"citations":["https://x/{n}"],"choices":[{{"index":{n},"delta":{{"content":"\udc00","tool_calls":[{{"index":{n},"function":{{"arguments":"\udc00"}}}}]}},"finish_reason":"s{n}"}}]}}"#
        );
        tape.event(10, "message", &data);
    }
    let reading = Reading::default().recognised(&tape.ring);
    let begun = Instant::now();
    let (tick, _) = text::since(&tape.ring, Cursor::default(), &reading).expect("text");
    assert!(tick.runs.len() <= TICK_TEXT_BYTES / 96 + 8);
    // A build that is not optimised, on a machine that is busy: a second is a hundred times what it takes.
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    let many = format!(
        r#"{{"choices":[{{"delta":{{"content":"x"}}}}{}]}}"#,
        r#",{"index":1,"delta":{"content":"y"}}"#.repeat(50_000)
    );
    let said = dialect::read(Dialect::OpenaiChat, false, "message", &many).expect("chat");
    assert_eq!(said.deltas.len(), dialect::PIECES);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// A fixture with bytes cut, doubled and changed: no panic, and pages agree with ticks.
    #[test]
    fn damaged_events_break_nothing(
        file in prop::sample::select(vec!["openai-chat.sse", "openai-responses.sse", "anthropic.sse", "gemini.sse", "halves.sse"]),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<char>()), 1..6),
        rule in prop::sample::select(vec![TextRule::Auto, TextRule::OpenaiChat, TextRule::OpenaiResponses, TextRule::Anthropic, TextRule::Gemini, TextRule::Ollama]),
    ) {
        let mut all = events(file, &fixture(file));
        for (which, at, c) in cuts {
            let n = which.index(all.len());
            let mut chars: Vec<char> = all[n].1.chars().collect();
            if chars.is_empty() { continue }
            let at = at.index(chars.len());
            if c.is_ascii() { chars[at] = c } else { chars.truncate(at) }
            all[n].1 = chars.into_iter().collect();
        }
        let tape = taped(&all, 3_000);
        let reading = Reading::from(rule).recognised(&tape.ring);
        let whole = by_ticks(&tape.ring, &reading);
        if reading.is_answer() {
            prop_assert_eq!(by_pages(&tape.ring, &reading, 20_000), whole);
            counted(&tape.ring, &reading);
        }
    }
}
