//! Bodies whose lines are their events, through the whole of the line.

use bytes::Bytes;
use tapewriter_engine::contract::{Code, Framing};
use tapewriter_engine::lenient::Limits;

use super::player::{cut, play};
use super::{Seen, message};

fn lines(framing: Framing, chunks: Vec<Bytes>) -> Vec<Seen> {
    let played = play(framing, Limits::default(), "", chunks);
    assert_eq!(played.ended.code, Code::Eof);
    played.seen
}

#[test]
fn each_line_of_ndjson_is_an_event() {
    let body = b"{\"a\":1}\n\n{\"b\":\"\\n\"}\r\n \n{\"c\":3}";
    let expected = ["{\"a\":1}", "{\"b\":\"\\n\"}", "{\"c\":3}"].map(message);
    for at in 0..=body.len() {
        assert_eq!(lines(Framing::Ndjson, cut(body, [at])), expected, "cut at {at}");
    }
    assert_eq!(lines(Framing::Ndjson, cut(body, 1..body.len())), expected);
}

#[test]
fn each_line_is_an_event_blank_ones_too() {
    let body = b"\xEF\xBB\xBFone\n\ndata: two\r\n: three\rfour\xff\n";
    let expected = ["one", "", "data: two", ": three\rfour\u{FFFD}"].map(message);
    for at in 0..=body.len() {
        assert_eq!(lines(Framing::Lines, cut(body, [at])), expected, "cut at {at}");
    }
}

#[test]
fn chunks_say_which_lines_they_complete_and_what_is_unfinished() {
    let chunks = ["1\n2", "2\n3\n", "44"].map(Bytes::from).to_vec();
    let played = play(Framing::Ndjson, Limits::default(), "", chunks);
    assert_eq!(played.seen, ["1", "22", "3", "44"].map(message));
    // The last one is completed by the end of the body, not by a chunk.
    assert_eq!((played.completed, played.unfinished), (3, 2));
}

#[test]
fn auto_reads_as_an_event_stream() {
    let body = vec![Bytes::from_static(b"data: a\n\n{\"b\":1}\n")];
    assert_eq!(lines(Framing::Auto, body), [message("a")]);
}
