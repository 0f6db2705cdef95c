//! Secrets do not come back: not in what a server repeats, not in what is said of a failure.

use tapewriter_engine::contract::{Code, RowKind, Stream};
use tapewriter_engine::redact::{REDACTED, Redactor};
use tapewriter_engine::source::Request;
use tapewriter_engine::{Engine, headers};

use super::{answer, came, failed, header, server};
use crate::support::{ended, once, open, rows};

/// Everything that could repeat a secret, and a server that repeats it everywhere.
fn asked(url: url::Url) -> Request {
    let mut url = url;
    url.set_query(Some("n=1&access_token=Hunter2Token"));
    Request {
        headers: vec![
            header("Authorization", "Bearer Hunter2Bearer"),
            header("Cookie", "a=Hunter2Cookie"),
            header("x-plain", "Hunter2Placed"),
        ],
        redactor: Redactor::new(vec!["Hunter2Placed".into()]).into(),
        ..Request::get(url)
    }
}

const ALL: &str = "Hunter2Token Hunter2Bearer Hunter2Cookie Hunter2Placed Bearer Hunter2Bearer";

#[tokio::test]
async fn a_head_that_repeats_them_is_told_without() {
    let lines = [
        "content-type: text/event-stream",
        &format!("x-echo: {ALL}"),
        "set-cookie: sid=Hunter2Set",
        "location: https://me:pw@example.com/?sig=Hunter2Location&n=2",
        "www-authenticate: Basic realm=\"x\"",
    ];
    let server = server([answer("200 OK", &lines, b"data: x\n\n")]).await;
    let came = came(asked(server.url("/"))).await;
    let shown = format!("{:?} {:?}", came.head, came.traced);
    assert!(!shown.contains("Hunter2") && !shown.contains("me:pw"), "{shown}");
    assert_eq!(
        came.head.header("location"),
        Some(format!("https://example.com/?sig={REDACTED}&n=2").as_str())
    );
    assert_eq!(came.head.header("set-cookie"), Some(REDACTED));
    assert_eq!(came.head.header("www-authenticate"), Some("Basic realm=\"x\""));
    assert_eq!(
        came.head.url,
        format!("{}/?n=1&access_token={REDACTED}", server.origin)
    );
    let public = headers::public_headers(&came.head);
    assert!(public.contains(&("set-cookie".to_owned(), REDACTED.to_owned())));
}

#[tokio::test]
async fn a_refused_body_that_repeats_them_is_told_without() {
    let long = format!("{}{ALL}{}", "x".repeat(2_040), "y".repeat(70_000));
    let at_the_end = format!("{}{ALL}", "x".repeat((64 << 10) - 5));
    let server = server([ALL, &long, &at_the_end].map(|body| answer("500 No", &[], body.as_bytes()))).await;
    for _ in 0..3 {
        let (failure, traced) = failed(asked(server.url("/"))).await;
        assert_eq!(failure.code, Code::Status);
        let shown = format!("{failure:?} {}", String::from_utf8_lossy(&traced.refused));
        assert!(!shown.contains("Hunt"), "{}", &shown[..200]);
        assert!(traced.refused.len() <= (64 << 10) + 64);
    }
}

#[tokio::test]
async fn a_redirect_to_an_address_with_a_secret_fails_without_it() {
    let location = "location: http://[Hunter2Placed/?token=Hunter2Query";
    let server = server([answer("302 Found", &[location], b"")]).await;
    let (failure, traced) = failed(asked(server.url("/"))).await;
    assert_eq!(failure.code, Code::Redirect);
    assert!(
        !format!("{failure:?} {traced:?}").contains("Hunter2"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn the_log_of_a_session_holds_none() {
    let lines = ["content-type: text/event-stream", "set-cookie: sid=Hunter2Set"];
    let server = server([answer("200 OK", &lines, b"data: x\n\n")]).await;
    let engine = Engine::default();
    let mut url = server.url("/?key=Hunter2Key");
    url.set_password(Some("Hunter2Password")).expect("a host");
    let stream = Stream {
        headers: vec![header("x-api-key", "Hunter2Header")],
        ..once(url.as_str())
    };
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    let log = rows(&session);
    assert!(
        log.iter()
            .any(|row| matches!(&row.kind, RowKind::Opened { url, .. } if url.contains(REDACTED)))
    );
    let shown = format!("{log:?} {:?}", session.status());
    assert!(!shown.contains("Hunter2"), "{shown}");
    assert!(server.requests()[0].contains("Hunter2Key") && server.requests()[0].contains("Hunter2Header"));
}

#[tokio::test]
async fn what_ordinary_cookies_say_stays_readable() {
    let lines = [
        "content-type: text/event-stream",
        "access-control-allow-credentials: true",
        "x-echo: consent=true; view=stream",
    ];
    let server = server([answer("200 OK", &lines, b"data: x\n\n")]).await;
    let mut asked = Request::get(server.url("/stream"));
    asked.headers = vec![header("Cookie", "consent=true; view=stream")];
    let came = came(asked).await;
    assert_eq!(came.head.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(came.head.url, format!("{}/stream", server.origin));
    assert_eq!(
        came.head.header("x-echo"),
        Some(REDACTED),
        "the line is secret as a whole"
    );
}

#[tokio::test]
async fn a_failure_is_bounded_and_what_programs_read_of_it_is_left() {
    let kind = format!("content-type: text/{}", "流".repeat(40_000));
    let coding = format!("content-encoding: {}", "x".repeat(100_000));
    let server = server([
        answer("200 OK", &[&kind], b""),
        answer("200 OK", &["content-type: text/event-stream", &coding], b""),
        answer(
            "302 Found",
            &[&format!("location: http://[{}", "x".repeat(100_000))],
            b"",
        ),
        answer("503 Gone Fishing", &["retry-after: 12345"], b""),
    ])
    .await;
    for _ in 0..3 {
        let (failure, _) = failed(Request::get(server.url("/"))).await;
        assert!(failure.message.len() < 5_000, "{}", failure.message.len());
        assert!(failure.args.values().all(|value| value.len() < 5_000));
    }
    let mut asked = Request::get(server.url("/"));
    asked.redactor = Redactor::new(vec!["12345".into(), "503".into()]).into();
    let (failure, traced) = failed(asked).await;
    assert_eq!(failure.args["status"], "503");
    assert_eq!(failure.args["retry_after"], "12345");
    let answer = traced.exchange.hops[0].response.as_ref().expect("an answer");
    assert_eq!(answer.reason, "Gone Fishing", "as it came");
}
