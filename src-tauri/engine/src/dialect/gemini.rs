//! Google's Gemini: `candidates[].content.parts[]`. Older servers name a `finishReason` in every chunk and repeat their
//! sources; a reader takes the first of each.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::few::Few;
use super::text::Text;
use super::{Said, Usage, arguments, error, lenient, nth};
use crate::contract::Channel;

/// Label of what code that the server ran has printed, or else its outcome: no further call.
pub const RESULT: &str = "code_execution_result";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chunk<'a> {
    #[serde(borrow)]
    candidates: Option<Few<Candidate<'a>>>,
    #[serde(borrow)]
    prompt_feedback: Option<&'a RawValue>,
    #[serde(borrow)]
    usage_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    model_version: Option<Text<'a>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    index: Option<u32>,
    #[serde(borrow)]
    content: Option<Content<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Text<'a>>,
    #[serde(borrow)]
    citation_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    grounding_metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    parts: Option<Few<Part<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    thought: Option<bool>,
    #[serde(borrow)]
    function_call: Option<FunctionCall<'a>>,
    #[serde(borrow)]
    executable_code: Option<Code<'a>>,
    #[serde(borrow)]
    code_execution_result: Option<Ran<'a>>,
}

#[derive(Deserialize)]
struct FunctionCall<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    args: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Code<'a> {
    #[serde(borrow)]
    code: Option<Text<'a>>,
}

/// What came of it: `outcome` is `OUTCOME_OK` where it ran to its end.
#[derive(Deserialize)]
struct Ran<'a> {
    #[serde(borrow)]
    outcome: Option<Text<'a>>,
    #[serde(borrow)]
    output: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback<'a> {
    #[serde(borrow)]
    block_reason: Option<Text<'a>>,
    #[serde(borrow)]
    block_reason_message: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    prompt_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Cited {
    citation_sources: Few<Source>,
    citations: Few<Source>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    uri: Option<String>,
    title: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Grounding {
    grounding_chunks: Few<Ground>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Ground {
    web: Option<Source>,
    retrieved_context: Option<Source>,
    maps: Option<Source>,
}

pub(super) fn read(data: &str) -> Option<Said<'_>> {
    let chunk: Chunk<'_> = serde_json::from_str(data).ok()?;
    let told = chunk.error.and_then(error::told);
    if chunk.candidates.is_none()
        && chunk.prompt_feedback.is_none()
        && chunk.usage_metadata.is_none()
        && told.is_none()
    {
        return None;
    }
    let mut said = Said {
        model: chunk.model_version.map(Text::plain),
        ..Said::default()
    };
    for candidate in chunk.candidates.into_iter().flatten() {
        read_candidate(&mut said, candidate);
    }
    if let Some(feedback) = lenient::<Feedback<'_>>(chunk.prompt_feedback)
        && let Some(reason) = feedback.block_reason.filter(|reason| !reason.is_empty())
    {
        let words = feedback.block_reason_message.filter(|words| !words.is_empty());
        said.push(Channel::Refusal, "", words.unwrap_or_else(|| reason.clone()));
        said.stop("", reason);
        said.done = true;
    }
    if let Some(counts) = lenient::<Counts>(chunk.usage_metadata) {
        // Its candidates are counted without their thoughts.
        let thinking = counts.thoughts_token_count;
        said.usage = Usage {
            input: counts.prompt_token_count,
            output: match (counts.candidates_token_count, thinking) {
                (None, None) => None,
                (answer, thinking) => Some(answer.unwrap_or(0).saturating_add(thinking.unwrap_or(0))),
            },
            thinking,
            cached: counts.cached_content_token_count,
        };
    }
    if let Some(told) = told {
        said.fail(told);
    }
    Some(said)
}

fn read_candidate<'a>(said: &mut Said<'a>, candidate: Candidate<'a>) {
    let block = nth(candidate.index);
    let parts = candidate.content.and_then(|content| content.parts);
    for (n, part) in parts.into_iter().flatten().enumerate() {
        let channel = if part.thought == Some(true) {
            Channel::Thinking
        } else {
            Channel::Answer
        };
        said.some(channel, &block, part.text);
        if let Some(call) = part.function_call {
            let id = call.id.map(Text::plain).filter(|id| !id.is_empty());
            let name = call.name.map_or(Cow::Borrowed(""), Text::plain);
            let alone = id.is_none();
            let own = id.map_or_else(|| format!("{block}{n}"), Cow::into_owned);
            said.add(Channel::Tool, own, name, arguments(call.args), alone);
        }
        if let Some(code) = part.executable_code.and_then(|code| code.code) {
            let own = format!("{block}{n}");
            said.add(Channel::Tool, own, Cow::Borrowed("code_execution"), code, true);
        }
        if let Some(ran) = part.code_execution_result {
            let output = ran.output.filter(|output| !output.is_empty());
            let text = output.or(ran.outcome).unwrap_or_default();
            said.add(
                Channel::Tool,
                format!("{block}{n}"),
                Cow::Borrowed(RESULT),
                text,
                true,
            );
        }
    }
    let cited: Cited = lenient(candidate.citation_metadata).unwrap_or_default();
    let grounds: Grounding = lenient(candidate.grounding_metadata).unwrap_or_default();
    let grounds = grounds.grounding_chunks.into_iter();
    let grounds = grounds.filter_map(|ground| ground.web.or(ground.retrieved_context).or(ground.maps));
    let sources = cited.citation_sources.into_iter().chain(cited.citations);
    for source in sources.chain(grounds) {
        said.cite(
            &source.uri.unwrap_or_default(),
            &source.title.unwrap_or_default(),
            "",
        );
    }
    if let Some(why) = candidate.finish_reason.filter(|why| !why.is_empty()) {
        said.stop(&block, why);
    }
}
