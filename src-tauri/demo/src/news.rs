//! `/news`: what happens in a harbour town, a story every few seconds, and `/news/{id}`, a page for each.
//!
//! Which story an id is follows from the id and the seed, so that a reader who comes back goes on with the next one.

mod stories;

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use futures_util::StreamExt;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::random::{SplitMix, scatter};
use crate::routes::Port;
use crate::sse::{self, MAX_MS, Piece};

use stories::{STORIES, Story};

/// Stories that a fresh reader finds on the page: those of the last hour.
const BACKLOG: u64 = 4;

/// Minutes between two of these; with the last one a few minutes old.
const BACKLOG_MINUTES: u64 = 9;

/// The usual pause between two stories in milliseconds; each takes up to a third more or less.
const GAP_MS: u64 = 4_500;

/// The longest stream.
const MAX_STORIES: u64 = 1_000_000;

/// What a reader is told to wait before it comes back, where the line is dropped on purpose, in milliseconds.
const RETRY_MS: u64 = 1_500;

#[derive(Deserialize)]
pub struct NewsQuery {
    ms: Option<u64>,
    seed: Option<u64>,
    n: Option<u64>,
    every: Option<u64>,
}

/// Streams `headline` and `breaking`, from after the last story that the reader has seen. `ms` replaces the uneven pace
/// by an even one; with `every` the line drops after that many stories.
pub async fn news(
    State(shutdown): State<CancellationToken>,
    State(Port(port)): State<Port>,
    Query(query): Query<NewsQuery>,
    headers: HeaderMap,
) -> Response {
    let seed = query.seed.unwrap_or(0);
    let n = query.n.unwrap_or(MAX_STORIES).min(MAX_STORIES);
    let seen = sse::last_event_id(&headers);
    if seen >= n {
        return StatusCode::NO_CONTENT.into_response();
    }
    let part_end = query.every.map_or(n, |every| {
        let every = every.clamp(1, MAX_STORIES);
        ((seen / every + 1) * every).min(n)
    });
    let even = query.ms.map(|ms| ms.min(MAX_MS));
    let link_seed = query.seed.map_or(String::new(), |seed| format!("?seed={seed}"));
    let pieces = (seen + 1..=part_end).map(move |id| {
        let link = format!("http://127.0.0.1:{port}/news/{id}{link_seed}");
        let old = seen == 0 && id <= BACKLOG && n > BACKLOG;
        let ago = if old {
            BACKLOG_MINUTES * (BACKLOG + 1 - id)
        } else {
            0
        };
        let written = event(
            id,
            story(seed, id),
            &clock::rfc3339(Duration::from_secs(ago * 60)),
            &link,
        );
        // The last of the backlog is followed by the first new one soon.
        let gap = match even {
            Some(ms) => ms,
            None if old && id < BACKLOG => 0,
            None => GAP_MS * 2 / 3 + scatter(seed, id) % (GAP_MS * 2 / 3),
        };
        Piece::new(written, Duration::from_millis(gap))
    });
    if query.every.is_none() {
        return sse::respond(sse::paced(pieces), shutdown);
    }
    let retry = Piece::new(format!("retry: {RETRY_MS}\n\n"), Duration::ZERO);
    let body = sse::paced(std::iter::once(retry).chain(pieces));
    if part_end < n {
        sse::respond(body.chain(sse::cut()), shutdown)
    } else {
        sse::respond(body, shutdown)
    }
}

/// The story of this id: all of them in their order, then all of them in another, and so on.
fn story(seed: u64, id: u64) -> &'static Story {
    let count = STORIES.len() as u64;
    let (day, at) = ((id - 1) / count, (id - 1) % count);
    if day == 0 && seed == 0 {
        return &STORIES[at as usize];
    }
    &STORIES[SplitMix(scatter(seed, day)).order(STORIES.len())[at as usize]]
}

fn event(id: u64, story: &Story, time: &str, link: &str) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let kind = if story.breaking { "breaking" } else { "headline" };
    format!(
        "event: {kind}\nid: {id}\ndata: {{\"title\":{},\"summary\":{},\"source\":{},\"time\":\"{time}\",\"link\":\"{link}\"}}\n\n",
        quoted(story.title),
        quoted(story.summary),
        quoted(story.source)
    )
}

/// Nothing but one file of its look.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Deserialize)]
pub struct PageQuery {
    seed: Option<u64>,
}

/// A story on a page of its own. Every word of it is ours, so that nothing has to be escaped.
pub async fn page(Path(id): Path<u64>, Query(query): Query<PageQuery>) -> Response {
    if id == 0 || id > MAX_STORIES {
        return (StatusCode::NOT_FOUND, "There is no story of this number.\n").into_response();
    }
    let story = story(query.seed.unwrap_or(0), id);
    let (language, paper) = if story.chinese {
        ("zh-CN", "本地演示新闻，纯属虚构。")
    } else {
        ("en", "A made-up story of the local demo server.")
    };
    let html = include_str!("page/story.html")
        .replace("{language}", language)
        .replace("{title}", story.title)
        .replace("{source}", story.source)
        .replace("{summary}", story.summary)
        .replace("{more}", story.more)
        .replace("{paper}", paper);
    let head = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (head, Html(html)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typewriter::is_han;

    #[test]
    fn every_day_has_every_story_once() {
        for seed in [0, 9] {
            for day in 0..3 {
                let mut titles: Vec<_> = (1..=30).map(|at| story(seed, day * 30 + at).title).collect();
                titles.sort_unstable();
                titles.dedup();
                assert_eq!(titles.len(), STORIES.len());
            }
        }
        assert_ne!(story(0, 31), story(0, 1));
    }

    #[test]
    fn stories_are_in_the_language_they_say() {
        for story in &STORIES {
            let texts = [story.source, story.title, story.summary, story.more];
            for text in texts {
                assert_eq!(text.chars().any(is_han), story.chinese, "{text}");
                assert!(!text.contains(['<', '>', '&', '{', '}']), "{text}");
            }
        }
        assert!(STORIES.iter().filter(|story| story.chinese).count() >= 12);
        let urgent = STORIES.iter().filter(|story| story.breaking).count();
        assert!((4..=7).contains(&urgent));
    }

    #[test]
    fn an_event_is_these_bytes() {
        let wire = event(
            5,
            story(0, 5),
            "2026-11-26T12:06:00.000Z",
            "http://127.0.0.1:4737/news/5",
        );
        assert_eq!(
            wire,
            "event: breaking\nid: 5\ndata: {\"title\":\"Harbour bridge reopens after nine days\",\
             \"summary\":\"Both lanes from six tonight; buses return on Monday.\",\"source\":\"Harbour Post\",\
             \"time\":\"2026-11-26T12:06:00.000Z\",\"link\":\"http://127.0.0.1:4737/news/5\"}\n\n"
        );
    }
}
