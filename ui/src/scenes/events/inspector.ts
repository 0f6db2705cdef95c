// One entry whole: its fields, and its data as JSON set out over lines, or as the text it is.

import { fmt, t, tn } from "../../i18n";
import type { Detail, Row } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { copyText } from "../copy";
import { el, setText } from "../dom";
import { isJson, pretty } from "./json";
import { words } from "./words";

/** The clipboard takes more, but nobody pastes it. */
const COPY_BYTES = 16 << 20;
const COPIED_MS = 1_600;

export class Inspector {
  readonly element: HTMLElement;
  readonly #live: Live;
  readonly #fields = el("dl", "in-fields selectable");
  readonly #data = el("pre", "in-data selectable", { tabindex: "0" });
  readonly #more = button("button small");
  readonly #form = button("button small");
  readonly #copy = button("button small");
  readonly #copied = el("span", "hidden", { role: "status" });
  readonly #tools = el("div", "in-tools");
  #detail: Detail | null = null;
  /** The data as far as it has been pulled. */
  #text = "";
  #pulled = 0;
  #json = false;
  /** The reader's choice, kept from event to event. */
  #raw = false;
  #wanted: number | null = null;
  #busy = false;

  constructor(live: Live, close: () => void) {
    this.#live = live;
    this.element = el("aside", "inspector", {
      "data-testid": "inspector",
      "aria-label": t("inspector.label"),
      tabindex: "-1",
    });
    const shut = el("button", "in-close", { type: "button", "aria-label": t("inspector.close"), title: t("inspector.close") });
    shut.addEventListener("click", close);
    this.#data.setAttribute("aria-label", t("inspector.data"));
    this.#tools.append(this.#copy, this.#form, this.#more, this.#copied);
    this.element.append(shut, this.#fields, this.#data, this.#tools);
    this.element.hidden = true;
    setText(this.#copy, t("inspector.copy"));
    this.#copy.addEventListener("click", () => void this.#copyAll());
    this.#form.addEventListener("click", () => {
      this.#raw = !this.#raw;
      this.#showData();
    });
    this.#more.addEventListener("click", () => void this.#pullMore());
  }

  /** Shows an entry; of several asked for in a hurry only the newest is pulled. */
  show(pos: number): void {
    this.#wanted = pos;
    if (!this.#busy) void this.#pull();
  }

  hide(): void {
    this.#wanted = null;
    this.#detail = null;
    this.element.hidden = true;
  }

  async #pull(): Promise<void> {
    this.#busy = true;
    while (this.#wanted !== null) {
      const pos = this.#wanted;
      const detail = await this.#live.entry(pos, 0);
      if (this.#wanted !== pos) continue;
      this.#wanted = null;
      if (detail) this.#fill(detail);
      else this.#fillGone(pos);
    }
    this.#busy = false;
  }

  #fill(detail: Detail): void {
    this.#detail = detail;
    this.#text = detail.data;
    this.#pulled = bytesOf(detail.data);
    this.#json = this.#pulled >= detail.total && isJson(detail.data);
    this.#showFields(detail);
    this.#showData();
    this.#data.scrollTop = 0;
    this.element.scrollTop = 0;
    this.element.hidden = false;
  }

  /** The entry has been dropped to bound the memory, or its session is gone. */
  #fillGone(pos: number): void {
    this.#detail = null;
    this.#text = "";
    this.#fields.replaceChildren();
    this.#field("inspector.entry", fmt.int(pos + 1));
    this.#data.classList.remove("json");
    this.#data.classList.add("empty");
    setText(this.#data, t("inspector.gone"));
    this.#tools.hidden = true;
    this.element.hidden = false;
  }

  #showFields({ row, total, chunks }: Detail): void {
    this.#fields.replaceChildren();
    if (row.kind === "event") {
      this.#field("inspector.event", String(row.seq), "mono");
      this.#field("inspector.type", row.type, "chip");
      if (row.id !== "") this.#field("inspector.id", row.id, "mono");
      this.#field("inspector.arrived", arrived(row));
      const size = tn("inspector.bytes", total);
      this.#field("inspector.size", chunks > 0 ? tn("inspector.in-chunks", chunks, { size }) : size);
      return;
    }
    this.#field("inspector.mark", t(`mark.kind.${row.kind}`));
    this.#field("inspector.arrived", fmt.clock(row.at_us));
    this.#field("inspector.attempt", fmt.int(row.attempt));
  }

  #field(key: FieldKey, value: string, className = ""): void {
    const name = el("dt");
    setText(name, t(key));
    const cell = el("dd");
    const text = className ? el("span", className) : cell;
    setText(text, value);
    if (text !== cell) cell.append(text);
    this.#fields.append(name, cell);
  }

  #showData(): void {
    const detail = this.#detail;
    if (!detail) return;
    this.#tools.hidden = false;
    const isText = detail.row.kind === "event" || detail.row.kind === "comment";
    const text = isText ? this.#text : markText(detail.row);
    const setOut = this.#json && !this.#raw;
    this.#data.classList.toggle("json", this.#json);
    this.#data.classList.toggle("empty", text === "");
    if (setOut) {
      this.#data.replaceChildren(
        ...pretty(text).map((piece) => {
          if (piece.kind === "plain") return new Text(piece.text);
          const span = el("span", `json-${piece.kind}`);
          span.append(piece.text);
          return span;
        }),
      );
    } else {
      setText(this.#data, text === "" ? t("inspector.empty") : text);
    }
    this.#form.hidden = !this.#json;
    setText(this.#form, t(this.#raw ? "inspector.pretty" : "inspector.raw"));
    const left = isText ? detail.total - this.#pulled : 0;
    this.#more.hidden = left <= 0;
    setText(this.#more, t("inspector.more", { size: fmt.bytes(left) }));
  }

  async #pullMore(): Promise<boolean> {
    const detail = this.#detail;
    if (!detail) return false;
    const next = await this.#live.entry(detail.row.pos, this.#pulled);
    if (!next || next.data === "" || this.#detail !== detail) return false;
    this.#text += next.data;
    this.#pulled += bytesOf(next.data);
    this.#showData();
    return true;
  }

  async #copyAll(): Promise<void> {
    const detail = this.#detail;
    if (!detail) return;
    const copied = await copyText(this.#pullAll(detail));
    if (this.#detail !== detail) return;
    const said = t(copied ? "inspector.copied" : "inspector.not-copied");
    setText(this.#copy, said);
    setText(this.#copied, said);
    setTimeout(() => {
      setText(this.#copy, t("inspector.copy"));
      setText(this.#copied, "");
    }, COPIED_MS);
  }

  async #pullAll(detail: Detail): Promise<string> {
    if (detail.row.kind === "event" || detail.row.kind === "comment") {
      while (this.#pulled < Math.min(detail.total, COPY_BYTES) && (await this.#pullMore())) {
        // Until it is whole, or as much of it as the clipboard is given.
      }
    }
    return this.#data.classList.contains("empty") ? "" : this.#whole(detail.row);
  }

  /** What is copied: the data as it came, or, set out, as it is seen. */
  #whole(row: Row): string {
    if (row.kind !== "event" && row.kind !== "comment") return markText(row);
    return this.#json && !this.#raw ? (this.#data.textContent ?? "") : this.#text;
  }
}

type FieldKey =
  | "inspector.entry"
  | "inspector.event"
  | "inspector.type"
  | "inspector.id"
  | "inspector.arrived"
  | "inspector.size"
  | "inspector.mark"
  | "inspector.attempt";

function arrived(row: Row): string {
  const time = fmt.clock(row.at_us);
  return row.gap_us === null ? time : t("inspector.after", { time, gap: fmt.ms(row.gap_us / 1000) });
}

function markText(row: Row): string {
  const said = words(row);
  const failure = row.kind === "closed" || row.kind === "failed" ? row.failure : null;
  const facts = Object.entries(failure?.args ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [said, ...facts].join("\n");
}

const encoder = new TextEncoder();

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

function button(className: string): HTMLButtonElement {
  return el("button", className, { type: "button" });
}
