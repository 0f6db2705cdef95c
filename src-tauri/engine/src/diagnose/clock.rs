//! Times in an event's data: ISO 8601, `HH:MM:SS`, seconds, milli-, micro- or nanoseconds since the Unix epoch.

/// Times of one event that are kept: the first ones in its data.
const KEPT: usize = 4;
/// Bytes of data that are looked through.
const LOOKED: usize = 4 << 10;

/// How a time was written: only times of one form are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `2026-11-23T04:05:06.789`; the zone stays the same within a stream.
    Iso,
    /// `04:05:06.789`.
    Clock,
    /// A number since the epoch, of so many digits.
    Epoch(usize),
}

/// A time, in microseconds since whatever its form counts from.
pub type Stamp = (Form, u64);

/// The first times of an event's data, in order.
pub type Stamps = [Option<Stamp>; KEPT];

/// The times in an event's data.
pub fn stamps(data: &str) -> Stamps {
    let bytes = &data.as_bytes()[..data.len().min(LOOKED)];
    let (mut stamps, mut found, mut at) = ([None; KEPT], 0, 0);
    while found < KEPT && at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let apart = at == 0 || !matches!(bytes[at - 1], b'.' | b'-' | b'_' | b'a'..=b'z' | b'A'..=b'Z');
        let digits = digits(&bytes[at..]);
        let read = if apart { stamp(&bytes[at..], digits) } else { None };
        match read {
            Some((stamp, len)) => {
                stamps[found] = Some(stamp);
                found += 1;
                at += len;
            }
            None => at += digits,
        }
    }
    stamps
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// A number of exactly so many digits.
fn number(bytes: &[u8], len: usize) -> Option<u64> {
    (digits(bytes) == len).then_some(())?;
    std::str::from_utf8(&bytes[..len]).ok()?.parse().ok()
}

/// The time at the beginning, and its length.
fn stamp(bytes: &[u8], digits: usize) -> Option<(Stamp, usize)> {
    match digits {
        4 => {
            let (year, month, day) = (
                number(bytes, 4)?,
                number(bytes.get(5..)?, 2)?,
                number(bytes.get(8..)?, 2)?,
            );
            let apart = bytes[4] == b'-' && bytes[7] == b'-' && matches!(bytes.get(10)?, b'T' | b't' | b' ');
            (apart && (1..=12).contains(&month) && (1..=31).contains(&day)).then_some(())?;
            let (us, len) = time_of_day(bytes.get(11..)?)?;
            Some((
                (Form::Iso, days(year, month, day) * 86_400_000_000 + us),
                11 + len,
            ))
        }
        2 => {
            let (us, len) = time_of_day(bytes)?;
            Some(((Form::Clock, us), len))
        }
        10 | 13 | 16 | 19 => {
            let number = number(bytes, digits)?;
            let seconds = number / 10_u64.pow(digits as u32 - 10);
            (1_000_000_000..4_000_000_000).contains(&seconds).then_some(())?;
            let (us, len) = match digits {
                10 => {
                    let (part, len) = fraction(&bytes[10..]);
                    (number * 1_000_000 + part, 10 + len)
                }
                13 => (number * 1_000, 13),
                16 => (number, 16),
                _ => (number / 1_000, 19),
            };
            Some(((Form::Epoch(digits), us), len))
        }
        _ => None,
    }
}

/// `HH:MM:SS` with a fraction or without, in microseconds, and its length.
fn time_of_day(bytes: &[u8]) -> Option<(u64, usize)> {
    let (hour, minute) = (number(bytes, 2)?, number(bytes.get(3..)?, 2)?);
    let second = number(bytes.get(6..)?, 2)?;
    (bytes[2] == b':' && bytes[5] == b':' && hour < 24 && minute < 60 && second <= 60).then_some(())?;
    let (part, len) = fraction(&bytes[8..]);
    Some((((hour * 60 + minute) * 60 + second) * 1_000_000 + part, 8 + len))
}

/// `.789` in microseconds, and its length; further digits are left out of the value.
fn fraction(bytes: &[u8]) -> (u64, usize) {
    if !matches!(bytes.first(), Some(b'.' | b',')) {
        return (0, 0);
    }
    let count = digits(&bytes[1..]);
    if count == 0 {
        return (0, 0);
    }
    let us = (0..6).fold(0, |us, digit| {
        us * 10
            + bytes[1..=count]
                .get(digit)
                .map_or(0, |byte| u64::from(byte - b'0'))
    });
    (us, 1 + count)
}

/// Days since a day long ago, by the Gregorian calendar.
const fn days(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year.saturating_sub(1), month + 9)
    };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day
}

/// Whether a clock went on within a burst (from `first` to `last`) about as much as `whole_us`. One that did not go
/// on from the burst before either, which came `apart_us` earlier, is no clock; `None` without any, or where it went
/// on by something else.
pub fn went_on(before: &Stamps, first: &Stamps, last: &Stamps, apart_us: u64, whole_us: u64) -> Option<bool> {
    let since = |from: &Option<Stamp>, to: &Option<Stamp>| match (from, to) {
        (Some((form, from)), Some((same, to))) if form == same => to.checked_sub(*from),
        _ => None,
    };
    let mut verdict = None;
    for ((before, first), last) in before.iter().zip(first).zip(last) {
        let (Some(lived_us), Some(went_us)) = (since(before, first), since(first, last)) else {
            continue;
        };
        if lived_us < apart_us / 2 || lived_us / 2 > apart_us {
            continue;
        }
        if went_us >= whole_us / 2 && went_us / 2 <= whole_us {
            return Some(true);
        }
        // A clock of whole seconds stands still for a second anyway.
        if went_us <= whole_us / 8 && whole_us >= 2_000_000 {
            verdict = Some(false);
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(data: &str) -> Option<Stamp> {
        stamps(data)[0]
    }

    #[test]
    fn reads_the_usual_forms() {
        let (form, iso) = first(r#"{"at":"2026-11-23T04:05:06.789Z"}"#).expect("a time");
        assert_eq!(form, Form::Iso);
        let (_, later) = first("2026-11-24 04:05:06,790123456 done").expect("a time");
        assert_eq!(later - iso, 86_400_000_000 + 1_123);
        assert_eq!(first("[04:05:06] up"), Some((Form::Clock, 14_706_000_000)));
        assert_eq!(
            first("1700000000"),
            Some((Form::Epoch(10), 1_700_000_000_000_000))
        );
        assert_eq!(
            first("ts=1700000000.25"),
            Some((Form::Epoch(10), 1_700_000_000_250_000))
        );
        assert_eq!(
            first(r#"{"n":7,"t":1700000000123}"#),
            Some((Form::Epoch(13), 1_700_000_000_123_000))
        );
        assert_eq!(
            first("1700000000123456").map(|stamp| stamp.1),
            Some(1_700_000_000_123_456)
        );
        assert_eq!(
            first("1700000000123456789").map(|stamp| stamp.1),
            Some(1_700_000_000_123_456)
        );
        let two = stamps("2026-12-31T23:59:59Z 2027-01-01T00:00:00Z");
        assert_eq!(two[1].expect("two").1 - two[0].expect("one").1, 1_000_000);
        let leap = stamps("2028-02-28T00:00:00Z 2028-03-01T00:00:00Z");
        assert_eq!(
            leap[1].expect("two").1 - leap[0].expect("one").1,
            2 * 86_400_000_000
        );
    }

    #[test]
    fn takes_no_other_number_for_a_time() {
        for data in [
            "",
            "7",
            "12:04",
            "0.1700000000",
            "id_1700000000",
            "x1700000000",
            "9999999999",
            "25:00:00",
            "12:61:00",
            "2026-13-01T00:00:00",
            "2026-11-23",
            "2026-11",
            "2026",
            "12345678901",
            "-1700000000",
            "12:04:",
            "潮汐 12:0",
        ] {
            assert_eq!(first(data), None, "{data}");
        }
    }

    #[test]
    fn a_clock_must_live_before_it_testifies() {
        let at = |us: u64| [Some((Form::Iso, us)), None, None, None];
        let s = 1_000_000;
        assert_eq!(
            went_on(&at(0), &at(15 * s), &at(28 * s), 15 * s, 13 * s),
            Some(true)
        );
        assert_eq!(
            went_on(&at(0), &at(15 * s), &at(15 * s), 15 * s, 13 * s),
            Some(false)
        );
        assert_eq!(
            went_on(&at(7), &at(7), &at(7), 15 * s, 13 * s),
            None,
            "a constant"
        );
        assert_eq!(
            went_on(&at(0), &at(9), &at(12), 15 * s, 13 * s),
            None,
            "a counter"
        );
        assert_eq!(went_on(&at(9), &at(0), &at(3), 15 * s, 13 * s), None, "midnight");
    }
}
