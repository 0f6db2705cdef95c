//! A definition as a command line.

use std::collections::HashMap;

use super::options::{FORM, JSON, TEXT, file_type};
use super::words::is_identifier;
use crate::address;
use crate::contract::{Auth, BodyKind, Framing, Header, Network, Proxy, Stream};
use crate::template::{Part, carries_body, parts, reads_like_json};

/// A definition as a command line of curl that asks for the same. Secrets are printed as variables of the shell,
/// named after the place they stand in; what is plain in the definition is printed as it is, so seal it first.
pub fn print(stream: &Stream, demo_origin: Option<&str>) -> String {
    let mut line = Line {
        words: vec!["curl -N".to_owned()],
        names: HashMap::new(),
    };
    line.network(&stream.network);
    let body = stream.body.as_deref().filter(|_| carries_body(&stream.method));
    let implied = if body.is_some() { "POST" } else { "GET" };
    match stream.method.as_str() {
        "HEAD" => line.words.push("-I".to_owned()),
        method if method != implied => line.option("-X", method, "METHOD"),
        _ => {}
    }
    let url = absolute(&stream.url, demo_origin);
    if url.contains(['[', ']', '{', '}']) {
        line.words.push("-g".to_owned());
    }
    let word = line.address(&url);
    line.words.push(word);
    line.headers(stream);
    line.auth(stream);
    if let Some(body) = body {
        line.body(stream, body);
    }
    line.words.join(" \\\n  ")
}

/// The address with its scheme, which curl would guess otherwise, and without spaces, which it refuses.
fn absolute(typed: &str, demo_origin: Option<&str>) -> String {
    let typed = typed.trim().replace(' ', "%20");
    if typed.starts_with("demo:") || !typed.contains("://") && !typed.starts_with("{{") {
        let rest = typed
            .strip_prefix("demo:")
            .map_or(typed.as_str(), |path| path.trim_start_matches('/'));
        // The beginning alone: placeholders are to stay.
        let authority = typed.split(['/', '?', '#']).next().unwrap_or_default();
        return match (typed.starts_with("demo:"), demo_origin) {
            (true, Some(origin)) => format!("{origin}/{rest}"),
            (true, None) => typed,
            (false, _) => match address::resolve(authority, None) {
                Ok(url) => format!("{}://{typed}", url.scheme()),
                Err(_) => typed,
            },
        };
    }
    typed
}

struct Line {
    words: Vec<String>,
    /// The shell's names for secrets, by id.
    names: HashMap<String, String>,
}

impl Line {
    fn option(&mut self, option: &str, value: &str, place: &str) {
        let value = self.quoted(value, place);
        self.words.push(format!("{option} {value}"));
    }

    fn network(&mut self, network: &Network) {
        let usual = Network::default();
        if network.max_redirects > 0 {
            self.words[0].push_str(" -L");
        }
        if network.max_redirects != usual.max_redirects {
            self.words.push(format!("--max-redirs {}", network.max_redirects));
        }
        match &network.proxy {
            Proxy::System => {}
            Proxy::None => self.words.push("--noproxy '*'".to_owned()),
            Proxy::Through { url } => self.option("-x", url, "PROXY_PASSWORD"),
        }
        if network.insecure {
            self.words.push("-k".to_owned());
        }
        if !network.ca_file.is_empty() {
            self.option("--cacert", &network.ca_file, "CA_FILE");
        }
        if network.compression {
            self.words.push("--compressed".to_owned());
        }
        if network.connect_s != usual.connect_s {
            self.words
                .push(format!("--connect-timeout {}", network.connect_s));
        }
    }

    /// An address, secrets of its query named after what they are the value of.
    fn address(&mut self, url: &str) -> String {
        let Some((before, query)) = url.split_once('?') else {
            return self.quoted(url, "SECRET");
        };
        let mut word = self.quoted(before, "SECRET");
        for (n, pair) in query.split('&').enumerate() {
            let place = pair.split_once('=').map_or("SECRET", |(name, _)| name);
            let joint = if n == 0 { "?" } else { "&" };
            word.push_str(&self.quoted(&format!("{joint}{pair}"), place));
        }
        word
    }

    fn headers(&mut self, stream: &Stream) {
        let on = |header: &&Header| !header.off;
        let has = |name: &str| {
            let mut all = stream.headers.iter().filter(on);
            all.any(|header| header.name.trim().eq_ignore_ascii_case(name))
        };
        if !has("accept") && matches!(stream.framing, Framing::Auto | Framing::Sse) {
            self.words.push("-H 'Accept: text/event-stream'".to_owned());
        }
        for header in stream.headers.iter().filter(on) {
            let (name, value) = (header.name.trim(), header.value.trim());
            let text = if value.is_empty() {
                format!("{name};")
            } else {
                format!("{name}: {value}")
            };
            self.option("-H", &text, name);
        }
        if let Some(body) = stream.body.as_deref().filter(|_| carries_body(&stream.method))
            && !has("content-type")
        {
            let content_type = match stream.body_kind {
                BodyKind::Auto if reads_like_json(body) => JSON,
                BodyKind::Json => JSON,
                BodyKind::Auto | BodyKind::Text => TEXT,
                // curl's own.
                BodyKind::Form => FORM,
                BodyKind::File => file_type(body),
            };
            if content_type != FORM {
                self.option("-H", &format!("Content-Type: {content_type}"), "CONTENT_TYPE");
            }
        }
    }

    fn auth(&mut self, stream: &Stream) {
        let named = |header: &Header| header.name.trim().eq_ignore_ascii_case("authorization");
        if stream.headers.iter().any(|header| !header.off && named(header)) {
            return;
        }
        match &stream.auth {
            Auth::None => {}
            Auth::Bearer { token } => self.option("--oauth2-bearer", token, "TOKEN"),
            Auth::Basic { user, password } => {
                let place = if password.is_empty() {
                    "USER_KEY"
                } else {
                    "PASSWORD"
                };
                self.option("-u", &format!("{user}:{password}"), place);
            }
        }
    }

    fn body(&mut self, stream: &Stream, body: &str) {
        if stream.body_kind == BodyKind::File {
            self.option("--data-binary", &format!("@{body}"), "FILE");
        } else {
            self.option("--data-raw", body, "SECRET");
        }
    }

    /// A text as one word of the shell.
    fn quoted(&mut self, text: &str, place: &str) -> String {
        let mut word = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => word.push_str(&literal(text)),
                Part::Variable(name) if is_identifier(name) => word.push_str(&format!("\"${{{name}}}\"")),
                Part::Variable(name) => word.push_str(&format!("'{{{{{name}}}}}'")),
                Part::Secret(id) => {
                    let name = self.name_of(id, place);
                    word.push_str(&format!("\"${{{name}}}\""));
                }
            }
        }
        if word.is_empty() { "''".to_owned() } else { word }
    }

    /// A name for a secret, after its place: `X-Api-Key` is `X_API_KEY`.
    fn name_of(&mut self, id: &str, place: &str) -> String {
        if let Some(name) = self.names.get(id) {
            return name.clone();
        }
        let spelled: String = place
            .chars()
            .take(40)
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_uppercase()
                } else {
                    '_'
                }
            })
            .collect();
        let spelled = if is_identifier(&spelled) {
            spelled
        } else {
            format!("SECRET_{spelled}")
        };
        let taken = |name: &str| self.names.values().any(|known| known == name);
        let mut name = spelled.clone();
        let mut count = 1;
        while taken(&name) {
            count += 1;
            name = format!("{spelled}_{count}");
        }
        self.names.insert(id.to_owned(), name.clone());
        name
    }
}

/// Text that a shell changes nothing in. Control characters are spelled out: a terminal would act on them.
fn literal(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if text.chars().all(plain) {
        text.to_owned()
    } else if text.contains(char::is_control) {
        let mut word = "$'".to_owned();
        for c in text.chars() {
            match c {
                '\\' | '\'' => word.extend(['\\', c]),
                '\n' => word.push_str("\\n"),
                '\r' => word.push_str("\\r"),
                '\t' => word.push_str("\\t"),
                // As Chrome has it: a shell that is typed into would look for an earlier command.
                c if c.is_control() || c == '!' => word.push_str(&format!("\\u{:04x}", c as u32)),
                c => word.push(c),
            }
        }
        word + "'"
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
