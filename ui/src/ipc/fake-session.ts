// A session played in memory, for tests and for looking at the window in a browser. It keeps what the
// engine keeps, and answers pages, text and the strip in the engine's shape.

import type {
  Bin,
  Break,
  Brief,
  Code,
  Detail,
  Exchange,
  Failure,
  Page,
  Part,
  RecordingState,
  Row,
  RowKind,
  Run,
  Status,
  Stream,
  Strip,
  TextPage,
  TextTick,
  Wait,
} from "./bindings";
import { FakeWire, plainExchange } from "./fake-wire";

/** The engine's own figures (contract.rs, text.rs, strip.rs). */
const ROW_CHARS = 512;
const PAGE_ROWS = 200;
const TICK_TEXT = 16 << 10;
const RUN_US = 8_000;
const RUN_BYTES = 96;
const BINS = 2_048;
/** Fewer than the engine keeps, so that a long flood loses its oldest. */
const KEPT = 120_000;

export function failure(code: Code, args: Record<string, string> = {}): Failure {
  return { code, message: code, args };
}

export interface Entry {
  row: Row;
  data: string;
  /** What an answer's reader makes of it. */
  said?: Said | undefined;
}

export interface Said {
  readonly part: Part;
  readonly text: string;
}

const encoder = new TextEncoder();

/** What a script says of an event beside its data. */
export interface EventOptions {
  /** Its bytes are already on the wire, in chunks of the script's own. */
  readonly wired?: boolean;
  readonly said?: Said;
}

export class FakeSession {
  readonly number: number;
  readonly stream: Stream;
  readonly status: Status;
  readonly wire: FakeWire;
  /** Told whenever anything changed. */
  changed: () => void = () => undefined;
  /** What stands for `{{prompt}}`. */
  prompt = "";
  /** Entry up to which the window has the text. */
  cursor = 0;

  #entries: Entry[] = [];
  #first = 0;
  #bins: Bin[] = [];
  #binUs = 1_000;
  #breaks: Break[] = [];
  #lastEventUs: number | null = null;
  #openedUs = 0;
  #recent: { at: number; events: number; bytes: number }[] = [];
  readonly #nowUs: () => number;
  /** What happens now happened so long ago. */
  #behindUs = 0;

  constructor(number: number, stream: Stream, nowUs: () => number) {
    this.number = number;
    this.stream = stream;
    this.#nowUs = () => nowUs() - this.#behindUs;
    this.wire = new FakeWire(nowUs);
    this.status = {
      session: number,
      stream: stream.id,
      state: "connecting",
      attempt: 1,
      started_us: nowUs(),
      ended_us: null,
      events: 0,
      comments: 0,
      rate: 0,
      bytes: 0,
      bytes_rate: 0,
      first_event_us: null,
      reconnects: 0,
      lost: null,
      repeated: null,
      dropped: 0,
      mismatches: 0,
      first_pos: 0,
      end_pos: 0,
      waiting_until_us: null,
      waiting_ms: null,
      last_event_id: "",
      failure: null,
      open_us: null,
      silent_since_us: null,
      content_type: "",
      text_rule: stream.text_rule,
      text_path: stream.text_path,
      dialect: null,
      figures: null,
      asks: false,
      actions: [],
      gap_p95_us: 38_000,
      framing: "auto",
      waiting_why: null,
      wire: this.wire.span,
      recording: { state: stream.record ? "on" : "off", tape: null, bytes: 0, lost: 0, detail: "" },
      replay: null,
      bookmarks: 0,
    };
  }

  get live(): boolean {
    return this.status.state === "connecting" || this.status.state === "open" || this.status.state === "waiting";
  }

  /** The time that it goes by, microseconds. */
  get now(): number {
    return this.#nowUs();
  }

  brief(): Brief {
    const { session, stream, state, events, rate, waiting_until_us, recording } = this.status;
    return { session, stream, state, events, rate, waiting_until_us, recording: recording.state, untaped: recording.lost };
  }

  /** Has it begin so long ago; `behind` catches up. */
  rewind(ms: number): void {
    this.#behindUs = ms * 1_000;
    this.status.started_us -= this.#behindUs;
  }

  /** Waits; what lies behind the present takes no time. */
  *behind(ms: number): Generator<number, void, void> {
    const skipped = Math.min(this.#behindUs, ms * 1_000);
    this.#behindUs -= skipped;
    if (skipped < ms * 1_000) yield ms - skipped / 1_000;
  }

  // What happens on the line

  open(exchange: Exchange = plainExchange(this.stream.url)): void {
    this.wire.exchange(this.status.attempt, exchange);
    this.#openedUs = this.#nowUs();
    this.#set({ state: "open", failure: null, waiting_until_us: null, waiting_ms: null, content_type: "text/event-stream" });
    const prompt: Said | undefined =
      this.prompt === "" ? undefined : { part: { turn: this.status.attempt, channel: "prompt", block: "", label: "" }, text: this.prompt };
    this.#add({ kind: "opened", status: 200, http: "HTTP/1.1", url: this.stream.url }, "", prompt);
  }

  event(data: string, type = "message", id = "", { wired = false, said }: EventOptions = {}): void {
    const now = this.#nowUs();
    const named = type === "message" ? "" : `event: ${type}\n`;
    if (!wired) this.wire.chunk(this.status.attempt, `${named}${id ? `id: ${id}\n` : ""}data: ${data}\n\n`);
    const size = encoder.encode(data).length;
    const row = this.#add(
      { kind: "event", seq: this.status.events + 1, type, id, data: data.slice(0, ROW_CHARS), size, cut: data.length > ROW_CHARS },
      data,
      said,
    );
    row.gap_us = this.#lastEventUs === null ? null : now - this.#lastEventUs;
    this.#lastEventUs = now;
    this.status.first_event_us ??= now - this.status.started_us;
    this.#count(now, row.pos, size, type !== "message");
    this.#set({ events: this.status.events + 1, bytes: this.status.bytes + size + 8, last_event_id: id || this.status.last_event_id });
  }

  /** Bytes alone. */
  bytes(text: string, raw: number | null = null, refused = false): void {
    this.wire.chunk(this.status.attempt, text, raw, refused);
    this.#set({});
  }

  comment(text: string): void {
    this.wire.chunk(this.status.attempt, `:${text}\n\n`);
    this.#add({ kind: "comment", text });
    this.#set({ comments: this.status.comments + 1 });
  }

  down(code: Code, waitMs: number, wait: Wait = { why: "retry", asked_ms: waitMs, failures: 0 }): void {
    const now = this.#nowUs();
    const why = failure(code, code === "status" ? { status: "503" } : { seconds: "45" });
    this.wire.end(this.status.attempt, why);
    this.#breaks.push({ from_us: now, to_us: null, code, lost: null, repeated: null });
    this.#add({ kind: "closed", failure: why, after_us: now - this.#openedUs });
    this.#add({ kind: "waiting", ms: waitMs, last_event_id: this.status.last_event_id, wait });
    this.#set({
      state: "waiting",
      failure: why,
      open_us: now - this.#openedUs,
      waiting_ms: waitMs,
      waiting_why: wait,
      waiting_until_us: now + waitMs * 1000,
    });
  }

  /** `lost` is null where ids cannot tell. */
  resume(lost: number | null = 0): void {
    const now = this.#nowUs();
    const gap = this.#breaks.at(-1);
    if (gap) Object.assign(gap, { to_us: now, lost, repeated: lost });
    this.#set({ attempt: this.status.attempt + 1, reconnects: this.status.reconnects + 1, lost, repeated: lost });
    this.open();
    const down_us = now - (gap?.from_us ?? now);
    this.#add({ kind: "resumed", down_us, last_event_id: this.status.last_event_id, lost, repeated: lost });
  }

  end(code: Code = "eof"): void {
    const now = this.#nowUs();
    this.wire.end(this.status.attempt, failure(code));
    this.#add({ kind: "closed", failure: failure(code), after_us: now - this.#openedUs });
    this.#set({ state: "closed", failure: failure(code), ended_us: now, waiting_until_us: null, waiting_ms: null });
  }

  fail(why: Failure, exchange: Exchange | null = null): void {
    if (exchange) this.wire.exchange(this.status.attempt, exchange);
    this.wire.end(this.status.attempt, why);
    this.#add({ kind: "failed", failure: why });
    this.#set({ state: "failed", failure: why, ended_us: this.#nowUs() });
  }

  /** Loses its oldest entries. */
  drop(count: number): void {
    this.#entries.splice(0, count);
    this.#first += count;
    this.status.first_pos = this.#first;
    this.status.dropped = this.#first;
  }

  // What the window asks

  page(from: number, len: number): Page {
    const start = Math.max(from, this.#first);
    const end = Math.min(this.status.end_pos, start + Math.min(len, PAGE_ROWS));
    const rows = this.#entries.slice(start - this.#first, Math.max(start, end) - this.#first);
    return { first_pos: this.#first, end_pos: this.status.end_pos, from: start, end: this.status.end_pos, rows: rows.map((entry) => ({ ...entry.row })) };
  }

  /** The entries of [from, to) that are kept, for the fake's own searches. */
  *entries(from: number, to: number): Generator<{ readonly row: Row; readonly data: string }> {
    for (let pos = Math.max(from, this.#first); pos < Math.min(to, this.status.end_pos); pos += 1) {
      const entry = this.#entries[pos - this.#first];
      if (entry) yield entry;
    }
  }

  detail(pos: number, from: number): Detail | null {
    const entry = this.#entries[pos - this.#first];
    if (!entry || pos >= this.status.end_pos) return null;
    const bytes = encoder.encode(entry.data);
    const data = new TextDecoder().decode(bytes.slice(from, from + (1 << 20)));
    return { row: { ...entry.row }, data, from, total: bytes.length, chunks: 1, wire_bytes: bytes.length + 8 };
  }

  /** The text since the cursor, in a bounded tick. */
  since(): TextTick | null {
    const end = this.status.end_pos;
    if (this.cursor >= end) return null;
    let pos = this.cursor;
    let skipped = 0;
    if (pos < this.#first || this.#bytes(pos, end) > 4 * TICK_TEXT) {
      pos = this.newest(TICK_TEXT / 2);
      skipped = pos - this.cursor;
    }
    let to = pos;
    for (let bytes = 0; to < end && bytes < TICK_TEXT; to += 1) bytes += RUN_BYTES + this.#bytes(to, to + 1);
    this.cursor = to;
    return { runs: this.#runs(pos, to), pos, end: to, skipped };
  }

  /** Where a page begins that shows about this much. */
  newest(chars: number): number {
    let pos = this.status.end_pos;
    for (let bytes = 0; pos > this.#first && bytes < chars; pos -= 1) bytes += RUN_BYTES + this.#bytes(pos - 1, pos);
    return pos;
  }

  before(beforePos: number | null, chars: number): TextPage {
    const end = Math.min(beforePos ?? this.status.end_pos, this.status.end_pos);
    let pos = end;
    for (let bytes = 0; pos > this.#first && bytes < chars; pos -= 1) bytes += RUN_BYTES + this.#bytes(pos - 1, pos);
    return { runs: this.#runs(pos, end), pos, more: pos > this.#first, dropped: this.#first };
  }

  /** The whole with null, else the part between two times, as fine as its entries are. */
  strip(fromUs: number | null = null, toUs: number | null = null, bins = BINS): Strip {
    const from = fromUs ?? this.status.started_us;
    const most = Math.max(1, Math.min(bins, BINS));
    const breaks = this.#breaks.map((gap) => ({ ...gap }));
    if (fromUs === null && toUs === null) {
      // The session's own steps, doubled until they are few enough.
      let [kept, bin_us] = [this.#bins.map((bin) => ({ ...bin })), this.#binUs];
      for (; (kept.at(-1)?.at ?? 0) >= most; bin_us *= 2) kept = halved(kept);
      return { start_us: from, bin_us, bins: kept, breaks, bookmarks: [] };
    }
    const to = toUs ?? this.#nowUs();
    const bin_us = Math.max(1, Math.ceil((to - from) / most));
    const part: Bin[] = [];
    for (let pos = this.#posAt(from); pos < this.#entries.length; pos += 1) {
      const { row } = this.#entries[pos] ?? {};
      if (!row || row.at_us >= to) break;
      if (row.kind !== "event") continue;
      const bin = { at: Math.floor((row.at_us - from) / bin_us), pos: row.pos, count: 1, size: row.size, named: row.type !== "message" };
      const last = part.at(-1);
      if (last && last.at >= bin.at) merge(last, bin);
      else part.push(bin);
    }
    const meets = (gap: Break): boolean => gap.from_us < to && (gap.to_us ?? to) >= from;
    return { start_us: from, bin_us, bins: part, breaks: breaks.filter(meets), bookmarks: [] };
  }

  /** All that is kept. */
  kept(): readonly Entry[] {
    return this.#entries;
  }

  /** Holds what another has recorded. */
  protected takeFrom(other: FakeSession): void {
    this.#entries = other.#entries;
    this.#first = other.#first;
    this.#bins = other.#bins;
    this.#binUs = other.#binUs;
    this.#breaks = other.#breaks;
    this.status.started_us = other.status.started_us;
  }

  /** Index of the first entry that came at this time or later. */
  #posAt(us: number): number {
    let low = 0;
    for (let high = this.#entries.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.row.at_us ?? 0) < us) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets rates that are over. */
  settle(): void {
    const now = this.#nowUs();
    this.#recent = this.#recent.filter((each) => now - each.at < 1_000_000);
    this.status.rate = this.#recent.reduce((n, each) => n + each.events, 0);
    this.status.bytes_rate = this.#recent.reduce((n, each) => n + each.bytes, 0);
  }

  /** Where its own recording stands, if not like the others', and what of it was lost. */
  taping: { state: RecordingState; lost: number } | null = null;

  record(state: RecordingState, lost: number): void {
    this.taping = { state, lost };
    this.#set({});
  }

  #set(patch: Partial<Status>): void {
    Object.assign(this.status, patch);
    this.changed();
  }

  /** Begins the next turn of the conversation. */
  again(prompt: string): void {
    this.prompt = prompt;
    this.#set({ attempt: this.status.attempt + 1, state: "connecting", failure: null, ended_us: null, asks: false });
  }

  #add(kind: RowKind, data = "", said?: Said): Row {
    const row: Row = { pos: this.status.end_pos, at_us: this.#nowUs(), gap_us: null, attempt: this.status.attempt, ...kind };
    this.#entries.push({ row, data: row.kind === "comment" ? row.text : data, said });
    this.status.end_pos += 1;
    if (this.#entries.length > KEPT * 1.1) this.drop(this.#entries.length - KEPT);
    return row;
  }

  #count(now: number, pos: number, size: number, named: boolean): void {
    const recent = this.#recent.at(-1);
    if (recent && now - recent.at < 50_000) {
      recent.events += 1;
      recent.bytes += size;
    } else this.#recent.push({ at: now, events: 1, bytes: size });

    const since = now - this.status.started_us;
    while (since / this.#binUs >= BINS) this.#widen();
    const at = Math.floor(since / this.#binUs);
    const last = this.#bins.at(-1);
    if (last && last.at >= at) merge(last, { at, pos, count: 1, size, named });
    else this.#bins.push({ at, pos, count: 1, size, named });
  }

  #widen(): void {
    this.#binUs *= 2;
    this.#bins = halved(this.#bins);
  }

  #bytes(from: number, to: number): number {
    let bytes = 0;
    for (let pos = from; pos < to; pos += 1) bytes += this.#entries[pos - this.#first]?.data.length ?? 0;
    return bytes;
  }

  #runs(from: number, to: number): Run[] {
    const runs: Run[] = [];
    for (let pos = from; pos < to; pos += 1) {
      const entry = this.#entries[pos - this.#first];
      if (!entry) continue;
      const { row } = entry;
      const last = runs.at(-1);
      if (row.kind === "resumed") {
        const mark: Break = { from_us: row.at_us - row.down_us, to_us: row.at_us, code: "reset", lost: row.lost, repeated: row.repeated };
        runs.push({ pos, end: pos + 1, at_us: row.at_us, name: null, text: "", mark, part: null, colour: null });
      }
      const { said } = entry;
      if (said && this.status.text_rule !== "lines" && this.status.text_rule !== "joined") {
        const { part } = said;
        const colour = row.colour ?? null;
        const goesOn = last?.part && last.colour === colour && last.part.turn === part.turn && last.part.channel === part.channel && last.part.block === part.block;
        if (last && goesOn && row.at_us - last.at_us < RUN_US) {
          last.text += said.text;
          last.end = pos + 1;
        } else runs.push({ pos, end: pos + 1, at_us: row.at_us, name: null, text: said.text, mark: null, part, colour });
        continue;
      }
      if (row.kind !== "event") continue;
      const lines = this.status.text_rule !== "joined";
      const name = lines && row.type !== "message" ? row.type : null;
      const text = lines ? `${entry.data}\n` : entry.data;
      const colour = row.colour ?? null;
      if (last && !last.mark && !last.part && name === null && last.colour === colour && row.at_us - last.at_us < RUN_US) {
        last.text += text;
        last.end = pos + 1;
      } else runs.push({ pos, end: pos + 1, at_us: row.at_us, name, text, mark: null, part: null, colour });
    }
    return runs;
  }
}

function halved(bins: readonly Bin[]): Bin[] {
  const merged: Bin[] = [];
  for (const bin of bins) {
    const next = { ...bin, at: bin.at >> 1 };
    const last = merged.at(-1);
    if (last?.at === next.at) merge(last, next);
    else merged.push(next);
  }
  return merged;
}

function merge(into: Bin, bin: Bin): void {
  into.count += bin.count;
  into.size = Math.max(into.size, bin.size);
  into.named ||= bin.named;
}
