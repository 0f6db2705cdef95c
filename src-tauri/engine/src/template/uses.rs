//! Which secrets a definition names, and where each would go.

use std::collections::HashMap;

use url::Url;

use super::parts::{Part, parts, secret, variable};
use super::{Values, body, variable_missing, writes_authorization};
use crate::address;
use crate::compose::PROMPT;
use crate::contract::{Auth, BodyKind, Failure, Proxy, Stream};
use crate::seal;

/// Stands for each secret where an address is looked at without them.
const MASK: &str = "secret";

/// A place of a definition that a secret would be sent in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The secret's id.
    pub id: String,
    /// Where it would go: `https://api.example.com`, `demo:`, or a proxy as `http://proxy.example.com:3128`.
    pub origin: String,
    /// What names it to a person: the header's or the query's name, `auth`, `body`, `proxy` or `url`.
    pub place: String,
}

/// The origin of a definition's address, variables filled in.
///
/// # Errors
/// [`crate::contract::Code::Url`] where the address cannot be opened or names a variable that has no value.
pub fn origin(stream: &Stream, values: &Values, demo_origin: Option<&str>) -> Result<String, Failure> {
    let masked = masked(&stream.url, values)?;
    let url = address::resolve(&masked, demo_origin)?;
    if masked.trim_start().starts_with("demo:") {
        return Ok("demo:".to_owned());
    }
    Ok(url.origin().ascii_serialization())
}

/// The secrets that a definition names in what it sends, also those that its variables name, with where they
/// would go.
///
/// # Errors
/// As [`origin`].
pub fn uses(stream: &Stream, values: &Values, demo_origin: Option<&str>) -> Result<Vec<Use>, Failure> {
    let reserved: &[&str] = if stream.asks() { &[PROMPT] } else { &[] };
    uses_but(stream, values, demo_origin, reserved)
}

/// As [`uses`], where some names in the body are not the variables'.
pub fn uses_but(
    stream: &Stream,
    values: &Values,
    demo_origin: Option<&str>,
    reserved: &[&str],
) -> Result<Vec<Use>, Failure> {
    let origin = origin(stream, values, demo_origin)?;
    let mut found = Vec::new();
    let mut note = |text: &str, origin: &str, place: &str| {
        for id in ids(text, &values.variables) {
            found.push(Use {
                id,
                origin: origin.to_owned(),
                place: place.to_owned(),
            });
        }
    };
    for (name, text) in address_places(&stream.url) {
        note(text, &origin, name);
    }
    for header in stream.headers.iter().filter(|header| !header.off) {
        note(&header.value, &origin, header.name.trim());
    }
    if !writes_authorization(stream) {
        match &stream.auth {
            Auth::None => {}
            Auth::Bearer { token } => note(token, &origin, "auth"),
            Auth::Basic { user, password } => {
                note(user, &origin, "auth");
                note(password, &origin, "auth");
            }
        }
    }
    if let Some(text) = &stream.body
        && body::carries_body(&stream.method)
        && stream.body_kind != BodyKind::File
    {
        for part in parts(text) {
            match part {
                Part::Variable(name) if reserved.contains(&name) => {}
                Part::Variable(name) => note(&variable(name), &origin, "body"),
                Part::Secret(id) => note(&secret(id), &origin, "body"),
                Part::Text(_) => {}
            }
        }
    }
    if let Proxy::Through { url } = &stream.network.proxy {
        note(url, &proxy_origin(&masked(url, values)?), "proxy");
    }
    Ok(found)
}

/// The parts of an address, each query value by its name.
fn address_places(url: &str) -> Vec<(&str, &str)> {
    let Some((before, query)) = url.split_once('?') else {
        return vec![("url", url)];
    };
    let (query, _) = query.split_once('#').unwrap_or((query, ""));
    let mut places = vec![("url", before)];
    for pair in query.split('&') {
        places.push(pair.split_once('=').unwrap_or(("url", pair)));
    }
    places
}

/// Ids that a text names, also by way of variables. A variable without a value names none.
fn ids(text: &str, variables: &HashMap<String, String>) -> Vec<String> {
    let mut ids = Vec::new();
    for part in parts(text) {
        match part {
            Part::Text(_) => {}
            Part::Secret(id) => ids.push(id.to_owned()),
            Part::Variable(name) => {
                let value = variables.get(name).map_or("", String::as_str);
                ids.extend(super::secret_ids(value).map(str::to_owned));
            }
        }
    }
    ids
}

/// Whether a text names a secret, itself or by way of a variable.
pub fn names_secret(text: &str, values: &Values) -> bool {
    !ids(text, &values.variables).is_empty()
}

/// A text with its variables filled in and something harmless for each secret.
pub fn masked(text: &str, values: &Values) -> Result<String, Failure> {
    let mut whole = String::new();
    for part in parts(text) {
        match part {
            Part::Text(text) => whole.push_str(text),
            Part::Secret(_) => whole.push_str(MASK),
            Part::Variable(name) => {
                let value = values.variables.get(name).ok_or_else(|| variable_missing(name))?;
                for part in parts(value) {
                    match part {
                        Part::Text(text) => whole.push_str(text),
                        Part::Secret(_) => whole.push_str(MASK),
                        Part::Variable(name) => whole.push_str(&format!("{{{{{name}}}}}")),
                    }
                }
            }
        }
    }
    Ok(whole)
}

/// A text with its variables filled in and its secrets still to be: what a variable's value has of braces beside a
/// secret's is percent-encoded, as an address would have it.
pub fn expanded(text: &str, values: &Values) -> Result<String, Failure> {
    let mut whole = String::new();
    for part in parts(text) {
        match part {
            Part::Text(text) => whole.push_str(text),
            Part::Secret(id) => whole.push_str(&secret(id)),
            Part::Variable(name) => {
                let value = values.variables.get(name).ok_or_else(|| variable_missing(name))?;
                for part in parts(value) {
                    match part {
                        Part::Text(text) => whole.push_str(text),
                        Part::Secret(id) => whole.push_str(&secret(id)),
                        Part::Variable(name) => whole.push_str(&format!("%7B%7B{name}%7D%7D")),
                    }
                }
            }
        }
    }
    Ok(whole)
}

/// Scheme, host and port of a proxy, whose password goes nowhere else. What cannot be read as an address stands
/// for itself, and is refused when it is connected through.
fn proxy_origin(masked: &str) -> String {
    let bare = seal::without_userinfo(masked);
    match Url::parse(&bare) {
        Ok(url) if url.has_host() => format!("{}://{}", url.scheme(), address::authority(&url)),
        _ => bare,
    }
}
