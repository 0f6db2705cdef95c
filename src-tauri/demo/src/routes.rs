//! Which path leads where.

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use http::StatusCode;
use tokio_util::sync::CancellationToken;

use crate::chat::Rooms;
use crate::{answers, chat, faults, guard, monitor, news, page, scenarios, typewriter};

/// What the server says to a path it does not know.
const PATHS: &str = "\
There is nothing at this path. Try one of these:

/                   a page that plays /stream in this browser
/stream             ten messages, one a second        ?n= ?ms=
/typewriter         a long text, word by word         ?ms=
/flaky              drops, and resumes where it was   ?n= ?ms= ?every= ?retry=
/flood              as fast as the line takes it      ?n= ?size= ?rate=
/monitor            figures, ten events a second      ?rate= ?seed= ?n=
/chat               a room; POST /chat/send speaks    ?seed= ?speed=
/news               stories of a harbour town         ?ms= ?seed= ?n= ?every=
/v1/chat/completions  POST: an answer, OpenAI's way   ?rate=
/v1/messages        POST: an answer, Anthropic's way  ?rate=
/faults/status-204  /faults/status-404  /faults/status-500
/faults/wrong-type  an HTML page instead of a stream
/faults/redirect    redirects that end at /stream     ?n= ?ms=
/faults/comments    heartbeats, named events, CRLF    ?ms=
/faults/reset       the line breaks inside an event
/faults/silent      a stream that says nothing
/faults/slow        the first byte comes late         ?ms=
/faults/heartbeat   comments, and few events          ?ms= ?n=
/faults/buffered    made one by one, held back        ?ms= ?n= ?every=
/faults/gzip        compressed, and flushed: healthy  ?ms= ?n=
/faults/deflate  /faults/br  /faults/zstd             likewise
/faults/gzip-unflushed  flushed once in a while       ?ms= ?n= ?every=
/faults/split-utf8  chunks end inside characters      ?ms=
/faults/bom         byte order marks                  ?ms=
/faults/crlf        line ends of all three kinds      ?ms=
/faults/bad-retry   lines that have to be ignored     ?ms=
/faults/endless-line  one line without end            ?mib=
/faults/html        a gateway's error page            ?status=
/faults/cors        for pages of one other origin     ?ms= ?n=
/faults/ndjson      JSON lines                        ?ms=
/faults/everything  what a reader of bytes may meet   ?ms=
";

/// What handlers share.
#[derive(Clone)]
struct Server {
    shutdown: CancellationToken,
    rooms: Rooms,
    port: u16,
}

/// The server's port, for addresses that it tells.
#[derive(Clone, Copy)]
pub struct Port(pub u16);

impl FromRef<Server> for CancellationToken {
    fn from_ref(server: &Server) -> Self {
        server.shutdown.clone()
    }
}

impl FromRef<Server> for Rooms {
    fn from_ref(server: &Server) -> Self {
        server.rooms.clone()
    }
}

impl FromRef<Server> for Port {
    fn from_ref(server: &Server) -> Self {
        Self(server.port)
    }
}

/// All routes behind the guards, for a server at `port`. Streams end when `shutdown` is cancelled.
pub fn router(port: u16, shutdown: &CancellationToken) -> Router {
    let server = Server {
        shutdown: shutdown.clone(),
        rooms: Rooms::default(),
        port,
    };
    let posts = Router::new()
        .route("/v1/chat/completions", post(answers::completions))
        .route("/v1/messages", post(answers::messages))
        .route("/chat/send", post(chat::send))
        .route_layer(from_fn(guard::post_only));
    Router::new()
        .route("/", get(page::html))
        .route("/page.css", get(page::css))
        .route("/page.js", get(page::js))
        .route("/stream", get(scenarios::stream))
        .route("/flaky", get(scenarios::flaky))
        .route("/flood", get(scenarios::flood))
        .route("/typewriter", get(typewriter::typewriter))
        .route("/monitor", get(monitor::monitor))
        .route("/chat", get(chat::chat))
        .route("/news", get(news::news))
        .route("/news/{id}", get(news::page))
        .route("/faults/status-204", get(faults::status_204))
        .route("/faults/status-404", get(faults::status_404))
        .route("/faults/status-500", get(faults::status_500))
        .route("/faults/wrong-type", get(faults::wrong_type))
        .route("/faults/redirect", get(faults::redirect))
        .route("/faults/comments", get(faults::comments))
        .route("/faults/reset", get(faults::reset))
        .route("/faults/silent", get(faults::silent))
        .route("/faults/slow", get(faults::slow))
        .route("/faults/heartbeat", get(faults::heartbeat))
        .route("/faults/buffered", get(faults::buffered))
        .route("/faults/gzip", get(faults::gzip))
        .route("/faults/deflate", get(faults::deflate))
        .route("/faults/br", get(faults::br))
        .route("/faults/zstd", get(faults::zstd))
        .route("/faults/gzip-unflushed", get(faults::gzip_unflushed))
        .route("/faults/split-utf8", get(faults::split_utf8))
        .route("/faults/bom", get(faults::bom))
        .route("/faults/crlf", get(faults::crlf))
        .route("/faults/bad-retry", get(faults::bad_retry))
        .route("/faults/endless-line", get(faults::endless_line))
        .route("/faults/html", get(faults::html))
        .route("/faults/cors", get(faults::cors))
        .route("/faults/ndjson", get(faults::ndjson))
        .route("/faults/everything", get(faults::everything))
        .route_layer(from_fn(guard::get_only))
        .merge(posts)
        .fallback(async || (StatusCode::NOT_FOUND, PATHS))
        .layer(from_fn_with_state(port, guard::own_host_and_origin))
        .with_state(server)
}
