//! Compressed bodies, flushed when they should be and when they should not.

use std::io;

use bytes::Bytes;
use compression_codecs::core::Level;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::{BrotliEncoder, EncodeV2, GzipEncoder, ZlibEncoder, ZstdEncoder, brotli};

/// Output that one call may write.
const ROOM: usize = 4 << 10;

/// An encoder whose output is taken piece by piece.
pub struct Codec {
    encoder: Box<dyn EncodeV2 + Send>,
}

impl Codec {
    pub fn gzip() -> Self {
        Self {
            encoder: Box::new(GzipEncoder::new(Level::Default.into())),
        }
    }

    pub fn zlib() -> Self {
        Self {
            encoder: Box::new(ZlibEncoder::new(Level::Default.into())),
        }
    }

    pub fn brotli() -> Self {
        let params = brotli::params::EncoderParams::default().quality(Level::Precise(4));
        Self {
            encoder: Box::new(BrotliEncoder::new(params)),
        }
    }

    pub fn zstd() -> Self {
        Self {
            encoder: Box::new(ZstdEncoder::new(3)),
        }
    }

    /// Takes bytes in, and gives out all that a reader needs to see them.
    pub fn flushed(&mut self, bytes: &[u8]) -> io::Result<Bytes> {
        let mut out = Vec::new();
        let mut input = PartialBuffer::new(bytes);
        while !input.unwritten().is_empty() {
            written(&mut out, |buffer| self.encoder.encode(&mut input, buffer))?;
        }
        while !written(&mut out, |buffer| self.encoder.flush(buffer))? {}
        Ok(out.into())
    }

    /// The end of the compressed body.
    pub fn finished(&mut self) -> io::Result<Bytes> {
        let mut out = Vec::new();
        while !written(&mut out, |buffer| self.encoder.finish(buffer))? {}
        Ok(out.into())
    }
}

/// Appends to `out` what one call writes.
fn written<T>(out: &mut Vec<u8>, write: impl FnOnce(&mut WriteBuffer<'_>) -> io::Result<T>) -> io::Result<T> {
    let mut room = [0; ROOM];
    let mut buffer = WriteBuffer::new_initialized(&mut room);
    let result = write(&mut buffer)?;
    out.extend_from_slice(buffer.written());
    Ok(result)
}
