//! Against simple models that keep everything.

use super::*;

/// Values with gaps of all sizes between them, and with runs of the same.
fn values() -> impl Strategy<Value = Vec<(u64, f64)>> {
    let gap = prop_oneof![Just(0_u64), 1_u64..50, 500_u64..3_000, 1_000_000_u64..9_000_000];
    let value = prop_oneof![Just(0.0), -100.0..100.0_f64, (-5_i32..5).prop_map(f64::from)];
    prop::collection::vec((gap, value), 1..300)
}

fn placed(values: &[(u64, f64)]) -> Vec<Point> {
    let mut at_us = START;
    values
        .iter()
        .enumerate()
        .map(|(n, (gap, value))| {
            at_us += gap;
            Point {
                at_us,
                // Other entries lie between.
                pos: n as u64 * 3,
                value: *value,
            }
        })
        .collect()
}

fn filled(points: &[Point]) -> Store {
    let mut store = Store::new(START, SMALL);
    for point in points {
        store.push(*point);
    }
    store
}

fn shown(cut: store::Cut<'_>, from_us: u64, to_us: u64) -> Vec<Point> {
    let mut shown = Vec::new();
    cut.each(from_us, to_us, |point| shown.push(point));
    shown
}

fn range(points: impl IntoIterator<Item = Point>) -> Option<(f64, f64)> {
    points
        .into_iter()
        .map(|point| (point.value, point.value))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The alert by its definition, from the newest value back to where it began.
fn alert_by_definition(values: &[Point], rule: &SeriesRule) -> Option<SeriesAlert> {
    let mut state: Option<SeriesAlert> = None;
    for point in values {
        if let Some(now) = state {
            let came_back = match now.over {
                true => point.value < now.limit - rule.hysteresis,
                false => point.value > now.limit + rule.hysteresis,
            };
            if came_back {
                state = None;
            }
        }
        for (over, limit) in [(false, rule.below), (true, rule.above)] {
            let Some(limit) = limit else { continue };
            let is_past = if over {
                point.value > limit
            } else {
                point.value < limit
            };
            if is_past && state.is_none_or(|now| now.over != over) {
                state = Some(SeriesAlert {
                    over,
                    limit,
                    since_us: point.at_us,
                });
            }
        }
    }
    state
}

proptest! {
    #[test]
    fn thinning_keeps_the_extremes_of_each_step(values in values(), most in 0_usize..40) {
        let points = placed(&values);
        let (from, to) = (points[0].at_us, points[points.len() - 1].at_us);
        let width = thin::width(START, from, to, most);
        let mut thin = Thin::new(most, START, width);
        points.iter().for_each(|point| thin.push(*point));
        prop_assert_eq!(thin.range(), range(points.iter().copied()));
        let thinned = thin.finish();
        prop_assert!(thinned.len() <= most, "{} of {}", thinned.len(), most);
        prop_assert!(thinned.windows(2).all(|pair| pair[0].pos < pair[1].pos && pair[0].at_us <= pair[1].at_us));
        prop_assert!(thinned.iter().all(|point| points.contains(point)));
        if points.len() <= most {
            prop_assert_eq!(&thinned, &points);
        }
        if most >= 2 {
            prop_assert_eq!(thinned.first(), points.first());
        }
        if most >= 1 {
            prop_assert_eq!(thinned.last(), points.last());
        }
        if most >= 4 {
            let step = |point: &Point| (point.at_us - START) / width;
            for all in points.chunk_by(|a, b| step(a) == step(b)) {
                let kept = thinned.iter().filter(|point| step(point) == step(&all[0])).copied();
                prop_assert_eq!(range(kept), range(all.iter().copied()));
            }
        }
    }

    #[test]
    fn a_store_knows_the_extremes_of_every_step_at_least_as_wide_as_its_own(values in values(), wider in 0_u32..4) {
        let points = placed(&values);
        let store = filled(&points);
        let cut = store.cut(u64::MAX, &[]);
        let known = shown(cut, 0, u64::MAX);
        prop_assert_eq!(cut.points(), points.len() as u64);
        prop_assert_eq!(cut.first(), points.first().copied());
        prop_assert_eq!(cut.newest(), points.last().copied());
        prop_assert!(known.iter().all(|point| points.contains(point)));
        prop_assert!(known.windows(2).all(|pair| pair[0].pos < pair[1].pos));
        prop_assert!(known.len() <= SMALL.bins * 4 + SMALL.recent);
        let newest = points.len().saturating_sub(SMALL.recent);
        prop_assert!(points[newest..].iter().all(|point| known.contains(point)), "the newest, one by one");
        let width = store.width_us().unwrap_or(1) << wider;
        let step = |point: &Point| (point.at_us - START) / width;
        for all in points.chunk_by(|a, b| step(a) == step(b)) {
            let kept = known.iter().filter(|point| step(point) == step(&all[0])).copied();
            prop_assert_eq!(range(kept), range(all.iter().copied()));
        }
        // A value of a time before is right to the width of a step.
        let width = store.width_us().unwrap_or(0);
        for point in &points {
            let before = cut.before(point.at_us).expect("there is one");
            let exact = points.iter().rfind(|each| each.at_us <= point.at_us).expect("itself");
            prop_assert!(before.pos <= exact.pos && exact.at_us - before.at_us <= width);
        }
    }

    #[test]
    fn at_a_playhead_nothing_is_known_of_what_follows(values in values(), at in 0.0..1.0_f64, close in any::<bool>()) {
        let points = placed(&values);
        let store = filled(&points);
        let head = (points.len() as f64 * 3.0 * at) as u64;
        let before: Vec<Point> = points.iter().filter(|point| point.pos < head).copied().collect();
        let open = store.cut(head, &[]).open();
        let again = open.filter(|_| close).map(|(from, to)| Close {
            from,
            to,
            points: points.iter().filter(|point| point.pos >= from && point.pos < to).copied().collect(),
        });
        let again: Vec<Close> = again.into_iter().collect();
        let cut = store.cut(head, &again);
        let known = shown(cut, 0, u64::MAX);
        prop_assert!(known.iter().all(|point| before.contains(point)), "{:?}", known);
        prop_assert_eq!(cut.first(), before.first().copied());
        if close || open.is_none() {
            prop_assert_eq!(cut.points(), before.len() as u64);
            prop_assert_eq!(cut.newest(), before.last().copied());
            prop_assert_eq!(range(known), range(before));
        } else {
            prop_assert!(cut.points() <= before.len() as u64);
        }
    }

    #[test]
    fn what_steps_leave_out_is_filled_in(values in values(), ends in (0.0..1.0_f64, 0.0..1.0_f64)) {
        let points = placed(&values);
        let store = filled(&points);
        let last = points[points.len() - 1].at_us - START;
        let at = |share: f64| START + (last as f64 * share) as u64;
        let (from, to) = (at(ends.0.min(ends.1)), at(ends.0.max(ends.1)));
        let hidden = store.cut(u64::MAX, &[]).hidden(from, to, 1, 100);
        let again: Vec<Close> = hidden
            .map(|(from, to)| Close {
                from,
                to,
                points: points.iter().filter(|point| point.pos >= from && point.pos < to).copied().collect(),
            })
            .into_iter()
            .collect();
        let expected: Vec<Point> = points
            .iter()
            .filter(|point| point.at_us >= from && point.at_us <= to)
            .copied()
            .collect();
        prop_assert_eq!(shown(store.cut(u64::MAX, &again), from, to), expected);
    }

    #[test]
    fn alerts_are_those_of_their_definition(
        values in values(),
        above in prop::option::of(-50.0..50.0_f64),
        below in prop::option::of(-50.0..50.0_f64),
        hysteresis in prop_oneof![Just(0.0), 0.0..20.0_f64],
    ) {
        // A limit below that is over the one above makes no sense to a definition either.
        prop_assume!(above.zip(below).is_none_or(|(above, below)| below <= above));
        let points = placed(&values);
        let rule = rule_of(key("m", "$"), above, below, hysteresis);
        let mut watch = Watch::new(Limits::of(&rule));
        for (n, point) in points.iter().enumerate() {
            watch.see(*point);
            prop_assert_eq!(watch.alert, alert_by_definition(&points[..=n], &rule));
        }
    }

    #[test]
    fn a_replay_scrubbed_back_is_a_projection_of_what_was_there(
        values in values(),
        heads in prop::collection::vec(0.0..1.0_f64, 1..4),
    ) {
        let points = placed(&values);
        let mut entries = Vec::new();
        for point in &points {
            let data = format!("{{\"v\":{}}}", point.value);
            entries.push(event(point.pos, point.at_us, "m", &data));
            for n in 1..3 {
                entries.push(event(point.pos + n, point.at_us, "other", "no number"));
            }
        }
        let log = Arc::new(ring(entries.clone()));
        let headed = Headed { log: Arc::clone(&log), head: AtomicU64::new(0) };
        let rule = ChartRule {
            series: vec![rule_of(key("m", "$.v"), Some(50.0), Some(-50.0), 5.0)],
            window_s: 0,
        };
        // One that has read the whole tape, in little room; and at each playhead one that has room for all that was there.
        let series = Series::with_room(Arc::clone(&log) as SharedLog, Arc::default(), SMALL).patient();
        whole(&series, &*log, &rule, &points_asked());
        for head in heads {
            let head = ((entries.len() as f64 * head) as u64).max(1);
            headed.head.store(head, Ordering::Relaxed);
            let page = whole(&series, &headed, &rule, &points_asked());
            let prefix = Arc::new(ring(entries[..head as usize].iter().cloned()));
            let fresh = Series::new(Arc::clone(&prefix) as SharedLog, Arc::default());
            let fresh = whole(&fresh, &*prefix, &rule, &points_asked());
            prop_assert_eq!(page.end, head);
            prop_assert_eq!(page.to_us, fresh.to_us);
            prop_assert_eq!(&page.found, &fresh.found);
            let (line, exact) = (&page.series[0], &fresh.series[0]);
            prop_assert_eq!((line.points, line.pos, line.newest_us), (exact.points, exact.pos, exact.newest_us));
            prop_assert_eq!((line.newest, line.least, line.most), (exact.newest, exact.least, exact.most));
            // Closer than the steps are wide, so that all is read again.
            prop_assert_eq!((&line.at_us, &line.value), (&exact.at_us, &exact.value));
            prop_assert_eq!(line.change, exact.change);
            prop_assert_eq!(line.alert, exact.alert);
        }
    }
}

fn points_asked() -> SeriesQuery {
    super::points(4_096)
}
