//! What is asked: the messages of either shape, as far as they matter to an answer.

use http::StatusCode;
use serde_json::Value;

use super::Shape;
use crate::body::Refused;
use crate::responder::{Role, Turn};

/// Messages of a conversation that are taken: more would be a mistake.
const MAX_TURNS: usize = 2_000;

/// A request that can be answered.
pub struct Asked {
    pub turns: Vec<Turn>,
    pub stream: bool,
    /// Whether figures are sent with the stream (OpenAI's `stream_options.include_usage`).
    pub usage: bool,
    /// Tokens of the answer, at most.
    pub max_tokens: usize,
}

/// Why it cannot be.
#[derive(Debug)]
pub struct Fault {
    pub status: StatusCode,
    /// What is said.
    pub message: String,
    /// Where in the request, if anywhere.
    pub param: Option<&'static str>,
}

impl Fault {
    pub fn bad(message: impl Into<String>, param: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
            param: Some(param),
        }
    }

    /// The failure that was asked for.
    pub fn failed() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            message: "The offline responder failed, as asked.".to_owned(),
            param: None,
        }
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        let (status, message) = match refused {
            Refused::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB."),
            Refused::TooSlow => (StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
            Refused::Broken => (StatusCode::BAD_REQUEST, "The body broke off."),
        };
        Self {
            status,
            message: message.to_owned(),
            param: None,
        }
    }
}

impl Asked {
    pub fn read(shape: Shape, body: &[u8]) -> Result<Self, Fault> {
        let body: Value = serde_json::from_slice(body).map_err(|error| Fault {
            status: StatusCode::BAD_REQUEST,
            message: format!("The body is not JSON: {error}."),
            param: None,
        })?;
        if !body.is_object() {
            return Err(Fault {
                status: StatusCode::BAD_REQUEST,
                message: "The body is not a JSON object.".to_owned(),
                param: None,
            });
        }
        if body.get("n").is_some_and(|n| n.as_u64() != Some(1)) && shape == Shape::OpenAi {
            return Err(Fault::bad(
                "Only one answer at a time is given here: n is 1.",
                "n",
            ));
        }
        Ok(Self {
            turns: turns(shape, &body)?,
            stream: flag(&body, "stream", "stream")?,
            usage: body.get("stream_options").map_or(Ok(false), |options| {
                flag(options, "include_usage", "stream_options")
            })?,
            max_tokens: max_tokens(&body)?,
        })
    }
}

fn flag(object: &Value, name: &str, param: &'static str) -> Result<bool, Fault> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(Fault::bad(format!("{name} is true or false."), param)),
    }
}

fn max_tokens(body: &Value) -> Result<usize, Fault> {
    let mut most = usize::MAX;
    for name in ["max_tokens", "max_completion_tokens"] {
        match body.get(name) {
            None | Some(Value::Null) => {}
            Some(value) => match value.as_u64() {
                Some(tokens) if tokens > 0 => most = most.min(tokens.try_into().unwrap_or(usize::MAX)),
                _ => return Err(Fault::bad(format!("{name} is a whole number above 0."), name)),
            },
        }
    }
    Ok(most)
}

fn turns(shape: Shape, body: &Value) -> Result<Vec<Turn>, Fault> {
    let Some(messages) = body.get("messages").and_then(Value::as_array) else {
        return Err(Fault::bad(
            "messages is missing: a list of who said what.",
            "messages",
        ));
    };
    if messages.is_empty() || messages.len() > MAX_TURNS {
        return Err(Fault::bad(
            format!("messages holds 1 to {MAX_TURNS} of them."),
            "messages",
        ));
    }
    let mut turns = Vec::with_capacity(messages.len());
    for (i, message) in messages.iter().enumerate() {
        let role = match message.get("role").and_then(Value::as_str) {
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            Some("system" | "developer") if shape == Shape::OpenAi => Role::System,
            Some("tool" | "function") if shape == Shape::OpenAi => Role::Tool,
            _ => {
                let roles = match shape {
                    Shape::OpenAi => "system, developer, user, assistant or tool",
                    Shape::Anthropic => "user or assistant",
                };
                return Err(Fault::bad(format!("messages[{i}].role is {roles}."), "messages"));
            }
        };
        content(role, message.get("content"), &mut turns)
            .map_err(|what| Fault::bad(format!("messages[{i}].content {what}."), "messages"))?;
    }
    if turns.iter().all(|turn| turn.role != Role::User) {
        return Err(Fault::bad("No message of the user is among them.", "messages"));
    }
    Ok(turns)
}

/// A text, or parts: those of text are read, a tool's result is a turn of its own, and images and the like are passed
/// over.
fn content(role: Role, content: Option<&Value>, turns: &mut Vec<Turn>) -> Result<(), &'static str> {
    let mut text = String::new();
    let mut results = Vec::new();
    match content {
        Some(Value::String(whole)) => text.push_str(whole),
        Some(Value::Array(parts)) => {
            for part in parts {
                match part.get("type").and_then(Value::as_str) {
                    Some("text" | "input_text") => {
                        let said = part.get("text").and_then(Value::as_str);
                        let said = said.ok_or("has a part of type text without a text")?;
                        if !text.is_empty() {
                            text.push('\n');
                        }
                        text.push_str(said);
                    }
                    Some("tool_result") => results.push(result(part.get("content"))),
                    Some(_) => {}
                    None => return Err("has a part without a type"),
                }
            }
        }
        // An assistant that only called a tool said nothing.
        None | Some(Value::Null) if role == Role::Assistant => {}
        _ => return Err("is a text, or a list of parts"),
    }
    if results.is_empty() || !text.is_empty() {
        turns.push(Turn { role, text });
    }
    turns.extend(results.into_iter().map(|text| Turn {
        role: Role::Tool,
        text,
    }));
    Ok(())
}

fn result(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}
