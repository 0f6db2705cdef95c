//! The trace is what went over the line.

use tapewriter_engine::contract::{Framing, Hop, Network};
use tapewriter_engine::redact::REDACTED;
use tapewriter_engine::source::Request;

use super::{Server, came, failed, header, line, server, stream};

/// The request as a hop tells it, in the form of RFC 9112.
fn written(hop: &Hop) -> String {
    let mut text = format!("{} {} HTTP/1.1\r\n", hop.method, hop.target);
    for header in &hop.headers {
        text.push_str(&format!("{}: {}\r\n", header.name, header.value));
    }
    text + "\r\n" + &hop.body
}

fn request(server: &Server, path: &str) -> Request {
    Request::get(server.url(path))
}

#[tokio::test]
async fn a_get_is_told_byte_for_byte() {
    let server = server([stream(b"")]).await;
    let mut asked = request(&server, "/a%20b?q=ü&x=`{|}#part");
    asked.headers = vec![
        header("X-One", "1"),
        header("accept", "*/*"),
        header("x-one", "2"),
    ];
    asked.last_event_id = "7".to_owned();
    let came = came(asked).await;
    let [hop] = &came.traced.exchange.hops[..] else {
        panic!("one hop");
    };
    assert_eq!(written(hop), server.requests()[0]);
    assert_eq!(hop.target, "/a%20b?q=%C3%BC&x=`{|}");
    assert_eq!(hop.body_bytes, 0);
    let answer = hop.response.as_ref().expect("an answer");
    assert_eq!(
        (answer.status, answer.reason.as_str(), answer.http.as_str()),
        (200, "OK", "HTTP/1.1")
    );
    assert_eq!(answer.headers[0], header("content-type", "text/event-stream"));
    assert_eq!(came.traced.exchange.remote, server.authority());
    assert_eq!(came.traced.exchange.proxy, "");
    assert!(hop.at_us > 1_700_000_000_000_000 && answer.after_us > 0);
}

#[tokio::test]
async fn a_post_is_told_byte_for_byte() {
    let server = server([stream(b""), stream(b"")]).await;
    let mut asked = request(&server, "/");
    asked.method = "POST".to_owned();
    asked.body = Some("{\"a\":\"ü\"}".into());
    // What is said of the length is always true.
    asked.headers = vec![
        header("content-length", "1"),
        header("transfer-encoding", "chunked"),
    ];
    let came_first = came(asked).await;
    let hop = &came_first.traced.exchange.hops[0];
    assert_eq!(written(hop), server.requests()[0]);
    assert_eq!(hop.body_bytes, 10);
    assert_eq!(line(&server.requests()[0], "content-length"), Some("10"));
    assert_eq!(
        line(&server.requests()[0], "content-type"),
        Some("application/json")
    );
    let mut asked = request(&server, "/");
    asked.method = "POST".to_owned();
    let came = came(asked).await;
    assert_eq!(written(&came.traced.exchange.hops[0]), server.requests()[1]);
    assert_eq!(line(&server.requests()[1], "content-length"), Some("0"));
}

#[tokio::test]
async fn secrets_are_sent_and_not_told() {
    let server = server([stream(b"")]).await;
    let mut url = server.url("/x?api_key=hunter2&n=1");
    url.set_username("me").expect("a host");
    url.set_password(Some("p@ss:word")).expect("a host");
    let mut asked = Request::get(url);
    asked.headers = vec![header("X-Api-Key", "s3cret"), header("x-mine", "quiet")];
    asked.headers[1].secret = true;
    let came = came(asked).await;
    let sent = server.requests()[0].clone();
    assert!(sent.starts_with("GET /x?api_key=hunter2&n=1 HTTP/1.1\r\n"));
    assert_eq!(line(&sent, "authorization"), Some("Basic bWU6cEBzczp3b3Jk"));
    assert_eq!(line(&sent, "x-api-key"), Some("s3cret"));
    assert_eq!(line(&sent, "x-mine"), Some("quiet"));
    let hop = &came.traced.exchange.hops[0];
    // The same but for the values.
    let expected = sent
        .replace("hunter2", REDACTED)
        .replace("Basic bWU6cEBzczp3b3Jk", REDACTED)
        .replace("s3cret", REDACTED)
        .replace("quiet", REDACTED);
    assert_eq!(written(hop), expected);
    assert!(
        hop.headers
            .iter()
            .all(|header| header.secret == (header.value == REDACTED))
    );
    for shown in [format!("{:?}", came.traced), format!("{:?}", came.head)] {
        for secret in ["hunter2", "p@ss", "p%40ss", "cEBzc", "s3cret", "quiet"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[tokio::test]
async fn a_request_that_fails_is_told_too() {
    let mut asked = Request::get("http://127.0.0.1:1/x".parse().expect("an address"));
    asked.headers = vec![header("x-a", "b")];
    let (_, traced) = failed(asked).await;
    let hop = &traced.exchange.hops[0];
    assert!(written(hop).contains("x-a: b\r\nhost: 127.0.0.1:1\r\n"));
    assert_eq!(hop.response, None);
    assert_eq!(traced.exchange.remote, "");
}

#[tokio::test]
async fn who_asks_and_for_what_can_be_said_otherwise() {
    let server = server((0..7).map(|_| stream(b""))).await;
    let ask = async |framing, compression, headers: Vec<_>| {
        let mut asked = request(&server, "/");
        asked.framing = framing;
        asked.network = Network {
            compression,
            ..Network::default()
        };
        asked.headers = headers;
        came(asked).await;
        server.requests().pop().expect("asked")
    };
    let sent = ask(Framing::Auto, false, vec![]).await;
    let own = concat!("Tapewriter/", env!("CARGO_PKG_VERSION"));
    assert_eq!(line(&sent, "user-agent"), Some(own));
    assert_eq!(line(&sent, "accept"), Some("text/event-stream"));
    assert_eq!(line(&sent, "cache-control"), Some("no-cache"));
    assert_eq!(line(&sent, "accept-encoding"), Some("identity"));
    let sent = ask(Framing::Sse, true, vec![header("User-Agent", "curl/8")]).await;
    assert_eq!(line(&sent, "user-agent"), Some("curl/8"));
    assert_eq!(sent.matches("gent").count(), 1);
    assert_eq!(line(&sent, "accept-encoding"), Some("gzip, deflate, br, zstd"));
    let sent = ask(Framing::Ndjson, false, vec![]).await;
    assert_eq!(line(&sent, "accept"), Some("application/x-ndjson, */*;q=0.5"));
    let sent = ask(Framing::Lines, false, vec![header("Accept", "text/plain")]).await;
    assert_eq!(line(&sent, "accept"), Some("text/plain"));
}

#[tokio::test]
async fn a_body_has_the_type_that_was_chosen_or_that_it_reads_like() {
    let server = server((0..4).map(|_| stream(b""))).await;
    for (body, chosen, sent) in [
        ("[1", None, "application/json"),
        ("hello", None, "text/plain;charset=utf-8"),
        (
            "a=1",
            Some("application/x-www-form-urlencoded"),
            "application/x-www-form-urlencoded",
        ),
    ] {
        let mut asked = request(&server, "/");
        asked.method = "PUT".to_owned();
        asked.body = Some(body.into());
        asked.content_type = chosen;
        came(asked).await;
        let request = server.requests().pop().expect("asked");
        assert_eq!(line(&request, "content-type"), Some(sent), "{body}");
    }
}
