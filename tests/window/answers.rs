//! Streaming answers: asked in the composer, set as they come, told in figures, and kept as a conversation.

use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers::Demo;

const ANSWERS: &str = "/v1/chat/completions";

/// The demo that answers, at a pace of so many tokens a second.
fn asking(desk: &Desk, rate: u32) {
    desk.choose_demo(ANSWERS, &format!("?rate={rate}"));
}

/// Waits until the answer on its way is over and typed.
fn answered(desk: &Desk, turn: usize) {
    desk.until(&format!("the end of answer {turn}"), SOON, |d| {
        (d.many(".an-turn") >= turn
            && d.state() == "closed"
            && d.text_of(&format!(".an-turn:nth-of-type({turn}) .an-foot"))
                .is_some_and(|foot| foot.contains("in all")))
        .then_some(())
    });
}

/// The text of one turn's answer.
fn answer(desk: &Desk, turn: usize) -> String {
    desk.text_of(&format!(".an-turn:nth-of-type({turn}) .an-answer"))
        .unwrap_or_default()
}

fn prompts(desk: &Desk) -> Vec<String> {
    let texts = desk.texts(".an-prompt").into_iter();
    texts.map(|text| text.trim().to_owned()).collect()
}

/// Chooses in the menu of how events become text and how that is set.
fn set_text(desk: &Desk, choice: &str) {
    text_menu(desk);
    desk.click(choice);
}

/// Opens that menu. The press that has just closed it does not open it again.
fn text_menu(desk: &Desk) {
    desk.until("the menu", SOON, |d| {
        if d.has(&handle("text-rule-auto")) {
            return Some(());
        }
        d.click("text-rule");
        None
    });
}

#[test]
fn an_answer_is_set_as_markdown_and_told_in_figures() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    asking(&desk, 250);
    desk.say("Show me all of markdown");
    desk.element(".an-answer");
    // It grows while it is answered.
    desk.until("a heading while the line is open", SOON, |d| {
        (d.state() == "open" && d.has(".an-answer h1")).then_some(())
    });
    answered(&desk, 1);
    assert_eq!(prompts(&desk), ["Show me all of markdown"]);
    for element in [
        "h1",
        "h2",
        "strong",
        "em",
        "s",
        "code",
        "ol li ul li",
        ".md-box.on",
        ".md-table table td.md-center",
        "blockquote p",
        "hr",
    ] {
        assert!(desk.has(&format!(".an-answer {element}")), "{element}");
    }
    let text = answer(&desk, 1);
    assert!(text.contains("Everything at once") && text.contains("And a last paragraph after a rule."));
    assert!(text.contains("println!(\"data: Message {n}\\n\")"), "{text}");
    assert!(
        !text.contains("**") && !text.contains("|:--") && !text.contains("```"),
        "{text}"
    );

    // Who answered, why it ended and how long it took; and the figures of the line.
    let foot = desk.text_of(".an-foot").expect("a foot");
    assert!(
        foot.contains("offline-responder") && foot.contains("complete") && foot.contains("in all"),
        "{foot}"
    );
    assert!(desk.text("first-token").contains("first token"));
    assert!(
        desk.text("answer-rate").contains("/s"),
        "{}",
        desk.text("answer-rate")
    );
    assert!(desk.text("longest-stall").contains("longest stall"));
    assert_eq!(desk.text("dialect"), "OpenAI chat, detected");
    assert_eq!(desk.error(), None);
    // What was asked has left the field.
    assert_eq!(desk.value("composer-field"), "");
}

#[test]
fn a_conversation_is_one_session_and_one_tape() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    asking(&desk, 400);
    desk.say("What is a poem?");
    answered(&desk, 1);
    let first = answer(&desk, 1);
    desk.say("What did I ask you before?");
    answered(&desk, 2);
    let asked = ["What is a poem?", "What did I ask you before?"];
    assert_eq!(prompts(&desk), asked);
    // The server had the history.
    let second = answer(&desk, 2);
    assert!(
        second.contains("You asked before") && second.contains("What is a poem?"),
        "{second}"
    );
    assert_eq!(answer(&desk, 1), first, "what stood there stays");
    let events = desk.count();

    // Closed, it is a tape; the next question begins another conversation.
    desk.click("composer-new");
    let tape = desk.until("its tape", SOON, |d| d.tapes().first().cloned());
    assert_eq!(desk.tapes().len(), 1);
    desk.say("What did I ask you before?");
    desk.until("an answer without history", SOON, |d| {
        (d.many(".an-turn") == 1 && answer(d, 1).contains("Nothing yet")).then_some(())
    });

    desk.play(&tape);
    desk.click("replay-end");
    desk.until("the conversation", SOON, |d| {
        (prompts(d) == asked && answer(d, 1) == first && answer(d, 2) == second).then_some(())
    });
    assert_eq!(desk.count(), events);
    assert!(!desk.has(&handle("composer")), "a tape is not asked");
    // Back to somewhere in the first answer, and to the beginning.
    desk.click("replay-start");
    desk.until("an empty page", SOON, |d| {
        (d.many(".an-answer") == 0).then_some(())
    });
    for _ in 0..12 {
        desk.click("replay-step");
    }
    desk.until("a part of the first answer", SOON, |d| {
        let part = answer(d, 1);
        (d.count() == 12 && prompts(d) == asked[..1] && part.len() < first.len()).then_some(())
    });
    desk.click("replay-end");
    desk.until("all of it again", SOON, |d| {
        (prompts(d) == asked && answer(d, 2) == second).then_some(())
    });
}

#[test]
fn an_answer_is_stopped_and_the_next_is_asked() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    asking(&desk, 60);
    desk.say("Please write 5000 characters");
    desk.until("some of it", SOON, |d| (answer(d, 1).len() > 200).then_some(()));
    // While it runs nothing else is sent, and what is written stays in its field.
    desk.say("hello");
    assert_eq!(desk.value("composer-field"), "hello");
    assert!(desk.has(&handle("composer-why")));
    desk.press(fantoccini::key::Key::Escape);
    desk.wait_for_state("closed", SOON);
    let length = desk.until("a page that stands still", SOON, |d| {
        let length = answer(d, 1).len();
        (!d.has(&handle("composer-stop")) && length == answer(d, 1).len()).then_some(length)
    });
    assert!(length < 5_000, "{length}");
    desk.press(fantoccini::key::Key::Enter);
    desk.until("the second answer", SOON, |d| {
        (d.many(".an-turn") == 2 && answer(d, 2).len() > 40).then_some(())
    });
    // And with the button.
    desk.click("composer-stop");
    desk.wait_for_state("closed", SOON);
    desk.say("What did I ask you before?");
    desk.until("what was asked", SOON, |d| {
        let text = answer(d, 3);
        (text.contains("write 5000 characters") && text.contains("hello")).then_some(())
    });
    assert_eq!(prompts(&desk).len(), 3);
    desk.wait_for_state("closed", SOON);
    // Up in the empty field brings back what was asked.
    desk.js(
        "document.querySelector(arguments[0]).focus()",
        &[json!(handle("composer-field"))],
    );
    desk.press(fantoccini::key::Key::Up);
    assert_eq!(desk.value("composer-field"), "What did I ask you before?");
    desk.press(fantoccini::key::Key::Up);
    assert_eq!(desk.value("composer-field"), "hello");
}

/// The first text below the upper edge of the page that is not the same everywhere, and how far below the edge it is.
const TOP: &str = "const scroller = document.querySelector('.tw-scroll');
    const edge = scroller.getBoundingClientRect().top;
    const walker = document.createTreeWalker(scroller.querySelector('.an-answer'), NodeFilter.SHOW_TEXT);
    const wanted = arguments[0];
    for (let node; (node = walker.nextNode()); ) {
        if (wanted === null) {
            const text = node.data.trim();
            if (text.length < 30) continue;
            const range = new Range(); range.selectNodeContents(node);
            const box = range.getBoundingClientRect();
            if (box.top >= edge) return [text.slice(0, 400), box.top - edge];
        } else {
            const at = node.data.indexOf(wanted);
            if (at < 0) continue;
            const range = new Range(); range.setStart(node, at); range.setEnd(node, at + 1);
            return [wanted, range.getBoundingClientRect().top - edge];
        }
    }
    return null";

#[test]
fn the_form_changes_and_neither_text_nor_place_is_lost() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    asking(&desk, 5_000);
    desk.say("Please write 9000 characters");
    answered(&desk, 1);
    let letters = |d: &Desk| -> String { answer(d, 1).chars().filter(|c| c.is_alphanumeric()).collect() };
    let set = letters(&desk);
    assert!(set.len() > 6_000, "{}", set.len());
    // To the middle, by a reader's own hand.
    desk.js(
        "const s = document.querySelector('.tw-scroll'); s.scrollTop = s.scrollHeight / 2",
        &[],
    );
    let top = desk.until("a text at the edge", SOON, |d| {
        let top = d.js(TOP, &[Value::Null]);
        (!top.is_null()).then_some(top)
    });
    let (words, before) = (top[0].clone(), top[1].as_f64().expect("a height"));
    // Sentences repeat: only one that is there once can be found again.
    let words = words.as_str().expect("a text");
    let near = |d: &Desk, what: &str| {
        d.until(what, SOON, |d| {
            let now = d.js(TOP, &[json!(words)])[1].as_f64()?;
            // A line of the other form is at another height, by no more than a few of them.
            ((now - before).abs() < 120.0).then_some(())
        });
    };
    set_text(&desk, "page-form-plain");
    desk.until("plain text", SOON, |d| {
        (!d.has(".an-answer h2") && d.has(".an-answer .plain")).then_some(())
    });
    near(&desk, "the same place in plain text");
    assert_eq!(letters(&desk), set);
    set_text(&desk, "page-form-markdown");
    desk.until("markdown", SOON, |d| {
        (d.has(".an-answer h2") && !d.has(".an-answer .plain")).then_some(())
    });
    near(&desk, "the same place in markdown");
    assert_eq!(letters(&desk), set);
}

#[test]
fn a_selection_outlasts_the_typing_and_a_change_of_form_goes_on() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    asking(&desk, 80);
    desk.say("Please write 6000 characters");
    desk.until("a paragraph", SOON, |d| {
        (d.text_of(".an-answer p")?.len() > 80 && d.state() == "open").then_some(())
    });
    let mark = "const walker = document.createTreeWalker(document.querySelector('.an-answer p'), NodeFilter.SHOW_TEXT);
        const node = walker.nextNode();
        getSelection().setBaseAndExtent(node, 4, node, 30);
        return getSelection().toString()";
    let marked = desk.js(mark, &[]);
    assert_eq!(marked.as_str().map(str::len), Some(26));
    let length = answer(&desk, 1).len();
    // In the paragraph that grows and long after it is done.
    desk.until("much more of it", SOON, |d| {
        let selected = d.js("return getSelection().toString()", &[]);
        assert_eq!(selected, marked);
        (answer(d, 1).len() > length + 900).then_some(())
    });
    assert_eq!(desk.state(), "open");
    // In the middle of the answer to plain text: no letter is lost or typed twice.
    set_text(&desk, "page-form-plain");
    desk.until("plain text that grows", SOON, |d| {
        (d.has(".an-answer .plain") && answer(d, 1).len() > length + 1_300).then_some(())
    });
    desk.stop();
    let plain = answer(&desk, 1);
    set_text(&desk, "page-form-markdown");
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    desk.until("the same letters", SOON, |d| {
        (!d.has(".an-answer .plain") && letters(&answer(d, 1)) == letters(&plain)).then_some(())
    });
}

#[test]
fn an_error_in_the_middle_stands_where_it_happened() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    asking(&desk, 400);
    desk.say("Please fail");
    let said = desk.until("the error", SOON, |d| d.text_of(&handle("answer-error")));
    assert!(
        said.contains("The server reported an error in its answer"),
        "{said}"
    );
    let before = answer(&desk, 1);
    assert!(
        before.starts_with("This answer is going to break off"),
        "{before}"
    );
    let order = "const [a, b] = [...document.querySelectorAll('.an-answer, [data-testid=answer-error]')];
        return a.classList.contains('an-answer') && b.dataset.testid === 'answer-error'";
    assert_eq!(
        desk.js(order, &[]),
        Value::Bool(true),
        "it is below what had come"
    );
    desk.until("the end", SOON, |d| {
        ["closed", "failed"].contains(&d.state().as_str()).then_some(())
    });
    // The conversation can go on.
    desk.say("hello");
    desk.until("the next answer", SOON, |d| {
        (prompts(d).len() == 2 && answer(d, 2).len() > 40).then_some(())
    });
    assert_eq!(desk.many(&handle("answer-error")), 1);
}

#[test]
fn a_request_that_is_refused_says_so_and_keeps_the_question() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    // The demo server knows no such pace.
    asking(&desk, 0);
    desk.say("Is this answered?");
    desk.wait_for_state("failed", SOON);
    assert!(desk.error().is_some());
    desk.until("the question in its field", SOON, |d| {
        (d.value("composer-field") == "Is this answered?").then_some(())
    });
}

#[test]
fn a_dialect_is_chosen_by_hand_and_back() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    asking(&desk, 1_000);
    desk.say("Write me a poem");
    answered(&desk, 1);
    let poem = answer(&desk, 1);
    assert!(poem.len() > 100, "{poem}");
    set_text(&desk, "text-rule-lines");
    desk.until("the events as they came", SOON, |d| {
        (d.many(".an-answer") == 0 && d.text("typewriter").contains("chat.completion.chunk")).then_some(())
    });
    set_text(&desk, "text-rule-openai-chat");
    desk.until("the answer", SOON, |d| (answer(d, 1) == poem).then_some(()));
    assert_eq!(desk.text("dialect"), "OpenAI chat");
    // By a path of JSON, the pieces run on as one text.
    set_text(&desk, "text-rule-path");
    desk.overwrite(&handle("text-rule-path-field"), "$.choices[0].delta.content");
    desk.click("text-path-use");
    let first: String = poem.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    desk.until("the text of that path", SOON, |d| {
        let words = d
            .text("typewriter")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        (words.contains(&first) && !words.contains("chat.completion.chunk")).then_some(())
    });
    set_text(&desk, "text-rule-auto");
    desk.until("the answer again", SOON, |d| {
        (answer(d, 1) == poem && d.text("dialect") == "OpenAI chat, detected").then_some(())
    });
}

#[test]
fn a_curl_line_of_anthropics_shape_is_asked_with_its_thoughts_folded() {
    let demo = Demo::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let body = json!({ "model": "any", "max_tokens": 4096, "stream": true,
        "messages": [{ "role": "user", "content": "{{prompt}}" }] });
    let curl = format!(
        "curl -N '{}' -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' -d '{body}'",
        demo.url("/v1/messages?rate=150")
    );
    desk.click("new-stream");
    desk.click("request");
    desk.click("paste-curl");
    desk.fill(&handle("curl-text"), &curl);
    desk.click("curl-fill");
    desk.until("the address", SOON, |d| {
        d.value("url").contains("/v1/messages").then_some(())
    });
    desk.click("request");

    desk.say("What sets a WebSocket apart?");
    let fold = ".an-thinking .an-fold";
    desk.until("a thought", SOON, |d| {
        (d.attribute_of(fold, "aria-expanded")? == "false").then_some(())
    });
    desk.until("the end", SOON, |d| {
        (d.state() == "closed" && d.text_of(".an-foot")?.contains("complete")).then_some(())
    });
    assert_eq!(desk.text("dialect"), "Anthropic, detected");
    assert!(desk.text_of(fold).expect("a fold").starts_with("Thought for"));
    assert!(desk.has(".an-thoughts[hidden]"));
    desk.click_at(fold);
    assert!(desk.text_of(".an-thoughts").is_some_and(|text| text.len() > 20));
    desk.click_at(fold);
    assert!(desk.has(".an-thoughts[hidden]"));
    let figures = desk.text("tokens");
    assert!(figures.contains('→') && !figures.contains('–'), "{figures}");
    assert!(desk.text_of(".an-foot").expect("a foot").contains(" in, "));

    // A tool that it wants called, whose arguments are set when they are whole.
    desk.say("What is the weather in Lisbon?");
    desk.until("a call", SOON, |d| {
        (d.text_of(".an-tool-name")? == "get_weather" && d.state() == "closed").then_some(())
    });
    let arguments = desk.until("its arguments", SOON, |d| d.text_of(".an-pretty:not([hidden])"));
    let arguments: Value = serde_json::from_str(&arguments).expect("JSON");
    assert_eq!(arguments, json!({ "city": "Lisbon" }));
    let foot = desk.until("its foot", SOON, |d| {
        d.text_of(".an-turn:nth-of-type(2) .an-foot")
    });
    assert!(foot.contains("waits for a tool"), "{foot}");
    // The other end of a conversation: a refusal.
    desk.say("Please refuse");
    desk.until("the end of the third", SOON, |d| {
        (d.many(".an-turn") == 3 && d.state() == "closed").then_some(())
    });
    assert!(desk.text("typewriter").contains("not going to answer that"));
}
