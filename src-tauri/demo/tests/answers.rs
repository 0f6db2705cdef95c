//! Answers in both shapes, to the byte where they can be.

mod support;

use serde_json::{Value, json};
use support::{End, Server, events};

fn ask(question: &str) -> String {
    json!({"stream": true, "messages": [{"role": "user", "content": question}]}).to_string()
}

/// The chunks of an OpenAI-shaped body, and whether `[DONE]` was the last event.
fn chunks(body: &str) -> (Vec<Value>, bool) {
    let mut data: Vec<_> = events(body).into_iter().map(|event| event.data).collect();
    let done = data.last().is_some_and(|last| last == "[DONE]");
    if done {
        data.pop();
    }
    let parsed = data.iter().map(|data| serde_json::from_str(data).expect(data));
    (parsed.collect(), done)
}

fn joined(chunks: &[Value], field: &str) -> String {
    let deltas = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"][field].as_str());
    deltas.collect()
}

fn reason(chunks: &[Value]) -> &str {
    let mut reasons = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["finish_reason"].as_str());
    reasons.next_back().unwrap_or("none")
}

const FAST: &str = "/v1/chat/completions?rate=100000";
const FAST_MESSAGES: &str = "/v1/messages?rate=100000";

#[tokio::test]
async fn a_refusal_in_openais_shape_is_these_bytes() {
    let server = Server::start().await;
    let answer = server.post(FAST, &ask("refuse")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.end, End::Clean);
    let body = answer.body();
    let created = body
        .split("\"created\":")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap();
    let head = format!(
        r#"{{"id":"chatcmpl-kyNnfwW6gmKbKvpFite2dKXB","object":"chat.completion.chunk","created":{created},"model":"offline-responder","choices":["#
    );
    let mut expected = format!(
        "data: {head}{}]}}\n\n",
        r#"{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}"#
    );
    for token in [
        "I", "'", "m", " not", " going", " to", " answer", " that", ".", " You", " asked", " for", " a",
        " refusal", ",", " so", " this", " is", " what", " one", " looks", " like", ".",
    ] {
        expected.push_str(&format!(
            "data: {head}{{\"index\":0,\"delta\":{{\"refusal\":\"{token}\"}},\"logprobs\":null,\"finish_reason\":null}}]}}\n\n"
        ));
    }
    expected.push_str(&format!(
        "data: {head}{}]}}\n\ndata: [DONE]\n\n",
        r#"{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}"#
    ));
    assert_eq!(body, expected);
    assert_eq!(answer.chunks.len(), 26, "one chunk an event");
    server.stop().await;
}

#[tokio::test]
async fn a_refusal_in_anthropics_shape_is_these_bytes() {
    let server = Server::start().await;
    let answer = server.post(FAST_MESSAGES, &ask("拒绝")).await;
    let body = answer.body();
    let id = body.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(id.starts_with("msg_") && id.len() == 28, "{id}");
    let start = format!(
        r#"event: message_start
data: {{"type":"message_start","message":{{"id":"{id}","type":"message","role":"assistant","model":"offline-responder","content":[],"stop_reason":null,"stop_sequence":null,"usage":{{"input_tokens":5,"output_tokens":1}}}}}}

event: content_block_start
data: {{"type":"content_block_start","index":0,"content_block":{{"type":"text","text":""}}}}

event: ping
data: {{"type":"ping"}}

event: content_block_delta
data: {{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":""#
    );
    assert!(body.starts_with(&start), "{body}");
    let texts = body.split(r#""type":"text_delta","text":""#).skip(1);
    let texts: Vec<_> = texts.map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(
        texts.concat(),
        "这个问题我不回答。你要看拒绝是什么样子，这就是了。"
    );
    let end = format!(
        r#"event: content_block_stop
data: {{"type":"content_block_stop","index":0}}

event: message_delta
data: {{"type":"message_delta","delta":{{"stop_reason":"refusal","stop_sequence":null}},"usage":{{"output_tokens":{}}}}}

event: message_stop
data: {{"type":"message_stop"}}

"#,
        texts.len()
    );
    assert!(body.ends_with(&end), "{body}");
    server.stop().await;
}

#[tokio::test]
async fn a_question_has_one_answer_and_one_rhythm() {
    let server = Server::start().await;
    let question = "Why does a stream of tokens feel faster than one long answer?";
    let first = chunks(&server.post(FAST, &ask(question)).await.body()).0;
    let again = chunks(&server.post(FAST, &ask(question)).await.body()).0;
    let plain = |chunks: &[Value]| -> Vec<Value> {
        let deltas = chunks.iter().map(|chunk| json!([chunk["id"], chunk["choices"]]));
        deltas.collect()
    };
    assert_eq!(plain(&first), plain(&again));
    let thinking = joined(&first, "reasoning_content");
    assert!(
        thinking.starts_with("The question is about feeling"),
        "{thinking}"
    );
    let text = joined(&first, "content");
    assert!(text.starts_with("## Because waiting is counted"), "{text}");
    assert!(text.contains("\n| first words after | all of it, say 9 s | about 0.4 s |\n"));
    let order = |field: &str| {
        let at = |chunk: &Value| {
            chunk["choices"][0]["delta"][field]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        };
        first.iter().position(at).unwrap()
    };
    assert!(order("reasoning_content") < order("content"));
    assert_eq!(reason(&first), "stop");
    server.stop().await;
}

#[tokio::test]
async fn both_shapes_say_the_same_also_at_once() {
    let server = Server::start().await;
    for question in ["SSE 和 WebSocket 有什么区别？", "hello", "write 3000 characters"] {
        let streamed = chunks(&server.post(FAST, &ask(question)).await.body()).0;
        let text = joined(&streamed, "content");
        let asked = json!({"messages": [{"role": "user", "content": [{"type": "text", "text": question}]}]})
            .to_string();
        let whole = server.post("/v1/chat/completions", &asked).await;
        assert_eq!(whole.header("content-type"), Some("application/json"));
        let whole: Value = serde_json::from_str(&whole.body()).unwrap();
        assert_eq!(whole["choices"][0]["message"]["content"], text);
        assert_eq!(whole["object"], "chat.completion");
        assert_eq!(whole["id"], streamed[0]["id"]);

        let whole: Value = serde_json::from_str(&server.post("/v1/messages", &asked).await.body()).unwrap();
        let blocks = whole["content"].as_array().unwrap();
        assert_eq!(blocks.last().unwrap()["text"], text);
        assert_eq!(whole["stop_reason"], "end_turn");
        let events = events(&server.post(FAST_MESSAGES, &ask(question)).await.body());
        let mut thinking = String::new();
        let mut said = String::new();
        for event in &events {
            let data: Value = serde_json::from_str(&event.data).unwrap();
            assert_eq!(
                data["type"].as_str(),
                event.name.as_deref(),
                "the name is the type"
            );
            thinking.push_str(data["delta"]["thinking"].as_str().unwrap_or(""));
            said.push_str(data["delta"]["text"].as_str().unwrap_or(""));
        }
        assert_eq!(said, text);
        assert_eq!(thinking.is_empty(), blocks.len() == 1);
        if blocks.len() == 2 {
            assert_eq!(blocks[0]["thinking"], thinking);
        }
        let names: Vec<_> = events
            .iter()
            .map(|event| event.name.as_deref().unwrap())
            .collect();
        let count = |name: &str| names.iter().filter(|each| **each == name).count();
        assert_eq!(count("content_block_start"), blocks.len());
        assert_eq!(count("content_block_stop"), blocks.len());
        assert_eq!(
            (names[0], *names.last().unwrap()),
            ("message_start", "message_stop")
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_tool_is_called_in_growing_pieces() {
    let server = Server::start().await;
    let question = "How is the weather in Port Ellen and the islands beyond?";
    let (streamed, done) = chunks(&server.post(FAST, &ask(question)).await.body());
    let calls: Vec<_> = streamed
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["tool_calls"][0].as_object())
        .collect();
    assert_eq!(calls[0]["function"]["name"], "get_weather");
    assert!(calls[0]["id"].as_str().unwrap().starts_with("call_"));
    assert!(calls.len() > 4, "in {} pieces", calls.len());
    let arguments: String = calls
        .iter()
        .filter_map(|call| call["function"]["arguments"].as_str())
        .collect();
    let arguments: Value = serde_json::from_str(&arguments).unwrap();
    assert_eq!(arguments, json!({"city": "Port Ellen and the islands beyond"}));
    assert_eq!(reason(&streamed), "tool_calls");
    assert!(done);

    let events = events(&server.post(FAST_MESSAGES, &ask("What is 17 * 23?")).await.body());
    let datas: Vec<Value> = events
        .iter()
        .map(|event| serde_json::from_str(&event.data).unwrap())
        .collect();
    let kinds: Vec<_> = datas
        .iter()
        .filter_map(|data| data["content_block"]["type"].as_str())
        .collect();
    assert_eq!(kinds, ["thinking", "text", "tool_use"]);
    let input: String = datas
        .iter()
        .filter_map(|data| data["delta"]["partial_json"].as_str())
        .collect();
    assert_eq!(input, r#"{"expression": "17 * 23"}"#);
    assert!(
        datas
            .iter()
            .any(|data| data["delta"]["stop_reason"] == "tool_use")
    );

    // What the tool said is passed on, and nothing of our own.
    let after = json!({"messages": [
        {"role": "user", "content": "What is 17 * 23?"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "calculate", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "391"}]},
    ]});
    let whole: Value =
        serde_json::from_str(&server.post("/v1/messages", &after.to_string()).await.body()).unwrap();
    assert!(
        whole["content"][0]["text"].as_str().unwrap().contains("> 391"),
        "{whole}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_failure_comes_in_the_middle() {
    let server = Server::start().await;
    let (streamed, done) = chunks(&server.post(FAST, &ask("fail")).await.body());
    assert!(!done, "no [DONE] after an error");
    assert!(joined(&streamed, "content").starts_with("This answer is going to break off"));
    let error = &streamed.last().unwrap()["error"];
    assert_eq!(error["type"], "server_error");
    assert_eq!(reason(&streamed), "none");

    let body = server.post(FAST_MESSAGES, &ask("失败")).await.body();
    assert!(
        body.ends_with("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"The offline responder failed, as asked.\"}}\n\n"),
        "{body}"
    );
    assert!(!body.contains("content_block_stop") && !body.contains("message_stop"));

    let whole = server
        .post(
            "/v1/chat/completions",
            r#"{"messages":[{"role":"user","content":"fail"}]}"#,
        )
        .await;
    assert_eq!(whole.status, 500);
    assert!(whole.body().starts_with(r#"{"error":{"message":"#));
    server.stop().await;
}

#[tokio::test]
async fn figures_come_when_they_are_asked_for() {
    let server = Server::start().await;
    let asked = json!({"stream": true, "stream_options": {"include_usage": true}, "max_tokens": 40,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "SSE or WebSocket?"}]});
    let (streamed, done) = chunks(&server.post(FAST, &asked.to_string()).await.body());
    assert!(done);
    let usage = streamed.last().unwrap();
    assert_eq!(usage["choices"], json!([]));
    assert_eq!(usage["usage"]["completion_tokens"], 40);
    assert!(
        usage["usage"]["completion_tokens_details"]["reasoning_tokens"]
            .as_u64()
            .unwrap()
            > 10
    );
    let (prompt, total) = (&usage["usage"]["prompt_tokens"], &usage["usage"]["total_tokens"]);
    assert_eq!(total.as_u64().unwrap(), prompt.as_u64().unwrap() + 40);
    assert!(
        streamed[..streamed.len() - 1]
            .iter()
            .all(|chunk| chunk.as_object().unwrap().get("usage") == Some(&Value::Null))
    );
    assert_eq!(reason(&streamed), "length");
    server.stop().await;
}

#[tokio::test]
async fn a_rate_is_kept_on_the_average() {
    let server = Server::start().await;
    let asked = ask("write 2000 characters");
    let started = std::time::Instant::now();
    let answer = server.post("/v1/chat/completions?rate=1000", &asked).await;
    let took = started.elapsed();
    let tokens = answer.chunks.len() as u128;
    // A token takes half to one and a half of a millisecond; later than that is the machine's affair.
    assert!(took.as_millis() >= tokens * 8 / 10, "{tokens} in {took:?}");
    let long = server
        .post("/v1/messages?rate=100000", &ask("write 100000 characters"))
        .await;
    let text: String = events(&long.body())
        .iter()
        .filter_map(|event| {
            let data: Value = serde_json::from_str(&event.data).unwrap();
            data["delta"]["text"].as_str().map(str::to_owned)
        })
        .collect();
    assert_eq!(text.chars().count(), 100_000);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_in_its_own_shape() {
    let server = Server::start().await;
    for (body, says) in [
        ("", "The body is not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "messages is missing"),
        (r#"{"messages":[]}"#, "1 to 2000"),
        (
            r#"{"messages":[{"role":"wizard","content":""}]}"#,
            "messages[0].role is",
        ),
        (
            r#"{"messages":[{"role":"user","content":7}]}"#,
            "messages[0].content is a text",
        ),
        (
            r#"{"messages":[{"role":"user","content":[{"text":"x"}]}]}"#,
            "a part without a type",
        ),
        (
            r#"{"messages":[{"role":"assistant","content":"x"}]}"#,
            "No message of the user",
        ),
        (
            r#"{"stream":"yes","messages":[{"role":"user","content":"x"}]}"#,
            "stream is true or false",
        ),
        (
            r#"{"max_tokens":0,"messages":[{"role":"user","content":"x"}]}"#,
            "max_tokens is a whole number",
        ),
    ] {
        let openai = server.post("/v1/chat/completions", body).await;
        assert_eq!(openai.status, 400, "{body}");
        let error: Value = serde_json::from_str(&openai.body()).unwrap();
        assert_eq!(error["error"]["type"], "invalid_request_error");
        assert!(
            error["error"]["message"].as_str().unwrap().contains(says),
            "{body}: {error}"
        );
        let anthropic = server.post("/v1/messages", body).await;
        assert_eq!(anthropic.status, 400, "{body}");
        let error: Value = serde_json::from_str(&anthropic.body()).unwrap();
        assert_eq!(
            (&error["type"], &error["error"]["type"]),
            (&json!("error"), &json!("invalid_request_error"))
        );
    }
    assert_eq!(server.post("/v1/messages?rate=0", &ask("x")).await.status, 400);
    let unknown = server.post("/v1/messages?rate=fast", &ask("x")).await;
    assert_eq!(unknown.status, 400);
    assert!(
        unknown.body().contains("rate is 1 to 100000"),
        "{}",
        unknown.body()
    );
    let large = ask(&"x".repeat(1024 * 1024));
    let mut line = server.open_post("/v1/messages", &large).await;
    assert_eq!(line.status, 413);
    assert!(line.rest().await.body().contains("request_too_large"));
    server.stop().await;
}
