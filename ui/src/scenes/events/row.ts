// One row of the pool. It is filled anew as rows pass by, and writes only what differs.

import { fmt } from "../../i18n";
import type { Row } from "../../ipc/bindings";
import { el, setAttribute, setText } from "../dom";
import { tone, words } from "./words";

/** Past this no window shows more of a line, and laying it out costs. */
const LINE_CHARS = 400;

export class RowView {
  readonly element = el("div", "ev-row", { role: "row" });
  readonly #number = cell("ev-number");
  readonly #arrived = cell("ev-arrived");
  readonly #gap = cell("ev-gap");
  readonly #type = cell("ev-type");
  readonly #chip = el("span", "chip");
  readonly #data = cell("ev-data");
  #tone = "";
  #shown: Row | null = null;
  #top = Number.NaN;

  constructor(slot: number) {
    this.element.id = `ev-row-${slot}`;
    this.#type.append(this.#chip);
    this.element.append(this.#number, this.#arrived, this.#gap, this.#type, this.#data);
  }

  /** The entry it shows, or null. */
  pos: number | null = null;

  place(top: number): void {
    if (top === this.#top) return;
    this.#top = top;
    this.element.style.transform = `translateY(${top}px)`;
  }

  /** Shows an entry; one that has not been pulled yet is an empty row. */
  show(row: Row | undefined, pos: number, index: number, selected: boolean): void {
    this.pos = pos;
    this.element.hidden = false;
    setAttribute(this.element, "aria-rowindex", String(index));
    setAttribute(this.element, "aria-selected", String(selected));
    if (!row) this.#empty();
    else if (row !== this.#shown) this.#fill(row);
  }

  note(text: string, index: number): void {
    this.pos = null;
    this.element.hidden = false;
    setAttribute(this.element, "aria-rowindex", String(index));
    setAttribute(this.element, "aria-selected", null);
    this.#empty();
    this.#setTone("note");
    setText(this.#data, text);
  }

  hide(): void {
    this.pos = null;
    this.element.hidden = true;
    setAttribute(this.element, "data-testid", null);
    setAttribute(this.element, "data-seq", null);
  }

  #empty(): void {
    this.#shown = null;
    this.#setTone("blank");
    for (const node of [this.#number, this.#arrived, this.#gap, this.#chip, this.#data]) setText(node, "");
    setAttribute(this.element, "data-testid", null);
    setAttribute(this.element, "data-seq", null);
    setAttribute(this.element, "data-pos", null);
  }

  #fill(row: Row): void {
    this.#shown = row;
    this.#setTone(tone(row));
    setAttribute(this.element, "data-pos", String(row.pos));
    setText(this.#arrived, fmt.clock(row.at_us));
    if (row.kind === "event") {
      setAttribute(this.element, "data-testid", "event-row");
      setAttribute(this.element, "data-seq", String(row.seq));
      setText(this.#number, String(row.seq));
      setText(this.#gap, row.gap_us === null ? "" : `+${fmt.ms(row.gap_us / 1000)}`);
      setText(this.#chip, row.type);
      setText(this.#data, oneLine(row.data));
    } else {
      setAttribute(this.element, "data-testid", "mark-row");
      setAttribute(this.element, "data-seq", null);
      setText(this.#number, "");
      setText(this.#gap, "");
      setText(this.#chip, "");
      setText(this.#data, oneLine(words(row)));
    }
  }

  #setTone(next: string): void {
    if (next === this.#tone) return;
    this.#tone = next;
    this.element.className = `ev-row ${next}`;
  }
}

function cell(className: string): HTMLElement {
  return el("div", className, { role: "gridcell" });
}

function oneLine(text: string): string {
  const line = text.length > LINE_CHARS ? text.slice(0, LINE_CHARS) : text;
  return line.replace(/[\r\n\t]+/g, " \u21b5 ");
}
