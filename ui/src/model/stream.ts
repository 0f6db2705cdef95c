// A stream's definition: what a new one is, what it is called, what of it is sent. Nothing here keeps state.

import type { Network, Scenes, Stream } from "../ipc/bindings";
import { sentForm } from "./pairs";

/** The engine's own default (contract.rs, DEFAULT_IDLE_S). */
const IDLE_S = 30;

/** Methods that change nothing at the server, so that the engine repeats them by itself. */
const SAFE = new Set(["GET", "HEAD"]);

/** The fetch standard refuses a body for these two, and so does the engine. */
export function carriesBody(method: string): boolean {
  return !SAFE.has(method.toUpperCase());
}

/** Whether a request goes out again after a drop only where the stream says so. */
export function isUnsafe(method: string): boolean {
  return !SAFE.has(method.toUpperCase());
}

/** As the engine reads events where nobody said how. */
export function blankScenes(): Scenes {
  return {
    chat: { sender: "", text: "", time: "", id: "", me: "", send_url: "", send_body: "" },
    feed: { title: "", summary: "", source: "", time: "", link: "", breaking: "" },
    chart: { series: [], window_s: 0 },
  };
}

export function blank(id: string): Stream {
  return {
    id,
    name: "",
    url: "",
    method: "GET",
    headers: [],
    body: null,
    body_kind: "auto",
    auth: { kind: "none" },
    framing: "auto",
    text_rule: "auto",
    text_path: "",
    page_form: "auto",
    scene: "typewriter",
    prompt: "",
    scenes: blankScenes(),
    actions: [],
    on_end: "reconnect",
    on_status: "fail",
    repeat_unsafe: false,
    idle_s: IDLE_S,
    on_idle: "say",
    network: {
      proxy: { kind: "system" },
      insecure: false,
      ca_file: "",
      compression: false,
      connect_s: 10,
      head_s: 120,
      max_redirects: 20,
      cookies: true,
    },
    bounds: { line_mib: 16, event_mib: 64, wire_mib: 64 },
    record: true,
  };
}

/** A line's network with what another says of it: what is there as it is in a new stream was not said. */
export function overlaid(network: Network, said: Network): Network {
  const plain: Readonly<Record<string, unknown>> = { ...blank("").network };
  const differs = ([name, value]: [string, unknown]): boolean => JSON.stringify(value) !== JSON.stringify(plain[name]);
  return { ...network, ...Object.fromEntries(Object.entries(said).filter(differs)) };
}

/** A stream's name where the user gave none: host and path, without what only machines read. */
export function nameFrom(address: string): string {
  const rest = address
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/[?#].*$/, "");
  // User and password stand before the host, and a name is shown everywhere.
  const bare = rest.replace(/^[^/]*@/, "").replace(/\/+$/, "");
  return bare.length > 80 ? `${bare.slice(0, 79)}…` : bare;
}

export function outgoing(stream: Stream): Stream {
  const written = stream.body_kind === "form" && stream.body !== null ? sentForm(stream.body) : stream.body;
  const body = carriesBody(stream.method) && written !== "" ? written : null;
  const headers = stream.headers.filter((header) => header.name.trim() !== "");
  return { ...stream, url: stream.url.trim(), headers, body };
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text means to be JSON; the engine sends it as such. */
export function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** Whether two definitions ask for the same, under the same name; their ids are left aside. */
export function same(a: Stream, b: Stream): boolean {
  const plain = (stream: Stream): string => JSON.stringify(sorted({ ...stream, id: "", body: stream.body ?? "" }));
  return plain(a) === plain(b);
}

/** The order of an object's fields says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** The path of an address at the demo server, without its query; null for any other address. */
export function demoPath(url: string): string | null {
  return url.startsWith("demo:/") ? url.trim().replace(/[?#].*$/, "") : null;
}

/** Whether one definition asks the server for something else than the other. */
export function asksOtherwise(a: Stream, b: Stream): boolean {
  const request = ({ url, method, headers, auth, body, body_kind }: Stream): string =>
    JSON.stringify([url, method, headers, sorted(auth), body ?? "", body_kind]);
  return a.name !== b.name || request(a) !== request(b);
}

/** What of a definition the server is told, and the way there. What is asked first, and how the answer is read, is no part
 *  of it. */
export function requestOf({ url, method, headers, auth, body, body_kind, network }: Stream): string {
  return JSON.stringify(sorted({ url, method, headers: headers.filter(({ off }) => !off), auth, body: body ?? "", body_kind, network }));
}

/** The settings of `stream` that are still those of `from` become those of `to`; what the user changed stays. */
export function resettle(stream: Stream, from: Stream, to: Stream): Stream {
  return {
    ...stream,
    text_rule: stream.text_rule === from.text_rule ? to.text_rule : stream.text_rule,
    on_end: stream.on_end === from.on_end ? to.on_end : stream.on_end,
    on_status: stream.on_status === from.on_status ? to.on_status : stream.on_status,
    repeat_unsafe: stream.repeat_unsafe === from.repeat_unsafe ? to.repeat_unsafe : stream.repeat_unsafe,
    idle_s: stream.idle_s === from.idle_s ? to.idle_s : stream.idle_s,
    on_idle: stream.on_idle === from.on_idle ? to.on_idle : stream.on_idle,
    framing: stream.framing === from.framing ? to.framing : stream.framing,
  };
}

/** What still is as in `from` becomes as in `to`; what the user changed stays. */
export function rebased(stream: Stream, from: Stream, to: Stream): Stream {
  const before: Readonly<Record<string, unknown>> = { ...from };
  const plain = (value: unknown): string => JSON.stringify(sorted(value)) ?? "";
  const changed = Object.entries(stream).filter(([name, value]) => plain(value) !== plain(before[name]));
  return { ...to, ...Object.fromEntries(changed) };
}

/** A version 4 UUID. `crypto.randomUUID` is missing where the page does not count as a secure context. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
