//! Addresses as people type them, made into URLs by the web's own rules (the WHATWG URL standard).

use url::Url;

use crate::contract::{Code, Failure};
use crate::redact::{REDACTED, names_secret};

/// Resolves an address: trims it, expands `demo:/path` to the demo server, takes an address without a
/// scheme for `http` on this machine's own names and `https` elsewhere.
///
/// # Errors
/// [`Code::Url`] where it is not an `http` or `https` address with a host.
pub fn resolve(address: &str, demo_origin: Option<&str>) -> Result<Url, Failure> {
    let address = address.trim();
    let shown = without_userinfo(address);
    let bad = |detail: &str, message: String| {
        Failure::new(Code::Url, message)
            .with("url", &shown)
            .with("detail", detail)
    };
    if address.is_empty() {
        return Err(bad(
            "empty",
            "there is no address; type one, such as http://127.0.0.1:8000/stream".into(),
        ));
    }
    let full = if let Some(path) = address.strip_prefix("demo:") {
        let origin = demo_origin.ok_or_else(|| {
            bad(
                "demo-off",
                "the demo server is not running; start `tape demo` and use its address".into(),
            )
        })?;
        format!("{origin}/{}", path.trim_start_matches('/'))
    } else if address.contains("://") {
        address.to_owned()
    } else {
        match Url::parse(address) {
            // `localhost:8000/x` parses as the scheme `localhost`; a port follows a name, a path a scheme.
            Ok(url) if !url.path().starts_with(|c: char| c.is_ascii_digit()) => {
                return Err(unsupported(&shown, url.scheme()));
            }
            _ => format!("{}://{address}", default_scheme(address)),
        }
    };
    let url = Url::parse(&full).map_err(|error| {
        bad(
            &error.to_string(),
            format!("“{shown}” is not an address: {error}"),
        )
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(unsupported(&shown, url.scheme()));
    }
    Ok(url)
}

fn unsupported(address: &str, scheme: &str) -> Failure {
    let message = format!("“{scheme}” addresses cannot be opened; use http:// or https://");
    Failure::new(Code::Url, message)
        .with("url", address)
        .with("detail", "scheme")
        .with("scheme", scheme)
}

fn default_scheme(address: &str) -> &'static str {
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let local = name.eq_ignore_ascii_case("localhost")
        || name.ends_with(".localhost")
        || name.starts_with("127.")
        || name == "[::1]"
        || name == "0.0.0.0";
    if local { "http" } else { "https" }
}

/// Whether an address is on this machine, where a proxy of the system is never meant.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unspecified(),
        None => false,
    }
}

/// `host:port` for messages; the port only where it is not the scheme's own.
pub fn authority(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

/// An address as typed, without what stands before an `@` in its authority; for those that cannot be parsed.
pub fn without_userinfo(address: &str) -> String {
    // One that names no scheme begins with two slashes, either way round (WHATWG URL, "relative slash state").
    let start = if address.starts_with(['/', '\\']) {
        let second = address[1..].starts_with(['/', '\\']);
        if second { 2 } else { 0 }
    } else {
        address.find("://").map_or(0, |at| at + 3)
    };
    let end = address[start..]
        .find(['/', '?', '#'])
        .map_or(address.len(), |at| start + at);
    match address[start..end].rfind('@') {
        Some(at) => format!("{}{}", &address[..start], &address[start + at + 1..]),
        None => address.to_owned(),
    }
}

/// Whether a name in a query says that its value is a secret: `key`, `token` and their usual variants
/// (`api_key`, `accessToken`, `sig` …). As [`crate::headers::is_secret`].
pub fn is_secret_query(name: &str) -> bool {
    names_secret(name)
}

/// The address without user name, password and the values of a query that name a secret, for showing and
/// recording.
pub fn redacted(url: &Url) -> String {
    redacted_text(&without_userinfo(url.as_str()))
}

/// As [`redacted`], for an address that may be relative or not one at all; all else stays as it is written.
pub(crate) fn redacted_text(address: &str) -> String {
    let (before, fragment) = match address.find('#') {
        Some(at) => address.split_at(at),
        None => (address, ""),
    };
    let Some((path, query)) = before.split_once('?') else {
        return address.to_owned();
    };
    let mut shown = String::with_capacity(address.len());
    shown.push_str(path);
    for (n, pair) in query.split('&').enumerate() {
        shown.push(if n == 0 { '?' } else { '&' });
        let name = pair.split_once('=').map_or("", |(name, _)| name);
        let plain = url::form_urlencoded::parse(name.as_bytes()).next();
        if plain.is_some_and(|(plain, _)| is_secret_query(&plain)) {
            shown.push_str(name);
            shown.push('=');
            shown.push_str(REDACTED);
        } else {
            shown.push_str(pair);
        }
    }
    shown.push_str(fragment);
    shown
}

/// The values that [`redacted`] takes out, decoded.
pub(crate) fn secrets(url: &Url) -> Vec<String> {
    let mut secrets: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| is_secret_query(name))
        .map(|(_, value)| value.into_owned())
        .collect();
    secrets.extend(
        url.password()
            .map(|password| String::from_utf8_lossy(&decoded(password)).into_owned()),
    );
    secrets
}

/// Userinfo as it was meant, percent-encoding undone.
pub(crate) fn decoded(text: &str) -> Vec<u8> {
    let hex = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(first),
            },
            _ => bytes.push(first),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_what_people_type() {
        let demo = Some("http://127.0.0.1:4737");
        for (typed, url) in [
            (" http://example.com/a b ", "http://example.com/a%20b"),
            ("example.com/events", "https://example.com/events"),
            ("example.com:8443/events", "https://example.com:8443/events"),
            ("localhost:8000/stream", "http://localhost:8000/stream"),
            ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
            ("[::1]:8000/s", "http://[::1]:8000/s"),
            ("demo:/stream", "http://127.0.0.1:4737/stream"),
            (
                "https://例子.测试/流",
                "https://xn--fsqu00a.xn--0zwm56d/%E6%B5%81",
            ),
        ] {
            assert_eq!(
                resolve(typed, demo).map(String::from).as_deref(),
                Ok(url),
                "{typed}"
            );
        }
    }

    #[test]
    fn says_what_is_wrong_with_an_address() {
        for (typed, detail) in [
            ("", "empty"),
            ("ftp://x/y", "scheme"),
            ("mailto:me", "scheme"),
            ("demo:/stream", "demo-off"),
        ] {
            let failure = resolve(typed, None).expect_err(typed);
            assert_eq!(
                (failure.code, failure.args["detail"].as_str()),
                (Code::Url, detail),
                "{typed}"
            );
        }
        assert_eq!(resolve("http://", None).expect_err("no host").code, Code::Url);
        assert_eq!(
            resolve("http://a b/", None).expect_err("space in host").code,
            Code::Url
        );
    }

    #[test]
    fn redacts_userinfo() {
        let url = Url::parse("https://me:secret@example.com/x").expect("valid");
        assert_eq!(redacted(&url), "https://example.com/x");
        let url =
            Url::parse("https://example.com/x?n=1&access_token=s3cret&api_key=s3cret#f").expect("valid");
        assert_eq!(
            redacted(&url),
            "https://example.com/x?n=1&access_token=●●●●●●&api_key=●●●●●●#f"
        );
        assert_eq!(secrets(&url), ["s3cret", "s3cret"]);
        let url = Url::parse("https://me:p%40&w%2@example.com/?a=b").expect("valid");
        assert_eq!(secrets(&url), ["p@&w%2"]);
        assert_eq!(
            redacted_text("../y?q=a%20b+c&Access%5FToken=x&flag&token"),
            "../y?q=a%20b+c&Access%5FToken=●●●●●●&flag&token"
        );
        assert_eq!(redacted_text("/x#?token=y"), "/x#?token=y");
        for (typed, shown) in [
            ("me:pw@example.com/x@y", "example.com/x@y"),
            ("https://me:p@w@exa mple/", "https://exa mple/"),
            ("https://example.com/@x", "https://example.com/@x"),
            ("//me:pw@example.com/?to=http://a", "//example.com/?to=http://a"),
            ("/\\me:pw@example.com", "/\\example.com"),
            ("/@x?to=http://a", "/@x?to=http://a"),
        ] {
            assert_eq!(without_userinfo(typed), shown);
        }
        let failure = resolve("https://me:hunter2@exa mple/", None).expect_err("a space in the host");
        assert!(!format!("{failure:?}").contains("hunter2"));
    }
}
