//! The task that owns a session: its attempts one after another, what is waited for between them, and every
//! entry in order.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::actions::alerts::Waiting;
use crate::attempt::{Attempt, Happening, Tap};
use crate::awake::{Change, LOOK, Watch};
use crate::compose::Ask;
use crate::contract::{Action, Code, Failure, Framing, OnIdle, State, Stream, WaitWhy};
use crate::core::{Core, Recorded};
use crate::headers::{clean, public_headers};
use crate::lenient::Limits;
use crate::log::{Entry, Kind, Mark};
use crate::reconnect::{self, Next, Past};
use crate::resume::Ids;
use crate::session::{Options, Shared, micros, now_us};
use crate::silence::Silence;
use crate::source::{Cookies, Request, Source, Trace};
use crate::template::Filled;

mod tail;

use tail::Tail;

/// The wall clock at an attempt's opening plus monotonic time since: times of one attempt never run
/// backwards, whatever is done to the clock.
#[derive(Clone, Copy)]
struct Clock {
    wall_us: u64,
    at: Instant,
}

impl Clock {
    fn now() -> Self {
        Self {
            wall_us: now_us(),
            at: Instant::now(),
        }
    }

    fn us(&self, at: Instant) -> u64 {
        self.wall_us + micros(at.saturating_duration_since(self.at))
    }
}

/// The line is down since then, for that reason.
struct Down {
    at_us: u64,
    code: Code,
    last_event_id: String,
}

fn mib(count: u32) -> usize {
    (count as usize) << 20
}

fn is_last_event_id(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("last-event-id")
}

/// What the first attempt sends: what was asked for, or a header that the user wrote.
fn first_id(filled: &Filled, options: &Options) -> String {
    if !options.last_event_id.is_empty() {
        return options.last_event_id.clone();
    }
    let header = filled
        .headers
        .iter()
        .find(|header| is_last_event_id(&header.name));
    header.map_or_else(String::new, |header| header.value.trim().to_owned())
}

/// Ends a session whose task has died, by a fault of this program: it must not look open for ever. One that waited for
/// a prompt is over with its task.
struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        let (live, asks) = {
            let core = self.0.core.lock();
            (core.state.is_live(), core.asks())
        };
        if asks {
            self.0.change(Core::leave);
        } else if live {
            let failure = Failure::new(
                Code::Reset,
                "the session ended by a fault of Tapewriter itself; connect again",
            )
            .with("detail", "internal");
            self.0
                .change(|core| core.end(State::Failed, failure, None, now_us()));
        }
    }
}

/// How a task is told what to do.
pub struct Commands {
    /// Ends the answer that comes, or where the stream does not ask the session.
    pub stop: CancellationToken,
    /// Ends the session for good; `stop` is a child of it.
    pub close: CancellationToken,
    /// Prompts; none where the session ends with its first answer.
    pub asks: Option<mpsc::Receiver<Ask>>,
    /// Ends a wait.
    pub reconnect_now: Arc<Notify>,
}

/// The task that owns a session.
pub struct Task {
    stream: Stream,
    filled: Filled,
    /// Cookies that the server set in this session.
    cookies: Option<Cookies>,
    limits: Limits,
    source: Arc<dyn Source>,
    options: Options,
    shared: Arc<Shared>,
    /// Ends the answer that comes, or all.
    stop: CancellationToken,
    /// Ends all.
    close: CancellationToken,
    /// Prompts; none where the session ends with its first answer.
    asks: Option<mpsc::Receiver<Ask>>,
    reconnect_now: Arc<Notify>,
    clock: Clock,
    /// The server's reconnection time.
    retry: Option<Duration>,
    last_event_id: String,
    ids: Ids,
    attempt: u32,
    /// Whether any attempt has been open, since the newest prompt.
    opened: bool,
    /// Attempts in a row without a healthy stretch.
    failures: u32,
    down: Option<Down>,
    mismatches: u64,
}

impl Task {
    /// A task that has not begun.
    pub fn new(
        stream: &Stream,
        filled: Filled,
        source: Arc<dyn Source>,
        options: Options,
        shared: Arc<Shared>,
        cookies: Option<Cookies>,
        commands: Commands,
    ) -> Self {
        let Commands {
            stop,
            close,
            asks,
            reconnect_now,
        } = commands;
        let bounds = stream.bounds.within_reason();
        Self {
            stream: stream.clone(),
            cookies,
            limits: Limits {
                line: mib(bounds.line_mib),
                event: mib(bounds.event_mib),
            },
            last_event_id: first_id(&filled, &options),
            filled,
            source,
            options,
            shared,
            stop,
            close,
            asks,
            reconnect_now,
            clock: Clock::now(),
            retry: None,
            ids: Ids::default(),
            attempt: 0,
            opened: false,
            failures: 0,
            down: None,
            mismatches: 0,
        }
    }

    /// Runs until the session ends.
    pub async fn run(mut self) {
        let _guard = Guard(Arc::clone(&self.shared));
        self.record_prompt().await;
        loop {
            let (failure, open_us, over) = self.one_attempt().await;
            let (reconnect, opened) = (self.options.reconnect, self.opened);
            let next = reconnect::next(&self.stream, reconnect, opened, over, &failure);
            let now = Instant::now();
            let at_us = self.clock.us(now);
            if open_us.is_some() || next != Next::Fail {
                let mark = Mark::Closed {
                    failure: failure.clone(),
                    after_us: open_us.unwrap_or(0),
                };
                self.record(now, Kind::Mark(Arc::new(mark))).await;
            }
            match next {
                Next::Close => {
                    if self.end(State::Closed, failure, open_us).await {
                        continue;
                    }
                    return;
                }
                Next::Fail => {
                    let mark = Mark::Failed {
                        failure: failure.clone(),
                    };
                    self.record(now, Kind::Mark(Arc::new(mark))).await;
                    if self.end(State::Failed, failure, open_us).await {
                        continue;
                    }
                    return;
                }
                Next::Again => {}
            }
            if self.opened {
                let down = self.down.get_or_insert_with(|| Down {
                    at_us,
                    code: failure.code,
                    last_event_id: String::new(),
                });
                down.last_event_id.clone_from(&self.last_event_id);
            }
            let retry_after = failure
                .args
                .get("retry_after")
                .and_then(|seconds| seconds.parse().ok());
            let past = Past {
                retry: self.retry,
                retry_after: retry_after.map(Duration::from_secs),
                was_open: open_us.is_some(),
                failures: self.failures,
            };
            let (wait, why) = reconnect::delay(past, chance());
            let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            // Registered before the state shows, so that an answer to it is never missed.
            let reconnect_now = Arc::clone(&self.reconnect_now);
            let told = reconnect_now.notified();
            tokio::pin!(told);
            told.as_mut().enable();
            let waiting = Mark::Waiting {
                ms,
                last_event_id: self.last_event_id.clone(),
                wait: why,
            };
            self.shared.change(|core| {
                core.wait(
                    failure,
                    open_us,
                    now_us().saturating_add(ms.saturating_mul(1_000)),
                    at_us,
                    (ms, why),
                );
            });
            self.record(now, Kind::Mark(Arc::new(waiting))).await;
            tokio::select! {
                biased;
                () = self.stop.cancelled() => {
                    let stopped = stopped();
                    let mark = Mark::Closed { failure: stopped.clone(), after_us: 0 };
                    self.record(Instant::now(), Kind::Mark(Arc::new(mark))).await;
                    if self.end(State::Closed, stopped, None).await {
                        continue;
                    }
                    return;
                }
                () = &mut told => {}
                () = self.network_back(why.why) => {}
                () = tokio::time::sleep_until((now + wait).into()) => {}
            }
        }
    }

    /// Waits until the machine has woken or the network is back: then the next attempt is worth making at once.
    /// A server that named the time itself is not asked before it because a network came and went.
    async fn network_back(&self, why: WaitWhy) {
        let mut watch = Watch::new(&*self.options.around);
        loop {
            tokio::time::sleep(LOOK).await;
            match watch.look(&*self.options.around) {
                Some(Change::Back) if why == WaitWhy::RetryAfter => {}
                Some(_) => return,
                None => {}
            }
        }
    }

    /// Runs one attempt to its end; says why it ended, how long its body had been open, and whether the answer had been
    /// told to its end.
    async fn one_attempt(&mut self) -> (Failure, Option<u64>, bool) {
        self.attempt += 1;
        self.clock = Clock::now();
        let trace = Trace::default();
        let request = Request {
            url: self.filled.url.clone(),
            method: self.stream.method.clone(),
            // The user's own id was the first; the session's goes on from there.
            headers: self
                .filled
                .headers
                .iter()
                .filter(|header| !is_last_event_id(&header.name))
                .cloned()
                .collect(),
            body: self.filled.body.clone(),
            content_type: self.filled.content_type,
            last_event_id: self.last_event_id.clone(),
            may_become_get: true,
            framing: self.stream.framing,
            network: self.filled.network.clone(),
            cookies: self.cookies.clone(),
            redactor: Arc::clone(&self.filled.redactor),
            trace: trace.clone(),
        };
        let mut attempt = match Attempt::new(Arc::clone(&self.source), request, self.limits) {
            Ok(attempt) => attempt,
            Err(failure) => return (failure, None, false),
        };
        let (number, started) = (self.attempt, Instant::now());
        self.shared
            .change(|core| core.connect(number, started, self.clock.us(started), Arc::clone(attempt.tap())));
        let stop = self.stop.clone();
        let mut opened_at = None;
        let mut silence = self.silence(attempt.tap());
        // Whether events are read at all, as of the newest; a flood of plain ones is locked for once each.
        let (mut reads, asks) = (true, self.stream.asks());
        let mut brought_something = false;
        let mut over = false;
        let mut tail = Tail::default();
        let failure = loop {
            let happening = tokio::select! {
                biased;
                () = stop.cancelled() => break stopped(),
                happening = attempt.next() => happening,
                dead = silence.dead(), if opened_at.is_some() => break dead,
            };
            brought_something |= matches!(
                happening,
                Some(Happening::Event { .. } | Happening::Comment { .. })
            );
            match happening {
                None => break Failure::new(Code::Eof, "the server ended the stream"),
                Some(Happening::Ended(failure)) => break failure,
                Some(Happening::Opened { head, at }) => {
                    opened_at = Some(at);
                    self.opened = true;
                    let content_type = head.header("content-type").unwrap_or("").to_owned();
                    let mark = Mark::Opened {
                        status: head.status,
                        http: head.http.clone(),
                        url: head.url.clone(),
                        headers: public_headers(&head),
                    };
                    let back_us = self.clock.us(at);
                    let back = self.down.is_some();
                    let (framing, traced) = (head.framing, trace.get());
                    self.shared.change(|core| {
                        core.exchange(number, back_us, framing, traced);
                        core.open(content_type, framing, back.then_some(back_us));
                    });
                    self.record(at, Kind::Mark(Arc::new(mark))).await;
                    if self.filled.prompt.is_some() {
                        let end = self.shared.core.lock().span().end;
                        self.shared.talk.lock().open(end);
                    }
                }
                Some(Happening::Chunk(chunk)) => {
                    if let Some(outlet) = self.options.raw_outlet.clone() {
                        self.hand_on(&outlet, chunk.bytes.clone()).await;
                    }
                    let at_us = self.clock.us(chunk.at);
                    tail.chunk(&chunk.bytes);
                    self.shared.change(|core| core.chunk(number, at_us, &chunk));
                    self.wait_for_disk().await;
                }
                Some(Happening::Comment { text, at }) => self.record(at, Kind::Comment(text.into())).await,
                Some(Happening::Retry { ms, at }) => {
                    self.retry = Some(Duration::from_millis(ms));
                    self.record(at, Kind::Mark(Arc::new(Mark::Retry { ms }))).await;
                }
                Some(Happening::Event {
                    event_type,
                    id,
                    data,
                    place,
                }) => {
                    self.resume(&id, place.at).await;
                    tail.event(place.end_byte);
                    // JSON of any size is read before the session is locked.
                    let data: Arc<str> = data.into();
                    let reader = (reads || asks).then(|| self.shared.core.lock().counter.reader());
                    let heard = reader.map(|reader| reader.read(&event_type, &data));
                    if asks && let Some(heard) = &heard {
                        over = heard.ends(&event_type, &data).unwrap_or(over);
                    }
                    let event = Recorded {
                        event_type,
                        id,
                        data: Arc::clone(&data),
                        wire_bytes: u32::try_from(place.end_byte - place.first_byte).unwrap_or(u32::MAX),
                        chunks: if place.end_byte == 0 {
                            0
                        } else {
                            u32::try_from(place.last_chunk - place.first_chunk + 1).unwrap_or(u32::MAX)
                        },
                    };
                    let at_us = self.clock.us(place.at);
                    // Those of before it is seen: what somebody sets because of it is not asked of it.
                    let actions = self.shared.actions.at_arrival();
                    let entry;
                    (entry, reads) = self.shared.change(|core| {
                        let entry = core.event(number, place.at, at_us, event, heard);
                        (entry, core.counter.reads())
                    });
                    let by = self
                        .shared
                        .act(actions.as_deref(), &entry, |action| self.tell(action, &entry));
                    self.deliver(entry).await;
                    if let Some(by) = by {
                        // What follows in the same chunk was asked for by nobody.
                        self.stop.cancel();
                        break stopped().with("action", by);
                    }
                }
            }
        };
        let failure = match tail.error() {
            Some(told) if failure.code != Code::Stopped => clean(told.put_to(failure), &self.filled.redactor),
            _ => failure,
        };
        if let Some(id) = attempt.last_event_id() {
            self.last_event_id = id;
        }
        self.mismatches += attempt.mismatches();
        let healthy = opened_at.is_some_and(|at| reconnect::is_healthy(brought_something, at.elapsed()));
        self.failures = if healthy {
            0
        } else {
            self.failures.saturating_add(1)
        };
        let open_us = opened_at.map(|at| micros(at.elapsed()));
        let (id, mismatches) = (self.last_event_id.clone(), self.mismatches);
        let (at_us, unfinished) = (self.clock.us(Instant::now()), attempt.unfinished());
        self.shared.change(|core| {
            if opened_at.is_none() {
                core.exchange(number, at_us, Framing::Auto, trace.get());
            }
            core.wire_end(number, at_us, &failure, unfinished);
            core.disconnect(id, mismatches);
        });
        (failure, open_us, over)
    }

    fn silence(&self, tap: &Arc<Tap>) -> Silence {
        let limit = Duration::from_secs(u64::from(self.stream.idle_s));
        Silence::new(
            Arc::clone(tap),
            (self.stream.on_idle == OnIdle::Reconnect && !limit.is_zero()).then_some(limit),
            Arc::clone(&self.options.around),
            self.options.reconnect && reconnect::repeats(&self.stream),
        )
    }

    /// Keeps the ids, and says what the reconnect cost when this is the first event after one.
    async fn resume(&mut self, id: &str, at: Instant) {
        let Some(down) = self.down.take() else {
            self.ids.event(id);
            return;
        };
        let cost = self.ids.resumed(id);
        let (lost, repeated) = (cost.map(|c| c.lost), cost.map(|c| c.repeated));
        self.shared.change(|core| core.resumed(lost, repeated));
        let mark = Mark::Resumed {
            from_us: down.at_us,
            code: down.code,
            last_event_id: down.last_event_id,
            lost,
            repeated,
        };
        self.record(at, Kind::Mark(Arc::new(mark))).await;
    }

    /// A disk that is slow slows the line.
    async fn wait_for_disk(&self) {
        /// The recorder may give up without a word to those that wait.
        const LOOK: Duration = Duration::from_millis(100);
        while let Some(track) = { self.shared.core.lock().is_behind() } {
            tokio::select! {
                () = track.room.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                () = self.stop.cancelled() => return,
            }
        }
    }

    async fn record(&mut self, at: Instant, kind: Kind) {
        let at_us = self.clock.us(at);
        let attempt = self.attempt;
        let entry = self.shared.change(|core| core.append(attempt, at_us, kind));
        self.deliver(entry).await;
    }

    /// Tells the desktop of an event.
    fn tell(&self, action: &Action, entry: &Entry) {
        if let Some(alerts) = &self.options.alerts {
            let session = (self.shared.session, self.stream.id.as_str());
            alerts.push(Waiting::new(session, action, entry, &self.filled.redactor));
        }
    }

    /// Hands an entry to the outlet, at the reader's pace; a reader that is gone ends the session.
    async fn deliver(&self, entry: Entry) {
        if let Some(outlet) = &self.options.outlet {
            self.hand_on(outlet, entry).await;
        }
    }

    async fn hand_on<T>(&self, outlet: &mpsc::Sender<T>, what: T) {
        tokio::select! {
            biased;
            sent = outlet.send(what) => if sent.is_err() {
                self.close.cancel();
            },
            () = self.stop.cancelled() => {}
        }
    }

    /// Ends the session, or its answer: says whether another prompt has come.
    async fn end(&mut self, state: State, failure: Failure, open_us: Option<u64>) -> bool {
        let at_us = self.clock.us(Instant::now());
        let end = self.shared.core.lock().span().end;
        self.shared.talk.lock().close(end);
        let Some(asks) = self.asks.as_mut().filter(|_| !self.close.is_cancelled()) else {
            self.shared
                .change(|core| core.end(state, failure, open_us, at_us));
            return false;
        };
        self.shared
            .change(|core| core.park(state, failure, open_us, at_us));
        let ask = tokio::select! {
            biased;
            () = self.close.cancelled() => None,
            ask = asks.recv() => ask,
        };
        let Some(ask) = ask else {
            // One that was asked at this very moment had no time to send it.
            let at_us = self.clock.us(Instant::now());
            self.shared.change(|core| match core.asks() {
                true => core.leave(),
                false => core.end(State::Closed, stopped(), None, at_us),
            });
            return false;
        };
        self.filled = ask.filled;
        self.stop = ask.stop;
        // Another answer is another stream: nothing of the one before says where it goes on, or what it lost.
        self.last_event_id = String::new();
        self.ids = Ids::default();
        (self.down, self.failures, self.retry) = (None, 0, None);
        // A name that has no address by now is futile to try for ever.
        self.opened = false;
        self.record_prompt().await;
        true
    }

    /// What is asked, before the attempt that sends it.
    async fn record_prompt(&mut self) {
        let Some(prompt) = self.filled.prompt.clone() else {
            return;
        };
        self.clock = Clock::now();
        let mark = Mark::Asked {
            prompt: self.filled.redactor.text(&prompt),
        };
        let at_us = self.clock.us(self.clock.at);
        let attempt = self.attempt + 1;
        let entry = self
            .shared
            .change(|core| core.append(attempt, at_us, Kind::Mark(Arc::new(mark))));
        self.shared.talk.lock().ask(prompt, entry.pos + 1);
        self.deliver(entry).await;
    }
}

fn stopped() -> Failure {
    Failure::new(Code::Stopped, "stopped")
}

/// A number in 0..1, from the hasher's per-process keys: jitter needs no better.
fn chance() -> f64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let bits = RandomState::new().build_hasher().finish();
    (bits >> 11) as f64 / (1u64 << 53) as f64
}
