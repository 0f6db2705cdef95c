//! Figures of turns.

use tapewriter_engine::contract::{Code, Failure, Figures, TextRule};
use tapewriter_engine::figures::Counter;
use tapewriter_engine::log::{Log, Mark, Ring};
use tapewriter_engine::text::Reading;

use crate::support::{START_US, Tape, events, fixture, opened, taped};

/// The figures of the newest turn of a log.
pub fn counted(log: &Ring, reading: &Reading) -> Figures {
    all(log, reading).pop().expect("a turn")
}

fn all(log: &Ring, reading: &Reading) -> Vec<Figures> {
    let mut counter = Counter::new(reading.clone(), START_US);
    let span = log.span();
    for entry in log.run(span.first, usize::try_from(span.end).expect("a small one")) {
        counter.entry(&entry);
    }
    counter.turns()
}

#[test]
fn times_are_from_the_request_and_stalls_between_pieces() {
    let mut tape = Tape::new();
    tape.at_us += 100_000;
    tape.mark(opened());
    let chunk = |delta: &str| format!(r#"{{"model":"m","choices":[{{"index":0,"delta":{delta}}}]}}"#);
    tape.event(50_000, "message", &chunk(r#"{"role":"assistant","content":""}"#));
    tape.event(150_000, "message", &chunk(r#"{"reasoning_content":"hm"}"#));
    tape.event(700_000, "message", &chunk(r#"{"content":"早安"}"#));
    tape.event(20_000, "message", &chunk(r#"{"content":"!"}"#));
    tape.event(
        900_000,
        "message",
        r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
    );
    tape.event(1_000, "message", "[DONE]");
    let figures = counted(&tape.ring, &Reading::default());
    let expected = Figures {
        turn: 1,
        dialect: Some(tapewriter_engine::contract::Dialect::OpenaiChat),
        model: "m".to_owned(),
        asked_at_us: START_US,
        first_event_us: Some(150_000),
        first_thinking_us: Some(300_000),
        first_answer_us: Some(1_000_000),
        newest_us: 1_921_000,
        longest_stall_us: 700_000,
        answer_chars: 3,
        thinking_chars: 2,
        stop: "stop".to_owned(),
        done: true,
        ..Figures::default()
    };
    assert_eq!(figures, expected);
}

#[test]
fn what_the_server_counted_is_taken_over() {
    let figures = |file: &str| {
        counted(
            &taped(&events(file, &fixture(file)), 1_000).ring,
            &Reading::default(),
        )
    };
    let tokens = |f: &Figures| {
        [
            f.input_tokens,
            f.output_tokens,
            f.thinking_tokens,
            f.cached_tokens,
        ]
    };
    let chat = figures("openai-chat.sse");
    assert_eq!(tokens(&chat), [Some(12), Some(19), Some(9), Some(4)]);
    let responses = figures("openai-responses.sse");
    assert_eq!(tokens(&responses), [Some(40), Some(30), Some(11), Some(8)]);
    assert_eq!(
        (responses.tools, &*responses.model, responses.done),
        (2, "paper-2", true)
    );
    let anthropic = figures("anthropic.sse");
    assert_eq!(tokens(&anthropic), [Some(25), Some(61), None, Some(5)]);
    assert_eq!((anthropic.tools, &*anthropic.stop), (2, "tool_use"));
    let gemini = figures("gemini.sse");
    assert_eq!(tokens(&gemini), [Some(7), Some(11), Some(5), Some(2)]);
    assert_eq!((gemini.tools, gemini.answer_chars), (3, 5));
    let ollama = figures("ollama-chat.ndjson");
    assert_eq!(tokens(&ollama), [Some(11), Some(22), None, None]);
    let error = figures("anthropic-error.sse");
    assert_eq!((&*error.error, error.done), ("Overloaded", false));
    // Halves are one character each where they are joined, and one where they are alone.
    assert_eq!(figures("halves.sse").answer_chars, 14);
}

#[test]
fn each_attempt_is_a_turn_with_its_own_time() {
    let mut tape = Tape::new();
    let answer = |text: &str| format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"{text}"}}}}]}}"#);
    for turn in 1..=3 {
        tape.attempt = turn - 1;
        tape.at_us += 1_000_000;
        tape.mark(Mark::Asked {
            prompt: format!("ask {turn}"),
        });
        tape.attempt = turn;
        tape.at_us += 300_000;
        tape.mark(opened());
        tape.event(100_000, "message", &answer("abc"));
        tape.mark(Mark::Closed {
            failure: Failure::new(Code::Eof, "over").with("error", "late"),
            after_us: 1,
        });
    }
    let turns = all(&tape.ring, &TextRule::OpenaiChat.into());
    assert_eq!(turns.len(), 3);
    for (n, turn) in (1..).zip(&turns) {
        assert_eq!(
            (turn.turn, turn.first_event_us, turn.answer_chars),
            (n, Some(400_000), 3)
        );
        assert_eq!((&*turn.error, turn.done), ("late", true));
    }
}

#[test]
fn figures_are_kept_of_the_newest_turns_and_only_of_answers() {
    let mut tape = Tape::new();
    for turn in 1..=300 {
        tape.attempt = turn;
        tape.event(1_000, "message", "[DONE]");
    }
    let turns = all(&tape.ring, &TextRule::OpenaiChat.into());
    assert_eq!((turns.len(), turns[0].turn, turns[255].turn), (256, 45, 300));
    assert_eq!(all(&tape.ring, &TextRule::Lines.into()), []);
    assert_eq!(all(&tape.ring, &Reading::default()), []);
}

#[test]
fn a_flood_is_looked_at_no_longer_than_at_its_beginning() {
    let mut all = vec![("message".to_owned(), "x".to_owned()); 32];
    all.extend(events("openai-chat.sse", &fixture("openai-chat.sse")));
    let tape = taped(&all, 10);
    assert_eq!(all_of(&tape), []);
    // The 32nd is still looked at, and what follows it is counted.
    let tape = taped(&all[1..], 10);
    assert_eq!(all_of(&tape).len(), 1);
}

fn all_of(tape: &Tape) -> Vec<Figures> {
    all(&tape.ring, &Reading::default())
}

#[test]
fn another_rule_keeps_what_stays_true_and_every_time_of_sending() {
    let mut tape = Tape::new();
    for _ in 0..4 {
        tape.event(10_000, "message", r#"{"choices":[{"delta":{"content":"ab"}}]}"#);
    }
    let mut entries = tape.ring.run(0, 4);
    for (entry, attempt) in entries.iter_mut().zip([1, 1, 2, 2]) {
        entry.attempt = attempt;
    }
    let mut counter = Counter::new(Reading::default(), START_US);
    for entry in &entries {
        if entry.pos % 2 == 0 {
            counter.sent(entry.attempt, entry.at_us - 7_000);
        }
        counter.entry(entry);
    }
    let before = counter.turns();
    let times = |turns: &[Figures]| turns.iter().map(|turn| turn.first_event_us).collect::<Vec<_>>();
    assert_eq!(times(&before), [Some(7_000), Some(7_000)]);
    assert!(counter.reread(TextRule::OpenaiChat.into()).is_none());
    assert_eq!(counter.turns(), before);
    let mut lines = counter.reread(TextRule::Lines.into()).expect("another");
    assert_eq!(lines.turns(), []);
    // What began before it cannot be looked back at.
    entries[2..].iter().for_each(|entry| lines.entry(entry));
    let mut again = lines.reread(TextRule::Auto.into()).expect("another");
    entries.iter().for_each(|entry| again.entry(entry));
    assert_eq!(again.turns(), before);
}
