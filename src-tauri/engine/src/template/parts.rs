//! A text as the placeholders in it and what stands between them.

/// What begins the name of a placeholder that stands for a secret.
const SECRET: &str = "secret:";
/// Characters of a variable's name, or of a secret's id, at most.
pub const NAME_CHARS: usize = 64;

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Stands as it is.
    Text(&'a str),
    /// `{{name}}`.
    Variable(&'a str),
    /// `{{secret:ID}}`.
    Secret(&'a str),
}

/// The parts of a text, in order. Braces around anything but a name are text.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    // Text that has not become a part yet begins here.
    let mut begin = 0;
    let mut from = 0;
    while let Some(open) = text[from..].find("{{").map(|at| from + at) {
        let Some((part, end)) = placeholder(text, open + 2) else {
            // `{{{name}}` is a brace and a placeholder.
            from = open + 1;
            continue;
        };
        if begin < open {
            parts.push(Part::Text(&text[begin..open]));
        }
        parts.push(part);
        begin = end;
        from = end;
    }
    if begin < text.len() {
        parts.push(Part::Text(&text[begin..]));
    }
    parts
}

/// The placeholder whose inner text begins here, and where the text goes on after it. Looks no further than a
/// name can be long.
fn placeholder(text: &str, inner: usize) -> Option<(Part<'_>, usize)> {
    let longest = SECRET.len() + NAME_CHARS + 1;
    let (length, _) = text[inner..]
        .char_indices()
        .take(longest)
        .find(|(_, c)| !is_name_char(*c) && *c != ':')?;
    let end = inner + length;
    let name = &text[inner..end];
    let part = match name.strip_prefix(SECRET) {
        Some(id) => is_name(id).then_some(Part::Secret(id)),
        None => is_name(name).then_some(Part::Variable(name)),
    }?;
    text[end..].starts_with("}}").then_some((part, end + 2))
}

/// Whether a variable can have this name: letters, digits, `_`, `-` and `.`, at most [`NAME_CHARS`].
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= NAME_CHARS && name.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || "_-.".contains(c)
}

/// The placeholder of a secret.
pub fn secret(id: &str) -> String {
    format!("{{{{{SECRET}{id}}}}}")
}

/// The placeholder of a variable.
pub fn variable(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

/// Ids of the secrets that a text names, in order.
pub fn secret_ids(text: &str) -> impl Iterator<Item = &str> {
    parts(text).into_iter().filter_map(|part| match part {
        Part::Secret(id) => Some(id),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_placeholders_and_leaves_other_braces() {
        use Part::{Secret, Text, Variable};
        for (text, expected) in [
            ("", vec![]),
            ("plain", vec![Text("plain")]),
            ("{{a}}", vec![Variable("a")]),
            (
                "x{{a.b-c_1}}y{{secret:4f-2}}",
                vec![Text("x"), Variable("a.b-c_1"), Text("y"), Secret("4f-2")],
            ),
            ("{{变量}}", vec![Variable("变量")]),
            ("{{{a}}}", vec![Text("{"), Variable("a"), Text("}")]),
            ("{{a b}} {{}} {{", vec![Text("{{a b}} {{}} {{")]),
            ("{{secret:}}{{other:x}}", vec![Text("{{secret:}}{{other:x}}")]),
            ("{\"a\":{\"b\":{}}}", vec![Text("{\"a\":{\"b\":{}}}")]),
            ("{{a{{b}}", vec![Text("{{a"), Variable("b")]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
        assert!(is_name(&"n".repeat(NAME_CHARS)));
        assert!(!is_name(&"n".repeat(NAME_CHARS + 1)));
        assert_eq!(
            secret_ids("{{secret:a}}{{b}}{{secret:c}}").collect::<Vec<_>>(),
            ["a", "c"]
        );
        assert_eq!(parts(&secret("id")), [Secret("id")]);
    }

    #[test]
    fn many_open_braces_take_linear_time() {
        let text = "{{".repeat(1 << 18) + "}}";
        let started = std::time::Instant::now();
        assert_eq!(parts(&text), [Part::Text(&text)]);
        assert!(started.elapsed().as_secs() < 5);
    }
}
