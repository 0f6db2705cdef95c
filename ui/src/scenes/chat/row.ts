// One row of chat as elements: a bubble, or the quiet line of who came and went.

import { fmt, t } from "../../i18n";
import type { Bubble, Detail } from "../../ipc/bindings";
import { el, setHidden, setText } from "../dom";
import { parsed, stepsOf, valueAt } from "../fields/paths";
import { writeWords } from "../words";
import { saidUs, shortName, type Standing } from "./groups";

/** Of the rest of a long text, this much is pulled and shown. A page with more of it would stand still. */
const WHOLE_CHARS = 1 << 20;
/** Pulls of the data that a long text stands in. */
const PULLS = 4;

export interface RowHost {
  open(href: string): void;
  entry(pos: number, from: number): Promise<Detail | null>;
  /** The path of a message's text. */
  textPath(): string;
  /** A row has another height. */
  grew(): void;
}

export interface RowView {
  readonly element: HTMLElement;
  readonly pos: number;
  /** How it stands, and what the day above it is called; null for no day. */
  stand(standing: Standing, day: string | null): void;
}

export function senderOf(row: Bubble): string {
  return shortName(row.sender) || (row.own ? t("chat.you") : t("chat.nobody"));
}

export function createRow(row: Bubble, host: RowHost): RowView {
  const element = el("div", "chat-row", { "data-pos": String(row.pos), "data-kind": row.kind });
  const day = el("p", "chat-day");
  const head = el("p", "chat-head");
  day.hidden = true;
  head.hidden = true;
  element.append(day, head);
  const at = saidUs(row);
  const time = fmt.time(at);
  if (row.kind !== "message") {
    const line = el("p", "chat-came", { dir: "auto", title: `${fmt.day(at)} ${fmt.clock(at)}` });
    setText(line, t(row.kind === "join" ? "chat.joined" : "chat.left", { sender: senderOf(row) }));
    element.append(line);
  } else {
    if (row.own) element.classList.add("own");
    setText(head, t("chat.head", { sender: senderOf(row), time }));
    element.append(bubbleOf(row, at, host));
  }
  return {
    element,
    pos: row.pos,
    stand(standing, words) {
      setHidden(day, words === null);
      if (words !== null) setText(day, words);
      // One's own side says whose it is.
      setHidden(head, row.kind !== "message" || !standing.first);
      element.classList.toggle("chat-first", standing.first);
    },
  };
}

function bubbleOf(row: Bubble, at: number, host: RowHost): HTMLElement {
  const bubble = el("div", "bubble", { "data-testid": "bubble", title: `${fmt.day(at)} ${fmt.clock(at)}` });
  if (row.colour) bubble.dataset["colour"] = row.colour;
  const words = el("div", "bubble-words selectable", { dir: "auto" });
  if (row.text.trim() === "") {
    words.classList.add("none");
    setText(words, t("chat.empty-text"));
  } else writeWords(words, row.text, host.open);
  bubble.append(words);
  if (row.cut) bubble.append(restOf(row, words, host));
  return bubble;
}

function restOf(row: Bubble, words: HTMLElement, host: RowHost): HTMLElement {
  const more = el("button", "bubble-more", { type: "button", "data-testid": "bubble-all" });
  setText(more, t("chat.show-all"));
  more.addEventListener("click", () => {
    more.disabled = true;
    setText(more, t("chat.show-all.wait"));
    void wholeText(row, host).then((text) => {
      if (text === null) {
        more.disabled = false;
        setText(more, t("chat.show-all.gone"));
        return;
      }
      writeWords(words, text.slice(0, WHOLE_CHARS), host.open);
      if (text.length > WHOLE_CHARS) setText(more, t("chat.show-all.cut"));
      else more.remove();
      host.grew();
    });
  });
  return more;
}

async function wholeText(row: Bubble, host: RowHost): Promise<string | null> {
  let data = "";
  for (let from = 0, n = 0; n < PULLS; n += 1) {
    const detail = await host.entry(row.pos, from);
    if (!detail) return null;
    data += detail.data;
    from += new TextEncoder().encode(detail.data).length;
    if (detail.data === "" || from >= detail.total) break;
  }
  return textIn(data, host.textPath(), row.text);
}

/** The text of a message in its data; the data itself where it is no JSON, or where the path is more than names. */
export function textIn(data: string, path: string, begin: string): string | null {
  const steps = path === "" ? null : stepsOf(path);
  const found = steps === null ? undefined : valueAt(parsed(data, Infinity), steps);
  if (typeof found === "string") return found;
  return data.startsWith(begin) ? data : null;
}
