//! The counts against a plain count of every event, closer looks against the log, and stored bytes against hostility.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::contract::{Code, Failure, Wait, WaitWhy};
use crate::log::tests::event;
use crate::log::{Budget, Entry, Ring};

fn ring() -> Ring {
    Ring::new(Arc::new(Budget::default()))
}

fn whole(strips: &Strips) -> Strip {
    strips.picture(None, None, STRIP_BINS, None, &[])
}

fn total(strip: &Strip) -> u64 {
    strip.bins.iter().map(|bin| u64::from(bin.count)).sum()
}

#[test]
fn stays_bounded_and_counts_every_event() {
    let mut strips = Strips::new(0);
    for n in 0..100_000u64 {
        strips.event(n, n * 3_700, (n % 100) as usize, n == 50_000);
    }
    assert!(strips.bins.len() as u64 <= BINS);
    let picture = whole(&strips);
    assert!(picture.bins.len() <= STRIP_BINS as usize);
    assert!(picture.bins.len() > STRIP_BINS as usize / 2);
    assert_eq!(total(&picture), 100_000);
    assert!(
        picture
            .bins
            .windows(2)
            .all(|pair| pair[0].at < pair[1].at && pair[0].pos < pair[1].pos)
    );
    assert_eq!(picture.bins.iter().filter(|bin| bin.named).count(), 1);
}

#[test]
fn takes_no_more_memory_than_there_are_events() {
    let mut strips = Strips::new(0);
    strips.event(0, 1_000_000_000, 1, false);
    assert!(strips.bins.capacity() < 16);
    assert!(strips.to_bytes().len() < 40);
}

#[test]
fn a_clock_that_steps_back_does_not() {
    let mut strips = Strips::new(1_000_000);
    strips.event(0, 1_005_000, 1, false);
    strips.event(1, 900_000, 1, false);
    assert_eq!(whole(&strips).bins.len(), 1);
}

#[test]
fn any_time_fits() {
    let mut strips = Strips::new(0);
    strips.event(0, 5, 1, false);
    strips.event(1, u64::MAX, 1, false);
    assert_eq!(total(&whole(&strips)), 2);
    assert_eq!(total(&strips.picture(Some(u64::MAX - 1), None, 1, None, &[])), 1);
    let none = Strips::new(u64::MAX);
    assert_eq!(whole(&none).bins, []);
    assert_eq!(none.picture(Some(9), Some(3), 0, None, &[]).bins, []);
}

#[test]
fn a_closer_look_is_exact_where_the_log_is_there() {
    let (mut strips, mut log) = (Strips::new(1_000_000), ring());
    for pos in 0..50_000 {
        let mut entry = event(pos, if pos == 30_000 { "tick" } else { "message" }, "x");
        // Twenty minutes: steps of 32 ms are kept.
        entry.at_us = 1_000_000 + pos * 24_000;
        strips.event(pos, entry.at_us, 1, pos == 30_000);
        log.append(entry);
    }
    let from = 1_000_000 + 30_000 * 24_000;
    let (from, to) = (Some(from), Some(from + 240_000));
    let coarse = strips.picture(from, to, 1_000, None, &[]);
    assert_eq!(coarse.bin_us, strips.bin_us);
    let fine = strips.picture(from, to, 1_000, Some(&log), &[]);
    assert!(fine.bin_us < 1_024, "{}", fine.bin_us);
    assert_eq!(total(&fine), 10);
    assert_eq!((fine.bins[0].pos, fine.bins[0].named), (30_000, true));
    let at = |bin: &Bin| fine.start_us + u64::from(bin.at) * fine.bin_us;
    for (bin, pos) in fine.bins.iter().zip(30_000..) {
        let arrived = 1_000_000 + pos * 24_000;
        assert!(bin.pos == pos && (at(bin)..at(bin) + fine.bin_us).contains(&arrived));
    }
    // A log that no longer holds all of it is not asked.
    let mut rest = Ring::new(Arc::new(Budget::new(1 << 10, 1 << 10, 1 << 10)));
    for pos in 0..50_000 {
        rest.append(event(pos, "message", "x"));
    }
    assert_eq!(strips.picture(from, to, 1_000, Some(&rest), &[]), coarse);
}

#[test]
fn breaks_and_bookmarks_are_those_of_the_span() {
    let mut strips = Strips::new(0);
    for n in 0..BREAKS as u64 + 10 {
        strips.down(Break {
            from_us: n * 1_000,
            to_us: None,
            code: Code::Eof,
            lost: None,
            repeated: None,
        });
        strips.up(n * 1_000 + 500);
    }
    let mark = |pos| Bookmark {
        pos,
        at_us: pos * 1_000,
        note: String::new(),
    };
    let marks = [mark(99), mark(100), mark(101), mark(102)];
    let picture = strips.picture(Some(100_200), Some(102_000), 10, None, &marks);
    let from = |gap: &Break| gap.from_us / 1_000;
    assert_eq!(picture.breaks.iter().map(from).collect::<Vec<_>>(), [100, 101]);
    assert_eq!(picture.bookmarks, [mark(101)]);
    assert_eq!(whole(&strips).breaks.len(), BREAKS);
}

#[test]
fn a_log_without_counts_is_counted_again() {
    let (mut strips, mut log) = (Strips::new(500), ring());
    let entry = |pos: u64, mark: Mark| Entry {
        kind: Kind::Mark(Arc::new(mark)),
        ..event(pos, "", "")
    };
    let closed = |pos| {
        let failure = Failure::new(Code::Reset, "gone");
        entry(pos, Mark::Closed { failure, after_us: 1 })
    };
    let opened = |pos| {
        entry(
            pos,
            Mark::Opened {
                status: 200,
                http: String::new(),
                url: String::new(),
                headers: Vec::new(),
            },
        )
    };
    let wait = Wait {
        why: WaitWhy::Default,
        asked_ms: None,
        failures: 0,
    };
    let waiting = |pos| {
        let last_event_id = String::new();
        entry(
            pos,
            Mark::Waiting {
                ms: 1,
                last_event_id,
                wait,
            },
        )
    };
    let resumed = Mark::Resumed {
        from_us: 0,
        code: Code::Reset,
        last_event_id: String::new(),
        lost: Some(3),
        repeated: None,
    };
    log.append(opened(0));
    for pos in 1..3_000 {
        log.append(event(pos, "message", "ab"));
        strips.event(pos, 1_000_000 + pos * 1_000, 2, false);
    }
    for entry in [
        closed(3_000),
        waiting(3_001),
        opened(3_002),
        entry(3_003, resumed),
        event(3_004, "a", ""),
    ] {
        log.append(entry);
    }
    strips.down(Break {
        from_us: 1_000_000 + 3_000_000,
        to_us: Some(1_000_000 + 3_002_000),
        code: Code::Reset,
        lost: Some(3),
        repeated: None,
    });
    strips.event(3_004, 1_000_000 + 3_004_000, 0, true);
    assert_eq!(Strips::rebuild(&log, Some(500)), strips);
    assert_eq!(Strips::rebuild(&ring(), None), Strips::new(0));
    assert_eq!(Strips::rebuild(&log, None).start_us, 1_000_000);
}

#[test]
fn hostile_bytes_are_refused() {
    let bytes = |numbers: &[u64]| {
        let mut bytes = vec![1];
        for mut number in numbers.iter().copied() {
            while number >= 0x80 {
                bytes.push((number & 0x7f) as u8 | 0x80);
                number >>= 7;
            }
            bytes.push(number as u8);
        }
        bytes
    };
    let good = [7, 1_024, 9, 2, 0, 3, 1, 2, 1, 4, 1, 3, 0];
    assert!(Strips::from_bytes(&bytes(&good)).is_some());
    for (at, wrong) in [
        (0, u64::MAX),
        (1, 0),
        (1, 1_000),
        (1, 512),
        (1, 1 << 60),
        (2, 6),
        (2, u64::MAX),
        (3, 3),
        (3, u64::MAX),
        (4, 65_536),
        (5, u64::MAX),
        (6, 0),
        (6, 1 << 32),
        (7, 1 << 33),
        (8, 0),
        (8, u64::MAX),
        (9, 0),
        (9, u64::MAX),
        (12, 513),
    ] {
        let mut numbers = good;
        numbers[at] = wrong;
        assert_eq!(Strips::from_bytes(&bytes(&numbers)), None, "{at}: {wrong}");
    }
    let good = bytes(&good);
    for end in 0..good.len() {
        assert_eq!(Strips::from_bytes(&good[..end]), None);
    }
    assert_eq!(Strips::from_bytes(&[good.as_slice(), &[0]].concat()), None);
    assert_eq!(Strips::from_bytes(&[2, 0, 0, 0]), None);
    assert_eq!(Strips::from_bytes(&[0xff; 64]), None);
}

/// Events as gaps in time, sizes and whether they are named.
fn events() -> impl Strategy<Value = Vec<(i64, usize, bool)>> {
    let gap = prop_oneof![0..50_i64, 0..5_000_i64, 0..3_000_000_i64, -2_000_000..0_i64];
    vec((gap, 0..2_000_usize, any::<bool>()), 0..400)
}

fn build(events: &[(i64, usize, bool)]) -> (Strips, Ring, Vec<u64>) {
    let (mut strips, mut log, mut at_us) = (Strips::new(10_000_000), ring(), 10_000_000_u64);
    let (mut times, mut newest) = (Vec::new(), 0);
    for (pos, (gap, size, named)) in (0..).zip(events) {
        at_us = at_us.saturating_add_signed(*gap);
        let name = if *named { "tick" } else { "message" };
        let mut entry = event(pos, name, &"x".repeat(*size));
        entry.at_us = at_us;
        log.append(entry);
        strips.event(pos, at_us, *size, *named);
        newest = at_us.max(newest).max(10_000_000);
        times.push(newest);
    }
    (strips, log, times)
}

proptest! {
    #[test]
    fn a_picture_counts_what_is_there(events in events(), bins in 1..3_000_u32) {
        let (strips, log, times) = build(&events);
        for log in [None, Some(&log as &dyn Log)] {
            let picture = strips.picture(None, None, bins, log, &[]);
            prop_assert!(picture.bins.len() <= bins.min(STRIP_BINS) as usize);
            prop_assert_eq!(total(&picture), events.len() as u64);
            prop_assert_eq!(
                picture.bins.iter().map(|bin| bin.size as usize).max(),
                events.iter().map(|event| event.1).max()
            );
            prop_assert_eq!(picture.bins.iter().any(|bin| bin.named), events.iter().any(|event| event.2));
            for bin in &picture.bins {
                prop_assert!(bin.at < bins.min(STRIP_BINS));
                // The first event at or after the bin's begin is its first.
                let begin = picture.start_us + u64::from(bin.at) * picture.bin_us;
                let first = times.iter().position(|at| *at >= begin).expect("an event");
                prop_assert_eq!(bin.pos, first as u64);
                let count = times.iter().filter(|at| (begin..begin + picture.bin_us).contains(at)).count();
                prop_assert_eq!(bin.count as usize, count);
            }
        }
    }

    #[test]
    fn a_part_is_a_part_of_the_whole(
        events in events(), bins in 1..500_u32, from in 0..40_000_000_u64, length in 0..40_000_000_u64,
    ) {
        let (strips, log, times) = build(&events);
        let (from, to) = (9_000_000 + from, 9_000_000 + from + length);
        let coarse = strips.picture(Some(from), Some(to), bins, None, &[]);
        prop_assert!(coarse.bins.len() <= bins as usize);
        for bin in &coarse.bins {
            let begin = coarse.start_us + u64::from(bin.at) * coarse.bin_us;
            // Steps at the edges are kept whole, unless they were merged from some beyond.
            let most = times.iter().filter(|at| (begin..begin + coarse.bin_us).contains(at)).count();
            prop_assert!(bin.count as usize <= most);
        }
        let within = times.iter().filter(|at| (from..to).contains(at)).count() as u64;
        prop_assert!(total(&coarse) >= within);
        let fine = strips.picture(Some(from), Some(to), bins, Some(&log), &[]);
        prop_assert!(fine.bins.len() <= bins as usize);
        prop_assert!(fine.bin_us <= coarse.bin_us);
        if fine.bin_us < coarse.bin_us {
            prop_assert_eq!(total(&fine), within);
        }
    }

    #[test]
    fn what_was_written_is_read(events in events()) {
        let (mut strips, ..) = build(&events);
        strips.down(Break { from_us: 1, to_us: None, code: Code::Dns, lost: Some(0), repeated: None });
        prop_assert_eq!(Strips::from_bytes(&strips.to_bytes()), Some(strips));
    }

    #[test]
    fn any_bytes_are_survived(mut bytes in vec(any::<u8>(), 0..200), events in events(), at in 0..50_usize, byte: u8) {
        let _ = Strips::from_bytes(&bytes).map(|strips| whole(&strips));
        bytes = build(&events).0.to_bytes();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        if let Some(strips) = Strips::from_bytes(&bytes) {
            whole(&strips);
            strips.picture(Some(5), Some(u64::MAX), 7, None, &[]);
        }
    }
}
