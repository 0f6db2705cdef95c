//! The cookies of a session (RFC 6265), kept in memory while it lasts.

use cookie_store::{Cookie, CookieStore};
use http::header::{self, HeaderMap, HeaderValue};
use url::Url;

use crate::source::Cookies;
use crate::trail::Outgoing;

/// Cookies of a session and bytes of one, at most: what RFC 6265, 6.1 asks of a browser for one domain and one cookie,
/// four domains of them.
const MOST: usize = 200;
const MOST_BYTES: usize = 4096;

/// Adds the cookies that belong to the request, after those that the user wrote; of two with one name the user's
/// is sent.
pub(crate) fn add(jar: &Cookies, outgoing: &mut Outgoing) {
    let own: Vec<String> = outgoing
        .headers
        .get_all(header::COOKIE)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    let named = |name: &str| {
        let pairs = own.iter().flat_map(|line| line.split(';'));
        pairs
            .filter_map(|pair| pair.split('=').next())
            .any(|own| own.trim() == name)
    };
    let jar = jar.lock();
    let kept = jar
        .get_request_values(&outgoing.url)
        .filter(|(name, _)| !named(name))
        .map(|(name, value)| format!("{name}={value}"));
    let all: Vec<String> = own
        .iter()
        .map(|line| line.trim().trim_end_matches(';').to_owned())
        .chain(kept)
        .filter(|part| !part.is_empty())
        .collect();
    if all.is_empty() {
        return;
    }
    // One line holds them all (RFC 6265, 5.4).
    if let Ok(line) = HeaderValue::try_from(all.join("; ")) {
        outgoing.headers.insert(header::COOKIE, line);
    }
}

/// Keeps what a response sets.
pub(crate) fn keep(jar: &Cookies, headers: &HeaderMap, url: &Url) {
    let lines = headers.get_all(header::SET_COOKIE).iter();
    let mut jar = jar.lock();
    for line in lines.filter(|line| line.len() <= MOST_BYTES) {
        let line = String::from_utf8_lossy(line.as_bytes());
        if is_for_all_hosts(&line) {
            continue;
        }
        // What the standard says to ignore is ignored.
        let Ok(cookie) = Cookie::parse(line.into_owned(), url) else {
            continue;
        };
        if !is_known(&jar, &cookie) && jar.iter_any().count() >= MOST {
            forget_expired(&mut jar);
            if jar.iter_any().count() >= MOST {
                continue;
            }
        }
        let _ = jar.insert(cookie, url);
    }
}

/// Whether a cookie is meant for a whole top-level domain; the list of public suffixes would know more of these.
fn is_for_all_hosts(line: &str) -> bool {
    line.split(';').skip(1).any(|attribute| {
        attribute.split_once('=').is_some_and(|(name, value)| {
            let domain = value.trim().trim_start_matches('.');
            name.trim().eq_ignore_ascii_case("domain")
                && !domain.is_empty()
                && !domain.contains(['.', ':'])
                && !domain.eq_ignore_ascii_case("localhost")
        })
    })
}

/// RFC 6265, 5.3: one with the same name, domain and path is replaced.
fn is_known(jar: &CookieStore, new: &Cookie<'_>) -> bool {
    jar.contains_any(&String::from(&new.domain), &new.path, new.name())
}

fn forget_expired(jar: &mut CookieStore) {
    let expired: Vec<_> = jar
        .iter_any()
        .filter(|cookie| cookie.is_expired())
        .map(|cookie| {
            let domain = String::from(&cookie.domain);
            (domain, String::from(&cookie.path), cookie.name().to_owned())
        })
        .collect();
    for (domain, path, name) in expired {
        jar.remove(&domain, &path, &name);
    }
}
