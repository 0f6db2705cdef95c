use super::*;

/// A reading and what came of it.
struct Read {
    lenient: Lenient,
    out: Out,
    notes: VecDeque<Note>,
    chunks: u64,
}

impl Read {
    fn new(limits: Limits, id: &str) -> Self {
        Self {
            lenient: Lenient::new(limits, id),
            out: Out::default(),
            notes: VecDeque::new(),
            chunks: 0,
        }
    }

    fn feed(&mut self, bytes: impl Into<Bytes>) -> Result<(), Over> {
        let no = self.chunks;
        self.chunks += 1;
        self.lenient
            .feed(&bytes.into(), no, Instant::now(), &mut self.out, &mut self.notes)
    }

    fn pieces(&mut self) -> Vec<Bytes> {
        std::iter::from_fn(|| self.out.pop()).collect()
    }

    fn text(&mut self) -> String {
        String::from_utf8(self.pieces().concat()).expect("what is handed on is UTF-8")
    }

    fn places(&self) -> Vec<(u64, u64, u64, u64)> {
        self.notes
            .iter()
            .filter_map(|note| match note {
                Note::Block(p) => Some((p.first_byte, p.end_byte, p.first_chunk, p.last_chunk)),
                _ => None,
            })
            .collect()
    }
}

fn read(pieces: &[&[u8]], id: &str) -> Read {
    let mut read = Read::new(Limits::default(), id);
    for piece in pieces {
        read.feed(Bytes::copy_from_slice(piece)).expect("within limits");
    }
    read
}

/// What is written anew where nothing can pass as it came, because no chunk holds a whole line.
const CASES: &[(&[u8], &str)] = &[
    (b"data: a\n\n", "data: a\n\n"),
    (b"\xEF\xBB\xBFdata:a\r\rdata:b\r\n\r\n", "data: a\n\ndata: b\n\n"),
    (b"data\n\ndata\ndata\n\ndata:\n", "data: \n\ndata: \ndata: \n\n"),
    (b"event: x\n\ndata: a\n\n", "data: a\n\n"),
    (
        b"event: x\nid: 7\ndata: a\n\ndata: b\n\n",
        "event: x\nid: 7\ndata: a\n\ndata: b\n\n",
    ),
    (b"id: 7\n\ndata: b\n\n", "id: 7\ndata: b\n\n"),
    (b"id: 1\0\ndata: b\n\n", "data: b\n\n"),
    (
        b"id: 1\ndata: a\n\nid\ndata: b\n\n",
        "id: 1\ndata: a\n\nid: \ndata: b\n\n",
    ),
    (b"comment: x\nfoo: 1\nData: z\ndata:  two\n\n", "data:  two\n\n"),
    (
        b"data: \xff\xe4\xbd\n\n:a\xff\n",
        "data: \u{FFFD}\u{FFFD}\n\n: a\u{FFFD}\n",
    ),
    (
        b"retry: 0400\nretry: +10\nretry: 1x\nretry:\ndata: a\n\n",
        ":\ndata: a\n\n",
    ),
    (b"data: never finished", ""),
];

#[test]
fn writes_anew_what_comes_byte_by_byte() {
    for (input, canonical) in CASES {
        let bytes: Vec<&[u8]> = input.chunks(1).collect();
        assert_eq!(read(&bytes, "").text(), *canonical, "{}", input.escape_ascii());
    }
}

#[test]
fn a_clean_chunk_passes_as_it_came() {
    for text in [
        "data: a\n\n",
        "data:a\r\n\r\ndata: b\r\n\r\n",
        ": c\n:\ndata: 流\ndata\nevent: x\nid: 3\n: d\n\n\n\ndata: b\n\n",
        ":\n\n",
    ] {
        let chunk = Bytes::copy_from_slice(text.as_bytes());
        let mut read = Read::new(Limits::default(), "");
        read.feed(chunk.clone()).expect("within limits");
        let pieces = read.pieces();
        assert_eq!(pieces, std::slice::from_ref(&chunk), "{text:?}");
        assert_eq!(pieces[0].as_ptr(), chunk.as_ptr(), "{text:?} was copied");
        let Lenient {
            line,
            data,
            event_type,
            ..
        } = &read.lenient;
        assert_eq!(line.capacity() + data.capacity() + event_type.capacity(), 0);
    }
}

#[test]
fn the_middle_of_a_chunk_passes_as_it_came() {
    let mut read = read(&[b"data: 1\n\ndata: 2\nda"], "");
    assert_eq!(read.text(), "data: 1\n\n");
    let chunk = Bytes::from_static(b"ta: 2\n\ndata: 3\n\nid: 4\ndata: 4\n\ndata: 5\nid: 5");
    read.feed(chunk.clone()).expect("within limits");
    let pieces = read.pieces();
    assert_eq!(pieces[0], "data: 2\ndata: 2\n\n");
    assert_eq!(pieces[1], "data: 3\n\nid: 4\ndata: 4\n\n");
    assert_eq!(pieces[1].as_ptr(), chunk[7..].as_ptr());
    assert_eq!(read.lenient.last_event_id().as_ref(), "4");
    assert_eq!(
        read.places(),
        [(0, 9, 0, 0), (9, 26, 0, 1), (26, 35, 1, 1), (35, 50, 1, 1)]
    );
    assert_eq!(read.lenient.unfinished(), 13);
}

#[test]
fn one_block_that_is_not_clean_does_not_keep_the_others() {
    let chunk = Bytes::from_static(b"data: 1\n\ndata: \xff\n\ndata: 3\n\nfoo: 4\ndata: 4\n\ndata: 5\n\n");
    let mut read = Read::new(Limits::default(), "");
    read.feed(chunk.clone()).expect("within limits");
    let pieces = read.pieces();
    let expected = [
        "data: 1\n\n",
        "data: \u{FFFD}\n\n",
        "data: 3\n\n",
        "data: 4\n\n",
        "data: 5\n\n",
    ];
    assert_eq!(pieces, expected);
    for (piece, at) in [(0, 0), (2, 18), (4, 43)] {
        assert_eq!(pieces[piece].as_ptr(), chunk[at..].as_ptr());
    }
}

#[test]
fn blank_lines_alone_hand_on_nothing() {
    assert_eq!(
        read(&[b"\n", b"\r\n\r\n", b"event: x\n\n", b"id: 1\n\n"], "").text(),
        ""
    );
}

#[test]
fn a_long_chunk_is_handed_on_in_pieces() {
    let clean = "data: 12345678901234567890\n\n".repeat(20_000);
    let dirty = clean.replace("data", "x\ndata");
    for text in [clean, dirty] {
        let mut read = Read::new(Limits::default(), "");
        read.feed(text).expect("within limits");
        assert_eq!(read.notes.len(), 20_000);
        let pieces = read.pieces();
        assert!(pieces.len() > 5);
        assert!(
            pieces
                .iter()
                .all(|piece| piece.len() < PIECE + 100 && piece.ends_with(b"\n\n"))
        );
    }
}

#[test]
fn notes_where_a_block_stood() {
    let read = read(&[b"\n: hi\nda", b"ta: a\r\n\r", b"\ndata: b\n\n"], "");
    // The LF that completes the CR came in the next chunk and belongs to neither block.
    assert_eq!(read.places(), [(6, 16, 0, 1), (17, 26, 2, 2)]);
    assert!(matches!(read.notes[0], Note::Comment { .. }));
}

#[test]
fn keeps_the_reconnection_time_and_the_id_of_before() {
    let mut read = read(
        &[b"retry: 99999999999999999999999\n\ndata: a\n\ndata: b\n\n"],
        "41",
    );
    assert_eq!(read.text(), ":\nid: 41\ndata: a\n\ndata: b\n\n");
    assert!(matches!(read.notes[0], Note::Retry { ms: u64::MAX, .. }));
}

#[test]
fn an_id_counts_once_its_block_has_ended() {
    let read = read(&[b"id: 2\n\nid: 3\ndata: x\n"], "1");
    assert_eq!(read.lenient.last_event_id().as_ref(), "2");
    assert_eq!(read.lenient.unfinished(), 14);
}

#[test]
fn over_a_bound_what_came_before_is_handed_on() {
    let limits = Limits { line: 10, event: 20 };
    let cases: [(&[&[u8]], Over); 4] = [
        (&[b"data:1\n\ndata: 12345678"], Over::Line),
        (&[b"data:1\n\n:3456789", b"012\n"], Over::Line),
        (
            &[b"data:1\n\ndata:1234\ndata:1234\ndata:1234\n\ndata:2\n\n"],
            Over::Event,
        ),
        // Each of these bytes becomes three.
        (&[b"data:1\n\ndata:\xff\xff\xff\xff\xff\n\n"], Over::Event),
    ];
    for (pieces, over) in cases {
        let mut read = Read::new(limits, "");
        let fed = pieces
            .iter()
            .try_for_each(|piece| read.feed(Bytes::from_static(piece)));
        assert_eq!(fed, Err(over));
        assert_eq!(read.text(), "data:1\n\n");
        assert_eq!(read.notes.len(), 1);
    }
}

#[test]
fn an_id_over_its_bound_ends_the_reading() {
    for fault in ["", "x: y\n"] {
        let mut read = Read::new(Limits::default(), "");
        let id = "7".repeat(MAX_ID);
        let body = format!("id: {id}\n{fault}data: 1\n\nid: {id}8\n{fault}data: 2\n\n");
        assert_eq!(read.feed(body), Err(Over::Id));
        assert_eq!(read.lenient.last_event_id().as_ref(), id);
        assert_eq!(read.notes.len(), 1);
    }
}

#[test]
fn events_with_a_long_id_are_handed_on_few_at_a_time() {
    for block in ["data\n\n", "x\ndata\n\n"] {
        let mut read = Read::new(Limits::default(), &"7".repeat(MAX_ID));
        read.feed(block.repeat(10_000)).expect("within limits");
        let most = read
            .pieces()
            .into_iter()
            .map(|piece| memchr::memmem::find_iter(&piece, b"\n\n").count());
        assert_eq!(most.max(), Some(64));
    }
}

#[test]
fn an_endless_line_or_event_holds_no_more_than_its_bound() {
    let limits = Limits {
        line: 1 << 20,
        event: 2 << 20,
    };
    for (begin, again) in [
        ("data: ", "x".repeat(16 << 10)),
        ("", format!("data: {}\n", "x".repeat(9_000))),
    ] {
        let mut read = Read::new(limits, "");
        read.feed(begin.to_owned()).expect("within limits");
        let again = Bytes::from(again);
        while read.feed(again.clone()).is_ok() {
            assert!(read.out.is_empty());
            assert!(read.lenient.memory() <= 4 << 20, "{}", read.lenient.memory());
        }
        assert!(read.chunks < 300);
    }
}

#[test]
fn room_for_a_long_line_is_given_back() {
    let mut read = Read::new(Limits::default(), "");
    for part in ["data: ", &"x".repeat(4 << 20), "\nevent: y\n\n", ": end\n"] {
        read.feed(part.to_owned()).expect("within limits");
    }
    assert_eq!(read.text().len(), (4 << 20) + 23);
    assert!(read.lenient.memory() <= 3 * KEPT, "{}", read.lenient.memory());
}
