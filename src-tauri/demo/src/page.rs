//! `/`: the tutorial's page in spirit. The same stream that the app plays, in any browser, with nothing in between.

use axum::response::{Html, IntoResponse};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

/// Nothing but the page's own two files and its own streams. `data:` is for the icon, which is drawn in the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page itself.
pub async fn html() -> impl IntoResponse {
    let head = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (head, Html(include_str!("page/page.html")))
}

/// Its look.
pub async fn css() -> impl IntoResponse {
    let head = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    (head, include_str!("page/page.css"))
}

/// What it does.
pub async fn js() -> impl IntoResponse {
    let head = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    (head, include_str!("page/page.js"))
}
