//! The body of a request, as its kind says.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use bytes::Bytes;

use super::fit::{Fit, Pen, Reserved};
use crate::contract::{BodyKind, Code, Failure, Stream};

/// Bytes of a file that is sent as a body, at most: it is held in memory while its session lasts.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The body and its content type, for methods that carry one.
pub fn fill(
    stream: &Stream,
    pen: &mut Pen<'_>,
    reserved: Reserved<'_>,
) -> Result<(Option<Bytes>, Option<&'static str>), Failure> {
    let Some(text) = stream.body.as_deref().filter(|_| carries_body(&stream.method)) else {
        return Ok((None, None));
    };
    let mut write = |fit| {
        let written = pen.write_reserved(text, fit, "body", reserved);
        written.map(|text| Some(Bytes::from(text)))
    };
    Ok(match stream.body_kind {
        BodyKind::Auto if reads_like_json(text) => (write(Fit::Json)?, None),
        BodyKind::Auto => (write(Fit::Plain)?, None),
        BodyKind::Json => (write(Fit::Json)?, Some("application/json")),
        BodyKind::Form => (write(Fit::Form)?, Some("application/x-www-form-urlencoded")),
        BodyKind::Text => (write(Fit::Plain)?, Some("text/plain;charset=utf-8")),
        BodyKind::File => {
            let path = pen.write(text, Fit::Plain, "body")?;
            let json = Path::new(&path)
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
            let content_type = if json {
                "application/json"
            } else {
                "application/octet-stream"
            };
            (Some(read(Path::new(&path))?), Some(content_type))
        }
    })
}

/// Whether a method carries a body: the fetch standard refuses one for GET and HEAD.
pub fn carries_body(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD")
}

/// Whether a body of [`BodyKind::Auto`] goes as JSON: also one that means to be JSON and is not yet.
pub fn reads_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn read(path: &Path) -> Result<Bytes, Failure> {
    let shown = path.display();
    let bad = |why: &dyn std::fmt::Display| {
        Failure::new(Code::Url, format!("the file {shown} cannot be sent: {why}"))
            .with("detail", "body-file")
            .with("path", shown.to_string())
            .with("why", why)
    };
    if path.as_os_str().is_empty() {
        return Err(bad(&"no file is named"));
    }
    // A pipe or a device may never end, and opening one may block.
    if !std::fs::metadata(path).map_err(|error| bad(&error))?.is_file() {
        return Err(bad(&"it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| bad(&error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let bound = MAX_FILE_BYTES >> 20;
        return Err(Failure::new(
            Code::Url,
            format!("the file {shown} is larger than {bound} MiB, the most that is sent"),
        )
        .with("detail", "body-limit")
        .with("path", shown.to_string())
        .with("bound", bound));
    }
    Ok(bytes.into())
}
