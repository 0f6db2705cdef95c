//! Content codings: each frame as it came, and what it decodes to, at once and in bounded pieces.

use bytes::Bytes;
use compression_codecs::brotli::params::EncoderParams;
use compression_codecs::{BrotliEncoder, DeflateEncoder, EncodeV2, GzipEncoder, ZlibEncoder, ZstdEncoder};
use compression_core::Level;
use compression_core::util::{PartialBuffer, WriteBuffer};
use tapewriter_engine::contract::{Code, Framing};
use tapewriter_engine::source::Request;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::{answer, came, failed, server};

/// The parts, each flushed; the end of the coding after them if it is `whole`.
fn encode(coding: &str, parts: &[&[u8]], whole: bool) -> Vec<Vec<u8>> {
    let mut encoder: Box<dyn EncodeV2> = match coding {
        "gzip" | "x-gzip" => Box::new(GzipEncoder::new(Level::Default.into())),
        "deflate" => Box::new(ZlibEncoder::new(Level::Default.into())),
        "raw" => Box::new(DeflateEncoder::new(Level::Default.into())),
        "br" => Box::new(BrotliEncoder::new(EncoderParams::default())),
        "zstd" => Box::new(ZstdEncoder::new(3)),
        other => panic!("{other}"),
    };
    let mut frames = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        let mut frame = Vec::new();
        let mut input = PartialBuffer::new(*part);
        let mut room = vec![0; 1 << 16];
        while !input.unwritten().is_empty() {
            let mut out = WriteBuffer::new_initialized(&mut room);
            encoder.encode(&mut input, &mut out).expect("encodes");
            frame.extend_from_slice(out.written());
        }
        let last = n + 1 == parts.len() && whole;
        loop {
            let mut out = WriteBuffer::new_initialized(&mut room);
            let done = if last {
                encoder.finish(&mut out)
            } else {
                encoder.flush(&mut out)
            };
            frame.extend_from_slice(out.written());
            if done.expect("flushes") {
                break;
            }
        }
        frames.push(frame);
    }
    frames
}

fn coded(coding: &str, body: &[u8]) -> Vec<u8> {
    let coding = format!("content-encoding: {coding}");
    answer("200 OK", &["content-type: text/event-stream", &coding], body)
}

/// A server that sends each frame once the one before it has been read.
async fn slowly(coding: &str, frames: Vec<Vec<u8>>) -> (url::Url, tokio::sync::mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (next, mut told) = tokio::sync::mpsc::channel(1);
    let head = coded(coding, b"");
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        crate::support::head(&mut socket).await;
        let _ = socket.write_all(&head).await;
        for frame in frames {
            if told.recv().await.is_none() {
                return;
            }
            let _ = socket.write_all(&frame).await;
        }
    });
    (url.parse().expect("an address"), next)
}

#[tokio::test]
async fn each_frame_decodes_as_it_comes() {
    use futures_util::StreamExt;
    use tapewriter_engine::http::Http;
    use tapewriter_engine::source::{Piece, Source};
    for (coding, named) in [
        ("gzip", "gzip"),
        ("gzip", "X-GZIP"),
        ("deflate", "deflate"),
        ("raw", "deflate"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip", "identity, gzip"),
    ] {
        let parts: [&[u8]; 3] = [b"data: one\n\n", b"data: tw", "o \u{1f600}\n\n".as_bytes()];
        let frames = encode(coding, &parts, true);
        let (url, next) = slowly(named, frames.clone()).await;
        let (head, mut body) = Http::new().open(Request::get(url)).await.expect("opens");
        assert_eq!(head.header("content-encoding"), Some(named));
        for (part, frame) in parts.iter().zip(&frames) {
            next.send(()).await.expect("listens");
            let Some(Ok(Piece::Chunk { bytes, raw, .. })) = body.next().await else {
                panic!("{named}: a chunk");
            };
            assert_eq!(bytes, *part, "{named}");
            assert_eq!(raw.as_deref(), Some(frame.as_slice()), "{named}");
        }
        drop(next);
        assert!(body.next().await.is_none(), "{named}: a clean end");
    }
}

#[tokio::test]
async fn bytes_that_decode_to_nothing_yet_are_told_and_so_is_one_byte_after_another() {
    use futures_util::StreamExt;
    use tapewriter_engine::http::Http;
    use tapewriter_engine::source::{Piece, Source};
    for (coding, named) in [
        ("gzip", "gzip"),
        ("deflate", "deflate"),
        ("raw", "deflate"),
        ("br", "br"),
        ("zstd", "zstd"),
    ] {
        let whole = encode(coding, &[b"data: one\n\n"], true).concat();
        let (url, next) = slowly(named, whole.iter().map(|byte| vec![*byte]).collect()).await;
        let (_, mut body) = Http::new().open(Request::get(url)).await.expect("opens");
        let (mut text, mut empty) = (Vec::new(), 0);
        for byte in &whole {
            next.send(()).await.expect("listens");
            let Some(Ok(Piece::Chunk { bytes, raw, .. })) = body.next().await else {
                panic!("{named}: a chunk");
            };
            assert_eq!(raw.as_deref(), Some([*byte].as_slice()), "{named}");
            empty += usize::from(bytes.is_empty());
            text.extend_from_slice(&bytes);
        }
        assert_eq!(text, b"data: one\n\n", "{named}");
        assert!(empty > 1, "{named}");
    }
}

#[tokio::test]
async fn codings_within_codings_members_in_a_row_and_what_follows_the_end() {
    let inner = encode("br", &[b"data: x\n\n"], true).concat();
    let outer = encode("gzip", &[&inner], true).concat();
    let member = |text: &str| encode("gzip", &[text.as_bytes()], true).concat();
    let frame = |text: &str| encode("zstd", &[text.as_bytes()], true).concat();
    for (coding, body) in [
        ("br, gzip", outer.clone()),
        ("gzip", [member("data: "), member("x\n\n")].concat()),
        ("gzip", [member("data: x\n\n"), vec![0; 20]].concat()),
        ("gzip", [member("data: x\n\n"), b"more".to_vec()].concat()),
        ("zstd", [frame("data: "), frame("x\n\n")].concat()),
    ] {
        let server = server([coded(coding, &body)]).await;
        let came = came(Request::get(server.url("/"))).await;
        assert_eq!(
            (came.text().as_str(), &came.failure),
            ("data: x\n\n", &None),
            "{coding}"
        );
        let raw: Vec<u8> = came
            .pieces
            .iter()
            .flat_map(|(_, raw)| raw.clone().unwrap_or_default())
            .collect();
        assert_eq!(raw, body, "{coding}");
    }
}

#[tokio::test]
async fn what_is_broken_ends_it_and_what_came_before_is_kept() {
    for coding in ["gzip", "deflate", "br", "zstd"] {
        // A decoder may hold back the newest bytes until it has read on: what is kept stands well before the fault.
        let more: String = (0..40u32)
            .map(|n| format!("data: {}\n\n", n.wrapping_mul(2_654_435_761)))
            .collect();
        let mut body = encode(coding, &[b"data: kept\n\n", more.as_bytes()], false);
        body.push(vec![0xff; 64]);
        let server = server([coded(coding, &body.concat())]).await;
        let came = came(Request::get(server.url("/"))).await;
        assert!(
            came.text().starts_with("data: kept\n\n"),
            "{coding}: {:?}",
            came.text()
        );
        let failure = came.failure.expect("broken");
        assert_eq!(
            (failure.code, failure.args["detail"].as_str()),
            (Code::Encoding, "broken"),
            "{coding}"
        );
        assert_eq!(failure.args["encoding"], coding);
    }
    // Not compressed at all.
    let server = server([coded("gzip", b"data: plain\n\n")]).await;
    let came = came(Request::get(server.url("/"))).await;
    assert_eq!(came.failure.map(|failure| failure.code), Some(Code::Encoding));
    let raw: Vec<_> = came.pieces.iter().map(|(_, raw)| raw.clone()).collect();
    assert_eq!(
        raw,
        [Some(Bytes::from_static(b"data: plain\n\n"))],
        "the bytes are told nonetheless"
    );
}

#[tokio::test]
async fn an_end_in_the_middle_of_a_member_is_an_end_and_is_told() {
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let body = encode(coding, &[b"data: kept\n\n"], false).concat();
        let server = server([coded(coding, &body)]).await;
        let came = came(Request::get(server.url("/"))).await;
        assert_eq!(came.text(), "data: kept\n\n", "{coding}");
        let failure = came.failure.expect("told");
        assert_eq!(
            (failure.code, failure.args["detail"].as_str()),
            (Code::Eof, "encoding"),
            "{coding}"
        );
    }
    // Nothing at all is nothing compressed.
    let server = server([coded("gzip", b"")]).await;
    assert_eq!(came(Request::get(server.url("/"))).await.failure, None);
}

#[tokio::test]
async fn a_bomb_comes_in_bounded_pieces_and_only_when_asked_for() {
    let zeros = vec![b'0'; 1 << 20];
    for coding in ["gzip", "br", "zstd"] {
        let body = encode(coding, &[zeros.as_slice(); 4], true).concat();
        assert!(body.len() < 64 << 10, "{coding}: {} bytes", body.len());
        let server = server([coded(coding, &body)]).await;
        let came = came(Request::get(server.url("/"))).await;
        assert_eq!(came.failure, None, "{coding}");
        assert!(
            came.pieces.iter().all(|(bytes, _)| bytes.len() <= 64 << 10),
            "{coding}"
        );
        let bytes: usize = came.pieces.iter().map(|(bytes, _)| bytes.len()).sum();
        assert_eq!(bytes, 4 << 20, "{coding}");
        let raw: usize = came
            .pieces
            .iter()
            .map(|(_, raw)| raw.as_ref().expect("compressed").len())
            .sum();
        assert_eq!(raw, body.len(), "{coding}");
    }
}

#[tokio::test]
async fn an_unknown_coding_is_refused_by_its_name() {
    for coding in ["compress", "gzip, exi", "br, br, br, br, br"] {
        let server = server([coded(coding, b"x")]).await;
        let (failure, _) = failed(Request::get(server.url("/"))).await;
        assert_eq!(failure.code, Code::Encoding, "{coding}");
        assert_eq!(failure.args["encoding"], coding.rsplit(", ").next().expect("one"));
    }
}

#[tokio::test]
async fn a_refused_answer_is_decoded_too() {
    let page = encode("gzip", &[b"<title>no</title>"], true).concat();
    let lines = ["content-type: text/html", "content-encoding: gzip"];
    let server = server([
        answer("502 Bad Gateway", &lines, &page),
        answer("200 OK", &lines, &page),
    ])
    .await;
    for code in [Code::Status, Code::ContentType] {
        let (failure, traced) = failed(Request::get(server.url("/"))).await;
        assert_eq!(
            (failure.code, failure.args["body"].as_str()),
            (code, "<title>no</title>")
        );
        assert_eq!(traced.refused, b"<title>no</title>");
    }
}

#[tokio::test]
async fn the_type_decides_how_it_is_read_unless_somebody_says() {
    for (kind, read_as) in [
        ("text/event-stream", Some(Framing::Sse)),
        ("Text/Event-STREAM", Some(Framing::Sse)),
        ("text/event-stream;", Some(Framing::Sse)),
        ("text/event-stream;charset=windows-1252", Some(Framing::Sse)),
        ("text/event-stream;x bogus", Some(Framing::Sse)),
        ("text/html, text/event-stream", Some(Framing::Sse)),
        ("application/x-ndjson", Some(Framing::Ndjson)),
        ("application/ndjson; charset=utf-8", Some(Framing::Ndjson)),
        ("application/jsonl", Some(Framing::Ndjson)),
        ("application/x-jsonlines", Some(Framing::Ndjson)),
        ("application/json-lines", Some(Framing::Ndjson)),
        ("x bogus", None),
        ("text/event-stream bogus", None),
        ("text/x-bogus", None),
        ("application/json", None),
        ("", None),
    ] {
        let typed = format!("content-type: {kind}");
        let server = server((0..4).map(|_| answer("200 OK", &[&typed], b"data: x\n\n"))).await;
        match read_as {
            Some(framing) => assert_eq!(
                came(Request::get(server.url("/"))).await.head.framing,
                framing,
                "{kind}"
            ),
            None => {
                let (failure, traced) = failed(Request::get(server.url("/"))).await;
                assert_eq!(
                    (failure.code, failure.args["type"].as_str()),
                    (Code::ContentType, kind)
                );
                assert_eq!(traced.refused, b"data: x\n\n");
            }
        }
        for framing in [Framing::Sse, Framing::Ndjson, Framing::Lines] {
            let asked = Request {
                framing,
                ..Request::get(server.url("/"))
            };
            let came = came(asked).await;
            assert_eq!(
                (came.head.framing, came.text().as_str()),
                (framing, "data: x\n\n"),
                "{kind}"
            );
        }
    }
}

/// An event, and then a line of 8 MiB in a few KiB.
pub(super) fn bomb() -> Vec<u8> {
    let line = vec![b'0'; 8 << 20];
    encode("gzip", &[b"data: kept\n\ndata: ", &line], true).concat()
}
