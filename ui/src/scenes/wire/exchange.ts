// How an attempt began: what was asked and what was answered, side by side, redirects folded above.

import { fmt, t, tn } from "../../i18n";
import type { Answer, Exchange, Finding, Header, Hop, Tls, WireRow } from "../../ipc/bindings";
import { el, setText } from "../dom";

/** What the findings have to say of a response's headers. */
export interface Hints {
  /** Differs where they differ. */
  readonly key: string;
  /** Headers that explain something. */
  readonly telling: ReadonlySet<string>;
  /** Headers that would help, and are not there. */
  readonly missing: readonly string[];
}

/** Reads from the findings which headers a reader should look at. */
export function hintsOf(findings: readonly Finding[]): Hints {
  const telling = new Set<string>();
  const missing: string[] = [];
  for (const { kind, args } of findings) {
    if (kind === "buffered") {
      missing.push("x-accel-buffering");
      telling.add("content-encoding").add("x-accel-buffering");
    } else if (kind === "unflushed") telling.add("content-encoding");
    else if (kind === "content-type" || kind === "html") telling.add("content-type");
    else if (kind === "cors") {
      telling.add("access-control-allow-origin").add("access-control-allow-credentials");
      if (args["what"] === "missing") missing.push("access-control-allow-origin");
    }
  }
  return { key: `${[...telling].sort().join()};${missing.join()}`, telling, missing };
}

/** The parts of an exchange's row. `unfolded` remembers what the reader has opened. */
export function exchange(
  row: WireRow & { kind: "exchange" },
  hints: Hints,
  unfolded: Set<string>,
  changed: () => void,
): HTMLElement[] {
  const { exchange } = row;
  const parts: HTMLElement[] = [];
  if (row.attempt > 1) parts.push(text("p", "wh-attempt", t("wire.attempt", { n: fmt.int(row.attempt), time: fmt.clock(row.at_us) })));
  const fold = (name: string) => (): void => {
    if (!unfolded.delete(name)) unfolded.add(name);
    changed();
  };
  exchange.hops.slice(0, -1).forEach((hop, at) => {
    const name = `hop ${at}`;
    const open = unfolded.has(name);
    parts.push(toggle("wh-hop", open, hopWords(hop), fold(name), hop.response !== null && hop.response.status < 400));
    if (open) parts.push(heads(hop, NO_HINTS, unfolded, `body ${at}`, fold));
  });
  const last = exchange.hops.at(-1);
  if (last) parts.push(heads(last, hints, unfolded, "body", fold));
  if (exchange.tls && !exchange.tls.checked) {
    parts.push(text("p", "wh-unchecked", t("wire.unchecked"), { role: "note" }));
  }
  const facts = quietFacts(exchange, last);
  if (facts.length > 0) {
    const lines = el("div", "wh-facts selectable");
    for (const fact of facts) lines.append(text("p", "", fact));
    parts.push(lines);
  }
  const all = el("div", "wh", { "data-testid": "wire-exchange" });
  all.append(...parts);
  return [all];
}

const NO_HINTS: Hints = { key: "", telling: new Set(), missing: [] };

function heads(
  hop: Hop,
  hints: Hints,
  unfolded: ReadonlySet<string>,
  bodyName: string,
  fold: (name: string) => () => void,
): HTMLElement {
  const both = el("div", "wh-heads");
  const asked = el("div", "wh-head selectable", { role: "group", "aria-label": t("wire.request") });
  asked.append(text("div", "wh-first", `${hop.method} ${hop.target} ${hop.response?.http ?? ""}`.trimEnd()));
  for (const header of hop.headers) asked.append(headerLine(header, false));
  if (hop.body_bytes > 0) {
    const open = unfolded.has(bodyName);
    asked.append(toggle("wh-body-toggle", open, t("wire.body", { size: fmt.bytes(hop.body_bytes) }), fold(bodyName), true));
    if (open) {
      asked.append(text("pre", "wh-body", hop.body));
      const left = hop.body_bytes - encoder.encode(hop.body).length;
      if (left > 0) asked.append(text("p", "wh-none", t("wire.body.cut", { size: fmt.bytes(left) })));
    }
  }
  both.append(asked, answered(hop.response, hints));
  return both;
}

function answered(answer: Answer | null, hints: Hints): HTMLElement {
  const side = el("div", "wh-head selectable", { role: "group", "aria-label": t("wire.response") });
  if (!answer) {
    side.append(text("p", "wh-none", t("wire.response.none")));
    return side;
  }
  side.append(text("div", "wh-first", `${answer.http} ${answer.status} ${answer.reason}`.trimEnd()));
  for (const header of answer.headers) side.append(headerLine(header, hints.telling.has(header.name.toLowerCase())));
  const names = new Set(answer.headers.map((header) => header.name.toLowerCase()));
  for (const name of hints.missing) {
    if (names.has(name)) continue;
    const line = el("div", "wh-line missing");
    line.append(`${name}: `, text("span", "wh-telling", t("wire.missing")));
    side.append(line);
  }
  return side;
}

function headerLine(header: Header, telling: boolean): HTMLElement {
  const line = el("div", "wh-line");
  const value = text("span", telling ? "wh-telling" : header.secret ? "wh-secret" : "", header.value);
  if (header.secret) value.title = t("wire.secret");
  line.append(`${header.name}: `, value);
  return line;
}

function hopWords(hop: Hop): string {
  const { response } = hop;
  if (!response) return `${hop.method} ${hop.url}`;
  const to = response.headers.find((header) => header.name.toLowerCase() === "location")?.value;
  const from = `${response.status} · ${hop.method} ${hop.url}`;
  return to === undefined ? from : `${from} → ${to}`;
}

function quietFacts({ remote, proxy, tls }: Exchange, last: Hop | undefined): string[] {
  const line: string[] = [];
  if (remote) line.push(proxy ? t("wire.remote.proxy", { remote, proxy }) : t("wire.remote", { remote }));
  else if (proxy) line.push(t("wire.proxy", { proxy }));
  if (last?.response) line.push(t("wire.after", { time: fmt.ms(last.response.after_us / 1000) }));
  return [...(line.length > 0 ? [line.join(" · ")] : []), ...(tls ? tlsFacts(tls) : [])];
}

function tlsFacts(tls: Tls): string[] {
  const whom = t("wire.tls", { subject: tls.subject || "?", issuer: tls.issuer || "?", until: fmt.day(tls.until_us) });
  const names = tls.names.length > 1 ? [t("wire.tls.names", { names: shortList(tls.names) })] : [];
  return [whom, ...names, t("wire.tls.sha", { sha: tls.sha256 })];
}

const NAMES = 8;

function shortList(names: readonly string[]): string {
  const rest = names.length - NAMES;
  const shown = names.slice(0, NAMES).join(t("mark.comma"));
  return rest > 0 ? `${shown} ${tn("wire.tls.more", rest)}` : shown;
}

function toggle(className: string, open: boolean, words: string, press: () => void, calm: boolean): HTMLElement {
  const button = el("button", `wh-toggle ${className}${calm ? "" : " loud"}`, { type: "button", "aria-expanded": String(open) });
  button.append(text("span", "", words));
  button.addEventListener("click", press);
  return button;
}

function text<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  words: string,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const element = el(tag, className, attributes);
  setText(element, words);
  return element;
}

const encoder = new TextEncoder();
