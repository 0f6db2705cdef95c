use compression_codecs::{EncodeV2, GzipEncoder};
use compression_core::Level;
use compression_core::util::{PartialBuffer, WriteBuffer};
use futures_util::{FutureExt, stream};

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzipEncoder::new(Level::Default.into());
    let mut input = PartialBuffer::new(bytes);
    let (mut room, mut all) = (vec![0; 64 << 10], Vec::new());
    loop {
        let mut out = WriteBuffer::new_initialized(&mut room);
        let done = if input.unwritten().is_empty() {
            encoder.finish(&mut out).expect("ends")
        } else {
            encoder.encode(&mut input, &mut out).expect("encodes");
            false
        };
        all.extend_from_slice(out.written());
        if done {
            return all;
        }
    }
}

#[test]
fn a_date_to_retry_after_is_read_against_the_servers_clock_or_ours() {
    let seconds = |pairs: &[(header::HeaderName, &'static str)]| {
        let pairs = pairs.iter().map(|(name, value)| {
            let value = http::HeaderValue::from_static(value);
            (name.clone(), value)
        });
        // 1994-11-06T08:49:30Z.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        retry_after(&pairs.collect(), now)
    };
    let at = (header::RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(seconds(&[]), None);
    assert_eq!(seconds(&[(header::RETRY_AFTER, " 120 ")]), Some(120));
    assert_eq!(seconds(&[(header::RETRY_AFTER, "soon")]), None);
    assert_eq!(seconds(std::slice::from_ref(&at)), Some(7));
    let date = (header::DATE, "Sun, 06 Nov 1994 08:49:07 GMT");
    assert_eq!(seconds(&[at.clone(), date]), Some(30));
    let past = (header::DATE, "Sun, 06 Nov 1994 09:00:00 GMT");
    assert_eq!(seconds(&[at, past]), Some(0));
}

#[test]
fn codings_around_empty_members_let_others_have_their_turn_and_come_to_an_end() {
    let empty = gzip(b"");
    let inner = [empty.repeat((512 << 10) / empty.len()), gzip(b"data: x\n\n")].concat();
    let frame = Bytes::from(gzip(&inner));
    let mut body = Body {
        frames: Box::pin(stream::iter([Ok(frame.clone())])),
        decoder: Decoder::new(["gzip, gzip"]).expect("known"),
        coding: "gzip, gzip".to_owned(),
        frame: None,
        failed: None,
        ended: false,
        url: Url::parse("http://localhost/").expect("valid"),
        redactor: Arc::default(),
    };
    let (mut turns, mut text, mut came) = (0, Vec::new(), Vec::new());
    loop {
        match body.next().now_or_never() {
            None => turns += 1,
            Some(None) => break,
            Some(Some(Ok(Piece::Chunk { bytes, raw, .. }))) => {
                text.extend_from_slice(&bytes);
                came.extend_from_slice(&raw.unwrap_or_default());
            }
            Some(other) => panic!("{other:?}"),
        }
    }
    assert!((2..16).contains(&turns), "{turns}");
    assert_eq!(text, b"data: x\n\n");
    assert_eq!(came, frame);
}
