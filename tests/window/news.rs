//! News: cards that come once each, stand still under the reader, and open nothing unasked.

use std::sync::mpsc;

use serde_json::json;

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};
use crate::servers;

fn titles(desk: &Desk) -> Vec<String> {
    desk.texts(&format!("{} .card-title", handle("card")))
}

/// A newswire that sends so many stories at once, and the rest when it is told to.
fn wire(first: u32, link: &str) -> (String, mpsc::Sender<()>) {
    let (go, gate) = mpsc::channel::<()>();
    let link = link.to_owned();
    let origin = servers::scripted(move |_, _, connection| {
        let story = |n: u32| {
            let data = json!({ "title": format!("Story {n}"), "summary": format!("What is to be said about story {n}, which is rather long, and goes on to a second line of the card in a window of any usual width."),
                "source": "Wire", "link": link });
            format!("event: headline\nid: {n}\ndata: {data}\n\n")
        };
        servers::event_stream(connection, &(1..=first).map(story).collect::<String>());
        for n in first + 1.. {
            if gate.recv().is_err() {
                return;
            }
            if std::io::Write::write_all(connection, story(n).as_bytes()).is_err() {
                return;
            }
        }
    });
    (origin, go)
}

#[test]
fn stories_come_once_each_though_the_line_drops() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.choose_demo("/news", "?ms=60&every=5&n=14&seed=0");
    desk.wait_for_scene("feed");
    desk.click("connect");
    desk.until("the end", SOON, |d| (d.state() == "closed").then_some(()));
    assert_eq!(desk.count(), 14);
    let reconnects = desk.number("reconnects", "data-value").expect("a number");
    assert!(reconnects >= 2.0, "the line dropped: {reconnects}");
    let titles = desk.until("all cards", SOON, |d| {
        Some(titles(d)).filter(|all| all.len() == 14)
    });
    let mut once = titles.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 14, "{titles:?}");
    // Newest on top, each place below the one before.
    let order = "return [...document.querySelectorAll('[data-testid=card]')].map(e => Number(e.dataset.pos))";
    let places: Vec<u64> = serde_json::from_value(desk.js(order, &[])).expect("places");
    assert!(places.windows(2).all(|two| two[0] > two[1]), "{places:?}");
    assert_eq!(titles[9], "Harbour bridge reopens after nine days");

    // What breaks stands out, and nothing else does.
    let breaking = desk.texts(&format!("{}.breaking .card-title", handle("card")));
    assert!(
        breaking.contains(&titles[9]) && breaking.len() < 5,
        "{breaking:?}"
    );
    let source = desk
        .text_of(".card-item.breaking .card-source")
        .expect("a source");
    assert!(source.contains("breaking"), "{source}");
    // Unread until they were seen, or until it is said.
    desk.until("a read mark's end", SOON, |d| {
        if d.has(&format!("{}:not([hidden])", handle("feed-mark-read"))) {
            d.click("feed-mark-read");
        }
        (d.many(".card-item.unread") == 0).then_some(())
    });
}

#[test]
fn what_is_read_stays_where_it_is_and_the_new_is_counted() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let (origin, go) = wire(20, "https://wire.example/");
    desk.connect_anew(&origin);
    desk.click("tab-feed");
    desk.until("the first stories", SOON, |d| {
        (titles(d).len() == 20).then_some(())
    });
    assert_eq!(titles(&desk)[0], "Story 20");
    let scroll = "const s = document.querySelector('.feed-scroll'); s.scrollTop = 500; return s.scrollTop";
    assert_eq!(desk.js(scroll, &[]), json!(500), "there is so much of it");
    let height = "const card = [...document.querySelectorAll('[data-testid=card]')].find(e => e.querySelector('.card-title').textContent === 'Story 12');
        return card.getBoundingClientRect().top";
    let before = desk.js(height, &[]).as_f64().expect("a height");
    for _ in 0..3 {
        go.send(()).expect("a reader");
    }
    let pill = format!("{}:not([hidden])", handle("feed-new"));
    desk.until("what is new", SOON, |d| {
        (d.text_of(&pill)? == "3 new").then_some(())
    });
    assert_eq!(titles(&desk)[0], "Story 20", "it waits");
    let now = desk.js(height, &[]).as_f64().expect("a height");
    assert!((now - before).abs() < 1.5, "{before} {now}");
    desk.click_at(&pill);
    desk.until("the newest", SOON, |d| {
        (titles(d).first()? == "Story 23" && !d.has(&pill)).then_some(())
    });
    assert_eq!(titles(&desk).len(), 23);
    assert_eq!(
        desk.js("return document.querySelector('.feed-scroll').scrollTop", &[]),
        json!(0)
    );
    desk.stop();
}

#[test]
fn a_link_shows_its_address_and_opens_nothing_by_itself() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let (origin, _go) = wire(2, "https://wire.example@evil.example/story?x=<1>");
    desk.connect_anew(&origin);
    desk.click("tab-feed");
    desk.until("two cards", SOON, |d| (titles(d).len() == 2).then_some(()));
    let here = desk.address();
    desk.click_at(&handle("card-link"));
    let address = desk.until("the address", SOON, |d| d.text_of(&handle("link-address")));
    assert_eq!(
        address.replace('\n', ""),
        "https://wire.example@evil.example/story?x=%3C1%3E"
    );
    // Where it leads to, and not what it looks like.
    assert_eq!(
        desk.text_of(&format!("{} b", handle("link-address"))).as_deref(),
        Some("evil.example")
    );
    assert!(
        desk.text_of(".link-warn")
            .is_some_and(|words| words.contains("evil.example"))
    );
    desk.click("link-cancel");
    desk.until("no sheet", SOON, |d| {
        (!d.has(&handle("link-address"))).then_some(())
    });
    assert_eq!(desk.address(), here);
    assert_eq!(desk.windows().len(), 1);
    desk.stop();

    for link in [
        "javascript:window.ran=1",
        "data:text/html,<script>1</script>",
        "file:///etc/passwd",
        "//wire.example/",
    ] {
        let (origin, _go) = wire(1, link);
        desk.connect_anew(&origin);
        desk.until("its card", SOON, |d| {
            let source = d.texts(".card-source").join("\n");
            (titles(d).len() == 1 && source.contains("Its link is no web address")).then_some(())
        });
        assert!(!desk.has(&handle("card-link")), "{link}");
        let refused = desk
            .ask("open_url", &json!({ "url": link }))
            .expect_err("it is refused");
        assert!(refused["code"].is_string(), "{refused}");
        desk.stop();
    }
    assert!(desk.js("return window.ran ?? null", &[]).is_null());
}
