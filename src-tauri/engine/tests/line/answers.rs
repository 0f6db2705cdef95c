//! Answers over a real line: figures at arrival, the rule changed on the way, errors that are no stream.

use tapewriter_engine::contract::{Channel, Code, Dialect, State, Stream, TextRule};
use tapewriter_engine::text::Cursor;
use tapewriter_engine::{Engine, Session};

use crate::support::{OK, demo, ended, once, open, raw};

fn chunk(text: &str) -> String {
    format!(
        "data: {{\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n"
    )
}

/// The texts of a channel, in order.
fn texts(session: &Session, channel: Channel) -> String {
    let runs = session.text_before(None, 1 << 20).runs;
    runs.into_iter()
        .filter(|run| run.part.as_ref().is_some_and(|part| part.channel == channel))
        .map(|run| run.text)
        .collect()
}

#[tokio::test]
async fn an_answer_is_recognised_and_measured_as_it_comes() {
    let body = format!(
        "{OK}data: note\n\n{}{}data: [DONE]\n\n",
        chunk("Good "),
        chunk("day")
    );
    let server = raw([body.as_str()]).await;
    let engine = Engine::default();
    let session = open(&engine, once(&server.origin));
    ended(&engine, &session).await;
    let status = session.status();
    assert_eq!(
        (status.text_rule, status.dialect),
        (TextRule::Auto, Some(Dialect::OpenaiChat))
    );
    let figures = status.figures.expect("of its turn");
    assert_eq!((figures.turn, figures.answer_chars, &*figures.model), (1, 8, "m"));
    assert!(figures.done && figures.first_event_us <= figures.first_answer_us);
    // Measured from the request, not from the response.
    assert!(figures.asked_at_us >= status.started_us && figures.first_answer_us > Some(0));
    assert_eq!(texts(&session, Channel::Answer), "Good day");
}

#[tokio::test]
async fn the_rule_changes_and_all_is_read_anew() {
    let body = format!("{OK}{}{}data: {{\"t\":7}}\n\n", chunk("Good "), chunk("day"));
    let server = raw([body.as_str()]).await;
    let engine = Engine::default();
    let session = open(&engine, once(&server.origin));
    ended(&engine, &session).await;
    let before = session.status().figures.expect("figures");
    let bad = session.set_text_rule(TextRule::Path, "$.[").expect_err("no path");
    assert_eq!((bad.code, bad.args["what"].as_str()), (Code::Filter, "path"));
    assert_eq!(session.status().text_rule, TextRule::Auto, "it stays");
    session.set_text_rule(TextRule::Path, "$.t").expect("a path");
    let status = session.status();
    assert_eq!((&*status.text_path, status.dialect), ("$.t", None));
    assert_eq!(status.figures.map(|figures| figures.answer_chars), Some(1));
    assert_eq!(texts(&session, Channel::Answer), "7");
    session.set_text_rule(TextRule::Lines, "").expect("lines");
    assert_eq!(session.status().figures, None);
    let (tick, _) = session.text_since(Cursor::default()).expect("text");
    assert!(tick.runs.iter().all(|run| run.part.is_none()));
    session.set_text_rule(TextRule::Auto, "").expect("auto");
    assert_eq!(
        session.status().dialect,
        Some(Dialect::OpenaiChat),
        "it was found when it came"
    );
    assert_eq!(session.status().figures, Some(before));
}

#[tokio::test]
async fn a_plain_stream_has_no_figures() {
    let demo = demo().await;
    let engine = Engine::default();
    let session = open(&engine, once(format!("{}/stream?n=3&ms=1", demo.origin)));
    ended(&engine, &session).await;
    let status = session.status();
    assert_eq!((status.dialect, status.figures), (None, None));
}

#[tokio::test]
async fn a_json_error_after_the_events_is_told() {
    let error = "{\n  \"error\": {\n    \"code\": 499,\n    \"message\": \"The operation was cancelled.\",\n    \"status\": \"CANCELLED\"\n  }\n}\n";
    let gemini =
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"First\"}]},\"index\":0}]}\r\n\r\n";
    let server = raw([format!("{OK}{gemini}{error}").as_str()]).await;
    let engine = Engine::default();
    let session = open(&engine, once(&server.origin));
    ended(&engine, &session).await;
    let status = session.status();
    let failure = status.failure.expect("how it ended");
    assert_eq!((status.state, failure.code), (State::Closed, Code::Eof));
    assert_eq!(failure.args["error"], "The operation was cancelled.");
    assert_eq!(failure.args["error_type"], "CANCELLED");
    let figures = status.figures.expect("figures");
    assert_eq!(
        (&*figures.error, figures.done),
        ("The operation was cancelled.", true)
    );
    assert_eq!(texts(&session, Channel::Answer), "First");
    assert_eq!(texts(&session, Channel::Error), "The operation was cancelled.");
}

#[tokio::test]
async fn a_json_error_after_the_events_does_not_tell_a_secret() {
    let error = format!(
        r#"{{"error":{{"message":"Wrong key: sk-very-secret {}","type":"sk-very-secret"}}}}"#,
        "é".repeat(4_000)
    );
    let server = raw([format!("{OK}data: x\n\n{error}").as_str()]).await;
    let engine = Engine::default();
    let stream = Stream {
        auth: tapewriter_engine::contract::Auth::Bearer {
            token: "sk-very-secret".to_owned(),
        },
        ..once(&server.origin)
    };
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    let failure = session.status().failure.expect("how it ended");
    let words = &failure.args["error"];
    assert!(words.starts_with("Wrong key: ") && words.len() < 4_200, "{words}");
    let told = format!("{failure:?}{:?}", crate::support::rows(&session));
    assert!(!told.contains("very-secret"), "{told}");
}

#[tokio::test]
async fn a_json_error_instead_of_a_stream_is_told() {
    let body =
        r#"{"error":{"message":"Wrong key: sk-very-secret","type":"invalid_request_error","code":"k"}}"#;
    for head in ["401 Unauthorized", "200 OK"] {
        let answer = format!(
            "HTTP/1.1 {head}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let server = raw([answer.as_str()]).await;
        let engine = Engine::default();
        let stream = Stream {
            text_rule: TextRule::OpenaiChat,
            auth: tapewriter_engine::contract::Auth::Bearer {
                token: "sk-very-secret".to_owned(),
            },
            ..once(&server.origin)
        };
        let session = open(&engine, stream);
        ended(&engine, &session).await;
        let failure = session.status().failure.expect("why");
        assert_eq!(failure.args["error_type"], "invalid_request_error", "{head}");
        let words = &failure.args["error"];
        assert!(
            words.starts_with("Wrong key: ") && !words.contains("very-secret"),
            "{words}"
        );
        assert_eq!(&texts(&session, Channel::Error), words, "once");
        assert_eq!(
            session.status().figures.map(|figures| figures.error),
            Some(words.clone())
        );
    }
}
