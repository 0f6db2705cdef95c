//! Numbers as CSV.

use super::*;
use crate::contract::{ChartRule, Scenes, SeriesKey, SeriesRule};

fn csv(rule: ChartRule, log: &dyn Log) -> Vec<[String; 4]> {
    let rules = Rules {
        scenes: Scenes {
            chart: rule,
            ..Scenes::default()
        },
        ..Rules::default()
    };
    let mut out = Vec::new();
    let written = write(
        ExportFormat::Series,
        &TextRule::Lines.into(),
        &rules,
        log,
        Which::All,
        &mut out,
        &mut on,
    )
    .expect("memory takes it");
    assert_eq!(written.bytes, out.len() as u64);
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(text.starts_with("time,type,path,value\r\n"), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

#[test]
fn every_value_is_a_row() {
    let log = events(&[
        (
            "status",
            "1",
            r#"{"load":0.5,"cores":[1,-2],"ok":true,"a,\"b":7}"#,
        ),
        ("note", "", "no numbers here, 7"),
        ("a \"type\", quoted", "", "1e21"),
        ("status", "2", r#"{"load":0.1,"load":0.25}"#),
    ]);
    let rows = csv(ChartRule::default(), &log);
    let at = |pos: u64| rfc3339(1_795_300_000_000_000 + pos * 1_000);
    let row = |pos, event_type: &str, path: &str, value: &str| {
        [at(pos), event_type.to_owned(), path.to_owned(), value.to_owned()]
    };
    assert_eq!(
        rows,
        [
            row(0, "status", "$.load", "0.5"),
            row(0, "status", "$.cores[0]", "1"),
            row(0, "status", "$.cores[1]", "-2"),
            row(0, "status", "$['a,\"b']", "7"),
            row(2, "a \"type\", quoted", "$", "1e+21"),
            row(3, "status", "$.load", "0.25"),
        ]
    );

    // Those that were chosen alone, however their paths are typed.
    let line = |path: &str| SeriesRule {
        key: SeriesKey {
            event_type: "status".to_owned(),
            path: path.to_owned(),
        },
        ..SeriesRule::default()
    };
    let rule = ChartRule {
        series: vec![line("$['load']"), line("$.none")],
        window_s: 60,
    };
    assert_eq!(
        csv(rule, &log),
        [
            row(0, "status", "$.load", "0.5"),
            row(3, "status", "$.load", "0.25")
        ]
    );
}

#[test]
fn a_long_session_is_written_whole() {
    let log = ring((0..20_000).map(|pos| event(pos, pos + 1, "m", "", &format!("[{pos},{}]", pos * 2))));
    let rows = csv(ChartRule::default(), &log);
    assert_eq!(rows.len(), 40_000);
    assert_eq!(rows[39_999][3], "39998");
}
