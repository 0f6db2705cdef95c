//! OpenAI's responses: events with a type that begins with `response.`, and the whole object. Only deltas hold text; the
//! `…done` events and the last `response` repeat it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::{self, Told};
use super::few::Few;
use super::text::Text;
use super::{Said, Usage, arguments, lenient};
use crate::contract::Channel;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    object: Option<Text<'a>>,
    output_index: Option<u32>,
    content_index: Option<u32>,
    summary_index: Option<u32>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
    #[serde(borrow)]
    annotation: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    action: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<Few<Part<'a>>>,
    #[serde(borrow)]
    summary: Option<Few<Part<'a>>>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    refusal: Option<Text<'a>>,
    #[serde(borrow)]
    annotations: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Annotation {
    #[serde(default)]
    url: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    filename: String,
}

#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    incomplete_details: Option<&'a RawValue>,
    #[serde(borrow)]
    output: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Counts {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    input_tokens_details: Option<Details>,
    output_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    cached_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Incomplete<'a> {
    #[serde(borrow)]
    reason: Option<Text<'a>>,
}

pub(super) fn read(data: &str) -> Option<Said<'_>> {
    let event: Event<'_> = serde_json::from_str(data).ok()?;
    let mut said = Said::default();
    let kind = event.kind.as_ref().map_or("", |kind| &*kind.text);
    let Some(what) = kind.strip_prefix("response.") else {
        if kind.is_empty()
            && event
                .object
                .as_ref()
                .is_some_and(|object| object.text == "response")
        {
            read_whole(&mut said, serde_json::from_str(data).ok()?, true);
            return Some(said);
        }
        let told = match event.error.and_then(error::told) {
            Some(told) => told,
            None if kind == "error" => Told {
                label: crate::read::brief(&lenient::<String>(event.code).unwrap_or_default()),
                message: lenient(event.message)?,
            },
            None => return None,
        };
        said.fail(told);
        return Some(said);
    };
    let within = |inner: Option<u32>, mark: &str| {
        let outer = event.output_index.unwrap_or(0);
        match inner.unwrap_or(0) {
            0 => format!("{outer}{mark}"),
            inner => format!("{outer}{mark}.{inner}"),
        }
    };
    let (channel, block) = match what {
        "output_text.delta" => (Channel::Answer, within(event.content_index, "")),
        "refusal.delta" => (Channel::Refusal, within(event.content_index, "")),
        "reasoning_summary_text.delta" => (Channel::Thinking, within(event.summary_index, "")),
        // Beside a summary the thinking itself is another text.
        "reasoning_text.delta" => (Channel::Thinking, within(event.content_index, "t")),
        "function_call_arguments.delta"
        | "mcp_call_arguments.delta"
        | "mcp_call.arguments_delta"
        | "custom_tool_call_input.delta"
        | "code_interpreter_call_code.delta" => (Channel::Tool, within(None, "")),
        "output_item.added" => {
            if let Some(item) = lenient(event.item) {
                begin_call(&mut said, &item, within(None, ""));
            }
            return Some(said);
        }
        "output_item.done" => {
            // What a search looked for is told only here.
            if let Some(action) = lenient::<Item<'_>>(event.item).and_then(|item| item.action) {
                let text = arguments(Some(action));
                said.push(Channel::Tool, within(None, ""), text);
            }
            return Some(said);
        }
        "output_text.annotation.added" => {
            if let Some(annotation) = lenient(event.annotation) {
                cite(&mut said, &annotation);
            }
            return Some(said);
        }
        "created" | "in_progress" | "queued" | "completed" | "incomplete" | "failed" | "cancelled" => {
            if let Some(whole) = lenient(event.response) {
                read_whole(&mut said, whole, false);
            }
            return Some(said);
        }
        _ => return Some(said),
    };
    said.some(channel, &block, lenient(event.delta));
    Some(said)
}

/// A call has begun: `name`, or what the item's own type says (`web_search_call`).
fn begin_call<'a>(said: &mut Said<'a>, item: &Item<'a>, block: String) {
    let kind = item.kind.as_ref().map_or("", |kind| &*kind.text);
    let Some(own) = kind.strip_suffix("_call") else {
        return;
    };
    let name = match &item.name {
        Some(name) if !name.is_empty() => name.clone().plain(),
        _ => Cow::Owned(own.to_owned()),
    };
    said.add(Channel::Tool, block, name, Text::default(), false);
}

fn cite(said: &mut Said<'_>, annotation: &Annotation) {
    let title = if annotation.title.is_empty() {
        &annotation.filename
    } else {
        &annotation.title
    };
    said.cite(&annotation.url, title, "");
}

/// The response as a whole; its text only where nothing has told it before.
fn read_whole<'a>(said: &mut Said<'a>, whole: Whole<'a>, with_text: bool) {
    said.model = lenient::<Text<'_>>(whole.model).map(Text::plain);
    if let Some(counts) = lenient::<Counts>(whole.usage) {
        said.usage = Usage {
            input: counts.input_tokens,
            output: counts.output_tokens,
            thinking: counts.output_tokens_details.and_then(|d| d.reasoning_tokens),
            cached: counts.input_tokens_details.and_then(|d| d.cached_tokens),
        };
    }
    if with_text {
        let items: Option<Few<Item<'_>>> = lenient(whole.output);
        for (n, item) in items.into_iter().flatten().enumerate() {
            read_item(said, item, &n.to_string());
        }
    }
    if let Some(told) = whole.error.and_then(error::told) {
        said.fail(told);
    }
    let status = whole.status.unwrap_or_default();
    if matches!(&*status.text, "completed" | "incomplete" | "failed" | "cancelled") {
        let reason = lenient::<Incomplete<'_>>(whole.incomplete_details).and_then(|details| details.reason);
        said.stop("", reason.filter(|reason| !reason.is_empty()).unwrap_or(status));
        said.done = true;
    }
}

fn read_item<'a>(said: &mut Said<'a>, item: Item<'a>, block: &str) {
    begin_call(said, &item, block.to_owned());
    let given = arguments(item.arguments.or(item.input).or(item.action));
    said.some(Channel::Tool, block, Some(given));
    let inner = |n: usize| {
        if n == 0 {
            block.to_owned()
        } else {
            format!("{block}.{n}")
        }
    };
    for (n, part) in item.summary.into_iter().flatten().enumerate() {
        said.some(Channel::Thinking, &inner(n), part.text);
    }
    let thinks = item.kind.is_some_and(|kind| kind.text == "reasoning");
    let channel = if thinks {
        Channel::Thinking
    } else {
        Channel::Answer
    };
    for (n, part) in item.content.into_iter().flatten().enumerate() {
        let block = if thinks {
            format!("{}t", inner(n))
        } else {
            inner(n)
        };
        said.some(channel, &block, part.text);
        said.some(Channel::Refusal, &block, part.refusal);
        let cited: Option<Few<Annotation>> = lenient(part.annotations);
        for annotation in cited.into_iter().flatten() {
            cite(said, &annotation);
        }
    }
}
