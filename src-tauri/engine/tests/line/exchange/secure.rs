//! Secure connections: whom to trust, and what is told of it.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use tapewriter_engine::contract::{Code, Network};
use tapewriter_engine::http::Http;
use tapewriter_engine::source::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::{came, failed, stream};

/// A secure server with a certificate that nobody signed, and that certificate in a file.
pub(super) struct Secure {
    pub(super) port: u16,
    file: PathBuf,
}

impl Secure {
    pub(super) fn request(&self, host: &str) -> Request {
        Request::get(
            format!("https://{host}:{}/", self.port)
                .parse()
                .expect("an address"),
        )
    }

    pub(super) fn trusted(&self, host: &str) -> Request {
        Request {
            network: Network {
                ca_file: self.file.to_string_lossy().into_owned(),
                ..Network::default()
            },
            ..self.request(host)
        }
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

pub(super) async fn secure(change: impl FnOnce(&mut CertificateParams)) -> Secure {
    serve(change, false).await
}

async fn serve(change: impl FnOnce(&mut CertificateParams), second: bool) -> Secure {
    // Installs the provider that both sides use.
    drop(Http::new());
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("names");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2200, 1, 1);
    change(&mut params);
    let certificate = params.self_signed(&key).expect("a certificate");
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        )
        .expect("a server");
    if second {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let file = std::env::temp_dir().join(format!("tapewriter-{}-{port}.pem", std::process::id()));
    std::fs::write(&file, certificate.pem()).expect("a file");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust it is what some tests are about.
                let Ok(mut socket) = acceptor.accept(socket).await else {
                    return;
                };
                if second {
                    return over_http2(socket).await;
                }
                let mut bytes = [0; 4096];
                let _ = socket.read(&mut bytes).await;
                let _ = socket.write_all(&stream(b"data: x\n\n")).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    Secure { port, file }
}

async fn over_http2(socket: tokio_rustls::server::TlsStream<tokio::net::TcpStream>) {
    let mut connection = h2::server::handshake(socket).await.expect("HTTP/2");
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let authority = request.uri().authority().map(ToString::to_string);
        let host = request.headers().get("host").map(|_| " and a host");
        let head = http::Response::builder()
            .header("content-type", "text/event-stream")
            .body(())
            .expect("a head");
        let mut body = respond.send_response(head, false).expect("sent");
        let said = format!(
            "data: {}{}\n\n",
            authority.unwrap_or_default(),
            host.unwrap_or_default()
        );
        body.send_data(said.into(), true).expect("sent");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_refused_and_said_what_to_do() {
    let server = secure(|_| {}).await;
    let (failure, traced) = failed(server.request("localhost")).await;
    assert_eq!(failure.code, Code::Tls);
    assert_eq!(failure.args["host"], format!("localhost:{}", server.port));
    assert_eq!(failure.args["certificate"], "issuer");
    assert!(failure.message.contains("CA file"), "{}", failure.message);
    // What it showed is told all the same.
    let tls = traced.exchange.tls.expect("told");
    assert!(tls.checked);
    assert_eq!(tls.names, ["localhost", "127.0.0.1"]);
}

#[tokio::test]
async fn its_own_file_makes_it_trusted() {
    for authority in [false, true] {
        let server = secure(|params| {
            if authority {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            }
        })
        .await;
        for host in ["localhost", "127.0.0.1"] {
            let came = came(server.trusted(host)).await;
            assert_eq!(came.text(), "data: x\n\n");
            let tls = came.traced.exchange.tls.expect("told");
            assert!(tls.checked);
            assert_eq!(
                (tls.from_us, tls.until_us),
                (1_577_836_800_000_000, 7_258_118_400_000_000)
            );
            assert_eq!(tls.sha256.len(), 64);
            assert!(tls.subject.contains("CN="), "{}", tls.subject);
            assert_eq!(tls.subject, tls.issuer);
            assert_eq!(came.traced.exchange.remote, format!("127.0.0.1:{}", server.port));
        }
    }
}

#[tokio::test]
async fn an_authority_in_a_file_makes_what_it_signed_trusted_and_a_wrong_name_or_time_does_not() {
    let late = secure(|params| params.not_after = date_time_ymd(2021, 1, 1)).await;
    let (failure, _) = failed(late.trusted("localhost")).await;
    assert_eq!(
        (failure.code, failure.args["certificate"].as_str()),
        (Code::Tls, "expired")
    );
    let early = secure(|params| params.not_before = date_time_ymd(2190, 1, 1)).await;
    let (failure, _) = failed(early.trusted("localhost")).await;
    assert_eq!(failure.args["certificate"], "not-yet");
    for authority in [false, true] {
        let other = secure(|params| {
            params.subject_alt_names.truncate(1);
            if authority {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            }
        })
        .await;
        let (failure, _) = failed(other.trusted("127.0.0.1")).await;
        assert_eq!(failure.args["certificate"], "name");
    }
    // The file of another.
    let (a, b) = (secure(|_| {}).await, secure(|_| {}).await);
    let asked = Request {
        network: a.trusted("localhost").network,
        ..b.request("localhost")
    };
    let (failure, _) = failed(asked).await;
    assert_eq!(failure.code, Code::Tls);
}

#[tokio::test]
async fn any_certificate_is_taken_where_the_user_says_so_and_that_is_told() {
    let server = secure(|params| params.not_after = date_time_ymd(2021, 1, 1)).await;
    let asked = Request {
        network: Network {
            insecure: true,
            ..Network::default()
        },
        ..server.request("127.0.0.1")
    };
    let came = came(asked).await;
    assert_eq!(came.text(), "data: x\n\n");
    assert!(!came.traced.exchange.tls.expect("told").checked);
}

#[tokio::test]
async fn a_file_of_authorities_that_cannot_be_used_is_said() {
    let server = secure(|_| {}).await;
    let empty = server.file.with_extension("empty");
    let broken = server.file.with_extension("broken");
    std::fs::write(&empty, "").expect("a file");
    let wrong = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(&broken, wrong).expect("a file");
    #[cfg(unix)]
    let pipe = {
        let pipe = server.file.with_extension("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("runs").success());
        pipe
    };
    for path in [
        #[cfg(unix)]
        pipe.clone(),
        PathBuf::from("/nowhere/at/all.pem"),
        std::env::temp_dir(),
        empty.clone(),
        broken.clone(),
    ] {
        let mut asked = server.request("localhost");
        asked.network.ca_file = path.to_string_lossy().into_owned();
        let (failure, traced) = failed(asked).await;
        assert_eq!(failure.code, Code::Tls, "{failure:?}");
        assert_eq!(failure.args["detail"], "ca-file");
        assert_eq!(failure.args["path"], path.to_string_lossy());
        assert_eq!(traced.exchange.hops, [], "nothing was sent");
    }
    let _ = (std::fs::remove_file(empty), std::fs::remove_file(broken));
    #[cfg(unix)]
    let _ = std::fs::remove_file(pipe);
}

#[tokio::test]
async fn http2_is_spoken_where_it_is_offered_and_told_as_it_is() {
    let server = serve(|_| {}, true).await;
    let came = came(server.trusted("localhost")).await;
    let authority = format!("localhost:{}", server.port);
    assert_eq!(came.text(), format!("data: {authority}\n\n"));
    assert_eq!(came.head.http, "HTTP/2.0");
    let hop = &came.traced.exchange.hops[0];
    let first = &hop.headers[0];
    assert_eq!(
        (first.name.as_str(), first.value.as_str()),
        (":authority", authority.as_str())
    );
    assert!(hop.headers.iter().all(|header| header.name != "host"));
    assert_eq!(
        hop.response.as_ref().map(|answer| answer.http.as_str()),
        Some("HTTP/2.0")
    );
}
