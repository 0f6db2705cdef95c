//! A conversation: prompts, further turns in one session, and what ends it, against real sockets.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tapewriter_engine::compose::PROMPT_BYTES;
use tapewriter_engine::contract::{Code, Failure, OnEnd, RowKind, State, Stream, TextRule};
use tapewriter_engine::{Engine, Options, Session};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::support::{OK, body_of, ended, get, head, open, rows, until};

/// A server that keeps each request whole and answers by what the test hands it, piece by piece.
pub struct Model {
    pub origin: String,
    requests: Arc<Mutex<Vec<String>>>,
    /// What is said next; `None` ends the answer.
    say: mpsc::UnboundedSender<Option<String>>,
    _stop: DropGuard,
}

impl Model {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (say, mut said) = mpsc::unbounded_channel::<Option<String>>();
        let (stop, kept) = (CancellationToken::new(), Arc::clone(&requests));
        let end = stop.clone();
        tokio::spawn(end.run_until_cancelled_owned(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let request = head(&mut socket).await;
                kept.lock().push(request);
                while let Some(Some(piece)) = said.recv().await {
                    // The client may have gone: what it saw is what the test asserts.
                    let _ = socket.write_all(piece.as_bytes()).await;
                }
                let _ = socket.shutdown().await;
            }
        }));
        Self {
            origin,
            requests,
            say,
            _stop: stop.drop_guard(),
        }
    }

    pub fn say(&self, piece: &str) {
        self.say.send(Some(piece.to_owned())).expect("it listens");
    }

    pub fn end(&self) {
        self.say.send(None).expect("it listens");
    }

    /// A whole answer of these events.
    pub fn answer(&self, events: &[&str]) {
        self.say(OK);
        for event in events {
            self.say(&format!("data: {event}\n\n"));
        }
        self.end();
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().clone()
    }

    pub fn json(&self, number: usize) -> Value {
        serde_json::from_str(body_of(&self.requests()[number])).expect("JSON")
    }

    pub fn stream(&self) -> Stream {
        Stream {
            method: "POST".to_owned(),
            body: Some(r#"{"stream":true,"messages":[{"role":"system","content":"brief"},{"role":"user","content":"{{prompt}}"}]}"#.to_owned()),
            text_rule: TextRule::Joined,
            prompt: "the first".to_owned(),
            ..get(&self.origin)
        }
    }
}

pub async fn rests(engine: &Engine, session: &Session) {
    until(engine, "it waits for a prompt", || session.status().asks).await;
}

fn refused(session: &Session) -> Failure {
    let failure = session.ask("more").expect_err("it is refused");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Limit, "asks")
    );
    failure
}

fn prompts(session: &Session) -> Vec<(u32, String)> {
    let rows = rows(session).into_iter();
    rows.filter_map(|row| match row.kind {
        RowKind::Asked { prompt } => Some((row.attempt, prompt)),
        _ => None,
    })
    .collect()
}

fn connect(engine: &Engine, stream: Stream, options: Options) -> Result<Arc<Session>, Failure> {
    let id = engine.connect(&format!("{stream:?}"), stream, options)?;
    Ok(engine.session(id).expect("there"))
}

#[tokio::test]
async fn what_was_typed_goes_in_place_of_the_definitions_own_prompt() {
    let (engine, model) = (Engine::default(), Model::new().await);
    let options = Options {
        prompt: Some("say \"hi\"\n{{secret:x}} {{prompt}}".to_owned()),
        ..Options::default()
    };
    // A variable of that name stands for nothing.
    let mut with_variable = options.clone();
    let variables = &mut with_variable.values.variables;
    variables.insert("prompt".to_owned(), "shadow".to_owned());
    model.answer(&["ok"]);
    let session = connect(&engine, model.stream(), with_variable).expect("a session");
    rests(&engine, &session).await;
    let typed = options.prompt.expect("some");
    assert_eq!(model.json(0)["messages"][1]["content"], typed.as_str());
    assert_eq!(prompts(&session), [(1, typed)]);
    assert!(matches!(rows(&session)[0].kind, RowKind::Asked { .. }));
    // Left blank, it is the definition's own.
    for prompt in [None, Some(" \n".to_owned())] {
        model.answer(&["ok"]);
        let mut stream = model.stream();
        stream.name = format!("{prompt:?}");
        let options = Options {
            prompt,
            ..Options::default()
        };
        let session = connect(&engine, stream, options).expect("a session");
        rests(&engine, &session).await;
        assert_eq!(prompts(&session), [(1, "the first".to_owned())]);
    }
    assert_eq!(model.json(2)["messages"][1]["content"], "the first");
}

#[tokio::test]
async fn without_any_prompt_nothing_is_sent() {
    let (engine, model) = (Engine::default(), Model::new().await);
    let stream = Stream {
        prompt: " ".to_owned(),
        ..model.stream()
    };
    let failure = connect(&engine, stream.clone(), Options::default()).expect_err("it is refused");
    assert_eq!(
        (failure.code, failure.args["detail"].as_str()),
        (Code::Url, "prompt-missing")
    );
    let long = Options {
        prompt: Some("x".repeat(PROMPT_BYTES + 1)),
        ..Options::default()
    };
    let failure = connect(&engine, stream, long).expect_err("it is refused");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Limit, "prompt")
    );
    assert_eq!((engine.sessions().len(), model.requests().len()), (0, 0));
}

#[tokio::test]
async fn a_second_turn_carries_the_first() {
    let (engine, model) = (Engine::default(), Model::new().await);
    model.answer(&["Hel", "lo"]);
    let session = open(&engine, model.stream());
    rests(&engine, &session).await;
    let status = session.status();
    assert_eq!(
        (status.state, status.attempt, status.events),
        (State::Closed, 1, 2)
    );
    assert_eq!(status.failure.map(|failure| failure.code), Some(Code::Eof));
    assert!(status.ended_us.is_some() && session.state() == State::Closed);
    session.ask("and \"then\"?").expect("it waits");
    let status = session.status();
    assert!(status.state.is_live() && !status.asks);
    assert_eq!((status.ended_us, status.failure), (None, None));
    model.say(OK);
    model.say("id: 7\ndata: Good\n\n");
    until(&engine, "it is open", || session.status().events == 3).await;
    refused(&session);
    model.end();
    rests(&engine, &session).await;
    assert_eq!(
        model.json(1),
        json!({"stream": true, "messages": [
            {"role": "system", "content": "brief"},
            {"role": "user", "content": "the first"},
            {"role": "assistant", "content": "Hello"},
            {"role": "user", "content": "and \"then\"?"},
        ]})
    );
    model.answer(&["bye"]);
    session.ask("third").expect("it waits");
    rests(&engine, &session).await;
    let messages = model.json(2)["messages"].clone();
    assert_eq!(messages.as_array().map(Vec::len), Some(6));
    assert_eq!(messages[4]["content"], "Good");
    let third = &model.requests()[2];
    assert!(!third.to_lowercase().contains("last-event-id"), "{third}");
    let asked = prompts(&session);
    let asked: Vec<(u32, &str)> = asked.iter().map(|(n, prompt)| (*n, prompt.as_str())).collect();
    assert_eq!(asked, [(1, "the first"), (2, "and \"then\"?"), (3, "third")]);
    let status = session.status();
    assert_eq!((status.attempt, status.reconnects), (3, 0));
    assert_eq!(
        session.ask("  ").expect_err("blank").args["detail"],
        "prompt-missing"
    );
    assert!(session.status().asks);
}

#[tokio::test]
async fn stop_ends_an_answer_and_not_the_conversation() {
    let (engine, model) = (Engine::default(), Model::new().await);
    let session = open(&engine, model.stream());
    model.say(OK);
    model.say("data: Hal\n\n");
    until(&engine, "something came", || session.status().events == 1).await;
    session.stop();
    rests(&engine, &session).await;
    let status = session.status();
    assert_eq!(status.state, State::Closed);
    assert_eq!(status.failure.map(|failure| failure.code), Some(Code::Stopped));
    // A second Stop has nothing to stop.
    session.stop();
    model.end();
    model.answer(&["more"]);
    session.ask("go on").expect("it waits");
    rests(&engine, &session).await;
    let messages = model.json(1)["messages"].clone();
    assert_eq!(messages[2]["content"], "Hal");
    assert_eq!(messages[3]["content"], "go on");
    assert_eq!(session.status().events, 2);
    // Before the head has come as well.
    session.ask("again").expect("it waits");
    until(&engine, "it was asked", || model.requests().len() == 3).await;
    assert_eq!(session.state(), State::Connecting);
    session.stop();
    rests(&engine, &session).await;
    assert_eq!(session.status().state, State::Closed);
}

#[tokio::test]
async fn a_turn_that_failed_is_left_out_of_the_next() {
    let (engine, model) = (Engine::default(), Model::new().await);
    let session = open(&engine, model.stream());
    model.say("HTTP/1.1 503 Busy\r\nconnection: close\r\n\r\nlater");
    model.end();
    rests(&engine, &session).await;
    let status = session.status();
    assert_eq!(status.state, State::Failed);
    assert_eq!(status.failure.map(|failure| failure.code), Some(Code::Status));
    model.answer(&["here"]);
    session.ask("now?").expect("it waits");
    rests(&engine, &session).await;
    assert_eq!(session.state(), State::Closed);
    let messages = model.json(1)["messages"].clone();
    assert_eq!(messages.as_array().map(Vec::len), Some(2));
    assert_eq!(messages[1]["content"], "now?");
}

#[tokio::test]
async fn a_question_is_sent_once_unless_that_was_allowed_and_an_answer_ends_it() {
    let (engine, model) = (Engine::default(), Model::new().await);
    let cut = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 999\r\n\r\nretry: 1\n\ndata: x\n\n";
    model.say(cut);
    model.end();
    let session = open(&engine, model.stream());
    rests(&engine, &session).await;
    let failure = session.status().failure.expect("it broke");
    assert_eq!((session.state(), failure.code), (State::Failed, Code::Reset));
    assert_eq!(model.requests().len(), 1);
    // Where it was allowed, a broken answer is asked for again, and one that is over is not.
    model.say(cut);
    model.end();
    model.answer(&["whole"]);
    let allowed = Stream {
        repeat_unsafe: true,
        on_end: OnEnd::Reconnect,
        ..model.stream()
    };
    let session = open(&engine, allowed);
    rests(&engine, &session).await;
    assert_eq!((session.state(), model.requests().len()), (State::Closed, 3));
    assert_eq!(model.json(1), model.json(2));
    assert_eq!(prompts(&session), [(1, "the first".to_owned())]);
    // Its answer is the one that came last.
    model.answer(&["ok"]);
    session.ask("next").expect("it waits");
    rests(&engine, &session).await;
    assert_eq!(model.json(3)["messages"][2]["content"], "whole");
}

#[tokio::test]
async fn an_answer_that_was_told_to_its_end_is_not_asked_for_again() {
    let (engine, model) = (Engine::default(), Model::new().await);
    let cut = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 999\r\n\r\nretry: 1\n\n";
    for rule in [TextRule::Auto, TextRule::Lines] {
        let asked = model.requests().len();
        model.say(cut);
        model.say("data: {\"choices\":[{\"delta\":{\"content\":\"whole\"}}]}\n\ndata: [DONE]\n\n");
        model.end();
        let allowed = Stream {
            repeat_unsafe: true,
            text_rule: rule,
            ..model.stream()
        };
        let session = open(&engine, allowed);
        rests(&engine, &session).await;
        let failure = session.status().failure.expect("it broke");
        assert_eq!((session.state(), failure.code), (State::Closed, Code::Reset));
        assert_eq!(model.requests().len(), asked + 1, "{rule:?}");
    }
}

#[tokio::test]
async fn a_name_without_an_address_ends_a_later_answer_as_it_ends_the_first() {
    let (engine, model) = (Engine::default(), Model::new().await);
    model.answer(&["one"]);
    let stream = Stream {
        repeat_unsafe: true,
        ..model.stream()
    };
    let session = connect(&engine, stream, Options::default()).expect("a session");
    rests(&engine, &session).await;
    assert_eq!(session.state(), State::Closed);
    session.ask("more").expect("it waits");
    model.say(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://no-such-host.invalid/\r\ncontent-length: 0\r\n\r\n",
    );
    model.end();
    rests(&engine, &session).await;
    let failure = session.status().failure.expect("why");
    assert_eq!((session.state(), failure.code), (State::Failed, Code::Dns));
}

#[tokio::test]
async fn of_many_that_ask_at_once_one_is_first() {
    let (engine, model) = (Engine::default(), Model::new().await);
    model.answer(&["one"]);
    let session = open(&engine, model.stream());
    rests(&engine, &session).await;
    let asks: Vec<_> = (0..16)
        .map(|n| {
            let session = Arc::clone(&session);
            tokio::task::spawn_blocking(move || session.ask(&format!("{n}")))
        })
        .collect();
    let mut won = 0;
    for ask in asks {
        match ask.await.expect("it ends") {
            Ok(()) => won += 1,
            Err(failure) => assert_eq!(failure.args["what"], "asks"),
        }
    }
    assert_eq!(won, 1);
    model.answer(&["two"]);
    rests(&engine, &session).await;
    assert_eq!((prompts(&session).len(), model.requests().len()), (2, 2));
}

#[tokio::test]
async fn close_ends_a_session_that_waits_and_so_does_connect() {
    let (engine, model) = (Engine::default(), Model::new().await);
    model.answer(&["one"]);
    let session = open(&engine, model.stream());
    rests(&engine, &session).await;
    assert_eq!((engine.running(), engine.asking()), (1, 1));
    engine.close(session.id());
    until(&engine, "its task is gone", || engine.running() == 0).await;
    // Whoever still holds it sees that it is over.
    assert!(!session.status().asks && session.state() == State::Closed);
    refused(&session);
    model.answer(&["two"]);
    let first = open(&engine, model.stream());
    rests(&engine, &first).await;
    model.answer(&["three"]);
    let mut again = model.stream();
    again.name = "again".to_owned();
    let second = open(&engine, again);
    rests(&engine, &second).await;
    assert_eq!((engine.sessions().len(), engine.running()), (1, 1));
    refused(&first);
}

#[tokio::test]
async fn what_does_not_ask_ends_as_ever() {
    let (engine, model) = (Engine::default(), Model::new().await);
    let stream = Stream {
        body: Some("{}".to_owned()),
        ..model.stream()
    };
    model.answer(&["one"]);
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    until(&engine, "its task is gone", || engine.running() == 0).await;
    assert!(!session.status().asks && prompts(&session).is_empty());
    refused(&session);
    // Nor does one whose reader wants its first answer alone.
    model.answer(&["one"]);
    let (outlet, mut entries) = mpsc::channel(64);
    let options = Options {
        wait_for_prompts: false,
        outlet: Some(outlet),
        ..Options::default()
    };
    let session = connect(&engine, model.stream(), options).expect("a session");
    let mut count = 0;
    while entries.recv().await.is_some() {
        count += 1;
    }
    // Asked, opened, the event, closed.
    assert_eq!(count, 4);
    until(&engine, "its task is gone", || engine.running() == 0).await;
    refused(&session);
}

#[tokio::test]
async fn a_secret_in_a_prompt_is_not_recorded_and_goes_on_being_sent() {
    let (engine, model) = (Engine::default(), Model::new().await);
    let mut stream = model.stream();
    stream.headers = vec![tapewriter_engine::contract::Header::new(
        "x-api-key",
        "hunter2secret",
    )];
    stream.prompt = "my key is hunter2secret".to_owned();
    model.answer(&["oh"]);
    let session = open(&engine, stream);
    rests(&engine, &session).await;
    model.answer(&["oh"]);
    session.ask("is hunter2secret safe?").expect("it waits");
    rests(&engine, &session).await;
    let shown = format!("{:?}", rows(&session));
    assert!(!shown.contains("hunter2"), "{shown}");
    let messages = model.json(1)["messages"].clone();
    assert_eq!(messages[1]["content"], "my key is hunter2secret");
    assert_eq!(messages[3]["content"], "is hunter2secret safe?");
}
