//! A body says what the standard says, however it is cut. The first byte decides the cuts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tapewriter_engine::contract::Framing;
use tapewriter_engine::lenient::Limits;

#[path = "../../tests/line/standard/naive.rs"]
mod naive;
#[path = "../../tests/line/standard/player.rs"]
mod player;

fuzz_target!(|input: &[u8]| {
    let Some((seed, body)) = input.split_first() else {
        return;
    };
    let id = if seed % 2 == 0 { "" } else { "7" };
    let (seen, last_event_id) = naive::interpret(body, id);
    for cuts in [
        Vec::new(),
        player::random_cuts(body.len(), u64::from(*seed)),
        (1..body.len()).collect(),
    ] {
        let played = player::play(Framing::Sse, Limits::default(), id, player::cut(body, cuts));
        assert_eq!(played.seen, seen);
        assert_eq!(played.last_event_id, last_event_id);
    }
});
