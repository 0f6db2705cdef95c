// A chunk that is too long for its row, whole: pulled in pieces, as plain text or hexadecimal.

import { fmt, t } from "../../i18n";
import type { WireForm } from "../../ipc/bindings";
import { el, setText } from "../dom";
import { ending, splitLines } from "./bytes";
import { hexBlock, marked, words } from "./pieces";

export interface WholeEvents {
  /** It has another height. */
  changed(): void;
  closed(): void;
}

type Pull = (from: number) => Promise<{ text: string; total: number } | null>;

export class Whole {
  readonly element = el("div", "wr-all", { "data-testid": "wire-all" });
  readonly #body = el("div");
  readonly #more = el("button", "button small", { type: "button" });
  readonly #form: WireForm;
  readonly #pull: Pull;
  readonly #events: WholeEvents;
  /** Bytes that are shown. */
  #to = 0;
  #busy = false;

  constructor(form: WireForm, pull: Pull, events: WholeEvents) {
    this.#form = form;
    this.#pull = pull;
    this.#events = events;
    const less = el("button", "button small", { type: "button" });
    setText(less, t("wire.less"));
    less.addEventListener("click", () => events.closed());
    const tools = el("div", "wr-all-tools");
    tools.append(this.#more, less);
    this.#more.hidden = true;
    this.#more.addEventListener("click", () => void this.#next());
    this.element.append(this.#body, tools);
    void this.#next();
  }

  async #next(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const piece = await this.#pull(this.#to);
    this.#busy = false;
    if (!piece) {
      this.#body.append(words("wl-said", t("wire.gone")));
      this.#more.hidden = true;
    } else {
      this.#body.append(...this.#drawn(piece.text));
      this.#to += this.#form === "hex" ? piece.text.length / 2 : encoder.encode(piece.text).length;
      const left = piece.text === "" ? 0 : piece.total - this.#to;
      this.#more.hidden = left <= 0;
      setText(this.#more, t("inspector.more", { size: fmt.bytes(left) }));
    }
    this.#events.changed();
  }

  #drawn(text: string): HTMLElement[] {
    if (this.#form === "hex") return [hexBlock(text, this.#to)];
    const rows: HTMLElement[] = [];
    for (const line of splitLines(text)) {
      const last = rows.at(-1);
      // A blank line is the end of the one before it, as in the rows.
      const row = line.text === "" && last ? last : el("div", "wl");
      row.append(...marked(line.text), words("wl-end", ending(line.end)));
      if (row !== last) rows.push(row);
    }
    return rows;
  }
}

const encoder = new TextEncoder();
