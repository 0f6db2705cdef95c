//! Who may talk to the server: programs and pages of this machine that name it by a loopback address and its own port.
//!
//! A web page elsewhere can point a name of its own at 127.0.0.1 (DNS rebinding) or simply fetch our address; the first
//! shows in `Host`, the second in `Origin`.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode, Uri};

/// Lets a request pass only when its host is ours, whatever page sent it.
pub async fn own_host(State(port): State<u16>, request: Request, next: Next) -> Response {
    if !host_is_own(request.uri(), request.headers(), port) {
        return not_ours(port);
    }
    next.run(request).await
}

fn not_ours(port: u16) -> Response {
    let explanation = format!("This server answers only as 127.0.0.1:{port} or localhost:{port}.\n");
    (StatusCode::MISDIRECTED_REQUEST, explanation).into_response()
}

/// Lets a request pass only when its host is ours and it was not sent by a page of another origin.
pub async fn own_host_and_origin(State(port): State<u16>, request: Request, next: Next) -> Response {
    if !host_is_own(request.uri(), request.headers(), port) {
        return not_ours(port);
    }
    if !origin_is_own(request.headers(), port) {
        let explanation = "This server does not answer pages of other origins.\n";
        return (StatusCode::FORBIDDEN, explanation).into_response();
    }
    next.run(request).await
}

/// Refuses every method but GET. Axum would answer HEAD from a GET route, by building a stream only to drop it.
pub async fn get_only(request: Request, next: Next) -> Response {
    if request.method() == Method::GET {
        return next.run(request).await;
    }
    only("GET")
}

/// Refuses every method but POST: the question before a page of another origin posts (CORS) is refused too.
pub async fn post_only(request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        return next.run(request).await;
    }
    only("POST")
}

fn only(method: &'static str) -> Response {
    let explanation = format!("Only {method} works here.\n");
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, method)], explanation).into_response()
}

fn host_is_own(uri: &Uri, headers: &HeaderMap, port: u16) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    // `GET http://name/path` names a host too, which HTTP lets win over the header: both must be ours.
    let named_in_target = uri.authority().is_none_or(|authority| is_own(authority, port));
    named_in_target && host.to_str().is_ok_and(|host| names_us(host, port))
}

fn origin_is_own(headers: &HeaderMap, port: u16) -> bool {
    headers.get_all(ORIGIN).iter().all(|origin| {
        origin
            .to_str()
            .ok()
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|host| names_us(host, port))
    })
}

fn names_us(host: &str, port: u16) -> bool {
    host.parse::<Authority>()
        .is_ok_and(|authority| is_own(&authority, port))
}

fn is_own(authority: &Authority, port: u16) -> bool {
    let loopback = ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|name| authority.host().eq_ignore_ascii_case(name));
    let userinfo = authority.as_str().contains('@');
    loopback && !userinfo && authority.port_u16().unwrap_or(80) == port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for own in ["127.0.0.1:4737", "localhost:4737", "LocalHost:4737", "[::1]:4737"] {
            assert!(names_us(own, 4737), "{own}");
        }
        for foreign in [
            "",
            "127.0.0.1",
            "127.0.0.1:4738",
            "127.0.0.2:4737",
            "example.org:4737",
            "localhost.example.org:4737",
            "127.0.0.1:4737@example.org:4737",
            "user@127.0.0.1:4737",
            "127.0.0.1:4737/path",
            "127.0.0.1:",
            "::1:4737",
        ] {
            assert!(!names_us(foreign, 4737), "{foreign}");
        }
        assert!(
            names_us("localhost", 80),
            "80 is what http:// means without a port"
        );
    }

    #[test]
    fn both_the_target_and_the_header_must_name_us() {
        let headers = |host: &'static str| HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
        let foreign = Uri::from_static("http://example.org/stream");
        let own = Uri::from_static("http://127.0.0.1:4737/stream");
        let path = Uri::from_static("/stream");
        assert!(host_is_own(&path, &headers("127.0.0.1:4737"), 4737));
        assert!(host_is_own(&own, &headers("127.0.0.1:4737"), 4737));
        assert!(!host_is_own(&foreign, &headers("127.0.0.1:4737"), 4737));
        assert!(!host_is_own(&own, &headers("example.org"), 4737));
        assert!(!host_is_own(&path, &HeaderMap::new(), 4737));
        let mut two = headers("127.0.0.1:4737");
        two.append(HOST, "127.0.0.1:4737".parse().unwrap());
        assert!(!host_is_own(&path, &two, 4737));
    }

    #[test]
    fn origins() {
        let allowed = |origin: &'static str| {
            origin_is_own(&HeaderMap::from_iter([(ORIGIN, origin.parse().unwrap())]), 4737)
        };
        assert!(origin_is_own(&HeaderMap::new(), 4737));
        assert!(allowed("http://127.0.0.1:4737"));
        assert!(allowed("http://localhost:4737"));
        assert!(!allowed("https://127.0.0.1:4737"));
        assert!(!allowed("http://127.0.0.1:3000"));
        assert!(!allowed("http://example.org"));
        assert!(!allowed("null"));
    }
}
