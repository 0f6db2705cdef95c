//! Any bytes against the naive interpreter, at any cuts; and the corpus that fuzzing has found.

use bytes::Bytes;
use proptest::prelude::*;
use tapewriter_engine::contract::{Code, Framing};
use tapewriter_engine::lenient::Limits;

use super::naive::interpret;
use super::player::{cut, play, random_cuts};

fn same(body: &[u8], id: &str, cuts: Vec<usize>) {
    let (seen, id_after) = interpret(body, id);
    let played = play(Framing::Sse, Limits::default(), id, cut(body, cuts.clone()));
    let name = format!("{} cut at {cuts:?}", body.escape_ascii());
    assert_eq!(played.seen, seen, "{name}");
    assert_eq!(played.last_event_id, id_after, "{name}");
    assert_eq!(played.ended.code, Code::Eof, "{name}");
}

fn part() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => prop::sample::select(vec![
            &b"data: a\n\n"[..], b"data: ", b"data", b"data:", b"event: ", b"event", b"id: ", b"id", b"id:1\n",
            b"retry: 12", b"retry:", b": ", b":", b"comment: x\n", b"foo: x\n", b"x", b" ", b"7", "流".as_bytes(),
        ]).prop_map(<[u8]>::to_vec),
        2 => prop::sample::select(vec![
            &b"\n"[..], b"\n", b"\n\n", b"\r", b"\r\n", b"\r\n\r\n", b"\xff", b"\xe6\xb5", b"\0", b"\xEF\xBB\xBF",
        ]).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn any_stream_says_what_the_standard_says(
        parts in prop::collection::vec(part(), 0..40),
        id in prop::sample::select(vec!["", "41", "流"]),
        cuts in prop::collection::vec(0usize..200, 0..8),
    ) {
        let body = parts.concat();
        same(&body, id, Vec::new());
        same(&body, id, cuts);
    }

    #[test]
    fn lines_are_the_same_at_any_cuts(
        parts in prop::collection::vec(part(), 0..40),
        cuts in prop::collection::vec(0usize..200, 0..8),
    ) {
        let body = parts.concat();
        for framing in [Framing::Ndjson, Framing::Lines] {
            let whole = play(framing, Limits::default(), "", vec![Bytes::from(body.clone())]);
            let parts = play(framing, Limits::default(), "", cut(&body, cuts.clone()));
            prop_assert_eq!(&whole.seen, &parts.seen);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn long_streams_do_too(
        parts in prop::collection::vec(part(), 300..600),
        chunk in 1usize..700,
    ) {
        let body = parts.concat();
        same(&body, "", (0..body.len()).step_by(chunk).collect());
    }
}

#[test]
fn what_fuzzing_has_found_stays_right() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/lenient");
    let mut files: Vec<_> = std::fs::read_dir(corpus)
        .expect("the corpus")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    assert!(files.len() > 10, "has the corpus moved?");
    for file in files {
        let bytes = std::fs::read(&file).expect("readable");
        // As the fuzz target reads them: the first byte decides the cuts.
        let (seed, body) = bytes
            .split_first()
            .map_or((0, &[][..]), |(seed, body)| (*seed, body));
        same(body, "", Vec::new());
        same(body, "7", random_cuts(body.len(), u64::from(seed)));
        same(body, "", (1..body.len()).collect());
    }
}
