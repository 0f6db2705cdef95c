// The wire of a session that is played in memory: rows in the engine's shape, made from the bytes of a script.

import type {
  Exchange,
  Failure,
  Finding,
  Header,
  Hop,
  LineKind,
  WireBytes,
  WireForm,
  WireKind,
  WireLine,
  WirePage,
  WireRaw,
  WireRow,
  WireSpan,
} from "./bindings";

/** The engine's own figures (contract/wire.rs). */
const ROWS = 100;
const LINES = 48;
const LINE_CHARS = 1_024;
const HEX_BYTES = 512;
const PIECE = 16 << 10;
/** Fewer than the engine keeps, so that a long flood loses its oldest. */
const KEPT = 40_000;

interface Kept {
  row: WireRow;
  bytes: Uint8Array<ArrayBufferLike>;
  raw: Uint8Array<ArrayBufferLike>;
}

const encoder = new TextEncoder();

export class FakeWire {
  findings: Finding[] = [];
  readonly span: WireSpan = { first: 0, end: 0, chunks: 0, dropped_chunks: 0, dropped_bytes: 0, findings: 0 };
  #rows: Kept[] = [];
  #lastUs: number | null = null;
  #lastComment: number | null = null;
  /** The part of a line that has no end yet. */
  #open = "";
  #inBlock = false;
  #seq = 1;
  readonly #nowUs: () => number;

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  tell(findings: Finding[]): void {
    this.findings = findings;
    this.span.findings = findings.filter((finding) => finding.level !== "good").length;
  }

  exchange(attempt: number, exchange: Exchange): void {
    this.#lastUs = null;
    this.#lastComment = null;
    this.#open = "";
    this.#inBlock = false;
    this.#add(attempt, { kind: "exchange", exchange });
  }

  /** `raw` is how many bytes it was compressed to; `afterMs` sets its time back or forth. */
  chunk(attempt: number, text: string, raw: number | null = null, refused = false): void {
    const bytes = encoder.encode(text);
    const seq = this.#seq;
    const lines = refused ? plainLines(text) : this.#read(text);
    const cut = lines.length > LINES || lines.some((line) => line.cut) || bytes.length > HEX_BYTES;
    const kind: WireKind = {
      kind: "chunk",
      raw_bytes: raw ?? bytes.length,
      bytes: bytes.length,
      lines: lines.slice(0, LINES),
      hex: "",
      cut,
      events: this.#seq - seq,
      refused,
    };
    this.span.chunks += 1;
    this.#add(attempt, kind, bytes, raw === null ? bytes : noise(raw));
  }

  end(attempt: number, failure: Failure): void {
    this.#add(attempt, { kind: "end", failure, unfinished: this.#inBlock ? 37 + this.#open.length : 0 });
  }

  page(from: number, len: number, form: WireForm): WirePage {
    const start = Math.max(from, this.span.first);
    const at = start - this.span.first;
    const rows = this.#rows.slice(at, at + Math.min(len, ROWS)).map(({ row, raw }) => {
      if (row.kind !== "chunk") return row;
      if (form === "text") return { ...row, cut: row.lines.length >= LINES || row.lines.some((line) => line.cut) };
      return { ...row, lines: [], hex: hex(raw.subarray(0, HEX_BYTES)), cut: raw.length > HEX_BYTES };
    });
    return { first: this.span.first, end: this.span.end, rows };
  }

  bytes(no: number, from: number, form: WireForm): WireBytes | null {
    const kept = this.#rows[no - this.span.first];
    if (!kept) return null;
    const all = form === "hex" ? kept.raw : kept.bytes;
    const piece = all.subarray(from, from + PIECE);
    return { no, from, total: all.length, text: form === "hex" ? hex(piece) : new TextDecoder().decode(piece) };
  }

  raw(): WireRaw {
    const text = this.#rows.map(({ bytes }) => new TextDecoder().decode(bytes)).join("");
    return { text, bytes: encoder.encode(text).length, left_out: this.span.dropped_bytes };
  }

  #add(attempt: number, kind: WireKind, bytes: Uint8Array = new Uint8Array(), raw: Uint8Array = bytes): void {
    const now = this.#nowUs();
    const row: WireRow = { no: this.span.end, at_us: now, gap_us: this.#lastUs === null ? null : now - this.#lastUs, attempt, ...kind };
    this.#lastUs = now;
    this.#rows.push({ row, bytes, raw });
    this.span.end += 1;
    if (this.#rows.length <= KEPT * 1.1) return;
    const gone = this.#rows.splice(0, this.#rows.length - KEPT);
    this.span.first += gone.length;
    this.span.dropped_chunks += gone.length;
    for (const { raw } of gone) this.span.dropped_bytes += raw.length;
  }

  #read(text: string): WireLine[] {
    const lines: WireLine[] = [];
    const bom = this.#rows.length === 1 && text.startsWith("\ufeff");
    for (const found of (bom ? text.slice(1) : text).matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)) {
      const [whole, part = "", end = ""] = found;
      if (whole === "") break;
      const line = this.#open + part;
      const { kind, ignored } = kindOf(line, end);
      const blank = kind === "blank";
      if (kind === "data" || kind === "event" || kind === "id") this.#inBlock = true;
      const since = kind === "comment" && end !== "" && this.#lastComment !== null ? this.#nowUs() - this.#lastComment : null;
      if (kind === "comment" && end !== "") this.#lastComment = this.#nowUs();
      lines.push({
        text: part.slice(0, LINE_CHARS),
        cut: part.length > LINE_CHARS,
        end,
        continued: this.#open !== "",
        kind,
        ignored,
        seq: this.#inBlock && kind !== "comment" && kind !== "ignored" ? this.#seq : null,
        since_comment_us: since,
        bom: bom && lines.length === 0,
      });
      this.#open = end === "" ? line : "";
      if (blank && this.#inBlock) {
        this.#seq += 1;
        this.#inBlock = false;
      }
    }
    return lines;
  }
}

function kindOf(line: string, end: string): Pick<WireLine, "kind" | "ignored"> {
  if (line === "") return { kind: "blank", ignored: null };
  if (line.startsWith(":")) return { kind: "comment", ignored: null };
  const name = /^[^:]*/.exec(line)?.[0] ?? "";
  if (end === "" && name === line) return { kind: "open", ignored: null };
  if (name === "retry" && !/^retry: ?\d+$/.test(line)) return { kind: "ignored", ignored: "retry-not-number" };
  const known = (["data", "event", "id", "retry"] as const satisfies readonly LineKind[]).find((each) => each === name);
  return known ? { kind: known, ignored: null } : { kind: "ignored", ignored: "unknown-field" };
}

function plainLines(text: string): WireLine[] {
  return text.split("\n").map((line) => ({
    text: line,
    cut: false,
    end: "\n",
    continued: false,
    kind: "data",
    ignored: null,
    seq: null,
    since_comment_us: null,
    bom: false,
  }));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at < 3 ? (0x1f8b08 >> (16 - 8 * at)) & 0xff : (at * 167 + 41) & 0xff));
}

export function header(name: string, value: string, secret = false): Header {
  return { name, value, secret, off: false };
}

/** One request and its answer; `headers` are those of the answer. */
export function hop(
  url: string,
  status: number,
  reason: string,
  headers: readonly (readonly [string, string])[],
  asked: readonly Header[] = [],
  body = "",
): Hop {
  const target = url.replace(/^[a-z]+:\/?\/?[^/]*/, "") || "/";
  return {
    at_us: 0,
    method: body === "" ? "GET" : "POST",
    url,
    target,
    headers: [
      header("host", "127.0.0.1:4737"),
      header("accept", "text/event-stream"),
      header("cache-control", "no-store"),
      header("user-agent", "Tapewriter/0.1.0"),
      ...asked,
    ],
    body,
    body_bytes: encoder.encode(body).length,
    response: { after_us: 12_400, http: "HTTP/1.1", status, reason, headers: headers.map(([name, value]) => header(name, value)) },
  };
}

export function exchangeOf(...hops: Hop[]): Exchange {
  return { hops, tls: null, remote: "127.0.0.1:4737", proxy: "" };
}

/** What any accepted stream is opened by. */
export function plainExchange(url: string): Exchange {
  const path = url.replace(/^demo:/, "");
  return exchangeOf(hop(path, 200, "OK", [["content-type", "text/event-stream"], ["cache-control", "no-store"], ["transfer-encoding", "chunked"]]));
}
