//! Placeholders in a definition's texts, `{{name}}` and `{{secret:ID}}`, and what stands for them in one Connect.
//!
//! A value goes in as the place wants it: percent-encoded into an address and a form, escaped within a string of
//! JSON, as it is elsewhere. A variable in an address goes in as it stands, for it may be a host or a path.
//!
//! In a body that is text, `{{prompt}}` is reserved: it stands for what the user asks, whatever variables there are. What
//! the user typed goes in literally, braces and all; in JSON, outside a string, as a string.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use url::Url;

use crate::address;
use crate::compose::{self, PROMPT};
use crate::contract::{Auth, Code, Failure, Header, Network, Proxy, Stream};
use crate::headers;
use crate::redact::Redactor;
use crate::seal;

mod body;
mod fit;
mod parts;
#[cfg(test)]
mod tests;
mod uses;

pub use body::{MAX_FILE_BYTES, carries_body, reads_like_json};
pub use fit::percent_encoded;
pub use parts::{NAME_CHARS, Part, is_name, parts, secret, secret_ids};
pub use uses::{Use, origin, uses};

use fit::{Fit, Pen, Reserved};
pub(crate) use uses::{expanded, uses_but};

/// What placeholders stand for, in one Connect.
#[derive(Clone, Default)]
pub struct Values {
    /// Variables of the active environment, by name. A value may name secrets, and no other variables.
    pub variables: HashMap<String, String>,
    /// Secrets, by id.
    pub secrets: HashMap<String, Secret>,
}

/// A secret that the vault gave out for one Connect.
#[derive(Clone)]
pub struct Secret {
    /// Its value.
    pub value: Arc<str>,
    /// Origins it may go to, as `https://api.example.com` or `demo:`; any where it has none.
    pub origins: Vec<String>,
}

/// Never shows values.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret")
            .field("origins", &self.origins)
            .finish_non_exhaustive()
    }
}

/// Never shows values.
impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Values")
            .field("variables", &self.variables.keys())
            .field("secrets", &self.secrets.len())
            .finish()
    }
}

/// A definition with everything filled in, as it is sent.
#[derive(Clone)]
pub struct Filled {
    /// Where to.
    pub url: Url,
    /// Headers that are on, `Authorization` of [`Stream::auth`] among them.
    pub headers: Vec<Header>,
    /// The body, if the method carries one.
    pub body: Option<Bytes>,
    /// The content type that [`Stream::body_kind`] asks for.
    pub content_type: Option<&'static str>,
    /// How the connection is made.
    pub network: Network,
    /// What must not be shown.
    pub redactor: Arc<Redactor>,
    /// What stands for `{{prompt}}` in the body; none where that does not ask.
    pub prompt: Option<Arc<str>>,
    /// The bytes of the body at which it begins, ascending.
    pub prompt_at: Vec<usize>,
}

/// Never shows what secrets may have been written into.
impl std::fmt::Debug for Filled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|header| header.name.as_str()).collect();
        f.debug_struct("Filled")
            .field("origin", &self.url.origin().ascii_serialization())
            .field("headers", &headers)
            .field("body", &self.body.as_ref().map(Bytes::len))
            .field("redactor", &self.redactor)
            .finish_non_exhaustive()
    }
}

/// Fills a definition in. `demo:/…` addresses lead to `demo_origin`. What is secret in it by its nature and not
/// sealed is taken for a secret of its own address. Reads the file of [`BodyKind::File`], and so may block.
///
/// # Errors
/// [`Code::Url`], with `detail`: that of an address that cannot be opened; `variable-missing` and
/// `secret-missing` where a placeholder has no value; `secret-origin` where a secret may not go to the address's
/// origin, or a proxy's password to the proxy's; `auth-user` for a user name with a colon (RFC 7617, 2);
/// `body-file` and `body-limit` for a file that cannot be read or is larger than [`MAX_FILE_BYTES`];
/// `prompt-missing` where the body asks for a prompt and [`Stream::prompt`] is blank.
pub fn fill(stream: &Stream, values: &Values, demo_origin: Option<&str>) -> Result<Filled, Failure> {
    fill_asking(stream, values, None, demo_origin)
}

/// As [`fill`], with a prompt in place of the definition's own unless it is blank.
///
/// # Errors
/// As [`fill`]; [`Code::Limit`] with `what` = `prompt` for one of more than [`crate::compose::PROMPT_BYTES`].
pub fn fill_asking(
    stream: &Stream,
    values: &Values,
    prompt: Option<&str>,
    demo_origin: Option<&str>,
) -> Result<Filled, Failure> {
    if !stream.asks() {
        return fill_reserved(stream, values, &[], demo_origin);
    }
    let mut prompts = prompt.into_iter().chain([stream.prompt.as_str()]);
    let prompt = prompts
        .find(|prompt| !prompt.trim().is_empty())
        .ok_or_else(prompt_missing)?;
    compose::bounded(prompt, "prompt")?;
    Ok(Filled {
        prompt: Some(prompt.into()),
        ..fill_reserved(stream, values, &[(PROMPT, prompt)], demo_origin)?
    })
}

/// As [`fill`], where the body has reserved names, which are no variables.
pub(crate) fn fill_reserved(
    stream: &Stream,
    values: &Values,
    reserved: Reserved<'_>,
    demo_origin: Option<&str>,
) -> Result<Filled, Failure> {
    let (stream, values) = with_plain_sealed(stream, values);
    let mut pen = Pen::new(&values);
    let names: Vec<&str> = reserved.iter().map(|(name, _)| *name).collect();
    permitted(&uses_but(&stream, &values, demo_origin, &names)?, &values)?;
    let (url, said) = resolve(&stream, &mut pen, demo_origin)?;

    let mut headers = Vec::new();
    for header in stream.headers.iter().filter(|header| !header.off) {
        headers.push(Header {
            value: pen.write(&header.value, Fit::Plain, header.name.trim())?,
            // What a secret went into is dropped by a redirect, whatever its name.
            secret: header.secret || uses::names_secret(&header.value, &values),
            ..header.clone()
        });
    }
    if let Some(value) = authorization(&stream, &mut pen, said)? {
        headers.push(Header::new("Authorization", value));
    }
    let (body, content_type) = body::fill(&stream, &mut pen, reserved)?;
    let mut network = stream.network.clone();
    if let Proxy::Through { url } = &mut network.proxy {
        *url = pen.write(url, Fit::Url, "proxy")?;
    }
    Ok(Filled {
        url,
        headers,
        body,
        content_type,
        network,
        prompt: None,
        prompt_at: pen.take_reserved_at(),
        redactor: Arc::new(Redactor::new(pen.into_written())),
    })
}

/// The definition as it is once sealed, and the values with what was plain in it.
pub(crate) fn with_plain_sealed(stream: &Stream, values: &Values) -> (Stream, Values) {
    let mut count = 0;
    let (sealed, found) = seal::seal(stream, || {
        loop {
            count += 1;
            let id = format!("plain.{count}");
            // A definition made from one that was sealed here names those.
            if !values.secrets.contains_key(&id) {
                return id;
            }
        }
    });
    let mut values = values.clone();
    for found in found {
        let secret = Secret {
            value: found.value,
            origins: Vec::new(),
        };
        values.secrets.insert(found.id, secret);
    }
    (sealed, values)
}

/// The address with everything in it, and whom it asks as: a variable may bring user and password along. What is
/// said about one that cannot be opened has no secret in it.
fn resolve(
    stream: &Stream,
    pen: &mut Pen<'_>,
    demo_origin: Option<&str>,
) -> Result<(Url, Option<String>), Failure> {
    let shown = uses::masked(&stream.url, pen.values())?;
    let public = address::resolve(&shown, demo_origin)?;
    let whole = pen.write(&stream.url, Fit::Url, "url")?;
    let url = address::resolve(&whole, demo_origin).map_err(|_| unusable(&shown))?;
    // A secret may be a part of the path or the query; a host that it could choose has no origin to be bound to.
    if url.origin() != public.origin() {
        return Err(unusable(&shown));
    }
    let mut url = url;
    let said = headers::basic(&url).and_then(|basic| Some(basic.to_str().ok()?.to_owned()));
    if let Some((_, pair)) = said.as_deref().and_then(|said| said.split_once(' ')) {
        pen.wrote(pair);
        // A password; a user alone is a key.
        let password = url.password().unwrap_or(url.username());
        pen.wrote(password);
        pen.wrote(&String::from_utf8_lossy(&address::decoded(password)));
    }
    // Said by the header. Neither fails for an address with a host, and others were refused.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok((url, said))
}

fn unusable(shown: &str) -> Failure {
    let shown = &seal::without_userinfo(shown);
    Failure::new(
        Code::Url,
        format!("“{shown}” cannot be used with the secrets it names"),
    )
    .with("url", shown)
    .with("detail", "secret-host")
}

/// Whether each secret is there and may go where it would.
fn permitted(uses: &[Use], values: &Values) -> Result<(), Failure> {
    for used in uses {
        if !values.secrets.contains_key(&used.id) {
            return Err(secret_missing(&used.place));
        }
    }
    refused(uses, values, |used| {
        let origins = &values.secrets[&used.id].origins;
        !origins.is_empty() && !origins.contains(&used.origin)
    })
}

/// Refuses the secrets that are bound nowhere yet, and that a definition which somebody else may have written
/// ([`Stream::foreign`]) would be the first to take somewhere. What is not among the values is not asked about.
///
/// # Errors
/// [`Code::Url`] with `detail` = `secret-origin`, as [`fill`]; `given` is empty.
pub fn bound(uses: &[Use], values: &Values) -> Result<(), Failure> {
    refused(uses, values, |used| {
        values
            .secrets
            .get(&used.id)
            .is_some_and(|secret| secret.origins.is_empty())
    })
}

/// Refuses the first secret that is astray, and the others that would go to the same place.
fn refused(uses: &[Use], values: &Values, is_astray: impl Fn(&Use) -> bool) -> Result<(), Failure> {
    let astray = |used: &&Use| is_astray(used);
    let Some(first) = uses.iter().find(astray) else {
        return Ok(());
    };
    let mut given: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for used in uses
        .iter()
        .filter(astray)
        .filter(|used| used.origin == first.origin)
    {
        if !ids.contains(&used.id.as_str()) {
            ids.push(&used.id);
        }
        for origin in &values.secrets[&used.id].origins {
            if !given.contains(&origin.as_str()) {
                given.push(origin);
            }
        }
    }
    let (origin, given) = (&first.origin, given.join(", "));
    let was = if given.is_empty() {
        "has not been sent anywhere yet".to_owned()
    } else {
        format!("was given for {given}")
    };
    Err(Failure::new(
        Code::Url,
        format!("a secret of this stream {was}; it is not sent to {origin} unless you allow it"),
    )
    .with("detail", "secret-origin")
    .with("origin", origin)
    .with("given", given)
    .with("secrets", ids.join(",")))
}

fn secret_missing(place: &str) -> Failure {
    Failure::new(
        Code::Url,
        format!("the secret for “{place}” is not there; enter it again"),
    )
    .with("detail", "secret-missing")
    .with("where", place)
}

fn prompt_missing() -> Failure {
    Failure::new(
        Code::Url,
        "the body asks for a prompt and there is none; type what to ask",
    )
    .with("detail", "prompt-missing")
}

fn variable_missing(name: &str) -> Failure {
    Failure::new(
        Code::Url,
        format!("the variable “{name}” has no value; choose an environment that has it, or add it"),
    )
    .with("detail", "variable-missing")
    .with("name", name)
}

/// Whether the user wrote the header that [`Stream::auth`] would become.
fn writes_authorization(stream: &Stream) -> bool {
    let named = |header: &Header| header.name.trim().eq_ignore_ascii_case("authorization");
    stream.headers.iter().any(|header| !header.off && named(header))
}

/// The value of `Authorization`, unless the user wrote one; `said` is what the address asks for.
fn authorization(
    stream: &Stream,
    pen: &mut Pen<'_>,
    said: Option<String>,
) -> Result<Option<String>, Failure> {
    if writes_authorization(stream) {
        return Ok(None);
    }
    match &stream.auth {
        Auth::None => Ok(said),
        Auth::Bearer { token } => {
            let token = pen.write(token, Fit::Plain, "auth")?;
            let token = token.trim();
            Ok((!token.is_empty()).then(|| format!("Bearer {token}")).or(said))
        }
        Auth::Basic { user, password } => {
            let user = pen.write(user, Fit::Plain, "auth")?;
            let password = pen.write(password, Fit::Plain, "auth")?;
            if user.contains(':') {
                let message = "a user name for Basic authentication cannot hold a colon";
                return Err(Failure::new(Code::Url, message).with("detail", "auth-user"));
            }
            if user.is_empty() && password.is_empty() {
                return Ok(said);
            }
            let pair = BASE64_STANDARD.encode(format!("{user}:{password}"));
            pen.wrote(&pair);
            Ok(Some(format!("Basic {pair}")))
        }
    }
}
