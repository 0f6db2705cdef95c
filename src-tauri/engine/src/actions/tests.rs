use std::time::Duration;

use super::tally::Tally;
use super::unhidden::Unhidden;
use super::*;
use crate::contract::{ActionState, TextRule};
use crate::log::tests::event;
use crate::log::{Budget, Log, Ring, Span};
use crate::text;

fn action(id: &str, query: &str) -> Action {
    Action {
        id: id.to_owned(),
        name: format!("the {id}"),
        query: query.to_owned(),
        ..Action::default()
    }
}

fn read(actions: &[Action]) -> Actions {
    Actions::read(actions).expect("queries")
}

fn seen<'a>(event_type: &'a str, data: &'a str) -> SeenEvent<'a> {
    SeenEvent {
        seq: 1,
        event_type,
        id: "",
        data,
    }
}

fn ring(data: impl IntoIterator<Item = String>) -> Ring {
    let mut ring = Ring::new(Arc::new(Budget::default()));
    for (pos, data) in (0..).zip(data) {
        ring.append(event(pos, "message", &data));
    }
    ring
}

#[test]
fn types_and_queries_both_count_and_what_is_off_finds_nothing() {
    let typed = Action {
        event_type: "alarm".into(),
        ..action("typed", "")
    };
    let off = Action {
        off: true,
        hide: true,
        ..action("off", "")
    };
    let actions = read(&[
        typed,
        action("text", "smoke"),
        action("regex", "/^\\{/"),
        action("path", "$.level >= 3"),
        action("other", "$.level == 7"),
        off,
    ]);
    let data = r#"{"level":7,"what":"Smoke"}"#;
    assert_eq!(actions.matching(&seen("alarm", data)), 0b1_1111);
    assert_eq!(actions.matching(&seen("message", data)), 0b1_1110);
    assert_eq!(actions.matching(&seen("alarm", "no smoke")), 0b11);
    assert_eq!(actions.matching(&seen("message", r#"{"level":3"#)), 0b100);
    assert!(!actions.hide() && !actions.is_hidden(&seen("message", "x")));
}

#[test]
fn the_first_that_matches_gives_the_colour_and_does_what_it_does() {
    let colour = |id: &str, query: &str, colour| Action {
        highlight: Some(colour),
        ..action(id, query)
    };
    let does = |id: &str, query: &str, notify, bookmark, stop| Action {
        notify,
        bookmark,
        stop,
        ..action(id, query)
    };
    let actions = read(&[
        colour("a", "$.n > 5", Colour::Red),
        colour("b", "$.n > 2", Colour::Amber),
        does("c", "$.n > 2", true, false, false),
        does("d", "$.n > 1", true, true, false),
        does("e", "$.n > 8", false, false, true),
    ]);
    let of = |n: u32| {
        let data = format!(r#"{{"n":{n}}}"#);
        let event = seen("message", &data);
        let id = |action: Option<&Action>| action.map(|action| action.id.clone());
        let effects = actions.effects(&event);
        (
            actions.colour(&event),
            [id(effects.notify), id(effects.bookmark), id(effects.stop)],
        )
    };
    let id = |id: &str| Some(id.to_owned());
    assert_eq!(of(9), (Some(Colour::Red), [id("c"), id("d"), id("e")]));
    assert_eq!(of(3), (Some(Colour::Amber), [id("c"), id("d"), None]));
    assert_eq!(of(2), (None, [id("d"), id("d"), None]));
    assert_eq!(of(1), (None, [None, None, None]));
}

#[test]
fn what_cannot_be_read_says_where() {
    for (query, what) in [("/(/", "regex"), ("$.[", "path"), ("$.a >", "value")] {
        let failure = Actions::read(&[action("fine", ""), action("bad", query)]).expect_err(query);
        assert_eq!(failure.code, Code::Filter, "{query}");
        assert_eq!((&*failure.args["what"], &*failure.args["action"]), (what, "bad"));
    }
    let many: Vec<Action> = (0..=ACTIONS).map(|n| action(&n.to_string(), "")).collect();
    let failure = Actions::read(&many).expect_err("too many");
    assert_eq!((failure.code, &*failure.args["what"]), (Code::Limit, "actions"));
    let long = Action {
        event_type: "x".repeat(5_000),
        ..action("long", "")
    };
    assert_eq!(Actions::read(&[long]).expect_err("long").args["action"], "long");
    // Stored by anyone: what cannot be read finds nothing, and the rest works.
    let mut stored = many;
    stored[1].query = "/(/".into();
    let actions = Actions::of_stored(&stored);
    assert_eq!(actions.len(), ACTIONS);
    assert_eq!(actions.matching(&seen("message", "x")), !0b10);
}

#[test]
fn a_trial_looks_at_the_newest_first_and_says_what_it_did() {
    let log = ring((0..10_000).map(|n| n.to_string()));
    let long = Duration::from_secs(60);
    let trial = |query: &str, most| trial::run(&log, &action("t", query), most).expect("a query");
    let whole = trial("/7$/", long);
    assert_eq!((whole.matched, whole.events, whole.done), (1_000, 10_000, true));
    let none = trial("/7$/", Duration::ZERO);
    assert_eq!((none.matched, none.events, none.done), (0, 0, false));
    // One that is off is tried all the same.
    let off = Action {
        off: true,
        ..action("t", "9999")
    };
    assert_eq!(trial::run(&log, &off, long).expect("a query").matched, 1);
    assert!(trial::run(&log, &action("t", "/(/"), long).is_err());
    let empty = trial::run(&ring([]), &action("t", ""), long).expect("a query");
    assert_eq!((empty.events, empty.done), (0, true));
}

#[test]
fn a_tally_counts_to_the_playhead_and_keeps_what_has_gone() {
    let actions = read(&[action("even", "/[02468]$/"), action("five", "/5$/")]);
    let tally = Tally::default();
    let log = ring((0..100).map(|n| n.to_string()));
    for pos in 0..100 {
        let entry = log.get(pos).expect("there");
        tally.see(&actions, &Seen::of(&entry));
        // Seen twice is counted once.
        tally.see(&actions, &Seen::of(&entry));
    }
    let states = |first, end| {
        let states = tally.states(&actions, Span { first, end });
        states
            .into_iter()
            .map(|ActionState { id, matched, pos, .. }| (id, matched, pos))
            .collect::<Vec<_>>()
    };
    let told = |even, even_pos, five, five_pos| {
        vec![
            ("even".to_owned(), even, even_pos),
            ("five".to_owned(), five, five_pos),
        ]
    };
    assert_eq!(states(0, 100), told(50, Some(98), 10, Some(95)));
    assert_eq!(states(0, 6), told(3, Some(4), 1, Some(5)));
    assert_eq!(states(0, 0), told(0, None, 0, None));
    assert_eq!(states(97, 100), told(50, Some(98), 10, Some(95)));
    assert_eq!(states(97, 98), told(49, Some(96), 10, Some(95)));
}

#[test]
fn a_hidden_event_is_not_typed_and_a_colour_begins_a_run() {
    let hide = Action {
        hide: true,
        ..action("h", "noise")
    };
    let red = Action {
        highlight: Some(Colour::Red),
        ..action("r", "fire")
    };
    let actions = read(&[hide, red]);
    let log = ring(["one", "noise", "fire", "fire too", "two"].map(str::to_owned));
    let shown = Unhidden::new(&log, &actions);
    let (tick, cursor) = text::since(&shown, text::Cursor::default(), &TextRule::Lines.into()).expect("text");
    let runs: Vec<_> = tick
        .runs
        .iter()
        .map(|run| (run.text.as_str(), run.colour))
        .collect();
    let red = Some(Colour::Red);
    // Entries of one moment are one run, but for their colour.
    assert_eq!(
        runs,
        [("one\n", None), ("fire\nfire too\n", red), ("two\n", None)]
    );
    assert_eq!(cursor.pos, 5);
    let page = text::before(&shown, None, 1_000, &TextRule::Lines.into());
    assert_eq!(page.runs, tick.runs);
    let mut events = 0;
    shown.visit(0, &mut |seen| {
        events += u32::from(seen.event.is_some());
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!((events, shown.run(0, 9).len()), (4, 5));
}

#[test]
fn alerts_are_bounded_and_the_oldest_go() {
    let alerts = alerts::Alerts::default();
    let nothing = Arc::default();
    let alert = |pos| alerts::Waiting::new((1, "s"), &action("a", ""), &event(pos, "m", ""), &nothing);
    for pos in 0..alerts::ALERTS as u64 + 3 {
        alerts.push(alert(pos));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let taken = runtime.block_on(alerts.taken());
    assert_eq!((taken.alerts.len(), taken.dropped), (alerts::ALERTS, 3));
    assert_eq!(taken.alerts[0].pos, 3);
    alerts.push(alert(9));
    assert_eq!(runtime.block_on(alerts.taken()).dropped, 0);
}

#[test]
fn an_alert_is_one_short_line_without_secrets() {
    let secret = "hunter2-hunter2";
    let redactor = Arc::new(crate::redact::Redactor::new(vec![secret.into()]));
    let of = |data: &str| {
        let entry = event(3, "message", data);
        let told = alerts::Waiting::new((1, "s"), &action("a", ""), &entry, &redactor).told();
        assert_eq!((told.pos, told.session, told.at_us), (3, 1, entry.at_us));
        told.text
    };
    assert_eq!(of(r#"{"user":"Mira","text":"hi\n\tyou"}"#), "Mira: hi you");
    assert_eq!(of(r#"{"title":"Rain","summary":"much"}"#), "Rain");
    assert_eq!(of("plain\nlines"), "plain lines");
    let cut = of(&"雨".repeat(200_000));
    assert_eq!(cut.chars().count(), alerts::ALERT_CHARS);
    // Also where the cut would fall into it.
    let at_the_end = of(&format!("{}{secret}", "x".repeat(alerts::ALERT_CHARS - 5)));
    assert!(!at_the_end.contains("hunt"), "{at_the_end}");
}

#[test]
fn only_what_finds_or_hides_other_events_counts_as_other() {
    let hide = Action {
        hide: true,
        ..action("h", "noise")
    };
    let armed = Armed::new(read(&[hide.clone(), action("a", "x")]));
    let numbers = || (armed.hiding().0, armed.finding().0);
    let mut before = numbers();
    let mut becomes = |actions: &[Action], hides: bool, finds: bool| {
        assert_eq!(armed.set(read(actions)), hides);
        let now = numbers();
        assert_eq!(
            (now.0 > before.0, now.1 > before.1),
            (hides, finds),
            "{actions:?}"
        );
        before = now;
    };
    let named = |action: Action| Action {
        name: "other".into(),
        highlight: Some(Colour::Red),
        notify: true,
        count: true,
        ..action
    };
    becomes(&[named(hide.clone()), named(action("a", "x"))], false, false);
    becomes(&[hide.clone(), action("a", "y")], false, true);
    becomes(std::slice::from_ref(&hide), false, true);
    let typed = Action {
        event_type: "t".into(),
        ..hide.clone()
    };
    becomes(std::slice::from_ref(&typed), true, true);
    // Shown again, and still counted.
    let shown = Action {
        hide: false,
        ..typed.clone()
    };
    becomes(&[shown], true, false);
    becomes(&[Action { off: true, ..typed }], false, true);
    becomes(&[], false, true);
}
