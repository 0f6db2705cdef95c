//! What a stream does when an event matches, against servers.

use std::time::Duration;

use tapewriter_engine::Engine;
use tapewriter_engine::contract::{
    Action, BOOKMARKS, Code, Colour, Filter, RowKind, Scenes, SeriesRule, State, Stream,
};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::support::{OK, data, demo, ended, get, head, once, open, raw, rows, until};

fn action(id: &str, query: &str) -> Action {
    Action {
        id: id.into(),
        name: format!("the {id}"),
        query: query.into(),
        ..Action::default()
    }
}

fn events(count: usize) -> String {
    let mut body = OK.to_owned();
    for n in 0..count {
        body += &format!("id: {n}\ndata: {{\"n\":{n}}}\n\n");
    }
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_exactly_there_and_does_not_come_again() {
    // All in one piece, so that what follows is there already.
    let server = raw([&events(500), &events(500)]).await;
    let engine = Engine::default();
    let stop = Action {
        stop: true,
        ..action("stop", "$.n >= 123")
    };
    let stream = Stream {
        actions: vec![stop],
        ..get(&server.origin)
    };
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    let data = data(&session);
    assert_eq!(
        (data.len(), data.last().map(String::as_str)),
        (124, Some(r#"{"n":123}"#))
    );
    let status = session.status();
    assert_eq!((status.state, status.events), (State::Closed, 124));
    let failure = status.failure.expect("why");
    assert_eq!((failure.code, &*failure.args["action"]), (Code::Stopped, "stop"));
    // What follows the event is the end, and nothing else.
    let kinds: Vec<RowKind> = rows(&session)
        .into_iter()
        .rev()
        .take(2)
        .map(|row| row.kind)
        .collect();
    assert!(
        matches!(
            &kinds[..],
            [RowKind::Closed { .. }, RowKind::Event { seq: 124, .. }]
        ),
        "{kinds:?}"
    );
    until(&engine, "the task ends", || engine.running() == 0).await;
    assert_eq!(server.requests.lock().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_bookmarks_counts_colours_and_hides() {
    let server = raw([&*events(100)]).await;
    let engine = Engine::default();
    let actions = vec![
        Action {
            bookmark: true,
            count: true,
            ..action("mark", "/\"n\":\\d0\\}/")
        },
        Action {
            highlight: Some(Colour::Amber),
            ..action("high", "$.n >= 90")
        },
        Action {
            hide: true,
            ..action("hide", "$.n < 50")
        },
        action("bad", "/(/"),
    ];
    let stream = Stream {
        actions,
        ..once(&server.origin)
    };
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    let marks = session.bookmarks();
    assert_eq!(marks.len(), 9);
    assert!(marks.iter().all(|mark| mark.note == "the mark"));
    let counted = || {
        let status = session.status();
        let matched: Vec<u64> = status.actions.iter().map(|state| state.matched).collect();
        matched == [9, 10, 50, 0]
    };
    until(&engine, "all is counted", counted).await;
    let states = session.status().actions;
    assert_eq!((&*states[0].id, states[0].pos), ("mark", Some(marks[8].pos)));
    assert_eq!(states[3].pos, None);

    // Coloured where it is shown, hidden where it is not asked for, and on record all the same.
    let all = rows(&session);
    let coloured = all.iter().filter(|row| row.colour == Some(Colour::Amber)).count();
    assert_eq!((coloured, session.status().events), (10, 100));
    let newest = all
        .iter()
        .rev()
        .find(|row| row.colour.is_some())
        .expect("coloured");
    assert_eq!(
        session.detail(newest.pos, 0).expect("there").row.colour,
        Some(Colour::Amber)
    );
    let page = session.text_before(None, 1 << 20);
    let text: String = page.runs.iter().map(|run| run.text.as_str()).collect();
    assert_eq!(
        (text.lines().count(), text.lines().next()),
        (50, Some(r#"{"n":50}"#))
    );
    let unhidden = Filter {
        unhidden: true,
        ..Filter::default()
    };
    let view = session.views().open(&unhidden).expect("a filter").view;
    let shown = || session.views().state(view).is_some_and(|state| state.done);
    until(&engine, "the filter is done", shown).await;
    let marks = all.len() as u64 - 100;
    assert_eq!(session.views().state(view).expect("open").rows, 50 + marks);

    // A threshold and a colour begin nothing anew.
    let mut scenes = Scenes::default();
    scenes.chart.series.push(SeriesRule {
        above: Some(9.0),
        ..SeriesRule::default()
    });
    let mut same = session.stream().actions[..3].to_vec();
    session
        .set_scenes(Scenes::default(), same.clone())
        .expect("queries");
    let counted = || {
        let actions = session.status().actions;
        actions.iter().map(|state| state.matched).collect::<Vec<_>>() == [9, 10, 50]
    };
    until(&engine, "all is counted without the bad one", counted).await;
    same[0].highlight = Some(Colour::Violet);
    session.set_scenes(scenes, same).expect("queries");
    let state = session.views().state(view).expect("open");
    assert_eq!((state.rows, state.done), (50 + marks, true));
    assert!(counted(), "{:?}", session.status().actions);

    // Other actions are asked of what came as well.
    let only = vec![action("only", "$.n == 7")];
    session.set_scenes(Scenes::default(), only).expect("a query");
    let counted = || {
        let actions = session.status().actions;
        actions.len() == 1 && actions[0].matched == 1
    };
    until(&engine, "it is counted anew", counted).await;
    assert!(rows(&session).iter().all(|row| row.colour.is_none()));
    until(&engine, "all is shown", || {
        session
            .views()
            .state(view)
            .is_some_and(|state| state.rows == 100 + marks)
    })
    .await;
    session.set_scenes(Scenes::default(), Vec::new()).expect("none");
    assert!(session.status().actions.is_empty());
    let refused = session
        .set_scenes(Scenes::default(), vec![action("a", ""), action("b", "$.[")])
        .expect_err("no path");
    assert_eq!(
        (refused.code, &*refused.args["what"], &*refused.args["action"]),
        (Code::Filter, "path", "b")
    );
    let trial = session.try_action(&action("t", "$.n < 10")).expect("a query");
    assert_eq!((trial.matched, trial.events, trial.done), (10, 100, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_past_the_most_bookmarks_is_counted() {
    let server = raw([&*events(BOOKMARKS + 7)]).await;
    let engine = Engine::default();
    let mark = Action {
        bookmark: true,
        ..action("mark", "")
    };
    let stream = Stream {
        actions: vec![action("other", ""), mark.clone()],
        ..once(&server.origin)
    };
    let session = open(&engine, stream);
    ended(&engine, &session).await;
    assert_eq!(session.bookmarks().len(), BOOKMARKS);
    let unmarked = || {
        let states = session.status().actions.into_iter();
        states.map(|state| (state.id, state.unmarked)).collect::<Vec<_>>()
    };
    assert_eq!(unmarked(), [("other".into(), 0), ("mark".into(), 7)]);
    // It is still so when other actions stand beside it.
    session
        .set_scenes(Scenes::default(), vec![mark])
        .expect("queries");
    assert_eq!(unmarked(), [("mark".into(), 7)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_set_while_it_runs_is_done_from_then_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let engine = Engine::default();
    let session = open(&engine, once(&origin));
    let (mut socket, _) = listener.accept().await.expect("it comes");
    head(&mut socket).await;
    socket
        .write_all(format!("{OK}data: stop here\n\n").as_bytes())
        .await
        .expect("it reads");
    until(&engine, "the first event", || session.status().events == 1).await;
    let actions = vec![
        Action {
            notify: true,
            ..action("tell", "/stop|go on/")
        },
        Action {
            stop: true,
            ..action("stop", "stop here")
        },
    ];
    session.set_scenes(Scenes::default(), actions).expect("queries");
    socket
        .write_all(b"data: go on\n\ndata: stop here\n\ndata: too late\n\n")
        .await
        .expect("it reads");
    ended(&engine, &session).await;
    assert_eq!(data(&session), ["stop here", "go on", "stop here"]);
    // What came before is not told of.
    let taken = tokio::time::timeout(Duration::from_secs(30), engine.alerts().taken())
        .await
        .expect("told");
    let told: Vec<_> = taken
        .alerts
        .iter()
        .map(|alert| (alert.session, &*alert.action, &*alert.name, &*alert.text))
        .collect();
    let id = session.id();
    assert_eq!(
        told,
        [
            (id, "tell", "the tell", "go on"),
            (id, "tell", "the tell", "stop here")
        ]
    );
    assert_eq!((taken.dropped, &*taken.alerts[0].stream), (0, "s"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_room_grows_row_by_row() {
    let demo = demo().await;
    let engine = Engine::default();
    let session = open(&engine, once(format!("{}/stream?n=30&ms=5", demo.origin)));
    session.scenes().chat(None, 10);
    ended(&engine, &session).await;
    let all = || {
        session.status();
        let page = session.scenes().chat(None, 10);
        page.done && page.rows == 30
    };
    until(&engine, "all rows", all).await;
    let page = session.scenes().chat(None, 10);
    assert_eq!((page.from, &*page.bubbles[9].text), (20, "Message 30"));
    let cards = || session.scenes().feed(Some(0), 100).rows == 30;
    until(&engine, "all cards", cards).await;
    assert_eq!(session.scenes().feed(Some(0), 100).cards[0].title, "Message 1");
}
