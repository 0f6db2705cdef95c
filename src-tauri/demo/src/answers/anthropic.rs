//! The shape of Anthropic's messages: named events, content in numbered blocks.

use std::iter;

use super::request::Fault;
use super::{Timed, Whole, quoted};
use crate::random::SplitMix;
use crate::responder::{End, MODEL};

/// Tokens' time before the first block.
const FIRST: u64 = 12;

pub fn error(fault: &Fault) -> String {
    let kind = match fault.status.as_u16() {
        413 => "request_too_large",
        500.. => "api_error",
        _ => "invalid_request_error",
    };
    format!(
        r#"{{"type":"error","error":{{"type":"{kind}","message":{}}}}}"#,
        quoted(&fault.message)
    )
}

fn reason(whole: &Whole) -> &'static str {
    match &whole.call {
        _ if whole.cut => "max_tokens",
        _ if whole.end == End::Refused => "refusal",
        Some(_) => "tool_use",
        None => "end_turn",
    }
}

/// A thinking block is signed; nobody checks this one.
fn signature(whole: &Whole) -> String {
    whole.id("offline", 2)
}

/// The answer as one object.
pub fn whole(whole: &Whole) -> String {
    let mut blocks = Vec::new();
    if !whole.thinking.is_empty() {
        blocks.push(format!(
            r#"{{"type":"thinking","thinking":{},"signature":"{}"}}"#,
            quoted(&whole.thinking.concat()),
            signature(whole)
        ));
    }
    if !whole.text.is_empty() {
        blocks.push(format!(
            r#"{{"type":"text","text":{}}}"#,
            quoted(&whole.text.concat())
        ));
    }
    if let Some((call, arguments)) = &whole.call {
        // What was cut is no JSON any more, and then there is no input.
        let arguments = arguments.concat();
        let whole_input = serde_json::from_str::<serde_json::Value>(&arguments).is_ok();
        blocks.push(format!(
            r#"{{"type":"tool_use","id":"{}","name":"{}","input":{}}}"#,
            whole.id("toolu_", 1),
            call.name,
            if whole_input { &arguments } else { "{}" }
        ));
    }
    format!(
        r#"{{"id":"{}","type":"message","role":"assistant","model":"{MODEL}","content":[{}],"stop_reason":"{}","stop_sequence":null,"usage":{{"input_tokens":{},"output_tokens":{}}}}}"#,
        whole.id("msg_", 0),
        blocks.join(","),
        reason(whole),
        whole.prompt_tokens,
        whole.output_tokens()
    )
}

fn event(kind: &str, rest: &str) -> String {
    format!("event: {kind}\ndata: {{\"type\":\"{kind}\"{rest}}}\n\n")
}

/// Text of one block: what it begins as, the field its pieces stand in, and the pieces.
struct Block {
    opening: String,
    delta: &'static str,
    field: &'static str,
    pieces: Vec<String>,
    /// A last delta of another kind.
    last: Option<String>,
}

/// The answer as events, made a block at a time.
pub fn pieces(whole: Whole) -> Box<dyn Iterator<Item = Timed> + Send> {
    let start = format!(
        r#","message":{{"id":"{}","type":"message","role":"assistant","model":"{MODEL}","content":[],"stop_reason":null,"stop_sequence":null,"usage":{{"input_tokens":{},"output_tokens":1}}}}"#,
        whole.id("msg_", 0),
        whole.prompt_tokens
    );
    let first = Timed::now(event("message_start", &start)).after(FIRST);

    let failed = whole.end == End::Failed;
    let ends = if failed {
        let overloaded =
            r#","error":{"type":"overloaded_error","message":"The offline responder failed, as asked."}"#;
        vec![Timed::now(event("error", overloaded)).after(4)]
    } else {
        let delta = format!(
            r#","delta":{{"stop_reason":"{}","stop_sequence":null}},"usage":{{"output_tokens":{}}}"#,
            reason(&whole),
            whole.output_tokens()
        );
        vec![
            Timed::now(event("message_delta", &delta)),
            Timed::now(event("message_stop", "")),
        ]
    };

    let mut random = SplitMix(whole.seed);
    let blocks = blocks(whole);
    let last = blocks.len().saturating_sub(1);
    let middle = blocks.into_iter().enumerate().flat_map(move |(index, block)| {
        let at = format!(r#","index":{index}"#);
        let mut timed = vec![Timed::now(event(
            "content_block_start",
            &format!(r#"{at},"content_block":{}"#, block.opening),
        ))];
        if index == 0 {
            timed.push(Timed::now(event("ping", "")));
        }
        for piece in &block.pieces {
            let delta = format!(
                r#"{at},"delta":{{"type":"{}","{}":{}}}"#,
                block.delta,
                block.field,
                quoted(piece)
            );
            timed.push(Timed::token(event("content_block_delta", &delta), &mut random));
        }
        if let Some(delta) = block.last {
            timed.push(Timed::now(event(
                "content_block_delta",
                &format!(r#"{at},"delta":{delta}"#),
            )));
        }
        // A block that an error breaks off has no end.
        if !(failed && index == last) {
            timed.push(Timed::now(event("content_block_stop", &at)));
        }
        timed
    });
    Box::new(iter::once(first).chain(middle).chain(ends))
}

fn blocks(whole: Whole) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !whole.thinking.is_empty() {
        blocks.push(Block {
            opening: r#"{"type":"thinking","thinking":"","signature":""}"#.to_owned(),
            delta: "thinking_delta",
            field: "thinking",
            last: Some(format!(
                r#"{{"type":"signature_delta","signature":"{}"}}"#,
                signature(&whole)
            )),
            pieces: whole.thinking.clone(),
        });
    }
    if !whole.text.is_empty() {
        blocks.push(Block {
            opening: r#"{"type":"text","text":""}"#.to_owned(),
            delta: "text_delta",
            field: "text",
            last: None,
            pieces: whole.text.clone(),
        });
    }
    if let Some((call, arguments)) = &whole.call {
        // The first piece is empty, as it is there.
        let pieces = iter::once(String::new()).chain(arguments.iter().cloned());
        blocks.push(Block {
            opening: format!(
                r#"{{"type":"tool_use","id":"{}","name":"{}","input":{{}}}}"#,
                whole.id("toolu_", 1),
                call.name
            ),
            delta: "input_json_delta",
            field: "partial_json",
            last: None,
            pieces: pieces.collect(),
        });
    }
    blocks
}
