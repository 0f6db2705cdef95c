//! A disk that is full, for real: a file system of 256 KiB in memory, mounted where only a child of this process sees
//! it.

#![cfg(target_os = "linux")]

use std::process::Command;

use super::*;
use crate::contract::TextRule;

const INSIDE: &str = "TAPEWRITER_TEST_SMALL_DISK";

#[test]
fn a_full_disk_leaves_nothing_behind_and_the_old_file_as_it_was() {
    if std::env::var_os(INSIDE).is_some() {
        return inside(std::path::Path::new("/mnt"));
    }
    let this = std::env::current_exe().expect("a test binary");
    let name = "export::tests::full::a_full_disk_leaves_nothing_behind_and_the_old_file_as_it_was";
    let script = format!(
        "mount -t tmpfs -o size=256k tmpfs /mnt && exec '{}' --exact {name} --nocapture",
        this.display()
    );
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .env(INSIDE, "1")
        .output()
        .expect("unshare");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("the disk was full"),
        "{said}"
    );
}

fn inside(disk: &std::path::Path) {
    let path = disk.join("a.jsonl");
    std::fs::write(&path, "old").expect("room");
    let log = ring((0..10_000).map(|n| event(n, n + 1, "message", "", &"x".repeat(100))));
    let failure = to_file(&path, |out| {
        write(
            ExportFormat::Jsonl,
            &TextRule::Lines.into(),
            &Rules::default(),
            &log,
            Which::All,
            out,
            &mut on,
        )
    })
    .expect_err("it cannot fit");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Tape, "full")
    );
    assert_eq!(failure.args["path"], path.display().to_string());
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "old");
    assert_eq!(files(disk), ["a.jsonl"]);
    // A tape that is made there fares no better.
    let source = tempfile::Builder::new()
        .suffix(".sse")
        .tempfile()
        .expect("room elsewhere");
    let text = format!("data: {}\n\n", "x".repeat(1_000)).repeat(1_000);
    std::fs::write(source.path(), text).expect("room elsewhere");
    let terms = Terms {
        limits: Limits::default(),
        now_us: 0,
    };
    let made = disk.join("made.tape");
    let failure = crate::import::import(source.path(), &made, terms, &mut on).expect_err("it cannot fit");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Tape, "full"),
        "{failure:?}"
    );
    assert_eq!(files(disk), ["a.jsonl"]);
    eprintln!("the disk was full");
}
