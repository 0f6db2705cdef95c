//! What servers say of errors: `{"error": …}`, in a stream or in a body of its own.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::few::Few;
use crate::contract::Failure;
use crate::read::brief;

/// What a server said of an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Its type, status or code, in this order; may be empty.
    pub label: String,
    /// Its words, or the JSON where there are none. At most [`WORDS`] characters.
    pub message: String,
}

impl Told {
    /// As facts of the failure that it explains: `error`, and `error_type` where it has one.
    pub(crate) fn put_to(self, failure: Failure) -> Failure {
        let failure = failure.with("error", self.message);
        if self.label.is_empty() {
            return failure;
        }
        failure.with("error_type", self.label)
    }
}

/// Characters of a message: a page of them, for what some servers put there is a whole trace.
const WORDS: usize = 4_096;
/// Bytes of an error that is read, and of a body that is looked at: an error's is short, and longer ones are answers.
const BODY: usize = 64 << 10;

/// Reads the value of `error`; none where it says nothing (`null`, `false`, an empty string). The words of one that is
/// longer than [`BODY`] are the beginning of its JSON.
pub fn told(error: &RawValue) -> Option<Told> {
    if error.get().len() > BODY {
        return error.get().starts_with(['{', '"']).then(|| Told {
            label: String::new(),
            message: cut(error.get()),
        });
    }
    of_value(&serde_json::from_str(error.get()).ok()?)
}

fn of_value(error: &Value) -> Option<Told> {
    match error {
        Value::String(message) if !message.is_empty() => Some(Told {
            label: String::new(),
            message: cut(message),
        }),
        Value::Object(members) if !members.is_empty() => {
            let text = |name: &str| match members.get(name) {
                Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
                Some(Value::Number(number)) => Some(number.to_string()),
                _ => None,
            };
            let label = text("type").or_else(|| text("status")).or_else(|| text("code"));
            Some(Told {
                label: brief(&label.unwrap_or_default()),
                message: cut(&text("message").unwrap_or_else(|| error.to_string())),
            })
        }
        _ => None,
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WORDS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[derive(Deserialize)]
struct Body {
    error: Option<Value>,
}

/// The error that a body tells that is no stream: one JSON object with `error`, or a list that begins with one, as it
/// is or as the `data` of an event that never ended.
pub fn of_body(body: &[u8]) -> Option<Told> {
    if body.len() > BODY {
        return None;
    }
    let text = std::str::from_utf8(body)
        .ok()?
        .trim_start_matches('\u{FEFF}')
        .trim();
    let joined;
    let json = if text.starts_with(['{', '[']) {
        text
    } else {
        let lines = text.lines().filter_map(|line| line.strip_prefix("data:"));
        joined = lines.collect::<Vec<_>>().join("\n");
        joined.trim()
    };
    let body = if json.starts_with('[') {
        serde_json::from_str::<Few<Body, 1>>(json)
            .ok()?
            .into_iter()
            .next()?
    } else {
        serde_json::from_str(json).ok()?
    };
    of_value(&body.error?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_tells_its_error_whatever_its_form() {
        let told = |body: &str| of_body(body.as_bytes()).map(|told| (told.label, told.message));
        let pair = |label: &str, message: &str| Some((label.to_owned(), message.to_owned()));
        let openai =
            r#"{"error":{"message":"Wrong key.","type":"invalid_request_error","param":null,"code":"k"}}"#;
        assert_eq!(told(openai), pair("invalid_request_error", "Wrong key."));
        let google = "\n[{\n \"error\": {\"code\": 429, \"message\": \"Slow down.\", \"status\": \"RESOURCE_EXHAUSTED\"}}]";
        assert_eq!(told(google), pair("RESOURCE_EXHAUSTED", "Slow down."));
        assert_eq!(told(r#"{"error":"no such model"}"#), pair("", "no such model"));
        assert_eq!(told(r#"{"error":{"code":499}}"#), pair("499", r#"{"code":499}"#));
        let event = "event: error\ndata: {\"type\":\"error\",\ndata: \"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}";
        assert_eq!(told(event), pair("overloaded_error", "Busy"));
        for none in [
            "",
            "{",
            "[]",
            "7",
            r#"{"error":null}"#,
            r#"{"errors":[1]}"#,
            "<html>",
            "data: x",
        ] {
            assert_eq!(told(none), None, "{none}");
        }
    }
}
