//! Chat: a room whose people speak, and what a guest says in it.

use std::io::Write;
use std::sync::mpsc;

use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers;

/// The demo's room, a fresh one at many times the pace of life.
fn room(desk: &Desk, query: &str) {
    desk.choose_demo("/chat", query);
    desk.wait_for_scene("chat");
    desk.click("connect");
    // Whoever comes in finds the newest talk.
    desk.until("bubbles", SOON, |d| {
        (d.many(&handle("bubble")) >= 5).then_some(())
    });
    // Messages go to the same room.
    desk.click("fields-chat");
    let shown = desk.value("field-send_url");
    assert!(shown.ends_with("/chat/send"), "{shown}");
    desk.overwrite(&handle("field-send_url"), &format!("{shown}{query}"));
    desk.press(fantoccini::key::Key::Enter);
    desk.press(fantoccini::key::Key::Escape);
    desk.until("no sheet", SOON, |d| (!d.has(&handle("fields"))).then_some(()));
}

/// Keeps each word about who is typing.
const TYPISTS: &str = "window.typists = [];
    new MutationObserver(() => {
        const typing = document.querySelector('[data-testid=chat-typing]');
        if (!typing.hidden && typing.textContent) window.typists.push(typing.textContent);
    }).observe(document.querySelector('.chat'), { subtree: true, childList: true, attributes: true, characterData: true })";

fn typists(desk: &Desk) -> Vec<String> {
    serde_json::from_value(desk.js("return window.typists", &[])).expect("a list of texts")
}

fn own(desk: &Desk) -> Vec<String> {
    desk.texts(".chat-rows .chat-row.own .bubble-words")
}

#[test]
fn the_room_talks_and_answers_what_is_said() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    room(&desk, "?seed=7&speed=12");
    let words = desk.until("the talk", SOON, |d| {
        Some(d.texts(".bubble-words")).filter(|words| words.len() >= 5)
    });
    assert_eq!(words[0], "Is the tide gauge back?");
    assert!(words[2].contains("刚恢复"), "{words:?}");
    // One head for what one person says in a row, and the day above all of it.
    desk.until("one head for two in a row", SOON, |d| {
        let heads = d.texts(".chat-head:not([hidden])");
        heads.iter().any(|head| head.starts_with("阿杰, ")).then_some(())
    });
    assert!(
        desk.texts(".chat-day:not([hidden])")
            .contains(&"Today".to_owned())
    );
    assert!(own(&desk).is_empty());

    desk.js(TYPISTS, &[]);
    desk.say("Hello harbour, is anybody there?");
    desk.until("it is said", SOON, |d| {
        (own(d) == ["Hello harbour, is anybody there?"] && !d.has(&handle("pending"))).then_some(())
    });
    assert_eq!(desk.value("composer-field"), "");
    // They type, and go on.
    desk.until("somebody who types", SOON, |d| {
        typists(d)
            .iter()
            .any(|words| words.ends_with("typing"))
            .then_some(())
    });
    let many = desk.many(&handle("bubble"));
    desk.until("an answer", SOON, |d| {
        (d.many(&handle("bubble")) > many + 1).then_some(())
    });
    desk.say("第二句 <b>不是标记</b>");
    desk.until("both, once each", SOON, |d| {
        (own(d) == ["Hello harbour, is anybody there?", "第二句 <b>不是标记</b>"]).then_some(())
    });
    desk.until("who came or went", SOON, |d| d.has(".chat-came").then_some(()));
    desk.stop();
    assert_eq!(own(&desk).len(), 2);
    assert!(
        !desk.has(&handle("composer")),
        "a room that is left hears nothing"
    );
}

#[test]
fn an_own_message_stands_at_once_and_turns_into_its_echo() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let (speak, spoken) = mpsc::channel::<String>();
    let stream = servers::scripted(move |_, _, connection| {
        servers::event_stream(connection, "data: {\"sender\":\"Ada\",\"text\":\"Hello\"}\n\n");
        for data in &spoken {
            if connection
                .write_all(format!("data: {data}\n\n").as_bytes())
                .is_err()
            {
                return;
            }
        }
    });
    // The room takes a message only when it is told to.
    let (post, posted) = mpsc::channel::<String>();
    let (take, taken) = mpsc::channel::<()>();
    let room = servers::scripted(move |_, head, connection| {
        let body = servers::read_body(head, connection);
        let _ = post.send(body);
        let _ = taken.recv();
        let _ = connection
            .write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    });
    desk.connect_anew(&stream);
    desk.click("tab-chat");
    desk.until("a bubble", SOON, |d| d.has(&handle("bubble")).then_some(()));
    assert!(!desk.has(&handle("composer")), "nowhere to send to");
    desk.click("fields-chat");
    desk.overwrite(&handle("field-send_url"), &room);
    desk.press(fantoccini::key::Key::Enter);
    desk.press(fantoccini::key::Key::Escape);

    let waits = |state: &str| format!("{}[data-state=\"{state}\"] .bubble-words", handle("pending"));
    for echo_has_its_id in [true, false] {
        let text = if echo_has_its_id {
            "With its id \"quoted\""
        } else {
            "With another id"
        };
        let before = own(&desk).len();
        desk.say(text);
        desk.until("it stands there", SOON, |d| {
            (d.text_of(&waits("sending"))? == text).then_some(())
        });
        assert_eq!(desk.value("composer-field"), "", "the next can be written");
        let body = posted.recv_timeout(SOON).expect("what was sent");
        let mut echo: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(echo["text"], text);
        take.send(()).expect("a room");
        desk.until("it is taken", SOON, |d| {
            (d.text_of(&waits("sent"))? == text).then_some(())
        });
        assert_eq!(own(&desk).len(), before);
        if !echo_has_its_id {
            echo["id"] = json!("the room's own");
        }
        speak.send(echo.to_string()).expect("a stream");
        desk.until("once", SOON, |d| {
            (own(d).len() == before + 1 && own(d).last()? == text && !d.has(&handle("pending"))).then_some(())
        });
    }
    desk.stop();
}

#[test]
fn what_the_room_does_not_take_can_be_sent_again() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    room(&desk, "?seed=8&speed=4");
    let failed = format!("{}[data-state=\"failed\"]", handle("pending"));
    desk.say("fail once");
    desk.element(&failed);
    let said = desk.text_of(".chat-failed").expect("why");
    assert!(said.starts_with("Not sent: ") && said.contains("Retry"), "{said}");
    assert!(own(&desk).is_empty());
    desk.click("pending-retry");
    desk.until("it is said", SOON, |d| {
        (own(d) == ["fail once"] && !d.has(&handle("pending"))).then_some(())
    });
    // One that is never taken is given up.
    desk.say("fail");
    desk.element(&failed);
    desk.click("pending-retry");
    desk.element(&failed);
    desk.click("pending-drop");
    desk.until("nothing that waits", SOON, |d| {
        (!d.has(&handle("pending"))).then_some(())
    });
    assert_eq!(own(&desk), ["fail once"]);
    desk.stop();
}

#[test]
fn a_room_is_found_again_in_its_tape() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    room(&desk, "?seed=9&speed=20");
    desk.say("For the record");
    desk.until("it is said", SOON, |d| {
        (own(d) == ["For the record"]).then_some(())
    });
    desk.until("more of the talk", SOON, |d| {
        (d.many(&handle("bubble")) > 9).then_some(())
    });
    desk.stop();
    desk.wait_for_recording("done");
    let live = desk.until("all of the bubbles", SOON, |d| {
        let words = d.texts(".bubble-words");
        (words.len() > 9).then_some(words)
    });
    let tape = desk.until("its tape", SOON, |d| d.tapes().first().cloned());
    desk.play(&tape);
    desk.click("tab-chat");
    desk.click("replay-end");
    desk.until("the same talk", SOON, |d| {
        (d.texts(".bubble-words") == live).then_some(())
    });
    assert!(!desk.has(&handle("composer")));
    desk.click("replay-start");
    desk.until("nobody", SOON, |d| (d.many(&handle("bubble")) == 0).then_some(()));
    for _ in 0..3 {
        desk.click("replay-step");
    }
    desk.until("a part of it", SOON, |d| {
        let words = d.texts(".bubble-words");
        (d.count() == 3 && !words.is_empty() && live.starts_with(&words)).then_some(())
    });
}

#[test]
fn the_fields_of_a_room_are_found_and_can_be_changed() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        let event = |n: u32| json!({ "author": { "nick": "Ada" }, "body": format!("words {n}"), "note": format!("aside {n}") });
        let body: String = (1..=5)
            .map(|n| format!("event: message\ndata: {}\n\n", event(n)))
            .collect();
        servers::event_stream(connection, &body);
        let _ = std::io::Read::read(connection, &mut [0]);
    });
    desk.connect_anew(&origin);
    desk.click("tab-chat");
    let all = |start: &str| (1..=5).map(|n| format!("{start} {n}")).collect::<Vec<_>>();
    desk.until("what was found", SOON, |d| {
        (d.texts(".bubble-words") == all("words")).then_some(())
    });
    assert!(desk.text_of(".chat-head").expect("a head").starts_with("Ada, "));

    desk.click("fields-chat");
    let field = handle("field-text");
    desk.until("the path that was found", SOON, |d| {
        d.attribute_of(&field, "placeholder")?
            .contains("body")
            .then_some(())
    });
    // Chosen from the values of the newest event.
    desk.click_at(&field);
    desk.type_keys("note");
    desk.until("the one that fits", SOON, |d| {
        (d.texts(".fields-option").len() == 1 && d.text_of(".fields-option")?.contains("aside 5"))
            .then_some(())
    });
    desk.click_at(".fields-option");
    desk.until("the other field's words", SOON, |d| {
        (d.texts(".bubble-words") == all("aside")).then_some(())
    });
    // A path that cannot be read is refused, and what is there stays.
    desk.overwrite(&field, "$.[");
    desk.press(fantoccini::key::Key::Enter);
    desk.until("why", SOON, |d| {
        d.text_of(".fields-said")?
            .contains("not a JSON path")
            .then_some(())
    });
    assert_eq!(desk.texts(".bubble-words"), all("aside"));
    // Whose messages are one's own.
    desk.overwrite(&handle("field-me"), "Ada");
    desk.press(fantoccini::key::Key::Enter);
    desk.until("at the right", SOON, |d| {
        (d.many(".chat-row.own") == 5).then_some(())
    });
    desk.click("fields-as-found");
    desk.until("as it was found", SOON, |d| {
        (d.texts(".bubble-words") == all("words")).then_some(())
    });
    desk.click("field-me");
    desk.press(fantoccini::key::Key::Escape);
    desk.until("no sheet", SOON, |d| (!d.has(&handle("fields"))).then_some(()));
    desk.stop();
}
