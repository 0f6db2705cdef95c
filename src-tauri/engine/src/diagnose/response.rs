//! What requests and response heads tell, and what came instead of a stream.

use std::collections::BTreeMap;

use url::Url;

use super::Args;
use crate::address;
use crate::contract::{Answer, Code, Exchange, Failure, FindingKind, Header, Hop, Level};
use crate::source::Traced;

/// Characters of a header or a title that an argument carries.
const SHOWN: usize = 80;
/// Headers by which servers and proxies name themselves.
const NAMES: [&str; 3] = ["server", "via", "x-cache"];

/// Facts of the newest exchange.
#[derive(Debug, Default)]
pub struct Response {
    /// What names itself on the way, joined by commas.
    pub servers: String,
    /// The value of `X-Accel-Buffering`.
    pub accel: Option<String>,
    /// `Content-Encoding`.
    pub encoding: String,
    /// From sending the request to the head of the last response.
    pub head_us: u64,
    /// The certificate was not checked.
    pub insecure: bool,
    /// What a browser would hold against it.
    pub cors: Option<Cors>,
}

/// Why a page of another origin could not read a response.
#[derive(Debug)]
pub struct Cors {
    pub level: Level,
    pub what: &'static str,
    pub value: String,
}

fn header<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    let header = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(name))?;
    Some(header.value.trim())
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

impl Response {
    /// Reads them.
    pub fn read(exchange: &Exchange) -> Self {
        let insecure = exchange.tls.as_ref().is_some_and(|tls| !tls.checked);
        let Some((hop, answer)) = exchange
            .hops
            .last()
            .and_then(|hop| Some((hop, hop.response.as_ref()?)))
        else {
            return Self {
                insecure,
                ..Self::default()
            };
        };
        let began_us = exchange.hops.first().map_or(hop.at_us, |first| first.at_us);
        let mut servers: Vec<_> = NAMES
            .iter()
            .filter_map(|name| header(&answer.headers, name))
            .map(shown)
            .collect();
        if header(&answer.headers, "cf-ray").is_some()
            && !servers.iter().any(|name| name.contains("cloudflare"))
        {
            servers.push("cloudflare".to_owned());
        }
        Self {
            servers: servers.join(", "),
            accel: header(&answer.headers, "x-accel-buffering").map(shown),
            encoding: header(&answer.headers, "content-encoding")
                .map(shown)
                .unwrap_or_default(),
            head_us: hop.at_us.saturating_sub(began_us).saturating_add(answer.after_us),
            insecure,
            cors: cors(hop, answer),
        }
    }

    /// Whether the body is compressed by a codec whose flushes can be seen.
    pub fn is_deflated(&self) -> bool {
        ["gzip", "x-gzip", "deflate"]
            .iter()
            .any(|name| self.encoding.eq_ignore_ascii_case(name))
    }
}

/// What a browser would say to a page of another origin (fetch standard, "CORS check").
fn cors(hop: &Hop, answer: &Answer) -> Option<Cors> {
    let url = Url::parse(&hop.url).ok()?;
    let own = url.origin().ascii_serialization();
    let asked = header(&hop.headers, "origin");
    let allowed = header(&answer.headers, "access-control-allow-origin").filter(|value| !value.is_empty());
    let says = |level, what, value: &str| {
        Some(Cors {
            level,
            what,
            value: shown(value),
        })
    };
    let with_cookies = header(&hop.headers, "cookie").is_some();
    let lets_cookies = header(&answer.headers, "access-control-allow-credentials") == Some("true");
    match (asked, allowed) {
        // A page of the server's own origin asks nobody.
        (Some(asked), _) if asked == own => None,
        (Some(_), None) => says(Level::Warn, "missing", ""),
        (Some(asked), Some(value)) if value != "*" && value != asked => says(Level::Warn, "other", value),
        (Some(_), Some(value)) if with_cookies && (value == "*" || !lets_cookies) => {
            says(Level::Warn, "credentials", value)
        }
        (Some(_), Some(_)) => None,
        // It lets every page read, or its own, or answers by who asks.
        (None, Some(value)) if value == "*" || value == own || varies_by_origin(answer) => None,
        (None, Some(value)) => says(Level::Warn, "other", value),
        (None, None) if varies_by_origin(answer) || address::is_loopback(&url) => None,
        (None, None) => says(Level::Good, "missing", ""),
    }
}

fn varies_by_origin(answer: &Answer) -> bool {
    let values = answer
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("vary"));
    values
        .flat_map(|header| header.value.split(','))
        .any(|name| name.trim() == "*" || name.trim().eq_ignore_ascii_case("origin"))
}

/// A response that is no stream.
#[derive(Debug)]
pub struct Refusal {
    pub kind: FindingKind,
    pub args: BTreeMap<String, String>,
    /// A row that shows it.
    pub no: u64,
}

impl Refusal {
    /// What was refused, by its body and head; `no` is the exchange's row, and the body's follows it.
    pub fn read(traced: &Traced, no: u64) -> Option<Self> {
        let answer = traced.exchange.hops.last().and_then(|hop| hop.response.as_ref());
        let content_type = answer
            .and_then(|answer| header(&answer.headers, "content-type"))
            .unwrap_or("");
        if traced.refused.is_empty() {
            return None;
        }
        let body = String::from_utf8_lossy(&traced.refused);
        let status = answer.map_or(200, |answer| answer.status);
        let page = Self::page(&body, content_type, &status.to_string(), no + 1);
        page.or_else(|| (status == 200).then(|| Self::other(content_type, no + 1)))
    }

    /// What was refused, as far as a failure tells.
    pub fn of(failure: &Failure, no: u64) -> Option<Self> {
        let arg = |name: &str| failure.args.get(name).map_or("", String::as_str);
        match failure.code {
            Code::ContentType => {
                Self::page(arg("body"), arg("type"), "200", no).or_else(|| Some(Self::other(arg("type"), no)))
            }
            Code::Status => Self::page(arg("body"), "", arg("status"), no),
            _ => None,
        }
    }

    fn page(body: &str, content_type: &str, status: &str, no: u64) -> Option<Self> {
        let typed = content_type
            .split(';')
            .next()
            .is_some_and(|essence| matches!(essence.trim(), "text/html" | "application/xhtml+xml"));
        let start: String = body
            .trim_start_matches('\u{FEFF}')
            .trim_start()
            .chars()
            .take(16)
            .collect();
        let start = start.to_ascii_lowercase();
        let looks = ["<!doctype html", "<html", "<head"]
            .iter()
            .any(|tag| start.starts_with(tag));
        (typed || looks).then(|| {
            let mut args = Args::default();
            args.put("title", title(body)).put("status", status);
            Self {
                kind: FindingKind::Html,
                args: args.0,
                no,
            }
        })
    }

    fn other(content_type: &str, no: u64) -> Self {
        let mut args = Args::default();
        args.put("type", shown(content_type.split(';').next().unwrap_or("").trim()));
        Self {
            kind: FindingKind::ContentType,
            args: args.0,
            no,
        }
    }
}

/// The title of a page, on one line; empty for none.
fn title(body: &str) -> String {
    let lower = body.to_ascii_lowercase();
    let text = lower.find("<title").and_then(|tag| {
        let from = tag + lower[tag..].find('>')? + 1;
        let to = from + lower[from..].find("</")?;
        body.get(from..to)
    });
    let words: Vec<_> = text.unwrap_or("").split_whitespace().collect();
    shown(&words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> Vec<Header> {
        pairs
            .iter()
            .map(|(name, value)| Header::new(*name, *value))
            .collect()
    }

    fn said(url: &str, sent: &[(&str, &str)], answered: &[(&str, &str)]) -> Option<(Level, &'static str)> {
        let hop = Hop {
            url: url.to_owned(),
            headers: headers(sent),
            ..Hop::default()
        };
        let answer = Answer {
            headers: headers(answered),
            ..Answer::default()
        };
        cors(&hop, &answer).map(|cors| (cors.level, cors.what))
    }

    const ALLOW: &str = "access-control-allow-origin";
    const HERE: &str = "http://127.0.0.1:4737/s";
    const THERE: &str = "https://api.example/s";

    #[test]
    fn judges_an_origin_that_was_sent_as_a_browser_would() {
        let page = ("Origin", "https://page.example");
        assert_eq!(said(THERE, &[page], &[]), Some((Level::Warn, "missing")));
        assert_eq!(
            said(THERE, &[page], &[(ALLOW, "https://other.example")]),
            Some((Level::Warn, "other"))
        );
        assert_eq!(said(THERE, &[page], &[(ALLOW, "https://page.example")]), None);
        assert_eq!(said(THERE, &[page], &[(ALLOW, "*")]), None);
        assert_eq!(
            said(THERE, &[page, ("cookie", "a=1")], &[(ALLOW, "*")]),
            Some((Level::Warn, "credentials"))
        );
        let lets = ("access-control-allow-credentials", "true");
        assert_eq!(
            said(THERE, &[page, ("cookie", "a=1")], &[(ALLOW, page.1), lets]),
            None
        );
        assert_eq!(said(THERE, &[("origin", "https://api.example")], &[]), None);
    }

    #[test]
    fn says_little_where_no_origin_was_sent() {
        assert_eq!(said(HERE, &[], &[]), None);
        assert_eq!(said(HERE, &[], &[(ALLOW, "http://127.0.0.1:4737")]), None);
        assert_eq!(
            said(HERE, &[], &[(ALLOW, "http://localhost:3000")]),
            Some((Level::Warn, "other"))
        );
        assert_eq!(said(THERE, &[], &[(ALLOW, "*")]), None);
        assert_eq!(said(THERE, &[], &[("vary", "accept-encoding, Origin")]), None);
        assert_eq!(
            said(THERE, &[], &[(ALLOW, "https://x.example"), ("vary", "Origin")]),
            None
        );
        assert_eq!(said(THERE, &[], &[]), Some((Level::Good, "missing")));
    }

    #[test]
    fn finds_a_pages_title() {
        assert_eq!(
            title("<html><TITLE lang=en>\n 502  Bad\nGateway </title>"),
            "502 Bad Gateway"
        );
        assert_eq!(title("<title>潮汐</title>"), "潮汐");
        for none in ["", "<title>", "<title", "<p>title</p>", "<title>never"] {
            assert_eq!(title(none), "", "{none}");
        }
    }
}
