//! A tape that plays again: its entries up to a playhead that moves as the tape's own time does, faster, or by hand, both
//! ways. To readers it is a log that ends at the playhead, so every scene shows it as it shows a live session.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::contract::{
    Brief, Figures, Finding, Recording, RecordingState, Replay, ReplayCommand, State, Status, Stream,
    WireSpan,
};
use crate::figures::Follow;
use crate::log::{Entry, Log, Seen, Span};
use crate::read::brief;
use crate::strip::Strips;
use crate::tape::{Summary, Tape, recover};
use crate::text::Reading;
use crate::wire::taped::Reach;

/// Between two steps of the playhead, at most: a line that moves 30 times a second moves.
const STEP: Duration = Duration::from_millis(33);
/// At least: an event is shown within a frame of its time.
const STEP_LEAST: Duration = Duration::from_millis(4);
/// Entries of a step as fast as possible: some two million a second, in ticks that a window can follow.
const FAST: u64 = 32_768;
/// A person's speeds.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.1..=100.0;

/// A replay, as its readers see it.
pub(crate) struct Player {
    id: u32,
    stream: Stream,
    tape: Arc<Tape>,
    name: String,
    summary: Summary,
    span: Span,
    start_us: u64,
    end_us: u64,
    play: Mutex<Play>,
    generation: AtomicU64,
    changed: Arc<Notify>,
    /// Tells the task that it is to look again.
    wake: Notify,
    /// Which rows of the wire the whole tape has.
    wire: OnceLock<Reach>,
    strips: Mutex<Option<Arc<Strips>>>,
    /// The figures at the playhead.
    follow: Mutex<Follow>,
}

struct Play {
    /// One past the last entry that is shown.
    head: u64,
    /// The playhead.
    at_us: u64,
    playing: bool,
    speed: f64,
    skip_us: Option<u64>,
    /// Where the playhead stood when.
    anchor: (Instant, u64),
    seeks: u32,
    /// Grows with every command: a step that was begun before one is made again.
    commands: u64,
    reading: Reading,
    /// Events and comments before `head`, once they have been counted.
    counted: Option<(u64, crate::tape::block::Running)>,
}

impl Player {
    pub(crate) fn new(id: u32, tape_id: &str, tape: Arc<Tape>, changed: Arc<Notify>) -> Self {
        let head = tape.head();
        let summary = tape.summary().unwrap_or_else(|| recover::count(&tape));
        let span = tape.span();
        let first = tape.next_from(span.first).and_then(|pos| tape.get(pos));
        let start_us = match first {
            // The beginning was let go of: a replay does not wait through it.
            Some(entry) if span.first > 0 => entry.at_us,
            Some(entry) => entry.at_us.min(head.started_us.max(1)),
            None => head.started_us,
        };
        let last_us = tape.came_before(span.end).map_or(0, |last| last.at_us);
        let mut stream = head.stream.clone();
        stream.id = format!("tape:{tape_id}");
        // Whoever made the tape wrote it.
        stream.foreign = true;
        let (name, _) = tape.name();
        if !name.trim().is_empty() {
            stream.name = name;
        }
        let reading = Reading::stored(stream.text_rule, &stream.text_path);
        let reading = reading.recognised(&*tape).with_times(&summary.turns);
        Self {
            id,
            name: tape_id.to_owned(),
            follow: Mutex::new(Follow::new(reading.clone(), span.first, start_us)),
            play: Mutex::new(Play {
                head: span.first,
                at_us: start_us,
                playing: false,
                speed: 1.0,
                skip_us: None,
                anchor: (Instant::now(), start_us),
                seeks: 0,
                commands: 0,
                reading: reading.clone(),
                counted: None,
            }),
            stream,
            end_us: summary.ended_us.max(start_us).max(last_us),
            summary,
            span,
            start_us,
            tape,
            generation: AtomicU64::new(1),
            changed,
            wake: Notify::new(),
            wire: OnceLock::new(),
            strips: Mutex::default(),
        }
    }

    pub(crate) const fn stream(&self) -> &Stream {
        &self.stream
    }

    pub(crate) const fn tape(&self) -> &Arc<Tape> {
        &self.tape
    }

    pub(crate) fn tape_id(&self) -> &str {
        &self.name
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Grows when what is shown begins anew.
    pub(crate) fn seeks(&self) -> u32 {
        self.play.lock().seeks
    }

    pub(crate) fn reading(&self) -> Reading {
        self.play.lock().reading.clone()
    }

    pub(crate) fn set_reading(&self, reading: Reading) {
        let reading = reading.recognised(&*self.tape).with_times(&self.summary.turns);
        *self.follow.lock() = Follow::new(reading.clone(), self.span.first, self.start_us);
        self.play.lock().reading = reading;
        self.tell();
    }

    /// The figures at the playhead; none while they are being counted, which another look goes on with.
    fn figures(&self, head: u64) -> Option<Figures> {
        let mut follow = self.follow.lock();
        let Some(figures) = follow.upto(&*self.tape, head) else {
            drop(follow);
            self.tell();
            return None;
        };
        figures.cloned()
    }

    pub(crate) fn tell(&self) {
        self.generation.fetch_add(1, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Does what the user says.
    pub(crate) fn command(&self, command: &ReplayCommand) {
        let now = Instant::now();
        match *command {
            ReplayCommand::Play => {
                let mut play = self.play.lock();
                play.told();
                if play.head >= self.span.end && !play.playing {
                    play.put(self.span.first, self.start_us, now);
                }
                play.playing = true;
                play.anchor = (now, play.at_us);
            }
            ReplayCommand::Pause => {
                let mut play = self.play.lock();
                play.told();
                play.playing = false;
            }
            ReplayCommand::Speed { speed } => {
                let mut play = self.play.lock();
                play.told();
                play.speed = if speed > 0.0 {
                    speed.clamp(*SPEEDS.start(), *SPEEDS.end())
                } else {
                    0.0
                };
                play.anchor = (now, play.at_us);
            }
            ReplayCommand::Skip { longer_us } => {
                let mut play = self.play.lock();
                play.told();
                play.skip_us = longer_us;
            }
            ReplayCommand::Seek { at_us } => {
                let at_us = at_us.clamp(self.start_us, self.end_us);
                let head = if at_us >= self.end_us {
                    self.span.end
                } else {
                    self.tape.after(at_us)
                };
                self.play.lock().put(head, at_us, now);
            }
            ReplayCommand::SeekPos { pos } => {
                let head = pos.saturating_add(1).clamp(self.span.first, self.span.end);
                let at_us = self.time_of(head);
                self.play.lock().put(head, at_us, now);
            }
            ReplayCommand::Step { events } => self.step(events, now),
        }
        self.wake.notify_one();
        self.tell();
    }

    /// The time at which the last entry before `head` came.
    fn time_of(&self, head: u64) -> u64 {
        self.tape
            .came_before(head)
            .map_or(self.start_us, |last| last.at_us)
            .clamp(self.start_us, self.end_us)
    }

    /// The time at which the first entry from `head` on comes.
    fn next_us(&self, head: u64) -> Option<u64> {
        let next = self.tape.next_from(head)?;
        Some(self.time_of(next + 1))
    }

    /// One past the last event of that number or before it that is on the tape.
    fn back_to(&self, seq: u64) -> u64 {
        let Some(pos) = self.tape.event_pos(seq).filter(|_| seq > 0) else {
            return self.span.first;
        };
        if self.seq_of(pos).is_some_and(|found| found <= seq) {
            return pos + 1;
        }
        // It is missing: the one before the hole.
        let before = self.tape.running(pos).events;
        self.tape
            .event_pos(before)
            .filter(|pos| self.seq_of(*pos) == Some(before))
            .map_or(self.span.first, |pos| pos + 1)
    }

    fn seq_of(&self, pos: u64) -> Option<u64> {
        self.tape
            .get(pos)
            .and_then(|entry| crate::event_of(&entry).map(|event| event.seq))
    }

    fn step(&self, events: i32, now: Instant) {
        let head = {
            let mut play = self.play.lock();
            play.told();
            play.playing = false;
            play.head
        };
        let seq = self.tape.running(head).events;
        let wanted = seq.saturating_add_signed(i64::from(events));
        let to = if events > 0 {
            // Past the last event: the marks that end the tape.
            match self.tape.event_pos(wanted) {
                Some(pos) => pos + 1,
                None => self.span.end,
            }
        } else {
            self.back_to(wanted)
        };
        let at_us = self.time_of(to);
        let mut play = self.play.lock();
        play.told();
        if to >= play.head {
            // Forwards the text goes on.
            play.head = to;
            play.at_us = at_us;
        } else {
            play.put(to, at_us, now);
        }
    }

    /// Moves the playhead while it plays.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let step = if self.play.lock().playing {
                let player = Arc::clone(&self);
                // The tape is read from the disk.
                tokio::task::spawn_blocking(move || player.advance())
                    .await
                    .unwrap_or(None)
            } else {
                None
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = wait(step) => {}
            }
        }
    }

    /// One step; says when the next one is due, or none where it does not play.
    fn advance(&self) -> Option<Duration> {
        let now = Instant::now();
        let (head, speed, skip_us, anchor, commands) = {
            let play = self.play.lock();
            if !play.playing {
                return None;
            }
            (play.head, play.speed, play.skip_us, play.anchor, play.commands)
        };
        let (mut to, mut at_us, mut anchor) = if speed == 0.0 {
            let next = self.tape.next_from(head).unwrap_or(self.span.end);
            let to = next.saturating_add(FAST).min(self.span.end);
            (to, self.time_of(to), anchor)
        } else {
            let since = now.saturating_duration_since(anchor.0).as_secs_f64() * speed;
            let at_us = anchor.1.saturating_add((since * 1e6) as u64);
            let to = if at_us >= self.end_us {
                self.span.end
            } else {
                self.tape.after(at_us).max(head)
            };
            (to, at_us, anchor)
        };
        let next_us = self.next_us(to);
        if let (Some(skip), Some(next)) = (skip_us, next_us)
            && speed > 0.0
            && next.saturating_sub(self.time_of(to)) > skip
        {
            at_us = next;
            anchor = (now, next);
            to = self.tape.after(next).max(to);
        }
        let over = to >= self.span.end && (speed == 0.0 || at_us >= self.end_us);
        {
            let mut play = self.play.lock();
            // Somebody said something meanwhile: that stands.
            if play.commands != commands || !play.playing {
                return Some(Duration::ZERO);
            }
            play.head = to;
            play.at_us = at_us.min(self.end_us);
            play.anchor = anchor;
            if over {
                play.playing = false;
                play.at_us = self.end_us;
            }
        }
        self.tell();
        if over {
            return None;
        }
        let due = match next_us.filter(|_| speed > 0.0) {
            Some(next) => Duration::from_secs_f64(next.saturating_sub(at_us) as f64 / 1e6 / speed),
            None => STEP_LEAST * 4,
        };
        Some(due.clamp(STEP_LEAST, STEP))
    }

    fn counted(&self) -> crate::tape::block::Running {
        let head = {
            let play = self.play.lock();
            if let Some((at, running)) = play.counted
                && at == play.head
            {
                return running;
            }
            play.head
        };
        let running = self.tape.running(head);
        self.play.lock().counted = Some((head, running));
        running
    }

    pub(crate) fn state(&self) -> State {
        let play = self.play.lock();
        if play.playing { State::Open } else { State::Closed }
    }

    pub(crate) fn brief(&self) -> Brief {
        Brief {
            session: self.id,
            stream: self.stream.id.clone(),
            state: self.state(),
            events: self.counted().events,
            rate: 0.0,
            waiting_until_us: None,
        }
    }

    pub(crate) fn status(&self, bookmarks: u64) -> Status {
        let counted = self.counted();
        let wire = self.wire_span();
        let figures = self.figures(self.head());
        let play = self.play.lock();
        let head = play.head.max(self.span.first);
        Status {
            session: self.id,
            stream: self.stream.id.clone(),
            state: if play.playing { State::Open } else { State::Closed },
            attempt: self.summary.attempts,
            started_us: self.start_us,
            ended_us: Some(self.end_us),
            events: counted.events,
            comments: counted.comments,
            gap_p95_us: None,
            rate: 0.0,
            bytes: self.summary.body_bytes,
            bytes_rate: 0.0,
            first_event_us: self.summary.first_event_us,
            reconnects: self.summary.reconnects,
            lost: self.summary.lost,
            repeated: self.summary.repeated,
            dropped: self.span.first,
            mismatches: 0,
            first_pos: self.span.first,
            end_pos: head,
            waiting_until_us: None,
            waiting_ms: None,
            last_event_id: String::new(),
            failure: (head >= self.span.end && !play.playing)
                .then(|| self.summary.failure.clone())
                .flatten(),
            open_us: None,
            silent_since_us: None,
            content_type: brief(&self.summary.content_type),
            text_rule: play.reading.rule(),
            text_path: play.reading.path().to_owned(),
            dialect: play.reading.dialect(),
            figures,
            asks: false,
            actions: Vec::new(),
            framing: self.summary.framing,
            waiting_why: None,
            wire,
            recording: Recording {
                state: RecordingState::Done,
                tape: Some(self.name.clone()),
                bytes: self.tape.progress().bytes.load(Ordering::Relaxed),
                lost: self.summary.missing,
                detail: String::new(),
            },
            replay: Some(Replay {
                tape: self.name.clone(),
                playing: play.playing,
                speed: play.speed,
                skip_us: play.skip_us,
                at_us: play.at_us,
                start_us: self.start_us,
                end_us: self.end_us,
                entries: self.span.end,
                events: self.summary.events,
                seeks: play.seeks,
            }),
            bookmarks,
        }
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.summary.findings.clone()
    }

    /// The counts of the tape strip, read or counted when they are first wanted.
    pub(crate) fn strips(&self) -> Arc<Strips> {
        let mut strips = self.strips.lock();
        if let Some(strips) = &*strips {
            return Arc::clone(strips);
        }
        let stored = self
            .tape
            .strip_bytes()
            .and_then(|bytes| Strips::from_bytes(&bytes));
        let read = Arc::new(stored.unwrap_or_else(|| Strips::rebuild(&*self.tape, Some(self.start_us))));
        *strips = Some(Arc::clone(&read));
        read
    }

    /// Rows of the wire before the playhead.
    pub(crate) fn wire_reach(&self) -> Reach {
        let whole = *self.wire.get_or_init(|| self.tape.wire_reach());
        let (head, at_us) = {
            let play = self.play.lock();
            (play.head, play.at_us)
        };
        let end = if head >= self.span.end {
            whole.end
        } else {
            let attempt = self.tape.came_before(head).map_or(0, |last| last.attempt);
            self.tape.wire_at(whole, attempt, at_us)
        };
        Reach { end, ..whole }
    }

    fn wire_span(&self) -> WireSpan {
        let reach = self.wire_reach();
        WireSpan {
            first: reach.first,
            end: reach.end,
            chunks: reach.end - reach.first,
            findings: self.summary.findings.len() as u32,
            ..WireSpan::default()
        }
    }

    fn head(&self) -> u64 {
        self.play.lock().head
    }

    /// The playhead, in the tape's own time.
    pub(crate) fn at_us(&self) -> u64 {
        self.play.lock().at_us
    }
}

impl Play {
    /// A command is followed under the same lock: no step that was begun before takes it back.
    const fn told(&mut self) {
        self.commands = self.commands.wrapping_add(1);
    }

    /// Puts the playhead elsewhere.
    fn put(&mut self, head: u64, at_us: u64, now: Instant) {
        self.told();
        self.head = head;
        self.at_us = at_us;
        self.anchor = (now, at_us);
        self.seeks = self.seeks.wrapping_add(1);
    }
}

async fn wait(step: Option<Duration>) {
    match step {
        Some(step) => tokio::time::sleep(step).await,
        None => std::future::pending().await,
    }
}

/// A replay's entries, up to its playhead.
pub(crate) struct Played(pub(crate) Arc<Player>);

impl Log for Played {
    fn span(&self) -> Span {
        let span = self.0.span;
        Span {
            first: span.first,
            end: self.0.head().clamp(span.first, span.end),
        }
    }

    fn get(&self, pos: u64) -> Option<Entry> {
        (pos < self.0.head()).then(|| self.0.tape.get(pos))?
    }

    fn data_bytes_before(&self, pos: u64) -> u64 {
        self.0.tape.data_bytes_before(pos)
    }

    fn run(&self, from: u64, len: usize) -> Vec<Entry> {
        let from = from.max(self.0.span.first);
        let left = self.0.head().saturating_sub(from);
        self.0
            .tape
            .run(from, len.min(usize::try_from(left).unwrap_or(usize::MAX)))
    }

    fn visit(&self, from: u64, see: &mut dyn FnMut(Seen<'_>) -> ControlFlow<()>) -> u64 {
        let head = self.0.head();
        if from >= head {
            return from.max(self.0.span.first);
        }
        let next = self.0.tape.visit(from, &mut |seen| {
            if seen.pos >= head {
                return ControlFlow::Break(());
            }
            see(seen)
        });
        next.min(head)
    }

    fn next_from(&self, pos: u64) -> Option<u64> {
        let head = self.0.head();
        self.0.tape.next_from(pos).filter(|next| *next < head)
    }
}
