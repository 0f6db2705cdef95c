// What the marks say in words, in the table and in the inspector.

import { fmt, isKey, t } from "../../i18n";
import { lossWords, waitReason } from "../waits";
import type { Failure, Row } from "../../ipc/bindings";

/** How loud a row is. */
export type Tone = "event" | "quiet" | "waiting" | "bad";

/** Ids can be JSON of some hundred characters. */
const ID_CHARS = 64;

export function tone(row: Row): Tone {
  switch (row.kind) {
    case "event":
      return "event";
    case "closed":
      // An end that was asked for, or that the server meant, is no trouble; a wait that follows says so itself.
      return row.failure.code === "eof" || row.failure.code === "stopped" ? "quiet" : "waiting";
    case "waiting":
    case "resumed":
      return "waiting";
    case "failed":
      return "bad";
    default:
      return "quiet";
  }
}

/** The words of a mark or a comment; empty for an event. */
export function words(row: Row): string {
  switch (row.kind) {
    case "event":
      return "";
    case "comment":
      return row.text === "" ? t("mark.comment.empty") : t("mark.comment", { text: row.text });
    case "opened":
      return t("mark.opened", { status: row.status, http: row.http, url: row.url });
    case "retry":
      return t("mark.retry", { time: fmt.ms(row.ms) });
    case "closed":
      return row.after_us > 0
        ? t("mark.closed.after", { why: why(row.failure), time: fmt.ms(row.after_us / 1000) })
        : why(row.failure);
    case "waiting":
      return waiting(row);
    case "resumed":
      return resumed(row);
    case "failed":
      return t("mark.failed", { why: why(row.failure) });
    case "asked":
      return t("mark.asked", { prompt: row.prompt });
    case "missing":
      return t("mark.missing");
  }
}

function waiting(row: Row & { kind: "waiting" }): string {
  const args = { time: fmt.ms(row.ms), why: waitReason(row.wait, row.ms) };
  return row.last_event_id === ""
    ? t("mark.waiting", args)
    : t("mark.waiting.id", { ...args, id: shortId(row.last_event_id) });
}

function resumed(row: Row & { kind: "resumed" }): string {
  const time = fmt.ms(row.down_us / 1000);
  const words =
    row.last_event_id === ""
      ? t("mark.resumed", { time })
      : t("mark.resumed.id", { time, id: shortId(row.last_event_id) });
  return `${words} · ${lossWords(row.lost, row.repeated)}`;
}

function why(failure: Failure): string {
  const key = `mark.why.${failure.code}`;
  const detailed = `${key}.detail`;
  const known = failure.args["status"] ?? failure.args["type"];
  if (known !== undefined && isKey(detailed)) return t(detailed, { what: known });
  return isKey(key) ? t(key) : failure.message;
}

function shortId(id: string): string {
  return id.length > ID_CHARS ? `${id.slice(0, ID_CHARS - 1)}…` : id;
}
