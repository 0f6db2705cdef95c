//! As many points as a picture has pixels for: each step of time gives its least and its greatest value, at their own
//! times. The first and the last of all are kept as well.

use super::store::Point;

/// Takes points in order of time.
#[derive(Debug)]
pub struct Thin {
    most: usize,
    origin_us: u64,
    width_us: u64,
    /// All of them, while they are few enough.
    all: Vec<Point>,
    /// How many there were.
    seen: usize,
    thinned: Vec<Point>,
    step: Option<Step>,
    first: Option<Point>,
    last: Option<Point>,
    /// The least and the greatest of all.
    range: Option<(f64, f64)>,
}

#[derive(Debug)]
struct Step {
    /// One past its last microsecond: no division for each point.
    end_us: u64,
    least: Point,
    most: Point,
}

/// The width of the steps in which a span is shown with at most so many points: a power of two, and they stand where
/// they would in any other span, so that a picture that moves does not flicker.
pub fn width(origin_us: u64, from_us: u64, to_us: u64, points: usize) -> u64 {
    let steps = steps(points).max(1);
    let (from, to) = (from_us.saturating_sub(origin_us), to_us.saturating_sub(origin_us));
    let mut width = 1;
    while (to / width).saturating_sub(from / width) >= steps && width < 1 << 62 {
        width *= 2;
    }
    width
}

/// Steps of two points each, beside the first and the last point.
const fn steps(points: usize) -> u64 {
    points.saturating_sub(2) as u64 / 2
}

impl Thin {
    /// For at most so many points; see [`width`].
    pub const fn new(most: usize, origin_us: u64, width_us: u64) -> Self {
        Self {
            most,
            origin_us,
            width_us,
            all: Vec::new(),
            seen: 0,
            thinned: Vec::new(),
            step: None,
            first: None,
            last: None,
            range: None,
        }
    }

    /// Takes a point.
    pub fn push(&mut self, point: Point) {
        self.seen += 1;
        if self.seen <= self.most {
            self.all.push(point);
        }
        self.first.get_or_insert(point);
        self.last = Some(point);
        let value = point.value;
        let (least, most) = self.range.unwrap_or((value, value));
        self.range = Some((least.min(value), most.max(value)));
        match &mut self.step {
            Some(step) if point.at_us < step.end_us => {
                if value < step.least.value {
                    step.least = point;
                }
                if value > step.most.value {
                    step.most = point;
                }
            }
            _ => {
                self.end_step();
                let at = point.at_us.saturating_sub(self.origin_us) / self.width_us;
                let end_us = self
                    .origin_us
                    .saturating_add((at + 1).saturating_mul(self.width_us));
                self.step = Some(Step {
                    end_us,
                    least: point,
                    most: point,
                });
            }
        }
    }

    fn end_step(&mut self) {
        if let Some(Step { least, most, .. }) = self.step.take() {
            let in_order = least.pos <= most.pos;
            self.thinned.push(if in_order { least } else { most });
            if least.pos != most.pos {
                self.thinned.push(if in_order { most } else { least });
            }
        }
    }

    /// The least and the greatest value of all that were taken.
    pub const fn range(&self) -> Option<(f64, f64)> {
        self.range
    }

    /// The points, in order.
    pub fn finish(mut self) -> Vec<Point> {
        if self.seen <= self.most {
            return self.all;
        }
        let (Some(first), Some(last)) = (self.first, self.last) else {
            return Vec::new();
        };
        if self.most < 4 {
            // No room for a step.
            let mut ends = vec![first, last];
            ends.drain(..2 - self.most.min(2));
            return ends;
        }
        self.end_step();
        let mut points = self.thinned;
        if points.first().is_none_or(|point| point.pos != first.pos) {
            points.insert(0, first);
        }
        if points.last().is_none_or(|point| point.pos != last.pos) {
            points.push(last);
        }
        points
    }
}
