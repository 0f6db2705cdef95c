//! What an error of the transport was: its chain of causes, found by type as far as the libraries show theirs, as
//! one of the contract's codes.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

use url::Url;

use crate::address;
use crate::contract::{Code, Failure, Network};
use crate::route::{HEAD, Through};
use crate::tls::{Seen, why};

/// Names are resolved by the system, and a failure to do so keeps its own type.
#[derive(Debug)]
pub struct Resolver;

#[derive(Debug, thiserror::Error)]
#[error("{error}")]
struct ResolveError {
    name: String,
    #[source]
    error: io::Error,
}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(|error| ResolveError {
                    name: name.as_str().to_owned(),
                    error,
                })?
                .collect();
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// What is known of an error: the first of these found in its chain of sources.
#[derive(Debug, Default)]
struct Causes {
    /// The name without an address, and what the system said.
    resolve: Option<(String, String)>,
    /// What it was, and [`why`] for a certificate.
    tls: Option<(String, Option<&'static str>)>,
    io: Option<io::ErrorKind>,
    /// What came was too long to be a head.
    too_large: bool,
    /// What came was not HTTP.
    parse: bool,
    /// Less came than was announced.
    incomplete: bool,
}

fn causes(error: &(dyn StdError + 'static)) -> Causes {
    let mut found = Causes::default();
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(resolve) = error.downcast_ref::<ResolveError>() {
            found
                .resolve
                .get_or_insert_with(|| (resolve.name.clone(), resolve.to_string()));
        }
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            found.tls.get_or_insert_with(|| (tls.to_string(), why(tls)));
        }
        if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
            found.too_large |= hyper.is_parse_too_large();
            found.parse |= hyper.is_parse();
            found.incomplete |= hyper.is_incomplete_message();
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

/// What was tried when it failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tried<'a> {
    pub(crate) url: &'a Url,
    pub(crate) network: &'a Network,
    pub(crate) proxy: Option<&'a Through>,
    pub(crate) seen: &'a Seen,
}

impl Tried<'_> {
    /// Whose fault it was that no connection came about: the proxy's own, its answer's, or the host's.
    fn culprit(&self, error: &reqwest::Error, causes: &Causes) -> Culprit {
        let Some(proxy) = self.proxy.filter(|_| error.is_connect()) else {
            return Culprit::Host;
        };
        let proxy_host = proxy.url.host_str().unwrap_or_default();
        let host = self.url.host_str().unwrap_or_default();
        if let Some((name, _)) = &causes.resolve {
            return if name.eq_ignore_ascii_case(proxy_host) {
                Culprit::Proxy
            } else {
                Culprit::Host
            };
        }
        if causes.tls.is_some() {
            let within =
                proxy.url.scheme() == "https" && !(self.url.scheme() == "https" && self.seen.reached(host));
            return if within { Culprit::Proxy } else { Culprit::Host };
        }
        if error.is_timeout() || causes.io.is_some() || (!proxy.is_socks() && self.url.scheme() == "http") {
            return Culprit::Proxy;
        }
        // The SOCKS client shows no types of its own, only words; a test holds them.
        let words = deepest(error);
        if words.ends_with("failed to create underlying connection")
            || words.ends_with("io error during SOCKS handshake")
        {
            return Culprit::Proxy;
        }
        Culprit::Answer
    }

    /// Why no response came.
    pub(crate) fn classify(&self, error: &reqwest::Error) -> Failure {
        let causes = causes(error);
        let detail = deepest(error);
        let host = address::authority(self.url);
        let culprit = self.culprit(error, &causes);
        let proxy = self
            .proxy
            .map(|proxy| address::authority(&proxy.url))
            .unwrap_or_default();
        if culprit == Culprit::Answer {
            return Failure::new(
                Code::Refused,
                format!("the proxy {proxy} made no connection to {host}: {detail}; check the address, and what the proxy allows"),
            )
            .with("host", host)
            .with("detail", "proxy-answer")
            .with("proxy", proxy)
            .with("why", detail);
        }
        let at_proxy = culprit == Culprit::Proxy;
        let named = if at_proxy {
            format!("the proxy {proxy}")
        } else {
            host.clone()
        };
        let (code, message) = self.words(error, &causes, &named, &detail);
        let failure = Failure::new(code, message);
        let failure = if at_proxy {
            failure
                .with("host", proxy)
                .with("detail", "proxy")
                .with("target", host)
                .with("why", &detail)
        } else {
            failure.with("host", host).with("why", &detail)
        };
        match code {
            Code::Timeout if self.network.connect_s > 0 => failure.with("seconds", self.network.connect_s),
            Code::Tls => match causes.tls.and_then(|(_, why)| why) {
                Some(why) => failure.with("certificate", why),
                None => failure,
            },
            Code::Limit => failure
                .with("what", "head")
                .with("bound", format!("{} KiB", HEAD >> 10)),
            Code::Url => failure.with("url", address::redacted(self.url)),
            _ => failure,
        }
    }

    fn words(&self, error: &reqwest::Error, causes: &Causes, named: &str, detail: &str) -> (Code, String) {
        if let Some((_, detail)) = &causes.resolve {
            let message =
                format!("no address is known for {named}: {detail}; check the name and the network");
            (Code::Dns, message)
        } else if let Some((detail, certificate)) = &causes.tls {
            let advice = match certificate {
                Some("issuer" | "other") => {
                    "if you know this certificate, name it or its authority as CA file (--cacert), or accept any (-k)"
                }
                Some("name") => "use the name that the certificate is for, or accept any certificate (-k)",
                Some("expired" | "not-yet") => {
                    "check this machine's clock, have the certificate renewed, or accept any (-k)"
                }
                _ => "check its certificate, or whether it speaks http",
            };
            (
                Code::Tls,
                format!("no secure connection to {named}: {detail}; {advice}"),
            )
        } else if error.is_timeout() || causes.io == Some(io::ErrorKind::TimedOut) {
            let within = match self.network.connect_s {
                0 => "in time".to_owned(),
                seconds => format!("within {seconds} s"),
            };
            let message =
                format!("no connection to {named} was made {within}; check the address and the network");
            (Code::Timeout, message)
        } else if error.is_connect() {
            let message = if causes.io == Some(io::ErrorKind::ConnectionRefused) {
                format!("nothing listens at {named}; is it running, and is the port right?")
            } else {
                format!("no connection to {named}: {detail}; check the address and the network")
            };
            (Code::Refused, message)
        } else if error.is_builder() {
            (Code::Url, format!("the request cannot be made: {detail}"))
        } else if causes.too_large {
            let message = format!(
                "{named} sent a response head of more than {} KiB or 100 lines; something adds headers without end",
                HEAD >> 10
            );
            (Code::Limit, message)
        } else if causes.parse {
            let message =
                format!("{named} answered with something that is not HTTP: {detail}; check the port");
            (Code::Reset, message)
        } else {
            let message = format!("{named} broke the connection before it answered: {detail}");
            (Code::Reset, message)
        }
    }

    /// No response head came in time.
    pub(crate) fn silent(&self) -> Failure {
        let (host, seconds) = (address::authority(self.url), self.network.head_s);
        Failure::new(
            Code::Timeout,
            format!("{host} did not answer within {seconds} s; check what it is doing, or wait longer"),
        )
        .with("host", host)
        .with("detail", "head")
        .with("seconds", seconds)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Culprit {
    /// Whom the request was for.
    Host,
    /// The proxy could not be reached, or not be understood.
    Proxy,
    /// The proxy was reached and did not go on.
    Answer,
}

/// Why a body broke.
pub(crate) fn classify_body(error: &reqwest::Error, url: &Url) -> Failure {
    let host = address::authority(url);
    let causes = causes(error);
    let detail = deepest(error);
    // Of a body, hyper says by these what it makes of the chunked coding.
    let chunked = matches!(
        causes.io,
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
    ) || matches!(
        io_kind(error),
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData)
    );
    let message = if chunked {
        format!(
            "{host} sent a body that is not what its own framing says: {detail}; the fault is the server's or a proxy's"
        )
    } else if causes.incomplete || io_kind(error) == Some(io::ErrorKind::UnexpectedEof) {
        format!("{host} closed the connection before the end of the body that it had announced")
    } else {
        format!("the connection to {host} broke: {detail}")
    };
    Failure::new(Code::Reset, message)
        .with("host", host)
        .with("why", detail)
}

/// The kind of the first I/O error, also of one that holds another error.
fn io_kind(error: &(dyn StdError + 'static)) -> Option<io::ErrorKind> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        next = error.source();
    }
    None
}

/// The innermost error's words: the outer ones repeat the address and say less.
fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
