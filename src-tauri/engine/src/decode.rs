//! Content codings undone (RFC 9110, 8.4): what a frame decodes to comes out at once and in pieces of bounded size,
//! and nothing is decoded before it is asked for. A small body that decodes to a huge one costs no memory.

use std::fmt;
use std::io;

use bytes::{Buf, Bytes};
use compression_codecs::zstd::params::DParameter;
use compression_codecs::{BrotliDecoder, DecodeV2, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use compression_core::util::{PartialBuffer, WriteBuffer};

/// Bytes of one piece, at most.
pub(crate) const PIECE: usize = 64 << 10;
/// Codings one within another; nobody means more, and each multiplies what a small body decodes to.
const MOST: usize = 2;
/// Bytes between one coding and another that one pull decodes, about: they may come to nothing for long.
const BETWEEN: usize = 2 * PIECE;
/// Bytes that are decoded in one go. The codecs keep to themselves what they made of a go that ends in an error;
/// of this few, that is next to nothing.
const GO: usize = 8;
/// RFC 9659: a window of 8 MiB is what a decoder must bear, and may refuse to go beyond.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Undoes the codings of one body.
pub(crate) struct Decoder {
    /// The outermost first, as they are undone.
    stages: Vec<Stage>,
    /// What is left of the frame.
    frame: Bytes,
    scratch: Box<[u8]>,
    /// Waits until what was decoded before it has gone out.
    failed: Option<io::Error>,
}

impl Decoder {
    /// A decoder for the values of `Content-Encoding`, in order; none where nothing is encoded.
    ///
    /// # Errors
    /// The name of a coding that is not understood, or of the one that is too many.
    pub(crate) fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<Option<Self>, String> {
        let mut stages = Vec::new();
        let names = values.into_iter().flat_map(|value| value.split(','));
        for name in names.map(|name| name.trim().to_ascii_lowercase()) {
            let codec = match name.as_str() {
                "" | "identity" => continue,
                "gzip" | "x-gzip" => Codec::Gzip(GzipDecoder::new()),
                "deflate" => Codec::Deflate(None),
                "br" => Codec::Brotli(BrotliDecoder::new()),
                "zstd" => Codec::Zstd(ZstdDecoder::new_with_params(&[DParameter::window_log_max(
                    ZSTD_WINDOW_LOG,
                )])),
                _ => return Err(name),
            };
            if stages.len() == MOST {
                return Err(name);
            }
            stages.push(Stage::new(codec));
        }
        // They are listed in the order in which they were put on.
        stages.reverse();
        Ok((!stages.is_empty()).then(|| Self {
            stages,
            frame: Bytes::new(),
            scratch: vec![0; PIECE].into(),
            failed: None,
        }))
    }

    /// Takes a frame, once the one before it has been pulled out whole.
    pub(crate) fn feed(&mut self, frame: Bytes) {
        self.frame = frame;
    }

    /// The next bytes, at most [`PIECE`]; none when all that came so far is decoded. Empty ones mean that there is
    /// more to be decoded and that this was enough of one go: others have their turn, and it is asked again.
    ///
    /// # Errors
    /// Where the bytes are not what their coding says. What was decoded before came out first.
    pub(crate) fn pull(&mut self) -> io::Result<Option<Bytes>> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        let mut out = WriteBuffer::new_initialized(&mut self.scratch);
        let mut room = BETWEEN;
        let filled = fill(&mut self.stages, &mut self.frame, &mut out, &mut room);
        let bytes = out.written();
        match (filled, bytes.is_empty()) {
            (Err(failed), true) => Err(failed),
            (Ok(()), true) => Ok((room == 0).then(Bytes::new)),
            (filled, false) => {
                self.failed = filled.err();
                Ok(Some(Bytes::copy_from_slice(bytes)))
            }
        }
    }

    /// Whether the body would end in the middle of something encoded.
    pub(crate) fn is_inside(&self) -> bool {
        self.stages.iter().any(|stage| stage.place == Place::Inside)
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("stages", &self.stages.len())
            .field("frame", &self.frame.len())
            .finish_non_exhaustive()
    }
}

/// Decodes until `out` is full, all that came is decoded, or `room` for what is between the codings is used up.
fn fill(
    stages: &mut [Stage],
    frame: &mut Bytes,
    out: &mut WriteBuffer<'_>,
    room: &mut usize,
) -> io::Result<()> {
    let Some((last, outer)) = stages.split_last_mut() else {
        return Ok(());
    };
    loop {
        if outer.is_empty() {
            return last.run(frame, out);
        }
        let mut input = std::mem::take(&mut last.input);
        let run = last.run(&mut input, out);
        last.input = input;
        run?;
        if out.has_no_spare_space() || *room == 0 {
            return Ok(());
        }
        let mut bytes = vec![0; PIECE];
        let mut between = WriteBuffer::new_initialized(&mut bytes);
        let filled = fill(outer, frame, &mut between, room);
        let written = between.written_len();
        *room = room.saturating_sub(written);
        if written == 0 {
            return filled;
        }
        bytes.truncate(written);
        last.input = bytes.into();
        if filled.is_err() {
            let mut input = std::mem::take(&mut last.input);
            last.run(&mut input, out)?;
            return filled;
        }
    }
}

/// One coding.
struct Stage {
    codec: Codec,
    place: Place,
    /// The last call filled its output: there may be more without further input.
    more: bool,
    /// What the coding around it has decoded to and this one has not read.
    input: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Nothing came yet.
    Before,
    /// A member has begun.
    Inside,
    /// A member has ended.
    After,
}

enum Codec {
    Gzip(GzipDecoder),
    Zlib(ZlibDecoder),
    Raw(DeflateDecoder),
    Brotli(BrotliDecoder),
    Zstd(ZstdDecoder),
    /// `deflate` means zlib (RFC 9110, 8.4.1.2); some servers send it without the wrapping, and browsers take both.
    /// The first two bytes tell; this holds the first.
    Deflate(Option<u8>),
}

impl Stage {
    const fn new(codec: Codec) -> Self {
        Self {
            codec,
            place: Place::Before,
            more: false,
            input: Bytes::new(),
        }
    }

    /// Decodes until the input is used up or the output is full.
    fn run(&mut self, input: &mut Bytes, out: &mut WriteBuffer<'_>) -> io::Result<()> {
        while !out.has_no_spare_space() && (self.more || !input.is_empty()) {
            if self.place == Place::After {
                if !self.codec.begins(input) {
                    // As browsers do.
                    input.clear();
                    return Ok(());
                }
                self.codec.again()?;
            }
            if !input.is_empty() {
                self.place = Place::Inside;
            }
            let (empty, written) = (input.is_empty(), out.written_len());
            let mut partial = PartialBuffer::new(&input[..input.len().min(GO)]);
            let ended = self.codec.decode(&mut partial, out)?;
            let read = partial.written_len();
            input.advance(read);
            self.more = !ended && out.has_no_spare_space();
            if ended {
                self.place = Place::After;
            } else if !empty && read == 0 && out.written_len() == written {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "it cannot be read on"));
            }
        }
        Ok(())
    }
}

impl Codec {
    /// Whether what follows the end of a member begins another: gzip (RFC 1952, 2.2) and zstd (RFC 8878, 3)
    /// may have several in a row, brotli and deflate have one.
    fn begins(&self, input: &[u8]) -> bool {
        match self {
            Self::Gzip(_) => input.first() == Some(&0x1f),
            // The magic number of a frame, or of one to be skipped.
            Self::Zstd(_) => matches!(input.first(), Some(0x28 | 0x50..=0x5f)),
            _ => false,
        }
    }

    fn again(&mut self) -> io::Result<()> {
        match self {
            Self::Gzip(codec) => codec.reinit(),
            Self::Zstd(codec) => codec.reinit(),
            _ => Ok(()),
        }
    }

    /// Whether a member has ended.
    fn decode(&mut self, input: &mut PartialBuffer<&[u8]>, out: &mut WriteBuffer<'_>) -> io::Result<bool> {
        let empty = input.unwritten().is_empty();
        let decoded = match self {
            Self::Gzip(codec) => codec.decode(input, out),
            Self::Zlib(codec) => codec.decode(input, out),
            Self::Raw(codec) => codec.decode(input, out),
            Self::Brotli(codec) => return codec.decode(input, out),
            Self::Zstd(codec) => return codec.decode(input, out),
            Self::Deflate(first) => {
                let Some(&byte) = input.unwritten().first() else {
                    return Ok(false);
                };
                input.advance(1);
                let Some(before) = first.replace(byte) else {
                    return Ok(false);
                };
                // RFC 1950, 2.2: the method is 8, and the two bytes are a multiple of 31.
                let zlib = before & 0x0f == 8 && u16::from_be_bytes([before, byte]).is_multiple_of(31);
                *self = if zlib {
                    Self::Zlib(ZlibDecoder::new())
                } else {
                    Self::Raw(DeflateDecoder::new())
                };
                let held = [before, byte];
                return self.decode(&mut PartialBuffer::new(&held[..]), out);
            }
        };
        match decoded {
            // Asked without input whether there is more, these codecs answer with an error of this kind where
            // there is none; broken data is of another.
            Err(error) if empty && error.kind() == io::ErrorKind::Other => Ok(false),
            decoded => decoded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_are_undone_from_the_outside() {
        let decoder = Decoder::new(["br", "gzip, , Identity"])
            .expect("known")
            .expect("coded");
        assert!(matches!(decoder.stages[0].codec, Codec::Gzip(_)));
        assert!(matches!(decoder.stages[1].codec, Codec::Brotli(_)));
        assert!(Decoder::new(["identity", ""]).expect("known").is_none());
        assert_eq!(Decoder::new(["gzip", "LZW"]).err().as_deref(), Some("lzw"));
    }

    #[test]
    fn a_frame_waits_until_it_is_asked_for() {
        let mut decoder = Decoder::new(["gzip"]).expect("known").expect("coded");
        assert!(matches!(decoder.pull(), Ok(None)));
        assert!(!decoder.is_inside(), "nothing came");
        decoder.feed(Bytes::from_static(b"\x1f\x8b"));
        assert!(matches!(decoder.pull(), Ok(None)));
        assert!(decoder.is_inside());
        decoder.feed(Bytes::from_static(b"no"));
        assert!(decoder.pull().is_err());
    }
}
