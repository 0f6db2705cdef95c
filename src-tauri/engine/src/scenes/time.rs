//! Times as they stand in data: RFC 3339, or a number of seconds, milli- or microseconds since the epoch.

use serde_json::Value;

/// The latest time that fits the contract, microseconds: a JavaScript number, until the year 2255.
const LATEST_US: u64 = (1 << 53) - 1;
/// A number below these is seconds, milliseconds, microseconds: seconds until the year 5138, milliseconds from 1973 on.
const SECONDS: f64 = 1e11;
const MILLIS: f64 = 1e14;
const MICROS: f64 = 1e17;

/// A time in microseconds since the epoch; none where the value is none.
pub fn of(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => of_number(number.as_f64()?),
        Value::String(text) => of_text(text.trim()),
        _ => None,
    }
}

fn of_number(number: f64) -> Option<u64> {
    let us = if number < SECONDS {
        number * 1e6
    } else if number < MILLIS {
        number * 1e3
    } else if number < MICROS {
        number
    } else {
        number / 1e3
    };
    // Small numbers are counts, ages or prices: nothing was streamed before 1973.
    (us >= 1e14 && us <= LATEST_US as f64).then_some(us as u64)
}

fn of_text(text: &str) -> Option<u64> {
    if !text.is_ascii() || text.len() > 48 {
        return None;
    }
    if let Some(us) = rfc3339(text) {
        return Some(us);
    }
    // A number that was written as a string.
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return of_number(text.parse().ok()?);
    }
    None
}

/// RFC 3339, 5.6: `2026-11-26T12:01:05.25+01:00`; a blank may stand for the `T`. Without an offset it is no moment.
fn rfc3339(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse::<i64>().ok())?
    };
    let is = |at: usize, sign: &[u8]| bytes.get(at).is_some_and(|byte| sign.contains(byte));
    if !(is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":")) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    // A leap second is the one before it.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut at = 19;
    let mut micros = 0;
    if is(at, b".") {
        let end = at
            + 1
            + bytes[at + 1..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
        let fraction = text.get(at + 1..end).filter(|digits| !digits.is_empty())?;
        let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
        micros = digits.parse::<i64>().ok()?;
        at = end;
    }
    let offset = match text.get(at..)? {
        "Z" | "z" => 0,
        zone => {
            let sign = match zone.as_bytes().first()? {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            if zone.len() != 6 || !is(at + 3, b":") {
                return None;
            }
            let (hours, minutes) = (number(at + 1, at + 3)?, number(at + 4, at + 6)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            sign * (hours * 60 + minutes)
        }
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second.min(59) - offset * 60;
    u64::try_from(seconds * 1_000_000 + micros)
        .ok()
        .filter(|us| *us <= LATEST_US)
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + is_leap(year) as i64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, by counting years from March on.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * m + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::rfc3339 as written;
    use proptest::prelude::*;

    fn told(json: &str) -> Option<u64> {
        of(&serde_json::from_str(json).expect("JSON"))
    }

    #[test]
    fn moments_are_read_in_every_form() {
        let us = 1_795_692_065_000_000;
        for json in [
            r#""2026-11-26T11:21:05+00:00""#,
            r#""2026-11-26T11:21:05Z""#,
            r#""2026-11-26 12:21:05+01:00""#,
            r#"" 2026-11-26t05:51:05.000-05:30 ""#,
            "1795692065",
            "1795692065000",
            "1795692065000000",
            "1795692065000000000",
            "1795692065.0",
            r#""1795692065""#,
        ] {
            assert_eq!(told(json), Some(us), "{json}");
        }
        assert_eq!(told("1795692065.25"), Some(1_795_692_065_250_000));
        assert_eq!(
            told(r#""2026-11-26T11:21:05.123456789Z""#),
            Some(1_795_692_065_123_456)
        );
        assert_eq!(told(r#""2024-02-29T00:00:00Z""#), Some(1_709_164_800_000_000));
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for json in [
            "7",
            "-1795692065",
            "1e300",
            "null",
            "true",
            "[]",
            r#""""#,
            r#""soon""#,
            r#""12:01""#,
            r#""2026-11-26""#,
            r#""2026-11-26T11:21:05""#,
            r#""2026-13-26T11:21:05Z""#,
            r#""2026-02-30T11:21:05Z""#,
            r#""2026-11-26T24:21:05Z""#,
            r#""2026-11-26T11:21:05.Z""#,
            r#""2026-11-26T11:21:05+1:00""#,
            r#""2026-11-26T11:21:05Zulu""#,
            r#""２０２６-11-26T11:21:05Z""#,
            r#""1.2.3""#,
            r#""9999-12-31T23:59:59Z""#,
        ] {
            assert_eq!(told(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_is_written(us in 100_000_000_000_000_u64..LATEST_US) {
            prop_assert_eq!(of_text(&written(us)), Some(us));
        }

        #[test]
        fn never_panics(text in "\\PC{0,60}") {
            let _ = of_text(&text);
        }
    }
}
