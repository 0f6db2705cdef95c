//! Which dialect an event is in, by the shape of its data.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::few::Few;
use super::text::Text;
use super::{READ_BYTES, lenient};
use crate::contract::Dialect;

/// The members that tell.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    object: Option<&'a RawValue>,
    #[serde(borrow)]
    choices: Option<&'a RawValue>,
    #[serde(borrow)]
    output: Option<&'a RawValue>,
    #[serde(borrow)]
    candidates: Option<&'a RawValue>,
    #[serde(borrow, rename = "promptFeedback")]
    prompt_feedback: Option<&'a RawValue>,
    #[serde(borrow, rename = "usageMetadata")]
    usage_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    done: Option<&'a RawValue>,
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
    #[serde(borrow)]
    role: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    index: Option<&'a RawValue>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    sequence_number: Option<&'a RawValue>,
    #[serde(borrow)]
    output_index: Option<&'a RawValue>,
    #[serde(borrow)]
    item_id: Option<&'a RawValue>,
}

/// One of the things that `choices` and `candidates` list.
#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow, rename = "finishReason")]
    finish_reason: Option<&'a RawValue>,
}

/// What an error's object holds.
#[derive(Deserialize)]
struct Fault<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow)]
    param: Option<&'a RawValue>,
}

/// The dialect that an event is in; none where it could be anything. What is common to many (`{"type":"ping"}`, an error
/// that is a mere string) tells nothing, and an event of more than [`READ_BYTES`] is not looked at.
pub fn recognise(event_type: &str, data: &str) -> Option<Dialect> {
    if data.len() > READ_BYTES || !data.trim_start().starts_with('{') {
        return None;
    }
    let head: Head<'_> = serde_json::from_str(data).ok()?;
    let kind: Option<Text<'_>> = lenient(head.kind);
    let kind = kind.as_ref().map_or("", |kind| &*kind.text);
    let object: Option<Text<'_>> = lenient(head.object);
    let object = object.as_ref().map_or("", |object| &*object.text);
    if is_chat(&head, object) {
        return Some(Dialect::OpenaiChat);
    }
    if is_anthropic(&head, kind) {
        return Some(Dialect::Anthropic);
    }
    let is_event = kind.starts_with("response.")
        && [
            head.response,
            head.sequence_number,
            head.output_index,
            head.item_id,
            head.delta,
        ]
        .iter()
        .any(Option::is_some);
    // The whole answer, where it was not streamed; or an event whose type stands only beside its data.
    let is_whole = object == "response" && is_list(head.output);
    let is_named = event_type.starts_with("response.") && head.sequence_number.is_some();
    if is_event || is_whole || is_named || (kind == "error" && head.sequence_number.is_some()) {
        return Some(Dialect::OpenaiResponses);
    }
    if is_gemini(&head) {
        return Some(Dialect::Gemini);
    }
    let says = is_object(head.message) || is_string(head.response) || head.error.is_some();
    if lenient::<bool>(head.done).is_some() && is_string(head.model) && says {
        return Some(Dialect::Ollama);
    }
    let fault: Fault<'_> = lenient(head.error)?;
    if !is_string(fault.message) {
        return None;
    }
    if kind == "error" && is_string(fault.kind) {
        return Some(Dialect::Anthropic);
    }
    if lenient::<u64>(fault.code).is_some() && is_string(fault.status) {
        return Some(Dialect::Gemini);
    }
    // `null` is none to serde, so the member's name is looked for where its value says nothing.
    let has_param = fault.param.is_some() || data.contains("\"param\"");
    (is_string(fault.kind) && has_param).then_some(Dialect::OpenaiChat)
}

fn is_chat(head: &Head<'_>, object: &str) -> bool {
    if !is_list(head.choices) {
        return false;
    }
    object.starts_with("chat.completion")
        || object == "text_completion"
        || first(head.choices).is_some_and(|choice| is_object(choice.delta) || is_object(choice.message))
}

fn is_anthropic(head: &Head<'_>, kind: &str) -> bool {
    match kind {
        "message_start" => is_object(head.message),
        "content_block_start" | "content_block_stop" => head.index.is_some(),
        "content_block_delta" => head.index.is_some() && is_object(head.delta),
        "message_delta" => is_object(head.delta),
        "message_stop" => true,
        "message" => is_string(head.role) && is_list(head.content),
        _ => false,
    }
}

fn is_gemini(head: &Head<'_>) -> bool {
    is_object(head.prompt_feedback)
        || is_object(head.usage_metadata)
        || first(head.candidates)
            .is_some_and(|candidate| is_object(candidate.content) || is_string(candidate.finish_reason))
}

fn first<'a>(list: Option<&'a RawValue>) -> Option<Listed<'a>> {
    let first: Few<Listed<'a>, 1> = lenient(list)?;
    first.into_iter().next()
}

fn begins(raw: Option<&RawValue>, with: char) -> bool {
    raw.is_some_and(|raw| raw.get().starts_with(with))
}

fn is_object(raw: Option<&RawValue>) -> bool {
    begins(raw, '{')
}

fn is_list(raw: Option<&RawValue>) -> bool {
    begins(raw, '[')
}

fn is_string(raw: Option<&RawValue>) -> bool {
    begins(raw, '"')
}
