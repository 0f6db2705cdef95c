//! Pages of chat and feed beside a plain look at every entry, live and at any playhead.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::actions::Actions;
use crate::contract::{BUBBLE_CHARS, Bubble, BubbleKind, Card, Colour};
use crate::log::tests::event;
use crate::log::{Budget, Entry, Log, Ring, Seen, Span};

/// Entries with a playhead.
struct Memory {
    ring: Mutex<Ring>,
    head: AtomicU64,
}

impl Log for Memory {
    fn span(&self) -> Span {
        let span = self.ring.lock().span();
        Span {
            end: span.end.min(self.head.load(Ordering::SeqCst)),
            ..span
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        let there = pos < self.head.load(Ordering::SeqCst);
        self.ring.lock().get(pos).filter(|_| there)
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        self.ring.lock().data_bytes_before(pos)
    }

    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        let to = from.saturating_add(7).min(self.span().end);
        for pos in from..to {
            if let Some(entry) = self.get(pos)
                && see(Seen::of(&entry)).is_break()
            {
                return pos + 1;
            }
        }
        to.max(from)
    }
}

struct Room {
    log: Arc<Memory>,
    now_us: Arc<AtomicU64>,
    scenes: Projections,
    armed: Arc<Armed>,
}

/// A session of events, one each second from the second 1,000 on, that is read by rules.
fn room<A: AsRef<str>>(events: &[(A, A, A)], rules: Rules) -> Room {
    let whole = Arc::new(Memory {
        ring: Mutex::new(Ring::new(Arc::new(Budget::default()))),
        head: AtomicU64::new(u64::MAX),
    });
    let log = Arc::new(Memory {
        ring: Mutex::new(Ring::new(Arc::new(Budget::default()))),
        head: AtomicU64::new(u64::MAX),
    });
    for (pos, (event_type, id, data)) in (0..).zip(events) {
        let mut entry = event(pos, event_type.as_ref(), data.as_ref());
        entry.at_us = (1_000 + pos) * 1_000_000;
        if let crate::log::Kind::Event(event) = &mut entry.kind {
            event.id = id.as_ref().into();
        }
        whole.ring.lock().append(entry.clone());
        log.ring.lock().append(entry);
    }
    let armed = Arc::new(Armed::new(Actions::of_stored(&rules.actions)));
    let shared: SharedLog = Arc::clone(&log) as SharedLog;
    let views = Arc::new(Views::beside(
        Arc::clone(&shared),
        Arc::default(),
        Arc::clone(&armed),
        Arc::new(|| ()),
    ));
    let now_us = Arc::new(AtomicU64::new(0));
    let now = Arc::clone(&now_us);
    let clock = Arc::new(move || now.load(Ordering::SeqCst));
    let scenes = Projections::new(shared, whole, rules).beside(&views, &armed, clock);
    Room {
        log,
        now_us,
        scenes,
        armed,
    }
}

impl Room {
    fn seek(&self, head: u64) {
        self.log.head.store(head, Ordering::SeqCst);
        self.now_us.store((1_000 + head) * 1_000_000, Ordering::SeqCst);
    }

    fn wait<P>(&self, page: impl Fn() -> P, done: impl Fn(&P) -> bool) -> P {
        let begun = Instant::now();
        loop {
            let page = page();
            if done(&page) {
                return page;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it never came");
            // Somebody looks, as a tick does.
            self.scenes.views.grown();
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until the view of a scene has looked at all that there is.
    fn chat(&self) -> ChatPage {
        self.wait(
            || self.scenes.chat(None, 100),
            |page| page.done && self.looked(Kind::Chat),
        );
        self.scenes.chat(None, 100)
    }

    fn feed(&self) -> FeedPage {
        self.wait(
            || self.scenes.feed(None, 100),
            |page| page.done && self.looked(Kind::Feed),
        );
        self.scenes.feed(None, 100)
    }

    fn looked(&self, kind: Kind) -> bool {
        let rows = self.scenes.views.kept(kind, None, 1);
        rows.is_some_and(|rows| rows.state.scanned == rows.state.end)
    }
}

fn say(sender: &str, text: &str) -> (String, String, String) {
    let data = serde_json::json!({ "sender": sender, "text": text }).to_string();
    ("message".into(), String::new(), data)
}

fn owned(event_type: &str, id: &str, data: &str) -> (String, String, String) {
    (event_type.into(), id.into(), data.into())
}

#[test]
fn a_room_is_read_with_its_people() {
    let room = room(
        &[
            owned("join", "", r#"{"user":"Mira"}"#),
            owned("join", "", "Ann"),
            say("Mira", "hello"),
            owned("typing", "", r#"{"user":"Ann"}"#),
            owned("message", "", "a word from the server"),
            owned("users", "", r#"{"count":3}"#),
            owned("ping", "", "12"),
            say("You", "hi"),
            owned("user_left", "", r#"{"user":{"name":"Mira"}}"#),
        ],
        Rules::default(),
    );
    let page = room.chat();
    assert_eq!(
        (page.from, page.gone, page.rows, page.bubbles.len()),
        (0, 0, 6, 6)
    );
    let told: Vec<_> = page
        .bubbles
        .iter()
        .map(|row| (row.pos, row.kind, &*row.sender, &*row.text, row.own))
        .collect();
    use BubbleKind::{Join, Leave, Message};
    assert_eq!(
        told,
        [
            (0, Join, "Mira", "", false),
            (1, Join, "Ann", "", false),
            (2, Message, "Mira", "hello", false),
            (4, Message, "", "a word from the server", false),
            (7, Message, "You", "hi", true),
            (8, Leave, "Mira", "", false),
        ]
    );
    assert_eq!((&*page.rule.sender, &*page.rule.text), ("$.sender", "$.text"));
    let some = room.scenes.chat(Some(2), 3);
    assert_eq!((some.from, some.bubbles[0].pos, some.bubbles.len()), (2, 2, 3));
    let past = room.scenes.chat(Some(99), 3);
    assert_eq!((past.from, past.bubbles.len()), (6, 0));
}

#[test]
fn who_types_is_told_for_six_seconds_or_until_they_have_said_it() {
    let typing = |who: &str| owned("typing", "", &format!(r#"{{"sender":"{who}"}}"#));
    let room = room(
        &[
            say("Mira", "a"),
            typing("Mira"),
            typing("Ann"),
            typing("You"),
            say("Mira", "b"),
            owned("typing", "", r#"{"sender":"Tom","typing":true}"#),
            owned("typing", "", r#"{"sender":"Tom","typing":false}"#),
            say("Kim", "c"),
            say("Kim", "d"),
            say("Kim", "e"),
        ],
        Rules::default(),
    );
    let at = |head| {
        room.seek(head);
        room.scenes.chat(None, 10).typing
    };
    assert_eq!(at(2), ["Mira"]);
    assert_eq!(at(4), ["Mira", "Ann"]);
    assert_eq!(at(5), ["Ann"]);
    assert_eq!(at(6), ["Ann", "Tom"]);
    assert_eq!(at(8), ["Ann"]);
    assert_eq!(at(9), [""; 0]);
    // Back again it is as it was then.
    assert_eq!(at(6), ["Ann", "Tom"]);
    // Live, time goes on without entries.
    room.now_us.store(1_020_000_000, Ordering::SeqCst);
    assert_eq!(room.scenes.chat(None, 10).typing, [""; 0]);
}

#[test]
fn cards_are_new_once_and_hostile_fields_stay_text() {
    let markup = "<img src=x onerror=alert(1)>";
    let long = "長".repeat(80_000);
    let card = |title: &str, link: &str| {
        serde_json::json!({ "title": title, "link": link, "source": { "name": "\u{202e}dne" }, "time": 1_795_692_065 })
            .to_string()
    };
    let room = room(
        &[
            owned("headline", "1", &card(markup, "javascript:alert(1)")),
            owned("breaking", "2", &card("two", "https://example.com/2")),
            owned("headline", "1", &card(markup, "javascript:alert(1)")),
            owned("headline", "3", &card(&long, &long)),
            owned("heartbeat", "4", "{}"),
            owned("headline", "5", "\n  plain words\nmore"),
            owned("headline", "6", r#"{"breaking":"no","title":7}"#),
            owned("headline", "7", r#"{"breaking":1,"title":"b"}"#),
        ],
        Rules::default(),
    );
    let page = room.feed();
    let told: Vec<(u64, bool)> = page.cards.iter().map(|card| (card.pos, card.breaking)).collect();
    assert_eq!(
        told,
        [
            (0, false),
            (1, true),
            (3, false),
            (5, false),
            (6, false),
            (7, true)
        ]
    );
    let first = &page.cards[0];
    assert_eq!((&*first.title, &*first.link), (markup, "javascript:alert(1)"));
    assert_eq!(
        (&*first.source, first.said_us),
        ("\u{202e}dne", Some(1_795_692_065_000_000))
    );
    assert_eq!(first.id, "1");
    assert_eq!(page.cards[2].title.chars().count(), BUBBLE_CHARS);
    assert!(page.cards[2].link.chars().count() <= 2_048);
    assert_eq!(page.cards[3].title, "plain words");
    assert_eq!(page.cards[4].title, "7");
    assert!(serde_json::to_vec(&page).expect("plain data").len() < 1 << 20);
}

#[test]
fn hostile_messages_stay_text_and_are_cut() {
    let long = format!("{}<script>", "א".repeat(100_000));
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let room = room(
        &[
            say("Mira", &long),
            say(&"n".repeat(10_000), "<b>\u{0}\u{202e}"),
            owned("message", "", &nested),
            owned("message", "", r#"{"sender":"x","text":"half"#),
            owned("message", "", r#"{"sender":["x"],"text":"y","text":"z"}"#),
        ],
        Rules::default(),
    );
    let page = room.chat();
    assert_eq!(page.rows, 5);
    let first = &page.bubbles[0];
    assert_eq!((first.text.chars().count(), first.cut), (BUBBLE_CHARS, true));
    assert_eq!(page.bubbles[1].text, "<b>\u{0}\u{202e}");
    assert!(page.bubbles[1].sender.len() < 300);
    // What is no JSON, or nested past all reason, is plain text.
    assert!(page.bubbles[2].cut && page.bubbles[2].text.starts_with("[["));
    assert_eq!(page.bubbles[3].text, r#"{"sender":"x","text":"half"#);
    assert_eq!((&*page.bubbles[4].sender, &*page.bubbles[4].text), ("", "z"));
}

#[test]
fn another_rule_reads_all_of_it_anew() {
    let events: Vec<_> = (0..80)
        .map(|n| {
            let data = format!(r#"{{"a":"a{n}","text":"t{n}","who":"w","n":{n}}}"#);
            owned("message", &n.to_string(), &data)
        })
        .collect();
    let room = room(&events, Rules::default());
    assert_eq!(room.chat().bubbles[79].text, "t79");
    let action = |query: &str, hide, highlight| Action {
        query: query.into(),
        hide,
        highlight,
        ..Action::default()
    };
    let mut rules = Rules::default();
    rules.scenes.chat.text = "$.a".into();
    rules.scenes.chat.me = "w".into();
    rules.scenes.feed.breaking = "$.n > 77".into();
    rules.scenes.feed.title = "$.who".into();
    rules.actions = vec![
        action("$.n < 60", true, None),
        action("$.n == 70", false, Some(Colour::Violet)),
    ];
    room.armed.set(Actions::read(&rules.actions).expect("queries"));
    room.scenes.set_rules(rules);
    let page = room.chat();
    assert_eq!((page.rows, &*page.bubbles[0].text), (20, "a60"));
    assert!(page.bubbles.iter().all(|row| row.own));
    assert_eq!(page.bubbles[10].colour, Some(Colour::Violet));
    assert_eq!((&*page.rule.text, &*page.rule.sender), ("$.a", "$.who"));
    let page = room.feed();
    let breaking: Vec<u64> = page
        .cards
        .iter()
        .filter(|card| card.breaking)
        .map(|card| card.pos)
        .collect();
    assert_eq!((page.rows, breaking), (20, vec![78, 79]));
    assert_eq!(page.cards[0].title, "w");
}

#[test]
fn what_a_rule_cannot_say_is_refused() {
    let mut scenes = Scenes::default();
    check(&scenes).expect("nothing is asked");
    scenes.feed.link = "$.[".into();
    let failure = check(&scenes).expect_err("no path");
    assert_eq!(
        (failure.code, &*failure.args["field"]),
        (Code::Filter, "feed.link")
    );
    scenes.feed.link = "$.link".into();
    scenes.feed.breaking = "/(/".into();
    assert_eq!(
        check(&scenes).expect_err("no query").args["field"],
        "feed.breaking"
    );
    scenes.feed.breaking = String::new();
    scenes.chat.me = "x".repeat(10_000);
    assert_eq!(check(&scenes).expect_err("long").code, Code::Limit);
}

/// Events of a room and a feed at once: few names, few ids, so that all of it comes again.
fn events() -> impl Strategy<Value = Vec<(String, String, String)>> {
    let event_type = prop::sample::select(vec!["message", "join", "typing", "user_left", "ping", "breaking"]);
    let id = prop::sample::select(vec!["", "1", "2", "3", "4"]);
    let data = prop_oneof![
        "[ab]{1,3}",
        Just(r#"{"n":1}"#.to_owned()),
        "[ab]{1,2}".prop_map(|text| format!(r#"{{"text":"{text}","user":"u"}}"#)),
        "[ab]{1,2}".prop_map(|text| format!(r#"{{"title":"{text}","type":"join"}}"#)),
    ];
    vec((event_type, id, data), 1..120).prop_map(|events| {
        events
            .into_iter()
            .map(|(event_type, id, data)| (event_type.to_owned(), id.to_owned(), data))
            .collect()
    })
}

/// What the first entries make, looked at one by one.
fn naive(room: &Room, head: u64) -> (Vec<Bubble>, Vec<Card>) {
    let sample = Sample::of(&*room.scenes.whole);
    let rules = room.scenes.rules();
    let actions = room.armed.now();
    let fields = ChatFields::find(&rules.scenes.chat, &sample);
    let reading = feed::Reading::new(FeedFields::find(&rules.scenes.feed, &sample));
    let (mut bubbles, mut cards) = (Vec::new(), Vec::new());
    let mut earlier: Vec<(String, String)> = Vec::new();
    for pos in 0..head {
        let entry = room.scenes.whole.get(pos).expect("there");
        let event = crate::event_of(&entry).expect("an event");
        let said = (
            event.id.to_string(),
            format!("{}\n{}", event.event_type, event.data),
        );
        // Another thing that is said under the same id is another card.
        let is_repeat = !said.0.is_empty() && earlier.contains(&said);
        if &*event.event_type != "ping" {
            earlier.push(said);
        }
        if actions.hides(&entry) {
            continue;
        }
        bubbles.extend(chat::bubble(&entry, &fields, &actions, BUBBLE_CHARS));
        if !is_repeat && &*event.event_type != "ping" {
            cards.extend(reading.card(&entry, &actions, BUBBLE_CHARS));
        }
    }
    (bubbles, cards)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pages_are_a_plain_look_at_every_entry(events in events(), heads in vec(any::<prop::sample::Index>(), 1..5)) {
        let rules = Rules {
            actions: vec![Action { query: "bb".into(), hide: true, ..Action::default() }],
            ..Rules::default()
        };
        let room = room(&events, rules);
        // The playhead goes both ways.
        for head in heads {
            let head = head.index(events.len() + 1) as u64;
            room.seek(head);
            let (bubbles, cards) = naive(&room, head);
            let (chat, feed) = (room.chat(), room.feed());
            prop_assert_eq!(chat.rows, bubbles.len() as u64);
            prop_assert_eq!(feed.rows, cards.len() as u64);
            let from = bubbles.len().saturating_sub(100);
            prop_assert_eq!(&chat.bubbles, &bubbles[from..]);
            let from = cards.len().saturating_sub(100);
            prop_assert_eq!(&feed.cards, &cards[from..]);
        }
    }
}
