// What a finding says: a title, the evidence, and what to do about it.

import { fmt, isKey, t } from "../../i18n";
import type { Finding } from "../../ipc/bindings";
import { mark } from "./bytes";

/** Words, and code within them. */
export interface Span {
  readonly text: string;
  readonly code: boolean;
}

export interface FindingWords {
  readonly title: string;
  readonly evidence: readonly Span[];
  readonly advice: readonly Span[];
}

/** What can be done about a finding at once. */
export type Remedy = "plain" | "anyway";

/** Who asked for compression: the stream's setting, a header that was written, or nobody. */
export type Asked = "setting" | "header" | "nobody";

export function findingWords({ kind, args }: Finding, asked: Asked = "setting"): FindingWords {
  const values = readable(args);
  const say = (key: string): string => (isKey(key) ? t(key, values) : "");
  const arg = (name: string): string => args[name]?.trim() ?? "";
  return {
    title: say(`why.${kind}`),
    evidence: spans(evidence(kind, arg, say)),
    advice: spans(advice(kind, arg, say, asked)),
  };
}

export function remedy({ kind }: Finding, asked: Asked = "setting"): Remedy | null {
  if (kind === "unflushed") return asked === "setting" ? "plain" : null;
  return kind === "content-type" ? "anyway" : null;
}

type Say = (key: string) => string;
type Arg = (name: string) => string;

function evidence(kind: Finding["kind"], arg: Arg, say: Say): string {
  switch (kind) {
    case "buffered": {
      const seen = say("why.buffered.text");
      return arg("clock") === "yes" ? t("sentences", { a: seen, b: say("why.buffered.clock") }) : seen;
    }
    case "content-type":
      return say(arg("type") ? "why.content-type.text" : "why.content-type.none");
    case "html":
      return say(arg("title") ? "why.html.text" : "why.html.untitled");
    case "cors":
      return say(`why.cors.${arg("what")}`);
    case "no-heartbeat":
      return Number(arg("died")) > 0 ? say(`why.no-heartbeat.died.${form(arg("died"))}`) : say("why.no-heartbeat.text");
    case "ignored-lines":
      return say(arg("least") === "yes" ? "why.ignored-lines.least" : `why.ignored-lines.text.${form(arg("lines"))}`);
    case "resumes-well":
      return say(arg("reconnects") === "1" ? "why.resumes-well.once" : "why.resumes-well.text");
    default:
      return say(`why.${kind}.text`);
  }
}

function advice(kind: Finding["kind"], arg: Arg, say: Say, asked: Asked): string {
  switch (kind) {
    case "buffered":
      if (arg("accel").toLowerCase() === "no") return say("why.buffered.advice.sent");
      return say(/nginx|openresty/i.test(arg("server")) ? "why.buffered.advice.nginx" : "why.buffered.advice");
    case "unflushed":
      return say(asked === "nobody" ? "why.unflushed.advice.unasked" : "why.unflushed.advice");
    case "ignored-lines":
      return say(`why.ignored-lines.${arg("why")}`);
    default:
      return say(`why.${kind}.advice`);
  }
}

/** Of a count that comes as text. */
function form(count: string): "one" | "other" {
  return count === "1" ? "one" : "other";
}

/** Stands for a backtick in a value, which must not be taken for one of the words. */
const TICK = "\ue000";
const COUNTS = ["events", "bursts", "chunks", "of", "lines", "reconnects", "lost", "repeated", "died"];

/** The values as they are written: figures in this language, and nothing that cannot be seen. */
function readable(args: Finding["args"]): Record<string, string> {
  const values: Record<string, string> = { status: "?" };
  for (const [name, value] of Object.entries(args)) {
    const figure = COUNTS.includes(name) && /^\d+$/.test(value);
    values[name] = figure ? fmt.int(Number(value)) : value.replace(/[\0-\x1f\x7f]/g, mark).replaceAll("`", TICK);
  }
  const seconds = Number(args["seconds"]);
  if (Number.isFinite(seconds)) values["time"] = fmt.ms(seconds * 1000);
  return values;
}

/** Cuts words at their backticks. */
function spans(words: string): Span[] {
  return words
    .split("`")
    .map((text, at) => ({ text: text.replaceAll(TICK, "`"), code: at % 2 === 1 }))
    .filter((span) => span.text !== "");
}
