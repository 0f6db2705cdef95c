//! "Why isn't it streaming?": what the facts of the wire tell. Counts as they come, bounded; reads no clock.
//!
//! A diagnosis that cries wolf is worse than none, so each rule asks for what a healthy stream does not do:
//!
//! - *Buffered*: three or more events at once after a second of silence is how many healthy servers speak (a tick, a
//!   batch), and how a model speaks after thinking. It counts only where it is the rule and not the exception, and
//!   only with a witness that the events were made one by one: a clock in the data that goes on between the events
//!   of one burst about as much as the silence before it ([`bursts`]), or events that were left cut through the
//!   silence, which no server does on purpose. A live clock that stands still within bursts acquits.
//! - *Unflushed*: compressed frames that decode to nothing until a later one comes, or held bursts in a compressed
//!   body with fewer flushes than half its events. The ten bytes of a gzip header that go ahead are no such frame.
//! - *Split events*: chunks end anywhere on a fast line. It counts where the rest of an event kept it waiting for 200
//!   ms, three times.
//! - *No heartbeat*: half a minute without a byte, on a line that never sent a comment, and longer than any silence
//!   that it has come out of alive; or the line died in such a silence, twice, and most of the times that it ended.
//! - What happens now and then on any long line (a lost packet alone costs 200 ms) is no rule: stalls and frames held
//!   back must concern one event in twenty.
//! - *CORS*: an `Origin` that the user sends is judged as a browser would. Without one, a server that answers by
//!   origin (`Vary: Origin`) need not say a word; one that names another origin, whoever asks, refuses every other
//!   page; and silence is worth a word only of a server elsewhere, as information.
//! - *Slow start* counts to the head of the response: a model may think as long as it likes after that.
//! - What a server did before a reconnect that went well is history: a refusal is forgotten when a body opens.

mod bursts;
mod clock;
mod ignored;
mod response;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::attempt::Chunk;
use crate::contract::{Code, Failure, Finding, FindingKind, Framing, Level};
use crate::lenient::Mid;
use crate::source::Traced;

use bursts::{Bursts, Witness};
use ignored::IgnoredLines;
use response::{Refusal, Response};

/// A wait for the rest of an event that a person notices, and how often it must happen.
const STALL_US: u64 = 200_000;
const STALLS: u64 = 3;
/// A compressed frame that waits this long for the next before it decodes is held back, and how often.
const HELD_US: u64 = 1_000_000;
const HOLDS: u64 = 2;
/// Bytes of a compressed body's own head, which servers flush before there is an event.
const CODEC_HEAD: u64 = 32;
/// A silence after which proxies and mobile networks begin to close lines.
const QUIET_US: u64 = 30_000_000;
/// Lines that died in such a silence before it is called a rule.
const DEATHS: u64 = 2;
/// What concerns fewer than one event in so many is no rule.
const RARE: u64 = 20;
/// A wait for the response head that is worth a word.
const SLOW_US: u64 = 5_000_000;

/// All kinds, in the order in which findings of the same gravity are told.
const KINDS: [FindingKind; 12] = [
    FindingKind::Html,
    FindingKind::ContentType,
    FindingKind::Buffered,
    FindingKind::Unflushed,
    FindingKind::SplitEvents,
    FindingKind::NoHeartbeat,
    FindingKind::SlowStart,
    FindingKind::Insecure,
    FindingKind::ResumesBadly,
    FindingKind::Cors,
    FindingKind::IgnoredLines,
    FindingKind::ResumesWell,
];

/// How often something happened, for how long in all, and the newest row that shows it.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    count: u64,
    us: u64,
    no: u64,
}

impl Times {
    const fn add(&mut self, us: u64, no: u64) {
        self.count += 1;
        self.us = self.us.saturating_add(us);
        self.no = no;
    }

    const fn mean_us(&self) -> u64 {
        match self.us.checked_div(self.count) {
            Some(mean) => mean,
            None => 0,
        }
    }
}

/// The facts of one session's line.
#[derive(Debug, Default)]
pub struct Doctor {
    framing: Framing,
    response: Response,
    response_no: u64,
    refusal: Option<Refusal>,
    /// A body is being read.
    open: bool,
    /// When bytes came last, or the body opened.
    heard_us: u64,
    /// The row of the newest chunk.
    no: u64,
    events: u64,
    comments: u64,
    bursts: Bursts,
    /// The chunk that came last found an event that had been left cut through a silence.
    cut: bool,
    /// How long the event that is unfinished has been kept waiting, in noticeable waits.
    stalled_us: u64,
    stalls: Times,
    /// Compressed bytes of this body, and since when some of them have decoded to nothing.
    packed: u64,
    held_us: Option<u64>,
    holds: Times,
    /// Events in the chunks that ended such waits.
    held_events: u64,
    /// Flushes seen in deflated bytes, and the events that came in compressed ones.
    flushes: u64,
    packed_events: u64,
    longest_quiet_us: u64,
    deaths: Times,
    /// Bodies that ended by themselves, in silence or not.
    ends: u64,
    ignored: IgnoredLines,
    resumed: u64,
    lost: u64,
    repeated: u64,
}

impl Doctor {
    /// An attempt's requests and answers are known, whether or not the response was accepted. `no` is the exchange's
    /// row.
    pub fn exchange(&mut self, no: u64, at_us: u64, framing: Framing, traced: &Traced) {
        self.framing = framing;
        self.response = Response::read(&traced.exchange);
        self.response_no = no;
        self.refusal = Refusal::read(traced, no);
        // Of a line that is not HTTP there is no exchange.
        let last = traced.exchange.hops.last();
        self.open = last.is_none_or(|hop| hop.response.is_some());
        self.heard_us = at_us;
        self.no = no;
        self.packed = 0;
        self.held_us = None;
        self.stalled_us = 0;
        self.cut = false;
        self.bursts.open(at_us);
    }

    /// Bytes came. `no` is the chunk's row on the wire.
    pub fn chunk(&mut self, no: u64, at_us: u64, chunk: &Chunk) {
        let quiet_us = at_us.saturating_sub(self.heard_us);
        self.longest_quiet_us = self.longest_quiet_us.max(quiet_us);
        self.heard_us = at_us;
        self.no = no;
        if let Some(raw) = &chunk.raw {
            self.packed += raw.len() as u64;
            self.flushes += memchr::memmem::find_iter(raw, b"\0\0\xFF\xFF").count() as u64;
            self.packed_events += chunk.events;
            if chunk.bytes.is_empty() && self.packed > CODEC_HEAD {
                self.held_us.get_or_insert(at_us);
            }
        }
        if !chunk.bytes.is_empty()
            && let Some(since_us) = self.held_us.take()
        {
            let waited_us = at_us.saturating_sub(since_us);
            if waited_us >= HELD_US {
                self.holds.add(waited_us, no);
                self.held_events += chunk.events.max(1);
            }
        }
        let part = of_event(&chunk.before);
        if !part {
            self.stalled_us = 0;
        } else if quiet_us >= STALL_US {
            self.stalled_us = self.stalled_us.saturating_add(quiet_us);
        }
        self.cut = part && quiet_us >= bursts::WAIT_US;
        if chunk.events > 0 {
            let stalled_us = std::mem::take(&mut self.stalled_us);
            if stalled_us > 0 {
                self.stalls.add(stalled_us, no);
            }
        }
        if !matches!(self.framing, Framing::Ndjson | Framing::Lines) {
            self.ignored.read(no, at_us, chunk);
        }
    }

    /// An event was dispatched.
    pub fn event(&mut self, at_us: u64, data: &str) {
        self.events += 1;
        self.bursts.event(at_us, data, self.no, self.cut);
    }

    /// A comment came.
    pub const fn comment(&mut self) {
        self.comments += 1;
    }

    /// The first event after a reconnect told what it cost.
    pub fn resumed(&mut self, lost: Option<u64>, repeated: Option<u64>) {
        if let (Some(lost), Some(repeated)) = (lost, repeated) {
            self.resumed += 1;
            self.lost = self.lost.saturating_add(lost);
            self.repeated = self.repeated.saturating_add(repeated);
        }
    }

    /// The body or the attempt ended.
    pub fn end(&mut self, at_us: u64, failure: &Failure) {
        let quiet_us = at_us.saturating_sub(self.heard_us);
        let died = matches!(failure.code, Code::Eof | Code::Reset | Code::Timeout | Code::Idle);
        if self.open && self.refusal.is_none() && died {
            self.ends += 1;
            if quiet_us >= QUIET_US {
                self.deaths.add(quiet_us, self.no);
            }
        }
        if let Some(refusal) = Refusal::of(failure, self.response_no) {
            self.refusal.get_or_insert(refusal);
        }
        self.open = false;
        self.bursts.close();
    }

    /// How many of them are not good news; cheap enough for every frame.
    pub fn concerns(&self, now_us: u64) -> u32 {
        let told = KINDS.iter().filter_map(|kind| self.level(*kind, now_us));
        u32::try_from(told.filter(|level| *level != Level::Good).count()).unwrap_or(u32::MAX)
    }

    /// What they tell as of `now_us`, gravest first.
    pub fn findings(&self, now_us: u64) -> Vec<Finding> {
        let mut findings: Vec<_> = KINDS
            .iter()
            .filter_map(|kind| {
                let level = self.level(*kind, now_us)?;
                let (no, args) = self.evidence(*kind, now_us);
                Some(Finding {
                    kind: *kind,
                    level,
                    args,
                    no,
                })
            })
            .collect();
        findings.sort_by_key(|finding| match finding.level {
            Level::Bad => 0,
            Level::Warn => 1,
            Level::Good => 2,
        });
        findings
    }

    /// Whether a kind is found, and how grave.
    fn level(&self, kind: FindingKind, now_us: u64) -> Option<Level> {
        let warn = |is: bool| is.then_some(Level::Warn);
        match kind {
            FindingKind::Html | FindingKind::ContentType => self
                .refusal
                .as_ref()
                .filter(|refusal| refusal.kind == kind)
                .map(|_| Level::Bad),
            FindingKind::Buffered => warn(self.bursts.witness().is_some() && !self.few_flushes()),
            FindingKind::Unflushed => {
                let held = self.packed_events > 0 && self.bursts.witness().is_some() && self.few_flushes();
                warn(self.are_held() || held)
            }
            // Where something holds bytes back, it is what cuts the events too.
            FindingKind::SplitEvents => warn(
                self.stalls.count >= STALLS
                    && self.stalls.count * RARE >= self.events
                    && self.packed_events == 0
                    && self.bursts.witness() != Some(Witness::Cuts),
            ),
            FindingKind::NoHeartbeat => warn(self.silent_us(now_us).is_some() || self.dies()),
            FindingKind::SlowStart => warn(self.response.head_us >= SLOW_US),
            FindingKind::Insecure => warn(self.response.insecure),
            FindingKind::ResumesBadly => warn(self.lost + self.repeated > 0),
            FindingKind::Cors => self.response.cors.as_ref().map(|cors| cors.level),
            FindingKind::IgnoredLines => warn(self.ignored.lines > 0),
            FindingKind::ResumesWell => {
                (self.resumed > 0 && self.lost + self.repeated == 0).then_some(Level::Good)
            }
        }
    }

    /// Deflate says where it was flushed; other codecs do not, and are not accused.
    fn few_flushes(&self) -> bool {
        self.response.is_deflated() && self.packed_events > 0 && self.flushes * 2 < self.packed_events
    }

    /// Compressed frames are held back, as a rule.
    const fn are_held(&self) -> bool {
        self.holds.count >= HOLDS && self.held_events * RARE >= self.packed_events
    }

    /// The line dies in silence, as a rule.
    const fn dies(&self) -> bool {
        self.deaths.count >= DEATHS && self.deaths.count * 2 >= self.ends
    }

    /// How long the open line has been silent, if that is too long.
    fn silent_us(&self, now_us: u64) -> Option<u64> {
        let silent_us = now_us.saturating_sub(self.heard_us);
        let known_us = self.longest_quiet_us.saturating_add(self.longest_quiet_us / 2);
        (self.open && self.refusal.is_none() && self.comments == 0 && silent_us >= QUIET_US.max(known_us))
            .then_some(silent_us)
    }

    fn evidence(&self, kind: FindingKind, now_us: u64) -> (Option<u64>, BTreeMap<String, String>) {
        let mut args = Args::default();
        let no = match kind {
            FindingKind::Html | FindingKind::ContentType => {
                let Some(refusal) = &self.refusal else {
                    return (None, args.0);
                };
                args.0.clone_from(&refusal.args);
                Some(refusal.no)
            }
            FindingKind::Buffered => {
                let tally = self.bursts.tally();
                let clock = self.bursts.witness() == Some(Witness::Clock);
                args.put("events", tally.events)
                    .put("bursts", tally.waits.count)
                    .put("seconds", seconds(tally.waits.mean_us()))
                    .put("clock", if clock { "yes" } else { "no" })
                    .put("server", &self.response.servers)
                    .put("accel", self.response.accel.as_deref().unwrap_or("missing"));
                Some(tally.waits.no)
            }
            FindingKind::Unflushed => {
                let tally = self.bursts.tally();
                let times = if self.are_held() { self.holds } else { tally.waits };
                args.put("encoding", &self.response.encoding)
                    .put("seconds", seconds(times.mean_us()))
                    .put("times", times.count);
                Some(times.no)
            }
            FindingKind::SplitEvents => {
                args.put("chunks", self.stalls.count)
                    .put("seconds", seconds(self.stalls.mean_us()));
                Some(self.stalls.no)
            }
            FindingKind::NoHeartbeat => {
                let (us, died, no) = if self.dies() {
                    (self.deaths.mean_us(), self.deaths.count, self.deaths.no)
                } else {
                    (self.silent_us(now_us).unwrap_or_default(), 0, self.no)
                };
                args.put("seconds", seconds(us)).put("died", died);
                Some(no)
            }
            FindingKind::Cors => {
                if let Some(cors) = &self.response.cors {
                    args.put("what", cors.what).put("value", &cors.value);
                }
                Some(self.response_no)
            }
            FindingKind::IgnoredLines => {
                self.ignored.tell(&mut args);
                Some(self.ignored.no)
            }
            FindingKind::SlowStart => {
                args.put("seconds", seconds(self.response.head_us));
                Some(self.response_no)
            }
            FindingKind::Insecure => Some(self.response_no),
            FindingKind::ResumesWell => {
                args.put("reconnects", self.resumed);
                None
            }
            FindingKind::ResumesBadly => {
                args.put("lost", self.lost).put("repeated", self.repeated);
                None
            }
        };
        (no, args.0)
    }
}

/// Whether a reading that stands there has begun an event: a comment that is not finished is none.
fn of_event(mid: &Mid) -> bool {
    mid.begun || (mid.line > 0 && mid.head.first() != Some(&b':'))
}

/// The evidence of a finding, as it is collected.
#[derive(Default)]
struct Args(BTreeMap<String, String>);

impl Args {
    fn put(&mut self, name: &str, value: impl ToString) -> &mut Self {
        self.0.insert(name.to_owned(), value.to_string());
        self
    }
}

/// Seconds for a sentence: `1.2`, `3`, `15`.
fn seconds(us: u64) -> String {
    let tenths = us.saturating_add(50_000) / 100_000;
    if tenths >= 100 || tenths.is_multiple_of(10) {
        ((tenths + 5) / 10).to_string()
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}
