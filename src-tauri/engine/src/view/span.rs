//! Where a member's value stands in the text of a JSON document, for highlighting. The text may be cut short, as rows
//! are; the whole of it has been read by others, so nothing is checked here.

/// Bytes of the scalar that the members lead to, a string without its quotes. None where it is an array or an object, or
/// lies past the cut.
pub fn of_member(data: &str, names: &[String]) -> Option<(usize, usize)> {
    value(data, blank(data, 0), names)
}

fn value(data: &str, at: usize, names: &[String]) -> Option<(usize, usize)> {
    let Some((name, rest)) = names.split_first() else {
        return match data.as_bytes().get(at)? {
            b'{' | b'[' => None,
            b'"' => skip(data, at).map(|end| (at + 1, end - 1)),
            _ => skip(data, at).filter(|end| *end > at).map(|end| (at, end)),
        };
    };
    let bytes = data.as_bytes();
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    let mut found = None;
    let mut at = blank(data, at + 1);
    // Of members with one name the last counts; past the cut nothing does.
    while bytes.get(at) == Some(&b'"') {
        let Some(end) = skip(data, at) else { break };
        let key = &data[at..end];
        let colon = blank(data, end);
        if bytes.get(colon) != Some(&b':') {
            break;
        }
        let start = blank(data, colon + 1);
        if is(key, name) {
            found = value(data, start, rest);
        }
        let Some(after) = skip(data, start) else { break };
        at = blank(data, after);
        if bytes.get(at) != Some(&b',') {
            break;
        }
        at = blank(data, at + 1);
    }
    found
}

/// Whether a key in its quotes is the name.
fn is(key: &str, name: &str) -> bool {
    if key.contains('\\') {
        return serde_json::from_str::<String>(key).is_ok_and(|key| key == name);
    }
    key.get(1..key.len() - 1) == Some(name)
}

fn blank(data: &str, mut at: usize) -> usize {
    while matches!(data.as_bytes().get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// One past the value at `at`; none where it is cut. A number or a word goes as far as the text does.
fn skip(data: &str, at: usize) -> Option<usize> {
    let bytes = data.as_bytes();
    match bytes.get(at)? {
        b'"' => string(bytes, at),
        b'{' | b'[' => {
            let mut depth = 0_usize;
            let mut at = at;
            loop {
                match bytes.get(at)? {
                    b'"' => {
                        at = string(bytes, at)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        _ => Some(
            bytes[at..]
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r'))
                .map_or(bytes.len(), |length| at + length),
        ),
    }
}

fn string(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of<'a>(data: &'a str, names: &[&str]) -> Option<&'a str> {
        let names: Vec<String> = names.iter().map(|&name| name.into()).collect();
        of_member(data, &names).map(|(from, to)| &data[from..to])
    }

    #[test]
    fn finds_scalars_alone() {
        let data =
            r#" { "a" : {"b": [1,{"c":"}"}], "c" : -1.5e3 } , "d\u0065": "x\"y", "e":true,"a2":"流" }"#;
        assert_eq!(of(data, &["a", "c"]), Some("-1.5e3"));
        assert_eq!(of(data, &["de"]), Some(r#"x\"y"#));
        assert_eq!(of(data, &["e"]), Some("true"));
        assert_eq!(of(data, &["a2"]), Some("流"));
        assert_eq!(of(data, &["a", "b"]), None);
        assert_eq!(of(data, &["a"]), None);
        assert_eq!(of(data, &["nothing"]), None);
        assert_eq!(of("7", &[]), Some("7"));
        assert_eq!(of(r#"{"a":1,"a":2}"#, &["a"]), Some("2"));
    }

    #[test]
    fn a_cut_text_tells_what_is_before_the_cut() {
        let data = r#"{"a":"x","b":"long te"#;
        assert_eq!(of(data, &["a"]), Some("x"));
        assert_eq!(of(data, &["b"]), None);
        assert_eq!(of(r#"{"a"#, &["a"]), None);
        assert_eq!(of(r#"{"a":"#, &["a"]), None);
        assert_eq!(of(r#"{"a":"x\"#, &["a"]), None);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(data in r#"[{}\[\]":,\\a1u \n流]{0,40}"#) {
            let _ = of(&data, &["a", "1"]);
            let _ = of(&data, &[]);
        }
    }
}
