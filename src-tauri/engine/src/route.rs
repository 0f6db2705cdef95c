//! The way to a server: through which proxy, and the client that goes it.

use std::time::Duration;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::address;
use crate::blame::Resolver;
use crate::contract::{Code, Failure, Network, Proxy};
use crate::tls::{self, Roots, Seen};

/// Bytes of a response's head that are read, at most: as much as hyper takes by itself over HTTP/1.1. HTTP/2 is
/// given the same.
pub(crate) const HEAD: u32 = 400 << 10;

/// How connections are made where a stream leaves it to the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Everywhere {
    /// Whom streams go through that say [`Proxy::System`]; this machine's own addresses go direct all the same, or the
    /// demo streams would leave the machine.
    pub proxy: Proxy,
    /// Path of a PEM file with authorities that are trusted beside a stream's own; empty for none.
    pub ca_file: String,
}

impl Everywhere {
    /// Whether the proxy's address can be used, and holds no password: what is set for the app is stored in plain.
    ///
    /// # Errors
    /// [`Code::Url`] with `detail` `proxy`; `what` is `password`, or what cannot be used.
    pub fn check_proxy(&self) -> Result<(), Failure> {
        let Proxy::Through { url } = &self.proxy else {
            return Ok(());
        };
        if proxy_url(url)?.password().is_some() {
            return Err(bad_proxy(
                "password",
                "a password has no place in the app's settings, which are stored in plain; a stream's own setting keeps it in the keychain",
            ));
        }
        Ok(())
    }

    /// Whether the file of authorities can be read and holds some.
    ///
    /// # Errors
    /// [`Code::Tls`] with `detail` `ca-file` and the `path`.
    pub fn check_ca_file(&self) -> Result<(), Failure> {
        tls::check_file(&self.ca_file)
    }
}

/// The way to one address.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// Whom it goes through; none where it is direct.
    pub(crate) proxy: Option<Through>,
    chosen: Option<Url>,
    by_system: bool,
}

/// A proxy.
#[derive(Clone, Debug)]
pub(crate) struct Through {
    /// As `http://host:port`, without user name and password.
    pub(crate) url: Url,
    /// What it asks who is there with, where requests go to it as they are.
    pub(crate) authorization: Option<HeaderValue>,
}

impl Through {
    /// Whether it speaks SOCKS, and so passes on bytes and not requests.
    pub(crate) fn is_socks(&self) -> bool {
        self.url.scheme().starts_with("socks")
    }
}

impl Route {
    /// The way to an address by these settings.
    ///
    /// # Errors
    /// [`Code::Url`] where the proxy's own address cannot be used.
    pub(crate) fn new(network: &Network, everywhere: &Everywhere, url: &Url) -> Result<Self, Failure> {
        let proxy = match &network.proxy {
            // A proxy that no stream asked for is never meant for this machine's own addresses.
            Proxy::System if address::is_loopback(url) => return Ok(Self::direct()),
            Proxy::System => &everywhere.proxy,
            own => own,
        };
        let (matcher, chosen, by_system) = match proxy {
            Proxy::None => return Ok(Self::direct()),
            Proxy::System => (Matcher::from_system(), None, true),
            Proxy::Through { url } => {
                let proxy = proxy_url(url)?;
                let matcher = Matcher::builder().all(proxy.as_str().to_owned()).build();
                (matcher, Some(proxy), false)
            }
        };
        let uri: Option<Uri> = url.as_str().parse().ok();
        let proxy = uri.and_then(|uri| matcher.intercept(&uri)).and_then(|intercept| {
            Some(Through {
                url: Url::parse(&intercept.uri().to_string()).ok()?,
                authorization: intercept.basic_auth().cloned(),
            })
        });
        Ok(Self {
            proxy,
            chosen,
            by_system,
        })
    }

    const fn direct() -> Self {
        Self {
            proxy: None,
            chosen: None,
            by_system: false,
        }
    }

    /// A client for one request: its connection is its own, is measured with it and closed with it.
    ///
    /// # Errors
    /// [`Code::Tls`] where the trusted authorities cannot be read.
    pub(crate) fn client(
        &self,
        network: &Network,
        everywhere: &Everywhere,
        roots: &Roots,
        seen: &Seen,
    ) -> Result<reqwest::Client, Failure> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .pool_max_idle_per_host(0)
            .tcp_nodelay(true)
            .http2_max_header_list_size(HEAD)
            .tls_backend_preconfigured(roots.config(network, &everywhere.ca_file, seen)?)
            .dns_resolver(Resolver);
        if network.connect_s > 0 {
            builder = builder.connect_timeout(Duration::from_secs(network.connect_s.into()));
        }
        if let Some(proxy) = &self.chosen {
            let proxy =
                reqwest::Proxy::all(proxy.clone()).map_err(|error| bad_proxy("url", &error.to_string()))?;
            builder = builder.proxy(proxy);
        } else if !self.by_system {
            builder = builder.no_proxy();
        }
        builder.build().map_err(|error| {
            Failure::new(
                Code::Url,
                format!("the connection cannot be made as it is set up: {error}"),
            )
            .with("detail", "network")
        })
    }
}

fn proxy_url(typed: &str) -> Result<Url, Failure> {
    let typed = typed.trim();
    let full = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("http://{typed}")
    };
    let mut url = Url::parse(&full).map_err(|error| bad_proxy("url", &error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        let scheme = url.scheme().to_owned();
        return Err(bad_proxy(
            "scheme",
            &format!("{scheme}:// is not one of http, https, socks5 and socks5h"),
        ));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(bad_proxy("host", "it names no host"));
    }
    if url.port().is_none() && url.scheme().starts_with("socks") {
        // Where RFC 1928 puts it; the URL standard knows no port of this scheme.
        let _ = url.set_port(Some(1080));
    }
    Ok(url)
}

fn bad_proxy(what: &str, why: &str) -> Failure {
    Failure::new(
        Code::Url,
        format!(
            "the proxy's address cannot be used: {why}; write it as http://host:port or socks5://host:port"
        ),
    )
    .with("detail", "proxy")
    .with("what", what)
    .with("why", why)
}
