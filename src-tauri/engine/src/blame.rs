//! What an error of the transport was: its chain of causes, found by type and never by its words, as one
//! of the contract's codes.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

use url::Url;

use crate::address;
use crate::contract::{Code, Failure};
use crate::http::CONNECT_TIMEOUT;

/// Names are resolved by the system, and a failure to do so keeps its own type.
#[derive(Debug)]
pub struct Resolver;

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct ResolveError(#[source] io::Error);

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(ResolveError)?
                .collect();
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// What is known of an error: the first of these found in its chain of sources.
#[derive(Debug, Default)]
struct Causes {
    resolve: Option<String>,
    tls: Option<String>,
    io: Option<io::ErrorKind>,
}

fn causes(error: &(dyn StdError + 'static)) -> Causes {
    let mut found = Causes::default();
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(resolve) = error.downcast_ref::<ResolveError>() {
            found.resolve.get_or_insert_with(|| resolve.to_string());
        }
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            found.tls.get_or_insert_with(|| tls.to_string());
        }
        next = error.source();
        if let Some(io) = error.downcast_ref::<io::Error>() {
            // An io::Error made from another error hides that one from `source`.
            match io.get_ref() {
                Some(inner) => next = Some(inner),
                None => {
                    found.io.get_or_insert(io.kind());
                }
            }
        }
    }
    found
}

/// Why no response came.
pub fn classify(error: &reqwest::Error, url: &Url) -> Failure {
    let host = address::authority(url);
    let causes = causes(error);
    let detail = deepest(error);
    let (code, message) = if let Some(detail) = &causes.resolve {
        (
            Code::Dns,
            format!("no address is known for {host}: {detail}; check the name and the network"),
        )
    } else if let Some(detail) = &causes.tls {
        (
            Code::Tls,
            format!(
                "no secure connection to {host}: {detail}; check its certificate, or whether it speaks http"
            ),
        )
    } else if error.is_timeout() || causes.io == Some(io::ErrorKind::TimedOut) {
        let seconds = CONNECT_TIMEOUT.as_secs();
        (
            Code::Timeout,
            format!("{host} did not answer within {seconds} s; check the address and the network"),
        )
    } else if error.is_connect() {
        match causes.io {
            Some(io::ErrorKind::ConnectionRefused) => (
                Code::Refused,
                format!("nothing listens at {host}; is the server running, and is the port right?"),
            ),
            _ => (
                Code::Refused,
                format!("no connection to {host}: {detail}; check the address and the network"),
            ),
        }
    } else if error.is_builder() {
        (Code::Url, format!("the request cannot be made: {detail}"))
    } else {
        (
            Code::Reset,
            format!("{host} broke the connection before it answered: {detail}"),
        )
    };
    let failure = Failure::new(code, message)
        .with("host", host)
        .with("detail", detail);
    match code {
        Code::Timeout => failure.with("seconds", CONNECT_TIMEOUT.as_secs()),
        Code::Url => failure.with("url", url),
        _ => failure,
    }
}

/// Why a body broke.
pub fn classify_body(error: &reqwest::Error, url: &Url) -> Failure {
    let host = address::authority(url);
    let detail = deepest(error);
    Failure::new(Code::Reset, format!("the connection to {host} broke: {detail}"))
        .with("host", host)
        .with("detail", detail)
}

/// The innermost error's words: the outer ones repeat the address and say less.
fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
