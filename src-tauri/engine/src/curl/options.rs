//! What curl's options mean for a definition.

use std::collections::VecDeque;

use super::table::{AS_HERE, LONG_WITH_VALUE, SHORT_WITH_VALUE, long_name};
use super::{Pasted, bad};
use crate::contract::{Auth, BodyKind, Failure, Header, Proxy, Stream};
use crate::seal::without_userinfo;
use crate::template::{Part, parts, percent_encoded, secret};

/// One option as written.
struct Given {
    name: String,
    value: Option<String>,
    written: String,
}

impl Given {
    /// As written, without its value, which may be a secret.
    fn bare(&self) -> &str {
        let end = self.written.find([' ', '=']).unwrap_or(self.written.len());
        &self.written[..end]
    }
}

#[derive(Default)]
struct Reading {
    stream: Stream,
    ignored: Vec<String>,
    method: Option<String>,
    data: Vec<String>,
    file: Option<String>,
    query: Vec<String>,
    is_json: bool,
    get: bool,
    head: bool,
    proxy_user: Option<Given>,
}

/// Makes a definition of the words after `curl`.
pub fn read(words: Vec<String>) -> Result<Pasted, Failure> {
    let mut words = VecDeque::from(words);
    let mut reading = Reading::default();
    let mut only_addresses = false;
    while let Some(word) = words.pop_front() {
        if only_addresses || !word.starts_with('-') || word == "-" {
            reading.address(word);
        } else if word == "--" {
            only_addresses = true;
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, mut value) = match long.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (long.to_owned(), None),
            };
            let mut written = word.clone();
            if value.is_none() && LONG_WITH_VALUE.contains(&name.as_str()) {
                let next = words.pop_front().ok_or_else(|| no_value(&word))?;
                written = format!("{word} {next}");
                value = Some(next);
            }
            reading.option(Given { name, value, written })?;
        } else {
            shorts(&mut reading, &word[1..], &mut words)?;
        }
    }
    reading.end()
}

/// `-sSN`, `-XPOST`, `-H Name:value`.
fn shorts(reading: &mut Reading, letters: &str, words: &mut VecDeque<String>) -> Result<(), Failure> {
    for (at, letter) in letters.char_indices() {
        let mut given = Given {
            name: long_name(letter).map_or_else(|| letter.to_string(), str::to_owned),
            value: None,
            written: format!("-{letter}"),
        };
        if SHORT_WITH_VALUE.contains(letter) {
            let rest = &letters[at + letter.len_utf8()..];
            let value = if rest.is_empty() {
                words.pop_front().ok_or_else(|| no_value(&given.written))?
            } else {
                rest.to_owned()
            };
            given.written = format!("-{letter} {value}");
            given.value = Some(value);
            return reading.option(given);
        }
        reading.option(given)?;
    }
    Ok(())
}

fn no_value(option: &str) -> Failure {
    bad(
        "argument",
        format!("the option {option} ends the command without its value"),
    )
    .with("option", option)
}

impl Reading {
    fn address(&mut self, word: String) {
        if self.stream.url.is_empty() {
            self.stream.url = word;
        } else {
            self.ignored.push(word);
        }
    }

    fn option(&mut self, given: Given) -> Result<(), Failure> {
        let value = given.value.clone().unwrap_or_default();
        let network = &mut self.stream.network;
        match given.name.as_str() {
            "request" => self.method = Some(value.trim().to_ascii_uppercase()),
            "header" => self.header(&value, given.written),
            "data" | "data-ascii" | "data-binary" => match value.strip_prefix('@') {
                Some(path) => self.file(path)?,
                None => self.data.push(value),
            },
            "data-raw" => self.data.push(value),
            "data-urlencode" => {
                let encoded = urlencoded(&value)?;
                self.data.push(encoded);
            }
            "url-query" => {
                let encoded = urlencoded(&value)?;
                self.query.push(encoded);
            }
            "json" => {
                self.is_json = true;
                match value.strip_prefix('@') {
                    Some(path) => self.file(path)?,
                    // Pieces of JSON follow each other; those of a form are parted by `&`.
                    None => match self.data.last_mut() {
                        Some(before) => before.push_str(&value),
                        None => self.data.push(value),
                    },
                }
            }
            "form" | "form-string" => {
                let message = "a multipart form (-F) cannot be sent; send the body from a file instead";
                return Err(bad("form", message).with("option", given.bare()));
            }
            "upload-file" => {
                let message =
                    "an upload (-T) is no request for a stream; --data-binary @file sends a file as a body";
                return Err(bad("upload", message).with("option", given.bare()));
            }
            "user" => {
                let (user, password) = split_user(&value);
                self.stream.auth = Auth::Basic { user, password };
            }
            "oauth2-bearer" => self.stream.auth = Auth::Bearer { token: value },
            "user-agent" if !value.is_empty() => self.stream.headers.push(Header::new("User-Agent", value)),
            "referer" if !value.is_empty() => self.stream.headers.push(Header::new("Referer", value)),
            // Without `=` it is the name of a file.
            "cookie" if value.contains('=') || value.contains("{{") => {
                self.stream.headers.push(Header::new("Cookie", value));
            }
            "insecure" => network.insecure = true,
            "cacert" => network.ca_file = value,
            "compressed" => network.compression = true,
            "connect-timeout" => match seconds(&value) {
                Some(seconds) => network.connect_s = seconds,
                None => self.ignored.push(given.written),
            },
            "max-redirs" => match value.parse() {
                Ok(most) => network.max_redirects = most,
                Err(_) => self.ignored.push(given.written),
            },
            "proxy" => network.proxy = proxy("http", &value),
            "socks5" => network.proxy = proxy("socks5", &value),
            "socks5-hostname" => network.proxy = proxy("socks5h", &value),
            "proxy-user" => self.proxy_user = Some(given),
            "noproxy" if value == "*" => network.proxy = Proxy::None,
            "get" => self.get = true,
            "head" => self.head = true,
            "url" => self.address(value),
            name if AS_HERE.contains(&name) => {}
            _ => self.ignored.push(given.written),
        }
        Ok(())
    }

    /// `Name: value`; `Name;` is sent empty, and `Name:` is one of curl's own that is not sent.
    fn header(&mut self, text: &str, written: String) {
        match text.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
                self.stream.headers.push(Header::new(name.trim(), value.trim()));
            }
            None if text.ends_with(';') && !text.starts_with('@') => {
                self.stream
                    .headers
                    .push(Header::new(text[..text.len() - 1].trim(), ""));
            }
            _ => self.ignored.push(written),
        }
    }

    fn file(&mut self, path: &str) -> Result<(), Failure> {
        if self.file.is_some() || path.is_empty() {
            return Err(several_files());
        }
        self.file = Some(path.to_owned());
        Ok(())
    }

    fn end(mut self) -> Result<Pasted, Failure> {
        if self.stream.url.is_empty() {
            return Err(bad("no-url", "the command names no address"));
        }
        if let Some(given) = self.proxy_user.take() {
            self.proxy_user(given);
        }
        let mut data = (!self.data.is_empty()).then(|| self.data.join("&"));
        if self.file.is_some() && (data.is_some() || self.get) {
            return Err(several_files());
        }
        if self.get {
            self.query.extend(data.take());
        }
        if !self.query.is_empty() {
            let query = self.query.join("&");
            add_query(&mut self.stream.url, &query);
        }
        let has_body = data.is_some() || self.file.is_some();
        if has_body {
            self.body(data);
        }
        // What is asked for here anyway.
        let is_default = |header: &Header| {
            header.name.eq_ignore_ascii_case("accept")
                && header.value.eq_ignore_ascii_case("text/event-stream")
        };
        self.stream.headers.retain(|header| !is_default(header));
        let implied = match (self.head, has_body) {
            (true, _) => "HEAD",
            (false, true) => "POST",
            (false, false) => "GET",
        };
        self.stream.method = self.method.unwrap_or_else(|| implied.to_owned());
        Ok(Pasted {
            stream: self.stream,
            ignored: self.ignored,
        })
    }

    /// `-U` counts over the user that `-x` names; without a proxy it means nothing.
    fn proxy_user(&mut self, given: Given) {
        if let Proxy::Through { url } = &mut self.stream.network.proxy {
            let bare = without_userinfo(url);
            if let Some((scheme, rest)) = bare.split_once("://") {
                let user = userinfo(&given.value.unwrap_or_default());
                *url = format!("{scheme}://{user}@{rest}");
                return;
            }
        }
        self.ignored.push(given.written);
    }

    /// The body's kind by its content type: curl calls data a form unless told otherwise. A type that its kind
    /// brings along is not a header too.
    fn body(&mut self, data: Option<String>) {
        let is_type = |header: &Header| header.name.eq_ignore_ascii_case("content-type");
        let headers = &mut self.stream.headers;
        if self.is_json {
            for (name, value) in [
                ("Content-Type", "application/json"),
                ("Accept", "application/json"),
            ] {
                if !headers
                    .iter()
                    .any(|header| header.name.eq_ignore_ascii_case(name))
                {
                    headers.push(Header::new(name, value));
                }
            }
        }
        if !headers.iter().any(is_type) {
            headers.push(Header::new("Content-Type", FORM));
        }
        let written = headers.iter().find(|header| is_type(header));
        let written = written
            .map_or("", |header| header.value.as_str())
            .to_ascii_lowercase();
        let essence = written.split(';').next().unwrap_or_default().trim();
        let (kind, own) = match &self.file {
            Some(path) => (BodyKind::File, file_type(path)),
            None if essence == JSON => (BodyKind::Json, JSON),
            None if essence == FORM => (BodyKind::Form, FORM),
            None => (BodyKind::Text, TEXT),
        };
        if written == own {
            headers.retain(|header| !is_type(header));
        }
        self.stream.body_kind = kind;
        self.stream.body = data.or(self.file.take());
    }
}

/// Content types that the kinds of a body bring along.
pub const JSON: &str = "application/json";
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const TEXT: &str = "text/plain;charset=utf-8";

/// The type that a file is sent with.
pub fn file_type(path: &str) -> &'static str {
    match path.rsplit_once('.') {
        Some((_, extension)) if extension.eq_ignore_ascii_case("json") => JSON,
        _ => "application/octet-stream",
    }
}

fn several_files() -> Failure {
    bad("files", "only one file can be sent, and nothing beside it")
}

/// `content`, `=content`, `name=content`.
fn urlencoded(value: &str) -> Result<String, Failure> {
    match (value.find('='), value.find('@')) {
        (Some(equals), at) if at.is_none_or(|at| equals < at) => {
            let (name, content) = (&value[..equals], &value[equals + 1..]);
            let content = percent_encoded(content, true);
            Ok(if name.is_empty() {
                content
            } else {
                format!("{name}={content}")
            })
        }
        (_, Some(_)) => Err(several_files()),
        _ => Ok(percent_encoded(value, true)),
    }
}

fn add_query(url: &mut String, query: &str) {
    let fragment = url.find('#').map(|at| url.split_off(at)).unwrap_or_default();
    let joint = match url.find('?') {
        None => "?",
        Some(_) if url.ends_with(['?', '&']) => "",
        Some(_) => "&",
    };
    url.push_str(&format!("{joint}{query}{fragment}"));
}

fn split_user(value: &str) -> (String, String) {
    // curl parts at the first colon; none stands within the name of a variable.
    match value.split_once(':') {
        Some((user, password)) => (user.to_owned(), password.to_owned()),
        None => (value.to_owned(), String::new()),
    }
}

/// `user:password` as an address has it: its first colon parts the two, placeholders stay whole.
fn userinfo(value: &str) -> String {
    let mut whole = String::new();
    let mut parted = false;
    for part in parts(value) {
        match part {
            Part::Text(text) if !parted && text.contains(':') => {
                let (user, password) = text.split_once(':').unwrap_or((text, ""));
                parted = true;
                whole.push_str(&format!(
                    "{}:{}",
                    percent_encoded(user, false),
                    percent_encoded(password, false)
                ));
            }
            Part::Text(text) => whole.push_str(&percent_encoded(text, false)),
            Part::Variable(name) => whole.push_str(&format!("{{{{{name}}}}}")),
            Part::Secret(id) => whole.push_str(&secret(id)),
        }
    }
    whole
}

fn proxy(scheme: &str, value: &str) -> Proxy {
    if value.is_empty() {
        return Proxy::None;
    }
    let url = if value.contains("://") {
        value.to_owned()
    } else {
        format!("{scheme}://{value}")
    };
    Proxy::Through { url }
}

fn seconds(value: &str) -> Option<u32> {
    let seconds: f64 = value.trim().parse().ok()?;
    (0.0..=f64::from(u32::MAX))
        .contains(&seconds)
        .then(|| seconds.ceil() as u32)
}
