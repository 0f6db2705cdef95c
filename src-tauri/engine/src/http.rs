//! HTTP as a [`Source`]: reqwest with its own redirects and decompression off, so that what is shown
//! is what was on the line. Redirects follow the fetch standard ("HTTP-redirect fetch").

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{self, HeaderValue};
use http::{Method, StatusCode};
use parking_lot::RwLock;
use url::Url;

use crate::address;
use crate::answer::{self, Answered};
use crate::blame::Tried;
use crate::contract::{Code, Failure};
use crate::cookies;
use crate::headers::{basic, clean, headers, method_of, secret_values, without_secrets};
use crate::redact::Redactor;
use crate::route::{Everywhere, Route};
use crate::source::{Head, Opening, Pieces, Request, Source};
use crate::tls::{Roots, Seen};
use crate::trail::{Outgoing, Trail};

/// Redirects that are followed whatever the setting says: each keeps its heads in the record.
const MOST_REDIRECTS: u32 = 100;

/// Opens streams over HTTP/1.1 and, where the server offers it on a secure connection, HTTP/2.
#[derive(Debug, Default)]
pub struct Http {
    roots: Arc<Roots>,
    everywhere: RwLock<Arc<Everywhere>>,
}

impl Http {
    /// A source without connections; each attempt makes its own and closes it.
    pub fn new() -> Self {
        // Fails only if a provider is there already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self::default()
    }
}

impl Source for Http {
    fn open(&self, request: Request) -> Opening {
        let ways = Ways {
            roots: Arc::clone(&self.roots),
            everywhere: Arc::clone(&self.everywhere.read()),
        };
        Box::pin(open(ways, request))
    }

    fn set_network(&self, everywhere: Everywhere) {
        *self.everywhere.write() = Arc::new(everywhere);
    }
}

/// What connections need beside what their stream says, as it was when the exchange began.
#[derive(Clone)]
struct Ways {
    roots: Arc<Roots>,
    everywhere: Arc<Everywhere>,
}

async fn open(ways: Ways, request: Request) -> Result<(Head, Pieces), Failure> {
    let redactor = Arc::new(request.redactor.and(secret_values(&request)));
    follow(&ways, &request, &redactor)
        .await
        .map_err(|failure| clean(failure, &redactor))
}

async fn follow(ways: &Ways, request: &Request, redactor: &Arc<Redactor>) -> Result<(Head, Pieces), Failure> {
    let trail = Trail {
        trace: &request.trace,
        redactor,
        marked: &request.headers,
    };
    let mut next = Outgoing {
        method: method_of(&request.method)?,
        url: without_userinfo(&request.url),
        headers: headers(request)?,
        body: request.body.clone(),
    };
    let most = request.network.max_redirects.min(MOST_REDIRECTS);
    let mut redirects = 0;
    loop {
        let response = exchange(ways, request, &next, &trail).await?;
        let is_final = !request.may_become_get && becomes_get(&next.method, response.status());
        let location = is_final.then(|| location(&response, &next.url)).flatten();
        let target = if is_final {
            None
        } else {
            target(&response, &next.url)?
        };
        let Some(target) = target else {
            let answered = Answered {
                url: next.url,
                framing: request.framing,
                redactor: Arc::clone(redactor),
                trace: request.trace.clone(),
            };
            let accepted = answer::accept(response, answered).await;
            return accepted.map_err(|failure| match &location {
                Some(location) => failure.with("location", location),
                None => failure,
            });
        };
        if redirects == most {
            let what = match most {
                0 => "a redirect, and none is to be followed".to_owned(),
                _ => format!("more than {most} redirects"),
            };
            return Err(refused(&next.url, "loop", &what).with("count", most));
        }
        redirects += 1;
        redirect(&mut next, response.status(), target, request)?;
    }
}

/// Sends one request and waits for the head of its response.
async fn exchange(
    ways: &Ways,
    request: &Request,
    next: &Outgoing,
    trail: &Trail<'_>,
) -> Result<reqwest::Response, Failure> {
    let route = Route::new(&request.network, &ways.everywhere, &next.url)?;
    let seen = Seen::default();
    let client = {
        // Authorities are read from files.
        let (route, network) = (route.clone(), request.network.clone());
        let (ways, seen) = (ways.clone(), seen.clone());
        let made =
            tokio::task::spawn_blocking(move || route.client(&network, &ways.everywhere, &ways.roots, &seen))
                .await;
        made.map_err(|error| {
            Failure::new(Code::Url, format!("the connection could not be set up: {error}"))
        })??
    };
    let mut outgoing = next.clone();
    if let Some(jar) = &request.cookies {
        cookies::add(jar, &mut outgoing);
    }
    if outgoing.body.is_none() && matches!(outgoing.method, Method::POST | Method::PUT | Method::PATCH) {
        // RFC 9110, 8.6; hyper says nothing of a body that is not there.
        outgoing
            .headers
            .insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    if let Some(proxy) = &route.proxy
        && let Some(authorization) = proxy.authorization.clone()
        && outgoing.url.scheme() == "http"
        && !outgoing.headers.contains_key(header::PROXY_AUTHORIZATION)
    {
        outgoing
            .headers
            .insert(header::PROXY_AUTHORIZATION, authorization);
    }
    trail.asked(&outgoing, &route);
    let mut builder = client
        .request(outgoing.method.clone(), outgoing.url.clone())
        .headers(outgoing.headers.clone());
    if let Some(body) = &outgoing.body {
        builder = builder.body(body.clone());
    }
    let tried = Tried {
        url: &outgoing.url,
        network: &request.network,
        proxy: route.proxy.as_ref(),
        seen: &seen,
    };
    let sent = Instant::now();
    let answer = match request.network.head_s {
        0 => Ok(builder.send().await),
        seconds => tokio::time::timeout(Duration::from_secs(seconds.into()), builder.send()).await,
    };
    trail.secure(&outgoing.url, &seen);
    let response = answer
        .map_err(|_| tried.silent())?
        .map_err(|error| tried.classify(&error))?;
    trail.answered(&outgoing, &response, sent);
    if let Some(jar) = &request.cookies {
        cookies::keep(jar, response.headers(), &outgoing.url);
    }
    Ok(response)
}

/// Whether a redirect asks for a GET instead.
fn becomes_get(method: &Method, status: StatusCode) -> bool {
    match status {
        StatusCode::SEE_OTHER => !matches!(*method, Method::GET | Method::HEAD),
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => *method == Method::POST,
        _ => false,
    }
}

/// What is sent after a redirect.
fn redirect(next: &mut Outgoing, status: StatusCode, target: Url, request: &Request) -> Result<(), Failure> {
    if becomes_get(&next.method, status) {
        next.method = Method::GET;
        next.body = None;
        let about_body = |name: &header::HeaderName| {
            matches!(
                *name,
                header::CONTENT_TYPE
                    | header::CONTENT_LANGUAGE
                    | header::CONTENT_ENCODING
                    | header::CONTENT_LOCATION
            )
        };
        let rest = next.headers.iter().filter(|(name, _)| !about_body(name));
        next.headers = rest.map(|(name, value)| (name.clone(), value.clone())).collect();
    }
    if target.origin() != next.url.origin() {
        if !target.username().is_empty() || target.password().is_some() {
            return Err(refused(
                &next.url,
                "userinfo",
                "a redirect with a user name to another origin",
            ));
        }
        let body: &[u8] = next.body.as_deref().unwrap_or_default();
        if request.redactor.finds(body) {
            return Err(refused(
                &next.url,
                "secret",
                "a redirect to another origin, and the body holds a secret that may not go there",
            ));
        }
        next.headers = without_secrets(&next.headers, &request.headers, &request.redactor);
    } else if let Some(basic) = basic(&target)
        && !next.headers.contains_key(header::AUTHORIZATION)
    {
        next.headers.insert(header::AUTHORIZATION, basic);
    }
    // The fetch standard: a fragment goes on where the new address has none.
    let fragment = target.fragment().or(next.url.fragment()).map(str::to_owned);
    next.url = without_userinfo(&target);
    next.url.set_fragment(fragment.as_deref());
    Ok(())
}

/// The address without user name and password, which go as a header.
fn without_userinfo(url: &Url) -> Url {
    let mut url = url.clone();
    // Both fail only for addresses that cannot hold userinfo at all.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Where a response points, for showing.
fn location(response: &reqwest::Response, url: &Url) -> Option<String> {
    let location = String::from_utf8_lossy(response.headers().get(header::LOCATION)?.as_bytes());
    Some(match url.join(&location) {
        Ok(target) => address::redacted(&target),
        Err(_) => address::redacted_text(&address::without_userinfo(&location)),
    })
}

/// The address that a redirect response names; none for other responses.
fn target(response: &reqwest::Response, url: &Url) -> Result<Option<Url>, Failure> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(header::LOCATION) else {
        return Err(refused(url, "location", "a redirect that says no Location"));
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let target = url.join(&location).map_err(|error| {
        let location = address::redacted_text(&address::without_userinfo(&location));
        refused(url, "location", &format!("a redirect to “{location}”: {error}"))
    })?;
    if !matches!(target.scheme(), "http" | "https") {
        return Err(refused(
            url,
            "scheme",
            &format!("a redirect to a {} address", target.scheme()),
        ));
    }
    Ok(Some(target))
}

fn refused(url: &Url, detail: &str, what: &str) -> Failure {
    let host = address::authority(url);
    Failure::new(
        Code::Redirect,
        format!("{host} answered with {what}; ask for the final address instead"),
    )
    .with("host", host)
    .with("detail", detail)
}
