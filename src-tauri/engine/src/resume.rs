//! What a reconnect cost: events lost or repeated, told by ids where they can tell. Ids are opaque
//! strings (Wikimedia's are JSON); only integers of constant step say anything.

/// Watches the ids of a session's events.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    last: Option<i64>,
    /// Events so far: no more than these can come again.
    seen: u64,
    step: Option<i64>,
    /// Ids have not been integers of constant step, or an event had none of its own.
    opaque: bool,
}

/// What a reconnect cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Events that the server had sent and that never came.
    pub lost: u64,
    /// Events that came again.
    pub repeated: u64,
}

fn integer(id: &str) -> Option<i64> {
    let value: i64 = id.parse().ok()?;
    // `+7` and `007` are not what a counter writes.
    (value.to_string() == id).then_some(value)
}

impl Ids {
    /// The id of the next event of an unbroken line.
    pub fn event(&mut self, id: &str) {
        self.seen += 1;
        match (integer(id), self.last) {
            _ if self.opaque => {}
            (None, _) => self.opaque = true,
            (Some(now), Some(last)) => {
                let step = now.checked_sub(last).filter(|step| *step != 0);
                match (step, self.step) {
                    (Some(step), None) => self.step = Some(step),
                    (Some(step), Some(known)) if step == known => {}
                    _ => self.opaque = true,
                }
                self.last = Some(now);
            }
            (Some(now), None) => self.last = Some(now),
        }
    }

    /// The id of the first event after a reconnect, which says what the reconnect cost, or that ids
    /// cannot tell.
    pub fn resumed(&mut self, id: &str) -> Option<Cost> {
        let now = integer(id);
        let cost = match (self.opaque, self.last, self.step, now) {
            (false, Some(last), Some(step), Some(now)) => {
                // In 128 bits no two ids of 64 are too far apart.
                let (moved, step) = (i128::from(now) - i128::from(last), i128::from(step));
                (moved % step == 0).then(|| {
                    let steps = moved / step;
                    let count = |n: i128| u64::try_from(n).unwrap_or(u64::MAX);
                    if steps >= 1 {
                        Cost {
                            lost: count(steps - 1),
                            repeated: 0,
                        }
                    } else {
                        Cost {
                            lost: 0,
                            repeated: count(1 - steps),
                        }
                    }
                })
            }
            _ => None,
        };
        match now {
            Some(now) => self.last = Some(now),
            None => self.opaque = true,
        }
        // A counter that began anew at the server looks like a long way back.
        let cost = cost.filter(|cost| cost.repeated <= self.seen);
        self.seen += 1;
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(ids: &[&str], next: &str) -> Option<Cost> {
        let mut watch = Ids::default();
        for id in ids {
            watch.event(id);
        }
        watch.resumed(next)
    }

    #[test]
    fn counts_what_integers_of_constant_step_tell() {
        assert_eq!(after(&["1", "2", "3"], "4"), Some(Cost { lost: 0, repeated: 0 }));
        assert_eq!(after(&["1", "2", "3"], "7"), Some(Cost { lost: 3, repeated: 0 }));
        assert_eq!(after(&["1", "2", "3"], "3"), Some(Cost { lost: 0, repeated: 1 }));
        assert_eq!(
            after(&["10", "20", "30"], "10"),
            Some(Cost { lost: 0, repeated: 3 })
        );
        assert_eq!(after(&["10", "20"], "40"), Some(Cost { lost: 1, repeated: 0 }));
    }

    #[test]
    fn survives_ids_at_the_ends_of_their_range() {
        assert_eq!(
            after(&["1", "0"], "-9223372036854775808").map(|cost| cost.repeated),
            Some(0)
        );
        assert!(
            after(
                &["9223372036854775806", "9223372036854775807"],
                "-9223372036854775808"
            )
            .is_none()
        );
        assert!(
            after(
                &["-9223372036854775808", "-9223372036854775807"],
                "9223372036854775807"
            )
            .is_some()
        );
    }

    #[test]
    fn a_counter_that_begins_anew_repeats_nothing() {
        assert_eq!(after(&["990", "991", "992"], "1"), None);
        assert_eq!(
            after(&["990", "991", "992"], "990").map(|cost| cost.repeated),
            Some(3)
        );
    }

    #[test]
    fn says_nothing_where_ids_cannot_tell() {
        for (ids, next) in [
            (&["1"][..], "2"),
            (&["1", "2", "4"], "5"),
            (&["a", "b"], "c"),
            (&["1", "1"], "1"),
            (&["10", "20"], "35"),
            (&["01", "02"], "03"),
            (&["1", "2"], "[{\"offset\":3}]"),
        ] {
            assert_eq!(after(ids, next), None, "{ids:?} {next}");
        }
    }
}
