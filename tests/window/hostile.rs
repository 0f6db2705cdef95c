//! What a server sends to do harm, or by mistake: in every field of every scene it stays text, loads nothing, runs
//! nothing, and holds nobody up.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::desk::{Desk, Home, Start};
use crate::hands::event_row;
use crate::page::{SOON, handle};
use crate::servers;

/// The longest that the window may take for an answer, as in `flood`: an unoptimised build, drawn in software, beside
/// the server on the same two cores.
const ANSWER: Duration = Duration::from_millis(1500);

/// A listener that counts who comes.
struct Trap {
    origin: String,
    came: Arc<AtomicUsize>,
}

impl Trap {
    fn set() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("bound"));
        let came = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&came);
        // Lives until the test binary ends: one blocked thread and one socket.
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { origin, came }
    }

    /// Markup and markdown of all kinds that would load from here, or run.
    fn bait(&self) -> String {
        let at = &self.origin;
        format!(
            "<img src=\"{at}/1.png\" onerror=\"window.ran=1\"> ![picture]({at}/2.png) \
             <script>window.ran=2</script> <script src=\"{at}/3.js\"></script> \
             <iframe src=\"{at}/4\"></iframe> <svg onload=\"window.ran=5\"><image href=\"{at}/6.svg\"/></svg> \
             <style>@import url({at}/7.css);</style> <link rel=\"stylesheet\" href=\"{at}/8.css\"> \
             <a href=\"javascript:window.ran=9\">press</a> [press](javascript:window.ran=10) \
             <form action=\"{at}/11\"><button>press</button></form> <video autoplay src=\"{at}/12\"></video> \
             <object data=\"{at}/13\"></object> <meta http-equiv=\"refresh\" content=\"0;url={at}/14\"> \
             [data](data:text/html,<script>window.ran=15</script>) &lt;b&gt; <b style=\"background:url({at}/16)\">b</b>"
        )
    }

    /// Nothing came of it, and what could is not in the page.
    fn untouched(&self, desk: &Desk, where_: &str) {
        let found = desk.js(
            "const bad = 'img, script, iframe, object, embed, link, style, video, audio, form[action], meta, base, svg [href], a[href], [style*=url]';
             const root = document.querySelector('#root');
             const on = [...root.querySelectorAll('*')].flatMap(e => e.getAttributeNames().filter(n => /^on|^(src|srcset|action|formaction|data|href)$/.test(n)).map(n => e.localName + ' ' + n));
             return [[...root.querySelectorAll(bad)].map(e => e.outerHTML.slice(0, 200)), on, window.ran ?? null]",
            &[],
        );
        assert_eq!(found, json!([[], [], null]), "{where_}");
        assert_eq!(
            self.came.load(Ordering::SeqCst),
            0,
            "{where_}: something was loaded"
        );
    }
}

/// Text of right-to-left script, with controls that would turn what stands around it about.
const ARABIC: &str = "مرحبا بالعالم \u{202e}gnp.exe\u{202c}";

fn event(connection: &mut TcpStream, data: &str) -> bool {
    connection
        .write_all(format!("data: {data}\n\n").as_bytes())
        .is_ok()
}

fn delta(delta: &Value) -> String {
    json!({ "object": "chat.completion.chunk", "model": "m", "choices": [{ "index": 0, "delta": delta }] })
        .to_string()
}

fn content(text: &str) -> String {
    delta(&json!({ "content": text }))
}

/// Keeps the line open until the other side goes.
fn hold(connection: &mut TcpStream) {
    let _ = std::io::Read::read(connection, &mut [0]);
}

/// Asks the window again and again until something is so, and answers with the longest that it took for an answer.
fn answers_until(desk: &Desk, what: &str, limit: Duration, done: impl Fn(&Desk) -> bool) -> Duration {
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    while !done(desk) {
        let asked = Instant::now();
        assert_eq!(desk.js("return 1 + 1", &[]), json!(2));
        slowest = slowest.max(asked.elapsed());
        assert!(
            started.elapsed() < limit,
            "{what}\nstate {:?}, {} events",
            desk.state(),
            desk.count()
        );
    }
    eprintln!(
        "{what}: after {:.1?}, answers within {slowest:.0?}",
        started.elapsed()
    );
    slowest
}

#[test]
fn an_answer_full_of_markup_is_text() {
    let trap = Trap::set();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let bait = trap.bait();
    let origin = servers::scripted({
        let bait = bait.clone();
        move |_, _, connection| {
            servers::event_stream(connection, "");
            event(connection, &delta(&json!({ "reasoning_content": bait })));
            event(
                connection,
                &content(&format!(
                    "# Head {bait}\n\n- item {bait}\n\n> quote {bait}\n\n| a | b |\n|---|---|\n| {} | x |\n\n```html\n{bait}\n```\n\n",
                    bait.replace('|', " ")
                )),
            );
            event(connection, &content(&format!("{ARABIC}\n\nplain {bait}\n\n")));
            event(
                connection,
                &delta(
                    &json!({ "tool_calls": [{ "index": 0, "id": bait, "function": { "name": bait, "arguments": json!({ "q": bait }).to_string() } }] }),
                ),
            );
            event(connection, &delta(&json!({ "refusal": bait })));
            event(
                connection,
                &delta(&json!({ "annotations": [
                { "type": "url_citation", "url_citation": { "url": "javascript:window.ran=20", "title": bait } },
                { "type": "url_citation", "url_citation": { "url": "https://ok.example/", "title": bait } }] })),
            );
            event(
                connection,
                &json!({ "error": { "type": bait, "message": bait } }).to_string(),
            );
            event(connection, &content("\n\nThe last words."));
            let stop =
                json!({ "model": bait, "choices": [{ "index": 0, "delta": {}, "finish_reason": bait }] });
            event(connection, &stop.to_string());
            hold(connection);
        }
    });
    desk.connect_anew(&origin);
    desk.wait_for_count(9, SOON);
    desk.until("the last words", SOON, |d| {
        d.text_of(".an-answer")?.contains("The last words.").then_some(())
    });
    desk.until("all that it is set in", SOON, |d| {
        [
            ".an-answer h1",
            ".an-answer li",
            ".an-answer blockquote",
            ".an-answer td",
            ".md-code",
            ".an-tool",
            ".an-source",
            "[data-testid=answer-error]",
            "[data-testid=refusal]",
        ]
        .iter()
        .all(|each| d.has(each))
        .then_some(())
    });
    desk.click_at(".an-thinking .an-fold");
    trap.untouched(&desk, "markdown");
    let text = desk.js(
        "return document.querySelector('[data-testid=typewriter]').textContent",
        &[],
    );
    let text = text.as_str().expect("a text");
    assert!(
        text.matches("<script>window.ran=2</script>").count() >= 8,
        "markup is to be read"
    );
    // What can be pressed is asked about first, and is of the web.
    let links = desk.js(
        "return [...document.querySelectorAll('[data-address]')].map(e => e.dataset.address)",
        &[],
    );
    let links: Vec<String> = serde_json::from_value(links).expect("addresses");
    assert!(links.contains(&"https://ok.example/".to_owned()), "{links:?}");
    assert!(links.iter().all(|link| link.starts_with("http")), "{links:?}");
    // Each paragraph has its own direction.
    let rtl =
        "return [...document.querySelectorAll('.an-answer p')].filter(p => p.matches(':dir(rtl)')).length";
    assert_eq!(desk.js(rtl, &[]), json!(1));

    // As plain text, as events and as bytes.
    desk.click("text-rule");
    desk.click("page-form-plain");
    desk.until("plain text", SOON, |d| d.has(".an-answer .plain").then_some(()));
    trap.untouched(&desk, "plain text");
    desk.click("tab-events");
    desk.click_at(&event_row(2));
    desk.until("the inspector", SOON, |d| {
        d.text("inspector").contains("window.ran=2").then_some(())
    });
    trap.untouched(&desk, "events");
    for tab in ["tab-chart", "tab-chat", "tab-feed", "tab-wire"] {
        desk.click(tab);
        desk.until("its page", SOON, |d| {
            (d.attribute(tab, "aria-selected")? == "true").then_some(())
        });
        trap.untouched(&desk, tab);
    }
    desk.stop();
    trap.untouched(&desk, "the end");
}

#[test]
fn rooms_news_and_figures_full_of_markup_are_text() {
    let trap = Trap::set();
    let home = Home::new();
    let desk = Start::at(&home).open();
    let bait = trap.bait();
    let origin = servers::scripted({
        let bait = bait.clone();
        move |_, head, connection| {
            servers::event_stream(connection, "");
            let mut named = |name: &str, data: &Value| {
                let _ =
                    connection.write_all(format!("event: {name}\nid: {bait}\ndata: {data}\n\n").as_bytes());
            };
            if head.starts_with("GET /chat") {
                named(
                    "message",
                    &json!({ "id": bait, "sender": bait, "text": bait, "time": bait }),
                );
                named("message", &json!({ "id": 2, "sender": ARABIC, "text": ARABIC }));
                named("join", &json!({ "sender": bait }));
                named("typing", &json!({ "sender": bait }));
                named(
                    "message",
                    &json!({ "sender": { "a": [bait] }, "text": [null, bait] }),
                );
                named(
                    "message",
                    &json!({ "sender": "Long", "text": "x".repeat(200_000) }),
                );
                named("message", &json!({ "sender": "Ada", "text": "The last words." }));
            } else if head.starts_with("GET /news") {
                named(
                    "headline",
                    &json!({ "title": bait, "summary": bait, "source": bait, "time": bait, "link": "javascript:window.ran=30" }),
                );
                named(
                    "breaking",
                    &json!({ "title": ARABIC, "summary": ARABIC, "source": ARABIC, "link": format!("\u{202e}{bait}") }),
                );
                named(
                    "headline",
                    &json!({ "title": "y".repeat(200_000), "summary": "z".repeat(200_000), "source": "s" }),
                );
                named("headline", &json!({ "title": "The last words.", "source": "s" }));
            } else {
                for n in 0..3 {
                    named(
                        &bait,
                        &json!({ (bait.clone()): n, "huge": 1e308, "tiny": -1e308, "name": bait }),
                    );
                }
                named("level", &json!({ "last": 1.5 }));
            }
            let half = "data: {\"title\":\"half\",\"text\":\"half\n\ndata: plain, no JSON at all\n\n";
            let _ = connection.write_all(half.as_bytes());
            hold(connection);
        }
    });
    let text = |d: &Desk, selector: &str| {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent).join('\\n')";
        d.js(script, &[json!(selector)])
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let markup = "<script>window.ran=2</script>";

    desk.connect_anew(&format!("{origin}/chat"));
    desk.click("tab-chat");
    let slowest = answers_until(&desk, "a hostile room", SOON, |d| {
        text(d, ".bubble-words").contains("The last words.")
    });
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    assert!(text(&desk, ".bubble-words").contains(markup));
    trap.untouched(&desk, "chat");
    assert!(!desk.has(".chat [data-address^=javascript]"));
    desk.stop();

    desk.connect_anew(&format!("{origin}/news"));
    desk.click("tab-feed");
    let slowest = answers_until(&desk, "hostile news", SOON, |d| {
        text(d, ".card-title").contains("The last words.")
    });
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    assert!(text(&desk, ".card-title").contains(markup) && text(&desk, ".card-summary").contains(markup));
    assert!(!desk.has(&handle("card-link")), "none of them is a web address");
    let rtl = "return document.querySelector('.card-item.breaking .card-title').matches(':dir(rtl)')";
    assert_eq!(desk.js(rtl, &[]), Value::Bool(true));
    trap.untouched(&desk, "feed");
    desk.stop();

    desk.connect_anew(&format!("{origin}/monitor"));
    desk.click("tab-chart");
    let slowest = answers_until(&desk, "hostile figures", SOON, |d| {
        d.has(&format!("{}[data-name=\"level $.last\"]", handle("chart-tile")))
    });
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    trap.untouched(&desk, "chart");
    desk.click("tab-events");
    desk.until("rows", SOON, |d| d.has(&event_row(1)).then_some(()));
    desk.click_at(&event_row(1));
    desk.until("the inspector", SOON, |d| {
        d.text("inspector")
            .contains("1e+308")
            .then_some(())
            .or_else(|| d.text("inspector").contains("huge").then_some(()))
    });
    trap.untouched(&desk, "events of figures");
    desk.stop();
}

#[test]
fn letters_in_pieces_and_shapes_that_change_lose_nothing() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "");
        event(connection, &content("Before. "));
        // A flag of two letters of four bytes each, cut within both: three events.
        for piece in [r"\ud83c", r"\udde9\ud83c", r"\uddea done. "] {
            let data = format!(r#"{{"choices":[{{"index":0,"delta":{{"content":"{piece}"}}}}]}}"#);
            event(connection, &data);
        }
        // Half a JSON, and what no server should say.
        event(connection, r#"{"choices":[{"index":0,"delta":{"content":"cut"#);
        event(
            connection,
            r#"{"choices":[{"index":4294967295,"delta":{"content":"Far choice. "}}]}"#,
        );
        event(
            connection,
            r#"{"choices":[{"index":-1,"delta":{"content":"Wrong choice. "}}]}"#,
        );
        event(
            connection,
            r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":99999,"function":{"arguments":"{\"a\":1"}}]}}]}"#,
        );
        event(
            connection,
            r#"{"choices":[{"index":0,"delta":null,"finish_reason":17}]}"#,
        );
        event(connection, r#"{"choices":"none"}"#);
        event(connection, "null");
        event(connection, "[[[[[[[[");
        // Another dialect in the middle, and back.
        event(
            connection,
            r#"{"type":"content_block_delta","index":7,"delta":{"type":"text_delta","text":"Foreign words. "}}"#,
        );
        event(
            connection,
            r#"{"candidates":[{"content":{"parts":[{"text":"More foreign words. "}]}}]}"#,
        );
        event(connection, &content("After."));
        event(connection, "[DONE]");
        hold(connection);
    });
    desk.connect_anew(&origin);
    desk.wait_for_count(16, SOON);
    desk.until("the whole of it", SOON, |d| {
        let text = d.text("typewriter");
        (text.contains("Before. 🇩🇪 done.") && text.contains("After.")).then_some(())
    });
    assert!(
        !desk.text("typewriter").contains('\u{fffd}'),
        "no letter is broken"
    );
    assert_eq!(desk.error(), None);
    assert_eq!(desk.state(), "open");
    // Under every other way of reading it, it is something else, and it is there.
    for rule in [
        "anthropic",
        "openai-responses",
        "gemini",
        "ollama",
        "lines",
        "joined",
        "openai-chat",
        "auto",
    ] {
        desk.until("the menu", SOON, |d| {
            if d.has(&handle("text-rule-auto")) {
                return Some(());
            }
            d.click("text-rule");
            None
        });
        desk.click(&format!("text-rule-{rule}"));
        desk.until(rule, SOON, |d| {
            let text = d.text("typewriter");
            match rule {
                "anthropic" => text.contains("Foreign words."),
                "gemini" => text.contains("More foreign words."),
                "lines" | "joined" => text.contains("\"content\":\"cut") && text.contains("[DONE]"),
                "openai-chat" | "auto" => text.contains("Before. 🇩🇪 done.") && text.contains("After."),
                _ => !text.contains("Before. 🇩🇪 done."),
            }
            .then_some(())
        });
    }
    assert_eq!(desk.count(), 16);
    desk.stop();
}

/// Whether the page ends with what was sent last.
fn at_the_last_words(desk: &Desk) -> bool {
    let script = "return document.querySelector('[data-testid=typewriter]')?.textContent.trimEnd().endsWith('The last words.') ?? false";
    desk.js(script, &[]) == Value::Bool(true)
}

#[test]
fn five_megabytes_of_code_hold_nobody_up() {
    const LINE: &str = "    let value = compute(\"text\", 1234, &options)?; // and what it is for\n";
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "");
        event(connection, &content("The code:\n\n```rust\n"));
        let piece = content(&LINE.repeat(50_000 / LINE.len()));
        for _ in 0..100 {
            event(connection, &piece);
        }
        event(connection, &content("```\n\nThe last words."));
        hold(connection);
    });
    desk.connect_anew(&origin);
    let letters = "return document.querySelector('[data-testid=typewriter]')?.textContent.length ?? 0";
    let slowest = answers_until(&desk, "five megabytes that arrive", SOON, |d| {
        d.count() == 102 && d.js(letters, &[]).as_u64() > Some(190_000)
    });
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    assert!(desk.has(".md-code"), "it is set as code");
    // The reader goes where they like while it is set.
    desk.js("document.querySelector('.tw-scroll').scrollTop = 0", &[]);
    desk.click("tab-events");
    let slowest = answers_until(&desk, "its events", SOON, |d| d.has(&event_row(102)));
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    desk.click_at(&event_row(101));
    desk.until("the inspector", SOON, |d| {
        d.text("inspector").contains("let value = compute").then_some(())
    });
    desk.click("tab-typewriter");
    assert!(desk.stop() < Duration::from_secs(5));
}

#[test]
fn a_line_without_end_is_shown_to_its_end() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let origin = servers::scripted(|_, _, connection| {
        servers::event_stream(connection, "");
        event(connection, &content("Words:\n\n"));
        event(connection, &content(&"word ".repeat(40_000)));
        event(connection, &content("\n\nA word:\n\n"));
        event(connection, &content(&"x".repeat(200_000)));
        event(connection, &content("\n\nThe last words."));
        hold(connection);
    });
    desk.connect_anew(&origin);
    let slowest = answers_until(
        &desk,
        "lines without end",
        Duration::from_secs(60),
        at_the_last_words,
    );
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    // Further up is what came before.
    let slowest = answers_until(&desk, "the text further up", SOON, |d| {
        let script = "document.querySelector('.tw-scroll').scrollTop = 0;
            return document.querySelector('[data-testid=typewriter]').textContent.includes('word word')";
        d.js(script, &[]) == Value::Bool(true)
    });
    assert!(slowest < ANSWER, "an answer took {slowest:?}");
    desk.stop();
}
