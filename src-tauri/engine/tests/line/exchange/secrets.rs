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
