//! What is read out of a question.

use crate::typewriter::is_han;

/// The language of an answer: that of its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    /// By script: Chinese if the question has as many Chinese words (of two characters) as others.
    pub fn of(text: &str) -> Self {
        let han = text.chars().filter(|c| is_han(*c)).count();
        let words = text
            .split(|c: char| !c.is_alphanumeric() || is_han(c))
            .filter(|word| word.chars().any(char::is_alphabetic))
            .count();
        if han > 0 && han.div_ceil(2) >= words {
            Self::Chinese
        } else {
            Self::English
        }
    }

    pub fn pick<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// Whether a text in lower case has this word: a whole one, if it is of Latin letters ("sse" is not in "asset").
pub fn mentions(text: &str, word: &str) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (
            text[..at].chars().next_back(),
            text[at + word.len()..].chars().next(),
        );
        // A plural or another ending is the same word.
        let ends = !latin(after) || word.len() > 3;
        !word.is_ascii() || (!latin(before) && ends)
    })
}

/// How many characters are asked for: "write 100000 characters", "写 2000 字".
pub fn length(text: &str) -> Option<usize> {
    let asks = ["write", "写"].iter().any(|word| text.contains(word));
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[digits..];
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(rest.len());
    let unit = rest[end..].trim_start();
    let counts = ["character", "char", "letter", "字", "个字"];
    if !asks || !counts.iter().any(|word| unit.starts_with(word)) {
        return None;
    }
    // What is too long for a number is as long as it gets.
    Some(rest[..end].replace(',', "").parse().unwrap_or(usize::MAX))
}

/// The sum in a question: at least two numbers with a sign between them.
pub fn expression(text: &str) -> Option<String> {
    let part = |c: char| c.is_ascii_digit() || " .+-*/^()×÷%".contains(c);
    text.split(|c| !part(c))
        .map(|run| run.trim_matches(|c: char| !c.is_ascii_digit() && c != '(' && c != ')'))
        .filter(|run| {
            let numbers = run.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
            let sign = run.char_indices().any(|(at, c)| at > 0 && "+-*/^×÷".contains(c));
            numbers.count() >= 2 && sign && !is_date(run)
        })
        .max_by_key(|run| run.len())
        .map(|run| run.chars().take(200).collect())
}

/// `2026-11-26` is not a difference.
fn is_date(run: &str) -> bool {
    let parts: Vec<_> = run.split('-').collect();
    parts.len() == 3
        && parts[0].len() == 4
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

/// The place whose weather is asked for, or the town of these demos.
pub fn city(question: &str, language: Language) -> String {
    let named = match language {
        Language::English => question
            .split_once(" in ")
            .or_else(|| question.split_once(" for "))
            .map(|(_, rest)| {
                let end = rest.find(['?', '.', ',', '!', '\n']).unwrap_or(rest.len());
                rest[..end]
                    .split_whitespace()
                    .take_while(|word| !["today", "tomorrow", "now", "tonight"].contains(word))
                    .collect::<Vec<_>>()
                    .join(" ")
            }),
        Language::Chinese => question.split_once("天气").map(|(before, _)| {
            let start = before
                .char_indices()
                .rev()
                .take_while(|(_, c)| is_han(*c))
                .last()
                .map_or(before.len(), |(at, _)| at);
            let mut name = before[start..].to_owned();
            for word in ["请问", "查一下", "今天", "明天", "现在", "的"] {
                name = name.replace(word, "");
            }
            name
        }),
    };
    match named {
        Some(name) if !name.is_empty() => name.chars().take(60).collect(),
        _ => language.pick("Harbour Town", "海港镇").to_owned(),
    }
}

/// A line that says what was asked before.
pub fn before(question: &str, language: Language) -> String {
    let question = one_line(question, 80);
    match language {
        Language::English => format!("*You asked before: “{question}”*"),
        Language::Chinese => format!("*你之前问过：“{question}”*"),
    }
}

/// A text on one line, of at most so many characters, and nothing in it that markdown would take for its own.
pub fn one_line(text: &str, chars: usize) -> String {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line: String = plain.chars().take(chars).collect();
    if line.len() < plain.len() {
        line.push('…');
    }
    let mut escaped = String::with_capacity(line.len());
    for c in line.chars() {
        if "\\`*_[]<>~|#".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
