//! The shape of OpenAI's chat completions. Thinking goes as `reasoning_content`, as several servers of this shape have
//! it.

use std::iter;

use super::request::Fault;
use super::{Timed, Whole, quoted};
use crate::random::SplitMix;
use crate::responder::{End, MODEL};
use crate::sse;

/// Tokens' time before the first piece: the thinking of a server before it speaks.
const FIRST: u64 = 14;

pub fn error(fault: &Fault) -> String {
    let kind = if fault.status.is_server_error() {
        "server_error"
    } else {
        "invalid_request_error"
    };
    let param = fault.param.map_or("null".to_owned(), quoted);
    format!(
        r#"{{"error":{{"message":{},"type":"{kind}","param":{param},"code":null}}}}"#,
        quoted(&fault.message)
    )
}

/// Why it ended, as this shape says it.
fn reason(whole: &Whole) -> &'static str {
    match &whole.call {
        _ if whole.cut => "length",
        Some(_) => "tool_calls",
        None => "stop",
    }
}

fn usage(whole: &Whole) -> String {
    let (prompt, completion) = (whole.prompt_tokens, whole.output_tokens());
    format!(
        r#"{{"prompt_tokens":{prompt},"completion_tokens":{completion},"total_tokens":{},"completion_tokens_details":{{"reasoning_tokens":{}}}}}"#,
        prompt + completion,
        whole.thinking.len()
    )
}

/// The answer as one object.
pub fn whole(whole: &Whole) -> String {
    let text = whole.text.concat();
    let (content, refusal) = match whole.end {
        End::Refused => ("null".to_owned(), quoted(&text)),
        _ => (quoted(&text), "null".to_owned()),
    };
    let mut message = format!(r#"{{"role":"assistant","content":{content},"refusal":{refusal}"#);
    if !whole.thinking.is_empty() {
        message.push_str(&format!(
            r#","reasoning_content":{}"#,
            quoted(&whole.thinking.concat())
        ));
    }
    if let Some((call, arguments)) = &whole.call {
        message.push_str(&format!(
            r#","tool_calls":[{{"id":"{}","type":"function","function":{{"name":"{}","arguments":{}}}}}]"#,
            whole.id("call_", 1),
            call.name,
            quoted(&arguments.concat())
        ));
    }
    message.push('}');
    format!(
        r#"{{"id":"{}","object":"chat.completion","created":{},"model":"{MODEL}","choices":[{{"index":0,"message":{message},"logprobs":null,"finish_reason":"{}"}}],"usage":{}}}"#,
        whole.id("chatcmpl-", 0),
        whole.created,
        reason(whole),
        usage(whole)
    )
}

/// The answer as events, made as they are asked for.
pub fn pieces(whole: Whole, with_usage: bool) -> Box<dyn Iterator<Item = Timed> + Send> {
    let head = format!(
        r#"{{"id":"{}","object":"chat.completion.chunk","created":{},"model":"{MODEL}","choices":["#,
        whole.id("chatcmpl-", 0),
        whole.created
    );
    let tail = if with_usage { r#","usage":null}"# } else { "}" };
    let chunk = {
        let head = head.clone();
        move |delta: &str, reason: Option<&str>| {
            let reason = reason.map_or("null".to_owned(), quoted);
            let choice = format!(r#"{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{reason}}}"#);
            sse::event(None, &format!("{head}{choice}]{tail}"))
        }
    };
    let mut random = SplitMix(whole.seed);
    let opening = r#"{"role":"assistant","content":"","refusal":null}"#;
    let first = Timed::now(chunk(opening, None)).after(FIRST);

    let mut ends = Vec::new();
    if whole.end == End::Failed {
        ends.push(Timed::now(sse::event(None, &error(&Fault::failed()))).after(4));
    } else {
        ends.push(Timed::now(chunk("{}", Some(reason(&whole)))));
        if with_usage {
            ends.push(Timed::now(sse::event(
                None,
                &format!(r#"{head}],"usage":{}}}"#, usage(&whole)),
            )));
        }
        ends.push(Timed::now(sse::event(None, "[DONE]")));
    }

    let said = match whole.end {
        End::Refused => "refusal",
        _ => "content",
    };
    let mut deltas: Vec<String> = Vec::new();
    deltas.extend(
        whole
            .thinking
            .iter()
            .map(|token| delta("reasoning_content", token)),
    );
    deltas.extend(whole.text.iter().map(|token| delta(said, token)));
    if let Some((call, arguments)) = &whole.call {
        deltas.push(format!(
            r#"{{"tool_calls":[{{"index":0,"id":"{}","type":"function","function":{{"name":"{}","arguments":""}}}}]}}"#,
            whole.id("call_", 1),
            call.name
        ));
        deltas.extend(arguments.iter().map(|piece| {
            format!(
                r#"{{"tool_calls":[{{"index":0,"function":{{"arguments":{}}}}}]}}"#,
                quoted(piece)
            )
        }));
    }
    let middle = deltas
        .into_iter()
        .map(move |delta| Timed::token(chunk(&delta, None), &mut random));
    Box::new(iter::once(first).chain(middle).chain(ends))
}

fn delta(field: &str, token: &str) -> String {
    format!(r#"{{"{field}":{}}}"#, quoted(token))
}
