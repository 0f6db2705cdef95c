//! OpenAI's chat completions, and those who speak like it (DeepSeek, Mistral, Groq, vLLM, OpenRouter, Azure …): chunks
//! with `choices[].delta`, the whole object with `choices[].message`, legacy completions with `choices[].text`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::few::Few;
use super::text::{Content, Text};
use super::{Said, Usage, arguments, error, lenient, nth};
use crate::contract::Channel;

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    choices: Option<Few<Choice<'a>>>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    /// Perplexity's sources, in every chunk.
    #[serde(borrow)]
    citations: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    index: Option<u32>,
    #[serde(borrow)]
    delta: Option<Message<'a>>,
    #[serde(borrow)]
    message: Option<Message<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Option<Content<'a>>,
    /// DeepSeek, Qwen, vLLM.
    #[serde(borrow)]
    reasoning_content: Option<Text<'a>>,
    /// OpenRouter, Groq; some servers give both, with one text.
    #[serde(borrow)]
    reasoning: Option<&'a RawValue>,
    #[serde(borrow)]
    refusal: Option<Text<'a>>,
    #[serde(borrow)]
    tool_calls: Option<Few<Call<'a>>>,
    #[serde(borrow)]
    function_call: Option<Function<'a>>,
    #[serde(borrow)]
    annotations: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Call<'a> {
    index: Option<u32>,
    #[serde(borrow)]
    function: Option<Function<'a>>,
    #[serde(borrow)]
    custom: Option<Function<'a>>,
}

#[derive(Deserialize)]
struct Function<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Counts {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    prompt_tokens_details: Option<Details>,
    completion_tokens_details: Option<Details>,
    /// DeepSeek's.
    prompt_cache_hit_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Details {
    cached_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Annotation {
    url_citation: Option<UrlCitation>,
}

#[derive(Deserialize)]
struct UrlCitation {
    #[serde(default)]
    url: String,
    #[serde(default)]
    title: String,
}

pub(super) fn read(data: &str) -> Option<Said<'_>> {
    let chunk: Chunk<'_> = serde_json::from_str(data).ok()?;
    let told = chunk.error.and_then(error::told);
    if chunk.choices.is_none() && told.is_none() {
        return None;
    }
    let mut said = Said {
        model: lenient::<Text<'_>>(chunk.model).map(Text::plain),
        ..Said::default()
    };
    for choice in chunk.choices.into_iter().flatten() {
        let block = nth(choice.index);
        if let Some(message) = choice.delta.or(choice.message) {
            read_message(&mut said, message, &block);
        }
        said.some(Channel::Answer, &block, choice.text);
        if let Some(why) = choice.finish_reason.filter(|why| !why.is_empty()) {
            said.stop(&block, why);
        }
    }
    for url in lenient::<Few<String>>(chunk.citations).into_iter().flatten() {
        said.cite(&url, "", "");
    }
    if let Some(counts) = lenient::<Counts>(chunk.usage) {
        let prompt = counts.prompt_tokens_details;
        said.usage = Usage {
            input: counts.prompt_tokens,
            output: counts.completion_tokens,
            thinking: counts.completion_tokens_details.and_then(|d| d.reasoning_tokens),
            cached: prompt
                .and_then(|d| d.cached_tokens)
                .or(counts.prompt_cache_hit_tokens),
        };
    }
    if let Some(told) = told {
        said.fail(told);
    }
    Some(said)
}

fn read_message<'a>(said: &mut Said<'a>, message: Message<'a>, block: &str) {
    let reasoning = message.reasoning_content.filter(|text| !text.is_empty());
    let content = message.content.unwrap_or_default();
    said.some(
        Channel::Thinking,
        block,
        reasoning.or_else(|| lenient(message.reasoning)),
    );
    said.some(Channel::Thinking, block, Some(content.thinking));
    said.some(Channel::Answer, block, Some(content.answer));
    said.some(Channel::Refusal, block, message.refusal);
    // `0`, `1` … of the first choice, `1.0` of the second.
    let within = |inner: String| {
        if block.is_empty() {
            inner
        } else {
            format!("{block}.{inner}")
        }
    };
    for (n, call) in (0_u32..).zip(message.tool_calls.into_iter().flatten()) {
        let function = call.function.or(call.custom);
        let inner = call.index.unwrap_or(n).to_string();
        read_call(said, function, within(inner));
    }
    if message.function_call.is_some() {
        read_call(said, message.function_call, within("function".to_owned()));
    }
    let cited: Option<Few<Annotation>> = lenient(message.annotations);
    for citation in cited.into_iter().flatten().filter_map(|one| one.url_citation) {
        said.cite(&citation.url, &citation.title, "");
    }
}

fn read_call<'a>(said: &mut Said<'a>, function: Option<Function<'a>>, block: String) {
    let Some(function) = function else { return };
    let name = function.name.map_or(Cow::Borrowed(""), Text::plain);
    let text = arguments(function.arguments.or(function.input));
    if !name.is_empty() || !text.is_empty() {
        said.add(Channel::Tool, block, name, text, false);
    }
}
