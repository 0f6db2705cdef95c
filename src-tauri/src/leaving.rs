//! Closing the main window while streams are live: the page asks once, and nothing that hangs can keep the app open. Nothing
//! that is live ends without the user's word, or the system's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tapewriter_engine::say;
use tauri::{AppHandle, Manager};

use crate::{App, window};

/// What the page is told to ask; a command as those of the menu are.
const ASK: &str = "ask-quit";
/// A page that is well acknowledges within a second, even where nobody can see it. One that has not after this (a machine
/// that wakes from sleep, or is short of memory) may still come: closing once more does without it.
const HEARD: Duration = Duration::from_secs(3);
/// From the first word of ending to the end, at the most: each thing that is closed has its own limit, and this is for what
/// none of them catches.
pub const END: Duration = Duration::from_secs(9);
/// So long the program's own way out may take where it is ended over its head.
const OUT: Duration = Duration::from_secs(1);

/// Whether the user is being asked, and since when.
#[derive(Default)]
pub struct Leaving {
    asked: Mutex<Option<Instant>>,
}

/// What becomes of a request to close while streams are live.
#[derive(Debug, PartialEq, Eq)]
enum Close {
    /// The user is to be asked.
    Ask,
    /// The question is on its way.
    Wait,
    /// The user was asked, or cannot be.
    Go,
}

impl Leaving {
    /// The user stays, or the page that asked is gone: closing asks again.
    pub fn stay(&self) {
        *self.asked.lock() = None;
    }

    /// A request at `now`; `heard` is whether the page has been told what it was to be told.
    fn close(&self, now: Instant, heard: bool) -> Close {
        let mut asked = self.asked.lock();
        match *asked {
            None => {
                *asked = Some(now);
                Close::Ask
            }
            Some(since) if heard || now.saturating_duration_since(since) >= HEARD => Close::Go,
            Some(_) => Close::Wait,
        }
    }
}

/// Whether the main window may close now. Where it may not, its page has been told to ask.
pub fn may_close(app: &AppHandle) -> bool {
    let state = Arc::clone(&app.state::<Arc<App>>());
    if !state.is_live() {
        return true;
    }
    match state
        .leaving
        .close(Instant::now(), state.pumps.has_heard(window::LABEL))
    {
        Close::Go => return true,
        Close::Wait => return false,
        Close::Ask => {}
    }
    if !state
        .pumps
        .tell(window::LABEL, |told| told.commands.push(ASK.to_owned()))
    {
        return true;
    }
    window::present(app, None);
    false
}

/// Has the process end within a time whatever hangs in it.
pub fn end_within(time: Duration) {
    let watch = std::thread::Builder::new().name("end".to_owned());
    let started = watch.spawn(move || {
        std::thread::sleep(time);
        say!("the app does not end by itself, and is ended");
        end();
    });
    if let Err(error) = started {
        say!("nobody watches that the app ends: {error}");
    }
}

/// Ends the process without closing anything. What the system runs at a program's end may hang as well.
fn end() -> ! {
    let _ = std::thread::Builder::new().spawn(|| {
        std::thread::sleep(OUT);
        std::process::abort();
    });
    std::process::exit(1)
}

#[cfg(unix)]
pub use signals::when_the_system_asks;

#[cfg(unix)]
mod signals {
    //! What the system asks a process by signals.

    use std::future::poll_fn;
    use std::task::{Context, Poll};
    use std::time::Duration;

    use tapewriter_engine::say;
    use tauri::AppHandle;
    use tokio::signal::unix::{Signal, SignalKind, signal};
    use tokio::time::{Instant, timeout_at};

    use super::{END, end};

    /// One wish may come as several signals: a terminal that closes tells of it twice, a service manager by two names.
    const TOGETHER: Duration = Duration::from_millis(500);

    /// Ends the app as its last window would when the system asks it to: sessions are closed, and their tapes with them. Asked
    /// again, or where that takes too long, the process ends without.
    pub async fn when_the_system_asks(app: AppHandle) {
        let mut signals = listened();
        if signals.is_empty() {
            return;
        }
        next(&mut signals).await;
        let first = Instant::now();
        app.exit(0);
        while timeout_at(first + END, next(&mut signals)).await.is_ok() && first.elapsed() < TOGETHER {}
        say!("the app does not end as the system asks, and is ended");
        end();
    }

    /// The signals that ask a process to end. One that was ignored when it was started stays so: `nohup` and shells that put
    /// a program into the background say by it that it is to go on.
    fn listened() -> Vec<Signal> {
        let ignored = ignored(&std::fs::read_to_string("/proc/self/status").unwrap_or_default());
        [
            SignalKind::terminate(),
            SignalKind::interrupt(),
            SignalKind::hangup(),
        ]
        .into_iter()
        .filter(|kind| ignored >> (kind.as_raw_value() - 1) & 1 == 0)
        .filter_map(|kind| signal(kind).ok())
        .collect()
    }

    /// The signals that a process ignores, by bits, as Linux tells of it; elsewhere nothing does without a call of its own.
    fn ignored(status: &str) -> u64 {
        status
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:"))
            .and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok())
            .unwrap_or(0)
    }

    /// Waits for any of them.
    async fn next(signals: &mut [Signal]) {
        poll_fn(|context: &mut Context<'_>| {
            let came = signals
                .iter_mut()
                .any(|signal| signal.poll_recv(context).is_ready());
            if came { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn reads_which_signals_are_ignored() {
            let status =
                "Name:\tx\nSigBlk:\t0000000000000002\nSigIgn:\t0000000000001001\nSigCgt:\t0000000180004003\n";
            assert_eq!(ignored(status), 0x1001);
            assert_eq!((ignored(""), ignored("SigIgn:\tx")), (0, 0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn closing_asks_once_and_a_second_time_means_it() {
        let leaving = Leaving::default();
        let start = Instant::now();
        assert_eq!(leaving.close(start, true), Close::Ask);
        assert_eq!(leaving.close(start + HEARD / 2, true), Close::Go);
        leaving.stay();
        assert_eq!(leaving.close(start + 2 * HEARD, true), Close::Ask);
    }

    #[test]
    fn a_page_that_does_not_answer_is_waited_for_and_then_gone_without() {
        let leaving = Leaving::default();
        let start = Instant::now();
        assert_eq!(leaving.close(start, false), Close::Ask);
        // The second click of a double-click is no answer to a question that nobody has seen.
        assert_eq!(leaving.close(start + HEARD / 10, false), Close::Wait);
        assert_eq!(leaving.close(start + HEARD, false), Close::Go);
    }

    #[test]
    fn what_hangs_is_ended() {
        const HANGS: &str = "TAPEWRITER_TEST_HANGS";
        if std::env::var_os(HANGS).is_some() {
            end_within(Duration::from_millis(50));
            loop {
                std::thread::park();
            }
        }
        let this = std::env::current_exe().expect("this program");
        let ended = Command::new(this)
            .args(["--exact", "--nocapture", "leaving::tests::what_hangs_is_ended"])
            .env(HANGS, "1")
            .output()
            .expect("ended");
        assert_eq!(ended.status.code(), Some(1));
        assert!(
            String::from_utf8_lossy(&ended.stderr).contains("is ended"),
            "{ended:?}"
        );
    }
}
