// Generated from src-tauri/engine/src/contract.rs by `make bindings`. Do not edit.

export type TextRule = "lines" | "joined";

export type OnEnd = "reconnect" | "stop";

export type OnStatus = "fail" | "retry";

export type Header = { 
/**
 * Field name, as typed.
 */
name: string, 
/**
 * Field value, as typed.
 */
value: string, };

export type Stream = { 
/**
 * Stable identity; `demo:/…` for demo streams, a UUID for others.
 */
id: string, 
/**
 * The user's name for it.
 */
name: string, 
/**
 * Address as typed; `demo:/path` stands for the demo server.
 */
url: string, 
/**
 * HTTP method, upper case.
 */
method: string, 
/**
 * Headers beside those that the engine sets itself.
 */
headers: Array<Header>, 
/**
 * Request body, sent as UTF-8.
 */
body: string | null, 
/**
 * How events become typed text.
 */
text_rule: TextRule, 
/**
 * What happens when the server ends the body.
 */
on_end: OnEnd, 
/**
 * What happens on 5xx and 429.
 */
on_status: OnStatus, 
/**
 * Whether a method other than GET and HEAD may be sent again after a drop.
 */
repeat_unsafe: boolean, 
/**
 * Seconds of silence after which the window says so; 0 says nothing.
 */
idle_s: number, };

export type Code = "eof" | "reset" | "timeout" | "idle" | "refused" | "dns" | "tls" | "status" | "content-type" | "redirect" | "limit" | "url" | "encoding" | "stopped";

export type Failure = { 
/**
 * What kind of failure.
 */
code: Code, 
/**
 * English words: what happened and what to try.
 */
message: string, 
/**
 * Facts for the window's sentence: `status`, `host`, `type`, `seconds`, `detail` …
 */
args: { [key in string]: string }, };

export type State = "idle" | "connecting" | "open" | "waiting" | "closed" | "failed";

export type Row = { 
/**
 * Number of the entry.
 */
pos: number, 
/**
 * When it arrived.
 */
at_us: number, 
/**
 * Microseconds since the event before it, for events after the first.
 */
gap_us: number | null, 
/**
 * Which attempt it belongs to, from 1.
 */
attempt: number, } & ({ "kind": "event", 
/**
 * Number among events, from 1.
 */
seq: number, 
/**
 * Event type, `message` if the stream named none.
 */
type: string, 
/**
 * Last event id at dispatch.
 */
id: string, 
/**
 * Data, at most [`ROW_CHARS`] characters of it.
 */
data: string, 
/**
 * Bytes of the whole data, as UTF-8.
 */
size: number, 
/**
 * Whether `data` is shorter than the whole.
 */
cut: boolean, } | { "kind": "comment", 
/**
 * Its text without the colon and one leading space.
 */
text: string, } | { "kind": "opened", 
/**
 * HTTP status.
 */
status: number, 
/**
 * Protocol version, as `HTTP/1.1`.
 */
http: string, 
/**
 * Address after redirects.
 */
url: string, } | { "kind": "closed", 
/**
 * Why.
 */
failure: Failure, 
/**
 * How long the body had been open, microseconds.
 */
after_us: number, } | { "kind": "waiting", 
/**
 * Its length, milliseconds.
 */
ms: number, 
/**
 * The id that the next attempt will send; empty if none.
 */
last_event_id: string, } | { "kind": "resumed", 
/**
 * From the end of the attempt before until now, microseconds.
 */
down_us: number, 
/**
 * The id that was sent; empty if none.
 */
last_event_id: string, 
/**
 * Events lost, where integer ids of constant step tell.
 */
lost: number | null, 
/**
 * Events repeated, where integer ids of constant step tell.
 */
repeated: number | null, } | { "kind": "retry", 
/**
 * Milliseconds.
 */
ms: number, } | { "kind": "failed", 
/**
 * Why.
 */
failure: Failure, });

export type RowKind = { "kind": "event", 
/**
 * Number among events, from 1.
 */
seq: number, 
/**
 * Event type, `message` if the stream named none.
 */
type: string, 
/**
 * Last event id at dispatch.
 */
id: string, 
/**
 * Data, at most [`ROW_CHARS`] characters of it.
 */
data: string, 
/**
 * Bytes of the whole data, as UTF-8.
 */
size: number, 
/**
 * Whether `data` is shorter than the whole.
 */
cut: boolean, } | { "kind": "comment", 
/**
 * Its text without the colon and one leading space.
 */
text: string, } | { "kind": "opened", 
/**
 * HTTP status.
 */
status: number, 
/**
 * Protocol version, as `HTTP/1.1`.
 */
http: string, 
/**
 * Address after redirects.
 */
url: string, } | { "kind": "closed", 
/**
 * Why.
 */
failure: Failure, 
/**
 * How long the body had been open, microseconds.
 */
after_us: number, } | { "kind": "waiting", 
/**
 * Its length, milliseconds.
 */
ms: number, 
/**
 * The id that the next attempt will send; empty if none.
 */
last_event_id: string, } | { "kind": "resumed", 
/**
 * From the end of the attempt before until now, microseconds.
 */
down_us: number, 
/**
 * The id that was sent; empty if none.
 */
last_event_id: string, 
/**
 * Events lost, where integer ids of constant step tell.
 */
lost: number | null, 
/**
 * Events repeated, where integer ids of constant step tell.
 */
repeated: number | null, } | { "kind": "retry", 
/**
 * Milliseconds.
 */
ms: number, } | { "kind": "failed", 
/**
 * Why.
 */
failure: Failure, };

export type Page = { 
/**
 * Oldest entry that can still be read.
 */
first_pos: number, 
/**
 * One past the newest entry.
 */
end_pos: number, 
/**
 * The rows, in order; fewer than asked for where the log ends or begins.
 */
rows: Array<Row>, };

export type Detail = { 
/**
 * The row.
 */
row: Row, 
/**
 * The data (or the comment's text) from byte `from` on, at most [`DETAIL_BYTES`], cut at a character.
 */
data: string, 
/**
 * Byte of the data at which `data` begins.
 */
from: number, 
/**
 * Bytes of the whole data.
 */
total: number, 
/**
 * In how many chunks it came; 0 if that is not known.
 */
chunks: number, 
/**
 * Bytes on the line, field names and line ends included; 0 if that is not known.
 */
wire_bytes: number, };

export type Run = { 
/**
 * First entry it comes from.
 */
pos: number, 
/**
 * One past the last entry it comes from.
 */
end: number, 
/**
 * Arrival of the oldest entry in it.
 */
at_us: number, 
/**
 * The event's name where it is not `message`; shown quietly before the text.
 */
name: string | null, 
/**
 * The text; empty for a mark. Under `lines` every event ends with a newline.
 */
text: string, 
/**
 * A reconnect to be drawn as a break in the page, instead of text.
 */
mark: Break | null, };

export type Break = { 
/**
 * When the line went down.
 */
from_us: number, 
/**
 * When it came back; none while it is still down.
 */
to_us: number | null, 
/**
 * Why it went down.
 */
code: Code, 
/**
 * Events lost, where known.
 */
lost: number | null, 
/**
 * Events repeated, where known.
 */
repeated: number | null, };

export type TextPage = { 
/**
 * The runs, in order.
 */
runs: Array<Run>, 
/**
 * Entry at which the page begins; ask for the text before it next.
 */
pos: number, 
/**
 * Whether older text can still be read.
 */
more: boolean, 
/**
 * Entries that are no longer kept, if there is no older text to read.
 */
dropped: number, };

export type Brief = { 
/**
 * The session.
 */
session: number, 
/**
 * [`Stream::id`] of its stream.
 */
stream: string, 
/**
 * Where it stands.
 */
state: State, 
/**
 * Events so far.
 */
events: number, 
/**
 * Events a second, over the last seconds.
 */
rate: number, 
/**
 * End of the wait, while [`State::Waiting`].
 */
waiting_until_us: number | null, };

export type Status = { 
/**
 * The session.
 */
session: number, 
/**
 * [`Stream::id`] of its stream.
 */
stream: string, 
/**
 * Where it stands.
 */
state: State, 
/**
 * Attempts so far.
 */
attempt: number, 
/**
 * When Connect was pressed.
 */
started_us: number, 
/**
 * When the session ended, if it has.
 */
ended_us: number | null, 
/**
 * Events so far, exact.
 */
events: number, 
/**
 * Comments so far, exact.
 */
comments: number, 
/**
 * Events a second, over the last seconds.
 */
rate: number, 
/**
 * Body bytes so far.
 */
bytes: number, 
/**
 * Body bytes a second, over the last seconds.
 */
bytes_rate: number, 
/**
 * From sending the first request to the arrival of the first event, microseconds.
 */
first_event_us: number | null, 
/**
 * Times the line came back after it had gone down.
 */
reconnects: number, 
/**
 * Events known to be lost over all reconnects; none where ids cannot tell.
 */
lost: number | null, 
/**
 * Events known to be repeated over all reconnects; none where ids cannot tell.
 */
repeated: number | null, 
/**
 * Entries no longer kept, oldest first.
 */
dropped: number, 
/**
 * Dispatched blocks that did not pair with an event; a fault of this program if not 0.
 */
mismatches: number, 
/**
 * Oldest entry that can be read.
 */
first_pos: number, 
/**
 * One past the newest entry.
 */
end_pos: number, 
/**
 * End of the wait, while [`State::Waiting`].
 */
waiting_until_us: number | null, 
/**
 * Length of the wait, milliseconds, while [`State::Waiting`].
 */
waiting_ms: number | null, 
/**
 * The last event id, as the next attempt would send it.
 */
last_event_id: string, 
/**
 * Why the newest attempt ended; none while connecting or open.
 */
failure: Failure | null, 
/**
 * How long the newest attempt's body was open, microseconds.
 */
open_us: number | null, 
/**
 * Since when nothing has arrived, once that is longer than the stream's idle limit.
 */
silent_since_us: number | null, 
/**
 * Content type of the newest response; empty before one came.
 */
content_type: string, 
/**
 * How events become text in this session.
 */
text_rule: TextRule, };

export type TextTick = { 
/**
 * The runs, in order; at most [`TICK_TEXT_BYTES`] of text.
 */
runs: Array<Run>, 
/**
 * Entry at which `runs` begins. If it is not where the page ended, the page starts anew here and
 * pulls what is older when the reader scrolls up to it.
 */
pos: number, 
/**
 * Entry up to which the text is now known.
 */
end: number, 
/**
 * Events passed over since the tick before, because the page could not have kept up.
 */
skipped: number, };

export type Tick = { 
/**
 * Number to acknowledge, from 1.
 */
no: number, 
/**
 * The backend's clock.
 */
now_us: number, 
/**
 * The sessions whose brief has changed.
 */
sessions: Array<Brief>, 
/**
 * The session on show, if any.
 */
shown: Status | null, 
/**
 * Its new text, if any.
 */
text: TextTick | null, };

export type Strip = { 
/**
 * Start of the first bin.
 */
start_us: number, 
/**
 * Width of a bin, microseconds.
 */
bin_us: number, 
/**
 * The bins that hold events, in order.
 */
bins: Array<Bin>, 
/**
 * Breaks in the line, in order.
 */
breaks: Array<Break>, };

export type Bin = { 
/**
 * Number of the bin, from [`Strip::start_us`].
 */
at: number, 
/**
 * First event's entry in it: what a click jumps to.
 */
pos: number, 
/**
 * Events.
 */
count: number, 
/**
 * Bytes of the largest event's data.
 */
size: number, 
/**
 * Whether a named event (not `message`) is among them.
 */
named: boolean, };

export type Demo = { 
/**
 * Key of its name in the dictionary: `message`, `longread`, `flaky`, `flood`.
 */
key: string, 
/**
 * Its definition; `url` is `demo:/path`.
 */
stream: Stream, };

export type Found = { 
/**
 * The session.
 */
session: number, 
/**
 * The definition it runs by, which need not be a saved one.
 */
stream: Stream, };

export type Language = "en" | "zh-CN";

export type Notice = { 
/**
 * What it is about.
 */
code: string, 
/**
 * Facts for the sentence.
 */
args: { [key in string]: string }, };

export type Hello = { 
/**
 * The program's version.
 */
version: string, 
/**
 * The interface language.
 */
language: Language, 
/**
 * `http://127.0.0.1:4737` without a slash; none if the demo server did not start.
 */
demo_origin: string | null, 
/**
 * The demo streams, in order.
 */
demos: Array<Demo>, 
/**
 * The saved streams, in order.
 */
streams: Array<Stream>, 
/**
 * Sessions that are already there.
 */
sessions: Array<Found>, 
/**
 * Words to the user.
 */
notices: Array<Notice>, };
