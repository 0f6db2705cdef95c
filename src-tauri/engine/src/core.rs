//! What a session knows: its log, its counts, its state. Plain data changed by the session's task and
//! read by others; it reads no clock.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::attempt::Chunk;
use crate::attempt::Tap;
use crate::contract::{Break, Brief, Failure, Finding, Framing, State, Status, Stream, Wait, WireSpan};
use crate::diagnose::Doctor;
use crate::figures::{Counter, Heard};
use crate::gaps::Gaps;
use crate::log::{Entry, Event, Kind, Log, Ring};
use crate::meter::Meter;
use crate::read::brief;
use crate::recording::Reel;
use crate::session::{Options, micros};
use crate::source::Traced;
use crate::strip::Strips;
use crate::tape::Summary;
use crate::tape::recorder::Closing;
use crate::text::Reading;
use crate::wire::Wire;

/// Distinct event types that are shared between entries; a stream with more than this names each event
/// anew, and sharing would only grow a table.
const SHARED_TYPES: usize = 256;
/// Bytes of a type that is shared: the table lives as long as the session.
const SHARED_BYTES: usize = 256;

/// An event as the attempt gave it.
pub struct Recorded {
    /// Type.
    pub event_type: String,
    /// Last event id at dispatch.
    pub id: String,
    /// Data.
    pub data: Arc<str>,
    /// Bytes on the line; 0 if not known.
    pub wire_bytes: u32,
    /// Chunks it came in; 0 if not known.
    pub chunks: u32,
}

/// The state of one session.
pub struct Core {
    /// Its entries.
    pub log: Ring,
    /// Its tape strip.
    pub strips: Strips,
    /// What came over its wire.
    pub wire: Wire,
    /// What that tells.
    pub doctor: Doctor,
    /// Where it stands.
    pub state: State,
    /// How its events become text, and how fast its answers come.
    pub counter: Counter,
    session: u32,
    stream: String,
    idle: Duration,
    attempt: u32,
    started: Instant,
    started_us: u64,
    ended_us: Option<u64>,
    /// It waits for the next prompt.
    asks: bool,
    events: u64,
    comments: u64,
    first_event_us: Option<u64>,
    last_event_at_us: Option<u64>,
    gaps: Gaps,
    meter: Meter,
    /// Bytes of the attempts before this one.
    bytes_before: u64,
    /// Bytes that the meter has counted.
    bytes_metered: u64,
    tap: Option<(Arc<Tap>, Instant)>,
    /// When the line was heard last, on the attempt's clock and on the machine's own: the wall clock may be set, and
    /// goes on while the machine sleeps.
    heard: Option<(u64, Instant)>,
    types: HashSet<Arc<str>>,
    /// The newest id, shared while it stays the same.
    id: Arc<str>,
    last_event_id: String,
    reconnects: u32,
    lost: Option<u64>,
    repeated: Option<u64>,
    mismatches: u64,
    waiting: Option<(u64, u64, Wait)>,
    failure: Option<Failure>,
    open_us: Option<u64>,
    content_type: String,
    framing: Framing,
    /// Its recording.
    pub reel: Option<Reel>,
}

impl Core {
    /// A session that is about to connect.
    pub fn new(session: u32, stream: &Stream, started_us: u64, started: Instant, options: &Options) -> Self {
        Self {
            log: Ring::new(Arc::clone(&options.budget)),
            wire: Wire::new(
                ((stream.bounds.within_reason().wire_mib as usize) << 20).min(
                    options.track.as_ref().map_or(usize::MAX, |track| {
                        usize::try_from(track.wire_most()).unwrap_or(usize::MAX)
                    }),
                ),
                Arc::clone(&options.wire_budget),
            ),
            doctor: Doctor::default(),
            strips: Strips::new(started_us),
            state: State::Connecting,
            counter: Counter::new(Reading::stored(stream.text_rule, &stream.text_path), started_us),
            session,
            stream: stream.id.clone(),
            idle: Duration::from_secs(u64::from(stream.idle_s)),
            attempt: 0,
            started,
            started_us,
            ended_us: None,
            asks: false,
            events: 0,
            comments: 0,
            first_event_us: None,
            last_event_at_us: None,
            gaps: Gaps::default(),
            meter: Meter::new(started),
            bytes_before: 0,
            bytes_metered: 0,
            tap: None,
            heard: None,
            types: HashSet::new(),
            id: "".into(),
            last_event_id: String::new(),
            reconnects: 0,
            lost: Some(0),
            repeated: Some(0),
            mismatches: 0,
            waiting: None,
            failure: None,
            open_us: None,
            content_type: String::new(),
            framing: Framing::Auto,
            reel: options.track.clone().map(Reel::new),
        }
    }

    /// An attempt begins; `at_us` on its clock.
    pub fn connect(&mut self, attempt: u32, at: Instant, at_us: u64, tap: Arc<Tap>) {
        self.counter.sent(attempt, at_us);
        self.attempt = attempt;
        self.state = State::Connecting;
        self.waiting = None;
        self.tap = Some((tap, at));
    }

    /// The head was accepted; `back_us` when the line had been down.
    pub fn open(&mut self, content_type: String, framing: Framing, back_us: Option<u64>) {
        self.state = State::Open;
        self.failure = None;
        self.open_us = None;
        self.content_type = content_type;
        self.framing = framing;
        if let Some(at_us) = back_us {
            self.reconnects += 1;
            self.strips.up(at_us);
        }
    }

    /// The attempt is over.
    pub fn disconnect(&mut self, last_event_id: String, mismatches: u64) {
        if let Some((tap, _)) = self.tap.take() {
            self.bytes_before += tap.flow().bytes;
        }
        self.last_event_id = last_event_id;
        self.mismatches = mismatches;
    }

    /// A wait begins at `from_us` on the attempt's clock and ends at `until_us` on the wall clock.
    pub fn wait(
        &mut self,
        failure: Failure,
        open_us: Option<u64>,
        until_us: u64,
        from_us: u64,
        (ms, why): (u64, Wait),
    ) {
        self.state = State::Waiting;
        if open_us.is_some() {
            self.strips.down(Break {
                from_us,
                to_us: None,
                code: failure.code,
                lost: None,
                repeated: None,
            });
            self.open_us = open_us;
        }
        self.failure = Some(failure);
        self.waiting = Some((until_us, ms, why));
    }

    /// An attempt's requests and answers are known.
    pub fn exchange(&mut self, attempt: u32, at_us: u64, framing: Framing, traced: Traced) {
        let no = self.wire.span().end;
        // The head counts as heard.
        self.heard = self
            .tap
            .as_ref()
            .map(|(tap, began)| (at_us, tap.flow().last_at.unwrap_or(*began)));
        self.doctor.exchange(no, at_us, framing, &traced);
        self.wire.exchange(attempt, at_us, framing, traced);
        self.ring();
    }

    /// Bytes came.
    pub fn chunk(&mut self, attempt: u32, at_us: u64, chunk: &Chunk) {
        self.wire.chunk(attempt, at_us, self.events, chunk);
        let no = self.wire.span().end.saturating_sub(1);
        self.heard = Some((at_us, chunk.at));
        self.doctor.chunk(no, at_us, chunk);
        self.ring();
    }

    /// The body or the attempt ended.
    pub fn wire_end(&mut self, attempt: u32, at_us: u64, failure: &Failure, unfinished: u64) {
        self.wire.end(attempt, at_us, self.events, failure, unfinished);
        self.doctor.end(at_us, failure);
        self.ring();
    }

    /// The first event after a reconnect told what it cost.
    pub fn resumed(&mut self, lost: Option<u64>, repeated: Option<u64>) {
        self.doctor.resumed(lost, repeated);
        self.strips.resumed(lost, repeated);
        self.lost = self.lost.zip(lost).map(|(sum, new)| sum.saturating_add(new));
        self.repeated = self
            .repeated
            .zip(repeated)
            .map(|(sum, new)| sum.saturating_add(new));
    }

    /// The session is over.
    pub fn end(&mut self, state: State, failure: Failure, open_us: Option<u64>, at_us: u64) {
        self.state = state;
        self.failure = Some(failure);
        if open_us.is_some() {
            self.open_us = open_us;
        }
        self.waiting = None;
        self.ended_us = Some(at_us);
        self.strips.up(at_us);
        self.ring_out();
    }

    /// An answer is over, as [`Core::end`]; the session waits for the next prompt, and its tape stays open.
    pub fn park(&mut self, state: State, failure: Failure, open_us: Option<u64>, at_us: u64) {
        self.asks = true;
        self.end(state, failure, open_us, at_us);
    }

    /// Whether it waits for the next prompt.
    pub const fn asks(&self) -> bool {
        self.asks
    }

    /// The next prompt is there: the session goes on. False where it does not wait for one.
    pub fn ask(&mut self) -> bool {
        if !self.asks {
            return false;
        }
        self.asks = false;
        self.state = State::Connecting;
        self.ended_us = None;
        self.failure = None;
        self.open_us = None;
        true
    }

    /// No prompt will follow: the session is over since its last answer was.
    pub fn leave(&mut self) {
        self.asks = false;
        self.ring_out();
    }

    /// Appends an event and counts it. `heard` is what it says to [`Core::counter`], where it was read before the
    /// session was locked.
    pub fn event(
        &mut self,
        attempt: u32,
        at: Instant,
        at_us: u64,
        event: Recorded,
        heard: Option<Heard<'_>>,
    ) -> Entry {
        self.events += 1;
        self.first_event_us.get_or_insert_with(|| {
            u64::try_from(at.saturating_duration_since(self.started).as_micros()).unwrap_or(u64::MAX)
        });
        self.doctor.event(at_us, &event.data);
        let bytes = self.bytes();
        self.meter.add(at, 1, bytes - self.bytes_metered);
        self.bytes_metered = bytes;
        if *self.id != *event.id {
            self.id = event.id.into();
        }
        let event_type = self.event_type(event.event_type);
        let pos = self.log.span().end;
        self.strips
            .event(pos, at_us, event.data.len(), &*event_type != "message");
        let gap_us = self
            .last_event_at_us
            .replace(at_us)
            .map(|before| at_us.saturating_sub(before));
        if let Some(gap_us) = gap_us {
            self.gaps.add(gap_us);
        }
        let event = Event {
            seq: self.events,
            event_type,
            id: Arc::clone(&self.id),
            data: event.data,
            wire_bytes: event.wire_bytes,
            chunks: event.chunks,
        };
        let entry = Entry {
            pos,
            at_us,
            gap_us,
            attempt,
            kind: Kind::Event(event),
        };
        self.counter.heard(&entry, heard);
        self.log.append(entry.clone());
        self.ring();
        entry
    }

    fn event_type(&mut self, name: String) -> Arc<str> {
        if let Some(shared) = self.types.get(&*name) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = name.into();
        if self.types.len() < SHARED_TYPES && shared.len() <= SHARED_BYTES {
            self.types.insert(Arc::clone(&shared));
        }
        shared
    }

    /// Appends a comment or a mark.
    pub fn append(&mut self, attempt: u32, at_us: u64, kind: Kind) -> Entry {
        if matches!(kind, Kind::Comment(_)) {
            self.comments += 1;
            self.wire.comment(at_us);
            self.doctor.comment();
        }
        let entry = Entry {
            pos: self.log.span().end,
            at_us,
            gap_us: None,
            attempt,
            kind,
        };
        self.counter.entry(&entry);
        self.log.append(entry.clone());
        self.ring();
        entry
    }

    fn bytes(&self) -> u64 {
        self.bytes_before + self.tap.as_ref().map_or(0, |(tap, _)| tap.flow().bytes)
    }

    fn rates(&mut self, now: Instant) -> (f64, f64) {
        let bytes = self.bytes();
        self.meter.add(now, 0, bytes - self.bytes_metered);
        self.bytes_metered = bytes;
        if self.state.is_live() {
            self.meter.rates(now)
        } else {
            (0.0, 0.0)
        }
    }

    /// What the tape is closed with, once the session is over.
    pub fn closing(&self) -> Option<Closing> {
        let ended_us = self.ended_us.filter(|_| !self.asks)?;
        Some(Closing {
            summary: Summary {
                ended_us,
                events: self.events,
                comments: self.comments,
                entries: self.log.span().end,
                missing: 0,
                attempts: self.attempt,
                reconnects: self.reconnects,
                lost: self.lost,
                repeated: self.repeated,
                body_bytes: self.bytes(),
                first_event_us: self.first_event_us,
                content_type: brief(&self.content_type),
                framing: self.framing,
                failure: self.failure.clone(),
                findings: self.doctor.findings(ended_us),
                turns: self.counter.turns(),
            },
            strip: self.strips.to_bytes(),
        })
    }

    /// What the sidebar shows.
    pub fn brief(&mut self, now: Instant) -> Brief {
        Brief {
            session: self.session,
            stream: self.stream.clone(),
            state: self.state,
            events: self.events,
            rate: self.rates(now).0,
            waiting_until_us: self.waiting.map(|(until_us, ..)| until_us),
        }
    }

    /// What the facts of the wire tell.
    pub fn findings(&self, now: Instant) -> Vec<Finding> {
        self.doctor.findings(self.line_us(now))
    }

    /// Now, on the clock by which the line was heard last.
    fn line_us(&self, now: Instant) -> u64 {
        self.heard.map_or(0, |(us, at)| {
            us.saturating_add(micros(now.saturating_duration_since(at)))
        })
    }

    /// What the status strip shows; `now_us` is the wall clock, which goes on while the machine sleeps.
    pub fn status(&mut self, now: Instant, now_us: u64) -> Status {
        let (rate, bytes_rate) = self.rates(now);
        let span = self.span();
        let silent = self.tap.as_ref().and_then(|(tap, began)| {
            let since = now.saturating_duration_since(tap.flow().last_at.unwrap_or(*began));
            (!self.idle.is_zero() && since >= self.idle).then_some(since)
        });
        Status {
            session: self.session,
            stream: self.stream.clone(),
            state: self.state,
            attempt: self.attempt,
            started_us: self.started_us,
            ended_us: self.ended_us,
            events: self.events,
            comments: self.comments,
            gap_p95_us: self.gaps.p95(),
            rate,
            bytes: self.bytes(),
            bytes_rate,
            first_event_us: self.first_event_us,
            reconnects: self.reconnects,
            lost: self.lost,
            repeated: self.repeated,
            dropped: span.first,
            mismatches: self.mismatches,
            first_pos: span.first,
            end_pos: span.end,
            waiting_until_us: self.waiting.map(|(until_us, ..)| until_us),
            waiting_ms: self.waiting.map(|(_, ms, _)| ms),
            last_event_id: brief(if self.tap.is_some() {
                &self.id
            } else {
                &self.last_event_id
            }),
            failure: self.failure.clone(),
            open_us: self.open_us,
            silent_since_us: silent
                .map(|since| now_us.saturating_sub(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))),
            content_type: brief(&self.content_type),
            text_rule: self.counter.reading().rule(),
            text_path: self.counter.reading().path().to_owned(),
            dialect: self.counter.reading().dialect(),
            figures: self.counter.newest().cloned(),
            asks: self.asks,
            actions: Vec::new(),
            framing: self.framing,
            waiting_why: self.waiting.map(|(_, _, why)| why),
            wire: WireSpan {
                findings: self.doctor.concerns(self.line_us(now)),
                ..self.wire.span()
            },
            recording: self.recording(),
            replay: None,
            bookmarks: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::contract::FindingKind;
    use crate::lenient::Mid;

    #[test]
    fn a_wall_clock_that_ran_ahead_is_no_silence() {
        let (started, second) = (Instant::now(), Duration::from_secs(1));
        let us = 1_763_870_400_000_000;
        let mut core = Core::new(1, &Stream::default(), us, started, &Options::default());
        let an_hour = 3_600_000_000;
        assert_eq!(core.status(started, us + an_hour).wire.findings, 0);
        core.connect(1, started, us, Arc::default());
        core.exchange(1, us, Framing::Sse, Traced::default());
        assert_eq!(core.status(started + second, us + an_hour).wire.findings, 0);
        let chunk = Chunk {
            at: started + 2 * second,
            bytes: Bytes::from_static(b"data: x\n\n"),
            raw: None,
            before: Mid::default(),
            events: 1,
            unfinished: 0,
        };
        core.chunk(1, us + 2_000_000, &chunk);
        let soon = started + 3 * second;
        assert_eq!(core.status(soon, us + an_hour).wire.findings, 0);
        assert_eq!(core.findings(soon), []);
        let late = started + 33 * second;
        assert_eq!(core.status(late, us).wire.findings, 1);
        assert_eq!(core.findings(late)[0].kind, FindingKind::NoHeartbeat);
        assert_eq!(core.findings(late)[0].args["seconds"], "31");
    }
}
