//! A command line as the words that a POSIX shell, or bash with its `$'…'`, would hand on.

use std::iter::Peekable;
use std::str::Chars;

use super::bad;
use crate::contract::Failure;
use crate::template::is_name;

/// The words of the first command of a text. `$NAME` becomes `{{NAME}}`.
pub fn split(text: &str) -> Result<Vec<String>, Failure> {
    let mut words = Words {
        chars: text.trim_start().chars().peekable(),
        word: None,
        all: Vec::new(),
    };
    words.read()?;
    Ok(words.all)
}

struct Words<'a> {
    chars: Peekable<Chars<'a>>,
    /// Bytes, for `\x` may write a character in several steps.
    word: Option<Vec<u8>>,
    all: Vec<String>,
}

impl Words<'_> {
    fn read(&mut self) -> Result<(), Failure> {
        while let Some(c) = self.chars.next() {
            match c {
                '\n' => break,
                // Also the line ends of a text from Windows.
                ' ' | '\t' | '\r' => self.end()?,
                // The command ends, or its output goes elsewhere; within a word people mean the character.
                '|' | ';' | '&' | '>' | '<' | '#' if self.word.is_none() => break,
                '>' if self
                    .word
                    .as_ref()
                    .is_some_and(|word| word.iter().all(u8::is_ascii_digit)) =>
                {
                    self.word = None;
                    break;
                }
                ';' if self.chars.peek().is_none_or(|next| next.is_whitespace()) => break,
                '\\' => match self.chars.next() {
                    Some('\n') => {}
                    Some('\r') if self.chars.peek() == Some(&'\n') => {
                        self.chars.next();
                    }
                    Some(c) => self.push(c),
                    None => {}
                },
                '\'' => self.single()?,
                '"' => self.double()?,
                '$' if self.chars.peek() == Some(&'\'') => {
                    self.chars.next();
                    self.ansi()?;
                }
                '$' => self.dollar()?,
                '`' => return Err(command()),
                c => self.push(c),
            }
        }
        self.end()
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        self.word.get_or_insert_default()
    }

    fn push(&mut self, c: char) {
        let mut buffer = [0; 4];
        let encoded = c.encode_utf8(&mut buffer);
        self.bytes().extend_from_slice(encoded.as_bytes());
    }

    fn end(&mut self) -> Result<(), Failure> {
        if let Some(word) = self.word.take() {
            let word = String::from_utf8(word).map_err(|_| {
                bad(
                    "bytes",
                    "the command holds bytes that are not UTF-8; a file can hold them",
                )
            })?;
            self.all.push(word);
        }
        Ok(())
    }

    fn single(&mut self) -> Result<(), Failure> {
        self.bytes();
        loop {
            match self.chars.next() {
                Some('\'') => return Ok(()),
                Some(c) => self.push(c),
                None => return Err(open("'")),
            }
        }
    }

    fn double(&mut self) -> Result<(), Failure> {
        self.bytes();
        loop {
            match self.chars.next() {
                Some('"') => return Ok(()),
                Some('\\') => match self.chars.next() {
                    Some('\n') => {}
                    Some(c @ ('$' | '`' | '"' | '\\')) => self.push(c),
                    Some(c) => {
                        self.push('\\');
                        self.push(c);
                    }
                    None => return Err(open("\"")),
                },
                Some('$') => self.dollar()?,
                Some('`') => return Err(command()),
                Some(c) => self.push(c),
                None => return Err(open("\"")),
            }
        }
    }

    /// `$NAME` and `${NAME}`; a dollar before anything else is one.
    fn dollar(&mut self) -> Result<(), Failure> {
        let mut name = String::new();
        match self.chars.peek() {
            Some('(') => return Err(command()),
            Some('{') => {
                self.chars.next();
                loop {
                    match self.chars.next() {
                        Some('}') => break,
                        Some(c) => name.push(c),
                        None => return Err(open("${")),
                    }
                }
                if !is_identifier(&name) {
                    return Err(command());
                }
            }
            Some(c) if c.is_ascii_alphabetic() || *c == '_' => {
                while let Some(c) = self.chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                }
            }
            _ => {
                self.push('$');
                return Ok(());
            }
        }
        if !is_name(&name) {
            return Err(command());
        }
        for c in format!("{{{{{name}}}}}").chars() {
            self.push(c);
        }
        Ok(())
    }

    /// `$'…'`, as bash's manual describes it under "ANSI-C Quoting".
    fn ansi(&mut self) -> Result<(), Failure> {
        self.bytes();
        loop {
            match self.chars.next() {
                Some('\'') => return Ok(()),
                Some('\\') => self.escape()?,
                Some(c) => self.push(c),
                None => return Err(open("$'")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Failure> {
        let Some(c) = self.chars.next() else {
            return Err(open("$'"));
        };
        match c {
            'n' => self.push('\n'),
            't' => self.push('\t'),
            'r' => self.push('\r'),
            'a' => self.push('\u{7}'),
            'b' => self.push('\u{8}'),
            'e' | 'E' => self.push('\u{1b}'),
            'f' => self.push('\u{c}'),
            'v' => self.push('\u{b}'),
            '\\' | '\'' | '"' | '?' => self.push(c),
            'x' => match self.digits(16, 2) {
                Some(value) => self.bytes().push(value as u8),
                None => self.as_written("\\x"),
            },
            'u' => self.code_point("\\u", 4),
            'U' => self.code_point("\\U", 8),
            '0'..='7' => {
                let first = c.to_digit(8).unwrap_or_default();
                let rest = self.octal_after(first);
                self.bytes().push(rest as u8);
            }
            'c' => match self.chars.next() {
                Some(control) => self.bytes().push((control as u8) & 0x1f),
                None => return Err(open("$'")),
            },
            c => {
                self.push('\\');
                self.push(c);
            }
        }
        Ok(())
    }

    fn octal_after(&mut self, first: u32) -> u32 {
        let mut value = first;
        for _ in 0..2 {
            let Some(digit) = self.chars.peek().and_then(|c| c.to_digit(8)) else {
                break;
            };
            self.chars.next();
            value = value * 8 + digit;
        }
        value & 0xff
    }

    fn code_point(&mut self, written: &str, most: u32) {
        match self.digits(16, most) {
            Some(value) => self.push(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)),
            None => self.as_written(written),
        }
    }

    fn digits(&mut self, radix: u32, most: u32) -> Option<u32> {
        let mut value = None;
        for _ in 0..most {
            let Some(digit) = self.chars.peek().and_then(|c| c.to_digit(radix)) else {
                break;
            };
            self.chars.next();
            value = Some(value.unwrap_or(0) * radix + digit);
        }
        value
    }

    fn as_written(&mut self, text: &str) {
        for c in text.chars() {
            self.push(c);
        }
    }
}

/// Whether a shell can have a variable of this name.
pub fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn open(quote: &str) -> Failure {
    bad("quote", format!("a quotation that {quote} opens is not closed")).with("quote", quote)
}

fn command() -> Failure {
    bad(
        "command",
        "the command line holds the output of another command; run that first and put its text in",
    )
}
