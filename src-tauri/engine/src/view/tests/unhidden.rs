//! Filters of a session whose actions hide events.

use super::*;
use crate::contract::{Action, Colour};
use crate::log::Mark;

fn hiding(query: &str) -> Actions {
    let action = Action {
        query: query.into(),
        hide: true,
        ..Action::default()
    };
    Actions::read(&[action]).expect("a query")
}

/// Events 0 to 9 that say their number, with a mark behind each third.
fn log() -> Arc<Memory> {
    let entries = (0..14).map(|pos| {
        if pos % 4 == 3 {
            let kind = Kind::Mark(Arc::new(Mark::Retry { ms: pos }));
            Entry {
                kind,
                ..event(pos, "", "")
            }
        } else {
            event(pos, "message", &format!(r#"{{"n":{pos}}}"#))
        }
    });
    Memory::new(entries)
}

fn beside(log: &Arc<Memory>, actions: Actions) -> (Views, Arc<Armed>) {
    let armed = Arc::new(Armed::new(actions));
    let views = Views::beside(
        Arc::clone(log) as SharedLog,
        Arc::default(),
        Arc::clone(&armed),
        Arc::new(|| ()),
    );
    (views, armed)
}

fn unhidden(text: &str) -> Filter {
    Filter {
        unhidden: true,
        ..query(text)
    }
}

#[test]
fn by_itself_it_leaves_all_but_the_hidden_and_with_a_query_events_alone() {
    let log = log();
    let (views, _) = beside(&log, hiding("$.n < 6"));
    let alone = views.open(&unhidden("")).expect("a filter").view;
    done(&views, alone);
    assert_eq!(shown(&views, alone), [3, 6, 7, 8, 9, 10, 11, 12, 13]);
    let asked = views.open(&unhidden("$.n != 9")).expect("a filter").view;
    done(&views, asked);
    assert_eq!(shown(&views, asked), [6, 8, 10, 12, 13]);
    // Without the word they are all there.
    let all = views.open(&query("")).expect("a filter").view;
    assert_eq!(done(&views, all).rows, 14);
}

#[test]
fn it_begins_anew_when_other_events_are_hidden() {
    let log = log();
    let (views, armed) = beside(&log, Actions::default());
    let view = views.open(&unhidden("")).expect("a filter").view;
    assert_eq!(done(&views, view).rows, 14, "nothing is hidden");
    armed.set(hiding("$.n >= 1"));
    views.hide_anew();
    done(&views, view);
    assert_eq!(shown(&views, view), [0, 3, 7, 11]);
    armed.set(Actions::default());
    views.hide_anew();
    assert_eq!(done(&views, view).rows, 14);
}

#[test]
fn a_filter_that_opens_meanwhile_hides_what_is_hidden_by_then() {
    let log = log();
    let (views, armed) = beside(&log, Actions::default());
    for round in 0..100 {
        let view = std::thread::scope(|scope| {
            scope.spawn(|| {
                armed.set(hiding("$.n >= 1"));
                views.hide_anew();
            });
            views.open(&unhidden("")).expect("a filter").view
        });
        done(&views, view);
        assert_eq!(shown(&views, view), [0, 3, 7, 11], "round {round}");
        views.close(view);
        armed.set(Actions::default());
    }
}

#[test]
fn rows_have_the_colours_of_actions_and_own_views_take_no_place() {
    let log = log();
    let colour = |query: &str, colour| Action {
        query: query.into(),
        highlight: Some(colour),
        ..Action::default()
    };
    let actions = [colour("$.n == 2", Colour::Red), colour("$.n > 1", Colour::Green)];
    let (views, _) = beside(&log, Actions::read(&actions).expect("queries"));
    for kind in [own::Kind::Chat, own::Kind::Feed, own::Kind::Actions] {
        views.keep(kind, 1, || Compiled::own(|seen| seen.event.is_some()));
    }
    let ids: Vec<u32> = (0..MAX_VIEWS)
        .map(|_| views.open(&query("$.n <= 4")).expect("room").view)
        .collect();
    assert_eq!(views.open(&query("")).expect_err("full").code, Code::Limit);
    done(&views, ids[0]);
    let colours: Vec<_> = views
        .page(ids[0], 0, 10)
        .expect("a view")
        .rows
        .iter()
        .map(|row| (row.pos, row.colour))
        .collect();
    assert_eq!(
        colours,
        [
            (0, None),
            (1, None),
            (2, Some(Colour::Red)),
            (4, Some(Colour::Green))
        ]
    );
}
