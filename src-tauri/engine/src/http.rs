//! HTTP as a [`Source`]: reqwest with its own redirects and decompression off, so that what is shown
//! is what was on the line. Redirects follow the fetch standard ("HTTP-redirect fetch").

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt;
use http::header;
use http::{Method, StatusCode};
use url::Url;

use crate::address;
use crate::blame::{Resolver, classify, classify_body};
use crate::contract::{Code, Failure, Framing};
use crate::headers::{headers, method_of, strip_secrets};
use crate::source::{Head, Opening, Piece, Request, Source};

/// How long a connection may take to be made. Browsers wait longer (over a minute); a person who looks
/// at a window does not.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// As the fetch standard has it.
const MAX_REDIRECTS: u32 = 20;
/// Bytes of an error response that are read for the message, and how long that may take.
const ERROR_BODY: usize = 2 << 10;
const ERROR_BODY_TIMEOUT: Duration = Duration::from_millis(500);

/// Opens event streams over HTTP/1.1 and HTTP/2.
#[derive(Debug, Default)]
pub struct Http {
    /// Through the system's proxy settings; made at first use, as loading them and the roots takes time.
    system: OnceLock<reqwest::Client>,
    /// Around them, for this machine's own addresses.
    direct: OnceLock<reqwest::Client>,
}

impl Http {
    /// A source without connections; each attempt makes its own and closes it.
    pub fn new() -> Self {
        // Fails only if a provider is there already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self::default()
    }

    fn client(&self, url: &Url) -> Result<reqwest::Client, Failure> {
        let loopback = address::is_loopback(url);
        let slot = if loopback { &self.direct } else { &self.system };
        if let Some(client) = slot.get() {
            return Ok(client.clone());
        }
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // A finished attempt leaves no socket behind, and each one measures its own connection.
            .pool_max_idle_per_host(0)
            .tcp_nodelay(true)
            .connect_timeout(CONNECT_TIMEOUT)
            .dns_resolver(Resolver);
        if loopback {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| {
            Failure::new(
                Code::Tls,
                format!("the system's certificates or proxy settings cannot be read: {error}"),
            )
            .with("host", address::authority(url))
            .with("detail", error)
        })?;
        Ok(slot.get_or_init(|| client).clone())
    }
}

impl Source for Http {
    fn open(&self, request: Request) -> Opening {
        match self.client(&request.url) {
            Err(failure) => Box::pin(async move { Err(failure) }),
            Ok(client) => {
                // A redirect may lead from this machine to another or back.
                let other = Http {
                    system: self.system.clone(),
                    direct: self.direct.clone(),
                };
                Box::pin(open(other, client, request))
            }
        }
    }
}

async fn open(
    http: Http,
    mut client: reqwest::Client,
    request: Request,
) -> Result<(Head, crate::source::Pieces), Failure> {
    let mut url = request.url.clone();
    let mut method = method_of(&request.method)?;
    let mut headers = headers(&request)?;
    let mut body = request.body.clone();
    let mut redirects = 0;
    let response = loop {
        let mut outgoing = client
            .request(method.clone(), url.clone())
            .headers(headers.clone());
        if let Some(body) = &body {
            outgoing = outgoing.body(body.clone());
        }
        let response = outgoing.send().await.map_err(|error| classify(&error, &url))?;
        let Some(target) = redirect_target(&response, &url)? else {
            break response;
        };
        redirects += 1;
        if redirects > MAX_REDIRECTS {
            return Err(redirect_failure(
                &url,
                "loop",
                format!("more than {MAX_REDIRECTS} redirects"),
            ));
        }
        let status = response.status();
        let becomes_get = (status == StatusCode::SEE_OTHER && method != Method::HEAD)
            || (matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND)
                && method == Method::POST);
        if becomes_get && method != Method::GET {
            method = Method::GET;
            body = None;
            for name in [
                header::CONTENT_TYPE,
                header::CONTENT_LANGUAGE,
                header::CONTENT_ENCODING,
            ] {
                headers.remove(name);
            }
        }
        if target.origin() != url.origin() {
            strip_secrets(&mut headers);
        }
        client = http.client(&target)?;
        url = target;
    };
    let head = head(&response, &url);
    accept(&head, response, &url).await.map(|response| {
        let pieces = response.bytes_stream().map(move |frame| match frame {
            Ok(bytes) => Ok(Piece::Chunk {
                at: Instant::now(),
                bytes,
                raw: None,
            }),
            Err(error) => Err(classify_body(&error, &url)),
        });
        (head, Box::pin(pieces) as crate::source::Pieces)
    })
}

/// The address that a redirect response names; `None` for other responses.
fn redirect_target(response: &reqwest::Response, url: &Url) -> Result<Option<Url>, Failure> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(header::LOCATION) else {
        return Err(redirect_failure(
            url,
            "location",
            "a redirect that says no Location".to_owned(),
        ));
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let target = url
        .join(&location)
        .map_err(|error| redirect_failure(url, "location", format!("a redirect to “{location}”: {error}")))?;
    if !matches!(target.scheme(), "http" | "https") {
        return Err(redirect_failure(
            url,
            "scheme",
            format!("a redirect to a {} address", target.scheme()),
        ));
    }
    Ok(Some(target))
}

fn redirect_failure(url: &Url, detail: &str, what: String) -> Failure {
    let host = address::authority(url);
    Failure::new(
        Code::Redirect,
        format!("{host} answered with {what}; ask for the final address instead"),
    )
    .with("host", host)
    .with("count", MAX_REDIRECTS)
    .with("detail", detail)
}

fn head(response: &reqwest::Response, url: &Url) -> Head {
    Head {
        status: response.status().as_u16(),
        http: format!("{:?}", response.version()),
        url: address::redacted(url),
        headers: response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect(),
        framing: Framing::Sse,
    }
}

/// HTML standard 9.2.3: a status other than 200, or another type, fails the connection.
async fn accept(head: &Head, response: reqwest::Response, url: &Url) -> Result<reqwest::Response, Failure> {
    let host = address::authority(url);
    if head.status != 200 {
        let reason = response.status().canonical_reason().unwrap_or("");
        let retry_after = head.header("retry-after").map(str::to_owned);
        let mut failure = Failure::new(
            Code::Status,
            format!(
                "{host} answered {} {reason} instead of 200; {}",
                head.status,
                status_advice(head.status)
            ),
        )
        .with("status", head.status)
        .with("host", &host);
        if let Some(seconds) = retry_after.and_then(|value| value.trim().parse::<u64>().ok()) {
            failure = failure.with("retry_after", seconds);
        }
        let body = error_body(response).await;
        if !body.is_empty() {
            failure = failure.with("body", body);
        }
        return Err(failure);
    }
    let content_type = head.header("content-type").unwrap_or("");
    let essence = content_type.split(';').next().unwrap_or("").trim();
    if !essence.eq_ignore_ascii_case("text/event-stream") {
        let shown = if essence.is_empty() {
            "no type at all"
        } else {
            essence
        };
        let mut failure = Failure::new(
            Code::ContentType,
            format!("{host} sent {shown} instead of text/event-stream; check the path, or have the server name the type"),
        )
        .with("type", essence)
        .with("host", &host);
        let body = error_body(response).await;
        if !body.is_empty() {
            failure = failure.with("body", body);
        }
        return Err(failure);
    }
    let encoding = head.header("content-encoding").unwrap_or("identity").trim();
    if !encoding.eq_ignore_ascii_case("identity") {
        return Err(Failure::new(
            Code::Encoding,
            format!("{host} compressed the stream ({encoding}) though it was asked not to; switch compression off for it"),
        )
        .with("encoding", encoding)
        .with("host", &host));
    }
    Ok(response)
}

const fn status_advice(status: u16) -> &'static str {
    match status {
        204 => "it has nothing to send",
        401 | 403 => "it wants to know who asks",
        404 => "check the path",
        405 => "try another method",
        429 => "it asks for fewer requests; wait a little",
        500..=599 => "the fault is the server's; try again later or read its log",
        _ => "check the address and the method",
    }
}

/// The beginning of an error response, as text for the message.
async fn error_body(response: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    let mut body = response.bytes_stream();
    let read = async {
        while let Some(Ok(frame)) = body.next().await {
            let room = ERROR_BODY - bytes.len();
            bytes.extend_from_slice(&frame[..frame.len().min(room)]);
            if bytes.len() == ERROR_BODY {
                break;
            }
        }
    };
    // What came in time is what is shown; a body without end must not hold the message back.
    let _ = tokio::time::timeout(ERROR_BODY_TIMEOUT, read).await;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if bytes.len() == ERROR_BODY {
        text.push('…');
    }
    text.trim().to_owned()
}

/// The user's body as bytes, for methods that carry one.
pub fn body_of(method: &str, body: Option<&str>) -> Option<Bytes> {
    match method {
        "GET" | "HEAD" => None,
        _ => body.map(|text| Bytes::copy_from_slice(text.as_bytes())),
    }
}
