//! A text in pieces like those of a language model: the space goes with the word after it.

use crate::random::SplitMix;
use crate::typewriter::is_han;

/// Letters of one piece at most; longer words come in two.
const LONGEST: usize = 9;

/// Cuts a text. Its pieces put together are the text; none is empty, and none ends inside of a word's mark, a flag or
/// another cluster: cuts fall before white space, between Latin letters, and around Chinese characters only.
pub fn tokens(text: &str, random: &mut SplitMix) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(len(rest, random));
        pieces.push(piece.to_owned());
        rest = after;
    }
    pieces
}

fn len(text: &str, random: &mut SplitMix) -> usize {
    let space = text.len() - text.trim_start().len();
    let word = &text[space..];
    let Some(first) = word.chars().next() else {
        return text.len();
    };
    // A line's end is a piece of its own where an indent follows, as in code.
    if space > 2 && text.starts_with('\n') {
        return space;
    }
    let taken = if is_han(first) {
        let wanted = random.between(1, 3) as usize;
        word.chars()
            .take_while(|c| is_han(*c))
            .take(wanted)
            .map(char::len_utf8)
            .sum()
    } else if first.is_ascii_alphanumeric() {
        let end = word
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(word.len());
        // A mark that combines with the last letter stays with it.
        let whole = word[end..]
            .chars()
            .next()
            .is_none_or(|c| c.is_ascii() || is_han(c));
        match end {
            end if end > LONGEST && whole => end.div_ceil(2),
            end if whole => end,
            _ => word
                .find(|c: char| c.is_whitespace() || is_han(c))
                .unwrap_or(word.len()),
        }
    } else {
        word.find(|c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || is_han(c))
            .unwrap_or(word.len())
    };
    space + taken
}
