//! Which of the numbers that are found become lines where nobody has chosen.
//!
//! The first [`SERIES`] that are found, in that order, but for those that are no measurements: ids, counts of messages
//! and times. They are told by their last name ([`is_clock_name`]), by a first value that is the time of arrival give
//! or take a year, or is past 2^53, and at last by rising by one each time. After [`SETTLED`] events with numbers the
//! most frequent are chosen where there are more than fit; from then on the choice only grows, so that lines do not
//! change places while one looks at them.

use crate::contract::SERIES;

/// Events with numbers until the choice stands.
const SETTLED: u32 = 64;
/// Values that rise by one each until they are taken for a count.
const RISEN: u32 = 8;

/// The choice so far.
#[derive(Debug, Default)]
pub struct Choice {
    events: u32,
    candidates: Vec<Candidate>,
    chosen: Vec<u16>,
}

#[derive(Debug)]
struct Candidate {
    is_plain: bool,
    points: u32,
    last: f64,
    /// Each value so far was the one before and one.
    rises: bool,
}

impl Choice {
    /// The chosen series, in order.
    pub fn chosen(&self) -> &[u16] {
        &self.chosen
    }

    /// A series has been found, with its first value; they come in the order of their numbers.
    pub fn found(&mut self, path: &str, at_us: u64, value: f64) {
        let is_plain = !is_clock_name(path) && !is_clock_value(at_us, value);
        let id = self.candidates.len() as u16;
        self.candidates.push(Candidate {
            is_plain,
            points: 0,
            last: value - 1.0,
            rises: true,
        });
        if is_plain && self.chosen.len() < SERIES {
            self.chosen.push(id);
        }
    }

    /// Another value.
    pub fn value(&mut self, id: u16, value: f64) {
        if self.events < SETTLED
            && let Some(candidate) = self.candidates.get_mut(usize::from(id))
        {
            candidate.points += 1;
            candidate.rises &= value == candidate.last + 1.0;
            candidate.last = value;
        }
    }

    /// An event with numbers is over.
    pub fn event(&mut self) {
        if self.events < SETTLED {
            self.events += 1;
            if self.events == SETTLED {
                self.settle();
            }
        }
    }

    fn settle(&mut self) {
        let candidates = &self.candidates;
        let plain = |id: &u16| candidates[usize::from(*id)].is_plain;
        let counts = |id: &u16| {
            let candidate = &candidates[usize::from(*id)];
            candidate.rises && candidate.points >= RISEN
        };
        let all = || (0..candidates.len() as u16).filter(plain);
        let mut chosen: Vec<u16> = all().filter(|id| !counts(id)).collect();
        if chosen.is_empty() {
            chosen = all().collect();
        }
        // Stable: of those as frequent the first stay.
        chosen.sort_by_key(|id| std::cmp::Reverse(candidates[usize::from(*id)].points));
        chosen.truncate(SERIES);
        chosen.sort_unstable();
        self.chosen = chosen;
    }
}

/// Whether the last name of a path is one of ids, numbers in order and times.
fn is_clock_name(path: &str) -> bool {
    let name = path.rsplit(['.', '\'']).find(|name| {
        let name = name.trim_matches(['[', ']']);
        !name.is_empty() && !name.bytes().all(|byte| byte.is_ascii_digit())
    });
    let name = name.unwrap_or("").split('[').next().unwrap_or("");
    // `userId`, `createdAt`; `valid` and `heat` are none.
    if ["Id", "ID", "At", "Ts", "Seq", "Timestamp"]
        .iter()
        .any(|end| name.ends_with(end))
    {
        return true;
    }
    let name = name.to_ascii_lowercase().replace('-', "_");
    const NAMES: [&str; 26] = [
        "id",
        "pid",
        "tid",
        "uid",
        "seq",
        "seqno",
        "sequence",
        "index",
        "idx",
        "offset",
        "cursor",
        "nonce",
        "version",
        "rev",
        "revision",
        "ts",
        "t",
        "at",
        "now",
        "time",
        "timestamp",
        "date",
        "datetime",
        "epoch",
        "created",
        "updated",
    ];
    NAMES.contains(&&*name)
        || ["_id", "_at", "_ts", "_seq", "_timestamp", "_epoch", "_version"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a value is the time, in seconds, milli-, micro- or nanoseconds since the epoch, or an id that a double does
/// not hold.
fn is_clock_value(at_us: u64, value: f64) -> bool {
    const YEAR_US: f64 = 400.0 * 86_400e6;
    // From here on a time in seconds is past 2001, and not a small number at the beginning of 1970.
    const LEAST: f64 = 1e9;
    if value.abs() >= 9_007_199_254_740_992.0 {
        return true;
    }
    value >= LEAST
        && [1e6, 1e3, 1.0, 1e-3]
            .iter()
            .any(|scale| (value * scale - at_us as f64).abs() < YEAR_US)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_300_000_000_000;

    #[test]
    fn times_and_ids_are_no_measurements() {
        for path in [
            "$.id",
            "$.ts",
            "$.user_id",
            "$.userId",
            "$.a.createdAt",
            "$['created-at']",
            "$.seq",
            "$.ids.id[0]",
            "$['time']",
        ] {
            assert!(is_clock_name(path), "{path}");
        }
        for path in [
            "$",
            "$.load",
            "$.uptime",
            "$.valid",
            "$.heat",
            "$.cores[0].user",
            "$[0]",
            "$.id.load",
            "$['a id']",
        ] {
            assert!(!is_clock_name(path), "{path}");
        }
        for value in [1.7953e9, 1.7953e12, 1.7953e15, 1.7953e18, 1.78e9, 2_f64.powi(60)] {
            assert!(is_clock_value(NOW, value), "{value}");
        }
        for value in [0.0, -1.7953e9, 4.2, 1e9, 5e9, 1e13] {
            assert!(!is_clock_value(NOW, value), "{value}");
        }
        assert!(!is_clock_value(1_000_000, 1.0));
    }

    /// What a series has at an event.
    type Values = fn(u32) -> Option<f64>;

    fn choice(series: &[(&str, Values)], events: u32) -> Vec<u16> {
        let mut choice = Choice::default();
        let mut ids = vec![None; series.len()];
        let mut next = 0;
        for n in 0..events {
            for (at, (path, value)) in series.iter().enumerate() {
                let Some(value) = value(n) else { continue };
                let id = *ids[at].get_or_insert_with(|| {
                    choice.found(path, NOW, value);
                    next += 1;
                    next - 1
                });
                choice.value(id, value);
            }
            choice.event();
        }
        choice.chosen
    }

    #[test]
    fn what_counts_up_is_left_out_once_that_is_known() {
        let count: Values = |n| Some(f64::from(n));
        let load: Values = |n| Some(f64::from(n % 7));
        assert_eq!(choice(&[("$.n", count), ("$.load", load)], 63), [0, 1]);
        assert_eq!(choice(&[("$.n", count), ("$.load", load)], 64), [1]);
        assert_eq!(choice(&[("$.n", count)], 64), [0], "there is nothing else");
        assert!(choice(&[("$.id", load)], 64).is_empty());
    }

    #[test]
    fn the_most_frequent_are_chosen_where_not_all_fit_and_stay() {
        let rare: Values = |n| (n == 0).then_some(0.5);
        let often: Values = |n| Some(f64::from(n % 3));
        let late: Values = |n| (n >= 100).then_some(1.5);
        let mut series = vec![("$.a", rare); 4];
        series.extend(vec![("$.b", often); 14]);
        let settled = [0, 1].into_iter().chain(4..18).collect::<Vec<u16>>();
        assert_eq!(choice(&series, 10), (0..16).collect::<Vec<u16>>());
        assert_eq!(choice(&series, 64), settled);
        series.push(("$.late", late));
        assert_eq!(choice(&series, 200), settled, "there is no room");
        assert_eq!(choice(&[("$.b", often), ("$.late", late)], 200), [0, 1]);
    }
}
