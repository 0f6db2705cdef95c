//! Real captures, where a folder of them is named by `TAPEWRITER_CAPTURES`; what they hold was worked out by another
//! program. Without one there is nothing to check.

use tapewriter_engine::contract::Channel;
use tapewriter_engine::text::Reading;

use crate::figures::counted;
use crate::support::{by_pages, by_ticks, events, of, taped};

/// File, answer (characters, FNV-1a), thinking, tools, sources, stop, model, tokens.
type Expected = (
    &'static str,
    (u64, u64),
    (u64, u64),
    &'static [&'static str],
    usize,
    &'static str,
    &'static str,
    [Option<u64>; 3],
);

const NONE: (u64, u64) = (0, 0xcbf2_9ce4_8422_2325);

const ALL: &[Expected] = &[
    (
        "anthropic-basic.sse",
        (12, 0x8923_63dd_056b_c108),
        NONE,
        &[],
        0,
        "end_turn",
        "claude-3-opus-latest",
        [Some(11), Some(6), None],
    ),
    (
        "anthropic-refusal.sse",
        NONE,
        NONE,
        &[],
        0,
        "refusal",
        "claude-opus-4-7",
        [Some(20), Some(0), None],
    ),
    (
        "anthropic-tool-use.sse",
        (48, 0x28ff_b7d8_1b99_bf89),
        NONE,
        &["get_weather: {\"location\": \"Paris\"}"],
        0,
        "tool_use",
        "claude-sonnet-4-20250514",
        [Some(377), Some(65), None],
    ),
    (
        "anthropic-web-search.sse",
        (2_402, 0xcb83_cbc9_eadf_4476),
        NONE,
        &["web_search: {\"query\": \"tech news today September 26 2025\"}"],
        10,
        "end_turn",
        "claude-sonnet-4-20250514",
        [Some(15_665), Some(795), None],
    ),
    (
        "gemini-citations.sse",
        (2_413, 0x22d2_87b0_678f_5544),
        NONE,
        &[],
        1,
        "STOP",
        "",
        [None, None, None],
    ),
    (
        "gemini-error-mid-stream.sse",
        (13, 0xe24d_588b_a18e_0c01),
        NONE,
        &[],
        0,
        "STOP",
        "",
        [None, None, None],
    ),
    (
        "gemini-thinking.sse",
        (263, 0x9637_e248_e9d7_dd1d),
        (1_133, 0xb1ea_c4e5_188c_23f2),
        &[],
        0,
        "STOP",
        "gemini-2.5-flash",
        [Some(10), Some(588), Some(540)],
    ),
    (
        "gemini-utf8.sse",
        (225, 0xe593_aa39_2cbd_4652),
        NONE,
        &[],
        0,
        "STOP",
        "",
        [None, None, None],
    ),
    (
        "openai-chat-reasoning.sse",
        (42, 0x4e0e_93cc_5074_eb0b),
        (606, 0x6341_ba03_ab01_eafd),
        &[],
        0,
        "stop",
        "deepseek-reasoner",
        [Some(18), Some(219), Some(205)],
    ),
    (
        "openai-chat-text.sse",
        (1_724, 0xbc17_797f_cd79_871a),
        NONE,
        &[],
        0,
        "stop",
        "gpt-4.1-nano-2025-04-14",
        [Some(16), Some(300), Some(0)],
    ),
    (
        "openai-responses-mcp-tool.sse",
        (1_264, 0x3b26_f94d_e803_51e2),
        NONE,
        &[
            "web_search_exa: {\"query\":\"2025 New York City mayoral election results Nov 2025 latest results\", \"numResults\": 5}",
            "web_search_exa: {\"query\":\"NYC Board of Elections 2025 mayoral results Zohran Mamdani NYC Board of Elections results 2025 mayor\", \"numResults\":5}",
        ],
        0,
        "completed",
        "gpt-5-mini-2025-08-07",
        [Some(11_791), Some(963), Some(512)],
    ),
];

fn measured(text: &str) -> (u64, u64) {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (text.chars().count() as u64, hash)
}

#[test]
fn real_captures_come_out_as_another_program_reads_them() {
    let Ok(folder) = std::env::var("TAPEWRITER_CAPTURES") else {
        return;
    };
    let mut read = 0;
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        if !name.ends_with(".sse") {
            continue;
        }
        let body = std::fs::read_to_string(&path).expect("text");
        let tape = taped(&events(&name, &body), 20_000);
        let reading = Reading::default().recognised(&tape.ring);
        // Of a capture that is not known here, that it is recognised and says something.
        assert!(reading.dialect().is_some(), "{name}");
        let blocks = by_ticks(&tape.ring, &reading);
        assert_eq!(by_pages(&tape.ring, &reading, 8_000), blocks, "{name}");
        assert!(!blocks.is_empty(), "{name}");
        let Some((_, answer, thinking, tools, sources, stop, model, tokens)) =
            ALL.iter().find(|(file, ..)| *file == name)
        else {
            continue;
        };
        read += 1;
        // Blocks are numbered, so their order as words is not theirs: the answer is what the export writes.
        let typed: String = typed(&tape.ring, &reading);
        assert_eq!(measured(&typed), *answer, "{name}");
        assert_eq!(
            measured(&of(&blocks, Channel::Thinking).concat()),
            *thinking,
            "{name}"
        );
        assert_eq!(of(&blocks, Channel::Tool), *tools, "{name}");
        assert_eq!(of(&blocks, Channel::Citation).len(), *sources, "{name}");
        assert_eq!(of(&blocks, Channel::Stop), [*stop], "{name}");
        let figures = counted(&tape.ring, &reading);
        assert_eq!(
            (figures.answer_chars, figures.thinking_chars),
            (answer.0, thinking.0),
            "{name}"
        );
        assert_eq!((&*figures.model, &*figures.stop), (*model, *stop), "{name}");
        assert_eq!(
            [
                figures.input_tokens,
                figures.output_tokens,
                figures.thinking_tokens
            ],
            *tokens,
            "{name}"
        );
        assert_eq!(figures.tools as usize, tools.len(), "{name}");
    }
    assert!(read > 0, "none of the captures in {folder} is known");
}

/// The answer in the order it came.
fn typed(log: &dyn tapewriter_engine::log::Log, reading: &Reading) -> String {
    let span = log.span();
    let mut text = String::new();
    for entry in log.run(span.first, usize::try_from(span.end).expect("a small one")) {
        let mut ring = tapewriter_engine::log::Ring::new(std::sync::Arc::default());
        ring.append(tapewriter_engine::log::Entry { pos: 0, ..entry });
        let page = tapewriter_engine::text::before(&ring, None, 1 << 20, reading);
        for run in page.runs {
            if run.part.is_some_and(|part| part.channel == Channel::Answer) {
                text.push_str(&run.text);
            }
        }
    }
    text
}
