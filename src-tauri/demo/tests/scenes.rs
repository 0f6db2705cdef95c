//! Figures, the room and the news, as clients meet them.

mod support;

use serde_json::Value;
use support::{End, Event, FAILURE, Line, Server, events};
use tokio::time::timeout;

/// Reads on until `wanted` of the events so far is something.
async fn until<T>(line: &mut Line, body: &mut String, wanted: impl Fn(&[Event]) -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = wanted(&events(body)) {
                return found;
            }
            let chunk = line
                .chunk()
                .await
                .expect("the line holds")
                .expect("the stream goes on");
            body.push_str(&String::from_utf8(chunk).unwrap());
        }
    };
    timeout(FAILURE, found).await.expect("it comes")
}

fn json(event: &Event) -> Value {
    serde_json::from_str(&event.data).expect(&event.data)
}

fn named<'a>(events: &'a [Event], name: &str) -> Vec<&'a Event> {
    events
        .iter()
        .filter(|event| event.name.as_deref() == Some(name))
        .collect()
}

#[tokio::test]
async fn monitor_is_a_function_of_the_id() {
    let server = Server::start().await;
    let path = "/monitor?rate=10000&n=1000";
    let whole = server.get(path).await;
    assert_eq!(whole.end, End::Clean);
    let all = events(&whole.body());
    let ids: Vec<_> = all.iter().map(|event| event.id.unwrap()).collect();
    assert_eq!(ids, (1..=1000).collect::<Vec<_>>());
    let counts = ["cpu", "memory", "price"].map(|name| named(&all, name).len());
    assert_eq!(counts, [400, 200, 400]);
    let first = json(&all[0]);
    assert_eq!(first["cores"].as_array().unwrap().len(), 4);
    assert_eq!(json(&all[1])["symbol"], "TIDE");
    assert_eq!(json(&all[2])["total"], 100);
    // To the byte, on every machine.
    assert!(
        whole.body().starts_with(
            "event: cpu\nid: 1\ndata: {\"load\":46.4,\"cores\":[44.5,46.0,34.3,35.3],\"errors\":0}\n\nevent: price\nid: 2\n"
        ),
        "{}",
        &whole.body()[..200]
    );
    let resumed = server.get_with(path, &[("Last-Event-ID", "437")]).await;
    assert_eq!(events(&resumed.body()), all[437..]);
    assert_eq!(
        server.get_with(path, &[("Last-Event-ID", "1000")]).await.status,
        204
    );
    let other = server.get("/monitor?rate=10000&n=10&seed=2").await;
    assert_ne!(events(&other.body())[..], all[..10]);
    for refused in ["rate=0", "rate=100001", "n=100000001", "seed=x"] {
        assert_eq!(
            server.get(&format!("/monitor?{refused}")).await.status,
            400,
            "{refused}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn monitor_keeps_its_pace() {
    let server = Server::start().await;
    let started = std::time::Instant::now();
    let paced = server.get("/monitor?rate=200&n=61").await;
    assert!(started.elapsed().as_millis() >= 300);
    assert!(paced.chunks.len() > 10, "{} chunks", paced.chunks.len());
    let started = std::time::Instant::now();
    let fast = server.get("/monitor?rate=10000&n=5000").await;
    assert!(started.elapsed().as_millis() >= 499);
    assert!(
        fast.chunks.iter().all(|chunk| chunk.len() < 32 * 1024),
        "a chunk is bounded"
    );
    server.stop().await;
}

#[tokio::test]
async fn news_comes_in_order_and_resumes_without_repeats() {
    let server = Server::start().await;
    let path = "/news?ms=1&seed=3&n=40&every=7";
    let mut seen: Vec<Event> = Vec::new();
    let mut lines = 0;
    loop {
        let last = seen
            .last()
            .map_or("0".to_owned(), |event| event.id.unwrap().to_string());
        let answer = server.get_with(path, &[("Last-Event-ID", &last)]).await;
        if answer.status == 204 {
            break;
        }
        lines += 1;
        assert!(answer.body().starts_with("retry: 1500\n\n"));
        seen.extend(events(&answer.body()));
        let over = seen.len() == 40;
        assert_eq!(answer.end == End::Clean, over, "line {lines}");
    }
    assert_eq!(lines, 6);
    let ids: Vec<_> = seen.iter().map(|event| event.id.unwrap()).collect();
    assert_eq!(ids, (1..=40).collect::<Vec<_>>());
    assert_eq!(
        named(&seen, "headline").len() + named(&seen, "breaking").len(),
        40
    );
    assert!(named(&seen, "breaking").len() >= 5);
    for event in &seen {
        let story = json(event);
        for field in ["title", "summary", "source", "time", "link"] {
            assert!(!story[field].as_str().unwrap().is_empty(), "{field}");
        }
        let link = format!(
            "http://127.0.0.1:{}/news/{}?seed=3",
            server.port,
            event.id.unwrap()
        );
        assert_eq!(story["link"], link);
    }
    let titles: std::collections::HashSet<_> = seen[..30]
        .iter()
        .map(|event| json(event)["title"].to_string())
        .collect();
    assert_eq!(titles.len(), 30, "no story twice a day");
    server.stop().await;
}

#[tokio::test]
async fn a_fresh_reader_finds_the_last_hour_and_each_story_has_a_page() {
    let server = Server::start().await;
    let mut line = server.open("/news", &[]).await;
    let mut body = String::new();
    let found = until(&mut line, &mut body, |events| {
        (events.len() == 4).then(|| events.iter().map(json).collect::<Vec<_>>())
    })
    .await;
    assert!(
        found
            .windows(2)
            .all(|pair| pair[0]["time"].as_str() < pair[1]["time"].as_str())
    );
    let titles = found
        .iter()
        .map(|story| story["title"].as_str().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(titles[0], "Rain easing by evening");
    for (i, title) in titles.iter().enumerate() {
        let page = server.get(&format!("/news/{}", i + 1)).await;
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert!(
            page.header("content-security-policy")
                .unwrap()
                .starts_with("default-src 'none'")
        );
        assert!(page.body().contains(&format!("<h1>{title}</h1>")));
        assert!(!page.body().contains(['{', '}']), "all of it is filled in");
    }
    for lost in ["/news/0", "/news/1000001"] {
        assert_eq!(server.get(lost).await.status, 404, "{lost}");
    }
    drop(line);
    server.stop().await;
}

#[tokio::test]
async fn everybody_in_a_room_hears_the_same() {
    let server = Server::start().await;
    let mut first = server.open("/chat?speed=100", &[]).await;
    let mut heard = String::new();
    let shown = until(&mut first, &mut heard, |events| {
        (events.len() >= 5).then(|| json(&events[0]))
    })
    .await;
    assert_eq!(
        (&shown["sender"], &shown["text"]),
        (&"Mira".into(), &"Is the tide gauge back?".into())
    );
    let mut second = server.open("/chat?speed=100", &[]).await;
    let mut also = String::new();
    until(&mut second, &mut also, |events| (events.len() >= 5).then_some(())).await;

    let sent = server
        .post(
            "/chat/send?speed=100",
            r#"{"id":"c-77","sender":"Ada","text":"大家好 <b>"}"#,
        )
        .await;
    assert_eq!(sent.status, 202);
    assert_eq!(sent.body(), r#"{"id":"c-77"}"#);
    let own = |events: &[Event]| {
        events
            .iter()
            .position(|event| event.data.contains("\"id\":\"c-77\""))
    };
    for (line, body) in [(&mut first, &mut heard), (&mut second, &mut also)] {
        // Typing, then an answer in the language of the greeting.
        let answer = until(line, body, |events| {
            let after = &events[own(events)? + 1..];
            let typing = after
                .iter()
                .position(|event| event.name.as_deref() == Some("typing") && event.data.contains("小雨"))?;
            named(&after[typing..], "message")
                .iter()
                .map(|event| json(event))
                .find(|said| said["sender"] == "小雨")
        })
        .await;
        assert!(
            ["你好呀！今天潮水正好。", "欢迎欢迎，随便坐。"].contains(&answer["text"].as_str().unwrap()),
            "{answer}"
        );
    }
    let echo = json(&events(&heard)[own(&events(&heard)).unwrap()]);
    assert_eq!(
        (&echo["sender"], &echo["text"]),
        (&"Ada".into(), &"大家好 <b>".into())
    );
    // The same bytes to both, from what they both heard on.
    let from = |body: &str| -> Vec<Event> {
        let all = events(body);
        let at = own(&all).unwrap();
        all.into_iter().skip(at).take(3).collect()
    };
    assert_eq!(from(&heard), from(&also));
    drop((first, second));
    server.stop().await;
}

#[tokio::test]
async fn a_room_is_left_and_come_back_to_without_loss_or_repeats() {
    let server = Server::start().await;
    let path = "/chat?speed=1000&seed=4";
    let mut ids: Vec<u64> = Vec::new();
    for part in 1..=4 {
        let last = ids.last().map_or(String::new(), u64::to_string);
        let mut line = server.open(path, &[("Last-Event-ID", &last)]).await;
        let mut body = String::new();
        let found = until(&mut line, &mut body, |events| {
            let found: Vec<_> = events.iter().filter_map(|event| event.id).collect();
            (found.len() >= part * 6).then_some(found)
        })
        .await;
        ids.extend(found);
    }
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());
    server.stop().await;
}

#[tokio::test]
async fn messages_are_checked() {
    let server = Server::start().await;
    for (body, status, says) in [
        ("", 400, "a JSON object"),
        ("{}", 400, "text is missing"),
        (r#"{"text":" "}"#, 400, "text is empty"),
        (r#"{"text":["a"]}"#, 400, "text is a string"),
        (r#"{"text":"a","sender":{}}"#, 400, "sender is a string"),
        (r#"{"text":"a","id":[]}"#, 400, "id is a string"),
        (r#"{"text":"fail"}"#, 503, "as asked"),
        (r#"{"text":"失败"}"#, 503, "as asked"),
        (r#"{"text":"fail once"}"#, 503, "as asked"),
    ] {
        let refused = server.post("/chat/send", body).await;
        assert_eq!(refused.status, status, "{body}");
        assert_eq!(refused.header("content-type"), Some("application/json"));
        let error: Value = serde_json::from_str(&refused.body()).unwrap();
        assert!(error["error"].as_str().unwrap().contains(says), "{body}: {error}");
    }
    assert_eq!(
        server.post("/chat/send", r#"{"text":"fail once"}"#).await.status,
        202,
        "the second time"
    );
    let text = "长".repeat(2731);
    let long = server
        .post("/chat/send", &format!("{{\"text\":\"{text}\"}}"))
        .await;
    assert_eq!(long.status, 413);
    let fits = "x".repeat(8192);
    assert_eq!(
        server
            .post("/chat/send", &format!("{{\"text\":\"{fits}\"}}"))
            .await
            .status,
        202
    );
    let huge = server.open_post("/chat/send", &"x".repeat(70_000)).await;
    assert_eq!(huge.status, 413);
    let name = "n".repeat(129);
    let unnamable = server
        .post("/chat/send", &format!("{{\"text\":\"a\",\"sender\":\"{name}\"}}"))
        .await;
    assert_eq!(unnamable.status, 400);

    let nowhere = server.post("/chat/send?seed=x", r#"{"text":"a"}"#).await;
    assert_eq!(
        (nowhere.status, nowhere.body().as_str()),
        (400, "{\"error\":\"seed and speed are numbers.\"}")
    );

    // A message that is sent again after a lost answer is said once.
    for _ in 0..2 {
        assert_eq!(
            server
                .post("/chat/send", r#"{"id":"once","text":"twice?"}"#)
                .await
                .status,
            202
        );
    }
    let mut line = server.open("/chat", &[]).await;
    let mut body = String::new();
    let said = until(&mut line, &mut body, |events| {
        let own: Vec<_> = named(events, "message")
            .into_iter()
            .map(json)
            .filter(|said| said["id"] == "once")
            .collect();
        (!own.is_empty()).then_some(own)
    })
    .await;
    assert_eq!(said.len(), 1);
    drop(line);
    server.stop().await;
}

#[tokio::test]
async fn rooms_are_bounded() {
    let server = Server::start().await;
    let mut lines = Vec::new();
    for seed in 0..17 {
        let line = server.open(&format!("/chat?seed={seed}"), &[]).await;
        assert_eq!(line.status, 200, "{seed}");
        lines.push(line);
    }
    assert_eq!(server.open("/chat?seed=99", &[]).await.status, 503);
    assert_eq!(server.get("/chat?speed=0").await.status, 400);
    assert_eq!(server.get("/chat?speed=NaN").await.status, 400);
    // A room that everybody has left makes room.
    lines.remove(3);
    let reopened = async {
        while server.open("/chat?seed=99", &[]).await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    timeout(FAILURE, reopened).await.expect("a room is free");
    drop(lines);
    server.stop().await;
}

#[tokio::test]
async fn a_reader_who_does_not_read_holds_nobody_up() {
    let server = Server::start().await;
    let stuck = server.open("/chat?speed=1000&seed=1", &[]).await;
    let flooded = server.open("/monitor?rate=100000", &[]).await;
    let mut line = server.open("/chat?speed=1000&seed=1", &[]).await;
    let mut body = String::new();
    until(&mut line, &mut body, |events| (events.len() > 300).then_some(())).await;
    drop((stuck, flooded, line));
    server.stop().await;
}
