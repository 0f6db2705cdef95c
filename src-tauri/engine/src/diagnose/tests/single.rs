//! The rules that need no burst.

use super::*;

#[test]
fn events_whose_rest_comes_late_are_told() {
    let mut line = Line::open(&[]);
    for i in 0..4 {
        line.wait(300 * MS);
        line.chunk(b"data: half", None, &[]);
        line.wait(250 * MS);
        line.chunk(b" done\n\n", None, &["half done".to_owned()]);
        assert_eq!(line.kinds().is_empty(), i < 2, "after {} of them", i + 1);
    }
    let found = &line.findings()[0];
    assert_eq!(
        (found.kind, arg(found, "chunks"), arg(found, "seconds")),
        (FindingKind::SplitEvents, "4", "0.3")
    );
    let mut line = Line::open(&[]);
    for _ in 0..3 {
        for part in [&b"da"[..], b"ta: ", b"x"] {
            line.chunk(part, None, &[]);
            line.wait(400 * MS);
        }
        line.wait(50 * MS);
        line.chunk(b"\n", None, &[]);
        line.wait(50 * MS);
        line.chunk(b"\n", None, &["x".to_owned()]);
    }
    assert_eq!(
        arg(&line.findings()[0], "seconds"),
        "1.3",
        "all that it waited, but what nobody notices"
    );
    let mut line = Line::open(&[]);
    for _ in 0..5 {
        line.chunk(b":hb", None, &[]);
        line.wait(15 * S);
        line.chunk(b"\n\ndata: x\n\n", None, &["x".to_owned()]);
    }
    assert_eq!(line.kinds(), [], "a comment is no event");
}

#[test]
fn what_happens_now_and_then_is_no_rule() {
    let mut line = Line::open(&[]);
    for i in 0..10_000 {
        line.wait(100 * MS);
        if i % 2_000 == 1_000 {
            line.chunk(b"data: ha", None, &[]);
            line.wait(300 * MS);
            line.chunk(b"lf\n\n", None, &["half".to_owned()]);
            assert_eq!(line.kinds(), [], "after {i}");
        } else {
            line.event("x");
        }
    }
    assert_eq!(line.doctor.stalls.count, 5);
    let mut line = Line::open(&[("content-encoding", "br")]);
    for i in 0..1_000 {
        line.wait(100 * MS);
        if i % 300 == 200 {
            line.chunk(b"", Some(&[7; 60]), &[]);
            line.wait(2 * S);
        }
        line.events(&["x".to_owned()], Some(&[7; 60]));
    }
    assert_eq!(line.kinds(), []);
    assert_eq!(line.doctor.holds.count, 3);
    let mut line = Line::open(&[]);
    for i in 0..20 {
        line.event("x");
        line.wait(if i % 5 == 4 { 60 * S } else { S });
        line.doctor.end(line.at_us, &Failure::new(Code::Eof, "over"));
        assert_eq!(line.kinds(), [], "after {i}");
        line.answer(200, &[], b"", MS);
    }
    assert_eq!(line.doctor.deaths.count, 4);
}

#[test]
fn attempts_that_got_no_answer_say_nothing_of_lines_that_die() {
    let mut line = Line::open(&[]);
    for deaths in 1..=2 {
        line.wait(60 * S);
        line.doctor.end(line.at_us, &Failure::new(Code::Reset, "reset"));
        for _ in 0..10 {
            let mut traced = Traced::default();
            traced.exchange.hops.push(Hop::default());
            line.doctor.exchange(9, line.at_us, Framing::Auto, &traced);
            line.wait(60 * S);
            line.doctor.end(line.at_us, &Failure::new(Code::Timeout, "late"));
        }
        assert_eq!(!line.kinds().is_empty(), deaths == 2, "after {deaths}");
        line.answer(200, &[], b"", MS);
    }
    assert_eq!(arg(&line.findings()[0], "died"), "2");
}

#[test]
fn silence_without_a_heartbeat_is_told_until_something_comes() {
    let mut line = Line::open(&[]);
    line.event("x");
    line.wait(29 * S);
    assert_eq!(line.kinds(), []);
    line.wait(2 * S);
    assert_eq!(line.kinds(), [FindingKind::NoHeartbeat]);
    assert_eq!(
        (arg(&line.findings()[0], "seconds"), line.findings()[0].no),
        ("31", Some(2))
    );
    line.event("y");
    line.wait(40 * S);
    assert_eq!(line.kinds(), [], "it has come out of such a silence before");
    line.wait(10 * S);
    assert_eq!(line.kinds(), [FindingKind::NoHeartbeat]);
    line.heartbeat();
    line.wait(100 * S);
    assert_eq!(line.kinds(), [], "it has heartbeats");
}

#[test]
fn lines_that_die_in_silence_are_told() {
    let mut line = Line::open(&[]);
    for deaths in 1..=3 {
        line.heartbeat();
        line.wait(60 * S);
        line.doctor.end(line.at_us, &Failure::new(Code::Reset, "reset"));
        let told = line.kinds() == [FindingKind::NoHeartbeat];
        assert_eq!(told, deaths >= 2, "after {deaths}");
        line.answer(200, &[], b"", MS);
    }
    let found = &line.findings()[0];
    assert_eq!((arg(found, "died"), arg(found, "seconds")), ("3", "60"));
    let mut line = Line::open(&[]);
    line.wait(60 * S);
    line.doctor.end(line.at_us, &Failure::new(Code::Reset, "reset"));
    line.answer(200, &[], b"", MS);
    line.wait(31 * S);
    let found = &line.findings()[0];
    assert_eq!(
        (arg(found, "died"), arg(found, "seconds")),
        ("0", "31"),
        "silent now"
    );
}

#[test]
fn what_is_no_stream_is_told_until_there_is_one() {
    let mut line = Line::open(&[]);
    let page = b"\n<!DOCTYPE html><html><title>502 Bad Gateway</title>";
    line.answer(502, &[("content-type", "text/html")], page, MS);
    let failure = Failure::new(Code::Status, "502")
        .with("status", 502)
        .with("body", "<html>");
    line.doctor.end(line.at_us, &failure);
    let findings = line.findings();
    assert_eq!(line.kinds(), [FindingKind::Html]);
    assert_eq!(
        (arg(&findings[0], "title"), arg(&findings[0], "status")),
        ("502 Bad Gateway", "502")
    );
    assert_eq!((findings[0].level, findings[0].no), (Level::Bad, Some(3)));
    line.answer(
        200,
        &[("content-type", "application/json; charset=utf-8")],
        b"{}",
        MS,
    );
    let failure = Failure::new(Code::ContentType, "no").with("type", "application/json");
    line.doctor.end(line.at_us, &failure);
    assert_eq!(line.kinds(), [FindingKind::ContentType]);
    assert_eq!(arg(&line.findings()[0], "type"), "application/json");
    line.wait(300 * S);
    assert_eq!(
        line.kinds(),
        [FindingKind::ContentType],
        "nothing is open that could be silent"
    );
    line.answer(200, &[], b"", MS);
    assert_eq!(line.kinds(), []);
    line.answer(500, &[("content-type", "text/plain")], b"oops", MS);
    line.doctor
        .end(line.at_us, &Failure::new(Code::Status, "500").with("status", 500));
    assert_eq!(line.kinds(), [], "the failure says it all");
}

#[test]
fn ignored_lines_are_counted_and_one_is_shown() {
    let mut line = Line::open(&[]);
    line.chunk(b"\xEF\xBB\xBFdata: x\npriority: high\nre", None, &[]);
    line.chunk(b"try: 3s\r", None, &[]);
    line.chunk(b"\nid: a\0\n\n", None, &["x".to_owned()]);
    assert_eq!(line.kinds(), [FindingKind::IgnoredLines]);
    let found = &line.findings()[0];
    let args = ["lines", "first", "why", "least"].map(|name| arg(found, name));
    assert_eq!(args, ["3", "priority: high", "unknown-field", "no"]);
    assert_eq!(found.no, Some(2));
    line.answer(200, &[], b"", MS);
    line.chunk(b"\xEF\xBB\xBFda", None, &[]);
    line.chunk(b"ta: x\n\n\xEF\xBB\xBFdata", None, &["x".to_owned()]);
    assert_eq!(
        arg(&line.findings()[0], "lines"),
        "3",
        "a BOM at the beginning of a body, also a cut one"
    );
    line.chunk(b": y\n\n", None, &[]);
    assert_eq!(
        arg(&line.findings()[0], "lines"),
        "4",
        "anywhere else it belongs to the name"
    );
    for _ in 0..40 {
        line.chunk(&b"foo\n".repeat(16 << 10), None, &[]);
    }
    assert_eq!(arg(&line.findings()[0], "least"), "yes");
}

#[test]
fn a_slow_head_an_unchecked_certificate_and_what_reconnects_cost() {
    let mut line = Line::open(&[]);
    line.answer(200, &[], b"", 6 * S);
    line.doctor.resumed(None, None);
    assert_eq!(line.kinds(), [FindingKind::SlowStart]);
    assert_eq!(arg(&line.findings()[0], "seconds"), "6");
    line.answer(200, &[], b"", S);
    line.doctor.resumed(Some(0), Some(0));
    assert_eq!(line.kinds(), [FindingKind::ResumesWell]);
    assert_eq!(line.findings()[0].level, Level::Good);
    line.doctor.resumed(Some(2), Some(1));
    assert_eq!(line.kinds(), [FindingKind::ResumesBadly]);
    let mut traced = Traced::default();
    traced.exchange.tls = Some(Tls::default());
    line.doctor.exchange(9, line.at_us, Framing::Sse, &traced);
    assert_eq!(line.kinds(), [FindingKind::Insecure, FindingKind::ResumesBadly]);
}

#[test]
fn the_gravest_comes_first() {
    let mut line = Line::open(&[("access-control-allow-origin", "https://page.example")]);
    line.chunk(b"foo\n\n", None, &[]);
    line.doctor.resumed(Some(0), Some(0));
    assert_eq!(
        line.kinds(),
        [
            FindingKind::Cors,
            FindingKind::IgnoredLines,
            FindingKind::ResumesWell
        ]
    );
    line.doctor.end(
        line.at_us,
        &Failure::new(Code::ContentType, "no").with("type", ""),
    );
    assert_eq!(line.kinds()[0], FindingKind::ContentType);
}

#[test]
fn seconds_are_written_for_a_sentence() {
    let written = [
        0,
        49 * MS,
        250 * MS,
        S,
        1_249 * MS,
        9_960 * MS,
        14_650 * MS,
        90 * S,
    ]
    .map(seconds);
    assert_eq!(written, ["0", "0", "0.3", "1", "1.2", "10", "15", "90"]);
}
