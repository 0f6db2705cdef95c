//! Thresholds with hysteresis: an alert begins with a value past its limit, and ends with one that has come back from
//! it by more than the hysteresis, or that is past the other limit.

use super::store::Point;
use crate::contract::{SeriesAlert, SeriesRule};

/// The limits of one series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    above: Option<f64>,
    below: Option<f64>,
    hysteresis: f64,
}

impl Limits {
    /// Those of a rule; what is no number is none, and hysteresis is not negative.
    pub fn of(rule: &SeriesRule) -> Self {
        let finite = |limit: &f64| limit.is_finite();
        Self {
            above: rule.above.filter(finite),
            below: rule.below.filter(finite),
            hysteresis: Some(rule.hysteresis).filter(finite).unwrap_or(0.0).max(0.0),
        }
    }

    /// Whether there are any.
    pub const fn is_some(&self) -> bool {
        self.above.is_some() || self.below.is_some()
    }
}

/// Watches a series, value after value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Watch {
    /// What for.
    pub limits: Limits,
    /// What it is past now.
    pub alert: Option<SeriesAlert>,
}

impl Watch {
    /// Nothing has come yet.
    pub const fn new(limits: Limits) -> Self {
        Self { limits, alert: None }
    }

    /// The next value.
    pub fn see(&mut self, point: Point) {
        let Limits {
            above,
            below,
            hysteresis,
        } = self.limits;
        let value = point.value;
        let over = above.filter(|limit| value > *limit).map(|limit| (true, limit));
        let past = over.or_else(|| below.filter(|limit| value < *limit).map(|limit| (false, limit)));
        let stays = self.alert.is_some_and(|alert| {
            let is_back = if alert.over {
                value < alert.limit - hysteresis
            } else {
                value > alert.limit + hysteresis
            };
            !is_back && past.is_none_or(|(over, _)| over == alert.over)
        });
        if !stays {
            self.alert = past.map(|(over, limit)| SeriesAlert {
                over,
                limit,
                since_us: point.at_us,
            });
        }
    }
}
