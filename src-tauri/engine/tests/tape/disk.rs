//! Disks that are full, cannot be written to, or come back; and processes that are killed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tapewriter_engine::contract::{RecordingState, RowKind};
use tapewriter_engine::log::Log;
use tapewriter_engine::tape::{Deck, Limits, Tape};

use crate::support::{demo, ended, get, once, until};
use crate::{LITTLE, LONG, all, closed, connect, files, recording};

const INSIDE: &str = "TAPEWRITER_TEST_DISK";

/// Runs a test of this binary again where a file system of its own is mounted, which no other process sees. It works as
/// root and as anyone else.
#[cfg(target_os = "linux")]
fn on_a_disk(test: &str, mount: &str) {
    let this = std::env::current_exe().expect("a test binary");
    let mnt = tempfile::tempdir().expect("a folder");
    let at = mnt.path().display();
    let script = format!(
        "{} && exec '{}' --exact disk::{test} --nocapture",
        mount.replace("MNT", &at.to_string()),
        this.display()
    );
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .env(INSIDE, mnt.path())
        .stdin(Stdio::null())
        .output()
        .expect("unshare, of util-linux");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn inside() -> Option<PathBuf> {
    std::env::var_os(INSIDE).map(PathBuf::from)
}

fn blocking<F: Future<Output = ()>>(test: F) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads")
        .block_on(test);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_counted_and_recording_goes_on_when_there_is_room() {
    let Some(disk) = inside() else {
        return on_a_disk(
            "a_full_disk_is_said_and_counted_and_recording_goes_on_when_there_is_room",
            "mount -t tmpfs -o size=96m tmpfs MNT",
        );
    };
    blocking(async {
        let demo = demo().await;
        let limits = Limits {
            free_bytes: 0,
            ..LITTLE
        };
        let (engine, _deck) = recording(&disk.join("tapes"), limits);
        let ballast = disk.join("ballast");
        std::fs::write(&ballast, vec![1u8; 80 << 20]).expect("room");
        let mut stream = get(format!("{}/flood?n=10000000&size=200&rate=20000", demo.origin));
        stream.bounds.wire_mib = 1;
        let session = connect(&engine, stream);
        until(&engine, "the disk is full", || {
            session.status().recording.state == RecordingState::NoRoom
        })
        .await;
        let then = session.status();
        assert!(!then.recording.detail.is_empty());
        // The live view goes on.
        until(&engine, "events go on", || {
            session.status().events > then.events + 20_000
        })
        .await;
        assert_eq!(session.status().recording.state, RecordingState::NoRoom);
        // The sidebar is told as well, for whoever looks at another session.
        assert_eq!(session.brief().recording, RecordingState::NoRoom);
        // What is on tape can still be read, and so can the newest.
        assert!(
            session
                .page(0, 10)
                .rows
                .iter()
                .all(|row| !matches!(row.kind, RowKind::Missing))
        );
        let end = session.span().end;
        assert!(session.log().get(end - 1).is_some());
        // Until memory has to let go of what is on no tape.
        until(&engine, "some are lost", || session.status().recording.lost > 0).await;

        std::fs::remove_file(&ballast).expect("removed");
        until(&engine, "it goes on", || {
            session.status().recording.state == RecordingState::On
        })
        .await;
        let lost = session.status().recording.lost;
        assert!(lost > 0);
        let brief = session.brief();
        assert_eq!((brief.recording, brief.untaped), (RecordingState::On, lost));
        session.stop();
        let tape = closed(&engine, &session).await;
        let span = tape.span();
        let there = all(&*tape).len() as u64;
        let summary = tape.summary().expect("closed");
        assert_eq!(summary.missing, span.end - span.first - there);
        assert_eq!(summary.missing, session.status().recording.lost);
        // A page over the hole says so, row by row.
        let entries = all(&*tape);
        let hole = entries
            .windows(2)
            .find(|pair| pair[1].pos > pair[0].pos + 1)
            .expect("a hole")[0]
            .pos
            + 1;
        let page = session.page(hole - 1, 3);
        assert!(matches!(page.rows[0].kind, RowKind::Event { .. }));
        assert!(matches!(page.rows[1].kind, RowKind::Missing));
        // A search passes over it and comes to an end.
        let mut pos = span.first;
        let mut seen = 0;
        while pos < span.end {
            let next = session.log().visit(pos, &mut |_| {
                seen += 1;
                std::ops::ControlFlow::Continue(())
            });
            assert!(next > pos);
            pos = next;
        }
        assert_eq!(seen, there);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_session_that_ends_on_a_full_disk_is_written_when_there_is_room() {
    let Some(disk) = inside() else {
        return on_a_disk(
            "a_session_that_ends_on_a_full_disk_is_written_when_there_is_room",
            "mount -t tmpfs -o size=32m tmpfs MNT",
        );
    };
    blocking(async {
        let demo = demo().await;
        let limits = Limits {
            free_bytes: 0,
            ..LITTLE
        };
        let (engine, _deck) = recording(&disk.join("tapes"), limits);
        let ballast = disk.join("ballast");
        std::fs::write(&ballast, vec![1u8; 31 << 20]).expect("room");
        let mut stream = once(format!("{}/flood?n=20000&size=200", demo.origin));
        stream.bounds.wire_mib = 1;
        let session = connect(&engine, stream);
        ended(&engine, &session).await;
        until(&engine, "the disk is full", || {
            session.status().recording.state == RecordingState::NoRoom
        })
        .await;
        std::fs::remove_file(&ballast).expect("removed");
        let tape = closed(&engine, &session).await;
        assert_eq!(tape.summary().expect("closed").missing, 0);
        assert_eq!(all(&*tape), all(&**session.log()));
        assert_eq!(tape.summary().expect("closed").events, 20_000);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_said_and_nothing_else_changes() {
    let Some(disk) = inside() else {
        return on_a_disk(
            "a_folder_that_cannot_be_written_is_said_and_nothing_else_changes",
            "mount -t tmpfs -o ro tmpfs MNT",
        );
    };
    blocking(async {
        let demo = demo().await;
        let (engine, deck) = recording(&disk.join("tapes"), LITTLE);
        let session = connect(&engine, once(format!("{}/stream?n=20&ms=5", demo.origin)));
        ended(&engine, &session).await;
        until(&engine, "it is said", || {
            session.status().recording.state == RecordingState::Failed
        })
        .await;
        let status = session.status();
        assert!(!status.recording.detail.is_empty());
        assert_eq!((status.events, status.dropped, status.recording.lost), (20, 0, 0));
        assert_eq!(session.page(0, 200).rows.len() as u64, status.end_pos);
        assert_eq!(deck.list(|_| None).tapes, []);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_tape_on_a_medium_that_cannot_be_written_opens_and_plays() {
    let Some(disk) = inside() else {
        // Made in the folder first, then covered by itself, read-only.
        return on_a_disk(
            "a_tape_on_a_medium_that_cannot_be_written_opens_and_plays",
            "mount -t tmpfs tmpfs MNT",
        );
    };
    blocking(async {
        let demo = demo().await;
        let (engine, _) = recording(&disk, LITTLE);
        let session = connect(&engine, once(format!("{}/stream?n=5&ms=1", demo.origin)));
        ended(&engine, &session).await;
        let path = closed(&engine, &session).await.path().to_owned();
        engine.shutdown(Duration::from_secs(5)).await;
        let status = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&disk)
            .status()
            .expect("mount");
        assert!(status.success());
        assert!(std::fs::write(disk.join("x"), "x").is_err(), "it is read-only");
        let tape = Tape::open(&path).expect("readable");
        assert_eq!(tape.summary().expect("closed").events, 5);
        assert_eq!(all(&*tape), all(&**session.log()));
    });
}

#[test]
fn a_killed_process_loses_a_quarter_of_a_second_at_the_most() {
    if let Some(folder) = inside() {
        // The process that is killed.
        return blocking(async {
            let demo = demo().await;
            let (engine, _deck) = recording(&folder, LITTLE);
            let session = connect(&engine, get(format!("{}/stream?n=1000000&ms=2", demo.origin)));
            loop {
                // What had come by then, for the process that kills this one.
                let status = session.status();
                let line = format!("{} {}\n", tapewriter_engine::now_us(), status.end_pos);
                let told = folder.join("told.part");
                std::fs::write(&told, line).expect("written");
                std::fs::rename(&told, folder.join("told")).expect("renamed");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(std::env::current_exe().expect("a test binary"))
        .args([
            "--exact",
            "disk::a_killed_process_loses_a_quarter_of_a_second_at_the_most",
        ])
        .env(INSIDE, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let told = || -> Option<(u64, u64)> {
        let line = std::fs::read_to_string(folder.path().join("told")).ok()?;
        let (at, end) = line.trim().split_once(' ')?;
        Some((at.parse().ok()?, end.parse().ok()?))
    };
    let until = Instant::now() + LONG;
    while told().is_none_or(|(_, end)| end < 600) {
        assert!(Instant::now() < until, "it never recorded");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    let (at_us, end) = told().expect("told");

    let name = files(folder.path())
        .into_iter()
        .find(|name| name.ends_with(".tape"))
        .expect("a tape");
    let path = folder.path().join(&name);
    // Readable as it is, and closed by the next start.
    let left = Tape::open(&path).expect("readable");
    assert!(left.summary().is_none());
    drop(left);
    let deck = Deck::open(folder.path(), LITTLE, true).expect("a thread");
    deck.tidy();
    let tape = Tape::open(&path).expect("readable");
    let summary = tape.summary().expect("figures");
    let entries = all(&*tape);
    assert_eq!(entries.len() as u64, tape.span().end);
    assert!(summary.events > 0 && summary.ended_us > 0);
    // All that had come a quarter of a second before is there.
    let lost_since = entries.last().map_or(0, |entry| entry.at_us);
    assert!(
        lost_since + 250_000 >= at_us || tape.span().end >= end,
        "the tape ends {} ms before",
        (at_us - lost_since) / 1_000
    );
    assert!(!files(folder.path()).iter().any(|name| name.ends_with("-wal")));
    let list = deck.list(|_| None);
    assert_eq!((list.tapes.len(), list.tapes[0].events), (1, summary.events));
    let strips = tape.strip_bytes().expect("a picture");
    assert!(!strips.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_little_free_room_stops_the_recording_before_the_disk_is_full() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let limits = Limits {
        free_bytes: u64::MAX / 2,
        ..LITTLE
    };
    let (engine, deck) = recording(folder.path(), limits);
    let session = connect(&engine, get(format!("{}/stream?n=100000&ms=2", demo.origin)));
    until(&engine, "it is said", || {
        session.status().recording.state == RecordingState::NoRoom
    })
    .await;
    assert_eq!(files(folder.path()), Vec::<String>::new());
    deck.recorder().set_limits(LITTLE);
    until(&engine, "it goes on", || {
        session.status().recording.state == RecordingState::On
    })
    .await;
    session.stop();
    let tape = closed(&engine, &session).await;
    // Nothing had left memory: nothing is lost.
    assert_eq!(tape.summary().expect("closed").missing, 0);
    assert_eq!(all(&*tape), all(&**session.log()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quitting_closes_the_tapes_of_live_sessions() {
    let (folder, demo) = (tempfile::tempdir().expect("a folder"), demo().await);
    let (engine, deck) = recording(folder.path(), LITTLE);
    let session = connect(&engine, get(format!("{}/stream?n=100000&ms=1", demo.origin)));
    until(&engine, "some", || session.status().events > 50).await;
    let path = session.tape().expect("a tape").path().to_owned();
    drop(session);
    engine.shutdown(Duration::from_secs(10)).await;
    assert!(deck.settle(Duration::from_secs(10)));
    assert_eq!(names(&path), 1);
    let tape = Tape::open(&path).expect("readable");
    assert!(tape.summary().is_some());
    assert!(tape.span().end > 50);
    let _: Arc<Deck> = deck;
}

/// Files that a tape has.
fn names(path: &Path) -> usize {
    let stem = path.file_name().expect("a name").to_string_lossy().into_owned();
    files(path.parent().expect("a folder"))
        .iter()
        .filter(|name| name.starts_with(&stem))
        .count()
}
