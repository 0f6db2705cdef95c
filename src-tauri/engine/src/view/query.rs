//! What is typed into the filter's field, read once into something that can be asked of a million events: text, a
//! regular expression between slashes, or a JSON path with or without a comparison behind it.

use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};

use super::compare::Test;
use super::path::{BadPath, Document, Path};
use super::span;
use crate::contract::{Code, Failure, ROW_HITS};
use crate::log::SeenEvent;

/// Bytes of a query: far more than anyone types, and little enough that reading it is nothing.
pub const QUERY_BYTES: usize = 4 << 10;
/// Bytes of a compiled expression. Matching takes time in proportion to it, for each byte of data.
const REGEX_BYTES: usize = 1 << 20;
/// Bytes of the states that an expression keeps while it matches; fewer and it matches slowly.
const REGEX_STATES: usize = 4 << 20;
/// Groups within groups.
const REGEX_NESTING: u32 = 64;
/// Types, other than which an event has a name of its own.
const UNNAMED: &str = "message";

/// A query that has been read.
#[derive(Debug)]
pub struct Query(Kind);

#[derive(Debug)]
enum Kind {
    /// Nothing is asked.
    Nothing,
    Text(Text),
    Regex(Regex),
    Path(Path, Option<Test>),
}

/// Text to be found in other text: in any case, unless it holds a capital.
#[derive(Debug)]
pub enum Text {
    /// Byte for byte.
    Exact(Box<Finder<'static>>),
    /// Whatever Unicode's simple case folding makes the same.
    Folded(Regex),
}

impl Query {
    /// Reads a query; [`crate::contract::Filter::query`] says what there is.
    ///
    /// Text is looked for in the data, and in the name of an event that has one of its own (not `message`, which would
    /// be found everywhere); an event is also found by its whole id. Expressions and paths see the data alone.
    ///
    /// # Errors
    /// [`Code::Filter`] with `what` = `regex`, `path` or `value`, `detail` in the library's words and, where it is
    /// known, `at`: UTF-16 units of the query before what is wrong. [`Code::Limit`] with `what` = `query` for one longer
    /// than [`QUERY_BYTES`].
    pub fn parse(query: &str) -> Result<Self, Failure> {
        if query.len() > QUERY_BYTES {
            return Err(Failure::new(
                Code::Limit,
                format!("a filter can be no longer than {QUERY_BYTES} bytes"),
            )
            .with("what", "query")
            .with("bound", QUERY_BYTES));
        }
        let typed = query.trim_start();
        Ok(Self(if typed.is_empty() {
            Kind::Nothing
        } else if typed.starts_with('$') {
            let (path, test) = parse_path(query, typed.trim_end())?;
            Kind::Path(path, test)
        } else if let Some((pattern, flags)) = expression(typed.trim_end()) {
            Kind::Regex(parse_regex(query, pattern, flags)?)
        } else {
            Kind::Text(Text::new(query)?)
        }))
    }

    /// A query that asks for nothing.
    pub const fn nothing() -> Self {
        Self(Kind::Nothing)
    }

    /// Whether nothing is asked.
    pub const fn is_nothing(&self) -> bool {
        matches!(self.0, Kind::Nothing)
    }

    /// Whether an event is what is asked for.
    pub fn matches(&self, event: &SeenEvent<'_>) -> bool {
        match &self.0 {
            Kind::Nothing => true,
            Kind::Text(text) => {
                text.is_in(event.data)
                    || (event.event_type != UNNAMED && text.is_in(event.event_type))
                    || text.is_all_of(event.id)
            }
            Kind::Regex(regex) => regex.is_match(event.data),
            Kind::Path(path, None) => path.find(event.data, |_| true),
            Kind::Path(path, Some(test)) => path.find(event.data, |node| test.holds(node)),
        }
    }

    /// Whether an event is what is asked for, where more queries are asked of it: its data is read as JSON once for all.
    pub fn matches_in(&self, event: &SeenEvent<'_>, document: &Document<'_>) -> bool {
        match &self.0 {
            Kind::Path(path, None) => path.find_in(document, |_| true),
            Kind::Path(path, Some(test)) => path.find_in(document, |node| test.holds(node)),
            _ => self.matches(event),
        }
    }

    /// Whether it is a path, which reads data as JSON.
    pub const fn is_path(&self) -> bool {
        matches!(self.0, Kind::Path(..))
    }

    /// What matched in the data of an event that does, cut to what its row shows: begins and ends in UTF-16 units, in
    /// order, at most [`ROW_HITS`]. Of a JSON path that names a member it is the member's scalar; nothing of another.
    pub fn hits(&self, data: &str) -> Vec<(u32, u32)> {
        let mut spans = Vec::new();
        match &self.0 {
            Kind::Nothing => {}
            Kind::Text(Text::Exact(finder)) => {
                let length = finder.needle().len();
                spans.extend(
                    finder
                        .find_iter(data.as_bytes())
                        .take(ROW_HITS)
                        .map(|at| (at, at + length)),
                );
            }
            Kind::Text(Text::Folded(regex)) | Kind::Regex(regex) => spans.extend(
                regex
                    .find_iter(data)
                    .filter(|hit| !hit.is_empty())
                    .take(ROW_HITS)
                    .map(|hit| (hit.start(), hit.end())),
            ),
            Kind::Path(path, _) => {
                spans.extend(path.members().and_then(|names| span::of_member(data, names)));
            }
        }
        utf16(data, &spans)
    }
}

impl Text {
    /// Reads text that is not empty.
    pub fn new(text: &str) -> Result<Self, Failure> {
        let has_case = |c: char| !c.to_lowercase().eq([c]) || !c.to_uppercase().eq([c]);
        if text.chars().any(char::is_uppercase) || !text.chars().any(has_case) {
            return Ok(Self::Exact(Box::new(Finder::new(text.as_bytes()).into_owned())));
        }
        RegexBuilder::new(&regex::escape(text))
            .case_insensitive(true)
            // The text is bounded, and each character is a few bytes in a few cases.
            .size_limit(8 * REGEX_BYTES)
            .dfa_size_limit(REGEX_STATES)
            .build()
            .map(Self::Folded)
            .map_err(|error| bad("regex", error.to_string(), None))
    }

    /// Whether it is somewhere in another text.
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Exact(finder) => finder.find(text.as_bytes()).is_some(),
            Self::Folded(regex) => regex.is_match(text),
        }
    }

    /// Whether it is the whole of another text.
    fn is_all_of(&self, text: &str) -> bool {
        match self {
            Self::Exact(finder) => finder.needle() == text.as_bytes(),
            // Most ids are not even near it in length: a character has up to twice as many bytes in another case.
            Self::Folded(regex) => {
                !text.is_empty()
                    && text.len() <= QUERY_BYTES
                    && regex
                        .find(text)
                        .is_some_and(|hit| hit.start() == 0 && hit.end() == text.len())
            }
        }
    }
}

/// The expression between slashes and the flags behind it. What begins with a slash and is not closed by one, or has
/// other letters behind it, is text: an address, for instance.
fn expression(typed: &str) -> Option<(&str, &str)> {
    let (pattern, flags) = typed.strip_prefix('/')?.rsplit_once('/')?;
    let escaped = pattern.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    (!pattern.is_empty() && !escaped && flags.chars().all(|flag| "ims".contains(flag)))
        .then_some((pattern, flags))
}

fn parse_regex(query: &str, pattern: &str, flags: &str) -> Result<Regex, Failure> {
    RegexBuilder::new(pattern)
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .size_limit(REGEX_BYTES)
        .dfa_size_limit(REGEX_STATES)
        .nest_limit(REGEX_NESTING)
        .build()
        .map_err(|error| {
            // The library prints where it is; its parser, asked again, says so in numbers.
            let (detail, at) = match regex_syntax::ParserBuilder::new()
                .nest_limit(REGEX_NESTING)
                .build()
                .parse(pattern)
            {
                Err(regex_syntax::Error::Parse(error)) => {
                    (error.kind().to_string(), Some(error.span().start.offset))
                }
                Err(regex_syntax::Error::Translate(error)) => {
                    (error.kind().to_string(), Some(error.span().start.offset))
                }
                _ => (error.to_string(), None),
            };
            bad("regex", detail, at.map(|at| units(query, pattern, at)))
        })
}

fn parse_path(query: &str, typed: &str) -> Result<(Path, Option<Test>), Failure> {
    let (path, comparison) = match operator(typed) {
        Some(at) => typed.split_at(at),
        None => (typed, ""),
    };
    let parsed = Path::parse(path.trim_end())
        .map_err(|BadPath { detail, at }| bad("path", detail, Some(units(query, path, at))))?;
    if comparison.is_empty() {
        return Ok((parsed, None));
    }
    let test =
        Test::parse(comparison).map_err(|detail| bad("value", detail, Some(units(query, comparison, 0))))?;
    Ok((parsed, Some(test)))
}

/// Where the comparison behind a path begins: at the first of its signs outside brackets.
fn operator(typed: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, c) in typed.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if depth > 0 => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth = depth.saturating_sub(1),
            (None, '=' | '!' | '<' | '>' | '~') if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// A filter that cannot be read.
pub fn bad(what: &str, detail: String, at: Option<u32>) -> Failure {
    let message = match what {
        "regex" => format!("the regular expression cannot be read: {detail}"),
        "path" => format!("the JSON path cannot be read: {detail}"),
        _ => format!("the comparison cannot be read: {detail}"),
    };
    let failure = Failure::new(Code::Filter, message)
        .with("what", what)
        .with("detail", detail);
    match at {
        Some(at) => failure.with("at", at),
        None => failure,
    }
}

/// UTF-16 units of the query before byte `at` of a part of it.
fn units(query: &str, part: &str, at: usize) -> u32 {
    // The part is a slice of the query, so that their addresses tell where it stands.
    let start = (part.as_ptr() as usize).saturating_sub(query.as_ptr() as usize);
    let mut end = start.saturating_add(at).min(query.len());
    while !query.is_char_boundary(end) {
        end -= 1;
    }
    u32::try_from(query[..end].encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Spans of bytes, in order and not overlapping, in UTF-16 units.
fn utf16(text: &str, spans: &[(usize, usize)]) -> Vec<(u32, u32)> {
    let (mut byte, mut unit) = (0, 0_u32);
    let mut to = |end: usize| {
        unit += u32::try_from(text[byte..end].encode_utf16().count()).unwrap_or(u32::MAX);
        byte = end;
        unit
    };
    spans.iter().map(|&(from, end)| (to(from), to(end))).collect()
}

#[cfg(test)]
mod tests;
