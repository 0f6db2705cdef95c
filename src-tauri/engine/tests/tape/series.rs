//! Numbers as lines, of a session that is live and fast, and of its tape, at any playhead.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tapewriter_engine::Session;
use tapewriter_engine::contract::{
    ChartRule, OnEnd, ReplayCommand, Scenes, SeriesKey, SeriesPage, SeriesQuery, SeriesRule,
};
use tapewriter_engine::event_of;
use tapewriter_engine::log::Entry;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::support::{OK, ended, get, head, until};
use crate::{LITTLE, all, closed, connect, recording};

/// Values a second and line, for so many seconds on each of two connections.
const RATE: u64 = 10_000;
const EVENTS: u64 = 2 * RATE;
const PATHS: [&str; 4] = ["$.cpu", "$.ram", "$.net.in", "$.net.out"];

fn value(line: usize, n: u64) -> f64 {
    match (line, n) {
        // Extremes that last for one event.
        (0, 7_777) => 1_000.5,
        (0, 12_345) => -1_000.5,
        // Over its limit, back within the hysteresis, over again, and back.
        (1, 13_000) => 95.0,
        (1, 13_001..14_000) => 88.0,
        (1, 14_000) => 96.0,
        _ => (n % 50) as f64 + line as f64,
    }
}

fn data(n: u64) -> String {
    let [cpu, ram, net_in, net_out] = std::array::from_fn(|line| value(line, n));
    format!(
        "data: {{\"seq\":{n},\"cpu\":{cpu},\"ram\":{ram},\"net\":{{\"in\":{net_in},\"out\":{net_out}}}}}\n\n"
    )
}

/// Sends half of the events at their rate, goes away, sends the other half, and says that this was all.
async fn monitor() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        for half in 0..2 {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            head(&mut socket).await;
            send(&mut socket, half * EVENTS / 2..(half + 1) * EVENTS / 2).await;
        }
        let (mut socket, _) = listener.accept().await.expect("a connection");
        head(&mut socket).await;
        let _ = socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    });
    origin
}

async fn send(socket: &mut TcpStream, events: std::ops::Range<u64>) {
    const STEP: u64 = RATE / 100;
    let mut clock = tokio::time::interval(Duration::from_millis(10));
    let mut out = format!("{OK}retry: 10\n\n");
    for n in events {
        out.push_str(&data(n));
        if n % STEP == STEP - 1 {
            clock.tick().await;
            socket.write_all(out.as_bytes()).await.expect("it reads on");
            out.clear();
        }
    }
    // Shut down by dropping it: all has been written.
}

fn query(points: u32) -> SeriesQuery {
    SeriesQuery {
        points,
        ..SeriesQuery::default()
    }
}

/// The answer once all has been looked at.
async fn whole(session: &Session, query: &SeriesQuery) -> SeriesPage {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let page = session.scenes().series(query);
        if page.done {
            return page;
        }
        assert!(
            Instant::now() < until,
            "looked at {} of {}",
            page.scanned,
            page.end
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The values of a line in the entries, by their definition.
fn values(entries: &[Entry], line: usize) -> Vec<(u64, u64, f64)> {
    let events = entries.iter().filter_map(|entry| Some((entry, event_of(entry)?)));
    events
        .map(|(entry, event)| (entry.at_us, entry.pos, value(line, event.seq - 1)))
        .collect()
}

fn scenes() -> Scenes {
    Scenes {
        chart: ChartRule {
            series: PATHS
                .map(|path| SeriesRule {
                    key: SeriesKey {
                        event_type: "message".to_owned(),
                        path: path.to_owned(),
                    },
                    above: (path == "$.ram").then_some(90.0),
                    hysteresis: 5.0,
                    ..SeriesRule::default()
                })
                .to_vec(),
            window_s: 60,
        },
        ..Scenes::default()
    }
}

/// What holds of any answer that is whole, whatever is thinned.
fn check(page: &SeriesPage, entries: &[Entry]) {
    assert_eq!(page.series.len(), PATHS.len());
    for (line, shown) in page.series.iter().enumerate() {
        let values = values(entries, line);
        assert_eq!(shown.key.path, PATHS[line]);
        assert_eq!(shown.points, values.len() as u64, "{}", PATHS[line]);
        let Some(&(newest_us, pos, newest)) = values.last() else {
            continue;
        };
        assert_eq!(
            (shown.newest_us, shown.pos, shown.newest),
            (newest_us, pos, newest)
        );
        let all = || values.iter().map(|(_, _, value)| *value);
        let (least, most) = (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max));
        assert_eq!((shown.least, shown.most), (least, most));
        assert!(
            shown.value.contains(&least) && shown.value.contains(&most),
            "no extreme is left out"
        );
        assert!(shown.at_us.is_sorted());
        for (at_us, value) in shown.at_us.iter().zip(&shown.value) {
            assert!(
                values.iter().any(|each| (each.0, each.2) == (*at_us, *value)),
                "{value} at {at_us}"
            );
        }
    }
    let over = |value: &&(u64, u64, f64)| value.2 > 90.0;
    let ram = values(entries, 1);
    let ended = ram.iter().rposition(|value| value.2 < 85.0);
    let since = ram[ended.map_or(0, |at| at + 1)..].iter().find(over);
    let alert = page.series[1].alert;
    assert_eq!(
        alert.map(|alert| (alert.over, alert.limit)),
        since.map(|_| (true, 90.0))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_values_a_second_are_shown_live_and_replayed_both_ways() {
    let folder = tempfile::tempdir().expect("a folder");
    let (engine, deck) = recording(folder.path(), LITTLE);
    let mut stream = get(monitor().await);
    stream.on_end = OnEnd::default();
    let session = connect(&engine, stream);

    // While it comes: figures that only grow, and points in order.
    let (mut before, mut asked, mut slowest) = (0, 0, Duration::ZERO);
    while session.state().is_live() {
        let began = Instant::now();
        let page = session.scenes().series(&query(1_000));
        slowest = slowest.max(began.elapsed());
        for line in &page.series {
            assert!(line.at_us.len() <= 1_000 && line.at_us.len() == line.value.len());
            assert!(line.at_us.is_sorted());
        }
        let points = page.series.first().map_or(0, |line| line.points);
        assert!(points >= before && page.scanned <= page.end);
        (before, asked) = (points, asked + 1);
        tokio::time::sleep(Duration::from_millis(16)).await;
    }
    ended(&engine, &session).await;
    assert!(asked > 0, "no answer came while it was live");
    // Twelve milliseconds at the most here; this is for a machine that builds something else meanwhile.
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");

    let entries = all(&**session.log());
    // Nobody has chosen: what is measured is shown, and what counts events is only told.
    let page = whole(&session, &query(1_000)).await;
    let paths: Vec<_> = page.series.iter().map(|line| &*line.key.path).collect();
    assert_eq!(paths, PATHS);
    assert_eq!((page.found.len(), &*page.found[0].key.path), (5, "$.seq"));
    check(&page, &entries);
    session.set_scenes(scenes(), Vec::new()).expect("a rule");
    let page = whole(&session, &query(200)).await;
    check(&page, &entries);
    assert_eq!(page.gaps, session.strip(None, None, 100).breaks);
    assert_eq!(
        page.gaps.len(),
        2,
        "one came back, one was final: {:?}",
        page.gaps
    );
    assert!(page.gaps[0].to_us.is_some());

    // The same from the tape.
    let tape = closed(&engine, &session).await;
    assert_eq!(all(&*tape), entries);
    let id = session.tape_id().expect("a tape");
    let number = engine.open_tape(&id, || deck.tape(&id)).expect("opened");
    let replay = engine.session(number).expect("there");
    replay.set_scenes(scenes(), Vec::new()).expect("a rule");
    let page = whole(&replay, &query(1_000)).await;
    assert!(
        page.series.iter().all(|line| line.points == 0),
        "nothing has been played"
    );
    for at in [
        EVENTS / 2,
        EVENTS,
        13_500,
        14_100,
        13_000,
        7_778,
        7_777,
        100,
        1,
        15_000,
    ] {
        let pos = entries[at as usize].pos;
        replay.play(&ReplayCommand::SeekPos { pos });
        let shown = replay.log().span().end as usize;
        let page = whole(&replay, &query(1_000)).await;
        check(&page, &entries[..shown]);
        assert_eq!(page.to_us, entries[shown - 1].at_us);
        assert_eq!(page.end, shown as u64);
        assert!(page.gaps.iter().all(|gap| gap.from_us <= page.to_us));
    }
    // Closer than what is kept of a long session: every value of a stretch.
    replay.play(&ReplayCommand::SeekPos { pos: EVENTS });
    let (from, to) = (&entries[500], &entries[700]);
    let near = SeriesQuery {
        from_us: Some(from.at_us),
        to_us: Some(to.at_us),
        ..query(4_096)
    };
    let page = whole(&replay, &near).await;
    for (line, shown) in page.series.iter().enumerate() {
        let expected: Vec<_> = values(&entries, line)
            .into_iter()
            .filter(|value| value.0 >= from.at_us && value.0 <= to.at_us)
            .collect();
        assert_eq!(
            shown.at_us,
            expected.iter().map(|value| value.0).collect::<Vec<_>>()
        );
        assert_eq!(
            shown.value,
            expected.iter().map(|value| value.2).collect::<Vec<_>>()
        );
    }
    let _: Arc<Session> = session;
    until(&engine, "it is held", || !replay.state().is_live()).await;
}
