// Generated from src-tauri/engine/src/contract.rs by `make bindings`. Do not edit.

export type TextRule = "auto" | "lines" | "joined" | "path" | "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "ollama";

export type Dialect = "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "ollama";

export type PageForm = "auto" | "plain" | "markdown";

export type SceneKind = "typewriter" | "events" | "chart" | "chat" | "feed" | "wire";

export type Channel = "prompt" | "answer" | "thinking" | "tool" | "refusal" | "citation" | "stop" | "error";

export type Part = { 
/**
 * The turn: the attempt it came by, from 1.
 */
turn: number, 
/**
 * What it is.
 */
channel: Channel, 
/**
 * Which of the turn's: an index or an id, as the dialect has it; empty where there is one only.
 */
block: string, 
/**
 * A name, an address, a type: see [`Channel`]. Empty where this run does not tell it.
 */
label: string, };

export type Figures = { 
/**
 * The turn: the attempt it came by, from 1.
 */
turn: number, 
/**
 * Its shape.
 */
dialect: Dialect | null, 
/**
 * The model that answered, as the server names it.
 */
model: string, 
/**
 * When the request was sent, since the Unix epoch.
 */
asked_at_us: number, 
/**
 * To the first event.
 */
first_event_us: number | null, 
/**
 * To the first thinking.
 */
first_thinking_us: number | null, 
/**
 * To the first text of the answer.
 */
first_answer_us: number | null, 
/**
 * To the newest event.
 */
newest_us: number, 
/**
 * Longest wait between two successive pieces of text or arguments.
 */
longest_stall_us: number, 
/**
 * Characters of the answer.
 */
answer_chars: number, 
/**
 * Characters of thinking.
 */
thinking_chars: number, 
/**
 * Tool calls begun.
 */
tools: number, 
/**
 * Tokens of the prompt, as the server counts.
 */
input_tokens: number | null, 
/**
 * Tokens of the output, as the server counts.
 */
output_tokens: number | null, 
/**
 * Of these, tokens of thinking.
 */
thinking_tokens: number | null, 
/**
 * Tokens of the prompt that the server had kept.
 */
cached_tokens: number | null, 
/**
 * Why it stopped, as the server gave it; empty before that.
 */
stop: string, 
/**
 * What the server said of an error in the stream; empty for none.
 */
error: string, 
/**
 * Whether the turn is over.
 */
done: boolean, };

export type Scenes = { 
/**
 * As chat.
 */
chat: ChatRule, 
/**
 * As cards.
 */
feed: FeedRule, 
/**
 * As lines.
 */
chart: ChartRule, };

export type ChatRule = { 
/**
 * Path of the sender's name.
 */
sender: string, 
/**
 * Path of the text.
 */
text: string, 
/**
 * Path of the time: RFC 3339, or a number of seconds, milli- or microseconds since the epoch.
 */
time: string, 
/**
 * Path of the message's own id.
 */
id: string, 
/**
 * The user's name in the room; its messages stand at the right. Empty for `You`
 * ([`DEFAULT_ME`](crate::send::DEFAULT_ME)).
 */
me: string, 
/**
 * Where messages are sent, by POST; empty for nowhere. `demo:/path`, or an address; one without a scheme is relative
 * to the stream's own. The stream's headers go along only to its own origin.
 */
send_url: string, 
/**
 * The body of a message: JSON with `{{text}}`, `{{me}}` and `{{id}}`, which are no variables here; empty for
 * `{"id":…,"sender":…,"text":…}`.
 */
send_body: string, };

export type FeedRule = { 
/**
 * Path of the title.
 */
title: string, 
/**
 * Path of the summary.
 */
summary: string, 
/**
 * Path of the source's name.
 */
source: string, 
/**
 * Path of the time; as [`ChatRule::time`].
 */
time: string, 
/**
 * Path of the address.
 */
link: string, 
/**
 * Which are breaking: a query as [`super::Filter::query`]; empty for those of type `breaking`.
 */
breaking: string, };

export type ChartRule = { 
/**
 * The lines that were chosen, in order. Empty: the first that are found, at most [`SERIES`].
 */
series: Array<SeriesRule>, 
/**
 * Seconds that are shown; 0 for all.
 */
window_s: number, };

export type SeriesKey = { 
/**
 * Type of the events.
 */
type: string, 
/**
 * Path of the number in them, normalised (RFC 9535, 2.7) but with names as in `$.load`, `$.cores[0]`.
 */
path: string, };

export type SeriesRule = { 
/**
 * What it is of.
 */
key: SeriesKey, 
/**
 * Written behind its figures: `%`, `ms` …
 */
unit: string, 
/**
 * Alert when the value goes over this.
 */
above: number | null, 
/**
 * Alert when the value goes under this.
 */
below: number | null, 
/**
 * How far it must come back for the alert to end; not negative.
 */
hysteresis: number, };

export type SeriesQuery = { 
/**
 * From this time on; none for the beginning.
 */
from_us: number | null, 
/**
 * Up to this time; none for the newest, or the playhead.
 */
to_us: number | null, 
/**
 * Points of each line, at most; each step of time gives its least and its most. At most [`SERIES_POINTS`].
 */
points: number, 
/**
 * Which lines; empty for those of the session's rule.
 */
keys: Array<SeriesKey>, };

export type SeriesPage = { 
/**
 * Start of what is shown.
 */
from_us: number, 
/**
 * Its end: the newest entry, the playhead, or what was asked for.
 */
to_us: number, 
/**
 * The lines.
 */
series: Array<SeriesData>, 
/**
 * All that could be lines, most points first; at most [`SERIES_FOUND`].
 */
found: Array<SeriesFound>, 
/**
 * Breaks in the line; no value is known in them.
 */
gaps: Array<Break>, 
/**
 * Entries looked at.
 */
scanned: number, 
/**
 * Entries that there are.
 */
end: number, 
/**
 * Whether all that was there has been looked at.
 */
done: boolean, };

export type SeriesFound = { 
/**
 * What it is of.
 */
key: SeriesKey, 
/**
 * Values so far.
 */
points: number, };

export type SeriesData = { 
/**
 * What it is of.
 */
key: SeriesKey, 
/**
 * Times of the points, in order.
 */
at_us: Array<number>, 
/**
 * Their values. Extremes are never left out.
 */
value: Array<number>, 
/**
 * Values so far, up to the playhead.
 */
points: number, 
/**
 * The newest value.
 */
newest: number, 
/**
 * When it came.
 */
newest_us: number, 
/**
 * Its entry.
 */
pos: number, 
/**
 * Least value of what is shown.
 */
least: number, 
/**
 * Greatest value of what is shown.
 */
most: number, 
/**
 * The newest value less the one of a minute before, or of the beginning.
 */
change: number, 
/**
 * The threshold that it is past.
 */
alert: SeriesAlert | null, };

export type SeriesAlert = { 
/**
 * Whether it is over; else it is under.
 */
over: boolean, 
/**
 * The threshold.
 */
limit: number, 
/**
 * Since when.
 */
since_us: number, };

export type ChatPage = { 
/**
 * The rows.
 */
bubbles: Array<Bubble>, 
/**
 * Number of the first of them.
 */
from: number, 
/**
 * First row that can be read.
 */
gone: number, 
/**
 * One past the last row.
 */
rows: number, 
/**
 * Who is typing now.
 */
typing: Array<string>, 
/**
 * The rule, with the paths that were found.
 */
rule: ChatRule, 
/**
 * Whether all entries have been looked at.
 */
done: boolean, };

export type BubbleKind = "message" | "join" | "leave";

export type Bubble = { 
/**
 * The entry.
 */
pos: number, 
/**
 * When it arrived.
 */
at_us: number, 
/**
 * When it was said, where the data tells.
 */
said_us: number | null, 
/**
 * What it is.
 */
kind: BubbleKind, 
/**
 * Who; empty if nobody is named.
 */
sender: string, 
/**
 * What, at most [`BUBBLE_CHARS`] characters.
 */
text: string, 
/**
 * Whether `text` is shorter than the whole.
 */
cut: boolean, 
/**
 * The message's own id; empty for none.
 */
id: string, 
/**
 * Whether it is the user's own.
 */
own: boolean, 
/**
 * Highlighted by an action.
 */
colour: Colour | null, };

export type FeedPage = { 
/**
 * The cards.
 */
cards: Array<Card>, 
/**
 * Number of the first of them.
 */
from: number, 
/**
 * First row that can be read.
 */
gone: number, 
/**
 * One past the last row.
 */
rows: number, 
/**
 * The rule, with the paths that were found.
 */
rule: FeedRule, 
/**
 * Whether all entries have been looked at.
 */
done: boolean, };

export type Card = { 
/**
 * The entry.
 */
pos: number, 
/**
 * When it arrived.
 */
at_us: number, 
/**
 * When it was published, where the data tells.
 */
said_us: number | null, 
/**
 * Title; the data's first line where none is found.
 */
title: string, 
/**
 * Summary; may be empty.
 */
summary: string, 
/**
 * Who published it; may be empty.
 */
source: string, 
/**
 * Address, as it stands in the data; may be empty, and may be anything.
 */
link: string, 
/**
 * Whether it stands out.
 */
breaking: boolean, 
/**
 * Last event id at dispatch.
 */
id: string, 
/**
 * Highlighted by an action.
 */
colour: Colour | null, };

export type Colour = "blue" | "green" | "amber" | "red" | "violet";

export type Action = { 
/**
 * Unique among the stream's actions.
 */
id: string, 
/**
 * The user's name for it; may be empty.
 */
name: string, 
/**
 * Kept and not done.
 */
off: boolean, 
/**
 * Only events of this type; empty for any.
 */
event_type: string, 
/**
 * Only events that this matches: a query as [`super::Filter::query`]; empty for any.
 */
query: string, 
/**
 * Shown in this colour.
 */
highlight: Colour | null, 
/**
 * Told on the desktop, when no window of the app is in front.
 */
notify: boolean, 
/**
 * Bookmarked, with the action's name as its note.
 */
bookmark: boolean, 
/**
 * Left out of all scenes but Wire, and of Events until they are asked for; of the files that hold what a scene shows
 * ([`super::ExportFormat`]). On tape all the same; [`Figures`] and the turns before a new prompt tell of all events.
 */
hide: boolean, 
/**
 * Counted into a tile.
 */
count: boolean, 
/**
 * The session stops.
 */
stop: boolean, };

export type ActionState = { 
/**
 * [`Action::id`].
 */
id: string, 
/**
 * Events that matched.
 */
matched: number, 
/**
 * The newest of them.
 */
pos: number | null, 
/**
 * Events that it was to bookmark when they came and did not, for there were [`super::BOOKMARKS`] already.
 */
unmarked?: number, };

export type Trial = { 
/**
 * Events that match.
 */
matched: number, 
/**
 * Events looked at.
 */
events: number, 
/**
 * Whether these are all.
 */
done: boolean, };

export type Sent = { 
/**
 * HTTP status, of 2xx; or 303, which points at what came of it.
 */
status: number, };

export type OnEnd = "reconnect" | "stop";

export type OnStatus = "fail" | "retry";

export type OnIdle = "say" | "reconnect";

export type Framing = "auto" | "sse" | "ndjson" | "lines";

export type BodyKind = "auto" | "json" | "form" | "text" | "file";

export type Header = { 
/**
 * Field name, as typed.
 */
name: string, 
/**
 * Field value, as typed.
 */
value: string, 
/**
 * Marked as secret by the user; names that are secret by their nature are so without the mark.
 */
secret: boolean, 
/**
 * Kept in the definition and not sent.
 */
off: boolean, };

export type Auth = { "kind": "none" } | { "kind": "bearer", 
/**
 * The token.
 */
token: string, } | { "kind": "basic", 
/**
 * User name; it cannot hold a colon.
 */
user: string, 
/**
 * Password.
 */
password: string, };

export type Proxy = { "kind": "system" } | { "kind": "none" } | { "kind": "through", 
/**
 * `http://`, `https://`, `socks5://` or `socks5h://` and host and port; user and password may stand before the host.
 */
url: string, };

export type Network = { 
/**
 * Whom it goes through.
 */
proxy: Proxy, 
/**
 * Takes any certificate, expired or for another host: nobody knows then who answers.
 */
insecure: boolean, 
/**
 * Path of a PEM file with authorities that are trusted beside the system's; empty for none.
 */
ca_file: string, 
/**
 * Asks for compression. A compressed answer is decoded either way.
 */
compression: boolean, 
/**
 * Seconds within which the connection must be made; 0 leaves it to the system.
 */
connect_s: number, 
/**
 * Seconds from the request to the response head; 0 waits for ever.
 */
head_s: number, 
/**
 * Redirects that are followed, at most.
 */
max_redirects: number, 
/**
 * Keeps the cookies that the server sets, and sends them back while the session lasts.
 */
cookies: boolean, };

export type Bounds = { 
/**
 * One line without its end.
 */
line_mib: number, 
/**
 * One event's data.
 */
event_mib: number, 
/**
 * Raw bytes that the Wire scene keeps of a session, newest first.
 */
wire_mib: number, };

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
 * Request body; what it is, [`Stream::body_kind`] says.
 */
body: string | null, 
/**
 * What [`Stream::body`] is, and so the content type it is sent with.
 */
body_kind: BodyKind, 
/**
 * Who asks.
 */
auth: Auth, 
/**
 * How the body of the response is cut into events.
 */
framing: Framing, 
/**
 * How events become typed text.
 */
text_rule: TextRule, 
/**
 * JSON path (RFC 9535) of the text, under [`TextRule::Path`].
 */
text_path: string, 
/**
 * Whether typed text is set as markdown.
 */
page_form: PageForm, 
/**
 * The scene that it opens in.
 */
scene: SceneKind, 
/**
 * What stands for `{{prompt}}` in the body where the composer is left as it is, literally: nothing in it is taken
 * for a placeholder. A definition whose body holds `{{prompt}}` has a composer ([`Stream::asks`]).
 */
prompt: string, 
/**
 * How the scenes read its events.
 */
scenes: Scenes, 
/**
 * What it does when an event matches.
 */
actions: Array<Action>, 
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
 * Seconds of silence after which [`Stream::on_idle`] happens; 0 never.
 */
idle_s: number, 
/**
 * What happens when the line has been silent for that long.
 */
on_idle: OnIdle, 
/**
 * How the connection is made.
 */
network: Network, 
/**
 * Bounds on what one line, one event and the record of the wire may hold.
 */
bounds: Bounds, 
/**
 * Whether its sessions are kept on tape.
 */
record: boolean, 
/**
 * Whether somebody else may have written it: it came from a file, a tape or a command line. A secret of an environment
 * that has not been used yet does not go where it leads before the user has allowed it.
 */
foreign?: boolean, };

export type Environment = { 
/**
 * Stable identity, a UUID; empty for a new one.
 */
id: string, 
/**
 * The user's name for it.
 */
name: string, 
/**
 * Its variables, in order; of two with one name the later counts.
 */
variables: Array<Variable>, };

export type Variable = { 
/**
 * Letters, digits, `_`, `-` and `.`; at most 64.
 */
name: string, 
/**
 * The value; of a secret one a placeholder, once it is sealed.
 */
value: string, 
/**
 * Kept in the keychain.
 */
secret: boolean, };

export type Environments = { 
/**
 * In order.
 */
all: Array<Environment>, 
/**
 * [`Environment::id`] of the active one; empty for none.
 */
active: string, };

export type SecretInfo = { 
/**
 * Stands in `{{secret:ID}}`.
 */
id: string, 
/**
 * Where it may be sent: `https://api.example.com`, `demo:`; none before it was first used.
 */
origins: Array<string>, 
/**
 * In the system's keychain; else it is kept in memory, for this run only.
 */
kept: boolean, 
/**
 * Whether its value is there; a keychain may have lost it or be locked.
 */
found: boolean, };

export type SealedEnvironments = { 
/**
 * The environments.
 */
environments: Environments, 
/**
 * The secrets they name.
 */
secrets: Array<SecretInfo>, };

export type Sealed = { 
/**
 * The definition.
 */
stream: Stream, 
/**
 * The secrets it names.
 */
secrets: Array<SecretInfo>, 
/**
 * Options of a pasted command line that have no meaning here, as written.
 */
ignored: Array<string>, };

export type Code = "eof" | "reset" | "timeout" | "idle" | "refused" | "dns" | "tls" | "status" | "content-type" | "redirect" | "limit" | "url" | "encoding" | "stopped" | "tape" | "filter";

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

export type Wait = { 
/**
 * What set it.
 */
why: WaitWhy, 
/**
 * What the server asked for, milliseconds, where it asked.
 */
asked_ms: number | null, 
/**
 * Attempts in a row that brought nothing.
 */
failures: number, };

export type WaitWhy = "default" | "retry" | "floor" | "backoff" | "retry-after";

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
attempt: number, 
/**
 * What the view's query matched in `data`: begin and end in UTF-16 units, in order, at most [`ROW_HITS`].
 */
hits?: Array<[number, number]>, 
/**
 * Whether the user marked it.
 */
bookmarked?: boolean, 
/**
 * The colour that an action gives it.
 */
colour?: Colour, } & ({ "kind": "event", 
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
last_event_id: string, 
/**
 * Why it is that long.
 */
wait: Wait, } | { "kind": "resumed", 
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
ms: number, } | { "kind": "asked", 
/**
 * The prompt, at most [`ROW_CHARS`] characters of it.
 */
prompt: string, } | { "kind": "failed", 
/**
 * Why.
 */
failure: Failure, } | { "kind": "missing" });

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
last_event_id: string, 
/**
 * Why it is that long.
 */
wait: Wait, } | { "kind": "resumed", 
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
ms: number, } | { "kind": "asked", 
/**
 * The prompt, at most [`ROW_CHARS`] characters of it.
 */
prompt: string, } | { "kind": "failed", 
/**
 * Why.
 */
failure: Failure, } | { "kind": "missing" };

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
 * Number of the first row: its entry, or its place in the view.
 */
from: number, 
/**
 * Rows in all: `end_pos`, or those of the view.
 */
end: number, 
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
mark: Break | null, 
/**
 * Where it belongs in an answer, where events are read in a dialect or by a path.
 */
part: Part | null, 
/**
 * The colour that an action gives it.
 */
colour: Colour | null, };

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
 * When the session ended, if it has; while it waits for a prompt, when its last answer did.
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
 * The gap between events that 95 of 100 of the newest 256 do not exceed, microseconds; none before the second
 * event, and in a replay.
 */
gap_p95_us: number | null, 
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
text_rule: TextRule, 
/**
 * The path, under [`TextRule::Path`].
 */
text_path: string, 
/**
 * The dialect that its events are read in: the rule's own, or under [`TextRule::Auto`] the one recognised.
 */
dialect: Dialect | null, 
/**
 * Figures of the newest turn, where events are read in a dialect or by a path.
 */
figures: Figures | null, 
/**
 * Whether it waits for the next prompt: its line is closed and its conversation goes on.
 */
asks: boolean, 
/**
 * What its actions have found, in their order.
 */
actions: Array<ActionState>, 
/**
 * How the body is cut into events; [`Framing::Auto`] before a response came.
 */
framing: Framing, 
/**
 * Why the wait is as long as it is, while [`State::Waiting`].
 */
waiting_why: Wait | null, 
/**
 * How far the record of the wire reaches.
 */
wire: WireSpan, 
/**
 * Whether it is on tape.
 */
recording: Recording, 
/**
 * Where it stands, if it is a replay.
 */
replay: Replay | null, 
/**
 * Entries that are bookmarked.
 */
bookmarks: number, };

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
text: TextTick | null, 
/**
 * The view that the window watches, if it has changed.
 */
view: ViewState | null, 
/**
 * [`Tapes::generation`], if the list of tapes has changed.
 */
tapes: number | null, 
/**
 * What a notification led to, once.
 */
reveal?: Reveal, 
/**
 * Commands that were chosen in the menu, each once, by the ids that the window gave them.
 */
commands?: Array<string>, 
/**
 * What is asked to be opened and was not told of yet; the main window alone is asked.
 */
openings?: Array<Opening>, 
/**
 * What another window has set.
 */
settled?: Settled, };

export type Reveal = { 
/**
 * The session.
 */
session: number, 
/**
 * The entry.
 */
pos: number, };

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
breaks: Array<Break>, 
/**
 * Bookmarks, in order.
 */
bookmarks: Array<Bookmark>, };

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

export type WireForm = "text" | "hex";

export type WireSpan = { 
/**
 * Oldest row that is kept.
 */
first: number, 
/**
 * One past the newest row.
 */
end: number, 
/**
 * Chunks that came.
 */
chunks: number, 
/**
 * Chunks that fell out of the budget, oldest first.
 */
dropped_chunks: number, 
/**
 * Their decoded bytes, and those that were cut from very large chunks that are kept.
 */
dropped_bytes: number, 
/**
 * Findings that are not good news.
 */
findings: number, };

export type WirePage = { 
/**
 * Oldest row that is still kept.
 */
first: number, 
/**
 * One past the newest row.
 */
end: number, 
/**
 * The rows, in order; fewer than asked for where the page is full.
 */
rows: Array<WireRow>, 
/**
 * The exchange of the first row's attempt where its own row is no longer kept, so that a flood of chunks does not
 * take the request and the response head with it.
 */
exchange?: WireRow, };

export type WireRow = { 
/**
 * Its number.
 */
no: number, 
/**
 * When it came.
 */
at_us: number, 
/**
 * Microseconds since the row before it of the same attempt.
 */
gap_us: number | null, 
/**
 * Which attempt it belongs to, from 1.
 */
attempt: number, } & ({ "kind": "exchange", 
/**
 * What was sent and what was answered.
 */
exchange: Exchange, } | { "kind": "chunk", 
/**
 * Bytes as they came.
 */
raw_bytes: number, 
/**
 * Bytes decoded; the same where nothing was compressed.
 */
bytes: number, 
/**
 * Under [`WireForm::Text`], the decoded bytes as lines, at most [`WIRE_LINES`].
 */
lines: Array<WireLine>, 
/**
 * Under [`WireForm::Hex`], at most [`WIRE_HEX_BYTES`] of the bytes as they came, two digits each.
 */
hex: string, 
/**
 * Whether the chunk holds more than is shown here.
 */
cut: boolean, 
/**
 * Events that this chunk completed.
 */
events: number, 
/**
 * Part of a response that was refused: shown, and not read as events.
 */
refused: boolean, } | { "kind": "end", 
/**
 * Why.
 */
failure: Failure, 
/**
 * Bytes of an event or a line that was never finished, and so never dispatched.
 */
unfinished: number, });

export type WireKind = { "kind": "exchange", 
/**
 * What was sent and what was answered.
 */
exchange: Exchange, } | { "kind": "chunk", 
/**
 * Bytes as they came.
 */
raw_bytes: number, 
/**
 * Bytes decoded; the same where nothing was compressed.
 */
bytes: number, 
/**
 * Under [`WireForm::Text`], the decoded bytes as lines, at most [`WIRE_LINES`].
 */
lines: Array<WireLine>, 
/**
 * Under [`WireForm::Hex`], at most [`WIRE_HEX_BYTES`] of the bytes as they came, two digits each.
 */
hex: string, 
/**
 * Whether the chunk holds more than is shown here.
 */
cut: boolean, 
/**
 * Events that this chunk completed.
 */
events: number, 
/**
 * Part of a response that was refused: shown, and not read as events.
 */
refused: boolean, } | { "kind": "end", 
/**
 * Why.
 */
failure: Failure, 
/**
 * Bytes of an event or a line that was never finished, and so never dispatched.
 */
unfinished: number, };

export type WireLine = { 
/**
 * Its text without its end, invalid UTF-8 as U+FFFD, at most [`WIRE_LINE_CHARS`] characters.
 */
text: string, 
/**
 * Whether `text` is shorter than the line.
 */
cut: boolean, 
/**
 * `\n`, `\r`, `\r\n`; empty where the line goes on in the next chunk.
 */
end: string, 
/**
 * Whether it began in an earlier chunk.
 */
continued: boolean, 
/**
 * What it is; that of the whole line also for a part of it.
 */
kind: LineKind, 
/**
 * Why it was ignored.
 */
ignored: Ignored | null, 
/**
 * Number of the event that its block dispatched or, where it is not finished, would dispatch.
 */
seq: number | null, 
/**
 * For a comment, microseconds since the comment before it in this attempt, if that is known.
 */
since_comment_us: number | null, 
/**
 * A byte order mark stood at its beginning.
 */
bom: boolean, };

export type LineKind = "data" | "event" | "id" | "retry" | "comment" | "blank" | "ignored" | "open";

export type Ignored = "unknown-field" | "retry-not-number" | "id-with-nul";

export type Exchange = { 
/**
 * One for each redirect, and the last one.
 */
hops: Array<Hop>, 
/**
 * What is known of the secure connection of the last hop.
 */
tls: Tls | null, 
/**
 * Address and port that answered the last hop, or the proxy's; empty if not known.
 */
remote: string, 
/**
 * The proxy it went through, without its password; empty for none or where the system decides.
 */
proxy: string, };

export type Hop = { 
/**
 * When it was sent.
 */
at_us: number, 
/**
 * Method.
 */
method: string, 
/**
 * The address whole.
 */
url: string, 
/**
 * Path and query as the request line has them.
 */
target: string, 
/**
 * Headers as sent, in order, those that the HTTP library adds included.
 */
headers: Array<Header>, 
/**
 * The body as text, at most 64 KiB of it; empty for none.
 */
body: string, 
/**
 * Bytes of the whole body.
 */
body_bytes: number, 
/**
 * The answer; none if none came.
 */
response: Answer | null, };

export type Answer = { 
/**
 * Microseconds from sending to the head.
 */
after_us: number, 
/**
 * `HTTP/1.1`, `HTTP/2.0` …
 */
http: string, 
/**
 * Status.
 */
status: number, 
/**
 * The words that came with it; none over HTTP/2.
 */
reason: string, 
/**
 * Headers in order, names in lower case.
 */
headers: Array<Header>, };

export type Tls = { 
/**
 * Whom the certificate names.
 */
subject: string, 
/**
 * Who signed it.
 */
issuer: string, 
/**
 * The names it is valid for.
 */
names: Array<string>, 
/**
 * Validity, microseconds since the Unix epoch.
 */
from_us: number, 
/**
 * Its end.
 */
until_us: number, 
/**
 * SHA-256 of the certificate, in hexadecimal.
 */
sha256: string, 
/**
 * Whether the certificate was checked at all.
 */
checked: boolean, };

export type WireBytes = { 
/**
 * The chunk's row.
 */
no: number, 
/**
 * Offset of the first byte here, in the form that was asked for.
 */
from: number, 
/**
 * Bytes in all, in that form, as far as they are kept.
 */
total: number, 
/**
 * At most [`WIRE_BYTES`] of them: text, cut at a character, or hexadecimal.
 */
text: string, };

export type WireRaw = { 
/**
 * The newest bytes of the newest body, decoded, at most [`WIRE_RAW_BYTES`].
 */
text: string, 
/**
 * Bytes in `text`.
 */
bytes: number, 
/**
 * Bytes of the session's bodies that are not in it, those of earlier attempts included.
 */
left_out: number, };

export type Finding = { 
/**
 * What.
 */
kind: FindingKind, 
/**
 * How grave.
 */
level: Level, 
/**
 * The evidence, for the window's sentence.
 */
args: { [key in string]: string }, 
/**
 * A row of the wire that shows it.
 */
no: number | null, };

export type FindingKind = "buffered" | "unflushed" | "content-type" | "html" | "split-events" | "no-heartbeat" | "cors" | "ignored-lines" | "slow-start" | "insecure" | "resumes-well" | "resumes-badly";

export type Level = "good" | "warn" | "bad";

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

export type RecordingState = "off" | "on" | "no-room" | "failed" | "done";

export type Recording = { 
/**
 * Where it stands.
 */
state: RecordingState, 
/**
 * The tape's id, once there is one.
 */
tape: string | null, 
/**
 * Bytes of the file.
 */
bytes: number, 
/**
 * Entries that went by while nothing could be written: neither on tape nor in memory any more.
 */
lost: number, 
/**
 * What the machine said when it failed, in its own words.
 */
detail: string, };

export type TapeOrigin = "recorded" | "imported" | "recovered";

export type TapeInfo = { 
/**
 * The file's name without `.tape`.
 */
id: string, 
/**
 * The user's name for it, else the stream's, else host and path.
 */
name: string, 
/**
 * Address, secrets redacted; `demo:/…` for a demo stream.
 */
url: string, 
/**
 * Protected: never dropped to make room.
 */
kept: boolean, 
/**
 * How it came to be.
 */
origin: TapeOrigin, 
/**
 * When the session began.
 */
started_us: number, 
/**
 * When it ended; none while it is recorded.
 */
ended_us: number | null, 
/**
 * Events on it.
 */
events: number, 
/**
 * Bytes of the file.
 */
bytes: number, 
/**
 * The session that records it now.
 */
session: number | null, 
/**
 * Why it cannot be opened, if it cannot.
 */
failure: Failure | null, };

export type Tapes = { 
/**
 * Newest first.
 */
tapes: Array<TapeInfo>, 
/**
 * Bytes of all files.
 */
bytes: number, 
/**
 * Grows with every change of the list; also in [`super::Tick::tapes`].
 */
generation: number, 
/**
 * The folder.
 */
folder: string, };

export type Replay = { 
/**
 * The tape.
 */
tape: string, 
/**
 * Whether the playhead moves.
 */
playing: boolean, 
/**
 * Times the original speed; 0 for as fast as possible.
 */
speed: number, 
/**
 * Gaps longer than this are skipped, microseconds; none to wait them out.
 */
skip_us: number | null, 
/**
 * The playhead in the tape's own time.
 */
at_us: number, 
/**
 * The tape's first moment.
 */
start_us: number, 
/**
 * Its last.
 */
end_us: number, 
/**
 * Entries of the whole tape.
 */
entries: number, 
/**
 * Events of the whole tape.
 */
events: number, 
/**
 * Grows with each seek: what is shown begins anew.
 */
seeks: number, };

export type ReplayCommand = { "do": "play" } | { "do": "pause" } | { "do": "speed", 
/**
 * 0, or 0.1 to 100.
 */
speed: number, } | { "do": "skip", 
/**
 * The limit.
 */
longer_us: number | null, } | { "do": "seek", 
/**
 * In the tape's own time.
 */
at_us: number, } | { "do": "seek-pos", 
/**
 * The entry.
 */
pos: number, } | { "do": "step", 
/**
 * How many.
 */
events: number, };

export type ExportFormat = "jsonl" | "csv" | "sse" | "text" | "tape" | "answer" | "series" | "chat" | "feed";

export type ExportRequest = { 
/**
 * The session: live, ended, or a replay (its whole tape, wherever the playhead stands).
 */
session: number, 
/**
 * Only what this view shows.
 */
view: number | null, 
/**
 * As what.
 */
format: ExportFormat, 
/**
 * The file; one that is there is replaced once the new one is whole.
 */
path: string, };

export type JobKind = "export" | "import";

export type JobState = "running" | "done" | "cancelled" | "failed";

export type Job = { 
/**
 * Its number.
 */
job: number, 
/**
 * What it does.
 */
kind: JobKind, 
/**
 * Where it stands.
 */
state: JobState, 
/**
 * Entries (export) or bytes (import) done.
 */
done: number, 
/**
 * Of how many.
 */
total: number, 
/**
 * Bytes of the file written or read.
 */
bytes: number, 
/**
 * The file.
 */
path: string, 
/**
 * The tape that an import made.
 */
tape: string | null, 
/**
 * Why it failed.
 */
failure: Failure | null, };

export type ServeRequest = { 
/**
 * The tape.
 */
tape: string, 
/**
 * Times the original speed; 0 for as fast as possible.
 */
speed: number, 
/**
 * From the start again at its end.
 */
repeat: boolean, 
/**
 * Whether pages of other origins may read it.
 */
cors: boolean, };

export type Served = { 
/**
 * Its number.
 */
id: number, 
/**
 * The tape.
 */
tape: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Where it is.
 */
url: string, 
/**
 * A line of curl that reads it.
 */
curl: string, 
/**
 * Times the original speed; 0 for as fast as possible.
 */
speed: number, 
/**
 * From the start again at its end.
 */
repeat: boolean, 
/**
 * Whether pages of other origins may read it.
 */
cors: boolean, 
/**
 * Whether the body is cut into chunks as it came; else each event is one.
 */
chunks: boolean, 
/**
 * Who reads it now.
 */
clients: number, 
/**
 * Requests so far.
 */
requests: number, };

export type LanguageChoice = "system" | "en" | "zh-CN";

export type Theme = "system" | "light" | "dark";

export type ReadingFace = "serif" | "sans" | "mono" | "typewriter";

export type Pace = "natural" | "brisk" | "instant";

export type Settings = { 
/**
 * Which language the interface speaks.
 */
language: LanguageChoice, 
/**
 * Light or dark.
 */
theme: Theme, 
/**
 * The face of typed text.
 */
face: ReadingFace, 
/**
 * The size of typed text, CSS pixels, [`Settings::FACE_PX`].
 */
face_px: number, 
/**
 * How text is revealed.
 */
pace: Pace, 
/**
 * The size of the whole window, percent, [`Settings::ZOOM`].
 */
zoom: number, 
/**
 * Whether actions may tell on the desktop.
 */
notifications: boolean, 
/**
 * Whom streams go through whose own setting is [`Proxy::System`]. It holds no password.
 */
proxy: Proxy, 
/**
 * Path of a PEM file with authorities that every stream trusts beside the system's; empty for none.
 */
ca_file: string, 
/**
 * The bounds that new streams begin with.
 */
bounds: Bounds, 
/**
 * Whether sessions are recorded at all.
 */
record: boolean, 
/**
 * Bytes of one tape, MiB; its oldest entries go first.
 */
session_mib: number, 
/**
 * Bytes of all tapes that are not kept, MiB; the oldest tape goes first.
 */
unsaved_mib: number, 
/**
 * Recording stops when the disk has less free than this, MiB.
 */
free_mib: number, };

export type Settled = { 
/**
 * What was stored.
 */
settings: Settings, 
/**
 * The language that came of it.
 */
language: Language, 
/**
 * The demo streams in that language.
 */
demos: Array<Demo>, };

export type MenuPart = { "kind": "menu", 
/**
 * What it is called.
 */
label: string, 
/**
 * What is in it.
 */
parts: Array<MenuPart>, } | { "kind": "command", 
/**
 * The command.
 */
id: string, 
/**
 * What it is called.
 */
label: string, 
/**
 * Its keys, as `CmdOrCtrl+Shift+N`; none where the page itself listens to them.
 */
keys: string | null, 
/**
 * Whether it can be chosen now.
 */
enabled: boolean, 
/**
 * Whether it is on; none for what is not switched.
 */
checked: boolean | null, } | { "kind": "edit", 
/**
 * What it does.
 */
edit: Edit, 
/**
 * What it is called.
 */
label: string, } | { "kind": "line" };

export type Edit = "undo" | "redo" | "cut" | "copy" | "paste" | "select-all";

export type Opening = { 
/**
 * Its number.
 */
id: number, 
/**
 * What is to be opened.
 */
what: OpeningKind, };

export type OpeningKind = { "kind": "stream", 
/**
 * The whole address, as it would be asked for: `{{` and `}}` are escaped, so that nothing is put in their place.
 */
url: string, } | { "kind": "tape", 
/**
 * The file, absolute.
 */
path: string, } | { "kind": "listed", 
/**
 * Its id.
 */
tape: string, } | { "kind": "refused", 
/**
 * What was asked for, at most 2,000 characters.
 */
given: string, 
/**
 * `scheme` (another program's), `url` (no http or https address), `missing` (no such file), `kind` (a file of another kind).
 */
code: string, };

export type ImportedStreams = { 
/**
 * All saved streams after it, in order.
 */
streams: Array<Stream>, 
/**
 * How many came from the file.
 */
added: number, 
/**
 * How many of the file were there already, the same in every field.
 */
same: number, 
/**
 * How many could not be read.
 */
unreadable: number, 
/**
 * How many secrets the streams name that the file does not hold: they are to be typed anew.
 */
secrets: number, 
/**
 * How many of them lost a setting that no file may bring: any certificate taken, a file of authorities or for the body,
 * a proxy, a request that is sent again by itself, bounds beyond measure.
 */
withheld: number, };

export type Filter = { 
/**
 * As typed: text (any case, unless it holds a capital), `/regex/` with the flags `i`, `m`, `s` behind it, or a JSON
 * path (RFC 9535) with or without a comparison: `$.build`, `$.ms > 1000`, `$.status == "failed"`. In data of more than
 * 4 MiB a path finds something only if it is of members alone (`$.a.b`).
 */
query: string, 
/**
 * What `values` are values of: a JSON path, or the type where there is none.
 */
facet: string | null, 
/**
 * Any of these; empty for all.
 */
values: Array<string>, 
/**
 * Arrived at or after.
 */
from_us: number | null, 
/**
 * Arrived before.
 */
to_us: number | null, 
/**
 * Only what is bookmarked.
 */
bookmarked: boolean, 
/**
 * Leaves out the events that the stream's actions hide. By itself it leaves marks and comments in.
 */
unhidden: boolean, };

export type ViewState = { 
/**
 * The view.
 */
view: number, 
/**
 * Entries looked at.
 */
scanned: number, 
/**
 * Entries that there are.
 */
end: number, 
/**
 * Matches that have gone with the oldest entries: the number of the first row that there is.
 */
gone: number, 
/**
 * One past the number of the last row: those that match so far, and those that have gone.
 */
rows: number, 
/**
 * Whether all that was there has been looked at; new entries join as they come.
 */
done: boolean, 
/**
 * Whether the search was ended before it was done; new entries join all the same.
 */
cancelled: boolean, };

export type Facets = { 
/**
 * The JSON path they are values of; none for the type.
 */
path: string | null, 
/**
 * The most frequent, most frequent first; at most [`FACET_VALUES`].
 */
values: Array<FacetValue>, 
/**
 * Events whose value is not among them.
 */
other: number, 
/**
 * Events in all.
 */
events: number, 
/**
 * Entries looked at.
 */
scanned: number, 
/**
 * Entries that there are.
 */
end: number, 
/**
 * JSON paths by which the events can be told apart, best first. Empty where their types do that.
 */
suggested: Array<string>, };

export type FacetValue = { 
/**
 * A type, or a JSON string, number, `true`, `false` or `null` as text.
 */
value: string, 
/**
 * Events that have it.
 */
count: number, };

export type Target = { "by": "seq", 
/**
 * From 1.
 */
seq: number, } | { "by": "time", 
/**
 * When.
 */
at_us: number, } | { "by": "pos", 
/**
 * Its number.
 */
pos: number, };

export type Located = { 
/**
 * The entry.
 */
pos: number, 
/**
 * Its row: its number in the view, or `pos` without one. The nearest row where the view does not show it.
 */
row: number, };

export type Bookmark = { 
/**
 * The entry.
 */
pos: number, 
/**
 * When it arrived.
 */
at_us: number, 
/**
 * The user's words; may be empty.
 */
note: string, };

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
 * The environments.
 */
environments: Environments, 
/**
 * The secrets that streams and environments name.
 */
secrets: Array<SecretInfo>, 
/**
 * Whether the system's keychain answers; without it secrets last for this run only.
 */
keychain: boolean, 
/**
 * What the user has set.
 */
settings: Settings, 
/**
 * The tapes.
 */
tapes: Tapes, 
/**
 * Work on files that goes on.
 */
jobs: Array<Job>, 
/**
 * What is asked to be opened and was not answered yet; the main window alone is asked.
 */
openings: Array<Opening>, 
/**
 * Words to the user.
 */
notices: Array<Notice>, };
