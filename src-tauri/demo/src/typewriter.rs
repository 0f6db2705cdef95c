//! `/typewriter`: a long text in English and Chinese that arrives a few characters at a time, always in the same
//! pieces and with the same small irregularities.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::random::SplitMix;
use crate::sse::{self, MAX_MS, Piece};

/// The text of `/typewriter`: the data of all its events, put together, is exactly this.
pub const TEXT: &str = include_str!("typewriter.txt").trim_ascii_end();

/// Where the irregularities begin. Any number will do; another one cuts the Chinese elsewhere.
const SEED: u64 = 1844;

/// The shortest and the longest gap between two pieces: between 20 and 40 pieces a second, as a fast model writes.
const GAP_MS: (u64, u64) = (25, 50);

#[derive(Deserialize)]
pub struct TypewriterQuery {
    ms: Option<u64>,
}

/// Streams the text, from after the last piece that the client has seen. `ms` replaces the uneven pace by an even one.
pub async fn typewriter(
    State(shutdown): State<CancellationToken>,
    Query(query): Query<TypewriterQuery>,
    headers: HeaderMap,
) -> Response {
    let seen = usize::try_from(sse::last_event_id(&headers)).unwrap_or(usize::MAX);
    let even = query.ms.map(|ms| Duration::from_millis(ms.min(MAX_MS)));
    let mut pieces = events(even);
    if seen >= pieces.len() {
        return StatusCode::NO_CONTENT.into_response();
    }
    pieces.drain(..seen);
    sse::respond(sse::paced(pieces.into_iter()), shutdown)
}

fn events(even: Option<Duration>) -> Vec<Piece> {
    let mut random = SplitMix(SEED);
    let mut rest = TEXT;
    let mut events = Vec::new();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece_len(rest, random.between(1, 3) as usize));
        rest = after;
        // Drawn also when it is not used, so that the pieces are the same at every pace.
        let uneven = Duration::from_millis(random.between(GAP_MS.0, GAP_MS.1));
        let id = events.len() as u64 + 1;
        events.push(Piece::new(sse::event(Some(id), piece), even.unwrap_or(uneven)));
    }
    events
}

/// The length in bytes of the next piece: a word, or up to `characters` Chinese characters, each with the punctuation
/// and the white space that follow. No cut falls inside a word, so none falls inside a grapheme.
fn piece_len(text: &str, characters: usize) -> usize {
    let head = if text.starts_with(is_han) {
        let taken = text.chars().take_while(|c| is_han(*c)).take(characters);
        taken.map(char::len_utf8).sum()
    } else {
        text.find(|c: char| c.is_whitespace() || is_han(c))
            .unwrap_or(text.len())
    };
    let tail = &text[head..];
    head + tail.find(char::is_alphanumeric).unwrap_or(tail.len())
}

/// Whether it is a Chinese character.
pub fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_pieces_and_gaps_every_time() {
        assert_eq!(events(None), events(None));
        let even = events(Some(Duration::ZERO));
        let uneven = events(None);
        assert!(even.iter().all(|piece| piece.gap.is_zero()));
        assert!(
            even.iter()
                .map(|piece| &piece.bytes)
                .eq(uneven.iter().map(|piece| &piece.bytes))
        );
    }

    #[test]
    fn the_pace_is_that_of_a_fast_writer() {
        let events = events(None);
        let total: Duration = events.iter().map(|piece| piece.gap).sum();
        let per_second = events.len() as f64 / total.as_secs_f64();
        assert!(
            (20.0..=40.0).contains(&per_second),
            "{per_second} events a second"
        );
        assert!(
            events.iter().any(|piece| piece.gap != events[0].gap),
            "the gaps vary"
        );
    }

    #[test]
    fn pieces_are_words_or_one_to_three_characters() {
        let mut rest = TEXT;
        let mut random = SplitMix(SEED);
        while !rest.is_empty() {
            let len = piece_len(rest, random.between(1, 3) as usize);
            let (piece, after) = rest.split_at(len);
            assert!(piece.chars().filter(|c| is_han(*c)).count() <= 3, "{piece:?}");
            assert!(piece.split_whitespace().count() <= 1, "{piece:?}");
            let inside_a_word = piece.ends_with(|c: char| c.is_ascii_alphabetic())
                && after.starts_with(|c: char| c.is_ascii_alphabetic());
            assert!(!inside_a_word, "{piece:?} before {after:?}");
            rest = after;
        }
    }

    #[test]
    fn the_text_has_nothing_that_a_wire_or_a_screen_would_change() {
        assert!(!TEXT.contains('\r'), "line ends of the checkout");
        assert!((2500..=4000).contains(&TEXT.chars().count()));
        assert!(TEXT.contains("\n\n") && !TEXT.contains("\n\n\n"));
        assert!(TEXT.chars().any(is_han));
    }
}
