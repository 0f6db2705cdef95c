//! The fetch standard's "HTTP-redirect fetch", row by row.

use tapewriter_engine::contract::{Code, Header, Network};
use tapewriter_engine::redact::Redactor;
use tapewriter_engine::source::Request;

use super::{answer, came, failed, header, line, redirect, server, server_of, stream};

#[tokio::test]
async fn each_status_keeps_or_changes_the_method() {
    for (status, method, then) in [
        ("301 Moved Permanently", "GET", "GET"),
        ("302 Found", "GET", "GET"),
        ("303 See Other", "GET", "GET"),
        ("307 Temporary Redirect", "GET", "GET"),
        ("308 Permanent Redirect", "GET", "GET"),
        ("301 Moved Permanently", "POST", "GET"),
        ("302 Found", "POST", "GET"),
        ("303 See Other", "POST", "GET"),
        ("307 Temporary Redirect", "POST", "POST"),
        ("308 Permanent Redirect", "POST", "POST"),
        ("301 Moved Permanently", "PUT", "PUT"),
        ("302 Found", "DELETE", "DELETE"),
        ("303 See Other", "PUT", "GET"),
    ] {
        let server = server([redirect(status, "next?q=1"), stream(b"data: x\n\n")]).await;
        let mut asked = Request::get(server.url("/a/b"));
        asked.method = method.to_owned();
        if method != "GET" {
            asked.body = Some("body".into());
        }
        let came = came(asked).await;
        let sent = server.requests();
        assert!(
            sent[1].starts_with(&format!("{then} /a/next?q=1 HTTP/1.1\r\n")),
            "{status} {method}: {}",
            sent[1]
        );
        let keeps = then != "GET";
        assert_eq!(sent[1].ends_with("\r\n\r\nbody"), keeps, "{status} {method}");
        assert_eq!(
            line(&sent[1], "content-type").is_some(),
            keeps,
            "{status} {method}"
        );
        assert_eq!(came.head.url, format!("{}/a/next?q=1", server.origin));
        assert_eq!(came.text(), "data: x\n\n");
        let answers = came.traced.exchange.hops.iter().map(|hop| hop.response.as_ref());
        let statuses: Vec<_> = answers
            .map(|answer| answer.expect("one").status.to_string())
            .collect();
        assert_eq!(statuses, [&status[..3], "200"]);
    }
}

#[tokio::test]
async fn another_origin_is_told_no_secret() {
    let target = server([stream(b""), stream(b"")]).await;
    let first = server([
        redirect("302 Found", target.url("/x").as_ref()),
        redirect("302 Found", "/here"),
        stream(b""),
    ])
    .await;
    let asked = || {
        let mut asked = Request::get(first.url("/"));
        asked.headers = vec![
            header("Authorization", "Bearer s3cret"),
            header("Cookie", "a=s3cret"),
            header("X-Api-Key", "s3cret"),
            Header {
                secret: true,
                ..header("x-marked", "s3cret")
            },
            header("x-plain", "with ValueOfASecret inside"),
            header("x-kept", "yes"),
        ];
        asked.redactor = Redactor::new(vec!["ValueOfASecret".into()]).into();
        asked
    };
    came(asked()).await;
    let sent = target.requests().pop().expect("asked");
    assert_eq!(line(&sent, "x-kept"), Some("yes"));
    assert_eq!(line(&sent, "accept"), Some("text/event-stream"));
    for secret in ["s3cret", "ValueOfASecret"] {
        assert!(!sent.contains(secret), "{sent}");
    }
    // At home they stay.
    came(asked()).await;
    let sent = first.requests().pop().expect("asked");
    assert_eq!(sent.matches("s3cret").count(), 4);
    assert_eq!(sent.matches("ValueOfASecret").count(), 1);
}

#[tokio::test]
async fn a_body_with_a_secret_does_not_go_elsewhere() {
    let target = server([stream(b"")]).await;
    let first = server([redirect("307 Temporary Redirect", target.url("/").as_ref())]).await;
    let mut asked = Request::get(first.url("/"));
    asked.method = "POST".to_owned();
    asked.body = Some("{\"key\":\"ValueOfASecret\"}".into());
    asked.redactor = Redactor::new(vec!["ValueOfASecret".into()]).into();
    let (failure, traced) = failed(asked).await;
    assert_eq!(
        (failure.code, failure.args["detail"].as_str()),
        (Code::Redirect, "secret")
    );
    assert!(target.requests().is_empty());
    assert!(traced.exchange.hops[0].body.contains("●●●●●●"));
}

#[tokio::test]
async fn userinfo_in_a_location_is_used_at_home_and_refused_elsewhere() {
    let target = server([stream(b"")]).await;
    let elsewhere = target.origin.replace("http://", "http://u:p@");
    let first = server([redirect("302 Found", &elsewhere)]).await;
    let (failure, _) = failed(Request::get(first.url("/"))).await;
    assert_eq!(
        (failure.code, failure.args["detail"].as_str()),
        (Code::Redirect, "userinfo")
    );
    assert!(target.requests().is_empty());

    let here = server_of(|origin| {
        let own = origin.replace("http://", "http://u:p@");
        [redirect("302 Found", &format!("{own}/x")), stream(b"")]
    })
    .await;
    let came = came(Request::get(here.url("/"))).await;
    assert_eq!(line(&here.requests()[1], "authorization"), Some("Basic dTpw"));
    assert_eq!(came.head.url, format!("{}/x", here.origin));
    let shown = format!("{:?}", came.traced);
    assert!(!shown.contains("u:p@"), "{shown}");
}

#[tokio::test]
async fn a_fragment_is_never_sent_and_goes_on() {
    let server = server([
        redirect("302 Found", "/b"),
        redirect("302 Found", "/c#new"),
        stream(b""),
    ])
    .await;
    let came = came(Request::get(server.url("/a#old"))).await;
    assert!(server.requests().iter().all(|request| !request.contains('#')));
    let urls: Vec<_> = came
        .traced
        .exchange
        .hops
        .iter()
        .map(|hop| hop.url.clone())
        .collect();
    let at = |path: &str| server.url(path).to_string();
    assert_eq!(urls, [at("/a#old"), at("/b#old"), at("/c#new")]);
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_fails_and_says_why() {
    for (location, detail) in [
        (Some("http://"), "location"),
        (Some("ftp://127.0.0.1/"), "scheme"),
        (Some("data:text/event-stream,data:x"), "scheme"),
        (None, "location"),
    ] {
        let lines: Vec<String> = location
            .iter()
            .map(|location| format!("location: {location}"))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let server = server([answer("302 Found", &lines, b"")]).await;
        let (failure, traced) = failed(Request::get(server.url("/"))).await;
        assert_eq!(
            (failure.code, failure.args["detail"].as_str()),
            (Code::Redirect, detail),
            "{location:?}"
        );
        assert_eq!(traced.exchange.hops.len(), 1);
    }
}

#[tokio::test]
async fn a_loop_ends_at_the_bound_and_every_hop_is_told() {
    for (most, hops) in [(20, 21), (3, 4), (0, 1)] {
        let server = server((0..30).map(|n| redirect("302 Found", &format!("/{n}")))).await;
        let mut asked = Request::get(server.url("/"));
        asked.network = Network {
            max_redirects: most,
            ..Network::default()
        };
        let (failure, traced) = failed(asked).await;
        assert_eq!(
            (failure.code, failure.args["detail"].as_str()),
            (Code::Redirect, "loop")
        );
        assert_eq!(failure.args["count"], most.to_string());
        assert_eq!(traced.exchange.hops.len(), hops);
    }
}

#[tokio::test]
async fn other_statuses_with_a_location_are_no_redirects() {
    for status in [
        "201 Created",
        "300 Multiple Choices",
        "304 Not Modified",
        "305 Use Proxy",
    ] {
        let server = server([redirect(status, "/next")]).await;
        let (failure, _) = failed(Request::get(server.url("/"))).await;
        assert_eq!(
            (failure.code, failure.args["status"].as_str()),
            (Code::Status, &status[..3])
        );
        assert_eq!(server.requests().len(), 1);
    }
}
