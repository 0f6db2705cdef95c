//! The trace of an exchange: each request as it goes out, each head as it comes in, without secrets.

use std::time::Instant;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Uri, Version};
use hyper::ext::ReasonPhrase;
use url::Url;

use crate::address;
use crate::contract::{Answer, Header, Hop};
use crate::headers::shown;
use crate::redact::Redactor;
use crate::route::Route;
use crate::session::now_us;
use crate::source::Trace;
use crate::tls::Seen;

/// Bytes of a request's body that are shown.
const SHOWN_BODY: usize = 64 << 10;
/// Bytes of a reason phrase that are shown.
const SHOWN_REASON: usize = 256;

/// What goes out for one hop.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    /// Without userinfo.
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

/// Fills a [`Trace`].
#[derive(Debug)]
pub(crate) struct Trail<'a> {
    pub(crate) trace: &'a Trace,
    pub(crate) redactor: &'a Redactor,
    /// The user's headers, for their marks.
    pub(crate) marked: &'a [Header],
}

impl Trail<'_> {
    /// A request is about to go out.
    pub(crate) fn asked(&self, outgoing: &Outgoing, route: &Route) {
        let Outgoing {
            method,
            url,
            headers,
            body,
        } = outgoing;
        let uri: Option<Uri> = url.as_str().parse().ok();
        let whole = route
            .proxy
            .as_ref()
            .is_some_and(|proxy| url.scheme() == "http" && !proxy.is_socks());
        // RFC 9112, 3.2: absolute-form to a proxy, origin-form else.
        let target = match &uri {
            Some(uri) if whole => uri.to_string(),
            Some(uri) => uri
                .path_and_query()
                .map_or("/", http::uri::PathAndQuery::as_str)
                .to_owned(),
            None => url[url::Position::BeforePath..url::Position::AfterQuery].to_owned(),
        };
        let mut sent = headers.clone();
        // As hyper adds them, and in its order.
        if !sent.contains_key(header::HOST)
            && let Ok(host) = HeaderValue::try_from(address::authority(url))
        {
            sent.append(header::HOST, host);
        }
        if let Some(body) = body.as_ref().filter(|body| !body.is_empty()) {
            sent.append(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        let hop = Hop {
            at_us: now_us(),
            method: method.to_string(),
            url: self.redactor.text(&address::redacted(url)),
            target: self.redactor.text(&address::redacted_text(&target)),
            headers: shown(&sent, self.marked, self.redactor),
            body: body.as_ref().map(|body| self.body(body)).unwrap_or_default(),
            body_bytes: body.as_ref().map_or(0, |body| body.len() as u64),
            response: None,
        };
        let proxy = route
            .proxy
            .as_ref()
            .map(|proxy| proxy.url.as_str().trim_end_matches('/').to_owned());
        self.trace.learn(|traced| {
            let exchange = &mut traced.exchange;
            exchange.proxy = proxy.unwrap_or_default();
            exchange.remote.clear();
            exchange.tls = None;
            exchange.hops.push(hop);
        });
    }

    fn body(&self, body: &Bytes) -> String {
        let cut = body.len() > SHOWN_BODY;
        let clean = self.redactor.bytes(&body[..body.len().min(SHOWN_BODY)], cut);
        let mut text = String::from_utf8_lossy(&clean).into_owned();
        text.truncate(text.floor_char_boundary(SHOWN_BODY));
        text
    }

    /// The connection that was made or tried, as far as it is known.
    pub(crate) fn secure(&self, url: &Url, seen: &Seen) {
        let tls = (url.scheme() == "https").then(|| seen.facts(url.host_str().unwrap_or_default()));
        self.trace.learn(|traced| traced.exchange.tls = tls.flatten());
    }

    /// The words after the status, as they came; HTTP/2 has none (RFC 9113, 8.3.2).
    fn reason(&self, response: &reqwest::Response) -> String {
        if response.version() >= Version::HTTP_2 {
            return String::new();
        }
        // hyper keeps those that are not the standard's own.
        match response.extensions().get::<ReasonPhrase>() {
            Some(reason) => {
                let mut text = self.redactor.text(&String::from_utf8_lossy(reason.as_bytes()));
                text.truncate(text.floor_char_boundary(SHOWN_REASON));
                text
            }
            None => response
                .status()
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    /// A head came.
    pub(crate) fn answered(&self, outgoing: &Outgoing, response: &reqwest::Response, sent: Instant) {
        let status = response.status();
        let answer = Answer {
            after_us: u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX),
            http: format!("{:?}", response.version()),
            status: status.as_u16(),
            reason: self.reason(response),
            headers: shown(response.headers(), &[], self.redactor),
        };
        let remote = response.remote_addr().map(|remote| remote.to_string());
        let second = response.version() == Version::HTTP_2;
        self.trace.learn(|traced| {
            traced.exchange.remote = remote.unwrap_or_default();
            if let Some(hop) = traced.exchange.hops.last_mut() {
                if second {
                    as_second_version(&mut hop.headers, outgoing);
                }
                hop.response = Some(answer);
            }
        });
    }
}

/// HTTP/2 names the host in a field of its own and first (RFC 9113, 8.3.1), and has no connection headers (8.2.2).
fn as_second_version(headers: &mut Vec<Header>, outgoing: &Outgoing) {
    const CONNECTION: [&str; 5] = [
        "connection",
        "keep-alive",
        "proxy-connection",
        "transfer-encoding",
        "upgrade",
    ];
    let own_host = outgoing.headers.contains_key(header::HOST);
    headers.retain(|header| {
        !CONNECTION.contains(&header.name.as_str()) && (own_host || header.name != header::HOST.as_str())
    });
    headers.insert(0, Header::new(":authority", address::authority(&outgoing.url)));
}
