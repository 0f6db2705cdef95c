//! Cookies of a session, by RFC 6265.

use tapewriter_engine::redact::REDACTED;
use tapewriter_engine::source::{Cookies, Request};
use url::Url;

use super::{answer, came, header, line, server, stream};

fn with(url: Url, jar: &Cookies) -> Request {
    Request {
        cookies: Some(Cookies::clone(jar)),
        ..Request::get(url)
    }
}

fn setting(status: &str, lines: &[&str]) -> Vec<u8> {
    let lines: Vec<&str> = lines
        .iter()
        .copied()
        .chain(["content-type: text/event-stream"])
        .collect();
    answer(status, &lines, b"")
}

#[tokio::test]
async fn they_are_kept_over_hops_and_attempts_and_sent_where_they_belong() {
    let server = server([
        setting(
            "302 Found",
            &[
                "location: /b/c",
                "set-cookie: hop=1",
                "set-cookie: deep=2; Path=/b; HttpOnly",
            ],
        ),
        setting("200 OK", &["set-cookie: hop=3; Path=/"]),
        stream(b""),
        setting("200 OK", &["set-cookie: hop=; Max-Age=0"]),
        stream(b""),
    ])
    .await;
    let jar = Cookies::default();
    let first = came(with(server.url("/a"), &jar)).await;
    came(with(server.url("/a"), &jar)).await;
    came(with(server.url("/b"), &jar)).await;
    came(with(server.url("/a"), &jar)).await;
    let sent = server.requests();
    let cookies = |n: usize| {
        let mut all: Vec<_> = line(&sent[n], "cookie").unwrap_or_default().split("; ").collect();
        all.sort_unstable();
        all.join(" ")
    };
    assert_eq!(cookies(0), "");
    assert_eq!(cookies(1), "deep=2 hop=1");
    assert_eq!(cookies(2), "hop=3");
    assert_eq!(cookies(3), "deep=2 hop=3");
    assert_eq!(cookies(4), "", "one that expired is gone");
    let hops = &first.traced.exchange.hops;
    let set = hops[0].response.as_ref().expect("an answer").headers.iter();
    assert!(
        set.filter(|header| header.name == "set-cookie")
            .all(|header| header.value == REDACTED)
    );
    let back = hops[1].headers.iter().find(|header| header.name == "cookie");
    assert_eq!(
        back.map(|header| (header.value.as_str(), header.secret)),
        Some((REDACTED, true))
    );
}

#[tokio::test]
async fn the_users_own_go_first_and_win() {
    let server = server([
        setting("200 OK", &["set-cookie: a=jar", "set-cookie: b=jar"]),
        stream(b""),
    ])
    .await;
    let jar = Cookies::default();
    came(with(server.url("/"), &jar)).await;
    let mut asked = with(server.url("/"), &jar);
    asked.headers = vec![header("Cookie", "a=own; z=own;")];
    came(asked).await;
    let sent = &server.requests()[1];
    assert_eq!(line(sent, "cookie"), Some("a=own; z=own; b=jar"));
    assert_eq!(sent.to_lowercase().matches("cookie:").count(), 1);
}

#[tokio::test]
async fn without_a_jar_none_are_kept() {
    let server = server([
        setting("302 Found", &["location: /b", "set-cookie: a=1"]),
        stream(b""),
    ])
    .await;
    came(Request::get(server.url("/"))).await;
    assert_eq!(line(&server.requests()[1], "cookie"), None);
}

#[tokio::test]
async fn another_host_gets_its_own_only() {
    let other = server([stream(b"")]).await;
    let there = other.origin.replace("127.0.0.1", "localhost");
    let first = server([answer(
        "302 Found",
        &[
            &format!("location: {there}/"),
            "set-cookie: a=1",
            "set-cookie: b=2; Domain=localhost",
        ],
        b"",
    )])
    .await;
    let jar = Cookies::default();
    came(with(first.url("/"), &jar)).await;
    assert_eq!(line(&other.requests()[0], "cookie"), None);
}

#[tokio::test]
async fn a_server_that_sets_cookies_without_end_fills_no_memory() {
    let many = |letter: char| {
        let lines: Vec<String> = (0..90).map(|n| format!("set-cookie: {letter}{n}=1")).collect();
        setting("200 OK", &lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let huge = format!("set-cookie: huge={}", "x".repeat(5_000));
    let server = server([setting("200 OK", &[&huge]), many('c'), many('d'), many('e')]).await;
    let jar = Cookies::default();
    came(with(server.url("/"), &jar)).await;
    assert_eq!(jar.lock().iter_any().count(), 0);
    for _ in 0..3 {
        came(with(server.url("/"), &jar)).await;
    }
    assert_eq!(jar.lock().iter_any().count(), 200);
}

#[tokio::test]
async fn one_name_on_many_paths_fills_no_memory_and_expired_ones_make_room() {
    let paths = |end: &str| {
        let lines: Vec<String> = (0..75)
            .map(|n| format!("set-cookie: a=1; Path=/{end}{n}"))
            .collect();
        setting("200 OK", &lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let over: Vec<String> = (0..75)
        .map(|n| format!("set-cookie: a=; Max-Age=0; Path=/a{n}"))
        .collect();
    let over = setting("200 OK", &over.iter().map(String::as_str).collect::<Vec<_>>());
    let server = server([
        paths("a"),
        paths("b"),
        paths("c"),
        paths("d"),
        setting("200 OK", &["set-cookie: a=2; Path=/b1"]),
        over,
        setting("200 OK", &["set-cookie: new=1"]),
    ])
    .await;
    let jar = Cookies::default();
    for _ in 0..4 {
        came(with(server.url("/"), &jar)).await;
    }
    assert_eq!(jar.lock().iter_any().count(), 200);
    came(with(server.url("/"), &jar)).await;
    let changed = jar
        .lock()
        .get("127.0.0.1", "/b1", "a")
        .map(|cookie| cookie.value().to_owned());
    assert_eq!(changed.as_deref(), Some("2"), "one that is known may change");
    for _ in 0..2 {
        came(with(server.url("/"), &jar)).await;
    }
    assert_eq!(jar.lock().iter_any().count(), 126);
    assert!(jar.lock().contains("127.0.0.1", "/", "new"));
}
