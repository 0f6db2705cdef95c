//! Any cut of a stream into pages and ticks puts together the same blocks.

use proptest::prelude::*;
use tapewriter_engine::contract::{Channel, Code, Failure, TICK_TEXT_BYTES, TextRule};
use tapewriter_engine::log::{Log, Mark};
use tapewriter_engine::text::{self, Cursor, Reading};

use crate::support::{Blocks, Tape, add, by_pages, by_ticks, events, fixture, of, opened, taped};

const FILES: [&str; 8] = [
    "openai-chat.sse",
    "openai-chat-tools.sse",
    "openai-responses.sse",
    "anthropic.sse",
    "gemini.sse",
    "ollama-chat.ndjson",
    "halves.sse",
    "openai-chat-refusal.sse",
];

fn mixed(picks: &[(usize, u64)]) -> Tape {
    let mut tape = Tape::new();
    for (turn, (file, after_us)) in (1..).zip(picks) {
        tape.attempt = turn;
        tape.mark(opened());
        let file = FILES[file % FILES.len()];
        for (kind, data) in events(file, &fixture(file)) {
            tape.event(*after_us, &kind, &data);
        }
    }
    tape
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Turns in dialects that change from one to the next, cut anywhere.
    #[test]
    fn any_cut_puts_the_same_together(
        picks in prop::collection::vec((0_usize..8, prop::sample::select(vec![0_u64, 900, 9_000, 50_000])), 1..5),
        cut in any::<prop::sample::Index>(),
        bytes in 400_usize..4_000,
    ) {
        let tape = mixed(&picks);
        let log = &tape.ring;
        let reading = Reading::default().recognised(log);
        let whole = by_ticks(log, &reading);
        prop_assert_eq!(&by_pages(log, &reading, bytes), &whole);
        // One page up to the cut, ticks from there on.
        let at = cut.index(log.span().end as usize + 1) as u64;
        let mut blocks = Blocks::new();
        let (mut pages, mut end) = (Vec::new(), at);
        while end > 0 {
            let page = text::before(log, Some(end), bytes, &reading);
            end = page.pos;
            pages.push(page.runs);
        }
        pages.iter().rev().for_each(|runs| add(&mut blocks, runs));
        let mut cursor = Cursor { pos: at, offset: 0 };
        while let Some((tick, next)) = text::since(log, cursor, &reading) {
            add(&mut blocks, &tick.runs);
            cursor = next;
        }
        prop_assert_eq!(&blocks, &whole);
    }
}

#[test]
fn a_page_that_begins_in_a_tools_arguments_knows_its_name() {
    let file = "openai-chat-tools.sse";
    let tape = taped(&events(file, &fixture(file)), 20_000);
    let reading = Reading::default().recognised(&tape.ring);
    let (tick, _) = text::since(&tape.ring, Cursor { pos: 4, offset: 0 }, &reading).expect("text");
    let labels: Vec<_> = tick
        .runs
        .iter()
        .filter_map(|run| run.part.as_ref())
        .map(|part| &*part.label)
        .collect();
    assert_eq!(labels, ["tide", "moon", ""]);
}

#[test]
fn a_page_opens_at_the_newest_turn_with_its_prompt() {
    let mut tape = Tape::new();
    let chunk = r#"{"choices":[{"index":0,"delta":{"content":"word "}}]}"#;
    for turn in 1..=2 {
        tape.attempt = turn - 1;
        tape.mark(Mark::Asked {
            prompt: format!("ask {turn}"),
        });
        tape.attempt = turn;
        tape.mark(opened());
        for _ in 0..20_000 {
            tape.event(2_000, "message", chunk);
        }
    }
    let log = &tape.ring;
    let reading = Reading::default().recognised(log);
    let start = text::newest(log, TICK_TEXT_BYTES as u64, &reading);
    assert_eq!(
        start,
        Cursor {
            pos: 20_002,
            offset: 0
        }
    );
    let (mut cursor, mut blocks, mut ticks) = (start, Blocks::new(), 0);
    while let Some((tick, next)) = text::since(log, cursor, &reading) {
        assert_eq!((tick.skipped, tick.pos), (0, cursor.pos));
        let bytes: usize = tick.runs.iter().map(|run| run.text.len()).sum();
        assert!(bytes <= TICK_TEXT_BYTES);
        // Two milliseconds apart, four of them are one run.
        assert!(tick.runs.len() < 400);
        add(&mut blocks, &tick.runs);
        cursor = next;
        ticks += 1;
    }
    assert_eq!(of(&blocks, Channel::Prompt), ["ask 2"]);
    assert_eq!(of(&blocks, Channel::Answer), ["word ".repeat(20_000)]);
    assert!(ticks < 100, "{ticks}");
    // Far behind, it is not told all that was missed.
    let (tick, _) = text::since(log, Cursor::default(), &reading).expect("text");
    assert_eq!(tick.skipped, 0, "two megabytes are not far");
}

#[test]
fn a_turn_without_end_opens_near_its_end() {
    let mut tape = Tape::new();
    let chunk = format!(
        r#"{{"choices":[{{"index":0,"delta":{{"content":"{}"}}}}]}}"#,
        "x".repeat(1_000)
    );
    for _ in 0..40_000 {
        tape.event(100, "message", &chunk);
    }
    let log = &tape.ring;
    let reading = Reading::default().recognised(log);
    let start = text::newest(log, TICK_TEXT_BYTES as u64, &reading);
    assert!(start.pos > 39_000, "{start:?}");
    let (tick, _) = text::since(log, Cursor::default(), &reading).expect("text");
    assert_eq!((tick.pos, tick.skipped), (start.pos, start.pos));
}

#[test]
fn an_error_after_the_stream_is_a_piece_of_the_answer() {
    let mut tape = taped(&events("gemini.sse", &fixture("gemini.sse")), 20_000);
    let failure = Failure::new(Code::Eof, "over")
        .with("error", "The model is overloaded.")
        .with("error_type", "UNAVAILABLE");
    tape.mark(Mark::Closed {
        failure: failure.clone(),
        after_us: 1,
    });
    // Told once, though the session fails by it too.
    tape.mark(Mark::Failed { failure });
    let reading = Reading::default().recognised(&tape.ring);
    let errors = of(&by_ticks(&tape.ring, &reading), Channel::Error);
    assert_eq!(errors, ["UNAVAILABLE: The model is overloaded."]);
    let plain = text::before(&tape.ring, None, 1 << 20, &TextRule::Lines.into());
    assert!(plain.runs.iter().all(|run| run.part.is_none()));
}
