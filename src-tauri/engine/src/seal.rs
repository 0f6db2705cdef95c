//! Takes what is secret out of a definition: each secret gets an id, and a placeholder stands in its place.
//!
//! Secret are headers by their name ([`headers::is_secret`]) or by their mark, what follows the scheme in
//! `Authorization`, tokens and passwords of [`Auth`], user and password of an address (they become
//! [`Auth::Basic`]), values of a query by their name ([`is_secret_query`]), a proxy's
//! password and that of the address that messages are sent to, and variables by their mark or by
//! their name, which then marks them. What is already a placeholder stays; of a text that mixes both, only what stands between placeholders is taken.

use std::sync::Arc;

use crate::address::is_secret_query;
use crate::contract::{Auth, Environments, Header, Proxy, Stream};
use crate::headers;
use crate::template::{Part, parts, secret};

#[cfg(test)]
mod tests;

/// Authentication schemes that stay legible; anything else before a space might be a part of the secret.
const SCHEMES: [&str; 10] = [
    "Bearer",
    "Basic",
    "Digest",
    "Token",
    "ApiKey",
    "Key",
    "DPoP",
    "Hawk",
    "Negotiate",
    "GenieKey",
];

/// A secret that was taken out of a definition.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// The id in the placeholder that stands for it now.
    pub id: String,
    /// Its value.
    pub value: Arc<str>,
}

/// Never shows the value.
impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A definition without secrets, and the secrets. `new_id` yields ids that no other secret has, of the characters
/// of a variable's name.
pub fn seal(stream: &Stream, new_id: impl FnMut() -> String) -> (Stream, Vec<Found>) {
    let mut stream = stream.clone();
    let mut sealer = Sealer {
        new_id,
        found: Vec::new(),
    };
    userinfo_to_auth(&mut stream);
    stream.url = sealer.query(&stream.url);
    for header in &mut stream.headers {
        sealer.header(header);
    }
    match &mut stream.auth {
        Auth::None => {}
        Auth::Bearer { token } => sealer.all(token),
        Auth::Basic { user, password } => {
            // `key:` is how some services take a key.
            if password.is_empty() {
                sealer.all(user);
            }
            sealer.all(password);
        }
    }
    if let Proxy::Through { url } = &mut stream.network.proxy {
        *url = sealer.proxy(url);
    }
    let send = &mut stream.scenes.chat.send_url;
    if split_userinfo(send).is_some_and(|parts| !parts.password.is_empty()) {
        *send = sealer.proxy(send);
    }
    *send = sealer.query(send);
    (stream, sealer.found)
}

/// Environments without secrets, and the secrets.
pub fn seal_environments(
    environments: &Environments,
    new_id: impl FnMut() -> String,
) -> (Environments, Vec<Found>) {
    let mut environments = environments.clone();
    let mut sealer = Sealer {
        new_id,
        found: Vec::new(),
    };
    for environment in &mut environments.all {
        for variable in &mut environment.variables {
            variable.secret |= is_secret_query(&variable.name);
            if variable.secret {
                sealer.all(&mut variable.value);
            }
        }
    }
    (environments, sealer.found)
}

/// Ids of all secrets that a definition names, in order and once each.
pub fn ids(stream: &Stream) -> Vec<String> {
    let definition = serde_json::to_string(stream).unwrap_or_default();
    ids_in(&definition)
}

/// Ids of all secrets that a text names, in order and once each.
pub fn ids_in(text: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in crate::template::secret_ids(text) {
        if !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

struct Sealer<F> {
    new_id: F,
    found: Vec<Found>,
}

impl<F: FnMut() -> String> Sealer<F> {
    /// Takes a value and answers with what stands for it.
    fn take(&mut self, value: &str) -> String {
        let id = (self.new_id)();
        let placeholder = secret(&id);
        self.found.push(Found {
            id,
            value: value.into(),
        });
        placeholder
    }

    /// Takes everything between the placeholders of a text, as `decode` reads it.
    fn rest_of(&mut self, text: &str, decode: impl Fn(&str) -> String) -> String {
        let mut sealed = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) if text.trim().is_empty() => sealed.push_str(text),
                Part::Text(text) => sealed.push_str(&self.take(&decode(text))),
                Part::Variable(name) => sealed.push_str(&format!("{{{{{name}}}}}")),
                Part::Secret(id) => sealed.push_str(&secret(id)),
            }
        }
        sealed
    }

    fn all(&mut self, text: &mut String) {
        *text = self.rest_of(text, str::to_owned);
    }

    fn header(&mut self, header: &mut Header) {
        if !(header.secret || headers::is_secret(&header.name)) {
            return;
        }
        let name = header.name.trim().to_ascii_lowercase();
        let value = header.value.trim();
        if matches!(name.as_str(), "authorization" | "proxy-authorization")
            && let Some((scheme, rest)) = value.split_once(' ')
            && SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
        {
            let rest = self.rest_of(rest.trim(), str::to_owned);
            header.value = format!("{scheme} {rest}");
        } else {
            header.value = self.rest_of(value, str::to_owned);
        }
    }

    /// Takes the values of an address's query whose names say that they are secret.
    fn query(&mut self, url: &str) -> String {
        let (address, fragment) = match url.split_once('#') {
            Some((address, fragment)) => (address, Some(fragment)),
            None => (url, None),
        };
        let Some((before, query)) = address.split_once('?') else {
            return url.to_owned();
        };
        let pairs: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, value)) if is_secret_query(&form_decoded(name)) => {
                    format!("{name}={}", self.rest_of(value, form_decoded))
                }
                _ => pair.to_owned(),
            })
            .collect();
        let fragment = fragment.map_or(String::new(), |fragment| format!("#{fragment}"));
        format!("{before}?{}{fragment}", pairs.join("&"))
    }

    /// Takes the password of an address that nothing else speaks for.
    fn proxy(&mut self, url: &str) -> String {
        let Some(parts) = split_userinfo(url) else {
            return url.to_owned();
        };
        let user = parts.user;
        let password = self.rest_of(parts.password, percent_decoded);
        format!("{}{user}:{password}@{}", parts.before, parts.after)
    }
}

/// An address with user or password is one that asks as them (RFC 7617); the address is left without.
fn userinfo_to_auth(stream: &mut Stream) {
    let Some(parts) = split_userinfo(&stream.url) else {
        return;
    };
    if stream.auth == Auth::None {
        stream.auth = Auth::Basic {
            user: percent_decoded(parts.user),
            password: percent_decoded(parts.password),
        };
    }
    stream.url = format!("{}{}", parts.before, parts.after);
}

/// An address, cut around the user and password in it.
#[derive(Debug, PartialEq, Eq)]
struct Userinfo<'a> {
    before: &'a str,
    user: &'a str,
    password: &'a str,
    after: &'a str,
}

fn split_userinfo(url: &str) -> Option<Userinfo<'_>> {
    let start = authority_start(url);
    let end = url[start..]
        .find(['/', '?', '#', '\\'])
        .map_or(url.len(), |at| start + at);
    let at = start + url[start..end].rfind('@')?;
    let userinfo = &url[start..at];
    // A colon within a placeholder parts nothing.
    let mut offset = 0;
    let mut colon = None;
    for part in parts(userinfo) {
        match part {
            Part::Text(text) => {
                colon = text.find(':').map(|at| offset + at);
                offset += text.len();
            }
            Part::Variable(name) => offset += name.len() + "{{}}".len(),
            Part::Secret(id) => offset += secret(id).len(),
        }
        if colon.is_some() {
            break;
        }
    }
    let (user, password) = match colon {
        Some(colon) => (&userinfo[..colon], &userinfo[colon + 1..]),
        None => (userinfo, ""),
    };
    Some(Userinfo {
        before: &url[..start],
        user,
        password,
        after: &url[at + 1..],
    })
}

/// Where the authority of an address begins, as the URL standard reads it: after its scheme, if it has one, and
/// any number of slashes either way.
fn authority_start(url: &str) -> usize {
    let typed = url.trim_start();
    let lead = url.len() - typed.len();
    let is_web = |scheme: &str| {
        ["http", "https"]
            .iter()
            .any(|web| web.eq_ignore_ascii_case(scheme))
    };
    let scheme = match typed.split_once(':') {
        Some((scheme, rest))
            if is_web(scheme) || (rest.starts_with("//") && !scheme.contains(['/', '?', '#', '@'])) =>
        {
            scheme.len() + 1
        }
        _ => 0,
    };
    let rest = &typed[scheme..];
    let slashes = rest.len() - rest.trim_start_matches(['/', '\\']).len();
    lead + scheme + slashes
}

/// An address without user and password.
pub(crate) fn without_userinfo(url: &str) -> String {
    match split_userinfo(url) {
        Some(parts) => format!("{}{}", parts.before, parts.after),
        None => url.to_owned(),
    }
}

/// `%41` as `A`; what is not UTF-8 after that is left as it was.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// As a query has it: `+` is a space.
fn form_decoded(text: &str) -> String {
    percent_decoded(&text.replace('+', " "))
}
