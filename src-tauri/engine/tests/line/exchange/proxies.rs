//! Through proxies: HTTP as it is and by CONNECT, SOCKS; and whose fault it is when nothing comes.

use std::sync::Arc;

use parking_lot::Mutex;
use tapewriter_engine::contract::{Code, Failure, Network, Proxy};
use tapewriter_engine::source::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::secure::secure;
use super::{came, failed, line, redirect, server, stream};
use crate::support::head;

/// A proxy that passes on what comes after its own greeting, and keeps what it was asked.
struct Pass {
    authority: String,
    asked: Arc<Mutex<Vec<String>>>,
}

enum Kind {
    Connect,
    /// With this user name and password, if any; and what it answers to a request.
    Socks(Option<(&'static str, &'static str)>, u8),
}

async fn proxy(kind: Kind) -> Pass {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let authority = listener.local_addr().expect("an address").to_string();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let target = match &kind {
                Kind::Connect => {
                    let request = head(&mut socket).await;
                    kept.lock().push(request.clone());
                    let _ = socket
                        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                        .await;
                    request.split(' ').nth(1).expect("a target").to_owned()
                }
                Kind::Socks(who, answer) => match socks(&mut socket, *who, *answer).await {
                    Some(target) => {
                        kept.lock().push(target.clone());
                        target
                    }
                    None => continue,
                },
            };
            let port = target.rsplit(':').next().expect("a port");
            let mut there = TcpStream::connect(format!("127.0.0.1:{port}"))
                .await
                .expect("there");
            tokio::spawn(async move {
                // It ends when either side does.
                let _ = tokio::io::copy_bidirectional(&mut socket, &mut there).await;
            });
        }
    });
    Pass { authority, asked }
}

/// RFC 1928 and RFC 1929, as much as a test needs; where the client wants to go.
async fn socks(socket: &mut TcpStream, who: Option<(&str, &str)>, answer: u8) -> Option<String> {
    let mut two = [0; 2];
    socket.read_exact(&mut two).await.ok()?;
    let mut methods = vec![0; two[1].into()];
    socket.read_exact(&mut methods).await.ok()?;
    match who {
        None => socket.write_all(&[5, 0]).await.ok()?,
        Some((user, password)) => {
            assert!(methods.contains(&2));
            socket.write_all(&[5, 2]).await.ok()?;
            let mut told = Vec::new();
            socket.read_exact(&mut two).await.ok()?;
            let mut part = vec![0; two[1].into()];
            socket.read_exact(&mut part).await.ok()?;
            told.push(String::from_utf8(part).ok()?);
            let mut part = vec![0; socket.read_u8().await.ok()?.into()];
            socket.read_exact(&mut part).await.ok()?;
            told.push(String::from_utf8(part).ok()?);
            let right = told == [user, password];
            socket.write_all(&[1, u8::from(!right)]).await.ok()?;
            if !right {
                return None;
            }
        }
    }
    let mut request = [0; 4];
    socket.read_exact(&mut request).await.ok()?;
    let host = match request[3] {
        1 => {
            let mut ip = [0; 4];
            socket.read_exact(&mut ip).await.ok()?;
            std::net::Ipv4Addr::from(ip).to_string()
        }
        3 => {
            let mut name = vec![0; socket.read_u8().await.ok()?.into()];
            socket.read_exact(&mut name).await.ok()?;
            String::from_utf8(name).ok()?
        }
        _ => return None,
    };
    let port = socket.read_u16().await.ok()?;
    socket
        .write_all(&[5, answer, 0, 1, 127, 0, 0, 1, 0, 1])
        .await
        .ok()?;
    (answer == 0).then(|| format!("{host}:{port}"))
}

fn through(url: &str, proxy: &str) -> Request {
    Request {
        network: Network {
            proxy: Proxy::Through {
                url: proxy.to_owned(),
            },
            connect_s: 3,
            ..Network::default()
        },
        ..Request::get(url.parse().expect("an address"))
    }
}

#[tokio::test]
async fn http_goes_whole_to_an_http_proxy() {
    let proxy = server([
        stream(b"data: x\n\n"),
        redirect("302 Found", "http://second.test/y?z"),
        stream(b""),
    ])
    .await;
    let with_password = proxy.origin.replace("http://", "http://me:p%40ss@");
    let first = came(through("http://first.test:81/x?token=hunter2", &with_password)).await;
    let sent = proxy.requests()[0].clone();
    assert!(
        sent.starts_with("GET http://first.test:81/x?token=hunter2 HTTP/1.1\r\n"),
        "{sent}"
    );
    assert_eq!(line(&sent, "host"), Some("first.test:81"));
    assert_eq!(line(&sent, "proxy-authorization"), Some("Basic bWU6cEBzcw=="));
    let exchange = &first.traced.exchange;
    let hop = &exchange.hops[0];
    assert_eq!(hop.target, "http://first.test:81/x?token=●●●●●●");
    let names: Vec<_> = hop.headers.iter().map(|header| header.name.clone()).collect();
    let sent_names: Vec<_> = sent
        .lines()
        .skip(1)
        .filter_map(|line| Some(line.split_once(": ")?.0.to_owned()))
        .collect();
    assert_eq!(names, sent_names);
    assert_eq!(
        (exchange.proxy.as_str(), exchange.remote.as_str()),
        (proxy.origin.as_str(), proxy.authority())
    );
    let shown = format!("{:?}", first.traced);
    assert!(
        !shown.contains("p@ss") && !shown.contains("p%40ss") && !shown.contains("bWU6"),
        "{shown}"
    );
    // Redirects go through it as well.
    came(through("http://first.test/", &proxy.origin)).await;
    assert!(proxy.requests()[2].starts_with("GET http://second.test/y?z HTTP/1.1\r\n"));
    assert_eq!(line(&proxy.requests()[2], "proxy-authorization"), None);
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let (proxy, server) = (proxy(Kind::Connect).await, secure(|_| {}).await);
    let mut asked = server.trusted("localhost");
    asked.network.proxy = Proxy::Through {
        url: format!("http://u:p@{}", proxy.authority),
    };
    let came = came(asked).await;
    assert_eq!(came.text(), "data: x\n\n");
    let connect = proxy.asked.lock()[0].clone();
    assert!(
        connect.starts_with(&format!("CONNECT localhost:{} HTTP/1.1\r\n", server.port)),
        "{connect}"
    );
    assert_eq!(line(&connect, "proxy-authorization"), Some("Basic dTpw"));
    let hop = &came.traced.exchange.hops[0];
    assert_eq!(hop.target, "/");
    assert!(
        hop.headers
            .iter()
            .all(|header| header.name != "proxy-authorization")
    );
    assert!(came.traced.exchange.tls.is_some());
    // The certificate is the server's own fault, not the proxy's.
    let mut asked = server.request("localhost");
    asked.network.proxy = Proxy::Through {
        url: proxy.authority.clone(),
    };
    let (failure, _) = failed(asked).await;
    assert_eq!(
        (failure.code, failure.args["certificate"].as_str()),
        (Code::Tls, "issuer")
    );
    assert_eq!(failure.args["host"], format!("localhost:{}", server.port));
}

#[tokio::test]
async fn socks_passes_everything_on_and_resolves_where_it_should() {
    let plain = server([stream(b"data: a\n\n"), stream(b"data: b\n\n")]).await;
    let port = plain.url("/").port().expect("a port");
    let socks = proxy(Kind::Socks(Some(("me", "p@ss")), 0)).await;
    let came_b = came(through(
        &format!("http://localhost:{port}/"),
        &format!("socks5://me:p%40ss@{}", socks.authority),
    ))
    .await;
    assert_eq!(came_b.text(), "data: a\n\n");
    assert_eq!(socks.asked.lock()[0], format!("127.0.0.1:{port}"));
    assert!(plain.requests()[0].starts_with("GET / HTTP/1.1\r\n"));
    assert_eq!(came_b.traced.exchange.hops[0].target, "/");
    assert_eq!(
        came_b.traced.exchange.proxy,
        format!("socks5://{}", socks.authority)
    );
    let named = came(through(
        &format!("http://nowhere.test:{port}/"),
        &format!("socks5h://me:p%40ss@{}", socks.authority),
    ))
    .await;
    assert_eq!(named.text(), "data: b\n\n");
    assert_eq!(socks.asked.lock()[1], format!("nowhere.test:{port}"));
    assert!(!format!("{:?}", named.traced).contains("p@ss"));
    // Secure, and told of.
    let server = secure(|_| {}).await;
    let mut asked = server.trusted("localhost");
    asked.network.proxy = Proxy::Through {
        url: format!("socks5h://me:p%40ss@{}", socks.authority),
    };
    let came = came(asked).await;
    assert_eq!(came.text(), "data: x\n\n");
    assert!(came.traced.exchange.tls.is_some());
}

fn says(failure: &Failure, host: &str, detail: &str) {
    assert_eq!(
        (
            failure.code,
            failure.args["host"].as_str(),
            failure.args["detail"].as_str()
        ),
        (Code::Refused, host, detail),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_not_the_host() {
    for (scheme, target) in [
        ("http", "http://example.test/"),
        ("http", "https://example.test/"),
        ("socks5h", "http://example.test/"),
        ("socks5h", "https://example.test/"),
        ("https", "http://example.test/"),
        ("https", "https://example.test/"),
    ] {
        let (failure, traced) = failed(through(target, &format!("{scheme}://me:hunter2@127.0.0.1:1"))).await;
        says(&failure, "127.0.0.1:1", "proxy");
        assert_eq!(failure.args["target"], "example.test");
        assert!(
            failure.message.contains("the proxy 127.0.0.1:1"),
            "{}",
            failure.message
        );
        assert_eq!(traced.exchange.proxy, format!("{scheme}://127.0.0.1:1"));
        assert!(!format!("{failure:?}{traced:?}").contains("hunter2"));
    }
    let (failure, _) = failed(through(
        "http://example.test/",
        "http://no-such-host.invalid:8080",
    ))
    .await;
    assert_eq!(
        (
            failure.code,
            failure.args["host"].as_str(),
            failure.args["detail"].as_str()
        ),
        (Code::Dns, "no-such-host.invalid:8080", "proxy")
    );
    let (failure, _) = failed(through("http://no-such-host.invalid/", "socks5://127.0.0.1:1")).await;
    assert_eq!(
        (failure.code, failure.args["host"].as_str()),
        (Code::Dns, "no-such-host.invalid")
    );
}

#[tokio::test]
async fn a_proxy_that_does_not_go_on_says_so_of_the_host() {
    let refusing = server([
        super::answer("502 Bad Gateway", &[], b""),
        super::answer("407 Proxy Authentication Required", &[], b""),
    ])
    .await;
    for _ in 0..2 {
        let (failure, _) = failed(through("https://example.test/", &refusing.origin)).await;
        says(&failure, "example.test", "proxy-answer");
        assert_eq!(failure.args["proxy"], refusing.authority());
    }
    // Connection refused, and a password that is not the right one.
    for (who, answer) in [(None, 5), (Some(("me", "other")), 0)] {
        let socks = proxy(Kind::Socks(who, answer)).await;
        let (failure, _) = failed(through(
            "http://example.test/",
            &format!("socks5h://me:pass@{}", socks.authority),
        ))
        .await;
        says(&failure, "example.test", "proxy-answer");
    }
    let (failure, _) = {
        let asks = server([super::answer("407 Proxy Authentication Required", &[], b"")]).await;
        failed(through("http://example.test/", &asks.origin)).await
    };
    assert_eq!(
        (failure.code, failure.args["status"].as_str()),
        (Code::Status, "407")
    );
}

#[tokio::test]
async fn a_proxys_address_that_cannot_be_used_is_said() {
    for (proxy, what) in [
        ("ftp://x:1", "scheme"),
        ("socks4://x:1", "scheme"),
        ("http://", "url"),
        ("", "url"),
    ] {
        let (failure, _) = failed(through("http://127.0.0.1:1/", proxy)).await;
        assert_eq!(failure.code, Code::Url, "{proxy}");
        assert_eq!(
            (failure.args["detail"].as_str(), failure.args["what"].as_str()),
            ("proxy", what),
            "{proxy}"
        );
    }
}

/// The test below this one, in a process of its own with other variables.
#[tokio::test]
#[ignore = "run by the_systems_proxy_is_used_but_not_for_this_machine"]
async fn with_a_proxy_of_the_system() {
    let (failure, traced) = failed(Request::get("http://example.test/".parse().expect("an address"))).await;
    says(&failure, "127.0.0.1:1", "proxy");
    assert_eq!(traced.exchange.proxy, "http://127.0.0.1:1");
    let here = server([stream(b"data: x\n\n")]).await;
    let direct = came(Request::get(here.url("/"))).await;
    assert_eq!(
        (direct.text().as_str(), direct.traced.exchange.proxy.as_str()),
        ("data: x\n\n", "")
    );
    let around = Request {
        network: Network {
            proxy: Proxy::None,
            ..Network::default()
        },
        ..Request::get("http://no-such-host.invalid/".parse().expect("an address"))
    };
    let (failure, _) = failed(around).await;
    assert_eq!(
        (failure.code, failure.args["host"].as_str()),
        (Code::Dns, "no-such-host.invalid")
    );
}

#[test]
fn the_systems_proxy_is_used_but_not_for_this_machine() {
    let run = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--ignored",
            "--exact",
            "exchange::proxies::with_a_proxy_of_the_system",
        ])
        .env("HTTP_PROXY", "http://me:hunter2@127.0.0.1:1")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env_remove("REQUEST_METHOD")
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}
