//! Chapter 9.2 of the HTML standard through the whole of the line, eventsource-client included: each case whole,
//! at every two-way cut, byte by byte and at random cuts, and any bytes against a naive interpreter.

use tapewriter_engine::contract::{Code, Framing};
use tapewriter_engine::lenient::Limits;

mod blocks;
mod bounds;
mod encoding;
mod fields;
mod framing;
mod ids;
mod naive;
mod player;
mod random;
mod retry;
mod wild;

use naive::{Seen, interpret};
use player::{cut, play, random_cuts};

/// One body at all cuts; `expected` must also be what the naive interpreter says.
fn check(body: &[u8], last_event_id: &str, expected: &[Seen], id_after: Option<&str>) {
    let (naive, naive_id) = interpret(body, last_event_id);
    assert_eq!(naive, expected, "the naive interpreter");
    let id_after = id_after.unwrap_or(&naive_id);
    assert_eq!(naive_id, id_after, "the naive interpreter's last event id");
    let mut cuts: Vec<Vec<usize>> = (0..=body.len()).map(|at| vec![at]).collect();
    cuts.push((1..body.len()).collect());
    cuts.extend((0..8).map(|seed| random_cuts(body.len(), seed)));
    for at in cuts {
        let played = play(
            Framing::Sse,
            Limits::default(),
            last_event_id,
            cut(body, at.clone()),
        );
        let name = format!("{} cut at {at:?}", body.escape_ascii());
        assert_eq!(played.seen, expected, "{name}");
        assert_eq!(played.last_event_id, id_after, "{name}");
        assert_eq!(played.ended.code, Code::Eof, "{name}");
    }
}

fn message(data: &str) -> Seen {
    typed("message", "", data)
}

fn typed(event_type: &str, id: &str, data: &str) -> Seen {
    Seen::Event(event_type.to_owned(), id.to_owned(), data.to_owned())
}

fn with_id(id: &str, data: &str) -> Seen {
    typed("message", id, data)
}

fn comment(text: &str) -> Seen {
    Seen::Comment(text.to_owned())
}

/// Named cases: each is a test of its own. `@` gives the last event id that the reader holds
/// beforehand, `then` the one that it must hold afterwards.
macro_rules! cases {
    ($($name:ident: $(@ $before:literal)? $body:expr => [$($seen:expr),* $(,)?] $(then $after:literal)?;)*) => {$(
        #[test]
        fn $name() {
            let before: &[&str] = &[$($before)?];
            let after: &[&str] = &[$($after)?];
            let body = $body;
            $crate::standard::check(
                AsRef::<[u8]>::as_ref(&body),
                before.first().copied().unwrap_or(""),
                &[$($seen),*],
                after.first().copied(),
            );
        }
    )*};
}
use cases;
