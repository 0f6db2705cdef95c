//! Anthropic's messages: `message_start`, `content_block_…` with an index, `message_delta`, and the whole message.
//! Signatures of thinking and encrypted search results are left out.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::few::Few;
use super::text::Text;
use super::{Said, Usage, arguments, error, lenient};
use crate::contract::Channel;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    index: Option<u32>,
    #[serde(borrow)]
    delta: Option<Delta<'a>>,
    #[serde(borrow)]
    content_block: Option<Block<'a>>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Text<'a>>,
    #[serde(borrow)]
    partial_json: Option<Text<'a>>,
    #[serde(borrow)]
    citation: Option<&'a RawValue>,
    #[serde(borrow)]
    stop_reason: Option<Text<'a>>,
    #[serde(borrow)]
    stop_details: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Block<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    thinking: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    citations: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    stop_reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Counts {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
}

impl From<Counts> for Usage {
    fn from(counts: Counts) -> Self {
        Self {
            input: counts.input_tokens,
            output: counts.output_tokens,
            thinking: None,
            cached: counts.cache_read_input_tokens,
        }
    }
}

/// A citation, or a result of a search.
#[derive(Deserialize)]
struct Source {
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    document_title: Option<String>,
    #[serde(default)]
    cited_text: Option<String>,
}

#[derive(Deserialize)]
struct StopDetails<'a> {
    #[serde(borrow)]
    explanation: Option<Text<'a>>,
}

pub(super) fn read(data: &str) -> Option<Said<'_>> {
    let event: Event<'_> = serde_json::from_str(data).ok()?;
    let kind = event.kind.as_ref().map_or("", |kind| &*kind.text);
    let mut said = Said::default();
    match kind {
        "content_block_delta" => {
            let block = event.index?.to_string();
            let delta = event.delta?;
            said.some(Channel::Answer, &block, delta.text);
            said.some(Channel::Thinking, &block, delta.thinking);
            said.some(Channel::Tool, &block, delta.partial_json);
            if let Some(source) = lenient(delta.citation) {
                cite(&mut said, source);
            }
        }
        "content_block_start" => read_block(&mut said, event.content_block?, &event.index?.to_string()),
        "message_delta" => {
            if let Some(delta) = event.delta {
                let details: Option<StopDetails<'_>> = lenient(delta.stop_details);
                let explanation = details.and_then(|details| details.explanation);
                said.some(Channel::Refusal, "", explanation);
                if let Some(why) = delta.stop_reason {
                    said.stop("", why);
                }
            }
            said.usage = lenient::<Counts>(event.usage)
                .map(Usage::from)
                .unwrap_or_default();
        }
        "message_start" => {
            let message: Message<'_> = lenient(event.message)?;
            said.model = lenient::<Text<'_>>(message.model).map(Text::plain);
            said.usage = lenient::<Counts>(message.usage)
                .map(Usage::from)
                .unwrap_or_default();
        }
        "message" => {
            let message: Message<'_> = serde_json::from_str(data).ok()?;
            said.model = lenient::<Text<'_>>(message.model).map(Text::plain);
            said.usage = lenient::<Counts>(message.usage)
                .map(Usage::from)
                .unwrap_or_default();
            let blocks: Few<Block<'_>> = lenient(message.content)?;
            for (n, block) in blocks.into_iter().enumerate() {
                read_block(&mut said, block, &n.to_string());
            }
            if let Some(why) = message.stop_reason {
                said.stop("", why);
                said.done = true;
            }
        }
        "message_stop" => said.done = true,
        "content_block_stop" | "ping" => {}
        _ => said.fail(event.error.and_then(error::told)?),
    }
    Some(said)
}

fn read_block<'a>(said: &mut Said<'a>, block: Block<'a>, index: &str) {
    let kind = block.kind.as_ref().map_or("", |kind| &*kind.text);
    if kind.ends_with("tool_use") {
        // An empty input stands for the one that grows.
        let text = Some(arguments(block.input)).filter(|text| text.text.trim() != "{}");
        let name = block.name.map_or(Cow::Borrowed(""), Text::plain);
        said.add(
            Channel::Tool,
            index.to_owned(),
            name,
            text.unwrap_or_default(),
            false,
        );
        return;
    }
    if kind == "web_search_tool_result" {
        let results: Option<Few<Source>> = lenient(block.content);
        results
            .into_iter()
            .flatten()
            .for_each(|result| cite(said, result));
        return;
    }
    said.some(Channel::Answer, index, block.text);
    said.some(Channel::Thinking, index, block.thinking);
    let cited: Option<Few<Source>> = lenient(block.citations);
    cited.into_iter().flatten().for_each(|source| cite(said, source));
}

fn cite(said: &mut Said<'_>, source: Source) {
    let url = source.url.or(source.source).unwrap_or_default();
    let title = source.title.or(source.document_title).unwrap_or_default();
    said.cite(&url, &title, &source.cited_text.unwrap_or_default());
}
