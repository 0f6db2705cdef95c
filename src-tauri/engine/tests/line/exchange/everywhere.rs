//! What is set for the whole app: a proxy where a stream leaves it to the app, authorities beside a stream's own, each
//! read when an exchange begins.

use tapewriter_engine::contract::{Code, Network, OnEnd, Proxy};
use tapewriter_engine::http::Http;
use tapewriter_engine::source::{Request, Source};
use tapewriter_engine::{Engine, Everywhere};

use super::secure::secure;
use super::{fetch_from, server, stream};
use crate::support;

fn through(url: &str) -> Everywhere {
    Everywhere {
        proxy: Proxy::Through { url: url.to_owned() },
        ..Everywhere::default()
    }
}

fn get(url: &str, proxy: Proxy) -> Request {
    Request {
        network: Network {
            proxy,
            connect_s: 3,
            ..Network::default()
        },
        ..Request::get(url.parse().expect("an address"))
    }
}

#[tokio::test]
async fn a_stream_that_leaves_it_to_the_app_goes_as_the_app_says() {
    let proxy = server([stream(b"data: a\n\n"), stream(b"data: b\n\n")]).await;
    let http = Http::new();
    http.set_network(through(&proxy.origin));
    let Ok(came) = fetch_from(&http, get("http://first.test/x", Proxy::System)).await else {
        panic!("the app's proxy is not gone through");
    };
    assert_eq!(came.text(), "data: a\n\n");
    assert_eq!(came.traced.exchange.proxy, proxy.origin);
    assert!(proxy.requests()[0].starts_with("GET http://first.test/x HTTP/1.1\r\n"));

    // This machine's own addresses, the demo streams among them, go direct.
    let here = server([stream(b"data: here\n\n")]).await;
    let Ok(came) = fetch_from(&http, get(here.url("/x").as_str(), Proxy::System)).await else {
        panic!("this machine is not reached");
    };
    assert_eq!(came.text(), "data: here\n\n");
    assert_eq!(came.traced.exchange.proxy, "");

    // What a stream says itself goes before it.
    let own = server([stream(b"data: own\n\n")]).await;
    let own_proxy = Proxy::Through {
        url: own.origin.clone(),
    };
    let Ok(came) = fetch_from(&http, get("http://second.test/", own_proxy)).await else {
        panic!("the stream's own proxy is not gone through");
    };
    assert_eq!(came.text(), "data: own\n\n");
    let direct = get("http://no-such-host.invalid/", Proxy::None);
    let (failure, _) = fetch_from(&http, direct).await.err().expect("goes direct");
    assert_eq!(
        (failure.code, failure.args["host"].as_str()),
        (Code::Dns, "no-such-host.invalid")
    );

    // The app's own choice may be nobody, whatever the system says.
    http.set_network(Everywhere {
        proxy: Proxy::None,
        ..Everywhere::default()
    });
    let asked = get("http://no-such-host.invalid/", Proxy::System);
    let (failure, _) = fetch_from(&http, asked).await.err().expect("goes direct");
    assert_eq!(failure.code, Code::Dns);
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn the_apps_authorities_are_trusted_beside_the_streams_own() {
    let (first, second) = (secure(|_| {}).await, secure(|_| {}).await);
    let http = Http::new();
    // Before it is told.
    let (failure, _) = fetch_from(&http, first.request("localhost"))
        .await
        .err()
        .expect("nobody trusts it");
    assert_eq!(
        (failure.code, failure.args["certificate"].as_str()),
        (Code::Tls, "issuer")
    );
    http.set_network(Everywhere {
        ca_file: first.trusted("localhost").network.ca_file,
        ..Everywhere::default()
    });
    // One by the app's file, the other by the stream's, each with the other's beside it.
    for request in [first.request("localhost"), second.trusted("localhost")] {
        let Ok(came) = fetch_from(&http, request).await else {
            panic!("not trusted");
        };
        assert_eq!(came.text(), "data: x\n\n");
        assert!(came.traced.exchange.tls.expect("told").checked);
    }
    let (failure, _) = fetch_from(&http, second.request("localhost"))
        .await
        .err()
        .expect("not the app's");
    assert_eq!(failure.code, Code::Tls);
}

#[tokio::test]
async fn an_app_file_that_cannot_be_read_is_said_with_its_path() {
    let server = secure(|_| {}).await;
    let http = Http::new();
    let missing = Everywhere {
        ca_file: "/no/such/company.pem".to_owned(),
        ..Everywhere::default()
    };
    http.set_network(missing.clone());
    let (failure, _) = fetch_from(&http, server.trusted("localhost"))
        .await
        .err()
        .expect("a file is missing");
    assert_eq!(
        (
            failure.code,
            failure.args["detail"].as_str(),
            failure.args["path"].as_str(),
            failure.args["of"].as_str()
        ),
        (Code::Tls, "ca-file", "/no/such/company.pem", "app")
    );
    let checked = missing.check_ca_file().expect_err("missing");
    assert_eq!(checked.args["path"], "/no/such/company.pem");
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let empty = Everywhere {
        ca_file: here.display().to_string(),
        ..Everywhere::default()
    };
    assert_eq!(empty.check_ca_file().expect_err("no PEM").code, Code::Tls);
    Everywhere::default().check_ca_file().expect("none is fine");
}

#[tokio::test]
async fn a_session_takes_what_is_set_with_its_next_attempt() {
    let proxy = server([stream(b"data: a\n\n")]).await;
    let engine = Engine::default();
    let asked = |id: &str| tapewriter_engine::contract::Stream {
        id: id.to_owned(),
        on_end: OnEnd::Stop,
        ..support::get("http://first.test/x")
    };
    engine.set_network(through(&proxy.origin));
    let session = support::open(&engine, asked("a"));
    support::ended(&engine, &session).await;
    assert_eq!(support::data(&session), ["a"]);
    assert!(proxy.requests()[0].starts_with("GET http://first.test/x HTTP/1.1\r\n"));
}

#[test]
fn a_password_has_no_place_in_what_is_stored_in_plain() {
    let refused = |url: &str| {
        let failure = through(url).check_proxy().expect_err(url);
        assert_eq!(
            (failure.code, failure.args["detail"].as_str()),
            (Code::Url, "proxy"),
            "{failure:?}"
        );
        assert!(!format!("{failure:?}").contains("hunter2"), "{failure:?}");
        failure.args["what"].clone()
    };
    for url in [
        "http://me:hunter2@proxy.test:8080",
        "me:hunter2@proxy.test:8080",
        "socks5h://:hunter2@proxy.test",
    ] {
        assert_eq!(refused(url), "password", "{url}");
    }
    assert_eq!(refused("ftp://proxy.test"), "scheme");
    assert_eq!(refused("http://"), "url");
    for url in [
        "proxy.test:8080",
        "http://proxy.test",
        "socks5://proxy.test",
        "http://me@proxy.test",
    ] {
        through(url).check_proxy().expect(url);
    }
    Everywhere::default().check_proxy().expect("the system's");
}
