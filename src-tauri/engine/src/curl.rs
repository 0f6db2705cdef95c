//! Definitions as command lines of curl, and command lines as definitions.
//!
//! A line is read as a shell reads it, Chrome's "Copy as cURL (bash)" included. Variables of the shell become
//! variables of a definition, and the other way round; a secret is printed as a variable named after its place.

use crate::contract::{Code, Failure, Stream};

mod options;
mod print;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use print::print;

/// Bytes of a command line, at most: bodies of megabytes are pasted by mistake.
pub const MAX_BYTES: usize = 4 << 20;

/// A command line as a definition.
#[derive(Clone, PartialEq)]
pub struct Pasted {
    /// The definition; its id and name are empty, and nothing in it is sealed.
    pub stream: Stream,
    /// Options that have no meaning here, as written.
    pub ignored: Vec<String>,
}

/// Shows nothing of the request, which is not sealed.
impl std::fmt::Debug for Pasted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pasted")
            .field("method", &self.stream.method)
            .field("headers", &self.stream.headers.len())
            .field("ignored", &self.ignored.len())
            .finish_non_exhaustive()
    }
}

/// Reads a command line of curl.
///
/// # Errors
/// [`Code::Url`] with `detail` = `curl` and `why` = `long`, `quote` (one is not closed), `command` (it holds the
/// output of a command), `not-curl`, `argument` (one is missing), `form` (a multipart body), `upload`, `files`
/// (several files, or a file among other data), `no-url` or `bytes` (not UTF-8); `option` where one is meant.
pub fn parse(text: &str) -> Result<Pasted, Failure> {
    if text.len() > MAX_BYTES {
        return Err(bad("long", "the command is longer than 4 MiB"));
    }
    let words = words::split(text)?;
    let mut words = words.into_iter().skip_while(|word| word == "$").peekable();
    let is_curl = words.peek().is_some_and(|word| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
        name == "curl" || name == "curl.exe"
    });
    if !is_curl {
        return Err(bad(
            "not-curl",
            "this is not a command line of curl; it begins with “curl”",
        ));
    }
    options::read(words.skip(1).collect())
}

fn bad(why: &str, message: impl Into<String>) -> Failure {
    Failure::new(Code::Url, message)
        .with("detail", "curl")
        .with("why", why)
}
