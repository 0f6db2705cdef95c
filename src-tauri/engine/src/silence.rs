//! When a silent line is taken for dead: after the stream's own limit, if it has one, and soon after the machine
//! slept, because a server that gave the connection up meanwhile could not tell.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::attempt::Tap;
use crate::awake::{Change, GRACE, LOOK, Surroundings, Watch};
use crate::contract::{Code, Failure};

/// The silence of one attempt.
pub struct Silence {
    tap: Arc<Tap>,
    limit: Option<Duration>,
    around: Option<Arc<dyn Surroundings>>,
    watch: Watch,
    looked_at: Instant,
    /// When the machine woke, until something arrived.
    woke_at: Option<Instant>,
}

impl Silence {
    /// Of a line that `tap` watches. `limit` is the stream's, if its line is to be closed at all; `around` is the
    /// machine, and `again` whether another attempt would follow.
    pub fn new(tap: Arc<Tap>, limit: Option<Duration>, around: Arc<dyn Surroundings>, again: bool) -> Self {
        Self {
            watch: Watch::new(&*around),
            looked_at: Instant::now(),
            woke_at: None,
            tap,
            limit,
            around: again.then_some(around),
        }
    }

    /// A busy line is not looked at; the time that passed over it is no sleep.
    fn begin(&mut self) {
        if let Some(around) = &self.around
            && self.looked_at.elapsed() > LOOK * 2
        {
            self.watch = Watch::new(&**around);
            self.looked_at = Instant::now();
        }
    }

    /// Waits until the line is dead, and says why it is taken for that. Can be dropped and called again.
    pub async fn dead(&mut self) -> Failure {
        self.begin();
        loop {
            let last = self.tap.flow().last_at.unwrap_or_else(Instant::now);
            if let Some(limit) = self.limit
                && last.elapsed() >= limit
            {
                let seconds = limit.as_secs();
                return Failure::new(
                    Code::Idle,
                    format!("nothing has arrived for {seconds} s, so the line is taken for dead"),
                )
                .with("seconds", seconds);
            }
            if self.woke_at.is_some_and(|woke| last > woke) {
                self.woke_at = None;
            }
            if self.woke_at.is_some_and(|woke| woke.elapsed() >= GRACE) {
                return Failure::new(
                    Code::Idle,
                    "the machine slept, and nothing has arrived since, so the line is taken for dead",
                )
                .with("seconds", GRACE.as_secs())
                .with("detail", "slept");
            }
            let look = self
                .limit
                .map_or(LOOK, |limit| LOOK.min(limit.saturating_sub(last.elapsed())));
            tokio::time::sleep(look.max(Duration::from_millis(1))).await;
            if let Some(around) = &self.around
                && self.looked_at.elapsed() >= LOOK
            {
                self.looked_at = Instant::now();
                if self.watch.look(&**around) == Some(Change::Woke) {
                    self.woke_at = Some(Instant::now());
                }
            }
        }
    }
}
