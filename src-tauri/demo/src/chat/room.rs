//! One room: its script, its guests and its memory. It has no task of its own: whoever listens moves it on
//! ([`Room::advance`]), and while nobody does, time stands still in it. All its chance is of a seed.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::script::{self, SPEAKERS, TALKS};
use crate::clock;
use crate::random::{SplitMix, scatter};

/// Events that are remembered, for those who come back: some 100 KiB, and with a guest's longest messages 4 MiB.
const KEPT: usize = 512;

/// Messages that somebody finds who comes in.
pub const SHOWN: usize = 12;

/// Answers that are owed to guests at once; who says more than that is heard, and answered less.
const OWED: usize = 8;

/// An event of the room as it goes over the wire.
#[derive(Clone)]
pub struct Entry {
    /// Its place among all events, from 1.
    pub pos: u64,
    /// Its id on the wire, from 1; none for what passes, as typing does.
    pub id: Option<u64>,
    pub wire: Bytes,
}

/// What somebody in the room does next.
#[derive(Clone, Copy)]
enum Act {
    Join(usize),
    Leave(usize),
    Types(usize),
    Says(usize, &'static str),
}

/// Something a guest said.
pub struct Message {
    pub id: String,
    pub sender: String,
    pub text: String,
}

pub struct Room {
    speed: f64,
    random: SplitMix,
    entries: VecDeque<Entry>,
    next_pos: u64,
    next_id: u64,
    present: [bool; SPEAKERS.len()],
    /// What is left of the talk that is held, with the pause before each act.
    script: VecDeque<(Duration, Act)>,
    script_due: Option<Instant>,
    /// Answers to guests, in the order they fall due.
    owed: VecDeque<(Instant, Act)>,
    /// Talks still to come of this round.
    talks: Vec<usize>,
    /// Ids of guests' newest messages: one that is sent again after a lost answer is not said twice.
    heard: VecDeque<String>,
    /// Whether `fail once` has failed.
    failed: bool,
}

impl Room {
    /// A room in which a talk has just been held. `speed` is how many times faster than life it goes.
    pub fn new(seed: u64, speed: f64) -> Self {
        let mut room = Self {
            speed,
            random: SplitMix(seed),
            entries: VecDeque::new(),
            next_pos: 1,
            next_id: 1,
            present: [true, true, true, false, false, false],
            script: VecDeque::new(),
            script_due: None,
            owed: VecDeque::new(),
            talks: Vec::new(),
            heard: VecDeque::new(),
            failed: false,
        };
        for (i, (who, text)) in TALKS[0].iter().enumerate() {
            let minutes = (TALKS[0].len() - i) as u64;
            room.says(*who, text, Duration::from_secs(minutes * 50));
        }
        room
    }

    /// Lets everything happen that is due, and says when the next thing is.
    pub fn advance(&mut self, now: Instant) -> Instant {
        loop {
            let owed = self.owed.front().map(|(due, _)| *due);
            // The talk waits while a guest is answered.
            if let Some(due) = owed {
                if due > now {
                    return due;
                }
                if let Some((_, act)) = self.owed.pop_front() {
                    self.act(act);
                }
                if self.owed.is_empty() {
                    self.script_due = Some(now + self.span(3_500));
                }
                continue;
            }
            let Some((pause, _)) = self.script.front() else {
                self.next_talk();
                continue;
            };
            let pause = *pause;
            let due = *self.script_due.get_or_insert(now + pause);
            if due > now {
                return due;
            }
            if let Some((_, act)) = self.script.pop_front() {
                self.act(act);
            }
            // From now, not from when it was due: a room that nobody looked at does not catch up.
            self.script_due = self.script.front().map(|(pause, _)| now + *pause);
        }
    }

    /// Takes what a guest says: heard at once, answered after a while. False if it has been heard before.
    pub fn hear(&mut self, message: &Message, now: Instant) -> bool {
        if self.heard.contains(&message.id) {
            return false;
        }
        self.heard.push_back(message.id.clone());
        if self.heard.len() > KEPT {
            self.heard.pop_front();
        }
        self.message(&message.id, &message.sender, &message.text, Duration::ZERO);
        if self.owed.len() < OWED {
            let (who, says) = script::answer(&message.text, self.random.next());
            let after = self.owed.back().map_or(now, |(due, _)| *due);
            let types = after + self.span(900);
            if !self.present[who] {
                self.owed.push_back((types, Act::Join(who)));
            }
            self.owed.push_back((types, Act::Types(who)));
            let said = types + self.typing(says);
            self.owed.push_back((said, Act::Says(who, says)));
        }
        true
    }

    /// Whether `fail once` fails this time.
    pub fn fails_once(&mut self) -> bool {
        self.failed = !self.failed;
        self.failed
    }

    /// Where a reader begins: after the event of the last id that it has seen, as far back as the room remembers; a new
    /// one, or one of another room, with the newest messages.
    pub fn begin(&self, last_id: u64) -> u64 {
        if last_id > 0 && last_id < self.next_id {
            let seen = self
                .entries
                .iter()
                .rev()
                .find(|entry| entry.id.is_some_and(|id| id <= last_id));
            return seen.map_or(0, |entry| entry.pos);
        }
        let lasting = self.entries.iter().rev().filter(|entry| entry.id.is_some());
        lasting
            .take(SHOWN)
            .last()
            .map_or(self.next_pos - 1, |entry| entry.pos - 1)
    }

    /// The events after this place, at most so many. With `lasting` only those that are kept for who comes later.
    pub fn after(&self, pos: u64, most: usize, lasting: bool) -> Vec<Entry> {
        let start = self.entries.partition_point(|entry| entry.pos <= pos);
        self.entries
            .iter()
            .skip(start)
            .filter(|entry| !lasting || entry.id.is_some())
            .take(most)
            .cloned()
            .collect()
    }

    /// The place of the newest event.
    pub fn newest(&self) -> u64 {
        self.next_pos - 1
    }

    fn next_talk(&mut self) {
        if self.talks.is_empty() {
            let order = self.random.order(TALKS.len());
            // The first one was held last.
            self.talks = order
                .into_iter()
                .filter(|talk| self.next_id > 40 || *talk != 0)
                .collect();
        }
        let talk = TALKS[self.talks.pop().unwrap_or(0)];
        // One who has nothing to say in it goes now and then.
        let mut present = self.present;
        let idle: Vec<_> = (0..SPEAKERS.len())
            .filter(|who| present[*who] && talk.iter().all(|(by, _)| by != who))
            .collect();
        if present.iter().filter(|here| **here).count() > 4 && !idle.is_empty() {
            let who = idle[self.random.between(0, idle.len() as u64 - 1) as usize];
            present[who] = false;
            let pause = self.span(1_500);
            self.script.push_back((pause, Act::Leave(who)));
        }
        let mut before = None;
        for (i, (who, text)) in talk.iter().enumerate() {
            let millis = if i == 0 {
                self.random.between(2_500, 5_000)
            } else {
                self.random.between(900, 2_400)
            };
            let mut pause = self.span(millis);
            if !present[*who] {
                present[*who] = true;
                self.script.push_back((pause, Act::Join(*who)));
                pause = self.span(1_200);
            }
            // Who says a second thing right away has it ready.
            if before == Some(*who) {
                pause /= 2;
            }
            before = Some(*who);
            self.script.push_back((pause, Act::Types(*who)));
            let typing = self.typing(text);
            self.script.push_back((typing, Act::Says(*who, text)));
        }
    }

    /// How long somebody types this.
    fn typing(&mut self, text: &str) -> Duration {
        let letters: u64 = text.chars().map(|c| if c.is_ascii() { 32 } else { 110 }).sum();
        let millis = (500 + letters).min(3_500) + self.random.between(0, 300);
        self.span(millis)
    }

    fn span(&self, millis: u64) -> Duration {
        Duration::from_secs_f64(millis as f64 / 1000.0 / self.speed)
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Join(who) => {
                self.present[who] = true;
                self.moves("join", who);
            }
            Act::Leave(who) => {
                self.present[who] = false;
                self.moves("leave", who);
            }
            Act::Types(who) => {
                let wire = format!(
                    "event: typing\ndata: {{\"sender\":{}}}\n\n",
                    quoted(SPEAKERS[who].0)
                );
                self.keep(None, wire);
            }
            Act::Says(who, text) => self.says(who, text, Duration::ZERO),
        }
    }

    fn says(&mut self, who: usize, text: &str, ago: Duration) {
        let id = format!(
            "m{}-{:08x}",
            self.next_id,
            scatter(self.next_id, text.len() as u64) as u32
        );
        self.message(&id, SPEAKERS[who].0, text, ago);
    }

    fn message(&mut self, id: &str, sender: &str, text: &str, ago: Duration) {
        let wire = format!(
            "event: message\nid: {}\ndata: {{\"id\":{},\"sender\":{},\"text\":{},\"time\":\"{}\"}}\n\n",
            self.next_id,
            quoted(id),
            quoted(sender),
            quoted(text),
            clock::rfc3339(ago)
        );
        self.keep(Some(self.next_id), wire);
    }

    fn moves(&mut self, kind: &str, who: usize) {
        let wire = format!(
            "event: {kind}\nid: {}\ndata: {{\"sender\":{},\"time\":\"{}\"}}\n\n",
            self.next_id,
            quoted(SPEAKERS[who].0),
            clock::rfc3339(Duration::ZERO)
        );
        self.keep(Some(self.next_id), wire);
    }

    fn keep(&mut self, id: Option<u64>, wire: String) {
        self.entries.push_back(Entry {
            pos: self.next_pos,
            id,
            wire: wire.into(),
        });
        self.next_pos += 1;
        self.next_id += u64::from(id.is_some());
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The room's events without times, after it has been moved on for so long in steps of its own.
    fn lived(room: &mut Room, now: &mut Instant, events: u64) -> Vec<String> {
        let from = room.newest();
        while room.newest() < from + events {
            *now = room.advance(*now);
        }
        let wires = room.after(from, usize::MAX, false).into_iter();
        wires
            .map(|entry| {
                let wire = String::from_utf8(entry.wire.to_vec()).unwrap();
                wire.split(",\"time\"").next().unwrap().to_owned()
            })
            .collect()
    }

    fn hello(id: &str) -> Message {
        Message {
            id: id.to_owned(),
            sender: "Guest".to_owned(),
            text: "Hello \"all\"\n再见".to_owned(),
        }
    }

    #[test]
    fn a_seed_is_a_life() {
        let mut now = Instant::now();
        let first = lived(&mut Room::new(5, 1.0), &mut now, 400);
        assert_eq!(lived(&mut Room::new(5, 9.0), &mut now, 400)[..400], first[..400]);
        assert_ne!(lived(&mut Room::new(6, 1.0), &mut now, 400)[..400], first[..400]);
        for kind in ["message", "typing", "join", "leave"] {
            let start = format!("event: {kind}\n");
            assert!(first.iter().any(|wire| wire.starts_with(&start)), "{kind}");
        }
    }

    #[test]
    fn who_speaks_is_in_the_room_and_has_typed() {
        let mut now = Instant::now();
        let mut here: Vec<String> = ["Mira", "阿杰", "Tom"].map(str::to_owned).to_vec();
        let mut typing = String::new();
        for wire in lived(&mut Room::new(1, 1.0), &mut now, 500) {
            let (_, rest) = wire.split_once("\"sender\":\"").unwrap();
            let who = rest.split('"').next().unwrap().to_owned();
            match &wire[7..10] {
                "joi" => here.push(who),
                "lea" => here.retain(|name| *name != who),
                "typ" => {
                    assert!(here.contains(&who), "{wire}");
                    typing = who;
                }
                _ => assert_eq!(who, typing),
            }
        }
    }

    #[test]
    fn a_guest_is_heard_at_once_and_then_answered() {
        let mut now = Instant::now();
        let mut room = Room::new(0, 1.0);
        let before = room.newest();
        assert!(room.hear(&hello("c-1"), now));
        assert!(!room.hear(&hello("c-1"), now), "the same message again");
        let heard = room.after(before, 10, false);
        assert_eq!(heard.len(), 1);
        let wire = String::from_utf8(heard[0].wire.to_vec()).unwrap();
        let start = "event: message\nid: 6\ndata: {\"id\":\"c-1\",\"sender\":\"Guest\",\"text\":\"Hello \\\"all\\\"\\n再见\",\"time\":\"";
        assert!(wire.starts_with(start), "{wire}");
        let answered = lived(&mut room, &mut now, 2);
        assert!(answered[0].starts_with("event: typing\n"), "{answered:?}");
        assert!(answered[1].starts_with("event: message\n"), "{answered:?}");
    }

    #[test]
    fn memory_is_bounded_and_those_who_come_back_miss_nothing_in_it() {
        let mut now = Instant::now();
        let mut room = Room::new(0, 1.0);
        assert_eq!(
            room.after(room.begin(0), 99, true).len(),
            5,
            "what was said before"
        );
        lived(&mut room, &mut now, 2000);
        assert_eq!(room.entries.len(), KEPT);
        assert_eq!(room.after(room.begin(0), 99, true).len(), SHOWN);
        let newest = room.next_id - 1;
        let missed = room.after(room.begin(newest - 30), 99, true);
        let ids: Vec<_> = missed.iter().filter_map(|entry| entry.id).collect();
        assert_eq!(ids, (newest - 29..=newest).collect::<Vec<_>>());
        assert!(room.after(room.begin(newest), 99, true).is_empty());
        // Older than the memory: from where it begins. Of another room: as a new reader.
        assert_eq!(room.begin(1), 0);
        assert_eq!(room.begin(newest + 5), room.begin(0));
    }

    #[test]
    fn a_room_that_nobody_looked_at_does_not_catch_up() {
        let now = Instant::now();
        let mut room = Room::new(0, 1.0);
        room.advance(now);
        let before = room.newest();
        room.advance(now + Duration::from_secs(3600));
        assert!(room.newest() <= before + 1);
    }
}
