//! Ollama's `/api/chat` (`message`) and `/api/generate` (`response`): one JSON object a line, the last with `done`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::few::Few;
use super::text::Text;
use super::{Said, Usage, arguments, error, lenient};
use crate::contract::Channel;

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<Message<'a>>,
    #[serde(borrow)]
    response: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Text<'a>>,
    done: Option<bool>,
    #[serde(borrow)]
    done_reason: Option<Text<'a>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    prompt_eval_count: Option<u64>,
    eval_count: Option<u64>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Text<'a>>,
    #[serde(borrow)]
    tool_calls: Option<Few<Call<'a>>>,
}

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    function: Option<Function<'a>>,
}

#[derive(Deserialize)]
struct Function<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

pub(super) fn read(data: &str) -> Option<Said<'_>> {
    let line: Line<'_> = serde_json::from_str(data).ok()?;
    let told = line.error.and_then(error::told);
    if line.done.is_none() && told.is_none() {
        return None;
    }
    let mut said = Said {
        model: lenient::<Text<'_>>(line.model).map(Text::plain),
        ..Said::default()
    };
    said.some(Channel::Thinking, "", line.thinking);
    said.some(Channel::Answer, "", line.response);
    if let Some(message) = line.message {
        said.some(Channel::Thinking, "", message.thinking);
        said.some(Channel::Answer, "", message.content);
        let calls = message.tool_calls.into_iter().flatten();
        for (n, function) in calls.filter_map(|call| call.function).enumerate() {
            let name = function.name.map_or(Cow::Borrowed(""), Text::plain);
            let text = arguments(function.arguments);
            said.add(Channel::Tool, n.to_string(), name, text, true);
        }
    }
    if line.done == Some(true) {
        said.stop("", line.done_reason.unwrap_or_default());
        said.done = true;
    }
    said.usage = Usage {
        input: line.prompt_eval_count,
        output: line.eval_count,
        ..Usage::default()
    };
    if let Some(told) = told {
        said.fail(told);
    }
    Some(said)
}
