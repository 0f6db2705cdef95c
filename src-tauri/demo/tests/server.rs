//! The server as clients meet it: every scenario, every fault, the guards and the shutdown.

mod support;

use std::time::{Duration, Instant};

use support::{End, FAILURE, Server, events};
use tokio::io::AsyncWriteExt;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// A question, as a stream.
const QUESTION: &str = r#"{"stream":true,"messages":[{"role":"user","content":"What is SSE?"}]}"#;

#[tokio::test]
async fn stream_is_the_tutorials_to_the_byte() {
    let server = Server::start().await;
    let answer = server.get("/stream?ms=1").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/event-stream; charset=utf-8")
    );
    assert_eq!(answer.end, End::Clean);
    let expected: Vec<_> = (1..=10)
        .map(|i| format!("data: Message {i}\n\n").into_bytes())
        .collect();
    assert_eq!(answer.chunks, expected, "one chunk an event");
    server.stop().await;
}

#[tokio::test]
async fn the_first_message_comes_at_once_and_the_next_does_not() {
    let server = Server::start().await;
    let mut line = server.open("/stream?ms=600000", &[]).await;
    let first = timeout(FAILURE, line.chunk()).await.expect("an event arrives");
    assert_eq!(first.unwrap().unwrap(), b"data: Message 1\n\n");
    let next = tokio::spawn(async move { line.chunk().await });
    server.stop().await;
    assert_eq!(
        next.await.unwrap().unwrap(),
        None,
        "stopping the server ends the body cleanly"
    );
}

#[tokio::test]
async fn typewriter_sends_the_whole_text_and_resumes() {
    let server = Server::start().await;
    let answer = server.get("/typewriter?ms=0").await;
    let all = events(&answer.body());
    assert_eq!(answer.end, End::Clean);
    assert_eq!(answer.chunks.len(), all.len(), "one chunk an event");
    assert!(
        all.iter()
            .enumerate()
            .all(|(i, event)| event.id == Some(i as u64 + 1))
    );
    let text: String = all.iter().map(|event| event.data.as_str()).collect();
    assert_eq!(text, tapewriter_demo::TYPEWRITER_TEXT);

    let again = server.get("/typewriter?ms=0").await;
    assert_eq!(again.body(), answer.body(), "the same pieces every time");

    let resumed = server
        .get_with("/typewriter?ms=0", &[("Last-Event-ID", "100")])
        .await;
    assert_eq!(events(&resumed.body()), all[100..]);
    let last = all.len().to_string();
    let done = server
        .get_with("/typewriter?ms=0", &[("Last-Event-ID", &last)])
        .await;
    assert_eq!(done.status, 204);
    server.stop().await;
}

#[tokio::test]
async fn flaky_drops_resumes_and_loses_nothing() {
    let server = Server::start().await;
    let mut seen = Vec::new();
    let mut ends = Vec::new();
    let mut last = String::new();
    loop {
        let resume = [("Last-Event-ID", last.as_str())];
        let headers = if last.is_empty() { &[] } else { &resume[..] };
        let answer = server.get_with("/flaky?ms=1", headers).await;
        if answer.status == 204 {
            break;
        }
        assert!(answer.body().starts_with("retry: 1500\n\n"));
        seen.extend(events(&answer.body()));
        ends.push(answer.end);
        last = seen.last().unwrap().id.unwrap().to_string();
    }
    let ids: Vec<_> = seen.iter().map(|event| event.id.unwrap()).collect();
    assert_eq!(ids, (1..=40).collect::<Vec<_>>());
    assert_eq!(seen[6].data, "Line 7 of 40, nothing lost");
    assert_eq!(seen[9].data, "第 10 行，共 40 行，一行不少");
    assert_eq!(ends.len(), 8);
    for (part, end) in ends.iter().enumerate() {
        assert_eq!(*end == End::Clean, part % 2 == 0, "part {part} ended {end:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn flaky_can_be_made_to_measure() {
    let server = Server::start().await;
    let path = "/flaky?ms=0&n=7&every=3&retry=20";
    let first = server.get(path).await;
    assert!(first.body().starts_with("retry: 20\n\n"));
    assert_eq!(events(&first.body()).len(), 3);
    // A client that went away in the middle of a part gets the rest of that part.
    let middle = server.get_with(path, &[("Last-Event-ID", "5")]).await;
    assert_eq!(events(&middle.body())[0].id, Some(6));
    assert_eq!(events(&middle.body()).len(), 1);
    assert_ne!(middle.end, End::Clean);
    let last = server.get_with(path, &[("Last-Event-ID", "6")]).await;
    assert_eq!(events(&last.body()).len(), 1);
    assert_eq!(last.end, End::Clean);
    server.stop().await;
}

#[tokio::test]
async fn flood_keeps_a_rate() {
    let server = Server::start().await;
    let paced = server.get("/flood?n=41&size=32&rate=100").await;
    assert_eq!(paced.body(), server.get("/flood?n=41&size=32").await.body());
    let chunks = &paced.chunks;
    assert!(chunks.len() > 10, "41 events in {} chunks", chunks.len());
    server.stop().await;
}

#[tokio::test]
async fn flood_is_exact_and_batched() {
    let server = Server::start().await;
    let answer = server.get("/flood?n=20000&size=100").await;
    let body = answer.body();
    assert_eq!(body.len(), 2_000_000);
    assert!(body.starts_with("data: 1 ."));
    assert_eq!(body.matches("\n\n").count(), 20_000);
    assert!(body.rsplit("data: ").next().unwrap().starts_with("20000 ."));
    assert!(answer.chunks.iter().all(|chunk| chunk.len() <= 64 * 1024));
    assert!(answer.chunks.len() < 100, "{} chunks", answer.chunks.len());

    assert_eq!(server.get("/flood?n=0").await.body(), "");
    for refused in [
        "n=100000001",
        "size=15",
        "size=65537",
        "n=100000000&size=16",
        "n=many",
        "rate=0",
        "rate=1000001",
        "rate=fast",
    ] {
        assert_eq!(
            server.get(&format!("/flood?{refused}")).await.status,
            400,
            "{refused}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn faults_do_what_their_names_say() {
    let server = Server::start().await;
    for status in [204, 404, 500] {
        assert_eq!(
            server.get(&format!("/faults/status-{status}")).await.status,
            status
        );
    }
    let page = server.get("/faults/wrong-type").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(page.body().contains("not an event stream"));

    let comments = server.get("/faults/comments?ms=0").await;
    assert_eq!(comments.body(), tapewriter_demo::COMMENTS.concat());
    let parsed = events(&comments.body());
    assert_eq!(parsed.len(), 6);
    assert_eq!(parsed[1].data, "Second step,\non two lines");
    assert_eq!(parsed[1].name.as_deref(), Some("step"));
    assert!(
        !comments.body().replace("\r\n", "").contains(['\r', '\n']),
        "CRLF throughout"
    );
    server.stop().await;
}

#[tokio::test]
async fn reset_breaks_inside_an_event() {
    let server = Server::start().await;
    let answer = server.get("/faults/reset").await;
    assert_eq!(answer.status, 200);
    assert_eq!(events(&answer.body()).len(), 2);
    assert!(answer.body().ends_with("data: This event nev"));
    assert_eq!(answer.end, End::Reset);
    server.stop().await;
}

#[tokio::test]
async fn silent_sends_a_head_and_nothing_more() {
    let server = Server::start().await;
    let mut line = server.open("/faults/silent", &[]).await;
    assert_eq!(line.status, 200);
    assert!(line.head.contains("content-type: text/event-stream\r\n"));
    let silence = tokio::spawn(async move { line.chunk().await });
    server.stop().await;
    assert_eq!(silence.await.unwrap().unwrap(), None);
}

#[tokio::test]
async fn redirects_are_relative_and_end_at_the_stream() {
    let server = Server::start().await;
    let mut path = "/faults/redirect?n=3&ms=5".to_owned();
    for _ in 0..3 {
        let answer = server.get(&path).await;
        assert_eq!(answer.status, 307);
        let target = answer.header("location").unwrap();
        path = match target.strip_prefix("../") {
            Some(rest) => format!("/{rest}"),
            None => format!("/faults/{target}"),
        };
    }
    assert_eq!(path, "/stream?ms=5");
    assert_eq!(server.get(&path).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn the_page_is_allowed_its_own_files_and_nothing_else() {
    let server = Server::start().await;
    let page = server.get("/").await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );
    for (path, kind) in [("/page.css", "text/css"), ("/page.js", "text/javascript")] {
        assert!(page.body().contains(&format!("\"{path}\"")));
        let file = server.get(path).await;
        assert!(file.header("content-type").unwrap().starts_with(kind));
    }
    for inline in ["<style", "style=", "onclick", "<script>"] {
        assert!(
            !page.body().contains(inline),
            "{inline} would not pass the page's own policy"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_refused() {
    let server = Server::start().await;
    let port = server.port;
    let with_host = async |host: &str| {
        let mut line = server
            .send(&format!("GET /stream?ms=0 HTTP/1.1\r\n{host}\r\n"))
            .await;
        line.rest().await
    };
    for own in [
        format!("127.0.0.1:{port}"),
        format!("LOCALHOST:{port}"),
        format!("[::1]:{port}"),
    ] {
        assert_eq!(with_host(&format!("Host: {own}\r\n")).await.status, 200, "{own}");
    }
    for foreign in [
        "example.org".to_owned(),
        "127.0.0.1".to_owned(),
        format!("evil.test:{port}"),
    ] {
        let answer = with_host(&format!("Host: {foreign}\r\n")).await;
        assert_eq!(answer.status, 421, "{foreign}");
        assert_eq!(answer.body().lines().count(), 1);
    }
    assert_eq!(with_host("").await.status, 421);

    let own = format!("http://localhost:{port}");
    assert_eq!(
        server.get_with("/stream?ms=0", &[("Origin", &own)]).await.status,
        200
    );
    for foreign in ["http://example.org", "null", "http://localhost:1"] {
        let answer = server.get_with("/stream?ms=0", &[("Origin", foreign)]).await;
        assert_eq!(answer.status, 403, "{foreign}");
    }
    let unknown = server.get_with("/nowhere", &[("Origin", "null")]).await;
    assert_eq!(unknown.status, 403, "the guards come before the routes");
    server.stop().await;
}

#[tokio::test]
async fn other_methods_and_other_paths_are_told_what_works() {
    let server = Server::start().await;
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"] {
        let request = format!(
            "{method} /stream HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n",
            server.port
        );
        let line = server.send(&request).await;
        assert_eq!(line.status, 405, "{method}");
        assert!(line.head.contains("allow: GET\r\n"), "{method}: {}", line.head);
    }
    for path in ["/v1/chat/completions", "/v1/messages", "/chat/send"] {
        for method in ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccess-Control-Request-Method: POST\r\n\r\n",
                server.port
            );
            let line = server.send(&request).await;
            assert_eq!(line.status, 405, "{method} {path}");
            assert!(line.head.contains("allow: POST\r\n"), "{}", line.head);
            assert!(!line.head.contains("access-control"), "{}", line.head);
        }
        let foreign = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: http://example.org\r\nContent-Length: 0\r\n\r\n",
            server.port
        );
        assert_eq!(server.send(&foreign).await.status, 403, "{path}");
    }
    let lost = server.get("/steam").await;
    assert_eq!(lost.status, 404);
    for path in [
        "/stream",
        "/typewriter",
        "/flaky",
        "/flood",
        "/monitor",
        "/chat",
        "/chat/send",
        "/news",
        "/v1/messages",
        "/faults/silent",
    ] {
        assert!(lost.body().contains(path), "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_stream_of_the_catalogue_is_there() {
    let server = Server::start().await;
    let keys: Vec<_> = tapewriter_demo::catalog()
        .iter()
        .map(|scenario| scenario.key)
        .collect();
    let expected = [
        "answers", "message", "monitor", "chat", "news", "flaky", "longread", "flood",
    ];
    assert_eq!(keys, expected);
    for scenario in tapewriter_demo::catalog() {
        let line = match scenario.body {
            Some(body) => {
                let body = body.replace("{{prompt}}", scenario.prompt[0]);
                server.open_post(scenario.path, &body).await
            }
            None => server.open(scenario.path, &[]).await,
        };
        assert_eq!(line.status, 200, "{}", scenario.path);
        assert!(
            line.head.contains("content-type: text/event-stream"),
            "{}",
            scenario.path
        );
        if !scenario.send.is_empty() {
            let sent = server
                .post(scenario.send, r#"{"id":"1","sender":"A","text":"B"}"#)
                .await;
            assert_eq!(sent.status, 202, "{}", scenario.send);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn shutdown_ends_every_connection_and_leaves_no_task() {
    let server = Server::start().await;
    let mut lines = Vec::new();
    for path in [
        "/stream",
        "/typewriter",
        "/flaky",
        "/faults/silent",
        "/faults/comments?ms=600000",
        "/monitor",
        "/chat",
        "/news",
    ] {
        lines.push(server.open(path, &[]).await);
    }
    for path in ["/v1/chat/completions", "/v1/messages"] {
        let slowly = format!("{path}?rate=1");
        lines.push(server.open_post(&slowly, QUESTION).await);
    }
    // A question that is never finished.
    let mut asking = tokio::net::TcpStream::connect(("127.0.0.1", server.port))
        .await
        .unwrap();
    let half = format!(
        "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 99\r\n\r\n{{",
        server.port
    );
    asking.write_all(half.as_bytes()).await.unwrap();
    // A client that never reads, one that keeps its connection for later, one that never finishes its request.
    let stuck = server.open("/flood?n=100000000", &[]).await;
    let mut idle = server.open("/stream?ms=0", &[]).await;
    assert_eq!(idle.rest().await.end, End::Clean);
    let unfinished = tokio::net::TcpStream::connect(("127.0.0.1", server.port))
        .await
        .unwrap();
    unfinished.writable().await.unwrap();
    unfinished.try_write(b"GET /stream HTTP/1.1\r\n").unwrap();

    let port = server.port;
    let stopping = Instant::now();
    server.stop().await;
    assert!(stopping.elapsed() < Duration::from_secs(1), "all within a second");
    for mut line in lines.into_iter().chain([stuck, idle]) {
        timeout(FAILURE, line.closed())
            .await
            .expect("the connection closes");
    }
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test]
async fn clients_that_leave_take_their_tasks_with_them() {
    let server = Server::start().await;
    let metrics = Handle::current().metrics();
    let before = metrics.num_alive_tasks();
    for _ in 0..100 {
        drop(server.open("/faults/silent", &[]).await);
    }
    let gone = async {
        while metrics.num_alive_tasks() > before {
            tokio::task::yield_now().await;
        }
    };
    timeout(FAILURE, gone).await.expect("no task stays behind");
    server.stop().await;
}

#[tokio::test]
async fn a_taken_port_is_an_error_only_when_it_must_be_that_one() {
    let taken = tapewriter_demo::bind(None, true).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    assert!(tapewriter_demo::bind(Some(port), true).await.is_err());
    let other = tapewriter_demo::bind(Some(port), false).await.unwrap();
    assert_ne!(other.local_addr().unwrap().port(), port);
    assert!(other.local_addr().unwrap().ip().is_loopback());
    drop(taken);
    let same = tapewriter_demo::bind(Some(port), true).await.unwrap();
    assert_eq!(same.local_addr().unwrap().port(), port);
}
